"""What one page may cost: texts of bounded length, and CPU time that is looked at.

A page is made in the server's own thread, from texts that a trainee chose. Readers of Markdown,
HTML and code take quadratic time for some of them; so each text is cut, each reader refuses what it
would be slow with, and once a page has had its time the rest of it is shown as plain text.
"""

from __future__ import annotations

import contextlib
import html
import time
from collections.abc import Iterator
from contextvars import ContextVar

#: Characters of an essay, of a cell's code, of what it printed.
LONGEST = 100_000
#: Of a table in HTML: 60 rows of a pandas Styler with 30 columns.
LONGEST_HTML = 300_000
#: Of a picture; a text that is cut would be none.
LONGEST_PICTURE = 8_000_000
#: Of all texts of a page, and of all its pictures.
PAGE_TEXT = 5_000_000
PAGE_PICTURES = 40_000_000
#: Cells and outputs of a page; a template needs its time even for empty ones.
CELLS = 2000
OUTPUTS = 2000
#: CPU seconds after which the rest of a page is plain text.
SECONDS = 1.5

CUT = "… (cut / 已截断)"


class Allowance:
    """What is left for one page."""

    def __init__(self) -> None:
        self.text, self.pictures, self.cells, self.outputs = (
            PAGE_TEXT, PAGE_PICTURES, CELLS, OUTPUTS
        )  # fmt: skip
        self.until = time.thread_time() + SECONDS

    def cut(self, text: str, most: int = LONGEST) -> str:
        """A text of a bearable length."""
        most = max(0, min(most, self.text))
        self.text -= min(len(text), most)
        return text if len(text) <= most else text[:most] + CUT

    def picture(self, text: str) -> bool:
        """Whether a picture may stay."""
        if len(text) > min(LONGEST_PICTURE, self.pictures):
            return False
        self.pictures -= len(text)
        return True


_NOW: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@contextlib.contextmanager
def page() -> Iterator[Allowance]:
    """Make one page."""
    allowance = Allowance()
    token = _NOW.set(allowance)
    try:
        yield allowance
    finally:
        _NOW.reset(token)


def current() -> Allowance:
    """The page's that is being made, or a fresh one."""
    return _NOW.get() or Allowance()


def spent() -> bool:
    """Whether the page that is being made has had its time."""
    now = _NOW.get()
    return now is not None and time.thread_time() > now.until


def plain(text: str) -> str:
    """A text as it was written, when it is not read as what it is."""
    return f"<pre>{html.escape(text)}</pre>"


__all__ = ["CUT", "LONGEST", "LONGEST_HTML", "Allowance", "current", "page", "plain", "spent"]
