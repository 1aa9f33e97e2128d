"""What this machine has: Python, packages, isolation, cores, the cache folder. Found by trying, not by guessing."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from typing import Any

__all__ = ["examine", "isolation"]

_EXTRAS = {
    "regex": ("google-re2",),
    "json": ("jsonschema-rs",),
    "arrow": ("pyarrow",),
    "pandas": ("pandas",),
    "datasets": ("datasets",),
    "judge": ("httpx",),
    "workers": ("cloudpickle",),
    "math": ("math-verify", "sympy"),
    "markup": ("defusedxml", "PyYAML"),
    "similarity": ("rapidfuzz", "sacrebleu", "scipy"),
    "vision": ("scipy", "shapely"),
    "instructions": ("emoji", "langdetect"),
    "lab": ("reasoning-gym",),
    "train": ("torch", "transformers", "trl", "accelerate", "datasets", "gguf"),
}


def examine() -> dict[str, Any]:
    """All of it, as JSON-able data.

    >>> found = examine()
    >>> sorted(found)
    ['cache', 'extras', 'guerdon', 'isolation', 'machine', 'numpy', 'python']
    """
    import numpy

    return {
        "guerdon": _version("guerdon"),
        "python": {"version": platform.python_version(), "path": sys.executable},
        "numpy": numpy.__version__,
        "machine": _machine(),
        "extras": {extra: {name: _version(name) for name in names} for extra, names in _EXTRAS.items()},
        "isolation": isolation(),
        "cache": _cache(),
    }


def isolation() -> dict[str, Any]:
    """The levels at which model-written code can be held, strongest first, each tried once.

    ``level`` is the strongest that works: ``namespaces`` (bubblewrap), ``landlock`` or ``none``.
    """
    from .sandbox import COVERS
    from .sandbox import isolation as try_levels

    found = try_levels()
    return {
        "level": found.level,
        "not covered": COVERS[found.level],
        "levels": {name: {"works": works, "why": why} for name, (works, why) in found.levels.items()},
    }


def _machine() -> dict[str, Any]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = None
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
    return {"system": f"{platform.system()} {platform.release()}", "cores": usable, "memory GiB": memory}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _cache() -> dict[str, Any]:
    from .cache import default_folder

    try:
        folder = default_folder()
    except RuntimeError as error:
        return {"folder": None, "state": f"no cache: {str(error).lower()}", "bytes": 0}
    if not folder.exists():
        parent = next(one for one in folder.parents if one.exists())
        works = os.access(parent, os.W_OK)
        return {"folder": str(folder), "state": "empty" if works else f"{parent} cannot be written", "bytes": 0}
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    private = not folder.stat().st_mode & 0o077
    state = "in use" if private else "in use, and open to other users of this machine (it is closed when first used)"
    return {"folder": str(folder), "state": state if os.access(folder, os.W_OK) else "cannot be written", "bytes": size}
