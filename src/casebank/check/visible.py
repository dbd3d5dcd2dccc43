"""Whatever somebody wrote is text: nothing in it steers a terminal, an editor or a page.

Names, ids, versions, error texts and file names come from strangers. :func:`visible` shows them as
they are, but for signs that cannot be seen or that do something; those are shown as what they are.
All that Casebank prints, logs or puts into a page passes through here (``casebank.terminal``,
``casebank.errors``, the logs' formatter, the pages' templates). It stands at the very bottom, and
in the trainees' small wheel, so it imports nothing of ours.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any, TextIO
from unicodedata import category

#: Characters of one thing that somebody wrote, as a line of a table or a sentence shows it.
LONGEST = 400
#: Characters of a whole message, and of an entry of a log.
LONGEST_SAID = 20_000
#: Marks on one letter; no script needs more, and a pile of them covers the lines above and below.
MOST_MARKS = 4

#: Controls, formats (direction, zero width), halves of a pair, private, unassigned, line ends.
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
#: Letters and marks that fonts draw as nothing: fillers, joiners, selectors of a glyph.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
#: What no file's name may hold: signs that steer, and bytes that are no text.
_STEERING = ("Cc", "Cs", "Zl", "Zp")
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
_EMOJI_STYLE, _JOINER = "\ufe0f", "\u200d"


def visible(text: object, most: int = LONGEST, *, lines: bool = False) -> str:
    """A stranger's text for people's eyes; applied twice it changes nothing more.

    Letters, marks, figures, signs and blanks of every script stay, as do emoji. A control sign is
    shown by its picture (``␛``), any other sign that is not seen by its number (``\\u202e``), and
    so is each mark beyond the fourth on one letter.

    Args:
        text: what was written.
        most: characters at most; what is longer ends with ``…``.
        lines: its line feeds are ours; otherwise a line feed is shown as ``␊``.
    """
    whole = text if isinstance(text, str) else str(text)
    if len(whole) <= most and whole.isascii() and whole.isprintable():
        return whole
    # What is cut is cut before it is looked at: a stranger's text may have megabytes.
    whole = whole[: 2 * most + 2]
    if lines:
        whole = whole.replace("\r\n", "\n").replace("\t", "    ")
    out: list[str] = []
    size = marks = 0
    before = "\n"
    for index, sign in enumerate(whole[: most + 1]):
        marks = marks + 1 if category(sign) in ("Mn", "Me") else 0
        part = _sign(sign, before, whole[index + 1 : index + 2], marks, lines)
        if size + len(part) > most:
            return _cut(out, most)
        out.append(part)
        size += len(part)
        before = part
    return "".join(out)


def _cut(parts: list[str], most: int) -> str:
    size = sum(map(len, parts))
    while parts and (size > most - 1 or parts[-1] == _JOINER):
        size -= len(parts.pop())
    return "".join(parts) + "…"


def _sign(sign: str, before: str, after: str, marks: int, lines: bool) -> str:
    if sign == "\n" and lines:
        return sign
    if " " <= sign <= "~":
        return sign
    if sign == _EMOJI_STYLE and _pictures(before):
        return sign
    if sign == _JOINER and _pictures(before, _EMOJI_STYLE) and _pictures(after):
        return sign
    if marks and (before == "\n" or marks > MOST_MARKS):
        return _number(sign)
    return _number(sign) if hides(sign) else sign


def _pictures(sign: str, *also: str) -> bool:
    """An emoji, or what gives one its colour."""
    return sign in also or (len(sign) == 1 and sign > "\u203b" and category(sign) in ("So", "Sk"))


def hides(sign: str) -> bool:
    """Whether a sign cannot be seen, or does something where it is shown."""
    if "\U00020000" <= sign <= "\U0003fffd" and ord(sign) & 0xFFFE != 0xFFFE:
        # Hanzi, also those that are newer than this Python: they are in people's names.
        return False
    return category(sign) in _HIDDEN or _BLANK.match(sign) is not None


def _number(sign: str) -> str:
    code = ord(sign)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def steers(name: str) -> bool:
    """Whether a file's name holds what no name may: control signs, or bytes that are no text."""
    return any(category(sign) in _STEERING for sign in name)


def uncoloured(text: str) -> str:
    """A text without the colours that Python's own tracebacks bring along."""
    return _COLOUR.sub("", text)


def say(text: object, file: TextIO | None = None) -> None:
    """Print a message; its lines are ours, whatever is in them is shown and does nothing."""
    lines = str(text).split("\n")
    shown = "\n".join(visible(line, LONGEST_SAID, lines=True) for line in lines)
    print(shown, file=file or sys.stdout, flush=True)


def dumps(value: Any, **how: Any) -> str:
    """JSON that reads back unchanged, and in which no sign is hidden from who looks at the file."""
    text = json.dumps(value, ensure_ascii=False, **how)
    if text.isascii() and "\x7f" not in text:
        return text
    out, marks = [], 0
    for sign in text:
        marks = marks + 1 if sign > "~" and category(sign) in ("Mn", "Me") else 0
        raw = sign > "~" and (marks > MOST_MARKS or hides(sign))
        out.append(_escaped(sign) if raw else sign)
    return "".join(out)


def _escaped(sign: str) -> str:
    code = ord(sign)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


class Formatter(logging.Formatter):
    """A log's entries, of which none can forge another or steer the terminal that shows them."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry; what it continues on further lines is set in."""
        text = visible(uncoloured(super().format(record)), LONGEST_SAID, lines=True)
        return text.replace("\n", "\n  ")


__all__ = ["Formatter", "dumps", "hides", "say", "steers", "uncoloured", "visible"]
