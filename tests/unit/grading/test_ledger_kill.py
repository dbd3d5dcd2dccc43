"""A writer that is killed at any moment leaves a gradebook that is whole, and the rest is stored."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import ledger_course as small
import pytest
from ledger_course import SLUG, decision, dump, sql
from sqlalchemy import event

from casebank.grading import tables
from casebank.grading.course import Course
from casebank.grading.ledger import Writer

STUDENTS = [f"s{number:02}" for number in range(12)]


def child(work: Callable[[], None], after: float | None = None) -> int:
    """Do some work in a process of its own and kill it meanwhile; returns how it ended."""
    number = os.fork()
    if number == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    if after is not None:
        time.sleep(after)
        os.kill(number, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def todo(writer: Writer, digest: str) -> list[str]:
    """Who is still to be graded, by the digests that are stored."""
    done = {row["student"]: row["digest"] for row in writer.rows(tables.submissions)}
    return [name for name in STUDENTS if done.get(name) != digest]


def store_all(course: Course, digest: str) -> None:
    """What a run does."""
    with Writer(course, SLUG) as writer:
        for student in todo(writer, digest):
            writer.store(decision(student, digest=digest), "r")


def check(course: Course) -> None:
    """Each submission is there whole or not at all, its folder with it, and nothing twice."""
    assert sql(course, "PRAGMA integrity_check") == [("ok",)]
    found = dump(course.db_url)
    known = {one[0] for one in sql(course, "SELECT student FROM casebank_submission")}
    assert {one[0] for one in found["student"]} == known
    assert [one[1] for one in found["submitted_assignment"]] == sorted(known)
    sizes = {"submitted_notebook": 2, "grade": 5, "comment": 4}
    for name, size in sizes.items():
        assert len(found[name]) == size * len(known), name
    for table, size in ((tables.grades, 1), (tables.cells, 5), (tables.evidence, 1)):
        assert sql(course, f"SELECT count(*) FROM {table.name}") == [(size * len(known),)]
    for student in known:
        goal = course.path("autograded", student, SLUG)
        assert {p.name for p in goal.iterdir()} == {
            "first.ipynb",
            "second.ipynb",
            "data",
            "timestamp.txt",
        }
        assert (goal / "first.ipynb").read_bytes() == small.notebook("first")


def test_killed_before_each_statement(course: Course) -> None:
    """Is it whole when the writer dies before any one of its statements, first time and again?"""
    statements = 0
    for digest in ("d1", "d2", "d2"):
        again = digest == "d2" and not todo_now(course, digest)
        for number in range(100):

            def work(number: int = number, digest: str = digest) -> None:
                with Writer(course, SLUG) as writer:
                    seen = iter(range(1000))

                    @event.listens_for(writer.engine, "before_cursor_execute")
                    def die(*about: object) -> None:
                        if next(seen) == number:
                            os.kill(os.getpid(), signal.SIGKILL)

                    writer.store(decision("s00", digest=digest), "r")

            ended = child(work)
            check(course)
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            statements += 1
            if again and number > 1:
                # The same answer graded anew counts as not graded until it is stored.
                assert sql(course, "SELECT digest FROM casebank_submission") == [("",)]
        assert sql(course, "SELECT digest FROM casebank_submission") == [(digest,)]
    assert statements > 30


def todo_now(course: Course, digest: str) -> list[str]:
    """Whether s00 is still to be graded."""
    with Writer(course, SLUG) as writer:
        return [name for name in todo(writer, digest) if name == "s00"]


@pytest.mark.parametrize("step", ["mkdir", "write_bytes", "chmod", "rename", "unlink"])
def test_killed_while_files_are_written(
    course: Course, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Is the folder the old one or the new one when the writer dies between two files?"""
    store_all(course, "d1")
    for number in range(8):

        def work(number: int = number) -> None:
            real, seen = getattr(Path, step), iter(range(1000))

            def die(self: Path, *more: object, **options: object) -> object:
                if next(seen) == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(self, *more, **options)

            monkeypatch.setattr(Path, step, die)
            monkeypatch.setattr("casebank.files.exchange_at_once", lambda *two: False)
            store_all(course, "d2")

        child(work)
        goal = course.path("autograded", "s00", SLUG)
        assert not goal.exists() or len(list(goal.iterdir())) == 4
    store_all(course, "d2")
    check(course)
    for student in STUDENTS:
        home = course.path("autograded", student, SLUG).parent
        assert [p.name for p in home.iterdir()] == [SLUG]


@pytest.mark.parametrize(("seed", "kills"), [(1, 10), pytest.param(2, 60, marks=pytest.mark.long)])
def test_killed_at_random_moments(course: Course, seed: int, kills: int) -> None:
    """Does a rerun store the rest, and nothing twice, however often the writer is killed?"""
    dice, killed, number = random.Random(seed), 0, 0
    while killed < kills:
        digest = f"d{number}"
        ended = child(lambda: store_all(course, digest), dice.uniform(0.02, 0.15))  # noqa: B023
        check(course)
        if ended:
            assert ended == -signal.SIGKILL
            killed += 1
        with Writer(course, SLUG) as writer:
            if not todo(writer, digest):
                number += 1  # an answer of everybody anew
    store_all(course, "end")
    check(course)
    assert sorted(sql(course, "SELECT student, digest FROM casebank_submission")) == [
        (student, "end") for student in STUDENTS
    ]
