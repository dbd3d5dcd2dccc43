"""Exhibits of the teaching note alone; ``exhibits.py`` takes them in."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sums import DASH, margins, rates

from casebank.check.figures import PALETTE
from casebank.exhibits import Bi, figure, table

MINUS = "\N{MINUS SIGN}"


@table(
    "note_margins",
    title=Bi(
        zh="每户一年的毛利（英镑）：对 Woolwich，同一个产品有亏有赚",
        en="Yearly margin by household (£): one product, gains and losses for Woolwich",
    ),
    note=Bi(
        zh="“流失平衡点”：不给就会走的概率要高过它，给了才不亏。"
        "“抵一户要几个 F”：一户转换少挣的毛利，要几位 F 补上。",
        en="“Leaves anyway”: the chance of leaving without the offer above which the offer pays. "
        "“F needed”: newcomers of type F who make good one conversion.",
    ),
    source=Bi(zh="由图表 5、6 计算", en="Computed from Exhibits 5 and 6"),
)
def note_margins(data, lang):
    """The model answer to the question on margins."""
    homes, cheap = margins(data), margins(data, old_mortgage=rates(data)["offset"])
    body = []
    for name, r in homes.iterrows():
        own = r.before > 0
        body.append(
            [
                name,
                f"{r.before:,.1f}",
                f"{r.after:,.1f}",
                f"{r.change:+,.1f}".replace("-", MINUS),
                f"{cheap.change[name]:+,.1f}".replace("-", MINUS),
                f"{r.gain:,.1f}",
                f"{1 - r.after / r.before:.0%}" if own else DASH,
                f"{-r.change / homes.after['F']:.1f}" if own else DASH,
            ]
        )
    head = {
        "zh": [
            "户",
            "之前",
            "之后",
            "变化",
            "若老按揭本已降到抵减利率",
            "这户人家得",
            "流失平衡点",
            "抵一户要几个 F",
        ],
        "en": [
            "Household",
            "Before",
            "After",
            "Change",
            "Change if old mortgages had come down anyway",
            "Household gains",
            "Leaves anyway",
            "F needed",
        ],
    }[lang]
    return pd.DataFrame(body, columns=head)


@figure(
    "note_savings",
    title=Bi(
        zh="借款人存款越多、原来利率越低，转换一户少挣得越多",
        en="The more a borrower keeps with the bank at a low rate, the dearer the conversion",
    ),
    alt=Bi(
        zh="三条向下的直线：与 A 户按揭相同的老借款人，存款从 0 到 4 万英镑，"
        "原存款利率分别为 1%、3%、5%，转换后毛利的变化。",
        en="Three falling lines: a borrower with the mortgage of household A, savings from "
        "nothing to 40,000 pounds at old rates of 1, 3 and 5 per cent, and the change of margin.",
    ),
    source=Bi(zh="由图表 5、6 计算", en="Computed from Exhibits 5 and 6"),
)
def note_savings(data, lang):
    """Change of margin against savings held, for three old savings rates."""
    rate = rates(data)
    loan = margins(data).mortgage["A"]
    saved = np.linspace(0, 40000, 50)
    fig, ax = plt.subplots(figsize=(6.4, 3.8))
    for old, colour, style in ((5, "teal", ":"), (3, "blue", "-"), (1, "vermilion", "--")):
        change = -loan * (rate["old_mortgage"] - rate["offset"]) / 100
        change = change - saved * (rate["offset"] - old) / 100
        ax.plot(saved / 1000, change, color=PALETTE[colour], linestyle=style)
        words = {"zh": f"原存款利率 {old}%", "en": f"old savings rate {old}%"}[lang]
        ax.annotate(words, (40, change[-1]), (8, -4), textcoords="offset points")
    ax.axhline(0, color=PALETTE["ink"], linewidth=1)
    ax.set_xlim(0, 56)
    ax.set_xticks(range(0, 41, 10))
    ax.set_xlabel({"zh": "在本行的存款（千英镑）", "en": "savings held with the bank (£000)"}[lang])
    ax.set_ylabel({"zh": "一年毛利的变化（英镑）", "en": "change of margin (£ a year)"}[lang])
    return fig
