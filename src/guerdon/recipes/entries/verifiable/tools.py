"""Calling tools, and asking other models: facts and experiments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import guerdon as gd

from ...experiments import calling, routing
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.tools import router_r1, toolrl
from ..seen import change, column, numbers

_GOLD = gd.col("gold")
Arguments = Mapping[str, object]

# ---------------------------------------------------------------- P029


def making(*calls: Arguments, name: str = "w", think: str = "Which?", response: str | None = None) -> str:
    """A completion in ToolRL's form: thoughts, one call a line, and a response if there is one."""
    lines = "\n".join(json.dumps({"name": name, "parameters": given}) for given in calls)
    block = f"\n<tool_call>\n{lines}\n</tool_call>" if calls else ""
    return f"<think>{think}</think>{block}" + (f"\n<response>{response}</response>" if response is not None else "")


def every_value(completion: str) -> str:
    """The call once for every value that its last parameter might have."""
    head, _, rest = completion.partition("<tool_call>\n")
    line, _, tail = rest.partition("\n</tool_call>")
    call = json.loads(line.partition("\n")[0])
    *_, key = call["parameters"]
    calls = [{**call, "parameters": {**call["parameters"], key: value}} for value in "ABCDEFGH"]
    return f"{head}<tool_call>\n" + "\n".join(map(json.dumps, calls)) + f"\n</tool_call>{tail}"


_CALL = {"city": "Paris", "unit": "C"}
_RIGHT, _OTHER = making(_CALL), making({"city": "Paris", "unit": "F"})


def _earned(*completions: str, gold: str = _RIGHT, step: int = 0, **knobs: Any) -> list[float]:
    rows = {"completion": list(completions), "gold": [gold] * len(completions)}
    values: list[float] = toolrl(_GOLD, **knobs).score(rows, step=step).values.tolist()
    return values


def _called(*completions: str, gold: str = _RIGHT, step: int = 0, **knobs: Any) -> list[float]:
    """The calls' part alone: that of the pattern is 1 for each of these completions."""
    return [value - 1 for value in _earned(*completions, gold=gold, step=step, **knobs)]


_TWO = making({"city": "Paris"}, {"city": "Rome"})
_LONG = making(_CALL, think="so " * 256)

register(
    toolrl,
    row="P029",
    title="ToolRL: Reward is All Tool Learning Needs",
    shape="expression",
    sure="code",
    example=lambda: toolrl(_GOLD, schedule="linear", length="growing"),
    facts=(
        Fact("right format and the exact call: 4", lambda: _earned(_RIGHT), (4,), 0),
        Fact("exact; unit=F: 3 of 4; no unit: 2.5 of 4", lambda: _called(_RIGHT, _OTHER, making({"city": "Paris"})),
             (3, 1.5, 0.75), 1e-12),
        Fact("another name", lambda: _called(making(_CALL, name="v")), (-3,), 1e-12),
        Fact("broken JSON, no tags, a key twice, NaN", lambda: _earned(
            _RIGHT.replace('"}}', '"'), "<think>w</think>", _RIGHT.replace('"city"', '"unit"'),
            _RIGHT.replace('"C"', "NaN")), (-2, -3, -2, -2), 0),
        Fact("strict: names of parameters as a whole", lambda: _called(making({"city": "Paris"}), credit="strict"),
             (0,), 1e-12),
        Fact("intermediate: one call of two; coarse", lambda: [
            *_called(_TWO, making({"city": "Paris"}, {"city": "Oslo"}), gold=_TWO, credit="intermediate"),
            *_called(_TWO, making({"city": "Paris"}, {"city": "Oslo"}), gold=_TWO, credit="coarse")],
            (3, 1, 3, -3), 1e-12),
        Fact("a maximum of 1", lambda: _called(_RIGHT, _OTHER, scale=1.0), (1, 0.5), 1e-12),
        Fact("two stages: 1 + 1 before step 30, 0.5 + 3 from it on",
             lambda: [_earned(_RIGHT, step=step, schedule="two_stage")[0] for step in (0, 29, 30)], (2, 2, 3.5), 1e-12),
        Fact("linear: 2 + 2, 1.5 + 2.5, 1 + 3; at worst -2 - 2 and -1 - 3",
             lambda: [*(_earned(_RIGHT, step=step, schedule="linear")[0] for step in (0, 75, 150, 600)),
                      *(_earned("?", step=step, schedule="linear")[0] for step in (0, 75, 150))],
             (4, 4, 4, 4, -4, -3.5, -4), 1e-12),
        Fact("256 words of thought: a half; of 384, 640",
             lambda: [_earned(_LONG, length="fixed")[0] - 4,
                      *(_earned(_LONG, length="growing", step=step)[0] - 4 for step in (0, 105, 400))],
             (0.5, 2 / 3, 0.4, 0.4), 1e-9),
        Fact("nothing to call: the pattern alone", lambda: _earned(
            making(response="It rains."), _RIGHT, gold=making(response="Rain.")), (1, 0), 0),
        Fact("naming every value: as released above an honest wrong one, here far below",
             lambda: [*_called(every_value(_RIGHT), _OTHER, as_released=True), *_called(every_value(_RIGHT))],
             (6 * (1 / 8 + 3) / 4 - 3, 1.5, 6 * (1 / 8 + 3) / 25 - 3), 1e-12),
        Fact("a call that is only thought of", lambda: _earned(making(think=_RIGHT[19:])), (-3,), 0),
    ),
    experiment=Experiment(
        calling.fine_against_coarse,
        (
            Claim("steps, exact or nothing over credit for parts", change("steps coarse", "steps fine"), low=20,
                  whose="paper"),
            Claim("steps with credit for parts", column("steps fine"), low=1, high=200),
        ),
        "steps of policy gradient until one call out of 864 is written more often than not",
    ),
    hacks=(every_value,),
)  # fmt: skip

# ---------------------------------------------------------------- P180

_MODELS = ("large", "small")
_ASK = "<search>small: Who wrote it?</search><information>Eco</information>"
_FINE = f"<think>Who?</think>{_ASK}<think>So.</think><answer>Eco</answer>"
# Roots 9.44, 10, 10.56, ..., 20, 20.56: of 21 costs the second is the 5th percentile, the twentieth the 95th.
_COSTS = [(10 + (place - 1) * 10 / 18) ** 2 for place in range(21)]


def _routed(*completions: str, golds: Sequence[str] = ("Eco",), spent: Sequence[float] = (), **knobs: Any) -> list[Any]:
    costs = list(spent) or [3.0] * len(completions)
    rows = {"completion": list(completions), "golds": [list(golds)] * len(completions), "spent": costs}
    return numbers(router_r1(gd.col("golds", axis="gold"), gd.col("spent"), _MODELS, **knobs), rows)


def _answered(answer: str) -> str:
    return _FINE.replace(">Eco</answer>", f">{answer}</answer>")


_BROKEN = {
    "no tags": "Eco",
    "no answer": _FINE.replace("<answer>Eco</answer>", ""),
    "two answers": _FINE + "<answer>Eco</answer>",
    "an empty thought": _FINE.replace("So.", " "),
    "three dots": _FINE.replace("So.", "..."),
    "a search without information": _FINE.replace("<information>Eco</information>", ""),
    "nested": _FINE.replace("Who?", "<answer>Eco</answer>"),
    "unbalanced": _FINE.replace("</think>", "", 1),
    "text before": "So " + _FINE,
    "text after": _FINE + " So",
    "an unknown model": _FINE.replace("small", "tiny"),
    "two colons": _FINE.replace("Who", "Say: who"),
    "no query": _FINE.replace(" Who wrote it?", " "),
    "a placeholder": _FINE.replace("Who wrote it?", "Your-Query"),
    "the model named again": _FINE.replace("Who wrote it?", "what says Small?"),
}

register(
    router_r1,
    row="P180",
    title="Router-R1: Teaching LLMs Multi-Round Routing and Aggregation via Reinforcement Learning",
    shape="expression",
    sure="code",
    example=lambda: router_r1(gd.col("golds", axis="gold"), gd.col("spent"), _MODELS, weight=0.5),
    facts=(
        Fact("cat, sat of cat, sat, down: F1 0.8; exact match 0",
             lambda: [_routed(_answered("the cat sat"), golds=["a cat sat down"], metric=metric)[0]
                      for metric in ("f1", "em")], (0.8, 0), 1e-12),
        Fact("the best of several references", lambda: _routed(_FINE, golds=["Umberto Eco", "Eco"]), (1,), 0),
        Fact("yes and no are equal or nothing",
             lambda: [_routed(_answered("yes it is"), golds=["yes"])[0], _routed(_answered("Yes."), golds=["yes"])[0],
                      _routed(_answered("no"), golds=["no way"])[0]], (0, 1, 0), 0),
        Fact("a broken format with the right answer", lambda: _routed(*_BROKEN.values()), (-1,) * len(_BROKEN), 0),
        Fact("two rounds; none", lambda: _routed(
            _FINE.replace("<think>So.", f"<think>Sure?</think>{_ASK}<think>So."),
            "<think>I know.</think><answer>Eco</answer>"), (1, 1), 0),
        Fact("right, w = 0.5: the cheapest and the dearest", lambda: _routed(_FINE, _FINE, spent=(4, 100), weight=0.5),
             (1, 0.5), 1e-9),
        Fact("all cost the same: 0.5 of the cost's half", lambda: _routed(_FINE, weight=0.5), (0.75,), 1e-12),
        Fact("wrong and cheap", lambda: _routed(_answered("Dante"), _FINE, spent=(1, 4), weight=0.9)[0], 0, 0),
        Fact("percentiles of roots 10 and 20: cost 225 is a half",
             lambda: [_routed(*[_FINE] * 21, spent=_COSTS, weight=1.0)[place] for place in (10, 1, 19, 0, 20)],
             (0.5, 1, 0, 1, 0), 1e-9),
    ),
    experiment=Experiment(
        routing.experts_by_weight,
        (
            Claim("w = 0: the strongest is asked", column("large at 0"), low=0.8, whose="paper"),
            Claim("w = 0.5: the cheaper one that is nearly as good", column("medium at 0.5"), low=0.8),
            Claim("w = 0.9: the strongest is asked", column("large at 0.9"), high=0.1, whose="paper"),
            Claim("w = 0.9: the window forgets the dear ones, and the cheapest is asked though it is mostly wrong",
                  column("small at 0.9"), low=0.5),
        ),
        "three experts of accuracy 0.9, 0.8, 0.3 and price 100, 25, 4: who is asked after 150 steps",
    ),
)  # fmt: skip
