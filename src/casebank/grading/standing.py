"""Where each student stands now: what the machine decided, and what a person has decided since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from casebank.grading import intake, roster, tables
from casebank.grading.course import Course
from casebank.grading.ledger import GRADED, HELD, REJECTED, WAITING
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


def of_assignment(course: Course, gradebook: Any, slug: str) -> list[Standing]:
    """Everybody who is in the roster, has handed in, or has a grade; sorted by student."""
    tables.prepare(gradebook)
    ours = {
        row["student"]: row for row in tables.read(gradebook, tables.submissions, assignment=slug)
    }
    tasks: dict[str, list[dict[str, Any]]] = {}
    for row in tables.read(gradebook, tables.tasks, assignment=slug):
        tasks.setdefault(row["student"], []).append(row)
    theirs = {one.student.id: one for one in gradebook.assignment_submissions(slug)}
    handed_in = course.submissions(slug)
    names = set(roster.read(course.roster)) | set(ours) | set(theirs) | set(handed_in)
    maximum = sum(cell.max_score for nb in _notebooks(gradebook, slug) for cell in nb.grade_cells)
    found = []
    for name in sorted(names):
        one = Standing(name, slug, lang=course.lang, max_points=maximum)
        if name in handed_in:
            one.status = WAITING
        if name in ours:
            _ours(one, ours[name], tasks.get(name, []))
            fresh = name in handed_in and (
                intake.fingerprint(handed_in[name], Limits()) != ours[name]["digest"]
            )
            if fresh:
                one.status, one.reason = WAITING, Reason("not-yet")
        if name in theirs and one.status != REJECTED:
            _theirs(one, theirs[name])
        found.append(one)
    return found


def _notebooks(gradebook: Any, slug: str) -> list[Any]:
    from nbgrader.api import MissingEntry

    try:
        return list(gradebook.find_assignment(slug).notebooks)
    except MissingEntry:
        return []


def _ours(one: Standing, row: dict[str, Any], tasks: list[dict[str, Any]]) -> None:
    one.status, one.lang, one.version = row["status"], row["lang"], row["version"] or ""
    reasons = parse(row["reason"])
    one.reason = reasons[0] if reasons else None
    one.notes = parse(row["notes"])
    one.tasks = sorted(tasks, key=lambda task: task["position"])


def _theirs(one: Standing, submission: Any) -> None:
    if one.status == MISSING:
        # Graded by stock nbgrader.
        one.status = GRADED
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            person = grade.manual_score is not None
            one.cells[grade.name] = CellGrade(
                grade.score, grade.max_score, grade.needs_manual_grade, person
            )
            one.by_person = one.by_person or person
        for comment in notebook.comments:
            if comment.manual_comment:
                one.comments[comment.name] = comment.manual_comment
    one.penalty = submission.late_submission_penalty or 0.0
    one.points = max(0.0, submission.score - one.penalty)
    one.waiting_cells = sum(cell.waits for cell in one.cells.values())
    if one.status == HELD and not one.waiting_cells:
        one.status = GRADED
