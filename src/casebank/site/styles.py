"""The one stylesheet: Material's typography and our own, cut down to what the pages use.

Material's part stands in a cascade layer of its own, so that ours always wins without fights over
specificity.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tinycss2

from casebank.errors import EnvironmentFault
from casebank.files import write_bytes, write_text
from casebank.site.theme import ASSETS

OWN = ("tokens.css", "frame.css", "text.css", "content.css", "print.css")
SHEET = "casebank.css"
#: Given to elements by scripts, so no page shows them.
ALIVE = {"js", "no-js", "cb-copy"}
_NAME = r"-?[A-Za-z_][\w-]*"
_CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
_ID = re.compile(rf"#({_NAME})")
_ATTRIBUTE = re.compile(rf"\[\s*({_NAME})")
_TAG = re.compile(rf"(?:^|[\s>+~])({_NAME})")
_FUNCTION = re.compile(r":(?:not|is|where|has|lang|nth-[\w-]+|host)\((?:[^()]|\([^()]*\))*\)")
_PSEUDO = re.compile(rf"::?{_NAME}")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


@dataclass
class Used:
    """What occurs in the pages: a selector that names anything else can match nothing."""

    tags: set[str] = field(default_factory=lambda: {"html", "body"})
    classes: set[str] = field(default_factory=lambda: set(ALIVE))
    ids: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=lambda: {"hidden", "open", "tabindex"})

    def add(self, page: str) -> None:
        """Take note of all that a page's HTML holds."""
        for tag, rest in re.findall(r"<([A-Za-z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", page):
            self.tags.add(tag.lower())
            for name, a, b, c in re.findall(
                r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", rest
            ):
                value = a or b or c
                self.attributes.add(name.lower())
                if name == "class":
                    self.classes.update(value.split())
                elif name == "id":
                    self.ids.add(value)

    def key(self) -> tuple[frozenset[str], ...]:
        """The same for pages that use the same."""
        return tuple(map(frozenset, (self.tags, self.classes, self.ids, self.attributes)))

    def may_match(self, selector: str) -> bool:
        """Whether one selector, without commas at its top, may match something."""
        plain = _FUNCTION.sub("", selector)
        if any(c.replace("\\", "") not in self.classes for c in _CLASS.findall(plain)):
            return False
        if any(i not in self.ids for i in _ID.findall(plain)):
            return False
        if any(a.lower() not in self.attributes for a in _ATTRIBUTE.findall(plain)):
            return False
        bare = _PSEUDO.sub("", re.sub(r"\[[^\]]*\]", "", plain))
        bare = _ID.sub("", _CLASS.sub("", bare))
        return all(tag.lower() in self.tags for tag in _TAG.findall(bare))


def material() -> str:
    """The styles of Material for MkDocs, as installed."""
    spec = importlib.util.find_spec("material")
    found: list[Path] = []
    if spec and spec.submodule_search_locations:
        folder = Path(next(iter(spec.submodule_search_locations)))
        found = sorted((folder / "templates/assets/stylesheets").glob("main.*.min.css"))
    if not found:
        raise EnvironmentFault(
            "the stylesheet of Material for MkDocs is not where it should be", "", "make install"
        )
    return found[0].read_text(encoding="utf-8").lstrip("\ufeff").removeprefix('@charset "UTF-8";')


def whole() -> str:
    """Material's styles and ours, in order, nothing removed."""
    own = "".join((ASSETS / name).read_text(encoding="utf-8") for name in OWN)
    return f"@layer material{{{material()}}}{own}"


def _selectors(prelude: list[Any]) -> list[str]:
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [re.sub(r"\s+", " ", tinycss2.serialize(part)).strip() for part in parts]


def _body(tokens: list[Any]) -> str:
    """Declarations without blanks and comments that mean nothing."""
    lines = []
    for item in tinycss2.parse_declaration_list(tokens, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            value = re.sub(r"\s+", " ", tinycss2.serialize(item.value)).strip()
            value = re.sub(r"\s*,\s*", ",", value) if "url(" not in value else value
            lines.append(f"{item.name}:{value}{'!important' if item.important else ''}")
    return ";".join(lines)


def _rules(content: list[Any], used: Used) -> str:
    out: list[str] = []
    for rule in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            kept = [s for s in _selectors(rule.prelude) if used.may_match(s)]
            body = _body(rule.content) if kept else ""
            if body:
                out.append(f"{','.join(kept)}{{{body}}}")
        elif rule.type == "at-rule" and rule.content is not None:
            head = re.sub(r"\s+", " ", tinycss2.serialize(rule.prelude)).strip()
            if rule.lower_at_keyword in ("media", "supports", "layer", "container"):
                inner = _rules(rule.content, used)
            elif "keyframes" in rule.lower_at_keyword:
                inner = re.sub(r"\s+", " ", tinycss2.serialize(rule.content)).strip()
            else:
                inner = _body(rule.content)
            if inner:
                out.append(f"@{rule.at_keyword}{' ' + head if head else ''}{{{inner}}}")
    return "".join(out)


def _without_unused_values(css: str) -> str:
    """Drop custom properties and animations that nothing refers to (icons above all)."""
    while True:
        wanted = set(_VARIABLE.findall(css))

        def keep(match: re.Match[str], wanted: set[str] = wanted) -> str:
            return match[0] if match[2] in wanted else match[1]

        smaller = re.sub(
            r"([{;])(--[\w-]+):(?:url\((?:\"[^\"]*\"|'[^']*'|[^)]*)\)|[^;{}])*;?", keep, css
        )
        if smaller == css:
            break
        css = smaller
    names = " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", css))

    def play(match: re.Match[str]) -> str:
        return match[0] if match[1] in names else ""

    css = re.sub(r"@(?:-webkit-)?keyframes ([\w-]+)\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", play, css)
    return re.sub(r"[^{};]+\{;*\}", "", css.replace(";}", "}"))


def cut(css: str, used: Used) -> str:
    """The stylesheet without rules that no page can need, and without blanks."""
    sheet = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    text = _rules([token for rule in sheet for token in _tokens(rule)], used)
    return _without_unused_values(text)


def _tokens(rule: Any) -> list[Any]:
    return tinycss2.parse_component_value_list(rule.serialize())


def sheet(pages: Iterable[str] | None = None) -> str:
    """The stylesheet for the given pages; whole when none are given."""
    if pages is None:
        return whole()
    used = Used()
    for page in pages:
        used.add(page)
    for script in sorted(ASSETS.glob("*.js")):
        text = script.read_text(encoding="utf-8")
        used.classes.update(re.findall(r"[\w-]+", text))
        used.tags.update(re.findall(r"createElement\(\"(\w+)\"\)", text))
    used.attributes.update({"role", "aria-selected", "aria-current", "aria-label", "class"})
    return _cut_once(whole(), used.key())


@functools.lru_cache(maxsize=4)
def _cut_once(css: str, key: tuple[frozenset[str], ...]) -> str:
    """Cutting takes a third of a second, and an edit seldom brings a new class."""
    return cut(css, Used(*(set(names) for names in key)))


def write_assets(folder: Path, pages: Iterable[str] | None = None) -> None:
    """Write styles, scripts and the seal into a folder."""
    write_text(folder / SHEET, sheet(pages))
    for path in sorted(ASSETS.iterdir()):
        if path.suffix in (".js", ".svg", ".woff2"):
            write_bytes(folder / path.name, path.read_bytes())
