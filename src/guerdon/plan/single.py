"""One rollout at a time: for trainers that score sample by sample, with what arrives together scored together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from guerdon.expr.node import topological
from guerdon.expr.ops import STATEFUL
from guerdon.expr.values import ContractError

from .coalesce import Coalescer
from .runner import Runner, scope_of

Row = Mapping[str, Any]
ScoreOne = Callable[[Row], Awaitable[dict[str, Any]]]


def needs_company(runner: Runner) -> str | None:
    """What in a reward cannot be scored one rollout at a time, by name; None where nothing is."""
    for node in topological(runner.root):
        if node.op in STATEFUL:
            return f"{node!r} learns from batches"
        if node.op == "step":
            return "gd.step() needs the training step"
        if scope_of(node) != "rollout":
            return f"{node!r} compares rollouts"
    return None


def one_by_one(runner: Runner, *, max_batch: int = 64, max_wait: float = 0.01) -> ScoreOne:
    """An async function of one row, whose calls share batches with whoever asks at the same time.

    Sharing saves calls and never defines a group: what a row gets does not depend on its company. Every row gets the
    same keys: ``score`` (None where unscored), ``status``, ``reason``, and each component's name.

    Args:
        runner: of a reward that looks at one rollout at a time.
        max_batch: rows of a full batch.
        max_wait: seconds the first row of a batch waits for company.

    Raises:
        ContractError: the reward compares rollouts, has state, or reads the step.

    >>> import asyncio
    >>> import guerdon as gd
    >>> runner = (gd.col("x") * 2).named("double").compile()
    >>> asyncio.run(one_by_one(runner)({"x": 3}))
    {'score': 6.0, 'status': 'scored', 'reason': '', 'double': 6.0}
    """
    why = needs_company(runner)
    if why is not None:
        raise ContractError(f"this reward cannot be scored one rollout at a time: {why}; score whole batches instead")

    async def batch(rows: Sequence[Row]) -> list[dict[str, Any]]:
        names = dict.fromkeys(name for row in rows for name in row if name != "id")
        columns = {name: [row.get(name) for row in rows] for name in names}
        scores = await runner.ascore(columns)
        parts = {name: values.nested() for name, values in scores.components.items()}
        whole = [{"score": row["reward"], "status": row["status"], "reason": row["reason"]} for row in scores.to_rows()]
        return [{**row, **{name: part[i] for name, part in parts.items()}} for i, row in enumerate(whole)]

    return Coalescer(batch, max_batch=max_batch, max_wait=max_wait)
