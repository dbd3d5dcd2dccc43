"""Formulas as MathML, which the browser draws itself."""

from __future__ import annotations

import html

from latex2mathml.converter import convert

from casebank.desk.cost import spent

LONGEST = 4000
_MARKS = (
    ("$$", "$$", "block"),
    ("\\[", "\\]", "block"),
    ("$", "$", "inline"),
    ("\\(", "\\)", "inline"),
)


def mathml(latex: str, display: str = "inline") -> str:
    """A formula; what cannot be read is shown as it was written."""
    text = latex.strip()
    if text and len(text) <= LONGEST and not spent():
        try:
            return str(convert(text, display=display))
        except (Exception, RecursionError):
            pass
    return f"<code>{html.escape(latex)}</code>"


def unwrapped(latex: str) -> tuple[str, str]:
    """A formula without its dollar signs or brackets, and how it is to stand."""
    text, how = latex.strip(), "block"
    for opening, closing, display in _MARKS:
        inside = len(text) >= len(opening) + len(closing)
        if inside and text.startswith(opening) and text.endswith(closing):
            text, how = text[len(opening) : -len(closing)].strip(), display
            break
    # IPython's Math and sympy say so in front of a formula that stands in a line.
    return text.removeprefix("\\displaystyle").strip(), how
