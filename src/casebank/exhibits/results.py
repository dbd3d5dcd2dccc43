"""Results of a companion, computed once for each state of all that they depend on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casebank.depends import code_digest
from casebank.errors import ContentError, nearest
from casebank.files import digest
from casebank.lang import Bi
from casebank.paths import Repo
from casebank.programs import python
from casebank.spent import piece_of, spent

#: What a companion reads beside itself.
_OWN = (".py", ".csv", ".js")
#: What runs a companion, and what a companion may import.
CODE = ("casebank.exhibits", "casebank.check", "casebank.data", "casebank.clock")


@dataclass(frozen=True)
class Item:
    """A figure, table or tool with what stands around it."""

    id: str
    kind: str
    title: Bi
    alt: Bi | None
    source: Bi | None
    note: Bi | None
    exhibit: int | None
    folder: Path
    sides: dict[str, dict[str, Any]]

    def file(self, lang: str) -> Path:
        """The drawing in one language; the program of a tool."""
        return self.folder / self.sides[lang]["file"]

    def size(self, lang: str) -> tuple[int, int]:
        """Width and height of the drawing, CSS pixels."""
        return self.sides[lang]["width"], self.sides[lang]["height"]

    def table(self, lang: str) -> tuple[list[str], list[list[str]]]:
        """Column names and rows of the table, as they are to be shown."""
        return self.sides[lang]["columns"], self.sides[lang]["rows"]


@dataclass(frozen=True)
class Exhibits:
    """All that one companion computed."""

    values: dict[str, Any] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    key: str = ""
    where: str = "(no companion)"

    def value(self, name: str) -> Any:
        """One value.

        Raises:
            ContentError: when there is none of that name.
        """
        if name not in self.values:
            raise ContentError(
                f"there is no value '{name}' in {self.where}", "", nearest(name, self.values)
            )
        return self.values[name]

    def item(self, kind: str, name: str) -> Item:
        """One figure or table.

        Raises:
            ContentError: when there is none of that kind and name.
        """
        found = self.items.get(name)
        if found is None or found.kind != kind:
            names = [item.id for item in self.items.values() if item.kind == kind]
            raise ContentError(
                f"there is no {kind} '{name}' in {self.where}",
                "",
                nearest(name, names) if names else f"it has no {kind}s",
            )
        return found


#: Digests by the names, times and sizes of the files they were taken of: a server asks often.
_KEPT: dict[tuple[tuple[str, int, int], ...], str] = {}


def _digest(files: list[Path]) -> str:
    stats = [(path, path.stat()) for path in files]
    stamp = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
    if stamp not in _KEPT:
        if len(_KEPT) > 200:
            _KEPT.clear()
        _KEPT[stamp] = digest(files)
    return _KEPT[stamp]


def _inputs(companion: Path) -> list[Path]:
    """The companion and the files beside it that are its own."""
    folder = companion.parent
    if folder.name == "exhibits":
        return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    return sorted(p for p in folder.glob(f"{companion.stem}.*") if p.suffix in _OWN)


def key(repo: Repo, companion: Path) -> str:
    """Changes when anything changes from which the results are made."""
    tables = sorted(repo.datasets.glob("*.csv"))
    lock = [repo.lock] if repo.lock.is_file() else []
    return digest([code_digest(*CODE), _digest([*_inputs(companion), *tables, *lock])])[:32]


def load(repo: Repo, companion: Path) -> Exhibits:
    """Results of a companion; runs it if there are none for today's state of its inputs.

    A text without companion has no results. A run that fails leaves nothing behind, so the next one
    fails again until the companion is mended.

    Raises:
        ContentError: when the companion fails, with its line.
    """
    if not companion.is_file():
        return Exhibits(where=repo.relative(companion) + " (which does not exist)")
    name = key(repo, companion)
    folder = repo.build / "exhibits" / name
    if not (folder / "result.json").is_file():
        _compute(repo, companion, folder)
    return _read(folder, repo.relative(companion))


def _compute(repo: Repo, companion: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".work-"))
    source = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [source, os.environ.get("PYTHONPATH", "")])
    )
    command = python("-m", "casebank.exhibits.run", str(companion), str(repo.datasets))
    try:
        with spent(*(piece_of(str(companion)) or ("other", companion.stem)), "exhibits"):
            done = subprocess.run(
                [*command, str(work)], capture_output=True, text=True, env=environment, check=False
            )
        if done.returncode != 0:
            raise _fault(done.stderr, repo.relative(companion))
        if folder.exists():
            shutil.rmtree(folder)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _fault(stderr: str, where: str) -> ContentError:
    for line in stderr.splitlines():
        if line.startswith("casebank-fault:"):
            fault = json.loads(line.removeprefix("casebank-fault:"))
            place = f"{where}, line {fault['line']}" if fault["line"] else where
            return ContentError(fault["what"], place, fault["todo"] or "mend the companion")
    last = stderr.strip().splitlines()[-1] if stderr.strip() else "it ended without a word"
    return ContentError(f"the companion crashed: {last}", where, "mend the companion")


def _read(folder: Path, where: str) -> Exhibits:
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    items = {}
    for raw in result["items"]:
        texts = {k: Bi(**raw[k]) if raw[k] else None for k in ("title", "alt", "source", "note")}
        items[raw["id"]] = Item(
            id=raw["id"],
            kind=raw["kind"],
            exhibit=raw["exhibit"],
            folder=folder,
            sides={"zh": raw["zh"], "en": raw["en"]},
            **texts,
        )
    return Exhibits(result["values"], items, folder.name, where)
