"""The invented bank, month by month: ``step(state, actions) -> (state, events)``.

A state holds what the bank and its customers are at the end of a month; a step applies the bank's
actions, lets a month happen and returns the new state with what was recorded. The given state is
left as it was. All customers of a chunk go through a month at once (numpy); customers never touch
each other, so chunks are only a matter of memory.

Identifiers are made of the customer, the month and a place in the month, not of running numbers:
``transaction_id = customer_id * 10000 + month * 100 + place``. An event that is added or falls away
renames no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from casebank.data import complaints, contacts, money
from casebank.data.calendar import NEVER, month_length, month_start
from casebank.data.people import (
    CURRENT,
    FUND,
    LENDING,
    LOAN,
    MORTGAGE,
    SAVINGS,
    SECOND,
    TERM,
    Holdings,
    People,
    column,
    holdings,
    people,
)
from casebank.data.policy import Actions, Policy, default_policy
from casebank.data.rng import Rng, exp2
from casebank.data.segments import BRANCHES, NAMES, SEGMENTS
from casebank.data.truth import EFFECTS, SEED
from casebank.errors import UsageError

LONG_AGO = -99
WINDOW = 12


@dataclass(frozen=True)
class State:
    """The bank at the end of a month, for a chunk of customers."""

    seed: int
    month: int
    who: People
    opened: np.ndarray
    closed: np.ndarray
    base: np.ndarray
    margin: np.ndarray
    past_due: np.ndarray
    history: tuple[np.ndarray, ...]
    notice: np.ndarray
    left: np.ndarray
    drift: np.ndarray
    won_back: np.ndarray
    last_visit: np.ndarray
    last_call: np.ndarray
    asked: np.ndarray
    complained: np.ndarray
    grievance: np.ndarray

    def present(self) -> np.ndarray:
        """Who is a customer at the beginning of the next month."""
        return (self.who.joined < month_start(self.month)) & (self.left < 0)

    def average_balance(self) -> np.ndarray:
        """Average of deposits and funds in cents over the last twelve month ends, per customer."""
        if not self.history:
            return self.base[:, [CURRENT, SAVINGS, TERM, FUND, SECOND]].sum(axis=1)
        total = sum(h[:, [CURRENT, SAVINGS, TERM, FUND, SECOND]].sum(axis=1) for h in self.history)
        return total // len(self.history)

    def drifting(self) -> np.ndarray:
        """Who is leaving in silence (truth: no analyst sees it)."""
        return (self.drift >= 0) & (self.won_back < 0)


@dataclass(frozen=True)
class Events:
    """What was recorded in a month: columns of codes, see :mod:`casebank.data.tables`."""

    transactions: dict[str, np.ndarray]
    interactions: dict[str, np.ndarray]
    complaints: dict[str, np.ndarray]


def start(seed: int = SEED, first: int = 0, count: int = 1500) -> State:
    """The bank on the eve of the first month, for customers ``first`` … ``first + count - 1``."""
    rng = Rng(seed)
    who = people(rng, first, count)
    held: Holdings = holdings(rng, who)
    return State(
        seed=seed,
        month=0,
        who=who,
        opened=held.opened,
        closed=np.full((count, 8), NEVER, dtype=np.int64),
        base=held.base,
        margin=held.margin,
        past_due=np.zeros((count, 8), dtype=np.int64),
        history=(),
        notice=np.full(count, LONG_AGO),
        left=np.full(count, -1),
        drift=np.full(count, -1),
        won_back=np.full(count, -1),
        last_visit=np.full(count, LONG_AGO),
        last_call=np.full(count, LONG_AGO),
        asked=np.zeros(count, dtype=bool),
        complained=np.full(count, LONG_AGO),
        grievance=np.full(count, -1),
    )


def step(state: State, actions: Actions) -> tuple[State, Events]:
    """Let a month happen.

    Raises:
        UsageError: when the actions are meant for another number of customers.
    """
    if len(actions.visit) != len(state.who):
        raise UsageError(
            f"actions for {len(actions.visit)} customers cannot be taken on {len(state.who)}",
            "step(state, actions)",
            "begin with Actions.none(len(state.who))",
        )
    month, rng, who = state.month, Rng(state.seed), state.who
    index = who.index
    here = (who.joined < month_start(month + 1)) & (state.left < 0)
    # 1. the bank turns to customers
    reached = here & actions.sales_call & rng.happens("reached", index, EFFECTS.reached, month)
    visited = here & actions.visit
    saved = here & actions.retention_call & (state.notice == month - 1)
    saved &= rng.happens("saved", index, EFFECTS.retention_saves, month)
    last_visit = np.where(visited, month, state.last_visit)
    last_call = np.where(reached, month, state.last_call)
    # 2. customers leave, aloud or in silence
    leaves = here & (state.notice == month - 1) & ~saved
    left = np.where(leaves, month, state.left)
    back = state.drifting() & visited & rng.happens("back", index, EFFECTS.visit_wins_back, month)
    won_back = np.where(back, month, state.won_back)
    calm = here & ~leaves & (state.drift < 0)
    drifts = calm & rng.happens("drift", index, _drift_hazard(state, last_visit, last_call), month)
    drift = np.where(drifts, month, state.drift)
    drifting = (drift >= 0) & (won_back < 0)
    gives_notice = here & ~leaves & ~drifting & (who.joined < month_start(month))
    gives_notice &= rng.happens("notice", index, column("leave")[who.segment], month)
    notice = np.where(gives_notice, month, state.notice)
    # 3. accounts
    new = replace(
        state,
        month=month + 1,
        notice=notice,
        left=left,
        drift=drift,
        won_back=won_back,
        last_visit=last_visit,
        last_call=last_call,
        opened=state.opened.copy(),
        closed=state.closed.copy(),
        base=state.base.copy(),
        past_due=state.past_due.copy(),
    )
    sold = reached & rng.happens("sale", index, np.array(EFFECTS.sale)[who.segment], month)
    sold_slot, sold_cents = _sell(rng, new, sold, month)
    talk = contacts.talks(rng, new, month, here & ~leaves, drifting)
    _lend(rng, new, talk.asked_loan, month)
    _arrears(rng, new, month)
    _mature(rng, new, month, drifting)
    moved = _move_money(new, drifts, drifting)
    _close(rng, new, leaves, month)
    balance = _balances(rng, new, month)
    new = replace(new, history=(*state.history[-(WINDOW - 1) :], balance), asked=talk.asked)
    # 4. what is recorded
    transactions = money.transactions(
        rng, new, month, here & ~leaves, drifts, drifting, moved, sold_slot, sold_cents
    )
    called = contacts.Called(
        sales=here & actions.sales_call,
        reached=reached,
        visit=visited,
        retention=here & actions.retention_call,
        notice=gives_notice,
    )
    talked = contacts.interactions(rng, new, month, talk, called)
    said = complaints.arise(rng, new, month, here & ~leaves, talk, called)
    complained, grievance = state.complained.copy(), state.grievance.copy()
    complained[said["row"]], grievance[said["row"]] = month, said["cause"]
    new = replace(new, complained=complained, grievance=grievance)
    return new, Events(transactions, talked, said)


def run(
    seed: int = SEED,
    first: int = 0,
    count: int = 1500,
    months: int = 24,
    policy: Policy = default_policy,
    each: Callable[[int], None] | None = None,
) -> tuple[State, list[Events]]:
    """Run a chunk of customers through the months under a policy."""
    state, record = start(seed, first, count), []
    for after, events in walk(state, months, policy):
        state = after
        record.append(events)
        if each:
            each(state.month)
    return state, record


def walk(
    state: State, months: int, policy: Policy = default_policy
) -> Iterator[tuple[State, Events]]:
    """The states and events of the next months, one by one."""
    rng = Rng(state.seed)
    for _ in range(months):
        state, events = step(state, policy(state, state.month, rng))
        yield state, events


def _drift_hazard(state: State, last_visit: np.ndarray, last_call: np.ndarray) -> np.ndarray:
    who, month = state.who, state.month
    hazard = column("drift")[who.segment]
    if month >= EFFECTS.rival_month:
        courted = np.array([name in EFFECTS.rival_segments for name in NAMES])[who.segment]
        rival = courted & (who.branch == BRANCHES.index(EFFECTS.rival_branch))
        hazard = np.where(rival, hazard * EFFECTS.rival_factor, hazard)
    seen = month - last_visit < EFFECTS.memory
    heard = month - last_call < EFFECTS.memory
    hazard = np.where(seen, hazard * EFFECTS.visit_on_drift, hazard)
    return np.where(heard, hazard * np.array(EFFECTS.call_on_drift)[who.segment], hazard)


def _open(state: State, month: int, slot: int) -> np.ndarray:
    """Accounts of a slot that are open at some time of the month."""
    first, after = month_start(month), month_start(month + 1)
    return (state.opened[:, slot] < after) & (state.closed[:, slot] >= first)


def _sell(rng: Rng, state: State, sold: np.ndarray, month: int) -> tuple[np.ndarray, np.ndarray]:
    """A sale opens a fund, else a term deposit, out of the savings (or current) account."""
    n = len(state.who)
    source = np.where(_open(state, month, SAVINGS), SAVINGS, CURRENT)
    rows = np.arange(n)
    part = (rng.lanes("sold-part", state.who.index, month)[0] + 20_000) / 131_072
    cents = np.floor(state.base[rows, source] * part / 1_000_000).astype(np.int64) * 1_000_000
    sold = sold & (cents >= 1_000_000)
    slot = np.full(n, -1)
    for choice in (FUND, TERM):
        free = sold & (slot < 0) & (state.opened[:, choice] == NEVER)
        slot = np.where(free, choice, slot)
    sold &= slot >= 0
    day = month_start(month) + 24
    state.opened[rows[sold], slot[sold]] = day
    state.base[rows[sold], slot[sold]] = cents[sold]
    state.margin[rows[sold], slot[sold]] = np.where(slot[sold] == FUND, 70, 70)
    state.base[rows[sold], source[sold]] -= cents[sold]
    return np.where(sold, slot, -1), np.where(sold, cents, 0)


def _lend(rng: Rng, state: State, asked: np.ndarray, month: int) -> None:
    """Some enquiries become a consumer loan; grade decides more than need does."""
    who = state.who
    chance = np.array(EFFECTS.approval)[who.grade] * 0.5
    free = asked & (state.opened[:, LOAN] == NEVER) & (state.opened[:, CURRENT] < NEVER)
    lent = free & rng.happens("approval", who.index, chance, month)
    median = np.array([max(s.holdings["consumer_loan"].median, 10_000) for s in SEGMENTS])
    level = exp2(0.7 * rng.normal("lent", who.index, month))
    cents = np.floor(median[who.segment] * level / 10).astype(np.int64) * 1000
    state.opened[lent, LOAN] = month_start(month) + 26
    state.base[lent, LOAN] = cents[lent]
    lane = rng.lanes("lent-margin", who.index, month)[0]
    bp = 400 + lane * 120 // 65536 + 30 * who.grade
    state.margin[lent, LOAN] = bp[lent]


def _arrears(rng: Rng, state: State, month: int) -> None:
    grade, index = state.who.grade, state.who.index
    for slot in LENDING:
        owed = _open(state, month, slot) & (state.base[:, slot] > 0)
        days = state.past_due[:, slot]
        stream = f"arrears-{slot}"
        falls = owed & (days == 0)
        falls &= rng.happens(stream, index, np.array(EFFECTS.arrears)[grade], month)
        cured = (days > 0) & rng.happens(
            f"cure-{slot}", index, np.array(EFFECTS.cure)[grade], month
        )
        first = 1 + rng.lanes(f"first-{slot}", index, month)[0] * 29 // 65536
        longer = np.where(days > 0, np.minimum(days + month_length(month), 360), 0)
        state.past_due[:, slot] = np.where(falls, first, np.where(cured, 0, longer))


def _mature(rng: Rng, state: State, month: int, drifting: np.ndarray) -> None:
    """Term deposits end: the money goes to savings, or out of the bank."""
    n = len(state.who)
    chance = np.where(drifting, 0.16, 0.010)
    ends = (state.opened[:, TERM] < month_start(month)) & (state.closed[:, TERM] == NEVER)
    ends &= rng.happens("matures", state.who.index, chance, month)
    to = np.where(state.opened[:, SAVINGS] < NEVER, SAVINGS, CURRENT)
    stays = ends & ~drifting
    rows = np.arange(n)
    state.base[rows[stays], to[stays]] += state.base[stays, TERM]
    state.base[ends, TERM] = 0
    state.closed[ends, TERM] = month_start(month) + 19


def _move_money(state: State, drifts: np.ndarray, drifting: np.ndarray) -> np.ndarray:
    """Growth, repayment and flight; returns the cents that leave with the first large transfer."""
    base, month = state.base, state.month - 1
    begun = state.opened < month_start(month)
    saved = [CURRENT, SAVINGS, SECOND]
    growth = np.where(drifting, 0, state.who.growth)
    for slot in (*saved, FUND):
        grown = base[:, slot] + base[:, slot] * growth // 1000
        base[:, slot] = np.where(begun[:, slot], grown, base[:, slot])
    base[:, LOAN] -= np.where(begun[:, LOAN], base[:, LOAN] // 34, 0)
    base[:, MORTGAGE] -= np.where(begun[:, MORTGAGE], base[:, MORTGAGE] // 230, 0)
    liquid = base[:, saved].sum(axis=1)
    gone = np.zeros(len(liquid), dtype=np.int64)
    for slot in (*saved, FUND):
        before = base[:, slot].copy()
        first = np.floor(before * EFFECTS.drift_first).astype(np.int64)
        later = np.floor(before * EFFECTS.drift_keep).astype(np.int64)
        base[:, slot] = np.where(drifts, first, np.where(drifting, later, before))
        if slot != FUND:
            gone += before - base[:, slot]
    return np.where(drifts & (liquid > 0), gone // 100_000 * 100_000, 0)


def _close(rng: Rng, state: State, leaves: np.ndarray, month: int) -> None:
    """Those who said so close everything on one day of the month after."""
    day = month_start(month) + 1 + rng.lanes("last-day", state.who.index, month)[0] * 20 // 65536
    for slot in range(8):
        ends = leaves & (state.opened[:, slot] < day) & (state.closed[:, slot] == NEVER)
        state.closed[:, slot] = np.where(ends, day, state.closed[:, slot])
        never = leaves & (state.opened[:, slot] >= day) & (state.opened[:, slot] < NEVER)
        state.opened[:, slot] = np.where(never, NEVER, state.opened[:, slot])
        state.base[:, slot] = np.where(leaves, 0, state.base[:, slot])
        state.past_due[:, slot] = np.where(leaves, 0, state.past_due[:, slot])


def _balances(rng: Rng, state: State, month: int) -> np.ndarray:
    """Balances at the end of the month: the base with the month's ups and downs."""
    after = month_start(month + 1)
    out = np.zeros_like(state.base)
    noise = (0.30, 0.12, 0.0, 0.05, 0.35, 0.0, 0.0, 0.30)
    for slot in range(8):
        level = 1.0 + noise[slot] * rng.normal("level", state.who.index, month, slot)
        cents = np.floor(state.base[:, slot] * np.maximum(level, 0.1)).astype(np.int64)
        there = (state.opened[:, slot] < after) & (state.closed[:, slot] >= after)
        out[:, slot] = np.where(there, cents, 0)
    return out
