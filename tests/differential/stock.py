"""Grade submissions with stock nbgrader, two at a time, and keep the results."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import collect
from build import environment, made, versions
from courses import course
from model import WORK, Course, Outcome, Submission

HERE = Path(__file__).resolve().parent
#: Submissions per process: its start takes two seconds, and two processes should end together.
CHUNK = 8

Key = tuple[str, str]
Tell = Callable[[int, int], None]


def key(one: Submission) -> Key:
    """The name of a submission among all."""
    return one.slug, one.student


def _kept(one: Submission, digests: dict[str, str], kind: str) -> Path:
    """Where the result of a submission is kept; anew when anything changes it hangs on."""
    driver = hashlib.sha256((HERE / "stock_driver.py").read_bytes()).hexdigest()
    text = f"{one.digest()} {digests[one.slug]} {versions()} {driver} {kind}"
    return WORK / kind / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"


def run(
    some: Iterable[Submission],
    *,
    fresh: bool = False,
    kind: str = "stock",
    tell: Tell | None = None,
) -> dict[Key, Outcome]:
    """Outcomes of stock nbgrader.

    Args:
        some: the submissions.
        fresh: do not take kept results.
        kind: folder in which results are kept; another one for a second, independent run.
        tell: called with (done, all that have to be run).
    """
    some = list(some)
    courses = {slug: course(slug) for slug in {one.slug for one in some}}
    digests = {slug: found.digest() for slug, found in courses.items()}
    results: dict[Key, Outcome] = {}
    todo: list[Submission] = []
    for one in some:
        found = None if fresh else collect.load(_kept(one, digests, kind))
        if found is None:
            todo.append(one)
        else:
            results[key(one)] = found
    chunks = []
    for slug in courses:
        mine = [one for one in todo if one.slug == slug]
        parts = max(1, -(-len(mine) // CHUNK))
        # Dealt out like cards, so that the slow kinds do not come together.
        chunks += [(courses[slug], mine[number::parts]) for number in range(parts)]
    done = itertools.count(1)

    def work(item: tuple[Course, list[Submission]]) -> list[tuple[Submission, Outcome]]:
        found = _chunk(*item, lambda: tell and tell(next(done), len(todo)))
        for one, result in found:
            collect.save(_kept(one, digests, kind), result)
        return found

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(work, [item for item in chunks if item[1]]):
            results |= {key(one): result for one, result in found}
    return results


def _chunk(
    one_course: Course, some: list[Submission], tell: Callable[[], object]
) -> list[tuple[Submission, Outcome]]:
    """Run one process over a few submissions in a copy of the course."""
    (WORK / "run").mkdir(parents=True, exist_ok=True)
    top = Path(tempfile.mkdtemp(prefix="stock-", dir=WORK / "run"))
    root = top / "course"
    try:
        shutil.copytree(made(one_course), root)
        for one in some:
            collect.put(one_course, root, one)
        collect.seed(one_course, root, some)
        names = [one.student for one in some]
        with (top / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, str(HERE / "stock_driver.py"), str(root), one_course.slug, *names],
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            said = {}
            for line in process.stdout or ():
                if line.startswith("RESULT "):
                    about = json.loads(line.removeprefix("RESULT "))
                    said[about.pop("student")] = about
                    tell()
            if process.wait():
                raise RuntimeError((top / "log").read_text()[-3000:])
        return _outcomes(one_course, root, some, said)
    finally:
        if "CASEBANK_KEEP" not in os.environ:
            shutil.rmtree(top, ignore_errors=True)


def _outcomes(
    one_course: Course, root: Path, some: list[Submission], said: dict
) -> list[tuple[Submission, Outcome]]:
    entries = collect.rows(one_course, root, [one.student for one in some])
    found = []
    for one in some:
        about = said[one.student]
        result = collect.outcome(
            entries.get(one.student, {}),
            collect.folder(one_course, root, one.student),
            graded=about["code"] in (0, None),
            why=about["why"],
            stopped=about["stopped"],
            seconds=about["seconds"],
            root=str(root),
        )
        found.append((one, result))
    return found
