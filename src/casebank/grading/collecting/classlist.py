"""Who is in the class: the roster and nbgrader's own table of students."""

from __future__ import annotations

import codecs
import csv
import difflib
import unicodedata
from pathlib import Path

from casebank.check.submission import usable_id
from casebank.files import write_bytes
from casebank.grading import roster
from casebank.grading.collecting.refusals import shown
from casebank.grading.course import Course, valid_student
from casebank.grading.ledger import database
from casebank.grading.spreadsheet import line

#: Signs that are taken for one another when an id is copied by hand.
_LOOKALIKES = str.maketrans("oil", "011")

#: How many unknown ids of a run are compared with all that are known: each takes a while.
MOST_NEAR, LONGEST_NEAR = 200, 64


def _fold(text: str) -> str:
    """What two ways of writing an id have in common: full width, small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


class ClassList:
    """The ids that a course knows.

    The list is the roster; where that has no line, the gradebook, if a person has entered a class
    there. Grading enters who has handed in, which makes no list: such a course takes everybody.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._roster = roster.read(course.roster)
        entered, graded = self._gradebook()
        self._is_list = bool(self._roster or entered)
        self.known: set[str] = set(self._roster) | entered | graded
        self._new: dict[str, str] = {}
        self._compared = 0
        self._folded: dict[str, list[str]] = {}
        # Without a list somebody may still write the own id in two ways.
        earlier = set() if self._is_list else set(_names(course.root / "attempts"))
        for name in sorted(self.known | earlier):
            self._folded.setdefault(_fold(name), []).append(name)

    def __bool__(self) -> bool:
        return self._is_list

    def _gradebook(self) -> tuple[set[str], set[str]]:
        """Whom a person has entered, and who may be there because of a grade."""
        path = database.file_of(self._course.db_url)
        if path is not None and not path.exists():
            return set(), set()
        from nbgrader.api import Base
        from sqlalchemy import select

        handed_in = set(_names(self._course.root / self._course.directory.submitted_directory))
        entered, graded = set(), set()
        with self._course.gradebook() as gradebook:
            for row in gradebook.db.execute(select(Base.metadata.tables["student"])):
                called = row.first_name or row.last_name or row.email
                (entered if called or row.id not in handed_in else graded).add(row.id)
        return entered, graded

    def find(self, said: str) -> str | None:
        """The id in the list that somebody means, also in full-width or capital letters."""
        if said in self.known:
            return said
        close = self._folded.get(_fold(said), [])
        return close[0] if len(close) == 1 else None

    def name_of(self, student: str) -> str:
        """The name in the roster; empty where it tells none."""
        line = self._roster.get(student)
        return line.name if line is not None else ""

    def usable(self, said: str) -> str | None:
        """An id that can be a folder's name on every system, or nothing."""
        name = usable_id(said)
        return name if name is not None and valid_student(name) else None

    def near(self, name: str) -> str:
        """The id in the list that is spelt nearest; nothing for the last of very many."""
        self._compared += 1
        if self._compared > MOST_NEAR or len(name) > LONGEST_NEAR:
            return ""
        alike = {text.translate(_LOOKALIKES): names[0] for text, names in self._folded.items()}
        said = _fold(name).translate(_LOOKALIKES)
        close = [said] if said in alike else difflib.get_close_matches(said, alike, 1, 0.8)
        return alike[close[0]] if close else ""

    def add(self, name: str, called: str) -> None:
        """Take somebody new; :meth:`save` writes it down."""
        self.known.add(name)
        self._folded.setdefault(_fold(name), []).append(name)
        self._new[name] = shown(" ".join(called.split()))

    def save(self) -> None:
        """Add who is new to the class list, where there is one."""
        if not self._new or not self._is_list:
            return
        if self._roster:
            self._to_roster()
            return
        with self._course.gradebook() as gradebook:
            students = {one: roster.Student(one, name) for one, name in self._new.items()}
            roster.sync(gradebook, students)

    def _to_roster(self) -> None:
        path = self._course.roster
        content = path.read_bytes()
        first = content.decode("utf-8-sig").splitlines()[0]
        header = [name.strip() for name in next(csv.reader([first]))]
        end = "\r\n" if b"\r\n" in content else "\n"
        out = ""
        for one, name in self._new.items():
            values = {"id": one, "first_name": name}
            out += line(values.get(column, "") for column in header) + end
        gap = b"" if content.endswith((b"\n", b"\r")) else end.encode()
        bare = content.removeprefix(codecs.BOM_UTF8)
        mark = codecs.BOM_UTF8 if len(bare) < len(content) else b""
        write_bytes(path, mark + bare + gap + out.encode("utf-8"))
