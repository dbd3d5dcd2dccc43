"""Where a submission's pages lie, so that nbgrader's own commands find and release them."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casebank.errors import UsageError, nearest
from casebank.files import write_bytes
from casebank.grading import plainfile
from casebank.grading.course import Course
from casebank.grading.handedtime import TIMESTAMP, harmless
from casebank.grading.versions import is_ours

#: What ``nbgrader release_feedback`` wants to find beside a page.
CARRIED = (TIMESTAMP, "submission_secret.txt")
LONGEST_CARRIED = 4096
#: A trainee may hand in any number of notebooks under any names.
MOST_PAGES = 20
MOST_SEEN = 1000
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")


def notebooks(gradebook: Any, course: Course, slug: str) -> list[str]:
    """The notebooks of an assignment, sorted.

    Raises:
        UsageError: the gradebook does not know the assignment.
    """
    from nbgrader.api import Base

    if is_ours(course, slug):
        return [slug]
    assignment, notebook = (Base.metadata.tables[name] for name in ("assignment", "notebook"))
    query = select(assignment.c.name, notebook.c.name.label("book")).outerjoin(
        notebook, notebook.c.assignment_id == assignment.c.id
    )
    found: dict[str, list[str]] = {}
    for row in gradebook.db.execute(query):
        found.setdefault(row.name, []).extend([row.book] if row.book else [])
    if slug not in found:
        todo = f"run: nbgrader generate_assignment {slug}"
        if found:
            todo = f"the gradebook knows: {', '.join(sorted(found))}. {nearest(slug, found)}"
        raise UsageError(f"'{slug}' has not been released in this course", str(course.root), todo)
    return sorted(found[slug])


def language(course: Course, gradebook: Any, slug: str) -> str:
    """The language in which the notebooks of an assignment that is not ours are written."""
    texts = []
    for path in sorted(course.path("source", ".", slug).glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    if not texts:
        found = gradebook.find_assignment(slug).notebooks
        texts = [cell.source or "" for book in found for cell in book.source_cells]
    text = "\n".join(texts)
    han, words = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if not han and not words:
        return course.lang
    # A Chinese text has words of code in it, an English one now and then a Chinese name.
    return "zh" if han > words else "en"


class Place:
    """The folder with the pages of one submission."""

    def __init__(self, course: Course, student: str, slug: str) -> None:
        self.course = course
        self.folder = course.path("feedback", student, slug)
        self._autograded = course.path("autograded", student, slug)
        self._submitted = course.path("submitted", student, slug)
        self._shared = bool(course.directory.groupshared)

    def names(self, books: list[str]) -> list[str]:
        """Under which names of notebooks pages are to lie; never none.

        Those of the assignment that were handed in; where none was, all of them, and whatever the
        trainee called theirs. A page that is there already is always replaced: it may be stock's.
        """
        handed = self._handed()
        there = {path.stem for path in self.folder.glob("*.html")}
        mine = [name for name in books if name in handed or name in there]
        if not any(name in handed for name in books):
            mine = [*books, *[name for name in handed if name not in books][:MOST_PAGES]]
        return mine

    def _handed(self) -> list[str]:
        if not self._submitted.is_dir():
            return sorted(path.stem for path in self._autograded.glob("*.ipynb"))
        return sorted(
            path.stem
            for path in islice(self._submitted.glob("*.ipynb"), MOST_SEEN)
            if path.stem and not path.name.startswith(".") and path.name.isprintable()
        )

    def carry(self) -> None:
        """Put beside the pages what ``nbgrader release_feedback`` needs."""
        for name in CARRIED:
            for folder in (self._autograded, self._submitted):
                content = _small(folder / name)
                if content is not None:
                    self.write(self.folder / name, content)
                    break

    def write(self, path: Path, content: bytes) -> bool:
        """Write a file if its content is new; returns whether it was.

        Raises:
            EnvironmentFault: it cannot be written.
        """
        from casebank.grading.ledger import database

        try:
            changed = write_bytes(path, content)
            if changed and self._shared:
                path.chmod(0o664)
                path.parent.chmod(0o2770 | path.parent.stat().st_mode & 0o7777)
        except OSError as error:
            raise database.file_fault(error, path) from None
        return changed


def _small(path: Path) -> bytes | None:
    """The content of a small plain file; a link of a trainee's is not followed."""
    try:
        content = plainfile.read(path, LONGEST_CARRIED)
    except OSError:
        return None
    # nbgrader reads the time of a page anew, and takes long for a long one.
    return content if path.name != TIMESTAMP or harmless(content) else None
