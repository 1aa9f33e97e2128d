"""verl's side: scores sample by sample, advantages batch by batch; verl itself runs in an environment of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
sys.path.insert(0, str(Path(__file__).parent))

from test_advantages import STEP, train  # noqa: E402

import guerdon as gd  # noqa: E402
from guerdon.train.advantages import on_tokens  # noqa: E402
from guerdon.train.verl import Estimator, compute_score, register_adv_est  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
VERL = ROOT / ".venv-verl" / "bin" / "python"

REWARDS = """
import guerdon as gd
calls = []

@gd.function(bounds=(0, 1), per="batch")
def counted(completion):
    calls.append(len(completion))
    return [min(len(text) / 10, 1.0) for text in completion]

right = (gd.text.tag("answer") == gd.col("ground_truth")).named("right")
brief = (gd.text.length("words") < gd.col("limit")).named("brief")
reward = right * (0.8 + 0.2 * brief)
batched = counted()
compared = right - right.mean(over="prompt")
scheduled = right * (gd.step() < 10)
learning = right - gd.running(right, "mean", empty=0)
missing = gd.col("ground_truth") + 0 * right
steps = gd.text.length(of=gd.text.steps())
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "rewards.py"
    path.write_text(REWARDS)
    return path


def ask(place: Path, name: str, samples: list[dict[str, Any]], **said: Any) -> list[Any]:
    async def all_of_them() -> list[Any]:
        calls = [compute_score(reward=f"{place}:{name}", **sample, **said) for sample in samples]
        return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(all_of_them())


def sample(text: str, gold: Any = "4", limit: int = 3) -> dict[str, Any]:
    return {"data_source": "d", "solution_str": text, "ground_truth": gold, "extra_info": {"limit": limit}}


def test_every_sample_has_the_same_keys(place: Path) -> None:
    texts = ["<answer>4</answer>", "<answer>4</answer> a b c d", "five"]
    found = ask(place, "reward", [sample(text) for text in texts])
    assert [one["score"] for one in found] == [1.0, 0.8, 0.0]
    assert all(list(one) == ["score", "unscored", "right", "brief"] for one in found)
    assert [one["right"] for one in found] == [1.0, 1.0, 0.0]
    assert [one["brief"] for one in found] == [1.0, 0.0, 1.0]


def test_samples_asked_for_together_are_scored_together(place: Path) -> None:
    from guerdon.train.verl import loaded

    with pytest.raises(gd.ContractError, match="compares rollouts"):
        loaded(f"{place}:batched")
    assert len(ask(place, "reward", [sample(str(i)) for i in range(100)])) == 100


@pytest.mark.parametrize(
    ("name", "why"),
    [("compared", "compares rollouts"), ("scheduled", "needs the training step"), ("learning", "learns from batches")],
)
def test_what_needs_company_is_refused_by_name(place: Path, name: str, why: str) -> None:
    (error,) = ask(place, name, [sample("x")])
    assert isinstance(error, gd.ContractError)
    assert why in str(error)


def test_what_could_not_be_scored_raises_or_is_what_was_declared(place: Path) -> None:
    (error,) = ask(place, "missing", [sample("x", gold=None)])
    assert isinstance(error, gd.ContractError)
    assert "could not be scored (missing)" in str(error)
    (found,) = ask(place, "missing", [sample("x", gold=None)], unscored_as=-1.0)
    assert (found["score"], found["unscored"]) == (-1.0, 1.0)


def test_one_number_per_step_is_refused(place: Path) -> None:
    (error,) = ask(place, "steps", [sample("x")])
    assert "one number per step" in str(error)


REWARD, TOKENS = gd.col("reward"), gd.col("token_rewards", axis="token")


def test_an_estimator_by_hand() -> None:
    rewards = torch.tensor([[0.0, 0.0, 1.0, 9.0], [0.0, 2.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    mask = torch.tensor([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]])
    index = ["a", "a", "b"]
    flat, returns = Estimator(gd.credit.leave_one_out(REWARD))(rewards, mask, index=index, config=None)
    assert flat.tolist() == [[-1, -1, -1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert returns.tolist() == flat.tolist()
    togo, _ = Estimator(gd.credit.reward_to_go(TOKENS, 0.5))(rewards, mask, index=index)
    assert togo.tolist() == [[0.25, 0.5, 1, 0], [1, 2, 0, 0], [1, 0, 0, 0]]
    assert togo.dtype == rewards.dtype


def test_an_estimator_s_memory_goes_on_from_batch_to_batch() -> None:
    estimator = Estimator(REWARD - gd.running(REWARD, "mean", empty=0.0))
    rewards, mask = torch.tensor([[2.0]]), torch.tensor([[1]])
    assert [estimator(rewards, mask)[0].item() for _ in range(2)] == [2.0, 0.0]
    saved = json.loads(json.dumps(estimator.runner.state_dict()))
    other = Estimator(REWARD - gd.running(REWARD, "mean", empty=0.0))
    other.runner.load_state_dict(saved)
    assert other(rewards, mask)[0].item() == estimator(rewards, mask)[0].item() == 0.0


def test_registries_of_both_kinds() -> None:
    decorated: dict[str, Any] = {}
    together: dict[str, Any] = {}

    def decorator(name: str) -> Any:
        return lambda function: decorated.setdefault(name, function)

    def at_once(name: str, function: Any) -> None:
        together[name] = function

    for register, entered in ((decorator, decorated), (at_once, together)):
        estimator = register_adv_est("ours", gd.credit.group_centred(REWARD), register=register)
        assert entered == {"ours": estimator}


def test_another_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="lies on step: bring it down"):
        Estimator(gd.col("r", axis="step"))


@pytest.mark.full
def test_inside_verl_itself(tmp_path: Path) -> None:
    if not VERL.exists():
        pytest.skip("verl's own environment is not set up: make .venv-verl/.set-up")

    # One expression of a reward per token, in TRL's trainer, where the reward comes from the text: what the tokens
    # earn, and the advantages of the very same completions (the same seed writes them again).
    def advantage(earned: gd.Score) -> gd.Score:
        return earned.reverse_cumsum() - earned.sum().mean(over="prompt")

    earned = on_tokens(STEP, at="last")
    paid = train(tmp_path / "paid", earned, steps=1).seen[0]
    learned = train(tmp_path / "learned", advantage(earned), steps=1).seen[0]
    assert paid["completion_ids"] == learned["completion_ids"]
    (tmp_path / "trl.json").write_text(json.dumps({"paid": paid, "learned": learned["advantages"]}))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}
    script = Path(__file__).with_name("inside_verl.py")
    told = subprocess.run(
        [str(VERL), str(script), str(tmp_path)], capture_output=True, text=True, env=environment, timeout=600
    )
    assert told.returncode == 0, told.stderr[-4000:]
    found = json.loads(told.stdout.splitlines()[-1])
    assert set(found) == {
        "grpo", "dr_grpo", "rloo", "reinforce_plus_plus", "reinforce_plus_plus_baseline", "gae", "gdpo", "called",
        "manager", "tokens", "same as TRL's",
    }  # fmt: skip
    assert all(value < 1e-5 for value in found.values()), found
