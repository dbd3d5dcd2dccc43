"""The browser labs in a real Firefox: the way of a trainee, once, over Marionette."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marionette import BINARY, CONTROL, DELETE, DOWN, ENTER, SHIFT, Firefox, until
from test_lite_pages import (
    SLUG,
    released,
    site,  # noqa: F401  (the site with browser labs takes the place of the plain one)
    solution,
    work,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("lite"),
    pytest.mark.skipif(not BINARY, reason="Firefox is not installed (apt install firefox-esr)"),
]
CELL = "behaviour-solution"
FRAME = ".cbw-frame iframe"
NOTEBOOK = f"document.querySelector('{FRAME}').contentWindow"
SOURCE = f"{NOTEBOOK}.casebankInside.json().cells.find(c => c.id === arguments[0])?.source"
AT = "jupyterapp.shell.currentWidget.content"
#: Bring the cell to be written into sight, mark it, and let it come to rest.
FIND = f"""
const at = {AT}.widgets.findIndex((cell) => cell.model.id === arguments[0]);
await {AT}.scrollToItem(at, "center");
const node = {AT}.widgets[at].node;
node.id = "here";
for (let rest = 0, last = null; rest < 4;) {{
  node.scrollIntoView({{ block: "center" }});
  await new Promise((done) => setTimeout(done, 60));
  const top = node.querySelector(".cm-content")?.getBoundingClientRect().top ?? null;
  rest = top !== null && top === last ? rest + 1 : 0;
  last = top;
}}
"""
#: JupyterLite of this version says this of itself, in Chromium's words or in these.
OWN = re.compile(r".*\bschema\b.*undefined")


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    """A Firefox with an empty profile."""
    one = Firefox(tmp_path)
    yield one
    one.close()


def opened(firefox: Firefox) -> None:
    firefox.wait(
        "document.body.matches('.cbw-open') || !document.querySelector('#cbw-error').hidden"
    )
    error = firefox.run("return document.querySelector('#cbw-error').textContent")
    assert not error, error


def write(firefox: Firefox, text: str) -> None:
    """Click into the cell, take away what is there, put the text."""
    firefox.into(FRAME)
    firefox.later(FIND, CELL)
    firefox.click("#here .cm-content")
    firefox.wait(f"{AT}.mode === 'edit'", seconds=5)
    firefox.press(CONTROL, "a")
    firefox.press(DELETE)
    firefox.paste(text)
    firefox.into(None)
    firefox.wait(f"{SOURCE} === arguments[1]", CELL, text, seconds=5)


def check(firefox: Firefox) -> str:
    firefox.run("document.querySelector('.cbw-report').hidden = true")
    firefox.click("[data-do=check]")
    firefox.wait("!document.querySelector('.cbw-report').hidden")
    return firefox.run("return document.querySelector('.cbw-report').innerText")


def test_the_whole_way_in_firefox(site: Any, firefox: Firefox) -> None:  # noqa: F811
    """Can a trainee start, answer, check, find the work again after a reload, and hand in?"""
    firefox.go(site.base + work("en"))
    firefox.wait("document.querySelector('[data-do=start]').checkVisibility()")
    firefox.click("[data-do=start]")
    opened(firefox)
    # The keys go to the notebook without a click.
    firefox.press(DOWN)
    firefox.wait(f"{NOTEBOOK}.{AT}.activeCellIndex === 1", seconds=5)
    write(firefox, "def behaviour(transactions, today, months=12):\n    return transactions")
    assert "look at this · What customers do" in check(firefox)
    write(firefox, solution("en"))
    firefox.press(SHIFT, ENTER)
    assert "✓ passed" in check(firefox)

    # The last second before a reload is kept too.
    write(firefox, solution("en") + "\n# mine")
    firefox.ask("WebDriver:Refresh", {})
    opened(firefox)
    assert firefox.run(f"return {SOURCE}", CELL).endswith("# mine")

    firefox.click("[data-do=handin]")
    firefox.wait("document.querySelector('#cbw-name')", seconds=10)
    firefox.fill("#cbw-name", "王/小 明")
    firefox.fill("#cbw-id", "20260001")
    firefox.click(".cbw-dialog button[value=make]")
    firefox.wait("document.querySelector('.cbw-file')", seconds=10)
    version = released(site, "en")["metadata"]["casebank"]["version"]
    file = firefox.downloads / f"王-小-明_20260001_{SLUG}_{version}.casebank.zip"
    until(lambda: file.is_file() and file.stat().st_size, file.name, 20)
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        notebook = json.loads(archive.read(f"{SLUG}.ipynb"))
        manifest = json.loads(archive.read("manifest.json"))
    mine = next(cell for cell in notebook["cells"] if cell["id"] == CELL)
    assert "".join(mine["source"]).endswith("# mine")
    assert [one["passed"] for one in manifest["checks"]] == [0, 1]

    watched = firefox.watched()
    assert len(watched["asked"]) > 50
    assert [one for one in watched["asked"] if not one.startswith(site.base)] == []
    assert [one for one in watched["errors"] if not OWN.match(one)] == []
