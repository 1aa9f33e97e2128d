"""What the exact path leaves open is asked of sympy, in a worker with a deadline; nothing else starts one."""

from __future__ import annotations

import asyncio
import threading

import pytest

import guerdon as gd

pytest.importorskip("math_verify")

OPEN = [
    (r"\sqrt{3-2\sqrt2}", r"\sqrt2-1", 1.0),
    (r"\sin^2x+\cos^2x", "1", 1.0),
    (r"\sqrt[3]{x^3}", "x", 1.0),
    (r"\sqrt{x}\sqrt{y}", r"\sqrt{xy}", 1.0),
    (r"\sqrt{x^2y^2}", "xy", 0.0),
    (r"\ln x^2", r"2\ln x", 1.0),
    (r"\{\sqrt{3-2\sqrt2},4\}", r"4,\sqrt2-1", 1.0),
    (r"\sum_{k=1}^{10}k", "55", 1.0),
    (r"\int_0^1x\,dx", r"\frac12", 1.0),
]


def scores_of(rows: list[tuple[str, str, float]]) -> list[float]:
    right = gd.math.equal(gd.col("a"), gd.col("b"))
    found = right.score({"a": [row[0] for row in rows], "b": [row[1] for row in rows]})
    return [float(value) for value in found.values]


def test_sympy_decides_what_is_left_open() -> None:
    assert scores_of(OPEN) == [want for _, _, want in OPEN]


def test_it_works_in_a_thread_and_beside_an_event_loop() -> None:
    found: list[list[float]] = []
    thread = threading.Thread(target=lambda: found.append(scores_of(OPEN[:2])))
    thread.start()
    thread.join()

    async def beside() -> list[float]:
        return scores_of(OPEN[:2])

    assert [*found, asyncio.run(beside())] == [[1.0, 1.0], [1.0, 1.0]]


def test_no_worker_where_nothing_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*args: object, **options: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr("guerdon.plan._process.subprocess.Popen", none)
    assert scores_of([("1/2", "0.5", 1.0), (r"\sqrt{12}", r"2\sqrt3", 1.0), ("5 or 6", "5", 0.0)]) == [1.0, 1.0, 0.0]


def test_a_deadline_holds() -> None:
    tower = "(x^{0.1}+" * 40 + "1" + ")^{3.7}" * 40
    right = gd.math.equal(gd.col("a"), gd.col("b"), timeout=2.0)
    scores = right.score({"a": [rf"\sqrt{{({tower})^2}}"], "b": [rf"\sqrt{{({tower})({tower})}}"]})
    assert scores.values.tolist() in ([0.0], [1.0])
