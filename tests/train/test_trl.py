"""``for_trl`` inside TRL's own trainers, on a model that is made on the spot."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import guerdon as gd

from . import tiny

pytest.importorskip("trl")

MOST = 8


@gd.function(bounds=(0, 1))
def written(completion_ids: list[int]) -> float:
    return len(completion_ids) / MOST


@gd.function(bounds=(0, 1))
def says(completion: str, word: str) -> float:
    return float(word in completion.split())


length = written().named("length")
right = says().named("right")


def history(trainer: Any, name: str) -> list[float]:
    return [entry[name] for entry in trainer.state.log_history if name in entry]


@pytest.mark.parametrize("kind", ["GRPO", "RLOO"])
def test_one_function_trains_and_logs(kind: str, tmp_path: Path) -> None:
    seen: list[Any] = []
    reward = (0.8 * right + 0.2 * length).for_trl(on_scores=seen.append)
    trainer = tiny.trainer(tmp_path, reward, kind=kind)
    trainer.train()
    assert [scores.step for scores in seen] == [0, 1]
    for name, component in (("length", length), ("right", right)):
        means = [scores.of(component).mean() for scores in seen]
        assert history(trainer, f"reward/{name}/mean") == pytest.approx(means, abs=1e-6)
    assert history(trainer, "rewards/reward/mean") == pytest.approx([s.mean() for s in seen], abs=1e-6)
    assert history(trainer, "reward/unscored") == [0.0, 0.0]
    assert history(trainer, "reward/calls/made") == [16.0, 16.0]
    groups = seen[0].rollouts.groups.tolist()
    assert groups == [0, 0, 0, 0, 1, 1, 1, 1]
    assert seen[0].rollouts.column("truncated") == [
        ids[-1] not in (0, 1) for ids in seen[0].rollouts.column("completion_ids")
    ]


def test_components_with_weights_train_as_the_fused_reward_does(tmp_path: Path) -> None:
    root = 0.8 * right + 0.2 * length
    fused = tiny.trainer(tmp_path / "fused", root.for_trl())
    fused.train()
    parts = root.for_trl(per_component=True)
    split = tiny.trainer(tmp_path / "split", parts, reward_weights=parts.weights)
    split.train()
    assert history(split, "reward") == pytest.approx(history(fused, "reward"), abs=1e-6)
    assert history(split, "loss") == pytest.approx(history(fused, "loss"), abs=1e-6)
    assert history(split, "rewards/length/mean") == history(split, "reward/length/mean")
    assert history(split, "reward/calls/made") == [16.0, 16.0]  # once for both


def test_rows_without_a_reward_get_no_gradient(tmp_path: Path) -> None:
    @gd.function
    def half(completion_ids: list[int]) -> float | None:
        return None if len(completion_ids) == MOST else float(len(completion_ids))

    trainer = tiny.trainer(tmp_path, half().for_trl(max_unscored=1.0), log_completions=True)
    trainer.train()
    assert all(0 < share < 1 for share in history(trainer, "reward/unscored"))
    assert all(math.isfinite(loss) for loss in history(trainer, "loss"))

    import pandas

    table = pandas.read_parquet(tmp_path / "completions" / "completions_00001.parquet")
    lost = table["reward/status"] == "unscored"
    assert lost.sum() == 8 * history(trainer, "reward/unscored")[0]
    assert (table["reward"].isna() == lost).all()
    assert (table["advantage"][lost] == 0).all()
    assert set(table["reward/reason"][lost]) == {"none"}


def test_async_leaves_are_waited_for_inside_the_trainer(tmp_path: Path) -> None:
    @gd.function(cost="judge", bounds=(0, 1))
    async def judged(completion: str) -> float:
        import asyncio

        await asyncio.sleep(0.001)
        return float("the" in completion)

    trainer = tiny.trainer(tmp_path, (judged().named("judged") + gd.from_trl(_lengths)).for_trl())
    trainer.train()
    assert len(history(trainer, "reward/calls/judged/made")) == 2
    assert history(trainer, "longest") == [float(MOST)] * 2


async def _lengths(completion_ids: Any, log_metric: Any, **others: Any) -> list[float]:
    log_metric("longest", max(map(len, completion_ids)))
    return [len(ids) / MOST for ids in completion_ids]


# ---------------------------------------------------------------- state

pressed = length - gd.dual(length, target=0.97, lr=2.0, momentum=0.5, name="press") * (1 - length)


def multipliers(seen: list[Any]) -> list[float]:
    press = next(node for node in seen[0].root.children[1].children if node.op == "dual")
    return [float(scores.of(press).values[0]) for scores in seen]


def run(folder: Path, steps: int, resume: Path | None = None) -> tuple[list[float], Any]:
    seen: list[Any] = []
    reward = pressed.for_trl(on_scores=seen.append)
    trainer = tiny.trainer(
        folder, reward, steps=steps, callbacks=[reward.callback()], save_strategy="steps", save_steps=2
    )
    trainer.train(resume_from_checkpoint=None if resume is None else str(resume))
    return multipliers(seen), reward


def test_a_resumed_run_goes_on_with_the_state_of_its_checkpoint(tmp_path: Path) -> None:
    whole, last = run(tmp_path / "whole", 4)
    assert whole[0] == 0.0
    assert len(set(whole)) == 4
    # Another run's folder of the same number must not be mistaken for the checkpoint that is resumed from.
    shutil.copytree(tmp_path / "whole" / "checkpoint-2", tmp_path / "kept")
    run(tmp_path / "again", 2)
    spoiled = tmp_path / "again" / "checkpoint-2" / "guerdon_state.json"
    spoiled.write_text("{}")
    resumed, reward = run(tmp_path / "again", 4, resume=tmp_path / "kept")
    assert resumed == whole[2:]
    assert reward.runner.state_dict() == last.runner.state_dict()

    elsewhere = pressed.for_trl()
    elsewhere.load(tmp_path / "kept")
    saved = json.loads((tmp_path / "kept" / "guerdon_state.json").read_text())["reward"]
    assert elsewhere.runner.state_dict() == saved
    assert saved["step"] == 2


def test_resuming_without_the_state_is_refused(tmp_path: Path) -> None:
    plain = tiny.trainer(tmp_path, length.for_trl(), save_strategy="steps", save_steps=2)
    plain.train()
    with pytest.raises(gd.ContractError, match="the checkpoint of step 2 holds no state of this reward"):
        run(tmp_path, 4, resume=tmp_path / "checkpoint-2")
    with pytest.raises(gd.ContractError, match=r"guerdon_state\.json is not there"):
        pressed.for_trl().load(tmp_path / "checkpoint-2")


def test_a_second_training_begins_where_the_first_began(tmp_path: Path) -> None:
    seen: list[Any] = []
    reward = pressed.for_trl(on_scores=seen.append)
    callback = reward.callback()
    for folder in ("one", "two"):
        tiny.trainer(tmp_path / folder, reward, callbacks=[callback]).train()
    found = multipliers(seen)
    assert found[:2] == found[2:]
    assert found[0] == 0.0 < found[1]


def test_evaluation_teaches_nothing(tmp_path: Path) -> None:
    seen: list[Any] = []
    reward = pressed.for_trl(on_scores=seen.append)
    trainer = tiny.trainer(
        tmp_path, reward, callbacks=[reward.callback()], evaluate=tiny.rows(4), eval_strategy="steps", eval_steps=1,
        num_generations_eval=2,
    )  # fmt: skip
    trainer.evaluate()
    assert reward.runner.state_dict() == pressed.for_trl().runner.state_dict()
    trainer.train()
    sizes = [int(scores.rollouts.groups.max()) + 1 for scores in seen]
    assert sizes == [4, 2, 4, 2, 4]  # 4 prompts twice each in evaluation, 2 prompts four times each in training
    found = multipliers(seen)
    assert found[0] == found[1] == 0.0 < found[2] == found[3] < found[4]
    assert len(history(trainer, "eval_reward/length/mean")) == 2  # the trainer forgets what it logged before training


def test_without_its_callback_a_reward_that_learns_does_not_train(tmp_path: Path) -> None:
    trainer = tiny.trainer(tmp_path, pressed.for_trl())
    with pytest.raises(gd.ContractError, match=r"give the trainer callbacks=\[reward.callback\(\)\]"):
        trainer.train()


def test_the_callback_alone_tells_what_the_trainer_does() -> None:
    seen: list[Any] = []
    reward = pressed.for_trl(on_scores=seen.append)
    model = SimpleNamespace(training=True, generation_config=SimpleNamespace(eos_token_id=[7, 8]))
    args = SimpleNamespace(num_generations=4, num_generations_eval=2)
    tokenizer = SimpleNamespace(eos_token_id=1, pad_token_id=0)
    reward.callback().on_init_end(args, None, None, model=model, processing_class=tokenizer)
    rows = {"prompts": ["p"] * 4, "completions": ["c"] * 4, "completion_ids": [[5], [7], [1], [0]]}
    for model.training in (True, False, True):
        reward(**rows, trainer_state=SimpleNamespace(global_step=0), log_metric=lambda name, value: None)
    assert [scores.rollouts.groups.tolist() for scores in seen] == [[0] * 4, [0, 0, 1, 1], [0] * 4]
    found = multipliers(seen)
    assert found[0] == 0.0 < found[1] == found[2]  # what the second call would have taught it, nobody learned
    assert seen[0].rollouts.column("truncated") == [True, False, False, False]


def test_two_rewards_of_one_name_are_told_apart_by_an_error(tmp_path: Path) -> None:
    trainer = tiny.trainer(tmp_path, [right.for_trl(), length.for_trl()])
    with pytest.raises(gd.ContractError, match="log under the name 'reward'"):
        trainer.train()
    both = tiny.trainer(tmp_path, [right.for_trl(name="right"), length.for_trl(name="length")], log_completions=True)
    both.train()
    assert len(history(both, "length/length/mean")) == 2
