"""What a learner sees: task by task, in words, as text and as HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from casebank.check.outcomes import PERSON, RUN, SETUP, Outcome, Spec, TaskOutcome
from casebank.check.visible import uncoloured, visible

WORDS: dict[str, dict[str, str]] = {
    "passed": {"zh": "通过", "en": "passed"},
    "partly": {"zh": "部分通过", "en": "partly passed"},
    "failed": {"zh": "再看看", "en": "look at this"},
    "error": {"zh": "出错", "en": "stopped by an error"},
    "not_attempted": {"zh": "还没做", "en": "not attempted"},
    "not_judged": {"zh": "未判", "en": "not judged"},
    "person": {"zh": "已写，由教师评阅", "en": "written; your instructor reads it"},
}
MARKS = {
    "passed": "✓",
    "partly": "◐",
    "failed": "✗",
    "error": "✗",
    "not_attempted": "○",
    "not_judged": "–",
    "person": "✎",
}
SAY: dict[str, dict[str, str]] = {
    "setup": {
        "zh": "开头的准备单元格出错或被删了：先让它运行成功。",
        "en": "The setup cell at the top fails or is gone: get it to run first.",
    },
    "needs": {
        "zh": "先完成“{title}”（{task}）。",
        "en": "It builds on “{title}” ({task}): finish that first.",
    },
    "run": {
        "zh": "测试没有运行：运行整个笔记本再试。",
        "en": "Its tests were not run: run the whole notebook and try again.",
    },
    "hint": {"zh": '提示：check.hint("{task}")', "en": 'Hint: check.hint("{task}")'},
    "read": {"zh": "讲解：《{chapter}》“{section}”", "en": "Read: {chapter}, “{section}”"},
    "read_chapter": {"zh": "讲解：《{chapter}》", "en": "Read: {chapter}"},
    "fresh": {
        "zh": "还没有写，或者写好以后还没有运行。",
        "en": "It is not written yet, or has not been run since it was written.",
    },
    "count": {
        "zh": "自动检查的 {total} 道题，通过 {passed} 道。",
        "en": "{passed} of {total} checked tasks passed.",
    },
    "count_all": {
        "zh": "自动检查的 {total} 道题全部通过。",
        "en": "All {total} checked tasks passed.",
    },
    "count_one": {"zh": "这道题通过了。", "en": "This task passed."},
    "essay": {"zh": "论述题由教师评阅。", "en": "The essay is read by your instructor."},
    "essay_empty": {"zh": "论述题还没有写。", "en": "The essay is not written yet."},
    "both": {
        "zh": "自动检查的 {total} 道题全部通过；论述题由教师评阅。",
        "en": "All {total} checked tasks passed; the essay is read by your instructor.",
    },
    "more": {
        "zh": "这里只有可见的检查；交上去以后还有别的检查。",
        "en": "These are the visible checks; more follow when you hand in.",
    },
}
_STYLES = {
    "passed": "#1a6b4f",
    "failed": "#b3361c",
    "error": "#b3361c",
    "partly": "#8a5a00",
}


#: Characters of an error as a report tells it: a library may say pages.
LONGEST_NOTE = 4000
_CODE = re.compile(r"`([^`\n]+)`")


def marked_up(text: str) -> str:
    """A message as HTML, what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", html.escape(text))


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@dataclass(frozen=True)
class Line:
    """One task of a report, ready to be shown."""

    state: str
    title: str
    task: str
    notes: tuple[str, ...]


class Report:
    """The outcomes of a check in one language; shows itself in notebooks and terminals."""

    def __init__(
        self, spec: Spec, outcomes: Sequence[TaskOutcome], lang: str, *, live: bool = False
    ) -> None:
        self.spec = spec
        self.outcomes = list(outcomes)
        self.lang = lang
        self.live = live

    @property
    def passed(self) -> bool:
        """Every task passed; an essay that is written counts, a person reads it."""
        return all(o.outcome is Outcome.PASSED or o.needs == PERSON for o in self.outcomes)

    def _say(self, what: str, **params: object) -> str:
        return SAY[what][self.lang].format(**params)

    def _notes(self, outcome: TaskOutcome) -> list[str]:
        task = self.spec.task(outcome.task)
        if outcome.outcome is Outcome.PASSED or task is None or outcome.needs == PERSON:
            return []
        if outcome.needs == SETUP:
            return [self._say("setup")]
        if outcome.needs == RUN:
            return [self._say("run")]
        if outcome.needs:
            other = self.spec.task(outcome.needs)
            title = other.title[self.lang] if other else outcome.needs
            return [self._say("needs", title=title, task=outcome.needs)]
        notes = []
        if outcome.text:
            about = f" [{outcome.message_id}]" if outcome.message_id else ""
            said = visible(uncoloured(outcome.text), LONGEST_NOTE, lines=True)
            notes.append(f"{said}{about}")
        if outcome.outcome is Outcome.NOT_ATTEMPTED:
            if self.live and not task.essay:
                notes.append(self._say("fresh"))
            return notes
        ways = []
        if self.spec.hints.get(task.name):
            ways.append(self._say("hint", task=task.name))
        chapter = self.spec.chapter
        if chapter:
            section = (task.section or {}).get(self.lang)
            what = "read" if section else "read_chapter"
            ways.append(self._say(what, chapter=chapter[self.lang], section=section))
        if ways:
            notes.append(" · ".join(ways))
        return notes

    def lines(self) -> list[Line]:
        """The report, task by task."""
        result = []
        for outcome in self.outcomes:
            state = "person" if outcome.needs == PERSON else str(outcome.outcome)
            task = self.spec.task(outcome.task)
            title = task.title[self.lang] if task else outcome.task
            name, title = visible(outcome.task), visible(title)
            result.append(Line(state, title, name, tuple(self._notes(outcome))))
        return result

    def _end(self) -> str:
        """The last line: checked tasks are counted, an essay is a person's matter."""
        essays = {task.name for task in self.spec.tasks if task.essay}
        checked = [o for o in self.outcomes if o.task not in essays]
        written = [o for o in self.outcomes if o.task in essays and o.needs == PERSON]
        total = len(checked)
        passed = sum(o.outcome is Outcome.PASSED for o in checked)
        said = []
        if written and total and passed == total:
            said.append(self._say("both", total=total))
        else:
            if total == passed == 1:
                said.append(self._say("count_one"))
            elif total:
                said.append(
                    self._say(
                        "count_all" if passed == total else "count", passed=passed, total=total
                    )
                )
            if total < len(self.outcomes):
                said.append(self._say("essay" if written else "essay_empty"))
        if total:
            said.append(self._say("more"))
        return ("" if self.lang == "zh" else " ").join(said)

    def __str__(self) -> str:
        title = f"{self.spec.title[self.lang]} ({self.spec.exercise} {self.spec.version})"
        out = [title]
        rows = self.lines()
        wide = max((width(WORDS[row.state][self.lang]) for row in rows), default=0)
        for row in rows:
            word = WORDS[row.state][self.lang]
            gap = " " * (wide - width(word) + 2)
            out.append(f"  {MARKS[row.state]} {word}{gap}{row.title} ({row.task})")
            out += [f"      {note}" for note in row.notes]
        out.append(self._end())
        return "\n".join(out)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        say = html.escape
        rows = []
        for row in self.lines():
            colour = _STYLES.get(row.state, "#5b6470")
            notes = "".join(f"<div>{marked_up(note)}</div>" for note in row.notes)
            rows.append(
                f'<li style="border-left:4px solid {colour};padding:2px 0 2px 10px;'
                'margin:6px 0;list-style:none">'
                f"<strong>{MARKS[row.state]} {say(WORDS[row.state][self.lang])}</strong> · "
                f"{say(row.title)} <code>{say(row.task)}</code>{notes}</li>"
            )
        title = f"{self.spec.title[self.lang]} ({self.spec.exercise} {self.spec.version})"
        tongue = "zh-CN" if self.lang == "zh" else "en"
        return (
            f'<div lang="{tongue}"><p><strong>{say(title)}</strong></p>'
            f'<ul style="padding:0;margin:0">{"".join(rows)}</ul>'
            f"<p>{say(self._end())}</p></div>"
        )


class Note:
    """A text that a call shows: plain in a terminal, as Markdown in a notebook."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.text
