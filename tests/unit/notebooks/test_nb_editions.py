"""Editions: two languages and two audiences from one source."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from casebank.check.outcomes import Spec
from casebank.notebooks import keys, read_source
from casebank.notebooks.stubs import CODE_STUB, TEXT_STUB
from casebank.paths import Repo

SLUG = "mini-visits"


def notebook(repo: Repo, lang: str, role: str) -> nbformat.NotebookNode:
    path = repo.build / "notebooks/exercises" / SLUG / lang / role / f"{SLUG}.ipynb"
    return nbformat.read(path, as_version=4)


def test_cells_are_jupytexts(mini: Repo) -> None:
    """Does our strict reader cut the file where jupytext does?"""
    for path in (mini.exercises / SLUG / "exercise.py", mini.labs / "mini-lab.py"):
        ours = read_source(path, path.name)
        theirs = jupytext.read(path, fmt="py:percent").cells
        if not path.read_text(encoding="utf-8").startswith("# %%"):
            # The comment on top is a cell of its own for jupytext.
            theirs = theirs[1:]
        assert [c.source for c in ours] == [c.source for c in theirs]
        assert [c.markdown for c in ours] == [c.cell_type == "markdown" for c in theirs]


@pytest.mark.parametrize("role", ["source", "release"])
def test_graded_cells_are_equal_in_both_languages(made: Repo, role: str) -> None:
    """Can one gradebook hold both languages: same graded cells, ids, metadata, byte for byte?"""
    zh, en = notebook(made, "zh", role), notebook(made, "en", role)
    assert [c.id for c in zh.cells] == [c.id for c in en.cells]
    graded = 0
    for one, two in zip(zh.cells, en.cells, strict=True):
        assert one.metadata == two.metadata
        if one.metadata.get("nbgrader") and one.id != "advice-essay":
            graded += 1
            assert one.source == two.source
    assert graded == 7
    if role == "release":
        essays = [next(c for c in n.cells if c.id == "advice-essay").source for n in (zh, en)]
        assert essays == [TEXT_STUB, TEXT_STUB]


def test_prose_says_nothing_to_nbgrader(made: Repo) -> None:
    """Do prose and setup carry no metadata of nbgrader's, in their own language each?"""
    for lang, word in (("zh", "数一数"), ("en", "Count how often")):
        released = notebook(made, lang, "release")
        for cell in released.cells:
            if cell.id.startswith(("prose", "title")) or cell.id == "setup":
                assert "nbgrader" not in cell.metadata
        assert any(word in cell.source for cell in released.cells)
        assert released.metadata.casebank == {
            "exercise": SLUG,
            "version": "1.0.0",
            "lang": lang,
        }
        assert released.metadata.kernelspec.name == "python3"
        setup = next(c for c in released.cells if c.id == "setup")
        assert f'lang="{lang}"' in setup.source


def test_release_is_a_template(made: Repo) -> None:
    """Does the release hold stubs and visible tests, and the source solutions and hidden tests?"""
    released, source = notebook(made, "en", "release"), notebook(made, "en", "source")
    text = nbformat.writes(released)
    for secret in ("SECRET-SOLUTION-LINE", "secret_expected", "BEGIN ", "Model answer", "idxmin"):
        assert secret not in text
    assert "SECRET-SOLUTION-LINE" in nbformat.writes(source)
    assert "secret_expected" in nbformat.writes(source)
    stubs = [c.source for c in released.cells if c.id.endswith("-solution")]
    assert len(stubs) == 3
    assert all(CODE_STUB in stub for stub in stubs)
    locked = [c for c in released.cells if c.id.endswith("-test")]
    assert all(c.metadata.nbgrader.locked and c.metadata.editable is False for c in locked)
    assert all(c.metadata.nbgrader.checksum for c in locked)


def test_released_description_tells_no_secret(made: Repo) -> None:
    """Does casebank.json of a release know visible tests and their messages only?"""
    folder = made.build / "notebooks/exercises" / SLUG
    text = (folder / "en/release/casebank.json").read_text(encoding="utf-8")
    assert "secret_expected" not in text
    assert "spend-wrong" not in text
    assert "probe" not in text
    spec = Spec.load(folder / "en/release/casebank.json")
    assert [task.name for task in spec.tasks] == ["counts", "spend", "best", "advice"]
    assert [task.points for task in spec.tasks] == [3, 3, 1, 3]
    assert spec.tasks[1].section == {"id": "money", "zh": "金额", "en": "Money"}
    whole = Spec.load(folder / "en/source/casebank.json")
    assert "spend-wrong" in whole.messages
    zh = (folder / "zh/release/casebank.json").read_text(encoding="utf-8")
    assert zh == text


def test_lab(made: Repo) -> None:
    """Is a lab cut by language, with the figure's text where MyST-NB looks for it?"""
    folder = made.build / "notebooks/labs/mini-lab"
    for lang, other in (("zh", "Histogram"), ("en", "柱状图")):
        lab = nbformat.read(folder / lang / "mini-lab.ipynb", as_version=4)
        nbformat.validate(lab)
        alts = [c.metadata.mystnb.image.alt for c in lab.cells if "mystnb" in c.metadata]
        assert len(alts) == 1
        assert other not in alts[0]
        assert all(not c.get("outputs") for c in lab.cells)
        assert (folder / lang / "data/visits.csv").is_file()
        assert lab.cells[0].source == {"zh": "# 小实验", "en": "# A small lab"}[lang]


def test_schema_is_the_committed_one() -> None:
    """Is the set of keys the one that the repository's schema fixes?"""
    path = Path(keys.__file__).with_name("cell-keys.schema.json")
    assert json.loads(path.read_text(encoding="utf-8")) == keys.schema()


def test_ids_are_legal(made: Repo) -> None:
    """Are all cell ids made from task and kind, legal and unique?"""
    ids = [cell.id for cell in notebook(made, "zh", "release").cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", one) for one in ids)
    assert {"setup", "counts-solution", "counts-test", "counts-test-2", "advice-essay"} <= set(ids)
