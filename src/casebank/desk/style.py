"""The part of a style attribute that colours and aligns; nothing that moves, covers or loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = (
    "color background-color font-weight font-style font-variant font-size font-family "
    "text-align text-decoration text-transform vertical-align white-space width max-width "
    "padding padding-left padding-right padding-top padding-bottom border border-left "
    "border-right border-top border-bottom border-color border-style border-width "
    "border-collapse border-spacing border-radius list-style-type caption-side "
    "font-variant-numeric"
)
_PROPERTIES = frozenset(_WORDS.split())
#: Words, numbers, colours; rgb() and its like are the only functions.
_VALUE = re.compile(r"(?:[\w\s#.,%'\"-]|(?<![\w-])(?:rgb|rgba|hsl|hsla)\([\d\s.,%/deg]*\))+", re.I)
_LONG_NUMBER = re.compile(r"(?<![#\w])\d{5}|(?<![#\w])\d+e[\d+-]", re.I)
_SIZE = re.compile(
    r"^(?:\d{1,2}(?:\.\d+)?(?:px|pt)|[0-2](?:\.\d+)?r?em|[12]?\d{1,2}%|[a-z-]+)$", re.I
)


def safe_style(text: str) -> str:
    """What of a style attribute may stay; empty when nothing may."""
    kept = []
    for part in text[:4000].split(";"):
        name, colon, value = part.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in _PROPERTIES or not _VALUE.fullmatch(value):
            continue
        if "\\" in value or _LONG_NUMBER.search(value) or re.search(r"(?<![\w#])-\d", value):
            continue
        if name == "font-size" and not _SIZE.fullmatch(value):
            continue
        if name == "vertical-align" and not value.replace("-", "").isalpha():
            continue
        kept.append(f"{name}: {value}")
    return "; ".join(kept)


_CELL = re.compile(r"T_[0-9a-z]{1,40}_(?:level|row)\w{1,40}")
_ID = re.compile(r"\bid=\"(T_\w{1,90})\"")
#: Signs of all that one cell is given; it stands in each element of that name.
_LONGEST_LOOK = 1000


def _sheets(html: str) -> Iterator[str]:
    """What stands in style elements; a text is gone through once."""
    lower, at = html.lower(), 0
    if len(lower) != len(html):
        lower = html
    while (begin := lower.find("<style", at)) >= 0:
        inside = lower.find(">", begin) + 1
        end = lower.find("</style", inside) if inside else -1
        if end < 0:
            return
        yield html[inside:end]
        at = end


def inline_styler(html: str) -> str:
    """Bring the colours of a pandas Styler from its style sheet into the cells that they are for.

    A sheet in a page would hold for the whole page; so sheets go, and what pandas wrote for single
    cells goes with the cells.
    """
    if "#T_" not in html:
        return html
    looks: dict[str, str] = {}
    for sheet in _sheets(html):
        for rule in sheet.split("}")[:-1]:
            selectors, _, body = rule.rpartition("{")
            look = safe_style(body)
            for selector in selectors.rpartition("{")[2].split(",") if look else ():
                cell = selector.rpartition("#")[2].rstrip()
                if _CELL.fullmatch(cell):
                    old = looks.get(cell)
                    both = f"{old}; {look}" if old else look
                    if len(both) <= _LONGEST_LOOK:
                        looks[cell] = both

    def styled(found: re.Match[str]) -> str:
        look = looks.get(found[1])
        return found[0] if look is None else f'style="{look.replace(chr(34), chr(39))}"'

    return _ID.sub(styled, html)
