"""Kernels from a zygote: the worker's side of the sandbox.

A :class:`Machine` is one zygote in bubblewrap. It gives :class:`Kernel` objects: real ipykernels,
each in a cage of its own, spoken to over sockets in a folder that only that cage can see.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

from casebank.grading import sandbox
from casebank.grading.course import CHANNELS
from casebank.grading.inside import wire
from casebank.grading.inside.cage import NOBODY
from casebank.grading.sandbox import HOME, MB, SEED, Limits

START_SECONDS = 120
PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "hb": 4, "control": 5}


class MachineError(Exception):
    """The sandbox failed: our fault, never the trainee's."""


class KernelGone(Exception):
    """The kernel has ended; ``reason`` says why, where it is known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Machine:
    """One zygote and the kernels that it has forked.

    Args:
        root: the course's path, as kernels see it.
        seed: files that a trainee's home begins with.
        extra: heavy modules that the assignment uses.
        limits: what one submission may use up.
        name: how the folder with the sockets begins, so that a later run can tidy it up.
        see: folders that other kernels need, read-only.
    """

    def __init__(
        self,
        root: Path,
        seed: Path | None,
        limits: Limits,
        *,
        extra: tuple[str, ...] = (),
        name: str = "cbk-",
        see: tuple[Path, ...] = (),
    ) -> None:
        self.root, self.limits = root, limits
        self.exchange = Path(tempfile.mkdtemp(prefix=name, dir=CHANNELS))
        self.exchange.chmod(0o711)
        self.seeded = seed is not None
        self.events: dict[int, dict[str, Any]] = {}
        self._number = 0
        ours, theirs = socket.socketpair()
        self.sock = ours
        control = theirs.fileno()
        self.process = subprocess.Popen(
            sandbox.zygote(limits, self.exchange, root, seed, control, list(extra), see),
            pass_fds=(control,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()
        self.context = zmq.Context()
        self.ready = False

    def wait_ready(self) -> None:
        """Wait until the zygote is warm.

        Raises:
            MachineError: it has ended, with what it said.
        """
        if self.ready:
            return
        self.sock.settimeout(START_SECONDS)
        try:
            message, _ = wire.receive(self.sock)
        except (wire.Closed, TimeoutError):
            raise MachineError(self._last_words()) from None
        if message.get("event") != "ready":
            raise MachineError("the zygote speaks nonsense")
        self.ready = True

    def _last_words(self) -> str:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        said = (self.process.stderr.read() if self.process.stderr else b"").decode(
            "utf-8", "replace"
        )
        lines = [line for line in said.splitlines() if line.strip()]
        return f"the sandbox does not start ({lines[-1] if lines else 'it said nothing'})"

    def close(self) -> None:
        """End the zygote and all that descends from it."""
        with contextlib.suppress(OSError):
            self.sock.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        self.context.destroy(linger=0)
        shutil.rmtree(self.exchange, ignore_errors=True)

    def poll(self, timeout: float = 0) -> None:
        """Take what the zygote has to tell.

        Raises:
            MachineError: the zygote has gone.
        """
        self.sock.settimeout(max(timeout, 0.001))
        try:
            while True:
                message, _ = wire.receive(self.sock)
                known = self.events.setdefault(int(message["id"]), {})
                known |= {message["event"]: message}
                self.sock.settimeout(0.001)
        except TimeoutError:
            return
        except wire.Closed:
            raise MachineError("the zygote was killed") from None

    def order(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        """Send an order."""
        self.sock.settimeout(10)
        try:
            wire.send(self.sock, message, fds)
        except (wire.Closed, TimeoutError):
            raise MachineError("the zygote was killed") from None

    def judge(self) -> socket.socket:
        """Start the process that runs tests on plain data; returns its socket."""
        ours, theirs = socket.socketpair()
        self.order({"op": "judge"}, (theirs.fileno(),))
        theirs.close()
        return ours

    @contextmanager
    def kernel(
        self,
        files: dict[str, bytes],
        seen_as: Path,
        *,
        argv: list[str] | None = None,
        env: dict[str, str] | None = None,
        extra: list[str] | None = None,
    ) -> Iterator[Kernel]:
        """A kernel in a cage of its own, ended when the block is left.

        Args:
            files: what lies in its working folder, by relative path.
            seen_as: path of that folder inside.
            argv: another kernel's command line; ours when not given.
            env: further environment.
            extra: arguments for the kernel.
        """
        self._number += 1
        folder = self.exchange / str(self._number)
        (folder / "files").mkdir(parents=True)
        for name, content in files.items():
            path = folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        one = Kernel(self, self._number, folder)
        try:
            self.order(
                {
                    "op": "kernel",
                    "id": self._number,
                    "folder": str(folder),
                    "exchange": str(self.exchange),
                    "seen_as": str(seen_as),
                    "root": str(self.root),
                    "home": HOME,
                    "seed": SEED if self.seeded else None,
                    "limits": asdict(self.limits),
                    "connection": one.connection,
                    "argv": argv,
                    "env": {"NBGRADER_EXECUTION": "autograde", **(env or {})},
                    "extra": extra or [],
                }
            )
            yield one
        finally:
            one.close()
            shutil.rmtree(folder, ignore_errors=True)


class Kernel:
    """One caged kernel and the sockets to it.

    Attributes:
        reason: why it was ended, if it was: an id of ``reasons``.
        cpu: CPU seconds of all that ran in the cage, known after :meth:`close`.
    """

    def __init__(self, machine: Machine, number: int, folder: Path) -> None:
        self.machine, self.number, self.folder = machine, number, folder
        self.reason: str | None = None
        self.cpu = 0.0
        self.printed = 0
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
            # Never again: a hostile kernel may put a link in the place of its socket, and whoever
            # connects anew follows it to a socket of the machine.
            one.setsockopt(zmq.RECONNECT_IVL, -1)
            one.setsockopt(zmq.SNDTIMEO, 500)
            one.setsockopt(zmq.RCVHWM, 0)
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
            message: dict[str, Any] = self.session.deserialize(parts)
            return message
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
            if _listens(path):
                getattr(self, waiting.pop(0)).connect(f"ipc://{path}")
                continue
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


def _listens(path: str) -> bool:
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


__all__ = ["Kernel", "KernelGone", "Machine", "MachineError"]
