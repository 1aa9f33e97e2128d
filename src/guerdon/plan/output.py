"""An output file that is never half there: written as ``OUT.partial``, gone on with after a kill, then renamed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from .journal import Checkpoint, Journal, sync_folder
from .jsonvalues import dumps, loads

__all__ = ["Output"]


class Output:
    r"""The rows written so far, in ``OUT.partial``, with a journal that says how many of them count.

    Write rows, then :meth:`save`; after a kill, :meth:`open` cuts away what was written since the last save. When all
    rows are there, :meth:`finish` puts the file in its place in one step: ``OUT`` is never half a file.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "out.jsonl"
    >>> with Output.open(target, {"input": "sha256:34"}) as output:
    ...     output.write(b'{"reward":1.0}\n')
    ...     output.save(rows=1)
    ...     output.finish()
    >>> target.read_bytes(), output.journal.path.exists()
    (b'{"reward":1.0}\n', False)
    """

    def __init__(self, target: Path, journal: Journal) -> None:
        self.target = target
        self.partial = target.with_name(target.name + ".partial")
        self.journal = journal
        self.done = False
        """True where the output was complete already, and only the renaming or the tidying was left to do."""
        self.start = Checkpoint()
        """Where to go on from."""
        self._file: int = -1

    @classmethod
    def open(cls, target: Path | str, fingerprint: Mapping[str, object], *, fsync_seconds: float = 1.0) -> Self:
        """Begin an output, or go on with it from the last checkpoint of the same run.

        Where the partial file was lost, the rows are written again from the first; stored calls still count.

        Raises:
            JournalError, OSError: as :meth:`Journal.open`.
        """
        target = Path(target)
        journal = Journal.open(target.with_name(target.name + ".journal"), fingerprint, fsync_seconds=fsync_seconds)
        output = cls(target, journal)
        try:
            output._resume()
        except BaseException:
            journal.close()
            raise
        return output

    def write(self, data: bytes) -> None:
        """Append to the partial output; it counts from the next :meth:`save` on."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def save(self, rows: int, state: object = None, extra: object = None) -> None:
        """Everything written so far counts: it holds the first ``rows`` input rows, after which the state is this."""
        os.fsync(self._file)
        self.journal.save(Checkpoint(rows, self._size(), loads(dumps(state)), loads(dumps(extra))))

    def finish(self) -> None:
        """All rows are there: put the output in its place and delete the journal."""
        os.fsync(self._file)
        self.journal.finish(self._size())
        os.close(self._file)
        self._file = -1
        self._settle()

    def close(self) -> None:
        """Close the files and leave them for the next run to go on with."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _size(self) -> int:
        return os.fstat(self._file).st_size

    def _resume(self) -> None:
        found = self.partial.stat().st_size if self.partial.exists() else 0
        whole = self.journal.finished
        if whole is not None:
            # Killed at the very end: before the renaming the partial file is whole, after it the target is.
            if self.partial.exists() and found == whole:
                self._settle()
                return
            if not self.partial.exists() and self.target.exists() and self.target.stat().st_size == whole:
                self.journal.remove()
                self.done = True
                return
        if found >= self.journal.checkpoint.written:
            self.start = self.journal.checkpoint
        self._file = os.open(self.partial, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        os.ftruncate(self._file, self.start.written)

    def _settle(self) -> None:
        os.replace(self.partial, self.target)
        sync_folder(self.target)
        self.journal.remove()
        self.done = True
