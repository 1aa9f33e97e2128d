"""Results that outlive the run: a cache in the user's own folder, shared by all processes, bounded in bytes.

A result is kept under a key that names all it depends on (:func:`key`), so nothing is ever stale. It is a help and
never a need: where the folder or the file cannot be used there is one warning and no cache.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from ..expr.canonical import canonical
from .jsonvalues import JSON, dumps, loads

__all__ = ["Cache", "CacheWarning", "Entry", "default_folder", "key", "keys"]

T = TypeVar("T")
Status = Literal["scored", "failed"]

# The number is the layout's: another layout is another file, and old and new installations live side by side.
_FILE = "cache-1.sqlite3"
_SCHEMA = (
    """CREATE TABLE entry (
        key BLOB PRIMARY KEY, status TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL,
        size INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX entry_used ON entry (used)",
    "CREATE TABLE total (bytes INTEGER NOT NULL)",
    "INSERT INTO total VALUES (0)",
    "CREATE TRIGGER entry_in AFTER INSERT ON entry BEGIN UPDATE total SET bytes = bytes + NEW.size; END",
    "CREATE TRIGGER entry_out AFTER DELETE ON entry BEGIN UPDATE total SET bytes = bytes - OLD.size; END",
    """CREATE TRIGGER entry_size AFTER UPDATE OF size ON entry
        BEGIN UPDATE total SET bytes = bytes + NEW.size - OLD.size; END""",
)
_PUT = """
INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    status = excluded.status, value = excluded.value, reason = excluded.reason,
    size = excluded.size, used = excluded.used
"""
_OVERHEAD = 100  # bytes an entry takes besides its texts, about
_ASK = 500  # keys in one query
_TOUCHED = 20_000  # reads remembered before they are written down


class CacheWarning(UserWarning):
    """The cache cannot be used, and the run goes on without."""


@dataclass(frozen=True)
class Entry:
    """A stored result.

    Attributes:
        status: ``"scored"``, or ``"failed"`` where the completion always fails in the same way.
        value: the result; None for a failure.
        reason: why it failed.
    """

    status: Status
    value: JSON = None
    reason: str = ""


def key(
    leaf: str,
    version: str,
    params: bytes,
    inputs: bytes,
    libraries: Mapping[str, str] | None = None,
    fingerprint: str | None = None,
    sample: int = 0,
) -> bytes:
    """What a result is stored under: a SHA-256 over all it depends on.

    Args:
        leaf: the leaf's name, with its room or module.
        version: the leaf's own version; raised when its results change.
        params: :func:`~guerdon.expr.canonical.canonical` of its parameters.
        inputs: ``canonical`` of what it is called with.
        libraries: versions of the libraries its results depend on.
        fingerprint: of the weights it uses, where it uses any.
        sample: which of several votes of the same call.

    Returns:
        32 bytes.

    >>> key("text.length", "1", b"", canonical("hello")) == key("text.length", "2", b"", canonical("hello"))
    False
    """
    return keys(leaf, version, params, (inputs,), libraries, fingerprint, sample)[0]


def keys(
    leaf: str,
    version: str,
    params: bytes,
    inputs: Iterable[bytes],
    libraries: Mapping[str, str] | None = None,
    fingerprint: str | None = None,
    sample: int = 0,
) -> list[bytes]:
    """The :func:`key` of many calls of one leaf, quicker than one by one.

    >>> keys("a", "1", b"", [b"x", b"y"])[1] == key("a", "1", b"", b"y")
    True
    """
    head = hashlib.sha256(
        canonical(("guerdon-cache-1", leaf, version, params, dict(libraries or {}), fingerprint, sample))
    )
    found = []
    for one in inputs:
        whole = head.copy()
        whole.update(b"%x:" % len(one))
        whole.update(one)
        found.append(whole.digest())
    return found


def default_folder() -> Path:
    """``guerdon`` in the user's cache folder: ``$XDG_CACHE_HOME`` where that is an absolute path, else ``~/.cache``.

    Raises:
        RuntimeError: the user has no home.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named) if os.path.isabs(named) else Path.home() / ".cache"
    return base / "guerdon"


class Cache:
    """Stored results of calls, in SQLite; safe for several processes and threads at once.

    Only JSON values are stored, so that reading never runs code. When the bytes pass ``max_bytes`` those used longest
    ago make room. In a forked child it opens the file anew.

    Args:
        path: the folder; created for the user alone (mode 0700) where it is missing. None is :func:`default_folder`.
        max_bytes: how much to keep, by the size of keys, values and reasons and a little for each.

    >>> import tempfile
    >>> cache = Cache(Path(tempfile.mkdtemp()))
    >>> cache.put_many({b"k": Entry("scored", 0.5)})
    >>> cache.get_many([b"k", b"other"])
    {b'k': Entry(status='scored', value=0.5, reason='')}
    """

    def __init__(self, path: Path | None = None, max_bytes: int = 1 << 30) -> None:
        self.path = path
        self.max_bytes = max_bytes
        self.works = True
        """False once it has given up, with its one warning."""
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        self._touched: dict[bytes, int] = {}
        _caches.add(self)

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """The entries there are, in the order of the keys; keys without one are left out."""
        return self._try(lambda connection: self._get(connection, keys), {})

    def put_many(self, items: Mapping[bytes, Entry] | Iterable[tuple[bytes, Entry]]) -> None:
        """Store entries; one stored before under the same key is replaced.

        Raises:
            TypeError: a value is no JSON value; ValueError: NaN, infinity, or another status than scored and failed.
        """
        now = time.time_ns()
        rows: list[tuple[bytes, str, str, str, int, int]] = []
        for name, entry in items.items() if isinstance(items, Mapping) else items:
            if entry.status not in ("scored", "failed"):
                raise ValueError(f"status {entry.status!r} is never cached: only scored and failed are")
            value = dumps(entry.value)
            reason = entry.reason.encode("utf-8", "replace").decode()
            size = len(name) + len(value) + len(reason) + _OVERHEAD
            if size <= self.max_bytes:
                rows.append((name, entry.status, value, reason, size, now + len(rows)))
        if rows:
            self._try(lambda connection: self._put(connection, rows), None)

    def close(self) -> None:
        """Write down what was read when, and close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._try(self._write_touched, None)
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _get(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        there: dict[bytes, Entry] = {}
        now = time.time_ns()
        for start in range(0, len(keys), _ASK):
            part = keys[start : start + _ASK]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, status, value, reason FROM entry WHERE key IN ({marks})"
            for name, status, value, reason in connection.execute(query, part):
                with suppress(ValueError):
                    there[name] = Entry(status, loads(value), reason)
        found = {name: there[name] for name in keys if name in there}
        # Writing on every read would make readers wait for each other; it is written before somebody must go.
        self._touched.update((name, now + i) for i, name in enumerate(found))
        if len(self._touched) > _TOUCHED:
            self._write_touched(connection)
        return found

    def _put(self, connection: sqlite3.Connection, rows: list[tuple[bytes, str, str, str, int, int]]) -> None:
        with _transaction(connection):
            self._write_touched(connection)
            connection.executemany(_PUT, rows)
            (total,) = connection.execute("SELECT bytes FROM total").fetchone()
            if total > self.max_bytes:
                self._make_room(connection, total - self.max_bytes * 9 // 10)

    def _make_room(self, connection: sqlite3.Connection, excess: int) -> None:
        gone = []
        for name, size in connection.execute("SELECT key, size FROM entry ORDER BY used"):
            gone.append((name,))
            excess -= size
            if excess <= 0:
                break
        connection.executemany("DELETE FROM entry WHERE key = ?", gone)

    def _write_touched(self, connection: sqlite3.Connection) -> None:
        if not self._touched:
            return
        rows = [(used, name) for name, used in self._touched.items()]
        with _transaction(connection):
            connection.executemany("UPDATE entry SET used = max(used, ?) WHERE key = ?", rows)
        self._touched.clear()

    def _try(self, use: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        with self._lock:
            if not self.works:
                return otherwise
            try:
                if self._connection is None:
                    self._connection = _connect(self.path)
                return use(self._connection)
            except sqlite3.Error as error:
                if _is_busy(error):
                    return otherwise  # others have kept it busy for long: this once without
                self._give_up(error)
            except (OSError, RuntimeError) as error:
                self._give_up(error)
            return otherwise

    def _give_up(self, error: Exception) -> None:
        self.works = False
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
        where = "the cache"
        with suppress(RuntimeError):
            where = str((self.path or default_folder()) / _FILE)
        if where in _warned:
            return
        _warned.add(where)
        mend = "delete the file" if isinstance(error, sqlite3.DatabaseError) else "make the folder writable"
        if isinstance(error, sqlite3.OperationalError):
            mend = "make the folder writable, or room on its disk"
        warnings.warn(
            f"no cache in this run: {where} cannot be used ({error}): {mend}, or give another folder",
            CacheWarning,
            stacklevel=4,
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    if connection.in_transaction:
        yield
        return
    # IMMEDIATE: a transaction that begins by reading cannot be made to wait when it comes to write.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # there is none to roll back where SQLite has done so itself
            connection.execute("ROLLBACK")
        raise


def _connect(path: Path | None) -> sqlite3.Connection:
    folder = path if path is not None else default_folder()
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    if path is None:
        # Ours by name, so ours to close; a folder given by the user keeps the mode the user gave it.
        if folder.stat().st_uid != os.geteuid():
            raise PermissionError(f"{folder} belongs to another user")
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    file = folder / _FILE
    # SQLite gives its side files the mode of the main one, so that one is made first.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(file, timeout=10.0, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    until = time.monotonic() + 10
    while True:
        # The first switch to WAL wants the file for itself, and does not wait for it as ordinary writing does.
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    there = "SELECT count(*) FROM sqlite_master WHERE name = 'entry'"
    if connection.execute(there).fetchone() == (0,):
        with _transaction(connection):
            # Asked again, now that nobody else can be making them.
            if connection.execute(there).fetchone() == (0,):
                for statement in _SCHEMA:
                    connection.execute(statement)


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


_warned: set[str] = set()
_caches: weakref.WeakSet[Cache] = weakref.WeakSet()
_left_behind: list[sqlite3.Connection] = []


def _after_fork() -> None:
    # A child must neither use its parent's connection nor close it: SQLite would drop the parent's locks.
    for cache in list(_caches):
        cache._lock = threading.RLock()
        cache._touched = {}
        if cache._connection is not None:
            _left_behind.append(cache._connection)
            cache._connection = None


os.register_at_fork(after_in_child=_after_fork)
