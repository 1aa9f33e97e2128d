"""Hold the runner, with and without its savings, against the reference interpreter on one random expression."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import guerdon as gd
from guerdon.expr.node import topological
from guerdon.expr.score import Score

from .cells import Sheet
from .interpreter import Batch, interpret
from .trees import Choices, expression, rollouts

Batches = list[tuple[dict[str, list[Any]], list[str]]]


def example(choose: Choices) -> tuple[Score, Batches]:
    """A random expression and one to three batches to score one after the other."""
    root = expression(choose)
    return root, [rollouts(choose) for _ in range(1 + choose.below(4))]


def check(root: Score, batches: Batches) -> None:
    """AssertionError where the runner and the reference disagree."""
    runners = {savings: root.compile(savings=savings, strict=False) for savings in (True, False)}
    complete = root.compile(strict=False) if len(batches) == 1 and root.components else None
    memory: dict[bytes, Any] = {}
    has_param = any(node.op == "param" and node.param("name") == "p" for node in topological(root))
    for step, (columns, groups) in enumerate(batches):
        ids = [f"id{step}.{row}" for row in range(len(groups))]
        params = {"p": step / 4}
        data = gd.Rollouts.of(columns, groups=groups, ids=ids)
        expected = interpret(root, Batch(columns, ids, groups, step, params), memory)
        found = {}
        for savings, runner in runners.items():
            if has_param:
                runner.set("p", params["p"])
            found[savings] = runner.score(data, step=step)
        on, off = found[True], found[False]
        _same(f"batch {step}, savings off", off, expected.root)
        _same(f"batch {step}, savings on", on, expected.root)
        assert on.values.tobytes() == off.values.tobytes(), f"batch {step}: the savings changed the bytes"
        for name, sheet in expected.components.items():
            _same(f"batch {step}, savings off, component {name}", off.components[name], sheet)
            _same_where_computed(f"batch {step}, savings on, component {name}", on.components[name], sheet)
        for name, sheet in expected.observed.items():
            _same_where_computed(f"batch {step}, savings on, observed {name}", on.observed[name], sheet)
            _same(f"batch {step}, savings off, observed {name}", off.observed[name], sheet)
        if complete is not None:
            if has_param:
                complete.set("p", params["p"])
            whole = complete.score(data, step=step, all_components=True)
            _same(f"batch {step}, all components", whole, expected.root)
            for name, sheet in expected.components.items():
                _same(f"batch {step}, all components, {name}", whole.components[name], sheet)
        states = [runner.state_dict() for runner in runners.values()]
        assert states[0] == states[1], f"batch {step}: the savings changed the state: {states}"


def _cells(scores: Any) -> list[tuple[str, float | None, str]]:
    return [
        (status, float(value) if status in ("scored", "failed") else None, reason)
        for status, value, reason in zip(scores.statuses, scores.values, scores.reasons, strict=True)
    ]


def _wanted(sheet: Sheet) -> list[tuple[str, float | None, str]]:
    return [(c.status, float(c.value) if c.has_number else None, c.reason) for c in sheet.listed()]


def _same(what: str, scores: Any, sheet: Sheet) -> None:
    counts = [level.tolist() for level in scores.layout.counts]
    assert counts == sheet.counts(), f"{what}: pieces {counts}, not {sheet.counts()}"
    got, wanted = _cells(scores), _wanted(sheet)
    assert got == wanted, f"{what}:\n  got      {got}\n  expected {wanted}"


def _same_where_computed(what: str, scores: Any, sheet: Sheet) -> None:
    """Equal wherever the run computed it; rows whose shape was never asked for hold nothing."""
    layout = scores.layout
    places = layout.rows.tolist()
    got = _cells(scores)
    for row in range(sheet.n):
        mine = [cell for cell, place in zip(got, places, strict=True) if place == row]
        if not mine and layout.known is not None and not layout.known[row]:
            continue
        wanted = [
            (c.status, float(c.value) if c.has_number else None, c.reason)
            for c in (sheet.cells[path] for path in sheet.of_row(row, sheet.depth))
        ]
        assert len(mine) == len(wanted), f"{what}, row {row}: {mine}, not {wanted}"
        for cell, want in zip(mine, wanted, strict=True):
            assert cell[0] == "skipped" or cell == want, f"{what}, row {row}:\n  got {mine}\n  expected {wanted}"


# --- where choices come from, beside hypothesis


class Recorded:
    """Choices of a seed, remembered; or choices given, and 0 after their end."""

    def __init__(self, seed: int | None = None, given: list[int] | None = None) -> None:
        self.given = given
        self.source = None if seed is None else random.Random(seed)
        self.taken: list[int] = []

    def below(self, n: int) -> int:
        if self.source is not None:
            choice = self.source.randrange(n)
        else:
            at = len(self.taken)
            choice = min(self.given[at], n - 1) if self.given is not None and at < len(self.given) else 0
        self.taken.append(choice)
        return choice


def shrink(choices: list[int], fails: Callable[[list[int]], bool], tries: int = 3000) -> list[int]:
    """Fewer and smaller choices with which it still fails."""
    best = list(choices)
    width = max(1, len(best) // 2)
    while tries > 0:
        shorter = False
        at = 0
        while at < len(best) and tries > 0:
            for put in ([], [0] * width):
                trial = best[:at] + put + best[at + width :]
                if trial != best:
                    tries -= 1
                    if fails(trial):
                        best, shorter = trial, True
                        break
            else:
                at += width
        for i, choice in enumerate(best if width == 1 else []):
            for smaller in range(choice):
                tries -= 1
                if fails(trial := [*best[:i], smaller, *best[i + 1 :]]):
                    best, shorter = trial, True
                    break
        if not shorter:
            if width == 1:
                break
            width = max(1, width // 2)
    return best


def report(root: Score, batches: Batches) -> str:
    """An example in words."""
    read = {node.param("name") for node in topological(root) if node.op == "col"}
    lines = [root.tree()]
    for columns, groups in batches:
        lines.append(f"groups {groups}, { ({name: columns[name] for name in sorted(read)}) }")
    return "\n".join(lines)
