"""Every link of a built site leads somewhere, and nothing is loaded from another host.

Works on the finished HTML of both generators, so links across the seam are checked like all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html
from lxml.etree import ParserError

#: Attributes that make a browser load something, by element.
LOADS = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href",),
}
#: ``link`` relations that only describe; all others load.
DESCRIBES = {"alternate", "canonical", "next", "prev", "author", "license", "search", "index"}


@dataclass(frozen=True)
class Problem:
    """One broken link or outside load."""

    page: str
    target: str
    why: str

    def __str__(self) -> str:
        return f"{self.page}: {self.why}: {self.target}"


class _Page:
    """The links, loads and anchors of one page."""

    def __init__(self, path: Path) -> None:
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.base: str | None = None
        try:
            tree = html.fromstring(path.read_bytes())
        except ParserError:
            return
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            self._take(element)

    def _take(self, element: html.HtmlElement) -> None:
        tag = element.tag
        for key in ("id", "name"):
            if element.get(key):
                self.anchors.add(element.get(key))
        if tag == "a" and element.get("href") is not None:
            self.links.append(element.get("href"))
        elif tag == "form" and element.get("action"):
            self.links.append(element.get("action"))
        elif tag == "link" and element.get("href"):
            relations = set((element.get("rel") or "").lower().split())
            (self.links if relations & DESCRIBES else self.loads).append(element.get("href"))
        elif tag == "base":
            self.base = element.get("href")
        for key in LOADS.get(tag, ()):
            value = element.get(key)
            if value and key == "srcset":
                self.loads += [part.split()[0] for part in value.split(",") if part.strip()]
            elif value:
                self.loads.append(value)


def pages(site: Path) -> Iterator[Path]:
    """Every HTML page of a built site, in a fixed order."""
    yield from sorted(site.rglob("*.html"))


def _resolve(site: Path, page: Path, target: str) -> Path | None:
    """The file that a relative link names; None when it leaves the site's folder."""
    path = unquote(urlsplit(target).path)
    if not path:
        return page
    start = site if path.startswith("/") else page.parent
    goal = (start / path.lstrip("/")).resolve()
    if goal != site and site not in goal.parents:
        return None
    if goal.is_dir() or path.endswith("/"):
        return goal / "index.html"
    return goal


def _is_outside(target: str) -> bool:
    parts = urlsplit(target)
    return bool(parts.netloc) or parts.scheme in ("http", "https", "ftp", "ws", "wss")


def check(site: Path) -> list[Problem]:
    """Look at every page.

    Args:
        site: the folder of a built site, with ``index.html`` at its top.

    Returns:
        Problems in page order: a target that is missing, an anchor that is missing, a link that
        would break under a sub-path, something loaded from another host.
    """
    site = site.resolve()
    seen: dict[Path, _Page] = {page: _Page(page) for page in pages(site)}
    problems: list[Problem] = []
    for page, content in seen.items():
        name = page.relative_to(site).as_posix()
        # A 404 page is shown at any address, so its links are absolute by need.
        absolute_is_fine = page.name == "404.html"
        for target in content.loads:
            if target.startswith("data:"):
                continue
            if _is_outside(target):
                problems.append(Problem(name, target, "loads from another host"))
                continue
            problems += _follow(site, seen, page, name, target, absolute_is_fine)
        for target in content.links:
            scheme = urlsplit(target).scheme
            if _is_outside(target) or scheme in ("mailto", "tel", "data"):
                continue
            if scheme == "javascript":
                problems.append(Problem(name, target, "a link that is a script"))
                continue
            problems += _follow(site, seen, page, name, target, absolute_is_fine)
    return problems


def _follow(
    site: Path, seen: dict[Path, _Page], page: Path, name: str, target: str, absolute: bool
) -> list[Problem]:
    if target.startswith("/") and not absolute:
        return [Problem(name, target, "starts at the host's root, breaks under a sub-path")]
    goal = _resolve(site, page, target)
    if goal is None:
        return [Problem(name, target, "leads out of the site")]
    if not goal.is_file():
        return [Problem(name, target, "leads nowhere")]
    anchor = unquote(urlsplit(target).fragment)
    # Material's own "__" switches and the empty anchor are no places on a page.
    if anchor and not anchor.startswith("__") and goal in seen and anchor not in seen[goal].anchors:
        return [Problem(name, target, "the page has no such place")]
    return []
