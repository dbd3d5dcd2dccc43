"""The small library that trainees import: ``from casebank import check``.

In a notebook: ``check.begin(...)`` once, then ``check.all()``, ``check.task("rfm")``,
``check.hint("rfm")`` and, in the self-study kit, ``check.solution("rfm")``. In tests: the
assertions ``defined``, ``equal``, ``close``, ``true``, ``frame``, ``frame_equal``, ``series`` and
``raises``. It ships alone as the wheel ``casebank-check`` and imports nothing else of Casebank.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

#: Where each name comes from. They are loaded when first used: the grading engine reads outcomes
#: and messages of this package in processes that have no use for pandas.
_HOMES = {
    "compare": ("close", "defined", "equal", "frame_equal", "raises", "true"),
    "failures": ("CheckFailed",),
    "live": ("all", "hint", "solution", "task"),
    "session": ("begin",),
    "tables": ("frame", "series"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOME_OF[name]}")
    globals()[name] = getattr(home, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
