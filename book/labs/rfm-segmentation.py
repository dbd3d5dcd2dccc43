# %% [markdown] lang="zh"
# 周岚是澜川银行（虚构）的零售营销经理，一个月有 160 通电话可打。给谁？
# %% [markdown] lang="en"
# Zhou Lan, retail marketing manager of Lanchuan Bank (invented), has 160 calls a month. For whom?
# %%
import pandas as pd

transactions = pd.read_csv("data/transactions.csv", parse_dates=["date"])
today = pd.Timestamp("2026-06-30")
HAPPENS = ["salary_in", "transfer_in", "loan_repayment", "fee", "interest"]
year = transactions[transactions["date"] > today - pd.DateOffset(years=1)]
chosen = year[~year["kind"].isin(HAPPENS)]
by_customer = chosen.groupby("customer_id")
rfm = pd.DataFrame(
    {
        "R": (today - by_customer["date"].max()).dt.days,
        "F": by_customer.size(),
        "M": by_customer["amount_cents"].sum() / 100,
    }
)
rfm.describe().round(0)
