"""From a trainee's notebook by one file to a grade: hand-in, collect, grade, feedback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import grading_class as made
import nbformat
import pytest
from grading_class import SLUG
from nbformat.v4 import new_code_cell

from casebank.check import log
from casebank.grading.course import Course

#: Enough for a collection to be under way while somebody kills it.
MANY = 200
#: A collection that rests at each rename, so that a busy test still comes before its end, and that
#: hears Ctrl-C also where the suite was started in the background, whose children ignore it.
SLOW = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
replace = os.replace
def slow(*args, **more):
    time.sleep(0.01)
    return replace(*args, **more)
os.replace = slow
from casebank.cli import main
sys.exit(main())
"""
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]


def casebank(*words: object, cwd: Path | None = None, code: int = 0) -> str:
    """What a command says."""
    done = subprocess.run(
        [sys.executable, "-m", "casebank.cli", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160"},
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def desk(course: Course, folder: Path, lang: str) -> Path:
    """A trainee's folder, unpacked from the handout; returns the notebook."""
    handout = next(course.handout.glob(f"{SLUG}-*-{lang}.zip"))
    with zipfile.ZipFile(handout) as archive:
        archive.extractall(folder)
    return next(folder.rglob(f"{SLUG}.ipynb"))


def work(path: Path, course: Course, lang: str, **answers: str) -> None:
    """Answer the notebook, with a call of the self-check at its end."""
    notebook = made.answer(made.released(course, lang), **(made.RIGHT | answers))
    made.cell(notebook, "advice-essay").source = "写给她。"
    notebook.cells.append(new_code_cell("check.all()", id="mine"))
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with its handout."""
    return made.make_course(tmp_path_factory.mktemp("deep") / "course")


def test_whole_way(tmp_path: Path) -> None:
    """Does a trainee of either language get the same points by a file as by hand, and a second
    attempt its own grade?"""
    course = made.make_course(tmp_path / "course")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for student, lang in (("s001", "zh"), ("s002", "en")):
        path = desk(course, tmp_path / student, lang)
        wrong = {} if lang == "zh" else {"share": "def share(part, whole):\n    return part\n"}
        work(path, course, lang, **wrong)
        casebank("check", path, code=0 if lang == "zh" else 1)
        casebank("hand-in", path, "--name", "李 伟", "--id", student, "--out", inbox)
        assert len(log.read(path.parent)) == 1
        # The same notebook as it would come from JupyterLab, with the log beside it.
        folder = made.hand_in(course, f"hand-{student}", path.read_bytes())
        (folder / log.NAME).write_bytes((path.parent / log.NAME).read_bytes())
    assert sorted(path.name for path in inbox.iterdir()) == [
        f"李-伟_s001_{SLUG}_1.0.0.casebank.zip",
        f"李-伟_s002_{SLUG}_1.0.0.casebank.zip",
    ]

    said = casebank("collect", inbox, "--course", course.root, "--json", tmp_path / "taken.json")
    # The course is a Chinese one.
    assert "收下 2 份，以前收过 0 份，收不了 0 份" in said
    assert "没有人核实过" in said
    taken = json.loads((tmp_path / "taken.json").read_text("utf-8"))["taken"]
    assert [(one["student"], one["checks"]) for one in taken] == [("s001", 1), ("s002", 1)]
    casebank("grade", SLUG, "--course", course.root)
    for student in ("s001", "s002"):
        assert made.rows(course, student) == made.rows(course, f"hand-{student}")
        graded = course.path("autograded", student, SLUG)
        assert log.NAME not in {path.name for path in graded.rglob("*")}
    assert made.rows(course, "s001") != made.rows(course, "s002")

    # A second attempt: only its owner is graded anew, and gets what it is worth.
    path = next((tmp_path / "s002").rglob(f"{SLUG}.ipynb"))
    work(path, course, "en")
    casebank("hand-in", path, "--out", inbox)
    said = casebank("collect", inbox, "--course", course.root)
    assert f"请再批改：s002（{SLUG}）" in said
    casebank("grade", SLUG, "--course", course.root)
    assert made.rows(course, "s002") == made.rows(course, "s001")
    casebank("feedback", SLUG, "--course", course.root)
    assert next(course.path("feedback", "s002", SLUG).glob("*.html")).is_file()
    assert len(list((course.root / "attempts/s002" / SLUG).glob("*.casebank.zip"))) == 2


def test_killed(tmp_path: Path) -> None:
    """Does a collection that is killed half way end as if nothing had happened?"""
    import signal
    import time

    course = made.make_course(tmp_path / "course")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = desk(course, tmp_path / "desk", "zh")
    work(path, course, "zh")
    for number in range(MANY):
        casebank_hand_in(path, inbox, f"s{number:03}")
    command = [sys.executable, "-c", SLOW, "collect", str(inbox), "-c", str(course.root)]
    for ending in (signal.SIGKILL, signal.SIGINT):
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        attempts, before = course.root / "attempts", _count(course)
        end = time.monotonic() + 60
        while _count(course) < before + 5 and run.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        run.send_signal(ending)
        _, said = run.communicate(timeout=60)
        assert run.returncode != 0 and "Traceback" not in said
        assert 0 < _count(course) < MANY
    assert "stopped; what was taken is kept" in said
    assert "，收不了 0 份" in casebank("collect", inbox, "-c", course.root)
    assert len(list(attempts.glob("*/*/*.casebank.zip"))) == MANY
    submitted = list((course.root / "submitted").glob(f"*/{SLUG}/{SLUG}.ipynb"))
    assert len(submitted) == MANY and {one.read_bytes() for one in submitted} == {path.read_bytes()}
    assert not list(course.root.rglob(".*.casebank.zip.*"))


def casebank_hand_in(path: Path, inbox: Path, student: str) -> None:
    from casebank.check.handin import hand_in

    hand_in(path, name="a", id=student, out=inbox)


def _count(course: Course) -> int:
    return len(list((course.root / "attempts").glob("*/*/*.casebank.zip")))


@pytest.mark.parametrize("depth", [80, 101, 400, 900, 5000])
@pytest.mark.parametrize("where", ["metadata", "cell", "output"])
def test_a_deep_notebook(tmp_path: Path, course: Course, where: str, depth: int) -> None:
    """Does what is nested beyond all reason end in one sentence, or is it checked like any other?"""
    path = desk(course, tmp_path, "en")
    work(path, course, "en")
    notebook = json.loads(path.read_text("utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "display_data", "data": {}, "metadata": {}}]
    places = {"metadata": notebook, "cell": code, "output": code["outputs"][0]}
    places[where]["metadata"]["deep"] = "DEEP"
    text = json.dumps(notebook, ensure_ascii=False)
    path.write_text(text.replace('"DEEP"', "[" * depth + "]" * depth), "utf-8")
    said = casebank("check", path, code=1 if depth > 80 else 0)
    assert "Traceback" not in said and "Casebank's own" not in said
    assert depth == 80 or (len(said.strip().splitlines()) == 1 and path.name in said)
