"""What a policy may write: random texts, hostile ones, and a right completion spoilt in every way we could think of."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

# fmt: off
PIECES = [
    "<think>", "</think>", "<answer>", "</answer>", "<tool_call>", "</tool_call>", "<a>", "</a>", "<!--", "<![CDATA[",
    "&lt;", "&a;", "\\boxed{", "\\frac{1}{", "\\text{", "}", "{", "[", "]", "(", ")", '"', "'", "\\", ",", ":", "=",
    "\n", "\n\n", " ", "\t", "\r\n", "```json\n", "```python\n", "\n```", "####", "---", "- ", "* ", "1. ", "[1]", "#",
    "NaN", "-Infinity", "1e999", "-0", "9" * 50, "0x1F", "1_000", "1,000.5", "½", "٣", "１２", "null", "true", "yes",
    "Paris", "the cat", "42", "0.75P", "[0, 0, 10, 10]", "(1, 2)", "a: 1", '{"a": 1}', "48.85 N, 2.35 E", "RRDD",
    "\ud800", "\udfff", "\0", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "\u2028", "\u0430", "e\u0301", "\U0001f642",
    "猫", "ß", "İ", "ﬁ", "%s", "{0}", "$", ";", "*", "_", "~", "<|im_end|>", "The answer is ", "P.S.", "?", "!", ".",
]
LOOK_ALIKES = str.maketrans("aceiopxyABCEHKMOPTXS", "асеіорхуАВСЕНКМОРТХЅ")
# fmt: on
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
Text = Callable[[random.Random, str], str]


def soup(rng: random.Random, right: str) -> str:
    pieces = rng.choices(PIECES, k=rng.randint(0, 20))
    if right and rng.random() < 0.4:
        start = rng.randrange(len(right))
        pieces.insert(rng.randint(0, len(pieces)), right[start : start + rng.randint(1, 60)])
    return "".join(pieces)


def letters(rng: random.Random, right: str) -> str:
    top = rng.choice([0x80, 0x250, 0x3000, 0x110000])
    return "".join(chr(rng.randrange(top)) for _ in range(rng.randint(1, 40)))


def spoilt(rng: random.Random, right: str) -> str:
    """A few characters or pieces of the right one left out, said twice, exchanged or put in."""
    text = right
    for _ in range(rng.randint(1, 4)):
        at, size = rng.randint(0, len(text)), rng.choice([1, 1, 2, 5, 20])
        piece = text[at : at + size]
        text = text[:at] + rng.choice(["", piece * 2, piece[::-1], rng.choice(PIECES) + piece]) + text[at + size :]
    return text


def cut(rng: random.Random, right: str) -> str:
    return right[: rng.randint(0, len(right))] if rng.random() < 0.6 else right[rng.randint(0, len(right)) :]


def spliced(rng: random.Random, right: str) -> str:
    return cut(rng, right) + rng.choice(["", "\n", " ", soup(rng, "")]) + cut(rng, right)


def disguised(rng: random.Random, right: str) -> str:
    """Letters that look alike, are wide, or have something unseen between them."""
    kind = rng.randrange(6)
    if kind == 0:
        return right.translate(LOOK_ALIKES)
    if kind == 1:
        return right.translate(FULL_WIDTH)
    if kind == 2:
        return rng.choice(["\u200b", "\u200d", "\u00ad", "\u0301", "\ufe0f"]).join(right)
    if kind == 3:
        return f"\u202e{right[::-1]}\u202c"
    return right.upper() if kind == 4 else "".join(ch if rng.random() < 0.9 else rng.choice(PIECES) for ch in right)


def nested(rng: random.Random, right: str) -> str:
    depth = rng.choice([5, 50, 500, 2000])
    opening, closing = rng.choice(
        [
            ("[", "]"),
            ("{", "}"),
            ("(", ")"),
            ('{"a":', "}"),
            ("<a>", "</a>"),
            ("\\frac{", "}"),
            ("<think>", ""),
            ("- ", ""),
        ]
    )
    return opening * depth + rng.choice(["", "1", right]) + closing * rng.choice([depth, depth - 1, 0])


def huge(rng: random.Random, right: str) -> str:
    digits = rng.choice("123456789") * rng.choice([20, 400, 5000])
    shape = rng.choice(
        ["{}", "-{}", "1e{}", "0.{}", "{}/{}", "[{0}, {0}, {0}, {0}]", "\\boxed{{{}}}", "2^{{{}}}", "{}!"]
    )
    number = shape.format(digits, digits)
    places = [at for at, ch in enumerate(right) if ch.isdigit()]
    if places and rng.random() < 0.7:
        at = rng.choice(places)
        return right[:at] + number + right[at + 1 :]
    return number


def long(rng: random.Random, right: str) -> str:
    piece = rng.choice([rng.choice(PIECES), right, "a", "\n", rng.choice(PIECES) + rng.choice(PIECES)]) or " "
    return (piece * rng.choice([10, 100, 1000]))[:4000]


def whole(rng: random.Random, right: str) -> str:
    return rng.choice([right, right * 2, f"{soup(rng, '')}\n{right}", f"{right}\n{soup(rng, '')}"])


TEXTS: dict[Text, int] = {
    soup: 28, letters: 6, spoilt: 28, cut: 7, spliced: 9, disguised: 7, nested: 2, huge: 3, long: 2, whole: 8,
}  # fmt: skip


def text(rng: random.Random, right: str) -> str:
    return rng.choices(list(TEXTS), list(TEXTS.values()))[0](rng, right)


def chat(rng: random.Random, right: str) -> list[dict[str, Any]]:
    """Messages: some without content, some in parts, of tools and users, with thinking and calls in fields."""

    def content() -> Any:
        said = text(rng, right)
        return rng.choice(
            [said, said, None, "", [], [{"type": "text", "text": said}], [said, {"type": "image"}, {"text": right}],
             [{"type": "text"}, {"type": "text", "text": None}, {}]]
        )  # fmt: skip

    def message() -> dict[str, Any]:
        made: dict[str, Any] = {"role": rng.choice(["assistant", "assistant", "assistant", "tool", "user", "system"])}
        if rng.random() < 0.9:
            made["content"] = content()
        if rng.random() < 0.1:
            made["reasoning_content"] = rng.choice([text(rng, right), None, ""])
        if rng.random() < 0.2:
            arguments = rng.choice([text(rng, ""), None, {}, [], 3, json.dumps({"city": "Paris"})])
            call = rng.choice(
                [{"function": {"name": "w", "arguments": arguments}}, {}, {"function": None}, {"name": 3}]
            )
            made["tool_calls"] = rng.choice([None, [], [call], [call] * 3])
        return made

    return [message() for _ in range(rng.randint(0, 4))]


def completion(rng: random.Random, right: str) -> Any:
    return chat(rng, right) if rng.random() < 0.08 else text(rng, right)


def item(rng: random.Random, depth: int = 2) -> Any:
    """What may have been read from a completion: a number, a text, a list, a record."""
    kind = rng.randrange(9 if depth else 6)
    if kind == 0:
        return rng.choice([None, True, False, "", "a", "Paris", 0, -1, 1e308, 10**30, 5e-324])
    if kind == 1:
        return rng.randint(-9, 99)
    if kind == 2:
        return rng.uniform(-9, 99)
    if kind == 3:
        return soup(rng, "")
    if kind in (4, 5, 6):
        return [rng.choice([rng.randint(0, 99), rng.uniform(0, 9)]) for _ in range(rng.choice([0, 1, 2, 3, 4, 4, 6]))]
    if kind == 7:
        return [item(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    keys = ("name", "arguments", "kind", "value", "bbox_2d", "point_2d", "label", "a", 0, 1)
    return {rng.choice(keys): item(rng, depth - 1) for _ in range(rng.randint(0, 4))}
