"""The pieces of the course, as the suite sees them: whose dear checks are on, and what each cost.

Cheap checks run on all pieces, every time. Dear ones (probes, another bank's data, every page by
axe, labs in the browser) run on the pieces that the last commits touched and on a sample of the
rest that a commit's hash picks, so that a few commits reach all. ``make test PIECE=slug`` runs
everything on one piece, ``make test-all`` everything on all.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: One in so many of the pieces that nobody touched.
SHARE = 3
#: Pieces whose dear checks are on, as ``kind/slug`` with commas; unset means all.
DEAR = "CASEBANK_TEST_DEAR"
#: The one piece to be tested, by its slug; unset means the whole suite.
ONLY = "CASEBANK_TEST_PIECE"
#: The file that the costs of tests are added to.
SPENT = "CASEBANK_TEST_SPENT"


class Piece(NamedTuple):
    """A part of the course that somebody writes by a recipe."""

    kind: str
    slug: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"


#: The house's own pages: home, guides, lists.
HOUSE = Piece("house", "pages")


def all_pieces(root: Path = ROOT) -> list[Piece]:
    """Every piece of the course, by the files from which it is made."""
    chapters = sorted((root / "book/chapters").glob("[0-9]*.yml"))
    return [
        *(Piece("chapter", path.stem.partition("-")[2]) for path in chapters),
        *(Piece("lab", path.stem) for path in sorted((root / "book/labs").glob("*.yml"))),
        *(Piece("exercise", p.parent.name) for p in sorted(root.glob("exercises/*/exercise.yml"))),
        *(Piece("case", path.parent.name) for path in sorted(root.glob("cases/*/case.yml"))),
    ]


def each(kind: str, *, dear: bool = False) -> list[Any]:
    """Parameters for a test of every piece of a kind: the slugs."""
    marks = [pytest.mark.dear] if dear else []
    return [
        pytest.param(one.slug, id=one.slug, marks=[pytest.mark.piece(*one), *marks])
        for one in all_pieces()
        if one.kind == kind
    ]


def each_with_pages() -> list[Any]:
    """Parameters for a dear test of all pages: the pieces, and the house's own pages."""
    dear = [
        pytest.param(one, id=str(one), marks=[pytest.mark.piece(*one), pytest.mark.dear])
        for one in all_pieces()
    ]
    return [*dear, pytest.param(HOUSE, id=str(HOUSE), marks=pytest.mark.piece(*HOUSE))]


def of(place: str) -> Piece:
    """The piece that a file or a page belongs to; else the house."""
    from casebank.spent import piece_of

    found = piece_of(place)
    return Piece(*found) if found else HOUSE


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def touched(root: Path, base: str | None) -> set[Piece]:
    """Pieces with a file that changed since ``base``, or since yesterday; also uncommitted ones.

    Args:
        root: a clone.
        base: a commit, or a branch; where the two part counts.
    """
    since = _git(root, "merge-base", base, "HEAD") if base else ""
    since = since or _git(root, "rev-list", "-1", "--before=24 hours ago", "HEAD")
    since = since or _git(root, "rev-list", "--max-parents=0", "HEAD").partition("\n")[0]
    names = _git(root, "diff", "--name-only", since).splitlines() if since else []
    names += _git(root, "ls-files", "--others", "--exclude-standard").splitlines()
    return {of(name) for name in names} - {HOUSE}


def sample(pieces: Iterable[Piece], commit: str) -> set[Piece]:
    """Every third piece of each kind; with which it begins, the commit's hash says."""
    first = int(commit[:12] or "0", 16)
    by_kind = defaultdict(list)
    for piece in sorted(pieces):
        by_kind[piece.kind].append(piece)
    return {one for kind in by_kind.values() for one in kind[first % SHARE :: SHARE]}


def chosen(root: Path, environment: Mapping[str, str], everything: bool) -> list[Piece]:
    """Pieces whose dear checks are on.

    Raises:
        SystemExit: ``PIECE`` names none.
    """
    pieces = all_pieces(root)
    slug = environment.get("PIECE")
    if slug:
        found = [piece for piece in pieces if piece.slug == slug]
        if not found:
            names = ", ".join(sorted({piece.slug for piece in pieces}))
            raise SystemExit(f"PIECE={slug}: no piece is called so; there are {names}")
        return found
    commit = _git(root, "rev-parse", "HEAD")
    if everything or not commit:
        return pieces
    wanted = touched(root, environment.get("BASE")) | sample(pieces, commit)
    return [piece for piece in pieces if piece in wanted]


def costs(path: Path) -> dict[Piece, dict[str, float]]:
    """CPU seconds of each piece, by what they were spent on."""
    found: dict[Piece, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        row = json.loads(line)
        found[Piece(row["kind"], row["slug"])][row["work"]] += row["seconds"]
    return found


def tree_seconds() -> float:
    """CPU seconds of this process, of its children that ended, and of all that live below it."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - many, and often
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    said = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            parents[int(name)] = int(said[1])
            used[int(name)] = sum(map(int, said[11:15]))
    mine: set[int] = set()
    more = {os.getpid()}
    while more:
        mine |= more
        more = {pid for pid, parent in parents.items() if parent in more}
    ticks = sum(used.get(pid, 0) for pid in mine)
    return ticks / os.sysconf("SC_CLK_TCK")
