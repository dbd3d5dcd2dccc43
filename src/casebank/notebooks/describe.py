"""``casebank.json``: what the self-check and the grading know about an exercise."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from casebank.check.outcomes import fingerprint, text_fingerprint
from casebank.errors import ContentError, nearest
from casebank.notebooks.editions import cell_ids
from casebank.notebooks.markers import HIDDEN, SOLUTION, clear
from casebank.notebooks.rules import Slot, messages_of
from casebank.notebooks.stubs import CODE_STUB, TEXT_STUB
from casebank.paths import Repo
from casebank.records import Chapter, Exercise

FORMAT = 1
_HEADING = re.compile(r"^#{2,4}\s+(?P<text>.+?)\s*\{#(?P<id>[\w-]+)[^}]*\}\s*$", re.MULTILINE)


def headings(repo: Repo, chapter: Chapter) -> dict[str, dict[str, str]]:
    """The headings of a chapter by id, in both languages, as far as its text is written."""
    found: dict[str, dict[str, str]] = {}
    for lang in ("zh", "en"):
        path = chapter.path.with_name(f"{chapter.stem}.{lang}.md")
        if path.is_file():
            for match in _HEADING.finditer(path.read_text(encoding="utf-8")):
                found.setdefault(match["id"], {})[lang] = match["text"]
    return {k: v for k, v in found.items() if len(v) == 2}


def _section(
    repo: Repo, exercise: Exercise, chapter: Chapter | None, section: str | None
) -> dict[str, str] | None:
    if section is None:
        return None
    if chapter is None:
        return {"id": section}
    known = headings(repo, chapter)
    if not known:
        return {"id": section}
    if section not in known:
        raise ContentError(
            f"section '{section}' is no heading of chapter '{chapter.id}'",
            repo.relative(exercise.path),
            nearest(section, known),
        )
    return {"id": section, **known[section]}


def _both(texts: Any) -> dict[str, str]:
    return {"zh": texts["zh"], "en": texts["en"]}


def describe(
    repo: Repo,
    exercise: Exercise,
    slots: Sequence[Slot],
    chapter: Chapter | None,
    *,
    hidden: bool = False,
) -> dict[str, Any]:
    """The content of ``casebank.json``; with ``hidden`` the instructor's, with every message."""
    tasks: dict[str, dict[str, Any]] = {}
    hints: dict[str, dict[str, dict[str, str]]] = {}
    tests: dict[str, str] = {}
    named: set[str] = set()
    for slot, identifier in zip(slots, cell_ids(slots), strict=True):
        cell = slot.zh
        name = cell.keys.task
        if cell.kind == "hint":
            texts = {"zh": slot.zh.source, "en": slot.en.source}
            hints.setdefault(str(name), {})[str(cell.keys.level)] = texts
        elif cell.kind in ("solution", "essay") and name is not None:
            task = exercise.tasks[name]
            essay = cell.kind == "essay"
            stub = (
                text_fingerprint(TEXT_STUB)
                if essay
                else fingerprint(clear(cell.source, SOLUTION, CODE_STUB))
            )
            tasks[name] = {
                "name": name,
                "title": _both(task.title),
                "needs": task.needs,
                "defines": task.defines,
                "section": _section(repo, exercise, chapter, task.section),
                "essay": essay,
                "points": cell.keys.points if essay else 0,
                "cells": {"solution": identifier, "tests": {}},
                "stub_sha256": stub,
            }
        elif cell.kind == "test" and name is not None:
            visible = clear(cell.source, HIDDEN).rstrip()
            tests[str(identifier)] = visible
            named |= messages_of(cell.source if hidden else visible)
            tasks[name]["cells"]["tests"][identifier] = cell.keys.points
            tasks[name]["points"] += cell.keys.points
    return {
        "format": FORMAT,
        "exercise": exercise.id,
        "version": exercise.version,
        "title": _both(exercise.title),
        "chapter": {"id": chapter.id, **_both(chapter.title)} if chapter else None,
        "data": list(exercise.data),
        "tasks": [tasks[name] for name in exercise.tasks],
        "messages": {k: _both(v) for k, v in exercise.messages.items() if k in named},
        "hints": hints,
        "tests": tests,
    }


def to_text(content: dict[str, Any]) -> str:
    """The text of ``casebank.json``: the same for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
