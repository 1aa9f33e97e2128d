"""What one of several processes of a training run does: it is started with its rank, and prints what it saw as JSON.

    python processes.py RANK WORLD MEETING_PLACE

The rows are dealt out in blocks that do not end where groups end, as TRL deals them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import guerdon as gd

GENERATIONS = 4
N = 16
ROWS: dict[str, list[Any]] = {
    "prompts": [f"p{i // GENERATIONS}" for i in range(N)],
    "completions": [f"c{i}" for i in range(N)],
    "marks": [float((7 * i) % 11) for i in range(N)],
    "id": [f"row{i // GENERATIONS}" for i in range(N)],
}
SIZES = {1: [16], 2: [6, 10], 3: [6, 1, 9]}

marks = gd.col("marks").named("marks")


def logging(completions: Any, log_extra: Any, log_metric: Any, **others: Any) -> list[float]:
    log_extra("seen", [f"{text}!" for text in completions])
    log_metric("batch", float(len(completions)))
    return [float(i) for i in range(len(completions))]


@gd.function(isolate=False)
def fragile(completion: str, bad: bool) -> float:
    if bad:
        raise gd.ContractError(f"{completion} cannot be read")
    return 1.0


REWARDS: dict[str, Any] = {
    "rowwise": 2 * marks,
    "group": marks.zscore(over="prompt") + marks.rank(over="prompt"),
    "batch": marks - marks.mean(over="batch"),
    "chance": gd.random(over="rollout") + 10 * gd.random(over="prompt", seed=1),
    "duel": gd.other(marks).mean(),
    "memory": marks - gd.running(marks, "mean", empty=0) + gd.dual(marks, target=6, lr=0.1),
    "trl": gd.from_trl(logging) + 0 * marks,
    "unscored": gd.col("marks").map({0.0: 1.0}, otherwise=None).named("zero").unscored_as(0) + marks,
}


class Log:
    def __init__(self) -> None:
        self.figures: dict[str, float] = {}
        self.table: dict[str, list[Any]] = {}

    def metric(self, name: str, value: float) -> None:
        self.figures[name] = value

    def extra(self, name: str, values: list[Any]) -> None:
        self.table[name] = values


def own(rank: int, world: int, rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    sizes = SIZES[world]
    low = sum(sizes[:rank])
    return {name: values[low : low + sizes[rank]] for name, values in rows.items()}


def scored(rank: int, world: int, calls: Callable[[], int]) -> dict[str, Any]:
    """Every reward twice, so that what learns has learned; with what was logged and how often processes exchanged."""
    found: dict[str, Any] = {}
    for name, root in REWARDS.items():
        reward, before = root.for_trl(num_generations=GENERATIONS, name=name), calls()
        values, log = [], Log()
        for _ in range(2):
            log = Log()
            values.append(reward(**own(rank, world, ROWS), log_metric=log.metric, log_extra=log.extra))
        found[name] = {
            "values": values,
            "exchanges": calls() - before,
            "figures": log.figures,
            "table": log.table,
            "state": reward.runner.state_dict()["nodes"],
        }
    parts = (0.5 * marks + gd.dual(marks, target=6, lr=0.1).named("press")).for_trl(
        per_component=True, num_generations=GENERATIONS
    )
    before = calls()
    prompts = own(rank, world, ROWS)
    found["components"] = {
        "values": [[part(**prompts) for part in parts] for _ in range(2)],
        "exchanges": calls() - before,
        "figures": {},
        "table": {},
        "state": parts.runner.state_dict()["nodes"],
    }
    return found


def raised(rank: int, world: int, calls: Callable[[], int]) -> dict[str, Any]:
    """What each process raises where one of them meets a bad row; and that the next call goes well."""
    found: dict[str, Any] = {}
    learning = gd.running(marks, "mean", empty=0)
    for name, root in {
        "rowwise": fragile(),
        "group": fragile() + 0 * marks.mean(over="prompt"),
        "batch": fragile() + 0 * marks.mean(over="batch"),
        "memory": fragile() + 0 * learning,
    }.items():
        reward, before = root.for_trl(num_generations=GENERATIONS), calls()
        messages = []
        for bad in (N - 1, None):
            rows = own(rank, world, {**ROWS, "bad": [i == bad for i in range(N)]})
            messages.append(attempt(lambda reward=reward, rows=rows: reward(**rows)))
        found[name] = {
            "messages": messages,
            "exchanges": calls() - before,
            "state": reward.runner.state_dict()["nodes"],
        }
    # The first process cannot even say what its rows are.
    reward, before = REWARDS["group"].for_trl(num_generations=GENERATIONS), calls()
    rows = own(rank, world, ROWS)
    broken = {**rows, "prompts": rows["prompts"][1:]} if rank == 0 else rows
    messages = [attempt(lambda: reward(**broken)), attempt(lambda: reward(**rows))]
    found["rows"] = {"messages": messages, "exchanges": calls() - before, "state": []}
    # Half of all is unscored, though not half of what the last process has.
    sparse = own(rank, world, {**ROWS, "marks": [None if i < 9 else 1.0 for i in range(N)]})
    for name in ("rowwise", "group", "memory"):
        reward, before = REWARDS[name].for_trl(num_generations=GENERATIONS, name=name), calls()
        messages = [attempt(lambda reward=reward: reward(**sparse)), attempt(lambda reward=reward: reward(**rows))]
        found[f"sparse {name}"] = {"messages": messages, "exchanges": calls() - before, "state": []}
    return found


def attempt(call: Callable[[], Any]) -> str:
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "well"


def main() -> None:
    rank, world, place = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    from datetime import timedelta

    import torch.distributed

    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{place}", rank=rank, world_size=world, timeout=timedelta(seconds=60)
    )
    exchanged = 0
    plain = torch.distributed.all_gather_object

    def counted(*args: Any, **kwargs: Any) -> None:
        nonlocal exchanged
        exchanged += 1
        plain(*args, **kwargs)

    torch.distributed.all_gather_object = counted
    found = {"scored": scored(rank, world, lambda: exchanged), "raised": raised(rank, world, lambda: exchanged)}
    print(json.dumps(found))
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
