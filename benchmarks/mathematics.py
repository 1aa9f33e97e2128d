"""Equality of answers against math-verify: labelled GSM8K solutions, and MATH-500 golds with right and wrong answers.

``python -m benchmarks.mathematics`` prints every pair on which the two disagree, and who is right.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .measure import Line, Size, Table

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
DEADLINE = 5
EVERY = {"tiny": 200, "quick": 40, "full": 1}
"""One answer in so many."""
REPEATS = {"tiny": 1, "quick": 3, "full": 1}
MODELS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")


@dataclass(frozen=True)
class Answers:
    """Answers with their golds and whether each is right; ``said`` tells how each came about."""

    answer: list[str]
    gold: list[str]
    right: list[bool]
    said: list[str]

    def some(self, every: int) -> Answers:
        return Answers(self.answer[::every], self.gold[::every], self.right[::every], self.said[::every])


def gsm8k() -> Answers:
    """Solutions of four models, labelled by those who made the data; the answer stands after ``A:``."""
    found = Answers([], [], [], [])
    for line in (DATA / "gsm8k" / "example_model_solutions.jsonl").read_text(encoding="utf-8").splitlines():
        problem = json.loads(line)
        for model in MODELS:
            found.answer.append(problem[model]["solution"])
            found.gold.append(problem["ground_truth"].rpartition("A:")[2].strip())
            found.right.append(problem[model]["is_correct"])
            found.said.append(model)
    return found


def math500() -> Answers:
    """Rewritings and perturbations of the golds, right and wrong by how they were made."""
    sys.path.insert(0, str(ROOT / "tests"))
    from mathematics import golds, perturbations, rewritings  # type: ignore[import-not-found]

    found = Answers([], [], [], [])
    for gold in golds.math500(DATA):
        for right, pairs in ((True, rewritings.rewritings(gold)), (False, perturbations.perturbations(gold))):
            for pair in pairs:
                found.answer.append(pair.text)
                found.gold.append(pair.gold.text)
                found.right.append(right)
                found.said.append(pair.rule)
    return found


SETS: dict[str, tuple[str, Callable[[], Answers]]] = {
    "gsm8k": ("GSM8K, labelled solutions", gsm8k),
    "math500": ("MATH-500, rewritten and perturbed golds", math500),
}


def by_guerdon(name: str) -> Callable[[Answers], list[bool]]:
    """The leaf as one would use it, worker for what the exact path leaves open included."""
    import guerdon as gd

    column = gd.text.part("A:", of=gd.col("answer")) if name == "gsm8k" else gd.col("answer")
    runner = gd.math.equal(column, gd.col("gold"), timeout=DEADLINE).compile(workers=1)

    def run(answers: Answers) -> list[bool]:
        return [bool(value) for value in runner.score({"answer": answers.answer, "gold": answers.gold}).values]

    return run


def by_math_verify(name: str) -> Callable[[Answers], list[bool]]:
    """Its ``parse`` and ``verify``; a bare answer is put between dollar signs, as its documentation asks."""
    import logging

    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)  # it logs each text that it cannot read

    def fenced(text: str) -> str:
        return text if any(mark in text for mark in ("$", r"\(", r"\[", r"\boxed")) else f"${text}$"

    def one(answer: str, gold: str) -> bool:
        if name == "gsm8k":
            if "A:" not in answer:
                return False
            answer = answer.rpartition("A:")[2].strip()
        parsed = [parse(fenced(text), parsing_timeout=DEADLINE) for text in (gold, answer)]
        return bool(verify(*parsed, timeout_seconds=DEADLINE))

    def run(answers: Answers) -> list[bool]:
        return [one(answer, gold) for answer, gold in zip(answers.answer, answers.gold, strict=True)]

    return run


WAYS = {"guerdon": by_guerdon, "math-verify": by_math_verify}


def run(size: Size) -> list[Table]:
    """A table for each set of answers."""
    if not DATA.is_dir():
        return [Table("Equality of answers: the data sets are not beside the checkout", [])]
    tables = [_table(name, size) for name in SETS]
    return [*tables, _together(tables)]


def _together(tables: list[Table]) -> Table:
    """All answers, whichever set they come from."""
    lines = []
    count = sum(int(table.lines[0].figures["answers"].replace(",", "")) for table in tables)
    for way in WAYS:
        each = [table.line(way) for table in tables]
        line = Line(way, tuple(map(sum, zip(*(one.seconds for one in each), strict=True))))
        wrong = sum(int(one.figures["wrong"].replace(",", "")) for one in each)
        lines.append(Line(way, line.seconds, _figures(count, line, wrong)))
    return Table("Both together", lines, clock="wall")


def _figures(count: int, line: Line, wrong: int) -> dict[str, str]:
    return {"answers": f"{count:,}", "answers a second": f"{count / line.median:,.0f}", "wrong": f"{wrong:,}"}


def _table(name: str, size: Size) -> Table:
    title, make = SETS[name]
    answers = make().some(EVERY[size])
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(REPEATS[size]):
        for way in WAYS:
            found[way].append(_alone(way, name, EVERY[size]))
    lines = []
    for way, reports in found.items():
        line = Line(way, tuple(report["seconds"] for report in reports))
        verdicts = reports[0]["verdicts"]
        wrong = sum(verdict != right for verdict, right in zip(verdicts, answers.right, strict=True))
        lines.append(Line(way, line.seconds, _figures(len(answers.right), line, wrong)))
    ours, theirs = (found[way][0]["verdicts"] for way in WAYS)
    notes = [_open(answers, name), *_apart(answers, ours, theirs)]
    return Table(title, lines, notes, clock="wall")


def _open(answers: Answers, name: str) -> str:
    from guerdon.math import same

    texts = [text.rpartition("A:")[2] if name == "gsm8k" else text for text in answers.answer]
    left = sum(same(text, gold) is None for text, gold in zip(texts, answers.gold, strict=True))
    return (
        f"Left open by the exact path, and so passed on to math-verify in a worker: {left:,} ({left / len(texts):.2%})."
    )


def _apart(answers: Answers, ours: list[bool], theirs: list[bool]) -> list[str]:
    """Who is right where the two disagree, by what was done to the gold."""
    said = []
    for way, verdicts, others in (("Guerdon", ours, theirs), ("math-verify", theirs, ours)):
        wrong: Counter[str] = Counter()
        for verdict, other, right, rule in zip(verdicts, others, answers.right, answers.said, strict=True):
            if verdict != other and verdict != right:
                wrong[f"{'right' if right else 'wrong'} answers, {rule if ' + ' not in rule else 'several rules'}"] += 1
        most = "; ".join(f"{rule} {count}" for rule, count in wrong.most_common(8))
        said.append(f"Disagreements in which {way} is wrong: {wrong.total():,}{f' ({most}; …)' if most else ''}.")
    return said


def _alone(way: str, name: str, every: int) -> dict[str, Any]:
    """One way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mathematics", way, name, str(every)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _report(way: str, name: str, every: int) -> dict[str, Any]:
    answers = SETS[name][1]()
    judge = WAYS[way](name)
    # Warm: modules, grammars and the worker have started; none of these answers is asked again.
    mark = "A: " if name == "gsm8k" else ""
    judge(Answers([rf"{mark}\sin^2({n}x)+\cos^2({n}x)" for n in range(2, 8)], ["1"] * 6, [True] * 6, [""] * 6))
    answers = answers.some(every)
    start = time.perf_counter()
    verdicts = judge(answers)
    return {"seconds": time.perf_counter() - start, "verdicts": verdicts}


def disagreements() -> None:
    """Print every pair on which the two differ, with who is right."""
    for name, (_, make) in SETS.items():
        answers = make()
        ours, theirs = (_alone(way, name, 1)["verdicts"] for way in WAYS)
        for i, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            if mine != other:
                who = "guerdon" if mine == answers.right[i] else "math-verify"
                verdict = "equal" if answers.right[i] else "not equal"
                pair = f"{answers.gold[i]!r} and {answers.answer[i][-200:]!r}"
                print(f"{who} is right: {pair} are {verdict} ({answers.said[i]})")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(_report(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    else:
        disagreements()
