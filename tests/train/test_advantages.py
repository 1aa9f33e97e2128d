"""Advantages down to the token through TRL's own trainer, held against loops over the words that were written."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

pytest.importorskip("trl")
sys.path.insert(0, str(Path(__file__).parent))

import tiny

import guerdon as gd
from guerdon.train.advantages import GRPOTrainer, on_tokens
from guerdon.train.offsets import offsets_of

GOOD = {"one", "two", "three", "yes", "a"}
ENDS = {"plus", "is", "the", "b", "five", "of"}


def clauses_of(words: list[str]) -> list[list[int]]:
    """The words' places in clauses; a clause ends with one of some words."""
    found: list[list[int]] = [[]]
    for place, word in enumerate(words):
        found[-1].append(place)
        if word in ENDS:
            found.append([])
    return [clause for clause in found if clause]


@gd.function(axis="step", returns="column")
def clauses(completion: str) -> list[str]:
    words, starts, at = completion.split(" "), [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    pieces = []
    for clause in clauses_of(words):
        start, stop = starts[clause[0]], starts[clause[-1]] + len(words[clause[-1]])
        pieces.append(gd.Piece(completion[start:stop], gd.Span(0, start, stop)))
    return pieces


@gd.function(bounds=(0, 1))
def goodness(clause: str) -> float:
    words = clause.split(" ")
    return sum(word in GOOD for word in words) / len(words)


STEP = goodness(clause=clauses())


def train(folder: Path, advantage: gd.Score, *, steps: int = 2, resume: str | None = None, **said: Any) -> Any:
    """Train the tiny model; returns the trainer, with the batches its loss saw."""
    import trl

    reward, callbacks = said.pop("reward", None), said.pop("callbacks", [])
    settings = tiny.trainer(folder, lambda completions, **kwargs: [0.0] * len(completions), steps=steps, **said).args
    model, tokenizer = tiny.model_and_tokenizer()
    trainer = GRPOTrainer(
        model, advantage, reward, args=settings, train_dataset=tiny.rows(), processing_class=tokenizer,
        callbacks=callbacks,
    )  # fmt: skip
    assert isinstance(trainer, trl.GRPOTrainer)
    seen: list[dict[str, Any]] = []
    loss = trainer._compute_loss

    def watched(model: Any, inputs: dict[str, Any]) -> Any:
        seen.append({name: inputs[name].tolist() for name in ("prompt_ids", "completion_ids", "completion_mask")})
        seen[-1]["advantages"] = inputs["advantages"].tolist()
        return loss(model, inputs)

    trainer._compute_loss = watched
    trainer.train(resume_from_checkpoint=resume)
    trainer.seen, trainer.words = seen, tokenizer
    return trainer


def by_hand(batch: dict[str, Any], tokenizer: Any) -> list[list[float]]:
    """Each clause's share of good words less the mean over the clauses of its group, at each of its tokens."""
    texts = []
    for ids, mask in zip(batch["completion_ids"], batch["completion_mask"], strict=True):
        kept = [token for token, one in zip(ids, mask, strict=True) if one]
        special = set(tokenizer.all_special_ids)
        texts.append([tokenizer.convert_ids_to_tokens(token) for token in kept if token not in special])
    scores = [[sum(text[k] in GOOD for k in clause) / len(clause) for clause in clauses_of(text)] for text in texts]
    wanted = []
    for row, (ids, mask) in enumerate(zip(batch["completion_ids"], batch["completion_mask"], strict=True)):
        group = [k for k, prompt in enumerate(batch["prompt_ids"]) if prompt == batch["prompt_ids"][row]]
        mean = fmean(score for k in group for score in scores[k])
        owner = {k: piece for piece, clause in enumerate(clauses_of(texts[row])) for k in clause}
        line, word = [], 0
        for token, one in zip(ids, mask, strict=True):
            if not one:
                line.append(0.0)
            elif token in set(tokenizer.all_special_ids):  # the end of sequence belongs to the last clause
                line.append(scores[row][-1] - mean if scores[row] else 0.0)
            else:
                line.append(scores[row][owner[word]] - mean)
                word += 1
        wanted.append(line)
    return wanted


def test_a_step_s_advantage_lands_on_the_tokens_that_wrote_it(tmp_path: Path) -> None:
    trainer = train(tmp_path, on_tokens(STEP - STEP.mean(over="prompt")).as_advantage(), steps=2)
    assert len(trainer.seen) == 2
    for batch in trainer.seen:
        for got, wanted in zip(batch["advantages"], by_hand(batch, trainer.words), strict=True):
            assert got == pytest.approx(wanted, abs=1e-6)
        assert any(len(set(line)) > 2 for line in batch["advantages"])  # unlike within one completion


def test_a_flat_advantage_is_that_of_every_token_and_is_not_normalised(tmp_path: Path) -> None:
    length = gd.text.length("words")
    trainer = train(tmp_path, (length - length.mean(over="prompt")).as_advantage(), steps=1, reward=length)
    (batch,) = trainer.seen
    counts = [sum(token > 2 for token, one in zip(ids, mask, strict=True) if one)
              for ids, mask in zip(batch["completion_ids"], batch["completion_mask"], strict=True)]  # fmt: skip
    for row, line in enumerate(batch["advantages"]):
        group = [counts[k] for k, prompt in enumerate(batch["prompt_ids"]) if prompt == batch["prompt_ids"][row]]
        size = sum(batch["completion_mask"][row])
        assert line[:size] == pytest.approx([counts[row] - fmean(group)] * size, abs=1e-5)
        assert not any(line[size:])
    logged = [entry["rewards/reward/mean"] for entry in trainer.state.log_history if "rewards/reward/mean" in entry]
    assert logged == pytest.approx([fmean(counts)])


def test_a_gradient_goes_through_the_paid_tokens_alone(tmp_path: Path) -> None:
    only_first = gd.where(STEP.position() == 0, 1.0, 0.0)
    trainer = train(tmp_path, on_tokens(only_first), steps=1)
    (batch,) = trainer.seen
    for ids, mask, line in zip(batch["completion_ids"], batch["completion_mask"], batch["advantages"], strict=True):
        text = [
            trainer.words.convert_ids_to_tokens(token)
            for token, one in zip(ids, mask, strict=True)
            if one and token > 2
        ]
        special = (
            sum(mask) - len(text) if len(clauses_of(text)) == 1 else 0
        )  # tokens of no text go with the last clause
        assert sum(line) == len(clauses_of(text)[0]) + special


def test_multipliers_and_running_figures_go_on_where_the_run_was_cut_off(tmp_path: Path) -> None:
    length = gd.text.length("words")
    price = gd.dual(length, target=9, lr=0.1)
    usual = gd.running(length, "mean", empty=0.0)

    def advantage() -> gd.Score:
        return on_tokens(STEP - price * (usual - length)).as_advantage()

    whole = train(tmp_path / "whole", advantage(), steps=4)
    train(tmp_path / "cut", advantage(), steps=2, save_strategy="steps", save_steps=2)
    resumed = train(
        tmp_path / "cut", advantage(), steps=4, resume=str(tmp_path / "cut" / "checkpoint-2"),
        save_strategy="steps", save_steps=2,
    )  # fmt: skip
    assert resumed.seen == whole.seen[2:]
    state = [one._advantage.function.runner.state_dict() for one in (whole, resumed)]
    assert state[0] == state[1]
    assert state[0]["nodes"][0]["state"]


def test_another_axis_and_reward_functions_are_refused(tmp_path: Path) -> None:
    model, _ = tiny.model_and_tokenizer()
    with pytest.raises(ValueError, match="the advantage lies on step: bring it down to tokens"):
        GRPOTrainer(model, STEP)
    with pytest.raises(ValueError, match="in place of reward_funcs="):
        GRPOTrainer(model, STEP.mean(), reward_funcs=[len])


@pytest.fixture(scope="module")
def smollm2() -> Any:
    from transformers import AutoTokenizer

    from guerdon.train.model import smollm2_folder

    return AutoTokenizer.from_pretrained(smollm2_folder())


TEXTS = [
    "A plain line.\n\nAnother.",
    "naïve café — 12½ €",
    "日本語のテキスト",
    "👩‍🚀 and 🇩🇪!",
    "  leading and trailing  ",
    "x",
]


@pytest.mark.parametrize("text", TEXTS)
def test_offsets_of_a_real_tokenizer(text: str, smollm2: Any) -> None:
    ids = smollm2(text)["input_ids"] + [smollm2.eos_token_id]
    found = offsets_of(ids, text, smollm2)
    assert found is not None
    theirs = smollm2(text, return_offsets_mapping=True)["offset_mapping"]
    for (start, _), (low, high) in zip(found.spans, theirs, strict=False):
        said = text[low:high]
        assert start == (low + len(said) - len(said.lstrip()) if said.strip() else low)
    assert found.spans[-1] == (0, 0)
    assert set(found.messages) == {0}


def test_offsets_of_several_messages(smollm2: Any) -> None:
    completion = [
        {"role": "assistant", "content": "Let me look."},
        {"role": "tool", "content": "<answer>7</answer>"},
        {"role": "assistant", "content": "It is 7."},
    ]
    parts = [
        "Let me look.",
        "<|im_end|>\n<|im_start|>tool\n<answer>7</answer><|im_end|>\n<|im_start|>assistant\n",
        "It is 7.",
    ]
    ids = [token for part in parts for token in smollm2(part)["input_ids"]] + [smollm2.eos_token_id]
    found = offsets_of(ids, completion, smollm2)
    assert found is not None
    first, middle = (len(smollm2(part)["input_ids"]) for part in parts[:2])
    assert set(found.messages[:first]) == {0}
    assert set(found.messages[first : first + middle]) <= {-1, 2}
    assert set(found.messages[first + middle :]) == {2}
    assert found.spans[first + middle] == (0, 2)


def test_tokens_that_do_not_spell_the_text_have_no_offsets(smollm2: Any) -> None:
    assert offsets_of(smollm2("one")["input_ids"], "two", smollm2) is None
