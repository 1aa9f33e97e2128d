"""Real data beside the checkout; tests that need it are skipped where it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from .golds import DATA


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"the data sets of other projects are not here: {DATA}")
    return DATA
