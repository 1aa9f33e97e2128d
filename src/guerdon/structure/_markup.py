"""XML and YAML as JSON values: no entities, no tags, no aliases that grow, bounded in size and depth."""

from __future__ import annotations

import math
import re
from typing import Any

from .._extras import need
from ..expr.values import Failed
from ._json import MAX_DEPTH

MAX_XML = 1_000_000
MAX_YAML = 100_000
MAX_NODES = 100_000
"""How many values a text may hold, each alias counted as often as it is used."""

_INT = re.compile(r"[-+]?[0-9]{1,400}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,400}|[0-9]{1,400}(?:\.[0-9]{0,400})?)(?:[eE][-+]?[0-9]{1,400})?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def xml_value(text: str) -> dict[str, Any]:
    """The value of a text that is one XML element and nothing else: ``{tag: inside}``.

    The inside of an element with neither attributes nor elements is its text, without white space at its ends.
    Otherwise it is an object: attributes as ``@name``, elements by their tag (a list where a tag stands more than
    once), text as ``#text`` where there is any. ``Failed``, with the reason: no XML, a document type or entity of its
    own, more than 1,000,000 characters or 64 levels. Linear. Needs the extra ``markup``.

    >>> xml_value('<city id="1"><name>Ulm</name><tag>a</tag><tag>b</tag></city>')
    {'city': {'@id': '1', 'name': 'Ulm', 'tag': ['a', 'b']}}
    """
    library = need("defusedxml.ElementTree", extra="markup")
    common = need("defusedxml.common", extra="markup")
    body = text.strip(" \t\r\n")
    if not body.startswith("<"):
        raise Failed("no XML")
    if len(body) > MAX_XML:
        raise Failed("XML too long")
    try:
        parser = library.DefusedXMLParser(target=_Builder(), forbid_dtd=True)
        parser.feed(body)
        value: dict[str, Any] = parser.close()
    except common.DefusedXmlException:
        raise Failed("XML with a document type or an entity") from None
    except (library.ParseError, ValueError):
        raise Failed("no valid XML") from None
    return value


class _Builder:
    """Builds the value while the text is read, so that depth is seen before anything deep exists."""

    def __init__(self) -> None:
        self.stack: list[tuple[dict[str, Any], list[str]]] = []
        self.found: dict[str, Any] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Failed("XML nested too deeply")
        self.stack.append(({f"@{name}": value for name, value in attributes.items()}, []))

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1][1].append(text)

    def end(self, tag: str) -> None:
        inside, texts = self.stack.pop()
        text = "".join(texts).strip()
        if inside and text:
            inside["#text"] = text
        above = self.stack[-1][0] if self.stack else self.found
        value: Any = inside or text
        if tag not in above:
            above[tag] = value
        elif isinstance(above[tag], list):
            above[tag].append(value)
        else:
            above[tag] = [above[tag], value]

    def close(self) -> dict[str, Any]:
        return self.found


def yaml_value(text: str) -> Any:
    r"""The value of a text that is one YAML mapping or list and nothing else.

    Plain scalars are what YAML 1.2 takes them for: ``null``, ``true`` and ``false``, decimal numbers; all else is text
    (``no``, ``1:30`` and dates too). ``Failed``, with the reason: no YAML, a plain scalar alone, a key that is no
    scalar or stands twice, a tag, an infinite number or NaN, an alias inside what it names, more than 100,000
    characters or values (an alias counts as often as it is used) or 64 levels. Needs the extra ``markup``.

    >>> yaml_value("city: Ulm\nyears: [1890, 1.5, no]\n")
    {'city': 'Ulm', 'years': [1890, 1.5, 'no']}
    """
    library = need("yaml", extra="markup")
    if not text.strip():
        raise Failed("no YAML")
    if len(text) > MAX_YAML:
        raise Failed("YAML too long")
    loader = getattr(library, "CBaseLoader", library.BaseLoader)
    try:
        _check_depth(text, library, loader)
        root = library.compose(text, Loader=loader)
    except (library.YAMLError, ValueError, RecursionError):
        raise Failed("no valid YAML") from None
    if root is None or isinstance(root, library.ScalarNode):
        raise Failed("no YAML mapping or list")
    _count(root, library, {}, set())
    return _build(root, library)


def _check_depth(text: str, library: Any, loader: Any) -> None:
    # Brackets first: scanning what nests thousands of them takes time that grows with their square.
    depth = 0
    for one in re.finditer(r"[\[{}\]]", text):
        depth += 1 if one[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise Failed("YAML nested too deeply")
    depth = 0
    for event in library.parse(text, Loader=loader):
        if isinstance(event, library.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise Failed("YAML nested too deeply")
        elif isinstance(event, library.CollectionEndEvent):
            depth -= 1
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise Failed("YAML with a tag")


def _count(node: Any, library: Any, known: dict[int, int], above: set[int]) -> int:
    """How many values a node holds, counting what an alias repeats. Depth is bounded by :func:`_check_depth`."""
    if isinstance(node, library.ScalarNode):
        return 1
    if id(node) in known:
        return known[id(node)]
    if id(node) in above or len(above) > MAX_DEPTH:
        raise Failed("YAML with an alias inside what it names" if id(node) in above else "YAML nested too deeply")
    above.add(id(node))
    parts = node.value if isinstance(node, library.SequenceNode) else [value for _, value in node.value]
    total = 1 + sum(_count(part, library, known, above) for part in parts)
    above.discard(id(node))
    if total > MAX_NODES:
        raise Failed("YAML with too many values")
    known[id(node)] = total
    return total


def _build(node: Any, library: Any) -> Any:
    if isinstance(node, library.SequenceNode):
        return [_build(part, library) for part in node.value]
    if isinstance(node, library.MappingNode):
        if not all(isinstance(key, library.ScalarNode) for key, _ in node.value):
            raise Failed("YAML with a key that is no text")
        value = {key.value: _build(part, library) for key, part in node.value}
        if len(value) != len(node.value):
            raise Failed("YAML with a duplicate key")
        return value
    return node.value if node.style else _scalar(node.value)  # a plain scalar has no quotes


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _INFINITE.fullmatch(text):
        raise Failed("YAML with NaN or infinity")
    if _FLOAT.fullmatch(text):
        value = float(text)
        if not math.isfinite(value):
            raise Failed("YAML with a number too large")
        return value
    return text
