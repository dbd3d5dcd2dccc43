"""What a program printed, as HTML: colours as nbconvert writes them, all else is text.

nbconvert copies the rest of the text at every colour, which takes a minute for a megabyte of them;
and it hands on signs that turn the direction of what follows.
"""

from __future__ import annotations

import html
import re
from unicodedata import category

from nbconvert.filters.ansi import _get_extended_color, _htmlconverter

from casebank.check.visible import hides, visible
from casebank.desk.cost import spent

#: Coloured pieces of one text; what follows is in no colour.
MOST_SPANS = 20_000
_SEQUENCE = re.compile(r"\x1b\[([0-?]*)[ -/]*([@-~])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBERS = 64


def shown(text: str) -> str:
    """A text whose hidden signs are seen; lines, tabs and letters stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return _CONTROLS.sub(lambda found: visible(found[0]), text)
    signs = set(text) - {"\n", "\t"}
    hidden = {sign for sign in signs if hides(sign)}
    if not hidden and not any(category(sign) in ("Mn", "Me") for sign in signs):
        return text
    if spent():
        return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in hidden})
    # Twelve signs are the longest that one is shown by: nothing is cut.
    return "\t".join(visible(part, 12 * len(part) + 1, lines=True) for part in text.split("\t"))


class _Look:
    """The colours that hold at a place."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Everything as it was in the beginning."""
        self.fg: int | tuple[int, int, int] | None = None
        self.bg: int | tuple[int, int, int] | None = None
        self.bold = self.underline = self.inverse = False

    def tags(self) -> tuple[str, str]:
        """What stands around a piece."""
        fg = self.fg
        if self.bold and isinstance(fg, int) and fg < 8:
            fg += 8
        opening, closing = _htmlconverter(fg, self.bg, self.bold, self.underline, self.inverse)
        return str(opening), str(closing)

    def take(self, codes: str) -> None:
        """A sequence's numbers."""
        parts = codes.split(";")[:_NUMBERS]
        if not all(len(part) <= 4 and (not part or part.isdecimal()) for part in parts):
            return
        numbers = [int(part or 0) for part in parts]
        while numbers:
            self._one(numbers.pop(0), numbers)

    def _one(self, number: int, rest: list[int]) -> None:
        if number == 0:
            self.reset()
        elif number in (1, 5):
            self.bold = True
        elif number in (21, 22):
            self.bold = False
        elif number in (4, 24):
            self.underline = number == 4
        elif number in (7, 27):
            self.inverse = number == 7
        elif number in (38, 48):
            try:
                colour = _get_extended_color(rest)
            except (ValueError, IndexError):
                rest.clear()
                return
            if number == 38:
                self.fg = colour
            else:
                self.bg = colour
        elif 30 <= number <= 37 or 90 <= number <= 97:
            self.fg = number - 30 if number < 40 else number - 82
        elif 40 <= number <= 47 or 100 <= number <= 107:
            self.bg = number - 40 if number < 50 else number - 92
        elif number == 39:
            self.fg = None
        elif number == 49:
            self.bg = None


def to_html(text: object) -> str:
    """A text with its colours."""
    whole = str(text)
    if "\x1b" not in whole:
        return html.escape(shown(whole))
    if spent():
        return html.escape(shown(_SEQUENCE.sub("", whole)))
    look, out, before, spans = _Look(), [], 0, 0

    def add(piece: str) -> None:
        nonlocal spans
        if not piece:
            return
        opening, closing = look.tags() if spans < MOST_SPANS else ("", "")
        spans += bool(opening)
        out.append(f"{opening}{html.escape(piece)}{closing}")

    # Marks on letters are counted over the whole; a colour is no sign of the text.
    for found in _SEQUENCE.finditer(whole):
        add(shown(whole[before : found.start()]))
        before = found.end()
        if found[2] == "m":
            look.take(found[1])
    add(shown(whole[before:]))
    return "".join(out)


__all__ = ["shown", "to_html"]
