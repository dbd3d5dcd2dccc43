"""What was graded stays when nbgrader fails to grade it anew.

Before it grades a submission again, nbgrader removes what it had made of it, and after a failure
that as well. The exporter of ``nbgrader autograde`` is made just before that begins; ours stands by
and puts back, folder and rows, what a failure would have cost.
"""

from __future__ import annotations

import functools
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from casebank.check.visible import visible
from casebank.desk import rows, times
from casebank.desk.settings import MANAGER
from casebank.files import remove_tree
from casebank.grading import plainfile, strangers
from casebank.grading.course import KEPT
from casebank.grading.sandbox import MB, Limits


class KeepingExporter(NotebookExporter):
    """nbgrader's own, which tells its converter to keep what is there."""

    export_from_notebook = None  # type: ignore[assignment]

    def __init__(self, config: Any = None, parent: Any = None, **more: Any) -> None:
        super().__init__(config=config, parent=parent, **more)
        times.install()
        if hasattr(parent, "convert_notebooks") and hasattr(parent, "init_destination"):
            keeper = _Keeper(parent)
            parent.init_destination = functools.partial(keeper.begin, parent.init_destination)
            parent.convert_notebooks = functools.partial(keeper.run, parent.convert_notebooks)


class _Keeper:
    """Keeps one submission at a time."""

    def __init__(self, converter: Any) -> None:
        self.converter = converter
        self.copy: Path | None = None
        self.goal = Path()
        self.rows: rows.Rows | None = None
        self.left: list[str] = []

    def run(self, convert: Callable[[], None]) -> None:
        """Grade everybody.

        Raises:
            NbGraderException: nobody can be isolated here, and nobody was graded; or somebody was
                left as they were.
        """
        from nbgrader.converters.base import NbGraderException

        reason = self._refusal()
        if reason:
            self.converter.log.error(reason)
            raise NbGraderException(reason)
        try:
            convert()
        finally:
            self._settle()
        if self.left:
            raise NbGraderException(f"left as they are: {', '.join(self.left)}")

    def _refusal(self) -> str:
        manager = self.converter.config.get("ExecutePreprocessor", {}).get("kernel_manager_class")
        if manager != MANAGER and getattr(manager, "__module__", "") != MANAGER.rpartition(".")[0]:
            return ""
        from casebank.desk.kernels import refusal

        return refusal()

    def begin(self, begin: Callable[[str, str], bool], assignment: str, student: str) -> bool:
        """Before nbgrader removes what it had made of a submission."""
        self._settle()
        try:
            plain(Path(self.converter._format_source(assignment, student)))
            self._keep(assignment, student)
        except Exception as error:
            # To go on would cost what is there: nbgrader would remove it for this very error.
            self._settle()
            self.left.append(student)
            self.converter.log.error("'%s' was left as it is (%s)", student, error)
            return False
        return begin(assignment, student)

    def _keep(self, assignment: str, student: str) -> None:
        coursedir = self.converter.coursedir
        self.goal = Path(coursedir.root) / os.path.normpath(
            self.converter._format_dest(assignment, student)
        )
        self.rows = rows.read(coursedir, assignment, student)
        if self.goal.is_dir():
            folder = tempfile.mkdtemp(prefix=KEPT.rstrip("*"), dir=coursedir.root)
            self.copy = Path(folder) / "graded"
            shutil.copytree(self.goal, self.copy, symlinks=True, copy_function=_link)

    def _settle(self) -> None:
        """A submission is through: graded, or as it was."""
        copy, mine = self.copy, self.rows
        self.copy = self.rows = None
        if mine is not None and not self.goal.exists():
            if copy is not None:
                copy.rename(self.goal)
                self.converter.log.error("What was graded before is there again: %s", self.goal)
            rows.restore(self.converter.coursedir, mine)
        if copy is not None:
            remove_tree(copy.parent)


def plain(folder: Path) -> None:
    """See that a submission is of plain files, as ``casebank grade`` does.

    nbgrader waits for ever for a pipe to say something, and copies what a link leads to.

    Raises:
        ValueError: it is not.
    """
    size, most = 0, Limits().disk_mb
    for top, folders, names in os.walk(folder):
        for name in (*folders, *names):
            about = (Path(top) / name).lstat()
            mode = about.st_mode
            size += about.st_size if stat.S_ISREG(mode) else 0
            if size > most * MB:
                raise ValueError(f"it has more than {most} MB; take large files out")
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise ValueError(f"{visible(name)} is a link or no file; take it out")
            if stat.S_ISREG(mode) and name.endswith(".ipynb"):
                bounded(Path(top) / name)


def bounded(path: Path) -> None:
    """See that a notebook is not larger, or unfolds into more, than ``casebank grade`` takes.

    Raises:
        ValueError: it is.
    """
    try:
        strangers.measure(plainfile.read(path, Limits().submission_mb * MB))
    except (strangers.TooComplexError, OSError):
        raise ValueError(f"{visible(path.name)} is too large or too complex") from None


def _link(old: str, new: str) -> None:
    """A second name for a file, or a copy where the disk knows no second names."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


__all__ = ["KeepingExporter"]
