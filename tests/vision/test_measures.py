"""Boxes, points, masks, curves: numbers by hand, and what must hold of any."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.vision import _curves, _masks, _shapes
from guerdon.vision._boxes import between, volume

corner = st.integers(-20, 20)
box = st.tuples(corner, corner, corner, corner).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)
NO_BOX = [
    None, "box", 7, [], [1], [1, 2, 3], [0, 0, 1, None], [0, 0, 1, "1"], [0, 0, 1, True], [2, 0, 1, 1], [0, 2, 1, 1],
    [0, 0, 1, math.nan], [0, 0, 1, math.inf], [0, 0, 1, 1e10], [0, 0, 1, 10**400], {}, {"box": None}, {"label": "cat"},
    [[0, 0], [1, 1]], b"0011", {"box": {"box": [0, 0, 1, 1]}}, [0] * 1000,
]  # fmt: skip


class TestOverlap:
    def test_by_hand(self):
        assert gd.vision.overlap([0, 0, 0, 2, 2, 2], [1, 1, 1, 3, 3, 3]) == pytest.approx(1 / 15)
        assert gd.vision.overlap([0, 0, 10, 10], [5, 0, 15, 10]) == pytest.approx(1 / 3)
        assert gd.vision.overlap([0, 9], [5, 14], inclusive=True) == pytest.approx(1 / 3)
        assert gd.vision.overlap([0, 0, 9, 9], [0, 0, 9, 4], inclusive=True) == 0.5
        assert gd.vision.overlap([0, 0, 1, 1], [3, 0, 4, 1], "giou") == -0.5
        assert gd.vision.overlap([0, 0, 2, 2], [2, 0, 4, 2], "giou") == 0
        assert gd.vision.overlap([0, 0, 2, 2], [1, 1, 3, 3], "intersection") == 1
        assert gd.vision.overlap([0, 0, 2, 2], [1, 1, 3, 3], "union") == 7

    def test_a_record_holds_its_box(self):
        assert gd.vision.overlap({"bbox_2d": [0, 0, 2, 2], "label": "cat"}, {"box": (0, 0, 2, 1)}) == 0.5

    @given(box, box)
    def test_is_symmetric_in_range_and_counts_cells(self, a, b):
        iou, giou = gd.vision.overlap(a, b), gd.vision.overlap(a, b, "giou")
        assert 0 <= iou <= 1
        assert -1 <= giou <= iou or giou == iou
        assert iou == gd.vision.overlap(b, a)
        cells = [{(x, y) for x in range(int(c[0]), int(c[2])) for y in range(int(c[1]), int(c[3]))} for c in (a, b)]
        union = len(cells[0] | cells[1])
        assert iou == pytest.approx(len(cells[0] & cells[1]) / union if union else 0)

    @given(box, box)
    def test_inclusive_counts_whole_pixels(self, a, b):
        cells = [{(x, y) for x in range(c[0], c[2] + 1) for y in range(c[1], c[3] + 1)} for c in (a, b)]
        share = len(cells[0] & cells[1]) / len(cells[0] | cells[1])
        assert gd.vision.overlap(a, b, inclusive=True) == pytest.approx(share)

    @given(box, box)
    def test_a_cuboid_of_height_one_is_its_rectangle(self, a, b):
        tall = [(c[0], c[1], 0, c[2], c[3], 1) for c in (a, b)]
        for measure in ("iou", "giou", "intersection", "union"):
            assert gd.vision.overlap(*tall, measure) == pytest.approx(gd.vision.overlap(a, b, measure))

    @given(box)
    def test_a_box_is_itself(self, a):
        inside = volume(a) > 0
        assert gd.vision.overlap(a, a) == float(inside)
        assert between(_shapes.box_of(a), _shapes.box_of(a), "giou") == float(inside)

    @pytest.mark.parametrize("no_box", NO_BOX, ids=repr)
    def test_what_is_no_box_shares_nothing(self, no_box):
        good = [0, 0, 1, 1]
        for pair in ((no_box, good), (good, no_box)):
            assert gd.vision.overlap(*pair) == 0
            assert gd.vision.overlap(*pair, measure="giou") == gd.vision.giou(*pair) == -1
            assert gd.vision.overlap(*pair, measure="intersection") == 0
            assert gd.vision.overlap(*pair, measure="union") == 1
            assert gd.vision.affinity(*pair) == 0
            assert gd.vision.agreement(*pair) == 0
            assert gd.vision.gaussian(*pair, measure="coverage") == 0

    def test_dimensions_must_agree(self):
        assert gd.vision.overlap([0, 0, 1, 1], [0, 0, 0, 1, 1, 1]) == 0
        assert gd.vision.overlap([0, 1], [0, 0, 1, 1], "giou") == -1

    def test_an_unknown_measure_is_one_sentence(self):
        with pytest.raises(ValueError, match="measure='area': it is one of 'iou'"):
            gd.vision.overlap([0, 1], [0, 1], "area")
        with pytest.raises(ValueError, match="measure='area'"):
            gd.vision.overlap(gd.vision.boxes(), gd.col("gold"), "area")


class TestDistance:
    def test_by_hand(self):
        assert gd.vision.distance([0, 0], [3, 4]) == 5
        assert gd.vision.distance([0, 0], [3, 4], "l1") == 7
        assert gd.vision.distance([0, 0], [3, 4], "mean_l1") == 3.5
        assert gd.vision.distance([0, 0], [3, 4], "max") == 4
        assert gd.vision.distance({"point_2d": [0, 0]}, {"point": [0, 2]}) == 2

    @pytest.mark.parametrize("other", [None, "x", [1], [1, math.nan], [1, 1e10], [1, 2, 3]])
    def test_is_infinite_where_one_is_none(self, other):
        assert gd.vision.distance([0, 0], other) == math.inf


class TestGaussian:
    GOLD = (0, 0, 100, 50)

    def test_p140_by_hand(self):
        assert gd.vision.gaussian(self.GOLD, self.GOLD) == 1
        assert gd.vision.gaussian(self.GOLD, self.GOLD, measure="coverage") == pytest.approx(1)
        assert gd.vision.gaussian([50, 0, 150, 50], self.GOLD) == pytest.approx(math.exp(-0.5))
        assert gd.vision.gaussian([25, 12.5, 75, 37.5], self.GOLD, measure="coverage") == pytest.approx(0.8)
        assert gd.vision.gaussian([50, 25], self.GOLD) == 1  # a point is its own middle

    def test_coverage_by_the_definition(self):
        """exp(-D), D the Bhattacharyya distance of two normal distributions with diagonal covariances."""
        a, b = (10, 5, 70, 25), self.GOLD
        s = [(0.5 * (c[2] - c[0])) ** 2 for c in (a, b)], [(0.5 * (c[3] - c[1])) ** 2 for c in (a, b)]
        off = (a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2
        mean = [sum(pair) / 2 for pair in s]
        far = sum(d * d / m for d, m in zip(off, mean, strict=True)) / 8
        far += 0.5 * math.log(mean[0] * mean[1] / math.sqrt(s[0][0] * s[0][1] * s[1][0] * s[1][1]))
        assert gd.vision.gaussian(a, b, measure="coverage") == pytest.approx(math.exp(-far))
        assert gd.vision.gaussian(a, b, measure="coverage", eps=1e-12) == pytest.approx(math.exp(-far))

    @given(box, box)
    def test_is_best_for_the_box_itself(self, a, b):
        for kind in ("point", "coverage"):
            assert 0 <= gd.vision.gaussian(a, b, measure=kind) <= 1
        if volume(b) > 0:
            assert gd.vision.gaussian(b, b, measure="coverage") >= gd.vision.gaussian(a, b, measure="coverage")

    @pytest.mark.parametrize("scale", [0.01, 3, 1e6])
    def test_the_same_relative_offset_is_worth_the_same(self, scale):
        a = [30 * scale, 0, 130 * scale, 50 * scale]
        gold = [side * scale for side in self.GOLD]
        assert gd.vision.gaussian(a, gold) == pytest.approx(gd.vision.gaussian([30, 0, 130, 50], self.GOLD))


SQUARE = [[0, 0], [2, 0], [2, 2], [0, 2]]


class TestMasks:
    def test_dice_by_hand(self):
        four, six = {"cells": [[0, i] for i in range(4)]}, {"cells": [[0, i] for i in range(1, 7)]}
        assert gd.vision.dice(four, six) == 0.6
        assert gd.vision.dice({"cells": []}, {"cells": []}) == gd.vision.dice([], []) == 1
        assert gd.vision.dice({"cells": []}, four) == gd.vision.dice([], SQUARE) == 0
        assert gd.vision.dice(SQUARE, [1, 0, 3, 2]) == pytest.approx(0.5)
        runs = [{"size": [3, 4], "counts": counts} for counts in ([2, 4, 6], [3, 6, 3], [12], [0, 12])]
        assert gd.vision.dice(runs[0], runs[1]) == pytest.approx(2 * 3 / 10)
        assert gd.vision.dice(runs[2], runs[2]) == 1
        assert gd.vision.dice(runs[3], runs[2]) == 0

    @given(st.lists(st.booleans(), min_size=12, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
    def test_runs_and_cells_say_the_same(self, a, b):
        def runs(mask):
            counts = [[value, len(list(group))] for value, group in itertools.groupby(mask)]
            lengths = [length for _, length in counts]
            return {"size": [3, 4], "counts": [0, *lengths] if counts[0][0] else lengths}

        def cells(mask):
            return {"cells": [[i % 3, i // 3] for i, inside in enumerate(mask) if inside]}

        both, total = sum(x and y for x, y in zip(a, b, strict=True)), sum(a) + sum(b)
        want = 2 * both / total if total else 1
        assert gd.vision.dice(runs(a), runs(b)) == pytest.approx(want)
        assert gd.vision.dice(cells(a), cells(b)) == pytest.approx(want)
        for i in range(12):
            point = (i // 3 + 0.5, i % 3 + 0.5)
            assert gd.vision.inside(point, runs(a)) == gd.vision.inside(point, cells(a)) == a[i]

    @pytest.mark.parametrize(
        "mask",
        [
            None, "square", 3, [[0, 0], [1, 1]], [[0, 0], [1, 1], [2]], {"cells": [[0, -1]]}, {"cells": [[0, 0.5]]},
            {"cells": "00"}, {"size": [3, 4], "counts": [5]}, {"size": [3, 4], "counts": [-1, 13]},
            {"size": [3], "counts": [3]}, {"size": [10**9, 10**9], "counts": [10**18]}, {"counts": "5c"},
            {"size": [3, 4], "counts": "PYY"}, [[0, 0], [1, math.nan], [2, 2]], [[0, 0]] * 3000,
        ],
        ids=str,
    )  # fmt: skip
    def test_what_is_no_mask_shares_nothing(self, mask):
        assert gd.vision.dice(mask, SQUARE) == gd.vision.dice(SQUARE, mask) == 0
        assert gd.vision.inside([1, 1], mask) == 0

    def test_kinds_do_not_mix(self):
        assert gd.vision.dice({"cells": [[0, 0]]}, SQUARE) == 0
        assert gd.vision.dice({"size": [1, 2], "counts": [1, 1]}, {"size": [2, 1], "counts": [1, 1]}) == 0

    def test_a_polygon_that_crosses_itself_is_worth_nothing_to_a_completion(self):
        bow = [[0, 0], [2, 2], [2, 0], [0, 2]]
        assert gd.vision.dice(bow, SQUARE) == 0
        assert gd.vision.dice(SQUARE, bow) == pytest.approx(2 * 2 / (4 + 2))  # of a reference, two triangles of area 1

    def test_a_mask_of_everything_is_not_best(self):
        lesion = {"cells": [[r, c] for r in range(4) for c in range(4)]}
        everything = {"cells": [[r, c] for r in range(32) for c in range(32)]}
        half = {"cells": [[r, c] for r in range(4) for c in range(2)]}
        assert gd.vision.dice(everything, lesion) < 0.04 < gd.vision.dice(half, lesion) < gd.vision.dice(lesion, lesion)

    def test_the_most_hostile_polygons_are_bounded(self):
        rng = random.Random(0)
        star = [[rng.random(), rng.random()] for _ in range(_masks.MOST_CORNERS)]
        assert gd.vision.dice(star, SQUARE) == 0
        assert gd.vision.dice([*star, [2, 2]], SQUARE) == 0

    @given(st.tuples(st.integers(-1, 5), st.integers(-1, 5)))
    def test_a_point_in_a_polygon(self, point):
        triangle = [[0, 0], [4, 0], [0, 4]]
        assert gd.vision.inside(point, triangle) == (min(point) >= 0 and sum(point) <= 4)
        assert gd.vision.inside(point, [0, 0, 4, 4]) == (min(point) >= 0 and max(point) <= 4)

    def test_a_point_in_a_ring_with_a_dent(self):
        dented = [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]]
        assert [gd.vision.inside(p, dented) for p in ([2, 0.5], [2, 2], [0.5, 3], [3.5, 3], [2, 1])] == [1, 0, 1, 1, 1]

    @pytest.mark.parametrize("point", [None, [1], [1, 1, 1], "1, 1", [math.nan, 1]])
    def test_what_is_no_point_is_nowhere(self, point):
        assert gd.vision.inside(point, [0, 0, 2, 2]) == gd.vision.inside(point, SQUARE) == 0


class TestCurves:
    def test_p136_by_hand(self):
        line = [(0, 0, 0), (1, 0, 0), (2, 0, 0)]
        assert gd.vision.curve_distance(line, line) == 0
        assert gd.vision.curve_distance(line, [(0, 0, 0), (2, 0, 0)]) == 1
        assert gd.vision.curve_distance([(0, 0), (1, 0)], [(0, 1), (1, 1)]) == 2
        assert gd.vision.curve_distance([(0, 0), (1, 0)], [(0, 1), (1, 1)], "resample") == pytest.approx(1)
        assert gd.vision.curve_distance(line, [(0, 0, 0), (2, 0, 0)], "resample") == pytest.approx(0)
        assert gd.vision.curve_distance([(3, 4)], [(0, 0)], "resample") == pytest.approx(5)

    @pytest.mark.parametrize(
        "curve", [None, [], "(0, 0)", [(0, 0), (1,)], [(0, math.inf)], [(0, 0, 0)], [(0, 0)] * 257]
    )
    def test_is_infinite_where_one_is_no_curve(self, curve):
        for how in ("dtw", "resample"):
            assert gd.vision.curve_distance(curve, [(0, 0), (1, 1)], how) == math.inf

    points = st.lists(st.tuples(corner, corner), min_size=1, max_size=6)

    @given(points, points)
    def test_dtw_is_the_best_of_all_walks(self, a, b):
        def best(i, j):
            here = math.dist(a[i], b[j])
            if i == j == 0:
                return here
            ways = [best(i - di, j - dj) for di, dj in ((1, 0), (0, 1), (1, 1)) if i >= di and j >= dj]
            return here + min(ways)

        a, b = a[:4], b[:4]
        assert gd.vision.curve_distance(a, b) == pytest.approx(best(len(a) - 1, len(b) - 1))

    @given(points)
    def test_resampling_keeps_the_ends(self, curve):
        found = _curves.resampled([tuple(map(float, p)) for p in curve], 5)
        assert found[0] == pytest.approx(curve[0])
        assert found[-1] == pytest.approx(curve[-1])

    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=7))
    def test_collinear_is_the_cross_product_of_some_three(self, points):
        some = any(
            (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])
            for a, b, c in itertools.combinations(points, 3)
        )
        assert gd.vision.collinear(points) == some

    def test_too_many_points_count_as_a_sweep(self):
        assert gd.vision.collinear([(i, i * i) for i in range(128)]) == 0
        assert gd.vision.collinear([(i, i * i) for i in range(129)]) == 1
