"""The ledger: one writer brings decisions into the course's gradebook, nbgrader's rows and ours.

database   how the gradebook is opened (SQLite or a server), and what its faults mean
reading    the assignment's ids, the source cells, and what persons have decided
rows       what a decision means for each row; pure
folder     the graded files in autograded/, all at once
writer     one transaction per submission
stale      which grades a change made out of date; new weights without a run
"""

from __future__ import annotations

from casebank.grading.ledger.folder import write_folder
from casebank.grading.ledger.stale import reweigh, stale
from casebank.grading.ledger.writer import Writer
from casebank.grading.model import GRADED, HELD, REJECTED, WAITING, Before, Decision


def before(writer: Writer, student: str) -> Before:
    """What persons have decided about a student's submission so far."""
    return writer.before(student)


__all__ = [
    "GRADED",
    "HELD",
    "REJECTED",
    "WAITING",
    "Before",
    "Decision",
    "Writer",
    "before",
    "reweigh",
    "stale",
    "write_folder",
]
