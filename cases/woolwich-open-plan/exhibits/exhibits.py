"""Exhibits of the case "Woolwich Open Plan"; their numbers come from ``sums.py`` beside it.

Published figures lie in the CSV files, each row with its fact and source. The households and three
interest rates are invented for the course and say so. ``note_…`` is for the teaching note alone.
"""

from __future__ import annotations

import for_note  # noqa: F401  (registers the exhibits of the teaching note)
import matplotlib.pyplot as plt
import pandas as pd
from sums import DASH, count, holdings, money, paces, published

from casebank.check.figures import PALETTE
from casebank.exhibits import Bi, figure, table

RULES = ("accounts", "families", "contracts")


@table(
    "growth",
    exhibit=2,
    title=Bi(
        zh="开放计划客户数：二月有 {{value:op_feb|wan1}}，许诺 {{value:op_target|wan0}}",
        en="Open Plan customers: {{value:op_feb}} in February, {{value:op_target}} promised",
    ),
    note=Bi(
        zh="年中一行：新闻稿的月份以 J 开头，留存的文本在此中断（六月或七月）。"
        "目标一行：一处说“2002 年前”，一处说“今后两年”，按 2001 年底和 2002 年底各算一次。"
        "月增数为课程计算，约到千位。",
        en="Mid-year: the release names a month that begins with J, and the copy breaks off "
        "there (June or July). Target: one source says “by 2002”, one “over the next two "
        "years”; both the end of 2001 and that of 2002 are reckoned. Monthly numbers are our "
        "own, to the nearest thousand.",
    ),
    source=Bi(
        zh="Woolwich 新闻稿，1999 年 12 月 8 日、2000 年 6 月 19 日 [@W09; W15]；"
        "《独立报》[@W08]；This is Money [@W42]",
        en="Woolwich releases, 8 Dec 1999 and 19 June 2000 [@W09; W15]; The Independent [@W08]; "
        "This is Money [@W42]",
    ),
)
def growth(data, lang):
    """Reported, expected and promised customers, with the pace that each step asks for."""
    rows, pace = data.csv("growth.csv"), paces(data)
    when = {
        "zh": [
            "1999 年 12 月 8 日",
            "2000 年 2 月 16 日",
            "2000 年 6 月或 7 月底",
            "2000 年底",
            "2001 或 2002 年底",
        ],
        "en": [
            "8 Dec 1999",
            "16 Feb 2000",
            "end June or July 2000",
            "end 2000",
            "end 2001 or 2002",
        ],
    }[lang]
    said = {
        "reported": ("已报告", "reported"),
        "expected": ("预计超过", "expected to exceed"),
        "forecast": ("预测", "forecast"),
        "target": ("目标", "target"),
    }
    added = [DASH]
    for i in range(1, len(rows)):
        low, high = (f"{round(pace[f'{side}_{i}'], -3):,.0f}" for side in ("low", "high"))
        added.append(low if low == high else f"{low}–{high}")
    status = [said[s][lang == "en"] for s in rows.status]
    columns = {
        "zh": ["日期", "性质", "客户数", "比上一行每月增加"],
        "en": ["Date", "Status", "Customers", "Added a month since the row above"],
    }[lang]
    cells = [f"{n:,}" for n in rows.customers]
    return pd.DataFrame(list(zip(when, status, cells, added, strict=True)), columns=columns)


@table(
    "accounts",
    exhibit=1,
    title=Bi(
        zh="1999 年每挣一英镑，{{value:interest_share|pct0}} 来自利息",
        en="Of every pound of income in 1999, {{value:interest_share|pct0}} was interest",
    ),
    note=Bi(
        zh="金额单位：百万英镑。小项从略，所以各行相减不等于利润。"
        "分部数字只列 1999 年；按揭份额的口径由公司自定。",
        en="£ million. Small items are left out, so the lines do not add up to the profit. The "
        "segment is shown for 1999 only; the bank defines its own mortgage share.",
    ),
    source=Bi(
        zh="Woolwich 全年业绩新闻稿，2000 年 2 月 16 日 [@W11]",
        en="Woolwich final results, 16 February 2000 [@W11]",
    ),
)
def accounts(data, lang):
    """The last two years of the bank."""
    rows = data.csv("accounts.csv")

    def cell(value: float, unit: str) -> str:
        return DASH if value != value else f"{value:.2f}" if value < 3 else f"{value:,.1f}"

    body = [[r[lang], cell(r.y1998, r.unit), cell(r.y1999, r.unit)] for _, r in rows.iterrows()]
    head = {"zh": ["项目", "1998", "1999"], "en": ["Item", "1998", "1999"]}[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "rivals",
    exhibit=3,
    title=Bi(
        zh="都按几十万、上百万算，各家心里想的客户却不一样",
        en="All count by the hundred thousand; each has other customers in mind",
    ),
    note=Bi(
        zh="各家的“客户”口径不同（存款户、注册户、账户），不可按此列排名。",
        en="Each counts in its own way (depositors, registrations, accounts): no ranking.",
    ),
    source=Bi(
        zh="《经济学人》[@N03]；报纸报道 [@N14]；《独立报》[@N23; N06; W57; N01]；"
        "Accountancy Age [@N22]；BBC [@N04]；This is Money [@N05; N02; W42]；"
        "Mortgage Solutions [@W14]；Woolwich 新闻稿 [@W15]",
        en="The Economist [@N03]; newspaper report [@N14]; "
        "The Independent [@N23; N06; W57; N01]; Accountancy Age [@N22]; BBC [@N04]; "
        "This is Money [@N05; N02; W42]; Mortgage Solutions [@W14]; Woolwich release [@W15]",
    ),
)
def rivals(data, lang):
    """Who had started or announced what by the middle of June 2000."""
    known = published(data)
    say = {}
    for name, value in known.items():
        paid = name.endswith(("_cost", "_loss", "_capital", "_plan"))
        say[name] = (money if paid else count)(value, lang)
    say["egg_premium"] = f"{known['egg_premium']:.1f}"
    body = []
    for _, r in data.csv("rivals.csv").iterrows():
        words = say | {"n": count(r.have, lang) if r.have == r.have else ""}
        cells = [
            r[f"{column}_{lang}"].format(**words) for column in ("have", "aim", "whom", "money")
        ]
        name = f"{r.bank_zh}：{r.owner_zh}" if lang == "zh" else f"{r.bank} ({r.owner_en})"
        body.append([name, *cells])
    head = {
        "zh": ["银行：东家，开业", "已有客户", "目标", "要的是谁", "花费"],
        "en": ["Bank (owner, opened)", "Customers so far", "Aim", "For whom", "Money"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@figure(
    "base",
    exhibit=4,
    title=Bi(
        zh="{{value:op_target|wan0}}，是储户的 {{value:target_of_savers|pct0}}，"
        "是借款人的 {{value:target_of_borrowers|.0f}} 倍",
        en="{{value:op_target}} would be {{value:target_of_savers|pct0}} of the savers and "
        "{{value:target_of_borrowers|.0f}} times the borrowers",
    ),
    alt=Bi(
        zh="横条图，从长到短：储户 {{value:savers|wan0}}，开放计划目标 {{value:op_target|wan0}}，"
        "借款人 {{value:borrowers|wan0}}，开放计划 2000 年底预测 {{value:op_end_2000|wan0}}，"
        "年中预计 {{value:op_mid|wan0}}，二月 {{value:op_feb|wan1}}。",
        en="Bars, longest first: savers {{value:savers}}, Open Plan target "
        "{{value:op_target}}, borrowers {{value:borrowers}}, Open Plan forecast for the end of "
        "2000 {{value:op_end_2000}}, expected by mid-year {{value:op_mid}}, in February "
        "{{value:op_feb}}.",
    ),
    note=Bi(
        zh="有多少借款人同时是储户，没有公布。",
        en="How many borrowers are savers as well is not published.",
    ),
    source=Bi(
        zh="客户数：Gerry Allen 的幻灯片 [@W02]；开放计划：同图表 2",
        en="Customers: slide deck of Gerry Allen [@W02]; Open Plan: as Exhibit 2",
    ),
)
def base(data, lang):
    """The bank's customers and the numbers of the plan, to one scale."""
    own = data.csv("base.csv").set_index("item")
    known = published(data)
    plan = {
        "op_target": ("开放计划目标，2002 年", "Open Plan, target for 2002"),
        "op_end_2000": ("开放计划预测，2000 年底", "Open Plan, forecast end 2000"),
        "op_mid": ("开放计划预计，2000 年中", "Open Plan, expected mid-2000"),
        "op_feb": ("开放计划实有，2000 年 2 月", "Open Plan, February 2000"),
    }
    bars = [(own.loc[i, lang], own.loc[i, "customers"], PALETTE["blue"]) for i in own.index]
    bars += [(w[lang == "en"], known[n], PALETTE["vermilion"]) for n, w in plan.items()]
    bars.sort(key=lambda bar: bar[1])
    fig, ax = plt.subplots(figsize=(6.4, 3.4))
    drawn = ax.barh([b[0] for b in bars], [b[1] / 1e6 for b in bars], color=[b[2] for b in bars])
    ax.bar_label(drawn, labels=[count(b[1], lang) for b in bars], padding=4)
    ax.set_xlim(0, 4.7)
    ax.set_xticks(range(5))
    if lang == "zh":
        ax.set_xticks(range(5), [str(100 * n) for n in range(5)])
    ax.set_xlabel({"zh": "客户（万）", "en": "customers (million)"}[lang])
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    return fig


@table(
    "rates",
    exhibit=5,
    title=Bi(
        zh="借款和存款用同一个利率，落在原来两个利率之间",
        en="One rate for borrowing and for saving, between the old two",
    ),
    note=Bi(
        zh="课堂上这样算毛利：每一英镑按基准利率计价；贷款挣“利率减基准”，"
        "存款挣“基准减利率”。{{value:example_sum|wan0}}英镑的老按揭"
        "一年挣 {{value:example_loan}} 英镑，{{value:example_sum|wan0}}英镑的老存款一年挣 "
        "{{value:example_deposit}} 英镑。成本、手续费、税和风险不计。"
        "Woolwich 自己的老账户利率没有找到。",
        en="How margin is reckoned in class: every pound is priced at the base rate; a loan "
        "earns its rate less base, a deposit earns base less its rate. "
        "£{{value:example_sum}} of old mortgage earns £{{value:example_loan}} a year, "
        "£{{value:example_sum}} of old savings earns £{{value:example_deposit}}. Costs, fees, "
        "tax and risk are left out. The rates of Woolwich's own old accounts were not found.",
    ),
    source=Bi(
        zh="基准利率 [@N07; N08]；抵减按揭 [@W14]；其余为课程假设",
        en="Base rate [@N07; N08]; offset [@W14]; the rest assumed for this course",
    ),
)
def rate_table(data, lang):
    """Published and assumed rates."""
    kind = {"published": ("公布", "published"), "assumed": ("假设", "assumed")}
    body = [
        [r[lang], f"{r.percent:.2f}", kind[r.kind][lang == "en"]]
        for _, r in data.csv("rates.csv").iterrows()
    ]
    head = {
        "zh": ["利率", "年利率（%）", "性质"],
        "en": ["Rate", "Per cent a year", "Status"],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "households",
    exhibit=6,
    title=Bi(
        zh="七户人家：几笔同样的钱，放在不同的地方",
        en="Seven households: the same few sums, kept in different places",
    ),
    note=Bi(
        zh="七户为课程虚构。老账户的利率见图表 5；“别家”的老利率假定相同。",
        en="Invented for this course. Old rates as in Exhibit 5, also at the other bank.",
    ),
    source=Bi(zh="课程假设", en="Assumed for this course"),
)
def households(data, lang):
    """Balances before, and what each household would do in Open Plan."""
    where = {"woolwich": "Woolwich", "other": ("别家", "other bank")[lang == "en"], "none": DASH}
    body = [
        [
            f"{name} {r[lang]}" if lang == "en" else f"{name}　{r[lang]}",
            f"{r.mortgage:,}" if r.mortgage else DASH,
            where[r.mortgage_at],
            f"{r.savings:,}",
            where[r.savings_at],
            r[f"after_{lang}"],
        ]
        for name, r in data.csv("households.csv").set_index("household").iterrows()
    ]
    head = {
        "zh": ["人家", "按揭（英镑）", "按揭在", "存款（英镑）", "存款在", "进入开放计划后"],
        "en": [
            "Household",
            "Mortgage, £",
            "Mortgage at",
            "Savings, £",
            "Savings at",
            "In the plan",
        ],
    }[lang]
    return pd.DataFrame(body, columns=head)


@table(
    "products",
    exhibit=7,
    title=Bi(
        zh="“持有几个产品”：同一户人家，三个答案",
        en="“How many products?” One household, three answers",
    ),
    note=Bi(
        zh="按账户：每个账户、保单各算一个。按大类：贷款、存款、活期、卡、保险各算一个。"
        "按合约：整套开放计划算一个。"
        "三户为课程虚构；抵减套餐含活期账户、储蓄账户和按揭备用额度，"
        "见 Woolwich 的幻灯片 [@W02]。",
        en="By account: every account or policy counts. By family: loan, savings, current "
        "account, card, insurance count once each. By contract: a whole plan counts once. "
        "Households invented; that the offset bundle holds a current account, savings accounts "
        "and a mortgage reserve is in Woolwich's slides [@W02].",
    ),
    source=Bi(zh="课程计算", en="Counted for this course"),
)
def products(data, lang):
    """Three households counted by three rules, before and after."""
    items = data.csv("products.csv")
    label = {
        "B": ("B 年轻家庭，转入开放计划", "B Young family, converted"),
        "F": ("F 别家客户，新来", "F Customer of another bank, new"),
        "K": ("K 老客户，没有开放计划", "K Old customer, not in Open Plan"),
    }
    rows = []
    for name, row in holdings(data).iterrows():
        own = items[(items.household == name) & (items.after == 1)]
        held = ("、" if lang == "zh" else ", ").join(own[lang])
        steps = [f"{row[f'{r}_before']} → {row[f'{r}_after']}" for r in RULES]
        rows.append([label[name][lang == "en"], held, *steps])
    head = {
        "zh": ["人家", "现在持有", "按账户", "按大类", "按合约"],
        "en": ["Household", "Holds now", "By account", "By family", "By contract"],
    }[lang]
    return pd.DataFrame(rows, columns=head)


@table(
    "later_half",
    title=Bi(
        zh="收入多了，费用多得更快，坏账也多了",
        en="Income rose, expenses rose more, and so did bad debts",
    ),
    note=Bi(
        zh="金额单位：百万英镑。1999 年为重述数：自 2000 年起，付给中介的部分佣金按贷款年限摊销。",
        en="£ million. 1999 restated: since 2000 some commission to introducers is spread over the "
        "life of the loan.",
    ),
    source=Bi(
        zh="Woolwich 中期业绩新闻稿，2000 年 8 月 2 日 [@W45]",
        en="Woolwich interim results, 2 August 2000 [@W45]",
    ),
)
def later_half(data, lang):
    """The half-year that the campaign fell into, against the year before."""
    late = data.csv("later.csv").set_index("name").value
    lines = [
        ("income", "营业收入", "Operating income"),
        ("expenses", "营业费用", "Operating expenses"),
        ("bad_debts", "坏账准备", "Bad and doubtful debts"),
        ("jv_loss", "合资企业亏损", "Loss in joint ventures"),
        ("profit", "税前利润", "Profit before tax"),
    ]
    body = []
    for name, zh, en in lines:
        now, then = late[f"later_{name}_h1"], late[f"later_{name}_h1_1999"]
        change = f"{now - then:+.1f}".replace("-", "\N{MINUS SIGN}")
        body.append([zh if lang == "zh" else en, f"{then:.1f}", f"{now:.1f}", change])
    head = {
        "zh": ["项目", "1999 上半年", "2000 上半年", "变化"],
        "en": ["Item", "First half 1999", "First half 2000", "Change"],
    }[lang]
    return pd.DataFrame(body, columns=head)
