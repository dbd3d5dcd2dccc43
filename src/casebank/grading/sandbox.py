"""Bubblewrap around a zygote: what kernels see of the machine, and what they may use up.

Seen from inside: the system's programs and libraries, this environment, an empty home and a small
/tmp. Not seen: the network, other processes, the course, the clone but for ``casebank.check`` and
what runs in here. Each kernel that the zygote forks gets namespaces of its own
(:mod:`casebank.grading.inside.cage`): as root it runs as ``nobody``, otherwise in a user namespace.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import casebank.check
from casebank.errors import NULL
from casebank.grading.inside.cage import UNREADABLE

MB = 1024 * 1024
NOBODY = 65534
HOME = "/home/trainee"
INSIDE = "/.casebank"
SEED = f"{INSIDE}/seed"
#: Of our own package, what can be seen inside; the rest knows the truth of the data.
VISIBLE = ("__init__.py", "check", "grading/__init__.py", "grading/inside")
#: Of /usr, what is the system's.
_SEEN = (
    *("bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "share", "include"),
    *("local/bin", "local/sbin", "local/lib", "local/lib64", "local/libexec", "local/include"),
    "local/share/fonts",
)
#: A Python's prefix that holds more than Python.
_WIDE = {Path("/"), Path("/usr"), Path("/usr/local")}
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")


@dataclass(frozen=True)
class Limits:
    """What one submission may use up."""

    wall_seconds: int = 300
    cpu_seconds: int = 240
    address_mb: int = 8192
    memory_mb: int = 2048
    processes: int = 128
    file_mb: int = 64
    disk_mb: int = 256
    tmp_mb: int = 64
    output_mb: int = 20
    submission_mb: int = 20


def _environment() -> dict[str, str]:
    inside = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": "trainee",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "MPLCONFIGDIR": f"{HOME}/.config/matplotlib",
        "IPYTHONDIR": f"{HOME}/.ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "NBGRADER_EXECUTION": "autograde",
        # One thread each: a class is graded side by side, and limits on processes count threads.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    if "TZ" in os.environ:
        inside["TZ"] = os.environ["TZ"]
    return inside


def _parents(path: Path, made: set[Path]) -> list[str]:
    """Make the folders above a mount readable; bubblewrap itself would make them private."""
    parts: list[str] = []
    for folder in reversed(path.parents):
        if folder != folder.parent and folder not in made:
            made.add(folder)
            parts += ["--perms", "0755", "--dir", str(folder)]
    return parts


def _system(made: set[Path]) -> list[str]:
    """The system's programs and libraries, and this Python with its packages."""
    parts = ["--perms", "0755", "--dir", "/usr", "--perms", "0755", "--dir", "/usr/local"]
    seen = []
    # Not what else may lie there: nbgrader's exchange in local/share, a clone in local/src.
    for place in _SEEN:
        if (Path("/usr") / place).is_dir():
            parts += ["--ro-bind", f"/usr/{place}", f"/usr/{place}"]
            seen.append(Path("/usr") / place)
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/") / name
        if path.is_symlink():
            parts += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            parts += ["--ro-bind", str(path), str(path)]
    parts += ["--perms", "0755", "--dir", "/etc"]
    for name in ("ld.so.cache", "localtime", "fonts", "alternatives"):
        parts += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    # Of our own code only what trainees import: the rest knows the truth of the data.
    package = Path(casebank.check.__file__).resolve().parent.parent
    clone = package.parent.parent
    base, own = Path(sys.base_prefix), Path(sys.prefix)
    if base not in _WIDE and not _below(base, seen):
        parts += [*_parents(base, made), "--ro-bind", str(base), str(base)]
        seen.append(base)
    hidden = (clone / "mkdocs.yml").is_file() and _below(clone, seen)
    if hidden:
        # A clone within Python's own folder; its environment comes back into view.
        parts += ["--perms", "0755", "--tmpfs", str(clone)]
    if own not in _WIDE and (not _below(own, seen) or (hidden and _below(own, [clone]))):
        parts += [*_parents(own, made), "--ro-bind", str(own), str(own)]
        seen.append(own)
    if hidden or not _below(package, seen):
        parts += _parents(package, made)
    parts += ["--perms", "0755", "--tmpfs", str(package)]
    parts += ["--perms", "0755", "--dir", str(package / "grading")]
    for name in VISIBLE:
        parts += ["--ro-bind", str(package / name), str(package / name)]
    # Else a user's submissions could leave each other something there.
    return [*parts, "--remount-ro", str(package)]


def _below(path: Path, tops: list[Path]) -> bool:
    """Whether it is one of these folders, or in one, also where /bin is /usr/bin."""
    return any(one == top or top in one.parents for one in (path, path.resolve()) for top in tops)


def bwrap(limits: Limits, made: set[Path] | None = None, *, nested: bool = False) -> list[str]:
    """Bubblewrap with the view that every kernel has, before anything of a submission.

    Args:
        limits: the sizes of what can be written.
        made: the folders that exist inside; filled.
        nested: what runs inside makes further namespaces (``inside.cage``).
    """
    made = set() if made is None else made
    # Mounted below, before anything that may lie in them.
    made |= {Path(f"/{name}") for name in ("tmp", "home", "usr", "usr/local", "dev", "proc", "etc")}
    tmp = ("--size", str(limits.tmp_mb * MB), "--perms")
    kept = ["CHOWN", "SETUID", "SETGID"]
    if nested:
        kept += ["SYS_ADMIN", "KILL", "SETPCAP", "DAC_OVERRIDE", "FOWNER", "SYS_RESOURCE"]
    user = (
        ["--cap-drop", "ALL"] + [part for cap in kept for part in ("--cap-add", f"CAP_{cap}")]
        if os.geteuid() == 0
        else [
            *("--unshare-user", *(() if nested else ("--disable-userns",))),
            *("--uid", str(NOBODY), "--gid", str(NOBODY)),
        ]
    )
    environment = [
        part for item in _environment().items() for part in ("--setenv", item[0], item[1])
    ]
    return [
        # Process 1 inside is bubblewrap's own, and its environment can be read in /proc.
        *("/usr/bin/env", "-i", shutil.which("bwrap") or "bwrap"),
        *("--die-with-parent", "--new-session"),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--hostname", "casebank"),
        *user,
        *(*tmp, "1777", "--tmpfs", "/tmp"),
        *("--perms", "0755", "--dir", "/home", *tmp, "0755", "--tmpfs", HOME),
        *_system(made),
        *("--proc", "/proc", "--dev", "/dev"),
        *(*tmp, "1777", "--tmpfs", "/dev/shm"),
        "--clearenv",
        *environment,
    ]


def zygote(
    limits: Limits,
    exchange: Path,
    root: Path,
    seed: Path | None,
    control: int,
    extra: list[str],
    see: tuple[Path, ...] = (),
) -> list[str]:
    """The command line that starts a zygote (see ``inside.zygote``).

    Args:
        limits: the sizes of what can be written.
        exchange: outside folder, shared, with a folder per kernel for its files and sockets.
        root: the course's path, which exists inside as an empty folder.
        seed: files that a home begins with.
        control: number of the open socket on which it takes orders.
        extra: heavy modules that this assignment uses.
        see: folders that other kernels need.
    """
    made: set[Path] = set()
    parts = bwrap(limits, made, nested=True)
    seen = [Path("/usr") / place for place in _SEEN]
    seen += [one for one in (Path(sys.base_prefix), Path(sys.prefix)) if one not in _WIDE]
    parts += _parents(root / "x", made)
    if _below(root, seen):
        parts += ["--perms", "0755", "--tmpfs", str(root)]
    for folder in see:
        if not _below(folder, seen):
            parts += [*_parents(folder, made), "--ro-bind", str(folder), str(folder)]
    if seed is not None:
        parts += [*_parents(Path(SEED), made), "--ro-bind", str(seed), SEED]
    return [
        *parts,
        *("--bind", str(exchange), str(exchange)),
        *("--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/"),
        *("--", sys.executable, "-I", "-m", "casebank.grading.inside.zygote", str(control)),
        *extra,
    ]


def _null_is_broken() -> bool:
    """Whether /dev/null, which everything that is started needs, is no longer what it should be."""
    try:
        about = Path(os.devnull).stat()
        with open(os.devnull, "r+b", buffering=0):  # noqa: PTH123
            return not stat.S_ISCHR(about.st_mode)
    except OSError:
        return True


def problems(*, whole: bool = False) -> list[str]:
    """What is missing for the sandbox on this machine, each with its remedy; empty when all is
    well.

    Args:
        whole: also import, as the cage's user, what every kernel imports.
    """
    if not sys.platform.startswith("linux"):
        return ["the sandbox needs Linux: grade in a Linux machine, virtual or real"]
    if shutil.which("bwrap") is None:
        return ["bubblewrap is missing: sudo apt install bubblewrap"]
    if _null_is_broken():
        return [f"{NULL[0]}: {NULL[1]}"]
    probe = [sys.executable, "-I", "-m", "casebank.grading.inside.cage", *["whole"] * whole]
    try:
        done = subprocess.run(
            [*bwrap(Limits(), nested=True), "--remount-ro", "/", "--", *probe],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"bubblewrap cannot be run ({error}): sudo apt install --reinstall bubblewrap"]
    if done.returncode == 0:
        return []
    said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
    if UNREADABLE in said:
        return [f"{said.partition(UNREADABLE)[2].strip()}: let everybody read it (chmod -R a+rX)"]
    if "Unknown option" in said:
        return [f"bubblewrap is too old ({said}): install 0.8 or newer"]
    if os.geteuid() == 0:
        todo = "this container may not make namespaces: start it with --privileged, or use a user"
    elif APPARMOR.is_file() and APPARMOR.read_text().strip() == "1":
        todo = (
            "sudo apt install apparmor-profiles, or allow user namespaces: "
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        )
    else:
        todo = "allow user namespaces: sudo sysctl user.max_user_namespaces=10000"
    return [f"bubblewrap may not isolate here ({said}): {todo}"]
