"""Files that are never half written, and digests of what is in them."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import io
import os
import secrets
import shutil
import stat
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2
_HERE = -100  # AT_FDCWD


def write_bytes(path: Path, content: bytes) -> bool:
    """Write through a temporary file and a rename; leave an equal file untouched.

    Who may read a new file is the umask's affair; one that is replaced keeps its mode.

    Returns:
        True when the file changed.
    """
    path = Path(path)
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # Not by tempfile, whose files are private whatever the umask says.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        if path.is_file() and not path.is_symlink():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def remove_tree(folder: Path) -> None:
    """Remove a folder that anybody may have filled: however deep, read-only, through no link.

    What cannot be removed stays, without a word.
    """
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
        return
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(folder.lstat().st_mode):
            folder.chmod(0o700)
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _flatten(top)
        finally:
            os.close(top)
        folder.rmdir()


def _flatten(top: int) -> None:
    """Empty an open folder by taking what lies in a folder of it one floor up, till none is left.

    So no path is ever longer than two names, and nothing calls itself.
    """
    number = 0
    while names := os.listdir(top):
        for name in names:
            if not stat.S_ISDIR(os.lstat(name, dir_fd=top).st_mode):
                os.unlink(name, dir_fd=top)
                continue
            os.chmod(name, 0o700, dir_fd=top)
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
            try:
                for one in os.listdir(below):  # noqa: PTH208
                    if stat.S_ISDIR(os.lstat(one, dir_fd=below).st_mode):
                        # Its own entry for the folder above is written anew.
                        os.chmod(one, 0o700, dir_fd=below)
                    number += 1
                    os.rename(
                        one, f".{secrets.token_hex(8)}-{number}", src_dir_fd=below, dst_dir_fd=top
                    )
            finally:
                os.close(below)
            os.rmdir(name, dir_fd=top)


def take_place(new: Path, goal: Path) -> None:
    """Put a finished folder where another may be, which is gone then.

    Whoever is killed meanwhile leaves the old one there, or the new one, whole; where the system
    cannot exchange two folders at once, for a moment none.

    Args:
        new: on the same disk.
        goal: a folder, a file or nothing.
    """
    goal.parent.mkdir(parents=True, exist_ok=True)
    aside = goal.with_name(f".{goal.name}.old")
    if not os.path.lexists(goal):
        new.rename(goal)
    elif exchange_at_once(new, goal):
        remove(new)
    else:
        remove(aside)
        goal.rename(aside)
        try:
            new.rename(goal)
        except OSError:
            aside.rename(goal)
            raise
    # Perhaps of a run that was killed between the two.
    remove(aside)


def remove(path: Path) -> None:
    """Remove a folder, also one whose files nbgrader has made read-only, or a file; or nothing."""
    if path.is_dir() and not path.is_symlink():
        remove_tree(path)
    else:
        path.unlink(missing_ok=True)


def exchange_at_once(one: Path, other: Path) -> bool:
    """Let two paths change places; whether this system can."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        return not rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    except (AttributeError, OSError):
        return False


def write_text(path: Path, text: str) -> bool:
    """Write UTF-8 text with line feeds; see :func:`write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))


#: Zip files carry a time; ours carry always the same, so equal contents give equal bytes.
ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def zip_bytes(
    entries: Mapping[str, bytes], when: tuple[int, int, int, int, int, int] = ZIP_TIME
) -> bytes:
    """A zip with the same bytes for the same contents, wherever it is made; sorted by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, when)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            packed = name.endswith((".whl", ".zip"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, entries[name])
    return out.getvalue()


def beside(files: Mapping[str, bytes], others: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of ``files`` that can lie in one folder with ``others``, by relative path.

    Where one has a file, the other can have no folder of that name.
    """
    theirs = set(map(PurePosixPath, others))
    folders = {above for path in theirs for above in path.parents}

    def fits(path: PurePosixPath) -> bool:
        return path not in folders and theirs.isdisjoint(path.parents)

    return {name: content for name, content in files.items() if fits(PurePosixPath(name))}


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def digest(parts: Iterable[str | bytes | Path]) -> str:
    """One hex digest over texts, bytes and files (a file counts by name and content)."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            data = f"{part.name}\0{sha256(part)}".encode()
        else:
            data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def tree_digest(folder: Path, patterns: Iterable[str] = ("*.py",)) -> str:
    """Digest of every file below a folder whose name matches, by relative path and content."""
    found = sorted({p for pattern in patterns for p in folder.rglob(pattern) if p.is_file()})
    return digest(f"{p.relative_to(folder).as_posix()}\0{sha256(p)}" for p in found)
