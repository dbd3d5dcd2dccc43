"""The class list, and what a spreadsheet program must not take for a formula."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebank.errors import ContentError
from casebank.grading import roster
from casebank.grading.spreadsheet import neutral


def _read(tmp_path: Path, content: str | bytes) -> dict[str, roster.Student]:
    path = tmp_path / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return roster.read(path)


def test_reads_names(tmp_path: Path) -> None:
    """Are names put together as each language does, with Excel's mark and blank lines ignored?"""
    found = _read(
        tmp_path,
        "\ufeffid,first_name,last_name,email\r\ns1,岚,周,zhou@example.org\r\n,,,\r\ns2,Jin,He,\r\n",
    )
    assert {name: one.name for name, one in found.items()} == {"s1": "周岚", "s2": "Jin He"}


def test_header_only(tmp_path: Path) -> None:
    """Is the roster of a new course, or none at all, an empty class?"""
    assert _read(tmp_path, "id,first_name,last_name,email\n") == {}
    assert roster.read(tmp_path / "none.csv") == {}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name,email\nx,y\n", "line 1: the column 'id' is missing. The first line must be: id,"),
        ("", "line 1: the column 'id' is missing"),
        ("id,frist_name\ns1,x\n", "the column 'frist_name' is unknown. Did you mean 'first_name'?"),
        ("id\ns1\ns2\ns1\n", "line 4: the id 's1' is there twice (first in line 2)"),
        ("id,email\n,x@example.org\n", "line 2: the id is empty"),
        ("id\n../x\n", "line 2: the id '../x' cannot be used"),
        ("id\ns1,extra\n", "line 2: the line has more fields than the header"),
        ('id\n"s1\n', "the roster is not CSV"),
        ("id,first_name\ns1,岚\n".encode("gb18030"), "the roster is not UTF-8"),
    ],
)
def test_faults(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    """Is each fault one sentence with the line and the remedy?"""
    with pytest.raises(ContentError) as caught:
        _read(tmp_path, content)
    assert sentence in caught.value.sentence()


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "%1", "|x"])
def test_formulas_are_neutralised(value: str) -> None:
    """Does a text that begins like a formula get a quotation mark in front?"""
    assert neutral(value) == f"'{value}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("\tx", "␉x"), ("\rx", "␍x"), ("\n=1", "␊=1"), ("a;=1", "a;'=1"), (" =1", " '=1")],
)
def test_no_cell_is_split_into_a_formula(value: str, shown: str) -> None:
    """Are the signs at which a cell could be split shown, or followed by a quotation mark?"""
    assert neutral(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-2.5, "-2.5"),
        (2.0, "2"),
        (None, ""),
        (True, "yes"),
        ("周岚", "周岚"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_the_rest_is_left_alone(value: object, shown: str) -> None:
    """Are numbers, names and empty cells written as they are?"""
    assert neutral(value) == shown
