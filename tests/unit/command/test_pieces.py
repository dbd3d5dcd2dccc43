"""Which pieces' dear checks are due, and what a piece costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import pieces
from pieces import Piece

FILES = (
    "book/chapters/01-money.yml",
    "book/labs/coins.yml",
    "exercises/coins/exercise.yml",
    "exercises/notes/exercise.yml",
    "cases/mint/case.yml",
)


def git(folder: Path, *words: str) -> str:
    """Run git as somebody."""
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small course of which two days ago all, and since then one case was written."""
    for name in FILES[:-1]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all", "--date=2 days ago")
    (tmp_path / FILES[-1]).parent.mkdir(parents=True)
    (tmp_path / FILES[-1]).write_text("new")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "case")
    return tmp_path


def test_every_piece_is_known(clone: Path) -> None:
    """Are the pieces those of the files?"""
    assert [str(one) for one in pieces.all_pieces(clone)] == [
        "chapter/money",
        "lab/coins",
        "exercise/coins",
        "exercise/notes",
        "case/mint",
    ]


@pytest.mark.parametrize(
    ("place", "piece"),
    [
        ("book/chapters/01-money.card.zh.md", Piece("chapter", "money")),
        ("zh/book/chapters/01-money-card/", Piece("chapter", "money")),
        ("en/book/chapters/01-money-market/", Piece("chapter", "money-market")),
        ("book/questions/money.yml", Piece("chapter", "money")),
        ("book/labs/coins.py", Piece("lab", "coins")),
        ("zh/book/labs/coins/", Piece("lab", "coins")),
        ("exercises/coins/exercise.py", Piece("exercise", "coins")),
        ("en/exercises/coins/", Piece("exercise", "coins")),
        ("en/exercises/", pieces.HOUSE),
        ("cases/mint/exhibits/sums.py", Piece("case", "mint")),
        ("zh/cases/", pieces.HOUSE),
        ("src/casebank/files.py", pieces.HOUSE),
        ("zh/", pieces.HOUSE),
    ],
)
def test_files_and_pages_have_their_piece(place: str, piece: Piece) -> None:
    """Whose is a file, or a page?"""
    assert pieces.of(place) == piece


def test_what_was_touched(clone: Path) -> None:
    """Does a piece count as touched since a base, and when its change is not committed yet?"""
    assert pieces.touched(clone, "HEAD~1") == {Piece("case", "mint")}
    assert pieces.touched(clone, "HEAD") == set()
    (clone / "exercises/notes/exercise.yml").write_text("other")
    (clone / "book/labs/new.yml").write_text("new")
    assert pieces.touched(clone, "HEAD") == {Piece("exercise", "notes"), Piece("lab", "new")}


def test_a_few_commits_reach_all() -> None:
    """Does each commit choose a third of every kind, and do few commits leave none out?"""
    course = [Piece(kind, f"p{n}") for kind in ("chapter", "case") for n in range(9)]
    reached: set[Piece] = set()
    for number in range(pieces.SHARE):
        one = pieces.sample(course, f"{number:012x}" + 28 * "a")
        assert len(one) == len(course) / pieces.SHARE
        reached |= one
    assert reached == set(course)


def test_one_piece(clone: Path) -> None:
    """Does a slug choose its pieces, and a wrong one tell which there are?"""
    found = pieces.chosen(clone, {"PIECE": "coins"}, everything=False)
    assert found == [Piece("lab", "coins"), Piece("exercise", "coins")]
    with pytest.raises(SystemExit, match=r"PIECE=coin: no piece is called so; there are coins, m"):
        pieces.chosen(clone, {"PIECE": "coin"}, everything=False)
    assert len(pieces.chosen(clone, {}, everything=True)) == len(FILES)


TEST = """
import pieces, pytest

@pytest.mark.piece("case", "mint")
@pytest.mark.dear
def test_dear(): sum(range(3_000_000))

@pytest.mark.piece("case", "mint")
def test_cheap(): pass

def test_house(): pass
"""


@pytest.mark.parametrize(
    ("given", "ran"),
    [
        ({}, 3),
        ({pieces.DEAR: "case/mint"}, 3),
        ({pieces.DEAR: "case/other"}, 2),
        ({pieces.DEAR: "case/other,case/mint", pieces.ONLY: "mint"}, 2),
    ],
)
def test_what_is_due_runs_and_is_counted(
    tmp_path: Path, given: dict[str, str], ran: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does a dear test wait for its turn, and a piece's test leave its cost behind?"""
    here = Path(pieces.__file__).parent
    (tmp_path / "conftest.py").write_text((here / "conftest.py").read_text())
    (tmp_path / "test_it.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = piece(kind, slug)\n  dear\n")
    spent = tmp_path / "spent"
    for name in (pieces.DEAR, pieces.ONLY):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**given, pieces.SPENT: str(spent), "PYTHONPATH": str(here)}.items():
        monkeypatch.setenv(name, value)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{ran} passed" in done.stdout, done.stdout + done.stderr
    rows = [json.loads(line) for line in spent.read_text().splitlines()]
    assert {(row["kind"], row["slug"]) for row in rows} == {("case", "mint")}
    cost = sum(pieces.costs(spent)[Piece("case", "mint")].values())
    assert (cost > 0.01) == (given.get(pieces.DEAR) != "case/other")
