# %% [markdown] lang="zh"
# # 先找谁谈：用 RFM 细分客户
#
# 2026 年 7 月 1 日，澜川银行（虚构）零售营销经理周岚只分到 12 次面谈：客户经理林雪能抽出的时间就这么多。行长要她下午交出名单，并且说清楚凭什么是这 12 位。面谈不限网点，林雪可以上门，也可以打电话。
#
# 你来替她算。下面有七道写函数的题和一道论述题，共 35 分。数据截至前一天晚上，即 6 月 30 日，代码里叫 `TODAY`。第 1 到 4 题算出每位客户的 RFM 客群，第 5、6 题算贡献，第 7 题按余额排出名单。名单的规则不看客群；这 12 位以前是谁、值多少，论述题里要用前六题来回答。
#
# **怎样检查**：每道题下面有检查格，里面有一张小表和应得的结果。写完一题就运行它；想看全部，新开一格运行 `check.all()`。评分时还会换别的表来试，所以不要把答案写死。卡住了就运行 `check.hint("behaviour")` 这样的一行，提示有三级，一次给一级。题目之间互不依赖，可以跳着做。检查格锁住了，不用改；改了也会复原。
# %% [markdown] lang="en"
# # Whom to talk to first: segmenting customers by RFM
#
# On 1 July 2026 Zhou Lan, who runs retail marketing at Lanchuan Bank (an invented bank), is given twelve conversations: that is all the time that the relationship manager Lin Xue can spare. By the afternoon the head of the bank wants the list, and the reason for each name. Any branch may be visited: Lin Xue drives out or telephones.
#
# You do the sums for her. There are seven functions to write and one short essay, 35 points in all. The data end on the evening before, 30 June, which the code calls `TODAY`. Tasks 1 to 4 put each customer into an RFM segment, tasks 5 and 6 work out contributions, and task 7 draws up the list by balances. The rule for the list does not look at segments; who the twelve have been and what they bring is for the essay, and comes from the first six tasks.
#
# **How to check**: below each task stands a test cell with a small table and the result that it should give. Run it after the task; for everything run `check.all()` in a new cell. Other tables are used for grading, so do not write the answers in. If you are stuck, run a line such as `check.hint("behaviour")`: there are three hints to each task, one at a time. The tasks do not depend on each other; do them in any order. Test cells are locked; a changed one is put back.
# %% kind="setup" lang="zh"
import numpy as np
import pandas as pd

from casebank import check

check.begin("rfm-segmentation", lang="zh")

TODAY = pd.Timestamp("2026-06-30")
CHOSEN = [
    "card_payment",
    "transfer_out",
    "cash_withdrawal",
    "deposit",
    "bill_payment",
    "fund_purchase",
]
MINUTE_YUAN = {"branch": 4.0, "phone": 2.5, "web": 0.5, "mobile": 0.5, "visit": 6.0}
ACCOUNT_YUAN = 24.0

customers = pd.read_csv("data/customers.csv", parse_dates=["joined"])
accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])
transactions = pd.read_csv("data/transactions.csv", parse_dates=["date"])
interactions = pd.read_csv("data/interactions.csv", parse_dates=["date"])
# %% kind="setup" lang="en"
import numpy as np
import pandas as pd

from casebank import check

check.begin("rfm-segmentation", lang="en")

TODAY = pd.Timestamp("2026-06-30")
CHOSEN = [
    "card_payment",
    "transfer_out",
    "cash_withdrawal",
    "deposit",
    "bill_payment",
    "fund_purchase",
]
MINUTE_YUAN = {"branch": 4.0, "phone": 2.5, "web": 0.5, "mobile": 0.5, "visit": 6.0}
ACCOUNT_YUAN = 24.0

customers = pd.read_csv("data/customers.csv", parse_dates=["joined"])
accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])
transactions = pd.read_csv("data/transactions.csv", parse_dates=["date"])
interactions = pd.read_csv("data/interactions.csv", parse_dates=["date"])


# %% [markdown] lang="zh"
# ## 1 客户自己做的事（3 分）
#
# 工资到账、银行结息、别人转来的钱，是发生在客户身上的事，不是客户的选择。上面的 `CHOSEN` 列出了算作行为的六种交易。
#
# 写函数 `behaviour(transactions, today, months=12)`，返回 `transactions` 中同时满足两条的行，列全部保留：
#
# - `kind` 在 `CHOSEN` 里；
# - 日期在截至 `today` 的 `months` 个月里。从 `today` 往前推 `months` 个月，得到的那一天不算，从次日起算；`today` 当天算在内。例如 `today` 是 2026-03-31、`months` 是 12，就从 2025-04-01 到 2026-03-31，两头都算。
#
# 月份按日历推，不折成天数，用 `pd.DateOffset(months=...)`；推到的月份没有那一天，就用那个月的最后一天。
#
# 函数也要能站在更早的一天用：例如回头检查今年三月底的名单，那天晚上还看不到后来的事。
# %% [markdown] lang="en"
# ## 1 What customers do by themselves (3 points)
#
# A salary that arrives, interest that is booked or money that somebody else sends happens to a customer; the customer did not choose it. `CHOSEN` above lists the six kinds of transaction that count as behaviour.
#
# Write a function `behaviour(transactions, today, months=12)` that returns those rows of `transactions`, with all columns, for which both hold:
#
# - `kind` is in `CHOSEN`;
# - the date lies in the `months` months that end with `today`. Going back `months` months from `today` leads to a day that is out: the window begins on the day after it and includes `today`. With 2026-03-31 and 12 months that is 2025-04-01 to 2026-03-31, both days included.
#
# Months are those of the calendar, not a number of days: use `pd.DateOffset(months=...)`. Where the month has no such day, its last day is taken.
#
# The function must also serve for an earlier day, say to look back at the list of 31 March: on that evening nobody could see what came after.
# %% task="behaviour" kind="solution"
def behaviour(transactions, today, months=12):
    ### BEGIN SOLUTION
    begin = today - pd.DateOffset(months=months)
    inside = (transactions["date"] > begin) & (transactions["date"] <= today)
    return transactions[inside & transactions["kind"].isin(CHOSEN)]
    ### END SOLUTION


# %% task="behaviour" kind="test" points=3
check.defined("behaviour")
day = pd.Timestamp("2026-03-31")
small = pd.DataFrame(
    [
        (1, 70, 7, "2025-03-31", "card_payment", "mobile", 1000),
        (2, 70, 7, "2025-04-01", "card_payment", "web", 2000),
        (3, 70, 7, "2026-03-31", "deposit", "branch", 3000),
        (4, 80, 8, "2026-04-01", "bill_payment", "branch", 4000),
        (5, 80, 8, "2025-12-24", "salary_in", "system", 5000),
        (6, 80, 8, "2025-12-24", "fund_purchase", "mobile", 6000),
        (7, 80, 8, "2025-12-24", "transfer_in", "mobile", 7000),
        (8, 70, 7, "2025-02-15", "transfer_out", "mobile", 8000),
        (9, 70, 7, "2025-02-16", "cash_withdrawal", "atm", 9000),
        (10, 80, 8, "2025-08-15", "bill_payment", "phone", 1500),
    ],
    columns=[
        "transaction_id",
        "account_id",
        "customer_id",
        "date",
        "kind",
        "channel",
        "amount_cents",
    ],
)
small["date"] = pd.to_datetime(small["date"])
kept = check.frame(behaviour(small.copy(), day), columns=list(small.columns), key="transaction_id")
numbers = set(kept["transaction_id"])
check.true(5 not in numbers, "behaviour-not-chosen", number=5, kind="salary_in")
check.true(7 not in numbers, "behaviour-not-chosen", number=7, kind="transfer_in")
check.true(4 not in numbers, "behaviour-future")
check.true(1 not in numbers, "behaviour-first-day")
check.true(3 in numbers, "behaviour-last-day")
want = small[small["transaction_id"].isin([2, 3, 6, 10])]
check.frame_equal(kept, want, "behaviour-rows", key="transaction_id")
# another day, another number of months: from 2025-02-16 to 2025-08-15
kept = behaviour(small.copy(), pd.Timestamp("2025-08-15"), months=6)
want = small[small["transaction_id"].isin([1, 2, 9, 10])]
check.frame_equal(kept, want, "behaviour-months", key="transaction_id")
### BEGIN HIDDEN TESTS
# not CHOSEN: that name may have been given something else
hidden_six = [
    "card_payment",
    "transfer_out",
    "cash_withdrawal",
    "deposit",
    "bill_payment",
    "fund_purchase",
]
hidden_all = pd.read_csv("data/transactions.csv", parse_dates=["date"])
for hidden_today, hidden_months in (
    (pd.Timestamp("2026-03-31"), 12),
    (pd.Timestamp("2025-11-30"), 3),
    (pd.Timestamp("2025-10-20"), 7),
):
    hidden_from = hidden_today - pd.DateOffset(months=hidden_months)
    hidden_mask = hidden_all["kind"].isin(hidden_six) & hidden_all["date"].between(
        hidden_from, hidden_today, inclusive="right"
    )
    check.frame_equal(
        behaviour(hidden_all.copy(), hidden_today, hidden_months),
        hidden_all[hidden_mask],
        "behaviour-rows",
        key="transaction_id",
    )


### END HIDDEN TESTS
# %% [markdown] task="behaviour" kind="hint" level=1 lang="zh"
# 检查格里的小表有十笔交易，三月底那一次该留下哪四笔？先用纸笔排除：哪些不是客户自己做的，哪些太早，哪些还没有发生。
# %% [markdown] task="behaviour" kind="hint" level=1 lang="en"
# The small table in the test cell has ten rows. Which four should stay on 31 March? Strike out by hand what the customer did not choose, what is too old, and what has not happened yet.
# %% [markdown] task="behaviour" kind="hint" level=2 lang="zh"
# 三个条件用 `&` 连起来，各自加括号。判断一列的值在不在列表里用 `.isin(...)`，往前推几个月用 `pd.DateOffset(months=...)`。
# %% [markdown] task="behaviour" kind="hint" level=2 lang="en"
# Join three conditions with `&`, each in brackets. `.isin(...)` tells whether a column's values are in a list; `pd.DateOffset(months=...)` goes back some months.
# %% [markdown] task="behaviour" kind="hint" level=3 lang="zh"
# 往前推的那一天是 `today - pd.DateOffset(months=months)`。日期要大于这一天（不含它）、小于或等于 `today`，再加上种类的条件，最后 `transactions[条件]`。
# %% [markdown] task="behaviour" kind="hint" level=3 lang="en"
# The day so many months back is `today - pd.DateOffset(months=months)`. Dates must be greater than it (that day is out) and at most `today`; add the condition on the kind, then `transactions[condition]`.
# %% task="behaviour" kind="probe" expect="fail" message="behaviour-not-chosen" name="salary counted"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    return transactions[(transactions["date"] > begin) & (transactions["date"] <= today)]


# %% task="behaviour" kind="probe" expect="fail" message="behaviour-future" name="looks into the future"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    return transactions[transactions["kind"].isin(CHOSEN) & (transactions["date"] > begin)]


# %% task="behaviour" kind="probe" expect="fail" message="behaviour-first-day" name="first day included"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    inside = (transactions["date"] >= begin) & (transactions["date"] <= today)
    return transactions[inside & transactions["kind"].isin(CHOSEN)]


# %% task="behaviour" kind="probe" expect="fail" message="behaviour-not-chosen" name="channel instead of kind"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    inside = (transactions["date"] > begin) & (transactions["date"] <= today)
    return transactions[inside & (transactions["channel"] != "system")]


# %% task="behaviour" kind="probe" expect="fail" message="behaviour-last-day" name="today left out"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    inside = (transactions["date"] > begin) & (transactions["date"] < today)
    return transactions[inside & transactions["kind"].isin(CHOSEN)]


# %% task="behaviour" kind="probe" expect="fail" message="behaviour-months" name="always a year"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(years=1)
    inside = (transactions["date"] > begin) & (transactions["date"] <= today)
    return transactions[inside & transactions["kind"].isin(CHOSEN)]


# %% task="behaviour" kind="probe" expect="fail" message="behaviour-months" name="months of 365/12 days"
def behaviour(transactions, today, months=12):
    begin = today - pd.Timedelta(days=365 * months / 12)
    inside = (transactions["date"] > begin) & (transactions["date"] <= today)
    return transactions[inside & transactions["kind"].isin(CHOSEN)]


# %% task="behaviour" kind="probe" expect="fail" message="check-columns" name="columns dropped"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    inside = (transactions["date"] > begin) & (transactions["date"] <= today)
    chosen = transactions[inside & transactions["kind"].isin(CHOSEN)]
    return chosen[["transaction_id", "customer_id", "date", "kind", "amount_cents"]]


# %% task="behaviour" kind="probe" expect="pass" name="query"
def behaviour(transactions, today, months=12):
    begin = today - pd.DateOffset(months=months)
    return transactions.query("date > @begin and date <= @today and kind in @CHOSEN").reset_index(
        drop=True
    )


# %% task="behaviour" kind="probe" expect="pass" name="filter step by step, sorted"
def behaviour(transactions, today, months=12):
    part = transactions[[kind in set(CHOSEN) for kind in transactions["kind"]]]
    part = part[
        part["date"].between(today - pd.DateOffset(months=months), today, inclusive="right")
    ]
    return part.sort_values("amount_cents", ascending=False).set_index("transaction_id")


# %% [markdown] lang="zh"
# ## 2 三个数（5 分）
#
# 写函数 `rfm(part, today)`。`part` 是第 1 题那样选好的交易，返回每位客户一行的表，含 `customer_id`（放在列里或索引里都行）和三列：
#
# - `recency`：最近一笔距 `today` 几天（整数）；
# - `frequency`：笔数；
# - `monetary`：金额之和，单位是**元**，不要四舍五入。数据里的 `amount_cents` 是分。存进的和付出的都加：这里量的是活动有多大，不是还剩多少。
# %% [markdown] lang="en"
# ## 2 Three numbers (5 points)
#
# Write a function `rfm(part, today)`. `part` holds transactions chosen as in task 1. It returns a table with one row for each customer: `customer_id` (as a column or as the index) and three columns:
#
# - `recency`: days from the latest transaction to `today` (a whole number);
# - `frequency`: how many transactions;
# - `monetary`: the sum of the amounts in **yuan**, not rounded. The data's `amount_cents` is in fen, a hundredth of a yuan. Money paid in and paid out are added: this measures how much goes on, not what is left.
# %% task="rfm" kind="solution"
def rfm(part, today):
    ### BEGIN SOLUTION
    by_customer = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - by_customer["date"].max()).dt.days,
            "frequency": by_customer.size(),
            "monetary": by_customer["amount_cents"].sum() / 100,
        }
    )
    ### END SOLUTION


# %% task="rfm" kind="test" points=2
check.defined("rfm")
day = pd.Timestamp("2026-03-31")
small = pd.DataFrame(
    [
        (1, 80, 8, "2026-03-31", "deposit", "branch", 50),
        (2, 70, 7, "2026-02-10", "card_payment", "mobile", 12000),
        (3, 70, 7, "2026-03-01", "card_payment", "web", 3001),
        (4, 71, 7, "2026-03-01", "deposit", "atm", 250000),
        (5, 90, 9, "2026-03-30", "card_payment", "mobile", 500),
        (6, 90, 9, "2026-03-30", "card_payment", "mobile", 500),
        (7, 70, 7, "2025-10-05", "card_payment", "web", 3005),
    ],
    columns=[
        "transaction_id",
        "account_id",
        "customer_id",
        "date",
        "kind",
        "channel",
        "amount_cents",
    ],
)
small["date"] = pd.to_datetime(small["date"])
table = check.frame(
    rfm(small.copy(), day), columns=["recency", "frequency", "monetary"], key="customer_id"
)
check.equal(len(table), 3, "rfm-one-row")
want = pd.DataFrame({"customer_id": [7, 8, 9], "frequency": [4, 1, 2]})
check.frame_equal(table, want, "rfm-frequency", key="customer_id")
check.true(list(table["monetary"]) != [268006, 50, 1000], "rfm-cents")
want = pd.DataFrame({"customer_id": [7, 8, 9], "recency": [30, 0, 1]})
check.frame_equal(table, want, "rfm-recency", key="customer_id")
want = pd.DataFrame({"customer_id": [7, 8, 9], "monetary": [2680.06, 0.5, 10.0]})
check.frame_equal(table, want, "rfm-monetary", key="customer_id")
# %% task="rfm" kind="test" points=3
check.defined("rfm")
part = transactions[transactions["kind"].isin(CHOSEN) & (transactions["date"] <= TODAY)]
table = check.frame(
    rfm(part.copy(), TODAY), columns=["recency", "frequency", "monetary"], key="customer_id"
)
check.equal(len(table), part["customer_id"].nunique(), "rfm-one-row")
check.equal(table["recency"].min(), (TODAY - part["date"].max()).days, "rfm-recency-least")
check.close(table["frequency"].sum(), len(part), "rfm-total", column="frequency")
check.close(
    table["monetary"].sum(), part["amount_cents"].sum() / 100, "rfm-total", column="monetary"
)
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(7)
hidden_n = 400
hidden_part = pd.DataFrame(
    {
        "transaction_id": np.arange(hidden_n),
        "account_id": np.arange(hidden_n) + 9000,
        "customer_id": hidden_rng.integers(500, 560, hidden_n),
        "date": pd.Timestamp("2025-07-01")
        + pd.to_timedelta(hidden_rng.integers(0, 200, hidden_n), unit="D"),
        "kind": hidden_rng.choice(["card_payment", "transfer_out", "deposit"], hidden_n),
        "channel": "mobile",
        "amount_cents": hidden_rng.integers(1, 900000, hidden_n),
    }
)
hidden_day = pd.Timestamp("2026-02-28")
hidden_want = pd.DataFrame(
    [
        {
            "customer_id": who,
            "recency": min((hidden_day - day).days for day in rows["date"]),
            "frequency": len(rows),
            "monetary": sum(int(a) for a in rows["amount_cents"]) / 100,
        }
        for who, rows in hidden_part.groupby("customer_id")
    ]
)
hidden_got = check.frame(
    rfm(hidden_part.copy(), hidden_day),
    columns=["recency", "frequency", "monetary"],
    key="customer_id",
)
check.equal(len(hidden_got), len(hidden_want), "rfm-one-row")
for hidden_column, hidden_message in (
    ("frequency", "rfm-frequency"),
    ("recency", "rfm-recency"),
    ("monetary", "rfm-monetary"),
):
    check.frame_equal(
        hidden_got,
        hidden_want[["customer_id", hidden_column]],
        hidden_message,
        key="customer_id",
    )


### END HIDDEN TESTS
# %% [markdown] task="rfm" kind="hint" level=1 lang="zh"
# 用纸笔算客户 7：最近一笔是哪天，离 3 月 31 日几天？一共几笔？加起来多少元？
# %% [markdown] task="rfm" kind="hint" level=1 lang="en"
# Do customer 7 by hand: which day was the latest, how many days before 31 March? How many rows? How many yuan in all?
# %% [markdown] task="rfm" kind="hint" level=2 lang="zh"
# 先 `groupby("customer_id")`，再分别取日期的最大值、行数、金额的和。两个日期相减得到时间差，天数在 `.dt.days`。
# %% [markdown] task="rfm" kind="hint" level=2 lang="en"
# `groupby("customer_id")` first, then take the latest date, the number of rows, the sum of amounts. Two dates subtracted give a time difference; its days are in `.dt.days`.
# %% [markdown] task="rfm" kind="hint" level=3 lang="zh"
# `g = part.groupby("customer_id")`；`(today - g["date"].max()).dt.days`、`g.size()`、`g["amount_cents"].sum() / 100`，三列放进一个 `pd.DataFrame({...})`。
# %% [markdown] task="rfm" kind="hint" level=3 lang="en"
# `g = part.groupby("customer_id")`; then `(today - g["date"].max()).dt.days`, `g.size()` and `g["amount_cents"].sum() / 100`, put into one `pd.DataFrame({...})`.
# %% task="rfm" kind="probe" expect="fail" message="rfm-cents" name="fen taken for yuan"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - g["date"].max()).dt.days,
            "frequency": g.size(),
            "monetary": g["amount_cents"].sum(),
        }
    )


# %% task="rfm" kind="probe" expect="fail" message="rfm-recency" name="first instead of latest"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - g["date"].min()).dt.days,
            "frequency": g.size(),
            "monetary": g["amount_cents"].sum() / 100,
        }
    )


# %% task="rfm" kind="probe" expect="fail" message="rfm-frequency" name="days instead of transactions"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - g["date"].max()).dt.days,
            "frequency": g["date"].nunique(),
            "monetary": g["amount_cents"].sum() / 100,
        }
    )


# %% task="rfm" kind="probe" expect="fail" message="rfm-recency" name="last row instead of latest date"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - g["date"].last()).dt.days,
            "frequency": g.size(),
            "monetary": g["amount_cents"].sum() / 100,
        }
    )


# %% task="rfm" kind="probe" expect="fail" message="rfm-recency" name="TODAY instead of today, time differences"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": TODAY - g["date"].max(),
            "frequency": g.size(),
            "monetary": g["amount_cents"].sum() / 100,
        }
    )


# %% task="rfm" kind="probe" expect="fail" message="rfm-monetary" name="whole yuan"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - g["date"].max()).dt.days,
            "frequency": g.size(),
            "monetary": g["amount_cents"].sum() // 100,
        }
    )


# %% task="rfm" kind="probe" expect="fail" message="rfm-monetary" name="mean instead of sum"
def rfm(part, today):
    g = part.groupby("customer_id")
    return pd.DataFrame(
        {
            "recency": (today - g["date"].max()).dt.days,
            "frequency": g.size(),
            "monetary": g["amount_cents"].mean() / 100,
        }
    )


# %% task="rfm" kind="probe" expect="pass" name="agg, key as a column, floats"
def rfm(part, today):
    out = part.groupby("customer_id", as_index=False).agg(
        last=("date", "max"),
        frequency=("transaction_id", "count"),
        monetary=("amount_cents", "sum"),
    )
    out["recency"] = (today - out["last"]).dt.days.astype("float64")
    out["monetary"] = out["monetary"].astype("float64") / 100
    return out


# %% task="rfm" kind="probe" expect="pass" name="pivot table, other order"
def rfm(part, today):
    work = part.assign(age=(today - part["date"]).dt.days, yuan=part["amount_cents"] / 100, one=1)
    out = work.pivot_table(
        index="customer_id",
        values=["age", "one", "yuan"],
        aggfunc={"age": "min", "one": "sum", "yuan": "sum"},
    )
    return out.rename(
        columns={"age": "recency", "one": "frequency", "yuan": "monetary"}
    ).sort_values("monetary")


# %% [markdown] lang="zh"
# ## 3 打 1 到 5 分（5 分）
#
# 写函数 `scores(table)`。`table` 有 `recency`、`frequency`、`monetary` 三列，索引是 `customer_id`。返回一张表，同样以 `customer_id` 为索引（或者作一列），有三列整数 `r`、`f`、`m`，都是 1 到 5 分，5 分最好。规则：
#
# 1. 在一列里给客户排名次。数值相同的客户取**平均名次**，所以得分也相同。
# 2. 分数 = 名次 ÷ 人数 × 5，**向上取整**。
# 3. `frequency`、`monetary` 越大越好；`recency` 越**小**越好。
#
# 例：五位客户的 `frequency` 是 2、2、2、9、30。三个 2 占第 1、2、3 名，平均名次是 2，2 ÷ 5 × 5 = 2 分；9 得 4 分，30 得 5 分。`recency` 从最差的一头排起：四位客户是 0、7、7、90 天，90 天是第 1 名，1 ÷ 4 × 5 = 1.25，得 2 分；两个 7 的平均名次是 2.5，得 4 分；0 天是第 4 名，得 5 分。
# %% [markdown] lang="en"
# ## 3 Scores from 1 to 5 (5 points)
#
# Write a function `scores(table)`. `table` has the columns `recency`, `frequency`, `monetary`, and `customer_id` as its index. Return a table with the same key and three columns of whole numbers, `r`, `f`, `m`, each from 1 to 5, 5 being best. The rules:
#
# 1. Rank the customers within a column. Equal values share their **average rank**, and so their score.
# 2. Score = rank ÷ number of customers × 5, **rounded up**.
# 3. More `frequency` and more `monetary` are better; **less** `recency` is better.
#
# Example: five customers have the frequencies 2, 2, 2, 9, 30. The three 2s hold ranks 1, 2, 3, so their average rank is 2 and their score 2 ÷ 5 × 5 = 2; the 9 scores 4, the 30 scores 5. With `recency` the ranks begin at the worst end: of 0, 7, 7 and 90 days the 90 has rank 1, and 1 ÷ 4 × 5 = 1.25 makes 2; the 7s have the average rank 2.5 and score 4; the 0 has rank 4 and scores 5.
# %% task="scores" kind="solution"
def scores(table):
    ### BEGIN SOLUTION
    def five(column, ascending=True):
        rank = column.rank(method="average", ascending=ascending)
        return np.ceil(rank * 5 / len(column)).astype(int)

    return pd.DataFrame(
        {
            "r": five(table["recency"], ascending=False),
            "f": five(table["frequency"]),
            "m": five(table["monetary"]),
        }
    )
    ### END SOLUTION


# %% task="scores" kind="test" points=2
check.defined("scores")
small = pd.DataFrame(
    {
        "recency": [3, 40, 0, 200, 40, 11, 40, 40],
        "frequency": [2, 2, 2, 9, 30, 2, 1, 5],
        "monetary": [10.0, 500.0, 20.0, 80.0, 9000.0, 5.0, 300.0, 45.0],
    },
    index=pd.Index(range(11, 19), name="customer_id"),
)
scored = check.frame(scores(small.copy()), columns=["r", "f", "m"], key="customer_id")
check.true(scored[["r", "f", "m"]].isin([1, 2, 3, 4, 5]), "scores-range")
got = scored.set_index("customer_id")
check.true(got.loc[13, "r"] > got.loc[14, "r"], "scores-recency-direction", less=13, more=14)
for one, other, name, score in (
    (12, 15, "recency", "r"),
    (12, 17, "recency", "r"),
    (12, 18, "recency", "r"),
    (11, 12, "frequency", "f"),
    (11, 13, "frequency", "f"),
    (11, 16, "frequency", "f"),
):
    same = got.loc[one, score] == got.loc[other, score]
    check.true(same, "scores-ties", one=one, other=other, name=name, score=score)
want = pd.DataFrame(
    {
        "customer_id": range(11, 19),
        "r": [5, 3, 5, 1, 3, 4, 3, 3],
        "f": [3, 3, 3, 5, 5, 3, 1, 4],
        "m": [2, 5, 2, 4, 5, 1, 4, 3],
    }
)
check.frame_equal(scored, want, "scores-rule", key="customer_id")
# %% task="scores" kind="test" points=3
check.defined("scores")
many = pd.DataFrame(
    {
        "recency": [0, 0, 0, 0, 90, 90, 365],
        "frequency": [1, 1, 1, 1, 1, 1, 1],
        "monetary": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    },
    index=pd.Index(range(21, 28), name="customer_id"),
)
scored = check.frame(scores(many.copy()), columns=["r", "f", "m"], key="customer_id")
check.true(scored[["r", "f", "m"]].isin([1, 2, 3, 4, 5]), "scores-range")
got = scored.set_index("customer_id")
check.true(got.loc[21, "r"] > got.loc[27, "r"], "scores-recency-direction", less=21, more=27)
for other in range(22, 28):
    same = got.loc[21, "f"] == got.loc[other, "f"]
    check.true(same, "scores-ties", one=21, other=other, name="frequency", score="f")
want = pd.DataFrame(
    {
        "customer_id": range(21, 28),
        "r": [4, 4, 4, 4, 2, 2, 1],
        "f": [3, 3, 3, 3, 3, 3, 3],
        "m": [1, 2, 3, 3, 4, 5, 5],
    }
)
check.frame_equal(scored, want, "scores-rule", key="customer_id")
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(11)
# 5 / 40 and 5 / 320 are exact in binary, so no way of writing the rule is a hair above a limit
for hidden_n in (1, 40, 320):
    hidden_table = pd.DataFrame(
        {
            "recency": hidden_rng.integers(0, 25, hidden_n),
            "frequency": hidden_rng.integers(1, 9, hidden_n),
            "monetary": hidden_rng.integers(1, 10**6, hidden_n) / 100,
        },
        index=pd.Index(hidden_rng.permutation(5000)[:hidden_n], name="customer_id"),
    )
    hidden_got = check.frame(
        scores(hidden_table.copy()), columns=["r", "f", "m"], key="customer_id"
    )
    hidden_sorted = hidden_table.sort_index()
    for hidden_column, hidden_name, hidden_sign in (
        ("r", "recency", -1),
        ("f", "frequency", 1),
        ("m", "monetary", 1),
    ):
        hidden_values = hidden_sign * hidden_sorted[hidden_name].to_numpy()
        hidden_want = [
            # average rank twice over, so that everything stays a whole number
            -(
                -5
                * (2 * (hidden_values < v).sum() + (hidden_values == v).sum() + 1)
                // (2 * hidden_n)
            )
            for v in hidden_values
        ]
        check.frame_equal(
            hidden_got,
            pd.DataFrame(
                {"customer_id": hidden_sorted.index, hidden_column: [int(w) for w in hidden_want]}
            ),
            "scores-rule",
            key="customer_id",
        )


### END HIDDEN TESTS
# %% [markdown] task="scores" kind="hint" level=1 lang="zh"
# 七位客户的 `frequency` 都是 1，平均名次是 4，按规则该得几分？如果你的函数给了他们不同的分，名次是怎样定的？
# %% [markdown] task="scores" kind="hint" level=1 lang="en"
# Seven customers all have the frequency 1: their average rank is 4. What score does the rule give? If your function scores them differently, how did it rank them?
# %% [markdown] task="scores" kind="hint" level=2 lang="zh"
# `Series.rank` 有参数 `method` 和 `ascending`。`pd.qcut` 按分位点切，遇到许多同值会和这里的规则不同。向上取整用 `np.ceil`。
# %% [markdown] task="scores" kind="hint" level=2 lang="en"
# `Series.rank` has the parameters `method` and `ascending`. `pd.qcut` cuts at quantiles, which differs from this rule where many values are equal. `np.ceil` rounds up.
# %% [markdown] task="scores" kind="hint" level=3 lang="zh"
# 一列的分数是 `np.ceil(列.rank(method="average") * 5 / len(列)).astype(int)`；`recency` 那一列的 `rank` 加 `ascending=False`。
# %% [markdown] task="scores" kind="hint" level=3 lang="en"
# One column's score is `np.ceil(column.rank(method="average") * 5 / len(column)).astype(int)`; for `recency` give `rank` also `ascending=False`.
# %% task="scores" kind="probe" expect="fail" message="scores-recency-direction" name="recency not turned round"
def scores(table):
    five = lambda c: np.ceil(c.rank(method="average") * 5 / len(c)).astype(int)
    return pd.DataFrame(
        {"r": five(table["recency"]), "f": five(table["frequency"]), "m": five(table["monetary"])}
    )


# %% task="scores" kind="probe" expect="fail" message="scores-ties" name="ties broken by order"
def scores(table):
    five = lambda c, up=True: np.ceil(c.rank(method="first", ascending=up) * 5 / len(c)).astype(int)
    return pd.DataFrame(
        {
            "r": five(table["recency"], False),
            "f": five(table["frequency"]),
            "m": five(table["monetary"]),
        }
    )


# %% task="scores" kind="probe" expect="fail" message="scores-rule" name="rounded instead of up"
def scores(table):
    five = lambda c, up=True: (
        (c.rank(method="average", ascending=up) * 5 / len(c)).round().clip(1, 5).astype(int)
    )
    return pd.DataFrame(
        {
            "r": five(table["recency"], False),
            "f": five(table["frequency"]),
            "m": five(table["monetary"]),
        }
    )


# %% task="scores" kind="probe" expect="fail" message="scores-rule" name="six minus the score"
def scores(table):
    five = lambda c: np.ceil(c.rank() * 5 / len(c)).astype(int)
    return pd.DataFrame(
        {
            "r": 6 - five(table["recency"]),
            "f": five(table["frequency"]),
            "m": five(table["monetary"]),
        }
    )


# %% task="scores" kind="probe" expect="fail" message="scores-ties" name="ties broken by order in recency only"
def scores(table):
    def five(c, up=True, method="average"):
        return np.ceil(c.rank(method=method, ascending=up) * 5 / len(c)).astype(int)

    return pd.DataFrame(
        {
            "r": five(table["recency"], False, "first"),
            "f": five(table["frequency"]),
            "m": five(table["monetary"]),
        }
    )


# %% task="scores" kind="probe" expect="fail" message="scores-rule" name="lowest rank of the tied"
def scores(table):
    five = lambda c, up=True: np.ceil(c.rank(method="min", ascending=up) * 5 / len(c)).astype(int)
    return pd.DataFrame(
        {
            "r": five(table["recency"], False),
            "f": five(table["frequency"]),
            "m": five(table["monetary"]),
        }
    )


# %% task="scores" kind="probe" expect="fail" message="scores-rule" name="quantiles of the ranks by qcut"
def scores(table):
    five = lambda c: pd.qcut(c.rank(method="first"), 5, labels=False) + 1
    tied = lambda c: five(c).groupby(c).transform("min")
    return pd.DataFrame(
        {
            "r": tied(-table["recency"]),
            "f": tied(table["frequency"]),
            "m": tied(table["monetary"]),
        }
    )


# %% task="scores" kind="probe" expect="pass" name="per cent ranks, minus recency, key as column"
def scores(table):
    work = table.assign(recency=-table["recency"])
    out = work[["recency", "frequency", "monetary"]].rank() * 5 / len(work)
    out = np.ceil(out).astype("int64")
    out.columns = ["r", "f", "m"]
    return out.reset_index()


# %% task="scores" kind="probe" expect="pass" name="the old columns kept, floats"
def scores(table):
    out = table.copy()
    n = len(out)
    for new, old, up in (
        ("r", "recency", False),
        ("f", "frequency", True),
        ("m", "monetary", True),
    ):
        out[new] = np.ceil(out[old].rank(ascending=up).mul(5).div(n)).astype(float)
    return out.sort_values("m")


# %% [markdown] lang="zh"
# ## 4 给客群起名字（4 分）
#
# 写函数 `segment(scored)`。`scored` 有 `r`、`f`、`m` 三列，索引是 `customer_id`。给每位客户一个名字，**从上往下看，第一条符合的算数**：
#
# | 顺序 | 条件 | `segment` |
# |---|---|---|
# | 1 | r ≥ 4 且 f ≥ 4 且 m ≥ 4 | `core` |
# | 2 | m ≥ 4 且 r ≤ 2 | `quiet_big` |
# | 3 | f ≥ 4 | `busy_small` |
# | 4 | r ≥ 4 | `new_steps` |
# | 5 | 其余 | `rest` |
#
# 返回以 `customer_id` 为索引的 Series，或者有 `customer_id`（列或索引）和 `segment` 列的表。单独一个数组或列表不行：看不出哪个名字属于谁。
# %% [markdown] lang="en"
# ## 4 Names for the segments (4 points)
#
# Write a function `segment(scored)`. `scored` has the columns `r`, `f`, `m` and `customer_id` as its index. Give each customer a name; **read from the top, the first rule that fits counts**:
#
# | order | condition | `segment` |
# |---|---|---|
# | 1 | r ≥ 4 and f ≥ 4 and m ≥ 4 | `core` |
# | 2 | m ≥ 4 and r ≤ 2 | `quiet_big` |
# | 3 | f ≥ 4 | `busy_small` |
# | 4 | r ≥ 4 | `new_steps` |
# | 5 | all others | `rest` |
#
# Return a Series with `customer_id` as its index, or a table with `customer_id` (as a column or as the index) and a column `segment`. An array or a list alone will not do: it does not say whose name is whose.
# %% task="segment" kind="solution"
def segment(scored):
    ### BEGIN SOLUTION
    r, f, m = scored["r"], scored["f"], scored["m"]
    name = np.select(
        [(r >= 4) & (f >= 4) & (m >= 4), (m >= 4) & (r <= 2), f >= 4, r >= 4],
        ["core", "quiet_big", "busy_small", "new_steps"],
        default="rest",
    )
    return pd.Series(name, index=scored.index, name="segment")
    ### END SOLUTION


# %% task="segment" kind="test" points=4
check.defined("segment")
small = pd.DataFrame(
    [
        (31, 5, 5, 5, "core"),
        (32, 4, 4, 4, "core"),
        (33, 1, 1, 4, "quiet_big"),
        (34, 2, 5, 5, "quiet_big"),
        (35, 3, 5, 2, "busy_small"),
        (36, 5, 1, 2, "new_steps"),
        (37, 3, 3, 5, "rest"),
        (38, 2, 4, 3, "busy_small"),
        (39, 5, 4, 3, "busy_small"),
        (40, 3, 5, 4, "busy_small"),
        (41, 4, 3, 5, "new_steps"),
        (42, 1, 3, 3, "rest"),
    ],
    columns=["customer_id", "r", "f", "m", "want"],
)
named = check.frame(
    segment(small.set_index("customer_id")[["r", "f", "m"]]),
    columns=["segment"],
    key="customer_id",
)
check.frame_equal(named, small[["customer_id"]], "segment-everyone", key="customer_id")
check.true(
    named["segment"].isin(["core", "quiet_big", "busy_small", "new_steps", "rest"]), "segment-names"
)
got = named.set_index("customer_id")["segment"]
about = small.assign(who=small["customer_id"]).set_index("customer_id")
about = about[["who", "r", "f", "m"]].to_dict("index")
check.equal(got[32], "core", "segment-edge", **about[32])
check.equal(got[34], "quiet_big", "segment-order", **about[34])
check.equal(got[39], "busy_small", "segment-order", **about[39])
for row in small.itertuples():
    check.equal(got[row.customer_id], row.want, "segment-rule", **about[row.customer_id])
### BEGIN HIDDEN TESTS
hidden_grid = pd.DataFrame(
    [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)],
    columns=["r", "f", "m"],
    index=pd.Index(range(900, 1025), name="customer_id"),
)


def hidden_name(r, f, m):
    if min(r, f, m) >= 4:
        return "core"
    if m >= 4 and r <= 2:
        return "quiet_big"
    if f >= 4:
        return "busy_small"
    return "new_steps" if r >= 4 else "rest"


hidden_got = check.frame(segment(hidden_grid.copy()), columns=["segment"], key="customer_id")
check.frame_equal(hidden_got, hidden_grid[[]].reset_index(), "segment-everyone", key="customer_id")
for hidden_who, hidden_value in zip(hidden_got["customer_id"], hidden_got["segment"], strict=True):
    hidden_row = hidden_grid.loc[hidden_who]
    check.equal(
        hidden_value, hidden_name(*hidden_row), "segment-rule", who=hidden_who, **hidden_row
    )


### END HIDDEN TESTS
# %% [markdown] task="segment" kind="hint" level=1 lang="zh"
# 客户 34 是 r=2、f=5、m=5，第 2 条和第 3 条都符合。按题意算哪一条？你的代码里哪条先看？
# %% [markdown] task="segment" kind="hint" level=1 lang="en"
# Customer 34 has r=2, f=5, m=5: rules 2 and 3 both fit. Which one counts? Which does your code look at first?
# %% [markdown] task="segment" kind="hint" level=2 lang="zh"
# `np.select(条件列表, 名字列表, default=...)` 正好取第一条符合的。也可以写一个普通函数，用 `if … elif …`，再 `apply(axis=1)`。
# %% [markdown] task="segment" kind="hint" level=2 lang="en"
# `np.select(conditions, names, default=...)` takes the first that fits. A plain function with `if … elif …` and `apply(axis=1)` does as well.
# %% [markdown] task="segment" kind="hint" level=3 lang="zh"
# 前两条各是几个比较用 `&` 连起来，如 `(m >= 4) & (r <= 2)`。`np.select([第一条, 第二条, f >= 4, r >= 4], [四个名字], default="rest")`，结果放进 `pd.Series(..., index=scored.index, name="segment")`。
# %% [markdown] task="segment" kind="hint" level=3 lang="en"
# The first two conditions join comparisons with `&`, such as `(m >= 4) & (r <= 2)`. `np.select([first, second, f >= 4, r >= 4], [four names], default="rest")`, then `pd.Series(..., index=scored.index, name="segment")`.
# %% task="segment" kind="probe" expect="fail" message="segment-order" name="rule 3 before rule 2"
def segment(scored):
    r, f, m = scored["r"], scored["f"], scored["m"]
    name = np.select(
        [(r >= 4) & (f >= 4) & (m >= 4), f >= 4, (m >= 4) & (r <= 2), r >= 4],
        ["core", "busy_small", "quiet_big", "new_steps"],
        default="rest",
    )
    return pd.Series(name, index=scored.index, name="segment")


# %% task="segment" kind="probe" expect="fail" message="segment-edge" name="more than 4 instead of at least 4"
def segment(scored):
    r, f, m = scored["r"], scored["f"], scored["m"]
    name = np.select(
        [(r > 4) & (f > 4) & (m > 4), (m >= 4) & (r <= 2), f >= 4, r >= 4],
        ["core", "quiet_big", "busy_small", "new_steps"],
        default="rest",
    )
    return pd.Series(name, index=scored.index, name="segment")


# %% task="segment" kind="probe" expect="fail" message="segment-order" name="rule 4 before rule 3"
def segment(scored):
    r, f, m = scored["r"], scored["f"], scored["m"]
    name = np.select(
        [(r >= 4) & (f >= 4) & (m >= 4), (m >= 4) & (r <= 2), r >= 4, f >= 4],
        ["core", "quiet_big", "new_steps", "busy_small"],
        default="rest",
    )
    return pd.Series(name, index=scored.index, name="segment")


# %% task="segment" kind="probe" expect="fail" message="segment-rule" name="core without recency"
def segment(scored):
    r, f, m = scored["r"], scored["f"], scored["m"]
    name = np.select(
        [(m >= 4) & (r <= 2), (f >= 4) & (m >= 4), f >= 4, r >= 4],
        ["quiet_big", "core", "busy_small", "new_steps"],
        default="rest",
    )
    return pd.Series(name, index=scored.index, name="segment")


# %% task="segment" kind="probe" expect="fail" message="segment-rule" name="new_steps from 5"
def segment(scored):
    r, f, m = scored["r"], scored["f"], scored["m"]
    name = np.select(
        [(r >= 4) & (f >= 4) & (m >= 4), (m >= 4) & (r <= 2), f >= 4, r >= 5],
        ["core", "quiet_big", "busy_small", "new_steps"],
        default="rest",
    )
    return pd.Series(name, index=scored.index, name="segment")


# %% task="segment" kind="probe" expect="fail" message="check-not-keyed" name="the array of np.select"
def segment(scored):
    r, f, m = scored["r"], scored["f"], scored["m"]
    return np.select(
        [(r >= 4) & (f >= 4) & (m >= 4), (m >= 4) & (r <= 2), f >= 4, r >= 4],
        ["core", "quiet_big", "busy_small", "new_steps"],
        default="rest",
    )


# %% task="segment" kind="probe" expect="pass" name="if and elif, a table"
def segment(scored):
    def one(row):
        if row["r"] >= 4 and row["f"] >= 4 and row["m"] >= 4:
            return "core"
        elif row["m"] >= 4 and row["r"] <= 2:
            return "quiet_big"
        elif row["f"] >= 4:
            return "busy_small"
        elif row["r"] >= 4:
            return "new_steps"
        return "rest"

    out = scored.copy()
    out["segment"] = scored.apply(one, axis=1)
    return out.reset_index()


# %% task="segment" kind="probe" expect="pass" name="written from the last rule up, as a category"
def segment(scored):
    out = pd.Series("rest", index=scored.index, name="segment")
    out[scored["r"] >= 4] = "new_steps"
    out[scored["f"] >= 4] = "busy_small"
    out[(scored["m"] >= 4) & (scored["r"] <= 2)] = "quiet_big"
    out[(scored[["r", "f", "m"]] >= 4).all(axis=1)] = "core"
    return out.astype("category")


# %% [markdown] lang="zh"
# ## 5 一位客户带来多少（5 分）
#
# 写函数 `contribution(accounts, interactions, today)`，返回 `accounts` 里每位客户一年的贡献 `profit`，单位是元，不要四舍五入到整元。结果是以 `customer_id` 为索引的 Series，或者有这两列的表：
#
# **收入 − 账户成本 − 接触成本**
#
# - 收入：每个账户 `avg_balance_cents ÷ 100 × margin_bp ÷ 10000`：除以 100，分变成元；除以 10000，基点变成比例。每一种账户都算，贷款和信用卡也算；已销户的也算，它这一年里有过余额。
# - 账户成本：每个**没有销户**（`closed` 为空）的账户 24 元，即 `ACCOUNT_YUAN`。
# - 接触成本：截至 `today` 的 12 个月里（起止同第 1 题，`today` 当天也算）每次接触的分钟数 × `MINUTE_YUAN` 里该渠道的单价。没有接触过的客户，这一项是 0，不是缺失。`interactions` 里要是有人没有账户，不列出来。
#
# 真正的账还要加手续费、减预期损失，《客户细分》一章讲到；这里先不算。
# %% [markdown] lang="en"
# ## 5 What a customer brings (5 points)
#
# Write a function `contribution(accounts, interactions, today)` that returns, for each customer in `accounts`, a year's contribution `profit` in yuan, not rounded to whole yuan, as a Series with `customer_id` as its index or as a table with these two columns:
#
# **income − cost of accounts − cost of contacts**
#
# - Income: for each account `avg_balance_cents ÷ 100 × margin_bp ÷ 10000`: the 100 turns fen into yuan, the 10,000 turns basis points into a share. Every kind of account counts, loans and cards included, and so do closed ones: they had a balance during the year.
# - Cost of accounts: 24 yuan, `ACCOUNT_YUAN`, for each account that is **not closed** (`closed` is empty).
# - Cost of contacts: in the 12 months to `today` (first and last day as in task 1), the minutes of each contact × the rate of its channel in `MINUTE_YUAN`. For a customer without contacts this is 0, not missing. Somebody in `interactions` who has no account is left out.
#
# The full sum also has fees and expected losses, as the chapter "Customer segmentation" shows; leave them out here.
# %% task="contribution" kind="solution"
def contribution(accounts, interactions, today):
    ### BEGIN SOLUTION
    who = accounts["customer_id"]
    income = (accounts["avg_balance_cents"] * accounts["margin_bp"] / 1_000_000).groupby(who).sum()
    open_accounts = accounts["closed"].isna().groupby(who).sum()
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    contacts = (
        (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    )
    contacts = contacts.reindex(income.index, fill_value=0)
    return (income - open_accounts * ACCOUNT_YUAN - contacts).rename("profit")
    ### END SOLUTION


# %% task="contribution" kind="test" points=2
check.defined("contribution")
day = pd.Timestamp("2026-03-31")
small_accounts = pd.DataFrame(
    [
        (1, 41, "current", None, 100000, 1000000, 150),
        (2, 41, "savings", None, 0, 2000000, 100),
        (3, 42, "savings", None, 0, 0, 140),
        (4, 43, "savings", None, 5000000, 5000000, 140),
        (5, 44, "savings", None, 900000, 300000, 200),
        (6, 44, "fund", None, 0, 0, 90),
        (7, 45, "current", None, 1000000, 1000000, 150),
        (8, 46, "current", None, 1000000, 1000000, 150),
        (9, 46, "term_deposit", "2026-01-15", 0, 20000000, 100),
        (10, 47, "mortgage", None, 123456, 123456, 145),
    ],
    columns=[
        "account_id",
        "customer_id",
        "product",
        "closed",
        "balance_cents",
        "avg_balance_cents",
        "margin_bp",
    ],
)
small_accounts["closed"] = pd.to_datetime(small_accounts["closed"])
small_contacts = pd.DataFrame(
    [
        (41, "2025-10-08", "branch", "customer", 10),
        (41, "2026-01-20", "phone", "bank", 4),
        (42, "2025-09-01", "branch", "customer", 10),
        (42, "2025-11-20", "phone", "bank", 4),
        (43, "2025-03-31", "visit", "bank", 60),
        (43, "2025-04-01", "phone", "customer", 2),
        (43, "2026-03-31", "phone", "bank", 4),
        (43, "2026-05-01", "branch", "customer", 60),
        (45, "2025-08-02", "web", "customer", 30),
        (45, "2025-12-11", "mobile", "customer", 8),
        (45, "2026-02-06", "visit", "bank", 20),
        (49, "2025-12-01", "branch", "customer", 10),
    ],
    columns=["customer_id", "date", "channel", "initiated_by", "minutes"],
)
small_contacts["date"] = pd.to_datetime(small_contacts["date"])
result = check.frame(
    contribution(small_accounts.copy(), small_contacts.copy(), day),
    columns=["profit"],
    key="customer_id",
)
want = pd.DataFrame({"customer_id": range(41, 48)})
check.frame_equal(result, want, "contribution-everyone", key="customer_id")
check.true(result["profit"].notna(), "contribution-missing")
got = result.set_index("customer_id")["profit"]
check.true(got.abs().max() < 20000, "contribution-units")
check.close(got[44], 12.0, "contribution-accounts")
check.close(got[46], 2126.0, "contribution-closed")
# -98 is what comes out when an account counts once for each contact
check.true(got[42] != -98.0, "contribution-join")
check.close(got[42], -74.0, "contribution-contacts", who=42)
check.close(got[41], 252.0, "contribution-join")
check.close(got[45], -13.0, "contribution-contacts", who=45)
check.close(got[43], 661.0, "contribution-window")
check.close(got[47], -6.09888, "contribution-sum", atol=0.005, who=47)
# %% task="contribution" kind="test" points=3
check.defined("contribution")
result = check.frame(
    contribution(accounts.copy(), interactions.copy(), TODAY), columns=["profit"], key="customer_id"
)
want = accounts[["customer_id"]].drop_duplicates()
check.frame_equal(result, want, "contribution-everyone", key="customer_id")
check.true(result["profit"].notna(), "contribution-missing")
total = (accounts["avg_balance_cents"] * accounts["margin_bp"]).sum() / 1_000_000
total -= ACCOUNT_YUAN * accounts["closed"].isna().sum()
year = interactions["date"].between("2025-07-01", "2026-06-30")
spent = interactions["minutes"] * interactions["channel"].map(MINUTE_YUAN)
check.close(result["profit"].sum(), total - spent[year].sum(), "contribution-total")
### BEGIN HIDDEN TESTS
hidden_rates = {"branch": 4.0, "phone": 2.5, "web": 0.5, "mobile": 0.5, "visit": 6.0}
hidden_accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])
hidden_contacts = pd.read_csv("data/interactions.csv", parse_dates=["date"])
hidden_gains = hidden_accounts["avg_balance_cents"] * hidden_accounts["margin_bp"] / 1_000_000
hidden_gains = hidden_gains - 24.0 * hidden_accounts["closed"].isna()
hidden_costs = hidden_contacts["minutes"] * hidden_contacts["channel"].map(hidden_rates)
for hidden_today in (pd.Timestamp("2026-03-31"), pd.Timestamp("2025-08-31")):
    hidden_from = hidden_today - pd.DateOffset(months=12)
    hidden_year = hidden_contacts["date"].between(hidden_from, hidden_today, inclusive="right")
    hidden_sum = hidden_gains.groupby(hidden_accounts["customer_id"]).sum()
    hidden_spent = hidden_costs[hidden_year].groupby(hidden_contacts["customer_id"]).sum()
    hidden_sum = hidden_sum - hidden_spent.reindex(hidden_sum.index).fillna(0.0)
    hidden_got = check.frame(
        contribution(hidden_accounts.copy(), hidden_contacts.copy(), hidden_today),
        columns=["profit"],
        key="customer_id",
    )
    hidden_want = pd.DataFrame({"customer_id": sorted(hidden_sum.index)})
    check.frame_equal(hidden_got, hidden_want, "contribution-everyone", key="customer_id")
    hidden_profit = pd.to_numeric(hidden_got["profit"], errors="coerce").to_numpy()
    hidden_gap = hidden_profit - hidden_got["customer_id"].map(hidden_sum).to_numpy()
    # one customer is enough for the message; what is no number is no gap
    for hidden_place in np.flatnonzero(~(np.abs(hidden_gap) <= 0.005))[:1]:
        hidden_who = hidden_got["customer_id"].iloc[hidden_place]
        check.close(
            hidden_got["profit"].iloc[hidden_place],
            hidden_sum[hidden_who],
            "contribution-sum",
            atol=0.005,
            who=hidden_who,
        )


### END HIDDEN TESTS
# %% [markdown] task="contribution" kind="hint" level=1 lang="zh"
# 小表里客户 42 的余额一直是 0，却有两次接触，贡献应当是正还是负？客户 44 一次也没有来过，接触成本是多少？客户 41 有两个账户、两次接触，接触成本会不会算重？
# %% [markdown] task="contribution" kind="hint" level=1 lang="en"
# Customer 42 in the small table has no balance but two contacts: should the contribution be positive or negative? Customer 44 never came: what does your code make of that cost? Customer 41 has two accounts and two contacts: is any contact counted twice?
# %% [markdown] task="contribution" kind="hint" level=2 lang="zh"
# 分三步，每步得到一个以 `customer_id` 为索引的 Series，最后相减。`Series.map(MINUTE_YUAN)` 把渠道换成单价；相减之前用 `reindex(..., fill_value=0)` 补上没有接触的客户。
# %% [markdown] task="contribution" kind="hint" level=2 lang="en"
# Three steps, each giving a Series indexed by `customer_id`, then subtract. `Series.map(MINUTE_YUAN)` turns channels into rates; before subtracting, `reindex(..., fill_value=0)` adds the customers without contacts.
# %% [markdown] task="contribution" kind="hint" level=3 lang="zh"
# `income = (余额 * 利差 / 1_000_000).groupby(accounts["customer_id"]).sum()`；`open_accounts = accounts["closed"].isna().groupby(accounts["customer_id"]).sum()`；接触成本同样先按第 1 题的起止筛日期，再分组求和，`reindex(income.index, fill_value=0)`。
# %% [markdown] task="contribution" kind="hint" level=3 lang="en"
# `income = (balance * margin / 1_000_000).groupby(accounts["customer_id"]).sum()`; `open_accounts = accounts["closed"].isna().groupby(accounts["customer_id"]).sum()`; for contacts filter the dates as in task 1, group and sum, then `reindex(income.index, fill_value=0)`.
# %% task="contribution" kind="probe" expect="fail" message="contribution-everyone" name="inner join loses those without contacts"
def contribution(accounts, interactions, today):
    who = accounts["customer_id"]
    gain = (
        (
            accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
            - accounts["closed"].isna() * 24
        )
        .groupby(who)
        .sum()
    )
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    both = pd.concat([gain.rename("gain"), cost.rename("cost")], axis=1, join="inner")
    return (both["gain"] - both["cost"]).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-missing" name="no contacts becomes missing"
def contribution(accounts, interactions, today):
    who = accounts["customer_id"]
    gain = (
        (
            accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
            - accounts["closed"].isna() * 24
        )
        .groupby(who)
        .sum()
    )
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    return (gain - cost.reindex(gain.index)).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-units" name="fen not turned into yuan"
def contribution(accounts, interactions, today):
    who = accounts["customer_id"]
    gain = (
        (
            accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e4
            - accounts["closed"].isna() * 24
        )
        .groupby(who)
        .sum()
    )
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    return (gain - cost.reindex(gain.index, fill_value=0)).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-closed" name="closed accounts pay too"
def contribution(accounts, interactions, today):
    who = accounts["customer_id"]
    gain = (accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6 - 24).groupby(who).sum()
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    return (gain - cost.reindex(gain.index, fill_value=0)).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-window" name="contacts of all years"
def contribution(accounts, interactions, today):
    who = accounts["customer_id"]
    gain = (
        (
            accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
            - accounts["closed"].isna() * 24
        )
        .groupby(who)
        .sum()
    )
    cost = (
        (interactions["minutes"] * interactions["channel"].map(MINUTE_YUAN))
        .groupby(interactions["customer_id"])
        .sum()
    )
    return (gain - cost.reindex(gain.index, fill_value=0)).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-accounts" name="today's balance"
def contribution(accounts, interactions, today):
    who = accounts["customer_id"]
    income = accounts["balance_cents"] * accounts["margin_bp"] / 1e6
    gain = (income - accounts["closed"].isna() * 24).groupby(who).sum()
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = year["minutes"] * year["channel"].map(MINUTE_YUAN)
    cost = cost.groupby(year["customer_id"]).sum().reindex(gain.index, fill_value=0)
    return (gain - cost).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-join" name="joined before summing"
def contribution(accounts, interactions, today):
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    both = accounts.merge(year, on="customer_id", how="left")
    cost = (both["minutes"] * both["channel"].map(MINUTE_YUAN)).fillna(0)
    income = both["avg_balance_cents"] * both["margin_bp"] / 1e6
    gain = income - both["closed"].isna() * 24 - cost
    return gain.groupby(both["customer_id"]).sum().rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-join" name="cost once for each account"
def contribution(accounts, interactions, today):
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = year["minutes"] * year["channel"].map(MINUTE_YUAN)
    cost = cost.groupby(year["customer_id"]).sum().rename("cost").reset_index()
    both = accounts.merge(cost, on="customer_id", how="left").fillna({"cost": 0})
    income = both["avg_balance_cents"] * both["margin_bp"] / 1e6
    gain = income - both["closed"].isna() * 24 - both["cost"]
    return gain.groupby(both["customer_id"]).sum().rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-everyone" name="contacts of people without an account"
def contribution(accounts, interactions, today):
    gain = accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
    gain = (gain - accounts["closed"].isna() * 24).groupby(accounts["customer_id"]).sum()
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    return gain.sub(cost, fill_value=0).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-contacts" name="two channels only"
def contribution(accounts, interactions, today):
    gain = accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
    gain = (gain - accounts["closed"].isna() * 24).groupby(accounts["customer_id"]).sum()
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = year["minutes"] * year["channel"].map({"branch": 4.0, "phone": 2.5})
    cost = cost.groupby(year["customer_id"]).sum().reindex(gain.index, fill_value=0)
    return (gain - cost).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-window" name="TODAY instead of today"
def contribution(accounts, interactions, today):
    gain = accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
    gain = (gain - accounts["closed"].isna() * 24).groupby(accounts["customer_id"]).sum()
    begin = TODAY - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= TODAY)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    return (gain - cost.reindex(gain.index, fill_value=0)).rename("profit")


# %% task="contribution" kind="probe" expect="fail" message="contribution-sum" name="rounded to whole yuan"
def contribution(accounts, interactions, today):
    gain = accounts["avg_balance_cents"] * accounts["margin_bp"] / 1e6
    gain = (gain - accounts["closed"].isna() * 24).groupby(accounts["customer_id"]).sum()
    begin = today - pd.DateOffset(months=12)
    year = interactions[(interactions["date"] > begin) & (interactions["date"] <= today)]
    cost = (year["minutes"] * year["channel"].map(MINUTE_YUAN)).groupby(year["customer_id"]).sum()
    return (gain - cost.reindex(gain.index, fill_value=0)).round().rename("profit")


# %% task="contribution" kind="probe" expect="pass" name="merge and fillna, a table"
def contribution(accounts, interactions, today):
    work = accounts.assign(
        gain=accounts["avg_balance_cents"] / 100 * accounts["margin_bp"] / 10_000
        - np.where(accounts["closed"].isna(), ACCOUNT_YUAN, 0)
    )
    out = work.groupby("customer_id", as_index=False)["gain"].sum()
    recent = interactions[
        interactions["date"].between(today - pd.DateOffset(months=12), today, inclusive="right")
    ]
    recent = recent.assign(
        cost=recent["minutes"] * recent["channel"].replace(MINUTE_YUAN).astype(float)
    )
    cost = recent.groupby("customer_id", as_index=False)["cost"].sum()
    out = out.merge(cost, on="customer_id", how="left").fillna({"cost": 0})
    out["profit"] = out["gain"] - out["cost"]
    return out


# %% task="contribution" kind="probe" expect="pass" name="a dictionary filled by loops"
def contribution(accounts, interactions, today):
    total = {}
    for row in accounts.itertuples():
        total.setdefault(row.customer_id, 0.0)
        total[row.customer_id] += row.avg_balance_cents * row.margin_bp / 1_000_000
        if pd.isna(row.closed):
            total[row.customer_id] -= ACCOUNT_YUAN
    begin = today - pd.DateOffset(months=12)
    for row in interactions.itertuples():
        if begin < row.date <= today and row.customer_id in total:
            total[row.customer_id] -= row.minutes * MINUTE_YUAN[row.channel]
    return pd.Series(total, name="profit").rename_axis("customer_id")


# %% [markdown] lang="zh"
# ## 6 各客群占多少利润（3 分）
#
# 写函数 `shares(profit, segments)`。两个参数都是以 `customer_id` 为索引的 Series：`profit` 是每位客户的贡献，`segments` 是客群名。一年里没有自己做过任何交易的客户不在 `segments` 里，他们算作客群 `none`，不能丢掉。反过来，`segments` 里的客户都在 `profit` 里。
#
# 返回每个客群一行的表（没有客户的客群可以不列），含 `segment`（列或索引）和：
#
# - `customers`：人数；
# - `profit`：贡献之和；
# - `share`：占全部贡献（有正有负的总和）的比例，写成小数，不写成百分数，不要四舍五入。各行相加等于 1。
# %% [markdown] lang="en"
# ## 6 Each segment's share of profit (3 points)
#
# Write a function `shares(profit, segments)`. Both are Series indexed by `customer_id`: `profit` holds each customer's contribution, `segments` the segment's name. Customers who chose no transaction all year are not in `segments`; they form the segment `none` and must not be lost. Everybody in `segments` is also in `profit`.
#
# Return a table with one row for each segment (one without customers may be left out): `segment` (as a column or as the index) and
#
# - `customers`: how many;
# - `profit`: the sum of their contributions;
# - `share`: the share of the total contribution, positive and negative together, as a fraction, not in per cent, and not rounded. The rows add up to 1.
# %% task="shares" kind="solution"
def shares(profit, segments):
    ### BEGIN SOLUTION
    name = segments.reindex(profit.index).astype(object).fillna("none").rename("segment")
    table = profit.groupby(name).agg(customers="size", profit="sum")
    table["share"] = table["profit"] / profit.sum()
    return table
    ### END SOLUTION


# %% task="shares" kind="test" points=3
check.defined("shares")
small_profit = pd.Series(
    [900.0, 300.0, -200.0, 50.0, -40.0],
    index=pd.Index([51, 52, 53, 54, 55], name="customer_id"),
    name="profit",
)
small_names = pd.Series(
    ["core", "core", "busy_small", "rest"],
    index=pd.Index([54, 51, 53, 52], name="customer_id"),
    name="segment",
)
result = check.frame(
    shares(small_profit.copy(), small_names.copy()),
    columns=["customers", "profit", "share"],
    key="segment",
)
# segments without any customer may be listed or left out
result = result[result["customers"] != 0]
check.true("none" in set(result["segment"]), "shares-none")
want = pd.DataFrame(
    {
        "segment": ["busy_small", "core", "none", "rest"],
        "customers": [1, 2, 1, 1],
        "profit": [-200.0, 950.0, -40.0, 300.0],
        "share": [-200 / 1010, 950 / 1010, -40 / 1010, 300 / 1010],
    }
)
check.frame_equal(result, want[["segment"]], "shares-segments", key="segment")
check.frame_equal(result, want[["segment", "customers"]], "shares-customers", key="segment")
check.frame_equal(result, want[["segment", "profit"]], "shares-profit", key="segment")
check.frame_equal(result, want[["segment", "share"]], "shares-share", key="segment", atol=1e-6)
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(5)
hidden_ids = pd.Index(hidden_rng.permutation(2000)[:260], name="customer_id")
hidden_profit = pd.Series(hidden_rng.normal(40, 120, 260).round(2), index=hidden_ids, name="profit")
hidden_names = pd.Series(
    hidden_rng.choice(["core", "quiet_big", "rest"], 200), index=hidden_ids[:200], name="segment"
).sample(frac=1, random_state=1)
hidden_rows = {}
for who, gain in hidden_profit.items():
    name = hidden_names.get(who, "none")
    count, total = hidden_rows.get(name, (0, 0.0))
    hidden_rows[name] = (count + 1, total + gain)
hidden_total = sum(hidden_profit)
hidden_got = check.frame(
    shares(hidden_profit.copy(), hidden_names.copy()),
    columns=["customers", "profit", "share"],
    key="segment",
)
hidden_got = hidden_got[hidden_got["customers"] != 0]
hidden_want = pd.DataFrame(
    [(k, n, p, p / hidden_total) for k, (n, p) in hidden_rows.items()],
    columns=["segment", "customers", "profit", "share"],
)
for hidden_columns, hidden_message in (
    (["segment"], "shares-segments"),
    (["segment", "customers"], "shares-customers"),
    (["segment", "profit"], "shares-profit"),
):
    check.frame_equal(
        hidden_got, hidden_want[hidden_columns], hidden_message, key="segment", atol=0.005
    )
check.frame_equal(
    hidden_got, hidden_want[["segment", "share"]], "shares-share", key="segment", atol=1e-6
)


### END HIDDEN TESTS
# %% [markdown] task="shares" kind="hint" level=1 lang="zh"
# 小表里一共五位客户，你的结果里人数加起来是几？客户 55 到哪里去了？
# %% [markdown] task="shares" kind="hint" level=1 lang="en"
# The small table has five customers. How many do your rows add up to? Where did customer 55 go?
# %% [markdown] task="shares" kind="hint" level=2 lang="zh"
# 先让客群名和 `profit` 的索引对齐（`reindex`），缺的填 `"none"`，再分组。总数用 `profit.sum()`，不要只加正的。
# %% [markdown] task="shares" kind="hint" level=2 lang="en"
# First bring the names onto the index of `profit` (`reindex`), fill what is missing with `"none"`, then group. The total is `profit.sum()`, not the positive ones alone.
# %% [markdown] task="shares" kind="hint" level=3 lang="zh"
# `name = segments.reindex(profit.index).fillna("none")`；`profit.groupby(name).agg(customers="size", profit="sum")`，再加一列 `share`。索引要叫 `segment`，可以用 `.rename_axis("segment")`。
# %% [markdown] task="shares" kind="hint" level=3 lang="en"
# `name = segments.reindex(profit.index).fillna("none")`; `profit.groupby(name).agg(customers="size", profit="sum")`, then add `share`. The index should be called `segment`: `.rename_axis("segment")` does it.
# %% task="shares" kind="probe" expect="fail" message="shares-none" name="those without a segment lost"
def shares(profit, segments):
    both = pd.concat([profit.rename("profit"), segments.rename("segment")], axis=1, join="inner")
    out = both.groupby("segment")["profit"].agg(customers="size", profit="sum")
    out["share"] = out["profit"] / out["profit"].sum()
    return out


# %% task="shares" kind="probe" expect="fail" message="shares-share" name="share of the profitable only"
def shares(profit, segments):
    name = segments.reindex(profit.index).astype(object).fillna("none").rename("segment")
    out = profit.groupby(name).agg(customers="size", profit="sum")
    out["share"] = out["profit"] / profit[profit > 0].sum()
    return out


# %% task="shares" kind="probe" expect="fail" message="shares-share" name="rounded to two places"
def shares(profit, segments):
    name = segments.reindex(profit.index).astype(object).fillna("none").rename("segment")
    out = profit.groupby(name).agg(customers="size", profit="sum")
    out["share"] = (out["profit"] / profit.sum()).round(2)
    return out


# %% task="shares" kind="probe" expect="fail" message="shares-share" name="in per cent"
def shares(profit, segments):
    name = segments.reindex(profit.index).astype(object).fillna("none").rename("segment")
    out = profit.groupby(name).agg(customers="size", profit="sum")
    out["share"] = out["profit"] / profit.sum() * 100
    return out


# %% task="shares" kind="probe" expect="fail" message="check-one-column" name="the profits alone, a Series"
def shares(profit, segments):
    name = segments.reindex(profit.index).astype(object).fillna("none").rename("segment")
    return profit.groupby(name).sum()


# %% task="shares" kind="probe" expect="pass" name="all six segments, empty ones as 0"
def shares(profit, segments):
    name = segments.reindex(profit.index).astype(object).fillna("none").rename("segment")
    out = profit.groupby(name).agg(customers="size", profit="sum")
    known = ["core", "quiet_big", "busy_small", "new_steps", "rest", "none"]
    out = out.reindex(known, fill_value=0)
    out["share"] = out["profit"] / profit.sum()
    return out


# %% task="shares" kind="probe" expect="pass" name="merge, other order, key as a column"
def shares(profit, segments):
    left = profit.rename("p").reset_index()
    right = segments.rename("segment").reset_index()
    both = left.merge(right, on="customer_id", how="left")
    both["segment"] = both["segment"].astype(object).where(both["segment"].notna(), "none")
    out = both.groupby("segment", as_index=False).agg(customers=("p", "count"), profit=("p", "sum"))
    out["share"] = out["profit"].div(out["profit"].sum())
    return out.sort_values("profit", ascending=False)


# %% task="shares" kind="probe" expect="pass" name="counted by hand"
def shares(profit, segments):
    names = dict(segments)
    rows = []
    groups = {}
    for who, gain in profit.items():
        groups.setdefault(names.get(who, "none"), []).append(gain)
    total = float(profit.sum())
    for name, gains in groups.items():
        rows.append(
            {
                "segment": name,
                "customers": len(gains),
                "profit": sum(gains),
                "share": sum(gains) / total,
            }
        )
    return rows


# %% [markdown] lang="zh"
# ## 7 名单（5 分）
#
# 钱悄悄走掉的客户，往往余额还在往下掉，人却一声不响。写函数 `call_list(table, places)`。`table` 每位客户一行，有四列：
#
# - `customer_id`；
# - `marketing_consent`：是否同意接到营销联系（真或假）；
# - `average`：过去 12 个月的平均余额，元；
# - `now`：当前余额，元。
#
# 符合**全部**三条的客户才进名单：
#
# 1. 同意联系；
# 2. 平均余额不少于 5 万元；
# 3. 当前余额比平均余额少了 30% 或更多。
#
# 按**少了多少元**从多到少排；少的元数相同，`customer_id` 小的在前。最多取 `places` 位，按顺序返回 `customer_id` 的列表（一列 `customer_id`、一个数组也行）。
# %% [markdown] lang="en"
# ## 7 The list (5 points)
#
# Money that leaves quietly often shows as a balance that falls while the customer says nothing. Write a function `call_list(table, places)`. `table` has one row for each customer and four columns:
#
# - `customer_id`;
# - `marketing_consent`: whether the customer agreed to be contacted for marketing (true or false);
# - `average`: the average balance of the last 12 months, yuan;
# - `now`: today's balance, yuan.
#
# A customer is on the list if **all** three hold:
#
# 1. there is consent;
# 2. the average balance is at least 50,000 yuan;
# 3. today's balance is lower than the average by 30% or more.
#
# Order by **how many yuan are gone**, most first; where that is equal, the smaller `customer_id` first. Take at most `places` and return the list of their `customer_id` in this order (a column of `customer_id` or an array will do as well).
# %% task="call_list" kind="solution"
def call_list(table, places):
    ### BEGIN SOLUTION
    gone = table["average"] - table["now"]
    fits = (
        table["marketing_consent"] & (table["average"] >= 50_000) & (gone >= 0.3 * table["average"])
    )
    ranked = (
        table[fits].assign(gone=gone).sort_values(["gone", "customer_id"], ascending=[False, True])
    )
    return ranked["customer_id"].head(places).tolist()
    ### END SOLUTION


# %% task="call_list" kind="test" points=2
check.defined("call_list")
small = pd.DataFrame(
    {
        "customer_id": [68, 62, 63, 64, 65, 66, 67, 61],
        "marketing_consent": [True, False, True, True, True, True, True, True],
        "average": [2e5, 9e5, 4e5, 50000.0, 60000.0, 4e5, 49999.0, 1e5],
        "now": [120000.0, 0.0, 270000.0, 0.0, 45000.0, 280000.0, 0.0, 20000.0],
    }
)
answer = call_list(small.copy(), 10)
check.true(not isinstance(answer, pd.DataFrame), "call-list")
everyone = list(check.series(answer))
for who in everyone:
    check.true(who in list(small["customer_id"]), "call-ids", value=who)
check.true(len(everyone) == len(set(everyone)), "call-twice")
check.true(62 not in everyone, "call-consent", who=62)
want = pd.DataFrame({"customer_id": [61, 63, 64, 66, 68]})
check.frame_equal(pd.DataFrame({"customer_id": everyone}), want, "call-rule", key="customer_id")
chosen = list(check.series(call_list(small.copy(), 3)))
check.true(len(chosen) <= 3, "call-places")
check.equal(chosen, [63, 66, 61], "call-order")
# %% task="call_list" kind="test" points=3
check.defined("call_list")
owned = accounts[accounts["product"].isin(["current", "savings", "term_deposit", "fund"])].groupby(
    "customer_id"
)
bank = customers[["customer_id", "marketing_consent"]].copy()
bank["average"] = bank["customer_id"].map(owned["avg_balance_cents"].sum() / 100).fillna(0.0)
bank["now"] = bank["customer_id"].map(owned["balance_cents"].sum() / 100).fillna(0.0)
answer = call_list(bank.copy(), 12)
check.true(not isinstance(answer, pd.DataFrame), "call-list")
chosen = list(check.series(answer))
check.true(len(chosen) <= 12, "call-places")
for who in chosen:
    check.true(who in list(bank["customer_id"]), "call-ids", value=who)
check.true(len(chosen) == len(set(chosen)), "call-twice")
listed = bank.set_index("customer_id").loc[chosen]
for who in chosen:
    check.true(listed.loc[who, "marketing_consent"], "call-consent", who=who)
    check.true(listed.loc[who, "average"] >= 50_000, "call-limits", who=who)
    check.true(listed.loc[who, "now"] < 0.71 * listed.loc[who, "average"], "call-limits", who=who)
gone = list(listed["average"] - listed["now"])
check.true(gone == sorted(gone, reverse=True), "call-gone")
### BEGIN HIDDEN TESTS
hidden_rng = np.random.default_rng(3)
hidden_tables = [bank]
for hidden_n in (60, 200):
    hidden_average = hidden_rng.integers(0, 12, hidden_n) * 10_000.0
    hidden_tables.append(
        pd.DataFrame(
            {
                "customer_id": hidden_rng.permutation(9000)[:hidden_n],
                "marketing_consent": hidden_rng.random(hidden_n) < 0.7,
                "average": hidden_average,
                "now": hidden_average
                * hidden_rng.choice([0.0, 0.25, 0.5, 0.75, 1.0, 1.25], hidden_n),
            }
        )
    )
for hidden_table in hidden_tables:
    hidden_rows = [
        (-(row.average - row.now), int(row.customer_id))
        for row in hidden_table.itertuples(index=False)
        if row.marketing_consent
        and row.average >= 50_000
        and row.average - row.now >= 0.3 * row.average
    ]
    for hidden_places in (0, 5, 12, 500):
        hidden_want = [who for _, who in sorted(hidden_rows)[:hidden_places]]
        hidden_got = list(check.series(call_list(hidden_table.copy(), hidden_places)))
        check.true(len(hidden_got) <= hidden_places, "call-places")
        check.frame_equal(
            pd.DataFrame({"customer_id": hidden_got}),
            pd.DataFrame({"customer_id": hidden_want}),
            "call-rule",
            key="customer_id",
        )
        check.equal(hidden_got, hidden_want, "call-order")


### END HIDDEN TESTS
# %% [markdown] task="call_list" kind="hint" level=1 lang="zh"
# 小表里客户 62 少了 90 万元，为什么不在名单里？客户 63 少了 13 万元，客户 61 少了 8 万元、比例却更大，谁在前？客户 61 和 68 少得一样多，又怎么排？
# %% [markdown] task="call_list" kind="hint" level=1 lang="en"
# Customer 62 in the small table lost 900,000 yuan: why not on the list? 63 lost 130,000 yuan, 61 lost 80,000 but a larger share: who comes first? And 61 and 68, who lost the same?
# %% [markdown] task="call_list" kind="hint" level=2 lang="zh"
# 先算一列 `average - now`，再用三个条件筛，最后 `sort_values` 给两列、两个方向，`head(places)` 取前几位。
# %% [markdown] task="call_list" kind="hint" level=2 lang="en"
# First a column `average - now`, then filter by three conditions, then `sort_values` with two columns and two directions, and `head(places)`.
# %% [markdown] task="call_list" kind="hint" level=3 lang="zh"
# 少了的元数是 `table["average"] - table["now"]`，记作 `gone`；条件是 `marketing_consent`、`average >= 50_000`、`gone >= 0.3 * average`；`sort_values(["gone", "customer_id"], ascending=[False, True])["customer_id"].head(places).tolist()`。
# %% [markdown] task="call_list" kind="hint" level=3 lang="en"
# The yuan gone are `table["average"] - table["now"]`, call them `gone`; the conditions are `marketing_consent`, `average >= 50_000`, `gone >= 0.3 * average`; then `sort_values(["gone", "customer_id"], ascending=[False, True])["customer_id"].head(places).tolist()`.
# %% task="call_list" kind="probe" expect="fail" message="call-consent" name="consent forgotten"
def call_list(table, places):
    gone = table["average"] - table["now"]
    fits = (table["average"] >= 50_000) & (gone >= 0.3 * table["average"])
    return (
        table[fits]
        .assign(gone=gone)
        .sort_values(["gone", "customer_id"], ascending=[False, True])["customer_id"]
        .head(places)
        .tolist()
    )


# %% task="call_list" kind="probe" expect="fail" message="call-order" name="ordered by share instead of yuan"
def call_list(table, places):
    share = 1 - table["now"] / table["average"]
    fits = table["marketing_consent"] & (table["average"] >= 50_000) & (share >= 0.3 - 1e-12)
    return (
        table[fits]
        .assign(s=share)
        .sort_values(["s", "customer_id"], ascending=[False, True])["customer_id"]
        .head(places)
        .tolist()
    )


# %% task="call_list" kind="probe" expect="fail" message="call-places" name="no limit"
def call_list(table, places):
    gone = table["average"] - table["now"]
    fits = (
        table["marketing_consent"] & (table["average"] >= 50_000) & (gone >= 0.3 * table["average"])
    )
    return (
        table[fits]
        .assign(gone=gone)
        .sort_values(["gone", "customer_id"], ascending=[False, True])["customer_id"]
        .tolist()
    )


# %% task="call_list" kind="probe" expect="fail" message="call-rule" name="limits left out"
def call_list(table, places):
    gone = table["average"] - table["now"]
    fits = (
        table["marketing_consent"] & (table["average"] > 50_000) & (gone > 0.3 * table["average"])
    )
    ranked = table[fits].assign(gone=gone)
    ranked = ranked.sort_values(["gone", "customer_id"], ascending=[False, True])
    return ranked["customer_id"].head(places).tolist()


# %% task="call_list" kind="probe" expect="fail" message="call-order" name="larger number first in a tie"
def call_list(table, places):
    gone = table["average"] - table["now"]
    fits = (
        table["marketing_consent"] & (table["average"] >= 50_000) & (gone >= 0.3 * table["average"])
    )
    ranked = table[fits].assign(gone=gone)
    return ranked.sort_values(["gone", "customer_id"], ascending=False)["customer_id"].head(places)


# %% task="call_list" kind="probe" expect="fail" message="call-list" name="the table"
def call_list(table, places):
    gone = table["average"] - table["now"]
    fits = (
        table["marketing_consent"] & (table["average"] >= 50_000) & (gone >= 0.3 * table["average"])
    )
    ranked = table[fits].assign(gone=gone)
    return ranked.sort_values(["gone", "customer_id"], ascending=[False, True]).head(places)


# %% task="call_list" kind="probe" expect="fail" message="call-ids" name="amounts with the customer as index"
def call_list(table, places):
    gone = (table["average"] - table["now"]).set_axis(table["customer_id"])
    work = table.set_index("customer_id")
    fits = work["marketing_consent"] & (work["average"] >= 50_000) & (gone >= 0.3 * work["average"])
    return gone[fits].sort_index().sort_values(ascending=False, kind="stable").head(places)


# %% task="call_list" kind="probe" expect="fail" message="call-rule" name="today's balance of 50,000 instead of the average"
def call_list(table, places):
    gone = table["average"] - table["now"]
    fits = table["marketing_consent"] & (table["now"] >= 50_000) & (gone >= 0.3 * table["average"])
    ranked = table[fits].assign(gone=gone)
    ranked = ranked.sort_values(["gone", "customer_id"], ascending=[False, True])
    return ranked["customer_id"].head(places)


# %% task="call_list" kind="probe" expect="pass" name="query and nlargest, numpy integers"
def call_list(table, places):
    work = table.sort_values("customer_id").assign(gone=lambda t: t["average"] - t["now"])
    work = work.query("marketing_consent and average >= 50000 and gone >= 0.3 * average")
    return work.sort_values("gone", ascending=False, kind="stable")["customer_id"].head(places)


# %% task="call_list" kind="probe" expect="pass" name="plain Python"
def call_list(table, places):
    rows = []
    for row in table.to_dict("records"):
        gone = row["average"] - row["now"]
        if row["marketing_consent"] and row["average"] >= 50_000 and gone >= 0.3 * row["average"]:
            rows.append((-gone, row["customer_id"]))
    return [who for _, who in sorted(rows)][:places]


# %% [markdown] lang="zh"
# 下面这一格把你的函数连起来，用在全行的数据上。写论述题之前先看看它的结果；它不计分；有函数还没写完或者出错，它就只说在哪里停下。写论述题还需要别的数，可以新开一格自己算。
# %% [markdown] lang="en"
# The next cell strings your functions together on the data of the whole bank. Look at its result before you write the essay; it gives no points, and only says what stopped it where a function is not written yet or fails. Should the essay need other figures, work them out in a new cell.
# %%
try:
    table = rfm(behaviour(transactions, TODAY), TODAY)
    table = check.frame(table, ["recency", "frequency", "monetary"], "customer_id")
    scored = check.frame(scores(table.set_index("customer_id")), ["r", "f", "m"], "customer_id")
    named = check.series(segment(scored.set_index("customer_id")), "segment", "customer_id")
    gain = check.series(contribution(accounts, interactions, TODAY), "profit", "customer_id")
    print(check.frame(shares(gain, named), ["customers", "profit", "share"], "segment").round(3))

    assets = ["current", "savings", "term_deposit", "fund"]
    owned = accounts[accounts["product"].isin(assets)].groupby("customer_id")
    bank = customers[["customer_id", "branch", "marketing_consent"]].copy()
    bank["average"] = bank["customer_id"].map(owned["avg_balance_cents"].sum() / 100).fillna(0.0)
    bank["now"] = bank["customer_id"].map(owned["balance_cents"].sum() / 100).fillna(0.0)
    twelve = list(check.series(call_list(bank.copy(), 12)))
    listed = bank.set_index("customer_id").loc[twelve]
    listed["segment"] = named.reindex(listed.index).astype(object).fillna("none")
    print(listed.astype({"average": int, "now": int}))
except Exception as problem:
    print("…", type(problem).__name__, problem)


# %% [markdown] lang="zh"
# ## 8 写给周岚（5 分，由教师评阅）
#
# 用不超过 300 字（只数汉字，不数数字和标点）告诉周岚：这 12 次面谈给谁，凭什么；这份名单看不见什么人，有什么法律上或公平上的风险；三个月以后看哪一个数，就能知道名单没有用。评分看三条：决定有没有数字支持，看不看得到限度，怎样检验。
# %% [markdown] lang="en"
# ## 8 To Zhou Lan (5 points, graded by the instructor)
#
# In at most 200 words tell Zhou Lan: who gets the twelve conversations, and why; whom this list cannot see, and one risk in law or fairness; which number, three months from now, would show that the list was of no use. Three things are graded: whether figures support the decision, whether you see its limits, how you would test it.
# %% [markdown] task="advice" kind="hint" level=1 lang="zh"
# 读的人只问三件事：给谁，漏了谁，怎么知道有没有用。先各写一句，再补数。
# %% [markdown] task="advice" kind="hint" level=1 lang="en"
# The reader asks three things: who gets them, who is left out, how shall we know. Write a sentence for each first, then add the figures.
# %% [markdown] task="advice" kind="hint" level=2 lang="zh"
# 数从函数里来：把 `places` 放大，看符合条件的一共几位；去掉同意这一条，看又有几位被挡在外面；这 12 位各在哪个客群，平均存过多少，今天剩多少，还有没有开着的账户。
# %% [markdown] task="advice" kind="hint" level=2 lang="en"
# The figures come from your functions: raise `places` and see how many fit at all; drop the consent and see how many stay outside; see which segments the twelve are in, what they kept on average, what is left today, whether any account is still open.
# %% [markdown] task="advice" kind="hint" level=3 lang="zh"
# 检验要有三样：一个量得出来的数、一个日子、一组拿来比的人。如果只看谈过的客户，余额自己回升的那一部分也会算成面谈的功劳；跟谁比，才分得开？
# %% [markdown] task="advice" kind="hint" level=3 lang="en"
# A test needs three things: a number that can be measured, a date, and people to compare with. If you look only at those who were met, a balance that would have come back anyway counts as a success; whom must you compare with to tell the two apart?
# %% [markdown] task="advice" kind="essay" points=5
# 在这里写你的答案。 / Write your answer here.
