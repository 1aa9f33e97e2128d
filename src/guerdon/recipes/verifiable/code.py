"""What a program can decide about a completion."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import guerdon as gd
from guerdon.expr.score import Score

__all__ = ["agent_rlvr", "agent_rlvr_guidance", "agent_rlvr_pairs", "agent_rlvr_round", "verpo", "verpo_dense"]


def agent_rlvr(fail_to_pass: Score, pass_to_pass: Score, applies: Score | None = None) -> Score:
    """Agent-RLVR's reward (P123): 1 where a patch applies, mends what failed and breaks nothing that passed; else 0.

    Both are ``gd.code.tests`` of the patched program (:func:`guerdon.code.patched`): a patch that does not apply leaves
    no program, and its tests fail.

    Paper: Da et al., "Agent-RLVR: Training Software Engineering Agents via Guidance and Environment Rewards" (2025),
    arXiv:2506.11425.

    Args:
        fail_to_pass: 1 or 0 for each test that the bug makes fail, on an axis; where there is none, nothing is earned.
        pass_to_pass: the same for the tests that must go on passing; there may be none.
        applies: 1 or 0, where the tests cannot tell.

    >>> rows = {"f2p": [[1, 1], [1, 1], [1, 0]], "p2p": [[1], [0], [1]]}
    >>> agent_rlvr(gd.col("f2p", axis="test"), gd.col("p2p", axis="test")).score(rows).values
    array([1., 0., 0.])
    """
    solved = fail_to_pass.all(empty=0) & pass_to_pass.all(empty=1)
    return solved if applies is None else applies & solved


class Guidance(NamedTuple):
    """What is said to an agent before it tries again, and which kinds of it were rejected because they gave it away."""

    text: str
    rejected: tuple[str, ...]


def agent_rlvr_guidance(parts: Mapping[str, str], patch: str, ngram: int = 8) -> Guidance:
    """Agent-RLVR's guidance (P123): the plan, the feedback and the hints that do not contain the reference patch.

    A part is rejected whole if it shares ``ngram`` consecutive tokens (words, and marks one by one) with the patch or
    with the lines that the patch adds, or all of them where there are fewer.

    Paper: Da et al., "Agent-RLVR: Training Software Engineering Agents via Guidance and Environment Rewards" (2025),
    arXiv:2506.11425. GUESSES: the rule against leaks, with its eight tokens; headings.

    Args:
        parts: by kind: ``plan`` (steps, from the reference patch), ``feedback`` (of the environment: what the tests
            said, ``gd.code.results``), ``hints`` (where to look).
        patch: the reference patch, as a diff.
        ngram: so many tokens in a row give it away.

    >>> agent_rlvr_guidance({"plan": "Look at the sign.", "hints": "write return a + b"}, "+return a + b").rejected
    ('hints',)
    """
    added = "\n".join(line[1:] for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++"))
    secrets = {gram for text in (patch, added) for gram in _grams(text, ngram)}
    rejected = [
        kind
        for kind, text in parts.items()
        if any(gram in secrets for size in {len(gram) for gram in secrets} for gram in _grams(text, size))
    ]
    kept = [f"{kind.capitalize()}: {text}" for kind, text in parts.items() if text.strip() and kind not in rejected]
    return Guidance("\n".join(kept), tuple(rejected))


def _grams(text: str, size: int) -> list[tuple[str, ...]]:
    tokens = re.findall(r"\w+|[^\w\s]", text)
    size = min(size, len(tokens))
    return [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)] if tokens else []


class Attempt(NamedTuple):
    """One try at a task: its prompt without guidance, what guidance was given, what the agent did, whether it passed.

    All attempts with their verdicts are also what a reward model for choosing among attempts is trained on.
    """

    task: int
    prompt: str
    guidance: str
    trajectory: str
    passed: bool


def agent_rlvr_round(
    prompts: Sequence[str],
    attempt: Callable[[int, str, int], Sequence[str]],
    test: Callable[[int, str], float],
    guide: Callable[[int, Sequence[Attempt]], str],
    attempts: int = 2,
) -> list[Attempt]:
    """One round of Agent-RLVR (P123): try every task, and where nothing passes, guide and try again.

    Paper: Da et al., "Agent-RLVR: Training Software Engineering Agents via Guidance and Environment Rewards" (2025),
    arXiv:2506.11425. GUESSES: the number of attempts, and guidance only for tasks in which none passes.

    Args:
        prompts: one per task.
        attempt: given the task, a prompt and a number, so many trajectories.
        test: given the task and a trajectory, its reward (:func:`agent_rlvr`).
        guide: given the task and its failed attempts, guidance (:func:`agent_rlvr_guidance`), or "" for none.
        attempts: at each task, without guidance, and again with it.

    >>> tried = agent_rlvr_round(
    ...     ["fix it"], lambda task, prompt, n: [prompt[-1]] * n, lambda t, x: x == "!", lambda *a: "!"
    ... )
    >>> [(one.prompt, one.passed) for one in tried]
    [('fix it', False), ('fix it', False), ('fix it', True), ('fix it', True)]
    """
    found: list[Attempt] = []
    for task, prompt in enumerate(prompts):
        plain = [Attempt(task, prompt, "", text, test(task, text) == 1) for text in attempt(task, prompt, attempts)]
        guidance = "" if any(one.passed for one in plain) else guide(task, plain)
        again = attempt(task, f"{prompt}\n\n{guidance}", attempts) if guidance else ()
        found += [*plain, *(Attempt(task, prompt, guidance, text, test(task, text) == 1) for text in again)]
    return found


class Preferred(NamedTuple):
    """A pair for DPO: the prompt without guidance, a trajectory that passed, and one of the same task that did not."""

    prompt: str
    chosen: str
    rejected: str


def agent_rlvr_pairs(attempts: Sequence[Attempt]) -> list[Preferred]:
    """Agent-RLVR's training pairs (P123): each passing trajectory, guided or not, against a failing one of its task.

    The prompt of a pair is the one without guidance, byte for byte. DPO with beta 0.1 is thought to follow.

    Paper: Da et al., "Agent-RLVR: Training Software Engineering Agents via Guidance and Environment Rewards" (2025),
    arXiv:2506.11425. GUESSES: one pair for each passing trajectory, the failing ones taken in turn; beta.

    Args:
        attempts: of :func:`agent_rlvr_round`, those of a task having equal prompts.

    >>> agent_rlvr_pairs([Attempt(0, "fix it", "", "no", False), Attempt(0, "fix it", "look there", "yes", True)])
    [Preferred(prompt='fix it', chosen='yes', rejected='no')]
    """
    pairs: list[Preferred] = []
    for task in dict.fromkeys(one.task for one in attempts):
        mine = [one for one in attempts if one.task == task]
        failed = [one for one in mine if not one.passed]
        for i, one in enumerate(one for one in mine if one.passed):
            if failed:
                pairs.append(Preferred(one.prompt, one.trajectory, failed[i % len(failed)].trajectory))
    return pairs


def verpo_dense(
    passed: Score,
    form: Literal["linear", "log"] = "linear",
    smoothing: float = 0.0,
    bins: int | None = 5,
    floor: float = 0.01,
) -> Score:
    """VeRPO's dense reward (P124): the share of tests passed, each weighing more the fewer of its group pass it.

    A test that a share ``rho`` of the group's programs pass weighs ``1 - rho`` or ``-log(rho)``. A suite of many easy
    tests would drown the few hard ones, so tests of about equal ``rho`` (in one of some bins) share one weight.
    Range [0, 1]; 1 where everybody passes everything, 0 where there is no test.

    Paper: Wang et al., "VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation" (2026),
    arXiv:2601.03525, by its abstract and outline. GUESSES: the formula of the weight, the bins by equal width, the
    floor under the logarithm.

    Args:
        passed: 1 or 0 for each test, on axis ``test``; the same tests in the same order for the whole group. With
            several attempts, on axes ``turn`` and ``test``: the result lies on ``turn``, and all turns are counted.
        form: of the weight.
        smoothing: so many programs that pass and as many that fail are thought added to each test (1 is Laplace's).
        bins: into how many bins ``rho`` is cut; None leaves every test its own weight.
        floor: the least ``rho`` under the logarithm.

    >>> rows = {"prompt": ["p"] * 4, "passed": [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]]}
    >>> verpo_dense(gd.col("passed", axis="test")).score(rows).values
    array([0.4, 0. , 1. , 0. ])
    """
    group = ("prompt", passed.position())
    rho = (passed.sum(over=group) + smoothing) / (passed.count(over=group) + 2 * smoothing)
    weight = 1 - rho if form == "linear" else -gd.max(rho, floor).log()
    if bins is not None:
        weight /= rho.count(over=("rollout", (rho * bins).floor().clip(high=bins - 1)))
    return gd.where(weight.sum() > 0, (weight * passed).sum() / weight.sum(), passed.mean(empty=0))


def verpo(passed: Score, dense: Score | None = None, weight: float = 1.0) -> Score:
    """VeRPO (P124): the advantage of passing everything, plus that of passing what few others pass.

    Both are normalised in their group apart from each other, so that a group in which nobody passes everything still
    learns from the tests. The outcome of several attempts is that of the last.

    Paper: Wang et al., "VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation" (2026),
    arXiv:2601.03525, by its abstract and outline. GUESSES: the weight of the dense advantage, and division by the
    standard deviation; and those of :func:`verpo_dense`.

    Args:
        passed: as in :func:`verpo_dense`.
        dense: :func:`verpo_dense` of the same, where its knobs should differ from their defaults.
        weight: lambda, of the dense advantage.

    Returns:
        An advantage, one per rollout, or on axis ``turn``.

    >>> rows = {"prompt": ["p", "p"], "passed": [[1, 0], [0, 0]]}
    >>> verpo(gd.col("passed", axis="test")).score(rows).values
    array([ 1., -1.])
    """
    everything = passed.all(empty=0)
    outcome = everything.last(empty=0) if everything.axes else everything
    dense = verpo_dense(passed) if dense is None else dense
    return (outcome.zscore(over="prompt") + weight * dense.zscore(over="prompt")).as_advantage()
