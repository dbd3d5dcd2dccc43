"""The tables' schema: one place that says what each column is, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from casebank.data.complaint_handling import (
    CHANNELS,
    ESCALATIONS,
    EVENTS,
    EXTENSIONS,
    LANES,
    RESULTS,
    TEAMS,
)
from casebank.data.complaints import CATEGORIES, CAUSES
from casebank.data.contacts import PURPOSES
from casebank.data.money import KINDS
from casebank.data.segments import (
    ACQUIRED,
    BRANCHES,
    CONTACT_CHANNELS,
    GRADES,
    OCCUPATIONS,
    PRODUCTS,
    TX_CHANNELS,
)

MINUTES = "%Y-%m-%d %H:%M"
"""How a datetime stands in a CSV file: local time, to the minute."""


@dataclass(frozen=True)
class Field:
    """A column."""

    name: str
    type: str
    zh: str
    en: str
    words: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    required: bool = True
    unique: bool = False
    pattern: str | None = None


@dataclass(frozen=True)
class Schema:
    """A table."""

    zh: str
    en: str
    title_zh: str
    title_en: str
    fields: tuple[Field, ...]
    key: str
    foreign: tuple[tuple[str, str], ...] = ()


_CUSTOMER = Field("customer_id", "integer", "客户编号", "The customer's number", least=1001)
SCHEMA: dict[str, Schema] = {
    "customers": Schema(
        title_zh="客户表",
        title_en="Customers",
        zh="一位客户一行：两年内曾在澜川银行开户的个人客户，包括已经离开的。",
        en="One row per customer: every retail customer of Lanchuan Bank at some time in the two "
        "years, including those who have left.",
        key="customer_id",
        fields=(
            Field(
                "customer_id",
                "integer",
                "客户编号",
                "The customer's number",
                least=1001,
                unique=True,
            ),
            Field("joined", "date", "开户日期", "The day on which the customer joined"),
            Field("birth_year", "integer", "出生年份", "Year of birth", least=1930, most=2010),
            Field(
                "gender",
                "string",
                "性别：F 女，M 男",
                "F or M, as on the identity card",
                ("F", "M"),
            ),
            Field(
                "branch", "string", "管户支行", "The sub-branch that keeps the customer", BRANCHES
            ),
            Field("occupation", "string", "职业类别", "Occupation", OCCUPATIONS),
            Field(
                "income_band",
                "integer",
                "收入档，1 最低，5 最高",
                "Income band, 1 lowest, 5 highest",
                least=1,
                most=5,
            ),
            Field(
                "acquired_by", "string", "获客渠道", "How the customer came to the bank", ACQUIRED
            ),
            Field(
                "relationship_manager",
                "string",
                "客户经理工号，空表示没有",
                "Staff number of the relationship manager; empty: none",
                required=False,
                pattern=r"(HX|CN|GK|DX|DH)-M\d+",
            ),
            Field(
                "marketing_consent",
                "boolean",
                "是否同意接受营销",
                "Whether the customer consents to marketing",
            ),
            Field(
                "credit_grade",
                "string",
                "信用等级，A 最好，E 最差",
                "Credit grade, A best, E worst",
                GRADES,
            ),
        ),
    ),
    "accounts": Schema(
        title_zh="账户表",
        title_en="Accounts",
        zh="一个账户一行：余额、收益率与逾期天数，截至 2026-06-30。",
        en="One row per account: balance, margin and days past due as of 2026-06-30.",
        key="account_id",
        foreign=(("customer_id", "customers"),),
        fields=(
            Field(
                "account_id",
                "integer",
                "账户编号",
                "The account's number",
                least=10011,
                unique=True,
            ),
            _CUSTOMER,
            Field("product", "string", "产品", "Product", PRODUCTS),
            Field("opened", "date", "开立日期", "Opening day"),
            Field(
                "closed",
                "date",
                "销户日期，空表示未销户",
                "Closing day; empty: open",
                required=False,
            ),
            Field(
                "balance_cents",
                "integer",
                "期末余额，单位分；贷款为未还本金",
                "Balance at the as-of date in cents; loans: outstanding",
                least=0,
            ),
            Field(
                "avg_balance_cents",
                "integer",
                "最近 12 个月末余额的平均，单位分；没有账户的月份按 0 计",
                "Average of the last 12 month-end balances in cents; "
                "months without the account count as 0",
                least=0,
            ),
            Field(
                "margin_bp",
                "integer",
                "年收益率，单位基点（万分之一）",
                "What the bank earns a year on the average balance, in basis points",
                least=0,
                most=2000,
            ),
            Field(
                "days_past_due",
                "integer",
                "逾期天数，非贷款为 0",
                "Days past due; 0 for deposits and funds",
                least=0,
                most=360,
            ),
        ),
    ),
    "transactions": Schema(
        title_zh="交易表",
        title_en="Transactions",
        zh="一笔交易一行，2024-07-01 至 2026-06-30；客户自己发起的交易从 100 元起。",
        en="One row per transaction, 1 July 2024 to 30 June 2026; what customers start themselves "
        "is listed from 100 yuan.",
        key="transaction_id",
        foreign=(("customer_id", "customers"), ("account_id", "accounts")),
        fields=(
            Field(
                "transaction_id",
                "integer",
                "交易编号",
                "The transaction's number",
                least=1,
                unique=True,
            ),
            Field("account_id", "integer", "账户编号", "The account", least=10011),
            _CUSTOMER,
            Field("date", "date", "记账日期", "Booking day"),
            Field("kind", "string", "交易种类", "What kind of transaction", KINDS),
            Field(
                "channel",
                "string",
                "渠道；system 表示系统自动",
                "Channel; system: nobody acted",
                TX_CHANNELS,
            ),
            Field(
                "amount_cents",
                "integer",
                "金额，单位分，恒为正",
                "Amount in cents, always positive",
                least=1,
            ),
        ),
    ),
    "interactions": Schema(
        title_zh="接触记录表",
        title_en="Interactions",
        zh="客户与银行的一次接触一行：柜台、电话、网上、手机或上门。",
        en="One row per contact between customer and bank: counter, phone, web, mobile, visit.",
        key="interaction_id",
        foreign=(("customer_id", "customers"),),
        fields=(
            Field(
                "interaction_id",
                "integer",
                "接触编号",
                "The contact's number",
                least=1,
                unique=True,
            ),
            _CUSTOMER,
            Field("date", "date", "日期", "Day"),
            Field(
                "channel",
                "string",
                "渠道；visit 为上门拜访",
                "Channel; visit: at the customer's",
                CONTACT_CHANNELS,
            ),
            Field("initiated_by", "string", "由谁发起", "Who began", ("customer", "bank")),
            Field("purpose", "string", "事由", "What it was about", PURPOSES),
            Field(
                "minutes",
                "integer",
                "员工花费的分钟数",
                "Minutes of staff time",
                least=1,
                most=1000,
            ),
            Field(
                "staff_id",
                "string",
                "接待员工工号",
                "Staff number",
                pattern=r"((HX|CN|GK|DX|DH)-[TMH]\d+|CC-\d+)",
            ),
        ),
    ),
    "complaints": Schema(
        title_zh="投诉表",
        title_en="Complaints",
        zh="一件投诉一行：客户说出来、等着答复的不满，2024-07-01 至 2026-06-30。",
        en="One row per complaint: dissatisfaction that was expressed and expects an answer, "
        "1 July 2024 to 30 June 2026.",
        key="complaint_id",
        foreign=(("customer_id", "customers"),),
        fields=(
            Field(
                "complaint_id",
                "integer",
                "投诉编号",
                "The complaint's number",
                least=1,
                unique=True,
            ),
            _CUSTOMER,
            Field("received_at", "datetime", "收到的时间", "When it was received, local time"),
            Field(
                "channel",
                "string",
                "渠道；regulator 为 12378 转来",
                "Channel; regulator: forwarded by the hotline 12378",
                CHANNELS,
            ),
            Field("language", "string", "客户所用的语言", "What the customer wrote", ("zh", "en")),
            Field("text_zh", "string", "内容，中文", "The complaint in Chinese"),
            Field("text_en", "string", "内容，英文", "The complaint in English"),
            Field(
                "product",
                "string",
                "涉及的产品，空表示不涉及",
                "Product; empty: none",
                PRODUCTS,
                required=False,
            ),
            Field(
                "category",
                "string",
                "登记台记下的类别，可能有误",
                "Category as the intake desk wrote it down; may be wrong",
                CATEGORIES,
            ),
            Field(
                "root_cause",
                "string",
                "结案时查明的原因，空表示未结",
                "Cause as found when it was closed; empty: open",
                CAUSES,
                required=False,
            ),
            Field(
                "severity",
                "integer",
                "登记台按书面规则判的轻重，3 最重",
                "Severity by the intake's written rule, 3 worst",
                least=1,
                most=3,
            ),
            Field(
                "amount_cents",
                "integer",
                "涉及金额，单位分；0 表示没有",
                "Money at stake in cents; 0: none",
                least=0,
            ),
            Field("team", "string", "办理的团队", "The team that works on it", TEAMS),
            Field(
                "lane",
                "string",
                "通道：quick 快办（抽签），usual 照常",
                "Lane: quick by lot, else usual",
                LANES,
            ),
            Field(
                "first_reply_at",
                "datetime",
                "第一次由人答复的时间，空表示还没有",
                "When a person first replied; empty: not yet",
                required=False,
            ),
            Field(
                "told_at",
                "datetime",
                "告知结果的时间，空表示未结",
                "When the customer was told the decision; empty: open",
                required=False,
            ),
            Field(
                "extension",
                "string",
                "批准延长：none 没有，30、60 为延长后的总天数",
                "Extension: none, or the days in all that were approved",
                EXTENSIONS,
            ),
            Field(
                "result",
                "string",
                "结果，空表示未结",
                "Result; empty: open",
                RESULTS,
                required=False,
            ),
            Field(
                "redress_cents",
                "integer",
                "补偿金额，单位分",
                "Money paid as redress, in cents",
                least=0,
            ),
            Field(
                "escalated",
                "string",
                "升级到哪里",
                "Where the customer took it further",
                ESCALATIONS,
            ),
            Field(
                "main_bank_before",
                "boolean",
                "受理时问：是否主办银行",
                "Whether the bank was the customer's main bank, asked at intake",
            ),
            Field(
                "main_bank_after",
                "boolean",
                "告知结果 90 天后电话问：是否主办银行；空表示没到期或没问到",
                "The same, asked by a call 90 days after the customer was told; "
                "empty: not due or not reached",
                required=False,
            ),
        ),
    ),
    "complaint_events": Schema(
        title_zh="投诉流程表",
        title_en="Complaint events",
        zh="投诉办理中的一步一行。",
        en="One row per step in the handling of a complaint.",
        key="event_id",
        foreign=(("complaint_id", "complaints"),),
        fields=(
            Field("event_id", "integer", "步骤编号", "The step's number", least=1, unique=True),
            Field("complaint_id", "integer", "投诉编号", "The complaint", least=1),
            Field("at", "datetime", "时间", "When, local time"),
            Field("event", "string", "步骤", "What happened", EVENTS),
            Field(
                "actor",
                "string",
                "谁：员工工号、团队、customer 客户、regulator 监管",
                "Who: a staff number, a team, customer or regulator",
                pattern=r"((HX|CN|GK|DX|DH)-[TMH]\d+|CC-\d+|HO-\d+|branch|centre|cards|lending"
                r"|wealth|digital|customer|regulator)",
            ),
        ),
    ),
}
