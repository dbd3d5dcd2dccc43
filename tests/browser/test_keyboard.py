"""The site by keyboard, without scripts, and on paper."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader


@pytest.mark.parametrize("address", ["zh/guides/", "en/book/chapters/01-customer-segmentation/"])
def test_skip_link_leads_to_the_text(site, opened, address):
    """Is the first stop of the Tab key a link to the text, and does it work?"""
    page = opened(address).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "cb-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_menu_on_a_phone(site, opened, violations):
    """Does the menu open, hold the focus, show the section, close by Esc and give focus back?"""
    page = opened("zh/guides/trainees/", width=390, height=844).page
    page.focus(".cb-menu-button")
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('cb-menu').open")
    assert page.locator(".cb-menu__tabs > li").count() == 7
    assert page.locator(".cb-menu [aria-current=page]").count() == 1
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('cb-menu').open")
    assert page.evaluate("document.activeElement.className").startswith("cb-icon cb-menu-button")


def test_wide_boxes_can_be_scrolled_by_keyboard(site, walk):
    """Is each table or code that is too wide a named stop of the Tab key?"""
    for address, page in walk(site.one_of_each(), width=390, height=844):
        bad = page.evaluate(
            "[...document.querySelectorAll('.cb-scroll, pre')].filter(e => "
            "e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX != 'visible' && "
            "(e.tabIndex != 0 || !e.getAttribute('aria-label'))).length"
        )
        assert bad == 0, address


@pytest.mark.parametrize(
    "address", ["zh/", "en/guides/instructors/", "zh/book/chapters/01-customer-segmentation/"]
)
def test_pages_can_be_read_without_scripts(site, opened, address):
    """With JavaScript off, are text and tabs there, and no button that does nothing?"""
    page = opened(address, java_script_enabled=False).page
    assert page.locator("article h1").is_visible()
    assert page.locator(".cb-tabs a").first.is_visible()
    assert not page.locator(".cb-search-button").is_visible()
    assert not page.locator(".cb-scheme").is_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_card_prints_on_one_page(site, opened, lang):
    """Does each card fit one A4 page?"""
    cards = [page for page in site.pages if page.startswith(lang) and page.endswith("-card/")]
    assert cards
    for address in cards:
        page = opened(address).page
        pdf = page.pdf(format="A4", prefer_css_page_size=True, print_background=False)
        assert len(PdfReader(io.BytesIO(pdf)).pages) == 1, address


def test_dark_page_prints_dark_on_white(site, opened):
    """Does a page that is read in dark print as black text, not as pale text on nothing?"""
    page = opened("en/guides/about/", scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    colour = page.evaluate("getComputedStyle(document.querySelector('article p')).color")
    assert colour == "rgb(0, 0, 0)"
