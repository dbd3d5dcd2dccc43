"""The site's tree and the frame of its pages."""

from __future__ import annotations

import posixpath

import pytest

from casebank.errors import ContentError
from casebank.site.shell import Shell, brief
from casebank.site.tree import front_matter


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_of_every_frame_leads_to_a_page(clone, lang):
    """Do tabs, side, crumbs, neighbours, twins of each page name pages that exist?"""
    shell = Shell.load(clone, "instructor", lang)
    known = {node.address for node in shell.nodes()}

    def check(here, href):
        goal = posixpath.normpath(posixpath.join("/site", lang, here, href))
        assert goal.startswith(f"/site/{lang}"), (here, href)
        inside = goal.removeprefix(f"/site/{lang}").strip("/")
        assert (inside + "/" if inside else "") in known, (here, href)

    def walk(here, items):
        for item in items:
            check(here, item["href"])
            walk(here, item["children"])

    for address in known:
        frame = shell.page(address)
        walk(address, frame["tabs"])
        for crumb in frame["crumbs"]:
            check(address, crumb["href"])
        for side in ("previous", "next"):
            if frame[side]:
                check(address, frame[side]["href"])
        twin = {"zh": "en", "en": "zh"}[lang]
        goal = posixpath.normpath(posixpath.join("/site", lang, address, frame["twin"]))
        assert goal == posixpath.normpath(f"/site/{twin}/{address}")
        assert frame["description"]
        assert frame["title"]


def test_both_languages_have_the_same_tree(clone):
    """Are addresses and their order the same in Chinese and English?"""
    zh, en = (Shell.load(clone, "trainee", lang) for lang in ("zh", "en"))
    assert [n.address for n in zh.nodes()] == [n.address for n in en.nodes()]


def test_teaching_notes_are_the_instructors(clone):
    """Does a trainee's tree not even know of a teaching note?"""
    trainee = {n.address for n in Shell.load(clone, "trainee", "zh").nodes()}
    instructor = {n.address for n in Shell.load(clone, "instructor", "zh").nodes()}
    assert not [a for a in trainee if a.endswith("/note/")]
    assert [a for a in instructor - trainee if a.endswith("/note/")]
    assert len(trainee) < len(instructor)


def test_digest_follows_titles(clone):
    """Does a new title change the digest on which written pages depend, and nothing else?"""
    before = Shell.load(clone, "trainee", "en").digest()
    assert Shell.load(clone, "trainee", "en").digest() == before
    page = clone.docs / "guides" / "about.en.md"
    page.write_text(page.read_text("utf-8").replace("title: About", "title: All about"), "utf-8")
    assert Shell.load(clone, "trainee", "en").digest() != before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no head\n", "the page has no head"),
        ("---\ntitle: a\n---\n", "'description' is missing"),
        ("---\ntitle: a\ndescription: b\ntitel: c\n---\n", "unknown key 'titel'"),
        ("---\ntitle: [a\n---\n", "not valid yaml"),
    ],
)
def test_heads_of_pages_are_read_strictly(clone, text, says):
    """Does a fault in a page's head name the file and what is wrong?"""
    page = clone.docs / "guides" / "about.en.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"docs/guides/about\.en\.md") as fault:
        front_matter(page, clone)
    assert says in str(fault.value)


def test_long_description_ends_with_a_sentence():
    """Is a long description cut after a whole sentence, in either language?"""
    assert brief("短。") == "短。"
    assert brief("一" * 200 + "。" + "二" * 200) == "一" * 200 + "。"
    text = "A sentence. " * 40
    assert len(brief(text)) <= 300
    assert brief(text).endswith("sentence.")
    assert brief("word " * 100).endswith("word…")
