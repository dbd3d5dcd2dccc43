"""Sees when this process's memory is filled by what a kernel says.

A message that never ends is gathered by ZeroMQ before anybody here can count it, and neither the
size of a frame nor the number of messages bounds it. The process may be a Jupyter server that
others use, so it has no limit of its own that would hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable

from casebank.grading.inside.usage import MB, resident

#: More than an honest kernel's output of every kind together makes of this process.
ROOM = 1024 * MB
EVERY_SECONDS = 0.05


def _give_back() -> None:
    """Return what was freed to the machine, so that the next kernel begins where this one did."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Watch:
    """Looks at this process from the side while a kernel runs, since its own loop may be busy.

    Args:
        full: called once, in a thread of its own, when the process has grown by so much.
        room: bytes that it may grow by.
    """

    def __init__(self, full: Callable[[], None], room: int = ROOM) -> None:
        self._full, self._most, self._filled = full, resident("self") + room, False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            if resident("self") > self._most:
                self._filled = True
                self._full()
                return

    def close(self) -> None:
        """Look no longer; the kernel's sockets are closed by now."""
        self._over.set()
        self._thread.join(1)
        if self._filled:
            _give_back()


__all__ = ["ROOM", "Watch"]
