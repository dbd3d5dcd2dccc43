"""nbgrader's own pages, made by nbgrader. They show the text of hidden tests that failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from traitlets.config import Config

from casebank.check.visible import Formatter
from casebank.desk.settings import EXPORTER
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

    # A stranger's settings do not name the exporter that keeps a trainee's scripts out of a page.
    config = Config(course.config)
    config.GenerateFeedback.exporter_class = EXPORTER
    course.logs.mkdir(exist_ok=True)
    log = logging.Logger("nbgrader.feedback", logging.INFO)
    handler = logging.FileHandler(course.logs / f"feedback-{slug}.log", "w", encoding="utf-8")
    handler.setFormatter(Formatter("%(message)s"))
    log.addHandler(handler)
    made: list[Path] = []
    try:
        for number, student in enumerate(students):
            books = sorted(course.path("autograded", student, slug).glob("*.ipynb"))
            if not books:
                continue
            tell(number, len(students), student)
            course.directory.assignment_id, course.directory.student_id = slug, student
            GenerateFeedback(coursedir=course.directory, config=config, force=True, log=log).start()
            # nbgrader puts what was handed in beside them, and that may be pages too.
            folder = course.path("feedback", student, slug)
            made += [folder / f"{book.stem}.html" for book in books]
    except (NbGraderException, SystemExit) as error:
        raise ContentError(
            f"nbgrader does not make the pages ({error})", slug, f"see {handler.baseFilename}"
        ) from None
    finally:
        handler.close()
    return made
