"""From an executed notebook to one outcome per task: the same rules for self-check and grading.

``judge(executed_notebook, spec, lang)`` is all that most callers need. A task has one root cause:
what stands on a step that is broken is *not judged* and names that step, so nobody loses a mark
for another task's fault.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from casebank.check.messages import BUILTIN, builtin, fill

SETUP = "setup"
#: What an essay waits for.
PERSON = "person"
#: What a cell that was never run waits for.
RUN = "run"

#: Characters of the longest cell that may be a task's untouched stub.
LONGEST_STUB = 200_000

#: Characters of an error's text that are looked at, at its head and at its end: a pattern that
#: looks for an end takes quadratic time for a text of blanks.
LONGEST_ERROR = 4000

_PLACE = re.compile(r" \((?:<[^<>]*>|[\w.~/\\:-]+), line (\d+)\)$")
SYNTAX = {"SyntaxError", "IndentationError", "TabError"}
_NAME = re.compile(r"name '([^']+)' is not defined")
_TAIL = re.compile(r"\s*\[([a-z0-9][a-z0-9_.-]*)\]\s*\Z", re.DOTALL)


class Outcome(StrEnum):
    """What became of a task."""

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"
    ERROR = "error"
    NOT_ATTEMPTED = "not_attempted"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True)
class CellRun:
    """One cell after a run: its source, whether it ran, and how it failed (name, text)."""

    source: str
    ran: bool = True
    error: tuple[str, str] | None = None

    @property
    def passed(self) -> bool:
        """The cell ran to its end."""
        return self.ran and self.error is None


@dataclass(frozen=True)
class TaskSpec:
    """A task as ``casebank.json`` describes it."""

    name: str
    title: dict[str, str]
    needs: tuple[str, ...]
    defines: tuple[str, ...]
    section: dict[str, str] | None
    points: float
    solution: str
    tests: dict[str, float]
    stub_sha256: str
    essay: bool = False


@dataclass(frozen=True)
class Spec:
    """What is to be judged, read from ``casebank.json``."""

    exercise: str
    version: str
    title: dict[str, str]
    tasks: tuple[TaskSpec, ...]
    messages: dict[str, dict[str, str]]
    hints: dict[str, dict[str, dict[str, str]]]
    tests: dict[str, str]
    chapter: dict[str, str] | None = None
    data: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Spec:
        """Read ``casebank.json``.

        Raises:
            ValueError, KeyError, TypeError: when the file is not what it should be.
        """
        return cls.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Spec:
        """Build a spec from the content of ``casebank.json``."""
        tasks = tuple(
            TaskSpec(
                name=item["name"],
                title=item["title"],
                needs=tuple(item["needs"]),
                defines=tuple(item["defines"]),
                section=item["section"],
                points=item["points"],
                solution=item["cells"]["solution"],
                tests=dict(item["cells"]["tests"]),
                stub_sha256=item["stub_sha256"],
                essay=item.get("essay", False),
            )
            for item in raw["tasks"]
        )
        return cls(
            exercise=raw["exercise"],
            version=raw["version"],
            title=raw["title"],
            tasks=tasks,
            messages=raw["messages"],
            hints=raw["hints"],
            tests=raw["tests"],
            chapter=raw.get("chapter"),
            data=tuple(raw.get("data", ())),
        )

    def task(self, name: str) -> TaskSpec | None:
        """The task of that name, or nothing."""
        return next((task for task in self.tasks if task.name == name), None)


@dataclass(frozen=True)
class TaskOutcome:
    """What became of one task.

    ``needs`` names what a task that was not judged waits for: another task, ``setup``, ``person``
    (an essay) or ``run`` (its cells were never run). ``points`` counts the tests that passed.
    ``cells`` are the test cells with whether each passed.
    """

    task: str
    outcome: Outcome
    message_id: str | None = None
    text: str = ""
    needs: str | None = None
    points: float = 0
    max_points: float = 0
    cells: dict[str, bool] = field(default_factory=dict)


def fingerprint(source: str) -> str:
    """Digest of a cell's code without comments, blank lines and trailing space."""
    if len(source) > LONGEST_STUB:
        # Nobody's untouched stub; cutting it into tokens could take minutes.
        return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()
    parts: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.strip() + "\n").readline):
            if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER):
                continue
            named = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE)
            parts.append(
                f"<{tokenize.tok_name[token.type]}>" if token.type in named else token.string
            )
    except (tokenize.TokenError, SyntaxError):
        parts = [line.rstrip() for line in source.strip().splitlines() if line.strip()]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def at_line(number: object, lang: str) -> str:
    """Where in a cell something is."""
    return f"（第 {number} 行）" if lang == "zh" else f" (line {number})"


def _placed(said: str, lang: str) -> str:
    """A syntax error's text with its line, without the name that IPython gives the cell."""
    found = _PLACE.search(said)
    return said[: found.start()] + at_line(found.group(1), lang) if found else said


def text_fingerprint(source: str) -> str:
    """Digest of an essay's text without regard to white space."""
    return hashlib.sha256(" ".join(source.split()).encode("utf-8", "replace")).hexdigest()


def split_message(evalue: str) -> tuple[str | None, str]:
    """Cut ``text [id]`` into the id and the text."""
    found = _TAIL.search(evalue)
    if not found:
        return None, evalue
    return found.group(1), evalue[: found.start()]


def _bounded(text: object) -> str:
    """An error's text as it is; of a giant one its head and its end, where a message's id is."""
    said = str(text)
    if len(said) <= 2 * LONGEST_ERROR:
        return said
    return f"{said[:LONGEST_ERROR]}…{said[-LONGEST_ERROR:]}"


def cell_runs(notebook: Mapping[str, Any]) -> dict[str, CellRun]:
    """The cells of an executed notebook by grade id, cell id, or ``setup``."""
    runs: dict[str, CellRun] = {}
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        meta = cell.get("metadata", {})
        name = meta.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
        if cell["cell_type"] == "code" and name != SETUP and "check.begin(" in source:
            # The id may have been lost on the way through another tool.
            name = name if SETUP in runs else SETUP
        error = None
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                error = (_bounded(output.get("ename", "")), _bounded(output.get("evalue", "")))
        ran = cell["cell_type"] != "code" or cell.get("execution_count") is not None or bool(error)
        if name:
            runs[name] = CellRun(source, ran, error)
    return runs


def judge(notebook: Mapping[str, Any], spec: Spec, lang: str) -> list[TaskOutcome]:
    """One outcome per task of an executed notebook (executed with errors allowed)."""
    return judge_cells(cell_runs(notebook), spec, lang)


def judge_cells(runs: Mapping[str, CellRun], spec: Spec, lang: str) -> list[TaskOutcome]:
    """One outcome per task, from the runs of the cells by id."""
    setup = runs.get(SETUP)
    done: dict[str, TaskOutcome] = {}
    for task in spec.tasks:
        if task.essay:
            done[task.name] = _essay(task, runs)
        elif setup is None or not setup.passed:
            done[task.name] = _unjudged(task, SETUP, {}, 0)
        else:
            done[task.name] = _code(task, runs, done, spec, lang)
    return list(done.values())


def _unjudged(
    task: TaskSpec, needs: str, cells: dict[str, bool], points: float, text: str = ""
) -> TaskOutcome:
    return TaskOutcome(task.name, Outcome.NOT_JUDGED, None, text, needs, points, task.points, cells)


def _essay(task: TaskSpec, runs: Mapping[str, CellRun]) -> TaskOutcome:
    cell = runs.get(task.solution)
    empty = cell is None or not cell.source.strip()
    if empty or text_fingerprint(cell.source if cell else "") == task.stub_sha256:
        return TaskOutcome(task.name, Outcome.NOT_ATTEMPTED, max_points=task.points)
    return _unjudged(task, PERSON, {}, 0)


def _code(
    task: TaskSpec,
    runs: Mapping[str, CellRun],
    done: Mapping[str, TaskOutcome],
    spec: Spec,
    lang: str,
) -> TaskOutcome:
    cells = {name: name in runs and runs[name].passed for name in task.tests}
    points = sum(worth for name, worth in task.tests.items() if cells[name])

    def outcome(kind: Outcome, identifier: str | None = None, text: str = "") -> TaskOutcome:
        return TaskOutcome(task.name, kind, identifier, text, None, points, task.points, cells)

    if all(cells.values()):
        return outcome(Outcome.PASSED)
    solution = runs.get(task.solution)
    if solution is not None and fingerprint(solution.source) == task.stub_sha256:
        return outcome(Outcome.NOT_ATTEMPTED)
    if solution is not None and not solution.source.strip():
        return outcome(Outcome.NOT_ATTEMPTED)
    broken = solution.error if solution else None
    if broken and broken[0] in SYNTAX:
        return outcome(Outcome.ERROR, None, f"{broken[0]}: {_placed(broken[1], lang)}")
    for need in task.needs:
        if need in done and done[need].outcome is not Outcome.PASSED:
            return _unjudged(task, need, cells, points)
    failing = [runs[name] for name, good in cells.items() if not good and name in runs]
    errors = [run.error for run in failing if run.error]
    if broken:
        kind, identifier, text = _explain(broken, task, spec, lang)
        # Whatever the solution cell itself raised is an error, however it is worded.
        kind = Outcome.ERROR
    elif errors:
        kind, identifier, text = _explain(errors[0], task, spec, lang)
    else:
        return _unjudged(task, RUN, cells, points)
    if any(cells.values()):
        kind = Outcome.PARTLY
    return outcome(kind, identifier, text)


def _explain(
    error: tuple[str, str], task: TaskSpec, spec: Spec, lang: str
) -> tuple[Outcome, str | None, str]:
    """Turn an exception of a cell into an outcome, the id of a message, and its text."""
    ename, evalue = error
    if ename == "CheckFailed":
        identifier, text = split_message(evalue)
        if not text and identifier in spec.messages:
            text = fill(spec.messages[identifier][lang], {})
        return Outcome.FAILED, identifier, text
    if ename == "NameError":
        found = _NAME.search(evalue)
        if found and found.group(1) in task.defines:
            identifier = "check-not-defined"
            return Outcome.FAILED, identifier, builtin(identifier, lang, name=found.group(1))
    if ename == "AssertionError":
        identifier, text = split_message(evalue)
        if identifier and (identifier in spec.messages or identifier in BUILTIN):
            return Outcome.FAILED, identifier, text
        # The text of a bare assert may hold what a hidden test expects: it is not passed on.
        return Outcome.FAILED, "check-assert", builtin("check-assert", lang)
    if ename == "NotImplementedError":
        identifier = "check-unfinished"
        return Outcome.ERROR, identifier, builtin(identifier, lang)
    if ename in ("KeyboardInterrupt", "CellTimeoutError"):
        identifier = "check-too-long"
        return Outcome.ERROR, identifier, builtin(identifier, lang)
    return Outcome.ERROR, None, f"{ename}: {evalue}" if evalue else ename
