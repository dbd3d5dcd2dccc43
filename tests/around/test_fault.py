"""Whose fault it is: a machine's matter is told as one, with its cure, and costs nobody a mark."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import plain_course as small
import pytest

from casebank import cli
from casebank.errors import machine_fault
from casebank.grading import sandbox
from casebank.grading.inside import cage

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
SURFACE = "fault"
OWN = "a fault of Casebank's own"
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="only root can mount"
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which one was graded and one waits."""
    root = small.make(tmp_path_factory.mktemp("fault") / "course")
    small.submit(root, "s0")
    done = small.run("casebank", "grade", small.SLUG, "-c", str(root), cwd=root)
    assert done.returncode == 0, done.stderr
    small.submit(root, "s1", data=os.urandom(900_000))
    return root


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(template, tmp_path / "course")
    return tmp_path / "course"


def under(mounts: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command of ours, with file systems of its own."""
    command = " ".join(map(shlex.quote, [str(small.BIN / "casebank"), *words]))
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-ec", f"{mounts}\n{command}"],
        cwd=cwd,
        env=small.environment(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


def full(folder: Path, room_kb: int, size_mb: int = 8) -> str:
    """Shell words that put a folder on a disk of its own with so much room left."""
    at = shlex.quote(str(folder))
    return (
        f"mkdir -p /mnt/cb-around; mount -t tmpfs -o size={size_mb}m tmpfs /mnt/cb-around\n"
        f"cp -a {at}/. /mnt/cb-around; mount --move /mnt/cb-around {at}\n"
        f"left=$(df -k --output=avail {at} | tail -1); head -c $(( (left - {room_kb}) * 1024 )) "
        f"/dev/zero > {at}/.filler"
    )


def says(done: subprocess.CompletedProcess[str], *words: str, code: int = 3) -> None:
    """It ended so, in sentences with these words, without a traceback or a word of a fault of ours."""
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == code, said
    assert OWN not in said
    assert "Traceback" not in said
    for word in words:
        assert word in said, said


@needs_root
@pytest.mark.parametrize("room", [0, 40, 400], ids=["no room", "some", "not enough for the files"])
def test_full_disk_when_grading(course: Path, room: int) -> None:
    """Is a full disk told as such when a class is graded?"""
    done = under(full(course, room), "grade", small.SLUG, "-c", str(course), cwd=course)
    says(done, "disk is full", "ake room")


@needs_root
@pytest.mark.parametrize(
    ("words", "file"),
    [
        (("export", "{full}/grades.csv", "-c", "{course}"), "grades.csv"),
        (("course", "new", "{full}/crm"), "crm"),
        (("data", "make", "--customers", "300", "--months", "3", "-o", "{full}/bank"), "bank"),
    ],
    ids=["export", "course new", "data make"],
)
def test_full_disk_elsewhere(
    course: Path, tmp_path: Path, words: tuple[str, ...], file: str
) -> None:
    """Is a full disk told as such by whatever writes?"""
    (tmp_path / "full").mkdir()
    filled = [word.format(full=tmp_path / "full", course=course) for word in words]
    done = under(full(tmp_path / "full", 0, 1), *filled, cwd=tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 3, said
    assert OWN not in said
    assert "No space left" in said or "disk is full" in said


@needs_root
@pytest.mark.parametrize("part", ["logs", ".", ".casebank"])
def test_read_only(course: Path, part: str) -> None:
    """Is a log, or a course, that can only be read told as such?"""
    at = shlex.quote(str(course / part))
    mounts = f"mount --bind {at} {at}; mount -o remount,ro,bind {at}"
    done = under(mounts, "grade", small.SLUG, "-c", str(course), cwd=course)
    says(done, "may not be written", "right to write")


@needs_root
def test_null_is_a_file(course: Path, tmp_path: Path) -> None:
    """Is a /dev/null that is no device told as such, before anybody is graded?"""
    (tmp_path / "null").write_text("")
    mounts = f"mount --bind {shlex.quote(str(tmp_path / 'null'))} /dev/null"
    done = under(mounts, "grade", small.SLUG, "-c", str(course), cwd=course)
    says(done, "/dev/null is broken", "mknod")
    doctor = under(mounts, "doctor", cwd=course)
    assert "/dev/null is broken" in " ".join(doctor.stdout.split())


@needs_root
def test_nobody_is_worse_off(course: Path) -> None:
    """Once there is room again, is who could not be graded graded, with all marks?"""
    under(full(course, 40), "grade", small.SLUG, "-c", str(course), cwd=course)
    done = small.run("casebank", "grade", small.SLUG, "-c", str(course), cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if "s1" in line and "1/1" in line]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x", "/a/b"), ("/a/b", "disk is full", "ake room")),
        (OSError(errno.EDQUOT, "x"), ("share of the disk",)),
        (OSError(errno.EROFS, "x", "/a"), ("can only be read",)),
        (PermissionError(errno.EACCES, "x", "/a"), ("/a", "by you")),
        (OSError(errno.EMFILE, "x"), ("too many files", "ulimit")),
        (OSError(errno.ENOMEM, "x"), ("memory",)),
        (OSError(errno.EAGAIN, "x"), ("process",)),
        (OSError(errno.EIO, "x", "/a"), ("disk does not answer",)),
        (OSError(errno.ENOENT, "x", os.devnull), ("/dev/null is broken", "mknod")),
        (MemoryError(), ("memory",)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_the_system_says(
    error: BaseException,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Is an error of the system, from wherever it comes, one sentence with its cure, exit 3?"""

    def fail(**how: object) -> int:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert OWN not in said
    assert said.count("\n") == 1
    assert all(word in said for word in words), said


def test_what_may_be_our_own() -> None:
    """Is a mistake of ours still called one?"""
    assert machine_fault(FileNotFoundError(errno.ENOENT, "x", "/a")) is None
    assert machine_fault(KeyError("x")) is None
    assert machine_fault(PermissionError(errno.EPERM, "x")) is None


@needs_root
def test_the_sandboxs_user_is_asked(tmp_path: Path) -> None:
    """Does the probe notice, as the user that kernels run as, what that one may not read?"""
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    program = (
        "import sys; from casebank.grading.inside import cage\n"
        f"sys.executable, sys.prefix, sys.path = '/bin/sh', '/usr', ['/usr', {str(shut)!r}]\n"
        "cage._readable_by_user(False)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(cage.UNREADABLE)
    assert str(shut) in done.stderr


@pytest.mark.parametrize("whole", [False, True])
def test_nothing_is_wrong_here(whole: bool) -> None:
    """Is a machine on which grading works told that it does?"""
    assert sandbox.problems(whole=whole) == []
