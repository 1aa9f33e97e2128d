"""Scoring files: chunks change no byte, windows see the whole file, ids and groups are those of the file."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd
from guerdon.plan.cut import cut
from guerdon.plan.stream import Options, score_file

CHUNKS = (1, 7, 1000)


@gd.function(bounds=(0, 9), fails_as=0)
def words(completion: str) -> float:
    count = len(completion.split())
    if count == 3:
        raise gd.Failed("three words")
    if count == 5:
        raise gd.Unscored("five words")
    if count == 7:
        raise KeyError("seven")
    return count


@gd.function(axis="word")
def split(completion: str) -> list[str]:
    return [gd.Piece(w, gd.Span(0, 2 * i, 2 * i + 1)) for i, w in enumerate(completion.split())]


@gd.function(axis="half")
def halves(completion: str) -> list[str]:
    middle = 2 * (len(completion.split()) // 2)
    return [gd.Piece("a", gd.Span(0, 0, middle)), gd.Piece("b", gd.Span(0, middle, len(completion)))]


@gd.function
def size(piece: str) -> float:
    return len(piece)


@gd.function(per="group")
def place(figure: list[float]) -> list[float]:  # type: ignore[empty-body]
    return [sorted(figure).index(x) for x in figure]


w = words().named("words")
r = gd.col("r")
steps = gd.col("steps", axis="step")
word, half = split(), halves()


def _duel() -> gd.Score:
    wins = w < gd.other(w)
    margin = gd.other(r) - r
    return gd.where(wins, margin, -margin.swap()).mean(empty=0)


REWARDS: dict[str, Callable[[], gd.Score]] = {
    "rows alone": lambda: 0.5 * w + r.unscored_as(0).named("r"),
    "a gate": lambda: (gd.col("kind") == "a").named("kind") * w,
    "prompt": lambda: w.zscore(over="prompt", eps=1e-4).named("z") + 0.1 * r.rank(over="batch").named("rank") * w,
    "column key": lambda: w.mean(over=gd.col("kind")),
    "two keys": lambda: w.mean(over=(gd.col("kind"), "prompt")) - r.sum(over=gd.col("kind"), where=w > 2),
    "score key": lambda: r.mean(over=w.unscored_as(-1)),
    "ragged": lambda: (steps - steps.mean(over=("prompt", steps.position()))).sum().named("a") + w,
    "ragged root": lambda: steps.zscore(over="prompt").named("advantage").as_advantage(),
    "left out": lambda: w.mean(over="prompt", leave_one_out=True).only(r.isscored(), "no r"),
    "unit": lambda: w.mean(over="prompt").rank(over="batch", unit="prompt"),
    "chance": lambda: gd.random() + gd.random("prompt", seed=2).named("drawn"),
    "chance alone": lambda: gd.random(seed=5),
    "duel": _duel,
    "duel of some": lambda: (w < gd.other(w, opponents=2, seed=3)).mean(empty=0),
    "running": lambda: w - gd.running(w, "mean", by=gd.col("kind"), sees="after"),
    "dual": lambda: w * gd.dual(w, target=2, lr=1, init=0.5),
    "group function": lambda: place(figure=w.unscored_as(0)),
    "spans": lambda: (size(piece=half).zscore(over="prompt").onto(word, at="share") * 2).named("landed"),
    "gate above": lambda: (r.mean(over="prompt") > 1).named("open") * w + 1,
    "step": lambda: w.mean(over="batch") * (gd.step() + gd.param("factor", 2.0)),
    "texts of others": lambda: (gd.col("completion") == gd.other(gd.col("completion"))).mean(empty=0),
}


def rows(count: int = 61, *, shuffled: bool = True, ids: bool = False) -> list[dict[str, Any]]:
    draw = random.Random(4)
    made: list[dict[str, Any]] = [
        {
            "prompt": f"p{i // 5}",
            "completion": " ".join("x" * draw.randint(0, 9)),
            "r": draw.choice([None, 1, 2.5, 0, True, -3]),
            "steps": draw.choice([None, [], [0.5], [1, 2.0, None], [draw.random() for _ in range(4)]]),
            "kind": draw.choice(["a", "b", None, 1, 1.0, [1, 2], {"k": 1}]),
        }
        for i in range(count)
    ]
    if ids:
        for i, row in enumerate(made):
            row["id"] = f"task-{i // 3}" if i % 4 else f"own-{i}"
    if shuffled:
        draw.shuffle(made)
    return made


def write(path: Path, data: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in data), encoding="utf-8")
    return path


def rewards(path: Path) -> list[float | None]:
    return [json.loads(line)["reward"] for line in path.read_text(encoding="utf-8").splitlines()]


def as_lines(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(json.dumps(found))
    return loaded


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("name", REWARDS)
def test_chunks_change_no_byte_and_all_equal_scoring_in_memory(name: str, shuffled: bool, tmp_path: Path) -> None:
    data = rows(shuffled=shuffled)
    source, reward = write(tmp_path / "in.jsonl", data), REWARDS[name]()
    found = set()
    for chunk in CHUNKS:
        out = tmp_path / f"{chunk}.jsonl"
        score_file(reward, source, out, options=Options(chunk=chunk))
        found.add(out.read_bytes())
    (content,) = found
    want = as_lines(reward.score(data, strict=False).to_rows())
    got = [json.loads(line) for line in content.splitlines()]
    assert [(row["id"], row["reward"], row["status"], row["reason"]) for row in got] == [
        (row["id"], row["reward"], row["status"], row["reason"]) for row in want
    ]
    for mine, theirs in zip(got, want, strict=True):
        for component, cell in theirs["components"].items():
            # Above a window no gate closes in the first pass: more may be computed here, never something else.
            if cell["status"] != "skipped":
                assert mine["components"][component] == cell
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.jsonl", "1000.jsonl", "7.jsonl", "in.jsonl"]


def test_every_reward_but_the_one_of_texts_is_scored_without_holding_the_file() -> None:
    held = [name for name, build in REWARDS.items() if cut(build()).whole]
    alone = [name for name, build in REWARDS.items() if cut(build()).upper is None and not cut(build()).whole]
    assert (held, alone) == (["texts of others"], ["rows alone", "a gate", "chance alone"])


def test_the_first_pass_keeps_no_texts(tmp_path: Path) -> None:
    secret = "an unmistakable completion"
    data = [{**row, "completion": secret, "kind": "an unmistakable kind"} for row in rows(20)]
    source = write(tmp_path / "in.jsonl", data)
    seen: dict[str, bytes] = {}

    def look(how: Any) -> None:
        if how.doing == "comparing":
            seen.update({path.name: path.read_bytes() for path in (tmp_path / "out.jsonl.spill").iterdir()})

    reward = w.zscore(over=(gd.col("kind"), "prompt")) + steps.mean(over="prompt").named("s")
    score_file(reward, source, tmp_path / "out.jsonl", progress=look)
    assert len(seen["groups"]) == 20 * 16
    assert not any(b"unmistakable" in content for content in seen.values())
    assert not (tmp_path / "out.jsonl.spill").exists()


@pytest.mark.parametrize("name", ["rows alone", "prompt", "duel of some", "chance", "texts of others"])
def test_ids_that_stand_more_than_once_are_numbered_over_the_whole_file(name: str, tmp_path: Path) -> None:
    data = rows(ids=True)
    source, reward = write(tmp_path / "in.jsonl", data), REWARDS[name]()
    want = as_lines(reward.score(data, strict=False).to_rows())
    for chunk in CHUNKS:
        score_file(reward, source, tmp_path / "out.jsonl", options=Options(chunk=chunk))
        got = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert [(row["id"], row["reward"]) for row in got] == [(row["id"], row["reward"]) for row in want]
    assert "task-0#0" in {row["id"] for row in want}


def test_an_id_that_is_the_name_of_another_row_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [{"id": "a", "r": 1}, {"id": "a", "r": 2}, {"id": "a#1", "r": 3}])
    with pytest.raises(gd.ContractError, match=r"in.jsonl: the id 'a#1' stands in one row and is the name of row 1"):
        score_file(r + 0, source, tmp_path / "out.jsonl", options=Options(chunk=1))


@pytest.mark.parametrize("suffix", [".json", ".parquet"])
@pytest.mark.parametrize("name", ["rows alone", "prompt", "texts of others"])
def test_every_kind_of_file_gives_the_same_scores(name: str, suffix: str, tmp_path: Path) -> None:
    data = [{**row, "kind": str(row["kind"]), "r": None if row["r"] is None else float(row["r"])} for row in rows()]
    reward = REWARDS[name]()
    score_file(reward, write(tmp_path / "in.jsonl", data), tmp_path / "want.jsonl")
    source = tmp_path / f"in{suffix}"
    if suffix == ".json":
        source.write_text(json.dumps(data), encoding="utf-8")
    else:
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.Table.from_pylist(data), source, row_group_size=11)
    for chunk in CHUNKS:
        score_file(reward, source, tmp_path / "got.jsonl", options=Options(chunk=chunk))
        assert (tmp_path / "got.jsonl").read_bytes() == (tmp_path / "want.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["rows alone", "prompt", "ragged root"])
def test_parquet_out_holds_what_the_lines_hold(name: str, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    source, reward = write(tmp_path / "in.jsonl", rows()), REWARDS[name]()
    score_file(reward, source, tmp_path / "out.jsonl")
    tables = set()
    for chunk in CHUNKS:
        score_file(reward, source, tmp_path / "out.parquet", options=Options(chunk=chunk))
        tables.add((tmp_path / "out.parquet").read_bytes())
    assert len(tables) == 1
    want = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    got = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["reward"] for row in got] == [row["reward"] for row in want]
    for component in want[0]["components"]:
        assert [row[component] for row in got] == [row["components"][component]["value"] for row in want]
        reasons = [row["components"][component]["reason"] for row in want]
        assert [row[f"{component}_reason"] for row in got] == reasons
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl", "out.parquet"]


def test_a_column_that_only_late_rows_have_is_there_from_the_first(tmp_path: Path) -> None:
    data = [{"x": 1}, {"x": 2}, {"x": 3, "late": 5}]
    reward = gd.col("late").unscored_as(0) + gd.col("x")
    for chunk in (1, 2, 3):
        score_file(reward, write(tmp_path / "in.jsonl", data), tmp_path / "o.jsonl", options=Options(chunk=chunk))
        assert rewards(tmp_path / "o.jsonl") == [1.0, 2.0, 8.0]


def test_group_by_takes_the_place_of_the_rule(tmp_path: Path) -> None:
    data = [{"prompt": "p", "room": t, "x": x} for t, x in (("a", 1), ("b", 5), ("a", 3), ("b", 5))]
    source, reward = write(tmp_path / "in.jsonl", data), gd.col("x").mean(over="prompt")
    for group_by, want in ((None, [3.5] * 4), (("room",), [2.0, 5.0, 2.0, 5.0])):
        score_file(reward, source, tmp_path / "o.jsonl", options=Options(chunk=1, group_by=group_by))
        assert rewards(tmp_path / "o.jsonl") == want


def test_batch_functions_take_so_many_rows_whatever_the_chunks(tmp_path: Path) -> None:
    sizes: list[int] = []

    @gd.function(per="batch")
    def above(x: list[float]) -> list[float]:  # type: ignore[empty-body]
        sizes.append(len(x))
        return [float(v > sum(x) / len(x)) for v in x]

    reward = above() - above().mean(over="batch")
    source = write(tmp_path / "in.jsonl", [{"x": x} for x in (1, 3, 1, 3, 9)])
    with pytest.raises(gd.ContractError, match=r'above is per="batch": say how many rows'):
        score_file(reward, source, tmp_path / "o.jsonl")
    score_file(reward, source, tmp_path / "o.jsonl", options=Options(chunk=1, batch=2))
    assert sizes == [2, 2, 1]
    assert rewards(tmp_path / "o.jsonl") == [-0.4, 0.6, -0.4, 0.6, -0.4]


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_a_leaf_that_raises_on_every_row_stops_the_run_and_one_that_recovers_does_not(
    chunk: int, tmp_path: Path
) -> None:
    @gd.function
    def late(x: int) -> float:
        if x < 1000:
            raise ValueError("too early")
        return 1.0

    def run(first: int) -> None:
        source = write(tmp_path / "in.jsonl", [{"x": x} for x in range(first, 1004)])
        score_file(late(), source, tmp_path / "o.jsonl", options=Options(chunk=chunk))

    run(1)
    with pytest.raises(gd.ContractError, match=r"late raised on every row \(1000 of them\): ValueError: too early"):
        run(0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "o.jsonl"]


def test_the_summary_counts_rows_statuses_and_calls(tmp_path: Path) -> None:
    data = [{"completion": "x " * n} for n in (1, 2, 2, 3, 5, 5)]
    source = write(tmp_path / "in.jsonl", data)
    summary = score_file(w * 2, source, tmp_path / "o.jsonl", options=Options(chunk=2))
    assert summary.tally is not None
    assert (summary.rows, summary.resumed, summary.whole) == (6, (0, 0), "")
    assert summary.tally.reward.mean == (2 + 4 + 4 + 0) / 4
    assert summary.tally.components["words"].statuses == {
        "scored": 3, "failed: three words": 1, "unscored: five words": 2,
    }  # fmt: skip
    assert summary.tally.calls == {"words": [5, 1, 0, 0]}


def test_a_run_that_was_complete_but_for_tidying_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guerdon.plan.journal import Journal

    source, out = write(tmp_path / "in.jsonl", rows()), tmp_path / "out.jsonl"
    reward = REWARDS["prompt"]()

    def killed(journal: Journal) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "remove", killed)
        with pytest.raises(SystemExit):
            score_file(reward, source, out)
    content = out.read_bytes()
    assert (tmp_path / "out.jsonl.journal").exists()
    assert score_file(reward, source, out).tally is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
    assert out.read_bytes() == content


def test_an_output_that_somebody_else_writes_is_left_alone(tmp_path: Path) -> None:
    from guerdon.plan.journal import Journal, JournalError

    source, out = write(tmp_path / "in.jsonl", rows()), tmp_path / "out.jsonl"
    with Journal.open(tmp_path / "out.jsonl.journal", {"other": 1}):
        for restart in (False, True):
            with pytest.raises(JournalError, match=r"out.jsonl.journal is in use: another process is writing"):
                score_file(w + 0, source, out, restart=restart)
    score_file(w + 0, source, out, restart=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
