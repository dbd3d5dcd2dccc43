"""Submissions that attack: whatever they try has no effect outside their own sandbox."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import grading_class as desk
import psutil
import pytest
from grading_class import SLUG, hand_in, right, rows

from casebank.grading import course as courses
from casebank.grading import feedback
from casebank.grading.course import Course
from casebank.grading.grade import grade
from casebank.grading.report import RunReport
from casebank.grading.sandbox import Limits

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

#: Open files of this process before and after the class was graded.
OPEN: dict[str, int] = {}
#: What an attack finds out, it tells by the value that `share` then does not return.
TELL = "\n\ndef share(part, whole):\n    raise RuntimeError(' '.join(found) or 'nothing')\n"


def attacks(course: Course, port: int) -> dict[str, str]:
    """Code of each attack, by name; ``found`` must stay empty."""
    root = course.root
    return {
        "network": f"""
import socket
found = []
for host, port in (("127.0.0.1", {port}), ("192.0.2.1", 53), ("::1", {port})):
    try:
        socket.create_connection((host, port), timeout=1)
        found.append(host)
    except OSError:
        pass
""",
        "reads": f"""
import glob, os
from pathlib import Path
found = []
for path in ("{root}/gradebook.db", "{root}/source", "{root}/submitted", "{root}/versions",
             "{root}/release", "{Path(desk.__file__).resolve().parents[2]}/src/casebank/grading",
             "{Path(desk.__file__).resolve().parents[2]}/pyproject.toml", "/etc/shadow",
             "/proc/1/environ", "/proc/1/root{root}/source", "/proc/1/mem"):
    try:
        there = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(9)
        found += [f"{{path}} {{there}}"] if there else []
    except (OSError, ValueError):
        pass
for path in glob.glob("/.casebank/**/*.ipynb", recursive=True):
    try:
        found.append(open(path).read() and path)
    except OSError:
        pass
found += [p for p in glob.glob("**/*.ipynb", recursive=True)]
found += [key for key in os.environ if "SECRET" in key]
names = {{open(p).read().strip() for p in glob.glob("/proc/[0-9]*/comm")}}
found += sorted(names - {{"bwrap", "python"}})
caps = [line for line in open("/proc/self/status") if line.startswith("CapEff")]
found += [] if int(caps[0].split()[1], 16) == 0 else caps
found += [] if os.getuid() else ["root"]
""",
        "writes": f"""
import os
found = []
for path in ("/usr/x", "/etc/x", "/x", "/dev/x", "/var/x",
             "{Path(os.__file__).parent}/x.py", "/.casebank/boot.py"):
    try:
        open(path, "w").write("x")
        found.append(path)
    except OSError:
        pass
# A folder of that name may exist inside, in memory: what counts is that the real one is untouched.
for path in ("{root}/x", "{root}/gradebook.db"):
    try:
        open(path, "w").write("x")
    except OSError:
        pass
open("mine.txt", "w").write("x")
try:
    for number in range(100):
        open(f"/tmp/{{number}}", "wb").write(bytes(10_000_000))
    found.append("disk")
except OSError:
    pass
""",
        "kills": """
import os, signal
found = []
for pid in (os.getppid(), 1, -1):
    try:
        os.kill(pid, signal.SIGKILL)
        found.append(str(pid)) if pid > 0 else None
    except OSError:
        pass
""",
        "forks": """
import os, time
found, children = [], []
try:
    for number in range(2000):
        pid = os.fork()
        if pid == 0:
            time.sleep(60)
            os._exit(0)
        children.append(pid)
    found.append("2000 processes")
except OSError:
    pass
for pid in children:
    os.kill(pid, 9)
""",
        "exits": "import os\nos._exit(3)",
        "memory": "found = []\nwhile True:\n    found.append(bytearray(50_000_000))\n",
        "loops": """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
""",
        "prints": "import time\nwhile True:\n    print('x' * 100_000)\n    time.sleep(0.005)\n",
        "slow": "while True:\n    pass\n",
        "shadow": "found = []\nimport pandas\nfound += [] if hasattr(pandas, 'DataFrame') else ['mine']",
    }


LIMITS = Limits(wall_seconds=40, memory_mb=700, output_mb=4)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with an attack of each kind, and an honest neighbour at either end."""
    import socket

    course = desk.make_course(tmp_path_factory.mktemp("hostile"))
    config = course.root / courses.CONFIG
    config.write_text(config.read_text("utf-8") + "\nc.ExecutePreprocessor.timeout = 6\n", "utf-8")
    os.environ["TEST_SECRET"] = "x"
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    for name, code in attacks(course, listener.getsockname()[1]).items():
        folder = hand_in(course, name, right(course, share=code.strip() + TELL))
        if name == "shadow":
            for module in ("pandas.py", "casebank.py", "sitecustomize.py"):
                (folder / module).write_text("raise SystemExit(1)\n", encoding="utf-8")
    link = hand_in(course, "symlink", right(course))
    (link / "data.csv").symlink_to(course.root / "gradebook.db")
    hard = hand_in(course, "hardlink", right(course))
    (hard / "data.csv").hardlink_to(course.root / "gradebook.db")
    for honest in ("a-honest", "zz-honest"):
        hand_in(course, honest, right(course))
    yield Course(course.root)
    listener.close()


@pytest.fixture(scope="module")
def report(course: Course) -> RunReport:
    """The run that graded them all."""
    gc.collect()
    OPEN["before"] = psutil.Process().num_fds()
    done = grade(course.root, SLUG, limits=LIMITS)
    gc.collect()
    OPEN["after"] = psutil.Process().num_fds()
    return done


@pytest.mark.parametrize("name", ["network", "reads", "writes", "shadow"])
def test_finds_nothing(course: Course, report: RunReport, name: str) -> None:
    """Does the attack come back with empty hands, and lose just the task that it was put in?"""
    line = report.line(name)
    assert line.status == "graded", line
    assert (line.tasks["totals"], line.tasks["share"]) == ("passed", "error")
    page = feedback.feedback(course.root, SLUG, only=[name])[0].read_text(encoding="utf-8")
    assert "RuntimeError: nothing" in page, page[-1500:]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("kills", "kernel-stopped"),
        ("exits", "kernel-stopped"),
        ("memory", "limit-memory"),
        ("loops", "cell-stuck"),
        ("prints", "limit-output"),
    ],
)
def test_is_ended(course: Course, report: RunReport, name: str, reason: str) -> None:
    """Is a run that breaks its bounds ended and held, with what it did before judged?"""
    line = report.line(name)
    if name == "kills" and line.status == "graded":
        # It could not even kill its own kernel, and came back with empty hands.
        return
    assert (line.status, line.reason_id) == ("held", reason), line
    assert line.tasks["totals"] == "passed" and line.tasks["share"] == "not_judged"
    assert rows(course, name)["share-test"] == (None, True)


def test_fork_bomb(course: Course, report: RunReport) -> None:
    """Does it come to nothing, by the limit on processes or the one on memory?"""
    line = report.line("forks")
    assert line.tasks["totals"] == "passed"
    assert line.tasks["share"] == ("error" if line.status == "graded" else "not_judged")
    page = feedback.feedback(course.root, SLUG, only=["forks"])[0].read_text(encoding="utf-8")
    assert "2000 processes" not in page


def test_endless_loop(course: Course, report: RunReport) -> None:
    """Is an endless loop interrupted, an error of its task, and no harm to the others?"""
    line = report.line("slow")
    assert (line.status, line.tasks["share"], line.tasks["best"]) == ("graded", "error", "passed")
    assert any("中断" in note for note in line.notes)


@pytest.mark.parametrize("name", ["symlink", "hardlink"])
def test_links(course: Course, report: RunReport, name: str) -> None:
    """Is a link to the gradebook refused, and not followed?"""
    assert (report.line(name).status, report.line(name).reason_id) == ("rejected", "odd-file")
    assert not course.path("autograded", name, SLUG).exists()


@pytest.mark.parametrize("name", ["a-honest", "zz-honest"])
def test_neighbours(course: Course, report: RunReport, name: str) -> None:
    """Do honest neighbours get what they deserve?"""
    line = report.line(name)
    assert (line.status, line.points) == ("graded", 6)


def test_nothing_is_left(course: Course, report: RunReport) -> None:
    """Is nothing left behind: no process, no file, no socket?"""
    assert not list(course.private.glob("run-*"))
    assert not (course.root / "x").exists()
    assert not (course.path("autograded", "writes", SLUG) / "mine.txt").exists()
    mine = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.name() == "bwrap" and process.status() != psutil.STATUS_ZOMBIE
    ]
    assert not mine
    # A client per submission, each with sockets and a thread of its own, must be closed again:
    # one that stays open holds ten files or more. What the first run of a process opens once for
    # good (libraries, the context of its sockets) depends on the tests before it.
    left = OPEN["after"] - OPEN["before"]
    assert left < 4 * len(report.lines), f"{left} files for {len(report.lines)} submissions"
