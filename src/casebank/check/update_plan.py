"""What an update of a learner kit will do, thought out before the first byte is written."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casebank.check.kitfile import BASE_NAME, Kit, Refused, sha256
from casebank.check.merge import diff, merge, text_of

#: The kit's machinery, never written by a trainee: as a test cell, always the new one.
MACHINERY = ("casebank.json", "solutions.casebank")


@dataclass
class Step:
    """What happens to one file."""

    path: str
    what: str
    content: bytes | None = None
    to: str = ""
    move: str = ""
    backup: tuple[str, bytes] | None = None
    changes: list[dict[str, str]] = field(default_factory=list)
    diff: str = ""


def read_notebook(content: bytes) -> dict[str, Any] | None:
    """A notebook of this format, or nothing."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
        good = found["nbformat"] == 4 and isinstance(found["metadata"], dict)
        for cell in found["cells"]:
            good = good and isinstance(cell["cell_type"], str)
            good = good and isinstance(cell.get("metadata", {}), dict)
            good = good and isinstance(cell.get("id", ""), str)
            good = good and isinstance(cell.get("source", ""), (str, list))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return dict(found) if good else None


def _plain(notebook: dict[str, Any]) -> dict[str, Any]:
    cells = [{**cell, "source": text_of(cell.get("source"))} for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


def to_bytes(notebook: dict[str, Any]) -> bytes:
    """A notebook's file as Jupyter writes it."""
    cells = [
        {**cell, "source": text_of(cell.get("source")).splitlines(keepends=True)}
        for cell in notebook["cells"]
    ]
    whole = {**notebook, "cells": cells}
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError:
        # Half a character in somebody's output.
        return (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode()


def belongs_to(notebook: dict[str, Any]) -> tuple[str, str]:
    """Which exercise or lab a notebook belongs to, and its version."""
    about = notebook["metadata"].get("casebank")
    about = about if isinstance(about, dict) else {}
    return str(about.get("exercise") or about.get("lab") or ""), str(about.get("version") or "")


class Plan:
    """Everything that an update will do, thought out before anything is written."""

    def __init__(self, root: Path, old: Kit | None, new: Kit) -> None:
        self.root, self.old, self.new = root, old, new
        self.steps: list[Step] = []
        self._moved: set[str] = set()
        self._names: set[str] = set(new.files) | {BASE_NAME}
        for path in sorted(new.files):
            self._clear_way(path)
            self._file(path)
        if old is not None:
            for path in sorted(set(old.files) - set(new.files)):
                self._gone(path)

    def __bool__(self) -> bool:
        return any(step.what not in ("kept", "left") for step in self.steps)

    def add(self, path: str, what: str, content: bytes | None = None, **more: Any) -> None:
        """One more step."""
        self.steps.append(Step(path, what, content, **more))

    def _was(self, path: str) -> str | None:
        return self.old.files.get(path) if self.old is not None else None

    def _free(self, path: str, word: str) -> str:
        """A name beside a file that nobody has."""
        whole = Path(path)
        for count in range(1, 10_000):
            end = f".{word}-{count}{whole.suffix}"
            found = whole.with_name(whole.name[: len(whole.name) - len(whole.suffix)] + end)
            name = found.as_posix()
            if name not in self._names and not os.path.lexists(self.root / found):
                self._names.add(name)
                return name
        raise Refused("locked-before", 3, path=path)

    def _clear_way(self, path: str) -> None:
        """A trainee's file where the new version has a folder gives way."""
        for parent in reversed(Path(path).parents):
            name = parent.as_posix()
            here = self.root / parent
            if name == "." or name in self._moved or not os.path.lexists(here) or here.is_dir():
                continue
            self._moved.add(name)
            free = self._free(name, "mine")
            self.add(name, "renamed", to=free, move=free)

    def _read(self, path: str) -> bytes | None:
        """A trainee's file; nothing when it is missing, or its folder gives way."""
        if any(parent.as_posix() in self._moved for parent in Path(path).parents):
            return None
        file = self.root / path
        if not os.path.lexists(file):
            return None
        try:
            return file.read_bytes()
        except OSError as error:
            raise Refused("locked-before", 3, path=path) from error

    def _backup(self, path: str, content: bytes, version: str) -> tuple[str, bytes]:
        where = Path(path)
        of = f"-{version}" if version else ""
        name = f"{where.stem}{of}-{sha256(content)[:8]}{where.suffix}"
        return (Path("backup") / where.parent / name).as_posix(), content

    def _file(self, path: str) -> None:
        content, was = self.new.contents[path], self._was(path)
        here = self.root / path
        if os.path.lexists(here) and not here.is_file() and not self._under_moved(path):
            # A folder, or a link that leads nowhere, where the new version has a file.
            free = self._free(path, "mine")
            self.add(path, "renamed", to=free, move=free)
            self.add(path, "back" if was else "added", content)
            return
        mine = self._read(path)
        if mine is None:
            self.add(path, "back" if was else "added", content)
        elif mine == content:
            return
        elif sha256(mine) == was:
            self.add(path, "replaced", content)
        elif path.endswith(".ipynb"):
            self._merge(path, mine, content)
        elif Path(path).name in MACHINERY or path == "requirements.txt" or path.endswith(".whl"):
            self._machinery(path, mine, content)
        elif was is None and self.old is not None:
            free = self._free(path, "mine")
            self.add(path, "renamed", to=free, move=free)
            self.add(path, "added", content)
        elif self.old is None:
            # Nobody knows who changed it: the exercise needs the new one, the old one is kept.
            backup = self._backup(path, mine, "")
            self.add(path, "replaced-old", content, backup=backup)
        elif was == sha256(content):
            self.add(path, "kept")
        else:
            self._both(path, mine, content)

    def _under_moved(self, path: str) -> bool:
        return any(parent.as_posix() in self._moved for parent in Path(path).parents)

    def _machinery(self, path: str, mine: bytes, content: bytes) -> None:
        known = self.old is not None and path in self.old.files
        backup = self._backup(path, mine, "") if known and not path.endswith(".whl") else None
        self.add(path, "replaced-mine" if backup else "replaced", content, backup=backup)

    def _both(self, path: str, mine: bytes, content: bytes) -> None:
        beside = self._beside(path, content)
        shown = ""
        with contextlib.suppress(UnicodeDecodeError):
            shown = diff(mine.decode("utf-8"), content.decode("utf-8"))
        self.add(path, "both-file", content, to=beside, diff=shown)

    def _beside(self, path: str, content: bytes) -> str:
        """Where the new one lies beside the trainee's; the same place when it is run again."""
        whole = Path(path)
        name = whole.with_name(f"{whole.stem}.new{whole.suffix}").as_posix()
        if name not in self._names and self._read(name) in (None, content):
            self._names.add(name)
            return name
        return self._free(path, "new")

    def _merge(self, path: str, mine: bytes, content: bytes) -> None:
        new, own = read_notebook(content), read_notebook(mine)
        if new is None:
            raise Refused("damaged", path=self.new.name, name=path)
        old = read_notebook(self.old.notebooks[path]) if self._was(path) and self.old else None
        foreign = self.old is not None and old is None
        if own is None or (foreign and belongs_to(own)[0] != belongs_to(new)[0]):
            free = self._free(path, "mine")
            self.add(path, "broken" if own is None else "renamed", content, to=free, move=free)
            return
        result, changes = merge(old, own, new)
        if _plain(result) == _plain(own):
            if changes:
                self.add(path, "kept", changes=changes)
            return
        text = content if _plain(result) == _plain(new) else to_bytes(result)
        version = belongs_to(own)[1] or (self.old.version if self.old else "")
        backup = self._backup(path, mine, version)
        self.add(path, "merged", text, backup=backup, changes=changes)

    def _gone(self, path: str) -> None:
        mine = self._read(path) if (self.root / path).is_file() else None
        if mine is None:
            return
        if path.endswith(".whl") and sha256(mine) == self._was(path):
            self.add(path, "removed")
        else:
            # A notebook of the trainee's own may read it.
            self.add(path, "left")

    def check_rights(self) -> None:
        """Refuse before the first byte when something cannot be written."""
        for step in self.steps:
            if step.content is None and not step.move and step.what != "removed":
                continue
            place = self.root / step.path
            if place.is_file() and not step.move and not os.access(place, os.W_OK):
                raise Refused("locked-before", 3, path=step.path)
            for folder in place.parents:
                if folder.is_dir():
                    if not os.access(folder, os.W_OK | os.X_OK):
                        raise Refused("locked-before", 3, path=step.path)
                    break
