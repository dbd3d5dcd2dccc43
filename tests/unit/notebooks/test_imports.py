"""Can a learner import what the notebooks import?"""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from casebank.notebooks.kit import requirements
from casebank.paths import Repo

REPO = Repo.find()
SOURCES = sorted([*REPO.labs.glob("*.py"), *REPO.exercises.glob("*/exercise.py")])


def _imported(code: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: REPO.relative(path))
def test_the_kit_has_it(path) -> None:
    """Is every library that a lab or an exercise imports in the learner kit?"""
    homes = packages_distributions()
    known = {line.split("==")[0] for line in requirements(REPO).splitlines()}
    for name in _imported(path.read_text(encoding="utf-8")):
        top = name.split(".")[0]
        if top in sys.stdlib_module_names:
            continue
        if top == "casebank":
            assert name.startswith("casebank.check") or name == "casebank", name
            continue
        owners = {re.sub(r"[-_.]+", "-", one).lower() for one in homes.get(top, [top])}
        assert owners & known, f"{name}: add it to WANTED in notebooks/kit.py"
