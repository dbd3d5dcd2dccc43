"""Find submission files: named ones, in folders, in the download of a mail program or an LMS."""

from __future__ import annotations

import contextlib
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
from casebank.grading.collecting.parcel import (
    CHUNK,
    FAULTS,
    LARGEST_MB,
    absurd,
    apart,
    entry,
    open_zip,
    overlapping,
    plain_name,
)
from casebank.grading.collecting.parcel import DIRECTORY as INNER_DIRECTORY
from casebank.grading.collecting.parcel import MOST_ENTRIES as INNER_ENTRIES
from casebank.grading.collecting.refusals import Refusal, shown
from casebank.grading.intake import LITTER
from casebank.grading.sandbox import MB

#: A class's whole download.
ARCHIVE_MB = 4096
ARCHIVE_DIRECTORY = 8 * MB
#: Submission files are packed already: each of a download unpacks to little more than it is, and in
#: turn to some sixty times as much. What is beyond shares one bound, and only that.
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


class _Purse:
    """What entries out of proportion may unpack to, all of a download together.

    An entry within its proportion costs nothing: whatever others hold, honest ones are taken.
    """

    def __init__(self, bound: int, ratio: int) -> None:
        self.left, self.ratio = bound, ratio

    def room(self, info: zipfile.ZipInfo) -> int:
        """Bytes that an entry may become."""
        return max(self.left, self.ratio * info.compress_size)

    def pay(self, info: zipfile.ZipInfo, size: int) -> bool:
        """Whether an entry may become so many bytes; if so, they are counted."""
        if size <= self.ratio * info.compress_size:
            return True
        if size > self.left:
            return False
        self.left -= size
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
    other += rest
    shared = {id(info) for info in overlapping(infos)}
    bound = min(max(SMALL_ALL, MOST_RATIO * outer.size), ARCHIVE_MB * MB)
    whole = _Purse(bound, MOST_RATIO)
    deep = _Purse(max(SMALL_INNER, MOST_INNER_RATIO * outer.size), MOST_INNER_RATIO)
    for info, last in inner:
        found = Found(f"{outer.where} > {shown(info.filename, 120)}", last, outer=outer)
        try:
            if id(info) in shared:
                raise Refusal("overlap-entry", name=last)
            found.content = _entry(archive, info, outer, whole)
            _single(found, info, outer, deep)
        except Refusal as refusal:
            found.refusal = refusal
        except FAULTS:
            found.refusal = Refusal("damaged", name=info.filename)
        yield found


def _shown_mb(size: int) -> str:
    return f"{size / MB:.2g}" if size < 10 * MB else str(round(size / MB))


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, outer: Outer, purse: _Purse) -> bytes:
    """The bytes of one submission file in a download.

    Raises:
        Refusal: it is refused by itself, or all that are out of proportion are too much.
    """
    plain_name(info)
    # No more is ever unpacked than it claims, and what claims too much is refused for that.
    room = purse.room(info)
    if info.file_size > room and info.file_size <= LARGEST_MB * MB and not absurd(info):
        claimed = _shown_mb(info.file_size)
        raise Refusal("bomb-all", name=info.filename, size=claimed, packed=_shown_mb(outer.size))
    large = _large(info.file_size, LARGEST_MB)
    try:
        content = entry(archive, info, LARGEST_MB * MB, large)
    except Refusal as refusal:
        if refusal.id == "damaged":
            # Perhaps only its last byte.
            purse.pay(info, info.file_size)
        raise
    purse.pay(info, len(content))
    return content


def _single(found: Found, info: zipfile.ZipInfo, outer: Outer, purse: _Purse) -> None:
    """Look at a submission file in a download: what it unpacks to in turn has a bound, too.

    Raises:
        Refusal: it is itself a download, or all that are out of proportion are too much.
    """
    try:
        with open_zip(io.BytesIO(found.content or b""), INNER_DIRECTORY) as archive:
            infos = archive.infolist()
            names = [one.filename.lower() for one in infos]
            if MANIFEST in names or found.name.lower().endswith(SUFFIX):
                # More, or one within another, are told by whoever opens it, before it unpacks any.
                if len(infos) > INNER_ENTRIES or not apart(infos):
                    return
                size = _claimed(infos)
                if size > purse.ratio * info.compress_size:
                    size = _unpacked(archive, infos, purse.room(info))
                if not purse.pay(info, size):
                    packed = _shown_mb(outer.size)
                    raise Refusal("bomb-rest", name=found.name, packed=packed)
                return
    except Refusal as refusal:
        if refusal.id == "not-zip":
            return  # told by whoever opens it
        raise
    deeper = any(name.endswith(".zip") for name in names)
    raise Refusal("nested", name=found.name) if deeper else Refusal("no-submission")


def _opened_later(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The entries that whoever takes a submission file unpacks; others it refuses as they are."""
    return [
        one
        for one in infos
        if one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        and one.file_size <= LARGEST_MB * MB
        and not absurd(one)
    ]


def _claimed(infos: list[zipfile.ZipInfo]) -> int:
    """Bytes that a submission file says it unpacks to; it never unpacks to more."""
    return sum(one.file_size for one in _opened_later(infos))


def _unpacked(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], room: int) -> int:
    """Bytes that a submission file really unpacks to; a few more than ``room`` where it is more."""
    size = 0
    for one in _opened_later(infos):
        # A damaged or locked one is told by whoever takes it.
        with contextlib.suppress(*FAULTS), archive.open(one) as source:
            while size <= room and (part := source.read(CHUNK)):
                size += len(part)
    return size
