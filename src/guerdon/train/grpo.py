"""TRL's side of a run: the trainer and its arguments, and what ``run.json`` says of them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from guerdon._extras import need
from guerdon.train import config as configs
from guerdon.train import data, figures, machine, model
from guerdon.train.config import Config, ConfigError
from guerdon.train.watch import Watch, callback

if TYPE_CHECKING:
    from guerdon.expr.score import Score
    from guerdon.train.trl import RewardFunction


def arguments(config: Config) -> Any:
    """The trainer's arguments: what fits the machine, and over it what the configuration says."""
    configs.check_grpo(config.grpo)
    trl = need("trl", extra="train")
    said = machine.grpo_defaults() | {"logging_steps": 1} | dict(config.grpo)
    if "save_steps" in config.grpo and "save_strategy" not in config.grpo:
        said["save_strategy"] = "steps"
    if "gradient_checkpointing" in config.grpo:  # the older name of what machine.py sets
        said.pop("activation_checkpointing", None)
    try:
        return trl.GRPOConfig(output_dir="checkpoints", seed=config.seed, **said)
    except (ValueError, TypeError) as error:
        why = " ".join(str(error).split())[:300].rstrip(".")
        raise ConfigError(f"[grpo]: TRL refuses these settings: {why}.") from error


def trainer(function: RewardFunction, weights: Any, tokenizer: Any, rows: data.Rows, args: Any, watch: Watch) -> Any:
    """TRL's trainer of a run; a mistake in its settings or its data is one sentence."""
    datasets, trl = need("datasets", extra="train"), need("trl", extra="train")
    printer = need("transformers.trainer_callback", extra="train").PrinterCallback
    try:
        made = trl.GRPOTrainer(
            model=weights,
            reward_funcs=[function],
            args=args,
            train_dataset=datasets.Dataset.from_list(rows),
            processing_class=tokenizer,
            callbacks=[function.callback(), callback(watch)],
        )
    except (ValueError, TypeError) as error:
        raise ConfigError(f"TRL refuses this run: {' '.join(str(error).split())[:300].rstrip('.')}.") from error
    made.remove_callback(printer)  # the lines of Progress say it
    return made


def info(config: Config, reward: Score, args: Any, rows: int, held_out: int) -> dict[str, Any]:
    """What ``run.json`` says of a run."""
    given = machine.grpo_defaults() | dict(config.grpo)
    settings = {
        "model": config.model,
        "data": config.data,
        "reward": config.reward,
        "rows": rows,
        "held_out": held_out,
        "grpo": {name: getattr(args, name, value) for name, value in given.items()},
    }
    packages = ("guerdon", "numpy", "torch", "transformers", "trl")
    versions = {"python": platform.python_version(), **{name: _version(name) for name in packages}}
    return {
        "name": config.title or config.name,
        "model": "SmolLM2-135M-Instruct" if config.model == model.SMOLLM2 else config.model,
        "reward_text": reward.tree(),
        "task": config.data,
        "seed": config.seed,
        "settings": settings,
        "versions": versions,
        "components": figures.component_names(reward),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
