"""A transformer of about a million weights, trained from nothing in a minute or two on one core.

    task = sums(seed=0)
    learner = made(task.alphabet, seed=0)
    imitate(learner, task.shown, steps=160)                    # knows how, and slips as its teacher did
    history = reinforce(learner, task, advantage, watch={"gold": right}, steps=60)

It reads and writes single characters. Reinforcement is TRL's own trainer with advantages from an expression, down to
the token (:class:`guerdon.train.advantages.GRPOTrainer`). One thread: the same again for the same seed.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guerdon._extras import need
from guerdon.expr.score import Score
from guerdon.train.evaluate import Sampled, Sampling, estimate, sample, score
from guerdon.train.figures import per_rollout

from .curves import Line
from .tasks import Task

if TYPE_CHECKING:
    from guerdon.plan.runner import Runner

__all__ = ["History", "Learner", "Seen", "asked", "imitate", "made", "reinforce"]


@dataclass
class Learner:
    """A model with its tokenizer, and the seed it was made with."""

    model: Any
    tokenizer: Any
    seed: int

    @property
    def weights(self) -> int:
        """How many numbers it holds."""
        return sum(weight.numel() for weight in self.model.parameters())

    def copy(self) -> Learner:
        """Another that has learnt the same."""
        return Learner(copy.deepcopy(self.model), self.tokenizer, self.seed)


def made(alphabet: str, seed: int, width: int = 192, layers: int = 2, longest: int = 64) -> Learner:
    """A transformer (of Llama's shape) that knows nothing yet.

    Args:
        alphabet: the characters it reads and writes, a token each.
        seed: of its weights.
        width: of its states; 192 with 2 layers is 1.2 million weights.
        layers: how many.
        longest: how many tokens prompt and completion may have together.
    """
    torch, hub = need("torch", extra="train"), need("transformers", extra="train")
    parts = need("tokenizers", extra="train")
    words = parts.Tokenizer(parts.models.WordLevel(_vocabulary(alphabet), unk_token="<unknown>"))
    words.pre_tokenizer = parts.pre_tokenizers.Split(parts.Regex(r"[\s\S]"), "isolated")
    words.decoder = parts.decoders.Fuse()
    tokenizer = hub.PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="<end>", unk_token="<unknown>", padding_side="left",
        clean_up_tokenization_spaces=False,
    )  # fmt: skip
    config = hub.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=width, intermediate_size=4 * width, num_hidden_layers=layers,
        num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=longest, tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.eos_token_id, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = hub.LlamaForCausalLM(config)
    return Learner(model, tokenizer, seed)


def _vocabulary(alphabet: str) -> dict[str, int]:
    return {letter: place for place, letter in enumerate(["<pad>", "<end>", "<unknown>", *dict.fromkeys(alphabet)])}


def imitate(
    learner: Learner, shown: Sequence[tuple[str, str]], steps: int, batch: int = 64, rate: float = 2e-3
) -> list[float]:
    """Teach it to continue prompts as shown (next-token loss on the completions); the loss of every step, in nats."""
    torch = need("torch", extra="train")
    model, tokenizer = learner.model, learner.tokenizer
    texts = tokenizer([prompt + completion for prompt, completion in shown])["input_ids"]
    ids = [torch.tensor([*one, tokenizer.eos_token_id]) for one in texts]
    starts = torch.tensor([len(prompt) for prompt, _ in shown])
    order = torch.Generator().manual_seed(learner.seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    losses = []
    model.train()
    with one_thread():
        for _ in range(steps):
            picked = torch.randint(len(ids), (batch,), generator=order)
            block = torch.nn.utils.rnn.pad_sequence([ids[i] for i in picked.tolist()], batch_first=True)
            place = torch.arange(block.shape[1])
            counted = (place >= starts[picked][:, None]) & (block != tokenizer.pad_token_id)
            loss = model(input_ids=block, labels=block.masked_fill(~counted, -100)).loss
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
    return losses


@dataclass(frozen=True)
class Seen:
    """Held-out completions at one moment: mean and standard error of each figure, and how far the policy has moved.

    Attributes:
        step: how many updates were made.
        mean: of each figure.
        error: its standard error over the prompts.
        kl: to the start, in nats a completion: at each token over the whole next-token distribution, so never below 0.
    """

    step: int
    mean: Mapping[str, float]
    error: Mapping[str, float]
    kl: float


def asked(
    learner: Learner, rows: Sequence[dict[str, Any]], figures: Mapping[str, Score], longest: int,
    greedy: bool = False, start: Learner | None = None, step: int = 0,
) -> Seen:  # fmt: skip
    """Ask for one completion of each row, and what the figures say of them.

    Args:
        learner: what is asked.
        rows: with ``prompt`` and what the figures read.
        figures: expressions, one number per completion; where one has none, 0 is counted.
        longest: how many tokens a completion may have.
        greedy: the likeliest token each time, instead of a draw.
        start: to measure KL from; 0 without it.
        step: how many updates were made, as noted in the result.
    """
    how = Sampling(tokens=longest, batch=256, top_k=1 if greedy else 0)
    with one_thread():
        seen = sample(learner.model, learner.tokenizer, rows, how)
        kl = 0.0 if start is None else _moved(learner, start, seen)
    mean, error = {}, {}
    for name, figure in figures.items():
        runner: Runner = figure.compile()
        found = estimate([value.value or 0.0 for value in per_rollout(score(runner, seen))])
        mean[name], error[name] = found["mean"] or 0.0, found["se"] or 0.0
    return Seen(step, mean, error, kl)


def _moved(learner: Learner, start: Learner, seen: Sampled) -> float:
    """The mean over completions of the sum over their tokens of KL(now || start)."""
    torch = need("torch", extra="train")
    prompts = learner.tokenizer([row["prompt"] for row in seen.rows])["input_ids"]
    lines = [torch.tensor(prompt + ids) for prompt, ids in zip(prompts, seen.ids, strict=True)]
    block = torch.nn.utils.rnn.pad_sequence(lines, batch_first=True)
    place = torch.arange(block.shape[1])
    first = torch.tensor([len(prompt) for prompt in prompts])[:, None] - 1  # the state that writes the first token
    last = torch.tensor([len(line) for line in lines])[:, None] - 1
    with torch.no_grad():
        now, then = (one.model(input_ids=block).logits.log_softmax(-1) for one in (learner, start))
        each = (now.exp() * (now - then)).sum(-1)
    return float((each * ((place >= first) & (place < last))).sum() / len(lines))


@dataclass
class History:
    """What was seen on held-out prompts along the way."""

    seen: list[Seen] = field(default_factory=list)

    def by_step(self, name: str) -> Line:
        """A figure's mean by step."""
        return Line.of([one.step for one in self.seen], [one.mean[name] for one in self.seen])

    def by_kl(self, name: str) -> Line:
        """A figure's mean by KL to the start."""
        return Line.of([one.kl for one in self.seen], [one.mean[name] for one in self.seen])


def reinforce(
    learner: Learner, task: Task, advantage: Score, watch: Mapping[str, Score], steps: int,
    reward: Score | None = None, every: int = 10, prompts: int = 8, group: int = 8, rate: float = 3e-4,
    callbacks: Sequence[Any] = (), **said: Any,
) -> History:  # fmt: skip
    """Train it by reward through TRL's trainer, in place; what held-out prompts say before, every few steps, and after.

    Args:
        learner: what learns.
        task: whose ``rows`` are trained on and whose ``held_out`` is asked.
        advantage: one number per completion, or per token; see :class:`guerdon.train.advantages.GRPOTrainer`.
        watch: figures for held-out completions, such as the gold reward and the proxy.
        steps: updates, each on ``prompts`` times ``group`` completions.
        reward: what TRL logs; the mean of the advantage if left out.
        every: how many steps between two looks.
        prompts: per step.
        group: completions of each prompt.
        rate: the learning rate.
        callbacks: TRL's own.
        **said: other settings of ``trl.GRPOConfig``.
    """
    from transformers import TrainerCallback

    from guerdon.train.advantages import GRPOTrainer
    from guerdon.train.machine import grpo_defaults

    datasets, trl = need("datasets", extra="train"), need("trl", extra="train")
    start, history = learner.copy(), History()

    def look(step: int) -> None:
        history.seen.append(asked(learner, task.held_out, watch, task.longest, start=start, step=step))

    class Look(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            if state.global_step % every == 0 or state.global_step == steps:
                look(state.global_step)

    with tempfile.TemporaryDirectory() as folder, one_thread():
        settings: dict[str, Any] = {
            **grpo_defaults(), "output_dir": folder, "per_device_train_batch_size": prompts * group,
            "num_generations": group, "max_completion_length": task.longest, "max_steps": steps,
            "learning_rate": rate, "beta": 0.0, "lr_scheduler_type": "constant", "use_cpu": True, "bf16": False,
            "logging_steps": 1, "seed": learner.seed, "shuffle_dataset": True,
        }  # fmt: skip
        look(0)
        trainer = GRPOTrainer(
            learner.model, advantage, reward, args=trl.GRPOConfig(**settings | said),
            train_dataset=datasets.Dataset.from_list(list(task.rows)), processing_class=learner.tokenizer,
            callbacks=[Look(), *callbacks],
        )  # fmt: skip
        trainer.remove_callback(need("transformers.trainer_callback", extra="train").PrinterCallback)
        trainer.train()
    return history


@contextmanager
def one_thread() -> Iterator[None]:
    """torch on one thread, so that sums are added in one order; as it was afterwards."""
    torch = need("torch", extra="train")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
