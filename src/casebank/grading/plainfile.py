"""Read a file that somebody else can put, change or take away at any moment.

It is opened once, through no link and without waiting for anybody; what was opened is looked at,
and of it so much is read and no more.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class NotPlainError(OSError):
    """What lies there is no plain file, or no longer the one that was seen."""


class TooLongError(OSError):
    """A file is longer than it may be; ``size`` is what it claims."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def read(path: Path, most: int, seen: os.stat_result | None = None) -> bytes:
    """The bytes of a plain file.

    Args:
        path: the file.
        most: how many bytes it may have.
        seen: what ``lstat`` has said of it before: it has to be the same file.

    Raises:
        NotPlainError: a link, a folder, a pipe; another file than before.
        TooLongError: too many bytes, also where it grows meanwhile.
        OSError: it cannot be read.
    """
    try:
        handle = os.open(path, FLAGS)
    except OSError as error:
        if path.is_symlink():
            raise NotPlainError("a link") from None
        raise error
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise NotPlainError("no plain file")
        if seen is not None and (about.st_dev, about.st_ino) != (seen.st_dev, seen.st_ino):
            raise NotPlainError("another file than before")
        if about.st_size > most:
            raise TooLongError(about.st_size)
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(most + 1)
    finally:
        os.close(handle)
    if len(content) > most:
        raise TooLongError(len(content))
    return content


__all__ = ["FLAGS", "NotPlainError", "TooLongError", "read"]
