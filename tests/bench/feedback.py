"""Feedback: ``nbgrader generate_feedback`` against ``casebank feedback``, on the same folder.

The course is the one that ``nbgrader quickstart`` makes (two notebooks, eight graded cells), with a
class of copies of its own solution, graded without a sandbox's second judgement since only the
pages are measured. Each command is a process of its own, started cold; a second run of ours finds
every page unchanged.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from casebank.grading.grade import grade

SLUG = "ps1"
STUDENTS = 100


def _run(root: Path, *words: str) -> float:
    """Seconds that a command took."""
    here = str(Path(sys.executable).parent)
    env = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=root, env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-1000:]}")
    return time.monotonic() - began


def make(folder: Path, students: int) -> Path:
    """The quickstart course with a class that has been graded."""
    _run(folder, "nbgrader", "quickstart", "course101")
    root = folder / "course101"
    _run(root, "nbgrader", "generate_assignment", SLUG, "--create")
    for number in range(students):
        target = root / "submitted" / f"s{number:04d}" / SLUG
        shutil.copytree(root / "source" / SLUG, target)
    grade(root, SLUG, verify=False, proof=False)
    return root


def _size(root: Path) -> float:
    """KB of the largest page."""
    return max(path.stat().st_size for path in (root / "feedback").rglob("*.html")) / 1000


def main(students: int = STUDENTS) -> None:
    """Print seconds, pages a second, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        root = make(Path(folder), students)
        lines = []
        stock = _run(root, "nbgrader", "generate_feedback", SLUG)
        lines.append(("nbgrader generate_feedback", stock, _size(root)))
        shutil.rmtree(root / "feedback")
        ours = _run(root, "casebank.cli", "feedback", SLUG)
        lines.append(("casebank feedback", ours, _size(root)))
        lines.append(
            ("casebank feedback, again", _run(root, "casebank.cli", "feedback", SLUG), _size(root))
        )
        print(f"{students} submissions, {2 * students} pages")
        print(f"{'':<28} {'s':>7} {'ms/page':>8} {'times':>6} {'KB':>6}")
        for name, seconds, size in lines:
            each = 1000 * seconds / (2 * students)
            print(f"{name:<28} {seconds:7.2f} {each:8.1f} {stock / seconds:6.1f} {size:6.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS)
