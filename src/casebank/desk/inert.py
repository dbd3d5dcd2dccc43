"""Which files are a trainee's, and how they are sent to a browser: looked at or kept, never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

#: For pages and pictures below a course: no script, no form, nothing from elsewhere.
POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
#: What a browser only looks at; everything else is kept as a file.
SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "text/plain", "text/csv"}
)
CONFIGS = ("nbgrader_config.py", "nbgrader_config.json")
#: What only a course of ours has.
OURS = "casebank-course.json"
_MARKS = (*CONFIGS, OURS, "gradebook.db")
#: Folders of a course that hold what trainees handed in, by any of nbgrader's ways.
THEIRS = frozenset(
    {"submitted", "autograded", "feedback", "attempts", "collected-aside", "downloaded", "inbox"}
)
#: Folders of a course of ours that hold what its instructor made.
OWN = frozenset({"source", "release", "handout", "versions"})
_NAMED = re.compile(r"\b(?:submitted|autograded|feedback|downloaded)_directory\W+=?\W*([\w./-]+)")
_STUDENTS_FIRST = re.compile(r"directory_structure\W+=?.*?[\"'][^\"']*?\{(\w+)\}")

#: Asked for the folders of hand-ins of the course that formgrader shows now, and for a root below
#: which everything but these own folders is theirs.
Told = Callable[[], tuple[Iterable[Path], Path | None, Iterable[Path]]]
_told: list[Told] = []


def know(told: Told) -> None:
    """Remember whom to ask which folders are a course's, beyond what its files say."""
    _told.append(told)


def _is_course(folder: Path) -> bool:
    if any((folder / name).exists() for name in _MARKS):
        return True
    # One whose settings lie in the instructor's home.
    own = (folder / "source").is_dir() or (folder / "release").is_dir()
    return own and (folder / "submitted").is_dir()


def course_of(path: Path) -> Path | None:
    """The course folder that a file or folder lies in, if it lies in one."""
    return next((folder for folder in path.parents if _is_course(folder)), None)


def handed_in(path: Path) -> Path | None:
    """The course in one of whose folders with hand-ins a path lies, if it lies in one."""
    for course in path.parents:
        if _is_course(course) and _theirs(course, path.relative_to(course).parts):
            return course
    for told in _told:
        folders, root, own = told()
        if any(path.is_relative_to(folder) for folder in folders):
            return root or path.parent
        if root is not None and path.is_relative_to(root):
            inside = len(path.relative_to(root).parts) > 1
            if inside and not any(path.is_relative_to(folder) for folder in own):
                return root
    return None


def handed_in_by_any_way(path: Path) -> Path | None:
    """The same for a path as it is written and as its links lead, its own or its folders'."""
    for place in (path.absolute(), path.resolve(), path.parent.resolve() / path.name):
        course = handed_in(place)
        if course is not None:
            return course
    return None


def _theirs(course: Path, parts: tuple[str, ...]) -> bool:
    """Whether a path in a course is a trainee's, by the first of its folders."""
    if len(parts) < 2:
        return False
    if (course / OURS).is_file():
        return parts[0] not in OWN
    names = set(THEIRS)
    for config in [course / name for name in CONFIGS if (course / name).is_file()]:
        text = config.read_text(encoding="utf-8", errors="replace")
        names |= {Path(name).parts[0] for name in _NAMED.findall(text) if Path(name).parts}
        order = _STUDENTS_FIRST.search(text)
        if order is not None and order[1] != "nbgrader_step":
            return parts[0] not in OWN
    return parts[0] in names
