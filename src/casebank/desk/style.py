"""The part of a style attribute that colours and aligns; nothing that moves, covers or loads."""

from __future__ import annotations

import re

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


_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.S | re.I)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CELL = re.compile(r"#(T_[0-9a-z]{1,40}_(?:level|row)\w{1,40})\s*$")
_ID = re.compile(r"\bid=\"(T_\w{1,90})\"")


def inline_styler(html: str) -> str:
    """Bring the colours of a pandas Styler from its style sheet into the cells that they are for.

    A sheet in a page would hold for the whole page; so sheets go, and what pandas wrote for single
    cells goes with the cells.
    """
    if "#T_" not in html:
        return html
    looks: dict[str, str] = {}
    for sheet in _SHEET.findall(html):
        for selectors, body in _RULE.findall(sheet):
            look = safe_style(body)
            for selector in selectors.split(","):
                cell = _CELL.search(selector)
                if cell and look:
                    old = looks.get(cell[1])
                    looks[cell[1]] = f"{old}; {look}" if old else look
    return _ID.sub(lambda m: f'style="{looks[m[1]].replace(chr(34), chr(39))}"' if m[1] in looks
                   else m[0], html)  # fmt: skip
