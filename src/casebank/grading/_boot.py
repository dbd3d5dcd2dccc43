"""First thing that runs inside the sandbox: take the copy, give up rights, become a kernel.

It sees nothing of Casebank but ``casebank.check`` and is run with ``python -I``, so neither the
environment nor a file of the submission can reach it.
"""

import json
import os
import resource
import shutil
import sys
from pathlib import Path

INSIDE = Path("/.casebank")
MB = 1024 * 1024


def copy(source: Path, target: Path) -> None:
    """Copy a tree of plain files, all of them writable for the one who will own them."""
    for path in sorted(source.rglob("*")):
        goal = target / path.relative_to(source)
        if path.is_dir():
            goal.mkdir(exist_ok=True)
        elif path.is_file() and path.suffix != ".ipynb":
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, goal)
            goal.chmod(0o644)


def give(folder: Path, user: int) -> None:
    """Make a user the owner of a tree."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)


def limit(limits: dict[str, int]) -> None:
    """Set the limits that hold for each process."""
    for name, value in (
        ("RLIMIT_CPU", limits["cpu_seconds"]),
        ("RLIMIT_AS", limits["address_mb"] * MB),
        ("RLIMIT_NPROC", limits["processes"]),
        ("RLIMIT_FSIZE", limits["file_mb"] * MB),
        ("RLIMIT_NOFILE", 512),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def main() -> None:
    """Prepare, then run the kernel until it is told to stop."""
    boot = json.loads(os.environ.pop("CASEBANK_BOOT"))
    work, home = Path.cwd(), Path(os.environ["HOME"])
    copy(INSIDE / "work", work)
    copy(INSIDE / "home", home)
    # Only root can read what jupyter_client has written, so the kernel gets a copy.
    connection = home / ".kernel.json"
    connection.write_bytes(Path(sys.argv[1]).read_bytes())
    user = boot["user"]
    limit(boot["limits"])
    if user is not None:
        give(work, user)
        give(home, user)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    # Taken from the environment before a file of the submission could pose as one of them.
    for name in ("numpy", "pandas", "matplotlib.pyplot", "casebank.check"):
        __import__(name)
    # The instructor's terminal is no place for what a kernel writes past its cells.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance(argv=["-f", str(connection), *sys.argv[2:]])


if __name__ == "__main__":
    main()
