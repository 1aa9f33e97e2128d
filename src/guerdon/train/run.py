"""One training run: a model, data, a reward, TRL's GRPOTrainer, a held-out evaluation before and after, a run folder.

`main` is what ``guerdon train`` calls. Whatever ends a run early, its folder holds what was done and gets its report.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guerdon._extras import MissingExtra, need
from guerdon.expr.ops import STATEFUL
from guerdon.expr.values import ContractError
from guerdon.plan.load import load as load_reward
from guerdon.train import config as configs
from guerdon.train import data, evaluate, figures, grpo, model
from guerdon.train.config import Config, ConfigError
from guerdon.train.progress import Progress, duration, evaluation_lines, figure
from guerdon.train.record import Record, new_folder
from guerdon.train.watch import Watch

if TYPE_CHECKING:
    from guerdon.plan.runner import Runner
    from guerdon.plan.scores import Scores


def _print(line: str) -> None:
    print(line, flush=True)


@dataclasses.dataclass(frozen=True)
class Hooks:
    """What the layer above does with a run.

    Attributes:
        say: takes each line for the person watching.
        clean: makes what a model wrote safe for a terminal; without it no completion is shown.
        report: writes the report of a run folder and returns its path; without it none is written.
    """

    say: Callable[[str], None] = _print
    clean: Callable[[str], str] | None = None
    report: Callable[[Path], Path] | None = None


def main(
    config: Path | None = None,
    *,
    out: Path | None = None,
    seed: int | None = None,
    steps: int | None = None,
    resume: Path | None = None,
    hooks: Hooks | None = None,
) -> int:
    """Train, and write a run folder. What ``guerdon train`` calls.

    Args:
        config: a TOML file, see `guerdon.train.config.Config`; the embedded demo without it.
        out: the run folder to make; by default the next free ``runs/NAME-SEED-TIME``.
        seed: instead of the configuration's.
        steps: instead of the configuration's ``max_steps``.
        resume: a run folder with checkpoints (``save_steps`` under ``[grpo]``) to go on with.
        hooks: where lines, completions and the report go.

    Returns:
        0 when the run came to its end, 130 when Ctrl-C ended it, 2 when something it was given cannot be used; that is
        said in one sentence on standard error.
    """
    hooks = hooks or Hooks()
    quiet_machine(offline=config is None)
    try:
        settings = configs.read(config)
        if seed is not None:
            settings = dataclasses.replace(settings, seed=seed)
        if steps is not None:
            settings = dataclasses.replace(settings, grpo={**settings.grpo, "max_steps": steps})
        train(settings, out=out, resume=resume, hooks=hooks)
    except (ConfigError, model.ModelError, MissingExtra, ContractError) as error:
        sentence = " ".join(str(error).split())
        print(f"guerdon train: {hooks.clean(sentence) if hooks.clean else sentence}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def quiet_machine(*, offline: bool) -> None:
    """Settings that must stand before torch is imported: waiting threads do not spin, and the demo asks no network."""
    # What the installed libraries say to each other's authors is nothing a user can mend.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|trl|accelerate)\.")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def train(config: Config, *, out: Path | None = None, resume: Path | None = None, hooks: Hooks | None = None) -> Path:
    """Run a configuration and return its folder; `main` without the command line.

    Raises:
        ConfigError: a setting, the data or the reward cannot be used.
        ModelError: the model cannot be loaded.
        ContractError: the reward does not fit the data.
        KeyboardInterrupt: Ctrl-C; the folder holds what was done, and its report is written.
    """
    hooks = hooks or Hooks()
    say, begun = hooks.say, time.monotonic()
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise ConfigError("guerdon train runs in one process: use reward.for_trl() in a script of your own for more.")
    # What can be wrong with the configuration is found out before the model is loaded.
    try:
        reward = load_reward(config.reward, config.folder)
    except ContractError as error:
        raise ConfigError(f"reward: {error}") from error
    watch: Watch  # made once the run has a folder
    try:
        function = reward.for_trl(on_scores=lambda scores: watch.saw(scores))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"reward: {config.reward} cannot train: {error}.") from error
    rows, held_out = data.load(config)
    args = grpo.arguments(config)
    checkpoint = None if resume is None else _checkpoint(resume, out)
    say(f"model    {config.model}")
    need("transformers.utils.logging", extra="train").disable_progress_bar()
    weights, tokenizer = model.load(_place(config))
    say(f"data     {config.data}: {len(rows)} rows to train on, {len(held_out)} held-out prompts")
    say(f"reward   {reward!r}")
    folder = new_folder(config.name, config.seed, out) if resume is None else resume
    say(f"folder   {folder}")
    keep = Record(folder)
    args.output_dir = str(keep.checkpoints)
    watch = Watch(keep, Progress(say, list(reward.components)), evaluate.ends_of(weights, tokenizer))
    runner = function.runner
    with runner, _reported(keep, hooks):
        info = grpo.info(config, reward, args, len(rows), len(held_out))
        if checkpoint is None:
            keep.start(info, reward.to_dict())
        else:
            keep.take_up(_step_of(checkpoint), info)

        def held(split: str, step: int, *, write: bool = True) -> Scores | None:
            return _evaluate(runner, weights, tokenizer, held_out, args, split, step, keep if write else None, hooks)

        before = held("before", 0, write=checkpoint is None)
        trainer = grpo.trainer(function, weights, tokenizer, rows, args, watch)
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finally:
            watch.flush()
        # Without the trainer's mixed precision around it, the model samples as it did before training.
        weights = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
        after = held("after", watch.step)
        if config.save:
            trainer.save_model(str(folder / "model"))
            say(f"the model is in {folder / 'model'}")
        if before is not None and after is not None:
            _compare(runner, before, after, keep, hooks)
        keep.finish()
    say(f"took {duration(time.monotonic() - begun)} in all")
    return folder


# -------------------------------------------------------------------- what a run is made of


def _place(config: Config) -> str | Path:
    """The model's place; a relative folder is one beside the configuration."""
    beside = config.folder / Path(config.model).expanduser()
    return beside if config.model != model.SMOLLM2 and beside.is_dir() else config.model


# -------------------------------------------------------------------- evaluation


def _evaluate(
    runner: Runner,
    weights: Any,
    tokenizer: Any,
    rows: data.Rows,
    args: Any,
    split: str,
    step: int,
    keep: Record | None,
    hooks: Hooks,
) -> Scores | None:
    if not rows:
        return None
    how = evaluate.Sampling(args.temperature, args.top_p, args.top_k, args.min_p, args.max_completion_length)
    begun = time.monotonic()
    hooks.say(f"held-out {split} training: {len(rows)} completions …")
    sampled = evaluate.sample(weights, tokenizer, rows, how)
    scores = evaluate.score(runner, sampled)
    if keep is not None:
        keep.rollouts(figures.rollout_lines(scores, split, step, sampled.truncated))
    took = f"{time.monotonic() - begun:.0f} s"
    hooks.say(f"held-out {split} training: reward {figure(scores.mean(), 3)} ({took})")
    return scores


def _compare(runner: Runner, before: Scores, after: Scores, keep: Record, hooks: Hooks) -> None:
    if any(node.op in (*STATEFUL, "step", "param") for node in runner.plan.order):
        # A reward that moves with training is no yardstick unless both sides are held against the same.
        with runner.frozen():
            before, after = (runner.score(one.rollouts, all_components=True) for one in (before, after))
    found = evaluate.compare(before, after)
    keep.document("eval.json", found)
    examples = evaluate.samples(before, after)
    keep.document("samples.json", examples)
    hooks.say(f"held-out: {found['n']} prompts that training never saw, one completion each; mean ± standard error")
    for line in evaluation_lines(found):
        hooks.say(line)
    if hooks.clean is not None:
        for one in examples[:2]:
            for name in ("prompt", "before", "after"):
                text = one[name] if name == "prompt" else one[name]["completion"]
                hooks.say(f"  {name:<7} {hooks.clean(_last(text))[:160]}")


def _last(text: Any) -> str:
    """A text, or what the last message of a chat says."""
    return text if isinstance(text, str) else str(text[-1].get("content") or "")


# -------------------------------------------------------------------- ends and beginnings


@contextmanager
def _reported(keep: Record, hooks: Hooks) -> Iterator[None]:
    """Write the report however the run ends."""
    try:
        yield
    except KeyboardInterrupt:
        hooks.say(f"stopped; what was done is in {keep.folder}")
        raise
    finally:
        if keep.checkpoints.is_dir() and not any(keep.checkpoints.iterdir()):
            keep.checkpoints.rmdir()  # the trainer makes it, whether or not it was asked for checkpoints
        if hooks.report is not None:
            hooks.say(f"report   {hooks.report(keep.folder)}")


def _checkpoint(resume: Path, out: Path | None) -> Path:
    if out is not None:
        raise ConfigError("give --out for a new run, or --resume to go on with an old one, not both.")
    found = [one for one in (resume / "checkpoints").glob("checkpoint-*") if one.name[11:].isdigit()]
    if not found:
        raise ConfigError(
            f"{resume} has no checkpoint to go on from: a run keeps some where save_steps stands under [grpo]."
        )
    return max(found, key=_step_of)


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])
