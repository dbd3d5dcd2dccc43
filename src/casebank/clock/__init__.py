"""The clocks of complaint handling: which days are working days, and what is due when.

``calendars`` knows the working days of three places in the years whose notices were read, and
refuses all others; ``deadlines`` turns the day on which a complaint arrived into the days by which
something is due. Rules as of the date that ``deadlines.AS_OF`` names; no legal advice.
"""

from casebank.clock.calendars import YEARS, UnknownYear, add_working_days, working_day
from casebank.clock.deadlines import AS_OF, REGIMES, Due, due

__all__ = [
    "AS_OF",
    "REGIMES",
    "YEARS",
    "Due",
    "UnknownYear",
    "add_working_days",
    "due",
    "working_day",
]
