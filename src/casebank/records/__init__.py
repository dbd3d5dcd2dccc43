"""The course's records: one typed model per kind of yml file, read strictly.

An unknown key, a missing language, a reference to something that does not exist is a
:class:`casebank.errors.ContentError` that names the file, the line and the nearest right spelling.
"""

from casebank.records.load import (
    Course,
    lesson_order,
    load_all,
    load_cases,
    load_chapters,
    load_exercises,
    load_glossary,
    load_labs,
    load_questions,
    read_record,
)
from casebank.records.models import (
    Case,
    CaseQuestion,
    Chapter,
    Essay,
    Exercise,
    Lab,
    Option,
    Question,
    Reading,
    Source,
    Task,
    Term,
    named,
)

__all__ = [
    "Case",
    "CaseQuestion",
    "Chapter",
    "Course",
    "Essay",
    "Exercise",
    "Lab",
    "Option",
    "Question",
    "Reading",
    "Source",
    "Task",
    "Term",
    "lesson_order",
    "load_all",
    "load_cases",
    "load_chapters",
    "load_exercises",
    "load_glossary",
    "load_labs",
    "load_questions",
    "named",
    "read_record",
]
