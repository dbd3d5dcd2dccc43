"""Make every notebook below ``_build/notebooks``, only what changed; prove the exercises.

To make an exercise takes a moment, to prove it half a minute: a reader's first page need not wait
for that. What was found wrong stays wrong until it is mended, whoever asks.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from casebank.check.outcomes import Spec
from casebank.depends import code_digest
from casebank.errors import ContentError, UsageError, nearest
from casebank.files import digest, take_place, write_bytes, write_text
from casebank.lang import LANGS
from casebank.notebooks import describe, editions, prove, rules
from casebank.notebooks.source import Cell, read_source
from casebank.paths import Repo
from casebank.records import Chapter, Exercise, Lab, load_chapters, load_exercises, load_labs
from casebank.spent import spent

Progress = Callable[[int, int, str], None]
STAMP = ".stamp"
#: Beside the stamp when the exercise was proved as it is.
PROVED = ".proved"
#: What was found wrong with an exercise, and in which state of it.
REFUSED = ".refused"


@dataclass(frozen=True)
class Made:
    """One exercise or lab that is there now."""

    kind: str
    slug: str
    folder: Path
    changed: bool
    tasks: int = 0
    points: float = 0
    probes: int = 0

    def summary(self) -> str:
        """One line for the command."""
        state = "made" if self.changed else "unchanged"
        if self.kind == "lab":
            return f"lab {self.slug}: {state}"
        proved = f", {self.probes} probes" if self.changed else ""
        return f"exercise {self.slug}: {state}, {self.tasks} tasks, {self.points:g} points{proved}"


def state_of_code(repo: Repo) -> str:
    """Digest of the code and the lock file on which all notebooks depend."""
    lock = [repo.lock] if repo.lock.is_file() else []
    return digest([code_digest("casebank.notebooks.make", "casebank.check"), *lock])


def _tables(repo: Repo, names: list[str], where: str) -> list[Path]:
    known = {path.stem for path in repo.datasets.glob("*.csv")}
    for name in names:
        if name not in known:
            todo = nearest(name, known) if known else "run: casebank data make"
            raise ContentError(f"table '{name}' is not in datasets/", where, todo)
    return [repo.datasets / f"{name}.csv" for name in names]


def load_exercise(repo: Repo, exercise: Exercise) -> tuple[list[Cell], list[rules.Slot]]:
    """Read and check the source of an exercise.

    Raises:
        ContentError: at the first fault.
    """
    path = exercise.folder / "exercise.py"
    cells = read_source(path, repo.relative(path))
    return cells, rules.check_exercise(cells, exercise, repo.relative(exercise.path))


def load_lab(repo: Repo, lab: Lab) -> list[rules.Slot]:
    """Read and check the source of a lab.

    Raises:
        ContentError: at the first fault.
    """
    path = lab.path.with_suffix(".py")
    return rules.check_lab(read_source(path, repo.relative(path)), lab)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make notebooks: a second one waits and finds them made."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        # Windows has no such lock; there nobody builds twice at once.
        yield
        return
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _chapter(chapters: dict[str, Chapter], record: Exercise | Lab) -> Chapter | None:
    return chapters.get(record.chapter or "")


@dataclass(frozen=True)
class _Editions:
    """An exercise in both languages, for instructors and for trainees."""

    slug: str
    whole: dict[str, Any]
    shown: dict[str, Any]
    sources: dict[str, Any]
    releases: dict[str, Any]

    def write(self, goal: Path, tables: list[Path]) -> None:
        """Write notebooks, their ``casebank.json`` and the data."""
        for lang in LANGS:
            for role, notebook, content in (
                ("source", self.sources[lang], self.whole),
                ("release", self.releases[lang], self.shown),
            ):
                folder = goal / lang / role
                write_bytes(folder / f"{self.slug}.ipynb", editions.to_bytes(notebook))
                write_text(folder / "casebank.json", describe.to_text(content))
                for table in tables:
                    write_bytes(folder / "data" / table.name, table.read_bytes())


def _is(stamp: Path, key: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


def _still_refused(record: Path, key: str) -> None:
    """Say again what was found wrong with this very state of an exercise."""
    if not record.is_file():
        return
    said = json.loads(record.read_text(encoding="utf-8"))
    if said.pop("key") == key:
        raise ContentError(**said)


class _Maker:
    """One run of :func:`make`."""

    def __init__(self, repo: Repo, progress: Progress | None) -> None:
        self.repo = repo
        self.root = repo.build / "notebooks"
        self.progress = progress or (lambda done, total, label: None)
        self.code = state_of_code(repo)
        self.chapters = {chapter.id: chapter for chapter in load_chapters(repo)}
        self.done = self.total = 0

    def step(self, label: str) -> None:
        """Tell the progress bar."""
        self.done += 1
        self.progress(self.done, self.total, label)

    def clear(self, exercises: set[str], labs: set[str]) -> None:
        """Take away what was made of sources that are no longer there."""
        for shelf, known in (("exercises", exercises), ("labs", labs)):
            folder = self.root / shelf
            for path in folder.iterdir() if folder.is_dir() else ():
                if path.name not in known:
                    shutil.rmtree(path)

    def key(self, record: Exercise | Lab, files: list[Path]) -> str:
        """The stamp of an exercise or lab: whatever it depends on."""
        parts: list[str | bytes | Path] = [self.code, *files]
        chapter = _chapter(self.chapters, record)
        if chapter is not None:
            texts = [chapter.path.with_name(f"{chapter.stem}.{lang}.md") for lang in LANGS]
            parts += [chapter.path, *(path for path in texts if path.is_file())]
        return digest(parts)

    def exercise(self, exercise: Exercise, prove_it: bool) -> Made:
        """Make and prove one exercise, or say that it is unchanged."""
        repo = self.repo
        goal = self.root / "exercises" / exercise.id
        where = repo.relative(exercise.folder / "exercise.py")
        refused = self.root / REFUSED / f"{exercise.id}.json"
        key = ""
        try:
            tables = _tables(repo, exercise.data, repo.relative(exercise.path))
            source = exercise.folder / "exercise.py"
            if not source.is_file():
                raise ContentError("the file is missing", where, "create it, see CONTRIBUTING")
            key = self.key(exercise, [source, exercise.path, *tables])
            if not prove_it:
                _still_refused(refused, key)
            cells, slots = load_exercise(repo, exercise)
            points = sum(cell.keys.points or 0 for cell in cells)
            made = Made("exercise", exercise.id, goal, False, len(exercise.tasks), points)
            new = not _is(goal / STAMP, key)
            if new:
                self.root.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=self.root, prefix=".making-") as name:
                    folder = Path(name) / exercise.id
                    self._editions(exercise, slots).write(folder, tables)
                    write_text(folder / STAMP, key)
                    take_place(folder, goal)
            self.step(f"{exercise.id}: editions")
            if not prove_it:
                return replace(made, changed=new)
            if _is(goal / PROVED, key):
                for _ in range(5):
                    self.step(exercise.id)
                return replace(made, changed=new)
            with spent("exercise", exercise.id, "proof"):
                probes = self._prove(self._editions(exercise, slots), slots, tables, where)
            write_text(goal / PROVED, key)
            refused.unlink(missing_ok=True)
        except ContentError as error:
            # What an older source made must not be taken for this one.
            shutil.rmtree(goal, ignore_errors=True)
            if key:
                said = {"key": key, "what": error.what, "where": error.where, "todo": error.todo}
                write_text(refused, json.dumps(said))
            raise
        return replace(made, changed=True, probes=probes)

    def _editions(self, exercise: Exercise, slots: list[rules.Slot]) -> _Editions:
        chapter = _chapter(self.chapters, exercise)
        where = self.repo.relative(exercise.folder / "exercise.py")
        sources = {lang: editions.source_notebook(slots, exercise, lang) for lang in LANGS}
        return _Editions(
            exercise.id,
            describe.describe(self.repo, exercise, slots, chapter, hidden=True),
            describe.describe(self.repo, exercise, slots, chapter),
            sources,
            {lang: editions.release_notebook(sources[lang], where) for lang in LANGS},
        )

    def _prove(
        self, made: _Editions, slots: list[rules.Slot], tables: list[Path], where: str
    ) -> int:
        """Run solution, template and probes.

        Returns:
            How many probes were run.

        Raises:
            ContentError: at the first that is not as it should be.
        """
        spec = Spec.from_dict(made.whole)
        with tempfile.TemporaryDirectory(prefix="casebank-prove-") as name:
            bench = Path(name)
            write_text(bench / "casebank.json", describe.to_text(made.whole))
            (bench / "data").mkdir()
            for table in tables:
                shutil.copyfile(table, bench / "data" / table.name)
            probes = prove.check_probes(slots, spec, bench, where)
            self.step(f"{made.slug}: {probes} probes")
            prove.check_kernels(
                made.sources,
                made.releases,
                spec,
                bench,
                where,
                lambda label: self.step(f"{made.slug}: {label}"),
            )
        return probes

    def lab(self, lab: Lab) -> Made:
        """Make one lab, or say that it is unchanged."""
        repo = self.repo
        goal = self.root / "labs" / lab.id
        try:
            tables = _tables(repo, lab.data, repo.relative(lab.path))
            slots = load_lab(repo, lab)
            key = self.key(lab, [lab.path, lab.path.with_suffix(".py"), *tables])
            stamp = goal / STAMP
            if stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
                self.step(lab.id)
                return Made("lab", lab.id, goal, False)
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.root, prefix=".making-") as name:
                new = Path(name) / lab.id
                for lang in LANGS:
                    notebook = editions.lab_notebook(slots, lab, lang)
                    write_bytes(new / lang / f"{lab.id}.ipynb", editions.to_bytes(notebook))
                    for table in tables:
                        write_bytes(new / lang / "data" / table.name, table.read_bytes())
                write_text(new / STAMP, key)
                take_place(new, goal)
        except ContentError:
            shutil.rmtree(goal, ignore_errors=True)
            raise
        self.step(lab.id)
        return Made("lab", lab.id, goal, True)


def make(
    repo: Repo,
    progress: Progress | None = None,
    only: list[str] | None = None,
    proved: bool = True,
) -> list[Made]:
    """Make the notebooks of all exercises and labs, in both languages.

    What has not changed is left alone; what fails is taken away, and fails until it is mended.

    Args:
        repo: the clone.
        progress: called with (done, total, label).
        only: names of exercises or labs; all of them when not given.
        proved: also prove each exercise that was not proved as it is.

    Raises:
        ContentError: the first source that is not as it should be.
        UsageError: ``only`` names something that is not there.
    """
    exercises, labs = load_exercises(repo), load_labs(repo)
    known = {record.id for record in (*exercises, *labs)}
    for name in only or ():
        if name not in known:
            raise UsageError(f"no exercise or lab is called '{name}'", "", nearest(name, known))
    if only:
        exercises = [record for record in exercises if record.id in only]
        labs = [record for record in labs if record.id in only]
    with _alone(repo.build / "notebooks"):
        maker = _Maker(repo, progress)
        maker.total = (6 if proved else 1) * len(exercises) + len(labs)
        maker.clear({one.id for one in load_exercises(repo)}, {lab.id for lab in load_labs(repo)})
        return [maker.lab(lab) for lab in labs] + [maker.exercise(one, proved) for one in exercises]
