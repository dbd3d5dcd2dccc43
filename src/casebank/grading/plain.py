"""Kernels without a sandbox, for ``--no-sandbox`` alone: each can do whatever you can."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import zmq

from casebank.files import remove_tree
from casebank.grading.course import CHANNELS
from casebank.grading.kernel import Kernel
from casebank.grading.machine import Machine
from casebank.grading.sandbox import Limits
from casebank.programs import python


class PlainMachine(Machine):
    """Starts kernels as jupyter does, one process each."""

    def __init__(self, limits: Limits | None = None, name: str = "cbk-") -> None:
        self.limits = limits or Limits()
        self.exchange = Path(tempfile.mkdtemp(prefix=name, dir=CHANNELS))
        self.events: dict[int, dict[str, Any]] = {}
        self.seeded, self.ready, self._number = False, True, 0
        # Nobody ever writes here: the poller only wants a socket.
        self.sock, self._other = socket.socketpair()
        self.context = zmq.Context()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def wait_ready(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """End every kernel."""
        for number in list(self._processes):
            self.order({"op": "end", "id": number})
        self.sock.close()
        self._other.close()
        self.context.destroy(linger=0)
        remove_tree(self.exchange)

    def poll(self, timeout: float = 0) -> None:
        """See which kernels have ended."""
        for number, process in list(self._processes.items()):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(timeout, 0.001))
                self.events.setdefault(number, {})["ended"] = {"reason": None, "cpu": 0.0}
                del self._processes[number]

    def order(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        """End a kernel."""
        process = self._processes.get(message["id"])
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    @contextmanager
    def kernel(
        self,
        files: dict[str, bytes],
        seen_as: Path,
        *,
        argv: list[str] | None = None,
        env: dict[str, str] | None = None,
        extra: list[str] | None = None,
        keep: bool = False,
    ) -> Iterator[Kernel]:
        """A kernel in a folder of its own; ``seen_as`` cannot be promised here."""
        self._number += 1
        folder = self.exchange / str(self._number)
        work = folder / "files"
        work.mkdir(parents=True)
        for name, content in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(content)
        one = PlainKernel(self, self._number, folder)
        connection = folder / "connection.json"
        connection.write_text(json.dumps(one.connection))
        words = argv or python("-m", "ipykernel_launcher", "-f", "{connection_file}")
        words = [word.replace("{connection_file}", str(connection)) for word in words]
        self._processes[self._number] = subprocess.Popen(
            [*words, *(extra or [])],
            cwd=work,
            env={**os.environ, "NBGRADER_EXECUTION": "autograde", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield one
        finally:
            one.close()
            remove_tree(folder)


class PlainKernel(Kernel):
    """A kernel whose end has to be looked for."""

    def wait_sealed(self, deadline: float) -> None:
        """Nothing is sealed here."""

    def wait(self, seconds: float) -> set[Any]:
        """Wait for a message, looking now and then whether the kernel is still there."""
        found = dict(self.poller.poll(max(1, int(min(seconds, 0.3) * 1000))))
        ready = {one for one in (self.shell, self.iopub) if one in found}
        if not ready:
            self.machine.poll()
            self.check()
        return ready
