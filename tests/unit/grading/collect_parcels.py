"""Submission files of every kind, honest and hostile, and a course that takes them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from casebank.check.handin import Student, make
from casebank.grading import course as courses
from casebank.grading.course import Course

SLUG = "demo"
AT = "2026-03-01T08:00:00Z"


def notebook(text: str = "1", **about: Any) -> bytes:
    """A notebook of the exercise; ``about`` changes what it says of itself."""
    said = {"exercise": SLUG, "version": "1.0.0", "lang": "en", **about}
    cell = {
        "cell_type": "code",
        "id": "one-solution",
        "metadata": {},
        "source": text,
        "outputs": [],
        "execution_count": None,
    }
    test = {**cell, "id": "one-test", "metadata": {"nbgrader": {"grade_id": "one-test"}}}
    metadata = {"casebank": {k: v for k, v in said.items() if v is not None}}
    whole = {"cells": [cell, test], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole).encode()


def check(at: str = AT, passed: int = 1, total: int = 2) -> dict[str, Any]:
    """An entry of the log."""
    return {"at": at, "passed": passed, "total": total, "tasks": {"one": "passed"}}


def parcel(
    content: bytes | None = None,
    *,
    student: str = "s001",
    name: str = "Li Wei",
    made_at: str = AT,
    checks: list[dict[str, Any]] | None = None,
) -> tuple[str, bytes]:
    """An honest file, by the code that trainees use: its name and its bytes."""
    content = notebook() if content is None else content
    about = json.loads(content)["metadata"]["casebank"]
    about = {"exercise": SLUG, "version": "1.0.0", **about}
    return make(content, about, Student(name, student), checks or [], made_at=made_at)


def manifest_of(data: bytes) -> dict[str, Any]:
    """The manifest of a file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read("manifest.json"))


def forge(**changes: Any) -> bytes:
    """A file whose manifest says something else: parts by name, ``student__id`` for an inner one.

    ``raw`` is the manifest's text itself, ``book`` the notebook's bytes, ``more`` further entries.
    """
    raw, book = changes.pop("raw", None), changes.pop("book", notebook())
    more = changes.pop("more", {})
    about = manifest_of(parcel()[1])
    digest = hashlib.sha256(book).hexdigest()
    about["notebook"] = {"name": f"{SLUG}.ipynb", "sha256": digest, "bytes": len(book)}
    for key, value in changes.items():
        target = about
        *path, last = key.split("__")
        for part in path:
            target = target[part]
        target[last] = value
    text = json.dumps(about) if raw is None else raw
    return pack({f"{about['exercise']}.ipynb": book, "manifest.json": text.encode(), **more})


def pack(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these entries, whatever their names are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, content)
    return out.getvalue()


def add(data: bytes, name: str, content: bytes = b"x", *, mode: int = 0o100644) -> bytes:
    """A file with one entry more."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo(name)
        # Whoever forges a name does not ask a library that mends it.
        info.filename = name
        info.external_attr = mode << 16
        archive.writestr(info, content)
    return out.getvalue()


def edit(data: bytes, old: bytes, new: bytes) -> bytes:
    """A file with bytes changed in all places."""
    assert len(old) == len(new) and old in data
    return data.replace(old, new)


def flag(data: bytes, bits: int = 0, method: int | None = None) -> bytes:
    """A file whose every entry claims flags, or a method of compression."""
    out = bytearray(data)
    for mark, at_flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = out.find(mark)
        while start >= 0:
            out[start + at_flags] |= bits
            if method is not None:
                out[start + at_flags + 2] = method
            start = out.find(mark, start + 4)
    return bytes(out)


def sizes(data: bytes, name: str, size: int) -> bytes:
    """A file in whose list of contents an entry claims another size."""
    out = bytearray(data)
    start = out.find(b"PK\x01\x02")
    while start >= 0:
        length = int.from_bytes(out[start + 28 : start + 30], "little")
        if out[start + 46 : start + 46 + length] == name.encode():
            out[start + 24 : start + 28] = size.to_bytes(4, "little")
        start = out.find(b"PK\x01\x02", start + 4)
    return bytes(out)


def course(folder: Path, *students: str, lang: str = "en") -> Course:
    """A course that has released the exercise in two versions; no student without a roster."""
    root = courses.new(folder, lang=lang)
    for version in ("1.0.0", "1.1.0"):
        kept = root / "versions" / SLUG / version
        (kept / "source").mkdir(parents=True)
        (kept / "gradebook.db").touch()
        (kept / "source" / "casebank.json").write_text(json.dumps(spec(version)), "utf-8")
    current = root / "versions" / SLUG / "current.json"
    current.write_text(json.dumps({"version": "1.1.0"}), encoding="utf-8")
    if students:
        lines = ["id,first_name,last_name,email", *(f"{one},,," for one in students)]
        (root / "roster.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Course(root)


def spec(version: str) -> dict[str, Any]:
    """``casebank.json`` of the exercise."""
    both = {"zh": "题", "en": "Task"}
    task = {
        "name": "one",
        "title": both,
        "needs": [],
        "defines": [],
        "section": None,
        "points": 1,
        "cells": {"solution": "one-solution", "tests": {"one-test": 1}},
        "stub_sha256": "",
    }
    return {
        "exercise": SLUG,
        "version": version,
        "title": both,
        "tasks": [task],
        "messages": {},
        "hints": {},
        "tests": {"one-test": "pass"},
    }


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder but the machinery's, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != ".casebank"
    }
