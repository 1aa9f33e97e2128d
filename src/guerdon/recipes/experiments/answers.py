"""Toy policies that answer with lists, texts, labels and decisions, trained by GRPO under the recipes' own rewards.

Each policy is a table of logits (or a slope), so that its gradient is exact; what it says is scored by the reward as
users write it, and normalised in its group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..verifiable.decisions import ats_grpo, cls_rl
from ..verifiable.likelihood import likelihood
from ..verifiable.likeness import bleuberi, nano_capsulator
from ..verifiable.lists import mm_r5, ranked_list

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = dict[str, list[Any]]


def _softmax(logits: Floats) -> Floats:
    exp = np.exp(logits - logits.max(-1, keepdims=True))
    found: Floats = exp / exp.sum(-1, keepdims=True)
    return found


def choose(
    reward: Score,
    says: Callable[[int, int, np.random.Generator], dict[str, Any]],
    logits: Floats,
    rng: np.random.Generator,
    steps: int,
    rate: float = 0.5,
    group: int = 8,
    prompts: int = 8,
) -> Floats:
    """Train one table of logits with GRPO: ``says(prompt, choice, rng)`` gives the columns of a rollout."""
    runner = reward.zscore(over="prompt").compile()
    policy = logits.astype(float).copy()
    for _ in range(steps):
        chances = _softmax(policy)
        choices = rng.choice(len(policy), size=prompts * group, p=chances)
        said = [says(i // group, int(choice), rng) for i, choice in enumerate(choices)]
        rows: Rows = {"prompt": [i // group for i in range(len(said))], **_columns(said)}
        advantages = runner.score(rows).values
        gradient = np.bincount(choices, advantages, len(policy)) - advantages.sum() * chances
        policy += rate * gradient / len(choices)
    return _softmax(policy)


def _columns(said: Sequence[Mapping[str, Any]]) -> Rows:
    return {name: [one[name] for one in said] for name in said[0]}


# ---------------------------------------------------------------- P007: lists of answers

_BELIEF = np.array([0.45, 0.2, 0.1, 0.08, 0.06, 0.05, 0.03, 0.03])  # how often each of eight answers is right


def lists(seed: int, size: Size) -> Mapping[str, float]:
    """How long a list a policy learns to give, and whether its best guess comes first, under four rewards."""
    steps = 15 if size == "smoke" else 1500
    items, gold = gd.col("said", axis="item"), gd.col("gold")
    rewards = {
        "accuracy": ranked_list(items, gold, "accuracy"),
        "mrr": ranked_list(items, gold),
        "penalised": ranked_list(items, gold, most=3),
    }
    n = len(_BELIEF)
    golds: dict[int, int] = {}

    def says(prompt: int, choice: int, rng: np.random.Generator) -> dict[str, Any]:
        # The choice is a length, and whether the best guess stands first or last.
        length, best_first = choice // 2 + 1, choice % 2 == 0
        if prompt not in golds or rng.random() < 0.3:
            golds[prompt] = int(rng.choice(n, p=_BELIEF))
        order = list(range(length))
        return {"said": order if best_first else order[::-1], "gold": golds[prompt]}

    figures = {}
    lengths, first = np.arange(2 * n) // 2 + 1, np.arange(2 * n) % 2 == 0
    for number, (name, reward) in enumerate(rewards.items()):
        golds.clear()
        chances = choose(reward, says, np.zeros(2 * n), np.random.default_rng([7, seed, number]), steps)
        figures[f"length {name}"] = float(chances @ lengths)
        figures[f"best first {name}"] = float(chances @ (first | (lengths == 1)))
    return figures


# ---------------------------------------------------------------- P183: kinds of answer

_SUBJECTS = "harbour bridge garden library market station museum orchard".split()
_FACTS = "opened|in the spring of; stands|beside the old; was built|by the people of; is known|for the long".split(";")


def _pair(number: int, rng: np.random.Generator) -> tuple[str, list[str]]:
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    verb, rest = _FACTS[number % len(_FACTS)].strip().split("|")
    year, town = int(rng.integers(1800, 1990)), _SUBJECTS[(3 * number + 1) % len(_SUBJECTS)]
    gold = f"The {subject} {verb} {rest} {town} in {year}, and people have come to see it ever since."
    other = f"The {subject}, which {verb} {rest} {town}, dates from {year} and is still visited today."
    return subject, [gold, other]


_KINDS = ("short copy", "paraphrase", "like the reference", "off topic")


def kinds(seed: int, size: Size) -> Mapping[str, float]:
    """Which kind of answer a policy learns to give under BLEU: a fragment, a paraphrase, the reference's way, none."""
    steps = 4 if size == "smoke" else 150
    figures: dict[str, float] = {}
    for name, reward in {
        "ours": bleuberi(gd.col("refs")),
        "released": bleuberi(gd.col("refs"), as_released=True),
    }.items():
        rng = np.random.default_rng([183, seed])

        def says(prompt: int, choice: int, rng: np.random.Generator) -> dict[str, Any]:
            subject, refs = _pair(prompt, rng)
            words = refs[0].split()
            text = (
                " ".join(words[: int(rng.integers(3, 6))]),
                f"Ever since it {refs[1].split()[3]}, visitors come for the {subject}, an old sight.",
                " ".join(word for word in words if rng.random() > 0.08),
                "I would rather talk about the weather, which has been fine of late in most places.",
            )[choice]
            return {"completion": text, "refs": refs}

        chances = choose(reward, says, np.zeros(4), rng, steps)
        figures |= {f"{kind}, {name}": float(chance) for kind, chance in zip(_KINDS, chances, strict=True)}
    return figures


# ---------------------------------------------------------------- P081: thinking before a label

_WORDS = ("cat", "dog", "bird")


def labels(seed: int, size: Size) -> Mapping[str, float]:
    """How many words a policy writes before a label, where thinking is asked for and where nothing else may be said.

    It chooses one of nine lengths, tags or none, and the right label or one of two wrong ones; it starts from chance,
    and thinking does not help it.
    """
    steps, soon = (15, 10) if size == "smoke" else (600, 60)
    choices = [(words, tagged, shift) for words in range(9) for tagged in (False, True) for shift in range(3)]

    def says(prompt: int, choice: int, rng: np.random.Generator) -> dict[str, Any]:
        words, tagged, shift = choices[choice]
        said, thought = _WORDS[(prompt + shift) % 3], " ".join(["well"] * words)
        text = f"<think>{thought}</think><answer>{said}</answer>" if tagged else f"{thought} {said}".strip()
        return {"completion": text, "label": _WORDS[prompt % 3]}

    figures = {}
    lengths, tags, right = (np.array([one[i] for one in choices]) for i in range(3))
    for mode in ("think", "no_think"):
        reward = cls_rl(gd.col("label"), mode)
        rng = np.random.default_rng([81, seed])
        chances = choose(reward, says, np.zeros(len(choices)), rng, steps, rate=1.0)
        figures[f"words before the label, {mode}"] = float(chances @ lengths)
        figures[f"tagged, {mode}"] = float(chances @ tags)
        early = choose(reward, says, np.zeros(len(choices)), np.random.default_rng([81, seed]), soon, rate=1.0)
        figures[f"right early, {mode}"] = float(early @ (right == 0))
    return figures


# ---------------------------------------------------------------- P034: whom to select


def selections(seed: int, size: Size) -> Mapping[str, float]:
    """A logistic policy of one threshold on the evidence, under a mild and a large penalty on wrong selections.

    Three in ten of 200,000 drawn should be selected; 95 % of them show the evidence, and so do 4 % of the others. The
    gradient of the mean reward is exact. The shares matter: selecting on the evidence is right some ten times for every
    time it is wrong, less often than a penalty of 10 asks for.
    """
    rng = np.random.default_rng([34, seed])
    truth = rng.random(200_000) < 0.3
    evidence = rng.random(len(truth)) < np.where(truth, 0.95, 0.0405)
    cells = [(t, e) for t in (1, 0) for e in (1, 0)]
    shares = np.array([((truth == t) & (evidence == e)).mean() for t, e in cells])
    shown = np.array([e for _, e in cells])
    columns: dict[str, Any] = {n: gd.col(n) for n in ("selected", "truth", "closeness", "skill", "formatted")}
    rows: Rows = {"truth": [t for t, _ in cells] * 2, "selected": [1] * 4 + [0] * 4}
    rows |= {name: [1.0] * 8 for name in ("closeness", "skill", "formatted")}
    figures = {}
    for penalty in (1.0, 10.0):
        paid = ats_grpo(**columns, fp_penalty=penalty).score(rows).values
        gain, threshold = paid[:4] - paid[4:], 0.5
        for _ in range(2_000 if size == "smoke" else 50_000):
            chance = 1 / (1 + np.exp(-10 * (shown - threshold)))
            threshold -= 0.5 * float((shares * gain * chance * (1 - chance)).sum()) / paid.std()
        chosen = shares * chance
        recall = float(chosen[:2].sum() / shares[:2].sum())
        figures[f"recall, penalty {penalty:g}"] = recall
        figures[f"precision, penalty {penalty:g}"] = float(chosen[:2].sum() / chosen.sum())
    return figures


# ---------------------------------------------------------------- P006: which sentences to keep


def capsules(seed: int, size: Size) -> Mapping[str, float]:
    """A policy that keeps some sentences of a passage for a reader who answers only from what it reads."""
    steps, group, budget = (40 if size == "smoke" else 400), 16, 14
    rng = np.random.default_rng([6, seed])
    runner = nano_capsulator(gd.col("found"), gd.col("length"), budget).zscore(over="prompt").compile()
    policy = np.zeros(3)  # the weight of words shared with the question, of length, and of nothing
    figures: dict[str, float] = {}
    for step in range(steps + 1):
        last = step == steps
        passages = 200 if last else 8
        shared, lengths, needle = _passages(rng, passages)
        features = np.stack([shared, lengths / 10, np.ones_like(shared)], axis=-1)
        chance = 1 / (1 + np.exp(-np.clip(features @ policy, -30, 30)))
        kept = (chance > 0.5)[:, None] if last else rng.random((passages, group, 8)) < chance[:, None]
        length = (kept * lengths[:, None]).sum(-1)
        found = kept[np.arange(passages)[:, None], np.arange(kept.shape[1])[None], needle[:, None]]
        if last:
            figures["answered"] = float((found & (length <= budget)).mean())
            figures["share of the text kept"] = float(length.sum() / lengths.sum())
            figures["within the budget"] = float((length <= budget).mean())
            break
        rows: Rows = {"prompt": np.repeat(np.arange(passages), group).tolist(), "found": found.ravel().tolist()}
        advantage = runner.score({**rows, "length": length.ravel().tolist()}).values.reshape(passages, group)
        slope = np.einsum("pg,pgs,psf->f", advantage, kept - chance[:, None], features) / (passages * group)
        policy += 0.5 * slope
    return figures


def _passages(rng: np.random.Generator, n: int) -> tuple[Floats, Floats, Ints]:
    """Of eight sentences: words shared with the question, lengths, and which one holds the answer."""
    lengths = rng.integers(6, 14, size=(n, 8)).astype(float)
    needle = rng.integers(0, 8, size=n)
    shared = rng.integers(0, 2, size=(n, 8)).astype(float)
    shared[np.arange(n), needle] = rng.integers(3, 5, size=n)
    return shared, lengths, needle


# ---------------------------------------------------------------- P120: two chains of thought


def thoughts(seed: int, size: Size) -> Mapping[str, float]:
    """How often the better of two chains of thought is chosen, by likelihood or its log, for a long answer."""
    steps, tokens, group = (40 if size == "smoke" else 300), 20, 8
    figures = {}
    for kind in ("prob", "logprob"):
        rng = np.random.default_rng([120, seed])
        score = likelihood(gd.col("logprobs", axis="token"), kind)
        runner = (score - score.mean(over="prompt", leave_one_out=True)).compile()
        logit = 0.0
        for _ in range(steps):
            chance = 1 / (1 + np.exp(-logit))
            better = rng.random(group) < chance
            said = [np.log(np.full(tokens, 0.4 if one else 0.3)).tolist() for one in better]
            advantage = runner.score({"prompt": ["p"] * group, "logprobs": said}).values
            logit += 0.2 * float((advantage * (better - chance)).mean())
        figures[f"better chain, {kind}"] = float(1 / (1 + np.exp(-logit)))
    return figures


# ---------------------------------------------------------------- P037: a reranker


def rerankers(seed: int, size: Size) -> Mapping[str, float]:
    """Recall at 1 of a Plackett-Luce reranker over two features of a page, before and after GRPO."""
    steps, group, queries, pages = (8 if size == "smoke" else 300), 8, 8, 5
    rng = np.random.default_rng([37, seed])
    ids, golds = gd.col("ids", axis="id"), gd.col("golds", axis="gold")
    reward = mm_r5(ids, golds, gd.col("pages", axis="page"), gd.col("tidy"))
    runner = reward.zscore(over="prompt").compile()
    policy = np.zeros(2)

    def worlds(n: int) -> tuple[Floats, Ints]:
        gold = rng.integers(0, pages, size=n)
        features = rng.normal(size=(n, pages, 2))
        features[np.arange(n), gold, 0] += 2.5  # the first feature tells the relevant page, the second tells nothing
        return features, gold

    def recall(policy: Floats) -> float:
        features, gold = worlds(2000)
        noise = rng.gumbel(size=features.shape[:2])
        return float(((features @ policy + noise).argmax(-1) == gold).mean())

    figures = {"recall at 1 before": recall(policy)}
    for _ in range(steps):
        features, gold = worlds(queries)
        values = features @ policy
        orders = np.argsort(-(values[:, None] + rng.gumbel(size=(queries, group, pages))), axis=-1)
        rows: Rows = {
            "prompt": np.repeat(np.arange(queries), group).tolist(),
            "ids": orders.reshape(-1, pages).tolist(),
        }
        rows |= {"golds": [[int(one)] for one in np.repeat(gold, group)]}
        rows |= {"pages": [list(range(pages))] * (queries * group), "tidy": [1] * (queries * group)}
        advantage = runner.score(rows).values.reshape(queries, group)
        slope = np.zeros(2)
        for q in range(queries):
            for g in range(group):
                slope += advantage[q, g] * _plackett_luce(features[q][orders[q, g]], policy)
        policy += 0.1 * slope / (queries * group)
    return figures | {"recall at 1 after": recall(policy)}


def _plackett_luce(features: Floats, policy: Floats) -> Floats:
    """The gradient of the log-likelihood of an order, given the features in that order."""
    slope = np.zeros(len(policy))
    for i in range(len(features) - 1):
        left = features[i:]
        slope += features[i] - _softmax(left @ policy) @ left
    return slope
