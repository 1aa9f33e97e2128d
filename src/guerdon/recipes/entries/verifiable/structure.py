"""Answers written as records: facts and experiments."""

from __future__ import annotations

import json
from typing import Any

import guerdon as gd

from ...experiments import shopping, syntax
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.structure import rl_struct, shop_r1, shop_r1_certainty
from ..seen import change, column, numbers

# ---------------------------------------------------------------- P004

_KEYS = ("reasoning", "answer")
_RECORD = '{"reasoning": "a", "answer": "b"}'
_FENCED = f"```json\n{_RECORD}\n```"


def _parts(text: str, **knobs: Any) -> list[Any]:
    """Validity, keys and look, each alone."""
    alone = {"valid": (0, 0, 1, 0), "keys": (1, 0, 0, 0), "look": (0, 1, 0, 0)}
    rewards = [rl_struct(_KEYS, weights=weights, **knobs) for weights in alone.values()]
    return [numbers(reward, {"completion": [text]})[0] for reward in rewards]


def _whole(*texts: str, right: float = 1.0) -> list[Any]:
    return numbers(rl_struct(_KEYS, gd.col("right")), {"completion": list(texts), "right": [right] * len(texts)})


register(
    rl_struct,
    row="P004",
    title="RL-Struct: A Lightweight RL Framework for Reliable Structured Output",
    shape="expression",
    sure="abstract",
    guesses=("weights of 1", "the form of each part", "a key too many costs 0.5", "the mean over nested"),
    example=lambda: rl_struct(_KEYS, gd.col("right")),
    facts=(
        Fact("valid, all keys, bare", lambda: _parts(_RECORD), (1, 1, 1), 0),
        Fact("in a fence: strict, lenient", lambda: [*_parts(_FENCED), *_parts(_FENCED, lenient=True)],
             (0, 0, 0, 1, 1, 0), 0),
        Fact("one of two keys; one too many", lambda: [
            _parts('{"answer": "b"}')[1], _parts('{"reasoning": "a", "answer": "b", "c": 1}')[1]], (0.5, 0.5), 0),
        Fact("JSON in the answer's text: all keys, one of two, an object that is no text", lambda: [
            _parts(json.dumps({"reasoning": "a", "answer": answer}), nested={"answer": ("name", "nutrition")})[1]
            for answer in ('{"name": "soup", "nutrition": "good"}', '{"name": "soup"}', {"name": "soup"})],
            (1, 0.75, 0.5), 1e-12),
        Fact("all of it, right and wrong", lambda: [*_whole(_RECORD), *_whole(_RECORD, right=0.0)], (4, 3), 0),
        Fact("what is said counts only in valid JSON", lambda: _whole(_FENCED, _RECORD[:-1], "b"), (0, 0, 0), 0),
        Fact("an empty object, every key at once, a key twice, NaN", lambda: _whole(
            "{}", '{"reasoning": "a", "answer": "b", "a": 1, "b": 2, "c": 3}',
            '{"reasoning": "a", "answer": "a", "answer": "b"}', '{"reasoning": NaN, "answer": "b"}', right=0.0),
            (2, 2, 1, 1), 0),
    ),
    experiment=Experiment(
        syntax.syntax_before_content,
        (
            Claim("steps, nine in ten right over nine in ten valid", change("steps accurate", "steps valid"), low=10,
                  whose="paper"),
            Claim("answers right in the end", column("accurate"), low=0.85),
        ),
        "steps of policy gradient over how a record is wrapped, closed and keyed, and which of 20 answers it gives",
    ),
)  # fmt: skip

# ---------------------------------------------------------------- P075

_GOLD = gd.col("gold")
_CLICK = {"type": "click", "name": "red running shoes"}
_TYPE = {"type": "type_and_submit", "name": "search bar", "text": "red running shoes"}
_END = {"type": "terminate"}


def acting(action: object) -> str:
    """A completion with a rationale and this action."""
    return json.dumps({"rationale": "It is cheap.", "action": action})


def _acted(action: object, gold: object, **knobs: Any) -> float:
    text = action if isinstance(action, str) else acting(action)
    return float(numbers(shop_r1(_GOLD, **knobs), {"completion": [text], "gold": [gold]})[0])


def _average(actions: list[object], golds: list[object]) -> float:
    rows = {"completion": [acting(action) for action in actions], "gold": golds}
    values = numbers(shop_r1(_GOLD), rows)
    return float(sum(values) / len(values))


_BALANCED: list[object] = [_CLICK, _TYPE, _END] * 100
_SURE = gd.col("p", axis=("token", "word"))

register(
    shop_r1,
    row="P075",
    title="Shop-R1: Rewarding LLMs to Simulate Human Behavior in Online Shopping via Reinforcement Learning",
    shape="expression",
    sure="paper",
    guesses=("parts count only where the type is right", "likeness at the threshold itself counts"),
    example=lambda: shop_r1(_GOLD, shop_r1_certainty(_SURE)),
    facts=(
        Fact("to end, rightly", lambda: _acted(_END, _END), 0.8, 1e-12),
        Fact("the right element", lambda: _acted(_CLICK, _CLICK), 1001, 1e-9),
        Fact("an element of ROUGE-L 0.5", lambda: _acted(
            {"type": "click", "name": "red socks"}, {"type": "click", "name": "red shoes"}), 1, 1e-12),
        Fact("ROUGE-L 0.8 is above the threshold", lambda: _acted({"type": "click", "name": "running shoes"}, _CLICK),
             801, 1e-9),
        Fact("text typed exactly; into nothing", lambda: [
            _acted(_TYPE, _TYPE), _acted({"type": "type_and_submit"}, _TYPE)], (1001.1, 0.8), 1e-9),
        Fact("no JSON, a fence, a key twice", lambda: [
            _acted("click", _CLICK), _acted(f"```json\n{acting(_CLICK)}\n```", _CLICK),
            _acted(acting(_CLICK).replace('"type"', '"name": "a", "type"'), _CLICK)], (0, 0, 0), 0),
        Fact("the right element, typed into: nothing but JSON, unless the gate is open", lambda: [
            _acted(_CLICK | {"type": "type_and_submit"}, _CLICK),
            _acted(_CLICK | {"type": "type_and_submit"}, _CLICK, type_gate=False)], (0.5, 1000.7), 1e-9),
        Fact("an empty name, a list of all names", lambda: [
            _acted({"type": "click", "name": ""}, _CLICK), _acted({"type": "click", "name": ["a", "red"]}, _CLICK)],
            (0.8, 0.8), 1e-12),
        Fact("always to end: 0.6 on a balanced set", lambda: _average([_END] * 300, _BALANCED), 0.6, 1e-9),
        Fact("one exact click in a hundred earns more than that", lambda: float(_average(
            [*[_CLICK], *[{"type": "click", "name": "blue"}] * 99], [_CLICK] * 100) / 3 > 0.6), 1, 0),
        Fact("other weights: JSON 1, type 2, element 4 without its likeness; half of 4 for each of two", lambda: [
            _acted(one, one, scale=0, weights=(1, 2, 4)) for one in (_CLICK, {"type": "type_and_submit", "name": "q"})],
            (7, 7), 1e-12),
        Fact("a certainty of 2 counts 0.01", lambda: _acted(_END, _END, certainty=2.0), 0.81, 1e-12),
    ),
    experiment=Experiment(
        shopping.scale_against_none,
        (
            Claim("runs that collapse into ending, scale 1 over scale 1000",
                  change("collapsed at 1", "collapsed at 1000"), low=0.25, whose="paper"),
            Claim("how often scale 1000 ends", column("ending at 1000"), high=0.3),
        ),
        "the next action guessed blindly, of which 60 in 100 are to end: what four runs of 300 steps settle on",
    ),
)  # fmt: skip


def _certain(*tokens: list[float]) -> list[Any]:
    return numbers(shop_r1_certainty(_SURE), {"p": [list(tokens)]})


register(
    shop_r1_certainty,
    row="P075",
    title="Shop-R1's self-certainty",
    shape="expression",
    sure="paper",
    guesses=("a rationale without tokens is worth 0",),
    example=lambda: shop_r1_certainty(_SURE),
    facts=(
        Fact("0.7, 0.1, 0.1, 0.1: 0.44585 over 4", lambda: _certain([0.7, 0.1, 0.1, 0.1]), (0.11146,), 1e-5),
        Fact("uniform", lambda: _certain([0.25] * 4), (0,), 1e-12),
        Fact("one word for sure: log 4 over 4", lambda: _certain([0, 1, 0, 0]), (0.346574,), 1e-6),
        Fact("the mean over tokens", lambda: _certain([0.7, 0.1, 0.1, 0.1], [0.25] * 4), (0.05573,), 1e-5),
        Fact("no tokens", lambda: _certain(), (0,), 0),
    ),
)  # fmt: skip
