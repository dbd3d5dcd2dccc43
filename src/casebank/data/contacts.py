"""Conversations of a customer with the bank: who began, where, about what, how long, with whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casebank.data.calendar import month_length, month_start, not_sunday
from casebank.data.people import BLOCK, column
from casebank.data.rng import Rng, cumulate, exp2, pick

if TYPE_CHECKING:
    from casebank.data.simulator import State

Columns = dict[str, np.ndarray]
PURPOSES = (
    "service",
    "advice",
    "loan_enquiry",
    "investment_enquiry",
    "sales_call",
    "retention_call",
)
SERVICE, ADVICE, LOAN_ENQUIRY, INVESTMENT, SALES_CALL, RETENTION = range(6)
BRANCH, PHONE, WEB, MOBILE, VISIT = range(5)
# Purpose -> (first place in the month's numbering, most per month, median minutes by channel).
ASKED = {
    SERVICE: (0, 12, (11, 6, 4, 3, 0)),
    LOAN_ENQUIRY: (20, 8, (24, 12, 6, 5, 0)),
    ADVICE: (40, 4, (26, 13, 7, 6, 0)),
    INVESTMENT: (50, 4, (31, 16, 8, 7, 0)),
}
NOTICE_PLACE, CALL_PLACE, VISIT_PLACE, RETENTION_PLACE = 60, 70, 71, 72
TELLER, CENTRE, MANAGER, HEAD = range(4)


@dataclass(frozen=True)
class Talk:
    """What customers bring up by themselves in a month."""

    counts: dict[int, np.ndarray]
    asked: np.ndarray
    asked_loan: np.ndarray


@dataclass(frozen=True)
class Called:
    """Whom the bank turned to, and who gave notice at the counter."""

    sales: np.ndarray
    reached: np.ndarray
    visit: np.ndarray
    retention: np.ndarray
    notice: np.ndarray


def talks(rng: Rng, state: State, month: int, here: np.ndarray, drifting: np.ndarray) -> Talk:
    """How often each customer comes, calls or writes, by purpose."""
    who = state.who
    segment, index = who.segment, who.index
    quiet = here & ~drifting
    counts: dict[int, np.ndarray] = {}
    rates = {
        SERVICE: column("service")[segment] * who.contact,
        LOAN_ENQUIRY: column("loan")[segment] * who.contact,
        ADVICE: column("advice")[segment] * who.contact,
        INVESTMENT: column("invest")[segment] * who.contact,
    }
    for purpose, rate in rates.items():
        count = rng.count(f"asks-{PURPOSES[purpose]}", index, np.where(quiet, rate, 0.0), month)
        counts[purpose] = np.minimum(count, ASKED[purpose][1])
    asked = sum(counts.values()) > 0
    return Talk(counts=counts, asked=asked, asked_loan=counts[LOAN_ENQUIRY] > 0)


def spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions repeated by their counts, and 0, 1, 2 … within each."""
    place = np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(counts)
    order = np.arange(len(place)) - np.repeat(ends - counts, counts)
    return place, order


def interactions(rng: Rng, state: State, month: int, talk: Talk, called: Called) -> Columns:
    """The month's contacts as columns, sorted by customer, day and number."""
    parts = [
        *(_asked(rng, state, month, purpose, talk.counts[purpose]) for purpose in ASKED),
        _one(rng, state, month, called.notice, NOTICE_PLACE, BRANCH, 0, SERVICE, 17),
        _call(rng, state, month, called),
        _visit(rng, state, month, called.visit),
        _one(rng, state, month, called.retention, RETENTION_PLACE, PHONE, 1, RETENTION, 12),
    ]
    out = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((out["place"], out["day"], out["row"]))
    return {name: value[order] for name, value in out.items()}


def _asked(rng: Rng, state: State, month: int, purpose: int, counts: np.ndarray) -> Columns:
    first, _, minutes = ASKED[purpose]
    row, order = spread(counts)
    who = state.who
    index = who.index[row]
    a, b, c, _ = rng.lanes(f"talk-{PURPOSES[purpose]}", index, month, order)
    channel = pick(a, cumulate(column("contact_channels")), who.segment[row])
    day = _day(state, month, row, b, channel)
    level = exp2(0.6 * rng.normal(f"length-{PURPOSES[purpose]}", index, month, order))
    if purpose == LOAN_ENQUIRY:
        # A weak file takes longer to read.
        level = level * (1.0 + 0.12 * who.grade[row])
    long = np.maximum(np.floor(np.array(minutes)[channel] * level), 1).astype(np.int64)
    kind = np.where(channel == BRANCH, TELLER, CENTRE)
    return _columns(state, row, first + order, day, channel, 0, purpose, long, kind, c)


def _one(
    rng: Rng,
    state: State,
    month: int,
    flags: np.ndarray,
    place: int,
    channel: int,
    bank: int,
    purpose: int,
    minutes: int,
) -> Columns:
    row = np.flatnonzero(flags)
    index, managed = state.who.index[row], state.who.manager[row] > 0
    _, b, c, _ = rng.lanes("contact", index, month, place)
    channels = np.full(len(row), channel)
    day = _day(state, month, row, b, channels)
    long = np.floor(minutes * exp2(0.5 * rng.normal("contact-length", index, month, place)))
    if channel == BRANCH:
        kind = np.full(len(row), TELLER)
    else:
        kind = np.where(managed, MANAGER, HEAD if channel == VISIT else CENTRE)
    long = np.maximum(long, 1).astype(np.int64)
    return _columns(
        state, row, np.full(len(row), place), day, channels, bank, purpose, long, kind, c
    )


def _call(rng: Rng, state: State, month: int, called: Called) -> Columns:
    """Sales calls; one that nobody answered is written down too, with one minute."""
    part = _one(rng, state, month, called.sales, CALL_PLACE, PHONE, 1, SALES_CALL, 6)
    part["minutes"] = np.where(called.reached[part["row"]], part["minutes"] + 1, 1)
    return part


def _visit(rng: Rng, state: State, month: int, flags: np.ndarray) -> Columns:
    """Visits; with customers who did not consent to marketing nothing is sold."""
    part = _one(rng, state, month, flags, VISIT_PLACE, VISIT, 1, SALES_CALL, 42)
    part["purpose"] = np.where(state.who.consent[part["row"]], SALES_CALL, SERVICE)
    return part


def _day(
    state: State, month: int, row: np.ndarray, lane: np.ndarray, channel: np.ndarray
) -> np.ndarray:
    """A day of the month, not before the customer joined; at the counter no Sundays."""
    first, length = month_start(month), month_length(month)
    begin = np.maximum(state.who.joined[row], first)
    day = begin + lane * (first + length - begin) // 65536
    moved = np.maximum(not_sunday(day, first), begin)
    return np.where((channel == BRANCH) | (channel == VISIT), moved, day)


def _columns(
    state: State,
    row: np.ndarray,
    place: np.ndarray,
    day: np.ndarray,
    channel: np.ndarray,
    bank: int,
    purpose: int,
    minutes: np.ndarray,
    kind: np.ndarray,
    lane: np.ndarray,
) -> Columns:
    who = state.who
    block = who.index[row] // BLOCK
    desk = np.select(
        [kind == TELLER, kind == CENTRE, kind == MANAGER],
        [block * 5 + 1 + lane * 5 // 65536, block * 9 + 1 + lane * 9 // 65536, who.manager[row]],
        block + 1,
    )
    count = len(row)
    return {
        "row": row,
        "place": place,
        "day": day,
        "channel": channel,
        "bank": np.full(count, bank),
        "purpose": np.full(count, purpose),
        "minutes": minutes,
        "staff": kind * 10_000_000 + who.branch[row] * 1_000_000 + desk,
    }
