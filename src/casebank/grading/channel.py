"""Messages between the parent and its workers, neither of which may ever wait for the other.

A worker does one thing at a time and may wait for its parent. The parent serves many: its end of a
socket keeps what does not fit into the system's buffer and what has come in part, and goes on.
A message that is larger than that buffer would otherwise stop both: each waits until the other
reads.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import select
import socket
import struct
from collections import deque
from typing import Any

HEAD = struct.Struct("!Q")
#: Bytes read at once, and of one worker before another gets its turn.
CHUNK, TURN = 1 << 20, 1 << 24


def packed(message: Any) -> bytes:
    """A message as it goes over the wire."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(body)) + body


class Channel:
    """The parent's end: whatever it is asked to do, it does at once or later, and never waits.

    Args:
        sock: a stream socket to a worker of our own; the other end speaks
            :mod:`casebank.grading.worker`.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._out: deque[memoryview] = deque()
        self._in = bytearray()

    def fileno(self) -> int:
        """For a selector."""
        return self._sock.fileno()

    @property
    def waiting(self) -> bool:
        """Whether something is still to be sent."""
        return bool(self._out)

    def put(self, message: Any) -> None:
        """Send a message, as much of it as the worker takes now; see :meth:`flush`."""
        self._out.append(memoryview(packed(message)))
        self.flush()

    def flush(self) -> None:
        """Send what fits. A worker that has gone is noticed where its answers are read."""
        try:
            while self._out:
                sent = self._sock.send(self._out[0][:CHUNK])
                rest = self._out[0][sent:]
                if rest:
                    self._out[0] = rest
                else:
                    self._out.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._out.clear()

    def take(self) -> list[Any]:
        """The messages that have come whole by now.

        Raises:
            EOFError: the worker has gone, and nothing whole was left of it.
        """
        gone = False
        try:
            for _ in range(TURN // CHUNK):
                data = self._sock.recv(CHUNK)
                self._in += data
                if not data:
                    gone = True
                    break
        except BlockingIOError:
            pass
        except OSError:
            gone = True
        found = self._whole()
        if gone and not found:
            raise EOFError
        return found

    def _whole(self) -> list[Any]:
        found = []
        while len(self._in) >= HEAD.size:
            (size,) = HEAD.unpack_from(self._in)
            end = HEAD.size + size
            if len(self._in) < end:
                break
            found.append(pickle.loads(memoryview(self._in)[HEAD.size : end]))
            del self._in[:end]
        return found

    def close(self) -> None:
        """Close it; the worker ends when it notices."""
        self._out.clear()
        with contextlib.suppress(OSError):
            self._sock.close()


def live_with(descriptor: int) -> None:
    """End this process, whatever it is doing, when the other end of a pipe closes.

    The kernel does it: a regular expression over a megabyte of digits hears of nothing that Python
    could tell it. ``PR_SET_PDEATHSIG`` would watch the thread that started this process, and a
    cluster's threads come and go.
    """
    if not hasattr(os, "O_ASYNC"):
        return
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    # SIGIO, which nobody handles: its default is the end.
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
    # It may have closed before anybody watched.
    if select.select([descriptor], [], [], 0)[0]:
        os._exit(1)


__all__ = ["Channel", "live_with", "packed"]
