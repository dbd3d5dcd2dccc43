"""The codec for moments, and for things with a state that a function may go on with."""

from __future__ import annotations

import datetime
import io
import random
import zoneinfo
from typing import Any

from casebank.grading.inside.codec import TooMuch, _both, pack, text, unpack, whole

_both(
    "da",
    datetime.date,
    lambda c, v, d: [v.toordinal()],
    lambda c, n: datetime.date.fromordinal(whole(n[1])),
)
_both(
    "dl",
    datetime.timedelta,
    lambda c, v, d: [v.days, v.seconds, v.microseconds],
    lambda c, n: datetime.timedelta(whole(n[1]), whole(n[2]), whole(n[3])),
)
_both(
    "dt",
    datetime.datetime,
    lambda c, v, d: [v.replace(tzinfo=None, fold=0).isoformat(), v.fold, zone(v.tzinfo)],
    lambda c, n: datetime.datetime.fromisoformat(text(n[1])).replace(
        fold=n[2], tzinfo=unzone(n[3])
    ),
)
_both(
    "ti",
    datetime.time,
    lambda c, v, d: [v.replace(tzinfo=None, fold=0).isoformat(), v.fold, zone(v.tzinfo)],
    lambda c, n: datetime.time.fromisoformat(text(n[1])).replace(fold=n[2], tzinfo=unzone(n[3])),
)
_both(
    "tz",
    datetime.timezone,
    lambda c, v, d: [zone(v)],
    lambda c, n: unzone(n[1]),
)
_both("zi", zoneinfo.ZoneInfo, lambda c, v, d: [zone(v)], lambda c, n: unzone(n[1]))


def zone(value: Any) -> Any:
    """A time zone by name or by seconds from UTC."""
    if value is None:
        return None
    if type(value) is zoneinfo.ZoneInfo and value.key:
        return value.key
    if type(value) is datetime.timezone:
        return int(value.utcoffset(None).total_seconds())
    raise TooMuch("a time zone of its own kind")


def unzone(node: Any) -> datetime.tzinfo | None:
    """The time zone of such a name."""
    if node is None:
        return None
    if type(node) is str:
        return zoneinfo.ZoneInfo(node)
    seconds = datetime.timedelta(seconds=whole(node))
    return datetime.UTC if not seconds else datetime.timezone(seconds)


# Things with a state that a function may go on with: random numbers, text in memory.
def _random(state: Any) -> random.Random:
    made = random.Random()
    made.setstate(state)
    return made


_both(
    "rn",
    random.Random,
    lambda c, v, d: [c.put(v.getstate(), d)],
    lambda c, n: _random(c.get(n[1])),
)


def _stream(kind: type, content: Any, place: int) -> Any:
    made = kind(content)
    made.seek(place)
    return made


_both(
    "io",
    io.StringIO,
    lambda c, v, d: [v.getvalue(), v.tell()],
    lambda c, n: _stream(io.StringIO, text(n[1]), whole(n[2])),
)
_both(
    "ib",
    io.BytesIO,
    lambda c, v, d: [pack(v.getvalue()), v.tell()],
    lambda c, n: _stream(io.BytesIO, unpack(n[1]), whole(n[2])),
)
