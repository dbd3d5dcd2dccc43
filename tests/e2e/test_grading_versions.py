"""Releases and versions, ours before theirs, interruption, and what the commands refuse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import grading_class as desk
import pytest
from grading_class import SLUG, hand_in, right, rows

from casebank.errors import ContentError, EnvironmentFault, UsageError
from casebank.grading import course as courses
from casebank.grading import feedback, release, sandbox, tables
from casebank.grading.course import Course
from casebank.grading.grade import grade

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with two versions of the exercise, the second of which changed a test."""
    folder = tmp_path_factory.mktemp("versions")
    made = desk.make_course(folder)
    hand_in(made, "old", right(made, totals=WITH_TAX))
    hand_in(made, "old-right", right(made, "en"))
    newer = desk.build(folder, "1.1.0", lambda text: text.replace("SECRET_SUM = 77", NEW))
    release.install(made, SLUG, newer)
    return made


#: What 1.1.0 asks for is what a trainee of 1.0.0 could not know.
NEW = "SECRET_SUM = 80"
WITH_TAX = 'def totals(visits):\n    return visits.groupby("customer_id")["amount"].sum() + 1\n'


def test_broken_exercise_grades_nobody(course: Course) -> None:
    """Does a fault of ours (a test that our own solution fails) name the task and grade nobody?"""
    with pytest.raises(ContentError, match=r"nobody was graded: task 'totals'.* 2 of 3 points"):
        grade(course.root, SLUG)
    with course.gradebook() as gradebook:
        assert gradebook.assignment_submissions(SLUG) == []


def test_older_versions(course: Course, tmp_path: Path) -> None:
    """Is an older version judged by its own tests when it is kept, else held?"""

    def mend(text: str) -> str:
        return text.replace("SECRET_SUM = 77", NEW).replace(
            '["amount"].sum()\n    ### END',
            '["amount"].sum().assign(amount=lambda t: t.amount + 1)\n    ### END',
        )

    release.install(course, SLUG, desk.build(tmp_path, "1.2.0", mend))
    unknown = right(course)
    unknown.metadata["casebank"]["version"] = "0.9.0"
    hand_in(course, "unknown", unknown)
    bare = right(course)
    del bare.metadata["casebank"]
    hand_in(course, "bare", bare)
    report = grade(course.root, SLUG)
    old = report.line("old-right")
    assert (old.status, old.tasks["totals"], old.points) == ("graded", "passed", 6)
    assert "1.0.0" in old.notes[0] and "1.2.0" in old.notes[0]
    assert report.line("old").tasks["totals"] == "partly"
    assert (report.line("unknown").status, report.line("unknown").reason_id) == (
        "held",
        "version-unknown",
    )
    assert set(rows(course, "unknown").values()) == {(None, True)}
    # It says nothing, so it is taken for the version that is out now.
    assert report.line("bare").tasks["totals"] == "partly"
    assert len(feedback.feedback(course.root, SLUG)) == 4
    assert report.exit_code == 0


def test_releases(course: Course) -> None:
    """Are older versions kept, and is there a handout for each version and language?"""
    assert {"1.0.0", "1.2.0"} <= {p.name for p in (course.versions / SLUG).iterdir()}
    names = {p.name for p in course.handout.iterdir()}
    for lang in ("zh", "en"):
        assert {f"{SLUG}-1.0.0-{lang}.zip", f"{SLUG}-1.2.0-{lang}.zip"} <= names
        with zipfile.ZipFile(course.handout / f"{SLUG}-1.0.0-{lang}.zip") as archive:
            inside = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
        assert set(inside) == {
            f"{SLUG}/{name}" for name in (f"{SLUG}.ipynb", "casebank.json", "data/visits.csv")
        }
        text = "".join(inside.values())
        for secret in ("SECRET_SUM", "groupby(", "all-money", "范文", "BEGIN"):
            assert secret not in text
        assert ("Run the first cell" in text) == (lang == "en")
    stock = (course.path("release", ".", SLUG) / "casebank.json").read_text(encoding="utf-8")
    assert "all-money" not in stock


def test_graded_cells_may_not_change(course: Course, tmp_path: Path) -> None:
    """Is a release that adds a graded cell refused once there are submissions?"""
    lines = '# %% task="share" kind="test" points=1\ncheck.true(True, \'share-value\')\n'
    built = desk.build(
        tmp_path,
        "2.0.0",
        lambda text: text.replace(
            '# %% task="share" kind="probe" expect="pass" name="float"',
            lines + '# %% task="share" kind="probe" expect="pass" name="float"',
        ),
    )
    with pytest.raises(ContentError, match=r"graded cells changed .*new: share-test-2"):
        release.install(course, SLUG, built)


def test_same_version_other_content(course: Course, tmp_path: Path) -> None:
    """Is a changed exercise under an old number refused once there are submissions?"""
    with pytest.raises(ContentError, match="is still version"):
        release.install(course, SLUG, desk.build(tmp_path, "1.2.0"))


def test_ctrl_c(course: Course) -> None:
    """Does Ctrl-C keep what is finished, store nothing half, and does a second run do the rest?"""
    for number in range(3):
        code = "import time\ntime.sleep(2)\n" + desk.RIGHT["share"]
        hand_in(course, f"slow-{number}", right(course, share=code))
    program = (
        "import sys, time; from pathlib import Path; from casebank.grading.grade import grade\n"
        f"r = grade(Path({str(course.root)!r}), {SLUG!r}, only=['slow-0', 'slow-1', 'slow-2'])\n"
        "print(time.monotonic())\n"
        "sys.exit(r.exit_code)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    deadline = time.monotonic() + 180
    while not _known(course, "slow-0") and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    # Until the report is there; on a busy machine Python then takes seconds to go.
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert float(said) - began < 2
    assert not _known(course, "slow-2")
    assert not course.path("autograded", "slow-2", SLUG).exists()
    again = grade(course.root, SLUG, only=["slow-0", "slow-1", "slow-2"])
    assert [line.status for line in again.lines] == ["graded"] * 3
    assert again.line("slow-0").skipped and not again.line("slow-2").skipped


def _known(course: Course, student: str) -> bool:
    with course.gradebook() as gradebook:
        return bool(tables.read(gradebook, tables.submissions, assignment=SLUG, student=student))


def test_killed(course: Course) -> None:
    """Does a run that was killed leave no kernel behind, and does the next one do the rest?"""
    code = "import time\ntime.sleep(3)\n" + desk.RIGHT["share"]
    hand_in(course, "killed", right(course, share=code))
    program = (
        "from pathlib import Path; from casebank.grading.grade import grade\n"
        f"grade(Path({str(course.root)!r}), {SLUG!r}, only=['killed'])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    import psutil

    box: list[psutil.Process] = []
    deadline = time.monotonic() + 60
    while not box and time.monotonic() < deadline:
        time.sleep(0.1)
        below = psutil.Process(process.pid).children(True)
        # Bubblewrap ties itself to its parent as it starts; before that moment, some milliseconds
        # long, nothing can end it with us. So wait for what runs inside.
        boxes = [p for p in below if p.name() == "bwrap"]
        if any(child.name().startswith("python") for p in boxes for child in p.children(True)):
            box = below
    time.sleep(1)  # now the submission's own kernel is at work
    box += psutil.Process(process.pid).children(True)
    process.kill()
    process.wait(20)
    assert not desk.alive(box, 10)
    assert box
    assert not course.path("autograded", "killed", SLUG).exists()
    report = grade(course.root, SLUG, only=["killed"])
    assert report.line("killed").status == "graded"
    assert not list(course.private.glob("run-*"))
    assert not list(courses.CHANNELS.glob(f"{course.channel}*"))


def test_gradebook_is_held(course: Course) -> None:
    """Is a gradebook that another program holds one sentence, and not a traceback?"""
    import sqlite3

    hand_in(course, "patient", right(course))
    with sqlite3.connect(course.root / "gradebook.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(EnvironmentFault, match="another program holds"):
            grade(course.root, SLUG, only=["patient"])
        other.execute("ROLLBACK")


def test_one_at_a_time(course: Course) -> None:
    """Is a second run in the same course refused with one sentence?"""
    with course.locked(), pytest.raises(EnvironmentFault, match="another casebank command"):
        grade(course.root, SLUG)


def test_without_bubblewrap(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does grading refuse to start where it cannot isolate, and say what to install?"""
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(EnvironmentFault, match="sudo apt install bubblewrap"):
        grade(course.root, SLUG)


def test_no_sandbox_warns(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Does --no-sandbox grade, and warn?"""
    hand_in(course, "trusted", right(course))
    report = grade(course.root, SLUG, only=["trusted"], sandbox=False)
    assert report.line("trusted").status == "graded"
    assert "warning: without the sandbox" in capsys.readouterr().err


def test_late(course: Course) -> None:
    """Is the time stamp taken over, and the lateness known to nbgrader?"""
    import datetime

    with course.gradebook() as gradebook:
        gradebook.find_assignment(SLUG).duedate = datetime.datetime(2026, 11, 1)
        gradebook.db.commit()
    folder = hand_in(course, "late", right(course))
    (folder / "timestamp.txt").write_text("2026-11-02 08:00:00 UTC", encoding="utf-8")
    assert grade(course.root, SLUG, only=["late"]).line("late").status == "graded"
    with course.gradebook() as gradebook:
        assert gradebook.find_submission(SLUG, "late").total_seconds_late == 32 * 3600


def test_unknown_names(course: Course) -> None:
    """Do an unknown student, exercise and folder each get one sentence with the nearest name?"""
    with pytest.raises(UsageError, match="Did you mean 'old-right'"):
        grade(course.root, SLUG, only=["old-rihgt"])
    with pytest.raises(UsageError, match="has not been released"):
        grade(course.root, "tiny-visit")
    with pytest.raises(UsageError, match="not a course folder"):
        grade(course.root / "source", SLUG)


def test_course_folders(tmp_path: Path) -> None:
    """Is a course refused inside the clone and in a folder that is in use?"""
    with pytest.raises(UsageError, match="inside the clone"):
        courses.new(Path(courses.__file__).parents[3] / "course")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="not empty"):
        courses.new(tmp_path)
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208
