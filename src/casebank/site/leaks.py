"""Nothing that only an instructor may see is in what trainees get.

The scanner does not trust the code that cuts the editions: it reads the sources by itself, takes
every solution line, hidden test, probe, model answer, rubric level and paragraph of a teaching note
as a *needle*, and looks for each in every file of a folder, into archives, notebooks with their
metadata, compressed search indexes and source maps.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from casebank.paths import Repo

#: A needle shorter than this (without blanks) may occur anywhere by chance.
SHORTEST_CODE = 14
SHORTEST_LATIN = 30
_NAME_ONLY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*,?")
SHORTEST_HAN = 12
#: Archives within archives: a kit holds a wheel, a wheel holds nothing more.
DEEPEST = 4

#: Python and Jupyter for the browser, taken as they are from elsewhere: nothing of ours is in them.
_FOREIGN = re.compile(r"lite/(py-[0-9a-f]{12}|build|extensions)/")

_HEADER = re.compile(r"^# %%(?P<rest>.*)$")
_KIND = re.compile(r'kind="([^"]*)"')
_TAG = re.compile(r"<[^>]{0,2000}>")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKUP = re.compile(r"\{\{[^}]*\}\}|\[@[^\]]*\]|\{#[^}]*\}|[*_`#>|\\$]|!\[|\]\([^)]*\)|\[|\]")


@dataclass(frozen=True)
class Needle:
    """A text that no trainee may get, without blanks."""

    text: str
    kind: str
    origin: str


@dataclass(frozen=True)
class Leak:
    """A needle that was found."""

    file: str
    needle: Needle

    def __str__(self) -> str:
        return (
            f"{self.file}: holds a {self.needle.kind} of {self.needle.origin} "
            f"({self.needle.text[:40]}…)"
        )


#: Pages show typographic quotes where sources have straight ones.
_QUOTES = str.maketrans("“”‘’", "\"\"''")


def _bare(text: str) -> str:
    return "".join(text.translate(_QUOTES).split())


def _cells(source: str) -> Iterator[tuple[str, list[str]]]:
    """Kind and lines of each cell of a percent-format source."""
    kind, lines = "", []
    for line in source.splitlines():
        header = _HEADER.match(line)
        if header:
            yield kind, lines
            found = _KIND.search(header["rest"])
            kind, lines = (found[1] if found else ""), []
        else:
            lines.append(line)
    yield kind, lines


def _code_lines(source: str) -> Iterator[tuple[str, str]]:
    """Kind and text of every line that only an instructor may see."""
    for kind, lines in _cells(source):
        region = ""
        for line in lines:
            marker = re.match(r"\s*###\s*(BEGIN|END)\s+(.*)", line)
            if marker:
                words = marker[2].upper()
                inside = "solution" if "SOLUTION" in words else "hidden test"
                region = inside if marker[1] == "BEGIN" else ""
            elif region:
                yield region, line
            elif kind == "probe":
                yield "probe", line


def _public_code(repo: Repo) -> str:
    """Code that trainees may see anyway, without blanks: a line that stands in it is no secret.

    Labs, visible tests, stubs, set-up cells; hints, whose third level shows almost the code; and
    the library that ships with the notebooks.
    """
    public = [path.read_text("utf-8") for path in sorted(repo.labs.glob("*.py"))]
    public += [path.read_text("utf-8") for path in sorted((repo.code / "check").rglob("*.py"))]
    for path in sorted(repo.exercises.glob("*/exercise.py")):
        for kind, lines in _cells(path.read_text("utf-8")):
            if kind == "probe":
                continue
            region = False
            for line in lines:
                if re.match(r"\s*###\s*(BEGIN|END)\s", line):
                    region = "BEGIN" in line
                elif not region:
                    public.append(line)
    return _bare("\n".join(public))


def _sentences(text: str) -> Iterator[str]:
    """Pieces of prose, cut at marks and markup, long enough to be told from chance."""
    for block in re.split(r"\n\s*\n|\n(?=[-*|#\d])", text):
        for piece in re.split(r"(?<=[。；！？.;!?|])\s*|\{\{[^}]*\}\}|\[@[^\]]*\]", block):
            if piece is None:
                continue
            bare = _bare(_MARKUP.sub("", piece))
            enough = SHORTEST_HAN if len(_HAN.findall(bare)) > 6 else SHORTEST_LATIN
            if len(bare) >= enough:
                yield bare


def _prose_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _prose_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _prose_of(inner)


def _public_prose(repo: Repo) -> str:
    """All prose that trainees get, without blanks: a sentence in it is no secret."""
    parts: list[str] = []
    for folder, pattern in (
        (repo.chapters, "*.md"),
        (repo.cases, "*/case.*.md"),
        (repo.cases, "*/epilogue.*.md"),
        (repo.docs, "**/*.md"),
        (repo.datasets, "*.md"),
    ):
        parts += [path.read_text("utf-8") for path in sorted(folder.glob(pattern))]
    for path in sorted(repo.exercises.glob("*/exercise.yml")):
        record = yaml.safe_load(path.read_text("utf-8")) or {}
        record.pop("essays", None)
        parts += list(_prose_of(record))
    records = [*repo.cases.glob("*/case.yml"), *repo.chapters.glob("*.yml")]
    records += [*repo.labs.glob("*.yml"), *repo.questions.glob("*.yml"), repo.glossary]
    for path in sorted(path for path in records if path.is_file()):
        parts += list(_prose_of(yaml.safe_load(path.read_text("utf-8"))))
    for path in sorted(repo.labs.glob("*.py")):
        parts += [
            "\n".join(line.removeprefix("# ") for line in path.read_text("utf-8").splitlines())
        ]
    for path in sorted(repo.exercises.glob("*/exercise.py")):
        for kind, lines in _cells(path.read_text("utf-8")):
            if kind in ("", "hint", "essay"):
                parts.append("\n".join(line.removeprefix("# ") for line in lines))
    return _bare(_MARKUP.sub("", "\n".join(parts)))


def needles(repo: Repo) -> list[Needle]:
    """Everything that may not be found, from the sources themselves."""
    found: dict[str, Needle] = {}

    def add(text: str, kind: str, origin: str) -> None:
        found.setdefault(text, Needle(text, kind, origin))

    public_code = _public_code(repo)
    public_prose = _public_prose(repo)
    for path in sorted(repo.exercises.glob("*/exercise.py")):
        for kind, line in _code_lines(path.read_text("utf-8")):
            bare = _bare(line)
            # A bare name ("r.complaint_id") tells nothing, and search texts run words together.
            if len(bare) < SHORTEST_CODE or _NAME_ONLY.fullmatch(bare):
                continue
            if bare not in public_code:
                add(bare, f"{kind} line", repo.relative(path))
    for path in sorted(repo.exercises.glob("*/exercise.yml")):
        essays = (yaml.safe_load(path.read_text("utf-8")) or {}).get("essays") or {}
        for essay in essays.values():
            for part, kind in (("model_answer", "model answer"), ("rubric", "rubric")):
                for text in _prose_of(essay.get(part)):
                    for piece in _sentences(text):
                        if piece not in public_prose:
                            add(piece, kind, repo.relative(path))
    for path in sorted(repo.cases.glob("*/note.*.md")):
        for piece in _sentences(path.read_text("utf-8")):
            if piece not in public_prose:
                add(piece, "teaching note", repo.relative(path))
    return list(found.values())


def _unpacked(name: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """A file and, if it is an archive or compressed, what is in it."""
    yield name, content
    if depth >= DEEPEST:
        return
    if content[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member in archive.infolist():
                    if not member.is_dir():
                        yield from _unpacked(
                            f"{name}!{member.filename}", archive.read(member), depth + 1
                        )
        except zipfile.BadZipFile:
            return
    elif content[:2] == b"\x1f\x8b":
        try:
            yield f"{name} (unpacked)", gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return


def _found(content: bytes, wanted: Iterable[Needle]) -> list[Needle]:
    """The needles that one content holds."""
    if b"\0" in content[:4096]:
        # A font, a picture, an archive (whose members are read one by one): nothing is escaped.
        bare = content.translate(None, b" \t\r\n")
        return [needle for needle in wanted if needle.text.encode() in bare]
    faces = list(dict.fromkeys(_faces(content)))
    return [needle for needle in wanted if any(needle.text in face for face in faces)]


def _faces(content: bytes) -> Iterator[str]:
    """The texts that a file may be read as: as it is, as HTML shows it, as JSON means it."""
    raw = content.decode("utf-8", "replace")
    yield _bare(raw)
    if "<" in raw:
        yield _bare(html.unescape(_TAG.sub("", raw)))
        # Comments and attributes go with the tags, so once more with all of them.
        yield _bare(html.unescape(raw))
    if "\\" in raw:
        # Strings inside JSON or JavaScript: \n, \", \u4e2d. Notebooks too: lines joined again.
        text = re.sub(
            r"\\u([0-9a-fA-F]{4})",
            lambda m: chr(int(m[1], 16)),
            raw.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"'),
        )
        yield _bare(re.sub(r'\n?",\s*"', "\n", text))
        if "<" in text or "&lt;" in text:
            yield _bare(html.unescape(_TAG.sub("", text)))
        # What was escaped twice (a notebook inside a JSON string) is undone once more.
        yield _bare(text.replace("\\\\", "\\").replace("\\n", "\n").replace('\\"', '"'))
    stripped = raw.lstrip()
    if stripped[:1] in "{[":
        try:
            yield _bare("\n".join(_prose_of(json.loads(raw))))
        except (ValueError, RecursionError):
            return


def scan_bytes(
    name: str,
    content: bytes,
    wanted: Iterable[Needle],
    seen: dict[bytes, list[Needle]] | None = None,
) -> list[Leak]:
    """Look for needles in one file, and in what it packs.

    Args:
        name: how the file is called in what is found.
        content: its bytes.
        wanted: the needles.
        seen: what was found in contents met before (a table lies in many archives).
    """
    seen = {} if seen is None else seen
    leaks: list[Leak] = []
    for inner, data in _unpacked(name, content):
        key = hashlib.sha256(data).digest()
        if key not in seen:
            seen[key] = _found(data, wanted)
        leaks += [Leak(inner, needle) for needle in seen[key]]
    return leaks


def scan(
    repo: Repo, folder: Path, *, wanted: list[Needle] | None = None, progress=None
) -> list[Leak]:
    """Look for every needle in every file below a folder.

    Args:
        repo: the clone whose sources say what is secret.
        folder: the built trainee site, a kit, a released assignment.
        wanted: the needles, if they were read before.

    Returns:
        Leaks in file order; empty when nothing leaks.
    """
    wanted = needles(repo) if wanted is None else wanted
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not _FOREIGN.match(path.relative_to(folder).as_posix())
    )
    leaks: list[Leak] = []
    # The bank's tables are public as they stand; they lie in every archive.
    tables = sorted(repo.datasets.glob("*.csv"))
    seen: dict[bytes, list[Needle]] = {
        hashlib.sha256(path.read_bytes()).digest(): [] for path in tables
    }
    for number, path in enumerate(files, 1):
        leaks += scan_bytes(path.relative_to(folder).as_posix(), path.read_bytes(), wanted, seen)
        if progress:
            progress(number, len(files), "leaks")
    return leaks
