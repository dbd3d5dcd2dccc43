"""The pages of the browser labs in a real browser: start, write, check, hand in, keep, bring back."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import os
import re
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.records import load_all

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "/some/where/"
SLUG = "rfm-segmentation"
WAIT = 120_000
#: Notebooks start one after the other: a browser that starts several on two cores measures nothing.
pytestmark = pytest.mark.xdist_group("lite")


class _Handler(http.server.SimpleHTTPRequestHandler):
    root: Path

    def guess_type(self, path: Any) -> str:
        known = {".mjs": "text/javascript", ".wasm": "application/wasm"}
        return known.get(Path(path).suffix) or super().guess_type(path)

    def translate_path(self, path: str) -> str:
        self.directory = str(self.root)
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of a file is no fault."""


@pytest.fixture(scope="module")
def site(site: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The site with browser labs, served below a path."""
    given = os.environ.get("CASEBANK_TEST_LITE")
    if given:
        root = Path(given)
    else:
        from casebank.lite.build import make, place

        root = tmp_path_factory.mktemp("lite") / "site"
        shutil.copytree(site.root, root, ignore=shutil.ignore_patterns("lite"))
        course = load_all(Repo(ROOT))
        place(make(course, LANGS), course, root)
    handler = type("Handler", (_Handler,), {"root": root})
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield type(site)(root, f"http://127.0.0.1:{server.server_port}{PREFIX}")
    server.shutdown()


def work(lang: str, kind: str = "exercises", slug: str = SLUG) -> str:
    return f"lite/{lang}/{kind}/{slug}/"


def inside(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/notebooks/" in frame.url)


def start(page: Page) -> Frame:
    """Press Start, unless it starts by itself, and wait for the notebook."""
    button = page.locator("[data-do=start]")
    page.wait_for_function(
        "document.body.matches('.cbw-open') || !document.querySelector('.cbw-loading').hidden"
        " || document.querySelector('[data-do=start]').checkVisibility()",
        timeout=WAIT,
    )
    if button.is_visible():
        button.click()
    page.wait_for_selector("body.cbw-open", timeout=WAIT)
    return inside(page)


def problems(watch: Any) -> list[str]:
    """What went wrong; what Jupyter's parts say of each other on the console is theirs."""
    theirs = re.compile(r"console (warning|error: Plugin '@jupyter)|.*reading 'schema'", re.S)
    return [one for one in watch.problems if not theirs.match(one)]


def write(frame: Frame, cell: str, text: str) -> None:
    """Type into a cell as a person does."""
    page = frame.page
    at = frame.evaluate(
        "id => jupyterapp.shell.currentWidget.content.widgets.findIndex(c => c.model.id === id)",
        cell,
    )
    assert at >= 0, cell
    one = frame.locator(".jp-Notebook .jp-Cell").nth(at)
    one.scroll_into_view_if_needed()
    if "jp-MarkdownCell" in (one.get_attribute("class") or ""):
        one.locator(".jp-MarkdownOutput").dblclick()
    one.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def source(frame: Frame, cell: str) -> str:
    return frame.evaluate(
        "id => casebankInside.json().cells.find(c => c.id === id)?.source ?? null", cell
    )


def check(page: Page) -> str:
    page.evaluate("document.querySelector('.cbw-report').hidden = true")
    page.click("[data-do=check]")
    page.wait_for_function("!document.querySelector('.cbw-report').hidden", timeout=WAIT)
    return page.inner_text(".cbw-report")


def saved(page: Page) -> None:
    """Wait until what was typed is in the store."""
    page.wait_for_timeout(1300)
    page.wait_for_function(
        "!/马上|about to|…/.test(document.querySelector('.cbw-saved').textContent)"
    )


STORED = """() => new Promise((done) => {
  const request = indexedDB.open("casebank");
  request.onsuccess = () => {
    const base = request.result, t = base.transaction(["work", "kept"]);
    const work = t.objectStore("work").getAll(), kept = t.objectStore("kept").getAll();
    t.oncomplete = () => { base.close(); done({ work: work.result, kept: kept.result }); };
  };
})"""


#: What Python tells the page of an exercise, in English.
TELL = "m => new BroadcastChannel('casebank-lite').postMessage({ path: 'en/exercises/rfm-segmentation', ...m })"


def solution(lang: str, cell: str = "behaviour-solution") -> str:
    path = ROOT / f"_build/notebooks/exercises/{SLUG}/{lang}/source/{SLUG}.ipynb"
    for one in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if one["id"] == cell:
            text = "".join(one["source"])
            return "\n".join(line for line in text.splitlines() if "###" not in line)
    raise AssertionError(cell)


def released(site: Any, lang: str, slug: str = SLUG, kind: str = "exercises") -> dict[str, Any]:
    path = site.root / f"lite/files/{lang}/{kind}/{slug}/{slug}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def downloaded(page: Page, act: Callable[[], Any]) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        act()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def menu(page: Page, name: str) -> None:
    page.click(".cbw-more summary")
    page.click(f".cbw-more [data-do={name}]")


def choose(page: Page, name: str, file: str, content: bytes) -> None:
    with page.expect_file_chooser() as waiting:
        menu(page, name)
    waiting.value.set_files(
        {"name": file, "mimeType": "application/octet-stream", "buffer": content}
    )


@pytest.mark.parametrize("lang", [pytest.param("zh", marks=pytest.mark.long), "en"])
def test_the_whole_way(site: Any, opened: Callable[..., Any], lang: str) -> None:
    """Can a trainee start, answer, err, mend, check, leave, come back and hand in?"""
    seen = opened(work(lang), locale="zh-CN" if lang == "zh" else "en-GB", accept_downloads=True)
    page = seen.page
    assert re.search(r"\d+ MB", page.inner_text(".cbw-start"))
    frame = start(page)
    first = solution(lang)
    write(
        frame,
        "behaviour-solution",
        "def behaviour(transactions, today, months=12):\n    return transactions",
    )
    assert "behaviour" in check(page)
    wrong = page.evaluate(STORED)["work"][0]["checks"][-1]
    assert wrong["tasks"]["behaviour"] in ("failed", "partly"), wrong
    write(frame, "behaviour-solution", "def behaviour(transactions, today, months=12)\n    pass")
    # What was written and not run is run first, and what Python cannot read is an error.
    said = check(page)
    assert "SyntaxError: " in said, said
    broken = page.evaluate(STORED)["work"][0]["checks"][-1]
    assert broken["tasks"]["behaviour"] == "error", broken
    write(frame, "behaviour-solution", first)
    assert ("✓ 通过" if lang == "zh" else "✓ passed") in check(page)
    saved(page)
    right = page.evaluate(STORED)["work"][0]
    assert right["checks"][-1]["tasks"]["behaviour"] == "passed"
    assert right["checks"][-1]["passed"] == 1
    # After a reset the answer that Python still holds counts no more; written again, it does.
    menu(page, "reset")
    page.click(".cbw-dialog button[value=reset]")
    assert "✓" not in check(page)
    write(frame, "behaviour-solution", first)
    assert "✓" in check(page)
    # Closing the tab: the last second of typing is kept too.
    write(frame, "advice-essay", "周岚，您好" if lang == "zh" else "Dear Zhou Lan")
    page.close()
    page = seen.context.new_page()
    page.goto(site.base + work(lang))
    frame = start(page)
    assert source(frame, "behaviour-solution").strip() == first.strip()
    assert source(frame, "advice-essay").startswith(("周岚", "Dear"))
    # Handing in, with a name that no file system likes.
    page.click("[data-do=handin]")
    page.fill("#cbw-name", " 王/小 明_ ")
    # A number that no class list can hold makes no file.
    page.fill("#cbw-id", "001 / x")
    page.click(".cbw-dialog button[value=make]")
    rule = "学号" if lang == "zh" else "class list"
    assert rule in page.locator("#cbw-id").evaluate("field => field.validationMessage")
    assert page.evaluate(STORED)["work"][0].get("handed", []) == []
    page.fill("#cbw-id", "20260001")
    name, content = downloaded(page, lambda: page.click(".cbw-dialog button[value=make]"))
    version = released(site, lang)["metadata"]["casebank"]["version"]
    assert name == f"王-小-明_20260001_{SLUG}_{version}.casebank.zip"
    expect(page.locator(".cbw-dialog")).to_contain_text(name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == ["manifest.json", f"{SLUG}.ipynb"]
        notebook = archive.read(f"{SLUG}.ipynb")
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["notebook"] == {
        "name": f"{SLUG}.ipynb",
        "sha256": hashlib.sha256(notebook).hexdigest(),
        "bytes": len(notebook),
    }
    assert manifest["student"] == {"name": "王/小 明_", "id": "20260001"}
    assert (manifest["exercise"], manifest["version"], manifest["lang"]) == (SLUG, version, lang)
    assert manifest["made_with"] == "browser"
    assert [one["passed"] for one in manifest["checks"]][-1] == 1
    mine, base = json.loads(notebook), released(site, lang)
    assert mine["metadata"] == base["metadata"], (
        "at home it opens with the kernel that it was released for"
    )
    assert [c["id"] for c in mine["cells"]] == [c["id"] for c in base["cells"]]
    page.click(".cbw-dialog button[value=ok]")
    assert problems(seen.watch) == []


def test_files_come_and_go(site: Any, opened: Callable[..., Any]) -> None:
    """Are foreign and broken files refused in a sentence, is a good one taken, is the old one kept?"""
    seen = opened(work("en"), locale="en-GB", accept_downloads=True)
    page = seen.page
    frame = start(page)
    write(frame, "rfm-solution", "# my own line")
    saved(page)
    name, mine = downloaded(page, lambda: menu(page, "export"))
    assert name == f"{SLUG}.ipynb"
    assert "# my own line" in mine.decode("utf-8")

    def refused(file: str, content: bytes) -> str:
        choose(page, "import", file, content)
        text = page.inner_text(".cbw-dialog [role=alert]")
        page.click(".cbw-dialog button[value=ok]")
        return text

    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    other = json.dumps(released(site, "en", "complaint-clock")).encode()
    chinese = json.dumps(released(site, "zh")).encode()
    lab = json.dumps(released(site, "en", kind="labs")).encode()
    before = page.evaluate(STORED)
    assert "not a whole notebook" in refused("x.ipynb", b"{")
    assert "not a whole notebook" in refused("x.ipynb", b'{"nbformat": 4, "cells": [1]}')
    assert "cannot be read" in refused("x.zip", b"PK\x03\x04 and then nothing")
    assert "no notebook" in refused("x.zip", zipped.getvalue())
    assert "complaint-clock" in refused("x.ipynb", other)
    assert "Chinese" in refused("x.ipynb", chinese)
    assert "belongs to" in refused("x.ipynb", lab)
    after = page.evaluate(STORED)
    assert after["kept"] == before["kept"] == []
    assert after["work"][0]["notebook"] == before["work"][0]["notebook"]

    checked = {
        "type": "checked",
        "at": "2026-07-01T08:00:00Z",
        "passed": 3,
        "total": 7,
        "tasks": {},
    }
    page.evaluate(TELL, checked)
    page.wait_for_function(f"async () => ((await ({STORED})()).work[0].checks.length === 1)")

    # Reset asks, puts the old one aside, and shows the released one.
    menu(page, "reset")
    page.click(".cbw-dialog button:not([value=reset])")
    assert source(frame, "rfm-solution") == "# my own line"
    menu(page, "reset")
    page.click(".cbw-dialog button[value=reset]")
    expect(page.locator(".cbw-told")).to_contain_text("Reset")
    assert "NotImplementedError" in source(frame, "rfm-solution")
    kept = page.evaluate(STORED)["kept"]
    assert [one["why"] for one in kept] == ["reset"]
    assert "# my own line" in json.dumps(kept[0]["notebook"])
    # The check was of what was put aside: "My work" and a hand-in tell of none any more.
    home = seen.context.new_page()
    home.goto(site.base + "lite/en/")
    expect(home.locator("#cbw-works .cbw-item")).to_contain_text("last saved")
    expect(home.locator("#cbw-works .cbw-item")).not_to_contain_text("last check")
    assert page.evaluate(STORED)["work"][0]["checks"] == []

    # What was exported comes back, without the check of what it takes the place of.
    page.evaluate(TELL, checked)
    page.wait_for_function(f"async () => ((await ({STORED})()).work[0].checks.length === 1)")
    choose(page, "import", "mine.ipynb", mine)
    page.click(".cbw-dialog button[value=import]")
    expect(page.locator(".cbw-told")).to_contain_text("mine.ipynb")
    assert source(frame, "rfm-solution") == "# my own line"
    # One of an older version: the answers stay, the tests are today's.
    old = json.loads(mine)
    old["metadata"]["casebank"]["version"] = "0.9.0"
    for cell in old["cells"]:
        if cell["id"] == "rfm-test":
            cell["source"] = "pass"
    choose(page, "import", "old.ipynb", json.dumps(old).encode())
    expect(page.locator(".cbw-dialog")).to_contain_text("0.9.0")
    page.click(".cbw-dialog button[value=import]")
    expect(page.locator(".cbw-told")).to_contain_text("old.ipynb")
    assert source(frame, "rfm-solution") == "# my own line"
    assert source(frame, "rfm-test") != "pass"
    assert page.evaluate(STORED)["work"][0]["checks"] == []
    # What the reset put aside comes back with its check.
    page.close()
    home.reload()
    home.locator("#cbw-copies .cbw-item").last.locator("button").first.click()
    home.click(".cbw-dialog button[value=yes]")
    expect(home.locator("#cbw-works .cbw-item")).to_contain_text("last check: 3 of 7 passed")
    assert problems(seen.watch) == []


def test_a_new_version_is_offered(site: Any, opened: Callable[..., Any]) -> None:
    """Does an update wait for the trainee, show what changes, and leave the answers alone?"""
    seen = opened(work("en"), locale="en-GB")
    page = seen.page
    frame = start(page)
    write(frame, "rfm-solution", "# my own line")
    saved(page)
    fresh = released(site, "en")
    fresh["metadata"]["casebank"]["version"] = "9.9.9"
    for cell in fresh["cells"]:
        if cell["id"] == "rfm-test":
            cell["source"] = "check.defined('rfm')  # mended"
    text = json.dumps(fresh)
    manifest = json.loads((site.root / work("en") / "manifest.json").read_text(encoding="utf-8"))
    manifest["version"] = "9.9.9"
    manifest["notebook"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    page.route("**/manifest.json", lambda route: route.fulfill(json=manifest))
    page.route(f"**/files/en/exercises/{SLUG}/{SLUG}.ipynb", lambda route: route.fulfill(body=text))
    page.reload()
    offer = page.locator(".cbw-offer")
    expect(offer).to_contain_text("9.9.9")
    offer.locator("button").first.click()
    expect(page.locator(".cbw-changes [title=rfm-test]")).to_contain_text("replaced by the new")
    page.click(".cbw-dialog button[value=update]")
    page.wait_for_selector("body.cbw-open", timeout=WAIT)
    frame = inside(page)
    assert source(frame, "rfm-solution") == "# my own line"
    assert source(frame, "rfm-test").endswith("# mended")
    stored = page.evaluate(STORED)
    assert stored["work"][0]["version"] == "9.9.9"
    assert [one["why"] for one in stored["kept"]] == ["update"]
    menu(page, "update")
    expect(page.locator(".cbw-told")).to_contain_text("newest")


def test_two_tabs(site: Any, opened: Callable[..., Any]) -> None:
    """Does a second tab say so, and does taking over lose nothing?"""
    seen = opened(work("en"), locale="en-GB")
    one = seen.page
    frame = start(one)
    two = seen.context.new_page()
    two.goto(site.base + work("en"))
    expect(two.locator(".cbw-offer")).to_contain_text("another tab")
    assert not two.locator("iframe").count()
    write(frame, "rfm-solution", "# typed a moment ago")
    two.locator(".cbw-offer button").click()
    two.wait_for_selector("body.cbw-open", timeout=WAIT)
    assert source(inside(two), "rfm-solution") == "# typed a moment ago"
    expect(one.locator(".cbw-offer")).to_contain_text("went on")
    assert not one.locator("iframe").count()


def _without_storage(context: BrowserContext) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('denied'); } });"
    )


@pytest.mark.long
def test_a_browser_that_keeps_nothing(site: Any, opened: Callable[..., Any]) -> None:
    """Is the trainee warned, can the work be exported, and does leaving ask first?"""
    seen = opened("lite/en/", locale="en-GB", accept_downloads=True)
    _without_storage(seen.context)
    page = seen.page
    page.goto(site.base + work("en"))
    expect(page.locator("#cbw-storage")).to_contain_text("gone")
    frame = start(page)
    expect(page.locator(".cbw-saved")).to_contain_text("Not kept")
    write(frame, "rfm-solution", "# only in memory")
    page.wait_for_timeout(1300)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.href = '../../'")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    _, content = downloaded(page, lambda: menu(page, "export"))
    assert b"only in memory" in content
    page.goto(site.base + "lite/en/")
    assert asked == ["beforeunload"], "after an export nothing is lost by leaving"
    expect(page.locator("#cbw-state")).to_contain_text("gone")


RECORD = """([lang, notebook]) => new Promise((done) => {
  const request = indexedDB.open("casebank", 1);
  request.onsuccess = () => {
    const base = request.result, t = base.transaction(["work", "kept"], "readwrite");
    const path = lang + "/exercises/rfm-segmentation", at = "2026-07-01T08:00:00Z";
    const mine = { ...notebook, cells: notebook.cells.map((c) => ({ ...c, source: c.id === "rfm-solution" ? "# mine" : c.source })) };
    t.objectStore("work").put({ path, kind: "exercises", slug: "rfm-segmentation", lang, version: "1.0.0", base: notebook,
      notebook: mine, startedAt: at, savedAt: at, checks: [{ at, passed: 3, total: 7, tasks: {} }] });
    t.objectStore("kept").add({ path, why: "reset", at, version: "1.0.0", notebook });
    t.oncomplete = () => { base.close(); done(); };
  };
})"""


@pytest.mark.parametrize("lang", LANGS)
def test_my_work(site: Any, opened: Callable[..., Any], lang: str) -> None:
    """Is all work listed, can an older copy be had back, and can another browser take a backup?"""
    seen = opened(f"lite/{lang}/", accept_downloads=True)
    page = seen.page
    page.wait_for_selector("#cbw-state p")
    page.evaluate(RECORD, [lang, released(site, lang)])
    page.reload()
    item = page.locator("#cbw-works .cbw-item")
    expect(item).to_contain_text("1.0.0")
    expect(item).to_contain_text("3")
    name, backup = downloaded(page, lambda: page.click("[data-do=export-all]"))
    assert name.startswith("casebank-work-") and name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(backup)) as archive:
        assert f"{lang}/exercises/{SLUG}.ipynb" in archive.namelist()
    page.locator("#cbw-copies .cbw-item button").first.click()
    page.click(".cbw-dialog button[value=yes]")
    page.wait_for_function("document.querySelectorAll('#cbw-copies .cbw-item').length === 2")
    assert "# mine" not in json.dumps(page.evaluate(STORED)["work"][0]["notebook"])
    # What a restore put aside can be restored in turn.
    page.locator("#cbw-copies .cbw-item").first.locator("button").first.click()
    page.click(".cbw-dialog button[value=yes]")
    page.wait_for_function("document.querySelectorAll('#cbw-copies .cbw-item').length === 3")
    assert "# mine" in json.dumps(page.evaluate(STORED)["work"][0]["notebook"])
    page.locator("#cbw-copies .cbw-item").first.locator("button").last.click()
    page.click(".cbw-dialog button[value=yes]")
    page.wait_for_function("document.querySelectorAll('#cbw-copies .cbw-item').length === 2")

    other = opened(f"lite/{lang}/").page
    other.wait_for_selector("#cbw-state p")

    def give(file: str, content: bytes) -> None:
        with other.expect_file_chooser() as waiting:
            other.click("[data-do=import-all]")
        waiting.value.set_files({"name": file, "mimeType": "application/zip", "buffer": content})

    give("wrong.zip", b"PK\x03\x04")
    other.wait_for_selector(".cbw-dialog [role=alert]")
    other.click(".cbw-dialog button[value=ok]")
    assert other.evaluate(STORED)["work"] == []
    give(name, backup)
    other.click(".cbw-dialog button[value=yes]")
    other.wait_for_selector("#cbw-works .cbw-item")
    stored = other.evaluate(STORED)
    assert "# mine" in json.dumps(stored["work"][0]["notebook"])
    assert len(stored["kept"]) == 1
    # Once more, where the work lies already: its state is put aside, no copy comes twice.
    give(name, backup)
    other.click(".cbw-dialog button[value=yes]")
    other.wait_for_function("document.querySelectorAll('#cbw-copies .cbw-item').length === 2")
    # The last at a shared computer leaves nothing behind.
    other.click("[data-do=clear-all]")
    other.click(".cbw-dialog button[value='']")
    assert other.evaluate(STORED)["work"] != []
    other.click("[data-do=clear-all]")
    other.click(".cbw-dialog button[value=yes]")
    other.wait_for_function("document.querySelectorAll('.cbw-item').length === 0")
    assert other.evaluate(STORED) == {"work": [], "kept": []}
    assert problems(seen.watch) == []


def test_on_a_phone(site: Any, opened: Callable[..., Any]) -> None:
    """At 360 px: does the page read without scrolling sideways, and does a lab's cell run?"""
    seen = opened(work("en", "labs"), width=360, height=740, has_touch=True, is_mobile=True)
    page = seen.page
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(sideways) <= 0
    start(page)
    frame = inside(page)
    assert page.evaluate(sideways) <= 0
    assert frame.evaluate("document.querySelector('.jp-Notebook').clientWidth") >= 340
    box = page.locator(".cbw-frame").bounding_box()
    assert box is not None and box["height"] > 400 and box["y"] + box["height"] >= 739
    for button in page.locator(".cbw-bar > button:visible, .cbw-bar summary:visible").all():
        side = button.bounding_box()
        assert side is not None and side["x"] >= 0 and side["x"] + side["width"] <= 360
    page.click(".cbw-more summary")
    side = page.locator(".cbw-more ul").bounding_box()
    assert side is not None and side["x"] >= 0 and side["x"] + side["width"] <= 360
    page.click(".cbw-more summary")
    frame.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    frame.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    frame.wait_for_selector(".jp-OutputArea-output table", timeout=WAIT)
    page.click("[data-do=text]")
    assert page.locator("#reading-head").is_visible()
    page.click(".cbw-ready [data-do=open]")
    assert page.locator(".cbw-frame").is_visible()


@pytest.mark.long
def test_reader_is_not_disturbed(site: Any, opened: Callable[..., Any]) -> None:
    """Who reads on while it loads is told, and not thrown to the top."""
    page = opened(work("en"), locale="en-GB").page
    page.click("[data-do=start]")
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(300)
    at = page.evaluate("scrollY")
    assert at > 200
    expect(page.locator(".cbw-ready")).to_be_visible(timeout=WAIT)
    assert not page.locator("body.cbw-open").count()
    page.click(".cbw-ready [data-do=open]")
    assert page.locator("body.cbw-open").count()


def test_progress_and_faults_are_said(site: Any, opened: Callable[..., Any]) -> None:
    """Does it name what it waits for, say after 20 s that nothing comes, and say what failed?"""
    seen = opened("lite/en/", locale="en-GB")
    page = seen.page
    page.route(
        re.compile(r"/notebooks/index\.html"),
        lambda route: route.fulfill(body="<title>x</title>", content_type="text/html"),
    )
    # What Python itself tells would come between what is told here.
    page.route(
        re.compile(r"/early\.js"),
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    page.clock.install()
    page.goto(site.base + work("en"))
    page.click("[data-do=start]")
    page.clock.run_for(1000)
    page.wait_for_selector(".cbw-frame iframe", state="attached")
    page.evaluate(
        TELL, {"type": "progress", "stage": "package", "name": "pandas", "done": 5, "total": 25}
    )
    expect(page.locator("#cbw-progress")).to_have_text("Loading pandas, 5 of 25 …")
    page.clock.run_for(21_000)
    expect(page.locator(".cbw-slow")).to_contain_text("Loading pandas, 5 of 25")
    page.evaluate(TELL, {"type": "progress", "stage": "kernel", "name": "", "done": 0, "total": 0})
    expect(page.locator(".cbw-slow")).to_be_empty()
    page.evaluate(TELL, {"type": "error", "message": "numpy.whl: the server says 404"})
    expect(page.locator("#cbw-error")).to_contain_text("the server says 404")
    assert page.locator(".cbw-loading").is_hidden()


@pytest.mark.parametrize(
    ("lang", "scheme"),
    [
        ("zh", "light"),
        ("en", "dark"),
        pytest.param("zh", "dark", marks=pytest.mark.long),
        pytest.param("en", "light", marks=pytest.mark.long),
    ],
)
def test_axe(
    site: Any,
    opened: Callable[..., Any],
    violations: Callable[..., list[str]],
    lang: str,
    scheme: str,
) -> None:
    """No violation on the pages as they are opened."""
    for address in (f"lite/{lang}/", work(lang), work(lang, "labs")):
        for width in (1280, 360):
            page = opened(address, scheme=scheme, width=width).page
            page.wait_for_selector(".cbw-start:visible, #cbw-state p")
            assert violations(page) == [], address


@pytest.mark.long
def test_axe_at_work(
    site: Any, opened: Callable[..., Any], violations: Callable[..., list[str]]
) -> None:
    """No violation in our part of the page while the notebook is open, with report and dialog."""
    page = opened(work("en"), locale="en-GB", scheme="dark").page
    start(page)
    check(page)
    # The notebook's own page is Jupyter's.
    page.evaluate(
        "document.querySelector('.cbw-frame iframe').contentDocument.documentElement.innerHTML = '<title>x</title>'"
    )
    assert [one for one in violations(page) if "iframe" not in one] == []
    page.click("[data-do=handin]")
    assert [one for one in violations(page) if "iframe" not in one] == []


def test_keyboard(site: Any, opened: Callable[..., Any]) -> None:
    """Menu and dialog open, close and give the place back by keys alone."""
    page = opened(work("en"), locale="en-GB").page
    start(page)
    page.focus(".cbw-more summary")
    page.keyboard.press("Enter")
    assert page.locator(".cbw-more li button").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".cbw-more li button").first.is_visible()
    page.focus("[data-do=handin]")
    page.keyboard.press("Enter")
    expect(page.locator("#cbw-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".cbw-dialog")).to_be_hidden()
    expect(page.locator("[data-do=handin]")).to_be_focused()


def test_app_alone_goes_to_its_page(site: Any, opened: Callable[..., Any]) -> None:
    """A notebook that is opened without its page would keep nothing: it goes there."""
    page = opened(f"lite/en/notebooks/index.html?path=en/exercises/{SLUG}/{SLUG}.ipynb").page
    page.wait_for_url(f"**/{work('en')}")


@pytest.mark.long
def test_a_full_disk(site: Any, opened: Callable[..., Any]) -> None:
    """When the store refuses to write: is it said, and does what was there stay?"""
    seen = opened(work("en"), locale="en-GB", accept_downloads=True)
    page = seen.page
    frame = start(page)
    page.evaluate(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; 0"
    )
    write(frame, "rfm-solution", "# too much")
    expect(page.locator(".cbw-saved")).to_contain_text("Not saved", timeout=10_000)
    _, content = downloaded(page, lambda: menu(page, "export"))
    assert b"too much" in content
