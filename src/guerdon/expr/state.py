"""The clock, parameters that hooks set, chance, and nodes with memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .build import column_node, lift, score_node
from .node import Expr

if TYPE_CHECKING:
    from .arithmetic import Operand
    from .score import Score


def step() -> Score:
    """The training step, from 0 (``gd.step``); outside a trainer the runner's own count of batches.

    >>> import guerdon as gd
    >>> (gd.step() / 10).clip(0, 1).score({"completion": ["a"]}, step=5).values
    array([0.5])
    """
    return score_node("step")


def param(name: str, default: Any) -> Score:
    """A number (or text, or object) that a hook sets with ``runner.set(name, value)``.

    >>> import guerdon as gd
    >>> reward = gd.col("x") > gd.param("threshold", 0.5)
    >>> runner = reward.compile()
    >>> runner.set("threshold", 2)
    >>> runner.score({"x": [1, 3]}).values
    array([0., 1.])
    """
    if isinstance(default, (bool, int, float)):
        return score_node("param", params={"name": name, "default": float(lift(default).param("value"))})
    return column_node("param", params={"name": name, "default": default})


def random(over: Literal["rollout", "prompt"] = "rollout", seed: int = 0) -> Score:
    """A uniform number in [0, 1): a hash of the seed, the step and the rollout's (or its group's) id.

    Equal on every worker and replay.

    >>> import guerdon as gd
    >>> a, b = (gd.random(seed=1).score({"completion": ["a", "b"]}).values for _ in range(2))
    >>> bool((a == b).all())
    True
    """
    if over not in ("rollout", "prompt"):
        raise ValueError(f'gd.random: over={over!r} must be "rollout" or "prompt"')
    return score_node("random", params={"over": over, "seed": int(seed)})


def running(
    x: Score,
    stat: Literal["mean", "std", "min", "max", "quantile"],
    *,
    decay: float | None = None,
    window: int | None = None,
    by: Expr | None = None,
    where: Operand | None = None,
    sees: Literal["before", "after"] = "before",
    q: float | None = None,
    empty: Operand | None = None,
    name: str = "",
) -> Score:
    """A statistic of what was scored in earlier batches; its state lives in the runner.

    Every batch is read before it is learned from: a rollout sees the state as it stood before its batch
    (``sees="after"``: as it will stand after it). The update happens once per batch, from scored cells, whatever their
    order.

    Args:
        x: the score to follow.
        stat: which statistic; ``quantile`` needs ``q=`` and ``window=``.
        decay: an exponential moving statistic over batches, ``decay`` the weight of the past (first batch: all).
        window: the last so many batches; neither: all batches.
        by: a column; each of its values has its own state.
        where: who is learned from.
        sees: ``"before"`` or ``"after"``.
        q: which quantile.
        empty: the figure before anything was seen; left out, unscored (``empty``).
        name: keeps two otherwise equal states apart.

    >>> import guerdon as gd
    >>> runner = (gd.col("x") - gd.running(gd.col("x"), "mean", empty=0)).compile()
    >>> runner.score({"x": [1, 3]}).values, runner.score({"x": [5]}).values
    (array([1., 3.]), array([3.]))
    """
    value = lift(x)
    if value.axes:
        raise TypeError("gd.running follows one number per rollout: reduce the score along its axes first")
    if stat not in ("mean", "std", "min", "max", "quantile"):
        raise ValueError(f'gd.running: {stat!r} must be "mean", "std", "min", "max" or "quantile"')
    if decay is not None and (window is not None or not 0 <= decay < 1):
        raise ValueError("gd.running: give decay= in [0, 1), or window=, not both")
    if window is not None and window < 1:
        raise ValueError(f"gd.running: window={window!r} must be at least one batch")
    if decay is not None and stat in ("min", "max", "quantile"):
        raise ValueError(f"gd.running: {stat} takes window=, not decay=")
    if stat == "quantile" and (q is None or window is None or not 0 <= q <= 1):
        raise ValueError("gd.running: quantile needs q= in [0, 1] and window=")
    if sees not in ("before", "after"):
        raise ValueError(f'gd.running: sees={sees!r} must be "before" or "after"')
    args: list[tuple[str, Expr]] = [("x", value)]
    if where is not None:
        args.append(("where", lift(where)))
    if by is not None:
        args.append(("by", by))
    if empty is not None:
        args.append(("empty", lift(empty)))
    if any(expr.axes for _, expr in args):
        raise TypeError("gd.running: where=, by= and empty= must have one value per rollout")
    params = {"stat": stat, "decay": decay, "window": window, "sees": sees, "q": q, "name": name}
    return score_node("running", args, params)


def dual(
    x: Score,
    *,
    target: Operand,
    lr: float,
    momentum: float = 0.0,
    squash: Literal["sigmoid", "tanh"] | None = None,
    init: float = 0.0,
    where: Operand | None = None,
    name: str = "",
) -> Score:
    """A Lagrange multiplier for ``mean(x) >= target``, moved once per batch by gradient descent.

    ``v <- momentum * v + mean(x - target)``, ``raw <- raw - lr * v``: it falls while x exceeds its target and grows
    while x falls short. The value is ``squash(raw)``; without a squash, raw itself, held at or above 0.

    Args:
        x: the constrained score, one number per rollout.
        target: what its mean should reach; a number or an expression.
        lr: the step size.
        momentum: of the step.
        squash: ``"sigmoid"`` for a weight in (0, 1), ``"tanh"`` for one that may turn negative (equality).
        init: raw at the start.
        where: who is learned from.
        name: keeps two otherwise equal states apart.

    >>> import guerdon as gd
    >>> runner = gd.dual(gd.col("x"), target=1, lr=0.5).compile()
    >>> [runner.score({"x": [0.0]}).values[0].item() for _ in range(3)]
    [0.0, 0.5, 1.0]
    """
    if squash not in (None, "sigmoid", "tanh"):
        raise ValueError(f'gd.dual: squash={squash!r} must be "sigmoid", "tanh" or None')
    value = lift(x)
    args: list[tuple[str, Expr]] = [("x", value), ("target", lift(target))]
    if where is not None:
        args.append(("where", lift(where)))
    if any(expr.axes for _, expr in args):
        raise TypeError("gd.dual follows one number per rollout: reduce the score along its axes first")
    params = {"lr": float(lr), "momentum": float(momentum), "squash": squash, "init": float(init), "name": name}
    return score_node("dual", args, params)
