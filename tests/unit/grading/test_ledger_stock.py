"""Row by row: what stock ``nbgrader autograde`` leaves in the gradebook, and what the writer does."""

from __future__ import annotations

import logging
import shutil
import stat
from pathlib import Path
from typing import Any

import ledger_course as small
import nbformat
import pytest
from ledger_course import SLUG, dump, row
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebank.grading.course import Course
from casebank.grading.ledger import Writer
from casebank.grading.model import GRADED, Decision, Graded

PLUGIN = """
class Half(__import__("nbgrader.plugins", fromlist=["x"]).BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"ben": score / 2, "cat": 99.0}.get(student_id)

c.AssignLatePenalties.plugin_class = Half
"""


def cell(kind: str, name: str, source: str, points: float | None = None) -> Any:
    """A cell with nbgrader's metadata: answer, test, essay or task."""
    about = {
        "grade": kind in ("test", "essay"),
        "solution": kind in ("answer", "essay"),
        "task": kind == "task",
        "locked": kind in ("test", "task"),
        "grade_id": name,
        "schema_version": 3,
    }
    if points is not None:
        about["points"] = points
    make = new_code_cell if kind in ("answer", "test") else new_markdown_cell
    return make(source, id=name, metadata={"nbgrader": about})


SOURCE = {
    "first": [
        cell("answer", "answer", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        cell("test", "test-a", "assert x == 1", 2.0),
        cell("test", "test-b", "1.5 if x == 1 else 0", 3.0),
        cell("essay", "essay", "Your answer here.", 4.0),
    ],
    "second": [
        cell("answer", "other", "### BEGIN SOLUTION\ny = 2\n### END SOLUTION"),
        cell("test", "test-c", "assert y == 2", 1.0),
        cell("task", "work", "Draw something.", 5.0),
    ],
}


def write(path: Path, cells: list[Any]) -> None:
    """A notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path.write_text(nbformat.writes(book), encoding="utf-8")


def hand_in(course: Course, student: str, when: str, **answers: dict[str, str]) -> None:
    """A released notebook with answers in it, and a file."""
    folder = course.path("submitted", student, SLUG)
    release = course.path("release", ".", SLUG)
    for name, mine in answers.items():
        book = nbformat.read(release / f"{name}.ipynb", as_version=4)
        for one in book.cells:
            one.source = mine.get(one.metadata.get("nbgrader", {}).get("grade_id"), one.source)
        write(folder / f"{name}.ipynb", book.cells)
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("a\n1\n", encoding="utf-8")
    if when:
        (folder / "timestamp.txt").write_text(when, encoding="utf-8")


def nbgrader(course: Course, step: str, student: str = "*") -> None:
    """Run one of nbgrader's own steps."""
    from nbgrader import converters

    log = logging.Logger("quiet", logging.CRITICAL)
    course.directory.assignment_id, course.directory.student_id = SLUG, student
    kind = getattr(converters, step)
    kind(coursedir=course.directory, config=course.config, log=log, force=True).start()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Course]:
    """The same course graded by stock and by the writer, a person at work in between."""
    root = tmp_path_factory.mktemp("stock") / "course"
    course = small.empty(root, PLUGIN)
    for name, cells in SOURCE.items():
        write(root / "source" / SLUG / f"{name}.ipynb", cells)
    nbgrader(course, "GenerateAssignment", ".")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(SLUG, duedate=small.DUE)
    right = {"answer": "x = 1", "essay": "Because."}
    early, late = "2026-03-01 12:00:00 UTC", "2026-03-02 12:00:00 CET"
    hand_in(course, "ann", early, first=right, second={"other": "y = 2", "work": "Done."})
    hand_in(course, "ben", late, first={"answer": "x = 1"})
    hand_in(course, "cat", late, first=right, second={"other": "y = 3"})
    nbgrader(course, "Autograde", "cat")
    with course.gradebook() as gradebook:
        _person(gradebook, "cat")
    shutil.copytree(root, root.with_name("ours"))
    ours = Course(root.with_name("ours"))
    shutil.rmtree(ours.root / "autograded")
    nbgrader(course, "Autograde")
    with Writer(ours, SLUG) as writer:
        for one in _decisions():
            assert writer.before(one.student).duedate == small.DUE
            writer.store(one, "run")
    return course, ours


def _person(gradebook: Any, student: str) -> None:
    """Grades by hand between two runs."""
    for name, manual, extra in (("test-a", 1.0, 0.5), ("essay", 3.0, None), ("test-b", None, 0.25)):
        grade = gradebook.find_grade(name, "first", SLUG, student)
        grade.manual_score, grade.extra_credit = manual, extra
        grade.needs_manual_grade = False
    gradebook.find_comment("essay", "first", SLUG, student).manual_comment = "Well said."
    gradebook.find_submission_notebook("second", SLUG, student).flagged = True
    gradebook.db.commit()


def _decisions() -> list[Decision]:
    """What the judge is to say of these submissions."""
    early = small.WHEN
    late = small.DUE.replace(hour=11)
    files = {"data/x.csv": b"a\n1\n", "timestamp.txt": b"2026-03-02 12:00:00 CET"}

    def first(essay: float | None) -> dict[str, Any]:
        return {"test-a": row(2.0, 2), "test-b": row(1.5, 3), "essay": row(essay, 4)}

    said = {"answer": None, "essay": None}
    untouched = {"answer": None, "essay": "No response."}
    return [
        Decision(
            "ann",
            GRADED,
            "d",
            "en",
            timestamp=early,
            files=files,
            graded=[
                Graded("first", b"{}", first(None), said),
                Graded("second", b"{}", {"test-c": row(1.0, 1), "work": row(None, 5)}),
            ],
        ),
        Decision(
            "ben",
            GRADED,
            "d",
            "en",
            timestamp=late,
            files=files,
            graded=[
                Graded("first", b"{}", first(0.0), untouched, penalty=1.75),
                Graded("second", None, {}),
            ],
        ),
        Decision(
            "cat",
            GRADED,
            "d",
            "en",
            timestamp=late,
            files=files,
            graded=[
                Graded("first", b"{}", first(None), said, penalty=6.25),
                Graded(
                    "second",
                    b"{}",
                    {"test-c": row(0.0, 1), "work": row(None, 5)},
                    penalty=0.0,
                ),
            ],
        ),
    ]


@pytest.mark.parametrize("table", list(small.STOCK))
def test_rows_are_stocks(both: tuple[Course, Course], table: str) -> None:
    """Does every column of every row agree?"""
    stock, ours = (dump(course.db_url)[table] for course in both)
    assert ours == stock
    assert len(stock) >= 3


def test_every_column_is_compared(both: tuple[Course, Course]) -> None:
    """Would a new column of nbgrader's be noticed here?"""
    from nbgrader.api import Base

    known = {
        "student": {"id", "first_name", "last_name", "email", "lms_user_id"},
        "submitted_assignment": {"id", "assignment_id", "student_id", "timestamp", "extension"},
        "submitted_notebook": {
            "id",
            "assignment_id",
            "notebook_id",
            "flagged",
            "late_submission_penalty",
        },
        "grade": {
            "id",
            "notebook_id",
            "cell_id",
            "auto_score",
            "manual_score",
            "extra_credit",
            "needs_manual_grade",
        },
        "comment": {"id", "notebook_id", "cell_id", "auto_comment", "manual_comment"},
    }
    tables = Base.metadata.tables
    assert {name: set(tables[name].columns.keys()) for name in known} == known


def test_nbgrader_reads_it(both: tuple[Course, Course]) -> None:
    """Does nbgrader compute the same sums and flags from both?"""
    found = []
    for course in both:
        with course.gradebook() as gradebook:
            found.append(
                [
                    {k: v for k, v in one.to_dict().items() if k != "id"}
                    | {"penalty": one.late_submission_penalty}
                    for one in sorted(
                        gradebook.assignment_submissions(SLUG), key=lambda one: one.student.id
                    )
                ]
            )
    assert found[0] == found[1]
    assert [one["student"] for one in found[0]] == ["ann", "ben", "cat"]


def test_folders_are_stocks(both: tuple[Course, Course]) -> None:
    """Are the same files in autograded/, with the same permissions?"""

    def tree(course: Course) -> dict[str, int]:
        top = course.root / "autograded"
        return {
            path.relative_to(top).as_posix(): stat.S_IMODE(path.stat().st_mode)
            for path in top.rglob("*")
        }

    assert tree(both[0]) == tree(both[1])


def test_source_cells_are_stocks(both: tuple[Course, Course]) -> None:
    """Are the source cells read as nbgrader reads them, in its order?"""
    with Writer(both[1], SLUG) as writer:
        sheets = writer.sheets()
    with both[1].gradebook() as gradebook:
        for notebook in gradebook.find_assignment(SLUG).notebooks:
            mine = sheets[notebook.name]
            theirs = [(c.name, c.source, c.checksum, c.locked) for c in notebook.source_cells]
            assert [(c.name, c.source, c.checksum, c.locked) for c in mine.cells] == theirs
            assert mine.kernelspec == notebook.kernelspec
