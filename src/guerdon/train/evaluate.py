"""Held-out evaluation: the same prompts and the same seeds before and after training, compared prompt by prompt."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guerdon._extras import need
from guerdon.train.figures import per_rollout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guerdon.plan.runner import Runner
    from guerdon.plan.scores import Scores, Values

SEED = 20
"""Of every evaluation's sampling, whatever the seed of the run: two runs are compared on the same draws."""


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn: as in training, at most ``tokens`` tokens each."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float | None = None
    tokens: int = 256
    batch: int = 48


@dataclass(frozen=True)
class Sampled:
    """One completion per row: its text (or chat message), its tokens with the end token, whether it was cut off."""

    rows: list[dict[str, Any]]
    completions: list[Any]
    ids: list[list[int]]
    truncated: list[bool]

    def columns(self) -> dict[str, list[Any]]:
        """What a reward reads: the rows' columns, the completions, their tokens, and whether they were cut off."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        columns = {name: [row.get(name) for row in self.rows] for name in names}
        return columns | {"completion": self.completions, "completion_ids": self.ids, "truncated": self.truncated}


def sample(
    model: Any,
    tokenizer: Any,
    rows: Sequence[dict[str, Any]],
    how: Sampling,
    *,
    seed: int = SEED,
    tell: Callable[[int], None] | None = None,
) -> Sampled:
    """Draw one completion per row. Leaves training's random numbers and the model's mode as they were.

    Args:
        model: a causal language model.
        tokenizer: its tokenizer, padding on the left.
        rows: each with a ``prompt``, a text or chat messages.
        how: temperature and limits.
        seed: equal seeds, rows and model give equal completions.
        tell: called with the number of rows done, after each batch.
    """
    torch = need("torch", extra="train")
    done, ends = Sampled(list(rows), [], [], []), ends_of(model, tokenizer)
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices), _at_rest(model), torch.no_grad():
        for start in range(0, len(done.rows), how.batch):
            torch.manual_seed(seed + start)
            part = done.rows[start : start + how.batch]
            inputs = _inputs(tokenizer, [row["prompt"] for row in part]).to(model.device)
            out = model.generate(
                **inputs,
                do_sample=True,
                temperature=how.temperature,
                top_p=how.top_p,
                top_k=how.top_k,
                min_p=how.min_p,
                max_new_tokens=how.tokens,
                pad_token_id=tokenizer.pad_token_id,
                eos_token_id=ends,
            )
            for row, line in zip(part, out[:, inputs["input_ids"].shape[1] :].tolist(), strict=True):
                ids = _until(line, ends)
                text = tokenizer.decode(ids, skip_special_tokens=True)
                chat = not isinstance(row["prompt"], str)
                done.completions.append([{"role": "assistant", "content": text}] if chat else text)
                done.ids.append(ids)
                done.truncated.append(not ids or ids[-1] not in ends)
            if tell is not None:
                tell(len(done.completions))
    return done


def score(runner: Runner, sampled: Sampled) -> Scores:
    """Every component of held-out completions, without the runner learning from them. Each row is its own group."""
    from guerdon.expr.rollouts import Rollouts

    n = len(sampled.rows)
    data = Rollouts.of(sampled.columns(), groups=list(range(n)), ids=[f"held-out-{i}" for i in range(n)])
    with runner.frozen():
        return runner.score(data, all_components=True)


def compare(before: Scores, after: Scores) -> dict[str, Any]:
    """Means with standard errors of both sides, and of the difference prompt by prompt: ``eval.json``.

    A prompt counts where both sides have a number.
    """
    sides: dict[str, dict[str, Any]] = {"before": {}, "after": {}, "difference": {}}
    pairs: list[tuple[str | None, Values, Values]] = [(None, before, after)]
    pairs += [(name, before.components[name], values) for name, values in after.components.items()]
    for name, one, other in pairs:
        values = zip(per_rollout(one), per_rollout(other), strict=True)
        both = [(a.value, b.value) for a, b in values if a.value is not None and b.value is not None]
        columns = ([a for a, _ in both], [b for _, b in both], [b - a for a, b in both])
        for side, column in zip(sides.values(), columns, strict=True):
            if name is None:
                side["reward"] = estimate(column)
                side["components"] = {}
            else:
                side["components"][name] = estimate(column)
    return {"n": before.rollouts.n, **sides}


def estimate(values: Sequence[float]) -> dict[str, float | None]:
    """The mean of independent values and its standard error, s / sqrt(n) with s over n - 1.

    >>> estimate([1.0, 3.0])
    {'mean': 2.0, 'se': 1.0}
    >>> estimate([])
    {'mean': None, 'se': None}
    """
    n = len(values)
    if not n:
        return {"mean": None, "se": None}
    mean = math.fsum(values) / n
    if n == 1:
        return {"mean": mean, "se": None}
    return {"mean": mean, "se": math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (n - 1) / n)}


def samples(before: Scores, after: Scores, count: int = 8) -> list[dict[str, Any]]:
    """The first held-out prompts with both completions and why each got its reward: ``samples.json``."""

    def side(scores: Scores, i: int) -> dict[str, Any]:
        completion = scores.rollouts.columns["completion"][i]
        return {"completion": completion, "reward": per_rollout(scores)[i].value, "explanation": scores.explain(i)}

    prompts = before.rollouts.columns["prompt"]
    return [
        {"prompt": prompts[i], "before": side(before, i), "after": side(after, i)}
        for i in range(min(count, len(prompts)))
    ]


@contextmanager
def _at_rest(model: Any) -> Iterator[None]:
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)


def _inputs(tokenizer: Any, prompts: list[Any]) -> Any:
    """As TRL reads prompts: chats by the tokenizer's template, texts as they stand."""
    if isinstance(prompts[0], str):
        return tokenizer(prompts, return_tensors="pt", padding=True)
    return tokenizer.apply_chat_template(
        prompts, add_generation_prompt=True, return_tensors="pt", padding=True, return_dict=True
    )


def ends_of(model: Any, tokenizer: Any) -> list[int]:
    """The tokens that end a completion, as TRL knows them: the tokenizer's, and those the model declares."""
    declared = model.generation_config.eos_token_id
    found = [tokenizer.eos_token_id, *(declared if isinstance(declared, list) else [declared])]
    return list(dict.fromkeys(token for token in found if token is not None))


def _until(line: list[int], ends: Collection[int]) -> list[int]:
    for place, token in enumerate(line):
        if token in ends:
            return line[: place + 1]
    return line
