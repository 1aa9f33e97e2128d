"""The trainer's callback of a reward: it keeps the reward's state in checkpoints, and takes it up when a run resumes.

The state travels in the checkpoint's ``trainer_state.json``, among the states of callbacks: the trainer reads that file
itself, so a resumed run gets the state of the very checkpoint it resumes from, wherever that lies. The same is written
beside it as ``guerdon_state.json``, for people and for :meth:`guerdon.train.trl.RewardFunction.load`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guerdon._extras import need
from guerdon.expr.values import ContractError

from . import _host
from ._saved import ENTRY, FILE, mine, put
from ._scorer import Scorer

if TYPE_CHECKING:
    from transformers import TrainerCallback
else:
    TrainerCallback = need("transformers", extra="train").TrainerCallback


class RewardCallback(TrainerCallback):
    """Saves and restores one reward's state; tells it which trainer it works for.

    Made by ``reward.for_trl(...).callback()``.
    """

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self._start: dict[str, Any] | None = None

    def _bind(self, args: Any, kwargs: Mapping[str, Any]) -> None:
        self.scorer.host = _host.of_callback(args, kwargs.get("model"), kwargs.get("processing_class"))

    def on_init_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """The trainer is made."""
        self._bind(args, kwargs)

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Training begins, or is resumed: the state is that of the checkpoint, or of the first beginning."""
        self._bind(args, kwargs)
        scorer = self.scorer
        if state.global_step > 0:
            saved = mine(scorer, state.stateful_callbacks.get(ENTRY) or {})
            if saved is not None:
                scorer.runner.load_state_dict(saved)
            elif scorer.runner.has_state:
                raise ContractError(
                    f"the checkpoint of step {state.global_step} holds no state of this reward ({scorer.learns()}): "
                    "resume from one that was saved with this reward's callback, or start anew"
                )
        elif self._start is None:
            self._start = scorer.state()
        else:  # another training, which must not begin with what the last one learned
            scorer.runner.load_state_dict(self._start)
        if scorer.runner.has_state:
            put(scorer, state)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """The state goes where the next checkpoint takes it from."""
        if self.scorer.runner.has_state or self.scorer.runner.params:
            put(self.scorer, state)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """A checkpoint is written: the state is written beside it."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        if state.is_world_process_zero and ENTRY in state.stateful_callbacks and folder.is_dir():
            draft = folder / f".{FILE}.tmp"
            draft.write_text(json.dumps(state.stateful_callbacks[ENTRY], allow_nan=False, indent=1), encoding="utf-8")
            os.replace(draft, folder / FILE)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Worker processes are not needed any more; another batch would start them again."""
        self.scorer.runner.close()
