from __future__ import annotations

import asyncio
import functools
import importlib.util
import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from guerdon.expr.values import Failed, Unscored
from guerdon.plan import _wire
from guerdon.plan.workers import Limits, Outcome, Pool, Target, WorkerError

SHORT = Limits(seconds=0.5, memory_bytes=128 << 20)


def load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"guerdon_tests_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


rows = load("rows")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, SHORT) as pool:
        yield pool


def run(
    pool: Pool, function: Callable[..., object], *calls: dict[str, object], limits: Limits | None = None
) -> list[Outcome]:
    return pool.map(Target.of(function), calls, limits=limits)


def one(pool: Pool, function: Callable[..., object], **call: object) -> Outcome:
    [outcome] = run(pool, function, call)
    return outcome


def processes(mark: str) -> list[int]:
    """The living processes whose environment holds the mark, zombies left out."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with suppress(OSError):
                if mark.encode() in Path(f"/proc/{entry}/environ").read_bytes() and alive(int(entry)):
                    found.append(int(entry))
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def eventually(fact: Callable[[], bool], seconds: float = 10.0) -> bool:
    stop = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > stop:
            return False
        time.sleep(0.02)
    return True


def script(tmp_path: Path, text: str, mark: str = "") -> subprocess.Popen[str]:
    """A script of a user, started as a user would."""
    path = tmp_path / "reward_script.py"
    path.write_text(textwrap.dedent(text))
    environment = os.environ | {"GUERDON_TEST_MARK": mark}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(Path(_wire.__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    )
    return subprocess.Popen(
        [sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


# What comes back


def test_outcomes_keep_the_order_of_the_calls(pool: Pool) -> None:
    done: dict[int, Outcome] = {}
    outcomes = pool.map(Target.of(rows.double), [{"x": float(i)} for i in range(1000)], on_done=done.__setitem__)
    assert [outcome.value for outcome in outcomes] == [2.0 * i for i in range(1000)]
    assert [done[i] for i in range(1000)] == outcomes
    assert pool.map(Target.of(rows.double), []) == []


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -7, 1 << 200, -(1 << 5000), 0.1, 5e-324, -0.0, math.inf, -math.inf, "", "é\u2028🂡\x00", "\ud800",
        [],
        [1, [2.5, None]], {"a": {"b": [True]}}, {1: "a", None: 2}, {"$int": "0x1"}, {"$pickle": "x", "b": 1}, {"": 0},
    ],
    ids=repr,
)  # fmt: skip
def test_plain_data_comes_back_as_it_went(pool: Pool, value: object) -> None:
    outcome = one(pool, rows.echo, value=value)
    assert outcome.kind == "value"
    assert repr(outcome.value) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        (1, ("a", 2.0)), b"\x00\xff", {1, 2}, Decimal("0.10"), Fraction(1, 3), 1 + 2j, range(3), [(1,), {"a": b"x"}],
        {(1, 2): 3},
    ],
    ids=repr,
)  # fmt: skip
def test_arguments_of_other_types_arrive_as_they_are(pool: Pool, value: object) -> None:
    assert one(pool, rows.describe, value=value).value == f"{type(value).__name__} {value!r}"


def test_numpy_arguments_and_results(pool: Pool) -> None:
    assert one(pool, rows.describe, value=np.float64(0.5)).value == "float 0.5"
    assert one(pool, rows.describe, value=np.arange(3)).value == "ndarray array([0, 1, 2])"
    with Pool(1) as fresh:
        assert one(fresh, np.mean, a=np.arange(4)).value == 1.5
        assert one(fresh, np.sort, a=np.array([2, 1])).value == [1, 2]


def test_nan_stays_nan_and_is_for_the_caller_to_judge(pool: Pool) -> None:
    value = one(pool, rows.echo, value=float("nan")).value
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("value", [{1, 2}, Decimal("0.1"), 1j, b"a", [Decimal(1)], {(1, 2): 3}, {"a": {1}}], ids=repr)
def test_results_of_other_types_are_unscored(pool: Pool, value: object) -> None:
    outcome = one(pool, rows.echo, value=value)
    assert (outcome.kind, outcome.reason) == ("unscored", "type")
    assert outcome.detail.startswith("the function returned ")


def test_an_argument_that_cannot_be_sent_names_itself(pool: Pool) -> None:
    circle: list[object] = []
    circle.append(circle)
    refused, circular, fine = run(pool, rows.echo, {"value": threading.Lock()}, {"value": circle}, {"value": 1})
    assert (refused.kind, refused.reason) == ("unscored", "argument")
    assert refused.detail.startswith("argument 'value': a value of type lock cannot be pickled")
    assert (circular.kind, circular.reason) == ("unscored", "argument")
    assert fine.value == 1


def test_big_arguments_arrive_whole_and_too_big_ones_are_refused(pool: Pool) -> None:
    big, too_big, small = run(
        pool, rows.len_of, {"text": "é" * (3 << 20)}, {"text": "x" * (_wire.MAX_INPUT + 1)}, {"text": "x"}
    )
    assert big.value == 3 << 20
    assert (too_big.kind, too_big.reason) == ("unscored", "input too large")
    assert small.value == 1


def test_a_missing_argument_is_an_exception_of_the_call(pool: Pool) -> None:
    outcome = one(pool, rows.add, b=1)
    assert outcome.reason == "exception: TypeError: add() missing 1 required positional argument: 'a'"


def test_failed_and_unscored_mean_what_they_say(pool: Pool) -> None:
    def judge(how: str) -> float:
        if how == "failed":
            raise Failed("no answer")
        if how == "unscored":
            raise Unscored("no reference")
        raise KeyError(how)

    failed, unscored, raised = run(pool, judge, {"how": "failed"}, {"how": "unscored"}, {"how": "x"})
    assert (failed.kind, failed.reason) == ("failed", "no answer")
    assert (unscored.kind, unscored.reason) == ("unscored", "no reference")
    assert (raised.kind, raised.reason) == ("unscored", "exception: KeyError: 'x'")
    assert "raise KeyError(how)" in raised.detail


def test_a_huge_exception_message_is_cut(pool: Pool) -> None:
    def shout() -> None:
        raise ValueError("x" * (1 << 24))

    outcome = one(pool, shout)
    assert outcome.reason.startswith("exception: ValueError: xxx")
    assert len(outcome.reason) < 1000
    assert len(outcome.detail) < 10_000


def test_arguments_may_have_any_name(pool: Pool) -> None:
    call: dict[str, object] = {"self": 1, "function": 2, "packed": 3, "$int": 4}
    [outcome] = run(pool, lambda **given: given, call)
    assert outcome.value == call


# Hostile rows

HOSTILE = {
    "python loop": ("failed", "timeout"),
    "loop that catches everything": ("failed", "timeout"),
    "regex": ("failed", "timeout"),
    "power": ("failed", "timeout"),
    "child loops": ("failed", "timeout"),
    "prints for ever": ("failed", "timeout"),
    "sleep": ("unscored", "wall timeout"),
    "memory": ("failed", "memory"),
    "memory at once": ("failed", "memory"),
    "null": ("failed", "crashed"),
    "exit": ("failed", "crashed"),
    "abort": ("failed", "crashed"),
    "sigkill": ("unscored", "worker killed"),
    "sys.exit": ("unscored", "exception: SystemExit: enough"),
    "raises": ("unscored", "exception: ValueError: no such unit"),
    "recursion": ("unscored", "exception: RecursionError: maximum recursion depth exceeded"),
    "evil": ("unscored", "type"),
    "evil in a list": ("unscored", "type"),
    "deep": ("unscored", "type"),
    "circle": ("unscored", "type"),
    "huge text": ("failed", "output too large"),
    "huge list": ("failed", "output too large"),
    "huge int": ("failed", "output too large"),
    "prints": ("value", ""),
    "reads stdin": ("value", ""),
    "orphan": ("value", ""),
    "nan": ("value", ""),
    "infinity": ("value", ""),
}


def test_among_a_thousand_rows_only_the_guilty_are_touched(tmp_path: Path) -> None:
    calls: list[dict[str, object]] = [{"kind": "good", "x": float(i)} for i in range(1000)]
    touched = str(tmp_path / "touched")
    for i, kind in enumerate(HOSTILE):
        calls[17 + 31 * i] = {"kind": kind, "x": 1.0, "path": touched}
    with Pool(2) as pool:
        outcomes = pool.map(Target.of(rows.row), calls, limits=SHORT)
        again = pool.map(Target.of(rows.double), [{"x": 1.0}] * 100)
        assert pool.stats.calls == 1100
    for i, (call, outcome) in enumerate(zip(calls, outcomes, strict=True)):
        if call["kind"] == "good":
            assert (outcome.kind, outcome.value) == ("value", 2.0 * i)
        else:
            assert (call["kind"], outcome.kind, outcome.reason) == (call["kind"], *HOSTILE[str(call["kind"])])
    assert not os.path.exists(touched)
    assert {outcome.value for outcome in again} == {2.0}


@pytest.mark.full
def test_hostile_rows_side_by_side(tmp_path: Path) -> None:
    calls = [{"kind": kind, "x": 1.0, "path": str(tmp_path / "touched")} for kind in HOSTILE for _ in range(4)]
    with Pool(3) as pool:
        outcomes = pool.map(Target.of(rows.row), calls, limits=SHORT)
    assert [(o.kind, o.reason) for o in outcomes] == [HOSTILE[str(call["kind"])] for call in calls]
    assert not (tmp_path / "touched").exists()


def test_a_deadline_is_cpu_time_and_holds_for_calls_that_come_back(pool: Pool) -> None:
    late, idle, soon = run(pool, rows.cpu, {"seconds": 0.55}, {"seconds": 0.0}, {"seconds": 0.1})
    assert (late.kind, late.reason) == ("failed", "timeout")
    assert idle.value == 0.0
    assert soon.value == 0.1
    # three deadlines of wall time, none of CPU time
    assert one(pool, rows.time_asleep, seconds=1.5).value == 1.5


def test_cpu_time_of_one_call_is_not_counted_against_the_next(pool: Pool) -> None:
    outcomes = run(pool, rows.cpu, *[{"seconds": 0.15}] * 8)
    assert [outcome.kind for outcome in outcomes] == ["value"] * 8


def test_a_death_by_an_earlier_call_is_blamed_on_nobody(tmp_path: Path) -> None:
    # every third call of a process kills it: no row is guilty, each is scored on its second try at the latest
    with Pool(1) as pool:
        outcomes = pool.map(Target.of(rows.crashes_the_third), [{"x": float(i)} for i in range(12)])
        assert [outcome.value for outcome in outcomes] == [2.0 * i for i in range(12)]
        assert pool.stats.deaths >= 3


def test_memory_kept_by_earlier_calls_is_blamed_on_nobody() -> None:
    with Pool(1) as pool:
        outcomes = pool.map(Target.of(rows.hoards), [{"x": float(i)} for i in range(40)], limits=SHORT)
    assert [outcome.value for outcome in outcomes] == [2.0 * i for i in range(40)]


def test_memory_that_loading_took_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "big.py"
    path.write_text("HELD = bytearray(100 << 20)\n\ndef score(size):\n    return len(bytearray(size)) + len(HELD)\n")
    calls = [{"size": 20 << 20}, {"size": 90 << 20}]
    with Pool(1) as pool:
        fits, does_not = pool.map(Target(None, str(path), "score"), calls, limits=Limits(5, 60 << 20))
    assert fits.value == 120 << 20
    assert (does_not.kind, does_not.reason) == ("failed", "memory")


def test_forged_and_broken_frames_harm_only_their_own_row(pool: Pool) -> None:
    forged = _wire.frame([0, "value", {"$pickle": "gASVFgAAAAAAAACMBXBvc2l4"}, "", "", 1.0, 1.0])
    frames = [
        b"\x00\x00\x00\x02{]",
        b"\xff" * 64,
        _wire.frame({"a": 1}),
        b"\x00\x10\x00\x00" + b"[" * (1 << 20),
        forged,
    ]
    for data in frames:
        guilty, *others = run(pool, rows.forge, {"data": data}, *[{"data": b""}] * 20)
        assert guilty.kind != "value"
        assert [outcome.value for outcome in others] == [1.0] * 20


# Targets


def test_targets() -> None:
    assert Target.of(math.sqrt) == Target("math", None, "sqrt")
    assert Target.of(textwrap.TextWrapper.fill) == Target("textwrap", None, "TextWrapper.fill")
    assert Target.of(rows.double) == Target(None, str(Path(rows.__file__)), "double")
    assert str(Target.of(rows.double)).endswith("rows.py:double")
    with pytest.raises(TypeError, match="a worker can only run something callable, not int"):
        Target.of(3)  # type: ignore[arg-type]
    lock = threading.Lock()
    with pytest.raises(TypeError, match="cannot be sent to a worker"):
        Target.of(lambda: lock)


def test_functions_of_modules_that_no_other_process_can_import_travel_whole(pool: Pool) -> None:
    module = ModuleType("made.up")
    sys.modules["made.up"] = module
    try:
        exec("def helper(x):\n    return x + 1\n\ndef score(x):\n    return helper(x) * 2\n", vars(module))
        target = Target.of(module.score)
    finally:
        del sys.modules["made.up"]
    assert target.pickled is not None
    assert pool.map(target, [{"x": 1}])[0].value == 4


def test_a_closure_over_too_much_is_refused() -> None:
    held = bytes(_wire.MAX_INPUT)
    with pytest.raises(TypeError, match="takes 64 MB along to a worker"):
        Target.of(lambda: len(held))


def test_closures_partials_methods_and_decorated_functions(pool: Pool) -> None:
    class Scale:
        def __init__(self, by: float) -> None:
            self.by = by

        def __call__(self, x: float) -> float:
            return self.by * x

        def method(self, x: float) -> float:
            return self.by * len("x" * int(x))

    assert one(pool, lambda x: 3 * x, x=2).value == 6
    assert one(pool, functools.partial(rows.add, b=5), a=1).value == 6
    assert one(pool, Scale(4.0), x=2).value == 8.0
    assert one(pool, Scale(4.0).method, x=2).value == 8.0


def test_a_function_under_a_decorator_is_found(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "decorated.py"
    path.write_text(
        "class leaf:\n    def __init__(self, f):\n        self.__wrapped__ = f\n\n"
        "@leaf\ndef score(x):\n    return x + 1\n"
    )
    spec = importlib.util.spec_from_file_location("guerdon_tests_decorated", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    target = Target.of(module.score.__wrapped__)
    assert target == Target(None, str(path), "score.__wrapped__")
    assert pool.map(target, [{"x": 1}])[0].value == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("x = 1", "AttributeError: module .* has no attribute 'score'"),
        ("def score(:", "SyntaxError: "),
        ("import os; os._exit(3)", r"ended while loading .*score \(the worker left with exit code 3\)"),
    ],
)
def test_a_function_that_cannot_be_loaded_stops_the_run(tmp_path: Path, pool: Pool, text: str, says: str) -> None:
    path = tmp_path / "reward.py"
    path.write_text(text)
    with pytest.raises(WorkerError, match=says):
        pool.map(Target(None, str(path), "score"), [{"x": 1}] * 3)
    assert one(pool, rows.double, x=1.0).value == 2.0


def test_bad_limits_and_sizes_are_refused() -> None:
    for wrong in ({"seconds": 0}, {"seconds": float("nan")}, {"memory_bytes": 0}, {"output_bytes": 0}):
        with pytest.raises(ValueError, match="Limits"):
            Limits(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one worker"):
        Pool(0)


# Where it is called from


def test_several_threads_share_a_pool(pool: Pool) -> None:
    results: dict[int, list[Outcome]] = {}

    def work(k: int) -> None:
        calls = [{"kind": "python loop" if i == 20 and k == 0 else "good", "x": float(i + k)} for i in range(100)]
        results[k] = pool.map(Target.of(rows.row), calls)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for k in range(5):
        expected = [None if i == 20 and k == 0 else 2.0 * (i + k) for i in range(100)]
        assert [outcome.value for outcome in results[k]] == expected


def test_inside_a_running_loop(pool: Pool) -> None:
    async def main() -> list[Outcome]:
        return run(pool, rows.row, {"kind": "good", "x": 1.0}, {"kind": "exit"}, {"kind": "good", "x": 2.0})

    assert [outcome.value for outcome in asyncio.run(main())] == [2.0, None, 4.0]


def test_workers_outlive_the_thread_that_started_them() -> None:
    with Pool(1) as pool:
        first: list[object] = []
        thread = threading.Thread(target=lambda: first.append(one(pool, rows.pid).value))
        thread.start()
        thread.join()
        time.sleep(0.1)
        assert one(pool, rows.pid).value == first[0]


def test_a_forked_child_has_workers_of_its_own(pool: Pool) -> None:
    mine = one(pool, rows.pid).value
    heard, tell = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            outcomes = run(pool, rows.row, {"kind": "good", "x": 1.0}, {"kind": "abort"}, {"kind": "good", "x": 2.0})
            good = [outcome.value for outcome in outcomes] == [2.0, None, 4.0]
            os.write(tell, str(one(pool, rows.pid).value).encode())
            pool.close()
            code = 0 if good else 2
        finally:
            os._exit(code)
    os.close(tell)
    _, status = os.waitpid(child, 0)
    theirs = int(os.read(heard, 100))
    os.close(heard)
    assert os.waitstatus_to_exitcode(status) == 0
    assert theirs != mine
    # the parent's workers are still its own
    assert {o.value for o in run(pool, rows.double, *[{"x": 1.0}] * 50)} == {2.0}


def test_a_script_without_a_main_guard(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        """
        import os, sys
        from guerdon.plan.workers import Limits, Pool, Target

        print("imported", flush=True)      # would come again if a worker imported this file
        WEIGHT = 3

        def helper(x):
            return WEIGHT * x

        def score(x):
            if x == 4:
                os._exit(1)
            if x == 7:
                while True:
                    pass
            return helper(x)

        pool = Pool(2, Limits(seconds=0.3))
        print([outcome.value for outcome in pool.map(Target.of(score), [{"x": x} for x in range(10)])])
        # no close: leaving the interpreter ends the workers
        """,
        mark := uuid.uuid4().hex,
    )
    out, err = process.communicate(timeout=60)
    assert out == "imported\n[0, 3, 6, 9, None, 15, 18, None, 24, 27]\n"
    assert err == ""
    assert eventually(lambda: not processes(mark))


def test_a_worker_that_uses_workers_does_not_fill_the_machine(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        """
        from guerdon.plan.workers import Pool, Target

        def recurse(depth):
            from guerdon.plan.workers import Pool, Target
            with Pool(8) as pool:
                [outcome] = pool.map(Target.of(recurse), [{"depth": depth + 1}])
            return [depth, pool.size, outcome.value, outcome.reason]

        print(Pool(2).map(Target.of(recurse), [{"depth": 0}])[0].value)
        """,
    )
    out, err = process.communicate(timeout=60)
    refused = "a function in a worker of a worker asked for workers of its own: call it without isolation"
    assert err == ""
    assert out == f"{[0, 1, None, f'exception: WorkerError: {refused}']}\n"


# How it ends


@pytest.mark.parametrize("stuck", ["power", "sleep", "child loops", "orphan"])
def test_kill_9_of_the_parent_leaves_no_orphan(tmp_path: Path, stuck: str) -> None:
    mark = uuid.uuid4().hex
    process = script(
        tmp_path,
        f"""
        import sys, threading, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import rows
        from guerdon.plan.workers import Limits, Pool, Target

        pool = Pool(2, Limits(seconds=100))
        stuck = lambda: pool.map(Target.of(rows.row), [{{"kind": {stuck!r}}}, {{"kind": "sleep"}}])
        threading.Thread(target=stuck, daemon=True).start()
        time.sleep(0.5)
        print("ready", flush=True)
        time.sleep(100)
        """,
        mark,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert len(processes(mark)) >= 5  # the script and two workers of two processes each
    process.kill()
    process.communicate()
    assert eventually(lambda: not processes(mark)), processes(mark)


def test_close_and_collection_end_the_workers() -> None:
    for end in (Pool.close, lambda pool: None):
        pool = Pool(1)
        pid = one(pool, rows.pid).value
        assert isinstance(pid, int)
        assert os.path.exists(f"/proc/{pid}")
        end(pool)
        del pool
        assert eventually(lambda pid=pid: not os.path.exists(f"/proc/{pid}"))  # type: ignore[misc]
    closed = Pool(1)
    closed.close()
    closed.close()
    with pytest.raises(RuntimeError, match="closed"):
        closed.map(Target.of(rows.pid), [{}])


def test_a_keeper_that_dies_takes_its_runner_along() -> None:
    with Pool(1) as pool:
        pid = one(pool, rows.pid).value
        assert isinstance(pid, int)
        keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(keeper, signal.SIGKILL)
        assert eventually(lambda: not alive(pid))
        assert one(pool, rows.double, x=1.0).value == 2.0


def test_a_callback_that_raises_leaves_the_pool_alive(pool: Pool) -> None:
    def stop(place: int, outcome: Outcome) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pool.map(Target.of(rows.row), [{"kind": "good"}, {"kind": "sleep"}], on_done=stop)
    assert one(pool, rows.double, x=1.0).value == 2.0


def test_a_worker_killed_while_idle_is_replaced(pool: Pool) -> None:
    for _ in range(3):
        pid = one(pool, rows.pid).value
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGKILL)
        assert {o.value for o in run(pool, rows.double, *[{"x": 1.0}] * 20)} == {2.0}


def test_the_child_starts_without_numpy() -> None:
    with Pool(1) as pool:
        outcome = one(pool, rows.loaded)
    assert isinstance(outcome.value, list)
    assert "json" in outcome.value
    assert not {"numpy", "guerdon", "typing"} & set(outcome.value)
