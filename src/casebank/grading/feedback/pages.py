"""One submission as one page of HTML that needs nothing else."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from casebank.check.outcomes import PERSON, Spec
from casebank.check.visible import LONGEST_SAID, visible
from casebank.grading.feedback.words import MARK, OUTCOMES, STATUS, WORDS, needs, number, why
from casebank.grading.model import GRADED, REJECTED
from casebank.grading.standing import CellGrade, Standing
from casebank.lang import HTML_LANG

TEMPLATES = Path(__file__).parents[1] / "templates"
Rubrics = dict[str, list[dict[str, Any]]]


def _shown(value: Any) -> Any:
    """A value of the template; signs that would turn the page's text round are shown."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return visible(value, LONGEST_SAID, lines=True)


@functools.cache
def _template() -> jinja2.Template:
    """The page's template, compiled once."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever is put into a page, by whomever it was written.
        finalize=_shown,
    )
    return environment.get_template("feedback.html.j2")


def page(
    one: Standing,
    spec: Spec | None,
    site: str = "",
    *,
    rubrics: Rubrics | None = None,
    lang: str | None = None,
    absent: frozenset[str] = frozenset(),
) -> str:
    """The page of one submission, complete in itself.

    Args:
        one: where the student stands.
        spec: the version by which it was judged; None for an assignment that is not ours.
        site: address of the course's site.
        rubrics: criteria of the essays, shown once a person has graded.
        lang: the page's language, if it is not the submission's own.
        absent: notebooks that were not handed in.
    """
    lang = lang or one.lang
    rejected = one.status == REJECTED
    tasks: list[dict[str, Any]] = []
    books: list[dict[str, Any]] = []
    if not rejected and spec is not None and one.tasks:
        tasks = [_task(task, one, spec, site, rubrics or {}, lang) for task in one.tasks]
    elif not rejected:
        books = _books(one, lang, absent)
    reason = why(one.reason, lang, spec) if one.reason and one.status != GRADED else ""
    return _template().render(
        lang=HTML_LANG[lang],
        w={name: text[lang] for name, text in WORDS.items()},
        title=spec.title[lang] if spec else one.slug,
        student=one.student,
        version=one.version,
        status=one.status,
        status_text=STATUS[one.status][lang],
        reason=reason,
        todo=WORDS["todo"][lang] if rejected else "",
        points=None if rejected or one.points is None else number(one.points),
        maximum=number(one.max_points),
        penalty=number(one.penalty) if one.penalty and not rejected else "",
        waiting=WORDS["waiting"][lang].format(count=one.waiting_cells)
        if one.waiting_cells and not rejected
        else "",
        notes=[why(note, lang, spec) for note in one.notes],
        tasks=tasks,
        books=books,
    )


# -- an exercise of ours ---------------------------------------------------------------------------


def _task(
    task: dict[str, Any], one: Standing, spec: Spec, site: str, rubrics: Rubrics, lang: str
) -> dict[str, Any]:
    name = task["task"]
    known = spec.task(name)
    cells = [*(known.tests if known else ()), *([known.solution] if known else ())]
    grades = [one.cells[cell] for cell in cells if cell in one.cells]
    waits = any(grade.waits for grade in grades)
    person = any(grade.by_person for grade in grades) and not waits
    outcome = task["outcome"]
    essay = outcome == "not_judged" and task["needs"] == PERSON
    text = task["text"] or ""
    if outcome == "not_judged":
        text = needs(task["needs"], spec, lang)
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
        "points": WORDS["waits"][lang] if waits else number(sum(g.score for g in grades)),
        "waits": waits,
        "max": number(sum(g.max_score for g in grades) or task["max"]),
        "text": text,
        "hint": first,
        "link": "" if outcome == "passed" else _link(known, spec, lang, site),
        "rubric": [
            f"{line[lang]} ({number(line['points'])})"
            for line in (rubrics.get(name, ()) if person else ())
        ],
        "comments": [one.comments[cell] for cell in cells if cell in one.comments],
    }


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


# -- an assignment of anybody ----------------------------------------------------------------------


def _books(one: Standing, lang: str, absent: frozenset[str]) -> list[dict[str, Any]]:
    """Each notebook with its graded cells, in the notebooks' order."""
    judged = {task["task"]: task for task in one.tasks}
    place = {name: number for number, name in enumerate(judged)}
    last = len(place)
    keys = sorted(one.grid, key=lambda key: (key[0], place.get("/".join(key), last)))
    said = [key for key in sorted(one.remarks) if key not in one.grid]
    books = []
    for name in sorted({key[0] for key in (*keys, *said)}):
        mine = [key for key in keys if key[0] == name]
        rows = [_row(key, one, judged, lang) for key in mine]
        grades = [one.grid[key] for key in mine]
        books.append(
            {
                "name": name,
                "points": number(sum(grade.score for grade in grades)),
                "max": number(sum(grade.max_score for grade in grades)),
                "missing": name in absent,
                "rows": rows,
                "comments": [(key[1], one.remarks[key]) for key in said if key[0] == name],
            }
        )
    return books


def _row(
    key: tuple[str, str], one: Standing, judged: Mapping[str, dict[str, Any]], lang: str
) -> dict[str, Any]:
    grade = one.grid[key]
    outcome = _outcome(grade, judged.get("/".join(key)))
    if outcome == "person":
        mark, label = "✎", WORDS["waits" if grade.waits else "by-person"][lang]
    else:
        mark, label = MARK[outcome], OUTCOMES[outcome][lang]
    return {
        "cell": key[1],
        "outcome": outcome,
        "mark": mark,
        "label": label,
        "points": "–" if grade.waits and not grade.score else number(grade.score),
        "max": number(grade.max_score),
        "comment": one.remarks.get(key, ""),
    }


def _outcome(grade: CellGrade, task: dict[str, Any] | None) -> str:
    """What became of a cell, by its score as it is now: a person, or stock, may have changed it."""
    if grade.waits or grade.by_person:
        return "person"
    if grade.max_score and grade.score >= grade.max_score:
        return "passed"
    if grade.score > 0:
        return "partly"
    if task is not None and task["outcome"] in ("not_attempted", "not_judged", "error", "passed"):
        return str(task["outcome"])
    return "failed" if grade.max_score else "passed"
