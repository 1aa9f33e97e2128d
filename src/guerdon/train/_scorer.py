"""Scoring what TRL hands over: once for all functions of one reward, and together with the other processes."""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from guerdon.expr.adapt import HOOKS, Hooks
from guerdon.expr.node import topological
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.score import Score
from guerdon.expr.tree import line
from guerdon.expr.values import ContractError
from guerdon.plan.runner import Runner
from guerdon.plan.scores import Scores

from . import _gather, _host, _rows
from ._host import Host
from ._logs import Log, kind
from ._outcome import Outcome, joined, of_scores


@dataclass(frozen=True)
class Settings:
    """What ``for_trl`` was told."""

    name: str
    num_generations: int | None = None
    max_unscored: float = 0.5
    on_scores: Callable[[Scores], None] | None = None
    keep: tuple[str, ...] = ()  # observed figures whose cells are wanted, rollout by rollout


@dataclass
class Held:
    """The last batch, for the other functions of the same reward."""

    prompts: Any
    completions: Any
    outcome: Outcome
    span: tuple[int, int]
    taken: set[int] = field(default_factory=set)

    def same(self, prompts: Any, completions: Any) -> bool:
        """Whether a call is about this batch: TRL passes the same lists on to every function."""
        pairs = ((self.completions, completions), (self.prompts, prompts))
        return all(a is b or (len(a) == len(b) and all(map(operator.is_, a, b))) for a, b in pairs)


class Scorer:
    """One runner behind one or several reward functions.

    Args:
        root: the reward.
        settings: what ``for_trl`` was told.
        functions: how many functions share each batch.
        options: of the runner.
        remote: whether this is a copy that a trainer made for another process.
    """

    def __init__(
        self, root: Score, settings: Settings, functions: int, options: Mapping[str, Any], *, remote: bool = False
    ) -> None:
        self.root = root
        self.settings = settings
        self.functions = functions
        self.options = dict(options)
        self.remote = remote
        self.runner = Runner(root, **options)
        self.host: Host | None = None
        self.scope = self.runner.scope()
        if self.scope == "rollout" and any(node.op == "random" for node in topological(root)):
            self.scope = "group"  # the draw depends on the rollout's place in the whole batch
        self._wanted = _rows.wanted(root)
        self._hooked = any(n.op == "param" and n.param("name") == HOOKS for n in topological(root))
        self._log = Log(settings.name)
        self._held: Held | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _elsewhere, (self.root, self.settings, self.functions, self.options)

    # ---------------------------------------------------------------- state

    def state(self) -> dict[str, Any]:
        """The runner's state, without what belongs to one call only."""
        found = self.runner.state_dict()
        found["params"].pop(HOOKS, None)
        return found

    def learns(self) -> str:
        """The first node with memory, as text; empty where there is none."""
        return line(self.runner.plan.stateful[0], 80) if self.runner.has_state else ""

    # ---------------------------------------------------------------- one call

    def outcome(
        self, function: int, prompts: Any, completions: Any, completion_ids: Any, given: Mapping[str, Any]
    ) -> tuple[Outcome, slice]:
        """A batch, scored unless another function of the reward had it scored already, and which rows are asked for."""
        with self._lock:
            held = self._held
            if held is None or function in held.taken or not held.same(prompts, completions):
                outcome, span = self._score(prompts, completions, completion_ids, given)
                held = Held(prompts, completions, outcome, span)
                self._held = held if self.functions > 1 else None
            held.taken.add(function)
            if len(held.taken) == self.functions:
                self._held = None
            return held.outcome, slice(*held.span)

    def _score(
        self, prompts: Any, completions: Any, completion_ids: Any, given: Mapping[str, Any]
    ) -> tuple[Outcome, tuple[int, int]]:
        host = _host.of_hook(given.get("log_metric")) or self.host or Host()
        self._check_place(given)
        self._check_names(getattr(given.get("log_metric"), "__self__", None))
        state = given.get("trainer_state")
        call = _Call(
            self,
            prompts,
            completions,
            completion_ids,
            given,
            host,
            step=None if state is None else int(state.global_step),
            size=self._size(host),
            before=self.state() if host.training and self.runner.has_state else None,
        )
        try:
            outcome, span = call.alone() if _gather.world()[1] == 1 else call.together()
            self._check_unscored(outcome)
        except BaseException:
            if call.before is not None:
                self.runner.load_state_dict(call.before)
            raise
        if outcome.state is not None and _gather.world()[0] > 0:
            self.runner.load_state_dict({**outcome.state, "params": dict(self.runner.params)})
        self._report(outcome, span, given)
        return outcome, span

    def _size(self, host: Host) -> int | None:
        told = self.settings.num_generations
        if told is not None and host.training and host.generations not in (None, told):
            raise ContractError(
                f"for_trl(num_generations={told}), but the trainer makes {host.generations} completions of a prompt: "
                "leave num_generations out, and the trainer's own is used"
            )
        return host.size or told

    def _check_place(self, given: Mapping[str, Any]) -> None:
        """Refuse what cannot be right where the call comes from."""
        if self.remote and (self.runner.has_state or self.scope == "batch"):
            what = f"{self.learns()} learns from batch to batch" if self.learns() else "it compares the whole batch"
            raise ContractError(
                f"the trainer scores one group at a time in a process of its own, and this reward needs more: {what}; "
                "use GRPOTrainer or RLOOTrainer"
            )
        if self.runner.has_state and self.host is None and "trainer_state" in given:
            raise ContractError(
                f"this reward learns from batch to batch ({self.learns()}), and its state must be saved with the "
                "checkpoints: give the trainer callbacks=[reward.callback()]"
            )

    def _check_names(self, trainer: Any) -> None:
        """Refuse names that stand twice in one trainer: TRL would merge their figures and columns."""
        names = list(getattr(trainer, "reward_func_names", ()))
        scorers = {id(f.scorer): f.scorer for f in getattr(trainer, "reward_funcs", ()) if hasattr(f, "scorer")}
        prefixes = [scorer.settings.name for scorer in scorers.values() if isinstance(scorer, Scorer)]
        for found in (names, prefixes):
            twice = next((name for name in found if found.count(name) > 1), None)
            if twice is not None:
                raise ContractError(
                    f"two reward functions of this trainer log under the name {twice!r}: give one another name, with "
                    "for_trl(name=...)"
                )

    def _check_unscored(self, outcome: Outcome) -> None:
        lost, most = outcome.unscored(), self.settings.max_unscored
        n = len(outcome.reward)
        if len(lost) <= most * n:
            return
        counts: dict[str, int] = {}
        for i in lost:
            why = kind(outcome.reason[i]) or "no reason given"
            counts[why] = counts.get(why, 0) + 1
        why = ", ".join(f"{text} {count}" for text, count in sorted(counts.items(), key=lambda item: -item[1])[:3])
        raise ContractError(
            f"{len(lost)} of {n} rollouts of this batch could not be scored ({why}), more than max_unscored={most:g} "
            "allows: mend the cause and resume from the last checkpoint, or allow more with for_trl(max_unscored=...)"
        )

    def _report(self, outcome: Outcome, span: tuple[int, int], given: Mapping[str, Any]) -> None:
        log_metric, log_extra = given.get("log_metric"), given.get("log_extra")
        if log_metric is not None:
            for name, value in (*self._log.figures(outcome).items(), *outcome.metrics):
                log_metric(name, value)
        # TRL gathers these columns from all processes whether it writes the table or not.
        if log_extra is not None and getattr(getattr(log_extra, "__self__", None), "log_completions", True):
            for name, values in self._log.table(outcome, *span).items():
                log_extra(name, values)

    # ---------------------------------------------------------------- the runner

    def run(
        self, data: Rollouts, rows: Sequence[int], step: int | None, *, learn: bool, trainer_state: Any = None
    ) -> Outcome:
        """Score rollouts here and now."""
        hooks = Hooks(trainer_state)
        if self._hooked:
            self.runner.set(HOOKS, hooks)
        with nullcontext() if learn else self.runner.frozen():
            scores = self.runner.score(data, step=step)
        for name, values in hooks.extra.items():
            if len(values) != len(data):
                raise ContractError(f"log_extra({name!r}) got {len(values)} values for {len(data)} rollouts")
        if self.settings.on_scores is not None:
            self.settings.on_scores(scores)
        # The other processes take up what this one has learned.
        told = learn and self.runner.has_state and _gather.world()[1] > 1
        return of_scores(scores, rows, hooks, self.state() if told else None, self.settings.keep)


@dataclass
class _Call:
    """One call of TRL's."""

    scorer: Scorer
    prompts: Sequence[Any]
    completions: Sequence[Any]
    completion_ids: Sequence[Any] | None
    given: Mapping[str, Any]
    host: Host
    step: int | None
    size: int | None
    before: dict[str, Any] | None

    def columns(self) -> dict[str, list[Any]]:
        """The rollouts' columns."""
        return _rows.columns(self.prompts, self.completions, self.completion_ids, self.given, self.host.ends)

    def score(self, columns: dict[str, list[Any]], groups: list[int], rows: Sequence[int] | None = None) -> Outcome:
        """Score a batch, or some rows of it, which keep their places and ids."""
        data = Rollouts.of(columns, groups=groups)
        places: Sequence[int] = range(len(groups)) if rows is None else rows
        return self.scorer.run(
            data if rows is None else data.take(list(rows)),
            places,
            self.step,
            learn=self.host.training,
            trainer_state=self.given.get("trainer_state"),
        )

    def grouped(self, marks: Sequence[bytes | None]) -> list[int]:
        """The groups of the whole batch, checked."""
        # An environment may write into each prompt what it shows first, so that a group's prompts differ.
        return _rows.groups(marks, self.size, alike="environments" not in self.given)

    def alone(self) -> tuple[Outcome, tuple[int, int]]:
        """In the only process."""
        columns = self.columns()
        outcome = self.score(columns, self.grouped(_rows.prints(self.prompts)))
        return outcome, (0, len(outcome.reward))

    def together(self) -> tuple[Outcome, tuple[int, int]]:
        """With the other processes: rows are exchanged where the reward compares them, results always."""
        rank = _gather.world()[0]
        groups: list[int] = []
        sizes: list[int] = []
        if self.scorer.scope == "rollout":
            parts = _gather.share(self._own_rows)
            sizes = [len(part.reward) for part in parts]
            for place, part in enumerate(parts):
                part.rows = [row + sum(sizes[:place]) for row in part.rows]
                groups += [group + (groups[-1] + 1 if place else 0) for group in part.groups]
            if self.size is not None:
                groups = _rows.groups([None] * sum(sizes), self.size)
        else:

            def work(offers: list[_Offer]) -> Outcome | None:
                sizes.extend(len(offer.marks) for offer in offers)
                groups.extend(self.grouped([mark for offer in offers for mark in offer.marks]))
                return self._share_of_work(rank, offers, groups)

            parts = [part for part in _gather.share_twice(self._offer, work) if part is not None]
        outcome = joined(parts)
        outcome.groups = groups
        low = sum(sizes[:rank])
        return outcome, (low, low + sizes[rank])

    def _own_rows(self) -> Outcome:
        return self.score(self.columns(), _rows.groups(_rows.prints(self.prompts), None))

    def _offer(self) -> _Offer:
        columns = self.columns()
        kept = {name: cells for name, cells in columns.items() if self._travels(name)}
        return _Offer(_rows.prints(self.prompts), kept)

    def _travels(self, name: str) -> bool:
        wanted = self.scorer._wanted
        return name != "environments" if wanted is None else name in wanted

    def _share_of_work(self, rank: int, offers: list[_Offer], groups: list[int]) -> Outcome | None:
        """What this process scores: groups whose first row is its own, or (the first process) the whole batch."""
        names = [name for name in offers[0].columns if all(name in offer.columns for offer in offers)]
        columns = {name: [item for offer in offers for item in offer.columns[name]] for name in names}
        if self.scorer.scope == "batch":
            return self.score(columns, groups) if rank == 0 else None
        owners = [place for place, offer in enumerate(offers) for _ in offer.marks]
        owner: dict[int, int] = {}
        for place, group in zip(owners, groups, strict=True):
            owner.setdefault(group, place)
        rows = [row for row, group in enumerate(groups) if owner[group] == rank]
        return self.score(columns, groups, rows) if rows else None


@dataclass
class _Offer:
    """The rows of one process: a fingerprint of each prompt, and the columns that the reward reads."""

    marks: list[bytes | None]
    columns: dict[str, list[Any]]


def _elsewhere(root: Score, settings: Settings, functions: int, options: Mapping[str, Any]) -> Scorer:
    return Scorer(root, settings, functions, options, remote=True)
