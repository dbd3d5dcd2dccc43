"""Formulas as MathML, made when the page is built: no script draws them, none is fetched."""

from __future__ import annotations

import re

from latex2mathml.converter import convert

from casebank.errors import ContentError

_DISPLAY = re.compile(r"^\$\$(.+?)\$\$[ \t]*$", re.S | re.M)
_INLINE = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$\n]*?[^\s$\\])\$(?![\w$])")
#: Signs that Markdown would take for its own.
_TOUCHY = {"*": "&#42;", "_": "&#95;", "`": "&#96;", "|": "&#124;", "\\": "&#92;", "[": "&#91;"}


def _mathml(latex: str, display: str) -> str:
    try:
        math = convert(latex.strip(), display=display)
    except Exception as error:
        why = str(error) or type(error).__name__
        raise ContentError(f"the formula '{latex.strip()}' cannot be read ({why})", "") from None
    # HTML knows no `<mspace/>`: without its slash, which minifiers drop, it would swallow the page.
    math = re.sub(r"<(\w+)([^<>]*?)\s*/>", r"<\1\2></\1>", math)
    parts = re.split(r"(<[^>]*>)", math)
    return "".join(
        part if part.startswith("<") else "".join(_TOUCHY.get(c, c) for c in part) for part in parts
    )


def formulas(text: str) -> str:
    """Replace ``$…$`` and ``$$…$$``; a formula keeps as many line feeds as it had.

    Raises:
        ContentError: for LaTeX that cannot be read; ``where`` is the line within the text.
    """

    def made(match: re.Match[str], display: str, whole: str) -> str:
        try:
            math = _mathml(match[1], display)
        except ContentError as error:
            line = whole.count("\n", 0, match.start()) + 1
            raise ContentError(error.what, str(line), error.todo) from None
        if display == "inline":
            return math
        return f'<div class="cb-math">{math}</div>' + "\n" * match[0].count("\n")

    source = text
    text = _DISPLAY.sub(lambda m: made(m, "block", source), text)
    whole = text
    return _INLINE.sub(lambda m: made(m, "inline", whole), text)
