"""Files of rollouts: JSON Lines, JSON and Parquet, read with errors that say which line is wrong, and how."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from guerdon._extras import need

from .values import ContractError

Row = dict[str, Any]


def read_jsonl(path: str | Path, chunk: int = 1000) -> Iterator[list[tuple[int, Row]]]:
    r"""The objects of a JSON Lines file with their line numbers (from 1), ``chunk`` at a time; blank lines are skipped.

    Only ``chunk`` rows are held at once, so that a file may be larger than memory.

    Args:
        path: the file, UTF-8, one JSON object a line.
        chunk: how many rows to hand over together.

    Raises:
        ContractError: the file cannot be opened or holds no row; or a line is no UTF-8, no JSON, no object, names a key
            twice or holds ``NaN`` or ``Infinity``. The sentence names file and line.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "rollouts.jsonl"
    ...     _ = path.write_text('{"x": 1}\n\n{"x": 2}\n')
    ...     list(read_jsonl(path))
    [[(1, {'x': 1}), (3, {'x': 2})]]
    """
    if chunk < 1:
        raise ValueError(f"read_jsonl: chunk={chunk!r} must be at least 1")
    rows: list[tuple[int, Row]] = []
    empty = True
    with _open(path) as file:
        for number, raw in enumerate(file, start=1):
            if number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.isspace() or not raw:
                continue
            row = _parse(_decode(raw, path, f"line {number}"), path, f"line {number}")
            if type(row) is not dict:
                raise ContractError(
                    f"{path} line {number}: {_kind(row)} where a JSON object {{...}} belongs, one a line"
                )
            rows.append((number, row))
            empty = False
            if len(rows) == chunk:
                yield rows
                rows = []
    if empty:
        raise ContractError(f"{path} is empty: write one JSON object a line")
    if rows:
        yield rows


def read_json(path: str | Path) -> Any:
    """A whole JSON file: a list of objects, or one object of lists; errors as for :func:`read_jsonl`."""
    with _open(path) as file:
        raw = file.read()
    text = _decode(raw.removeprefix(b"\xef\xbb\xbf"), path, "")
    if not text.strip():
        raise ContractError(f"{path} is empty: write a list of JSON objects")
    return _parse(text, path, "")


def read_parquet(path: str | Path) -> Any:
    """A Parquet file as a pyarrow table. Needs the extra ``arrow``."""
    with _open(path) as file:
        if file.read(4) != b"PAR1":
            raise ContractError(f"{path} is no Parquet file: it does not begin with PAR1")
    parquet, arrow = need("pyarrow.parquet", extra="arrow"), need("pyarrow", extra="arrow")
    try:
        return parquet.read_table(str(path))
    except (arrow.ArrowException, OSError) as error:
        first = str(error).partition("\n")[0]
        raise ContractError(f"{path} cannot be read as Parquet ({first})") from None


def _open(path: str | Path) -> Any:
    try:
        return open(path, "rb")
    except OSError as error:
        raise ContractError(f"{path} cannot be opened: {(error.strerror or str(error)).lower()}") from None


def _decode(raw: bytes, path: str | Path, where: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f" {where}" if where else f" line {raw.count(10, 0, error.start) + 1}"
        column = error.start - raw.rfind(b"\n", 0, error.start)
        hint = "it looks like UTF-16; " if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        raise ContractError(
            f"{path}{place}: not UTF-8 (byte 0x{raw[error.start]:02x}, the {column}. of the line); {hint}"
            "save the file as UTF-8"
        ) from None


def _pairs(pairs: list[tuple[str, Any]]) -> Row:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise _Refused(f"the key {json.dumps(twice)} stands twice in one object")
    return found


def _constant(token: str) -> NoReturn:
    raise _Refused(f"{token} is no JSON; write null for a missing number")


class _Refused(Exception):
    """What Python's json would let pass."""


# The decoder's own scanner in C, with hooks of ours; building it once saves half the time of short lines.
_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def _parse(text: str, path: str | Path, where: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f" {where}" if where else f" line {error.lineno}"
        column = f"column {error.colno}" if error.pos < len(text.rstrip()) else "at its end"
        raise ContractError(f"{path}{place}: not valid JSON ({_lower(error.msg)}, {column})") from None
    except _Refused as error:
        raise ContractError(f"{path}{' ' * bool(where)}{where}: {error}") from None
    except RecursionError:
        raise ContractError(f"{path}{' ' * bool(where)}{where}: JSON nested too deep to read") from None
    except ValueError as error:  # an integer of more digits than Python agrees to read
        raise ContractError(f"{path}{' ' * bool(where)}{where}: not valid JSON ({_lower(str(error))})") from None


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _kind(value: object) -> str:
    names = {
        list: "a list",
        str: "a string",
        int: "a number",
        float: "a number",
        bool: "true or false",
        dict: "an object",
    }
    return names.get(type(value), "null")
