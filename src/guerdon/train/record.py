"""Write a run folder while the run goes on: whatever happens, what was done so far stands there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from guerdon.train.config import ConfigError
from guerdon.train.figures import plain

VERSION = 1


def new_folder(name: str, seed: int, out: Path | None = None) -> Path:
    """Make the folder of a run: ``out``, or the next free ``runs/NAME-SEED-TIME``.

    Raises:
        ConfigError: the folder cannot be made, or holds something already.
    """
    if out is not None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise ConfigError(f"{out} is there already: name a new folder with --out, or go on with --resume.")
        return _made(out, exist_ok=True)
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    base = Path("runs") / f"{name}-{seed}-{stamp}"
    for number in range(1, 1000):
        try:
            return _made(base if number == 1 else base.with_name(f"{base.name}-{number}"), exist_ok=False)
        except FileExistsError:
            continue
    raise ConfigError(f"there are too many folders named {base}: remove some.")


def _made(folder: Path, *, exist_ok: bool) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=exist_ok)
    except FileExistsError:
        raise
    except OSError as error:
        raise ConfigError(
            f"the run folder {folder} cannot be made: {(error.strerror or 'no reason given').lower()}."
        ) from None
    return folder


def now() -> str:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Record:
    """The files of one run folder; `guerdon.report.schema` says what they hold."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.info: dict[str, Any] = {}

    @property
    def checkpoints(self) -> Path:
        """Where the trainer's checkpoints lie, if it was asked for any."""
        return self.folder / "checkpoints"

    def start(self, info: Mapping[str, Any], reward: Mapping[str, Any]) -> None:
        """Write ``run.json`` and ``reward.json``, and an empty ``steps.jsonl``."""
        self.info = {"version": VERSION, "started": now(), "finished": None, **info}
        self.document("run.json", self.info)
        # Bounds may be infinite, which Python's reader takes; nothing else of a reward is not finite.
        self._whole("reward.json", json.dumps(reward, indent=1) + "\n")
        self._append("steps.jsonl", [])

    def finish(self) -> None:
        """Say in ``run.json`` that the run came to its end."""
        self.info["finished"] = now()
        self.document("run.json", self.info)

    def rollouts(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add lines to ``rollouts.jsonl``."""
        self._append("rollouts.jsonl", lines)

    def step(self, line: Mapping[str, Any]) -> None:
        """Add a line to ``steps.jsonl``."""
        self._append("steps.jsonl", [line])

    def document(self, name: str, value: Any) -> None:
        """Write one JSON file, whole or not at all."""
        self._whole(name, json.dumps(plain(value), indent=1, allow_nan=False) + "\n")

    def _whole(self, name: str, text: str) -> None:
        draft = self.folder / f".{name}.part"
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, self.folder / name)

    def _append(self, name: str, lines: Iterable[Mapping[str, Any]]) -> None:
        text = "".join(json.dumps(plain(line), allow_nan=False) + "\n" for line in lines)
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    # ---------------------------------------------------------------- going on

    def take_up(self, step: int, info: Mapping[str, Any]) -> None:
        """Go back to the end of a step of an earlier run, and forget what came after it.

        Raises:
            ConfigError: a file of the folder is missing or broken, or its run had another reward or model.
        """
        try:
            self.info = json.loads((self.folder / "run.json").read_text("utf-8"))
            steps = _lines(self.folder / "steps.jsonl")
            rollouts = _lines(self.folder / "rollouts.jsonl")
        except (OSError, ValueError) as error:
            raise ConfigError(f"{self.folder} cannot be gone on with: {error}.") from None
        for name in ("reward_text", "model", "task", "seed"):
            if self.info.get(name) != info[name]:
                what = "reward" if name == "reward_text" else name
                raise ConfigError(f"{self.folder} cannot be gone on with: its run had another {what}.")
        self._rewrite("steps.jsonl", [line for line in steps if line["step"] <= step])
        self._rewrite("rollouts.jsonl", [one for one in rollouts if one["split"] != "after" and one["step"] <= step])
        self.document("run.json", self.info | {"finished": None})

    def _rewrite(self, name: str, lines: list[dict[str, Any]]) -> None:
        self._whole(name, "".join(json.dumps(line, allow_nan=False) + "\n" for line in lines))


def _lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a file; the last one may have been cut off by whatever ended the run."""
    lines = path.read_text("utf-8").splitlines()
    found = []
    for index, line in enumerate(lines, start=1):
        try:
            found.append(json.loads(line))
        except ValueError as error:
            if index < len(lines):
                raise ValueError(f"{path}, line {index}: {error}") from None
    return found
