"""The cache: keys, bytes, several processes, and places where it cannot work."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import warnings
from pathlib import Path

import pytest

from guerdon.expr.canonical import canonical
from guerdon.plan.cache import Cache, CacheWarning, Entry, default_folder, key, keys


def scored(value: object) -> Entry:
    return Entry("scored", value)  # type: ignore[arg-type]


def name(i: int) -> bytes:
    return key("leaf", "1", b"", canonical(i))


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    entries = {
        b"number": scored(0.1),
        b"none": scored(None),
        b"record": scored({"score": 1, "why": ["é", "\ud800", True, 1.0, -0.0]}),
        b"failed": Entry("failed", None, "no answer"),
    }
    cache.put_many(entries)
    cache.close()
    found = Cache(tmp_path).get_many([*entries, b"other"])
    assert found == entries
    assert type(found[b"record"].value["score"]) is int  # type: ignore[call-overload, index]


def test_thousands_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_many((name(i), scored(i)) for i in range(3000))
    assert [entry.value for entry in cache.get_many([name(i) for i in range(0, 6000, 2)]).values()].__len__() == 1500
    assert cache.get_many([]) == {}


def test_a_later_result_replaces_an_earlier(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_many({b"k": scored("x" * 1000)})
    cache.put_many({b"k": scored(1)})
    assert cache.get_many([b"k"])[b"k"].value == 1
    assert total(tmp_path) == stored(tmp_path) < 200


@pytest.mark.parametrize("value", [(1, 2), {1: 2}, b"x", {1}, object()])
def test_only_json_is_stored(tmp_path: Path, value: object) -> None:
    with pytest.raises(TypeError):
        Cache(tmp_path).put_many({b"k": scored([value])})


def test_no_nan_and_no_other_status(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        Cache(tmp_path).put_many({b"k": scored(float("nan"))})
    with pytest.raises(ValueError, match="unscored"):
        Cache(tmp_path).put_many({b"k": Entry("unscored")})  # type: ignore[arg-type]


def test_every_part_of_the_key_counts() -> None:
    base: dict[str, object] = {
        "leaf": "judge.rubric",
        "version": "1",
        "params": b"p",
        "inputs": b"i",
        "libraries": {"numpy": "2.4"},
        "fingerprint": None,
        "sample": 0,
    }
    changed: dict[str, object] = {
        "leaf": "judge.rubri",
        "version": "2",
        "params": b"",
        "inputs": b"pi",
        "libraries": {"numpy": "2.5"},
        "fingerprint": "sha256:1",
        "sample": 1,
    }
    found = {key(**{**base, part: value}) for part, value in changed.items()} | {key(**base)}  # type: ignore[arg-type]
    assert len(found) == 8
    assert all(len(one) == 32 for one in found)
    # Pushing a letter over a border is another key.
    assert key("ab", "c", b"de", b"f") != key("a", "bc", b"d", b"ef")
    assert key("a", "b", b"", b"x", {"p": "1", "q": "2"}) == key("a", "b", b"", b"x", {"q": "2", "p": "1"})
    assert keys("a", "b", b"", [b"x", b""]) == [key("a", "b", b"", b"x"), key("a", "b", b"", b"")]


# ------------------------------------------------------------------------------------------------------------ bounds


def total(folder: Path) -> int:
    with sqlite3.connect(folder / "cache-1.sqlite3") as connection:
        return int(connection.execute("SELECT bytes FROM total").fetchone()[0])


def stored(folder: Path) -> int:
    with sqlite3.connect(folder / "cache-1.sqlite3") as connection:
        return int(connection.execute("SELECT coalesce(sum(size), 0) FROM entry").fetchone()[0])


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=100_000)
    for i in range(90):
        cache.put_many({name(i): scored("x" * 868)})  # 32 + 870 + 100 bytes each: 90 fit, and some
    assert len(cache.get_many([name(i) for i in range(90)])) == 90
    cache.get_many([name(0), name(1)])  # the oldest, but just used
    for i in range(90, 130):
        cache.put_many({name(i): scored("x" * 868)})
    left = set(cache.get_many([name(i) for i in range(130)]))
    assert {name(0), name(1)} <= left
    assert not left & {name(i) for i in range(2, 12)}
    assert {name(i) for i in range(125, 130)} <= left
    assert total(tmp_path) == stored(tmp_path) <= 100_000


def test_one_too_big_for_all_is_not_stored_and_drives_nobody_out(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=10_000)
    cache.put_many({b"small": scored(1)})
    cache.put_many({b"big": scored("x" * 20_000)})
    assert set(cache.get_many([b"small", b"big"])) == {b"small"}


def test_the_file_stays_about_as_big_as_it_may(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=200_000)
    for start in range(0, 4000, 100):
        cache.put_many((name(i), scored("x" * 500)) for i in range(start, start + 100))
    cache.close()
    assert (tmp_path / "cache-1.sqlite3").stat().st_size < 800_000  # 2.5 million bytes went in


# -------------------------------------------------------------------------------------------------------- the folder


def test_the_folder_and_files_are_the_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    old = os.umask(0)
    try:
        cache = Cache()
        cache.put_many({b"k": scored(1)})
        folder = default_folder()
        assert folder == tmp_path / "xdg" / "guerdon"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        assert len(list(folder.iterdir())) >= 2  # the side files too
        folder.chmod(0o755)
        cache.close()
        Cache().get_many([b"k"])
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(old)


def test_a_relative_xdg_folder_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == tmp_path / ".cache" / "guerdon"


def expect_one_warning(folder: Path, about: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            cache = Cache(folder)
            assert cache.get_many([b"k"]) == {}
            cache.put_many({b"k": scored(1)})
            assert cache.get_many([b"k"]) == {}
            assert not cache.works
            cache.close()
    assert [warning.category for warning in caught] == [CacheWarning]
    assert str(folder) in str(caught[0].message)
    assert about in str(caught[0].message)
    assert "\n" not in str(caught[0].message)


def test_a_corrupt_file(tmp_path: Path) -> None:
    (tmp_path / "cache-1.sqlite3").write_bytes(b"this is no database, whatever its name says" * 100)
    expect_one_warning(tmp_path, "delete the file")


def test_a_file_corrupted_in_the_middle(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_many((name(i), scored("x" * 300)) for i in range(500))
    cache.close()
    file = tmp_path / "cache-1.sqlite3"
    file.write_bytes(file.read_bytes()[:8192] + b"\xff" * 100_000)
    with pytest.warns(CacheWarning, match="delete the file"):
        Cache(tmp_path).get_many([name(i) for i in range(500)])


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    expect_one_warning(tmp_path / "file", "make the folder writable")
    expect_one_warning(tmp_path / "file" / "inside", "make the folder writable")


def run(program: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *args], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_read_only_folder(tmp_path: Path) -> None:
    Cache(tmp_path).put_many({b"k": Entry("scored", 1)})
    program = """
        import os, sys
        from pathlib import Path
        from guerdon.plan.cache import Cache, Entry
        folder = Path(sys.argv[1])
        if os.geteuid() == 0:
            os.seteuid(65534)  # root may write anywhere
        cache = Cache(folder)
        cache.put_many({b"k": Entry("scored", 2)})
        cache.put_many({b"l": Entry("scored", 2)})
        print(cache.get_many([b"l"]), cache.works)
    """
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == tmp_path.owner() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
        if folder.name.startswith("pytest-of"):
            break
    (tmp_path / "cache-1.sqlite3").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        done = run(program, str(tmp_path))
    finally:
        tmp_path.chmod(0o755)
    assert done.stdout == "{} False\n"
    assert done.stderr.count("CacheWarning") == 1
    assert "make the folder writable" in done.stderr


def test_a_full_disk(tmp_path: Path) -> None:
    program = """
        import resource, sys
        from pathlib import Path
        from guerdon.plan.cache import Cache, Entry
        cache = Cache(Path(sys.argv[1]))
        cache.put_many({b"k": Entry("scored", 1)})
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # no file may grow beyond this any more
        for i in range(50):
            cache.put_many({bytes([i]): Entry("scored", "x" * 10_000)})
        print(cache.get_many([b"k"]), cache.works)
    """
    done = run(program, str(tmp_path))
    assert done.stdout == "{} False\n", done.stderr
    assert done.stderr.count("CacheWarning") == 1
    assert Cache(tmp_path).get_many([b"k"]) == {b"k": Entry("scored", 1)}  # and nothing is broken


# ------------------------------------------------------------------------------------------------- several at a time


def test_threads(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    wrong: list[object] = []

    def work(base: int) -> None:
        for i in range(base, base + 50):
            cache.put_many({name(i): scored(i)})
            found = cache.get_many([name(i)])
            if found != {name(i): scored(i)}:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert total(tmp_path) == stored(tmp_path)


def test_processes_that_open_and_write_at_the_same_moment(tmp_path: Path) -> None:
    program = """
        import sys, warnings
        from pathlib import Path
        from guerdon.plan.cache import Cache, Entry
        warnings.simplefilter("error")
        cache, me = Cache(Path(sys.argv[1]) / "new", max_bytes=200_000), sys.argv[2].encode()
        print("ready", flush=True)
        sys.stdin.readline()
        for i in range(100):
            cache.put_many({me + bytes([i]): Entry("scored", i), b"shared": Entry("scored", "s")})
            assert cache.get_many([me + bytes([i])])[me + bytes([i])].value == i
        cache.close()
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)]
    processes = [
        subprocess.Popen([*command, f"p{n}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(5)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=120)[1].decode() for process in processes]
    assert errors == [""] * 5
    folder = tmp_path / "new"
    assert len(Cache(folder).get_many([f"p{n}".encode() + bytes([i]) for n in range(5) for i in range(100)])) == 500
    assert total(folder) == stored(folder)


def test_after_a_fork(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_many({b"parent": scored(1)})
    child = os.fork()
    if child == 0:
        try:
            if cache._connection is not None:
                os._exit(3)  # SQLite forbids using the parent's
            cache.put_many({b"child": scored(2)})
            os._exit(0 if len(cache.get_many([b"parent", b"child"])) == 2 else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    cache.put_many({b"later": scored(3)})
    assert len(cache.get_many([b"parent", b"child", b"later"])) == 3


def test_a_kill_in_the_middle_of_writing_leaves_a_good_file(tmp_path: Path) -> None:
    program = """
        import sys
        from pathlib import Path
        from guerdon.plan.cache import Cache, Entry
        cache, i = Cache(Path(sys.argv[1])), 0
        while True:
            cache.put_many({i.to_bytes(8, "big"): Entry("scored", i)})
            i += 1
            if i == 50:
                print("go", flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"go\n"
        process.kill()
    assert len(Cache(tmp_path).get_many([i.to_bytes(8, "big") for i in range(50)])) == 50
    assert total(tmp_path) == stored(tmp_path)
