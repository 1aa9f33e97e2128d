"""Data sets of programs, and what this machine can hold."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def humaneval(shared_data: Path) -> list[dict[str, Any]]:
    with gzip.open(shared_data / "humaneval" / "HumanEval.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="session")
def mbpp(shared_data: Path) -> list[dict[str, Any]]:
    rows = json.loads((shared_data / "mbpp" / "mbpp_sanitized.json").read_text(encoding="utf-8"))
    return [{**row, "entry": entry(row)} for row in rows]


def entry(row: dict[str, Any]) -> str:
    """The function of the reference program that the tests call; one of them has the name of a built-in one."""
    names = re.findall(r"^def (\w+)", row["code"], re.MULTILINE)
    called = [name for name in names if any(re.search(rf"\b{name}\b", test) for test in row["test_list"])]
    return str((called or names)[-1])
