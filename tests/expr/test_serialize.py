"""Expressions as data and back: the same object here, the same fingerprint in another process, and what is refused."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.expr.plain import decode, encode
from guerdon.expr.serialize import fingerprint, from_dict, to_dict, unpickle
from guerdon.expr.values import ContractError

MODULE = """
import guerdon as gd

@gd.function(bounds=(0, 1), fails_as=0.0, cost="judge", version="1")
def right(answer: str, solution: str, table: dict = None) -> bool:
    return answer == solution

@gd.function(axis="part", returns="column")
def parts(completion: str) -> list[str]:
    return completion.split()

def _plain(x, y=1):
    return x * y

plain = gd.function(bounds=(0, 2))(_plain)
other = gd.function(_plain)

def make(k):
    @gd.function
    def inside(x):
        return x + k
    return inside

words = parts()
reward = (
    right(answer=gd.col("answer"), table={"a": (1, 2.5), 3: {b"x"}}).named("right")
    * (plain(y=2) - other().mean(over="prompt", leave_one_out=True))
    + gd.stack(gd.col("x"), 1, axis="k").softmin(0.5)
    + (words == "x").mean(empty=0)
    + (gd.col("x") < gd.other(gd.col("x"), 2, seed=1)).mean()
    + gd.col("kind").map({"a": 1, "b": True}, otherwise=0)
    + gd.col("x").piecewise([(0, 1), (2, 3)]) * gd.const([1, 2], axis="k").sum()
    + gd.running(gd.col("x"), "quantile", q=0.5, window=3, by=gd.col("kind"), empty=0)
    + gd.dual(gd.col("x"), target=gd.param("t", 0.5), lr=0.1)
    + gd.col("j")["f"][0].isin(["u", None, 1]) + gd.random(seed=3) + gd.step()
    + gd.col("marks", axis=("turn", "step")).mean().max()
    + (gd.param("rubric", {"text": ["be kind"], "n": (1,)}).exists())
).observe(more=gd.col("x")).as_advantage()
"""


@pytest.fixture
def rewards(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of rewards, imported from a folder of its own under a name of its own."""
    name = "rewards_" + re.sub(r"\W", "_", request.node.name)
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module(name)
    sys.modules.pop(name, None)


def test_what_comes_back_is_the_very_same_object(rewards: Any) -> None:
    data = to_dict(rewards.reward)
    assert from_dict(data) is rewards.reward
    assert from_dict(json.loads(json.dumps(data))) is rewards.reward
    assert gd.from_dict(rewards.reward.to_dict()) is rewards.reward
    assert copy.deepcopy(rewards.reward) is copy.copy(rewards.reward) is rewards.reward
    assert pickle.loads(pickle.dumps(rewards.reward)) is rewards.reward


def test_another_process_builds_the_same_reward(rewards: Any, tmp_path: Path) -> None:
    rows = {"prompt": ["p", "p"], "answer": ["1", "2"], "solution": ["1", "1"], "x": [1.0, 2.0], "kind": ["a", "c"]}
    rows |= {"completion": ["x y", "z"], "j": [{"f": ["u"]}, {}], "marks": [[[1, 2]], [[3], [4]]]}
    code = """
import json, sys
import guerdon as gd
data, rows = json.load(open("data.json"))
reward = gd.from_dict(data, allow=[sys.argv[1]])
from guerdon.expr.serialize import fingerprint
print(json.dumps([fingerprint(reward), repr(reward), reward.score(rows, step=4).values.tolist()]))
"""
    (tmp_path / "data.json").write_text(json.dumps([to_dict(rewards.reward), rows]))
    ran = subprocess.run(
        [sys.executable, "-c", code, rewards.__name__], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    here = rewards.reward.score(rows, step=4).values.tolist()
    assert json.loads(ran.stdout) == [fingerprint(rewards.reward), repr(rewards.reward), here]


def test_nodes_are_built_anew_with_their_axes(rewards: Any) -> None:
    # Nothing else holds this node, so it leaves the pool and must be rebuilt, with the axes of its own split.
    expr = rewards.words.exists() * 7
    data = to_dict(expr)
    axes, shown = [(axis.name, axis.split, axis.uniform) for axis in expr.axes], repr(expr)
    del expr
    again = from_dict(json.loads(json.dumps(data)))
    assert ([(axis.name, axis.split, axis.uniform) for axis in again.axes], repr(again)) == (axes, shown)
    assert axes == [("part", rewards.words.key, 0)]
    stacked = from_dict(to_dict(gd.stack(gd.col("a"), 2, axis="k") + 0.125))
    assert stacked.axes[0].uniform == 2


def test_shared_parts_are_written_once() -> None:
    x = gd.col("x") + 0
    for _ in range(50):
        x = x * x
    data = to_dict(x)
    assert len(data["nodes"]) == 54  # col, number, 0, add, and fifty products
    assert from_dict(data) is x


def test_ten_thousand_terms_there_and_back() -> None:
    total = gd.col("x") * 1
    for i in range(9_999):
        total = total + gd.col(f"x{i}")
    assert from_dict(json.loads(json.dumps(to_dict(total)))) is total
    assert pickle.loads(pickle.dumps(total)) is total


def test_the_data_says_what_is_needed(rewards: Any) -> None:
    data = to_dict(rewards.reward)
    assert data["version"] == 1
    assert data["requires"] == {"guerdon": gd.__version__, "modules": [rewards.__name__]}
    assert data["fingerprint"] == fingerprint(rewards.reward) == rewards.reward.key.hex()
    leaf = next(node["params"]["function"] for node in data["nodes"] if node["op"] == "leaf")
    assert leaf["function"] == f"{rewards.__name__}:right"
    assert (leaf["cost"], leaf["bounds"], leaf["version"], leaf["importable"]) == ("judge", [0, 1], "1", True)


# ---------------------------------------------------------------- what is refused


def test_modules_nobody_allowed_are_not_imported(rewards: Any, tmp_path: Path) -> None:
    name, file = rewards.__name__, tmp_path / f"{rewards.__name__}.py"
    data, shown = to_dict(rewards.reward), repr(rewards.reward)
    del sys.modules[name]
    with pytest.raises(ContractError, match=rf"{name}:right is not imported.*give allow=\['{name}'\]"):
        from_dict(data)
    with pytest.raises(ContractError, match="data may not decide"):
        from_dict(data, allow=[name[:-1], name + ".deeper", str(tmp_path / "other.py")])
    assert name not in sys.modules
    for allow in ([name], name, [str(file)]):
        assert repr(from_dict(data, allow=allow)) == shown
        assert sys.modules.pop(name).right is not rewards.right
    assert repr(unpickle(data)) == shown


def test_lambdas_and_closures_are_written_but_not_built(rewards: Any) -> None:
    @gd.function
    def local(x: float) -> float:
        return x

    for leaf, name in (
        (rewards.make(1)(), "make.<locals>.inside"),
        (local(), "<locals>.local"),
        (gd.function(lambda x: x)(), "<lambda>"),
    ):
        data = json.loads(json.dumps(to_dict(leaf + 1)))
        with pytest.raises(ContractError, match="define it at the top level of a module") as caught:
            from_dict(data)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_function_that_went_or_changed_is_named(rewards: Any) -> None:
    data = to_dict(rewards.right())
    leaf = data["nodes"][-1]["params"]["function"]
    with pytest.raises(ContractError, match=":right has changed: version is '1' here and '2' in the data"):
        from_dict(json.loads(json.dumps(data).replace('"version": "1"', '"version": "2"')))
    gone = json.loads(json.dumps(data).replace(leaf["function"], f"{rewards.__name__}:left"))
    with pytest.raises(ContractError, match=":left is not there any more"):
        from_dict(gone)
    no_function = json.loads(json.dumps(data).replace(leaf["function"], "math:pi"))
    with pytest.raises(ContractError, match="math:pi is no function but a float"):
        from_dict(no_function)


def test_a_module_that_does_not_import_is_named(tmp_path: Path, rewards: Any) -> None:
    (tmp_path / "broken_rewards.py").write_text("1 / 0")
    data = json.loads(json.dumps(to_dict(rewards.right())).replace(f"{rewards.__name__}:", "broken_rewards:"))
    with pytest.raises(ContractError, match=r"importing broken_rewards failed \(ZeroDivisionError: division by zero"):
        from_dict(data, allow=["broken_rewards"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.update(version=2), "version 2; this Guerdon reads version 1"),
        (lambda d: d.pop("nodes"), "takes what to_dict returned"),
        (lambda d: d.update(root=9), "has 4 nodes, and its root is 9"),
        (lambda d: d["nodes"][3].update(args=[["a", 3]]), "node 3 of this expression takes node 3"),
        (lambda d: d["nodes"][3].update(args=[["a", -1]]), "takes node -1"),
        (lambda d: d["nodes"][3].update(sort="x"), "node 3 of this expression cannot be built: KeyError"),
        (lambda d: d["nodes"][3].update(axes=[{"name": "step"}]), "node 3 (add) of this expression says axes"),
    ],
)
def test_data_that_is_no_expression_is_refused(change: Any, sentence: str) -> None:
    data = json.loads(json.dumps(to_dict(gd.col("x") + 1)))
    change(data)
    with pytest.raises(ContractError) as caught:
        from_dict(data)
    assert sentence in str(caught.value)


# ---------------------------------------------------------------- plain values


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, -0.5, float("inf"), "ü\ud800", b"\x00\xff", [1, [2]], (1, (2, [3])), {"a": {"b": (1,)}},
        {1: "a", (1, 2): "b", "$x": "c"}, {1, 2}, frozenset({"a"}), {"$tuple": [1]}, 10**400,
    ],
)  # fmt: skip
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    again = decode(json.loads(json.dumps(encode(value))))
    assert (again, type(again)) == (value, type(value))


def test_arrays_come_back_as_arrays() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    again = decode(json.loads(json.dumps(encode({"a": array}))))["a"]
    assert np.array_equal(again, array)
    assert again.dtype == array.dtype
    assert encode(np.float64(0.5)) == 0.5
    with pytest.raises(ValueError, match="array of objects"):
        decode({"$array": [1], "dtype": "O"})
    with pytest.raises(TypeError, match="type object cannot be written"):
        encode(object())


def test_threads_that_build_the_same_expression_get_one_object() -> None:
    data = to_dict(gd.col("threads") * 3 + 0.25)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(from_dict(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(expr) for expr in found}) == 1


def test_infinite_bounds_are_strict_json() -> None:
    reward = gd.text.length("words") * 2
    text = json.dumps(reward.to_dict(), allow_nan=False)
    assert gd.from_dict(json.loads(text)) is reward
