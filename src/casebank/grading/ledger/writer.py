"""The one writer of the gradebook: a submission goes in whole, in one transaction, or not.

The folder in ``autograded/`` comes first and the rows after it. When the machine stops between the
two, our row does not say yet that this answer is graded, and the next run grades it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from casebank.errors import ContentError
from casebank.grading import tables
from casebank.grading.course import Course
from casebank.grading.ledger import database, reading, rows
from casebank.grading.ledger.change import Change, Found, Statements, new_id
from casebank.grading.ledger.folder import write_folder
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
                with self._writing.begin():
                    pass  # a gradebook that cannot be written is told before anything is graded
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
        self.statements = Statements(self.assigned)

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
        with self._faults(), self.engine.connect() as connection:
            found = connection.execute(self.statements.person, {"student": student})
            return found.scalar() is not None

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
                self._commit(decision, run, read, decision.student not in self._digests)
            except IntegrityError:
                # Another program made the student or the submission at this very moment.
                self._commit(decision, run, read, False)
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

    def _commit(self, decision: Decision, run: str, read: bool, fresh: bool) -> None:
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
                if fresh:
                    tables.add(connection, table, new[table])
                    continue
                tables.replace(
                    connection, table, new[table], assignment=slug, student=decision.student
                )

    def _nbgrader(self, connection: Connection, decision: Decision) -> None:
        """nbgrader's own rows."""
        known, student = self.statements, decision.student
        if connection.execute(known.person, {"student": student}).scalar() is None:
            connection.execute(known.new_person, [{"id": student}])
        mine = {"assignment": self.assigned.id, "student": student}
        number = connection.execute(known.submission, mine).scalar()
        found = Found()
        if number is None:
            number = new_id()
            row = {"id": number, "assignment_id": self.assigned.id, "student_id": student}
            connection.execute(known.new_submission, [{**row, "timestamp": decision.timestamp}])
        else:
            if decision.timestamp is not None:
                when = {"submission": number, "timestamp": decision.timestamp}
                connection.execute(known.timestamp, when)
            found = known.read(connection, number)
        change = Change()
        for book in self.assigned.books.values():
            change.notebook(decision, book, number, found)
        known.write(connection, change)
