"""Do the clocks run as the rules say, and refuse what nobody can know?"""

from __future__ import annotations

import datetime as dt

import holidays
import pytest

from casebank.clock import REGIMES, YEARS, UnknownYear, add_working_days, due, working_day

#: Days off and make-up days as the State Council's notices give them (2023-10-25, 2024-11-12,
#: 2025-11-04): year, first and last day off, make-up days.
NOTICES = [
    ("2024-01-01", "2024-01-01", ""),
    ("2024-02-10", "2024-02-17", "2024-02-04 2024-02-18"),
    ("2024-04-04", "2024-04-06", "2024-04-07"),
    ("2024-05-01", "2024-05-05", "2024-04-28 2024-05-11"),
    ("2024-06-10", "2024-06-10", ""),
    ("2024-09-15", "2024-09-17", "2024-09-14"),
    ("2024-10-01", "2024-10-07", "2024-09-29 2024-10-12"),
    ("2025-01-01", "2025-01-01", ""),
    ("2025-01-28", "2025-02-04", "2025-01-26 2025-02-08"),
    ("2025-04-04", "2025-04-06", ""),
    ("2025-05-01", "2025-05-05", "2025-04-27"),
    ("2025-05-31", "2025-06-02", ""),
    ("2025-10-01", "2025-10-08", "2025-09-28 2025-10-11"),
    ("2026-01-01", "2026-01-03", "2026-01-04"),
    ("2026-02-15", "2026-02-23", "2026-02-14 2026-02-28"),
    ("2026-04-04", "2026-04-06", ""),
    ("2026-05-01", "2026-05-05", "2026-05-09"),
    ("2026-06-19", "2026-06-21", ""),
    ("2026-09-25", "2026-09-27", ""),
    ("2026-10-01", "2026-10-07", "2026-09-20 2026-10-10"),
]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def every_day() -> list[dt.date]:
    first = dt.date(YEARS[0], 1, 1)
    return [first + dt.timedelta(i) for i in range((dt.date(YEARS[-1] + 1, 1, 1) - first).days)]


def test_notices() -> None:
    """Do all days of the known years agree with the notices themselves?"""
    off: set[dt.date] = set()
    made_up: set[dt.date] = set()
    for first, last, worked in NOTICES:
        off |= {day(first) + dt.timedelta(i) for i in range((day(last) - day(first)).days + 1)}
        made_up |= {day(one) for one in worked.split()}
    for one in every_day():
        wanted = one in made_up or (one.weekday() < 5 and one not in off)
        assert working_day(one, "cn") == wanted, one


def test_second_opinion() -> None:
    """Does another library name the same holidays and make-up days of China?"""
    other = holidays.country_holidays("CN", years=YEARS)
    for one in every_day():
        assert working_day(one, "cn") == other.is_working_day(one), one


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    """Are there as many working days as follow from the notice?"""
    assert sum(working_day(one, "cn") for one in every_day() if one.year == year) == count


def test_abroad() -> None:
    """Are holidays abroad days off, and make-up days unknown there?"""
    assert not working_day(day("2026-04-03"), "uk")  # Good Friday
    assert not working_day(day("2026-12-28"), "uk")  # for Boxing Day, a Saturday
    assert not working_day(day("2024-11-28"), "us")  # Thanksgiving
    # A holiday on a Saturday shuts no bank on the Friday.
    assert working_day(day("2026-07-03"), "us")
    assert not working_day(day("2026-02-14"), "uk")
    assert working_day(day("2026-02-16"), "uk") and not working_day(day("2026-02-16"), "cn")


def test_worked_examples() -> None:
    """Do the examples that were worked by hand come out?"""
    # Seven working days across Spring Festival, with make-up Saturdays on 14 and 28 February.
    assert add_working_days(day("2026-02-13"), 7, "cn") == day("2026-03-02")
    found = {d.step.id: d for d in due(day("2026-02-01"), "cn")}
    assert found["simple"].day == day("2026-02-16") and found["simple"].working is False
    assert found["complex"].day == day("2026-03-03")
    assert found["extended"].day == day("2026-04-02")
    assert found["review_told"].day == day("2026-02-01") + dt.timedelta(75)
    uk = {d.step.id: d.day for d in due(day("2026-04-01"), "uk")}
    assert uk["summary"] == day("2026-04-08")  # over Good Friday and Easter Monday
    assert uk["final"] == day("2026-05-27")


@pytest.mark.parametrize("regime", REGIMES)
def test_unknown_years(regime: str) -> None:
    """Is a year without a notice refused, and never guessed?"""
    for year in (YEARS[0] - 1, YEARS[-1] + 1):
        with pytest.raises(UnknownYear, match=str(year)):
            due(dt.date(year, 6, 1), regime)


def test_over_the_edge() -> None:
    """Is a working-day limit that runs into an unknown year refused, the calendar days given?"""
    found = {d.step.id: d for d in due(day("2026-12-29"), "cn")}
    assert found["forwarded"].refused
    assert found["simple"].day == day("2027-01-13") and found["simple"].working is None
    follow = {d.step.id: d for d in due(day("2026-12-24"), "us-e")}
    assert follow["decide"].refused and follow["told"].refused and not follow["longest"].refused
