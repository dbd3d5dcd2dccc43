"""``casebank check NOTEBOOK``: one clear sentence for whatever is wrong, the file untouched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade

from casebank import notebooks
from casebank.check import cli, log, run
from casebank.check.outcomes import Spec, judge
from casebank.notebooks import prove
from casebank.paths import Repo

FIXTURE = Path(__file__).parents[1] / "notebooks/fixtures/mini"
SLUG = "mini-visits"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The small course with its notebooks."""
    root = tmp_path_factory.mktemp("command") / "mini"
    shutil.copytree(FIXTURE, root)
    repo = Repo(root)
    with pytest.MonkeyPatch.context() as patch:
        # The proofs have tests of their own; here only the files are wanted.
        patch.setattr(prove, "check_probes", lambda *args: 0)
        patch.setattr(prove, "check_kernels", lambda *args: None)
        notebooks.make(repo)
    return repo


def desk(course: Repo, folder: Path, lang: str, role: str = "release") -> Path:
    """A learner's copy; returns its notebook."""
    shutil.copytree(course.build / "notebooks/exercises" / SLUG / lang / "release", folder)
    if role == "source":
        made = course.build / "notebooks/exercises" / SLUG / lang / role / f"{SLUG}.ipynb"
        shutil.copyfile(made, folder / f"{SLUG}.ipynb")
    return folder / f"{SLUG}.ipynb"


@pytest.mark.parametrize(
    ("lang", "role", "code", "said"),
    [
        ("zh", "source", 0, "自动检查的 3 道题全部通过"),
        ("en", "release", 1, "0 of 3 checked tasks passed. The essay is not written yet."),
    ],
)
def test_report(
    course: Repo,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    lang: str,
    role: str,
    code: int,
    said: str,
) -> None:
    """Does the command report in the notebook's language, with the right code, and change
    nothing but its own log?"""
    path = desk(course, tmp_path / SLUG, lang, role)
    before = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    assert cli.check_notebook(path) == code
    assert said in capsys.readouterr().out
    after = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    assert after.pop(path.parent / log.NAME)
    assert after == before


def edited(path: Path, change: Callable[[nbformat.NotebookNode], None]) -> None:
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def test_wrong_kernel_changed_test_and_lost_ids(
    course: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is a notebook with another kernel's name, changed and deleted tests judged all the same?"""
    path = desk(course, tmp_path / SLUG, "en", "source")

    def spoil(notebook: nbformat.NotebookNode) -> None:
        notebook.metadata.kernelspec = {"name": "julia-9", "display_name": "J", "language": "julia"}
        notebook.cells = [c for c in notebook.cells if c.id != "counts-test-2"]
        for cell in notebook.cells:
            if cell.id == "spend-test":
                cell.source = "pass"
            if cell.id == "spend-solution":
                cell.source = "def spend(visits):\n    return visits"

    edited(path, spoil)
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["nbformat_minor"] = 4
    for cell in raw["cells"]:
        cell.pop("id", None)
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert cli.check_notebook(path, lang="en") == 1
    out = capsys.readouterr().out
    assert "✓ passed" in out
    assert "[check-key-twice]" in out or "[check-columns]" in out


def broken_json(path: Path) -> None:
    path.write_text("{not json", encoding="utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def not_a_notebook(path: Path) -> None:
    path.write_text('{"cells": 5, "metadata": {}}', encoding="utf-8")


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def no_spec(path: Path) -> None:
    (path.parent / "casebank.json").unlink()


def bad_spec(path: Path) -> None:
    (path.parent / "casebank.json").write_text("[]", encoding="utf-8")


def no_data(path: Path) -> None:
    shutil.rmtree(path.parent / "data")


def other_exercise(path: Path) -> None:
    edited(path, lambda nb: nb.metadata.casebank.update(exercise="other-one"))


def no_exercise(path: Path) -> None:
    def change(notebook: nbformat.NotebookNode) -> None:
        del notebook.metadata["casebank"]
        notebook.cells = notebook.cells[:1]

    edited(path, change)


def gone(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FAULTS = {
    broken_json: (1, "not a valid notebook", "不是有效的笔记本"),
    empty: (1, "not a valid notebook", "不是有效的笔记本"),
    not_a_notebook: (1, "not a valid notebook", "不是有效的笔记本"),
    binary: (1, "not a valid notebook", "不是有效的笔记本"),
    no_spec: (1, "casebank.json is not beside", "旁边没有 casebank.json"),
    bad_spec: (1, "cannot be read", "读不出来"),
    no_data: (1, "data/visits.csv is missing", "缺少数据文件 data/visits.csv"),
    other_exercise: (1, "belongs to other-one", "属于练习 other-one"),
    no_exercise: (1, "is not an exercise", "不是本课程的练习"),
    gone: (2, "there is no file", "找不到文件"),
    folder: (2, "is a folder", "是文件夹"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_sentence(
    course: Repo,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    fault: Callable[[Path], None],
    lang: str,
) -> None:
    """Is this fault answered with one sentence in the language asked for, and the right code?"""
    path = desk(course, tmp_path / SLUG, lang)
    fault(path)
    code, en, zh = FAULTS[fault]
    assert cli.check_notebook(path, lang=lang) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert (zh if lang == "zh" else en) in shown.err
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err


def test_no_kernel(
    course: Repo,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is a machine without a kernel told how to get one?"""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def none(self: object, name: str) -> None:
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", none)
    path = desk(course, tmp_path / SLUG, "en")
    assert cli.check_notebook(path) == 3
    assert "pip install ipykernel" in capsys.readouterr().err


def test_process_ends(course: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is code that ends the whole process told in one sentence?"""
    path = desk(course, tmp_path / SLUG, "en")

    def change(notebook: nbformat.NotebookNode) -> None:
        for cell in notebook.cells:
            if cell.id == "best-solution":
                cell.source = "import os\nos._exit(1)"

    edited(path, change)
    assert cli.check_notebook(path) == 1
    assert "Python stopped half way" in capsys.readouterr().err


def test_endless_loop(course: Repo, tmp_path: Path) -> None:
    """Is a loop that never ends stopped, and only its task at fault?"""
    path = desk(course, tmp_path / SLUG, "en", "source")
    spec = Spec.load(path.parent / "casebank.json")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id == "best-solution":
            cell.source = "while True:\n    pass"
    whole = cli.with_tests(notebook, spec)
    run.execute(whole, path.parent, seconds=4)
    found = {task.task: task for task in judge(whole, spec, "en")}
    assert str(found["best"].outcome) == "error"
    assert found["best"].message_id == "check-too-long"
    assert str(found["counts"].outcome) == "passed"


def test_outputs_tell_no_hidden_test(course: Repo, tmp_path: Path) -> None:
    """Does the output of a failed hidden test show its message, and no line of its code?"""
    desk(course, tmp_path / SLUG, "en")
    made = course.build / "notebooks/exercises" / SLUG / "en" / "source"
    notebook = nbformat.read(made / f"{SLUG}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id == "counts-solution":
            cell.source = (
                "def counts(visits):\n"
                "    n = visits.groupby('customer_id').size()\n"
                "    n.iloc[0] += 1\n    n.iloc[1] -= 1\n    return n"
            )
    run.execute(notebook, tmp_path / SLUG)
    outputs = json.dumps([c.get("outputs", []) for c in notebook.cells])
    assert "two visits on one day are two" in outputs
    assert "First difference: customer_id 101" in outputs
    assert "secret_expected" not in outputs


def test_outputs_of_a_kernel(course: Repo, tmp_path: Path) -> None:
    """In a kernel too: one line below an unwritten answer, which stays the error it was, and a
    passed test on standard output, so that nbgrader's points and the judge see no difference?"""
    path = desk(course, tmp_path / SLUG, "en")
    notebook = nbformat.read(path, as_version=4)
    made = nbformat.read(
        course.build / "notebooks/exercises" / SLUG / "en/source" / path.name, as_version=4
    )
    answers = {cell.id: cell.source for cell in made.cells}
    for cell in notebook.cells:
        if cell.id == "counts-solution":
            cell.source = answers[cell.id]
    run.execute(notebook, path.parent)
    outputs = {cell.id: cell.get("outputs") for cell in notebook.cells}
    (good,) = outputs["counts-test"]
    assert (good.output_type, good.name) == ("stream", "stdout")
    assert good.text.startswith("✓ passed")
    (bad,) = outputs["spend-test"]
    assert (bad.output_type, bad.ename, bad.evalue) == ("error", "NotImplementedError", "")
    assert len(bad.traceback) == 1
    assert bad.traceback[0].startswith("Not written yet")
    spec = Spec.load(path.parent / "casebank.json")
    found = {task.task: str(task.outcome) for task in judge(notebook, spec, "en")}
    assert found["counts"] == "passed"
    assert {found["spend"], found["best"]} == {"not_attempted"}
    cell = next(cell for cell in notebook.cells if cell.id == "counts-test")
    assert determine_grade(cell) == (2.0, 2.0)
    cell = next(cell for cell in notebook.cells if cell.id == "spend-test")
    assert determine_grade(cell)[0] == 0


def test_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """Do ``casebank check X`` and ``python -m casebank.check X`` mean the same?"""
    for arguments in (["check", "no.ipynb", "--lang", "en"], ["no.ipynb", "--lang", "en"]):
        assert cli.main(arguments) == 2
        assert "there is no file no.ipynb" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        cli.main(["--help"])
    assert caught.value.code == 0
    assert "Example" in capsys.readouterr().out
