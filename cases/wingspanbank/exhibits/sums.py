"""Numbers of the case "WingspanBank": read from the CSV files, or computed from them.

Names that begin with ``note_`` are for the teaching note alone; names that begin with ``later_``
belong to the epilogue.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from casebank.exhibits import values

SCALE = {"usd_m": 1e6}
DASH = "–"
OPENED, YEAR_END = dt.date(1999, 6, 24), dt.date(1999, 12, 31)
DIMON = dt.date(2000, 3, 27)
#: McCoy's number was printed in the first half of November and called the work of four months.
FOUR_MONTHS, FIRST_YEAR = dt.date(1999, 10, 24), dt.date(2000, 6, 24)


def number(value: float, unit: str = "") -> float | int:
    """A plain number in base units (dollars, customers); whole ones as int."""
    value = float(value) * SCALE.get(unit, 1)
    whole = round(value)
    return whole if abs(value - whole) < 1e-6 and unit not in ("share", "percent") else value


def read(data, name: str) -> dict[str, float | int]:
    """The named numbers of a file."""
    frame = data.csv(name)
    return {r["name"]: number(r["value"], r["unit"]) for _, r in frame.iterrows()}


def money(value: float, lang: str) -> str:
    """A round sum in dollars as one says it: 1.5 亿美元 / $150m."""
    if lang == "en":
        big = value >= 1e9
        size = f"{value / (1e9 if big else 1e6):.2f}".rstrip("0").rstrip(".")
        return f"${size}{'bn' if big else 'm'}"
    big = value >= 1e8
    size = f"{value / (1e8 if big else 1e4):.2f}".rstrip("0").rstrip(".")
    return f"{size} {'亿' if big else '万'}美元"


def count(value: float, lang: str) -> str:
    """A round number of people as one says it: 5 万 / 50,000 / 3.2m."""
    if lang == "zh":
        return f"{value / 1e4:.1f}".removesuffix(".0") + " 万"
    return f"{value / 1e6:.1f}".removesuffix(".0") + "m" if value >= 1e6 else f"{value:,.0f}"


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, the minus not a hyphen."""
    return f"{value:+,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def share_of_year(day: dt.date) -> float:
    """How much of the first twelve months had passed on a day."""
    return (day - OPENED).days / (FIRST_YEAR - OPENED).days


def own(data) -> pd.DataFrame:
    """The counts, with a short name for each."""
    frame = data.csv("counts.csv")
    names = [
        "wingspan_customers",
        "bankone_june",
        "bankone_july",
        "bankone_december",
        "netbank",
        "telebank",
        "mbanx",
        "wingspan_accounts",
        "us_accounts",
        "xcom_accounts",
    ]
    return frame.assign(name=names)


def accounts(data, spread: float | None = None, fees: dict[str, float] | None = None):
    """What each invented account of the sheet brings in a year, before the cost of winning it.

    Args:
        data: the case's files.
        spread: another spread for the accounts whose spread is the ordinary one.
        fees: fees a year to be added, by account.
    """
    frame = data.csv("sheet.csv").set_index("account")
    rate = frame.spread.copy()
    if spread is not None:
        rate[frame.spread == frame.spread.max()] = spread
    frame["interest"] = frame.balance * rate / 100
    frame["lending"] = frame.loan * frame.loan_margin / 100
    frame["costs"] = frame.service + frame.refund
    frame["year"] = frame.interest + frame.lending + frame.other - frame.costs
    for name, fee in (fees or {}).items():
        frame.loc[name, "year"] += fee
    return frame


def readings(data) -> pd.DataFrame:
    """Money spent divided by what it had won, by several readings of the same sources."""
    facts = read(data, "facts.csv")
    held = own(data).set_index("name").number
    plan = facts["cost_plan"]
    adverts = round(plan * facts["ad_share_journal"], -5)
    half, third = share_of_year(YEAR_END), share_of_year(FOUR_MONTHS)
    rows = [
        ("whole", plan, held.wingspan_accounts, "accounts", False),
        ("adverts", adverts, held.wingspan_accounts, "accounts", False),
        ("part", plan * half, held.wingspan_accounts, "accounts", True),
        ("part_adverts", adverts * half, held.wingspan_accounts, "accounts", True),
        ("people", plan * third, held.wingspan_customers, "people", True),
        ("people_whole", plan, held.wingspan_customers, "people", False),
    ]
    frame = pd.DataFrame(rows, columns=["name", "spent", "won", "unit", "same_time"])
    frame["each"] = frame.spent / frame.won
    return frame.set_index("name")


@values
def published(data) -> dict[str, float | int]:
    """Numbers of the sources, and what follows from them without an assumption."""
    out = read(data, "facts.csv") | read(data, "later.csv")
    for row in own(data).itertuples():
        out[row.name] = int(row.number)
    prices = data.csv("months.csv").set_index("date").price
    out |= {
        "price_june": int(prices["1999-06-15"]),
        "price_december": prices["1999-12-21"],
        "price_sale": int(prices["2000-03-22"]),
        "price_friday": prices["2000-03-24"],
        "price_monday": int(prices["2000-03-27"]),
    }
    out["price_fall"] = 1 - out["price_friday"] / out["price_june"]
    income = data.csv("income.csv").set_index("quarter").net_income * 1e6
    for quarter, value in income.items():
        out[f"income_{quarter[-2:].lower()}"] = int(value)
    out["income_1999"] = int(income.sum())
    out["income_fall"] = 1 - out["income_q4"] / out["income_q1"]
    out["shares"] = out["net_income_h1_1999"] / out["eps_h1_1999"]
    for row in data.csv("promise.csv").itertuples():
        out[f"cents_{row.year}"] = int(row.cents)
        out[f"promise_{row.year}"] = row.cents / 100 * out["shares"]
    out["promise_3_share"] = out["promise_3"] / out["income_1999"]
    out["adverts_guess"] = round(out["cost_plan"] * out["ad_share_journal"], -5)
    for row in data.csv("precedents.csv").itertuples():
        name = row.bank.split()[0].lower().strip(",")
        if row.bank.endswith("completed"):
            name = "telebanc_done"
        if row.money == row.money:
            out[f"{name}_customers"] = int(row.customers)
            out[f"{name}_money"] = int(row.money * 1e6)
            out[f"{name}_each"] = row.money * 1e6 / row.customers
    return out


@values
def later(data) -> dict[str, float | int]:
    """What follows from the later figures."""
    late = read(data, "later.csv")
    ratio = late["later_meeting_accounts"] / late["later_customers"]
    return {
        "later_ratio": ratio,
        "later_people_end": round(late["later_accounts_end"] / ratio, -3),
        "later_rise": late["later_share_after"] - late["later_share_before"],
        "later_low_year": 12 * (late["later_fee"] + late["later_bill_fee"]),
        "later_part": late["later_phoenix"] / late["later_branches"],
        "later_balance_ratio": late["later_net_balance"] / late["later_compu_balance"],
    }


@values
def for_note(data) -> dict[str, float | int]:
    """Numbers of the model answers."""
    facts = published(data)
    out = read(data, "note.csv")
    keep = 1 - facts["tax_rate"]
    # 1: the promise in dollars before tax, and what it explains of the fall in profit.
    for year in (1, 2, 3):
        out[f"note_before_tax_{year}"] = facts[f"promise_{year}"] / keep
    out["note_revenue_1"] = facts["cost_plan"] + out["note_before_tax_1"]
    out["note_shortfall_before"] = facts["card_shortfall"] / -out["note_before_tax_1"]
    out["note_shortfall_after"] = facts["card_shortfall"] / -facts["promise_1"]
    out["note_quarter_loss"] = -facts["promise_1"] / 4
    out["note_income_drop"] = facts["income_q1"] - facts["income_q4"]
    out["note_drop_quarter"] = out["note_quarter_loss"] / out["note_income_drop"]
    out["note_drop_year"] = -facts["promise_1"] / out["note_income_drop"]
    out["note_jump_each"] = facts["price_monday"] - facts["price_friday"]
    out["note_market_jump"] = out["note_jump_each"] * facts["shares"]
    out["note_jump_times"] = out["note_market_jump"] / facts["cost_plan"]
    # 3: what it cost to win one, what one brings in.
    read_as = readings(data)
    for name, row in read_as.iterrows():
        out[f"note_each_{name}"] = row.each
        out[f"note_spent_{name}"] = row.spent
    out["note_each_low"], out["note_each_high"] = read_as.each.min(), read_as.each.max()
    out["note_passed"] = share_of_year(YEAR_END)
    out["note_passed_march"] = share_of_year(DIMON)
    out["note_spent_march"] = facts["cost_plan"] * share_of_year(DIMON)
    sheet = accounts(data)
    for name, row in sheet.iterrows():
        key = name.lower()
        out[f"note_year_{key}"] = row.year
        if row.year > 0:
            out[f"note_back_{key}"] = out["note_each_part"] / row.year
            out[f"note_need_{key}"] = round(out["note_before_tax_3"] / row.year, -3)
    out["note_need_s_net"] = round(facts["promise_3"] / sheet.year["S"], -3)
    out["note_need_times"] = out["note_need_s"] / facts["wingspan_accounts"]
    out["note_win_s"] = out["note_need_s"] * out["note_each_part"]
    out["note_win_times"] = out["note_win_s"] / out["note_before_tax_3"]
    for word, spread in (("low", 2.0), ("high", 4.0)):
        for name, row in accounts(data, spread).iterrows():
            out[f"note_year_{name.lower()}_{word}"] = row.year
    # How many of the good ones carry the others: shares of P, Q and S.
    out["note_carry_q"] = -sheet.year["Q"] / sheet.year["S"]
    out["note_mix_zero"] = -sheet.year["Q"] / (sheet.year["S"] - sheet.year["Q"])
    out["note_mix_main_zero"] = -sheet.year["Q"] / (sheet.year["R"] - sheet.year["Q"])
    # Customers behind the accounts, had the pace of the first four months gone on.
    pace = facts["wingspan_customers"] / (FOUR_MONTHS - OPENED).days
    out["note_people"] = round(pace * (YEAR_END - OPENED).days, -3)
    out["note_people_ratio"] = facts["wingspan_accounts"] / out["note_people"]
    out["note_people_low"] = facts["wingspan_accounts"] / 2
    # 5: what the two sales would say of Wingspan.
    for name in ("security", "telebanc_done", "telebanc"):
        out[f"note_price_{name}"] = facts[f"{name}_each"] * out["note_people"]
    out["note_price_share"] = out["note_price_security"] / facts["shares"]
    out["note_security_deposits"] = facts["security_money"] / facts["sfnb_deposits"]
    out["note_telebanc_deposits"] = facts["telebanc_done_money"] / facts["telebanc_deposits"]
    out["note_telebanc_each"] = facts["telebanc_deposits"] / facts["telebanc_done_customers"]
    out["note_security_each"] = facts["sfnb_deposits"] / facts["security_customers"]
    out["note_net_share"] = (facts["net_in"] - facts["net_out"]) / facts["net_all"]
    # Examination.
    exam = accounts(data, out["note_exam_spread"], {"Q": out["note_exam_fee"]})
    out["note_exam_q"], out["note_exam_r"] = exam.year["Q"], exam.year["R"]
    out["note_exam_s"] = exam.year["S"]
    out["note_exam_mix"] = -out["note_exam_q"] / (out["note_exam_s"] - out["note_exam_q"])
    # Role play: sums that the four sides can make only together.
    funded = facts["wingspan_accounts"] * out["note_role_funded"]
    out["note_role_accounts"] = round(funded, -3)
    out["note_role_price"] = funded * out["note_role_bid"]
    stay = funded * (1 - out["note_role_leave"])
    out["note_role_stay"] = round(stay, -3)
    out["note_role_moving"] = facts["wingspan_accounts"] * out["note_role_move"]
    # A sale and an end save the same running costs: the bid stands against those who would stay.
    out["note_role_each"] = (out["note_role_price"] + out["note_role_moving"]) / stay
    for name in ("R", "S", "T"):
        out[f"note_role_years_{name.lower()}"] = out["note_role_each"] / sheet.year[name]
    out["note_role_half"] = out["note_role_brand"] / 2
    return out
