"""Feedback: one page per submission, in the trainee's language, for any course that was graded.

A page is made from outcomes, points, messages and hints alone. Outputs, tracebacks and test cells
of the graded notebook never enter it, so it cannot give a hidden test away (stock's pages do). Of
an exercise of ours a page goes task by task; of any other assignment it is a table of graded cells
for each notebook, with what the instructor wrote.

Where pages lie. nbgrader's own commands look for ``feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html``:
``nbgrader release_feedback`` sends out each page under a key made from the notebook's name, and
``nbgrader fetch_feedback`` asks for one page per notebook that the trainee handed in. So each
notebook of a submission has a page under its name, and each of them is the *whole* page of the
submission: whichever one a trainee opens or is mailed, the sum, the reason and every notebook are
there, and no page needs another. A submission that was not taken, since its notebook has a wrong
name, gets its page under that name too, or ``fetch_feedback`` would not find it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from casebank.errors import ContentError, UsageError
from casebank.grading import light, standing
from casebank.grading.course import Course, pick
from casebank.grading.feedback import places, stock
from casebank.grading.feedback.held import Held, held
from casebank.grading.feedback.pages import page
from casebank.grading.feedback.words import OUTCOMES, STATUS, WORDS
from casebank.grading.model import WAITING
from casebank.grading.standing import MISSING, Standing
from casebank.grading.versions import Version, current, is_ours, kept

Progress = Callable[[int, int, str], None]


class Pages(list[Path]):
    """The pages of a run; ``written`` are those whose content is new."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Path] = []


def feedback(
    course_dir: Path,
    slug: str,
    *,
    only: list[str] | None = None,
    stock: bool = False,
    site: str = "",
    lang: str | None = None,
    progress: Progress | None = None,
) -> Pages:
    """Write the feedback of an assignment into the course's folder for it.

    Args:
        course_dir: the course folder, ours or any other of nbgrader's.
        slug: the assignment.
        only: these students; all of them when not given.
        stock: nbgrader's own pages instead (they show hidden tests to trainees).
        site: address of the course's site, to which the links to chapters lead.
        lang: language of all pages; else each trainee's own, and in an assignment that is not ours
            that of its notebooks.
        progress: called with (done, total, student).

    Raises:
        UsageError: no such assignment or student.
        ContentError: nothing has been graded yet.
        EnvironmentFault: the folder or the gradebook cannot be used.
    """
    if not stock:
        light.nbgrader()
    course = Course(course_dir)
    tell = progress or (lambda done, total, label: None)
    version = current(course, slug) if is_ours(course, slug) else None
    with course.gradebook() as gradebook:
        books = places.notebooks(gradebook, course, slug)
        pick(only, course.submissions(slug), slug)
        standings = [
            one
            for one in standing.of_assignment(course, gradebook, slug)
            if one.status not in (MISSING, WAITING) and (not only or one.student in only)
        ]
        if not standings:
            raise ContentError("nobody has been graded yet", slug, f"run: casebank grade {slug}")
        if version is None and lang is None:
            lang = places.language(course, gradebook, slug)
    if stock:
        return _stock(course, slug, standings, tell)
    return _ours(_Run(course, slug, books, version, site, lang), standings, tell)


class _Run:
    """What all pages of a run share."""

    def __init__(
        self,
        course: Course,
        slug: str,
        books: list[str],
        version: Version | None,
        site: str,
        lang: str | None,
    ) -> None:
        self.course, self.slug, self.books = course, slug, books
        self.site, self.lang = site, lang
        self.version = version
        self.versions = kept(course, slug) if version else {}

    def text(self, one: Standing) -> str:
        """The page of one submission."""
        autograded = self.course.path("autograded", one.student, self.slug)
        absent = frozenset(
            name for name in self.books if not (autograded / f"{name}.ipynb").is_file()
        )
        mine = self.versions.get(one.version, self.version)
        return page(
            one,
            mine.spec if mine else None,
            self.site,
            rubrics=mine.rubrics if mine else None,
            lang=self.lang,
            absent=absent,
        )


def _ours(run: _Run, standings: list[Standing], tell: Progress) -> Pages:
    made = Pages()
    for number, one in enumerate(standings):
        tell(number, len(standings), one.student)
        content = run.text(one).encode("utf-8")
        place = places.Place(run.course, one.student, run.slug)
        for name in place.names(run.books):
            path = place.folder / f"{name}.html"
            if place.write(path, content):
                made.written.append(path)
            made.append(path)
        place.carry()
    tell(len(standings), len(standings), "")
    return made


def _stock(course: Course, slug: str, standings: list[Standing], tell: Progress) -> Pages:
    made = Pages()
    made += stock.pages(course, slug, [one.student for one in standings], tell)
    made.written = list(made)
    return made


__all__ = [
    "OUTCOMES",
    "STATUS",
    "WORDS",
    "Held",
    "Pages",
    "UsageError",
    "feedback",
    "held",
    "page",
]
