"""The glossary has the standard terms, and its definitions define."""

from __future__ import annotations

import re

import pytest
from content_helpers import HAN, LANGS, course, hanzi, rows, words

TERMS = list(course().terms.values())
STANDARD = rows("terms.csv")


def zh_names(cell: str) -> list[str]:
    """The Chinese names of a standard pair; a list of three names is one name."""
    return [re.sub(r"[(（].*", "", part).strip() for part in cell.split("/")]


def en_names(cell: str) -> list[str]:
    """Its English names, remarks in brackets left out."""
    parts = re.split(r"[;/]", re.sub(r"\([^)]*\)", "", cell))
    return [part.strip() for part in parts if part.strip()]


def known(lang: str) -> set[str]:
    """All names of the glossary in one language."""
    names: set[str] = set()
    for term in TERMS:
        names |= {term.get(lang), *getattr(term.aliases, lang)}
        names |= {re.sub(r"[(（].*?[)）]", "", name) for name in list(names)}
        if term.abbr:
            names.add(term.abbr)
    # A name with its letters before a bracket also stands for what is in the bracket.
    names |= {m for name in list(names) for m in re.findall(r"[(（](.*?)[)）]", name)}
    return {name.strip().lower() for name in names}


@pytest.mark.parametrize("row", STANDARD, ids=lambda row: row["en"])
def test_standard_pairs(row: dict[str, str]) -> None:
    """Is the pair in the glossary, under its names or as aliases?"""
    lost = [n for n in zh_names(row["zh"]) if n.lower() not in known("zh")]
    lost += [n for n in en_names(row["en"]) if n.lower() not in known("en")]
    assert lost == []


@pytest.mark.parametrize("row", STANDARD, ids=lambda row: row["en"])
def test_pairs_stand_together(row: dict[str, str]) -> None:
    """Do a Chinese and an English name of the pair stand in one entry?"""
    zh, en = set(zh_names(row["zh"])), {n.lower() for n in en_names(row["en"])}
    for term in TERMS:
        mine = {term.zh, *term.aliases.zh, *re.split(r"[（）(、)]", term.zh)}
        mine |= set(re.findall(r"（(.*?)）", term.zh))
        theirs = {term.en.lower(), *(alias.lower() for alias in term.aliases.en)}
        if zh & mine and en & theirs:
            return
    pytest.fail(f"no entry joins {row['zh']} to {row['en']}")


@pytest.mark.parametrize(
    "row", [r for r in STANDARD if re.search(r"\([A-Z]", r["en"])], ids=lambda r: r["en"]
)
def test_abbreviations(row: dict[str, str]) -> None:
    """Are the abbreviations of the standard terms kept?"""
    (short,) = re.findall(r"\(([A-Z][A-Za-z]+)\)", row["en"])[:1] or [""]
    if short not in ("", "UK"):
        assert short in {term.abbr for term in TERMS}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.id)
def test_links(term) -> None:
    """Do the links of an entry lead to other entries?"""
    assert set(term.see) <= set(course().terms)
    assert term.id not in term.see
    assert len(set(term.see)) == len(term.see)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.id)
def test_definitions(term) -> None:
    """Does the definition say something, without beginning with the term itself?"""
    zh, en = term.definition.zh, re.sub(r"^(?:an?|the) ", "", term.definition.en.lower())
    assert not zh.startswith(term.zh)
    assert not en.startswith(term.en.lower())
    assert hanzi(zh) >= 7 and words(en) >= 3
    assert zh[-1] in "。？”" and term.definition.en[-1] in '.?"'
    assert not HAN.search(term.en)


def test_names_are_unique() -> None:
    """Does no name stand for two entries?"""
    for lang in LANGS:
        seen: dict[str, str] = {}
        for term in TERMS:
            for name in {term.get(lang), *getattr(term.aliases, lang)}:
                assert seen.setdefault(name.lower(), term.id) == term.id, name


def test_names_are_read() -> None:
    """Are the names of a cell read as they are meant?"""
    assert zh_names("网点 / 分行 / 支行") == ["网点", "分行", "支行"]
    assert zh_names("案例附录(图表)") == ["案例附录"]
    assert en_names("persona (designed type); customer profile (x)") == [
        "persona",
        "customer profile",
    ]
