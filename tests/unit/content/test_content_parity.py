"""Both languages say the same things, and neither side is thin."""

from __future__ import annotations

from itertools import pairwise

import pytest
from content_helpers import (
    NOTEBOOKS,
    PAGES,
    RECORDS,
    REPO,
    exhibits_of,
    hanzi,
    notebook_texts,
    plain,
    read,
    record_texts,
    sections,
    words,
)

from casebank.site.parity import check_sources

#: Characters to an English word. Idiomatic twins of one text lie well inside.
THIN, FAT = 1.1, 2.6
#: Sections shorter than this many words say too little to be measured.
SHORT = 40
TWINS = sorted(page.removesuffix(".en.md") for page in PAGES if page.endswith(".en.md"))


def ratio(zh: str, en: str) -> float:
    """Characters of the one for each word of the other."""
    return hanzi(zh) / max(words(en), 1)


def weight(zh: str) -> float:
    """Characters of a short text, figures and Latin words taken for as much as they say."""
    return hanzi(zh) + 1.6 * words(zh)


def thin(zh: dict[str, str], en: dict[str, str]) -> list[str]:
    """Sections of plain texts whose lengths do not go together."""
    return [
        f"{{#{name}}}: {hanzi(zh[name])} characters to {words(en[name])} words"
        for name in en
        if name in zh
        and max(words(en[name]), hanzi(zh[name]) / 1.6) >= SHORT
        and not THIN <= ratio(zh[name], en[name]) <= FAT
    ]


def test_sources() -> None:
    """Have both languages the same headings, figures, values, terms, links and citations?"""
    assert check_sources(REPO) == []


@pytest.mark.parametrize("stem", TWINS)
def test_sections(stem: str) -> None:
    """Is no section of one language much thinner than its twin?"""
    sides = {}
    for lang in ("zh", "en"):
        page = f"{stem}.{lang}.md"
        found = sections(read(page))
        sides[lang] = {n: plain(t, lang, exhibits_of(page)) for n, t in found.items()}
    assert thin(sides["zh"], sides["en"]) == []


@pytest.mark.parametrize("file", RECORDS)
def test_records(file: str) -> None:
    """Is no text of a record much thinner than its twin?"""
    texts = [said for path, said in record_texts(file) if not {"aliases", "reading"} & set(path)]
    slips = [
        f"{one.where}: {weight(one.text):.0f} characters to {words(two.text)} words"
        for one, two in pairwise(texts)
        if (one.lang, two.lang) == ("zh", "en")
        and words(two.text) >= 16
        and not 0.7 <= weight(one.text) / words(two.text) <= 3.2
    ]
    assert slips == []


@pytest.mark.parametrize("file", NOTEBOOKS)
def test_notebooks(file: str) -> None:
    """Is no cell of a notebook much thinner than its twin?"""
    texts = notebook_texts(file)
    sides = {lang: [t for t in texts if t.lang == lang] for lang in ("zh", "en")}
    slips = [
        f"{zh.where}: {weight(zh.text):.0f} characters to {words(en.text)} words"
        for zh, en in zip(sides["zh"], sides["en"], strict=True)
        if words(en.text) >= SHORT and not THIN <= weight(zh.text) / words(en.text) <= FAT
    ]
    assert slips == []


def test_thin_side_is_found() -> None:
    """Is a section with half its text found on either side, and a fair pair let through?"""
    zh = "三月的一个星期二，河西支行走了四位客户。" * 10
    en = "On a Tuesday in March the Hexi branch lost four customers. " * 10
    assert thin({"a": zh}, {"a": en}) == []
    assert thin({"a": zh[:80]}, {"a": en}) != []
    assert thin({"a": zh}, {"a": en[:200]}) != []
