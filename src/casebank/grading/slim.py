"""A stranger's notebook without what is made anew, before anything slow looks at it.

nbformat copies a notebook whenever it is read, checked or written, and checks every output, tag and
attachment against a schema: outputs that are thrown away afterwards are taken out before, and what
is left may be so much and no more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from casebank.grading.strangers import TooComplexError, weigh

MAX_CELLS = 2000
#: Texts of all cells together: what people write is a hundredth of it.
MOST_SOURCE = 5_000_000
#: Objects, lists, texts and numbers beside outputs: a cell of nbgrader's has some twenty.
MOST_NODES = 120_000
#: The same where outputs stay, since a course's own code wants to see them.
MOST_WITH_OUTPUTS = 250_000
#: Bytes in memory of all that is left; a picture in an attachment counts as it is.
MOST_BYTES = 32_000_000
#: Of one cell. nbformat compares each tag with each other one.
MOST_TAGS, MOST_ATTACHMENTS = 100, 100
#: Where a notebook says of itself that it may be believed: nobody takes a trainee's word for that.
_TRUST = ("trusted", "signature")


def slim(raw: Any, *, outputs: bool = False) -> None:
    """Take out of a notebook of any format what is not looked at, in place.

    Args:
        raw: the value of a notebook's JSON, of any form.
        outputs: they stay.

    Raises:
        TooComplexError: what is left is more than any notebook needs.
    """
    if not isinstance(raw, dict):
        return
    unsigned(raw)
    about = raw.get("metadata")
    if isinstance(about, dict):
        about.pop("widgets", None)
    source = 0
    for number, cell in enumerate(_cells(raw)):
        if number >= MAX_CELLS:
            raise TooComplexError("cells")
        source += _join(cell)
        if source > MOST_SOURCE:
            raise TooComplexError("source")
        if cell.get("cell_type") == "code" and not outputs and "outputs" in cell:
            cell["outputs"] = []
        _meta(cell)
    left = weigh(raw, sys.getsizeof)
    if left.nodes > (MOST_WITH_OUTPUTS if outputs else MOST_NODES) or left.size > MOST_BYTES:
        raise TooComplexError("values")


def unsigned(raw: Any) -> bool:
    """Take out where a notebook says of itself that it is trusted; returns whether it did."""
    if not isinstance(raw, dict):
        return False
    found = False
    for part in (raw, *_cells(raw)):
        about = part.get("metadata")
        if isinstance(about, dict):
            for name in _TRUST:
                found = about.pop(name, about) is not about or found
    return found


def _cells(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells, also of formats 2 and 3, which had worksheets."""
    sheets = raw.get("worksheets")
    for sheet in [raw, *(sheets if isinstance(sheets, list) else ())]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if isinstance(cells, list):
            for cell in cells:
                # What is no cell is counted as one, and refused by whoever checks the form.
                yield cell if isinstance(cell, dict) else {}


def _join(cell: dict[str, Any]) -> int:
    """Make one text of a cell's lines, as nbformat does; returns its length."""
    length = 0
    for name in ("source", "input"):
        lines = cell.get(name)
        if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
            cell[name] = lines = "".join(lines)
        length += len(lines) if isinstance(lines, str | list) else 0
    return length


def _meta(cell: dict[str, Any]) -> None:
    about = cell.get("metadata")
    if isinstance(about, dict):
        _few(about.get("tags"), MOST_TAGS)
    _few(cell.get("attachments"), MOST_ATTACHMENTS)


def _few(parts: Any, most: int) -> None:
    if isinstance(parts, list | dict) and len(parts) > most:
        raise TooComplexError("metadata")


__all__ = ["MAX_CELLS", "slim", "unsigned"]
