"""The pages of the browser labs: both languages alike, links that hold, words that exist, and the button."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from casebank.lang import LANGS
from casebank.lite import pages, words
from casebank.lite.model import Cost, Notebook
from casebank.lite.reading import reading_copy
from casebank.paths import Repo
from casebank.records import load_all
from casebank.site import links, parity
from casebank.site.compose import Composer
from casebank.site.pieces import run_place
from casebank.site.theme import ASSETS as SITE_ASSETS

ROOT = Path(__file__).resolve().parents[3]
ASSETS = ROOT / "src/casebank/lite/assets"
COST = Cost(27_000_000, 14.2)
CELLS = {
    "zh": ["# 题目\n\n开头 $x^2$。", "import pandas as pd\npd.DataFrame()", "## 第一步\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |"],
    "en": ["# Title\n\nA beginning $x^2$.", "import pandas as pd\npd.DataFrame()", "## Step one\n\n| a | b |\n|---|---|\n| 1 | 2 |"],
}  # fmt: skip


def notebook_file(folder: Path, slug: str, lang: str) -> None:
    cells = [
        {"cell_type": "code" if i == 1 else "markdown", "id": f"c{i}", "metadata": {}, "source": s}
        for i, s in enumerate(CELLS[lang])
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{slug}.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The pages for one lab and one exercise, in a site that has nothing else but what they link."""
    course = load_all(Repo(ROOT))
    out = tmp_path_factory.mktemp("site")
    shutil.copytree(SITE_ASSETS, out / "assets")
    (out / "assets/casebank.css").write_text("", "utf-8")
    shutil.copytree(ASSETS, out / "lite/assets-0a1b2c3d4e5f")
    found = []
    for lang in LANGS:
        for kind, shelf in (("labs", course.labs), ("exercises", course.exercises)):
            slug, record = next(iter(shelf.items()))
            folder = tmp_path_factory.mktemp(f"{lang}-{kind}")
            notebook_file(folder, slug, lang)
            found.append(Notebook(kind, slug, lang, record.title[lang], "1.0.0", folder, record))
    return out, pages.write(course, out, found, COST, "assets-0a1b2c3d4e5f")


def test_there_is_a_page_for_each(made: tuple[Path, list[str]]) -> None:
    """A door, My work and a work page for each notebook, in both languages, and nothing for the search."""
    out, names = made
    assert "lite/index.html" in names
    for lang in LANGS:
        assert f"lite/{lang}/index.html" in names
        assert sum(name.startswith(f"lite/{lang}/labs/") for name in names) == 1
        assert sum(name.startswith(f"lite/{lang}/exercises/") for name in names) == 1
    for name in names:
        assert "data-pagefind-body" not in (out / name).read_text("utf-8"), name


def test_links_hold_within_the_pages(made: tuple[Path, list[str]]) -> None:
    """Does every link of a page lead to a page of the site or of the labs, and none to the host's root?"""
    out, names = made
    problems = [
        p for p in links.check(out) if not re.search(r"(zh|en)/(?!labs|exercises)", p.target)
    ]
    # The site's other pages are not here; ours, styles and scripts are.
    wrong = [
        str(p)
        for p in problems
        if "lite" in p.target or "assets" in p.target or p.target.startswith("/")
    ]
    assert wrong == []
    for name in names[1:]:
        text = (out / name).read_text("utf-8")
        assert (
            re.search(r"/assets/casebank\.css\?[0-9a-f]{8}", text) or name == "lite/index.html"
        ), name


def test_both_languages_are_built_alike(made: tuple[Path, list[str]]) -> None:
    """Do the twins have the same headings, tables, code, buttons and links?"""
    out, names = made
    for name in names:
        if not name.startswith("lite/zh/"):
            continue
        sides = []
        for lang in LANGS:
            path = out / name.replace("lite/zh/", f"lite/{lang}/")
            tree = html.fromstring(path.read_bytes())
            facts = parity._page_facts(path)
            facts["buttons"] = [b.get("data-do") for b in tree.xpath("//button[@data-do]")]
            facts["ids"] = [e.get("id") for e in tree.xpath("//main//*[@id]")]
            sides.append(facts)
        assert sides[0] == sides[1], name


def test_twins_and_crumbs(made: tuple[Path, list[str]]) -> None:
    """Does the language switch lead to the twin, and the crumbs back to the exercise?"""
    out, names = made
    name = next(n for n in names if n.startswith("lite/zh/exercises/"))
    tree = html.fromstring((out / name).read_bytes())
    twin = tree.xpath("//a[contains(@class,'cb-twin')]/@href")[0]
    assert (out / name).parent.joinpath(twin).resolve() == (
        out / name.replace("/zh/", "/en/")
    ).parent
    slug = name.split("/")[3]
    assert tree.xpath("//nav[contains(@class,'cb-crumbs')]//a/@href")[-1].endswith(
        f"zh/exercises/{slug}/"
    )


def test_a_lab_has_no_check_and_no_hand_in(made: tuple[Path, list[str]]) -> None:
    out, names = made
    for name in names[1:]:
        text = (out / name).read_text("utf-8")
        assert ("data-do=handin" in text.replace('"', "")) is ("/exercises/" in name), name


def test_reading_copy(tmp_path: Path) -> None:
    """Is the title left to the page, are formulas MathML, headings in order, code plain to copy?"""
    notebook_file(tmp_path, "one", "en")
    one = Notebook("labs", "one", "en", "Title", "1", tmp_path, None)
    copy = reading_copy(one)
    tree = html.fromstring(f"<div>{copy}</div>")
    assert "<math" in copy and "$" not in copy
    assert [h.tag for h in tree.xpath(".//h1|.//h2|.//h3")] == ["h3"]
    assert tree.xpath(".//table") and tree.xpath(".//pre")[0].text_content().startswith(
        "import pandas"
    )


def test_words_agree() -> None:
    """Has every word both languages with the same values, and no markup?"""
    for name, shelf in {
        "page": words.PAGE,
        "both": words.BOTH,
        "work": words.WORK,
        "home": words.HOME,
    }.items():
        for key, pair in shelf.items():
            assert set(pair) == set(LANGS), (name, key)
            zh, en = (sorted(set(re.findall(r"\{(\w+)\}", pair[lang]))) for lang in LANGS)
            assert zh == en or key in ("update_same", "update_offer"), (name, key)
            assert not re.search(r"[<>]", pair["zh"] + pair["en"]), (name, key)
            assert not re.search(r"老师|\"", pair["zh"]), (name, key)


@pytest.mark.parametrize(
    ("script", "shelf"), [("work", words.WORK), ("home", words.HOME)], ids=["work", "home"]
)
def test_scripts_say_known_words(script: str, shelf: dict[str, Any]) -> None:
    """Is every word that a script says there?"""
    files = {"work": ("work.js", "deeds.js", "loading.js", "ui.js"), "home": ("home.js", "ui.js")}[
        script
    ]
    text = "".join((ASSETS / name).read_text("utf-8") for name in files)
    said = set(re.findall(r"\bsay\(\"([\w-]+)\"", text))
    for pair in re.findall(r"\bsay\([^()\"]* \? \"(\w+)\" : \"(\w+)\"", text):
        said.update(pair)
    said.discard("state_")
    missing = said - set(words.script_words(shelf, "en"))
    assert not missing
    faults = set(re.findall(r"FileFault\(\"(\w+)\"", (ASSETS / "files.js").read_text("utf-8")))
    mine = {
        f
        for f in faults
        if f.startswith("import_") == (script == "work") or f in ("bad_zip", "too_big")
    }
    assert not {f for f in mine if f != "not_backup" or script == "home"} - set(
        words.script_words(shelf, "en")
    )


def composer(lite: Cost | None) -> Composer:
    made = Composer.__new__(Composer)
    made.lite = lite
    return made


@pytest.mark.parametrize("quotes", [True, False], ids=["quoted", "minified"])
def test_the_button(quotes: bool) -> None:
    """With browser labs the place becomes the button with what it costs; without it goes."""
    place = run_place("exercises", "rfm-segmentation")
    page = f"<h1>x</h1>{place}<p>y</p>"
    if not quotes:
        page = page.replace('"', "")
    assert (
        composer(None)._run_here(page, "zh/exercises/rfm-segmentation/index.html", "zh")
        == "<h1>x</h1><p>y</p>"
    )
    for lang, label in (("zh", "在浏览器里做"), ("en", "Run here")):
        done = composer(COST)._run_here(page, f"{lang}/exercises/rfm-segmentation/index.html", lang)
        assert f'href="../../../lite/{lang}/exercises/rfm-segmentation/"' in done
        assert label in done and "27 MB" in done and "14" in done and "data-run" not in done


def test_sizes_and_times() -> None:
    assert [words.size(n, "en") for n in (400, 900_000, 1_500_000, 27_300_000)] == [
        "1 KB",
        "900 KB",
        "1.5 MB",
        "27 MB",
    ]
    assert words.time_said(None, "zh") == ""
    assert "14" in words.time_said(14.2, "en")


NODE = shutil.which("node")


def node(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [NODE or "node", "--no-warnings", "--input-type=module", "-", *arguments],
        input=script.replace("ASSETS", ASSETS.as_uri()), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_sha256_in_javascript() -> None:
    """Does our own digest agree at the lengths where padding changes, and for Chinese text?"""
    texts = [*("a" * n for n in (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000)), "案例银行" * 999]
    out = node(
        f"import {{ sha256 }} from 'ASSETS/sha256.js';"
        f"console.log(JSON.stringify({json.dumps(texts)}.map(t => sha256(t))));"
    )
    assert json.loads(out) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_names_of_submissions_in_javascript() -> None:
    """Does the page name a submission as the command does?"""
    cases = json.loads((ROOT / "tests/unit/check/handin_names.json").read_text("utf-8"))["cases"]
    out = node(
        "import { submissionName } from 'ASSETS/files.js';"
        f"const cases = {json.dumps(cases)};"
        "console.log(JSON.stringify(cases.map(c => submissionName(c.name, c.id, c.exercise, c.version))));"
    )
    assert json.loads(out) == [case["file"] for case in cases]


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_usable_ids_in_javascript() -> None:
    """Does the page refuse the numbers that a collection would refuse, and no other?"""
    ids = json.loads((ROOT / "tests/unit/check/handin_names.json").read_text("utf-8"))["ids"]
    out = node(
        "import { usableId } from 'ASSETS/files.js';"
        f"console.log(JSON.stringify({json.dumps(list(ids))}.map(usableId)));"
    )
    assert json.loads(out) == list(ids.values())


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_hostile_zips_in_javascript(tmp_path: Path) -> None:
    """Is a zip whose content is too large refused before it is unpacked, and a torn one in a sentence?"""
    import zipfile

    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rfm-segmentation.ipynb", b"0" * 40_000_000)
    torn = tmp_path / "torn.zip"
    torn.write_bytes(bomb.read_bytes()[:200])
    out = node(
        "import { readFileSync } from 'node:fs'; import { readNotebook } from 'ASSETS/files.js';"
        "const here = { slug: 'rfm-segmentation', kind: 'exercises', lang: 'en' };"
        "for (const name of process.argv.slice(2)) {"
        "  const bytes = readFileSync(name);"
        "  const file = { name: 'x.zip', size: bytes.length, arrayBuffer: async () => bytes };"
        "  try { await readNotebook(file, here); console.log('taken'); } catch (e) { console.log(e.key); }"
        "}",
        str(bomb),
        str(torn),
    )
    assert out.split() == ["too_big", "bad_zip"]


def test_nothing_that_http_lacks() -> None:
    """On plain http there is no crypto.subtle, no randomUUID, no locks, no clipboard, no service worker."""
    for path in sorted(ASSETS.glob("*.js")):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        assert not re.search(
            r"crypto\.subtle|randomUUID|navigator\.(locks|clipboard|serviceWorker)", text
        ), path.name
