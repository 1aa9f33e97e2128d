"""The rows of a run: those it trains on, and those it never sees."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guerdon._extras import need
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.values import ContractError
from guerdon.train import task
from guerdon.train.config import DEMO, Config, ConfigError

Rows = list[dict[str, Any]]


def load(config: Config) -> tuple[Rows, Rows]:
    """The rows to train on and the held-out rows of a configuration.

    No prompt of the held-out rows occurs in training. They are the same for every seed of the run, so that runs of
    several seeds are compared on one test.

    Raises:
        ConfigError: the data cannot be read, has no prompts, or too few to hold some out.
    """
    if config.data == DEMO:
        try:
            train, held_out = task.train_rows(seed=config.seed), task.held_out_rows(config.held_out)
        except ValueError as error:
            raise ConfigError(f"held_out: {error}") from None
        return [dict(row) for row in train], [dict(row) for row in held_out]
    return part(_read(config), config.held_out, config.data)


def part(rows: Rows, held_out: int, where: str) -> tuple[Rows, Rows]:
    """Hold out that many different prompts, drawn always alike; every row of such a prompt leaves the training set.

    >>> train, held_out = part([{"prompt": p} for p in "abca"], 1, "the data")
    >>> {row["prompt"] for row in train} & {row["prompt"] for row in held_out}
    set()
    """
    for index, row in enumerate(rows):
        prompt = row.get("prompt")
        if not prompt or not (isinstance(prompt, str) or _is_chat(prompt)):
            raise ConfigError(f"{where}, row {index}: the prompt must be a text or a list of chat messages.")
    kinds = {isinstance(row["prompt"], str) for row in rows}
    if len(kinds) > 1:
        raise ConfigError(f"{where}: some prompts are texts and some are chats: make them all of one kind.")
    by_prompt: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        by_prompt.setdefault(json.dumps(row["prompt"], sort_keys=True, default=str), []).append(index)
    if len(by_prompt) <= held_out:
        raise ConfigError(
            f"{where} has {len(by_prompt)} different prompts, of which {held_out} are to be held out: lower held_out "
            "or bring more data."
        )
    names = list(by_prompt)
    random.Random("held out").shuffle(names)
    chosen = names[:held_out]
    kept = sorted(index for name in names[held_out:] for index in by_prompt[name])
    return [rows[index] for index in kept], [rows[by_prompt[name][0]] for name in chosen]


def _is_chat(prompt: object) -> bool:
    return isinstance(prompt, list) and all(isinstance(turn, Mapping) and "role" in turn for turn in prompt)


def _read(config: Config) -> Rows:
    stated = Path(config.data).expanduser()
    path = stated if stated.is_absolute() else config.folder / stated
    if path.is_file() or path.suffix.lower() in (".jsonl", ".ndjson", ".json", ".parquet"):
        if not path.is_file():
            raise ConfigError(f"data: there is no file {path}.")
        try:
            return list(Rollouts.of(path).rows())
        except ContractError as error:
            raise ConfigError(f"data: {error}") from None
    return _from_hub(config)


def _from_hub(config: Config) -> Rows:
    datasets = need("datasets", extra="train")
    try:
        found = datasets.load_dataset(config.data, split=config.split)
    except Exception as error:  # the hub has many ways to say no, and each must become one sentence
        why = " ".join(str(error).split())[:200].rstrip(".")
        raise ConfigError(
            f"data: {config.data!r} with split {config.split!r} is neither a file nor a data set within reach on the "
            f"Hugging Face hub ({why})."
        ) from None
    return [dict(row) for row in found]
