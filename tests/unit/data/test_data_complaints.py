"""Complaints: what the two tables hold, what the truth says of them, and what they must teach."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from casebank.clock.calendars import working_day
from casebank.data import complaint_moods as moods
from casebank.data.complaint_handling import CONFUSED, MUCH, OLD, VERY_MUCH
from casebank.data.complaint_texts import WORDS
from casebank.data.complaints import CAUSES
from casebank.data.office import later, open_from, working
from casebank.data.policy import HANDLING
from casebank.data.simulator import run
from casebank.data.tables import build
from casebank.data.truth import (
    true_complaint_effects,
    true_complaints,
    true_leavers,
    true_spans,
)
from casebank.data.write import csv_bytes, make_chunk

PILOT = pd.Timestamp("2025-10-01")
TODAY = pd.Timestamp("2026-07-01")
RIGHT = ["upheld", "partly"]


def waited(complaints: pd.DataFrame) -> pd.Series:
    """Calendar days from receipt until the customer was told."""
    return (complaints["told_at"].dt.normalize() - complaints["received_at"].dt.normalize()).dt.days


def asked(complaints: pd.DataFrame) -> pd.DataFrame:
    """Complaints of main-bank customers whose answer 90 days after is known."""
    known = complaints[complaints["main_bank_before"] & complaints["main_bank_after"].notna()]
    return known.assign(stays=known["main_bank_after"].astype(bool), days=waited(known))


@pytest.fixture(scope="module")
def complaints(sample) -> pd.DataFrame:
    return sample["complaints"]


@pytest.fixture(scope="module")
def steps(sample) -> pd.DataFrame:
    """The first time of each event, a row a complaint."""
    table = sample["complaint_events"]
    first = table.pivot_table(index="complaint_id", columns="event", values="at", aggfunc="min")
    return first.reindex(sample["complaints"]["complaint_id"])


# --- what the tables hold ---------------------------------------------------------------------


def test_size_and_skew(complaints):
    """Are there about 1,200 complaints, three in five of them from three causes?"""
    assert 1100 <= len(complaints) <= 1400
    shares = complaints["root_cause"].value_counts(normalize=True)
    assert set(shares.index) == set(CAUSES)
    assert 0.54 <= shares.iloc[:3].sum() <= 0.66
    assert shares.min() > 0.015


def test_the_new_cause_is_new_and_has_no_category(complaints):
    """Does the log-in by face appear in 2026 only, and never on the intake desk's list?"""
    face = complaints[complaints["root_cause"] == "face_login"]
    assert 60 <= len(face) <= 90
    assert face["received_at"].min() >= pd.Timestamp("2026-01-01")
    assert not (complaints["category"] == "face_login").any()
    assert (
        face["category"].isin(["app_failure", "account_restriction", "staff_conduct"]).mean() > 0.9
    )


def test_the_desk_is_right_in_about_four_of_five(complaints):
    """Is the category a noisy label, and is it wrong in the ways that one would expect?"""
    closed = complaints[complaints["root_cause"].notna()]
    right = closed["category"] == closed["root_cause"]
    assert 0.74 <= right.mean() <= 0.82
    wrong = closed[~right]
    expected = {(CAUSES[true], CAUSES[word]) for true, words in CONFUSED.items() for word in words}
    pairs = list(zip(wrong["root_cause"], wrong["category"], strict=True))
    assert sum(pair in expected for pair in pairs) / len(pairs) > 0.75


def test_months_that_are_marked(complaints):
    """Do the raised fee, the failed app and Spring Festival show in numbers and in days?"""
    month = complaints["received_at"].dt.to_period("M").astype(str)
    count = complaints.groupby([month, "root_cause"]).size().unstack(fill_value=0)
    assert count.loc[["2025-01", "2025-02"], "fee"].min() > 1.5 * count["fee"].median()
    assert count.loc["2025-06", "app_failure"] > 2 * count["app_failure"].median()
    days = waited(complaints).groupby(month).median()
    assert days[["2025-01", "2025-02"]].min() > 1.2 * days.median()


def test_severity_follows_the_written_rule(complaints, sample):
    """Can severity be computed again from what the rule names, but for slips?"""
    table = complaints.merge(sample["customers"][["customer_id", "birth_year"]])
    table = table.sort_values(["customer_id", "received_at"])
    gap = table.groupby("customer_id")["received_at"].diff()
    points = (
        (table["amount_cents"] >= MUCH).astype(int)
        + (table["amount_cents"] >= VERY_MUCH)
        + (2026 - table["birth_year"] >= OLD)
        + (gap <= pd.Timedelta(days=90))
    )
    rule = np.minimum(1 + points, 3)
    assert (rule == table["severity"]).mean() > 0.93
    assert (rule != table["severity"]).mean() > 0.02


def test_the_lot(complaints):
    """Is the quick lane drawn by lot, in the pilot and for the lighter complaints only?"""
    quick = complaints["lane"] == "quick"
    may = (complaints["received_at"] >= PILOT) & (complaints["severity"] <= 2)
    assert not (quick & ~may).any()
    assert 0.44 <= quick[may].mean() <= 0.58
    drawn = complaints[may]
    for column in ("severity", "amount_cents", "main_bank_before"):
        values = drawn[column].astype(float)
        one, two = values[quick[may]], values[~quick[may]]
        error = (one.var() / len(one) + two.var() / len(two)) ** 0.5
        assert abs(one.mean() - two.mean()) < 3 * error


def test_the_quick_lane_is_quick(complaints):
    """Does a person reply within two working days, nearly always?"""
    quick = complaints[(complaints["lane"] == "quick") & complaints["first_reply_at"].notna()]

    def working_days(row) -> int:
        days = pd.date_range(row.received_at.normalize(), row.first_reply_at.normalize())[1:]
        return sum(working_day(day.date(), "cn") for day in days)

    took = quick.apply(working_days, axis=1)
    assert 0.85 <= (took <= 2).mean() <= 0.99


def test_open_complaints_say_nothing_of_their_end(complaints):
    """Are result, cause and answer missing where the customer has not been told?"""
    open_ = complaints["told_at"].isna()
    assert 5 <= open_.sum() <= 60
    for column in ("result", "root_cause", "main_bank_after"):
        assert complaints.loc[open_, column].isna().all()
    assert complaints.loc[~open_, ["result", "root_cause"]].notna().all().all()
    assert (complaints.loc[open_, "redress_cents"] == 0).all()
    assert (complaints["told_at"].dropna() < TODAY).all()


def test_redress_is_paid_where_something_was_upheld(complaints):
    """Is nothing paid where nothing was upheld, and not everything paid where it was?"""
    paid = complaints["redress_cents"] > 0
    assert complaints.loc[paid, "result"].isin(RIGHT).all()
    assert 0.2 < paid[complaints["result"].isin(RIGHT)].mean() < 0.6


def test_customers_complain_while_they_are_customers(complaints, sample):
    """Does nobody complain before joining, after leaving aloud, or while leaving in silence?"""
    table = complaints.merge(sample["customers"][["customer_id", "joined"]])
    assert (table["received_at"] >= table["joined"]).all()
    gone = complaints.merge(true_leavers())
    # Those who close their accounts do so in the month that is named.
    after = gone["received_at"] >= gone["month"] + pd.offsets.MonthBegin(1)
    assert not after.any()


def test_some_complain_again_and_two_sides_are_asked(complaints):
    """Do some customers complain again, and are both banks of a customer asked about?"""
    times = complaints.groupby("customer_id").size()
    assert (times > 1).sum() > 200
    before = complaints["main_bank_before"]
    after = complaints["main_bank_after"].dropna().astype(bool)
    assert 0.8 < before.mean() < 0.95
    assert after[~before].mean() < 0.2 < after[before].mean()


# --- the steps and the clock ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("received", "acknowledged"),
        ("acknowledged", "assigned"),
        ("assigned", "decided"),
        ("decided", "told"),
        ("assigned", "withdrawn"),
        ("assigned", "clock_stopped"),
        ("clock_stopped", "clock_resumed"),
        ("clock_resumed", "decided"),
        ("assigned", "new_facts"),
        ("new_facts", "decided"),
        ("assigned", "interim_notice"),
        ("interim_notice", "told"),
        ("extension_approved", "told"),
        ("told", "redress_paid"),
        ("told", "review_asked"),
        ("review_asked", "review_decided"),
        ("received", "escalated"),
        ("told", "followup_call"),
    ],
)
def test_steps_come_in_their_order(steps, one, two):
    """Does no step precede the one that it needs?"""
    both = steps[[one, two]].dropna()
    assert len(both) > 10
    assert (both[one] <= both[two]).all()


def test_events_agree_with_the_complaints(complaints, steps):
    """Do both tables say the same of receipt, end, extension, redress and escalation?"""
    table = complaints.set_index("complaint_id")
    assert (steps["received"] == table["received_at"]).all()
    ends = steps["told"].fillna(steps["withdrawn"])
    assert ends.equals(table["told_at"].rename(ends.name))
    assert (steps["withdrawn"].notna() == (table["result"] == "withdrawn")).all()
    assert (steps["extension_approved"].notna() == (table["extension"] != "none")).all()
    assert (steps["escalated"].notna() == (table["escalated"] != "none")).all()
    assert (steps["followup_call"].notna() == table["main_bank_after"].notna()).all()
    assert (table.loc[steps["redress_paid"].notna(), "redress_cents"] > 0).all()


def test_work_is_done_when_somebody_is_there(sample):
    """Do people decide, tell and approve on working days, in office hours, and also on make-up days?"""
    events = sample["complaint_events"]
    events = events[events["event"].isin(["assigned", "decided", "told", "extension_approved"])]
    days = events["at"].dt.date
    known = {day: working_day(day, "cn") for day in set(days)}
    assert days.map(known).all()
    clock = events["at"].dt.hour * 60 + events["at"].dt.minute
    assert clock.between(9 * 60, 18 * 60).all()
    assert (events["at"].dt.day_of_week >= 5).any()


def test_the_calendar_of_the_office():
    """Do Spring Festival and make-up days count, and do years without a notice not stop the bank?"""
    day = np.array([np.datetime64(d).astype("datetime64[D]").astype(int) for d in
                    ("2026-02-14", "2026-02-16", "2026-02-28", "2029-03-03", "2029-03-05")])  # fmt: skip
    assert working(day).tolist() == [True, False, True, False, True]
    friday = np.array([int(np.datetime64("2026-02-14T18:00").astype("datetime64[m]").astype(int))])
    back = int(np.datetime64("2026-02-24T09:00").astype("datetime64[m]").astype(int))
    assert open_from(friday)[0] == back
    end = later(friday, np.array([1]), np.array([0]))
    assert end[0] == back + 1440


def breaches(complaints: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """The clock of order 3 of 2020, worked out from the events alone."""
    table = complaints.set_index("complaint_id")
    day = steps.apply(lambda column: column.dt.normalize())
    start = day["new_facts"].fillna(day["received"])
    pause = (day["clock_resumed"] - day["clock_stopped"]).dt.days.where(
        day["clock_stopped"] >= start, 0
    )
    due = start + pd.to_timedelta(15 + pause.fillna(0), unit="D")
    days = pd.to_numeric(table["extension"].replace("none", "15"))
    valid = day["extension_approved"] <= due
    limit = due.where(~valid, start + pd.to_timedelta(days + pause.fillna(0), unit="D"))
    told = table["told_at"].dt.normalize()
    return pd.DataFrame(
        {
            "slow": told > due,
            "breach": told > limit,
            "tardy": day["extension_approved"].notna() & ~valid,
            "silent_stop": day["clock_stopped"].notna() & day["interim_notice"].isna(),
        }
    )


def test_the_clock_is_broken_now_and_then(complaints, steps):
    """Is there something to find: late without extension, extended too late, stopped in silence?"""
    found = breaches(complaints, steps)
    closed = complaints.set_index("complaint_id")["told_at"].notna()
    assert 0.06 <= found["breach"][closed].mean() <= 0.13
    assert 5 <= found["tardy"].sum() <= 40
    assert found["silent_stop"].sum() >= 5
    assert steps["new_facts"].notna().sum() >= 30
    assert found["slow"].sum() > 1.5 * found["breach"].sum()


# --- the texts --------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["text_zh", "text_en"])
def test_no_two_texts_are_alike(complaints, column):
    """Is every complaint in the sample written in words of its own?"""
    assert not complaints[column].duplicated().any()


@pytest.mark.parametrize("cause", CAUSES)
def test_words_are_rich_and_paired(cause):
    """Has each cause eight beginnings, six middles and six ends, in both languages, slots alike?"""
    words = WORDS[cause]
    assert len(words.openings) >= 8
    assert len(words.middles) >= 6
    assert len(words.endings) + min(len(ends) for ends in moods.ENDINGS.values()) >= 6
    assert len(words.asides) >= 2
    for pairs in (words.openings, words.middles, words.endings, words.asides):
        for side in (0, 1):
            assert len({pair[side] for pair in pairs}) == len(pairs)


def all_pairs() -> list[tuple[str, str]]:
    out = [pair for w in WORDS.values() for part in (w.openings, w.middles, w.endings, w.asides)
           for pair in part]  # fmt: skip
    out += [pair for part in (moods.LEADS, moods.ENDINGS) for row in part.values() for pair in row]
    return out + [pair for parts in moods.SYMPTOMS.values() for part in parts for pair in part]


def test_the_two_languages_have_the_same_slots():
    """Do both sides of a pair speak of the same amount, date, place and person?"""
    for zh, en in all_pairs():
        slots = [sorted(set(re.findall(r"%\((\w+)\)s", side))) for side in (zh, en)]
        assert slots[0] == slots[1], zh


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_word_gives_the_cause_away(complaints, lang):
    """Do the words of a cause also stand in complaints about others?"""
    for word, cause in (("手机", "app_failure"), ("电话", "collection"), ("扣", "fee"),
                        ("phone", "app_failure"), ("rang", "collection"), ("charge", "fee")):  # fmt: skip
        if word.isascii() == (lang == "en"):
            holds = complaints[f"text_{lang}"].str.contains(word)
            assert (complaints.loc[holds, "root_cause"] != cause).mean() > 0.15, word


def test_no_slot_is_left_open(complaints):
    """Is every blank filled in, and is the text plain?"""
    for column in ("text_zh", "text_en"):
        assert not complaints[column].str.contains(r"[%{}\n]|\bnan\b|None").any()
    assert complaints["text_zh"].str.len().between(15, 160).all()
    assert complaints["text_en"].str.len().between(50, 500).all()


def test_amounts_in_words_are_those_of_the_row(complaints):
    """Does a text that names a sum below 10,000 yuan name the one in the table?"""
    said = complaints["text_en"].str.extract(r"([\d,]+(?:\.\d\d)?) yuan")[0].dropna()
    said = said[~complaints.loc[said.index, "text_en"].str.contains("500 yuan a day")]
    cents = (said.str.replace(",", "").astype(float) * 100).round().astype(int)
    assert len(cents) > 200
    assert (cents == complaints.loc[cents.index, "amount_cents"]).all()


def check_digit_is_right(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17]


def luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def test_particulars_are_where_the_truth_says(complaints):
    """Does every span hold what it names, in a fifth of the complaints?"""
    spans = true_spans()
    texts = complaints.set_index("complaint_id")
    for row in spans.itertuples():
        assert texts.loc[row.complaint_id, f"text_{row.language}"][row.start : row.end] == row.text
    assert 0.15 < spans["complaint_id"].nunique() / len(complaints) < 0.25
    assert set(spans["kind"]) == {"mobile", "id", "card", "email", "name"}


def test_particulars_can_belong_to_nobody():
    """Are numbers invalid and addresses reserved, so that no row can point at a person?"""
    spans = true_spans()
    for kind, text in zip(spans["kind"], spans["text"], strict=True):
        plain = text.replace(" ", "").replace("-", "")
        if kind == "mobile":
            assert re.fullmatch(r"1[0-2]\d{9}", plain)
        elif kind == "id":
            assert re.fullmatch(r"99\d{15}[\dX]", plain) and not check_digit_is_right(plain)
        elif kind == "card":
            assert re.fullmatch(r"62\d{14}", plain) and not luhn(plain)
        elif kind == "email":
            assert text.endswith("@example.com")


def test_digits_elsewhere_are_no_particulars(complaints):
    """Does no long number stand in a text but those that the truth lists?"""
    spans = true_spans().query("language == 'en'").groupby("complaint_id")["text"].agg(list)
    for row in complaints.itertuples():
        text = row.text_en
        for part in spans.get(row.complaint_id, []):
            text = text.replace(part, "")
        assert not re.search(r"\d{7}|@", text)


# --- handling and truth -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def bank():
    return run(11, 0, 600)


def test_another_handling_changes_only_what_it_handles(bank):
    """Do the same people complain of the same things in the same words, whatever the bank does?"""
    base = build(*bank)
    other = build(*bank, replace(HANDLING, quick="none", redress="none"))
    for name in ("customers", "accounts", "transactions", "interactions"):
        assert csv_bytes(base[name]) == csv_bytes(other[name])
    one, two = base["complaints"].to_pandas(), other["complaints"].to_pandas()
    for column in ("complaint_id", "received_at", "text_zh", "text_en", "category", "severity"):
        assert one[column].equals(two[column])
    assert (two["lane"] == "usual").all() and (two["redress_cents"] == 0).all()
    same = (one["lane"] == "usual") & (one["redress_cents"] == 0)
    assert one[same].equals(two[same])


def test_handlings_of_extremes(bank):
    """Does each handling do what its name says?"""
    table = build(*bank, replace(HANDLING, quick="all", redress="upheld"))["complaints"].to_pandas()
    may = (table["received_at"] >= PILOT) & (table["severity"] <= 2)
    assert ((table["lane"] == "quick") == may).all()
    closed = table[table["told_at"].notna()]
    assert ((closed["redress_cents"] > 0) == closed["result"].isin(RIGHT)).all()


def test_chances_are_the_chances(complaints):
    """Do as many stay as the truth's chances say?"""
    table = asked(complaints).merge(true_complaints())
    error = (table["chance"] * (1 - table["chance"])).sum() ** 0.5
    assert abs(table["stays"].sum() - table["chance"].sum()) < 3 * error
    high = table["chance"] > table["chance"].median()
    assert table.loc[high, "stays"].mean() > table.loc[~high, "stays"].mean() + 0.2


def shapes(complaints: pd.DataFrame, effects: pd.DataFrame) -> dict[str, float]:
    known = asked(complaints)
    right = known[known["result"].isin(RIGHT)]
    paid = right["redress_cents"] > 0
    fast = known["days"] <= 5
    lot = known[(known["received_at"] >= PILOT) & (known["severity"] <= 2)]
    by = lot.groupby("lane", observed=True)["stays"].agg(["mean", "size"])
    error = (by["mean"] * (1 - by["mean"]) / by["size"]).sum() ** 0.5
    return {
        "redress": 100 * (right["stays"][paid].mean() - right["stays"][~paid].mean()),
        "fast": 100 * (known["stays"][fast].mean() - known["stays"][~fast].mean()),
        "lot": 100 * (by.loc["quick", "mean"] - by.loc["usual", "mean"]),
        "error": 100 * error,
        "true_quick": effects.loc["quick", "points"],
        "true_redress": effects.loc["redress", "points"],
    }


def test_what_the_sample_teaches(complaints):
    """Does the naive comparison find nothing in redress and twice the truth in speed?"""
    found = shapes(complaints, true_complaint_effects())
    assert found["redress"] <= 0
    assert 8 <= found["true_redress"] <= 12
    assert 6 <= found["true_quick"] <= 11
    assert 1.6 <= found["fast"] / found["true_quick"] <= 2.2
    assert found["lot"] > 0
    assert abs(found["lot"] - found["true_quick"]) < 2 * found["error"]


def test_severity_explains_part_of_it(complaints):
    """Does comparing like with like by severity turn the sign of redress?"""
    known = asked(complaints)
    right = known[known["result"].isin(RIGHT)]
    groups = right.groupby("severity")
    by = sum(
        len(g) * (g["stays"][g["redress_cents"] > 0].mean() - g["stays"][g["redress_cents"] == 0].mean())
        for _, g in groups
    ) / len(right)  # fmt: skip
    assert by > 0


@pytest.mark.parametrize("seed", [5, 6])
def test_the_shapes_are_no_luck_of_one_seed(seed):
    """Do the same signs show in another bank, and the same sizes in a larger one?"""
    count = 12_000
    table = make_chunk(seed, 0, count, 24)["complaints"].to_pandas()
    for column in ("lane", "result"):
        table[column] = table[column].astype(str)
    found = shapes(table, true_complaint_effects(seed, count))
    assert found["redress"] < 0 < found["true_redress"]
    assert found["fast"] > 1.4 * found["true_quick"] > 0
    assert abs(found["lot"] - found["true_quick"]) < 3 * found["error"]
