"""From states and events to the tables that a bank would have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from casebank.data.calendar import NEVER, month_start
from casebank.data.complaint_handling import (
    AT_BRANCH,
    CHANNELS,
    ESCALATIONS,
    EVENTS,
    EXTENSIONS,
    LANES,
    REGULATOR,
    RESULTS,
    TEAMS,
    Complaints,
    handle,
)
from casebank.data.complaint_texts import texts
from casebank.data.complaints import CATEGORIES, CAUSES
from casebank.data.contacts import CENTRE, HEAD, MANAGER, PURPOSES, TELLER
from casebank.data.money import KINDS
from casebank.data.office import DAY
from casebank.data.people import BLOCK, LENDING, SLOTS
from casebank.data.policy import HANDLING, Handling
from casebank.data.rng import Rng
from casebank.data.segments import (
    ACQUIRED,
    BRANCHES,
    CONTACT_CHANNELS,
    GRADES,
    OCCUPATIONS,
    PRODUCTS,
    TX_CHANNELS,
)
from casebank.data.simulator import WINDOW, Events, State

TABLES = (
    "customers",
    "accounts",
    "transactions",
    "interactions",
    "complaints",
    "complaint_events",
)
BRANCH_CODES = ("HX", "CN", "GK", "DX", "DH")


def build(
    state: State, record: Sequence[Events], handling: Handling = HANDLING
) -> dict[str, pa.Table]:
    """The tables of a chunk, sorted by customer."""
    handled = handle(state, record, handling)
    return {
        "customers": customers(state),
        "accounts": accounts(state),
        "transactions": transactions(state, record),
        "interactions": interactions(state, record),
        "complaints": complaints(state, handled),
        "complaint_events": complaint_events(state, handled),
    }


def _words(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    codes = pa.array(np.asarray(codes).astype(np.int8))
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


def _days(days: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())


def _int(values: np.ndarray, kind: pa.DataType | None = None) -> pa.Array:
    return pa.array(np.asarray(values, dtype=np.int64)).cast(kind or pa.int64())


def staff_ids(codes: np.ndarray) -> pa.Array:
    """Staff numbers as people write them: HX-T3 teller, HX-M1 manager, CC-07 contact centre."""
    unique, inverse = np.unique(codes, return_inverse=True)
    kind, rest = np.divmod(unique, 10_000_000)
    branch, desk = np.divmod(rest, 1_000_000)
    letter = {TELLER: "T", MANAGER: "M", HEAD: "H"}
    words = [
        f"CC-{d:02d}" if k == CENTRE else f"{BRANCH_CODES[b]}-{letter[k]}{d}"
        for k, b, d in zip(kind.tolist(), branch.tolist(), desk.tolist(), strict=True)
    ]
    return pa.array(words, pa.string()).take(pa.array(inverse))


def _in_table(state: State) -> np.ndarray:
    return state.who.joined < month_start(state.month)


def customers(state: State) -> pa.Table:
    """One row a customer who joined before the end."""
    who = state.who
    managers = MANAGER * 10_000_000 + who.branch * 1_000_000 + who.manager
    manager = staff_ids(managers).to_numpy(zero_copy_only=False)
    table = pa.table(
        {
            "customer_id": _int(who.customer_id),
            "joined": _days(who.joined),
            "birth_year": _int(who.birth_year, pa.int16()),
            "gender": _words(who.male, ("F", "M")),
            "branch": _words(who.branch, BRANCHES),
            "occupation": _words(who.occupation, OCCUPATIONS),
            "income_band": _int(who.income, pa.int8()),
            "acquired_by": _words(who.acquired, ACQUIRED),
            "relationship_manager": pa.array(manager, pa.string(), mask=who.manager == 0),
            "marketing_consent": pa.array(who.consent),
            "credit_grade": _words(who.grade, GRADES),
        }
    )
    return table.filter(pa.array(_in_table(state)))


def accounts(state: State) -> pa.Table:
    """One row an account that was open at some time of the simulation."""
    who, n = state.who, len(state.who)
    end = month_start(state.month)
    exists = (state.opened < end) & _in_table(state)[:, None]
    row, slot = np.nonzero(exists)
    closed = state.closed[row, slot]
    total = np.zeros((n, len(SLOTS)), dtype=np.int64)
    for month in state.history:
        total += month
    is_loan = np.isin(slot, LENDING)
    past_due = np.where(is_loan, state.past_due[row, slot], 0)
    products = tuple(dict.fromkeys(SLOTS))
    product = np.array([products.index(p) for p in SLOTS])[slot]
    return pa.table(
        {
            "account_id": _int(who.customer_id[row] * 10 + slot + 1),
            "customer_id": _int(who.customer_id[row]),
            "product": _words(product, products),
            "opened": _days(state.opened[row, slot]),
            "closed": _days(np.minimum(closed, NEVER), closed >= NEVER),
            "balance_cents": _int(state.history[-1][row, slot]),
            "avg_balance_cents": _int(total[row, slot] // WINDOW),
            "margin_bp": _int(state.margin[row, slot], pa.int16()),
            "days_past_due": _int(past_due, pa.int16()),
        }
    )


def _gather(record: Sequence[dict[str, np.ndarray]]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Months one under the other, then by customer; a stable sort keeps the order of days."""
    month = np.repeat(np.arange(len(record)), [len(part["row"]) for part in record])
    out = {name: np.concatenate([part[name] for part in record]) for name in record[0]}
    order = np.argsort(out["row"], kind="stable")
    return {name: value[order] for name, value in out.items()}, month[order]


def transactions(state: State, record: Sequence[Events]) -> pa.Table:
    """One row a transaction."""
    out, month = _gather([events.transactions for events in record])
    customer = state.who.customer_id[out["row"]]
    return pa.table(
        {
            "transaction_id": _int(customer * 10_000 + month * 100 + out["place"]),
            "account_id": _int(customer * 10 + out["slot"] + 1),
            "customer_id": _int(customer),
            "date": _days(out["day"]),
            "kind": _words(out["kind"], KINDS),
            "channel": _words(out["channel"], TX_CHANNELS),
            "amount_cents": _int(out["cents"]),
        }
    )


def interactions(state: State, record: Sequence[Events]) -> pa.Table:
    """One row a contact."""
    out, month = _gather([events.interactions for events in record])
    customer = state.who.customer_id[out["row"]]
    return pa.table(
        {
            "interaction_id": _int(customer * 10_000 + month * 100 + out["place"]),
            "customer_id": _int(customer),
            "date": _days(out["day"]),
            "channel": _words(out["channel"], CONTACT_CHANNELS),
            "initiated_by": _words(out["bank"], ("customer", "bank")),
            "purpose": _words(out["purpose"], PURPOSES),
            "minutes": _int(out["minutes"], pa.int16()),
            "staff_id": staff_ids(out["staff"]),
        }
    )


def _minutes(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    values = values if missing is None else np.where(missing, 0, values)
    return pa.array(values * 60, pa.int64(), mask=missing).cast(pa.timestamp("s"))


def _words_or_none(codes: np.ndarray, words: Sequence[str], missing: np.ndarray) -> pa.Array:
    codes = pa.array(np.where(missing, 0, codes).astype(np.int8), mask=missing)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


def complaints(state: State, handled: Complaints) -> pa.Table:
    """One row a complaint, as it stands on the last day."""
    end = month_start(state.month) * DAY
    times = handled.times
    open_ = handled.work.end >= end
    written = texts(state, handled)
    asked = times["followup_call"] < end
    extended = handled.clock.extended < end
    rises = times["escalated"] < end
    return pa.table(
        {
            "complaint_id": _int(handled.number),
            "customer_id": _int(state.who.customer_id[handled.row]),
            "received_at": _minutes(handled.intake.received),
            "channel": _words(handled.intake.channel, CHANNELS),
            "language": _words(handled.english, ("zh", "en")),
            "text_zh": pa.array([text.zh for text in written], pa.string()),
            "text_en": pa.array([text.en for text in written], pa.string()),
            "product": _words_or_none(handled.slot, PRODUCTS, handled.slot < 0),
            "category": _words(handled.intake.category, CATEGORIES),
            "root_cause": _words_or_none(handled.cause, CAUSES, open_),
            "severity": _int(handled.intake.severity, pa.int8()),
            "amount_cents": _int(handled.cents),
            "team": _words(handled.lot.team, TEAMS),
            "lane": _words(handled.lot.quick, LANES),
            "first_reply_at": _minutes(handled.work.reply, handled.work.reply >= end),
            "told_at": _minutes(handled.work.end, open_),
            "extension": _words(np.where(extended, handled.clock.extension, 0), EXTENSIONS),
            "result": _words_or_none(handled.verdict.result, RESULTS, open_),
            "redress_cents": _int(np.where(open_, 0, handled.verdict.cents)),
            "escalated": _words(np.where(rises, handled.escalated, 0), ESCALATIONS),
            "main_bank_before": pa.array(handled.intake.main_before),
            "main_bank_after": pa.array(handled.main_after, mask=~asked),
        }
    )


def complaint_events(state: State, handled: Complaints) -> pa.Table:
    """One row a step that was taken by the last day."""
    end = month_start(state.month) * DAY
    # What may happen twice has two times.
    twice = {"assigned": "assigned_again", "interim_notice": "stop_notice"}
    steps = [(name, name) for name in EVENTS]
    steps += [(name, second) for name, second in twice.items()]
    row, at, kind, place = [], [], [], []
    for number, (event, name) in enumerate(steps, 1):
        found = np.flatnonzero(handled.times[name] < end)
        row.append(found)
        at.append(handled.times[name][found])
        kind.append(np.full(len(found), EVENTS.index(event)))
        place.append(np.full(len(found), number))
    rows, when, kinds, places = (np.concatenate(x) for x in (row, at, kind, place))
    order = np.lexsort((places, when, rows))
    rows, when, kinds, places = (x[order] for x in (rows, when, kinds, places))
    return pa.table(
        {
            "event_id": _int(handled.number[rows] * 100 + places),
            "complaint_id": _int(handled.number[rows]),
            "at": _minutes(when),
            "event": _words(kinds, EVENTS),
            "actor": _actors(state, handled, rows, kinds, places),
        }
    )


def _actors(
    state: State, handled: Complaints, rows: np.ndarray, kinds: np.ndarray, places: np.ndarray
) -> pa.Array:
    """Who took each step: a person where a person did, else a team."""
    event = {name: kinds == place for place, name in enumerate(EVENTS)}
    who = state.who
    person, branch = handled.row[rows], who.branch[handled.row[rows]]
    lane = Rng(state.seed).lanes("handle-actor", who.index[person], 0, handled.number[rows])
    block = who.index[person] // BLOCK
    centre = CENTRE * 10_000_000 + block * 9 + 1 + lane[0] * 9 // 65536
    teller = TELLER * 10_000_000 + branch * 1_000_000 + block * 5 + 1 + lane[1] * 5 // 65536
    head = HEAD * 10_000_000 + branch * 1_000_000 + block + 1
    unique, code = np.unique(np.concatenate([centre, teller, head]), return_inverse=True)
    office = [f"HO-{n}" for n in range(1, 4)]
    words = [*staff_ids(unique).to_pylist(), *TEAMS, *office, "customer", "regulator"]
    base = len(unique)
    count = len(rows)
    centre, teller, head = code[:count], code[count : 2 * count], code[2 * count :]
    customer = base + len(TEAMS) + len(office)
    first = event["assigned"] & (places == EVENTS.index("assigned") + 1)
    team = np.where(first, handled.lot.first_team[rows], handled.lot.team[rows])
    # The second extension needs the head office; one in six went without.
    above = event["extension_approved"] & (handled.clock.extension[rows] == 2) & (lane[2] > 11_000)
    at_branch = handled.lot.team[rows] == AT_BRANCH
    told = event["told"] | event["decided"] | event["withdrawn"]
    taken = event["received"] | event["acknowledged"]
    asks = event["new_facts"] | event["review_asked"] | event["withdrawn"]
    rises = event["escalated"]
    out = base + team
    out = np.where((told | event["interim_notice"]) & at_branch, teller, out)
    out = np.where(event["acknowledged"] | event["followup_call"], centre, out)
    over_counter = taken & (handled.intake.channel[rows] == 0)
    out = np.where(over_counter & event["acknowledged"], teller, out)
    out = np.where(event["extension_approved"] & ~above, head, out)
    out = np.where(above | event["review_decided"], base + len(TEAMS) + lane[3] * 3 // 65536, out)
    out = np.where(event["received"] | asks, customer, out)
    out = np.where(
        event["received"] & (handled.intake.channel[rows] == REGULATOR), customer + 1, out
    )
    out = np.where(rises & (handled.escalated[rows] == 2), customer + 1, out)
    out = np.where(rises & (handled.escalated[rows] == 1), customer, out)
    return pa.array(words, pa.string()).take(pa.array(out))
