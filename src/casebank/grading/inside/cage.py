"""One nested set of namespaces per submission, made by the process that was forked for it.

Bubblewrap has shut out the network and the machine; this shuts submissions off from each other and
from the zygote. Two ways lead to the same cage: as root the mounts are made first and the rights
given up afterwards; as a user everything happens inside a user namespace of its own.

Processes: the zygote forks a *porter*, which makes the namespaces and forks process 1 of them, the
*warden*. Nothing inside can signal or read the warden; it watches time, memory and files, and when
it ends, all that the submission has started ends with it. The kernel is process 2.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import shutil
import signal
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casebank.grading.inside import calls
from casebank.grading.inside.usage import OPEN_FILES, Usage

MB = 1024 * 1024
NOBODY = 65534
PULSE = 0.2
#: What a notebook may leave for the submission's next one.
LEFT_MB, LEFT_FILES, LEFT_DEPTH = 64, 500, 30
#: Exit codes of the warden, and the reasons that they stand for.
ENDED, SETUP = 0, 44
REASONS = {41: "limit-memory", 42: "limit-time", 43: "limit-output"}
#: What begins the sentence about something that the cage's user may not read.
UNREADABLE = "unreadable:"
_CODES = {reason: code for code, reason in REASONS.items()}

#: Seconds until a kernel's sockets are there.
SEAL_SECONDS = 120
_NEWNS, _NEWIPC, _NEWUSER, _NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
_REC, _PRIVATE, _BIND, _NOSUID, _NODEV = 0x4000, 1 << 18, 0x1000, 2, 4
_READ_ONLY, _NOEXEC, _REMOUNT = 1, 8, 32
_PDEATHSIG, _DUMPABLE, _BOUNDING_DROP, _NO_NEW_PRIVS = 1, 4, 24, 38
_CAPSET_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def undumpable(on: bool = True) -> None:
    """Shut this process's memory to others, or open it to its own user again."""
    _check(_libc.prctl(_DUMPABLE, 0 if on else 1, 0, 0, 0), "prctl")


def die_with_parent() -> None:
    """Ask for SIGKILL when the parent ends."""
    _check(_libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


def _unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def _mount(source: str, target: str, kind: str | None, flags: int = 0, data: str = "") -> None:
    result = _libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    _check(result, f"mount {target}")


def _tmpfs(target: str, size_mb: int, mode: str = "755") -> None:
    Path(target).mkdir(parents=True, exist_ok=True)
    # Files are counted too: a million empty ones would fill the memory outside the size.
    options = f"size={size_mb * MB},nr_inodes={size_mb * 256},mode={mode}"
    _mount("tmpfs", target, "tmpfs", _NOSUID | _NODEV, options)


def _own_user(uid: int, gid: int) -> None:
    """A user namespace in which this user is itself, so that limits count for this cage alone."""
    _unshare(_NEWUSER)
    _map(uid, gid)


def _map(uid: int, gid: int) -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _drop_rights() -> None:
    """No capability now, and none ever again."""
    for capability in range(64):
        # Without rights there is nothing to drop, and nothing can be regained either.
        if _libc.prctl(_BOUNDING_DROP, capability, 0, 0, 0) != 0:
            break
    header = (ctypes.c_uint32 * 2)(_CAPSET_VERSION, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def lower() -> None:
    """Give up every right of this process, which stays in bubblewrap's namespaces."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    _drop_rights()
    die_with_parent()


def limit(limits: dict[str, int]) -> None:
    """Set the limits that hold for each process."""
    for name, value in (
        ("RLIMIT_CPU", limits["cpu_seconds"]),
        ("RLIMIT_AS", limits["address_mb"] * MB),
        ("RLIMIT_NPROC", limits["processes"]),
        ("RLIMIT_FSIZE", limits["file_mb"] * MB),
        ("RLIMIT_NOFILE", OPEN_FILES),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_MSGQUEUE", 0),
    ):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def start(order: dict[str, Any], work: Callable[[dict[str, Any]], None], report: int) -> int:
    """Fork a cage; returns the porter's process number at once.

    Args:
        order: ``folder`` (channel folder with ``files/`` in it), ``exchange`` (the folder of all
            channels), ``sockets`` (what the kernel makes in its channel folder), ``seen_as`` (the
            kernel's working folder), ``root`` (the course as the kernel sees it), ``home``,
            ``seed`` (files that the home begins with), ``limits``.
        work: what process 2 does; it never returns.
        report: open file to which the warden's process number, as seen from outside, or a fault
            during set-up is written as one JSON line.
    """
    return _forked(lambda: _porter(order, work, report), report)


def _forked(run: Callable[[], int], report: int) -> int:
    """Fork a process that ends with what ``run`` returns; a fault in it is reported."""
    pid = os.fork()
    if pid == 0:
        code = SETUP
        try:
            code = run()
        except BaseException as error:
            _tell(report, {"fault": f"{type(error).__name__}: {error}"})
        finally:
            os._exit(code)
    return pid


def _tell(report: int, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        os.write(report, (json.dumps(message) + "\n").encode())


def _porter(order: dict[str, Any], work: Callable[[dict[str, Any]], None], report: int) -> int:
    die_with_parent()
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    root, uid, gid = os.geteuid() == 0, os.geteuid(), os.getegid()
    _unshare(_NEWPID | _NEWNS | _NEWIPC | (0 if root else _NEWUSER))
    if not root:
        undumpable(False)
        _map(uid, gid)
        undumpable()
    pid = _forked(lambda: _warden(order, work, root), report)
    _tell(report, {"warden": pid})
    status = _seal(order, pid)
    if status is None:
        _tell(report, {"sealed": True})
        os.close(report)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else ENDED


def _seal(order: dict[str, Any], warden: int) -> int | None:
    """Let nothing more be written to the channel folder, once the kernel's sockets are there.

    Whoever is connected stays so. What lies in that folder lies on the machine, where a submission
    may leave nothing: neither files that fill it, nor such as others could run.

    Returns:
        the warden's status where it has ended, or had to; else None.
    """
    folder = Path(order["folder"])
    wanted = set(order["sockets"])
    deadline = time.monotonic() + SEAL_SECONDS
    while time.monotonic() < deadline:
        pid, status = os.waitpid(warden, os.WNOHANG)
        if pid:
            return status
        with contextlib.suppress(OSError):
            if wanted <= set(os.listdir(folder)):  # noqa: PTH208
                break
        time.sleep(0.002)
    try:
        flags = _REMOUNT | _BIND | _READ_ONLY | _NOSUID | _NODEV | _NOEXEC
        _mount("none", str(folder), None, flags)
        there = {one.name: one.lstat().st_mode for one in folder.iterdir()}
        good = there.keys() == wanted and all(map(stat.S_ISSOCK, there.values()))
    except OSError:
        # Somebody in there holds a file open that can be written.
        good = False
    if good:
        return None
    os.kill(warden, signal.SIGKILL)
    os.waitpid(warden, 0)
    return _CODES["limit-output"] << 8


def _warden(order: dict[str, Any], work: Callable[[dict[str, Any]], None], root: bool) -> int:
    die_with_parent()
    limits = order["limits"]
    user = NOBODY if root else os.geteuid()
    channel = _furnish(order, limits, user if root else None)
    if root:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        undumpable(False)
        _own_user(user, user)
        undumpable()
    with contextlib.suppress(OSError):
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
    _drop_rights()
    # Setting the user has cleared it.
    die_with_parent()
    os.chdir(order["seen_as"])
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGTERM})
    kernel = os.fork()
    if kernel == 0:
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, set())
            os.closerange(3, 1024)
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.close(null)
            undumpable(False)
            os.setpgid(0, 0)
            limit(limits)
            calls.restrict()
            work(order)
        finally:
            os._exit(1)
    # The warden itself holds nothing that could be of use, and needs one folder.
    os.closerange(3, channel)
    os.closerange(channel + 1, 1024)
    code = _watch(kernel, Path(order["folder"]), limits)
    if code == ENDED and order.get("keep"):
        with contextlib.suppress(OSError, RecursionError):
            # By the way that was open before the folder was sealed.
            _leave(Path(order["seen_as"]), Path(f"/proc/self/fd/{channel}/left"))
    return code


def _furnish(order: dict[str, Any], limits: dict[str, int], user: int | None) -> int:
    """Private file systems over everything that can be written, and the submission's files.

    Returns:
        an open file: the channel folder as it is outside.
    """
    if user is not None:
        _mount("none", "/", None, _REC | _PRIVATE)
    channel = os.open(order["folder"], os.O_PATH | os.O_DIRECTORY)
    home, seen_as = order["home"], order["seen_as"]
    hidden = {place: os.open(place, os.O_PATH) for place in _below(order)}
    files = _read_tree(Path(order["folder"]) / "files")
    shutil.rmtree(Path(order["folder"]) / "files", ignore_errors=True)
    _tmpfs("/tmp", limits["tmp_mb"], "1777")
    _tmpfs("/dev/shm", limits["tmp_mb"], "1777")
    _tmpfs(order["root"], 1)
    _tmpfs(home, limits["tmp_mb"])
    for place, number in hidden.items():
        Path(place).mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{number}", place, None, _BIND | _REC)
        os.close(number)
    _tmpfs(seen_as, limits["disk_mb"])
    exchange = Path(order["exchange"])
    if exchange.exists():
        _tmpfs(str(exchange), 1)
    Path(order["folder"]).mkdir(parents=True)
    _mount(f"/proc/self/fd/{channel}", order["folder"], None, _BIND)
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV)
    for name, content in files.items():
        path = Path(seen_as) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if order.get("seed"):
        shutil.copytree(order["seed"], home, dirs_exist_ok=True)
    if user is not None:
        for top in (home, seen_as):
            for folder, _, names in os.walk(top):
                os.chown(folder, user, user)
                for name in names:
                    os.chown(os.path.join(folder, name), user, user)  # noqa: PTH118
        # The folders above, made for this path alone, are empty and stay root's.
    return channel


def _below(order: dict[str, Any]) -> list[str]:
    """Where Python, our code and other kernels lie, as far as private folders would cover them."""
    tops = ["/tmp", order["root"], order["home"]]
    ours = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))
    places = dict.fromkeys((*ours, *order.get("see", ())))
    return [p for p in places if any(p == top or p.startswith(f"{top}/") for top in tops)]


def _read_tree(top: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(top.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found[path.relative_to(top).as_posix()] = path.read_bytes()
    return found


def _watch(kernel: int, channel: Path, limits: dict[str, int]) -> int:
    """Look after the cage until the kernel ends, a limit is passed, or we are told to end."""
    began = time.monotonic()
    usage = Usage(limits["memory_mb"], str(channel))
    looked = 0.0
    while True:
        caught = signal.sigtimedwait({signal.SIGCHLD, signal.SIGTERM}, PULSE)
        number = caught.si_signo if caught else 0
        if number == signal.SIGTERM:
            return _end(ENDED)
        if number == signal.SIGCHLD and _reap(kernel):
            return _end(ENDED)
        # By the clock: a child that ends every moment, or says so, keeps nobody from looking.
        if time.monotonic() - looked >= PULSE:
            looked = time.monotonic()
            late = looked - began > limits["wall_seconds"]
            reason = "limit-time" if late else usage.over()
            if reason:
                return _end(_CODES[reason])


def _leave(seen_as: Path, goal: Path) -> None:
    """Put what the notebook has left where the worker finds it; nobody else is alive in here."""
    goal.mkdir()
    size = count = 0
    for top, folders, names in os.walk(seen_as):
        deep = len(Path(top).relative_to(seen_as).parts) >= LEFT_DEPTH
        folders[:] = [name for name in folders if name[:1] != "." and not deep]
        for name in names:
            path = Path(top) / name
            info = path.lstat()
            size, count = size + info.st_size, count + 1
            if not stat.S_ISREG(info.st_mode) or size > LEFT_MB * MB or count > LEFT_FILES:
                continue
            copy = goal / path.relative_to(seen_as)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):
                shutil.copyfile(path, copy, follow_symlinks=False)


def _reap(kernel: int) -> bool:
    """Bury the dead; whether the kernel is among them."""
    gone = False
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            gone = gone or pid == kernel
    return gone


def _end(code: int) -> int:
    """Kill all others in here, and wait for them, so that their CPU time is counted."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    deadline = time.monotonic() + 1
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.002)
    return code


def _readable_by_user(whole: bool) -> None:
    """See whether what every kernel needs may be read by whom it runs as; ends with 1 where not.

    Args:
        whole: import it, too; takes a second.
    """
    pid = os.fork()
    if pid:
        if os.waitpid(pid, 0)[1]:
            os._exit(1)
        return
    try:
        lower()
        for place in map(Path, dict.fromkeys((sys.executable, sys.prefix, *sys.path))):
            # What is not there Python does not miss; what may not be looked at it would.
            wanted = os.R_OK | (os.X_OK if place.is_dir() else 0)
            if os.path.lexists(place) and not os.access(place, wanted):
                raise PermissionError(f"the sandbox's user may not read {place}")
        for name in ("ipykernel.kernelapp", "pandas", "casebank.check") if whole else ():
            importlib.import_module(name)
    except Exception as error:
        print(f"{UNREADABLE} {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def probe(whole: bool = False) -> None:
    """See whether a cage can be made here; says what is missing and ends with 1 where not.

    Args:
        whole: also import what kernels import, as the user that they run as.
    """
    pid = os.fork()
    if pid == 0:
        try:
            root, uid, gid = os.geteuid() == 0, os.geteuid(), os.getegid()
            _unshare(_NEWPID | _NEWNS | _NEWIPC | (0 if root else _NEWUSER))
            if not root:
                _map(uid, gid)
            inner = os.fork()
            if inner == 0:
                if root:
                    _mount("none", "/", None, _REC | _PRIVATE)
                _mount("proc", "/proc", "proc", _NOSUID | _NODEV)
                # Before /tmp is covered: a clone may lie there.
                _readable_by_user(whole)
                _tmpfs("/tmp", 1, "1777")
                os._exit(0)
            os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]))
        except BaseException as error:
            print(f"nested namespaces: {error}", file=sys.stderr)
            sys.stderr.flush()
            os._exit(1)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) and 1)


if __name__ == "__main__":
    probe("whole" in sys.argv[1:])
