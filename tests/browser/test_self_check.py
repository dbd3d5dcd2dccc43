"""Self-check questions and glossary terms, by mouse, keyboard, touch and without scripts."""

from __future__ import annotations

import itertools

import pytest

from casebank.lang import Bi
from casebank.records import Option, Question
from casebank.site.theme import ASSETS
from casebank.text.quiz import quiz

CHAPTER = "book/chapters/01-customer-segmentation/"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_says_why(site, opened, violations, lang):
    """After an answer, does every option show its reason, and does the verdict get announced?"""
    seen = opened(f"{lang}/{CHAPTER}")
    form = seen.page.locator("form.cb-quiz[data-kind=single]").first
    check, said = form.locator(".cb-quiz-check"), form.locator(".cb-quiz-said")
    assert said.get_attribute("role") == "status"
    check.click()
    assert said.inner_text() == form.get_attribute("data-choose")
    form.locator("input:not([data-right])").first.check()
    check.click()
    assert said.inner_text() == form.get_attribute("data-not-yet")
    options = form.locator("fieldset li").count()
    assert form.locator(".cb-reason:visible").count() == options
    assert violations(seen.page) == []
    form.locator("input[data-right]").check()
    assert form.locator(".cb-reason:visible").count() == 0
    check.click()
    assert said.inner_text() == form.get_attribute("data-all-right")
    assert seen.watch.problems == []


def test_a_question_with_several_answers(site, opened):
    """Is what was missed marked, and is only the whole answer right?"""
    page = opened(f"en/{CHAPTER}").page
    form = page.locator("form.cb-quiz[data-kind=multiple]").first
    right = form.locator("input[data-right]")
    right.first.check()
    form.locator(".cb-quiz-check").click()
    assert form.locator("li.cb-missed").count() == right.count() - 1 > 0
    for place in range(right.count()):
        right.nth(place).check()
    form.locator(".cb-quiz-check").click()
    assert form.locator(".cb-quiz-said").inner_text() == form.get_attribute("data-all-right")


def test_an_answer_by_keyboard(site, opened):
    """Can a question be answered without a mouse?"""
    page = opened(f"en/{CHAPTER}").page
    form = page.locator("form.cb-quiz[data-kind=single]").first
    form.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert form.locator(".cb-quiz-said").inner_text() != ""


def test_answers_without_scripts(site, opened):
    """With JavaScript off, are answers and reasons one click away, and no dead button there?"""
    page = opened(f"en/{CHAPTER}", java_script_enabled=False).page
    form = page.locator("form.cb-quiz").first
    assert not form.locator(".cb-quiz-check").is_visible()
    form.locator("summary").click()
    assert form.locator("details li").first.is_visible()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_an_order_by_keyboard(site, opened, key):
    """Can steps be put in order by buttons, with the focus kept and the verdict said?"""
    names = ["one", "two", "three"]
    options = [
        Option(zh=n, en=n, position=i, reason=Bi(zh=n, en=f"because {n}"))
        for i, n in enumerate(names, 1)
    ]
    question = Question(
        id="q-order",
        kind="order",
        chapter="x",
        topics=["T01"],
        stem=Bi(zh="排", en="Order them"),
        options=options,
    )
    page = opened("en/guides/").page
    page.locator("article").evaluate(
        "(a, html) => { a.innerHTML = html; }", quiz(question, 1, "en", str)
    )
    page.add_script_tag(content=(ASSETS / "quiz.js").read_text(encoding="utf-8"))
    form = page.locator("form.cb-quiz")
    assert form.locator("fieldset .cb-quiz-text").all_inner_texts() != names
    form.locator(".cb-quiz-check").click()
    assert form.locator(".cb-quiz-said").inner_text() == form.get_attribute("data-not-yet")
    for place, name in enumerate(names):
        for _ in range(3):
            shown = form.locator("fieldset .cb-quiz-text").all_inner_texts()
            if shown.index(name) <= place:
                break
            up = (
                form.locator("fieldset li").nth(shown.index(name)).locator("button[data-move='-1']")
            )
            up.focus()
            page.keyboard.press(key)
            assert "up" in page.evaluate("document.activeElement.textContent").lower()
    assert form.locator("fieldset .cb-quiz-text").all_inner_texts() == names
    form.locator(".cb-quiz-check").click()
    assert form.locator(".cb-quiz-said").inner_text() == form.get_attribute("data-all-right")
    assert form.locator("details li").first.is_visible()


def test_every_valid_order(site, opened, violations):
    """Is every order accepted that keeps what must come first, every other refused, and said?"""
    after = {"listen": [], "name": [], "repeat": ["listen"], "promise": ["repeat", "name"]}
    steps = list(after)
    question = Question(
        id="q-call",
        kind="order",
        chapter="x",
        topics=["T01"],
        stem=Bi(zh="排", en="Order them"),
        options=[
            Option(id=n, zh=n, en=n, after=wait, reason=Bi(zh=n, en=f"because {n}"))
            for n, wait in after.items()
        ],
    )
    seen = opened("en/guides/")
    page = seen.page
    page.locator("article").evaluate(
        "(a, html) => a.insertAdjacentHTML('beforeend', html)", quiz(question, 1, "en", str)
    )
    page.add_script_tag(content=(ASSETS / "quiz.js").read_text(encoding="utf-8"))
    form = page.locator("form.cb-quiz")
    said = form.locator(".cb-quiz-said")
    right = 0
    for order in itertools.permutations(steps):
        form.evaluate(
            "(form, order) => { const list = form.querySelector('ol'); order.forEach("
            "step => list.append(list.querySelector(`[data-step=${step}]`))); }",
            list(order),
        )
        form.locator(".cb-quiz-check").click()
        valid = all(order.index(b) < order.index(n) for n, wait in after.items() for b in wait)
        right += valid
        wanted = form.get_attribute("data-all-right" if valid else "data-not-yet")
        assert said.inner_text() == wanted, order
        assert (form.locator(".cb-quiz-text[data-misplaced]").count() == 0) == valid
    assert right == 3
    form.locator("button[data-move='-1']").last.click()
    assert said.inner_text() == "place 3 of 4"
    assert said.get_attribute("role") == "status"
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_term_by_keyboard_and_mouse(site, opened, violations, scheme):
    """Does a term show its definition on focus and on hover, and does Escape close it?"""
    seen = opened(f"en/{CHAPTER}", scheme=scheme)
    page, term, tip = seen.page, seen.page.locator("a.cb-term").first, seen.page.locator("#cb-tip")
    term.focus()
    assert tip.is_visible() and tip.inner_text() == term.get_attribute("data-def")
    assert term.get_attribute("aria-describedby") == "cb-tip"
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not tip.is_visible() and term.get_attribute("aria-describedby") is None
    page.evaluate("document.activeElement.blur()")
    term.hover()
    assert tip.is_visible()
    page.mouse.move(2, 2)
    page.wait_for_timeout(250)
    assert not tip.is_visible()


def test_a_term_by_touch(site, opened):
    """On a phone, does the first touch show the definition and the second follow the link?"""
    page = opened(f"en/{CHAPTER}", width=390, height=844, has_touch=True).page
    term = page.locator("a.cb-term").first
    term.tap()
    tip = page.locator("#cb-tip")
    assert tip.is_visible() and CHAPTER in page.url
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    term.tap()
    page.wait_for_url("**/glossary/#*")


def test_text_stays_in_its_frame(site, opened):
    """Does no element that a text left open swallow the rest of the page?"""
    page = opened("en/").page
    for address in site.pages:
        page.goto(site.base + address)
        frame = page.evaluate(
            "['.cb-footer', '.cb-toc', 'main', '#cb-search'].map(s => document.querySelector(s))"
            ".filter(e => e).map(e => e.parentNode.className || e.parentNode.localName)"
        )
        assert all(name.startswith(("cb-body", "cb-page-")) for name in frame), (address, frame)
