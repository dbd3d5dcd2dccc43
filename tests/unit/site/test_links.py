"""Broken links, missing places and outside loads are found in built pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebank.site.links import check

GOOD = """<!doctype html><html><head><link rel="stylesheet" href="../assets/a.css"></head>
<body><h2 id="rfm">RFM</h2><a href="../b/#top">b</a> <a href="#rfm">up</a>
<a href="https://example.org/">a source</a> <img src="data:image/png;base64,AA==" alt=""></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("zh/a", "zh/b", "zh/assets"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "zh/assets/a.css").write_text("p{}", encoding="utf-8")
    (tmp_path / "zh/a/index.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "zh/b/index.html").write_text('<p id="top">b</p>', encoding="utf-8")
    return tmp_path


def test_good(site: Path) -> None:
    """Does a sound site pass?"""
    assert check(site) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("../b/#top", "../c/", "leads nowhere"),
        ("../b/#top", "../b/#bottom", "no such place"),
        ("#rfm", "#rfn", "no such place"),
        ("../b/#top", "/zh/b/", "sub-path"),
        ("../b/#top", "../../../x/", "leads out of the site"),
        ("../assets/a.css", "https://fonts.example.org/a.css", "another host"),
        ("../assets/a.css", "//cdn.example.org/a.css", "another host"),
        ("data:image/png;base64,AA==", "http://example.org/a.png", "another host"),
        ("../b/#top", "javascript:void(0)", "a script"),
    ],
)
def test_bad(site: Path, old: str, new: str, said: str) -> None:
    """Is each kind of bad link found, once, with its page?"""
    page = site / "zh/a/index.html"
    page.write_text(page.read_text("utf-8").replace(f'"{old}"', f'"{new}"'), encoding="utf-8")
    problems = [str(problem) for problem in check(site)]
    assert len(problems) == 1
    assert said in problems[0] and "zh/a/index.html" in problems[0]
