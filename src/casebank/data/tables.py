"""From states and events to the tables that a bank would have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from casebank.data.calendar import NEVER, month_start
from casebank.data.contacts import CENTRE, HEAD, MANAGER, PURPOSES, TELLER
from casebank.data.money import KINDS
from casebank.data.people import LENDING, SLOTS
from casebank.data.segments import (
    ACQUIRED,
    BRANCHES,
    CONTACT_CHANNELS,
    GRADES,
    OCCUPATIONS,
    TX_CHANNELS,
)
from casebank.data.simulator import WINDOW, Events, State

TABLES = ("customers", "accounts", "transactions", "interactions")
BRANCH_CODES = ("HX", "CN", "GK", "DX", "DH")


def build(state: State, record: Sequence[Events]) -> dict[str, pa.Table]:
    """The four tables of a chunk, sorted by their keys."""
    return {
        "customers": customers(state),
        "accounts": accounts(state),
        "transactions": transactions(state, record),
        "interactions": interactions(state, record),
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
