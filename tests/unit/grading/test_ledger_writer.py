"""The writer of the gradebook: what it stores, what it leaves to persons, and what it says."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import ledger_course as small
import nbgrader
import pytest
from ledger_course import SLUG, WHEN, decision, dump, row, sql

from casebank.check.outcomes import Outcome, TaskOutcome
from casebank.errors import ContentError, EnvironmentFault
from casebank.grading import ledger, standing, tables
from casebank.grading.course import Course
from casebank.grading.ledger import Writer, database
from casebank.grading.model import HELD, REJECTED, Evidence, Graded
from casebank.grading.reasons import Reason


def grades(course: Course, student: str) -> dict[str, tuple[Any, ...]]:
    """Scores and flag by cell."""
    return {one[2]: one[4:] for one in dump(course.db_url)["grade"] if one[0] == student}


def counts(course: Course) -> dict[str, int]:
    """Rows of each table about submissions."""
    names = [*small.STOCK, *(table.name for table in tables.PER_SUBMISSION)]
    return {name: sql(course, f"SELECT count(*) FROM {name}")[0][0] for name in names}


def test_files_and_permissions(course: Course) -> None:
    """Are the files there, read-only as nbgrader leaves them, without a trace of how?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        writer.store(decision("ann", digest="d2", files={}), "r")
    goal = course.path("autograded", "ann", SLUG)
    assert sorted(p.name for p in goal.parent.iterdir()) == [SLUG]
    assert sorted(p.name for p in goal.iterdir()) == ["first.ipynb", "second.ipynb"]
    assert {stat.S_IMODE(p.stat().st_mode) for p in goal.iterdir()} == {0o444}


@pytest.mark.parametrize(
    ("settings", "mode"),
    [
        ("c.CourseDirectory.groupshared = True", 0o664),
        ("c.Autograde.permissions = 640", 0o640),
        ("c.BaseConverter.permissions = 600", 0o600),
    ],
)
def test_other_permissions(course: Course, settings: str, mode: int) -> None:
    """Do the course's settings about permissions hold?"""
    (course.root / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}\n")
    course = Course(course.root)
    ledger.write_folder(course, SLUG, decision("ann"))
    goal = course.path("autograded", "ann", SLUG)
    assert stat.S_IMODE((goal / "data" / "x.csv").stat().st_mode) == mode
    shared = stat.S_IMODE((goal / "data").stat().st_mode) & 0o2770 == 0o2770
    assert shared == ("groupshared" in settings)


def test_names_that_collide_or_lead_out(course: Course) -> None:
    """Does a file in the place of a folder give way, and is a way out never taken?"""
    ledger.write_folder(course, SLUG, decision("ann", files={"data": b"x", "data/a.csv": b"a"}))
    goal = course.path("autograded", "ann", SLUG)
    assert (goal / "data" / "a.csv").read_bytes() == b"a"
    for name in ("../x", "/tmp/x", "a/../../x"):
        with pytest.raises(ValueError):
            ledger.write_folder(course, SLUG, decision("ann", files={name: b"x"}))
    assert (goal / "data" / "a.csv").is_file()


def test_exchange_without_the_system_call(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the old folder replaced where the system cannot exchange two at once?"""
    monkeypatch.setattr("ctypes.CDLL", lambda *about, **more: object())
    for content in (b"old", b"new"):
        ledger.write_folder(course, SLUG, decision("ann", files={"x": content}))
    goal = course.path("autograded", "ann", SLUG)
    assert (goal / "x").read_bytes() == b"new"
    assert [p.name for p in goal.parent.iterdir()] == [SLUG]


def test_a_persons_part_stays(course: Course) -> None:
    """Are manual scores, extra credit, comments, flags and extensions left alone, and looked at?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        with course.gradebook() as gradebook:
            grade = gradebook.find_grade("test-a", "first", SLUG, "ann")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.0, 0.5, False
            gradebook.find_comment("essay", "first", SLUG, "ann").manual_comment = "see me"
            gradebook.find_submission_notebook("first", SLUG, "ann").flagged = True
            gradebook.db.commit()
            gradebook.grant_extension(SLUG, "ann", days=2)
        known = writer.befores()["ann"]
        assert known == ledger.before(writer, "ann")
        assert known.manual == {("first", "test-a"): 1.0} and known.extension.days == 2
        assert known.extra == {("first", "test-a"): 0.5} and known.timestamp == WHEN
        assert ledger.before(writer, "nobody") == writer.fresh
        assert writer.fresh.duedate == small.DUE
        writer.store(decision("ann", digest="d2", timestamp=None), "r2")
    assert grades(course, "ann")["test-a"] == (2.0, 1.0, 0.5, 1)
    found = dump(course.db_url)
    assert [one[5] for one in found["comment"] if one[2] == "essay"] == ["see me"]
    assert [one[2] for one in found["submitted_notebook"]] == [1, 0]
    assert found["submitted_assignment"][0][2].startswith("2026-03-01 12:00:00")
    assert found["submitted_assignment"][0][3] is not None


def test_cells_in_dispute(course: Course) -> None:
    """Do they lose their score, wait for a person, and lower a late penalty to what is left?"""
    late = decision("ann", status=HELD)
    late.disputed = {("first", "test-a")}
    late.graded[0].penalty = 3.5
    late.graded[1].penalty = 0.0
    with Writer(course, SLUG) as writer:
        writer.store(late, "r")
    found = grades(course, "ann")
    assert found["test-a"] == (None, None, None, 1) and found["test-b"] == (1.5, None, None, 0)
    assert [one[3] for one in dump(course.db_url)["submitted_notebook"]] == [1.5, 0.0]
    kept = sql(course, "SELECT cell, kind, value, disputed FROM casebank_cell WHERE disputed")
    assert kept == [("test-a", "full", 2.0, 1)]


def test_what_could_not_be_run(course: Course) -> None:
    """Does a submission of which nothing was run wait for a person, with its files?"""
    held = decision("ann", status=HELD, graded=None, files={"first.ipynb": b"{}"})
    held.reason = Reason("engine-fault")
    with Writer(course, SLUG) as writer:
        writer.store(held, "r")
    assert set(grades(course, "ann").values()) == {(None, None, None, 1)}
    assert (course.path("autograded", "ann", SLUG) / "first.ipynb").read_bytes() == b"{}"
    assert sql(course, "SELECT count(*) FROM casebank_cell") == [(0,)]


def test_rejected(course: Course) -> None:
    """Does a rejected submission leave nbgrader's tables alone, and its old cells nowhere?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        before = dump(course.db_url)
        rejected = decision("ann", status=REJECTED, digest="d2", graded=None, tasks=[], evidence=[])
        writer.store(rejected, "r")
        writer.store(replace(rejected, student="new"), "r")
    assert dump(course.db_url) == before
    assert sql(course, "SELECT count(*) FROM casebank_cell") == [(0,)]
    assert sql(course, "SELECT count(*) FROM casebank_evidence") == [(0,)]


def test_texts_of_every_kind(course: Course) -> None:
    """Do NULs, half characters and long texts go in?"""
    task = TaskOutcome("t" * 100, Outcome.ERROR, text="a\0b\ud800", message_id="m" * 200)
    odd = decision("ann", tasks=[task], evidence=[Evidence("first", "test-a", "\0", "\udfff")])
    odd.graded[0].comments["answer"] = "\ud800\0"
    with Writer(course, SLUG) as writer:
        writer.store(odd, "r")
        assert writer.rows(tables.tasks)[0]["text"] == "ab?"
        assert len(writer.rows(tables.tasks)[0]["message_id"]) == 80


def test_verified(course: Course) -> None:
    """Does each cell say whether it was judged twice?"""
    one = decision("ann", unverified={("first", "test-b"): "it reads a file"})
    with Writer(course, SLUG) as writer:
        writer.store(one, "r")
    found = dict(sql(course, "SELECT cell, verified FROM casebank_cell"))
    assert found == {
        "test-a": "no",
        "test-b": "it reads a file",
        "essay": "",
        "test-c": "yes",
        "work": "",
    }


def test_stranger_makes_the_submission_first(course: Course) -> None:
    """Is a submission that another program made meanwhile, or half of one, filled in?"""
    with Writer(course, SLUG) as writer:
        with course.gradebook() as gradebook:
            gradebook.add_student("ann")
            gradebook.add_submission(SLUG, "ann")
        sql(
            course,
            "DELETE FROM grade WHERE cell_id IN (SELECT id FROM base_cell WHERE name='work')",
        )
        sql(course, "DELETE FROM comment")
        writer.store(decision("ann"), "r")
        whole = dump(course.db_url)
        writer.store(decision("ben"), "r")
    mine = {
        name: [one for one in rows if "ben" in one] for name, rows in dump(course.db_url).items()
    }
    text = str(whole).replace("'ann'", "'ben'")
    assert str(mine) == text


def test_students_are_not_made(course: Course) -> None:
    """Is a stranger refused where the course makes no students, and nothing written?"""
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Autograde.create_student = False\n"
    )
    with Writer(Course(course.root), SLUG) as writer:
        before = counts(course)
        assert not writer.knows("ann")
        with pytest.raises(ContentError, match="nbgrader db student add ann"):
            writer.store(decision("ann"), "r")
        assert counts(course) == before and not course.path("autograded", "ann", SLUG).exists()
        sql(course, "INSERT INTO student (id) VALUES ('ann')")
        writer.store(decision("ann"), "r")
    assert counts(course)["casebank_submission"] == 1


def test_no_such_assignment(course: Course) -> None:
    """Is an assignment that the gradebook does not know one sentence?"""
    with pytest.raises(ContentError, match="nbgrader generate_assignment ps9"):
        Writer(course, "ps9")


def test_source_cells(course: Course) -> None:
    """Are the source cells read with what they are?"""
    with Writer(course, SLUG) as writer:
        sheets = writer.sheets()
    first = {cell.name: cell for cell in sheets["first"].cells}
    assert [cell.name for cell in sheets["first"].cells] == [c[0] for c in small.CELLS["first"]]
    assert first["essay"].grade and first["essay"].solution and not first["essay"].task
    assert first["essay"].points == 4.0 and first["answer"].points is None
    assert sheets["second"].points == {"test-c": 1.0, "work": 5.0}


def test_gradebook_of_the_last_version(course: Course) -> None:
    """Does a gradebook with our first three tables only go on working?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
    for name in ("casebank_grade", "casebank_cell", "casebank_evidence"):
        sql(course, f"DROP TABLE {name}")
    with Writer(course, SLUG) as writer:
        assert ledger.stale(writer, decision("x").hashes, {"ann": "d1"}) == {"ann": ["engine"]}
        writer.store(decision("ann"), "r2")
        assert ledger.stale(writer, decision("x").hashes, {"ann": "d1"}) == {}


def test_standing(course: Course) -> None:
    """Does standing know several notebooks, evidence, and who was graded by stock nbgrader?"""
    with Writer(course, SLUG) as writer:
        one = decision("ann", status=HELD)
        one.reason = Reason("engine-fault")
        one.disputed = {("first", "test-a")}
        writer.store(one, "r")
    with course.gradebook() as gradebook:
        gradebook.add_student("stock")
        gradebook.add_submission(SLUG, "stock")
        grade = gradebook.find_grade("test-c", "second", SLUG, "stock")
        grade.auto_score, grade.extra_credit = 1.0, 0.25
        gradebook.find_comment("work", "second", SLUG, "ann").manual_comment = "good"
        gradebook.db.commit()
        ann, stock = standing.of_assignment(course, gradebook, SLUG)
        theirs = {s.student.id: s.score for s in gradebook.assignment_submissions(SLUG)}
    assert (ann.student, ann.status, ann.points, ann.max_points) == ("ann", HELD, 1.5, 15.0)
    assert ann.grid["first", "test-b"].score == 1.5 and ann.cells["work"].max_score == 5.0
    assert ann.waiting_cells == 3 and ann.remarks == {("second", "work"): "good"}
    assert ann.evidence == [Evidence("first", "test-a", "ours", "theirs")]
    assert ann.verified["first", "test-a"] == "no"
    assert (stock.status, stock.points) == ("graded", 1.25)
    assert theirs == {"ann": ann.points, "stock": stock.points}


def test_cost(course: Course) -> None:
    """Is a submission stored in little time? (The goal is 10 ms; this machine may be busy.)"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("warm"), "r")
        began = time.process_time()
        for number in range(100):
            writer.store(decision(f"s{number}"), "r")
        assert (time.process_time() - began) / 100 < 0.04


# -- what goes wrong -------------------------------------------------------------------------------


def test_locked_by_another_program(course: Course) -> None:
    """Is a gradebook that another program holds one sentence, after the wait, and nothing lost?"""
    with Writer(course, SLUG, wait=0.2) as writer:
        writer.store(decision("ann"), "r")
        other = sqlite3.connect(course.root / "gradebook.db")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentFault, match="another program holds the gradebook") as caught:
            writer.store(decision("ben"), "r")
        assert str(course.root / "gradebook.db") in str(caught.value)
        other.rollback()
        writer.store(decision("ben"), "r")
    assert counts(course)["casebank_submission"] == 2


def test_readers_do_not_wait(course: Course) -> None:
    """Can formgrader read while a submission is being stored?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        with writer.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM grade")
            with course.gradebook() as gradebook:
                assert gradebook.find_submission(SLUG, "ann").score == 3.5
            connection.rollback()
    assert sql(course, "PRAGMA journal_mode") == [("wal",)]


def test_disk_full_and_read_only(course: Course) -> None:
    """Are a full disk and a file that may only be read one sentence each, and nothing half stored?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        before = counts(course)
        long = decision("ben")
        long.graded[0].comments["answer"] = "x" * 500_000
        for pragma, sentence in (
            ("PRAGMA max_page_count=1", "the disk is full"),
            ("PRAGMA query_only=1", "may only be read"),
        ):
            with writer.engine.connect() as connection:
                connection.exec_driver_sql(pragma)
            with pytest.raises(EnvironmentFault, match=sentence):
                writer.store(long, "r")
            writer.engine.dispose()
            assert counts(course) == before


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "may not be written"),
        (errno.EIO, "cannot"),
    ],
)
def test_folder_cannot_be_written(
    course: Course, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    """Is a folder that cannot be written one sentence, and no row stored?"""

    def fail(self: Path, data: bytes) -> int:
        raise OSError(number, "as the system says it")

    with Writer(course, SLUG) as writer:
        monkeypatch.setattr(Path, "write_bytes", fail)
        with pytest.raises(EnvironmentFault, match=sentence) as caught:
            writer.store(decision("ann"), "r")
    assert str(course.path("autograded", "ann", SLUG)) in str(caught.value)
    assert counts(course)["casebank_submission"] == 0


def test_course_that_is_a_file_system_of_its_own(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does a read-only course say so when it is locked, and when its gradebook is made?"""

    def fail(self: Path, *more: Any, **options: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(EnvironmentFault, match="may not be written"), course.locked():
        pass
    (course.root / "gradebook.db").unlink()
    shutil.rmtree(course.private)
    with pytest.raises(EnvironmentFault, match="may not be written"):
        course.make_database()


def test_no_gradebook_at_all(course: Course) -> None:
    """Is a file that is no gradebook one sentence?"""
    (course.root / "gradebook.db").write_bytes(b"no database" * 200)
    with pytest.raises(EnvironmentFault, match="damaged, or is no gradebook"), course.gradebook():
        pass


def test_addresses() -> None:
    """Is a password never shown, and a relative file taken from the course?"""
    assert database.shown("postgresql://me:secret@host/db") == "postgresql://me:***@host/db"
    assert "secret" not in database.shown("postgresql:///db?password=secret")
    assert database.shown("postgres//me:secret@host") == "CourseDirectory.db_url"
    root = Path("/c")
    assert database.absolute("sqlite:///g.db", root) == "sqlite:////c/g.db"
    assert database.absolute("sqlite:////x/g.db", root) == "sqlite:////x/g.db"
    same = "postgresql://me:secret@host/db"
    assert database.absolute(same, root) == same
    assert database.file_of("sqlite:////x/g.db") == Path("/x/g.db")
    assert database.file_of(same) is None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql+pg8000://me:secret@127.0.0.1:1/x", "driver for the gradebook's server"),
        ("oracle9://me:secret@127.0.0.1:1/x", "address cannot be read|cannot be used"),
        ("nonsense secret", "address cannot be read"),
    ],
)
def test_servers_that_are_not_there(tmp_path: Path, url: str, sentence: str) -> None:
    """Are a missing driver and a wrong address one sentence, without the password?"""
    course = small.empty(tmp_path / "c", f"c.CourseDirectory.db_url = {url!r}")
    with pytest.raises(EnvironmentFault, match=sentence) as caught, course.gradebook():
        pass
    assert "secret" not in str(caught.value)


def test_older_nbgrader(tmp_path: Path) -> None:
    """Is a gradebook of an older nbgrader left untouched, with what to do, and that does help?"""
    old = Path(nbgrader.__file__).parent / "tests" / "apps" / "files" / "gradebook.db"
    course = small.empty(tmp_path / "c")
    shutil.copyfile(old, course.root / "gradebook.db")
    content = old.read_bytes()
    for _ in range(2):
        with pytest.raises(EnvironmentFault, match="nbgrader db upgrade"), course.gradebook():
            pass
    assert (course.root / "gradebook.db").read_bytes() == content
    command = [sys.executable, "-m", "nbgrader", "db", "upgrade"]
    subprocess.run(command, cwd=course.root, check=True, capture_output=True)
    with course.gradebook() as gradebook:
        gradebook.add_student("ann")


def test_revision_before_the_last(course: Course) -> None:
    """Is a gradebook whose columns are right but whose revision is old told too; a newer one not?"""
    sql(course, "UPDATE alembic_version SET version_num = '282d30a0218e'")
    with pytest.raises(EnvironmentFault, match="nbgrader db upgrade"), course.gradebook():
        pass
    sql(course, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with course.gradebook():
        pass


def test_missing_notebook(course: Course) -> None:
    """Is a notebook that was not handed in 0 without a flag, its comments as they were?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        again = decision("ann", digest="d2")
        again.graded[1] = Graded("second", None, {"test-c": row(0.0, 1.0), "work": row(0.0, 5.0)})
        writer.store(again, "r")
    found = grades(course, "ann")
    assert found["test-c"] == found["work"] == (0.0, None, None, 0)
    said = [one[4] for one in dump(course.db_url)["comment"] if one[1] == "second"]
    assert said == ["No response.", None]
    kinds = dict(sql(course, "SELECT cell, kind FROM casebank_cell WHERE notebook = 'second'"))
    assert set(kinds.values()) == {"missing"}
