"""The language of a text: the same on every run, and nobody's seed but ours."""

from __future__ import annotations

import guerdon as gd


def test_languages_are_told() -> None:
    texts = [
        "This is an ordinary sentence in the English language and it speaks of the weather.",
        "Das ist ein gewöhnlicher Satz in deutscher Sprache und er handelt vom Wetter.",
        "Это обычное предложение на русском языке, и в нём говорится о погоде.",
        "이것은 한국어로 쓴 평범한 문장입니다.",
    ]
    for code, wanted in (("en", 0), ("de", 1), ("ru", 2), ("ko", 3)):
        found = (gd.text.language() == code).score({"completion": texts}).values.tolist()
        assert found == [float(i == wanted) for i in range(4)]


def test_no_verdict_where_nothing_tells_it() -> None:
    odd = ["", "123", "?!", "\x00", "\ud800", " " * 100_000, [{"role": "user", "content": "This is English."}]]
    assert gd.text.language().exists().score({"completion": odd}).values.tolist() == [0.0] * 7


def test_the_same_text_has_the_same_language_each_time_and_the_library_s_seed_is_left_alone() -> None:
    import langdetect

    before = langdetect.DetectorFactory.seed
    from guerdon.text._language import detect

    words = "no si de la me"  # short and of several languages: an unseeded detector wavers
    found = set()
    for _ in range(20):
        detect.cache_clear()
        found.add(detect(words))
    assert len(found) == 1
    assert langdetect.DetectorFactory.seed == before


def test_of_another_text() -> None:
    german = gd.text.language(gd.text.tag("answer")) == "de"
    rows = ["<answer>Das ist ein ganz gewöhnlicher Satz.</answer>", "Das ist ein ganz gewöhnlicher Satz."]
    assert german.score({"completion": rows}).values.tolist() == [1.0, 0.0]
