"""Can a hand-in hold up the server that an instructor opens it with, or spoil honest work?"""

from __future__ import annotations

import string
import time
from typing import Any

import nbformat.v4 as v4
import pytest
from nbformat import NotebookNode

from casebank.desk import ansi, clean, code, cost, markdown
from casebank.desk.exporter import FeedbackExporter, FormgradeExporter

SURFACE = "formgrader"
SIZE = 200_000
MOST_SECONDS = 5.0
SIGNS = [
    "[", "(", "![", "<", "`", "*", "_", "$", "$$", "$x$ ", "\\", "\\(", "\\[", "\\\\(", "\\\\[",
    "\\begin{a}", "\\begin{a}\\end{b}", "[a](", "![a](data:", "|", "a|b\n-|-\n", "> ", "> - ", "- ",
    "\n  - ", "&", "#", "\n#", "a\n=\n", " ", "\t", "\n", "\x1b[31m", "\x1b[31ma", "\x1b[", "\x1b",
    "a.", "(a,", "'''", 'f"{', "%", "<a ", "<!--", "<b title=%d><p>", "<font color=c%d><p>",
    "<style>", "<style>#T_a_row0{", "<div>", "<table>", '<a href="%25', "<div style='", "\u202e",
    "e\u0301", "\u0301", "[%d]: a\n", "<%d", "```perl\n", "~~a",
]  # fmt: skip
ABOUT = {
    "nbgrader": {"notebook": "a", "score": 1.0, "max_score": 2.0, "late_penalty": 0.0},
    "nonce": "a",
    "base_url": "/",
}


def _repeated(sign: str, size: int = SIZE) -> str:
    count = size // len(sign) + 1
    many = (
        "".join(sign.replace("%d", str(n)) for n in range(count)) if "%d" in sign else sign * count
    )
    return many[:size]


def _shown(way: str, text: str) -> NotebookNode:
    match way:
        case "essay":
            return v4.new_markdown_cell(text)
        case "code":
            return v4.new_code_cell(text)
        case "stream":
            output = v4.new_output("stream", text=text)
        case "error":
            output = v4.new_output("error", ename="E", evalue=text, traceback=[text, text])
        case "markdown":
            output = v4.new_output("display_data", {"text/markdown": text})
        case _:
            output = v4.new_output("display_data", {"text/html": text, "text/plain": text})
    return v4.new_code_cell("1", outputs=[output])


@pytest.fixture(scope="module")
def exporters() -> list[Any]:
    """Both, with their templates read."""
    made = [FormgradeExporter(), FeedbackExporter()]
    for one in made:
        one.from_notebook_node(v4.new_notebook(), dict(ABOUT))
    return made


def _page(exporter: Any, cells: list[NotebookNode]) -> tuple[str, float]:
    book = v4.new_notebook(cells=cells)
    begin = time.process_time()
    page, _ = exporter.from_notebook_node(book, dict(ABOUT))
    return page, time.process_time() - begin


@pytest.mark.parametrize("sign", [*string.punctuation, " ", "\t", "\u00a0", " \t"], ids=ascii)
def test_an_essay_is_read_once(sign: str) -> None:
    """Is a run of signs in the middle of a line read without beginning anew at each of them?"""
    run = (sign * cost.LONGEST)[: cost.LONGEST]
    for text in (f"a{run}b", f"*a{run}\nb", f"[{run}](x)", f"| {run} |\n|---|\n| x |"):
        begin = time.process_time()
        markdown.to_html(text)
        assert time.process_time() - begin < MOST_SECONDS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("a\\\nb", "<p>a<br>\nb</p>"),
        ("a     \n   b", "<p>a<br>\nb</p>"),
        ("a \nb", "<p>a\nb</p>"),
        ("a\nb", "<p>a\nb</p>"),
        ("`a`  \nb", "<p><code>a</code><br>\nb</p>"),
        ("$a$  \n*b*  c", "<br>\n<em>b</em>  c"),
    ],
)
def test_lines_end_as_ever(text: str, shown: str) -> None:
    """Do two blanks at a line's end still break it, and does one not?"""
    assert shown in markdown.to_html(text)


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_page_has_bounded_time(exporters: list[Any], sign: str) -> None:
    """Does a text of 200 KB, wherever it stands, take seconds of the server's own thread?"""
    text = _repeated(sign)
    ways = ("essay", "code", "stream", "error", "markdown", "html")
    page, took = _page(exporters[0], [_shown(way, text) for way in ways])
    assert took < MOST_SECONDS
    assert len(page) < 30_000_000


@pytest.mark.parametrize("way", ["essay", "code", "stream", "html"])
def test_each_reader_refuses_what_it_is_slow_with(way: str) -> None:
    """Does any single text, read by itself and without a page's clock, take seconds?"""
    for sign in SIGNS:
        text = _repeated(sign, cost.LONGEST)
        begin = time.process_time()
        match way:
            case "essay":
                markdown.to_html(text)
            case "code":
                code.cell(text[:50_000])
            case "html":
                clean.clean(text)
            case _:
                ansi.to_html(text)
        assert time.process_time() - begin < 2.5, sign


@pytest.mark.parametrize(
    "sign", ["[", "\\\\[", "\\begin{a}", "$x$ ", "<b title=%d><p>", "\x1b[31ma", "&"], ids=ascii
)
def test_many_cells_share_the_time(exporters: list[Any], sign: str) -> None:
    """Do fifty slow texts take fifty times as long as one?"""
    text = _repeated(sign, 60_000)
    cells = [_shown(way, text) for way in ("essay", "stream", "html", "markdown") * 15]
    assert _page(exporters[1], cells)[1] < MOST_SECONDS


def test_empty_cells_and_outputs_are_counted(exporters: list[Any]) -> None:
    """Do a hundred thousand cells and outputs of nothing take the server's time?"""
    output = v4.new_output("stream", text="a")
    cells = [v4.new_markdown_cell("a") for _ in range(5000)]
    cells[:0] = [v4.new_code_cell("1", outputs=[output] * 5000)]
    assert _page(exporters[0], cells)[1] < 2 * MOST_SECONDS


def test_one_picture_named_a_thousand_times(exporters: list[Any]) -> None:
    """Does a picture that is attached once fill the memory with its copies?"""
    cell = v4.new_markdown_cell("![a](attachment:a.png)\n" * 4000)
    cell["attachments"] = {"a.png": {"image/png": "A" * 4_000_000}}
    page, took = _page(exporters[0], [cell])
    assert len(page) < 100_000_000 and took < MOST_SECONDS


def test_what_is_cut_says_so(exporters: list[Any]) -> None:
    """Does an instructor see that a text went on?"""
    for way in ("essay", "stream", "error", "html"):
        page, _ = _page(exporters[1], [_shown(way, "word " * 100_000)])
        assert cost.CUT in page, way


def test_no_sign_turns_the_text(exporters: list[Any]) -> None:
    """Is a sign that turns the direction of what follows shown as what it is?"""
    for way in ("stream", "error", "code"):
        page, _ = _page(exporters[1], [_shown(way, "a\u202eb\x07\u200b")])
        assert "\u202e" not in page and "u202e" in page, way
        assert "\x07" not in page and "\u200b" not in page, way


HONEST = {
    "客户 123\t| é ñ ü 🙂\nsecond": "客户 123\t| é ñ ü 🙂\nsecond",
    "\x1b[31mred\x1b[0m plain": '<span class="ansi-red-fg">red</span> plain',
    "\x1b[1;31mred\x1b[0m": '<span class="ansi-red-intense-fg ansi-bold">red</span>',
    "\x1b[38;5;241;43ma\x1b[49;39mb": (
        '<span class="ansi-yellow-bg" style="color: rgb(98,98,98)">a</span>b'
    ),
    "\x1b[4;7ma\x1b[24;27mb": (
        '<span class="ansi-default-inverse-fg ansi-default-inverse-bg ansi-underline">a</span>b'
    ),
    "\x1b[2K10%\r\n<b>": "10%\n&lt;b&gt;",
}


@pytest.mark.parametrize("text", HONEST, ids=ascii)
def test_honest_output_is_as_before(text: str) -> None:
    """Is an honest output the HTML that nbconvert makes of it?"""
    from nbconvert.filters import ansi2html

    assert ansi.to_html(text) == HONEST[text]
    assert str(ansi2html(text)).replace("\r\n", "\n") == HONEST[text]


def test_an_honest_page_is_whole(exporters: list[Any]) -> None:
    """Do a long essay, a table of sixty rows and a chart stay as they are?"""
    import pandas as pd

    essay = "".join(
        f"## Part {n}\n\nA *point* with `code`, $x_{{{n}}}^2$ and [a link](https://example.org/{n})."
        f"\n\n- one\n- two\n\n| a | b |\n|---|---|\n| {n} | 2 |\n\n"
        for n in range(60)
    )
    frame = pd.DataFrame({f"c{n}": range(60) for n in range(20)})
    page, took = _page(
        exporters[1],
        [
            v4.new_markdown_cell(essay),
            _shown("html", frame.to_html()),
            _shown("stream", frame.to_string()),
            v4.new_code_cell(
                "1", outputs=[v4.new_output("display_data", {"image/png": "A" * 2_000_000})]
            ),
        ],
    )
    assert cost.CUT not in page and took < MOST_SECONDS
    assert page.count("<math") == 60 and page.count("example.org") == 60
    assert page.count("<tr") >= 61 + 120 and "A" * 2_000_000 in page
    assert frame.to_string() in page
