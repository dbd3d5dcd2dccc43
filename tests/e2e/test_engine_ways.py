"""Ways through the engine by its public command: weights, stale grades, other kernels, proof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

SLUG = "ps1"
CASEBANK = Path(sys.executable).with_name("casebank")


def _meta(name: str, *, solution: bool = False, points: float | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": found | ({} if points is None else {"points": points})}


def _source(answer: str = "    return a + b", points: float = 2.0, kernel: str = "python3") -> Any:
    stub = f"def add(a, b):\n    ### BEGIN SOLUTION\n{answer}\n    ### END SOLUTION"
    hidden = "### BEGIN HIDDEN TESTS\nassert add(20, 22) == 42\n### END HIDDEN TESTS"
    return new_notebook(
        cells=[
            new_markdown_cell("Add two numbers.", id="text"),
            new_code_cell(stub, id="add", metadata=_meta("add", solution=True)),
            new_code_cell(
                f"assert add(1, 2) == 3\n{hidden}", id="t1", metadata=_meta("t1", points=points)
            ),
            new_code_cell("round(add(0.5, 0.25), 2)", id="t2", metadata=_meta("t2", points=points)),
        ],
        metadata={
            "kernelspec": {"name": kernel, "display_name": kernel, "language": "python"},
        },
    )


def run(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A public command in the course."""
    # nbgrader calls alembic by its bare name.
    path = f"{CASEBANK.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(word) for word in words],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
    )


def release(course: Path, notebook: Any) -> None:
    path = course / "source" / SLUG / "add.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    done = run(
        course, sys.executable, "-m", "nbgrader", "generate_assignment", SLUG, "--force", "--create"
    )
    assert done.returncode == 0, done.stderr[-2000:]


def hand_in(course: Path, student: str, answer: str) -> None:
    notebook = nbformat.read(course / "release" / SLUG / "add.ipynb", 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "add":
            cell.source = answer
    path = course / "submitted" / student / SLUG / "add.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def grade(course: Path, *options: str, code: int = 0) -> str:
    done = run(course, str(CASEBANK), "grade", SLUG, *options)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def scores(course: Path) -> dict[str, dict[str, float | None]]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            one.student.id: {g.name: g.auto_score for n in one.notebooks for g in n.grades}
            for one in gradebook.assignment_submissions(SLUG)
        }


def ran(course: Path) -> list[str]:
    """The students that the last run graded."""
    log = max((course / "logs").glob(f"grade-{SLUG}-*.jsonl"), key=lambda path: path.name)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return sorted(line["student"] for line in lines if line["event"] == "submission")


GOOD = "def add(a, b):\n    return a + b"
LIAR = (
    "class Yes:\n    def __eq__(self, other):\n        return True\n"
    "    def __round__(self, n=0):\n        return 2.0\n"
    "def add(a, b):\n    return Yes()"
)
BAD = "def add(a, b):\n    return a - b"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of a stranger, never touched by ``casebank course new``."""
    root = tmp_path / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "strange"\n', encoding="utf-8"
    )
    release(root, _source())
    hand_in(root, "ann", GOOD)
    hand_in(root, "bob", BAD)
    return root


def test_weights_and_stale(course: Path) -> None:
    """Does a change of weights alone run no notebook, and one of tests run just what it must?"""
    grade(course, "--no-proof")
    assert scores(course) == {"ann": {"t1": 2, "t2": 0.75}, "bob": {"t1": 0, "t2": 0.25}}
    assert grade(course, "--stale", "--no-proof").count("graded") and ran(course) == []
    release(course, _source(points=5.0))
    said = grade(course, "--stale", "--no-proof")
    assert "weights (2)" in " ".join(said.split())
    assert ran(course) == []
    assert scores(course) == {"ann": {"t1": 5, "t2": 0.75}, "bob": {"t1": 0, "t2": 0.25}}
    harder = _source(points=5.0)
    harder.cells[2].source = harder.cells[2].source.replace("add(20, 22) == 42", "add(1, 1) == 2")
    release(course, harder)
    said = grade(course, "--stale", "--no-proof")
    assert "checks (2)" in " ".join(said.split())
    assert ran(course) == ["ann", "bob"]


def test_proof_of_a_stranger(course: Path) -> None:
    """Is nobody graded while the instructor's own solution fails, and is it said which cell?"""
    release(course, _source("    return a * b"))
    said = " ".join(grade(course, code=1).split())
    assert "'t1'" in said and "nobody was graded" in said and "--no-proof" in said
    assert scores(course) == {}
    # A value below the maximum is all that the solution gets here: said as well.
    assert "'t2'" in said


def test_a_liar_is_held(course: Path) -> None:
    """Is an answer that equals everything held, with both judgements, and never given points?"""
    hand_in(course, "eve", LIAR)
    said = grade(course, "--no-proof", "--only", "eve")
    assert "held" in said
    assert scores(course)["eve"]["t1"] is None
    shown = run(course, str(CASEBANK), "held", SLUG).stdout
    assert "eve" in shown and "t1" in shown


def test_proof_of_what_is_there_now(course: Path) -> None:
    """Is a solution proven again once it has changed, though nobody has released it?"""
    release(course, _source(points=0.75))
    grade(course)
    changed = _source("    return 7", points=0.75)
    nbformat.write(changed, course / "source" / SLUG / "add.ipynb")
    said = " ".join(grade(course, "--force", code=1).split())
    assert "'t1'" in said and "nobody was graded" in said


def test_points_by_hand(course: Path) -> None:
    """Does a dispute end when a person gives points, and not when another program does?"""
    from nbgrader.api import Gradebook

    hand_in(course, "eve", LIAR)
    grade(course, "--no-proof", "--only", "eve")
    done = run(
        course, sys.executable, "-m", "nbgrader", "autograde", SLUG, "--student=eve", "--force"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert scores(course)["eve"]["t1"] == 2, "nbgrader knows of no dispute"
    assert "eve" in run(course, str(CASEBANK), "held", SLUG).stdout
    again = grade(course, "--no-proof", "--only", "eve")
    assert "held" in again and "0/4" in again
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for one in gradebook.find_submission_notebook("add", SLUG, "eve").grades:
            one.manual_score, one.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    again = grade(course, "--no-proof", "--only", "eve")
    assert "graded" in again and "1/4" in again and "held" not in again


def test_another_kernel(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a notebook for another kernel run by that kernel, inside the same sandbox?"""
    spec = tmp_path / "share" / "jupyter" / "kernels" / "loud"
    spec.mkdir(parents=True)
    words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--debug"]
    about = {"argv": words, "display_name": "Loud", "language": "python", "env": {"LOUD": "1"}}
    (spec / "kernel.json").write_text(json.dumps(about), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    release(course, _source(kernel="loud"))
    look = (
        "import os\nassert os.environ['LOUD'] == '1' and os.getuid() != 0\n"
        "assert not os.path.exists('/etc/passwd')\n"
    )
    hand_in(course, "cat", look + GOOD)
    grade(course, "--no-proof", "--only", "cat")
    assert scores(course)["cat"] == {"t1": 2, "t2": 0.75}
    # nbgrader keeps the kernel of an assignment's first release.
    (course / "gradebook.db").unlink()
    release(course, _source(kernel="missing-kernel"))
    assert "missing-kernel" in grade(course, "--no-proof", "--only", "cat", "--force")


def test_read_only_course(course: Path) -> None:
    """Is a gradebook that may not be written one sentence, and nothing else?"""
    said = grade_unwritable(course)
    assert "Traceback" not in said and "gradebook" in said


def grade_unwritable(course: Path) -> str:
    """Root may write everything, so a folder takes the place of the gradebook."""
    (course / "gradebook.db").unlink()
    (course / "gradebook.db").mkdir()
    done = run(course, str(CASEBANK), "grade", SLUG)
    assert done.returncode == 3, done.stdout + done.stderr
    return done.stderr
