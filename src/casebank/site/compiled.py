"""What compiled Python still tells of its source: every name, and every text.

Lines and comments are gone from a ``.pyc``, and the browser's Python is not the one that looks, so
nothing is loaded: the texts are read where they lie. That reads too much at times, never too little.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: The second half of the number that every version of Python begins its files with.
_MAGIC = b"\r\n"
#: Marks of a short and of a long text, each alone and as one that is referred to later.
_SHORT = re.compile(rb"(?=[zZ\xda\xfa](.))", re.S)
_LONG = re.compile(rb"(?=[aAut\xe1\xc1\xf5\xf4](...\0))", re.S)
_WORD = re.compile(r"[^\W\d]\w+")
_COMMENT = re.compile(r"(^|\s)#.*")
_ESCAPE = re.compile(r"\\[ntr]")

#: Fewer words meet by chance: in one of our own files, and in those of others, which hold thousands.
FEWEST = 3
FEWEST_OF_BLOCK = 6


def is_compiled(content: bytes) -> bool:
    """Whether this is a ``.pyc``, by whatever name."""
    return content[2:4] == _MAGIC


def words_of_source(lines: Iterable[str]) -> frozenset[str]:
    """The words of Python lines that are still there when they are compiled."""
    found: set[str] = set()
    for line in lines:
        found.update(_WORD.findall(_ESCAPE.sub(" ", _COMMENT.sub("", line))))
    return frozenset(found - set(keyword.kwlist))


def _texts(content: bytes) -> Iterator[bytes]:
    for match in _SHORT.finditer(content):
        start = match.start() + 2
        yield content[start : start + match[1][0]]
    for match in _LONG.finditer(content):
        start, size = match.start() + 5, int.from_bytes(match[1], "little")
        if size <= len(content) - start:
            yield content[start : start + size]


def words_of_compiled(content: bytes) -> set[str]:
    """The words of a compiled file."""
    found: set[str] = set()
    for text in set(_texts(content)):
        try:
            found.update(_WORD.findall(text.decode()))
        except UnicodeDecodeError:
            continue
    return found


@dataclass(frozen=True)
class Trace:
    """What a line of code leaves in a compiled file.

    Attributes:
        line: its own words; none when a file of ours may hold them all.
        block: the words of the whole function, test or probe that it stands in.
    """

    line: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()

    def in_ours(self, words: set[str]) -> bool:
        """Whether a file of ours with these words has the line."""
        return len(self.line) >= FEWEST and self.line <= words

    def in_others(self, words: set[str]) -> bool:
        """Whether any file with these words has the line's whole block."""
        return len(self.block) >= FEWEST_OF_BLOCK and self.block <= words
