"""From an executed notebook to outcomes: one root cause per task."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from check_helpers import make_spec
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casebank.check.outcomes import Outcome, fingerprint, judge, text_fingerprint

STUB = "def one():\n    raise NotImplementedError  # 在这里写 / write here"
Error = tuple[str, str] | None


def notebook(setup: Error | str = None, **cells: Any) -> nbformat.NotebookNode:
    """An executed notebook; each value is an error, None (passed), or "never" (not run)."""
    built = []

    def cell(name: str, source: str, error: Error | str) -> None:
        new = new_code_cell(source, id=name)
        if error != "never":
            new.execution_count = 1
        if isinstance(error, tuple):
            new.outputs = [new_output("error", ename=error[0], evalue=error[1], traceback=[])]
        built.append(new)

    if setup != "deleted":
        cell("setup", 'check.begin("demo")', setup)
    for task in ("one", "two"):
        source = cells.get(f"{task}_source", f"def {task}(): return 1")
        if source is not None:
            cell(f"{task}-solution", source, cells.get(f"{task}_cell"))
        for number, name in ((1, f"{task}-test"), (2, f"{task}-test-2")):
            cell(name, "check.equal(1, 1)", cells.get(f"{task}_{number}"))
    return new_notebook(cells=built)


FAILED = ("CheckFailed", "This is not right. You have 3. [wrong]")

# what: (cells, outcome of one, outcome of two, message or need of one, of two)
CASES: dict[str, tuple[dict[str, Any], str, str, str | None, str | None]] = {
    "all right": ({}, "passed", "passed", None, None),
    "setup raised": (
        {"setup": ("FileNotFoundError", "data/x.csv")},
        "not_judged",
        "not_judged",
        "setup",
        "setup",
    ),
    "setup deleted": ({"setup": "deleted"}, "not_judged", "not_judged", "setup", "setup"),
    "check failed": ({"two_1": FAILED, "two_2": FAILED}, "passed", "failed", None, "wrong"),
    "one test of two": ({"two_2": FAILED}, "passed", "partly", None, "wrong"),
    "first wrong, so the second fails": (
        {"one_1": FAILED, "one_2": FAILED, "two_1": FAILED, "two_2": FAILED},
        "failed",
        "not_judged",
        "wrong",
        "one",
    ),
    "first wrong, second right all the same": (
        {"one_1": FAILED, "one_2": FAILED},
        "failed",
        "passed",
        "wrong",
        None,
    ),
    "renamed": (
        {f"one_{n}": ("NameError", "name 'one' is not defined") for n in (1, 2)},
        "failed",
        "passed",
        "check-not-defined",
        None,
    ),
    "another name is missing": (
        {f"one_{n}": ("NameError", "name 'np' is not defined") for n in (1, 2)},
        "error",
        "passed",
        None,
        None,
    ),
    "the answer raises": (
        {f"two_{n}": ("KeyError", "'amount'") for n in (1, 2)},
        "passed",
        "error",
        None,
        None,
    ),
    "a syntax error": (
        {
            "one_source": "def one(:",
            "one_cell": ("SyntaxError", "invalid syntax"),
            "one_1": ("NameError", "name 'one' is not defined"),
            "one_2": ("NameError", "name 'one' is not defined"),
        },
        "error",
        "passed",
        None,
        None,
    ),
    "the cell itself raises": (
        {
            "two_cell": ("ZeroDivisionError", "division by zero"),
            "two_1": ("NameError", "name 'two' is not defined"),
            "two_2": ("NameError", "name 'two' is not defined"),
        },
        "passed",
        "error",
        None,
        None,
    ),
    "a plain assert": (
        {f"two_{n}": ("AssertionError", "expected 42") for n in (1, 2)},
        "passed",
        "failed",
        None,
        "check-assert",
    ),
    "never run": (
        {"two_1": "never", "two_2": "never"},
        "passed",
        "not_judged",
        None,
        "run",
    ),
    "too long": (
        {f"two_{n}": ("KeyboardInterrupt", "") for n in (1, 2)},
        "passed",
        "error",
        None,
        "check-too-long",
    ),
    "begun, but the line still there": (
        {f"two_{n}": ("NotImplementedError", "") for n in (1, 2)},
        "passed",
        "error",
        None,
        "check-unfinished",
    ),
    "answer deleted": (
        {
            "two_source": None,
            **{f"two_{n}": ("NameError", "name 'two' is not defined") for n in (1, 2)},
        },
        "passed",
        "failed",
        None,
        "check-not-defined",
    ),
    "answer emptied": (
        {
            "two_source": " ",
            **{f"two_{n}": ("NameError", "name 'two' is not defined") for n in (1, 2)},
        },
        "passed",
        "not_attempted",
        None,
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rules(name: str, lang: str) -> None:
    """Has each task the outcome, and the cause, that the rules give it?"""
    cells, one, two, about_one, about_two = CASES[name]
    first, second = judge(notebook(**cells), make_spec(), lang)
    assert (str(first.outcome), str(second.outcome)) == (one, two)
    assert about_one in (first.message_id, first.needs)
    assert about_two in (second.message_id, second.needs)
    for task in (first, second):
        assert "42" not in task.text
        assert task.max_points == 2
        assert task.points == sum(task.cells.values())
        if task.outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.PARTLY):
            assert task.text


def test_untouched() -> None:
    """Is a stub not attempted, whatever comments and blank lines it has, and its follower not
    judged?"""
    spec = make_spec()
    raw = {"one": fingerprint(STUB)}
    from dataclasses import replace

    tasks = tuple(replace(t, stub_sha256=raw.get(t.name, "")) for t in spec.tasks)
    spec = replace(spec, tasks=tasks)
    boom = {f"one_{n}": ("NotImplementedError", "") for n in (1, 2)}
    boom |= {f"two_{n}": ("NotImplementedError", "") for n in (1, 2)}
    for source in (STUB, STUB + "\n\n# hm\n", STUB.replace("  # 在这里写 / write here", "")):
        first, second = judge(notebook(one_source=source, **boom), spec, "en")
        assert first.outcome is Outcome.NOT_ATTEMPTED
        assert (second.outcome, second.needs) == (Outcome.NOT_JUDGED, "one")
    first, _ = judge(notebook(one_source=STUB), spec, "en")
    assert first.outcome is Outcome.PASSED, "answered in a cell of one's own"


def test_essay() -> None:
    """Is an essay left as it was not attempted, and a written one for a person?"""
    essay = {
        "name": "advice",
        "title": {"zh": "建议", "en": "Advice"},
        "needs": [],
        "defines": [],
        "section": None,
        "essay": True,
        "points": 5,
        "cells": {"solution": "advice-essay", "tests": {}},
        "stub_sha256": text_fingerprint("Write here."),
    }
    spec = make_spec(tasks=[essay])

    def outcome(text: str) -> tuple[str, str | None]:
        cell = new_markdown_cell(text, id="advice-essay")
        task = judge(new_notebook(cells=[cell]), spec, "en")[0]
        return str(task.outcome), task.needs

    assert outcome("Write  here.\n") == ("not_attempted", None)
    assert outcome("") == ("not_attempted", None)
    assert outcome("Call the twelve.") == ("not_judged", "person")


def test_ids_may_be_lost() -> None:
    """Are cells found by nbgrader's id, and the setup by what it does, when cell ids are gone?"""
    executed = notebook()
    for number, cell in enumerate(executed.cells):
        if cell.id != "setup":
            cell.metadata.nbgrader = {"grade_id": cell.id}
        cell.id = f"x{number}"
    assert [t.outcome for t in judge(executed, make_spec(), "en")] == [Outcome.PASSED] * 2


def test_fingerprint() -> None:
    """Does a fingerprint see code and not its clothes?"""
    assert fingerprint("x = 1") == fingerprint("\nx  =  1   # one\n\n")
    assert fingerprint("x = 1") != fingerprint("x = 2")
    assert fingerprint("if a:\n  b") == fingerprint("if a:\n    b")
    assert fingerprint("def (") == fingerprint("def (  \n")
