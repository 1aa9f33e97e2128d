"""Results of dear calls as a journal keeps them: plain values come back exactly, others are not kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from guerdon.expr.plain import decode, encode

from .cache import Entry
from .journal import Journal

__all__ = ["KeptCalls"]

_EXACT = (type(None), bool, int, float, str, bytes)
_HOLDS = (list, tuple, set, frozenset)


class KeptCalls:
    """A journal as a store of calls.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with Journal.open(Path(tempfile.mkdtemp()) / "j", {}) as journal:
    ...     kept = KeptCalls(journal)
    ...     kept.put_many([(b"a", Entry("scored", (1, float("inf")))), (b"b", Entry("scored", object()))])
    ...     kept.get_many([b"a", b"b"])
    {b'a': Entry(status='scored', value=(1, inf), reason='')}
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """The results there are."""
        found = self.journal.get_many(keys)
        return {key: Entry(entry.status, decode(entry.value), entry.reason) for key, entry in found.items()}

    def put_many(self, items: Mapping[bytes, Entry] | Iterable[tuple[bytes, Entry]]) -> None:
        """Keep results, but none that JSON would bring back as something else: such a call is made again."""
        for key, entry in items.items() if isinstance(items, Mapping) else items:
            if _plain(entry.value):
                self.journal.put_many([(key, Entry(entry.status, encode(entry.value), entry.reason))])


def _plain(value: Any) -> bool:
    kind = type(value)
    if kind in _EXACT or (isinstance(value, np.generic) and not isinstance(value, np.void)):
        return True
    if kind in _HOLDS:
        return all(map(_plain, value))
    if kind is dict:
        return all(map(_plain, value)) and all(map(_plain, value.values()))
    return kind is np.ndarray and not value.dtype.hasobject
