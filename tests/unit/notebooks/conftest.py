"""A small but complete course: one exercise, one lab, one chapter, one table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casebank import notebooks
from casebank.paths import Repo

FIXTURE = Path(__file__).parent / "fixtures" / "mini"


@pytest.fixture
def mini(tmp_path: Path) -> Repo:
    """A copy of the small course that a test may change."""
    shutil.copytree(FIXTURE, tmp_path / "mini")
    return Repo(tmp_path / "mini")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The small course with its notebooks made; tests only read it."""
    root = tmp_path_factory.mktemp("made") / "mini"
    shutil.copytree(FIXTURE, root)
    repo = Repo(root)
    notebooks.make(repo)
    return repo
