"""Release an exercise: nbgrader's own release, a handout per language, a kept version."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casebank.check.visible import Formatter
from casebank.errors import ContentError
from casebank.files import remove, take_place, write_bytes, write_text, zip_bytes
from casebank.grading.course import Course
from casebank.grading.versions import RUBRICS, SPEC, Version
from casebank.lang import LANGS, other
from casebank.paths import Repo
from casebank.records import load_exercises

Progress = Callable[[int, int, str], None]
# Zip files say when a file was made; a fixed day makes equal handouts equal in bytes.


def release(
    repo: Repo, course_dir: Path, slug: str, *, progress: Progress | None = None
) -> list[Path]:
    """Build an exercise and release it in a course, in both languages.

    A new version of the exercise may follow later; the older ones are kept, and what was handed in
    for them is judged by them.

    Returns:
        The release folder and the two handouts.

    Raises:
        ContentError: the exercise changed but its version did not, or graded cells came or went
            after the first submissions.
    """
    from casebank import notebooks

    tell = progress or (lambda done, total, label: None)
    course = Course(course_dir)
    notebooks.make(repo, progress=progress, only=[slug])
    built = repo.build / "notebooks" / "exercises" / slug
    rubrics = {
        task: [{"zh": c.criterion.zh, "en": c.criterion.en, "points": c.points} for c in e.rubric]
        for record in load_exercises(repo)
        if record.id == slug
        for task, e in record.essays.items()
    }
    return install(course, slug, built, rubrics=rubrics, progress=tell)


def install(
    course: Course,
    slug: str,
    built: Path,
    *,
    rubrics: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Release built notebooks (``<lang>/source``) in a course; see :func:`release`."""
    tell = progress or (lambda done, total, label: None)
    version = json.loads((built / course.lang / "source" / SPEC).read_text("utf-8"))["version"]
    goal = course.versions / slug / version
    with course.locked(), course.scratch() as scratch:
        new = Version(slug, version, scratch / "version")
        books = {}
        for step, lang in enumerate(LANGS):
            tell(step, 4, f"release {lang}")
            books[lang] = _generate(course, slug, built / lang / "source", scratch / lang)
            made = scratch / lang / "release" / slug
            shutil.copytree(made, new.release(lang))
            _describe(new.release(lang), built / lang)
        if books["zh"] != books["en"]:
            raise ContentError(
                "the two languages differ in graded cells, so one gradebook cannot hold both",
                slug,
                "make stubs and tests equal in both",
            )
        shutil.copytree(built / course.lang / "source", new.source)
        shutil.copyfile(scratch / course.lang / "gradebook.db", new.database)
        write_text(new.folder / RUBRICS, json.dumps(rubrics or {}, ensure_ascii=False) + "\n")
        _check_version(course, slug, new, goal)
        _check_cells(course, slug, books[course.lang])
        tell(2, 4, "gradebook")
        source = course.path("source", ".", slug)
        _swap(built / course.lang / "source", source)
        course.make_database()
        with _logged(course, slug) as log:
            _run(course.directory, course.config, slug, log)
        # nbgrader copies what lies beside the source; a class gets the trainee's description.
        out = course.path("release", ".", slug)
        _describe(out, built / course.lang)
        tell(3, 4, "handouts")
        take_place(new.folder, goal)
        write_text(goal.parent / "current.json", json.dumps({"version": version}) + "\n")
        handouts = [
            _handout(course, Version(slug, version, goal), lang)
            for lang in (course.lang, other(course.lang))  # type: ignore[arg-type]
        ]
    tell(4, 4, "")
    return [out, *handouts]


def _describe(release: Path, built: Path) -> None:
    """Put the description that trainees may see where nbgrader has copied the whole one."""
    write_bytes(release / SPEC, (built / "release" / SPEC).read_bytes())


@contextmanager
def _logged(course: Course, slug: str) -> Iterator[logging.Logger]:
    """A logger of our own for nbgrader, into the course's logs."""
    course.logs.mkdir(exist_ok=True)
    log = logging.Logger(f"nbgrader.release.{slug}", logging.INFO)
    handler = logging.FileHandler(course.logs / f"release-{slug}.log", encoding="utf-8")
    handler.setFormatter(Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()


def _run(directory: Any, config: Any, slug: str, log: logging.Logger) -> None:
    """Run nbgrader's generate_assignment in this process."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException

    directory.assignment_id = slug
    try:
        GenerateAssignment(coursedir=directory, config=config, force=True, log=log).start()
    except (NbGraderException, SystemExit) as error:
        raise ContentError(
            f"nbgrader does not release it ({error})", slug, "see the log in the course's logs/"
        ) from None


def _generate(course: Course, slug: str, source: Path, root: Path) -> list[tuple[Any, ...]]:
    """Release in a scratch course; returns what its gradebook then says of each cell."""
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

    shutil.copytree(source, root / "source" / slug)
    database = root / "gradebook.db"
    shutil.copyfile(course.blank_database(), database)
    config = course.nbgrader_config(root, slug, ".", database)
    with _logged(course, slug) as log:
        _run(CourseDirectory(config=config), config, slug, log)
    with Gradebook(f"sqlite:///{database}", course.course_id) as gradebook:
        return _cells(gradebook.find_notebook(slug, slug))


def _cells(notebook: Any) -> list[tuple[Any, ...]]:
    graded = {cell.name: (cell.max_score, cell.cell_type) for cell in notebook.grade_cells}
    return sorted(
        (cell.name, cell.cell_type, cell.locked, cell.source, *graded.get(cell.name, ()))
        for cell in notebook.source_cells
    )


def _check_version(course: Course, slug: str, new: Version, goal: Path) -> None:
    if not (goal / "gradebook.db").is_file() or not course.submissions(slug):
        return
    old = Version(slug, goal.name, goal)
    if old.digest != new.digest:
        raise ContentError(
            f"the exercise changed but is still version {new.name}, and submissions are in",
            slug,
            "raise `version` in its exercise.yml, then release again",
        )


def _check_cells(course: Course, slug: str, cells: list[tuple[Any, ...]]) -> None:
    """nbgrader cannot change the set of graded cells once there are submissions."""
    from nbgrader.api import MissingEntry

    with course.gradebook() as gradebook:
        try:
            notebook = gradebook.find_notebook(slug, slug)
        except MissingEntry:
            return
        if not notebook.submissions:
            return
        old = {cell.name for cell in notebook.source_cells}
    new = {cell[0] for cell in cells}
    missing, added = sorted(old - new), sorted(new - old)
    if missing or added:
        parts = [f"gone: {', '.join(missing)}"] * bool(missing)
        parts += [f"new: {', '.join(added)}"] * bool(added)
        raise ContentError(
            f"graded cells changed after the first submissions ({'; '.join(parts)})",
            slug,
            "release it in a new course, or under a new name",
        )


def _swap(source: Path, target: Path) -> None:
    """Put a copy of a folder in the place of another."""
    fresh = target.with_name(f".{target.name}.new")
    remove(fresh)
    shutil.copytree(source, fresh)
    take_place(fresh, target)


def _handout(course: Course, version: Version, lang: str) -> Path:
    """The zip for the class: notebook, data, description, in one language."""
    folder = version.release(lang)
    inside = {
        f"{version.slug}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    goal = course.handout / f"{version.slug}-{version.name}-{lang}.zip"
    write_bytes(goal, zip_bytes(inside))
    return goal
