"""What the first pass over a file keeps for the second: numbers, digests and places, in plain binary files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from guerdon.expr.canonical import canonical
from guerdon.expr.spans import Piece, Span
from guerdon.expr.values import Cells, Floats, Ints, Layout, objects, reason_code, reason_text

from .cut import Feed

__all__ = ["DIGEST", "Spill", "codes_of_digests", "digest_of"]

DIGEST = 16
"""Bytes of a digest: two of 10^9 different keys share one with a chance below 10^-20."""
_NO_SPAN, _NO_PLACE = -2, -1


def digest_of(value: object) -> bytes:
    """16 bytes that stand for a key; numbers are told apart by value (``1 == 1.0 == True``), as groups are.

    >>> digest_of(1) == digest_of(1.0) == digest_of(True), digest_of("1") == digest_of(1)
    (True, False)
    """
    if isinstance(value, (bool, int, float)):
        value = int(value) if isinstance(value, (bool, int)) or value.is_integer() else float(value)
    return blake2b(canonical(value), digest_size=DIGEST).digest()


def codes_of_digests(raw: bytes) -> Ints:
    """A number per digest, equal for equal ones, from 0 in order of first appearance.

    >>> codes_of_digests(b"".join(map(digest_of, ["b", "a", "b"]))).tolist()
    [0, 1, 0]
    """
    pairs = np.frombuffer(raw, dtype=np.uint64).reshape(-1, 2)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    if not len(order):
        return np.zeros(0, dtype=np.int64)
    new = np.ones(len(order), dtype=bool)
    new[1:] = (pairs[order[1:]] != pairs[order[:-1]]).any(axis=1)
    run = np.cumsum(new) - 1
    firsts = order[new]  # the sort is stable: each run begins with its first row
    rank = np.empty(len(firsts), dtype=np.int64)
    rank[np.argsort(firsts, kind="stable")] = np.arange(len(firsts))
    codes = np.empty(len(order), dtype=np.int64)
    codes[order] = rank[run]
    return codes


class Spill:
    """Columns of numbers in a folder, written a chunk at a time and read back as the cells of the whole file.

    What was written counts once :meth:`sizes` was stored; opened with those sizes, all files are cut back to them.
    """

    def __init__(self, folder: Path, feeds: Sequence[Feed], sizes: dict[str, int] | None = None) -> None:
        self.folder = folder
        self.feeds = feeds
        self._files: dict[str, BinaryIO] = {}
        self._reasons: dict[int, int] = {0: 0}
        if sizes is None:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        for path in list(folder.iterdir()):
            if sizes is not None and path.name in sizes:
                os.truncate(path, sizes[path.name])
            else:
                path.unlink()
        for text in self._reason_texts():
            self._reasons[reason_code(text)] = len(self._reasons)

    @staticmethod
    def fits(folder: Path, sizes: dict[str, int]) -> bool:
        """Whether the folder still holds all that these sizes speak of."""
        return all((folder / name).is_file() and (folder / name).stat().st_size >= size for name, size in sizes.items())

    # ---------------------------------------------------------------- writing

    def put(self, feed: Feed, cells: Cells) -> None:
        """Append the cells of one chunk."""
        for level, counts in enumerate(cells.layout.counts):
            self.append(f"{feed.number}.counts{level}", counts.astype(np.int64).tobytes())
        if feed.kind == "shape":
            return
        if feed.kind == "score":
            self.append(f"{feed.number}.values", np.ascontiguousarray(cells.values, dtype=np.float64).tobytes())
        elif feed.kind == "key":
            self.append(f"{feed.number}.values", b"".join(map(digest_of, cells.values.tolist())))
        else:
            self.append(f"{feed.number}.values", _places(cells.values).tobytes())
        self.append(f"{feed.number}.status", cells.statuses().tobytes())
        self.append(f"{feed.number}.reason", self._known(cells.reasons()).tobytes())

    def sizes(self) -> dict[str, int]:
        """How long every file is, with all of it on the disk."""
        for file in self._files.values():
            file.flush()
            os.fsync(file.fileno())
        return {path.name: path.stat().st_size for path in sorted(self.folder.iterdir())}

    def append(self, name: str, data: bytes) -> None:
        """Append to one file."""
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = open(self.folder / name, "ab")  # noqa: SIM115 - closed by close()
        file.write(data)

    def _known(self, reasons: Any) -> Any:
        """Reason codes of this process as numbers of this folder."""
        if not reasons.any():
            return reasons
        found, inverse = np.unique(reasons, return_inverse=True)
        numbers = []
        for code in found.tolist():
            if code not in self._reasons:
                self._reasons[code] = len(self._reasons)
                self.append("reasons", json.dumps(reason_text(code)).encode() + b"\n")
            numbers.append(self._reasons[code])
        return np.asarray(numbers, dtype=np.int32)[inverse.reshape(-1)]

    # ---------------------------------------------------------------- reading

    def raw(self, name: str) -> bytes:
        """A whole file; empty where it was never written."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else b""

    def lines(self, name: str) -> Iterator[str]:
        """A file of JSON texts, one a line."""
        path = self.folder / name
        if path.is_file():
            with open(path, encoding="ascii") as file:
                for text in file:
                    yield json.loads(text)

    def get(self, feed: Feed, n: int) -> Cells:
        """The cells of the whole file."""
        depth = len(feed.node.axes)
        counts = tuple(self._array(f"{feed.number}.counts{level}", np.int64) for level in range(depth))
        layout = Layout(n, counts)
        if feed.kind == "shape":
            return Cells(layout, np.zeros(layout.size))
        status = self._array(f"{feed.number}.status", np.uint8)
        table = np.asarray([0, *map(reason_code, self._reason_texts())], dtype=np.int32)
        reason = table[self._array(f"{feed.number}.reason", np.int32)]
        if feed.kind == "span":
            places = self._array(f"{feed.number}.values", np.int32).reshape(-1, 3)
            return Cells(layout, objects(map(_piece, places.tolist()), layout.size), status, reason)
        if feed.kind == "key":
            values: Floats = codes_of_digests(self.raw(f"{feed.number}.values")).astype(np.float64)
        else:
            values = self._array(f"{feed.number}.values", np.float64)
        return Cells(layout, values, status, reason)

    def _array(self, name: str, kind: Any) -> Any:
        path = self.folder / name
        return np.fromfile(path, dtype=kind) if path.is_file() else np.zeros(0, dtype=kind)

    def _reason_texts(self) -> Iterable[str]:
        return list(self.lines("reasons"))

    # ---------------------------------------------------------------- end

    def close(self) -> None:
        """Close the files, which stay."""
        for file in self._files.values():
            file.close()
        self._files = {}

    def remove(self) -> None:
        """Delete the folder: nothing needs it any more."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _places(values: Any) -> Any:
    """Message, start and stop of every piece; what has no span is marked, so that using it raises as ever."""
    rows = []
    for item in values:
        span = getattr(item, "span", None)
        if span is None:
            rows.append((_NO_PLACE if hasattr(item, "span") else _NO_SPAN, 0, 0))
        else:
            rows.append((span.message, span.start, span.stop))
    return np.asarray(rows, dtype=np.int32).reshape(len(rows), 3)


def _piece(place: list[int]) -> Piece | None:
    message, start, stop = place
    if message == _NO_SPAN:
        return None
    if message == _NO_PLACE:
        return Piece("", None)  # type: ignore[arg-type]  # a piece that stands nowhere
    return Piece("", Span(message, start, stop))
