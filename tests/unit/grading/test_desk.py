"""What of a trainee's HTML, Markdown and notebook stays on an instructor's page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from traitlets.config import Config

from casebank.desk import inert, settings
from casebank.desk.clean import clean, own_file
from casebank.desk.formulas import mathml, unwrapped
from casebank.desk.markdown import to_html
from casebank.desk.notebook import tidy
from casebank.desk.style import safe_style
from casebank.desk.templates import rewrite

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "text",
    [
        '<table border="1" class="dataframe"><tbody><tr><th scope="row">a</th></tr></tbody></table>',
        '<p style="color: red; text-align: right">a</p>',
        '<img src="data:image/png;base64,aGk=" alt="a" width="30">',
        '<ol start="3"><li value="4">a</li></ol>',
        '<details open=""><summary>a</summary>b</details>',
        '<span class="ansi-red-fg">a</span>',
        '<div class="alert alert-info">a</div>',
        '<math display="block"><mfrac linethickness="0"><mi>a</mi><mn>1</mn></mfrac></math>',
        '<td colspan="2">a</td>'.join(("<table><tbody><tr>", "</tr></tbody></table>")),
        "<p>1 &lt; 2 &amp; 3</p>",
    ],
)
def test_honest_html_stays(text: str) -> None:
    """Is this left exactly as it is?"""
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<script>x</script>a", "a"),
        ("<p onclick=x>a</p>", "<p>a</p>"),
        ("<iframe src=x></iframe><object></object>a", "a"),
        ('<img src="http://a/b.png" alt="c">', '<img alt="c">'),
        ('<img src="/logout">', "<img>"),
        ('<img src="x.php">', "<img>"),
        ('<img src="data:text/html;base64,aGk=">', "<img>"),
        ('<p class="modal score dataframe">a</p>', '<p class="dataframe">a</p>'),
        ('<h1 id="statusmessage" name="x">a</h1>', '<h1 id="theirs-statusmessage">a</h1>'),
        ("<p style='position:fixed;color:red'>a</p>", '<p style="color: red">a</p>'),
        ("<input class=score><textarea>x</textarea>a", "a"),
        ("<base href=x><meta http-equiv=refresh content=x><link rel=x href=y>a", "a"),
        ("<p data-toggle=modal data-link=x>a</p>", "<p>a</p>"),
        ("<math><mi href='javascript:x'>a</mi></math>", "<math><mi>a</mi></math>"),
        (b"bytes \xff", "bytes \ufffd"),
    ],
)
def test_the_rest_goes(text: str, left: str) -> None:
    """Does this go, and what is around it stay?"""
    assert clean(text) == left


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("https://example.org/a?b=1#c", True), ("mailto:a@b.c", True), ("notes.txt", True),
        ("data/notes.csv", True), ("javascript:x", False), (" JaVaScript:x", False),
        ("java\nscript:x", False), ("data:text/html,x", False), ("//a.b/c", False),
        ("/logout", False), ("../../x", False), ("a/../../x", False), ("\\\\a\\b", False),
        ("?path=x", False), ("&#46;&#46;/x", False), ("http:evil", False), ("vbscript:x", False),
    ],
)  # fmt: skip
def test_links(address: str, stays: bool) -> None:
    """Does a link lead to another site, a mail or an own file, and nowhere else?"""
    import html

    found = clean(f'<a href="{html.escape(address)}">x</a>')
    assert ("href" in found) is stays
    assert 'rel="noopener noreferrer"' in found


@pytest.mark.parametrize(
    ("style", "left"),
    [
        ("color: red", "color: red"),
        ("background-color:#023858; width: 10em", "background-color: #023858; width: 10em"),
        ("color: rgb(1, 2, 3)", "color: rgb(1, 2, 3)"),
        ("background: url(x); position: fixed; margin: -9px; z-index: 3; transform: none", ""),
        ("color: url(x); width: expression(x); color: \\75rl(x)", ""),
        ("padding: -4px; width: 99999px; font-size: 900px; vertical-align: 400px", ""),
        ("width: 1e9px", ""),
        ("content: 'x'; display: none; float: left; opacity: 0", ""),
    ],
)
def test_styles(style: str, left: str) -> None:
    """Does a style only colour and align?"""
    assert safe_style(style) == left


@given(st.text(alphabet=st.sampled_from(list("<>/='\"&; abimgscrptonelh:#-!`\n")), max_size=80))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Is what was cleaned clean, however it is read again?"""
    once = clean(text)
    assert clean(once) == once
    assert "<script" not in once


def test_formulas() -> None:
    """Is a formula MathML, and one that cannot be read its own text?"""
    assert "<mfrac>" in mathml("\\frac{1}{2}")
    assert mathml("<b>\\frac{") == "<code>&lt;b&gt;\\frac{</code>"
    assert mathml("x" * 5000).startswith("<code>")
    assert unwrapped("$\\displaystyle x$") == ("x", "inline")
    assert unwrapped("$$x$$") == ("x", "block") and unwrapped("x") == ("x", "block")


@pytest.mark.parametrize(
    "source", ["![x](attachment:gone.png)", "> " * 3000 + "x", "[" * 20_000, "$" * 5001, "\x00<b"]
)
def test_an_essay_always_has_a_page(source: str) -> None:
    """Is there something to see of an essay that Markdown stumbles over?"""
    assert isinstance(to_html(source), str)


def test_a_notebook_is_known_fields() -> None:
    """Is nothing in a notebook but what is to be shown, each of its kind?"""
    odd: Any = {
        "metadata": {"title": "<b>", "widgets": {"x": {"state": {}}}, "language_info": {"name": "<b>"}},
        "cells": [
            {"cell_type": "code", "id": '"><b>', "source": ["a", 1, "b"], "execution_count": "<b>",
             "metadata": {"tags": ["<b>"], "transient": {"remove_source": True}, "magics_language": "x"},
             "outputs": [
                 {"output_type": "display_data", "data": {"image/png": '" onerror="x'},
                  "metadata": {"width": "1 onload=x", "filenames": {"image/png": "http://x"}}},
                 {"output_type": "stream", "name": "<b>", "text": ["a", None]},
                 {"output_type": "error", "traceback": ["x", {}]},
                 {"output_type": "update"}, "nothing"]},
            {"cell_type": "markdown", "source": {}, "metadata": [],
             "attachments": {"a": {"text/html": "PGI+", "image/png": "aGk="}, "b": 3}},
            {"cell_type": "<b>"}, None,
        ],
    }  # fmt: skip
    found = tidy(NotebookNode(odd))
    assert "<b>" not in json.dumps(found) and "http" not in json.dumps(found)
    code, essay = found.cells
    assert code.source == "ab" and code.execution_count is None and "tags" not in code.metadata
    assert [one.output_type for one in code.outputs] == ["display_data", "stream", "error"]
    assert code.outputs[0].data == {"text/plain": "(image/png)"} and code.outputs[0].metadata == {}
    assert essay.attachments == {"a": {"image/png": "aGk="}}


def test_a_drawing_by_a_script_is_named() -> None:
    """Is there something to see of an output that is nothing but a script?"""
    data = {"text/html": "<div><script>x</script></div>", "text/plain": "Chart"}
    for html, left in ((data["text/html"], data), ("<script>x</script>", {"text/plain": "Chart"})):
        output = {"output_type": "display_data", "data": {**data, "text/html": html}}
        cell = {"cell_type": "code", "source": "", "outputs": [output]}
        assert tidy(NotebookNode({"cells": [cell]})).cells[0].outputs[0].data == left


@pytest.mark.parametrize("name", ["", None, 3, '"><b>', "a b", "x" * 400])
def test_a_cell_without_a_good_name_has_no_field(name: Any) -> None:
    """Is there a field for points only for a cell that nbgrader can name?"""
    cell = {
        "cell_type": "markdown",
        "source": "",
        "metadata": {"nbgrader": {"grade_id": name, "grade": True}},
    }
    assert "nbgrader" not in tidy(NotebookNode({"cells": [cell]})).cells[0].metadata


def test_templates_escape() -> None:
    """Is each name in nbgrader's templates escaped, and each script of theirs numbered?"""
    text = '<script>var a = "{{ b }}";</script>{{ resources.x }}{{ cell.metadata.y }}{{ nb.z | f }}'
    found = rewrite(text, scripts=True)
    assert "{{ resources.x | e }}" in found and "{{ cell.metadata.y | e }}" in found
    assert "{{ nb.z | f }}" in found and "var a = {{ b | string | tojson }}" in found
    assert found.count("nonce=") == 1
    assert "Content-Security-Policy" in rewrite("{{ mathjax() }}", scripts=False)


def test_stock_templates_load_nothing_from_elsewhere() -> None:
    """Do the templates that we show name another host, but in words for people?"""
    from casebank.desk.exporter import FeedbackExporter

    page, _ = FeedbackExporter().from_notebook_node(NotebookNode({"cells": [], "metadata": {}}))
    assert page  # nbconvert's own template, which a course may choose


def test_courses_and_their_folders(tmp_path: Path) -> None:
    """Is it known which files are a course's, and which were handed in?"""
    course = tmp_path / "a" / "course"
    (course / "handed" / "s").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text("c.CourseDirectory.submitted_directory = 'handed'\n")
    assert inert.course_of(course / "x" / "y") == course
    assert inert.course_of(tmp_path / "a" / "x") is None
    assert inert.handed_in(course / "handed" / "s" / "x") == course
    assert inert.handed_in(course / "attempts" / "s" / "x") == course
    assert inert.handed_in(course / "x") is None
    assert inert.handed_in(course / "source" / "x") is None


def test_settings_are_the_same_everywhere() -> None:
    """Do the environment, the template of a course and the code name the same classes?"""
    folder = ROOT / "src" / "casebank" / "desk" / "etc"
    told = json.loads((folder / "nbgrader_config.json").read_text("utf-8"))
    named = {**settings.FORCED, **settings.WANTED}
    assert told == {**named, **settings.PRINTED}
    template = (ROOT / "grading" / "nbgrader_config.py").read_text("utf-8")
    for section, traits in named.items():
        for name, value in traits.items():
            assert f'c.{section}.{name} = "{value}"' in template
    config = Config(told)
    settings.without(config)
    assert "exporter_class" not in config.Autograde and told["Autograde"]


def test_own_files() -> None:
    """Is a path that could leave the hand-in's folder no own file?"""
    assert own_file("a.png") and own_file("a/b c.png")
    assert not any(
        map(
            own_file,
            (
                "",
                "/a",
                "../a",
                ".hidden",
                "a/..",
                "a:b",
                "a?b",
                "a\\b",
                "%2e%2e/a.png",
                "a/%2e%2e/%2E%2e/b.png",
                "%252e%252e/a.png",
                "a/%2fb.png",
                "&#37;2e%2e/a.png",
                "a%3fb",
            ),
        )
    )
