"""Which grades a change made out of date: said, and mended with as little work as it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casebank.grading import tables
from casebank.grading.course import Course
from casebank.grading.ledger import Writer, reweigh, stale
from casebank.grading.model import GRADED, HELD, Kit
from casebank.grading.paper import Paper


@dataclass
class Renewal:
    """What is out of date.

    Attributes:
        stale: what changed, by student: answer, checks, weights, data, engine.
        todo: students whose notebooks have to be run again.
        weighed: students whose points were computed anew without a run.
    """

    stale: dict[str, list[str]] = field(default_factory=dict)
    todo: set[str] = field(default_factory=set)
    weighed: set[str] = field(default_factory=set)


def renew(
    writer: Writer,
    course: Course,
    kit: Kit,
    students: list[str],
    mark: Callable[[str], str],
    run: str = "",
) -> Renewal:
    """Find what is out of date, and weigh anew where only points changed.

    Args:
        writer: the open gradebook.
        course: the course.
        kit: the assignment as it is now.
        students: who is looked at.
        mark: digest of what a student handed in.
        run: the run's id.
    """
    versions = {row["student"]: row["version"] for row in writer.rows(tables.submissions)}
    found = Renewal()
    for name, pack in kit.packs.items():
        mine = {
            student: mark(student)
            for student in students
            if student in versions
            and (versions[student] or kit.current) in (name, name or kit.current)
        }
        if not mine:
            continue
        changed = stale(writer, pack.hashes, mine)
        changed = {student: parts for student, parts in changed.items() if student in mine}
        found.stale |= changed
        light = [student for student, parts in changed.items() if parts == ["weights"]]
        if light and name == kit.current:
            reweigh(
                writer,
                pack.hashes,
                light,
                spec=Paper(pack).spec,
                penalty=_penalty(course),
                run=run,
            )
            found.weighed |= set(light)
        found.todo |= set(changed) - found.weighed
    return found


def _penalty(course: Course) -> Callable[[str, float, float], float | None]:
    from nbgrader.preprocessors import AssignLatePenalties

    step = AssignLatePenalties(config=course.config)
    step.init_plugin()
    plugin = step.plugin_inst
    return lambda student, score, late: plugin.late_submission_penalty(student, score, late)


def lost(writer: Writer, course: Course, handed_in: Path, row: dict[str, Any]) -> bool:
    """Whether a submission that was graded is no longer in ``autograded/``.

    nbgrader removes it when it fails to grade it again.

    Args:
        writer: the ledger.
        course: the course.
        handed_in: the folder of the submission.
        row: what the ledger says of it.
    """
    student = row["student"]
    if row["status"] not in (GRADED, HELD) or not any(handed_in.glob("*.ipynb")):
        return False
    if any(course.path("autograded", student, writer.slug).glob("*.ipynb")):
        return False
    return bool(writer.rows(tables.cells, student=student))
