"""Memory of every kind that a submission takes: it is counted, and there is an end to it."""

from __future__ import annotations

import errno
import subprocess
import sys
from typing import Any

import plain_course as small
import pytest

SURFACE = "workers"
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

FILL = """
def fill(mb):
    kept = bytearray(mb << 20)
    for at in range(0, len(kept), 4096):
        kept[at] = 1
    return kept
"""
SOCKETS = """
import socket
def fill(pairs, raised, kind):
    kept, total = [], 0
    server = socket.create_server(("127.0.0.1", 0), backlog=512) if kind == "tcp" else None
    for _ in range(pairs):
        if server is None:
            one, other = socket.socketpair()
        else:
            one = socket.create_connection(server.getsockname())
            other, _ = server.accept()
        kept += [one, other]
        for sock in (one, other):
            if raised:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            sock.setblocking(False)
            try:
                while True:
                    total += sock.send(bytes(1 << 16))
            except BlockingIOError:
                pass
    return kept, total
"""
GHOST = """
import ctypes, os, threading, time
def eat():
    kept = fill(4500)
    time.sleep(5)
    print("TOOK", 4500, flush=True)
    os._exit(0)
if os.fork() == 0:
    threading.Thread(target=eat).start()
    # The first thread ends, alone.
    ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
time.sleep(12)
print("TOOK", 4500)
"""
BACKLOG = """
import socket, time
total, kept = 0, []
for number in range(20000):
    if number % 3500 == 0:
        kept.append(socket.socket(socket.AF_UNIX))
        kept[-1].bind(chr(0) + f"x{number}")
        kept[-1].listen(4096)
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(kept[-1].getsockname())
        one.setblocking(False)
        try:
            while True:
                total += one.send(bytes(32768))
        except BlockingIOError:
            pass
print("TOOK", total >> 20)
"""
FLIGHT = """
import array, socket, time
total, boxes = 0, []
server = socket.create_server(("127.0.0.1", 0), backlog=100)
for number in range(600):
    if number % 30 == 0:
        boxes.append(socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
    one = socket.create_connection(server.getsockname())
    other, _ = server.accept()
    for sock in (one, other):
        sock.setblocking(False)
        for _ in range(3):
            try:
                while True:
                    total += sock.send(bytes(1 << 16))
            except BlockingIOError:
                time.sleep(0.001)
    numbers = array.array("i", [one.fileno(), other.fileno()])
    boxes[-1][0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
    one.close()
    other.close()
print("TOOK", total >> 20)
"""
#: What keeps memory for whoever asks, and reaches past a network namespace.
REFUSED = """
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *given):
    ctypes.set_errno(0)
    return (libc.syscall(number, *given), ctypes.get_errno())[1]
numbers = {"x86_64": (294, 444), "aarch64": (26, 444)}[os.uname().machine]
said = [call(one, 0, 0, 0) for one in numbers] + [call(444, 0, 0, 1)]
for family in (40, 38, 17, 31, 1, 2, 10, 16):
    try:
        socket.socket(family, socket.SOCK_DGRAM if family != 40 else socket.SOCK_STREAM).close()
        said.append(0)
    except OSError as error:
        said.append(error.errno)
pair = socket.socketpair()
print("SAID" + repr(said))
"""
LOCKS = """
import ctypes, os, struct, time
lock = ctypes.CDLL(None).fcntl
took = 0
for name in range(100):
    file = os.open(f"locked{name}", os.O_RDWR | os.O_CREAT)
    for at in range(4000):
        lock(file, 6, struct.pack("hhxxxxqqi", 1, 0, 4 * at, 1, 0))
        took += 1
time.sleep(3)
print("TOOK", took)
"""
ADDRESSES = """
import ctypes, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
at = libc.mmap(None, 6 << 30, 1, 0x4022, -1, 0)
libc.madvise(at, 6 << 30, 15)
for off in range(0, 6 << 30, 2 << 20):
    ctypes.c_char.from_address(at + off).value
for piece in range(30000):
    assert not libc.mprotect(at + piece * 8192, 4096, 0)
print("ready", flush=True)
time.sleep(60)
"""
#: Each takes twice what a submission may have, by another way; it ends with how much it got.
TRIES = {
    "bytes": f"{FILL}kept = fill(4500)\nprint('TOOK', 4500)\n",
    "hidden by prctl": "import ctypes, os, time\nif os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)\n"
    f"ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n{FILL}kept = [fill(450) for _ in range(10)]\n"
    "time.sleep(2)\nprint('TOOK', 4500)\n",
    "hidden by a program that nobody may read": "import os, shutil, subprocess, sys\n"
    "shutil.copyfile(os.path.realpath(sys.executable), '/tmp/own')\nos.chmod('/tmp/own', 0o111)\n"
    f"code = {FILL!r} + 'kept = [fill(450) for _ in range(10)]; import time; time.sleep(3)'\n"
    "env = dict(os.environ, PYTHONHOME=sys.base_prefix)\n"
    "done = subprocess.run(['/tmp/own', '-c', code], env=env)\n"
    "print('TOOK', 4500 if done.returncode == 0 else 0)\n",
    "sockets with large buffers": f"{SOCKETS}kept, total = fill(220, True, 'unix')\n"
    "print('TOOK', total >> 20)\n",
    "sockets of many processes": f"{SOCKETS}import os, time\nfor _ in range(40):\n"
    "    if os.fork() == 0:\n        kept = fill(220, False, 'unix')\n        time.sleep(60)\n"
    "time.sleep(12)\nprint('TOOK', 40 * 220 * 0.4)\n",
    "locks of files": LOCKS,
    "a process whose first thread has ended": FILL + GHOST,
    "connections that nobody accepts": BACKLOG,
    "connections on their way": FLIGHT,
    "connections": f"{SOCKETS}kept, total = fill(200, True, 'tcp')\nimport time\ntime.sleep(1)\n"
    "print('TOOK', total >> 20)\n",
}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A class of them, and an honest one."""
    root = small.make(tmp_path_factory.mktemp("memory") / "course")
    for number, code in enumerate(TRIES.values()):
        small.submit(root, f"takes-{number}", code + small.RIGHT)
    honest = "import socket\nkept = [socket.socketpair() for _ in range(100)]\n"
    small.submit(root, "honest", honest + small.RIGHT)
    small.submit(root, "asks", REFUSED + small.RIGHT)
    graded = small.graded(root)
    text = (root / "autograded" / "asks" / small.SLUG / "work.ipynb").read_text("utf-8")
    graded["asks"]["said"] = text.partition("SAID[")[2].partition("]")[0]
    for number in range(len(TRIES)):
        path = root / "autograded" / f"takes-{number}" / small.SLUG / "work.ipynb"
        said = path.read_text("utf-8") if path.is_file() else ""
        mark = said.partition("TOOK ")[2].partition("\\n")[0]
        graded[f"takes-{number}"]["took"] = float(mark) if mark else 0.0
    return graded


@pytest.mark.parametrize("number", range(len(TRIES)), ids=list(TRIES))
def test_there_is_an_end(taken: dict[str, dict[str, Any]], number: int) -> None:
    """Does a submission get more memory than it may have, by any kind of it?"""
    one = taken[f"takes-{number}"]
    assert one["reason_id"] in ("limit-memory", "") and one["took"] < 2048, one
    assert one["reason_id"] or one["took"] < 500, one


def test_sockets_are_allowed(taken: dict[str, dict[str, Any]]) -> None:
    """Is an honest notebook with many connections graded?"""
    assert taken["honest"]["points"] == 1


def test_what_linux_keeps_is_counted() -> None:
    """Do tables of pages and pieces of addresses count, which are no process's own memory?"""
    from casebank.grading.inside.usage import MB, Usage

    words = [sys.executable, "-c", ADDRESSES]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        usage = Usage(2048, "/nowhere")
        assert usage.memory([process.pid], usage.most) < 100 * MB
        assert usage.kept_for([process.pid]) > (12 + 14) * MB
        process.kill()


def test_what_is_refused(taken: dict[str, dict[str, Any]]) -> None:
    """Are queues and rule sets, and sockets of kinds that reach past the cage, not to be had?"""
    assert taken["asks"]["points"] == 1
    said = [int(word) for word in taken["asks"]["said"].split(",")]
    assert said[:3] == [errno.ENOSYS] * 3
    assert said[3:7] == [errno.EAFNOSUPPORT] * 4
    assert said[7:10] == [0, 0, 0]
