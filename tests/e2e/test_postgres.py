"""The gradebook on a real PostgreSQL server, started here for these tests alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grading_class as desk
import pytest

from casebank.check.outcomes import Outcome, TaskOutcome
from casebank.errors import EnvironmentFault
from casebank.grading import course as courses
from casebank.grading import release, standing
from casebank.grading.course import Course
from casebank.grading.ledger import Writer, reweigh, stale
from casebank.grading.model import GRADED, Decision, Evidence, Graded, Hashes, Row

pytestmark = pytest.mark.e2e

PACKAGE = "postgresql"
PASSWORD = "opensesame-42"
SLUG = desk.SLUG


def programs() -> Path | None:
    """Where Debian keeps the server's programs: not on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    here = shutil.which("initdb")
    return Path(here).parent if here else None


class Server:
    """A server of our own on a socket in its own folder, run by a user without rights."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder, self.bin, self.data = folder, bin_, folder / "data"
        self.options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        if os.getuid() == 0:
            # The server refuses to run as root.
            for path in (folder, secret):
                shutil.chown(path, "nobody", "nogroup")
        self._run("initdb", "-D", self.data, "-U", "teacher", "--pwfile", secret,
                  "--auth=scram-sha-256", "-E", "UTF8", "--no-locale", "-N")  # fmt: skip
        self.start()

    def _run(self, program: str, *words: Any) -> None:
        command = [str(self.bin / program), *map(str, words)]
        if os.getuid() == 0:
            drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            command = [*drop, *command]
        with (self.folder.with_suffix(".log")).open("ab") as log:
            subprocess.run(
                command,
                check=True,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": os.environ["PATH"]},
            )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run(
            "pg_ctl", "-D", self.data, "-o", self.options, "-w", "-l", self.folder / "log", "start"
        )

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """The address of a database on it."""
        return f"postgresql+psycopg://teacher:{password}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside of transactions."""
        import psycopg

        address = self.url(database).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A real server; without the package the tests are skipped, but never in CI."""
    bin_ = programs()
    if bin_ is None:
        reason = f"PostgreSQL is missing here: sudo apt install {PACKAGE}"
        if os.environ.get("CI"):
            pytest.fail(f"CI may not skip this: {reason}")
        pytest.skip(reason)
    # Not below pytest's folders: those are closed to other users, and sockets need short paths.
    folder = Path(tempfile.mkdtemp(prefix="cbk-pg-", dir="/tmp"))
    one = Server(folder, bin_)
    yield one
    one.stop()
    shutil.rmtree(folder)
    folder.with_suffix(".log").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def released(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which the small exercise is released, its gradebook on the server."""
    folder = tmp_path_factory.mktemp("released")
    server.execute("CREATE DATABASE base")
    root = courses.new(folder / "course", lang="en")
    set_url(root, server.url("base"))
    release.install(Course(root), SLUG, desk.build(folder))
    return root


@pytest.fixture
def course(server: Server, released: Path, tmp_path: Path) -> Course:
    """A copy of it with a database of its own."""
    server.execute("DROP DATABASE IF EXISTS grades WITH (FORCE)")
    server.execute("CREATE DATABASE grades TEMPLATE base")
    shutil.copytree(released, tmp_path / "course")
    set_url(tmp_path / "course", server.url("grades"))
    return Course(tmp_path / "course")


def set_url(root: Path, url: str) -> None:
    """Write the address into the course's settings, the last one counts."""
    with (root / courses.CONFIG).open("a", encoding="utf-8") as handle:
        handle.write(f"\nc.CourseDirectory.db_url = {url!r}\n")


def decision(student: str, digest: str = "d1", **rows: float | None) -> Decision:
    """A graded submission of the small exercise."""
    given = {"totals-test": 2.0, "totals-test-2": 1.0, "best-test": 2.0, "share-test": 1.0}
    given |= {"advice-essay": None} | {name.replace("_", "-"): v for name, v in rows.items()}
    worth = {"totals-test": 2.0, "advice-essay": 3.0, "best-test": 2.0}
    graded = Graded(
        SLUG,
        b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        {n: Row(v, v is None, worth.get(n, 1.0)) for n, v in given.items()},
        {"totals-solution": "No response."},
        penalty=0.5,
    )
    task = TaskOutcome("totals", Outcome.PASSED, text="\0 half \ud800", cells={"totals-test": True})
    return Decision(
        student,
        GRADED,
        digest,
        "en",
        tasks=[task],
        graded=[graded],
        evidence=[Evidence(SLUG, "share-test", "0\0", "1")],
        hashes=Hashes(digest, "c", "w", "d", "e"),
    )


def test_round(server: Server, course: Course) -> None:
    """Do release, storing, a person's grades, standing, stale grades and new weights work on it?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r1")
        writer.store(decision("ben", best_test=0.0), "r1")
        with course.gradebook() as gradebook:
            grade = gradebook.find_grade("advice-essay", SLUG, SLUG, "ann")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 2.0, 0.5, False
            gradebook.db.commit()
            gradebook.grant_extension(SLUG, "ann", hours=3)
        before = writer.befores()
        assert before["ann"].manual == {(SLUG, "advice-essay"): 2.0}
        assert before["ann"].extension.total_seconds() == 3 * 3600 and not before["ben"].manual
        writer.store(decision("ann", "d2", share_test=0.5), "r2")
        now = Hashes("", "c", "heavier", "d", "e")
        assert stale(writer, now, {}) == {"ann": ["weights"], "ben": ["weights"]}
        assert reweigh(writer, now, ["ann", "ben"])["ann"].points == 5.5
        assert stale(writer, now, {}) == {}
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(SLUG, "ann")
        assert submission.score == 8.0 and submission.needs_manual_grade
        assert len(gradebook.assignment_submissions(SLUG)) == 2
        ann, _ = standing.of_assignment(course, gradebook, SLUG)
        assert ann.evidence == [Evidence(SLUG, "share-test", "0", "1")]
        assert (ann.points, ann.grid[SLUG, "advice-essay"].by_person) == (8.0, True)
        assert ann.tasks[0]["text"] == " half ?"
    counts = server.execute("SELECT count(*) FROM grade", "grades")
    assert counts == [(2 * 5,)]


def test_real_autograde(server: Server, course: Course) -> None:
    """Does stock nbgrader itself go on working on a gradebook that the writer has used?"""
    desk.hand_in(course, "stock", desk.right(course, "en"))
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r1")
    from nbgrader.converters import Autograde

    course.directory.assignment_id, course.directory.student_id = SLUG, "stock"
    Autograde(coursedir=course.directory, config=course.config).start()
    with Writer(course, SLUG) as writer:
        writer.store(decision("stock"), "r2")
    with course.gradebook() as gradebook:
        assert gradebook.find_submission(SLUG, "stock").score == 6.0
        assert gradebook.find_submission(SLUG, "ann").score == 6.0


def test_a_server_that_stops(server: Server, course: Course) -> None:
    """Is a server that goes away one sentence, and does the open writer go on when it is back?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r1")
        server.stop()
        try:
            with pytest.raises(EnvironmentFault, match=r"cannot be reached|broke off") as caught:
                writer.store(decision("ben"), "r1")
        finally:
            server.start()
        assert PASSWORD not in str(caught.value)
        writer.store(decision("ben"), "r1")
    assert server.execute("SELECT count(*) FROM casebank_submission", "grades") == [(2,)]


def test_somebody_holds_the_rows(server: Server, course: Course) -> None:
    """Is a row that another program holds too long one sentence, and nothing half stored?"""
    import psycopg

    with Writer(course, SLUG, wait=0.5) as writer:
        writer.store(decision("ann"), "r1")
        address = server.url("grades").replace("+psycopg", "")
        with psycopg.connect(address) as other:
            other.execute("UPDATE grade SET manual_score = 1")
            with pytest.raises(EnvironmentFault, match="another program holds the gradebook"):
                writer.store(decision("ann", "d2"), "r2")
            other.rollback()
        digests = server.execute("SELECT digest, run FROM casebank_submission", "grades")
        assert digests == [("d1", "r1")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong-77"}, "user name or password is wrong"),
        ({"database": "nowhere"}, "has no such database"),
        ({"host": "/tmp/no-server-here"}, "cannot be reached"),
        ({"driver": "postgresql+pg8000"}, "driver for the gradebook's server is not installed"),
    ],
)
def test_addresses_that_do_not_work(
    server: Server, tmp_path: Path, change: dict[str, str], sentence: str
) -> None:
    """Is each one sentence with what to do, and never with a password in it?"""
    host = change.pop("host", str(server.folder))
    driver = change.pop("driver", "postgresql+psycopg")
    url = server.url(**change).replace(str(server.folder), host)
    root = courses.new(tmp_path / "course")
    set_url(root, url.replace("postgresql+psycopg", driver))
    with pytest.raises(EnvironmentFault, match=sentence) as caught, Course(root).gradebook():
        pass
    assert PASSWORD not in str(caught.value) and "wrong-77" not in str(caught.value)
    assert "db_url" in str(caught.value) or "pip install" in str(caught.value)


def test_no_right_to_write(server: Server, course: Course) -> None:
    """Is a user who may only read told so?"""
    with course.gradebook():
        pass
    server.execute("DROP ROLE IF EXISTS guest")
    server.execute(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest", "grades")
    set_url(course.root, server.url("grades").replace("teacher", "guest"))
    with pytest.raises(EnvironmentFault, match="not allow this user to write"):
        Writer(Course(course.root), SLUG)
