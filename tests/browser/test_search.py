"""One search on every page, in both languages, by keyboard alone."""

from __future__ import annotations

import pytest

RESULTS = "#cb-results li"


def search(page, words):
    """Open the dialog by its shortcut, type, and give the addresses of the results."""
    page.keyboard.press("/")
    page.wait_for_selector("#cb-search[open]")
    page.keyboard.type(words)
    page.wait_for_selector(RESULTS, timeout=8000)
    return page.eval_on_selector_all(RESULTS, "all => all.map(one => one.dataset.href)")


@pytest.mark.parametrize(
    ("start", "words", "lang"),
    [
        ("zh/", "细分", "zh"),
        ("zh/", "客户细分", "zh"),
        ("zh/", "customer segmentation", "zh"),
        ("zh/", "segmentation", "zh"),
        ("en/", "segmenting", "en"),
        ("en/", "客户细分", "en"),
        ("en/", "细分", "en"),
    ],
)
def test_terms_are_found_across_languages(site, opened, start, words, lang):
    """Does a term, whole or part, in either language, find the chapter in the page's language?"""
    found = search(opened(start).page, words)
    assert all(f"/{lang}/" in href for href in found)
    assert any("/book/chapters/01-customer-segmentation/" in href for href in found), found


def test_search_works_on_both_sides_of_the_seam(site, opened):
    """Does the same dialog find the same pages from the portal and from the book?"""
    portal = search(opened("en/cases/").page, "churn")
    book = search(opened("en/book/").page, "churn")
    assert portal
    assert portal == book


def test_search_is_loaded_only_when_it_is_opened(site, opened):
    """Does a page load nothing of the search before a reader asks for it?"""
    done = opened("zh/")
    assert not [url for url in done.watch.loaded if "pagefind" in url or "search.js" in url]
    search(done.page, "客户")
    assert [url for url in done.watch.loaded if "pagefind" in url]
    assert not done.watch.problems


def test_search_by_keyboard(site, opened):
    """Can one open, choose, follow and leave by keys alone, with the focus kept inside?"""
    page = opened("zh/guides/").page
    page.keyboard.press("Control+k")
    page.wait_for_selector("#cb-search[open]")
    page.keyboard.type("练习")
    page.wait_for_selector(RESULTS)
    first = page.get_attribute("#cb-search input", "aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = page.get_attribute("#cb-search input", "aria-activedescendant")
    assert first != second
    assert page.get_attribute(f"#{second}", "aria-selected") == "true"
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || "
            "!!document.activeElement.closest('#cb-search')"
        )
        assert inside
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('cb-search').open")
    page.keyboard.press("/")
    page.wait_for_selector("#cb-search[open]")
    page.focus("#cb-search input")
    goal = page.get_attribute(f"{RESULTS}[aria-selected=true]", "data-href")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(goal))


def test_search_names_what_it_does_not_find(site, opened):
    """Does a word that stands nowhere give a sentence instead of silence?"""
    page = opened("en/").page
    page.keyboard.press("/")
    page.keyboard.type("xylophonist")
    page.wait_for_function(
        "document.querySelector('.cb-search__status').textContent.includes('xylophonist')"
    )
    assert page.locator(RESULTS).count() == 0


def test_search_dialog_passes_axe(site, opened, violations):
    """Is the open dialog with results free of violations in both schemes?"""
    for scheme in ("light", "dark"):
        page = opened("zh/", scheme=scheme).page
        search(page, "客户")
        assert violations(page) == []


def test_a_slash_typed_in_a_field_is_a_slash(site, opened):
    """Does the shortcut keep out of what a reader types?"""
    page = opened("en/").page
    page.keyboard.press("/")
    page.wait_for_selector("#cb-search[open]")
    page.keyboard.type("a/b")
    assert page.input_value("#cb-search input") == "a/b"
