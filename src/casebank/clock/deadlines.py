"""What is due when, by regime, from the day on which a complaint arrived.

Sources (read in November 2026; a rule may have changed since):

* ``cn``: 《银行业保险业消费投诉处理管理办法》, CBIRC order no. 3 of 2020,
  articles 18, 20, 33 and 43.
* ``uk``: FCA Handbook, DISP 1.5, 1.6 and 2.8 (complaints in general, not about payments).
* ``us-e``: Regulation E, 12 CFR 1005.11, by the model notice and two practice pages.
* ``us-cfpb``: the Bureau's terms for a timely response.

The order does not say whether the day of receipt counts, nor what happens when a last day is a
holiday; here the day of receipt is day 0 and nothing is moved.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from casebank.clock.calendars import Place, UnknownYear, add_working_days, working_day
from casebank.lang import Bi

AS_OF = dt.date(2026, 11, 24)
Unit = Literal["days", "weeks", "working"]


@dataclass(frozen=True)
class Step:
    """One clock: so many units after the complaint (or after another step) something is due."""

    id: str
    count: int
    unit: Unit
    text: Bi
    after: str | None = None


@dataclass(frozen=True)
class Regime:
    """A regime with its calendar and its clocks, in the order in which they run out."""

    id: str
    place: Place
    name: Bi
    note: Bi
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Due:
    """What is due on a day; ``refused`` where the calendar of that year is not known."""

    step: Step
    day: dt.date | None
    working: bool | None = None

    @property
    def refused(self) -> bool:
        """Whether no day could be given."""
        return self.day is None


REGIMES: dict[str, Regime] = {
    one.id: one
    for one in (
        Regime(
            "cn",
            "cn",
            Bi(zh="中国：银保监会令 2020 年第 3 号", en="China: CBIRC order no. 3 of 2020"),
            Bi(
                zh="自然日，收到当日为第 0 天；末日逢节假日不顺延。"
                "经监管部门转来的投诉，转送时限按工作日计，调休上班日算工作日。",
                en="Calendar days, the day of receipt is day 0; a last day on a holiday stays. "
                "The regulator's own limit for passing a complaint on is in working days, "
                "and make-up Saturdays and Sundays are working days.",
            ),
            (
                Step(
                    "forwarded",
                    7,
                    "working",
                    Bi(
                        zh="投诉人找监管部门的，监管部门最迟转送银行并告知投诉人",
                        en="If the complaint went to the regulator: it has passed it on "
                        "and told the customer",
                    ),
                ),
                Step(
                    "simple",
                    15,
                    "days",
                    Bi(
                        zh="事实清楚、争议简单：作出决定并告知",
                        en="Clear facts, simple dispute: decided and told",
                    ),
                ),
                Step(
                    "complex",
                    30,
                    "days",
                    Bi(zh="情况复杂：作出决定并告知", en="Complex: decided and told"),
                ),
                Step(
                    "extended",
                    60,
                    "days",
                    Bi(
                        zh="特别复杂：经上级机构或总行高管批准并告知投诉人后，最迟作出决定",
                        en="Particularly complex: approved above, the customer told of it; "
                        "the outer limit",
                    ),
                ),
                Step(
                    "review_ask",
                    30,
                    "days",
                    Bi(
                        zh="如果第 15 天收到支行或分行的决定：最迟申请核查",
                        en="If a branch's decision came on day 15: last day to ask for a review",
                    ),
                    "simple",
                ),
                Step(
                    "review_told",
                    30,
                    "days",
                    Bi(
                        zh="如果最后一天才申请核查：上级机构作出核查决定并告知",
                        en="If the review was asked for on that last day: decided and told",
                    ),
                    "review_ask",
                ),
            ),
        ),
        Regime(
            "uk",
            "uk",
            Bi(zh="英国：FCA 手册 DISP", en="United Kingdom: FCA Handbook, DISP"),
            Bi(
                zh="一般投诉；支付类投诉另有 15 和 35 个工作日的时限。"
                "按英格兰的银行假日计算工作日。",
                en="Complaints in general; those about payments have 15 and 35 business days. "
                "Business days by the bank holidays of England.",
            ),
            (
                Step(
                    "summary",
                    3,
                    "working",
                    Bi(
                        zh="收到次日起第三个工作日营业结束前了结，且客户表示接受：发简要了结函即可",
                        en="Resolved by close of business, and the customer has accepted: "
                        "a summary resolution communication will do",
                    ),
                ),
                Step(
                    "final",
                    8,
                    "weeks",
                    Bi(
                        zh="发出最终答复，或说明为何还不能并告知可找申诉专员",
                        en="Final response, or why there is none yet, "
                        "and that the Ombudsman is open",
                    ),
                ),
            ),
        ),
        Regime(
            "us-e",
            "us",
            Bi(
                zh="美国：E 条例（电子转账差错）",
                en="United States: Regulation E (transfer errors)",
            ),
            Bi(
                zh="消费者账户的电子转账差错，不含信用卡；"
                "新账户、境外交易和借记卡刷卡另有 20 个工作日和 90 天。",
                en="Errors in electronic transfers from a consumer account, not credit cards; "
                "for new accounts, debit card purchases and foreign transfers "
                "20 business days and 90 days.",
            ),
            (
                Step(
                    "decide",
                    10,
                    "working",
                    Bi(
                        zh="作出认定，或先行暂记入账",
                        en="Decided, or the amount credited provisionally",
                    ),
                ),
                Step(
                    "told",
                    3,
                    "working",
                    Bi(
                        zh="如果第 10 个工作日才查完：告知结果",
                        en="If the inquiry ended on that day: the customer is told",
                    ),
                    "decide",
                ),
                Step(
                    "longest",
                    45,
                    "days",
                    Bi(
                        zh="已暂记入账的：最迟作出认定",
                        en="With the provisional credit given: decided at the latest",
                    ),
                ),
            ),
        ),
        Regime(
            "us-cfpb",
            "us",
            Bi(zh="美国：消费者金融保护局转办的投诉", en="United States: complaints by the CFPB"),
            Bi(
                zh="自然日。这是“及时答复”的口径，不是消费者的权利期限。",
                en="Calendar days. This is what counts as a timely response, no consumer's right.",
            ),
            (
                Step("first", 15, "days", Bi(zh="公司答复", en="The company responds")),
                Step(
                    "final",
                    60,
                    "days",
                    Bi(zh="需要时的最终答复", en="The final response, where one is needed"),
                ),
            ),
        ),
    )
}


def due(received: dt.date, regime: str = "cn") -> list[Due]:
    """What is due when.

    Args:
        received: the day on which the bank received the complaint (day 0).
        regime: a key of REGIMES.

    Returns:
        One entry a step, in the regime's order; a step in working days that leads into a year whose
        holidays are not known has no day.

    Raises:
        KeyError: for an unknown regime.
        UnknownYear: when the day of receipt itself lies in such a year.
    """
    one = REGIMES[regime]
    working_day(received, one.place)
    days: dict[str, dt.date | None] = {}
    found = []
    for step in one.steps:
        start = received if step.after is None else days[step.after]
        day = None if start is None else _add(start, step, one.place)
        days[step.id] = day
        found.append(Due(step, day, _known(day, one.place)))
    return found


def _add(start: dt.date, step: Step, place: Place) -> dt.date | None:
    if step.unit == "working":
        try:
            return add_working_days(start, step.count, place)
        except UnknownYear:
            return None
    return start + dt.timedelta(days=step.count * (7 if step.unit == "weeks" else 1))


def _known(day: dt.date | None, place: Place) -> bool | None:
    """Whether a day is a working day; None where nobody knows."""
    try:
        return None if day is None else working_day(day, place)
    except UnknownYear:
        return None
