"""A result is out of date when any file of ours has changed from which it follows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casebank import depends
from casebank.exhibits import results
from casebank.grading import pack
from casebank.site import execute

ROOMS = {
    "a grade": (pack.DECIDING, pack.APART),
    "an exhibit": (results.CODE, ()),
    "a lab": (execute.CODE, ()),
    "a notebook": (("casebank.notebooks.make", "casebank.check"), ()),
    "a page of the book": (("casebank.site.book",), ()),
    "what was scanned": (("casebank.site.leaks",), ()),
}
#: What has changed a grade, and was not seen by lists that were kept by hand.
DECIDING = (
    *("decide", "repair", "second", "exact", "intake", "chain", "execute", "unit", "kernel"),
    *("shape", "slim", "strangers", "messages", "sandbox", "discretion", "versions", "memory"),
    *("verify/plan", "verify/compare", "inside/judge", "inside/cage", "ledger/rows"),
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our code that may be edited."""
    copy = tmp_path_factory.mktemp("code") / "casebank"
    shutil.copytree(depends.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize("what", ROOMS)
def test_every_file_counts(package: Path, what: str) -> None:
    """Does an edit of any file of the deciding rooms give another digest, and its undoing the old?"""
    modules, apart = ROOMS[what]
    before = depends.code_digest(*modules, apart=apart, package=package)
    files = depends.sources(modules, apart, package)
    assert len(files) > 10
    for path in files:
        old = path.read_bytes()
        path.write_bytes(old + b"\n# edited\n")
        changed = depends.code_digest(*modules, apart=apart, package=package)
        path.write_bytes(old)
        assert changed != before, path
    assert depends.code_digest(*modules, apart=apart, package=package) == before


@pytest.mark.parametrize("name", DECIDING)
def test_what_decides_a_grade_is_known(name: str) -> None:
    """Is each module that has a say in a score among those on which a grade hangs?"""
    files = depends.sources(pack.DECIDING, pack.APART)
    assert depends.PACKAGE / "grading" / f"{name}.py" in files


def test_what_has_no_say() -> None:
    """Does a grade not hang on pages, texts or the data's simulator?"""
    rooms = {
        p.relative_to(depends.PACKAGE).parts[0] for p in depends.sources(pack.DECIDING, pack.APART)
    }
    assert not rooms & {"site", "lite", "desk", "text", "notebooks", "data", "commands"}


def test_ways_to_import(tmp_path: Path) -> None:
    """Is an import seen wherever and however it is written?"""
    package = tmp_path / "casebank"
    (package / "room").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "start.py").write_text(
        "from casebank.room import (\n    one,  # two\n    three as other,\n)\n"
        "def late():\n    import casebank.five\nNAME = 'casebank.six.Thing'\n# from casebank import no\n"
    )
    for name in ("room/__init__", "room/one", "room/two", "room/three", "five", "six", "no"):
        (package / f"{name}.py").write_text("")
    (package / "room" / "font.otf").write_bytes(b"x")
    found = depends.sources(["casebank.start"], (), package)
    names = {path.relative_to(package).as_posix() for path in found}
    assert names == {
        *("__init__.py", "start.py", "five.py", "six.py"),
        *("room/__init__.py", "room/one.py", "room/three.py", "room/font.otf"),
    }
