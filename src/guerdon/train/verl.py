"""verl: a reward as ``compute_score``, as a reward manager, and advantages as estimators.

**Scores**, one sample at a time, without a stub file::

    reward.custom_reward_function.path=pkg://guerdon.train.verl
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.reward=rewards.py:reward

**Advantages**, a whole batch at a time, before the trainer starts (verl and SkyRL have a registry of the same kind)::

    gd.train.verl.register_adv_est("leave_one_out", gd.credit.leave_one_out(gd.col("reward")))
    algorithm.adv_estimator = leave_one_out

A reward that compares rollouts, learns from batches or reads the step cannot be scored one sample at a time: it is
refused by name, and belongs in an estimator, which sees groups and whole batches. What could not be scored has no
place in verl's table of numbers, so it raises, unless ``unscored_as`` declares a number for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from guerdon.expr.build import number_of
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.score import Score
from guerdon.expr.tree import line
from guerdon.expr.values import ContractError, Ints
from guerdon.plan.load import load
from guerdon.plan.runner import Runner
from guerdon.plan.single import ScoreOne, one_by_one

from ._rows import wanted

if TYPE_CHECKING:
    import torch

__all__ = ["Estimator", "compute_score", "loaded", "register_adv_est", "row_of", "told"]


@lru_cache(maxsize=64)
def loaded(place: str) -> tuple[ScoreOne, Score]:
    """The reward at a place, and the function that scores one sample of it; loaded once in a process."""
    root = number_of(load(place))
    return one_by_one(Runner(root)), root


async def compute_score(
    data_source: str | None = None,
    solution_str: str = "",
    ground_truth: Any = None,
    extra_info: Mapping[str, Any] | None = None,
    *,
    reward: str,
    unscored_as: float | None = None,
    **given: Any,
) -> dict[str, float]:
    """One sample's score, with the keys that every sample has: ``score``, ``unscored``, and each component.

    Samples that are asked for at the same time are scored in one batch. The reward reads the columns ``completion``
    (``solution_str``), ``ground_truth``, ``data_source``, and whatever ``extra_info`` holds (its ``prompt``, where the
    data put one there: verl passes none).

    Args:
        data_source: of verl.
        solution_str: the completion, decoded.
        ground_truth: of the data.
        extra_info: of the data and the rollout.
        reward: where the reward stands: ``FILE.py:name`` or ``module:name``.
        unscored_as: what a sample is worth that could not be scored, a declaration; left out, it raises.
        **given: what else verl passes on (ignored), such as the address of a reward model.

    Raises:
        ContractError: the reward needs company, or the sample could not be scored.
    """
    score_one, root = loaded(reward)
    if root.axes:
        raise ContractError(
            f"{reward} has one number per {root.axes[-1].name}, and compute_score gives one per sample: reduce it, "
            "with .mean(), or use the manager of guerdon.train.verl_manager"
        )
    found = await score_one(row_of(data_source, solution_str, ground_truth, extra_info))
    return told(found, tuple(root.components), unscored_as)


def row_of(data_source: Any, solution: Any, ground_truth: Any, extra_info: Mapping[str, Any] | None) -> dict[str, Any]:
    """The columns of one sample; what verl names itself stands above what the data named so."""
    own = {"completion": solution, "ground_truth": ground_truth, "data_source": data_source}
    return {**{str(name): value for name, value in dict(extra_info or {}).items()}, **own}


def told(found: Mapping[str, Any], names: tuple[str, ...], unscored_as: float | None) -> dict[str, float]:
    """A scored row as verl's numbers; a component without a number is NaN there."""
    score = found["score"]
    if score is None:
        if unscored_as is None:
            raise ContractError(
                f"a sample could not be scored ({found['reason'] or 'no reason given'}), and verl has no place for "
                "that: mend the cause, or declare a number with reward_kwargs.unscored_as"
            )
        score = unscored_as
    parts = {name: _number(found[name]) for name in names}
    return {"score": float(score), "unscored": float(found["score"] is None), **parts}


def _number(value: Any) -> float:
    """A component of a sample; of a ragged one the mean of its pieces."""
    if isinstance(value, list):
        flat = np.asarray([_number(item) for item in value], dtype=np.float64)
        return float(flat.mean()) if len(flat) else math.nan
    return math.nan if value is None else float(value)


class Estimator:
    """An advantage expression as verl and SkyRL call their estimators; made by :func:`register_adv_est`.

    The expression reads ``gd.col("reward")``, each response's reward (the sum of its token rewards), and
    ``gd.col("token_rewards", axis="token")``, the reward of each of its tokens that the mask admits. ``over="prompt"``
    means the trainer's group (``index``). Its root is flat, or lies on ``token``.

    Attributes:
        runner: the runner behind it; its state (multipliers, running figures) goes on from call to call, and
            ``runner.state_dict()`` saves it.
    """

    def __init__(self, advantage: Score) -> None:
        axes = [axis.name for axis in advantage.axes]
        if axes not in ([], ["token"]):
            raise ValueError(
                f"an estimator gives one number per response or per token, and {line(advantage, 60)} lies on "
                f"{'/'.join(axes)}: bring it down with .onto(...), or reduce it"
            )
        self.advantage = advantage
        self.runner = Runner(advantage)
        self._reads = wanted(advantage)
        self.__name__ = "guerdon_estimator"

    def __call__(
        self,
        token_level_rewards: torch.Tensor,
        response_mask: torch.Tensor,
        index: Any = None,
        config: Any = None,
        **given: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Advantages and returns, both (B, T), 0 outside of the mask and where there is no number.

        Args:
            token_level_rewards: (B, T).
            response_mask: (B, T), 1 where the policy wrote.
            index: (B,), the group of each response; left out, each is its own.
            config: of the trainer; not read.
            **given: what else the trainer passes; a ``non_tensor_batch`` gives columns.
        """
        table = _Table(token_level_rewards.detach(), response_mask.detach())
        count = len(response_mask)
        columns: dict[str, Any] = {
            name: list(values)
            for name, values in dict(given.get("non_tensor_batch") or {}).items()
            if len(values) == count
        }
        columns["reward"] = table.sums()
        if self._reads is None or "token_rewards" in self._reads:
            columns["token_rewards"] = table.pieces()
        groups = np.arange(count) if index is None else np.unique(np.asarray(index), return_inverse=True)[1]
        scores = self.runner.score(Rollouts(columns, groups=groups.reshape(-1)))
        if not self.advantage.axes:
            advantages = table.spread(scores.values)
        elif np.array_equal(scores.layout.counts[0], table.lengths):
            advantages = table.filled(scores.values)
        else:
            raise ValueError(
                "the estimator's axis token has other lengths than the responses: build it on token_rewards"
            )
        return advantages, advantages


@dataclass
class _Table:
    """Rewards of tokens, (B, T), and where the policy wrote; the way to arrays of numbers and back."""

    rewards: torch.Tensor
    mask: torch.Tensor

    @cached_property
    def lengths(self) -> Ints:
        """How many tokens each response has."""
        found: Ints = self.mask.sum(dim=1).cpu().numpy().astype(np.int64)
        return found

    @cached_property
    def solid(self) -> bool:
        """Whether every response fills the first places of its row."""
        written = self.mask.cpu().numpy() != 0
        ends = written.shape[1] - written[:, ::-1].argmax(axis=1)
        return bool(((ends == self.lengths) | (self.lengths == 0)).all())

    def sums(self) -> Any:
        import torch

        # A few rows at a time stay in the cache, which takes a tenth of the time that the whole table takes.
        few = zip(self.rewards.split(64), self.mask.split(64), strict=True)
        parts = [torch.mul(rewards, mask).sum(dim=1, dtype=torch.float64) for rewards, mask in few]
        return torch.cat(parts).cpu().numpy()

    def pieces(self) -> list[Any]:
        if self.solid:
            rows = self.rewards.cpu().numpy()
            return [row[:length].astype(np.float64) for row, length in zip(rows, self.lengths.tolist(), strict=True)]
        flat = self.rewards.cpu()[self.mask.cpu().bool()].double().numpy()
        return np.split(flat, np.cumsum(self.lengths)[:-1]) if len(self.lengths) else []

    def spread(self, numbers: Any) -> torch.Tensor:
        """One number per response, at each of its tokens."""
        import torch

        found = torch.from_numpy(numbers).to(device=self.rewards.device, dtype=self.rewards.dtype)
        return (found[:, None] * self.mask.to(self.rewards.dtype)).add_(0.0)  # no -0.0

    def filled(self, numbers: Any) -> torch.Tensor:
        """One number per token."""
        import torch

        flat = torch.from_numpy(numbers).to(self.rewards.dtype)
        found = torch.zeros(self.rewards.shape, dtype=self.rewards.dtype)
        if not self.solid:
            found[self.mask.cpu().bool()] = flat
            return found.to(self.rewards.device)
        table, source, start = found.numpy(), flat.numpy(), 0
        for row, length in enumerate(self.lengths.tolist()):
            table[row, :length] = source[start : start + length]
            start += length
        return found.to(self.rewards.device)


def register_adv_est(name: str, advantage: Score, register: Callable[..., Any] | None = None) -> Estimator:
    """Enter an advantage expression in a trainer's registry of estimators.

    Args:
        name: what ``algorithm.adv_estimator`` calls it.
        advantage: see :class:`Estimator`.
        register: the registry's own decorator or function: verl's ``register_adv_est`` if left out; for SkyRL pass
            ``AdvantageEstimatorRegistry.register``, which takes name and function together.

    Returns:
        The estimator, as registered.

    Raises:
        ImportError: verl is not installed here, and no registry was given.
        ValueError: the expression lies on another axis than ``token``.
    """
    estimator = Estimator(advantage)
    enter = register or _verl_registry()
    if _takes_both(enter):
        enter(name, estimator)
    else:
        enter(name)(estimator)
    return estimator


def _verl_registry() -> Callable[..., Any]:
    try:
        from verl.trainer.ppo.core_algos import register_adv_est as found
    except ModuleNotFoundError as error:
        raise ImportError(
            "verl is not installed here: pip install verl, in the environment it trains in, or pass register="
        ) from error
    return found  # type: ignore[no-any-return]


def _takes_both(register: Callable[..., Any]) -> bool:
    """Whether a registry takes name and function together, or is a decorator of the name."""
    import inspect

    needed = [one for one in inspect.signature(register).parameters.values() if one.default is one.empty]
    return len(needed) >= 2
