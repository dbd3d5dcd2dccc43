"""What of nbgrader's rows is there already, what has to change, and the statements for it.

nbgrader's tables are written by plain statements, made once per run: its own objects cost tens of
milliseconds a submission.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from casebank.grading import tables
from casebank.grading.ledger import reading, rows
from casebank.grading.ledger.rows import Book, Old
from casebank.grading.model import Decision

Rows = list[dict[str, Any]]


@dataclass
class Found:
    """The rows of a submission that are there already, by the ids of notebook and cell."""

    books: dict[str, str] = field(default_factory=dict)
    grades: dict[tuple[str, str], Old] = field(default_factory=dict)
    comments: dict[tuple[str, str], str] = field(default_factory=dict)


class Change:
    """The rows of a submission that have to be written, by table and by whether they are new."""

    def __init__(self) -> None:
        self.new: dict[str, Rows] = {"submitted_notebook": [], "grade": [], "comment": []}
        self.old: dict[str, Rows] = {"submitted_notebook": [], "grade": [], "comment": []}

    def notebook(self, decision: Decision, book: Book, number: str, found: Found) -> None:
        """Enter one notebook."""
        known = found.books.get(book.id)
        mine = known or new_id()
        total = self._grades(decision, book, mine, found)
        keeps = rows.keeps_comments(decision, book)
        fine = {"late_submission_penalty": rows.penalty(decision, book, total)}
        if known is None:
            row = {"id": mine, "assignment_id": number, "notebook_id": book.id, "flagged": False}
            self.new["submitted_notebook"].append(row | fine)
        elif not keeps:
            self.old["submitted_notebook"].append({"b_id": mine, **fine})
        for leaf in book.comments:
            number_ = found.comments.get((mine, leaf.id))
            said = rows.comment(decision, book, leaf)
            text = {"auto_comment": None if said is None else tables.clean(said)}
            if number_ is None:
                row = {"id": new_id(), "notebook_id": mine, "cell_id": leaf.id}
                self.new["comment"].append(row | text)
            elif not keeps:
                self.old["comment"].append({"b_id": number_, **text})

    def _grades(self, decision: Decision, book: Book, mine: str, found: Found) -> float:
        """Enter the grades of a notebook; returns its score as nbgrader sums it."""
        total = 0.0
        for leaf in book.grades:
            old = found.grades.get((mine, leaf.id), Old())
            auto, needs = rows.score(decision, book, leaf, old)
            total += rows.worth(auto, old)
            values = {"auto_score": auto, "needs_manual_grade": needs}
            if old.id:
                self.old["grade"].append({"b_id": old.id, **values})
            else:
                row = {"id": new_id(), "notebook_id": mine, "cell_id": leaf.id}
                self.new["grade"].append(row | values)
        return total


class Statements:
    """The statements for one assignment, made once so that they are compiled once.

    Submitted notebooks, grades and comments are looked for by notebook and cell too, though the
    submission's id would do: nbgrader's only indexes begin with them, and a search without an
    index would grow with the class.
    """

    COLUMNS = (
        ("submitted_notebook", ("late_submission_penalty",)),
        ("grade", ("auto_score", "needs_manual_grade")),
        ("comment", ("auto_comment",)),
    )

    def __init__(self, known: reading.Assigned) -> None:
        t = reading.api()
        person, submission, book = t["student"], t["submitted_assignment"], t["submitted_notebook"]
        grade, comment = t["grade"], t["comment"]
        self.person = select(person.c.id).where(person.c.id == bindparam("student"))
        self.new_person = insert(person)
        self.submission = select(submission.c.id).where(
            submission.c.assignment_id == bindparam("assignment"),
            submission.c.student_id == bindparam("student"),
        )
        self.new_submission = insert(submission)
        self.timestamp = (
            update(submission)
            .where(submission.c.id == bindparam("submission"))
            .values(timestamp=bindparam("timestamp"))
        )
        books = list(known.books.values())
        self._books = select(book.c.notebook_id, book.c.id).where(
            book.c.notebook_id.in_([one.id for one in books]),
            book.c.assignment_id == bindparam("submission"),
        )
        self._grades = select(
            grade.c.notebook_id,
            grade.c.cell_id,
            grade.c.id,
            grade.c.manual_score,
            grade.c.extra_credit,
        ).where(
            grade.c.cell_id.in_([leaf.id for one in books for leaf in one.grades]),
            grade.c.notebook_id.in_(bindparam("mine", expanding=True)),
        )
        self._comments = select(comment.c.notebook_id, comment.c.cell_id, comment.c.id).where(
            comment.c.cell_id.in_([leaf.id for one in books for leaf in one.comments]),
            comment.c.notebook_id.in_(bindparam("mine", expanding=True)),
        )
        self._writes = [
            (
                name,
                insert(t[name]),
                update(t[name])
                .where(t[name].c.id == bindparam("b_id"))
                .values({column: bindparam(column) for column in columns}),
            )
            for name, columns in self.COLUMNS
        ]

    def read(self, connection: Connection, submission: str) -> Found:
        """What is there of a submission."""
        books = connection.execute(self._books, {"submission": submission}).all()
        found = Found({notebook: mine for notebook, mine in books})
        ids = {"mine": list(found.books.values())}
        for book, cell, *old in connection.execute(self._grades, ids):
            found.grades[book, cell] = Old(*old)
        for book, cell, number in connection.execute(self._comments, ids):
            found.comments[book, cell] = number
        return found

    def write(self, connection: Connection, change: Change) -> None:
        """Write a change, notebooks before what is in them."""
        for name, new, old in self._writes:
            if change.new[name]:
                connection.execute(new, change.new[name])
            if change.old[name]:
                connection.execute(old, change.old[name])


def new_id() -> str:
    """An id as nbgrader makes them."""
    return uuid.uuid4().hex
