"""The checks find what is broken: rewards that are wrong on purpose do not come through."""

from __future__ import annotations

import pytest

import guerdon as gd

from .attacks import for_more, for_nothing
from .case import Case
from .fuzz import fuzz


@gd.function(bounds=(0, 1), fails_as=0.0)
def raises(completion: object) -> float:
    return 1 / (completion != "" or 0)


@gd.function
def no_number(completion: object) -> float:
    return float("nan") if "<" in str(completion) else 0.0


@gd.function
def unbounded(completion: object) -> float:
    return float(len(str(completion)))


@gd.function(bounds=(-1, 1), fails_as=-1.0)
def fails(completion: object) -> float:
    if not isinstance(completion, str):
        raise gd.Failed("no text")
    return 0.0


@gd.function
def silent(completion: object) -> float | None:
    return None if "a" in str(completion) else 0.0


@pytest.mark.parametrize(
    ("leaf", "says"),
    [(raises, "exception"), (no_number, "domain"), (unbounded, "scored"), (fails, "failed"), (silent, "unscored")],
)
def test_what_is_broken_is_found(leaf, says):
    with pytest.raises(AssertionError, match=says):
        fuzz(Case("broken", leaf, "It is <a>42</a>."), 500)


def test_what_hangs_is_stopped(monkeypatch):
    from . import fuzz as module

    def for_ever() -> gd.Score:
        while True:
            pass

    monkeypatch.setattr(module, "WITHOUT_END", 0.2)
    with pytest.raises(TimeoutError, match="slow hangs"):
        fuzz(Case("slow", for_ever, "42"), 1)


def test_a_reward_that_is_easily_won_is_found():
    said = Case("easy", lambda: gd.text.contains("Paris"), "It is Paris.", "It is Rome.", every="Rome Ulm Paris")
    right, wrong = said.numbers(said.right, said.wrong)
    assert (right, wrong) == (1, 0)
    assert max(said.numbers(*for_nothing(said).values())) == right

    counted = Case("more", lambda: gd.text.numbers().count(), "It is 42.")
    assert max(counted.numbers(*for_more(counted).values())) > counted.numbers(counted.right)[0]
