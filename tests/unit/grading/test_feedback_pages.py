"""Pages of a stranger's assignment, where they lie, and the list of what is held."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import ledger_course as small
import pytest
from rich.console import Console

from casebank.check.outcomes import RUN, Outcome, TaskOutcome
from casebank.errors import ContentError, UsageError
from casebank.grading import feedback
from casebank.grading.course import Course
from casebank.grading.feedback import places
from casebank.grading.feedback.words import PLAINER, why
from casebank.grading.ledger import Writer
from casebank.grading.model import HELD, REJECTED, Decision, Evidence, Graded
from casebank.grading.reasons import REASONS, Reason

TASKS = [
    TaskOutcome("first/test-a", Outcome.PASSED, points=2, max_points=2),
    TaskOutcome("first/test-b", Outcome.PARTLY, points=1.5, max_points=3),
    TaskOutcome("first/essay", Outcome.NOT_JUDGED, needs="person", max_points=4),
    TaskOutcome("second/test-c", Outcome.NOT_ATTEMPTED, max_points=1),
    TaskOutcome("second/work", Outcome.NOT_JUDGED, needs="person", max_points=5),
]


def _submission(course: Course, student: str, *names: str) -> None:
    folder = course.path("submitted", student, small.SLUG)
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("{}", encoding="utf-8")


def _store(course: Course, *decisions: Decision) -> None:
    from casebank.grading import intake
    from casebank.grading.sandbox import Limits

    with course.locked():
        writer = Writer(course, small.SLUG)
        handed_in = course.submissions(small.SLUG)
        for one in decisions:
            if one.student in handed_in:
                one.digest = intake.fingerprint(handed_in[one.student], Limits())
            writer.store(one, "run")
        writer.close()


def _page(course: Course, student: str, name: str = "first") -> str:
    return (course.path("feedback", student, small.SLUG) / f"{name}.html").read_text("utf-8")


def _rows(page: str) -> list[str]:
    """The lines of the table as plain text."""
    cells = re.findall(r"<tr><td>.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_two_notebooks(course: Course) -> None:
    """Does each notebook have the whole page under its name, with a line per graded cell?"""
    _submission(course, "ann", "first.ipynb", "second.ipynb", "practice.ipynb")
    _store(course, small.decision("ann", tasks=TASKS, evidence=[]))
    made = feedback.feedback(course.root, small.SLUG)
    assert [path.name for path in made] == ["first.html", "second.html"]
    page = _page(course, "ann")
    assert page == _page(course, "ann", "second")
    assert _rows(page) == [
        "test-a ✓ passed 2 / 2",
        "test-b ◐ partly passed 1.5 / 3",
        "essay ✎ waits for a person – / 4",
        "test-c ○ not attempted 0 / 1",
        "work ✎ waits for a person – / 5",
    ]
    assert "Notebook first" in page and "<b>3.5</b> / 15" in page
    assert "Cells that wait for a person: 2." in page
    for outside in ("src=", "<script", "<link", "http", "@import", "url("):
        assert outside not in page, outside
    assert len(page) < 20_000


def test_only_what_changed_is_written(course: Course) -> None:
    """Are pages whose content is the same left alone?"""
    for student in ("ann", "ben"):
        _submission(course, student, "first.ipynb", "second.ipynb")
    _store(course, *[small.decision(name, tasks=TASKS) for name in ("ann", "ben")])
    seen: list[tuple[int, int, str]] = []
    first = feedback.feedback(course.root, small.SLUG, progress=lambda *one: seen.append(one))
    assert len(first.written) == len(first) == 4 and seen[-1][:2] == (2, 2)
    before = first[0].stat().st_mtime_ns
    again = feedback.feedback(course.root, small.SLUG)
    assert again == first and not again.written
    assert first[0].stat().st_mtime_ns == before
    small.sql(course, "UPDATE grade SET extra_credit = 1 WHERE auto_score = 2.0 AND rowid < 6")
    assert len(feedback.feedback(course.root, small.SLUG).written) == 2


def test_what_a_person_wrote(course: Course) -> None:
    """Are a person's score, comment and a late penalty shown, and is markup kept harmless?"""
    _submission(course, "ann", "first.ipynb", "second.ipynb")
    _store(course, small.decision("ann", tasks=TASKS))
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook("first", small.SLUG, "ann")
        notebook.late_submission_penalty = 1.0
        for grade in notebook.grades:
            if grade.name == "essay":
                grade.manual_score, grade.needs_manual_grade = 3.0, False
        for comment in notebook.comments:
            comment.manual_comment = f"<b>{comment.name}</b> & more"
        gradebook.db.commit()
    feedback.feedback(course.root, small.SLUG)
    page = _page(course, "ann")
    assert "essay ✎ graded by a person 3 / 4" in _rows(page)
    for part in ("&lt;b&gt;essay&lt;/b&gt; &amp; more", "&lt;b&gt;answer", "Late penalty 1"):
        assert part in page, part
    assert "<b>5.5</b> / 15" in page


def test_graded_by_stock(course: Course) -> None:
    """Does a submission that only stock nbgrader graded have a page, by its scores alone?"""
    with course.gradebook() as gradebook:
        gradebook.add_student("old")
        for notebook in gradebook.add_submission(small.SLUG, "old").notebooks:
            for grade in notebook.grades:
                grade.auto_score = grade.max_score if grade.name == "test-a" else 0.0
                grade.needs_manual_grade = False
        gradebook.db.commit()
    assert len(feedback.feedback(course.root, small.SLUG)) == 2
    rows = _rows(_page(course, "old"))
    assert "test-a ✓ passed 2 / 2" in rows and "test-c ✗ look at this 0 / 1" in rows


def test_rejected(course: Course) -> None:
    """Does a submission with a wrong name say what to do, under that name too, without points?"""
    _submission(course, "ann", "First (1).ipynb")
    reason = Reason("wrong-name", {"found": "First (1).ipynb", "expected": "first.ipynb"})
    _store(course, Decision("ann", REJECTED, "", "en", reason=reason))
    made = feedback.feedback(course.root, small.SLUG)
    assert [path.name for path in made] == ["first.html", "second.html", "First (1).html"]
    page = _page(course, "ann", "First (1)")
    for part in ("rename it and hand it in again", "Nothing was graded. Put right", "Not taken"):
        assert part in page, part
    assert "<table" not in page and "Points" not in page


def test_missing_notebook(course: Course) -> None:
    """Is a notebook that was not handed in named, and does it get no page of its own?"""
    _submission(course, "ann", "first.ipynb")
    whole = small.decision("ann", tasks=TASKS[:3])
    gone = Graded("second", None, {"test-c": small.row(0.0, 1.0), "work": small.row(0.0, 5.0)})
    tasks = [
        *TASKS[:3],
        TaskOutcome("second/test-c", Outcome.NOT_ATTEMPTED, max_points=1),
        TaskOutcome("second/work", Outcome.NOT_ATTEMPTED, max_points=5),
    ]
    _store(course, replace(whole, graded=[whole.graded[0], gone], tasks=tasks))
    made = feedback.feedback(course.root, small.SLUG)
    assert [path.name for path in made] == ["first.html"]
    assert "This notebook was not handed in." in _page(course, "ann")


def _held(student: str = "ann") -> Decision:
    run = TaskOutcome("second/test-c", Outcome.NOT_JUDGED, needs=RUN, max_points=1)
    return small.decision(
        student,
        status=HELD,
        tasks=[*TASKS[:3], run, TASKS[4]],
        reason=Reason("verify-differs", {"cells": "test-a"}),
        disputed={("first", "test-a")},
        evidence=[Evidence("first", "test-a", "error: [red]SECRET-77[/red]\x1b[2J", "ok")],
        unverified={("first", "test-b"): "it draws a [picture]"},
    )


def test_held_for_trainees(course: Course) -> None:
    """Does a trainee read one plain sentence, and nothing of either judgement?"""
    _submission(course, "ann", "first.ipynb", "second.ipynb")
    _store(course, _held())
    feedback.feedback(course.root, small.SLUG)
    page = _page(course, "ann")
    assert "Your instructor will look at test-a; no mark is given or taken yet." in page
    assert "test-a ✎ waits for a person – / 2" in _rows(page)
    for word in ("SECRET", "judgement", "picture", "error:"):
        assert word not in page


def _said(course: Course) -> str:
    out = io.StringIO()
    console = Console(file=out, width=140)
    for part in feedback.held(course.root, small.SLUG).tables():
        console.print(part)
    return out.getvalue()


def test_held_for_instructors(course: Course) -> None:
    """Does the list show reason, cells, both judgements and what was not judged twice?"""
    for student in ("ann", "ben"):
        _submission(course, student, "first.ipynb", "second.ipynb")
    good = small.decision("ben", tasks=TASKS, evidence=[])
    good.unverified = {("first", "test-b"): "it draws a [picture]"}
    _store(course, _held(), good)
    said = _said(course)
    for part in ("first/test-a", "came out differently", "[red]SECRET-77[/red]", "[picture]", "ok"):
        assert part in " ".join(said.split()), part
    assert "ben" not in said and "\x1b" not in said and re.search(r"first/test-b.*2", said)


def test_nothing_held(course: Course) -> None:
    """Is it one sentence when nothing is held?"""
    _submission(course, "ann", "first.ipynb")
    _store(course, small.decision("ann", tasks=TASKS, evidence=[]))
    assert _said(course).strip() == "Nothing of ps1 is held."


def test_what_release_feedback_needs(course: Course, tmp_path: Path) -> None:
    """Do time and secret lie beside the pages, and is no link of a trainee's followed?"""
    _submission(course, "ann", "first.ipynb", "timestamp.txt", "submission_secret.txt")
    _submission(course, "eve", "first.ipynb")
    (tmp_path / "secret").write_text("gradebook", encoding="utf-8")
    link = course.path("submitted", "eve", small.SLUG) / "submission_secret.txt"
    link.symlink_to(tmp_path / "secret")
    for student in ("ann", "eve"):
        _store(course, Decision(student, REJECTED, "", "en", reason=Reason("odd-file")))
    feedback.feedback(course.root, small.SLUG)
    for name in places.CARRIED:
        assert (course.path("feedback", "ann", small.SLUG) / name).read_text() == "{}"
        assert not (course.path("feedback", "eve", small.SLUG) / name).exists()


def test_a_page_of_stock_s_does_not_stay(course: Course) -> None:
    """Is a page that stock made earlier replaced, though its notebook is not handed in now?"""
    _submission(course, "ann", "first.ipynb")
    _store(course, small.decision("ann", tasks=TASKS))
    old = course.path("feedback", "ann", small.SLUG) / "second.html"
    old.parent.mkdir(parents=True)
    old.write_text("assert x == SECRET", encoding="utf-8")
    feedback.feedback(course.root, small.SLUG)
    assert "SECRET" not in old.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("# 练习\n写一个函数 `squares(n)`，返回平方。", "zh"),
        ("# Squares\nWrite `squares(n)` for 王 and 李.", "en"),
    ],
)
def test_language_of_a_strangers_course(course: Course, text: str, lang: str) -> None:
    """Is a page in the language of the notebooks, and by --lang in another one?"""
    source = course.path("source", ".", small.SLUG)
    source.mkdir(parents=True)
    cell = {"cell_type": "markdown", "source": [text], "metadata": {}}
    (source / "first.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    _submission(course, "ann", "first.ipynb")
    _store(course, small.decision("ann", tasks=TASKS))
    words = {"zh": 'lang="zh-CN"', "en": 'lang="en"'}
    feedback.feedback(course.root, small.SLUG)
    assert words[lang] in _page(course, "ann")
    other = "en" if lang == "zh" else "zh"
    feedback.feedback(course.root, small.SLUG, lang=other)
    assert words[other] in _page(course, "ann")


def test_wrong_use(course: Course) -> None:
    """Is an unknown assignment or student, or a class that waits, one sentence?"""
    with pytest.raises(UsageError, match="gradebook knows: ps1"):
        feedback.feedback(course.root, "ps2")
    with pytest.raises(UsageError, match="has not been released"):
        feedback.held(course.root, "ps2")
    with pytest.raises(ContentError, match="nobody has been graded yet"):
        feedback.feedback(course.root, small.SLUG)
    _submission(course, "ann", "first.ipynb")
    with pytest.raises(UsageError, match="no submission of 'bob'"):
        feedback.feedback(course.root, small.SLUG, only=["bob"])


def test_many_cells(course: Course) -> None:
    """Does the page of a very large assignment stay small?"""
    from casebank.grading.standing import CellGrade, Standing

    one = Standing("ann", "big", status="graded", lang="zh", points=1.0, max_points=500.0)
    one.grid = {("book", f"cell-{n}"): CellGrade(0.5, 1.0, False, False) for n in range(1000)}
    assert len(feedback.page(one, None).encode()) < 300_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reasons_for_trainees(lang: str) -> None:
    """Is every reason a sentence, and none for trainees with a value of a test cell?"""
    for name in REASONS:
        params = {"values": "SECRET", "cells": "a", "tasks": "b"}
        text = why(Reason(name, params), lang)
        assert "SECRET" not in text and text.endswith("。" if lang == "zh" else ".")
    assert set(PLAINER) <= set(REASONS)
