"""The demo's task, embedded: read a sentence about a person and answer in JSON that has the given keys and types.

Everything asked for stands in the prompt, so what a model learns on the training sentences can carry over to people,
towns and phrasings it has never seen. `held_out_rows` is made of those only: no first name, last name, town or sentence
pattern of it occurs in `train_rows`. Rows are plain dicts and depend on nothing but the seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypedDict

KEYS = ("name", "age", "city")
"""The keys a right answer has, and no others; ``age`` is a number, the others are strings."""

QUESTION = 'Who is this? Reply with JSON only: {"name": string, "age": number, "city": string}'
"""What stands under the sentence. SmolLM2-135M-Instruct at temperature 0.8 gets each part right 20 to 50 % of the
time."""


class Message(TypedDict):
    """One chat message."""

    role: str
    content: str


class Row(TypedDict):
    """One row: the prompt as chat messages, the three values a right answer holds, and the pattern of its sentence."""

    prompt: list[Message]
    name: str
    age: int
    city: str
    pattern: str


@dataclass(frozen=True)
class Words:
    """What sentences are built from: patterns with ``{name}``, ``{age}`` and ``{city}``, and the words to fill them."""

    patterns: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    cities: tuple[str, ...]


def _split(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


TRAIN = Words(
    patterns=(
        "{name}, {age}, lives in {city}.",
        "{name} is {age} years old and lives in {city}.",
        "In {city} lives {name}, who is {age}.",
        "{name} moved to {city} at the age of {age}.",
        "Our new colleague {name} is {age} and comes from {city}.",
        "At {age}, {name} opened a bakery in {city}.",
        "The winner is {name} from {city}, aged {age}.",
        "{city} is home to {name}, {age}.",
    ),
    first=_split(
        "Mira Jonas Elena Tomas Aisha Peter Lucia Henrik Nadia Oscar Greta Samuel",
        "Irene Viktor Paula Daniel Hanna Marco Sofia Felix Clara Ivan Julia Omar",
    ),
    last=_split(
        "Olsen Weber Moreau Novak Rossi Haddad Larsen Costa Becker Fischer Dubois Kowalski",
        "Silva Jensen Moretti Ahmed Berg Keller Lopez Petrov Santos Lindgren Hoffman Marin",
    ),
    cities=_split(
        "Bergen Lyon Porto Hamburg Krakow Turin Seville Ghent Aarhus Zagreb Graz Utrecht",
        "Malmo Bilbao Leipzig Dublin Geneva Riga Tampere Cardiff Athens Nice Bremen Split",
    ),
)
"""What training sentences are made of."""

HELD_OUT = Words(
    patterns=(
        "{name} ({age}) works as a nurse in {city}.",
        "Meet {name}: {age} years old, born in {city}.",
        "From {city} comes {name}, now {age} years of age.",
        "Aged {age}, {name} still cycles to work in {city}.",
    ),
    first=_split(
        "Astrid Bruno Camille Dimitri Esther Farid Gwen Hugo", "Ingrid Karim Leona Magnus Noemi Pavel Ruth Stefan"
    ),
    last=_split(
        "Andersson Bianchi Carter Dvorak Eriksen Ferrari Garnier Horvat",
        "Ivanova Klein Lambert Mendes Nilsson Quinn Romero Schmidt",
    ),
    cities=_split(
        "Antwerp Basel Cork Dresden Florence Granada Helsinki Innsbruck",
        "Lisbon Marseille Naples Oslo Prague Tallinn Valencia Warsaw",
    ),
)
"""What held-out sentences are made of; it shares no word list entry and no pattern with `TRAIN`."""


def train_rows(count: int = 512, seed: int = 0) -> list[Row]:
    """``count`` training rows for ``seed``; the patterns take turns, everything else is drawn.

    Raises ValueError for a negative count, or for more rows than there are different people.

    >>> row = train_rows(1)[0]
    >>> row["prompt"][0]["content"].splitlines()[0] == row["pattern"].format(**row)
    True
    """
    return _rows(TRAIN, count, random.Random(f"train {seed}"))


def held_out_rows(count: int = 96, seed: int = 0) -> list[Row]:
    """``count`` rows whose names, towns and patterns never occur in training; see `train_rows`.

    >>> [row["age"] for row in held_out_rows(3)] == [row["age"] for row in held_out_rows(96)[:3]]
    True
    """
    return _rows(HELD_OUT, count, random.Random(f"held out {seed}"))


def _rows(words: Words, count: int, draw: random.Random) -> list[Row]:
    most = len(words.first) * len(words.last)  # a person is a full name, and occurs once per seed
    if not 0 <= count <= most:
        raise ValueError(f"count is {count}: it must lie between 0 and {most}, the number of different people.")
    people = [f"{first} {last}" for first in words.first for last in words.last]
    draw.shuffle(people)  # all of them, so that fewer rows are the beginning of more rows
    rows: list[Row] = []
    for index, name in enumerate(people[:count]):
        pattern, age, city = (
            words.patterns[index % len(words.patterns)],
            draw.randint(18, 89),
            draw.choice(words.cities),
        )
        sentence = pattern.format(name=name, age=age, city=city)
        prompt = [Message(role="user", content=f"{sentence}\n{QUESTION}")]
        rows.append(Row(prompt=prompt, name=name, age=age, city=city, pattern=pattern))
    return rows
