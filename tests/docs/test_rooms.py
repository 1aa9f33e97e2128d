"""The page of rooms: its examples run, and its tables name every public function of every room, and no other."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "rooms.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = (
    "text structure math code tools instructions ranking similarity vision geo series mechanics shaping credit".split()
)
EXAMPLES = {"rooms": PAGE, "README": README}

SECTIONS = {part.partition("\n")[0].strip(): part for part in PAGE.split("\n## ")[1:]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_a_page_run(name: str) -> None:
    text = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", EXAMPLES[name], flags=re.DOTALL | re.MULTILINE))
    examples = doctest.DocTestParser().get_doctest(text, {}, name, f"{name}.md", 0)
    assert examples.examples
    said: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    doctest.DocTestRunner(optionflags=flags).run(examples, out=said.append)
    assert not said, "".join(said)


def test_the_trainer_of_the_readme_trains(tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="no TRL here: pip install 'guerdon[train]'")
    sys.path.insert(0, str(ROOT / "tests" / "train"))
    import tiny

    code = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "on_tokens" in block)
    model, tokenizer = tiny.model_and_tokenizer()
    args = tiny.trainer(tmp_path, lambda completions, **given: [0.0] * len(completions), steps=1).args
    names: dict[str, Any] = {"gd": gd, "model": model, "args": args, "dataset": tiny.rows()}
    # The tiny model has no folder from which TRL could load its tokenizer.
    names["tokenizer"] = tokenizer
    exec(code.replace("=dataset)", "=dataset, processing_class=tokenizer)"), names)
    names["trainer"].train()
    assert names["trainer"].state.global_step == 1


def test_there_is_a_section_for_each_room() -> None:
    assert list(SECTIONS) == ROOMS
    assert {path.name for path in (ROOT / "src" / "guerdon").iterdir() if (path / "__init__.py").is_file()} >= set(
        ROOMS
    )


@pytest.mark.parametrize("room", ROOMS)
def test_the_table_names_what_the_room_has(room: str) -> None:
    cells = [line.split(" | ") for line in SECTIONS[room].splitlines() if line.startswith("| ")][1:]
    place = 1 if room == "instructions" else 0
    named = [name for row in cells for name in re.findall(r"`(\w+)`", row[place])]
    further = [name for row in cells for name in re.findall(r"`([A-Z]\w+)`", " ".join(row[1:]))] if not place else []
    assert sorted({*named, *further}) == sorted(getattr(gd, room).__all__)
    assert len(named) == len(set(named))


def test_the_links_lead_somewhere() -> None:
    for page, text in ((ROOT / "docs" / "rooms.md", PAGE), (ROOT / "README.md", README)):
        for target in re.findall(r"\]\(((?!https?:)[^)#]+)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
    for heading in re.findall(r"\]\(#([\w-]+)\)", PAGE):
        assert heading in SECTIONS
