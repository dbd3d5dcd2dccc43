"""Grading over a Dask cluster: a real scheduler and real workers, on this machine."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grading_class as desk
import psutil
import pytest
from grading_class import SLUG, cell, hand_in, journal, right, rows

from casebank.errors import CasebankError, EnvironmentFault, UsageError
from casebank.grading import station, wide
from casebank.grading.course import Course
from casebank.grading.grade import grade
from casebank.grading.model import Kit, Pack
from casebank.grading.sandbox import Limits

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "cluster.en.md"
PATIENCE = 90
SLEEPY = "import time\ntime.sleep({seconds})\ndef share(part, whole):\n    return part / whole\n"


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """A scheduler and workers as processes of this machine."""

    folder: Path
    scheme: str = "tcp"
    security: tuple[str, ...] = ()
    port: int = field(default_factory=_port)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.address = f"{self.scheme}://127.0.0.1:{self.port}"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )
        self._await(lambda: socket.create_connection(("127.0.0.1", self.port), 1).close())

    def _start(self, what: str, *flags: str, env: dict[str, str] | None = None) -> Any:
        with (self.folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *flags, *self.security],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(env or {})},
                cwd=self.folder,
            )

    @staticmethod
    def _await(ready: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if ready() is not False:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, "the cluster does not start"
            time.sleep(0.1)

    def add(self, count: int = 1, threads: int = 1, env: dict[str, str] | None = None) -> None:
        """Start workers, and wait until the scheduler knows them."""
        log = self.folder / "worker.log"
        before = log.read_text().count("Registered to") if log.exists() else 0
        flags = (self.address, "--nthreads", str(threads), "--no-nanny", "--no-dashboard")
        place = ("--local-directory", str(self.folder / "scratch"))
        self.workers += [self._start("worker", *flags, *place, env=env) for _ in range(count)]
        self._await(lambda: log.read_text().count("Registered to") >= before + count)

    def kill(self, number: int) -> None:
        """As the kernel kills a process when memory is short."""
        self.workers[number].kill()
        self.workers[number].wait()

    def graders(self) -> list[psutil.Process]:
        """The local workers that grade, below all Dask workers."""
        found = []
        for one in self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += psutil.Process(one.pid).children(recursive=True)
        return [one for one in found if one.is_running() and one.status() != "zombie"]

    def close(self) -> None:
        """End everything."""
        for one in (*self.workers, self.scheduler):
            one.terminate()
        for one in (*self.workers, self.scheduler):
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler; workers are started by the test."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A released course without submissions; each test takes a copy."""
    return desk.make_course(tmp_path_factory.mktemp("wide"))


def _copy(course: Course, folder: Path) -> Course:
    shutil.copytree(course.root, folder, dirs_exist_ok=True)
    return Course(folder)


def _sleepers(course: Course, count: int, seconds: float = 0.5) -> list[str]:
    names = [f"s{number:02}" for number in range(count)]
    for name in names:
        hand_in(course, name, right(course, share=SLEEPY.format(seconds=seconds)))
    return names


# -- the same, wherever it is graded --------------------------------------------------------------


def test_as_here_whoever_dies(course: Course, cluster: Cluster, tmp_path: Path) -> None:
    """Are rows, reasons and notebooks those of this machine, though each worker that began was
    killed and another joined in mid-run?"""
    here = _copy(course, tmp_path / "here")
    hand_in(here, "wrong", right(here, "en", share="def share(part, whole):\n    return 3\n"))
    hand_in(here, "untouched", desk.released(here, "zh"))
    hand_in(here, "raising", right(here, share="def share(part, whole):\n    raise ValueError\n"))
    hand_in(here, "json", b'{"cells": [\n oops')
    changed = right(here)
    cell(changed, "best-test").source = "pass"
    hand_in(here, "changed", changed)
    _sleepers(here, 4)
    there = _copy(here, tmp_path / "there")
    mine = grade(here.root, SLUG, proof=False)
    cluster.add(2)

    def progress(done: int, total: int, student: str) -> None:
        if student == "our own solution first" or done not in (2, 4):
            return
        if done == 2:
            cluster.kill(0)
            cluster.add(threads=2)
        else:
            cluster.kill(1)

    theirs = grade(there.root, SLUG, scheduler=cluster.address, progress=progress)
    assert len(mine.lines) == 9
    for line in mine.lines:
        other = theirs.line(line.student)
        assert replace(other, seconds=line.seconds) == line
        if line.status != "rejected":
            assert rows(there, line.student) == rows(here, line.student)
        ours, far = (
            one.path("autograded", line.student, SLUG) / f"{SLUG}.ipynb" for one in (here, there)
        )
        assert ours.exists() == far.exists()
    graded = [one["student"] for one in journal(theirs.log) if one["event"] == "submission"]
    assert sorted(graded) == sorted(line.student for line in mine.lines)
    assert not theirs.interrupted


def test_ctrl_c(course: Course, cluster: Cluster, tmp_path: Path) -> None:
    """Does Ctrl-C end a run within two seconds, on the workers too, and keep what is finished?"""
    here = _copy(course, tmp_path / "course")
    names = _sleepers(here, 6, 3)
    cluster.add(1)
    pressed: list[float] = []

    def progress(done: int, total: int, student: str) -> None:
        if done == 1 and student and not pressed:
            pressed.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

    report = grade(here.root, SLUG, scheduler=cluster.address, proof=False, progress=progress)
    assert time.monotonic() - pressed[0] < 2
    assert report.interrupted
    done = [line.student for line in report.lines if line.status == "graded"]
    assert done and len(done) < len(names)
    assert all(rows(here, name)["share-test"] == (1.0, False) for name in done)
    # Nobody waits for what was under way: its sandboxes end.
    Cluster._await(lambda: not cluster.graders())


# -- what is refused, in a sentence ---------------------------------------------------------------


def test_nobody_answers(course: Course, tmp_path: Path) -> None:
    """Does a scheduler that is not there end the run with one sentence, and soon?"""
    here = _copy(course, tmp_path / "course")
    _sleepers(here, 1)
    began = time.monotonic()
    with pytest.raises(EnvironmentFault, match="no Dask scheduler answers there") as fault:
        grade(here.root, SLUG, scheduler=f"tcp://127.0.0.1:{_port()}")
    assert time.monotonic() - began < 12 + os.getloadavg()[0]
    assert fault.value.sentence().count("\n") == 0


def test_worker_that_cannot_isolate(course: Course, cluster: Cluster, tmp_path: Path) -> None:
    """Does a worker without bubblewrap stop the run by its name, so that nobody gets 0?"""
    here = _copy(course, tmp_path / "course")
    names = _sleepers(here, 1)
    cluster.add(env={"PATH": str(Path(sys.executable).parent)})
    with pytest.raises(EnvironmentFault, match=r"worker tcp://127.* Bubblewrap is missing"):
        grade(here.root, SLUG, scheduler=cluster.address)
    assert not here.path("autograded", names[0], SLUG).exists()


def test_scheduler_without_workers(
    course: Course, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is it said that there is no worker, and how to start one?"""
    monkeypatch.setattr(wide, "WORKERS", 1)
    here = _copy(course, tmp_path / "course")
    _sleepers(here, 1)
    with pytest.raises(EnvironmentFault, match=r"no workers\. Start some: dask worker"):
        grade(here.root, SLUG, scheduler=cluster.address)


def _kit(**other: Any) -> Kit:
    pack = Pack("x", "", "en", "", {"A": 1}, {}, {}, "/c", "/c/a", Limits(), **other)
    return Kit("x", {"": pack}, "")


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://10.0.0.5:8786", "tls://10.0.0.5"])
def test_address(address: str) -> None:
    """Is something that is no address of a scheduler refused at once?"""
    with pytest.raises(UsageError, match="no scheduler's address"):
        wide.Wide(_kit(), address)


def test_settings_that_cannot_travel() -> None:
    """Is a course refused whose settings cannot be sent?"""
    kit = _kit()
    kit = replace(kit, packs={"": replace(kit.pack, config={})})
    with pytest.raises(UsageError, match="objects that cannot travel"):
        wide.Wide(kit, "tcp://127.0.0.1:1")


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the command say what to install where Dask is missing?"""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EnvironmentFault, match=r"pip install 'casebank\[wide\]'"):
        wide.Wide(_kit(), "tcp://127.0.0.1:1")


@pytest.mark.parametrize("name", ["pandas", "Python", "Casebank"])
def test_other_versions(name: str) -> None:
    """Is a worker with another version of what grades hang on found unfit, with both versions?"""
    mine = station.versions()
    assert station.unfit(mine, False) == ""
    other = tuple((one, "0.1" if one == name else version) for one, version in mine)
    assert re.search("another state|0\\.1: install the same", station.unfit(other, False))


# -- TLS, as the guide says -----------------------------------------------------------------------


def _guide(word: str) -> str:
    """The block of commands in the guide in which a word occurs."""
    text = GUIDE.read_text(encoding="utf-8")
    return next(one for one in re.findall(r"```sh\n(.*?)```", text, re.S) if word in one)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_tls(
    course: Course,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Do the guide's commands make a cluster that grades for whoever has a certificate, and for
    nobody else?"""
    here = _copy(course, tmp_path / "course")
    _sleepers(here, 1, 0)
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["sh", "-e", "-c", _guide("openssl req")], cwd=folder, check=True)
    for flag in ("--tls-ca-file", "--tls-cert", "--tls-key"):
        assert flag in _guide("dask scheduler") and flag in _guide("dask worker")
    files = [str(next(folder.rglob(name))) for name in ("ca.pem", "cert.pem", "key.pem")]
    flags = zip(("--tls-ca-file", "--tls-cert", "--tls-key"), files, strict=True)
    cluster = Cluster(folder, "tls", tuple(part for pair in flags for part in pair))
    try:
        cluster.add()
        monkeypatch.setattr(wide, "CONNECT", 3)
        with pytest.raises(UsageError, match="needs certificates"):
            grade(here.root, SLUG, scheduler=cluster.address)
        with pytest.raises(CasebankError, match="no Dask scheduler answers"):
            grade(here.root, SLUG, scheduler=cluster.address.replace("tls", "tcp"))
        names = re.findall(r"export (DASK_\w+)=", _guide("export DASK"))
        assert len(names) == 3
        # Dask reads its settings when it is imported, so in a process of its own.
        done = subprocess.run(
            [sys.executable, "-m", "casebank.cli", "grade", SLUG, "--course", str(here.root),
             "--scheduler", cluster.address, "--no-proof"],
            env={**os.environ, **dict(zip(names, files, strict=True))},
            capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert rows(here, "s00")["share-test"] == (1.0, False)
    finally:
        cluster.close()
