"""What a customer earns and costs: the bank's standard rates, and the sum of a year.

The same figures stand in the card of the bank (``datasets/bank.*.md``), where trainees read them.
They are invented. The ratio of the channels follows TowerGroup's figures of 2009 as Credit Union
Journal printed them (mobile 0.08, internet 0.17, cash machine 0.85, call centre 3.75, branch 4.00
US dollars); ``datasets/bank.*.md`` says what such figures are worth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

TRANSACTION_YUAN = {
    "branch": 15.0,
    "phone": 13.0,
    "atm": 3.0,
    "web": 0.6,
    "mobile": 0.3,
    "system": 0.1,
}
"""Cost of a transaction by channel."""
MINUTE_YUAN = {"branch": 4.0, "phone": 2.5, "web": 0.5, "mobile": 0.5, "visit": 6.0}
"""Cost of a minute of a contact by channel."""
ACCOUNT_YUAN = 24.0
"""Keeping an open account for a year."""
DEFAULT = {"A": 0.002, "B": 0.005, "C": 0.015, "D": 0.06, "E": 0.16}
"""Yearly probability of default of a loan that is less than 30 days past due, by credit grade."""
DEFAULT_30 = 0.30
DEFAULT_90 = 1.00
LOSS = {"credit_card": 0.60, "consumer_loan": 0.60, "mortgage": 0.20}
"""Share of the outstanding sum that is lost in a default."""


def profit(tables: Mapping[str, pd.DataFrame], as_of: str = "2026-06-30") -> pd.DataFrame:
    """A year's profit of each customer in yuan.

    Args:
        tables: the tables as :func:`casebank.data.load` reads them.
        as_of: last day of the year.

    Returns:
        Indexed by ``customer_id``: ``income`` (average balance times margin), ``fees``,
        ``transactions``, ``contacts``, ``accounts`` (costs), ``expected_loss`` and ``profit``.
    """
    customers, accounts = tables["customers"], tables["accounts"]
    end = pd.Timestamp(as_of)
    begin = end - pd.DateOffset(years=1)
    grade = accounts["customer_id"].map(customers.set_index("customer_id")["credit_grade"])
    late = accounts["days_past_due"]
    chance = np.select([late >= 90, late >= 30], [DEFAULT_90, DEFAULT_30], grade.map(DEFAULT))
    lines = pd.DataFrame(
        {
            "customer_id": accounts["customer_id"],
            "income": accounts["avg_balance_cents"] * accounts["margin_bp"] / 1_000_000,
            "accounts": accounts["closed"].isna() * ACCOUNT_YUAN,
            "expected_loss": accounts["balance_cents"]
            / 100
            * chance
            * accounts["product"].map(LOSS).fillna(0.0),
        }
    )
    out = lines.groupby("customer_id").sum().reindex(customers["customer_id"], fill_value=0.0)

    def year(name: str) -> pd.DataFrame:
        table = tables[name]
        return table[(table["date"] > begin) & (table["date"] <= end)]

    def add(column: str, values: pd.Series, of: pd.Series) -> None:
        out[column] = values.groupby(of).sum().reindex(out.index, fill_value=0.0)

    moved, talked = year("transactions"), year("interactions")
    add("fees", moved["amount_cents"].where(moved["kind"] == "fee", 0) / 100, moved["customer_id"])
    add("transactions", moved["channel"].map(TRANSACTION_YUAN), moved["customer_id"])
    add("contacts", talked["channel"].map(MINUTE_YUAN) * talked["minutes"], talked["customer_id"])
    costs = out["transactions"] + out["contacts"] + out["accounts"] + out["expected_loss"]
    out["profit"] = out["income"] + out["fees"] - costs
    return out[
        ["income", "fees", "transactions", "contacts", "accounts", "expected_loss", "profit"]
    ]
