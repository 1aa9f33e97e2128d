"""One of two processes in which TRL trains the tiny model, and resumes it: ``training.py RANK WORLD PLACE FOLDER``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

rank, world, place, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])


def port() -> str:
    """One that the first process finds free, told to the other through a file."""
    import socket
    import time

    if rank == 0:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            number = str(found.getsockname()[1])
        draft = place.with_suffix(".draft")
        draft.write_text(number)
        draft.rename(place)
    for _ in range(600):
        if place.exists():
            return place.read_text()
        time.sleep(0.1)
    raise TimeoutError("the first process told no port")


os.environ |= {
    "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(world), "MASTER_ADDR": "127.0.0.1",
    "MASTER_PORT": port(), "ACCELERATE_USE_CPU": "true",
}  # fmt: skip

import tiny  # noqa: E402

import guerdon as gd  # noqa: E402


@gd.function(bounds=(0, 1))
def written(completion_ids: list[int]) -> float:
    return len(completion_ids) / 8


length = written().named("length")
press = gd.dual(length, target=0.97, lr=2.0, momentum=0.5)
root = length.zscore(over="prompt") - press * (1 - length)
prompts: list[Any] = []


def run(steps: int, resume: str | None) -> tuple[list[float], list[int], Any]:
    seen: list[Any] = []
    multipliers: list[float] = []
    reward = root.for_trl(on_scores=seen.append)
    score = reward.scorer.outcome

    def watched(function: int, asked: Any, *others: Any) -> Any:
        prompts.append(list(asked))
        state = reward.runner.state_dict()["nodes"][0]["state"]
        multipliers.append(max(state["raw"], 0.0))
        return score(function, asked, *others)

    reward.scorer.outcome = watched  # type: ignore[method-assign]
    trainer = tiny.trainer(
        folder, reward, steps=steps, callbacks=[reward.callback()], per_device_train_batch_size=3, num_generations=2,
        save_strategy="steps", save_steps=2, ddp_backend="gloo",
    )  # fmt: skip
    trainer.train(resume_from_checkpoint=resume)
    return multipliers, [len(scores.rollouts) for scores in seen], trainer


whole, sizes, trainer = run(3, None)
found = {
    "multipliers": whole,
    "scored": sizes,
    "prompts": prompts[:],
    "history": [e["reward/length/mean"] for e in trainer.state.log_history if "reward/length/mean" in e],
    "resumed": run(3, str(folder / "checkpoint-2"))[0],
}
import torch.distributed  # noqa: E402

torch.distributed.barrier()
torch.distributed.destroy_process_group()
print(json.dumps(found))
