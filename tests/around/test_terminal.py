"""A name that is markup, a command of the terminal, a formula: is it text wherever it is shown?

Each hand-in has what a stranger may write in one field; the classes are graded and collected once,
in a terminal and without one, and each try looks at what became of its own.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
import strange
from strange import ALL, ARGUMENT, CASEBANK, NAME, PAYLOADS, ROOT, SOFT, hidden, unstyled

for folder in ("e2e", "unit/grading", "unit/check"):
    sys.path.append(str(ROOT / "tests" / folder))

import collect_parcels as made  # noqa: E402
import grading_class as desk  # noqa: E402

from casebank import cli  # noqa: E402
from casebank.check.visible import visible  # noqa: E402
from casebank.grading.course import Course  # noqa: E402

SURFACE = "terminal"
pytestmark = [pytest.mark.sandbox]


def text_of(folder: Path, names: str = "*") -> str:
    """The files of a folder, one after the other."""
    return "\n".join(
        path.read_bytes().decode("utf-8") for path in sorted(folder.rglob(names)) if path.is_file()
    )


@dataclass
class Class:
    """A graded class: what each command said, by command and by ``terminal`` or ``pipe``."""

    course: Course
    slug: str
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    codes: dict[tuple[str, str], int] = field(default_factory=dict)

    def run(self, command: str, *more: str | Path) -> None:
        """Run a command in a terminal, then in a pipe."""
        words = [command, *map(str, more), "--course", str(self.course.root)]
        ran = strange.in_terminal(CASEBANK, *words)
        self.codes[command, "terminal"], self.said[command, "terminal"] = ran
        # A second time it tells what is kept.
        ran = strange.piped(*words)
        self.codes[command, "pipe"], self.said[command, "pipe"] = ran

    def everywhere(self, who: str) -> None:
        """The student is in the table, in a terminal and without, and in the log."""
        shown = re.escape(visible(who))
        for way in ("terminal", "pipe"):
            assert re.search(rf"(?m)^│ {shown} ", unstyled(self.said["grade", way])), way
        assert who in {line.get("student") for line in self.journal()}

    def journal(self) -> list[dict[str, Any]]:
        """The lines of the logs of both runs."""
        logs = self.course.logs.glob("grade-*.jsonl")
        return [json.loads(line) for log in logs for line in log.read_text("utf-8").splitlines()]


# -- hand-ins that are graded: an exercise of ours ------------------------------------------------


def _kernel(key: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        notebook.metadata["kernelspec"] = {
            "name": "python3", "display_name": "Python 3", "language": "python", key: ALL
        }  # fmt: skip

    return change


def _language(notebook: Any) -> None:
    keys = ("name", "version", "mimetype", "file_extension", "pygments_lexer", "nbconvert_exporter")
    notebook.metadata["language_info"] = dict.fromkeys(keys, ALL)


def _about(key: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        notebook.metadata["casebank"][key] = ALL

    return change


def _unknown(notebook: Any) -> None:
    more = nbformat.v4.new_code_cell("1", id="strange")
    mark = {"grade": False, "solution": True, "locked": False, "schema_version": 3, "task": False}
    more.metadata["nbgrader"] = {**mark, "grade_id": ALL}
    notebook.cells.append(more)


def _doubled(notebook: Any) -> None:
    _unknown(notebook)
    _unknown(notebook)
    notebook.cells[-1]["id"] = "strange-2"


def _cell_id(notebook: Any) -> None:
    notebook.cells[0]["id"] = ALL


def _tags(notebook: Any) -> None:
    for one in notebook.cells:
        one.metadata["tags"] = [ALL, "skip-execution"]


def _cell_type(notebook: Any) -> None:
    notebook.cells[0]["cell_type"] = ALL


def _output(notebook: Any) -> None:
    data = {ALL.replace("\ud800", ""): ALL, "text/plain": ALL}
    out = {"output_type": "display_data", "data": data, "metadata": {ALL: ALL}}
    desk.cell(notebook, "setup").outputs = [out]


def _error(notebook: Any) -> None:
    code = "class X(Exception):\n    pass\ndef share(part, whole):\n    raise X({})\n"
    desk.cell(notebook, "share-solution").source = code.format(ascii(ALL.replace("\ud800", "")))


def _exception(notebook: Any) -> None:
    code = "def share(part, whole):\n    raise type({}, (Exception,), {{}})('x')\n"
    wild = ALL.replace("\ud800", "").replace("\udc9b", "").replace("\0", "")
    desk.cell(notebook, "share-solution").source = code.format(ascii(wild))


def _markdown(notebook: Any) -> None:
    text = ALL.replace("\ud800", "").replace("\udc9b", "")
    desk.cell(notebook, "advice-essay").source = text


FIELDS: dict[str, Callable[[Any], None]] = {
    "kernelspec-name": _kernel("name"),
    "kernelspec-display-name": _kernel("display_name"),
    "kernelspec-language": _kernel("language"),
    "language-info": _language,
    "exercise": _about("exercise"),
    "version": _about("version"),
    "lang": _about("lang"),
    "unknown-grade-id": _unknown,
    "doubled-grade-id": _doubled,
    "cell-id": _cell_id,
    "tags": _tags,
    "cell-type": _cell_type,
    "output-mime": _output,
    "error-text": _error,
    "error-name": _exception,
    "essay": _markdown,
}
#: What is no part of a notebook: names of files, of a folder, the time of handing in.
FILES = ("notebook-name", "file-name", "soft-name", "timestamp")
#: The folder of a student; it is told, and is no student's id.
FOLDERS = {"folder-markup": "[bold]x[" + "\u202e", "folder-wild": NAME}


def _raw(notebook: Any) -> bytes:
    return json.dumps(notebook).encode()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class in an exercise of ours, one student per field."""
    course = desk.make_course(tmp_path_factory.mktemp("ours"))
    for name, change in FIELDS.items():
        notebook = desk.right(course, "en")
        change(notebook)
        desk.hand_in(course, name, _raw(notebook))
    good = _raw(desk.right(course, "en"))
    desk.hand_in(course, "notebook-name", good, name=f"{SOFT}.ipynb")
    for name, other in (("file-name", NAME), ("soft-name", SOFT), ("timestamp", "timestamp.txt")):
        folder = desk.hand_in(course, name, good)
        content = ALL.encode("utf-8", "surrogatepass")
        Path(os.fsdecode(folder / other)).write_bytes(content)
    for wild in FOLDERS.values():
        desk.hand_in(course, wild, good)
    done = Class(course, desk.SLUG)
    done.run("grade", desk.SLUG, "--no-proof", "--no-verify")
    done.run("held", desk.SLUG)
    done.run("feedback", desk.SLUG)
    done.run("export", course.root / "grades.csv")
    return done


@pytest.mark.parametrize("name", [*FIELDS, *FILES])
def test_field(ours: Class, name: str) -> None:
    """Does a hand-in with all of it in one field get a line of its own, and end nobody's run?"""
    ours.everywhere(name)
    rows = (ours.course.root / "grades.csv").read_text("utf-8").splitlines()
    assert sum(row.startswith(f"{name},") for row in rows) == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_folder(ours: Class, name: str) -> None:
    """Is a student's folder with such a name told as text, and no student?"""
    ours.everywhere(FOLDERS[name])


@pytest.mark.parametrize("way", ["terminal", "pipe"])
@pytest.mark.parametrize("command", ["grade", "held", "feedback", "export"])
def test_command(ours: Class, command: str, way: str) -> None:
    """Does a command end as it should, and send the terminal nothing but text and its own styles?"""
    assert ours.codes[command, way] == (1 if command == "grade" else 0)
    said = ours.said[command, way]
    assert hidden(unstyled(said) if way == "terminal" else said) == []
    assert "of Casebank's own" not in said


@pytest.mark.parametrize("where", ["logs", "feedback", "grades.csv"])
def test_files(ours: Class, where: str) -> None:
    """Does nothing hide in the logs, in the pages and in the table that are read afterwards?"""
    path = ours.course.root / where
    text = text_of(path, "*.html" if where == "feedback" else "*") if path.is_dir() else ""
    text = text or path.read_text("utf-8")
    assert len(text) > 1000
    assert hidden(text, "\n\r") == []
    for bad in ("<bold>", "[/x]</b>"):
        assert bad not in text


def test_log_reads_back(ours: Class) -> None:
    """Is each line of the run's log still JSON, with one line per student whose turn it was?"""
    told = [line["student"] for line in ours.journal() if line["event"] == "submission"]
    assert set(told) == {*FIELDS, *FILES, *FOLDERS.values()}


# -- hand-ins that are graded: a course of anybody -------------------------------------------------


def _stranger(root: Path) -> Course:
    """A small course by nbgrader's own means."""
    mark = {"schema_version": 3, "task": False}
    answer = {**mark, "grade": False, "solution": True, "locked": False, "grade_id": "a"}
    test = {**mark, "grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 1}
    cells = [
        nbformat.v4.new_code_cell("x = 1", metadata={"nbgrader": answer}),
        nbformat.v4.new_code_cell("assert x", metadata={"nbgrader": test}),
    ]
    # It asks for no kernel, so a trainee's notebook may ask for any.
    notebook = nbformat.v4.new_notebook(cells=cells)
    source = root / "source" / "ps1" / "part.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    (root / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "ps1"],
        cwd=root, check=True, capture_output=True,
    )  # fmt: skip
    return Course(root)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class in a course of anybody: each payload as a kernel's name, and as a doubled id."""
    course = _stranger(tmp_path_factory.mktemp("theirs") / "course")
    released = json.loads((course.root / "release" / "ps1" / "part.ipynb").read_text("utf-8"))
    for name, text in PAYLOADS.items():
        for kind in ("kernel", "twice"):
            notebook = json.loads(json.dumps(released))
            if kind == "kernel":
                notebook["metadata"]["kernelspec"] = {"name": text, "display_name": text}
            else:
                for cell in notebook["cells"]:
                    cell["metadata"]["nbgrader"]["grade_id"] = text
            folder = course.path("submitted", f"{kind}-{name}", "ps1")
            folder.mkdir(parents=True)
            (folder / "part.ipynb").write_bytes(_raw(notebook))
    done = Class(course, "ps1")
    done.run("grade", "ps1", "--no-proof", "--no-verify")
    done.run("held", "ps1")
    done.run("feedback", "ps1")
    return done


@pytest.mark.parametrize("name", PAYLOADS)
def test_payload(theirs: Class, name: str) -> None:
    """Is a kernel's name, and a doubled grade id, told as text, whatever it is?"""
    for kind in ("kernel", "twice"):
        theirs.everywhere(f"{kind}-{name}")
    if name in ("closing", "markup", "link", "emoji-code"):
        row = re.search(rf"(?m)^│ kernel-{name} .*$", theirs.said["grade", "pipe"])
        assert row and PAYLOADS[name] in row.group()


@pytest.mark.parametrize("way", ["terminal", "pipe"])
@pytest.mark.parametrize("command", ["grade", "held", "feedback"])
def test_command_of_anybody(theirs: Class, command: str, way: str) -> None:
    """Is the same so in a course that is not ours?"""
    assert theirs.codes[command, way] == (1 if command == "grade" else 0)
    said = theirs.said[command, way]
    assert hidden(unstyled(said) if way == "terminal" else said) == []


@pytest.mark.parametrize("where", ["logs", "feedback"])
def test_files_of_anybody(theirs: Class, where: str) -> None:
    """Does nothing hide in the logs and pages of a course that is not ours?"""
    assert (
        hidden(text_of(theirs.course.root / where, "*.html" if where == "feedback" else "*")) == []
    )


# -- what is collected -----------------------------------------------------------------------------

PARCELS: dict[str, Callable[[], bytes]] = {
    "name": lambda: made.forge(student__name=ALL, student__id="p-name"),
    "name-long": lambda: made.forge(student__name="x" * 4000, student__id="p-long"),
    "id": lambda: made.forge(student__id=ALL),
    "exercise": lambda: made.forge(exercise=ALL[:90], student__id="p-exercise"),
    "version": lambda: made.forge(version=PAYLOADS["colour"] + SOFT, student__id="p-version"),
    "lang": lambda: made.forge(lang="\\[/]\x1b\u202e", student__id="p-lang"),
    "made-with": lambda: made.forge(made_with=r"\[/]" + SOFT, student__id="p-made"),
    "made-at": lambda: made.forge(made_at=ALL, student__id="p-at"),
    "format": lambda: made.forge(format=ALL),
    "checks-at": lambda: made.forge(
        checks=[made.check(at=ALL[:40]), made.check(at=SOFT)], student__id="p-at"
    ),
    "checks-tasks": lambda: made.forge(
        checks=[{**made.check(), "tasks": {ALL: SOFT}}], student__id="p-tasks"
    ),
    "checks-more": lambda: made.forge(checks=[{**made.check(), ALL: ALL}], student__id="p-more"),
    "notebook-exercise": lambda: made.forge(book=made.notebook(exercise=ALL), student__id="p-book"),
    "notebook-version": lambda: made.forge(book=made.notebook(version=ALL), student__id="p-book"),
    "notebook-lang": lambda: made.forge(book=made.notebook(lang=ALL), student__id="p-book-lang"),
    "inner-name": lambda: made.add(made.forge(student__id="p-inner"), r"\[/]" + SOFT),
    "inner-control": lambda: made.add(made.forge(student__id="p-inner"), "x\x1b[35;5m\u2028.txt"),
    "key": lambda: made.forge(raw=json.dumps({ALL: ALL})),
    "value": lambda: made.forge(raw=json.dumps(ALL)),
}
#: Taken by the class list's leave; the rest is put aside.
TAKEN = {"name", "name-long", "lang", "made-with", "checks-at", "checks-tasks", "checks-more",
         "notebook-lang"}  # fmt: skip


@dataclass
class Collected:
    """What a collection said and wrote."""

    course: Course
    said: dict[str, str]
    codes: dict[str, int]
    about: dict[str, dict[str, Any]]
    json: str


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """Everything collected at once, in a terminal and without one, each into a course of its own."""
    top = tmp_path_factory.mktemp("collected")
    inbox = top / "inbox"
    for name, make in PARCELS.items():
        (inbox / name).mkdir(parents=True)
        (inbox / name / f"{name}.casebank.zip").write_bytes(make())
    # Names of files and folders, as an LMS and a mail program make them of people's names.
    for wild in (NAME, r"\[", SOFT):
        lms = inbox / "lms" / wild
        (lms / "]").mkdir(parents=True)
        (lms / "]" / f"{wild}.casebank.zip").write_bytes(made.forge(student__id="lms"))
        (lms / "]" / f"{wild}.ipynb").write_bytes(b"{}")
        (lms / "]" / f"{wild}.zip").write_bytes(b"PK")
        (lms / "]" / f"link{wild}.zip").symlink_to("nowhere")
    entries = {f"{SOFT}/{name}.casebank.zip": made.forge(student__id=name) for name in ("d1", "d2")}
    (inbox / "lms" / "download.zip").write_bytes(made.pack({**entries, f"\\[/]{SOFT}.txt": b"x"}))
    said, codes, about, text = {}, {}, {}, ""
    for way in ("terminal", "pipe"):
        course = made.course(top / way, "s001")
        words = ["collect", str(inbox), "--course", str(course.root), "--add-students"]
        words += ["--json", str(top / f"{way}.json")]
        run = strange.in_terminal if way == "terminal" else strange.piped
        codes[way], said[way] = run(*((CASEBANK, *words) if way == "terminal" else words))
        text = (top / f"{way}.json").read_text("utf-8")
        about[way] = json.loads(text)
    return Collected(course, said, codes, about, text)


@pytest.mark.parametrize("name", PARCELS)
def test_parcel(collected: Collected, name: str) -> None:
    """Is a submission file with all of it in one place taken or put aside, and told as text?"""
    for way in ("terminal", "pipe"):
        about = collected.about[way]
        taken = [one for one in about["taken"] if one["source"].endswith(f"/{name}.casebank.zip")]
        aside = [one for one in about["aside"] if one["source"].endswith(f"/{name}.casebank.zip")]
        assert (len(taken), len(aside)) == ((1, 0) if name in TAKEN else (0, 1))
        for one in (*taken, *aside):
            assert all(hidden(str(value)) == [] for value in one.values())


@pytest.mark.parametrize("way", ["terminal", "pipe"])
def test_collect(collected: Collected, way: str) -> None:
    """Does collect tell names of files and folders as text, whoever made them?"""
    assert collected.codes[way] == 1
    said = collected.said[way]
    assert hidden(unstyled(said) if way == "terminal" else said) == []
    assert "[bold]" in said and ":warning:" in said
    people = {one["student"] for one in collected.about[way]["taken"]}
    assert {"p-name", "p-long", "p-lang", "lms", "d1", "d2"} <= people


@pytest.mark.parametrize(
    "where", ["collected-aside/*.why.txt", "roster.csv", "attempts/*/*/*.json"]
)
def test_collected_files(collected: Collected, where: str) -> None:
    """Does nothing hide in the reasons beside the files, in the roster and in the attempts' notes?"""
    found = sorted(collected.course.root.glob(where))
    assert found
    for path in found:
        assert hidden(path.read_text("utf-8")) == [], path.name


def test_json_of_collect(collected: Collected) -> None:
    """Does nothing hide in the file that --json writes?"""
    assert hidden(collected.json) == []


# -- what an instructor types ----------------------------------------------------------------------

TYPED = {
    "assignment": ["grade", ARGUMENT, "--course", "COURSE"],
    "student": ["grade", "demo", "--course", "COURSE", "--only", ARGUMENT],
    "course": ["grade", "demo", "--course", ARGUMENT],
    "number": ["grade", "demo", "--workers", ARGUMENT],
    "option": ["grade", "demo", f"--{ARGUMENT}"],
    "command": [ARGUMENT],
    "source": ["collect", ARGUMENT, "--course", "COURSE"],
    "out": ["export", f"/dev/null/{ARGUMENT}", "--course", "COURSE"],
    "held": ["held", ARGUMENT, "--course", "COURSE"],
    "feedback": ["feedback", ARGUMENT, "--course", "COURSE"],
    "release": ["release", ARGUMENT, "--course", "COURSE"],
    "check": ["check", ARGUMENT],
    "hand-in": ["hand-in", ARGUMENT],
    "update": ["kit", "update", ARGUMENT],
    "format": ["data", "make", "--customers", "3", "--format", ARGUMENT],
}


@pytest.mark.parametrize("name", TYPED)
def test_typed(
    ours: Class,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Is a name that was copied from somewhere into the command line told as text?"""
    monkeypatch.chdir(tmp_path)
    words = [str(ours.course.root) if word == "COURSE" else word for word in TYPED[name]]
    monkeypatch.setattr(sys, "argv", ["casebank", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (1, 2, 3)
    said = capfd.readouterr()
    assert said.err and "of Casebank's own" not in said.err
    assert hidden(said.out + said.err) == []


@pytest.mark.parametrize("way", ["terminal", "line"])
def test_progress(way: str) -> None:
    """Is the name beside a bar text, in a terminal and where there is none?"""
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import strange\n"
        "from casebank import progress; progress.DELAY = progress.EVERY = -1\n"
        "with progress.bar('grade') as tell:\n"
        "    for text in strange.PAYLOADS.values():\n"
        "        tell(1, 2, text); time.sleep(0.11)\n"
    )
    words = [sys.executable, "-c", code, str(Path(strange.__file__).parent)]
    if way == "terminal":
        status, said = strange.in_terminal(*words)
        said = unstyled(said)
        # A slow machine draws fewer states than there were.
        assert "[bold]x[/bold]" in said or "\\[/]" in said
    else:
        done = subprocess.run(words, capture_output=True, env=strange.environment())
        status, said = done.returncode, (done.stdout + done.stderr).decode()
        assert said.count("\n") == len(PAYLOADS)
    assert status == 0
    assert hidden(said) == []


# -- a trainee's side ------------------------------------------------------------------------------


def _exercise(folder: Path, **about: Any) -> Path:
    """An exercise in a folder, whose notebook says something of itself."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "casebank.json").write_text(json.dumps(made.spec("1.0.0")), "utf-8")
    path = folder / "demo.ipynb"
    path.write_bytes(made.notebook(**about))
    return path


TRAINEE: dict[str, dict[str, Any]] = {
    "exercise": {"exercise": ALL},
    "version": {"version": ALL},
    "lang": {"lang": ALL},
    "error": {"text": f"class X(Exception): pass\nraise X({PAYLOADS['colour'] + SOFT!a})"},
    "source": {"text": ALL.replace("\0", "")},
}


@pytest.mark.parametrize("name", TRAINEE)
@pytest.mark.parametrize("command", ["check", "hand-in"])
def test_trainee(
    command: str, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Does a notebook that somebody sent around steer no trainee's terminal?"""
    from casebank.check.cli import main

    path = _exercise(tmp_path / f"x{SOFT}", **TRAINEE[name])
    words = {"check": [], "hand-in": ["--name", "李\u202e\u200b", "--id", "s001"]}[command]
    code = main([command, str(path), *words])
    said = capfd.readouterr()
    assert code in (0, 1) and (said.out or said.err)
    assert hidden(said.out + said.err) == []
    for log in path.parent.glob("*.jsonl"):
        assert hidden(log.read_text("utf-8")) == []


@pytest.mark.parametrize("what", ["name", "id", "out"])
def test_trainee_says(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Is what the trainee types told as text?"""
    monkeypatch.chdir(tmp_path)
    from casebank.check.cli import main

    said = {"name": "Li Wei", "id": "s001", "out": str(tmp_path)} | {what: ARGUMENT}
    main(
        ["hand-in", str(_exercise(tmp_path)), *[w for k, v in said.items() for w in (f"--{k}", v)]]
    )
    done = capfd.readouterr()
    assert done.out + done.err
    assert hidden(done.out + done.err) == []


# -- the house -------------------------------------------------------------------------------------

#: Who may print by other means: what runs before we are installed, in a cage, or tells programs.
OWN_WAY = {"bootstrap.py", "grading/inside", "lite/piplite", "exhibits/run.py", "check/visible.py",
           "check/fonts/make.py", "notebooks/_runner.py"}  # fmt: skip
#: A line that is written over itself holds our own words and numbers.
OVERWRITTEN = {"check/cli.py": 2}


@pytest.mark.parametrize("what", ["print", "Console", "from_markup"])
def test_one_way_out(what: str) -> None:
    """Does everything that is printed pass through the one function and the one console?"""
    found: dict[str, int] = {}
    for path in sorted((ROOT / "src" / "casebank").rglob("*.py")):
        name = path.relative_to(ROOT / "src" / "casebank").as_posix()
        if any(name.startswith(own) for own in OWN_WAY) or "kit_files" in name:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", "")) == what and (
                what != "print" or isinstance(called, ast.Name)
            ):
                found[name] = found.get(name, 0) + 1
    assert found == (OVERWRITTEN if what == "print" else {})
