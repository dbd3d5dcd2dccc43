"""A stranger's small course for the ledger's tests, made once: nbgrader takes seconds for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import ledger_course as small
import pytest

from casebank.grading.course import Course
from casebank.grading.ledger import Writer


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with an assignment."""
    course = small.make(tmp_path_factory.mktemp("template") / "course")
    Writer(course, small.SLUG).close()
    return course.root


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Course:
    """A copy of it."""
    shutil.copytree(template, tmp_path / "course")
    return Course(tmp_path / "course")
