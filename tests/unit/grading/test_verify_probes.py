"""Every probe of our exercises is judged alike in a kernel and away from it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_verify_rig import Kernel, Rig, rig

import pieces
from casebank.grading.verify import differ
from casebank.notebooks import rules
from casebank.notebooks.editions import cell_ids
from casebank.notebooks.markers import SOLUTION, clear
from casebank.notebooks.source import read_source
from casebank.notebooks.stubs import CODE_STUB

ROOT = Path(__file__).parents[3]
SAMPLE = 14
SEED = 20261124

Probe = tuple[str, str, str, str]


def read(slug: str, lang: str = "zh") -> tuple[list[tuple[str, str, str]], list[Probe]]:
    """An exercise as a script, and its probes: task, expectation, name, source."""
    path = ROOT / "exercises" / slug / "exercise.py"
    slots = rules.slots(read_source(path, "exercise.py"))
    script, probes = [], []
    for slot, name in zip(slots, cell_ids(slots), strict=True):
        cell = slot.get(lang)
        if cell.kind == "probe":
            probes.append(
                (str(cell.keys.task), str(cell.keys.expect), str(cell.keys.name), cell.source)
            )
        elif name is not None and not cell.markdown:
            kind = cell.kind if cell.kind in ("solution", "test") else "setup"
            script.append((kind, name if kind != "setup" else "", cell.source))
            if kind == "solution":
                stub = clear(cell.source, SOLUTION, CODE_STUB)
                task = str(cell.keys.task)
                probes.append((task, "not-attempted", "untouched", stub))
                raising = stub.replace(CODE_STUB, 'raise RuntimeError("raising")')
                probes.append((task, "error", "raising", raising))
    return script, probes


def task_of(slug: str) -> dict[str, str]:
    """The task of each cell by grade id."""
    slots = rules.slots(read_source(ROOT / "exercises" / slug / "exercise.py", "exercise.py"))
    return {
        name: str(slot.zh.keys.task)
        for slot, name in zip(slots, cell_ids(slots), strict=True)
        if name is not None
    }


@contextmanager
def prepared(slug: str, folder: Path, lang: str = "zh") -> Iterator[Rig]:
    """A rig for an exercise with its data."""
    (folder / "data").mkdir()
    for path in (ROOT / "datasets").glob("*.csv"):
        (folder / "data" / path.name).symlink_to(path)
    import os

    before = Path.cwd()
    os.chdir(folder)
    try:
        with rig(read(slug, lang)[0], folder) as made:
            assert made.prepared["ok"], made.prepared
            yield made
    finally:
        os.chdir(before)


def judge_probe(made: Rig, kernel: Kernel, place: int, probe: Probe, tasks: dict[str, str]) -> str:
    """What is not as it should be with one probe; the kernel stands before the task's cell."""
    task, expect, name, source = probe
    last = max(n for n, (k, c, _) in enumerate(made.script) if k == "test" and tasks.get(c) == task)
    line, own = made.judge(), kernel.clone()
    states, verdicts, wrong = [], {}, ""
    for kind, cell, text in made.script[place : last + 1]:
        if tasks.get(cell) != task:
            if kind == "setup":
                own.run(text)
            continue
        if kind == "solution":
            own.run(source)
            continue
        if made.plan.after(cell):
            group = [c for c in made.plan.after(cell) if tasks.get(c) == task]
            verdicts |= made.group(line, own, group)
        said = own.run(text)
        difference = differ(said["outputs"], said["status"], verdicts[cell], 1.0)
        if difference is not None:
            wrong += f"\n{task}/{name}/{cell}: ours {difference.ours} | theirs {difference.theirs}"
        elif said["status"] == "error":
            kernel_said = f"{said['outputs'][-1]['ename']}: "
            if not str(verdicts[cell].get("error")).startswith(kernel_said):
                wrong += f"\n(text) {task}/{name}/{cell}: {verdicts[cell]} | {said['outputs'][-1]}"
        states.append(verdicts[cell]["state"])
    if (expect == "pass") != (set(states) == {"passed"}):
        wrong += f"\n{task}/{name}: expected {expect}, judged {states}"
    line.close()
    own.close()
    return wrong


def run(made: Rig, probes: list[Probe], tasks: dict[str, str]) -> str:
    """What is wrong with any probe, or with the solution."""
    made.learn()
    kernel, wrong = made.kernel(), ""
    for place, (kind, cell, source) in enumerate(made.script):
        if kind == "solution":
            for probe in probes:
                if probe[0] == tasks.get(cell):
                    wrong += judge_probe(made, kernel, place, probe, tasks)
        if kind != "test":
            kernel.run(source)
    kernel.close()
    return wrong


@pytest.mark.long
@pytest.mark.parametrize("slug", pieces.each("exercise", dear=True))
def test_probes_are_judged_alike(slug: str, tmp_path: Path) -> None:
    probes = read(slug)[1]
    chosen = random.Random(SEED).sample(probes, SAMPLE)
    with prepared(slug, tmp_path) as made:
        assert not made.plan.unverifiable
        assert run(made, chosen, task_of(slug)) == ""


@pytest.mark.long
def test_the_solution_is_judged_alike(tmp_path: Path) -> None:
    with prepared("rfm-segmentation", tmp_path, "en") as made:
        for cell, (said, verdict, difference) in made.grade().items():
            assert difference is None and verdict["state"] == "passed", (cell, said, verdict)
