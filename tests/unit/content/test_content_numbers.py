"""Every number of a case, its epilogue, its note and its exhibits is computed, or says why not."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest
from content_helpers import CASES, LANGS, PAGES, computed, page_plain, plain
from content_helpers import case as case_of
from content_numbers import allowed, page_numbers, typed_numbers

import pieces

OF_CASES = [page for page in PAGES if page.startswith("cases/")]


@pytest.mark.parametrize("page", OF_CASES)
def test_pages(page: str) -> None:
    """Is a number typed into the text of a case that should be ``{{value:…}}``?"""
    assert page_numbers(page) == []


@pytest.mark.parametrize("slug", pieces.each("case"))
def test_exhibits(slug: str) -> None:
    """Is a number typed into the title, the note or the alternative text of an exhibit?"""
    companion = case_of(slug).folder / "exhibits" / "exhibits.py"
    results = computed(companion)
    place = f"cases/{slug}/exhibits/exhibits.py"
    pardoned = [row["words"] for row in allowed() if fnmatch(place, row["files"])]
    found = []
    for item in results.items.values():
        for part in ("title", "note", "alt"):
            text = getattr(item, part)
            for lang in LANGS if text else ():
                said = plain(text[lang], lang, results, hide=True)
                found += [
                    f"{item.id}, {part}, {lang}: {what}"
                    for _, what in typed_numbers(said, lang, pardoned)
                ]
    assert found == []


@pytest.mark.parametrize("row", allowed(), ids=lambda row: f"{row['files']}: {row['words']}")
def test_allow_list(row: dict[str, str]) -> None:
    """Does each pardon say why, and is there still something for it to pardon?"""
    assert len(row["why"]) > 10
    places = {page: page_plain(page, hide=True) for page in OF_CASES if fnmatch(page, row["files"])}
    for slug in CASES:
        if fnmatch(f"cases/{slug}/exhibits/exhibits.py", row["files"]):
            results = computed(case_of(slug).folder / "exhibits" / "exhibits.py")
            texts = [
                text[lang]
                for item in results.items.values()
                for text in (item.title, item.note, item.alt)
                if text
                for lang in LANGS
            ]
            places[slug] = "\n".join(texts)
    assert places, "no file of that name"
    for place, text in places.items():
        assert row["words"] in text, f"{place} no longer has it: take the line out"


@pytest.mark.parametrize(
    ("lang", "text", "what"),
    [
        ("en", "It had 44,000 customers.", "44,000"),
        ("en", "It had 2000 customers.", "2000"),
        ("en", "Profit was £498.1 in 1999.", "£498.1"),
        ("en", "Share: 7%.", "7%"),
        ("en", "In June 2000 it had 5 branches.", "5"),
        ("en", "On 19 June 200 people came.", "200"),
        ("en", "Two million people came.", "million"),
        ("en", "Jane owed 1,500 on 2 May.", "1,500"),
        ("en", "| A | B |\n|---|---|\n| x | 12 |", "12"),
        ("en", "| Minutes | B |\n|---|---|\n| 5 | 12 |", "12"),
        ("zh", "有 44 万客户。", "44 万"),
        ("zh", "1999 年利润 498.1。", "498.1"),
        ("zh", "占 7%。", "7%"),
        ("zh", "6 月 19 日来了 200 人。", "200"),
        ("zh", "来了三百万人。", "三百万"),
        ("zh", "花了 12 个月。", "12"),
    ],
)
def test_detector_finds(lang: str, text: str, what: str) -> None:
    """Is a planted number found?"""
    found = typed_numbers(plain(text, lang), lang)
    assert [words.split(" (…")[0].strip() for _, words in found] == [what]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "On 19 June 2000, in the 1990s and from 1998 to 1999 (see [@W09; W15])."),
        ("en", "Question 4 and Exhibits 5 and 6; the 20th time; ABC1; RFM."),
        ("en", "1. First\n2. Second\n\n### 3. Third {#three}"),
        ("en", "| Minutes | Block |\n|---|---|\n| 12 | Vote |"),
        ("en", "Seven households, twenty years, half a dozen."),
        ("zh", "2000 年 6 月 19 日，上世纪 90 年代，1998—99 年 [@W09]。"),
        ("zh", "第 4 题，图表 5、6；七户人家，二十年。"),
        ("zh", "| 分钟 | 环节 |\n|---|---|\n| 12 | 投票 |"),
    ],
)
def test_detector_passes(lang: str, text: str) -> None:
    """Do dates, ordinals, lists and citations pass?"""
    assert typed_numbers(plain(text, lang), lang) == []


def test_detector_sees_values_hidden() -> None:
    """Is a computed value not taken for a typed one, and a typed one beside it still found?"""
    from casebank.exhibits import Exhibits

    said = plain(
        "{{value:n}} of 70 and {{value:n|m1}} million", "en", Exhibits({"n": 7}), hide=True
    )
    assert [what.split(" ")[0] for _, what in typed_numbers(said, "en")] == ["70"]


def test_pardon_is_narrow() -> None:
    """Does a pardoned phrase leave other numbers of its line in view?"""
    found = typed_numbers("held in the last 12 months, 13 in all", "en", ["the last 12 months"])
    assert [what.split(" ")[0] for _, what in found] == ["13"]
