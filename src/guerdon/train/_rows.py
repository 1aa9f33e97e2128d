"""TRL's arguments as rollouts: their columns, their groups, and the checks that these are what they seem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guerdon.expr.canonical import digest
from guerdon.expr.node import topological
from guerdon.expr.score import Score
from guerdon.expr.values import ContractError

NO_COLUMNS = ("trainer_state", "log_extra", "log_metric")


def columns(
    prompts: Sequence[Any],
    completions: Sequence[Any],
    completion_ids: Sequence[Any] | None,
    given: Mapping[str, Any],
    ends: frozenset[int] | None,
) -> dict[str, list[Any]]:
    """The columns of one call: TRL's own under the names the data has, and whatever else has one item per rollout."""
    n = len(completions)
    if len(prompts) != n:
        raise ContractError(f"TRL handed over {len(prompts)} prompts and {n} completions: both need one per rollout")
    found = {
        name: list(values)
        for name, values in given.items()
        if name not in NO_COLUMNS and isinstance(values, (list, tuple)) and len(values) == n
    }
    found |= {"prompt": list(prompts), "completion": list(completions)}
    if completion_ids is not None:
        found["completion_ids"] = list(completion_ids)
        if ends is not None and "truncated" not in found:
            found["truncated"] = [len(ids) > 0 and ids[-1] not in ends for ids in completion_ids]
    return found


def prints(prompts: Sequence[Any]) -> list[bytes | None]:
    """A short fingerprint of each prompt; None for one that holds what cannot be written down, such as an image."""
    found: list[bytes | None] = []
    last: tuple[Any, bytes | None] | None = None
    for prompt in prompts:
        if last is None or last[0] is not prompt:
            try:
                last = (prompt, digest(prompt))
            except (TypeError, ValueError):
                last = (prompt, None)
        found.append(last[1])
    return found


def groups(marks: Sequence[bytes | None], size: int | None, *, alike: bool = True) -> list[int]:
    """Each rollout's group: blocks of ``size`` rows, or (where the size is unknown) runs of equal prompts.

    Args:
        marks: the fingerprint of each prompt.
        size: completions per prompt.
        alike: whether the prompts of one block must be equal.

    Raises:
        ContractError: the rows are no whole blocks, or a block mixes prompts.

    >>> groups([b"p", b"p", b"q", b"q"], 2), groups([b"p", b"p", b"p", b"q"], None)
    ([0, 0, 1, 1], [0, 0, 0, 1])
    """
    n = len(marks)
    if size is None:
        found: list[int] = []
        for i, mark in enumerate(marks):
            found.append(0 if i == 0 else found[-1] + (mark is None or mark != marks[i - 1]))
        return found
    if n % size:
        raise ContractError(
            f"TRL handed over {n} rollouts, which is no multiple of num_generations={size}: give for_trl the trainer's "
            "num_generations, and reward functions whole batches"
        )
    for start in range(0, n if alike else 0, size):
        block = [mark for mark in marks[start : start + size] if mark is not None]
        if len(set(block)) > 1:
            raise ContractError(
                f"rollouts {start} to {start + size - 1} have different prompts, so they are no group of "
                f"num_generations={size}: give for_trl the trainer's num_generations"
            )
    return [i // size for i in range(n)]


def wanted(root: Score) -> frozenset[str] | None:
    """The columns that a reward reads; None where it reads all there are."""
    found: set[str] = {"id"}
    for node in topological(root):
        if node.op == "leaf" and node.param("function").all_columns:
            return None
        if node.op == "col":
            found.add(node.param("name"))
        if node.op == "random":
            found.add("prompt")
    return frozenset(found)
