"""A stranger's smallest course by nbgrader's own means: one notebook, one answer, one test."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

SLUG = "ps1"
BIN = Path(sys.executable).parent
RIGHT = "def twice(x):\n    return x + x"
OWN = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent))
steps = "ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"
c.Autograde.sanitize_preprocessors = [
    "own_step.Look", *(f"nbgrader.preprocessors.{name}" for name in steps)
]
"""
LOOK = """
from nbgrader.preprocessors import NbGraderPreprocessor
class Look(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        return nb, resources
"""


def _cell(source: str, grade_id: str, *, grade: bool, points: int | None = None) -> dict[str, Any]:
    about = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": not grade,
        "locked": grade,
        "task": False,
        "schema_version": 3,
        **({} if points is None else {"points": points}),
    }
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": about},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def make(root: Path, settings: str = "") -> Path:
    """The course folder with its assignment released."""
    folder = root / "source" / SLUG
    folder.mkdir(parents=True)
    answer = "### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION"
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 2,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "cells": [
            _cell(answer, "a", grade=False),
            _cell("assert twice(4) == 8", "t", grade=True, points=1),
        ],
    }
    (folder / "work.ipynb").write_text(json.dumps(notebook))
    (root / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "small"\n{settings}'
    )
    done = run("nbgrader", "generate_assignment", SLUG, cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def make_own(root: Path, settings: str = "") -> Path:
    """The same in a course whose first step is its own, so that nbgrader's converter runs it."""
    root.mkdir(parents=True)
    (root / "own_step.py").write_text(LOOK)
    return make(root, settings + OWN)


def graded(root: Path) -> dict[str, dict[str, Any]]:
    """All that was handed in, graded by the public command; what the log says of each."""
    code, said = Run(root, "--workers", "2").end(300)
    assert "Traceback" not in said
    [log] = (root / "logs").glob("grade-*.jsonl")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    found = {one["student"]: one for one in lines if one["event"] == "submission"}
    assert found, said
    return {**found, "": {"code": code, "said": said}}


def environment() -> dict[str, str]:
    """This one with our programs first."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def run(program: str, *words: str, cwd: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command of the environment, to its end."""
    return subprocess.run(
        [str(BIN / program), *words],
        cwd=cwd,
        env=environment() | more,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


def submit(root: Path, student: str, code: str = RIGHT, **files: bytes) -> Path:
    """A notebook with an answer, and what is handed in beside it."""
    notebook = copy.deepcopy(
        json.loads((root / "release" / SLUG / "work.ipynb").read_text(encoding="utf-8"))
    )
    notebook["cells"][0]["source"] = code
    folder = root / "submitted" / student / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "work.ipynb").write_text(json.dumps(notebook))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


class Run:
    """``casebank grade`` under way."""

    def __init__(self, root: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [str(BIN / "casebank"), "grade", SLUG, "--course", str(root), *words],
            cwd=root.parent,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._seen: dict[int, psutil.Process] = {}

    def below(self, wait: float = 0) -> list[psutil.Process]:
        """All that it has started and that is alive; waits for something to be there."""
        deadline = time.monotonic() + wait
        while True:
            try:
                found = psutil.Process(self.process.pid).children(recursive=True)
            except psutil.Error:
                found = []
            self._seen |= {one.pid: one for one in found}
            if found or time.monotonic() >= deadline:
                return found
            time.sleep(0.02)

    def workers(self, wait: float = 0) -> list[psutil.Process]:
        """Its workers; waits for one to be there."""
        deadline = time.monotonic() + wait
        while True:
            found = [p for p in self.below() if "casebank.grading.worker" in words_of(p)]
            if found or time.monotonic() >= deadline:
                return found
            time.sleep(0.02)

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self, seconds: float) -> tuple[int, str]:
        """Its exit code and what it said.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        try:
            said, _ = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, said

    def survivors(self, seconds: float) -> list[psutil.Process]:
        """What it has started and that is still alive after so long."""
        deadline = time.monotonic() + seconds
        while True:
            left = [one for one in self._seen.values() if _alive(one)]
            if not left or time.monotonic() >= deadline:
                return left
            time.sleep(0.05)


def words_of(process: psutil.Process) -> str:
    """A process's command line; empty when it has gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
