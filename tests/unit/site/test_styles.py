"""The stylesheet that is cut down to what the pages use."""

from __future__ import annotations

import re

import pytest

from casebank.site import styles

PAGE = (
    '<html class="no-js"><body><article class="md-typeset"><h1 id="a">x</h1><p><a href="#a">y</a>'
    '</p><div class="cb-scroll"><table><thead><tr><th>z</th></tr></thead></table></div></article>'
)


def cut(css: str, page: str = PAGE) -> str:
    used = styles.Used()
    used.add(page)
    return styles.cut(css, used)


def test_rule_for_absent_class_goes():
    """Is a rule dropped when no page has its class, and kept when one has?"""
    assert cut(".gone{color:red} .md-typeset{color:blue}") == ".md-typeset{color:blue}"


def test_part_of_a_list_of_selectors_goes():
    """Does of `.gone, h1` only `h1` stay?"""
    assert cut(".gone, h1 , h6{margin:0}") == "h1{margin:0}"


@pytest.mark.parametrize(
    "selector",
    [
        "h1:not(.gone)",
        ".md-typeset :is(h1, .gone)",
        "a:hover",
        "th::before",
        "[hidden]",
        ".js .cb-scroll",
        "*",
        ":root",
        "thead > tr th",
        "h1#a",
    ],
)
def test_selectors_that_may_match_stay(selector):
    """Is no selector dropped that could match something now or by a script?"""
    assert cut(f"{selector}{{margin:0}}") == f"{selector}{{margin:0}}"


@pytest.mark.parametrize("selector", ["h6", "#b", "[data-x=y]", ".a .gone", "video > p"])
def test_selectors_that_cannot_match_go(selector):
    """Is a selector dropped that names a tag, id or attribute that is nowhere?"""
    assert cut(f"{selector}{{margin:0}}") == ""


def test_unused_variables_and_animations_go():
    """Do icons in custom properties and animations without a user disappear?"""
    css = (
        ":root{--icon:url('data:image/svg+xml;charset=utf-8,<svg/>');--ink:#123;--paper:var(--ink)}"
        "h1{color:var(--paper);animation:blink 1s}"
        "@keyframes blink{from{opacity:0}to{opacity:1}}@keyframes spin{to{top:0}}"
    )
    result = cut(css)
    assert "--icon" not in result
    assert "spin" not in result
    assert "--ink:#123" in result
    assert "@keyframes blink" in result


def test_media_and_layers_are_kept_with_what_they_hold():
    """Are conditions kept around living rules, and dropped around dead ones?"""
    css = (
        "@media print{h1{top:0}.gone{top:1px}}@layer x{.gone{top:0}}@supports (gap:1px){h1{gap:0}}"
    )
    assert cut(css) == "@media print{h1{top:0}}@supports (gap:1px){h1{gap:0}}"


def test_whole_sheet_is_small_and_asks_nobody():
    """Is the real sheet small for a small page, without outside addresses, and our part last?"""
    sheet = styles.sheet([PAGE])
    assert len(sheet) < 40_000
    assert not re.search(r"url\([\"']?(https?:)?//", sheet)
    assert sheet.index("@layer material{") < sheet.index("--cb-paper")


def test_colours_of_both_schemes_have_contrast():
    """Has each text colour a contrast of at least 4.5 on each of the scheme's grounds?"""
    text = (styles.ASSETS / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split('[data-md-color-scheme="slate"] {')
    base = dict(re.findall(r"--cb-([\w-]+): (#[0-9a-f]{6});", light))
    schemes = (base, {**base, **dict(re.findall(r"--cb-([\w-]+): (#[0-9a-f]{6});", dark))})

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(a: str, b: str) -> float:
        high, low = sorted((luminance(a), luminance(b)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for scheme in schemes:
        for ink in ("ink", "soft", "blue", "link", "red", "green", "brass"):
            for ground in ("paper", "raised", "sunk"):
                assert contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground)
        for ink in ("head-ink", "head-soft"):
            assert contrast(scheme[ink], scheme["head"]) >= 4.5, ink
        assert contrast(scheme["ink"], scheme["mark"]) >= 4.5
