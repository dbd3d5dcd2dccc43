"""What a companion computes, and when it is computed again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from casebank import depends
from casebank.errors import ContentError
from casebank.exhibits import load, show
from casebank.exhibits import results as exhibit_results
from casebank.paths import Repo

HEAD = """\
from casebank.exhibits import Bi, figure, table, values
import matplotlib.pyplot as plt
import pandas as pd

"""
GOOD = (
    HEAD
    + """
@values
def numbers(data):
    visits = data.csv("visits.csv")
    return {"n": len(visits), "mean": visits["visits"].mean(), "place": "Hexi"}

@table("visits", title=Bi(zh="来访", en="Visits"), exhibit=1)
def visits(data, lang):
    frame = data.csv("visits.csv").rename(columns={"visits": "次数" if lang == "zh" else "Visits"})
    return frame[[frame.columns[1]]]

@figure("bars", title=Bi(zh="柱", en="Bars"), alt=Bi(zh="两根柱", en="Two bars"), exhibit=2)
def bars(data, lang):
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.bar(["甲", "乙"] if lang == "zh" else ["a", "b"], [1, 2])
    return fig
"""
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    for folder in ("book/chapters", "datasets", "cases/one/exhibits"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("pandas==3.0.0\n", encoding="utf-8")
    (tmp_path / "book/chapters/01-x.visits.csv").write_text("id,visits\n1,5\n2,8\n", "utf-8")
    return Repo(tmp_path)


def companion(repo: Repo, code: str) -> Path:
    path = repo.chapters / "01-x.py"
    path.write_text(code, encoding="utf-8")
    return path


def fault(repo: Repo, code: str) -> str:
    with pytest.raises(ContentError) as caught:
        load(repo, companion(repo, code))
    return caught.value.sentence()


def made(repo: Repo) -> list[str]:
    return sorted(p.name for p in (repo.build / "exhibits").iterdir())


def test_results(repo: Repo) -> None:
    """Are values plain, tables in the language, figures drawn in both, with their sizes?"""
    found = load(repo, companion(repo, GOOD))
    assert found.values == {"n": 2, "mean": 6.5, "place": "Hexi"}
    assert found.item("table", "visits").table("zh") == (["次数"], [["5"], ["8"]])
    assert found.item("table", "visits").table("en")[0] == ["Visits"]
    bars = found.item("figure", "bars")
    zh, en = bars.file("zh"), bars.file("en")
    assert zh.suffix == ".svg" and zh.read_bytes() != en.read_bytes()
    width, height = bars.size("zh")
    assert 300 < width < 450 and 150 < height < 250
    text = zh.read_text(encoding="utf-8")
    assert "<text" not in text and "dc:date" not in text


def test_computed_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is nothing run again while nothing changed?"""
    path = companion(repo, GOOD)
    load(repo, path)
    monkeypatch.setattr(exhibit_results.subprocess, "run", None)
    assert load(repo, path).value("n") == 2


def test_equal_drawings(repo: Repo) -> None:
    """Does a second run draw the same bytes?"""
    path = companion(repo, GOOD)
    first = load(repo, path).item("figure", "bars").file("en").read_bytes()
    repo.lock.write_text("pandas==3.0.1\n", encoding="utf-8")
    again = load(repo, path).item("figure", "bars")
    assert len(made(repo)) == 2
    assert again.file("en").read_bytes() == first


def test_computed_again(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is everything computed anew when data, a table of the bank, code or the lock changes?"""
    path = companion(repo, GOOD)
    load(repo, path)
    (repo.chapters / "01-x.visits.csv").write_text("id,visits\n1,5\n2,9\n", "utf-8")
    assert load(repo, path).value("mean") == 7.0
    (repo.datasets / "customers.csv").write_text("customer_id\n1\n", "utf-8")
    before = exhibit_results.key(repo, path)
    (repo.datasets / "customers.csv").write_text("customer_id\n2\n3\n", "utf-8")
    assert exhibit_results.key(repo, path) != before
    before = exhibit_results.key(repo, path)
    library = tmp_path / "casebank"
    (library / "check").mkdir(parents=True)
    (library / "check" / "__init__.py").touch()
    (library / "check" / "figures.py").write_text("", "utf-8")
    monkeypatch.setattr(depends, "PACKAGE", library)
    changed = exhibit_results.key(repo, path)
    assert changed != before
    (library / "check" / "figures.py").write_text("# other colours\n", "utf-8")
    assert exhibit_results.key(repo, path) != changed


def test_a_failure_leaves_nothing(repo: Repo) -> None:
    """Does a companion that fails fail again, with its line, and leave no result?"""
    path = companion(repo, GOOD)
    load(repo, path)
    before = made(repo)
    broken = GOOD.replace("len(visits)", "1 / 0")
    assert fault(repo, broken) == fault(repo, broken)
    assert "book/chapters/01-x.py, line 9: ZeroDivisionError" in fault(repo, broken)
    assert made(repo) == before


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nosuch\n", "line 5: ModuleNotFoundError"),
        ("@values\ndef v(data):\n    return {'x': float('nan')}\n", "the value 'x' is nan"),
        ("@values\ndef v(data):\n    return {'x': [1]}\n", "the value 'x' is a list"),
        ("@values\ndef v(data):\n    return data.csv('visit.csv')\n", "visits.csv"),
        (
            "@values\ndef v(data):\n    return {'x': 1}\n"
            "@values\ndef w(data):\n    return {'x': 2}\n",
            "computed twice",
        ),
        ("@table('t', title=Bi(zh='a', en='b'))\ndef t(data, lang):\n    return 1\n", "no table"),
        (
            "@figure('t', title=Bi(zh='a', en='b'), alt=Bi(zh='a', en='b'))\n"
            "def t(data, lang):\n    return 1\n",
            "no figure",
        ),
        (
            "@table('t', title=Bi(zh='a', en='b'))\ndef t(data, lang):\n    return 1\n"
            "@table('t', title=Bi(zh='a', en='b'))\ndef u(data, lang):\n    return 1\n",
            "used twice",
        ),
        (
            "@table('t', title=Bi(zh='a', en='b'), exhibit=1)\ndef t(data, lang):\n    return 1\n"
            "@table('u', title=Bi(zh='a', en='b'), exhibit=1)\ndef u(data, lang):\n    return 1\n",
            "exhibit 1 is both 't' and 'u'",
        ),
        (
            "@figure('t', title=Bi(zh='a', en='b'), alt=Bi(zh='a', en='b'))\n"
            "def t(data, lang):\n    fig, ax = plt.subplots()\n    ax.set_title('\\U0001F600')\n"
            "    return fig\n",
            "Glyph",
        ),
        ("import os\nos._exit(3)\n", "crashed"),
    ],
)
def test_faults(repo: Repo, code: str, said: str) -> None:
    """Does each mistake of a companion name what is wrong, and where?"""
    sentence = fault(repo, HEAD + code)
    assert sentence.startswith("book/chapters/01-x.py") and said in sentence


def test_many_points_become_pixels(repo: Repo) -> None:
    """Is a drawing of many points small?"""
    code = HEAD + (
        "@figure('t', title=Bi(zh='a', en='b'), alt=Bi(zh='a', en='b'))\n"
        "def t(data, lang):\n    fig, ax = plt.subplots(figsize=(4, 3))\n"
        "    ax.scatter([i * 7 % 1999 for i in range(3000)], range(3000))\n    return fig\n"
    )
    item = load(repo, companion(repo, code)).item("figure", "t")
    assert item.file("en").suffix == ".png" and 300 < item.size("en")[0] < 450


def test_no_companion(repo: Repo) -> None:
    """Does a text without companion say so when it asks for a value?"""
    with pytest.raises(ContentError, match="does not exist"):
        load(repo, repo.chapters / "02-y.py").value("n")


def test_show(repo: Repo) -> None:
    """Does an author see every value, table and figure by the name that the text uses?"""
    out = io.StringIO()
    show(repo, companion(repo, GOOD), Console(file=out, width=100))
    said = out.getvalue()
    assert "{{value:mean}} = 6.5" in said and "次数" in said and "exhibit 2" in said
    assert "bars.en.svg" in said
