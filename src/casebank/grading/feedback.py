"""One page per submission, in the trainee's language: points, what to look at, where to read on.

A page is made from outcomes, messages and hints alone. Outputs, tracebacks and test cells of the
graded notebook never enter it, so it cannot give a hidden test away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from casebank.check.outcomes import PERSON, RUN, SETUP, Spec
from casebank.errors import ContentError, UsageError
from casebank.files import write_text
from casebank.grading import standing
from casebank.grading.course import Course, pick
from casebank.grading.model import REJECTED, WAITING
from casebank.grading.standing import MISSING, Standing
from casebank.grading.versions import current, kept
from casebank.lang import HTML_LANG, Bi

Progress = Callable[[int, int, str], None]
TEMPLATES = Path(__file__).with_name("templates")

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
}
STATUS: dict[str, Bi] = {
    "graded": Bi(zh="已评分", en="Graded"),
    "held": Bi(zh="部分题目等教师来看", en="Some of it waits for your instructor"),
    "rejected": Bi(zh="没有收下", en="Not taken"),
}
OUTCOMES: dict[str, Bi] = {
    "passed": Bi(zh="通过", en="passed"),
    "partly": Bi(zh="部分通过", en="partly"),
    "failed": Bi(zh="请再看看", en="look at this"),
    "error": Bi(zh="运行出错", en="an error"),
    "not_attempted": Bi(zh="没有作答", en="not attempted"),
    "not_judged": Bi(zh="没有判分", en="not judged"),
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


def feedback(
    course_dir: Path,
    slug: str,
    *,
    only: list[str] | None = None,
    stock: bool = False,
    site: str = "",
    progress: Progress | None = None,
) -> list[Path]:
    """Write the feedback of an assignment into the course's feedback/.

    Args:
        course_dir: the course folder.
        slug: the assignment.
        only: these students; all of them when not given.
        stock: nbgrader's own pages instead (they show hidden tests to trainees).
        site: address of the course's site, to which the links to chapters lead.
        progress: called with (done, total, student).

    Raises:
        UsageError: no such assignment or student.
        ContentError: nothing has been graded yet.
    """
    course = Course(course_dir)
    tell = progress or (lambda done, total, label: None)
    version = current(course, slug)
    pick(only, course.submissions(slug), slug)
    with course.gradebook() as gradebook:
        standings = [
            one
            for one in standing.of_assignment(course, gradebook, slug)
            if one.status not in (MISSING, WAITING) and (not only or one.student in only)
        ]
        if not standings:
            raise ContentError("nobody has been graded yet", slug, f"run: casebank grade {slug}")
        if stock:
            return _stock(course, slug, standings, tell)
    versions = kept(course, slug)
    made = []
    for number, one in enumerate(standings):
        tell(number, len(standings), one.student)
        mine = versions.get(one.version, version)
        path = course.path("feedback", one.student, slug) / f"{slug}.html"
        write_text(path, page(one, mine.spec, site, rubrics=mine.rubrics))
        made.append(path)
    return made


def page(
    one: Standing,
    spec: Spec,
    site: str = "",
    *,
    rubrics: dict[str, list[dict[str, Any]]] | None = None,
) -> str:
    """The page of one submission, complete in itself.

    Args:
        one: where the student stands.
        spec: the version by which it was judged.
        site: address of the course's site.
        rubrics: criteria of the essays, shown once a person has graded.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    lang = one.lang
    rejected = one.status == REJECTED
    tasks = [] if rejected else [_task(task, one, spec, site, rubrics or {}) for task in one.tasks]
    return environment.get_template("feedback.html.j2").render(
        lang=HTML_LANG[lang],
        w={name: text[lang] for name, text in WORDS.items()},
        title=spec.title[lang],
        student=one.student,
        version=one.version,
        status=one.status,
        status_text=STATUS[one.status][lang],
        reason=one.reason.text(lang) if one.reason and one.status != "graded" else "",
        points=None if rejected or one.points is None else _number(one.points),
        maximum=_number(one.max_points),
        penalty=_number(one.penalty) if one.penalty else "",
        notes=[note.text(lang) for note in one.notes],
        tasks=tasks,
    )


def _task(
    task: dict[str, Any],
    one: Standing,
    spec: Spec,
    site: str,
    rubrics: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    lang, name = one.lang, task["task"]
    known = spec.task(name)
    cells = [*(known.tests if known else ()), *([known.solution] if known else ())]
    grades = [one.cells[cell] for cell in cells if cell in one.cells]
    waits = any(grade.waits for grade in grades)
    person = any(grade.by_person for grade in grades) and not waits
    outcome = task["outcome"]
    essay = outcome == "not_judged" and task["needs"] == PERSON
    text = task["text"] or ""
    if outcome == "not_judged":
        text = _why(task["needs"], spec, lang)
    if person:
        text = ""
    hints = spec.hints.get(name, {})
    wants_hint = outcome in ("failed", "partly", "error") and hints and not person
    first = hints[min(hints)][lang] if wants_hint else ""
    return {
        "title": known.title[lang] if known else name,
        "outcome": "person" if person or essay else outcome,
        "mark": "✎" if person or essay else MARK[outcome],
        "label": WORDS["by-person"][lang] if person else OUTCOMES[outcome][lang],
        "points": WORDS["waits"][lang] if waits else _number(sum(g.score for g in grades)),
        "waits": waits,
        "max": _number(sum(g.max_score for g in grades) or task["max"]),
        "text": text,
        "hint": first,
        "link": "" if outcome == "passed" else _link(known, spec, lang, site),
        "rubric": [
            f"{line[lang]} ({_number(line['points'])})"
            for line in (rubrics.get(name, ()) if person else ())
        ],
        "comments": [one.comments[cell] for cell in cells if cell in one.comments],
    }


def _why(needs: str | None, spec: Spec, lang: str) -> str:
    if needs in NEEDS:
        return NEEDS[needs][lang]
    step = spec.task(needs or "")
    return STEP[lang].format(title=step.title[lang]) if step else NEEDS[RUN][lang]


def _link(known: Any, spec: Spec, lang: str, site: str) -> dict[str, str] | str:
    """Where the chapter explains it: an address when the site's is known, else its name."""
    if known is None or not known.section:
        return ""
    chapter = spec.chapter or {}
    heading = known.section.get(lang, "")
    label = " · ".join(part for part in (chapter.get(lang, ""), heading) if part)
    if not label:
        return ""
    target = ""
    if site.startswith(("http://", "https://")) and chapter.get("id"):
        target = f"{site.rstrip('/')}/{lang}/book/chapters/{chapter['id']}/#{known.section['id']}"
    return {"label": label, "href": target}


def _number(value: float) -> str:
    return f"{round(value, 2):g}"


def _stock(course: Course, slug: str, standings: list[Standing], tell: Progress) -> list[Path]:
    """nbgrader's own pages, made by nbgrader."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.converters.base import NbGraderException

    course.logs.mkdir(exist_ok=True)
    log = logging.Logger("nbgrader.feedback", logging.INFO)
    handler = logging.FileHandler(course.logs / f"feedback-{slug}.log", "w", encoding="utf-8")
    log.addHandler(handler)
    made = []
    try:
        for number, one in enumerate(standings):
            if not course.path("autograded", one.student, slug).is_dir():
                continue
            tell(number, len(standings), one.student)
            course.directory.assignment_id, course.directory.student_id = slug, one.student
            GenerateFeedback(
                coursedir=course.directory, config=course.config, force=True, log=log
            ).start()
            made.append(course.path("feedback", one.student, slug) / f"{slug}.html")
    except (NbGraderException, SystemExit) as error:
        raise ContentError(
            f"nbgrader does not make the pages ({error})", slug, f"see {handler.baseFilename}"
        ) from None
    finally:
        handler.close()
    return made


__all__ = ["UsageError", "feedback", "page"]
