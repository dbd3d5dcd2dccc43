"""nbgrader's Execute with another kernel and another way of waiting for it.

What a message does to a cell is decided by nbclient's ``process_message``, as in stock nbgrader.
Ours is only where the kernel comes from (:mod:`casebank.grading.kernel`) and the loop that waits:
one poll on two sockets instead of four tasks per cell, which is most of nbclient's cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_client.session import Session
from nbclient.exceptions import CellControlSignal, CellExecutionComplete, CellTimeoutError
from nbclient.util import run_sync
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute

from casebank.grading.kernel import Kernel, KernelGone

#: The error that stands in a cell which was not run to its end since the kernel was gone.
STOPPED = "KernelStopped"
TIMED_OUT = "CellTimeoutError"


class _Shell:
    """What nbclient's output widgets need of a channel."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to the kernel."""
        self.kernel.session.send(self.kernel.shell, message)


class _Client:
    """What nbconvert and nbclient need of a kernel client."""

    def __init__(self, kernel: Kernel) -> None:
        self.session: Session = kernel.session
        self.shell_channel = _Shell(kernel)

    def kernel_info(self) -> str:
        """The request is answered by :meth:`CagedExecute.wait_for_reply`."""
        return "info"


class CagedExecute(Execute):
    """Runs a notebook as nbgrader does, with a kernel in a cage.

    When the kernel is ended early, the cells that it did not finish carry an error named
    ``KernelStopped``, and the notebook goes on to nbgrader's next step.

    Attributes:
        opened: gives the kernel, as a context manager.
        before: called with index and cell before a cell is run, for the second judgement.
        stopped: id of the reason why the kernel was ended early, if it was.
        at: index of the cell that was run last.
    """

    opened: Callable[[Any], Any]
    before: Callable[[int, Any, Kernel], None] | None = None
    stopped: str | None = None
    at = -1
    cpu = 0.0

    @contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """Open a kernel of ours in the place of nbclient's."""
        self.kernel: Kernel | None = None
        with self.opened(self) as kernel:
            self.kernel = kernel
            self._info = kernel.wait_ready(self.startup_timeout)
            self.km, self.kc = kernel, _Client(kernel)
            try:
                yield
            finally:
                self.kc = None
        self.cpu = kernel.cpu

    def wait_for_reply(self, msg_id: str, cell: Any = None) -> dict[str, Any]:
        """The kernel's answer to the first question, which was asked when it started."""
        return {"content": self._info}

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> Any:
        """Run the notebook; a kernel that was ended is no reason to lose what it did before."""
        self.at, self.stopped = -1, None
        try:
            return super().preprocess(nb, resources, km)
        except KernelGone as gone:
            if self.at < 0 and gone.reason != "interrupted":
                raise
            self.stopped = gone.reason
        except CellTimeoutError:
            self.stopped = "cell-stuck"
        self.cpu = self.kernel.cpu if self.kernel else 0.0
        for cell in nb.cells[max(self.at, 0) :]:
            if cell.cell_type == "code" and cell.source.strip():
                cell.outputs = [
                    *(cell.get("outputs") or [])[:50],
                    new_output("error", ename=STOPPED, evalue=self.stopped, traceback=[]),
                ]
        return nb, resources

    def execute_cell(
        self,
        cell: Any,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> Any:
        """Run one cell, as nbclient does."""
        kernel = self.kernel
        assert kernel is not None
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        self.at = cell_index
        if self.before is not None:
            self.before(cell_index, cell, kernel)
        if self.record_timing:
            cell["metadata"]["execution"] = {}
        allowed = (not self.force_raise_errors) and (
            self.allow_errors or "raises-exception" in cell.metadata.get("tags", [])
        )
        cell.outputs = []
        self.clear_before_next_output = False
        request = kernel.execute(cell.source, stop_on_error=not allowed)
        self.code_cells_executed += 1
        reply = self._wait_for_cell(kernel, request, cell, cell_index)
        self.on_cell_executed(cell=cell, cell_index=cell_index, execute_reply=reply)
        self.nb["cells"][cell_index] = cell
        if reply["content"]["status"] == "error" and not allowed:
            run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        return cell

    def _wait_for_cell(self, kernel: Kernel, request: str, cell: Any, index: int) -> dict[str, Any]:
        """Take messages until the cell has answered and all its output has come.

        Raises:
            CellTimeoutError: it does not end, even when interrupted.
            KernelGone: the kernel ended.
        """
        limit = self._get_timeout(cell)
        deadline = time.monotonic() + limit if limit else None
        reply: dict[str, Any] | None = None
        complete = False
        while reply is None or not complete:
            left = 3600.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                if reply is not None:
                    if not self.raise_on_iopub_timeout:
                        break
                    raise CellTimeoutError.error_from_timeout_and_cell(
                        "Timeout waiting for IOPub output", self.iopub_timeout, cell
                    )
                reply = self._too_long(kernel, cell, limit)
                deadline = time.monotonic() + self.iopub_timeout
                continue
            for sock in kernel.wait(min(left, 1.0)):
                message = kernel.receive(sock)
                if message is None or message["parent_header"].get("msg_id") != request:
                    continue
                if sock is kernel.shell:
                    if reply is None and message["msg_type"] == "execute_reply":
                        reply = message
                        deadline = time.monotonic() + self.iopub_timeout
                        if self.record_timing:
                            when = message["header"].get("date")
                            cell["metadata"]["execution"]["shell.execute_reply"] = (
                                when.isoformat() if hasattr(when, "isoformat") else str(when)
                            )
                else:
                    complete = self._take(message, cell, index) or complete
        return reply

    def _take(self, message: dict[str, Any], cell: Any, index: int) -> bool:
        """Let nbclient process a message; whether it was the cell's last."""
        try:
            self.process_message(message, cell, index)
        except CellExecutionComplete:
            return True
        except CellControlSignal:
            raise
        except Exception:
            # Only a kernel that was tampered with sends such a message, of whatever kind it is.
            self.log.warning("a message of the kernel was no message of the protocol")
        return False

    def _too_long(self, kernel: Kernel, cell: Any, limit: int | None) -> dict[str, Any]:
        self.log.error("Timeout waiting for execute reply (%ss).", limit)
        if not self.interrupt_on_timeout:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", limit or 0, cell
            )
        kernel.interrupt()
        return {"content": {**self.error_on_timeout, "status": "error"}}
