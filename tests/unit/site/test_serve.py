"""The server of ``casebank serve`` and what an edit sets going."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from casebank.errors import EnvironmentFault
from casebank.site.refresh import Refresher
from casebank.site.serve import CHANGES, Version, listen


@pytest.fixture
def served(tmp_path):
    """A tiny site on a free port."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "index.html").write_text("<p>首页</p>", encoding="utf-8")
    (tmp_path / "404.html").write_text("<p>404</p>", encoding="utf-8")
    version = Version()
    server = listen("127.0.0.1", 0, tmp_path, version)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", version
    version.close()
    server.shutdown()
    server.server_close()


def test_page_is_served_and_waits_for_changes(served):
    """Does a page come with the few words that make it ask for the next state?"""
    base, _ = served
    text = urllib.request.urlopen(f"{base}/zh/").read().decode()
    assert text.startswith("<p>首页</p>")
    assert f"{CHANGES}?after=0" in text


def test_page_that_waits_is_told(served):
    """Does a waiting page hear of a change at once?"""
    base, version = served
    threading.Timer(0.2, version.next).start()
    assert urllib.request.urlopen(f"{base}{CHANGES}?after=0", timeout=10).read() == b"1"


def test_unknown_address_gets_the_page_of_our_own(served):
    """Is a missing page answered by 404.html with status 404?"""
    base, _ = served
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{base}/en/nothing/")
    assert answer.value.code == 404
    assert b"404" in answer.value.read()


def test_nothing_outside_the_site_is_served(served):
    """Does an address with dots not leave the folder?"""
    base, _ = served
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{base}/zh/%2e%2e/%2e%2e/%2e%2e/etc/passwd")
    assert answer.value.code == 404


def test_port_in_use_is_one_sentence(served, tmp_path):
    """Does a taken port name itself and another one to try?"""
    base, _ = served
    port = int(base.rpartition(":")[2])
    with pytest.raises(EnvironmentFault, match=f"cannot listen on 127.0.0.1:{port}.*--port"):
        listen("127.0.0.1", port, tmp_path, None)


@pytest.mark.parametrize(
    ("names", "langs"),
    [
        (["a.zh.md"], ["zh"]),
        (["a.en.md"], ["en"]),
        (["a.zh.md", "b.en.md"], ["zh", "en"]),
        (["case.yml"], ["zh", "en"]),
        (["a.en.md", "a.py"], ["zh", "en"]),
    ],
)
def test_an_edit_concerns_the_languages_of_its_files(names, langs):
    """Is only the language built whose text was saved?"""
    assert Refresher.languages([Path(name) for name in names]) == langs


@pytest.mark.parametrize(
    ("name", "now", "later"),
    [
        ("docs/index.zh.md", {"portal"}, set()),
        ("cases/x/case.en.md", {"portal"}, set()),
        ("cases/x/case.yml", {"portal"}, {"book"}),
        ("book/chapters/01-x.zh.md", {"book"}, set()),
        ("book/chapters/01-x.yml", {"book", "portal"}, set()),
        ("book/labs/x.py", {"book"}, {"notebooks"}),
        ("exercises/x/exercise.py", {"portal"}, {"notebooks"}),
        ("exercises/x/exercise.yml", {"portal"}, {"book", "notebooks"}),
    ],
)
def test_an_edit_concerns_a_generator(clone, name, now, later):
    """Is at once made what shows the edit, and a moment later what follows from it?"""
    refresher = Refresher(clone, "trainee", clone.site, "zh")
    assert refresher.concerns([clone.root / name]) == now
    assert refresher._later == later
