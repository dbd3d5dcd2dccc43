"""JSON of strangers, read within bounds: a few megabytes can unfold into gigabytes of objects.

What a text would become is counted on its bytes, before the first object is made: containers cost
most (half a kilobyte each by the time nbformat has had them), then values, then texts. The bounds
are far above what notebooks hold: 200 000 printed lines, 2000 cells of a hundred outputs each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_STRING = re.compile(rb'"[^"]*"?')
_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
#: Every sign of a number becomes a nought, so that a long one is found by one search.
_NUMBERS = bytes.maketrans(b"123456789+-.eE", b"0" * 14)


@dataclass(frozen=True)
class Bounds:
    """How much one text may hold.

    Attributes:
        containers: objects and lists.
        values: members of objects and lists, keys counted apart.
        texts: strings, keys among them.
        depth: containers within one another.
        digits: signs of one number; Python takes quadratic time for an integer's.
    """

    containers: int = 250_000
    values: int = 1_500_000
    texts: int = 1_000_000
    depth: int = 100
    digits: int = 1000


NOTEBOOK = Bounds()
#: One message of a kernel: a chart's hundred thousand figures.
MESSAGE = Bounds(containers=100_000, values=600_000, texts=300_000, depth=60)
#: A manifest, a note of ours beside what was handed in.
SMALL = Bounds(containers=20_000, values=100_000, texts=100_000, depth=20, digits=100)


class TooComplexError(ValueError):
    """A text would become more objects than are made for a stranger; ``what`` there is too much."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Count:
    """What a JSON text would become."""

    containers: int
    values: int
    texts: int

    @property
    def bytes(self) -> int:
        """Memory that its objects take beside their texts, roughly."""
        return 200 * self.containers + 20 * self.values + 50 * self.texts


def loads(content: bytes, bounds: Bounds = NOTEBOOK, **settings: Any) -> Any:
    """The value of a JSON text in UTF-8, with or without a mark in front.

    Args:
        content: the text.
        bounds: how much it may hold.
        settings: what ``json.loads`` takes.

    Raises:
        TooComplexError: it would hold more; nothing of it has been made.
        UnicodeDecodeError, json.JSONDecodeError, ValueError: it is no such text.
    """
    measure(content, bounds)
    try:
        return json.loads(content.decode("utf-8-sig"), **settings)
    except RecursionError:
        raise TooComplexError("depth") from None


def measure(content: bytes, bounds: Bounds = NOTEBOOK) -> Count:
    """Count what a JSON text would become, without making it.

    A text that is no JSON is counted up to the place where a reader stops at the latest.

    Raises:
        TooComplexError: more than the bounds.
    """
    # Pairs first: what is left of backslashes before a quotation mark makes it a part of a text.
    bare = content.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in content else content
    texts = bare.count(b'"') // 2
    _within(texts, bounds.texts, "texts")
    bare = _STRING.sub(b"", bare)
    containers = bare.count(b"{") + bare.count(b"[")
    _within(containers, bounds.containers, "containers")
    values = containers + bare.count(b",") + bare.count(b":")
    _within(values, bounds.values, "values")
    deep = 0
    for sign in bare.translate(None, _BRACKETS):
        deep += 1 if sign in b"[{" else -1
        if deep > bounds.depth:
            raise TooComplexError("depth")
    if b"0" * (bounds.digits + 1) in bare.translate(_NUMBERS):
        raise TooComplexError("digits")
    return Count(containers, values, texts)


def _within(count: int, most: int, what: str) -> None:
    if count > most:
        raise TooComplexError(what)


@dataclass
class Weight:
    """What is left of a text's value after the heavy parts were taken out.

    Attributes:
        nodes: objects, lists, texts, numbers.
        size: bytes of all texts in memory.
    """

    nodes: int = 0
    size: int = 0


def weigh(value: Any, size_of: Callable[[Any], int]) -> Weight:
    """Count what a value of JSON is made of; ``size_of`` gives the bytes of a text."""
    found = Weight()
    todo = [value]
    while todo:
        one = todo.pop()
        found.nodes += 1
        if isinstance(one, str):
            found.size += size_of(one)
        elif isinstance(one, dict):
            todo.extend(one.values())
            found.size += sum(map(size_of, one))
        elif isinstance(one, list):
            todo.extend(one)
    return found


__all__ = [
    "MESSAGE",
    "NOTEBOOK",
    "SMALL",
    "Bounds",
    "Count",
    "TooComplexError",
    "Weight",
    "loads",
    "measure",
    "weigh",
]
