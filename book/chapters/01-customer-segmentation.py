"""Numbers, tables and figures of the chapter on customer segmentation.

Everything comes from ``datasets/`` but three published totals of China Merchants Bank, which lie
in ``01-customer-segmentation.pyramids.csv``. A year here is the twelve months to 30 June 2026.
"""

from __future__ import annotations

from functools import cache, cached_property

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from casebank.check.figures import PALETTE
from casebank.data.economics import profit as standard_profit
from casebank.exhibits import Bi, figure, table, values

TODAY = pd.Timestamp("2026-06-30")
PAID = ("card_payment", "transfer_out", "cash_withdrawal", "deposit", "bill_payment")
CHOSEN = (*PAID, "fund_purchase")
ASSETS = ("current", "savings", "term_deposit", "fund")
LOANS = ("credit_card", "consumer_loan", "mortgage")
LINES = (10_000, 50_000, 500_000)
COLOURS = list(PALETTE.values())
SINCE = pd.Timestamp("2025-09-30")  # Zhou Lan counts from October
PLACES = 30  # conversations that Hexi's relationship managers have in a quarter

OVERHEAD = 0.6  # fixed costs as a share of contribution, rounded below to 10,000 yuan

# Surnames are invented; sex and title must fit the record, see ``Study.people``.
PEOPLE = {
    "qin": (1172, "秦女士", "Ms Qin", "F"),
    "luo": (2319, "罗女士", "Ms Luo", "F"),
    "fang": (1077, "方女士", "Ms Fang", "F"),
    "meng": (1490, "孟先生", "Mr Meng", "M"),
    "tian": (2198, "田先生", "Mr Tian", "M"),
}
OURS = Bi(
    zh="澜川银行（虚构）的示例数据，截至 2026-06-30",
    en="Sample data of Lanchuan Bank (invented), 30 June 2026",
)


class Study:
    """The tables, and what several exhibits share."""

    def __init__(self, data) -> None:
        self.data = data
        self.customers = data.table("customers").set_index("customer_id")
        self.accounts = data.table("accounts")
        self.transactions = data.table("transactions")
        self.contacts = data.table("interactions")
        self.published = data.csv("pyramids.csv").set_index("tier")
        start = TODAY - pd.DateOffset(years=1)
        self.year = self.transactions[self.transactions.date > start]
        self.talks = self.contacts[self.contacts.date > start]
        self.chosen = self.transactions[self.transactions.kind.isin(CHOSEN)]

    @cached_property
    def bank(self) -> pd.DataFrame:
        """One row a customer with an open account: assets, tier, loan enquiries, counter use."""
        owned = self.accounts[self.accounts["product"].isin(ASSETS)].groupby("customer_id")
        frame = self.customers.copy()
        frame["assets"] = owned.avg_balance_cents.sum() / 100
        frame["now"] = owned.balance_cents.sum() / 100
        frame = frame.fillna({"assets": 0.0, "now": 0.0})
        live = self.accounts.loc[self.accounts.closed.isna(), "customer_id"].unique()
        frame = frame[frame.index.isin(live)]
        frame["tier"] = pd.cut(frame.assets, [-1, *LINES, 1e12], right=False, labels=range(4))
        mine = self.talks[self.talks.initiated_by == "customer"]
        frame["asks"] = mine[mine.purpose == "loan_enquiry"].groupby("customer_id").size()
        desk = pd.concat([self.year[self.year.channel == "branch"], mine[mine.channel == "branch"]])
        frame["desk"] = desk.groupby("customer_id").size()
        return frame.fillna({"asks": 0, "desk": 0})

    @cache  # noqa: B019 - one study lives as long as the process
    def rfm(self, end: pd.Timestamp = TODAY) -> pd.DataFrame:
        """R, F, M of the year up to a day with scores 1 to 5; equal values share a score."""
        part = self.chosen[self.chosen.date <= end]
        part = part[part.date > end - pd.DateOffset(years=1)].groupby("customer_id")
        frame = pd.DataFrame(
            {
                "R": (end - part.date.max()).dt.days,
                "F": part.size(),
                "M": part.amount_cents.sum() / 100,
            }
        )
        for name, up in (("R", False), ("F", True), ("M", True)):
            rank = frame[name].rank(method="average", ascending=up, pct=True)
            frame[name.lower()] = np.ceil(rank * 5).astype(int)
        frame["total"] = frame.r + frame.f + frame.m
        return frame

    @cached_property
    def leavers(self) -> pd.DataFrame:
        """Whose money went since November while an account stayed open, in all branches."""
        rich = self.bank[(self.bank.assets >= 150_000) & (self.bank.now <= self.bank.assets / 2)]
        out = self.chosen[(self.chosen.kind == "transfer_out") & (self.chosen.date > SINCE)]
        out = out[out.customer_id.isin(rich.index)].sort_values("amount_cents")
        big = out.groupby("customer_id").tail(1).set_index("customer_id")
        return rich.join(big[["date", "amount_cents"]], how="inner").sort_values("assets")

    @cached_property
    def lost(self) -> pd.DataFrame:
        """The leavers of Hexi with what one could have seen before the large transfer."""
        rows = self.leavers[self.leavers.branch == "hexi"].copy()
        for who, row in rows.iterrows():
            month = row.date.to_period("M")
            before = (month - 1).end_time.normalize()
            old, new = self.rfm(before), self.rfm(month.end_time.normalize())
            seen = self.chosen[(self.chosen.customer_id == who) & (self.chosen.date < row.date)]
            rows.loc[who, "silence"] = (row.date - seen.date.max()).days
            rows.loc[who, "m_after"] = new.m[who]
            rows.loc[who, "total_before"] = old.total.get(who, 3)
            rows.loc[who, "total_after"] = new.total[who]
            rows.loc[who, "talks"] = len(self.called(row.date, months=6).intersection([who]))
        return rows

    def called(self, day: pd.Timestamp, months: int) -> pd.Index:
        """Customers to whom the bank turned in the months up to a day."""
        part = self.contacts[(self.contacts.initiated_by == "bank") & (self.contacts.date <= day)]
        recent = part[part.date > day - pd.DateOffset(months=months)]
        return pd.Index(recent.customer_id.unique())

    def lists(self, day: pd.Timestamp) -> dict[str, pd.Index]:
        """Four ways to choose Hexi's customers for a quarter, by what was known on a day."""
        hexi = self.bank[self.bank.branch == "hexi"]
        scores = self.rfm(day).join(hexi[["assets"]], how="inner")
        best = scores.sort_values(["total", "M"], ascending=False)
        rich = hexi.sort_values("assets", ascending=False)
        own = self.contacts[self.contacts.initiated_by == "customer"]
        own = own[(own.date <= day) & (own.date > day - pd.DateOffset(months=3))]
        own = own[own.customer_id.isin(hexi.index)].groupby("customer_id").size()
        still = rich[(rich.assets >= 150_000) & ~rich.index.isin(self.called(day, months=6))]
        return {
            "rfm": best.index[:PLACES],
            "assets": rich.index[:PLACES],
            "asked": own.sort_values(ascending=False, kind="stable").index[:PLACES],
            "quiet": still.index[:PLACES],
        }

    @cached_property
    def profit(self) -> pd.DataFrame:
        """Income, costs and contribution of the year per customer, then two allocations."""
        names = ("customers", "accounts", "transactions", "interactions")
        year = standard_profit({name: self.data.table(name) for name in names})
        frame = self.bank[["tier", "credit_grade"]].join(year)
        frame["touch"] = frame.transactions + frame.contacts
        frame["serve"] = frame.touch + frame.accounts
        frame = frame.rename(columns={"income": "margin", "expected_loss": "loss"})
        frame["direct"] = frame.profit
        fixed = round(frame.direct.sum() * OVERHEAD, -4)
        frame.attrs["fixed"] = fixed
        frame["head"] = frame.direct - fixed / len(frame)
        frame["use"] = frame.direct - fixed * frame.touch / frame.touch.sum()
        return frame

    @cached_property
    def people(self) -> pd.DataFrame:
        """The five records of the worked example."""
        ids = {key: who for key, (who, *_rest) in PEOPLE.items()}
        frame = self.rfm().reindex(ids.values()).join(self.bank[["assets", "now", "asks", "desk"]])
        frame.insert(0, "key", list(ids))
        for key, (who, _zh, _en, sex) in PEOPLE.items():
            record = self.customers.loc[who]
            if record.gender != sex or record.branch != "hexi":
                raise ValueError(f"customer {who} no longer fits '{key}' of the worked example")
        for name, up in (("R", False), ("F", True), ("M", True)):
            frame["rank_" + name] = frame[name].rank(ascending=up)
        frame["rank_total"] = frame[["rank_R", "rank_F", "rank_M"]].sum(axis=1)
        return frame.set_index("key")


@cache
def study(data) -> Study:
    """One study per data object."""
    return Study(data)


def code(row: pd.Series) -> str:
    """The three scores as people read them: 5-1-4."""
    return f"{row.r:.0f}-{row.f:.0f}-{row.m:.0f}"


def clusters(frame: np.ndarray, groups: int = 5) -> tuple[float, float]:
    """What five k-means groups explain of the spread, and their silhouette."""
    scaled = (frame - frame.mean(axis=0)) / frame.std(axis=0)
    found = KMeans(groups, n_init=5, random_state=0).fit(scaled)
    return 1 - found.inertia_ / (scaled**2).sum(), silhouette_score(scaled, found.labels_)


def label(key: str, lang: str) -> str:
    """A person of the worked example with the customer number."""
    who, zh, en, _sex = PEOPLE[key]
    return f"{zh}（{who}）" if lang == "zh" else f"{en} ({who})"


def claim(holds: bool, sentence: str) -> None:
    """Stop the build when a sentence of the text, said in words, is no longer true."""
    if not holds:
        raise ValueError(f"no longer true, mend the text: {sentence}")


@values
def situation(data) -> dict:
    """The leavers of Hexi, the four lists."""
    s = study(data)
    lost, lists_now = s.lost, s.lists(TODAY)
    quiet, hexi = lists_now["quiet"], s.bank[s.bank.branch == "hexi"]
    whole = hexi[(hexi.assets >= 150_000) & ~hexi.index.isin(s.called(TODAY, months=6))]
    claim(len(s.leavers) == len(lost), "the other four sub-branches lost nobody")
    claim((lost.silence <= 180).all(), "the early-warning system would have marked none")
    claim((lost.talks == 0).all(), "nobody had called or visited any of them")
    claim((lost.m_after == 5).all(), "every one of them scored 5 on M")
    claim((lost.total_after >= lost.total_before).all(), "no sum of scores fell")
    hits = s.lists(SINCE)["asked"].intersection(lost.index)
    claim(len(hits) == 0, "list C held none of the leavers")
    return {
        "left_n": len(lost),
        "left_assets": round(lost.assets.sum(), -4),
        "left_now": round(lost.now.sum(), -4),
        "places": PLACES,
        "quiet_n": len(quiet),
        "quiet_no_consent": (~s.bank.marketing_consent[quiet].astype(bool)).sum(),
        "quiet_all": len(whole),
        "quiet_left": len(whole.index.difference(lost.index)),
        "gone_quiet": len(quiet.intersection(lost.index)),
        "gone_all": len(whole.index.intersection(lost.index)),
        "consent": s.bank.marketing_consent.astype(bool).mean(),
        "hexi_n": len(hexi),
        "hit_lot": PLACES * len(lost) / len(hexi),
    }


@values
def queue_numbers(data) -> dict:
    """Who comes, who asks, whom the managers visit."""
    s = study(data)
    bank, rich = s.bank, s.bank[s.bank.tier == 3]
    risky = bank.credit_grade.isin(["D", "E"])
    loans = s.accounts[s.accounts["product"].isin(LOANS) & s.accounts.closed.isna()]
    late = loans.days_past_due > 30
    doubtful = loans.customer_id.map(s.customers.credit_grade.astype(str)).isin(["D", "E"])
    visits = s.contacts[s.contacts.channel == "visit"][["customer_id", "date", "interaction_id"]]
    own = s.contacts[s.contacts.initiated_by == "customer"][["customer_id", "date"]]
    both = visits.merge(own, on="customer_id", suffixes=("", "_own"))
    gap = (both.date - both.date_own).dt.days
    managed = s.customers.index[s.customers.relationship_manager.notna()]
    ends = pd.date_range("2024-09-30", TODAY, freq="ME")
    windows = [own[(own.date <= e) & (own.date > e - pd.Timedelta(days=60))] for e in ends]
    claim(rich.asks.sum() == 0, "the wealthiest made no loan enquiry")
    claim(rich.desk.mean() < 1, "the wealthiest come to the counter less than once a year")
    born = s.customers.birth_year
    desk = s.year[s.year.channel == "branch"].customer_id.map(born)
    return {
        "rich_share": len(rich) / len(bank),
        "rich_desk": rich.desk.mean(),
        "comfortable_desk": bank.desk[bank.tier == 2].mean(),
        "asks_n": int(bank.asks.sum()),
        "risky_share": risky.mean(),
        "risky_asks": bank.asks[risky].sum() / bank.asks.sum(),
        "late_risky": late[doubtful].mean(),
        "late_sound": late[~doubtful].mean(),
        "visits_n": len(visits),
        "visits_after": both[(gap > 0) & (gap <= 60)].interaction_id.nunique() / len(visits),
        "base_contact": np.mean([managed.isin(w.customer_id).mean() for w in windows]),
        "old_share": (born[bank.index] <= 1965).mean(),
        "old_desk": (desk <= 1965).mean(),
    }


@values
def score_numbers(data) -> dict:
    """The five records, scores, ties."""
    s = study(data)
    everyone, people, out = s.rfm(), s.people, {}
    for key, row in people.iterrows():
        out[f"{key}_score"] = code(row)
    out |= {f"{key}_f": int(people.F[key]) for key in ("qin", "luo", "fang", "meng")}
    out |= {f"{key}_rank_total": f"{people.rank_total[key]:g}" for key in ("qin", "luo")}
    who, fang = PEOPLE["qin"][0], PEOPLE["fang"][0]
    row, mine = s.lost.loc[who], s.year[s.year.customer_id == who]
    month = row.date.to_period("M")
    before = s.rfm((month - 1).end_time.normalize()).loc[who]
    after = s.rfm(month.end_time.normalize()).loc[who]
    claim(str(month) == "2025-12", "Ms Qin's money left in December 2025")
    claim(people.F["meng"] == people.F["tian"], "Mr Meng and Mr Tian tie in F")
    claim(people.rank_total["meng"] == people.rank_total["tian"], "and in the sum")
    claim(people.asks["tian"] == 1, "Mr Tian asked for a loan once")
    claim(people.rank_total.idxmax() == "luo", "Ms Luo wins")
    claim(people.rank_total.idxmin() == "qin", "Ms Qin comes last")
    claim(people.R.idxmin() == "fang", "Ms Fang leads in R")
    claim(s.bank.tier[who] == 3 and s.bank.now[who] >= 500_000, "Ms Qin is in the top tier")
    best = everyone.total.nlargest(round(len(everyone) / 5)).index
    rich = s.bank.index[s.bank.tier == 3]
    silent = ~s.bank.index.isin(everyone.index)
    return out | {
        "qin_id": who,
        "qin_r": int(people.R["qin"]),
        "qin_assets": round(s.bank.assets[who], -4),
        "qin_now": round(s.bank.now[who], -4),
        "qin_all_n": len(mine),
        "qin_all_r": (TODAY - mine.date.max()).days,
        "qin_before": code(before),
        "qin_before_f": int(before.F),
        "qin_before_m": before.M,
        "qin_after": code(after),
        "qin_dom": row.date.day,
        "qin_transfer": row.amount_cents / 100,
        "luo_assets": s.bank.assets[PEOPLE["luo"][0]],
        "meng_asks": int(people.asks["meng"]),
        "fang_r": int(people.R["fang"]),
        "fang_rank_all": everyone.F.rank()[fang],
        "fang_share": everyone.F.rank(pct=True)[fang],
        "fang_s": everyone.f[fang],
        "rfm_n": len(everyone),
        "rfm_none": silent.sum(),
        "none_assets": round(s.bank.assets[silent].sum(), -4),
        "rfm_rich": len(rich),
        "rfm_rich_top": len(best.intersection(rich)),
        "r_tie": everyone.R.value_counts().iloc[0],
        "f_low_n": (everyone.f == 1).sum(),
        "f_fifth": round(len(everyone) / 5),
        "unchosen": 1 - s.year.kind.isin(CHOSEN).mean(),
    }


@values
def pyramid_numbers(data) -> dict:
    """Tiers of Lanchuan Bank and of China Merchants Bank."""
    s = study(data)
    bank, cmb = s.bank, s.published
    ordered = np.sort(bank.assets.to_numpy())
    share = np.cumsum(ordered) / ordered.sum()
    flower, private, all_ = (cmb.loc[k] for k in ("sunflower", "private", "retail"))
    rest = (all_.assets_bn_yuan - flower.assets_bn_yuan) * 1e9
    return {
        "gini": 1 + 1 / len(ordered) - 2 * share.mean(),
        "rest_mean": bank.assets[bank.tier < 3].mean(),
        "rich_assets": bank.assets[bank.tier == 3].sum() / bank.assets.sum(),
        "near_line": bank.assets.between(400_000, 500_000, inclusive="left").sum(),
        "cmb_share": flower.customers / all_.customers,
        "cmb_assets": flower.assets_bn_yuan / all_.assets_bn_yuan,
        "cmb_private_share": 1000 * private.customers / all_.customers,
        "cmb_private_assets": private.assets_bn_yuan / all_.assets_bn_yuan,
        "cmb_rest_mean": rest / (all_.customers - flower.customers),
    }


@values
def money_numbers(data) -> dict:
    """Contribution, allocation, grades."""
    profits = study(data).profit
    fixed = profits.attrs["fixed"]
    base = profits[(profits.direct > 0) & (profits["head"] < 0)]
    below = profits.direct[profits.direct < 0]
    columns = ["margin", "fees", "loss", "direct"]
    grade = profits.groupby("credit_grade", observed=True)[columns].mean()
    tiers = profits.groupby("tier", observed=True).direct.mean()
    claim(abs(tiers[0]) < 25, "before allocation the lowest tier about breaks even")
    qin = profits.loc[PEOPLE["qin"][0]]
    claim(qin.accounts == 96, "Ms Qin keeps four accounts")
    income = grade.margin + grade.fees
    claim(income["E"] > max(income["C"], income["D"]), "grade E brings more than D or C")
    return {
        **{f"{n}_below": (profits[n] < 0).mean() for n in ("direct", "head", "use")},
        **{
            f"qin_{n}": float(qin[n])
            for n in ("margin", "fees", "serve", "touch", "loss", "direct")
        },
        **{f"income_{g.lower()}": income[g] for g in ("C", "D", "E")},
        "direct_e": grade.direct["E"],
        "qin_keep": float(qin.accounts),
        "below_n": len(below),
        "below_half": below.median(),
        "fixed": fixed,
        "per_head": fixed / len(profits),
        "total_after": profits["head"].sum(),
        "after_base": profits["head"].sum() - base.direct.sum(),
        "base_n": len(base),
        "base_direct": base.direct.sum(),
        "base_head_mean": base["head"].mean(),
    }


@values
def limit_numbers(data) -> dict:
    """Regression to the mean, clusters of noise, twins on paper."""
    s = study(data)
    first, second = s.rfm(TODAY - pd.DateOffset(years=1)), s.rfm()
    stay = s.bank.index[s.bank.joined < "2024-07-01"]
    spent = pd.DataFrame({"old": first.M, "new": second.M}).reindex(stay).fillna(0)
    top = spent.nlargest(round(len(spent) / 10), "old")
    best = first.index[(first.total == 15) & first.index.isin(stay)]
    real = np.log1p(second[["R", "F", "M"]].to_numpy(dtype=float))
    rng = np.random.default_rng(20260630)
    mixed = np.column_stack([rng.permutation(column) for column in real.T])
    (fit, shape), (fit_mixed, _) = clusters(real), clusters(mixed)
    _, shape_noise = clusters(rng.uniform(size=real.shape))
    hexi = s.bank[(s.bank.branch == "hexi") & (s.bank.occupation == "salaried")]
    keys = ["gender", "birth_year", "income_band"]
    twins = hexi.merge(hexi, on=keys, suffixes=("", "_2"))
    twins = twins[(twins.assets_2 > 1_000) & (twins.assets > twins.assets_2)]
    pair = twins.loc[(twins.assets / twins.assets_2).idxmax()]
    return {
        "best_n": len(best),
        "best_kept": (second.total.reindex(best) == 15).sum(),
        "top_fall": top.new.sum() / top.old.sum() - 1,
        "all_change": spent.new.sum() / spent.old.sum() - 1,
        "fit_real": fit,
        "fit_mixed": fit_mixed,
        "shape_real": shape,
        "shape_noise": shape_noise,
        "twin_year": pair.birth_year,
        "twin_a": pair.assets,
        "twin_b": pair.assets_2,
        "twin_ratio": pair.assets / pair.assets_2,
    }


@table(
    "records",
    title=Bi(zh="河西五位客户的一年", en="A year of five customers of Hexi"),
    source=OURS,
    note=Bi(zh="姓氏为编者所加。", en="The surnames are ours."),
)
def records(data, lang):
    """R, F and M of the worked example."""
    rows = study(data).people
    heads = {
        "zh": ["客户（编号）", "R（天）", "F（笔）", "M（元）"],
        "en": ["Customer (number)", "R (days)", "F (entries)", "M (yuan)"],
    }
    cells = [
        [label(key, lang), *(f"{row[c]:,.0f}" for c in ("R", "F", "M"))]
        for key, row in rows.iterrows()
    ]
    return pd.DataFrame(cells, columns=heads[lang])


@table(
    "ranks",
    title=Bi(
        zh="五人之中的名次（5 为最好），和他们留在银行的钱",
        en="Ranks among the five (5 is best), and the money that they keep",
    ),
    source=OURS,
    note=Bi(zh="资产为近 12 个月日均。", en="Assets: average of twelve months."),
)
def ranks(data, lang):
    """Ranks of the worked example, with the mean rank for ties."""
    rows = study(data).people
    heads = {
        "zh": ["客户（编号）", "R 名次", "F 名次", "M 名次", "合计", "日均资产（元）"],
        "en": ["Customer (number)", "Rank R", "Rank F", "Rank M", "Sum", "Assets (yuan)"],
    }
    cells = [
        [
            label(key, lang),
            *(f"{row['rank_' + c]:g}" for c in ("R", "F", "M", "total")),
            f"{row.assets:,.0f}",
        ]
        for key, row in rows.iterrows()
    ]
    return pd.DataFrame(cells, columns=heads[lang])


@table(
    "ledger",
    title=Bi(
        zh="秦女士账上的一年：{{value:qin_f}} 笔算数",
        en="A year on Ms Qin's accounts: {{value:qin_f}} entries count",
    ),
    source=OURS,
)
def ledger(data, lang):
    """Kinds of entry on one customer's accounts in the year."""
    s = study(data)
    mine = s.year[s.year.customer_id == PEOPLE["qin"][0]].copy()
    mine["kind"] = mine.kind.astype(str)
    words = {
        "loan_repayment": ("按揭还款（系统扣款）", "mortgage instalment (debited by the system)"),
        "interest": ("结息", "interest credited"),
        "transfer_in": ("转入", "transfer in"),
        "transfer_out": ("转出", "transfer out"),
        "salary_in": ("代发工资", "salary credited"),
        "fee": ("手续费", "fee"),
    }
    pick = 0 if lang == "zh" else 1
    yes, no = {"zh": ("算", "不算"), "en": ("yes", "no")}[lang]
    rows = [
        [
            words.get(kind, (kind, kind))[pick],
            str(len(part)),
            f"{part.amount_cents.sum() / 100:,.0f}",
            str(part.date.max().date()),
            yes if kind in CHOSEN else no,
        ]
        for kind, part in mine.groupby("kind")
    ]
    rows.sort(key=lambda row: row[-1] != yes)
    heads = {
        "zh": ["种类", "笔数", "金额（元）", "最后一笔", "计入 RFM"],
        "en": ["Kind", "Entries", "Amount (yuan)", "Last", "Counts for RFM"],
    }
    return pd.DataFrame(rows, columns=heads[lang])


TIERS = Bi(
    zh="不足 1 万元|1 万—5 万元|5 万—50 万元|50 万元及以上",
    en="under 10,000|10,000–50,000|50,000–500,000|500,000 and more",
)


@table(
    "profit",
    title=Bi(
        zh="每层客户的年均盈利（元/户）：分摊之前，最底层刚好持平",
        en="Yearly profit by tier (yuan a customer): before allocation the lowest breaks even",
    ),
    source=OURS,
    note=Bi(
        zh="直接贡献 = 利差 + 手续费 − 服务成本 − 预期损失。费率为虚构的标准费率，见正文。",
        en="Contribution = margin + fees − cost to serve − expected loss. The bank's "
        "standard rates are invented, see the text.",
    ),
)
def profit(data, lang):
    """Averages by tier, before and after two allocations."""
    frame = study(data).profit
    parts = ["margin", "fees", "serve", "loss", "direct", "head", "use"]
    mean = frame.groupby("tier", observed=True)[parts].mean().sort_index(ascending=False)
    heads = {
        "zh": "利差|手续费|服务成本|预期损失|直接贡献|按人头分摊后|按用量分摊后",
        "en": "Margin|Fees|Cost to serve|Expected loss|Contribution|After costs per head|"
        "After costs by use",
    }[lang].split("|")
    out = mean.map(lambda x: f"{x:,.0f}".replace("-", "−")).set_axis(heads, axis=1)
    names, counts = TIERS[lang].split("|"), frame.tier.value_counts()
    out.insert(0, {"zh": "日均资产", "en": "Assets (yuan)"}[lang], [names[t] for t in mean.index])
    out.insert(1, {"zh": "户数", "en": "Customers"}[lang], [f"{counts[t]:,}" for t in mean.index])
    return out


@table(
    "lists",
    title=Bi(
        zh="河西支行三季度 {{value:places}} 次面谈给谁：四张名单",
        en="Whom Hexi's {{value:places}} conversations could go to: four lists",
    ),
    source=OURS,
    note=Bi(
        zh="已走：{{value:left_n}} 位走掉的人里，有几位还在今天这张单上。事后检验：按同一办法在 "
        "2025-09-30 开单，会有几位在单上；资产是后来的 12 个月平均，当时并不知道。",
        en="Already gone: how many of the {{value:left_n}} leavers still stand on today's list. "
        "Look-back: how many it would have held if drawn up the same way at 30 September 2025; "
        "assets are the later twelve-month average, not known then.",
    ),
)
def lists(data, lang):
    """The reader's choice, with a look back."""
    s = study(data)
    then = s.lists(SINCE)
    names = {
        "rfm": ("A RFM 总分最高", "A best RFM score"),
        "assets": ("B 资产最多", "B most assets"),
        "asked": ("C 近三个月找过我们最多", "C asked us most in three months"),
        "quiet": (
            "D 资产 15 万元以上、半年没人联系",
            "D 150,000 or more, six months no contact by us",
        ),
    }
    heads = {
        "zh": "名单|人数|人均资产（万元）|D、E 级占比|同意营销占比|已走|事后检验",
        "en": "List|Customers|Assets each (1,000 yuan)|Grade D or E|Marketing consent"
        "|Already gone|Look-back",
    }[lang].split("|")
    rows = []
    for key, who in s.lists(TODAY).items():
        part = s.bank.loc[who]
        mean = part.assets.mean() / (10_000 if lang == "zh" else 1_000)
        risky = part.credit_grade.isin(["D", "E"]).mean()
        hits = len(then[key].intersection(s.lost.index))
        yes = part.marketing_consent.astype(bool).mean()
        words = names[key][0 if lang == "zh" else 1]
        gone = len(who.intersection(s.lost.index))
        rows.append([words, len(part), f"{mean:,.1f}", f"{risky:.0%}", f"{yes:.0%}", gone, hits])
    return pd.DataFrame(rows, columns=heads)


@figure(
    "queue",
    title=Bi(
        zh="50 万元以上的客户一年到柜台不足一次，一笔贷款也没问；问贷款的多是 D、E 级",
        en="The wealthiest hardly come to the counter and asked for no loan; those who ask are "
        "mostly grade D and E",
    ),
    alt=Bi(
        zh="左图：四层客户每人每年到柜台的次数，最高层最少。右图：信用等级越差，每百人询问贷款越多。",
        en="Left: counter visits a year by asset tier, fewest in the top tier. Right: loan "
        "enquiries per 100 customers rise as the credit grade worsens.",
    ),
    source=OURS,
)
def queue(data, lang):
    """Who stands in the queue, and who asks for a loan."""
    bank = study(data).bank
    fig, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
    desk = bank.groupby("tier", observed=True).desk.mean()
    shades = [PALETTE["blue"]] * 3 + [PALETTE["vermilion"]]
    bars = left.barh(TIERS[lang].split("|"), desk, color=shades)
    left.bar_label(bars, fmt="%.1f", padding=3)
    left.margins(x=0.15)
    left.set_xlabel(
        {"zh": "每人每年到柜台的次数", "en": "counter visits a customer and year"}[lang]
    )
    left.set_ylabel({"zh": "日均资产", "en": "assets (yuan)"}[lang])
    asks = 100 * bank.groupby("credit_grade", observed=True).asks.mean().sort_index()
    bars = right.bar(list(asks.index), asks, color=shades[:3] + shades[3:] * 2)
    right.bar_label(bars, fmt="%.0f", padding=2)
    right.set_xlabel({"zh": "信用等级", "en": "credit grade"}[lang])
    right.set_ylabel({"zh": "每百人一年询问贷款次数", "en": "loan enquiries per 100 a year"}[lang])
    return fig


@figure(
    "blind",
    title=Bi(
        zh="RFM 看的是流动，不是存量：{{value:rfm_rich}} 位 50 万元以上的客户，只有 "
        "{{value:rfm_rich_top}} 位排进前五分之一",
        en="RFM sees flow, not stock: of {{value:rfm_rich}} customers with 500,000 yuan or more, "
        "{{value:rfm_rich_top}} reach its top fifth",
    ),
    alt=Bi(
        zh="散点图：横轴 RFM 总分 3 到 15，纵轴日均资产（对数）。高资产客户散布在各个分数上。",
        en="Scatter: RFM total 3 to 15 against assets on a log scale; the rich are spread over "
        "all scores.",
    ),
    source=OURS,
)
def blind(data, lang):
    """Scores against assets."""
    s = study(data)
    both = s.rfm().join(s.bank[["assets"]], how="inner")
    both = both[both.assets >= 10]
    shift = np.random.default_rng(1).uniform(-0.3, 0.3, len(both))
    left = both.index.isin(s.lost.index)
    fig, ax = plt.subplots(figsize=(8.4, 3.8), layout="constrained")
    where = both.total + shift
    ax.scatter(where, both.assets, s=9, color=PALETTE["blue"], alpha=0.45, linewidths=0)
    words = {"zh": "河西悄悄走掉的客户", "en": "Hexi's quiet leavers"}[lang]
    mark = {"s": 60, "marker": "D", "color": PALETTE["vermilion"], "edgecolors": "white"}
    ax.scatter(where[left], both.assets[left], label=words, **mark)
    ax.axhline(500_000, color=PALETTE["ochre"], linestyle="--", linewidth=1)
    ax.set_yscale("log")
    ax.set_xticks(range(3, 16))
    ax.set_xlabel({"zh": "RFM 总分（2026-06-30）", "en": "RFM total at 30 June 2026"}[lang])
    ax.set_ylabel({"zh": "日均资产（元，对数）", "en": "assets (yuan, log scale)"}[lang])
    ax.legend(loc="lower right")
    return fig


@figure(
    "pyramid",
    title=Bi(
        zh="{{value:rich_share|pct1}} 的客户持有 {{value:rich_assets|pct0}} 的资产",
        en="{{value:rich_share|pct1}} of customers hold {{value:rich_assets|pct0}} of the assets",
    ),
    alt=Bi(
        zh="四层对照：客户占比越往上越小，资产占比越往上越大。",
        en="Four tiers: towards the top the share of customers shrinks and that of assets grows.",
    ),
    source=OURS,
)
def pyramid(data, lang):
    """Shares of customers and of assets by tier, side by side."""
    bank = study(data).bank
    people = 100 * bank.tier.value_counts(normalize=True).sort_index()
    money = 100 * bank.groupby("tier", observed=True).assets.sum() / bank.assets.sum()
    fig, ax = plt.subplots(figsize=(8.4, 3.4), layout="constrained")
    rows = np.arange(4)
    words = {"zh": ("客户占比", "资产占比"), "en": ("customers", "assets")}[lang]
    for shift, share, colour, word in ((-0.2, people, 0, words[0]), (0.2, money, 1, words[1])):
        bars = ax.barh(rows - shift, share, height=0.38, color=COLOURS[colour], label=word)
        ax.bar_label(bars, fmt="%.1f", padding=3)
    ax.set_yticks(rows, TIERS[lang].split("|"))
    ax.set_ylabel({"zh": "日均资产", "en": "assets (yuan)"}[lang])
    ax.set_xlabel({"zh": "占全行的百分比", "en": "% of the bank's total"}[lang])
    ax.legend(loc="lower right")
    return fig


@figure(
    "whale",
    title=Bi(
        zh="同一批客户：换一种分摊，“亏损客户”从 {{value:direct_below|pct0}} "
        "变成 {{value:head_below|pct0}}",
        en="The same customers: another allocation, and the “unprofitable” go from "
        "{{value:direct_below|pct0}} to {{value:head_below|pct0}}",
    ),
    alt=Bi(
        zh="三条累计利润曲线：不分摊的略高于 100% 再落回；"
        "按人头、按用量分摊的升到总额的两倍左右，再落回 100%。",
        en="Three curves of cumulative profit: without fixed costs a small hump; with costs per "
        "head or by use a rise to about twice the total, then back to 100%.",
    ),
    source=OURS,
)
def whales(data, lang):
    """Whale curves under three ways to treat the fixed costs."""
    frame = study(data).profit
    words = {
        "direct": {"zh": "直接贡献，不分摊", "en": "contribution, nothing allocated"},
        "head": {"zh": "固定成本按人头分摊", "en": "fixed costs per head"},
        "use": {"zh": "固定成本按用量分摊", "en": "fixed costs by use of service"},
    }
    fig, ax = plt.subplots(figsize=(8.4, 3.8), layout="constrained")
    for number, (name, style) in enumerate((("direct", "-"), ("head", "--"), ("use", ":"))):
        ranked = frame[name].sort_values(ascending=False)
        steps = np.arange(1, len(ranked) + 1) / len(ranked) * 100
        height = 100 * ranked.cumsum() / ranked.sum()
        ax.plot(steps, height, style, color=COLOURS[number], linewidth=2, label=words[name][lang])
    ax.axhline(100, color="grey", linewidth=0.8)
    ax.set_xlabel({"zh": "客户，按盈利从高到低（%）", "en": "customers, best first (%)"}[lang])
    ax.set_ylabel({"zh": "累计利润（总额 = 100）", "en": "cumulative profit (total = 100)"}[lang])
    ax.legend()
    return fig


@figure(
    "regress",
    title=Bi(
        zh="谁也没做什么，高分自己回落，低分自己回升",
        en="Nobody did anything: high scores fell and low scores rose by themselves",
    ),
    alt=Bi(
        zh="哑铃图：按上一年 RFM 总分分成五组，各组次年的平均分都向中间靠。",
        en="Dumbbells: five groups by last year's RFM total; next year each mean lies nearer to "
        "the middle.",
    ),
    source=OURS,
)
def regress(data, lang):
    """Mean score of five groups in the year when they were formed and in the next."""
    s = study(data)
    old, new = s.rfm(TODAY - pd.DateOffset(years=1)).total, s.rfm().total
    both = pd.DataFrame({"old": old, "new": new}).reindex(s.bank.index).dropna()
    group = pd.cut(both.old, [2, 5, 7, 10, 12, 15], labels=["3–5", "6–7", "8–10", "11–12", "13–15"])
    mean = both.groupby(group, observed=True).mean()
    fig, ax = plt.subplots(figsize=(8.4, 3.2), layout="constrained")
    rows = np.arange(len(mean))
    ax.hlines(rows, mean.old, mean.new, color="grey", linewidth=1.5, zorder=1)
    words = {"zh": ("2024/25 年度", "2025/26 年度"), "en": ("2024/25", "2025/26")}[lang]
    for name, colour, mark, word in (("old", 0, "o", words[0]), ("new", 1, "D", words[1])):
        ax.scatter(mean[name], rows, s=60, color=COLOURS[colour], marker=mark, label=word, zorder=2)
    ax.set_yticks(rows, mean.index)
    ax.set_ylabel({"zh": "2024/25 年度总分", "en": "total in 2024/25"}[lang])
    ax.set_xlabel({"zh": "RFM 总分的平均", "en": "mean RFM total"}[lang])
    ax.legend(loc="lower right")
    return fig
