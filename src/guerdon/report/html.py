"""Building HTML and SVG as text in which everything is escaped unless it was built here.

A `Html` is markup; a plain `str` is text and is escaped when it becomes a child or an attribute. There is no way to
pass a completion through as markup without writing ``Html(...)`` around it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re

from guerdon.report.text import SUSPECT, clean, name_of

__all__ = ["Html", "csp_hash", "join", "json_script", "tag", "text", "visible"]

_VOID = frozenset({"meta", "br", "input", "link"})
_SVG_LEAF = frozenset({"path", "rect", "circle", "line"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: str) -> Html:
    r"""Plain text, escaped, its control and direction characters made visible.

    >>> text("<b> & \x1b")
    '&lt;b&gt; &amp; ␛'
    """
    return Html(html.escape(clean(value), quote=True))


def tag(name: str, /, *children: str | None, **attributes: str | float | bool | None) -> Html:
    r"""One element. Children that are not `Html` are escaped; None is left out.

    Attribute names are written with ``_`` for ``-`` and a trailing ``_`` where the name is a Python word. True gives an
    attribute without a value; None and False leave it out.

    >>> tag("p", "1 < 2", class_='a"b')
    '<p class="a&quot;b">1 &lt; 2</p>'
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is not an element's name")
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        parts.append(f" {key}" if value is True else f' {key}="{text(_plain(value))}"')
    if name in _SVG_LEAF and not children:
        return Html("".join([*parts, "/>"]))
    parts.append(">")
    if name in _VOID:
        return Html("".join(parts))
    return Html("".join([*parts, join(*children), f"</{name}>"]))


def _plain(value: str | float) -> str:
    if isinstance(value, str):
        return value
    rounded = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


def join(*children: str | None) -> Html:
    """The children in order, each escaped unless it is `Html`."""
    return Html("".join(child if isinstance(child, Html) else text(child) for child in children if child is not None))


def visible(value: str, limit: int = 20_000) -> Html:
    r"""What a model wrote, as HTML: escaped, suspect characters as small marks, cut after `limit` characters.

    >>> visible("<i>\x1b[0m")
    '&lt;i&gt;<span class="ctl" title="U+001B ESC">ESC</span>[0m'
    """
    cut, rest = value[:limit], len(value) - limit
    parts: list[str] = []
    end = 0
    for found in SUSPECT.finditer(cut):
        if found[0] in "\n\t":
            continue
        parts.append(html.escape(cut[end : found.start()], quote=True))
        code, name = f"U+{ord(found[0]):04X}", name_of(found[0])
        # Few fonts hold the control pictures, so the page shows the names.
        parts.append(tag("span", name, class_="ctl", title=code if name == code else f"{code} {name}"))
        end = found.end()
    parts.append(html.escape(cut[end:], quote=True))
    if rest > 0:
        parts.append(tag("span", f" … {rest:,} more characters", class_="cut"))
    return Html("".join(parts))


def json_script(identifier: str, data: object) -> Html:
    r"""Data for the page's script, in which no value can close the element.

    >>> json_script("d", {"name": "</script>"})
    '<script type="application/json" id="d">{"name":"\\u003c/script\\u003e"}</script>'
    """
    body = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for character, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        body = body.replace(character, escaped)
    return Html(f'<script type="application/json" id="{text(identifier)}">{body}</script>')


def csp_hash(source: str) -> str:
    """The content security policy's name of an inline script or style.

    >>> csp_hash("alert(1)")
    "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    """
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
