"""Grade what a class handed in: many at once, each in the sandbox; one fault stops no other."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import signal
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from casebank.check.visible import say
from casebank.desk import inforce
from casebank.errors import EnvironmentFault, fault_line
from casebank.grading import home, roster, standing, tables
from casebank.grading import intake as intakes
from casebank.grading import pack as packs
from casebank.grading import sandbox as sandboxes
from casebank.grading.course import Course, others_may_enter, pick, valid_student
from casebank.grading.ledger import Writer, database
from casebank.grading.machine import Place
from casebank.grading.model import GRADED, HELD, REJECTED, WAITING, Decision, Kit, Pack, Task
from casebank.grading.pool import Early, Local, Workers
from casebank.grading.proof import Proof, prove
from casebank.grading.reasons import Reason, RejectedError, parse
from casebank.grading.renew import Renewal, lost, renew
from casebank.grading.report import Line, RunLog, RunReport, line_of
from casebank.grading.sandbox import Limits
from casebank.grading.versions import Version, current, is_ours, kept

#: Faults that are told below the table.
NAMED = 3
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Wishes:
    """What the caller wants of a run; see :func:`grade`."""

    only: list[str] | None = None
    force: bool = False
    sandbox: bool = True
    workers: int | None = None
    scheduler: str | None = None
    verify: bool = True
    proof: bool = True
    as_stock: bool = False
    stale: bool = False
    limits: Limits = field(default_factory=Limits)


def grade(
    course_dir: Path,
    slug: str,
    *,
    progress: Progress | None = None,
    limits: Limits | None = None,
    **wishes: Any,
) -> RunReport:
    """Grade an assignment of a course, ours or any other of nbgrader's.

    What has not changed since it was graded is left alone. Ctrl-C ends what is under way and keeps
    what is finished; the next run does the rest.

    Args:
        course_dir: the course folder.
        slug: the assignment, released in this course.
        progress: called with (done, total, student).
        limits: what one submission may use up.
        wishes: ``only`` these students; ``force``: grade again what is graded; ``sandbox``: isolate
            each kernel; ``workers``: how many at once (one a core); ``scheduler``: address of a
            Dask scheduler; ``verify``: judge a second time on plain data; ``proof``: first prove
            solution and template; ``as_stock``: score as stock where stock is wrong; ``stale``:
            say which grades a change made out of date, and grade just those.

    Raises:
        EnvironmentFault: isolation is missing on this machine, or another run is under way.
        ContentError: the exercise itself is broken; nobody is graded.
        UsageError: no such course, release or student.
    """
    wanted = Wishes(**wishes, limits=limits or Limits())
    course = Course(course_dir)
    if wanted.sandbox:
        problems = sandboxes.problems() if wanted.scheduler is None else []
        if problems:
            raise EnvironmentFault(
                f"submissions cannot be isolated here, so nobody was graded: {problems[0]}",
                "",
                "or accept the risk: --no-sandbox",
            )
    else:
        say(
            "casebank: warning: without the sandbox each submission can read and change whatever "
            "you can, grades included",
            sys.stderr,
        )
    open_as = others_may_enter(course)
    if open_as:
        say(
            "casebank: warning: others on this machine can read this course, hidden tests and "
            f"grades included: chmod {open_as} {course.root}",
            sys.stderr,
        )
    with contextlib.ExitStack() as stack:
        stack.enter_context(course.locked())
        stop = stack.enter_context(_interruptible())
        stack.callback(course.sweep)
        log = _log(course, slug)
        early = stack.enter_context(_early(course, wanted))
        return stack.enter_context(_Class(course, slug, wanted, progress, stop, log, early)).run()


def _log(course: Course, slug: str) -> Path:
    """The file for what nbgrader has to say, which can be written.

    Raises:
        EnvironmentFault: it cannot.
    """
    path = course.logs / f"nbgrader-{slug}.log"
    try:
        course.logs.mkdir(exist_ok=True)
        path.open("a").close()
    except OSError as error:
        raise database.file_fault(error, path) from None
    return path


def _early(course: Course, wishes: Wishes) -> contextlib.AbstractContextManager[Early | None]:
    """A worker that warms up while we read the course: half of what a single submission takes."""
    if not wishes.sandbox or wishes.scheduler is not None:
        return contextlib.nullcontext()
    seed = str(home.make(course.private))
    return Early(Place(str(course.root), seed, wishes.limits, course.channel))


@contextlib.contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Turn Ctrl-C into a flag, so that nothing is torn in the middle.

    Pressed again it ends the run where it stands, as a kill would: no state is without a way out.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def heard(*about: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Class:
    """One run over a class."""

    def __init__(
        self,
        course: Course,
        slug: str,
        wishes: Wishes,
        progress: Progress | None,
        stop: threading.Event,
        log: Path,
        early: Early | None = None,
    ) -> None:
        self.course, self.slug, self.wishes, self.stop = course, slug, wishes, stop
        self._early, self._log = early, log
        self.tell = progress or (lambda done, total, label: None)
        self.version: Version | None = current(course, slug) if is_ours(course, slug) else None
        self.folders = course.submissions(slug)
        self.students = pick(wishes.only, self.folders, slug)
        self.roster = roster.read(course.roster)
        self.run_id = uuid.uuid4().hex
        self._workers: Workers | None = None
        with course.gradebook() as gradebook:
            tables.prepare(gradebook)
            roster.sync(gradebook, self.roster)
            self.kit = self._kit(gradebook)
        self.writer = Writer(course, slug)

    def __enter__(self) -> _Class:
        return self

    def __exit__(self, *error: object) -> None:
        if self._workers is not None:
            self._workers.close()
        self.writer.close()

    def _kit(self, gradebook: Any) -> Kit:
        limits = self.wishes.limits
        found: dict[str, Pack] = {}
        if self.version is None:
            found[""] = packs.of_course(self.course, gradebook, self.slug, limits)
        else:
            for name, version in kept(self.course, self.slug).items():
                found[name] = packs.of_version(self.course, version, limits)
        if self.wishes.as_stock:
            found = {name: replace(one, as_stock=True) for name, one in found.items()}
        return Kit(
            self.slug,
            found,
            self.version.name if self.version else "",
            verify=self.wishes.verify,
            name=self.course.channel,
            seed=str(home.make(self.course.private)) if self.wishes.sandbox else None,
            sandbox=self.wishes.sandbox,
            log=str(self._log),
        )

    def workers(self, expected: int) -> Workers:
        """Whoever grades, started when there is something to grade: so many tasks, at first."""
        if self._workers is None:
            if self.wishes.scheduler is not None:
                from casebank.grading.wide import Wide

                self._workers = Wide(self.kit, self.wishes.scheduler)
            else:
                count = self.wishes.workers or len(os.sched_getaffinity(0))
                self._workers = Local(self.kit, count, expected, self._early)
        return self._workers

    def run(self) -> RunReport:
        """Grade everybody whose turn it is."""
        began = time.monotonic()
        started = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        report = RunReport(self.slug, self.kit.current, self.wishes.sandbox)
        journal = RunLog(self.course.logs, self.slug)
        report.log = journal.path
        journal.write(
            "begin",
            assignment=self.slug,
            version=self.kit.current,
            students=len(self.students),
            sandbox=self.wishes.sandbox,
            verify=self.wishes.verify,
        )
        report.remarks += inforce.advice(self.course.config, self.course.private)
        try:
            todo = self._sort_out(report)
            if todo:
                self._prove(report, len(todo))
                self._grade(todo, report, journal)
            report.interrupted = self.stop.is_set()
            report.seconds = time.monotonic() - began
            faults = Counter(line.fault for line in report.lines if line.fault)
            for fault, count in faults.most_common(NAMED):
                report.remarks.append(f"not judged, {count} of them: {fault}")
            self._remember(started, report)
        finally:
            journal.write(
                "end",
                seconds=round(time.monotonic() - began, 3),
                interrupted=self.stop.is_set(),
                counts=report.counts(),
            )
            journal.close()
        return report

    def _remember(self, started: datetime.datetime, report: RunReport) -> None:
        self.writer.remember(
            {
                "id": self.run_id,
                "assignment": self.slug,
                "version": self.kit.current,
                "started": started,
                "finished": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
                "sandbox": int(self.wishes.sandbox),
                "counts": json.dumps(report.counts()),
            }
        )

    # -- whose turn it is --------------------------------------------------------------------------

    def _sort_out(self, report: RunReport) -> list[str]:
        """Enter everybody in the report; returns those that have to be graded."""
        known = {row["student"]: row for row in self.writer.rows(tables.submissions)}
        tasks: dict[str, list[dict[str, Any]]] = {}
        for row in self.writer.rows(tables.tasks):
            tasks.setdefault(row["student"], []).append(row)
        renewal = Renewal()
        if self.wishes.stale:
            renewal = renew(
                self.writer, self.course, self.kit, self.students, self._mark, self.run_id
            )
            report.stale = renewal.stale
            known = {row["student"]: row for row in self.writer.rows(tables.submissions)}
        todo = []
        for student in self.students:
            row = known.get(student)
            if row is not None and not self._turn(student, row, renewal):
                report.lines.append(self._old(row, tasks.get(student, [])))
                continue
            todo.append(student)
            report.lines.append(
                Line(student, WAITING, reason=Reason("not-yet").text(self.course.lang))
            )
        if len(todo) < len(self.students):
            self._as_it_stands(report)
        return todo

    def _as_it_stands(self, report: RunReport) -> None:
        """What the gradebook says now of those left alone: a person may have given points."""
        with self.course.gradebook() as gradebook:
            found = {
                one.student: one
                # Whose files have changed is known: they are to be graded.
                for one in standing.of_assignment(self.course, gradebook, self.slug, look=False)
            }
        for line in report.lines:
            now = found.get(line.student)
            if not line.skipped or now is None or line.status == REJECTED:
                continue
            line.points, line.max_points = now.points, now.max_points
            if line.status == HELD and now.status == GRADED:
                line.status, line.reason, line.reason_id = GRADED, "", ""

    def _mark(self, student: str) -> str:
        return intakes.fingerprint(self.folders[student], self.wishes.limits)

    def _turn(self, student: str, row: dict[str, Any], renewal: Renewal) -> bool:
        if self.wishes.force or self._again(row) or student in renewal.todo:
            return True
        changed = row["digest"] != self._mark(student)
        return changed or lost(self.writer, self.course, self.folders[student], row)

    def _again(self, row: dict[str, Any]) -> bool:
        """What we failed at, and what waited for a version that is kept by now, is tried again."""
        reason = (parse(row["reason"]) or [Reason("not-yet")])[0].id
        if row["status"] == WAITING or (row["status"] == HELD and reason == "engine-fault"):
            return True
        return reason == "version-unknown" and row["version"] in self.kit.packs

    def _old(self, row: dict[str, Any], mine: list[dict[str, Any]]) -> Line:
        lang = self.course.lang
        reasons = parse(row["reason"])
        line = Line(row["student"], row["status"], skipped=True)
        line.reason = reasons[0].text(lang) if reasons else ""
        line.reason_id = reasons[0].id if reasons else ""
        line.notes = [note.text(lang) for note in parse(row["notes"])]
        line.tasks = {task["task"]: task["outcome"] for task in mine}
        return line

    def _worth(self) -> float:
        return sum(sum(sheet.points.values()) for sheet in self.kit.pack.sheets.values())

    # -- grading -----------------------------------------------------------------------------------

    def _prove(self, report: RunReport, total: int) -> None:
        if not self.wishes.proof:
            report.remarks.append("solution and template were not proven (--no-proof)")
            return
        self.tell(0, total, "our own solution first")
        proof: Proof = prove(
            self.course,
            self.kit,
            lambda: self.workers(2),
            self.stop.is_set,
            version=self.version,
        )
        if proof.skipped:
            report.remarks.append(proof.skipped)
        trust = None if proof.skipped else proof.trust
        self.kit = replace(self.kit, unverifiable=proof.unverifiable, trust=trust)
        report.unverifiable = proof.unverifiable
        if self._workers is not None:
            self._workers.calibrate(self.kit)

    def _grade(self, todo: list[str], report: RunReport, journal: RunLog) -> None:
        lines = {line.student: number for number, line in enumerate(report.lines)}
        done = 0

        def keep(decision: Decision) -> None:
            nonlocal done
            done += 1
            student = decision.student
            if self.roster and student not in self.roster:
                decision.notes.append(Reason("not-in-roster"))
            if valid_student(student):
                self.writer.store(decision, self.run_id)
            line = line_of(decision, self._worth(), self.course.lang)
            report.lines[lines[student]] = line
            report.add_cpu(decision.cpu)
            journal.write("submission", **vars(line), cpu=decision.cpu)
            self.tell(done, len(todo), student)

        self.tell(0, len(todo), "")
        rejected: list[Decision] = []
        befores = self.writer.befores()
        tasks = self._tasks(todo, befores, rejected)
        for decision in self.workers(len(todo)).run(tasks, self.stop.is_set):
            while rejected:
                keep(rejected.pop())
            keep(decision)
            if self.stop.is_set():
                return
        while rejected and not self.stop.is_set():
            keep(rejected.pop())

    def _tasks(
        self, todo: list[str], befores: dict[str, Any], rejected: list[Decision]
    ) -> Iterator[Task]:
        """The submissions' files, read when their turn comes; what cannot be read is decided."""
        lang = self.course.lang
        for student in todo:
            try:
                if not valid_student(student):
                    raise RejectedError("student-id", name=student)
                files, mark = intakes.load(self.folders[student], self.wishes.limits)
            except RejectedError as error:
                mark = self._mark(student)
                rejected.append(Decision(student, REJECTED, mark, lang, reason=error.reason))
            except OSError as error:
                mark = self._mark(student)
                one = Decision(student, HELD, mark, lang, reason=Reason("engine-fault"))
                one.fault = fault_line(error)
                rejected.append(one)
            else:
                yield Task(student, files, mark, befores.get(student, self.writer.fresh))


__all__ = ["RunReport", "grade"]
