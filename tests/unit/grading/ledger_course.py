"""A stranger's small course by nbgrader's own means, and decisions about it, for the ledger's tests."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from casebank.check.outcomes import Outcome, TaskOutcome
from casebank.grading.course import Course
from casebank.grading.model import GRADED, Decision, Evidence, Graded, Hashes, Row

SLUG = "ps1"
WHEN = datetime.datetime(2026, 3, 1, 12, 0, 0)
DUE = datetime.datetime(2026, 3, 2)
#: (grade id, types, points): two notebooks, tests, an answer by hand that is graded, a task cell.
CELLS = {
    "first": [
        ("answer", ("solution",), None),
        ("test-a", ("grade",), 2.0),
        ("test-b", ("grade",), 3.0),
        ("essay", ("grade", "solution"), 4.0),
    ],
    "second": [
        ("other", ("solution",), None),
        ("test-c", ("grade",), 1.0),
        ("work", ("task",), 5.0),
    ],
}
#: Every row of nbgrader's own about submissions, without ids.
STOCK = {
    "student": "SELECT id, first_name, last_name, email, lms_user_id FROM student ORDER BY 1",
    "submitted_assignment": """
        SELECT a.name, s.student_id, s.timestamp, s.extension FROM submitted_assignment s
        JOIN assignment a ON a.id = s.assignment_id ORDER BY 1, 2""",
    "submitted_notebook": """
        SELECT s.student_id, n.name, b.flagged, b.late_submission_penalty FROM submitted_notebook b
        JOIN submitted_assignment s ON s.id = b.assignment_id JOIN notebook n ON n.id = b.notebook_id
        ORDER BY 1, 2""",
    "grade": """
        SELECT s.student_id, n.name AS notebook, c.name, c.type, g.auto_score, g.manual_score,
        g.extra_credit, g.needs_manual_grade FROM grade g JOIN base_cell c ON c.id = g.cell_id
        JOIN submitted_notebook b ON b.id = g.notebook_id JOIN notebook n ON n.id = b.notebook_id
        JOIN submitted_assignment s ON s.id = b.assignment_id ORDER BY 1, 2, 3, 4""",
    "comment": """
        SELECT s.student_id, n.name AS notebook, c.name, c.type, g.auto_comment, g.manual_comment
        FROM comment g JOIN base_cell c ON c.id = g.cell_id
        JOIN submitted_notebook b ON b.id = g.notebook_id JOIN notebook n ON n.id = b.notebook_id
        JOIN submitted_assignment s ON s.id = b.assignment_id ORDER BY 1, 2, 3, 4""",
}


def make(root: Path, settings: str = "") -> Course:
    """A course folder with one assignment in its gradebook."""
    course = empty(root, settings)
    fill(course)
    return course


def empty(root: Path, settings: str = "") -> Course:
    """A course folder without a gradebook."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}\n", encoding="utf-8")
    return Course(root)


def fill(course: Course, points: float = 1.0) -> None:
    """The assignment as ``generate_assignment`` enters it; its points times a factor."""
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(SLUG, duedate=DUE)
        for notebook, cells in CELLS.items():
            gradebook.update_or_create_notebook(notebook, SLUG, kernelspec="{}")
            for name, kinds, worth in cells:
                kind = "code" if name.startswith("test") else "markdown"
                about: dict[str, Any] = {
                    "cell_type": kind,
                    "source": name,
                    "checksum": f"c{points}",
                }
                gradebook.update_or_create_source_cell(name, notebook, SLUG, locked=False, **about)
                if "solution" in kinds:
                    gradebook.update_or_create_solution_cell(name, notebook, SLUG)
                graded = {"max_score": (worth or 0) * points, "cell_type": kind}
                if "grade" in kinds:
                    gradebook.update_or_create_grade_cell(name, notebook, SLUG, **graded)
                if "task" in kinds:
                    gradebook.update_or_create_task_cell(name, notebook, SLUG, **graded)


def row(score: float | None, worth: float, kind: str = "") -> Row:
    """A row as the judge gives it."""
    return Row(score, score is None, worth, kind)


def decision(student: str, *, status: str = GRADED, digest: str = "d1", **more: Any) -> Decision:
    """A right submission of both notebooks."""
    first = {"test-a": row(2.0, 2.0), "test-b": row(1.5, 3.0, "value"), "essay": row(None, 4.0)}
    second = {"test-c": row(0.0, 1.0), "work": row(None, 5.0)}
    comments = {"answer": None, "essay": None}
    graded = [
        Graded("first", notebook("first"), first, comments),
        Graded("second", notebook("second"), second, {"other": "No response.", "work": None}),
    ]
    values: dict[str, Any] = {
        "graded": graded,
        "timestamp": WHEN,
        "files": {"data/x.csv": b"a\n1\n", "timestamp.txt": b"2026-03-01 12:00:00 UTC"},
        "hashes": Hashes(digest, "checks", "weights", "data", "engine"),
        "tasks": [TaskOutcome("t", Outcome.PARTLY, max_points=5, cells={"test-a": True})],
        "evidence": [Evidence("first", "test-a", "ours", "theirs")],
    }
    return Decision(student, status, digest, "en", **(values | more))


def notebook(name: str) -> bytes:
    """A graded notebook with points in its metadata."""
    cells = [
        {
            "cell_type": "markdown",
            "id": cell,
            "metadata": {"nbgrader": {"grade_id": cell, "points": worth, "checksum": "c1.0"}},
            "source": cell,
        }
        for cell, _, worth in CELLS[name]
        if worth
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def dump(db_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of nbgrader's own tables about submissions."""
    engine = create_engine(db_url)
    try:
        with engine.connect() as connection:
            return {
                name: [tuple(one) for one in connection.execute(text(query))]
                for name, query in STOCK.items()
            }
    finally:
        engine.dispose()


def sql(course: Course, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of any query."""
    engine = create_engine(course.db_url)
    try:
        with engine.begin() as connection:
            found = connection.execute(text(query), values)
            return [tuple(one) for one in found] if found.returns_rows else []
    finally:
        engine.dispose()
