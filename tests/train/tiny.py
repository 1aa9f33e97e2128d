"""A language model of a few thousand weights with a tokenizer of thirty words, made on the spot: TRL itself runs on it.

Its completions are noise: what rewards make of them is checked, not what it learns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = "zero one two three four five six seven eight nine plus is yes no and the of a b c d e f".split()


def model_and_tokenizer() -> tuple[Any, Any]:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate(["<pad>", "<end>", "<unknown>", *WORDS])}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unknown>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="<end>", unk_token="<unknown>"
    )
    torch.manual_seed(0)
    torch.set_num_threads(1)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=64,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=1,
    )
    return LlamaForCausalLM(config), tokenizer


def rows(count: int = 8) -> Any:
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "prompt": [f"{WORDS[i]} plus {WORDS[i + 1]} is" for i in range(count)],
            "word": [WORDS[(2 * i) % len(WORDS)] for i in range(count)],
        }
    )


def trainer(
    folder: Path,
    rewards: Any,
    *,
    kind: str = "GRPO",
    steps: int = 2,
    callbacks: Any = (),
    evaluate: Any = None,
    **said: Any,
) -> Any:
    """A GRPO or RLOO trainer of the tiny model: two prompts, four completions each, eight tokens."""
    import trl

    from guerdon.train.machine import grpo_defaults

    settings: dict[str, Any] = {
        **grpo_defaults(),
        "output_dir": str(folder),
        "per_device_train_batch_size": 8,
        "per_device_eval_batch_size": 8,
        "num_generations": 4,
        "max_completion_length": 8,
        "max_steps": steps,
        "logging_steps": 1,
        "learning_rate": 1e-3,
        "use_cpu": True,
        "bf16": False,
        "beta": 0.0,
        "seed": 3,
    }
    model, tokenizer = model_and_tokenizer()
    config = getattr(trl, f"{kind}Config")(**settings | said)
    return getattr(trl, f"{kind}Trainer")(
        model=model,
        reward_funcs=rewards,
        args=config,
        train_dataset=rows(),
        eval_dataset=evaluate,
        processing_class=tokenizer,
        callbacks=list(callbacks),
    )
