"""Makes ``reference.interpreter`` and its neighbours importable; under importlib mode pytest itself adds nothing."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = str(Path(__file__).resolve().parent.parent)
if TESTS not in sys.path:
    sys.path.append(TESTS)
