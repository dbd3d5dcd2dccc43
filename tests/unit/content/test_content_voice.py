"""The voice of the course in every text that a reader sees: style.md, as far as a list can hold it."""

from __future__ import annotations

import json
import re

import pytest
from content_helpers import (
    NOTEBOOKS,
    PAGES,
    RECORDS,
    REPO,
    SPEAKING,
    Said,
    code_texts,
    hanzi,
    headings,
    lang_of,
    notebook_texts,
    page_plain,
    plain,
    read,
    record_texts,
)
from content_prose import american, capitals, filler, forbidden_terms, typography

#: Titles of works that others wrote, and words under which people look for a term.
NOT_OURS = {"sources", "reading", "aliases"}
CHINESE = [page for page in PAGES if lang_of(page) == "zh"]
ENGLISH = [page for page in PAGES if lang_of(page) == "en"]


def slips(said: Said) -> list[str]:
    """All that is wrong in one text."""
    found = filler(said.text, said.lang)
    if said.lang == "en":
        found += american(said.text)
    elif hanzi(said.text):
        found += typography(said.text)
    return [f"{said.where}: {what}" for what in found]


def aloud(said: Said) -> Said:
    """A text in the course's markup, as it reads."""
    return Said(said.where, said.lang, plain(said.text, said.lang, hide=True))


@pytest.mark.parametrize("page", PAGES)
def test_pages_without_filler(page: str) -> None:
    """Does no page exclaim, or say what could stand in any other book?"""
    assert filler(page_plain(page), lang_of(page)) == []


@pytest.mark.parametrize("page", ENGLISH)
def test_british(page: str) -> None:
    """Is the spelling British?"""
    assert american(page_plain(page)) == []


@pytest.mark.parametrize("page", ENGLISH)
def test_sentence_case(page: str) -> None:
    """Are headings in sentence case?"""
    # What a heading writes large is no proof that the word is a name.
    text = re.sub(r"^#+ .*$", "", page_plain(page), flags=re.M)
    found = {words: capitals(words, text) for _, words, _ in headings(read(page))}
    assert {words: wrong for words, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("page", CHINESE)
def test_typography(page: str) -> None:
    """Are blanks, punctuation and quotes set as Chinese is set?"""
    assert typography(page_plain(page)) == []


@pytest.mark.parametrize("file", RECORDS)
def test_records(file: str) -> None:
    """Do the texts of the records hold to the same rules?"""
    texts = [said for path, said in record_texts(file) if not NOT_OURS & set(path)]
    assert texts
    assert [slip for said in texts for slip in slips(aloud(said))] == []


@pytest.mark.parametrize("file", NOTEBOOKS)
def test_notebooks(file: str) -> None:
    """Do the texts of labs and exercises?"""
    assert notebook_texts(file)
    assert [slip for said in notebook_texts(file) for slip in slips(said)] == []


@pytest.mark.parametrize("file", [name for name in SPEAKING if code_texts(name)])
def test_words_of_the_platform(file: str) -> None:
    """Do the words of frames, messages, exhibits and quizzes?"""
    assert [slip for said in code_texts(file) for slip in slips(aloud(said))] == []


def test_data_package() -> None:
    """Do the texts of the data's own description?"""
    package = json.loads((REPO.datasets / "datapackage.json").read_text(encoding="utf-8"))
    found: list[str] = []

    def walk(node: object, name: str) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, f"{name}.{key}")
        elif isinstance(node, list):
            for item in node:
                walk(item, name)
        elif isinstance(node, str) and name.endswith("_zh"):
            found.extend(slips(Said(f"datapackage.json{name}", "zh", node)))

    walk(package, "")
    assert found == []


@pytest.mark.parametrize(
    ("lang", "text", "what"),
    [
        ("en", "What a day!", "!"),
        ("en", "In today's market", "In today's"),
        ("en", "This is not only dear but also slow.", "not only"),
        ("en", "It plays a vital role.", "plays a vital role"),
        ("en", "Our clients are rich.", "clients"),
        ("zh", "太好了！", "！"),
        ("zh", "随着市场竞争的日益激烈，", "随着市场竞争的日益"),
        ("zh", "为网点赋能。", "赋能"),
        ("zh", "具有十分重要的意义。", "具有十分重要的意义"),
        ("zh", "对客户进行分析。", "对客户进行分析"),
        ("zh", "先做客户分割。", "客户分割"),
        ("zh", "每个接触点都要记。", "接触点"),
    ],
)
def test_filler_is_found(lang: str, text: str, what: str) -> None:
    """Is planted filler found?"""
    assert [hit.split(": ", 1)[1].split(" (…")[0] for hit in filler(text, lang)][:1] == [what]


def test_forbidden_terms() -> None:
    """Are the variants that the list of terms rules out read from it, exceptions left out?"""
    assert set(forbidden_terms()) >= {"客户分割", "接触点", "教学手册"}
    assert "分群" not in forbidden_terms() and "分" not in forbidden_terms()


@pytest.mark.parametrize("word", ["behavior", "customized", "call centers", "analyzed", "percent"])
def test_american_is_found(word: str) -> None:
    """Is a planted American spelling found, and its British twin let through?"""
    assert american(f"The {word} of banks.")
    assert american("The behaviour of customised call centres, analysed: 3 per cent.") == []


@pytest.mark.parametrize(
    "text",
    [
        "客户RFM分数",
        "共 12位",
        "占 7%的",
        "客户 ，银行",
        "客户,银行",
        "客户(零售)",
        '说"好"',
        "用「引号」",
        "等等...",
        "１２ 位",
        "占 ７％",
        "银行 客户",
        "他说：“好。",
        "银行，，客户",
        "银行， 客户",
    ],
)
def test_typography_is_found(text: str) -> None:
    """Is a planted slip of typesetting found?"""
    assert typography(text)


@pytest.mark.parametrize(
    "text",
    [
        "RFM 打分：12 位客户，占 7%，一共 1100 万元（约 £1.2m）。",
        "他说：“好。”又走了。",
        "| 一 | 二 |",
        "1. 第一\n- 第二",
    ],
)
def test_typography_passes(text: str) -> None:
    """Is good typesetting let through?"""
    assert typography(text) == []


def test_capitals() -> None:
    """Is title case found, a name and a word after a colon let through?"""
    prose = "The value pyramid of Lanchuan Bank: profit at Lanchuan Bank, whom Zhou Lan asked."
    assert capitals("The Value Pyramid", prose) == ["Value", "Pyramid"]
    assert capitals("RFM: Profit at Lanchuan Bank", prose) == []


#: CommonMark closes no strong text between a full stop and a hanzi: the stars would be shown.
STARS = re.compile(r"(?<=[。？！，；：、）”》])\*\*(?=[\u4e00-\u9fffA-Za-z0-9])")
ZH_SOURCES = sorted(
    REPO.relative(path)
    for pattern in ("*.zh.md", "labs/*.py", "exercise.py", "*.yml")
    for path in REPO.root.rglob(pattern)
    if path.relative_to(REPO.root).parts[0] in ("book", "cases", "exercises", "docs", "datasets")
)


def stray_stars(text: str) -> list[str]:
    """Closing stars that a reader would see; an opening pair in front makes no difference."""
    found = []
    for line in text.splitlines():
        places = [m.start() for m in re.finditer(r"\*\*", line)]
        found += [
            line[max(0, m.start() - 12) : m.end() + 6]
            for m in STARS.finditer(line)
            if places.index(m.start()) % 2
        ]
    return found


@pytest.mark.parametrize("file", ZH_SOURCES)
def test_no_stars_are_shown(file: str) -> None:
    """Does strong text end before its full stop, or with a blank after it?"""
    assert stray_stars(read(file)) == []


def test_stars_are_found() -> None:
    """Is a closing pair found, and an opening one left alone?"""
    assert stray_stars("**先回电话。**数字以后再说，**再查。** 好") == [
        "**先回电话。**数字以后再说"[-20:]
    ]
    assert stray_stars("好。**先回电话**。再查") == []
