"""Others on the machine: what they can read and write of a course, and of a run under way."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import plain_course as small
import pytest

from casebank.grading import course as courses
from casebank.grading.course import CHANNELS, Course

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
SURFACE = "modes"
#: Nobody's number, not even that of ``nobody``.
STRANGER = 61234


def mode(path: Path) -> int:
    """Its permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def run(umask: int, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command of ours under a umask."""
    return subprocess.run(
        [str(small.BIN / "casebank"), *words],
        cwd=cwd,
        env=small.environment(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        umask=umask,
        timeout=300,
    )


def as_stranger(*words: str) -> str:
    """What a command says that somebody else on the machine calls."""
    who = [f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
    done = subprocess.run(["setpriv", *who, *words], capture_output=True, text=True, cwd="/")
    return done.stdout


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a few people in it."""
    root = small.make(tmp_path_factory.mktemp("modes") / "course")
    for number in range(2):
        small.submit(root, f"s{number}")
    return root


@pytest.fixture
def theirs(template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(template, tmp_path / "course")
    return tmp_path / "course"


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_new_course(tmp_path: Path, umask: int) -> None:
    """Is a new course its owner's alone, whatever the umask?"""
    done = run(umask, "course", "new", str(tmp_path / "crm"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert mode(tmp_path / "crm") == 0o700
    assert mode(tmp_path / "crm" / "roster.csv") == 0o666 & ~umask


def test_shared_course(tmp_path: Path) -> None:
    """Is a shared course open to its group, and to nobody else?"""
    done = run(0o077, "course", "new", str(tmp_path / "crm"), "--shared", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert mode(tmp_path / "crm") == 0o2770
    course = Course(tmp_path / "crm")
    assert course.directory.groupshared
    for path in course.root.rglob("*"):
        wanted = 0o060 if path.is_file() else 0o070
        assert mode(path) & 0o070 == wanted, path


def test_shared_course_when_graded(theirs: Path) -> None:
    """May the group go on with whatever grading has written in a shared course?"""
    with (theirs / "nbgrader_config.py").open("a") as settings:
        settings.write("c.CourseDirectory.groupshared = True\n")
    done = run(0o077, "grade", small.SLUG, "-c", str(theirs), cwd=theirs)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in (".casebank/lock", "logs", ".casebank/proof.json"):
        path = theirs / name
        assert mode(path) & 0o060 == 0o060, name
    for path in (theirs / "logs").iterdir():
        assert mode(path) & 0o060 == 0o060, path


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077])
def test_what_is_written_follows_the_umask(theirs: Path, tmp_path: Path, umask: int) -> None:
    """Do grades, feedback and logs follow the umask, and is nothing lost by a strict one?"""
    graded = run(umask, "grade", small.SLUG, "-c", str(theirs), cwd=tmp_path)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    # Nothing of ours fails quietly: both judgements were made.
    proof = json.loads((theirs / ".casebank" / "proof.json").read_text())
    assert [one["unverifiable"] for one in proof.values()] == [{}]
    run(umask, "export", "grades.csv", "-c", str(theirs), cwd=tmp_path)
    run(umask, "feedback", small.SLUG, "-c", str(theirs), cwd=tmp_path)
    wanted = 0o666 & ~umask
    assert mode(tmp_path / "grades.csv") == wanted
    for pattern in ("feedback/*/*/*.html", "logs/*", ".casebank/*.json"):
        found = list(theirs.glob(pattern))
        assert found, pattern
        assert {mode(path) for path in found} == {wanted}, pattern


def test_a_file_that_is_replaced_keeps_its_mode(theirs: Path, tmp_path: Path) -> None:
    """Does an export that its owner has shut stay shut when it is written again?"""
    run(0o022, "grade", small.SLUG, "--no-proof", "-c", str(theirs), cwd=tmp_path)
    target = tmp_path / "grades.csv"
    target.write_text("old")
    target.chmod(0o600)
    run(0o022, "export", "grades.csv", "-c", str(theirs), cwd=tmp_path)
    assert "s0" in target.read_text()
    assert mode(target) == 0o600


@pytest.mark.parametrize(("bits", "warned"), [(0o755, True), (0o750, True), (0o700, False)])
def test_course_of_an_older_version(tmp_path: Path, bits: int, warned: bool) -> None:
    """Is it known, with the cure, that others can look into a course of ours?"""
    made = courses.new(tmp_path / "crm")
    made.chmod(bits)
    assert courses.others_may_enter(Course(made)) == ("700" if warned else "")


def test_an_open_course_is_told(tmp_path: Path) -> None:
    """Does a run of grading say that others can look into the course, and how to shut it?"""
    made = courses.new(tmp_path / "crm")
    made.chmod(0o755)
    done = run(0o022, "grade", "x", "-c", str(made), cwd=tmp_path)
    assert "others on this machine" in done.stderr
    assert f"chmod 700 {made}" in done.stderr


@pytest.fixture(scope="module")
def under_way(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a run under way, whose cell takes long."""
    root = tmp_path_factory.mktemp("run") / "course"
    shutil.copytree(template, root)
    small.submit(root, "s0", f"import time; time.sleep(20)\n{small.RIGHT}", own=b"mine")
    channel = Course(root).channel
    started = small.Run(root)
    deadline = time.monotonic() + 60
    sockets: list[Path] = []
    while not sockets and time.monotonic() < deadline:
        sockets = [
            path
            for path in CHANNELS.glob(f"{channel}*/*/*")
            if path.name.startswith("k-") and path.is_socket()
        ]
        time.sleep(0.1)
    assert sockets
    yield sockets[0].parent.parent
    started.interrupt()
    started.end(30)


@needs_root
@pytest.mark.parametrize(
    "test",
    [
        ("-mindepth", "2", "-type", "f", "-readable"),
        ("-type", "s", "-writable"),
        ("-mindepth", "1", "-type", "d", "-executable"),
        ("-writable",),
    ],
    ids=["files to read", "sockets to speak to", "folders to enter", "places to write"],
)
def test_a_run_under_way(under_way: Path, test: tuple[str, ...]) -> None:
    """Does somebody else on the machine get at nothing of a run: work, sockets, folders?"""
    numbered = [str(under_way / str(number)) for number in range(1, 6)]
    found = as_stranger("find", str(under_way), *numbered, *test)
    assert found == ""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of ours, made without any care, with its folders, where others can come by."""
    top = tmp_path_factory.mktemp("ours")
    for folder in (top, *top.parents):
        if folder == CHANNELS:
            break
        folder.chmod(0o755)
    run(0o000, "course", "new", str(top / "crm"), cwd=top)
    for name in ("gradebook.db", "versions", "logs"):
        (top / "crm" / name).mkdir(mode=0o777)
    return top / "crm"


@needs_root
@pytest.mark.parametrize(
    "name", ["gradebook.db", "versions", "source", "submitted", "nbgrader_config.py", "logs"]
)
def test_a_course_of_ours(ours: Path, name: str) -> None:
    """Can somebody else on the machine read nothing of a course: grades, tests, solutions?"""
    assert as_stranger("ls", "-d", str(ours))
    assert (ours / name).exists()
    assert as_stranger("ls", "-d", str(ours / name)) == ""
    assert as_stranger("cat", str(ours / name)) == ""


@needs_root
def test_a_strangers_mark_shuts_no_course(theirs: Path, tmp_path: Path) -> None:
    """Does what somebody else lays above a course, where all may write, change nothing for it?"""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    course = shared / "mine"
    shutil.copytree(theirs, course)
    for name in ("casebank-course.json", "gradebook.db", "nbgrader_config.py"):
        (shared / name).write_text("open('RAN', 'w')")
        os.chown(shared / name, STRANGER, STRANGER)
    done = run(0o022, "grade", small.SLUG, cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(0o022, "grade", small.SLUG, "-c", str(shared), cwd=course)
    assert done.returncode == 2
    assert "belongs to somebody else" in done.stderr
    assert not list(shared.rglob("RAN"))


@needs_root
@pytest.mark.parametrize(
    "what", ["a stranger's", "a stranger's above", "open to all", "own", "sticky"]
)
def test_where_a_dask_worker_may_stand(tmp_path: Path, what: str) -> None:
    """Is a worker refused whose folder, from which Python takes modules, others can change?"""
    from casebank.grading.station import others_write

    above = tmp_path / "above"
    folder = above / "scratch"
    folder.mkdir(parents=True)
    # As /tmp is; pytest's own folders lie below it.
    if what == "a stranger's":
        os.chown(folder, STRANGER, STRANGER)
    elif what == "a stranger's above":
        os.chown(above, STRANGER, STRANGER)
    elif what == "open to all":
        above.chmod(0o777)
    elif what == "sticky":
        above.chmod(0o1777)
    found = others_write(folder)
    assert found == {"a stranger's": folder, "a stranger's above": above, "open to all": above}.get(
        what
    )
