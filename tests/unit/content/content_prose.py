"""Voice and typography, as lists of what is wrong in a plain text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml
from content_helpers import HERE, rows

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
#: An exclamation, but not ``!=``, ``![`` or the mark of a shell command.
EXCLAMATION = re.compile(r"！|!(?![=\[])")


@cache
def voice() -> dict[str, Any]:
    """The lists of ``voice.yml``."""
    return yaml.safe_load((HERE / "voice.yml").read_text(encoding="utf-8"))


@cache
def forbidden_terms() -> tuple[str, ...]:
    """Chinese variants that terms.csv rules out (``not 接触点``), but for those with an exception."""
    return tuple(
        word
        for row in rows("terms.csv")
        for word in re.findall(rf"\bnot ([{HAN}]++)(?! except)", row["note"])
    )


def _hits(text: str, pattern: str, flags: int = re.I) -> list[str]:
    return [
        f"{text.count(chr(10), 0, m.start()) + 1}: {m[0]} "
        f"(…{' '.join(text[max(0, m.start() - 12) : m.end() + 12].split())}…)"
        for m in re.finditer(pattern, text, flags)
    ]


def filler(text: str, lang: str) -> list[str]:
    """Phrases that could stand in any book, and exclamation marks; each with its line."""
    found = _hits(text, EXCLAMATION.pattern)
    for pattern in voice()["filler"][lang]:
        found += _hits(text, rf"\b(?:{pattern})" if lang == "en" else pattern)
    if lang == "en":
        found += _hits(text, voice()["client"])
    else:
        for word in forbidden_terms():
            found += _hits(text, word)
    return found


def american(text: str) -> list[str]:
    """American spellings, but for quoted names."""
    names = voice()["american_names"]
    found = []
    for pattern in voice()["american"]:
        for hit in _hits(text, rf"\b(?:{pattern})\b"):
            if hit.split(": ", 1)[1].split(" (…")[0] not in names:
                found.append(hit)
    return found


TYPOGRAPHY = {
    "no blank between hanzi and Latin or digit": rf"[{HAN}][A-Za-z0-9∎£$€¥+]|[A-Za-z0-9%∎][{HAN}]",
    "more than one blank": rf"(?<=[{HAN}])  +(?=\S)",
    "blank between hanzi": rf"[{HAN}] +[{HAN}]",
    "blank beside full-width punctuation": r"[^\s|] +[，。；：？、）》]|[，、；：（《] +(?=\S)",
    "half-width punctuation beside hanzi": rf"[{HAN}][,;:!?()]|[,;:!?()][{HAN}]|[{HAN}]\.(?!\w)",
    "straight quotes beside hanzi": rf"[{HAN}，。][\"']|[\"'][{HAN}]",
    "corner quotes": r"[「」『』]",
    "full-width digits or letters": r"[０-９Ａ-Ｚａ-ｚ]",
    "full-width per cent or blank": r"[％　]",
    "three dots": rf"[{HAN}]\.\.\.|。。+",
    "hyphen for a dash": rf"[{HAN}]--?[{HAN}]",
    "doubled punctuation": r"[，。；：、][，。；：、]",
}


def typography(text: str) -> list[str]:
    """Slips of Chinese typesetting in a plain text, each with its line."""
    found = []
    for what, pattern in TYPOGRAPHY.items():
        found += [f"{hit} {what}" for hit in _hits(text, pattern, 0)]
    # Quotes open and close in each paragraph.
    for number, line in enumerate(text.splitlines(), 1):
        if line.count("“") != line.count("”"):
            found.append(f"{number}: {line[:20]}… a quotation is not closed")
    return found


def capitals(heading: str, prose: str) -> list[str]:
    """Words of an English heading with a capital that its own text writes small."""
    found = []
    # A colon, a full stop or a number begins a new sentence.
    for part in re.split(r"[:.?] |^\d+\.? ", heading):
        for word in re.findall(r"[\w’'-]+", part)[1:]:
            if not re.fullmatch(r"[A-Z][a-z]{2,}\w*", word):
                continue
            proper = re.search(rf"(?<=[a-z,] ){word}\b", prose)
            small = re.search(rf"\b{word.lower()}\b", prose)
            if small and not proper:
                found.append(word)
    return found
