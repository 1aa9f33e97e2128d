"""MATH-500: every gold accepts itself and whatever means the same, and rejects what does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import guerdon as gd
from guerdon.math import same

from . import values
from .equivalents import equivalents
from .golds import Gold, math500
from .perturbations import perturbations
from .rewritings import Pair, rewritings


@pytest.fixture(scope="module")
def golds(shared_data: Path) -> list[Gold]:
    return math500(shared_data)


def failures(pairs: Iterable[Pair], want: bool) -> list[str]:
    """Pairs that are judged otherwise, in either order."""
    return [
        f"{pair.gold.kind}: {pair.gold.text!r} against {pair.text!r} ({pair.rule}): {found}"
        for pair in pairs
        if (found := (same(pair.gold.text, pair.text), same(pair.text, pair.gold.text))) != (want, want)
    ]


def test_there_are_500_golds_and_all_are_read(golds: list[Gold], shared_data: Path) -> None:
    table = json.loads((shared_data / "math500" / "math500.json").read_text())
    assert len(table["expected_answer"]) == 500
    assert {gold.text for gold in golds} == set(table["expected_answer"].values())
    assert len(golds) == 297  # 290 distinct texts; a few stand for two kinds


def test_golds_accept_themselves(golds: list[Gold]) -> None:
    assert [gold.text for gold in golds if same(gold.text, gold.text) is not True] == []


def test_golds_accept_what_the_solution_boxes(golds: list[Gold]) -> None:
    bare = [gold for gold in golds if gold.kind != "base"]  # 204 in base 5, whose gold leaves the base out
    assert [(gold.text, gold.boxed) for gold in bare if gold.boxed and not same(gold.text, gold.boxed)] == []


def test_aimo_golds_accept_themselves(shared_data: Path) -> None:
    files = [path for name in ("aime", "amc") if (path := shared_data / "math500" / f"aimo_{name}.jsonl").exists()]
    if not files:
        pytest.skip("the AIMO sets are not here")
    for path in files:
        for line in path.read_text().splitlines():
            gold = str(json.loads(line)["answer"])
            assert same(gold, gold) is True
            assert same(gold, f"\\boxed{{{gold.removesuffix('.0')}}}") is True
            assert same(gold, f"{float(gold) + 1}") is False


@pytest.mark.parametrize("gold", ["0", "25", "204.0", "142", "4.5"])
def test_golds_as_aimo_writes_them(gold: str) -> None:
    assert same(gold, gold.removesuffix(".0")) is True
    assert same(gold, f"1{gold}") is False


def sample(golds: list[Gold], make: Callable[[Gold], list[Pair]]) -> list[Pair]:
    """Pairs of every kind: of each the first gold, and one in sixty of all."""
    kinds: Counter[str] = Counter()
    chosen = []
    for i, gold in enumerate(golds):
        kinds[gold.kind] += 1
        if kinds[gold.kind] == 1 or i % 60 == 0:
            chosen.append(gold)
    return [pair for gold in chosen for pair in make(gold)]


def test_some_rewritings_are_accepted(golds: list[Gold]) -> None:
    assert failures(sample(golds, rewritings), True) == []


def test_some_perturbations_are_rejected(golds: list[Gold]) -> None:
    assert failures(sample(golds, perturbations), False) == []


def counted(pairs: list[Pair]) -> str:
    counts = Counter(pair.gold.kind for pair in pairs)
    return f"{len(pairs)}: " + ", ".join(f"{kind} {count}" for kind, count in counts.most_common())


@pytest.mark.full
def test_every_rewriting_is_accepted(golds: list[Gold], capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [pair for gold in golds for pair in rewritings(gold)]
    with capsys.disabled():
        print(f"\nrewritings {counted(pairs)}")
    assert len({(pair.gold.text, pair.text) for pair in pairs}) >= 8_000
    assert failures(pairs, True) == []


@pytest.mark.full
def test_every_perturbation_is_rejected(golds: list[Gold], capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [pair for gold in golds for pair in perturbations(gold)]
    with capsys.disabled():
        print(f"\nperturbations {counted(pairs)}")
    assert len({(pair.gold.text, pair.text) for pair in pairs}) >= 8_000
    assert failures(pairs, False) == []


def alike(pairs: list[Pair]) -> list[Pair]:
    """Pairs whose canonical keys are equal."""
    key_of = gd.math.canonical
    rows = {"answer": [pair.text for pair in pairs], "gold": [pair.gold.text for pair in pairs]}
    scores = (key_of(gd.col("answer")) == key_of(gd.col("gold"))).score(rows)
    return [pair for pair, equal in zip(pairs, scores.values, strict=True) if equal == 1]


@pytest.mark.full
def test_keys_are_equal_exactly_where_answers_are(golds: list[Gold]) -> None:
    """But for what a key leaves out, so that who says it and who does not vote alike: a base, and the name before =."""
    right = [pair for gold in golds for pair in rewritings(gold)]
    wrong = [pair for gold in golds for pair in perturbations(gold)]
    apart = set(right) - set(alike(right))
    assert [f"{pair.gold.text!r} and {pair.text!r}" for pair in apart] == []
    left_out = {("base", "another base"), ("equation", "letter")}
    merged = [pair for pair in alike(wrong) if (pair.gold.kind, pair.rule) not in left_out]
    assert [f"{pair.gold.text!r} and {pair.text!r}" for pair in merged] == []


@pytest.mark.full
def test_rewritten_trees_have_the_value_of_the_gold(golds: list[Gold]) -> None:
    """The generator proves itself: to 120 digits, at several points where there are letters."""
    tried = 0
    for gold in golds:
        for rule, tree in equivalents(gold.tree):
            tried += 1
            assert values.same(gold.tree, tree), f"{gold.text} by {rule}: {tree}"
    assert tried > 2_000


@pytest.mark.full
def test_no_text_is_both_rewriting_and_perturbation(golds: list[Gold]) -> None:
    for gold in golds:
        right = {pair.text.strip() for pair in rewritings(gold, 200)}
        wrong = {pair.text.strip() for pair in perturbations(gold, 200)}
        assert not right & wrong
        assert gold.text not in wrong
