"""Verifiable: facts."""

from __future__ import annotations

from itertools import pairwise

import guerdon as gd

from ...experiments import repairs, suites
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.code import (
    Attempt,
    agent_rlvr,
    agent_rlvr_guidance,
    agent_rlvr_pairs,
    agent_rlvr_round,
    verpo,
    verpo_dense,
)
from ..seen import change, column, least, numbers

_PASSED = gd.col("passed", axis="test")
_TABLE = [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]]
_FOUR = {"prompt": ["p"] * 4, "passed": _TABLE}
_COPIES = {"prompt": ["p"] * 4, "passed": [[a, *[b] * 10, c] for a, b, c in _TABLE]}
_NOBODY = {"prompt": ["p"] * 3, "passed": [[1, 1, 0], [1, 0, 0], [0, 0, 0]]}
_TURNS = {"prompt": ["p"] * 2, "passed": [[[1, 0], [1, 1]], [[0, 0]]]}

register(
    verpo_dense,
    row="P124",
    title="VeRPO's dense reward: Verifiable Dense Reward Policy Optimization for Code Generation",
    shape="expression",
    sure="abstract",
    guesses=("the formula of the weight", "bins of equal width", "the floor of 0.01 under the logarithm"),
    example=lambda: verpo_dense(_PASSED),
    facts=(
        Fact(
            "one hard, one easy and one free test", lambda: numbers(verpo_dense(_PASSED), _FOUR), (0.4, 0, 1, 0), 1e-12
        ),
        Fact(
            "half and half with the outcome",
            lambda: numbers(0.5 * verpo_dense(_PASSED) + 0.5 * _PASSED.all(), _FOUR),
            (0.2, 0, 1, 0),
            1e-12,
        ),
        Fact(
            "ten copies of a test, without bins", lambda: numbers(verpo_dense(_PASSED, bins=None), _COPIES)[0], 0.8696
        ),
        Fact("ten copies of a test share one weight", lambda: numbers(verpo_dense(_PASSED), _COPIES)[0], 0.4, 1e-12),
        Fact(
            "weights -log: log 2 of log 8",
            lambda: numbers(verpo_dense(_PASSED, form="log"), _FOUR),
            (1 / 3, 0, 1, 0),
            1e-12,
        ),
        Fact(
            "Laplace: pass rates 5/6, 1/2, 1/3, weights 1/6, 1/2, 2/3",
            lambda: numbers(verpo_dense(_PASSED, smoothing=1), _FOUR),
            (0.5, 0.125, 1, 0.125),
            1e-12,
        ),
        Fact(
            "everybody passes everything; no tests at all",
            lambda: [
                *numbers(verpo_dense(_PASSED), {"prompt": ["p"] * 2, "passed": [[1, 1]] * 2}),
                *numbers(verpo_dense(_PASSED), {"prompt": ["p"], "passed": [[]]}),
            ],
            (1, 1, 0),
            0,
        ),
        Fact(
            "two turns: pass rates 2/3 and 1/3 over three programs",
            lambda: numbers(verpo_dense(gd.col("passed", axis=("turn", "test"))), _TURNS),
            (1 / 3, 1, 0),
            1e-12,
        ),
    ),
)

register(
    verpo,
    row="P124",
    title="VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation",
    shape="expression",
    sure="abstract",
    guesses=("lambda = 1", "division by the standard deviation", "those of verpo_dense"),
    example=lambda: verpo(gd.col("passed", axis=("turn", "test"))),
    facts=(
        Fact(
            "the outcome's part alone, where one of four passes all",
            lambda: numbers(verpo(_PASSED, weight=0.0), _FOUR),
            (-(3**-0.5), -(3**-0.5), 3**0.5, -(3**-0.5)),
            1e-12,
        ),
        Fact(
            "nobody passes all: the outcome teaches nothing",
            lambda: numbers(verpo(_PASSED, weight=0.0), _NOBODY),
            (0, 0, 0),
            0,
        ),
        Fact("nobody passes all: the tests teach", lambda: least(abs(x) > 0.1 for x in _nobody()), 1, 0),
        Fact("who passes more is worth more", lambda: least(a > b for a, b in pairwise(_nobody())), 1, 0),
        Fact("the advantages of a group sum to 0", lambda: sum(numbers(verpo(_PASSED), _FOUR)), 0, 1e-12),
    ),
    experiment=Experiment(
        suites.many_easy_tests,
        (
            Claim("VeRPO: chance of a program that passes everything", column("passes all, verpo"), low=0.8),
            Claim(
                "more than by the outcome alone",
                change("passes all, verpo", "passes all, outcome alone"),
                low=0.3,
                whose="paper",
            ),
            Claim(
                "by outcome and count of tests: the easy answers are written down",
                column("writes answers down, counts"),
                low=0.8,
                whose="paper",
            ),
        ),
        "programs for twenty easy and four hard tests; an approach passes all the easy ones and can pass no hard one",
    ),
)


def _nobody() -> list[float]:
    return numbers(verpo(_PASSED), _NOBODY)


_MENDED, _KEPT = gd.col("mended", axis="test"), gd.col("kept", axis="test")
_PATCH = """\
--- a/mean.py
+++ b/mean.py
@@ -1,2 +1,2 @@
 def mean(numbers):
-    return sum(numbers) / (len(numbers) - 1)
+    return sum(numbers) / max(len(numbers), 1)
"""
_LINE = "return sum(numbers) / max(len(numbers), 1)"


def _patches(mended: list[list[int]], kept: list[list[int]], applies: list[int]) -> list[float | None]:
    reward = agent_rlvr(_MENDED, _KEPT, gd.col("applies"))
    return numbers(reward, {"mended": mended, "kept": kept, "applies": applies})


register(
    agent_rlvr,
    row="P123",
    title="Agent-RLVR: Training Software Engineering Agents via Guidance and Environment Rewards",
    shape="expression",
    sure="paper",
    example=lambda: agent_rlvr(_MENDED, _KEPT, gd.col("applies")),
    facts=(
        Fact("all three mended, one of two broken", lambda: _patches([[1, 1, 1]], [[1, 0]], [1]), 0, 0),
        Fact("all mended, nothing broken", lambda: _patches([[1, 1, 1]], [[1, 1]], [1]), 1, 0),
        Fact("does not apply", lambda: _patches([[1, 1, 1]], [[1, 1]], [0]), 0, 0),
        Fact("one of three still fails", lambda: _patches([[1, 0, 1]], [[1, 1]], [1]), 0, 0),
        Fact(
            "no test that the bug made fail; none that passed",
            lambda: _patches([[], [1]], [[1], []], [1, 1]),
            (0, 1),
            0,
        ),
    ),
)


def _kept(text: str, ngram: int = 8) -> float:
    return float(not agent_rlvr_guidance({"plan": text}, _PATCH, ngram).rejected)


register(
    agent_rlvr_guidance,
    row="P123",
    title="Agent-RLVR's guidance",
    shape="function",
    sure="paper",
    guesses=("the rule against leaks: eight tokens in a row", "headings"),
    example=lambda: {},
    facts=(
        Fact("eight tokens of the patch in a row", lambda: _kept("Write sum(numbers) / max(len there."), 0, 0),
        Fact("seven tokens of the patch in a row", lambda: _kept("Write sum(numbers) / max(size there."), 1, 0),
        Fact("a plan in words", lambda: _kept("Divide by the number of items, and by no less than one."), 1, 0),
        Fact("the whole line in a sentence", lambda: _kept(f"It should be: {_LINE}"), 0, 0),
        Fact("spaces and breaks hide nothing", lambda: _kept(_LINE.replace(" ", "\n\n  ")), 0, 0),
        Fact(
            "the other kinds are kept",
            lambda: least(
                [
                    agent_rlvr_guidance({"plan": _LINE, "hints": "See mean.py."}, _PATCH)
                    == ("Hints: See mean.py.", ("plan",))
                ]
            ),
            1,
            0,
        ),
    ),
)

_TRIED = [
    Attempt(0, "fix a ", "", "a1", False),
    Attempt(0, "fix a ", "", "a2", False),
    Attempt(0, "fix a ", "look at the sign", "a3", True),
    Attempt(1, "fix b", "", "b1", True),
    Attempt(2, "fix c", "", "c1", False),
    Attempt(3, "fix d", "", "d1", True),
    Attempt(3, "fix d", "", "d2", False),
    Attempt(3, "fix d", "", "d3", True),
]

register(
    agent_rlvr_pairs,
    row="P123",
    title="Agent-RLVR's pairs",
    shape="builder",
    sure="paper",
    guesses=("one pair for each passing trajectory", "beta"),
    example=lambda: agent_rlvr_pairs(_TRIED),
    facts=(
        Fact(
            "the prompt is the one without guidance, byte for byte",
            lambda: least([agent_rlvr_pairs(_TRIED)[0].prompt.encode() == b"fix a "]),
            1,
            0,
        ),
        Fact(
            "the guided success against the first failure",
            lambda: least([agent_rlvr_pairs(_TRIED)[0][1:] == ("a3", "a1")]),
            1,
            0,
        ),
        Fact(
            "nobody failed, or nobody passed: no pair",
            lambda: least(p.prompt not in ("fix b", "fix c") for p in agent_rlvr_pairs(_TRIED)),
            1,
            0,
        ),
        Fact(
            "two successes, one failure: two pairs",
            lambda: sum(p.rejected == "d2" for p in agent_rlvr_pairs(_TRIED)),
            2,
            0,
        ),
    ),
)


def _round(solved: set[str], guidance: str = "!") -> list[Attempt]:
    return agent_rlvr_round(
        ["a", "b"], lambda task, prompt, n: [prompt] * n, lambda task, text: text in solved, lambda *_: guidance
    )


register(
    agent_rlvr_round,
    row="P123",
    title="Agent-RLVR's round",
    shape="function",
    sure="paper",
    guesses=("two attempts", "guidance where none passes"),
    example=lambda: {},
    facts=(
        Fact("two attempts at a task that is solved, four at one that is not", lambda: len(_round({"a"})), 6, 0),
        Fact("the guided attempt passes", lambda: sum(one.passed for one in _round({"a", "b\n\n!"})), 4, 0),
        Fact("no guidance, no second try", lambda: len(_round(set(), "")), 4, 0),
        Fact(
            "the prompt that is kept has no guidance", lambda: least(one.prompt in "ab" for one in _round(set())), 1, 0
        ),
    ),
    experiment=Experiment(
        repairs.guided_against_alone,
        (
            Claim(
                "alone, without guidance: gain of the share that passes, from 0.05",
                change("alone", "before"),
                high=0.3,
                whose="paper",
            ),
            Claim("guided in training: share that passes without guidance", column("guided"), low=0.6, whose="paper"),
            Claim("gain of guidance over none", change("guided", "alone"), low=0.3, whose="paper"),
        ),
        "twenty bugs, twenty patches each, of which one mends, half of the tries if guided; two rounds of DPO",
        seeds=5,
    ),
)
