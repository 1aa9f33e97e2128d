"""Several judgements as one reward: ensembles, routes, trust, and multipliers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.shaping import dcg, length_band, pessimistic


def rm_ensemble(
    members: Score,
    references: Score | None = None,
    how: Literal["mean", "median", "min", "mean-std"] = "mean-std",
    weight: float = 1.0,
) -> Score:
    """A reward-model ensemble (P039): members made comparable, and joined so that what they disagree on counts less.

    Bradley-Terry scores are known up to a constant per prompt, so each member is first centred on its own scores of
    reference completions. Ensembles soften over-optimisation; an error that all members share they keep.

    Paper: Eisenstein et al., "Helping or Herding? Reward Model Ensembles Mitigate but do not Eliminate Reward Hacking"
    (2023), arXiv:2312.09244, from memory and its abstract. GUESSES: population figures.

    Args:
        members: the score of each member, on an axis: ``gd.col("scores", axis="member")``, or
            ``gd.stack(one, another, axis="member")``.
        references: each member's scores of completions of the starting policy on the prompt, nested:
            ``gd.col("references", axis=("member", "reference"))``; without it nothing is centred.
        how: the aggregate.
        weight: of the standard deviation.

    >>> rm_ensemble(gd.col("scores", axis="member")).score({"scores": [[1, 2, 6]]}).values.round(4)
    array([0.8398])
    """
    if references is not None:
        members = members - references.mean()
    aggregates = {"mean": members.mean(), "median": members.median(), "min": members.min()}
    return pessimistic(members, weight=weight) if how == "mean-std" else aggregates[how]


def harmo(
    rule: Score,
    model: Score | float,
    confidence: Score | float,
    form: Score | float = 0.0,
    length: Score | None = None,
    target: Score | float | None = None,
    weights: tuple[float, float, float] = (1.0, 0.5, 0.5),
    tolerance: float = 0.2,
    slope: float = 1.0,
) -> Score:
    """HARMO (P032): rules where a rule can tell, a model where none can; beside them form and a fair length.

    ``confidence * rule + (1 - confidence) * model``. Where the confidence is 1 the model is never called, and where it
    is 0 the rule is not. The length costs nothing inside a band around the mean length of the group's right rollouts
    (of all, where none is right), and more and more outside it, down to -1.

    Paper: Gulhane and Indurthi, "Beyond Monolithic Rewards: A Hybrid and Multi-Aspect Reward Optimization for MLLM
    Alignment" (2025), arXiv:2510.05283, of which the abstract and parts of the text were read. GUESSES: the blend, the
    form of the length penalty and its band, the weights.

    Args:
        rule: 0 or 1, by a rule.
        model: by a reward model, or the similarity to a reference answer, in [0, 1].
        confidence: of the rule; often by kind of task: ``gd.col("kind").map({"maths": 1, "ocr": 1}, otherwise=0)``.
        form: of tags and constraints, in [0, 1].
        length: of the completion; left out, it does not count.
        target: the wanted length, in place of the group's.
        weights: of accuracy, form and length.
        tolerance: half the width of the band, as a share of the target.
        slope: of the penalty outside it.

    >>> reward = harmo(gd.col("rule"), gd.col("model"), gd.col("c"))
    >>> reward.score({"rule": [1, 1, None], "model": [None, 0.5, 0.25], "c": [1, 0.6, 0]}).values
    array([1.  , 0.8 , 0.25])
    """
    accuracy = confidence * rule + (1 - confidence) * model
    reward = weights[0] * accuracy + weights[1] * form
    if length is None:
        return reward
    if target is None:
        target = length.mean(over="prompt", where=accuracy >= 0.5, empty=length.mean(over="prompt"))
    return reward + weights[2] * length_band(length, target, tolerance, slope)


def trust_grpo(
    outcome: Score, thinking: Score, alpha: float = 0.3, decay: float = 500.0, judge_all: bool = False
) -> Score:
    """Trust-GRPO of SophiaVL-R1 (P196): a judge of the thinking, believed as far as it agrees with the outcomes.

    ``outcome + trust * alpha * exp(-step / decay) * thinking``. Trust is 1 where the group's right rollouts are judged
    at least as well as its wrong ones, else ``exp`` of the difference of the means, and is logged as ``trust``. Groups
    that are all right or all wrong do not call the judge, nor do rollouts with an outcome below 0.2.

    Paper: Fan et al., "SophiaVL-R1: Reinforcing MLLMs Reasoning with Thinking Reward" (2025), arXiv:2505.17018, and its
    code, which counts a rollout that was not judged as judged 0; so wrong answers are thought little of, and trust
    hardly ever falls. ``judge_all`` is what the paper means.

    Args:
        outcome: in [0, 1], 0 without the right form; of optical character recognition, ``(-word_error_rate).exp()``.
        thinking: the judge's score of the thinking, in [0, 1].
        alpha: the weight at step 0.
        decay: T, in steps.
        judge_all: judge wrong rollouts too.

    >>> rows = {"prompt": ["p"] * 4, "outcome": [1, 1, 0, 0], "thinking": [0.5, 0.3, 0.8, 0.8]}
    >>> reward = trust_grpo(gd.col("outcome"), gd.col("thinking"), judge_all=True)
    >>> reward.score(rows, step=0).observed["trust"].values[0].round(4)
    np.float64(0.6703)
    """
    settled = (outcome >= 0.9).all(over="prompt") | (outcome <= 0.1).all(over="prompt")
    judged = gd.where(settled if judge_all else settled | (outcome < 0.2), 0, thinking)
    right = outcome >= 0.5
    lead = judged.mean(over="prompt", where=right) - judged.mean(over="prompt", where=~right)
    trust = gd.where(right.any(over="prompt") & ~right.all(over="prompt"), gd.min(lead, 0).exp(), 1)
    return (outcome + trust * alpha * (-gd.step() / decay).exp() * judged).observe(trust=trust)


def constrained(
    rewards: Sequence[Score],
    targets: Sequence[float],
    kl: Score | None = None,
    squash: Literal["sigmoid", "tanh"] | None = "sigmoid",
    lr: float = 0.01,
    momentum: float = 0.1,
    init: float | None = None,
) -> Score:
    """Constrained RLHF (P189): each reward only up to the point at which it stops meaning anything.

    Every reward has a target and a multiplier, moved by gradient descent after each batch: it falls while the mean
    reward is above its target and rises while it is below. The advantage is
    ``(N - sum of multipliers) * A_kl + sum of multiplier_i * A_i``, each A being a reward less its group's mean. With
    ``sigmoid`` a reward's weight stays in (0, 1); with ``tanh`` it may turn negative and press the reward down to its
    target; without a squash it is linear and never below 0. The multipliers are logged, ``multiplier0`` and so on.

    Paper: Moskovitz et al., "Confronting Reward Model Overoptimization with Constrained RLHF" (2023), arXiv:2310.04373,
    and its code, which has a value function for each reward where we have the group, starts multipliers at random near
    0, and clips their gradient; ours go straight down, not through the squash. The search for targets (Nelder-Mead over
    runs) stands outside the reward.

    Args:
        rewards: the components, one number per rollout each.
        targets: their proxy points.
        kl: what keeps the policy near its start, as a reward: minus the KL divergence; left out where the trainer has
            a KL penalty of its own.
        squash: see above.
        lr: of the multipliers.
        momentum: of their steps.
        init: the multipliers (before the squash) at the start: 0, or 0.5 without a squash.

    >>> advantage = constrained([gd.col("a"), gd.col("b")], targets=[1, 1], kl=gd.col("kl"))
    >>> advantage.score({"prompt": ["p", "p"], "a": [1, 0], "b": [0, 0], "kl": [-0.2, 0]}).values.round(4)
    array([ 0.15, -0.15])
    """
    if len(rewards) != len(targets):
        raise ValueError(f"constrained: {len(rewards)} rewards need as many targets, not {len(targets)}")
    start = (0.0 if squash else 0.5) if init is None else init
    weights = [
        gd.dual(reward, target=target, lr=lr, momentum=momentum, squash=squash, init=start)
        for reward, target in zip(rewards, targets, strict=True)
    ]
    parts = [weight * (reward - reward.mean(over="prompt")) for weight, reward in zip(weights, rewards, strict=True)]
    if kl is not None:
        parts.append((len(weights) - sum(weights)) * (kl - kl.mean(over="prompt")))
    advantage = gd.stack(*parts, axis="component").sum()
    return advantage.observe(**{f"multiplier{i}": weight for i, weight in enumerate(weights)}).as_advantage()


def pagellm(page: Score, item: Score, weight: float = 1.0) -> Score:
    """PageLLM (P071): a page as a whole, and the place of each item that people engaged with.

    ``page + weight * item``. Both are Bradley-Terry models of feedback: of whole pages (relevant against random, in
    good order against shuffled, varied against alike, without repeats against with: see :func:`page_pairs`) and of
    pages that differ by one swap (:func:`swap_pairs`).

    Paper: Wang et al., "PageLLM: A Multi-Grained Reward Framework for Whole-Page Optimization with Large Language
    Models" (2025), arXiv:2506.09084, of which the abstract and parts of the text were read. GUESSES: the weight, and
    that the reward of the items is their mean.

    Args:
        page: the page model's score.
        item: the item model's score, one for the page or one per item on an axis.
        weight: lambda.

    >>> pagellm(gd.col("page"), gd.col("items", axis="item")).score({"page": [2], "items": [[0.5, 1]]}).values
    array([2.75])
    """
    return page + weight * (item.mean() if item.axes else item)


def ndcg(relevance: Score, k: int | None = None) -> Score:
    """Normalised discounted cumulative gain (P071), the measure of pages: 1 for the best order of the same items.

    Paper: Wang et al., "PageLLM: A Multi-Grained Reward Framework for Whole-Page Optimization with Large Language
    Models" (2025), arXiv:2506.09084, of which the abstract and parts of the text were read. GUESSES: a page without a
    relevant item is worth 0.

    Args:
        relevance: of each item, in the order of the page.
        k: how many places count; left out, all.

    >>> ndcg(gd.col("relevance", axis="item"), k=3).score({"relevance": [[1, 0, 1], [0, 0, 0]]}).values.round(5)
    array([0.91972, 0.     ])
    """
    best = dcg(relevance, k, ideal=True)
    return gd.where(best > 0, dcg(relevance, k) / best, 0)
