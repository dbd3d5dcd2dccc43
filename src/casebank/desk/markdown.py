"""Essays: Markdown as nbconvert reads it, formulas as MathML, and then the allow-list."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from casebank.desk.clean import clean
from casebank.desk.formulas import mathml


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

    def block_mermaidjs(self, code: str) -> str:
        """A diagram's text: its script would come from another host."""
        return f"<pre>{html.escape(code.strip())}</pre>"

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name != src and name not in self.attachments:
            return ""
        return str(super()._embed_image_or_attachment(src))


def to_html(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """An essay, or Markdown that a cell shows, as HTML for the instructor's page."""
    renderer = Renderer(escape=False, attachments=dict(attachments or {}))
    try:
        return clean(MarkdownWithMath(renderer=renderer).render(str(source)))
    except (Exception, RecursionError):
        # Whatever it is, its text is the trainee's answer and is shown.
        return f"<pre>{html.escape(str(source))}</pre>"
