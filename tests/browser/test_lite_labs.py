"""A lab gives in the browser, with the browser's versions of the libraries, what it gives at home."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import pieces
from casebank.paths import Repo
from casebank.records import load_exercises, load_labs
from casebank.site import execute

REPO = Repo(Path(__file__).resolve().parents[2])
LABS = {lab.id: lab for lab in load_labs(REPO)}
pytestmark = pytest.mark.xdist_group("lite")

RUN = """async () => {
  const app = await new Promise((done) => {
    const look = () => {
      const app = window.jupyterapp;
      app?.shell?.currentWidget?.sessionContext ? done(app) : setTimeout(look, 50);
    };
    look();
  });
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await app.commands.execute("notebook:run-all-cells");
  return panel.context.model.toJSON();
}"""


def shown(notebook: Any) -> list[tuple[str, int]]:
    """Of each code cell: its text, and how many pictures it drew."""
    found = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        texts, pictures = [], 0
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                texts.append("".join(output["text"]))
            elif output["output_type"] == "error":
                texts.append(f"{output['ename']}: {output['evalue']}")
            elif any(kind.startswith("image/") for kind in output["data"]):
                pictures += 1
            else:
                kinds = ("text/markdown", "text/html", "text/plain")
                data = output["data"]
                texts.append(next(("".join(data[kind]) for kind in kinds if kind in data), ""))
        found.append(("".join(texts), pictures))
    return found


def differences(here: list[tuple[str, int]], home: list[tuple[str, int]]) -> list[str]:
    """Which code cells show something else, with the first line of the difference."""
    if len(here) != len(home):
        return [f"{len(here)} code cells in the browser, {len(home)} at home"]
    problems = []
    for number, (one, other) in enumerate(zip(here, home, strict=True), 1):
        if one == other:
            continue
        mine, theirs = one[0].splitlines(), other[0].splitlines()
        first = next((pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]), None)
        problems.append(
            f"code cell {number}: {first or (mine[-1:], theirs[-1:])}, pictures {one[1]}/{other[1]}"
        )
    return problems


def test_a_difference_is_seen():
    """Would this test notice another number, another picture, an error?"""
    home = [("7 customers\n", 1), ("", 0)]
    assert not differences(home, list(home))
    assert differences([("8 customers\n", 1), ("", 0)], home)
    assert differences([("7 customers\n", 0), ("", 0)], home)
    assert differences([("7 customers\n", 1), ("ValueError: no", 0)], home)
    assert differences(home[:1], home)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_lab_and_exercise_can_be_run_here(site, lang):
    """Has each page its button, and the button a page and a notebook behind it?"""
    pages = {
        f"labs/{slug}": site.root / lang / "book" / "labs" / slug / "index.html" for slug in LABS
    } | {
        f"exercises/{one.id}": site.root / lang / "exercises" / one.id / "index.html"
        for one in load_exercises(REPO)
    }
    assert len(pages) >= 6
    for place, page in pages.items():
        text = page.read_text(encoding="utf-8")
        assert f"lite/{lang}/{place}/" in text, page
        assert "data-run" not in text
        folder = site.root / "lite" / lang / place
        about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert (folder / "index.html").is_file()
        assert (folder / about["notebook"]["url"]).is_file()
        assert all((folder / one["url"]).is_file() for one in about["data"])


def test_the_files_speak_of_no_other_host(site):
    """Do our own scripts and Jupyter's settings name only this host, and is no worker of https kept?"""
    lite = site.root / "lite"
    ours = [
        *lite.glob("assets-*/*.js"),
        *lite.glob("assets-*/*.mjs"),
        *lite.glob("*/notebooks/*.html"),
    ]
    assert len(ours) > 10
    for path in ours:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = [one for one in re.findall(r"https?://[\w.-]+", text) if "w3.org" not in one]
        assert not found, (path.name, found)
    assert not list(lite.rglob("service-worker.js"))
    assert not list(lite.rglob("*.map"))


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("slug", pieces.each("lab", dear=True))
def test_lab_gives_the_same_in_the_browser(site, opened, slug, lang):
    """Does every cell of the lab print and draw what it does in the book, asking nobody outside?"""
    address = f"lite/{lang}/notebooks/index.html?path={lang}/labs/{slug}/{slug}.ipynb&alone=1"
    done = opened(address)
    done.page.set_default_timeout(180_000)
    here = shown(done.page.evaluate(RUN))
    home = shown(execute.executed(REPO, LABS[slug], lang))
    assert not differences(here, home), "\n".join(differences(here, home))
    # JupyterLite of this version says this of itself, also with all its parts switched on.
    own = "script: Cannot read properties of undefined (reading 'schema')"
    outside = [one for one in done.watch.problems if one != own and not one.startswith("console")]
    assert not outside, outside
