"""The rooms text, structure, tools, math and code: reading completions, and equality of what is read."""

from __future__ import annotations

import json

import guerdon as gd

from .case import Case, c, found

T, S, L, M = gd.text, gd.structure, gd.tools, gd.math
RECORD = '{"name": "Ann", "age": 30}'
XML, YAML, CSV = "<a><b>1</b></a>", "name: Ann\nage: 30", "name,age\nAnn,30"
TOOL = '<tool_call>\n{"name": "w", "arguments": {"city": "Paris", "unit": "C"}}\n</tool_call>'
OTHER = TOOL.replace("Paris", "Rome")
GOLD = [{"name": "w", "arguments": {"city": "Paris", "unit": "C"}}]
ANSWERS = [{"w": {"city": ["Paris"], "unit": ["C", ""]}}]
CITIES = ["Paris", "Rome", "Ulm", "Bonn", "Kyiv", "Oslo"]
EVERY_CALL = "\n".join(TOOL.replace("Paris", city) for city in CITIES)
THOUGHT = "<think>So it is.</think><answer>42</answer>"


def reader(name, make, right, without="", **more):
    return Case(name, lambda: found(make()), right, "", without, kind="reader", **more)


TEXT = [
    Case("text.assistant", lambda: found(T.assistant()), "Hello.", kind="measure"),
    reader("text.blocks", lambda: T.blocks("think", "answer"), THOUGHT, "So it is."),
    reader("text.boxed", T.boxed, r"It is \boxed{42}.", "It is."),
    reader("text.last_number", T.last_number, "It is 42.", "It is."),
    reader("text.number", T.number, "It is 42.", "It is."),
    reader("text.numbers", T.numbers, "It is 42.", "It is."),
    reader("text.part", lambda: T.part("####"), "So #### 42", "So"),
    reader("text.reasoning", T.reasoning, THOUGHT, "42"),
    reader("text.sentences", T.sentences, "It is 42. So."),
    reader("text.steps", T.steps, "One.\n\nTwo."),
    reader("text.tag", lambda: T.tag("answer"), THOUGHT, "<think>So it is.</think>"),
    Case("text.turns", lambda: found(T.turns("assistant")), "Hello.", kind="measure"),
    Case("text.language", lambda: T.language() == "en", "This is an ordinary sentence in English, and it is long.",
         kind="measure", share=0.25),
    Case("text.contains", lambda: T.contains(["Paris", "Rome"], how="all"), "Paris and Rome.", "Paris.", "and.",
         kind="rule"),
    Case("text.equal", lambda: T.equal(T.tag("answer"), c("gold")), "<answer>Paris</answer>", "<answer>Rome</answer>",
         "<answer></answer>", {"gold": "Paris"}, every=f"<answer>{' '.join(CITIES)}</answer>"),
    Case("text.equal, the last number", lambda: T.equal(T.last_number(), c("gold"), normalize="number"), "It is 42.",
         "It is 41.", "It is.", {"gold": 42.0}),
    Case("text.length", T.length, "Hello.", high=1e7, kind="measure"),
    Case("text.length, words", lambda: T.length("words"), "Hello.", high=1e7, kind="measure"),
    Case("text.readability", T.readability, "The cat sat on the mat.", low=-400, high=121.22, fails_as=-400.0,
         kind="measure"),
    Case("text.repetition", lambda: T.repetition(2), "a b a b a b", fails_as=1.0, kind="measure"),
    Case("text.tags_in_order", lambda: T.tags_in_order("think", "answer", exact=True), THOUGHT, "42", "So it is.",
         kind="rule"),
    Case("text.well_formed", lambda: T.well_formed("think", "answer"), THOUGHT, "<think>", kind="rule",
         pays=dict.fromkeys(("nothing", "white space", "what nobody sees"), "what is not there stands not open")),
]  # fmt: skip

STRUCTURE = [
    reader("structure.at", lambda: S.at(S.json(), "age"), RECORD, '{"name": "Ann"}'),
    reader("structure.csv", S.csv, CSV),
    reader("structure.find", lambda: S.find("[0-9]+"), "It is 42.", "It is."),
    reader("structure.html_sections", S.html_sections, "<section>One</section>", "One"),
    reader("structure.json", S.json, RECORD, '{"name"'),
    reader("structure.xml", S.xml, XML, "<a><b>"),
    reader("structure.yaml", S.yaml, YAML, "{"),
    Case("structure.agreement", lambda: S.agreement(S.json(), c("gold"), extra_penalty=0.5), RECORD,
         '{"name": "Bob", "age": 3}', "{}", {"gold": {"name": "Ann", "age": 30}},
         every=json.dumps({str(k): k for k in range(99)} | {"name": ["Ann", "Bob"], "age": list(range(99))})),
    Case("structure.equal", lambda: S.equal(S.json(), c("gold")), RECORD, '{"name": "Bob"}', "{}",
         {"gold": {"name": "Ann", "age": 30}}),
    Case("structure.full_match", lambda: S.full_match("[a-z]+ [0-9]+"), "item 42", "item", kind="rule"),
    Case("structure.search", lambda: S.search("item [0-9]+"), "item 42", "item", kind="rule"),
    Case("structure.hallucinated", lambda: S.hallucinated(S.json(), c("known")), '{"a": 1}', '{"b": 1}',
         given={"known": ["name", "age"]}, high=1, fails_as=1.0, kind="measure"),
    Case("structure.keys", lambda: S.keys(S.json(), ["name", "age"], 0.5), RECORD, '{"name": "Bob"}', "{}",
         every=json.dumps({str(k): k for k in range(99)} | {"name": 1, "age": 1}), low=0),
    Case("structure.matches", lambda: S.matches(S.json(), c("schema")), RECORD, '{"name": 3}', "{}",
         {"schema": {"type": "object", "required": ["name", "age"], "additionalProperties": False,
                     "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}}),
    Case("structure.missing", lambda: S.missing(S.json(), ["name", "age"]), '{"name": 1}', RECORD, fails_as=1.0,
         kind="measure"),
    Case("structure.of_type", lambda: S.of_type(S.json(), "object"), RECORD, "[1]", "", kind="rule"),
    *(Case(f"structure.valid, {form}", lambda form=form: S.valid(format=form), right, wrong, kind="rule",  # type: ignore[misc]
           pays={"what nobody sees": "one cell of one line is a table"} if form == "csv" else {})
      for form, right, wrong in (("json", RECORD, "{"), ("xml", XML, "<a><b>"), ("yaml", YAML, "{"),
                                 ("csv", CSV, "a,b\n1"))),
]  # fmt: skip

TOOLS = [
    reader("tools.calls", L.calls, TOOL, "<tool_call></tool_call>"),
    Case("tools.accepted", lambda: L.accepted(c("gold")), TOOL, OTHER, "<tool_call></tool_call>", {"gold": ANSWERS},
         every=EVERY_CALL),
    *(Case(f"tools.agreement, {mode}", lambda mode=mode: L.agreement(c("gold"), mode), TOOL, OTHER,  # type: ignore[misc]
           "<tool_call></tool_call>", {"gold": GOLD}, every=EVERY_CALL) for mode in ("fine", "strict", "exact")),
    Case("tools.equal", lambda: L.equal(c("gold")), TOOL, OTHER, "<tool_call></tool_call>", {"gold": GOLD},
         every=EVERY_CALL),
    Case("tools.abstained", L.abstained, "No tool fits.", TOOL, "", kind="rule"),
    Case("tools.called", L.called, TOOL, "It is 4.", "", kind="rule"),
    Case("tools.pattern", lambda: L.pattern(c("gold")), "<think>a</think>\n<response>b</response>", "b",
         given={"gold": "<think></think><response></response>"}, kind="rule"),
]  # fmt: skip

BOXED = r"It is \boxed{\frac{1}{2}}."
MATH = [
    reader("math.answer", M.answer, BOXED, "It is."),
    Case("math.canonical", lambda: found(M.canonical(M.answer())), BOXED, "", "It is.", kind="reader"),
    reader("math.coefficients", M.coefficients, "0.5P and P", "so", share=0.5),
    Case("math.equal", lambda: M.equal(M.answer(), c("gold")), BOXED, r"\boxed{3}", "It is.", {"gold": "1/2"},
         every=" ".join(rf"\boxed{{{k}/{n}}}" for k in range(5) for n in range(1, 5)),
         unscored=("wall timeout",)),
    Case("math.equal, exact", lambda: M.equal(M.answer(), c("gold"), exact=True), BOXED, r"\boxed{3}", "It is.",
         {"gold": "1/2"}, every=r"\boxed{0, 1/4, 1/2, 1, 2}"),
]  # fmt: skip

PROGRAM = "Here:\n```python\ndef f(x):\n    return x\n```"
PATCH = "<patch>@@ -1 +1 @@\n-x = 1\n+x = 2</patch>"
CODE = [
    reader("code.program", gd.code.program, PROGRAM, ""),
    Case("code.patched", lambda: gd.code.patched(T.tag("patch"), c("source")) == "x = 2\n", PATCH,
         PATCH.replace("2", "3"), "<patch></patch>", {"source": "x = 1\n"}),
]  # fmt: skip

CASES = [*TEXT, *STRUCTURE, *TOOLS, *MATH, *CODE]
