"""The slow way, for courses with preprocessors or hooks of their own: stock's Autograde, whole.

It runs in a scratch course with a gradebook of its own, so the course's code sees what it would see
in ``nbgrader autograde``; only the kernel is ours.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError

from casebank.desk import settings
from casebank.errors import ContentError
from casebank.files import write_bytes
from casebank.grading.course import load_config
from casebank.grading.decide import Findings
from casebank.grading.execute import CagedExecute
from casebank.grading.model import Graded, Pack, Row, Task
from casebank.grading.paper import Paper
from casebank.grading.reasons import RejectedError

if TYPE_CHECKING:
    from casebank.grading.intake import Intake
    from casebank.grading.unit import Bench


_BAD_METADATA = (SchemaTooOldError, SchemaTooNewError, ValidationError)
#: What nbgrader's own steps end with where fields are missing or of another kind.
_BROKEN_BY = (MissingEntry, ValueError, TypeError, RuntimeError, LookupError)


class ConverterError(Exception):
    """nbgrader broke off: our fault, never the trainee's."""


def run(
    bench: Bench, task: Task, taken: Intake, paper: Paper, found: Findings, times: dict[str, float]
) -> None:
    """Grade all notebooks of a submission by stock's own converter.

    Raises:
        ConverterError: it broke off.
        RejectedError: what was handed in has settings that nbgrader cannot read.
    """
    with tempfile.TemporaryDirectory(prefix="casebank-") as name:
        root = Path(name).resolve()
        _lay_out(root, task, taken, paper.pack)
        database = root / "gradebook.db"
        _seed(f"sqlite:///{database}", paper.pack, task)
        steps = _autograde(bench, task, taken, paper, root, database, found)
        _collect(bench, task, paper, root, database, steps, found, times)


def _lay_out(root: Path, task: Task, taken: Intake, pack: Pack) -> None:
    handed_in = root / "submitted" / task.student / pack.slug
    for name, content in taken.extra.items():
        write_bytes(handed_in / name, content)
    for name, notebook in taken.notebooks.items():
        write_bytes(
            handed_in / f"{name}.ipynb", nbformat.writes(notebook).encode("utf-8", "replace")
        )
    source = root / "source" / pack.slug
    source.mkdir(parents=True)
    for name, content in pack.files.items():
        write_bytes(source / name, content)


def _seed(db_url: str, pack: Pack, task: Task) -> None:
    """A gradebook that knows this assignment, and what a person has decided about the student."""
    from nbgrader.api import Gradebook

    with Gradebook(db_url, pack.course_id) as gradebook:
        assignment = gradebook.add_assignment(pack.slug, duedate=task.before.duedate)
        for sheet in pack.sheets.values():
            gradebook.add_notebook(sheet.name, pack.slug, kernelspec=sheet.kernelspec)
            for cell in sheet.cells:
                where = (cell.name, sheet.name, pack.slug)
                if cell.task:
                    gradebook.add_task_cell(*where, max_score=cell.points, cell_type=cell.cell_type)
                else:
                    if cell.grade:
                        gradebook.add_grade_cell(
                            *where, max_score=cell.points, cell_type=cell.cell_type
                        )
                    if cell.solution:
                        gradebook.add_solution_cell(*where)
                gradebook.add_source_cell(
                    *where,
                    cell_type=cell.cell_type,
                    locked=cell.locked,
                    source=cell.source,
                    checksum=cell.checksum,
                )
        gradebook.add_student(task.student)
        submission = gradebook.add_submission(pack.slug, task.student)
        submission.extension = task.before.extension
        submission.timestamp = task.before.timestamp
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                mine = (notebook.name, grade.name)
                grade.manual_score = task.before.manual.get(mine)
                grade.extra_credit = task.before.extra.get(mine)
        gradebook.db.commit()
        assert assignment is not None


def _autograde(
    bench: Bench,
    task: Task,
    taken: Intake,
    paper: Paper,
    root: Path,
    database: Path,
    found: Findings,
) -> list[CagedExecute]:
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import Execute

    from casebank.grading.unit import prepare
    from casebank.grading.warm import config_of

    pack = paper.pack
    _see_modules(pack)
    config = config_of(pack)
    settings.without(config)
    old = config.pop("CourseDirectory", {})
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = pack.slug
    config.CourseDirectory.student_id = task.student
    config.CourseDirectory.course_id = pack.course_id
    config.CourseDirectory.db_url = f"sqlite:///{database}"
    if old.get("ignore") is not None:
        config.CourseDirectory.ignore = old["ignore"]
    used: list[CagedExecute] = []

    class Ours(CagedExecute):
        """Prepared anew for each notebook, since the converter makes a fresh one for each."""

        def preprocess(self, nb: Any, resources: Any, km: Any = None) -> Any:
            """Run a notebook."""
            name = resources["nbgrader"]["notebook"]
            prepare(bench, self, task, taken, paper, name, nb, found)
            used.append(self)
            return super().preprocess(nb, resources, km)

    Ours.__name__ = "Execute"
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config, log=bench.log)
    converter.autograde_preprocessors = [
        Ours if step is Execute or str(step).endswith(".Execute") else step
        for step in converter.autograde_preprocessors
    ]
    causes = _remembered(converter)
    try:
        with quiet(bench.log):
            converter.start()
    except SystemExit as error:
        raise ConverterError(f"nbgrader gave up ({error})") from None
    except Exception as error:
        if any(_theirs(one, pack.root) for one in (*causes, error.__context__)):
            # Only its owner can mend it, as wherever else stock loses a submission for that.
            raise RejectedError("bad-metadata") from None
        raise ConverterError(f"{type(error).__name__}: {error}") from error
    return used


def _theirs(cause: BaseException | None, root: str) -> bool:
    """Whether something went wrong because a submission's metadata are damaged.

    Not where a step of the course's own has a part in it, or the sandbox that runs the cells.
    """
    if isinstance(cause, _BAD_METADATA):
        return True
    if not isinstance(cause, _BROKEN_BY):
        return False
    files = {frame.f_code.co_filename for frame, _ in traceback.walk_tb(cause.__traceback__)}
    others = (f"{root}/", str(Path(__file__).with_name("execute.py")))
    return not any(file.startswith(others) for file in files)


def _remembered(converter: Any) -> list[BaseException]:
    """What goes wrong with a notebook; the converter only logs it, and says that something did."""
    convert, causes = converter.convert_single_notebook, []

    def recorded(name: str) -> None:
        try:
            convert(name)
        except BaseException as error:
            causes.append(error)
            raise

    converter.convert_single_notebook = recorded
    return causes


@functools.cache
def _see_modules_of(root: str) -> None:
    if root not in sys.path:
        sys.path.insert(0, root)
    with contextlib.suppress(ContentError):
        load_config(Path(root))


def _see_modules(pack: Pack) -> None:
    """Find the course's own modules, as ``python -m nbgrader`` does in the course's folder.

    Its settings are run once too, since they may say where else modules are.
    """
    _see_modules_of(pack.root)


@contextmanager
def quiet(log: logging.Logger) -> Iterator[None]:
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


def _collect(
    bench: Bench,
    task: Task,
    paper: Paper,
    root: Path,
    database: Path,
    steps: list[CagedExecute],
    found: Findings,
    times: dict[str, float],
) -> None:
    from nbgrader.api import Gradebook

    from casebank.grading.unit import collect, missing

    pack = paper.pack
    folder = root / "autograded" / task.student / pack.slug
    ran = sorted(name for name in pack.sheets if (folder / f"{name}.ipynb").is_file())
    if not ran:
        raise RejectedError("bad-metadata")
    with Gradebook(f"sqlite:///{database}", pack.course_id) as gradebook:
        submission = gradebook.find_submission(pack.slug, task.student)
        books = {notebook.name: notebook for notebook in submission.notebooks}
        for name in sorted(pack.sheets):
            if name not in ran:
                found.graded.append(missing(pack, name))
                continue
            content = (folder / f"{name}.ipynb").read_bytes()
            one = Graded(
                name,
                content,
                {grade.name: _row(grade) for grade in books[name].grades},
                {comment.name: comment.auto_comment for comment in books[name].comments},
                books[name].late_submission_penalty,
            )
            executed = nbformat.reads(content.decode("utf-8"), as_version=4)
            found.executed[name] = executed
            step = steps[ran.index(name)] if len(steps) == len(ran) else None
            collect(bench, step, executed, one, found, times)


def _row(grade: Any) -> Row:
    score, worth = grade.auto_score, grade.max_score
    kind = "none" if score is None else "zero" if score == 0 else "value"
    if score is not None and score == worth and score:
        kind = "full"
    return Row(score, grade.needs_manual_grade, worth, kind)
