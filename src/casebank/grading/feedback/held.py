"""What waits for a person, and why: for instructors, who may see both judgements of a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from casebank.check.visible import uncoloured, visible
from casebank.grading import light, standing
from casebank.grading.course import Course
from casebank.grading.feedback import places
from casebank.grading.model import HELD
from casebank.grading.standing import Standing
from casebank.grading.versions import is_ours

#: Marks of ``casebank_cell.verified`` that need no explanation.
_KNOWN = ("", "yes", "no")


@dataclass
class Held:
    """The held submissions of an assignment, and the cells that were not judged a second time.

    Attributes:
        lang: language of the reasons.
        held: where each held student stands.
        unverified: (notebook, grade id, why) with the number of submissions.
        single: the assignment has one notebook, so its name is not worth a mention.
    """

    slug: str
    lang: str
    held: list[Standing] = field(default_factory=list)
    unverified: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    single: bool = False

    def tables(self) -> Iterator[str | Table]:
        """What is to be printed, part by part."""
        if not self.held:
            yield f"Nothing of {self.slug} is held."
        else:
            yield self._reasons()
            if any(one.evidence for one in self.held):
                yield self._evidence()
        if self.unverified:
            yield self._unverified()

    def _reasons(self) -> Table:
        table = _table(f"{self.slug}: held", "student", "why", "cells that wait for a person")
        for one in self.held:
            reason = one.reason.text(self.lang) if one.reason else ""
            cells = [self._name(key) for key, grade in one.grid.items() if grade.waits]
            table.add_row(_plain(one.student), _plain(reason), _plain(", ".join(cells)))
        table.caption = f"{len(self.held)} held; score them in formgrader, Manual Grading"
        return table

    def _evidence(self) -> Table:
        table = _table(
            "Two judgements that differ",
            *("student", "cell", "in the submission's own kernel", "on plain data, apart"),
        )
        for one in self.held:
            for case in one.evidence:
                name = self._name((case.notebook, case.cell))
                cells = (one.student, name, case.theirs, case.ours)
                table.add_row(*map(_plain, cells))
        return table

    def _unverified(self) -> Table:
        table = _table("Not judged a second time", "cell", "why", "submissions")
        for (notebook, cell, why), count in sorted(self.unverified.items()):
            table.add_row(_plain(self._name((notebook, cell))), _plain(why), Text(str(count)))
        return table

    def _name(self, key: tuple[str, str]) -> str:
        return key[1] if self.single else "/".join(key)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, show_lines=True)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _plain(text: str) -> Text:
    """Text of a submission, without the colours of Python's own tracebacks."""
    return Text(visible(uncoloured(text), lines=True))


def held(course_dir: Path, slug: str) -> Held:
    """What of an assignment waits for a person.

    Raises:
        UsageError: no such course or assignment.
        EnvironmentFault: the gradebook cannot be used.
    """
    light.nbgrader()
    course = Course(course_dir)
    with course.gradebook() as gradebook:
        books = places.notebooks(gradebook, course, slug)
        lang = course.lang
        if not is_ours(course, slug):
            lang = places.language(course, gradebook, slug)
        found = Held(slug, lang, single=len(books) == 1)
        for one in standing.of_assignment(course, gradebook, slug):
            if one.status == HELD:
                found.held.append(one)
            found.unverified.update(_unverified(one))
    return found


def _unverified(one: Standing) -> Iterator[tuple[Any, ...]]:
    for (notebook, cell), said in one.verified.items():
        if said not in _KNOWN:
            yield (notebook, cell, said)
