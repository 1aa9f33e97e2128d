"""Generated tasks: right by construction, nothing held out is shown, a teacher that slips as often as said."""

from __future__ import annotations

import pytest

from guerdon.lab.tasks import IDLE, from_reasoning_gym, sums


def test_answers_are_sums_modulo_ten() -> None:
    for row in sums(3, rows=50).rows:
        digits = [int(digit) for digit in row["prompt"][:-1].split("+")]
        assert row["answer"] == str(sum(digits) % 10) == row["totals"][-1]
        assert len(row["totals"]) == len(digits) - 1


def test_the_teacher_slips_and_idles_as_often_as_said() -> None:
    task = sums(0, slips=0.2, idle=0.1, shown=3000)
    wrong = lines = idle = 0
    for prompt, completion in task.shown:
        first, *rest = (int(digit) for digit in prompt[:-1].split("+"))
        written = completion.split("\n")
        idle += written.count(IDLE)
        total = first
        for digit, line in zip(rest, (line for line in written if line != IDLE), strict=True):
            lines += 1
            wrong += line != str((total + digit) % 10)
            total = int(line)
    assert wrong / lines == pytest.approx(0.2, abs=0.01)
    assert idle / lines == pytest.approx(0.1 / 0.9, abs=0.01)


def test_nothing_held_out_is_shown_or_trained_on() -> None:
    task = sums(1)
    kept = {row["prompt"] for row in task.held_out}
    assert len(kept) == len(task.held_out) == 256
    assert not kept & {row["prompt"] for row in task.rows}
    assert not kept & {prompt for prompt, _ in task.shown}
    assert task == sums(1)
    assert task != sums(2)


def test_every_character_is_in_the_alphabet_and_right_completions_fit() -> None:
    task = sums(0, idle=0.3)
    assert {letter for pair in task.shown for text in pair for letter in text} <= set(task.alphabet)
    assert max(len("\n".join(row["totals"])) for row in task.rows) + 1 <= task.longest


def test_what_cannot_be_is_refused() -> None:
    for said, mend in (({"terms": 1}, "terms=1"), ({"largest": 10}, "from 1 to 9"), ({"terms": 2}, "too few")):
        with pytest.raises(ValueError, match=mend):
            sums(0, **said)


def test_a_task_of_reasoning_gym() -> None:
    pytest.importorskip("reasoning_gym")
    task = from_reasoning_gym("chain_sum", 0, shown=20, rows=8, held_out=4, min_terms=2, max_terms=2)
    assert (len(task.shown), len(task.rows), len(task.held_out)) == (20, 8, 4)
    for row in task.rows:
        said = row["prompt"].split(": ")[1].rstrip(" =").split()
        wanted = int(said[0]) + (1 if said[1] == "+" else -1) * int(said[2])
        assert row["answer"] == str(wanted)
    assert {letter for prompt, answer in task.shown for letter in prompt + answer} <= set(task.alphabet)
