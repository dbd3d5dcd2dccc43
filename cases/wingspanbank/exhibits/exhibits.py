"""Exhibits of the case "WingspanBank"; their numbers come from ``sums.py`` beside it.

Published figures lie in the CSV files, each row with its source. The accounts of the sheet are
invented for the course and say so. ``later_…`` is for the epilogue, ``note_…`` for the note.
"""

from __future__ import annotations

import for_note  # noqa: F401  (registers the exhibits of the teaching note)
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
from sums import DASH, count, money, published, signed

from casebank.check.figures import PALETTE
from casebank.exhibits import Bi, figure, table


@figure(
    "months",
    exhibit=1,
    title=Bi(
        zh="九个月：季度利润少了 {{value:income_fall|pct0}}，股价跌了 {{value:price_fall|pct0}}",
        en="In nine months the quarter's profit fell by {{value:income_fall|pct0}} and the share "
        "by {{value:price_fall|pct0}}",
    ),
    alt=Bi(
        zh="左图为股价，五个点：1999 年 6 月近 {{value:price_june}} 美元，12 月 21 日 "
        "{{value:price_december}}，2000 年 3 月 22 日约 {{value:price_sale}}，3 月 24 日 "
        "{{value:price_friday}}，3 月 27 日 {{value:price_monday}}。右图为 1999 年各季净利润："
        "{{value:income_q1|yi2}}、{{value:income_q2|yi2}}、{{value:income_q3|yi2}}、"
        "{{value:income_q4|yi2}}美元。",
        en="Left, the share at five dates: almost ${{value:price_june}} in June 1999, "
        "{{value:price_december}} on 21 December, about {{value:price_sale}} on 22 March 2000, "
        "{{value:price_friday}} on 24 March, {{value:price_monday}} on 27 March. Right, net income "
        "of the four quarters of 1999: ${{value:income_q1|m0}}, ${{value:income_q2|m0}}, "
        "${{value:income_q3|m0}} and ${{value:income_q4|m0}}.",
    ),
    note=Bi(
        zh="6 月的点没有日期。3 月 27 日的收盘价，另一家报纸记作 {{value:price_banker}} 美元。"
        "跌幅算到 3 月 24 日。翼展银行不单列。",
        en="The point of June has no day. Another paper gives {{value:price_banker}} for the close "
        "of 27 March. The fall is reckoned to 24 March. Wingspan is not shown apart.",
    ),
    source=Bi(
        zh="股价：CNET [@B17]，《芝加哥论坛报》[@B13; B21]，《美国银行家》[@B22b]；"
        "利润：10-Q 季报 [@B23]",
        en="Share: CNET [@B17], Chicago Tribune [@B13; B21], American Banker [@B22b]; income: "
        "Form 10-Q [@B23]",
    ),
)
def months(data, lang):
    """Share price at five dates, net income by quarter."""
    share, income = data.csv("months.csv"), data.csv("income.csv")
    fig, (left, right) = plt.subplots(
        1, 2, figsize=(7.2, 3.0), gridspec_kw={"width_ratios": [3, 2]}
    )
    dates = pd.to_datetime(share.date)
    left.plot(dates, share.price, color=PALETTE["blue"], linestyle=":", linewidth=1.2)
    left.plot(dates, share.price, "o", color=PALETTE["blue"])
    places = [(8, 0), (5, 6), (8, -12), (8, -3), (8, 3)]
    for day, row, (right_by, up_by) in zip(dates, share.itertuples(), places, strict=True):
        words = f"{row.price:g}"
        left.annotate(words, (day, row.price), (right_by, up_by), textcoords="offset points")
    left.set_ylim(0, 72)
    left.set_xlim(pd.Timestamp("1999-05-25"), pd.Timestamp("2000-05-31"))
    left.xaxis.set_major_locator(mdates.MonthLocator(bymonth=[6, 9, 12, 3]))
    left.xaxis.set_major_formatter(mdates.DateFormatter("%Y-%m"))
    left.set_ylabel({"zh": "股价（美元）", "en": "share price ($)"}[lang])
    names = ["一季", "二季", "三季", "四季"] if lang == "zh" else [q[-2:] for q in income.quarter]
    drawn = right.bar(names, income.net_income, color=PALETTE["teal"])
    scale = {"zh": 100, "en": 1}[lang]
    right.bar_label(
        drawn,
        labels=[f"{n / scale:,.2f}" if lang == "zh" else f"{n:,.0f}" for n in income.net_income],
        padding=2,
    )
    right.set_ylim(0, 1350)
    if lang == "zh":
        right.set_yticks(range(0, 1201, 400), [str(n) for n in range(0, 13, 4)])
    right.set_ylabel({"zh": "1999 年各季净利润（亿美元）", "en": "net income 1999 ($m)"}[lang])
    right.grid(visible=False, axis="x")
    return fig


@table(
    "promise",
    exhibit=2,
    title=Bi(
        zh="开业时的许诺：头一年每股少 {{value:cents_1|abs}} 美分，第三年多 {{value:cents_3}} 美分",
        en="The promise at the launch: {{value:cents_1|abs}} cents a share lost in the first "
        "year, {{value:cents_3}} gained in the third",
    ),
    note=Bi(
        zh="公司只报每股数，并说以后可能调整。折成美元由课程计算：乘以约 {{value:shares|yi2}}股"
        "（1999 年上半年净利润除以每股收益）。均为税后；要折成税前，税率按 "
        "{{value:tax_rate|pct0}}（课程假设）。",
        en="The bank gave cents a share only, and said that they might be adjusted. Dollars are "
        "ours: times some {{value:shares|m0}} shares (net income of the first half of 1999 "
        "divided by earnings a share). After tax; for sums before tax take a rate of "
        "{{value:tax_rate|pct0}}, assumed for this course.",
    ),
    source=Bi(
        zh="《芝加哥论坛报》1999 年 6 月 25 日 [@B02]；股数据业绩新闻稿 [@B24]；1999 年利润 [@B23]",
        en="Chicago Tribune, 25 June 1999 [@B02]; shares from a results release [@B24]; income of "
        "1999 [@B23]",
    ),
)
def promise(data, lang):
    """Cents a share, the same in dollars, the same against the profit of 1999."""
    known = published(data)
    body = []
    for row in data.csv("promise.csv").itertuples():
        sum_m = known[f"promise_{row.year}"]
        in_dollars = signed(sum_m / 1e8, 1) if lang == "zh" else signed(sum_m / 1e6)
        part = signed(100 * sum_m / known["income_1999"], 1) + "%"
        body.append([getattr(row, lang), signed(row.cents), in_dollars, part])
    head = {
        "zh": ["十二个月", "每股（美分）", "合计（亿美元）", "相当于 1999 年净利润的"],
        "en": ["Twelve months", "Cents a share", "In all, $m", "Against net income of 1999"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "trace",
    exhibit=3,
    title=Bi(
        zh="关于这笔钱，谁说过什么：1999 年 6 月到 12 月",
        en="What was said of the money, June to December 1999",
    ),
    note=Bi(
        zh="实际花了多少，到三月底银行没有公布。第一行没有给数。"
        "《华尔街日报》和 Banking Strategies 的原文没有见到，"
        "转自《美国银行家》后来的一篇文章；三分之二由课程折算。",
        en="What was really spent, the bank had not said. The first row gives no sum. We have not "
        "seen the articles of the Journal and of Banking Strategies; a later article quotes them. "
        "The two thirds are turned into dollars by us.",
    ),
    source=Bi(
        zh="《美国银行家》[@B03; B06; B07; B20]",
        en="American Banker [@B03; B06; B07; B20]",
    ),
)
def trace(data, lang):
    """Who said which number, and of what."""
    plan = money(published(data)["cost_plan"], lang)
    body = [
        [
            r[f"date_{lang}"],
            r[f"who_{lang}"],
            money(r.amount * 1e6, lang) if r.amount == r.amount else DASH,
            r[f"what_{lang}"].format(plan=plan),
        ]
        for _, r in data.csv("trace.csv").iterrows()
    ]
    head = {
        "zh": ["何时", "谁说的", "多少", "说的是什么"],
        "en": ["When", "Who said it", "How much", "Of what"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@figure(
    "counts",
    exhibit=4,
    title=Bi(
        zh="公布过的数，各用各的单位",
        en="What had been published, in the unit of each source",
    ),
    alt=Bi(
        zh="横条图，上下两栏。上栏数人：翼展 1999 年 11 月初 {{value:wingspan_customers|wan0}}；"
        "bankone.com 6 月 {{value:bankone_june|wan0}}、7 月 {{value:bankone_july|wan0}}、"
        "12 月底 {{value:bankone_december|wan0}}；NetBank {{value:netbank|wan1}}；"
        "Telebank {{value:telebank|wan0}}；mbanx {{value:mbanx|wan0}}。"
        "下栏数账户：翼展 12 月底 {{value:wingspan_accounts|wan1}}；"
        "1999 年 6 月全美纯网络银行 {{value:us_accounts|wan0}}；X.com 2000 年 2 月 "
        "{{value:xcom_accounts|wan0}}。",
        en="Bars in two parts. People: Wingspan {{value:wingspan_customers}} about November 1999; "
        "bankone.com {{value:bankone_june}} in June, {{value:bankone_july}} in July, "
        "{{value:bankone_december}} at the end of December; NetBank {{value:netbank}}; Telebank "
        "{{value:telebank}}; mbanx {{value:mbanx}}. Accounts: Wingspan "
        "{{value:wingspan_accounts}} at the end of December; all internet-only banks of the "
        "country {{value:us_accounts}} in June 1999; X.com {{value:xcom_accounts}} in February "
        "2000.",
    ),
    note=Bi(
        zh="上下两栏不能相比：一个人可以有几个账户，一个账户也可以没有人用。bankone.com 6 月的数，"
        "原文说的是用户。X.com 的数为“超过”。",
        en="The two parts cannot be compared: a person may have several accounts, and an account "
        "no user. The number of bankone.com in June was given as users. X.com: “more than”.",
    ),
    source=Bi(
        zh="《芝加哥论坛报》[@B01]；《商业周刊》[@B04]；ZDNet [@B26]；"
        "《美国银行家》[@B08; B09; B15; B30; B33]；Online Banking Report [@B28]",
        en="Chicago Tribune [@B01]; BusinessWeek [@B04]; ZDNet [@B26]; American Banker "
        "[@B08; B09; B15; B30; B33]; Online Banking Report [@B28]",
    ),
)
def counts(data, lang):
    """Customers above, accounts below, to one scale."""
    rows = data.csv("counts.csv")
    parts = [rows[rows.unit == unit] for unit in ("people", "accounts")]
    fig, axes = plt.subplots(
        2, 1, figsize=(7.0, 4.2), sharex=True, gridspec_kw={"height_ratios": [7, 3]}
    )
    colours = {1: PALETTE["vermilion"], 2: PALETTE["blue"], 0: "#9aa3ad"}
    titles = {"zh": ("客户（人）", "账户（个）"), "en": ("customers", "accounts")}[lang]
    for ax, part, words in zip(axes, parts, titles, strict=True):
        part = part.iloc[::-1]
        names = [
            f"{r[f'bank_{lang}']}{'，' if lang == 'zh' else ', '}{r[f'date_{lang}']}"
            for _, r in part.iterrows()
        ]
        hatch = ["" if words == titles[0] else "///"] * len(part)
        drawn = ax.barh(names, part.number / 1e4, color=[colours[o] for o in part.own])
        for bar, lines in zip(drawn, hatch, strict=True):
            bar.set_hatch(lines)
            bar.set_edgecolor("white")
        ax.bar_label(drawn, labels=[count(n, lang) for n in part.number], padding=4)
        ax.set_title(words, loc="left", fontsize=10)
        ax.grid(visible=False, axis="y")
        ax.set_xlim(0, 58)
    if lang == "en":
        axes[1].set_xticks(range(0, 51, 10), [str(10 * n) for n in range(0, 51, 10)])
    axes[1].set_xlabel({"zh": "万", "en": "thousand"}[lang])
    return fig


@table(
    "sheet",
    exhibit=5,
    title=Bi(
        zh="五种虚构的账户：一年里各有多少余额、收入和花费",
        en="Five invented accounts: what each holds, earns and costs in a year",
    ),
    note=Bi(
        zh="单位：美元，一年。五种账户全为课程虚构，退取款费一栏也是；翼展没有公布过这样的数。"
        "一年带来的钱＝余额×利差＋其他收入"
        "＋贷款×贷款利差－服务成本－退还的取款费；争取客户的花费、税和风险另算。",
        en="Dollars, one year. All five are invented for this course, the refunds with them; "
        "Wingspan published nothing of the kind. What an account brings in a year = balance × "
        "spread + other income + loan × its margin − service − refunds of other banks' machine "
        "fees. The cost of winning it, tax and risk come on top.",
    ),
    source=Bi(zh="课程假设", en="Assumed for this course"),
)
def sheet(data, lang):
    """The assumptions for five invented accounts."""
    body = []
    for _, r in data.csv("sheet.csv").iterrows():
        body.append(
            [
                f"{r.account} {r[lang]}",
                f"{r.balance:,}" if r.balance else DASH,
                f"{r.spread:.1f}%" if r.spread else DASH,
                f"{r.other:,}" if r.other else DASH,
                f"{r.loan:,} × {r.loan_margin:.1f}%" if r.loan else DASH,
                f"{r.service:,}",
                f"{r.refund:,}" if r.refund else DASH,
            ]
        )
    head = {
        "zh": [
            "账户",
            "余额",
            "利差",
            "其他收入",
            "贷款×利差",
            "服务成本",
            "退取款费",
        ],
        "en": [
            "Account",
            "Balance",
            "Spread",
            "Other",
            "Loan × margin",
            "Service",
            "Refunds",
        ],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "service",
    exhibit=6,
    title=Bi(
        zh="试过的人遇到了什么，报道又没有说什么",
        en="What those who tried it met, and what the reports do not say",
    ),
    note=Bi(
        zh="第四行的调查问了 {{value:net_asked|,d}} 人，不分银行；它的数与当时其他研究不合，"
        "公司自己说，别人数的账户大概有许多没有在用。",
        en="The sample of the fourth row had {{value:net_asked}} people and all banks; it "
        "disagrees with other studies of the time, whose accounts, the firm says, were probably "
        "often not in use.",
    ),
    source=Bi(
        zh="《芝加哥论坛报》[@B01; B13]；Online Banking Report [@B25]；ZDNet [@B26]；"
        "《商业周刊》[@B27]",
        en="Chicago Tribune [@B01; B13]; Online Banking Report [@B25]; ZDNet [@B26]; "
        "BusinessWeek [@B27]",
    ),
)
def service(data, lang):
    """Reports of bad service, each with what is missing in it."""
    known = published(data)
    words = {"into": count(known["net_in"], lang), "out": count(known["net_out"], lang)}
    body = [
        [
            r[f"date_{lang}"],
            r[f"who_{lang}"],
            r[f"met_{lang}"].format(**words),
            r[f"unsaid_{lang}"],
        ]
        for _, r in data.csv("service.csv").iterrows()
    ]
    head = {
        "zh": ["何时", "谁", "遇到了什么", "报道没有说"],
        "en": ["When", "Who", "What they met", "What the report does not say"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "precedents",
    exhibit=7,
    title=Bi(
        zh="别家怎么收场、怎么往下走：三个卖价，每位客户 {{value:security_each|,.0f}} 到 "
        "{{value:telebanc_each|,.0f}} 美元",
        en="How others had ended or gone on: three prices, from "
        "${{value:security_each|,.0f}} to ${{value:telebanc_each|,.0f}} a customer",
    ),
    note=Bi(
        zh="每位客户的数由课程计算。卖价含存款和贷款：Telebanc 有 {{value:telebanc_assets|yi0}}美元"
        "资产、{{value:telebanc_deposits|yi0}}美元存款，"
        "Security First 只有 {{value:sfnb_deposits|wan0}}美元存款。"
        "mbanx 一行是花费，不是卖价。",
        en="Dollars a customer are ours. A price buys deposits and loans too: Telebanc had "
        "${{value:telebanc_assets|bn1}} of assets and ${{value:telebanc_deposits|bn1}} of "
        "deposits, Security First ${{value:sfnb_deposits|m1}} of deposits. The row of mbanx is a "
        "cost and no price.",
    ),
    source=Bi(
        zh="《美国银行家》[@B30; B31; B32; B33; B34]；美联社 [@B33a]",
        en="American Banker [@B30; B31; B32; B33; B34]; Associated Press [@B33a]",
    ),
)
def precedents(data, lang):
    """Other separate internet banks: sold, folded in, given up, kept."""
    status = {"price": ("卖价", "price"), "cost": ("花费", "cost")}
    body = []
    for _, r in data.csv("precedents.csv").iterrows():
        known = r.money == r.money
        paid = each = DASH
        if known:
            kind = status[r.status][lang == "en"]
            paid = f"{kind} {money(r.money * 1e6, lang)}"
            each = f"{r.money * 1e6 / r.customers:,.0f}"
        name = r.bank_zh if lang == "zh" else r.bank
        people = count(r.customers, lang) if known else DASH
        body.append([name, r[f"what_{lang}"], people, paid, each])
    head = {
        "zh": ["银行", "怎么样了", "客户", "金额", "每位客户（美元）"],
        "en": ["Bank", "What became of it", "Customers", "Money", "Dollars a customer"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "later_counts",
    title=Bi(
        zh="后来的数：客户和账户又混在一起",
        en="Later counts: customers and accounts run together again",
    ),
    note=Bi(
        zh="引号里的“客户”很可能是账户：同一个数，别的报纸写作账户。",
        en="“Customers” in quotation marks are very likely accounts: other papers call the same "
        "number so.",
    ),
    source=Bi(
        zh="《美国银行家》[@B44; B51]；DM News [@B48]；《芝加哥论坛报》[@B53]",
        en="American Banker [@B44; B51]; DM News [@B48]; Chicago Tribune [@B53]",
    ),
)
def later_counts(data, lang):
    """What was said of Wingspan's size after March 2000."""
    body = [
        [r[f"date_{lang}"], count(r.number, lang), r[f"words_{lang}"]]
        for _, r in data.csv("later_counts.csv").iterrows()
    ]
    head = {"zh": ["何时", "多少", "什么"], "en": ["When", "How many", "Of what"]}[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "later_trace",
    title=Bi(
        zh="那个数还在走：从“一半”到“至少”",
        en="The number travels on: from “half” to “at least”",
    ),
    source=Bi(
        zh="《美国银行家》[@B06; B19; B51; B54; B55]；techmonitor [@B61]",
        en="American Banker [@B06; B19; B51; B54; B55]; techmonitor [@B61]",
    ),
)
def later_trace(data, lang):
    """What was said of the money afterwards."""
    plan = money(published(data)["cost_plan"], lang)
    body = []
    for _, r in data.csv("later_trace.csv").iterrows():
        said = DASH
        if r.low == r.low:
            said = money(r.high * 1e6, lang)
            if r.low != r.high:
                said = f"{money(r.low * 1e6, lang)}–{said}"
        body.append(
            [r[f"date_{lang}"], r[f"who_{lang}"], said, r[f"what_{lang}"].format(plan=plan)]
        )
    head = {
        "zh": ["何时", "谁说的", "多少", "说的是什么"],
        "en": ["When", "Who said it", "How much", "Of what"],
    }[lang]
    return pd.DataFrame(body, columns=head)
