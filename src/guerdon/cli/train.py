"""``guerdon train``: train a model under a reward."""

from __future__ import annotations

import argparse
from pathlib import Path

ABOUT = """\
Train a language model with GRPO under a reward, and write a run folder with report.html.

Without a configuration: the demo, a small model that learns to write JSON. Ten lines of TOML name another model, other
data and a reward of your own. Ctrl-C ends a run early, and its report is written."""

EXAMPLES = """\
examples
  guerdon train
  guerdon train my.toml --out runs/first

a configuration
  reward = "my_reward.py:reward"          # or module:name
  model = "HuggingFaceTB/SmolLM2-135M-Instruct"
  data = "prompts.jsonl"                  # rows with a column prompt; other columns are what the reward compares with
  held_out = 64
  [grpo]
  max_steps = 200
  num_generations = 8
  learning_rate = 1e-5"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("config", metavar="CONFIG.toml", type=Path, nargs="?", help="a configuration; the demo without")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="the run folder to make (runs/NAME-SEED-TIME)")
    parser.add_argument("--seed", metavar="N", type=int, help="instead of the configuration's")
    parser.add_argument("--steps", metavar="N", type=int, help="instead of the configuration's max_steps")
    parser.add_argument("--resume", metavar="FOLDER", type=Path, help="a run folder with checkpoints to go on with")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from guerdon.report import write_report
    from guerdon.report.text import clean
    from guerdon.train.run import Hooks, main

    hooks = Hooks(clean=lambda text: clean(text, keep=""), report=write_report)
    return main(args.config, out=args.out, seed=args.seed, steps=args.steps, resume=args.resume, hooks=hooks)
