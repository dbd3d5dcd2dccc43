"""Is whatever somebody wrote shown as text, and honest text as it is?"""

from __future__ import annotations

import json
import logging
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casebank.check.visible import Formatter, dumps, hides, steers, uncoloured, visible

#: Any sign at all, also halves of a pair, and often those that matter.
SIGNS = st.one_of(
    st.characters(exclude_categories=()),
    st.sampled_from(
        "\x1b\n\r\t\0\x7f\x9b\u202e\u2066\u200b\u200d\ufe0f\u0301\ud800\udc9b\u2028👩🏫❤[\\/"
    ),
)
TEXTS = st.lists(SIGNS, max_size=60).map("".join)
#: Joined emoji are the only place for a sign that is not seen.
_JOINED = str.maketrans("", "", "\u200d\ufe0f")


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 80), st.booleans())
@example("a\n\u0301", 80, True)
@example("👩\u200d🏫", 2, False)
def test_any_text(text: str, most: int, lines: bool) -> None:
    """Are there only signs that are seen, not too many, and does doing it twice change nothing?"""
    shown = visible(text, most, lines=lines)
    assert len(shown) <= most
    assert visible(shown, most, lines=lines) == shown
    shown.encode("utf-8")
    for sign in shown.translate(_JOINED):
        assert not hides(sign) or (lines and sign == "\n")
    piles = "".join("m" if unicodedata.category(s) in ("Mn", "Me") else "." for s in shown)
    assert "mmmmm" not in piles.replace("\ufe0f", "")


@settings(max_examples=100, deadline=None)
@given(st.recursive(TEXTS, lambda one: st.lists(one, max_size=3) | st.dictionaries(TEXTS, one)))
def test_any_json(value: object) -> None:
    """Does JSON read back as it was, with nothing hidden from who looks at the file?"""
    text = dumps(value)
    assert json.loads(text) == json.loads(json.dumps(value))
    assert not any(map(hides, text))
    text.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "周岚",
        "欧阳 修（1007–1072）",
        "\U00020bb7野家 \U000323af",
        "José Ångström-Müller, Łódź",
        "Jose\u0301 A\u030angstro\u0308m",
        "Nguyễn Thị Minh Khai",
        "नमस्ते",
        "محمد",
        "שָׁלוֹם",
        "全角　空格 和 1.000 №",
        "👍 👍🏽 ❤\ufe0f 👩\u200d🏫 🇨🇳",
        r"C:\Users\li\[a]\{b}",
        "[bold]:smile:[/] & <b>",
        "",
    ],
)
def test_honest_text(text: str) -> None:
    """Does what people write in any script stay as it is?"""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("a\nb\tc\rd", "a␊b␉c␍d"),
        ("\x7f\x9b\xad", r"␡\x9b\xad"),
        ("a\u202eb", r"a\u202eb"),
        ("\ud800\ue000", r"\ud800\ue000"),
        ("\U000e0041", r"\U000e0041"),
        ("\u0301a", r"\u0301a"),
        ("a\ufe0fb\u200dc", r"a\ufe0fb\u200dc"),
        ("\u3164\u2800", r"\u3164\u2800"),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 4 + r"\u0301\u0301"),
        (None, "None"),
    ],
)
def test_shown_as_what_it_is(text: object, shown: str) -> None:
    """Is each sign that is not seen shown by its picture or its number?"""
    assert visible(text) == shown


def test_length() -> None:
    """Is a text cut, with a sign for it, and quickly also where it has megabytes?"""
    assert visible("x" * 10, 10) == "x" * 10
    assert visible("x" * 11, 10) == "x" * 9 + "…"
    assert visible("\x1b" * 50_000_000, 10) == "␛" * 9 + "…"
    assert visible("a\u202e" * 9, 10) == r"a\u202ea…"


def test_lines() -> None:
    """Are lines kept where they are ours?"""
    assert visible("a\r\n\tb\rc\n", lines=True) == "a\n    b␍c\n"


def test_names_of_files() -> None:
    """Is a file's name refused for what steers, and not for what is only odd?"""
    assert all(map(steers, ("a\n", "a\x1b", "a\udc9b", "a\u2028", "a\x9b")))
    assert not any(map(steers, ("周岚.csv", "a\u200b", "👍", "[/]")))


def test_log() -> None:
    """Can an entry of a log forge no other, and bring no colours?"""
    record = logging.LogRecord("x", 40, "x", 1, "%s", ("a\n2026 ERROR b\x1b[31mc\u202e",), None)
    assert Formatter("%(message)s").format(record) == "a\n  2026 ERROR bc\\u202e"
    assert uncoloured("\x1b[0;31mX\x1b[0m\x1b[2J") == "X\x1b[2J"
