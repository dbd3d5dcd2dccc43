"""Puts ``/lite/`` together: JupyterLite, Python, notebooks, data, and the pages around them."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebank import __version__
from casebank.files import digest, tree_digest, write_bytes, zip_bytes
from casebank.lite import jupyter, runtime, wheels
from casebank.lite.model import Cost, Notebook
from casebank.lite.runtime import Runtime
from casebank.paths import Repo
from casebank.progress import Callback
from casebank.records import Course, lesson_order
from casebank.site.policy import META

HERE = Path(__file__).resolve().parent
ASSETS = HERE / "assets"
#: Seconds of a first start, as the bench measured them; see ``make bench``.
MEASURED = HERE / "measured.json"
#: Text of this size and more gets a compressed twin, which servers can hand out as it is.
WORTH = 4096
PACKED = {".js", ".mjs", ".json", ".css", ".wasm", ".svg", ".html"}


def notebooks(course: Course, langs: Sequence[str]) -> list[Notebook]:
    """Every released notebook, in the order of lessons."""
    made = course.repo.build / "notebooks"
    chapters = list(course.chapters.values())
    found: list[Notebook] = []
    for lang in langs:
        for lab in lesson_order(chapters, "lab", list(course.labs.values())):
            folder = made / "labs" / lab.id / lang
            title = lab.title[lang]
            found.append(Notebook("labs", lab.id, lang, title, __version__, folder, lab))
        for one in lesson_order(chapters, "exercise", list(course.exercises.values())):
            folder = made / "exercises" / one.id / lang / "release"
            found.append(
                Notebook("exercises", one.id, lang, one.title[lang], one.version, folder, one)
            )
    return found


def measured() -> float | None:
    """Seconds of a first start, or None when nobody has measured yet."""
    if not MEASURED.is_file():
        return None
    return float(json.loads(MEASURED.read_text(encoding="utf-8"))["seconds"])


@dataclass(frozen=True)
class Lite:
    """The tree of ``/lite/`` without our pages, ready to be copied into a site."""

    folder: Path
    notebooks: tuple[Notebook, ...]
    cost: Cost
    assets: str


def make(
    course: Course,
    langs: Sequence[str],
    *,
    pyodide: Path | None = None,
    progress: Callback | None = None,
) -> Lite:
    """Make the tree, or find it made from the same sources.

    Args:
        course: the records; the notebooks must be made already.
        langs: the languages of the site.
        pyodide: an official Pyodide distribution; None takes it from the package index.
        progress: told of each step.

    Raises:
        UsageError: ``pyodide`` is no such distribution.
        EnvironmentFault: something is not installed or cannot be downloaded.
    """
    repo = course.repo
    cache = repo.build / "lite"
    source = wheels.distribution(pyodide, cache, progress)
    python = runtime.make(source, cache, progress)
    wanted = notebooks(course, langs)
    check = _check_wheel(repo)
    key = digest(
        [
            python.folder.name,
            check,
            *(part for one in wanted for part in (one.place, one.version, one.title)),
            *(tree_digest(one.folder, ("*",)) for one in wanted),
            tree_digest(ASSETS, ("*",)),
            tree_digest(HERE / "piplite", ("*.py",)),
            *sorted(HERE.glob("*.py")),
            str(measured()),
            META,
            _versions(),
        ]
    )[:12]
    target = cache / f"tree-{key}"
    if not target.is_dir():
        if progress:
            progress(0, 0, "JupyterLite")
        with tempfile.TemporaryDirectory(prefix=".tree-", dir=cache) as name:
            new = Path(name) / "lite"
            _assemble(new, Path(name) / "files", wanted, python, check)
            new.replace(target)
        _forget(cache, target, python.folder)
    about = json.loads((target / "about.json").read_text(encoding="utf-8"))
    cost = Cost(about["download"], measured())
    return Lite(target, tuple(wanted), cost, about["assets"])


def last_cost(repo: Repo) -> Cost | None:
    """The cost of the tree that was made last; None when there is none."""
    found = sorted((repo.build / "lite").glob("tree-*/about.json"), key=lambda p: p.stat().st_mtime)
    if not found:
        return None
    return Cost(json.loads(found[-1].read_text(encoding="utf-8"))["download"], measured())


def _versions() -> str:
    import importlib.metadata

    names = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-language-pack-zh-CN")
    try:
        return " ".join(importlib.metadata.version(name) for name in names)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _forget(cache: Path, tree: Path, python: Path) -> None:
    """Older trees go; a folder of Python stays while it is the newest."""
    for path in [*cache.glob("tree-*"), *cache.glob("py-*")]:
        if path not in (tree, python):
            shutil.rmtree(path, ignore_errors=True)


def _check_wheel(repo: Repo) -> bytes:
    """The small library with the stand-in for JupyterLite's installer, as one archive."""
    import zipfile

    from casebank.notebooks.kit import build_wheel

    with tempfile.TemporaryDirectory(prefix="casebank-check-") as name:
        path = build_wheel(repo, Path(name))
        with zipfile.ZipFile(path) as archive:
            entries = {n: archive.read(n) for n in archive.namelist() if not n.endswith("/RECORD")}
    for path in sorted((HERE / "piplite").rglob("*.py")):
        entries[path.relative_to(HERE / "piplite").as_posix()] = path.read_bytes()
    return zip_bytes(entries)


def _named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _assemble(
    new: Path, files: Path, wanted: Sequence[Notebook], python: Runtime, check: bytes
) -> None:
    for one in wanted:
        write_bytes(files / one.place / one.path.name, one.path.read_bytes())
    jupyter.make(files, new)
    shutil.copytree(python.folder, new / python.folder.name)
    checked = f"check/casebank-check-{_named(check)}.whl"
    write_bytes(new / checked, check)
    worker = jupyter.worker(new)
    generated = {
        "early.js": (ASSETS / "early.js").read_text(encoding="utf-8"),
        "config.mjs": "export default "
        + json.dumps(
            {
                "runtime": f"../{python.folder.name}/",
                "check": f"../{checked}",
                "first": list(python.first),
                "later": list(python.later),
            },
            indent=1,
        )
        + ";\n",
    }
    generated["early.js"] = generated["early.js"].replace("@WORKER@", f"../{worker}")
    sources = {
        p.relative_to(ASSETS).as_posix(): p.read_bytes()
        for p in sorted(ASSETS.rglob("*"))
        if p.is_file()
    }
    sources |= {name: text.encode("utf-8") for name, text in generated.items()}
    assets = f"assets-{digest(part for item in sorted(sources.items()) for part in item)[:12]}"
    for name, content in sources.items():
        write_bytes(new / assets / name, content)
    jupyter.configure(new, assets, python.first)
    _twins(new)
    bare = _started(new, assets, python, checked)
    costs = [_manifest(new, one, bare) for one in wanted]
    about = {"download": max(costs), "assets": assets}
    write_bytes(new / "about.json", json.dumps(about).encode())


def _twins(new: Path) -> None:
    """Compressed twins, the same bytes each time."""
    for path in sorted(new.rglob("*")):
        if path.is_file() and path.suffix in PACKED and path.stat().st_size >= WORTH:
            small = gzip.compress(path.read_bytes(), 9, mtime=0)
            write_bytes(path.with_name(f"{path.name}.gz"), small)


def _small(path: Path) -> int:
    twin = path.with_name(f"{path.name}.gz")
    return (twin if twin.is_file() else path).stat().st_size


def _started(new: Path, assets: str, python: Runtime, checked: str) -> int:
    """Bytes of a first start that are the same for every notebook, as far as files tell."""
    total = sum(_small(new / python.folder.name / name) for name in python.started())
    total += (new / checked).stat().st_size
    for folder in ("build", "extensions", assets):
        for path in (new / folder).rglob("*"):
            if path.is_file() and path.suffix in (".js", ".mjs", ".css"):
                total += _small(path)
    return total


def _manifest(new: Path, one: Notebook, bare: int) -> int:
    """What the page and the worker need to know of one notebook, with its data beside.

    Returns:
        Bytes of a first start of this notebook.
    """
    up = "../" * 3
    data: list[dict[str, Any]] = []
    total = bare
    for path in sorted((one.folder / "data").glob("*")):
        small = gzip.compress(path.read_bytes(), 9, mtime=0)
        name = f"data/{path.stem}-{_named(small)}{path.suffix}.gz"
        write_bytes(new / name, small)
        data.append({"name": path.name, "url": up + name, "bytes": len(small)})
        total += len(small)
    content = one.path.read_bytes()
    total += len(content)
    spec = one.folder / "casebank.json"
    about: dict[str, Any] = {
        "format": 1,
        "kind": one.kind,
        "slug": one.slug,
        "lang": one.lang,
        "title": one.title,
        "version": one.version,
        "notebook": {
            "url": f"{up}files/{one.place}/{one.path.name}",
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        },
        "spec": None,
        "data": data,
        "cost": {"download": total, "seconds": measured()},
    }
    if spec.is_file():
        name = f"{one.place}/casebank.json"
        write_bytes(new / name, spec.read_bytes())
        about["spec"] = {"url": "casebank.json"}
    write_bytes(
        new / one.place / "manifest.json",
        json.dumps(about, ensure_ascii=False, sort_keys=True).encode("utf-8"),
    )
    return total


def place(lite: Lite, course: Course, site: Path, first: str = "zh") -> None:
    """Put the tree and its pages into a site that is being built.

    The tree's own files are linked where the disk allows: they are never changed in a site.

    Args:
        lite: what :func:`make` made.
        course: the records.
        site: the site's folder, composed already.
        first: the language of a visitor whose browser prefers neither.
    """
    from casebank.lite import pages

    target = site / "lite"

    def link(source: str, goal: str) -> str:
        try:
            os.link(source, goal)
        except OSError:
            shutil.copyfile(source, goal)
        return goal

    shutil.copytree(lite.folder, target, copy_function=link)
    (target / "about.json").unlink()
    pages.write(course, site, list(lite.notebooks), lite.cost, lite.assets, first=first)
