"""What the writer reads of a gradebook before it writes: the assignment, and a person's part."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from casebank.errors import ContentError
from casebank.grading.ledger.rows import Book, Leaf
from casebank.grading.model import Before, Sheet, SourceCell


@dataclass(frozen=True)
class Assigned:
    """An assignment as the gradebook knows it.

    Attributes:
        books: its notebooks by name, sorted.
    """

    id: str
    name: str
    duedate: datetime.datetime | None
    books: dict[str, Book]

    @property
    def maxima(self) -> dict[tuple[str, str], float]:
        """What each graded cell is worth, by (notebook, grade id)."""
        return {
            (book.name, leaf.name): leaf.maximum
            for book in self.books.values()
            for leaf in book.grades
        }


def api() -> Any:
    """nbgrader's tables by name; importing nbgrader takes a while."""
    from nbgrader.api import Base

    return Base.metadata.tables


def assigned(connection: Connection, slug: str) -> Assigned:
    """Read an assignment.

    Raises:
        ContentError: the gradebook does not know it.
    """
    t = api()
    assignment, notebook = t["assignment"], t["notebook"]
    row = connection.execute(
        select(assignment.c.id, assignment.c.duedate).where(assignment.c.name == slug)
    ).first()
    if row is None:
        raise ContentError(
            f"the gradebook knows no assignment '{slug}'",
            "",
            f"make it with: casebank release {slug}; or in a course that is not from the case "
            f"bank: nbgrader generate_assignment {slug}",
        )
    cells = _cells(connection, row.id)
    books = {
        one.name: Book(
            one.id,
            one.name,
            tuple(leaf for kind, leaf in cells[one.id] if kind in ("GradeCell", "TaskCell")),
            tuple(leaf for kind, leaf in cells[one.id] if kind in ("SolutionCell", "TaskCell")),
        )
        for one in connection.execute(
            select(notebook.c.id, notebook.c.name)
            .where(notebook.c.assignment_id == row.id)
            .order_by(notebook.c.name)
        )
    }
    return Assigned(row.id, slug, row.duedate, books)


def _cells(connection: Connection, assignment_id: str) -> dict[str, list[tuple[str, Leaf]]]:
    t = api()
    base, grade, task, notebook = (
        t[name] for name in ("base_cell", "grade_cells", "task_cells", "notebook")
    )
    query = (
        select(base, grade.c.max_score.label("graded"), task.c.max_score.label("asked"))
        .join(notebook, notebook.c.id == base.c.notebook_id)
        .outerjoin(grade, grade.c.id == base.c.id)
        .outerjoin(task, task.c.id == base.c.id)
        .where(notebook.c.assignment_id == assignment_id)
    )
    found: dict[str, list[tuple[str, Leaf]]] = defaultdict(list)
    for row in connection.execute(query):
        maximum = row.graded if row.graded is not None else row.asked
        found[row.notebook_id].append((row.type, Leaf(row.id, row.name, maximum or 0.0)))
    return found


def sheets(connection: Connection, known: Assigned) -> dict[str, Sheet]:
    """The notebooks with the source of their cells, as ``generate_assignment`` stored them."""
    t = api()
    source, notebook = t["source_cell"], t["notebook"]
    kinds = _kinds(connection, known)
    found = {}
    for name, book in known.books.items():
        kernel = connection.execute(
            select(notebook.c.kernelspec).where(notebook.c.id == book.id)
        ).scalar()
        # In the order in which they lie there, as nbgrader reads them.
        rows = connection.execute(select(source).where(source.c.notebook_id == book.id))
        points = {leaf.name: leaf.maximum for leaf in book.grades}
        found[name] = Sheet(
            name,
            kernel,
            tuple(
                SourceCell(
                    row.name,
                    row.cell_type,
                    row.locked,
                    row.source or "",
                    row.checksum,
                    ("GradeCell", row.name) in kinds[book.id],
                    ("SolutionCell", row.name) in kinds[book.id],
                    ("TaskCell", row.name) in kinds[book.id],
                    points.get(row.name),
                )
                for row in rows
            ),
        )
    return found


def _kinds(connection: Connection, known: Assigned) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for notebook, cells in _cells(connection, known.id).items():
        found[notebook] = {(kind, leaf.name) for kind, leaf in cells}
    return found


def befores(
    connection: Connection, known: Assigned, student: str | None = None
) -> dict[str, Before]:
    """What persons have decided so far, of all who have a submission in the gradebook.

    Two queries, whatever the size of the class. Only scores that were given are in it.
    """
    t = api()
    submission, book, grade, base, notebook = (
        t[name]
        for name in ("submitted_assignment", "submitted_notebook", "grade", "base_cell", "notebook")
    )
    mine = submission.c.assignment_id == known.id
    if student is not None:
        mine &= submission.c.student_id == student
    found = {
        row.student_id: Before(known.duedate, row.extension, row.timestamp)
        for row in connection.execute(
            select(submission.c.student_id, submission.c.extension, submission.c.timestamp).where(
                mine
            )
        )
    }
    given = (
        select(
            submission.c.student_id,
            notebook.c.name.label("notebook"),
            base.c.name.label("cell"),
            grade.c.manual_score,
            grade.c.extra_credit,
        )
        .join(book, book.c.id == grade.c.notebook_id)
        .join(submission, submission.c.id == book.c.assignment_id)
        .join(base, base.c.id == grade.c.cell_id)
        .join(notebook, notebook.c.id == book.c.notebook_id)
        .where(mine, or_(grade.c.manual_score.is_not(None), grade.c.extra_credit.is_not(None)))
    )
    for row in connection.execute(given):
        one = found[row.student_id]
        if row.manual_score is not None:
            one.manual[row.notebook, row.cell] = row.manual_score
        if row.extra_credit is not None:
            one.extra[row.notebook, row.cell] = row.extra_credit
    return found
