"""What is in a learner kit, as it was released: read from a folder, or from any zip.

Beside START.md each kit has ``kit-base.zip``: a manifest with the version and the sha256 of every
file, and the notebooks as they were released. An update tells by it what the trainee changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

BASE_NAME = "kit-base.zip"
MANIFEST = "manifest.json"
FORMAT = 1
#: Far above any kit; what is larger is no kit.
MOST_FILES = 5_000
MOST_BYTES = 400_000_000
MOST_RATIO = 250
LONGEST = 180
SMALL = 1_000_000
#: Names that Windows keeps for itself, with any ending.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
ODD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


class Refused(Exception):
    """The update cannot begin or go on; ``what`` names the sentence."""

    def __init__(self, what: str, code: int = 1, **params: object) -> None:
        self.what, self.code, self.params = what, code, params
        super().__init__(what)


@dataclass(frozen=True)
class Kit:
    """One release of a kit: its manifest, its notebooks, and how to get at its files."""

    name: str
    lang: str
    version: str
    exercises: dict[str, str]
    files: dict[str, str]
    base: bytes
    notebooks: dict[str, bytes] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)


def sha256(content: bytes) -> str:
    """Hex digest of bytes."""
    return hashlib.sha256(content).hexdigest()


def number(version: str) -> tuple[int, ...]:
    """A version for comparing: 1.10 is later than 1.9."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:6])


def safe(name: str) -> bool:
    """May a file of this name lie in a kit, on any system?"""
    parts = name.split("/")
    return (
        0 < len(name) <= LONGEST
        and not ODD.search(name)
        and all(part not in ("", ".", "..") and part[-1] not in ". " for part in parts)
        and not any(RESERVED.fullmatch(part) for part in parts)
    )


def _entries(content: bytes | Path, shown: str) -> dict[str, bytes]:
    """Every file of a zip, read into memory, after each was looked at."""
    try:
        with zipfile.ZipFile(
            io.BytesIO(content) if isinstance(content, bytes) else content
        ) as zipped:
            return _read_entries(zipped, shown)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused("not-zip", path=shown) from error


def _read_entries(zipped: zipfile.ZipFile, shown: str) -> dict[str, bytes]:
    infos = zipped.infolist()
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise Refused("too-big", path=shown)
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir():
            name = name.rstrip("/")
        # Two names that differ in case only are one file on Windows and macOS.
        twin = name.casefold() in seen
        seen.add(name.casefold())
        if not safe(name) or twin or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refused("hostile", path=shown, name=ascii(name)[1:61])
        if info.is_dir():
            continue
        if info.flag_bits & 1:
            raise Refused("not-zip", path=shown)
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size):
            raise Refused("too-big", path=shown)
        try:
            with zipped.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except Exception as error:
            # Whatever a broken entry brings up (zlib, lzma, wrong sums), it is the zip's fault.
            raise Refused("not-zip", path=shown) from error
        if len(content) != info.file_size:
            raise Refused("not-zip", path=shown)
        found[name] = content
    return found


def read_base(content: bytes, shown: str) -> Kit:
    """Read a ``kit-base.zip``.

    Raises:
        Refused: it is no such file.
    """
    found = _entries(content, shown)
    try:
        manifest: dict[str, Any] = json.loads(found[MANIFEST].decode("utf-8"))
        if isinstance(manifest.get("format"), int) and manifest["format"] > FORMAT:
            raise Refused("newer", path=shown)
        kit = Kit(
            name=_text(manifest["name"]),
            lang=_text(manifest["lang"]),
            version=_text(manifest["version"]),
            exercises={_text(k): _text(v) for k, v in manifest["exercises"].items()},
            files={_text(k): _text(v) for k, v in manifest["files"].items()},
            base=content,
            notebooks={name: text for name, text in found.items() if name != MANIFEST},
        )
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("not-kit", path=shown) from error
    if kit.lang not in ("zh", "en") or manifest["format"] != FORMAT or not safe(kit.name):
        raise Refused("not-kit", path=shown)
    for name in kit.files:
        if not safe(name) or name == BASE_NAME:
            raise Refused("hostile", path=shown, name=ascii(name)[1:61])
    wanted = {name for name in kit.files if name.endswith(".ipynb")}
    if set(kit.notebooks) != wanted:
        raise Refused("not-kit", path=shown)
    for name, text in kit.notebooks.items():
        if sha256(text) != kit.files[name]:
            raise Refused("damaged", path=shown, name=name)
    return kit


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"no text: {value!r}")
    return value


def base_bytes(
    name: str, lang: str, version: str, exercises: dict[str, str], files: dict[str, bytes]
) -> dict[str, bytes]:
    """The entries of a kit's ``kit-base.zip``.

    Args:
        name: the kit's folder.
        lang: its language.
        version: the course's version.
        exercises: the version of each exercise.
        files: every other file of the kit, by its path in it.
    """
    manifest = {
        "format": FORMAT,
        "name": name,
        "lang": lang,
        "version": version,
        "exercises": dict(sorted(exercises.items())),
        "files": {path: sha256(content) for path, content in sorted(files.items())},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    notebooks = {path: content for path, content in files.items() if path.endswith(".ipynb")}
    return {MANIFEST: text.encode("utf-8"), **notebooks}


def open_kit(path: Path) -> Kit:
    """Read a new kit whole, a zip or a folder into which somebody unpacked it, and verify it.

    Raises:
        Refused: with the sentence's name; nothing was written anywhere.
    """
    shown = path.name or str(path)
    if not path.exists():
        raise Refused("no-file", 2, path=path)
    try:
        read = _from_folder(path) if path.is_dir() else _from_zip(path, shown)
    except PermissionError:
        raise Refused("unreadable", 3, path=shown) from None
    except OSError as error:
        raise Refused("not-zip", path=shown) from error
    found = read(BASE_NAME)
    if found is None:
        raise Refused("not-kit", path=shown)
    kit = read_base(found, shown)
    for name, digest in kit.files.items():
        content = read(name)
        if content is None or sha256(content) != digest:
            raise Refused("damaged", path=shown, name=name)
        kit.contents[name] = content
    return kit


def _from_zip(path: Path, shown: str) -> Callable[[str], bytes | None]:
    if path.stat().st_size > MOST_BYTES:
        raise Refused("too-big", path=shown)
    found = _entries(path, shown)
    bases = [name for name in found if PurePosixPath(name).name == BASE_NAME]
    if len(bases) != 1:
        raise Refused("not-kit", path=shown)
    top = bases[0][: -len(BASE_NAME)]
    return lambda name: found.get(top + name)


def _from_folder(path: Path) -> Callable[[str], bytes | None]:
    # Windows unpacks the folder into a folder of the same name.
    inner = [one for one in path.glob(f"*/{BASE_NAME}") if one.is_file()]
    root = path if (path / BASE_NAME).is_file() or len(inner) != 1 else inner[0].parent

    def read(name: str) -> bytes | None:
        file = root / name
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            return None
        return file.read_bytes()

    return read
