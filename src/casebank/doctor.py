"""What this machine has of what Casebank needs, and how to get the rest."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
from dataclasses import dataclass

from casebank.paths import Repo
from casebank.programs import python


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for."""

    what: str
    ok: bool
    todo: str = ""
    optional: bool = False


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(f"Python {version}", sys.version_info >= (3, 11), "install Python 3.11 or newer")


def _package(name: str) -> Finding:
    try:
        return Finding(f"{name} {importlib.metadata.version(name)}", True)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, "run: make install")


def _program(name: str, package: str, purpose: str) -> Finding:
    path = shutil.which(name)
    label = f"{name} ({purpose})"
    return Finding(label, path is not None, f"sudo apt install {package}", optional=True)


def _pagefind() -> Finding:
    try:
        done = subprocess.run(
            python("-m", "pagefind", "--version"),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Finding("pagefind", False, "run: make install")
    text = (done.stdout or done.stderr).strip()
    return Finding(f"search: {text}", done.returncode == 0, "run: make install")


def _sandbox() -> list[Finding]:
    from casebank.grading.doctor import sandbox_problems

    problems = sandbox_problems()
    if not problems:
        return [Finding("sandbox for grading (bubblewrap)", True)]
    return [Finding("sandbox for grading", False, text, optional=True) for text in problems]


def _desk() -> list[Finding]:
    from casebank.desk import inforce

    pages, kernels = inforce.pages(), inforce.kernels()
    return [
        Finding("formgrader and feedback show trainees' work as data", not pages, pages),
        Finding("nbgrader runs submissions in the sandbox", not kernels, kernels),
    ]


def _room(repo: Repo) -> Finding:
    free = shutil.disk_usage(repo.root).free
    return Finding(
        f"{free / 1e9:.1f} GB of free disk", free > 1e9, "free at least 1 GB for the builds"
    )


def examine(repo: Repo) -> list[Finding]:
    """Look for everything once; the order is that of importance."""
    packages = ("mkdocs-material", "jupyter-book", "sphinx-immaterial", "nbgrader", "pandas")
    return [
        _python(),
        *(_package(name) for name in packages),
        _pagefind(),
        _room(repo),
        *_sandbox(),
        *_desk(),
        _program("chromium", "chromium", "only for the browser tests"),
        _program("pdfinfo", "poppler-utils", "only for the tests of printed cards"),
    ]
