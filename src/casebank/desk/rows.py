"""What nbgrader's gradebook says of one submission, to be put back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_SUBMISSION = ("timestamp",)
_NOTEBOOK = ("late_submission_penalty", "flagged")
_GRADE = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")
_COMMENT = ("auto_comment", "manual_comment")


@dataclass(frozen=True)
class Rows:
    """The rows of a submission; ``values`` is nothing where there was none."""

    assignment: str
    student: str
    values: dict[str, Any] | None


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _open(coursedir: Any) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(coursedir.db_url, coursedir.course_id)


def read(coursedir: Any, assignment: str, student: str) -> Rows:
    """Read them."""
    from nbgrader.api import MissingEntry

    with _open(coursedir) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return Rows(assignment, student, None)
        values = {
            "": _values(submission, _SUBMISSION),
            **{
                one.name: {
                    "": _values(one, _NOTEBOOK),
                    "grades": {row.name: _values(row, _GRADE) for row in one.grades},
                    "comments": {row.name: _values(row, _COMMENT) for row in one.comments},
                }
                for one in submission.notebooks
            },
        }
        return Rows(assignment, student, values)


def _put(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def restore(coursedir: Any, old: Rows) -> None:
    """Write what has changed of them as it was; a submission that was not there goes."""
    from nbgrader.api import MissingEntry

    with _open(coursedir) as gradebook:
        try:
            submission = gradebook.find_submission(old.assignment, old.student)
        except MissingEntry:
            return
        if old.values is None:
            gradebook.remove_submission(old.assignment, old.student)
            return
        _put(submission, old.values[""])
        for one in submission.notebooks:
            known = old.values.get(one.name)
            if known is None:
                continue
            _put(one, known[""])
            for kind in ("grades", "comments"):
                for row in getattr(one, kind):
                    if row.name in known[kind]:
                        _put(row, known[kind][row.name])
        gradebook.db.commit()
