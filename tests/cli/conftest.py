"""A folder to work in, as a user would; the modules that a command loads from it are forgotten afterwards."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    paths, log = list(sys.path), logging.getLogger("guerdon")
    handlers, propagates = list(log.handlers), log.propagate
    yield tmp_path
    sys.path[:] = paths
    log.handlers[:], log.propagate = handlers, propagates
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]
