"""Numbers, tables and figures of the chapter on complaints and service recovery.

Published numbers lie beside it, each row with its source; the rest comes from ``datasets/`` and,
where the chapter lifts the curtain, from the truth in ``casebank.data``. The deadline calculator
has a file of its own. "Today" is the evening of 30 June 2026.
"""

from __future__ import annotations

import datetime as dt
from functools import cache, cached_property

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from casebank.check.figures import PALETTE
from casebank.clock import add_working_days, due, working_day
from casebank.data import truth
from casebank.exhibits import Bi, figure, table, values

TODAY = pd.Timestamp("2026-06-30")
EARLY = pd.Timestamp("2026-03-01")  # whoever came before had time to be asked
PILOT = pd.Timestamp("2025-10-01")  # from here on a lot fills the quick lane
LABELS = ("app_failure", "account_restriction", "staff_conduct")
RIGHT = ("upheld", "partly")
ASSETS_LINE = 150_000

CAUSES = {
    "fee": ("收费", "fees"),
    "unrecognised_payment": ("不认识的扣款", "unrecognised payment"),
    "transfer_delay": ("转账延误", "transfer delayed"),
    "app_failure": ("手机银行故障", "app failure"),
    "staff_conduct": ("员工态度", "staff conduct"),
    "misselling": ("误导销售", "mis-selling"),
    "loan_terms": ("贷款条件", "loan terms"),
    "collection": ("催收", "collection"),
    "unwanted_marketing": ("营销打扰", "unwanted marketing"),
    "account_restriction": ("账户受限", "account restricted"),
    "credit_record": ("征信记录", "credit record"),
    "face_login": ("刷脸登录", "log-in by face"),
}
BRANCHES = {
    "hexi": ("河西", "Hexi"),
    "chengnan": ("城南", "Chengnan"),
    "gangkou": ("港口", "Gangkou"),
    "daxuelu": ("大学路", "University Road"),
    "donghu": ("东湖", "Donghu"),
}
OURS = Bi(
    zh="澜川银行（虚构）的示例数据，截至 2026-06-30",
    en="Sample data of Lanchuan Bank (invented), 30 June 2026",
)


def pick(pair: tuple[str, str], lang: str) -> str:
    """The word of a language."""
    return pair[0 if lang == "zh" else 1]


def claim(holds: bool, sentence: str) -> None:
    """Stop the build when a sentence of the text, said in words, is no longer true."""
    if not holds:
        raise ValueError(f"no longer true, mend the text: {sentence}")


class Study:
    """The tables, and what several exhibits share."""

    def __init__(self, data) -> None:
        self.customers = data.table("customers").set_index("customer_id")
        self.accounts = data.table("accounts")
        self.transactions = data.table("transactions")
        self.contacts = data.table("interactions")
        self.events = data.table("complaint_events")
        frame = data.table("complaints").set_index("complaint_id")
        frame["day"] = frame.received_at.dt.normalize()
        frame["month"] = frame.received_at.dt.to_period("M")
        frame["days"] = (frame.told_at.dt.normalize() - frame.day).dt.days
        frame["branch"] = frame.customer_id.map(self.customers.branch.astype(str))
        frame["born"] = frame.customer_id.map(self.customers.birth_year)
        frame["right"] = frame.result.isin(RIGHT)
        frame["paid"] = frame.redress_cents > 0
        self.all = frame
        self.closed = frame[frame.told_at.notna()]
        self.decided = self.closed[self.closed.result != "withdrawn"]

    def first(self, event: str) -> pd.Series:
        """When a step was first taken, by complaint."""
        rows = self.events[self.events.event == event]
        return rows.groupby("complaint_id")["at"].min()

    @cached_property
    def known(self) -> pd.DataFrame:
        """Decided complaints of main-bank customers of whom one knows whether they stayed."""
        frame = self.decided
        frame = frame[frame.main_bank_before & frame.main_bank_after.notna()].copy()
        frame["stay"] = frame.main_bank_after.astype(bool)
        return frame

    @cached_property
    def clock(self) -> pd.DataFrame:
        """By complaint that was decided or is open: the last day by order 3, and how it was met.

        Day of receipt is day 0. New facts inside the running limit start it anew; a stop of which
        the customer was told adds its days; an extension counts if it was approved before the limit
        had run out, that to 60 days only if the head office approved it.
        """
        steps = {key: rows for key, rows in self.events.groupby("complaint_id")}
        found = []
        for number, row in self.all[self.all.result.ne("withdrawn")].iterrows():
            found.append({"complaint_id": number, **_clock_of(row, steps[number])})
        return pd.DataFrame(found).set_index("complaint_id")

    @cached_property
    def face(self) -> pd.DataFrame:
        """Closed complaints whose cause was the log-in by face."""
        return self.closed[self.closed.root_cause == "face_login"]

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Three effects on staying, in percentage points, seen in four ways."""
        known = self.known
        rows = {}
        right = known[known.right]
        plain = right.stay[right.paid].mean() - right.stay[~right.paid].mean()
        both = right.groupby(["severity", "paid"]).stay.mean().unstack()
        share = right.severity.value_counts(normalize=True)
        rows["money"] = {"plain": plain, "equal": ((both[True] - both[False]) * share).sum()}
        days = known.days.clip(upper=truth.COMPLAINT_EFFECTS.longest) / -10
        rows["days"] = {"plain": np.polyfit(days, known.stay, 1)[0], "equal": _slope(known, days)}
        trial = known[(known.day >= PILOT) & (known.severity < 3)]
        quick, usual = (trial.stay[trial.lane == lane] for lane in ("quick", "usual"))
        error = np.sqrt(quick.var() / len(quick) + usual.var() / len(usual))
        rows["lane"] = {"lot": quick.mean() - usual.mean(), "error": 1.96 * error}
        rows["lane"] |= {"quick_n": len(quick), "usual_n": len(usual)}
        return pd.DataFrame(rows).T.join(pd.Series(_true_points(), name="true") / 100)


@cache
def _true_points() -> dict[str, float]:
    """The written-down effects on staying, in percentage points, on these very complaints."""
    made = truth.true_complaint_effects().points
    chance = truth.true_complaints().chance
    chance = chance[chance > truth.COMPLAINT_EFFECTS.returns]
    sooner = (chance - 10 * truth.COMPLAINT_EFFECTS.day).clip(upper=0.98) - chance
    return {"money": made["redress"], "days": 100 * sooner.mean(), "lane": made["quick"]}


def _slope(frame: pd.DataFrame, of: pd.Series) -> float:
    """What one more of something goes with among complaints of equal severity (least squares)."""
    parts = [of.astype(float), *((frame.severity == level).astype(float) for level in (1, 2, 3))]
    found = np.linalg.lstsq(np.column_stack(parts), frame.stay.astype(float), rcond=None)
    return float(found[0][0])


def _clock_of(row: pd.Series, steps: pd.DataFrame) -> dict:
    """The last day of one complaint, how it came about, and whether it was kept."""
    notices = steps.loc[steps.event == "interim_notice", "at"]
    limit, kind, void, stopped, mute = row.day + pd.Timedelta(days=15), "plain", False, None, 0
    for step in steps.sort_values("at", kind="stable").itertuples():
        day = step.at.normalize()
        if step.event == "clock_resumed" and stopped is not None:
            limit, stopped = limit + (day - stopped), None
        elif day > limit and stopped is None:
            # What comes after the clock has run out brings nothing back.
            void |= step.event == "extension_approved"
        elif step.event == "clock_stopped":
            soon = (notices >= step.at) & (notices < day + pd.Timedelta(days=2))
            stopped, mute = (day, mute) if soon.any() else (None, mute + 1)
        elif step.event == "new_facts":
            limit, kind = day + pd.Timedelta(days=15), "plain"
            stopped = None if stopped is None else day
        elif step.event == "extension_approved":
            kind = "60" if row.extension == "60" and step.actor.startswith("HO-") else "30"
            limit += pd.Timedelta(days=int(kind) - 15)
    is_open = pd.isna(row.told_at)
    end = TODAY if is_open else row.told_at.normalize()
    return {"kind": kind, "void": void, "mute": mute, "open": is_open, "late": end > limit}


@cache
def study(data) -> Study:
    """One study per data object."""
    return Study(data)


@values
def desk_numbers(data) -> dict:
    """How many complaints there are, whose, and by which way."""
    s = study(data)
    forwarded = s.all.channel == "regulator"
    old = s.all.born <= 1966
    spans = truth.true_spans()
    spans = spans[spans.language == "zh"]
    claim(old.mean() < (s.customers.birth_year <= 1966).mean(), "the old complain less")
    claim(s.all.told_at.isna().sum() == (s.all.result.isna()).sum(), "the open ones have no result")
    return {
        "n": len(s.all),
        "people": int(s.all.customer_id.nunique()),
        "open_n": int(s.all.told_at.isna().sum()),
        "regulator_n": int(forwarded.sum()),
        "regulator_share": forwarded.mean(),
        "pii_n": int(spans.complaint_id.nunique()),
        "english_share": (s.all.language == "en").mean(),
        "old_complaints": old.mean(),
        "old_share": (s.customers.birth_year <= 1966).mean(),
        "unknown": s.closed.main_bank_after.isna().mean(),
        "staff_label": (s.closed.category == "staff_conduct").mean(),
        "staff_cause": (s.closed.root_cause == "staff_conduct").mean(),
    }


@values
def silence_numbers(data) -> dict:
    """Whether the customers who left Hexi in silence had complained before."""
    s = study(data)
    kinds = ("current", "savings", "term_deposit", "fund")
    owned = s.accounts[s.accounts["product"].isin(kinds)].groupby("customer_id")
    assets = owned.avg_balance_cents.sum() / 100
    now = owned.balance_cents.sum() / 100
    live = s.accounts.loc[s.accounts.closed.isna(), "customer_id"].unique()
    rich = assets[(assets >= ASSETS_LINE) & (now <= assets / 2)].index.intersection(live)
    out = s.transactions[s.transactions.kind == "transfer_out"]
    out = out[(out.date > "2025-09-30") & out.customer_id.isin(rich)].sort_values("amount_cents")
    went = out.groupby("customer_id").tail(1).set_index("customer_id").date
    spoke = 0
    for who, day in went.items():
        mine = s.all[(s.all.customer_id == who) & (s.all.day < day)]
        spoke += bool((mine.day > day - pd.DateOffset(years=1)).any())
    others = s.customers.index.difference(went.index)
    year = s.all[s.all.day > TODAY - pd.DateOffset(years=1)].customer_id
    share = others.isin(year).mean()
    return {
        "left_n": len(went),
        "left_spoke": spoke,
        "other_spoke": share,
        "left_expected": share * len(went),
    }


@values
def dates(data) -> dict:
    """The worked dates of the text; dates are said in words, so they are claimed here."""
    sunday, friday = dt.date(2026, 2, 1), dt.date(2026, 2, 13)
    steps = {one.step.id: one.day for one in due(sunday, "cn")}
    claim(steps["simple"] == dt.date(2026, 2, 16), "day 15 is Monday 16 February 2026")
    claim(not working_day(dt.date(2026, 2, 16)), "which lies in the Spring Festival")
    claim(working_day(dt.date(2026, 2, 14)), "Saturday 14 February is worked")
    back = add_working_days(dt.date(2026, 2, 14), 1)
    claim(back == dt.date(2026, 2, 24), "the first working day after it is 24 February")
    seventh = add_working_days(friday, 7)
    claim(seventh == dt.date(2026, 3, 2), "the seventh working day is Monday 2 March")
    weekdays = [d.date() for d in pd.bdate_range(friday + dt.timedelta(days=1), periods=20)]
    claim(weekdays[6] == dt.date(2026, 2, 24), "weekends alone give 24 February")
    known = [day for day in weekdays if working_day(day)]
    claim(known[6] == dt.date(2026, 3, 4), "without make-up days it is 4 March")
    uk = {one.step.id: one.day for one in due(friday, "uk")}
    claim(uk["summary"] == dt.date(2026, 2, 18), "third business day: Wednesday 18 February")
    claim(uk["final"] == dt.date(2026, 4, 10), "eight weeks end on Friday 10 April")
    return {
        "back_day": (back - sunday).days,
        "seventh_spread": (known[6] - weekdays[6]).days,
    }


@values
def clock_numbers(data) -> dict:
    """How Lanchuan kept its own clock, and what word before day 15 goes with."""
    s = study(data)
    slow = s.decided[s.decided.days > 15]
    word = s.first("interim_notice").reindex(slow.index)
    heard = (word.dt.normalize() - slow.day).dt.days <= 15
    known = s.known[s.known.days > 15]
    told = heard.reindex(known.index)
    late = s.clock[s.clock.late]
    claim(abs(known.stay[told].mean() - known.stay[~told].mean()) < 0.02, "no gap by notice")
    grave = slow.severity.groupby(heard).mean()
    claim(grave[True] > grave[False], "the notice goes to the graver cases")
    return {
        "late_n": len(late),
        "void_n": int(late.void.sum()),
        "mute_n": int((s.clock.mute > 0).sum()),
        "slow_n": len(slow),
        "slow_notice": heard.mean(),
        "notice_yes": known.stay[told].mean(),
        "notice_no": known.stay[~told].mean(),
        "notice_paid_yes": slow.paid[heard].mean(),
        "notice_paid_no": slow.paid[~heard].mean(),
    }


@values
def cause_numbers(data) -> dict:
    """Labels, causes, and the new one."""
    s = study(data)
    counts = s.closed.root_cause.value_counts()
    money = s.closed.groupby("root_cause").amount_cents.sum().sort_values(ascending=False)
    claim(counts.index[0] == "app_failure", "by number app failure comes first")
    claim(money.index[0] == "transfer_delay", "by money at stake transfers come first")
    running = counts.cumsum() / counts.sum()
    claim(s.face.day.min() >= pd.Timestamp("2026-01-01"), "no log-in by face before 2026")
    three = s.face.category.isin(LABELS)
    year = s.closed[s.closed.day >= "2026-01-01"].root_cause.value_counts()
    claim(year.index[0] == "face_login", "among the complaints of 2026 it comes first")
    return {
        "agree": (s.closed.category == s.closed.root_cause).mean(),
        "causes_n": len(counts),
        "pareto_share": running.iloc[3],
        "face_n": len(s.face),
        "face_three": three.mean(),
        "face_old": (s.face.born <= 1966).mean(),
    }


@values
def money_numbers(data) -> dict:
    """What was paid, how small it is, how long it took, and to whom it went."""
    s = study(data)
    sums = s.all.redress_cents[s.all.paid] / 100
    wait = (s.first("redress_paid") - s.first("decided")).dt.total_seconds() / 86_400
    right = s.decided[s.decided.right]
    share = right.groupby("severity").paid.mean()
    claim(share.is_monotonic_increasing, "graver complaints are paid more often")
    return {
        "redress_n": len(sums),
        "redress_median": sums.median(),
        "redress_small": (sums <= 500).mean(),
        "redress_wait": wait.mean(),
        "paid_light": share[1],
        "paid_grave": share[3],
    }


@cache
def own_league(data) -> pd.DataFrame:
    """The sub-branches on several bases."""
    s = study(data)
    branch = s.customers.branch.astype(str)
    number = s.all.groupby("branch").size()
    known = s.decided.groupby("branch")
    return pd.DataFrame(
        {
            "number": number,
            "rate": 100 * number / branch.value_counts(),
            "forwarded": 1000
            * s.all[s.all.channel == "regulator"].groupby("branch").size()
            / branch.value_counts(),
            "upheld": known.right.mean(),
            "slow": known.days.apply(lambda days: (days > 15).mean()),
        }
    ).reindex(BRANCHES)


@values
def league_numbers(data) -> dict:
    """The six big state banks on several bases, and the break in the series."""
    banks = data.csv("banks.csv").set_index("bank")
    boc = banks.loc["BoC"]
    rest = boc.count_2020q2 - boc.wealth_2020q2
    claim(banks.count_2020q2.idxmax() == "BoC", "Bank of China came first")
    claim(rest < banks.count_2020q2.min(), "without that line it would be the smallest of the six")
    claim(list(banks.count_2022q3.nlargest(2).index) == ["ICBC", "BoCom"], "ICBC, then BoCom")
    claim(banks.count_2022q3["ICBC"] - banks.count_2022q3["BoCom"] == 1, "by one complaint")
    rate = banks.per_ten_million_2022q3.sort_values(ascending=False)
    claim(list(rate.index[:2]) == ["BoCom", "ICBC"], "per customer BoCom leads, ICBC is next")
    base = banks.count_2022q3 / rate * 10  # million customers
    quarters = data.csv("quarters.csv").set_index("quarter").total
    own = own_league(data)
    worst = {name: own[name].idxmax() for name in own}
    claim(worst["number"] == worst["rate"] == "hexi", "by number and per customer: Hexi")
    claim(worst["forwarded"] == worst["slow"] == "gangkou", "by regulator and slowness: Gangkou")
    claim(worst["upheld"] == "chengnan", "by the share upheld: Chengnan")
    forwarded = study(data).all.query("channel == 'regulator' and branch == 'gangkou'")
    return {
        "hexi_number": int(own.number["hexi"]),
        "gangkou_forwarded": len(forwarded),
        "boc_count": int(boc.count_2020q2),
        "boc_wealth": int(boc.wealth_2020q2),
        "boc_share": boc.wealth_2020q2 / boc.count_2020q2,
        "boc_rest": int(rest),
        "icbc_rate": rate["ICBC"],
        "bocom_rate": rate["BoCom"],
        "bocom_times": rate["BoCom"] / rate["ICBC"],
        "icbc_base": base["ICBC"] * 1e6,
        "bocom_base": base["BoCom"] * 1e6,
        "last_old": int(quarters["2021Q4"]),
        "first_new": int(quarters["2022Q1"]),
        "step": quarters["2022Q1"] / quarters["2021Q4"] - 1,
        "last_new": int(quarters["2023Q1"]),
        "year_rise": quarters["2023Q1"] / quarters["2022Q1"] - 1,
    }


@values
def effect_numbers(data) -> dict:
    """What speed and money go with, and what they do."""
    s = study(data)
    found = s.effects
    trial = s.decided[(s.decided.day >= PILOT) & (s.decided.severity < 3)]
    days = trial.groupby("lane").days.mean()
    points = {
        (f"truth_{row}" if column == "true" else f"{row}_{column}"): 100 * found.loc[row, column]
        for row, column in (
            ("money", "plain"),
            ("money", "equal"),
            ("days", "plain"),
            ("days", "equal"),
            ("lane", "lot"),
            ("lane", "error"),
            ("money", "true"),
            ("days", "true"),
            ("lane", "true"),
        )
    }
    claim(points["money_plain"] < 0 < points["money_equal"], "the sign turns among equals")
    claim(points["days_equal"] < points["days_plain"], "among equals speed counts for less")
    lot, error = points["lane_lot"], points["lane_error"]
    early = s.known[(s.known.day >= PILOT) & (s.known.day < EARLY) & (s.known.severity < 3)]
    cut = early.groupby("lane").stay.mean()
    claim(0 < cut["quick"] - cut["usual"] < lot / 100, "cut early, the lot says less")
    claim(abs(lot - points["truth_lane"]) < error, "the lot misses by no more than its margin")
    claim(lot < error, "zero lies in the interval")
    return points | {
        "lane_cut": 100 * (cut["quick"] - cut["usual"]),
        "lane_low": lot - error,
        "lane_high": lot + error,
        "call_days": -truth.COMPLAINT_EFFECTS.call / truth.COMPLAINT_EFFECTS.day,
        "truth_interim": 100 * truth.COMPLAINT_EFFECTS.interim,
        "known_n": len(s.known),
        "lane_quick_n": int(found.loc["lane", "quick_n"]),
        "lane_usual_n": int(found.loc["lane", "usual_n"]),
        "lane_quick_days": days["quick"],
        "lane_usual_days": days["usual"],
    }


@table(
    "clockbook",
    title=Bi(
        zh="澜川怎样守自己的时钟：{{value:late_n}} 件过了期",
        en="How Lanchuan keeps its own clock: {{value:late_n}} cases ran over",
    ),
    source=OURS,
    note=Bi(
        zh="不含撤诉。收到当日为第 0 天；新事实使时限重新起算；停钟只有告知了客户才算；"
        "超期以后才批的延期不算；60 天要总行批。这是本章的读法。",
        en="Without withdrawn ones. Day of receipt is day 0; new facts start the limit anew; a "
        "stop counts if the customer was told of it; an extension approved too late is void; 60 "
        "days need the head office. This is the chapter's own reading.",
    ),
)
def clockbook(data, lang):
    """Cases by how their limit was set and met."""
    rows = study(data).clock
    done, late = ~rows.open, rows.late
    kinds = (
        (done & ~late & (rows.kind == "plain"), "没有延期，期内告知", "in time, no extension"),
        (
            done & ~late & (rows.kind == "30"),
            "延到 30 天，期内告知",
            "in time, extended to 30 days",
        ),
        (
            done & ~late & (rows.kind == "60"),
            "总行批到 60 天，期内告知",
            "in time, to 60 by head office",
        ),
        (rows.open & ~late, "还没有结论，未超期", "open, within the limit"),
        (late & ~rows.void & (rows.kind == "plain"), "超期，没有延期", "late, no extension"),
        (late & ~rows.void & (rows.kind != "plain"), "延了期，仍然超期", "late in spite of one"),
        (late & rows.void, "超期以后才批延期", "late, extension approved afterwards"),
    )
    claim(sum(mask.sum() for mask, *_ in kinds) == len(rows), "every case stands in one row")
    heads = {"zh": ["怎样办结", "件数", "占比"], "en": ["How it ended", "Cases", "Share"]}
    cells = [
        [pick((zh, en), lang), f"{mask.sum():,}", f"{mask.mean():.1%}"] for mask, zh, en in kinds
    ]
    return pd.DataFrame(cells, columns=heads[lang])


@table(
    "labels",
    title=Bi(
        zh="{{value:face_n}} 件刷脸登录的投诉，登记台把它们放进了哪里",
        en="Where the intake desk filed {{value:face_n}} complaints about the log-in by face",
    ),
    source=OURS,
    note=Bi(
        zh="已结的投诉。最后一列：这一类别里，结案时查明另有原因的占比。",
        en="Closed complaints. Last column: the share of all under the label whose cause was "
        "found to be another.",
    ),
)
def labels(data, lang):
    """Old labels over the new cause."""
    s = study(data)
    since = s.closed[s.closed.day >= "2026-01-01"]
    rows = []
    counts = s.face.category.value_counts()
    for name, count in counts.items():
        under = since[since.category == name]
        wrong = (under.root_cause != name).mean()
        rows.append([pick(CAUSES[name], lang), count, len(under), f"{wrong:.0%}"])
    heads = {
        "zh": ["登记的类别", "其中刷脸登录", "2026 年登记总数", "标签不等于原因"],
        "en": ["Label at intake", "Of these, log-in by face", "All in 2026", "Label is not cause"],
    }
    return pd.DataFrame(rows, columns=heads[lang])


VOICES = (10761812, 11201812, 21442112)


@table(
    "voices",
    title=Bi(zh="同一个原因，三个标签", en="One cause, three labels"),
    source=OURS,
    note=Bi(
        zh="客户的原话，错字和标点照录；三件结案时都查明是刷脸登录。",
        en="The bank's translation, slips included; the cause of all three was found to be the "
        "log-in by face.",
    ),
)
def voices(data, lang):
    """Three complaints as they were written."""
    rows = study(data).closed.loc[list(VOICES)]
    claim(list(rows.category) == list(LABELS), "one complaint under each label")
    claim((rows.root_cause == "face_login").all(), "one cause")
    heads = {"zh": ["登记的类别", "客户写的"], "en": ["Label at intake", "What the customer wrote"]}
    cells = [[pick(CAUSES[row.category], lang), row[f"text_{lang}"]] for _, row in rows.iterrows()]
    return pd.DataFrame(cells, columns=heads[lang])


@table(
    "banks",
    title=Bi(
        zh="六家大型商业银行：换一个基数，换一个第一",
        en="Six big state banks: another base, another first",
    ),
    source=Bi(
        zh="银保监会消费投诉通报 2020 年第 10 号（经新浪）、2023 年第 1 号",
        en="CBIRC notices on complaints, 2020 no. 10 (via Sina) and 2023 no. 1",
    ),
    note=Bi(
        zh="监管机构转送的件数。2022 年起口径改变，第一列和第二列不能相减。",
        en="Complaints that the regulator forwarded; rate per ten million personal customers. "
        "Counting changed in 2022: do not subtract the first column from the second.",
    ),
)
def banks(data, lang):
    """Counts and rates with their ranks."""
    rows = data.csv("banks.csv")
    cells = []
    for row in rows.itertuples():
        cells.append(
            [
                row.name_zh if lang == "zh" else row.name_en,
                f"{row.count_2020q2:,}",
                f"{row.count_2022q3:,}",
                f"{row.per_ten_million_2022q3:.1f}",
            ]
        )
    heads = {
        "zh": ["银行", "2020 年二季度，件", "2022 年三季度，件", "2022 年三季度，每千万个人客户"],
        "en": ["Bank", "Q2 2020", "Q3 2022", "Q3 2022, rate"],
    }
    return pd.DataFrame(cells, columns=heads[lang])


@table(
    "ownleague",
    title=Bi(
        zh="澜川的五家支行，同一批投诉的五种算法",
        en="Lanchuan's five sub-branches: the same complaints, five ways to count",
    ),
    source=OURS,
    note=Bi(
        zh="两年的投诉，按客户所属支行。支持：投诉成立或部分成立，占已决定的比例。",
        en="Two years, by the customer's sub-branch. Per 100 customers; via 12378 per 1,000 "
        "customers; upheld in full or in part, and told after more than 15 days, of those decided.",
    ),
)
def ownleague(data, lang):
    """The reader's first line."""
    rows = own_league(data)
    cells = [
        [
            pick(BRANCHES[name], lang),
            f"{row.number:,.0f}",
            f"{row.rate:.1f}",
            f"{row.forwarded:.1f}",
            f"{row.upheld:.0%}",
            f"{row.slow:.0%}",
        ]
        for name, row in rows.iterrows()
    ]
    heads = {
        "zh": ["支行", "件数", "每百位客户", "每千位客户经监管转来", "支持", "超过 15 天"],
        "en": ["Sub-branch", "Number", "Per 100 customers", "Forwarded per 1,000", "Upheld",
               "Over 15 days"],
    }  # fmt: skip
    return pd.DataFrame(cells, columns=heads[lang])


@table(
    "studies",
    title=Bi(
        zh="关于补救的六项研究：问的不是同一件事，答案也不同",
        en="Six studies of recovery: they ask different things and answer differently",
    ),
    source=Bi(zh="各篇摘要，见延伸阅读", en="The abstracts, see further reading"),
)
def studies(data, lang):
    """Design and finding of each study."""
    rows = data.csv("studies.csv")
    heads = {
        "zh": ["研究", "设计", "对象", "发现"],
        "en": ["Study", "Design", "Setting", "Found"],
    }
    frame = rows[["study", *(f"{part}_{lang}" for part in ("design", "setting", "found"))]]
    if lang == "zh":
        frame = frame.assign(
            study=frame.study.str.replace(r"( et al\.)? (?=\d)", r"\1，", regex=True)
            .str.replace(" et al.", " 等")
            .str.replace(" and ", "、")
        )
    return frame.set_axis(heads[lang], axis=1)


@figure(
    "rage",
    title=Bi(
        zh="说自己过去一年遇到过问题的美国人：从三分之一到四分之三",
        en="Americans who say that they met a problem in the past year: from a third to three "
        "quarters",
    ),
    alt=Bi(
        zh="折线图：1976 年 32%，2013 年 50%，2017 年 56%，2020 年 66%，2023 年 74%，2025 年 77%。",
        en="Line: 32% in 1976, 50% in 2013, 56% in 2017, 66% in 2020, 74% in 2023, 77% in 2025.",
    ),
    source=Bi(
        zh="白宫调查（TARP）、亚利桑那州立大学与 CCMC，经报刊；各行数据的来源见数据文件",
        en="White House study (TARP); Arizona State University and CCMC, via the press; source of "
        "each row in the data file",
    ),
    note=Bi(
        zh="1976 年问的是住户，以后是消费者；包括一切商品和服务，全凭自述。",
        en="Households in 1976, consumers later; all goods and services, self-reported.",
    ),
)
def rage(data, lang):
    """The series of the rage survey."""
    rows = data.csv("rage.csv")
    fig, ax = plt.subplots(figsize=(8.4, 3.2), layout="constrained")
    later = rows[rows.asked == "consumers"]
    ax.plot(later.year, later.share, color=PALETTE["blue"], marker="o")
    first = rows[rows.asked == "households"]
    mark = {"marker": "D", "s": 60, "color": PALETTE["vermilion"], "zorder": 3}
    ax.scatter(first.year, first.share, **mark)
    for row in rows.itertuples():
        last = row.year == rows.year.max()
        shift, side = (8, "left") if last else (0, "center")
        where = {"textcoords": "offset points", "ha": side, "va": "center" if last else "bottom"}
        ax.annotate(f"{row.share}%", (row.year, row.share), (shift, 0 if last else 6), **where)
    ax.set_xlim(1973, 2030)
    ax.set_ylim(0, 95)
    ax.set_xticks([1976, 1990, 2000, 2013, 2020, 2025])
    words = {"zh": "遇到过问题的比例（%）", "en": "share with a problem (%)"}
    ax.set_ylabel(words[lang])
    ax.set_xlabel({"zh": "年份（1976 年：住户）", "en": "year (1976: households)"}[lang])
    return fig


@figure(
    "pareto",
    title=Bi(
        zh="四种原因占了 {{value:pareto_share|pct0}} 的投诉；1 月才出现的那一种排在中间",
        en="Four causes make {{value:pareto_share|pct0}} of complaints; the one born in January "
        "stands in the middle",
    ),
    alt=Bi(
        zh="横条图：十二种原因按件数从多到少，右侧写累计占比；刷脸登录用另一种颜色标出。",
        en="Bars: twelve causes by number, with the running share at the right; the log-in by face "
        "is marked in another colour.",
    ),
    source=OURS,
    note=Bi(zh="结案时查明的原因，两年。", en="Causes as found at closing, two years."),
)
def pareto(data, lang):
    """Causes by number with the running share."""
    counts = study(data).closed.root_cause.value_counts()
    running = counts.cumsum() / counts.sum()
    fig, ax = plt.subplots(figsize=(8.4, 4.4), layout="constrained")
    names = [pick(CAUSES[name], lang) for name in counts.index]
    colours = [PALETTE["vermilion" if name == "face_login" else "blue"] for name in counts.index]
    bars = ax.barh(names, counts, color=colours)
    ax.bar_label(bars, [f"{n}  ({share:.0%})" for n, share in zip(counts, running, strict=True)],
                 padding=3)  # fmt: skip
    ax.invert_yaxis()
    ax.margins(x=0.16)
    ax.grid(visible=False)
    ax.set_xlabel({"zh": "件数（括号内：累计占比）", "en": "complaints (running share)"}[lang])
    return fig


@figure(
    "newcause",
    title=Bi(
        zh="三个旧类别从 1 月起一起涨，多出来的是同一个原因",
        en="Three old labels rise together from January on; what is new in them is one cause",
    ),
    alt=Bi(
        zh="堆叠柱图，2025 年 7 月至 2026 年 6 月：三个类别的件数，"
        "其中刷脸登录从 2026 年 1 月起每月都占相当一部分。",
        en="Stacked bars, July 2025 to June 2026: complaints under three labels; from January 2026 "
        "on a good part of each month is the log-in by face.",
    ),
    source=OURS,
    note=Bi(
        zh="“手机银行故障”“账户受限”“员工态度”三类，按收到的月份。未结的还不知道原因。",
        en='"App failure", "account restricted" and "staff conduct" by month of receipt. '
        "Causes of open ones are not known yet.",
    ),
)
def newcause(data, lang):
    """Monthly complaints under the three labels, split by what was found."""
    frame = study(data).all
    frame = frame[frame.category.isin(LABELS) & (frame.day >= "2025-07-01")]
    part = np.where(
        frame.root_cause.isna(), "open", np.where(frame.root_cause == "face_login", "face", "rest")
    )
    counts = pd.crosstab(frame.month, part).reindex(columns=["rest", "face", "open"], fill_value=0)
    words = {
        "zh": ("其他原因", "刷脸登录", "未结"),
        "en": ("other causes", "log-in by face", "still open"),
    }[lang]
    fig, ax = plt.subplots(figsize=(8.4, 3.6), layout="constrained")
    below = np.zeros(len(counts))
    looks = ((PALETTE["blue"], ""), (PALETTE["vermilion"], "//"), (PALETTE["grey"], ""))
    names = [f"{m.year % 100:02d}-{m.month:02d}" for m in counts.index]
    for column, word, (colour, hatch) in zip(counts, words, looks, strict=True):
        ax.bar(names, counts[column], bottom=below, color=colour, hatch=hatch, label=word)
        below += counts[column].to_numpy()
    ax.set_ylabel({"zh": "件数", "en": "complaints"}[lang])
    ax.set_xlabel({"zh": "收到的月份（年—月）", "en": "month of receipt (year–month)"}[lang])
    ax.legend(loc="upper left")
    ax.set_ylim(0, 1.15 * below.max())
    return fig


@figure(
    "league",
    title=Bi(
        zh="三张榜，三个第一：件数、口径变后的件数、每千万客户",
        en="Three tables, three winners: by number, by number two years on, per ten million "
        "customers",
    ),
    alt=Bi(
        zh="连线图：六家银行在三种排法里的名次。中国银行从第一到末位再到第三，交通银行升到第一。",
        en="Ranks of six banks in three tables joined by lines: Bank of China goes from first to "
        "last to third, Bank of Communications ends first.",
    ),
    source=Bi(
        zh="银保监会消费投诉通报 2020 年第 10 号（经新浪）、2023 年第 1 号",
        en="CBIRC notices on complaints, 2020 no. 10 (via Sina) and 2023 no. 1",
    ),
)
def league(data, lang):
    """Ranks on three bases."""
    rows = data.csv("banks.csv")
    columns = ["count_2020q2", "count_2022q3", "per_ten_million_2022q3"]
    ranks = rows[columns].rank(ascending=False)
    heads = {
        "zh": ["2020 年二季度\n件数", "2022 年三季度\n件数", "2022 年三季度\n每千万个人客户"],
        "en": ["Q2 2020\nnumber", "Q3 2022\nnumber", "Q3 2022\nper ten million\ncustomers"],
    }[lang]
    claim(ranks.loc[rows.bank == "BoC"].iloc[0].tolist() == [1, 6, 3], "Bank of China: 1, 6, 3")
    fig, ax = plt.subplots(figsize=(8.4, 3.9), layout="constrained")
    strong = {"BoC": PALETTE["vermilion"], "BoCom": PALETTE["blue"], "ICBC": PALETTE["ochre"]}
    styles = {"BoC": "-", "BoCom": "--", "ICBC": "-."}
    for place, bank in enumerate(rows.bank):
        colour = strong.get(bank, PALETTE["grey"])
        width = 2.4 if bank in strong else 1.2
        line = ranks.iloc[place]
        ax.plot(range(3), line, styles.get(bank, ":"), color=colour, linewidth=width, marker="o")
        name = rows.name_zh[place] if lang == "zh" else rows.name_en[place]
        ax.annotate(name, (2, line.iloc[2]), (10, 0), textcoords="offset points", va="center")
    ax.set_xticks(range(3), heads)
    ax.set_xlim(-0.15, 2.95)
    ax.set_yticks(range(1, 7))
    ax.invert_yaxis()
    ax.set_ylabel({"zh": "名次（1 = 最多）", "en": "rank (1 = most)"}[lang])
    return fig


@figure(
    "break",
    title=Bi(
        zh="监管转送的银行业投诉：2022 年换了口径，两条线不能连",
        en="Banking complaints forwarded by China's regulator: counted anew from 2022, so two "
        "lines",
    ),
    alt=Bi(
        zh="两条分开的折线：2020 年二季度至 2021 年四季度，"
        "2022 年一季度至 2023 年一季度，中间不相连。",
        en="Two separate lines, from the second quarter of 2020 to the fourth of 2021 and from the "
        "first of 2022 to the first of 2023, not joined.",
    ),
    source=Bi(
        zh="银保监会、金融监管总局季度通报，经报刊；各季度的来源见数据文件",
        en="Quarterly notices of CBIRC and NFRA, via the press; source of each quarter in the data "
        "file",
    ),
    note=Bi(
        zh="2021 年二季度的总数没有找到，虚线跨过它。",
        en="The total of the second quarter of 2021 was not found; the thin line spans it.",
    ),
)
def broken(data, lang):
    """The two series side by side."""
    rows = data.csv("quarters.csv")
    place = [4 * int(q[:4]) + int(q[-1]) for q in rows.quarter]
    rows["place"] = np.array(place) - place[0]
    fig, ax = plt.subplots(figsize=(8.4, 3.6), layout="constrained")
    looks = {"old": (PALETTE["blue"], "o"), "new": (PALETTE["vermilion"], "D")}
    words = {
        "zh": {"old": "旧口径", "new": "新口径（合并重复投诉）"},
        "en": {"old": "old counting", "new": "new counting (repeats merged)"},
    }[lang]
    for base, part in rows.groupby("base", sort=False):
        colour, mark = looks[base]
        full = part.set_index("place").total.reindex(range(part.place.min(), part.place.max() + 1))
        thin = full.interpolate()
        ax.plot(thin.index, thin / 1000, ":", color=colour, linewidth=1)
        ax.plot(full.index, full / 1000, color=colour, marker=mark, label=words[base])
    ax.axvline(6.5, color=PALETTE["grey"], linestyle="--", linewidth=1)
    ticks = range(0, rows.place.max() + 1, 2)
    ax.set_xticks(ticks, [f"{2020 + (n + 1) // 4} Q{(n + 1) % 4 + 1}" for n in ticks])
    ax.set_ylim(0, 120)
    ax.set_ylabel({"zh": "件数（千）", "en": "complaints (thousand)"}[lang])
    ax.legend(loc="lower right")
    return fig


KINDS = {
    "money": ("赔了钱（支持了客户的投诉）", "money paid (upheld complaints)"),
    "days": ("早十天告知决定", "told ten days sooner"),
    "lane": ("进了快通道", "put into the quick lane"),
}
VIEWS = {
    "plain": ("直接对比", "plain comparison", "grey", "s"),
    "equal": ("同样严重的之间", "equal severity", "blue", "o"),
    "lot": ("抽签", "the lot", "ochre", "D"),
    "true": ("真相", "truth", "vermilion", "*"),
}


@table(
    "effects",
    title=Bi(
        zh="留下的客户多几个百分点：四种看法",
        en="Percentage points more who stay: four views",
    ),
    source=Bi(
        zh="澜川银行（虚构）的示例数据；最后一列出自造数据的程序，别的分析员看不到",
        en="Sample data of Lanchuan Bank (invented); the last column is from the program that made "
        "them, which no analyst sees",
    ),
    note=Bi(
        zh="90 天后仍以澜川为主办行；{{value:known_n}} 件。天数和赔付没有抽过签；"
        "快通道不必再按严重程度拉平。",
        en="Still the main bank after 90 days; {{value:known_n}} complaints. No lot was drawn for "
        "days or money; the lane needs no equal severity.",
    ),
)
def effects(data, lang):
    """What the file shows beside what is true."""
    found = study(data).effects
    cells = []
    for row, words in KINDS.items():
        line = [pick(words, lang)]
        for view in VIEWS:
            points = 100 * found.loc[row, view]
            text = "–" if np.isnan(points) else f"{points:+.0f}".replace("-", "\N{MINUS SIGN}")
            if view == "lot" and not np.isnan(points):
                text += f"\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{100 * found.loc[row, 'error']:.0f}"
            line.append(text)
        cells.append(line)
    heads = [{"zh": "什么", "en": "What"}[lang], *(pick(word[:2], lang) for word in VIEWS.values())]
    return pd.DataFrame(cells, columns=heads)


@figure(
    "effects-view",
    title=Bi(
        zh="直接对比把钱看成坏事，把快看得太好",
        en="The plain comparison takes money for harm, and makes too much of speed",
    ),
    alt=Bi(
        zh="点图：赔付的直接对比在零的左边，同样严重的之间和真相在右边；"
        "早十天的直接对比比真相大；快通道的抽签结果带着很宽的误差线。",
        en="Dots: for money the plain comparison lies left of zero, equal severity and truth right "
        "of it; for ten days the plain one exceeds the truth; the lot has a wide error bar.",
    ),
    source=OURS,
    note=Bi(zh="误差线：95% 区间。", en="Error bar: 95% interval."),
)
def effects_view(data, lang):
    """The table as dots."""
    found = study(data).effects
    fig, ax = plt.subplots(figsize=(8.4, 3.4), layout="constrained")
    shift = {"plain": -0.21, "equal": -0.07, "lot": 0.07, "true": 0.21}
    places = np.arange(len(KINDS))
    for view, (zh, en, colour, mark) in VIEWS.items():
        points = (100 * found[view].reindex(KINDS)).astype(float).to_numpy()
        where = places + shift[view]
        if view == "lot":
            error = (100 * found["error"].reindex(KINDS)).astype(float).to_numpy()
            ax.errorbar(points, where, xerr=error, fmt="none", ecolor=PALETTE[colour], capsize=4)
        size = 150 if mark == "*" else 60
        look = {"marker": mark, "s": size, "color": PALETTE[colour], "zorder": 3}
        ax.scatter(points, where, label=pick((zh, en), lang), **look)
    ax.axvline(0, color=PALETTE["ink"], linewidth=1)
    ax.set_yticks(places, [pick(words, lang) for words in KINDS.values()])
    ax.set_ylim(2.5, -0.5)
    ax.grid(visible=True, axis="x")
    words = {"zh": "留下的客户多几个百分点", "en": "percentage points more who stay"}
    ax.set_xlabel(words[lang])
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig
