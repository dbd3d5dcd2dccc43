"""Months of the simulation as numbers of days; month 0 is July 2024."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

FIRST_YEAR, FIRST_MONTH = 2024, 7
MONTHS = 24
EPOCH = date(1970, 1, 1)
NEVER = 10**6
"""A day that does not come (the year 4707): not opened, not closed."""


def month_start(month: int) -> int:
    """First day of a month, in days since 1 January 1970."""
    years, offset = divmod(FIRST_MONTH - 1 + month, 12)
    return (date(FIRST_YEAR + years, offset + 1, 1) - EPOCH).days


def month_length(month: int) -> int:
    """Number of days of a month."""
    return month_start(month + 1) - month_start(month)


def calendar_month(month: int) -> int:
    """1 for January to 12 for December."""
    return (FIRST_MONTH - 1 + month) % 12 + 1


def as_of(months: int) -> date:
    """The last day of a simulation of so many months."""
    return EPOCH + timedelta(days=month_start(months) - 1)


def not_sunday(day: np.ndarray, first: int) -> np.ndarray:
    """Move Sundays to the Saturday before, or to the Monday after when the month begins on one."""
    sunday = (day + 3) % 7 == 6
    return np.where(sunday, np.where(day == first, day + 1, day - 1), day)
