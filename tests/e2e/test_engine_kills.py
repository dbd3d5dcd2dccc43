"""Whoever is killed while a class is graded: a rerun does the rest, and nothing is lost or torn."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import subprocess
import sys
import time
from typing import Any

import grading_class as desk
import psutil
import pytest
from grading_class import SLUG, hand_in, right

from casebank.grading import course as courses
from casebank.grading import tables
from casebank.grading.course import Course
from casebank.grading.grade import grade

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

STUDENTS = [f"k{number}" for number in range(5)]
VICTIMS = ("parent", "worker", "zygote", "parent")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of five whose notebooks take a moment."""
    folder = tmp_path_factory.mktemp("kills")
    made = desk.make_course(folder)
    for number, student in enumerate(STUDENTS):
        code = f"import time\ntime.sleep(0.{3 + number})\n" + desk.RIGHT["share"]
        hand_in(made, student, right(made, share=code))
    # The proof is not what is killed here.
    grade(made.root, SLUG, only=STUDENTS[:1])
    return made


@pytest.fixture(scope="module")
def whole(course: Course) -> dict[str, Any]:
    """What an undisturbed run gives."""
    grade(course.root, SLUG, force=True)
    return standing(course)


def standing(course: Course) -> dict[str, Any]:
    """Scores and outcomes of everybody, and the cells of their graded notebooks."""
    found: dict[str, Any] = {}
    with course.gradebook() as gradebook:
        for student in STUDENTS:
            mine = [s for s in gradebook.assignment_submissions(SLUG) if s.student.id == student]
            assert len(mine) == 1, f"{student} has {len(mine)} submissions"
            ours = tables.read(gradebook, tables.submissions, assignment=SLUG, student=student)
            rows = tables.read(gradebook, tables.tasks, assignment=SLUG, student=student)
            found[student] = (
                sorted((g.name, g.auto_score) for n in mine[0].notebooks for g in n.grades),
                [row["status"] for row in ours],
                sorted((row["task"], row["outcome"]) for row in rows),
            )
    for student in STUDENTS:
        path = course.path("autograded", student, SLUG) / f"{SLUG}.ipynb"
        assert json.loads(path.read_text(encoding="utf-8"))["cells"], student
    return found


def ours(course: Course) -> list[psutil.Process]:
    """Everything that a run of this course has started and that is alive."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if any(course.channel in word for word in words) and process.info["status"] != "zombie":
            found.append(process)
    return found


def start(course: Course) -> subprocess.Popen[bytes]:
    program = (
        "import sys; from pathlib import Path; from casebank.grading.grade import grade\n"
        f"r = grade(Path({str(course.root)!r}), {SLUG!r}, force=True, proof=False)\n"
        "sys.exit(r.exit_code)\n"
    )
    return subprocess.Popen([sys.executable, "-c", program], start_new_session=True)


def below(process: subprocess.Popen[bytes], what: str) -> list[psutil.Process]:
    try:
        children = psutil.Process(process.pid).children()
        workers = [p for p in children if "casebank.grading.worker" in " ".join(p.cmdline())]
        if what == "worker":
            return workers
        return [p for w in workers for p in w.children() if p.name() == "bwrap"]
    except psutil.Error:
        return []


def disturb(course: Course, victim: str, seed: int) -> None:
    """One run in which somebody is killed at a random moment; then the rest is done."""
    chance = random.Random(seed)
    process = start(course)
    deadline = time.monotonic() + 60
    wanted = "worker" if victim == "parent" else victim
    while not below(process, wanted) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 4))
    if victim == "parent":
        process.kill()
    else:
        for one in below(process, victim)[:1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
    code = process.wait(180)
    assert not desk.alive(ours(course), 10), "a sandbox outlived its run"
    if victim == "parent":
        grade(course.root, SLUG)
    else:
        # Another worker has done it in the same run.
        assert code == 0, code


def test_killed(course: Course, whole: dict[str, Any]) -> None:
    """Are eight kills of parent, worker and zygote without a trace once the rest is done?"""
    for number in range(8):
        disturb(course, VICTIMS[number % len(VICTIMS)], number)
        assert standing(course) == whole, number
    assert not list(courses.CHANNELS.glob(f"{course.channel}*"))
    assert not list(course.private.glob("run-*"))


@pytest.mark.long
def test_killed_often(course: Course, whole: dict[str, Any]) -> None:
    """And fifty?"""
    for number in range(50):
        disturb(course, VICTIMS[number % len(VICTIMS)], 100 + number)
        assert standing(course) == whole, number
