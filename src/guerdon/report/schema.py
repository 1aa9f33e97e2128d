"""The files of a run folder: their types, and a reader that says in one sentence what is wrong and where.

`run.json` and `steps.jsonl` must be there. `rollouts.jsonl`, `eval.json` and `samples.json` may be missing (a run that
was stopped early has no evaluation); the report then says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, NotRequired, TypedDict, cast

from guerdon.report.shape import (
    Check,
    anything,
    each,
    either,
    flag,
    listed,
    not_negative,
    number,
    one_of,
    optional,
    parse_json,
    record,
    string,
    whole,
)

__all__ = ["VERSION", "Estimate", "Evaluation", "Rollout", "Run", "RunFolderError", "RunInfo", "Sample", "Step"]
__all__ += [
    "Calls",
    "ComponentFigures",
    "ComponentValue",
    "Measures",
    "Side",
    "Text",
    "Turn",
    "iter_rollouts",
    "read_run",
]

VERSION = 1


class RunFolderError(ValueError):
    """A run folder that cannot be read; the message is one sentence naming file and line."""


class Turn(TypedDict):
    """One chat message; content is text, a list of parts, or null."""

    role: str
    content: NotRequired[object]


Text = str | list[Turn]


class RunInfo(TypedDict):
    """run.json."""

    version: int
    name: str
    model: str
    reward_text: str
    task: str
    seed: int
    started: str | float
    finished: str | float | None
    settings: dict[str, object]
    versions: dict[str, object]
    components: list[str]


class ComponentValue(TypedDict):
    """A component of one rollout: its own value and what it added to the reward."""

    value: float | None
    status: str
    reason: str | None
    contribution: float | None


class Rollout(TypedDict):
    """One line of rollouts.jsonl."""

    split: Literal["before", "train", "after"]
    step: int
    id: str
    group: str
    prompt: Text
    completion: Text
    tokens: int
    truncated: bool
    reward: float | None
    status: Literal["scored", "failed", "unscored", "skipped"]
    reason: str | None
    components: dict[str, ComponentValue]
    columns: NotRequired[dict[str, object]]


class ComponentFigures(TypedDict):
    """A component in one step.

    Its mean over computed cells, their share, its share of within-group variance, and its effective weight (its spread
    within groups, as a share of that of all).
    """

    mean: float | None
    computed: float
    variance_share: float | None
    effective_weight: NotRequired[float | None]


class Calls(TypedDict):
    """What one node of the plan did in one step."""

    made: int
    saved: int
    seconds: float


class Step(TypedDict):
    """One line of steps.jsonl."""

    step: int
    reward_mean: float | None
    reward_std: float | None
    components: dict[str, ComponentFigures]
    observed: NotRequired[dict[str, float | None]]
    drivers: NotRequired[dict[str, float | None]]
    length_mean: float | None
    seconds: float | None
    statuses: NotRequired[dict[str, dict[str, int]]]
    calls: NotRequired[dict[str, Calls]]
    trainer: NotRequired[dict[str, float | None]]


class Estimate(TypedDict):
    """A mean and its standard error."""

    mean: float | None
    se: float | None


class Measures(TypedDict):
    """The reward's and the components' estimates of one side."""

    reward: Estimate
    components: NotRequired[dict[str, Estimate]]


class Evaluation(TypedDict):
    """eval.json: held-out prompts before and after training; the differences are paired."""

    n: int
    before: Measures
    after: Measures
    difference: Measures


class Side(TypedDict):
    """A completion with its reward and the reward's explanation."""

    completion: Text
    reward: float | None
    explanation: str | None


class Sample(TypedDict):
    """One entry of samples.json."""

    prompt: Text
    before: Side
    after: Side


@dataclass(frozen=True)
class Run:
    """A run folder, read: everything but the rollouts, which are streamed (`iter_rollouts`)."""

    folder: Path
    info: RunInfo
    steps: tuple[Step, ...]
    evaluation: Evaluation | None
    samples: tuple[Sample, ...]


_TEXT: Check = either("a text or a list of messages", string, listed(record({"role": string}, {"content": anything})))
_TIME: Check = either("a time", string, number)
_ESTIMATE = record({"mean": optional(number), "se": optional(not_negative)})
_MEASURES = record({"reward": _ESTIMATE}, {"components": each(_ESTIMATE)})
_SIDE = record({"completion": _TEXT, "reward": optional(number)}, {"explanation": optional(string)})
_RUN = record(
    {
        "version": whole,
        "name": string,
        "model": string,
        "reward_text": string,
        "task": string,
        "seed": whole,
        "started": _TIME,
        "components": listed(string),
    },
    {"finished": optional(_TIME), "settings": each(anything), "versions": each(anything)},
)
_STEP = record(
    {
        "step": whole,
        "reward_mean": optional(number),
        "components": each(
            record(
                {"mean": optional(number), "computed": number, "variance_share": optional(number)},
                {"effective_weight": optional(number)},
            )
        ),
        "length_mean": optional(number),
    },
    {
        "reward_std": optional(number),
        "seconds": optional(number),
        "observed": each(optional(number)),
        "drivers": each(optional(number)),
        "statuses": each(each(whole)),
        "calls": each(record({"made": whole, "saved": whole}, {"seconds": number})),
        "trainer": each(optional(number)),
    },
)
_ROLLOUT = record(
    {
        "split": one_of("before", "train", "after"),
        "step": whole,
        "id": string,
        "group": string,
        "prompt": _TEXT,
        "completion": _TEXT,
        "tokens": whole,
        "truncated": flag,
        "reward": optional(number),
        "status": one_of("scored", "failed", "unscored", "skipped"),
        "components": each(
            record(
                {"value": optional(number), "status": string},
                {"reason": optional(string), "contribution": optional(number)},
            )
        ),
    },
    {"reason": optional(string), "columns": each(anything)},
)
_EVALUATION = record({"n": whole, "before": _MEASURES, "after": _MEASURES, "difference": _MEASURES})
_SAMPLES = listed(record({"prompt": _TEXT, "before": _SIDE, "after": _SIDE}))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RunFolderError(f"{path} is missing: give the folder that `guerdon train` wrote") from None
    except OSError as error:
        raise RunFolderError(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}") from None


def _document(path: Path, check: Check) -> object:
    try:
        value = parse_json(_read(path))
    except RunFolderError:
        raise
    except ValueError as error:
        raise RunFolderError(f"{path}: {error}; write the run again or restore the file") from None
    complaint = check(value, path.name)
    if complaint:
        raise RunFolderError(f"{path}: {complaint}")
    return value


def _lines(path: Path, check: Check) -> Iterator[object]:
    try:
        with path.open("rb") as file:
            for index, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    value = parse_json(line)
                except ValueError as error:
                    mend = (
                        "the run was cut off while writing, delete the line"
                        if not line.endswith(b"\n")
                        else "mend or delete it"
                    )
                    raise RunFolderError(f"{path}, line {index}: {error}; {mend}") from None
                complaint = check(value, "the line")
                if complaint:
                    raise RunFolderError(f"{path}, line {index}: {complaint}")
                yield value
    except FileNotFoundError:
        raise RunFolderError(f"{path} is missing: give the folder that `guerdon train` wrote") from None
    except OSError as error:
        raise RunFolderError(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}") from None


def read_run(folder: Path) -> Run:
    """Read and check a run folder.

    Raises:
        RunFolderError: one sentence naming the file, and the line where the file has lines.
    """
    info = cast(RunInfo, _document(folder / "run.json", _RUN))
    if info["version"] != VERSION:
        raise RunFolderError(
            f"{folder / 'run.json'}: version {info['version']} is not known here (this Guerdon reads {VERSION}): "
            "use the Guerdon that wrote the folder"
        )
    info.setdefault("finished", None)
    info.setdefault("settings", {})
    info.setdefault("versions", {})
    steps = tuple(cast(Step, line) for line in _lines(folder / "steps.jsonl", _STEP))
    for index, (one, following) in enumerate(pairwise(steps), start=2):
        if following["step"] <= one["step"]:
            raise RunFolderError(
                f"{folder / 'steps.jsonl'}, line {index}: step {following['step']} follows step {one['step']}; "
                "steps must rise"
            )
    evaluation = folder / "eval.json"
    samples = folder / "samples.json"
    return Run(
        folder,
        info,
        steps,
        cast(Evaluation, _document(evaluation, _EVALUATION)) if evaluation.exists() else None,
        tuple(cast(list[Sample], _document(samples, _SAMPLES))) if samples.exists() else (),
    )


def iter_rollouts(folder: Path) -> Iterator[Rollout]:
    """The rollouts, one at a time; none where the file is not there.

    Raises:
        RunFolderError: one sentence naming the file and the line.
    """
    path = folder / "rollouts.jsonl"
    if path.exists():
        for line in _lines(path, _ROLLOUT):
            yield cast(Rollout, line)
