"""The frame of a page: what header, navigation, breadcrumbs and footer need to know.

Both generators ask here, so that both say the same.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from casebank import __released__, __version__
from casebank.files import digest
from casebank.lang import HTML_LANG, other
from casebank.paths import Repo
from casebank.records import Course, load_all
from casebank.site.strings import TEXT, texts
from casebank.site.theme import HERE
from casebank.site.tree import TABS, Node, build_tree

#: Where a browser keeps the choice of colours and of language; one for the whole site.
STORE = "casebank"
#: What a search result says of the sort of page that it is.
LABELS = {kind: TEXT[kind] for kind in ("chapter", "card", "lab", "case", "epilogue", "note")} | {
    "exercise": TEXT["exercise"],
    "dataset": TEXT["datasets"],
    "doc": TEXT["guides"],
}


def brief(text: str, most: int = 300) -> str:
    """A description as search engines show it: whole sentences, not more than ``most``."""
    if len(text) <= most:
        return text
    end = max(text.rfind(mark, 0, most) for mark in ("。", ". ", "？", "? "))
    if end > most // 3:
        return text[: end + 1]
    return text[: most - 1].rsplit(" ", 1)[0].rstrip() + "…"


def said_day(day: dt.date, lang: str) -> str:
    """A date as it is written in a sentence."""
    if lang == "zh":
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {day:%B} {day.year}"


class Shell:
    """All pages of one language and audience, and the frame of each."""

    def __init__(self, course: Course, audience: str, lang: str) -> None:
        self.course = course
        self.audience = audience
        self.lang = lang
        self.tabs = build_tree(course, audience, lang)
        self._trail: dict[str, list[Node]] = {}
        for tab in self.tabs:
            self._index(tab, [])

    @classmethod
    def load(cls, repo: Repo, audience: str, lang: str) -> Shell:
        """Read the records and make the shell."""
        return cls(load_all(repo), audience, lang)

    def _index(self, node: Node, above: list[Node]) -> None:
        self._trail[node.address] = [*above, node]
        for child in node.children:
            self._index(child, [*above, node])

    def nodes(self) -> list[Node]:
        """Every page, in reading order."""
        return [trail[-1] for trail in self._trail.values()]

    def node(self, address: str) -> Node | None:
        """The page at an address below the language's folder."""
        trail = self._trail.get(address)
        return trail[-1] if trail else None

    def digest(self) -> str:
        """Changes when any page's frame would change: records or templates."""
        pages = [f"{n.address}|{n.title}|{n.short}|{n.description}|{n.kind}" for n in self.nodes()]
        templates = sorted(p for p in HERE.rglob("*.html") if p.is_file())
        return digest([*pages, *templates, HERE.parent / "strings.py", __version__, __released__])

    def page(self, address: str, *, home: str | None = None) -> dict[str, Any]:
        """The frame of the page at an address such as ``cases/`` or ``book/labs/x/``.

        All links in it are relative, so that the site may live under any path. A page that lies
        elsewhere says where it sees the language's folder: ``home``.
        """
        trail = self._trail.get(address, [])
        node = trail[-1] if trail else None
        depth = address.count("/")
        home = "../" * depth if home is None else home
        own = f"{self.lang}/"
        root = home.removesuffix(own) if home.endswith(own) else home + "../"

        def link(target: str) -> str:
            return (home + target) or "./"

        def branch(item: Node) -> dict[str, Any]:
            return {
                "title": item.label,
                "href": link(item.address),
                "here": item.address == address,
                "open": item in trail,
                "kind": item.kind,
                "children": [branch(child) for child in item.children],
            }

        lang, twin = self.lang, other(self.lang)  # type: ignore[arg-type]
        tree = [
            {**branch(tab), "name": name, "title": TEXT[name][lang]}
            for name, tab in zip(TABS, self.tabs, strict=True)
        ]
        section = next((tab for tab in tree if tab["open"]), None)
        order = list(trail[0].walk()) if trail and trail[0].address else []
        at = order.index(node) if node in order else -1
        before = order[at - 1] if at > 0 else None
        after = order[at + 1] if 0 <= at < len(order) - 1 else None
        site = TEXT["site_name"][lang]
        title = node.title if node else ""
        return {
            "t": texts(lang),
            "lang": lang,
            "html_lang": HTML_LANG[lang],
            "other": twin,
            "other_html_lang": HTML_LANG[twin],
            "audience": self.audience,
            "version": __version__,
            "released": said_day(dt.date.fromisoformat(__released__), self.lang),
            "store": STORE,
            "root": root,
            "home": home or "./",
            "assets": root + "assets/",
            "site_name": site,
            "title": title,
            "head_title": f"{title} - {site}" if address else f"{site} · {TEXT['tagline'][lang]}",
            "description": brief(node.description) if node else "",
            "kind": node.kind if node else "page",
            "label": LABELS.get(node.kind, {}).get(lang, "") if node else "",
            "address": address,
            "self": f"{root}{lang}/{address}",
            "twin": f"{root}{twin}/{address}",
            "alternates": [
                {"lang": HTML_LANG["zh"], "href": f"{root}zh/{address}"},
                {"lang": HTML_LANG["en"], "href": f"{root}en/{address}"},
                {"lang": "x-default", "href": f"{root}en/{address}" if address else root},
            ],
            "tabs": tree,
            "section": section if section and section["children"] else None,
            "crumbs": [{"title": TEXT["home"][lang], "href": link("")}]
            + [
                {"title": item.label, "href": link(item.address)}
                for item in trail
                if item.address and item is not node
            ]
            if address
            else [],
            "previous": {"title": before.title, "href": link(before.address)} if before else None,
            "next": {"title": after.title, "href": link(after.address)} if after else None,
            "about": link("guides/about/"),
        }
