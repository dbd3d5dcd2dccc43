"""A build does not lie: what fails stays failed, what is done is not done again."""

from __future__ import annotations

import pytest

from casebank.errors import ContentError, EnvironmentFault
from casebank.site import build as building
from casebank.site.build import build, part


def site_text(repo, name):
    return (repo.site / name).read_text(encoding="utf-8")


def test_second_run_does_nothing(clone, quick):
    """Is a site that is up to date left alone, and built again after an edit?"""
    first = build(clone)
    assert first.changed
    assert first.pages > 20
    calls = {name: len(made) for name, made in quick.items()}
    second = build(clone)
    assert not second.changed
    assert "nothing changed" in second.summary()
    assert {name: len(made) for name, made in quick.items()} == calls
    page = clone.docs / "guides" / "about.en.md"
    page.write_text(page.read_text("utf-8") + "\nA sentence that is new.\n", "utf-8")
    assert build(clone).changed
    assert "A sentence that is new." in site_text(clone, "en/guides/about/index.html")


def test_damaged_site_is_built_again(clone, quick):
    """Is a page that somebody removed from the built site noticed?"""
    build(clone)
    (clone.site / "en" / "index.html").unlink()
    assert build(clone).changed
    assert (clone.site / "en" / "index.html").is_file()


def test_failed_build_fails_again_and_leaves_the_old_site(clone, quick):
    """Does a fault stop every run until it is mended, with the old site in its place?"""
    build(clone)
    old = site_text(clone, "en/index.html")
    page = clone.docs / "index.en.md"
    whole = page.read_text("utf-8")
    page.write_text(whole.replace("{{count:cases}}", "{{count:casess}}"), "utf-8")
    for _ in range(2):
        with pytest.raises(ContentError, match=r"casess.*cases"):
            build(clone)
        assert site_text(clone, "en/index.html") == old
    assert not [p for p in clone.root.iterdir() if p.name.startswith(".site")]
    page.write_text(whole, "utf-8")
    assert build(clone).changed
    assert not build(clone).changed


def test_warning_of_mkdocs_is_an_error(clone, quick):
    """Does a link that MkDocs warns of fail the build, each time?"""
    page = clone.docs / "guides" / "about.zh.md"
    page.write_text(page.read_text("utf-8") + "\n[根目录](/nowhere/)\n", "utf-8")
    for _ in range(2):
        with pytest.raises(ContentError, match=r"portal \(zh\).*nowhere"):
            build(clone)
    assert not clone.site.exists()


def test_problem_found_at_the_end_fails_the_build(clone, quick, monkeypatch):
    """Do broken links keep a finished site from being swapped in, and are they named?"""
    plain = building.part

    def with_problem(module, name):
        if module.endswith("links"):
            return lambda site: ["en/index.html: leads nowhere: x/"]
        return plain(module, name)

    monkeypatch.setattr(building, "part", with_problem)
    for _ in range(2):
        with pytest.raises(ContentError, match="leads nowhere: x/"):
            build(clone)
    assert not clone.site.exists()


def test_note_is_built_for_instructors_only(clone, quick):
    """Has the trainee's site no page of a teaching note, and the instructor's site one?"""
    build(clone)
    build(clone, audience="instructor")
    assert not list(clone.site.rglob("note/index.html"))
    assert list(clone.site_instructor.rglob("note/index.html"))


def test_one_language_leaves_the_other_as_it_was(clone, quick):
    """Does building English keep the Chinese half of the site?"""
    build(clone)
    zh = site_text(clone, "zh/index.html")
    page = clone.docs / "index.en.md"
    page.write_text(page.read_text("utf-8") + "\nNew.\n", "utf-8")
    build(clone, langs=("en",))
    assert site_text(clone, "zh/index.html") == zh
    assert "New." in site_text(clone, "en/index.html")


def test_language_first_is_in_the_door(clone, quick):
    """Does '/' send a visitor without preference to the language that was asked for?"""
    build(clone, lang_first="en")
    assert 'l||"en"' in site_text(clone, "index.html")


def test_missing_part_is_said_clearly():
    """Is a module that is not there one sentence, not a traceback?"""
    with pytest.raises(EnvironmentFault, match=r"no casebank\.nothing\.run"):
        part("casebank.nothing", "run")
    with pytest.raises(EnvironmentFault, match=r"no casebank\.files\.nothing"):
        part("casebank.files", "nothing")
