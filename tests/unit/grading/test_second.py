"""Which tests the second judgement cannot follow, for what a submission has handed in."""

from __future__ import annotations

import pytest

from casebank.grading.second import only_theirs


@pytest.mark.parametrize(
    ("test", "handed_in", "found"),
    [
        ("import helper\nassert helper.double(4) == 8", {"helper"}, "helper"),
        ("from helper.parts import double\nassert double(4) == 8", {"helper"}, "helper"),
        # The judge has these itself, so a file of that name excuses nothing.
        ("import pandas\nassert best(pandas.Series([1])) == 1", {"pandas"}, ""),
        ("import __main__\nassert best(1) == 1", {"__main__"}, ""),
        # An answer that raises "No module named 'helper'" is no import of the test's.
        ("assert best(1) == 1", {"helper"}, ""),
        ("import helper\nassert helper.double(4) == 8", set(), ""),
    ],
)
def test_only_theirs(test: str, handed_in: set[str], found: str) -> None:
    """Is a test beyond the judge only where it imports what nobody but the submission has?"""
    assert only_theirs(test, handed_in) == found
