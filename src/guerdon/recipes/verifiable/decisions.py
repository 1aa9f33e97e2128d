"""Rewards for choosing rightly: classes, and who is selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["ats_grpo", "cls_rl", "constant_policies"]


def cls_rl(label: Column, mode: Literal["think", "no_think"] = "think", cased: bool | None = None) -> Score:
    """CLS-RL and No-Thinking-CLS-RL (P081): the class's name in the answer tag, or as the whole completion.

    ``think`` pays 1 for the name (case and white space at its ends aside; the whole text counts where there is no
    answer tag) and 1 for the form of think and answer. ``no_think`` pays 1 where the completion is the name, letter for
    letter: any thought costs everything, and completions turn short.

    Paper: Li et al., "CLS-RL: Image Classification with Rule-Based Reinforcement Learning" (2025), arXiv:2503.16188,
    by its code.

    Args:
        label: the class's name.
        mode: which of the two.
        cased: whether letters must be large and small as in the name; if left out, only where nothing is thought.

    >>> rows = {"completion": ["<think>a</think><answer>Cat</answer>", "cat"], "label": ["cat", "cat"]}
    >>> cls_rl(gd.col("label")).score(rows).values, cls_rl(gd.col("label"), "no_think").score(rows).values
    (array([2., 1.]), array([0., 1.]))
    """
    whole, answer = gd.col("completion"), gd.text.tag("answer")
    how: Any = "exact" if (mode == "no_think" if cased is None else cased) else "text"
    if mode == "no_think":
        return gd.text.equal(whole, label, how)
    right = gd.where(answer.exists(), gd.text.equal(answer, label, how), gd.text.equal(whole, label, how))
    return right + gd.text.tags_in_order("think", "answer", exact=True)


def ats_grpo(
    selected: Score,
    truth: Score,
    closeness: Score,
    skill: Score,
    formatted: Score,
    weights: tuple[float, float, float, float] = (0.25, 0.25, 0.25, 0.25),
    fp_penalty: float = 0.0,
    fn_penalty: float = 0.0,
) -> Score:
    """ATS-GRPO (P034): who is selected for a job, by four weighted criteria and what mistakes cost.

    A large penalty on wrong selections teaches the policy to reject everybody (:func:`constant_policies` warns of
    that); a mild one does not.

    Paper: Jain et al., "A Mathematical Framework for Custom Reward Functions in Job Application Evaluation using
    Reinforcement Learning" (2025), arXiv:2511.16073, by its outline. GUESSES: which four criteria (decision, closeness
    of the score, evidence of the skills asked for, form), equal weights, and penalties in units of the decision. The KL
    term is the trainer's.

    Args:
        selected: the decision, 1 or 0.
        truth: the right one.
        closeness: of the score given: ``gd.similarity.near(said, gold, ladder=gd.similarity.linear(100))``.
        skill: evidence of the skills asked for, in [0, 1]: in meaning (``gd.similarity.cosine``), not by keywords.
        formatted: 1 where the completion has the form asked for.
        weights: of decision, closeness, skill and form.
        fp_penalty: of selecting who should be rejected.
        fn_penalty: of rejecting who should be selected.

    >>> columns = [gd.col(name) for name in ("selected", "truth", "closeness", "skill", "formatted")]
    >>> rows = {"selected": [1], "truth": [1], "closeness": [0.9], "skill": [1], "formatted": [1]}
    >>> ats_grpo(*columns).score(rows).values
    array([0.975])
    """
    right = selected == truth
    mistakes = fp_penalty * (selected & ~truth) + fn_penalty * (truth & ~selected)
    decision, near, skills, form = weights
    return decision * (right - mistakes) + near * closeness + skills * skill + form * formatted


def constant_policies(
    reward: Score, rows: Mapping[str, Any], completions: Mapping[str, str], share: float = 0.95
) -> dict[str, float]:
    """The degenerate policies of ATS-GRPO (P034): those that say one thing to everybody and earn nearly as much.

    Every completion of the rows is replaced by one text, and the mean rewards are compared. Run it with the policy
    before training: a constant that beats most of its reward is what training will find.

    Paper: Jain et al., "A Mathematical Framework for Custom Reward Functions in Job Application Evaluation using
    Reinforcement Learning" (2025), arXiv:2511.16073, by its outline. GUESSES: the test itself, and its bar, are ours.

    Args:
        reward: that reads ``completion``.
        rows: rollouts of the policy as it stands.
        completions: texts to try on everybody, by name.
        share: of the policy's mean reward; a constant that reaches it is returned.

    Returns:
        The mean reward of each constant policy that is degenerate, greatest first.

    >>> reward = gd.text.equal(gd.col("completion"), gd.col("truth"))
    >>> rows = {"completion": ["yes", "no", "no", "yes"], "truth": ["no", "no", "no", "yes"]}
    >>> constant_policies(reward, rows, {"always no": "no", "always yes": "yes"})
    {'always no': 0.75}
    """
    usual = [number for number in reward.score(rows).numbers if number is not None]
    bar = sum(usual) / max(len(usual), 1)
    bar = bar * share if bar > 0 else bar + (1 - share) * bar
    found = {}
    for name, text in completions.items():
        numbers = reward.score({**rows, "completion": [text] * len(rows["completion"])}).numbers
        scored = [number for number in numbers if number is not None]
        if scored and sum(scored) / len(scored) >= bar:
            found[name] = sum(scored) / len(scored)
    return dict(sorted(found.items(), key=lambda one: -one[1]))
