"""A catalogue, people who browse pages of it and click noisily, and reward models fitted to what they clicked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

import guerdon as gd
from guerdon.lab.curves import Chart, Figures, Line

from ..registry import Size
from ..shaping import page_pairs, pagellm, swap_pairs
from .tabular import Floats

ITEMS, LATENT, SHOWN, CANDIDATES = 200, 8, 10, 32
TRIES = (1, 2, 4, 8, 16, CANDIDATES)
LOGGED, PEOPLE = {"smoke": 30, "full": 300}, {"smoke": 10, "full": 200}
AGAIN = 0.03
PLACE = 1 / np.log2(np.arange(SHOWN) + 2)  # how much a place on a page is looked at


def _relevance(person: Floats, catalogue: Floats) -> Floats:
    """How likely an item pleases, from 0 to 1."""
    found: Floats = 1 / (1 + np.exp(2 - 4 * catalogue @ person))
    return found


def _recommended(person: Floats, catalogue: Floats, rng: np.random.Generator) -> list[str]:
    """A page that somebody would be shown: what pleases, guessed badly, in an order guessed as badly."""
    guessed = catalogue @ person + rng.normal(size=ITEMS)
    best = np.argsort(-guessed)[:SHOWN]
    return [str(item) for item in best[np.argsort(-(catalogue[best] @ person) + rng.normal(size=SHOWN))]]


def _written(page: list[str], rng: np.random.Generator) -> list[str]:
    """The page as a language model writes it: now and then it says an item again, in place of another."""
    found = list(page)
    for place in range(1, SHOWN):
        if rng.random() < AGAIN:
            found[place] = found[int(rng.integers(place))]
    return found


def _ndcg(worth: Floats, page: Sequence[str]) -> float:
    """Against the best page of the whole catalogue; an item that stands there again counts nothing."""
    gains = [0.0 if item in page[:place] else worth[int(item)] for place, item in enumerate(page)]
    return float(np.array(gains) @ PLACE) / float(np.sort(worth)[::-1][:SHOWN] @ PLACE)


def _seen(person: Floats, catalogue: Floats, page: Sequence[str]) -> Floats:
    """What the models see of a page: its items against the person, by place and without, likeness, and repeats."""
    shown = catalogue[[int(item) for item in page]]
    fit = shown * person
    likeness = (shown @ shown.T).sum() / len(page) ** 2
    weights = PLACE[: len(page)] / PLACE[: len(page)].sum()
    return np.concatenate([fit.mean(axis=0), weights @ fit, [likeness, len(page) - len(set(page))]])


def _fitted(differences: Floats) -> Floats:
    """Bradley-Terry weights of winners less losers, with a little shrinkage."""
    weights = np.zeros(differences.shape[1])
    for _ in range(500):
        wrong = 1 / (1 + np.exp(differences @ weights))
        weights += 2.0 * (wrong @ differences / len(differences) - 0.001 * weights)
    return weights


def picked(seed: int, size: Size) -> Mapping[str, float]:
    """NDCG@10 of the best of 32 pages by the page's reward, by the items', and by both.

    Candidates repeat items now and then, as written pages do. In a pilot without repeats the items' reward alone did
    better than both; it cannot see repeats.
    """
    rng = np.random.default_rng([71, seed])
    catalogue = rng.normal(size=(ITEMS, LATENT)) / np.sqrt(LATENT)
    everything = [str(item) for item in range(ITEMS)]
    of_pages: list[Floats] = []
    of_items: list[Floats] = []
    for log in range(LOGGED[size]):
        person = rng.normal(size=LATENT) / np.sqrt(LATENT) * 2
        page = _recommended(person, catalogue, rng)
        pleased = rng.random(SHOWN) < _relevance(person, catalogue)[[int(item) for item in page]] * np.sqrt(PLACE)
        engaged = [item for item, yes in zip(page, pleased ^ (rng.random(SHOWN) < 0.05), strict=True) if yes]
        if not engaged:
            continue
        near = np.argsort(-catalogue @ catalogue[int(page[0])])
        alike = [str(item) for item in near if str(item) not in page][: SHOWN - 1]
        pairs = [(of_pages, pair) for pair in page_pairs(page, engaged, everything, alike, seed=1000 * seed + log)]
        pairs += [(of_items, pair) for pair in swap_pairs(page, engaged)]
        for differences, pair in pairs:
            winner, loser = (_seen(person, catalogue, one) for one in (pair.winner, pair.loser))
            differences.append(winner - loser)
    page_model, item_model = _fitted(np.array(of_pages)), _fitted(np.array(of_items))
    page_score, item_score = gd.col("page"), gd.col("item")
    rewards = {"page": page_score + 0.0, "item": item_score + 0.0, "both": pagellm(page_score, item_score)}
    gained: dict[str, list[list[float]]] = {name: [] for name in rewards}
    for _ in range(PEOPLE[size]):
        person = rng.normal(size=LATENT) / np.sqrt(LATENT) * 2
        pages = [_written(_recommended(person, catalogue, rng), rng) for _ in range(CANDIDATES)]
        seen = np.array([_seen(person, catalogue, page) for page in pages])
        rows = {"page": (seen @ page_model).tolist(), "item": (seen @ item_model).tolist()}
        worth = _relevance(person, catalogue)
        ndcg = [_ndcg(worth, page) for page in pages]
        for name, reward in rewards.items():
            values = reward.score(rows).values
            gained[name].append([ndcg[int(values[:n].argmax())] for n in TRIES])
    lines = {
        name: Line.of(TRIES, [float(np.mean(of)) for of in zip(*found, strict=True)]) for name, found in gained.items()
    }
    figures = {name: found.y[-1] for name, found in lines.items()} | {"random": lines["both"].y[0]}
    return Figures(figures, Chart("The best of so many pages by a reward", "pages to choose from", "NDCG@10", lines))
