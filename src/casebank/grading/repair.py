"""Put the graded cells of a submission back into the state in which they were released.

What trainees may write in is left as it is. All else (test cells, points, flags, tags that make a
runner skip a cell) comes from the kept version, and each change is noted.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any

from casebank.grading.model import Pack
from casebank.grading.paper import Paper
from casebank.grading.reasons import Reason, RejectedError
from casebank.grading.versions import grade_id

#: Tags by which a cell would escape the run or hide its error.
RUNNER_TAGS = {"skip-execution", "raises-exception"}

#: Cells that one note names.
MOST_NAMED = 40


def belongs(notebook: Any, version: Paper) -> bool:
    """Whether a notebook that says nothing has the exercise's cells."""
    names = {grade_id(cell) for cell in notebook.cells}
    return any(name in names for name in version.released)


def give_ids(notebook: Any) -> None:
    """Bring a notebook to format 4.5, where each cell has an id of its own."""
    seen: set[str] = set()
    for cell in notebook.cells:
        mine = cell.get("id")
        wanted = mine if isinstance(mine, str) and mine else grade_id(cell)
        if not wanted or wanted in seen:
            wanted = uuid.uuid4().hex[:12]
        cell["id"] = wanted
        seen.add(wanted)
    notebook.nbformat_minor = 5


def check_ids(notebook: Any) -> None:
    """Refuse a notebook in which a graded cell is there twice.

    Raises:
        RejectedError: naming the cell.
    """
    seen: set[str] = set()
    for cell in notebook.cells:
        name = grade_id(cell)
        if name is None:
            continue
        if name in seen:
            raise RejectedError("duplicate-cell", cell=name[:80])
        seen.add(name)


def check_duplicates(notebook: Any) -> None:
    """Refuse a notebook in which a cell of nbgrader's is there twice; stock stops at it.

    Raises:
        RejectedError: naming the cell.
    """
    seen: set[str] = set()
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader")
        if not isinstance(meta, dict):
            continue
        name = grade_id(cell)
        if name is None or not any(meta.get(key) for key in ("grade", "solution", "locked")):
            continue
        if name in seen:
            raise RejectedError("duplicate-cell", cell=name[:80])
        seen.add(name)


def strip_tags(notebook: Any, pack: Pack) -> list[Reason]:
    """Take from test cells the tags by which they would escape the run."""
    if pack.as_stock:
        return []
    tests = {
        cell.name for sheet in pack.sheets.values() for cell in sheet.cells
        if cell.grade and not cell.solution
    }  # fmt: skip
    notes = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        name = grade_id(cell)
        if name in tests and isinstance(tags, list) and RUNNER_TAGS & {str(tag) for tag in tags}:
            cell.metadata["tags"] = [tag for tag in tags if tag not in RUNNER_TAGS]
            notes.append(Reason("cell-metadata", {"cell": name[:80]}))
    return together(notes)


def _same(mine: str, released: str) -> bool:
    """Equal but for line ends and space at the end of lines, which editors change."""
    lines = [[line.rstrip() for line in text.strip().splitlines()] for text in (mine, released)]
    return lines[0] == lines[1]


def restore(notebook: Any, version: Paper) -> list[Reason]:
    """Mend a notebook in place; returns what was changed."""
    notes: list[Reason] = []
    there: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        name = grade_id(cell)
        if name is None:
            if "nbgrader" in cell.metadata:
                del cell.metadata["nbgrader"]
            continue
        released = version.released.get(name)
        if released is None:
            del cell.metadata["nbgrader"]
            notes.append(Reason("unknown-cell", {"cell": name[:80]}))
            continue
        there.add(name)
        if released.metadata.nbgrader.get("solution"):
            notes += _answer(cell, released, name)
        else:
            notebook.cells[index] = copy.deepcopy(released)
            notes += _test(cell, released, name)
    for name, released in version.released.items():
        if name not in there:
            if not released.metadata.nbgrader.get("solution"):
                notes.append(Reason("test-added", {"cell": name}))
            elif not released.metadata.nbgrader.get("grade"):
                # A deleted answer is an answer: there is none.
                continue
            notebook.cells.insert(_place(notebook, version, name), copy.deepcopy(released))
    give_ids(notebook)
    kernel = notebook.metadata.get("kernelspec")
    named = kernel.get("name") if isinstance(kernel, dict) else None
    if named != "python3":
        if named is not None:
            notes.append(Reason("kernel-name", {"found": str(named)[:40]}))
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
    notebook.metadata.pop("language_info", None)
    return together(notes)


def together(notes: list[Reason]) -> list[Reason]:
    """One note per kind, naming all its cells."""
    cells: dict[str, list[str]] = {}
    for note in notes:
        cells.setdefault(note.id, []).append(str(note.params.get("cell", "")))
    first = {note.id: note for note in reversed(notes)}
    return [
        Reason(name, {"cell": _few(found)}) if any(found) else first[name]
        for name, found in cells.items()
    ]


def _few(names: list[str]) -> str:
    """Names for a sentence, which anybody may have made two thousand of."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f", … (+{more})" if more > 0 else "")


def _test(cell: Any, released: Any, name: str) -> list[Reason]:
    if cell.cell_type != released.cell_type or not _same(cell.source, released.source):
        return [Reason("test-restored", {"cell": name})]
    if _settings(cell) != _settings(released):
        return [Reason("cell-metadata", {"cell": name})]
    return []


def _answer(cell: Any, released: Any, name: str) -> list[Reason]:
    changed = _settings(cell) != _settings(released) or cell.cell_type != released.cell_type
    if cell.cell_type != released.cell_type:
        fresh = copy.deepcopy(released)
        fresh.source = cell.source
        cell.clear()
        cell.update(fresh)
    cell.metadata["nbgrader"] = copy.deepcopy(released.metadata.nbgrader)
    tags = cell.metadata.get("tags")
    if isinstance(tags, list):
        cell.metadata["tags"] = [tag for tag in tags if tag not in RUNNER_TAGS]
    return [Reason("cell-metadata", {"cell": name})] if changed else []


def _settings(cell: Any) -> tuple[Any, ...]:
    """What bears on grading; the checksum is nbgrader's own affair."""
    meta = cell.metadata["nbgrader"]
    tags = cell.metadata.get("tags", [])
    tags = {str(tag) for tag in tags} if isinstance(tags, list) else set()
    return (
        *(bool(meta.get(key)) for key in ("grade", "solution", "locked", "task")),
        str(float(meta["points"])) if isinstance(meta.get("points"), int | float) else "",
        frozenset(tags & RUNNER_TAGS),
    )


def _place(notebook: Any, version: Paper, name: str) -> int:
    """Where a missing cell goes: after the nearest graded cell that came before it."""
    order = list(version.released)
    where = {grade_id(cell): index for index, cell in enumerate(notebook.cells)}
    for before in reversed(order[: order.index(name)]):
        if before in where:
            return where[before] + 1
    for after in order[order.index(name) + 1 :]:
        if after in where:
            return where[after]
    return len(notebook.cells)
