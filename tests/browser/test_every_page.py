"""What must hold on every page of both generators, in both languages."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import pieces

BUDGET = 400_000


def test_pages_keep_to_their_host_and_budget(site, opened):
    """Does every page load from its own host only, quietly, and within 400 KB?"""
    problems = []
    for address in ["", *site.pages]:
        done = opened(address)
        problems += [f"{address}: {problem}" for problem in done.watch.problems]
        size = sum(done.watch.loaded.values())
        if size > BUDGET:
            problems.append(f"{address}: {size} bytes: {done.watch.loaded}")
        done.context.close()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("piece", pieces.each_with_pages())
def test_pages_have_no_axe_violation(site, walk, violations, piece, scheme):
    """Does axe-core find nothing on any page, in either colour scheme?"""
    problems = []
    own = [address for address in site.pages if pieces.of(address) == piece]
    assert {address[:2] for address in own} == {"zh", "en"}
    for address, page in walk(own, scheme=scheme):
        shown = page.evaluate("document.documentElement.dataset.mdColorScheme")
        assert shown == ("slate" if scheme == "dark" else "default")
        found = violations(page, colours=scheme == "dark")
        problems += [f"{address} ({scheme}): {one}" for one in found]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("width", [390, pytest.param(320, marks=pytest.mark.long)])
def test_pages_fit_a_phone(site, walk, width):
    """Is no page wider than a phone, so that only tables and code scroll in their boxes?"""
    problems = []
    for address, page in walk(site.pages, width=width, height=800):
        extra = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if extra > 0:
            wide = page.evaluate(
                "[...document.querySelectorAll('body *')].filter(e => "
                "e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.cb-scroll, pre'))"
                ".slice(0, 3).map(e => e.outerHTML.slice(0, 120))"
            )
            problems.append(f"{address}: {extra} px too wide at {width}: {wide}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_passes_axe_on_a_phone_too(site, walk, violations, scheme):
    """Does axe-core find nothing where the menu takes the place of the tabs?"""
    problems = []
    for address, page in walk(site.one_of_each(), width=390, scheme=scheme):
        found = violations(page, colours=scheme == "dark")
        problems += [f"{address} ({scheme}): {one}" for one in found]
    assert not problems, "\n".join(problems)


class _Head(HTMLParser):
    """Collects what a page's head says."""

    def __init__(self) -> None:
        super().__init__()
        self.lang = ""
        self.title = ""
        self.description = ""
        self.alternates: dict[str, str] = {}
        self.h1 = 0
        self._in_title = False

    def handle_starttag(self, tag, attrs):
        values = {key: value or "" for key, value in attrs}
        if tag == "html":
            self.lang = values.get("lang", "")
        elif tag == "meta" and values.get("name") == "description":
            self.description = values.get("content", "")
        elif tag == "link" and values.get("rel") == "alternate":
            self.alternates[values["hreflang"]] = values["href"]
        elif tag == "h1":
            self.h1 += 1
        self._in_title = tag == "title"

    def handle_data(self, data):
        if self._in_title:
            self.title += data


def test_pages_say_what_they_are(site):
    """Has each page a language, one title of its own, a description, its twin and one h1?"""
    problems, titles = [], {}
    for address in site.pages:
        head = _Head()
        head.feed((site.root / address / "index.html").read_text(encoding="utf-8"))
        lang = {"zh": "zh-CN", "en": "en"}[address[:2]]
        if head.lang != lang:
            problems.append(f"{address}: lang is {head.lang}")
        if not 8 <= len(head.description) <= 320:
            problems.append(f"{address}: description has {len(head.description)} characters")
        if set(head.alternates) != {"zh-CN", "en", "x-default"}:
            problems.append(f"{address}: alternates {head.alternates}")
        for name, href in head.alternates.items():
            target = (site.root / address / href).resolve() / "index.html"
            if not target.is_file():
                problems.append(f"{address}: alternate {name} leads nowhere: {href}")
        if head.h1 != 1:
            problems.append(f"{address}: {head.h1} h1")
        if head.title in titles:
            problems.append(f"{address}: same title as {titles[head.title]}: {head.title}")
        titles[head.title] = address
    assert not problems, "\n".join(problems)


def test_nothing_superfluous_is_published(site):
    """Are raw sources, source maps, stock search indexes and MathJax absent?"""
    wrong = [
        path.relative_to(site.root).as_posix()
        for path in site.root.rglob("*")
        if path.is_file()
        and (
            path.suffix in (".map", ".txt", ".inv", ".yml", ".md", ".doctree")
            or path.name in ("searchindex.js", "search_index.json", ".buildinfo")
            or {"_sources", "_static", "mathjax", "reports"} & set(path.parts)
        )
    ]
    assert not wrong
