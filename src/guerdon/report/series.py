"""The run's figures as curves over the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guerdon.report.schema import Step

__all__ = ["Curves", "Values", "curves_of", "moving_average", "names_in", "window_for"]

Values = tuple[float | None, ...]


@dataclass(frozen=True)
class Curves:
    """Every curve of a run, all as long as `steps`; `binned` steps of the run went into each point."""

    steps: tuple[float, ...]
    binned: int
    reward: Values
    reward_std: Values
    length: Values
    seconds: Values
    means: dict[str, Values]
    computed: dict[str, Values]
    shares: dict[str, Values]
    weights: dict[str, Values]
    observed: dict[str, Values]
    drivers: dict[str, Values]
    trainer: dict[str, Values]


def window_for(points: int) -> int:
    """How many points the moving average takes: about an eighth, at least three, at most fifty.

    >>> window_for(10), window_for(60), window_for(4000)
    (3, 8, 50)
    """
    return max(3, min(50, round(points / 8)))


def moving_average(values: Sequence[float | None], window: int) -> Values:
    """The mean of the last `window` values that are there; None where there is none.

    >>> moving_average([1.0, 3.0, None, 5.0], 2)
    (1.0, 2.0, 3.0, 5.0)
    """
    averages: list[float | None] = []
    for end in range(1, len(values) + 1):
        present = [value for value in values[max(0, end - window) : end] if value is not None]
        averages.append(sum(present) / len(present) if present else None)
    return tuple(averages)


def names_in(steps: Sequence[Step], field: Callable[[Step], dict[str, object]], first: Sequence[str] = ()) -> list[str]:
    """The names that occur in one field of the steps: those of `first` in their order, then others as they appear."""
    seen = dict.fromkeys(name for step in steps for name in field(step))
    return [name for name in first if name in seen] + [name for name in seen if name not in set(first)]


def curves_of(steps: Sequence[Step], components: Sequence[str], most: int = 400) -> Curves:
    """Curves of at most `most` points; longer runs are averaged over equal runs of neighbouring steps."""
    size = max(1, -(-len(steps) // most))
    chunks = [steps[start : start + size] for start in range(0, len(steps), size)]

    def curve(read: Callable[[Step], float | None]) -> Values:
        values: list[float | None] = []
        for chunk in chunks:
            present = [value for value in map(read, chunk) if value is not None]
            values.append(sum(present) / len(present) if present else None)
        return tuple(values)

    def of_component(name: str, read: Callable[[dict[str, float | None]], float | None]) -> Values:
        # a component that is not in a step was not computed there
        return curve(lambda step: read(dict(step["components"][name])) if name in step["components"] else None)  # type: ignore[arg-type]

    parts = names_in(steps, lambda step: dict(step["components"]), components)
    watched = names_in(steps, lambda step: dict(step.get("observed", {})))
    steered = names_in(steps, lambda step: dict(step.get("drivers", {})))
    logged = names_in(steps, lambda step: dict(step.get("trainer", {})))
    return Curves(
        steps=tuple(sum(step["step"] for step in chunk) / len(chunk) for chunk in chunks),
        binned=size,
        reward=curve(lambda step: step["reward_mean"]),
        reward_std=curve(lambda step: step.get("reward_std")),
        length=curve(lambda step: step["length_mean"]),
        seconds=curve(lambda step: step.get("seconds")),
        means={name: of_component(name, lambda one: one["mean"]) for name in parts},
        computed={name: of_component(name, lambda one: one["computed"]) for name in parts},
        shares={name: of_component(name, lambda one: one["variance_share"]) for name in parts},
        weights={name: of_component(name, lambda one: one.get("effective_weight")) for name in parts},
        drivers={name: curve(lambda step, name=name: step.get("drivers", {}).get(name)) for name in steered},  # type: ignore[misc]
        observed={name: curve(lambda step, name=name: step.get("observed", {}).get(name)) for name in watched},  # type: ignore[misc]
        trainer={name: curve(lambda step, name=name: step.get("trainer", {}).get(name)) for name in logged},  # type: ignore[misc]
    )
