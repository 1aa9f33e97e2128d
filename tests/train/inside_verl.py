"""Runs in verl's own environment: its functions against our expressions, on the same numbers.

``inside_verl.py FOLDER`` prints one JSON object: per comparison the largest difference.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from tensordict import TensorDict
from verl import DataProto
from verl.trainer.ppo import core_algos
from verl.trainer.ppo.ray_trainer import compute_advantage
from verl.utils.import_utils import load_extern_object

import guerdon as gd
from guerdon.train.verl import register_adv_est

FOLDER = Path(sys.argv[1])
REWARD, TOKENS = gd.col("reward"), gd.col("token_rewards", axis="token")
GAMMA, LAMBDA = 0.97, 0.9

chance = torch.Generator().manual_seed(0)
B, T = 24, 40
lengths = torch.randint(5, T + 1, (B,), generator=chance)
mask = (torch.arange(T)[None] < lengths[:, None]).float()
tokens = torch.randn(B, T, generator=chance) * mask
outcome = torch.zeros(B, T)
outcome[torch.arange(B), lengths - 1] = torch.rand(B, generator=chance)
values = torch.randn(B, T, generator=chance) * mask
index = np.array([f"prompt-{i // 4}" for i in range(B)], dtype=object)
config = SimpleNamespace(gamma=GAMMA, get=lambda name, default=None: default)


def far(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(((a - b) * mask).abs().max())


def ours(advantage: gd.Score, name: str, rewards: torch.Tensor = outcome) -> torch.Tensor:
    register_adv_est(f"guerdon_{name}", advantage)
    return core_algos.get_adv_estimator_fn(f"guerdon_{name}")(
        token_level_rewards=rewards, response_mask=mask, index=index, config=config
    )[0]


found: dict[str, float] = {}
theirs, _ = core_algos.compute_grpo_outcome_advantage(outcome.clone(), mask, index)
found["grpo"] = far(theirs, ours(gd.credit.group_zscore(REWARD), "grpo"))
theirs, _ = core_algos.compute_grpo_outcome_advantage(outcome.clone(), mask, index, norm_adv_by_std_in_grpo=False)
found["dr_grpo"] = far(theirs, ours(gd.credit.group_centred(REWARD), "dr_grpo"))
theirs, _ = core_algos.compute_rloo_outcome_advantage(outcome.clone(), mask, index)
found["rloo"] = far(theirs, ours(gd.credit.leave_one_out(REWARD), "rloo"))
theirs, _ = core_algos.compute_reinforce_plus_plus_outcome_advantage(tokens.clone(), mask, config=config)
togo = gd.credit.reward_to_go(TOKENS, GAMMA)
found["reinforce_plus_plus"] = far(theirs, ours(gd.credit.batch_zscore(togo), "rpp", tokens))
theirs, _ = core_algos.compute_reinforce_plus_plus_baseline_outcome_advantage(outcome.clone(), mask, index)
# verl counts a response as often as it has tokens: the centred reward is spread over them before it is normalised.
spread = REWARD - REWARD.mean(over="prompt") + 0 * TOKENS
found["reinforce_plus_plus_baseline"] = far(theirs, ours(gd.credit.batch_zscore(spread), "rppb"))
theirs, _ = core_algos.compute_gae_advantage_return(tokens.clone(), values, mask, GAMMA, LAMBDA)
estimated = gd.credit.batch_zscore(gd.credit.gae(TOKENS, gd.col("values", axis="token"), GAMMA, LAMBDA))
register_adv_est("guerdon_gae", estimated)
critic = np.empty(B, dtype=object)
critic[:] = [row[: int(n)].double().numpy() for row, n in zip(values, lengths, strict=True)]
mine, _ = core_algos.get_adv_estimator_fn("guerdon_gae")(
    token_level_rewards=tokens, response_mask=mask, index=index, config=config, non_tensor_batch={"values": critic}
)
found["gae"] = far(theirs, mine)
parts = {"right": torch.rand(B, generator=chance).round(), "brief": torch.rand(B, generator=chance)}
theirs, _ = core_algos.compute_gdpo_outcome_advantage(
    outcome.clone(), mask, index, config={"gdpo_reward_keys": list(parts)},
    non_tensor_batch={name: part.numpy() for name, part in parts.items()},
    batch={"prompts": torch.zeros(B, 3), "attention_mask": torch.cat([torch.ones(B, 3), mask], dim=1).long()},
)  # fmt: skip
# As above: the sum of the components' z-scores, spread over the tokens, then normalised.
total = sum(gd.col(name).zscore(over="prompt", ddof=1, eps=1e-6) for name in parts)
register_adv_est("guerdon_gdpo", (total + 0 * TOKENS).zscore(over="batch", ddof=1))
mine, _ = core_algos.get_adv_estimator_fn("guerdon_gdpo")(
    token_level_rewards=outcome, response_mask=mask, index=index, config=config,
    non_tensor_batch={name: part.numpy() for name, part in parts.items()},
)  # fmt: skip
found["gdpo"] = far(theirs, mine)

# verl's trainer calls ours by the name in the configuration.
batch = DataProto(
    batch=TensorDict({"token_level_rewards": outcome, "response_mask": mask}, batch_size=B),
    non_tensor_batch={"uid": index},
)
called = compute_advantage(batch, adv_estimator="guerdon_rloo", config=config)
theirs, _ = core_algos.compute_rloo_outcome_advantage(outcome.clone(), mask, index)
found["called"] = far(theirs, called.batch["advantages"])

# The manager, loaded as verl loads it: a reward per sample, and one per token.
(FOLDER / "rewards.py").write_text("""
import guerdon as gd
right = (gd.text.tag("answer") == gd.col("ground_truth")).named("right")
flat = right + 0.1 * gd.text.length("words")
on_tokens = gd.text.length("words", of=gd.text.sentences()).onto(
    gd.text.tokens(gd.col("token_offsets"), gd.col("token_messages")), at="last")
""")


class Letters:
    """A tokenizer of letters."""

    all_special_ids = (0,)

    def decode(self, ids: Any, skip_special_tokens: bool = True, **_: Any) -> str:
        return "".join(chr(int(one)) for one in ids if int(one) or not skip_special_tokens)


class Holder(dict):  # type: ignore[type-arg]
    __getattr__ = dict.get


def managed(name: str, texts: list[str], golds: list[str]) -> tuple[torch.Tensor, list[dict[str, Any]]]:
    reward = Holder(reward_kwargs={"reward": f"{FOLDER / 'rewards.py'}:{name}"})
    kind = load_extern_object("pkg://guerdon.train.verl_manager", "RewardManager")
    manager = kind(Holder(reward=reward), Letters(), None)
    width = max(map(len, texts)) + 1
    ids = torch.tensor([[*map(ord, text), *[0] * (width - len(text))] for text in texts])
    seen = torch.tensor([[1, 1, *[1] * (len(text) + 1), *[0] * (width - len(text) - 1)] for text in texts])
    rows = {"data_source": ["d"] * len(texts), "reward_model": [{"ground_truth": gold} for gold in golds]}
    data = DataProto(
        batch=TensorDict({"responses": ids, "prompts": torch.ones(len(texts), 2), "attention_mask": seen}, len(texts)),
        non_tensor_batch={key: np.array(column, dtype=object) for key, column in rows.items()},
    )

    async def every() -> list[dict[str, Any]]:
        return await asyncio.gather(*(manager.run_single(data[i : i + 1]) for i in range(len(texts))))

    told = asyncio.run(every())
    return type(manager).assemble_rm_scores(data, [one["reward_score"] for one in told]), told


table, told = managed("flat", ["<answer>4</answer>", "no idea"], ["4", "4"])
wanted = torch.zeros_like(table)
wanted[0, len("<answer>4</answer>")], wanted[1, len("no idea")] = 1.1, 0.2
assert [sorted(one["reward_extra_info"]) for one in told] == [["right", "score", "unscored"]] * 2
found["manager"] = float((table - wanted).abs().max())
text = "One two. Three."
table, told = managed("on_tokens", [text], ["4"])
wanted = torch.zeros_like(table)
wanted[0, text.index(".") + 1], wanted[0, len(text)] = 2, 1  # the space after the first sentence is still its own
found["tokens"] = float((table - wanted).abs().max())

# What TRL's trainer made of an expression whose token rewards come from the text, out of the same rewards.
trl = json.loads((FOLDER / "trl.json").read_text())
paid = torch.tensor(trl["paid"]["advantages"])
register_adv_est("guerdon_steps", TOKENS.reverse_cumsum() - TOKENS.sum().mean(over="prompt"))
mine, _ = core_algos.get_adv_estimator_fn("guerdon_steps")(
    token_level_rewards=paid, response_mask=torch.tensor(trl["paid"]["completion_mask"]).float(), config=config,
    index=np.array([str(prompt) for prompt in trl["paid"]["prompt_ids"]], dtype=object),
)  # fmt: skip
found["same as TRL's"] = float((mine - torch.tensor(trl["learned"])).abs().max())
print(json.dumps(found))
