"""Formulas as MathML, made when the page is built: no script draws them, none is fetched."""

from __future__ import annotations

import re

from latex2mathml.converter import convert

from casebank.errors import ContentError

_DISPLAY = re.compile(r"^\$\$(.+?)\$\$\s*$", re.S | re.M)
_INLINE = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$\n]*?[^\s$\\])\$(?![\w$])")
#: Signs that Markdown would take for its own.
_TOUCHY = {"*": "&#42;", "_": "&#95;", "`": "&#96;", "|": "&#124;", "\\": "&#92;", "[": "&#91;"}


def _mathml(latex: str, display: str) -> str:
    try:
        math = convert(latex.strip(), display=display)
    except Exception as error:
        raise ContentError(f"the formula '{latex.strip()}' cannot be read ({error})", "") from None
    parts = re.split(r"(<[^>]*>)", math)
    return "".join(
        part if part.startswith("<") else "".join(_TOUCHY.get(c, c) for c in part) for part in parts
    )


def formulas(text: str) -> str:
    """Replace ``$…$`` and ``$$…$$``.

    Raises:
        ContentError: for LaTeX that cannot be read.
    """
    text = _DISPLAY.sub(lambda m: f'<div class="cb-math">{_mathml(m[1], "block")}</div>', text)
    return _INLINE.sub(lambda m: _mathml(m[1], "inline"), text)
