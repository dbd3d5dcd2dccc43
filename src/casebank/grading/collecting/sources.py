"""Find submission files: named ones, in folders, in the download of a mail program or an LMS."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from casebank.check.submission import MANIFEST, SUFFIX
from casebank.errors import UsageError
from casebank.grading import plainfile
from casebank.grading.collecting.parcel import DIRECTORY as INNER_DIRECTORY
from casebank.grading.collecting.parcel import (
    FAULTS,
    LARGEST_MB,
    absurd,
    apart,
    entry,
    open_zip,
    plain_name,
)
from casebank.grading.collecting.parcel import MOST_ENTRIES as INNER_ENTRIES
from casebank.grading.collecting.refusals import Refusal, shown
from casebank.grading.intake import LITTER
from casebank.grading.sandbox import MB

#: A class's whole download.
ARCHIVE_MB = 4096
ARCHIVE_DIRECTORY = 8 * MB
#: Submission files are packed already: a download of them unpacks to little more than it is. What
#: they unpack to in turn may be more for one than for a whole class.
MOST_RATIO, MOST_INNER_RATIO = 100, 100
SMALL_ALL, SMALL_INNER = 8 * MB, 64 * MB
MOST_ENTRIES = 20_000
MOST_FILES = 100_000
MOST_DEPTH = 20
#: What an aside file's reason is called; it lies beside it.
WHY = ".why.txt"


@dataclass
class Outer:
    """A download that holds several files.

    Attributes:
        content: its bytes, where it is no larger than a single submission may be.
        kept: bytes of entries of it that were put aside by themselves.
        lacking: entries that were not taken nor kept by themselves, with the reason.
    """

    where: str
    name: str
    size: int
    content: bytes | None = None
    kept: int = 0
    lacking: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Found:
    """A file that may be a submission: its bytes, or why it cannot be read.

    Attributes:
        where: the file as people know it, for an entry of a download with the entry's name.
        name: its own name.
        outer: the download that it is from.
    """

    where: str
    name: str
    content: bytes | None = None
    refusal: Refusal | None = None
    outer: Outer | None = None


@dataclass
class Search:
    """What a search came upon.

    Attributes:
        files: candidates, in the order in which they are taken, and whether they were named.
        refused: what was named or found and is no plain file.
        other: files that cannot be submissions, by path as people know it.
    """

    files: list[tuple[Path, bool]] = field(default_factory=list)
    refused: list[Found] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


def search(sources: Iterable[Path]) -> Search:
    """Look through what was named; nothing is opened yet and no link is followed.

    Raises:
        UsageError: a source does not exist.
    """
    found = Search()
    named = list(sources)
    for source in named:
        if not os.path.lexists(source):
            raise UsageError("there is no such file or folder", str(source), "look at its name")
    for source in named:
        _look(source, found, 0, named=True)
    return found


def _refuse(found: Search, path: Path, what: str, **params: object) -> None:
    found.refused.append(Found(shown(path, 200), path.name, refusal=Refusal(what, **params)))


def _look(path: Path, found: Search, depth: int, *, named: bool = False) -> None:
    name = path.name
    if not named and (name in LITTER or name.startswith((".", "~$")) or name.endswith(WHY)):
        return
    is_zip = name.lower().endswith(".zip")
    try:
        kind = path.lstat().st_mode
        if stat.S_ISLNK(kind):
            if named or is_zip:
                _refuse(found, path, "link")
        elif stat.S_ISDIR(kind):
            for child in sorted(path.iterdir()):
                if depth >= MOST_DEPTH or len(found.files) >= MOST_FILES:
                    _refuse(found, path, "too-many", limit=MOST_FILES)
                    return
                _look(child, found, depth + 1)
        elif not stat.S_ISREG(kind):
            if named or is_zip:
                _refuse(found, path, "special")
        elif named or is_zip:
            found.files.append((path, named))
        else:
            found.other.append(shown(path, 200))
    except OSError as error:
        _refuse(found, path, "unreadable", why=error.strerror or type(error).__name__)


def contents(path: Path, other: list[str], *, named: bool = True) -> Iterator[Found]:
    """A submission file itself, or each one in a download that holds several.

    A zip that is found in a folder and holds none is somebody's other file: like what is no zip in
    a download it goes into the list ``other``.
    """
    where = shown(path, 200)
    content = None
    try:
        # Between looking and opening somebody may have put a link, a pipe or a folder in its place.
        with os.fdopen(_opened(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            small = size <= LARGEST_MB * MB
            content = file.read(LARGEST_MB * MB + 1) if small else None
            if content is not None and len(content) <= LARGEST_MB * MB:
                if path.name.lower().endswith(SUFFIX) or _is_submission(content):
                    yield Found(where, path.name, content)
                    return
            elif path.name.lower().endswith(SUFFIX):
                raise _large(size, LARGEST_MB)
            elif size > ARCHIVE_MB * MB:
                raise _large(size, ARCHIVE_MB)
            file.seek(0)
            with open_zip(file, ARCHIVE_DIRECTORY) as archive:
                yield from _inside(archive, Outer(where, path.name, size, content), other)
    except Refusal as refusal:
        if refusal.id == "no-submission" and not named:
            other.append(where)
            return
        kept = None if refusal.id == "too-large" else content
        yield Found(where, path.name, kept, refusal)
    except FAULTS as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        yield Found(where, path.name, refusal=Refusal("unreadable", why=why))


def _opened(path: Path) -> int:
    """A plain file, opened for reading; nothing else is waited for or followed.

    Raises:
        Refusal: it is none.
        OSError: it cannot be read.
    """
    handle = os.open(path, plainfile.FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refusal("special")
    return handle


def _large(size: int, limit: int) -> Refusal:
    return Refusal("too-large", size=round(size / MB), limit=limit)


def _is_submission(content: bytes) -> bool:
    """Whether a zip of any name, such as a browser's second download, holds a manifest."""
    try:
        with open_zip(io.BytesIO(content), ARCHIVE_DIRECTORY) as archive:
            return MANIFEST in archive.NameToInfo
    except Refusal:
        # Nobody packs a class's download so badly that it may not be a submission cut off.
        return True


def _inside(archive: zipfile.ZipFile, outer: Outer, other: list[str]) -> Iterator[Found]:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise Refusal("too-many", limit=MOST_ENTRIES)
    inner, rest = [], []
    for info in infos:
        # Asked for by a name's end only: whatever else a download holds is not opened.
        last = info.filename.replace("\\", "/").rsplit("/", 1)[-1]
        litter = info.filename.startswith("__MACOSX/") or last.startswith("._")
        if litter or not last:
            continue
        if last.lower().endswith(".zip"):
            inner.append((info, last))
        else:
            rest.append(f"{outer.where} > {shown(info.filename, 120)}")
    if not inner:
        raise Refusal("no-submission")
    if not apart(infos):
        raise Refusal("overlap")
    total = sum(info.file_size for info, _ in inner if not absurd(info))
    if total > min(max(SMALL_ALL, MOST_RATIO * outer.size), ARCHIVE_MB * MB):
        raise Refusal("bomb-all", size=round(total / MB), packed=_shown_mb(outer.size))
    other += rest
    unpacked = 0
    for info, last in inner:
        found = Found(f"{outer.where} > {shown(info.filename, 120)}", last, outer=outer)
        try:
            plain_name(info)
            large = _large(info.file_size, LARGEST_MB)
            found.content = entry(archive, info, LARGEST_MB * MB, large)
            unpacked += _single(found)
        except Refusal as refusal:
            found.refusal = refusal
        except FAULTS:
            found.refusal = Refusal("damaged", name=info.filename)
        if unpacked > max(SMALL_INNER, MOST_INNER_RATIO * outer.size):
            packed = _shown_mb(outer.size)
            why = Refusal("bomb-rest", name=last, size=round(unpacked / MB), packed=packed)
            yield Found(outer.where, outer.name, None, why, outer)
            return
        yield found


def _shown_mb(size: int) -> str:
    return f"{size / MB:.2g}" if size < 10 * MB else str(round(size / MB))


def _single(found: Found) -> int:
    """Bytes that a submission file in a download claims to unpack to.

    Raises:
        Refusal: it is itself a download.
    """
    try:
        with open_zip(io.BytesIO(found.content or b""), INNER_DIRECTORY) as archive:
            infos = archive.infolist()
    except Refusal:
        return 0  # told by whoever opens it
    names = [info.filename.lower() for info in infos]
    if MANIFEST in names or found.name.lower().endswith(SUFFIX):
        # More are not looked at.
        return sum(info.file_size for info in infos) if len(infos) <= INNER_ENTRIES else 0
    deeper = any(name.endswith(".zip") for name in names)
    raise Refusal("nested", name=found.name) if deeper else Refusal("no-submission")
