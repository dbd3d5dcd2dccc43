# %% [markdown] lang="zh"
# # 数产品
#
# 澜川银行是虚构的。写两个函数。
# %% [markdown] lang="en"
# # Count the products
#
# Lanchuan Bank is invented. Write two functions.
# %% kind="setup" lang="zh"
import pandas as pd

from casebank import check

check.begin("products-held", lang="zh")
accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])
# %% kind="setup" lang="en"
import pandas as pd

from casebank import check

check.begin("products-held", lang="en")
accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])


# %% [markdown] lang="zh"
# ## 1 每人几件（2 分）
#
# `held(accounts)` 返回一列，索引是 `customer_id`：在册产品有几种。
# %% [markdown] lang="en"
# ## 1 Products of each (2 points)
#
# `held(accounts)` returns a series by `customer_id`: how many kinds of product are open.
# %% task="held" kind="solution"
def held(accounts):
    ### BEGIN SOLUTION
    still_open = accounts[accounts["closed"].isna()]
    return still_open.groupby("customer_id")["product"].nunique()
    ### END SOLUTION


# %% task="held" kind="test" points=2
check.defined("held")
small = pd.DataFrame(
    {
        "customer_id": [7, 7, 7, 8],
        "product": ["savings", "savings", "fund", "current"],
        "closed": [pd.NaT, pd.NaT, pd.Timestamp("2026-01-05"), pd.NaT],
    }
)
got = dict(held(small.copy()))
check.true(got.get(7) != 3, "held-kinds")
check.true(got.get(7) != 2, "held-closed")
check.equal(got, {7: 1, 8: 1}, "held-kinds")
### BEGIN HIDDEN TESTS
hidden_more = pd.concat([small, small.assign(customer_id=9, closed=pd.NaT)])
check.equal(dict(held(hidden_more))[9], 3, "held-kinds")


### END HIDDEN TESTS
# %% [markdown] task="held" kind="hint" level=1 lang="zh"
# 哪些账户今天还开着？
# %% [markdown] task="held" kind="hint" level=1 lang="en"
# Which accounts are still open today?
# %% [markdown] task="held" kind="hint" level=2 lang="zh"
# `closed` 是缺失值，就是还开着。
# %% [markdown] task="held" kind="hint" level=2 lang="en"
# Where `closed` is missing the account is open.
# %% [markdown] task="held" kind="hint" level=3 lang="zh"
# 先筛，再按客户分组，数 `product` 的种类。
# %% [markdown] task="held" kind="hint" level=3 lang="en"
# Filter, group by customer, count the kinds of `product`.
# %% task="held" kind="probe" expect="fail" message="held-closed" name="closed counted"
def held(accounts):
    return accounts.groupby("customer_id")["product"].nunique()


# %% task="held" kind="probe" expect="fail" message="held-closed" name="open accounts counted"
def held(accounts):
    return accounts[accounts["closed"].isna()].groupby("customer_id").size()


# %% task="held" kind="probe" expect="pass" name="by hand"
def held(accounts):
    rows = accounts.loc[accounts["closed"].isna(), ["customer_id", "product"]].drop_duplicates()
    return rows["customer_id"].value_counts()


# %% task="held" kind="probe" expect="pass" name="sets"
def held(accounts):
    kinds = {}
    for row in accounts[accounts["closed"].isna()].itertuples():
        kinds.setdefault(row.customer_id, set()).add(row.product)
    return pd.Series({who: len(own) for who, own in kinds.items()})


# %% [markdown] lang="zh"
# ## 2 只有一件的占几成（2 分）
#
# `single(counts)` 返回 0 到 1 之间的比例。
# %% [markdown] lang="en"
# ## 2 Share with one product (2 points)
#
# `single(counts)` returns a share between 0 and 1.
# %% task="single" kind="solution"
def single(counts):
    ### BEGIN SOLUTION
    return float((counts == 1).mean())
    ### END SOLUTION


# %% task="single" kind="test" points=2
check.defined("single")
check.true(single(pd.Series([1, 1, 2, 3])) <= 1, "single-share")
check.close(single(pd.Series([1, 1, 2, 3])), 0.5, "single-value")
### BEGIN HIDDEN TESTS
check.close(single(pd.Series([1, 2, 2, 2])), 0.25, "single-value")


### END HIDDEN TESTS
# %% [markdown] task="single" kind="hint" level=1 lang="zh"
# 比例等于人数除以人数。
# %% [markdown] task="single" kind="hint" level=1 lang="en"
# A share is people divided by people.
# %% [markdown] task="single" kind="hint" level=2 lang="zh"
# 真假值的平均数就是比例。
# %% [markdown] task="single" kind="hint" level=2 lang="en"
# The mean of true and false is a share.
# %% [markdown] task="single" kind="hint" level=3 lang="zh"
# 先比较是否等于 1，再取平均。
# %% [markdown] task="single" kind="hint" level=3 lang="en"
# Compare with 1, then take the mean.
# %% task="single" kind="probe" expect="fail" message="single-share" name="people"
def single(counts):
    return int((counts == 1).sum())


# %% task="single" kind="probe" expect="fail" message="single-value" name="the others"
def single(counts):
    return float((counts == 2).mean())


# %% task="single" kind="probe" expect="pass" name="division"
def single(counts):
    return sum(1 for c in counts if c == 1) / len(counts)


# %% task="single" kind="probe" expect="pass" name="value counts"
def single(counts):
    return counts.value_counts(normalize=True).get(1, 0.0)


# %% [markdown] lang="zh"
# ## 3 写给何进（1 分）
#
# 用一两句话说明你怎么数的，谁看不见。
# %% [markdown] lang="en"
# ## 3 To He Jin (1 point)
#
# Say in a sentence or two how you counted, and whom one does not see.
# %% [markdown] task="advice" kind="essay" points=1
