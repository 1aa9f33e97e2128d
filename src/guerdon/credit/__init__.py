"""Advantages as expressions: who is compared with whom, and which step, span or token is paid.

Each says the level it works at (one number per rollout, or one per piece on an axis) and what it must see together:

=====================  ==============  ===========================  ======================================
function               level           needs                        known from
=====================  ==============  ===========================  ======================================
``group_zscore``       rollout, piece  whole groups                 GRPO
``group_centred``      rollout, piece  whole groups                 Dr. GRPO, LOOP
``leave_one_out``      rollout         whole groups                 RLOO
``batch_zscore``       rollout, piece  whole batches (and groups)   REINFORCE++, and its baseline
``by_component``       rollout         whole groups and batches     GDPO
``win_rate``           rollout         whole groups                 pairwise preference rewards
``reward_to_go``       piece           the rollout alone            REINFORCE, PPO without a critic
``gae``                piece           the rollout alone, values    PPO
``soft_min_to_go``     piece           the rollout alone            PURE
``same_state``         piece           whole groups                 GiGPO
``progress``           piece           the rollout alone            process advantages
``outcome_and_steps``  piece           whole groups                 mixtures, PRIME
=====================  ==============  ===========================  ======================================

What an axis earned goes down to the tokens by ``advantage.onto(gd.text.tokens(offsets), at="all")``. Losses, ratio
clips and KL terms are the trainer's.

>>> import guerdon as gd
>>> rows = {"prompt": ["p", "p", "p"], "r": [1.0, 0.0, 0.0]}
>>> gd.credit.leave_one_out(gd.col("r")).score(rows).values
array([ 1. , -0.5, -0.5])
"""

from __future__ import annotations

from .groups import batch_zscore, by_component, group_centred, group_zscore, leave_one_out, win_rate
from .steps import outcome_and_steps, progress, same_state, soft_min_to_go
from .time import gae, reward_to_go

__all__ = [
    "batch_zscore",
    "by_component",
    "gae",
    "group_centred",
    "group_zscore",
    "leave_one_out",
    "outcome_and_steps",
    "progress",
    "reward_to_go",
    "same_state",
    "soft_min_to_go",
    "win_rate",
]
