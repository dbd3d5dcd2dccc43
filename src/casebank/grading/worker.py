"""A worker process: takes tasks and gives back decisions, one at a time.

Started as ``python -m casebank.grading.worker FD KIT LIFE``: it speaks pickle over the socket FD,
with its own parent only, never with a submission, and finds its kit in the open file KIT when the
first message says so. Before that it may be told a place, to warm a zygote up. It ends when the
socket closes, and at once, whatever it is doing, when its parent has gone and with it the pipe
LIFE.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import resource
import signal
import socket
import sys
from dataclasses import replace
from typing import Any

from casebank.grading.channel import HEAD, live_with, packed

#: Bytes; an honest class takes a tenth of it.
MEMORY = 2 << 30


def send(sock: socket.socket, message: Any) -> None:
    """Send one pickled message."""
    sock.sendall(packed(message))


def receive(sock: socket.socket) -> Any:
    """Receive one pickled message.

    Raises:
        EOFError: the other side has gone.
    """
    (size,) = HEAD.unpack(_exactly(sock, HEAD.size))
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


def main(descriptor: int, kit: int, life: int) -> None:
    """Serve until the parent has gone."""
    _bounded()
    os.set_inheritable(life, False)
    live_with(life)
    # Ctrl-C is the parent's business, and what runs here ends with its socket.
    with contextlib.suppress(OSError):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.set_inheritable(descriptor, False)
    sock = socket.socket(fileno=descriptor)
    with contextlib.suppress(EOFError, BrokenPipeError):
        _serve(sock, _open(sock, kit))


def _bounded() -> None:
    """Bound the memory of this process, as a last resort: better it ends than the machine.

    A hostile kernel can write to its sockets what no message is; the library that reads them takes
    it in before anybody can count. What this process starts has limits of its own.
    """
    with contextlib.suppress(OSError, ValueError):
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _open(sock: socket.socket, descriptor: int) -> Any:
    """A bench whose zygote warms up while this process still imports nbgrader."""
    from casebank.grading import light

    light.nbgrader()
    started = None
    try:
        kind, what = receive(sock)
        if kind == "place":
            from casebank.grading import machine as machines

            started = machines.early(what)
            from casebank.grading import steady, warm

            receive(sock)
        from casebank.grading import warm

        kit = _read(descriptor)
        machine, started = warm.machine(kit, started), None
    finally:
        if started is not None:
            started.close()
    from casebank.grading import steady

    return steady.Steady(kit, _log(kit.log), machine)


def _read(descriptor: int) -> Any:
    """The kit. The place in the file is shared by all workers, so nobody moves it."""
    data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    os.close(descriptor)
    return pickle.loads(data)


def _serve(sock: socket.socket, bench: Any) -> None:
    try:
        while True:
            kind, what = receive(sock)
            if kind == "proof":
                unverifiable, trust = what
                bench.calibrate(replace(bench.kit, unverifiable=unverifiable, trust=trust))
            else:
                send(sock, bench.grade(what))
    finally:
        bench.close()


def _log(path: str) -> logging.Logger:
    log = logging.Logger("nbgrader", logging.WARNING)
    log.addHandler(logging.NullHandler())
    # The parent has looked whether it can be written; what happens to it since costs nobody a mark.
    with contextlib.suppress(OSError):
        handler = logging.FileHandler(path, "a", encoding="utf-8") if path else None
        if handler is not None:
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
            log.addHandler(handler)
    return log


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
