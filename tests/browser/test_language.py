"""The door at the root, and the way from a page to its twin."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("locale", "lang"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr-FR", "zh")]
)
def test_door_follows_the_browser(site, opened, locale, lang):
    """Does '/' lead to the language of the browser, or to Chinese when it prefers neither?"""
    page = opened("", locale=locale).page
    page.wait_for_url(f"{site.base}{lang}/")
    assert page.evaluate("document.documentElement.lang").startswith(lang)


def test_door_remembers_a_choice(site, opened):
    """Does the switch lead to the twin page, and the door later to the chosen language?"""
    page = opened("zh/exercises/", locale="zh-CN").page
    page.click(".cb-twin")
    page.wait_for_url(f"{site.base}en/exercises/")
    page.goto(site.base)
    page.wait_for_url(f"{site.base}en/")
    page.click(".cb-twin")
    page.wait_for_url(f"{site.base}zh/")
    page.goto(site.base)
    page.wait_for_url(f"{site.base}zh/")


def test_door_without_scripts_shows_both_links(site, opened):
    """With JavaScript off, does the door stay and offer both languages?"""
    page = opened("", java_script_enabled=False).page
    assert page.url == site.base
    assert page.locator("nav a").all_inner_texts() == ["中文", "English"]
    page.click("text=English")
    assert page.url == f"{site.base}en/"


def test_twin_keeps_the_place(site, opened):
    """Does the switch keep the section that the address names?"""
    page = opened("zh/guides/instructors/#grade").page
    page.click(".cb-twin")
    page.wait_for_url(f"{site.base}en/guides/instructors/#grade")


def test_every_twin_leads_back(site, walk):
    """Do a page and its twin name each other?"""
    for address, page in walk(site.one_of_each()):
        href = page.get_attribute(".cb-twin", "href")
        other = {"zh": "en", "en": "zh"}[address[:2]] + address[2:]
        assert page.evaluate("h => new URL(h, location.href).href", href) == site.base + other


def test_missing_page_says_so_in_both_languages(site, opened):
    """Does an unknown address show a page with working links to both homes?"""
    done = opened("en/no/such/page/")
    assert "404" in done.page.inner_text("h1")
    assert "No such page" in done.page.inner_text("main")
    done.page.click("text=English")
    done.page.wait_for_url(f"{site.base}en/")
