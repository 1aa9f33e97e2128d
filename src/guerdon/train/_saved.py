"""A reward's state as it is kept with a trainer's checkpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guerdon.expr.values import ContractError

from ._scorer import Scorer

FILE = "guerdon_state.json"
"""The file in a checkpoint's folder."""
ENTRY = "guerdon"
"""The entry among the trainer's states of callbacks: a dict of states by the rewards' names."""


def put(scorer: Scorer, state: Any) -> None:
    """Write the state where the trainer's next checkpoint takes it from; parameters only where they are JSON."""
    found = scorer.state()
    found["params"] = {name: value for name, value in found["params"].items() if _is_json(value)}
    state.stateful_callbacks.setdefault(ENTRY, {})[scorer.settings.name] = found


def mine(scorer: Scorer, saved: Mapping[str, Any]) -> dict[str, Any] | None:
    """The state saved under this reward's name, or (where it had another name) one of the same nodes."""
    keys = {node.key.hex() for node in scorer.runner.plan.stateful}
    if scorer.settings.name in saved:
        return dict(saved[scorer.settings.name])
    same = [entry for entry in saved.values() if {node["key"] for node in entry["nodes"]} == keys]
    return dict(same[0]) if len(same) == 1 and keys else None


def _is_json(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError):
        return False


def read(scorer: Scorer, path: str | Path) -> dict[str, Any]:
    """The state in a checkpoint folder, or in a file of the name ``guerdon_state.json``."""
    file = Path(path) / FILE if Path(path).is_dir() else Path(path)
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(
            f"{file} is not there: the checkpoint was saved without this reward's callback, or it has no state"
        ) from None
    except ValueError as error:
        raise ContractError(f"{file} is no JSON ({error}): take another checkpoint") from None
    found = mine(scorer, saved)
    if found is None:
        raise ContractError(f"{file} holds no state of {scorer.settings.name!r}; it has {', '.join(saved) or 'none'}")
    return found
