"""Judges: facts and experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import guerdon as gd

from ..experiments import duels
from ..judge import brpo
from ..registry import Claim, Experiment, Fact, register
from .seen import column, least, numbers

_SCORE = gd.col("score")
_MARGIN = _SCORE - gd.other(_SCORE)
_SCORES = (7, 5, 9, 6)


@gd.function(cost="judge", bounds=(-10, 10))
def margin_of_scores(mine: float, theirs: float) -> float:
    """Stands for a judge: one's own score less the other's."""
    return mine - theirs


def _rows(reference: int, scores: tuple[int, ...] = _SCORES) -> dict[str, list[object]]:
    return {
        "prompt": ["p"] * len(scores),
        "score": list(scores),
        "first": [int(i == reference) for i in range(len(scores))],
    }


_FIRST = gd.col("first")
_BRPO = brpo(_MARGIN, reference=_FIRST)
_ALL_KEPT = brpo(_MARGIN, reference=_FIRST, extreme=1)


def _expected() -> list[float]:
    """The mean advantage over every choice of the reference."""
    seen = [numbers(_ALL_KEPT, _rows(reference)) for reference in range(4)]
    return [sum(row[i] for row in seen if row[i] is not None) / 3 for i in range(4)]


def _calls(duel: gd.Score, rows: Mapping[str, object]) -> int:
    figures = brpo(duel).score(rows).figures
    return sum(figure.made for figure in figures.values())


def _per_quality(judged: str) -> Callable[[Mapping[str, float]], float]:
    return lambda seen: seen[f"length {judged}"] / seen[f"quality {judged}"]


_JUDGE = margin_of_scores(mine=_SCORE, theirs=gd.other(_SCORE))
_GROUPS = {"prompt": ["p"] * 4 + ["q"] * 6, "score": [7, 5, 9, 6, 1, 2, 3, 4, 5, 6]}

register(
    brpo,
    row="P192",
    title="Writing-Zero's BRPO: Bridge the Gap Between Non-verifiable Tasks and Verifiable Rewards",
    shape="expression",
    sure="paper",
    guesses=("groups are left out beyond a mean of 0.7", "a tie counts as a defeat", "the values 1 and -1 (memory)"),
    example=lambda: brpo(_JUDGE, shuffle=True),
    facts=(
        Fact("scores 7, 5, 9, 6; the first is the reference", lambda: numbers(_BRPO, _rows(0)), (None, -1, 1, -1), 0),
        Fact("their mean, which keeps the group", lambda: sum(numbers(_BRPO, _rows(0))[1:]) / 3, -1 / 3, 1e-12),
        Fact("the third is the reference: nobody beats it, filtered", lambda: numbers(_BRPO, _rows(2)), (None,) * 4, 0),
        Fact("unfiltered: all lose", lambda: numbers(_ALL_KEPT, _rows(2)), (-1, -1, None, -1), 0),
        Fact("calls for groups of 4 and 6", lambda: _calls(_JUDGE, _GROUPS), 3 + 5, 0),
        Fact("one reference per group, any seed", lambda: [_left_out(seed) for seed in range(5)], (2,) * 5, 0),
        Fact("over every reference: (wins - losses) / 3", _expected, (1 / 3, -1, 1, -1 / 3), 1e-12),
        Fact("a tie counts as a defeat", lambda: numbers(_ALL_KEPT, _rows(0, (7, 7, 9, 7))), (None, -1, 1, -1), 0),
        Fact("shuffled, an even-handed judge says the same", lambda: least(_same(seed) for seed in range(5)), 1, 0),
    ),
    experiment=Experiment(
        duels.pairs_against_scores,
        (
            Claim("judged alone: length per quality", _per_quality("alone"), low=0.3, whose="paper"),
            Claim("judged in pairs: length per quality", _per_quality("pairs"), low=-0.1, high=0.1, whose="paper"),
            Claim("judged in pairs: quality gained", column("quality pairs"), low=1.0),
        ),
        "one noisy judge with a taste for length, of texts alone (z-scores) and of pairs, where both sides share it",
        seeds=5,
    ),
)  # fmt: skip


def _left_out(seed: int) -> int:
    reasons = brpo(_MARGIN, extreme=1, seed=seed).score(_GROUPS).reasons
    return sum(reason == "left out: the reference of its group" for reason in reasons)


def _same(seed: int) -> bool:
    return numbers(brpo(_JUDGE, shuffle=True, seed=seed), _GROUPS) == numbers(brpo(_JUDGE, seed=seed), _GROUPS)
