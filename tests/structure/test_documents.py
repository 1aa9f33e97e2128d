"""XML, YAML, CSV and HTML: what is read, what is refused by name, and that nothing hangs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.values import Failed
from guerdon.structure._html import sections
from guerdon.structure._markup import xml_value, yaml_value
from guerdon.structure._tables import csv_rows

ANCHORS = "abcdefghij"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in pairwise(ANCHORS)
)
LAUGHS = "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;'>]><a>&c;</a>"


@pytest.mark.parametrize(
    ("reader", "text", "reason"),
    [
        (xml_value, "", "no XML"),
        (xml_value, "a", "no XML"),
        (xml_value, "<a>", "no valid XML"),
        (xml_value, "<a/><b/>", "no valid XML"),
        (xml_value, "<a>&b;</a>", "no valid XML"),
        (xml_value, "<a x='1' x='2'/>", "no valid XML"),
        (xml_value, "<a>\ud800</a>", "no valid XML"),
        (xml_value, LAUGHS, "XML with a document type or an entity"),
        (xml_value, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "XML with a document type or an entity"),
        (xml_value, "<a>" * 65 + "</a>" * 65, "XML nested too deeply"),
        (xml_value, "<a>" * 300_000, "XML nested too deeply"),
        (xml_value, "<a>" + "x" * 1_000_000 + "</a>", "XML too long"),
        (yaml_value, " \n", "no YAML"),
        (yaml_value, "just text", "no YAML mapping or list"),
        (yaml_value, "a: 1\na: 2", "YAML with a duplicate key"),
        (yaml_value, "a: {b: 1, 'b': 2}", "YAML with a duplicate key"),
        (yaml_value, "[a]: 1", "YAML with a key that is no text"),
        (yaml_value, "!!python/object/apply:os.system [ls]", "YAML with a tag"),
        (yaml_value, "a: !!int 3", "YAML with a tag"),
        (yaml_value, "a: .nan", "YAML with NaN or infinity"),
        (yaml_value, "a: 1e999", "YAML with a number too large"),
        (yaml_value, BOMB, "YAML with too many values"),
        (yaml_value, "a: &a [*a]", "YAML with an alias inside what it names"),
        (yaml_value, "- " * 40_000 + "x", "YAML nested too deeply"),
        (yaml_value, "[" * 90_000, "YAML nested too deeply"),
        (yaml_value, "? " * 40_000, "YAML nested too deeply"),
        (yaml_value, "--- a\n--- b", "no valid YAML"),
        (yaml_value, "a: *b", "no valid YAML"),
        (yaml_value, "a: \ud800", "no valid YAML"),
        (yaml_value, "a" * 100_001, "YAML too long"),
        (csv_rows, "\n", "no CSV"),
        (csv_rows, "a,b\n1", "CSV with rows of different lengths"),
        (csv_rows, "a,a\n1,2", "CSV with a bad header"),
        (csv_rows, "a,\n1,2", "CSV with a bad header"),
        (csv_rows, 'a\n"x', "no valid CSV"),
        (csv_rows, 'a\n"x"y', "no valid CSV"),
        (csv_rows, "a\0,b", "no valid CSV"),
        (csv_rows, "," * 300_000, "CSV with too many cells"),
        (csv_rows, "a" * 1_000_001, "CSV too long"),
        (sections, "a" * 500_001, "HTML too long"),
        (sections, "<section>" * 2_001, "HTML with too many sections"),
    ],
)
def test_what_is_not_read_says_why(reader, text, reason):
    with pytest.raises(Failed, match=f"^{reason}$"):
        reader(text)


def test_xml_as_json():
    text = "<?xml version='1.0'?><order id='7'>\n<item>pen</item><item n='2'>cup &lt;3</item><note/> by hand </order>"
    assert xml_value(text) == {
        "order": {"@id": "7", "item": ["pen", {"@n": "2", "#text": "cup <3"}], "note": "", "#text": "by hand"}
    }


def test_yaml_as_json():
    text = "a: 1\nb: [1.5, -2e3, true, null, ~, no, '1', 1:30, 2024-01-02, 010]\nc: &x {d: |\n  two\n  lines\n  }\n"
    assert yaml_value(text.replace("&x {d: |\n  two\n  lines\n  }", "&x {d: e}") + "f: *x\n") == {
        "a": 1,
        "b": [1.5, -2000.0, True, None, None, "no", "1", "1:30", "2024-01-02", 10],
        "c": {"d": "e"},
        "f": {"d": "e"},
    }


def test_csv_as_json():
    assert csv_rows('a;b\n"x;1";"say ""y"""\r\n', ";") == [{"a": "x;1", "b": 'say "y"'}]
    assert csv_rows("1,2\n3,4", header=False) == [["1", "2"], ["3", "4"]]
    assert csv_rows("a,b") == []


def test_sections_of_a_page():
    page = """<html><head><title>T</title><style>section {color: red}</style></head><body><!-- <section> -->
    <SECTION class="x" id=one><h2>First &amp; <i>last</i></h2><p>one two</p><script>var three = "<section>";</script>
      <section><h3>Inner</h3>deep</section><h3>More</h3></section>
    <section title='a > b'>&lt;open"""
    assert [(one["title"], one["text"], one["words"], one["depth"], one["closed"]) for one in sections(page)] == [
        ("First & last", "one two More", 3, 0, True),
        ("Inner", "deep", 1, 1, True),
        ("", "<open", 1, 0, False),
    ]
    assert sections(page)[0]["attributes"] == {"class": "x", "id": "one"}
    assert sections(page)[2]["attributes"] == {"title": "a > b"}
    rows = {"completion": [page, "no page", "```html\n<section>a</section>\n```"]}
    assert gd.structure.html_sections().exists().count().score(rows).numbers == [3, 0, 1]


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<", "<!--", "<!", "</", "<a b='", "&#", "<script>", "<p \"'", "<section a=", "&#9", "<a\0>", "<style></s"],
)
def test_hostile_pages_take_no_time(piece):
    assert len(sections((piece * 500_000)[:500_000])) <= 1


SIGNS = st.sampled_from(
    [*"<>/&;:-'\"[]{},|>*!#%?\n\t a1.", "<a>", "</a>", "- ", ": ", "&a ", "*a", "section", "\ud800", "\0"]
)


@given(st.lists(SIGNS, max_size=60).map("".join))
def test_no_text_breaks_a_reader(text):
    for reader in (xml_value, yaml_value, csv_rows, sections):
        try:
            reader(text)
        except Failed:
            continue


def test_the_room():
    rows = {
        "completion": ["<a><b>1</b></a>", "```xml\n<a><b>1</b></a>\n```", "<think><a><b>1</b></a></think>", "a", None]
    }
    scores = gd.structure.equal(gd.structure.xml(), {"a": {"b": "1"}}).score(rows)
    assert scores.statuses == ["scored", "scored", "failed", "failed", "unscored"]
    assert scores.numbers == [1, 1, 0, 0, None]
    assert gd.structure.valid(format="xml").score(rows).numbers[:4] == [1, 0, 0, 0]
    rows = {"completion": ["a: 1", "- 1\n- 2", "So:\n```yaml\na: 1\n```", "Prose, as it goes"]}
    assert gd.structure.valid(format="yaml", fences="allow").score(rows).numbers == [1, 1, 1, 0]
    rows = {"completion": ["a,b\n1,2\n3,4", "a,b\n1"]}
    assert (gd.structure.csv(axis="row")["b"] == "4").any().score(rows).numbers == [1, 0]
    assert gd.structure.csv().exists().score(rows).numbers == [1, 0]
    with pytest.raises(ValueError, match="format='toml'"):
        gd.structure.valid(format="toml")
    with pytest.raises(ValueError, match="delimiter"):
        gd.structure.csv(delimiter="ab")
