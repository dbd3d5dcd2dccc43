"""Stock ``nbgrader autograde ASSIGNMENT --student=…`` for several students in one process.

nbgrader itself is untouched; only its start is shared, which takes longer than many a notebook.
Run as a program: ``stock_driver.py COURSE ASSIGNMENT STUDENT…``; prints a JSON line per student.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time

from casebank.desk.settings import STOCK


class _Said(logging.Handler):
    """Keeps what nbgrader logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def one(slug: str, student: str) -> dict[str, object]:
    """Run the command for one student."""
    from nbgrader.apps import AutogradeApp

    began = time.monotonic()
    app = AutogradeApp()
    said = _Said()
    code: object = 0
    try:
        # Its own kernels, whatever this environment sets.
        app.initialize([slug, f"--student={student}", *STOCK])
        app.log.addHandler(said)
        app.start()
    except SystemExit as stop:
        code = stop.code
    finally:
        app.log.removeHandler(said)
    text = "\n".join(said.lines)
    why = [line for line in text.splitlines() if line.strip() and not line.startswith(" ")]
    why = [line for line in why if "error log" not in line and "above traceback" not in line]
    errors = [line for line in why if "There was an error processing" not in line]
    return {
        "student": student,
        "code": code,
        "why": (errors or why or [""])[-1][:300],
        "stopped": bool(code) and "for student '" not in text and "No notebooks were" not in text,
        "seconds": round(time.monotonic() - began, 3),
    }


def main() -> None:
    """Grade the students that are named."""
    course, slug, *students = sys.argv[1:]
    os.chdir(course)
    # As with ``python -m nbgrader`` from the course folder.
    sys.path[0] = course
    for student in students:
        print("RESULT " + json.dumps(one(slug, student)), flush=True)


if __name__ == "__main__":
    main()
