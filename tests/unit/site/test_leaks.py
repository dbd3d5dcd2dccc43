"""A leak scanner is worth what it finds: leaks are planted wherever a trainee could look."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[import-not-found]
from importlib.util import source_hash
from pathlib import Path

import pytest

from casebank.paths import Repo
from casebank.site.finder import Finder
from casebank.site import leaks
from casebank.site.leaks import needles, scan

EXERCISE = """\
# %% [markdown] lang="zh"
# ## 1 计算
# %% [markdown] lang="en"
# ## 1 Compute
# %% kind="setup" lang="zh"
import pandas as pd
# %% kind="setup" lang="en"
import pandas as pd
# %% task="rfm" kind="solution"
def rfm(transactions, today):
    ### BEGIN SOLUTION
    secret_table = transactions.groupby("customer_id").agg(n=("amount", "size"))
    return secret_table
    ### END SOLUTION
# %% task="rfm" kind="test" points=2
assert callable(rfm), "a visible test line"
### BEGIN HIDDEN TESTS
assert rfm(hidden_sample(), TODAY).n.sum() == 4711
### END HIDDEN TESTS
# %% task="rfm" kind="probe" expect="fail" message="rfm-one-row"
def rfm(transactions, today):
    return transactions.drop_duplicates("amount_cents_probe_only")
# %% [markdown] task="advice" kind="essay" points=5
# 在这里写 / Write here
"""

RECORD = """\
id: abc
messages: {rfm-one-row: {zh: 每位客户一行, en: One row for each customer}}
essays:
  advice:
    rubric:
      - criterion: {zh: 理由, en: Reasons}
        levels:
          - {points: 0, zh: 没有理由, en: none}
          - {points: 2, zh: 理由能用表里的数字来支持并说明例外, en: Reasons rest on figures in the table and name the exceptions}
    model_answer:
      zh: 先打给河西支行三个月没有来往的高价值客户，再谈其他人。
      en: Call the silent high-value customers of the Hexi sub-branch first, then speak of the others.
"""

NOTE = {
    "zh": "## 计划 {#plan}\n\n先请一位学员在三分钟内说出决定，再追问他愿意放弃什么。\n",
    "en": "## Plan {#plan}\n\nAsk one trainee to state a decision within three minutes, then ask what to give up.\n",
}

SECRETS = {
    "solution line": 'secret_table = transactions.groupby("customer_id").agg(n=("amount", "size"))',
    "hidden test line": "assert rfm(hidden_sample(), TODAY).n.sum() == 4711",
    "probe line": 'return transactions.drop_duplicates("amount_cents_probe_only")',
    "model answer": "先打给河西支行三个月没有来往的高价值客户，再谈其他人。",
    "rubric": "Reasons rest on figures in the table and name the exceptions",
    "teaching note": "then ask what to give up. 先请一位学员在三分钟内说出决定，再追问他愿意放弃什么。",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    root = tmp_path / "clone"
    for folder in ("exercises/abc", "cases/one", "book/labs", "docs"):
        (root / folder).mkdir(parents=True)
    (root / "exercises/abc/exercise.py").write_text(EXERCISE, encoding="utf-8")
    (root / "exercises/abc/exercise.yml").write_text(RECORD, encoding="utf-8")
    for lang, text in NOTE.items():
        (root / f"cases/one/note.{lang}.md").write_text(text, encoding="utf-8")
    return Repo(root)


def page(secret: str) -> bytes:
    return f"<!doctype html><html><body><p>{escape(secret)}</p></body></html>".encode()


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def highlighted(secret: str) -> bytes:
    words = "".join(f'<span class="n">{escape(w)}</span> ' for w in secret.split(" "))
    return f"<pre><code>{words}</code></pre>".encode()


def notebook(secret: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "source": ["x = 1\n", secret], "outputs": []}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}).encode()


def notebook_metadata(secret: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {"old": {"source": secret}}, "source": ""}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}, indent=1).encode()


def zipped(name: str, inner: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, inner)
    return packed.getvalue()


def compiled(code: str) -> bytes:
    """As ``compile.mjs`` does it: with no date, under a name that says nothing."""
    made = compile(code, "x.py", "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(made, source_hash(code.encode()), False))


def source_map(secret: str) -> bytes:
    return json.dumps({"version": 3, "sources": ["a.py"], "sourcesContent": [secret]}).encode()


def nested(secret: str) -> bytes:
    return zipped("kit/casebank_check.whl", zipped("casebank/check/x.py", secret.encode()))


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "page": ("zh/exercises/abc/index.html", page),
    "highlighted code": ("en/book/labs/abc/index.html", highlighted),
    "script": ("zh/assets/app.js", lambda s: f"var t = {json.dumps(s)};".encode()),
    "script data": ("zh/assets/data.json", lambda s: json.dumps({"a": [s]}).encode()),
    "released notebook": ("zh/downloads/abc.ipynb", notebook),
    "notebook metadata": ("zh/downloads/abc.ipynb", notebook_metadata),
    "learner kit": ("en/downloads/kit.zip", lambda s: zipped("kit/a/abc.ipynb", notebook(s))),
    "wheel in the kit": ("en/downloads/kit.zip", nested),
    "_sources": ("zh/book/_sources/abc.md", lambda s: s.encode()),
    "report": ("zh/book/reports/abc.log", lambda s: f"Traceback\n    {s}\n".encode()),
    "search index": (
        "pagefind/fragment/zh.pf_fragment",
        lambda s: gzip.compress(b"pagefind_dcd" + json.dumps({"content": s}).encode()),
    ),
    "old search index": ("zh/search/search_index.json", lambda s: json.dumps([s]).encode()),
    "sitemap": ("sitemap.xml", lambda s: f"<url><!-- {escape(s)} --></url>".encode()),
    "source map": ("zh/assets/app.js.map", source_map),
    "browser notebook": ("lite/files/zh/exercises/abc/abc.ipynb", notebook),
    "browser library": (
        "lite/check/casebank-check-0123456789ab.whl",
        lambda s: zipped("casebank/check/x.py", s.encode()),
    ),
    "browser table": ("lite/data/a-0123456789ab.csv.gz", lambda s: gzip.compress(s.encode())),
    "browser script": (
        "lite/assets-0123456789ab/work.js.gz",
        lambda s: gzip.compress(f"var t = {json.dumps(s)};".encode()),
    ),
    "wheel of the browser's Python": (
        "lite/py-0123456789ab/pandas-3.0.2-py3-none-any.whl",
        lambda s: zipped("pandas/x.py", s.encode()),
    ),
    "data of the browser's Python": (
        "lite/py-0123456789ab/casebank_data.zip",
        lambda s: zipped("data/a.csv.gz", gzip.compress(s.encode())),
    ),
    "stand-in for the installer": (
        "lite/py-0123456789ab/casebank_browser.py",
        lambda s: f"# {s}\n".encode(),
    ),
    "notebook in the browser's Python": (
        "lite/py-0123456789ab/casebank-0.1.0.whl",
        lambda s: zipped("casebank/abc.ipynb", notebook(s)),
    ),
    "Jupyter's script": ("lite/build/12.js", lambda s: f"var t = {json.dumps(s)};".encode()),
    "Jupyter's extension": (
        "lite/extensions/@a/b/static/c.json",
        lambda s: json.dumps({"a": s}).encode(),
    ),
    "text of compiled Python": (
        "lite/py-0123456789ab/pandas-3.0.2-py3-none-any.whl",
        lambda s: zipped("pandas/x.pyc", compiled(f"SECRET = {s!r}")),
    ),
    "archive in a compressed file": (
        "lite/build/a.zip.gz",
        lambda s: gzip.compress(zipped("a.txt", s.encode())),
    ),
    "picture": ("zh/a.svg", lambda s: f"<svg><desc>{escape(s)}</desc></svg>".encode()),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("place", PLACES)
def test_planted(repo: Repo, tmp_path: Path, place: str, secret: str) -> None:
    """Is each kind of secret found in each place where it could lie?"""
    name, wrap = PLACES[place]
    path = tmp_path / "site" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(wrap(SECRETS[secret]))
    found = scan(repo, tmp_path / "site")
    assert secret in {leak.needle.kind for leak in found}
    assert all(leak.file.startswith(name) for leak in found)


def test_clean(repo: Repo, tmp_path: Path) -> None:
    """Does a site with only public lines pass?"""
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_bytes(page("import pandas as pd"))
    (site / "b.html").write_bytes(page('assert callable(rfm), "a visible test line"'))
    (site / "c.json").write_text('{"message": "One row for each customer"}', encoding="utf-8")
    assert scan(repo, site) == []


def test_every_kind_is_wanted(repo: Repo) -> None:
    """Does the scanner know every kind of secret, and no public line among them?"""
    wanted = needles(repo)
    assert {needle.kind for needle in wanted} == set(SECRETS)
    assert not any("visibletest" in needle.text for needle in wanted)


def test_a_bare_name_is_no_secret(repo: Repo) -> None:
    """Is a line that is only a name not looked for, since search texts run words together?"""
    path = next(repo.exercises.glob("*/exercise.py"))
    text = path.read_text(encoding="utf-8")
    line = "row.customer_number,"
    path.write_text(text.replace("### END HIDDEN TESTS", f"{line}\n### END HIDDEN TESTS"), "utf-8")
    assert line in path.read_text(encoding="utf-8")
    assert not any(needle.text == line for needle in needles(repo))


def test_broken_archive(repo: Repo, tmp_path: Path) -> None:
    """Does a file that only looks like an archive stop nothing?"""
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.zip").write_bytes(b"PK\x03\x04 nonsense")
    (site / "b.gz").write_bytes(b"\x1f\x8b nonsense")
    (site / "c.html").write_bytes(page(SECRETS["model answer"]))
    assert [leak.needle.kind for leak in scan(repo, site)] == ["model answer"]


def test_memory(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a clean file read once, and anew when it or what is secret has changed?"""
    site, memory = tmp_path / "site", tmp_path / "memory.json"
    site.mkdir()
    (site / "a.html").write_bytes(page("the answer to it is four thousand and eleven"))
    (site / "b.html").write_bytes(page(SECRETS["model answer"]))
    read: list[str] = []
    run = leaks._Search.run

    def watched(self: leaks._Search, name: str, content: bytes) -> Iterator[leaks.Leak]:
        read.append(name)
        return run(self, name, content)

    monkeypatch.setattr(leaks._Search, "run", watched)
    first = scan(repo, site, memory=memory)
    assert [leak.file for leak in first] == ["b.html"]
    # What was found is found again.
    assert scan(repo, site, memory=memory) == first
    assert read == ["a.html", "b.html", "b.html"]
    read.clear()
    (site / "a.html").write_bytes(page(SECRETS["solution line"]))
    assert {leak.file for leak in scan(repo, site, memory=memory)} == {"a.html", "b.html"}
    (site / "a.html").write_bytes(page("the answer to it is four thousand and eleven"))
    scan(repo, site, memory=memory)
    read.clear()
    path = next(repo.exercises.glob("*/exercise.yml"))
    text = path.read_text(encoding="utf-8")
    assert SECRETS["model answer"] in text
    more = "the answer to it is four thousand and eleven"
    path.write_text(text.replace(SECRETS["model answer"], more), encoding="utf-8")
    assert [leak.file for leak in scan(repo, site, memory=memory)] == ["a.html"]
    assert read == ["a.html", "b.html"]
    # A memory that was cut off is none.
    memory.write_text(memory.read_text(encoding="utf-8")[:-10], encoding="utf-8")
    assert [leak.file for leak in scan(repo, site, memory=memory)] == ["a.html"]


#: What is compiled of each piece of code, and whether it is enough to be told from chance.
CODE = {
    "solution line": (SECRETS["solution line"] + "\n    return secret_table", True),
    "hidden test line": (SECRETS["hidden test line"], False),
    "probe line": (SECRETS["probe line"], False),
}
ARCHIVE = "lite/py-0123456789ab/{name}-1.0-py3-none-any.whl"


@pytest.mark.parametrize("where", ["casebank", "pandas"])
@pytest.mark.parametrize("secret", CODE)
def test_compiled(repo: Repo, tmp_path: Path, where: str, secret: str) -> None:
    """Is code found when no line of it is left: any of it in a file of ours, a whole function in all?"""
    code, whole = CODE[secret]
    path = tmp_path / "site" / ARCHIVE.format(name=where)
    path.parent.mkdir(parents=True)
    inner = compiled(f"import math\ndef secret(transactions, today):\n    {code}\n")
    path.write_bytes(zipped(f"{where}/x.pyc", inner))
    found = [leak for leak in scan(repo, tmp_path / "site") if leak.needle.kind == secret]
    assert bool(found) is (whole or where == "casebank")
    assert all(leak.file.endswith(f"whl!{where}/x.pyc") for leak in found)


def test_our_library_compiled(tmp_path: Path) -> None:
    """Is no leak seen in the library that trainees get, were it compiled, and in what it stands on?"""
    root = Path(__file__).resolve().parents[3]
    package = root / "src/casebank"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in [*(package / "check").rglob("*.py"), *(package / "lite/piplite").rglob("*.py")]:
            inner = compiled(path.read_text("utf-8"))
            archive.writestr(f"casebank/{path.relative_to(package)}c", inner)
    (tmp_path / "casebank.whl").write_bytes(packed.getvalue())
    assert scan(Repo(root), tmp_path) == []


def test_an_opened_call_is_no_secret(repo: Repo) -> None:
    """Is a line that only opens a call not looked for, since Python's own library has it too?"""
    path = next(repo.exercises.glob("*/exercise.py"))
    text = path.read_text(encoding="utf-8")
    lines = "pattern = re.compile(\n    r'4711 secret words'\n)\nhidden_total = hidden.total"
    path.write_text(text.replace("### END HIDDEN TESTS", f"{lines}\n### END HIDDEN TESTS"), "utf-8")
    texts = {needle.text for needle in needles(repo)}
    assert "pattern=re.compile(" not in texts
    assert {"r'4711secretwords'", "hidden_total=hidden.total"} <= texts


def test_finder() -> None:
    """Does it find what a search for one text after the other finds?"""
    dice = random.Random(1)
    texts = {bytes(dice.choices(b"ab", k=dice.randint(8, 14))) for _ in range(60)}
    finder = Finder(texts)
    for size in [*range(20), *(dice.randint(20, 3000) for _ in range(60))]:
        content = bytes(dice.choices(b"ab", k=size))
        assert finder.find(content) == {text for text in texts if text in content}
    assert Finder([]).find(b"12345678") == set()
    with pytest.raises(ValueError, match="shorter"):
        Finder([b"1234567"])
