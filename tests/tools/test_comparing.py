"""What calls are worth beside those wanted; and what they are not, whatever is tried."""

from __future__ import annotations

import json

import pytest

import guerdon as gd
from guerdon.tools import call_accepted, call_similarity

HERMES = "<tool_call>\n{}\n</tool_call>"


def w(**given):
    return {"name": "w", "arguments": given}


def text(*made):
    return "\n".join(HERMES.format(json.dumps(one)) for one in made)


GOLD = [w(city="Paris", unit="C")]


def scored(reward, *completions, **columns):
    rows = {"completion": list(completions)} | {name: [value] * len(completions) for name, value in columns.items()}
    return reward.score(rows).numbers


def agreement(*completions, gold=GOLD, **options):
    return scored(gd.tools.agreement(gd.col("gold"), **options), *completions, gold=gold)


def test_partial_credit_by_hand():
    tries = [
        text(w(city="Paris", unit="C")),
        text(w(city="Paris", unit="F")),
        text(w(city="Paris")),
        text(w()),
        text(w(x=1)),
    ]
    assert agreement(*tries) == [1.0, 3 / 4, 2.5 / 4, 1 / 4, 1 / 4]
    assert agreement(*tries, mode="strict") == [1.0, 3 / 4, 2 / 4, 1 / 4, 1 / 4]
    assert agreement(*tries, mode="exact") == [1.0, 1 / 4, 1 / 4, 1 / 4, 1 / 4]
    assert agreement(*tries, mode="exact", unit="call") == [1.0, 1 / 2, 1 / 2, 1 / 2, 1 / 2]


def test_parallel_calls_by_hand():
    gold = [w(city="Paris"), w(city="Rome"), {"name": "g", "arguments": {}}]
    g = {"name": "g", "arguments": {}}
    # Ceiling 1 + 2 + 2 + 1. Of names 2 of 3, then 3 of 3; Paris is asked first, and takes Rome for want of better.
    tries = text(w(city="Rome"), g), text(g, w(city="Oslo"), w(city="Rome"))
    assert agreement(*tries, gold=gold) == [pytest.approx((2 / 3 + 1 + 1) / 6), pytest.approx((1 + 1 + 2 + 1) / 6)]
    assert agreement(*tries, gold=gold, how="optimal")[0] == pytest.approx((2 / 3 + 2 + 1) / 6)
    assert scored(
        gd.tools.equal(gd.col("gold")), text(g, w(city="Rome"), w(city="Paris")), text(*gold[:2]), gold=gold
    ) == [1, 0]
    assert scored(gd.tools.equal(gd.col("gold"), "same"), text(*gold), text(*gold[::-1]), gold=gold) == [1, 0]


def test_values_are_equal_as_json_is():
    assert call_similarity(w(x=1), w(x=1.0), "exact") == 1
    assert call_similarity(w(x=True), w(x=1), "exact") == 0
    assert call_similarity(w(x="1"), w(x=1), "exact") == 0
    assert call_similarity(w(x={"a": 1, "b": [2]}), w(x={"b": [2], "a": 1}), "exact") == 1
    assert call_similarity(w(x=[1, 2]), w(x=[2, 1]), "exact") == 0
    assert call_similarity({"name": "\u0461", "arguments": {"x": 1}}, w(x=1)) == 0  # a look-alike is another name
    assert call_similarity(None, w()) == call_similarity(w(), None) == 0


EXPLOITS = {
    "nothing": "",
    "prose": "w, Paris, C",
    "an empty object": "<tool_call>{}</tool_call>",
    "no arguments": text(w()),
    "every value": text(*[w(city="Paris", unit=unit) for unit in "ABCDEFGH"]),
    "every value in one": text(w(city=["Paris", "Rome"], unit=["C", "F"])),
    "all keys": text(w(city="Paris", unit="F", C="C", Paris="Paris", F="F")),
    "the key twice": '<tool_call>{"name": "w", "arguments": {"city": "Paris", "unit": "F", "unit": "C"}}</tool_call>',
    "the call twice": text(*GOLD, *GOLD),
    "the call a hundred times": text(*GOLD * 100),
    "the call a thousand times": text(*GOLD * 1000),
    "another call as well": text(*GOLD, {"name": "rm", "arguments": {"path": "/"}}),
    "a broken call as well": text(*GOLD) + "<tool_call>{}</tool_call>",
    "thinking only": f"<think>{text(*GOLD)}</think>",
    "thinking not closed": f"<think>{text(*GOLD)}",
    "nested tags": f"<tool_call><tool_call>{json.dumps(GOLD[0])}</tool_call></tool_call>",
    "not closed": f"<tool_call>{json.dumps(GOLD[0])}",
    "NaN": '<tool_call>{"name": "w", "arguments": {"city": "Paris", "unit": NaN}}</tool_call>',
    "look-alikes": text({"name": "w", "arguments": {"c\u0456ty": "Paris", "unit": "\u0421"}}),
    "huge": text(w(city="Paris", unit="C", padding="x" * 1_000_001)),
    "deep": '<tool_call>{"name": "w", "arguments": {"city": ' + "[" * 5000 + "]" * 5000 + "}}</tool_call>",
    "in a tool's result": [{"role": "assistant", "content": "ok"}, {"role": "tool", "content": text(*GOLD)}],
    "in a user's message": [{"role": "user", "content": text(*GOLD)}, {"role": "assistant", "content": "ok"}],
    "a tool's own calls": [{"role": "tool", "tool_calls": [{"function": GOLD[0]}], "content": ""}],
}


@pytest.mark.parametrize("name", EXPLOITS)
def test_no_cheap_completion_is_worth_what_the_right_one_is(name):
    best, honest, tried = agreement(text(*GOLD), text(w(city="Paris", unit="F")), EXPLOITS[name])
    assert best == 1.0
    assert tried <= honest < best
    answers = [{"w": {"city": ["Paris"], "unit": ["C"]}}]
    assert scored(gd.tools.accepted(gd.col("answers")), EXPLOITS[name], answers=answers) == [0]
    assert scored(gd.tools.equal(gd.col("gold")), EXPLOITS[name], gold=GOLD) == [0]


def test_naming_every_value_pays_where_extra_calls_are_free():
    spam, honest = EXPLOITS["every value"], text(w(city="Paris", unit="F"))
    free = agreement(spam, honest, extra="free")
    charged = agreement(spam, honest)
    assert free[0] > free[1]
    assert charged[0] < charged[1] / 4


def test_taking_calls_out_never_earns_more():
    gold = [w(city="Paris"), w(city="Rome"), w(city="Oslo", unit="C")]
    values = agreement(*[text(*gold[:n]) for n in (3, 2, 1)], "", gold=gold)
    assert values == sorted(values, reverse=True)
    assert values[-1] == 0


def test_work_is_bounded():
    gold = [w(**{f"k{place}": place for place in range(100)})] * 30
    assert agreement(text(*gold), text(*gold * 3), gold=gold) == [1.0, 0.0]
    rows = {"completion": [text(*gold * 3)], "gold": [gold]}
    assert gd.tools.equal(gd.col("gold")).score(rows).numbers == [0.0]
    assert gd.tools.agreement(gd.col("gold")).score(rows).reasons == ["too many calls"]


def test_statuses():
    rows = {
        "completion": [text(w()), "no call", text(w()), "<tool_call>", text(w())],
        "gold": [GOLD, GOLD, None, GOLD, [1]],
    }
    scores = gd.tools.agreement(gd.col("gold")).score(rows)
    assert scores.statuses == ["scored", "failed", "unscored", "failed", "unscored"]
    assert scores.reasons[1:] == [
        "no call",
        "no reference",
        "a call that cannot be read",
        "the reference is no list of calls",
    ]
    bad = gd.tools.accepted(gd.col("answers")).score(
        {"completion": [text(w())] * 2, "answers": [None, [{"w": {"x": 1}}]]}
    )
    assert bad.statuses == ["unscored"] * 2


def test_where_no_call_is_wanted():
    completions = "No tool fits.", text(w()), "<tool_call>{}</tool_call>", ""
    assert agreement(*completions, gold=[]) == [1, 0, 0, 1]
    assert scored(gd.tools.abstained(), *completions) == [1, 0, 0, 0]
    assert scored(gd.tools.abstained(), "<think>Hm.</think>", "<think>Hm.", "<think>Hm.</think>None fits.") == [0, 0, 1]
    assert scored(gd.tools.called(), *completions) == [0, 1, 0, 0]
    assert scored(gd.tools.called(gd.col("f")), text(w()), text({"name": "x", "arguments": {}}), f=[{"name": "w"}]) == [
        1,
        0,
    ]


def test_accepted_values_by_hand():
    answer = {
        "m.f": {
            "n": [5],
            "x": [1.5, 2.0],
            "s": ["New York, NY", "NYC"],
            "l": [["a", "b"]],
            "o": [{"k": [1, 2], "e": [3, ""]}],
            "u": ["", "C"],
        }
    }
    right = {"n": 5, "x": 2, "s": "new york ny", "l": ["A", "b"], "o": {"k": 2}}

    def ok(**changed):
        given = {key: value for key, value in (right | changed).items() if value is not None}
        return call_accepted({"name": "m_f", "arguments": given}, answer)

    assert all([ok(), ok(u="C"), ok(o={"k": 1, "e": 3}), ok(u="c"), ok(x=1.5), ok(s="NYC")])
    assert not any([ok(n=5.0), ok(n=True), ok(n="5"), ok(x="2"), ok(x=3), ok(s="Boston"), ok(l=["b", "a"]), ok(l="ab")])
    assert not any([ok(o={"k": 3}), ok(o={}), ok(o={"k": 1, "z": 0}), ok(u="F"), ok(s=None), ok(z=1), ok(l=["a"])])
    assert not call_accepted({"name": "m.g", "arguments": right}, answer)
    inner = {"w": {"o": [{"k": [{"x": [1], "y": "Z"}]}]}}
    assert call_accepted(w(o={"k": {"x": [1], "y": "z"}}), inner)
    assert call_accepted(w(o={"k": {"x": 1, "y": "z"}}), inner)
    assert not call_accepted(w(o={"k": {"x": [2], "y": "z"}}), inner)
    assert not call_accepted(w(o={"k": [{"x": 1, "y": "z"}]}), inner)
    required = [{"name": "m.f", "parameters": {"properties": {}, "required": ["u"]}}]
    assert not call_accepted({"name": "m.f", "arguments": right}, answer, required)
    assert call_accepted({"name": "m.f", "arguments": right | {"u": "C"}}, answer, required)


def test_an_assignment_is_found_where_greed_finds_none():
    answers = [{"w": {"x": [1, 2]}}, {"w": {"x": [1]}}]
    reward = gd.tools.accepted(gd.col("answers"))
    assert scored(reward, text(w(x=1), w(x=2)), text(w(x=2), w(x=1)), text(w(x=2), w(x=2)), answers=answers) == [
        1,
        1,
        0,
    ]
    assert scored(
        gd.tools.accepted(gd.col("answers"), order="same"), text(w(x=1), w(x=2)), text(w(x=2), w(x=1)), answers=answers
    ) == [0, 1]


def test_source_of_other_languages():
    answer = {"w": {"a": [[1, 2]], "b": [True], "s": ["x"], "v": ["mapController"], "m": [{"k": ["y"]}]}}
    kinds = {"a": "Array", "b": "boolean", "s": "String", "v": "any", "m": "HashMap"}
    described = [{"name": "w", "parameters": {"properties": {key: {"type": kind} for key, kind in kinds.items()}}}]
    java = w(a="new int[]{1, 2}", b="true", s='"x"', v="mapController", m='new HashMap<>() {{ put("k", "y"); }}')
    assert call_accepted(java, answer, described, "java")
    assert not call_accepted(java, answer, described)
    assert not call_accepted(w(**java["arguments"] | {"a": "new int[]{1, 3}"}), answer, described, "java")
    script = w(a="[1, 2]", b="true", s="'x'", v="mapController", m="{k: 'y'}")
    assert call_accepted(script, answer, described, "javascript")


def test_pattern_by_hand():
    gold = "<think>g</think>\n<tool_call>\n{}\n</tool_call>"
    fine = "<think>a</think>\n<tool_call>\nb\n</tool_call>"
    bad = [
        fine.replace("</think>\n", "</think> "), fine + "x", "x" + fine, fine.replace("\nb\n", "b"), fine + "\n" + fine,
        fine.replace("a", "<think>a</think>"), fine.replace("b", "<response>b</response>"), "<think>a</think>", "",
        fine.replace("</tool_call>", ""), fine.replace("\nb\n", "\n"), fine + "\n<response>c</response>",
    ]  # fmt: skip
    assert scored(gd.tools.pattern(gd.col("gold")), fine, fine + "\n", *bad, gold=gold) == [1, 1] + [0] * len(bad)
    spoken = fine.replace("k>a", "k>shall I <tool_call>, or <response>?")
    assert scored(gd.tools.pattern(gd.col("gold")), spoken, gold=spoken) == [1]  # what is only thought of is no block
    both = gold + "\n<response>r</response>"
    assert scored(gd.tools.pattern(gd.col("gold")), fine + "\n<response>c</response>", fine, gold=both) == [1, 0]
    assert scored(gd.tools.pattern(gd.col("gold")), "<think>a</think>", fine, gold="only thoughts") == [1, 0]
    opened = gd.tools.pattern(gd.col("gold"))
    rows = {"prompt": ["<think>"], "completion": [fine.removeprefix("<think>")], "gold": [gold]}
    assert opened.score(rows).numbers == [1]


def test_arguments_that_cannot_be():
    with pytest.raises(TypeError, match=r"write gd.tools.calls\(axis=None\)"):
        gd.tools.equal(gd.col("gold"), calls=gd.tools.calls())
    with pytest.raises(TypeError, match="gold takes one list per rollout"):
        gd.tools.equal(gd.col("gold", axis="gold"))
    with pytest.raises(ValueError, match="mode='coarse'"):
        gd.tools.agreement(gd.col("gold"), mode="coarse")


def test_the_pair_function_stands_in_a_match():
    both = gd.similarity.match(gd.tools.calls(), gd.col("gold", axis="gold"), call_similarity)
    rows = {"completion": [text(w(city="Paris", unit="F"), w(city="Rome"))], "gold": [GOLD]}
    assert both["b"].score(rows).nested() == [[pytest.approx(2 / 3)]]
    assert both["hit_a"].score(rows).nested() == [[1, 0]]
