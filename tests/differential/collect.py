"""Read what a grader has left behind: the gradebook's rows and the folder autograded/."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

from build import database
from model import Course, Outcome, Submission


def put(course: Course, root: Path, one: Submission) -> None:
    """Lay a submission into the course's folder, as a trainee's upload would lie there."""
    top = root / course.folder("submitted") / one.student
    top.mkdir(parents=True, exist_ok=True)
    for name, content in (one.files or {}).items():
        path = top / one.slug / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def seed(course: Course, root: Path, some: list[Submission]) -> None:
    """Enter into the gradebook what a person has decided before."""
    import datetime

    from nbgrader.api import Gradebook

    wanted = [one for one in some if one.before != type(one.before)()]
    if not wanted:
        return
    from sqlalchemy.exc import SAWarning

    url = f"sqlite:///{database(course, root)}"
    with warnings.catch_warnings(), Gradebook(url, "any") as gradebook:
        warnings.simplefilter("ignore", SAWarning)
        for one in wanted:
            gradebook.add_student(one.student)
            entry = gradebook.add_submission(one.slug, one.student)
            if one.before.extension_minutes:
                entry.extension = datetime.timedelta(minutes=one.before.extension_minutes)
            for notebook in entry.notebooks:
                for grade in notebook.grades:
                    key = notebook.name, grade.name
                    grade.manual_score = one.before.manual.get(key)
                    grade.extra_credit = one.before.extra.get(key)
                for comment in notebook.comments:
                    if (notebook.name, comment.name) in one.before.manual:
                        comment.manual_comment = "好 good"
        gradebook.db.commit()


def rows(course: Course, root: Path, students: list[str]) -> dict[str, dict[str, Any]]:
    """What the gradebook says of these students."""
    from nbgrader.api import Gradebook, MissingEntry

    found: dict[str, dict[str, Any]] = {}
    with Gradebook(f"sqlite:///{database(course, root)}", "any") as gradebook:
        for student in students:
            try:
                entry = gradebook.find_submission(course.slug, student)
            except MissingEntry:
                continue
            mine = {"rows": {}, "comments": {}, "penalties": {}, "stamp": str(entry.timestamp)}
            for notebook in entry.notebooks:
                mine["penalties"][notebook.name] = notebook.late_submission_penalty
                for grade in notebook.grades:
                    mine["rows"][f"{notebook.name}/{grade.name}"] = [
                        grade.auto_score,
                        bool(grade.needs_manual_grade),
                        grade.manual_score,
                        grade.extra_credit,
                    ]
                for comment in notebook.comments:
                    mine["comments"][f"{notebook.name}/{comment.name}"] = [
                        comment.auto_comment,
                        comment.manual_comment,
                    ]
            found[student] = mine
    return found


def folder(course: Course, root: Path, student: str) -> dict[str, Any]:
    """What lies in the student's folder of autograded/."""
    top = root / course.folder("autograded") / student / course.slug
    found: dict[str, Any] = {"notebooks": {}, "files": {}, "modes": {}, "there": top.is_dir()}
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if path.is_symlink() or not path.is_file() or "__pycache__" in name:
            continue
        mode = path.stat().st_mode & 0o7777
        if path.suffix == ".ipynb" and "/" not in name:
            found["notebooks"][path.stem] = path.read_text(encoding="utf-8")
            found["modes"][path.stem] = mode
        else:
            found["files"][name] = [hashlib.sha256(path.read_bytes()).hexdigest()[:16], mode]
    return found


def outcome(about: dict[str, Any], lies: dict[str, Any], **rest: Any) -> Outcome:
    """Both together."""
    there = lies.pop("there")
    rest.setdefault("graded", there)
    return Outcome(**rest, **about, **lies)


def load(path: Path) -> Outcome | None:
    """A kept outcome."""
    if not path.is_file():
        return None
    return Outcome(**json.loads(path.read_text(encoding="utf-8")))


def save(path: Path, found: Outcome) -> None:
    """Keep an outcome."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found.__dict__, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
