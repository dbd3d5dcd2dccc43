"""Jupyter acts upon nothing that stands in a notebook that was handed in, and changes nothing in it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import desk_rig as rig
import pytest

SURFACE = "formgrader"
pytestmark = pytest.mark.sandbox


@dataclass
class Place:
    """A server above a course, and the file that appears when something of a trainee's runs."""

    server: rig.Server
    course: Path
    mark: Path

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """What the server's own interface answers, asked as JupyterLab asks it."""
        cookies = urllib.request.HTTPCookieProcessor()
        opener = urllib.request.build_opener(cookies)
        opener.open(f"{self.server.base}/formgrader/manage_assignments", timeout=30).read()
        token = next(one.value for one in cookies.cookiejar if one.name == "_xsrf")
        request = urllib.request.Request(
            f"{self.server.base}{urllib.parse.quote(path, safe='/?=&')}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "X-XSRFToken": str(token),
                "Content-Type": "application/json",
                "Referer": f"{self.server.base}/",
            },
            method=method,
        )
        try:
            with opener.open(request, timeout=60) as answer:
                found = answer.read()
                return answer.status, json.loads(found) if found[:1] == b"{" else found
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")


#: Folders in which a hand-in may lie, and whether the course is one of ours.
PLACES = {
    "submitted/eve/ps1": "ours",
    "autograded/eve/ps1": "ours",
    "inbox/eve": "ours",
    "notes/eve": "ours",
    "downloaded/ps1/extracted/eve": "strange",
    "submitted/eve/ps1 ": "strange",
    "eve/ps1/submitted": "students first",
    "handed/eve/ps1": "named",
    "submitted/mary/ps1": "settings at home",
    "submitted/anna/ps1": "on a bigger disk",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The server, with jupytext's most open setting, in a folder of courses."""
    top = tmp_path_factory.mktemp("handed")
    ours = top / "ours"
    rig.prepare(ours)
    settings = {
        "strange": "c.CourseDirectory.course_id = 'crm'",
        "students first": "c.CourseDirectory.directory_structure = "
        "'{student_id}/{assignment_id}/{nbgrader_step}'",
        "named": "c.CourseDirectory.submitted_directory = 'handed'",
        "settings at home": "",
        "on a bigger disk": "",
    }
    for name, text in settings.items():
        rig.stranger(ours, top / name, text)
    (top / "settings at home" / "nbgrader_config.py").unlink()
    (top / "disk").mkdir()
    linked = top / "on a bigger disk" / "submitted"
    linked.rename(top / "disk" / "handed")
    linked.symlink_to(top / "disk" / "handed")
    mark = top / "RAN"
    program = f"open({str(mark)!r}, 'w').write('ran')\n"
    for folder, course in PLACES.items():
        where = top / course / folder
        where.mkdir(parents=True, exist_ok=True)
        book = json.loads((ours / "release" / rig.SLUG / f"{rig.BOOK}.ipynb").read_text("utf-8"))
        dotted = ".".join((*(top / course / folder).relative_to(top).parts, "evil", "X"))
        book["nbformat_minor"] = 4
        book["metadata"] |= {
            "jupytext": {"formats": "ipynb,../../source///py:light"},
            "language_info": {"name": "python", "nbconvert_exporter": dotted},
            "trusted": True,
        }
        for cell in book["cells"]:
            cell.pop("id", None)
        (where / f"{rig.BOOK}.ipynb").write_text(json.dumps(book), "utf-8")
        for name in ("evil.py", "ipykernel_launcher.py", ".jupytext.py", "jupytext.py"):
            (where / name).write_text(program, "utf-8")
        (where / "text.md").write_text(
            "---\njupyter:\n  kernelspec: {name: python3}\n---\nx", "utf-8"
        )
    with rig.server(top, top / "home", "--ContentsManager.allow_hidden=True") as server:
        yield Place(server.ready(), ours, mark)


def _path(folder: str) -> str:
    return f"{PLACES[folder]}/{folder}/{rig.BOOK}.ipynb"


@pytest.mark.parametrize("folder", PLACES)
def test_no_kernel(place: Place, folder: str) -> None:
    """Does a notebook start no kernel, wherever in a course a hand-in may lie?"""
    about = {"path": _path(folder), "type": "notebook", "name": "x", "kernel": {"name": "python3"}}
    status, said = place.ask("POST", "/api/sessions", about)
    assert status in (403, 500), said
    assert "casebank grade" in str(said)
    assert not place.mark.exists()


def test_no_kernel_in_the_servers_own_folder(tmp_path: Path) -> None:
    """Does a kernel for nothing in particular not start either where hand-ins have come to lie?"""
    folder = tmp_path / "course" / "submitted" / "eve"
    folder.mkdir(parents=True)
    with rig.server(folder, tmp_path / "home") as server:
        server.ready()
        (tmp_path / "course" / "casebank-course.json").write_text("{}", "utf-8")
        ask = Place(server, folder, folder).ask
        try:
            for about in ({}, {"path": ""}, {"path": "x"}):
                status, said = ask("POST", "/api/kernels", about)
                assert status == 403, said
            about = {"path": "", "type": "console", "name": "x", "kernel": {"name": "python3"}}
            assert "casebank grade" in str(ask("POST", "/api/sessions", about))
            assert ask("POST", "/api/terminals", {})[0] == 403
            assert server.kernels() == []
        except OSError:
            # Some request had a program of Jupyter begin in there, and so the server has ended.
            assert server.process.wait(20) != 0
            assert "was handed in" in server.log.read_text("utf-8")


@pytest.mark.parametrize("root", [False, True], ids=["stood in", "named"])
@pytest.mark.parametrize("command", ["lab", "notebook", "server"])
def test_no_server(tmp_path: Path, command: str, root: bool) -> None:
    """Does a server that is started for a folder of a hand-in end before it reads what is there?"""
    mark = tmp_path / "RAN"
    folder = tmp_path / "course" / "submitted" / "eve" / rig.SLUG
    folder.mkdir(parents=True)
    (tmp_path / "course" / "casebank-course.json").write_text("{}", "utf-8")
    program = f"open({str(mark)!r}, 'w').write('ran')\n"
    (folder / "nbgrader_config.py").write_text(program, "utf-8")
    ran = subprocess.run(
        [
            Path(sys.executable).with_name("jupyter"), command, "--no-browser", "--allow-root",
            *([f"--ServerApp.root_dir={folder}"] if root else []),
        ],
        cwd=tmp_path if root else folder, env=rig.environment(tmp_path / "home"),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert f"{folder} was handed in" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not mark.exists()


@pytest.mark.parametrize("folder", PLACES)
def test_no_terminal(place: Place, folder: str) -> None:
    """Does no shell start where a hand-in lies, and does one start as ever elsewhere?"""
    where = f"{PLACES[folder]}/{folder}"
    link = place.server.root / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(place.server.root / where)
    for cwd in (where, str(place.server.root / where), "link", f"ours/source/../../{where}"):
        status, said = place.ask("POST", "/api/terminals", {"cwd": cwd})
        assert status == 403, said
        assert "No terminal" in str(said)
    for about in ({}, {"cwd": "ours"}, {"cwd": PLACES[folder]}):
        status, said = place.ask("POST", "/api/terminals", about)
        assert status == 200, said
        assert place.ask("DELETE", f"/api/terminals/{said['name']}")[0] == 204


@pytest.mark.parametrize("name", ["x.jupyterlab-workspace", "X.y.JupyterLab-WorKspace"])
@pytest.mark.parametrize("folder", PLACES)
def test_a_workspace_is_not_opened(place: Place, folder: str, name: str) -> None:
    """Is a file that would start terminals and kernels in JupyterLab told of, and not given to it?"""
    where = f"{PLACES[folder]}/{folder}"
    (place.server.root / where / name).write_text('{"data": {}, "metadata": {"id": "default"}}')
    status, said = place.ask("GET", f"/api/contents/{where}/{name}?content=1")
    assert status == 403
    assert "workspace" in str(said)
    assert place.ask("GET", f"/api/contents/{where}?content=1")[0] == 200
    assert place.ask("GET", f"/api/contents/{where}/{name}?content=0")[0] == 200


@pytest.mark.parametrize("folder", PLACES)
def test_it_opens_to_be_read_only(place: Place, folder: str) -> None:
    """Is a hand-in read without what Jupyter would act upon, and is nothing saved over it?"""
    path = f"/api/contents/{_path(folder)}"
    status, model = place.ask("GET", f"{path}?type=notebook&content=1")
    assert status == 200, model
    assert model["writable"] is False
    assert "jupytext" not in model["content"]["metadata"]
    assert "nbconvert_exporter" not in json.dumps(model["content"]["metadata"])
    file = place.server.root / _path(folder)
    before = file.read_bytes()
    body = {"type": "notebook", "format": "json", "content": model["content"]}
    assert place.ask("PUT", path, body)[0] == 403
    assert place.ask("PATCH", path, {"path": "ours/source/ps1/x.ipynb"})[0] == 403
    assert file.read_bytes() == before
    assert not place.mark.exists()


@pytest.mark.parametrize("folder", PLACES)
def test_no_checkpoint(place: Place, folder: str) -> None:
    """Is no earlier state of a hand-in kept beside it, put in its place or taken away?"""
    path = f"/api/contents/{_path(folder)}/checkpoints"
    where = place.server.root / _path(folder)
    kept = where.parent / ".ipynb_checkpoints" / f"{rig.BOOK}-checkpoint.ipynb"
    assert place.ask("POST", path)[0] == 403
    assert not kept.parent.exists()
    before = where.read_bytes()
    kept.parent.mkdir()
    kept.write_text("{}", "utf-8")
    try:
        assert place.ask("GET", path)[0] == 200
        assert place.ask("POST", f"{path}/checkpoint")[0] == 403
        assert place.ask("DELETE", f"{path}/checkpoint")[0] == 403
        assert where.read_bytes() == before
        assert kept.is_file()
    finally:
        shutil.rmtree(kept.parent)


def test_no_commands_in_a_text(place: Place) -> None:
    """May a button in a hand-in's text run none of JupyterLab's commands?"""
    address = "/lab/api/settings/@jupyterlab/apputils-extension:sanitizer"
    about = json.loads(place.server.get(address)[2])
    assert about["schema"]["properties"]["allowCommandLinker"]["default"] is False


@pytest.mark.parametrize("folder", PLACES)
@pytest.mark.parametrize("kind", ["script", "html", "python"])
def test_it_is_not_converted(place: Place, folder: str, kind: str) -> None:
    """Does an address that converts a notebook import nothing that the notebook names?"""
    status, said = place.ask("GET", f"/nbconvert/{kind}/{_path(folder)}")
    assert status == 403, said
    assert not place.mark.exists()


@pytest.mark.parametrize("folder", PLACES)
def test_a_file_is_no_page(place: Place, folder: str) -> None:
    """Is a page or drawing of a hand-in kept by the browser and not shown, and a picture shown?"""
    where = f"{PLACES[folder]}/{folder}"
    for name in ("x.html", "x.xhtml", "x.svg", "x.pdf", "x", "x.png", "x.txt"):
        (place.server.root / where / name).write_text("<script>1</script>", "utf-8")
        status, headers, _ = place.server.get(urllib.parse.quote(f"/files/{where}/{name}"))
        assert status == 200
        assert "sandbox; default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert ("content-disposition" in headers) == (name not in ("x.png", "x.txt")), name


def test_feedback_stays_a_page(place: Place) -> None:
    """Can an instructor still look at a page of feedback, which was made clean?"""
    folder = place.course / "feedback" / "eve" / rig.SLUG
    folder.mkdir(parents=True)
    (folder / "work.html").write_text("<p>well done</p>", "utf-8")
    status, headers, _ = place.server.get(f"/files/ours/feedback/eve/{rig.SLUG}/work.html")
    assert status == 200
    assert "sandbox; default-src 'none'" in headers["content-security-policy"]
    assert "content-disposition" not in headers
    # A hand-in that looks like a course of its own has no such folder.
    theirs = place.course / "submitted" / "eve" / rig.SLUG
    (theirs / "feedback").mkdir()
    (theirs / "casebank-course.json").write_text("{}", "utf-8")
    (theirs / "feedback" / "x.html").write_text("<p>well done</p>", "utf-8")
    path = f"/files/ours/submitted/eve/{rig.SLUG}/feedback/x.html"
    assert place.server.get(path)[1]["content-disposition"] == "attachment"
    (theirs / "casebank-course.json").unlink()


def test_no_name_to_import_wherever_it_lies(place: Place) -> None:
    """Is a name to import not believed in a notebook outside of any course either?"""
    outside = place.server.root / "mail"
    outside.mkdir(exist_ok=True)
    shutil.copyfile(place.server.root / _path("inbox/eve"), outside / "work.ipynb")
    status, _ = place.ask("GET", "/nbconvert/script/mail/work.ipynb")
    assert status == 200
    assert not place.mark.exists()


@pytest.mark.parametrize("folder", PLACES)
def test_a_folder_that_is_looked_into_runs_nothing(place: Place, folder: str) -> None:
    """Does listing a folder, or reading a text in it, run none of the settings in it?"""
    where = f"{PLACES[folder]}/{folder}"
    assert place.ask("GET", f"/api/contents/{where}?content=1")[0] == 200
    for name in ("text.md", "evil.py"):
        status, model = place.ask("GET", f"/api/contents/{where}/{name}?content=1")
        assert status == 200, model
        assert model["type"] == "file"
    assert not place.mark.exists()


def test_nothing_was_written_elsewhere(place: Place) -> None:
    """Has none of it put a file into an instructor's folder?"""
    assert not list((place.course / "source").rglob("*.py"))


def test_own_files_stay_ones_own(place: Place) -> None:
    """Can an instructor's own notebook in the course be saved, converted and renamed as ever?"""
    shutil.copyfile(
        place.course / "source" / rig.SLUG / f"{rig.BOOK}.ipynb",
        place.course / "source" / rig.SLUG / "mine.ipynb",
    )
    path = f"/api/contents/ours/source/{rig.SLUG}/mine.ipynb"
    status, model = place.ask("GET", f"{path}?type=notebook&content=1")
    assert status == 200 and model["writable"]
    body = {"type": "notebook", "format": "json", "content": model["content"]}
    assert place.ask("PUT", path, body)[0] == 200
    assert place.ask("POST", f"{path}/checkpoints")[0] == 201
    assert place.ask("POST", f"{path}/checkpoints/checkpoint")[0] == 204
    assert place.ask("PATCH", path, {"path": f"ours/source/{rig.SLUG}/yours.ipynb"})[0] == 200
    assert place.ask("GET", f"/nbconvert/html/ours/source/{rig.SLUG}/yours.ipynb")[0] == 200
