"""Does ``hand-in`` write one file that says whose it is, and is the log no burden to a check?"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import pytest

from casebank.check import live, log
from casebank.check.cli import main as small
from casebank.check.handin import REMEMBERED, Refused, Student, hand_in, main
from casebank.check.outcomes import PERSON, Outcome, Spec, TaskOutcome, fingerprint
from casebank.check.session import SESSION
from casebank.check.submission import clean, file_name, make, usable_id

SHARED = json.loads((Path(__file__).parent / "handin_names.json").read_text("utf-8"))
NAMES = SHARED["cases"]
STUB = "def one():\n    raise NotImplementedError"
SLUG = "demo"


@pytest.mark.parametrize(("text", "good"), SHARED["ids"].items())
def test_usable_ids(text: str, good: bool) -> None:
    """Is an id taken when a course can keep it, and only then?"""
    assert (usable_id(text) is not None) is good


def _spec() -> dict[str, Any]:
    both = {"zh": "题", "en": "Task"}
    task = {
        "name": "one",
        "title": both,
        "needs": [],
        "defines": ["one"],
        "section": None,
        "points": 1,
        "cells": {"solution": "one-solution", "tests": {"one-test": 1}},
        "stub_sha256": fingerprint(STUB),
    }
    return {
        "exercise": SLUG,
        "version": "1.0.0",
        "title": both,
        "tasks": [task],
        "messages": {},
        "hints": {},
        "tests": {"one-test": "assert one() == 1"},
    }


def _cell(name: str, source: str) -> dict[str, Any]:
    more = {"metadata": {}, "outputs": [], "execution_count": None}
    return {"id": name, "cell_type": "code", "source": source, **more}


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit with one exercise, answered."""
    folder = tmp_path / "my kit 套件" / "exercises" / SLUG
    folder.mkdir(parents=True)
    (folder / "casebank.json").write_text(json.dumps(_spec()), encoding="utf-8")
    write(folder / f"{SLUG}.ipynb")
    return folder


def write(path: Path, source: str = "def one():\n    return 1", **about: Any) -> Path:
    said = {"exercise": SLUG, "version": "1.0.0", "lang": "en", **about}
    whole = {
        "cells": [_cell("setup", f'check.begin("{SLUG}")'), _cell("one-solution", source)],
        "metadata": {"casebank": {k: v for k, v in said.items() if v is not None}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def said(kit: Path, **more: Any) -> dict[str, Any]:
    """The manifest of a hand-in."""
    done = hand_in(kit / f"{SLUG}.ipynb", name="Li Wei", id="s001", **more)
    with zipfile.ZipFile(done.path) as archive:
        assert sorted(archive.namelist()) == ["demo.ipynb", "manifest.json"]
        assert archive.read("demo.ipynb") == (kit / f"{SLUG}.ipynb").read_bytes()
        return json.loads(archive.read("manifest.json"))


# -- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", NAMES, ids=range(len(NAMES)))
def test_names(case: dict[str, str]) -> None:
    """Is the file named alike here and by the browser's page?"""
    student = Student(case["name"], case["id"])
    assert file_name(student, case["exercise"], case["version"]) == case["file"]


def test_clean_twice() -> None:
    """Does cleaning what is clean change nothing, whatever it is?"""
    for number in [*range(0x3000), 0x4E00, 0x20BB7, 0x1F600, 0xFEFF]:
        once = clean(f"a{chr(number)}.{chr(number)}-b")
        assert clean(once) == once
        assert not set(once) & set('\\/:*?"<>|_ \0')


def test_manifest(kit: Path) -> None:
    """Does the manifest say what the contract says, and fit the notebook?"""
    about = said(kit)
    content = (kit / f"{SLUG}.ipynb").read_bytes()
    assert about.pop("made_at").endswith("Z")
    assert about == {
        "format": 1,
        "exercise": SLUG,
        "version": "1.0.0",
        "lang": "en",
        "student": {"name": "Li Wei", "id": "s001"},
        "notebook": {
            "name": f"{SLUG}.ipynb",
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        },
        "made_with": "kit",
        "checks": [],
    }


def test_same_bytes() -> None:
    """Are two files of the same content the same bytes?"""
    about = {"exercise": "x", "version": "1", "lang": "zh"}
    once, twice = (make(b"{}", about, Student("a", "b"), [], made_at="t") for _ in range(2))
    assert once == twice


def test_checks_go_along(kit: Path) -> None:
    """Are the last 200 checks in the manifest, without what else stands in the log?"""
    lines = [
        json.dumps({"at": f"t{n}", "passed": 0, "total": 1, "tasks": {}, "by": "notebook", "x": n})
        for n in range(300)
    ]
    text = "\n".join([*lines[:100], "{broken", "[]", '{"at": 1}', *lines[100:], '{"cut off'])
    (kit / log.NAME).write_text(text, encoding="utf-8")
    checks = said(kit)["checks"]
    assert [one["at"] for one in checks] == [f"t{n}" for n in range(100, 300)]
    assert set(checks[0]) == {"at", "passed", "total", "tasks"}


# -- refusals and notes ----------------------------------------------------------------------------


def _refused(path: Path, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        hand_in(path, **{"name": "a", "id": "b", "lang": "en", **more})
    return caught.value.what


def test_refusals(kit: Path, tmp_path: Path) -> None:
    """Is each thing that cannot be handed in its own sentence, and is nothing written?"""
    assert _refused(kit) == "folder"
    assert _refused(kit / "nothing.ipynb") == "no-file"
    path = tmp_path / "x.ipynb"
    for broken in ("", "{", "[]", '{"cells": []}', '{"cells": [7], "metadata": {}, "nbformat": 4}'):
        path.write_text(broken, encoding="utf-8")
        assert _refused(path) == "not-notebook"
    path.write_bytes(b"\xff\xfe")
    assert _refused(path) == "not-notebook"
    assert _refused(write(path, exercise=None)) == "foreign"
    assert _refused(write(path, version=None)) == "foreign"
    assert _refused(write(path, exercise="../../up")) == "foreign"
    assert _refused(write(path, exercise=None, version=None, lab="demo")) == "lab"
    with path.open("wb") as out:
        out.truncate(21 * 2**20)
    assert _refused(path) == "too-large"
    good = kit / f"{SLUG}.ipynb"
    assert _refused(good, name=" ") == "bad-name"
    assert _refused(good, id="a\x00b") == "bad-id"
    assert _refused(good, id="9" * 101) == "bad-id"
    assert _refused(good, out=path) == "cannot-write"
    assert not list(tmp_path.rglob("*.casebank.zip"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [".", "nothing.ipynb"])
def test_said_as_the_check_says_it(
    kit: Path, name: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Do both commands say the same of a notebook that is not where it was named?"""
    said = []
    for command in ("check", "hand-in"):
        assert small([command, str(kit / name), "--lang", lang]) == 2
        said.append(capsys.readouterr().err.removeprefix(f"casebank {command}: "))
    assert said[0] == said[1] and str(kit) in said[0]
    assert len(said[0].splitlines()) == 1


def test_untouched(kit: Path) -> None:
    """Is a notebook without an answer handed in, with a warning?"""
    path = write(kit / f"{SLUG}.ipynb", STUB + "\n# a comment")
    done = hand_in(path, name="a", id="b")
    assert done.path.is_file() and "as it was released" in done.notes[0]
    write(path)
    assert hand_in(path).notes == []


def test_unsaved(kit: Path) -> None:
    """Is somebody told who checked the notebook after it was saved last?"""
    path = kit / f"{SLUG}.ipynb"
    entry = {"at": log.now(), "passed": 0, "total": 1, "tasks": {}}
    (kit / log.NAME).write_text(json.dumps({**entry, "by": "command"}) + "\n", encoding="utf-8")
    os.utime(path, (1, 1))
    hand_in(path, name="a", id="b")
    assert hand_in(path).notes == []
    (kit / log.NAME).write_text(json.dumps({**entry, "by": "notebook"}) + "\n", encoding="utf-8")
    assert "checked after that" in hand_in(path).notes[0]


def test_remembered(kit: Path) -> None:
    """Are name and id kept at the kit's top, and is it said where?"""
    path = kit / f"{SLUG}.ipynb"
    memory = kit.parent.parent / REMEMBERED
    assert str(memory) in hand_in(path, name=" 李  伟 ", id="s001").notes[0]
    assert json.loads(memory.read_text("utf-8")) == {"name": "李 伟", "id": "s001"}
    done = hand_in(path)
    assert (done.student, done.notes) == (Student("李 伟", "s001"), [])
    memory.write_text("{broken", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        hand_in(path)
    assert caught.value.what == "who"


def test_asked_on_a_terminal(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is somebody at a terminal asked for name and id, and only the first time?"""
    answers = ["李伟", "s001"]
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda text: answers.pop(0))
    path = kit / f"{SLUG}.ipynb"
    assert hand_in(path).student == Student("李伟", "s001")
    assert hand_in(path).student == Student("李伟", "s001")
    assert answers == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_small_command(kit: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Does the small wheel's command say in one sentence what was written and where it goes?"""
    path = str(kit / f"{SLUG}.ipynb")
    assert main([path, "--name", "a", "--id", "b", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1 and "a_b_demo_1.0.0.casebank.zip" in out
    assert main([str(kit)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("module", ["casebank.check", "casebank.cli"])
def test_both_commands(kit: Path, module: str) -> None:
    """Do the wheel's command and the course's hand in alike, also on a console of cp936?"""
    words = [f"{SLUG}.ipynb", "--name", "Zoë 张", "--id", "s001"]
    env = {**os.environ, "PYTHONIOENCODING": "cp936:strict", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", module, "hand-in", *words],
        cwd=kit,
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (kit / "Zoë-张_s001_demo_1.0.0.casebank.zip").is_file()


# -- the log ---------------------------------------------------------------------------------------


def _outcomes() -> list[TaskOutcome]:
    return [
        TaskOutcome("one", Outcome.PASSED),
        TaskOutcome("two", Outcome.FAILED),
        TaskOutcome("essay", Outcome.NOT_JUDGED, needs=PERSON),
    ]


def _three() -> Spec:
    raw = _spec()
    task = raw["tasks"][0]
    raw["tasks"] = [
        task,
        {**task, "name": "two"},
        {**task, "name": "essay", "essay": True},
    ]
    return Spec.from_dict(raw)


def test_log(tmp_path: Path) -> None:
    """Is a check one line, an essay not counted, and the file bounded?"""
    for _ in range(log.MOST_LINES + 3):
        log.record(_three(), _outcomes(), tmp_path)
    lines = (tmp_path / log.NAME).read_text("utf-8").splitlines()
    assert len(lines) == log.MOST_LINES
    found = json.loads(lines[-1])
    assert (found["passed"], found["total"]) == (1, 2)
    assert found["tasks"] == {"one": "passed", "two": "failed", "essay": "person"}
    assert log.valid(found) and [path.name for path in tmp_path.iterdir()] == [log.NAME]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_a_full_log_keeps_the_rights_of_a_file(tmp_path: Path) -> None:
    """May whoever could read the log still read it when old lines are taken out of it?"""
    path = tmp_path / log.NAME
    rights = []
    for _ in range(log.MOST_LINES + 1):
        log.record(_three(), _outcomes(), tmp_path)
        rights.append(path.stat().st_mode)
    assert len(set(rights)) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_who_may_read_it(kit: Path) -> None:
    """May an instructor read a file from somebody whose files nobody else may read?"""
    (kit / "shared").mkdir()
    before = os.umask(0o077)
    try:
        done = hand_in(kit / f"{SLUG}.ipynb", name="a", id="b", out=kit / "shared")
    finally:
        os.umask(before)
    assert done.path.stat().st_mode & 0o777 == 0o644
    assert (kit.parent.parent / REMEMBERED).stat().st_mode & 0o777 == 0o600


def test_log_after_a_broken_line(tmp_path: Path) -> None:
    """Does a line that was cut off not spoil the next?"""
    (tmp_path / log.NAME).write_text('{"at": "x', encoding="utf-8")
    log.record(_three(), _outcomes(), tmp_path)
    assert len(log.read(tmp_path)) == 1


def test_log_never_disturbs(tmp_path: Path) -> None:
    """Does a folder that cannot be written, or a file that is odd, not stop a check?"""
    log.record(_three(), _outcomes(), tmp_path / "nothing")
    (tmp_path / log.NAME).mkdir()
    log.record(_three(), _outcomes(), tmp_path)
    assert log.read(tmp_path) == []
    (tmp_path / log.NAME).rmdir()
    (tmp_path / log.NAME).write_bytes(b"\xff" * 3_000_000)
    log.record(_three(), _outcomes(), tmp_path)
    assert (tmp_path / log.NAME).stat().st_size < 1_100_000


@pytest.mark.parametrize("value", ["autograde", "validate"])
def test_no_log_when_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Does a check within nbgrader, or our engine, leave no file?"""
    monkeypatch.setenv("NBGRADER_EXECUTION", value)
    log.record(_three(), _outcomes(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_live_checks_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do check.all() and check.task() note themselves?"""
    SESSION.folder = tmp_path
    monkeypatch.setattr(live, "_outcomes", lambda spec: _outcomes())
    live.all()
    live.task("one")
    found = log.read(tmp_path)
    assert [len(one["tasks"]) for one in found] == [3, 1]
    assert [one["by"] for one in found] == ["notebook", "notebook"]


def test_in_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a check in the browser a message to the page, and no file?"""
    posted: list[Any] = []

    class Channel:
        """What JavaScript gives."""

        @classmethod
        def new(cls, name: str) -> Channel:
            posted.append(name)
            return cls()

        def postMessage(self, message: Any) -> None:
            posted.append(message)

        def close(self) -> None:
            posted.append("closed")

    ffi = types.SimpleNamespace(to_js=lambda value, dict_converter: value)
    js = types.SimpleNamespace(
        BroadcastChannel=Channel, Object=types.SimpleNamespace(fromEntries=None)
    )
    monkeypatch.setitem(sys.modules, "js", js)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "pyodide", types.SimpleNamespace(ffi=ffi))  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "platform", "emscripten")
    log.record(_three(), _outcomes(), Path("/home/pyodide/zh/exercises/demo"))
    assert posted[0] == "casebank-lite" and posted[2] == "closed"
    assert posted[1]["type"] == "checked" and posted[1]["path"] == "zh/exercises/demo"
    assert set(posted[1]) == {"type", "path", "at", "passed", "total", "tasks"}


def test_check_command_is_noted_once(kit: Path) -> None:
    """Does the check of a notebook that itself checks leave one line?"""
    path = kit / f"{SLUG}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][0]["source"] = f'from casebank import check\ncheck.begin("{SLUG}")'
    notebook["cells"].append(_cell("mine", "check.all()"))
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "casebank.check", path.name],
        cwd=kit,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    found = log.read(kit)
    assert [(one["by"], one["passed"], one["total"]) for one in found] == [("command", 1, 1)]
