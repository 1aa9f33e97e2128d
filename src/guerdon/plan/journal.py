"""The journal beside an output file: what a run has done so far, so that the same command can go on after a kill.

It holds one record a line, each with a checksum: first the fingerprint of the run, then results of calls and
checkpoints as they come. What reached it survives ``kill -9`` at once and a power cut after the next ``fsync``.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ..expr.values import ContractError
from .cache import Entry
from .jsonvalues import JSON, dumps, loads

__all__ = ["Checkpoint", "Journal", "JournalError"]

_FORMAT = "guerdon-journal-1"
_HEAD = "journal"
_CALL = "call"
_CHECKPOINT = "checkpoint"
_FINISHED = "finished"


class JournalError(ContractError):
    """The journal cannot be used for this run; the sentence says why and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """How far a run has come.

    Attributes:
        rows: input rows done.
        written: bytes of the partial output that hold them.
        state: the state of stateful nodes after them.
        extra: whatever else the run needs to go on.
    """

    rows: int = 0
    written: int = 0
    state: JSON = None
    extra: JSON = None


class Journal:
    """An append-only file of records that survives being killed at any moment.

    A last line that was torn by the kill is cut away when the file is opened again; damage anywhere else is an error.
    One process at a time may have it open. Appending is safe from several threads.

    Open it with :meth:`open`. As a context manager it closes, and stays on the disk until :meth:`remove`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "out.jsonl.journal"
    >>> with Journal.open(path, {"reward file": "sha256:12"}) as journal:
    ...     journal.put_many({b"key": Entry("scored", 0.5)})
    >>> with Journal.open(path, {"reward file": "sha256:12"}) as journal:
    ...     journal.resumed, journal.get_many([b"key", b"other"])
    (True, {b'key': Entry(status='scored', value=0.5, reason='')})
    """

    path: Path
    resumed: bool
    """Whether there was a journal of the same run to go on from."""
    checkpoint: Checkpoint
    """The last one stored; rows 0 at the beginning."""
    finished: int | None
    """Bytes of the whole output, once it was complete and about to be renamed."""

    def __init__(self, path: Path, descriptor: int, fsync_seconds: float) -> None:
        self.path = path
        self.resumed = False
        self.checkpoint = Checkpoint()
        self.finished = None
        self.fsync_seconds = fsync_seconds
        self._file = descriptor
        self._end = 0
        self._synced = time.monotonic()
        self._dirty = False
        self._calls: dict[bytes, int] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path | str, fingerprint: Mapping[str, object], *, fsync_seconds: float = 1.0) -> Self:
        """Go on with the journal at ``path``, or begin it.

        Args:
            path: where it is or will be; its folder exists.
            fingerprint: all that the output depends on, by the names a person would use; values are JSON.
            fsync_seconds: at most this much work is lost in a power cut. A kill loses none.

        Raises:
            JournalError: it belongs to another run (the sentence names what differs), is damaged, is no journal, or
                another process has it open.
            OSError: the file cannot be opened or written.
        """
        path = Path(path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise JournalError(f"{path} is in use: another process is writing the same output") from None
            journal = cls(path, descriptor, fsync_seconds)
            journal._load(fingerprint)
        except BaseException:
            os.close(descriptor)
            raise
        return journal

    def append(self, kind: str, payload: object, *, sync: bool = False) -> None:
        """Add a record; ``sync`` waits until it would survive a power cut.

        Raises:
            TypeError: the payload is no JSON value; ValueError: it holds NaN or infinity.
        """
        line = _line(kind, payload)
        with self._lock:
            self._write(line)
            if sync or time.monotonic() - self._synced >= self.fsync_seconds:
                self._sync()

    def entries(self, kind: str | None = None) -> Iterator[tuple[str, JSON]]:
        """All records, or those of one kind, in the order they were appended, without the fingerprint."""
        for offset, line in self._lines():
            found, payload = self._parse(offset, line)
            if found != _HEAD and kind in (None, found):
                yield found, payload

    def put_many(self, items: Mapping[bytes, Entry] | Iterable[tuple[bytes, Entry]]) -> None:
        """Store results of calls, so that none is made again (the same as :meth:`Cache.put_many`)."""
        with self._lock:
            for key, entry in items.items() if isinstance(items, Mapping) else items:
                offset = self._end
                self._write(_line(_CALL, [key.hex(), entry.status, entry.value, entry.reason]))
                self._calls[key] = offset
            if time.monotonic() - self._synced >= self.fsync_seconds:
                self._sync()

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """The stored results there are, by key (the same as :meth:`Cache.get_many`)."""
        found: dict[bytes, Entry] = {}
        for key in keys:
            offset = self._calls.get(key)
            if offset is not None:
                found[key] = self._read_call(offset)
        return found

    def __len__(self) -> int:
        """How many calls have a stored result."""
        return len(self._calls)

    def save(self, checkpoint: Checkpoint) -> None:
        """Store how far the run has come. The rows it speaks of must be on the disk already."""
        state = [checkpoint.rows, checkpoint.written, checkpoint.state, checkpoint.extra]
        self.append(_CHECKPOINT, state, sync=True)
        self.checkpoint = checkpoint

    def finish(self, written: int) -> None:
        """Note that the output is complete with ``written`` bytes, and about to be renamed."""
        self.append(_FINISHED, written, sync=True)
        self.finished = written

    def close(self) -> None:
        """Close the file, which stays."""
        with self._lock:
            if self._file >= 0:
                if self._dirty:
                    self._sync()
                os.close(self._file)
                self._file = -1

    def remove(self) -> None:
        """Delete the file: the output is in its place."""
        self.path.unlink(missing_ok=True)
        self._dirty = False
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load(self, fingerprint: Mapping[str, object]) -> None:
        wanted = loads(dumps(dict(fingerprint)))
        self._cut_torn_line()
        for offset, line in self._lines():
            kind, payload = self._parse(offset, line)
            if offset == 0:
                self._compare(kind, payload, wanted)
            elif kind == _CALL and isinstance(payload, list):
                self._calls[bytes.fromhex(str(payload[0]))] = offset
            elif kind == _CHECKPOINT and isinstance(payload, list):
                rows, written, state, extra = payload
                assert isinstance(rows, int)  # the checksum held: it is what we wrote
                assert isinstance(written, int)
                self.checkpoint = Checkpoint(rows, written, state, extra)
            elif kind == _FINISHED and isinstance(payload, int):
                self.finished = payload
        if self._end == 0:
            self._write(_line(_HEAD, [_FORMAT, wanted]))
            self._sync()
            sync_folder(self.path)
        else:
            self.resumed = True

    def _cut_torn_line(self) -> None:
        size = os.fstat(self._file).st_size
        keep = size
        # Records can be long, so the last newline is looked for backwards, a piece at a time.
        while keep > 0:
            start = max(0, keep - 65536)
            at = os.pread(self._file, keep - start, start).rfind(b"\n")
            keep = start if at < 0 else start + at + 1
            if at >= 0:
                break
        if keep == 0 and size > 0:
            begun = os.pread(self._file, size, 0) if size < 1 << 16 else b""
            mark = f'["{_HEAD}",["{_FORMAT}"'.encode()
            if not (begun[:9].strip(b"0123456789abcdef ") == b"" and mark.startswith(begun[9:][: len(mark)]) and begun):
                raise JournalError(f"{self.path} is no journal of a run: move it away, or give another output")
        if keep < size:
            os.ftruncate(self._file, keep)
        self._end = keep

    def _compare(self, kind: str, payload: JSON, wanted: JSON) -> None:
        if kind != _HEAD or not isinstance(payload, list) or payload[:1] != [_FORMAT]:
            raise JournalError(f"{self.path} is of another version of Guerdon: delete it to begin anew")
        names = list(_differences(payload[1], wanted))
        if names:
            listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
            verb = "differs" if len(names) == 1 else "differ"
            raise JournalError(
                f"{self.path} belongs to another run ({listed} {verb}): give another output, or delete it to begin anew"
            )

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        offset, rest = 0, b""
        position = 0
        while position < self._end:
            part = os.pread(self._file, min(1 << 20, self._end - position), position)
            if not part:
                break
            position += len(part)
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                yield offset, line
                offset += len(line) + 1

    def _parse(self, offset: int, line: bytes) -> tuple[str, JSON]:
        checksum, _, text = line.partition(b" ")
        try:
            if checksum != b"%08x" % zlib.crc32(text):
                raise ValueError
            record = loads(text)
        except ValueError:
            if offset == 0:
                raise JournalError(
                    f"{self.path} is no journal of a run: move it away, or give another output"
                ) from None
            raise JournalError(f"{self.path} is damaged at byte {offset}: delete it to begin anew") from None
        assert isinstance(record, list)
        return str(record[0]), record[1]

    def _read_call(self, offset: int) -> Entry:
        line = b""
        while b"\n" not in line:
            part = os.pread(self._file, 4096 if not line else 1 << 20, offset + len(line))
            if not part:
                break
            line += part
        _, payload = self._parse(offset, line.partition(b"\n")[0])
        assert isinstance(payload, list)
        status = payload[1]
        assert status in ("scored", "failed")
        return Entry("scored" if status == "scored" else "failed", payload[2], str(payload[3]))

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[os.pwrite(self._file, rest, self._end + len(line) - len(rest)) :]
        self._end += len(line)
        self._dirty = True

    def _sync(self) -> None:
        os.fsync(self._file)
        self._synced = time.monotonic()
        self._dirty = False


def _line(kind: str, payload: object) -> bytes:
    text = dumps([kind, payload]).encode()
    return b"%08x %b\n" % (zlib.crc32(text), text)


def _differences(old: JSON, new: JSON) -> Iterator[str]:
    """The names under which two fingerprints differ; nested ones with a dot."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield "fingerprint"
        return
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from (f"{name}.{inner}" for inner in _differences(before, after))
        elif name not in old or name not in new or dumps(before) != dumps(after):
            yield name


def sync_folder(path: Path) -> None:
    """Make the name of a file just created or renamed survive a power cut."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
