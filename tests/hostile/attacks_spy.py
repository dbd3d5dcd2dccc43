"""Attacks that look for what they may not know: grades, neighbours, tests whose turn is to come."""

from __future__ import annotations

from hostile import GRADED, HELD, code, ended

#: Patterns that do not match their own text in memory.
PATTERNS = """
TOKENS = re.compile(rb"NB[0-9a-f]{16}B[N]")
HIDDEN = re.compile(rb"SECRET[_]SUM\\s*=\\s*[0-9]+")
def search(name, content):
    for pattern in (TOKENS, HIDDEN):
        hit = pattern.search(content)
        if hit:
            tell(f"{name}: {hit.group()}")
            return True
"""

#: In the first answer, which it does not solve; what stands on it is not judged.
EARLY = {
    "task": "totals",
    "after": "def totals(visits):\n    return visits.head(1)\n",
    "status": (GRADED, HELD),
    "reasons": ("not-judged",),
}

ATTACKS = [
    code(
        "reading",
        "read-course",
        "the gradebook, source, release, versions and siblings",
        PATTERNS
        + """
for top in (ROOT, SUBMITTED, f"/proc/1/root{ROOT}", f"/proc/{os.getppid()}/root{ROOT}", f"/proc/1/cwd", os.getcwd() + "/../..", "/tmp"):
    for folder, _, names in os.walk(top):
        if folder == os.getcwd() or folder.startswith(os.getcwd() + "/"):
            continue
        for name in names[:200]:
            try:
                with open(f"{folder}/{name}", "rb") as file:
                    search(f"{folder}/{name}", file.read(3_000_000))
            except OSError:
                pass
for path in (f"{ROOT}/gradebook.db", f"{ROOT}/nbgrader_config.py", f"{ROOT}/notes.txt"):
    if os.path.exists(path):
        tell(path)
# Its own notebook may lie there as it was handed in, but with no test whose turn is to come.
for name in glob.glob("**/*", recursive=True):
    if os.path.isfile(name):
        search(name, open(name, "rb").read(5_000_000))
""",
        keeps=("totals",),
        harmless=True,
    ),
    code(
        "reading",
        "read-machine",
        "the machine's secrets, our own code, the homes",
        """
for path in ("/etc/shadow", "/etc/passwd", "/root", "/home/*/*", "/root/.ssh", "/var/log", "/var/lib",
             f"{REPO}/src/casebank/grading/grade.py", f"{REPO}/src/casebank/data", f"{REPO}/pyproject.toml",
             f"{REPO}/exercises", f"{REPO}/.git", "/sys/class", "/sys/fs/cgroup", "/boot", "/mnt", "/srv", "/opt/*"):
    for one in glob.glob(path):
        if one.startswith(sys.prefix) or sys.prefix.startswith(one) or sys.base_prefix.startswith(one) or one.startswith(os.path.expanduser("~")):
            continue
        try:
            there = os.listdir(one) if os.path.isdir(one) else open(one, "rb").read(9)
            tell(f"{one}: {there}") if there else None
        except OSError:
            pass
for path in glob.glob(f"{os.path.dirname(sys.modules['casebank'].__file__)}/*"):
    name = os.path.basename(path)
    if name == "grading":
        for inner in glob.glob(path + "/*"):
            if os.path.basename(inner) not in ("__init__.py", "inside", "__pycache__"):
                tell(inner)
    elif name not in ("__init__.py", "check", "__pycache__"):
        tell(path)
""",
    ),
    code(
        "reading",
        "read-environment",
        "the environment of every process in view",
        PATTERNS
        + """
for path in ["/proc/self/environ", *glob.glob("/proc/[0-9]*/environ"), *glob.glob("/proc/[0-9]*/cmdline")]:
    try:
        content = open(path, "rb").read()
        search(path, content)
        tell(path) if b"HOSTILE_TOKEN" in content or MARKS.encode() in content else None
    except OSError:
        pass
for key, value in os.environ.items():
    if key == "HOSTILE_TOKEN" or "SSH" in key or value.startswith("NB") or key in ("SUDO_USER", "LOGNAME"):
        tell(key)
""",
        harmless=True,
    ),
    code(
        "reading",
        "read-processes",
        "other processes: their files, folders, memory maps, rights",
        """
me = {os.getpid()}
for folder in glob.glob("/proc/[0-9]*"):
    pid = int(folder[6:])
    if pid in me or pid == 1:
        continue
    try:
        name = open(f"{folder}/comm").read().strip()
        tell(f"process {pid} {name}") if name not in ("bwrap", "python", "python3", "python3.11", "init") else None
        for part in ("mem", "maps", "environ", "auxv", "pagemap", "syscall"):
            data = open(f"{folder}/{part}", "rb")
            if part == "maps" and data.read(10):
                tell(f"{folder}/{part}")
        for handle in os.listdir(f"{folder}/fd"):
            tell(f"{folder}/fd/{handle}")
    except OSError:
        pass
status = open("/proc/self/status").read()
for line in status.splitlines():
    if line.startswith(("CapEff", "CapPrm", "CapInh", "CapAmb")) and int(line.split()[1], 16):
        tell(line)
    if line.startswith("NoNewPrivs") and line.split()[1] != "1":
        tell(line)
if os.getuid() == 0 and os.stat("/usr").st_uid == 0:
    tell("root")
""",
    ),
    code(
        "reading",
        "read-first-pid",
        "process 1 of its own world: memory, environment, files",
        """
for part in ("mem", "environ", "maps", "auxv", "root/etc/shadow", "cwd/.", "exe", "stack"):
    try:
        with open(f"/proc/1/{part}", "rb") as file:
            if part == "mem":
                continue
            tell(f"/proc/1/{part}") if file.read(10) else None
    except OSError:
        pass
try:
    for handle in os.listdir("/proc/1/fd"):
        tell(f"/proc/1/fd/{handle} {os.readlink(f'/proc/1/fd/{handle}')}")
except OSError:
    pass
""",
    ),
    code(
        "reading",
        "read-handles",
        "open files that were inherited",
        """
import stat
for handle in range(3, 600):
    try:
        target = os.readlink(f"/proc/self/fd/{handle}")
    except OSError:
        continue
    if target.startswith("/") and not target.startswith(("/dev/", "/proc/self", f"/proc/{os.getpid()}", os.path.expanduser("~"), "/usr", sys.prefix, os.getcwd(), "/tmp/", "/memfd:")):
        tell(f"{handle} {target}")
    try:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            there = os.listdir(handle)
            tell(f"folder {target} {there[:5]}") if "gradebook.db" in there or "etc" in there else None
    except OSError:
        pass
""",
    ),
    code(
        "hidden test",
        "hidden-memory",
        "searches its whole memory for a test whose turn has not come",
        PATTERNS
        + """
with open("/proc/self/maps") as file:
    areas = [line.split()[0].split("-") for line in file if line.split()[1].startswith("r") and "vv" not in line]
with open("/proc/self/mem", "rb", buffering=0) as memory:
    for start, end in areas:
        start, end = int(start, 16), int(end, 16)
        if end - start > 300_000_000:
            continue
        try:
            memory.seek(start)
            left = end - start
            while left > 0:
                part = memory.read(min(left, 16_000_000))
                if not part or search("memory", part):
                    break
                left -= len(part)
        except (OSError, ValueError, OverflowError):
            pass
""",
        **EARLY,
    ),
    code(
        "hidden test",
        "hidden-gc",
        "looks through all objects, the history and the line cache before its turn",
        """
import gc, linecache, sqlite3
form = re.compile(r"SECRET[_]SUM\\s*=\\s*[0-9]+")
seen = 0
for one in gc.get_objects():
    try:
        if isinstance(one, dict):
            for value in list(one.values()):
                if isinstance(value, str) and form.search(value):
                    tell(f"gc: {form.search(value).group()}")
        elif isinstance(one, (list, tuple)):
            for value in one:
                if isinstance(value, str) and form.search(value):
                    tell(f"gc: {form.search(value).group()}")
    except Exception:
        pass
for place in (In, list(linecache.cache.values())):
    if form.search(str(place)):
        tell("history")
for path in glob.glob(os.path.expanduser("~") + "/.ipython/**/*", recursive=True):
    try:
        if form.search(open(path, "rb").read().decode("latin-1")):
            tell(path)
    except OSError:
        pass
frame = sys._getframe()
while frame is not None:
    if form.search(str(frame.f_locals)[:2_000_000]):
        tell(f"frame {frame.f_code.co_name}")
    frame = frame.f_back
""",
        **EARLY,
        harmless=True,
    ),
    code(
        "hidden test",
        "hidden-files",
        "searches every file that it can open for a hidden test",
        PATTERNS
        + """
until = time.monotonic() + 2
tops = ["/.casebank", os.getcwd(), os.path.expanduser("~"), "/tmp", "/dev/shm", "/run", "/var", "/etc",
        os.path.dirname(sys.modules["casebank"].__file__)]
for top in tops:
    for folder, _, names in os.walk(top):
        for name in names:
            path = f"{folder}/{name}"
            if time.monotonic() > until or os.path.islink(path) or not os.path.isfile(path):
                continue
            try:
                search(path, open(path, "rb").read(5_000_000))
            except OSError:
                pass
""",
        **EARLY,
    ),
    code(
        "hidden test",
        "hidden-zygote",
        "reads the memory of every process in view for hidden tests and neighbours",
        PATTERNS
        + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for folder in glob.glob("/proc/[0-9]*"):
    pid = int(folder[6:])
    if pid == os.getpid():
        continue
    try:
        with open(f"{folder}/maps") as file, open(f"{folder}/mem", "rb", buffering=0) as memory:
            for line in file:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                try:
                    memory.seek(start)
                    content = memory.read(min(end - start, 50_000_000))
                    tell(f"memory of {pid}") if len(found) < 3 else None
                    search(f"memory of {pid}", content)
                except (OSError, ValueError, OverflowError):
                    pass
    except OSError:
        pass
""",
        **EARLY,
    ),
    # -- the kernel's own key --
    code(
        "session key",
        "key-flood",
        "sends messages of its own to the grader with the kernel's key, forged and broken",
        """
import zmq
kernel = get_ipython().kernel
session, iopub = kernel.session, kernel.iopub_socket
parent = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
session.send(iopub, "error", {"ename": 5, "evalue": None, "traceback": "x"}, parent=parent)
session.send(iopub, "stream", {"name": ["x"], "text": {"a": 1}}, parent=parent)
session.send(iopub, "display_data", {"data": 5, "metadata": [], "transient": {"display_id": {}}}, parent=parent)
session.send(iopub, "update_display_data", {"data": {}, "metadata": {}, "transient": {"display_id": "none"}}, parent=parent)
session.send(iopub, "comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": 7}}, parent=parent)
session.send(iopub, "clear_output", {"wait": "?"}, parent=parent)
session.send(iopub, "unheard-of", {"x": 1}, parent=parent)
try:
    iopub.send_multipart([b"kernel.x", b"<IDS|MSG>", b"bad", b"{", b"}", b"[", b"\\xff"])
    iopub.send_multipart([b"\\x00" * 1000])
except Exception:
    pass
for content in ({"execution_state": []}, {}, {"execution_state": "dead"}, {"execution_state": "idle"}):
    session.send(iopub, "status", content, parent=parent)
time.sleep(0.3)
""",
        status=(GRADED, HELD),
        reasons=None,
        # It takes away what it said.
        began=False,
    ),
    code(
        "session key",
        "key-request",
        "reads the connection file and asks its own kernel, from another process, to shut down",
        """
from ipykernel.connect import get_connection_file
script = '''
import sys
from jupyter_client import BlockingKernelClient
client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels()
client.execute("print('FOUND: '+'asked')")
client.shutdown()
import time; time.sleep(1)
'''
subprocess.run([sys.executable, "-I", "-c", script, get_connection_file()], timeout=2.5)
""",
        status=(GRADED, HELD),
        reasons=("kernel-stopped", "cell-stuck"),
        unsolved=("share",),
    ),
    ended(
        "session key",
        "key-silence",
        "closes the sockets to the grader and goes on",
        """
kernel = get_ipython().kernel
import ctypes
for handle in range(3, 512):
    try:
        if os.readlink(f"/proc/self/fd/{handle}").startswith("socket:"):
            os.close(handle)
    except OSError:
        pass
time.sleep(60)
""",
        "kernel-stopped",
        "cell-stuck",
        "limit-time",
        "limit-output",
    ),
]
