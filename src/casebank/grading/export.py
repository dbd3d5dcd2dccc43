"""Grades as CSV, by RFC 4180, safe to open in a spreadsheet program."""

from __future__ import annotations

from pathlib import Path

from casebank.errors import EnvironmentFault, UsageError, nearest
from casebank.files import write_bytes
from casebank.grading import roster, standing, tables
from casebank.grading.course import Course
from casebank.grading.spreadsheet import line

COLUMNS = (
    "student",
    "name",
    "assignment",
    "version",
    "status",
    "points",
    "max_points",
    "late_penalty",
    "waiting_for_person",
    "graded_by_person",
    "reason",
)


def export(course_dir: Path, out: Path, *, slug: str | None = None, bom: bool = False) -> Path:
    """Write one line per student and assignment.

    Args:
        course_dir: the course folder.
        out: the file to write.
        slug: one assignment only.
        bom: begin with the mark by which Excel knows that a file is UTF-8.

    Raises:
        UsageError: no such assignment.
        ContentError: the roster is not as it should be.
    """
    course = Course(course_dir)
    students = roster.read(course.roster)
    with course.gradebook() as gradebook:
        tables.prepare(gradebook)
        known = standing.assignments(course, gradebook)
        if slug is not None and slug not in known:
            hint = nearest(slug, known) if known else "nothing has been released yet"
            raise UsageError(f"the course has no assignment '{slug}'", str(course.root), hint)
        rows = [
            one
            for name in ([slug] if slug else known)
            for one in standing.of_assignment(course, gradebook, name)
        ]
    tasks: dict[str, None] = {}
    for one in rows:
        for task in one.tasks:
            tasks.setdefault(_column(task["task"], one.slug, slug))
    lines = [line([*COLUMNS, *tasks])]
    for one in rows:
        outcomes = {_column(t["task"], one.slug, slug): t["outcome"] for t in one.tasks}
        mine = students.get(one.student)
        values = (
            one.student,
            mine.name if mine else "",
            one.slug,
            one.version,
            one.status,
            one.points,
            one.max_points,
            one.penalty,
            one.waiting_cells,
            one.by_person,
            one.reason.text(course.lang) if one.reason else "",
        )
        lines.append(line([*values, *(outcomes.get(task, "") for task in tasks)]))
    content = "".join(f"{one}\r\n" for one in lines).encode("utf-8-sig" if bom else "utf-8")
    target = Path(out).expanduser()
    try:
        write_bytes(target, content)
    except OSError as error:
        raise EnvironmentFault(
            f"the file cannot be written ({error.strerror})", str(target)
        ) from None
    return target


def _column(task: str, assignment: str, only: str | None) -> str:
    """A task's column; with several assignments its name says which."""
    return task if only else f"{assignment}/{task}"
