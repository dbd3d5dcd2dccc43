"""A kernel manager for stock nbgrader whose kernels run in the sandbox of ``casebank grade``.

``nbgrader autograde``, formgrader's button and ``nbgrader validate`` ask the class that stands in
``c.ExecutePreprocessor.kernel_manager_class`` for a kernel, and know nothing else of it. It gives
them one in a cage of its own: no network, no rights, the notebook's folder as a copy.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import channel_socket_types
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Type, default
from traitlets.log import get_logger

from casebank.check.visible import visible
from casebank.desk import cages, inert, said
from casebank.files import write_bytes
from casebank.grading import sandbox
from casebank.grading.kernel import NEVER, PORTS, Kernel, KernelGone, MachineError, light, listens
from casebank.grading.sandbox import MB, Limits
from casebank.grading.specs import NoKernelError, command, places

START_SECONDS = 60
#: What nbgrader says to a kernel of why it runs.
_PURPOSE = "NBGRADER_EXECUTION"
#: Besides notebooks, which hold hidden tests once nbgrader has put these back.
_LEFT_OUT = (".ipynb", ".ipynb_checkpoints")
#: What a notebook writes to be read by the next one, or looked at. All else stays in the sandbox:
#: there is always one more kind of file that some program acts upon where it lies.
_BROUGHT = frozenset(
    (
        *(".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".ods", ".parquet", ".feather"),
        *(".npy", ".npz", ".dat", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"),
    )
)
_SETTINGS = re.compile(r"config|jupyter|ipython|nbgrader|casebank|overrides|package", re.IGNORECASE)


class Uncaged(RuntimeError):
    """A kernel that could not be isolated was not started."""


def refusal() -> str:
    """Why no submission can run here; empty when it can."""
    problems = sandbox.problems()
    if not problems:
        return ""
    return (
        f"submissions cannot be isolated here, so none was run: {problems[0]}; then grade with: "
        "casebank grade ASSIGNMENT"
    )


def _files(folder: Path) -> dict[str, bytes]:
    """The plain files of a notebook's folder; no link is followed."""
    most = Limits().submission_mb * MB * 5
    found: dict[str, bytes] = {}
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _LEFT_OUT)
        for name in sorted(names):
            path = Path(top) / name
            if path.is_symlink() or not path.is_file() or name.endswith(_LEFT_OUT):
                continue
            most -= path.stat().st_size
            if most < 0:
                raise Uncaged(f"the folder is too large for the sandbox: {folder}")
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def brought(path: Path) -> bool:
    """Whether a file that a notebook wrote is data or a picture, under a name that can be shown."""
    if path.suffix.lower() not in _BROUGHT or visible(path) != str(path):
        return False
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and not (path.suffix.lower() == ".json" and _SETTINGS.search(path.name))


def _bring_back(folder: Path, left: dict[str, bytes]) -> None:
    """What a notebook wrote lies beside it afterwards, as with nbgrader's own kernels."""
    for name, content in left.items():
        path = folder / name
        inside = path.parent.resolve().is_relative_to(folder)
        if inside and not path.is_symlink() and brought(Path(name)):
            with contextlib.suppress(OSError):
                write_bytes(path, content)


@contextlib.contextmanager
def _unsigned() -> Iterator[None]:
    """Say nothing of messages that are not signed: only we can reach the sockets of a cage."""

    def other(record: logging.LogRecord) -> bool:
        return "Message signing" not in record.getMessage()

    log = get_logger()
    log.addFilter(other)
    try:
        yield
    finally:
        log.removeFilter(other)


class CagedProvisioner(KernelProvisionerBase):
    """Starts a kernel in a cage, and ends it."""

    kernel: Kernel | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self.kernel is not None

    async def poll(self) -> int | None:
        """Nothing while it runs."""
        if self.kernel is None:
            return 1
        try:
            self.kernel.machine.poll()
            self.kernel.check()
        except KernelGone as gone:
            if self._told != gone.reason:
                self._told = gone.reason
                self.log.error(
                    "The sandbox ended the kernel (%s). casebank grade keeps what was judged by "
                    "then.",
                    gone.reason,
                )
            return 1
        except MachineError as error:
            self.log.error("%s", error)
            return 1
        return None

    _told = ""

    async def wait(self) -> int | None:
        """Until it has ended."""
        return 0

    async def send_signal(self, signum: int) -> None:
        """An interrupt is a message: nobody outside can signal a process in there."""
        if self.kernel is not None:
            self.kernel.interrupt()

    async def kill(self, restart: bool = False) -> None:
        """End it."""
        self._close()

    async def terminate(self, restart: bool = False) -> None:
        """End it."""
        self._close()

    async def cleanup(self, restart: bool = False) -> None:
        """End it."""
        self._close()

    async def pre_launch(self, **about: Any) -> dict[str, Any]:
        """Nothing of this process's environment goes into the cage."""
        about.pop("env", None)
        return {"cmd": [], **about}

    async def launch_kernel(self, cmd: list[str], **about: Any) -> Any:
        """Start it; returns how to connect.

        Raises:
            Uncaged: it cannot be isolated, and was not started.
        """
        reason = refusal()
        if reason:
            raise Uncaged(reason)
        self._folder = Path(about.get("cwd") or ".").resolve()
        root = inert.course_of(self._folder / "x") or self._folder
        specs, name = self.parent.kernel_spec_manager, self.parent.kernel_name
        try:
            argv, env = command(specs, name)
        except NoKernelError:
            raise Uncaged(f"there is no kernel of the name {name} here") from None
        self._purpose = os.environ.get(_PURPOSE, "")
        self._stack = contextlib.ExitStack()
        try:
            machine = self._stack.enter_context(cages.machine(root, places(specs, name)))
            with _unsigned():
                self.kernel = self._stack.enter_context(
                    machine.kernel(
                        _files(self._folder),
                        self._folder,
                        argv=argv,
                        env={_PURPOSE: self._purpose, **(env or {})},
                        extra=list(about.get("extra_arguments") or []),
                        keep=True,
                    )
                )
            self._wait()
        except MachineError as error:
            self._close()
            raise Uncaged(f"the sandbox failed, so nothing was run ({error})") from None
        except BaseException:
            self._close()
            raise
        connection = self.kernel.connection
        return {**connection, "key": str(connection["key"]).encode()}

    def _wait(self) -> None:
        """Until it listens everywhere; nobody may connect to what may still be put there."""
        kernel = self.kernel
        assert kernel is not None
        deadline = time.monotonic() + START_SECONDS
        try:
            for port in PORTS.values():
                while not listens(f"{kernel.connection['ip']}-{port}"):
                    if time.monotonic() > deadline:
                        raise MachineError("the kernel does not answer")
                    kernel.machine.poll(0.003)
                    kernel.check()
            kernel.wait_sealed(deadline)
        except KernelGone as gone:
            raise MachineError(f"the kernel ended ({gone.reason})") from None
        kernel.control.connect(f"ipc://{kernel.connection['ip']}-{PORTS['control']}")

    _folder = Path()
    _purpose = ""
    _stack: contextlib.ExitStack | None = None

    def _close(self) -> None:
        stack, kernel = self._stack, self.kernel
        self._stack = self.kernel = None
        if stack is not None:
            stack.close()
        if kernel is not None and self._purpose == "autograde":
            _bring_back(self._folder, kernel.left)


class _Counted(AsyncZMQSocketChannel):
    """Takes messages of a kernel that may say anything, and as much of it as it likes."""

    client: CagedClient

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message.

        Raises:
            Empty: none came in time.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if deadline is None else max(0, int((deadline - time.monotonic()) * 1000))
            assert self.socket is not None
            if not await self.socket.poll(left):
                raise Empty
            frames = await self.socket.recv_multipart()
            if self.client.said(sum(map(len, frames))):
                with contextlib.suppress(Exception):
                    _, parts = self.session.feed_identities(frames)
                    if light(parts, self.client.said, Limits().output_mb * MB):
                        return self.session.deserialize(parts)


class CagedClient(AsyncKernelClient):
    """Connects once to each socket, and never anew: a hostile kernel may put a link there."""

    shell_channel_class = Type(_Counted)
    iopub_channel_class = Type(_Counted)

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> Any:
        sock = self.context.socket(channel_socket_types[channel])
        sock.linger = 0
        if identity:
            sock.identity = identity
        read = channel in ("shell", "iopub")
        sock.setsockopt(zmq.MAXMSGSIZE, 4 * Limits().output_mb * MB if read else MB)
        if not read:
            # What is said to these nobody hears, so it may not gather.
            sock.setsockopt(zmq.RCVHWM, 16)
        sock.setsockopt(zmq.RECONNECT_IVL, NEVER)
        sock.connect(self._make_url(channel))
        return sock

    def start_channels(self, *wanted: Any, **more: Any) -> None:
        """All but the heartbeat, whose socket is made anew again and again."""
        for channel in (self.shell_channel, self.iopub_channel):
            channel.client = self
        super().start_channels(*wanted, **{**more, "hb": False})

    _printed = 0

    def said(self, size: int) -> bool:
        """Count output; False when it is no longer to be kept, and the kernel is being ended."""
        kernel = getattr(getattr(self.parent, "provisioner", None), "kernel", None)
        self._printed += size
        if self._printed <= Limits().output_mb * MB:
            return True
        if kernel is not None:
            kernel.stop("limit-output")
        return False


class CagedKernelManager(AsyncKernelManager):
    """For ``c.ExecutePreprocessor.kernel_manager_class``: each kernel in a cage of its own."""

    client_factory = Type(CagedClient, klass=AsyncKernelClient)
    transport = "ipc"

    @default("client_factory")
    def _client(self) -> type[CagedClient]:
        return CagedClient

    async def start_kernel(self, **about: Any) -> None:
        """Start a kernel."""
        said.install()
        self.kernel_id = self.kernel_id or os.urandom(8).hex()
        self._launch_args = dict(about)
        self.provisioner = CagedProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        about = await self.provisioner.pre_launch(**about)
        info = await self.provisioner.launch_kernel(about.pop("cmd"), **about)
        self.load_connection_info(info)

    async def interrupt_kernel(self) -> None:
        """Interrupt the cell that is running."""
        if self.provisioner is not None:
            await self.provisioner.send_signal(2)

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel and all that it has started."""
        if self.provisioner is not None:
            await self.provisioner.cleanup()

    def _connect_control_socket(self) -> None:
        """The provisioner has one."""


__all__ = ["CagedKernelManager", "Uncaged", "brought", "refusal"]
