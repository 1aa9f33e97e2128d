"""A configuration is read strictly, and every slip is named in one sentence."""

from pathlib import Path

import pytest

from guerdon.plan.load import load
from guerdon.train import config, data
from guerdon.train.config import Config, ConfigError
from guerdon.train.run import train

pytest.importorskip("trl")


def written(folder: Path, text: str) -> Path:
    path = folder / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        config.read(written(folder, text))
    assert "\n" not in str(caught.value)
    assert str(folder / "run.toml") in str(caught.value)
    return str(caught.value)


def test_the_demo_is_the_embedded_default() -> None:
    found = config.read()
    assert (found.model, found.data, found.reward) == ("smollm2", "demo", "guerdon.train.demo:reward")
    assert found.embedded
    assert found.held_out >= 64
    assert found.grpo["per_device_train_batch_size"] % found.grpo["num_generations"] == 0


def test_a_file_says_what_differs_and_is_the_place_for_relative_paths(tmp_path: Path) -> None:
    found = config.read(written(tmp_path, 'reward = "r.py:reward"\nseed = 3\n[grpo]\nlearning_rate = 1e-6'))
    assert (found.name, found.seed, found.model, found.split, found.save) == ("run", 3, "smollm2", "train", False)
    assert found.grpo == {"learning_rate": 1e-6}
    assert found.folder == tmp_path.resolve()
    assert not found.embedded


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed = 1", 'there is no reward: say which, such as reward = "my_reward.py:reward"'),
        ('reward = "a:b"\nrewrad = 1', "'rewrad' is not known; did you mean reward?"),
        ('reward = "a:b"\nxyzzy = 1', "'xyzzy' is not known; known are data, grpo, held_out, model,"),
        ('reward = "a:b"\nlearning_rate = 1e-5', "learning_rate belongs under [grpo]"),
        (
            'reward = "a:b"\n[grpo]\nlerning_rate = 1',
            "'lerning_rate' is not known to TRL's GRPOConfig; did you mean learning_rate",
        ),
        ('reward = "a:b"\n[grpo]\nseed = 1', "[grpo]: seed is not set there: seed stands at the top of the file"),
        ('reward = "a:b"\n[grpo]\noutput_dir = "x"', "output_dir is not set there: checkpoints lie in the run folder"),
        ('reward = "a:b"\nseed = "one"', "seed is 'one': it must be a whole number"),
        ('reward = "a:b"\nseed = true', "seed is True: it must be a whole number"),
        ('reward = "a:b"\nseed = -1', "seed is -1: it must lie between 0 and"),
        ('reward = "a:b"\nheld_out = -1', "held_out is -1: it must be 0 (no evaluation) or more"),
        ('reward = "a:b"\nsave = "yes"', "save is 'yes': it must be true or false"),
        ('reward = "a:b"\ngrpo = 1', "grpo is 1: it must be a table, [grpo]"),
        ('reward = "a:b"\nname = "a/b"', "name is 'a/b': it begins a folder's name"),
        ("reward = ", "is not TOML: invalid value (at end of document)"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in complaint(tmp_path, text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml is not there: give a TOML file, or none at all for the demo"):
        config.read(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="is a folder"):
        config.read(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(ConfigError, match=r"is not UTF-8 \(byte 11\)"):
        config.read(tmp_path / "latin.toml")


# ---------------------------------------------------------------- the data


def rows_of(folder: Path, lines: str, held_out: int) -> tuple[data.Rows, data.Rows]:
    (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
    return data.load(Config(reward="a:b", data="rows.jsonl", held_out=held_out, folder=folder))


def test_held_out_prompts_never_occur_in_training(tmp_path: Path) -> None:
    lines = "".join(f'{{"prompt": "p{i % 10}", "x": {i}}}\n' for i in range(30))
    train, held_out = rows_of(tmp_path, lines, 4)
    assert len(held_out) == 4
    assert len({row["prompt"] for row in held_out}) == 4
    assert len(train) == 18  # six prompts, three rows each
    assert not {row["prompt"] for row in train} & {row["prompt"] for row in held_out}
    assert rows_of(tmp_path, lines, 4) == (train, held_out)


def test_the_demo_holds_out_the_same_rows_for_every_seed() -> None:
    one, other = (data.load(Config(reward="a:b", seed=seed, held_out=64)) for seed in (0, 1))
    assert one[1] == other[1]
    assert one[0] != other[0]
    train = {row["prompt"][0]["content"] for row in one[0] + other[0]}
    assert not train & {row["prompt"][0]["content"] for row in one[1]}


@pytest.mark.parametrize(
    ("lines", "held_out", "said"),
    [
        ('{"prompt": "a"}\n', 1, "has 1 different prompts, of which 1 are to be held out"),
        ('{"question": "a"}\n', 0, "row 0: the prompt must be a text or a list of chat messages"),
        ('{"prompt": "a"}\n{"prompt": [{"role": "user", "content": "b"}]}\n', 0, "some prompts are texts and some are"),
        ('{"prompt": "a"}\n{"prompt"\n', 0, "line 2"),
    ],
)
def test_data_that_cannot_be_used_is_named(tmp_path: Path, lines: str, held_out: int, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rows_of(tmp_path, lines, held_out)
    assert said in str(caught.value)
    assert "rows.jsonl" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no file .*none\.jsonl"):
        data.load(Config(reward="a:b", data="none.jsonl", folder=tmp_path))
    with pytest.raises(ConfigError, match="held_out: count is 1000"):
        data.load(Config(reward="a:b", held_out=1000))


# ---------------------------------------------------------------- the reward


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "reward: r.py has no 'reward', and no score at all"),
        ("\n\nreward = 1 / 0", "reward: importing r.py failed: line 3: ZeroDivisionError: division by zero"),
    ],
)
def test_a_reward_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "r.py").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        train(Config(reward="r.py:reward", folder=tmp_path))
    assert str(caught.value) == said


def test_a_reward_file_may_import_its_neighbours_and_make_its_reward(tmp_path: Path) -> None:
    (tmp_path / "parts_of_mine.py").write_text("import guerdon as gd\nx = gd.col('x').named('x')", encoding="utf-8")
    (tmp_path / "whole_of_mine.py").write_text(
        "from parts_of_mine import x\n\ndef reward():\n    return 2 * x", encoding="utf-8"
    )
    assert load("whole_of_mine.py:reward", tmp_path).score({"x": [1, 2]}).values.tolist() == [2.0, 4.0]
