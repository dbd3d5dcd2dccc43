"""Nothing that only an instructor may see is in what trainees get.

The scanner does not trust the code that cuts the editions: it reads the sources by itself, takes
every solution line, hidden test, probe, model answer, rubric level and paragraph of a teaching note
as a *needle*, and looks for each in every file of a folder, into archives, notebooks with their
metadata, compressed search indexes and source maps. In compiled Python, which has no lines any more,
it looks for the words of a line.
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
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from casebank.paths import Repo
from casebank.site.compiled import Trace, is_compiled, words_of_compiled, words_of_source
from casebank.site.finder import Finder
from casebank.site.scanned import Scanned

#: A needle shorter than this (without blanks) may occur anywhere by chance.
SHORTEST_CODE = 14
SHORTEST_LATIN = 30
#: A name, or a call that only opens: everybody writes ``pattern = re.compile(``.
_DOTTED = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_NAME_ONLY = re.compile(rf"{_DOTTED},?|(\w+=)?{_DOTTED}\(")
SHORTEST_HAN = 12
#: Archives within archives: a kit holds a wheel, a wheel holds nothing more.
DEEPEST = 4

#: A package or an archive of ours, by its name, among those of others.
_OURS = re.compile(r"(^|[/!])casebank")

_HEADER = re.compile(r"^# %%(?P<rest>.*)$")
_KIND = re.compile(r'kind="([^"]*)"')
_TAG = re.compile(r"<[^>]{0,2000}>")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKUP = re.compile(r"\{\{[^}]*\}\}|\[@[^\]]*\]|\{#[^}]*\}|[*_`#>|\\$]|!\[|\]\([^)]*\)|\[|\]")


@dataclass(frozen=True)
class Needle:
    """A text that no trainee may get, without blanks, and what is left of it when compiled."""

    text: str
    kind: str
    origin: str
    trace: Trace = field(default=Trace(), compare=False, repr=False)

    def key(self) -> str:
        """All that decides where it is found."""
        return "\0".join([self.text, *sorted(self.trace.line), "", *sorted(self.trace.block)])


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
_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'"}


def _bare(text: str) -> str:
    # str.translate asks for every sign of a text that is not ASCII: ten times as long.
    for shown, straight in _QUOTES.items():
        text = text.replace(shown, straight)
    return "".join(text.split())


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


def _blocks(source: str) -> Iterator[tuple[str, list[str]]]:
    """Kind and lines of every piece of code that only an instructor may see."""
    for kind, lines in _cells(source):
        blocks: list[tuple[str, list[str]]] = [("probe", [])]
        region: list[str] | None = None
        for line in lines:
            marker = re.match(r"\s*###\s*(BEGIN|END)\s+(.*)", line)
            if marker:
                region = None
                if marker[1] == "BEGIN":
                    region = []
                    inside = "solution" if "SOLUTION" in marker[2].upper() else "hidden test"
                    blocks.append((inside, region))
            elif region is not None:
                region.append(line)
            elif kind == "probe":
                blocks[0][1].append(line)
        yield from blocks


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


def _words_of_ours(repo: Repo) -> frozenset[str]:
    """The words of what is ours to be compiled: the library and what it stands on in the browser."""
    sources = [*(repo.code / "check").rglob("*.py"), *(repo.code / "lite/piplite").rglob("*.py")]
    return words_of_source(
        line for path in sources for line in path.read_text("utf-8").splitlines()
    )


def needles(repo: Repo) -> list[Needle]:
    """Everything that may not be found, from the sources themselves."""
    found: dict[str, Needle] = {}

    def add(text: str, kind: str, origin: str, trace: Trace = Trace()) -> None:
        found.setdefault(text, Needle(text, kind, origin, trace))

    ours = _words_of_ours(repo)
    public_code = _public_code(repo)
    public_prose = _public_prose(repo)
    for path in sorted(repo.exercises.glob("*/exercise.py")):
        for kind, block in _blocks(path.read_text("utf-8")):
            whole = words_of_source(block)
            for line in block:
                bare = _bare(line)
                # A bare name ("r.complaint_id") tells nothing; search texts run words together.
                if len(bare) < SHORTEST_CODE or _NAME_ONLY.fullmatch(bare):
                    continue
                if bare not in public_code:
                    words = words_of_source([line])
                    trace = Trace(words if words - ours else frozenset(), whole)
                    add(bare, f"{kind} line", repo.relative(path), trace)
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
            inner = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return
        yield from _unpacked(f"{name} (unpacked)", inner, depth + 1)


class _Search:
    """Looks for needles in one content after the other."""

    def __init__(self, wanted: Iterable[Needle]) -> None:
        self.wanted = [(needle.text.encode(), needle) for needle in wanted]
        self.finder = Finder(text for text, _ in self.wanted)
        self.traced = [needle for _, needle in self.wanted if needle.trace != Trace()]
        #: What was found in contents met before: a table lies in many archives.
        self.seen: dict[bytes, list[Needle]] = {}

    def clear(self, content: bytes) -> None:
        """Take a content for public as it stands."""
        self.seen[hashlib.sha256(content).digest()] = []

    def run(self, name: str, content: bytes) -> Iterator[Leak]:
        """What a file holds, and what is packed in it."""
        for inner, data in _unpacked(name, content):
            key = hashlib.sha256(data).digest()
            if key not in self.seen:
                self.seen[key] = self._found(data)
            found = list(self.seen[key])
            if is_compiled(data):
                found += [one for one in self._compiled(inner, data) if one not in found]
            yield from (Leak(inner, needle) for needle in found)

    def _found(self, content: bytes) -> list[Needle]:
        if b"\0" in content[:4096]:
            # A font, a picture, an archive (whose members are read one by one): nothing is escaped.
            hits = self.finder.find(content.translate(None, b" \t\r\n"))
        else:
            hits = set()
            for face in dict.fromkeys(_faces(content)):
                hits |= self.finder.find(face.encode("utf-8", "replace"))
        return [needle for text, needle in self.wanted if text in hits] if hits else []

    def _compiled(self, name: str, content: bytes) -> list[Needle]:
        words = words_of_compiled(content)
        ours = _OURS.search(name) is not None
        return [
            needle
            for needle in self.traced
            if needle.trace.in_others(words) or (ours and needle.trace.in_ours(words))
        ]


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


def scan(
    repo: Repo,
    folder: Path,
    *,
    wanted: list[Needle] | None = None,
    memory: Path | None = None,
    progress=None,
) -> list[Leak]:
    """Look for every needle in every file below a folder.

    Args:
        repo: the clone whose sources say what is secret.
        folder: the built trainee site, a kit, a released assignment.
        wanted: the needles, if they were read before.
        memory: a file that remembers what was found clean; without it every file is read.

    Returns:
        Leaks in file order; empty when nothing leaks.
    """
    wanted = needles(repo) if wanted is None else wanted
    search = _Search(wanted)
    # The bank's tables are public as they stand; they lie in every archive.
    for path in sorted(repo.datasets.glob("*.csv")):
        search.clear(path.read_bytes())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    leaks: list[Leak] = []
    scanned = Scanned(memory, (one.key() for one in wanted), repo.datasets) if memory else None
    for number, path in enumerate(files, 1):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        if scanned is None or not scanned.knows(name, content):
            found = list(search.run(name, content))
            leaks += found
            if scanned and not found:
                scanned.clean(name, content)
        if progress:
            progress(number, len(files), "leaks")
    if scanned:
        scanned.save()
    return leaks
