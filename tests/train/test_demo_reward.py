"""What the demo's reward gives to answers that a person can judge."""

import json
from collections.abc import Sequence

import numpy as np
import pytest

import guerdon as gd
from guerdon.plan.scores import Scores
from guerdon.train import task
from guerdon.train.demo import reward

RIGHT = {"name": "Mira Olsen", "age": 34, "city": "Bergen"}


def judged(*answers: str, groups: Sequence[int] | None = None) -> Scores:
    chats = [[{"role": "assistant", "content": answer}] for answer in answers]
    columns = {"completion": chats, **{key: [value] * len(answers) for key, value in RIGHT.items()}}
    return reward.score(gd.Rollouts.of(columns, groups=groups or list(range(len(answers)))))


def test_the_gate_has_five_parts_behind_it() -> None:
    assert list(reward.components) == ["valid", "keys", "name", "age", "city", "brief"]
    assert reward.bounds() == (0.0, 1.0)
    assert reward.compile().scope() == "group"


def test_a_right_and_brief_answer_earns_all_but_the_rest_of_brevity() -> None:
    compact = json.dumps(RIGHT, separators=(",", ":"))
    assert len(compact) == 46
    # 46 characters lie 6 of 40 along the ramp from 40 to 80: 4 parts whole, and 34/40 of the fifth.
    assert judged(compact).values.tolist() == pytest.approx([(4 + 34 / 40) / 5], abs=0, rel=1e-15)


def test_nothing_counts_unless_the_whole_answer_is_json() -> None:
    right = json.dumps(RIGHT)
    for wrapped in (f"Sure! {right}", f"{right} I hope this helps.", f"```json\n{right}\n```", right[:-1], ""):
        scores = judged(wrapped)
        assert scores.values.tolist() == [0.0]
        assert scores.components["valid"].statuses == ["failed"]
    assert judged(f"  {right}\n").values[0] > 0.8


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"name": "Mira Olson"}, "name"),
        ({"name": "mira olsen"}, "name"),
        ({"age": 35}, "age"),
        ({"age": "34"}, "age"),
        ({"city": "Oslo"}, "city"),
        ({"city": None}, "city"),
    ],
)
def test_a_wrong_value_costs_its_part_and_no_other(change: dict[str, object], lost: str) -> None:
    parts = {name: values.values[0] for name, values in judged(json.dumps(RIGHT | change)).components.items()}
    assert parts.pop(lost) == 0.0
    assert parts.pop("brief") > 0
    assert set(parts.values()) == {1.0}


def test_a_missing_key_costs_a_third_of_its_part_and_a_further_one_a_half() -> None:
    missing = {key: RIGHT[key] for key in ("name", "age")}
    further = RIGHT | {"country": "Norway"}
    assert judged(json.dumps(missing), json.dumps(further)).components["keys"].values.tolist() == [2 / 3, 0.5]


def test_brevity_counts_only_where_most_answers_of_the_prompt_are_mostly_right() -> None:
    right, wrong = json.dumps(RIGHT), json.dumps({"name": "?"})
    weak = judged(right, wrong, wrong, wrong, groups=[0] * 4)
    assert weak.components["brief"].values.tolist() == [0.0] * 4
    strong = judged(right, right, right, wrong, groups=[0] * 4)
    # 51 characters: 29/40 of the way up; 13 characters are as brief as can be.
    assert (len(right), len(wrong)) == (51, 13)
    assert strong.components["brief"].values.tolist() == pytest.approx([29 / 40, 29 / 40, 29 / 40, 1.0])


def test_saying_little_pays_less_than_saying_it_right() -> None:
    right, *empty = judged(json.dumps(RIGHT, indent=2), "{}", "[]", "1", '""', "null").values.tolist()
    assert max(empty) == 0.0
    assert right > 0.8


def test_the_parts_add_up_to_the_reward() -> None:
    scores = judged(json.dumps(RIGHT), json.dumps(RIGHT | {"age": 1}), "no", groups=[0, 0, 0])
    total = np.sum([part.values for part in scores.contributions.values()], axis=0)
    assert total.tolist() == pytest.approx(scores.values.tolist())
    assert sum(share or 0.0 for share in scores.variance_shares().values()) == pytest.approx(1.0)


def test_every_row_of_the_task_can_be_answered_perfectly_but_for_length() -> None:
    rows = [*task.train_rows(64), *task.held_out_rows(64)]
    answers = [json.dumps({key: row[key] for key in task.KEYS}, separators=(",", ":")) for row in rows]  # type: ignore[literal-required]
    columns = {key: [row[key] for row in rows] for key in ("prompt", *task.KEYS)}  # type: ignore[literal-required]
    scores = reward.score({**columns, "completion": answers})
    assert min(scores.values) > 0.9
