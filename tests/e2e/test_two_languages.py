"""Two languages, one gradebook: stock nbgrader grades a Chinese and an English submission alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from casebank import notebooks
from casebank.check.outcomes import Spec, judge
from casebank.notebooks.markers import MARKERS
from casebank.notebooks.stubs import nbgrader_config
from casebank.paths import Repo

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests/unit/notebooks/fixtures/mini"
REAL = "rfm-segmentation"
EXERCISES = ["mini-visits", *([REAL] if (ROOT / "exercises" / REAL).is_dir() else [])]
#: student -> (language, whether every second task stays untouched)
CLASS = {
    "zh_right": ("zh", False),
    "en_right": ("en", False),
    "zh_half": ("zh", True),
    "en_half": ("en", True),
}


@pytest.fixture(scope="module", autouse=True)
def programs():
    """Put this environment's programs on the path: nbgrader calls ``alembic`` by its bare name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


def run(course: Path, *arguments: str) -> None:
    """One command of stock nbgrader's."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments, "--log-level=WARN"],
        cwd=course,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def submission(made: Path, slug: str, lang: str, half: bool) -> nbformat.NotebookNode:
    """A released notebook with the source's answers written into it, all or every second."""
    released = nbformat.read(made / lang / "release" / f"{slug}.ipynb", as_version=4)
    source = nbformat.read(made / lang / "source" / f"{slug}.ipynb", as_version=4)
    answers = {cell.id: cell.source for cell in source.cells}
    number = 0
    for cell in released.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            number += 1
            if not (half and number % 2 == 0):
                lines = answers[cell.id].split("\n")
                cell.source = "\n".join(line for line in lines if line.strip() not in MARKERS)
    return released


@pytest.fixture(scope="module", params=EXERCISES)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A course in which both languages were handed in and graded by stock nbgrader."""
    slug = request.param
    if slug == REAL:
        repo = Repo(ROOT)
    else:
        root = tmp_path_factory.mktemp("repo") / "mini"
        shutil.copytree(MINI, root)
        repo = Repo(root)
    notebooks.make(repo, only=[slug])
    made = repo.build / "notebooks/exercises" / slug
    course = tmp_path_factory.mktemp("course")
    stubs = nbgrader_config()
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        'c.CourseDirectory.course_id = "two"\n'
        f"c.ClearSolutions.code_stub = {stubs['code_stub']!r}\n"
        f"c.ClearSolutions.text_stub = {stubs['text_stub']!r}\n",
        encoding="utf-8",
    )
    shutil.copytree(made / "zh" / "source", course / "source" / slug)
    run(course, "generate_assignment", slug)
    for student, (lang, half) in CLASS.items():
        folder = course / "submitted" / student / slug
        shutil.copytree(made / lang / "release", folder)
        nbformat.write(submission(made, slug, lang, half), folder / f"{slug}.ipynb")
    run(course, "autograde", slug)
    return slug, made, course


def rows(course: Path, slug: str, student: str) -> list[tuple]:
    """What the gradebook holds of a submission, cell by cell."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        notebook = book.find_submission_notebook(slug, slug, student)
        return sorted(
            (g.name, g.auto_score, g.manual_score, g.max_score, g.needs_manual_grade)
            for g in notebook.grades
        )


def test_rows_are_equal(graded) -> None:
    """Do equal answers in two languages give equal rows, full marks for right ones?"""
    slug, made, course = graded
    right = rows(course, slug, "zh_right")
    assert right == rows(course, slug, "en_right")
    half = rows(course, slug, "zh_half")
    assert half == rows(course, slug, "en_half")
    assert half != right
    automatic = [row for row in right if not row[4]]
    assert automatic
    assert all(row[1] == row[3] for row in automatic)
    spec = Spec.load(made / "zh" / "source" / "casebank.json")
    ids = {name for task in spec.tasks for name in task.tests}
    assert {row[0] for row in automatic} == ids


def test_each_in_its_own_language(graded) -> None:
    """Is each autograded notebook in the language of its submission, prose and setup alike?"""
    slug, made, course = graded
    for student, (lang, _) in CLASS.items():
        path = course / "autograded" / student / slug / f"{slug}.ipynb"
        after = nbformat.read(path, as_version=4)
        before = nbformat.read(made / lang / "release" / f"{slug}.ipynb", as_version=4)
        assert after.metadata.casebank.lang == lang
        prose = [c.source for c in before.cells if "nbgrader" not in c.metadata]
        assert prose == [c.source for c in after.cells if "nbgrader" not in c.metadata]


def test_stock_release_is_ours(graded) -> None:
    """Does stock ``generate_assignment`` make the very notebook that we release?"""
    slug, made, course = graded
    theirs = nbformat.read(course / "release" / slug / f"{slug}.ipynb", as_version=4)
    ours = nbformat.read(made / "zh" / "release" / f"{slug}.ipynb", as_version=4)
    assert [c.source for c in theirs.cells] == [c.source for c in ours.cells]
    assert [c.metadata for c in theirs.cells] == [c.metadata for c in ours.cells]
    assert [c.id for c in theirs.cells] == [c.id for c in ours.cells]


def test_outcomes_agree_with_points(graded) -> None:
    """Do our outcomes give a submission the points that nbgrader gives it?"""

    slug, made, course = graded
    spec = Spec.load(made / "zh" / "source" / "casebank.json")
    for student, (lang, half) in CLASS.items():
        path = course / "autograded" / student / slug / f"{slug}.ipynb"
        outcomes = judge(nbformat.read(path, as_version=4), spec, lang)
        points = sum(row[1] for row in rows(course, slug, student) if not row[4])
        assert sum(task.points for task in outcomes) == points
        states = {str(task.outcome) for task in outcomes}
        assert ("not_attempted" in states) == half
        assert states <= {"passed", "not_attempted", "not_judged"}
