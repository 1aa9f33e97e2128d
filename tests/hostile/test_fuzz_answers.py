"""What compares an answer, and recipes, under random and adversarial completions."""

from __future__ import annotations

import pytest

from .cases import ANSWERS
from .fuzz import EACH, fuzz, fuzz_all, show


@pytest.mark.parametrize("one", ANSWERS, ids=lambda one: one.name)
def test_some(one):
    assert fuzz(one, 40) >= 1


@pytest.mark.full
def test_a_share_of_two_million(capsys):
    told = fuzz_all(ANSWERS, EACH)
    with capsys.disabled():
        show("What compares an answer, and recipes", told)
