"""What trainees may be told of an error, before a notebook's first hidden test and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import nbformat.v4 as v4
import pytest

from casebank.check.messages import builtin, detail
from casebank.check.outcomes import Spec, judge
from casebank.grading.discretion import discreet

SECRET = "SECRET-VIP"
SPEC = Spec.from_dict(
    {
        "exercise": "x",
        "version": "1.0.0",
        "title": {"zh": "练习", "en": "Exercise"},
        "tasks": [
            {
                "name": name,
                "title": {"zh": name, "en": name},
                "needs": [],
                "defines": [name],
                "section": None,
                "points": 2,
                "cells": {"solution": f"{name}-solution", "tests": {f"{name}-test": 2}},
                "stub_sha256": "",
            }
            for name in ("early", "shy", "late")
        ],
        "messages": {
            "wrong": {"zh": "不对。", "en": "It is wrong."},
            "row": {"zh": "第 {row} 行不对。", "en": "Row {row} is wrong."},
        },
        "hints": {},
        "tests": {},
    }
)


@dataclass
class _Paper:
    """As much of a paper as is asked for: the test of ``shy`` is hidden."""

    spec: Spec = SPEC
    judged: dict[str, str] = field(
        default_factory=lambda: {f"{n}-test": "hidden" for n in ("early", "shy", "late")}
    )
    released: dict[str, Any] = field(
        default_factory=lambda: {
            f"{n}-test": v4.new_code_cell("check(visits)") for n in ("early", "shy", "late")
        }
    )

    def hides(self, cell: str) -> bool:
        return cell == "shy-test"


def _notebook(where: str, ename: str, evalue: str, source: str) -> Any:
    """An executed notebook in which one cell has raised."""
    cells = [v4.new_code_cell("begin", id="setup", execution_count=1)]
    for task in ("early", "shy", "late"):
        for kind in ("solution", "test"):
            name = f"{task}-{kind}"
            cell = v4.new_code_cell(source, id=name, execution_count=1)
            cell.metadata["nbgrader"] = {"grade_id": name}
            if name == where:
                cell.outputs = [v4.new_output("error", ename=ename, evalue=evalue, traceback=[])]
            elif f"{task}-solution" == where:
                # What rests on the answer fails too.
                cell.outputs = [v4.new_output("error", ename="OSError", evalue="", traceback=[])]
            cells.append(cell)
    return v4.new_notebook(cells=cells)


def _told(where: str, ename: str, evalue: str, source: str = "x = 1", lang: str = "en") -> str:
    executed = _notebook(where, ename, evalue, source)
    task = where.split("-")[0]
    outcomes = discreet(judge(executed, SPEC, lang), _Paper(), executed, lang)
    return next(one.text for one in outcomes if one.task == task)


VALUE = detail("value", "en", got=SECRET)


#: Words enough for a name to stand for two signs of a hidden test.
ALPHABET = " ".join(f"w{number}" for number in range(3000))
DOTTED = "w17 = w230 = 1\nw17.w230"


@pytest.mark.parametrize("where", ["shy-test", "late-solution"])
@pytest.mark.parametrize(
    "source",
    [
        f"# {ALPHABET}\nx = 1",
        f"{ALPHABET.replace(' ', ' = ')} = 1",
        f'x = "{ALPHABET}"',
        f"x = {ALPHABET.split()!r}",
        DOTTED,
    ],
    ids=["comment", "names", "text", "list", "dotted"],
)
def test_no_alphabet(where: str, source: str) -> None:
    """Does an answer bring no words along from which an error could spell a hidden test?"""
    said = "'w17.w230.w17' object has no attribute 'w230.w17.w230.w17'"
    assert _told(where, "AttributeError", said, source=source) == "AttributeError"
    told = _told(where, "AttributeError", "'w17' object has no attribute 'w230'", source=source)
    assert (told == "AttributeError") == (source != DOTTED)


@pytest.mark.parametrize("where", ["shy-test", "late-solution", "late-test"])
@pytest.mark.parametrize(
    ("ename", "evalue"),
    [
        ("KeyError", f"'{SECRET}'"),
        ("KeyError", "4242424242"),
        ("ValueError", f"could not convert string to float: '{SECRET}'"),
        ("ValueError", SECRET),
        (SECRET, "x"),
        ("SyntaxError", SECRET),
        ("NameError", "name 'SECRET_VIP' is not defined"),
        ("AttributeError", "'str' object has no attribute 'SECRET_VIP'"),
        ("AssertionError", f"{SECRET} is wrong"),
        ("AssertionError", f"{SECRET} [wrong]"),
        ("AssertionError", f"It is wrong. {SECRET} [wrong]"),
        ("CheckFailed", SECRET),
        ("CheckFailed", f"{SECRET} [made-up]"),
        ("CheckFailed", f"It is wrong. {VALUE} [wrong]"),
        ("CheckFailed", f"Row {SECRET} is wrong. [row]"),
        ("CheckFailed", f"{builtin('check-columns', 'en', missing=SECRET, found='a')} [check-columns]"),
        ("CheckFailed", f"{builtin('check-odd', 'en', type='`str`', problem=SECRET)} [check-odd]"),
        ("CheckFailed", f"{SECRET} [check-unfinished]"),
        ("NotImplementedError", SECRET),
        ("KeyboardInterrupt", SECRET),
    ],
)  # fmt: skip
def test_nothing_of_a_hidden_test(where: str, ename: str, evalue: str) -> None:
    """Is no value of a hidden test told, whatever carries it, in that cell or after it?"""
    text = _told(where, ename, evalue)
    assert "SECRET" not in text and "4242" not in text and text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_message_is_told(lang: str) -> None:
    """Is a hidden test's message told in its own words, without values?"""
    words = SPEC.messages["wrong"][lang]
    said = f"{words} {detail('value', lang, got=7)} [wrong]"
    assert _told("shy-test", "CheckFailed", said, lang=lang) == words
    assert _told("late-test", "CheckFailed", said, lang=lang).startswith(words)
    assert "7" in _told("late-test", "CheckFailed", said, lang=lang)
    row = SPEC.messages["row"][lang].format(row=3)
    assert "…" in _told("shy-test", "CheckFailed", f"{row} [row]", lang=lang)
    assert _told("late-test", "CheckFailed", f"{row} [row]", lang=lang) == row


@pytest.mark.parametrize(
    ("ename", "evalue", "source"),
    [
        ("KeyError", "'amuont'", "t['amuont']"),
        ("NameError", "name 'visit' is not defined", "visit.head()"),
        ("AttributeError", "'DataFrame' object has no attribute 'amuont'", "t.amuont"),
        ("TypeError", "unsupported operand type(s) for +: 'int' and 'str'", "1 + 'a'"),
        ("TypeError", "late() missing 1 required positional argument: 'whole'", "def late(whole): 1"),
        ("ZeroDivisionError", "division by zero", "1 / 0"),
        ("IndexError", "list index out of range", "[][0]"),
        ("RuntimeError", "no idea at all", "raise RuntimeError('no idea at all')"),
        ("MyError", "no idea", "class MyError(Exception): pass\nraise MyError('no idea')"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["shy-test", "late-test", "late-solution"])
def test_what_the_own_code_says(where: str, ename: str, evalue: str, source: str) -> None:
    """Is an error told in full when all its words are Python's or the trainee's own?"""
    assert _told(where, ename, evalue, source) == f"{ename}: {evalue}"


def test_before_hidden_tests() -> None:
    """Is an error before the first hidden test told as it is, but for a terminal's colours?"""
    assert _told("early-test", "ValueError", "\x1b[31mold 77\x1b[0m") == "ValueError: old 77"
    assert _told("shy-solution", "ValueError", "old 77") == "ValueError: old 77"
    assert len(_told("early-test", "ValueError", "x" * 9999)) == 600


def test_syntax_by_the_parser() -> None:
    """Is a faulty cell described by Python's parser, and not by whoever raised the error?"""
    text = _told("late-solution", "SyntaxError", SECRET, "def late(:\n    pass")
    assert text.startswith("SyntaxError: ") and "(line 1)" in text


def test_a_name_that_is_there_twice() -> None:
    """Is a cell late although a cell of the same name stands before the hidden tests?"""
    executed = _notebook("late-solution", "ValueError", SECRET, "x = 1")
    executed.cells.insert(1, v4.new_code_cell("x = 1", id="late-solution", execution_count=1))
    outcomes = discreet(judge(executed, SPEC, "en"), _Paper(), executed, "en")
    assert [one.text for one in outcomes if one.task == "late"] == ["ValueError"]


def test_usual_words_are_python_s_own() -> None:
    """Do Python's real messages match, so that an honest trainee is told what went wrong?"""
    for source in (
        "len(1)", "1 + 'a'", "'a' + 1", "{}['total']", "total", "[][0]",
        "(1).total", "x = 1\nx()", "for x in 1: pass", "a, b = 1", "'a' < 1", "int.total", "{[]: 1}",
        "def late(total): pass\nlate()", "def late(): pass\nlate(total=1)",
        "def late(): pass\nlate(1, 2)", "import total", "from math import total",
    ):  # fmt: skip
        try:
            exec(source, {})
        except Exception as error:
            kind, said = type(error).__name__, str(error)
        text = _told("late-test", kind, said, source + "\nlate = total, math, int, list")
        assert text == f"{kind}: {said}" or kind == "ImportError", (source, text, said)
