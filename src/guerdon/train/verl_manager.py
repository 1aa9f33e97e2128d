"""verl's reward manager for an expression: it knows prompts and tokens, and may reward each token.

    reward.reward_manager.source=importlib
    reward.reward_manager.name=RewardManager
    reward.reward_manager.module.path=pkg://guerdon.train.verl_manager
    +reward.reward_kwargs.reward=rewards.py:reward

Beside what ``compute_score`` reads there are the columns ``prompt`` (where verl carries ``raw_prompt``),
``completion_ids``, ``token_offsets`` and ``token_messages``: ``gd.text.tokens(gd.col("token_offsets"))`` splits the
response into its tokens. A reward on axis ``token`` is placed token by token; a flat one on the last token, as verl
does. Rewards on tokens need verl's batched path: its streaming agent loop writes one number per response itself.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from guerdon.expr.values import ContractError

from .offsets import offsets_of
from .verl import loaded, row_of, told

__all__ = ["RewardManager"]  # noqa: F822  # made by __getattr__


def __getattr__(name: str) -> Any:
    """The class is made on first use, as it derives from verl's."""
    if name == "RewardManager":
        return _manager()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=1)
def _manager() -> type:
    try:
        from verl.experimental.reward_loop.reward_manager.base import RewardManagerBase
    except ModuleNotFoundError as error:
        raise ImportError("verl is not installed here: pip install verl, in the environment it trains in") from error

    class RewardManager(RewardManagerBase):
        """One expression behind verl's reward loop; samples that arrive together are scored together."""

        def __init__(self, config: Any, tokenizer: Any, compute_score: Any = None, **given: Any) -> None:
            super().__init__(config, tokenizer, compute_score)
            said = _settings(config)
            self.place, self.unscored_as = str(said["reward"]), said.get("unscored_as")
            _, root = loaded(self.place)
            axes = [axis.name for axis in root.axes]
            if axes not in ([], ["token"]):
                raise ContractError(
                    f"{self.place} lies on {'/'.join(axes)}: verl takes numbers of samples or of tokens"
                )
            self.names, self.on_tokens = tuple(root.components), bool(axes)

        async def run_single(self, data: Any) -> dict[str, Any]:
            """Score one sample: the last sequence of its trajectory."""
            item = data[-1:][0]
            ids = _policy_tokens(item)
            text = self.tokenizer.decode(ids, skip_special_tokens=True)
            found = await loaded(self.place)[0](self._row(item, ids, text))
            tokens: list[float] | None = None
            if self.on_tokens:
                tokens, found = _on_tokens(found, len(ids))
            figures = told(found, self.names, self.unscored_as)
            score = figures["score"] if tokens is None else tokens
            return {"reward_score": score, "reward_extra_info": figures}

        def _row(self, item: Any, ids: list[int], text: str) -> dict[str, Any]:
            data = item.non_tensor_batch
            truth = dict(data.get("reward_model") or {}).get("ground_truth")
            extra = {**dict(data.get("extra_info") or {}), **dict(data.get("tool_extra_fields") or {})}
            extra |= {"num_turns": data.get("__num_turns__")}
            row = row_of(data.get("data_source"), text, truth, extra)
            if data.get("raw_prompt") is not None:
                row["prompt"] = [dict(message) for message in data["raw_prompt"]]
            offsets = offsets_of(ids, text, self.tokenizer)
            row |= {
                "completion_ids": ids,
                "token_offsets": None if offsets is None else offsets.spans,
                "token_messages": None if offsets is None else offsets.messages,
            }
            return row

        @classmethod
        def assemble_rm_scores(cls, data: Any, scores: list[Any]) -> Any:
            """The table of rewards: numbers of samples on their last tokens, lists on all of theirs."""
            table = super().assemble_rm_scores(data, [0.0 if isinstance(one, list) else one for one in scores])
            for row, numbers in enumerate(scores):
                if isinstance(numbers, list):
                    table[row, : len(numbers)] = table.new_tensor(numbers)
            return table

    return RewardManager


def _settings(config: Any) -> dict[str, Any]:
    for holder in (config.reward.get("custom_reward_function"), config.reward):
        said = dict((holder.get("reward_kwargs") if holder is not None else None) or {})
        if "reward" in said:
            return said
    raise ContractError("the configuration names no reward: set reward.reward_kwargs.reward to FILE.py:name")


def _policy_tokens(item: Any) -> list[int]:
    responses = item.batch["responses"]
    length = int(item.batch["attention_mask"][-responses.shape[-1] :].sum())
    found: list[int] = responses[:length].tolist()
    return found


def _on_tokens(found: dict[str, Any], length: int) -> tuple[list[float] | None, dict[str, Any]]:
    """The rewards of the tokens, and the sample's row with their sum as its score; unscored if one of them is."""
    score = found["score"]
    if not isinstance(score, list) or len(score) != length or any(value is None for value in score):
        reasons = found["reason"] if isinstance(found["reason"], list) else [found["reason"]]
        why = next((reason for reason in reasons if reason), "") or "not one number per token"
        return None, {**found, "score": None, "reason": why}
    return score, {**found, "score": math.fsum(score), "reason": ""}
