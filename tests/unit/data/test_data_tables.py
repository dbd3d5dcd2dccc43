"""The committed tables: whole, joined, and true to what they say."""

import pandas as pd

from casebank.data import TABLES
from casebank.data.schema import SCHEMA

BEGIN, END = pd.Timestamp("2024-07-01"), pd.Timestamp("2026-06-30")


def test_columns_are_those_of_the_schema(sample):
    """Has each table the columns of its schema, in their order?"""
    for name in TABLES:
        assert list(sample[name].columns) == [f.name for f in SCHEMA[name].fields]


def test_types(sample):
    """Are dates dates, money whole, and consent a truth value?"""
    assert str(sample["transactions"]["date"].dtype).startswith("datetime64")
    assert str(sample["accounts"]["closed"].dtype).startswith("datetime64")
    for column in ("balance_cents", "avg_balance_cents"):
        assert sample["accounts"][column].dtype == "int64"
    assert sample["customers"]["marketing_consent"].dtype == bool


def test_keys(sample):
    """Are keys unique and do all joins find their partner?"""
    for name in TABLES:
        assert sample[name][SCHEMA[name].key].is_unique
        for column, other in SCHEMA[name].foreign:
            assert sample[name][column].isin(sample[other][column]).all()
    both = sample["transactions"].merge(sample["accounts"], on="account_id")
    assert (both["customer_id_x"] == both["customer_id_y"]).all()


def test_nothing_happens_before_or_after_its_time(sample):
    """Do rows lie within the window, after joining, and within the life of their account?"""
    moved = sample["transactions"].merge(sample["accounts"].drop(columns="customer_id"))
    assert moved["date"].between(BEGIN, END).all()
    assert (moved["date"] >= moved["opened"]).all()
    assert not (moved["date"] > moved["closed"]).any()
    for name in ("accounts", "transactions", "interactions"):
        rows = sample[name].merge(sample["customers"][["customer_id", "joined"]])
        day = "opened" if name == "accounts" else "date"
        assert (rows[day] >= rows["joined"]).all()
    assert not (sample["accounts"]["closed"] < sample["accounts"]["opened"]).any()


def test_the_counter_is_closed_on_sundays(sample):
    """Does nobody see a teller on a Sunday?"""
    for name in ("transactions", "interactions"):
        rows = sample[name]
        counter = rows[rows["channel"].isin(["branch", "visit"])]
        assert (counter["date"].dt.day_of_week < 6).all()


def test_closed_accounts_are_empty(sample):
    """Is nothing left on a closed account, and are only debts past due?"""
    accounts = sample["accounts"]
    assert (accounts.loc[accounts["closed"].notna(), "balance_cents"] == 0).all()
    debts = accounts["product"].isin(["credit_card", "consumer_loan", "mortgage"])
    assert (accounts.loc[~debts, "days_past_due"] == 0).all()


def test_kinds_use_channels_that_can_serve_them(sample):
    """Is cash handled at a counter or a machine, and does nobody act on what the system books?"""
    moved = sample["transactions"]
    cash = moved[moved["kind"].isin(["cash_withdrawal", "deposit"])]
    assert set(cash["channel"]) == {"branch", "atm"}
    automatic = moved["kind"].isin(
        ["salary_in", "transfer_in", "loan_repayment", "fee", "interest"]
    )
    assert (moved.loc[automatic, "channel"] == "system").all()
    assert (moved.loc[~automatic, "channel"] != "system").all()


def test_nobody_without_consent_is_sold_to(sample):
    """Does the bank's own policy respect consent?"""
    calls = sample["interactions"].query("purpose == 'sales_call'").merge(sample["customers"])
    assert calls["marketing_consent"].all()


def test_customers_are_as_old_as_their_occupation(sample):
    """Is no student a pensioner, and does nobody open an account as a child?"""
    customers = sample["customers"]
    age = 2026 - customers["birth_year"]
    assert age[customers["occupation"] == "student"].max() <= 30
    assert age[customers["occupation"] == "retired"].min() >= 50
    assert (customers["joined"].dt.year - customers["birth_year"]).min() >= 14
