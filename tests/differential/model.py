"""Plain types of the differential test, and small makers of notebook cells."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORK = Path(os.environ.get("CASEBANK_DIFFERENTIAL", ROOT / "_build" / "differential"))
#: Kernels of the test's own, for notebooks that ask for another one.
JUPYTER = WORK / "jupyter"

SOLUTION = "### BEGIN SOLUTION\n", "### END SOLUTION\n"


@dataclass
class Cell:
    """A cell of a source notebook, with other answers that trainees could give to it.

    Attributes:
        kind: note, code, raw, solution, test, manual, text, task, locked.
        wrong: other answers, all of them wrong.
        half: answers that are right in part.
        edge: answers by name that meet a rule of their own: negative, nan, over ...
    """

    kind: str
    source: str
    name: str = ""
    points: float | None = None
    wrong: tuple[str, ...] = ()
    half: tuple[str, ...] = ()
    edge: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Book:
    """A source notebook."""

    name: str
    cells: list[Cell]
    kernel: tuple[str, str, str] = ("python3", "Python 3 (ipykernel)", "python")


@dataclass
class Course:
    """A course with one assignment, before ``generate_assignment``.

    Attributes:
        books: the source notebooks; for a course that nbgrader makes itself, only the answers.
        files: what lies beside the notebooks in source/, by relative path.
        top: files of the course folder itself; nbgrader_config.py among them.
        folders: names of nbgrader's folders where the course has its own.
        quickstart: made by ``nbgrader quickstart``.
        timeout: seconds after which a cell is interrupted; None: too long to wait for here.
        duedate: the assignment's, as nbgrader's gradebook wants it.
        modes: modes of files in source/, where they are not the usual ones.
    """

    slug: str
    books: list[Book]
    files: dict[str, bytes] = field(default_factory=dict)
    top: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    quickstart: bool = False
    timeout: int | None = 4
    duedate: str | None = None
    modes: dict[str, int] = field(default_factory=dict)

    def digest(self) -> str:
        """Changes whenever anything of the course changes."""
        text = json.dumps(self.__dict__, default=_plain, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def folder(self, step: str) -> str:
        """Name of one of nbgrader's folders."""
        return self.folders.get(step, step)


@dataclass
class Before:
    """What a person has entered into the gradebook before autograding; by (notebook, cell)."""

    manual: dict[tuple[str, str], float] = field(default_factory=dict)
    extra: dict[tuple[str, str], float] = field(default_factory=dict)
    extension_minutes: int | None = None


@dataclass
class Submission:
    """What one trainee hands in.

    Attributes:
        kind: name of the mutation that made it.
        files: by relative path; None: the whole folder is missing.
        honest: nothing in it is against the rules, so it may never be held.
        marks: words by which known differences recognise it.
        loose: its outputs differ from run to run; only rows are compared.
    """

    student: str
    slug: str
    kind: str
    files: dict[str, bytes] | None
    honest: bool = True
    marks: frozenset[str] = frozenset()
    loose: bool = False
    before: Before = field(default_factory=Before)

    def digest(self) -> str:
        """Changes whenever anything of the submission changes."""
        state = hashlib.sha256(repr((self.student, self.slug, self.before)).encode())
        for name, content in sorted((self.files or {"": b"missing"}).items()):
            state.update(f"\0{name}\0{len(content)}\0".encode() + content)
        return state.hexdigest()[:24]


@dataclass
class Outcome:
    """What one grader made of one submission.

    Attributes:
        graded: it was graded; else ``why`` says in one line what the grader said.
        rows: (notebook, cell) -> auto_score, needs_manual_grade, manual_score, extra_credit.
        comments: (notebook, cell) -> auto_comment, manual_comment.
        penalties: notebook -> late_submission_penalty.
        notebooks: notebook -> its JSON text in autograded/.
        files: other files in autograded/ -> digest and mode.
        modes: notebook -> mode.
        status: ours only: graded, held, rejected, waiting.
        stopped: stock would have ended the whole run here.
    """

    graded: bool
    why: str = ""
    rows: dict[str, list[Any]] = field(default_factory=dict)
    comments: dict[str, list[Any]] = field(default_factory=dict)
    penalties: dict[str, float | None] = field(default_factory=dict)
    notebooks: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)
    modes: dict[str, int] = field(default_factory=dict)
    status: str = ""
    reason: str = ""
    seconds: float = 0.0
    stopped: bool = False
    stamp: str = ""
    root: str = ""


Builder = Callable[[], Course]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return getattr(value, "__dict__", None) or repr(value)


# -- makers ------------------------------------------------------------------------------------


def note(source: str, **extra: Any) -> Cell:
    return Cell("note", source, extra=extra)


def code(source: str, **extra: Any) -> Cell:
    return Cell("code", source, extra=extra)


def raw(source: str, **extra: Any) -> Cell:
    return Cell("raw", source, extra=extra)


def solution(name: str, source: str, *wrong: str, half: tuple[str, ...] = (), **edge: str) -> Cell:
    """A cell that is graded by the tests after it; markers stand in the source."""
    return Cell("solution", source, name, wrong=wrong, half=half, edge=edge)


def test(name: str, points: float, source: str) -> Cell:
    return Cell("test", source, name, points)


def manual(name: str, points: float, source: str, *wrong: str) -> Cell:
    """Code that a person grades."""
    return Cell("manual", source, name, points, wrong=wrong)


def text(name: str, points: float, source: str, *wrong: str) -> Cell:
    """An answer in words."""
    return Cell("text", source, name, points, wrong=wrong)


def task(name: str, points: float, source: str) -> Cell:
    """A task cell: trainees add cells of their own after it."""
    return Cell("task", source, name, points)


def locked(name: str, source: str) -> Cell:
    """A read-only code cell without points."""
    return Cell("locked", source, name)


def answer(source: str) -> str:
    """The instructor's answer without nbgrader's markers."""
    lines = [
        line for line in source.splitlines(keepends=True) if line.strip() + "\n" not in SOLUTION
    ]
    return "".join(lines)


_FLAGS = {
    "solution": (False, True, False, False),
    "test": (True, False, True, False),
    "manual": (True, True, False, False),
    "text": (True, True, False, False),
    "task": (False, False, True, True),
    "locked": (False, False, True, False),
}


def to_notebook(book: Book) -> dict[str, Any]:
    """The source notebook as JSON."""
    cells = []
    for number, cell in enumerate(book.cells):
        kinds = {"note": "markdown", "text": "markdown", "task": "markdown", "raw": "raw"}
        kind = kinds.get(cell.kind, "code")
        metadata: dict[str, Any] = dict(cell.extra)
        if cell.kind in _FLAGS:
            grade, is_solution, is_locked, is_task = _FLAGS[cell.kind]
            metadata["nbgrader"] = {
                "grade": grade,
                "grade_id": cell.name,
                "locked": is_locked,
                "schema_version": 3,
                "solution": is_solution,
                "task": is_task,
            }
            if cell.points is not None:
                metadata["nbgrader"]["points"] = cell.points
        made: dict[str, Any] = {
            "cell_type": kind,
            "id": f"{book.name[:20].replace(' ', '-')}-{number}",
            "metadata": metadata,
            "source": cell.source.strip("\n"),
        }
        if kind == "code":
            made |= {"execution_count": None, "outputs": []}
        cells.append(made)
    name, display, language = book.kernel
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"name": name, "display_name": display, "language": language},
            "language_info": {"name": language},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
