"""Records that do not fit their source, and labs that are not as they should be."""

from __future__ import annotations

import pytest

from casebank.errors import ContentError
from casebank.notebooks import load_exercise, load_lab
from casebank.paths import Repo
from casebank.records import load_exercises, load_labs

RECORD = "exercise.yml"

# name: (text in exercise.yml, what stands there instead, what the error must say)
RECORDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "task without a cell": (
        "  advice:\n    title",
        "  more:\n    title: {zh: 多, en: More}\n  advice:\n    title",
        ("task 'more' has no cell in exercise.py",),
    ),
    "essay without rubric": (
        "essays:\n  advice:",
        "essays: {}\nadvice:",
        ("unknown key 'advice'",),
    ),
    "own message in the library's name": (
        "  one-each:\n",
        "  check-one:\n",
        ("begins with 'check-'",),
    ),
    "parameters differ": (
        "en: This is not the customer who spent most; you chose {who}.",
        "en: This is not the customer who spent most.",
        ("other parameters in zh than in en",),
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_malformed_record(name: str, mini: Repo) -> None:
    """Is a record that does not fit its source refused?"""
    old, new, said = RECORDS[name]
    path = mini.exercises / "mini-visits" / RECORD
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_exercise(mini, load_exercises(mini)[0])
    for part in said:
        assert part.lower() in caught.value.sentence().lower()


def test_essay_needs_a_rubric(mini: Repo) -> None:
    """Is an essay without a rubric refused?"""
    path = mini.exercises / "mini-visits" / RECORD
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("essays:")], encoding="utf-8")
    with pytest.raises(ContentError, match="essay 'advice' has no rubric"):
        load_exercise(mini, load_exercises(mini)[0])


LABS: dict[str, tuple[str, str, str]] = {
    "a task in a lab": (
        "# %%\nimport",
        '# %% task="x" kind="solution"\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n# %%\nimport',
        "kind 'solution' in a lab",
    ),
    "alt without language": (
        '# %% lang="zh" alt=',
        "# %% alt=",
        "'alt' without 'lang'",
    ),
    "alt in one language": (
        ' alt="Histogram: most of the 30 customers came more than four times."',
        "",
        "is not the twin of",
    ),
    "unknown table": ("data/visits.csv", "data/vists.csv", "did you mean 'visits'?"),
}


@pytest.mark.parametrize("name", LABS)
def test_malformed_lab(name: str, mini: Repo) -> None:
    """Is a lab that is not as it should be refused?"""
    old, new, said = LABS[name]
    path = mini.labs / "mini-lab.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_lab(mini, load_labs(mini)[0])
    assert said.lower() in caught.value.sentence().lower()
