"""A whole class, graded once: every kind of honest submission, in both languages."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import grading_class as desk
import nbformat
import pytest
from grading_class import SLUG, cell, hand_in, right, rows

from casebank.desk.settings import STOCK
from casebank.grading import export, feedback
from casebank.grading.course import Course
from casebank.grading.grade import grade
from casebank.grading.report import RunReport

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

FULL = {
    "totals-test": (2.0, False),
    "totals-test-2": (1.0, False),
    "best-test": (2.0, False),
    "share-test": (1.0, False),
    "advice-essay": (0.0, False),
}
PASSED = {"totals": "passed", "best": "passed", "share": "passed", "advice": "not_attempted"}
#: One too much for everybody: the order stays, so what rests on it is right all the same.
MORE = 'def totals(visits):\n    return visits.groupby("customer_id")["amount"].sum() + 1\n'
UPSIDE_DOWN = "def share(part, whole):\n    return whole / part\n"


def _submissions(course: Course) -> None:
    """Hand in one of each kind."""
    for lang in ("zh", "en"):
        hand_in(course, f"{lang}-right", right(course, lang))
        hand_in(course, f"{lang}-wrong", right(course, lang, totals=MORE, share=UPSIDE_DOWN))
        hand_in(course, f"{lang}-untouched", desk.released(course, lang))
        renamed = desk.RIGHT["share"].replace("share", "anteil")
        hand_in(course, f"{lang}-renamed", right(course, lang, share=renamed))
        broken = right(course, lang)
        cell(broken, "setup").source = "import pandsa as pd\n" + cell(broken, "setup").source
        hand_in(course, f"{lang}-setup", broken)
    hand_in(course, "pivot", right(course, totals=desk.PIVOT))
    hand_in(course, "loop", right(course, "en", totals=desk.LOOP))
    raising = "def share(part, whole):\n    raise ValueError('<b>no idea</b>')\n"
    hand_in(course, "raising", right(course, share=raising))
    hand_in(course, "step", right(course, totals="def totals(visits):\n    return visit\n"))
    changed = right(course)
    cell(changed, "best-test").source = "pass"
    cell(changed, "share-test").metadata["nbgrader"]["points"] = 100
    cell(changed, "share-test").metadata["tags"] = ["skip-execution"]
    hand_in(course, "test-changed", changed)
    deleted = right(course, totals=MORE)
    gone = {"totals-test", "totals-test-2", "advice-essay"}
    deleted.cells = [c for c in deleted.cells if c.id not in gone]
    hand_in(course, "test-deleted", deleted)
    kernel = right(course)
    kernel.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    hand_in(course, "kernel", kernel)
    hand_in(course, "json", b'{"cells": [\n\n oops')
    hand_in(course, "empty", b"")
    hand_in(course, "latin", nbformat.writes(right(course)).encode("gb18030"))
    hand_in(course, "name", right(course), name="visits (1).ipynb")
    twice = right(course)
    copied = cell(twice, "share-test").copy()
    copied["id"] = "another"
    twice.cells.append(copied)
    hand_in(course, "twice", twice)
    other = right(course)
    other.metadata["casebank"]["exercise"] = "something-else"
    hand_in(course, "other", other)
    essay = right(course, "en")
    cell(essay, "advice-essay").source = "=Begin with customer three."
    folder = hand_in(course, "essay", essay)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    noisy = "import sys\n" + desk.RIGHT["share"].replace(
        "    return", "    print('careful', file=sys.stderr)\n    return"
    )
    hand_in(course, "noisy", right(course, share=noisy))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A released course with a class in it."""
    made = desk.make_course(tmp_path_factory.mktemp("class"))
    _submissions(made)
    made.roster.write_text(
        "id,first_name,last_name,email\nzh-right,岚,周,zhou@example.org\nabsent,Jin,He,\n",
        encoding="utf-8",
    )
    return made


@pytest.fixture(scope="module")
def report(course: Course) -> RunReport:
    """The run that graded the class."""
    return grade(course.root, SLUG)


@pytest.mark.parametrize("student", ["zh-right", "en-right", "pivot", "loop"])
def test_right(course: Course, report: RunReport, student: str) -> None:
    """Does a right answer of any kind, in either language, get all points?"""
    line = report.line(student)
    assert (line.status, line.tasks, line.points) == ("graded", PASSED, 6)
    assert rows(course, student) == FULL


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_languages_in_one_gradebook(course: Course, report: RunReport, lang: str) -> None:
    """Does each autograded notebook keep its own language?"""
    path = course.path("autograded", f"{lang}-right", SLUG) / f"{SLUG}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert ("每位客户一行" in text) == (lang == "zh")
    assert "SECRET_SUM" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plausible_wrong(course: Course, report: RunReport, lang: str) -> None:
    """Does a wrong answer fail with its message, and keep the points of the other tasks?"""
    line = report.line(f"{lang}-wrong")
    assert line.tasks == PASSED | {"totals": "partly", "share": "failed"}
    assert line.status == "graded"
    assert rows(course, f"{lang}-wrong") == FULL | {
        "totals-test-2": (0.0, False),
        "share-test": (0.0, False),
    }
    page = _page(course, f"{lang}-wrong")
    for text in ("金额合计不对", "占比不对") if lang == "zh" else ("do not add up", "is not right"):
        assert text in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_untouched(course: Course, report: RunReport, lang: str) -> None:
    """Is an untouched notebook 'not attempted' everywhere, with 0 points, and graded?"""
    line = report.line(f"{lang}-untouched")
    assert set(line.tasks.values()) == {"not_attempted"}
    assert (line.status, line.points) == ("graded", 0)


def test_a_function_raises(course: Course, report: RunReport) -> None:
    """Is an error an error there, and are the other tasks judged?"""
    line = report.line("raising")
    assert (line.status, line.tasks) == ("graded", PASSED | {"share": "error"})
    assert rows(course, "raising") == FULL | {"share-test": (0.0, False)}
    assert "&lt;b&gt;no idea" in _page(course, "raising")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_import_cell_broken(course: Course, report: RunReport, lang: str) -> None:
    """Is nothing judged, nothing given and nothing lost when the first cell is broken?"""
    line = report.line(f"{lang}-setup")
    judged = {task: line.tasks[task] for task in ("totals", "best", "share")}
    assert set(judged.values()) == {"not_judged"}
    assert line.status == "held"
    mine = rows(course, f"{lang}-setup")
    for name in ("totals-test", "totals-test-2", "best-test", "share-test"):
        assert mine[name] == (None, True)
    page = _page(course, f"{lang}-setup")
    assert ("第一格" if lang == "zh" else "The first cell") in page


def test_a_step_that_others_need(course: Course, report: RunReport) -> None:
    """Is what rests on a broken step not judged, naming the step, and held?"""
    line = report.line("step")
    assert line.tasks == PASSED | {"totals": "error", "best": "not_judged"}
    assert line.status == "held"
    mine = rows(course, "step")
    assert mine["best-test"] == (None, True)
    assert mine["totals-test"] == (0.0, False)
    assert "每位客户一行" in _page(course, "step").split("最好的客户")[1]


def test_test_cell_changed(course: Course, report: RunReport) -> None:
    """Are changed tests, points and tags put back, judged and noted?"""
    line = report.line("test-changed")
    assert (line.status, line.tasks) == ("graded", PASSED)
    assert rows(course, "test-changed") == FULL
    assert all("best-test" in note or "share-test" in note for note in line.notes[:2])


def test_test_cell_deleted(course: Course, report: RunReport) -> None:
    """Are deleted test cells put back in their place, judged and noted?"""
    line = report.line("test-deleted")
    assert (line.status, line.tasks["totals"]) == ("graded", "partly")
    assert rows(course, "test-deleted") == FULL | {"totals-test-2": (0.0, False)}
    assert any("totals-test, totals-test-2" in note and "补回" in note for note in line.notes)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_function_renamed(course: Course, report: RunReport, lang: str) -> None:
    """Does the message name the expected name?"""
    line = report.line(f"{lang}-renamed")
    assert (line.status, line.tasks) == ("graded", PASSED | {"share": "failed"})
    assert "`share`" in _page(course, f"{lang}-renamed")


def test_wrong_kernel_name(course: Course, report: RunReport) -> None:
    """Is a notebook with another kernel's name graded as Python, and is that noted?"""
    line = report.line("kernel")
    assert (line.status, line.tasks) == ("graded", PASSED)
    assert any("ir" in note for note in line.notes)


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("json", "not-json"),
        ("empty", "empty-file"),
        ("latin", "not-utf8"),
        ("name", "wrong-name"),
        ("twice", "duplicate-cell"),
        ("other", "wrong-exercise"),
    ],
)
def test_rejected(course: Course, report: RunReport, student: str, reason: str) -> None:
    """Is what cannot be read rejected with one sentence, while the others go on?"""
    line = report.line(student)
    assert (line.status, line.reason_id) == ("rejected", reason)
    assert line.reason.count("。") == 1
    assert report.exit_code == 1


def test_essay_waits(course: Course, report: RunReport) -> None:
    """Does an essay wait for a person without holding the submission?"""
    line = report.line("essay")
    assert (line.status, line.tasks["advice"]) == ("graded", "not_judged")
    assert rows(course, "essay") == FULL | {"advice-essay": (None, True)}


def test_a_warning_costs_no_mark_unseen(course: Course, report: RunReport) -> None:
    """Is a test that passed, and that stock would give 0 for a printed warning, held?"""
    line = report.line("noisy")
    assert (line.status, line.reason_id) == ("held", "odd-score")
    assert rows(course, "noisy")["share-test"] == (None, True)


def test_run_report(course: Course, report: RunReport) -> None:
    """Do the table and the log say what became of everybody?"""
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=200).print(report.table())
    assert "zh-right" in out.getvalue() and "rejected" in out.getvalue()
    assert report.log is not None
    lines = desk.journal(report.log)
    assert (lines[0]["event"], lines[-1]["event"]) == ("begin", "end")
    assert sum(line["event"] == "submission" for line in lines) == len(report.lines)


def test_a_second_run_skips(course: Course, report: RunReport) -> None:
    """Is what has not changed left alone, and is a new submission the only one graded?"""
    hand_in(course, "late-comer", right(course))
    again = grade(course.root, SLUG)
    assert [line.student for line in again.lines if not line.skipped] == ["late-comer"]
    assert {line.student: line.status for line in report.lines}.items() <= {
        line.student: line.status for line in again.lines
    }.items()


def test_feedback_gives_nothing_away(course: Course, report: RunReport) -> None:
    """Is each page complete in itself, and free of tests, tracebacks and model answers?"""
    made = feedback.feedback(course.root, SLUG, site="https://example.org/crm/")
    assert len(made) >= len(report.lines)
    for path in made:
        page = path.read_text(encoding="utf-8")
        for secret in ("SECRET_SUM", "77", "Traceback", "groupby", "check.equal", "范文"):
            assert secret not in page, (path, secret)
        assert "src=" not in page and "<script" not in page and "<link" not in page
        assert len(page) < 300_000
    rejected = course.path("feedback", "json", SLUG) / f"{SLUG}.html"
    assert "JSON" in rejected.read_text(encoding="utf-8")


def test_stock_feedback(course: Course, report: RunReport) -> None:
    """Can nbgrader's own pages still be made?"""
    made = feedback.feedback(course.root, SLUG, only=["zh-right"], stock=True)
    assert "SECRET_SUM" in made[0].read_text(encoding="utf-8")


def test_a_person_decides(course: Course, report: RunReport) -> None:
    """Does a held submission become graded when a person has seen to it, in feedback and CSV?"""
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(SLUG, "step")
        for grade_row in submission.notebooks[0].grades:
            if grade_row.name == "best-test":
                grade_row.manual_score, grade_row.needs_manual_grade = 1.5, False
        for comment in submission.notebooks[0].comments:
            if comment.name == "best-solution":
                comment.manual_comment = "思路对 <b>"
        gradebook.db.commit()
    page = _page(course, "step")
    assert "思路对 &lt;b&gt;" in page and "1.5" in page
    line = next(row for row in _csv(course) if row["student"] == "step")
    assert (line["status"], line["points"], line["graded_by_person"]) == ("graded", "2.5", "yes")


def test_export(course: Course, report: RunReport) -> None:
    """Does the CSV hold everybody, with names, outcomes, and no formula?"""
    lines = {row["student"]: row for row in _csv(course)}
    assert lines["absent"]["status"] == "missing"
    assert lines["zh-right"]["name"] == "周岚"
    assert (lines["zh-right"]["points"], lines["zh-right"]["totals"]) == ("6", "passed")
    assert lines["json"]["status"] == "rejected" and lines["json"]["points"] == ""
    assert lines["essay"]["waiting_for_person"] == "1"
    raw = export.export(course.root, course.root / "out.csv", bom=True).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n")


def test_formgrader_shows_the_class(course: Course, report: RunReport) -> None:
    """Does formgrader's own server list the submissions, and the held ones for manual grading?"""
    with _server(course) as ask:
        found = {
            one["student"]: one for one in json.loads(ask(f"formgrader/api/submissions/{SLUG}"))
        }
        assert found["zh-right"]["score"] == 6 and found["zh-right"]["autograded"]
        assert found["en-setup"]["needs_manual_grade"]
        notebooks = json.loads(ask(f"formgrader/api/submitted_notebooks/{SLUG}/{SLUG}"))
        mine = next(one for one in notebooks if one["student"] == "zh-setup")
        assert "第一格" in ask(f"formgrader/submissions/{mine['id']}/")


def _page(course: Course, student: str) -> str:
    made = feedback.feedback(course.root, SLUG, only=[student])
    return made[0].read_text(encoding="utf-8")


def _csv(course: Course) -> list[dict[str, str]]:
    path = export.export(course.root, course.root / "grades.csv", slug=SLUG)
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


class _server:
    """A Jupyter server with nbgrader's formgrader in the course folder."""

    def __init__(self, course: Course) -> None:
        self.root = course.root

    def __enter__(self):
        import os
        import socket
        import time
        import urllib.error
        import urllib.request

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        home = self.root.parent / "home"
        home.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"),
                *(
                    f"--port={port}",
                    "--IdentityProvider.token=x",
                    f"--ServerApp.root_dir={self.root}",
                ),
                "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
            ],
            cwd=self.root,
            env=os.environ | {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def ask(path: str) -> str:
            deadline = time.monotonic() + 60
            while True:
                try:
                    request = urllib.request.Request(
                        f"http://127.0.0.1:{port}/{path}", headers={"Authorization": "token x"}
                    )
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        return answer.read().decode("utf-8")
                except urllib.error.HTTPError:
                    raise
                except (urllib.error.URLError, ConnectionError):
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.3)

        return ask

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def test_stock_nbgrader_agrees(course: Course, report: RunReport, tmp_path: Path) -> None:
    """Does stock nbgrader, without us, give both languages the rows that we give?"""
    students = ("zh-right", "en-right", "zh-wrong", "en-wrong", "zh-untouched", "essay")
    shutil.copy(course.root / "nbgrader_config.py", tmp_path)
    shutil.copytree(course.root / "source", tmp_path / "source")
    shutil.copyfile(course.versions / SLUG / "1.0.0" / "gradebook.db", tmp_path / "gradebook.db")
    for student in students:
        theirs = tmp_path / "submitted" / student / SLUG
        shutil.copytree(course.path("submitted", student, SLUG), theirs)
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", SLUG, *STOCK],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=240,
    )
    stock = Course(tmp_path)
    for student in students:
        assert rows(stock, student) == rows(course, student)
        assert _comments(stock, student) == _comments(course, student)
    text = (stock.path("autograded", "en-right", SLUG) / f"{SLUG}.ipynb").read_text("utf-8")
    assert "One row per customer" in text and "每位客户一行" not in text


def _comments(course: Course, student: str) -> dict[str, str | None]:
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission(SLUG, student).notebooks[0]
        return {one.name: one.auto_comment for one in notebook.comments}


def test_outside_files_are_left_alone(course: Course, report: RunReport, tmp_path: Path) -> None:
    """Is what was handed in exactly as it was?"""
    path = course.path("submitted", "json", SLUG) / f"{SLUG}.ipynb"
    assert path.read_bytes() == b'{"cells": [\n\n oops'
    assert not list(course.private.glob("run-*"))
