"""``casebank collect``: submission files from mails, an LMS or a shared folder into a course.

One file at a time: it is read in memory, judged, kept whole among the attempts, and the newest
attempt of each person lies in ``submitted/``. What cannot be taken is put aside with one sentence
and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from casebank.errors import EnvironmentFault, UsageError
from casebank.grading.collecting import words
from casebank.grading.collecting.classlist import ClassList
from casebank.grading.collecting.parcel import Parcel, open_parcel
from casebank.grading.collecting.pile import Pile
from casebank.grading.collecting.refusals import NEAR, Refusal, shown
from casebank.grading.collecting.report import Aside, Line, Report
from casebank.grading.collecting.shelf import Attempts, Settled, Shelf, time_of
from casebank.grading.collecting.sources import Found, Search, contents, search
from casebank.grading.course import Course
from casebank.grading.versions import grade_id, kept
from casebank.lang import Bi

Progress = Callable[[int, int, str], None]


def collect(
    course_dir: Path,
    sources: Sequence[Path],
    *,
    add_students: bool = False,
    student: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Take submission files into a course.

    Args:
        course_dir: the course folder.
        sources: submission files, folders of them, downloads of a mail program or an LMS.
        add_students: take also whoever is not in the class list.
        student: whose the one source is, whatever it says of itself.
        progress: called with (done, total, name).

    Raises:
        UsageError: no such course or source; a link where the course's folder should be.
        EnvironmentFault: the course cannot be written, or another command is at work in it.
    """
    course = Course(course_dir)
    found = search(sources)
    if student is not None and (len(sources) != 1 or not Path(sources[0]).is_file()):
        raise UsageError(
            "it says whose one file is, and several were named", "--student", "name one file"
        )
    with course.locked(), course.scratch() as scratch:
        try:
            return _Collection(course, Shelf(course, scratch), add_students, student).run(
                found, progress or (lambda done, total, label: None)
            )
        except OSError as error:
            where = error.filename or course.root
            raise EnvironmentFault(
                f"the course cannot be written ({error.strerror})",
                str(where),
                "make room or mend the rights, then collect again: what was taken is kept",
            ) from None


@dataclass
class _Taken:
    """A file among the attempts, with what the table needs of it."""

    parcel: Parcel
    student: str
    where: str
    name: str
    new: bool
    notes: list[Bi]


class _Collection:
    """One run."""

    def __init__(
        self, course: Course, shelf: Shelf, add_students: bool, student: str | None
    ) -> None:
        self.course, self.shelf = course, shelf
        self.add_students, self.student = add_students, student
        self.lang = course.lang
        self.now = datetime.now(UTC)
        self.list = ClassList(course)
        self.exercises = {
            path.parent.name: kept(course, path.parent.name)
            for path in sorted(course.versions.glob("*/current.json"))
        }
        self.report = Report(course.root, self.lang)
        self.pile = Pile(shelf, self.report)
        self.taken: list[_Taken] = []
        #: Pairs whose newest attempt has to be brought into submitted/.
        self.touched: dict[tuple[str, str], None] = {}

    def run(self, found: Search, tell: Progress) -> Report:
        """Take what was found; then see to submitted/."""
        if self.shelf.begin():
            self.touched = dict.fromkeys(self.shelf.unsettled())
        self.report.other = found.other
        for one in found.refused:
            self.pile.add(one)
        total = len(found.files)
        for done, (path, named) in enumerate(found.files):
            tell(done, total, path.name)
            outer = None
            for one in contents(path, self.report.other, named=named):
                self._one(one)
                outer = one.outer or outer
            if outer is not None:
                self.pile.finish(outer)
        tell(total, total, "")
        self.pile.end()
        self._settle()
        self.list.save()
        self.shelf.end()
        return self.report

    def _one(self, found: Found) -> None:
        try:
            if found.refusal is not None or found.content is None:
                raise found.refusal or Refusal("special")
            parcel = open_parcel(found.content, self.lang, self.now)
            self._belongs(parcel)
            student, notes = self._whose(parcel)
            name, new = self.shelf.keep(parcel, student)
        except Refusal as refusal:
            found.refusal = refusal
            self.pile.add(found)
            return
        self.shelf.take_back(parcel.content)
        self.touched[student, parcel.exercise] = None
        made_at = time_of(name)
        if made_at < parcel.claimed:
            said = parcel.claimed.strftime("%Y-%m-%d %H:%M UTC")
            both = {lang: words.AHEAD[lang].format(claimed=said) for lang in ("zh", "en")}
            notes.append(Bi(**both))
        # The table needs the few facts, not megabytes of a class.
        light = replace(parcel, content=b"", notebook=b"", parsed=None, made_at=made_at)
        self.taken.append(_Taken(light, student, found.where, name, new, notes))

    # -- what it is and whose ----------------------------------------------------------------------

    def _belongs(self, parcel: Parcel) -> None:
        """Refuse what is of no exercise, or no version, that this course has released.

        Raises:
            Refusal: with one sentence.
        """
        comma = "、" if self.lang == "zh" else ", "
        if parcel.exercise not in self.exercises:
            known = comma.join(self.exercises) or "–"
            raise Refusal("no-exercise", found=parcel.exercise, known=known)
        versions = self.exercises[parcel.exercise]
        if parcel.version not in versions:
            raise Refusal(
                "no-version",
                exercise=parcel.exercise,
                found=parcel.version,
                known=comma.join(versions) or "–",
            )
        if not parcel.label and not self._has_cells(parcel):
            raise Refusal("wrong-exercise", claimed=parcel.exercise, found="?")

    def _has_cells(self, parcel: Parcel) -> bool:
        """Whether a notebook that lost its label has cells of the exercise."""
        tests = set(self.exercises[parcel.exercise][parcel.version].spec.tests)
        return any(grade_id(cell) in tests for cell in parcel.parsed.cells)

    def _whose(self, parcel: Parcel) -> tuple[str, list[Bi]]:
        """Whose a parcel is, by the class list.

        Raises:
            Refusal: nobody's that is known.
        """
        said = self.student if self.student is not None else parcel.student.strip()
        match = self.list.find(said)
        notes = []
        if match is not None:
            if match != said:
                notes.append(
                    Bi(zh=f"学号写作 {shown(said)}", en=f"the id was written {shown(said)}")
                )
            return match, notes
        name = self.list.usable(said)
        if name is None:
            raise Refusal("bad-id", found=said or "–")
        if self.list and not self.add_students:
            close = self.list.near(name)
            near: Bi | str = Bi(zh=NEAR.zh.format(id=close), en=NEAR.en.format(id=close))
            raise Refusal("unknown-id", found=name, name=parcel.name, near=near if close else "")
        self.list.add(name, parcel.name)
        return name, notes

    # -- submitted/ --------------------------------------------------------------------------------

    def _settle(self) -> None:
        mine: dict[tuple[str, str], list[_Taken]] = {}
        for one in self.taken:
            mine.setdefault((one.student, one.parcel.exercise), []).append(one)
        for student, exercise in self.touched:
            attempts = self.shelf.of(student, exercise)
            try:
                done = self.shelf.settle(attempts, student, exercise)
            except Refusal as refusal:
                done = Settled()
                where = f"{student}/{exercise}"
                self.report.aside.append(Aside(where, refusal.id, refusal.text(self.lang), None))
            if done.graded:
                self.report.again.append((student, exercise))
            taken = mine.get((student, exercise), [])
            if not taken and done.changed:
                self.report.completed.append((student, exercise))
            self._lines(taken, attempts, done)
        self.report.lines.sort(key=lambda line: (line.exercise, line.student, line.attempt))

    def _lines(self, taken: list[_Taken], attempts: Attempts, done: Settled) -> None:
        moved = []
        if done.by_hand is not None:
            where = done.by_hand.relative_to(self.course.root).as_posix()
            zh, en = (
                "submitted/ 里原来手放的一份移到了",
                "what a person had put into submitted/ is in",
            )
            moved.append(Bi(zh=f"{zh} {where}", en=f"{en} {where}"))
        ranked = attempts.ranked()
        for one in taken:
            current = one.name == attempts.current
            said = [*one.notes, *self._names(one, attempts, ranked), *(moved if current else ())]
            self.report.lines.append(
                Line.of(
                    one.parcel,
                    one.student,
                    attempt=ranked.index(one.name) + 1,
                    attempts=len(ranked),
                    current=current,
                    new=one.new,
                    where=one.where,
                    notes=[note[self.lang] for note in said],
                )
            )

    def _names(self, one: _Taken, attempts: Attempts, ranked: list[str]) -> list[Bi]:
        """A word where a file comes by another name than the list's, or than the attempt before.

        Anybody can write anybody's id.
        """
        mine = shown(one.parcel.name, 40)
        before = ranked[: ranked.index(one.name)]
        earlier = attempts.names.get(before[-1], "") if before else ""
        notes = []
        for other, where in (
            (self.list.name_of(one.student), Bi(zh="名单里", en="in the class list")),
            (earlier, Bi(zh="上一次", en="in the attempt before")),
        ):
            if other and _same_name(other) != _same_name(mine):
                zh = f"姓名不符：{where.zh}是 {other}"
                notes.append(Bi(zh=zh, en=f"another name {where.en}: {other}"))
        return notes


def _same_name(name: str) -> list[str]:
    """What two ways of writing a name have in common: order of its parts, blanks, capitals."""
    return sorted("".join(sign for sign in name.casefold() if sign.isalnum()))
