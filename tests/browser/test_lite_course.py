"""From the browser to the gradebook: what was typed there gets the points that it gets at home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from test_lite_pages import (
    LANGS,
    ROOT,
    SLUG,
    check,
    downloaded,
    problems,
    released,
    saved,
    site,  # noqa: F401  (the site with browser labs takes the place of the plain one)
    solution,
    start,
    work,
    write,
)

pytestmark = [pytest.mark.xdist_group("lite"), pytest.mark.sandbox]
WRONG = "def scores(table):\n    return table"
STUDENTS = {"zh": "2026zh", "en": "2026en"}


def casebank(*arguments: str | Path) -> str:
    """Run the public command; its words."""
    folder = Path(sys.executable).parent
    done = subprocess.run(
        [folder / "casebank", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def answers(lang: str) -> dict[str, str]:
    """An answer for each cell that wants code; one of them is wrong for good."""
    path = ROOT / f"_build/notebooks/exercises/{SLUG}/{lang}/release/{SLUG}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = [
        cell["id"]
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code"
    ]
    assert len(names) >= 6
    found = {name: solution(lang, name) for name in names}
    found[names[-1]] = "raise ValueError('not today')"
    return found


def points(course: Path, student: str) -> dict[str, float]:
    """Points of each graded cell."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        notebook = book.find_submission(SLUG, student).notebooks[0]
        return {grade.name: float(grade.auto_score or 0) for grade in notebook.grades}


def in_the_browser(opened: Any, lang: str, into: Path) -> Path:
    """A trainee types every answer, errs once and is told so, mends it, hands in."""
    seen = opened(work(lang), locale="zh-CN" if lang == "zh" else "en-GB", accept_downloads=True)
    page = seen.page
    frame = start(page)
    mine = answers(lang)
    for name, text in mine.items():
        write(frame, name, text)
    before = check(page)
    write(frame, "scores-solution", WRONG)
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(500)
    broken = check(page)
    assert broken != before
    assert broken.count("✓") < before.count("✓")
    write(frame, "scores-solution", mine["scores-solution"])
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(500)
    assert check(page).count("✓") == before.count("✓")
    saved(page)
    page.click("[data-do=handin]")
    page.fill("#cbw-name", "李 雷" if lang == "zh" else "Han Mei")
    page.fill("#cbw-id", STUDENTS[lang])
    name, content = downloaded(page, lambda: page.click(".cbw-dialog button[value=make]"))
    assert problems(seen.watch) == []
    path = into / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("langs", [LANGS[:1], pytest.param(LANGS, marks=pytest.mark.long)], ids=len)
def test_points_are_those_of_home(site, opened, tmp_path, langs):  # noqa: F811
    """Do both ways of handing in, in one language or both, lead to the same points and feedback?"""
    course, inbox = tmp_path / "course", tmp_path / "inbox"
    inbox.mkdir()
    casebank("course", "new", course)
    casebank("release", SLUG, "--course", course)
    for lang in langs:
        in_the_browser(opened, lang, inbox)
    said = casebank("collect", inbox, "--course", course, "--add-students")
    students = [STUDENTS[lang] for lang in langs]
    assert all(student in said for student in students)
    # The same answers, written in JupyterLab and put where nbgrader looks.
    home = released(site, "zh")
    mine = answers("zh")
    for cell in home["cells"]:
        cell["source"] = mine.get(cell["id"], cell["source"])
    folder = course / "submitted" / "home" / SLUG
    folder.mkdir(parents=True)
    (folder / f"{SLUG}.ipynb").write_text(json.dumps(home), encoding="utf-8")
    casebank("grade", SLUG, "--course", course)
    expected = points(course, "home")
    assert sum(expected.values()) > 15
    assert min(expected.values()) == 0
    for student in students:
        assert points(course, student) == expected
        assert list((course / "feedback" / student / SLUG).glob("*.html")) or casebank(
            "feedback", SLUG, "--course", course
        )
        assert list((course / "feedback" / student / SLUG).glob("*.html"))
