"""Which grades are out of date, and new weights without a run."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import ledger_course as small
import pytest
from ledger_course import SLUG, decision, dump, row, sql

from casebank.check.outcomes import Outcome, Spec, TaskOutcome
from casebank.grading.course import Course
from casebank.grading.ledger import Writer, reweigh, stale
from casebank.grading.model import GRADED, HELD, REJECTED, Graded, Hashes

NOW = Hashes("", "checks", "weights", "data", "engine")
HEAVY = replace(NOW, weights="heavier")
SPEC = Spec.from_dict(
    {
        "exercise": SLUG,
        "version": "1.0.0",
        "title": {"zh": "", "en": ""},
        "tasks": [
            {
                "name": "t",
                "title": {"zh": "", "en": ""},
                "needs": [],
                "defines": [],
                "section": None,
                "points": 10,
                "cells": {"solution": "answer", "tests": {"test-a": 4, "test-b": 6}},
                "stub_sha256": "",
            }
        ],
        "messages": {},
        "hints": {},
        "tests": {},
    }
)


def scores(course: Course, student: str) -> dict[str, tuple[Any, ...]]:
    """Automatic score and flag by cell."""
    return {o[2]: (o[4], o[7]) for o in dump(course.db_url)["grade"] if o[0] == student}


@pytest.mark.parametrize("part", ["checks", "weights", "data", "engine"])
def test_each_part(course: Course, part: str) -> None:
    """Is each part of what a grade hangs on told by its name, and an unchanged grade left out?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
        writer.store(decision("ben", digest="d2"), "r")
        answers = {"ann": "d1", "ben": "d3", "new": "d1"}
        assert stale(writer, NOW, answers) == {"ben": ["answer"]}
        assert stale(writer, NOW, {}) == {}
        other = replace(NOW, **{part: "other"})
        assert stale(writer, other, answers) == {"ann": [part], "ben": ["answer", part]}


def test_new_weights(course: Course) -> None:
    """Is full full, zero zero, partial credit as it was, a person's cell a person's?"""
    with Writer(course, SLUG) as writer:
        one = decision("ann", tasks=[TaskOutcome("t", Outcome.PARTLY, max_points=5)])
        writer.store(one, "r")
        gone = decision("ben")
        gone.graded[1] = Graded("second", None, {})
        writer.store(gone, "r")
    small.fill(course, points=2.0)
    with Writer(course, SLUG) as writer:
        assert stale(writer, HEAVY, {}) == {"ann": ["weights"], "ben": ["weights"]}
        found = reweigh(writer, HEAVY, ["ann", "ben"], spec=SPEC, run="r2")
        assert stale(writer, HEAVY, {}) == {}
    assert (found["ann"].status, found["ann"].points, found["ann"].over) == (GRADED, 5.5, [])
    assert scores(course, "ann") == {
        "test-a": (4.0, 0),
        "test-b": (1.5, 0),
        "essay": (None, 1),
        "test-c": (0.0, 0),
        "work": (None, 1),
    }
    assert scores(course, "ben")["work"] == scores(course, "ben")["test-c"] == (0.0, 0)
    kept = sql(course, "SELECT points, max FROM casebank_task WHERE student = 'ann'")
    assert kept == [(5.5, 10.0)]
    goal = course.path("autograded", "ann", SLUG)
    cells = json.loads((goal / "first.ipynb").read_bytes())["cells"]
    about = [cell["metadata"]["nbgrader"] for cell in cells]
    assert [(one["points"], one["checksum"]) for one in about] == [
        (4.0, "c2.0"),
        (6.0, "c2.0"),
        (8.0, "c2.0"),
    ]
    assert (goal / "data" / "x.csv").read_bytes() == b"a\n1\n"
    assert not course.path("autograded", "ben", SLUG).joinpath("second.ipynb").exists()


def test_partial_credit_over_the_new_maximum(course: Course) -> None:
    """Does partial credit that is more than the cell is worth by now wait for a person?"""
    with Writer(course, SLUG) as writer:
        writer.store(decision("ann"), "r")
    small.fill(course, points=0.25)
    with Writer(course, SLUG) as writer:
        found = reweigh(writer, HEAVY, ["ann"])["ann"]
    assert (found.status, found.points, found.over) == (HELD, 0.5, [("first", "test-b")])
    assert scores(course, "ann")["test-b"] == (None, 1)
    assert scores(course, "ann")["test-a"] == (0.5, 0)
    status, reason = sql(course, "SELECT status, reason FROM casebank_submission")[0]
    assert status == HELD and json.loads(reason)[0]["id"] == "over-maximum"


def test_disputed_and_rejected_stay(course: Course) -> None:
    """Does what was in dispute stay so, and a rejected submission too?"""
    with Writer(course, SLUG) as writer:
        held = decision("ann", status=HELD)
        held.disputed = {("first", "test-a")}
        writer.store(held, "r")
        writer.store(decision("bad", status=REJECTED, graded=None), "r")
    small.fill(course, points=2.0)
    with Writer(course, SLUG) as writer:
        found = reweigh(writer, HEAVY, ["ann", "bad"])
        assert stale(writer, HEAVY, {}) == {}
    assert found["ann"].status == HELD and scores(course, "ann")["test-a"] == (None, 1)
    assert found["bad"].status == REJECTED and scores(course, "bad") == {}


def test_late_penalty_and_a_persons_part(course: Course) -> None:
    """Is the late penalty computed anew, as nbgrader does, and a manual score left alone?"""
    asked = []

    def half(student: str, score: float, late: float) -> float | None:
        asked.append((student, score, late))
        return {"ann": score / 2, "ben": 99.0, "cat": None, "dan": -1.0}[student]

    with Writer(course, SLUG) as writer:
        for name in ("ann", "ben", "cat", "dan"):
            late = decision(name, timestamp=small.DUE.replace(hour=1))
            late.graded[0].rows["test-b"] = row(3.0, 3.0)
            late.graded[1] = Graded("second", None, {}, penalty=None)
            writer.store(late, "r")
        writer.store(decision("eva"), "r")
        with course.gradebook() as gradebook:
            gradebook.find_grade("test-a", "first", SLUG, "ann").manual_score = 1.0
            gradebook.find_submission_notebook("second", SLUG, "ann").late_submission_penalty = 7
            gradebook.db.commit()
    small.fill(course, points=2.0)
    with Writer(course, SLUG) as writer:
        reweigh(writer, HEAVY, ["ann", "ben", "cat", "dan", "eva"], penalty=half)
    assert asked == [
        ("ann", 7.0, 3600.0),
        ("ben", 10.0, 3600.0),
        ("cat", 10.0, 3600.0),
        ("dan", 10.0, 3600.0),
    ]
    fines = {(o[0], o[1]): o[3] for o in dump(course.db_url)["submitted_notebook"]}
    assert [fines[name, "first"] for name in ("ann", "ben", "cat", "dan", "eva")] == [
        3.5,
        10.0,
        None,
        0.0,
        None,
    ]
    assert fines["ann", "second"] == 7.0
    assert scores(course, "ann")["test-a"] == (4.0, 1)
