"""The template of a course, the report, and one page of feedback without a class."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from casebank.check.outcomes import Spec
from casebank.errors import ContentError, UsageError
from casebank.grading import course as courses
from casebank.grading.feedback import OUTCOMES, STATUS, WORDS, page
from casebank.grading.model import GRADED, HELD, REJECTED, WAITING
from casebank.grading.reasons import Reason
from casebank.grading.report import Line, RunReport
from casebank.grading.standing import CellGrade, Standing
from casebank.notebooks.stubs import nbgrader_config


def test_template_holds_the_stubs(tmp_path: Path) -> None:
    """Do the course's settings name the very stubs by which an untouched task is told?"""
    course = courses.Course(courses.new(tmp_path / "c", lang="en"))
    assert dict(course.config.ClearSolutions) == nbgrader_config()
    assert course.lang == "en"
    names = {path.name for path in course.root.iterdir()}
    assert {"README.zh.md", "README.en.md", "roster.csv", "source", "submitted"} <= names


def test_settings_with_a_fault(tmp_path: Path) -> None:
    """Is a fault in nbgrader_config.py one sentence that names the file?"""
    root = courses.new(tmp_path / "c")
    (root / courses.CONFIG).write_text("c = get_config(\n", encoding="utf-8")
    with pytest.raises(ContentError, match="the settings cannot be read"):
        courses.Course(root)


def test_no_course(tmp_path: Path) -> None:
    """Does a folder that is no course say how to make one?"""
    with pytest.raises(UsageError, match="casebank course new"):
        courses.Course(tmp_path)


def test_exit_codes() -> None:
    """Do exit codes tell whose fault it was?"""

    def code(*lines: Line, interrupted: bool = False) -> int:
        return RunReport("x", "1", True, list(lines), interrupted=interrupted).exit_code

    assert code(Line("a", GRADED), Line("b", HELD)) == 0
    assert code(Line("a", GRADED), Line("b", REJECTED)) == 1
    assert code(Line("a", HELD, fault="OSError: disk full")) == 3
    assert code(Line("a", WAITING), interrupted=True) == 130


def test_table_shows_brackets() -> None:
    """Is a text of a submission never taken for markup?"""
    out = io.StringIO()
    lines = [Line("a", REJECTED, reason="[red]x[/red] [b", reason_id="wrong-name")]
    Console(file=out, width=120).print(RunReport("x", "1", True, lines).table())
    assert "[red]x[/red] [b" in out.getvalue()
    assert "wrong-name (1)" in " ".join(out.getvalue().split())


SPEC = Spec.from_dict(
    {
        "exercise": "x",
        "version": "1.0.0",
        "title": {"zh": "练习", "en": "Exercise"},
        "chapter": {"id": "01-rfm", "zh": "客户细分", "en": "Customer segmentation"},
        "tasks": [
            {
                "name": "a",
                "title": {"zh": "甲", "en": "First"},
                "needs": [],
                "defines": ["a"],
                "section": {"id": "rfm", "zh": "三个数", "en": "Three numbers"},
                "points": 2,
                "cells": {"solution": "a-solution", "tests": {"a-test": 2}},
                "stub_sha256": "",
            },
            {
                "name": "b",
                "title": {"zh": "乙", "en": "Second"},
                "needs": ["a"],
                "defines": ["b"],
                "section": None,
                "points": 1,
                "cells": {"solution": "b-solution", "tests": {"b-test": 1}},
                "stub_sha256": "",
            },
        ],
        "messages": {},
        "hints": {"a": {"1": {"zh": "想一想", "en": "Think <again>"}}},
        "tests": {},
    }
)


def _standing(lang: str) -> Standing:
    row = {"message_id": None, "points": 0.0}
    return Standing(
        "s<1>",
        "x",
        status=HELD,
        lang=lang,
        version="1.0.0",
        reason=Reason("not-judged", {"tasks": "b"}),
        tasks=[
            {**row, "task": "a", "outcome": "failed", "text": "<x>", "needs": None, "max": 2.0},
            {**row, "task": "b", "outcome": "not_judged", "text": "", "needs": "a", "max": 1.0},
        ],
        cells={
            "a-test": CellGrade(0, 2, False, False),
            "b-test": CellGrade(0, 1, True, False),
        },
        comments={"a-solution": "see & me"},
        points=0,
        max_points=3,
    )


def test_page_in_english() -> None:
    """Does a page say message, hint, chapter, step, comment, and escape what is not ours?"""
    text = page(_standing("en"), SPEC, "https://example.org/crm/")
    for part in (
        "s&lt;1&gt;",
        "&lt;x&gt;",
        "Think &lt;again&gt;",
        'href="https://example.org/crm/en/book/chapters/01-rfm/#rfm"',
        "Customer segmentation · Three numbers",
        "This needs “First” first",
        "see &amp; me",
        "waits for a person",
        '<html lang="en">',
    ):
        assert part in text, part


def test_page_in_chinese() -> None:
    """Is the Chinese page Chinese, and without an address is the chapter still named?"""
    text = page(_standing("zh"), SPEC, "javascript:alert(1)")
    for part in ("再看看", "要先完成“甲”", "客户细分 · 三个数", '<html lang="zh-CN">'):
        assert part in text, part
    assert "href" not in text


def test_rubric_after_a_person(tmp_path: Path) -> None:
    """Is the rubric shown once a person has graded, and not before?"""
    rubric = {"a": [{"zh": "有依据", "en": "Uses the figures", "points": 2}]}
    one = _standing("en")
    assert "Uses the figures" not in page(one, SPEC, rubrics=rubric)
    one.cells["a-test"] = CellGrade(1.5, 2, False, True)
    text = page(one, SPEC, rubrics=rubric)
    assert "Uses the figures" in text and "graded by a person" in text and "1.5 / 2" in text


def test_words_cover_everything() -> None:
    """Is there a word for every status and outcome, in both languages?"""
    from casebank.check.outcomes import Outcome

    assert set(OUTCOMES) == {one.value for one in Outcome}
    assert {GRADED, HELD, REJECTED} == set(STATUS)
    assert all(text.zh and text.en for text in WORDS.values())
