"""The side of the tests: holds what is expected, and reaches the program through a pipe alone.

Each test passes if it raises nothing. What it gets from the program are values of its own making: built-in types that
compare as those do, or a :class:`Remote`, which can be called and asked for attributes and compares with nothing.
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

__all__ = ["run_tests"]


class Gone(BaseException):
    """The program can answer no more; no test passes after that, whatever it catches."""


class CannotTell(BaseException):
    """The tests ask for what does not travel: no program's doing."""


class Link:
    """The pipes to the program."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.source, self.sink, self.most = config["source"], config["sink"], config["output"]
        self.gone: str | None = None
        self.cannot: str | None = None
        self.raised: BaseException | None = None

    def forgive(self) -> None:
        """The next test may ask for something that does travel."""
        self.cannot = None

    def reach(self, name: str) -> Remote:
        """What the program calls so."""
        return Remote(self, name)

    def begins(self) -> bool:
        """Whether the program's sandbox has started."""
        try:
            return bool(self.hear()[0] == "started")
        except Gone:
            return False

    def broken(self) -> str:
        """Why the program does not load, or nothing."""
        try:
            said = self.hear()
        except Gone as gone:
            return str(gone)
        return (
            "" if said[0] == "loaded" else ": ".join(str(word)[:300] for word in said[1:3]) or "the program is broken"
        )

    def hear(self) -> list[Any]:
        """The next thing that the program says. Gone where it says nothing that makes sense."""
        if self.gone is None:
            try:
                reply = loads(receive(self.source, self.most + 64))
                if type(reply) is list and reply and type(reply[0]) is str:
                    return reply
                self.gone = "the program sent no value"
            except EOFError:
                self.gone = "the program ended"
            except ValueError as error:
                self.gone = "output too large" if "large" in str(error) else "the program sent no value"
        raise Gone(self.gone)

    def ask(self, op: str, target: int | str | None, *arguments: Any) -> Any:
        """What the program answers; an exception of it is raised here, as the nearest built-in one."""
        if self.gone is not None:
            raise Gone(self.gone)
        known: list[Any] = []
        try:
            tree = Encoder(known, self.handle_of).encode(arguments[0] if len(arguments) == 1 else arguments)
        except Unsendable as why:
            raise CannotTell(str(why)) from None
        given = len(known)
        try:
            send(self.sink, dumps([op, target, tree]))
        except OSError:
            self.gone = "the program ended"
            raise Gone(self.gone) from None
        reply = self.hear()
        try:
            return self._take(reply, op, known, given)
        except Exception:  # whatever it sent, it was no value
            self.gone = "the program sent no value"
            raise Gone(self.gone) from None

    def _take(self, reply: list[Any], op: str, known: list[Any], given: int) -> Any:
        if reply[0] == "value":
            _, tree, after = reply
            decoder = Decoder(known, lambda target: Remote(self, target))
            value = decoder.decode(tree)
            for number, contents in after:
                if type(number) is not int or not 0 <= number < given:
                    raise ValueError("no argument")
                decoder.fill(known[number], contents)
            return value
        if reply[0] == "cannot":
            raise _Raised(Exception(f"the result does not travel: {str(reply[1])[:200]}"))
        if reply[0] == "raise":
            raise _Raised(_exception(reply[1], str(reply[2])[:500], op))
        raise ValueError("no reply")

    def handle_of(self, value: Any) -> list[Any]:
        """How one of our values is named in a call: only what came from the program can be."""
        if type(value) is Remote:
            return ["h", object.__getattribute__(value, "_target")]
        self.cannot = f"the tests pass a {type(value).__name__}, which cannot travel to the program"
        raise Unsendable(self.cannot)


class _Raised(BaseException):
    """Carries the program's exception past the handlers of what is no value."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _exception(kinds: Any, said: str, op: str) -> BaseException:
    """The nearest built-in exception; none that would end a loop or a process of the tests quietly."""
    kinds = [kind for kind in kinds if type(kind) is str][:50]
    for kind in kinds[1:]:
        found = getattr(builtins, kind, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            if kind in ("StopIteration", "StopAsyncIteration", "GeneratorExit", "KeyboardInterrupt"):
                return RuntimeError(f"the program raised {kind}")
            try:
                return found(said)
            except TypeError:
                continue
    return Exception(f"{kinds[:1]}: {said}")


def _ask(remote: Any, op: str, *arguments: Any) -> Any:
    link: Link = object.__getattribute__(remote, "_link")
    try:
        return link.ask(op, object.__getattribute__(remote, "_target"), *arguments)
    except _Raised as raised:
        error = link.raised = raised.error
    raise error


class Remote:
    """Something of the program's: a function, a class, an object. It equals nothing but itself."""

    __slots__ = ("_link", "_target")

    def __init__(self, link: Link, target: int | str) -> None:
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_target", target)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _ask(self, "call", list(args), kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"the tests see no {name} of what belongs to the program")
        return _ask(self, "attribute", name)

    def __getitem__(self, key: Any) -> Any:
        return _ask(self, "item", key)

    def __len__(self) -> int:
        found = _ask(self, "length")
        if type(found) is not int:
            raise TypeError("the program gave a length that is no number")
        return found

    def __iter__(self) -> Any:
        return iter(_ask(self, "list"))

    def __contains__(self, item: Any) -> bool:
        return any(item is one or item == one for one in self)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        found = _ask(self, "text")
        return found if type(found) is str else ""

    def __repr__(self) -> str:
        return "<an object of the program>"

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("the tests cannot set what belongs to the program")


def run_tests(config: dict[str, Any]) -> None:
    """Run every test in order and say after each what came of it."""
    link, verdicts = Link(config), config["verdicts"]
    enter(config, [link.source, link.sink, verdicts])

    def tell(*words: Any) -> None:
        send(verdicts, dumps(list(words)))

    if config["program"] is None:
        if not link.begins():  # nothing of the program has run yet: its sandbox did not start
            os._exit(0)
        tell("started")
        broken = link.broken()
    else:
        tell("started")
        broken = _load(config["program"])
    if broken:
        tell("broken", broken)
        os._exit(0)
    from .testing import prepare

    run = prepare(config, link.reach if config["program"] is None else sys.modules["solution"].__dict__.__getitem__)
    for number, case in enumerate(config["cases"]):
        link.forgive()
        why = ""
        try:
            run(case)
        except BaseException as error:
            why = f"{type(error).__name__}: {_text(error)}".removesuffix(": ")
            if isinstance(error, ImportError) and error is not link.raised and config["program"] is None:
                link.cannot = f"the tests import what is not here: {_text(error)}"
        if link.gone is not None:
            tell(number, "failed", link.gone)
        elif link.cannot is not None:
            tell(number, "unscored", link.cannot)
        else:
            tell(number, "wrong" if why else "passed", why)
    os._exit(0)


def _load(program: str) -> str:
    """Load the program here, among the tests; why it does not load, or nothing."""
    module = type(sys)("solution")
    sys.modules["solution"] = sys.modules["program"] = module
    try:
        exec(compile(program, "program.py", "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:
        return f"{type(error).__name__}: {_text(error)}"
    return ""


def _text(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except BaseException:
        return ""
