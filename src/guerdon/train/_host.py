"""What is known of the trainer that calls: its group sizes, whether it trains or evaluates, and how completions end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Host:
    """The trainer behind a call; every field is None where it is not known.

    Attributes:
        generations: completions per prompt in training.
        generations_eval: the same in evaluation.
        model: the model being trained, whose ``training`` flag is how TRL itself tells training from evaluation.
        ends: the tokens a finished completion may end with; any other last token means that it was cut off.
    """

    generations: int | None = None
    generations_eval: int | None = None
    model: Any = None
    ends: frozenset[int] | None = None

    @property
    def training(self) -> bool:
        """Whether the call belongs to training; an unknown trainer trains."""
        return self.model is None or bool(self.model.training)

    @property
    def size(self) -> int | None:
        """Completions per prompt in this call."""
        return self.generations if self.training else self.generations_eval


def of_callback(args: Any, model: Any, processing_class: Any) -> Host:
    """The trainer as its callbacks see it."""
    generations = getattr(args, "num_generations", None)
    declared = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    return Host(
        generations,
        getattr(args, "num_generations_eval", None) or generations,
        model,
        _ends(processing_class, declared),
    )


def of_hook(log_metric: Any) -> Host | None:
    """The trainer whose method TRL hands to reward functions; None where it is no trainer's method."""
    trainer: Any = getattr(log_metric, "__self__", None)
    if not hasattr(trainer, "num_generations") or not hasattr(trainer, "model"):
        return None
    generations = trainer.num_generations
    ends = _ends(getattr(trainer, "processing_class", None), getattr(trainer, "eos_token_ids", None))
    return Host(generations, getattr(trainer, "num_generations_eval", None) or generations, trainer.model, ends)


def _ends(processing_class: Any, declared: Any) -> frozenset[int] | None:
    tokenizer = getattr(processing_class, "tokenizer", processing_class)
    found = [*declared] if isinstance(declared, (list, tuple)) else [declared]
    found += [getattr(tokenizer, "eos_token_id", None), getattr(tokenizer, "pad_token_id", None)]
    return frozenset(token for token in found if isinstance(token, int)) or None
