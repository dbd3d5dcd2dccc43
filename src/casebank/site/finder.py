"""Looks for thousands of texts at once in contents of any size."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

#: So many first bytes of each text are compared at every place of a content.
HEAD = 8
_BITS = 20
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - _BITS)


class Finder:
    """Finds which of many texts stand in a content, in one walk over it."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        """Prepare for these texts.

        Raises:
            ValueError: one is shorter than what is compared.
        """
        self._texts: dict[int, list[bytes]] = {}
        for text in dict.fromkeys(texts):
            if len(text) < HEAD:
                raise ValueError(f"{text!r} is shorter than {HEAD} bytes")
            self._texts.setdefault(int.from_bytes(text[:HEAD], "little"), []).append(text)
        heads = np.array(list(self._texts), dtype=np.uint64)
        # Nearly every place of a content is ruled out by one look into a table that fits a cache.
        self._may = np.zeros(1 << _BITS, dtype=bool)
        self._may[(heads * _FACTOR) >> _SHIFT] = True

    def find(self, content: bytes) -> set[bytes]:
        """Those of the texts that the content holds."""
        found: set[bytes] = set()
        for start in range(min(HEAD, len(content) - HEAD + 1)):
            count = (len(content) - start) // HEAD
            words = np.frombuffer(content, dtype="<u8", count=count, offset=start)
            hits = np.flatnonzero(self._may[(words * _FACTOR) >> _SHIFT])
            for at in hits:
                for text in self._texts.get(int(words[at]), ()):
                    if text not in found and content.startswith(text, start + HEAD * int(at)):
                        found.add(text)
        return found
