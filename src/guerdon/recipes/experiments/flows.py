"""A flow that knows the states of good texts: what strays from it, of points in a plane and of a model that adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import guerdon as gd
from guerdon._extras import need
from guerdon.lab.curves import Chart, Figures, Line

from ..credit import rlfr, rlfr_deviation
from ..registry import Size
from .tabular import Floats

TIME = 0.8  # at which deviations are measured
FLOW_STEPS, LANGUAGE_STEPS = {"smoke": 20, "full": 1500}, {"smoke": 20, "full": 1200}
HIDDEN, LAYERS, TERM = 48, 3, 30  # of the language model; terms of sums are below TERM
SIGNS = "0123456789+=;"


def fitted(states: Any, context: Any, steps: int, rng: Any) -> Any:
    """A small network that says which way a noisy state should go to be one of these, after what stood before it.

    Flow matching: at a time t between 0 and 1 the noisy state is ``t * state + (1 - t) * noise``, and the velocity to
    be told is ``state - noise``. A state is a row, and so is its context.
    """
    torch = need("torch", extra="train")
    wide = 128
    network = torch.nn.Sequential(
        torch.nn.Linear(states.shape[1] + context.shape[1] + 1, wide), torch.nn.SiLU(), torch.nn.Linear(wide, wide),
        torch.nn.SiLU(), torch.nn.Linear(wide, states.shape[1]),
    )  # fmt: skip
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3)
    for _ in range(steps):
        picked = torch.randint(len(states), (256,), generator=rng)
        loss = _errors(network, states[picked], context[picked], torch.rand((256, 1), generator=rng), rng).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network


def _errors(network: Any, states: Any, context: Any, time: Any, rng: Any) -> Any:
    """The mean squared error of the velocity, of each state."""
    torch = need("torch", extra="train")
    noise = torch.randn(states.shape, generator=rng)
    told = network(torch.cat([time * states + (1 - time) * noise, context, time], dim=1))
    return ((told - (states - noise)) ** 2).mean(dim=1)


def _measured(network: Any, states: Any, context: Any, rng: Any, draws: int = 8) -> Floats:
    """The error of each state at the time of measurement, over a few draws of noise."""
    torch = need("torch", extra="train")
    with torch.no_grad():
        time = torch.full((len(states), 1), TIME)
        found: Floats = np.mean(
            [_errors(network, states, context, time, rng).double().numpy() for _ in range(draws)], axis=0
        )
    return found


class _Adder:
    """A language model of three recurrent layers that has read right sums."""

    def __init__(self, texts: list[str], steps: int, rng: Any) -> None:
        torch = need("torch", extra="train")
        self.read = torch.nn.Embedding(len(SIGNS), HIDDEN)
        self.layers = torch.nn.ModuleList(torch.nn.GRU(HIDDEN, HIDDEN, batch_first=True) for _ in range(LAYERS))
        self.write = torch.nn.Linear(HIDDEN, len(SIGNS))
        parts = [self.read, *self.layers, self.write]
        optimiser = torch.optim.Adam([w for part in parts for w in part.parameters()], lr=3e-3)
        ids = encoded(texts)
        for _ in range(steps):
            batch = ids[torch.randint(len(ids), (128,), generator=rng)]
            logits = self.write(self.states(batch)[:, :, -1])[:, :-1]
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    def states(self, ids: Any) -> Any:
        """Text by token by layer by width."""
        torch = need("torch", extra="train")
        state, found = self.read(ids), []
        for layer in self.layers:
            state = state + layer(state)[0]
            found.append(state)
        return torch.stack(found, dim=2)


def encoded(texts: list[str]) -> Any:
    """Texts of one length as numbers of signs."""
    torch = need("torch", extra="train")
    return torch.tensor([[SIGNS.index(sign) for sign in text] for text in texts])


def _sum(a: int, b: int) -> str:
    return f"{a:02d}+{b:02d}={a + b:02d};"


def _spoilt(text: str, rng: np.random.Generator) -> tuple[str, int]:
    """The text with one digit of its answer changed, and where."""
    place = int(rng.integers(6, 8))
    other = SIGNS[(SIGNS.index(text[place]) + int(rng.integers(1, 10))) % 10]
    return text[:place] + other + text[place + 1 :], place


def _plane(size: Size, rng: Any) -> dict[str, float]:
    """Points of a normal distribution, and points three deviations beside it."""
    torch = need("torch", extra="train")
    points, none = torch.randn((4000, 2), generator=rng), torch.zeros((4000, 1))
    flow = fitted(points, none, FLOW_STEPS[size], rng)
    fresh = torch.randn((1000, 2), generator=rng)
    beside = fresh + 3.0 * torch.tensor([np.sqrt(0.5), np.sqrt(0.5)], dtype=torch.float32)
    errors, deviation = gd.col("errors", axis=("token", "layer")), {}
    for name, states in (("within", fresh), ("beside", beside)):
        rows = {"errors": [[[float(e)]] for e in _measured(flow, states, none[:1000], rng)]}
        deviation[name] = float(rlfr_deviation(errors, TIME).score(rows).values.mean())
    return deviation


def straying(seed: int, size: Size) -> Mapping[str, float]:
    """Deviations of points in a plane; and of the states of a small model that reads right and spoilt sums.

    The sums were read neither by the model nor by the flow. ``charged`` is how often RLFR charges a sign: the spoilt
    digit, and those of right answers.
    """
    torch = need("torch", extra="train")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(149 + seed)
            rng = torch.Generator().manual_seed(149 + seed)
            deviation = _plane(size, rng)
            figures, lines = _sums(seed, size, rng)
            chart = Chart("States of a sum", "sign read, from the first", "deviation from the flow", lines)
            return Figures(deviation | figures, chart)
    finally:
        torch.set_num_threads(threads)


def _sums(seed: int, size: Size, rng: Any) -> tuple[dict[str, float], dict[str, Line]]:
    torch, draw = need("torch", extra="train"), np.random.default_rng([149, seed])
    texts = [_sum(a, b) for a in range(TERM) for b in range(TERM)]
    draw.shuffle(texts)
    held, shown = texts[:150], texts[150:]
    model = _Adder(shown, LANGUAGE_STEPS[size], rng)
    with torch.no_grad():
        known = model.states(encoded(shown))
        ids = encoded(held)
        said = model.write(model.states(ids)[:, :, -1]).argmax(dim=-1)
    mean, std = known.mean(dim=(0, 1)), known.std(dim=(0, 1)) + 1e-3

    def pairs(states: Any) -> tuple[Any, Any]:
        """Each state with what stands before it (the state of the token before, and which layer), as rows."""
        scaled = (states - mean) / std
        layer = torch.eye(LAYERS).expand(*scaled.shape[:2], LAYERS, LAYERS)
        context = torch.cat([scaled[:, :-1], layer[:, 1:]], dim=-1)
        return scaled[:, 1:].flatten(0, 2), context.flatten(0, 2)

    flow = fitted(*pairs(known), FLOW_STEPS[size], rng)
    wrong, places = zip(*(_spoilt(text, draw) for text in held), strict=True)
    errors = gd.col("errors", axis=("token", "layer"))
    deviation, length = rlfr_deviation(errors, TIME), len(held[0])
    figures = {"accuracy": float((said[:, 5:7] == ids[:, 6:8]).all(dim=1).double().mean())}
    lines: dict[str, Line] = {}
    for name, read in (("right", held), ("spoilt", list(wrong))):
        with torch.no_grad():
            seen = pairs(model.states(encoded(read)))
        measured = _measured(flow, *seen, rng).reshape(len(read), length - 1, LAYERS)
        rows = {"errors": measured[:, 5:].tolist(), "right": [0] * len(read)}  # the answer's signs, and its end
        figures[f"deviation {name}"] = float(deviation.mean().score(rows).values.mean())
        charged = rlfr(deviation, gd.col("right")).score(rows).values.reshape(len(read), -1) < 0
        at = np.array(places) - 6
        by_sign = deviation.score({"errors": measured.tolist()}).values.reshape(len(read), -1)
        kinds = {"right": at >= 0} if name == "right" else {"tens spoilt": at == 0, "units spoilt": at == 1}
        lines |= {kind: Line.of(range(2, length + 1), by_sign[which].mean(axis=0)) for kind, which in kinds.items()}
        figures[f"charged {name}"] = float(charged[np.arange(len(read)), at].mean())
    return figures, lines
