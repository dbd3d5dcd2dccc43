"""Attacks that reach out: the network, files outside, links, what is left for the next one."""

from __future__ import annotations

from pathlib import Path

import grading_class as desk

from hostile import GRADED, HELD, REJECTED, Handed, Scene, code, form

#: Looks for what earlier instances left, then leaves everything itself.
LEAVE = """
import ctypes, site
libc = ctypes.CDLL(None, use_errno=True)
home = os.path.expanduser("~")
packages = f"{home}/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
places = ["/tmp/left.txt", "/var/tmp/left.txt", "/dev/shm/left", "/run/left.txt", "left.txt",
          f"{home}/left.txt", f"{packages}/left.pth", f"{home}/.ipython/profile_default/startup/left.py",
          f"{home}/.config/matplotlib/matplotlibrc", f"{os.path.dirname(os.getcwd())}/left.txt",
          f"{site.getsitepackages()[0]}/left.pth", "/.casebank/left.txt"]
for place in places:
    if os.path.exists(place):
        tell(f"left by another: {place}")
    try:
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        with open(place, "w") as file:
            file.write("import os; os.environ['LEFT'] = '1'" if place.endswith(("py", "pth")) else "")
    except OSError:
        pass
if "LEFT" in os.environ:
    tell("startup file of another was run")
if any("left" in str(value) for value in vars(sys.modules["builtins"]).values() if type(value) is str):
    tell("builtins of another")
import builtins, numpy
builtins.mark = "left"
if hasattr(numpy, "left_by_another"):
    tell("a module changed by another")
numpy.left_by_another = True
for key in (0x1EF7,):
    if libc.shmget(key, ctypes.c_size_t(0), 0) >= 0:
        tell("segment of another")
    libc.shmget(key, ctypes.c_size_t(4096), 0o1666)
    if libc.semget(key, 0, 0) >= 0:
        tell("semaphore of another")
    libc.semget(key, 1, 0o1666)
    if libc.msgget(key, 0) >= 0:
        tell("queue of another")
    libc.msgget(key, 0o1666)
for ring in (-3, -4, -5):
    key = libc.syscall(250, 10, ring, b"user", b"left-by-another", 0)
    if key > 0:
        tell(f"key of another in ring {ring}")
    libc.syscall(248, b"user", b"left-by-another", b"x", 1, ring)
one = socket.socket(socket.AF_UNIX)
try:
    one.connect("\\0left-by-another")
    tell("socket of another")
except OSError:
    pass
two = socket.socket(socket.AF_UNIX)
try:
    two.bind("\\0left-by-another")
    two.listen()
except OSError:
    tell("socket of another is still bound")
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
    os._exit(0)
"""

LINK = {"status": (REJECTED,), "reasons": ("odd-file",), "unsolved": ("totals", "best", "share")}


def _right(scene: Scene, finish: object) -> Handed:
    return Handed(desk.right(scene.course), finish=finish)  # type: ignore[arg-type]


def _instead(target: Path, hard: bool = False) -> object:
    """Put a link in the place of the notebook."""

    def finish(folder: Path) -> None:
        (folder / f"{desk.SLUG}.ipynb").unlink()
        mine = folder / f"{desk.SLUG}.ipynb"
        mine.hardlink_to(target) if hard else mine.symlink_to(target)

    return finish


def _folder_link(scene: Scene) -> Handed:
    def finish(folder: Path) -> None:
        (folder / f"{desk.SLUG}.ipynb").unlink()
        folder.rmdir()
        folder.symlink_to(scene.course.path("submitted", "aa-right", desk.SLUG))

    return _right(scene, finish)


def _student_link(scene: Scene) -> Handed:
    def finish(folder: Path) -> None:
        (folder / f"{desk.SLUG}.ipynb").unlink()
        folder.rmdir()
        folder.parent.rmdir()
        folder.parent.symlink_to(scene.course.path("submitted", "aa-right", desk.SLUG).parent)

    return _right(scene, finish)


ATTACKS = [
    # -- network --
    code(
        "network",
        "net-tcp",
        "TCP to this machine and out",
        """
for host, port in (("127.0.0.1", PORT), ("::1", PORT), ("192.0.2.1", 53), ("8.8.8.8", 443)):
    try:
        socket.create_connection((host, port), timeout=0.5)
        tell(f"{host}:{port}")
    except OSError:
        pass
for host in ("example.org", "localhost.localdomain"):
    try:
        tell(socket.getaddrinfo(host, 80))
    except OSError:
        pass
""",
        harmless=True,
    ),
    code(
        "network",
        "net-udp",
        "UDP to this machine and out",
        """
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for host, port in (("127.0.0.1", PORT), ("192.0.2.1", 53), ("255.255.255.255", 9)):
    try:
        one.sendto(b"found", (host, port))
    except OSError:
        pass
if len(socket.if_nameindex()) > 1:
    names = [name for _, name in socket.if_nameindex()]
    tell(names) if any(name[:3] in ("eth", "enp", "wla") for name in names) else None
""",
        harmless=True,
    ),
    code(
        "network",
        "net-unix",
        "unix sockets, abstract and by path, of this machine",
        """
for address in ("\\0" + ABSTRACT, SOCKET, "/run/dbus/system_bus_socket", "/var/run/docker.sock"):
    try:
        socket.socket(socket.AF_UNIX).connect(address)
        tell(f"socket {address}")
    except OSError:
        pass
for line in open("/proc/net/unix"):
    if ABSTRACT in line:
        tell("sees the machine's sockets")
""",
        harmless=True,
    ),
    code(
        "network",
        "net-raw",
        "raw packets, routes, new interfaces",
        """
for kind in ((socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_PACKET, socket.SOCK_RAW, 3)):
    try:
        socket.socket(*kind)
        tell(f"raw socket {kind}")
    except OSError:
        pass
done = subprocess.run(["/bin/sh", "-c", "ip link add x type dummy || ip addr add 10.9.9.9/8 dev lo"], capture_output=True)
if done.returncode == 0:
    tell("a new interface")
""",
    ),
    code(
        "network",
        "net-bend",
        "a link in the place of its own socket, so that the grader connects elsewhere",
        """
from ipykernel.connect import get_connection_file
import json
ip = json.load(open(get_connection_file()))["ip"]
for path in glob.glob(ip + "*"):
    try:
        os.unlink(path)
        os.symlink(SOCKET, path)
    except OSError:
        pass
kernel = get_ipython().kernel
for name in ("iopub_socket", "stdin_socket"):
    one = getattr(kernel, name, None)
    try:
        one.close() if hasattr(one, "close") else None
    except Exception:
        pass
time.sleep(0.5)
os._exit(0)
""",
        status=(GRADED, HELD),
        reasons=("kernel-stopped", "cell-stuck"),
    ),
    # -- writing outside --
    code(
        "writing outside",
        "write-files",
        "writes into the system, the environment and the course",
        """
here = os.path.dirname(os.__file__)
packages = os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__))
for path in ("/usr/x", "/etc/x", "/x", "/dev/x", "/var/x", f"{here}/x.py", f"{packages}/x.pth",
             "/.casebank/x", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname",
             "/sys/kernel/uevent_helper", "/proc/sysrq-trigger", "/etc/passwd", "/etc/ld.so.preload"):
    try:
        with open(path, "ab") as file:
            file.write(b"" if os.path.exists(path) else b"x")
        tell(path)
    except OSError:
        pass
# A folder of that name may exist inside, in memory: what counts is that the real one is untouched.
for path in (f"{ROOT}/x", f"{ROOT}/gradebook.db", f"{REPO}/x", f"{MARKS}/{NAME}", f"{SUBMITTED}/x"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write("x")
    except OSError:
        pass
""",
    ),
    code(
        "writing outside",
        "write-remount",
        "makes the read-only writable, or hides it under another mount",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for flags in (32, 32 | 4096, 1 << 18):
    for place in (b"/", b"/usr", b"/etc", os.path.dirname(os.__file__).encode()):
        if libc.mount(b"none", place, None, flags, None) == 0 and can(open(place + b"/x", "w").close):
            tell(f"remount {place} {flags}")
for place in (b"/usr", b"/proc", b"/tmp", b"/dev", b"/.casebank"):
    if libc.umount2(place, 2) == 0:
        tell(f"umount {place}")
""",
    ),
    # -- links --
    form(
        "links",
        "link-file",
        "a symbolic link to the gradebook beside the notebook",
        lambda scene: _right(
            scene, lambda folder: (folder / "d.csv").symlink_to(scene.course.root / "gradebook.db")
        ),
        **LINK,
    ),
    form(
        "links",
        "link-hard",
        "a hard link to the gradebook",
        lambda scene: _right(
            scene, lambda folder: (folder / "d.csv").hardlink_to(scene.course.root / "gradebook.db")
        ),
        **LINK,
    ),
    form(
        "links",
        "link-root",
        "a link to the root folder",
        lambda scene: _right(scene, lambda folder: (folder / "all").symlink_to("/")),
        **LINK,
    ),
    form(
        "links",
        "link-loop",
        "a link to itself, and one to nowhere",
        lambda scene: _right(
            scene, lambda f: [(f / "a").symlink_to("a"), (f / "b").symlink_to("/nowhere")]
        ),
        **LINK,
    ),
    form(
        "links",
        "link-notebook",
        "the neighbour's notebook by a link",
        lambda scene: _right(
            scene,
            _instead(scene.course.path("submitted", "aa-right", desk.SLUG) / f"{desk.SLUG}.ipynb"),
        ),
        **LINK,
    ),
    form(
        "links",
        "link-source",
        "the instructor's notebook by a hard link",
        lambda scene: _right(
            scene,
            _instead(scene.course.path("source", ".", desk.SLUG) / f"{desk.SLUG}.ipynb", hard=True),
        ),
        **LINK,
    ),
    form("links", "link-folder", "the neighbour's whole folder by a link", _folder_link, **LINK),
    form(
        "links",
        "link-student",
        "the folder above it is a link to the neighbour's",
        _student_link,
        **LINK,
    ),
    code(
        "links",
        "link-made",
        "links made while it runs, for whoever collects the files",
        """
os.makedirs("out", exist_ok=True)
for name, target in (("gradebook.png", f"{ROOT}/gradebook.db"), ("all", "/"), ("shadow", "/etc/shadow"),
                     ("me.ipynb", f"{SUBMITTED}/aa-right/{SLUG}/{SLUG}.ipynb"), ("loop", "loop")):
    for folder in (".", "out"):
        try:
            os.symlink(target, f"{folder}/{name}")
        except OSError:
            pass
try:
    os.rename("data", "data-old")
    os.symlink(f"{ROOT}/source/{SLUG}/data", "data")
except OSError:
    pass
try:
    os.symlink(f"{ROOT}/gradebook.db", f"{SLUG}.ipynb")
except OSError:
    pass
try:
    os.link("/proc/self/environ", "hard")
except OSError:
    pass
""",
        keeps=("totals",),
    ),
    code(
        "links",
        "link-sockets",
        "links in the folder of the kernel's sockets",
        """
from ipykernel.connect import get_connection_file
import json
place = os.path.dirname(json.load(open(get_connection_file()))["ip"])
for name, target in (("all", "/"), ("grades", f"{ROOT}/gradebook.db"), ("connection.json.new", "/etc/shadow")):
    try:
        os.symlink(target, f"{place}/{name}")
    except OSError:
        pass
try:
    os.unlink(f"{place}/connection.json")
    os.symlink(f"{ROOT}/gradebook.db", f"{place}/connection.json")
except OSError:
    pass
time.sleep(0.6)
""",
        status=(GRADED, HELD),
        reasons=("limit-output", "kernel-stopped"),
    ),
    # -- leaving files --
    *(
        code(
            "leaving files",
            f"{where}-leaves",
            "leaves files, keys, segments, sockets and processes for the next",
            LEAVE,
            keeps=("totals", "best"),
        )
        for where in ("bb", "ll", "yy")
    ),
]
