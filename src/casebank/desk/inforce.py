"""Whether what the desk promises holds in this environment, and where it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from casebank.desk.settings import EXPORTER, KEEPER, MANAGER

EXTENSION = "casebank.desk"
STANDING = "casebank.desk.standing"
_TOLD = "told-uncaged"
#: What `casebank grade` says of a course that neither its settings nor the environment's protect.
ADVICE = (
    "your course still lets nbgrader run submissions uncaged: add to nbgrader_config.py: "
    f'c.ExecutePreprocessor.kernel_manager_class = "{MANAGER}"'
)


def _folders() -> list[Path]:
    """Where Jupyter looks for settings; what comes first wins."""
    from jupyter_core.paths import jupyter_config_path

    return [Path(one) for one in jupyter_config_path()]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _first(section: str, name: str) -> tuple[Any, Path | None]:
    """What nbgrader's settings say, and the file that says so."""
    for folder in _folders():
        path = folder / "nbgrader_config.json"
        part = _read(path).get(section)
        if isinstance(part, dict) and name in part:
            return part[name], path
    return None, None


def _extension() -> tuple[bool, Path | None]:
    """Whether servers load the desk, and the file that decides it."""
    for folder in _folders():
        several = sorted((folder / "jupyter_server_config.d").glob("*.json"), reverse=True)
        for path in (folder / "jupyter_server_config.json", *several):
            part = _read(path).get("ServerApp")
            told = part.get("jpserver_extensions") if isinstance(part, dict) else None
            if isinstance(told, dict) and EXTENSION in told:
                return bool(told[EXTENSION]), path
    return False, None


def _todo(path: Path | None, what: str) -> str:
    if path is None:
        return "run: make install"
    return f"{path} says otherwise: take {what} out of it"


def pages() -> str:
    """Why a trainee's work could run on formgrader's pages; empty when it cannot."""
    on, path = _extension()
    if not on:
        return _todo(path, EXTENSION)
    told, path = _first("GenerateFeedback", "exporter_class")
    return "" if told == EXPORTER else _todo(path, "GenerateFeedback.exporter_class")


def kernels() -> str:
    """Why nbgrader could run a submission outside the sandbox; empty when it cannot."""
    for section, name, wanted in (
        ("ExecutePreprocessor", "kernel_manager_class", MANAGER),
        ("Autograde", "exporter_class", KEEPER),
    ):
        told, path = _first(section, name)
        if told != wanted:
            return _todo(path, f"{section}.{name}")
    # Without it a program of Jupyter runs the settings of a hand-in's folder.
    first = [folder / "jupyter_config.py" for folder in _folders()]
    return "" if any(map(_begins, first)) else "run: make install"


def _begins(path: Path) -> bool:
    try:
        return STANDING in path.read_text("utf-8")
    except (OSError, ValueError):
        return False


def advice(config: Any, private: Path) -> list[str]:
    """What is to be said of a course, the first time only.

    Args:
        config: its settings.
        private: our folder in it, which remembers that it was said.
    """
    if "kernel_manager_class" in config.get("ExecutePreprocessor", {}) or not kernels():
        return []
    mark = private / _TOLD
    if mark.exists():
        return []
    mark.touch()
    return [ADVICE]
