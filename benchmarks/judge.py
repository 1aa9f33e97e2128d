"""A gated reward with a judge behind HTTP: calls and seconds with and without the planner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.plan import CallLimits
from guerdon.plan.http import post_json
from guerdon.text import _tags

from .composite import listed, right_reward
from .judge_server import Judge
from .measure import Floats, Line, Size, Table, alternate
from .writing import completions

ROWS = {"tiny": 32, "quick": 800, "full": 4_000}
REPEATS = {"tiny": 1, "quick": 5, "full": 7}
DELAY = {"tiny": 0.001, "quick": 0.02, "full": 0.1}
CONCURRENCY = 16
TAGS = ("think", "answer")


def reward_of(url: str) -> gd.Score:
    """Nothing for an untidy completion; half for the right answer, half for what the judge thinks."""

    @gd.function(bounds=(0, 1), cost="judge", limits=CallLimits(concurrency=CONCURRENCY))
    async def judge(completion: str) -> float:
        return await _post(url, completion)

    tidy = gd.text.tags_in_order(*TAGS).named("tidy")
    right = (gd.text.tag("answer") == gd.col("solution")).named("right")
    return tidy * (0.5 * right + 0.5 * judge().named("judged"))


def functions_of(url: str, loop: asyncio.Runner, *, by_hand: bool) -> list[Callable[..., list[float]]]:
    """The same as a list of functions; ``by_hand``: the judge's one asks only where it must, and never twice."""

    def gated_right(completions: list[str], solution: list[str], **kwargs: Any) -> list[float]:
        tidy = [_tags.tags_in_order(text, TAGS) for text in completions]
        right = right_reward(completions, solution)
        return [a * b for a, b in zip(tidy, right, strict=True)]

    def gated_judge(completions: list[str], **kwargs: Any) -> list[float]:
        tidy = [_tags.tags_in_order(text, TAGS) for text in completions]
        asked = (
            list(dict.fromkeys(t for t, ok in zip(completions, tidy, strict=True) if ok)) if by_hand else completions
        )
        found = loop.run(_ask(url, asked))
        if by_hand:
            known = dict(zip(asked, found, strict=True))
            return [known[text] if ok else 0.0 for text, ok in zip(completions, tidy, strict=True)]
        return [a * b for a, b in zip(tidy, found, strict=True)]

    return [gated_right, gated_judge]


async def _post(url: str, text: str) -> float:
    return float((await post_json(f"{url}/score", {"text": text}))["score"])


async def _ask(url: str, texts: list[str]) -> list[float]:
    gate = asyncio.Semaphore(CONCURRENCY)

    async def one(text: str) -> float:
        async with gate:
            return await _post(url, text)

    return await asyncio.gather(*map(one, texts))


def run(size: Size) -> list[Table]:
    """One table: the planner on, off, and two lists of functions, with the judge's own count of calls."""
    rows = completions(ROWS[size], repeated=0.2)
    with Judge(DELAY[size]) as server, asyncio.Runner() as loop:
        reward = reward_of(server.url)
        naive, careful = (functions_of(server.url, loop, by_hand=by_hand) for by_hand in (False, True))
        contenders: dict[str, Callable[[], Floats]] = {
            "guerdon": lambda: reward.score(rows).values,
            "guerdon, savings=False": lambda: reward.score(rows, savings=False).values,
            "list of TRL-style functions": lambda: listed(naive, (0.5, 0.5), rows),
            "the same, gate and memory written by hand": lambda: listed(careful, (0.5, 0.5), rows),
        }
        figures: dict[str, dict[str, str]] = {}
        expected = contenders["guerdon"]()
        server.count()
        for name, call in contenders.items():
            assert np.array_equal(call(), expected), name
            asked, peak = server.count()
            figures[name] = {"calls": f"{asked:,}", "at one time": str(peak)}
        seconds = alternate(contenders, REPEATS[size], clock="wall", warm=False)
    lines = [Line(name, tuple(found), figures[name]) for name, found in seconds.items()]
    title = (
        f"Gated reward with a judge, {ROWS[size]:,} completions, {DELAY[size] * 1e3:g} ms a call, "
        f"at most {CONCURRENCY} at one time"
    )
    return [Table(title, lines, clock="wall")]
