"""Shaping, several judgements as one: facts and experiments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import guerdon as gd
from guerdon.expr.score import Score

from ...experiments import bandits, browsing, ensembles, multipliers
from ...registry import Claim, Experiment, Fact, register
from ...shaping import constrained, harmo, ndcg, page_pairs, pagellm, rm_ensemble, swap_pairs, trust_grpo
from ..seen import change, column, least, numbers

_MEMBERS = gd.col("scores", axis="member")
_REFERENCES = gd.col("references", axis=("member", "reference"))
_THREE = {"scores": [[1, 2, 6]]}
_MOVED = {"scores": [[11, 2, -94]], "references": [[[10, 12], [0, 2], [-100, -98]]]}
_UNMOVED = {"scores": [[1, 2, 6]], "references": [[[0, 2], [0, 2], [0, 2]]]}

register(
    rm_ensemble,
    row="P039",
    title="Helping or Herding? Reward Model Ensembles Mitigate but do not Eliminate Reward Hacking",
    shape="expression",
    sure="memory",
    guesses=("population figures",),
    example=lambda: rm_ensemble(_MEMBERS, _REFERENCES),
    facts=(
        Fact("1, 2, 6: mean", lambda: numbers(rm_ensemble(_MEMBERS, how="mean"), _THREE), 3, 0),
        Fact("1, 2, 6: median", lambda: numbers(rm_ensemble(_MEMBERS, how="median"), _THREE), 2, 0),
        Fact("1, 2, 6: min", lambda: numbers(rm_ensemble(_MEMBERS, how="min"), _THREE), 1, 0),
        Fact("1, 2, 6: mean less std", lambda: numbers(rm_ensemble(_MEMBERS), _THREE), 0.8398),
        Fact("1, 2, 6: the deviation", lambda: numbers(rm_ensemble(_MEMBERS, weight=1.0) * -1 + 3, _THREE), 2.1602),
        Fact("constants of 10, 0 and -100 change nothing after centring",
             lambda: [numbers(rm_ensemble(_MEMBERS, _REFERENCES), rows)[0] for rows in (_MOVED, _UNMOVED)],
             (2 - math.sqrt(14 / 3), 2 - math.sqrt(14 / 3)), 1e-12),
    ),
    experiment=Experiment(
        ensembles.members_against_one,
        (
            Claim("alike in pre-training, mean of five over one: gold", change("finetune mean", "finetune one"), low=0,
                  whose="paper"),
            Claim("each pre-trained for itself over alike: gold", change("pretrain mean", "finetune mean"), low=0,
                  whose="paper"),
            Claim("mean less deviation over mean: gold", change("pretrain mean-std", "pretrain mean"), low=0),
            Claim("an error that all share, mean of five over one: gold (herding)",
                  change("shared mean", "shared one"), low=-0.15, high=0.05, whose="paper"),
            Claim("disagreement on what is picked, times the usual", column("pretrain disagreement"), low=1,
                  whose="paper"),
        ),
        "best of 256 by five reward models that like 40 meaningless features: the true reward of what they pick",
        seeds=5,
    ),
)  # fmt: skip

_RULE, _MODEL, _SURE, _LENGTH = gd.col("rule"), gd.col("model"), gd.col("sure"), gd.col("length")
_BLEND = harmo(_RULE, _MODEL, _SURE)


@gd.function(cost="judge", bounds=(0, 1))
def reward_model(model: float) -> float:
    """Stands for a learned reward model."""
    return model


_ROUTED = harmo(
    _RULE, reward_model(), gd.col("kind").map({"maths": 1, "choice": 1, "ocr": 1}, otherwise=0), weights=(1, 0, 0)
)
_MIXED = {"kind": ["maths", "choice", "ocr", "open"], "rule": [1, 0, 1, None], "model": [0.1, 0.2, 0.3, 0.4]}


def _blended(rule: float | None, model: float | None, sure: float) -> list[float]:
    return numbers(_BLEND, {"rule": [rule], "model": [model], "sure": [sure]})


def _fair(*lengths: float) -> list[float]:
    """The length penalty alone, the target being 100."""
    rows = {"rule": [0] * len(lengths), "length": list(lengths)}
    return numbers(harmo(_RULE, 0, 1, length=_LENGTH, target=100, weights=(0, 0, 1)), rows)


def _of_group(right: Sequence[int]) -> list[float]:
    rows = {"prompt": ["p"] * 3, "rule": list(right), "length": [80, 120, 400]}
    return numbers(harmo(_RULE, 0, 1, length=_LENGTH, weights=(0, 0, 1)), rows)


def _calls(reward: Score, rows: Mapping[str, Any]) -> int:
    return sum(figure.made for figure in reward.score(rows).figures.values())


register(
    harmo,
    row="P032",
    title="HARMO: Hybrid and Multi-Aspect Reward Optimization for MLLM Alignment",
    shape="expression",
    sure="paper",
    guesses=("the blend by confidence", "the form of the length penalty", "tolerance 0.2, slope 1",
             "weights 1 : 0.5 : 0.5", "where no rollout is right, the target is the mean length of all"),
    example=lambda: harmo(_RULE, _MODEL, _SURE, gd.col("form"), _LENGTH),
    facts=(
        Fact("confidence 1: the rule", lambda: _blended(1, None, 1), 1, 0),
        Fact("confidence 0: the model", lambda: _blended(None, 0.25, 0), 0.25, 0),
        Fact("confidence 0.6, rule 1, model 0.5", lambda: _blended(1, 0.5, 0.6), 0.8, 1e-12),
        Fact("target 100: lengths 110, 150, 50, 400", lambda: _fair(110, 150, 50, 400), (0, -0.3, -0.3, -1), 1e-12),
        Fact("a mixed batch: rules on three, the model on one", lambda: numbers(_ROUTED, _MIXED), (1, 0, 1, 0.4), 0),
        Fact("a mixed batch: calls of the model", lambda: _calls(_ROUTED, _MIXED), 1, 0),
        Fact("the target is the mean length of the right, 100", lambda: _of_group([1, 1, 0]), (0, 0, -1), 1e-12),
        Fact("none is right: of all, 200", lambda: _of_group([0, 0, 0]), (-0.4, -0.2, -0.8), 1e-12),
    ),
    experiment=Experiment(
        bandits.routes,
        (
            Claim("true worth of what is answered, hybrid over rules alone", change("hybrid", "rule"), low=0,
                  whose="paper"),
            Claim("hybrid over the model alone", change("hybrid", "model"), low=0, whose="paper"),
            Claim("hybrid, of at most 1", column("hybrid"), low=0.9),
        ),
        "sums, on which a model likes what sounds right, and open tasks, of which a rule knows one wording; GRPO",
    ),
)  # fmt: skip

_OUTCOME, _THINKING = gd.col("outcome"), gd.col("thinking")
_TRUST = trust_grpo(_OUTCOME, _THINKING)
_ALL_JUDGED = trust_grpo(_OUTCOME, _THINKING, judge_all=True)


@gd.function(cost="judge", bounds=(0, 1))
def thinking_judge(thinking: float) -> float:
    """Stands for a judge of the thinking."""
    return thinking


_JUDGED = trust_grpo(_OUTCOME, thinking_judge())


def _four(outcomes: Sequence[float], thinking: Sequence[float]) -> dict[str, list[Any]]:
    return {"prompt": ["p"] * 4, "outcome": list(outcomes), "thinking": list(thinking)}


_MISLED, _AGREED = _four((1, 1, 0, 0), (0.5, 0.3, 0.9, 0.7)), _four((1, 1, 0, 0), (0.9, 0.7, 0.5, 0.3))


def _trust(reward: Score, rows: Mapping[str, Any]) -> float:
    return float(reward.score(rows).observed["trust"].values[0])


def _coefficient(step: int) -> float:
    """What a thinking reward of 1 adds to the outcome of 1, with full trust."""
    return float(_TRUST.score(_four((1, 1, 0, 0), (1, 1, 0, 0)), step=step).values[0]) - 1


register(
    trust_grpo,
    row="P196",
    title="SophiaVL-R1's Trust-GRPO: Reinforcing MLLMs Reasoning with Thinking Reward",
    shape="expression",
    sure="code",
    example=lambda: _TRUST,
    facts=(
        Fact("right judged 0.4, wrong 0.8: trust exp(-0.4)", lambda: _trust(_ALL_JUDGED, _MISLED), 0.6703),
        Fact("right judged 0.8, wrong 0.4: trust", lambda: _trust(_ALL_JUDGED, _AGREED), 1, 0),
        Fact("as released, wrong ones are not judged: trust", lambda: _trust(_TRUST, _MISLED), 1, 0),
        Fact("coefficient at steps 0, 100, 500", lambda: [_coefficient(step) for step in (0, 100, 500)],
             (0.3, 0.2456, 0.1104)),
        Fact("outcome 1, thinking 0.5, full trust, step 0", lambda: numbers(_TRUST, _MISLED)[0], 1.15, 1e-12),
        Fact("outcome 1, thinking 0.5, trust 0.6703", lambda: numbers(_ALL_JUDGED, _MISLED)[0], 1.1005),
        Fact("character recognition, error rate 0.5, no thinking",
             lambda: numbers(trust_grpo((-gd.col("errors")).exp(), _THINKING),
                             {"prompt": ["p"], "errors": [0.5], "thinking": [0]}), 0.6065),
        Fact("all right: the outcome alone", lambda: numbers(_TRUST, _four((1, 1, 0.9, 1), (1, 1, 1, 1))),
             (1, 1, 0.9, 1), 0),
        Fact("all right, and all wrong: calls of the judge",
             lambda: [_calls(_JUDGED, _four((x,) * 4, (1, 0.9, 0.8, 0.7))) for x in (1, 0)], (0, 0), 0),
        Fact("two of four wrong: calls of the judge", lambda: _calls(_JUDGED, _MISLED), 2, 0),
    ),
    experiment=Experiment(
        bandits.styles,
        (
            Claim("a judge always trusted: share of the style that it likes in wrong answers",
                  column("confident always"), low=0.6),
            Claim("trust by group over always: share of that style", change("confident trust", "confident always"),
                  high=-0.1, whose="paper"),
            Claim("trust, annealed, over the outcome alone: share of that style",
                  change("confident annealed", "confident outcome"), low=-0.05, high=0.05, whose="paper"),
        ),
        "plain answers, more often right, and confident ones, whose thinking a judge likes best where they are wrong",
    ),
)  # fmt: skip

_A, _B = gd.col("a"), gd.col("b")
_WITH_KL = constrained([_A, _B], targets=[1, 1], kl=gd.col("kl"))


def _pair(a: float, b: float, kl: Sequence[float] = (-0.2, 0.2)) -> dict[str, list[Any]]:
    return {"prompt": ["p", "p"], "a": [a, a], "b": [b, b], "kl": list(kl)}


def _multipliers(excess: Sequence[float], **knobs: Any) -> list[float]:
    """The first multiplier after each batch, in which its reward exceeded the target by so much."""
    runner = constrained([_A, _B], targets=[1, 1], **knobs).compile()
    found = [runner.score(_pair(1 + x, 1)).observed["multiplier0"].values[0] for x in (*excess, 0.0)]
    return [float(x) for x in found[1:]]


register(
    constrained,
    row="P189",
    title="Confronting Reward Model Overoptimization with Constrained RLHF",
    shape="expression",
    sure="code",
    guesses=("the group's mean in place of value functions", "the gradient does not go through the squash"),
    example=lambda: _WITH_KL,
    facts=(
        Fact("two rewards at the start, sigmoid: both multipliers",
             lambda: [float(_WITH_KL.score(_pair(0, 0)).observed[f"multiplier{i}"].values[0]) for i in (0, 1)],
             (0.5, 0.5), 0),
        Fact("weight of the KL part: 2 - 1/2 - 1/2", lambda: numbers(_WITH_KL, _pair(0, 0)), (-0.2, 0.2), 1e-12),
        Fact("rewards 1 and 0 at one half", lambda: numbers(constrained([_A], [1]), {"prompt": ["p"] * 2, "a": [1, 0]}),
             (0.25, -0.25), 1e-12),
        Fact("one step, an excess of 1: sigmoid(-0.01)", lambda: _multipliers([1]), 1 / (1 + math.exp(0.01)), 1e-12),
        Fact("one step, short by 1: sigmoid(0.01)", lambda: _multipliers([-1]), 1 / (1 + math.exp(-0.01)), 1e-12),
        Fact("tanh, an excess of 1 that stays, momentum 0.1",
             lambda: _multipliers([1, 1], squash="tanh"), (math.tanh(-0.01), math.tanh(-0.021)), 1e-12),
        Fact("without a squash never below 0, and up again at once",
             lambda: _multipliers([4, 4, -1], squash=None, lr=0.1, momentum=0.0), (0.1, 0, 0.1), 1e-12),
    ),
    experiment=Experiment(
        multipliers.multipliers_against_weights,
        (
            Claim("fixed weights: gold at the end over its best (it falls)", change("gold fixed", "best gold fixed"),
                  high=-0.3, whose="paper"),
            Claim("multipliers: gold at the end over its best", change("gold held", "best gold held"), low=-0.05,
                  whose="paper"),
            Claim("multipliers over fixed weights: gold", change("gold held", "gold fixed"), low=0, whose="paper"),
            Claim("first reward over its target", lambda seen: seen["a held"] / multipliers.POINTS[0], 0.95, 1.05),
            Claim("second reward over its target", lambda seen: seen["b held"] / multipliers.POINTS[1], 0.95, 1.05),
        ),
        "a normal policy over two numbers; the true reward is best where two correlated proxies reach their points",
    ),
)  # fmt: skip

_PAGE, _ITEMS = gd.col("page"), gd.col("items", axis="item")


def _paged(items: Sequence[float], **knobs: Any) -> list[float]:
    return numbers(pagellm(_PAGE, _ITEMS, **knobs), {"page": [2], "items": [list(items)]})


register(
    pagellm,
    row="P071",
    title="PageLLM: A Multi-Grained Reward Framework for Whole-Page Optimization",
    shape="expression",
    sure="abstract",
    guesses=("lambda = 1", "the reward of the items is their mean"),
    example=lambda: pagellm(_PAGE, _ITEMS),
    facts=(
        Fact("page 2, items 0.5 and 1", lambda: _paged([0.5, 1]), 2.75, 0),
        Fact("lambda 2", lambda: _paged([0.5, 1], weight=2), 3.5, 0),
        Fact("the item model's score of the whole page",
             lambda: numbers(pagellm(_PAGE, gd.col("swap")), {"page": [2], "swap": [0.5]}), 2.5, 0),
        Fact("a page without items has no number", lambda: _paged([]), (None,), 0),
    ),
    experiment=Experiment(
        browsing.picked,
        (
            Claim("NDCG@10 of the page picked, both rewards over the page's alone", change("both", "page"), low=0,
                  whose="paper"),
            Claim("both over the items' alone", change("both", "item"), low=0, whose="paper"),
            Claim("both over any page", change("both", "random"), low=0.05),
        ),
        "a catalogue of 200 items, noisy clicks, Bradley-Terry models of pages and of swaps: the best of 32 pages",
        seeds=5,
    ),
)  # fmt: skip

_RELEVANCE = gd.col("relevance", axis="item")
_SEEN = {"relevance": [[1, 0, 1]]}


def _ndcg(relevance: Sequence[float], k: int | None = None) -> list[float]:
    return numbers(ndcg(_RELEVANCE, k), {"relevance": [list(relevance)]})


register(
    ndcg,
    row="P071",
    title="NDCG, PageLLM's measure",
    shape="expression",
    sure="abstract",
    guesses=("a page without a relevant item is worth 0",),
    example=lambda: ndcg(_RELEVANCE, 3),
    facts=(
        Fact("DCG@3 of 1, 0, 1", lambda: numbers(gd.shaping.dcg(_RELEVANCE, 3), _SEEN), 1.5, 1e-12),
        Fact("IDCG@3 of 1, 0, 1", lambda: numbers(gd.shaping.dcg(_RELEVANCE, 3, ideal=True), _SEEN), 1.63093, 5e-6),
        Fact("NDCG@3 of 1, 0, 1", lambda: _ndcg([1, 0, 1], 3), 0.91972, 5e-6),
        Fact("the best order", lambda: _ndcg([3, 2, 1, 0]), 1, 1e-12),
        Fact("NDCG@1 of 0, 1", lambda: _ndcg([0, 1], 1), 0, 0),
        Fact("nothing relevant", lambda: _ndcg([0, 0]), 0, 0),
    ),
)

_ITEMS_SEEN, _ENGAGED = ("a", "b", "c", "d", "e"), ("b", "d")
_SWAPS = swap_pairs(_ITEMS_SEEN, _ENGAGED)
_CATALOGUE, _ALIKE = (*_ITEMS_SEEN, *"vwxyz"), ("a1", "a2", "a3", "a4")
_PAIRS = [pair for seed in range(20) for pair in page_pairs(_ITEMS_SEEN, _ENGAGED, _CATALOGUE, _ALIKE, seed)]
_FAMILY = {name: [pair for pair in _PAIRS if pair.family == name] for name in ("relevance", "ranking", "diversity")}
_REPEATS = [pair for pair in _PAIRS if pair.family == "redundancy"]


def _lowered(winner: Sequence[str], loser: Sequence[str]) -> bool:
    """Whether an engaged item stands lower in the loser, and what took its place was not engaged with."""
    first = next(i for i, (a, b) in enumerate(zip(winner, loser, strict=True)) if a != b)
    return winner[first] in _ENGAGED and loser[first] not in _ENGAGED and loser.index(winner[first]) > first


register(
    swap_pairs,
    row="P071",
    title="PageLLM's pairs for the item reward",
    shape="builder",
    sure="abstract",
    guesses=("all swaps with items below that were not engaged with",),
    example=lambda: _SWAPS,
    facts=(
        Fact("b above c and e, d above e", lambda: len(_SWAPS), 3, 0),
        Fact("places that differ, at least and at most",
             lambda: [edge(sum(a != b for a, b in zip(pair.winner, pair.loser, strict=True)) for pair in _SWAPS)
                      for edge in (min, max)], (2, 2), 0),
        Fact("losers have the engaged item lower", lambda: least(_lowered(p.winner, p.loser) for p in _SWAPS), 1, 0),
        Fact("swaps of neighbours", lambda: len(swap_pairs(_ITEMS_SEEN, _ENGAGED, distance=1)), 2, 0),
        Fact("nobody engaged", lambda: len(swap_pairs(_ITEMS_SEEN, ())), 0, 0),
    ),
)  # fmt: skip

register(
    page_pairs,
    row="P071",
    title="PageLLM's pairs for the page reward",
    shape="builder",
    sure="abstract",
    guesses=("one pair of each family",),
    example=lambda: _PAIRS,
    facts=(
        Fact("redundancy, 20 draws: items of winner and loser that stand twice",
             lambda: [least(len(p.winner) - len(set(p.winner)) == 0 for p in _REPEATS),
                      least(len(p.loser) - len(set(p.loser)) == 1 for p in _REPEATS)], (1, 1), 0),
        Fact("ranking: the same items in another order",
             lambda: least(sorted(p.winner) == sorted(p.loser) and p.winner != p.loser for p in _FAMILY["ranking"]), 1,
             0),
        Fact("relevance: engaged items against as many that were not on the page",
             lambda: least(p.winner == _ENGAGED and len(p.loser) == 2 and not set(p.loser) & set(_ITEMS_SEEN)
                           for p in _FAMILY["relevance"]), 1, 0),
        Fact("diversity: one item and its near-duplicates",
             lambda: least(p.loser == ("a", "a1", "a2", "a3", "a4") for p in _FAMILY["diversity"]), 1, 0),
    ),
)  # fmt: skip
