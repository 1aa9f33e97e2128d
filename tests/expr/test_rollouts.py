"""Rollouts: from whatever holds them, with ids and prompt groups; files whose errors say what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from guerdon.expr.chance import uniform
from guerdon.expr.grouping import codes_of
from guerdon.expr.rollouts import Rollouts, read_jsonl
from guerdon.expr.values import ContractError

ROWS = [
    {"prompt": "2+2?", "completion": "4", "solution": "4"},
    {"prompt": "2+2?", "completion": "5", "solution": "4"},
    {"prompt": "3+3?", "completion": "6", "solution": "6", "seconds": 1.5},
]
COLUMNS = {
    "prompt": ["2+2?", "2+2?", "3+3?"],
    "completion": ["4", "5", "6"],
    "solution": ["4", "4", "6"],
    "seconds": [None, None, 1.5],
}


def test_every_way_to_give_rollouts_gives_the_same_columns(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    jsonl, whole, table = tmp_path / "r.jsonl", tmp_path / "r.json", tmp_path / "r.parquet"
    jsonl.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    whole.write_text(json.dumps(ROWS))
    parquet.write_table(pa.table(COLUMNS), table)
    ways = {
        "columns": COLUMNS,
        "rows": ROWS,
        "jsonl": jsonl,
        "a path as text": str(jsonl),
        "json of rows": whole,
        "parquet": table,
        "arrow": pa.table(COLUMNS),
        "pandas": pd.DataFrame(ROWS),
    }
    for way, data in ways.items():
        rollouts = Rollouts.of(data)
        assert rollouts.columns == COLUMNS, way
        assert rollouts.groups.tolist() == [0, 0, 1], way
    assert Rollouts.from_jsonl(jsonl).columns == Rollouts.from_parquet(table).columns == COLUMNS


def test_a_hugging_face_data_set_is_read_column_by_column() -> None:
    datasets = pytest.importorskip("datasets")
    data = datasets.Dataset.from_list([{"prompt": "p", "marks": [1, 2]}, {"prompt": "q", "marks": []}])
    assert Rollouts.of(data).columns == {"prompt": ["p", "q"], "marks": [[1, 2], []]}
    # A format (torch, numpy) changes what comes out of the data set, not what the rollouts are.
    assert Rollouts.of(data.with_format("numpy")).columns == Rollouts.of(data).columns
    with pytest.raises(ContractError, match=r"choose a split, such as data\['train'\]"):
        Rollouts.of(datasets.DatasetDict({"train": data}))


def test_arrays_and_their_numbers_become_plain_python() -> None:
    columns = Rollouts.of({"a": np.array([1, 2]), "b": [np.float32(0.5), np.int64(3)], "c": np.eye(2)}).columns
    assert columns == {"a": [1, 2], "b": [0.5, 3], "c": [[1.0, 0.0], [0.0, 1.0]]}
    assert [type(x) for x in columns["a"] + columns["b"]] == [int, int, float, int]


def test_missing_values_of_pandas_are_none_and_its_arrays_lists() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {"x": [1.0, float("nan")], "marks": [np.array([1, 2]), None], "t": pd.array([1, None], "Int64")}
    )
    assert Rollouts.of(frame).columns == {"x": [1.0, None], "marks": [[1, 2], None], "t": [1, None]}


def test_a_missing_column_is_named_with_the_nearest() -> None:
    with pytest.raises(ContractError, match=r"no column 'solutoin' \(did you mean 'solution'\?\); they") as caught:
        Rollouts.of(COLUMNS).column("solutoin")
    assert "'prompt', 'completion', 'solution', 'seconds'" in str(caught.value)
    with pytest.raises(ContractError, match="they have none"):
        Rollouts.of({}).column("x")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"a": [1, 2], "b": [1, 2, 3]}, "column 'a' has 2 rows and column 'b' has 3"),
        ({"a": "text"}, "column 'a' is one str: a column is a list"),
        ({"a": {"b": 1}}, "column 'a' is one dict"),
        ({"a": 3}, "column 'a' is one int"),
        ({1: [2]}, "a column named 1"),
        ([{"a": 1}, "b"], "row 1 is a str"),
        ("rollouts.csv", "files named .jsonl, .json or .parquet"),
        ("no/such.jsonl", "no/such.jsonl cannot be opened: no such file"),
    ],
)
def test_what_are_no_rollouts_is_refused_in_a_sentence(data: object, sentence: str) -> None:
    with pytest.raises(ContractError) as caught:
        Rollouts.of(data)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_objects_are_refused_by_their_kind() -> None:
    with pytest.raises(TypeError, match=r"builtins\.int holds no rollouts: give a dict of columns"):
        Rollouts.of(3)


def test_no_rollouts_are_rollouts_too() -> None:
    for nothing in ({}, [], {"prompt": []}):
        rollouts = Rollouts.of(nothing)
        assert len(rollouts) == 0
        assert rollouts.groups.tolist() == rollouts.ids == list(rollouts.rows()) == []


# ---------------------------------------------------------------- groups


def test_a_score_per_rollout_splits_no_group_and_another_solution_does() -> None:
    columns = {"prompt": ["p"] * 4, "solution": ["1", "1", "2", "1"], "score_a": [0.1, 0.2, 0.3, 0.4]}
    assert Rollouts.of(columns).groups.tolist() == [0, 0, 1, 0]


def test_the_trainers_group_comes_before_prompts_and_groups_before_all() -> None:
    columns = {"prompt": ["p", "p", "p"], "uid": ["b", "a", "b"], "prompt_id": [1, 1, 1]}
    assert Rollouts.of(columns).groups.tolist() == [0, 1, 0]
    assert Rollouts.of({"prompt": ["p", "p", "q"], "prompt_id": [7, 8, 8]}).groups.tolist() == [0, 1, 1]
    assert Rollouts.of(columns, groups=[5, 5, ("x", 1)]).groups.tolist() == [0, 0, 1]
    assert Rollouts.of(columns, group_by="prompt").groups.tolist() == [0, 0, 0]
    assert Rollouts.of(columns, group_by=["prompt", "uid"]).groups.tolist() == [0, 1, 0]


def test_without_prompts_each_rollout_is_its_own_group() -> None:
    assert Rollouts.of({"x": [1, 1, 1]}).groups.tolist() == [0, 1, 2]


def test_groups_compare_chats_by_content_and_pictures_by_pixels() -> None:
    chats = [[{"role": "user", "content": "a"}], [{"content": "a", "role": "user"}], [{"role": "user", "content": "b"}]]
    assert Rollouts.of({"prompt": chats}).groups.tolist() == [0, 0, 1]
    image = pytest.importorskip("PIL.Image")
    red, red_again, blue = (image.new("RGB", (2, 2), colour) for colour in ("red", "red", "blue"))
    assert Rollouts.of({"prompt": ["p"] * 3, "image": [red, red_again, blue]}).groups.tolist() == [0, 0, 1]
    assert Rollouts.of({"prompt": ["p"] * 3, "images": [[red], [red_again], [blue]]}).groups.tolist() == [0, 0, 1]


def test_pictures_as_arrays_differ_by_shape_and_type() -> None:
    a = [np.zeros((2, 3)), np.zeros((3, 2)), np.zeros((2, 3), dtype=np.uint8), np.zeros((2, 3))]
    assert codes_of(a).tolist() == [0, 1, 2, 0]


def test_codes_tell_types_apart() -> None:
    assert codes_of([1, True, 1.0, "1", b"1", None, None, [1]]).tolist() == [0, 1, 2, 3, 4, 5, 5, 6]


def test_a_group_column_with_a_hole_is_refused() -> None:
    with pytest.raises(ContractError, match="row 1 has no uid"):
        _ = Rollouts.of({"uid": ["a", None]}).groups
    with pytest.raises(ContractError, match=r"row 0: a group cannot be made from this value .*; give groups="):
        _ = Rollouts.of({"prompt": [object()]}).groups
    with pytest.raises(ContractError, match="no column 'task_id'"):
        Rollouts.of({"prompt": ["p"]}, group_by="task_id")


def test_a_million_prompts_are_grouped_correctly() -> None:
    n = 10**6
    rollouts = Rollouts.of({"prompt": [f"prompt {i % 1000}" for i in range(n)], "solution": ["s"] * n})
    assert np.array_equal(rollouts.groups, np.arange(n) % 1000)


# ---------------------------------------------------------------- ids, taking


def test_ids_come_from_the_column_or_the_row() -> None:
    assert Rollouts.of({"x": [7, 8]}).ids == ["0", "1"]
    assert Rollouts.of({"id": ["a", 3]}).ids == ["a", "3"]
    assert Rollouts.of({"x": [7, 8]}, ids=["u", "v"]).ids == ["u", "v"]


def test_rollouts_of_one_row_of_the_data_set_get_numbered_ids() -> None:
    assert Rollouts.of({"id": ["a", "b", "a"]}).ids == ["a#0", "b", "a#1"]


def test_ids_that_repeat_are_refused() -> None:
    with pytest.raises(ContractError, match="the id 'u' stands in rows 0 and 2"):
        Rollouts.of({"x": [1, 2, 3]}, ids=["u", "v", "u"])
    with pytest.raises(ContractError, match="the id 'a#0' stands in rows 0 and 2"):
        _ = Rollouts.of({"id": ["a", "a", "a#0"]}).ids
    with pytest.raises(ContractError, match="row 1 has no id"):
        _ = Rollouts.of({"id": ["a", None]}).ids
    with pytest.raises(ContractError, match="column 'x' has 1 rows and ids= has 2"):
        Rollouts.of({"x": [1]}, ids=["u", "v"])


def test_what_is_taken_keeps_ids_and_groups() -> None:
    rollouts = Rollouts.of({"prompt": ["p", "q", "p"], "x": [1, 2, 3]})
    for rows in ([1, 2], np.array([1, 2]), np.array([False, True, True])):
        taken = rollouts.take(rows)
        assert taken.columns == {"prompt": ["q", "p"], "x": [2, 3]}
        assert (taken.ids, taken.groups.tolist(), len(taken)) == (["1", "2"], [0, 1], 2)
    assert Rollouts.of({"x": [1, 2, 3]}, groups=[1, 2, 1]).take([2, 0]).groups.tolist() == [0, 0]


def test_rollouts_of_rollouts_keep_what_they_know() -> None:
    first = Rollouts.of(COLUMNS, groups=["a", "b", "a"], ids=["x", "y", "z"])
    assert Rollouts.of(first) is first
    assert Rollouts.of(first, ids=["1", "2", "3"]).groups.tolist() == [0, 1, 0]
    again = Rollouts.of(first, groups=[1, 1, 1])
    assert (again.ids, again.groups.tolist()) == (["x", "y", "z"], [0, 0, 0])
    taken = Rollouts.of(first.take([0, 1]), ids=["u", "v"])
    assert taken.groups.tolist() == [0, 1]


# ---------------------------------------------------------------- JSON Lines


def write(tmp_path: Path, raw: bytes, name: str = "r.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(raw)
    return path


def test_lines_are_numbered_and_come_in_chunks(tmp_path: Path) -> None:
    path = write(tmp_path, b'\xef\xbb\xbf{"x": 1}\r\n\n{"x": "\xc3\xa9"}\n  \n{"x": 3}')
    assert list(read_jsonl(path, chunk=2)) == [[(1, {"x": 1}), (3, {"x": "é"})], [(5, {"x": 3})]]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b'{"x": 1}\n{"x": \n', " line 2: not valid JSON (expecting value, at its end)"),
        (b'{"x": 1} {"y": 2}\n', " line 1: not valid JSON (extra data, column 10)"),
        (b'{"x": 1}\n[1]\n', " line 2: a list where a JSON object {...} belongs"),
        (b"3\n", " line 1: a number where"),
        (b"null\n", " line 1: null where"),
        (b'{"x": 1}\n{"x": NaN}\n', " line 2: NaN is no JSON; write null"),
        (b'{"x": -Infinity}\n', " line 1: -Infinity is no JSON"),
        (b'{"x": {"a": 1, "b": 2, "a": 3}}\n', ' line 1: the key "a" stands twice'),
        (b'{"x": "\xff"}\n', " line 1: not UTF-8 (byte 0xff, the 8. of the line); save the file as UTF-8"),
        ('{"x": 1}\n'.encode("utf-16"), " line 1: not UTF-8 (byte 0xff, the 1. of the line); it looks like UTF-16"),
        (b"", " is empty"),
        (b"\n \n", " is empty"),
        (b'{"x": ' + b"[" * 100_000 + b"\n", " line 1: JSON nested too deep"),
        (b'{"x": ' + b"1" * 5_000 + b"}\n", " line 1: not valid JSON (exceeds the limit"),
    ],
)
def test_a_broken_file_is_refused_by_file_and_line(tmp_path: Path, raw: bytes, sentence: str) -> None:
    path = write(tmp_path, raw)
    with pytest.raises(ContractError) as caught:
        list(read_jsonl(path))
    assert str(caught.value).startswith(str(path) + sentence)
    assert "\n" not in str(caught.value)


def test_rows_before_a_broken_line_are_handed_over(tmp_path: Path) -> None:
    chunks = read_jsonl(write(tmp_path, b'{"x": 1}\n{"x": 2}\nbroken\n'), chunk=2)
    assert next(chunks) == [(1, {"x": 1}), (2, {"x": 2})]
    with pytest.raises(ContractError, match="line 3"):
        next(chunks)


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("r.json", b'[{"x": 1},\n {"x": nope}]', " line 2: not valid JSON (expecting value, column 8)"),
        ("r.json", b'[{"x": 1},\n {"x": "\xff"}]', " line 2: not UTF-8 (byte 0xff, the 9. of the line)"),
        ("r.json", b"3", " holds neither a list of objects"),
        ("r.json", b" ", " is empty"),
        ("r.parquet", b"PK\x03\x04", " is no Parquet file"),
        ("r.parquet", b"PAR1 and then nothing", " cannot be read as Parquet"),
    ],
)
def test_other_broken_files(tmp_path: Path, name: str, raw: bytes, sentence: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    path = write(tmp_path, raw, name)
    with pytest.raises(ContractError) as caught:
        Rollouts.of(path)
    assert str(caught.value).startswith(str(path) + sentence)


# ---------------------------------------------------------------- chance


def test_chance_is_a_fixed_function_of_seed_step_and_key() -> None:
    # Known answers: a change would change every sampled opponent of every replay.
    assert uniform(0, 0, "a") == 0.5606621425659457
    assert len({uniform(s, t, k) for s in (0, 1) for t in (0, 1) for k in ("", "a", "ab")}) == 12


def test_chance_is_uniform() -> None:
    drawn = np.array([uniform(3, 5, str(i)) for i in range(20_000)])
    assert drawn.min() >= 0
    assert drawn.max() < 1
    # The count in each tenth is binomial(20000, 0.1): mean 2000, standard deviation 42.4; six of these is 255.
    counts = np.histogram(drawn, bins=10, range=(0, 1))[0]
    assert np.abs(counts - 2000).max() < 255
