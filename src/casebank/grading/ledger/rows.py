"""What a decision means for each row of the gradebook: nothing here touches a database.

nbgrader's rows are as stock ``nbgrader autograde`` leaves them, but for cells in dispute.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casebank.check.outcomes import Outcome, TaskOutcome
from casebank.grading.model import Decision, Graded, Row
from casebank.grading.reasons import dump

FULL, ZERO, VALUE, NONE, MISSING = "full", "zero", "value", "none", "missing"


@dataclass(frozen=True)
class Leaf:
    """A cell that has a grade or a comment, by the gradebook's own id."""

    id: str
    name: str
    maximum: float = 0.0


@dataclass(frozen=True)
class Book:
    """A notebook of an assignment, by the gradebook's own id."""

    id: str
    name: str
    grades: tuple[Leaf, ...]
    comments: tuple[Leaf, ...]


@dataclass(frozen=True)
class Old:
    """A row of nbgrader's table ``grade`` as it is before ours: a person's part stays."""

    id: str = ""
    manual: float | None = None
    extra: float | None = None


def graded_of(decision: Decision, notebook: str) -> Graded | None:
    """What was graded of a notebook."""
    return next((one for one in decision.graded or () if one.name == notebook), None)


def score(decision: Decision, book: Book, leaf: Leaf, old: Old) -> tuple[float | None, bool]:
    """Automatic score and manual flag of a cell.

    A cell in dispute, one that was not run, and one that is gone from the notebook get no score
    and wait for a person. In a notebook that was not handed in everything is 0, whatever a person
    gave (so stock).
    """
    one = graded_of(decision, book.name)
    if one is None or (book.name, leaf.name) in decision.disputed:
        return None, True
    if one.content is None:
        return 0.0, False
    row = one.rows.get(leaf.name)
    if row is None:
        return None, True
    needs = row.needs_manual_grade or row.auto_score is None or old.manual is not None
    return row.auto_score, needs


def worth(auto: float | None, old: Old) -> float:
    """A grade's score as nbgrader computes it from automatic score, manual score and extra."""
    base = old.manual if old.manual is not None else auto
    return 0.0 if base is None else base + (old.extra or 0.0)


def penalty(decision: Decision, book: Book, total: float) -> float | None:
    """The late penalty of a notebook; never more than what is left when cells are in dispute."""
    one = graded_of(decision, book.name)
    if one is None or one.penalty is None:
        return None
    if any(notebook == book.name for notebook, _ in decision.disputed):
        return max(0.0, min(one.penalty, total))
    return one.penalty


def keeps_comments(decision: Decision, book: Book) -> bool:
    """Whether stock leaves comments and penalty alone: the notebook was not handed in."""
    one = graded_of(decision, book.name)
    return one is not None and one.content is None


def comment(decision: Decision, book: Book, leaf: Leaf) -> str | None:
    """nbgrader's automatic comment on a cell."""
    one = graded_of(decision, book.name)
    return one.comments.get(leaf.name) if one else None


# -- our own tables --------------------------------------------------------------------------------


def submission_row(slug: str, decision: Decision, run: str) -> dict[str, Any]:
    """The row of ``casebank_submission``."""
    return {
        "assignment": slug,
        "student": decision.student,
        "run": run,
        "status": decision.status,
        "reason": dump([decision.reason]) if decision.reason else None,
        "notes": dump(decision.notes),
        "version": decision.version,
        "lang": decision.lang,
        "digest": decision.digest,
        "seconds": round(decision.seconds, 3),
        "graded": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
    }


def task_rows(slug: str, decision: Decision) -> list[dict[str, Any]]:
    """The rows of ``casebank_task``."""
    return [_task_row(slug, decision, i, one) for i, one in enumerate(decision.tasks)]


def _task_row(slug: str, decision: Decision, position: int, one: TaskOutcome) -> dict[str, Any]:
    judged = one.outcome is not Outcome.NOT_JUDGED
    points = sum(
        row.auto_score or 0.0
        for graded in decision.graded or ()
        for name, row in graded.rows.items()
        if name in one.cells and (graded.name, name) not in decision.disputed
    )
    return {
        "assignment": slug,
        "student": decision.student,
        "task": one.task,
        "position": position,
        "outcome": one.outcome.value,
        "message_id": one.message_id,
        "text": one.text,
        "needs": one.needs,
        "points": points if judged else 0.0,
        "max": float(one.max_points),
    }


def grade_row(slug: str, decision: Decision) -> dict[str, Any]:
    """The row of ``casebank_grade``."""
    hashes = decision.hashes
    return {
        "assignment": slug,
        "student": decision.student,
        "answer": hashes.answer or decision.digest,
        "checks": hashes.checks,
        "weights": hashes.weights,
        "data": hashes.data,
        "engine": hashes.engine,
    }


def cell_rows(
    slug: str, decision: Decision, books: Mapping[str, Book] | None = None
) -> list[dict[str, Any]]:
    """The rows of ``casebank_cell``: of every graded cell, whether it was run or not."""
    doubted = {(one.notebook, one.cell) for one in decision.evidence}
    found = []
    for one in decision.graded or ():
        book = (books or {}).get(one.name)
        names = {leaf.name: None for leaf in book.grades} if book else dict.fromkeys(one.rows)
        for name in names:
            key = (one.name, name)
            row = one.rows.get(name)
            kind = MISSING if one.content is None else kind_of(row)
            second = decision.unverified.get(key) or ("no" if key in doubted else "yes")
            found.append(
                {
                    "assignment": slug,
                    "student": decision.student,
                    "notebook": one.name,
                    "cell": name,
                    "kind": kind,
                    "value": row.auto_score if row else None,
                    "disputed": key in decision.disputed,
                    "verified": "" if kind in (NONE, MISSING) and second == "yes" else second,
                }
            )
    return found


def kind_of(row: Row | None) -> str:
    """How a score came about, where the judge did not say so."""
    if row is None or row.auto_score is None:
        return NONE
    if row.kind:
        return row.kind
    if row.auto_score == 0:
        return ZERO
    return FULL if row.auto_score == row.max_score else VALUE


def evidence_rows(slug: str, decision: Decision) -> list[dict[str, Any]]:
    """The rows of ``casebank_evidence``; the last one of a cell counts."""
    found = {
        (one.notebook, one.cell): {
            "assignment": slug,
            "student": decision.student,
            "notebook": one.notebook,
            "cell": one.cell,
            "ours": one.ours,
            "theirs": one.theirs,
        }
        for one in decision.evidence
    }
    return list(found.values())
