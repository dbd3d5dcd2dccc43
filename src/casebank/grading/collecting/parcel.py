"""Read one submission file from bytes that nobody may trust.

Nothing is unpacked to the disk, nothing is executed, and no name in it becomes a path.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from casebank.check import log
from casebank.check.submission import FORMAT, MANIFEST
from casebank.check.visible import steers
from casebank.grading import intake, strangers
from casebank.grading.collecting.refusals import Refusal
from casebank.grading.reasons import RejectedError
from casebank.grading.sandbox import MB, Limits

#: A notebook at its largest, stored without compression, and its manifest.
LARGEST_MB = Limits().submission_mb + 2
MANIFEST_KB = 256
#: Bytes of a zip's list of contents: two entries need two hundred.
DIRECTORY = 64 * 1024
MOST_ENTRIES = 16
#: Deflate reaches 1032; the notebook of a class that repeats itself most reaches 60.
MOST_RATIO = 400
SMALL = 1024 * 1024
CHUNK = 64 * 1024
#: A clock may be wrong by a time zone, but not by more.
AHEAD = timedelta(days=1)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{64}")


class Careful:
    """A file of which a reader cannot ask more at once than it should need."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int | None = -1) -> bytes:
        """Read, or raise what a damaged zip raises."""
        whole = size is None or size < 0
        if not whole and size is not None and size > self._most:
            raise zipfile.BadZipFile("its list of contents is too long")
        found = self._file.read(self._most + 1 if whole else size)
        if len(found) > self._most:
            raise zipfile.BadZipFile("its list of contents is too long")
        return found

    def close(self) -> None:
        """Leave the file to whoever opened it."""


def open_zip(file: BinaryIO, directory: int) -> zipfile.ZipFile:
    """Open a zip whose list of contents is at most so many bytes.

    Raises:
        Refusal: it is no zip.
    """
    try:
        return zipfile.ZipFile(Careful(file, max(directory, 2 * CHUNK)))  # type: ignore[arg-type]
    except FAULTS:
        raise Refusal("not-zip") from None


def absurd(info: zipfile.ZipInfo) -> bool:
    """Whether an entry claims to unpack to more than any honest one does."""
    return info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size)


def entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, limit: Refusal) -> bytes:
    """The bytes of an entry, never more than allowed, whatever the zip says of itself.

    Raises:
        Refusal: locked, packed oddly, damaged or too large (``limit``).
    """
    if info.flag_bits & 0x41:
        raise Refusal("encrypted", name=info.filename)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("compression", name=info.filename)
    if absurd(info):
        raise Refusal("bomb", name=info.filename)
    packed = max(1, info.compress_size)
    if info.file_size > most:
        raise limit
    parts, size = [], 0
    try:
        with archive.open(info) as source:
            while part := source.read(CHUNK):
                size += len(part)
                if size > most or (size > SMALL and size > MOST_RATIO * packed):
                    raise Refusal("bomb", name=info.filename)
                parts.append(part)
    except FAULTS:
        raise Refusal("damaged", name=info.filename) from None
    if size != info.file_size:
        raise Refusal("damaged", name=info.filename)
    return b"".join(parts)


def apart(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether no two entries of a zip claim the same bytes of it, as those of a bomb do."""
    return not overlapping(infos)


def overlapping(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The entries of a zip that claim bytes which another one claims, too."""
    found = []
    ordered = sorted(infos, key=lambda one: one.header_offset)
    ends = ordered[0].header_offset if ordered else 0
    for number, info in enumerate(ordered):
        # Its own header has thirty bytes and its name; what else stands there only adds to it.
        end = info.header_offset + 30 + len(info.orig_filename) + info.compress_size
        after = ordered[number + 1].header_offset if number + 1 < len(ordered) else end
        if info.header_offset < ends or after < end:
            found.append(info)
        ends = max(ends, end)
    return found


def plain_name(info: zipfile.ZipInfo) -> None:
    """Refuse an entry whose name could be anything but that of a file.

    Raises:
        Refusal: a way out of the folder, control signs, a link, a special file.
    """
    # The other name is cut where a NUL stands.
    name = info.orig_filename
    if steers(name):
        raise Refusal("control", name=name)
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or ".." in parts:
        raise Refusal("bad-entry", name=name)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refusal("entry-link", name=name)


@dataclass(frozen=True)
class Parcel:
    """A submission file that can be read; what it says of itself is only a claim.

    Attributes:
        made_at: the time that it claims, or that of receiving it where that is earlier.
        claimed: the time that it claims.
        label: the notebook says which exercise and version it is of.
    """

    content: bytes
    notebook: bytes
    parsed: Any
    exercise: str
    version: str
    lang: str
    name: str
    student: str
    made_at: datetime
    made_with: str
    checks: list[dict[str, Any]]
    label: bool
    claimed: datetime

    @property
    def sha256(self) -> str:
        """Digest of the file as it was received."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def notebook_sha256(self) -> str:
        """Digest of the notebook in it."""
        return hashlib.sha256(self.notebook).hexdigest()


def open_parcel(content: bytes, lang: str, now: datetime) -> Parcel:
    """Read a submission file.

    Args:
        content: the file.
        lang: language of a sentence that the notebook's reader makes.
        now: the time of receiving it. Nothing is made later than it is received: a clock that is
            ahead by less than a day is taken for a wrong one, and what is more is refused.

    Raises:
        Refusal: with one sentence.
    """
    with open_zip(io.BytesIO(content), DIRECTORY) as archive:
        infos = archive.infolist()
        if len(infos) > MOST_ENTRIES:
            raise Refusal("too-many", limit=MOST_ENTRIES)
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            plain_name(info)
            if info.filename in found:
                raise Refusal("twice", name=info.filename)
            found[info.filename] = info
        if not apart(infos):
            raise Refusal("overlap")
        if MANIFEST not in found:
            raise Refusal("no-entry", name=MANIFEST)
        large = Refusal("manifest-large", limit=MANIFEST_KB)
        about = _manifest(entry(archive, found[MANIFEST], MANIFEST_KB * 1024, large))
        inside = f"{about['exercise']}.ipynb"
        if inside not in found:
            raise Refusal("no-entry", name=inside)
        for name in found:
            if name not in (inside, MANIFEST):
                raise Refusal("extra", name=name)
        info, most = found[inside], Limits().submission_mb
        large = Refusal("too-large", size=round(info.file_size / MB), limit=most)
        notebook = entry(archive, info, most * MB, large)
    claimed = about["notebook"]
    if claimed["bytes"] != len(notebook) or (
        claimed["sha256"] != hashlib.sha256(notebook).hexdigest()
    ):
        raise Refusal("hash")
    made_at = _time(about["made_at"])
    if made_at > now + AHEAD:
        raise Refusal("future", found=about["made_at"])
    # Seconds, as everywhere.
    received = now.replace(microsecond=0)
    return _matched(about, content, notebook, min(made_at, received), made_at, lang)


def _matched(
    about: dict[str, Any],
    content: bytes,
    notebook: bytes,
    made_at: datetime,
    claimed: datetime,
    lang: str,
) -> Parcel:
    """The parcel, if the notebook is of the exercise and version that the manifest says."""
    try:
        parsed = intake.parse(notebook)
    except RejectedError as error:
        raise Refusal("notebook", why=error.reason.text(lang)) from None
    its = parsed.metadata.get("casebank")
    its = its if isinstance(its, dict) else {}
    label = "exercise" in its and "version" in its
    if "lab" in its or ("exercise" in its and its["exercise"] != about["exercise"]):
        found = its.get("exercise", its.get("lab"))
        raise Refusal("wrong-exercise", claimed=about["exercise"], found=found)
    if "version" in its and its["version"] != about["version"]:
        raise Refusal("wrong-version", claimed=about["version"], found=its["version"])
    return Parcel(
        content=content,
        notebook=notebook,
        parsed=parsed,
        exercise=about["exercise"],
        version=about["version"],
        lang=about["lang"] if about["lang"] in ("zh", "en") else "",
        name=about["student"]["name"],
        student=about["student"]["id"],
        made_at=made_at,
        made_with=about["made_with"],
        checks=[one for one in about["checks"] if log.valid(one)],
        label=label,
        claimed=claimed,
    )


def _strange(name: str) -> Any:
    raise ValueError(name)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        about = strangers.loads(
            content, strangers.SMALL, parse_constant=_strange, object_pairs_hook=_pairs
        )
    except ValueError:
        raise Refusal("manifest", part="JSON") from None
    if not isinstance(about, dict):
        raise Refusal("manifest", part="JSON")
    if type(about.get("format")) is not int or about["format"] != FORMAT:
        raise Refusal("format", found=about.get("format"), known=FORMAT)

    def need(part: str, good: Any) -> Any:
        value: Any = about
        for key in part.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if not good(value):
            raise Refusal("manifest", part=part)
        return value

    def text(most: int, least: int = 1) -> Any:
        return lambda value: isinstance(value, str) and least <= len(value) <= most

    need("exercise", text(100))
    need("version", text(40))
    need("lang", text(10, 0))
    # An id of any length is for a later sentence, which can say whose it claims to be.
    need("student.name", text(4000, 0))
    need("student.id", text(4000, 0))
    need("notebook.name", lambda value: value == f"{about['exercise']}.ipynb")
    need("notebook.sha256", lambda value: isinstance(value, str) and _SHA.fullmatch(value))
    need("notebook.bytes", lambda value: isinstance(value, int) and not isinstance(value, bool))
    need("made_at", lambda value: isinstance(value, str) and _TIME.fullmatch(value))
    need("made_with", text(40))
    need("checks", lambda value: isinstance(value, list) and len(value) <= 1000)
    return about


def _time(said: str) -> datetime:
    try:
        found = datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal("manifest", part="made_at") from None
    if found < OLDEST:
        raise Refusal("manifest", part="made_at")
    return found
