"""``for_trl`` in several processes that exchange over gloo, with groups that lie on two of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import processes

pytest.importorskip("torch")

Runs = list[dict[str, Any]]


def start(world: int, folder: Path, script: str = "processes.py", *more: str) -> Runs:
    """The JSON that each process printed last, by rank."""
    place = folder / "meeting"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}
    file = str(Path(__file__).with_name(script))
    running = [
        subprocess.Popen(
            [sys.executable, file, str(rank), str(world), str(place), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for rank in range(world)
    ]
    found = []
    try:
        for process in running:
            said, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors[-3000:]
            found.append(json.loads(said.strip().splitlines()[-1]))
    finally:
        for process in running:
            process.kill()
    return found


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(processes.scored(0, 1, lambda: 0)))
    return found


@pytest.fixture(scope="module", params=[2, pytest.param(3, marks=pytest.mark.full)])
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return start(request.param, tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("name", processes.REWARDS)
def test_every_process_gets_what_one_alone_would(name: str, runs: Runs, alone: dict[str, Any]) -> None:
    parts = [run["scored"][name] for run in runs]
    for batch in range(2):
        assert [value for part in parts for value in part["values"][batch]] == alone[name]["values"][batch]
    for column, cells in alone[name]["table"].items():
        assert [cell for part in parts for cell in part["table"][column]] == cells
    for part in parts:
        assert part["figures"] == pytest.approx(alone[name]["figures"])
        assert part["state"] == alone[name]["state"]


@pytest.mark.parametrize("name", processes.REWARDS)
def test_each_call_takes_two_exchanges_or_one_where_nothing_is_compared(name: str, runs: Runs) -> None:
    expected = 1 if name in ("rowwise", "unscored") else 2
    assert [run["scored"][name]["exchanges"] for run in runs] == [2 * expected] * len(runs)


def test_components_are_exchanged_once_for_all(runs: Runs, alone: dict[str, Any]) -> None:
    parts = [run["scored"]["components"] for run in runs]
    for batch in range(2):
        for column in range(2):
            joined = [value for part in parts for value in part["values"][batch][column]]
            assert joined == alone["components"]["values"][batch][column]
    assert [part["exchanges"] for part in parts] == [4] * len(runs)


@pytest.mark.parametrize("name", ["rowwise", "group", "batch", "memory"])
def test_what_one_process_raises_all_raise_and_go_on(name: str, runs: Runs) -> None:
    # Row 15 is bad. The last process scores it, unless the reward needs the whole batch: then the first one does.
    culprit = 0 if name in ("batch", "memory") else len(runs) - 1
    for rank, run in enumerate(runs):
        bad, good = run["raised"][name]["messages"]
        mine = "" if rank == culprit else f"process {culprit}: "
        assert bad == f"ContractError: {mine}c15 cannot be read"
        assert good == "well"
        assert run["raised"][name]["exchanges"] == (2 if name == "rowwise" else 4)
        assert run["raised"][name]["state"] == runs[0]["raised"][name]["state"]
    if name == "memory":
        (node,) = runs[0]["raised"][name]["state"]
        assert node["state"]["by"]["all"]["n"] == processes.N  # learned from the good batch alone


def test_a_process_that_cannot_say_its_rows_stops_all(runs: Runs) -> None:
    for rank, run in enumerate(runs):
        bad, good = run["raised"]["rows"]["messages"]
        assert bad.startswith(f"ContractError: {'' if rank == 0 else 'process 0: '}TRL handed over 5 prompts and 6")
        assert good == "well"
        assert run["raised"]["rows"]["exchanges"] == 4


@pytest.mark.parametrize("name", ["rowwise", "group", "memory"])
def test_the_unscored_are_counted_over_all_processes(name: str, runs: Runs) -> None:
    for run in runs:
        bad, good = run["raised"][f"sparse {name}"]["messages"]
        assert bad.startswith("ContractError: 9 of 16 rollouts of this batch could not be scored")
        assert good == "well"


@pytest.mark.full
def test_trl_itself_in_two_processes(tmp_path: Path) -> None:
    first, second = start(2, tmp_path, "training.py", str(tmp_path / "run"))
    # Three rows a process, two completions a prompt: the second prompt lies on both.
    assert first["prompts"][0][1] != first["prompts"][0][2] == second["prompts"][0][0]
    assert first["multipliers"] == second["multipliers"]
    assert len(set(first["multipliers"])) == 3
    assert first["scored"] == [6, 6, 6]
    assert second["scored"] == []  # what learns is scored by the first process
    assert first["history"] == second["history"]
    assert len(first["history"]) == 3
    assert first["resumed"] == second["resumed"] == first["multipliers"][2:]
