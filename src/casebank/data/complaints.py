"""Complaints: who is dissatisfied enough to say so, about what, when and with how much at stake.

A complaint arises from what a customer holds and did in the month, from marked months (a fee that
was raised, an app that failed, a new way to log in) and from temper. Those who drift away in
silence say nothing here either. What the bank makes of a complaint is
:mod:`casebank.data.complaint_handling`; its words are :mod:`casebank.data.complaint_texts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casebank.data.calendar import month_length, month_start
from casebank.data.people import (
    CARD,
    CURRENT,
    FUND,
    LENDING,
    LOAN,
    MORTGAGE,
    SAVINGS,
    TERM,
    column,
)
from casebank.data.rng import Rng, exp2

if TYPE_CHECKING:
    from casebank.data.contacts import Called, Talk
    from casebank.data.simulator import State

Columns = dict[str, np.ndarray]
CAUSES = (
    "fee",
    "unrecognised_payment",
    "transfer_delay",
    "app_failure",
    "staff_conduct",
    "misselling",
    "loan_terms",
    "collection",
    "unwanted_marketing",
    "account_restriction",
    "credit_record",
    "face_login",
)
(
    FEE,
    UNRECOGNISED,
    TRANSFER,
    APP,
    STAFF,
    MISSELLING,
    TERMS,
    COLLECTION,
    MARKETING,
    RESTRICTION,
    CREDIT,
    FACE,
) = range(12)
CATEGORIES = CAUSES[:FACE]
"""The intake desk's list; nobody has told it of the new log-in."""
FEE_MONTHS = {6: 2.6, 7: 2.0, 8: 1.5}
"""January to March 2025: a charge for text messages and small accounts begins."""
OUTAGE_MONTH, OUTAGE_DAY = 11, 17
"""From 18 June 2025 on the app and transfers fail for three days."""
OUTAGE_APP, OUTAGE_TRANSFER = 3.4, 1.8
FACE_MONTH = 18
"""January 2026: face recognition becomes the way to log in."""
AGAIN = 2
"""Months in which somebody who has complained is readier to do so again."""
# Readiness by segment: wealth, family, everyday, counter, student, trader, seeker, dormant.
READY = (0.9, 1.15, 1.0, 1.1, 0.9, 1.5, 1.6, 0.12)


def arise(
    rng: Rng, state: State, month: int, here: np.ndarray, talk: Talk, called: Called
) -> Columns:
    """The month's complaints as columns, sorted by customer and cause."""
    who = state.who
    index = who.index
    first, after = month_start(month), month_start(month + 1)
    has = (state.opened < after) & (state.closed >= first)
    rates = _rates(state, month, has, talk, called)
    temper = exp2(0.7 * rng.normal("complaint-temper", index)) / 1.12
    temper = temper * np.array(READY)[who.segment]
    temper = np.where(state.notice == month, temper * 4.0, temper)
    recent = month - state.complained <= AGAIN
    temper = np.where(recent, temper * 1.6, temper)
    # Those who leave in silence are silent.
    temper = np.where(here & ~state.drifting(), temper, 0.0)
    rows, causes = [], []
    for cause in range(len(CAUSES)):
        chance = rates[cause] * temper
        chance += np.where(recent & (state.grievance == cause), 0.05 * (temper > 0), 0.0)
        found = rng.happens(f"complaint-{CAUSES[cause]}", index, np.minimum(chance, 0.9), month)
        rows.append(np.flatnonzero(found))
        causes.append(np.full(len(rows[-1]), cause))
    row, cause = np.concatenate(rows), np.concatenate(causes)
    order = np.lexsort((cause, row))
    row, cause = row[order], cause[order]
    slot = _slot(rng, who.index[row], month, cause, has[row])
    balance = state.history[-1][row, np.maximum(slot, 0)]
    return {
        "row": row,
        "place": cause + 1,
        "month": np.full(len(row), month),
        "cause": cause,
        "day": _day(rng, state, month, row, cause),
        "slot": slot,
        "cents": _cents(rng, who.index[row], month, cause, np.where(slot < 0, 0, balance)),
    }


def _rates(
    state: State, month: int, has: np.ndarray, talk: Talk, called: Called
) -> list[np.ndarray]:
    """Chance of each cause in a month, for a customer of ordinary temper."""
    who = state.who
    mobile = column("tx_channels")[:, 4][who.segment] / 1000
    age = 2026 - who.birth_year
    lending = has[:, LOAN] | has[:, MORTGAGE]
    contacts = sum(talk.counts.values())
    recently_sold = month - state.last_call < 3
    late = np.max(state.past_due[:, list(LENDING)], axis=1)
    credit = has[:, list(LENDING)].any(axis=1)
    active = np.minimum(who.rate, 3.0)
    fee = 0.0046 * FEE_MONTHS.get(month, 1.0) * (1 + 0.5 * has[:, CARD])
    transfer = 0.0022 + 0.0023 * active
    app = 0.0107 * mobile
    if month == OUTAGE_MONTH:
        app, transfer = app * OUTAGE_APP, transfer * OUTAGE_TRANSFER
    face = np.where(age >= 60, 2.6, np.where(age >= 45, 1.4, 0.8)) * (0.15 + mobile)
    refused = talk.asked_loan & (who.grade >= 3)
    return [
        fee,
        0.0006 + 0.0018 * has[:, CARD],
        transfer,
        app,
        0.0006 + 0.0075 * np.minimum(contacts, 3),
        0.0045 * (has[:, FUND] | has[:, TERM]) * (1 + 2.2 * recently_sold),
        0.0062 * lending + 0.010 * talk.asked_loan,
        np.select([late >= 30, late > 0], [0.065, 0.036], 0.0001),
        0.0011 + 0.055 * called.reached + 0.010 * (recently_sold & ~called.reached),
        0.0011 * (1 + 0.4 * active),
        0.0011 * credit + 0.009 * refused,
        face * 0.0112 if month >= FACE_MONTH else np.zeros(len(who)),
    ]


def _slot(
    rng: Rng, index: np.ndarray, month: int, cause: np.ndarray, has: np.ndarray
) -> np.ndarray:
    """The account in question: the first that the cause can concern; -1: none."""
    wishes = {
        FEE: (CARD, CURRENT, SAVINGS),
        UNRECOGNISED: (CARD, CURRENT, SAVINGS),
        TRANSFER: (CURRENT, SAVINGS),
        MISSELLING: (FUND, TERM),
        TERMS: (LOAN, MORTGAGE),
        COLLECTION: (LOAN, CARD, MORTGAGE),
        RESTRICTION: (CURRENT, SAVINGS),
        CREDIT: (LOAN, CARD, MORTGAGE),
    }
    out = np.full(len(cause), -1)
    lane = rng.lanes("complaint-slot", index, month, cause)[0]
    for which, slots in wishes.items():
        mine = cause == which
        for slot in reversed(slots):
            out = np.where(mine & has[:, slot], slot, out)
    # A fee falls on the current account more often than on the card.
    other = (cause == FEE) & (out == CARD) & has[:, CURRENT] & (lane < 40_000)
    return np.where(other, CURRENT, out)


def _cents(
    rng: Rng, index: np.ndarray, month: int, cause: np.ndarray, balance: np.ndarray
) -> np.ndarray:
    """The money at stake in cents; 0: none."""
    # Median in yuan and spread (log2); share of the balance, per mille; share without money.
    table = np.array(
        [
            (60, 1.6, 0, 0),
            (1_900, 1.7, 0, 0),
            (6_500, 2.0, 0, 60),
            (900, 2.4, 0, 700),
            (0, 0, 0, 1000),
            (0, 0, 260, 80),
            (1_600, 1.6, 40, 150),
            (700, 1.4, 60, 350),
            (0, 0, 0, 1000),
            (0, 0, 700, 100),
            (0, 0, 0, 1000),
            (600, 2.2, 0, 800),
        ]
    )
    _, b, c, _ = rng.lanes("complaint-cents", index, month, cause)
    level = exp2(table[cause, 1] * rng.normal("complaint-money", index, month, cause))
    yuan = table[cause, 0] * level + balance / 100 * table[cause, 2] / 1000 * (0.4 + b / 55_000)
    unit = np.where(yuan >= 3_000, 10_000, 100)
    cents = np.floor(yuan * 100).astype(np.int64) // unit * unit
    # A fee has fen.
    cents = np.where((cause == FEE) & (cents < 20_000), cents + c % 10 * 10, cents)
    none = c * 1000 // 65536 < table[cause, 3]
    return np.where(none, 0, np.maximum(cents, 0))


def _day(rng: Rng, state: State, month: int, row: np.ndarray, cause: np.ndarray) -> np.ndarray:
    """A day of the month, not before the customer joined; after the outage most come at once."""
    first, length = month_start(month), month_length(month)
    begin = np.maximum(state.who.joined[row], first)
    a, b, _, _ = rng.lanes("complaint-day", state.who.index[row], month, cause)
    day = begin + a * (first + length - begin) // 65536
    if month == OUTAGE_MONTH:
        burst = ((cause == APP) & (b < 48_000)) | ((cause == TRANSFER) & (b < 30_000))
        soon = first + OUTAGE_DAY + a * a // 65536 * 6 // 65536
        day = np.where(burst & (begin < soon), soon, day)
    return day
