"""The two languages are compared in their sources and in the built pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebank.paths import Repo
from casebank.site.parity import check_pages, check_sources, compare_texts

ZH = """## 一 {#one}

文 {{value:n}} 与 {{term:rfm}}。[@W01; W02]

{{figure:pyramid}}

::: note "注意"
话
:::

## 二 {#two}
"""
EN = ZH.replace("一", "One").replace("二", "Two")


def test_equal() -> None:
    """Do twins pass?"""
    assert compare_texts(ZH, EN) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{#two}", "{#too}", "heading 2"),
        ("## Two {#two}", "", "2 headings in zh, 1 in en"),
        ("{{figure:pyramid}}", "", "figure 'pyramid' only in zh"),
        ("{{value:n}}", "1,500", "value 'n' only in zh"),
        ("{{term:rfm}}", "RFM", "term 'rfm' only in zh"),
        ("W02", "W03", "source 'W02' only in zh"),
        ("::: note", "::: tip", "callout"),
    ],
)
def test_differs(old: str, new: str, said: str) -> None:
    """Is each kind of difference named?"""
    assert old in EN
    assert any(said in problem for problem in compare_texts(ZH, EN.replace(old, new)))


def test_prose_after_a_callout() -> None:
    """Is the first word after a call-out's end not taken for a call-out?"""
    zh = "::: note\n甲\n:::\n\n怎样读这张表\n"
    en = "::: note\nA\n:::\n\nHow to read this table\n"
    assert compare_texts(zh, en) == []


def test_missing_twin(tmp_path: Path) -> None:
    """Is a page without its twin found?"""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.zh.md").write_text(ZH, encoding="utf-8")
    assert check_sources(Repo(tmp_path)) == ["docs/index: the en side is missing"]


def test_pages(tmp_path: Path) -> None:
    """Are a lost page, a lost heading and a lost question found in the built site?"""
    for lang in ("zh", "en"):
        (tmp_path / lang / "a").mkdir(parents=True)
    zh = "<article><h1>x</h1><h2 id='a'>y</h2><fieldset></fieldset></article>"
    (tmp_path / "zh/a/index.html").write_text(zh, encoding="utf-8")
    (tmp_path / "en/a/index.html").write_text("<article><h1>x</h1></article>", encoding="utf-8")
    (tmp_path / "zh/index.html").write_text(zh, encoding="utf-8")
    problems = check_pages(tmp_path)
    assert "index.html: only in zh" in problems
    assert any("headings differ" in p for p in problems)
    assert any("questions differ: zh 1, en 0" in p for p in problems)
