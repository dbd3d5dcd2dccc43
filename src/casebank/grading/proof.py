"""Ours before theirs: the instructor's solution must get all points, the untouched template none.

It runs in the same sandbox as the class. What passed once is remembered by everything that bears on
it: the exercise, the checks, the packages.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
from pathlib import Path

import casebank.check
from casebank.check.outcomes import PERSON, Outcome, judge
from casebank.errors import ContentError, EnvironmentFault
from casebank.files import digest, tree_digest, write_text
from casebank.grading import repair
from casebank.grading.runner import Desk, EngineError, run
from casebank.grading.versions import Version
from casebank.lang import LANGS

PACKAGES = ("nbgrader", "nbclient", "ipykernel", "ipython", "numpy", "pandas", "matplotlib")
# Students cannot have these names: a student's id does not begin with a dot.
SOLUTION, TEMPLATE = ".solution", ".template"


def key(version: Version, sandbox: bool) -> str:
    """Digest of whatever could change what the solution gets."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    checks = tree_digest(Path(casebank.check.__file__).resolve().parent)
    return digest([version.digest, checks, sys.version, str(sandbox), *versions])


def prove(desk: Desk, version: Version, *, force: bool = False) -> None:
    """Grade solution and template of a version.

    Raises:
        ContentError: naming the tasks of ours that are broken; nobody is to be graded.
        EnvironmentFault: the kernel does not start in the sandbox.
    """
    store = desk.course.private / "proof.json"
    known = _known(store)
    mine = key(version, desk.sandbox)
    name = f"{version.slug} {version.name}{'' if desk.sandbox else ' not isolated'}"
    if known.get(name) == mine and not force:
        return
    broken = _broken(desk, version)
    if desk.interrupted:
        return
    if broken:
        raise ContentError(
            "the exercise itself is broken, so nobody was graded: " + "; ".join(broken),
            f"{version.slug} {version.name}",
            "mend the exercise, prove it with `casebank notebooks make`, and release it again",
        )
    write_text(store, json.dumps(_known(store) | {name: mine}, indent=1) + "\n")


def _known(store: Path) -> dict[str, str]:
    try:
        return dict(json.loads(store.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _broken(desk: Desk, version: Version) -> list[str]:
    found: list[str] = []
    files = {
        path.relative_to(version.source).as_posix(): path
        for path in sorted(version.source.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb"
    }
    cases = (
        (SOLUTION, version.source, True),
        (TEMPLATE, version.release(desk.course.lang or LANGS[0]), False),
    )
    for student, folder, full in cases:
        notebook = version.notebook(folder)
        repair.restore(notebook, version)
        try:
            result = run(desk, version, student, notebook, files)
        except EngineError as error:
            raise EnvironmentFault(
                f"the instructor's own notebook cannot be run here ({error}), so nobody was graded",
                version.slug,
                "run: casebank doctor",
            ) from None
        if desk.interrupted:
            return []
        if result.stopped:
            found.append(f"the {student[1:]} was ended early ({result.stopped})")
        for one in judge(result.notebook, version.spec, desk.course.lang):
            spec = version.spec.task(one.task)
            if spec is None or spec.essay or one.needs == PERSON:
                continue
            points = sum(result.rows[cell].auto_score or 0 for cell in spec.tests)
            worth = sum(result.rows[cell].max_score for cell in spec.tests)
            if full and (one.outcome is not Outcome.PASSED or points < worth):
                found.append(
                    f"task '{one.task}': the solution gets {points:g} of {worth:g} points "
                    f"({one.outcome.value}{': ' + one.text if one.text else ''})"
                )
            elif not full and points > 0:
                found.append(f"task '{one.task}': the untouched template gets {points:g} points")
    return found
