"""Every released version of an exercise, kept beside the course, and what grading needs of it.

``versions/<slug>/<version>/`` holds ``source/`` (with solutions and hidden tests), ``release/zh``,
``release/en`` and ``gradebook.db``: a gradebook that knows the assignment and no student.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from casebank.check.outcomes import Spec
from casebank.errors import UsageError, nearest
from casebank.files import digest, sha256
from casebank.grading.course import Course

SPEC = "casebank.json"
RUBRICS = "rubrics.json"


def grade_id(cell: Any) -> str | None:
    """The id under which nbgrader knows a cell, if it does."""
    meta = cell.get("metadata", {}).get("nbgrader")
    found = meta.get("grade_id") if isinstance(meta, dict) else None
    return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Version:
    """One kept version of an exercise."""

    slug: str
    name: str
    folder: Path

    @property
    def source(self) -> Path:
        """Folder with the instructor's notebook, data and casebank.json."""
        return self.folder / "source"

    @property
    def database(self) -> Path:
        """The gradebook without students."""
        return self.folder / "gradebook.db"

    def release(self, lang: str) -> Path:
        """Folder with what trainees get, in one language."""
        return self.folder / "release" / lang

    @cached_property
    def spec(self) -> Spec:
        """What is to be judged, with every message."""
        return Spec.load(self.source / SPEC)

    @cached_property
    def rubrics(self) -> dict[str, list[dict[str, Any]]]:
        """The criteria of each essay: text in both languages, and what it is worth at most."""
        path = self.folder / RUBRICS
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    @cached_property
    def digest(self) -> str:
        """Digest of everything in the source folder."""
        files = sorted(p for p in self.source.rglob("*") if p.is_file())
        return digest(f"{p.relative_to(self.source).as_posix()}\0{sha256(p)}" for p in files)


def kept(course: Course, slug: str) -> dict[str, Version]:
    """The versions of an exercise that this course has released, by number."""
    top = course.versions / slug
    if not top.is_dir():
        return {}
    return {
        path.name: Version(slug, path.name, path)
        for path in sorted(top.iterdir())
        if (path / "gradebook.db").is_file()
    }


def is_ours(course: Course, slug: str) -> bool:
    """Whether an assignment is an exercise that Casebank has released in this course."""
    return (course.versions / slug / "current.json").is_file()


def current(course: Course, slug: str) -> Version:
    """The version that is out now.

    Raises:
        UsageError: the exercise has not been released in this course.
    """
    found = kept(course, slug)
    try:
        about = json.loads((course.versions / slug / "current.json").read_text(encoding="utf-8"))
        return found[about["version"]]
    except (OSError, ValueError, KeyError):
        pass
    known = sorted(p.parent.name for p in course.versions.glob("*/current.json"))
    todo = f"run: casebank release {slug} --course {course.root}"
    if known and slug not in known:
        todo = f"released here: {', '.join(known)}. {nearest(slug, known)}"
    raise UsageError(f"'{slug}' has not been released in this course", str(course.root), todo)
