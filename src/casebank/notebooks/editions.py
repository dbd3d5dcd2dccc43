"""Editions of a notebook: two languages, and of an exercise two audiences.

The instructor's source carries nbgrader's metadata, solutions and hidden tests; the released one
is made from it by nbgrader's own preprocessors. Cell ids come from task and kind, so both
languages fit into one gradebook.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from casebank.errors import ContentError
from casebank.notebooks.markers import HIDDEN, SOLUTION, clear
from casebank.notebooks.rules import Slot
from casebank.notebooks.source import Cell
from casebank.notebooks.stubs import CODE_STUB, TEXT_STUB, nbgrader_config
from casebank.records import Exercise, Lab

SCHEMA_VERSION = 3
#: Kinds that no notebook shows.
UNSEEN = ("hint", "probe")


def cell_ids(slots: Sequence[Slot]) -> list[str | None]:
    """An id for every slot, equal in both languages; nothing for hints and probes."""
    ids: list[str | None] = []
    counts: dict[str, int] = {}
    for slot in slots:
        cell = slot.zh
        if cell.kind in UNSEEN:
            ids.append(None)
            continue
        if cell.kind == "setup":
            ids.append("setup")
            continue
        stem = f"{cell.keys.task}-{cell.kind}" if cell.keys.task else cell.kind
        counts[stem] = counts.get(stem, 0) + 1
        numbered = cell.kind in ("prose", "code") or counts[stem] > 1
        ids.append(f"{stem}-{counts[stem]}" if numbered else stem)
    return ids


def _metadata(lang: str, casebank: dict[str, Any]) -> dict[str, Any]:
    return {
        "casebank": {**casebank, "lang": lang},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }


def _notebook(cells: list[NotebookNode], metadata: dict[str, Any]) -> NotebookNode:
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def _cell(markdown: bool, identifier: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    new: dict[str, Any] = {
        "cell_type": "markdown" if markdown else "code",
        "id": identifier,
        "metadata": metadata,
        "source": source,
    }
    if not markdown:
        new |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(new)


def _nbgrader(identifier: str, *, grade: bool, solution: bool, points: float | None) -> dict:
    meta: dict[str, Any] = {
        "grade": grade,
        "grade_id": identifier,
        "locked": not solution,
        "schema_version": SCHEMA_VERSION,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        meta["points"] = points
    return {"nbgrader": meta}


def _title(cells: list[NotebookNode], title: str) -> None:
    """Put the record's title on top, unless the source has its own."""
    if not cells or not cells[0].source.startswith("# "):
        cells.insert(0, _cell(True, "title", f"# {title}", {}))


def source_notebook(slots: Sequence[Slot], exercise: Exercise, lang: str) -> NotebookNode:
    """The instructor's notebook of one language: solutions, all tests, nbgrader's metadata."""
    cells = []
    for slot, identifier in zip(slots, cell_ids(slots), strict=True):
        if identifier is None:
            continue
        cell = slot.get(lang)
        meta: dict[str, Any] = {}
        source = cell.source
        if cell.kind == "solution":
            meta = _nbgrader(identifier, grade=False, solution=True, points=None)
        elif cell.kind == "test":
            meta = _nbgrader(identifier, grade=True, solution=False, points=cell.keys.points)
        elif cell.kind == "essay":
            meta = _nbgrader(identifier, grade=True, solution=True, points=cell.keys.points)
            answer = exercise.essays[str(cell.keys.task)].model_answer[lang].strip()
            source = f"{SOLUTION[0]}\n{answer}\n{SOLUTION[1]}"
        cells.append(_cell(cell.markdown, identifier, source, meta))
    _title(cells, exercise.title[lang])
    about = {"exercise": exercise.id, "version": exercise.version}
    return _notebook(cells, _metadata(lang, about))


def release_notebook(source: NotebookNode, where: str) -> NotebookNode:
    """What trainees get, made by nbgrader's own chain for ``generate_assignment``.

    Raises:
        ContentError: what nbgrader refuses, or what it would have let through.
    """
    from nbgrader.converters.generate_assignment import GenerateAssignment
    from nbgrader.preprocessors import IncludeHeaderFooter, InstantiateTests, SaveCells
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.update(nbgrader_config())
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    notebook = copy.deepcopy(source)
    resources: dict[str, Any] = {"metadata": {}, "nbgrader": {}}
    # SaveCells writes the gradebook of a course; there is none here, and no header, no autotest.
    without = (IncludeHeaderFooter, InstantiateTests, SaveCells)
    chain = [p for p in GenerateAssignment.preprocessors.default_args[0] if p not in without]
    for preprocessor in chain:
        try:
            notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
        except Exception as error:
            text = " ".join(str(error).split())
            raise ContentError(
                f"nbgrader refuses the notebook ({preprocessor.__name__}: {text})", where
            ) from None
    for mine, theirs in zip(source.cells, notebook.cells, strict=True):
        expected = mine.source
        if mine.metadata.get("nbgrader", {}).get("solution"):
            stub = CODE_STUB if mine.cell_type == "code" else TEXT_STUB
            expected = clear(expected, SOLUTION, stub)
        if mine.metadata.get("nbgrader", {}).get("grade") and mine.cell_type == "code":
            expected = clear(expected, HIDDEN)
        if theirs.source.rstrip() != expected.rstrip():
            raise ContentError(f"nbgrader changed cell '{mine.id}' otherwise than meant", where)
        theirs.id = mine.id
    return notebook


def lab_notebook(slots: Sequence[Slot], lab: Lab, lang: str) -> NotebookNode:
    """A lab of one language, without outputs; a figure's text goes where MyST-NB finds it."""
    cells = []
    for slot, identifier in zip(slots, cell_ids(slots), strict=True):
        cell: Cell = slot.get(lang)
        meta = {"mystnb": {"image": {"alt": cell.keys.alt}}} if cell.keys.alt else {}
        cells.append(_cell(cell.markdown, str(identifier), cell.source, meta))
    _title(cells, lab.title[lang])
    return _notebook(cells, _metadata(lang, {"lab": lab.id}))


def to_bytes(notebook: NotebookNode) -> bytes:
    """The file of a notebook: the same bytes for the same notebook."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook, version=4) + "\n").encode("utf-8")
