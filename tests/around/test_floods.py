"""What a submission sends out of its cage: none of it takes the machine's memory or goes on for ever."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from pathlib import Path

import plain_course as small
import psutil
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
SURFACE = "workers"
MB = 1024 * 1024
#: No process of ours may come near this; the floods would take three times as much.
MOST = 2600 * MB

RAW = """
import os, select, socket, struct
def flood(port, more):
    piece = 1 << 23
    for name in os.listdir('/proc/self/fd'):
        try:
            one = socket.socket(fileno=os.dup(int(name)))
            if one.family != socket.AF_UNIX or one.type != socket.SOCK_STREAM:
                continue
            if not str(one.getsockname()).rstrip("'").endswith('-%d' % port):
                continue
            one.getpeername()
        except OSError:
            continue
        sent = 0
        while sent < 4_000_000_000:
            for part in ((b'\\x03' if more else b'\\x02') + struct.pack('>Q', piece), bytes(piece)):
                view = memoryview(part)
                while view:
                    if not select.select([], [int(name)], [], 4)[1]:
                        return
                    try:
                        view = view[os.write(int(name), view):]
                    except BlockingIOError:
                        pass
            sent += piece
try:
    FLOOD
except OSError:
    pass
"""
#: Millions of frames with nothing in them, of one message.
TINY = RAW.replace("piece = 1 << 23", "piece = 1 << 20").replace(
    "(b'\\x03' if more else b'\\x02') + struct.pack('>Q', piece), bytes(piece)",
    "b'\\x01\\x00' * 500_000,",
)
FLOODS = {
    "control, never ending": RAW.replace("FLOOD", "flood(5, True)") + small.RIGHT,
    "control, messages": RAW.replace("FLOOD", "flood(5, False)") + small.RIGHT,
    "iopub, never ending": RAW.replace("FLOOD", "flood(2, True)") + small.RIGHT,
    "shell, never ending": RAW.replace("FLOOD", "flood(1, True)") + small.RIGHT,
    "iopub, empty frames": TINY.replace("FLOOD", "flood(2, True)") + small.RIGHT,
    "shell, empty frames": TINY.replace("FLOOD", "flood(1, True)") + small.RIGHT,
    "control, empty frames": TINY.replace("FLOOD", "flood(5, True)") + small.RIGHT,
    "a range that is longer than any list": "def twice(x):\n"
    "    import pandas as pd\n    return pd.RangeIndex(700_000_000)",
}


class Watched:
    """The largest process of a run, and what was said of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.most: dict[str, int] = {}
        self._run = small.Run(root, "--no-proof", "--workers", "2")
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        self.code, self.said = self._run.end(280)
        thread.join(5)

    def _watch(self) -> None:
        while self._run.process.poll() is None:
            for one in self._run.below():
                try:
                    kind = "worker" if "grading.worker" in small.words_of(one) else "inside"
                    now = one.memory_info().rss
                except psutil.Error:
                    continue
                self.most[kind] = max(self.most.get(kind, 0), now)
            time.sleep(0.05)


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A class with all of them, and three honest ones."""
    top = tmp_path_factory.mktemp("floods")
    root = small.make(top / "course")
    # The test asks for all of a value, as tests of tables do.
    for folder in ("source", "release"):
        path = root / folder / small.SLUG / "work.ipynb"
        path.write_text(path.read_text().replace("twice(4) == 8", "len(str(twice(4))) < 9"))
    shutil.rmtree(root / "gradebook.db", ignore_errors=True)
    for number, code in enumerate(FLOODS.values()):
        small.submit(root, f"flood-{number}", code)
    for number in range(3):
        small.submit(root, f"honest-{number}")
    return Watched(root)


def test_memory(flooded: Watched) -> None:
    """Does no process outside of the cages take more than its share?"""
    assert flooded.most["worker"] < MOST, flooded.most


@pytest.mark.parametrize("number", range(3))
def test_honest_ones(flooded: Watched, number: int) -> None:
    """Are the others graded, with their points?"""
    line = next(one for one in flooded.said.splitlines() if f"honest-{number}" in one)
    assert "graded" in line and "1/1" in line, flooded.said


@pytest.mark.parametrize("number", range(len(FLOODS)), ids=list(FLOODS))
def test_nobody_is_lost(flooded: Watched, number: int) -> None:
    """Is whoever floods decided, one way or the other, and the run at an end?"""
    assert [one for one in flooded.said.splitlines() if f"│ flood-{number}" in one], flooded.said


def test_whose_fault_it_is(flooded: Watched) -> None:
    """Is none of it told as a fault of the grading?"""
    [log] = (flooded.root / "logs").glob("grade-*.jsonl")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    reasons = {one["student"]: one.get("reason_id") for one in lines if "student" in one}
    assert len(reasons) == len(FLOODS) + 3 and "engine-fault" not in reasons.values(), reasons


TO_NBGRADER = {
    "iopub": FLOODS["iopub, never ending"],
    "shell": FLOODS["shell, never ending"],
    "tiny": FLOODS["iopub, empty frames"],
    "control": FLOODS["control, empty frames"],
}


def test_nbgrader_itself(tmp_path: Path) -> None:
    """Does a message without an end, said to nbgrader's own command, cost one hand-in only?"""
    root = small.make(tmp_path / "course")
    for name, code in TO_NBGRADER.items():
        small.submit(root, name, code)
        small.submit(root, f"{name}-honest")
    log = tmp_path / "said"
    with log.open("w") as said:
        process = subprocess.Popen(
            [str(small.BIN / "nbgrader"), "autograde", small.SLUG],
            cwd=root,
            env=small.environment(),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        most, one = 0, psutil.Process(process.pid)
        deadline = time.monotonic() + 200
        while process.poll() is None and time.monotonic() < deadline:
            most = max(most, one.memory_info().rss)
            time.sleep(0.02)
    assert process.poll() == 1, log.read_text()
    assert most < 1700 * MB
    assert log.read_text().count("The sandbox ended the kernel") == len(TO_NBGRADER)
    graded = {path.parent.parent.name for path in (root / "autograded").glob("*/*/work.ipynb")}
    assert graded == {f"{name}-honest" for name in TO_NBGRADER}
