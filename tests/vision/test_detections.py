"""Average precision and tracks: by hand, against the definition, and in expressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.vision import covers, viou
from guerdon.vision._precision import COCO, average_precision
from guerdon.vision._tracks import track_of


def at(x: float, height: float = 10.0, label: str = "cat", confidence: float | None = None):
    found = {"box": [x, 0, x + 10, height], "label": label}
    return found if confidence is None else {**found, "confidence": confidence}


class TestAveragePrecision:
    def test_by_hand(self):
        golds = [at(0), at(100)]
        assert average_precision(golds, golds) == 1
        assert average_precision([at(0)], golds) == pytest.approx(51 / 101)
        assert average_precision([at(500), at(0)], [at(0)]) == 0.5  # precision 1/2 at every recall
        assert average_precision([at(0), at(500)], [at(0)]) == 1  # what is said last is free
        assert average_precision([at(0, 7.6)], [at(0)]) == pytest.approx(0.6)  # IoU 0.76: six of ten thresholds
        assert average_precision([at(0, 7.6)], [at(0)], (0.5,)) == 1
        assert average_precision([at(0, 7.5)], [at(0)], (0.75,)) == 1  # at the threshold is above it, as in COCO

    def test_empty_sides(self):
        assert average_precision([], []) == 1
        assert average_precision([], [at(0)]) == average_precision([at(0)], []) == 0

    def test_labels_are_told_apart_and_averaged(self):
        golds = [at(0), at(100, label="Dog")]
        assert average_precision([at(0), at(100, label=" dog")], golds) == 1
        assert average_precision([at(0), at(100)], golds) == 0.5
        assert average_precision([at(0)], golds) == 0.5

    def test_confidence_decides_the_order(self):
        golds = [at(0)]
        assert average_precision([at(500, confidence=0.2), at(0, confidence=0.9)], golds) == 1
        assert average_precision([at(500, confidence=0.9), at(0, confidence=0.2)], golds) == 0.5
        assert average_precision([at(500, confidence=9.0), at(0, confidence=0.2)], golds) == 1  # no confidence at all

    def test_an_object_is_found_once(self):
        assert average_precision([at(0), at(0), at(100)], [at(0), at(100)]) == pytest.approx((51 + 50 * 2 / 3) / 101)

    @given(
        st.lists(st.sampled_from([0, 1, 3, 50, 53, 200]), max_size=6), st.lists(st.sampled_from([0, 50]), max_size=2)
    )
    def test_against_the_definition(self, said, wanted):
        """Precision along recall, written out: no shared code but the overlap."""
        pred, gold = [at(x) for x in said], [at(x) for x in sorted(set(wanted))]
        if not pred or not gold:
            assert average_precision(pred, gold) == float(not pred and not gold)
            return
        total = 0.0
        for threshold in COCO:
            free, hits = list(range(len(gold))), []
            for one in pred:
                near = [(gd.vision.overlap(one, gold[j]), -j) for j in free]
                best = max(near, default=(0.0, 0))
                hit = best[0] >= threshold - 1e-9
                hits.append(hit)
                if hit:
                    free.remove(-best[1])
            recalls = [sum(hits[: i + 1]) / len(gold) for i in range(len(hits))]
            precisions = [sum(hits[: i + 1]) / (i + 1) for i in range(len(hits))]
            for k in range(101):
                beyond = [p for p, r in zip(precisions, recalls, strict=True) if r >= k / 100 - 1e-9]
                total += max(beyond, default=0.0)
        assert average_precision(pred, gold) == pytest.approx(total / 1010)

    def test_in_expressions_flat_and_on_axes(self):
        golds = [[at(0)], [at(0)], None, []]
        rows = {"pred": [[at(0)], None, [at(0)], []], "golds": golds}
        flat = gd.vision.average_precision(gd.col("pred"), gd.col("golds")).score(rows)
        assert flat.numbers == [1, 0, None, 1]
        assert flat.statuses == ["scored", "failed", "unscored", "scored"]
        ragged = gd.vision.average_precision(gd.col("pred", axis="object"), gd.col("golds", axis="gold"))
        rows["pred"][1] = []
        assert ragged.score(rows).numbers == [1, 0, None, 1]
        assert ragged.bounds() == (0, 1)

    def test_too_many_are_worth_nothing(self):
        assert average_precision([at(0)] * 513, [at(0)]) == 0
        rows = {"pred": [[at(0)] * 513], "golds": [[at(0)]]}
        assert gd.vision.average_precision(gd.col("pred"), gd.col("golds")).score(rows).statuses == ["failed"]


BOX = [0, 0, 2, 2]


def frames(start: int, stop: int, box=BOX):
    return {str(frame): box for frame in range(start, stop + 1)}


class TestTracks:
    def test_p003_by_hand(self):
        assert viou(frames(0, 9), frames(5, 14)) == pytest.approx(5 / 15)
        assert viou(frames(0, 9), frames(5, 14), "intersection") == 1
        assert viou(frames(0, 9, [0, 0, 2, 1]), frames(5, 14)) == pytest.approx(2.5 / 15)

    def test_spans_say_which_frames_count(self):
        assert viou(frames(5, 14), frames(5, 14), span_a=[5, 9]) == 0.5
        assert viou(frames(5, 9), frames(5, 14), span_a=[5, 14]) == 0.5
        assert viou(frames(0, 99), frames(5, 14), span_a=[200, 300]) == 0
        assert viou(frames(5, 14), frames(5, 14), span_a=[9, 5]) == 0

    def test_more_frames_than_there_are_cost(self):
        full = viou(frames(5, 14), frames(5, 14))
        assert full == 1 > viou(frames(0, 19), frames(5, 14)) == 0.5

    @pytest.mark.parametrize(
        "track",
        [None, {}, [], {"x": BOX}, {"-1": BOX}, {"1": [0, 0, 2]}, {"1": [2, 2, 0, 0]}, {1.5: BOX}, [[1, BOX], [1, BOX]],
         {"9" * 20: BOX}, [1, 2], {str(i): BOX for i in range(10_001)}],
        ids=lambda t: str(t)[:30],
    )  # fmt: skip
    def test_what_is_no_track(self, track):
        assert track_of(track) is None
        assert viou(track, frames(0, 3)) == viou(frames(0, 3), track) == 0
        assert covers(track, [0, 3]) == 0

    def test_covers(self):
        assert covers(frames(3, 5), [3, 5]) == 1
        for span in ([3, 6], [2, 5], [3, 4], None, [5, 3], [3], [3, 1e12]):
            assert covers(frames(3, 5), span) == 0

    def test_in_expressions(self):
        score = gd.vision.viou(gd.vision.track(), gd.col("gold"), span_a=gd.col("said"), span_b=gd.col("span"))
        rows = {
            "completion": ["3: [0, 0, 2, 2]", "3: [0, 0, 2, 2]", "nothing", "3: [0, 0, 2, 2]", "3: [0, 0, 2, 2]"],
            "gold": [frames(3, 3), frames(3, 3), frames(3, 3), None, frames(3, 3)],
            "said": [[3, 3], None, [3, 3], [3, 3], [3, 3]],
            "span": [[3, 3], [3, 3], [3, 3], [3, 3], None],
        }
        scores = score.score(rows)
        assert scores.numbers == [1, 0, 0, None, None]
        assert scores.reasons == ["", "no span of frames", "no track", "no reference",
                                  "the reference has no span of frames"]  # fmt: skip
