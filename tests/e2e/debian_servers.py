"""The intranet guide's two servers from Debian's packages, without installing or starting them.

    python tests/e2e/debian_servers.py [FOLDER]

An installed nginx would listen on port 80 of whoever runs the tests. So the packages are only
unpacked, into ``_build/servers``; where a server is installed, that one is taken. It needs
``apt-get``, its lists of packages, and ``dpkg-deb``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "_build/servers"
#: Program -> packages; nginx's own files lie in another one.
PACKAGES = {"nginx": ("nginx", "nginx-common"), "caddy": ("caddy",)}
#: Where Debian has servers, on nobody's PATH.
PLACES = ("/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin")


def found(program: str, folder: Path = FOLDER) -> Path | None:
    """Where a server lies, installed or unpacked."""
    own = [str(folder / place.lstrip("/")) for place in ("/usr/sbin", "/usr/bin")]
    path = shutil.which(program, path=":".join((*PLACES, *own)))
    return Path(path) if path else None


def settings(program: Path, folder: Path = FOLDER) -> Path:
    """The folder of settings that comes with it."""
    return (folder if program.is_relative_to(folder) else Path("/")) / "etc" / program.name


def get(folder: Path = FOLDER) -> list[str]:
    """Unpack what is missing; returns what cannot be had."""
    missing = [program for program in PACKAGES if found(program, folder) is None]
    if not missing or not shutil.which("apt-get"):
        return missing
    wanted = [package for program in missing for package in PACKAGES[program]]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        # As any user: root's own download would be done as a user who may not write here.
        command = ["apt-get", "-o", "APT::Sandbox::User=", "download", "-qq", *wanted]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True)
        if done.returncode and os.geteuid() == 0:
            # Perhaps the lists of packages are old, or none.
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True)
            done = subprocess.run(command, cwd=work, capture_output=True, text=True)
        if done.returncode:
            print((done.stderr or done.stdout).strip()[-400:], file=sys.stderr)
        for package in Path(work).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    return [program for program in missing if found(program, folder) is None]


if __name__ == "__main__":
    lacking = get(*map(Path, sys.argv[1:2]))
    if lacking:
        print(f"could not be had: {', '.join(lacking)}", file=sys.stderr)
    sys.exit(1 if lacking else 0)
