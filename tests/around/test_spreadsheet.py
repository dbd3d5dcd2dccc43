"""Is a name that is a formula text in every table that we write, whatever program opens it?"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import strange
from strange import ROOT

for folder in ("e2e", "unit/grading"):
    sys.path.append(str(ROOT / "tests" / folder))

import collect_parcels as made  # noqa: E402
import ledger_course as small  # noqa: E402

from casebank.check.visible import visible  # noqa: E402
from casebank.grading import roster  # noqa: E402
from casebank.grading.spreadsheet import meant, neutral  # noqa: E402

SURFACE = "terminal"

FORMULAS = {
    "equals": "=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1,1)",
    "blank": "  =1+1",
    "no-break-blank": "\u00a0=1+1",
    "wide-blank": "\u3000=1+1",
    "zero-width": "\u200b=1+1",
    "filler": "\u3164=1+1",
    "quote": '"=1+1',
    "quotes": '""=1+1""',
    "semicolon": "a;=1+1",
    "semicolon-quotes": 'a";"=1+1";"',
    "semicolon-blank": "a; \u00a0=1+1",
    "comma": "a,=1+1",
    "tab": "a\t=1+1",
    "newline": "a\n=1+1",
    "return": "a\r=1+1",
    "row": 'a"\r\ns999,=1+1,,\r\n"',
    "full-width": "＝1+1",
    "full-width-at": "＠SUM(1)",
    "small-form": "﹦1+1",
    "minus-sign": "−1+1",
    "dde": "=cmd|' /C calc'!A0",
    "pipe": "|calc",
    "percent": "%1",
    "link": '=HYPERLINK("https://example.org","x")',
    "apostrophe": "'=1+1",
    "colour": "\x1b[31m=1+1",
}
_STARTS = set("=+-@|%＝＋－＠﹢﹣﹦﹫−")


def computed(text: str, separators: str) -> list[str]:
    """Cells that a program could compute, however it understands quotation marks and blanks."""
    cells = [cell for sign in separators for row in text.splitlines() for cell in row.split(sign)]
    for sign in separators:
        cells += [cell for row in csv.reader(io.StringIO(text, ""), delimiter=sign) for cell in row]
    bare = [re.sub(r"^[\s\"“”\u200b\ufeff\u3164]+", "", cell) for cell in cells]
    number = re.compile(r"-?[\d.]+\"?")
    return [cell for cell in bare if cell[:1] in _STARTS and not number.fullmatch(cell)]


@dataclass
class Sheets:
    """What was written of a class whose people have formulas for names."""

    roster: str
    again: dict[str, roster.Student]
    export: str
    stock: str


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    """Everybody collected by ``--add-students``, then exported by us and by nbgrader."""
    top = tmp_path_factory.mktemp("sheets")
    course = made.course(top / "course", "s001")
    (top / "inbox").mkdir()
    for number, text in enumerate(FORMULAS.values()):
        data = made.forge(student__name=text, student__id=f"f{number}")
        (top / "inbox" / f"{number}.casebank.zip").write_bytes(data)
    code, said = strange.piped(
        "collect", str(top / "inbox"), "--course", str(course.root), "--add-students"
    )
    assert code == 0, said
    people = roster.read(course.roster)
    small.fill(course)
    for _ in range(2):
        with course.gradebook() as gradebook:
            roster.sync(gradebook, people)
    code, said = strange.piped("export", str(top / "grades.csv"), "--course", str(course.root))
    assert code == 0, said
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", str(top / "stock.csv")],
        cwd=course.root, check=True, capture_output=True,
    )  # fmt: skip
    texts = [_text(path) for path in (course.roster, top / "grades.csv", top / "stock.csv")]
    return Sheets(texts[0], people, *texts[1:])


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.mark.parametrize("name", FORMULAS)
def test_name(sheets: Sheets, name: str) -> None:
    """Does the class list keep the name as it was, and no table compute it?"""
    number = list(FORMULAS).index(name)
    said = visible(" ".join(FORMULAS[name].split()))
    assert sheets.again[f"f{number}"].first_name == meant(said)
    for text in (sheets.roster, sheets.export, sheets.stock):
        mine = [row for row in text.splitlines(keepends=True) if re.search(rf"\bf{number}\b", row)]
        assert mine
        assert computed("".join(mine), ",;\t|") == []


@pytest.mark.parametrize("which", ["roster", "export", "stock"])
def test_shape(sheets: Sheets, which: str) -> None:
    """Has each table one line for each person, with as many cells as its head, and no signs hide?"""
    text = getattr(sheets, which)
    rows = list(csv.reader(io.StringIO(text, ""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + 1 + len(FORMULAS)
    assert strange.hidden(text, "\r\n") == []


@pytest.mark.parametrize("name", FORMULAS)
def test_neutral(name: str) -> None:
    """Is a cell that was written, read and written again the same?"""
    once = neutral(FORMULAS[name])
    assert neutral(once) == once
    assert neutral(meant(once)) == once
    assert computed(f'x,"{once.replace(chr(34), chr(34) * 2)}",y', ",;\t") == []
