"""What reads a text, and rules about it, under random and adversarial completions."""

from __future__ import annotations

import pytest

from .cases import TEXTS
from .fuzz import EACH, fuzz, fuzz_all, show


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.name)
def test_some(one):
    assert fuzz(one, 40) >= 1


@pytest.mark.full
def test_a_share_of_two_million(capsys):
    told = fuzz_all(TEXTS, EACH)
    with capsys.disabled():
        show("What reads a text, and rules about it", told)
