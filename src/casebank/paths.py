"""Where everything lies in a clone of the repository."""

from __future__ import annotations

import os
from pathlib import Path

from casebank.errors import UsageError


class Repo:
    """The folders of a clone, by the names that the design gives them."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root).resolve()
        self.book = self.root / "book"
        self.chapters = self.book / "chapters"
        self.labs = self.book / "labs"
        self.questions = self.book / "questions"
        self.glossary = self.book / "glossary.yml"
        self.cases = self.root / "cases"
        self.exercises = self.root / "exercises"
        self.datasets = self.root / "datasets"
        self.docs = self.root / "docs"
        self.grading = self.root / "grading"
        self.lock = self.root / "requirements.lock"
        self.code = self.root / "src" / "casebank"
        self.build = self.root / "_build"
        self.site = self.root / "site"
        self.site_instructor = self.root / "site-instructor"

    @classmethod
    def find(cls, start: Path | None = None) -> Repo:
        """Find the clone: ``CASEBANK_ROOT``, the folder around ``start``, or this code's own.

        Not the folder where one stands: a clone is programs, and what lies there, or above it, may
        be anybody's. So an instructor can work inside a course folder, or a folder of hand-ins.

        Args:
            start: a place in a clone that somebody named.

        Raises:
            UsageError: there is none.
        """
        named = os.environ.get("CASEBANK_ROOT")
        here = Path(named or start or Path(__file__).parents[2]).resolve()
        for folder in (here, *([] if named else here.parents)):
            if (folder / "mkdocs.yml").is_file() and (folder / "book").is_dir():
                return cls(folder)
        raise UsageError(
            "this is not inside a clone of Casebank",
            str(here),
            "set CASEBANK_ROOT to the folder of the clone",
        )

    def relative(self, path: Path) -> str:
        """A path as people name it: relative to the clone where it can be."""
        try:
            return Path(path).resolve().relative_to(self.root).as_posix()
        except ValueError:
            return str(path)
