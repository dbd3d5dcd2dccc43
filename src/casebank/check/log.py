"""The log of self-checks: beside the notebook, or in the browser a message to the page.

A hand-in carries it as the trainee's own account of when what was checked. It is written for
nobody else, so nothing that goes wrong here may disturb a check.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casebank.check.outcomes import PERSON, Outcome, Spec, TaskOutcome
from casebank.check.visible import dumps
from casebank.check.write import write

NAME = "casebank-checks.jsonl"
MOST_LINES = 500
#: A file of this size was not written by us: a full log has a tenth of it.
MOST_BYTES = 1_000_000
#: Set to ``off`` where a check is run for somebody else.
SWITCH = "CASEBANK_CHECKS"
CHANNEL = "casebank-lite"
BROWSER_HOME = Path("/home/pyodide")
KEYS = ("at", "passed", "total", "tasks")


def now() -> str:
    """The time as every file of ours has it: UTC, seconds, Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry(spec: Spec, outcomes: Sequence[TaskOutcome]) -> dict[str, Any]:
    """One check: when, how many of the checked tasks passed, and what became of each task.

    Essays are not counted, since a person reads them; one that is written stands as ``person``.
    """
    essays = {task.name for task in spec.tasks if task.essay}
    checked = [one for one in outcomes if one.task not in essays]
    return {
        "at": now(),
        "passed": sum(one.outcome is Outcome.PASSED for one in checked),
        "total": len(checked),
        "tasks": {
            one.task: PERSON if one.needs == PERSON else str(one.outcome) for one in outcomes
        },
    }


def record(spec: Spec, outcomes: Sequence[TaskOutcome], folder: Path, by: str = "notebook") -> None:
    """Note a check in the log of a folder, or tell the page that the notebook lies in.

    Args:
        spec: the exercise.
        outcomes: what the check found.
        folder: where the notebook lies.
        by: ``notebook`` or ``command``: who ran the check.
    """
    # An instructor's grader, stock or ours, is no trainee's check and leaves no file behind.
    if os.environ.get("NBGRADER_EXECUTION") or os.environ.get(SWITCH) == "off":
        return
    # A folder that may not be written, a full disk, a page that is gone: the check goes on.
    with contextlib.suppress(Exception):
        if sys.platform == "emscripten":
            _tell(entry(spec, outcomes), Path(folder))
        else:
            _write(Path(folder) / NAME, {**entry(spec, outcomes), "by": by})


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Kernels that are started within write no log."""
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = "off"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(SWITCH, None)
        else:
            os.environ[SWITCH] = before


def _tell(about: dict[str, Any], folder: Path) -> None:
    import js  # type: ignore[import-not-found]
    from pyodide.ffi import to_js  # type: ignore[import-not-found]

    message = {"type": "checked", "path": folder.relative_to(BROWSER_HOME).as_posix(), **about}
    channel = js.BroadcastChannel.new(CHANNEL)
    channel.postMessage(to_js(message, dict_converter=js.Object.fromEntries))
    channel.close()


def _write(path: Path, about: dict[str, Any]) -> None:
    line = dumps(about, separators=(",", ":")) + "\n"
    lines = _lines(path)
    ours = not path.exists() or path.stat().st_size <= MOST_BYTES
    whole = not lines or lines[-1].endswith("\n")
    if ours and whole and len(lines) < MOST_LINES:
        with path.open("a", encoding="utf-8", newline="\n") as out:
            out.write(line)
        return
    kept = [old if old.endswith("\n") else old + "\n" for old in lines[1 - MOST_LINES :]]
    write(path, "".join([*kept, line]).encode("utf-8"))


def _lines(path: Path) -> list[str]:
    """The lines of a log; of a giant file only its end."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            over = file.tell() - MOST_BYTES
            file.seek(max(0, over))
            lines = file.read().decode("utf-8", "replace").splitlines(keepends=True)
    except OSError:
        return []
    return lines[1:] if over > 0 else lines


def valid(one: Any) -> bool:
    """Whether something read from a file is the entry of a check."""
    if not isinstance(one, dict) or not isinstance(one.get("at"), str) or len(one["at"]) > 40:
        return False
    for key in ("passed", "total"):
        number = one.get(key)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 10_000:
            return False
    tasks = one.get("tasks")
    if not isinstance(tasks, dict) or len(tasks) > 1000:
        return False
    return all(isinstance(state, str) and len(state) <= 40 for state in tasks.values())


def read(folder: Path) -> list[dict[str, Any]]:
    """The checks that a folder's log tells of, with ``by``; lines that are none are left out."""
    found = []
    for line in _lines(Path(folder) / NAME):
        try:
            one = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if valid(one):
            found.append({**{key: one[key] for key in KEYS}, "by": one.get("by")})
    return found[-MOST_LINES:]


__all__ = ["NAME", "entry", "now", "read", "record", "silence", "valid"]
