"""Merging a trainee's notebook with a new version: six rules, in Python and in JavaScript."""

from __future__ import annotations

import copy
import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebank.check.merge import diff, merge

CASES = json.loads(Path(__file__).with_name("merge_cases.json").read_text(encoding="utf-8"))
SCRIPT = Path(__file__).parents[3] / "src/casebank/lite/assets/merge.js"
RULES = ("1 unchanged", "2 changed", "3 a mended", "4 both", "5 deleted", "6 a name")

Notebook = dict[str, Any]


def test_six_rules() -> None:
    """Has each of the six rules a case named after it?"""
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
    for rule in RULES:
        assert any(name.startswith(rule) for name in names), rule


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    """Is the result the written one, and are the three notebooks left as they were?"""
    given_ = copy.deepcopy(case)
    notebook, changes = merge(case["base"], case["mine"], case["new"])
    assert notebook == case["notebook"]
    assert changes == case["changes"]
    assert case == given_
    nbformat.validate(nbformat.from_dict(notebook))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_twice_changes_nothing(case: dict[str, Any]) -> None:
    """Does a second run change nothing, with the new base or (cut short) with the old one?"""
    notebook, _ = merge(case["base"], case["mine"], case["new"])
    for base in (case["new"], case["base"]):
        again, changes = merge(base, notebook, case["new"])
        assert again == notebook
        assert {change["what"] for change in changes} <= {"kept"}


# -- properties ------------------------------------------------------------------------------

WORDS = ("a", "b", "c", "x = 1", "x = 1\ny = 2", "")
#: What a trainee writes is told apart from every source of the course.
OWN = ("MINE 1", "MINE 2\nMINE 3", "a\nMINE 4")


def released(draw: Callable[[int], int], old: Notebook | None = None) -> Notebook:
    """A release, or a later one made from it: cells change, come, go and move."""
    cells: list[dict[str, Any]] = []
    if old is None:
        for number in range(draw(5)):
            cells.append(prose(draw))
            if draw(2):
                cells += task(f"t{number}", draw)
    else:
        for cell in copy.deepcopy(old["cells"]):
            deed = draw(6)
            if deed == 0:
                continue
            if deed == 1:
                cell["source"] = WORDS[draw(len(WORDS))]
            if deed == 2:
                cells.append(prose(draw))
            cells.append(cell)
        if draw(3) == 0:
            cells += task(f"n{draw(3)}", draw)
        if draw(5) == 0 and len(cells) > 1:
            cells.insert(draw(len(cells)), cells.pop(draw(len(cells))))
    count = 0
    for cell in cells:
        # As the course numbers its prose: in order.
        if "nbgrader" not in cell["metadata"]:
            count += 1
            cell["id"] = f"prose-{count}"
    version = "1" if old is None else ("1", "2")[draw(2)]
    about = {"exercise": "x", "lang": "en", "version": version}
    return {"cells": cells, "metadata": {"casebank": about}, "nbformat": 4, "nbformat_minor": 5}


def prose(draw: Callable[[int], int]) -> dict[str, Any]:
    kind = ("markdown", "code")[draw(2)]
    return {"cell_type": kind, "id": "", "metadata": {}, "source": WORDS[draw(len(WORDS))]}


def task(name: str, draw: Callable[[int], int]) -> list[dict[str, Any]]:
    cells = []
    for part, locked in (("solution", False), ("test", True)):
        about = {"grade_id": f"{name}-{part}", "grade": locked, "locked": locked}
        cells.append(
            {
                "cell_type": "code",
                "id": f"{name}-{part}",
                "metadata": {"nbgrader": about},
                "source": WORDS[draw(len(WORDS))],
                "outputs": [],
                "execution_count": None,
            }
        )
    return cells


def worked_on(draw: Callable[[int], int], base: Notebook) -> Notebook:
    """What a trainee made of it: run, written, deleted, added, pasted, moved, ids lost."""
    mine = copy.deepcopy(base)
    cells: list[dict[str, Any]] = []
    for cell in mine["cells"]:
        deed = draw(9)
        if deed == 0:
            continue
        if deed in (1, 2):
            cell["source"] = OWN[draw(len(OWN))]
        if deed == 3:
            cell["execution_count"] = 7
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "7"}]
        if deed == 4:
            name = ("", "t0-test", "n0-solution", "own", "prose-2")[draw(5)]
            own = {"cell_type": "code", "metadata": {}, "source": OWN[draw(len(OWN))]}
            cells.append({**own, "id": name} if name else own)
        if deed == 5:
            cells.append({**copy.deepcopy(cell), "id": f"paste-{draw(3)}"})
        if deed == 6 and draw(3) == 0:
            cell.pop("id")
        cells.append(cell)
    if draw(6) == 0 and len(cells) > 1:
        cells.insert(draw(len(cells)), cells.pop(draw(len(cells))))
    mine["cells"] = cells
    return mine


def three(seed: int) -> tuple[Notebook, Notebook, Notebook]:
    """A release, a trainee's copy and the next release; the same for the same seed."""
    source = random.Random(seed)
    base = released(source.randrange)
    return base, worked_on(source.randrange, base), released(source.randrange, base)


QUIET = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
SEEDS = st.integers(min_value=0, max_value=10**9)


@QUIET
@given(SEEDS)
def test_nothing_of_the_trainees_is_lost(seed: int) -> None:
    """Is each cell that the trainee wrote in the result, or told as gone with its words?"""
    base, mine, new = three(seed)
    notebook, changes = merge(base, mine, new)
    there = [cell["source"] for cell in notebook["cells"]]
    there += [change["mine"] for change in changes if "mine" in change]
    for cell in mine["cells"]:
        if "MINE" in cell["source"]:
            assert there.count(cell["source"]) >= 1
            there.remove(cell["source"])


@QUIET
@given(SEEDS)
def test_only_a_test_cell_can_lose_words(seed: int) -> None:
    """Does an answer or a note stay in the notebook itself?"""
    base, mine, new = three(seed)
    notebook, changes = merge(base, mine, new)
    there = {cell["source"] for cell in notebook["cells"]}
    for change in changes:
        if "mine" in change and change["mine"] not in there:
            assert change["cell"].endswith("-test")


@QUIET
@given(SEEDS)
def test_twice(seed: int) -> None:
    """Does a second run change nothing, whichever base it takes?"""
    base, mine, new = three(seed)
    notebook, _ = merge(base, mine, new)
    again, changes = merge(new, notebook, new)
    assert again == notebook
    assert {change["what"] for change in changes} <= {"kept"}
    if new["metadata"]["casebank"]["version"] != base["metadata"]["casebank"]["version"]:
        assert merge(base, notebook, new)[0] == notebook


@QUIET
@given(SEEDS)
def test_order_tests_and_ids(seed: int) -> None:
    """Stands all of the new version in its order, with its tests, under ids that are unique?"""
    base, mine, new = three(seed)
    notebook, _ = merge(base, mine, new)
    names = [cell["id"] for cell in notebook["cells"]]
    assert len(set(names)) == len(names)
    wanted = [cell["id"] for cell in new["cells"]]
    assert [name for name in names if name in wanted] == wanted
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    for cell in new["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            assert by_id[cell["id"]]["source"] == cell["source"]
        assert by_id[cell["id"]]["metadata"] == cell["metadata"]
    grades = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    grades = [grade for grade in grades if grade]
    assert len(set(grades)) == len(grades), "a grader finds a task twice"


@QUIET
@given(SEEDS)
def test_outputs_stay_where_the_source_stayed(seed: int) -> None:
    """Has a cell outputs only beside the source that made them, and are none of those lost?"""
    base, mine, new = three(seed)
    notebook, _ = merge(base, mine, new)
    ran = {cell["source"] for cell in mine["cells"] if cell.get("execution_count")}
    for cell in notebook["cells"]:
        if cell.get("execution_count"):
            assert cell["source"] in ran
    locked = {c["id"] for c in new["cells"] if c["metadata"].get("nbgrader", {}).get("locked")}
    same = {cell["id"]: cell["source"] for cell in new["cells"]}
    names = [cell.get("id", "") for cell in mine["cells"]]
    for cell in mine["cells"]:
        name = cell.get("id", "")
        kept = cell.get("execution_count") and name.startswith("t") and name in same
        kept = kept and names.count(name) == 1
        if kept and (name not in locked or same[name] == cell["source"]):
            after = next(one for one in notebook["cells"] if one["id"] == name)
            if after["source"] == cell["source"]:
                assert after["outputs"] == cell["outputs"]


@QUIET
@given(SEEDS)
def test_base_not_known(seed: int) -> None:
    """Without a base, is nothing of the trainee's replaced but tests?"""
    _, mine, new = three(seed)
    notebook, changes = merge(None, mine, new)
    there = {cell["source"] for cell in notebook["cells"]}
    there |= {change["mine"] for change in changes if change["what"] == "replaced"}
    for cell in mine["cells"]:
        assert cell["source"] in there


@QUIET
@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_diff_can_be_applied(left: list[str], right: list[str]) -> None:
    """Does a difference lead from the old text to the new one?"""
    old, new = "\n".join(left).split("\n"), "\n".join(right).split("\n")
    made: list[str] = []
    at = 0
    text = diff("\n".join(old), "\n".join(new))
    for line in text.split("\n") if text else ():
        if line.startswith("@@"):
            start = int(line.split(" ")[1][1:].split(",")[0]) - 1
            made += old[at:start]
            at = start
        elif line.startswith("+"):
            made.append(line[1:])
        else:
            assert old[at] == line[1:]
            made += [line[1:]] if line.startswith(" ") else []
            at += 1
    assert made + old[at:] == new


# -- the same in JavaScript -------------------------------------------------------------------

RUN = """
import { merge } from "./merge.mjs";
import fs from "node:fs";
const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const results = cases.map(({ base, mine, new: fresh }) => {
  const before = JSON.stringify([base, mine, fresh]);
  const { notebook, changes } = merge(base, mine, fresh);
  if (JSON.stringify([base, mine, fresh]) !== before) throw new Error("an input was changed");
  return { notebook, changes };
});
process.stdout.write(JSON.stringify(results));
"""


def in_javascript(folder: Path, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here to run merge.js")
    shutil.copyfile(SCRIPT, folder / "merge.mjs")
    (folder / "run.mjs").write_text(RUN, encoding="utf-8")
    done = subprocess.run(
        [node, str(folder / "run.mjs")],
        input=json.dumps(cases),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_javascript_gives_the_written_results(tmp_path: Path) -> None:
    """Does the page's merge.js give what the shared cases say?"""
    for case, result in zip(CASES, in_javascript(tmp_path, CASES), strict=True):
        assert result["notebook"] == case["notebook"], case["name"]
        assert result["changes"] == case["changes"], case["name"]


def test_javascript_and_python_agree(tmp_path: Path) -> None:
    """Do both agree on 2,000 notebooks that nobody chose, with and without a base?"""
    cases = []
    for seed in range(2000):
        base, mine, new = three(seed)
        cases.append({"base": base if seed % 5 else None, "mine": mine, "new": new})
    for seed, (case, result) in enumerate(zip(cases, in_javascript(tmp_path, cases), strict=True)):
        notebook, changes = merge(case["base"], case["mine"], case["new"])
        assert result == {"notebook": notebook, "changes": changes}, f"seed {seed}"
