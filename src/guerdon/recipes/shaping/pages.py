"""Pairs of pages, for the reward models of PageLLM."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

Page = tuple[str, ...]


class Pair(NamedTuple):
    """A better and a worse page, and what they differ in."""

    winner: Page
    loser: Page
    family: str


def swap_pairs(page: Sequence[str], engaged: Sequence[str], distance: int | None = None) -> list[Pair]:
    """Pairs for the item reward of PageLLM (P071): an engaged item higher up wins against the page with it lower down.

    Every engaged item changes places with every item below it that was not engaged with; the loser differs in exactly
    these two places.

    Paper: Wang et al., "PageLLM: A Multi-Grained Reward Framework for Whole-Page Optimization with Large Language
    Models" (2025), arXiv:2506.09084, of which the abstract and parts of the text were read. GUESSES: all swaps, and
    only with items that were not engaged with.

    Args:
        page: the items in order, without repeats.
        engaged: those that somebody clicked or bought.
        distance: the furthest swap; left out, any.

    >>> [pair.loser for pair in swap_pairs(["a", "b", "c"], engaged=["a"])]
    [('b', 'a', 'c'), ('c', 'b', 'a')]
    """
    pairs = []
    for high, item in enumerate(page):
        for low in range(high + 1, len(page)):
            if item in engaged and page[low] not in engaged and (distance is None or low - high <= distance):
                loser = list(page)
                loser[high], loser[low] = loser[low], loser[high]
                pairs.append(Pair(tuple(page), tuple(loser), "swap"))
    return pairs


def page_pairs(
    page: Sequence[str], engaged: Sequence[str], catalogue: Sequence[str], alike: Sequence[str], seed: int = 0
) -> list[Pair]:
    """Pairs for the page reward of PageLLM (P071), one of each family: relevance, ranking, diversity, redundancy.

    Engaged items against random ones; the order that was seen against a shuffled one; the varied page against one
    whose items are all alike; the page against itself with an item repeated.

    Paper: Wang et al., "PageLLM: A Multi-Grained Reward Framework for Whole-Page Optimization with Large Language
    Models" (2025), arXiv:2506.09084, of which the abstract and parts of the text were read. GUESSES: one of each.

    Args:
        page: the items in order, at least two, without repeats.
        engaged: those that somebody clicked or bought, at least one.
        catalogue: items to draw from, at least as many not on the page as were engaged with.
        alike: near-duplicates of the first item, at least one fewer than the page has items.
        seed: of the draws.

    >>> pairs = page_pairs(["a", "b"], ["a"], catalogue=["x", "y"], alike=["a2", "a3"])
    >>> pairs[2].loser, pairs[3].loser in {("a", "a"), ("b", "b")}
    (('a', 'a2'), True)
    """
    draw, seen = random.Random(seed), tuple(page)
    strangers = draw.sample([item for item in catalogue if item not in seen], len(engaged))
    shuffled = draw.sample(seen, len(seen))
    if tuple(shuffled) == seen:
        shuffled = shuffled[1:] + shuffled[:1]
    twice, over = draw.sample(range(len(seen)), 2)
    return [
        Pair(tuple(engaged), tuple(strangers), "relevance"),
        Pair(seen, tuple(shuffled), "ranking"),
        Pair(seen, (seen[0], *alike[: len(seen) - 1]), "diversity"),
        Pair(seen, tuple(seen[twice] if i == over else item for i, item in enumerate(seen)), "redundancy"),
    ]
