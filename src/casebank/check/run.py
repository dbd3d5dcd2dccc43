"""Run a notebook in a kernel, from beginning to end, whatever its cells raise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

CELL_SECONDS = 120
START_SECONDS = 60


class CannotRun(Exception):
    """The notebook could not be run at all; the text is one clear sentence."""


def execute(
    notebook: Any,
    folder: Path,
    *,
    seconds: int = CELL_SECONDS,
    each: Callable[[int], None] | None = None,
) -> Any:
    """Execute a notebook in place, in a folder, always by this Python.

    The kernel that a notebook names is not asked for: names differ between machines, and every
    exercise is Python.

    Raises:
        CannotRun: when no kernel can be started, or the kernel dies.
    """
    import logging

    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    quiet = logging.getLogger("casebank.check.run")
    quiet.setLevel(logging.CRITICAL)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None

    def started(cell: Any, cell_index: int, **_: Any) -> None:
        if each is not None:
            each(cell_index)

    client = NotebookClient(
        notebook,
        timeout=seconds,
        startup_timeout=START_SECONDS,
        kernel_name="python3",
        allow_errors=True,
        # A cell that does not end is interrupted; its KeyboardInterrupt is its outcome.
        interrupt_on_timeout=True,
        on_cell_start=started,
        # The kernel's own remarks about sockets are not for learners.
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(folder)}},
        log=quiet,
    )
    try:
        client.execute()
    except NoSuchKernel:
        raise CannotRun("no-kernel") from None
    except DeadKernelError:
        raise CannotRun("dead-kernel") from None
    except CellTimeoutError:
        raise CannotRun("timeout") from None
    except (TimeoutError, RuntimeError, OSError) as error:
        if "Kernel" in str(error) or isinstance(error, OSError):
            raise CannotRun("no-kernel") from None
        raise
    return notebook
