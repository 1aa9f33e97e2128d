"""The package as a whole: it stands on numpy alone, imports little, and says in one line what is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
from importlib import metadata
from pathlib import Path

import pytest

import guerdon
from guerdon._extras import MissingExtra, need

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "guerdon"
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

# The rooms that are about another package from end to end; every other room imports with numpy alone.
ROOMS_OF_AN_EXTRA = {"train", "models", "lab"}

# Standard library that takes long to load or starts something: loaded on first use, never by `import guerdon`.
HEAVY = {"asyncio", "concurrent", "ctypes.util", "http", "multiprocessing", "sqlite3", "ssl", "subprocess", "unittest"}

# In a fresh interpreter, every import of a package other than numpy is refused, as if it were not installed.
NUMPY_ALONE = """
import sys
from importlib.machinery import PathFinder

OURS = PathFinder.find_spec("guerdon").submodule_search_locations[0] + "/"

class NumpyAlone:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in {"guerdon", "numpy"} or top in sys.stdlib_module_names:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and (spec.origin or "").startswith(OURS):
            return None  # a file of ours that runs as a script, and so imports its neighbour by its plain name
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NumpyAlone())
"""

IMPORT_ALL = """
import importlib
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"{name}\\t{type(error).__module__}.{type(error).__name__}\\t{str(error)!r}")
"""


def modules_by_room() -> dict[str, list[str]]:
    """The module names of each room, read from the folder so that a module that does not import is there too."""
    rooms: dict[str, list[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[-1] == "__main__" or len(parts) == 2:
            continue
        name = ".".join(part for part in parts if part != "__init__")
        rooms.setdefault(parts[1], []).append(name)
    return rooms


def run_python(code: str, *arguments: str, python: str = sys.executable) -> str:
    # -I: neither PYTHONPATH nor the current folder lends the interpreter anything.
    done = subprocess.run([python, "-I", "-c", code, *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_one_line_about_an_extra(message: str, room: str) -> bool:
    """Whether this is: "guerdon.ROOM needs PACKAGE: pip install 'guerdon[EXTRA]'", the extra being one we have."""
    start, _, command = message.partition(": pip install ")
    return (
        "\n" not in message
        and start.startswith(f"guerdon.{room} needs ")
        and command in {f"'guerdon[{extra}]'" for extra in EXTRAS}
    )


@pytest.mark.parametrize("room", sorted(modules_by_room()))
def test_room_imports_with_numpy_alone(room: str) -> None:
    modules = modules_by_room()[room]
    for line in run_python(NUMPY_ALONE + IMPORT_ALL, *modules).splitlines():
        name, kind, message = line.split("\t")
        assert kind == "guerdon._extras.MissingExtra", line
        assert is_one_line_about_an_extra(eval(message), room), line
        assert name != f"guerdon.{room}" or room in ROOMS_OF_AN_EXTRA, line


def test_the_refusal_refuses_what_is_installed() -> None:
    # Were the finder of the test above a sieve, that test would pass whatever the rooms import.
    out = run_python(NUMPY_ALONE + IMPORT_ALL, "numpy.linalg", "json", "pytest", "hypothesis.strategies")
    assert [line.split("\t")[:2] for line in out.splitlines()] == [
        ["pytest", "builtins.ModuleNotFoundError"],
        ["hypothesis.strategies", "builtins.ModuleNotFoundError"],
    ]


def test_import_loads_numpy_and_the_standard_library_only() -> None:
    report = """
import sys
import numpy
before = set(sys.modules)
import guerdon
print(*(set(sys.modules) - before), sep="\\n")
"""
    added = set(run_python(report).split())
    tops = {name.partition(".")[0] for name in added}
    assert "guerdon" in tops
    assert tops - {"guerdon", "numpy"} <= sys.stdlib_module_names
    assert not (added | tops) & HEAVY


def test_version_is_the_installed_one() -> None:
    assert guerdon.__version__ == metadata.version("guerdon")


def test_all_contains_every_extra_for_users() -> None:
    assert EXTRAS["all"] == [f"guerdon[{','.join(extra for extra in EXTRAS if extra not in ('all', 'dev'))}]"]


def test_constraints_pin_what_the_extras_and_tools_name() -> None:
    def plain(requirement: str) -> str:
        return re.split(r"[\[<>=]", requirement)[0].lower().replace("_", "-")

    pinned = {plain(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    wanted = {plain(one) for extra, all_ in EXTRAS.items() if extra != "all" for one in all_}
    assert wanted <= pinned, f"constraints.txt does not pin {sorted(wanted - pinned)}"


class TestNeed:
    def test_returns_the_module_itself_also_for_a_dotted_name(self) -> None:
        assert need("os.path", extra="arrow") is os.path

    def test_names_the_room_that_asks_and_the_package_to_install(self) -> None:
        ask = "import sys; sys.meta_path.insert(0, Gone())\nfrom guerdon._extras import need"
        gone = """
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name == "jsonschema_rs":
            raise ModuleNotFoundError(name, name=name)
"""
        call = """
try:
    exec("need('jsonschema_rs', extra='json')", {"__name__": "guerdon.structure.schema", "need": need})
except ImportError as error:
    print(type(error).__name__, error.name, error, sep="|")
"""
        said = run_python(f"{gone}\n{ask}\n{call}").strip()
        assert said == "MissingExtra|jsonschema_rs|guerdon.structure needs jsonschema-rs: pip install 'guerdon[json]'"

    def test_outside_the_package_it_speaks_for_guerdon(self) -> None:
        with pytest.raises(MissingExtra, match=r"^guerdon needs no_such_package: pip install 'guerdon\[arrow\]'$"):
            need("no_such_package", extra="arrow")

    def test_a_package_that_is_there_but_broken_speaks_for_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "half_installed.py").write_text("import its_own_dependency\n")
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(ModuleNotFoundError, match="its_own_dependency") as caught:
            need("half_installed", extra="arrow")
        assert not isinstance(caught.value, MissingExtra)


@pytest.mark.full
def test_the_built_wheel_works_where_only_numpy_is_installed(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, timeout=300)
    (wheel,) = tmp_path.glob("guerdon-*.whl")
    venv.create(tmp_path / "bare", with_pip=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    install = [python, "-m", "pip", "install", "-qq", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    subprocess.run(install, check=True, timeout=300)

    installed = run_python(
        "from importlib import metadata\nfor d in metadata.distributions(): print(d.name)", python=python
    )
    assert set(installed.split()) - {"pip", "setuptools"} == {"guerdon", "numpy"}

    where = run_python("import guerdon\nprint(*guerdon.__path__)", python=python).strip()
    packed = {file.relative_to(where) for file in Path(where).rglob("*") if file.is_file()}
    ours = {file.relative_to(PACKAGE) for file in PACKAGE.rglob("*") if file.is_file()}
    without_caches = {file for file in ours if "__pycache__" not in file.parts}
    assert {file for file in packed if "__pycache__" not in file.parts} == without_caches

    for room, modules in modules_by_room().items():
        for line in run_python("import sys\n" + IMPORT_ALL, *modules, python=python).splitlines():
            _, kind, message = line.split("\t")
            assert kind == "guerdon._extras.MissingExtra", line
            assert is_one_line_about_an_extra(eval(message), room), line
    told = subprocess.run([str(tmp_path / "bare" / "bin" / "guerdon"), "--help"], capture_output=True, text=True)
    assert told.returncode == 0
    assert "score" in told.stdout
