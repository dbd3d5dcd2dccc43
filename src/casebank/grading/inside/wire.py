"""Messages between our own processes on both sides of the sandbox: JSON with a length, and files.

JSON, never pickle: what comes out of a sandbox is data that nobody may trust.
"""

from __future__ import annotations

import array
import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

LIMIT = 64 * 1024 * 1024
_HEAD = struct.Struct("!I")
_FDS = 4


class Closed(Exception):
    """The other side has gone, or speaks something else."""


def send(sock: socket.socket, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
    """Send one message, and open files with it.

    Raises:
        Closed: the other side has gone.
        TimeoutError: it does not take the message in the socket's time.
    """
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()
    data = _HEAD.pack(len(body)) + body
    try:
        if fds:
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))
            sent = sock.sendmsg([data], [rights])
            data = data[sent:]
        sock.sendall(data)
    except TimeoutError:
        raise
    except OSError as error:
        raise Closed(str(error)) from None


def receive(sock: socket.socket, limit: int = LIMIT) -> tuple[dict[str, Any], list[int]]:
    """Receive one message and the files that came with it.

    Raises:
        Closed: the other side has gone, or the message is too large or no JSON object.
        TimeoutError: nothing came in the socket's time.
    """
    fds: list[int] = []
    try:
        head = _exactly(sock, _HEAD.size, fds)
        (size,) = _HEAD.unpack(head)
        if size > limit:
            raise Closed(f"a message of {size} bytes")
        body = _exactly(sock, size, fds)
        message = json.loads(body)
    except TimeoutError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise Closed(str(error)) from None
    if not isinstance(message, dict):
        raise Closed("not a message")
    return message, fds


def _exactly(sock: socket.socket, size: int, fds: list[int]) -> bytes:
    parts: list[bytes] = []
    while size:
        data, ancillary, _, _ = sock.recvmsg(min(size, 1 << 20), socket.CMSG_SPACE(4 * _FDS))
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                numbers = array.array("i")
                numbers.frombytes(payload[: len(payload) - len(payload) % numbers.itemsize])
                fds.extend(numbers)
        if not data:
            raise Closed("closed")
        parts.append(data)
        size -= len(data)
    return b"".join(parts)
