"""What does not change about a customer, and the bank on the eve of the first month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from casebank.data.calendar import MONTHS, NEVER, month_start
from casebank.data.rng import Rng, cumulate, exp2, pick
from casebank.data.segments import PRODUCTS, SEGMENTS
from casebank.data.truth import FIRST_ID, segment_index

SLOTS = (*PRODUCTS, "current")
"""A customer's accounts by place: one of each product, and rarely a second current account."""
CURRENT, SAVINGS, TERM, FUND, CARD, LOAN, MORTGAGE, SECOND = range(8)
LENDING = (CARD, LOAN, MORTGAGE)
BLOCK = 1500
"""Customers per set of staff, so that a larger bank has more staff and nobody's changes."""
# Yearly margin in basis points by place: mean and half-width; large balances are priced finer.
MARGIN = ((175, 20), (140, 20), (72, 14), (70, 20), (640, 90), (430, 110), (96, 22), (170, 20))


@dataclass(frozen=True)
class People:
    """Fixed columns, one entry a customer."""

    index: np.ndarray
    customer_id: np.ndarray
    segment: np.ndarray
    joined: np.ndarray
    birth_year: np.ndarray
    male: np.ndarray
    branch: np.ndarray
    occupation: np.ndarray
    income: np.ndarray
    acquired: np.ndarray
    manager: np.ndarray
    consent: np.ndarray
    grade: np.ndarray
    payroll: np.ndarray
    wage: np.ndarray
    payday: np.ndarray
    rate: np.ndarray
    contact: np.ndarray
    size: np.ndarray
    growth: np.ndarray

    def __len__(self) -> int:
        return len(self.index)


def column(name: str) -> np.ndarray:
    """A parameter of all segments, as an array."""
    return np.array([getattr(s, name) for s in SEGMENTS])


def people(rng: Rng, first: int, count: int) -> People:
    """Customers ``first`` … ``first + count - 1`` of the bank."""
    index = np.arange(first, first + count, dtype=np.int64)
    segment = segment_index(rng, index)
    row = segment

    def lane(stream: str) -> np.ndarray:
        return rng.lanes(stream, index)[0]

    ages = column("ages")
    low, high = ages[row, 0], ages[row, 1]
    age = low + lane("age") * (high - low + 1) // 65536
    occupation = pick(lane("occupation"), cumulate(column("occupations")), row)
    # Nobody is retired at forty or a student at fifty.
    odd = ((occupation == 3) & (age < 50)) | ((occupation == 4) & (age > 30))
    occupation = np.where(odd, 0, occupation)
    income = pick(lane("income"), cumulate(column("incomes")), row) + 1
    branch = pick(lane("branch"), cumulate(column("branches")), row)
    grade = pick(lane("grade"), cumulate(column("grades")), row)
    managed = lane("manager") * 1000 // 65536 < column("manager")[row]
    manager = np.where(managed, index // BLOCK * 3 + 1 + lane("manager-who") * 3 // 65536, 0)
    payroll = lane("payroll") * 1000 // 65536 < column("payroll")[row]
    payroll &= (occupation == 0) | (occupation == 3)
    wage = np.floor(
        column("wage")[row] * 100.0 * exp2(0.35 * rng.normal("wage", index) + 0.12 * (income - 3))
    ).astype(np.int64)
    spread = column("growth")
    growth = spread[row, 0] + lane("growth") * (spread[row, 1] - spread[row, 0] + 1) // 65536
    return People(
        index=index,
        customer_id=index + FIRST_ID,
        segment=segment,
        joined=_joined(rng, index, age),
        birth_year=2026 - age,
        male=lane("gender") * 1000 // 65536 < column("male")[row],
        branch=branch,
        occupation=occupation,
        income=income,
        acquired=_acquired(rng, index, age),
        manager=manager,
        consent=lane("consent") * 1000 // 65536 < column("consent")[row],
        grade=grade,
        payroll=payroll,
        wage=wage // 1000 * 1000,
        payday=np.array([10, 15, 25])[lane("payday") * 3 // 65536],
        rate=column("rate")[row] * exp2(0.85 * rng.normal("rate", index)) / 1.19,
        contact=exp2(0.6 * rng.normal("contact", index)) / 1.09,
        size=exp2(0.6 * rng.normal("size", index)),
        growth=growth,
    )


def _joined(rng: Rng, index: np.ndarray, age: np.ndarray) -> np.ndarray:
    """One in eight joins in the two years; the others up to 19 years earlier, not as children."""
    start, end = month_start(0), month_start(MONTHS)
    a, b, c, _ = rng.lanes("joined", index)
    new = a * 1000 // 65536 < 120
    adult = np.maximum(start - (age - 2 - 18) * 365, start - 19 * 365)
    span = np.maximum(start - adult, 200)
    # Recent years are more frequent: banks grow.
    back = 1 + (b * (b + 65_536) // 131_072) * (span - 1) // 65536
    return np.where(new, start + c * (end - start) // 65536, start - back)


def _acquired(rng: Rng, index: np.ndarray, age: np.ndarray) -> np.ndarray:
    """The way in: the branch for the old, online for the young."""
    mix = cumulate([(300, 190, 340, 170), (520, 210, 140, 130), (730, 170, 30, 70)])
    return pick(rng.lanes("acquired", index)[0], mix, (age > 34).astype(int) + (age > 57))


@dataclass(frozen=True)
class Holdings:
    """Accounts on the eve: opening day (NEVER: none), cents, margin; customers by slots."""

    opened: np.ndarray
    base: np.ndarray
    margin: np.ndarray


def holdings(rng: Rng, who: People) -> Holdings:
    """Which accounts the customers hold at the start, and what lies on them."""
    index, row, n = who.index, who.segment, len(who)
    opened = np.full((n, 8), NEVER, dtype=np.int64)
    base = np.zeros((n, 8), dtype=np.int64)
    margin = np.zeros((n, 8), dtype=np.int64)
    common = rng.normal("wealth", index)
    start = month_start(0)
    has_any = np.zeros(n, dtype=bool)
    for slot, product in enumerate(PRODUCTS):
        kinds = [s.holdings[product] for s in SEGMENTS]
        a, b, c, _ = rng.lanes("holds", index, index=slot)
        has = a * 1000 // 65536 < np.array([k.share for k in kinds])[row]
        if slot == SAVINGS:
            has |= ~has_any
        has_any |= has
        level = exp2(
            np.array([k.spread for k in kinds])[row]
            * (0.6 * common + 0.8 * rng.normal("balance", index, index=slot))
        )
        money = np.array([k.median for k in kinds])[row] * 100.0 * level
        base[:, slot] = np.where(has, np.floor(money).astype(np.int64), 0)
        at_once = (slot == CURRENT) | ((slot == SAVINGS) & (opened[:, CURRENT] == NEVER))
        late = np.where(
            who.joined < start,
            who.joined + b * np.maximum(start - who.joined, 1) // 65536,
            who.joined + 3 + b * 40 // 65536,
        )
        opened[:, slot] = np.where(has, np.where(at_once, who.joined, late), NEVER)
        margin[:, slot] = _margin(slot, c, base[:, slot], who)
    _second_current(rng, who, opened, base, margin)
    return Holdings(opened, base, margin)


def _margin(slot: int, lane: np.ndarray, money: np.ndarray, who: People) -> np.ndarray:
    mean, half = MARGIN[slot]
    bp = mean - half + lane * (2 * half + 1) // 65536
    if slot in (CARD, LOAN):
        # Risk has its price, but the price does not cover it.
        return bp + np.array([-60, -30, 0, 50, 80])[who.grade]
    if slot in (SAVINGS, TERM, FUND):
        return bp - 12 * (money > 30_000_000) - 10 * (money > 100_000_000)
    return bp


def _second_current(
    rng: Rng, who: People, opened: np.ndarray, base: np.ndarray, margin: np.ndarray
) -> None:
    """Nine in a thousand have two current accounts: a trap if one counts accounts as people."""
    a, b, c, _ = rng.lanes("second", who.index)
    has = (a * 1000 // 65536 < 9) & (opened[:, CURRENT] < NEVER)
    later = opened[:, CURRENT] + 30 + b * 900 // 65536
    opened[:, SECOND] = np.where(has, later, NEVER)
    base[:, SECOND] = np.where(has, base[:, CURRENT] * (b + 6000) // 65536, 0)
    margin[:, SECOND] = _margin(SECOND, c, base[:, SECOND], who)
