"""A build of the book does not lie: not about a fault, not about the age of a number."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import scratch_book

from casebank import depends, notebooks
from casebank.errors import ContentError
from casebank.paths import Repo
from casebank.site import execute
from casebank.site.book import BookSession, build_book

pytestmark = pytest.mark.e2e
PAGE = "chapters/01-counting/index.html"
LAB = "labs/count/index.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A scratch repository whose labs have run."""
    repo = scratch_book.make(tmp_path_factory.mktemp("built") / "repo")
    notebooks.make(repo)
    build_book(repo, "trainee", "en", repo.build / "out")
    return repo


@pytest.fixture
def repo(built: Repo, tmp_path: Path) -> Repo:
    """A copy of it, with what its labs and companions gave."""
    shutil.copytree(built.root, tmp_path / "repo")
    return Repo(tmp_path / "repo")


def build(repo: Repo, lang: str = "en") -> Path:
    notebooks.make(repo)
    out = repo.build / "out" / lang
    build_book(repo, "trainee", lang, out)
    return out


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def runs(repo: Repo) -> set[str]:
    return {path.name for path in (repo.build / "executed").glob("*.ipynb")}


def article(page: Path) -> str:
    html = page.read_text(encoding="utf-8")
    return html[html.index("<article") : html.index("</article>")]


def fails_twice(repo: Repo) -> str:
    """Build twice; both must fail, with the same words, and leave no page behind."""
    said = []
    for _ in range(2):
        with pytest.raises(ContentError) as caught:
            build(repo)
        said.append(caught.value.sentence())
        assert not (repo.build / "out" / "en" / PAGE).exists()
    assert said[0] == said[1]
    return said[0]


def test_pages_hold_what_was_computed(repo: Repo) -> None:
    """Do chapter and lab show their numbers, figures, tables and formulas, and load nothing?"""
    out = build(repo)
    chapter, lab = article(out / PAGE), article(out / LAB)
    assert "had 3 customers with 4.0 visits" in chapter
    assert "<math" in chapter and "<caption>" in chapter and 'class="cb-quiz"' in chapter
    assert "total 12" in lab and '<img src="count-1.svg" alt="Three bars"' in lab
    assert (out / "labs/count/count-1.svg").is_file()
    assert '<th scope="col" class="num">visits</th>' in lab and "<style" not in lab
    for page in out.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href)=\"?(?:https?:)?//", html)
        assert not re.search(r"mathjax|thebe|togglebutton|copybutton|sphinx-design", html, re.I)
    assert (
        not list(out.glob("_s*")) and not list(out.rglob("*.ipynb")) and not list(out.rglob("*.md"))
    )


def test_chinese_pages_are_chinese(repo: Repo) -> None:
    """Is the other language built from its own texts, with the same places?"""
    zh, en = build(repo, "zh"), build(repo, "en")
    assert "有 3 位客户" in article(zh / PAGE)
    assert 'alt="三根柱"' in article(zh / LAB)
    ids = re.compile(r'<h[1-3] id="([^"]+)"')
    for page in (PAGE, LAB, "index.html"):
        assert ids.findall(article(zh / page)) == ids.findall(article(en / page))


def test_nothing_runs_twice(repo: Repo) -> None:
    """Does a second build run no lab and write no page?"""
    out = build(repo)
    before, times = runs(repo), {p: p.stat().st_mtime_ns for p in out.rglob("*.html")}
    build(repo)
    assert runs(repo) == before
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*.html")} == times


def test_a_warning_of_sphinx_fails_until_mended(repo: Repo) -> None:
    """Does a build with a warning fail again when nothing was mended, and name the text?"""
    build(repo)
    path = repo.chapters / "01-counting.en.md"
    edit(path, "There are only", "{nosuchrole}`x` There are only")
    assert "book/chapters/01-counting.en.md" in fails_twice(repo)
    edit(path, "{nosuchrole}`x` ", "")
    assert "There are only 3" in article(build(repo) / PAGE)


def test_a_fault_of_markup_fails_until_mended(repo: Repo) -> None:
    """Does a mistyped value fail again, with line and the nearest name?"""
    path = repo.chapters / "01-counting.en.md"
    edit(path, "There are only {{value:n}}", "There are only {{value:mea}}")
    said = fails_twice(repo)
    assert "01-counting.en.md, line 12" in said and "Did you mean 'mean'?" in said
    edit(path, "{{value:mea}}", "{{value:n}}")
    build(repo)


def test_a_companion_that_fails_fails_until_mended(repo: Repo) -> None:
    """Are no stale numbers shown when the code that computes them breaks?"""
    build(repo)
    path = repo.chapters / "01-counting.py"
    edit(path, "float(visits", "1 / 0 + float(visits")
    said = fails_twice(repo)
    assert "01-counting.py, line 7" in said and "ZeroDivisionError" in said
    edit(path, "1 / 0 + ", "")
    assert "with 4.0 visits" in article(build(repo) / PAGE)


def test_a_lab_that_raises_fails_until_mended(repo: Repo) -> None:
    """Does a traceback stop the build each time, naming lab, cell and error?"""
    path = repo.labs / "count.py"
    edit(path, 'print("total"', 'visits["nosuch"]\nprint("total"')
    said = fails_twice(repo)
    assert "book/labs/count.py, cell 4" in said and "KeyError" in said
    edit(path, 'visits["nosuch"]\n', "")
    assert "total 12" in article(build(repo) / LAB)


def test_a_lab_that_warns_fails(repo: Repo) -> None:
    """Is a warning in a lab's output an error?"""
    edit(
        repo.labs / "count.py", 'print("total"', 'import warnings; warnings.warn("old")\nprint("t"'
    )
    said = fails_twice(repo)
    assert "the cell warns" in said and "old" in said


def test_changed_data_change_the_numbers(repo: Repo) -> None:
    """Are lab and chapter computed again when their data change?"""
    build(repo)
    edit(repo.datasets / "visits.csv", "3,7", "3,8")
    edit(repo.chapters / "01-counting.visits.csv", "3,7", "3,7\n4,8")
    out = build(repo)
    assert "total 13" in article(out / LAB)
    assert "had 4 customers with 5.0 visits" in article(out / PAGE)


def test_a_changed_lock_runs_the_labs_again(repo: Repo) -> None:
    """Is a lab run again, with equal results, when a package of the lock changes?"""
    out = build(repo)
    before, page = runs(repo), (out / LAB).read_bytes()
    drawing = (out / "labs/count/count-1.svg").read_bytes()
    repo.lock.write_text("pandas==3.0.1\n", encoding="utf-8")
    build(repo)
    assert len(runs(repo) - before) == 2
    assert (out / LAB).read_bytes() == page
    assert (out / "labs/count/count-1.svg").read_bytes() == drawing


def test_a_changed_library_runs_the_labs_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a lab run again when the code that it imports changes?"""
    library = repo.root / "library" / "casebank"
    real = execute.LIBRARY
    shutil.copytree(real / "check", library / "check", ignore=shutil.ignore_patterns("*.otf"))
    for name in ("__init__.py", "lang.py", "errors.py"):
        shutil.copy(real / name, library / name)
    monkeypatch.setattr(execute, "LIBRARY", library)
    monkeypatch.setattr(depends, "PACKAGE", library)
    with (library / "check" / "__init__.py").open("a", encoding="utf-8") as code:
        code.write("SCALE = 1\n")
    edit(repo.labs / "count.py", '"total", visits', '"total", check.SCALE * visits')
    assert "total 12" in article(build(repo) / LAB)
    edit(library / "check" / "__init__.py", "SCALE = 1\n", "SCALE = 2\n")
    assert "total 24" in article(build(repo) / LAB)


def test_prose_changes_without_a_run(repo: Repo) -> None:
    """Does an edited sentence of a lab reach the page without running the cells?"""
    build(repo)
    before = runs(repo)
    edit(repo.labs / "count.py", "# Read the visits.", "# Read all of the visits.")
    assert "Read all of the visits." in article(build(repo) / LAB)
    assert runs(repo) == before


def test_a_page_that_is_gone_is_gone(repo: Repo) -> None:
    """Does a removed chapter leave neither page nor link?"""
    build(repo)
    for path in repo.chapters.glob("01-counting*"):
        path.unlink()
    (repo.questions / "counting.yml").unlink()
    edit(repo.labs / "count.yml", "chapter: counting\n", "")
    out = build(repo)
    assert not (out / "chapters").exists() or not list((out / "chapters").rglob("*.html"))
    assert "01-counting" not in (out / "index.html").read_text(encoding="utf-8")


def test_a_killed_build_is_not_trusted(repo: Repo) -> None:
    """Is everything built anew when the last build did not come to its end?"""
    out = build(repo)
    (out / PAGE).write_text("half a page", encoding="utf-8")
    next((repo.build / "book" / ".doctrees").glob("*.done")).unlink()
    assert "had 3 customers" in article(build(repo) / PAGE)


@pytest.fixture
def session(repo: Repo) -> Iterator[BookSession]:
    """A warm book."""
    notebooks.make(repo)
    session = BookSession(repo, "trainee", "en", repo.build / "out" / "en")
    session.build()
    yield session
    session.close()


def test_a_warm_book_shows_an_edit(repo: Repo, session: BookSession) -> None:
    """Does a warm session write the edited page and no other chapter or lab, twice in a row?"""
    path, page = repo.chapters / "01-counting.en.md", session.out / PAGE
    # The opening page lists the chapters, so Sphinx writes it as well.
    others = [p for p in session.out.rglob("*.html") if p not in (page, session.out / "index.html")]
    others = {p: p.stat().st_mtime_ns for p in others}
    for number in (1, 2):
        edit(path, "{{value:n}} customers", f"{{{{value:n}}}} customers ({number})")
        assert session.build() == ["chapters/01-counting.md"]
        assert f"3 customers ({number})" in article(page)
        assert {p: p.stat().st_mtime_ns for p in others} == others
    assert session.build() == []


def test_warming_changes_nothing(repo: Repo) -> None:
    """Can Sphinx be started on a finished book, so that the first edit is quick?"""
    out = build(repo)
    before = (out / PAGE).read_bytes()
    session = BookSession(repo, "trainee", "en", out)
    session.warm()
    assert (out / PAGE).read_bytes() == before
    edit(repo.labs / "count.py", "# Read the visits.", "# Read all the visits.")
    notebooks.make(repo, only=["count"])
    assert session.build() == ["labs/count.ipynb"]
    assert "Read all the visits." in article(out / LAB)
    session.close()


def test_a_warm_book_does_not_lie_either(repo: Repo, session: BookSession) -> None:
    """Does a warm session fail again until the fault is mended?"""
    path = repo.chapters / "01-counting.en.md"
    edit(path, "There are only", "{nosuchrole}`x` There are only")
    for _ in range(2):
        with pytest.raises(ContentError, match="01-counting"):
            session.build()
    edit(path, "{nosuchrole}`x` ", "")
    session.build()
    assert "There are only 3" in article(session.out / PAGE)


def test_a_new_title_reaches_every_page(repo: Repo, session: BookSession) -> None:
    """Does an edited record change the frame of all pages in a warm session?"""
    edit(repo.chapters / "01-counting.yml", "en: Counting customers", "en: Counting people")
    session.build()
    for page in ("index.html", LAB, PAGE):
        assert "Counting people" in (session.out / page).read_text(encoding="utf-8")


def test_jupyter_book_reads_the_tree(repo: Repo, built: Repo) -> None:
    """Does the command `jupyter-book build` make the book from the made tree, without a warning?"""
    build(repo)
    tree = repo.build / "book" / "trainee" / "en"
    start = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", start, "build", str(tree)]
    done = subprocess.run(
        [*command, "--builder", "dirhtml", "-W", "--keep-going"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    page = tree / "_build" / "dirhtml" / PAGE
    assert "had 3 customers" in article(page)
    assert (page.parent / "../../../figures/counting/bars.svg").resolve().is_file()
