"""The learner kit: released notebooks, data and one small wheel, for any operating system.

Both the wheel and the zip have the same bytes for the same content.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import casebank
from casebank import __version__
from casebank.check.kitfile import BASE_NAME, base_bytes
from casebank.check.sealed import SEALED_NAME, seal
from casebank.errors import EnvironmentFault, UsageError
from casebank.files import tree_digest, write_bytes, zip_bytes
from casebank.lang import LANGS
from casebank.notebooks.make import load_exercise, make
from casebank.notebooks.markers import MARKERS
from casebank.paths import Repo
from casebank.programs import python
from casebank.records import Exercise, Lab, lesson_order, load_chapters, load_exercises, load_labs

Progress = Callable[[int, int, str], None]
FILES = Path(__file__).resolve().parent / "kit_files"
#: Seconds since 1970 of 2026-01-01: the date of every file in the wheel.
EPOCH = 1767225600
#: What a learner needs; the lock file gives the versions, also of what these need.
WANTED = (
    "chinesecalendar",
    "holidays",
    "ipykernel",
    "jieba",
    "jupyterlab",
    "matplotlib",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "scikit-learn",
)
#: Where the locked version has no wheel any more, the last one that had: macOS on Intel.
INTEL_MAC = {"argon2-cffi-bindings": "25.1.0"}
WHEEL_FILES = ("*.py", "*.otf", "*.txt")
#: Only the course's own workshop needs these.
NOT_IN_WHEEL = ("fonts/make.py",)

SOLUTIONS = {
    "zh": '做过一次以后，可以看参考答案：`check.solution("@TASK@")`。没动手之前，它不会打开。',
    "en": 'After an honest attempt you can read a solution: `check.solution("@TASK@")`. '
    "Before that it stays shut.",
}
KINDS = {
    "exercise": {"zh": "练习", "en": "Exercise"},
    "lab": {"zh": "实验", "en": "Lab"},
}


def _package(repo: Repo) -> Path:
    """The code that goes into the wheel: the clone's own, where there is one."""
    return repo.code if (repo.code / "check").is_dir() else Path(str(casebank.__file__)).parent


def _license(repo: Repo) -> str:
    for root in (repo.root, _package(repo).parent.parent):
        if (root / "LICENSE").is_file():
            return (root / "LICENSE").read_text(encoding="utf-8")
    return "MIT License\n"


def _tree(repo: Repo, root: Path) -> None:
    """Lay out the sources of the small wheel."""
    package = _package(repo)
    target = root / "casebank"
    target.mkdir(parents=True)
    shutil.copyfile(package / "__init__.py", target / "__init__.py")
    source = package / "check"
    for pattern in WHEEL_FILES:
        for path in sorted(source.rglob(pattern)):
            name = path.relative_to(source)
            if name.as_posix() in NOT_IN_WHEEL:
                continue
            goal = target / "check" / name
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, goal)
            goal.chmod(0o644)
    text = (FILES / "wheel.toml").read_text(encoding="utf-8")
    (root / "pyproject.toml").write_text(text.replace("@VERSION@", __version__), encoding="utf-8")
    shutil.copyfile(FILES / "README.md", root / "README.md")
    (root / "LICENSE").write_text(_license(repo), encoding="utf-8")


@functools.lru_cache(maxsize=4)
def _wheel(package: Path, root: Path, code: str) -> tuple[str, bytes]:
    """Build the wheel once per state of the code."""
    with tempfile.TemporaryDirectory(prefix="casebank-wheel-") as name:
        tree, out = Path(name) / "tree", Path(name) / "out"
        repo = Repo(root)
        _tree(repo, tree)
        done = subprocess.run(
            python("-m", "hatchling", "build", "-t", "wheel", "-d", str(out)),
            cwd=tree,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        wheels = list(out.glob("*.whl")) if out.is_dir() else []
        if done.returncode or len(wheels) != 1:
            tail = " ".join(done.stderr.strip().splitlines()[-1:])
            raise EnvironmentFault(
                f"the wheel casebank-check cannot be built ({tail})", "", "run: make install"
            )
        return wheels[0].name, wheels[0].read_bytes()


def build_wheel(repo: Repo, out: Path) -> Path:
    """Build the wheel ``casebank-check`` into a folder, offline.

    Returns:
        The wheel's path.

    Raises:
        EnvironmentFault: when the builder is not installed.
    """
    package = _package(repo)
    code = tree_digest(package / "check", WHEEL_FILES) + tree_digest(FILES, ("*",))
    name, content = _wheel(package, repo.root, code)
    path = Path(out) / name
    write_bytes(path, content)
    return path


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _closure() -> set[str]:
    """Names of what a learner needs, with all that these need on any system."""
    seen: set[str] = set()
    queue = [_plain(name) for name in WANTED]
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            # Belongs to another system: the lock has its version, its own needs are few.
            continue
        for need in needs:
            if "extra ==" in need:
                continue
            found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", need)
            if found:
                queue.append(_plain(found.group()))
    return seen


def requirements(repo: Repo) -> str:
    """Pinned requirements of the kit, from the lock file, without hashes and addresses.

    Raises:
        UsageError: when the lock file lacks one of them.
    """
    lock = repo.lock
    if not lock.is_file():
        lock = _package(repo).parent.parent / "requirements.lock"
    # A package may stand there twice, for older and for newer Pythons.
    pins: dict[str, list[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        found = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(;[^\\]*)?", line)
        if found:
            marker = f" {found[3].strip()}" if found[3] else ""
            name = _plain(found[1])
            pins.setdefault(name, []).append(f"{name}=={found[2]}{marker}")
    missing = [name for name in WANTED if name not in pins]
    if missing:
        raise UsageError(f"{missing[0]} is not in requirements.lock", "", "run: make lock")
    for name, version in INTEL_MAC.items():
        if len(pins.get(name, ())) == 1 and ";" not in pins[name][0]:
            here = "sys_platform == 'darwin' and platform_machine == 'x86_64'"
            other = "sys_platform != 'darwin' or platform_machine != 'x86_64'"
            pins[name] = [f"{name}=={version} ; {here}", f"{pins[name][0]} ; {other}"]
    return "".join(f"{pin}\n" for name in sorted(_closure() & set(pins)) for pin in pins[name])


def solutions(repo: Repo, exercise: Exercise) -> str:
    """The sealed file of an exercise: each task's solution, in both languages."""
    cells, _ = load_exercise(repo, exercise)
    texts: dict[str, dict[str, str]] = {}
    for cell in cells:
        if cell.kind == "solution":
            lines = [line for line in cell.source.split("\n") if line.strip() not in MARKERS]
            texts[str(cell.keys.task)] = dict.fromkeys(LANGS, "\n".join(lines))
    for task, essay in exercise.essays.items():
        texts[task] = {lang: essay.model_answer[lang] for lang in LANGS}
    return seal(exercise.id, exercise.version, texts)


def _start(lang: str, exercises: list[Exercise], labs: list[Lab], self_study: bool) -> str:
    rows = [
        f"- {KINDS[kind][lang]}: `{kind}s/{record.id}/{record.id}.ipynb` {record.title[lang]}"
        for kind, records in (("lab", labs), ("exercise", exercises))
        for record in records
    ]
    if lang == "zh":
        rows = [row.replace(": `", "：`", 1) for row in rows]
    first = exercises[0] if exercises else None
    task = next(iter(first.tasks)) if first else "task"
    notebook = f"exercises/{first.id}/{first.id}.ipynb" if first else "exercises/NAME/NAME.ipynb"
    text = (FILES / f"START.{lang}.md").read_text(encoding="utf-8")
    text = text.replace("@SOLUTIONS@", SOLUTIONS[lang] if self_study else "")
    text = text.replace("@CONTENTS@", "\n".join(rows)).replace("@NOTEBOOK@", notebook)
    return text.replace("@TASK@", task).rstrip() + "\n"


def build_kit(
    repo: Repo,
    out: Path,
    lang: str,
    *,
    self_study: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Make the learner kit of one language.

    Args:
        repo: the clone.
        out: folder for the zip.
        lang: ``zh`` or ``en``.
        self_study: with sealed solutions; never for a class.
        progress: called with (done, total, label).

    Returns:
        ``casebank-kit-<lang>.zip``, or ``casebank-kit-<lang>-selfstudy.zip``.
    """
    tell = progress or (lambda done, total, label: None)
    make(repo, progress=progress, proved=False)
    chapters = load_chapters(repo)
    exercises = lesson_order(chapters, "exercise", load_exercises(repo))
    labs = lesson_order(chapters, "lab", load_labs(repo))
    made = repo.build / "notebooks"
    stem = f"casebank-kit-{lang}" + ("-selfstudy" if self_study else "")
    files: dict[str, bytes] = {}

    def add(folder: Path, under: str) -> None:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            files[f"{stem}/{under}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()

    for exercise in exercises:
        add(made / "exercises" / exercise.id / lang / "release", f"exercises/{exercise.id}")
        if self_study:
            name = f"{stem}/exercises/{exercise.id}/{SEALED_NAME}"
            files[name] = solutions(repo, exercise).encode()
    for lab in labs:
        add(made / "labs" / lab.id / lang, f"labs/{lab.id}")
    tell(1, 3, "wheel")
    with tempfile.TemporaryDirectory(prefix="casebank-kit-") as folder:
        wheel = build_wheel(repo, Path(folder))
        files[f"{stem}/{wheel.name}"] = wheel.read_bytes()
        pins = requirements(repo) + f"./{wheel.name}\n"
    files[f"{stem}/requirements.txt"] = pins.encode()
    files[f"{stem}/START.md"] = _start(lang, exercises, labs, self_study).encode()
    inside = {name.removeprefix(f"{stem}/"): content for name, content in files.items()}
    versions = {exercise.id: exercise.version for exercise in exercises}
    base = base_bytes(stem, lang, __version__, versions, inside)
    files[f"{stem}/{BASE_NAME}"] = zip_bytes(base)
    tell(2, 3, "zip")
    path = Path(out) / f"{stem}.zip"
    write_bytes(path, zip_bytes(files))
    tell(3, 3, path.name)
    return path
