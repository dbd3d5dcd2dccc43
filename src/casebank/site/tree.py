"""The site's pages as one tree, read from the records: what the navigation is made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from casebank.errors import ContentError
from casebank.paths import Repo
from casebank.records import Course
from casebank.site.strings import text

TABS = ("home", "book", "cases", "exercises", "datasets", "guides", "glossary")


@dataclass(eq=False)
class Node:
    """A page: its address below the language's folder, and what stands under it."""

    address: str
    title: str
    description: str
    short: str = ""
    kind: str = "page"
    record: Any = None
    source: Path | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The title as navigation shows it."""
        return self.short or self.title

    def walk(self) -> Iterator[Node]:
        """This page and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def front_matter(path: Path, repo: Repo) -> tuple[dict[str, Any], str]:
    """Split a page of ``docs/`` into its yaml head and its text.

    Raises:
        ContentError: when title or description is missing.
    """
    content = path.read_text(encoding="utf-8")
    where = repo.relative(path)
    if not content.startswith("---\n") or "\n---\n" not in content[4:]:
        raise ContentError(
            "the page has no head", where, "begin it with '---', title, description, '---'"
        )
    head, body = content[4:].split("\n---\n", 1)
    try:
        meta = yaml.safe_load(head) or {}
    except yaml.YAMLError as error:
        raise ContentError(f"the page's head is not valid yaml: {error}", where) from None
    known = {"title", "description", "short", "order"}
    for key in ("title", "description"):
        if not meta.get(key):
            raise ContentError(f"'{key}' is missing in the page's head", where, f"add '{key}: …'")
    for key in meta:
        if key not in known:
            raise ContentError(
                f"unknown key '{key}' in the page's head", where, f"known: {', '.join(known)}"
            )
    return meta, body.lstrip("\n")


def _doc(repo: Repo, name: str, lang: str, address: str, kind: str = "doc") -> Node:
    path = repo.docs / f"{name}.{lang}.md"
    if not path.is_file():
        raise ContentError("the page is missing", repo.relative(path), "write it")
    meta, _ = front_matter(path, repo)
    return Node(
        address,
        str(meta["title"]),
        str(meta["description"]),
        str(meta.get("short", "")),
        kind,
        source=path,
    )


def _book(course: Course, lang: str) -> Node:
    book = Node("book/", text("book", lang), text("book_description", lang), kind="book")
    placed: set[str] = set()
    for chapter in course.chapters.values():
        node = Node(
            f"book/chapters/{chapter.stem}/",
            chapter.title.get(lang),
            chapter.description.get(lang),
            kind="chapter",
            record=chapter,
        )
        title = chapter.title.get(lang)
        if (chapter.path.parent / f"{chapter.stem}.card.{lang}.md").is_file():
            node.children.append(
                Node(
                    f"book/chapters/{chapter.stem}-card/",
                    text("card_of", lang, title=title),
                    text("card_description", lang, title=title),
                    text("card", lang),
                    "card",
                    chapter,
                )
            )
        own = [name for name, lab in course.labs.items() if lab.chapter == chapter.id]
        # The labs that the chapter itself names come first, in its order.
        own = [*chapter.lab, *(name for name in own if name not in chapter.lab)]
        for name in own:
            if name not in placed:
                node.children.append(_lab(course, name, lang))
                placed.add(name)
        book.children.append(node)
    for name in course.labs:
        if name not in placed:
            book.children.append(_lab(course, name, lang))
    return book


def _lab(course: Course, name: str, lang: str) -> Node:
    lab = course.labs[name]
    return Node(
        f"book/labs/{name}/", lab.title.get(lang), lab.description.get(lang), kind="lab", record=lab
    )


def _cases(course: Course, audience: str, lang: str) -> list[Node]:
    found = []
    parts = ["epilogue", *(["note"] if audience == "instructor" else [])]
    for case in course.cases.values():
        title = case.title.get(lang)
        node = Node(
            f"cases/{case.id}/",
            title,
            case.summary.get(lang),
            kind="case",
            record=case,
            source=case.folder / f"case.{lang}.md",
        )
        for part in parts:
            path = case.folder / f"{part}.{lang}.md"
            if path.is_file():
                node.children.append(
                    Node(
                        f"cases/{case.id}/{part}/",
                        text(f"{part}_of", lang, title=title),
                        text(f"{part}_description", lang, title=title),
                        text(part, lang),
                        part,
                        case,
                        path,
                    )
                )
        found.append(node)
    return found


def data_package(repo: Repo) -> dict[str, Any]:
    """The tables' own description, empty while there is none."""
    path = repo.datasets / "datapackage.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def card_of_table(repo: Repo, table: str, lang: str) -> Path | None:
    """Where a table's data card lies."""
    for path in (
        repo.datasets / "cards" / f"{table}.{lang}.md",
        repo.datasets / f"{table}.{lang}.md",
    ):
        if path.is_file():
            return path
    return None


def said(record: dict[str, Any], key: str, lang: str) -> str:
    """A text of the data package: its English under the key, its Chinese under ``key_zh``."""
    return str(record.get(f"{key}_zh" if lang == "zh" else key) or record.get(key) or "")


def _datasets(repo: Repo, lang: str) -> list[Node]:
    found = []
    for resource in data_package(repo).get("resources", []):
        name = resource["name"]
        path = card_of_table(repo, name, lang)
        if path is None:
            continue
        title = said(resource, "title", lang) or name
        found.append(
            Node(
                f"datasets/{name}/",
                title,
                said(resource, "description", lang)
                or text("dataset_description", lang, title=title),
                kind="dataset",
                record=resource,
                source=path,
            )
        )
    return found


def _guides(repo: Repo, lang: str) -> list[Node]:
    pages = []
    for path in sorted((repo.docs / "guides").glob(f"*.{lang}.md")):
        name = path.name.removesuffix(f".{lang}.md")
        if name != "index":
            meta, _ = front_matter(path, repo)
            node = _doc(repo, f"guides/{name}", lang, f"guides/{name}/")
            pages.append((meta.get("order", 99), name, node))
    return [node for _, _, node in sorted(pages, key=lambda item: item[:2])]


def build_tree(course: Course, audience: str, lang: str) -> list[Node]:
    """The seven tabs with all their pages, in one language, for one audience."""
    repo = course.repo
    home = _doc(repo, "index", lang, "", "home")
    book = _book(course, lang)
    cases = _doc(repo, "cases/index", lang, "cases/", "index")
    cases.children = _cases(course, audience, lang)
    exercises = _doc(repo, "exercises/index", lang, "exercises/", "index")
    exercises.children = [
        Node(
            f"exercises/{e.id}/", e.title.get(lang), e.summary.get(lang), kind="exercise", record=e
        )
        for e in course.exercises.values()
    ]
    datasets = _doc(repo, "datasets/index", lang, "datasets/", "index")
    datasets.children = _datasets(repo, lang)
    guides = _doc(repo, "guides/index", lang, "guides/", "index")
    guides.children = _guides(repo, lang)
    glossary = _doc(repo, "glossary", lang, "glossary/", "glossary")
    return [home, book, cases, exercises, datasets, guides, glossary]
