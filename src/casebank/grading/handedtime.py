"""When something was handed in, by the ``timestamp.txt`` beside it, which anybody can write.

nbgrader lets dateutil guess at any text: it takes quadratic time for a long one, and opens whatever
file a time zone's name leads to. Here a text is looked at before it is passed on.
"""

from __future__ import annotations

import datetime
import re

TIMESTAMP = "timestamp.txt"
#: Bytes; nbgrader's own have thirty.
LONGEST = 100
#: ``UTC``, ``+0200``, ``Europe/Berlin``: never a path.
_ZONE = re.compile(r"[A-Za-z][A-Za-z_]{0,30}(/[A-Z][A-Za-z_-]{0,30}){0,2}([+-]?\d{1,2})?")
_OFFSET = re.compile(r"[+-]?\d{1,6}|[+-]\d\d:\d\d")


def harmless(content: bytes) -> bool:
    """Whether a ``timestamp.txt`` may be passed on to nbgrader, be it a time or not."""
    text = content.decode("utf-8", "replace").strip()
    if len(content) > LONGEST or not (text.isascii() and text.isprintable()):
        return False
    # Of three parts nbgrader takes the last for a zone.
    parts = text.split(" ")
    return len(parts) != 3 or bool(_ZONE.fullmatch(parts[2]) or _OFFSET.fullmatch(parts[2]))


def handed_time(content: bytes) -> datetime.datetime | None:
    """The time that a ``timestamp.txt`` tells, in UTC without a zone; None where it is no good."""
    text = content.decode("utf-8", "replace").strip() if harmless(content) else ""
    if not text:
        return None
    from nbgrader.utils import parse_utc

    try:
        when: datetime.datetime = parse_utc(text)
    except Exception:
        # dateutil has many ways to say that it does not know.
        return None
    return when
