"""Attacks that use up the machine: processes, memory, disk, output, time."""

from __future__ import annotations

from hostile import GRADED, HELD, code, ended

#: A bomb may come to nothing at the limit on processes, or be ended for its memory or its silence.
BOMB = {
    "status": (GRADED, HELD),
    "reasons": ("limit-memory", "limit-processes", "kernel-stopped", "cell-stuck", "limit-time"),
    "keeps": ("totals",),
}
FULL = {"status": (GRADED, HELD), "reasons": ("limit-memory", "limit-disk", "kernel-stopped")}
#: Whoever reads may be slower than who writes; then the cell's own time is up first.
LOUD = {"reasons": ("limit-output", "cell-stuck")}

ATTACKS = [
    # -- processes --
    code(
        "fork bomb",
        "fork-doubling",
        "every process forks for ever",
        """
try:
    while True:
        os.fork()
except OSError:
    time.sleep(60)
""",
        **BOMB,
    ),
    code(
        "fork bomb",
        "fork-sleepers",
        "2,000 sleeping children",
        """
children = []
try:
    for number in range(2000):
        pid = os.fork()
        if pid == 0:
            time.sleep(600)
            os._exit(0)
        children.append(pid)
    tell("2000 processes")
except OSError:
    pass
for pid in children:
    os.kill(pid, 9)
""",
        **BOMB,
    ),
    code(
        "fork bomb",
        "fork-shell",
        "the shell's own bomb",
        "subprocess.Popen(['/bin/sh', '-c', 'b() { b | b & }; b'])\ntime.sleep(2)",
        **BOMB,
    ),
    code(
        "fork bomb",
        "fork-threads",
        "5,000 threads",
        """
try:
    for number in range(5000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    tell("5000 threads")
except RuntimeError:
    pass
""",
        **BOMB,
    ),
    code(
        "fork bomb",
        "fork-rabbit",
        "a process that is always another one, and survives the kernel",
        """
if os.fork() == 0:
    import signal
    os.setsid()
    for number in range(1, 65):
        if number not in (9, 19, 32, 33):
            signal.signal(number, signal.SIG_IGN)
    while True:
        if os.fork():
            os._exit(0)
        time.sleep(0.01)
""",
        **BOMB,
    ),
    code(
        "fork bomb",
        "fork-daemons",
        "twenty daemons that ignore signals and work for ever",
        """
import signal
for number in range(20):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for sort in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(sort, signal.SIG_IGN)
        while True:
            pass
""",
        **BOMB,
    ),
    # -- memory --
    ended(
        "memory bomb",
        "memory-one",
        "one process takes all",
        "hoard = []\nwhile True:\n    hoard.append(bytearray(b'x') * 40_000_000)",
        "limit-memory",
    ),
    ended(
        "memory bomb",
        "memory-many",
        "forty processes take 40 MB each",
        """
for number in range(40):
    if os.fork() == 0:
        hoard = bytearray(b"x") * 40_000_000
        time.sleep(60)
        os._exit(0)
time.sleep(1.5)
tell("1600 MB in forty processes")
""",
        "limit-memory",
    ),
    code(
        "memory bomb",
        "memory-memfd",
        "files that lie nowhere (memfd), mapped by nobody",
        """
import resource
handles = []
try:
    for number in range(12):
        handles.append(os.memfd_create("x"))
        os.posix_fallocate(handles[-1], 0, 50_000_000)
    time.sleep(0.7)
    tell("600 MB in memfd")
except OSError:
    pass
""",
        **FULL,
    ),
    code(
        "memory bomb",
        "memory-sysv",
        "System V segments, detached",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype, libc.shmat.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
libc.shmdt.argtypes = [ctypes.c_void_p]
size = 0
for number in range(12):
    segment = libc.shmget(0, ctypes.c_size_t(50_000_000), 0o1600)
    place = libc.shmat(segment, None, 0) if segment >= 0 else None
    if place in (None, 2**64 - 1):
        break
    ctypes.memset(place, 1, 50_000_000)
    libc.shmdt(place)
    size += 50
    if size == 600:
        time.sleep(0.7)
        tell("600 MB in segments")
""",
        **FULL,
    ),
    code(
        "memory bomb",
        "memory-shared",
        "shared memory, filled and let go of, so that no process seems to hold it",
        """
import ctypes, mmap
libc = ctypes.CDLL(None)
hoard = []
try:
    for number in range(12):
        hoard.append(mmap.mmap(-1, 50_000_000))
        hoard[-1].write(b"x" * 50_000_000)
        hoard[-1].madvise(mmap.MADV_DONTNEED)
    time.sleep(0.7)
    tell("600 MB in shared memory")
except (OSError, ValueError):
    pass
""",
        **FULL,
    ),
    code(
        "memory bomb",
        "memory-sockets",
        "buffers of the machine: thousands of sockets, each filled",
        """
for number in range(8):
    if os.fork() == 0:
        pairs = []
        try:
            for number in range(230):
                pairs.append(socket.socketpair())
                for one in pairs[-1]:
                    one.setblocking(False)
                    try:
                        while True:
                            one.send(b"x" * 65536)
                    except BlockingIOError:
                        pass
        except OSError:
            pass
        time.sleep(60)
        os._exit(0)
time.sleep(2.5)
tell("3,600 sockets")
""",
        **FULL,
    ),
    code(
        "memory bomb",
        "memory-shm",
        "1 GB into /dev/shm",
        """
size = 0
try:
    for number in range(25):
        with open(f"/dev/shm/{number}", "wb") as file:
            file.write(bytes(40_000_000))
        size += 40
    tell(f"{size} MB in /dev/shm")
except OSError:
    pass
""",
        **FULL,
    ),
    code(
        "memory bomb",
        "memory-pipes",
        "the kernel's own memory: pipes filled to the brim",
        """
import fcntl
size = 0
for number in range(2000):
    try:
        out, into = os.pipe()
        os.set_blocking(into, False)
        fcntl.fcntl(into, 1031, 1 << 20)
    except OSError:
        pass
    try:
        while True:
            size += os.write(into, bytes(65536))
    except OSError:
        pass
if size > 1 << 29:
    tell(f"{size >> 20} MB in pipes")
""",
        **FULL,
    ),
    code(
        "memory bomb",
        "memory-address",
        "one array of 400 GB",
        "import numpy as np\ntry:\n    np.ones(50_000_000_000)\n    tell('400 GB')\nexcept MemoryError:\n    pass",
    ),
    # -- disk --
    code(
        "disk filler",
        "disk-everywhere",
        "fills every folder that can be written in",
        """
for folder in (".", "/tmp", os.path.expanduser("~"), "/dev/shm", "/var/tmp", "/run"):
    size = 0
    try:
        for number in range(50):
            with open(f"{folder}/filler{number}", "wb") as file:
                file.write(bytes(10_000_000))
            size += 10
        tell(f"{size} MB in {folder}")
    except OSError:
        pass
""",
        **FULL,
    ),
    code(
        "disk filler",
        "disk-sockets-flat",
        "fills the folder of the kernel's own sockets",
        """
WHERE = ""
from ipykernel.connect import get_connection_file
import json
place = os.path.dirname(json.load(open(get_connection_file()))["ip"])
folder, size, keep = place + WHERE, 0, []
try:
    os.makedirs(folder, exist_ok=True)
    for number in range(30):
        keep.append(open(f"{folder}/filler{number}", "wb"))
        keep[-1].write(bytes(4_000_000))
        keep[-1].flush()
        os.unlink(f"{folder}/filler{number}") if WHERE.endswith("gone") else None
        size += 4
except OSError:
    pass
time.sleep(1)
if size >= 100 and (WHERE != "/gone" or size * 1_000_000 > 400_000_000):
    tell(f"{size} MB in {folder}")
""",
        status=(GRADED, HELD),
        reasons=("limit-output", "limit-disk", "limit-memory"),
    ),
    code(
        "disk filler",
        "disk-sockets-deep",
        "fills folders in the folder of its sockets",
        """
WHERE = "/deep/er"
from ipykernel.connect import get_connection_file
import json
place = os.path.dirname(json.load(open(get_connection_file()))["ip"])
folder, size, keep = place + WHERE, 0, []
try:
    os.makedirs(folder, exist_ok=True)
    for number in range(30):
        keep.append(open(f"{folder}/filler{number}", "wb"))
        keep[-1].write(bytes(4_000_000))
        keep[-1].flush()
        os.unlink(f"{folder}/filler{number}") if WHERE.endswith("gone") else None
        size += 4
except OSError:
    pass
time.sleep(1)
if size >= 100 and (WHERE != "/gone" or size * 1_000_000 > 400_000_000):
    tell(f"{size} MB in {folder}")
""",
        status=(GRADED, HELD),
        reasons=("limit-output", "limit-disk", "limit-memory"),
    ),
    code(
        "disk filler",
        "disk-sockets-gone",
        "fills it with files that have no name any more",
        """
WHERE = "/gone"
from ipykernel.connect import get_connection_file
import json
place = os.path.dirname(json.load(open(get_connection_file()))["ip"])
folder, size, keep = place + WHERE, 0, []
try:
    os.makedirs(folder, exist_ok=True)
    for number in range(120):
        keep.append(open(f"{folder}/filler{number}", "wb"))
        keep[-1].write(bytes(4_000_000))
        keep[-1].flush()
        os.unlink(f"{folder}/filler{number}") if WHERE.endswith("gone") else None
        size += 4
except OSError:
    pass
time.sleep(1)
if size >= 100 and (WHERE != "/gone" or size * 1_000_000 > 400_000_000):
    tell(f"{size} MB in {folder}")
""",
        status=(GRADED, HELD),
        reasons=("limit-output", "limit-disk", "limit-memory"),
    ),
    code(
        "disk filler",
        "disk-inodes",
        "half a million empty files",
        """
import itertools
until = time.monotonic() + 2
try:
    for number in itertools.count():
        open(f"/tmp/{number}", "w").close()
        if number > 400_000:
            tell("400,000 files")
            break
        if time.monotonic() > until:
            break
except OSError:
    pass
""",
        **FULL,
    ),
    code(
        "disk filler",
        "disk-sparse",
        "a file of 1 TB, and one of a GB by fallocate",
        """
try:
    with open("sparse", "wb") as file:
        file.truncate(1 << 40)
    tell("1 TB")
except (OSError, OverflowError):
    pass
try:
    handle = os.open("falloc", os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(handle, 0, 1 << 30)
    tell("1 GB")
except OSError:
    pass
""",
        status=(GRADED, HELD),
        reasons=("kernel-stopped", "limit-disk"),
    ),
    # -- output --
    ended(
        "output flood",
        "flood-stdout",
        "prints without end",
        "while True:\n    print('x' * 100_000)\n    time.sleep(0.002)",
        **LOUD,
    ),
    ended(
        "output flood",
        "flood-stderr",
        "stderr, in small pieces",
        "while True:\n    sys.stderr.write('y' * 30_000)\n    sys.stderr.flush()",
        **LOUD,
    ),
    ended(
        "output flood",
        "flood-display",
        "shows pictures without end",
        "from IPython.display import display\nwhile True:\n    display({'image/png': 'A' * 200_000}, raw=True)",
        **LOUD,
    ),
    ended(
        "output flood",
        "flood-one",
        "one message of 100 MB",
        "from IPython.display import display\ndisplay({'text/html': 'z' * 100_000_000}, raw=True)\ntime.sleep(2)",
        reasons=("limit-output", "limit-memory", "cell-stuck", "kernel-stopped"),
    ),
    ended(
        "output flood",
        "flood-error",
        "an exception of 50 MB",
        "raise ValueError('e' * 50_000_000)",
        reasons=("limit-output", "limit-memory", "cell-stuck", "kernel-stopped"),
    ),
    ended(
        "output flood",
        "flood-update",
        "a display that changes for ever",
        """
from IPython.display import display
shown = display("0", display_id=True)
number = 0
while True:
    number += 1
    shown.update(str(number) * 500)
""",
        reasons=("limit-output", "cell-stuck", "limit-time"),
        status=(HELD, GRADED),
    ),
    code(
        "output flood",
        "flood-file",
        "file descriptors 1 and 2, and a child's, past the kernel",
        """
until = time.monotonic() + 1.5
child = subprocess.Popen(["/usr/bin/yes"])
while time.monotonic() < until:
    os.write(1, b"w" * 65536)
    os.write(2, b"w" * 65536)
child.kill()
""",
        status=(GRADED, HELD),
        **LOUD,
    ),
    code(
        "output flood",
        "flood-payload",
        "the reply instead of the output: a payload of 100 MB",
        "get_ipython().payload_manager.write_payload({'source': 'page', 'data': {'text/plain': 'p' * 100_000_000}, 'start': 0})",
        status=(GRADED, HELD),
        reasons=("limit-output", "limit-memory", "limit-time", "cell-stuck", "kernel-stopped"),
    ),
    # -- time --
    code(
        "endless loop",
        "loop-plain",
        "while True",
        "while True:\n    pass",
        keeps=("totals", "best"),
    ),
    code(
        "endless loop",
        "loop-in-c",
        "one instruction of Python that takes hours",
        "x = pow(7, 10**9)",
        status=(HELD, GRADED),
        reasons=("cell-stuck", "limit-memory", "limit-time", "limit-cpu", "kernel-stopped"),
        keeps=("totals",),
    ),
    code(
        "endless loop",
        "loop-regex",
        "a pattern that tries all ways",
        "re.match('(a+)+$', 'a' * 60 + 'b')",
        status=(HELD, GRADED),
        reasons=("cell-stuck", "limit-time", "limit-cpu", "kernel-stopped"),
        keeps=("totals",),
    ),
    ended(
        "signals ignored",
        "loop-deaf",
        "SIGINT ignored",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
        "cell-stuck",
        "limit-time",
    ),
    ended(
        "signals ignored",
        "loop-stubborn",
        "KeyboardInterrupt caught, again and again",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "cell-stuck",
        "limit-time",
    ),
    ended(
        "signals ignored",
        "loop-masked",
        "all signals blocked, in a C call that does not return",
        """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
lock = threading.Lock()
lock.acquire()
lock.acquire()
""",
        "cell-stuck",
        "limit-time",
    ),
    ended(
        "signals ignored",
        "loop-stopped",
        "the kernel stops itself, so that no signal is handled",
        "import signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "cell-stuck",
        "limit-time",
        "kernel-stopped",
    ),
    code(
        "endless loop",
        "loop-called",
        "a function that does not return to its test",
        "pass",
        after="def share(part, whole):\n    while True:\n        pass\n",
        status=(GRADED, HELD),
        reasons=None,
        keeps=("totals", "best"),
    ),
    code(
        "endless loop",
        "loop-cpu",
        "burns the CPU in eight threads of C and eight processes",
        """
for number in range(8):
    if os.fork() == 0:
        while True:
            pass
while True:
    pass
""",
        status=(GRADED, HELD),
        reasons=("cell-stuck", "limit-time", "limit-cpu", "kernel-stopped"),
        keeps=("totals",),
    ),
]
