"""The one writer of the gradebook: a submission goes in whole, in one transaction, or not."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from casebank.check.outcomes import PERSON, RUN, Outcome, TaskOutcome, judge
from casebank.files import write_text
from casebank.grading import course as courses
from casebank.grading import tables
from casebank.grading.course import Course
from casebank.grading.intake import Intake
from casebank.grading.reasons import Reason, dump
from casebank.grading.runner import Before, Result
from casebank.grading.sandbox import Limits
from casebank.grading.versions import Version

GRADED, HELD, REJECTED, WAITING = "graded", "held", "rejected", "waiting"
LONGEST_TEXT = 600
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Decision:
    """What becomes of one submission.

    Attributes:
        disputed: graded cells that get no automatic score and a person's look.
    """

    student: str
    status: str
    digest: str
    lang: str
    version: str = ""
    reason: Reason | None = None
    notes: list[Reason] = field(default_factory=list)
    tasks: list[TaskOutcome] = field(default_factory=list)
    disputed: set[str] = field(default_factory=set)
    result: Result | None = None
    seconds: float = 0.0
    fault: str = ""

    @property
    def points(self) -> float:
        """Points that the machine gives: those of cells that are not disputed."""
        rows = self.result.rows if self.result else {}
        return sum(row.auto_score or 0 for name, row in rows.items() if name not in self.disputed)


def decide(
    intake: Intake, result: Result, version: Version, current: Version, limits: Limits
) -> Decision:
    """Turn a run into outcomes, and say what a person has to look at."""
    outcomes = [
        _safe(_unrun(one, version, result), version, result)
        for one in judge(result.notebook, version.spec, intake.lang)
    ]
    notes = list(intake.notes)
    if result.slow:
        notes.append(Reason("slow-cell"))
    disputed: set[str] = set()
    blocked: list[str] = []
    for one in outcomes:
        if one.outcome is not Outcome.NOT_JUDGED:
            continue
        if one.needs == PERSON:
            if not any(note.id == "essay-waits" for note in notes):
                notes.append(Reason("essay-waits"))
            continue
        blocked.append(one.task)
        disputed |= set(one.cells) or set(version.spec.task(one.task).tests)  # type: ignore[union-attr]
    reason = None
    if blocked:
        reason = Reason("not-judged", {"tasks": ", ".join(blocked)})
    if result.stopped:
        limit = {
            "limit-time": limits.wall_seconds,
            "limit-memory": limits.memory_mb,
            "limit-output": limits.output_mb,
        }.get(result.stopped)
        reason = Reason(result.stopped, {} if limit is None else {"limit": limit})
    odd = {
        name
        for one in outcomes
        for name, good in one.cells.items()
        if good and name in result.rows and name not in disputed
        if (result.rows[name].auto_score or 0) < result.rows[name].max_score
    }
    if odd:
        disputed |= odd
        reason = reason or Reason("odd-score", {"cells": ", ".join(sorted(odd))})
    differing = {
        name for name, points in current.points.items() if version.points.get(name) != points
    }
    if differing:
        disputed |= differing
        reason = reason or Reason(
            "version-differs",
            {
                "found": version.name,
                "current": current.name,
                "cells": ", ".join(sorted(differing)),
            },
        )
    return Decision(
        student=intake.student,
        status=HELD if reason else GRADED,
        digest=intake.digest,
        lang=intake.lang,
        version=version.name,
        reason=reason,
        notes=notes,
        tasks=outcomes,
        disputed=disputed,
        result=result,
    )


def _unrun(one: TaskOutcome, version: Version, result: Result) -> TaskOutcome:
    """A task whose cells were not run to their end is not judged, whoever ended the kernel."""
    spec = version.spec.task(one.task)
    if spec is None or spec.essay or one.outcome is Outcome.PASSED:
        return one
    if one.outcome is Outcome.NOT_JUDGED or not result.unrun & {spec.solution, *spec.tests}:
        return one
    return replace(one, outcome=Outcome.NOT_JUDGED, message_id=None, text="", needs=RUN)


def _safe(one: TaskOutcome, version: Version, result: Result) -> TaskOutcome:
    """Keep from trainees what an exception in a hidden test may say about its data."""
    text = _TERMINAL.sub("", one.text)[:LONGEST_TEXT]
    spec = version.spec.task(one.task)
    if one.outcome in (Outcome.ERROR, Outcome.PARTLY) and one.message_id is None and spec:
        failing = [name for name, good in one.cells.items() if not good]
        own = any(
            output.get("output_type") == "error"
            for cell in result.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") == spec.solution
            for output in cell.get("outputs", ())
        )
        if not own and any(version.hides(name) for name in failing if name in version.judged):
            text = text.split(":", 1)[0]
    return replace(one, text=text)


def before(gradebook: Any, slug: str, student: str) -> Before:
    """What a person has decided about a submission so far."""
    from nbgrader.api import MissingEntry

    duedate = gradebook.find_assignment(slug).duedate
    try:
        submission = gradebook.find_submission(slug, student)
    except MissingEntry:
        return Before(duedate=duedate)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Before(
        duedate=duedate,
        extension=submission.extension,
        timestamp=submission.timestamp,
        manual={grade.name: grade.manual_score for grade in grades},
        extra={grade.name: grade.extra_credit for grade in grades},
    )


def store(
    course: Course, gradebook: Any, slug: str, decision: Decision, run: str, intake: Intake | None
) -> None:
    """Write a decision: the notebook into autograded/, then every row in one transaction.

    The folder comes first: when the machine stops between the two, our row is still the old one
    and the submission is graded again.
    """
    student = decision.student
    try:
        if decision.status in (GRADED, HELD):
            _publish(course, slug, decision, intake)
            _nbgrader_rows(gradebook, slug, decision)
        tables.put(
            gradebook,
            tables.submissions,
            [_submission_row(slug, decision, run)],
            assignment=slug,
            student=student,
        )
        tables.put(
            gradebook,
            tables.tasks,
            [_task_row(slug, student, i, one, decision) for i, one in enumerate(decision.tasks)],
            assignment=slug,
            student=student,
        )
        gradebook.db.commit()
    except BaseException:
        gradebook.db.rollback()
        raise


def _publish(course: Course, slug: str, decision: Decision, intake: Intake | None) -> None:
    """Put the graded notebook where formgrader looks for it."""
    goal = course.path("autograded", decision.student, slug)
    if decision.result is not None:
        fresh = decision.result.folder
    elif intake is not None:
        # Nothing could be run: a person sees the answers as they were handed in.
        fresh = course.private / f"run-{decision.student}"
        write_text(fresh / f"{slug}.ipynb", nbformat.writes(intake.notebook))
    else:
        return
    goal.parent.mkdir(parents=True, exist_ok=True)
    if goal.exists():
        courses.remove(goal)
    Path(fresh).rename(goal)


def _nbgrader_rows(gradebook: Any, slug: str, decision: Decision) -> None:
    """nbgrader's own rows, as stock leaves them but for the cells in dispute."""
    from nbgrader.api import (
        Comment,
        Grade,
        MissingEntry,
        Student,
        SubmittedAssignment,
        SubmittedNotebook,
    )

    db, result = gradebook.db, decision.result
    assignment = gradebook.find_assignment(slug)
    try:
        student = gradebook.find_student(decision.student)
    except MissingEntry:
        student = Student(id=decision.student)
        db.add(student)
    try:
        submission = gradebook.find_submission(slug, decision.student)
    except MissingEntry:
        with db.no_autoflush:
            submission = SubmittedAssignment(assignment=assignment, student=student)
            for notebook in assignment.notebooks:
                mine = SubmittedNotebook(notebook=notebook, assignment=submission)
                for cell in (*notebook.grade_cells, *notebook.task_cells):
                    Grade(cell_id=cell.id, cell=cell, notebook=mine)
                for cell in (*notebook.solution_cells, *notebook.task_cells):
                    Comment(cell_id=cell.id, cell=cell, notebook=mine)
            db.add(submission)
    if result is not None and result.timestamp is not None:
        submission.timestamp = result.timestamp
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            name = grade.cell.name
            row = result.rows.get(name) if result else None
            if row is None or name in decision.disputed:
                grade.auto_score, grade.needs_manual_grade = None, True
            else:
                grade.auto_score = row.auto_score
                grade.needs_manual_grade = row.needs_manual_grade
        for comment in notebook.comments:
            comment.auto_comment = result.comments.get(comment.cell.name) if result else None
        penalty = result.penalty if result else None
        if penalty is not None and decision.disputed:
            penalty = min(penalty, decision.points)
        notebook.late_submission_penalty = penalty


def _submission_row(slug: str, decision: Decision, run: str) -> dict[str, Any]:
    return {
        "assignment": slug,
        "student": decision.student,
        "run": run,
        "status": decision.status,
        "reason": dump([decision.reason]) if decision.reason else None,
        "notes": dump(decision.notes),
        "version": decision.version,
        "lang": decision.lang,
        "digest": decision.digest,
        "seconds": round(decision.seconds, 3),
        "graded": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
    }


def _task_row(
    slug: str, student: str, position: int, one: TaskOutcome, decision: Decision
) -> dict[str, Any]:
    judged = one.outcome is not Outcome.NOT_JUDGED
    rows = decision.result.rows if decision.result else {}
    points = sum(
        rows[name].auto_score or 0
        for name in one.cells
        if name in rows and name not in decision.disputed
    )
    return {
        "assignment": slug,
        "student": student,
        "task": one.task,
        "position": position,
        "outcome": one.outcome.value,
        "message_id": one.message_id,
        "text": one.text,
        "needs": one.needs,
        "points": points if judged else 0.0,
        "max": float(one.max_points),
    }
