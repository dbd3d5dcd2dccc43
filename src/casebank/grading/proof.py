"""Ours before theirs: the instructor's solution must get all points, the untouched template none.

Both run in the same engine as the class. What passed once is remembered by everything that bears on
it. The proof also calibrates the second judgement: a test on which both judgements of the
instructor's own solution differ says nothing about a trainee, and is listed instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from casebank.check.outcomes import PERSON, Outcome, Spec
from casebank.errors import ContentError, EnvironmentFault
from casebank.files import digest, write_text
from casebank.grading.course import Course
from casebank.grading.intake import LITTER
from casebank.grading.model import Decision, Kit, Pack, Task
from casebank.grading.pool import Workers
from casebank.grading.versions import Version
from casebank.lang import LANGS

# Students cannot have these names: a student's id does not begin with a dot.
SOLUTION, TEMPLATE = ".solution", ".template"


@dataclass
class Proof:
    """What the proof of an assignment has shown.

    Attributes:
        unverifiable: cells whose second judgement says nothing, with the reason.
        trust: cells -> what their tests ask of the solution's objects that are no plain data.
        skipped: why there was no proof, in a sentence; empty when there was one.
    """

    unverifiable: dict[tuple[str, str], str] = field(default_factory=dict)
    trust: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    skipped: str = ""


def prove(
    course: Course,
    kit: Kit,
    workers: Callable[[], Workers],
    stop: Callable[[], bool],
    *,
    version: Version | None,
) -> Proof:
    """Grade solution and template of the version that is out now.

    Args:
        course: the course.
        kit: the assignment.
        workers: gives the workers; called only when there is something to grade.
        stop: whether the run is being interrupted.
        version: the kept version, for an exercise of ours.

    Raises:
        ContentError: naming the tasks of ours that are broken; nobody is to be graded.
        EnvironmentFault: the kernel does not start in the sandbox.
    """
    store = course.private / "proof.json"
    known = _known(store)
    twice = kit.verify and kit.sandbox
    name = f"{kit.slug} {kit.current}{'' if kit.sandbox else ' not isolated'}"
    name += "" if twice else " once"
    tasks = list(_tasks(course, kit, version))
    # What the proof runs is not all in the pack: the source of a stranger's course may have changed
    # though nobody has released it again.
    given = [
        f"{one.student} {path} {digest([body])}"
        for one in tasks
        for path, body in one.files.items()
    ]
    mine = digest([kit.pack.digest, str(kit.sandbox), str(twice), *given])
    old = known.get(name)
    if isinstance(old, dict) and old.get("key") == mine:
        pairs = {_cell(key): why for key, why in old["unverifiable"].items()}
        return Proof(pairs, {_cell(key): tuple(uses) for key, uses in old["trust"].items()})
    if not any(task.student == SOLUTION for task in tasks):
        return Proof(
            skipped="the instructor's own notebooks are not in source/, so nothing is proven"
        )
    done = {one.student: one for one in workers().run(iter(tasks), stop)}
    if stop():
        return Proof()
    broken = _broken(kit, done)
    if broken:
        todo = "mend the exercise, prove it with `casebank notebooks make`, and release it again"
        if kit.pack.spec is None:
            todo = "mend source/ and release it again, or grade as it is with --no-proof"
        raise ContentError(
            "the exercise itself is broken, so nobody was graded: " + "; ".join(broken),
            f"{kit.slug} {kit.current}".strip(),
            todo,
        )
    proof = Proof(_unverifiable(done[SOLUTION]), done[SOLUTION].uses)
    kept = {"/".join(cell): why for cell, why in proof.unverifiable.items()}
    trust = {"/".join(cell): list(uses) for cell, uses in proof.trust.items()}
    record = {name: {"key": mine, "unverifiable": kept, "trust": trust}}
    write_text(store, json.dumps(_known(store) | record, indent=1, ensure_ascii=False) + "\n")
    return proof


def _cell(key: str) -> tuple[str, str]:
    notebook, _, cell = key.partition("/")
    return notebook, cell


def _known(store: Path) -> dict[str, object]:
    try:
        return dict(json.loads(store.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _tasks(course: Course, kit: Kit, version: Version | None) -> Iterator[Task]:
    if version is not None:
        folders = ((SOLUTION, version.source), (TEMPLATE, version.release(LANGS[0])))
    else:
        folders = (
            (SOLUTION, course.path("source", ".", kit.slug)),
            (TEMPLATE, course.path("release", ".", kit.slug)),
        )
    for student, folder in folders:
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not LITTER & set(path.relative_to(folder).parts)
        }
        if any(name.endswith(".ipynb") for name in files):
            yield Task(student, files, f"{student} {kit.pack.digest}")


def _broken(kit: Kit, done: dict[str, Decision]) -> list[str]:
    found: list[str] = []
    for student, one in done.items():
        who = student[1:]
        if one.fault:
            raise EnvironmentFault(
                f"the instructor's own notebook cannot be run here ({one.fault}), so nobody was "
                "graded",
                kit.slug,
                "run: casebank doctor",
            )
        if one.graded is None or (one.reason is not None and one.reason.id.startswith(
            ("limit", "kernel", "cell-stuck", "no-kernel")
        )):  # fmt: skip
            found.append(f"the {who}: {one.reason.text('en') if one.reason else one.status}")
            continue
        full = student == SOLUTION
        found += (_tasks_of if kit.pack.spec else _cells_of)(kit.pack, one, full)
    return found


def _tasks_of(pack: Pack, one: Decision, full: bool) -> list[str]:
    """An exercise of ours, task by task."""
    found = []
    spec = Spec.from_dict(pack.spec or {})
    for outcome in one.tasks:
        task = spec.task(outcome.task)
        if task is None or task.essay or outcome.needs == PERSON:
            continue
        rows = [row for cell in task.tests if (row := one.row(pack.slug, cell)) is not None]
        points = sum(row.auto_score or 0 for row in rows)
        worth = sum(row.max_score for row in rows)
        if full and (outcome.outcome is not Outcome.PASSED or points < worth):
            said = f": {outcome.text}" if outcome.text else ""
            found.append(
                f"task '{outcome.task}': the solution gets {points:g} of {worth:g} points "
                f"({outcome.outcome.value}{said})"
            )
        elif not full and points > 0:
            found.append(f"task '{outcome.task}': the untouched template gets {points:g} points")
    return found


def _cells_of(pack: Pack, one: Decision, full: bool) -> list[str]:
    """A stranger's assignment, cell by cell."""
    found = []
    for graded in one.graded or ():
        cells = {cell.name: cell for cell in pack.sheets[graded.name].cells}
        for name, row in graded.rows.items():
            test = name in cells and cells[name].cell_type == "code" and not cells[name].solution
            if not test or cells[name].task or not row.max_score:
                continue
            where = f"cell '{name}' of {graded.name}"
            if full and (row.auto_score is None or row.auto_score < row.max_score):
                got = "no score" if row.auto_score is None else f"{row.auto_score:g}"
                found.append(f"{where}: the solution gets {got} of {row.max_score:g} points")
            elif not full and row.auto_score:
                found.append(f"{where}: the untouched template gets {row.auto_score:g} points")
    return found


def _unverifiable(solution: Decision) -> dict[tuple[str, str], str]:
    """Cells that could not be judged twice, even for the instructor's own solution."""
    found = dict(solution.unverified)
    for one in solution.evidence:
        found[one.notebook, one.cell] = (
            f"the solution itself is judged in two ways ({one.theirs}; apart: {one.ours})"
        )
    return found
