"""What the sample must teach: the chapter and the exercise stand on these facts."""

import pandas as pd
import pytest

from casebank.data.economics import profit
from casebank.data.segments import CHOSEN
from casebank.data.truth import true_leavers, true_segments

YEAR = pd.Timestamp("2025-06-30")
TODAY = pd.Timestamp("2026-06-30")
ASSETS = ["current", "savings", "term_deposit", "fund"]


@pytest.fixture(scope="module")
def rfm(sample) -> pd.DataFrame:
    moved = sample["transactions"]
    year = moved[moved["kind"].isin(CHOSEN) & (moved["date"] > YEAR)]
    table = year.groupby("customer_id").agg(
        last=("date", "max"),
        frequency=("transaction_id", "size"),
        monetary=("amount_cents", "sum"),
    )
    table["recency"] = (TODAY - table["last"]).dt.days
    return table


@pytest.fixture(scope="module")
def worth(sample) -> pd.Series:
    return profit(sample)["profit"]


@pytest.fixture(scope="module")
def assets(sample) -> pd.DataFrame:
    accounts = sample["accounts"]
    held = accounts[accounts["product"].isin(ASSETS)]
    money = held.groupby("customer_id")[["balance_cents", "avg_balance_cents"]].sum() / 100
    return money.reindex(sample["customers"]["customer_id"], fill_value=0.0)


def test_rfm_spreads(rfm):
    """Do the fifths of recency, frequency and money differ enough to score them?"""
    for column in ("recency", "frequency", "monetary"):
        cuts = rfm[column].quantile([0.2, 0.4, 0.6, 0.8])
        assert cuts.is_monotonic_increasing
        assert cuts.is_unique
    assert rfm["frequency"].quantile(0.8) >= 3 * rfm["frequency"].quantile(0.2)
    assert rfm["monetary"].quantile(0.8) >= 8 * rfm["monetary"].quantile(0.2)
    assert rfm["recency"].max() > 330


def test_some_customers_chose_nothing(sample, rfm):
    """Is there somebody for whom frequency is zero and recency undefined, and who gets a salary?"""
    silent = set(sample["customers"]["customer_id"]) - set(rfm.index)
    assert 100 <= len(silent) <= 250
    paid = sample["transactions"].query("kind == 'salary_in' and date > @YEAR")["customer_id"]
    assert len(silent & set(paid)) >= 8


def test_value_pyramid(worth):
    """Do the best fifth bring most of the profit, and do some customers cost money?"""
    ordered = worth.sort_values(ascending=False)
    share = ordered.cumsum() / ordered.sum()
    assert 0.85 <= share.iloc[len(ordered) // 5 - 1] <= 1.05
    assert 1.04 <= share.max() <= 1.25
    assert 0.15 <= (worth < 0).mean() <= 0.4


def test_assets_are_as_skewed_as_published(assets):
    """Do the few with 500,000 yuan hold about two thirds?"""
    money = assets["balance_cents"]
    rich = money >= 500_000
    assert 0.02 <= rich.mean() <= 0.05
    assert 0.55 <= money[rich].sum() / money.sum() <= 0.8


def test_adverse_selection(sample, worth):
    """Do the risky ask for loans, and do the best neither ask nor come?"""
    year = sample["interactions"].query("date > @YEAR and initiated_by == 'customer'")
    year = year.merge(sample["customers"][["customer_id", "credit_grade"]])
    loans = year.query("purpose == 'loan_enquiry'")
    weak = sample["customers"]["credit_grade"].isin(["D", "E"])
    assert weak.mean() < 0.16
    assert loans["credit_grade"].isin(["D", "E"]).mean() > 0.55
    counter = year.query("channel == 'branch'").groupby("customer_id").size()
    counter = counter.reindex(worth.index, fill_value=0)
    best = worth.sort_values(ascending=False).index[: len(worth) // 20]
    rest = worth.index.difference(best)
    assert counter[best].mean() < 0.5 * counter[rest].mean()
    asking = loans.groupby("customer_id").size().reindex(worth.index, fill_value=0)
    weak_ids = sample["customers"].loc[weak, "customer_id"]
    assert asking[weak_ids].mean() > 8 * asking[best].mean()


def test_customers_leave_silently(sample, rfm, assets):
    """Do customers of value go quiet with falling balances, and can one find them?"""
    silent = true_leavers().query("how == 'silent' and month >= '2025-10-01'")["customer_id"]
    value = assets[assets["avg_balance_cents"] >= 100_000]
    lost = value.index.intersection(silent)
    assert len(lost) >= 12
    quiet = value.join(rfm["recency"]).query("recency >= 60")
    falling = quiet["balance_cents"] < 0.6 * quiet["avg_balance_cents"]
    found = quiet.index[falling]
    # Quiet alone is not leaving: most of the quiet ones are simply quiet.
    assert len(quiet) > 3 * len(found) > 0
    assert found.isin(silent).mean() > 0.8
    open_ = sample["accounts"].query("closed.isna()")["customer_id"]
    assert set(found) <= set(open_)


def test_traps_are_there(sample):
    """Are there closed accounts, two current accounts, newcomers, and many without a contact?"""
    accounts, customers = sample["accounts"], sample["customers"]
    assert accounts["closed"].notna().sum() > 100
    twice = accounts.query("product == 'current'").groupby("customer_id").size() > 1
    assert 5 <= twice.sum() <= 30
    assert (customers["joined"] > YEAR).sum() > 50
    assert (~customers["customer_id"].isin(sample["interactions"]["customer_id"])).sum() > 100


def test_rfm_finds_part_of_the_truth(rfm):
    """Do frequent small spenders and rare large ones come from different hidden kinds?"""
    kind = true_segments().set_index("customer_id")["segment"].reindex(rfm.index)
    by = rfm.groupby(kind)[["recency", "frequency", "monetary"]].median()
    assert by.loc["trader", "frequency"] > 2 * by.loc["dormant", "frequency"]
    assert by.loc["wealth", "monetary"] > 5 * by.loc["student", "monetary"]
    assert by.loc["dormant", "recency"] > 3 * by.loc["family", "recency"]
