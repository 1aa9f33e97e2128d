"""The cheapest known exploits: what a policy writes that wants to be paid for nothing, or twice."""

from __future__ import annotations

from .case import Case
from .writing import FULL_WIDTH, LOOK_ALIKES

PROMPT = (
    "Think between <think> and </think>, then answer between <answer> and </answer>, in \\boxed{}, as JSON such as "
    '{"name": "...", "arguments": {}}, or as a list such as [x1, y1, x2, y2]. What is asked for here?'
)
NUMBERS = ", ".join(map(str, range(-20, 300)))
FILLER = "So it may be, or so it was said by some; and then again it may be otherwise. " * 12

NOTHING = {"nothing": "", "white space": " \n\t ", "what nobody sees": "\u200b\u2060\u200b"}


def for_nothing(case: Case) -> dict[str, str]:
    """Completions in which there is no work: none may earn more than an honest wrong answer."""
    cheap = NOTHING | {
        "an empty object": "{}",
        "an empty list": "[]",
        "an empty box": "\\boxed{}",
        "empty tags": "<think></think><answer></answer>",
        "the prompt": PROMPT,
        "filler": FILLER,
        "many numbers": NUMBERS,
        "many numbers in a box": rf"\boxed{{{NUMBERS}}}",
        "many numbers in the tag": f"<think>So.</think><answer>{NUMBERS}</answer>",
        "the letters of all choices": "<think>So.</think><answer>A B C D E yes no true false</answer>",
        "wrong, padded": f"{FILLER}\n{case.wrong}",
        "wrong, and padded": f"{case.wrong}\n{FILLER}",
        "wrong, many times": case.wrong * 30,
        "the right one without its answer": case.without,
    }
    return cheap | ({"every option": case.every} if case.every else {})


def for_more(case: Case) -> dict[str, str]:
    """The right completion made bigger or other: none may earn more than the right completion itself."""
    right = case.right
    return {
        "padded": f"{FILLER}\n{right}",
        "and padded": f"{right}\n{FILLER}",
        "twice": right + right,
        "twice, in lines": f"{right}\n{right}",
        "many times": f"{right}\n" * 30,
        "after the prompt": f"{PROMPT}\n{right}",
        "before many numbers": f"{right} {NUMBERS}",
        "after a wrong one": f"{case.wrong}\n{right}",
        "before a wrong one": f"{right}\n{case.wrong}",
        "in letters that look alike": right.translate(LOOK_ALIKES),
        "in wide letters": right.translate(FULL_WIDTH),
        "with unseen letters": "\u200b".join(right),
        "without its answer": case.without,
    }


FLOODS = (
    "many numbers",
    "many numbers in a box",
    "many numbers in the tag",
    "the letters of all choices",
    "every option",
)
"""Attacks that name many answers at once."""
