"""Data cards: both languages, all columns, and no number that the data do not bear out."""

import re

import pandas as pd
import pytest

from casebank.clock.calendars import working_day
from casebank.data import TABLES, economics
from casebank.data.schema import SCHEMA
from casebank.data.segments import CHOSEN
from casebank.data.truth import EFFECTS

CARDS = (*TABLES, "bank")
YEAR = pd.Timestamp("2025-06-30")


def card(datasets, name, lang):
    return (datasets / f"{name}.{lang}.md").read_text("utf-8")


@pytest.mark.parametrize("name", CARDS)
def test_headings_are_twins(datasets, name):
    """Do both languages have the same headings, by identifier, in the same order?"""
    ids = [
        re.findall(r"^## .*\{#([\w-]+)\}$", card(datasets, name, lang), re.M)
        for lang in ("zh", "en")
    ]
    assert ids[0] == ids[1]
    assert len(ids[0]) >= 4
    for lang in ("zh", "en"):
        assert len(re.findall(r"^## ", card(datasets, name, lang), re.M)) == len(ids[0])


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cards_describe_each_column_and_word(datasets, name, lang):
    """Does a card name every column, and every word that may stand in it?"""
    text = card(datasets, name, lang)
    for field in SCHEMA[name].fields:
        assert f"| `{field.name}` |" in text
        for word in field.words:
            assert f"`{word}`" in text, word


@pytest.mark.parametrize("name", CARDS)
def test_cards_say_that_the_bank_is_invented(datasets, name):
    """Does every card say so?"""
    assert re.search("不存在|没有发生过", card(datasets, name, "zh"))
    assert re.search("not exist|Nobody in this|No (account|transaction|conversation)",
                     card(datasets, name, "en"))  # fmt: skip


def facts(sample) -> dict[str, list[tuple[str, str]]]:
    customers, accounts, moved, talked = (
        sample[name] for name in ("customers", "accounts", "transactions", "interactions")
    )
    year = moved[moved["date"] > YEAR]
    chosen = moved["kind"].isin(CHOSEN)
    nothing = set(customers["customer_id"]) - set(year[year["kind"].isin(CHOSEN)]["customer_id"])
    paid = set(year[year["kind"] == "salary_in"]["customer_id"])
    gone = (
        ~customers["customer_id"].isin(accounts[accounts["closed"].isna()]["customer_id"])
    ).sum()
    shut = accounts[accounts["closed"].notna()]
    twice = (accounts[accounts["product"] == "current"].groupby("customer_id").size() > 1).sum()
    late = accounts["days_past_due"]
    grade = customers["credit_grade"]
    loans = talked[talked["purpose"] == "loan_enquiry"].merge(customers)["credit_grade"]
    sales = talked[talked["purpose"] == "sales_call"]
    alone = (~customers["customer_id"].isin(talked["customer_id"])).sum()
    held = accounts[accounts["product"].isin(["current", "savings", "term_deposit", "fund"])]
    money = held.groupby("customer_id")["balance_cents"].sum()
    rich = money[money >= 50_000_000]
    arrears = round(EFFECTS.arrears[4] / EFFECTS.arrears[0])
    assert arrears == 175

    def share(part) -> str:
        return f"{part:.0%}"

    said, steps = sample["complaints"], sample["complaint_events"]
    closed = said[said["root_cause"].notna()]
    right = share((closed["category"] == closed["root_cause"]).mean())
    pilot = (said["received_at"] >= "2025-10-01") & (said["severity"] <= 2)
    quick = (said["lane"] == "quick").sum()
    most = said.groupby("customer_id").size().max()
    idle = (~said["received_at"].dt.date.map(working_day)).sum()
    event = steps["event"].value_counts()
    twice_assigned = (steps[steps["event"] == "assigned"].groupby("complaint_id").size() > 1).sum()
    weak = ["D", "E"]
    return {
        "bank": [
            (f"{len(rich)} 位有 50 万元以上", f"{len(rich)} of the {len(customers):,} customers"),
            (share(rich.sum() / money.sum()), share(rich.sum() / money.sum())),
        ],
        "customers": [
            (f"有 {(customers['joined'] >= '2024-07-01').sum()} 位是这两年里新来的",
             f"include {(customers['joined'] >= '2024-07-01').sum()} who joined"),
            (f"有 {gone} 位到期末", f"{gone} whose accounts"),
            (f"{customers['relationship_manager'].isna().sum():,} 位客户没有客户经理",
             f"the {customers['relationship_manager'].isna().sum():,} customers who have none"),
            (f"{(~customers['marketing_consent']).sum()} 位没有同意",
             f"{(~customers['marketing_consent']).sum()} did not"),
            (f"新来了 {(customers['joined'] > YEAR).sum()} 位", "Ninety customers joined"),
        ],
        "accounts": [
            (f"{len(accounts):,} 个账户", f"{len(accounts):,} accounts"),
            (f"{len(shut)} 个账户已经销户", f"{len(shut)} accounts are closed"),
            (f"{(shut['product'] == 'term_deposit').sum()} 个只是到期",
             f"{(shut['product'] == 'term_deposit').sum()} of them are term deposits"),
            (f"{twice} 位客户有两个", f"{twice} customers have two"),
            (f"只有 {(late > 0).sum()} 个，其中 {(late >= 90).sum()} 个",
             f"Only {(late > 0).sum()} accounts are past due, {(late >= 90).sum()} of them"),
        ],
        "transactions": [
            (f"{len(moved):,} 笔", f"{len(moved):,} of them"),
            (f"{share(1 - chosen.mean())} 的行", f"{share(1 - chosen.mean())} of the rows"),
            (f"{len(nothing)} 位，其中 {len(nothing & set(year['customer_id']))} 位",
             f"{len(nothing)} customers without a chosen transaction in the last 12 months, "
             f"{len(nothing & set(year['customer_id']))} still have"),
            (f"{len(nothing & paid)} 位还在收工资", f"{len(nothing & paid)} of them a salary"),
        ],
        "interactions": [
            (f"{len(talked):,} 行", f"{len(talked):,} rows"),
            (f"D、E 两级客户占 {share(grade.isin(weak).mean())}",
             f"Grades D and E are {share(grade.isin(weak).mean())}"),
            (f"贷款咨询占 {share(loans.isin(weak).mean())}",
             f"make {share(loans.isin(weak).mean())} of the loan enquiries"),
            (f"A 级客户占 {share((grade == 'A').mean())}",
             f"grade A, {share((grade == 'A').mean())} of the customers"),
            (f"贷款咨询只占 {share((loans == 'A').mean())}", f"makes {share((loans == 'A').mean())}"),
            (f"{alone} 位客户一行也没有", f"{alone} customers have no row"),
            (f"{len(sales)} 次营销电话和营销拜访里，{(sales['minutes'] == 1).sum()} 次",
             f"{(sales['minutes'] == 1).sum()} of {len(sales)} sales calls"),
        ],
        "complaints": [
            (f"{said['customer_id'].nunique()} 位客户，{len(said):,} 件投诉",
             f"{len(said):,} complaints by {said['customer_id'].nunique()} customers"),
            (f"抽了 {pilot.sum()} 次，{quick} 件进了",
             f"{pilot.sum()} lots were drawn, and {quick} went"),
            (f"相同的占 {right}", f"agree in {right} of the closed"),
            (f"{(said['result'] == 'withdrawn').sum()} 件撤回了",
             f"{(said['result'] == 'withdrawn').sum()} complaints were withdrawn"),
            (f"{said['told_at'].isna().sum()} 件还没有结",
             f"{said['told_at'].isna().sum()} are still open"),
            (f"只有 {said['main_bank_after'].notna().sum()} 件有答案",
             f"known for {said['main_bank_after'].notna().sum()}"),
            (f"投诉了 {most} 次", f"complained {most} times"),
            (f"{idle} 件是在没人上班的日子", f"{idle} complaints came in on days"),
        ],
        "complaint_events": [
            (f"{len(said):,} 件投诉，{len(steps):,} 步", f"{len(steps):,} steps of {len(said):,}"),
            (f"{twice_assigned} 件投诉的 `assigned`", f"{twice_assigned} complaints were `assigned`"),
            (f"{event['clock_stopped']} 件停过表，{event['new_facts']} 件因",
             f"{event['clock_stopped']} complaints have a stop, and {event['new_facts']} begin"),
            (f"批准延长的有 {event['extension_approved']} 次",
             f"{event['extension_approved']} extensions were approved"),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_numbers_in_cards_are_those_of_the_data(datasets, sample, name):
    """Would a card be found out if the data changed and its text did not?"""
    for zh, en in facts(sample)[name]:
        assert zh in card(datasets, name, "zh"), zh
        assert en in card(datasets, name, "en"), en


def test_rates_in_the_card_are_those_of_the_code(datasets):
    """Do trainees read the rates that the code computes with?"""
    zh, en = card(datasets, "bank", "zh"), card(datasets, "bank", "en")
    cost, minute = economics.TRANSACTION_YUAN, economics.MINUTE_YUAN

    def yuan(value: float) -> str:
        return f"{value:.0f}" if value == int(value) else f"{value:.2f}"

    groups = [
        [cost["branch"], cost["phone"]],
        [cost["atm"], cost["web"], cost["mobile"]],
        [cost["system"]],
        [minute["branch"], minute["phone"], minute["visit"]],
        [minute["web"]],
        [economics.ACCOUNT_YUAN],
    ]
    for group in groups:
        assert "| " + "、".join(f"{yuan(v)} 元" for v in group) + " |" in zh
        assert "| " + ", ".join(f"{yuan(v)} yuan" for v in group) + " |" in en
    chances = " | ".join(f"{v * 100:g}%" for v in economics.DEFAULT.values())
    assert f"| {chances} |" in zh and f"| {chances} |" in en
    assert minute["web"] == minute["mobile"]
    assert (economics.DEFAULT_30, economics.DEFAULT_90) == (0.3, 1.0)
    assert economics.LOSS == {"credit_card": 0.6, "consumer_loan": 0.6, "mortgage": 0.2}
