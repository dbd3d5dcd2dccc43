"""What travels between the parts of the engine: packs and tasks out, decisions back.

Everything here is plain data that can be pickled, so a submission can be graded in another process
or on another machine. Nothing of a submission is ever pickled: only what we made of it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from casebank.check.outcomes import TaskOutcome
from casebank.grading.reasons import Reason

GRADED, HELD, REJECTED, WAITING = "graded", "held", "rejected", "waiting"


@dataclass(frozen=True)
class SourceCell:
    """A cell as nbgrader's gradebook keeps it since ``generate_assignment``.

    Attributes:
        points: what it is worth at most; None when it is no graded cell (or task).
    """

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None
    grade: bool
    solution: bool
    task: bool
    points: float | None
    schema_version: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One notebook of an assignment, as the instructor made it.

    Attributes:
        kernelspec: what the gradebook says the notebook runs with, as JSON text.
        cells: the cells that nbgrader knows, in order.
        script: every code cell of the instructor's notebook in order as (grade id or "", source);
            empty where the source is not there. Hidden tests are in it: it never enters a kernel.
    """

    name: str
    kernelspec: str | None
    cells: tuple[SourceCell, ...]
    script: tuple[tuple[str, str], ...] = ()

    @property
    def points(self) -> dict[str, float]:
        """Points of each graded cell and task cell, by grade id."""
        return {cell.name: cell.points for cell in self.cells if cell.points is not None}


@dataclass(frozen=True)
class Before:
    """What a person has already decided about a submission; nbgrader's rules look at it.

    ``manual`` and ``extra`` are by (notebook, grade id).
    """

    duedate: datetime.datetime | None = None
    extension: datetime.timedelta | None = None
    timestamp: datetime.datetime | None = None
    manual: dict[tuple[str, str], float | None] = field(default_factory=dict)
    extra: dict[tuple[str, str], float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One submission to be graded: its files as bytes, by relative path."""

    student: str
    files: dict[str, bytes]
    digest: str
    before: Before = field(default_factory=Before)


@dataclass(frozen=True)
class Row:
    """What nbgrader's gradebook is to say of one graded cell.

    Attributes:
        kind: how the score came about, so that it can be weighed anew without a run: ``full``,
            ``zero``, ``value`` (partial credit: the score itself), ``none`` (a person grades).
    """

    auto_score: float | None
    needs_manual_grade: bool
    max_score: float
    kind: str = ""


@dataclass
class Graded:
    """One executed notebook of a submission.

    Attributes:
        content: the notebook for ``autograded/``, None when it was not handed in.
        rows: by grade id.
        comments: nbgrader's automatic comment by grade id of solution and task cells.
        unrun: graded cells that were not run to their end since the kernel was ended.
    """

    name: str
    content: bytes | None
    rows: dict[str, Row]
    comments: dict[str, str | None] = field(default_factory=dict)
    penalty: float | None = None
    unrun: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Evidence:
    """Two judgements of one test cell that differ.

    Attributes:
        ours: what the test said on plain data in a process that the submission cannot reach.
        theirs: what it said inside the submission's own kernel.
    """

    notebook: str
    cell: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Hashes:
    """Digests of everything that a grade hangs on; where one differs, the grade is stale."""

    answer: str = ""
    checks: str = ""
    weights: str = ""
    data: str = ""
    engine: str = ""


@dataclass
class Decision:
    """What becomes of one submission.

    Attributes:
        graded: the executed notebooks; None when nothing could be run.
        files: other files for ``autograded/``, by relative path.
        disputed: (notebook, grade id) that get no automatic score and a person's look.
        unverified: (notebook, grade id) whose second judgement was not to be had, with the reason.
        uses: (notebook, grade id) -> what its test asks of objects that are no plain data.
        timestamp: when it was handed in, by its timestamp.txt or the gradebook.
        fault: our own failure in one line, for the log.
        cpu: CPU seconds by part: cells, start, bookkeeping, verification.
    """

    student: str
    status: str
    digest: str
    lang: str
    version: str = ""
    reason: Reason | None = None
    notes: list[Reason] = field(default_factory=list)
    tasks: list[TaskOutcome] = field(default_factory=list)
    graded: list[Graded] | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    disputed: set[tuple[str, str]] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)
    unverified: dict[tuple[str, str], str] = field(default_factory=dict)
    uses: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    timestamp: datetime.datetime | None = None
    hashes: Hashes = field(default_factory=Hashes)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    fault: str = ""

    @property
    def points(self) -> float:
        """Points that the machine gives: those of cells that are not disputed."""
        return sum(
            row.auto_score or 0
            for one in self.graded or ()
            for name, row in one.rows.items()
            if (one.name, name) not in self.disputed
        )

    def row(self, notebook: str, cell: str) -> Row | None:
        """The row of a graded cell, if there is one."""
        for one in self.graded or ():
            if one.name == notebook:
                return one.rows.get(cell)
        return None


@dataclass(frozen=True)
class Pack:
    """All that grading needs of an assignment, read once and sent to each worker once.

    Attributes:
        config: the course's nbgrader settings, as plain dictionaries.
        files: what lies beside the instructor's notebooks and overwrites what was handed in.
        sheets: the notebooks, by name.
        root: the course's own path, as kernels see it.
        autograded: path of a student's folder in ``autograded/``, with ``{student_id}`` in it.
        spec: content of ``casebank.json`` for an exercise of ours, else None.
        released: for an exercise of ours, the released cells as JSON text of a notebook.
        exact: the course has preprocessors or hooks of its own, which have to see a real gradebook:
            the slow way.
        as_stock: score what stock nbgrader scores wrongly as it does.
    """

    slug: str
    version: str
    lang: str
    course_id: str
    config: dict[str, Any]
    files: dict[str, bytes]
    sheets: dict[str, Sheet]
    root: str
    autograded: str
    limits: Any
    spec: dict[str, Any] | None = None
    released: str = ""
    exact: bool = False
    as_stock: bool = False
    hashes: Hashes = field(default_factory=Hashes)
    digest: str = ""


@dataclass(frozen=True)
class Kit:
    """What a worker has to know before it grades an assignment.

    Attributes:
        packs: each kept version by its number; for a stranger's course the one pack under "".
        current: the version that is out now.
        unverifiable: (notebook, grade id) whose second judgement says nothing, with the reason.
        trust: (notebook, grade id) -> what its test may ask of objects that are no plain data,
            learned from the instructor's solution; None: it was not run.
    """

    slug: str
    packs: dict[str, Pack]
    current: str
    verify: bool = True
    unverifiable: dict[tuple[str, str], str] = field(default_factory=dict)
    trust: dict[tuple[str, str], tuple[str, ...]] | None = None
    name: str = "cbk-"
    seed: str | None = None
    sandbox: bool = True
    log: str = ""

    @property
    def pack(self) -> Pack:
        """The pack of the version that is out now."""
        return self.packs[self.current]
