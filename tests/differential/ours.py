"""Grade submissions by the public command ``casebank grade``."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import collect
from build import database, environment, made
from courses import course
from model import WORK, Course, Outcome, Submission


def run(
    some: Iterable[Submission], *options: str
) -> tuple[dict[tuple[str, str], Outcome], dict[str, float]]:
    """Outcomes of our engine, and the seconds that each assignment took.

    Args:
        some: the submissions.
        options: more options for the command, such as ``--no-verify``.
    """
    some = list(some)
    results: dict[tuple[str, str], Outcome] = {}
    seconds: dict[str, float] = {}
    for slug in dict.fromkeys(one.slug for one in some):
        mine = [one for one in some if one.slug == slug]
        found, seconds[slug] = _assignment(course(slug), mine, options)
        results |= found
    return results, seconds


def _assignment(
    one_course: Course, some: list[Submission], options: tuple[str, ...]
) -> tuple[dict[tuple[str, str], Outcome], float]:
    (WORK / "run").mkdir(parents=True, exist_ok=True)
    top = Path(tempfile.mkdtemp(prefix="ours-", dir=WORK / "run"))
    root = top / "course"
    try:
        shutil.copytree(made(one_course), root)
        for one in some:
            collect.put(one_course, root, one)
        collect.seed(one_course, root, some)
        began = time.monotonic()
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "casebank"),
                "grade",
                one_course.slug,
                "--course",
                str(root),
                # Some of these courses give points for what is given, which proof would refuse.
                "--no-proof",
                *options,
            ],
            cwd=top,
            env=environment(),
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - began
        said = f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        if "Traceback (most recent call last)" in said:
            raise AssertionError(f"casebank grade shows a traceback:\n{said}")
        states = _states(one_course, root)
        if not states:
            raise AssertionError(f"casebank grade graded nobody (exit {done.returncode}):\n{said}")
        return _outcomes(one_course, root, some, states), seconds
    finally:
        if "CASEBANK_KEEP" not in os.environ:
            shutil.rmtree(top, ignore_errors=True)


def _states(one_course: Course, root: Path) -> dict[str, tuple[str, str]]:
    """Status and reason of each submission, as our table in the gradebook has them."""
    with sqlite3.connect(database(one_course, root)) as connection:
        try:
            found = connection.execute(
                "select student, status, reason from casebank_submission where assignment = ?",
                (one_course.slug,),
            )
        except sqlite3.OperationalError:
            return {}
        return {student: (status, _ids(reason)) for student, status, reason in found}


def _ids(reason: str | None) -> str:
    try:
        return json.dumps(json.loads(reason or '""'), ensure_ascii=False)
    except ValueError:
        return str(reason)


def _outcomes(
    one_course: Course, root: Path, some: list[Submission], states: dict[str, tuple[str, str]]
) -> dict[tuple[str, str], Outcome]:
    entries = collect.rows(one_course, root, [one.student for one in some])
    found = {}
    for one in some:
        status, reason = states.get(one.student, ("absent", ""))
        lies = collect.folder(one_course, root, one.student)
        found[one.slug, one.student] = collect.outcome(
            entries.get(one.student, {}),
            lies,
            graded=status in ("graded", "held", "waiting") and lies["there"],
            status=status,
            reason=reason,
            root=str(root),
        )
    return found
