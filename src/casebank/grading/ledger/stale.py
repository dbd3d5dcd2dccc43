"""Which grades a change made out of date, and new weights without running anything.

``casebank_grade`` keeps the digests that each grade hangs on, ``casebank_cell`` how each score came
about; so a change of weights alone is arithmetic.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from casebank.check.outcomes import Spec
from casebank.errors import EnvironmentFault
from casebank.grading import tables
from casebank.grading.ledger import database, folder, reading, rows
from casebank.grading.ledger.change import Change
from casebank.grading.ledger.rows import MISSING
from casebank.grading.ledger.writer import Writer
from casebank.grading.model import GRADED, HELD, Hashes, SourceCell
from casebank.grading.reasons import Reason, dump

PARTS = ("answer", "checks", "weights", "data", "engine")
#: Why a submission is held whose partial credit is more than its cell is worth by now.
OVER = "over-maximum"
#: (student, score of the notebook, seconds late) -> penalty, as nbgrader's plugins have it.
Penalty = Callable[[str, float, float], float | None]


def stale(writer: Writer, hashes: Hashes, answers: Mapping[str, str]) -> dict[str, list[str]]:
    """Which parts changed since each student's grade; who is not in it is up to date.

    Args:
        writer: the open gradebook.
        hashes: digests of checks, weights, data and engine as they are now.
        answers: digest of what each student handed in, as ``Hashes.answer`` has it; a student who
            is not in it counts as unchanged.

    Students who were never graded by us are not in the result. A grade of a version of ours that
    kept no digests is out of date by its engine.
    """
    kept = {row["student"]: row for row in writer.rows(tables.grades)}
    found = {}
    for row in writer.rows(tables.submissions):
        student = row["student"]
        mine = kept.get(student, {"answer": row["digest"]})
        now = {name: getattr(hashes, name) for name in PARTS[1:]}
        changed = [] if student in kept else ["engine"]
        if student in kept:
            changed = [name for name, value in now.items() if mine[name] != value]
        # A digest is empty while the same answer is being graded anew: that run was killed.
        if not row["digest"] or answers.get(student, mine["answer"]) != mine["answer"]:
            changed.insert(0, "answer")
        if changed:
            found[student] = changed
    return found


@dataclass
class Weighed:
    """What new weights made of one submission.

    Attributes:
        status: graded or held.
        over: cells whose partial credit is more than they are worth by now: they are in dispute.
    """

    student: str
    status: str
    points: float = 0.0
    over: list[tuple[str, str]] = field(default_factory=list)


def reweigh(
    writer: Writer,
    hashes: Hashes,
    students: Iterable[str],
    *,
    spec: Spec | None = None,
    penalty: Penalty | None = None,
    run: str = "",
) -> dict[str, Weighed]:
    """Compute the grades of students of whom only the weights changed; no notebook is run.

    The new weights are those of the gradebook (``generate_assignment`` brings them there). Full
    points stay full, nothing stays nothing, partial credit stays what it is, or is in dispute when
    it is more than the new maximum. Points in the notebooks of ``autograded/`` are brought up to
    date first, then every row in one transaction for all.

    Args:
        writer: the open gradebook.
        hashes: as of :func:`stale`; only its weights are stored.
        students: those whom :func:`stale` gives ``["weights"]``.
        spec: the exercise of ours, so that points per task can be computed.
        penalty: the course's late-submission plugin; none when not given.
        run: the run's id.

    Raises:
        EnvironmentFault: the database or a folder cannot be written.
    """
    names = list(dict.fromkeys(students))
    sheets = {
        name: {cell.name: cell for cell in sheet.cells} for name, sheet in writer.sheets().items()
    }
    for student in names:
        _repoint(writer, student, sheets)
    with writer.transaction() as connection:
        scale = _Scale(writer, connection, spec, penalty or (lambda *about: None), run)
        return {name: scale.student(name, hashes.weights) for name in names}


class _Scale:
    """One transaction in which submissions are weighed anew."""

    def __init__(
        self,
        writer: Writer,
        connection: Connection,
        spec: Spec | None,
        penalty: Penalty,
        run: str,
    ) -> None:
        self.writer, self.connection, self.spec = writer, connection, spec
        self.penalty, self.run = penalty, run
        self.maxima = writer.assigned.maxima
        self.late = _late(connection, writer)

    def student(self, student: str, weights: str) -> Weighed:
        """Weigh one submission."""
        submission = self._of(tables.submissions, student)
        status = submission[0]["status"] if submission else ""
        one = Weighed(student, status)
        cells = self._of(tables.cells, student)
        if status in (GRADED, HELD) and cells:
            for cell in cells:
                self._cell(cell, one)
            self._nbgrader(student, cells)
            self._ours(one, submission[0], cells)
        t = tables.grades
        self.connection.execute(
            update(t).where(self._mine(t, student)).values(weights=tables.clean(weights, 64))
        )
        return one

    def _mine(self, table: Any, student: str) -> Any:
        return (table.c.assignment == self.writer.slug) & (table.c.student == student)

    def _of(self, table: Any, student: str) -> list[dict[str, Any]]:
        return tables.rows(self.connection, table, assignment=self.writer.slug, student=student)

    def _cell(self, cell: dict[str, Any], one: Weighed) -> None:
        """Give a cell its new value, or bring it into dispute."""
        key = (cell["notebook"], cell["cell"])
        maximum = self.maxima.get(key)
        if maximum is None:
            return  # nbgrader knows it no more
        if cell["kind"] == rows.FULL:
            cell["value"] = maximum
        elif cell["kind"] == rows.VALUE and (cell["value"] or 0.0) > maximum:
            if not cell["disputed"]:
                one.over.append(key)
            cell["disputed"] = True
        if not cell["disputed"]:
            one.points += cell["value"] or 0.0

    def _nbgrader(self, student: str, cells: list[dict[str, Any]]) -> None:
        """Grades and late penalties in nbgrader's tables."""
        number, late = self.late.get(student, ("", 0.0))
        books = self.writer.assigned.books
        found = self.writer.statements.read(self.connection, number)
        mine = {(cell["notebook"], cell["cell"]): cell for cell in cells}
        change = Change()
        for book in books.values():
            place = found.books.get(book.id)
            kinds = {cell["kind"] for cell in cells if cell["notebook"] == book.name}
            if place is None or not kinds:
                continue
            total = 0.0
            for leaf in book.grades:
                old = found.grades.get((place, leaf.id))
                cell = mine.get((book.name, leaf.name))
                if old is None or cell is None:
                    continue
                auto = None if cell["disputed"] else cell["value"]
                needs = auto is None or old.manual is not None
                if cell["kind"] == MISSING and not cell["disputed"]:
                    auto, needs = 0.0, False
                total += rows.worth(auto, old)
                change.old["grade"].append(
                    {"b_id": old.id, "auto_score": auto, "needs_manual_grade": needs}
                )
            if MISSING not in kinds:
                fine = self._penalty(student, total, late)
                change.old["submitted_notebook"].append(
                    {"b_id": place, "late_submission_penalty": fine}
                )
        self.writer.statements.write(self.connection, change)

    def _penalty(self, student: str, total: float, late: float) -> float | None:
        """As nbgrader's ``AssignLatePenalties`` has it."""
        fine = self.penalty(student, total, late) if late > 0 else None
        return None if fine is None else min(max(fine, 0.0), max(total, 0.0))

    def _ours(self, one: Weighed, row: dict[str, Any], cells: list[dict[str, Any]]) -> None:
        """Our tables: cells, tasks, and the submission when it is held from now on."""
        slug, student = self.writer.slug, one.student
        tables.replace(self.connection, tables.cells, cells, assignment=slug, student=student)
        if one.over:
            one.status = HELD
            names = ", ".join(sorted({name for _, name in one.over}))
            row["reason"] = row["reason"] or dump([Reason(OVER, {"cells": names})])
        row.update(status=one.status, run=self.run or row["run"])
        tables.replace(self.connection, tables.submissions, [row], assignment=slug, student=student)
        tasks = self._of(tables.tasks, student)
        given = {c["cell"]: 0.0 if c["disputed"] else c["value"] or 0.0 for c in cells}
        for task in tasks:
            known = self.spec.task(task["task"]) if self.spec else None
            if known is not None:
                task["max"] = float(known.points)
                names_ = {known.solution, *known.tests}
                judged = task["outcome"] != "not_judged"
                task["points"] = sum(given.get(name, 0.0) for name in names_) if judged else 0.0
        tables.replace(self.connection, tables.tasks, tasks, assignment=slug, student=student)


def _late(connection: Connection, writer: Writer) -> dict[str, tuple[str, float]]:
    """The submissions' ids and how many seconds late each was handed in."""
    t = reading.api()["submitted_assignment"]
    due = writer.assigned.duedate
    found = {}
    for row in connection.execute(
        select(t.c.id, t.c.student_id, t.c.timestamp, t.c.extension).where(
            t.c.assignment_id == writer.assigned.id
        )
    ):
        late = 0.0
        if due is not None and row.timestamp is not None:
            until = due + row.extension if row.extension is not None else due
            late = max(0.0, (row.timestamp - until).total_seconds())
        found[row.student_id] = (row.id, late)
    return found


def _repoint(writer: Writer, student: str, sheets: dict[str, dict[str, SourceCell]]) -> None:
    """Bring points and checksums in a student's graded notebooks up to date."""
    goal = writer.course.path("autograded", student, writer.slug)
    changed = {}
    for name, cells in sheets.items():
        path = goal / f"{name}.ipynb"
        new = _repointed(path, cells)
        if new is not None:
            changed[path.name] = new
    if not changed:
        return
    try:
        contents = {
            path.relative_to(goal).as_posix(): path.read_bytes()
            for path in goal.rglob("*")
            if path.is_file()
        }
    except OSError as error:
        raise database.file_fault(error, goal) from None
    folder.put(writer.course, goal, contents | changed)


def _repointed(path: Path, cells: dict[str, SourceCell]) -> bytes | None:
    """The notebook with new points; None where nothing changes."""
    try:
        notebook = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EnvironmentFault(
            f"the graded notebook cannot be read ({error})", str(path), "grade it again: --force"
        ) from None
    changed = False
    for cell in notebook.get("cells", ()):
        about = cell.get("metadata", {}).get("nbgrader", {})
        known = cells.get(about.get("grade_id", ""))
        if known is None or known.points is None or "points" not in about:
            continue
        new = {"points": known.points}
        if "checksum" in about and known.checksum:
            new["checksum"] = known.checksum
        changed = changed or any(about[name] != value for name, value in new.items())
        about.update(new)
    if not changed:
        return None
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode("utf-8", "replace")
