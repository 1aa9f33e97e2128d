"""One run over one file: its passes, its checkpoints, and how it ends. See ``stream.py``."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from guerdon.expr.grouping import row_keys
from guerdon.expr.kernel import Context
from guerdon.expr.node import Expr
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.values import Cells, ContractError, Ints

from .cut import Cut, Feed
from .engine import Engine
from .executors import Executors
from .journal import sync_folder
from .kept import KeptCalls
from .output import Output
from .records import lines_of, part_of, to_parquet
from .run import Batch, Plan
from .source import Chunk, Source, placed
from .spill import Spill, codes_of_digests
from .stream import Options, Progress, spill_folder
from .tally import FirstRows, Tally

__all__ = ["Job"]

SAVE_SECONDS = 2.0
AT_ONCE = 10_000


class Rows(Rollouts):
    """The rows of a whole file without their columns: groups, and ids that are read from the disk if asked for."""

    __slots__ = ("_read",)

    def __init__(self, n: int, groups: Ints, read: Callable[[], Iterator[str]]) -> None:
        super().__init__({})
        self.n = n
        self._groups = groups
        self._read = read

    @property
    def ids(self) -> list[str]:
        """Each rollout's id."""
        if self._ids is None:
            self._ids = list(self._read())
        return self._ids


class Job:
    """One run over one file.

    Attributes:
        tally: what it counted.
        calls: dear calls made so far.
    """

    def __init__(
        self, made: Cut, source: Source, output: Output, options: Options, tell: Callable[[Progress], None]
    ) -> None:
        self.made = made
        self.source = source
        self.output = output
        self.options = options
        self.tell = tell
        self.executors = Executors(workers=options.workers, strict=False)
        self.kept = KeptCalls(output.journal)
        self.components = made.root.components
        self.calls = 0
        self.tally, self.first, self.done = Tally(), FirstRows(), 0
        self._spill: Spill | None = None
        self._saved = time.monotonic()

    def run(self) -> None:
        """Score all rows and put the output in its place."""
        if self.made.whole:
            self._whole()
        elif self.made.upper is None:
            self._alone()
        else:
            self._upper(self._lower())
        self._finish()

    def close(self) -> None:
        """End workers and close files."""
        self.executors.close()
        if self._spill is not None:
            self._spill.close()

    def discard(self) -> None:
        """Delete what the run has written so far."""
        self.output.journal.remove()
        self.output.partial.unlink(missing_ok=True)
        shutil.rmtree(spill_folder(self.output.target), ignore_errors=True)

    # ---------------------------------------------------------------- rows that can be scored alone

    def _alone(self) -> None:
        root, plan = self.made.root, Plan([self.made.root])
        self._go_on()
        for chunk in self._chunks():
            batch, ids = self._chunk(plan, chunk)
            parts = {name: batch.cells[node.key] for name, node in self.components.items()}
            self.tally.add(batch.cells[root.key], parts)
            self.output.write(lines_of(ids, batch.cells[root.key], parts))
            self._step(chunk)
        self.first.end()
        if self.output.target.suffix.lower() == ".parquet":
            self._save()

    # ---------------------------------------------------------------- windows, in two passes

    def _lower(self) -> Spill:
        """The first pass: what every row can say alone."""
        folder, feeds = spill_folder(self.output.target), self._feeds()
        extra: Any = self.output.start.extra or {}
        sizes: dict[str, int] | None = extra.get("spill")
        if sizes is not None and Spill.fits(folder, sizes):
            self._go_on()
        else:
            sizes = None
        spill = self._spill = Spill(folder, feeds, sizes)
        plan = Plan(list(dict.fromkeys(feed.node for feed in self.made.feeds)))
        for chunk in self._chunks():
            batch, ids = self._chunk(plan, chunk)
            for feed in feeds:
                spill.put(feed, batch.cells[feed.node.key])
            if "id" in chunk.columns:
                spill.append("ids", "".join(json.dumps(one) + "\n" for one in ids).encode())
            with _Placed(chunk, self.source):
                spill.append("groups", b"".join(row_keys(chunk.columns, self.options.group_by)))
            self._step(chunk)
        self.first.end()
        self._save()
        return spill

    def _upper(self, spill: Spill) -> None:
        """The second pass: figures of the whole file, and the output."""
        n, upper, shown = self.source.n, self.made.upper, self.made.shown
        assert upper is not None
        self.tell(Progress("comparing", n, n, self.calls))
        raw = spill.raw("groups")
        groups = codes_of_digests(raw) if raw else Rollouts({}, groups=range(n)).groups
        rows = Rows(n, groups, lambda: self._all_ids(spill))
        given = {feed.number: spill.get(feed, n) for feed in self.made.feeds}
        batch = self._everybody(Plan([upper]), rows, Chunk(0, n, {}), given)
        kept = {feed.node.key: feed for feed in reversed(self._feeds()) if feed.kind == "score"}
        parts = {}
        for name, node in self.components.items():
            if name in shown:
                parts[name] = batch.cells[shown[name].key]
            else:
                number = kept[node.key].number
                parts[name] = given[number] if number in given else spill.get(kept[node.key], n)
        self._write_all(self._all_ids(spill), batch.cells[upper.key], parts)

    def _feeds(self) -> list[Feed]:
        """What the first pass keeps: what the second needs, and the components that it does not compute."""
        feeds = list(self.made.feeds)
        scores = {feed.node.key for feed in feeds if feed.kind == "score"}
        for name, node in self.components.items():
            if name not in self.made.shown and node.key not in scores:
                feeds.append(Feed(len(feeds), node, "score"))
        return feeds

    def _all_ids(self, spill: Spill) -> Iterator[str]:
        return spill.lines("ids") if "id" in self.source.columns else map(str, range(self.source.n))

    # ---------------------------------------------------------------- texts that are compared with one another

    def _whole(self) -> None:
        columns: dict[str, list[Any]] = {name: [] for name in self.source.columns}
        ids: list[str] = []
        lines: list[int] | None = []
        for chunk in self.source.chunks(AT_ONCE):
            ids += self.source.ids(chunk)
            lines = None if lines is None or chunk.lines is None else lines + chunk.lines
            for name, values in chunk.columns.items():
                columns[name] += values
        everybody = Chunk(0, self.source.n, columns, lines)
        with _Placed(everybody, self.source):
            rows = Rollouts(columns, ids=ids, group_by=self.options.group_by)
            rows.groups  # noqa: B018 - a group that cannot be made is said with its line
        batch = self._everybody(Plan([self.made.root]), rows, everybody)
        parts = {name: batch.cells[node.key] for name, node in self.components.items()}
        self._write_all(iter(ids), batch.cells[self.made.root.key], parts)

    # ---------------------------------------------------------------- steps

    def _go_on(self) -> None:
        """From where the last checkpoint was."""
        start = self.output.start
        extra: Any = start.extra or {}
        if start.rows:
            self.done, self.tally, self.first = start.rows, Tally.from_json(extra["tally"]), FirstRows(extra["first"])

    def _chunks(self) -> Iterator[Chunk]:
        self.tell(Progress("scoring", self.done, self.source.n, self.calls))
        return self.source.chunks(self.options.batch or self.options.chunk, self.done)

    def _chunk(self, plan: Plan, chunk: Chunk) -> tuple[Batch, list[str]]:
        """Score some rows as if each were alone."""
        ids = self.source.ids(chunk)
        with _Placed(chunk, self.source):
            batch = self._score(plan, Rollouts(chunk.columns, ids=ids, groups=range(chunk.n)))
        self.first.watch(plan.leaves, batch.leaves)
        return batch, ids

    def _everybody(self, plan: Plan, rows: Rollouts, chunk: Chunk, given: Mapping[int, Cells] | None = None) -> Batch:
        """Score all rows together."""
        with _Placed(chunk, self.source):
            batch = self._score(plan, rows, given)
        first = FirstRows()
        first.watch(plan.leaves, batch.leaves)
        first.end()
        return batch

    def _score(self, plan: Plan, rows: Rollouts, given: Mapping[int, Cells] | None = None) -> Batch:
        o = self.options
        ctx = Context(rows, o.step, o.params, given=given or {})
        engine = Engine(self.executors, savings=o.savings, cache=o.cache, journal=self.kept, tick=self._tick)
        batch = Batch(plan, ctx, engine, everything=o.all_components or not o.savings)
        batch.run()
        for leaf in batch.leaves.values():
            self.tally.add_leaf(leaf)
        return batch

    def _tick(self, node: Expr) -> None:
        self.calls += 1
        self.tell(Progress("scoring", self.done, self.source.n, self.calls))

    def _step(self, chunk: Chunk) -> None:
        self.done = chunk.start + chunk.n
        self.tell(Progress("scoring", self.done, self.source.n, self.calls))
        if time.monotonic() - self._saved >= SAVE_SECONDS:
            self._save()

    def _save(self) -> None:
        extra: dict[str, Any] = {"tally": self.tally.to_json(), "first": self.first.seen}
        if self._spill is not None:
            extra["spill"] = self._spill.sizes()
        self.output.save(self.done, extra=extra)
        self._saved = time.monotonic()

    def _write_all(self, ids: Iterator[str], root: Cells, parts: Mapping[str, Cells]) -> None:
        self.tally.add(root, parts)
        n = self.source.n
        for low in range(0, n, AT_ONCE):
            high = min(low + AT_ONCE, n)
            some = {name: part_of(cells, low, high) for name, cells in parts.items()}
            self.output.write(lines_of(list(islice(ids, high - low)), part_of(root, low, high), some))
            self.tell(Progress("writing", high, n, self.calls))

    def _finish(self) -> None:
        output = self.output
        if output.target.suffix.lower() != ".parquet":
            output.finish()
        else:
            # The rows lie in the partial file as lines, and go on being there until the table is in its place.
            table = output.target.with_name(output.target.name + ".table")
            to_parquet(output.partial, table, self.made.root, self.components)
            with open(table, "rb") as file:
                os.fsync(file.fileno())
            os.replace(table, output.target)
            sync_folder(output.target)
            output.journal.remove()
            output.partial.unlink()
        if self._spill is not None:
            self._spill.remove()


class _Placed:
    """Sentences about a row of a chunk name the row of the file."""

    def __init__(self, chunk: Chunk, source: Source) -> None:
        self.chunk, self.source = chunk, source

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ContractError):
            raise placed(error, self.chunk, self.source.path) from None
