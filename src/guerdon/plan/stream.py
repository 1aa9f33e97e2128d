"""Scoring a file that may be larger than memory, so that a kill loses little and chunks change nothing.

The batch is the whole file. A reward whose rows can be scored alone is scored chunk by chunk. One with windows is cut
in two (see ``cut.py``): the first pass keeps numbers and digests on the disk, never texts, and the second runs the
upper half over the whole file. A journal beside the output keeps the results of dear calls and how far the run has
come; the same command goes on from there, and the output is put in its place in one step.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guerdon.expr.build import number_of
from guerdon.expr.node import topological
from guerdon.expr.score import Score
from guerdon.expr.values import ContractError

from .cut import Cut, cut
from .journal import Journal, JournalError
from .output import Output
from .records import check_names
from .source import Source
from .tally import Tally

__all__ = ["Options", "Progress", "Stopped", "Summary", "forget", "score_file"]


@dataclass(frozen=True)
class Options:
    """How a file is scored.

    Attributes:
        chunk: rows held at once; changes nothing but memory and speed.
        batch: rows that a ``per="batch"`` function takes at once.
        group_by: the columns that make a prompt group; by the rule of :class:`guerdon.Rollouts` where left out.
        step: what ``gd.step()`` says.
        params: values of ``gd.param``.
        all_components: compute every component everywhere.
        savings: False computes everything, shares nothing, and keeps nothing.
        cache: where results of functions with ``cache=True`` are kept.
        workers: how many worker processes isolated functions may use.
    """

    chunk: int = 1000
    batch: int | None = None
    group_by: tuple[str, ...] | None = None
    step: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    all_components: bool = False
    savings: bool = True
    cache: Any = None
    workers: int | None = None

    def fingerprint(self) -> dict[str, Any]:
        """The options on which the output depends."""
        return {
            "batch": self.batch,
            "group-by": None if self.group_by is None else list(self.group_by),
            "step": self.step,
            "set": dict(self.params),
            "all-components": self.all_components,
            "savings": self.savings,
        }


@dataclass(frozen=True)
class Progress:
    """How far a run has come: what it does (``reading``, ``scoring``, ...), rows done, rows in all, dear calls made."""

    doing: str
    rows: int
    total: int | None = None
    calls: int = 0


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        rows: in the file.
        resumed: rows and results of calls that an earlier run had left.
        tally: figures of the reward, its components and its calls; None where the output was complete already.
        whole: why the file was held in memory whole; empty where it was not.
        seconds: wall time.
    """

    rows: int
    resumed: tuple[int, int]
    tally: Tally | None
    whole: str
    seconds: float


class Stopped(KeyboardInterrupt):
    """Ctrl-C; ``rows`` done and results of ``calls`` are kept beside the output."""

    def __init__(self, rows: int, calls: int) -> None:
        super().__init__()
        self.rows, self.calls = rows, calls


def score_file(
    root: Score,
    rollouts: Path,
    out: Path,
    *,
    options: Options | None = None,
    fingerprint: Mapping[str, Any] | None = None,
    restart: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Score a file of rollouts into a file of scores, going on where a killed run stopped.

    Args:
        root: the reward.
        rollouts: the file: ``.jsonl``, ``.parquet`` or ``.json``.
        out: the file to write: ``.jsonl``, with one object a rollout, or ``.parquet``.
        options: how.
        fingerprint: what else the output depends on, such as the digest of the reward's file.
        restart: begin anew even where there is something to go on from.
        progress: called with how far the run has come.

    Returns:
        A summary; the scores are in the file.

    Raises:
        ContractError: one sentence on what is wrong with the data or the reward, or what differs from the run that
            left its journal beside the output.

    >>> import json, tempfile, guerdon as gd
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.jsonl").write_text('{"x": 1}' + chr(10) + '{"x": 3}')
    >>> summary = score_file(gd.col("x").rank(over="batch"), folder / "in.jsonl", folder / "out.jsonl")
    >>> [json.loads(line)["reward"] for line in open(folder / "out.jsonl")]
    [1.0, 2.0]
    """
    from .job import Job

    began = time.monotonic()
    root = number_of(root)
    options = options or Options()
    tell = progress or (lambda how: None)
    try:
        made = cut(root)
    except ValueError as error:  # two components of one name
        raise ContractError(str(error)) from None
    _check(made, rollouts, out, options)
    source = Source(rollouts, progress=lambda rows: tell(Progress("reading", rows)))
    for name in options.group_by or ():
        if name not in source.columns:
            raise ContractError(
                f"{rollouts}: --group-by {name}: there is no such column; there are {', '.join(source.columns)}"
            )
    prints = {
        **(fingerprint or {}),
        "expression": root.key.hex(),
        "input": source.digest,
        "options": options.fingerprint(),
    }
    if restart:
        forget(out)
    with Output.open(out, prints) as output:
        kept = (output.start.rows, len(output.journal))
        if output.done:
            shutil.rmtree(spill_folder(out), ignore_errors=True)
            return Summary(source.n, kept, None, "", time.monotonic() - began)
        job = Job(made, source, output, options, tell)
        try:
            job.run()
        except ContractError:
            # Whoever mends the reward or the data need not say --restart, unless that would throw away dear results.
            if not len(output.journal):
                job.discard()
            raise
        except KeyboardInterrupt:
            raise Stopped(output.journal.checkpoint.rows, len(output.journal)) from None
        finally:
            job.close()
        return Summary(source.n, kept, job.tally, made.whole, time.monotonic() - began)


def forget(out: Path) -> None:
    """Delete what an earlier run left beside an output, unless one is at work there now."""
    journal = out.with_name(out.name + ".journal")
    if journal.exists():
        try:
            Journal.open(journal, {}).close()
        except JournalError as error:
            if "is in use" in str(error) or "is no journal" in str(error):
                raise
        journal.unlink(missing_ok=True)
    out.with_name(out.name + ".partial").unlink(missing_ok=True)
    shutil.rmtree(spill_folder(out), ignore_errors=True)


def spill_folder(out: Path) -> Path:
    """Where the first pass keeps its numbers."""
    return out.with_name(out.name + ".spill")


def _check(made: Cut, rollouts: Path, out: Path, options: Options) -> None:
    if options.chunk < 1:
        raise ContractError(f"chunk={options.chunk}: at least one row is read at once")
    if out.suffix.lower() not in (".jsonl", ".parquet"):
        raise ContractError(f"{out}: scores are written to files named .jsonl or .parquet")
    if out.is_dir():
        raise ContractError(f"{out} is a folder: name a file to write")
    if not out.parent.is_dir():
        raise ContractError(f"{out}: there is no folder {out.parent}")
    if out.exists() and rollouts.exists() and out.samefile(rollouts):
        raise ContractError(f"{out} is the file of the rollouts themselves: name another file to write")
    if out.suffix.lower() == ".parquet":
        check_names(made.root.components)
    if made.batched and options.batch is None:
        raise ContractError(
            f'{made.batched[0]} is per="batch": say how many rows it takes at once, with --batch N (batch=N in Python)'
        )
    if options.batch is not None and not made.batched:
        raise ContractError('--batch is for functions with per="batch", and this reward has none')
    if options.batch is not None and options.batch < 1:
        raise ContractError(f"--batch {options.batch}: a batch has at least one row")
    if made.batched and made.whole:
        raise ContractError(
            f'{made.batched[0]} is per="batch", and beside it {made.whole}: '
            "score the file from Python, with reward.score(...)"
        )
    known = {node.param("name") for node in topological(made.root) if node.op == "param"}
    for name in options.params:
        if name not in known:
            raise ContractError(
                f"this reward has no parameter {name!r}; it has {', '.join(map(repr, sorted(known))) or 'none'}"
            )
