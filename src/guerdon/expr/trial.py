"""A program and its tests, as data: what a leaf hands to whoever runs programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["LEVELS", "Level", "Limits", "Trial"]

Level = Literal["namespaces", "landlock", "none"]
LEVELS: tuple[Level, ...] = ("namespaces", "landlock", "none")
"""How well a program is held, strongest first."""


@dataclass(frozen=True)
class Limits:
    """What one program may use.

    Attributes:
        seconds: CPU time, for loading it and all its calls together (of a script: for each test). Five times that in
            wall time ends it too.
        memory: bytes that one of its processes may address.
        output: bytes that one call returns, or that a script prints.
        processes: processes and threads at one time.
        disk: bytes in its folder ``/tmp``, where it has one.
        packages: whether it may import what is installed beside Guerdon, and not Python's own library alone.
        require: the weakest level of isolation that will do; None for the strongest there is, if there is any.
        allow_unsafe: run it also where nothing holds it.
    """

    seconds: float = 5.0
    memory: int = 1 << 29
    output: int = 1 << 20
    processes: int = 8
    disk: int = 1 << 24
    packages: bool = False
    require: Level | None = None
    allow_unsafe: bool = False

    def __post_init__(self) -> None:
        """Refuse limits that allow nothing."""
        if not 0 < self.seconds < 1e6:
            raise ValueError(f"timeout={self.seconds!r}: give a number of seconds above 0")
        if self.memory < 1 << 26:
            raise ValueError(f"memory={self.memory!r}: an interpreter alone needs 64 MiB (67108864 bytes)")
        for name in ("output", "processes", "disk"):
            value = getattr(self, name)
            if not isinstance(value, int) or not 0 < value <= 1 << 40:
                raise ValueError(f"{name}={value!r}: give a whole number above 0")
        if self.require is not None and self.require not in LEVELS:
            raise ValueError(f"require={self.require!r}: it is one of {', '.join(map(repr, LEVELS))}")


@dataclass(frozen=True)
class Trial:
    """One program and its tests.

    Attributes:
        program: its source.
        cases: the tests: source to run after one another, recorded calls, or what a script reads and prints.
        entry: names that the tests use, and what the program calls them; for calls, ``candidate`` is the one called.
        setup: source that the tests may take further names from.
        script: whether the program is run as a script, once for each case.
        match: how what a script prints is compared: by ``lines``, ``words`` or ``exact``.
        in_process: whether the tests share the program's process, which can then forge every verdict.
        limits: what it may use.

    The result is a list with a record for each case: ``status`` (``passed``, ``wrong``, ``failed`` or ``unscored``),
    ``why``, and the ``level`` of isolation at which it was run.
    """

    program: str
    cases: tuple[Any, ...]
    entry: Mapping[str, str] = field(default_factory=dict)
    setup: str = ""
    script: bool = False
    match: Literal["lines", "words", "exact"] = "lines"
    in_process: bool = False
    limits: Limits = Limits()
