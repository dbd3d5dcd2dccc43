"""The self-check inside a running notebook, without the notebook's file."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from casebank import check, notebooks
from casebank.check import live
from casebank.check.report import Note, Report
from casebank.check.sealed import SEALED_NAME, seal, unseal
from casebank.notebooks import prove
from casebank.notebooks.kit import solutions
from casebank.paths import Repo
from casebank.records import load_exercises

FIXTURE = Path(__file__).parents[1] / "notebooks/fixtures/mini"
SLUG = "mini-visits"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The small course, its editions made (proved in another test)."""
    root = tmp_path_factory.mktemp("live") / "mini"
    shutil.copytree(FIXTURE, root)
    repo = Repo(root)
    with pytest.MonkeyPatch.context() as patch:
        # The proofs have tests of their own; here only the files are wanted.
        patch.setattr(prove, "check_probes", lambda *args: 0)
        patch.setattr(prove, "check_kernels", lambda *args: None)
        notebooks.make(repo)
    return repo


class Desk:
    """A learner's folder and the kernel that works in it."""

    def __init__(self, repo: Repo, lang: str, folder: Path) -> None:
        made = repo.build / "notebooks/exercises" / SLUG / lang
        shutil.copytree(made / "release", folder, dirs_exist_ok=True)
        self.folder = folder
        released = nbformat.read(folder / f"{SLUG}.ipynb", as_version=4)
        source = nbformat.read(made / "source" / f"{SLUG}.ipynb", as_version=4)
        self.cells = {cell.id: cell.source for cell in released.cells}
        self.answers = {cell.id: cell.source for cell in source.cells}
        self.shell = InteractiveShell.instance()
        self.shell.reset(new_session=False)

    def run(self, cell: str, source: str | None = None, *, ids: bool = True) -> None:
        """Run a cell as a client does, with or without its id."""
        text = self.cells[cell] if source is None else source
        self.shell.run_cell(text, cell_id=cell if ids else None)


@pytest.fixture(params=["with cell ids", "without"])
def desk(
    course: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    """An English desk, by a client that tells cell ids and by one that does not."""
    desk = Desk(course, "en", tmp_path / SLUG)
    monkeypatch.chdir(desk.folder)
    live._SHOWN.clear()
    with_ids = request.param == "with cell ids"
    plain = desk.run
    desk.run = lambda cell, source=None: plain(cell, source, ids=with_ids)  # type: ignore[method-assign]
    yield desk
    InteractiveShell.clear_instance()


def states() -> dict[str, str]:
    report = check.all()
    assert isinstance(report, Report)
    return {line.task: line.state for line in report.lines()}


def test_from_nothing_to_right(desk: Desk) -> None:
    """Does the report follow the learner from an untouched notebook to the right answers?"""
    desk.run("setup")
    nothing = dict.fromkeys(("counts", "spend", "best", "advice"), "not_attempted")
    assert states() == nothing
    for task in ("counts", "spend", "best"):
        desk.run(f"{task}-solution")
    assert states() == nothing
    desk.run("counts-solution", desk.answers["counts-solution"])
    assert states()["counts"] == "passed"
    assert states()["spend"] == "not_attempted"
    desk.run("spend-solution", "def spend(visits):\n    return None")
    report = check.all()
    assert "[check-none]" in str(report)
    assert 'check.hint("spend")' in str(report)
    assert "Read: A small chapter, “Money”" in str(report)
    desk.run("spend-solution", desk.answers["spend-solution"])
    desk.run("best-solution", desk.answers["best-solution"])
    assert states() == {**dict.fromkeys(nothing, "passed"), "advice": "not_attempted"}


def test_names_of_the_learner_stay(desk: Desk) -> None:
    """Do the tests' own names leave the learner's alone?"""
    desk.run("setup")
    desk.run("counts-solution", desk.answers["counts-solution"])
    desk.shell.run_cell("table = 'mine'")
    check.all()
    assert desk.shell.user_ns["table"] == "mine"


def test_root_cause(desk: Desk) -> None:
    """Is what stands on a wrong step not judged, naming that step?"""
    desk.run("setup")
    desk.run("counts-solution", "def counts(visits):\n    return visits.customer_id * 0")
    desk.run("spend-solution", desk.answers["spend-solution"])
    report = check.all()
    assert states()["counts"] in ("failed", "partly")
    assert states()["spend"] == "not_judged"
    assert "It builds on “Count the visits” (counts)" in str(report)


def test_renamed(desk: Desk) -> None:
    """Is a renamed function told apart from one that was never written?"""
    desk.run("setup")
    desk.run("counts-solution", desk.answers["counts-solution"].replace("counts(", "count("))
    text = str(check.task("counts"))
    assert "There is no `counts`" in text or "has not been run" in text


@pytest.mark.parametrize(
    "broken",
    ["def counts(visits)\n    return 1", "counts: int = = 2", "class counts(:\n    pass"],
)
def test_half_written(desk: Desk, broken: str) -> None:
    """Is an answer that Python cannot read an error, as it is when graded, and not unwritten?"""
    desk.run("setup")
    desk.run("counts-solution", broken)
    said = str(check.task("counts"))
    assert states()["counts"] == "error"
    assert re.search(r"SyntaxError: [^(<]+ \(line 1\)\n", said), said
    desk.run("counts-solution", desk.answers["counts-solution"])
    assert states()["counts"] == "passed"
    # The right answer is still in memory, but it is no longer what the notebook holds.
    desk.run("counts-solution", broken)
    assert states()["counts"] == "error"


def test_unread_by_python_but_not_an_answer(desk: Desk) -> None:
    """Is a line that only looks a little like an answer left alone?"""
    desk.run("setup")
    desk.run("counts-solution")
    for source in ("counts(visits", "if counts == = 3:", "recounts = = 1", "# counts = = 1"):
        desk.shell.run_cell(source)
    assert states()["counts"] == "not_attempted"


def test_hints_one_after_another(desk: Desk) -> None:
    """Do hints come level by level, and a wrong name get the nearest right one?"""
    desk.run("setup")
    texts = [str(check.hint("counts")) for _ in range(4)]
    assert "Hint 1 of 3" in texts[0] and "one row for one customer" in texts[0]
    assert "Hint 2 of 3" in texts[1]
    assert "Hint 3 of 3" in texts[2] and texts[3] == texts[2]
    assert "Hint 1 of 3" in str(check.hint("counts", level=1))
    assert "Did you mean 'counts'?" in str(check.hint("count"))
    assert "There are: counts" in str(check.task("nothing like it"))
    assert "no hints" in str(check.hint("advice"))
    for call in (check.hint, check.task, check.solution):
        assert f'check.{call.__name__}("counts"). There are: counts, spend' in str(call())


def test_solution_after_an_attempt_only(desk: Desk, course: Repo) -> None:
    """Does a solution stay shut in a class's release, and until an honest attempt elsewhere?"""
    desk.run("setup")
    assert "self-study kit only" in str(check.solution("counts"))
    sealed = solutions(course, load_exercises(course)[0])
    assert "SECRET-SOLUTION-LINE" not in sealed
    assert "groupby" not in sealed
    (desk.folder / SEALED_NAME).write_text(sealed, encoding="utf-8")
    assert "Try it yourself first" in str(check.solution("counts"))
    desk.run("counts-solution")
    assert "Try it yourself first" in str(check.solution("counts"))
    desk.run("counts-solution", "def counts(visits):\n    return 5")
    shown = check.solution("counts")
    assert isinstance(shown, Note)
    assert "SECRET-SOLUTION-LINE" in str(shown)
    assert "BEGIN" not in str(shown)
    assert "finish the step it needs" in str(check.solution("spend")) or "Try it" in str(
        check.solution("spend")
    )
    assert "save the notebook first" in str(check.solution("advice"))
    path = desk.folder / f"{SLUG}.ipynb"
    saved = nbformat.read(path, as_version=4)
    next(c for c in saved.cells if c.id == "advice-essay").source = "Call them."
    nbformat.write(saved, path)
    assert "Model answer" in str(check.solution("advice"))
    (desk.folder / SEALED_NAME).write_text("{}", encoding="utf-8")
    assert "cannot be read" in str(check.solution("counts"))


def test_without_the_file(desk: Desk) -> None:
    """Does a notebook without casebank.json run on, with one sentence?"""
    Path("casebank.json").unlink()
    desk.run("setup")
    assert desk.shell.user_ns["visits"] is not None
    assert "run the setup cell first" in str(check.all())
    Path("casebank.json").write_text("{broken", encoding="utf-8")
    desk.run("setup")
    assert "run the setup cell first" in str(check.solution("counts"))
    spec = {"exercise": "other", "version": "1", "title": {}, "tasks": [], "messages": {}}
    Path("casebank.json").write_text(json.dumps({**spec, "hints": {}, "tests": {}}))
    desk.run("setup")
    assert "run the setup cell first" in str(check.all())


def said_by(desk: Desk, test: str, answer: str) -> str:
    """What a test cell prints below an answer."""
    with capture_output() as shown:
        desk.run(test.replace("-test", "-solution"), answer)
        desk.run(test)
    assert shown.stderr == ""
    return shown.stdout


def test_a_test_cell_says_what_came_of_it(desk: Desk) -> None:
    """Does a passed test say so, an unwritten answer take one line, anything else speak for
    itself?"""
    desk.run("setup")
    right = desk.answers["counts-solution"]
    assert said_by(desk, "counts-test", right) == "✓ passed (the visible checks)\n"
    said = said_by(desk, "counts-test", desk.cells["counts-solution"])
    assert said.startswith("Not written yet:")
    assert said.count("\n") == 1
    begun = desk.cells["counts-solution"].replace("raise", "visits.head()\n    raise")
    assert said_by(desk, "counts-test", begun).count("\n") == 1
    wrong = said_by(desk, "counts-test", "def counts(visits):\n    return None")
    assert wrong.startswith("Look at this: The result is None")
    other = "def counts(visits):\n    raise NotImplementedError('not in this version')"
    said = said_by(desk, "counts-test", other)
    assert "Traceback" in said
    assert "not in this version" in said
    desk.run("counts-solution", right)
    for changed in ("x = 1", desk.cells["counts-test"] + "\nx = 1"):
        with capture_output() as shown:
            desk.run("counts-test", changed)
        assert shown.stdout == "", "not the test that was released"


def test_the_end_counts_what_is_checked(desk: Desk) -> None:
    """Does a finished notebook end without a task that seems to have failed?"""
    desk.run("setup")
    for task in ("counts", "spend", "best"):
        desk.run(f"{task}-solution", desk.answers[f"{task}-solution"])
    assert "All 3 checked tasks passed. The essay is not written yet." in str(check.all())
    assert "This task passed." in str(check.task("counts"))
    path = desk.folder / f"{SLUG}.ipynb"
    saved = nbformat.read(path, as_version=4)
    next(c for c in saved.cells if c.id == "advice-essay").source = "Call them."
    nbformat.write(saved, path)
    end = "All 3 checked tasks passed; the essay is read by your instructor."
    assert end in str(check.all())
    assert end in check.all()._repr_html_()
    assert str(check.task("advice")).endswith("The essay is read by your instructor.")
    desk.run("counts-solution", "def counts(visits):\n    return None")
    assert "checked tasks passed. The essay is read" in str(check.all())
    assert "0 of 1 checked tasks passed." in str(check.task("counts"))


def test_html_is_escaped(desk: Desk) -> None:
    """Does the HTML say everything in words, escaped, in its language?"""
    desk.run("setup")
    desk.run("best-solution", "best = '<script>alert(1)</script>'")
    report = check.all()
    assert isinstance(report, Report)
    text = report._repr_html_()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert 'lang="en"' in text
    assert "look at this" in text and "not attempted" in text


def test_chinese(course: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is everything said in the notebook's language?"""
    desk = Desk(course, "zh", tmp_path / SLUG)
    monkeypatch.chdir(desk.folder)
    desk.run("setup")
    desk.run("counts-solution", "def counts(visits):\n    pass")
    text = str(check.all())
    assert "再看看" in text and "函数末尾是否漏了" in text and "讲解：《小章》“到店次数”" in text
    assert "自动检查的 3 道题，通过 0 道。论述题还没有写。" in text
    assert "看得见的检查" in said_by(desk, "best-test", desk.answers["best-solution"])
    assert "还没有写完：写好答案" in said_by(desk, "spend-test", desk.cells["spend-solution"])
    assert "提示 1（共 3 条）" in str(check.hint("counts", level=1))
    assert "只随自学版发放" in str(check.solution("counts"))
    InteractiveShell.clear_instance()


def test_seal(tmp_path: Path) -> None:
    """Does a sealed text come back as it was, and a damaged file say so?"""
    text = seal("e", "1.0.0", {"t": {"zh": "答案", "en": "answer"}})
    assert "answer" not in text
    path = tmp_path / SEALED_NAME
    path.write_text(text, encoding="utf-8")
    assert unseal(path, "t", "zh") == "答案"
    assert unseal(path, "other", "zh") is None
    content = json.loads(text)
    content["version"] = "2.0.0"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match="damaged"):
        unseal(path, "t", "zh")
