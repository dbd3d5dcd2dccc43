"""Tries around the sandbox: each test is one way by which a trainee's hand-in, or somebody else on
the machine or in a browser, could reach an instructor's machine, terminal, files or class.

A module says in ``SURFACE`` what it goes against; the summary counts tries and those that are open.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from surfaces import SURFACES

_BROWSER = Path(__file__).resolve().parents[1] / "browser"
sys.path.append(str(_BROWSER))
_found = importlib.util.spec_from_file_location("browser_conftest", _BROWSER / "conftest.py")
assert _found is not None
assert _found.loader is not None
_module = importlib.util.module_from_spec(_found)
sys.modules["browser_conftest"] = _module
_found.loader.exec_module(_module)
#: The same Chromium with the network closed, on the same site.
site, browser, opened = _module.site, _module.browser, _module.opened

_TRIES: Counter[str] = Counter()
_OPEN: Counter[str] = Counter()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell each try's surface to whoever reports on it, also from another process."""
    for item in items:
        surface = getattr(getattr(item, "module", None), "SURFACE", None)
        if surface is not None:
            assert surface in SURFACES, f"{item.nodeid}: no such surface as {surface}"
            item.user_properties.append(("surface", surface))


def pytest_runtest_logreport(report: Any) -> None:
    """Count what was tried, and what is open."""
    surface = dict(report.user_properties).get("surface")
    if surface is None or report.skipped:
        return
    if report.when == "call":
        _TRIES[surface] += 1
    if report.failed:
        _OPEN[surface] += 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The guide's table."""
    if not _TRIES:
        return
    terminalreporter.section("tries around the sandbox")
    for surface, title in SURFACES.items():
        if _TRIES[surface]:
            terminalreporter.line(f"{_TRIES[surface]:>5} tries, {_OPEN[surface]} open  {title}")
    terminalreporter.line(f"{_TRIES.total():>5} tries, {_OPEN.total()} open")
