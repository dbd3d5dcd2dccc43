"""What becomes of a submission that was run: outcomes, what is in dispute, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casebank.check.outcomes import PERSON, RUN, Outcome, TaskOutcome, judge
from casebank.grading.discretion import discreet
from casebank.grading.intake import Intake
from casebank.grading.model import GRADED, HELD, Decision, Evidence, Graded, Task
from casebank.grading.paper import Paper
from casebank.grading.reasons import Reason
from casebank.grading.repair import together

Cell = tuple[str, str]


class Findings:
    """What the runs of a submission's notebooks brought to light.

    Attributes:
        stopped: why a kernel was ended early, if one was.
        odd: cells whose last value is no score, with the value.
        silent: cells that passed but for what they printed to stderr.
        left: files that notebooks made, which the submission's next notebook finds.
    """

    def __init__(self) -> None:
        self.graded: list[Graded] = []
        self.executed: dict[str, Any] = {}
        self.stopped: str | None = None
        self.slow = False
        self.odd: dict[Cell, str] = {}
        self.silent: set[Cell] = set()
        self.evidence: list[Evidence] = []
        self.unverified: dict[Cell, str] = {}
        self.uses: dict[Cell, tuple[str, ...]] = {}
        self.notes: list[Reason] = []
        self.left: dict[str, bytes] = {}


def decide(task: Task, intake: Intake, paper: Paper, current: Paper, found: Findings) -> Decision:
    """Turn runs into a decision: what counts, what a person has to look at."""
    outcomes = _outcomes(intake, paper, found)
    notes = together([*intake.notes, *found.notes])
    if found.slow:
        notes.append(Reason("slow-cell"))
    disputed: set[Cell] = set()
    blocked: list[str] = []
    for one in outcomes:
        if one.outcome is not Outcome.NOT_JUDGED:
            continue
        if one.needs == PERSON:
            if not any(note.id == "essay-waits" for note in notes):
                notes.append(Reason("essay-waits"))
            continue
        cells = _cells(one, paper)
        if paper.spec is None and cells <= set(found.odd):
            continue
        blocked.append(one.task)
        disputed |= cells
    reason = Reason("not-judged", {"tasks": ", ".join(blocked)}) if blocked else None
    if found.stopped:
        reason = _stopped(found.stopped, paper)
    for name, cells in _disputes(outcomes, paper, found, disputed).items():
        if cells:
            disputed |= cells
            params: dict[str, Any] = {"cells": _names(cells)}
            if name == "odd-value":
                params["values"] = ", ".join(sorted({found.odd[cell] for cell in cells}))
            reason = reason or Reason(name, params)
    differing = _other_weights(paper, current)
    if differing:
        disputed |= {(paper.slug, name) for name in differing}
        params = {"found": paper.name, "current": current.name}
        reason = reason or Reason(
            "version-differs", params | {"cells": ", ".join(sorted(differing))}
        )
    return Decision(
        student=task.student,
        status=HELD if reason else GRADED,
        digest=task.digest,
        lang=intake.lang,
        version=paper.name,
        reason=reason,
        notes=notes,
        tasks=outcomes,
        graded=found.graded,
        files=intake.extra | paper.pack.files,
        disputed=disputed,
        evidence=found.evidence,
        unverified=found.unverified,
        uses=found.uses,
        timestamp=task.before.timestamp,
    )


def _names(cells: set[Cell]) -> str:
    return ", ".join(sorted({cell for _, cell in cells}))


def _stopped(reason: str, paper: Paper) -> Reason:
    limits = paper.pack.limits
    limit = {
        "limit-time": limits.wall_seconds,
        "limit-memory": limits.memory_mb,
        "limit-output": limits.output_mb,
    }.get(reason)
    return Reason(reason, {} if limit is None else {"limit": limit})


def _disputes(
    outcomes: list[TaskOutcome], paper: Paper, found: Findings, known: set[Cell]
) -> dict[str, set[Cell]]:
    """Cells in dispute by reason, most serious first."""
    rows = {(one.name, name): row for one in found.graded for name, row in one.rows.items()}
    unrun = {(one.name, name) for one in found.graded for name in one.unrun}
    silent = set(found.silent)
    if paper.spec is not None and not paper.pack.as_stock:
        silent |= {
            (paper.slug, name)
            for one in outcomes
            for name, good in one.cells.items()
            if good and (paper.slug, name) in rows and (paper.slug, name) not in found.odd
            if (rows[paper.slug, name].auto_score or 0) < rows[paper.slug, name].max_score
        }
    return {
        "verify-differs": {(one.notebook, one.cell) for one in found.evidence},
        "kernel-stopped": unrun - known if found.stopped else set(),
        "odd-value": set(found.odd),
        "odd-score": silent - known,
    }


def _other_weights(paper: Paper, current: Paper) -> set[str]:
    if paper is current:
        return set()
    return {name for name, points in current.points.items() if paper.points.get(name) != points}


def _cells(one: TaskOutcome, paper: Paper) -> set[Cell]:
    if paper.spec is None:
        notebook, _, cell = one.task.partition("/")
        return {(notebook, cell)}
    spec = paper.spec.task(one.task)
    names = set(one.cells) or set(spec.tests if spec else ())
    return {(paper.slug, name) for name in names}


def _outcomes(intake: Intake, paper: Paper, found: Findings) -> list[TaskOutcome]:
    if paper.spec is None:
        return [one for graded in found.graded for one in _plain(graded, found)]
    executed = found.executed[paper.slug]
    unrun = found.graded[0].unrun
    outcomes = [_unrun(one, paper, unrun) for one in judge(executed, paper.spec, intake.lang)]
    return discreet(outcomes, paper, executed, intake.lang)


def _plain(graded: Graded, found: Findings) -> list[TaskOutcome]:
    """One outcome per graded cell of a stranger's notebook; never a word of a test."""
    kinds = {"full": Outcome.PASSED, "zero": Outcome.FAILED, "none": Outcome.NOT_JUDGED}
    out = []
    for name, row in graded.rows.items():
        kind = kinds.get(row.kind, Outcome.PARTLY)
        needs = None
        if row.kind == "value" and row.auto_score is not None:
            kind = Outcome.PASSED if row.auto_score >= row.max_score else Outcome.PARTLY
            kind = kind if row.auto_score else Outcome.FAILED
        if kind is Outcome.FAILED and graded.comments.get(name) == "No response.":
            kind = Outcome.NOT_ATTEMPTED
        if kind is Outcome.NOT_JUDGED:
            needs = RUN if (graded.name, name) in found.odd else PERSON
        if name in graded.unrun:
            kind, needs = Outcome.NOT_JUDGED, RUN
        if graded.content is None:
            kind, needs = Outcome.NOT_ATTEMPTED, None
        out.append(
            TaskOutcome(
                f"{graded.name}/{name}",
                kind,
                needs=needs,
                points=row.auto_score or 0.0,
                max_points=row.max_score,
            )
        )
    return out


def _unrun(one: TaskOutcome, paper: Paper, unrun: set[str]) -> TaskOutcome:
    """A task whose cells were not run to their end is not judged, whoever ended the kernel."""
    spec = paper.spec.task(one.task) if paper.spec else None
    if spec is None or spec.essay or one.outcome is Outcome.PASSED:
        return one
    if one.outcome is Outcome.NOT_JUDGED or not unrun & {spec.solution, *spec.tests}:
        return one
    return replace(one, outcome=Outcome.NOT_JUDGED, message_id=None, text="", needs=RUN)
