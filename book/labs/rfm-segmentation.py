# %% [markdown] lang="zh"
# 周岚是澜川银行的零售营销经理。七月份，各支行借给她八位客户经理，每人能好好打 20 通电话，一共 160 通。客户却有一千多位。她要的不是一张彩色的饼图，是一份名单：打给谁，为什么打，第一句话说什么。
#
# 本实验从流水做起，走到那份名单为止。十步，每一步都有一处要看、一个小问题。先猜，再运行；猜错的地方最值得停下来。
#
# 澜川银行是虚构的，客户也都不存在。“今天”是 2026 年 6 月 30 日。四张表放在本文件旁边的 `data/` 文件夹里。
#
# ## 准备
#
# 运行单元格：点一下，按 Shift + Enter，从上往下，一格也不要跳。下面两格不用看懂：第一格取工具，第二格定下图的字体和金额的写法。后面凡是名字以 `figure_` 开头的一段，只管画图，也可以跳过不读。
# %% [markdown] lang="en"
# Zhou Lan is retail marketing manager of Lanchuan Bank. For July the sub-branches lend her eight relationship managers with time for twenty proper calls each: 160 calls. The customers are well over a thousand. She does not need a colourful pie. She needs a list: whom to call, why, and what the first sentence is.
#
# This lab starts from the ledger and ends with that list. It has ten steps. Each names one thing to notice and asks one small question. Guess before you run the cell; where your guess was wrong is where to stop.
#
# Lanchuan Bank is invented, and so is every customer. "Today" is 30 June 2026. The four tables lie in the folder `data/` beside this file.
#
# ## Before you begin
#
# To run a cell, click on it and press Shift + Enter. Go from top to bottom and leave none out. You need not understand the next two: one fetches the tools, the other sets the font of the figures and how sums are written. Whatever is named `figure_…` further down only draws; you may skip it too.
# %%
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread for k-means: enough here, and steady

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from IPython.display import Markdown, display

from casebank.check import figures
from casebank.check.figures import PALETTE

pd.set_option("display.float_format", "{:,.0f}".format)  # whole numbers in every table
pd.set_option("display.max_colwidth", None)


def say(sentence):
    """Show a sentence under the cell; on a phone its lines break by themselves."""
    display(Markdown(sentence))


# %% lang="zh"
figures.use_style("zh")
MONEY = {100: "100", 1_000: "1 千", 10_000: "1 万", 100_000: "10 万", 1_000_000: "100 万"}
# %% lang="en"
figures.use_style("en")
MONEY = {100: "100", 1_000: "1,000", 10_000: "10,000", 100_000: "100,000", 1_000_000: "1 million"}
# %% [markdown] lang="zh"
# ## 第 1 步：先看数据
#
# `read_csv` 读进一张表，`parse_dates` 告诉它哪一列是日期。然后立刻做三件事：数行数，看起止日期，看每位客户是不是都在。
#
# **要看的：** 行数是对的还不够。客户表里有些人账户已经全部销掉，而这张表自己不会说；要到账户表里去找。只有还开着账户的客户，才打得了电话。
#
# **小问题：** 有些客户一条接触记录也没有。把客户表和接触表直接一合并，这些人会怎样？
# %% [markdown] lang="en"
# ## Step 1: look at the data
#
# `read_csv` reads a table, and `parse_dates` says which column is a date. Then, at once, three checks: how many rows, from when to when, and how many customers appear.
#
# **Notice:** the right number of rows is not enough. Some people in the customer table have closed every account, and that table does not say so; the accounts do. Only somebody with an open account can be called.
#
# **Question:** some customers have no contact with the bank on record at all. What happens to them if you simply merge the customer table with the contacts?
# %%
customers = pd.read_csv("data/customers.csv", parse_dates=["joined"])
accounts = pd.read_csv("data/accounts.csv", parse_dates=["opened", "closed"])
transactions = pd.read_csv("data/transactions.csv", parse_dates=["date"])
interactions = pd.read_csv("data/interactions.csv", parse_dates=["date"])

today = pd.Timestamp("2026-06-30")
year_ago = today - pd.DateOffset(years=1)
half_year_ago = today - pd.DateOffset(months=6)

open_accounts = accounts[accounts["closed"].isna()]
live = set(open_accounts["customer_id"])  # customers who can still be called


def describe(table, date_column):
    """Rows, first and last day, customers of a table."""
    return [
        f"{len(table):,}",
        table[date_column].min().date(),
        table[date_column].max().date(),
        table["customer_id"].nunique(),
    ]


overview = pd.DataFrame(
    {
        "customers": describe(customers, "joined"),
        "accounts": describe(accounts, "opened"),
        "transactions": describe(transactions, "date"),
        "interactions": describe(interactions, "date"),
    },
    index=["rows", "from", "to", "people"],
).T
# %% lang="zh"
say(f"还开着账户的客户：{len(live):,} 位；已经全部销户：{len(customers) - len(live)} 位。")
overview.rename(
    columns={"rows": "行数", "from": "最早", "to": "最晚", "people": "客户数"},
    index={
        "customers": "客户",
        "accounts": "账户",
        "transactions": "交易",
        "interactions": "接触",
    },
)
# %% lang="en"
say(f"Customers with an open account: {len(live):,}; all closed: {len(customers) - len(live)}.")
overview
# %% [markdown] lang="zh"
# ## 第 2 步：哪些流水是客户自己的行为
#
# 工资到账，是单位的决定；利息入账，是日历的决定；扣贷款，是合同的决定。客户什么也没做，流水照样一行一行地长。RFM 要量的是客户自己的动作，所以先把“自己做的”和“落到头上的”分开。
#
# **要看的：** 图里灰色带斜纹的几条。再看图下那句话：如果不分开，有多少人会仅仅因为工资或利息而显得“最近来过”。
#
# **小问题：** 别人转进来的一笔钱（`transfer_in`），这里不算客户的行为。在什么样的客户身上，你会想把它算进去？
# %% [markdown] lang="en"
# ## Step 2: what customers do, and what happens to them
#
# A salary arrives because an employer decided so, interest because of the calendar, an instalment because of a contract. The customer did nothing, and the ledger grows all the same. RFM is to measure acts, so first separate what people do from what happens to them.
#
# **Notice:** the grey hatched bars. Then read the sentence under the figure: it counts the people who would look as if they had just been here only because of such an entry.
#
# **Question:** a transfer from somebody else (`transfer_in`) is not counted as behaviour here. For what kind of customer would you want to count it?
# %%
HAPPENS = ["salary_in", "transfer_in", "loan_repayment", "fee", "interest"]

year = transactions[(transactions["date"] > year_ago) & (transactions["date"] <= today)]
happens = year["kind"].isin(HAPPENS)
chosen = year[~happens]  # "~" means "not"

last_entry = year.groupby("customer_id")["date"].max()
last_chosen = chosen.groupby("customer_id")["date"].max().reindex(last_entry.index)
recent = today - pd.Timedelta(days=30)
fooled = ((last_entry > recent) & ~(last_chosen > recent)).sum()  # no act counts as "not recent"


def figure_kinds(T):
    """Bars: entries of a year by kind, acts apart from what happens."""
    counts = year["kind"].value_counts().sort_values()
    fig, ax = plt.subplots(figsize=(6.4, 5.0))
    for place, (kind, n) in enumerate(counts.items()):
        act = kind not in HAPPENS
        colour, hatch = (PALETTE["blue"], None) if act else (PALETTE["grey"], "///")
        ax.barh(place, n, color=colour, hatch=hatch)
        ax.text(n + 60, place, f"{n:,}", va="center", fontsize=11)
    ax.set_yticks(range(len(counts)), [T[kind] for kind in counts.index])
    ax.grid(visible=False)
    ax.set_xlim(0, counts.max() * 1.14)
    ax.set_xlabel(T["x"])
    ax.barh(0, 0, color=PALETTE["blue"], label=T["acts"])  # two empty bars for the legend
    ax.barh(0, 0, color=PALETTE["grey"], hatch="///", label=T["happens"])
    ax.legend(loc="lower right")
    figures.title(ax, T["title"].format(100 * happens.mean()))
    plt.show()


# %% lang="zh" alt="横向条形图：一年的流水按种类排列。刷卡和转出最多，是客户自己的行为；还贷、代发工资、转入、利息、手续费以灰色斜纹标出，不是客户的行为。"
T = {
    "card_payment": "刷卡消费",
    "transfer_out": "转出",
    "cash_withdrawal": "取现",
    "deposit": "存款",
    "bill_payment": "缴费",
    "fund_purchase": "买基金",
    "salary_in": "代发工资",
    "transfer_in": "转入",
    "loan_repayment": "还贷",
    "fee": "手续费",
    "interest": "利息",
    "x": "近 12 个月的流水（笔）",
    "acts": "客户自己做的",
    "happens": "落到客户头上的",
    "title": "流水里有 {:.0f}% 不是客户自己做的",
}
figure_kinds(T)
say(f"近 30 天账上有流水、自己却没动过的客户：{fooled} 位。")
# %% lang="en" alt="Horizontal bars: entries of a year by kind. Card payments and outgoing transfers lead and are acts of the customer; instalments, salaries, incoming transfers, interest and fees are grey and hatched, since they happen to the customer."
T = {
    "card_payment": "card payment",
    "transfer_out": "transfer out",
    "cash_withdrawal": "cash withdrawal",
    "deposit": "deposit",
    "bill_payment": "bill payment",
    "fund_purchase": "fund purchase",
    "salary_in": "salary in",
    "transfer_in": "transfer in",
    "loan_repayment": "loan repayment",
    "fee": "fee",
    "interest": "interest",
    "x": "entries in the last 12 months",
    "acts": "the customer acts",
    "happens": "it happens to the customer",
    "title": "{:.0f}% of the entries are not the customer's doing",
}
figure_kinds(T)
say(f"Customers with an entry, but no act of their own, in the last 30 days: {fooled}.")
# %% [markdown] lang="zh"
# ## 第 3 步：算出 R、F、M
#
# 按客户分组（`groupby`），三个数各一行就算出来：R 是最后一次自己动账户到今天有几天，F 是一年里的笔数，M 是一年的金额（分除以 100 换成元）。
#
# **要看的：** 三个数都往一边偏：多数人在左边挤成一堆，右边拖一条长尾。M 的横轴是对数刻度，每一大格是十倍；用普通刻度画，你只会看到一根柱子。虚线是把客户五等分的四道线，注意 M 的最后一段有多宽。
#
# **小问题：** 一位客户 R 等于 40 天。要判断这是不是冷下来了，你还缺他的哪一个数？
# %% [markdown] lang="en"
# ## Step 3: compute R, F and M
#
# Group by customer (`groupby`), and each number takes a line. R is the number of days since the last act, F the number of acts in the year, M their sum in yuan (cents divided by 100).
#
# **Notice:** all three lean to one side, a crowd on the left and a long tail on the right. The axis of M is logarithmic, so each big step is a factor of ten; on a plain axis you would see a single bar. The dashed lines cut the customers into fifths. See how wide the last fifth of M is.
#
# **Question:** a customer has R = 40 days. Which other number about the same person do you need before you say that the relationship has cooled?
# %%
by_customer = chosen.groupby("customer_id")
rfm = pd.DataFrame(
    {
        "R": (today - by_customer["date"].max()).dt.days,
        "F": by_customer.size(),
        "M": by_customer["amount_cents"].sum() / 100,
    }
)


def figure_spread(T):
    """Three histograms with the cuts between fifths."""
    bins = {
        "R": np.arange(0, 380, 15),
        "F": np.arange(0, rfm["F"].max() + 3, 3),
        "M": np.logspace(2, np.log10(rfm["M"].max()), 30),
    }
    fig, axes = plt.subplots(3, 1, figsize=(6.4, 7.4))
    for ax, name in zip(axes, "RFM"):
        ax.hist(rfm[name], bins=bins[name], color=PALETTE["blue"])
        for cut in rfm[name].quantile([0.2, 0.4, 0.6, 0.8]):
            ax.axvline(cut, color=PALETTE["vermilion"], linestyle="--", linewidth=1.5)
        ax.set_xlabel(T[name])
        ax.set_ylabel(T["y"])
    axes[2].set_xscale("log")
    axes[2].set_xticks(list(MONEY), list(MONEY.values()))
    figures.title(axes[0], T["title"])
    plt.show()


# %% lang="zh" alt="三幅直方图，依次是 R、F、M。R 和 F 的客户都挤在左端，右边有长尾；M 用对数横轴，形状接近一座小山。虚线标出五等分的四道分界，M 最后一段跨度最大。"
T = {
    "R": "R：距最后一次自己动账户（天）",
    "F": "F：一年的笔数",
    "M": "M：一年的金额（元，对数刻度）",
    "y": "客户数",
    "title": "三个数都往一边偏，最右边的五分之一拖得最长",
}
figure_spread(T)
# %% lang="en" alt="Three histograms, of R, F and M. Customers crowd on the left of R and F, with a long tail to the right; M on a logarithmic axis looks like a hill. Dashed lines mark the cuts between fifths; the last fifth of M is the widest."
T = {
    "R": "R: days since the last act",
    "F": "F: acts in a year",
    "M": "M: yuan in a year (logarithmic)",
    "y": "customers",
    "title": "All three lean to one side, and the last fifth is the widest",
}
figure_spread(T)
# %% [markdown] lang="zh"
# ## 第 4 步：打 1 到 5 分，同分要有规矩
#
# 给每个数排名次，把名次切成五段，最好的一段得 5 分。R 越小越好，所以要倒过来排。麻烦在同分：很多人同一天来过，很多人笔数一样。规矩定一条：**值相同，分相同**，同值的人共用名次的平均数。
#
# **要看的：** 表里五段的人数并不相等，这是规矩的代价。表上方第一句话是另一种做法的代价：为了凑齐五等分，让软件按文件里的先后把同值的人切开，会有多少人分数被文件顺序决定。
#
# 再看第二句：有些客户一年里一笔自己的流水也没有。他们没有 R，谈不上 1 分。先记成“没有动作”，别当成穷客户。
#
# **小问题：** F 的 2 分比 1 分人多出一截。这是算错了吗？
# %% [markdown] lang="en"
# ## Step 4: scores from 1 to 5, with a rule for ties
#
# Rank each number, cut the ranks into five parts, and give the best part a 5. A small R is good, so R is ranked the other way round. The trouble is ties: many people were here on the same day, or have the same count. The rule: **equal values, equal scores**; those who tie share the mean of their ranks.
#
# **Notice:** the five parts in the table are not equal. That is the price of the rule. The first sentence above the table gives the price of the alternative: to force equal fifths, software cuts through a tie by the order of the file, and for that many people the order of the file decides the score.
#
# Then read the second sentence. Some customers made no entry of their own all year. They have no R, not even a bad one. Keep them as "no act"; do not file them under poor.
#
# **Question:** more people score 2 than 1 on F. Is that a mistake?
# %%
no_act = len(live - set(rfm.index))  # an open account, but no entry of their own


def score(values, high_is_good=True):
    """Fifths of the ranking: 5 is best, equal values get equal scores."""
    share = values.rank(method="average", ascending=high_is_good, pct=True)
    return np.ceil(share * 5).astype(int)


rfm["r"] = score(rfm["R"], high_is_good=False)
rfm["f"] = score(rfm["F"])
rfm["m"] = score(rfm["M"])
rfm["total"] = rfm["r"] + rfm["f"] + rfm["m"]

# The other way: cut exact fifths, ties in the order of the file.
forced = np.ceil(rfm["F"].rank(method="first", pct=True) * 5)
split = forced.groupby(rfm["F"]).transform("nunique") > 1

sizes = pd.DataFrame({name: rfm[name.lower()].value_counts() for name in "RFM"}).sort_index()
# %% lang="zh"
say(f"若硬切五等分，有 {split.sum()} 位客户的 F 分数由文件顺序决定。")
say(f"账户还开着、一年里没有任何动作的客户：{no_act} 位。")
sizes.rename_axis(index=None, columns="分数")
# %% lang="en"
say(f"With exact fifths, the order of the file would decide the F score of {split.sum()} people.")
say(f"Customers with an open account and no act in the year: {no_act}.")
sizes.rename_axis(index=None, columns="score")
# %% [markdown] lang="zh"
# ## 第 5 步：把盈利接上来
#
# RFM 没有一个字说到银行挣了多少。盈利要另算，用全行统一的标准费率（见数据说明“这家银行”；费率是虚构的）：
#
# $$\text{利润} = \text{利差} + \text{手续费} - \text{服务成本} - \text{预期损失}$$
#
# 利差是平均余额乘以收益率，存款和贷款都有；服务成本按每笔交易、每分钟接触、每个账户计；预期损失是欠款乘以违约概率，再乘以违约后收不回的比例。
#
# **要看的：** 先只看“利差”一列，猜哪一级客户最值得争取，再往右看。等级 E 的收入高于 C 和 D，扣完预期损失却是负的。只按收入给营销人员发奖金，奖金会把人领到哪里去？
#
# **小问题：** 这里没有分摊房租和总行的费用。对“该给谁打电话”这个决定，为什么不分摊反而对？
# %% [markdown] lang="en"
# ## Step 5: join profit
#
# RFM does not say a word about what the bank earns. Profit is computed apart, with the bank's standard rates (they are invented, and stand in the description of the bank among the data pages):
#
# $$\text{profit} = \text{margin} + \text{fees} - \text{cost to serve} - \text{expected loss}$$
#
# Margin is the average balance times the yearly margin, of deposits and of loans. Cost to serve counts transactions, minutes of contact and accounts. Expected loss is the debt, times the probability of default, times the share that would be lost.
#
# **Notice:** look at the margin alone, guess which grade you would court, and only then read on to the right. Grade E brings in more than C or D. After expected loss it is below zero. If sales staff are paid by income, where will the bonus lead them?
#
# **Question:** rent and head office are not shared out here. For the decision whom to call, why is it right to leave them out?
# %%
TRANSACTION_YUAN = {
    "branch": 15.0,
    "phone": 13.0,
    "atm": 3.0,
    "web": 0.6,
    "mobile": 0.3,
    "system": 0.1,
}
MINUTE_YUAN = {"branch": 4.0, "phone": 2.5, "web": 0.5, "mobile": 0.5, "visit": 6.0}
ACCOUNT_YUAN = 24.0  # keeping an open account for a year
DEFAULT = {"A": 0.002, "B": 0.005, "C": 0.015, "D": 0.06, "E": 0.16}
LOSS = {"credit_card": 0.60, "consumer_loan": 0.60, "mortgage": 0.20}

contacts = interactions[(interactions["date"] > year_ago) & (interactions["date"] <= today)]
bank = customers.set_index("customer_id")
accounts["grade"] = accounts["customer_id"].map(bank["credit_grade"])

# Income, and the chance that a loan is not repaid; arrears count more than the grade.
accounts["margin"] = accounts["avg_balance_cents"] / 100 * accounts["margin_bp"] / 10_000
accounts["chance"] = accounts["grade"].map(DEFAULT)
accounts.loc[accounts["days_past_due"] >= 30, "chance"] = 0.30
accounts.loc[accounts["days_past_due"] >= 90, "chance"] = 1.00
lost_share = accounts["product"].map(LOSS).fillna(0)
accounts["expected_loss"] = accounts["balance_cents"] / 100 * accounts["chance"] * lost_share

# One column each; a customer who has no such row gets 0.
fee_rows = year[year["kind"] == "fee"]
columns = {
    "margin": accounts.groupby("customer_id")["margin"].sum(),
    "fees": fee_rows.groupby("customer_id")["amount_cents"].sum() / 100,
    "booking": year["channel"].map(TRANSACTION_YUAN).groupby(year["customer_id"]).sum(),
    "talking": (contacts["channel"].map(MINUTE_YUAN) * contacts["minutes"])
    .groupby(contacts["customer_id"])
    .sum(),
    "keeping": accounts["closed"].isna().groupby(accounts["customer_id"]).sum() * ACCOUNT_YUAN,
    "expected_loss": accounts.groupby("customer_id")["expected_loss"].sum(),
}
for name, values in columns.items():
    bank[name] = values.reindex(bank.index, fill_value=0)
bank["serve"] = bank["booking"] + bank["talking"] + bank["keeping"]
bank["profit"] = bank["margin"] + bank["fees"] - bank["serve"] - bank["expected_loss"]

# From here on: only customers with an open account. Without acts, R, F and M stay empty.
bank = bank[bank.index.isin(live)].join(rfm)

by_grade = bank.groupby("credit_grade")
grades = by_grade[["margin", "fees", "serve", "expected_loss", "profit"]].mean()
grades.insert(0, "customers", by_grade.size())
# %% lang="zh"
say(f"全行一年利润合计 {bank['profit'].sum() / 10_000:,.0f} 万元；下表是每户平均（元）。")
grades.rename_axis(index=None, columns="信用等级").rename(
    columns={
        "customers": "户数",
        "margin": "利差",
        "fees": "手续费",
        "serve": "服务成本",
        "expected_loss": "预期损失",
        "profit": "利润",
    }
)
# %% lang="en"
say(f"Profit of the year: {bank['profit'].sum() / 1_000:,.0f} thousand yuan. Yuan a customer:")
grades.rename_axis(index=None, columns="credit grade").rename(
    columns={"serve": "cost to serve", "expected_loss": "expected loss"}
)
# %% [markdown] lang="zh"
# ## 第 6 步：用规则给客群起名
#
# 三个分数一组合，最多有 125 格，没有人记得住。起名要靠几条能念出来的规则，从上往下，先碰上哪条就算哪条：
#
# 1. 开户不满一年：新客户（他们还没有一整年可数）；
# 2. 一年里没有动作：没有动作；
# 3. F 是 4、5 分而 R 只有 1、2 分：常来过，近来没声了；
# 4. 其余 F 是 4、5 分的，按 M 分成“常来、大额”和“常来、小额”；
# 5. 剩下的来得少，也按 M 分成两群。
#
# 名字有一条底线：客户自己读到，不会难堪。“僵尸户”不行，“没有动作”可以。
#
# **要看的：** 平均利润最高的是哪一群？他们的 F 分数怎样？再看“同意营销”一列。
#
# **小问题：** 平均数和中位数差得很远的一群，里面是什么样的？
# %% [markdown] lang="en"
# ## Step 6: name segments by rules
#
# Three scores make up to 125 cells, which nobody can remember. A name needs a few rules that can be read aloud. Go down the list; the first that fits decides:
#
# 1. customer for less than a year: new (there is no full year to count);
# 2. no act in the year: no act;
# 3. F of 4 or 5, but R of only 1 or 2: used to be busy, now quiet;
# 4. others with F of 4 or 5: often, split by M into large and small sums;
# 5. the rest come seldom, split by M as well.
#
# One limit for names: the customer could read it without embarrassment. "Zombie" fails; "no act" passes.
#
# **Notice:** which segment has the highest mean profit, and what is its score for F? Then look at the column for marketing consent.
#
# **Question:** in one segment mean and median lie far apart. What does such a segment look like from inside?
# %%
often = bank["f"] >= 4  # an empty score counts as False
large = bank["m"] >= 4
rules = [
    (bank["joined"] > year_ago, "new"),
    (bank["R"].isna(), "no_act"),
    (often & (bank["r"] <= 2), "now_quiet"),
    (often & large, "often_large"),
    (often, "often_small"),
    (large, "seldom_large"),
]
bank["segment"] = np.select(
    [rule for rule, name in rules], [name for rule, name in rules], default="seldom_small"
)

by_segment = bank.groupby("segment")
segments = pd.DataFrame(
    {
        "customers": by_segment.size(),
        "mean": by_segment["profit"].mean(),
        "median": by_segment["profit"].median(),
        "share": by_segment["profit"].sum() / bank["profit"].sum() * 100,
        "consent": by_segment["marketing_consent"].mean() * 100,
    }
).sort_values("mean", ascending=False)
# %% lang="zh"
SEGMENTS = {
    "often_large": "常来、大额",
    "often_small": "常来、小额",
    "now_quiet": "常来过，近来没声了",
    "seldom_large": "来得少、大额",
    "seldom_small": "来得少、小额",
    "no_act": "没有动作",
    "new": "新客户",
}
segments.rename_axis(index=None, columns="客群").rename(
    index=SEGMENTS,
    columns={
        "customers": "户数",
        "mean": "户均利润（元）",
        "median": "中位数（元）",
        "share": "占全行利润（%）",
        "consent": "同意营销（%）",
    },
)
# %% lang="en"
SEGMENTS = {
    "often_large": "often, large sums",
    "often_small": "often, small sums",
    "now_quiet": "was busy, now quiet",
    "seldom_large": "seldom, large sums",
    "seldom_small": "seldom, small sums",
    "no_act": "no act",
    "new": "new",
}
segments.rename_axis(index=None, columns="segment").rename(
    index=SEGMENTS,
    columns={
        "mean": "mean profit (yuan)",
        "median": "median (yuan)",
        "share": "% of profit",
        "consent": "% who consent",
    },
)
# %% [markdown] lang="zh"
# ## 第 7 步：160 通电话，按哪个数排
#
# 假设只按一个数从高到低排，打前 160 位。曲线从左往右走：打到第几位时，覆盖了全行利润的百分之几。虚线竖在 160。
#
# **要看的：** 竖线上三个高度。RFM 总分把 R、F、M 当作同样重要，而第 6 步已经看到，来得勤的人并不更赚钱。M 单独排，比总分强得多；平均资产又强得多。“按利润”那条会超过 100%，因为队尾是亏损的客户。
#
# 别急着宣布资产获胜。利润的大头就是余额乘利差，拿余额去“预测”利润，有一半是拿自己预测自己。更要紧的是：最赚钱的人，不一定是打了电话会有变化的人。
#
# **小问题：** 给最赚钱的 160 位打电话，怎样才知道这通电话值不值？
# %% [markdown] lang="en"
# ## Step 7: 160 calls, ranked by what?
#
# Suppose Zhou Lan ranked by one number and called from the top. Each curve shows how much of the bank's profit belongs to the people called so far. The dashed line stands at 160.
#
# **Notice:** the three heights on that line. The RFM sum treats R, F and M as equally important, and step 6 showed that people who come often do not earn the bank more. M alone does much better than the sum, and average assets much better again. The curve by profit itself rises above 100%, since customers at a loss stand at its end.
#
# Do not crown assets yet. Most of profit is balance times margin, so to "predict" it from balances is half a tautology. And the most profitable people are not always those in whom a call changes anything.
#
# **Question:** call the 160 most profitable customers. How would you know whether the call was worth it?
# %%
CALLS = 160
deposits = accounts[accounts["product"].isin(["current", "savings", "term_deposit", "fund"])]
assets = deposits.groupby("customer_id")[["balance_cents", "avg_balance_cents"]].sum() / 100
bank["assets_now"] = assets["balance_cents"].reindex(bank.index, fill_value=0)
bank["assets_avg"] = assets["avg_balance_cents"].reindex(bank.index, fill_value=0)


def ranked(*names):
    """Customers from the highest to the lowest value; the second name decides ties."""
    return bank.sort_values(list(names), ascending=False, kind="stable")


def captured(order):
    """Share of the bank's profit that belongs to the first 160."""
    return 100 * order["profit"].head(CALLS).sum() / bank["profit"].sum()


by_sum = ranked("total", "M")


def figure_curves(T):
    """How much profit the first n customers of four rankings hold."""
    lines = [
        ("profit", ranked("profit"), PALETTE["grey"], ":"),
        ("assets", ranked("assets_avg"), PALETTE["teal"], "--"),
        ("M", ranked("M"), PALETTE["ochre"], "-."),
        ("sum", by_sum, PALETTE["vermilion"], "-"),
    ]
    fig, ax = plt.subplots(figsize=(6.4, 4.8))
    for name, order, colour, style in lines:
        curve = 100 * order["profit"].cumsum() / order["profit"].sum()
        ax.plot(range(1, len(curve) + 1), curve, color=colour, linestyle=style, label=T[name])
    ax.axvline(CALLS, color=PALETTE["ink"], linestyle="--", linewidth=1.2)
    ax.text(CALLS + 15, 3, T["here"], fontsize=11)
    ax.set_xlim(0, len(bank))
    ax.set_ylim(0, 115)
    ax.set_xlabel(T["x"])
    ax.set_ylabel(T["y"])
    ax.legend(loc="lower right")
    figures.title(ax, T["title"].format(captured(by_sum), captured(ranked("assets_avg"))))
    plt.show()


# %% lang="zh" alt="四条上升的曲线：横轴是打到第几位，纵轴是覆盖的利润份额。在 160 处，按利润排最高，其次按资产，再次按 M，RFM 总分最低。"
T = {
    "profit": "按利润本身（对照）",
    "assets": "按平均资产",
    "M": "按 M",
    "sum": "按 RFM 总分",
    "here": "160 通",
    "x": "从高到低打到第几位",
    "y": "覆盖的利润（%）",
    "title": "160 通电话：按 RFM 总分覆盖 {:.0f}% 的利润，按资产 {:.0f}%",
}
figure_curves(T)
# %% lang="en" alt="Four rising curves: customers called so far against the share of profit they hold. At 160 the ranking by profit is highest, then assets, then M; the RFM sum is lowest."
T = {
    "profit": "by profit itself (for comparison)",
    "assets": "by average assets",
    "M": "by M",
    "sum": "by RFM sum",
    "here": "160 calls",
    "x": "customers, from the top of the ranking",
    "y": "share of profit (%)",
    "title": "160 calls by RFM sum reach {:.0f}% of the profit, by assets {:.0f}%",
}
figure_curves(T)
# %% [markdown] lang="zh"
# ## 第 8 步：让机器来分，会不会更好
#
# k 均值（k-means）聚类：你说要几群，它就给几群，让同群的人尽量靠近。第一个坑是尺度。M 以万计，F 以十计，不处理的话，“距离”就是 M，别的都不算数。先取对数压住长尾，再把三列调到同样的宽度（减平均，除以标准差），才谈得上“像不像”。
#
# 第二个坑：**不管数据里有没有客群，聚类总会给出客群。** 检验的办法是找一份肯定没有客群的数据来陪跑：把 R、F、M 三列各自打乱，每一行就不再是任何人，再用同样的办法去分。打乱五次，因为一次可能碰巧。
#
# 怎样算“稳”？换一批抽样（自助法：有放回地抽同样多的人），重新分一遍，看同一群人是否还在一起。调整兰德指数（ARI）量的就是这个：1 是完全一样，0 是和瞎分差不多。
#
# **要看的：** 上图，打乱的数据也“解释”了很大一块差异，而且群越多解释越多。下图，分成两三群时，原数据都在红色阴影（五次打乱的最低到最高）之上，三群时高出一大截；四群起，掉进或贴近阴影。再看图下第一句：不处理尺度，“解释”得反而更多，却什么也没分开。
#
# **小问题：** 供应商说：“我们的模型找到了八个客群，解释了将近八成的差异。”你先问他要哪两个数？
# %% [markdown] lang="en"
# ## Step 8: would a machine do better?
#
# k-means gives as many groups as you ask for, so that people in a group lie close together. The first trap is scale. M runs to tens of thousands, F to tens; left alone, "distance" is M and nothing else. Take logarithms to tame the tail, then bring the columns to one width (minus the mean, divided by the standard deviation). Only then does "alike" mean something.
#
# The second trap: **clustering always returns clusters, whether or not the data hold any.** The test is to run it beside data that certainly hold none. Shuffle R, F and M each by itself, so that no row is a person any more, and cluster that in the same way. Do it five times, since one shuffle may be a fluke.
#
# And "stable"? Draw a fresh sample (a bootstrap: as many people, with replacement), cluster again, and see whether the same people still fall together. The adjusted Rand index (ARI) measures it: 1 means the same groups, 0 means no better than chance.
#
# **Notice:** in the upper panel the shuffled data are "explained" to a good part too, and more so with every extra group. In the lower panel the unshuffled data stand above the red band (lowest to highest of the five shuffles) with two groups, and far above it with three; from four on they fall into the band or close to it. Then read the first sentence under the figure: without scaling even more is "explained", and nothing is told apart.
#
# **Question:** a vendor says, "Our model found eight segments that explain nearly four fifths of the differences." Which two numbers do you ask for?
# %%
acted = bank[bank["R"].notna() & (bank["segment"] != "new")].copy()


def same_width(table):
    """Each column with mean 0 and standard deviation 1."""
    return ((table - table.mean()) / table.std(ddof=0)).to_numpy()


def cluster(points, groups, seed=0, tries=10):
    """K-means; the best of several starts."""
    return KMeans(groups, n_init=tries, random_state=seed).fit(points)


def explained(points, model):
    """Share of the spread that lies between the groups, in per cent."""
    return 100 * (1 - model.inertia_ / ((points - points.mean(axis=0)) ** 2).sum())


def steadiness(points, model, draws=10):
    """Median ARI between the groups and those that bootstrap samples give."""
    found = []
    for seed in range(draws):
        rows = np.random.default_rng(seed).integers(len(points), size=len(points))
        again = cluster(points[rows], model.n_clusters, tries=3)
        found.append(adjusted_rand_score(model.labels_, again.predict(points)))
    return np.median(found)


raw = acted[["R", "F", "M"]]
real = same_width(np.log1p(raw))
dice = np.random.default_rng(20260630)
sets = [("real", real)]
for _ in range(5):
    sets.append(("mixed", np.column_stack([dice.permutation(column) for column in real.T])))

results = []
for name, points in sets:
    for groups in range(2, 9):
        model = cluster(points, groups)
        results.append([name, groups, explained(points, model), steadiness(points, model)])
results = pd.DataFrame(results, columns=["data", "groups", "explained", "ari"])

# What scale does to five groups, and what another start does.
five = cluster(real, 5)
unscaled = raw.to_numpy()
plain = cluster(unscaled, 5)
widest = np.bincount(plain.labels_).max() / len(acted) * 100
starts = [
    adjusted_rand_score(five.labels_, cluster(real, 5, seed, tries=1).labels_)
    for seed in range(1, 11)
]
names_and_five = adjusted_rand_score(acted["segment"], five.labels_)


def figure_clusters(T):
    """Explained spread and steadiness, real against shuffled."""
    fig, axes = plt.subplots(2, 1, figsize=(6.4, 6.8), sharex=True)
    looks = {"real": (PALETTE["blue"], "-", "o"), "mixed": (PALETTE["vermilion"], "--", "s")}
    for ax, column in zip(axes, ["explained", "ari"]):
        for name, (colour, style, marker) in looks.items():
            part = results[results["data"] == name].groupby("groups")[column]
            middle = part.median()
            ax.fill_between(middle.index, part.min(), part.max(), color=colour, alpha=0.18)
            ax.plot(middle, color=colour, linestyle=style, marker=marker, label=T[name])
        ax.set_ylabel(T[column])
    axes[0].set_ylim(0, 100)
    axes[1].set_ylim(0, 1)
    axes[1].set_xlabel(T["x"])
    axes[0].legend(loc="lower right")
    figures.title(axes[0], T["title"])
    plt.show()


# %% lang="zh" alt="上下两幅折线图，横轴是群数，从二到八。上图：原数据与打乱的数据，解释的差异都随群数上升，原数据略高。下图：稳定性，两三群时原数据高于打乱数据的阴影带，四群起落进或贴近阴影带。"
T = {
    "real": "原来的数据",
    "mixed": "各列打乱，没有客群",
    "explained": "解释的差异（%）",
    "ari": "换样本的一致度（ARI）",
    "x": "要求分成几群",
    "title": "聚类总能分出群；换个样本还立得住的，只有两三群",
}
figure_clusters(T)
say(
    f"不处理尺度，五群“解释”了 {explained(unscaled, plain):.0f}% 的差异，"
    f"而最大的一群装下 {widest:.0f}% 的客户。"
)
say(f"处理以后，换十个起点各分一次，一致度（ARI）从 {min(starts):.2f} 到 {max(starts):.2f}。")
say(f"五群和第 6 步的命名客群相比，一致度 {names_and_five:.2f}。")
# %% lang="en" alt="Two line charts, one above the other, against the number of groups from two to eight. Above: the spread explained rises with the number of groups for data as they are and for shuffled data, a little higher for the former. Below: with two or three groups the unshuffled data are steadier than the band of the shuffled data; from four on they fall into the band or close to it."
T = {
    "real": "data as they are",
    "mixed": "columns shuffled: no segments",
    "explained": "spread explained (%)",
    "ari": "agreement between samples (ARI)",
    "x": "groups asked for",
    "title": "Clusters always appear; only two or three hold from sample to sample",
}
figure_clusters(T)
say(
    f'Without scaling, five groups "explain" {explained(unscaled, plain):.0f}% of the spread; '
    f"the largest holds {widest:.0f}% of the customers."
)
say(f"Scaled, ten other starts agree with it by an ARI of {min(starts):.2f} to {max(starts):.2f}.")
say(f"The five groups agree with the segments of step 6 by an ARI of {names_and_five:.2f}.")
# %% [markdown] lang="zh"
# 所以聚类没有用？不是。它可以提议怎么切，只是不能替你作证。换一个问法更实在：**分完之后，同群的人在你关心的那件事上像不像？** 下表把几种分法放在一起，看各自能解释客户利润名次差异的百分之几。用名次而不用金额，是免得几位大户说了算。
#
# **要看的：** 五个聚类并不比命名客群强，两者都远远输给四个资产档。每一群利润都差不多的分法，再漂亮也不能告诉周岚先打给谁。不过命名客群有一样聚类没有的东西：新来的客户经理念一遍规则，就知道一位客户为什么在里面。
#
# **小问题：** 资产档赢了。它能不能告诉你，谁正在走？
# %% [markdown] lang="en"
# Is clustering useless, then? No: it may propose a cut. It cannot testify for it. A more practical question is this: **within a group, are people alike in what you care about?** The table sets several divisions side by side and shows how much of the differences in profit each explains. It uses each customer's rank in profit, so that a few very rich people do not decide.
#
# **Notice:** five clusters do no better than the named segments, and both lose by far to four tiers of assets. A division whose groups earn much the same cannot tell Zhou Lan whom to call first, however handsome it is. The named segments have one thing that clusters lack: a new manager who reads the rules knows why somebody is in.
#
# **Question:** the tiers won. Can they tell you who is leaving?
# %%
acted["clusters"] = five.labels_
acted["tier"] = pd.cut(
    acted["assets_avg"], [-1, 10_000, 50_000, 500_000, np.inf], right=False, labels=False
)
rank = acted["profit"].rank()


def explains(column):
    """Share of the differences in profit rank that lie between the groups, in per cent."""
    between = rank.groupby(acted[column]).transform("mean") - rank.mean()
    return 100 * (between**2).sum() / ((rank - rank.mean()) ** 2).sum()


divisions = ["segment", "clusters", "tier", "credit_grade", "branch"]
contest = pd.DataFrame(
    {
        "groups": [acted[column].nunique() for column in divisions],
        "explained": [explains(column) for column in divisions],
    },
    index=divisions,
)
# %% lang="zh"
contest.rename_axis(index=None, columns="分法").rename(
    index={
        "segment": "命名客群（第 6 步）",
        "clusters": "k 均值，五群",
        "tier": "资产档",
        "credit_grade": "信用等级",
        "branch": "支行",
    },
    columns={"groups": "群数", "explained": "解释的利润名次差异（%）"},
)
# %% lang="en"
contest.rename_axis(index=None, columns="division").rename(
    index={
        "segment": "named segments (step 6)",
        "clusters": "k-means, five groups",
        "tier": "tiers of assets",
        "credit_grade": "credit grade",
    },
    columns={"explained": "% of differences in profit rank"},
)
# %% [markdown] lang="zh"
# ## 第 9 步：RFM 看不见谁
#
# **悄悄走的人。** RFM 数的是流动，存款是存量。一位客户把钱转走，转出本身还会让 M 变高。办法是拿今天的余额比他自己近 12 个月的平均：平均资产 5 万元以上、今天不足平均八成的，记作“钱在走”。八成这条线不是天上掉下来的：图下第一句告诉你，多数客户的这个比值落在什么范围。
#
# **要看的：** 图中虚线以下的叉，就是钱在走的客户。他们从小到大都有，账户都还开着。再读图下的句子：M 得 5 分的有多少，按 RFM 总分排的前 160 位里又捞到几位。
#
# **小问题：** 比值低也可能是买了房。电话的第一句该怎么说，才不至于猜错了得罪人？
# %% [markdown] lang="en"
# ## Step 9: whom RFM does not see
#
# **Those who leave in silence.** RFM counts flow; savings are stock. When somebody moves the money away, the transfer itself makes M rise. So compare today's balance with the customer's own average of twelve months: average assets of 50,000 yuan or more, and today less than 80% of that, counts as "money leaving". The line of 80% did not fall from the sky: the first sentence under the figure says in what range the ratio lies for most.
#
# **Notice:** the crosses below the dashed line are the people whose money is leaving. They are small and large, and all have an account open. Then read the sentences: how many score 5 on M, and how many the top 160 by RFM sum would catch.
#
# **Question:** a low ratio may also mean that somebody bought a flat. What should the first sentence of the call be, so that a wrong guess does no harm?
# %%
bank["ratio"] = bank["assets_now"] / bank["assets_avg"].where(bank["assets_avg"] > 0)
bank["leaving"] = (bank["assets_avg"] >= 50_000) & (bank["ratio"] < 0.8)

savers = bank[bank["assets_avg"] >= 50_000]
gone = bank[bank["leaving"]]
usual = savers["ratio"].quantile([0.1, 0.9]) * 100
caught = ranked("total", "M").head(CALLS)["leaving"].sum()


def figure_leaving(T):
    """Today's assets against the average of twelve months."""
    stay = savers[~savers["leaving"]]
    fig, ax = plt.subplots(figsize=(6.4, 5.2))
    ax.scatter(stay["assets_avg"], stay["assets_now"], s=14, color=PALETTE["grey"], label=T["stay"])
    ax.scatter(
        gone["assets_avg"],
        gone["assets_now"],
        s=46,
        marker="x",
        color=PALETTE["vermilion"],
        label=T["leaving"],
    )
    ends = np.array([50_000, savers["assets_avg"].max()])
    ax.plot(ends, ends * 0.8, color=PALETTE["ink"], linestyle="--", linewidth=1.2, label=T["line"])
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(45_000, ends[1] * 1.2)
    money = {50_000: T["50k"], **{k: v for k, v in MONEY.items() if k >= 100_000}}
    ax.set_xticks(list(money), list(money.values()))
    ax.set_yticks([10_000, *money], [MONEY[10_000], *money.values()])
    ax.minorticks_off()
    ax.set_xlabel(T["x"])
    ax.set_ylabel(T["y"])
    ax.legend(loc="lower right")
    figures.title(ax, T["title"].format(len(gone), caught))
    plt.show()


# %% lang="zh" alt="散点图，两轴都是对数刻度：横轴为近 12 个月平均资产，纵轴为今天的资产。多数点贴着对角线；几十个叉落在八成线以下，大小客户都有。"
T = {
    "50k": "5 万",
    "stay": "钱还在",
    "leaving": "钱在走",
    "line": "平均的八成",
    "x": "近 12 个月平均资产（元，对数刻度）",
    "y": "今天的资产（元，对数刻度）",
    "title": "{} 位客户的钱在走，RFM 总分前 160 位里只有 {} 位",
}
figure_leaving(T)
say(f"平均资产 5 万元以上的客户，八成的比值在 {usual[0.1]:.0f}% 到 {usual[0.9]:.0f}% 之间。")
say(f"钱在走的 {len(gone)} 位里，M 得 5 分的有 {(gone['m'] == 5).sum()} 位。")
say(
    f"他们平均资产合计 {gone['assets_avg'].sum() / 10_000:,.0f} 万元，"
    f"今天还剩 {gone['assets_now'].sum() / 10_000:,.0f} 万元。"
)
# %% lang="en" alt="Scatter plot, both axes logarithmic: average assets of twelve months against assets today. Most points lie close to the diagonal; some dozens of crosses lie below the line of 80 per cent, among small and large customers alike."
T = {
    "50k": "50,000",
    "stay": "money stays",
    "leaving": "money leaving",
    "line": "80% of the average",
    "x": "average assets of 12 months (yuan, logarithmic)",
    "y": "assets today (yuan, logarithmic)",
    "title": "{} customers' money is leaving; the top 160 by RFM sum include {}",
}
figure_leaving(T)
say(f"For eight savers in ten the ratio lies between {usual[0.1]:.0f}% and {usual[0.9]:.0f}%.")
say(f"Of the {len(gone)} whose money is leaving, {(gone['m'] == 5).sum()} score 5 on M.")
say(
    f"Their average assets were {gone['assets_avg'].sum() / 1_000:,.0f} thousand yuan; "
    f"{gone['assets_now'].sum() / 1_000:,.0f} thousand are left today."
)
# %% [markdown] lang="zh"
# **不请自来的人。** 反过来，谁在找银行？下图按信用等级画三个份额：客户的份额、贷款询问的份额、利润的份额。
#
# **要看的：** 等级越往下，方块（贷款询问）离圆点（客户）越远，三角（利润）却越靠左，E 级到了零的左边。这就是逆向选择：同样的利率摆在柜台上，谁最急着要，往往谁最还不起。再看图下那句：最富的一档，一年找银行几次。
#
# 两件事不要混。问贷款的人有权得到答复，而且要快；但答复归柜台和风险部，不占这 160 通电话。还有，等级是今天的等级，不是问贷款那天的。
#
# **小问题：** 如果八位客户经理“谁找我，我就给谁打”，这 160 通会打给谁？
# %% [markdown] lang="en"
# **Those who come unasked.** Who seeks out the bank? The figure shows three shares for each credit grade: of customers, of loan enquiries, of profit.
#
# **Notice:** down the grades the square (enquiries) moves away from the dot (customers) and the triangle (profit) slides left, for E to the left of zero. This is adverse selection: with one price at the counter, those who want the loan most are often those least able to repay it. Then read the sentence under the figure: how often the wealthiest tier contacts the bank in a year.
#
# Keep two things apart. People who ask for a loan have a right to an answer, and soon; but the answer is work for the counter and the risk department, not for these 160 calls. And the grade is today's, not that of the day when they asked.
#
# **Question:** if the eight managers call whoever called them, who gets the 160 calls?
# %%
own = contacts[contacts["initiated_by"] == "customer"]
from_bank = contacts[contacts["initiated_by"] == "bank"]
bank["own_contacts"] = own.groupby("customer_id").size().reindex(bank.index, fill_value=0)
asked = own[own["purpose"] == "loan_enquiry"]
bank["asked"] = asked.groupby("customer_id").size().reindex(bank.index, fill_value=0)

by_grade = bank.groupby("credit_grade")
shares = pd.DataFrame(
    {
        "customers": by_grade.size() / len(bank) * 100,
        "asked": by_grade["asked"].sum() / bank["asked"].sum() * 100,
        "profit": by_grade["profit"].sum() / bank["profit"].sum() * 100,
    }
)
wealthy = bank[bank["assets_avg"] >= 500_000]["own_contacts"].mean()
middle = bank[bank["assets_avg"].between(50_000, 500_000, inclusive="left")]["own_contacts"].mean()


def figure_asked(T):
    """Three shares for each grade, as marks on a line."""
    fig, ax = plt.subplots(figsize=(6.4, 4.4))
    looks = {
        "customers": (PALETTE["ink"], "o"),
        "asked": (PALETTE["vermilion"], "s"),
        "profit": (PALETTE["teal"], "^"),
    }
    places = range(len(shares))
    ax.hlines(places, shares.min(axis=1), shares.max(axis=1), color="#d5dae1", linewidth=4)
    for name, (colour, marker) in looks.items():
        ax.plot(shares[name], places, marker, color=colour, markersize=9, label=T[name])
    ax.axvline(0, color=PALETTE["ink"], linewidth=1)
    ax.set_yticks(places, shares.index)
    ax.invert_yaxis()
    ax.grid(visible=False)
    ax.set_xlabel(T["x"])
    ax.set_ylabel(T["y"])
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3, columnspacing=1.0)
    weak = shares.loc[["D", "E"]].sum()
    figures.title(ax, T["title"].format(weak["customers"], weak["asked"]))
    plt.show()


# %% lang="zh" alt="点图：五个信用等级各一行，圆点是客户份额，方块是贷款询问份额，三角是利润份额。A、B 级利润份额高、询问少；D、E 级询问份额远高于客户份额，E 级利润为负。"
T = {
    "customers": "客户",
    "asked": "贷款询问",
    "profit": "利润",
    "x": "占全行的份额（%）",
    "y": "信用等级",
    "title": "D、E 两级占客户的 {:.0f}%，占贷款询问的 {:.0f}%",
}
figure_asked(T)
say(
    f"平均资产 50 万元及以上的客户，一年主动找银行 {wealthy:.1f} 次；"
    f"5 万到 50 万元的，{middle:.1f} 次。"
)
# %% lang="en" alt="Dot plot with a row for each credit grade: a dot for the share of customers, a square for loan enquiries, a triangle for profit. A and B have much profit and few enquiries; D and E ask far more often than their number, and the profit of E is negative."
T = {
    "customers": "customers",
    "asked": "loan enquiries",
    "profit": "profit",
    "x": "share of the bank's total (%)",
    "y": "credit grade",
    "title": "Grades D and E: {:.0f}% of customers, {:.0f}% of loan enquiries",
}
figure_asked(T)
say(
    f"Customers with 500,000 yuan or more contact the bank {wealthy:.1f} times a year; "
    f"those with 50,000 to 500,000, {middle:.1f} times."
)
# %% [markdown] lang="zh"
# ## 第 10 步：定名单
#
# 名单按**打电话的理由**来定，不按一个总分。三个理由，一人只占一个，先碰上哪条算哪条：
#
# 1. **钱在走**：第 9 步的客户，全部打。这一通是问，不是卖；
# 2. **重要而无声**：平均资产 15 万元以上，银行半年没有主动找过他。这一通是认识人：“我是您的客户经理，有事找我”；
# 3. **常来过，近来没声了**：第 6 步 RFM 认出来的客群，有利润，半年没人找过。
#
# 有贷款逾期 30 天以上的不进名单：他该接到的是另一个部门的另一种电话。
#
# 第二、三类人数超过剩下的电话，就**抽签**：留一部分不打，当对照组。没有对照组，十月份没有人说得清电话有没有用。第一类不抽签，人少又急，代价是这一类的效果无从判断。15 万元这条线也是选的，为的是人数装得进 160 通。这些都是取舍，要写下来。
#
# **同意不同意。** 不同意营销的人，可以为他已有的账户打服务电话，不能推销；借服务之名推销，恰恰是他拒绝过的事（《个人信息保护法》的界限，以本行法务的意见为准）。第二类那通“认识人”的电话算不算营销，各家看法不一；拿不准，就先放下不同意的那一半人。所以名单上要有这一列，开口的话也要写两种。
#
# **要看的：** 第一张表拿五份同样长的名单来比。“钱在走”那一列，我们的名单当然捞到全部，因为规则就是这么写的，这不算证据。按 M 的名单捞到不少，理由却不对：告别的那笔转账本身抬高了 M。主动来找的客户几乎不带来利润，不过里面不全是借钱的人，看看 60 岁以上占多少。
#
# **小问题：** 按资产的名单利润份额更高。为什么我们的名单低一些，周岚仍然可以选它？
# %% [markdown] lang="en"
# ## Step 10: choose the list
#
# The list is made by **reasons to call**, not by one total. There are three, and a customer has the first that fits:
#
# 1. **money leaving**: everybody of step 9. This call asks; it does not sell;
# 2. **important and silent**: average assets of 150,000 yuan or more, and nobody from the bank has been in touch for six months. This call introduces a person: "I am your manager; ring me when there is something";
# 3. **was busy, now quiet**: the segment that RFM did find, with a profit, and no contact from the bank for six months.
#
# Whoever has a loan 30 days or more past due stays off the list: that customer is owed another call, from another department.
#
# Reasons 2 and 3 have more people than calls, so **draw lots**: some are left out on purpose, as a control group. Without one, nobody can say in October whether the calls did anything. Reason 1 is not drawn, because it is small and urgent; the price is that its effect cannot be judged. The line of 150,000 yuan is chosen too, so that the list fits the calls. These are choices; write them down.
#
# **Consent.** Somebody who refused marketing may be called about the service of an account they hold, not with an offer; an offer dressed up as service is the very thing they refused. (For the limits of the Personal Information Protection Law, your legal department has the last word.) Whether the introduction of reason 2 is marketing is read differently from bank to bank; in doubt, leave out those who refused. So the list carries the column, and there are two opening sentences.
#
# **Notice:** the first table compares five lists of the same length. Ours holds everybody whose money is leaving because the rule says so; that is no evidence. The list by M catches many of them for the wrong reason: the farewell transfer itself made their M large. Those who get in touch by themselves earn the bank next to nothing, yet they are not all borrowers: see how many are over sixty.
#
# **Question:** the list by assets holds more of the profit. Why may Zhou Lan still prefer ours?
# %%
overdue = accounts.groupby("customer_id")["days_past_due"].max().reindex(bank.index) >= 30
recent_calls = from_bank[from_bank["date"] > half_year_ago]
bank["contacted"] = bank.index.isin(recent_calls["customer_id"])

reasons = [
    (bank["leaving"] & ~overdue, "leaving"),
    ((bank["assets_avg"] >= 150_000) & ~bank["contacted"] & ~overdue, "silent"),
    (
        (bank["segment"] == "now_quiet") & (bank["profit"] > 0) & ~bank["contacted"] & ~overdue,
        "quiet",
    ),
]
bank["reason"] = np.select(
    [rule for rule, name in reasons], [name for rule, name in reasons], default="none"
)
pool = bank["reason"].value_counts()

# Everybody of the first reason, four in five of the second, and what is left for the third.
places = {"leaving": pool["leaving"], "silent": round(0.8 * pool["silent"])}
places["quiet"] = min(pool["quiet"], CALLS - places["leaving"] - places["silent"])
bank["called"] = False
for name, n in places.items():
    drawn = bank[bank["reason"] == name].sample(n, random_state=20260630)
    bank.loc[drawn.index, "called"] = True
ours = bank[bank["called"]]

lists = {
    "sum": ranked("total", "M").head(CALLS),
    "M": ranked("M").head(CALLS),
    "assets": ranked("assets_avg").head(CALLS),
    "own": ranked("own_contacts", "asked").head(CALLS),
    "ours": ours,
}
comparison = pd.DataFrame(
    {
        name: {
            "profit": 100 * part["profit"].sum() / bank["profit"].sum(),
            "loss": part["expected_loss"].mean(),
            "leaving": part["leaving"].sum(),
            "contacted": 100 * part["contacted"].mean(),
            "consent": 100 * (~part["marketing_consent"]).mean(),
            "old": 100 * (part["birth_year"] <= 1965).mean(),
        }
        for name, part in lists.items()
    }
).T
# %% lang="zh"
say(
    f"我们的名单：{len(ours)} 位。全行客户里 60 岁以上的占 "
    f"{100 * (bank['birth_year'] <= 1965).mean():.0f}%。"
)
comparison.rename_axis(index=None, columns="名单（各 160 位）").rename(
    index={
        "sum": "RFM 总分",
        "M": "M",
        "assets": "平均资产",
        "own": "主动找银行的次数",
        "ours": "按理由（我们的）",
    },
    columns={
        "profit": "占全行利润（%）",
        "loss": "户均预期损失（元）",
        "leaving": "钱在走（位）",
        "contacted": "半年内已被找过（%）",
        "consent": "不同意营销（%）",
        "old": "60 岁以上（%）",
    },
)
# %% lang="en"
say(
    f"Our list: {len(ours)} customers. Of all customers "
    f"{100 * (bank['birth_year'] <= 1965).mean():.0f}% are 60 or over."
)
comparison.rename_axis(index=None, columns="list (160 each)").rename(
    index={
        "sum": "RFM sum",
        "assets": "average assets",
        "own": "own contacts with the bank",
        "ours": "by reason (ours)",
    },
    columns={
        "profit": "% of profit",
        "loss": "expected loss each (yuan)",
        "leaving": "money leaving (people)",
        "contacted": "% contacted in 6 months",
        "consent": "% no marketing consent",
        "old": "% aged 60 or over",
    },
)
# %% [markdown] lang="zh"
# 再按理由和支行数一遍。客户经理是按支行派的，名单也得落到支行头上。
#
# **要看的：** 每二十通是一位客户经理一个月的量。河西为什么在“钱在走”里那么突出？这是周岚该当面问支行长何进的事，电话名单回答不了。再用利润除以通数：第三个理由每通电话值的钱最少。它留在名单上，是因为只有这些人说得出，一位常客为什么不来了。你也可以不同意。
#
# **小问题：** “不打（抽签）”的人若自己来电话，该不该接？接了以后，十月份怎么算他？
# %% [markdown] lang="en"
# Now count by reason and by sub-branch, since managers sit in sub-branches.
#
# **Notice:** twenty calls are one manager's month. Why does Hexi stand out where money is leaving? That is a thing for Zhou Lan to ask He Jin, its head, face to face; no call list will answer it. Then divide profit by calls: the third reason is worth least. It is on the list because only these people can say why a regular stops coming. You may disagree.
#
# **Question:** somebody who was left out by lot rings the bank. Should the call be answered? And how do you count that person in October?
# %%
plan = pd.DataFrame(
    {
        "pool": pool.reindex(list(places)),
        "calls": ours["reason"].value_counts().reindex(list(places)),
        "profit": ours.groupby("reason")["profit"].sum().reindex(list(places)),
    }
)
plan["left_out"] = plan["pool"] - plan["calls"]
refused = ours[~ours["marketing_consent"]]
plan["service"] = refused["reason"].value_counts().reindex(list(places))
where = pd.crosstab(ours["reason"], ours["branch"]).reindex(list(places))
plan = plan[["pool", "calls", "left_out", "service", "profit"]].join(where)
plan.loc["all"] = plan.sum()
# %% lang="zh"
plan.T.rename_axis(None, axis=1).rename(
    columns={
        "leaving": "钱在走",
        "silent": "重要而无声",
        "quiet": "常来过，近来没声了",
        "all": "合计",
    },
    index={
        "pool": "符合的人",
        "calls": "打",
        "left_out": "不打（抽签）",
        "service": "其中只能谈服务",
        "profit": "年利润（元）",
        "hexi": "河西",
        "chengnan": "城南",
        "gangkou": "港口",
        "daxuelu": "大学路",
        "donghu": "东湖",
    },
)
# %% lang="en"
plan.T.rename_axis(None, axis=1).rename(
    columns={
        "leaving": "money leaving",
        "silent": "important and silent",
        "quiet": "was busy, now quiet",
    },
    index={
        "pool": "who qualify",
        "calls": "calls",
        "left_out": "left out by lot",
        "service": "calls: service only",
        "profit": "profit a year (yuan)",
        "hexi": "Hexi",
        "chengnan": "Chengnan",
        "gangkou": "Harbour",
        "daxuelu": "University Road",
        "donghu": "East Lake",
    },
)
# %% [markdown] lang="zh"
# ## 写成一页
#
# 分析到此为止，剩下的是一页纸。周岚要拿着它去开会，所以每一行都该经得起一句追问。下面的数字由上面的单元格算出；换了数据，这一页跟着变。
#
# **要看的：** “看不出什么”和“什么算错”两行。名单的效果，一个月多半看不出来：留作对照的人不多，一个季度里本来就走不了几位，打与不打的差别会淹没在偶然里。所以每个月都抽签，攒一年再算。
# %% [markdown] lang="en"
# ## Write the page
#
# The analysis is done; what remains is one page. Zhou Lan will take it into a meeting, so each line must survive one follow-up question. The cells above compute its numbers; with other data the page changes by itself.
#
# **Notice:** the lines "what it cannot show" and "wrong if". One month will hardly show an effect. The control group is small, few of its members would leave within a quarter anyway, and any difference drowns in chance. So draw lots every month, and judge after a year.
# %%
calls = interactions[
    (interactions["initiated_by"] == "bank") & (interactions["channel"] == "phone")
]
answered = calls[calls["minutes"] > 1]  # one minute: nobody picked up
reach = 100 * len(answered) / len(calls)
minutes = calls["minutes"].mean()
cost = CALLS * minutes * MINUTE_YUAN["phone"]

n = plan["calls"].astype(int)
control = plan["left_out"].astype(int)
rich = bank[bank["assets_avg"] >= 150_000]
quarter = rich["leaving"].mean() / 4  # share whose money leaves in an average quarter
expected = quarter * control["silent"]
share_ours = comparison.loc["ours", "profit"]
share_assets = comparison.loc["assets", "profit"]
found_by_assets = lists["assets"]["leaving"].sum()
# %% lang="zh"
page = {
    "决定": f"七月的 {CALLS} 通电话按三个理由打，不按 RFM 总分打。",
    "打给谁": f"钱在走 {n['leaving']} 位；重要而无声 {n['silent']} 位；"
    f"常来过、近来没声了 {n['quiet']} 位。",
    "为什么": f"他们带来全行 {share_ours:.0f}% 的利润（是他们带来的，不是电话带来的）。"
    f"按资产排，份额是 {share_assets:.0f}%，但钱在走的 {len(gone)} 位只找到 {found_by_assets} 位；"
    f"按 RFM 总分排，{captured(by_sum):.0f}%，找到 {caught} 位。",
    "第一句话": "钱在走：“最近我们有没有哪里没做好？”无声：“我是您的客户经理，这是我的电话。”不猜原因，不提产品。",
    "许可": f"{n['all']} 位里有 {len(refused)} 位不同意营销：只谈他现有的账户，不推销。",
    "抽签不打": f"{control['silent']} 位和 {control['quiet']} 位，名字封存，十月再打开。",
    "不在名单上的人": "问贷款的客户由柜台和风险部答复，两天之内；新客户收欢迎信；逾期客户归催收。",
    "花费": f"按过去的接通情况（接通 {reach:.0f}%，每通平均 {minutes:.1f} 分钟），"
    f"通话成本约 {cost:,.0f} 元；真正稀缺的是八个人的时间。",
    "看不出什么": f"对照组 {control['silent']} 位，一个季度里钱会走的，预计 {expected:.1f} 位："
    "一个月的电话看不出留没留住人。这是虚构的银行，不是你的银行。",
    "什么算错": "到 9 月 30 日，打通的“无声”客户里，说出一件银行原来不知道的事的不到十分之一；"
    "或者再抽签四个季度以后，打与不打的余额变化没有差别。",
}
pd.DataFrame({"给周岚的一页": page})
# %% lang="en"
page = {
    "Decision": f"Give July's {CALLS} calls to three reasons, not to the highest RFM sums.",
    "Whom": f"Money leaving {n['leaving']}; important and silent {n['silent']}; "
    f"was busy, now quiet {n['quiet']}.",
    "Why": f"They bring {share_ours:.0f}% of the bank's profit (they do, not the calls). A list by "
    f"assets brings {share_assets:.0f}% but holds {found_by_assets} of the {len(gone)} whose money "
    f"is leaving; one by RFM sum {captured(by_sum):.0f}% and {caught}.",
    "First sentence": 'Money leaving: "Have we let you down lately?" Silent: "I am your '
    'manager, and this is my number." Guess no reason, name no product.',
    "Consent": f"Of the {n['all']}, {len(refused)} refused marketing: talk about the accounts "
    "they have, and make no offer.",
    "Left out by lot": f"{control['silent']} and {control['quiet']} people; the names stay sealed "
    "until October.",
    "Who is not on it": "Loan enquiries are answered by counter and risk within two days; new "
    "customers get a welcome letter; arrears belong to collections.",
    "Cost": f"If {reach:.0f}% pick up and a call takes {minutes:.1f} minutes on average, as so far, "
    f"about {cost:,.0f} yuan. What is scarce is the time of eight people.",
    "What it cannot show": f"Of {control['silent']} controls we expect {expected:.1f} to move "
    "their money within a quarter: one month of calls cannot prove that anybody was kept. "
    "And this bank is invented; yours is not.",
    "Wrong if": "by 30 September fewer than one in ten of the silent customers reached has told us "
    "something that the bank did not know; or, after four more quarters of lots, balances of "
    "called and not called have moved alike.",
}
pd.DataFrame({"one page for Zhou Lan": page})
# %% [markdown] lang="zh"
# ## 轮到你
#
# 三处改一改，再从那一格往下全部运行：
#
# - 把第 9 步的 0.8 换成 0.9。名单多出多少人？多出来的人里，你敢说哪几位真的要走？
# - 把 `HAPPENS` 里的 `transfer_in` 删掉。哪一群的人数变得最多？
# - 把第 8 步的 `20260630` 换成你的生日。蓝线和阴影的位置关系变了没有？哪几群的结论不该信？
#
# 做完以后，换一个问题问自己：这份名单上的任意一位问“你们为什么打给我”，你能不能用一句他听得懂、也不生气的话回答？每个理由都答得上来，这份细分才算做完。接下来的练习“先找谁谈：用 RFM 细分客户”，请你自己动手把前几步再算一遍，有自动检查和提示。
# %% [markdown] lang="en"
# ## Your turn
#
# Change one thing, then run everything from that cell down:
#
# - Turn the 0.8 of step 9 into 0.9. How many people join the list, and of which of them would you dare to say that they are leaving?
# - Delete `transfer_in` from `HAPPENS`. Which segment changes its size most?
# - Replace `20260630` in step 8 by your birthday. Does the blue line keep its place beside the band, and for which number of groups would you trust it?
#
# Then ask yourself something else. Anyone on this list may say, "Why did you ring me?" Can you answer in one sentence that they understand and do not resent? When every reason has such a sentence, the segmentation is finished. In the exercise that follows, "Whom to talk to first", you compute the first steps yourself, with automatic checks and hints.
