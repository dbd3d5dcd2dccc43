"""One caged kernel and the sockets to it: a real ipykernel, spoken to in Jupyter's own protocol."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.session import Session

from casebank.grading import messages, plainfile, strangers
from casebank.grading.sandbox import MB

if TYPE_CHECKING:
    from casebank.grading.machine import Machine

PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "hb": 4, "control": 5}
MAX_LEFT = 500
#: Bytes of objects that every message may become, whatever it says.
FREE = 50_000


class MachineError(Exception):
    """The sandbox failed: our fault, never the trainee's."""


#: Milliseconds, some days, until a socket connects anew: a hostile kernel may have put a link in
#: its place, and whoever follows it comes to a socket of the machine. Not -1: with that, libzmq
#: ends the connection of a kernel that dies in the middle of our reading, and this process with it.
NEVER = 500_000_000


class KernelGone(Exception):
    """The kernel has ended; ``reason`` says why, where it is known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Kernel:
    """One caged kernel and the sockets to it.

    Attributes:
        reason: why it was ended, if it was: an id of ``reasons``.
        cpu: CPU seconds of all that ran in the cage, known after :meth:`close`.
        given: the files that it began with, where what it leaves is wanted.
        left: files that it made or changed, known after :meth:`close`.
    """

    def __init__(self, machine: Machine, number: int, folder: Path) -> None:
        self.machine, self.number, self.folder = machine, number, folder
        self.reason: str | None = None
        self.cpu = 0.0
        self.printed = 0
        self.given: dict[str, bytes] | None = None
        self.left: dict[str, bytes] = {}
        self.session = Session(key=b"", username="casebank", session=uuid.uuid4().hex)
        ip = str(folder / "k")
        self.connection = {
            "transport": "ipc",
            "ip": ip,
            "key": "",
            "signature_scheme": "hmac-sha256",
            "kernel_name": "python3",
            **{f"{name}_port": port for name, port in PORTS.items()},
        }
        context = machine.context
        self.shell = context.socket(zmq.DEALER)
        self.control = context.socket(zmq.DEALER)
        self.iopub = context.socket(zmq.SUB)
        self.iopub.subscribe(b"")
        for name in ("shell", "control", "iopub"):
            one = getattr(self, name)
            one.linger = 0
            # What is larger than all output may be is counted, not torn off, up to a point.
            one.setsockopt(zmq.MAXMSGSIZE, 4 * machine.limits.output_mb * MB)
            one.setsockopt(zmq.RECONNECT_IVL, NEVER)
            one.setsockopt(zmq.SNDTIMEO, 500)
            one.setsockopt(zmq.RCVHWM, 0)
            if name == "control":
                # Nobody reads it: an interrupt is sent, and whatever is said to it is not heard.
                one.setsockopt(zmq.MAXMSGSIZE, MB)
                one.setsockopt(zmq.RCVHWM, 16)
            if name != "iopub":
                one.identity = self.session.bsession
        self.poller = zmq.Poller()
        for one in (self.shell, self.iopub, machine.sock):
            self.poller.register(one, zmq.POLLIN)

    @property
    def ended(self) -> bool:
        """Whether the cage is empty."""
        return "ended" in self.machine.events.get(self.number, {})

    def check(self) -> None:
        """Look whether the kernel is still there.

        Raises:
            KernelGone: it is not.
            MachineError: the cage could not be made, or the zygote was killed.
        """
        known = self.machine.events.get(self.number, {})
        if "fault" in known:
            raise MachineError(f"the sandbox could not be made ({known['fault']['fault']})")
        if "ended" in known:
            self.cpu = float(known["ended"]["cpu"])
            raise KernelGone(self.reason or known["ended"]["reason"] or "kernel-stopped")

    def wait(self, seconds: float) -> set[Any]:
        """Wait for a message on shell or iopub; empty when none came in time."""
        found = dict(self.poller.poll(max(1, int(seconds * 1000))))
        if self.machine.sock.fileno() in found:
            self.machine.poll()
        if not {self.shell, self.iopub} & set(found):
            # Also when its end was told while something it had said still waited.
            self.check()
        return {one for one in (self.shell, self.iopub) if one in found}

    def receive(self, sock: Any) -> dict[str, Any] | None:
        """One message that waits on a socket; None when it is no message of the protocol."""
        try:
            frames = sock.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None
        if not self.said(sum(map(len, frames))):
            return None
        try:
            _, parts = self.session.feed_identities(frames)
            if not light(parts, self.said, self.machine.limits.output_mb * MB):
                return None
            return messages.formed(self.session.deserialize(parts))
        except Exception:
            # A hostile kernel may write anything; it is as if it had said nothing.
            return None

    def request(self, sock: Any, kind: str, content: dict[str, Any]) -> str:
        """Send a request; returns its id."""
        message = self.session.msg(kind, content)
        # A kernel that has closed its socket is one that does not answer.
        with contextlib.suppress(zmq.Again):
            self.session.send(sock, message)
        return str(message["header"]["msg_id"])

    def _connect(self, deadline: float) -> None:
        """Connect as soon as the kernel listens; nothing of the submission has run yet."""
        waiting = ["shell", "control", "iopub"]
        while waiting:
            path = f"{self.connection['ip']}-{PORTS[waiting[0]]}"
            if listens(path):
                getattr(self, waiting.pop(0)).connect(f"ipc://{path}")
                continue
            if time.monotonic() > deadline:
                raise MachineError("the kernel does not answer")
            self.machine.poll(0.003)
            self.check()
        self.wait_sealed(deadline)

    def wait_sealed(self, deadline: float) -> None:
        """Wait until nothing more can be written to the folder in which the sockets lie.

        Raises:
            KernelGone, MachineError: that does not come.
        """
        while "sealed" not in self.machine.events.get(self.number, {}):
            if time.monotonic() > deadline:
                raise MachineError("the kernel does not answer")
            self.machine.poll(0.003)
            self.check()

    def wait_ready(self, seconds: float) -> dict[str, Any]:
        """Wait for the kernel to answer, and for its iopub to be heard; returns its info.

        Raises:
            KernelGone, MachineError: it does not start.
        """
        deadline = time.monotonic() + seconds
        self._connect(deadline)
        wanted = {self.request(self.shell, "kernel_info_request", {})}
        info = None
        heard = False
        while info is None or not heard:
            if time.monotonic() > deadline:
                raise MachineError("the kernel does not answer")
            for sock in self.wait(0.2):
                message = self.receive(sock)
                if message is None or message["parent_header"].get("msg_id") not in wanted:
                    continue
                if sock is self.shell and message["msg_type"] == "kernel_info_reply":
                    info = message["content"]
                elif sock is self.iopub:
                    # The subscription has arrived once the answer to a request is heard.
                    heard = heard or message["content"].get("execution_state") == "idle"
            if info is not None and not heard and not self.poller.poll(20):
                wanted.add(self.request(self.shell, "kernel_info_request", {}))
        return dict(info)

    def execute(self, code: str, *, silent: bool = False, stop_on_error: bool = True) -> str:
        """Ask for a cell to be run; returns the request's id."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        return self.request(self.shell, "execute_request", content)

    def silent(self, code: str, seconds: float) -> bool:
        """Run a line of ours unseen; whether it came through in time."""
        request = self.execute(code, silent=True)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for sock in self.wait(deadline - time.monotonic()):
                message = self.receive(sock)
                if message is None or sock is not self.shell:
                    continue
                if message["parent_header"].get("msg_id") == request:
                    return message["content"].get("status") == "ok"
        return False

    def interrupt(self) -> None:
        """Interrupt the cell that is running."""
        self.request(self.control, "interrupt_request", {})

    def stop(self, reason: str) -> None:
        """End the kernel and all that it has started; the first reason counts."""
        self.reason = self.reason or reason
        self.machine.order({"op": "end", "id": self.number, "now": True})

    def filled(self) -> None:
        """End it from another thread: what it says fills this process's memory."""
        self.reason = self.reason or "limit-output"
        with contextlib.suppress(MachineError):
            self.machine.end_aside(self.number)

    def said(self, size: int) -> bool:
        """Count output; False when it is no longer to be kept, and the kernel is being ended."""
        most = self.machine.limits.output_mb * MB
        if self.printed <= most < self.printed + size:
            self.stop("limit-output")
        self.printed += size
        return self.printed <= most

    def close(self) -> None:
        """End it, and wait until its CPU time is known."""
        for one in (self.shell, self.control, self.iopub):
            one.close()
        with contextlib.suppress(MachineError):
            if not self.ended:
                self.machine.order({"op": "end", "id": self.number})
            deadline = time.monotonic() + 2
            while not self.ended and time.monotonic() < deadline:
                self.machine.poll(0.05)
            if not self.ended:
                self.machine.order({"op": "end", "id": self.number, "now": True})
        known = self.machine.events.pop(self.number, {})
        if "ended" in known:
            self.cpu = float(known["ended"]["cpu"])
        if self.given is not None:
            self.left = _left(self.folder / "left", self.given, self.machine.limits.disk_mb * MB)


def light(parts: list[bytes], said: Callable[[int], bool], most: int) -> bool:
    """Whether a message is small enough to be made into objects.

    A megabyte of output can become a gigabyte of them. They count as output, too.

    Args:
        parts: the message's frames, from the signature on.
        said: counts output, and ends the kernel that says too much; False when it has.
        most: bytes of output at most.
    """
    try:
        # The first part is the signature; what comes after the content is no JSON.
        heavy = sum(strangers.measure(part, strangers.MESSAGE).bytes for part in parts[1:5])
    except strangers.TooComplexError as error:
        if error.what not in ("depth", "digits"):
            said(most)
        return False
    return heavy < FREE or said(heavy)


def _left(folder: Path, given: dict[str, bytes], most: int) -> dict[str, bytes]:
    """New and changed plain files of a folder that a cage has filled; never through a link.

    They are so many and ``most`` bytes together; what is more stays where it is.
    """
    found: dict[str, bytes] = {}
    if folder.is_symlink() or not folder.is_dir():
        return found
    seen = 0
    for top, _, names in os.walk(folder):
        for name in names:
            seen += 1
            if seen > MAX_LEFT:
                return found
            path = Path(top) / name
            inside = path.relative_to(folder).as_posix()
            with contextlib.suppress(OSError):
                content = plainfile.read(path, most)
                if given.get(inside) != content:
                    found[inside] = content
                    most -= len(content)
    return found


def listens(path: str) -> bool:
    """Whether somebody takes connections at a socket; a link is no socket."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(path)
        return True
    except OSError:
        return False


__all__ = ["NEVER", "Kernel", "KernelGone", "MachineError", "light", "listens"]
