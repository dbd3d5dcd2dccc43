"""Exhibits of the teaching note alone; ``exhibits.py`` takes them in."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sums import DASH, accounts, money, readings, signed

from casebank.check.figures import PALETTE
from casebank.exhibits import Bi, figure, table

YES_NO = {True: ("同期", "same time"), False: ("不同期", "two times")}


@table(
    "note_each",
    title=Bi(
        zh="争取一个花了多少：六种读法，四种数账户，两种数客户",
        en="The cost of winning one, by six readings: four of accounts, two of customers",
    ),
    note=Bi(
        zh="“同期”：花费只算到数客户或账户的那一天（按日摊）。头一年从 1999 年 6 月 24 日起。"
        "广告按三分之二算。费用是“至多”，匀着花的话，每一行都是上限。都假定钱花在新客户身上，也都不知道账户里有没有钱。",
        en="“Same time”: money only up to the day of the count (by days). The first year runs from "
        "24 June 1999. Advertising at two thirds. The expenses are “up to”, so that at an even "
        "pace each row is a ceiling. All assume that the money went to new "
        "customers, and none knows whether the accounts were funded.",
    ),
    source=Bi(zh="由图表 3、4 计算", en="Computed from Exhibits 3 and 4"),
)
def note_each(data, lang):
    """The model answer on the cost of an account."""
    words = {
        "whole": ("全年费用", "the whole year's expenses"),
        "adverts": ("全年广告（猜测）", "the whole year's advertising (a guess)"),
        "part": ("到年底的费用", "expenses to the year's end"),
        "part_adverts": ("到年底的广告（猜测）", "advertising to the year's end (a guess)"),
        "people": ("头四个月的费用", "expenses of four months"),
        "people_whole": ("全年费用", "the whole year's expenses"),
    }
    units = {"accounts": ("账户", "accounts"), "people": ("客户", "customers")}
    body = []
    for name, r in readings(data).iterrows():
        body.append(
            [
                words[name][lang == "en"],
                money(round(r.spent, -5), lang),
                f"{r.won:,} {units[r.unit][lang == 'en']}",
                YES_NO[bool(r.same_time)][lang == "en"],
                f"{r.each:,.0f}",
            ]
        )
    head = {
        "zh": ["分子", "金额", "分母", "时间", "每个至多（美元）"],
        "en": ["Above the line", "Money", "Below the line", "Time", "Dollars each, at most"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "note_years",
    title=Bi(
        zh="一年带来多少、几年收回：只有带贷款的主账户快",
        en="What each brings in a year, and the years to earn its cost back: only S is quick",
    ),
    note=Bi(
        zh="收回年数按每账户 {{value:note_each_part|,.0f}} 美元（上限）、不计利息。"
        "最后一列只改 Q、R、S 的利差。",
        en="Years at ${{value:note_each_part|,.0f}} an account (a ceiling), without interest. "
        "The last column changes the spread of Q, R and S only.",
    ),
    source=Bi(zh="由图表 5 计算", en="Computed from Exhibit 5"),
)
def note_years(data, lang):
    """The model answer on what an account brings in."""
    base, low, high = accounts(data), accounts(data, 2.0), accounts(data, 4.0)
    cost = readings(data).each["part"]
    body = []
    for name, r in base.iterrows():
        years = f"{cost / r.year:,.1f}" if r.year > 0 else DASH
        body.append(
            [
                name,
                f"{r.interest + r.lending + r.other:,.0f}",
                f"{r.costs:,.0f}",
                signed(r.year),
                years,
                f"{signed(low.year[name])} / {signed(high.year[name])}",
            ]
        )
    head = {
        "zh": ["账户", "收入", "成本", "一年净得", "几年收回", "利差 2% / 4%"],
        "en": ["Account", "Income, $", "Costs, $", "A year, $", "Years", "Spread 2% / 4%"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@figure(
    "note_mix",
    title=Bi(
        zh="每账户的花费定了，收回几年，要看带贷款的主账户占几成",
        en="At a given cost, the years to earn it back hang on the share of accounts like S",
    ),
    alt=Bi(
        zh="两条下降的曲线：横轴为 S 类账户占全部的比例，其余为 Q 类；纵轴为收回争取成本的年数。"
        "上线按每账户 {{value:note_each_whole|,.0f}} 美元，"
        "下线按 {{value:note_each_part_adverts|,.0f}} 美元；"
        "在 {{value:note_mix_zero|pct0}} 左侧永远收不回。",
        en="Two falling curves: share of accounts like S, the rest like Q, against the years to "
        "earn the cost back. The upper one at ${{value:note_each_whole|,.0f}} an account, the "
        "lower one at ${{value:note_each_part_adverts|,.0f}}; left of {{value:note_mix_zero|pct0}} "
        "it is never earned back.",
    ),
    source=Bi(zh="由图表 3、4、5 计算", en="Computed from Exhibits 3, 4 and 5"),
)
def note_mix(data, lang):
    """Years to earn the cost back, by the share of good accounts."""
    year = accounts(data).year
    each = readings(data).each
    share = np.linspace(0.13, 1, 300)
    brings = share * year["S"] + (1 - share) * year["Q"]
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    lines = (("whole", "vermilion", "-", (42, 12.5)), ("part_adverts", "blue", "--", (14, 1.0)))
    for name, colour, style, place in lines:
        ax.plot(100 * share, each[name] / brings, color=PALETTE[colour], linestyle=style)
        words = {"zh": f"每账户 {each[name]:,.0f} 美元", "en": f"${each[name]:,.0f} an account"}
        ax.text(*place, words[lang], color=PALETTE[colour])
    zero = -year["Q"] / (year["S"] - year["Q"])
    ax.axvline(100 * zero, color=PALETTE["ink"], linewidth=1, linestyle=":")
    ax.set_ylim(0, 30)
    ax.set_xlim(0, 100)
    ax.set_xlabel({"zh": "S 类账户占比（%）", "en": "share of accounts like S (%)"}[lang])
    ax.set_ylabel({"zh": "收回年数", "en": "years to earn it back"}[lang])
    return fig
