"""Texts in CSV that no spreadsheet program computes, whoever wrote them.

What begins a cell like a formula gets an apostrophe before it, and is text for Excel, LibreOffice
and WPS. A program that splits lines at other signs than the comma sees other cells: a formula that
would begin behind a semicolon, a bar or a blank is treated alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from casebank.check.visible import visible

#: Characters of a cell; a reason may name many others.
LONGEST = 2000
#: What formulas begin with, also full width, in small forms and as a minus; DDE; WPS's percent.
_STARTS = r"=+\-@|%＝＋－＠｜％﹢﹣﹦﹫−"
_EQUALS = "=＝﹦"
#: Where a cell may begin, for some program, with what that takes away before it looks.
_BEGINS = r'((?:^|[,;|])[\s"]*|\s"*(?=MARK[EQUALS]))'.replace("EQUALS", _EQUALS)
_FORMULA = re.compile(_BEGINS.replace("MARK", "") + f"(?=[{_STARTS}])")
_MARKED = re.compile(_BEGINS.replace("MARK", "'") + f"'(?=[{_STARTS}])")
_SIMPLE = re.compile(r"(?:[\w./@-]+(?: [\w./@-]+)*)?")


def neutral(value: Any) -> str:
    """A cell that no spreadsheet program takes for a formula; a number of ours stays one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.10g}"
    # Tabs and line ends, at which a cell might be split, become signs that can be seen.
    return _FORMULA.sub(r"\1'", visible(value, LONGEST))


def meant(text: str) -> str:
    """What a cell that :func:`neutral` wrote says, so that writing it again adds nothing."""
    return _MARKED.sub(r"\1", text)


def bare(text: str) -> str:
    """A name for a table that another program writes as CSV without quotation marks."""
    return neutral(text).replace(",", "，").replace('"', "”")


def line(values: Iterable[Any]) -> str:
    """A line of CSV by RFC 4180, without its end; what is more than words stands in quotes.

    A program that splits at other signs as well then finds each cell whole.
    """
    return ",".join(map(_quoted, map(neutral, values)))


def _quoted(text: str) -> str:
    if _SIMPLE.fullmatch(text):
        return text
    return '"' + text.replace('"', '""') + '"'


__all__ = ["bare", "line", "meant", "neutral"]
