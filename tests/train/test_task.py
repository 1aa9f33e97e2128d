"""The embedded task: values stand in the prompt, and held-out rows share nothing with training rows."""

import json

import pytest

from guerdon.train import task


@pytest.mark.parametrize("rows", [task.train_rows(512), task.held_out_rows(96)], ids=["train", "held out"])
def test_everything_asked_for_stands_in_the_prompt(rows: list[task.Row]) -> None:
    for row in rows:
        (message,) = row["prompt"]
        sentence, question = message["content"].split("\n")
        assert message["role"] == "user"
        assert question == task.QUESTION
        assert sentence.count(row["name"]) == sentence.count(str(row["age"])) == sentence.count(row["city"]) == 1
        assert all(f'"{key}"' in question for key in task.KEYS)


def test_rows_hold_plain_values_that_survive_json() -> None:
    rows = task.train_rows(32)
    assert json.loads(json.dumps(rows)) == rows
    assert all(type(row["age"]) is int and 18 <= row["age"] <= 89 for row in rows)


@pytest.mark.parametrize("field", ["patterns", "first", "last", "cities"])
def test_held_out_words_never_occur_in_training(field: str) -> None:
    train, held_out = getattr(task.TRAIN, field), getattr(task.HELD_OUT, field)
    assert len(set(train)) == len(train)
    assert len(set(held_out)) == len(held_out)
    assert not {word.lower() for word in train} & {word.lower() for word in held_out}


@pytest.mark.parametrize("seed", range(3))
def test_held_out_words_never_occur_in_a_training_prompt(seed: int) -> None:
    seen = " ".join(row["prompt"][0]["content"] for row in task.train_rows(576, seed))
    held_out = task.held_out_rows(96, seed)
    for row in held_out:
        assert row["prompt"][0]["content"] not in seen
        assert not any(word in seen.replace(",", " ").replace(".", " ").split() for word in row["name"].split())
        assert row["city"] not in seen
    assert len(held_out) >= 64


def test_a_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert task.train_rows(40, seed=3) == task.train_rows(40, seed=3)
    assert task.train_rows(40, seed=3) != task.train_rows(40, seed=4)


def test_fewer_rows_are_the_beginning_of_more() -> None:
    assert task.held_out_rows(200)[:10] == task.held_out_rows(10)


def test_no_person_occurs_twice_and_patterns_take_turns() -> None:
    rows = task.train_rows(576)
    assert len({row["name"] for row in rows}) == 576 == 24 * 24
    patterns = [row["pattern"] for row in rows]
    assert {pattern: patterns.count(pattern) for pattern in patterns} == dict.fromkeys(task.TRAIN.patterns, 576 // 8)


@pytest.mark.parametrize("count", [-1, 577])
def test_an_impossible_count_is_refused_in_one_sentence(count: int) -> None:
    with pytest.raises(ValueError, match=rf"count is {count}: it must lie between 0 and 576"):
        task.train_rows(count)


def test_no_rows_is_no_rows() -> None:
    assert task.train_rows(0) == []
