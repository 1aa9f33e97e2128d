"""TRL with advantages of our own: a ``GRPOTrainer`` that takes them from an expression, down to the token.

    checked = check(step=gd.text.steps())                               # a number per step
    advantage = on_tokens(checked - checked.mean(over="prompt"))        # the same for each of its tokens
    trainer = GRPOTrainer(model, advantage, reward=checked.mean(), args=args, train_dataset=rows)

TRL normalises what a reward function returns, one number per completion, into one advantage per completion. Here the
expression's root *is* the advantage (``gd.credit``, ``.as_advantage()``): one number per completion, which all its
tokens get, or one per token. Everything else is TRL's own: generation, the loss, clipping, the KL term, logging.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from guerdon._extras import need
from guerdon.expr.columns import col
from guerdon.expr.score import Score
from guerdon.text import tokens

from ._scorer import Scorer, Settings
from .offsets import offsets_of
from .trl import RewardFunction

__all__ = ["MESSAGES", "OFFSETS", "GRPOTrainer", "on_tokens"]

if TYPE_CHECKING:
    import torch
    from trl import GRPOTrainer as _Trainer
else:
    torch = need("torch", extra="train")
    _Trainer = need("trl", extra="train").GRPOTrainer

OFFSETS = "token_offsets"
"""The column in which the trainer gives each token's (start, stop); ``token_messages`` gives their messages."""
MESSAGES = "token_messages"
_KEPT = "token_advantage"


def on_tokens(advantage: Score, at: str = "all") -> Score:
    """An advantage on pieces of the completion's text, put on the tokens that wrote them, inside :class:`GRPOTrainer`.

    Args:
        advantage: on a split of the completion, such as ``gd.text.steps()``.
        at: which tokens of a piece receive it; see ``onto``.
    """
    return advantage.onto(tokens(col(OFFSETS), col(MESSAGES)), at=at)  # type: ignore[arg-type]


class GRPOTrainer(_Trainer):
    """TRL's trainer with advantages from an expression instead of normalised rewards.

    Args:
        model: as TRL takes it.
        advantage: the advantage, one number per completion or per token (axis ``token``, in the order of
            ``completion_ids``). Use :func:`on_tokens` to bring one from a split of the text down to its tokens. A token
            without a number has advantage 0, and so have all tokens of a completion that could not be scored.
        reward: what TRL logs as the reward, one number per completion; left out, the mean of the advantage.
        max_unscored: the share of a batch that may be unscored; above it the run stops.
        **options: TRL's own: ``args``, ``train_dataset``, ``callbacks``, ...

    Raises:
        ValueError: the advantage lies on another axis than ``token``; ``reward_funcs`` was given.

    State (running statistics, multipliers) is saved in checkpoints and resumed.
    """

    def __init__(
        self, model: Any, advantage: Score, reward: Score | None = None, *, max_unscored: float = 0.5, **options: Any
    ) -> None:
        if "reward_funcs" in options:
            raise ValueError("GRPOTrainer takes advantage= and reward=, expressions, in place of reward_funcs=")
        axes = [axis.name for axis in advantage.axes]
        if axes not in ([], ["token"]):
            raise ValueError(
                f"the advantage lies on {'/'.join(axes)}: bring it down to tokens, with "
                "guerdon.train.advantages.on_tokens(...), or reduce it to one number per completion"
            )
        self._advantage = _Advantage(advantage, reward, max_unscored)
        callbacks = [*(options.pop("callbacks", None) or []), self._advantage.function.callback()]
        super().__init__(model, reward_funcs=self._advantage, callbacks=callbacks, **options)
        self._advantage.tokenizer = getattr(self.processing_class, "tokenizer", self.processing_class)

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        batch = super()._generate_and_score_completions(inputs)
        rows = self._advantage.rows()
        table = torch.zeros(batch["completion_ids"].shape, dtype=torch.float32)
        for place, numbers in enumerate(rows):
            table[place, : len(numbers)] = torch.tensor(numbers)
        batch["advantages"] = table.to(batch["completion_ids"].device)
        return batch


class _Advantage:
    """The expression as the one reward function that TRL calls; what it returns is logged, what it keeps is used."""

    __name__ = "reward"

    def __init__(self, advantage: Score, reward: Score | None, max_unscored: float) -> None:
        self.flat = not advantage.axes
        logged = reward if reward is not None else advantage if self.flat else advantage.mean(empty=0.0)
        settings = Settings("reward", None, max_unscored, keep=(_KEPT,))
        self.function = RewardFunction(Scorer(logged.observe(**{_KEPT: advantage}), settings, 1, {}), 0, None, "reward")
        self.tokenizer: Any = None
        self._rows: list[Sequence[float]] = []

    def __call__(
        self, prompts: Sequence[Any], completions: Sequence[Any], completion_ids: Sequence[Any], **given: Any
    ) -> list[float | None]:
        found = [
            offsets_of(ids, completion, self.tokenizer)
            for ids, completion in zip(completion_ids, completions, strict=True)
        ]
        given |= {
            OFFSETS: [None if one is None else one.spans for one in found],
            MESSAGES: [None if one is None else one.messages for one in found],
        }
        outcome, place = self.function.scorer.outcome(0, prompts, completions, completion_ids, given)
        kept = outcome.kept[_KEPT][place]
        self._rows = [
            [value or 0.0] * len(ids) if self.flat else [number or 0.0 for number in _of_length(value, len(ids))]
            for value, ids in zip(kept, completion_ids, strict=True)
        ]
        return outcome.reward[place]

    def rows(self) -> list[Sequence[float]]:
        """The advantages of the batch that was scored last, one per token."""
        return self._rows


def _of_length(numbers: Sequence[float | None], length: int) -> Sequence[float | None]:
    """One number per token; a completion that could not be split has one cell without a number."""
    if len(numbers) == length:
        return numbers
    if all(number is None for number in numbers):
        return [0.0] * length
    raise ValueError(
        f"the advantage has {len(numbers)} numbers on axis token for a completion of {length} tokens: give one for each"
    )
