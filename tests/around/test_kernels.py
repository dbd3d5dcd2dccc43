"""Does whatever starts a kernel for a hand-in start it in the sandbox, and lose nothing?"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import desk_rig as rig
import nbformat
import pytest

SURFACE = "kernels"
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

#: A hand-in that tries to get out, and tells what it saw.
CODE = """
import json, os, pathlib, socket
def attempt(what):
    try:
        return what()
    except BaseException as error:
        return f"{{type(error).__name__}}"
told = {{
    "write": attempt(lambda: pathlib.Path({mark!r}).write_text("x")),
    "read": attempt(lambda: pathlib.Path({secret!r}).read_text()),
    "network": attempt(lambda: socket.create_connection(("127.0.0.1", {port}), 2).close()),
    "environment": os.environ.get("CASEBANK_SECRET", ""),
    "home": os.environ.get("HOME"),
    "others": attempt(lambda: sorted(os.listdir({course!r} + "/submitted"))),
    "tests": [name for name in os.listdir(".") if name.endswith(".ipynb")],
    "data": attempt(lambda: pathlib.Path("data.txt").read_text()),
    "processes": len([one for one in os.listdir("/proc") if one.isdigit()]),
    "user": os.getuid(),
    "left": attempt(lambda: pathlib.Path("left.txt").write_text("x")),
}}
print("TOLD" + json.dumps(told))
def double(x):
    return x * 2
"""
WAYS = ("command", "command of a stranger", "button", "button of a stranger")


@dataclass
class Ran:
    """What hand-ins saw, by the way they were run, and what stands in both courses."""

    ours: Path
    strange: Path
    server: rig.Server
    mark: Path
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: list[Any] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    def press(self, course: Path, student: str, what: str = "autograde") -> dict[str, Any]:
        """Press one of formgrader's buttons."""
        self.server.open(course)
        place = f"submission/{rig.SLUG}/{student}" if student else f"assignment/{rig.SLUG}"
        found: dict[str, Any] = self.server.post(f"/formgrader/api/{place}/{what}")
        return found


def _hand_in(course: Path, student: str, code: str, name: str = rig.BOOK) -> Path:
    folder = course / "submitted" / student / rig.SLUG
    folder.mkdir(parents=True, exist_ok=True)
    book = nbformat.read(course / "release" / rig.SLUG / f"{rig.BOOK}.ipynb", as_version=4)
    book.cells[0].source = code
    nbformat.write(book, folder / f"{name}.ipynb")
    (folder / "data.txt").write_text("handed in", "utf-8")
    return folder


def _told(course: Path, student: str) -> dict[str, Any]:
    path = course / "autograded" / student / rig.SLUG / f"{rig.BOOK}.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", ()):
            if output.get("text", "").startswith("TOLD"):
                found: dict[str, Any] = json.loads(output["text"][4:])
                return found
    raise AssertionError("it told nothing")


def _rows(course: Path) -> list[tuple[Any, ...]]:
    """All that the gradebook says of points."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db", "crm") as gradebook:
        return sorted(
            (one.student.id, grade.name, grade.auto_score, grade.needs_manual_grade)
            for one in gradebook.assignment_submissions(rig.SLUG)
            for notebook in one.notebooks
            for grade in notebook.grades
        )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """One hostile hand-in, run by everything that runs hand-ins."""
    top = tmp_path_factory.mktemp("kernels")
    ours, strange = top / "ours", top / "strange"
    mark, secret = top / "MARK", top / "secret.txt"
    secret.write_text("the instructor's", "utf-8")
    with contextlib.ExitStack() as stack:
        one = Ran(ours, strange, stack.enter_context(rig.server(top, top / "home")), mark)
        ear = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    one.heard.append(ear.accept()[1])

        threading.Thread(target=listen, daemon=True).start()
        rig.prepare(ours)
        rig.stranger(ours, strange, "c.CourseDirectory.course_id = 'crm'")
        for course in (ours, strange):
            code = CODE.format(
                mark=str(mark), secret=str(secret), port=ear.getsockname()[1], course=str(course)
            )
            for student in ("by-command", "by-button"):
                _hand_in(course, student, code)
            name = "command" if course is ours else "command of a stranger"
            one.said[name] = rig.nbgrader(
                course, "autograde", rig.SLUG, "--student=by-command", CASEBANK_SECRET="known"
            )
            assert one.said[name].returncode == 0, one.said[name].stderr
            one.told[name] = _told(course, "by-command")
        one.server.ready()
        for course, name in ((ours, "button"), (strange, "button of a stranger")):
            one.said[name] = one.press(course, "by-button")
            assert one.said[name]["success"], one.said[name]
            one.told[name] = _told(course, "by-button")
        # Of what the cells with tests print, nbgrader validate shows the beginning.
        brief = "[told[k][:9] for k in ('network', 'read', 'data')] + [told['processes']]"
        code = code.replace("return x * 2", f'raise ValueError("TOLD" + json.dumps({brief}))')
        book = _hand_in(ours, "checked", code) / f"{rig.BOOK}.ipynb"
        one.said["validate"] = rig.nbgrader(ours, "validate", str(book), CASEBANK_SECRET="known")
        yield one
        ear.close()


def test_what_is_checked_is_caged(ran: Ran) -> None:
    """Does a hand-in that is run by ``nbgrader validate`` reach the network or files?"""
    said = ran.said["validate"].stdout
    told = json.loads(said.split("ValueError: TOLD", 1)[1].splitlines()[0])
    assert told[:3] == ["Connectio", "FileNotFo", "handed in"] and told[3] < 10
    assert not (ran.ours / "submitted" / "checked" / rig.SLUG / "left.txt").exists()


@pytest.mark.parametrize("way", WAYS)
def test_it_is_caged(ran: Ran, way: str) -> None:
    """Does a hand-in that is run this way reach the network, files, secrets, processes or others?"""
    told = ran.told[way]
    assert told["network"] == "ConnectionRefusedError" and ran.heard == []
    assert told["read"] == "FileNotFoundError" and "instructor" not in json.dumps(told)
    assert told["environment"] == "" and told["home"] == "/home/trainee"
    assert told["others"] != ["by-button", "by-command"]
    assert told["processes"] < 10
    assert not ran.mark.exists()


@pytest.mark.parametrize("way", WAYS)
def test_it_does_not_see_the_tests(ran: Ran, way: str) -> None:
    """Do the notebooks with hidden tests lie beside a hand-in that runs?"""
    assert ran.told[way]["tests"] == []


@pytest.mark.parametrize("way", WAYS)
def test_it_sees_its_own_files(ran: Ran, way: str) -> None:
    """Does a hand-in find what was handed in with it?"""
    assert ran.told[way]["data"] == "handed in"


def test_points_are_those_of_nbgrader(ran: Ran, tmp_path: Path) -> None:
    """Does a caged kernel give the points, and leave the files, that nbgrader's own gives?"""
    course = tmp_path / "copy"
    shutil.copytree(ran.strange, course)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'crm'\n"
        "c.ExecutePreprocessor.kernel_manager_class = 'jupyter_client.manager.AsyncKernelManager'\n",
        "utf-8",
    )
    for place in (course, ran.strange):
        _hand_in(
            place, "right", "open('made.txt', 'w').write('x')\ndef double(x):\n    return x + x"
        )
        _hand_in(place, "wrong", "open('made.txt', 'w').write('x')\ndouble = len")
        done = rig.nbgrader(place, "autograde", rig.SLUG)
        assert done.returncode == 0, done.stderr
        for student in ("right", "wrong"):
            made = place / "autograded" / student / rig.SLUG / "made.txt"
            assert made.read_text("utf-8") == "x"
    assert _rows(course) == _rows(ran.strange)
    assert ("right", "test", 2.0, False) in _rows(course)
    assert ("wrong", "test", 0.0, False) in _rows(course)


@pytest.mark.parametrize("how", ["command", "button"])
def test_what_was_graded_stays(ran: Ran, how: str) -> None:
    """Is a graded folder there after nbgrader failed to grade it again, and are its points?"""
    folder = ran.ours / "autograded" / "by-command" / rig.SLUG
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    rows = _rows(ran.ours)
    handed_in = ran.ours / "submitted" / "by-command" / rig.SLUG / f"{rig.BOOK}.ipynb"
    good = handed_in.read_bytes()
    _hand_in(ran.ours, "by-command", "import os\nos._exit(1)")
    try:
        if how == "command":
            done = rig.nbgrader(ran.ours, "autograde", rig.SLUG, "--student=by-command", "--force")
            assert done.returncode == 1 and "there again" in done.stderr
        else:
            said = ran.press(ran.ours, "by-command")
            assert not said["success"] and "casebank grade" in said["log"]
    finally:
        handed_in.write_bytes(good)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert _rows(ran.ours) == rows
    assert not list(ran.ours.glob(".casebank-kept-*"))


def test_a_full_disk_costs_nothing(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a graded folder left alone when it cannot be kept aside?"""
    from nbgrader.converters import Autograde
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from casebank.desk import keep, settings

    config = Config({**settings.WANTED, "CourseDirectory": {
        "root": str(ran.ours), "assignment_id": rig.SLUG, "student_id": "by-command",
        "course_id": "crm", "db_url": f"sqlite:///{ran.ours}/gradebook.db"}})  # fmt: skip
    folder = ran.ours / "autograded" / "by-command" / rig.SLUG
    before, rows = sorted(path.name for path in folder.iterdir()), _rows(ran.ours)

    def full(*about: Any, **more: Any) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(keep.tempfile, "mkdtemp", full)
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config, force=True)
    with pytest.raises(NbGraderException, match="left as they are: by-command"):
        converter.start()
    assert sorted(path.name for path in folder.iterdir()) == before and _rows(ran.ours) == rows


def test_nothing_is_run_without_a_sandbox(ran: Ran, tmp_path: Path) -> None:
    """Is it refused in one sentence, and nothing lost, where nothing can be isolated?"""
    folder = ran.ours / "autograded" / "by-command" / rig.SLUG
    before, rows = sorted(path.name for path in folder.iterdir()), _rows(ran.ours)
    done = rig.nbgrader(
        ran.ours, "autograde", rig.SLUG, "--student=by-command", "--force",
        PATH=str(Path(sys.executable).parent),
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if "ERROR" in line]
    assert len(said) == 1 and "casebank grade" in said[0] and "bubblewrap" in said[0]
    assert sorted(path.name for path in folder.iterdir()) == before and _rows(ran.ours) == rows


#: What takes too much, and whether what it did before can be scored.
GREEDY = {
    "endless": ("while True:\n    pass", True),
    "flood": ("print('x' * 40_000_000)", False),
    "forks": ("import os\nwhile True:\n    os.fork()", None),
    "memory": ("x = [bytearray(1 << 28) for _ in range(40)]\nx = [bytes(one) for one in x]", None),
    "ends": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", False),
}


@pytest.fixture(scope="module")
def greedy(ran: Ran) -> subprocess.CompletedProcess[str]:
    """All of them, in one run."""
    config = ran.strange / "nbgrader_config.py"
    text = config.read_text("utf-8")
    config.write_text(f"{text}\nc.ExecutePreprocessor.timeout = 2\n", "utf-8")
    for name, (code, _) in GREEDY.items():
        _hand_in(ran.strange, f"greedy-{name}", code)
    done = rig.nbgrader(ran.strange, "autograde", rig.SLUG)
    config.write_text(text, "utf-8")
    return done


@pytest.mark.parametrize("name", GREEDY)
def test_limits_hold(ran: Ran, greedy: subprocess.CompletedProcess[str], name: str) -> None:
    """Does a hand-in that takes too much end, without harm to those that come after it?"""
    kept = GREEDY[name][1]
    graded = ran.strange / "autograded" / f"greedy-{name}" / rig.SLUG / f"{rig.BOOK}.ipynb"
    assert kept is None or graded.is_file() is kept, greedy.stderr
    assert f"student 'greedy-{name}'" in greedy.stderr or graded.is_file()
    assert _left() == []


def _left() -> list[str]:
    """Folders of sockets whose process has gone."""
    return [
        path.name
        for path in Path("/tmp").glob("cbkd-*")
        if not Path(f"/proc/{path.name.split('-')[1]}").exists()
    ]


def test_own_work_goes_on(ran: Ran) -> None:
    """Can an instructor still generate the assignment, and check the own notebook?"""
    assert ran.press(ran.strange, "", "assign")["success"]
    done = rig.nbgrader(ran.ours, "validate", f"source/{rig.SLUG}/{rig.BOOK}.ipynb")
    assert "Success" in done.stdout, done.stderr


def test_an_unknown_kernel_is_not_run_elsewhere(ran: Ran) -> None:
    """Is a notebook that asks for a kernel which is not there left alone?"""
    book = ran.ours / "submitted" / "checked" / rig.SLUG / "other.ipynb"
    other = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "nope", "display_name": "n"}})
    other.cells = [nbformat.v4.new_code_cell("1")]
    nbformat.write(other, book)
    done = rig.nbgrader(ran.ours, "validate", str(book))
    book.unlink()
    assert done.returncode != 0 and "nope" in done.stderr + done.stdout


def test_a_graded_notebook_is_not_signed(ran: Ran) -> None:
    """Does a hand-in that ran here count as the instructor's own, and so as trusted, in JupyterLab?"""
    for course in ("ours", "strange"):
        path = f"/api/contents/{course}/autograded/by-button/{rig.SLUG}/{rig.BOOK}.ipynb?content=1"
        cells = json.loads(ran.server.get(path)[2])["content"]["cells"]
        with_outputs = [one for one in cells if one.get("outputs")]
        assert with_outputs and not any(one["metadata"].get("trusted") for one in with_outputs)


def test_casebank_grades_again_what_went(ran: Ran) -> None:
    """Does ``casebank grade`` see that a graded folder went, and does its own cage serve as before?"""
    from casebank.grading import grade

    course = ran.ours
    _hand_in(course, "gone", "def double(x):\n    return x + x")
    wishes: dict[str, Any] = {"only": ["gone"], "verify": False, "proof": False}
    first = grade.grade(course, rig.SLUG, **wishes)
    assert [(one.status, one.skipped) for one in first.lines] == [("graded", False)]
    again = grade.grade(course, rig.SLUG, **wishes)
    assert again.lines[0].skipped
    shutil.rmtree(course / "autograded" / "gone" / rig.SLUG)
    back = grade.grade(course, rig.SLUG, **wishes)
    assert not back.lines[0].skipped and back.lines[0].points == 2.0
    assert (course / "autograded" / "gone" / rig.SLUG / f"{rig.BOOK}.ipynb").is_file()


def test_a_course_without_it_is_told_once(
    ran: Ran, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Is an instructor told once that a course lets nbgrader run hand-ins as they are?"""
    from casebank.desk import inforce
    from casebank.grading.course import Course

    strange, ours = Course(ran.strange), Course(ran.ours)
    assert inforce.advice(strange.config, strange.private) == []
    monkeypatch.setattr(inforce, "_folders", lambda: [tmp_path])
    assert inforce.kernels() == inforce.pages() == "run: make install"
    strange.private.mkdir(exist_ok=True)
    assert inforce.advice(ours.config, ours.private) == []
    assert inforce.advice(strange.config, strange.private) == [inforce.ADVICE]
    assert inforce.advice(strange.config, strange.private) == []


def test_doctor_names_the_file_that_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Does ``casebank doctor`` tell which file takes the desk's settings back?"""
    from casebank.desk import inforce

    assert inforce.kernels() == inforce.pages() == ""
    old = tmp_path / "old"
    home = next(one for one in inforce._folders() if (one / "jupyter_config.py").is_file())
    shutil.copytree(home, old, ignore=shutil.ignore_patterns("jupyter_config.py"))
    with monkeypatch.context() as patched:
        patched.setattr(inforce, "_folders", lambda: [old])
        assert (inforce.kernels(), inforce.pages()) == ("run: make install", "")
    folders = [tmp_path, *inforce._folders()]
    (tmp_path / "nbgrader_config.json").write_text(
        json.dumps({"ExecutePreprocessor": {"kernel_manager_class": "x.Y"}})
    )
    (tmp_path / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {"casebank.desk": False}}})
    )
    monkeypatch.setattr(inforce, "_folders", lambda: folders)
    assert str(tmp_path / "nbgrader_config.json") in inforce.kernels()
    assert str(tmp_path / "jupyter_server_config.json") in inforce.pages()


PLANTED = ("ipykernel_launcher", "json", "typing", "debugpy")


def _open(server: rig.Server, path: str) -> tuple[int, str]:
    """Open a notebook as JupyterLab does, which starts a kernel for it."""
    cookies = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(cookies)
    opener.open(f"{server.base}/formgrader/manage_assignments", timeout=30).read()
    token = next(one.value for one in cookies.cookiejar if one.name == "_xsrf")
    about = {"path": path, "type": "notebook", "name": "x", "kernel": {"name": "python3"}}
    request = urllib.request.Request(
        f"{server.base}/api/sessions",
        data=json.dumps(about).encode(),
        headers={"X-XSRFToken": str(token), "Content-Type": "application/json"},
    )
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("step", ["submitted", "autograded", "attempts", "link"])
@pytest.mark.parametrize("course", ["ours", "strange"])
def test_opening_starts_nothing(ran: Ran, course: str, step: str) -> None:
    """Does opening a trainee's notebook in JupyterLab start no kernel, and run none of its files?"""
    top = ran.server.root / course
    folder = top / step / "opened" / rig.SLUG
    if step == "link":
        folder = ran.server.root / f"link-{course}"
        folder.symlink_to(top / "submitted" / "by-command" / rig.SLUG)
    else:
        folder.mkdir(parents=True)
        shutil.copyfile(top / "release" / rig.SLUG / f"{rig.BOOK}.ipynb", folder / "work.ipynb")
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(ran.mark)!r}, 'w').write('ran')\n")
    before = ran.server.kernels()
    path = f"{folder.relative_to(ran.server.root).as_posix()}/work.ipynb"
    status, said = _open(ran.server, path)
    # The list of sessions calls every refusal of a kernel a fault of the server's.
    assert status in (403, 500), said
    assert "casebank grade" in said
    assert ran.server.kernels() == before
    assert not ran.mark.exists()
    for name in PLANTED:
        (folder / f"{name}.py").unlink()


def test_own_notebooks_start_a_kernel(ran: Ran) -> None:
    """Does an instructor's own notebook in the course start its kernel as ever?"""
    status, said = _open(ran.server, f"ours/source/{rig.SLUG}/{rig.BOOK}.ipynb")
    assert status == 201, said


def test_what_the_server_prints(ran: Ran) -> None:
    """Does a hand-in's file name steer the terminal in which the server runs?"""
    folder = _hand_in(ran.strange, "steers", "def double(x):\n    return 2 * x\n")
    (folder / "a\x1b]0;OWNED\x07\u202eb.txt").write_text("x")
    assert ran.press(ran.strange, "steers")["success"]
    said = ran.server.log.read_text("utf-8")
    assert "OWNED" in said and "\x1b]" not in said and "\u202e" not in said
