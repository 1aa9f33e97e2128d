"""A small transformer that writes running totals, trained by TRL's own trainer with credit for steps.

Errors charged where they stand, or in sum at the end; a step judge with a flaw, summed, or through its minimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures
from guerdon.lab.overoptimisation import hacking_point
from guerdon.lab.tasks import IDLE, Task, sums

from ..credit import fine_grained_rlhf, pure
from ..registry import Size

DIGITS = frozenset("0123456789")
SIZES: dict[Size, dict[str, Any]] = {
    "smoke": {"width": 32, "layers": 1, "lessons": 4, "steps": 2, "every": 1, "prompts": 2, "group": 4, "asked": 16},
    "full": {
        "width": 192,
        "layers": 2,
        "lessons": 160,
        "steps": 40,
        "every": 5,
        "prompts": 8,
        "group": 8,
        "asked": 256,
    },
}


def _sound(line: str, completion: str, prompt: str) -> bool:
    """Whether a line is the total before it plus the next digit, modulo ten; what was idled in between is no total."""
    digits = [int(digit) for digit in prompt.rstrip("=").split("+")]
    earlier = completion[: line.span.start].split("\n")[:-1]  # type: ignore[attr-defined]
    totals = [str(digits[0]), *(one for one in earlier if one != IDLE)]
    if len(totals) >= len(digits) or totals[-1] not in DIGITS:
        return False
    return line.strip("\n") == str((int(totals[-1]) + digits[len(totals)]) % 10)


@gd.function(bounds=(0, 1))
def follows(line: str, completion: str, prompt: str) -> float:
    """Whether a line is the total that follows from the one before it."""
    return float(_sound(line, completion, prompt))


@gd.function(bounds=(0, 1))
def a_digit(line: str) -> float:
    """Whether a line is one digit and no more."""
    return float(line.strip("\n") in DIGITS)


@gd.function(bounds=(0, 1))
def whole(completion: str, prompt: str) -> float:
    """Whether there are as many lines as there are totals."""
    return float(completion.count("\n") + 1 == prompt.count("+"))


@gd.function(bounds=(0, 1))
def right(completion: str, answer: str) -> float:
    """The gold reward: whether the last line is the answer."""
    return float(completion.rpartition("\n")[2] == answer)


def _tokens() -> Any:
    from guerdon.train.advantages import MESSAGES, OFFSETS

    return gd.text.tokens(gd.col(OFFSETS), gd.col(MESSAGES))


def _taught(task: Task, seed: int, size: Size) -> Any:
    from guerdon.lab.transformer import imitate, made

    learner = made(task.alphabet, seed, width=SIZES[size]["width"], layers=SIZES[size]["layers"])
    imitate(learner, task.shown, steps=SIZES[size]["lessons"])
    return learner


def _reinforced(
    learner: Any, task: Task, advantages: Mapping[str, Score], watch: Mapping[str, Score], size: Size
) -> Any:
    """What becomes of copies of the learner under each advantage."""
    from guerdon.lab.transformer import reinforce

    how = {name: SIZES[size][name] for name in ("steps", "every", "prompts", "group")}
    return {name: reinforce(learner.copy(), task, one, watch, **how) for name, one in advantages.items()}


def credit(placement: Literal["dense", "holistic"], tokens: Score) -> Score:
    """The reward to go of each token, less the mean at the same place over the completions of the prompt."""
    lines = gd.text.steps("line")
    follow, tidy = follows(line=lines), a_digit(line=lines)
    reward = fine_grained_rlhf(tidy, follow, whole(), tokens, mean=0.5, std=0.5, placement=placement)
    to_go = reward.reverse_cumsum()
    return (to_go - to_go.mean(over=("prompt", to_go.position()))).as_advantage()


def dense_against_holistic(seed: int, size: Size) -> Figures:
    """A learner that slips in one line of five is reinforced twice from where it stands: errors in place, or in sum."""
    task = sums(seed, held_out=SIZES[size]["asked"])
    learner = _taught(task, seed, size)
    placements: tuple[Literal["dense", "holistic"], ...] = ("holistic", "dense")
    advantages: dict[str, Score] = {name: credit(name, _tokens()) for name in placements}
    watch = {"right": right(), "errors": 1 - follows(line=gd.text.steps("line")).mean(empty=0.0)}
    seen = _reinforced(learner, task, advantages, watch, size)
    figures = {"right before": seen["dense"].seen[0].mean["right"]}
    for name, history in seen.items():
        figures[f"right {name}"], figures[f"kl {name}"] = history.seen[-1].mean["right"], history.seen[-1].kl
        figures[f"errors {name}"] = sum(one.mean["errors"] for one in history.seen) / len(history.seen)
    lines = {name: history.by_step("right") for name, history in seen.items()}
    return Figures(figures, Chart("Right answers", "step", "share right", lines))


@gd.function(bounds=(-1, 1))
def judged(line: str, completion: str, prompt: str) -> float:
    """A step judge with a flaw: right lines get 0.8 and wrong ones -0.8, but idling, which does nothing, gets 0.9.

    It is no fool about endings: a last line that does not end the sum, all of its totals written, gets -0.8.
    """
    totals = [one for one in completion.split("\n") if one != IDLE]
    if line.span.stop == len(completion) and (line == IDLE or len(totals) != prompt.count("+")):  # type: ignore[attr-defined]
        return -0.8
    if line.strip("\n") == IDLE:
        return 0.9
    return 0.8 if _sound(line, completion, prompt) else -0.8


def min_against_sum(seed: int, size: Size) -> Figures:
    """A learner that now and then idles is reinforced by the flawed judge: its steps summed, or their soft minimum."""
    task = replace(sums(seed, idle=0.1, held_out=SIZES[size]["asked"]), longest=24)
    learner = _taught(task, seed, size)
    lines, tokens = gd.text.steps("line"), _tokens()
    step, length = judged(line=lines), tokens.within(lines).count()
    forms: tuple[Literal["sum", "min"], ...] = ("sum", "min")
    advantages: dict[str, Score] = {
        form: pure(step, length, form=form).onto(tokens, at="all").as_advantage() for form in forms
    }
    watch = {"right": right(), "judge": step.sum(empty=0.0)}
    seen = _reinforced(learner, task, advantages, watch, size)
    figures = {"right before": seen["min"].seen[0].mean["right"], "judge before": seen["min"].seen[0].mean["judge"]}
    for form, history in seen.items():
        for name in watch:
            figures[f"{name} {form}"] = history.seen[-1].mean[name]
        figures[f"best {form}"] = max(history.by_step("right").y)
        point = hacking_point(history.by_step("judge"), history.by_step("right"), slack=0.1)
        if point is not None:
            figures[f"hacked from step, {form}"] = point
        figures[f"kl {form}"] = history.seen[-1].kl
    return Figures(
        figures,
        Chart(
            "Right answers (gold)", "step", "share right", {form: one.by_step("right") for form, one in seen.items()}
        ),
        Chart("What the judge says (proxy)", "step", "sum", {form: one.by_step("judge") for form, one in seen.items()}),
        Chart(
            "Over-optimisation",
            "KL to the start (nats)",
            "share right",
            {form: one.by_kl("right") for form, one in seen.items()},
        ),
    )
