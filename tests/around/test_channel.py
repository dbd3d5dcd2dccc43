"""What a submission may leave on the machine, or for the next one, and who looks after it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import nbformat
import plain_course as small
import psutil
import pytest
import zmq

from casebank.files import remove_tree
from casebank.grading.kernel import NEVER, KernelGone
from casebank.grading.machine import Machine
from casebank.grading.sandbox import Limits
from casebank.grading.second import own_modules
from casebank.programs import python

SURFACE = "channel"
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

#: The folder in which a kernel's sockets lie, as the machine has it.
CHANNEL = """
import json, os, shutil, subprocess
from pathlib import Path
from ipykernel.connect import get_connection_file
place = Path(json.loads(Path(get_connection_file()).read_text())["ip"]).parent
import casebank, casebank.grading
ours = [Path(one.__file__).parent for one in (casebank, casebank.check, casebank.grading)]
def attempt(what):
    try:
        what()
        return "done"
    except BaseException as error:
        return type(error).__name__
"""
TRIES = {
    "a file": "attempt(lambda: (place / 'left').write_text('x'))",
    "folders": "attempt(lambda: (place / 'a' / 'b').mkdir(parents=True))",
    "a program": "attempt(lambda: shutil.copyfile('/usr/bin/env', place / 'env'))",
    "a pipe": "attempt(lambda: os.mkfifo(place / 'pipe'))",
    "a link": "attempt(lambda: (place / 'link').symlink_to('/etc/hostname'))",
    "rights": "attempt(lambda: place.chmod(0o755))",
    "another socket's name": "attempt(lambda: (place / 'k-1').rename(place / 'k-9'))",
    "no socket": "attempt(lambda: (place / 'k-1').unlink())",
    "beside it": "attempt(lambda: (place.parent / 'left').mkdir())",
    "among ours": "attempt(lambda: (ours[0] / 'left').write_text('x'))",
    "among ours, grading": "attempt(lambda: (ours[2] / 'left').write_text('x'))",
    "in the check library": "attempt(lambda: (ours[1] / 'left').write_text('x'))",
    "by mounting": "attempt(lambda: subprocess.run(['mount', '-o', 'remount,rw', str(place)], check=True))",
}
#: Everywhere else, told by itself: folders of anybody's that can be written.
WALK = """
found = []
for line in Path("/proc/self/mountinfo").read_text().splitlines():
    parts = line.split()
    folder = os.path.isdir(parts[4]) and not parts[4].startswith(("/proc", "/dev/pts"))
    if folder and "rw" in parts[5].split(","):
        found.append(parts[4])
"""
STARVE = """
import os, time
if os.fork() == 0:
    while True:
        os.kill(1, 17)
        time.sleep(0.004)
"""


def _told(root: Path, student: str) -> Any:
    """What a submission has printed."""
    book = nbformat.read(root / "autograded" / student / small.SLUG / "work.ipynb", as_version=4)
    text = "".join(
        out.text for cell in book.cells for out in cell.get("outputs", ()) if "text" in out
    )
    return json.loads(text.partition("TOLD")[2].splitlines()[0])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A class in which everything is tried."""
    root = small.make(tmp_path_factory.mktemp("channel") / "course")
    lines = ", ".join(f"{name!r}: {code}" for name, code in TRIES.items())
    code = f"{CHANNEL}{WALK}print('TOLD' + json.dumps([{{{lines}}}, found, str(place)]))\n"
    small.submit(root, "tries", code + small.RIGHT)
    small.submit(
        root,
        "starves",
        f"{STARVE}kept = []\nfor _ in range(5):\n    if os.fork() == 0:\n"
        "        b = bytearray(800_000_000)\n        for n in range(0, len(b), 4096):\n"
        "            b[n] = 1\n        time.sleep(60)\ntime.sleep(60)\n" + small.RIGHT,
    )
    lines_ = small.graded(root)
    return {"said": _told(root, "tries"), **lines_}


@pytest.mark.parametrize("name", TRIES)
def test_nothing_is_left_on_the_machine(told: dict[str, Any], name: str) -> None:
    """Can a submission put anything where its sockets lie, or where the next one looks?"""
    # Its own folder of other kernels' folders is a private one, and empty.
    wanted = ("done",) if name == "beside it" and os.geteuid() != 0 else ()
    assert told["said"][0][name] != "done" or told["said"][0][name] in wanted, told["said"]
    place = Path(told["said"][2])
    assert not place.exists() and not place.parent.exists()


def test_what_can_be_written_is_its_own(told: dict[str, Any]) -> None:
    """Are all places that can be written made for this one submission, and gone with it?"""
    own = {"/tmp", "/dev/shm", "/home/trainee"}
    others = [one for one in told["said"][1] if one not in own]
    place = Path(told["said"][2])
    for one in others:
        # The course's path and the notebook's folder in it, both of them empty file systems.
        assert "course" in Path(one).parts or Path(one) == place.parent, others


def test_the_watchman_looks_by_the_clock(told: dict[str, Any]) -> None:
    """Does a submission that signals its process 1 without end still have limits?"""
    assert told["starves"]["reason_id"] == "limit-memory", told["starves"]


#: Done before a kernel's sockets are there, so before anything is sealed.
BEFORE = {
    "nothing": ("", True),
    "a file": ("touch {place}/left", False),
    "a program that is its owner's": ("cp /usr/bin/env {place}/x; chmod 4755 {place}/x", False),
    "folders": ("mkdir -p {place}/a/b/c; chmod 555 {place}/a/b {place}/a", False),
    "a file that stays open": ("exec 9>{place}/open; rm {place}/open", False),
    "a link for a socket": ("(sleep 3; ln -sf /etc/hostname {place}/k-9) &", True),
}


@pytest.mark.parametrize("name", BEFORE)
def test_a_folder_with_anything_else_is_not_taken(name: str, tmp_path: Path) -> None:
    """Is a kernel ended that made something besides its sockets, and is nothing of it left?"""
    code, good = BEFORE[name]
    machine = Machine(tmp_path, None, Limits(wall_seconds=60))
    try:
        machine.wait_ready()
        words = " ".join(python("-m", "ipykernel_launcher", "-f", "{connection_file}"))
        with machine.kernel({}, tmp_path / "w", argv=["/bin/sh", "-c", "exec true"]) as none:
            place = none.folder.parent / str(none.number + 1)
        script = f"{code.format(place=place)}\nexec {words}"
        argv = ["/bin/sh", "-c", script.replace("{connection_file}", "/home/trainee/.kernel.json")]
        with machine.kernel({}, tmp_path / "w", argv=argv) as kernel:
            if good:
                kernel.wait_ready(60)
            else:
                with pytest.raises(KernelGone) as gone:
                    kernel.wait_ready(60)
                assert gone.value.reason == "limit-output"
        assert not place.exists()
    finally:
        machine.close()
    assert not machine.exchange.exists()


def test_only_the_cage_passes_through(tmp_path: Path) -> None:
    """Can another user of the machine reach the folders in which kernels' sockets lie?"""
    machine = Machine(tmp_path, None, Limits())
    try:
        about = machine.exchange.stat()
        assert stat.S_IMODE(about.st_mode) == (0o710 if os.geteuid() == 0 else 0o700)
        assert about.st_gid == (65534 if os.geteuid() == 0 else os.getegid())
    finally:
        machine.close()


def test_a_start_that_is_broken_off(tmp_path: Path) -> None:
    """Is nothing left of a sandbox that is ended in the first moments of its start?"""
    for pause in (0, 0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03):
        machine = Machine(tmp_path, None, Limits())
        time.sleep(pause)
        machine.close()
        mark = str(machine.exchange)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            left = [one.pid for one in psutil.process_iter() if mark in small.words_of(one)]
            if not left:
                break
            time.sleep(0.05)
        assert not left, pause


@pytest.mark.parametrize("depth", [10, 1500, 5000])
@pytest.mark.parametrize("mode", [0o755, 0o555, 0])
def test_a_deep_folder_is_removed(tmp_path: Path, depth: int, mode: int) -> None:
    """Is a folder gone afterwards, however deep it is and whatever its rights are?"""
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    floors = []
    for _ in range(depth):
        os.mkdir("a", dir_fd=here)
        below = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        if len(floors) < 500:
            floors.append(here)
        else:
            os.close(here)
        here = below
    os.fchmod(here, mode)
    os.close(here)
    for floor in floors:
        os.fchmod(floor, mode)
        os.close(floor)
    remove_tree(top)
    assert not top.exists()


@pytest.mark.parametrize(
    ("given", "handed_in", "own"),
    [
        ({"helper.py"}, {"helper/__init__.py"}, set()),
        ({"helper.py"}, {"helper/core.py"}, {"helper.core"}),
        ({"helper/core.py"}, {"helper/__init__.py", "helper/zzz.py"}, {"helper.zzz"}),
        ({"helper/__init__.py", "helper/core.py"}, {"helper/core/__init__.py"}, set()),
        ({"a/b/c.py"}, {"a/b/__init__.py", "a.py", "a/b.py"}, set()),
        (set(), {"mine.py", "data.csv", "part/__init__.py"}, {"mine", "part"}),
    ],
)
def test_whose_a_module_is(given: set[str], handed_in: set[str], own: set[str]) -> None:
    """Does a file in the way of the course's own module count as the submission's alone?"""
    assert own_modules(given | handed_in, given) == own


HELPER = "def check(f, x, y):\n    assert f(x) == y, x\n"
EXCUSES = {
    "a package of its name": {"helper/__init__.py": "def check(*a): pass\n"},
    "one more file in it, and a patch": {"kit/zzz.py": ""},
    "a package in it": {"kit/core/__init__.py": "def check(*a): pass\n"},
}


@pytest.fixture(scope="module")
def excused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A class whose test imports modules of the course, and that hands in others by their names."""
    root = small.make(tmp_path_factory.mktemp("modules") / "course")
    test = "from helper import check\nfrom kit.core import check as same\ncheck(twice, 4, 8)\n"
    for step in ("source", "release"):
        folder = root / step / small.SLUG
        (folder / "kit").mkdir()
        for name, text in {
            "helper.py": HELPER,
            "kit/__init__.py": "",
            "kit/core.py": HELPER,
        }.items():
            (folder / name).write_text(text)
    path = root / "source" / small.SLUG / "work.ipynb"
    path.write_text(
        path.read_text().replace(
            "assert twice(4) == 8", json.dumps(test + "same(twice, 3, 6)")[1:-1]
        )
    )
    done = small.run("nbgrader", "generate_assignment", small.SLUG, "--force", cwd=root)
    assert done.returncode == 0, done.stderr
    wrong = "import helper, kit.core\nhelper.check = kit.core.check = lambda *a: None\ndef twice(x): return 0"
    for number, files in enumerate(EXCUSES.values()):
        folder = small.submit(root, f"liar-{number}", wrong)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    small.submit(root, "honest")
    small.submit(root, "wrong", "def twice(x): return 0")
    return small.graded(root)


@pytest.mark.parametrize("number", range(len(EXCUSES)), ids=list(EXCUSES))
def test_a_files_name_excuses_no_test(excused: dict[str, dict[str, Any]], number: int) -> None:
    """Does a file under the name of the course's own module keep the second judgement away?"""
    one = excused[f"liar-{number}"]
    assert (one["status"], one["reason_id"]) == ("held", "verify-differs"), one
    assert excused["honest"]["points"] == 1 and excused["honest"]["status"] == "graded"
    assert excused["wrong"]["points"] == 0 and excused["wrong"]["status"] == "graded"


TALKS = """
import os, signal, threading, time
def go():
    time.sleep({seconds})
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=go).start()
from IPython.display import display
while True:
    display({{"text/plain": "x"}}, raw=True)
"""


def test_a_kernel_that_dies_while_it_speaks(tmp_path: Path) -> None:
    """Does a kernel that ends in the middle of a message end nobody but itself?"""
    root = small.make(tmp_path / "course")
    for number in range(24):
        small.submit(root, f"talks-{number:02}", TALKS.format(seconds=0.1 + number / 50))
    small.submit(root, "zz")
    began = time.monotonic()
    graded = small.graded(root)
    reasons = {name: one.get("reason_id") for name, one in graded.items() if name}
    assert "engine-fault" not in reasons.values(), reasons
    assert graded["zz"]["points"] == 1 and time.monotonic() - began < 200


SPEAKER = """
import os, sys, time, zmq
sock = zmq.Context().socket(zmq.PUB)
sock.sndhwm = 0
sock.bind("ipc://" + sys.argv[1])
time.sleep(0.5)
for _ in range(10_000):
    sock.send_multipart([b"x"] * 7)
time.sleep(0.3)
os._exit(0)
"""


def test_what_was_said_before_the_end(tmp_path: Path) -> None:
    """Does all arrive that a kernel said before it ended, in whole messages?"""
    path = str(tmp_path / "s")
    with zmq.Context() as context, context.socket(zmq.SUB) as sock:
        speaker = subprocess.Popen(python("-c", SPEAKER, path))
        sock.subscribe(b"")
        sock.rcvhwm, sock.linger = 0, 0
        sock.setsockopt(zmq.RECONNECT_IVL, NEVER)
        while not Path(path).exists():
            time.sleep(0.01)
        sock.connect(f"ipc://{path}")
        count = 0
        while count < 10_000 and sock.poll(5000):
            assert len(sock.recv_multipart(zmq.NOBLOCK)) == 7
            count += 1
            time.sleep(0.0001)
        assert speaker.wait(10) == 0 and count == 10_000
