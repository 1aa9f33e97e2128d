"""A run's configuration: ten lines of TOML, read strictly, so that a slip of the pen is named and not ignored."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from guerdon.train.model import SMOLLM2

DEMO = "demo"
"""The name of the embedded task, see `guerdon.train.task`."""


class ConfigError(ValueError):
    """A configuration, or something it names, that cannot be used; the message is one sentence for a person."""


@dataclass(frozen=True)
class Config:
    """What a run is made of.

    Attributes:
        reward: ``FILE.py:name`` or ``module:name``.
        model: ``smollm2``, a local folder or a Hugging Face model id.
        data: ``demo``, a JSONL or Parquet file, or the id of a Hugging Face data set; rows need a column ``prompt``.
        split: of a Hugging Face data set.
        name: the beginning of the run folder's name; by default the file's.
        title: what the report is called; the name, if left out.
        seed: of training; held-out rows and their sampling do not depend on it.
        held_out: prompts that training never sees; 0 leaves the evaluation out.
        save: keep the trained model in the run folder.
        grpo: arguments of ``trl.GRPOConfig``.
        folder: what relative paths are relative to.
        embedded: whether this is the demo that comes with Guerdon.
    """

    reward: str
    model: str = SMOLLM2
    data: str = DEMO
    split: str = "train"
    name: str = "run"
    title: str = ""
    seed: int = 0
    held_out: int = 96
    save: bool = False
    grpo: Mapping[str, Any] = field(default_factory=dict)
    folder: Path = Path()
    embedded: bool = False


_KINDS: dict[str, tuple[type, str]] = {
    "model": (str, "a text"),
    "data": (str, "a text"),
    "split": (str, "a text"),
    "reward": (str, 'a text such as "my_reward.py:reward"'),
    "name": (str, "a text"),
    "title": (str, "a text"),
    "seed": (int, "a whole number"),
    "held_out": (int, "a whole number"),
    "save": (bool, "true or false"),
    "grpo": (dict, "a table, [grpo]"),
}

# What the run itself decides, and the way to say it.
_OURS = {
    "output_dir": "checkpoints lie in the run folder, which --out names",
    "seed": "seed stands at the top of the file",
    "data_seed": "seed stands at the top of the file",
    "resume_from_checkpoint": "give --resume on the command line",
    "reward_weights": "the weights stand in the reward",
    "trust_remote_code": "code from a model's repository is never run",
    "do_eval": "held_out at the top of the file says how many prompts are evaluated",
    "eval_strategy": "held-out prompts are evaluated before and after training",
}


def read(path: Path | None = None) -> Config:
    """Read a configuration; without a path, the demo's own.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or says something that is not known.

    >>> read().model, read().grpo["num_generations"]
    ('smollm2', 8)
    """
    if path is None:
        text = files("guerdon.train").joinpath("demo.toml").read_text(encoding="utf-8")
        return _config("demo.toml", text, Path.cwd(), embedded=True)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there: give a TOML file, or none at all for the demo.") from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a folder: give a TOML file, such as {path / 'run.toml'}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8 text.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None
    return _config(str(path), text, path.resolve().parent, embedded=False)


def _config(where: str, text: str, folder: Path, *, embedded: bool) -> Config:
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where} is not TOML: {str(error)[:1].lower()}{str(error)[1:]}.") from None
    for key, value in said.items():
        if key not in _KINDS:
            if key in grpo_names():
                raise ConfigError(f"{where}: {key} belongs under [grpo], with the other settings of the trainer.")
            raise ConfigError(f"{where}: {key!r} is not known{meant(key, _KINDS)}")
        kind, words = _KINDS[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ConfigError(f"{where}: {key} is {value!r}: it must be {words}.")
    if "reward" not in said:
        raise ConfigError(f'{where}: there is no reward: say which, such as reward = "my_reward.py:reward".')
    if not 0 <= said.get("seed", 0) < 2**32:
        raise ConfigError(f"{where}: seed is {said['seed']}: it must lie between 0 and 4294967295.")
    if said.get("held_out", 0) < 0:
        raise ConfigError(f"{where}: held_out is {said['held_out']}: it must be 0 (no evaluation) or more.")
    check_grpo(said.get("grpo", {}), where)
    said.setdefault("name", Path(where).stem)
    if not said["name"] or Path(said["name"]).name != said["name"]:
        raise ConfigError(f"{where}: name is {said['name']!r}: it begins a folder's name, so it must be one word.")
    return Config(**said, folder=folder, embedded=embedded)


def check_grpo(settings: Mapping[str, Any], where: str = "") -> None:
    """Refuse settings that ``trl.GRPOConfig`` does not know, or that the run decides itself.

    Where TRL is not installed nothing is known, and nothing refused.
    """
    place = f"{where}, " if where else ""
    known = grpo_names()
    for key in settings:
        if key in _OURS:
            raise ConfigError(f"{place}[grpo]: {key} is not set there: {_OURS[key]}.")
        if known and key not in known:
            raise ConfigError(f"{place}[grpo]: {key!r} is not known to TRL's GRPOConfig{meant(key, known)}")


def grpo_names() -> set[str]:
    """The settings that the installed TRL knows; none where it is not installed."""
    import dataclasses

    try:
        from trl import GRPOConfig
    except ImportError:
        return set()
    return {one.name for one in dataclasses.fields(GRPOConfig) if one.init}


def meant(key: str, known: Iterable[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest ones, or all of a few.

    >>> meant("lerning_rate", ["learning_rate", "seed"])
    '; did you mean learning_rate?'
    """
    names = sorted(known)
    near = get_close_matches(key, names, n=3, cutoff=0.6)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; known are {', '.join(names)}." if len(names) < 20 else "."
