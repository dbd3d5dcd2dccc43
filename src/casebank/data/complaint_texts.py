"""The words of a complaint, in both languages."""

from __future__ import annotations

from casebank.data.complaint_handling import Complaints
from casebank.data.complaints import CAUSES
from casebank.data.simulator import State


def texts(state: State, handled: Complaints) -> tuple[list[str], list[str]]:
    """The texts of all complaints: Chinese, English."""
    cause = [CAUSES[c] for c in handled.cause]
    cents = handled.cents.tolist()
    number = handled.number.tolist()
    zh = [f"第 {n} 号：{c}，{a / 100:.0f} 元，请处理。" for n, c, a in zip(number, cause, cents, strict=True)]
    en = [f"No. {n}: {c}, {a / 100:.0f} yuan." for n, c, a in zip(number, cause, cents, strict=True)]
    return zh, en
