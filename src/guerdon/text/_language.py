"""Which language a text is in, by langdetect, the same on every run."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .._extras import need
from ..expr.chat import Completion, last_text
from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, bound, chosen
from ..expr.leaves import as_column

_READ = 10_000  # characters: the detector reads no more


@lru_cache(maxsize=1)
def _factory() -> Any:
    """A detector of our own, so that neither its seed nor ours reaches the other users of the library."""
    library = need("langdetect.detector_factory", extra="instructions")
    factory = library.DetectorFactory()
    factory.load_profile(library.PROFILES_DIRECTORY)
    factory.seed = 0
    return factory


@lru_cache(maxsize=1024)
def detect(text: str) -> str | None:
    """The code of a text's language (ISO 639-1; Chinese as ``zh-cn`` or ``zh-tw``); None where nothing tells it.

    The first ten thousand characters are read. A few milliseconds.

    >>> detect("Das ist ein ganz gewöhnlicher Satz."), detect("12345")
    ('de', None)
    """
    error: Any = need("langdetect.lang_detect_exception", extra="instructions").LangDetectException
    detector = _factory().create()
    try:
        detector.append(text[:_READ])
        found = str(detector.detect())
    except error:
        return None
    return None if found == "unknown" else found


def language(completion: Completion) -> str | None:
    """See ``gd.text.language``."""
    text = last_text(completion)
    return None if text is None else detect(text[:_READ])


@function(returns="column", version="1", cost="cpu", name="language")
def _leaf(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> str | None:
    return language(chosen(completion, of))


def language_of(of: Column | None = None) -> Column:
    """The code of the language a text is written in, such as ``en`` (ISO 639-1); no verdict where nothing tells it.

    By langdetect (55 languages), seeded, so that the same text gives the same code; short texts are told badly. The
    first ten thousand characters are read, thinking too. A few milliseconds a text.

    >>> import guerdon as gd
    >>> german = gd.text.language() == "de"
    >>> german.score({"completion": ["Das ist ein ganz gewöhnlicher Satz.", "This is an ordinary sentence."]}).values
    array([1., 0.])
    """
    return as_column(_leaf(**bound(of)))
