"""nbgrader's Execute, unchanged but for where its kernel comes from and when it is ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute

from casebank.grading.course import CHANNELS
from casebank.grading.sandbox import MB, NOBODY, Box, Limits

#: The error that stands in a cell which was not run to its end since the kernel was gone.
STOPPED = "KernelStopped"
PULSE = 0.25
CHANNEL_MB = 1


class Guard:
    """Watches one kernel from outside: time, memory, what lies in the shared folder, output.

    Attributes:
        reason: id of the reason why the kernel was ended, if it was.
    """

    def __init__(self, limits: Limits, channel: Path) -> None:
        self.limits = limits
        self.channel = channel
        self.reason: str | None = None
        self._pid: int | None = None
        self._output = 0
        self._end = threading.Event()

    def stop(self, reason: str) -> None:
        """End the kernel and all that it has started; the first reason counts."""
        self.reason = self.reason or reason
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)

    def printed(self, size: int) -> bool:
        """Count output; False when it is no longer to be kept."""
        self._output += size
        if self._output > self.limits.output_mb * MB:
            self.stop("limit-output")
            return False
        return True

    @contextmanager
    def watch(self, pid: int | None) -> Iterator[None]:
        """Look after a process group until the block is left."""
        self._pid = pid
        if self.reason is not None:
            self.stop(self.reason)
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()
            self._pid = None

    def _look(self) -> None:
        began = time.monotonic()
        while not self._end.wait(PULSE):
            if time.monotonic() - began > self.limits.wall_seconds:
                self.stop("limit-time")
            elif self._memory() > self.limits.memory_mb * MB:
                self.stop("limit-memory")
            elif self._shared() > CHANNEL_MB * MB:
                self.stop("limit-output")

    def _memory(self) -> int:
        """Bytes in use by the whole tree; pages that forks share are counted once."""
        tree: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(self._pid)
            tree = [top, *top.children(recursive=True)]
        resident = self._sum(tree, lambda process: process.memory_info().rss)
        if resident <= self.limits.memory_mb * MB:
            return resident
        # The exact figure takes longer, so it is asked for only when it matters.
        return self._sum(tree, lambda process: process.memory_full_info().pss)

    @staticmethod
    def _sum(tree: list[psutil.Process], size: Callable[[psutil.Process], int]) -> int:
        total = 0
        for process in tree:
            with contextlib.suppress(psutil.Error, OSError):
                total += size(process)
        return total

    def _shared(self) -> int:
        total = 0
        with contextlib.suppress(OSError):
            for path in self.channel.iterdir():
                total += path.lstat().st_size
        return total


@contextmanager
def channel(name: str) -> Iterator[Path]:
    """A folder for the kernel's sockets, with a path short enough for them."""
    folder = Path(tempfile.mkdtemp(prefix=name, dir=CHANNELS))
    try:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            # Before it becomes nobody, the boot reads the connection file in here as plain root.
            folder.chmod(0o711)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Specs(KernelSpecManager):
    """Knows one kernel, ours, under every name that a notebook may ask for."""

    spec: Any = None

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return self.spec


class _Client(AsyncKernelClient):
    """A client that refuses a single message larger than all output may be."""

    limit = 20 * MB

    def _context_default(self) -> zmq.asyncio.Context:
        # So told, jupyter_client closes it with the client, sockets and threads included.
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, self.limit)
        return context


class SandboxedExecute(Execute):
    """Runs a notebook as nbgrader does, with a kernel in a box and under guard.

    When the kernel is ended early, the cells that it did not finish carry an error named
    ``KernelStopped``, and the notebook goes on to nbgrader's next step.
    """

    #: None: the kernel runs unprotected, as stock nbgrader runs it.
    box: Box | None
    guard: Guard
    shutdown_kernel = "immediate"

    def create_kernel_manager(self) -> Any:
        """The kernel manager of nbclient, told to start our kernel over sockets in a folder."""
        manager = super().create_kernel_manager()
        if self.box is None:
            return manager
        spec = KernelSpec(
            argv=self.box.command(),
            display_name="Python 3",
            language="python",
            # A signal would meet bubblewrap, not the kernel behind it.
            interrupt_mode="message",
        )
        manager.kernel_spec_manager = _Specs()
        manager.kernel_spec_manager.spec = spec
        manager.transport = "ipc"
        manager.ip = str(self.box.channel / "k")
        manager.connection_file = str(self.box.channel / "connection.json")
        manager.autorestart = False
        manager.client_factory = type(
            "Client", (_Client,), {"limit": self.box.limits.output_mb * MB}
        )
        return manager

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> Any:
        """Run the notebook; a kernel that was ended is no reason to lose what it did before."""
        self.at = -1
        try:
            return super().preprocess(nb, resources, km)
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            if self.at < 0 and self.guard.reason is None:
                raise
            stuck = isinstance(error, CellTimeoutError)
            self.guard.reason = self.guard.reason or ("cell-stuck" if stuck else "kernel-stopped")
        for cell in nb.cells[max(self.at, 0) :]:
            if cell.cell_type == "code" and cell.source.strip():
                cell.outputs = [
                    *(cell.get("outputs") or [])[:50],
                    new_output("error", ename=STOPPED, evalue=self.guard.reason, traceback=[]),
                ]
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        """Run a cell, remembering how far we are."""
        if self.at < 0:
            process = self.km.provisioner.process
            self._watch = self.guard.watch(process.pid if process else None)
            self._watch.__enter__()
        self.at = index
        return super().preprocess_cell(cell, resources, index)

    def _cleanup_kernel(self) -> None:
        if getattr(self, "_watch", None) is not None:
            self._watch.__exit__(None, None, None)
            self._watch = None
        super()._cleanup_kernel()

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Take a message of the kernel, unless it has said too much already."""
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            size = sum(len(str(value)) for value in msg["content"].values())
            if not self.guard.printed(size):
                return None
        return super().process_message(msg, cell, cell_index)
