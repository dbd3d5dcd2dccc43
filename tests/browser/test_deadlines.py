"""The deadline calculator: the same days as the library, by keyboard, and without scripts."""

from __future__ import annotations

import datetime as dt

import pytest

from casebank.clock import REGIMES, YEARS, UnknownYear, due

CHAPTER = "book/chapters/02-complaint-handling/"


def _days() -> list[dt.date]:
    """Every fourth day of the known years and the weeks around their edges and festivals."""
    first = dt.date(YEARS[0], 1, 1) - dt.timedelta(days=4)
    last = dt.date(YEARS[-1], 12, 31) + dt.timedelta(days=4)
    spread = [first + dt.timedelta(days=i) for i in range(0, (last - first).days, 4)]
    near = [
        day + dt.timedelta(days=i)
        for day in (dt.date(2026, 2, 14), dt.date(2025, 9, 28), last - dt.timedelta(days=10))
        for i in range(-8, 9)
    ]
    return sorted(set(spread + near))


@pytest.mark.parametrize("regime", REGIMES)
def test_the_same_days(site, opened, regime):
    """Does the page's program give what casebank.clock gives, on more than 200 days?"""
    days = _days()
    assert len(days) > 250
    page = opened(f"en/{CHAPTER}").page
    found = page.locator("section[data-tool=deadlines]").evaluate(
        "(section, [days, regime]) => days.map(day => section.dueFor(day, regime))",
        [[day.isoformat() for day in days], regime],
    )
    refused = 0
    for day, ours in zip(days, found, strict=True):
        try:
            wanted = [
                {"id": d.step.id, "day": d.day and d.day.isoformat(), "working": d.working}
                for d in due(day, regime)
            ]
        except UnknownYear:
            wanted, refused = None, refused + 1
        assert ours == wanted, day
    assert refused > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_by_keyboard(site, opened, violations, lang):
    """Can a day and the rules be chosen without a mouse, and is a year without notice refused?"""
    seen = opened(f"{lang}/{CHAPTER}")
    page = seen.page
    tool = page.locator("section[data-tool=deadlines]")
    said = tool.locator("[role=status]")
    shown = tool.locator("tbody tr:visible")
    assert shown.count() == len(REGIMES["cn"].steps) + 1
    tool.locator("input").focus()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") == "INPUT":  # day, month, year
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("ArrowDown")
    assert shown.count() == len(REGIMES["uk"].steps) + 1
    tool.locator("input").fill("2026-04-01")
    wanted = {"zh": "2026 年 4 月 8 日，周三", "en": "Wednesday 8 April 2026"}[lang]
    assert tool.locator("tr[data-regime=uk][data-step=summary] .cb-due").inner_text() == wanted
    assert "2026" in said.inner_text()
    tool.locator("input").fill("2027-03-01")
    assert "2027" in said.inner_text()
    assert tool.locator("tr[data-regime=uk] .cb-due").first.inner_text() in ("—", "–")
    tool.locator("input").fill("")
    assert said.inner_text() == {"zh": "先选一个日期。", "en": "Choose a date first."}[lang]
    assert violations(page) == []
    assert seen.watch.problems == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_scripts(site, opened, lang):
    """With JavaScript off, does the table of all rules stand in, with no dead form?"""
    page = opened(f"{lang}/{CHAPTER}", java_script_enabled=False).page
    tool = page.locator("section[data-tool=deadlines]")
    assert not tool.locator("form").is_visible()
    steps = sum(len(regime.steps) for regime in REGIMES.values())
    assert tool.locator("tr[data-step]:visible").count() == steps
    texts = tool.locator(".cb-due").all_inner_texts()
    assert len(texts) == steps and all(texts)
