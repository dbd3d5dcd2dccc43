"""Essays: Markdown as nbconvert reads it, formulas as MathML, and then the allow-list."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, ClassVar

from mistune import HTMLRenderer
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    MathInlineParser,
)

from casebank.desk.clean import clean
from casebank.desk.code import highlighted
from casebank.desk.cost import PAGE_PICTURES, plain, spent
from casebank.desk.formulas import mathml

#: What begins a formula that ends far away, or never: each is looked for up to the text's end.
_OPENING = ("\\\\[", "\\\\(", "\\begin{")
#: Signs that may be gone through for these, and for the lines; a second each.
_FORMULA_STEPS = 40_000_000
_LINE_STEPS = 600_000_000


def heavy(source: str) -> bool:
    """Whether a text would take the reader more than a second or two."""
    size = len(source)
    return (
        sum(map(source.count, _OPENING)) * size > _FORMULA_STEPS
        or source.count("\n") * size > _LINE_STEPS
    )


class Inline(MathInlineParser):
    """nbconvert's; a run of blanks is looked at once and not from each of its blanks."""

    SPECIFICATION: ClassVar[dict[str, str]] = {
        **MathInlineParser.SPECIFICATION,
        "linebreak": r"(?:\\|(?<! ) {2,})\n\s*",
        "softbreak": r"(?<! ) *\n\s*",
    }


class Renderer(IPythonRenderer):
    """nbconvert's, but for formulas and for attachments that are not there."""

    def block_math(self, body: str) -> str:
        """A formula on lines of its own."""
        return mathml(body, "block")

    def inline_math(self, body: str) -> str:
        """A formula in a line."""
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        """A formula that says itself what it is."""
        return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def block_code(self, code: str, info: str | None = None) -> str:
        """Code; in colours where its language is one of the course."""
        words = (info or "").split(maxsplit=1)
        if not words:
            return str(HTMLRenderer.block_code(self, code, info))
        if words[0].startswith("mermaid"):
            return self.block_mermaidjs(code)
        return highlighted(code, words[0]) or plain(f"{words[0]}\n{code}")

    def block_mermaidjs(self, code: str) -> str:
        """A diagram's text: its script would come from another host."""
        return f"<pre>{html.escape(code.strip())}</pre>"

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name != src and name not in self.attachments:
            return ""
        found = str(super()._embed_image_or_attachment(src))
        # One picture may be named a thousand times.
        self.embedded += len(found) if name != src else 0
        return found if self.embedded <= PAGE_PICTURES else ""

    embedded = 0


def to_html(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """An essay, or Markdown that a cell shows, as HTML for the instructor's page."""
    source = str(source)
    if spent() or heavy(source):
        return plain(source)
    renderer = Renderer(escape=False, attachments=dict(attachments or {}))
    try:
        reader = MarkdownWithMath(renderer=renderer, inline=Inline(hard_wrap=False))
        return clean(reader.render(source))
    except (Exception, RecursionError):
        # Whatever it is, its text is the trainee's answer and is shown.
        return plain(source)
