"""Where each student stands now: what the machine decided, and what a person has decided since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from casebank.grading import intake, roster, tables
from casebank.grading.course import Course
from casebank.grading.model import GRADED, HELD, REJECTED, WAITING, Evidence
from casebank.grading.reasons import Reason, parse
from casebank.grading.sandbox import Limits

MISSING = "missing"


@dataclass
class CellGrade:
    """One graded cell in nbgrader's gradebook."""

    score: float
    max_score: float
    waits: bool
    by_person: bool


@dataclass
class Standing:
    """One student and one assignment.

    Attributes:
        status: graded, held, rejected, waiting or missing; a held submission is graded as soon as a
            person has seen to every cell in dispute.
        cells: the graded cells by grade id. Where an assignment has several notebooks use ``grid``,
            since two of them may have the same id.
        comments: what a person wrote, by grade id.
        grid: the graded cells by (notebook, grade id).
        remarks: what a person wrote, by (notebook, grade id).
        verified: by (notebook, grade id): ``yes``, ``no``, or why there was no second judgement.
        evidence: both judgements of each cell where they differ.
        points: what the gradebook gives now, after penalty; None where nothing is graded.
        waiting_cells: cells that still wait for a person.
    """

    student: str
    slug: str
    status: str = MISSING
    lang: str = "zh"
    version: str = ""
    reason: Reason | None = None
    notes: list[Reason] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    cells: dict[str, CellGrade] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    grid: dict[tuple[str, str], CellGrade] = field(default_factory=dict)
    remarks: dict[tuple[str, str], str] = field(default_factory=dict)
    verified: dict[tuple[str, str], str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    points: float | None = None
    max_points: float = 0.0
    penalty: float = 0.0
    waiting_cells: int = 0
    by_person: bool = False


def assignments(course: Course, gradebook: Any) -> list[str]:
    """The assignments of a course that were released or graded by us, sorted."""
    known = {row["assignment"] for row in tables.read(gradebook, tables.submissions)}
    known |= {path.parent.name for path in course.versions.glob("*/current.json")}
    return sorted(known)


def of_assignment(
    course: Course, gradebook: Any, slug: str, *, look: bool = True
) -> list[Standing]:
    """Everybody who is in the roster, has handed in, or has a grade; sorted by student.

    It works for any assignment of any course, and in a few queries whatever the class's size. With
    ``look`` every submission's files are read, to see whether they are those that were graded.
    """
    tables.prepare(gradebook)
    ours = {
        row["student"]: row for row in tables.read(gradebook, tables.submissions, assignment=slug)
    }
    tasks = _by_student(gradebook, tables.tasks, slug)
    cells = _by_student(gradebook, tables.cells, slug)
    evidence = _by_student(gradebook, tables.evidence, slug)
    theirs, maximum = _theirs(gradebook, slug)
    handed_in = course.submissions(slug)
    names = set(roster.read(course.roster)) | set(ours) | set(theirs) | set(handed_in)
    found = []
    for name in sorted(names):
        one = Standing(name, slug, lang=course.lang, max_points=maximum)
        if name in handed_in:
            one.status = WAITING
        if name in ours:
            _ours(one, ours[name], tasks[name])
            for row in cells[name]:
                one.verified[row["notebook"], row["cell"]] = row["verified"]
            one.evidence = [
                Evidence(row["notebook"], row["cell"], row["ours"], row["theirs"])
                for row in evidence[name]
            ]
            fresh = (
                look
                and name in handed_in
                and (intake.fingerprint(handed_in[name], Limits()) != ours[name]["digest"])
            )
            if fresh:
                one.status, one.reason = WAITING, Reason("not-yet")
        if name in theirs and one.status != REJECTED:
            disputed = {(row["notebook"], row["cell"]) for row in cells[name] if row["disputed"]}
            _enter(one, theirs[name], disputed)
        found.append(one)
    return found


def _by_student(gradebook: Any, table: Any, slug: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables.read(gradebook, table, assignment=slug):
        found[row["student"]].append(row)
    return found


def _ours(one: Standing, row: dict[str, Any], tasks: list[dict[str, Any]]) -> None:
    one.status, one.lang, one.version = row["status"], row["lang"], row["version"] or ""
    reasons = parse(row["reason"])
    one.reason = reasons[0] if reasons else None
    one.notes = parse(row["notes"])
    one.tasks = sorted(tasks, key=lambda task: task["position"])


@dataclass
class _Theirs:
    """A submission in nbgrader's tables."""

    penalty: float = 0.0
    grades: list[Any] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)


def _theirs(gradebook: Any, slug: str) -> tuple[dict[str, _Theirs], float]:
    """What nbgrader's tables say: submissions by student, and the points of the assignment."""
    from nbgrader.api import Base

    t = Base.metadata.tables
    assignment, notebook, cell = t["assignment"], t["notebook"], t["base_cell"]
    submission, book = t["submitted_assignment"], t["submitted_notebook"]
    graded, asked, grade, comment = t["grade_cells"], t["task_cells"], t["grade"], t["comment"]
    worth = {
        row.id: (row.graded if row.graded is not None else row.asked) or 0.0
        for row in gradebook.db.execute(
            select(
                cell.c.id,
                graded.c.max_score.label("graded"),
                asked.c.max_score.label("asked"),
            )
            .join(notebook, notebook.c.id == cell.c.notebook_id)
            .join(assignment, assignment.c.id == notebook.c.assignment_id)
            .outerjoin(graded, graded.c.id == cell.c.id)
            .outerjoin(asked, asked.c.id == cell.c.id)
            .where(assignment.c.name == slug)
        )
    }

    def rows(*columns: Any, start: Any) -> Any:
        """Rows of submitted notebooks and what hangs on them."""
        query = select(submission.c.student_id, notebook.c.name.label("notebook"), *columns)
        query = query.select_from(start).join(submission, submission.c.id == book.c.assignment_id)
        return gradebook.db.execute(
            query.join(assignment, assignment.c.id == submission.c.assignment_id)
            .join(notebook, notebook.c.id == book.c.notebook_id)
            .where(assignment.c.name == slug)
            .order_by(notebook.c.name)
        )

    found: dict[str, _Theirs] = defaultdict(_Theirs)
    for row in rows(book.c.late_submission_penalty, start=book):
        found[row.student_id].penalty += row.late_submission_penalty or 0.0
    for table, name in ((grade, "grades"), (comment, "comments")):
        start = table.join(book, book.c.id == table.c.notebook_id).join(
            cell, cell.c.id == table.c.cell_id
        )
        for row in rows(cell.c.name.label("cell"), table, start=start):
            getattr(found[row.student_id], name).append((row, worth.get(row.cell_id, 0.0)))
    return found, sum(worth.values())


def _enter(one: Standing, submission: _Theirs, disputed: set[tuple[str, str]]) -> None:
    if one.status == MISSING:
        # Graded by stock nbgrader.
        one.status = GRADED
    total = 0.0
    for row, worth in submission.grades:
        person = row.manual_score is not None
        base = row.manual_score if person else row.auto_score
        waits = bool(row.needs_manual_grade)
        if not person and base is not None and (row.notebook, row.cell) in disputed:
            # We gave it no score. Another program has since, such as nbgrader's own autograde,
            # which does not know of the dispute; no person has.
            base, waits = None, True
        score = 0.0 if base is None else base + (row.extra_credit or 0.0)
        total += score
        grade = CellGrade(score, worth, waits, person)
        one.grid[row.notebook, row.cell] = grade
        one.cells.setdefault(row.cell, grade)
        one.by_person = one.by_person or person
    for row, _ in submission.comments:
        if row.manual_comment:
            one.remarks[row.notebook, row.cell] = row.manual_comment
            one.comments.setdefault(row.cell, row.manual_comment)
    one.penalty = submission.penalty
    one.points = max(0.0, total - one.penalty)
    one.waiting_cells = sum(grade.waits for grade in one.grid.values())
    if one.status == HELD and not one.waiting_cells:
        one.status = GRADED
