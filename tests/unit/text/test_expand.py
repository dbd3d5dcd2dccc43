"""The markup says what it means to both generators, and complains with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casebank.errors import ContentError
from casebank.lang import Bi
from casebank.paths import Repo
from casebank.records import Course, Option, Question, Reading, Source, Term
from casebank.text import expand, source_list

COMPANION = """\
from casebank.exhibits import Bi, figure, table, values
import pandas as pd

@values
def numbers(data):
    return {"n": 290000, "share": 0.0841, "fall": -21.4, "name": "Hexi", "note_secret": 1}

@table("tiers", title=Bi(zh="层 {{value:n}}", en="Tiers {{value:n}}"), exhibit=2,
       source=Bi(zh="某处", en="somewhere"))
def tiers(data, lang):
    return pd.DataFrame({"Tier": ["top", "base"], "Share": ["82.0%", "18.0%"]})

@table("note-answer", title=Bi(zh="答案", en="The answer"))
def answer(data, lang):
    return pd.DataFrame({"a": ["1"]})
"""


@dataclass
class Page:
    address: str
    title: str
    kind: str
    record: Any = None
    source: Path | None = None


class Frame:
    audience = "trainee"

    def __init__(self, repo: Repo, lang: str) -> None:
        self.lang = lang
        term = Term(
            id="rfm", zh="RFM", en="recency", definition=Bi(zh='三个"数"', en='three "numbers"')
        )
        options = [
            Option(zh="甲", en="A <b>", right=True, reason=Bi(zh="因 {{value:n}}", en="since")),
            Option(zh="乙", en="B", reason=Bi(zh="不", en="no")),
        ]
        question = Question(
            id="q-1",
            kind="single",
            chapter="seg",
            topics=["T80"],
            stem=Bi(zh="哪个？", en="Which?"),
            options=options,
        )
        chapter = SimpleNamespace(
            id="seg",
            stem="01-seg",
            title=Bi(zh="细分", en="Segmentation"),
            path=repo.chapters / "01-seg.yml",
            reading=[Reading(id="R1", text=Bi(zh="书", en="A book"), url="https://example.org/x")],
        )
        case = SimpleNamespace(
            id="one",
            folder=repo.cases / "one",
            sources=[
                Source(id="W01", text="One, 1999", url="https://example.org/1"),
                Source(id="W02", text=Bi(zh="二", en="Two"), checked="2026-11-24"),
            ],
        )
        self.course = Course(
            repo, {"seg": chapter}, {}, {"one": case}, {}, {"q-1": question}, {"rfm": term}
        )
        pages = [
            Page("", "Home", "home"),
            Page("glossary/", "Glossary", "glossary"),
            Page("book/chapters/01-seg/", "Segmentation", "chapter", chapter),
            Page("cases/one/", "One", "case", case),
            Page("cases/one/note/", "Note", "note", case),
        ]
        self.pages = {page.address: page for page in pages}

    def node(self, address: str) -> Page | None:
        return self.pages.get(address)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    root = tmp_path_factory.mktemp("clone")
    for folder in ("book/chapters", "cases/one/exhibits", "datasets"):
        (root / folder).mkdir(parents=True)
    (root / "book/chapters/01-seg.py").write_text(COMPANION, encoding="utf-8")
    (root / "cases/one/exhibits/exhibits.py").write_text(COMPANION, encoding="utf-8")
    return Repo(root)


def on(repo: Repo, text: str, where: str = "cases/one/", lang: str = "en", target="mkdocs") -> str:
    frame = Frame(repo, lang)
    return expand(text, frame, frame.pages[where], target, file="cases/one/case.en.md")


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{value:n}}", "290,000"),
        ("{{value:n|wan0}}", "29 万"),
        ("{{value:share|pct1}}", "8.4%"),
        ("{{value:fall}}", "\N{MINUS SIGN}21.40"),
        ("{{value:fall|abs|.1f}}", "21.4"),
        ("{{value:name}}", "Hexi"),
        ("{{value:n|,d}} of", "290,000 of"),
    ],
)
def test_values(repo: Repo, mark: str, said: str) -> None:
    """Is a value said in its format?"""
    assert on(repo, mark) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n\n{{value:m}}", ["line 3", "no value 'm'"]),
        ("{{value:note_secret}}", ["line 1", "teaching note alone"]),
        ("{{table:note-answer}}", ["teaching note alone"]),
        ("{{valeu:n}}", ["unknown mark 'valeu'", "Did you mean 'value'?"]),
        ("{{value:n|pc1}}", ["unknown format 'pc1'", "pct1"]),
        ("{{term:rfn}}", ["no term 'rfn'", "'rfm'"]),
        ("\n{{link:chapter:sag}}", ["line 2", "no chapter 'sag'", "'seg'"]),
        ("{{link:chaptr:seg}}", ["unknown kind of link", "'chapter'"]),
        ("{{figure:tiers}}", ["no figure 'tiers'"]),
        ("x [@W03]", ["source 'W03'", "'W02'"]),
        ("## Bare", ["heading 'Bare' has no id"]),
        ("## Bare {#Bad_Id}", ["no id"]),
        ('a\n::: nota "x"\n:::', ["line 2", "unknown call-out", "'note'"]),
        ('a\n::: note "x"\nb', ["line 2", "never closed"]),
        ("a\n:::", ["line 2", "not open"]),
        ("{{value:n", ["'{{' without its '}}'"]),
        ("```\n{{x}}\n```\n\n{{value:m}}", ["line 5"]),
        ("$$\na\n$$\n\n$\\begin{x}$", ["line 5", "cannot be read"]),
    ],
)
def test_faults(repo: Repo, text: str, said: list[str]) -> None:
    """Does each mistake name file, line and the nearest right spelling?"""
    with pytest.raises(ContentError) as caught:
        on(repo, text)
    sentence = str(caught.value)
    assert sentence.startswith("cases/one/case.en.md, line ")
    for part in said:
        assert part in sentence, sentence


def test_note_may_show_its_own(repo: Repo) -> None:
    """May a teaching note show what is for it alone?"""
    assert on(repo, "{{value:note_secret}}", "cases/one/note/") == "1"


def test_table(repo: Repo) -> None:
    """Has a table caption, scopes, right-aligned numbers, source, and a value in its title?"""
    html = on(repo, "{{table:tiers}}")
    assert '<figure id="exhibit-tiers"' in html
    assert "<strong>Exhibit 2. Tiers 290,000</strong>" in html
    assert '<th scope="col" class="num">Share</th>' in html
    assert '<th scope="row">top</th><td class="num">82.0%</td>' in html
    assert "Source: somewhere" in html
    assert "\n\n" not in html.strip()


def test_exhibit(repo: Repo) -> None:
    """Is an exhibit called by its number, in the language, also from the note?"""
    assert on(repo, "{{exhibit:tiers}}") == '<a href="#exhibit-tiers">Exhibit 2</a>'
    assert on(repo, "{{exhibit:tiers}}", lang="zh") == '<a href="#exhibit-tiers">图表 2</a>'
    assert 'href="../#exhibit-tiers"' in on(repo, "{{exhibit:tiers}}", "cases/one/note/")


def test_code_is_left_alone(repo: Repo) -> None:
    """Does code keep what looks like markup?"""
    text = "`{{value:n}}` and `$a$`\n\n```python\n## x\n{{value:m}} [@W01] $b$\n```\n"
    assert on(repo, text).replace("\n\n", "\n").strip() == text.replace("\n\n", "\n").strip()


def test_headings_and_callouts(repo: Repo) -> None:
    """Do both generators get headings and call-outs in their own words?"""
    text = '## RFM {#rfm}\n\n::: note "Why"\nBecause\n- a\n:::\n'
    mkdocs = on(repo, text)
    assert "## RFM {#rfm}" in mkdocs
    assert '<div class="admonition note" markdown="1">' in mkdocs
    assert "Because\n\n- a\n\n</div>" in mkdocs
    myst = on(repo, text, target="myst")
    assert "{#rfm}\n## RFM" in myst
    assert "::::{admonition} Why\n:class: note\n" in myst
    assert myst.count("::::") == 2


def test_links(repo: Repo) -> None:
    """Are links relative, with the title as text unless another is given?"""
    assert on(repo, "{{link:chapter:seg}}") == (
        '<a href="../../book/chapters/01-seg/">Segmentation</a>'
    )
    assert 'href="../../book/chapters/01-seg/#rfm">RFM</a>' in on(
        repo, "{{link:chapter:seg#rfm|RFM}}"
    )
    assert 'href="../../" ' not in on(repo, "{{link:page:home}}")
    assert on(repo, "{{download:a.zip|data}}") == (
        '<a href="../../downloads/a.zip" download>data</a>'
    )


def test_term(repo: Repo) -> None:
    """Is a term a link with its definition, escaped?"""
    html = on(repo, "{{term:rfm|RFM}}")
    assert 'href="../../glossary/#rfm"' in html
    assert 'data-def="three &quot;numbers&quot;"' in html and ">RFM</a>" in html


def test_citations(repo: Repo) -> None:
    """Are citations numbered by first mention and listed with address and date?"""
    text = "A[@W02]. B[@W01; W02]."
    html = on(repo, text)
    assert '<a href="#source-W02" aria-label="source 1">1</a>' in html
    assert '<a href="#source-W01" aria-label="source 2">2</a>' in html
    frame = Frame(repo, "en")
    listed = source_list(text, frame, frame.pages["cases/one/"])
    assert listed.index("source-W02") < listed.index("source-W01")
    assert "checked 2026-11-24" in listed and "example.org</a>" in listed
    assert source_list("none", frame, frame.pages["cases/one/"]) == ""


def test_formulas(repo: Repo) -> None:
    """Do formulas become MathML, and prices stay prices?"""
    html = on(repo, "Let $r_i = a*b$ cost $5 or US$6.\n\n$$\nx^2\n$$\n")
    assert html.count("<math") == 2 and 'display="block"' in html
    assert "cost $5 or US$6." in html
    assert "*" not in html and "_" not in html


def test_formulas_close_what_they_open(repo: Repo) -> None:
    """Has every element of a formula an end of its own, so that no minifier breaks the page?"""
    html = on(repo, "$$a, \\qquad b \\quad c$$\n")
    assert "<mspace" in html and "/>" not in html
    for tag in ("mspace", "mrow", "mi", "math", "div"):
        assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>")


def test_quiz(repo: Repo) -> None:
    """Is a question a form with a reason per option, escaped, and readable without scripts?"""
    html = on(repo, "{{quiz}}", "book/chapters/01-seg/")
    assert html.count("<fieldset>") == 1 and "<legend>" in html
    assert "A &lt;b&gt;" in html and html.count('type="radio"') == 2
    assert "<details>" in html
    assert "since" in html


def test_breathes(repo: Repo) -> None:
    """Does a list or table right after a paragraph still become one?"""
    assert on(repo, "Words:\n- a\n- b") == "Words:\n\n- a\n- b"
    assert on(repo, "Words:\n| a |\n|---|") == "Words:\n\n| a |\n|---|"
