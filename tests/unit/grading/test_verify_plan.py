"""What is judged a second time, and when two judgements agree."""

from __future__ import annotations

from typing import Any

import pytest
from test_verify_rig import sheet

from casebank.grading.model import Sheet
from casebank.grading.verify import differ, plan
from casebank.grading.verify.plan import unverifiable


def test_the_submissions_names_are_those_that_solutions_make_or_change() -> None:
    found = plan(
        sheet(
            [
                ("setup", "", "%matplotlib inline\nimport numpy as np\nimport pandas as pd"),
                ("setup", "", "df = pd.read_csv('x.csv')\nlimit = 3\nseen = []"),
                (
                    "solution",
                    "a",
                    "from math import sqrt\ndf['b'] = 1\nseen.append(2)\nnp.random.seed(1)\n"
                    "def f(x):\n    inner = sqrt(x)\n    return inner\nfor i in range(3):\n"
                    "    total = i",
                ),
                ("setup", "", "shown = f(limit)\nshown"),
                ("setup", "", "more = limit + 1"),
                ("test", "t1", "assert f(4) == 2"),
                ("test", "t2", "assert total == 2"),
                ("solution", "b", "g = 1"),
                ("test", "t3", "assert g"),
                ("setup", "", "never = f(1)"),
            ]
        )
    )
    assert found.names == ("df", "f", "g", "i", "seen", "shown", "sqrt", "total")
    assert found.imports == "from math import sqrt"
    assert [source.splitlines()[0] for _, source in found.cells] == [
        "pass",
        "df = pd.read_csv('x.csv')",
        "more = limit + 1",
    ]
    assert found.groups == (("t1", "t2"), ("t3",))


def test_a_set_up_name_that_changes_between_tests_is_asked_for() -> None:
    found = plan(
        sheet(
            [
                ("setup", "", "x = 1\ny = 1"),
                ("test", "t1", "assert x == 1"),
                ("setup", "", "x = 2\nz = 3"),
                ("test", "t2", "assert x == 2"),
            ]
        )
    )
    assert found.names == ("x",)


def test_without_the_instructors_notebook_nothing_is_judged_again() -> None:
    whole = sheet([("test", "t", "assert 1")])
    found = plan(Sheet(whole.name, None, whole.cells))
    assert found.tests == {} and "source folder" in found.unverifiable["t"]


@pytest.mark.parametrize(
    "source",
    [
        "%%bash\necho 1",
        "!ls",
        "x = !ls",
        "%timeit f()",
        "f?",
        "await f()",
        "[x async for x in f()]",
        "get_ipython().run_cell('1')",
        "assert Out[1] == 2",
        "assert _ == 2",
        "import inspect\nassert 'for' not in inspect.getsource(f)",
        "assert f.__code__.co_argcount == 2",
        "import builtins\nbuiltins.input = lambda _: '3'\nf()",
        "import sys, io\nsys.stdin = io.StringIO('3')\nf()",
        "from unittest.mock import patch\nwith patch('builtins.input'):\n    f()",
        "from unittest import mock\nwith mock.patch.object(m, 'x'):\n    f()",
    ],
)
def test_what_cannot_be_judged_away_from_the_kernel_has_a_reason(source: str) -> None:
    reason = unverifiable(source)
    assert reason.startswith("the test") and len(reason) < 60


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) == 2",
        "import sys, io\nsys.stdout = io.StringIO()\nf()",
        "import pytest\nwith pytest.raises(ValueError):\n    f(0)",
        "async def g():\n    await h()",
        "x = [1, 2]\nx[0] = 3\nobj.name = 'a'\nsetattr(obj, 'b', 1)",
    ],
)
def test_usual_tests_can_be(source: str) -> None:
    assert unverifiable(source) == ""


ERROR = [{"output_type": "error", "ename": "AssertionError", "evalue": "no"}]
NOISE = [{"output_type": "stream", "name": "stderr", "text": "oh"}]
PRINTED = [{"output_type": "stream", "name": "stdout", "text": "oh"}]


def value(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "execute_result", "data": {"text/plain": text}}]


PASSED, FAILED = {"state": "passed"}, {"state": "failed", "error": "AssertionError: other"}
LOST = {"state": "lost", "reason": "gone"}


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [
        ([], PASSED),
        (PRINTED, PASSED),
        (ERROR, FAILED),
        (ERROR, LOST),
        (NOISE, {"state": "stderr"}),
        ([], {"state": "stderr"}),
        (NOISE, FAILED),
        (value("1.5"), {"state": "value", "value": "1.50"}),
        (value("[1]"), PASSED),
        (value("-3"), PASSED),
        (value("np.float64(0.5)"), {"state": "value", "value": "0x"}),
        (value("<Axes>"), {"state": "value", "value": "<Axes>", "opaque": True}),
        (ERROR, {"state": "passed", "shadowed": ["sum"]}),
        ([], {"state": "unverifiable"}),
    ],
)
def test_judgements_that_agree(outputs: list[dict[str, Any]], verdict: dict[str, Any]) -> None:
    status = "error" if outputs == ERROR else "ok"
    assert differ(outputs, status, verdict, 2.0) is None


@pytest.mark.parametrize(
    ("outputs", "verdict", "gains"),
    [
        ([], FAILED, True),
        ([], LOST, True),
        (PRINTED, {"state": "failed", "error": "Opaque: X.equals"}, True),
        (value("1.5"), {"state": "value", "value": "0.5"}, True),
        (value("1.5"), {"state": "value", "value": "<F>", "opaque": True}, True),
        (value("0.0"), PASSED, False),
        (ERROR, PASSED, False),
        (NOISE, PASSED, False),
    ],
)
def test_judgements_that_differ(
    outputs: list[dict[str, Any]], verdict: dict[str, Any], gains: bool
) -> None:
    difference = differ(outputs, "error" if outputs == ERROR else "ok", verdict, 2.0)
    assert difference is not None and difference.gains is gains
    assert difference.ours and difference.theirs
