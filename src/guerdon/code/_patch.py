"""Applying a patch to a program: strictly, or not at all."""

from __future__ import annotations

import re

__all__ = ["patched"]

MAX_SIZE = 1_000_000
"""Longest patch, and longest program, in characters."""
# Anchored, and of fixed parts: linear.
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")


def patched(patch: str, source: str) -> str | None:
    r"""A text after a unified diff of one file, or None where the diff does not apply exactly. Linear.

    Every line that a hunk keeps or removes must stand where the hunk says, and its counts must be right; there is no
    fuzz. What stands before the first hunk is not read.

    >>> patched("@@ -1,2 +1,2 @@\n a = 1\n-b = 1\n+b = 2\n", "a = 1\nb = 1\n")
    'a = 1\nb = 2\n'
    """
    if len(patch) > MAX_SIZE or len(source) > MAX_SIZE:
        return None
    lines, old = patch.splitlines(), source.splitlines()
    starts = [i for i, line in enumerate(lines) if _HUNK.match(line)]
    if not starts:
        return None
    new: list[str] = []
    done = 0
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        hunk = _hunk(lines[start], lines[start + 1 : stop])
        if hunk is None:
            return None
        at, before, after = hunk
        if at < done or old[at : at + len(before)] != before:
            return None
        new += [*old[done:at], *after]
        done = at + len(before)
    new += old[done:]
    return "\n".join(new) + ("\n" if source.endswith("\n") or not source else "")


def _hunk(head: str, body: list[str]) -> tuple[int, list[str], list[str]] | None:
    """Where a hunk begins (from 0), what it finds and what it leaves there; None where it is none."""
    match = _HUNK.match(head)
    assert match is not None
    begin, found, _, left = (1 if number is None else int(number) for number in match.groups())
    before: list[str] = []
    after: list[str] = []
    for line in body:
        if len(before) == found and len(after) == left:
            break
        mark, text = line[:1], line[1:]
        if mark == "\\":
            continue
        if mark not in (" ", "+", "-", ""):
            return None
        if mark != "+":
            before.append(text)
        if mark != "-":
            after.append(text)
    if len(before) != found or len(after) != left:
        return None
    return (begin - 1 if found else begin), before, after
