"""Which rollouts belong to one prompt group, where the trainer does not say: equal prompts, images and references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from .canonical import canonical, digest
from .values import ContractError, Ints

TRAINER_GROUPS = ("uid", "group_id")
"""Columns in which trainers write the group itself."""
ROW_IDS = ("prompt_id", "row_id")
"""Columns that name the row of the data set a rollout was sampled from."""
MEDIA = ("image", "images", "video", "videos", "audio", "audios")
"""Columns that are part of the prompt."""
REFERENCES = (
    "solution", "solutions", "answer", "answers", "ground_truth", "gold", "golds", "gold_answer", "label_gold",
    "target", "targets", "reference", "references", "reference_answer", "reward_model", "test", "tests", "test_cases",
    "rubric", "rubrics", "constraints", "instruction_id_list", "schema", "task", "data_source",
)  # fmt: skip
"""Columns by which two tasks with one prompt differ."""


def group_codes(columns: Mapping[str, list[Any] | Ints], n: int, group_by: Sequence[str] | None = None) -> Ints:
    """A number per rollout, equal for rollouts of one prompt group, from 0 in order of first appearance.

    The rule is that of :class:`guerdon.Rollouts`, without ``groups=``.

    >>> group_codes({"prompt": ["a", "a", "a"], "solution": ["1", "2", "1"], "seconds": [3, 4, 5]}, 3).tolist()
    [0, 1, 0]
    """
    names = group_columns(columns, group_by)
    if group_by is None:
        if not names:
            return np.arange(n, dtype=np.int64)
        _complete(columns, names)
    return _joined([codes_of(columns[name]) for name in names], n)


def group_columns(columns: Iterable[str], group_by: Sequence[str] | None = None) -> list[str]:
    """The columns whose values make a prompt group together; none where every rollout is a group of its own.

    >>> group_columns(["prompt", "completion", "solution"])
    ['prompt', 'solution']
    """
    if group_by is not None:
        return list(group_by)
    there = set(columns)
    for name in (*TRAINER_GROUPS, *ROW_IDS):
        if name in there:
            return [name]
    return [name for name in ("prompt", *MEDIA, *REFERENCES) if name in there] if "prompt" in there else []


def row_keys(columns: Mapping[str, list[Any]], group_by: Sequence[str] | None = None) -> list[bytes]:
    """For each row 16 bytes that are equal where :func:`group_codes` gives equal numbers; no row where it asks none.

    >>> keys = row_keys({"prompt": ["a", "b", "a"]})
    >>> keys[0] == keys[2], keys[0] == keys[1], len(keys[0])
    (True, False, 16)
    """
    names = group_columns(columns, group_by)
    if group_by is None:
        _complete(columns, names)
    parts = zip(*(_keys(columns[name]) for name in names), strict=True)
    return [blake2b(b"".join(b"%x:%b" % (len(key), key) for key in row), digest_size=16).digest() for row in parts]


def _complete(columns: Mapping[str, list[Any] | Ints], names: Sequence[str]) -> None:
    for name in names:
        if (name in TRAINER_GROUPS or name in ROW_IDS) and not isinstance(columns[name], np.ndarray):
            for i, value in enumerate(columns[name]):
                if value is None:
                    raise ContractError(
                        f"row {i} has no {name}, which names the rollout's prompt group: "
                        "fill the column, or give groups= or group_by="
                    )


def codes_of(values: Sequence[Any] | Ints) -> Ints:
    """A number per item, equal for equal items (1, 1.0, True and "1" differ), from 0 in order of first appearance.

    >>> codes_of(["b", "a", "b"]).tolist(), codes_of([1, True, [1], [1]]).tolist()
    ([0, 1, 0], [0, 1, 2, 2])
    """
    if isinstance(values, np.ndarray):
        return renumber(values.astype(np.int64))
    kinds = set(map(type, values))
    # Keys of one hashable type compare as canonical bytes would, and far faster.
    keys: list[Any] = list(values) if kinds <= {str} or kinds <= {int} or kinds <= {bytes} else _keys(values)
    return _numbered(keys)


def renumber(codes: Ints) -> Ints:
    """The same groups, numbered from 0 in order of first appearance.

    >>> renumber(np.array([7, 3, 7])).tolist()
    [0, 1, 0]
    """
    if not len(codes):
        return codes
    starts = np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
    if codes[-1] == len(starts) - 1 and np.array_equal(codes[starts], np.arange(len(starts))):
        return codes  # numbered so already, and each group in one block
    _, first, number = np.unique(codes[starts], return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return np.repeat(place[number.reshape(-1)], np.diff(starts, append=len(codes)))


def _numbered(keys: list[Any]) -> Ints:
    seen: dict[Any, int] = {}
    put: Callable[..., int] = seen.setdefault
    # The default is evaluated before the lookup, so a new key gets the number of keys before it.
    return np.fromiter((put(key, len(seen)) for key in keys), dtype=np.int64, count=len(keys))


def _joined(codes: list[Ints], n: int) -> Ints:
    if not codes:
        return np.zeros(n, dtype=np.int64)
    joined = codes[0]
    for more in codes[1:]:
        if len(more) and more.any():
            # Both are below n, so the product stays far below 2**63.
            joined = renumber(joined * (int(more.max()) + 1) + more)
    return joined


def _keys(values: Sequence[Any]) -> list[bytes]:
    keys: list[bytes] = []
    last: Any = keys  # stands for nothing seen yet
    key = b""
    for i, value in enumerate(values):
        # Trainers repeat one object for all rollouts of a prompt: it is spelled once.
        if value is not last:
            try:
                key = canonical(_media(value), _media_bytes)
            except (TypeError, ValueError) as error:
                raise ContractError(
                    f"row {i}: a group cannot be made from this value ({error}); give groups="
                ) from None
            if len(key) > 64:
                key = digest(key)
            last = value
        keys.append(key)
    return keys


def _media(value: Any) -> Any:
    if isinstance(value, list) and any(isinstance(item, np.ndarray) for item in value):
        return [_media(item) for item in value]
    if isinstance(value, np.ndarray) and value.dtype != object:
        return ("array", str(value.dtype), value.shape, value.tobytes())
    return value


def _media_bytes(value: Any) -> object:
    """A picture (of PIL, or of its kind) by its content."""
    if hasattr(value, "tobytes") and hasattr(value, "mode") and hasattr(value, "size"):
        return ("image", str(value.mode), list(value.size), value.tobytes())
    if hasattr(value, "tolist"):  # a tensor
        return value.tolist()
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    raise TypeError(f"an object of type {kind} is neither text, number, list, dict nor picture")
