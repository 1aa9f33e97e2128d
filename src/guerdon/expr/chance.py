"""Chance that is the same on every worker and at every replay: a hash instead of a generator."""

from __future__ import annotations

import hashlib

from .canonical import canonical


def uniform(seed: int, step: int, key: str) -> float:
    """A number in [0, 1) that looks drawn at random, and depends on nothing but its arguments.

    It is the first 53 bits of the BLAKE2b hash of the three: each multiple of 2**-53 below 1 is as likely as another.

    Args:
        seed: of the draw.
        step: of the training; equal keys get fresh numbers at every step.
        key: whose number it is, such as a rollout's id.

    >>> round(uniform(0, 0, "a"), 6), uniform(0, 0, "a") == uniform(0, 0, "a"), uniform(0, 1, "a") == uniform(0, 0, "a")
    (0.560662, True, False)
    """
    hashed = hashlib.blake2b(canonical((int(seed), int(step), key)), digest_size=8).digest()
    return (int.from_bytes(hashed, "big") >> 11) * 2.0**-53
