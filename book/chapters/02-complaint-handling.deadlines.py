"""The deadline calculator of the chapter on complaints: a table, and what its program needs."""

from __future__ import annotations

import datetime as dt
from html import escape

from casebank.clock import REGIMES, YEARS, due, working_day
from casebank.clock.calendars import PLACES
from casebank.exhibits import Bi, tool

#: The day that the table shows where no script runs: a Sunday two weeks before Spring Festival.
EXAMPLE_DAY = dt.date(2026, 2, 1)
WEEKDAYS = {
    "zh": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
    "en": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
}
MONTHS = {
    "zh": [str(n) for n in range(1, 13)],
    "en": [dt.date(2026, n, 1).strftime("%B") for n in range(1, 13)],
}
SAID = {
    "zh": {
        "day": "{y} 年 {m} 月 {d} 日，{w}",
        "off": "（非工作日）",
        "unknown": "（该年节假日尚未公布）",
        "refused": "算不出：要跨进节假日还没公布的年份",
        "none": "—",
        "bad": "先选一个日期。",
        "refusal": "{y} 年的节假日安排这里没有，不猜。请等通知公布，或者手工计算。",
        "done": "收到日：{day}。",
        "head": "最迟",
    },
    "en": {
        "day": "{w} {d} {m} {y}",
        "off": " (no working day)",
        "unknown": " (holidays of that year not known yet)",
        "refused": "cannot be said: it runs into a year whose holidays are not known",
        "none": "–",
        "bad": "Choose a date first.",
        "refusal": "The holidays of {y} are not known here, and it does not guess. "
        "Wait for the notice, or count by hand.",
        "done": "Received on {day}.",
        "head": "At the latest",
    },
}
LABELS = {
    "zh": {
        "received": "收到投诉的日期",
        "regime": "适用规则",
        "what": "要做什么",
        "limit": "时限",
        "due": "{day} 收到，最迟",
        "days": "{n} 个自然日",
        "working": "{n} 个工作日",
        "weeks": "{n} 周",
        "then": "再加 {limit}",
        "wide": "表格，可左右滚动：投诉时限",
    },
    "en": {
        "received": "Day on which the complaint arrived",
        "regime": "Rules that apply",
        "what": "What is due",
        "limit": "Limit",
        "due": "Received on {day}: at the latest",
        "days": "{n} calendar days",
        "working": "{n} working days",
        "weeks": "{n} weeks",
        "then": "{limit} more",
        "wide": "Table, scrolls sideways: deadlines of complaints",
    },
}


def _calendars() -> dict[str, dict[str, list[str]]]:
    """Per place: weekdays that are days off, and days at weekends that are worked."""
    found = {}
    for place in PLACES:
        off, worked = [], []
        day = dt.date(YEARS[0], 1, 1)
        while day.year <= YEARS[-1]:
            works = working_day(day, place)
            if works and day.weekday() >= 5:
                worked.append(day.isoformat())
            if not works and day.weekday() < 5:
                off.append(day.isoformat())
            day += dt.timedelta(days=1)
        found[place] = {"off": off, "worked": worked}
    return found


def _say(day: dt.date, lang: str, working: bool | None = True) -> str:
    said = SAID[lang]
    text = said["day"].format(
        y=day.year,
        m=MONTHS[lang][day.month - 1],
        d=day.day,
        w=WEEKDAYS[lang][(day.weekday() + 1) % 7],
    )
    return text + (said["off"] if working is False else "")


@tool(
    "deadlines",
    title=Bi(
        zh="期限计算器：收到的那天决定后面每一天",
        en="Deadline calculator: the day of receipt decides every day after it",
    ),
    source=Bi(
        zh="规则见上文各条来源，截至 2026 年 11 月 24 日；"
        "中国节假日据国务院办公厅 2024—2026 年安排，"
        "英格兰银行假日和美国联邦假日据 Python 库 holidays。不构成法律意见。",
        en="Rules as cited above, as of 24 November 2026; days off in China by the State Council's "
        "notices for 2024 to 2026, bank holidays of England and US federal holidays by the Python "
        "library holidays. No legal advice.",
    ),
)
def deadlines(data, lang):
    """The table of all regimes for one day; the program fills it for any other."""
    said, labels = SAID[lang], LABELS[lang]
    rows, options = [], []
    for name, regime in REGIMES.items():
        options.append(f'<option value="{name}">{escape(regime.name[lang])}</option>')
        rows.append(
            f'<tr data-regime="{name}"><th colspan="3" scope="colgroup">'
            f"{escape(regime.name[lang])}<br><small>{escape(regime.note[lang])}</small></th></tr>"
        )
        for entry in due(EXAMPLE_DAY, name):
            step = entry.step
            limit = labels[step.unit].format(n=step.count)
            if step.after:
                limit = labels["then"].format(limit=limit)
            rows.append(
                f'<tr data-regime="{name}" data-step="{step.id}">'
                f"<td>{escape(step.text[lang])}</td><td>{limit}</td>"
                f'<td class="cb-due">{_say(entry.day, lang, entry.working)}</td></tr>'
            )
    first, last = f"{YEARS[0]}-01-01", f"{YEARS[-1]}-12-31"
    html = (
        '<form class="cb-tool__form" hidden>'
        f'<p><label for="deadlines-day">{labels["received"]}</label> '
        f'<input id="deadlines-day" type="date" min="{first}" max="{last}" '
        f'value="{EXAMPLE_DAY}" required></p>'
        f'<p><label for="deadlines-regime">{labels["regime"]}</label> '
        f'<select id="deadlines-regime">{"".join(options)}</select></p></form>'
        '<p class="cb-tool__said" role="status" hidden></p>'
        f'<div class="cb-scroll" tabindex="0" role="region" aria-label="{labels["wide"]}"><table>'
        f'<thead><tr><th scope="col">{labels["what"]}</th><th scope="col">{labels["limit"]}</th>'
        f'<th scope="col" class="cb-due-head">{labels["due"].format(day=_say(EXAMPLE_DAY, lang))}'
        f"</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    program = {
        "years": list(YEARS),
        "calendars": _calendars(),
        "regimes": {
            name: {
                "place": regime.place,
                "steps": [
                    {"id": s.id, "count": s.count, "unit": s.unit, "after": s.after}
                    for s in regime.steps
                ],
            }
            for name, regime in REGIMES.items()
        },
        "words": {**said, "weekdays": WEEKDAYS[lang], "months": MONTHS[lang]},
    }
    return {"html": html, "data": program}
