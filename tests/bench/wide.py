"""Grading over Dask: throughput of one and two workers, beside this machine's own.

Goal: N workers bring at least 0.8 N, up to the cores there are. Scheduler, workers and the one
writer share this machine's cores, which a real cluster's do not. ``python tests/bench/wide.py 100``
takes another number of submissions.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import grading_class as desk
import psutil
from test_wide import Cluster

from casebank.grading.course import Course
from casebank.grading.grade import grade

SUBMISSIONS = 60
GOAL = 0.8
WRONG = "def share(part, whole):\n    return whole / part\n"


def _class(folder: Path, count: int) -> Course:
    """Right, wrong and untouched ones in turn."""
    course = desk.make_course(folder)
    kinds = (desk.right(course), desk.right(course, "en", share=WRONG), desk.released(course))
    for number in range(count):
        desk.hand_in(course, f"s{number:05}", kinds[number % len(kinds)])
    return course


def _size(processes: list[psutil.Process]) -> float:
    """Megabytes; what several share counts once."""
    total = 0
    for one in processes:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


def measure(course: Course, count: int, tree: Any = None, **where: Any) -> dict[str, float]:
    """Grade everybody; submissions a second once the zygotes are warm, seconds of the writer."""
    seen: list[float] = []
    spent: list[float] = []
    sizes: list[float] = [0]

    def progress(done: int, total: int, student: str) -> None:
        if student:
            seen.append(time.monotonic())
            spent.append(time.process_time())
            if tree is not None and done == count // 2:
                sizes.append(_size(tree()))

    began = time.monotonic()
    report = grade(course.root, desk.SLUG, force=True, proof=False, progress=progress, **where)
    assert report.counts() == {"graded": count}, report.counts()
    # Up to the eighth the workers were still starting.
    return {
        "seconds": time.monotonic() - began,
        "rate": (len(seen) - 8) / (seen[-1] - seen[7]),
        "writer": (spent[-1] - spent[7]) / (len(spent) - 8),
        "memory": max(sizes),
    }


def main(count: int = SUBMISSIONS) -> None:
    """Print one line for each number of workers."""
    with tempfile.TemporaryDirectory() as folder:
        course = _class(Path(folder), count)
        print(f"{count} submissions of the small exercise, load {os.getloadavg()[0]:.1f} before")
        print(f"{'':18} {'seconds':>8} {'per s':>7} {'x N = 1':>8} {'writer CPU ms':>14} {'MB':>6}")
        rates: dict[tuple[str, int], float] = {}

        def line(what: str, number: int, got: dict[str, float]) -> None:
            rates[what, number] = got["rate"]
            print(
                f"{what:12} N = {number} {got['seconds']:8.1f} {got['rate']:7.2f} "
                f"{got['rate'] / rates[what, 1]:8.2f} {got['writer'] * 1000:14.0f} "
                f"{got['memory']:6.0f}",
                flush=True,
            )

        for number in (1, 2):
            line("this machine", number, measure(course, count, workers=number))
        home = Path(folder) / "cluster"
        home.mkdir()
        cluster = Cluster(home)

        def tree() -> list[psutil.Process]:
            top = [psutil.Process(one.pid) for one in cluster.workers]
            return [*top, *(one for first in top for one in first.children(recursive=True))]

        try:
            for number in (1, 2):
                cluster.add()
                line("Dask", number, measure(course, count, tree, scheduler=cluster.address))
        finally:
            cluster.close()
        reached = rates["Dask", 2] / rates["Dask", 1] / min(2, os.cpu_count() or 1)
        print(f"2 workers bring {reached:.2f} x N (goal {GOAL}); MB: all Dask workers together")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]))
