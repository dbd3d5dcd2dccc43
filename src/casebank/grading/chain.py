"""nbgrader's preprocessors with a gradebook in memory.

Stock preprocessors open the database for every step and ask it for every cell. These subclasses
read the same answers from a :class:`~casebank.grading.model.Sheet` and collect the rows, which the
one writer stores later. What they decide is stock's code, called unchanged.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

from nbconvert.preprocessors import Preprocessor
from nbgrader import preprocessors as stock
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import MetadataValidator

from casebank.grading.model import Before, Row, Sheet, SourceCell
from casebank.grading.reasons import Reason

_NUMPY = re.compile(r"np\.float(?:16|32|64)\(([^()]*)\)")


class _Database:
    def commit(self) -> None:
        """Nothing is written here."""


@dataclass
class Book:
    """What nbgrader asks its gradebook about one notebook of one student.

    Attributes:
        scores, comments: what the preprocessors decided, by grade id.
        odd: cells whose last value is no score, by grade id, with the value.
        silent: cells that passed but for what they printed to stderr.
        notes: what was mended.
    """

    sheet: Sheet
    before: Before
    as_stock: bool = False
    scores: dict[str, SimpleNamespace] = field(default_factory=dict)
    comments: dict[str, SimpleNamespace] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    notes: list[Reason] = field(default_factory=list)
    penalty: float | None = None

    def __post_init__(self) -> None:
        self.db = _Database()
        self.cells = {cell.name: cell for cell in self.sheet.cells}
        for name, worth in self.sheet.points.items():
            mine = (self.sheet.name, name)
            self.scores[name] = SimpleNamespace(
                auto_score=None,
                manual_score=self.before.manual.get(mine),
                extra_credit=self.before.extra.get(mine),
                needs_manual_grade=True,
                max_score=worth,
            )
        for cell in self.sheet.cells:
            if cell.solution or cell.task:
                self.comments[cell.name] = SimpleNamespace(auto_comment=None)

    def _known(self, table: dict[str, Any], name: str) -> Any:
        if name not in table:
            raise MissingEntry(f"No such cell: {name}")
        return table[name]

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """The cell as it was released."""
        return self._known(self.cells, name)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """What a cell is worth."""
        return SimpleNamespace(max_score=self._known(self.sheet.points, name))

    def find_grade(self, name: str, notebook: str, assignment: str, student: str) -> Any:
        """The row that takes a score."""
        return self._known(self.scores, name)

    def find_comment(self, name: str, notebook: str, assignment: str, student: str) -> Any:
        """The row that takes a comment."""
        return self._known(self.comments, name)

    def find_notebook(self, name: str, assignment: str) -> Any:
        """The released notebook, for cells that are to be put back."""

        def cells(want: Callable[[SourceCell], bool]) -> list[Any]:
            return [
                SimpleNamespace(name=cell.name, max_score=cell.points)
                for cell in self.sheet.cells
                if want(cell)
            ]

        return SimpleNamespace(
            kernelspec=self.sheet.kernelspec,
            source_cells=list(self.sheet.cells),
            grade_cells=cells(lambda cell: cell.grade),
            solution_cells=cells(lambda cell: cell.solution),
            task_cells=cells(lambda cell: cell.task),
        )

    def late(self) -> float:
        """Seconds past the due date."""
        due, handed_in = self.before.duedate, self.before.timestamp
        if due is None or handed_in is None:
            return 0
        if self.before.extension is not None:
            due += self.before.extension
        return max(0, (handed_in - due).total_seconds())

    def score(self) -> float:
        """What the notebook gets, as nbgrader's gradebook adds it up."""
        total = 0.0
        for row in self.scores.values():
            given = row.manual_score if row.manual_score is not None else row.auto_score
            total += given + (row.extra_credit or 0.0) if given is not None else 0.0
        return total

    def rows(self) -> dict[str, Row]:
        """What is to be stored of each graded cell."""
        return {
            name: Row(
                row.auto_score,
                row.needs_manual_grade,
                row.max_score,
                self.kinds.get(name, "none" if row.auto_score is None else "value"),
            )
            for name, row in self.scores.items()
        }


class _Ours:
    """Mixed into each: where the book of the notebook at hand is found."""

    book: Book


class OverwriteKernelspec(_Ours, stock.OverwriteKernelspec):
    """The instructor's kernel."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Put the instructor's kernel in the place of the submission's."""
        spec = json.loads(self.book.sheet.kernelspec) if self.book.sheet.kernelspec else None
        if spec:
            nb.metadata["kernelspec"] = spec
        return nb, resources


class OverwriteCells(_Ours, stock.OverwriteCells):
    """Test cells as they were released."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Restore what trainees may not change."""
        self.notebook_id = resources["nbgrader"]["notebook"]
        self.assignment_id = resources["nbgrader"]["assignment"]
        self.gradebook = self.book
        nb, resources = Preprocessor.preprocess(self, nb, resources)
        if self.add_missing_cells:
            nb, resources = self.add_missing_grade_cells(nb, resources)
            nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> Any:
        """Restore one cell."""
        self._was = cell.source
        return super().preprocess_cell(cell, resources, cell_index)

    def report_change(self, name: str, attr: str, old: Any, new: Any) -> None:
        """Note what was restored; a hidden test that comes back is no change of the trainee's."""
        kind = "cell-metadata"
        if attr == "checksum":
            kind = "test-restored"
            if _lines(self._was) == _lines(self._released(self.book.cells[name])):
                return
        super().report_change(name, attr, old, new)
        self.book.notes.append(Reason(kind, {"cell": str(name)[:80]}))

    def _released(self, cell: SourceCell) -> str:
        """A cell's source as trainees got it."""
        hide = stock.ClearHiddenTests(config=self.config)
        mark = stock.ClearMarkScheme(config=self.config)
        fresh = SimpleNamespace(source=cell.source)
        hide._remove_hidden_test_region(fresh)
        mark._remove_mark_scheme_region(fresh)
        return fresh.source


class SaveAutoGrades(_Ours, stock.SaveAutoGrades):
    """Scores and comments, kept in the book."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Collect the score of each graded cell."""
        for key in ("notebook", "assignment", "student"):
            setattr(self, f"{key}_id", resources["nbgrader"][key])
        self.gradebook = self.book
        return Preprocessor.preprocess(self, nb, resources)

    def _add_score(self, cell: Any, resources: Any) -> None:
        name = cell.metadata["nbgrader"]["grade_id"]
        book = self.book
        value = _last_value(cell)
        worth = float(cell.metadata["nbgrader"]["points"])
        if value is not None and not book.as_stock:
            number = _number(value)
            if number is not None and not 0 <= number <= worth:
                # Stock gives full points for the one and loses the submission for the other.
                book.odd[name] = value[:40]
                book.kinds[name] = "none"
                return
            if number is not None and _NUMPY.fullmatch(value):
                cell = _plain(cell, number)
        super()._add_score(cell, resources)
        row = book.scores[name]
        score = row.auto_score
        if score is None:
            book.kinds[name] = "none"
        elif value is not None and _number(value) is not None:
            book.kinds[name] = "value"
        else:
            book.kinds[name] = "full" if score == worth and score else "zero"
        if score == 0 and not book.as_stock and _only_stderr(cell):
            book.silent.add(name)


def _lines(text: str) -> list[str]:
    """Text without regard to line ends and space at the end of lines, which editors change."""
    return [line.rstrip() for line in text.strip().splitlines()]


def _last_value(cell: Any) -> str | None:
    """The text of the value that nbgrader takes for partial credit, when no error comes first."""
    if cell.cell_type != "code" or utils.is_solution(cell):
        return None
    for output in cell.outputs:
        if output.output_type == "error" or (
            output.output_type == "stream" and output.name == "stderr"
        ):
            return None
        if output.output_type == "execute_result":
            return _value(output)
    return None


def _value(output: Any) -> str:
    text = output.get("data", {}).get("text/plain", "")
    return "".join(text) if isinstance(text, list) else str(text)


def _number(text: str) -> float | None:
    """A score as a number; NaN counts as below zero, since it is no score."""
    found = _NUMPY.fullmatch(text.strip())
    try:
        number = float(found.group(1) if found else text)
    except ValueError:
        return None
    return -1.0 if math.isnan(number) else number


def _plain(cell: Any, number: float) -> Any:
    """A copy of a cell whose last value is a plain number."""
    import copy

    fresh = copy.deepcopy(cell)
    for output in fresh.outputs:
        if output.output_type == "execute_result":
            output["data"]["text/plain"] = repr(number)
    return fresh


def _only_stderr(cell: Any) -> bool:
    """A cell that ended well, yet printed to stderr, for which stock gives nothing."""
    if cell.cell_type != "code" or utils.is_solution(cell):
        return False
    kinds = {output.output_type for output in cell.outputs}
    if "error" in kinds or not utils.has_failed(cell):
        return False
    # A value of nothing is nothing with or without the noise.
    values = [_value(output) for output in cell.outputs if output.output_type == "execute_result"]
    return not values or _number(values[0]) != 0


class AssignLatePenalties(_Ours, stock.AssignLatePenalties):
    """The course's own plugin, asked with figures from the book."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Ask the plugin what being late costs."""
        self.student_id = resources["nbgrader"]["student"]
        self.init_plugin()
        book, late = self.book, self.book.late()
        book.penalty = None
        if late > 0:
            score = book.score()
            penalty = self.plugin_inst.late_submission_penalty(self.student_id, score, late)
            if penalty is not None:
                row = SimpleNamespace(score=score)
                book.penalty = self._check_late_penalty(row, penalty)
        return nb, resources


class _Validator(MetadataValidator):
    """nbgrader's validator, which remembers what it has found good: schemas are slow."""

    good: ClassVar[set[str]] = set()
    most = 4096

    def validate_cell(self, cell: Any) -> None:
        """Validate a cell's metadata, unless equal metadata was good before."""
        meta = cell.metadata.get("nbgrader")
        if meta is None:
            return
        key = f"{cell.cell_type} {json.dumps(meta, sort_keys=True, default=repr)}"
        if key in self.good:
            return
        super().validate_cell(cell)
        if len(self.good) > self.most:
            self.good.clear()
        self.good.add(key)


class CheckCellMetadata(_Ours, stock.CheckCellMetadata):
    """Metadata that nbgrader can work with."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._validator = _Validator()

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Refuse a notebook whose metadata are damaged."""
        self._validator.validate_nb(nb)
        return nb, resources


#: Stock preprocessors that have a twin here; the others never open the gradebook.
TWINS: dict[type, type] = {
    stock.OverwriteKernelspec: OverwriteKernelspec,
    stock.OverwriteCells: OverwriteCells,
    stock.SaveAutoGrades: SaveAutoGrades,
    stock.AssignLatePenalties: AssignLatePenalties,
    stock.CheckCellMetadata: CheckCellMetadata,
}


def resolve(step: Any) -> type:
    """A preprocessor's class, from a class or its dotted name.

    Raises:
        ImportError: it cannot be found.
    """
    if isinstance(step, type):
        return step
    from traitlets.utils.importstring import import_item

    found = import_item(str(step))
    if not isinstance(found, type):
        raise ImportError(f"{step} is no class")
    return found


def is_stock(step: Any) -> bool:
    """Whether a preprocessor is nbgrader's or nbconvert's own, so that it has no surprises."""
    return resolve(step).__module__.split(".")[0] in ("nbgrader", "nbconvert")


def build(steps: list[Any], config: Any, execute: type, log: Any) -> list[Any]:
    """The preprocessors of one half of a run, with our twins in the place of stock's."""
    made = []
    for step in steps:
        kind = resolve(step)
        kind = execute if kind is stock.Execute else TWINS.get(kind, kind)
        # The section of a course's settings is named after the stock class: subclasses inherit it.
        made.append(kind(config=config, log=log))
    return made
