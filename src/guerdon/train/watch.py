"""Follow a run of TRL's trainer: its scored batches and its own figures become lines of the run folder."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from guerdon._extras import need
from guerdon.train import figures
from guerdon.train.progress import Progress
from guerdon.train.record import Record

if TYPE_CHECKING:
    from guerdon.plan.scores import Scores

# What TRL logs that the report has in a better form, or that says nothing about learning.
_LEFT_OUT = ("reward/", "rewards/", "completions/", "train_", "clip_ratio/low", "clip_ratio/high")
_OWN = {"epoch", "reward", "reward_std", "num_tokens", "step_time", "total_flos"}


class Watch:
    """Collects what belongs to a step, and writes it once the trainer has told its figures.

    A step's line waits for TRL's log of that step, which comes after the step; `flush` writes it at the latest.

    Args:
        record: where lines go.
        progress: shows each step as soon as it is done.
        ends: the tokens that end a completion; one with another last token was cut off.

    Attributes:
        step: the last step that is done.
    """

    def __init__(self, record: Record, progress: Progress, ends: Collection[int]) -> None:
        self.step = 0
        self._record = record
        self._progress = progress
        self._ends = ends
        self._batches: list[Scores] = []
        self._line: dict[str, Any] | None = None
        self._begun = time.monotonic()

    def start(self, steps: int) -> None:
        """Training begins, and will end with this step."""
        self._progress.begin(steps)

    def saw(self, scores: Scores) -> None:
        """Take a batch that was scored for the step under way."""
        self._batches.append(scores)

    def begin(self) -> None:
        """A step begins."""
        self.flush()
        self._begun = time.monotonic()

    def done(self, step: int) -> None:
        """A step is done; the batches seen since the last one belong to it."""
        batches, self._batches, self.step = self._batches, [], step
        for scores in batches:
            columns = scores.rollouts.columns
            cut = columns.get("truncated") or [ids[-1] not in self._ends for ids in columns["completion_ids"]]
            self._record.rollouts(figures.rollout_lines(scores, "train", step, cut))
        self._line = figures.step_line(step, batches, time.monotonic() - self._begun)
        self._progress.step(self._line)

    def logged(self, logs: Mapping[str, Any]) -> None:
        """Take the trainer's own figures for the step that is done."""
        if self._line is not None:
            for name, value in logs.items():
                if name not in _OWN and not name.startswith(_LEFT_OUT) and _is_number(value):
                    self._line["trainer"][name] = float(value)

    def flush(self) -> None:
        """Write the line of the last step that is done."""
        if self._line is not None:
            self._record.step(self._line)
            self._line = None


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]  # TRL logs numbers, and some of them as text
    except (TypeError, ValueError):
        return False
    return True


def callback(watch: Watch) -> Any:
    """A ``transformers.TrainerCallback`` that tells `watch`."""
    base: Any = need("transformers", extra="train").TrainerCallback

    class Watching(base):
        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            watch.start(state.max_steps)

        def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            watch.begin()

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            watch.done(state.global_step)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            watch.logged(logs or {})

        def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            watch.flush()

    return Watching()
