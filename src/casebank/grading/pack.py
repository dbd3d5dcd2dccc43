"""All that grading needs of an assignment, read once: from a kept version, or from the gradebook.

A course of a stranger has no kept versions: its notebooks are those that the gradebook knows since
``nbgrader generate_assignment``, and what lies in ``source/``.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from casebank.depends import code_digest
from casebank.errors import UsageError, nearest
from casebank.files import digest
from casebank.grading.course import Course
from casebank.grading.model import Hashes, Pack, Sheet, SourceCell
from casebank.grading.sandbox import Limits
from casebank.grading.versions import SPEC, Version, grade_id
from casebank.lang import LANGS

#: From what these can import a submission's grade follows; notebooks import the check library.
DECIDING = ("casebank.grading.unit", "casebank.grading.inside", "casebank.check")
#: The desk shows and guards; it has no say in a grade.
APART = ("casebank.desk",)
PACKAGES = ("nbgrader", "nbclient", "ipykernel", "ipython", "numpy", "pandas", "matplotlib")
#: Modules that take long to import; a zygote imports them where an assignment uses them.
HEAVY = {
    "sklearn": ("sklearn.cluster", "sklearn.linear_model", "sklearn.model_selection",
                "sklearn.pipeline", "sklearn.feature_extraction.text", "sklearn.metrics"),
    "scipy": ("scipy.stats", "scipy.optimize"),
    "seaborn": ("seaborn",),
    "statsmodels": ("statsmodels.api",),
    "jieba": ("jieba",),
    "chinese_calendar": ("chinese_calendar",),
    "holidays": ("holidays",),
    "sympy": ("sympy",),
}  # fmt: skip


def sheets_of(gradebook: Any, slug: str, source: Path | None) -> dict[str, Sheet]:
    """The notebooks of an assignment as a gradebook knows them.

    Args:
        gradebook: an open gradebook.
        slug: the assignment.
        source: the folder with the instructor's notebooks, if it is there.
    """
    found = {}
    for notebook in gradebook.find_assignment(slug).notebooks:
        worth = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in notebook.task_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        cells = tuple(
            SourceCell(
                name=cell.name,
                cell_type=cell.cell_type,
                locked=cell.locked,
                source=cell.source or "",
                checksum=cell.checksum,
                grade=cell.name in worth,
                solution=cell.name in solutions,
                task=cell.name in tasks,
                points=worth.get(cell.name, tasks.get(cell.name)),
            )
            for cell in notebook.source_cells
        )
        path = source / f"{notebook.name}.ipynb" if source is not None else None
        script = _script(path, {cell.name: cell for cell in cells}) if path else ()
        found[notebook.name] = Sheet(notebook.name, notebook.kernelspec, cells, script)
    return found


def _script(path: Path, cells: dict[str, SourceCell]) -> tuple[tuple[str, str], ...]:
    """The code cells of the instructor's notebook, tests as the gradebook has them."""
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception:
        return ()
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name = grade_id(cell) or ""
        known = cells.get(name)
        if known is None:
            name = ""
        source = known.source if known is not None and known.locked else cell.source
        found.append((name, source))
    return tuple(found)


def _hashes(sheets: dict[str, Sheet], files: dict[str, bytes], extra: str = "") -> Hashes:
    checks = digest(
        part
        for sheet in sheets.values()
        for cell in sheet.cells
        for part in (sheet.name, cell.name, cell.cell_type, cell.source if cell.locked else "")
    )
    weights = digest(
        f"{sheet.name}\0{name}\0{points}"
        for sheet in sheets.values()
        for name, points in sheet.points.items()
    )
    data = digest(part for name in sorted(files) for part in (name, files[name]))
    return Hashes(
        checks=digest([checks, extra]), weights=weights, data=data, engine=engine_digest()
    )


def engine_digest() -> str:
    """Digest of the engine, the checks and the packages: what a grade hangs on besides the course.

    Of the packages the versions count; of ours everything from which a submission's grade follows.
    """
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return digest([code_digest(*DECIDING, apart=APART), sys.version, *versions])


def _files(folder: Path, ignore: list[str]) -> dict[str, bytes]:
    """What lies beside the instructor's notebooks, as nbgrader's converter would copy it."""
    from nbgrader.utils import find_all_files

    if not folder.is_dir():
        return {}
    found = find_all_files(str(folder), [*ignore, "*.ipynb"])
    return {
        Path(name).relative_to(folder).as_posix(): Path(name).read_bytes() for name in sorted(found)
    }


def _config(course: Course) -> dict[str, Any]:
    """The course's settings, or nothing where they hold what cannot travel to another process."""
    try:
        pickle.dumps(course.config)
    except Exception:
        return {}
    return dict(course.config)


def _exact(course: Course) -> bool:
    """Whether the course brings code of its own that may look at the gradebook."""
    from nbgrader.converters import Autograde

    from casebank.grading import chain

    settings = course.config.get("Autograde", {})
    base = course.config.get("BaseConverter", {})
    if any(part.get(name) for part in (settings, base) for name in
           ("pre_convert_hook", "post_convert_hook")):  # fmt: skip
        return True
    for name in ("sanitize_preprocessors", "autograde_preprocessors"):
        steps = settings.get(name)
        steps = list(steps) if steps else getattr(Autograde, name).default()
        if not all(chain.is_stock(step) for step in steps):
            return True
    return False


def of_course(course: Course, gradebook: Any, slug: str, limits: Limits) -> Pack:
    """An assignment of any nbgrader course.

    Raises:
        UsageError: the gradebook does not know it.
    """
    from nbgrader.api import MissingEntry

    try:
        source = course.path("source", ".", slug)
        sheets = sheets_of(gradebook, slug, source if source.is_dir() else None)
    except MissingEntry:
        known = sorted(one.name for one in gradebook.assignments)
        todo = f"run: nbgrader generate_assignment {slug}"
        if known:
            todo = f"the gradebook knows: {', '.join(known)}; {nearest(slug, known)}"
        if source.is_dir():
            todo = f"run: nbgrader generate_assignment {slug}"
        raise UsageError(
            f"'{slug}' has not been released in this course", str(course.root), todo
        ) from None
    if not sheets:
        raise UsageError(
            f"'{slug}' has no notebook in the gradebook",
            str(course.root),
            f"run: nbgrader generate_assignment {slug}",
        )
    files = _files(source, list(course.directory.ignore))
    return _pack(course, slug, "", sheets, files, limits)


def of_version(course: Course, version: Version, limits: Limits) -> Pack:
    """A kept version of an exercise of ours."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{version.database}", course.course_id) as gradebook:
        sheets = sheets_of(gradebook, version.slug, version.source)
    files = _files(version.source, list(course.directory.ignore))
    spec = json.loads((version.source / SPEC).read_text(encoding="utf-8"))
    released = version.release(LANGS[0]) / f"{version.slug}.ipynb"
    pack = _pack(course, version.slug, version.name, sheets, files, limits, spec)
    return replace(pack, released=released.read_text(encoding="utf-8"))


def _pack(
    course: Course,
    slug: str,
    name: str,
    sheets: dict[str, Sheet],
    files: dict[str, bytes],
    limits: Limits,
    spec: dict[str, Any] | None = None,
) -> Pack:
    # What trainees may bring a version of their own of, such as a module that they write.
    theirs = course.config.get("Autograde", {}).get("exclude_overwriting", {}).get(slug, [])
    files = {path: content for path, content in files.items() if path not in theirs}
    hashes = _hashes(sheets, files)
    config = _config(course)
    return Pack(
        slug=slug,
        version=name,
        lang=course.lang,
        course_id=course.course_id,
        config=config,
        files=files,
        sheets=sheets,
        root=str(course.root),
        autograded=str(course.path("autograded", "{student_id}", slug)),
        limits=limits,
        spec=spec,
        exact=_exact(course),
        hashes=hashes,
        digest=digest([slug, name, repr(sorted(config.items())), repr(hashes), repr(limits)]),
    )


def heavy(pack: Pack) -> tuple[str, ...]:
    """The heavy modules that an assignment's own cells import."""
    names: set[str] = set()
    for sheet in pack.sheets.values():
        for source in [text for _, text in sheet.script] + [cell.source for cell in sheet.cells]:
            try:
                tree = ast.parse(source)
            except SyntaxError:
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return tuple(module for name in HEAVY if name in names for module in HEAVY[name])
