"""One way to write a file that somebody may be reading: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

#: What is being written is called ``.casebank-….tmp``: hidden, and no submission to a collection.
PREFIX, SUFFIX = ".casebank-", ".tmp"


def write(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write beside the file, and take its place by a rename when all of it is on the disk.

    Args:
        path: the file; its folder is made where there is none.
        content: all that it is to hold.
        mode: its rights; by default those of any new file, which the user's umask decides.

    Raises:
        OSError: it cannot be written, or on Windows a program has it open; the old one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # tempfile's files are for their owner alone, and a rename would keep that.
    part = path.parent / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
    try:
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(path)
    except BaseException:
        # What went wrong with the file is worth more than what goes wrong with its remains.
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def sweep(folder: Path) -> None:
    """Take away what a killed run left half written."""
    for part in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with contextlib.suppress(OSError):
            part.unlink()
