"""Workers, full pipes, Ctrl-C: nothing of ours waits without a limit, and nothing outlives us."""

from __future__ import annotations

import base64
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import plain_course as small
import pytest

from casebank.grading import pool
from casebank.grading.channel import HEAD, Channel, packed
from casebank.grading.report import INTERRUPTED

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
SURFACE = "workers"
KB, MB = 1024, 1024 * 1024
SIZES = {
    "1-kB": KB,
    "60-kB": 60 * KB,
    "220-kB": 220 * KB,
    "700-kB": 700 * KB,
    "5-MB": 5 * MB,
    "14-MB": 14 * MB,
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with nobody in it."""
    return small.make(tmp_path_factory.mktemp("workers") / "course")


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(template, tmp_path / "course")
    return tmp_path / "course"


@pytest.fixture(scope="module")
def graded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a class in which everybody's work is of another size."""
    root = tmp_path_factory.mktemp("sizes") / "course"
    shutil.copytree(template, root)
    for number in range(2):
        for name, size in SIZES.items():
            data = base64.b64encode(os.urandom(size * 3 // 4))
            small.submit(root, f"file-{name}-{number}", data=data)
            picture = f"'''{data.decode()}'''\n" if size < MB else ""
            small.submit(root, f"cell-{name}-{number}", picture + small.RIGHT)
    small.submit(root, "file-20-MB-0", data=os.urandom(20 * MB - 64 * KB))
    code, said = small.Run(root, "--no-proof", "--workers", "2").end(240)
    assert code == 0, said
    return said


@pytest.mark.parametrize("where", ["file", "cell"])
@pytest.mark.parametrize("size", SIZES)
def test_any_size(graded: str, where: str, size: str) -> None:
    """Is work of any size graded, many at once?"""
    mine = [line for line in graded.splitlines() if f"│ {where}-{size}-" in line]
    assert len(mine) == 2
    assert all("graded" in line for line in mine), mine


def test_largest(graded: str) -> None:
    """Does a hand-in as large as one may be leave the rest graded?"""
    assert "graded" in next(line for line in graded.splitlines() if "│ file-20-MB" in line)


# -- the channel -----------------------------------------------------------------------------------


@pytest.fixture
def pair() -> Iterator[tuple[Channel, socket.socket]]:
    """The parent's end, and the other one, which a test may leave unread."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    yield channel, theirs
    channel.close()
    theirs.close()


@pytest.mark.parametrize("size", [KB, 220 * KB, 20 * MB])
def test_reader_that_does_not_read(pair: tuple[Channel, socket.socket], size: int) -> None:
    """Does a worker that stops reading stop nobody who sends to it?"""
    channel, _ = pair
    began = time.monotonic()
    for _ in range(3):
        channel.put(b"x" * size)
    channel.take()
    assert time.monotonic() - began < 10
    assert channel.waiting == (size > 100 * KB)


def test_both_send(pair: tuple[Channel, socket.socket]) -> None:
    """Do a large task and a large decision pass each other?"""
    channel, theirs = pair
    decision = os.urandom(6 * MB)
    program = (
        "import socket, sys; from casebank.grading import worker\n"
        "sock = socket.socket(fileno=int(sys.argv[1]))\n"
        "worker.send(sock, bytes(6 << 20)); print(len(worker.receive(sock)))\n"
        "worker.send(sock, b'done')\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdout=subprocess.PIPE,
        text=True,
    )
    channel.put(decision)
    found: list[bytes] = []
    deadline = time.monotonic() + 30
    while len(found) < 2 and time.monotonic() < deadline:
        channel.flush()
        found += channel.take()
        time.sleep(0.001)
    assert [len(one) for one in found] == [6 * MB, 4]
    assert child.communicate(timeout=10)[0].strip() == str(len(decision))


def test_in_pieces(pair: tuple[Channel, socket.socket]) -> None:
    """Is a decision that comes byte by byte taken once it is whole, and not before?"""
    channel, theirs = pair
    whole = packed({"a": 1}) + packed([2])
    for sign in whole[:-1]:
        theirs.send(bytes([sign]))
    assert channel.take() == [{"a": 1}]
    assert channel.take() == []
    theirs.send(whole[-1:])
    assert channel.take() == [[2]]


def test_gone_in_the_middle(pair: tuple[Channel, socket.socket]) -> None:
    """Is half a decision of a worker that has gone no decision, and are its whole ones kept?"""
    channel, theirs = pair
    theirs.send(packed("whole") + HEAD.pack(1000) + pickle.dumps("half"))
    theirs.close()
    assert channel.take() == ["whole"]
    with pytest.raises(EOFError):
        channel.take()
    channel.put(b"x" * MB)  # to nobody


# -- whoever stands still --------------------------------------------------------------------------


def test_worker_that_stands_still(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a worker that stands still ended, its work done by another, and the class graded?"""
    from casebank.grading.grade import grade
    from casebank.grading.sandbox import Limits

    for number in range(4):
        small.submit(course, f"s{number}", data=os.urandom(300 * KB))
    frozen: list[int] = []
    spawn = pool._spawn

    def spawned(*about: object) -> pool._Worker:
        one = spawn(*about)  # type: ignore[arg-type]
        if len(frozen) == 1:
            os.kill(one.process.pid, signal.SIGSTOP)
        frozen.append(one.process.pid)
        return one

    monkeypatch.setattr(pool, "_spawn", spawned)
    monkeypatch.setattr(pool, "GRACE", 1)
    report = grade(course, small.SLUG, proof=False, workers=2, limits=Limits(wall_seconds=3))
    assert report.counts() == {"graded": 4}
    assert len(frozen) > 2, "nobody took its place"


def _warming(run: small.Run) -> None:
    assert run.workers(20)


def _proving(run: small.Run) -> None:
    assert run.workers(20)
    time.sleep(2)


def _frozen(run: small.Run) -> None:
    for one in run.workers(20):
        one.send_signal(signal.SIGSTOP)
    time.sleep(1.5)


def _busy(run: small.Run) -> None:
    assert run.workers(20)
    time.sleep(4)


STATES = {
    "warming up": (_warming, ()),
    "proving the solution": (_proving, ()),
    "a worker stands still": (_frozen, ("--no-proof",)),
    "cells that take long": (_busy, ("--no-proof",)),
}


@pytest.mark.parametrize("state", STATES)
def test_interrupt(course: Path, state: str) -> None:
    """Does Ctrl-C end a run in each state, within seconds, leaving no process behind?"""
    until, words = STATES[state]
    for number in range(6):
        code = f"import time; time.sleep({8 if until is _busy else 0})\n{small.RIGHT}"
        small.submit(course, f"s{number}", code, data=os.urandom(MB))
    run = small.Run(course, *words)
    until(run)
    run.below()
    run.interrupt()
    code, said = run.end(15)
    assert code == INTERRUPTED, said
    assert not run.survivors(5)


@pytest.mark.parametrize("state", ["warming up", "cells that take long"])
def test_parent_is_killed(course: Path, state: str) -> None:
    """Does nothing of ours outlive a run that is killed?"""
    until, words = STATES[state]
    small.submit(course, "s0", f"while True:\n    pass\n{small.RIGHT}")
    run = small.Run(course, *words)
    until(run)
    assert run.below(5)
    run.process.kill()
    assert not run.survivors(5)


def test_busy_in_the_interpreter_itself(tmp_path: Path) -> None:
    """Does a worker that hears nothing, deep in a regular expression, end with its parent?"""
    program = (
        "import re, sys; from casebank.grading.channel import live_with\n"
        "live_with(int(sys.argv[1])); print('ready', flush=True)\n"
        "re.match(r'(a+)+b', 'a' * 60)\n"
    )
    watched, life = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(watched)], pass_fds=[watched], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    time.sleep(0.3)
    assert child.poll() is None
    os.close(life)
    assert child.wait(5) == -signal.SIGIO
    os.close(watched)


def test_parent_had_gone_before() -> None:
    """Does a worker end whose parent went before it began to watch?"""
    watched, life = os.pipe()
    os.close(life)
    program = (
        "import sys, time; from casebank.grading.channel import live_with\n"
        "live_with(int(sys.argv[1])); time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(watched)], pass_fds=[watched])
    assert child.wait(20) != 0
    os.close(watched)
