"""Advantages of a million rollouts, and of four thousand responses token by token, against TRL's and verl's own code.

verl lives in an environment of its own (``make .venv-verl/.set-up``), so the comparison runs there, all in one process.
TRL computes advantages in the midst of a long method: the lines that do are taken out of its source as it is installed,
and run as they stand.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

import guerdon as gd

from .measure import Line, Size, Table, alternate

ROOT = Path(__file__).resolve().parents[1]
VERL = ROOT / ".venv-verl" / "bin" / "python"
ROLLOUTS = {"tiny": 800, "quick": 1_000_000, "full": 1_000_000}
RESPONSES = {"tiny": (16, 32), "quick": (4096, 2048), "full": (4096, 2048)}
REPEATS = {"tiny": 2, "quick": 7, "full": 15}
GROUP = 8
GAMMA, LAMBDA = 0.99, 0.95
REWARD, TOKENS = gd.col("reward"), gd.col("token_rewards", axis="token")


def run(size: Size) -> list[Table]:
    """Tables, from the process that has verl; or one line that says how to get it."""
    if not VERL.exists():
        return [Table("advantages: verl is not set up here (make .venv-verl/.set-up)", [Line("nothing", (0.0,))])]
    source = next(iter(find_spec("trl").submodule_search_locations or ()))  # type: ignore[union-attr]
    environment = {
        **os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }  # fmt: skip
    command = [str(VERL), "-m", "benchmarks.advantages", size, source]
    told = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    if told.returncode:
        raise RuntimeError(told.stderr[-3000:])
    found = json.loads(told.stdout.splitlines()[-1])
    return [
        Table(one["title"], [Line(name, tuple(seconds)) for name, seconds in one["seconds"].items()], one["notes"])
        for one in found
    ]


# ------------------------------------------------------------------ inside verl's environment


def trl_advantages(folder: Path) -> Callable[[Any, int], Any]:
    """TRL's lines from the table of rewards to the advantages, as a function of rewards and group size."""
    text = (folder / "trainer" / "grpo_trainer.py").read_text()
    method = next(
        node for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == "_generate_and_score_completions"
    )  # fmt: skip
    body = method.body
    start = next(i for i, one in enumerate(body) if "unscorable_mask =" in ast.unparse(one))
    stop = next(i for i, one in enumerate(body) if ast.unparse(one).startswith("advantages = torch.nan_to_num"))
    lines = textwrap.indent("\n".join(ast.unparse(one) for one in body[start : stop + 1]), "    ")
    helper = ast.parse((folder / "trainer" / "utils.py").read_text())
    nanstd = next(one for one in helper.body if isinstance(one, ast.FunctionDef) and one.name == "nanstd")
    import torch

    scope: dict[str, Any] = {"torch": torch}
    exec(f"from __future__ import annotations\n{ast.unparse(nanstd)}", scope)
    head = "def advantages_of(self, rewards_per_func, num_generations, device):"
    exec(f"{head}\n{lines}\n    return advantages", scope)
    settings = SimpleNamespace(
        multi_objective_aggregation="sum_then_normalize", scale_rewards="group", reward_weights=torch.ones(1),
        reward_funcs=[None],
    )  # fmt: skip
    made = scope["advantages_of"]
    return lambda rewards, group: made(settings, rewards, group, rewards.device)


def compare(size: Size, folder: Path) -> list[dict[str, Any]]:
    """The tables, as plain data."""
    import torch
    from verl.trainer.ppo import core_algos

    from guerdon.train.verl import Estimator

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    found = []

    def table(title: str, ways: Mapping[str, Callable[[], Any]], exact: Mapping[str, Any], notes: list[str]) -> None:
        first, *others = exact.items()
        far = {name: float(np.abs(np.asarray(value) - np.asarray(first[1])).max()) for name, value in others}
        assert all(value < 1e-6 for value in far.values()), (title, far)
        notes = [
            *notes,
            "Largest differences, in double precision: " + ", ".join(f"{n} {v:.1e}" for n, v in far.items()),
        ]
        found.append({"title": title, "seconds": alternate(ways, REPEATS[size]), "notes": notes})

    n = ROLLOUTS[size]
    rewards = rng.random(n)
    codes = np.arange(n) // GROUP
    single, double = torch.tensor(rewards, dtype=torch.float32), torch.tensor(rewards)
    trl = trl_advantages(folder)
    runners = {eps: gd.credit.group_zscore(REWARD, eps=eps).compile() for eps in (1e-4, 1e-6)}

    def ours(eps: float) -> Any:
        return runners[eps].score(gd.Rollouts({"reward": rewards}, groups=codes)).values

    ones = torch.ones(n, 1)
    vectorized = core_algos.compute_grpo_vectorized_outcome_advantage
    table(
        f"z-score in groups of {GROUP}, {n:,} rollouts",
        {
            "guerdon": lambda: ours(1e-4),
            "TRL": lambda: trl(single[:, None], GROUP),
            "verl, grpo_vectorized": lambda: vectorized(single[:, None], ones, codes),
        },
        {"guerdon": ours(1e-4), "TRL": trl(double[:, None], GROUP)},
        ["TRL and verl count in single precision, as they do in training; guerdon in double."],
    )
    few = slice(0, n // 10)
    loop = core_algos.compute_grpo_outcome_advantage
    tenth = gd.Rollouts({"reward": rewards[few]}, groups=codes[few])
    table(
        f"the same against verl's grpo, {n // 10:,} rollouts",
        {
            "guerdon": lambda: runners[1e-6].score(gd.Rollouts({"reward": rewards[few]}, groups=codes[few])).values,
            "verl, grpo": lambda: loop(single[few, None].clone(), ones[few], codes[few]),
        },
        {
            "guerdon": runners[1e-6].score(tenth).values,
            "verl": loop(double[few, None].clone(), ones[few].double(), codes[few])[0][:, 0],
        },
        [],
    )

    b, t = RESPONSES[size]
    lengths = rng.integers(t // 4, t + 1, b)
    mask = torch.tensor(np.arange(t)[None] < lengths[:, None]).float()
    paid = torch.tensor(rng.standard_normal((b, t)), dtype=torch.float32) * mask
    values = torch.tensor(rng.standard_normal((b, t)), dtype=torch.float32) * mask
    index = np.array([f"prompt-{i // GROUP}" for i in range(b)], dtype=object)
    config = SimpleNamespace(gamma=GAMMA)
    outcome = torch.zeros(b, t)
    outcome[torch.arange(b), torch.tensor(lengths) - 1] = torch.tensor(rng.random(b), dtype=torch.float32)
    flat = Estimator(gd.credit.group_zscore(REWARD))
    togo = Estimator(gd.credit.batch_zscore(gd.credit.reward_to_go(TOKENS, GAMMA)))
    gae = Estimator(gd.credit.batch_zscore(gd.credit.gae(TOKENS, gd.col("values", axis="token"), GAMMA, LAMBDA)))
    critic = np.empty(b, dtype=object)
    rows = values.double().numpy()
    critic[:] = [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]
    plain = {"index": index, "config": config}
    title = f"{b:,} responses of up to {t:,} tokens"

    def pair(what: str, mine: Callable[[Any], Any], theirs: Callable[[Any, Any], Any], start: Any) -> None:
        table(
            f"{what}, {title}",
            {"guerdon": lambda: mine(start), "verl": lambda: theirs(start.clone(), mask)},
            {"guerdon": mine(start.double()) * mask, "verl": theirs(start.double(), mask.double()) * mask},
            [],
        )

    pair("grpo", lambda r: flat(r, mask, **plain)[0], lambda r, m: loop(r, m, index)[0], outcome)
    pair(
        "reinforce_plus_plus",
        lambda r: togo(r, mask, **plain)[0],
        lambda r, m: core_algos.compute_reinforce_plus_plus_outcome_advantage(r, m, config=config)[0],
        paid,
    )
    pair(
        "gae",
        lambda r: gae(r, mask, **plain, non_tensor_batch={"values": critic})[0],
        lambda r, m: core_algos.compute_gae_advantage_return(r, values.to(r.dtype), m, GAMMA, LAMBDA)[0],
        paid,
    )
    return found


if __name__ == "__main__":
    print(json.dumps(compare(sys.argv[1], Path(sys.argv[2]))))  # type: ignore[arg-type]
