"""What a collection took and what it put aside, as a table and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from casebank.check.log import now
from casebank.check.visible import dumps, visible
from casebank.files import write_text
from casebank.grading.collecting import words
from casebank.grading.collecting.parcel import Parcel
from casebank.grading.collecting.refusals import shown
from casebank.lang import Bi
from casebank.terminal import styled

#: How many of the files that were left alone are named.
NAMED = 3
#: Characters of a line below the table, which names files or people.
LONGEST_LINE = 4000


@dataclass
class Aside:
    """A file that was not taken: where it is from, the reason's id and sentence, the copy."""

    source: str
    reason: str
    sentence: str
    copy: Path | None


@dataclass
class Line:
    """One submission file that is among the attempts.

    Attributes:
        attempt: its place among the person's attempts, by the time they claim to be made.
        current: it is the one that lies in ``submitted/``.
        new: it was not there before.
        passed: of the last check that the file tells of; None when it tells of none.
    """

    student: str
    name: str
    exercise: str
    version: str
    lang: str
    attempt: int
    attempts: int
    current: bool
    new: bool
    made_at: str
    made_with: str
    checks: int
    passed: int | None
    total: int | None
    source: str
    notes: list[str]

    @classmethod
    def of(cls, parcel: Parcel, student: str, **more: Any) -> Line:
        """A line from what a parcel says of itself."""
        # A check of one task says less than the last one of all.
        most = max((one["total"] for one in parcel.checks), default=0)
        whole = [one for one in parcel.checks if one["total"] == most]
        last = whole[-1] if whole else {"passed": None, "total": None}
        where = more.pop("where")
        return cls(
            student=student,
            name=shown(parcel.name, 40),
            exercise=parcel.exercise,
            version=parcel.version,
            lang=parcel.lang,
            made_at=parcel.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            made_with=shown(parcel.made_with, 20),
            checks=len(parcel.checks),
            passed=last["passed"],
            total=last["total"],
            source=where,
            **more,
        )


@dataclass
class Report:
    """A run of ``casebank collect``.

    Attributes:
        lang: the course's language, in which all of it is told.
        again: who had a grade and handed in anew.
        completed: whom an earlier run that was cut off had left half done.
        other: files that are no zip and were left alone.
        left: how many more were not taken, not copied and not named.
        left_list: where the first of them are named.
    """

    course: Path
    lang: str
    lines: list[Line] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    again: list[tuple[str, str]] = field(default_factory=list)
    completed: list[tuple[str, str]] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    left: int = 0
    left_list: Path | None = None

    @property
    def exit_code(self) -> int:
        """1 when something was put aside, or there was nothing to take."""
        return 1 if self.aside or not (self.lines or self.completed) else 0

    def table(self) -> Group:
        """The summary for a terminal; nothing of a stranger's is taken for markup."""
        parts: list[Any] = []
        if self.lines:
            table = Table(box=None, pad_edge=False)
            for title, wraps in words.COLUMNS:
                name = title[self.lang] if title else ""
                table.add_column(name, overflow="fold", no_wrap=not wraps)
            for line in self.lines:
                table.add_row(*map(styled, self._row(line)))
            parts.append(table)
        for one in self.aside:
            why = self._say(words.ASIDE_WHY, source=one.source, sentence=one.sentence)
            said = (self._say(words.ASIDE), "bold")
            parts.append(Text.assemble(said, visible(why, LONGEST_LINE)))
        parts += [styled(line, most=LONGEST_LINE) for line in self._end()]
        return Group(*parts)

    def _say(self, what: Bi, **params: object) -> str:
        return what[self.lang].format(**params)

    def _people(self, pairs: list[tuple[str, str]]) -> str:
        named = [self._say(words.PERSON, student=one, exercise=slug) for one, slug in pairs]
        return self._say(words.COMMA).join(named)

    def _row(self, line: Line) -> list[str]:
        state = [] if line.new else [self._say(words.OLD)]
        if not line.current:
            state.append(self._say(words.NOT_NEWEST))
        checks = self._say(words.NO_CHECK)
        if line.checks:
            numbers = {"passed": line.passed, "total": line.total, "n": line.checks}
            checks = self._say(words.CHECKS, **numbers)
        return [
            line.student,
            line.name,
            f"{line.exercise} {line.version}",
            f"{line.attempt}/{line.attempts}",
            line.made_at[:16].replace("T", " "),
            checks,
            self._say(words.JOINT).join([*state, *line.notes]),
        ]

    def _end(self) -> list[str]:
        new, aside = sum(line.new for line in self.lines), len(self.aside) + self.left
        said = [self._say(words.COUNTS, new=new, old=len(self.lines) - new, aside=aside)]
        if not self.lines and not self.aside and not self.completed:
            said = [self._say(words.NOTHING)]
        copies = [one.copy.parent for one in self.aside if one.copy]
        if copies:
            said[0] += self._say(words.COPIES, folder=copies[0])
        if self.left:
            said.append(self._say(words.LEFT, n=self.left, path=self.left_list))
        if self.other:
            # A notebook that somebody sent bare is what an instructor wants to hear of.
            names = sorted(self.other, key=lambda name: not name.endswith(".ipynb"))
            named = self._say(words.COMMA).join(name.rsplit("/", 1)[-1] for name in names[:NAMED])
            more = len(names) - NAMED
            tail = self._say(words.MORE, n=more) if more > 0 else ""
            said.append(self._say(words.OTHER, names=named) + tail)
        if self.completed:
            said.append(self._say(words.COMPLETED, people=self._people(self.completed)))
        if self.again:
            said.append(self._say(words.AGAIN, people=self._people(self.again)))
        if self.lines:
            said.append(self._say(words.CLAIMED))
        for slug in sorted({line.exercise for line in self.lines if line.current}):
            command = f"casebank grade {slug} --course {self.course}"
            said.append(self._say(words.NEXT, command=command))
        return said

    def write_json(self, path: Path) -> None:
        """Write the same for programs."""
        about = {
            "format": 1,
            "at": now(),
            "taken": [asdict(line) for line in self.lines],
            "aside": [
                {**asdict(one), "copy": str(one.copy) if one.copy else None} for one in self.aside
            ],
            "grade_again": [{"student": one, "exercise": slug} for one, slug in self.again],
            "completed": [{"student": one, "exercise": slug} for one, slug in self.completed],
            "left_alone": self.other,
            "left": {"count": self.left, "list": str(self.left_list) if self.left_list else None},
            "self_reported": ["name", "made_at", "made_with", "checks", "passed", "total"],
        }
        write_text(path, dumps(about, indent=1) + "\n")
