"""Real data: BFCL's possible answers, ToolRL's gold outputs, and rollouts of NeMo Gym with their rewards."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path

import pytest

import guerdon as gd
from guerdon.tools._accepted import accepted
from guerdon.tools._calls import calls
from guerdon.tools._python import python_calls

PYTHON = ("simple_python", "multiple", "parallel", "parallel_multiple", "live_simple", "live_parallel")
JUDGED = (*PYTHON, "simple_java", "simple_javascript")
LANGUAGE = {"simple_java": "java", "simple_javascript": "javascript"}
MOST = 64  # combinations of accepted values that are tried per call


def bfcl(folder: Path, category: str) -> list[tuple[str, list, list]]:
    """Each row's id, its possible answers and the descriptions of its functions."""
    rows = {row["id"]: row for row in lines(folder / "bfcl" / f"{category}.json")}
    answers = lines(folder / "bfcl" / "possible_answer" / f"{category}.json")
    return [(row["id"], row["ground_truth"], rows[row["id"]]["function"]) for row in answers]


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def values(accepted_value):
    """An accepted value as one would pass it: of an object, each key's first accepted value."""
    if isinstance(accepted_value, dict):
        listed = {
            key: [one for one in said if one != ""] if isinstance(said, list) else [said]
            for key, said in accepted_value.items()
        }
        return {key: values(said[0]) for key, said in listed.items() if said}
    return [values(one) for one in accepted_value] if isinstance(accepted_value, list) else accepted_value


def required_of(functions: list, name: str) -> set[str]:
    return set(next((f["parameters"].get("required", []) for f in functions if f["name"] == name), []))


def accepted_calls(answer: dict, required: set[str]) -> list[dict]:
    """Every call that an answer accepts, up to a bound: each combination of accepted values, or of leaving out."""
    ((name, listed),) = answer.items()
    choices = []
    for key, said in listed.items():
        told = [(key, values(one)) for one in said if one != ""]
        choices.append(told + [None] * ("" in said and (key not in required or not told)))
    made = itertools.islice(itertools.product(*choices), MOST)
    return [{"name": name, "arguments": dict(one for one in given if one is not None)} for given in made]


def wrong(call: dict, answer: dict) -> list[dict]:
    """Calls that no longer fit: another name, an argument missing or one too many, and other values for each."""
    ((_, listed),) = answer.items()
    name, given = call["name"], call["arguments"]
    made = [{"name": name + "x", "arguments": given}, {"name": name, "arguments": given | {"no_such_argument": 1}}]
    for key, value in given.items():
        if "" not in listed[key]:
            made.append({"name": name, "arguments": {other: v for other, v in given.items() if other != key}})
        made.append({"name": name, "arguments": given | {key: perturbed(value)}})
        made.append({"name": name, "arguments": given | {key: {"no": "such value"}}})
    return made


def perturbed(value):
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value + 7919
    if isinstance(value, str):
        return value + " and something else"
    if isinstance(value, list):
        return [*value, "one more"]
    return (value or {}) | {"one more": 1}


@pytest.mark.parametrize("category", JUDGED)
def test_accepted_values_are_accepted_and_others_are_not(shared_data, category):
    language = LANGUAGE.get(category, "python")
    count = Counter()
    for name, answers, functions in bfcl(shared_data, category):
        if [] in [said for answer in answers for listed in answer.values() for said in listed.values()]:
            with pytest.raises(gd.Unscored, match="accepts no value for an argument"):
                accepted([{"name": "record", "arguments": {}}], answers, functions)
            count["empty"] += 1
            continue
        made = [accepted_calls(answer, required_of(functions, next(iter(answer)))) for answer in answers]
        for turn in range(max(map(len, made))):
            right = [each[turn % len(each)] for each in made]
            assert accepted(right, answers, functions, language=language) == 1, (name, right)
            assert accepted(right[::-1], answers, functions, language=language) == 1, (name, right)
            count["right"] += 1
        right = [each[0] for each in made]
        assert accepted([*right, right[0]], answers, functions, language=language) == 0
        if len(right) > 1:
            assert accepted(right[1:], answers, functions, language=language) == 0
        for place, (call, answer) in enumerate(zip(right, answers, strict=True)):
            for bad in wrong(call, answer):
                tried = [*right[:place], bad, *right[place + 1 :]]
                assert accepted(tried, answers, functions, language=language) == 0, (name, bad)
                count["wrong"] += 1
    print(f"BFCL {category}: {count}")
    assert count["empty"] == 2 * (category == "live_simple")
    assert count["right"] >= 16
    assert count["wrong"] >= 60


@pytest.mark.parametrize("category", PYTHON)
def test_what_is_accepted_is_read_out_of_every_notation(shared_data, category):
    rows = {"completion": [], "answers": [], "functions": []}
    for _, answers, functions in bfcl(shared_data, category)[:60]:
        right = [accepted_calls(answer, required_of(functions, next(iter(answer))))[0] for answer in answers]
        python = ", ".join(
            f"{one['name']}({', '.join(f'{key}={value!r}' for key, value in one['arguments'].items())})"
            for one in right
        )
        tools = [{"function": one | {"arguments": json.dumps(one["arguments"])}} for one in right]
        spelled = [
            "\n".join(f"<tool_call>\n{json.dumps(one)}\n</tool_call>" for one in right),
            json.dumps(right),
            [{"role": "assistant", "content": "", "tool_calls": tools}],
        ]
        if (
            all(str.isidentifier(key) for one in right for key in one["arguments"])
            and "-" not in python.partition("(")[0]
        ):
            spelled.append(f"[{python}]")
        for text in spelled:
            rows["completion"].append(text)
            rows["answers"].append(answers)
            rows["functions"].append(functions)
    scores = gd.tools.accepted(gd.col("answers"), gd.col("functions")).score(rows)
    assert scores.numbers == [1.0] * len(rows["answers"])


def test_five_rows_of_bfcl_accept_leaving_out_what_their_schema_requires(shared_data):
    """Where the data contradict themselves the schema wins, if it is given, over the list of accepted values."""
    found = []
    for category in JUDGED:
        for name, answers, functions in bfcl(shared_data, category):
            for answer in answers:
                ((function, listed),) = answer.items()
                for key in required_of(functions, function) & set(listed):
                    if "" in listed[key] and len(listed[key]) > 1:
                        found.append(name)
                        call = accepted_calls({function: listed}, {key})[0]
                        call["arguments"].pop(key)
                        assert accepted([call], [answer], functions) == 0
                        assert accepted([call], [answer]) == 1
    assert found == [
        "simple_python_17",
        "simple_python_200",
        "parallel_88",
        "parallel_multiple_87",
        "parallel_multiple_119",
    ]


@pytest.mark.parametrize("category", ["irrelevance", "live_relevance"])
def test_relevance(shared_data, category):
    rows = {"completion": [], "functions": []}
    for row in lines(shared_data / "bfcl" / f"{category}.json"):
        call = {"name": row["function"][0]["name"] if row["function"] else "f", "arguments": {}}
        rows["completion"] += [
            "None of my tools fits.",
            f"<tool_call>{json.dumps(call)}</tool_call>",
            "",
            "<tool_call>",
        ]
        rows["functions"] += [row["function"]] * 4
    count = len(rows["functions"]) // 4
    assert gd.tools.abstained().score(rows).numbers == [1, 0, 0, 0] * count
    offered = [float(bool(functions)) for functions in rows["functions"][::4]]
    assert sum(offered) == {"irrelevance": 240, "live_relevance": 16}[category]
    called = gd.tools.called(gd.col("functions")).score(rows).numbers
    assert called == [told for one in offered for told in (0, one, 0, 0)]


def test_turns_of_several_calls_are_compared_in_order(shared_data):
    """Whether the calls of a turn are the reference's a rule can tell; whether others do as well needs the tools."""
    rows = {"completion": [], "gold": []}
    for row in lines(shared_data / "bfcl" / "possible_answer" / "multi_turn_base.json"):
        for turn in row["ground_truth"]:
            if turn:
                gold = [call for source in turn for call in python_calls(source)]
                assert None not in gold
                rows["completion"] += [f"[{', '.join(turn)}]", f"[{', '.join([*turn, turn[-1]])}]"]
                rows["gold"] += [gold] * 2
    assert len(rows["gold"]) > 1000
    assert gd.tools.equal(gd.col("gold"), "same").score(rows).numbers == [1, 0] * (len(rows["gold"]) // 2)


def test_gold_outputs_of_tool_rl_have_their_pattern_and_their_calls(shared_data):
    outputs = [row["output"] for row in json.loads((shared_data / "toolrl" / "rlla_sft.json").read_text())]
    rows = {"completion": outputs, "gold": outputs}
    assert gd.tools.pattern(gd.col("gold")).score(rows).numbers == [1.0] * 400
    wanted = gd.tools.calls(of=gd.col("gold"), axis=None)
    assert gd.tools.agreement(wanted).score(rows).numbers == [1.0] * 400
    assert gd.tools.calls().exists().all().score(rows).numbers == [1.0] * 400
    assert sum(count > 0 for count in gd.tools.calls().exists().count().score(rows).numbers) == 346


def test_gold_calls_of_api_bank_equal_themselves(shared_data):
    import ast

    rows = {"completion": [], "gold": []}
    for level in (1, 2, 3):
        for row in json.loads((shared_data / "toolrl" / f"apibank_level{level}.json").read_text()):
            gold = ast.literal_eval(row["answer"]) if isinstance(row["answer"], str) else row["answer"]
            gold = gold if isinstance(gold, list) else [gold]
            rows["completion"].append("<tool_call>\n" + "\n".join(map(json.dumps, gold)) + "\n</tool_call>")
            rows["gold"].append(gold)
    assert len(rows["gold"]) == 597
    assert gd.tools.equal(gd.col("gold")).score(rows).numbers == [1.0] * 597


def test_rewards_of_nemo_gym_where_a_call_is_expected(shared_data):
    """Single steps: the expected action is a call (equal arguments) or a message (no call at all)."""
    path = shared_data / "nemo_gym" / "single_step_tool_use_with_argument_comparison_example_rollouts.jsonl"
    rows = {"completion": [], "gold": [], "reward": []}
    for row in lines(path):
        expected = row["expected_action"]
        rows["completion"].append(row["response"]["output"])
        rows["gold"].append(
            [{key: expected[key] for key in ("name", "arguments")}] if expected["type"] == "function_call" else []
        )
        rows["reward"].append(row["reward"])
    assert gd.tools.equal(gd.col("gold")).score(rows).numbers == rows["reward"]
    assert set(rows["reward"]) == {0.0, 1.0}


def test_calls_of_nemo_gym_are_read_and_right(shared_data):
    rows = lines(shared_data / "nemo_gym" / "example_tool_call_multireward_example_rollouts.jsonl")
    columns = {"completion": [row["response"]["output"] for row in rows]}
    columns["gold"] = [row["predicted_calls"] for row in rows]
    assert [calls(one) for one in columns["completion"]] == columns["gold"]
    assert gd.tools.equal(gd.col("gold")).score(columns).numbers == [row["correctness"] for row in rows]


def test_rewards_of_nemo_gym_where_a_schema_is_asked_for(shared_data):
    """The prompt shows the fields; all but one completion stand in a fence, and so are no JSON."""
    strict, lenient, rewards = [], [], []
    for row in lines(shared_data / "nemo_gym" / "structured_outputs_example_rollouts.jsonl"):
        asked = "".join(message["content"] for message in row["responses_create_params"]["input"])
        shown, _ = json.JSONDecoder().raw_decode(asked[asked.index("{") :])
        schema = {"type": "object", "properties": shown, "required": list(shown), "additionalProperties": False}
        rows = {"completion": [[one for one in row["response"]["output"] if one.get("role") == "assistant"]]}
        strict += gd.structure.matches(gd.structure.json(fences="never"), schema).score(rows).numbers
        lenient += gd.structure.matches(gd.structure.json(), schema).score(rows).numbers
        rewards.append(row["reward"])
    assert strict == rewards == [0, 0, 1, 0, 0]
    assert lenient == [1, 1, 1, 1, 1]
