"""What is brought into a lab in the browser runs nothing before its reader runs it."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import desk_rig as rig
import pytest
from test_lite_pages import (
    SLUG,
    STORED,
    choose,
    released,
    site,  # noqa: F401  (the site with browser labs takes the place of the plain one)
    start,
    work,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lite")]
SURFACE = "labs"


def _mark(number: int) -> str:
    return f"for (const w of [window, parent, top]) w.SHOWN_{number} = 1"


#: What an output can be that runs by itself once a notebook is believed.
OUTPUTS: dict[str, dict[str, Any]] = {
    "script in HTML": {"text/html": f"<script>{_mark(0)}</script>"},
    "handler in HTML": {"text/html": f'<img src=x onerror="{_mark(1)}">'},
    "Javascript": {"application/javascript": _mark(2)},
    "drawing": {
        "image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg" onload="{_mark(3)}"></svg>'
    },
    "Markdown": {"text/markdown": f"<details open ontoggle='{_mark(4)}'>x</details>"},
    "frame in HTML": {"text/html": f'<iframe srcdoc="<script>{_mark(5)}</script>"></iframe>'},
    "LaTeX": {
        "text/latex": r"$\href{javascript:top.SHOWN_6=1}{x}$<img src=x onerror='top.SHOWN_6=1'>"
    },
}


def forged(site: Any) -> dict[str, Any]:  # noqa: F811
    """The released notebook with outputs that run, each of which says that it may."""
    notebook = copy.deepcopy(released(site, "en"))
    notebook["metadata"]["trusted"] = True
    codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in codes:
        cell["metadata"] |= {"trusted": True, "__proto__": {"trusted": True}}
    codes[0]["outputs"] = [
        {"output_type": "display_data", "data": data, "metadata": {"trusted": True}}
        for data in OUTPUTS.values()
    ]
    codes[0]["outputs"].append(
        {"output_type": "stream", "name": "stdout", "text": "here it was shown"}
    )
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    texts[0]["metadata"] |= {"trusted": True, "__proto__": {"trusted": True}}
    texts[0]["source"] = f'# x\n<img src=x onerror="{_mark(7)}">'
    return notebook


def ran(page: Any) -> list[int]:
    """Numbers of what has run, in the page or in the notebook's frame."""
    page.wait_for_timeout(1500)
    found: set[int] = set()
    for frame in page.frames:
        found |= set(
            frame.evaluate(
                "Object.keys(window).filter(k => k.startsWith('SHOWN_')).map(k => Number(k.slice(6)))"
            )
        )
    return sorted(found)


def trusted(page: Any) -> int:
    """How many cells of what lies in the browser say that they are trusted."""
    return json.dumps(page.evaluate(STORED)).count('"trusted": true')


def _shown(page: Any) -> None:
    """The forged notebook is open with its outputs."""
    for frame in page.frames:
        if "/notebooks/" in frame.url:
            frame.wait_for_selector("text=here it was shown", timeout=30_000)


def _import(page: Any, notebook: dict[str, Any], zipped: bool) -> None:
    content, name = json.dumps(notebook).encode(), f"{SLUG}.ipynb"
    if zipped:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, content)
        content, name = packed.getvalue(), "x.casebank.zip"
    start(page)
    choose(page, "import", name, content)
    page.wait_for_timeout(500)
    button = page.locator(".cbw-dialog button[value=yes], .cbw-dialog button[value=import]")
    if button.count():
        button.first.click()


PUT = """(record) => new Promise((done, failed) => {
  const request = indexedDB.open("casebank");
  request.onerror = failed;
  request.onsuccess = () => {
    const base = request.result, t = base.transaction(["work"], "readwrite");
    t.objectStore("work").put(record);
    t.oncomplete = () => { base.close(); done(); };
  };
})"""


def _backup(page: Any, opened: Callable[..., Any], notebook: dict[str, Any]) -> bytes:
    """A backup in which everything is forged."""
    start(page)
    page.wait_for_function("document.body.matches('.cbw-open')")
    record = page.evaluate(STORED)["work"]
    one = record[0] if record else None
    assert one is not None
    one |= {"notebook": notebook, "base": notebook}
    kept = {"path": one["path"], "why": "reset", "at": one.get("savedAt"), "title": "x"}
    kept |= {"version": one["version"], "notebook": notebook, "base": notebook}
    kept |= {"sha256": one.get("sha256"), "checks": []}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        about = {"format": 1, "made_at": one.get("savedAt"), "works": [one], "copies": [kept]}
        archive.writestr("casebank-work.json", json.dumps(about))
    return packed.getvalue()


@pytest.fixture(scope="module")
def notebook(site: Any) -> dict[str, Any]:  # noqa: F811
    """The forged notebook."""
    return forged(site)


@pytest.fixture(scope="module")
def imported(site: Any, browser: Any, notebook: dict[str, Any]) -> Iterator[Any]:  # noqa: F811
    """A page into which the forged notebook was brought."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(site.base + work("en"))
    _import(page, notebook, zipped=False)
    _shown(page)
    yield page, ran(page), trusted(page)
    context.close()


@pytest.mark.parametrize("number", [*range(len(OUTPUTS)), 7], ids=[*OUTPUTS, "prose"])
def test_output_that_was_brought_in(imported: Any, number: int) -> None:
    """Does an output of a notebook that calls itself trusted run nothing as it is opened?"""
    _, found, _ = imported
    assert number not in found


def test_the_word_is_taken_out(imported: Any) -> None:
    """Does nothing that lies in the browser say of itself that it may be trusted?"""
    assert imported[2] == 0


#: What would fetch something from another host as soon as a notebook is shown, believed or not.
LOADS = {
    "picture": "<img src='@/picture'><img srcset='@/picture-set 1x'>",
    "film": "<video autoplay src='@/film' poster='@/film-poster'></video><audio src='@/film-audio'>",
    "style": "<div style=\"background:url('@/style')\">x</div>",
    "sheet": "<style>@import '@/sheet';.jp-Cell{background:url(@/sheet-cell)}</style>",
    "frame": "<iframe src='@/frame'></iframe><object data='@/frame-object'></object>",
    "drawing": "<svg><image href='@/drawing' width='9' height='9'/></svg>",
    "link": "<link rel=prefetch href='@/link'><link rel=stylesheet href='@/link-sheet'>",
}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def asked(site: Any, browser: Any) -> Iterator[list[str]]:  # noqa: F811
    """What another host was asked for when a notebook with all of these was brought in."""
    with rig.ear() as (heard, port):
        here = f"http://127.0.0.1:{port}"
        notebook = copy.deepcopy(released(site, "en"))
        texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        parts = [f"![]({here}/markdown) ![mine]({PIXEL})", *LOADS.values()]
        texts[0]["source"] = "\n\n".join(["# x", *parts]).replace("@/", f"{here}/")
        codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        codes[0]["outputs"] = [
            {
                "output_type": "display_data",
                "data": {"text/html": text.replace("@/", f"{here}/")},
                "metadata": {},
            }
            for text in LOADS.values()
        ]
        codes[0]["outputs"].append(
            {"output_type": "stream", "name": "stdout", "text": "here it was shown"}
        )
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(site.base + work("en"))
        _import(page, notebook, zipped=False)
        _shown(page)
        page.wait_for_timeout(1500)
        for frame in page.frames:
            if "/notebooks/" in frame.url:
                width = frame.locator("img[alt=mine]").first.evaluate("one => one.naturalWidth")
        assert width == 1
        yield heard
        context.close()


@pytest.mark.parametrize("way", [*LOADS, "markdown"])
def test_nothing_is_asked_elsewhere(asked: list[str], way: str) -> None:
    """Does a notebook that is brought in tell no other host that it is looked at?"""
    assert not [one for one in asked if one.startswith(f"/{way}")]


@pytest.mark.parametrize("way", ["submission", "backup", "copy", "of an older version"])
def test_other_ways_in(
    site: Any,  # noqa: F811
    opened: Callable[..., Any],
    notebook: dict[str, Any],
    way: str,
) -> None:
    """Does the forged notebook run nothing, whichever way it came in?"""
    seen = opened(work("en"), locale="en-GB", accept_downloads=True)
    page = seen.page
    if way == "submission":
        _import(page, notebook, zipped=True)
        _shown(page)
        assert ran(page) == []
        return
    content = _backup(page, opened, notebook)
    if way == "of an older version":
        record = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("casebank-work.json"))
        page.goto("about:blank")
        page.goto(f"{site.base}lite/en/")
        page.evaluate(PUT, record["works"][0])
    else:
        page.goto(f"{site.base}lite/en/")
        page.wait_for_selector("#cbw-state p")
        with page.expect_file_chooser() as waiting:
            page.click("[data-do=import-all]")
        waiting.value.set_files(
            {"name": "backup.zip", "mimeType": "application/zip", "buffer": content}
        )
        page.click(".cbw-dialog button[value=yes]")
        page.wait_for_selector("#cbw-copies .cbw-item")
        if way == "copy":
            page.locator("#cbw-copies .cbw-item").last.locator("button").first.click()
            page.click(".cbw-dialog button[value=yes]")
            page.wait_for_timeout(500)
    page.goto(site.base + work("en"))
    start(page)
    _shown(page)
    assert ran(page) == []
