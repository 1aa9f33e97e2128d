"""The small transformer: it learns, the same again for a seed, and TRL puts a step's advantage on the right tokens."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

pytest.importorskip("trl")

import guerdon as gd
from guerdon.lab.tasks import Task, sums
from guerdon.lab.transformer import Learner, asked, imitate, made, reinforce
from guerdon.train import advantages
from guerdon.train.advantages import on_tokens


@gd.function(bounds=(0, 1))
def small(line: str) -> float:
    """Whether a line is a digit below five."""
    return float(line.strip("\n") in ("0", "1", "2", "3", "4"))


@gd.function(bounds=(0, 1))
def gold(completion: str, answer: str) -> float:
    return float(completion.split("\n")[-1] == answer)


STEP = small(line=gd.text.steps("line"))
SETTLED = {"gold": gold(), "small": STEP.mean(empty=0.0)}


def lines_of(text: str) -> list[list[int]]:
    """The places of the characters of each line, its newline with it; lines of nothing go with the one before."""
    found: list[list[int]] = [[]]
    for place, letter in enumerate(text):
        found[-1].append(place)
        if letter == "\n":
            found.append([])
    kept: list[list[int]] = []
    early: list[int] = []
    for line in found:
        if any(text[place] != "\n" for place in line):
            kept.append(early + line)
            early = []
        elif kept:
            kept[-1] += line
        else:
            early += line
    return kept


def by_hand(batch: dict[str, Any], tokenizer: Any) -> list[list[float]]:
    """At each token, whether its line is below five, less the mean over the lines of all the prompt's answers."""
    special = set(tokenizer.all_special_ids)
    rows = [[token for token, one in zip(*pair, strict=True) if one]
            for pair in zip(batch["completion_ids"], batch["completion_mask"], strict=True)]  # fmt: skip
    texts = ["".join(tokenizer.convert_ids_to_tokens(token) for token in row if token not in special) for row in rows]
    scores = [
        [float("".join(text[place] for place in line).strip("\n") in set("01234")) for line in lines_of(text)]
        for text in texts
    ]
    wanted = []
    for k, (row, text) in enumerate(zip(rows, texts, strict=True)):
        group = [j for j, prompt in enumerate(batch["prompt_ids"]) if prompt == batch["prompt_ids"][k]]
        mean = fmean(score for j in group for score in scores[j])
        owner = {place: i for i, line in enumerate(lines_of(text)) for place in line}
        line, at = [], 0
        for token in row:
            if token in special:  # the end of sequence, or a special token amid the text
                line.append(None if at < len(text) else scores[k][-1] - mean if scores[k] else 0.0)
            else:
                line.append(scores[k][owner[at]] - mean if scores[k] else 0.0)
                at += 1
        wanted.append(line + [0.0] * (len(batch["completion_ids"][k]) - len(line)))
    return wanted


def watched(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The batches that the trainer's loss will see."""
    seen: list[dict[str, Any]] = []
    loss = advantages.GRPOTrainer._compute_loss

    def look(self: Any, model: Any, inputs: dict[str, Any]) -> Any:
        names = ("prompt_ids", "completion_ids", "completion_mask", "advantages")
        seen.append({name: inputs[name].tolist() for name in names})
        return loss(self, model, inputs)

    monkeypatch.setattr(advantages.GRPOTrainer, "_compute_loss", look)
    return seen


def check(seen: list[dict[str, Any]], learner: Learner) -> int:
    """Hold every token's advantage against the hand-made one; how many were compared."""
    compared = 0
    for batch in seen:
        for got, wanted in zip(batch["advantages"], by_hand(batch, learner.tokenizer), strict=True):
            for number, hand in zip(got, wanted, strict=True):
                if hand is not None:
                    assert number == pytest.approx(hand, abs=1e-6)
                    compared += 1
    return compared


@pytest.fixture(scope="module")
def task() -> Task:
    return sums(0, terms=4, shown=400, rows=32, held_out=24)


def little(task: Task, lessons: int = 30) -> Learner:
    learner = made(task.alphabet, seed=0, width=32, layers=1)
    imitate(learner, task.shown, steps=lessons, batch=16, rate=1e-2)
    return learner


ADVANTAGE = on_tokens(STEP - STEP.mean(over="prompt")).as_advantage()


def test_a_step_s_advantage_lands_on_its_tokens_and_a_seed_repeats_itself(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watched(monkeypatch)
    runs = []
    for _ in range(2):
        learner = little(task)
        how = {"every": 2, "prompts": 2, "group": 4, "reward": STEP.mean(empty=0.0)}
        runs.append(reinforce(learner, task, ADVANTAGE, SETTLED, 2, **how))
    assert check(seen, learner) >= 4 * 8 * 4
    assert any(len(set(line)) > 2 for batch in seen for line in batch["advantages"])  # unlike within one completion
    assert runs[0] == runs[1]
    assert runs[0].seen[0].kl == 0
    assert runs[0].seen[-1].kl > 0
    assert runs[0].by_step("gold").x == (0.0, 2.0)


def test_characters_are_tokens_and_come_back_as_written(task: Task) -> None:
    learner = made(task.alphabet, seed=0, width=32, layers=1)
    ids = learner.tokenizer("1+2=\n3~")["input_ids"]
    assert len(ids) == 7
    assert learner.tokenizer.decode(ids) == "1+2=\n3~"


def test_the_usual_size_is_one_to_three_million() -> None:
    assert 1e6 < made("0123456789+=\n~", seed=0).weights < 3e6


def test_imitation_learns_the_form_at_once_and_greedy_answers_are_the_same_again(task: Task) -> None:
    learner = little(task, 40)
    first, second = (asked(learner, task.held_out, SETTLED, task.longest, greedy=True) for _ in range(2))
    assert first == second
    losses = imitate(made(task.alphabet, seed=0, width=32, layers=1), task.shown, steps=40, batch=16, rate=1e-2)
    assert losses[-1] < losses[0] - 1


@pytest.mark.full
def test_the_reward_of_a_step_is_learnt_through_trl_and_lands_on_its_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    task = sums(0)
    learner = made(task.alphabet, seed=0)
    imitate(learner, task.shown, steps=160)
    seen = watched(monkeypatch)
    history = reinforce(learner, task, ADVANTAGE, SETTLED, 20, every=20, reward=STEP.mean(empty=0.0))
    assert check(seen, learner) > 20 * 64 * 8
    before, after = history.seen[0], history.seen[-1]
    noise = (before.error["small"] ** 2 + after.error["small"] ** 2) ** 0.5
    assert after.mean["small"] - before.mean["small"] > 5 * noise
    assert 0 < after.kl < 50
