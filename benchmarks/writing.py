"""Completions as a small reasoning model writes them: made up, the same for the same seed."""

from __future__ import annotations

import random
import string


def words(rng: random.Random, count: int) -> list[str]:
    """Made-up words of 2 to 9 letters."""
    return ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 9))) for _ in range(count)]


def completions(count: int, *, seed: int = 0, repeated: float = 0.0, group: int = 8) -> dict[str, list[str]]:
    """Rollouts with ``prompt``, ``completion`` and ``solution``, in groups of equal prompts.

    About seven in ten think and answer in tags, the others forget one of both; half of the answers are right.
    ``repeated`` is the share of completions that stand in their group already, word for word.
    """
    rng = random.Random(seed)
    vocabulary = words(rng, 500)
    rows: dict[str, list[str]] = {"prompt": [], "completion": [], "solution": []}
    for i in range(count):
        first = i % group == 0
        if first:
            prompt, solution = f"{i}: {' '.join(rng.choices(vocabulary, k=12))}?", str(rng.randint(0, 999))
        rows["prompt"].append(prompt)
        rows["solution"].append(solution)
        if not first and rng.random() < repeated:
            rows["completion"].append(rng.choice(rows["completion"][i - i % group :]))
            continue
        thought = " ".join(rng.choices(vocabulary, k=rng.randint(40, 140)))
        answer = solution if rng.random() < 0.5 else str(rng.randint(0, 999))
        form = rng.random()
        if form < 0.7:
            text = f"<think>{thought}</think>\n<answer>{answer}</answer>"
        elif form < 0.85:
            text = f"{thought}\n<answer>{answer}</answer>"
        else:
            text = thought
        rows["completion"].append(text)
    return rows
