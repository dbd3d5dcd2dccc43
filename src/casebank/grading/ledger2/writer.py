"""The one writer of the gradebook: a submission goes in whole, in one transaction, or not.

The folder in ``autograded/`` comes first and the rows after it. When the machine stops between the
two, our row does not say yet that this answer is graded, and the next run grades it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from casebank.errors import ContentError
from casebank.grading import tables
from casebank.grading.course import Course
from casebank.grading.ledger2 import database, reading, rows
from casebank.grading.ledger2.folder import write_folder
from casebank.grading.ledger2.rows import Book, Old
from casebank.grading.model import GRADED, HELD, Before, Decision, Sheet

Rows = list[dict[str, Any]]


class Writer:
    """The gradebook of a course, opened for one assignment until :meth:`close`.

    Attributes:
        assigned: the assignment with the ids of its notebooks and cells, read once.
        fresh: what is known before a student's first submission is graded.

    Raises:
        ContentError: the gradebook does not know the assignment.
        EnvironmentFault: the gradebook cannot be used, or an older nbgrader made it.
    """

    def __init__(self, course: Course, slug: str, *, wait: float = database.BUSY_SECONDS) -> None:
        self.course, self.slug = course, slug
        with course.gradebook():
            pass  # made if it was not there, and found fit
        autograde = course.config.get("Autograde", {})
        self.create_student = bool(autograde.get("create_student", True))
        with self._faults():
            self.engine = database.connect(course.db_url, wait=wait)
            self._writing = self.engine.execution_options(writes=True)
            try:
                tables.prepare(self)
                with self.engine.connect() as connection:
                    self.assigned = reading.assigned(connection, slug)
                    self._digests = {
                        row["student"]: row["digest"]
                        for row in tables.rows(connection, tables.submissions, assignment=slug)
                    }
            except BaseException:
                self.engine.dispose()
                raise
        self.fresh = Before(duedate=self.assigned.duedate)
        self.statements = _Statements()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def _faults(self) -> Any:
        return database.faults(self.course.db_url)

    # -- reading -----------------------------------------------------------------------------------

    def befores(self) -> dict[str, Before]:
        """What persons have decided so far; a student who is not in it has ``fresh``."""
        with self._faults(), self.engine.connect() as connection:
            return reading.befores(connection, self.assigned)

    def before(self, student: str) -> Before:
        """What persons have decided so far about one student's submission."""
        with self._faults(), self.engine.connect() as connection:
            return reading.befores(connection, self.assigned, student).get(student, self.fresh)

    def sheets(self) -> dict[str, Sheet]:
        """The notebooks and the source of their cells as the gradebook keeps them."""
        with self._faults(), self.engine.connect() as connection:
            return reading.sheets(connection, self.assigned)

    def rows(self, table: Any, **where: Any) -> Rows:
        """Rows of one of our tables of this assignment."""
        with self._faults(), self.engine.connect() as connection:
            return tables.rows(connection, table, assignment=self.slug, **where)

    def knows(self, student: str) -> bool:
        """Whether a submission of this student can be stored, by the course's settings."""
        if self.create_student:
            return True
        people = reading.api()["student"]
        with self._faults(), self.engine.connect() as connection:
            return _one(connection, select(people.c.id).where(people.c.id == student)) is not None

    # -- writing -----------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its beginning."""
        with self._faults(), self._writing.begin() as connection:
            yield connection

    def remember(self, run: dict[str, Any]) -> None:
        """Write the row of a run, or replace it."""
        with self.transaction() as connection:
            tables.replace(connection, tables.runs, [run], id=run["id"])

    def store(self, decision: Decision, run: str) -> None:
        """Write a decision: its files into autograded/, then every row in one transaction.

        Raises:
            ContentError: the student is unknown, and the course does not let us make students.
            EnvironmentFault: the database or the folder cannot be written.
        """
        read = decision.status in (GRADED, HELD)
        if read and not self.knows(decision.student):
            raise ContentError(
                "the gradebook does not know this student, and Autograde.create_student is off",
                decision.student,
                f"add them with: nbgrader db student add {decision.student}",
            )
        if read:
            self._reopen(decision)
            write_folder(self.course, self.slug, decision)
        with self._faults():
            try:
                self._commit(decision, run, read)
            except IntegrityError:
                # Another program made the student or the submission at this very moment.
                self._commit(decision, run, read)
        self._digests[decision.student] = decision.digest

    def _reopen(self, decision: Decision) -> None:
        """Let the same answer, graded anew, count as not graded until it is stored."""
        if self._digests.get(decision.student) != decision.digest:
            return
        t = tables.submissions
        mine = (t.c.assignment == self.slug) & (t.c.student == decision.student)
        with self.transaction() as connection:
            connection.execute(update(t).where(mine).values(digest=""))
        self._digests[decision.student] = ""

    def _commit(self, decision: Decision, run: str, read: bool) -> None:
        slug = self.slug
        with self._writing.begin() as connection:
            if read:
                self._nbgrader(connection, decision)
            new: dict[Any, Rows] = {
                tables.submissions: [rows.submission_row(slug, decision, run)],
                tables.tasks: rows.task_rows(slug, decision),
                tables.grades: [rows.grade_row(slug, decision)],
                tables.cells: rows.cell_rows(slug, decision, self.assigned.books),
                tables.evidence: rows.evidence_rows(slug, decision),
            }
            for table in tables.PER_SUBMISSION:
                tables.replace(
                    connection, table, new[table], assignment=slug, student=decision.student
                )

    def _nbgrader(self, connection: Connection, decision: Decision) -> None:
        """nbgrader's own rows."""
        t, student = reading.api(), decision.student
        people, submission = t["student"], t["submitted_assignment"]
        if _one(connection, select(people.c.id).where(people.c.id == student)) is None:
            connection.execute(insert(people), [{"id": student}])
        mine = (submission.c.assignment_id == self.assigned.id) & (
            submission.c.student_id == student
        )
        number = _one(connection, select(submission.c.id).where(mine))
        new = number is None
        if number is None:
            number = _id()
            row = {"id": number, "assignment_id": self.assigned.id, "student_id": student}
            connection.execute(insert(submission), [{**row, "timestamp": decision.timestamp}])
        elif decision.timestamp is not None:
            connection.execute(
                update(submission)
                .where(submission.c.id == number)
                .values(timestamp=decision.timestamp)
            )
        found = Found() if new else Found.read(connection, number, self.assigned.books)
        change = Change()
        for book in self.assigned.books.values():
            change.notebook(decision, book, number, found)
        self.statements.run(connection, change)


class Found:
    """The rows of a submission that are there already, by the ids of notebook and cell."""

    def __init__(self) -> None:
        self.books: dict[str, str] = {}
        self.grades: dict[tuple[str, str], Old] = {}
        self.comments: dict[tuple[str, str], str] = {}

    @classmethod
    def read(cls, connection: Connection, number: str, books: Mapping[str, Book]) -> Found:
        """Read them by the submission's id."""
        t, self = reading.api(), cls()
        book, grade, comment = t["submitted_notebook"], t["grade"], t["comment"]
        # By notebook_id and cell_id too, though the rest would do: nbgrader's only indexes begin
        # with them, and a search without an index grows with the class.
        query = select(book.c.id, book.c.notebook_id).where(
            book.c.notebook_id.in_([one.id for one in books.values()]),
            book.c.assignment_id == number,
        )
        self.books = {row.notebook_id: row.id for row in connection.execute(query)}
        mine = list(self.books.values())
        graded = [leaf.id for one in books.values() for leaf in one.grades]
        said = [leaf.id for one in books.values() for leaf in one.comments]
        for row in connection.execute(
            select(grade).where(grade.c.cell_id.in_(graded), grade.c.notebook_id.in_(mine))
        ):
            old = Old(row.id, row.manual_score, row.extra_credit)
            self.grades[row.notebook_id, row.cell_id] = old
        for row in connection.execute(
            select(comment.c.id, comment.c.notebook_id, comment.c.cell_id).where(
                comment.c.cell_id.in_(said), comment.c.notebook_id.in_(mine)
            )
        ):
            self.comments[row.notebook_id, row.cell_id] = row.id
        return self


class Change:
    """The rows of a submission that have to be written, by table and by whether they are new."""

    def __init__(self) -> None:
        self.new: dict[str, Rows] = {"submitted_notebook": [], "grade": [], "comment": []}
        self.old: dict[str, Rows] = {"submitted_notebook": [], "grade": [], "comment": []}

    def notebook(self, decision: Decision, book: Book, number: str, found: Found) -> None:
        """Enter one notebook."""
        known = found.books.get(book.id)
        mine = known or _id()
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
                row = {"id": _id(), "notebook_id": mine, "cell_id": leaf.id}
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
                row = {"id": _id(), "notebook_id": mine, "cell_id": leaf.id}
                self.new["grade"].append(row | values)
        return total


class _Statements:
    """The statements of :class:`Change`, made once so that they are compiled once."""

    COLUMNS = (
        ("submitted_notebook", ("late_submission_penalty",)),
        ("grade", ("auto_score", "needs_manual_grade")),
        ("comment", ("auto_comment",)),
    )

    def __init__(self) -> None:
        t = reading.api()
        self._all = [
            (
                name,
                insert(t[name]),
                update(t[name])
                .where(t[name].c.id == bindparam("b_id"))
                .values({column: bindparam(column) for column in columns}),
            )
            for name, columns in self.COLUMNS
        ]

    def run(self, connection: Connection, change: Change) -> None:
        """Write a change, notebooks before what is in them."""
        for name, new, old in self._all:
            if change.new[name]:
                connection.execute(new, change.new[name])
            if change.old[name]:
                connection.execute(old, change.old[name])


def _one(connection: Connection, query: Any) -> Any:
    return connection.execute(query).scalar()


def _id() -> str:
    """An id as nbgrader makes them."""
    return uuid.uuid4().hex
