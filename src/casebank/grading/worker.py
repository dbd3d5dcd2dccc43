"""A worker process: takes a kit, then tasks, and gives back decisions, one at a time.

Started as ``python -m casebank.grading.worker FD``; it speaks pickle over that socket, with its own
parent only, never with a submission. It ends when the socket closes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import socket
import struct
import sys
from typing import Any

_HEAD = struct.Struct("!Q")


def send(sock: socket.socket, message: Any) -> None:
    """Send one pickled message."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    sock.sendall(_HEAD.pack(len(body)) + body)


def receive(sock: socket.socket) -> Any:
    """Receive one pickled message.

    Raises:
        EOFError: the other side has gone.
    """
    (size,) = _HEAD.unpack(_exactly(sock, _HEAD.size))
    return pickle.loads(_exactly(sock, size))


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        try:
            data = sock.recv(min(size, 1 << 20))
        except OSError:
            data = b""
        if not data:
            raise EOFError
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def main(descriptor: int) -> None:
    """Serve until the parent has gone."""
    # Ctrl-C is the parent's business, and what runs here ends with its socket.
    with contextlib.suppress(OSError):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.set_inheritable(descriptor, False)
    sock = socket.socket(fileno=descriptor)
    try:
        _serve(sock)
    except (EOFError, BrokenPipeError):
        return


def _serve(sock: socket.socket) -> None:
    bench = None
    try:
        while True:
            kind, what = receive(sock)
            if kind == "kit" and bench is None:
                bench = _open(what)
            elif kind == "kit":
                bench.calibrate(what)
            elif bench is not None:
                send(sock, bench.grade(what))
    finally:
        if bench is not None:
            bench.close()


def _open(kit: Any) -> Any:
    """A bench whose zygote warms up while this process still imports nbgrader."""
    from casebank.grading import light

    light.nbgrader()
    from casebank.grading.warm import machine

    early = machine(kit)
    from casebank.grading.steady import Steady

    return Steady(kit, _log(kit.log), early)


def _log(path: str) -> logging.Logger:
    log = logging.Logger("nbgrader", logging.WARNING)
    if path:
        handler = logging.FileHandler(path, "a", encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    else:
        log.addHandler(logging.NullHandler())
    return log


if __name__ == "__main__":
    main(int(sys.argv[1]))
