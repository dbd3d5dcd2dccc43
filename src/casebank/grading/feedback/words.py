"""What pages of feedback say, in both languages. No word of a test, of its data, of an output."""

from __future__ import annotations

from casebank.check import report
from casebank.check.outcomes import PERSON, RUN, SETUP, Spec
from casebank.grading.reasons import Reason
from casebank.lang import Bi

WORDS: dict[str, Bi] = {
    "title": Bi(zh="评分反馈", en="Feedback"),
    "points": Bi(zh="得分", en="Points"),
    "hint": Bi(zh="提示", en="Hint"),
    "read": Bi(zh="回到课文", en="Read again"),
    "notes": Bi(zh="说明", en="Notes"),
    "version": Bi(zh="练习版本", en="Exercise version"),
    "penalty": Bi(zh="迟交扣分", en="Late penalty"),
    "comment": Bi(zh="教师的话", en="Your instructor writes"),
    "by-person": Bi(zh="由教师评分", en="graded by a person"),
    "waits": Bi(zh="等教师评分", en="waits for a person"),
    "rubric": Bi(zh="评分标准", en="What was looked at"),
    "notebook": Bi(zh="笔记本", en="Notebook"),
    "cell": Bi(zh="单元格", en="Cell"),
    "outcome": Bi(zh="结果", en="Outcome"),
    "missing": Bi(zh="没有交这个笔记本。", en="This notebook was not handed in."),
    "waiting": Bi(
        zh="还有 {count} 个单元格等教师评分，总分会变。",
        en="Cells that wait for a person: {count}. The sum will change.",
    ),
    "todo": Bi(
        zh="这份提交没有评分。请照上面这句话改好，再交一次；不清楚就问教师。",
        en="Nothing was graded. Put right what the sentence above names and hand it in again; if "
        "it is not clear, ask your instructor.",
    ),
}
STATUS: dict[str, Bi] = {
    "graded": Bi(zh="已评分", en="Graded"),
    "held": Bi(zh="部分题目等教师来看", en="Some of it waits for your instructor"),
    "rejected": Bi(zh="没有收下", en="Not taken"),
}
#: The self-check's own words: one outcome has one name, wherever a trainee reads it.
OUTCOMES: dict[str, Bi] = {
    name: Bi(**said) for name, said in report.WORDS.items() if name != "person"
}
NEEDS: dict[str, Bi] = {
    SETUP: Bi(
        zh="第一格（导入和读数据）没有成功，所以无法判分。",
        en="The first cell (imports and data) did not work, so this could not be judged.",
    ),
    RUN: Bi(zh="这一格没有运行完。", en="This cell was not run to its end."),
    PERSON: Bi(zh="这道题由教师评分。", en="A person grades this one."),
}
STEP = Bi(
    zh="要先完成“{title}”，那一步没有通过，所以这里没有判分。",
    en="This needs “{title}” first; that step did not pass, so this was not judged.",
)
MARK = {
    "passed": "✓",
    "partly": "◐",
    "failed": "✗",
    "error": "!",
    "not_attempted": "○",
    "not_judged": "?",
}
#: Reasons that trainees read in other words than instructors: the value of a test cell may come
#: from hidden data, and how judgements differ is for a person to look at.
PLAINER: dict[str, Bi] = {
    "odd-value": Bi(
        zh="{cells} 的分数算不出来，由教师来看。",
        en="The score of {cells} could not be read; your instructor will look at it.",
    ),
    "verify-differs": Bi(
        zh="{cells} 要由教师来看，现在不给分也不扣分。",
        en="Your instructor will look at {cells}; no mark is given or taken yet.",
    ),
}


def why(reason: Reason, lang: str, spec: Spec | None = None) -> str:
    """A reason as a trainee reads it: one plain sentence, tasks by their titles."""
    params = dict(reason.params)
    if "tasks" in params:
        names = [name for name in str(params["tasks"]).split(", ") if name]
        params["tasks"] = ", ".join(_title(name, spec, lang) for name in names)
    if reason.id in PLAINER:
        return PLAINER[reason.id][lang].format(cells=params.get("cells", "?"))
    return Reason(reason.id, params).text(lang)


def _title(name: str, spec: Spec | None, lang: str) -> str:
    known = spec.task(name) if spec else None
    if known is None:
        return name
    return f"“{known.title[lang]}”"


def needs(what: str | None, spec: Spec, lang: str) -> str:
    """Why a task was not judged."""
    if what in NEEDS:
        return NEEDS[what][lang]
    step = spec.task(what or "")
    return STEP[lang].format(title=step.title[lang]) if step else NEEDS[RUN][lang]


def number(value: float) -> str:
    """Points as people write them."""
    return f"{round(value, 2):g}"
