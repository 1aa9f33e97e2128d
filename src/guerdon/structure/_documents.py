"""XML, YAML, CSV and HTML out of a completion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from .._extras import need
from ..expr.chat import is_tag_name
from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.leaves import on_axis
from . import _leaves

Fences = Literal["allow", "only", "never"]


def xml(
    of: Column | None = None, fences: Fences = "allow", *, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    r"""The value of a text that is XML, as ``{tag: inside}``; no verdict, with the reason, where it is none. Linear.

    An element with neither attributes nor elements is its text. Another one is an object: attributes as ``@name``,
    elements by their tag (a list where a tag stands more than once), text beside them as ``#text``. Needs the extra
    ``markup``.

    Args:
        of: the text to read; the completion if left out, thinking taken out.
        fences: ``allow`` reads the last ``` block of this language or none if there is one, else the whole text;
            ``only`` a block, ``never`` the whole text.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    Refused by name: a document type, entities other than those of XML itself, more than 64 levels, more than a million
    characters.

    >>> import guerdon as gd
    >>> city = gd.structure.at(gd.structure.xml(), "/place/city")
    >>> (city == "Ulm").score({"completion": ["<place><city>Ulm</city></place>", "<place><city>Ulm</place>"]}).values
    array([1., 0.])
    """
    need("defusedxml", extra="markup")
    return _document("xml", of, fences, prompt, opened)


def yaml(
    of: Column | None = None, fences: Fences = "allow", *, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    r"""The value of a text that is a YAML mapping or list; no verdict, with the reason, where it is none.

    Plain scalars are what YAML 1.2 takes them for: ``null``, ``true``, ``false`` and decimal numbers; all else is text
    (``no`` and ``2024-01-02`` too). Arguments are those of :func:`xml`. Needs the extra ``markup``.

    Refused by name: duplicate keys, tags, NaN and infinity, keys that are no text, an alias inside what it names, more
    than 100,000 characters or values (an alias counts as often as it is used), more than 64 levels.

    >>> import guerdon as gd
    >>> rows = {"completion": ["city: Ulm\npeople: 126000", "city: Ulm\ncity: Bonn"]}
    >>> (gd.structure.yaml()["people"] == 126000).score(rows).values
    array([1., 0.])
    """
    need("yaml", extra="markup")
    return _document("yaml", of, fences, prompt, opened)


def csv(
    of: Column | None = None,
    axis: str | None = None,
    delimiter: str = ",",
    header: bool = True,
    fences: Fences = "allow",
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The rows of a text that is CSV, all cells text; no verdict, with the reason, where it is none. Linear.

    Args:
        of: the text to read; the completion if left out, thinking taken out.
        axis: the rows lie on; one list per rollout if left out.
        delimiter: between cells, one character.
        header: the first row names the columns, and each row is an object; else rows are lists.
        fences: as for :func:`xml`.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    Refused by name: rows of different lengths, a column's name twice or empty, quotes out of place, more than a million
    characters or 200,000 cells.

    >>> import guerdon as gd
    >>> named = gd.structure.csv(axis="row")["city"] == "Ulm"
    >>> named.sum().score({"completion": ["city,year\nUlm,1890\nBonn,1949", "city,year\nUlm"]}).values
    array([1., 0.])
    """
    one_of("fences", fences, ("allow", "only", "never"))
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise ValueError(f"delimiter={delimiter!r}: it is one character between cells, such as ','")
    plain = {"delimiter": None if delimiter == "," else delimiter, "header": None if header else False}
    said = bound(of, fences=None if fences == "allow" else fences, **plain, **opening(prompt, opened))
    leaf = _leaves.table if axis is None else on_axis(_leaves.table_rows, axis, "csv")
    return cast(Column, leaf(**said))


def html_sections(
    axis: str = "section",
    tag: str = "section",
    of: Column | None = None,
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """Every element of a tag in an HTML text, in order, on an axis. Linear; nothing is fetched or run.

    Each is an object: ``title`` (its first heading), ``text`` (its other visible text, but for what stands in an
    element of the same tag inside it), ``words`` (how many those are), ``depth``, ``closed`` (whether its closing tag
    was met) and ``attributes``. Scripts, styles and comments are no text. More than 500,000 characters or 2,000
    sections give no sections.

    Args:
        axis: its name.
        tag: the element's.
        of: the text to read; the completion if left out, thinking taken out; of a text with ``` blocks the last one.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    >>> import guerdon as gd
    >>> page = "<section><h2>Why</h2><p>It is <b>short</b>.</p></section><section></section>"
    >>> sections = gd.structure.html_sections()
    >>> (sections["words"] > 0).mean().score({"completion": [page]}).values
    array([0.5])
    """
    if not is_tag_name(tag):
        raise ValueError(f"tag={tag!r}: it is an element's name, without brackets, as in 'section'")
    leaf = on_axis(_leaves.html_sections, axis, "html_sections")
    plain = {"tag": None if tag == "section" else tag.lower()}
    return cast(Column, leaf(**bound(of, **plain, **opening(prompt, opened))))


def _document(format: str, of: Column | None, fences: Fences, prompt: Column | None, opened: Sequence[str]) -> Column:
    one_of("fences", fences, ("allow", "only", "never"))
    said = bound(of, fences=None if fences == "allow" else fences, **opening(prompt, opened))
    return cast(Column, _leaves.document(format=format, **said))
