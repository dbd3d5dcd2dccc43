"""The class list ``roster.csv``: id, first_name, last_name, email, as nbgrader names them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebank.errors import ContentError, nearest
from casebank.grading.course import valid_student
from casebank.grading.spreadsheet import bare, meant

COLUMNS = ("id", "first_name", "last_name", "email")


@dataclass(frozen=True)
class Student:
    """One line of the roster."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        """The full name; a Chinese one is written family name first, without a space."""
        first, last = self.first_name, self.last_name
        if any("\u4e00" <= c <= "\u9fff" for c in last + first):
            return last + first
        return f"{first} {last}".strip()


def read(path: Path) -> dict[str, Student]:
    """The students of a roster by id; none when there is no file or only its header.

    Raises:
        ContentError: a column is missing, an id is there twice, is empty or cannot be one.
    """
    path = Path(path)
    if not path.is_file():
        return {}
    where = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError(
            "the roster is not UTF-8", where, "save it as CSV UTF-8 in the spreadsheet program"
        ) from None
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [(name or "").strip() for name in rows.fieldnames or ()]
        rows.fieldnames = header
        if "id" not in header:
            raise ContentError(
                "the column 'id' is missing",
                f"{where}, line 1",
                "the first line must be: " + ",".join(COLUMNS),
            )
        for name in header:
            if name not in COLUMNS:
                raise ContentError(
                    f"the column '{name}' is unknown", f"{where}, line 1", nearest(name, COLUMNS)
                )
        return _students(rows, where)
    except csv.Error as error:
        raise ContentError(f"the roster is not CSV ({error})", where) from None


def _students(rows: Any, where: str) -> dict[str, Student]:
    found: dict[str, Student] = {}
    lines: dict[str, int] = {}
    for row in rows:
        place = f"{where}, line {rows.line_num}"
        if None in row:
            raise ContentError("the line has more fields than the header", place)
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        name = values["id"]
        if not name:
            raise ContentError("the id is empty", place)
        if not valid_student(name):
            raise ContentError(
                f"the id '{name}' cannot be used", place, "use letters, digits and . _ - @"
            )
        if name in found:
            raise ContentError(
                f"the id '{name}' is there twice (first in line {lines[name]})", place
            )
        said = {key: meant(value) for key, value in values.items()}
        found[name] = Student(**said)
        lines[name] = rows.line_num
    return found


def sync(gradebook: Any, students: dict[str, Student]) -> None:
    """Bring names into nbgrader's table of students, so that formgrader shows them.

    ``nbgrader export`` writes them as they are, so none may be a formula or break a line there.
    """
    from nbgrader.api import MissingEntry
    from nbgrader.api import Student as Row

    for student in students.values():
        try:
            row = gradebook.find_student(student.id)
        except MissingEntry:
            row = Row(id=student.id)
            gradebook.db.add(row)
        row.first_name, row.last_name = (
            bare(student.first_name) or None,
            bare(student.last_name) or None,
        )
        row.email = bare(student.email) or None
    gradebook.db.commit()
