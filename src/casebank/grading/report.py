"""What a run of grading says: a table for people, JSON lines for machines."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from casebank.check.visible import dumps, visible
from casebank.grading.model import GRADED, HELD, REJECTED, WAITING, Decision
from casebank.terminal import styled

INTERRUPTED = 130
#: Students named in a remark below the table.
NAMES = 12
#: Characters of a reason with its notes, and of a remark.
LONGEST_WHY = 2000
STYLE = {GRADED: "green", HELD: "yellow", REJECTED: "red", WAITING: "dim"}


@dataclass
class Line:
    """One student of a run."""

    student: str
    status: str
    points: float | None = None
    max_points: float | None = None
    seconds: float = 0.0
    reason: str = ""
    reason_id: str = ""
    notes: list[str] = field(default_factory=list)
    tasks: dict[str, str] = field(default_factory=dict)
    skipped: bool = False
    fault: str = ""


@dataclass
class RunReport:
    """All students of one run of ``casebank grade``."""

    slug: str
    version: str
    sandbox: bool
    lines: list[Line] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False
    log: Path | None = None
    stale: dict[str, list[str]] = field(default_factory=dict)
    unverifiable: dict[tuple[str, str], str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)

    def add_cpu(self, times: dict[str, float]) -> None:
        """Add a submission's CPU seconds by part."""
        for name, seconds in times.items():
            self.cpu[name] = self.cpu.get(name, 0.0) + seconds

    @property
    def exit_code(self) -> int:
        """0; 1 when a submission was rejected; 3 when we failed one; 130 when it was stopped."""
        if self.interrupted:
            return INTERRUPTED
        if any(line.fault for line in self.lines):
            return 3
        return 1 if any(line.status == REJECTED for line in self.lines) else 0

    def counts(self) -> dict[str, int]:
        """Students by status."""
        found = Counter(line.status for line in self.lines)
        return {status: found[status] for status in STYLE if found[status]}

    def line(self, student: str) -> Line:
        """The line of a student."""
        return next(line for line in self.lines if line.student == student)

    def table(self) -> Table:
        """A table with a line per student and a caption with the sums."""
        sums = ", ".join(f"{number} {status}" for status, number in self.counts().items())
        new = [line for line in self.lines if line.seconds]
        speed = f", {self.seconds / len(new):.1f} s a submission" if new else ""
        title = f"{self.slug} {self.version}" + ("" if self.sandbox else "  NOT ISOLATED")
        table = Table(title=styled(title))
        caption = f"{sums or 'nobody has handed in anything'}{speed}"
        caption += "; stopped, run again for the rest" if self.interrupted else ""
        for name in ("student", "status", "points", "s", "why"):
            table.add_column(name, justify="right" if name in ("points", "s") else "left")
        for line in self.lines:
            points = (
                f"{line.points:g}/{line.max_points:g}"
                if line.points is not None and line.max_points is not None
                else ""
            )
            why = " ".join(filter(None, [line.reason, *line.notes])) or (
                "unchanged" if line.skipped else ""
            )
            seconds = f"{line.seconds:.1f}" if line.seconds else ""
            row = [styled(line.student), styled(line.status, STYLE[line.status])]
            table.add_row(*row, styled(points), styled(seconds), styled(why, most=LONGEST_WHY))
        frequent = Counter(line.reason_id for line in self.lines if line.reason_id)
        if frequent:
            reasons = ", ".join(f"{name} ({n})" for name, n in frequent.most_common(5))
            caption += f"; most frequent: {reasons}"
        said = [visible(remark, LONGEST_WHY) for remark in self._remarks()]
        table.caption = Text("\n".join([caption, *said]))
        return table

    def _remarks(self) -> list[str]:
        found = list(self.remarks)
        if self.unverifiable:
            cells = ", ".join(sorted(cell for _, cell in self.unverifiable))
            found.append(f"not judged a second time: {cells}")
        if self.stale:
            parts = Counter(part for changed in self.stale.values() for part in changed)
            said = ", ".join(f"{name} ({number})" for name, number in parts.most_common())
            who = ", ".join(sorted(self.stale)[:NAMES]) + (" …" if len(self.stale) > NAMES else "")
            found.append(f"out of date: {len(self.stale)} ({who}); what changed: {said}")
        return found


def line_of(decision: Decision, worth: float, lang: str) -> Line:
    """A decision as a line of the report, in the instructor's language."""
    read = decision.status in (GRADED, HELD)
    return Line(
        student=decision.student,
        status=decision.status,
        points=decision.points if read else None,
        max_points=worth if read else None,
        seconds=decision.seconds,
        reason=decision.reason.text(lang) if decision.reason else "",
        reason_id=decision.reason.id if decision.reason else "",
        notes=[note.text(lang) for note in decision.notes],
        tasks={one.task: one.outcome.value for one in decision.tasks},
        fault=decision.fault,
    )


class RunLog:
    """JSON lines in ``logs/``: one when a run begins, one per student, one when it ends."""

    def __init__(self, folder: Path, slug: str) -> None:
        folder.mkdir(exist_ok=True)
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        self.path = folder / f"grade-{slug}-{stamp}.jsonl"
        self._handle = self.path.open("a", encoding="utf-8")

    def write(self, event: str, **what: Any) -> None:
        """Append one line and bring it to the disk's care at once."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        self._handle.write(dumps({"time": now, "event": event, **what}))
        self._handle.write("\n")
        self._handle.flush()

    def close(self) -> None:
        """Close the file."""
        self._handle.close()
