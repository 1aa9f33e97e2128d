"""The report as text: complete in itself, well formed, and the same whatever the run folder lacks or says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from guerdon.report import write_report
from guerdon.report.html import csp_hash
from guerdon.report.schema import RunFolderError

Make = Callable[..., Path]
VOID = {"meta", "br", "link", "input"}


class Outline(HTMLParser):
    """Every element with its attributes; complains about what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attrs)))
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attrs)))

    def handle_endtag(self, name: str) -> None:
        assert self.open, f"</{name}> closes nothing"
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)


def outline(page: str) -> Outline:
    reader = Outline()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def page(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(run_folder, tmp_path_factory.mktemp("page") / "page.html").read_text(encoding="utf-8")


def test_the_report_lies_in_the_run_folder_and_nothing_else_is_left(make_run: Make) -> None:
    run = make_run(steps=2, groups=1, size=2, held_out=2)
    before = {path.name for path in run.iterdir()}
    assert write_report(run) == run / "report.html"
    assert {path.name for path in run.iterdir()} == before | {"report.html"}


def test_the_same_run_gives_the_same_bytes(run_folder: Path, tmp_path: Path, page: str) -> None:
    assert write_report(run_folder, tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    for name, attributes in outline(page).elements:
        assert name not in {"img", "link", "iframe", "object", "embed", "base", "form", "image", "use", "video"}
        assert "src" not in attributes
        assert not any(key.startswith("on") or key == "style" for key in attributes)
        if "href" in attributes:
            assert (attributes["href"] or "").startswith("#")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_policy_allows_this_style_and_this_script_only(page: str) -> None:
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert style is not None
    assert script is not None
    policies = [
        one["content"] for name, one in outline(page).elements if one.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [
        f"default-src 'none'; style-src {csp_hash(style[1])}; script-src {csp_hash(script[1])}; "
        "base-uri 'none'; form-action 'none'"
    ]
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script>")


def test_identifiers_are_unique_and_every_reference_is_there(page: str) -> None:
    elements = outline(page).elements
    identifiers = Counter(one["id"] for _, one in elements if one.get("id"))
    assert [name for name, times in identifiers.items() if times > 1] == []
    for _, one in elements:
        for target in [*(one.get("aria-labelledby") or "").split(), (one.get("href") or "#main")[1:]]:
            assert target in identifiers, target


def test_every_drawing_has_words_and_every_table_a_caption(page: str) -> None:
    elements = outline(page).elements
    for name, one in elements:
        if name == "svg":
            assert one.get("aria-label") or one.get("aria-labelledby") or one.get("aria-hidden") == "true"
    names = Counter(name for name, _ in elements)
    assert names["caption"] == names["table"]


def test_the_numbers_of_the_run_stand_in_the_page(page: str, run_folder: Path) -> None:
    words = " ".join(" ".join(outline(page).words).split())
    evaluation = json.loads((run_folder / "eval.json").read_text(encoding="utf-8"))
    change = evaluation["difference"]["reward"]
    assert f"+{change['mean'] / change['se']:.1f}" in words
    assert f"{evaluation['after']['reward']['mean']:.3f}" in words
    steps = [json.loads(line) for line in (run_folder / "steps.jsonl").read_text(encoding="utf-8").splitlines()]
    saved = sum(one["saved"] for step in steps for one in step["calls"].values())
    assert f"{saved:,} of 7,680" in words
    down = sum(step["statuses"]["plain_tone"].get("unscored: judge: 503 after 4 tries", 0) for step in steps)
    assert f"{down} unscored plain_tone judge: 503 after 4 tries" in words
    assert "right_keys json.keys(completion) ==" in words


def spoil(value: Any, words: str, keys: bool = True) -> Any:
    """Every text of a parsed file, names of components and nodes included, with hostile words added."""
    if isinstance(value, str):
        return (
            value if value in {"before", "train", "after", "scored", "failed", "unscored", "skipped"} else words + value
        )
    if isinstance(value, list):
        return [spoil(one, words) for one in value]
    if isinstance(value, dict):
        if set(value) & {"scored", "failed: not JSON", "failed: cut off", "skipped"}:
            return {
                ": ".join([status, words + why] if why else [status]): n
                for key, n in value.items()
                for status, _, why in [key.partition(": ")]
            }
        named = {"components", "statuses", "calls", "trainer", "observed", "settings", "versions", "grpo"}
        return {
            key: {words + name: spoil(one, words) for name, one in inner.items()}
            if key in named and isinstance(inner, dict)
            else spoil(inner, words)
            for key, inner in value.items()
        }
    return value


def test_no_text_of_the_run_folder_becomes_markup(make_run: Make, injection: str) -> None:
    run = make_run(steps=4, groups=2, size=4, held_out=4)
    harmless = Counter(name for name, _ in outline(write_report(run).read_text(encoding="utf-8")).elements)
    for path in run.glob("*.json*"):
        lines = path.read_text(encoding="utf-8")
        many = lines.splitlines() if path.suffix == ".jsonl" else [lines]
        path.write_text("".join(json.dumps(spoil(json.loads(one), injection)) + "\n" for one in many), encoding="utf-8")
    page = write_report(run).read_text(encoding="utf-8")
    hostile = outline(page)
    found = Counter(name for name, _ in hostile.elements)
    # marks for control characters are spans, and a failing component may have another number of dots: all else is equal
    for name in ("script", "style", "a", "button", "section", "table", "pre", "title", "img", "svg"):
        assert found[name] == harmless[name], name
    assert "\x1b" not in page
    assert "\u202e" not in page
    page.encode("utf-8")


@pytest.mark.parametrize("missing", ["eval.json", "samples.json", "rollouts.jsonl"])
def test_a_run_that_lacks_something_still_has_a_report(make_run: Make, missing: str) -> None:
    run = make_run(steps=3, groups=1, size=2, held_out=2)
    (run / missing).unlink()
    words = " ".join(outline(write_report(run).read_text(encoding="utf-8")).words)
    said = {
        "eval.json": "no held-out evaluation",
        "samples.json": "kept no sample completions",
        "rollouts.jsonl": "Components",
    }
    assert said[missing] in words


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_run_of_hardly_any_steps_has_a_report(make_run: Make, steps: int) -> None:
    run = make_run(steps=max(1, steps), groups=1, size=2, held_out=2)
    if steps == 0:
        (run / "steps.jsonl").write_text("", encoding="utf-8")
    words = " ".join(outline(write_report(run).read_text(encoding="utf-8")).words)
    assert ("This run holds no training step yet." in words) == (steps == 0)


def test_a_step_that_knows_nothing_is_drawn_as_a_gap(make_run: Make) -> None:
    run = make_run(steps=4, groups=1, size=2, held_out=2)
    empty = {"step": 5, "reward_mean": None, "components": {}, "length_mean": None}
    with (run / "steps.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(empty) + "\n")
    page = write_report(run).read_text(encoding="utf-8")
    outline(page)
    data = re.search(r'id="data">(.*?)</script>', page)
    assert data is not None
    shown = json.loads(data[1])
    assert shown["steps"] == [1, 2, 3, 4, 5]
    assert shown["charts"]["reward"][0][2][-1] == "–"


def test_a_failure_leaves_the_old_report(make_run: Make) -> None:
    run = make_run(steps=2, groups=1, size=2, held_out=2)
    (run / "report.html").write_text("old", encoding="utf-8")
    (run / "eval.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"eval\.json: it is not JSON"):
        write_report(run)
    assert (run / "report.html").read_text(encoding="utf-8") == "old"
