"""Chinese and English have the same pages, headings, figures, questions and links.

Two looks: at the sources (what an author wrote) and at the built pages (what a reader gets), so
that neither an author nor the build can lose one side.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from lxml import html

from casebank.lang import LANGS
from casebank.paths import Repo

_HEADING = re.compile(r"^(#{2,6})\s+(.*?)(?:\s*\{#([\w-]+)\})?\s*$")
_MARK = re.compile(r"\{\{\s*(\w+)(?::([^|}#]+))?(#[\w-]+)?[^}]*\}\}")
_CITE = re.compile(r"\[@([^\]]+)\]")
_CALLOUT = re.compile(r"^:{3,}[ \t]*(\w+)", re.M)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
#: A value may be said twice in one language and once in the other, so these count as a set.
AS_SET = {"term", "value", "link", "exhibit"}


def _outline(text: str) -> list[tuple[int, str]]:
    lines = _FENCE.sub("", text).splitlines()
    found = [_HEADING.match(line) for line in lines]
    return [(len(m[1]), m[3] or "") for m in found if m]


def _marks(text: str) -> dict[str, Counter[str]]:
    marks: dict[str, Counter[str]] = {}
    for kind, name, anchor in _MARK.findall(text):
        marks.setdefault(kind, Counter())[f"{name.strip()}{anchor}"] += 1
    for cited in _CITE.findall(text):
        for one in re.split(r"[;,]\s*", cited):
            marks.setdefault("source", Counter())[one.strip().lstrip("@")] = 1
    for kind in _CALLOUT.findall(text):
        marks.setdefault("callout", Counter())[kind] += 1
    return {k: Counter(set(v)) if k in AS_SET else v for k, v in marks.items()}


def compare_texts(zh: str, en: str) -> list[str]:
    """Differences between the two languages of one source, each as a clause."""
    problems: list[str] = []
    outlines = _outline(zh), _outline(en)
    if outlines[0] != outlines[1]:
        for number, (a, b) in enumerate(zip(*outlines, strict=False), 1):
            if a != b:
                problems.append(
                    f"heading {number} is {'#' * a[0]} {{#{a[1]}}} in zh, "
                    f"{'#' * b[0]} {{#{b[1]}}} in en"
                )
                break
        else:
            problems.append(f"{len(outlines[0])} headings in zh, {len(outlines[1])} in en")
    marks = _marks(zh), _marks(en)
    for kind in sorted(set(marks[0]) | set(marks[1])):
        a, b = marks[0].get(kind, Counter()), marks[1].get(kind, Counter())
        for name in sorted((a - b) | (b - a)):
            side = "zh" if a[name] > b[name] else "en"
            problems.append(f"{kind} '{name}' only in {side}")
    return problems


def _twins(folder: Path, pattern: str) -> dict[Path, dict[str, Path]]:
    found: dict[Path, dict[str, Path]] = {}
    for path in sorted(folder.glob(pattern)):
        stem, _, lang = path.stem.rpartition(".")
        if lang in LANGS:
            found.setdefault(path.with_name(stem), {})[lang] = path
    return found


def check_sources(repo: Repo) -> list[str]:
    """Every ``x.zh.md`` has its ``x.en.md``, and both say the same things in the same order."""
    problems: list[str] = []
    for folder in (repo.chapters, repo.book, repo.cases, repo.docs, repo.datasets, repo.exercises):
        pattern = "*.md" if folder in (repo.chapters, repo.book, repo.datasets) else "**/*.md"
        for stem, sides in _twins(folder, pattern).items():
            name = repo.relative(stem)
            missing = [lang for lang in LANGS if lang not in sides]
            if missing:
                problems.append(f"{name}: the {missing[0]} side is missing")
                continue
            texts = [sides[lang].read_text("utf-8") for lang in LANGS]
            problems += [f"{name}: {problem}" for problem in compare_texts(*texts)]
    return problems


def _page_facts(path: Path) -> dict[str, object]:
    tree = html.fromstring(path.read_bytes())
    body = tree.xpath("//*[@data-pagefind-body]") or tree.xpath("//article") or [tree]
    content = body[0]
    # What only the search reads (the terms' names in the other language) is no part of the page.
    for unseen in content.xpath(".//*[@hidden][.//h2]"):
        unseen.drop_tree()

    def count(query: str) -> int:
        return len(content.xpath(query))

    links = sorted(
        {
            re.sub(r"(^|/)(zh|en)/", r"\1", href)
            for href in content.xpath(".//a/@href")
            if "://" not in href and not href.startswith(("#", "mailto:"))
        }
    )
    return {
        "headings": [h.tag for h in content.xpath(".//h1|.//h2|.//h3")],
        "places": [h.get("id") for h in content.xpath(".//h2[@id]")],
        "figures": count(".//figure|.//img"),
        "tables": count(".//table"),
        "questions": count(".//fieldset"),
        "code cells": count(".//pre"),
        "links": [re.sub(r"-(zh|en)\.", ".", link) for link in links],
    }


def check_pages(site: Path) -> list[str]:
    """The built pages of both languages have the same addresses and the same build."""
    sides = {
        lang: {p.relative_to(site / lang).as_posix() for p in (site / lang).rglob("*.html")}
        for lang in LANGS
    }
    problems = [f"{name}: only in zh" for name in sorted(sides["zh"] - sides["en"])]
    problems += [f"{name}: only in en" for name in sorted(sides["en"] - sides["zh"])]
    for name in sorted(sides["zh"] & sides["en"]):
        facts = {lang: _page_facts(site / lang / name) for lang in LANGS}
        for what, zh in facts["zh"].items():
            en = facts["en"][what]
            if zh != en:
                problems.append(f"{name}: {what} differ: zh {_brief(zh, en)}, en {_brief(en, zh)}")
    return problems


def _brief(one: object, two: object) -> str:
    if isinstance(one, list) and isinstance(two, list):
        extra = [item for item in one if item not in two]
        return f"{len(one)} ({', '.join(map(str, extra[:3]))})" if extra else str(len(one))
    return str(one)


def check(repo: Repo, site: Path | None = None) -> list[str]:
    """Sources, and the built pages if there are any; returns sentences, empty when all is well."""
    problems = check_sources(repo)
    if site is not None and all((site / lang).is_dir() for lang in LANGS):
        problems += check_pages(site)
    return problems
