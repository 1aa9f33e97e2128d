"""Random expressions over a file, chunk by chunk, equal the same expressions over rows in memory."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from reference.compare import Recorded, example

import guerdon as gd
from guerdon.expr.node import topological
from guerdon.plan.cut import cut
from guerdon.plan.stream import Options, score_file

KEYS = ("id", "reward", "status", "reason")


def compare(seed: int, folder: Path) -> str:
    """Hold one expression's file against its rows; how the file was scored."""
    root, ((columns, groups), *_) = example(Recorded(seed))
    n = len(groups)
    if n == 0:
        return "no rows"
    table = {**columns, "uid": groups, "id": [f"id{i}" for i in range(n)]}
    text = "".join(json.dumps({k: v[i] for k, v in table.items()}, allow_nan=False) + "\n" for i in range(n))
    (folder / "in.jsonl").write_text(text)
    params = {"p": 0.5} if any(x.op == "param" and x.param("name") == "p" for x in topological(root)) else {}
    try:
        made = cut(root)
    except gd.ContractError as error:
        if 'is per="batch" and takes figures of other rows' not in str(error):
            raise
        return "refused"
    if made.batched and made.whole:
        return "refused"
    with root.compile(strict=False) as runner:
        for name, value in params.items():
            runner.set(name, value)
        want = json.loads(json.dumps(runner.score([json.loads(line) for line in text.splitlines()], step=3).to_rows()))
    found = set()
    for chunk in (1, 1000) if n < 3 else (1, 2, 1000):
        options = Options(chunk=chunk, batch=n if made.batched else None, step=3, params=params)
        try:
            score_file(root, folder / "in.jsonl", folder / "out.jsonl", options=options, restart=True)
        except gd.ContractError as error:
            if "raised on every row" not in str(error):
                raise
            return "stopped"
        found.add((folder / "out.jsonl").read_bytes())
    (content,) = found
    got = [json.loads(line) for line in content.splitlines()]
    assert [[row[key] for key in KEYS] for row in got] == [[row[key] for key in KEYS] for row in want], root.tree()
    for mine, theirs in zip(got, want, strict=True):
        for name, cell in theirs["components"].items():
            computed = "skipped" not in (str(cell["status"]), str(mine["components"][name]["status"]))
            if computed and not isinstance(cell["status"], list):
                assert mine["components"][name] == cell, root.tree()
    return "whole" if made.whole else "alone" if made.upper is None else "two passes"


def several(seeds: range, folder: Path) -> dict[str, int]:
    logging.getLogger("guerdon").setLevel(logging.CRITICAL)
    ways = [compare(seed, folder) for seed in seeds]
    return {way: ways.count(way) for way in set(ways)}


def test_files_equal_rows(tmp_path: Path) -> None:
    ways = several(range(24), tmp_path)
    assert min(ways["two passes"], ways["alone"], ways["whole"]) > 2


@pytest.mark.full
@pytest.mark.parametrize("part", range(3))
def test_many_files_equal_rows(part: int, tmp_path: Path) -> None:
    several(range(1000 + part * 400, 1400 + part * 400), tmp_path)
