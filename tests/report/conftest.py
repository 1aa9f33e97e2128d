"""A made-up but plausible run folder, with completions that try to break the page that shows them."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

INJECTION = (
    "</script><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
    "<svg onload=document.title='pwned'></svg><a href='https://example.org/x'>click</a> javascript:alert(1)\n"
    "\x1b[31mred\x1b[0m \x1b]0;pwned\x07 \u202eesrever\u202c zero\u200bwidth null\x00 cr\r lone\ud800 -->]]>'\"`&lt;"
)
WEIGHTS = {"valid_json": 0.2, "right_keys": 0.2, "right_values": 0.4, "plain_tone": 0.2}
NAMES = ["Mira Okafor", "Tomás Reyes", "Yuki Arai", "Lena Vogt", "Ada Byrne", "Omar Haddad", "Ines Prado", "Jon Sørli"]
CITIES = ["Turin", "Lagos", "Kyoto", "Bergen", "Porto", "Graz", "Cork", "Amman"]

TREE = """reward = valid_json * (0.2 + 0.2 * right_keys + 0.4 * right_values + 0.2 * plain_tone)
├─ valid_json    json.valid(completion)                           0 where it fails
├─ right_keys    json.keys(completion) == {"age", "city", "name"}
├─ right_values  json.equal(completion, column "solution")
└─ plain_tone    judge.rubric("plain.yaml")                       judge: only where valid_json is not 0"""


def _prompt(seed: int) -> tuple[str, dict[str, Any]]:
    rng = random.Random(seed)
    facts = {"name": rng.choice(NAMES), "age": rng.randint(19, 84), "city": rng.choice(CITIES)}
    sentence = rng.choice(
        [
            "{name}, {age}, lives in {city}.",
            "In {city} I met {name}, who is {age}.",
            "{age} years old, {name} moved to {city}.",
        ]
    )
    return f'{sentence.format(**facts)}\nReply with JSON only, with the keys "name", "age" and "city".', facts


def _completion(rng: random.Random, facts: dict[str, Any], skill: float) -> tuple[str, dict[str, bool]]:
    valid = rng.random() < 0.35 + 0.62 * skill
    keys = rng.random() < 0.55 + 0.42 * skill
    values = rng.random() < 0.22 + 0.6 * skill
    answer = dict(facts) if values else {**facts, "age": facts["age"] + 1}
    if not keys:
        answer["country"] = answer.pop("city")
    body = json.dumps(answer, ensure_ascii=False, indent=None if rng.random() < skill else 2)
    if not valid:
        body = rng.choice(
            [
                "Sure! Here is the JSON you asked for:\n" + body + "\nLet me know if you need more.",
                body[:-1],
                "The person is " + facts["name"] + ".",
            ]
        )
    return body, {"valid_json": valid, "right_keys": keys and valid, "right_values": values and valid}


def _rollout(rng: random.Random, split: str, step: int, group: int, index: int, skill: float) -> dict[str, Any]:
    prompt, facts = _prompt(group)
    text, right = _completion(rng, facts, skill)
    truncated = rng.random() < 0.08 * (1 - skill)
    if truncated:
        text, right = text + " and" * 30, dict.fromkeys(right, False)
    if rng.random() < 0.01:
        text, right = INJECTION, dict.fromkeys(right, False)
    components: dict[str, Any] = {}
    for name in ("valid_json", "right_keys", "right_values"):
        if name != "valid_json" and not right["valid_json"]:
            components[name] = {"value": None, "status": "skipped", "reason": None, "contribution": 0.0}
            continue
        failed = name == "valid_json" and not right[name]
        reason = (
            ("cut off" if truncated else "text around the JSON" if text.startswith("Sure") else "not JSON")
            if failed
            else None
        )
        components[name] = {
            "value": float(right[name]),
            "status": "failed" if failed else "scored",
            "reason": reason,
            "contribution": WEIGHTS[name] * right[name],
        }
    tone = round(min(1.0, max(0.0, rng.gauss(0.45 + 0.25 * skill, 0.18))), 2)
    components["plain_tone"] = {
        "value": tone,
        "status": "scored",
        "reason": None,
        "contribution": WEIGHTS["plain_tone"] * tone,
    }
    reward: float | None = None
    status, why = "scored", None
    if not right["valid_json"]:
        components["plain_tone"] = {"value": None, "status": "skipped", "reason": None, "contribution": 0.0}
    elif rng.random() < 0.015:
        status, why = "unscored", "judge: 503 after 4 tries"
        components["plain_tone"] = {"value": None, "status": "unscored", "reason": why, "contribution": None}
    if status == "scored":
        reward = sum(cell["contribution"] for cell in components.values())
    return {
        "split": split,
        "step": step,
        "id": f"{split}-{step}-{group}-{index}",
        "group": str(group),
        "prompt": [{"role": "user", "content": prompt}],
        "completion": [{"role": "assistant", "content": text}],
        "tokens": 96 if truncated else max(4, len(text) // 4 + rng.randint(-2, 2)),
        "truncated": truncated,
        "reward": reward,
        "status": status,
        "reason": why,
        "components": components,
        "columns": {"solution": facts},
    }


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _estimate(values: list[float]) -> dict[str, float | None]:
    mean = sum(values) / len(values)
    return {"mean": mean, "se": math.sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1) / len(values))}


def _step(step: int, rollouts: list[dict[str, Any]], rng: random.Random) -> dict[str, Any]:
    scored = [one for one in rollouts if one["reward"] is not None]
    rewards = [one["reward"] for one in scored]
    mean = sum(rewards) / len(rewards)
    within = covariances = 0.0
    parts = dict.fromkeys(WEIGHTS, 0.0)
    for group in {one["group"] for one in scored}:
        mine = [one for one in scored if one["group"] == group]
        centre = sum(one["reward"] for one in mine) / len(mine)
        within += sum((one["reward"] - centre) ** 2 for one in mine)
        for name in WEIGHTS:
            parts[name] += sum(one["components"][name]["contribution"] * (one["reward"] - centre) for one in mine)
    covariances = within if within > 1e-12 else 0.0
    components: dict[str, Any] = {}
    statuses: dict[str, dict[str, int]] = {}
    calls: dict[str, Any] = {}
    for name in WEIGHTS:
        cells = [one["components"][name] for one in rollouts]
        known = [cell["value"] for cell in cells if cell["value"] is not None]
        share = parts[name] / covariances if covariances else None
        components[name] = {"mean": _mean(known), "computed": len(known) / len(cells), "variance_share": share}
        components[name]["effective_weight"] = (
            abs(share) / sum(map(abs, parts.values())) * covariances if share else None
        )
        statuses[name] = {}
        for cell in cells:
            key = f"{cell['status']}: {cell['reason']}" if cell["reason"] else cell["status"]
            statuses[name][key] = statuses[name].get(key, 0) + 1
        made = sum(1 for cell in cells if cell["status"] != "skipped")
        again = made // 5 if name == "plain_tone" else made // 12
        calls[name] = {
            "made": made - again,
            "saved": len(cells) - made + again,
            "seconds": (made - again) * (0.31 if name == "plain_tone" else 4e-5),
        }
    return {
        "step": step,
        "reward_mean": mean,
        "reward_std": math.sqrt(sum((one - mean) ** 2 for one in rewards) / len(rewards)),
        "components": components,
        "observed": {"json_share_of_text": min(1.0, 0.6 + 0.006 * step + rng.gauss(0, 0.02))},
        "drivers": {
            "gate/right": 0.4 + 0.005 * step,
            "multiplier/dual(length, target=100, lr=0.1)": max(0.0, 0.02 * step),
            "schedule/(step() / 60).clip(0, 1)": min(1.0, step / 60),
        },
        "length_mean": _mean([float(one["tokens"]) for one in rollouts]),
        "seconds": 9.5 + rng.gauss(0, 0.6),
        "statuses": statuses,
        "calls": calls,
        "trainer": {
            "loss": rng.gauss(0.0, 0.02),
            "entropy": 1.05 * math.exp(-step / 40) + rng.gauss(0, 0.02),
            "grad_norm": abs(rng.gauss(1.4, 0.3)),
        },
    }


def _evaluation(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    def values(rollouts: list[dict[str, Any]], name: str) -> list[float]:
        if name == "reward":
            return [one["reward"] or 0.0 for one in rollouts]
        return [one["components"][name]["value"] or 0.0 for one in rollouts]

    def measures(column: Callable[[str], list[float]]) -> dict[str, Any]:
        return {
            "reward": _estimate(column("reward")),
            "components": {name: _estimate(column(name)) for name in WEIGHTS},
        }

    return {
        "n": len(before),
        "before": measures(lambda name: values(before, name)),
        "after": measures(lambda name: values(after, name)),
        "difference": measures(
            lambda name: [b - a for a, b in zip(values(before, name), values(after, name), strict=True)]
        ),
    }


def _side(one: dict[str, Any]) -> dict[str, Any]:
    lines = [f"{'reward':<22}{one['reward'] if one['reward'] is not None else 'unscored'}"]
    for name, cell in one["components"].items():
        shown = cell["value"] if cell["value"] is not None else cell["status"]
        lines.append(f"  {WEIGHTS[name]} x {name:<15} {shown}{'  ' + cell['reason'] if cell['reason'] else ''}")
    return {"completion": one["completion"], "reward": one["reward"], "explanation": "\n".join(lines)}


def write_run(folder: Path, steps: int = 60, groups: int = 4, size: int = 8, held_out: int = 64, seed: int = 0) -> Path:
    """Write the run folder that `guerdon train` would; the same arguments give the same bytes."""
    rng = random.Random(seed)
    before = [_rollout(rng, "before", 0, 9000 + index, 0, 0.0) for index in range(held_out)]
    after = [_rollout(rng, "after", steps, 9000 + index, 0, 0.92) for index in range(held_out)]
    after[1]["completion"] = [{"role": "assistant", "content": INJECTION}]
    train: list[list[dict[str, Any]]] = []
    for step in range(1, steps + 1):
        skill = 0.92 / (1 + math.exp(-(step - 0.4 * steps) / (0.13 * steps)))
        chosen = [rng.randrange(400) for _ in range(groups)]
        train.append([_rollout(rng, "train", step, group, index, skill) for group in chosen for index in range(size)])
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"learning_rate": 1e-05, "num_generations": size, "prompts_per_step": groups, "temperature": 0.8}
    settings |= {"bf16": True, "grpo": {"beta": 0.0, "loss_type": "dapo", "scale_rewards": "group"}}
    run = {
        "version": 1,
        "name": "Facts from a sentence as JSON",
        "model": "SmolLM2-135M-Instruct",
        "reward_text": TREE,
        "task": "json-facts",
        "seed": seed,
        "started": "2026-11-21T10:02:11+00:00",
        "finished": "2026-11-21T10:13:47+00:00",
        "settings": settings,
        "versions": {"guerdon": "0.1.0", "python": "3.11.9", "torch": "2.13.0", "trl": "1.16.0", "numpy": "2.4.6"},
        "components": list(WEIGHTS),
    }
    _write(folder / "run.json", run)
    _write(folder / "reward.json", {"opaque": True})
    _lines(folder / "rollouts.jsonl", [*before, *(one for step in train for one in step), *after])
    _lines(folder / "steps.jsonl", [_step(step, mine, rng) for step, mine in enumerate(train, start=1)])
    _write(folder / "eval.json", _evaluation(before, after))
    samples = [
        {"prompt": one["prompt"], "before": _side(one), "after": _side(other)}
        for one, other in zip(before, after, strict=True)
    ]
    _write(folder / "samples.json", samples[:8])
    return folder


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, allow_nan=False), encoding="utf-8")


def _lines(path: Path, values: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(value, allow_nan=False) + "\n" for value in values), encoding="utf-8")


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """`make_run(steps=…)` writes a run folder below the test's own folder and returns it."""

    def make(name: str = "run", **options: int) -> Path:
        return write_run(tmp_path / name, **options)

    return make


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run folder for every test that only reads it."""
    return write_run(tmp_path_factory.mktemp("run") / "demo")


@pytest.fixture(scope="session")
def injection() -> str:
    """What a hostile completion of the made-up run says."""
    return INJECTION
