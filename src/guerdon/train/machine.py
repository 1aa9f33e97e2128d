"""What TRL should be told about the machine it runs on: settings a person should not have to know.

They are defaults: what a run's configuration says about any of them wins.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from guerdon._extras import need


def grpo_defaults() -> dict[str, Any]:
    """Arguments for ``trl.GRPOConfig`` that fit this machine, to be updated with a run's own.

    Without an accelerator: train on the CPU, in bfloat16 autocast only where the processor has it in hardware (one
    without would be several times slower), and keep activations, which a small model has room for, instead of
    computing them twice. With one, TRL's own defaults stand. Nothing is sent to a tracking service, and no
    checkpoints are written unless asked for.
    """
    torch = need("torch", extra="train")
    trl = need("trl", extra="train")
    quiet: dict[str, Any] = {"report_to": "none", "save_strategy": "no", "disable_tqdm": True}
    if torch.accelerator.is_available():
        return quiet
    # transformers renamed the field in the middle of version 5 and warns about the old name since
    known = {field.name for field in dataclasses.fields(trl.GRPOConfig)}
    checkpointing = next(name for name in ("activation_checkpointing", "gradient_checkpointing") if name in known)
    return quiet | {"use_cpu": True, "bf16": bfloat16_in_hardware(), checkpointing: False}


def bfloat16_in_hardware() -> bool:
    """Whether this processor multiplies bfloat16 itself, as Linux reports it; False wherever it cannot be known."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
            flags = {word for line in info if line.startswith(("flags", "Features")) for word in line.split()}
    except OSError:
        return False
    return bool(flags & {"avx512_bf16", "amx_bf16", "bf16"})
