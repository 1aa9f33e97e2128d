"""A file of rollouts, read twice: once to know what it holds, then chunk by chunk.

The first reading finds a broken line before the first dear call is made. It tells how many rows there are, which
columns, which ids stand more than once, and the digest of the file; with these, a chunk of rows is scored exactly as
it would be among all the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from guerdon._extras import need
from guerdon.expr.reading import read_jsonl, read_parquet
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.values import ContractError, Ints

from .spill import DIGEST, digest_of

__all__ = ["Chunk", "Source", "digest_of_file", "placed"]

_AT_ONCE = 1000
_ROW = re.compile(r"\A(?P<before>|.* for |.*\()row (?P<row>\d+)(?P<after>\b.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Chunk:
    """Some rows: the first one's number, the columns, and in which lines of the file they stand (from 1)."""

    start: int
    n: int
    columns: dict[str, list[Any]]
    lines: list[int] | None = None


class Source:
    """A file of rollouts that has been read once, from its first row to its last.

    Attributes:
        path: the file: ``.jsonl``, ``.parquet`` or ``.json`` (which alone is held in memory whole).
        n: how many rows it holds.
        columns: their names, over all rows.
        digest: of the file's bytes.
    """

    def __init__(self, path: Path, *, progress: Callable[[int], None] | None = None) -> None:
        self.path = path
        self._progress = progress or (lambda rows: None)
        self._table: Rollouts | None = None
        suffix = path.suffix.lower()
        if suffix not in (".jsonl", ".ndjson", ".json", ".parquet"):
            raise ContractError(f"{path}: rollouts are read from files named .jsonl, .json or .parquet")
        self._ids = bytearray()
        if suffix in (".jsonl", ".ndjson"):
            self._scan_lines()
        elif suffix == ".json":
            try:
                self._table = Rollouts.of(path)
            except ContractError as error:
                raise ContractError(str(error) if str(path) in str(error) else f"{path}: {error}") from None
            self.n, self.columns = self._table.n, list(self._table.columns)
            self._take_ids(0, self._table.columns.get("id"))
        else:
            self._scan_parquet()
        if not self.n:
            raise ContractError(f"{path} holds no rows")
        self._times = _numbers(bytes(self._ids))
        self.digest = digest_of_file(path)

    # ---------------------------------------------------------------- the first reading

    def _scan_lines(self) -> None:
        names: dict[str, None] = {}
        seen, self.n = None, 0
        without: int | None = None
        for rows in read_jsonl(self.path, _AT_ONCE):
            for line, row in rows:
                if row.keys() != seen:
                    seen = row.keys()
                    names.update(dict.fromkeys(seen))
                value = row.get("id")
                if value is not None:
                    self._ids += digest_of(str(value))
                elif without is None:
                    without = line
            self.n += len(rows)
            self._progress(self.n)
        self.columns = list(names)
        if "id" in names and without is not None:
            raise ContractError(
                f"{self.path} line {without}: the row has no id: give every rollout one, or leave the column 'id' out"
            )

    def _scan_parquet(self) -> None:
        file = _parquet(self.path)
        self.n = file.metadata.num_rows
        self.columns = list(file.schema_arrow.names)
        for i, name in enumerate(self.columns):
            if name in self.columns[:i]:
                raise ContractError(f"{self.path} has two columns named {name!r}")
        if "id" in self.columns:
            start = 0
            for batch in file.iter_batches(batch_size=10 * _AT_ONCE, columns=["id"]):
                self._take_ids(start, batch.column(0).to_pylist())
                start += batch.num_rows
                self._progress(start)

    def _take_ids(self, start: int, values: list[Any] | None) -> None:
        for i, value in enumerate(values or ()):
            if value is None:
                raise ContractError(
                    f"{self.path}: row {start + i} has no id: give every rollout one, or leave the column 'id' out"
                )
            self._ids += digest_of(str(value))

    # ---------------------------------------------------------------- the second

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows from ``skip`` on, ``size`` at a time; every chunk has all columns, None where a row lacks one."""
        if self._table is not None:
            for start in range(skip, self.n, size):
                part = {name: values[start : start + size] for name, values in self._table.columns.items()}
                yield Chunk(start, min(size, self.n - start), part)
        elif self.path.suffix.lower() == ".parquet":
            yield from self._parquet_chunks(size, skip)
        else:
            yield from self._line_chunks(size, skip)

    def _line_chunks(self, size: int, skip: int) -> Iterator[Chunk]:
        start, kept = 0, []
        for rows in read_jsonl(self.path, min(size, _AT_ONCE)):
            if start + len(rows) <= skip:
                start += len(rows)
                continue
            if start < skip:
                rows, start = rows[skip - start :], skip
            kept.extend(rows)
            while len(kept) >= size:
                yield self._of_rows(start, kept[:size])
                kept, start = kept[size:], start + size
        if kept:
            yield self._of_rows(start, kept)

    def _of_rows(self, start: int, rows: list[tuple[int, dict[str, Any]]]) -> Chunk:
        if start + len(rows) > self.n:
            raise ContractError(f"{self.path} has grown while it was read: score it once it is complete")
        columns = {name: [row.get(name) for _, row in rows] for name in self.columns}
        return Chunk(start, len(rows), columns, [line for line, _ in rows])

    def _parquet_chunks(self, size: int, skip: int) -> Iterator[Chunk]:
        start, kept = 0, dict[str, list[Any]]()
        for batch in _parquet(self.path).iter_batches(batch_size=min(size, 10 * _AT_ONCE)):
            if start + batch.num_rows <= skip:
                start += batch.num_rows
                continue
            drop = max(skip - start, 0)
            start += drop
            for name, column in zip(self.columns, batch.columns, strict=True):
                kept.setdefault(name, []).extend(column.slice(drop).to_pylist())
            held = len(next(iter(kept.values())))
            while held >= size:
                yield Chunk(start, size, {name: values[:size] for name, values in kept.items()})
                kept, start, held = {name: values[size:] for name, values in kept.items()}, start + size, held - size
        held = len(next(iter(kept.values()), []))
        if held:
            yield Chunk(start, held, kept)

    # ---------------------------------------------------------------- ids

    def ids(self, chunk: Chunk) -> list[str]:
        """The ids of a chunk's rows, numbered where an id stands in several rows of the file (``a#0``, ``a#1``)."""
        values = chunk.columns.get("id")
        if values is None:
            return list(map(str, range(chunk.start, chunk.start + chunk.n)))
        ids = list(map(str, values))
        if self._times is None:
            return ids
        times, alone = self._times
        for i in np.flatnonzero(times[chunk.start : chunk.start + chunk.n] >= 0).tolist():
            name = f"{ids[i]}#{times[chunk.start + i]}"
            if digest_of(name) in alone:
                raise ContractError(
                    f"{self.path}: the id {name!r} stands in one row and is the name of row {chunk.start + i}, "
                    f"one of several with the id {ids[i]!r}; ids must differ"
                )
            ids[i] = name
        return ids


def digest_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def placed(error: ContractError, chunk: Chunk, path: Path) -> ContractError:
    """The same sentence with the row's number in the file, where it speaks of a row of the chunk.

    >>> chunk = Chunk(2000, 1000, {}, list(range(2001, 3001)))
    >>> print(placed(ContractError("row 7 of column 'x' holds a str"), chunk, Path("in.jsonl")))
    row 2007 (in.jsonl line 2008) of column 'x' holds a str
    """
    if str(error).startswith("the rollouts have no column"):
        return ContractError(f"{path}: {error}")
    found = _ROW.match(str(error))
    if found is None or int(found["row"]) >= chunk.n:
        return error
    row = int(found["row"])
    where = f" of {path}"
    if chunk.lines is not None:
        where = f"{path} line {chunk.lines[row]}"
        where = f", {where}" if found["before"].endswith("(") else f" ({where})"
    return type(error)(f"{found['before']}row {chunk.start + row}{where}{found['after']}")


def _numbers(digests: bytes) -> tuple[Ints, frozenset[bytes]] | None:
    """For each row the how-manieth with its id it is, -1 where the id stands once; and the ids that stand once.

    None where every id stands once, which is the common case.
    """
    pairs = np.frombuffer(digests, dtype=np.uint64).reshape(-1, 2)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    if len(order) < 2:
        return None
    new = np.ones(len(order), dtype=bool)
    new[1:] = (pairs[order[1:]] != pairs[order[:-1]]).any(axis=1)
    if new.all():
        return None
    starts = np.flatnonzero(new)
    lengths = np.diff(np.append(starts, len(order)))
    times = np.empty(len(order), dtype=np.int64)
    times[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    single = order[starts[lengths == 1]]
    times[single] = -1
    return times, frozenset(digests[DIGEST * i : DIGEST * (i + 1)] for i in single.tolist())


def _parquet(path: Path) -> Any:
    parquet, arrow = need("pyarrow.parquet", extra="arrow"), need("pyarrow", extra="arrow")
    try:
        with open(path, "rb") as file:
            if file.read(4) != b"PAR1":
                read_parquet(path)  # says what is wrong
        return parquet.ParquetFile(str(path))
    except OSError as error:
        raise ContractError(f"{path} cannot be opened: {(error.strerror or str(error)).lower()}") from None
    except arrow.ArrowException as error:
        raise ContractError(f"{path} cannot be read as Parquet ({str(error).partition(chr(10))[0]})") from None
