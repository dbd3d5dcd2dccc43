"""Portal and book are one site: a reader must not notice where one generator ends."""

from __future__ import annotations

import pytest

PORTAL, BOOK = "guides/trainees/", "book/chapters/01-customer-segmentation/"
#: Where the tabs differ, because another one is open.
MASK = ".cb-tabs"
#: A footer need not be a whole number of pixels high: without a Chinese font its last row is shared
#: with whatever lies behind it, so nothing may.
ALONE = (
    "body *{visibility:hidden}.cb-header,.cb-header *,.cb-footer,.cb-footer *{visibility:visible}"
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_header_and_footer_are_equal_to_the_pixel(site, opened, lang, scheme, width):
    """Do header and footer look the same on a page of either generator?"""
    shots = {}
    for address in (PORTAL, BOOK):
        page = opened(f"{lang}/{address}", width=width, scheme=scheme).page
        # At a place of whole pixels, since a page's height need not be one.
        page.add_style_tag(
            content=f"{ALONE}{MASK},{MASK} *{{visibility:hidden}}.cb-footer{{position:fixed;top:99px;width:100%}}"
        )
        shots[address] = (
            page.locator(".cb-header").screenshot(),
            page.locator(".cb-footer").screenshot(),
        )
    assert shots[PORTAL][0] == shots[BOOK][0]
    assert shots[PORTAL][1] == shots[BOOK][1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_same_tabs_on_both_sides(site, opened, lang):
    """Are the tabs the same words in the same places, leading to the same pages?"""
    rows = []
    for address in (PORTAL, BOOK):
        page = opened(f"{lang}/{address}").page
        rows.append(
            page.eval_on_selector_all(
                ".cb-tabs a", "all => all.map(a => [a.textContent, a.href, a.offsetTop])"
            )
        )
    assert rows[0] == rows[1]
    assert len(rows[0]) == 7


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_looks_the_same(site, opened, lang):
    """Have headings, paragraphs and links the same type, colour and place on both sides?"""
    script = """() => Object.fromEntries(['h1', 'h2', 'p', 'p a'].map(name => {
        const found = document.querySelector('article ' + name);
        if (!found) return [name, null];
        const style = getComputedStyle(found);
        return [name, ['fontFamily', 'fontSize', 'fontWeight', 'lineHeight', 'color',
          'textDecorationLine'].map(key => style[key]).concat(
          name === 'h1' ? [found.getBoundingClientRect().left, found.getBoundingClientRect().top]
          : [])];
    }))"""
    portal = opened(f"{lang}/{PORTAL}").page.evaluate(script)
    book = opened(f"{lang}/{BOOK}").page.evaluate(script)
    assert portal["h1"] == book["h1"]
    assert portal["h2"] == book["h2"]


def test_colours_are_kept_across_the_seam(site, opened):
    """Does a switch to dark in the portal hold in the book, and back, and after a reload?"""
    page = opened("zh/" + PORTAL).page
    scheme = "document.documentElement.dataset.mdColorScheme"
    assert page.evaluate(scheme) == "default"
    page.click(".cb-scheme")
    assert page.evaluate(scheme) == "slate"
    page.goto(site.base + "zh/" + BOOK)
    assert page.evaluate(scheme) == "slate"
    page.click(".cb-scheme")
    page.goto(site.base + "zh/" + PORTAL)
    assert page.evaluate(scheme) == "default"
    page.reload()
    assert page.evaluate(scheme) == "default"


def test_breadcrumbs_lead_up(site, walk):
    """Does each kind of page say where it stands, and do the crumbs lead there?"""
    for address, page in walk(site.one_of_each()):
        depth = address.strip("/").count("/")
        crumbs = page.eval_on_selector_all(".cb-crumbs a", "all => all.map(a => a.href)")
        if depth == 0:
            assert crumbs == []
            continue
        assert crumbs[0] == site.base + address[:3]
        for href in crumbs:
            assert (site.root / href.removeprefix(site.base) / "index.html").is_file()
