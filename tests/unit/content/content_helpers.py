"""What the lints of the content share: what there is to read, and how its prose reads aloud."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casebank.exhibits import Exhibits, load
from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.records import Case, Chapter, Course, Exercise, load_all
from casebank.text import numbers

HERE = Path(__file__).parent
REPO = Repo(HERE.parents[2])

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z0-9][\w'’.,-]*")
MARK = re.compile(r"\{\{\s*(?P<kind>\w+)(?::(?P<rest>[^{}]*?))?\s*\}\}")
CITE = re.compile(r"[ \t]*\[@(?P<ids>[^\]\n]+)\]")
FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ \t]*$", re.M | re.S)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*(?:\{#([\w-]+)\})?[ \t]*$", re.M)


# ---- what there is -----------------------------------------------------------------------------


def slugs(pattern: str) -> list[str]:
    """Names of all files that a pattern finds, as tests are parametrised over them."""
    return sorted(REPO.relative(path) for path in REPO.root.glob(pattern))


CHAPTERS = [Path(p).stem[3:] for p in slugs("book/chapters/[0-9][0-9]-*.yml")]
CASES = [Path(p).parent.name for p in slugs("cases/*/case.yml")]
EXERCISES = [Path(p).parent.name for p in slugs("exercises/*/exercise.yml")]
LABS = [Path(p).stem for p in slugs("book/labs/*.yml")]
#: Every page in the course's markup.
PAGES = [
    page
    for pattern in (
        "book/*.*.md",
        "book/chapters/*.md",
        "cases/**/*.md",
        "exercises/**/*.md",
        "docs/**/*.md",
        "datasets/**/*.md",
    )
    for page in slugs(pattern)
]
RECORDS = [
    *slugs("book/**/*.yml"),
    *slugs("cases/*/case.yml"),
    *slugs("exercises/*/exercise.yml"),
]
RECORDS = [name for name in RECORDS if not Path(name).name.startswith("_")]
NOTEBOOKS = [*slugs("book/labs/*.py"), *slugs("exercises/*/exercise.py")]
#: Code that says something to a reader: the platform's words, titles and labels of exhibits.
SPEAKING = [
    *slugs("src/casebank/**/*.py"),
    *slugs("book/chapters/*.py"),
    *slugs("cases/*/exhibits/*.py"),
]


@cache
def course() -> Course:
    """All records."""
    return load_all(REPO)


def chapter(slug: str) -> Chapter:
    """One chapter."""
    return course().chapters[slug]


def case(slug: str) -> Case:
    """One case."""
    return course().cases[slug]


def exercise(slug: str) -> Exercise:
    """One exercise."""
    return course().exercises[slug]


def read(path: str | Path) -> str:
    """A file's text."""
    return (REPO.root / path).read_text(encoding="utf-8")


def case_text(slug: str, part: str, lang: str) -> str:
    """A part of a case (case, epilogue, note) as its author wrote it."""
    return read(f"cases/{slug}/{part}.{lang}.md")


def chapter_text(slug: str, lang: str) -> str:
    """A chapter as its author wrote it."""
    return read(chapter(slug).path.with_suffix(f".{lang}.md"))


@cache
def computed(companion: Path) -> Exhibits:
    """What a companion computes; kept by the platform for as long as nothing changes."""
    return load(REPO, companion)


def companion_of(page: str) -> Path | None:
    """The companion of a page, if pages of its kind have one."""
    path = REPO.root / page
    if path.parent == REPO.chapters:
        return path.with_name(path.name.split(".")[0] + ".py")
    if path.is_relative_to(REPO.cases):
        return REPO.cases / path.relative_to(REPO.cases).parts[0] / "exhibits" / "exhibits.py"
    return None


def exhibits_of(page: str) -> Exhibits:
    """What a page's companion computes."""
    path = companion_of(page)
    return computed(path) if path else Exhibits()


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of this folder."""
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# ---- how it reads ------------------------------------------------------------------------------


def marks(text: str, *kinds: str) -> list[tuple[str, str]]:
    """The marks of a text in order: kind and name, without format, place and shown text."""
    found = [(m["kind"], (m["rest"] or "").split("|")[0].strip()) for m in MARK.finditer(text)]
    return [(kind, name) for kind, name in found if not kinds or kind in kinds]


def named(text: str, *kinds: str) -> list[str]:
    """The names that marks of some kinds give, in order."""
    return [name for _, name in marks(text, *kinds)]


def cited(text: str) -> list[str]:
    """Ids of the sources that a text cites."""
    return [one.strip().lstrip("@") for m in CITE.finditer(text) for one in m["ids"].split(";")]


def _said(match: re.Match[str], lang: str, exhibits: Exhibits, hide: bool) -> str:
    kind, rest = match["kind"], match["rest"] or ""
    name, *more = [part.strip() for part in rest.split("|")]
    if kind == "value":
        if hide:
            return "∎ 万" if more and more[-1].startswith(("wan", "yi")) else "∎"
        return numbers.say(exhibits.value(name), more)
    if kind in ("figure", "table", "quiz"):
        return ""
    if kind == "count":
        return "∎"
    if kind == "first":
        return "某页" if lang == "zh" else "this page"
    if more:
        return more[0]
    if kind == "term":
        return course().terms[name].get(lang)
    if kind == "exhibit":
        item = exhibits.items[name]
        word = "图表" if lang == "zh" else "Exhibit"
        return f"{word} {item.exhibit}"
    if kind == "link":
        where, _, target = name.partition("#")[0].partition(":")
        shelf = {"card": "chapters", "epilogue": "cases", "note": "cases"}.get(where, f"{where}s")
        record = getattr(course(), shelf, {}).get(target)
        return record.title.get(lang) if record else ("某页" if lang == "zh" else "this page")
    return name


def plain(text: str, lang: str, exhibits: Exhibits | None = None, *, hide: bool = False) -> str:
    """A text as it reads, line by line: marks said, syntax gone.

    Args:
        text: in the course's markup.
        lang: its language.
        exhibits: where its values come from.
        hide: put a sign instead of each computed value, so that only typed numbers are left.
    """
    if text.startswith("---\n"):
        head, _, body = text[4:].partition("\n---\n")
        text = re.sub(r"^\w+:[ ]?", "", head, flags=re.M) + "\n\n" + body
    text = FENCE.sub(lambda m: "\n" * m[0].count("\n"), text)
    text = MARK.sub(lambda m: _said(m, lang, exhibits or Exhibits(), hide), text)
    # In Chinese a citation may stand between two sentences without a blank of their own.
    text = re.sub(
        CITE.pattern + (r"(?:[ \t]*(?=[\u4e00-\u9fff]))?" if lang == "zh" else ""), "", text
    )
    text = CODE.sub("∎", text)
    if lang == "zh":
        # Emphasis that ends in full-width punctuation needs a blank to be seen as closed.
        text = re.sub(r"(?<=[，。：；？）”])(\*{1,2})[ ](?=\S)", r"\1", text)
    text = re.sub(r"^\$\$.*?\$\$\s*$", "", text, flags=re.M | re.S)
    text = re.sub(r"(?<![\\$\w])\$(?=[^\s$])[^$\n]*?[^\s$\\]\$(?![\w$])", "∎", text)
    text = re.sub(r"^:::+.*$", lambda m: " ".join(re.findall(r'"([^"]*)"', m[0])), text, flags=re.M)
    text = re.sub(r"\{\s*[#.][^}]*\}", "", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<[^>\n]+>", "", text)
    text = re.sub(r"^\|[ |:-]*\|$", "|", text, flags=re.M)
    return re.sub(r"\*\*|(?<!\*)\*(?!\*)(?=\S)|(?<=\S)\*(?!\*)", "", text)


def page_plain(page: str, *, hide: bool = False) -> str:
    """A page as it reads."""
    return plain(read(page), lang_of(page), exhibits_of(page), hide=hide)


def lang_of(page: str) -> str:
    """The language of ``x.zh.md``."""
    return Path(page).stem.rpartition(".")[2]


def words(text: str) -> int:
    """English words of a plain text."""
    return len(WORD.findall(text))


def hanzi(text: str) -> int:
    """Chinese characters of a plain text."""
    return len(HAN.findall(text))


def length(text: str, lang: str) -> int:
    """Words of an English text, characters of a Chinese one."""
    return hanzi(text) if lang == "zh" else words(text)


def sections(text: str, level: int = 2) -> dict[str, str]:
    """The sections of a text by the ids of their headings; what stands before them is ``''``."""
    found: dict[str, str] = {}
    name, start = "", 0
    for match in HEADING.finditer(FENCE.sub(lambda m: " " * len(m[0]), text)):
        if len(match[1]) == level:
            found[name] = text[start : match.start()]
            name, start = match[3] or match[2], match.end()
    found[name] = text[start:]
    return found


def headings(text: str) -> list[tuple[int, str, str]]:
    """Level, words and id of each heading."""
    bare = FENCE.sub("", text)
    return [(len(m[1]), m[2], m[3] or "") for m in HEADING.finditer(bare)]


def tables(text: str) -> list[list[list[str]]]:
    """The pipe tables of a text: for each its rows, the head first."""
    found: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        if not inside:
            found.append([])
            inside = True
        # The bar of a mark's format is no border of a cell.
        masked = MARK.sub(lambda m: m[0].replace("|", "\x00"), line)
        cells = [cell.strip().replace("\x00", "|") for cell in masked.strip().strip("|").split("|")]
        if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            found[-1].append(cells)
    return found


# ---- texts that do not stand on pages ----------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A text with its place."""

    where: str
    lang: str
    text: str


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _walk(node: yaml.Node, path: tuple[str, ...], file: str) -> Iterator[tuple[tuple, Said]]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _walk(child, path, file)
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if key.value in LANGS:
            items = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for item in items:
                if isinstance(item, yaml.ScalarNode):
                    said = Said(f"{file}:{_line(item)}", key.value, item.value)
                    yield path, said
        else:
            yield from _walk(value, (*path, key.value), file)


@cache
def record_texts(file: str) -> tuple[tuple[tuple[str, ...], Said], ...]:
    """All texts of a record, each with the keys that lead to it."""
    return tuple(_walk(yaml.compose(read(file), yaml.SafeLoader), (), file))


def _literal(node: ast.expr) -> str | None:
    """A string of the code, with a sign where it is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [v.value if isinstance(v, ast.Constant) else "∎" for v in node.values]
        return "".join(str(part) for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = _literal(node.left), _literal(node.right)
        return None if None in sides else "".join(filter(None, sides))
    return None


@cache
def code_texts(file: str) -> tuple[Said, ...]:
    """What code says in two languages: ``{"zh": …, "en": …}`` and ``Bi(zh=…, en=…)``."""
    found = []
    for node in ast.walk(ast.parse(read(file))):
        pairs: list[tuple[Any, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = [
                (getattr(k, "value", None), v) for k, v in zip(node.keys, node.values, strict=True)
            ]
        elif isinstance(node, ast.Call):
            pairs = [(keyword.arg, keyword.value) for keyword in node.keywords]
        sides = {key: value for key, value in pairs if key in LANGS}
        if set(sides) != set(LANGS):
            continue
        for lang, value in sides.items():
            for item in value.elts if isinstance(value, ast.List | ast.Tuple) else [value]:
                text = _literal(item)
                if text:
                    found.append(Said(f"{file}:{item.lineno}", lang, text))
    return tuple(found)


@cache
def notebook_texts(file: str) -> tuple[Said, ...]:
    """The prose of a bilingual notebook, cell by cell, as it reads."""
    from casebank.notebooks.source import read_source

    return tuple(
        Said(f"{file}:{cell.line}", cell.keys.lang, plain(cell.source, cell.keys.lang))
        for cell in read_source(REPO.root / file, file)
        if cell.markdown and cell.keys.lang
    )
