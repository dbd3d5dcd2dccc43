"""A lab's outputs as the book shows them."""

from __future__ import annotations

import itertools
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from casebank.errors import ContentError
from casebank.site import book_labs


def test_a_table_is_tidy() -> None:
    """Has a DataFrame's table scopes, numbers to the right, words to the left, no styles?"""
    frame = pd.DataFrame({"kind": ["a", "b"], "n": [1, 22.5]})
    html = book_labs.table(frame._repr_html_())
    assert "<style" not in html and "border=" not in html and "style=" not in html
    assert '<th scope="col">kind</th>' in html and '<th scope="col" class="num">n</th>' in html
    assert '<th scope="row" class="num">0</th>' in html
    assert "<td>a</td>" in html and '<td class="num">22.5</td>' in html
    assert "<th></th>" not in html


def test_a_table_with_two_rows_of_headings() -> None:
    """Does a grouped table keep its spanning heading?"""
    frame = pd.DataFrame({"kind": ["a", "b"], "n": [1, 2]}).groupby("kind").agg(["min", "max"])
    html = book_labs.table(frame._repr_html_())
    assert '<th scope="col" colspan="2">n</th>' in html
    assert html.count('class="num"') >= 6


def test_prose() -> None:
    """Do formulas become MathML and headings get ids, but not in code?"""
    text = "## One\n\n$x_1$ and `$y$`\n\n```python\n## no heading\n```\n\n### Two {#mine}\n"
    made = book_labs.prose(text, "lab", itertools.count(1))
    assert "{#step-1}\n## One" in made and "{#mine}\n### Two" in made
    assert "<math" in made and "`$y$`" in made and "\n## no heading" in made


def test_prose_faults() -> None:
    """Is a formula that cannot be read an error with its place?"""
    with pytest.raises(ContentError, match="lab, cell 3"):
        book_labs.prose(r"$\begin{matrix}$", "lab, cell 3", itertools.count(1))


def _notebook(outputs: list[dict]) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
            "casebank": {"lab": "x"},
        }
    )
    cell = nbformat.v4.new_code_cell("1", id="code-1", outputs=outputs)
    cell.metadata["mystnb"] = {"image": {"alt": 'a "bar"'}}
    notebook.cells = [nbformat.v4.new_markdown_cell("# Title\n\nFirst.", id="prose-1"), cell]
    return notebook


def test_a_drawing_is_a_file_with_text(tmp_path: Path) -> None:
    """Is a drawing written beside the page, with alternative text and size, and the head placed?"""
    svg = '<?xml version="1.0"?><svg width="288pt" height="144pt" viewBox="0 0 1 1"></svg>'
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": svg, "text/plain": "<Fig>"})
    page = book_labs.page(_notebook([output]), "HEAD", "en", tmp_path, "lab")
    assert page.cells[0].source == "{#title}\n# Title\n\nHEAD\n\nFirst."
    html = page.cells[1].outputs[0].data["text/html"]
    assert 'alt="a &quot;bar&quot;"' in html and 'width="384" height="192"' in html
    assert (tmp_path / "x-1.svg").read_text(encoding="utf-8") == svg


def test_outputs_are_plain(tmp_path: Path) -> None:
    """Does text stay text, and is what no page can show left out?"""
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="total 12\n"),
        nbformat.v4.new_output("display_data", {"application/javascript": "alert(1)"}),
        nbformat.v4.new_output("execute_result", {"text/plain": "3"}, execution_count=7),
    ]
    page = book_labs.page(_notebook(outputs), "", "en", tmp_path, "lab")
    assert [o.output_type for o in page.cells[1].outputs] == ["stream", "display_data"]
