"""What IPython would show of a cell's last value: nbgrader reads a partial score from it."""

from __future__ import annotations

import contextlib
import io
import tokenize
from typing import Any

from casebank.grading.inside.proxies import Proxy


def _quiet(source: str) -> bool:
    """The last thing in a cell is a semicolon."""
    last = None
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in (
                tokenize.COMMENT,
                tokenize.NEWLINE,
                tokenize.NL,
                tokenize.ENDMARKER,
                tokenize.INDENT,
                tokenize.DEDENT,
            ):
                last = token
    return last is not None and last.string == ";"


def shown(value: Any, source: str) -> dict[str, Any] | None:
    """What IPython would show of a cell's last value."""
    if value is None or _quiet(source):
        return None
    if isinstance(value, Proxy):
        return {"value": f"<{type(value).__name__}>", "opaque": True}
    try:
        from IPython.lib.pretty import pretty

        text = pretty(value)
    except ImportError:
        text = repr(value)
    return {"value": text[:4000]}
