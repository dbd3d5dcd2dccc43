"""What a piece of the course costs to build: CPU seconds, written where ``CASEBANK_SPENT`` says.

Nobody but the suite asks for it; without that variable nothing is measured.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Names the file that each cost is added to, as a line of JSON.
WHERE = "CASEBANK_SPENT"


def asked() -> bool:
    """Whether somebody wants to know."""
    return bool(os.environ.get(WHERE))


def note(kind: str, slug: str, work: str, seconds: float) -> None:
    """Write down what was spent on a piece.

    Args:
        kind: ``chapter``, ``lab``, ``exercise``, ``worksheet`` or ``case``.
        slug: the piece's name.
        work: what it was spent on.
        seconds: CPU seconds.
    """
    if asked():
        line = {"kind": kind, "slug": slug, "work": work, "seconds": round(seconds, 3)}
        with Path(os.environ[WHERE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _now() -> float:
    """CPU seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])


#: Where the pieces of the course lie, in the repository and below a language of the site.
_PLACES = (
    ("case", re.compile(r"(?:^|/)cases/([^/]+)/")),
    ("exercise", re.compile(r"(?:^|/)exercises/([^/]+)/")),
    ("chapter", re.compile(r"(?:^|/)chapters/\d+-([a-z0-9-]+?)(?:-card)?(?:[./]|$)")),
    ("chapter", re.compile(r"(?:^|/)questions/([a-z0-9-]+)\.yml$")),
    ("lab", re.compile(r"(?:^|/)labs/([a-z0-9-]+)(?:[./]|$)")),
)


def piece_of(place: str) -> tuple[str, str] | None:
    """Kind and name of the piece that a source or a page belongs to; None for the house's own."""
    for kind, pattern in _PLACES:
        found = pattern.search(place)
        if found:
            return kind, found[1]
    return None


@contextmanager
def spent(kind: str, slug: str, work: str) -> Iterator[None]:
    """Note what the block costs; nothing else may be at work in this process meanwhile."""
    if not asked():
        yield
        return
    began = _now()
    try:
        yield
    finally:
        note(kind, slug, work, _now() - began)


class Lap:
    """For a program that goes from page to page and tells of it: each lap is one page's."""

    def __init__(self, work: str) -> None:
        self._work, self._page = work, ""
        self._began = time.process_time()

    def at(self, page: str) -> None:
        """The page that is at work from now on; empty when none is."""
        now = time.process_time()
        piece = piece_of(self._page)
        if piece and now > self._began:
            note(*piece, self._work, now - self._began)
        self._page, self._began = page, now


__all__ = ["WHERE", "Lap", "asked", "note", "piece_of", "spent"]
