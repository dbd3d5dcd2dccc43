"""The sandboxes of this process, for whatever asks for a kernel here: one is kept warm between
two kernels of a course, and ends by itself when nobody has asked for a while."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casebank.files import remove_tree
from casebank.grading import home
from casebank.grading.course import CHANNELS, PRIVATE
from casebank.grading.machine import Machine
from casebank.grading.sandbox import Limits

#: Not the prefix of ``casebank grade``, which tidies its own away when it starts.
PREFIX = "cbkd-"
IDLE_SECONDS = 60

_lock = threading.RLock()
_machine: Machine | None = None
_key: tuple[Path, tuple[Path, ...]] | None = None
_users = 0
_timer: threading.Timer | None = None


@contextmanager
def machine(root: Path, see: tuple[Path, ...] = ()) -> Iterator[Machine]:
    """A sandbox in which kernels of a folder can be started, ready to be asked.

    Args:
        root: the course, or the folder in which a notebook lies.
        see: folders that kernels of another language need.
    """
    global _users
    with _lock:
        one = _ready(root, see)
        _users += 1
    try:
        one.wait_ready()
        yield one
    except BaseException:
        _end(one)
        raise
    finally:
        with _lock:
            _users -= 1
            if one is not _machine:
                _end(one)
            elif _users == 0:
                _later()


def _ready(root: Path, see: tuple[Path, ...]) -> Machine:
    global _machine, _key
    if _timer is not None:
        _timer.cancel()
    if _machine is not None and (_key != (root, see) or _machine.process.poll() is not None):
        if _users == 0:
            _machine.close()
        _machine = None
    if _machine is None:
        _tidy()
        private = root / PRIVATE
        seed = home.make(private) if private.is_dir() else None
        _machine = Machine(root, seed, Limits(), name=f"{PREFIX}{os.getpid()}-", see=see)
        _key = (root, see)
    return _machine


def _later() -> None:
    global _timer
    _timer = threading.Timer(IDLE_SECONDS, close)
    _timer.daemon = True
    _timer.start()


def _end(one: Machine) -> None:
    global _machine
    with _lock:
        if one is _machine:
            _machine = None
        with contextlib.suppress(OSError):
            one.close()


def close() -> None:
    """End the sandbox, unless somebody uses it."""
    with _lock:
        if _machine is not None and _users == 0:
            _end(_machine)


def _tidy() -> None:
    """Remove what a process left that was killed."""
    for folder in CHANNELS.glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        with contextlib.suppress(OSError, ValueError):
            mine = folder.lstat().st_uid == os.geteuid() and not folder.is_symlink()
            if mine and not Path(f"/proc/{int(number)}").exists():
                remove_tree(folder)


atexit.register(close)
