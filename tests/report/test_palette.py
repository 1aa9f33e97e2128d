"""The colours can be told apart, by everybody, on both backgrounds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from guerdon.report.palette import DARK, LIGHT, SERIES

# Machado, Oliveira and Fernandes 2009, full severity: what a person without red, green or blue cones sees (linear RGB).
SIGHT = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
TO_CONES = np.array([[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]])
TO_OKLAB = np.array([[0.21045, 0.79362, -0.00407], [1.978, -2.42859, 0.45059], [0.0259, 0.78277, -0.80868]])


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_at_least_four_and_a_half_to_one_and_series_three_to_one(colours: dict[str, str]) -> None:
    for name in ("ink", "soft", "good", "bad", "warn"):
        assert contrast(colours[name], colours["card"]) >= 4.5, name
        assert contrast(colours[name], colours["page"]) >= 4.5, name
    for index in range(SERIES):
        assert contrast(colours[f"s{index}"], colours["card"]) >= 3, index


@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_two_series_differ_for_every_sight(colours: dict[str, str], sight: str) -> None:
    def seen(colour: str) -> np.ndarray:
        return TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(SIGHT[sight] @ linear(colour), 0, 1))

    for a, b in combinations(range(SERIES), 2):
        distance = float(np.linalg.norm(seen(colours[f"s{a}"]) - seen(colours[f"s{b}"])))
        # neighbours in the stack must be further apart than colours that never touch
        assert distance >= (0.11 if b == a + 1 else 0.05), (a, b, distance)


def test_both_palettes_have_the_same_names() -> None:
    assert set(LIGHT) == set(DARK)
