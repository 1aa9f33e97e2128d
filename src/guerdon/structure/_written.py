"""A completion's last text as the document that it holds, whichever way that is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal

from ..expr.chat import Completion, read
from ..expr.thinking import visible_text
from ..expr.values import Failed
from ._html import sections
from ._json import Fences, last_fenced, loads
from ._markup import xml_value, yaml_value
from ._tables import csv_rows

Format = Literal["json", "xml", "yaml", "csv"]
FORMATS: tuple[Format, ...] = ("json", "xml", "yaml", "csv")
_LANGUAGES = {"json": ("json",), "xml": ("xml",), "yaml": ("yaml", "yml"), "csv": ("csv",), "html": ("html",)}
_READERS: dict[str, Callable[[str], Any]] = {"json": loads, "xml": xml_value, "yaml": yaml_value, "csv": csv_rows}


def document(
    completion: Completion | None,
    format: str,
    fences: Fences = "allow",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
    reader: Callable[[str], Any] | None = None,
) -> Any:
    r"""The value of the document in a completion's last text, thinking taken out. ``Failed`` for none.

    ``fences``: ``never`` reads the whole text, ``only`` the last closed ``` block of it, of this language or none,
    ``allow`` the last such block if there is one, else the whole text. Of JSON see :func:`guerdon.structure.json`.

    >>> document("So:\n```yaml\ncity: Ulm\n```", "yaml"), document("city: Ulm", "yaml")
    ({'city': 'Ulm'}, {'city': 'Ulm'})
    """
    text = None if completion is None else read(completion, prompt, opened)
    if text is None:
        raise Failed("no answer")
    body = visible_text(text.text, text.opened)
    block = None if fences == "never" else last_fenced(body, (*_LANGUAGES[format], ""))
    if block is None and fences == "only":
        raise Failed(f"no fenced {format.upper()}")
    return (reader or _READERS[format])(body if block is None else block)


def table(
    completion: Completion | None,
    delimiter: str = ",",
    header: bool = True,
    fences: Fences = "allow",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> list[Any]:
    """The rows of the CSV in a completion's last text."""
    reader = partial(csv_rows, delimiter=delimiter, header=header)
    rows: list[Any] = document(completion, "csv", fences, prompt, opened, reader)
    return rows


def html_sections(
    completion: Completion | None, tag: str = "section", prompt: Completion | None = None, opened: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The sections of the HTML in a completion's last text."""
    found: list[dict[str, Any]] = document(completion, "html", "allow", prompt, opened, partial(sections, tag=tag))
    return found
