"""What was handed in is read as bytes that nobody may trust."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebank.grading import intake, repair
from casebank.grading.course import valid_student
from casebank.grading.model import Task
from casebank.grading.reasons import REASONS, Reason, RejectedError, dump, parse
from casebank.grading.sandbox import Limits


def _meta(name: str, *, solution: bool = False, grade: bool = True, points: float = 1) -> dict:
    found = {
        "grade": grade,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": found | ({"points": points} if grade else {})}


def _notebook() -> Any:
    cells = [
        new_code_cell("import pandas", id="setup"),
        new_code_cell("raise", id="a", metadata=_meta("a", solution=True, grade=False)),
        new_code_cell("assert a", id="a-test", metadata=_meta("a-test", points=2)),
        new_markdown_cell("prose", id="p"),
        new_code_cell("assert b", id="b-test", metadata=_meta("b-test")),
        new_markdown_cell("essay", id="e", metadata=_meta("e", solution=True, points=3)),
    ]
    about = {"exercise": "x", "version": "1.0.0", "lang": "en"}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"casebank": about, "kernelspec": kernel})


def _version() -> Any:
    cells = _notebook().cells
    named = {name: cell for cell in cells if (name := repair.grade_id(cell))}
    return SimpleNamespace(name="1.0.0", slug="x", released=named)


def _read(folder: Path, limits: Limits | None = None) -> intake.Intake:
    version = _version()
    files, mark = intake.load(folder, limits or Limits())
    return intake.read(Task("s1", files, mark), {"1.0.0": version}, version, "zh")


def _hand_in(tmp_path: Path, notebook: Any) -> Path:
    content = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
    (tmp_path / "x.ipynb").write_bytes(content)
    return tmp_path


def _edited(**changes: Any) -> bytes:
    raw = json.loads(nbformat.writes(_notebook()))
    return json.dumps(raw | changes).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b" \n\t", "empty-file"),
        (b"\xff\xfe{", "not-utf8"),
        (b'{"cells": [}', "not-json"),
        (b"[" * 200_000, "too-complex"),
        (b"[]", "not-notebook"),
        (b"3", "not-notebook"),
        (_edited(nbformat=3), "not-notebook"),
        (_edited(cells=None), "not-notebook"),
        (_edited(cells=[{"cell_type": "code"}]), "not-notebook"),
        (_edited(cells=[1, 2]), "not-notebook"),
        (_edited(metadata=[]), "not-notebook"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "wrong-exercise"),
        (b'{"a": "\\ud800"}', "not-notebook"),
    ],
)
def test_unreadable(tmp_path: Path, content: bytes, reason: str) -> None:
    """Is each unreadable file rejected with its own reason, never with a traceback?"""
    with pytest.raises(RejectedError) as caught:
        _read(_hand_in(tmp_path, content))
    assert caught.value.reason.id == reason


def test_clean_notebook(tmp_path: Path) -> None:
    """Does an untouched notebook pass without a note, in its own language?"""
    found = _read(_hand_in(tmp_path, _notebook()))
    assert (found.notes, found.lang, found.claimed) == ([], "en", "1.0.0")


def test_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    """Are Windows' habits no change of a test cell?"""
    notebook = _notebook()
    notebook.cells[2].source = "assert a  \r\n"
    content = b"\xef\xbb\xbf" + nbformat.writes(notebook).encode()
    assert _read(_hand_in(tmp_path, content)).notes == []


def test_forged_outputs(tmp_path: Path) -> None:
    """Are outputs that came with the notebook thrown away, broken ones too?"""
    raw = json.loads(nbformat.writes(_notebook()))
    raw["cells"][2]["outputs"] = [{"output_type": "bogus", "data": 1}]
    found = _read(_hand_in(tmp_path, json.dumps(raw).encode()))
    assert all(cell.get("outputs", []) == [] for cell in found.notebooks["x"].cells)


def test_restored(tmp_path: Path) -> None:
    """Do test cells come back with source, type, points and place?"""
    notebook = _notebook()
    notebook.cells[2].source = "pass"
    notebook.cells[1].metadata["nbgrader"]["locked"] = True
    notebook.cells[4] = new_markdown_cell("b", metadata=_meta("b-test", points=50))
    notebook.cells.append(new_code_cell("x", metadata=_meta("bogus")))
    del notebook.cells[5]
    found = _read(_hand_in(tmp_path, notebook))
    names = [repair.grade_id(cell) for cell in found.notebooks["x"].cells]
    assert names == [None, "a", "a-test", None, "b-test", "e", None]
    assert [note.id for note in found.notes] == [
        "cell-metadata",
        "test-restored",
        "unknown-cell",
    ]
    assert found.notebooks["x"].cells[2].source == "assert a"
    assert found.notebooks["x"].cells[4].metadata.nbgrader.points == 1


def test_deleted_first_cell(tmp_path: Path) -> None:
    """Does a test cell whose neighbours are gone as well still find a place?"""
    notebook = _notebook()
    notebook.cells = [cell for cell in notebook.cells if cell.id in ("b-test", "p")]
    found = _read(_hand_in(tmp_path, notebook))
    names = [name for cell in found.notebooks["x"].cells if (name := repair.grade_id(cell))]
    assert names == ["a-test", "b-test", "e"]


def test_twice(tmp_path: Path) -> None:
    """Is a doubled graded cell named?"""
    notebook = _notebook()
    notebook.cells.append(new_code_cell("x", metadata=_meta("a-test")))
    with pytest.raises(RejectedError) as caught:
        _read(_hand_in(tmp_path, notebook))
    assert caught.value.reason == Reason("duplicate-cell", {"cell": "a-test"})


def test_files(tmp_path: Path) -> None:
    """Are links and pipes refused, litter left out, and size and number limited?"""
    folder = _hand_in(tmp_path, _notebook())
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "x-checkpoint.ipynb").write_text("{}")
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").write_text("a")
    assert set(_read(folder).extra) == {"sub/a.txt"}
    (folder / "big.bin").write_bytes(bytes(1_100_000))
    with pytest.raises(RejectedError, match="too-large"):
        _read(folder, Limits(submission_mb=1))
    (folder / "big.bin").unlink()
    for number in range(501):
        (folder / f"{number}.txt").touch()
    with pytest.raises(RejectedError, match="too-many"):
        _read(folder)
    for number in range(501):
        (folder / f"{number}.txt").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(RejectedError, match="odd-file"):
        _read(folder)


def test_fingerprint_follows_the_content(tmp_path: Path) -> None:
    """Does the fingerprint change with any file, and equal that of what was read?"""
    folder = _hand_in(tmp_path, _notebook())
    first = intake.fingerprint(folder, Limits())
    assert first == intake.load(folder, Limits())[1]
    (folder / "a.txt").write_text("a")
    assert intake.fingerprint(folder, Limits()) != first


@pytest.mark.parametrize("name", ["s1", "zhou.lan@bank", "周岚", "a_b-c"])
def test_good_ids(name: str) -> None:
    """May ids be what folders of a class are called?"""
    assert valid_student(name)


@pytest.mark.parametrize("name", ["", "a b", "[x]", "*", "../a", ".x", "-x", "a" * 200, "a\nb"])
def test_bad_ids(name: str) -> None:
    """Are names refused that nbgrader would take for a pattern or a path?"""
    assert not valid_student(name)


def test_reasons_in_both_languages() -> None:
    """Does every reason fill in its parameters in both languages, as one sentence or two?"""
    import string

    for name, text in REASONS.items():
        fields = [
            {field for _, field, _, _ in string.Formatter().parse(text[lang]) if field}
            for lang in ("zh", "en")
        ]
        assert fields[0] == fields[1], name
        assert text.zh.endswith("。") and text.en.endswith("."), name


def test_reasons_are_stored(tmp_path: Path) -> None:
    """Do reasons survive the way through the gradebook, and unknown ones drop out?"""
    mine = [Reason("wrong-name", {"found": "a.ipynb", "expected": "b.ipynb"}), Reason("not-yet")]
    assert parse(dump(mine)) == mine
    assert parse('[{"id": "of-long-ago"}]') == []
    assert parse(None) == []
    assert "a.ipynb" in mine[0].text("zh") and "b.ipynb" in mine[0].text("en")
