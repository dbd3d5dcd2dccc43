"""A teaching note has all its parts, minutes that add up and weights that make 100."""

from __future__ import annotations

import re

import pytest
from content_helpers import (
    LANGS,
    case_text,
    computed,
    headings,
    length,
    named,
    plain,
    sections,
    tables,
    words,
)
from content_helpers import case as case_of

import pieces

PARTS = [
    "synopsis",
    "audience",
    "objectives",
    "preparation",
    "board",
    "analysis",
    "answers",
    "rubric",
    "theory",
    "variations",
    "epilogue-use",
    "references",
]
each_case = pytest.mark.parametrize("slug", pieces.each("case"))
each_side = pytest.mark.parametrize("lang", LANGS)


def note(slug: str, lang: str) -> dict[str, str]:
    """The sections of a note."""
    return sections(case_text(slug, "note", lang))


def reads(slug: str, text: str, lang: str) -> str:
    """A text as it reads, values said."""
    return plain(text, lang, computed(case_of(slug).folder / "exhibits" / "exhibits.py"))


@each_case
@each_side
def test_parts(slug: str, lang: str) -> None:
    """Has the note every part, with the long plan and the short one?"""
    found = list(note(slug, lang))
    plans = [f"plan-{case_of(slug).minutes.class_}", "plan-45"]
    assert [part for part in [*PARTS, *plans] if part not in found] == []


@each_case
def test_synopsis(slug: str) -> None:
    """Is the synopsis of 150 to 200 English words, and the Chinese one its match?"""
    english = words(reads(slug, note(slug, "en")["synopsis"], "en"))
    assert 150 <= english <= 200
    chinese = length(reads(slug, note(slug, "zh")["synopsis"], "zh"), "zh")
    assert 1.1 <= chinese / english <= 2.6


@each_case
@each_side
def test_objectives(slug: str, lang: str) -> None:
    """Are there 2 to 5 objectives, as many as the record has, each with how one sees it?"""
    table = tables(note(slug, lang)["objectives"])[0]
    assert 2 <= len(table) - 1 <= 5
    assert len(table) - 1 == len(case_of(slug).objectives)
    assert all(len(row) == 2 and all(row) for row in table)


@each_case
@each_side
@pytest.mark.parametrize("short", [False, True])
def test_plan(slug: str, lang: str, short: bool) -> None:
    """Do the minutes add up, and has each block a trigger question and a transition?"""
    total = 45 if short else case_of(slug).minutes.class_
    head, *blocks = tables(note(slug, lang)[f"plan-{total}"])[0]
    assert head[0] == ("Minutes" if lang == "en" else "分钟")
    assert all(row[0].isdigit() for row in blocks)
    assert sum(int(row[0]) for row in blocks) == total
    assert all(len(row) == len(head) for row in blocks)
    mark = "?" if lang == "en" else "？"
    for row in blocks[:-1]:
        assert row[1] and row[2] and row[-1], f"something is missing in '{row[1]}'"
    asked = [row for row in blocks if mark in " ".join(row[2:])]
    assert len(asked) >= len(blocks) - 3
    if not short:
        assert len(blocks) >= 5
        assert sum(bool(row[3]) for row in blocks) >= len(blocks) - 1, "follow-ups"


@each_case
@each_side
def test_plan_takes_every_question(slug: str, lang: str) -> None:
    """Does the long plan take up each assignment question?"""
    text = note(slug, lang)[f"plan-{case_of(slug).minutes.class_}"]
    word = r"question (\d)" if lang == "en" else r"第 (\d) 题"
    assert {int(n) for n in re.findall(word, text)} == set(
        range(1, len(case_of(slug).questions) + 1)
    )


@each_case
@each_side
def test_plans_say_the_same(slug: str, lang: str) -> None:
    """Have both languages the same minutes, the same weights?"""
    for part in (f"plan-{case_of(slug).minutes.class_}", "plan-45", "rubric"):
        column = 1 if part == "rubric" else 0
        sides = [[row[column] for row in tables(note(slug, one)[part])[0][1:]] for one in LANGS]
        assert sides[0] == sides[1], part


@each_case
@each_side
def test_board(slug: str, lang: str) -> None:
    """Is the board plan a table of at least three boards whose numbers are computed?"""
    table = tables(note(slug, lang)["board"])[0]
    assert len(table[0]) >= 3 and len(table) >= 3
    assert len(named(note(slug, lang)["board"], "value")) >= 4


@each_case
@each_side
def test_analysis(slug: str, lang: str) -> None:
    """Is every question answered under a heading of its own, at length and with numbers?"""
    text = case_text(slug, "note", lang)
    answers = [h for h in headings(text) if h[0] == 3 and re.fullmatch(r"a\d+", h[2])]
    assert [h[2] for h in answers] == [f"a{n}" for n in range(1, len(case_of(slug).questions) + 1)]
    analysis = note(slug, lang)["analysis"]
    for ident, part in sections(analysis, 3).items():
        if ident:
            assert length(reads(slug, part, lang), lang) >= 80, ident
    assert len(set(named(analysis, "value"))) >= 10
    assert len(set(named(analysis, "exhibit"))) >= 1


@each_case
@each_side
def test_answers(slug: str, lang: str) -> None:
    """Are there other good answers, and a table of frequent mistakes with what to ask?"""
    text = note(slug, lang)["answers"]
    assert len(tables(text)[0]) >= 5
    assert length(reads(slug, text.split("|")[0], lang), lang) >= 25


@each_case
@each_side
def test_rubric(slug: str, lang: str) -> None:
    """Do the rubric's weights make 100, and is every level of every criterion written?"""
    head, *lines = tables(note(slug, lang)["rubric"])[0]
    assert len(head) >= 5 and len(lines) >= 3
    assert sum(int(row[1]) for row in lines) == 100
    assert all(len(row) == len(head) and all(row) for row in lines)


@each_case
@each_side
def test_variations(slug: str, lang: str) -> None:
    """Are there an online form, a role play with private briefs, and an examination?"""
    text = note(slug, lang)["variations"]
    for word in (
        ("Online", "Role play", "Examination") if lang == "en" else ("线上", "角色扮演", "考试")
    ):
        assert f"**{word}" in text
    assert len(re.findall(r"^- \*", text, re.M)) >= 3, "briefs"


@each_case
@each_side
def test_ways_on(slug: str, lang: str) -> None:
    """Does the note lead to chapter and epilogue, and to terms for its theory?"""
    text = case_text(slug, "note", lang)
    assert case_of(slug).chapter in named(text, "link")[0] or any(
        name == f"chapter:{case_of(slug).chapter}" for name in named(text, "link")
    )
    assert f"epilogue:{slug}" in named(note(slug, lang)["epilogue-use"], "link")
    assert len(set(named(note(slug, lang)["theory"], "term"))) >= 3
