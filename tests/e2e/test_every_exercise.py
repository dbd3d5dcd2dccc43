"""What must hold for every exercise, on this bank's data and on another's."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import pieces
from casebank import data, notebooks
from casebank.check.outcomes import Spec
from casebank.files import write_text
from casebank.lang import LANGS
from casebank.notebooks import describe, prove
from casebank.notebooks.make import load_exercise
from casebank.notebooks.markers import HIDDEN, SOLUTION
from casebank.paths import Repo
from casebank.records import Exercise, load_chapters, load_exercises

pytestmark = pytest.mark.e2e
REPO = Repo(Path(__file__).parents[2])
BANKS = [(7, 500), *(pytest.param(seed, 900, marks=pytest.mark.long) for seed in (1, 99))]


def record(slug: str) -> Exercise:
    """The exercise's record."""
    return next(one for one in load_exercises(REPO) if one.id == slug)


@pytest.mark.parametrize("slug", pieces.each("exercise", dear=True))
def test_it_is_proved(slug: str) -> None:
    """Does the template get nothing and the solution everything, and does no release tell?"""
    exercise = record(slug)
    made = next(one for one in notebooks.make(REPO, only=[slug]) if one.kind == "exercise")
    assert made.tasks == len(exercise.tasks)
    assert made.points >= 20
    for lang in LANGS:
        text = (made.folder / lang / "release" / f"{slug}.ipynb").read_text("utf-8")
        assert SOLUTION[0] not in text
        assert HIDDEN[0] not in text


@pytest.mark.parametrize(("seed", "customers"), BANKS)
@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("slug", pieces.each("exercise", dear=True))
def test_another_bank(slug: str, lang: str, seed: int, customers: int, tmp_path: Path) -> None:
    """Do solution, template and every probe fare alike on data of another seed and size?"""
    exercise = record(slug)
    _, slots = load_exercise(REPO, exercise)
    slots = [dataclasses.replace(slot, zh=slot.get(lang)) for slot in slots]
    data.make(tmp_path / "data", customers=customers, fmt="csv", seed=seed, workers=1)
    chapter = {one.id: one for one in load_chapters(REPO)}[exercise.chapter]
    content = describe.describe(REPO, exercise, slots, chapter, hidden=True)
    write_text(tmp_path / "casebank.json", describe.to_text(content))
    # The untouched and the raising cell, two right answers and two wrong ones a task.
    least = 4 * (len(exercise.tasks) - len(exercise.essays))
    assert prove.check_probes(slots, Spec.from_dict(content), tmp_path, slug) >= least
