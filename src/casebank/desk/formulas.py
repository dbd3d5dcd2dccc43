"""Formulas as MathML, which the browser draws itself."""

from __future__ import annotations

import html
import re

from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert

from casebank.desk.cost import spent

LONGEST = 4000
_MARKS = (
    ("$$", "$$", "block"),
    ("\\[", "\\]", "block"),
    ("$", "$", "inline"),
    ("\\(", "\\)", "inline"),
)
#: Environments that the converter does not know, by what it knows to begin and end them. It would
#: show their rows as one line, and each of their ``&`` as a sign.
_TABLE, _LINES = (
    ("\\begin{align*}", "\\end{align*}"),
    ("\\begin{displaylines}", "\\end{displaylines}"),
)
_BRACED = ("\\left.\\begin{array}{ll}", "\\end{array}\\right\\}")
_SMALL = {f"{sign}smallmatrix": f"{sign}matrix" for sign in "pbBvV"}
_INSTEAD = {
    **dict.fromkeys(("aligned", "alignedat", "alignat", "alignat*", "flalign", "flalign*"), _TABLE),
    **dict.fromkeys(("gather", "gather*", "gathered"), _LINES),
    **dict.fromkeys(("multline", "multline*", "multlined"), _LINES),
    **dict.fromkeys(("eqnarray", "eqnarray*"), ("\\begin{array}{rcl}", "\\end{array}")),
    **dict.fromkeys(("rcases", "drcases"), _BRACED),
    "dcases": ("\\begin{cases}", "\\end{cases}"),
    **{name: (f"\\begin{{{to}}}", f"\\end{{{to}}}") for name, to in _SMALL.items()},
}
_KNOWN = {name.removeprefix("\\") for name in MATRICES} | {
    "equation", "equation*", "math", "displaymath", "subequations",
}  # fmt: skip
_BEGIN = re.compile(r"\\begin\s*\{([^{}]*)\}(?:\s*\[[tbc]\])?")
_COLUMNS = re.compile(r"(\\begin\{(?:alignat\*?|alignedat)\})\s*\{\s*\d+\s*\}")
_END = re.compile(r"\\end\s*\{([^{}]*)\}")
#: How far apart rows are, where a page breaks, and names of a formula: nothing of them is shown.
_ROW = re.compile(r"\\\\\*?(?:\[\s*[-+]?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|pc)\s*\])?")
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
#: What was not understood: an ``&`` outside of a table, the name of a command.
_LEFT = re.compile(r">(?:&|\\[A-Za-z]+)<")


def _known(latex: str) -> str:
    """A formula in the words that the converter knows.

    Raises:
        ValueError: there are none.
    """
    text = _LABEL.sub("", _ROW.sub(r"\\\\ ", latex))
    text = _COLUMNS.sub(r"\1", _BEGIN.sub(r"\\begin{\1}", text))
    names = set(_BEGIN.findall(text)) | set(_END.findall(text))
    if names - _KNOWN - _INSTEAD.keys():
        raise ValueError(latex)
    for name in names & _INSTEAD.keys():
        begin, end = _INSTEAD[name]
        text = text.replace(f"\\begin{{{name}}}", begin)
        text = _END.sub(lambda at, name=name, end=end: end if at[1] == name else at[0], text)
    return text


def mathml(latex: str, display: str = "inline") -> str:
    """A formula; what cannot be read is shown as it was written."""
    text = latex.strip()
    if text and len(text) <= LONGEST and not spent():
        try:
            made = str(convert(_known(text), display=display))
            if not _LEFT.search(made):
                return made
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
