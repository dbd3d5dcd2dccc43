"""Which files are a trainee's, and how they are sent to a browser: looked at or kept, never run."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
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
#: As many as Linux follows.
_MOST_LINKS = 40
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
    marks = [folder / name for name in _MARKS if os.path.lexists(folder / name)]
    if marks:
        return any(map(not_a_strangers, marks))
    # One whose settings lie in the instructor's home.
    own = (folder / "source").is_dir() or (folder / "release").is_dir()
    return own and (folder / "submitted").is_dir()


def not_a_strangers(mark: Path) -> bool:
    """Whether a file of a course is one that not just anybody on this machine can have put there.

    In a folder that everybody may write, as /tmp is, only one's own counts, and the machine's.
    """
    try:
        open_to_all = mark.parent.stat().st_mode & stat.S_IWOTH
        return not open_to_all or mark.lstat().st_uid in (os.geteuid(), 0)
    except OSError:
        return False


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
    """The same for a path as it is written and as each of its links leads, one after another.

    Raises:
        OSError: its links lead nowhere.
    """
    return next((found for place in _ways(path) if (found := handed_in(place)) is not None), None)


def holds_hand_ins(folder: Path) -> bool:
    """Whether a folder holds what trainees handed in, also by a link."""
    try:
        return handed_in_by_any_way(folder / "x") is not None
    except (OSError, ValueError):
        return True


def _ways(path: Path) -> Iterator[Path]:
    path = path.absolute()
    yield path
    done, rest, links = Path(path.anchor), list(path.parts[1:]), 0
    while rest:
        part = rest.pop(0)
        if part == "..":
            done = done.parent
        elif not (done / part).is_symlink():
            done /= part
        else:
            yield done.joinpath(part, *rest)
            target = (done / part).readlink()
            done = Path(target.anchor) if target.is_absolute() else done
            rest = [*target.relative_to(target.anchor).parts, *rest]
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, str(path))
    yield done


def feedback(path: Path) -> bool:
    """Whether a page is one that a course of ours gives back: what is in it was made clean."""
    try:
        path = path.resolve()
    except (OSError, ValueError, RuntimeError):
        return False
    # Folders of a hand-in may look like a course: the outermost is the one.
    courses = [one for one in path.parents if (one / OURS).is_file()]
    if not courses or not not_a_strangers(courses[-1] / OURS) or holds_hand_ins(courses[-1]):
        return False
    course = courses[-1]
    inside = path.relative_to(course).parts
    if len(inside) != 4 or inside[0] != "feedback" or path.suffix != ".html":
        return False
    # Beside the pages nbgrader lays other files of the hand-in. A page is that of a notebook which
    # the instructor has released and the trainee has handed in: then ours was written last.
    _, student, slug, _ = inside
    name = f"{path.stem}.ipynb"
    released = any((course / step / slug / name).is_file() for step in ("source", "release"))
    return released and (course / "autograded" / student / slug / name).is_file()


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
