"""Prove an exercise before anyone sees it: template 0, solution full, each probe as it expects.

Probes run in one plain process, once with all tests (the instructor's logic) and once with the
visible ones (the trainee's self-check). The solution and the template run in a real kernel too,
in both languages, and nbgrader itself gives the points.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from casebank.check.outcomes import CellRun, Outcome, Spec, TaskOutcome, judge, judge_cells
from casebank.check.run import execute
from casebank.errors import ContentError
from casebank.lang import LANGS
from casebank.notebooks.editions import cell_ids
from casebank.notebooks.markers import HIDDEN, SOLUTION, clear
from casebank.notebooks.rules import Slot
from casebank.notebooks.source import Cell
from casebank.notebooks.stubs import CODE_STUB
from casebank.programs import python

EXPECTED = {
    "pass": (Outcome.PASSED,),
    "fail": (Outcome.FAILED, Outcome.PARTLY),
    "error": (Outcome.ERROR,),
    "not-attempted": (Outcome.NOT_ATTEMPTED,),
}
TIMEOUT = 600
RAISING = 'raise RuntimeError("probe: raising")'


def _steps(slots: Sequence[Slot], spec: Spec, lang: str) -> list[dict[str, Any]]:
    """The code cells in order, each with all tests, visible tests, and as template."""
    steps = []
    for slot, identifier in zip(slots, cell_ids(slots), strict=True):
        cell = slot.get(lang)
        if identifier is None or cell.markdown:
            continue
        step: dict[str, Any] = {
            "id": identifier,
            "kind": cell.kind,
            "task": cell.keys.task,
            "full": cell.source,
            "visible": cell.source,
            "template": cell.source,
        }
        if cell.kind == "solution":
            step["template"] = clear(cell.source, SOLUTION, CODE_STUB)
            task = spec.task(str(cell.keys.task))
            step["defines"] = list(task.defines) if task else []
        elif cell.kind == "test":
            step["visible"] = clear(cell.source, HIDDEN)
        steps.append(step)
    return steps


def _probes(slots: Sequence[Slot]) -> list[tuple[dict[str, Any], str, str | None, str, str]]:
    """Probes to run: job, expectation, message, where, label. The automatic two come with them."""
    found = []
    for slot in slots:
        cell = slot.zh
        if cell.kind == "probe":
            job = {"task": cell.keys.task, "number": len(found), "source": cell.source}
            label = cell.keys.name or f"probe in cell {cell.number}"
            found.append((job, str(cell.keys.expect), cell.keys.message, cell.where, label))
        elif cell.kind == "solution":
            stub = clear(cell.source, SOLUTION, CODE_STUB)
            for expect, source, label in (
                ("not-attempted", stub, "untouched"),
                ("error", stub.replace(CODE_STUB, RAISING), "raising"),
            ):
                job = {"task": cell.keys.task, "number": len(found), "source": source}
                found.append((job, expect, None, cell.where, label))
    return found


def _runs(raw: Mapping[str, Any]) -> dict[str, CellRun]:
    return {
        name: CellRun(run["source"], True, tuple(run["error"]) if run["error"] else None)
        for name, run in raw.items()
    }


def _run_all(steps: list, probes: list, folder: Path, where: str, at_once: int) -> dict[str, Any]:
    job = {
        "folder": str(folder),
        "at_once": at_once,
        "steps": steps,
        "probes": [probe[0] for probe in probes],
    }
    # Threads of numerical libraries would not survive the forks.
    calm = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
    try:
        done = subprocess.run(
            python("-m", "casebank.notebooks._runner"),
            input=json.dumps(job),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **calm},
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise ContentError(
            f"the probes take longer than {TIMEOUT} s", where, "make its data or tests smaller"
        ) from None
    if done.returncode:
        tail = " ".join(done.stderr.strip().splitlines()[-1:])
        raise ContentError(f"the probes cannot be run ({tail})", where)
    return json.loads(done.stdout)


def _cell_of(slots: Sequence[Slot], identifier: str) -> Cell:
    for slot, name in zip(slots, cell_ids(slots), strict=True):
        if name == identifier:
            return slot.zh
    raise KeyError(identifier)


def _check_solution(result: dict[str, Any], slots: Sequence[Slot]) -> None:
    for identifier, names in result["undefined"].items():
        cell = _cell_of(slots, identifier)
        raise ContentError(
            f"the solution does not define '{names[0]}'",
            cell.where,
            f"exercise.yml says that task '{cell.keys.task}' defines it",
        )
    for identifier, run in result["solution"].items():
        if run["error"]:
            cell = _cell_of(slots, identifier)
            name, text = run["error"]
            raise ContentError(
                f"with the solution this {cell.kind} cell fails: {name}: {text}",
                cell.at(run["line"]),
                "mend the solution or the test",
            )


def _check_template(outcomes: Sequence[TaskOutcome], where: str) -> None:
    for task in outcomes:
        if task.points or task.outcome not in (Outcome.NOT_ATTEMPTED, Outcome.NOT_JUDGED):
            got = [name for name, passed in task.cells.items() if passed]
            raise ContentError(
                f"the untouched template gets {task.points:g} points in task '{task.task}'"
                f" ({task.outcome}{': ' + ', '.join(got) if got else ''})",
                where,
                "let the test use the answer",
            )


def _say(task: TaskOutcome) -> str:
    about = f" [{task.message_id}]" if task.message_id else ""
    needs = f" (needs {task.needs})" if task.needs else ""
    return f"{task.outcome}{about}{needs}{': ' + task.text if task.text else ''}"


def check_probes(
    slots: Sequence[Slot],
    spec: Spec,
    folder: Path,
    where: str,
) -> int:
    """Run the solution, the template and every probe in a plain process.

    Args:
        slots: the exercise.
        spec: its ``casebank.json`` with all messages.
        folder: a folder with ``data/`` and ``casebank.json``.
        where: the source's name in messages.

    Returns:
        How many probes were run.

    Raises:
        ContentError: at the first that is not as it should be.
    """
    probes = _probes(slots)
    sides = LANGS if _differ(slots) else LANGS[:1]
    # Each side is a process of its own, which forks for each probe.
    at_once = max(1, (os.cpu_count() or 1) // len(sides))
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = [
            pool.submit(_check_side, slots, spec, folder, where, side, probes, at_once)
            for side in sides
        ]
        for one in waiting:
            one.result()
    return len(probes)


#: What the set-up cells of two languages differ in anyway.
_OWN_LINE = re.compile(r"^\s*(#.*|check\.begin\(.*|figures\.use_style\(.*)?$")


def _differ(slots: Sequence[Slot]) -> bool:
    """Whether the two languages compute on anything else, a column of texts for instance."""

    def code(source: str) -> list[str]:
        return [line for line in source.splitlines() if not _OWN_LINE.match(line)]

    pairs = [(slot.zh, slot.en) for slot in slots if not slot.zh.markdown]
    return any(code(zh.source) != code(en.source) for zh, en in pairs)


def _check_side(
    slots: Sequence[Slot],
    spec: Spec,
    folder: Path,
    where: str,
    side: str,
    probes: list,
    at_once: int,
) -> None:
    """Run the probes with the code of one language."""
    result = _run_all(_steps(slots, spec, side), probes, folder, where, at_once)
    _check_solution(result, slots)
    if result["template"] is None:
        raise ContentError("the template ends the whole process", where, "look at its setup")
    _check_template(judge_cells(_runs(result["template"]), spec, "zh"), where)
    solution = _runs(result["solution"])
    by_number = {probe[0]["number"]: probe for probe in probes}
    for item in result["probes"]:
        job, expect, message, place, label = by_number[item["number"]]
        if item["runs"] is None:
            raise ContentError(f"{label} ends the whole process", place, "a probe may only raise")
        _check_fields(item["runs"], slots)
        for lang in LANGS:
            outcome = next(
                task
                for task in judge_cells({**solution, **_runs(item["runs"])}, spec, lang)
                if task.task == job["task"]
            )
            visible = item["which"] == "visible"
            good = EXPECTED[expect]
            if visible and expect == "fail":
                # A mistake that only a hidden test can see passes the self-check.
                good = (*good, Outcome.PASSED)
            right = outcome.outcome in good
            if right and expect == "fail" and not visible:
                right = outcome.message_id == message
            if not right:
                wanted = f"{expect} [{message}]" if message else expect
                logic = "the self-check" if visible else "grading"
                raise ContentError(
                    f"{label} of task '{job['task']}' should be {wanted}, in {logic} it is "
                    f"{_say(outcome)} (code of the {side} edition)",
                    place,
                    "mend the probe, the test or the solution",
                )


def _check_fields(runs: Mapping[str, Any], slots: Sequence[Slot]) -> None:
    for identifier, run in runs.items():
        if run.get("missing"):
            cell = _cell_of(slots, identifier)
            raise ContentError(
                f"the message uses {{{run['missing'][0]}}}, which the check does not pass",
                cell.at(run["line"]),
                "pass it as a keyword, or take it out of the message",
            )


def _points(notebook: NotebookNode) -> tuple[float, float]:
    """Automatic points that nbgrader gives an executed notebook, and the most it could give."""
    from nbgrader import utils

    score = most = 0.0
    for cell in notebook.cells:
        if utils.is_grade(cell) and not utils.is_solution(cell):
            given, worth = utils.determine_grade(cell)
            score += given or 0.0
            most += worth
    return score, most


def check_kernels(
    sources: Mapping[str, NotebookNode],
    releases: Mapping[str, NotebookNode],
    spec: Spec,
    data: Path,
    where: str,
    done: Callable[[str], None] = lambda label: None,
) -> None:
    """Run solution and template of both languages in a real kernel, graded by nbgrader.

    Raises:
        ContentError: when the solution has not full marks or the template has any.
    """
    jobs = [(lang, role) for role in ("solution", "template") for lang in LANGS]

    def run(job: tuple[str, str]) -> None:
        lang, role = job
        notebook = copy.deepcopy(sources[lang] if role == "solution" else releases[lang])
        if role == "template":
            full = {cell.id: cell.source for cell in sources[lang].cells}
            for cell in notebook.cells:
                if cell.id in spec.tests:
                    cell.source = full[cell.id]
        with tempfile.TemporaryDirectory(prefix="casebank-prove-") as name:
            shutil.copytree(data, name, dirs_exist_ok=True)
            execute(notebook, Path(name))
        score, most = _points(notebook)
        outcomes = judge(notebook, spec, lang)
        if role == "template":
            _check_template(outcomes, where)
            if score:
                raise ContentError(f"nbgrader gives the {lang} template {score:g} points", where)
            return
        for task in outcomes:
            if task.outcome is not Outcome.PASSED and task.needs != "person":
                raise ContentError(
                    f"the {lang} solution of task '{task.task}' is {_say(task)}", where
                )
        if score != most:
            raise ContentError(
                f"nbgrader gives the {lang} solution {score:g} of {most:g} points", where
            )

    with ThreadPoolExecutor(max_workers=2) as pool:
        for job, future in [(job, pool.submit(run, job)) for job in jobs]:
            future.result()
            done(f"{job[1]} {job[0]}")
