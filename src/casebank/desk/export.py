"""``nbgrader export``: the same table, in which no name is a formula or two columns."""

from __future__ import annotations

from typing import Any

from nbgrader.plugins.export import CsvExportPlugin

from casebank.grading import spreadsheet


class _Cell(str):
    """A text of the gradebook that nbgrader writes by a format, without quotation marks."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return spreadsheet.line([str(self)])


class _Row:
    """An assignment or a student."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._below, name)
        return _Cell(value) if isinstance(value, str) else value


class _Book:
    """A gradebook whose names are only text."""

    def __init__(self, below: Any) -> None:
        self.assignments = [_Row(one) for one in below.assignments]
        self.students = [_Row(one) for one in below.students]
        self._below = below

    def find_submission(self, assignment: str, student: str) -> Any:
        """The submission of a student.

        Raises:
            MissingEntry: there is none.
        """
        return self._below.find_submission(str(assignment), str(student))


class PlainCsv(CsvExportPlugin):
    """nbgrader's own export, which a spreadsheet program opens without computing anything."""

    def export(self, gradebook: Any) -> None:
        """Write the table."""
        super().export(_Book(gradebook))


__all__ = ["PlainCsv"]
