"""Numbers of the case "Woolwich Open Plan": read from the CSV files, or computed from them.

Names that begin with ``note_`` are for the teaching note alone; names that begin with ``later_``
belong to the epilogue.
"""

from __future__ import annotations

import pandas as pd

from casebank.exhibits import values

SCALE = {"gbp_m": 1e6}
MONTH = 365.25 / 12
DASH = "–"


def number(value: float, unit: str = "") -> float | int:
    """A plain number in base units (pounds, customers); whole ones as int."""
    value = float(value) * SCALE.get(unit, 1)
    whole = round(value)
    return whole if abs(value - whole) < 1e-6 and unit not in ("share", "percent") else value


def read(data, name: str) -> dict[str, float | int]:
    """The named numbers of a file."""
    frame = data.csv(name)
    return {r["name"]: number(r["value"], r["unit"]) for _, r in frame.iterrows()}


def count(value: float, lang: str) -> str:
    """A round number of people as one says it: 4.4 万 / 44,000 / 2 million."""
    if lang == "zh":
        return f"{value / 1e4:,.1f}".removesuffix(".0").replace(",", "") + " 万"
    return f"{value / 1e6:.1f}".removesuffix(".0") + "m" if value >= 1e6 else f"{value:,.0f}"


def money(value: float, lang: str) -> str:
    """A round sum in pounds as one says it: 1.5 亿英镑 / £150m."""
    if lang == "en":
        big = value >= 1e9
        return (
            "£" + f"{value / (1e9 if big else 1e6):.1f}".removesuffix(".0") + "mb"[big] + "n" * big
        )
    big = value >= 1e8
    unit = "亿英镑" if big else "万英镑"
    return f"{value / (1e8 if big else 1e4):.2f}".rstrip("0").rstrip(".") + " " + unit


def rates(data) -> dict[str, float]:
    """Interest rates by name, per cent a year."""
    return data.csv("rates.csv").set_index("rate").percent.to_dict()


def margins(data, old_mortgage: float | None = None, old_savings: float | None = None):
    """Yearly margin of each household for Woolwich, before and after Open Plan.

    A pound lent or kept is worth the base rate to the bank: a loan earns its rate less base, a
    deposit earns base less its rate. Costs, fees, tax and risk are left out.
    """
    rate = rates(data)
    old_mortgage = rate["old_mortgage"] if old_mortgage is None else old_mortgage
    old_savings = rate["old_savings"] if old_savings is None else old_savings
    frame = data.csv("households.csv").set_index("household")
    lent = frame.mortgage.where(frame.mortgage_at == "woolwich", 0)
    kept = frame.savings.where(frame.savings_at == "woolwich", 0)
    frame["before"] = (
        lent * (old_mortgage - rate["base"]) + kept * (rate["base"] - old_savings)
    ) / 100
    net = (frame.mortgage - frame.savings) * (rate["offset"] - rate["base"]) / 100
    swept = frame.savings * (rate["base"] - rate["sweep_savings"]) / 100
    frame["after"] = net.where(frame.mortgage_after == "offset", swept)
    frame["change"] = frame.after - frame.before
    # What the household gains if its old rates were the same wherever it banked.
    paid = frame.mortgage * old_mortgage / 100 - frame.savings * old_savings / 100
    offset = (frame.mortgage - frame.savings) * rate["offset"] / 100
    sweeping = -frame.savings * rate["sweep_savings"] / 100
    frame["gain"] = paid - offset.where(frame.mortgage_after == "offset", sweeping)
    return frame


def holdings(data) -> pd.DataFrame:
    """How many products each household holds, by three rules, before and after."""
    items = data.csv("products.csv")
    rows = {}
    for name, own in items.groupby("household"):
        row = {}
        for side in ("before", "after"):
            held = own[own[side] == 1]
            plan = held.in_plan.astype(bool) & (side == "after")
            row[f"accounts_{side}"] = len(held)
            row[f"families_{side}"] = held.family.nunique()
            row[f"contracts_{side}"] = int((~plan).sum() + plan.any())
        rows[name] = row
    return pd.DataFrame(rows).T


def paces(data) -> dict[str, float]:
    """Customers added a month between the rows of the growth table, slowest and fastest reading."""
    rows = data.csv("growth.csv")
    early, late = pd.to_datetime(rows.date), pd.to_datetime(rows.date_late)
    found = {}
    for i in range(1, len(rows)):
        added = rows.customers[i] - rows.customers[i - 1]
        longest = (late[i] - early[i - 1]).days / MONTH
        shortest = (early[i] - late[i - 1]).days / MONTH
        found[f"low_{i}"], found[f"high_{i}"] = added / longest, added / shortest
    return found


@values
def published(data) -> dict[str, float | int]:
    """Numbers of the sources, and what follows from them without an assumption."""
    out = read(data, "facts.csv") | read(data, "later.csv")
    growth = data.csv("growth.csv").customers.tolist()
    names = ("op_dec", "op_feb", "op_mid", "op_end_2000", "op_target")
    out |= {name: int(n) for name, n in zip(names, growth, strict=True)}
    base = data.csv("base.csv").set_index("item").customers
    savers, borrowers = int(base.savers), int(base.borrowers)
    out |= {"savers": savers, "borrowers": borrowers, "most_customers": savers + borrowers}
    out["target_of_savers"] = out["op_target"] / savers
    out["target_of_borrowers"] = out["op_target"] / borrowers
    out["virgin_each"] = int(round(out["virgin_sum"] / out["virgin_applications"], -3))
    out["abbey_bank_elsewhere"] = out["abbey_customers"] - out["abbey_bankers"]
    for row in data.csv("accounts.csv").itertuples():
        for year in ("1998", "1999"):
            value = getattr(row, f"y{year}")
            if value == value:
                out[f"{row.item}_{year}"] = number(value, row.unit)
    for name in ("net_lending", "profit"):
        out[f"{name}_growth"] = out[f"{name}_1999"] / out[f"{name}_1998"] - 1
    out["interest_share"] = out["net_interest_1999"] / out["income_1999"]
    out["non_interest_growth"] = out["non_interest_1999"] / out["non_interest_1998"] - 1
    for name, value in paces(data).items():
        out[f"pace_{name}"] = round(value, -3)
    out |= {f"rate_{name}": value for name, value in rates(data).items()}
    return out


@values
def later(data) -> dict[str, float | int]:
    """What follows from the later figures."""
    late = read(data, "later.csv")
    return {
        "later_products_counted": late["later_products"] / late["later_customers"],
        "later_profit_change": late["later_profit_h1"] / late["later_profit_h1_1999"] - 1,
        "later_income_rise": late["later_income_h1"] - late["later_income_h1_1999"],
        "later_expenses_rise": late["later_expenses_h1"] - late["later_expenses_h1_1999"],
        "later_bad_debts_rise": late["later_bad_debts_h1"] - late["later_bad_debts_h1_1999"],
        "later_premium": late["later_price_pence"] / late["later_close_pence"] - 1,
        "later_own": round(late["later_customers"] * (1 - late["later_from_others"])),
        "later_if_ratio": late["later_if_savings"] / late["later_average_savings"],
        "later_synergy_over": late["later_synergy"] / late["later_synergy_target"] - 1,
        "later_if_reached": late["later_if_year_1"] / published(data)["if_year_1"],
    }


@values
def worked(data) -> dict[str, float | int]:
    """The example that shows how a margin is reckoned, and the counted products."""
    rate = rates(data)
    out = {"example_sum": 10000}
    out["example_loan"] = number(10000 * (rate["old_mortgage"] - rate["base"]) / 100)
    out["example_deposit"] = number(10000 * (rate["base"] - rate["old_savings"]) / 100)
    homes = data.csv("households.csv").set_index("household")
    out |= {"home_mortgage": int(homes.mortgage["A"]), "home_savings": int(homes.savings["A"])}
    out["home_few"] = int(homes.savings["B"])
    for home, row in holdings(data).iterrows():
        out |= {f"held_{home.lower()}_{name}": int(value) for name, value in row.items()}
    return out


def patience(before: float, after: float, leave: float = 0.30) -> dict[str, float | int]:
    """When it pays to tell a customer who would otherwise leave with a given chance each year."""
    year = flip = 0
    waited = told = 0.0
    while year == 0 or told <= waited:
        year += 1
        left_over = before * (1 - leave) ** year
        waited, told = waited + left_over, told + after
        if not flip and left_over < after:
            flip = year
    return {"note_flip_year": flip, "note_even_year": year}


@values
def anchors(data) -> dict[str, float | int]:
    """Later figures by which the assumed rates may be judged."""
    return read(data, "anchors.csv")


@values
def analysis(data) -> dict[str, float | int]:
    """Model answers, for the teaching note alone."""
    out: dict[str, float | int] = {}
    known, rate = published(data), rates(data)
    homes = margins(data)
    cheap = margins(data, old_mortgage=rate["offset"])
    for name, row in homes.iterrows():
        key = name.lower()
        for what in ("before", "after", "change", "gain"):
            out[f"note_{what}_{key}"] = number(row[what])
        out[f"note_cheap_{key}"] = number(cheap.change[name])
        if row.before > 0:
            out[f"note_leave_{key}"] = 1 - row.after / row.before
            out[f"note_news_{key}"] = -row.change / homes.after["F"]
    many, few = homes.loc["A"], homes.loc["B"]
    out["note_rate_part"] = number(many.mortgage * (rate["old_mortgage"] - rate["offset"]) / 100)
    out["note_saving_part_a"] = number(many.savings * (rate["offset"] - rate["old_savings"]) / 100)
    out["note_saving_part_b"] = number(few.savings * (rate["offset"] - rate["old_savings"]) / 100)
    people = known["savers"], known["most_customers"]
    for name in ("retail_income", "retail_non_interest"):
        out[f"note_{name}_high"] = known[f"{name}_1999"] / people[0]
        out[f"note_{name}_low"] = known[f"{name}_1999"] / people[1]
    out["note_times"] = many.before / out["note_retail_income_high"]
    extra = out["note_retail_non_interest_high"]
    out["note_extra_needed"] = -many.change / extra
    out["note_extra_needed_b"] = -few.change / extra
    # Share of newcomers at which a mix of one kind of each breaks even, without and with extras.
    for name, own, new in (("af", "A", "F"), ("bg", "B", "G"), ("df", "D", "F")):
        loss, win = -homes.change[own], homes.after[new]
        out[f"note_mix_{name}"] = loss / (loss + win)
        out[f"note_mix_{name}_extra"] = max(0.0, (loss - extra) / (loss + win))
    half = known["op_mid"] / 2
    out["note_half"] = number(half)
    out["note_best"] = number(round(half * (homes.change["B"] + homes.after["G"])))
    out["note_worst"] = number(round(half * (homes.change["A"] + homes.after["F"])))
    out["note_worst_share"] = -out["note_worst"] / known["profit_1999"]
    out["note_all_b"] = number(round(-known["borrowers"] * few.change))
    out["note_all_b_share"] = out["note_all_b"] / known["profit_1999"]
    out["note_borrower_share"] = known["borrowers"] / known["savers"]
    out["note_target_low"] = known["op_target"] / known["most_customers"]
    out["note_rest"] = known["op_target"] - known["borrowers"]
    out["note_bad_debts_times"] = known["bad_debts_1999"] / known["bad_debts_1998"]
    out |= patience(many.before, many.after)
    # An average borrower by the figures of 2001, at the assumed rates.
    late = read(data, "later.csv")
    owed, kept = late["later_average_mortgage"], late["later_average_savings"]
    wide = owed * (rate["old_mortgage"] - rate["base"]) + kept * (
        rate["base"] - rate["old_savings"]
    )
    out["note_average_before"] = number(round(wide / 100))
    out["note_average_after"] = number(round((owed - kept) * (rate["offset"] - rate["base"]) / 100))
    exam = margins(data, old_savings=1.0)
    for what in ("before", "after", "change"):
        out[f"note_exam_{what}"] = number(exam[what]["A"])
    out["note_exam_leave"] = 1 - exam.after["A"] / exam.before["A"]
    out["note_exam_rate"] = 1
    out["note_stay"] = 0.30
    out["note_stay_value"] = number(round(many.before * (1 - out["note_stay"])))
    out["note_stay_gap"] = number(round(out["note_stay_value"] - many.after))
    return out
