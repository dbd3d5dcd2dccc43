"""What the markup must know of the page that it stands on."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from casebank.errors import ContentError, nearest
from casebank.exhibits import Exhibits, load
from casebank.paths import Repo
from casebank.records import Course

Target = Literal["mkdocs", "myst"]
#: Values and exhibits whose names begin so are for the teaching note alone.
FOR_NOTE = ("note_", "note-")


class PageNode(Protocol):
    """A page of the site's tree."""

    address: str
    title: str
    kind: str
    record: Any
    source: Path | None


class Frame(Protocol):
    """All pages of one language and audience."""

    course: Course
    audience: str
    lang: str

    def node(self, address: str) -> PageNode | None:
        """The page at an address below the language's folder."""
        ...


class Context:
    """One page, with its language, its exhibits and its sources."""

    def __init__(self, frame: Frame, page: PageNode, target: Target, file: str) -> None:
        self.frame = frame
        self.page = page
        self.target = target
        self.file = file
        self.lang = frame.lang
        self.course = frame.course
        self.repo: Repo = frame.course.repo

    def up(self, address: str) -> str:
        """Relative address of a page or file below the language's folder."""
        return "../" * self.page.address.count("/") + address or "./"

    def fault(self, what: str, line: int, todo: str = "") -> ContentError:
        """An error that names file and line."""
        return ContentError(what, f"{self.file}, line {line}", todo or "mend the text")

    @cached_property
    def owner(self) -> str:
        """Whose exhibits the page shows; also the folder of its figures."""
        return self.page.record.id if companion(self.page) else ""

    @cached_property
    def exhibits(self) -> Exhibits:
        """Results of the page's companion."""
        path = companion(self.page)
        return (
            load(self.repo, path) if path else Exhibits(where="this page, which has no companion")
        )

    def may_show(self, name: str) -> bool:
        """Whether a value or an exhibit may stand on this page."""
        return self.page.kind == "note" or not name.startswith(FOR_NOTE)

    @cached_property
    def sources(self) -> dict[str, Any]:
        """What ``[@id]`` may name: a case's sources, a chapter's reading."""
        record = self.page.record
        found = getattr(record, "sources", None) or getattr(record, "reading", None) or []
        return {source.id: source for source in found}

    def title(self, address: str, line: int) -> str:
        """Title of a page of the site."""
        node = self.frame.node(address)
        if node is None:
            raise self.fault(f"there is no page '{address}'", line)
        return node.title

    def link(self, kind: str, name: str, line: int) -> tuple[str, str]:
        """Address and title of what ``{{link:kind:name}}`` names."""
        course = self.course
        shelves: dict[str, tuple[dict[str, Any], str]] = {
            "chapter": (course.chapters, "book/chapters/{}/"),
            "card": (course.chapters, "book/chapters/{}-card/"),
            "lab": (course.labs, "book/labs/{}/"),
            "case": (course.cases, "cases/{}/"),
            "epilogue": (course.cases, "cases/{}/epilogue/"),
            "note": (course.cases, "cases/{}/note/"),
            "exercise": (course.exercises, "exercises/{}/"),
        }
        if kind in shelves:
            shelf, pattern = shelves[kind]
            if name not in shelf:
                todo = nearest(name, shelf) if shelf else f"there is no {kind} yet"
                raise self.fault(f"there is no {kind} '{name}'", line, todo)
            stem = shelf[name].stem if kind in ("chapter", "card") else name
            address = pattern.format(stem)
        elif kind == "dataset":
            address = f"datasets/{name}/"
        elif kind == "page":
            address = "" if name == "home" else f"{name}/"
        else:
            known = [*shelves, "dataset", "page"]
            raise self.fault(f"unknown kind of link '{kind}'", line, nearest(kind, known))
        return address, self.title(address, line)


def companion(page: PageNode) -> Path | None:
    """The file that computes a page's figures, tables and numbers."""
    if page.kind in ("chapter", "card"):
        return page.record.path.with_suffix(".py")
    if page.kind in ("case", "epilogue", "note"):
        return page.record.folder / "exhibits" / "exhibits.py"
    return None
