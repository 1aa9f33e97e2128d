"""Many random and adversarial completions: no exception, no NaN, and numbers within their bounds."""

from __future__ import annotations

import json
import random

import pytest

import guerdon as gd

CALL = '{"name": "w", "arguments": {"city": "Paris", "unit": "C"}}'
PIECES = [
    "<tool_call>", "</tool_call>", "<function=w>", "</function>", "<parameter=city>", "</parameter>", "<think>",
    "</think>", "<response>", "</response>", CALL, '{"name": "w", "parameters": {}}', "w(city='Paris', unit='C')", "[",
    "]", "(", ")", "{", "}", '"', "'", "\\", ",", ":", "=", "\n", " ", "```json\n", "\n```", "NaN", "-1e999", "1" * 50,
    "null", "true", "\ud800", "\0", "\u0430", "\u202e", "lambda: 0", "*", "#", "&a ", "- ", "<a>", "</a>", "<!--",
    "&lt;", ";", "\t", "\u00e9",
]  # fmt: skip
GOLD = [{"name": "w", "arguments": {"city": "Paris", "unit": "C"}}]
ANSWERS = [{"w": {"city": ["Paris"], "unit": ["C", ""]}}]
MESSAGE = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "w", "arguments": CALL}}]}


def rewards():
    record = gd.structure.json()
    yield from (gd.tools.agreement(gd.col("gold"), mode) for mode in ("fine", "strict", "exact"))
    for form in ("openai", "hermes", "json", "python"):
        yield gd.tools.equal(gd.col("gold"), calls=gd.tools.calls(format=form, axis=None))
    for language in ("python", "java", "javascript"):
        yield gd.tools.accepted(gd.col("answers"), language=language)
    yield from (gd.tools.abstained(), gd.tools.called(), gd.tools.pattern(gd.col("text")))
    yield from (gd.structure.valid(format=form, fences="allow") for form in ("json", "xml", "yaml", "csv"))
    yield gd.structure.agreement(record, gd.col("field"), {"city": "text"}, extra_penalty=0.1)
    yield from (gd.structure.missing(record, ["city"]), gd.structure.hallucinated(record, ["city"]))
    yield from (gd.structure.of_type(record, "object"), gd.structure.matches(record, {"type": "object"}))
    yield gd.structure.html_sections(tag="a").exists().mean(empty=0)


def text(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 25)))


def completion(chance: random.Random) -> object:
    kind = chance.random()
    if kind < 0.8:
        return text(chance)
    made = text(chance)
    arguments: object = chance.choice([made, CALL, {"city": made}, None, [made], 3, {"city": {"a": [made] * 3}}])
    message = {"role": "assistant", "content": chance.choice([made, None, [{"type": "text", "text": made}]])}
    message["tool_calls"] = [{"function": {"name": chance.choice(["w", "", made, None]), "arguments": arguments}}]
    return [{"role": "user", "content": text(chance)}, message, {"role": "tool", "content": made}][
        : chance.randint(1, 3)
    ]


def fuzz(count: int, seed: int) -> None:
    chance = random.Random(seed)
    every = list(rewards())
    while count > 0:
        rows = {"completion": [completion(chance) for _ in range(min(count, 500))]}
        size = len(rows["completion"])
        rows |= {"gold": [GOLD] * size, "answers": [ANSWERS] * size, "text": ["<think></think>"] * size}
        rows["field"] = [{"city": "Paris", "unit": {"of": "C"}}] * size
        for reward in every:
            scores = reward.score(rows)
            assert set(scores.statuses) <= {"scored", "failed"}, scores.reasons
            assert all(0 <= value <= 1 for value in scores.numbers)
            worst = 1.0 if "missing" in str(reward) or "hallucinated" in str(reward) else 0.0
            failed = [
                value for value, status in zip(scores.numbers, scores.statuses, strict=True) if status == "failed"
            ]
            assert set(failed) <= {worst}
        count -= size


def test_a_few_completions():
    fuzz(500, seed=1)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
def test_many_completions(seed):
    fuzz(10_000, seed=100 + seed)


def test_the_pieces_hold_what_is_right():
    rows = {"completion": [f"<tool_call>{CALL}</tool_call>", CALL, [MESSAGE]], "gold": [GOLD] * 3}
    assert gd.tools.equal(gd.col("gold")).score(rows).numbers == [1, 1, 0]
    assert json.loads(CALL) == GOLD[0]
