"""Grade one notebook by stock nbgrader in a scratch course, its kernel in the sandbox.

The scratch course has a gradebook of its own, so nothing of a run reaches the class's gradebook
before it is complete; :mod:`casebank.grading.ledger` writes it there.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from casebank.files import write_bytes
from casebank.grading.course import Course
from casebank.grading.execute import STOPPED, Guard, SandboxedExecute, channel
from casebank.grading.intake import TIMESTAMP
from casebank.grading.sandbox import Box, Limits
from casebank.grading.versions import Version


class EngineError(Exception):
    """nbgrader or the sandbox failed: our fault, never the trainee's."""


@dataclass(frozen=True)
class Before:
    """What a person has already decided about a submission; nbgrader's rules look at it."""

    duedate: Any = None
    extension: Any = None
    timestamp: Any = None
    manual: dict[str, float | None] = field(default_factory=dict)
    extra: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What nbgrader's gradebook says of one graded cell."""

    auto_score: float | None
    needs_manual_grade: bool
    max_score: float


@dataclass
class Result:
    """One graded notebook, before anything is stored.

    Attributes:
        stopped: why the kernel was ended early, if it was.
        unrun: graded cells that were not run to their end because of it.
    """

    notebook: Any
    rows: dict[str, Row]
    comments: dict[str, str | None]
    penalty: float | None
    timestamp: Any
    folder: Path
    stopped: str | None = None
    unrun: set[str] = field(default_factory=set)
    slow: bool = False


@dataclass
class Desk:
    """What all runs of one command share: the course, the limits, whether to isolate."""

    course: Course
    log: logging.Logger
    scratch: Path
    sandbox: bool = True
    limits: Limits = field(default_factory=Limits)
    #: The guard of the run that is under way, for whoever wants to end it.
    guard: Guard | None = None
    interrupted: bool = False

    def interrupt(self) -> None:
        """End the run that is under way and begin no other."""
        self.interrupted = True
        if self.guard is not None:
            self.guard.stop("interrupted")

    def home(self) -> Path:
        """What a trainee's home begins with: the list of fonts, which takes seconds to make."""
        folder = self.course.private / "home" / importlib.metadata.version("matplotlib")
        cache = folder / ".config" / "matplotlib"
        if not cache.is_dir():
            part = self.scratch / "fonts"
            part.mkdir()
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(
                    [sys.executable, "-c", "import matplotlib.font_manager"],
                    env={"MPLCONFIGDIR": str(part), "PATH": "/usr/bin:/bin", "MPLBACKEND": "agg"},
                    capture_output=True,
                    timeout=120,
                    check=True,
                )
            cache.parent.mkdir(parents=True, exist_ok=True)
            part.rename(cache)
        return folder


def run(
    desk: Desk,
    version: Version,
    student: str,
    notebook: Any,
    extra: dict[str, Path],
    before: Before | None = None,
) -> Result:
    """Grade a clean notebook by a kept version.

    Raises:
        EngineError: the kernel did not start, or nbgrader broke off.
    """
    root = desk.scratch / student
    if root.exists():
        shutil.rmtree(root)
    slug = version.slug
    handed_in = root / "submitted" / student / slug
    for name, path in extra.items():
        write_bytes(handed_in / name, path.read_bytes())
    content = nbformat.writes(notebook).encode("utf-8")
    write_bytes(handed_in / f"{slug}.ipynb", content)
    (root / "source").mkdir()
    (root / "source" / slug).symlink_to(version.source)
    database = root / "gradebook.db"
    shutil.copyfile(version.database, database)
    before = before or Before()
    with _quiet(desk.log):
        _seed(desk.course, f"sqlite:///{database}", slug, student, before, TIMESTAMP in extra)
    folder = root / "autograded" / student / slug
    with channel(desk.course.channel) as shared:
        guard = desk.guard = Guard(desk.limits, shared)
        if desk.interrupted:
            guard.stop("interrupted")
        try:
            _autograde(desk, version, student, root, database, folder, guard, shared)
        finally:
            desk.guard = None
    executed = nbformat.read(folder / f"{slug}.ipynb", as_version=4)
    return _result(desk.course, slug, student, database, executed, folder, guard.reason)


def _autograde(
    desk: Desk,
    version: Version,
    student: str,
    root: Path,
    database: Path,
    folder: Path,
    guard: Guard,
    shared: Path,
) -> None:
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import Execute

    config = desk.course.nbgrader_config(root, version.slug, student, database)
    seen_as = desk.course.path("autograded", student, version.slug)
    box = None
    if desk.sandbox:
        box = Box(folder, seen_as, shared, desk.home(), desk.limits)
    ours = type("Execute", (SandboxedExecute,), {"guard": guard, "box": box})
    chain = config.get("Autograde", {}).get("autograde_preprocessors")
    chain = chain or Autograde.autograde_preprocessors.default()
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config, log=desk.log)
    converter.autograde_preprocessors = [
        ours if step is Execute or str(step).endswith(".Execute") else step for step in chain
    ]
    try:
        with _quiet(desk.log):
            converter.start()
    except SystemExit as error:
        raise EngineError(f"nbgrader gave up ({error})") from None
    except Exception as error:
        raise EngineError(f"{type(error).__name__}: {error}") from error


@contextmanager
def _quiet(log: logging.Logger) -> Iterator[None]:
    """Send what libraries say to our log, not to the instructor's terminal."""
    others = [logging.getLogger("traitlets"), logging.getLogger("asyncio")]
    before = [(one, one.handlers, one.propagate) for one in others]
    for one in others:
        one.handlers, one.propagate = list(log.handlers), False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for one, handlers, propagate in before:
            one.handlers, one.propagate = handlers, propagate


def _seed(
    course: Course, db_url: str, slug: str, student: str, before: Before, stamped: bool
) -> None:
    """Tell the scratch gradebook what a person has decided, so that nbgrader minds it."""
    from nbgrader.api import Gradebook

    with Gradebook(db_url, course.course_id) as gradebook:
        gradebook.find_assignment(slug).duedate = before.duedate
        gradebook.add_student(student)
        submission = gradebook.add_submission(slug, student)
        submission.extension = before.extension
        if not stamped:
            submission.timestamp = before.timestamp
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.manual_score = before.manual.get(grade.name)
                grade.extra_credit = before.extra.get(grade.name)
        gradebook.db.commit()


def _result(
    course: Course,
    slug: str,
    student: str,
    database: Path,
    executed: Any,
    folder: Path,
    stopped: str | None,
) -> Result:
    from nbgrader.api import Gradebook

    from casebank.grading.versions import grade_id

    unrun: set[str] = set()
    slow = False
    for cell in executed.cells:
        names = {output.get("ename") for output in cell.get("outputs", ())}
        slow = slow or "CellTimeoutError" in names
        name = grade_id(cell)
        if STOPPED in names and name:
            unrun.add(name)
    with Gradebook(f"sqlite:///{database}", course.course_id) as gradebook:
        submission = gradebook.find_submission(slug, student)
        notebook = submission.notebooks[0]
        return Result(
            notebook=executed,
            rows={
                grade.name: Row(grade.auto_score, grade.needs_manual_grade, grade.max_score)
                for grade in notebook.grades
            },
            comments={comment.name: comment.auto_comment for comment in notebook.comments},
            penalty=notebook.late_submission_penalty,
            timestamp=submission.timestamp,
            folder=folder,
            stopped=stopped,
            unrun=unrun,
            slow=slow,
        )
