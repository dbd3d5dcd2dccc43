"""Working days and office hours of the bank: when somebody sits at a desk.

The days come from :mod:`casebank.clock`, make-up Saturdays included. That calendar refuses a year
whose notice is not out; a simulated bank has to go on, so from then on Monday to Friday it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np

from casebank.clock.calendars import YEARS, working_day
from casebank.data.calendar import EPOCH, month_start

DAY = 1440
OPENS, CLOSES = 540, 1050
"""Minutes of a day: 9:00 to 17:30."""
LONGEST = 101
"""Months that the table of days reaches."""


@dataclass(frozen=True)
class _Days:
    first: int
    work: np.ndarray
    before: np.ndarray
    """Working days before each day."""
    days: np.ndarray
    """The working days themselves."""


@cache
def _days() -> _Days:
    first, last = month_start(0) - 10, month_start(LONGEST) + 400
    flags = []
    for number in range(first, last):
        day = EPOCH + timedelta(days=number)
        flags.append(working_day(day, "cn") if day.year in YEARS else day.weekday() < 5)
    work = np.array(flags)
    return _Days(first, work, np.cumsum(work) - work, np.flatnonzero(work) + first)


def working(day: np.ndarray) -> np.ndarray:
    """Whether each day (since 1970) is a working day."""
    table = _days()
    return table.work[day - table.first]


def next_working(day: np.ndarray) -> np.ndarray:
    """The day itself, or the next working day."""
    table = _days()
    return table.days[table.before[day - table.first]]


def open_from(minute: np.ndarray) -> np.ndarray:
    """The first minute of office hours at or after each minute (since 1970)."""
    minute = np.minimum(minute, month_start(LONGEST) * DAY)
    day, clock = np.divmod(minute, DAY)
    day = next_working(np.where(clock >= CLOSES, day + 1, day))
    return np.maximum(day * DAY + OPENS, minute)


def later(minute: np.ndarray, days: np.ndarray, lane: np.ndarray) -> np.ndarray:
    """A minute in office hours, so many working days later; the lane (0..65535) sets the clock.

    Zero days is the rest of the same office day.
    """
    table = _days()
    begin = open_from(minute)
    day = table.days[table.before[begin // DAY - table.first] + days]
    clock = np.where(days > 0, OPENS, begin % DAY)
    return day * DAY + clock + lane * (CLOSES - clock) // 65536
