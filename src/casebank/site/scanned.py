"""Remembers which files the leak scan has read and found clean, so that a rebuild reads the new ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from casebank.depends import code_digest
from casebank.files import digest, tree_digest, write_text


class Scanned:
    """Files found clean, each by its name and content together.

    What counts as secret belongs to the memory: with other secrets nothing is remembered.
    """

    def __init__(self, path: Path, secrets: Iterable[str], public: Path) -> None:
        """Read what an earlier scan has left.

        Args:
            path: the file of the memory.
            secrets: all that is looked for.
            public: the folder of tables that are taken for public as they stand.
        """
        self._path = path
        self._key = digest(
            [
                code_digest("casebank.site.leaks"),
                tree_digest(public, ("*.csv",)),
                *sorted(secrets),
            ]
        )
        self._old: set[str] = set()
        self._new: set[str] = set()
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["key"] == self._key:
                self._old = set(kept["clean"])
        except (OSError, ValueError, KeyError, TypeError):
            # Not there, or not whole: everything is read.
            pass

    def knows(self, name: str, content: bytes) -> bool:
        """Whether this very file was found clean before."""
        mark = self._mark(name, content)
        if mark in self._old:
            self._new.add(mark)
        return mark in self._old

    def clean(self, name: str, content: bytes) -> None:
        """Nothing was found in this one."""
        self._new.add(self._mark(name, content))

    def save(self) -> None:
        """Keep what this scan has met; files that are gone are forgotten."""
        write_text(self._path, json.dumps({"key": self._key, "clean": sorted(self._new)}))

    @staticmethod
    def _mark(name: str, content: bytes) -> str:
        return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()[:32]
