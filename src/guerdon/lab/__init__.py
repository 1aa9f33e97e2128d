"""A small place for honest experiments on two cores: what a reward makes of a policy, seen whole.

- :mod:`~guerdon.lab.policy`: softmax policies over outputs that can be counted, with exact gradients, exact KL, and
  the closed-form best policy to hold them against;
- :mod:`~guerdon.lab.overoptimisation`: a proxy and the gold reward it stands for: best-of-n and tilting by KL, and
  where the proxy is being hacked;
- :mod:`~guerdon.lab.curves`: curves over seeds with intervals;
- :mod:`~guerdon.lab.tasks` and :mod:`~guerdon.lab.transformer`: a transformer of a million weights, trained from
  nothing on generated tasks, then by TRL's own trainer with a reward of ours (these need the extra ``train``).

Everything is the same again for the same seed.

>>> import numpy as np
>>> from guerdon.lab.policy import Policy
>>> policy, reward = Policy.uniform(1, 2), np.array([[0.0, 1.0]])
>>> for _ in range(100):
...     policy = policy.moved(4.0 * policy.slope(reward, beta=1.0))
>>> policy.odds.round(4)  # softmax(reward / beta)
array([[0.2689, 0.7311]])
"""

from . import curves, overoptimisation, policy, tasks

__all__ = ["curves", "overoptimisation", "policy", "tasks", "transformer"]


def __getattr__(name: str) -> object:
    """The transformer loads on first use: it needs torch."""
    if name == "transformer":
        from importlib import import_module

        return import_module(f"{__name__}.transformer")
    raise AttributeError(f"module 'guerdon.lab' has no attribute {name!r}")
