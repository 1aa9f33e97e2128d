"""What ``for_trl`` makes, called as TRL calls it, without a trainer."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import guerdon as gd
from guerdon.train.trl import RewardFunctions

right = (gd.col("answer") == gd.col("gold")).named("right")
marks = gd.col("marks").named("marks")


class Trainer:
    """What of a trainer a reward function can see through the methods that it is handed."""

    def __init__(self, generations: int, generations_eval: int | None = None) -> None:
        self.num_generations = generations
        self.num_generations_eval = generations_eval or generations
        self.model = SimpleNamespace(training=True)
        self.state = SimpleNamespace(global_step=0)
        self.eos_token_ids = [1]
        self.processing_class = SimpleNamespace(eos_token_id=1, pad_token_id=0)
        self.figures: dict[str, list[float]] = {}
        self.table: dict[str, list[Any]] = {}
        self.reward_funcs: list[Any] = []
        self.reward_func_names: list[str] = []

    def log_metric(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(value)

    def log_extra(self, column: str, values: list[Any]) -> None:
        self.table.setdefault(column, []).extend(values)

    def call(self, function: Any, prompts: list[Any], **columns: list[Any]) -> list[float | None]:
        columns.setdefault("completions", ["c"] * len(prompts))
        columns.setdefault("completion_ids", [[5, 1]] * len(prompts))
        found: list[float | None] = function(
            prompts=prompts,
            trainer_state=self.state,
            log_metric=self.log_metric,
            log_extra=self.log_extra,
            **columns,
        )
        return found


# ---------------------------------------------------------------- groups


def test_groups_are_blocks_of_the_trainers_num_generations() -> None:
    best = (marks - marks.max(over="prompt")).for_trl()
    assert Trainer(2).call(best, ["p"] * 4, marks=[1, 3, 5, 9]) == [-2.0, 0.0, -4.0, 0.0]
    assert Trainer(4).call(best, ["p"] * 4, marks=[1, 3, 5, 9]) == [-8.0, -6.0, -4.0, 0.0]


def test_outside_a_trainer_groups_are_told_or_runs_of_equal_prompts() -> None:
    best = marks - marks.max(over="prompt")
    rows = {"prompts": ["p", "p", "q", "p"], "completions": ["c"] * 4, "marks": [1, 3, 5, 9]}
    assert best.for_trl()(**rows) == [-2.0, 0.0, 0.0, 0.0]  # the last is no part of the first run
    assert best.for_trl(num_generations=1)(**rows) == [0.0] * 4


def test_rows_that_are_no_whole_groups_are_refused() -> None:
    with pytest.raises(gd.ContractError, match="handed over 3 rollouts, which is no multiple of num_generations=2"):
        Trainer(2).call(marks.for_trl(), ["p"] * 3, marks=[1, 2, 3])
    with pytest.raises(gd.ContractError, match="rollouts 2 to 3 have different prompts"):
        Trainer(2).call(marks.for_trl(), ["p", "p", "q", "r"], marks=[1, 2, 3, 4])
    with pytest.raises(gd.ContractError, match="the trainer makes 2 completions"):
        Trainer(2).call(marks.for_trl(num_generations=4), ["p"] * 4, marks=[1, 2, 3, 4])


def test_prompts_of_an_environment_may_differ_within_a_group() -> None:
    function, trainer = (marks - marks.mean(over="prompt")).for_trl(), Trainer(2)
    given = trainer.call(function, ["p1", "p2"], marks=[1, 3], environments=[object(), object()])
    assert given == [-1.0, 1.0]


def test_evaluation_has_groups_of_its_own() -> None:
    trainer = Trainer(4, generations_eval=2)
    trainer.model.training = False
    best = (marks - marks.max(over="prompt")).for_trl()
    assert trainer.call(best, ["p", "p"], marks=[1, 3]) == [-2.0, 0.0]


# ---------------------------------------------------------------- what it reads and returns


def test_it_reads_what_trl_hands_over() -> None:
    @gd.function
    def seen(prompt: Any, completion: Any, completion_ids: Any, gold: Any) -> float:
        assert prompt == [{"role": "user", "content": "2+2?"}]
        return float(completion[0]["content"] == gold) + len(completion_ids)

    prompts = [[{"role": "user", "content": "2+2?"}]] * 2
    completions = [[{"role": "assistant", "content": text}] for text in ("4", "5")]
    reward = seen().for_trl(num_generations=2)
    assert reward(prompts=prompts, completions=completions, completion_ids=[[9], [9, 9]], gold=["4", "4"]) == [2.0, 2.0]


def test_the_step_is_the_trainers() -> None:
    trainer, clock = Trainer(1), (gd.step() + 0 * marks).for_trl()
    trainer.state.global_step = 41
    assert trainer.call(clock, ["p"], marks=[0]) == [41.0]


def test_truncation_is_known_where_the_tokens_that_end_a_completion_are() -> None:
    cut = gd.col("truncated").for_trl(num_generations=1)
    ids = [[5, 1], [5, 0], [5, 5], []]
    assert Trainer(1).call(cut, list("pqrs"), completion_ids=ids) == [0.0, 0.0, 1.0, 0.0]
    with pytest.raises(gd.ContractError, match="no column 'truncated'"):
        cut(prompts=["p"], completions=["c"], completion_ids=[[5]])


def test_the_unscored_and_the_left_out_are_none() -> None:
    kept = marks.only(gd.col("keep"), "too easy").for_trl(max_unscored=0.25)
    trainer = Trainer(2)
    assert trainer.call(kept, ["p"] * 4, marks=[1, None, 3, 4], keep=[1, 1, 0, 0]) == [1.0, None, None, None]
    assert trainer.figures["reward/unscored"] == [0.25]
    assert trainer.figures["reward/left_out"] == [0.5]
    assert trainer.figures["reward/unscored/missing"] == [0.25]
    assert trainer.figures["reward/left_out/too easy"] == [0.5]
    assert trainer.table["reward/reason"] == ["", "missing", "left out: too easy", "left out: too easy"]


def test_a_batch_that_is_mostly_unscored_stops_the_run() -> None:
    trainer = Trainer(2)
    rows = {"marks": [None, None, None, 4]}
    with pytest.raises(gd.ContractError, match=r"3 of 4 rollouts .* \(missing 3\), more than max_unscored=0.5"):
        trainer.call(marks.for_trl(), ["p"] * 4, **rows)
    assert trainer.call(marks.for_trl(max_unscored=0.75), ["p"] * 4, **rows) == [None, None, None, 4.0]


def test_what_trl_cannot_take_is_refused() -> None:
    with pytest.raises(TypeError, match="one number per rollout, and this reward has one per step"):
        gd.col("marks", axis="step").for_trl()
    with pytest.raises(ValueError, match="max_unscored=2"):
        marks.for_trl(max_unscored=2)
    with pytest.raises(ValueError, match="num_generations=0"):
        marks.for_trl(num_generations=0)


def test_an_advantage_is_warned_of_once() -> None:
    with pytest.warns(UserWarning, match="ends in .as_advantage") as caught:
        reward = marks.as_advantage().for_trl()
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert reward(prompts=["p"], completions=["c"], marks=[2]) == [2.0]


# ---------------------------------------------------------------- names


def test_functions_are_named_after_the_reward_or_its_components() -> None:
    assert marks.for_trl().__name__ == "reward"
    assert marks.for_trl(name="mine").__name__ == "mine"
    root = right + marks
    assert [part.__name__ for part in root.for_trl(per_component=True)] == ["right", "marks"]
    assert [part.__name__ for part in root.for_trl(per_component=True, name="mine")] == ["mine/right", "mine/marks"]
    with pytest.raises(ValueError, match="a reward function's name is a text"):
        marks.for_trl(name="")


def test_two_rewards_of_one_trainer_need_two_names() -> None:
    trainer = Trainer(1)
    for first, second, name in (
        ([marks.for_trl()], [(2 * marks).for_trl()], "reward"),
        ((right + marks).for_trl(per_component=True), [marks.for_trl(name="marks")], "marks"),
        ((right + marks).for_trl(per_component=True), gd.col("x").named("x").for_trl(per_component=True), "reward"),
    ):
        trainer.reward_funcs = [*first, *second]
        trainer.reward_func_names = [one.__name__ for one in trainer.reward_funcs]
        with pytest.raises(gd.ContractError, match=f"two reward functions of this trainer log under the name '{name}'"):
            trainer.call(first[0], ["p"], marks=[1], answer=["4"], gold=["4"])


# ---------------------------------------------------------------- one function per component


def test_the_weighted_sum_of_the_components_is_the_reward() -> None:
    tidy = gd.col("tidy").named("tidy")
    root = tidy * (0.8 * right + 0.2 * marks) - 0.5 * gd.col("cost").named("cost") + 0.25
    rows: dict[str, list[Any]] = {
        "answer": ["4", "5", "4", "4"],
        "gold": ["4"] * 4,
        "marks": [1, 2, 3, None],
        "tidy": [1, 1, 0, 0],
        "cost": [0, 1, 2, 3],
    }
    trainer = Trainer(2)
    parts = root.for_trl(per_component=True)
    assert isinstance(parts, RewardFunctions)
    assert [part.__name__ for part in parts] == ["right", "marks", "cost", "rest"]
    assert parts.weights == [0.8, 0.2, -0.5, 0.25]
    columns = [trainer.call(part, ["p"] * 4, **rows) for part in parts]
    assert columns[0] == [1.0, 0.0, 0.0, 0.0]  # gates included
    assert columns[3] == [1.0] * 4
    summed = [sum(w * (v or 0) for w, v in zip(parts.weights, row, strict=True)) for row in zip(*columns, strict=True)]
    whole = trainer.call(root.for_trl(), ["p"] * 4, **rows)
    assert summed == pytest.approx(whole)
    assert whole == pytest.approx([0.8 + 0.2 + 0.25, 0.4 - 0.5 + 0.25, -1 + 0.25, -1.5 + 0.25])


def test_a_row_without_a_reward_is_none_in_all_components() -> None:
    parts = (right + marks).for_trl(per_component=True)
    rows = {"answer": ["4"] * 2, "gold": ["4"] * 2, "marks": [None, 2]}
    assert [Trainer(2).call(part, ["p"] * 2, **rows) for part in parts] == [[None, 1.0], [None, 2.0]]


def test_the_batch_is_scored_once_for_all_components() -> None:
    seen: list[Any] = []
    parts = (right + marks).for_trl(per_component=True, on_scores=seen.append)
    trainer = Trainer(2)
    prompts, completions = ["p"] * 2, ["c", "d"]
    rows: dict[str, Any] = {"answer": ["4"] * 2, "gold": ["4"] * 2, "marks": [1, 2], "completions": completions}
    for _ in range(2):
        for part in parts:
            trainer.call(part, prompts, **rows)
    assert len(seen) == 2  # the second round is a batch of its own, though it reads the same
    assert trainer.figures["reward/right/mean"] == [1.0, 1.0]
    assert trainer.table["reward/marks"] == [1.0, 2.0, 1.0, 2.0]


def test_what_is_no_weighted_sum_has_no_components() -> None:
    with pytest.raises(ValueError, match="it mixes its parts in another way"):
        (right + marks).sigmoid().for_trl(per_component=True)
    with pytest.raises(ValueError, match="none of its parts has a name"):
        (gd.col("a") + gd.col("b")).for_trl(per_component=True)


# ---------------------------------------------------------------- what it logs


def test_figures_of_components_variance_and_calls() -> None:
    asked: list[str] = []

    @gd.function(cost="judge", bounds=(0, 1))
    def helpful(completion: str) -> float:
        asked.append(completion)
        return float(len(completion) > 1)

    gate = gd.col("open").named("gate")
    root = gate * helpful().named("helpful") + 0.5 * marks.observe(double=2 * marks)
    trainer = Trainer(2)
    rows = {"completions": ["aa", "b", "aa", "b"], "open": [1, 1, 0, 1], "marks": [0, 2, 4, 6]}
    assert trainer.call(root.for_trl(), ["p", "p", "q", "q"], **rows) == [1.0, 1.0, 2.0, 3.0]
    assert asked == ["aa", "b"]
    figures = {name.removeprefix("reward/"): values[0] for name, values in trainer.figures.items()}
    assert figures["helpful/mean"] == pytest.approx(1 / 3)  # over the three that the gate let through
    assert figures["helpful/computed"] == 0.75
    assert figures["gate/mean"] == 0.75
    assert figures["double/mean"] == 6.0
    # Within groups the contributions are (1, 0 | 0, 0) and (0, 1 | 2, 3), and the reward is (1, 1 | 2, 3).
    assert figures["helpful/variance_share"] == 0.0
    assert figures["marks/variance_share"] == 1.0
    assert (figures["calls/made"], figures["calls/saved"]) == (2.0, 2.0)  # one shared, one behind the gate
    assert (figures["calls/helpful/made"], figures["calls/helpful/saved"]) == (2.0, 2.0)
    assert trainer.table["reward/helpful"] == [1.0, 0.0, None, 0.0]
    assert trainer.table["reward/status"] == ["scored"] * 4


def test_a_reason_once_seen_goes_on_being_logged() -> None:
    @gd.function(fails_as=0.0, bounds=(0, 1))
    def number(completion: str) -> float:
        if not completion.isdigit():
            raise gd.Failed("no number")
        return 1.0

    trainer, reward = Trainer(2), number().named("number").for_trl()
    for completions in (["1", "2"], ["1", "x"], ["1", "2"]):
        trainer.call(reward, ["p"] * 2, completions=completions)
    assert trainer.figures["reward/number/failed"] == [0.0, 0.5, 0.0]
    assert trainer.figures["reward/number/failed/no number"] == [0.5, 0.0]


def test_what_a_trl_function_logs_goes_where_trl_puts_it() -> None:
    def judged(completions: Any, trainer_state: Any, log_extra: Any, log_metric: Any, **others: Any) -> list[float]:
        log_extra("verdict", [text.upper() for text in completions])
        log_metric("strictness", 0.5)
        return [float(trainer_state.global_step)] * len(completions)

    trainer, reward = Trainer(2), (gd.from_trl(judged) + marks).for_trl()
    trainer.state.global_step = 3
    assert trainer.call(reward, ["p"] * 2, marks=[0, 1], completions=["a", "b"]) == [3.0, 4.0]
    assert trainer.table["verdict"] == ["A", "B"]
    assert trainer.figures["strictness"] == [0.5]


# ---------------------------------------------------------------- state


def test_a_reward_that_learns_needs_its_callback_inside_a_trainer() -> None:
    reward = (marks - gd.running(marks, "mean", empty=0)).for_trl()
    with pytest.raises(gd.ContractError, match=r"running\(marks, .*callbacks=\[reward.callback\(\)\]"):
        Trainer(1).call(reward, ["p"], marks=[1])
    assert reward(prompts=["p"], completions=["c"], marks=[4]) == [4.0]
    assert reward(prompts=["p"], completions=["c"], marks=[4]) == [0.0]


def test_a_call_that_raises_teaches_nothing() -> None:
    reward = (marks - gd.running(marks, "mean", empty=0)).for_trl()
    rows = {"prompts": ["p"] * 3, "completions": ["c"] * 3}
    assert reward(**rows, marks=[2, 2, 2]) == [2.0] * 3
    with pytest.raises(gd.ContractError, match="could not be scored"):
        reward(**rows, marks=[100, None, None])
    assert reward(**rows, marks=[2, 2, 2]) == [0.0] * 3


def test_parameters_are_set_on_the_runner() -> None:
    reward = (marks > gd.param("least", 2)).for_trl()
    reward.runner.set("least", 5)
    assert reward(prompts=["p"] * 2, completions=["c"] * 2, marks=[4, 6]) == [0.0, 1.0]


# ---------------------------------------------------------------- another process


def test_a_pickled_copy_scores_groups_and_refuses_what_needs_more() -> None:
    rows = {"prompts": ["p"] * 2, "completions": ["c"] * 2, "marks": [1, 3]}
    centred = pickle.loads(pickle.dumps((marks - marks.mean(over="prompt")).for_trl()))
    assert centred(**rows) == [-1.0, 1.0]
    assert centred.__name__.startswith("reward")
    with pytest.raises(gd.ContractError, match="one group at a time"):
        pickle.loads(pickle.dumps((marks - marks.mean(over="batch")).for_trl()))(**rows)
    with pytest.raises(gd.ContractError, match="learns from batch to batch"):
        pickle.loads(pickle.dumps((marks - gd.running(marks, "mean", empty=0)).for_trl()))(**rows)


def test_pickled_components_still_share_one_batch() -> None:
    parts = pickle.loads(pickle.dumps((right + 2 * marks).for_trl(per_component=True)))
    assert parts.weights == [1.0, 2.0]
    assert parts[0].scorer is parts[1].scorer is parts.scorer


def test_a_function_works_in_a_process_that_knows_nothing_yet(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import guerdon as gd\n"
        "def length(completions, **others):\n"
        "    return [float(len(text)) for text in completions]\n"
        "@gd.function\n"
        "def starts(completion: str, letter: str) -> float:\n"
        "    return completion.startswith(letter)\n"
        "reward = gd.from_trl(length, rowwise=True) - starts().mean(over='prompt')\n"
    )
    (tmp_path / "there.py").write_text(
        "import pickle, sys\n"
        "function = pickle.loads(sys.stdin.buffer.read())\n"
        "print(function(prompts=['p', 'p'], completions=['ab', 'c'], letter=['a', 'a']))\n"
    )
    dumps = "import pickle, sys, mine; sys.stdout.buffer.write(pickle.dumps(mine.reward.for_trl()))"
    pickled = subprocess.run([sys.executable, "-c", dumps], cwd=tmp_path, capture_output=True, check=True).stdout
    there = [sys.executable, str(tmp_path / "there.py")]
    said = subprocess.run(there, input=pickled, capture_output=True, check=True).stdout
    assert said.decode().strip() == "[1.5, 0.5]"
