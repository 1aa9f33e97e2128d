"""``Rollouts``: columns of equal length, each row one rollout, with an id and a prompt group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from .grouping import codes_of, group_codes, group_columns, renumber
from .reading import read_json, read_jsonl, read_parquet
from .values import ContractError, Ints

__all__ = ["Rollouts", "read_jsonl"]


class Rollouts:
    """Columns of equal length: row ``i`` of every column belongs to rollout ``i``. Never changed once made.

    Make them with :meth:`of`. Three things are known of each rollout beside its columns:

    - its id: the column ``id``; where an id stands in several rows (a data set's row, sampled more than once) the k-th
      of them is ``id#k``; without the column, the row's number;
    - its prompt group, which ``over="prompt"`` means; the first of these that there is:

      1. ``groups=``, a list with one value per row;
      2. ``group_by=``, the columns whose values make a group together;
      3. the trainer's own group: the column ``uid`` or ``group_id``;
      4. the row of the data set it was sampled from: the column ``prompt_id`` or ``row_id``;
      5. equal ``prompt``, equal images (also videos and audios) and equal references; a reference is a column with one
         of the names in ``guerdon.expr.grouping.REFERENCES`` (``solution``, ``answer``, ``ground_truth``, ...).
         Other columns, such as a score per rollout, split no group;
      6. without a column ``prompt``, each rollout is a group of its own.

    >>> rollouts = Rollouts.of({"prompt": ["2+2?", "2+2?", "3+3?"], "completion": ["4", "5", "6"]})
    >>> len(rollouts), rollouts.groups.tolist(), rollouts.ids
    (3, [0, 0, 1], ['0', '1', '2'])
    """

    __slots__ = ("_given", "_group_by", "_groups", "_ids", "columns", "n")

    columns: Mapping[str, list[Any]]
    n: int

    def __init__(
        self,
        columns: Mapping[str, Iterable[Any]],
        *,
        groups: Sequence[Any] | Ints | None = None,
        ids: Sequence[Any] | None = None,
        group_by: str | Sequence[str] | None = None,
    ) -> None:
        self.columns = held = Columns({_name(name): _items(name, values) for name, values in columns.items()})
        self.n = _common_length(held.given, groups, ids)
        if groups is not None and group_by is not None:
            raise ValueError("give groups= or group_by=, not both")
        self._given = groups if groups is None or is_integers(groups) else list(groups)
        self._group_by = (group_by,) if isinstance(group_by, str) else group_by
        for name in self._group_by or ():
            self.column(name)
        self._groups: Ints | None = None
        self._ids = None if ids is None else _unique([str(value) for value in ids], "ids=")

    @classmethod
    def of(
        cls,
        data: Any,
        *,
        groups: Sequence[Any] | Ints | None = None,
        ids: Sequence[Any] | None = None,
        group_by: str | Sequence[str] | None = None,
    ) -> Rollouts:
        """Rollouts from whatever holds them.

        Args:
            data: rollouts (returned as they are); a dict of columns; a list of dicts (a key that a row lacks is None
                there); the path of a ``.jsonl``, ``.json`` or ``.parquet`` file; a Hugging Face data set; a pyarrow
                table; a pandas data frame (its missing values become None).
            groups: each rollout's prompt group, any values; see :class:`Rollouts`.
            ids: each rollout's id, all different.
            group_by: the column or columns that make a group, where the rule of :class:`Rollouts` does not fit.

        Raises:
            ContractError: columns of unequal lengths, a file that cannot be read, an id that stands twice.
            TypeError: data of another kind.

        >>> rows = [{"prompt": "p", "x": 1}, {"prompt": "q"}]
        >>> Rollouts.of(rows, groups=["a", "a"]).columns
        {'prompt': ['p', 'q'], 'x': [1, None]}
        """
        options: dict[str, Any] = {"groups": groups, "ids": ids, "group_by": group_by}
        if isinstance(data, Rollouts):
            if groups is None and ids is None and group_by is None:
                return data
            kept = {} if groups is not None or group_by is not None else data._grouping()
            return cls(_given(data.columns), **{**options, **kept, "ids": data._ids if ids is None else ids})
        return cls(_columns(data), **options)

    @classmethod
    def from_jsonl(cls, path: str | Path, **options: Any) -> Rollouts:
        """The rollouts of a JSON Lines file; :func:`read_jsonl` reads one that is larger than memory.

        Args:
            path: the file, one object a line.
            **options: ``groups``, ``ids`` and ``group_by`` of :meth:`of`.
        """
        return cls(_by_column([row for rows in read_jsonl(path) for _, row in rows]), **options)

    @classmethod
    def from_parquet(cls, path: str | Path, **options: Any) -> Rollouts:
        """The rollouts of a Parquet file (needs the extra ``arrow``); options as for :meth:`from_jsonl`."""
        return cls(_columns(read_parquet(path)), **options)

    def __len__(self) -> int:
        return self.n

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __repr__(self) -> str:
        return f"<{self.n:,} rollouts with columns {', '.join(self.columns) or 'none'}>"

    def column(self, name: str) -> list[Any]:
        """One column, one item per rollout; a name that is not there is a ContractError that tells the nearest."""
        found = self.columns.get(name)
        if found is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.columns, n=2, cutoff=0.7)
            meant = f" (did you mean {' or '.join(map(repr, near))}?)" if near else ""
            raise ContractError(f"the rollouts have no column {name!r}{meant}; they have {_listed(self.columns)}")
        return found

    def array(self, name: str) -> npt.NDArray[Any] | None:
        """A column that was given as an array of numbers, as that array; None for any other."""
        found = _given(self.columns).get(name)
        return found if isinstance(found, np.ndarray) else None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each rollout as a dict.

        >>> next(Rollouts.of({"a": [1, 2], "b": [3, 4]}).rows())
        {'a': 1, 'b': 3}
        """
        if not self.columns:
            return iter({} for _ in range(self.n))
        names = tuple(self.columns)
        return (dict(zip(names, row, strict=True)) for row in zip(*self.columns.values(), strict=True))

    def take(self, rows: Any) -> Rollouts:
        """The rollouts at some places (numbers, or a mask), which keep their ids and their groups.

        >>> Rollouts.of({"x": [5, 6, 7]}).take([2, 0]).ids
        ['2', '0']
        """
        index = np.asarray(rows)
        places: list[int] = (np.flatnonzero(index) if index.dtype == bool else index.astype(np.int64)).tolist()
        picked = object.__new__(Rollouts)
        picked.columns = Columns(
            {
                name: values[places] if isinstance(values, np.ndarray) else [values[i] for i in places]
                for name, values in _given(self.columns).items()
            }
        )
        picked.n = len(places)
        ids = self.ids
        picked._ids = [ids[i] for i in places]
        picked._given, picked._group_by = None, None
        picked._groups = renumber(self.groups[places])
        return picked

    @property
    def ids(self) -> list[str]:
        """Each rollout's id, all different."""
        if self._ids is None:
            if "id" in self.columns:
                self._ids = _numbered(self.columns["id"])
            else:
                self._ids = list(map(str, range(self.n)))
        return self._ids

    @property
    def groups(self) -> Ints:
        """Each rollout's prompt group as a number, from 0 in order of first appearance."""
        if self._groups is None:
            if self._given is not None:
                self._groups = codes_of(self._given)
            else:
                given = _given(self.columns)
                used = {
                    name: given[name] if is_integers(given[name]) else self.columns[name]
                    for name in group_columns(given, self._group_by)
                }
                self._groups = group_codes(used, self.n, self._group_by)
        return self._groups

    def _grouping(self) -> dict[str, Any]:
        if self._given is None and self._group_by is None and self._groups is not None:
            return {"groups": self._groups}
        return {"groups": self._given, "group_by": self._group_by}


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise ContractError(f"the rollouts have a column named {name!r}: a column's name is a string")
    return name


class Columns(Mapping[str, list[Any]]):
    """Columns by name, each a list. One that was given as an array of numbers stays one until its list is asked for.

    >>> columns = Columns({"x": np.array([1, 2])})
    >>> columns["x"], columns
    ([1, 2], {'x': [1, 2]})
    """

    __slots__ = ("_lists", "given")

    def __init__(self, given: dict[str, list[Any] | npt.NDArray[Any]]) -> None:
        self.given = given
        self._lists: dict[str, list[Any]] = {}

    def __getitem__(self, name: str) -> list[Any]:
        values = self.given[name]
        if isinstance(values, list):
            return values
        found = self._lists.get(name)
        if found is None:
            found = self._lists[name] = values.tolist()
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def __repr__(self) -> str:
        return repr(dict(self))


def _given(columns: Mapping[str, list[Any]]) -> Mapping[str, list[Any] | npt.NDArray[Any]]:
    return columns.given if isinstance(columns, Columns) else columns


def is_integers(values: Any) -> TypeGuard[Ints]:
    """Whether these are whole numbers in one array."""
    return isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iu" and values.dtype != "u8"


def _items(name: str, values: Any) -> list[Any] | npt.NDArray[Any]:
    if isinstance(values, np.ndarray) and values.ndim and values.dtype.kind in "biuf" and values.dtype.itemsize <= 8:
        return values
    if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
        kind = type(values).__name__
        if hasattr(values, "column_names"):
            kind = "data set; choose one split of it"
        raise ContractError(f"column {name!r} is one {kind}: a column is a list with one item per rollout")
    if hasattr(values, "tolist"):  # an array, a tensor, a pandas series
        found = values.tolist()
        return found if isinstance(found, list) else [found]
    items = values if type(values) is list else list(values)
    if any(issubclass(kind, np.generic) for kind in set(map(type, items))):
        return [item.item() if isinstance(item, np.generic) else item for item in items]
    return items


def _common_length(columns: Mapping[str, Sized], groups: Sequence[Any] | Ints | None, ids: Sequence[Any] | None) -> int:
    lengths = [(f"column {name!r}", len(values)) for name, values in columns.items()]
    lengths += [(what, len(given)) for what, given in (("groups=", groups), ("ids=", ids)) if given is not None]
    if not lengths:
        return 0
    first, n = lengths[0]
    for other, length in lengths[1:]:
        if length != n:
            raise ContractError(f"{first} has {n:,} rows and {other} has {length:,}: all need one item per rollout")
    return n


def _columns(data: Any) -> Mapping[str, Any]:
    """The columns of whatever ``Rollouts.of`` takes, rollouts aside."""
    if isinstance(data, (str, Path)):
        return _of_file(Path(data))
    if isinstance(data, Mapping):
        split = next((name for name, values in data.items() if hasattr(values, "column_names")), None)
        if split is not None:
            raise ContractError(f"this is a dict of data sets, not one: choose a split, such as data[{split!r}]")
        return data
    if isinstance(data, (list, tuple)):
        return _by_column(data)
    if hasattr(data, "to_pydict") and hasattr(data, "column_names"):  # a pyarrow table or batch, whatever its kind
        return _of_arrow(data)
    if hasattr(data, "column_names") and hasattr(data, "__getitem__"):  # a Hugging Face data set, or one of its kind
        plain = data.with_format(None) if hasattr(data, "with_format") else data
        return {name: list(plain[name]) for name in plain.column_names}
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        return _of_pandas(data)
    kind = f"{type(data).__module__}.{type(data).__qualname__}"
    if hasattr(data, "take") and hasattr(data, "column_names"):
        raise TypeError(f"{kind} is a stream without an end: score a part of it, such as list(data.take(1000))")
    raise TypeError(
        f"{kind} holds no rollouts: give a dict of columns, a list of dicts, a path of JSONL or Parquet, "
        "a Hugging Face data set, a pyarrow table or a pandas data frame"
    )


def _of_file(path: Path) -> Mapping[str, Any]:
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        return _by_column([row for rows in read_jsonl(path) for _, row in rows])
    if suffix == ".parquet":
        return _of_arrow(read_parquet(path))
    if suffix == ".json":
        found = read_json(path)
        if isinstance(found, (list, dict)):
            return _columns(found)
        raise ContractError(f"{path} holds neither a list of objects nor an object of lists")
    raise ContractError(f"{path}: rollouts are read from files named .jsonl, .json or .parquet")


def _by_column(rows: Sequence[Any]) -> dict[str, list[Any]]:
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise ContractError(f"row {i} is a {type(row).__name__}: each rollout of a list is a dict")
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _of_arrow(table: Any) -> dict[str, list[Any]]:
    names = list(table.column_names)
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ContractError(f"the table has two columns named {name!r}")
    return {name: table.column(i).to_pylist() for i, name in enumerate(names)}


def _of_pandas(frame: Any) -> dict[str, list[Any]]:
    names = list(frame.columns)
    columns: dict[str, list[Any]] = {}
    for i, name in enumerate(names):
        if name in columns:
            raise ContractError(f"the data frame has two columns named {name!r}")
        series = frame.iloc[:, i]
        items = [_plain(item) for item in series.tolist()]
        missing = series.isna().tolist()
        columns[name] = [None if gone else item for item, gone in zip(items, missing, strict=True)]
    return columns


def _plain(item: Any) -> Any:
    """What pandas keeps as an array was a list in the file."""
    if isinstance(item, np.ndarray):
        return [_plain(inner) for inner in item.tolist()] if item.dtype == object else item.tolist()
    return item


def _numbered(values: list[Any]) -> list[str]:
    for i, value in enumerate(values):
        if value is None:
            raise ContractError(f"row {i} has no id: give every rollout one in column 'id', or leave the column out")
    ids = list(map(str, values))
    if len(set(ids)) == len(ids):
        return ids
    times: dict[str, int] = {}
    for name in ids:
        times[name] = times.get(name, 0) + 1
    seen: dict[str, int] = {}
    for i, name in enumerate(ids):
        if times[name] > 1:
            ids[i] = f"{name}#{seen.setdefault(name, 0)}"
            seen[name] += 1
    return _unique(ids, "column 'id'")


def _unique(ids: list[str], what: str) -> list[str]:
    if len(set(ids)) != len(ids):
        rows: dict[str, int] = {}
        for i, name in enumerate(ids):
            if name in rows:
                raise ContractError(f"{what}: the id {name!r} stands in rows {rows[name]} and {i}; ids must differ")
            rows[name] = i
    return ids


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown = ", ".join(map(repr, every[:20]))
    return (shown or "none") + (f" and {len(every) - 20} more" if len(every) > 20 else "")
