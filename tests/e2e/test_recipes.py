"""Each recipe of CONTRIBUTING adds a piece by its own folder alone; the house does the rest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from casebank.paths import Repo
from casebank.site import leaks
from casebank.site.build import build
from casebank.site.shell import Shell

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
RECIPES = Path(__file__).with_name("recipes")
SOURCES = ("book", "cases", "exercises", "datasets", "docs", "src")
FILES = ("mkdocs.yml", "requirements.lock", "LICENSE", "LICENSE-content")
#: What was made before lets a build here run only what is new.
CACHES = ("notebooks", "executed", "exhibits")
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
#: Piece -> its address on the site.
PAGES = {
    "chapter": "book/chapters/02-products-held/",
    "lab": "book/labs/products-held/",
    "exercise": "exercises/products-held/",
    "case": "cases/lanchuan-counter/",
}
#: Piece -> where alone it may write.
OWN = {
    "chapter": r"book/chapters/02-products-held\.|book/questions/products-held\.yml",
    "question": r"book/questions/customer-segmentation\.yml",
    "lab": r"book/labs/products-held\.",
    "exercise": r"exercises/products-held/",
    "case": r"cases/lanchuan-counter/",
}


def clone(to: Path) -> Repo:
    """A copy of what git holds, with the caches of the last build."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, to / name, ignore=IGNORED)
    for name in FILES:
        shutil.copyfile(ROOT / name, to / name)
    for name in CACHES:
        if (ROOT / "_build" / name).is_dir():
            shutil.copytree(ROOT / "_build" / name, to / "_build" / name)
    return Repo(to)


def state(repo: Repo) -> dict[str, str]:
    """Every file but the products of a build, with its digest."""
    return {
        path.relative_to(repo.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(repo.root.rglob("*"))
        if path.is_file() and "_build" not in path.relative_to(repo.root).parts
    }


def add(repo: Repo, piece: str) -> None:
    """Follow a recipe: new files beside the others, a question at the end of its file."""
    new, more = RECIPES / piece / "new", RECIPES / piece / "append"
    if new.is_dir():
        shutil.copytree(new, repo.root, dirs_exist_ok=True, ignore=IGNORED)
    for path in (p for p in more.rglob("*") if p.is_file()):
        target = repo.root / path.relative_to(more)
        old = target.read_text(encoding="utf-8").rstrip("\n")
        target.write_text(f"{old}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


class Trial:
    """A clone to which pieces were added, and its site."""

    def __init__(self, folder: Path) -> None:
        self.repo = clone(folder / "clone")
        self.before = state(self.repo)
        for piece in OWN:
            add(self.repo, piece)
        self.added = state(self.repo)
        self.site = folder / "site"
        self.report = build(self.repo, out=self.site)

    def html(self, address: str, lang: str) -> str:
        """One page."""
        return (self.site / lang / address / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("recipes"))


def test_a_piece_touches_its_own_folder(trial: Trial) -> None:
    """Is each new or changed file the piece's own, and does the build write none beside them?"""
    changed = {name for name, was in trial.added.items() if trial.before.get(name) != was}
    assert not trial.before.keys() - trial.added.keys()
    for piece, pattern in OWN.items():
        assert any(re.match(pattern, name) for name in changed), piece
    own = re.compile("|".join(OWN.values()))
    assert [name for name in sorted(changed) if not own.match(name)] == []
    assert state(trial.repo) == trial.added


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("piece", list(PAGES))
def test_pages_and_links(trial: Trial, piece: str, lang: str) -> None:
    """Has the piece a page with a twin, and do navigation, indexes and search lead to it?"""
    address = PAGES[piece]
    page = trial.html(address, lang)
    depth = "../" * (address.count("/") + 1)
    assert f"{depth}{'en' if lang == 'zh' else 'zh'}/{address}" in page
    assert "data-pagefind-body" in page
    index = address.split("/")[0] + "/"
    assert address.removeprefix(index) in trial.html(index, lang)
    # The navigation of any other page of the tab leads here too.
    first = {
        "book/": "book/labs/rfm-segmentation/",
        "cases/": "cases/woolwich-open-plan/",
        "exercises/": "exercises/rfm-segmentation/",
    }[index]
    up = "../" * first.count("/")
    assert re.search(rf'href="?{re.escape(up + address)}', trial.html(first, lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_parts_of_a_piece(trial: Trial, lang: str) -> None:
    """Are card, epilogue, figures, numbers and questions there, and no teaching note?"""
    assert "1,423" in trial.html("book/chapters/02-products-held-card/", lang)
    assert "340" in trial.html("cases/lanchuan-counter/epilogue/", lang)
    assert not (trial.site / lang / "cases/lanchuan-counter/note").exists()
    chapter = trial.html(PAGES["chapter"], lang)
    assert "<figure" in chapter and "<table" in chapter and "cb-quiz" in chapter
    asked = trial.html("book/chapters/01-customer-segmentation/", lang)
    assert ("抽签留出对照组" if lang == "zh" else "Draw a control group by lot") in asked
    case = trial.html(PAGES["case"], lang)
    assert ("图表 2" if lang == "zh" else "Exhibit 2") in case


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_counts_and_downloads(trial: Trial, lang: str) -> None:
    """Does the home page count the pieces, and do downloads and kit hold them?"""
    home = trial.html("", lang)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", home))
    for piece in ("chapters", "labs", "cases", "exercises"):
        folder, pattern = {
            "chapters": (trial.repo.chapters, "[0-9][0-9]-*.yml"),
            "labs": (trial.repo.labs, "*.yml"),
            "cases": (trial.repo.cases, "*/case.yml"),
            "exercises": (trial.repo.exercises, "*/exercise.yml"),
        }[piece]
        count = len(list(folder.glob(pattern)))
        word = {"chapters": "章", "labs": "个实验", "cases": "个", "exercises": "个"}[piece]
        said = f"{count} {word}" if lang == "zh" else f"{piece}: {count}"
        assert said in text, said
    downloads = trial.site / lang / "downloads"
    for name in ("products-held.ipynb", "exercise-products-held.ipynb", "products-held.zip"):
        assert (downloads / name).is_file()
    with zipfile.ZipFile(downloads / f"casebank-kit-{lang}.zip") as kit:
        names = "\n".join(kit.namelist())
    assert "exercises/products-held/products-held.ipynb" in names
    assert "labs/products-held/products-held.ipynb" in names


def test_nothing_leaks(trial: Trial) -> None:
    """Are the new secrets looked for, and is none in the trainees' site?"""
    new = [n for n in leaks.needles(trial.repo) if re.search(r"products-held|counter", n.origin)]
    wanted = {f"cases/lanchuan-counter/note.{lang}.md" for lang in ("zh", "en")}
    wanted |= {f"exercises/products-held/exercise.{kind}" for kind in ("py", "yml")}
    assert {needle.origin for needle in new} == wanted
    assert leaks.scan(trial.repo, trial.site, wanted=new) == []


def edit(path: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name}: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_fifth_table(tmp_path: Path) -> None:
    """Does a table join by the recipe, without a changed byte in the others?"""
    repo = clone(tmp_path / "clone")
    before = state(repo)
    add(repo, "dataset")
    code = repo.code / "data"
    tables = (code / "tables.py").read_text(encoding="utf-8")
    tables, listed = re.subn(r"(TABLES = \([^)]*?),?\s*\)", r'\1, "surveys")', tables, count=1)
    made = '        "surveys": surveys(state),\n'
    tables, built = re.subn(
        r"(def build\(.*?return \{\n)", rf"\1{made}", tables, count=1, flags=re.S
    )
    assert listed == built == 1
    (code / "tables.py").write_text(tables, encoding="utf-8")
    edit(
        code / "tables.py",
        "from casebank.data.simulator import",
        "from casebank.data.surveys import surveys\nfrom casebank.data.simulator import",
    )
    schema = (code / "schema.py").read_text(encoding="utf-8").rstrip()
    assert schema.endswith("\n}")
    more = (RECIPES / "dataset" / "schema.txt").read_text(encoding="utf-8")
    (code / "schema.py").write_text(schema[:-1] + more + "}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "casebank.cli", "data", "make"],
        env={
            **os.environ,
            "PYTHONPATH": str(repo.root / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CASEBANK_ROOT": str(repo.root),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "2 files" in done.stdout
    after = state(repo)
    assert {name for name, was in after.items() if before.get(name) != was} == {
        "datasets/datapackage.json",
        "datasets/surveys.csv",
        "datasets/surveys.en.md",
        "datasets/surveys.zh.md",
        "src/casebank/data/schema.py",
        "src/casebank/data/surveys.py",
        "src/casebank/data/tables.py",
    }
    package = json.loads((repo.datasets / "datapackage.json").read_text(encoding="utf-8"))
    assert package["resources"][-1]["rows"] > 100
    for lang in ("zh", "en"):
        tree = Shell.load(repo, "trainee", lang)
        page = tree.node("datasets/surveys/")
        assert page is not None and page.title == ("问卷表" if lang == "zh" else "Surveys")
