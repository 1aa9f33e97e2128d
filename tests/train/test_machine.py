"""The machine's settings are ones TRL takes, quietly, and they fit the processor at hand."""

import warnings
from pathlib import Path

import pytest

from guerdon.train import machine


def test_trl_takes_the_defaults_without_a_complaint(tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        args = trl.GRPOConfig(
            output_dir=str(tmp_path), per_device_train_batch_size=8, num_generations=8, **machine.grpo_defaults()
        )
    assert args.report_to == []
    assert args.save_strategy == "no"
    if args.device.type == "cpu":
        assert not args.gradient_checkpointing  # TRL's own default is True
        assert args.bf16 == machine.bfloat16_in_hardware()


@pytest.mark.parametrize(
    ("flags", "has"),
    [
        ("flags\t\t: fpu avx2 avx512f avx512_bf16\n", True),
        ("flags\t\t: fpu avx2 amx_bf16 amx_tile\n", True),
        ("Features\t: fp asimd bf16\n", True),
        ("flags\t\t: fpu avx2 avx512f\nmodel name\t: bf16\n", False),
    ],
)
def test_bfloat16_is_read_off_the_processor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str, has: bool
) -> None:
    (tmp_path / "cpuinfo").write_text(flags)
    real = open
    monkeypatch.setattr("builtins.open", lambda path, *a, **k: real(tmp_path / "cpuinfo", *a, **k))
    assert machine.bfloat16_in_hardware() is has


def test_a_machine_that_does_not_tell_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise FileNotFoundError("/proc/cpuinfo")

    monkeypatch.setattr("builtins.open", refuse)
    assert machine.bfloat16_in_hardware() is False
