"""Stock nbgrader against ``casebank grade``, on the same folder in the same run, as one table.

    python tests/bench/grading.py                   1, 10 and 100 submissions of the RFM exercise
    python tests/bench/grading.py --exercise SLUG   another exercise
    python tests/bench/grading.py --ours 1000       ours alone, at a size
    python tests/bench/grading.py --tables          the hostile and the differential table too

The class is mixed: right, right by another way, half right, wrong, raising, slow, untouched. The
column ``limit`` is what the cells alone cost in a warm kernel, spread over the cores: no engine that
runs them can be faster. Seconds hang on the machine; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import importlib.metadata
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import psutil

from casebank.desk.settings import STOCK

ROOT = Path(__file__).resolve().parents[2]
CASEBANK = Path(sys.executable).with_name("casebank")
KINDS = ("right", "other", "half", "wrong", "raising", "slow", "untouched")


def make_course(folder: Path, slug: str) -> Path:
    """A course with the exercise released, and nobody in it."""
    course = folder / "course"
    subprocess.run([CASEBANK, "course", "new", course], check=True, cwd=ROOT, capture_output=True)
    subprocess.run(
        [CASEBANK, "release", slug, "--course", course], check=True, cwd=ROOT, capture_output=True
    )
    return course


def fill(course: Path, slug: str, count: int) -> None:
    """Hand in a mixed class of ``count``; the same one for the same count."""
    from casebank.notebooks.source import read_source

    version = next(p for p in sorted((course / "versions" / slug).iterdir()) if p.is_dir())
    released = nbformat.read(version / "release" / "zh" / f"{slug}.ipynb", 4)
    solved = nbformat.read(version / "source" / f"{slug}.ipynb", 4)
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    probes: dict[str, dict[str, list[str]]] = {"pass": {}, "fail": {}}
    path = ROOT / "exercises" / slug / "exercise.py"
    for cell in read_source(path, str(path)):
        if cell.keys.kind == "probe" and cell.keys.expect and cell.keys.task:
            probes[cell.keys.expect].setdefault(cell.keys.task, []).append(cell.source)
    shutil.rmtree(course / "submitted", ignore_errors=True)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        chance = random.Random(number)
        notebook = copy.deepcopy(released)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if not cell.metadata.get("nbgrader", {}).get("solution"):
                continue
            if cell.cell_type != "code":
                cell.source = f"{kind} {number}"
                continue
            cell.source = _answer(kind, name, cell.source, answers[name], probes, chance)
        goal = course / "submitted" / f"s{number:05}" / slug
        goal.mkdir(parents=True)
        nbformat.write(notebook, goal / f"{slug}.ipynb")


def _answer(
    kind: str,
    name: str,
    stub: str,
    answer: str,
    probes: dict[str, dict[str, list[str]]],
    chance: random.Random,
) -> str:
    task = name.removesuffix("-solution")
    good, bad = probes["pass"].get(task, [answer]), probes["fail"].get(task, [stub])
    if kind == "untouched":
        return stub
    if kind == "right":
        return answer
    if kind == "other":
        return chance.choice(good)
    if kind == "half":
        return answer if chance.random() < 0.5 else stub
    if kind == "wrong":
        return chance.choice(bad)
    if kind == "raising":
        return answer if chance.random() < 0.7 else "raise ValueError('this is not finished')"
    return f"{answer}\nsum(i * i for i in range(1_000_000))"


class Peak:
    """The most memory that a tree of processes had at once, what they share counted once."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most = pid, 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._end.wait(1.0):
            total = 0
            try:
                top = psutil.Process(self.pid)
                tree = [top, *top.children(recursive=True)]
            except psutil.Error:
                return
            for process in tree:
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, OSError):
                    continue
            self.most = max(self.most, total)

    def stop(self) -> float:
        """MB."""
        self._end.set()
        self._thread.join()
        return self.most / 1e6


def timed(command: list[Any], cwd: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds of the tree, and peak memory in MB of a command."""
    before = os.times()
    began = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = Peak(process.pid)
    process.wait()
    wall = time.monotonic() - began
    after = os.times()
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return wall, cpu, peak.stop()


def stock(course: Path, slug: str) -> float:
    """Wall seconds of stock ``nbgrader autograde`` for the class, in a copy of the course."""
    with tempfile.TemporaryDirectory(prefix="stock-") as name:
        copy_ = Path(name) / "course"
        shutil.copytree(course, copy_, ignore=shutil.ignore_patterns(".casebank", "autograded"))
        command = [sys.executable, "-m", "nbgrader", "autograde", slug, "--create", *STOCK]
        wall, _, _ = timed(command, copy_)
        done = len(list((copy_ / "autograded").glob(f"*/{slug}/{slug}.ipynb")))
        wanted = len(list((copy_ / "submitted").iterdir()))
        if done != wanted:
            print(f"stock graded {done} of {wanted}", file=sys.stderr)
        return wall


def ours(course: Path, slug: str, *options: str, proven: bool = False) -> dict[str, float]:
    """What ``casebank grade`` takes for the class, from cold, with or without the proof."""
    for name in ("autograded", "logs"):
        shutil.rmtree(course / name, ignore_errors=True)
    if not proven:
        (course / ".casebank" / "proof.json").unlink(missing_ok=True)
    command = [CASEBANK, "grade", slug, "--course", course, "--force", *options]
    wall, cpu, memory = timed(command, course)
    found: dict[str, float] = {"wall": wall, "cpu": cpu, "memory": memory}
    log = max((course / "logs").glob(f"grade-{slug}-*.jsonl"))
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    mine = [line for line in lines if line["event"] == "submission"]
    for part in ("cells", "start", "bookkeeping", "verification"):
        found[part] = sum(line["cpu"].get(part, 0.0) for line in mine) / max(1, len(mine))
    found["count"] = len(mine)
    found["held"] = sum(line["status"] == "held" for line in mine)
    return found


def table(rows: list[list[str]]) -> None:
    """Print rows, the first being the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)))
        sys.stdout.flush()


def _row(
    label: str, size: int, base: float, course: Path, slug: str, cores: int, *, proven: bool = False
) -> list[str]:
    """One class, graded without and with the second judgement."""
    fast = ours(course, slug, "--no-verify", proven=proven)
    # A proof for one judgement says nothing of two, so this one is the first of its kind as well.
    safe = ours(course, slug, proven=True)
    limit = fast["cells"] * size / cores
    return [
        label,
        f"{base:.1f}" if base else "-",
        f"{fast['wall']:.1f}",
        f"{base / fast['wall']:.1f}x" if base else "-",
        f"{safe['wall']:.1f}",
        f"{base / safe['wall']:.1f}x" if base else "-",
        f"{limit:.1f}",
        f"{fast['wall'] / limit:.2f}" if limit else "-",
        f"{fast['cells']:.3f}",
        f"{fast['bookkeeping']:.3f}",
        f"{safe['verification'] + safe['cells'] - fast['cells']:.3f}",
        f"{max(fast['memory'], safe['memory']):.0f}",
        f"{safe['held']:.0f}",
        f"{size / fast['wall'] / cores:.2f}",
    ]


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exercise", default="rfm-segmentation")
    parser.add_argument("--sizes", default="1,10,100")
    parser.add_argument("--ours", default="", help="sizes for ours alone, such as 1000,10000")
    parser.add_argument("--tables", action="store_true")
    wanted = parser.parse_args(list(arguments))
    cores = len(os.sched_getaffinity(0))
    print(
        f"{datetime.date.today()}, {cores} cores ({platform.processor() or platform.machine()}), "
        f"Python {platform.python_version()}, nbgrader {importlib.metadata.version('nbgrader')}, "
        f"exercise {wanted.exercise}"
    )
    head = ["class", "stock s", "no-verify s", "ratio", "verify s", "ratio", "limit s", "x limit"]
    head += ["cells", "book", "second", "MB", "held", "/s/core"]
    rows = [head]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        course = make_course(Path(name), wanted.exercise)
        sizes = [int(size) for size in wanted.sizes.split(",") if size]
        alone = [int(size) for size in wanted.ours.split(",") if size]
        for size in [*sizes, *alone]:
            fill(course, wanted.exercise, size)
            base = stock(course, wanted.exercise) if size in sizes else 0.0
            rows.append(_row(str(size), size, base, course, wanted.exercise, cores))
            print("  ".join(rows[-1]), flush=True)
            if size == 1:
                label = "1, proven before"
                rows.append(_row(label, size, base, course, wanted.exercise, cores, proven=True))
                print("  ".join(rows[-1]), flush=True)
    print()
    table(rows)
    if wanted.tables:
        for script in ("hostile", "differential"):
            print(f"\n{script}")
            subprocess.run([sys.executable, ROOT / "tests" / script / "table.py"], check=False)


if __name__ == "__main__":
    main(sys.argv[1:])
