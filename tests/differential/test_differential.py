"""Casebank's engine and stock nbgrader say the same of the same submissions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ours
import plan
import stock
from courses import BUILDERS
from known import KNOWN
from verdict import judge, report

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]


def _check(some: list, *options: str) -> None:
    theirs = stock.run(some)
    mine, _ = ours.run(some, *options)
    lines = judge(some, theirs, mine)
    assert not any(line.unknown for line in lines.values()), "\n" + report(lines)
    for line in lines.values():
        # A plan in which stock fails everywhere, or where all is excused, would find nothing.
        assert line.compared >= line.submissions / 4, line


def test_plan() -> None:
    every = plan.whole()
    assert len({one.slug for one in every}) == len(BUILDERS) >= 6
    assert len(every) >= 300
    assert len({(one.slug, one.student) for one in every}) == len(every)
    some = plan.sample()
    assert len(some) >= 60
    assert {one.slug for one in some} == set(BUILDERS)
    assert [one.digest() for one in some] == [one.digest() for one in plan.sample()]


def test_reasons() -> None:
    assert len({known.id for known in KNOWN}) == len(KNOWN)
    for known in KNOWN:
        assert known.en.endswith(".")
        assert known.zh.endswith("。")


def test_sample() -> None:
    _check(plan.sample())


@pytest.mark.long
def test_whole() -> None:
    _check(plan.whole())


@pytest.mark.long
def test_whole_without_second_judgement() -> None:
    _check(plan.whole(), "--no-verify")
