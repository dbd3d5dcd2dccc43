"""The table of the differential test: ``python tests/differential/table.py [--sample]``."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Sequence

import ours
import plan
import stock
from build import versions
from verdict import Line, judge, report

HEADS = (
    "assignment",
    "submissions",
    "rows compared",
    "equal",
    "held",
    "known difference",
    "stock cannot",
    "unknown",
    "s stock",
    "s ours",
)


def _cells(line: Line) -> Sequence[object]:
    return (
        line.slug,
        line.submissions,
        line.rows,
        line.equal,
        line.held,
        line.submissions
        - line.equal
        - line.held
        - sum(line.lost.values())
        - len({one.student for one, _ in line.unknown}),
        sum(line.lost.values()),
        len({one.student for one, _ in line.unknown}),
        round(line.stock_seconds, 1),
        round(line.our_seconds, 1),
    )


def show(lines: dict[str, Line]) -> str:
    """The table as Markdown, with a line for all."""
    rows = [_cells(line) for line in lines.values()]
    total = ["all", *(round(sum(row[i] for row in rows), 1) for i in range(1, len(HEADS)))]  # type: ignore[misc]
    text = [" | ".join(HEADS), " | ".join("---" for _ in HEADS)]
    text += [" | ".join(str(value) for value in row) for row in (*rows, total)]
    known: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for line in lines.values():
        known += line.known
        lost += line.lost
    table = "\n".join(f"| {row} |" for row in text)
    return (
        f"{table}\n\nknown differences (submissions): {dict(known)}"
        f"\nwhat became here of those that stock cannot grade: {dict(lost)}"
    )


def main() -> int:
    """Run both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", action="store_true", help="only the sample of the suite")
    parser.add_argument("--fresh", action="store_true", help="run stock anew too")
    parser.add_argument("--only", action="append", help="these assignments")
    parser.add_argument("options", nargs="*", help="more options for casebank grade, after --")
    given = parser.parse_args()
    some = plan.sample() if given.sample else plan.whole()
    some = [one for one in some if not given.only or one.slug in given.only]

    def tell(done: int, every: int) -> None:
        print(f"\rstock {done}/{every}", end="", file=sys.stderr, flush=True)

    theirs = stock.run(some, fresh=given.fresh, tell=tell)
    mine, seconds = ours.run(some, *given.options)
    lines = judge(some, theirs, mine)
    for slug, spent in seconds.items():
        lines[slug].our_seconds = spent
    print(
        f"{time.strftime('%Y-%m-%d')} · {versions()} · {platform.machine()}, {os.cpu_count()} cores"
    )
    print(show(lines))
    print(report(lines, 400))
    return 1 if any(line.unknown for line in lines.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
