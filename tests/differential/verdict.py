"""Put both graders side by side: what is equal, held, known, unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from compare import Difference, compare, disputed
from known import Case, explain
from model import Outcome, Submission

Key = tuple[str, str]


@dataclass
class Line:
    """An assignment in the table.

    Attributes:
        rows: rows of the gradebook that were compared.
        equal: submissions that are equal in all things.
        compared: submissions whose every row of the gradebook and every cell is equal; files that
            a run left may differ.
        held: submissions that wait for a person and are equal but for the disputed cells.
        lost: submissions that stock cannot grade, by what became of them here.
        known: known differences, by id: submissions.
        unknown: differences that nothing explains.
    """

    slug: str
    submissions: int = 0
    rows: int = 0
    equal: int = 0
    compared: int = 0
    held: int = 0
    disputed: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    unknown: list[tuple[Submission, Difference]] = field(default_factory=list)
    stock_seconds: float = 0.0
    our_seconds: float = 0.0


def judge(
    some: list[Submission], stock: dict[Key, Outcome], ours: dict[Key, Outcome]
) -> dict[str, Line]:
    """The table, by assignment."""
    lines: dict[str, Line] = {}
    for one in some:
        line = lines.setdefault(one.slug, Line(one.slug))
        line.submissions += 1
        theirs, mine = stock[one.slug, one.student], ours[one.slug, one.student]
        line.stock_seconds += theirs.seconds
        if not theirs.graded:
            line.lost[mine.status] += 1
            continue
        line.rows += len(theirs.rows)
        _one(line, Case(one, theirs, mine))
    return lines


def _one(line: Line, case: Case) -> None:
    differences = compare(case.one, case.stock, case.ours)
    reasons = {difference: explain(case, difference) for difference in _distinct(differences)}
    unknown = [d for d, known in reasons.items() if known is None]
    for name in {known.id for known in reasons.values() if known is not None}:
        line.known[name] += 1
    line.unknown += [(case.one, d) for d in unknown]
    if case.ours.status == "held" and not unknown:
        line.held += 1
        line.disputed += len(disputed(case.stock, case.ours))
        return
    line.equal += not differences
    line.compared += all(difference.what == "left" for difference in differences)


class _Same(Difference):
    """Differences hold lists, which have no hash; they are told apart by identity."""

    __hash__ = object.__hash__


def _distinct(differences: list[Difference]) -> list[Difference]:
    return [_Same(**vars(difference)) for difference in differences]


def report(lines: dict[str, Line], limit: int = 40) -> str:
    """The differences that nothing explains, one a line."""
    found = [
        f"{one.slug}/{one.student}: {difference}"
        for line in lines.values()
        for one, difference in line.unknown
    ]
    more = [f"… and {len(found) - limit} more"] if len(found) > limit else []
    return "\n".join(found[:limit] + more)
