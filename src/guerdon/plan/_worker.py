"""The worker process: runs calls of one function after another and sends back plain data.

It is started by its file name, not by `-m`, because the package would import numpy (several times the start-up time)
before any call asks for it. Two processes share the work. The *keeper*, which the parent starts, holds nothing but this
file; it forks the *runner*, which loads the target and runs the calls. When the parent goes away, or asks, the keeper
kills the runner and whatever the runner has started. That works even while the runner is stuck in C and cannot look at
its pipe; and the keeper, having one thread, is a parent on whose death PR_SET_PDEATHSIG can rely.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time

TYPE_CHECKING = False  # importing typing would take a fifth of the start-up time
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn
if TYPE_CHECKING or __name__ != "__main__":
    from guerdon.plan import _wire
else:
    # appended, so that no file of this folder can stand in front of the standard library
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import _wire

    sys.path.pop()

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_DETAIL = 8000
_MESSAGE = 500


def main() -> NoReturn:
    """Runs the keeper; does not return."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    parent = os.getppid()
    pipe = _take_pipe()
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    heard, tell = os.pipe()
    os.set_blocking(tell, False)
    os.set_blocking(heard, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    keeper = os.getpid()
    runner = os.fork()
    if runner == 0:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.close(heard)
        os.close(tell)
        os.setpgid(0, 0)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(0)
        _volunteer()
        serve(pipe)
    keep(runner, pipe, heard, parent)


def _take_pipe() -> int:
    """Moves the control pipe from stdin to a number out of the way: a function that reads stdin reads nothing."""
    import fcntl

    try:
        pipe = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 200)
    except OSError:  # fewer than 200 descriptors are allowed here
        pipe = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return pipe


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def _volunteer() -> None:
    """Where the system runs out of memory it is to take it from here, not from the training run that started us."""
    try:
        with open("/proc/self/oom_score_adj", "r+b", buffering=0) as file:
            if int(file.read()) < 500:
                file.write(b"500")
    except (OSError, ValueError):
        pass


# The keeper


def keep(runner: int, pipe: int, heard: int, parent: int) -> NoReturn:
    """Waits until the runner ends, the parent hangs up, dies or sends SIGTERM; then leaves no process behind.

    Exits with the runner's own code, or 128 plus the number of the signal that killed it.
    """
    poller = select.poll()
    poller.register(pipe, getattr(select, "POLLRDHUP", 0))
    poller.register(heard, select.POLLIN)
    code: int | None = None
    while code is None:
        # the timeout is for a pipe held open by some other process: the parent's death shows in getppid as well
        ready = dict(poller.poll(1000))
        asked = pipe in ready or os.getppid() != parent
        if heard in ready:
            asked = asked or signal.SIGTERM in os.read(heard, 512)
        code = _reap(runner)
        if asked:
            break
    if code is None:
        for kill in (os.killpg, os.kill):
            _try(kill, runner)
    for _ in range(400):
        children = _children()
        if not children:
            break
        for child in children:
            _try(os.kill, child)
        time.sleep(0.002)
        found = _reap(runner)
        code = found if code is None else code
    os._exit(137 if code is None else code)


def _reap(runner: int) -> int | None:
    """Takes in every child that has ended; the runner's exit code if it is among them."""
    code = None
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if child == 0:
            return code
        if child == runner:
            ended = os.waitstatus_to_exitcode(status)
            code = 128 - ended if ended < 0 else ended & 127


def _children() -> list[int]:
    own = os.getpid()
    try:
        with open(f"/proc/self/task/{own}/children", "rb") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def _try(kill: Callable[[int, int], None], process: int) -> None:
    try:  # noqa: SIM105 - importing contextlib takes longer
        kill(process, signal.SIGKILL)
    except OSError:
        pass


# The runner


def serve(pipe: int) -> NoReturn:
    """Answers orders until the pipe closes; leaves by os._exit, so that threads and exit hooks cannot hold it back."""
    _write(pipe, ["hello", os.getpid()])
    functions: dict[int, Any] = {}
    held = 0
    while True:
        order = _read(pipe)
        number = order["target"]
        if number not in functions:
            _limit_memory(None)
            try:
                sys.path[:] = order["path"]
                functions[number] = load(order.pop("what"))
            except BaseException as error:
                _write(pipe, ["load", _one_line(error), _traceback(error)])
                continue
            held = _data_bytes()
        memory = order["memory"]
        # what a call may use comes on top of what loading the modules took: torch alone holds more than many a limit
        _limit_memory(None if memory is None else held + memory)
        function, output = functions[number], order["output"]
        _write(pipe, ["begin", time.monotonic(), _cpu()])
        for place, packed in enumerate(order["calls"]):
            status, value, reason, detail = call(function, packed, output)
            _write(pipe, [place, status, value, reason, detail, time.monotonic(), _cpu()])
            if status == "memory":
                break  # the parent replaces this process: what fills it now may not be the next call's doing


def load(what: dict[str, Any]) -> Any:
    """The function of a target; raises what importing it raises."""
    if what["pickled"] is not None:
        import base64
        import pickle

        return pickle.loads(base64.b64decode(what["pickled"]))
    found: Any = _load_file(what["path"]) if what["path"] is not None else _load_module(what["module"])
    for name in what["qualname"].split("."):
        found = getattr(found, name)
    return found


def _load_module(name: str) -> Any:
    import importlib

    return importlib.import_module(name)


def _load_file(path: str) -> Any:
    import importlib.util

    name = "guerdon_file_" + "".join(c if c.isalnum() else "_" for c in path)
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def call(function: Any, packed: dict[str, Any], output: int) -> tuple[str, Any, str, str]:
    """One call: (status, value, reason, detail), the status one of value, failed, unscored, memory."""
    try:
        arguments = {name: _wire.unpack(data, trusted=True) for name, data in packed.items()}
    except MemoryError as error:
        return "memory", None, "memory", _traceback(error)
    except BaseException as error:
        return "unscored", None, "argument", f"an argument could not be rebuilt in the worker: {_one_line(error)}"
    try:
        value = function(**arguments)
        return "value", _wire.pack_result(value, output), "", ""
    except MemoryError as error:
        return "memory", None, "memory", _traceback(error)
    except _wire.TooLarge:
        return "failed", None, "output too large", f"the result takes more than {output} bytes"
    except _wire.Unsendable as error:
        return "unscored", None, "type", str(error)
    except BaseException as error:  # SystemExit and KeyboardInterrupt of a user's function end the call, not the worker
        return _raised(error)


def _raised(error: BaseException) -> tuple[str, Any, str, str]:
    for kind in type(error).__mro__:
        if kind.__module__ == "guerdon.expr.values" and kind.__name__ in ("Failed", "Unscored"):
            reason = getattr(error, "reason", None)
            return kind.__name__.lower(), None, (reason if type(reason) is str else _message(error))[:_MESSAGE], ""
    return "unscored", None, f"exception: {_one_line(error)}", _traceback(error)


def _message(error: BaseException) -> str:
    try:
        return str(error)[:_MESSAGE]
    except BaseException:  # an exception whose own __str__ raises
        return "(no message)"


def _one_line(error: BaseException) -> str:
    message = " ".join(_message(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _traceback(error: BaseException) -> str:
    try:
        import traceback

        trace = error.__traceback__
        user = trace.tb_next if trace is not None and trace.tb_next is not None else trace  # the first frame is ours
        frames = "".join(traceback.format_list(traceback.extract_tb(user, limit=-12)))
    except BaseException:  # out of memory, or out of stack
        frames = ""
    return (frames[-_DETAIL:] + _one_line(error))[-_DETAIL:]


def _cpu() -> float:
    """Seconds of CPU time spent by all threads of this process and by the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _limit_memory(size: int | None) -> None:
    # RLIMIT_DATA and not RLIMIT_AS: it counts memory that can be written, not libraries mapped or addresses kept in
    # reserve, of which torch and CUDA take more than any sensible limit
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = hard if size is None else size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_bytes() -> int:
    """Bytes that RLIMIT_DATA counts already; 0 where the system does not say."""
    try:
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmData:"):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return 0


def _read(pipe: int) -> Any:
    return _wire.parse(_read_bytes(pipe, int.from_bytes(_read_bytes(pipe, _wire.HEADER), "big")))


def _read_bytes(pipe: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(pipe, min(size, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write(pipe: int, message: object) -> None:
    data = memoryview(_wire.frame(message))
    try:
        while data:
            data = data[os.write(pipe, data) :]
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
