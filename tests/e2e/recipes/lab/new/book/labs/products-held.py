# %% [markdown] lang="zh"
# 何进问：一位客户几件产品？澜川银行是虚构的。
#
# ## 读入账户
# %% [markdown] lang="en"
# He Jin asks: how many products has a customer? Lanchuan Bank is invented.
#
# ## Read the accounts
# %%
import matplotlib.pyplot as plt
import pandas as pd

from casebank.check import figures

accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])
held = accounts[accounts["closed"].isna()].groupby("customer_id")["product"].nunique()
held.value_counts().sort_index().to_frame("customers")
# %% [markdown] lang="zh"
# ## 画出来
# %% [markdown] lang="en"
# ## Draw it
# %% lang="zh" alt="按产品数的客户数柱形图"
figures.use_style("zh")
fig, ax = plt.subplots(figsize=(5, 2.5))
ax.hist(held, bins=range(1, 9))
ax.set_xlabel("产品数")
# %% lang="en" alt="Bars: customers by number of products"
figures.use_style("en")
fig, ax = plt.subplots(figsize=(5, 2.5))
ax.hist(held, bins=range(1, 9))
ax.set_xlabel("products")
