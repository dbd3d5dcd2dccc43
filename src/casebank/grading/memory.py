"""Ends a sandbox that fills this process's memory by what it says.

A message that never ends is gathered by ZeroMQ before anybody here can count it. The process may
be a Jupyter server that others use, so it has no limit of its own that would hold.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path

MB = 1024 * 1024
#: More than an honest kernel's output of every kind together makes of this process.
ROOM = 1024 * MB
EVERY_SECONDS = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


class Watch:
    """Looks at this process from the side while a kernel runs, since its own loop may be busy.

    Args:
        process: the sandbox; with it ends all that runs inside.
        room: bytes that this process may grow by.
    """

    def __init__(self, process: subprocess.Popen[bytes], room: int = ROOM) -> None:
        self.full = False
        self._process, self._most = process, resident() + room
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            if resident() > self._most:
                self.full = True
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                return

    def close(self) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join(1)


__all__ = ["ROOM", "Watch", "resident"]
