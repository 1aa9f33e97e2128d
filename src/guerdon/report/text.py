"""Text that a model wrote, made safe to look at: control, bidirectional and invisible characters become visible.

A completion may hold escape sequences that repaint a terminal, or direction marks that make a line read backwards.
Nothing is dropped here: each such character is replaced by something that can be seen.
"""

from __future__ import annotations

import re

__all__ = ["SUSPECT", "clean", "mark", "name_of"]

# C0 and C1 controls, line and paragraph separators, direction marks, zero-width and tag characters, the supplementary
# variation selectors (they can smuggle whole hidden sentences), lone surrogates (they cannot be encoded) and
# noncharacters. The zero-width joiners stay: emoji and several scripts need them.
SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e01ef]"
)

_NAMES = {
    0x00: "NUL",
    0x07: "BEL",
    0x08: "BS",
    0x0B: "VT",
    0x0C: "FF",
    0x0D: "CR",
    0x1B: "ESC",
    0x7F: "DEL",
    0x00AD: "SHY",
    0x061C: "ALM",
    0x200B: "ZWSP",
    0x200E: "LRM",
    0x200F: "RLM",
    0x2028: "LS",
    0x2029: "PS",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0xFEFF: "BOM",
}


def name_of(character: str) -> str:
    r"""The short name of one character: its usual abbreviation, else its code point.

    >>> name_of("\u202e"), name_of("\x85")
    ('RLO', 'U+0085')
    """
    code = ord(character)
    return _NAMES.get(code, f"U+{code:04X}")


def mark(character: str) -> str:
    r"""A visible stand-in for one suspect character: a control picture if there is one, else its name in brackets.

    >>> mark("\x1b"), mark("\x7f"), mark("\u202e")
    ('␛', '␡', '⟨RLO⟩')
    """
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"\u27e8{name_of(character)}\u27e9"


def clean(text: str, keep: str = "\n\t") -> str:
    r"""`text` with every control, direction and invisible character replaced by a visible mark, safe for a terminal.

    Args:
        text: anything, also text that holds lone surrogates.
        keep: characters that are left as they are; ``keep=""`` gives a single line.

    Returns:
        Text that can be encoded as UTF-8 and holds no escape sequence.

    >>> clean("red: \x1b[31m, backwards: \u202eabc")
    'red: ␛[31m, backwards: ⟨RLO⟩abc'
    >>> clean("two\nlines", keep="")
    'two␊lines'
    """
    return SUSPECT.sub(lambda found: found[0] if found[0] in keep else mark(found[0]), text)
