"""The bank, month by month: what changes, and above all what does not."""

import numpy as np
import pandas as pd
import pytest

from casebank.data.policy import Actions, default_policy, idle_policy
from casebank.data.simulator import run, start, step
from casebank.data.tables import TABLES, build
from casebank.data.truth import EFFECTS, true_leavers, true_segments
from casebank.data.write import csv_bytes
from casebank.errors import UsageError

SEED, COUNT = 11, 400
INTAKE = ["complaint_id", "customer_id", "received_at", "channel", "language", "text_zh", "text_en",
          "product", "category", "severity", "amount_cents", "lane", "main_bank_before"]  # fmt: skip


def tables(**changes) -> dict[str, pd.DataFrame]:
    options = {"seed": SEED, "count": COUNT} | changes
    return {k: v.to_pandas() for k, v in build(*run(**options)).items()}


def raw(**changes) -> dict[str, bytes]:
    options = {"seed": SEED, "count": COUNT} | changes
    return {k: csv_bytes(v, header=False) for k, v in build(*run(**options)).items()}


@pytest.fixture(scope="module")
def base() -> dict[str, bytes]:
    return raw()


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return tables()


def test_same_seed_same_bytes(base):
    """Does the same seed give the same bytes, and another seed others?"""
    assert raw() == base
    assert raw(seed=SEED + 1)["transactions"] != base["transactions"]


def test_more_customers_change_nobody(base):
    """Does a larger bank begin with the same rows?"""
    larger = raw(count=COUNT + 250)
    for name in TABLES:
        assert larger[name].startswith(base[name])


@pytest.mark.parametrize("sizes", [(150, 250), (1, 399), (133, 133, 134)])
def test_chunks_are_only_a_matter_of_memory(base, sizes):
    """Do chunks of any size, one after the other, give the same bytes?"""
    parts, first = [], 0
    for size in sizes:
        parts.append(raw(first=first, count=size))
        first += size
    for name in TABLES:
        assert b"".join(part[name] for part in parts) == base[name]


def test_more_months_change_no_past(frames):
    """Do the first twelve months stay when the bank goes on for another twelve?"""
    short = tables(months=12)
    end = pd.Timestamp("2025-06-30").date()
    for name in ("transactions", "interactions"):
        begun = frames[name][frames[name]["date"] <= end].reset_index(drop=True)
        assert begun.astype(str).equals(short[name].astype(str))
    last = pd.Timestamp("2025-07-01")
    for name, when in (("complaints", "received_at"), ("complaint_events", "at")):
        begun = frames[name][frames[name][when] < last].reset_index(drop=True)
        if name == "complaints":
            # How it ended was not known yet.
            begun, short[name] = begun[INTAKE], short[name][INTAKE]
        assert begun.astype(str).equals(short[name].astype(str))


def test_a_step_leaves_the_state_as_it_was():
    """May one state be stepped twice, under two policies?"""
    state = start(SEED, 0, 50)
    state, _ = step(state, Actions.none(50))
    before = [np.copy(getattr(state, n)) for n in ("base", "opened", "closed", "past_due", "left")]
    one, first = step(state, Actions.none(50))
    two, again = step(state, Actions.none(50))
    after = [getattr(state, n) for n in ("base", "opened", "closed", "past_due", "left")]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
    assert (one.base == two.base).all()
    assert all((first.transactions[k] == again.transactions[k]).all() for k in first.transactions)


def test_actions_for_another_bank_are_refused():
    """Is a policy that forgot half the customers told so?"""
    with pytest.raises(UsageError, match="30 customers"):
        step(start(SEED, 0, 50), Actions.none(30))


def test_a_policy_that_does_nothing_different_gives_equal_data(base):
    """Is the luck of customers independent of how a policy is written?"""

    def same(state, month, rng):
        rng.uniform("thinking", np.arange(1000), month)
        actions = default_policy(state, month, rng)
        return Actions(actions.sales_call.copy(), actions.retention_call, actions.visit)

    assert raw(policy=same) == base


def of_customers(table: pd.DataFrame) -> pd.DataFrame:
    """A table with its customers, also where it names only their complaints."""
    if "customer_id" in table:
        return table
    return table.assign(customer_id=table["complaint_id"] // 10_000)


@pytest.mark.parametrize("kind", ["sales_call", "visit", "retention_call"])
def test_a_policy_that_turns_to_one_customer_changes_only_that_customer(frames, kind):
    """Do the rows of all others stay, byte by byte?"""
    lucky = 1001 + 123

    def one_more(state, month, rng):
        actions = default_policy(state, month, rng)
        return actions.also(kind, state, [lucky]) if month in (6, 7, 8) else actions

    other = tables(policy=one_more)
    changed = False
    for name in TABLES:
        mine = of_customers(frames[name])
        theirs = of_customers(other[name])
        rest = mine[mine["customer_id"] != lucky].reset_index(drop=True)
        others = theirs[theirs["customer_id"] != lucky].reset_index(drop=True)
        pd.testing.assert_frame_equal(rest, others)
        changed |= not mine.astype(str).equals(theirs.astype(str))
    assert changed
    calls = other["interactions"].query("customer_id == @lucky and initiated_by == 'bank'")
    assert len(calls) >= 3


def test_events_that_stay_keep_their_numbers(frames):
    """Are the identifiers of what happens anyway the same under another policy?"""
    idle = tables(policy=idle_policy)
    assert (idle["interactions"]["initiated_by"] == "customer").all()
    asked = frames["interactions"].query("initiated_by == 'customer'")
    both = asked.merge(idle["interactions"], on="interaction_id", suffixes=("", "_idle"))
    assert len(both) > 0.95 * len(asked)
    assert (both["date"] == both["date_idle"]).all()
    assert (both["minutes"] == both["minutes_idle"]).all()


def test_visits_keep_customers_and_calls_annoy_the_quiet_rich():
    """Does the truth that an evaluation is to find show under a changed policy?"""
    count = 30_000
    wealth = (true_segments(SEED, count)["segment"] == "wealth").to_numpy()

    def drifted(kind):
        def policy(state, month, rng):
            actions = Actions.none(count)
            if kind:
                ids = state.who.customer_id[state.present() & wealth]
                actions = actions.also(kind, state, ids)
            return actions

        state, _ = run(SEED, 0, count, 20, policy)
        return int((state.drift[wealth] >= 0).sum())

    alone, visited, called = drifted(""), drifted("visit"), drifted("sales_call")
    assert visited < 0.6 * alone
    assert called > 1.05 * alone


def test_the_rival_is_where_the_truth_says():
    """Do silent leavers gather at the branch and after the month that the truth names?"""
    state, _ = run(SEED, 0, 20_000, 24)
    rich = true_segments(SEED, 20_000)["segment"].isin(EFFECTS.rival_segments).to_numpy()
    gone = rich & (state.drift >= EFFECTS.rival_month)
    hexi = state.who.branch == 0
    assert (gone & hexi).sum() / (rich & hexi).sum() > 4 * (gone & ~hexi).sum() / (
        rich & ~hexi
    ).sum()


def test_leavers_close_what_they_had(sample):
    """Do those who said so close every account, and the silent none on leaving?"""
    leavers = true_leavers()
    open_ = sample["accounts"].query("closed.isna()").groupby("customer_id").size()
    said = leavers.query("how == 'announced'")["customer_id"]
    silent = leavers.query("how == 'silent'")["customer_id"]
    assert not said.isin(open_.index).any()
    assert silent.isin(open_.index).mean() > 0.9


def test_the_silent_say_nothing(sample):
    """Does no silent leaver come, call or write after the month in which the drifting began?"""
    silent = true_leavers().query("how == 'silent'")
    asked = sample["interactions"].query("initiated_by == 'customer'").merge(silent)
    assert (asked["date"] < asked["month"]).all()
