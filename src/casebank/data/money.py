"""Transactions: what customers choose to do, and what merely happens to their accounts.

The bank's extract begins at 100 yuan: smaller payments run through third-party wallets and are
settled in sums that this table does not hold. So a customer has a few rows a month, not fifty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from casebank.data.calendar import calendar_month, month_length, month_start, not_sunday
from casebank.data.contacts import spread
from casebank.data.people import (
    CARD,
    CURRENT,
    FUND,
    LENDING,
    LOAN,
    MORTGAGE,
    SAVINGS,
    SECOND,
    TERM,
    column,
)
from casebank.data.rng import Rng, cumulate, exp2, pick
from casebank.data.segments import CHOSEN
from casebank.data.truth import EFFECTS

if TYPE_CHECKING:
    from casebank.data.people import People
    from casebank.data.simulator import State

Array = np.ndarray
KINDS = (*CHOSEN, "salary_in", "transfer_in", "loan_repayment", "fee", "interest")
CARD_PAYMENT, TRANSFER_OUT, CASH, DEPOSIT, BILL, FUND_PURCHASE = range(6)
SALARY, TRANSFER_IN, REPAYMENT, FEE, INTEREST = range(6, 11)
BRANCH, ATM, PHONE, WEB, MOBILE, SYSTEM = range(6)
# Median in yuan, spread (log2), unit of rounding in cents, by kind.
AMOUNT = ((430, 1.0, 10), (3_000, 1.4, 10_000), (1_500, 0.9, 10_000), (2_800, 1.1, 10_000),
          (240, 0.7, 10), (9_000, 1.1, 100_000))  # fmt: skip
SEASON = (0, 1.10, 0.92, 0.97, 0.98, 1.02, 1.04, 0.97, 0.96, 1.0, 1.0, 1.05, 1.08)
DRIFT_PLACE, SALE_PLACE, SALARY_PLACE, IN_PLACE = 50, 51, 60, 61
REPAY_PLACE, LATE_PLACE, FUND_FEE_PLACE, INTEREST_PLACE = 70, 80, 85, 90
SMALLEST = 10_000
LATE_FEE = 6_000
FUND_FEE_PER_MILLE = 6


def transactions(
    rng: Rng,
    state: State,
    month: int,
    here: Array,
    drifts: Array,
    drifting: Array,
    moved: Array,
    sold_slot: Array,
    sold_cents: Array,
) -> dict[str, Array]:
    """The month's transactions as columns, sorted by customer, day and number."""
    there = _open(state, month)
    primary = np.where(there[:, CURRENT], CURRENT, SAVINGS)
    active = here & (there[:, CURRENT] | there[:, SAVINGS])
    chosen = _chosen(rng, state, month, active, drifts, drifting, there, primary)
    parts = [
        chosen,
        _moved(rng, state, month, active, moved, primary),
        _sale(rng, state, month, sold_slot, sold_cents),
        _salary(rng, state, month, active & there[:, CURRENT]),
        _transfer_in(rng, state, month, active & ~drifting, primary),
        *(_repayment(rng, state, month, here & there[:, slot], slot) for slot in (LOAN, MORTGAGE)),
        *(_late(state, month, here & there[:, slot], slot) for slot in LENDING),
        _fund_fee(chosen),
        *(_interest(state, month, here & there[:, slot], slot) for slot in (SAVINGS, TERM)),
    ]
    out = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((out["place"], out["day"], out["row"]))
    return {name: value[order] for name, value in out.items()}


def _open(state: State, month: int) -> Array:
    """Accounts that are open at the month's end: a row may lie on any day from their opening on."""
    after = month_start(month + 1)
    return (state.opened < after) & (state.closed >= after)


def _columns(
    row: Array,
    place: ArrayLike,
    slot: ArrayLike,
    day: ArrayLike,
    kind: ArrayLike,
    channel: ArrayLike,
    cents: ArrayLike,
) -> dict[str, Array]:
    count = len(row)

    def full(value: ArrayLike) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=np.int64), (count,))

    return {
        "row": np.asarray(row, dtype=np.int64),
        "place": full(place),
        "slot": full(slot),
        "day": full(day),
        "kind": full(kind),
        "channel": full(channel),
        "cents": full(cents),
    }


def _chosen(
    rng: Rng,
    state: State,
    month: int,
    active: Array,
    drifts: Array,
    drifting: Array,
    there: Array,
    primary: Array,
) -> dict[str, Array]:
    who = state.who
    rate = who.rate * SEASON[calendar_month(month)]
    rate = np.where(drifts, rate * 0.4, np.where(drifting, rate * EFFECTS.drift_rate, rate))
    first, length = month_start(month), month_length(month)
    begin = np.maximum(who.joined, first)
    rate = np.where(active, rate * (first + length - begin) / length, 0.0)
    row, order = spread(rng.count("chosen", who.index, rate, month))
    index, segment = who.index[row], who.segment[row]
    a, b, c, d = rng.lanes("tx", index, month, order)
    kind = pick(a, cumulate(column("kinds")), segment)
    kind = np.where((kind == FUND_PURCHASE) & ~there[row, FUND], TRANSFER_OUT, kind)
    slot = primary[row]
    by_card = (kind == CARD_PAYMENT) & there[row, CARD] & (d < 26_000)
    slot = np.where(by_card, CARD, slot)
    slot = np.where((kind == TRANSFER_OUT) & there[row, SECOND] & (d < 30_000), SECOND, slot)
    slot = np.where(kind == FUND_PURCHASE, FUND, slot)
    channel = _channel(b, kind, segment)
    # A row may not lie before its account was opened.
    begin = np.maximum(begin[row], state.opened[row, slot])
    day = begin + c * (first + length - begin) // 65536
    moved = np.maximum(not_sunday(day, first), begin)
    day = np.where(channel == BRANCH, moved, day)
    cents = _amount(rng, who, row, month, order, kind, d)
    return _columns(row, order, slot, day, kind, channel, cents)


def _channel(lane: Array, kind: Array, segment: Array) -> Array:
    """Cash needs a counter or a machine; a card payment is made by phone or on the web."""
    channel = pick(lane, cumulate(column("tx_channels")), segment)
    cash = (kind == CASH) | (kind == DEPOSIT)
    counter = column("tx_channels")[:, BRANCH][segment]
    # Who goes to the counter for a transfer goes there for cash; the machine takes the rest.
    share = np.where(kind == CASH, 120 + counter * 6 // 10, 350 + counter * 6 // 10)
    at_counter = lane * 1000 // 65536 < share
    channel = np.where(cash, np.where(at_counter, BRANCH, ATM), channel)
    return np.where(kind == CARD_PAYMENT, np.where(lane < 11_000, WEB, MOBILE), channel)


def _amount(
    rng: Rng, who: People, row: Array, month: int, order: Array, kind: Array, lane: Array
) -> Array:
    table = np.array(AMOUNT, dtype=np.float64)
    wealth = column("amounts")[who.segment[row]]
    small = (kind == CARD_PAYMENT) | (kind == BILL) | (kind == CASH)
    scale = np.where(small, np.sqrt(wealth), wealth) * who.size[row]
    level = exp2(table[kind, 1] * rng.normal("amount", who.index[row], month, order))
    cents = np.floor(table[kind, 0] * 100.0 * scale * level).astype(np.int64)
    unit = table[kind, 2].astype(np.int64)
    # Two transfers in five are not round sums.
    unit = np.where((kind == TRANSFER_OUT) & (lane > 39_000), 100, unit)
    return np.maximum(cents // unit * unit, SMALLEST)


def _moved(
    rng: Rng, state: State, month: int, active: Array, moved: Array, primary: Array
) -> dict[str, Array]:
    """The one large transfer with which a customer begins to leave in silence."""
    row = np.flatnonzero(active & (moved > 0))
    a, b, _, _ = rng.lanes("moved", state.who.index[row], month)
    day = month_start(month) + a * month_length(month) // 65536
    begin = np.maximum(state.opened[row, primary[row]], state.who.joined[row])
    channel = np.where(b < 15_000, WEB, MOBILE)
    day = np.maximum(day, begin)
    return _columns(row, DRIFT_PLACE, primary[row], day, TRANSFER_OUT, channel, moved[row])


def _sale(rng: Rng, state: State, month: int, slot: Array, cents: Array) -> dict[str, Array]:
    row = np.flatnonzero(slot == FUND)
    lane = rng.lanes("sale-channel", state.who.index[row], month)[0]
    channel = np.where(lane < 22_000, BRANCH, MOBILE)
    day = month_start(month) + 24
    day = np.where(channel == BRANCH, not_sunday(np.full(len(row), day), -1) + 1, day)
    return _columns(row, SALE_PLACE, FUND, day, FUND_PURCHASE, channel, cents[row])


def _salary(rng: Rng, state: State, month: int, active: Array) -> dict[str, Array]:
    who = state.who
    day = month_start(month) + who.payday - 1
    begin = np.maximum(who.joined, state.opened[:, CURRENT])
    row = np.flatnonzero(active & who.payroll & (day >= begin))
    noise = 1.0 + 0.03 * rng.normal("salary", who.index[row], month)
    bonus = 1.6 if calendar_month(month) == 1 else 1.0
    cents = np.floor(who.wage[row] * noise * bonus / 1000).astype(np.int64) * 1000
    return _columns(row, SALARY_PLACE, CURRENT, day[row], SALARY, SYSTEM, cents)


def _transfer_in(
    rng: Rng, state: State, month: int, active: Array, primary: Array
) -> dict[str, Array]:
    who = state.who
    rate = np.where(active, column("transfer_in")[who.segment], 0.0)
    row, order = spread(np.minimum(rng.count("in", who.index, rate, month), 4))
    a, _, _, _ = rng.lanes("in-day", who.index[row], month, order)
    first, length = month_start(month), month_length(month)
    begin = np.maximum(np.maximum(who.joined[row], first), state.opened[row, primary[row]])
    day = begin + a * (first + length - begin) // 65536
    scale = column("amounts")[who.segment[row]] * who.size[row]
    level = exp2(1.4 * rng.normal("in-amount", who.index[row], month, order))
    cents = np.maximum(np.floor(350_000 * scale * level).astype(np.int64) // 10_000, 1) * 10_000
    return _columns(row, IN_PLACE + order, primary[row], day, TRANSFER_IN, SYSTEM, cents)


def _repayment(rng: Rng, state: State, month: int, active: Array, slot: int) -> dict[str, Array]:
    """One instalment a month, unless the loan is in arrears."""
    who = state.who
    day = month_start(month) + 4 + rng.lanes("repay-day", who.index)[0] * 20 // 65536
    paid = active & (state.past_due[:, slot] == 0) & (state.opened[:, slot] < month_start(month))
    row = np.flatnonzero(paid & (state.base[:, slot] > 100_000))
    part, yearly = (33, 720) if slot == LOAN else (229, 410)
    owed = state.base[row, slot]
    cents = (owed // part + owed * yearly // 120_000) // 10 * 10
    place = REPAY_PLACE + (slot == MORTGAGE)
    return _columns(row, place, slot, day[row], REPAYMENT, SYSTEM, cents)


def _late(state: State, month: int, active: Array, slot: int) -> dict[str, Array]:
    """A fee in every month that ends in arrears."""
    row = np.flatnonzero(active & (state.past_due[:, slot] > 0))
    day = month_start(month + 1) - 1
    return _columns(row, LATE_PLACE + LENDING.index(slot), slot, day, FEE, SYSTEM, LATE_FEE)


def _fund_fee(chosen: dict[str, Array]) -> dict[str, Array]:
    """The subscription fee of a fund, booked with the purchase."""
    row = np.flatnonzero((chosen["kind"] == FUND_PURCHASE) & (chosen["place"] < 5))
    cents = chosen["cents"][row] * FUND_FEE_PER_MILLE // 1000
    return _columns(chosen["row"][row], FUND_FEE_PLACE + chosen["place"][row], FUND,
                    chosen["day"][row], FEE, SYSTEM, cents)  # fmt: skip


def _interest(state: State, month: int, active: Array, slot: int) -> dict[str, Array]:
    """Quarterly interest on deposits, from 150 yuan on; less is booked yearly and not listed."""
    empty = np.zeros(0, dtype=np.int64)
    if calendar_month(month) % 3:
        return _columns(empty, 0, slot, 0, INTEREST, SYSTEM, 0)
    basis_points = 25 if slot == SAVINGS else 150
    before = active & (state.opened[:, slot] < month_start(month - 2))
    cents = np.where(before, state.base[:, slot], 0) * basis_points // 40_000
    row = np.flatnonzero(cents >= 15_000)
    day = month_start(month) + 20
    place = INTEREST_PLACE + (slot == TERM)
    return _columns(row, place, slot, day, INTEREST, SYSTEM, cents[row])
