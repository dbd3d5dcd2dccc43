"""A released notebook as light HTML: to read while Python is loading, on a phone, on paper."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from casebank.lite.model import Notebook
from casebank.site.prose import outside_code

_COLOURS = HtmlFormatter(cssclass="highlight", wrapcode=True)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _prose(source: str, where: str, steps: Iterator[int]) -> str:
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(outside_code(source, where))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # They stand below the page's own heading and below that of this section.
            token.tag = f"h{min(6, max(3, int(token.tag[1]) + 1))}"
        if token.type == "heading_open":
            token.attrSet("id", f"read-{next(steps)}")
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def reading_copy(notebook: Notebook) -> str:
    """The cells of a notebook as HTML, without its title, which the page has already.

    Raises:
        ContentError: for a formula that cannot be read.
    """
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    steps = itertools.count(1)
    out = []
    for number, cell in enumerate(cells, 1):
        source = _source(cell)
        if not source.strip():
            continue
        if cell["cell_type"] == "markdown":
            if number == 1:
                first, _, rest = source.partition("\n")
                source = rest if first.startswith("# ") else source
            where = f"{notebook.slug}.ipynb, cell {number}"
            out.append(_prose(source, where, steps))
        elif cell["cell_type"] == "code":
            out.append(highlight(source, PythonLexer(), _COLOURS))
        else:
            out.append(f"<pre>{escape(source)}</pre>")
    return "\n".join(part for part in out if part.strip())
