"""Does ``collect`` take what the browser's page writes, under the name that Python gives?"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import collect_parcels as made
import pytest

from casebank.grading.collect import collect
from casebank.paths import Repo

REPO = Repo.find()
ASSETS = REPO.root / "src/casebank/lite/assets"
NAMES = REPO.root / "tests/unit/check/handin_names.json"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None, reason="node is missing here: sudo apt install nodejs"
)
SCRIPT = """
import { readFileSync, writeFileSync } from "node:fs";
import { submission, submissionName } from "./files.js";
const { cases, work, student, at } = JSON.parse(readFileSync("given.json", "utf8"));
const made = submission(work, student, at);
writeFileSync("made.zip", made.bytes);
const names = cases.map((one) => submissionName(one.name, one.id, one.exercise, one.version));
writeFileSync("said.json", JSON.stringify({ names, name: made.name }));
"""


def browser(folder: Path, **given: Any) -> dict[str, Any]:
    """What the page's own code says of these cases, and writes for this work."""
    shutil.copytree(ASSETS, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "run.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
    subprocess.run([str(NODE), "run.js"], cwd=folder, check=True, timeout=60)
    return json.loads((folder / "said.json").read_text("utf-8"))


def test_browser_and_python_agree(tmp_path: Path) -> None:
    """Is a submission of the page named like the kit's, taken, and whole?"""
    cases = json.loads(NAMES.read_text("utf-8"))["cases"]
    notebook = json.loads(made.notebook("答案 = '😀\\u2028'"))
    work = {
        "notebook": notebook,
        "version": "1.0.0",
        "slug": made.SLUG,
        "lang": "zh",
        "checks": [made.check(passed=number % 3) for number in range(300)],
    }
    student = {"name": "张 伟", "id": "s001"}
    said = browser(tmp_path / "js", cases=cases, work=work, student=student, at=made.AT)
    assert said["names"] == [one["file"] for one in cases]
    assert said["name"] == "张-伟_s001_demo_1.0.0.casebank.zip"
    course = made.course(tmp_path / "course", "s001")
    report = collect(course.root, [tmp_path / "js" / "made.zip"])
    assert report.aside == []
    line = report.lines[0]
    assert (line.made_with, line.checks, line.name) == ("browser", 200, "张 伟")
    taken = course.root / "submitted/s001" / made.SLUG / f"{made.SLUG}.ipynb"
    assert json.loads(taken.read_text("utf-8")) == notebook
