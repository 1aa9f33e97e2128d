"""Decisions: facts, and the policies that say one thing to everybody."""

from __future__ import annotations

from typing import Any

import guerdon as gd

from ...experiments import answers
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.decisions import ats_grpo, cls_rl, constant_policies
from ..seen import change, column, least, numbers

_LABEL = gd.col("label")


def _class(completion: str, mode: Any = "think", cased: bool | None = None) -> float:
    found: float = numbers(cls_rl(_LABEL, mode, cased), {"completion": [completion], "label": ["cat"]})[0]
    return found


register(
    cls_rl,
    row="P081",
    title="CLS-RL: Image Classification with Rule-Based Reinforcement Learning",
    shape="expression",
    sure="code",
    example=lambda: cls_rl(_LABEL),
    facts=(
        Fact("right, in form", lambda: _class("<think>a</think><answer>Cat</answer>"), 2),
        Fact(
            "no thinking: the name alone",
            lambda: [_class(one, "no_think") for one in ("cat", "Cat", "cat.")],
            (1, 0, 0),
        ),
        Fact("right without tags", lambda: _class(" CAT "), 1),
        Fact("wrong, in form", lambda: _class("<think>a</think><answer>dog</answer>"), 1),
        Fact(
            "case, where it is asked to count and not to",
            lambda: [
                _class("<think>a</think><answer>Cat</answer>", cased=True),
                _class("Cat", "no_think", cased=False),
            ],
            (1, 1),
        ),
        Fact("every class", lambda: _class("<think>a</think><answer>cat dog bird</answer>"), 1),
        Fact("nothing", lambda: [_class(""), _class("", "no_think"), _class("<answer></answer>")], (0, 0, 0)),
        Fact("no thinking: a thought costs all", lambda: _class("<think>a</think><answer>cat</answer>", "no_think"), 0),
    ),
    experiment=Experiment(
        answers.labels,
        about="a policy over words before a label, tags, and labels, for which thinking is no help",
        claims=(
            Claim("no thinking: hardly a word before the label", column("words before the label, no_think"), high=0.1),
            Claim("no thinking: no tags", column("tagged, no_think"), high=0.05, whose="paper"),
            Claim("thinking: in form", column("tagged, think"), low=0.95),
            Claim(
                "no thinking is right at least as often after 60 steps",
                change("right early, no_think", "right early, think"),
                low=0.0,
                whose="paper",
            ),
            Claim(
                "thinking writes more",
                change("words before the label, think", "words before the label, no_think"),
                low=0.5,
                whose="paper",
            ),
        ),
        seeds=6,
    ),
)

_COLUMNS: dict[str, Any] = {name: gd.col(name) for name in ("selected", "truth", "closeness", "skill", "formatted")}


def always_reject(completion: str) -> str:
    """No, to everybody, in the form asked for."""
    return '{"decision": "REJECTED", "score": 0}'


def _from_text(**options: Any) -> gd.Score:
    said = gd.structure.json()
    near = gd.similarity.near(said["score"], gd.col("score"), ladder=gd.similarity.linear(100))
    return ats_grpo(
        (said["decision"] == "SELECTED").unscored_as(0),
        gd.col("truth") == "SELECTED",
        near,
        gd.col("skill"),
        gd.structure.keys(said, ["decision", "score"]),
        **options,
    )


# A policy before training: right about nine people in ten, and selects one who should be rejected.
_PEOPLE: dict[str, Any] = {
    "completion": ['{"decision": "SELECTED", "score": 80}'] * 3 + ['{"decision": "REJECTED", "score": 20}'] * 7,
    "truth": ["SELECTED", "SELECTED", "REJECTED"] + ["REJECTED"] * 7,
    "score": [80] * 2 + [20] * 8,
    "skill": [1.0] * 10,
}


def _decided(selected: int, truth: int, **options: Any) -> float:
    rows = {"selected": [selected], "truth": [truth], "closeness": [1], "skill": [1], "formatted": [1]}
    found: float = numbers(ats_grpo(**_COLUMNS, **options), rows)[0]
    return found


_ALWAYS = {"always reject": always_reject("")}

register(
    ats_grpo,
    row="P034",
    title="ATS-GRPO: A Mathematical Framework for Custom Reward Functions in Job Application Evaluation",
    shape="expression",
    sure="paper",
    guesses=("which four criteria", "equal weights", "penalties in units of the decision"),
    example=lambda: _from_text(fp_penalty=1.0),
    facts=(
        Fact(
            "right, the score 10 of 100 off",
            lambda: numbers(
                ats_grpo(**_COLUMNS),
                {"selected": [1], "truth": [1], "closeness": [0.9], "skill": [1], "formatted": [1]},
            ),
            (0.975,),
        ),
        Fact(
            "the same, from the text",
            lambda: numbers(
                _from_text(),
                {
                    "completion": ['{"decision": "SELECTED", "score": 70}', "I like this one."],
                    "truth": ["SELECTED", "SELECTED"],
                    "score": [80, 80],
                    "skill": [1, 0],
                },
            ),
            (0.975, 0),
        ),
        Fact("a wrong selection", lambda: [_decided(1, 0), _decided(1, 0, fp_penalty=10)], (0.75, -1.75)),
        Fact("a wrong rejection", lambda: [_decided(0, 1), _decided(0, 1, fn_penalty=2)], (0.75, 0.25)),
        Fact("right either way", lambda: [_decided(1, 1, fp_penalty=10), _decided(0, 0, fn_penalty=10)], (1, 1)),
        Fact(
            "rejecting everybody beats an honest policy under a penalty of 10, and not under none",
            lambda: [
                least([bool(constant_policies(_from_text(fp_penalty=10.0), _PEOPLE, _ALWAYS))]),
                least([bool(constant_policies(_from_text(), _PEOPLE, _ALWAYS))]),
            ],
            (1, 0),
        ),
    ),
    experiment=Experiment(
        answers.selections,
        about="a logistic policy of one threshold on the evidence; three in ten should be selected",
        claims=(
            Claim("a penalty of 10: nobody is selected", column("recall, penalty 10"), high=0.02, whose="paper"),
            Claim("a penalty of 1: most who should be are", column("recall, penalty 1"), low=0.8, whose="paper"),
            Claim("and few who should not", column("precision, penalty 1"), low=0.9, whose="paper"),
        ),
    ),
    hacks=(always_reject,),
)

_FOUR = ["no", "no", "no", "yes"]
_YES = gd.text.equal(gd.col("completion"), gd.col("truth"))


def _ratio(said: list[str], truth: list[str], share: float = 0.95) -> list[float]:
    found = constant_policies(_YES, {"completion": said, "truth": truth}, {"yes": "yes", "no": "no"}, share)
    return [found.get(name, -1.0) for name in ("yes", "no")]


register(
    constant_policies,
    row="P034",
    title="ATS-GRPO's degenerate policies: Custom Reward Functions in Job Application Evaluation",
    shape="benchmark",
    sure="paper",
    guesses=("the test itself", "the bar of 95 %"),
    example=lambda: constant_policies,
    facts=(
        Fact(
            "one answer is right for three of four",
            lambda: _ratio(["yes", "no", "no", "yes"], ["no"] * 3 + ["yes"]),
            (-1, 0.75),
        ),
        Fact(
            "a better policy is out of its reach", lambda: _ratio(["no"] * 3 + ["yes"], ["no"] * 3 + ["yes"]), (-1, -1)
        ),
        Fact("a lower bar", lambda: _ratio(["no"] * 3 + ["yes"], ["no"] * 3 + ["yes"], 0.7), (-1, 0.75)),
        Fact("where all earn nothing, all are as good", lambda: _ratio(["x"] * 2, ["z"] * 2), (0, 0)),
    ),
)
