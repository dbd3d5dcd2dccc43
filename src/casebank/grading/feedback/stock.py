"""nbgrader's own pages, made by nbgrader. They show the text of hidden tests that failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from casebank.check.visible import Formatter
from casebank.errors import ContentError
from casebank.grading.course import Course


def pages(
    course: Course, slug: str, students: list[str], tell: Callable[[int, int, str], None]
) -> list[Path]:
    """Make them for these students; returns the pages.

    Raises:
        ContentError: nbgrader does not make them.
    """
    from nbgrader.converters import GenerateFeedback
    from nbgrader.converters.base import NbGraderException

    course.logs.mkdir(exist_ok=True)
    log = logging.Logger("nbgrader.feedback", logging.INFO)
    handler = logging.FileHandler(course.logs / f"feedback-{slug}.log", "w", encoding="utf-8")
    handler.setFormatter(Formatter("%(message)s"))
    log.addHandler(handler)
    made: list[Path] = []
    try:
        for number, student in enumerate(students):
            if not any(course.path("autograded", student, slug).glob("*.ipynb")):
                continue
            tell(number, len(students), student)
            course.directory.assignment_id, course.directory.student_id = slug, student
            GenerateFeedback(
                coursedir=course.directory, config=course.config, force=True, log=log
            ).start()
            made += sorted(course.path("feedback", student, slug).glob("*.html"))
    except (NbGraderException, SystemExit) as error:
        raise ContentError(
            f"nbgrader does not make the pages ({error})", slug, f"see {handler.baseFilename}"
        ) from None
    finally:
        handler.close()
    return made
