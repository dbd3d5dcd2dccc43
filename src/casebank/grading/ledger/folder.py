"""The graded notebook and its files in ``autograded/``, as nbgrader leaves them, all at once."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from casebank.files import remove, take_place
from casebank.grading.course import Course
from casebank.grading.ledger.database import file_fault
from casebank.grading.model import Decision


def write_folder(course: Course, slug: str, decision: Decision) -> Path | None:
    """Put what was graded where formgrader looks for it.

    It is written under another name beside its goal and then changes places with what was there:
    whoever is killed meanwhile leaves the old folder or the new one, never half of either.

    Returns:
        The folder; None when there is nothing to be written (what was there then stays).

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    contents = dict(decision.files)
    for one in decision.graded or ():
        if one.content is not None:
            contents[f"{one.name}.ipynb"] = one.content
    if not contents:
        return None
    goal = course.path("autograded", decision.student, slug)
    put(course, goal, contents)
    return goal


def put(course: Course, goal: Path, contents: dict[str, bytes]) -> None:
    """Replace a folder of ``autograded/`` by these files, with nbgrader's permissions."""
    part = _part(goal)
    try:
        remove(part)  # of a run that was killed
        part.mkdir(parents=True)
        _fill(part, contents)
        _permit(course, part)
        take_place(part, goal)
    except OSError as error:
        raise file_fault(error, goal) from None


def _part(goal: Path) -> Path:
    """Where a folder is written before it takes its place."""
    return goal.with_name(f".{goal.name}.casebank")


def _fill(folder: Path, contents: dict[str, bytes]) -> None:
    paths = {name: PurePosixPath(name) for name in contents}
    folders = {parent for path in paths.values() for parent in path.parents}
    for name, path in paths.items():
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"not a path inside a submission: {name!r}")
        if path in folders:
            continue  # a trainee's file by the name of a folder of ours
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents[name])


def _permit(course: Course, folder: Path) -> None:
    """What nbgrader's ``set_permissions`` does."""
    mode, shared = permissions(course), bool(course.directory.groupshared)
    for place, _, names in os.walk(folder):
        for name in names:
            Path(place, name).chmod(mode)
        if shared:
            _share(Path(place))
    if shared:
        _share(Path(course.directory.format_path(course.directory.autograded_directory, ".", ".")))


def _share(folder: Path) -> None:
    mode = folder.stat().st_mode
    if mode & 0o2770 != 0o2770:
        try:
            folder.chmod((mode | 0o2770) & 0o2777)
        except PermissionError:
            return  # nbgrader only logs it


def permissions(course: Course) -> int:
    """The mode of files in ``autograded/``: the course's, else nbgrader's own."""
    value = 664 if course.directory.groupshared else 444
    for section in ("BaseConverter", "Autograde"):
        value = course.config.get(section, {}).get("permissions", value)
    return int(str(value), 8)
