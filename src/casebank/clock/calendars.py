"""Working days in mainland China, England and the United States, for years that are known.

China publishes the holidays of a year by a notice of the State Council late in the year before,
with Saturdays and Sundays that become working days in exchange: no rule yields them. So a year
without a notice is refused, and never guessed; the other two places are held to the same years, so
that a calculation does not depend on the regime for its honesty.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Literal

import chinese_calendar
import holidays

Place = Literal["cn", "uk", "us"]
PLACES: tuple[Place, ...] = ("cn", "uk", "us")
#: Years whose notices were read (2023-10-25, 2024-11-12 and 2025-11-04) and agree with the library.
YEARS = (2024, 2025, 2026)


class UnknownYear(ValueError):
    """A day of a year whose holidays are not known."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"the holidays of {day.year} are not known here (known: {YEARS[0]} to {YEARS[-1]}); "
            "wait for the notice, or count by hand"
        )
        self.day = day


@cache
def _bank_holidays(place: Place) -> frozenset[dt.date]:
    """Bank holidays of England, or holidays on which the US Federal Reserve's banks are shut."""
    if place == "uk":
        return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=YEARS))
    # A holiday on a Saturday closes no bank on the Friday before it.
    named = frozenset(holidays.country_holidays("US", years=YEARS, observed=False))
    return named | {day + dt.timedelta(days=1) for day in named if day.weekday() == 6}


def working_day(day: dt.date, place: Place = "cn") -> bool:
    """Whether a bank works on a day.

    In China the make-up Saturdays and Sundays count as working days. In the United States Saturday
    is none: a counter that is open does not make the bank open for substantially all its business.

    Raises:
        UnknownYear: when the year's holidays are not known.
    """
    if day.year not in YEARS:
        raise UnknownYear(day)
    if place == "cn":
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in _bank_holidays(place)


def add_working_days(day: dt.date, count: int, place: Place = "cn") -> dt.date:
    """The ``count``-th working day after a day; the day itself does not count.

    Raises:
        UnknownYear: when the way leads into a year whose holidays are not known.
    """
    while count > 0:
        day += dt.timedelta(days=1)
        count -= working_day(day, place)
    return day
