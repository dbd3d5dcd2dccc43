"""Grade what a class handed in: each submission alone, in the sandbox; one fault stops no other."""

from __future__ import annotations

import datetime
import json
import logging
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from casebank.errors import CasebankError, EnvironmentFault
from casebank.grading import intake as intakes
from casebank.grading import ledger, roster, tables
from casebank.grading import sandbox as sandboxes
from casebank.grading.course import Course, pick, remove, valid_student
from casebank.grading.ledger import HELD, REJECTED, WAITING, Decision
from casebank.grading.proof import prove
from casebank.grading.reasons import Reason, RejectedError, parse
from casebank.grading.report import Line, RunLog, RunReport, line_of
from casebank.grading.runner import Desk, EngineError, run
from casebank.grading.sandbox import Limits
from casebank.grading.versions import Version, current, kept

Progress = Callable[[int, int, str], None]
T = TypeVar("T")


def grade(
    course_dir: Path,
    slug: str,
    *,
    only: list[str] | None = None,
    force: bool = False,
    sandbox: bool = True,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> RunReport:
    """Grade an assignment of a course.

    What has not changed since it was graded is left alone. Ctrl-C ends the submission that is under
    way and keeps those that are finished; the next run does the rest.

    Args:
        course_dir: the course folder.
        slug: the exercise, released in this course.
        only: these students; all of them when not given.
        force: grade again what is graded.
        sandbox: isolate each kernel; without it a submission can read and change whatever you can.
        progress: called with (done, total, student).
        limits: what one submission may use up.

    Raises:
        EnvironmentFault: isolation is missing on this machine, or another run is under way.
        ContentError: the exercise itself is broken; nobody is graded.
        UsageError: no such course, release or student.
    """
    course = Course(course_dir)
    if sandbox:
        problems = sandboxes.problems()
        if problems:
            raise EnvironmentFault(
                f"submissions cannot be isolated here, so nobody was graded: {problems[0]}",
                "",
                "or accept the risk: --no-sandbox",
            )
    else:
        print(
            "casebank: warning: without the sandbox each submission can read and change whatever "
            "you can, grades included",
            file=sys.stderr,
        )
    with course.locked(), course.scratch() as scratch:
        log = logging.Logger(f"nbgrader.{slug}", logging.INFO)
        course.logs.mkdir(exist_ok=True)
        handler = logging.FileHandler(course.logs / f"nbgrader-{slug}.log", "w", encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        desk = Desk(course, log, scratch, sandbox, limits or Limits())
        try:
            return _Class(desk, slug, only, force, progress).run()
        except SQLAlchemyError as error:
            raise _unwritable(error, course.db_url) from None
        finally:
            handler.close()


class _Class:
    """One run over a class."""

    def __init__(
        self,
        desk: Desk,
        slug: str,
        only: list[str] | None,
        force: bool,
        progress: Progress | None,
    ) -> None:
        self.desk, self.slug, self.force = desk, slug, force
        self.course = desk.course
        self.tell = progress or (lambda done, total, label: None)
        self.current: Version = current(self.course, slug)
        self.versions = kept(self.course, slug)
        self.folders = self.course.submissions(slug)
        self.students = pick(only, self.folders, slug)
        self.roster = roster.read(self.course.roster)
        self.run_id = uuid.uuid4().hex

    def run(self) -> RunReport:
        """Grade everybody whose turn it is."""
        began = time.monotonic()
        started = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        report = RunReport(self.slug, self.current.name, self.desk.sandbox)
        journal = RunLog(self.course.logs, self.slug)
        report.log = journal.path
        journal.write(
            "begin",
            assignment=self.slug,
            version=self.current.name,
            students=len(self.students),
            sandbox=self.desk.sandbox,
        )
        try:
            with self.course.gradebook() as gradebook:
                tables.prepare(gradebook)
                roster.sync(gradebook, self.roster)
                todo = self._sort_out(gradebook, report)
                if todo:
                    self.tell(0, len(todo), "our own solution first")
                    self._alone(lambda: prove(self.desk, self.current, force=self.force))
                for number, student in enumerate(todo):
                    if self.desk.interrupted:
                        break
                    self.tell(number, len(todo), student)
                    line = self._one(gradebook, student)
                    if line is None:
                        break
                    report.lines[self._index(report, student)] = line
                    journal.write("submission", **vars(line))
                report.interrupted = self.desk.interrupted
                report.seconds = time.monotonic() - began
                self._remember(gradebook, started, report)
        finally:
            journal.write(
                "end",
                seconds=round(time.monotonic() - began, 3),
                interrupted=self.desk.interrupted,
                counts=report.counts(),
            )
            journal.close()
        return report

    @staticmethod
    def _index(report: RunReport, student: str) -> int:
        return next(i for i, line in enumerate(report.lines) if line.student == student)

    def _remember(self, gradebook: Any, started: datetime.datetime, report: RunReport) -> None:
        row = {
            "id": self.run_id,
            "assignment": self.slug,
            "version": self.current.name,
            "started": started,
            "finished": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
            "sandbox": int(self.desk.sandbox),
            "counts": json.dumps(report.counts()),
        }
        tables.put(gradebook, tables.runs, [row], id=self.run_id)
        gradebook.db.commit()

    def _sort_out(self, gradebook: Any, report: RunReport) -> list[str]:
        """Enter everybody in the report; returns those that have to be graded."""
        known = {
            row["student"]: row
            for row in tables.read(gradebook, tables.submissions, assignment=self.slug)
        }
        todo = []
        for student in self.students:
            row = known.get(student)
            same = row is not None and row["digest"] == intakes.fingerprint(
                self.folders[student], self.desk.limits
            )
            if row is None or not same or self.force or self._again(row):
                todo.append(student)
                report.lines.append(
                    Line(student, WAITING, reason=Reason("not-yet").text(self.course.lang))
                )
                continue
            report.lines.append(self._old(gradebook, row))
        return todo

    def _again(self, row: dict[str, Any]) -> bool:
        """What we failed at, and what waited for a version that is kept by now, is tried again."""
        reason = (parse(row["reason"]) or [Reason("not-yet")])[0].id
        if row["status"] == WAITING or (row["status"] == HELD and reason == "engine-fault"):
            return True
        return reason == "version-unknown" and row["version"] in self.versions

    def _old(self, gradebook: Any, row: dict[str, Any]) -> Line:
        lang = self.course.lang
        reasons = parse(row["reason"])
        line = Line(row["student"], row["status"], skipped=True)
        line.reason = reasons[0].text(lang) if reasons else ""
        line.reason_id = reasons[0].id if reasons else ""
        line.notes = [note.text(lang) for note in parse(row["notes"])]
        mine = tables.read(gradebook, tables.tasks, assignment=self.slug, student=row["student"])
        line.tasks = {task["task"]: task["outcome"] for task in mine}
        if row["status"] != REJECTED:
            line.points = sum(task["points"] for task in mine)
            line.max_points = sum(self.current.points.values())
        return line

    def _one(self, gradebook: Any, student: str) -> Line | None:
        """Grade one student; None when it was interrupted, so that nothing is stored."""
        began = time.monotonic()
        intake, decision = self._decide(gradebook, student)
        if self.desk.interrupted:
            return None
        decision.seconds = time.monotonic() - began
        if self.roster and student not in self.roster:
            decision.notes.append(Reason("not-in-roster"))
        if valid_student(student):
            self._store(gradebook, decision, intake)
        if (self.desk.scratch / student).exists():
            remove(self.desk.scratch / student)
        return line_of(decision, sum(self.current.points.values()), self.course.lang)

    def _store(self, gradebook: Any, decision: Decision, intake: intakes.Intake | None) -> None:
        """Write a decision; where that fails the run ends, since the next one would fail too."""
        try:
            ledger.store(self.course, gradebook, self.slug, decision, self.run_id, intake)
        except (SQLAlchemyError, OSError) as error:
            self.desk.log.exception("while storing %s", decision.student)
            raise _unwritable(error, decision.student) from None

    def _decide(self, gradebook: Any, student: str) -> tuple[intakes.Intake | None, Decision]:
        folder, lang = self.folders[student], self.course.lang
        limits = self.desk.limits
        mark = ""
        try:
            mark = intakes.fingerprint(folder, limits)
            intake = intakes.read(
                student, folder, self.slug, self.versions, self.current, limits=limits, lang=lang
            )
        except RejectedError as error:
            return None, Decision(student, REJECTED, mark, lang, reason=error.reason)
        except OSError as error:
            return None, self._fault(student, mark, lang, error)
        version = intake.version
        held = Decision(student, HELD, intake.digest, intake.lang, intake.claimed)
        held.notes = intake.notes
        if version is None:
            held.reason = Reason("version-unknown", {"found": intake.claimed})
            return intake, held
        try:
            if version.name != self.current.name:
                self._alone(lambda: prove(self.desk, version))
            before = ledger.before(gradebook, self.slug, student)
            gradebook.db.rollback()
            result = self._alone(
                lambda: run(self.desk, version, student, intake.notebook, intake.extra, before)
            )
            if self.desk.interrupted:
                return intake, held
            return intake, ledger.decide(intake, result, version, self.current, limits)
        except (EngineError, OSError, CasebankError) as error:
            fault = self._fault(student, intake.digest, intake.lang, error)
            fault.version, fault.notes = version.name, intake.notes
            return intake, fault

    def _fault(self, student: str, mark: str, lang: str, error: Exception) -> Decision:
        """Our own failure: the submission is held, never given 0 points."""
        self.desk.log.exception("while grading %s", student)
        decision = Decision(student, HELD, mark, lang, reason=Reason("engine-fault"))
        decision.fault = f"{type(error).__name__}: {error}"
        return decision

    def _alone(self, work: Callable[[], T]) -> T:
        """Run in a thread, so that Ctrl-C reaches us and not the event loop of nbclient."""
        box: dict[str, Any] = {}

        def inside() -> None:
            try:
                box["value"] = work()
            except BaseException as error:
                box["error"] = error

        thread = threading.Thread(target=inside, name="grading")
        thread.start()
        while thread.is_alive():
            try:
                thread.join(0.2)
            except KeyboardInterrupt:
                self.desk.interrupt()
        if "error" in box and not (self.desk.interrupted and isinstance(box["error"], Exception)):
            raise box["error"]
        return box.get("value")  # type: ignore[return-value]


def _unwritable(error: Exception, where: str) -> EnvironmentFault:
    # The first line only: a database adds its statement.
    said = str(getattr(error, "orig", None) or error).splitlines()[0]
    return EnvironmentFault(
        f"the gradebook or autograded/ cannot be written ({said}); what was finished is kept",
        where,
        "close what holds the gradebook, make room on the disk, and run it again",
    )


__all__ = ["RunReport", "grade"]
