"""What a page lets its reader take home: notebooks, data, the learner kit."""

from __future__ import annotations

from pathlib import Path

from casebank.data.describe import zip_datasets
from casebank.errors import ContentError
from casebank.files import write_bytes, zip_bytes
from casebank.paths import Repo
from casebank.progress import Callback
from casebank.records import Course


def _folder(folder: Path, top: str) -> dict[str, bytes]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return {f"{top}/{p.relative_to(folder).as_posix()}": p.read_bytes() for p in files}


def make(course: Course, lang: str, progress: Callback | None = None) -> list[Path]:
    """Write every download of one language into ``_build/downloads/<lang>/``.

    Raises:
        ContentError: when a notebook was not made.
    """
    from casebank.notebooks.kit import build_kit

    repo = course.repo
    target = repo.build / "downloads" / lang
    made = repo.build / "notebooks"
    archive = zip_datasets(repo.datasets, target / "datasets.zip", lang)
    wanted: dict[str, bytes] = {archive.name: archive.read_bytes()}
    for name in course.labs:
        wanted[f"{name}.ipynb"] = _read(made / "labs" / name / lang / f"{name}.ipynb", repo)
    for name in course.exercises:
        folder = made / "exercises" / name / lang / "release"
        # A lab may have the same name; a browser saves this one under its own all the same.
        wanted[f"exercise-{name}.ipynb"] = _read(folder / f"{name}.ipynb", repo)
        wanted[f"{name}.zip"] = zip_bytes(_folder(folder, name))
    for name, content in wanted.items():
        write_bytes(target / name, content)
    kit = Path(build_kit(repo, target, lang, self_study=False, progress=progress))
    keep = {*wanted, kit.name}
    for path in target.iterdir():
        if path.name not in keep:
            path.unlink()
    return [target / name for name in sorted(keep)]


def _read(path: Path, repo: Repo) -> bytes:
    if not path.is_file():
        raise ContentError(
            "the notebook was not made", repo.relative(path), "run: casebank notebooks make"
        )
    return path.read_bytes()
