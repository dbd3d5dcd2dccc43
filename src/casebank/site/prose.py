"""Prose cells of a notebook: what stands between code is set, code stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable

from casebank.errors import ContentError
from casebank.text.formulas import formulas

_CODE = re.compile(r"(^(?:`{3,}|~{3,}).*?^(?:`{3,}|~{3,})\s*$|`[^`\n]+`)", re.M | re.S)


def outside_code(source: str, where: str, then: Callable[[str], str] | None = None) -> str:
    """Turn the formulas of a Markdown text into MathML.

    Args:
        source: the cell's Markdown.
        where: its place, for messages.
        then: what else is done with each piece that is no code.

    Raises:
        ContentError: for a formula that cannot be read.
    """
    parts = _CODE.split(source)
    for i in range(0, len(parts), 2):
        try:
            parts[i] = formulas(parts[i])
        except ContentError as error:
            raise ContentError(error.what, where, error.todo or "mend the formula") from None
        if then is not None:
            parts[i] = then(parts[i])
    return "".join(parts)
