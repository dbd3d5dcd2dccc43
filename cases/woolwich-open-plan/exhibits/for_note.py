"""Exhibits of the teaching note alone; ``exhibits.py`` takes them in."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sums import DASH, margins, number, published, rates

from casebank.check.figures import PALETTE
from casebank.exhibits import Bi, figure, table, values

MINUS = "\N{MINUS SIGN}"


@values
def answers(data) -> dict[str, float | int]:
    """Worked lines and what-ifs of the model answers."""
    known, rate, homes = published(data), rates(data), margins(data)
    cheap = margins(data, old_mortgage=rate["offset"])
    dear = margins(data, old_savings=rate["sweep_savings"])
    many = homes.loc["A"]
    wide = rate["old_mortgage"] - rate["base"]
    narrow = rate["offset"] - rate["base"]
    net = many.mortgage - many.savings
    out: dict[str, float | int] = {"note_wide_loan": wide}
    out["note_wide_savings"] = rate["base"] - rate["old_savings"]
    out["note_work_loan"] = number(many.mortgage * narrow / 100)
    out["note_work_savings"] = number(many.savings * narrow / 100)
    out["note_work_net"] = number(net)
    out["note_work_paid"] = number(many.mortgage * rate["old_mortgage"] / 100)
    out["note_work_received"] = number(many.savings * rate["old_savings"] / 100)
    out["note_work_pays"] = number(net * rate["offset"] / 100)
    # The whole bank beside the invented margins.
    out["note_net_interest_growth"] = known["net_interest_1999"] / known["net_interest_1998"] - 1
    retail = known["retail_income_1999"] - known["retail_non_interest_1999"]
    out["note_retail_interest"] = number(retail)
    out["note_all_wide"] = number(known["borrowers"] * homes.before["C"])
    # Old mortgages come down anyway; old savings are dearer, or cheaper; only the savings leave.
    out["note_cheap_gain_b"] = number(cheap.gain["B"])
    out["note_cheap_leave_b"] = 1 - cheap.after["B"] / cheap.before["B"]
    for name, own, new in (("af", "A", "F"), ("bg", "B", "G")):
        loss, win = -cheap.change[own], cheap.after[new]
        out[f"note_mix_{name}_cheap"] = loss / (loss + win)
    out["note_dear_d"] = number(dear.change["D"])
    low = margins(data, old_savings=1.0).change
    out["note_low_b"], out["note_low_d"] = number(low["B"]), number(low["D"])
    out["note_kept_a"] = number(many.mortgage * wide / 100)
    out["note_kept_times"] = out["note_kept_a"] / many.after
    # What it costs to win a newcomer.
    out["note_broker_f"] = number(homes.mortgage["F"] * known["commission_woolwich"] / 100)
    have = data.csv("rivals.csv").set_index("bank").have
    out["note_abbey_have"] = int(have["Abbey National online"])
    out["note_each_abbey"] = known["abbey_cost"] / out["note_abbey_have"]
    out["note_each_cahoot"] = known["cahoot_cost"] / known["cahoot_2003"]
    # March 2001: how far above base the Halifax still was, and what of the rate part that leaves.
    base = data.csv("anchors.csv").set_index("name").value["note_anchor_base_2001"]
    out["note_2001_gap"] = known["later_svr_halifax"] - base
    out["note_2001_over"] = out["note_2001_gap"] - known["offset_cap"]
    out["note_2001_rest"] = number(many.mortgage * out["note_2001_over"] / 100)
    return out


@table(
    "note_margins",
    title=Bi(
        zh="每户一年的毛利（英镑）：对 Woolwich，同一个产品有亏有赚",
        en="Yearly margin by household (£): one product, gains and losses for Woolwich",
    ),
    note=Bi(
        zh="“流失平衡点”：不给就会走的概率要高过它，给了才不亏。"
        "“抵一户要几个 F”：一户转换少挣的毛利，要几位 F 补上。",
        en="“Break-even chance of leaving”: leaving without the offer must be likelier than "
        "this for the offer to pay. "
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
            "Break-even chance of leaving",
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
