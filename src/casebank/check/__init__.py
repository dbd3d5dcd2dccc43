"""The small library that trainees import: ``from casebank import check``.

In a notebook: ``check.begin(...)`` once, then ``check.all()``, ``check.task("rfm")``,
``check.hint("rfm")`` and, in the self-study kit, ``check.solution("rfm")``. In tests: the
assertions ``defined``, ``equal``, ``close``, ``true``, ``frame``, ``frame_equal``, ``series`` and
``raises``. It ships alone as the wheel ``casebank-check`` and imports nothing else of Casebank.
"""

from __future__ import annotations

from casebank.check.compare import close, defined, equal, frame_equal, raises, true
from casebank.check.failures import CheckFailed
from casebank.check.live import all, hint, solution, task
from casebank.check.session import begin
from casebank.check.tables import frame, series

__all__ = [
    "CheckFailed",
    "all",
    "begin",
    "close",
    "defined",
    "equal",
    "frame",
    "frame_equal",
    "hint",
    "raises",
    "series",
    "solution",
    "task",
    "true",
]
