"""The side of the program: loads it, calls what the tests ask for, and sends back what came of it.

The program can do with this process what it likes. Nothing here knows what the tests expect, and whatever is sent is
read as a value and nothing more.
"""

from __future__ import annotations

import builtins
import os
import sys

from .stage import enter, receive, send
from .values import Decoder, Encoder, Unsendable, dumps, loads

TYPE_CHECKING = False  # `typing` is slow to import, and every program would wait for it
if TYPE_CHECKING:
    from typing import Any

__all__ = ["answer_calls", "run_script"]

_MOST_INPUT = 1 << 26


def answer_calls(config: dict[str, Any]) -> None:
    """Load the program as a module, then answer calls until the tests hang up."""
    source, sink = config["source"], config["sink"]
    enter(config, [source, sink])
    send(sink, dumps(["started"]))
    module = type(sys)("solution")
    sys.modules["solution"] = module
    try:
        exec(compile(config["program"], "program.py", "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:
        send(sink, dumps(["broken", _kinds(error)[0], _said(error)]))
        os._exit(0)
    send(sink, dumps(["loaded"]))
    handles: list[Any] = []
    while True:
        try:
            asked = loads(receive(source, _MOST_INPUT))
        except EOFError:
            os._exit(0)
        try:
            reply = _do(module, handles, asked)
        except BaseException as error:
            reply = ["raise", _kinds(error), _said(error)]
        data = dumps(reply)
        if len(data) > config["output"]:
            data = dumps(["cannot", "output too large"])
        send(sink, data)


def _do(module: Any, handles: list[Any], asked: list[Any]) -> list[Any]:
    op, target, tree = asked
    known: list[Any] = []

    def held(which: Any) -> Any:
        return getattr(module, which) if isinstance(which, str) else handles[which]

    arguments = Decoder(known, held).decode(tree)
    given = list(known)
    before = [_inside(value) for value in given]
    found: Any = held(target)
    if op == "call":
        found = found(*arguments[0], **arguments[1])
    elif op == "attribute":
        found = getattr(found, arguments)
    elif op == "item":
        found = found[arguments]
    elif op == "length":
        found = len(found)
    elif op == "list":
        found = iter(found)
    elif op == "text":
        found = str(found)

    def handle(value: Any) -> list[Any]:
        handles.append(value)
        return ["h", len(handles) - 1]

    encoder = Encoder(known, handle)
    try:
        tree = encoder.encode(found)
        after = [
            [number, encoder.contents(value)]
            for number, (value, was) in enumerate(zip(given, before, strict=True))
            if not _same(was, _inside(value))
        ]
    except Unsendable as why:
        return ["cannot", str(why)]
    return ["value", tree, after]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return [bytes(value)] if isinstance(value, bytearray) else list(value)


def _same(was: list[Any], now: list[Any]) -> bool:
    return len(was) == len(now) and all(a is b or (type(a) is bytes and a == b) for a, b in zip(was, now, strict=True))


def _kinds(error: BaseException) -> list[str]:
    """The names of its class and of the classes above it that Python has built in."""
    kind = type(error)
    return [kind.__name__, *[one.__name__ for one in kind.__mro__ if getattr(builtins, one.__name__, None) is one]]


def _said(error: BaseException) -> str:
    try:
        return str(error.args[0] if len(error.args) == 1 else error)[:500]
    except BaseException:
        return ""


def run_script(config: dict[str, Any]) -> None:
    """Run the program as a script, between an input and an output of its own."""
    started, output, errors = config["started"], config["stdout"], config["stderr"]
    enter(config, [0, started], output=output, errors=errors)
    os.write(started, b"s")
    os.close(started)
    main = sys.modules["__main__"]
    main.__dict__.clear()
    main.__dict__.update(__name__="__main__", __builtins__=builtins, __file__="program.py", __doc__=None)
    exec(compile(config["program"], "program.py", "exec", dont_inherit=True), main.__dict__)
