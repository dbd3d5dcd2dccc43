"""Code in colours, for the languages of a course; what is in any other is shown without."""

from __future__ import annotations

import functools
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from casebank.desk.ansi import shown
from casebank.desk.cost import plain, spent

#: Lexers of pygments that are linear in what a trainee may write; some of its 500 are not.
LEXERS = {
    **dict.fromkeys(
        ("python", "python3", "py", "py3", "ipython", "ipython2", "ipython3"), "python"
    ),
    "json": "json",
    "sql": "sql",
    "text": "text",
}
#: Characters of a cell; what is longer is shown without colours.
LONGEST_COLOURED = 50_000
#: IPython's lexer looks from each word to the end of ``a.a.a.``.
LONGEST_LINE = 1000


@functools.cache
def _lexer(name: str) -> Any:
    if name == "ipython3":
        from IPython.lib.lexers import IPython3Lexer

        return IPython3Lexer()
    return get_lexer_by_name(name)


def highlighted(code: str, language: str, *, classes: str = "highlight") -> str:
    """Code as pygments colours it; empty when its language is not known here."""
    language = language.lower()
    if language not in LEXERS:
        return ""
    code = shown(code)
    long = len(code) > LONGEST_COLOURED or max(map(len, code.split("\n"))) > LONGEST_LINE
    if long or spent():
        return f'<div class="{classes}">{plain(code)}</div>'
    name = "ipython3" if language.startswith("ipython") else LEXERS[language]
    return str(highlight(code, _lexer(name), HtmlFormatter(cssclass=classes)))


def cell(source: str, language: str = "ipython3") -> str:
    """A cell's code, as nbconvert's ``highlight_code`` shows it."""
    language = language if language.lower() in LEXERS else "text"
    return highlighted(source or " ", language, classes=f" highlight hl-{language}")


__all__ = ["cell", "highlighted"]
