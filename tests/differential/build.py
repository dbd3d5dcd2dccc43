"""Make the courses with nbgrader itself, once, and keep them under ``_build/differential``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from courses_own import install_kernels
from model import JUPYTER, WORK, Course, to_notebook

#: Packages by which outputs may change.
PACKAGES = (
    "nbgrader",
    "nbclient",
    "nbconvert",
    "ipykernel",
    "ipython",
    "pandas",
    "numpy",
    "matplotlib",
)


def versions() -> str:
    """What a result hangs on besides course and submission."""
    return " ".join(f"{name}={version(name)}" for name in PACKAGES)


def environment() -> dict[str, str]:
    """The environment of both graders: other kernels are found, nothing speaks of the terminal."""
    bin_folder = str(Path(sys.executable).parent)
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTEST", "PYTHON", "COLUMNS", "LINES"))
    }
    # nbgrader calls the program alembic; cells call python.
    kept["PATH"] = f"{bin_folder}{os.pathsep}{kept.get('PATH', '')}"
    kept["JUPYTER_PATH"] = str(JUPYTER)
    # Tracebacks shorten what lies in the home, and a clone may; the sandbox has another home.
    home = WORK / "home"
    home.mkdir(parents=True, exist_ok=True)
    kept["HOME"] = str(home)
    return kept


def nbgrader(folder: Path, *words: str) -> str:
    """Run an nbgrader command in a folder.

    Raises:
        RuntimeError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(words)}: {done.stderr[-2000:]}")
    return done.stderr


def made(course: Course) -> Path:
    """The course folder with its release, made when it is not there yet."""
    install_kernels()
    name = f"{course.slug}-{course.digest()}-{version('nbgrader')}"
    folder = WORK / "courses" / name
    if (folder / "made.txt").is_file():
        return folder
    # Two processes may make the same course at once; the first one to end wins.
    part = folder.with_name(f".part-{os.getpid()}-{course.slug}")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    if course.quickstart:
        # It leaves a gradebook where it is called.
        nest = part.with_name(part.name + "-nest")
        nest.mkdir(parents=True, exist_ok=True)
        nbgrader(nest, "quickstart", "course101")
        (nest / "course101").rename(part)
        shutil.rmtree(nest)
    else:
        _write(course, part)
    nbgrader(part, "generate_assignment", course.slug, "--create")
    if course.duedate:
        nbgrader(part, "db", "assignment", "add", course.slug, f"--duedate={course.duedate}")
    (part / "made.txt").write_text(versions())
    if not (folder / "made.txt").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    return folder


def _write(course: Course, folder: Path) -> None:
    import json

    source = folder / course.folder("source") / course.slug
    source.mkdir(parents=True)
    (folder / course.folder("submitted")).mkdir()
    for name, content in course.top.items():
        (folder / name).write_text(content, encoding="utf-8")
    for name, data in course.files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(course.modes.get(name, 0o644))
    for book in course.books:
        text = json.dumps(to_notebook(book), ensure_ascii=False, indent=1)
        (source / f"{book.name}.ipynb").write_text(text + "\n", encoding="utf-8")


def database(course: Course, folder: Path) -> Path:
    """Where the course's gradebook lies."""
    return folder / ("marks.db" if course.slug == "own-way" else "gradebook.db")


def released(course: Course, folder: Path) -> dict[str, bytes]:
    """What a trainee of the course gets: files by relative path."""
    name = "handouts" if course.slug == "own-way" else "release"
    top = folder / name / course.slug
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }
