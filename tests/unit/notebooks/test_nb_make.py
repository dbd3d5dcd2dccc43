"""Making: only what changed, only what is proved, and a failed build stays failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebank import notebooks
from casebank.errors import CasebankError, ContentError, UsageError
from casebank.files import tree_digest
from casebank.paths import Repo

SLUG = "mini-visits"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_nothing_to_do(made: Repo) -> None:
    """Does a second run change nothing, and take the same files for right?"""
    folder = made.build / "notebooks"
    before = tree_digest(folder, ("*",))
    again = notebooks.make(made)
    assert [item.changed for item in again] == [False, False]
    assert tree_digest(folder, ("*",)) == before
    assert "unchanged" in again[1].summary()
    assert (again[1].tasks, again[1].points) == (4, 10)


def test_only(made: Repo) -> None:
    """Can one exercise be made by name, and is a wrong name answered with the right one?"""
    assert [item.slug for item in notebooks.make(made, only=[SLUG])] == [SLUG]
    with pytest.raises(UsageError, match="Did you mean 'mini-visits'"):
        notebooks.make(made, only=["mini-visit"])


# what: (old, new, what the error must say)
UNPROVED: dict[str, tuple[str, str, str]] = {
    "a wrong answer that passes": (
        'expect="fail" message="counts-wrong" name="days, not visits"\n'
        "def counts(visits):\n"
        '    return visits.groupby("customer_id")["date"].nunique() - 1',
        'expect="fail" message="counts-wrong" name="right after all"\n'
        "def counts(visits):\n"
        '    return visits.groupby("customer_id").size()',
        "right after all of task 'counts' should be fail [counts-wrong], in grading it is passed",
    ),
    "another message": (
        'expect="fail" message="spend-yuan" name="in cents"',
        'expect="fail" message="spend-wrong" name="in cents"',
        "in grading it is failed [spend-yuan]",
    ),
    "a right answer that fails": (
        '    return visits["customer_id"].value_counts()',
        '    return visits["customer_id"].value_counts() + 1',
        "value_counts of task 'counts' should be pass",
    ),
    "a solution that fails": (
        '["amount_cents"].sum() / 100\n',
        '["amount_cents"].sum() / 10\n',
        "with the solution this test cell fails: CheckFailed",
    ),
    "a template that scores": (
        '# %% task="best" kind="test" points=1\n',
        '# %% task="counts" kind="test" points=1\nassert len(visits)\n'
        '# %% task="best" kind="test" points=1\n',
        "the untouched template gets 1 points in task 'counts'",
    ),
    "a name that is not there": (
        'best = visits.groupby("customer_id")["amount_cents"].sum().idxmax()\n',
        'beste = visits.groupby("customer_id")["amount_cents"].sum().idxmax()\n',
        "the solution does not define 'best'",
    ),
    "a parameter that is not passed": (
        '.idxmax(), "best-who", who=best)',
        '.idxmax(), "best-who")',
        "the message uses {who}",
    ),
}


@pytest.mark.parametrize("name", UNPROVED)
def test_unproved(name: str, mini: Repo) -> None:
    """Does an exercise that proves wrong not build, and leave nothing behind?"""
    old, new, said = UNPROVED[name]
    edit(mini.exercises / SLUG / "exercise.py", old, new)
    for _ in range(2 if name == "a template that scores" else 1):
        # A failed build fails again until it is mended.
        with pytest.raises(ContentError) as caught:
            notebooks.make(mini, only=[SLUG])
        assert said in caught.value.sentence()
    folder = mini.build / "notebooks" / "exercises"
    assert not folder.is_dir() or not any(folder.iterdir())


def test_a_page_needs_no_proof_and_takes_none_for_granted(mini: Repo) -> None:
    """Is an exercise there before it is proved, and gone for everybody once it proved wrong?"""
    goal = mini.build / "notebooks/exercises" / SLUG
    assert notebooks.make(mini, only=[SLUG], proved=False)[0].changed
    assert (goal / "en/release" / f"{SLUG}.ipynb").is_file()
    assert not notebooks.make(mini, only=[SLUG], proved=False)[0].changed
    old, new, _ = UNPROVED["a right answer that fails"]
    source = mini.exercises / SLUG / "exercise.py"
    edit(source, old, new)
    assert notebooks.make(mini, only=[SLUG], proved=False)[0].changed
    for proved in (True, False, False, True):
        with pytest.raises(ContentError, match="value_counts of task 'counts' should be pass"):
            notebooks.make(mini, only=[SLUG], proved=proved)
        assert not goal.exists()
    edit(source, new, old)
    assert notebooks.make(mini, only=[SLUG], proved=False)[0].changed
    assert notebooks.make(mini, only=[SLUG])[0].probes > 0
    assert not notebooks.make(mini, only=[SLUG])[0].changed


def test_failure_takes_the_old_away(made: Repo, mini: Repo) -> None:
    """Is what an older source made gone when the new source fails, so that nobody takes it?"""
    goal = mini.build / "notebooks/exercises" / SLUG
    goal.mkdir(parents=True)
    (goal / ".stamp").write_text("an older state")
    edit(
        mini.exercises / SLUG / "exercise.py", "### BEGIN SOLUTION\nbest", "### BEGIN SOLUTON\nbest"
    )
    with pytest.raises(ContentError):
        notebooks.make(mini, only=[SLUG])
    assert not goal.exists()


@pytest.mark.parametrize(
    "change",
    [
        ("datasets/visits.csv", "1,101,", "1,102,"),
        ("exercises/mini-visits/exercise.yml", "version: 1.0.0", "version: 1.0.1"),
        ("book/chapters/01-mini.en.md", "## Money", "## The money"),
    ],
)
def test_what_it_depends_on(mini: Repo, change: tuple[str, str, str]) -> None:
    """Does another table, record or chapter heading give another stamp?"""
    from casebank.notebooks.make import _Maker
    from casebank.records import load_exercises

    def key() -> str:
        record = load_exercises(mini)[0]
        files = [record.folder / "exercise.py", record.path, mini.datasets / "visits.csv"]
        return _Maker(mini, None).key(record, files)

    before = key()
    name, old, new = change
    edit(mini.root / name, old, new)
    assert key() != before


def test_missing_table(mini: Repo) -> None:
    """Is a table that is not there named, with what to do?"""
    (mini.datasets / "visits.csv").unlink()
    with pytest.raises(CasebankError, match="casebank data make"):
        notebooks.make(mini, only=[SLUG])


def test_section_is_a_heading(mini: Repo) -> None:
    """Is a section that the chapter does not have refused, with the nearest right one?"""
    edit(mini.exercises / SLUG / "exercise.yml", "section: money", "section: mony")
    with pytest.raises(ContentError, match="Did you mean 'money'"):
        notebooks.make(mini, only=[SLUG])


def test_what_is_gone_goes(mini: Repo) -> None:
    """Does a notebook go when its source is gone, so that no kit or site takes it along?"""
    notebooks.make(mini, only=["mini-lab"])
    old = mini.build / "notebooks/labs/mini-lab"
    assert old.is_dir()
    (mini.labs / "mini-lab.yml").rename(mini.labs / "new-lab.yml")
    (mini.labs / "mini-lab.py").rename(mini.labs / "new-lab.py")
    edit(mini.labs / "new-lab.yml", "id: mini-lab", "id: new-lab")
    notebooks.make(mini, only=["new-lab"])
    assert not old.exists()
    assert (mini.build / "notebooks/labs/new-lab/zh/new-lab.ipynb").is_file()
