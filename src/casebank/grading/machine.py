"""The sandbox from outside: one zygote in bubblewrap, and the kernels that it forks."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import zmq

from casebank.files import remove_tree
from casebank.grading import memory, sandbox
from casebank.grading.course import CHANNELS
from casebank.grading.inside import wire
from casebank.grading.inside.cage import NOBODY
from casebank.grading.kernel import PORTS, Kernel, MachineError
from casebank.grading.sandbox import HOME, SEED, Limits

START_SECONDS = 120


@dataclass(frozen=True)
class Place:
    """What a zygote needs to know before anybody has read the assignment."""

    root: str
    seed: str | None
    limits: Limits
    name: str


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
        self.root, self.limits, self.see = root, limits, tuple(see)
        self.exchange = Path(tempfile.mkdtemp(prefix=name, dir=CHANNELS))
        if os.geteuid() == 0:
            # Only what runs inside, as ``nobody``, may pass through.
            os.chown(self.exchange, 0, NOBODY)
            self.exchange.chmod(0o710)
        self.seeded = seed is not None
        self.events: dict[int, dict[str, Any]] = {}
        self._number = 0
        ours, theirs = socket.socketpair()
        self.sock = ours
        control = theirs.fileno()
        self._aside = ours.dup()
        self._turn = threading.Lock()
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
            self._aside.close()
        _end(self.process)
        if self.process.stderr:
            self.process.stderr.close()
        self.context.destroy(linger=0)
        remove_tree(self.exchange)

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
        self._send(self.sock, message, fds)

    def end_aside(self, number: int) -> None:
        """Order the end of a kernel from another thread, whatever this one is doing.

        Raises:
            MachineError: the zygote has gone.
        """
        self._send(self._aside, {"op": "end", "id": number, "now": True})

    def _send(
        self, sock: socket.socket, message: dict[str, Any], fds: tuple[int, ...] = ()
    ) -> None:
        with self._turn:
            sock.settimeout(10)
            try:
                wire.send(sock, message, fds)
            except (wire.Closed, OSError):
                raise MachineError("the zygote was killed") from None

    def load(self, modules: tuple[str, ...]) -> None:
        """Have heavy modules imported before the first kernel is forked."""
        if modules:
            self.order({"op": "import", "modules": list(modules)})

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
        keep: bool = False,
    ) -> Iterator[Kernel]:
        """A kernel in a cage of its own, ended when the block is left.

        Args:
            files: what lies in its working folder, by relative path.
            seen_as: path of that folder inside.
            argv: another kernel's command line; ours when not given.
            env: further environment.
            extra: arguments for the kernel.
            keep: bring out what it leaves in its folder, for the submission's next notebook.
        """
        self._number += 1
        folder = self.exchange / str(self._number)
        own_folder(folder, {f"files/{name}": content for name, content in files.items()})
        (folder / "files").mkdir(exist_ok=True)
        one = Kernel(self, self._number, folder)
        one.given = files if keep else None
        watch = memory.Watch(one.filled)
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
                    "sockets": [f"k-{port}" for port in PORTS.values()],
                    "argv": argv,
                    "env": {"NBGRADER_EXECUTION": "autograde", **(env or {})},
                    "extra": extra or [],
                    "keep": keep,
                    "see": [str(place) for place in self.see],
                }
            )
            yield one
        finally:
            one.close()
            watch.close()
            remove_tree(folder)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End bubblewrap, and what it has begun.

    In its first milliseconds it is not yet tied to its child, which would then wait for ever: so it
    is held, while the child goes first.
    """
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGSTOP)
        with contextlib.suppress(OSError):
            below = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            for child in below.read_text("ascii").split():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(int(child), signal.SIGKILL)
        process.kill()
    process.wait()


def own_folder(folder: Path, files: dict[str, bytes], *, writable: bool = True) -> None:
    """A folder with files for what runs inside, into which nobody else on this machine can look.

    It holds somebody's work, and sockets through which a kernel would run anybody's code.

    Args:
        folder: it does not exist yet.
        files: what lies in it, by relative path.
        writable: what runs inside may write there.
    """
    folder.mkdir(mode=0o700)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if os.geteuid() == 0:
        # What runs inside is ``nobody``, and the instructor's umask may shut that one out.
        for top, _, names in os.walk(folder):
            for path in (Path(top), *(Path(top) / name for name in names)):
                os.chown(path, NOBODY if writable else 0, NOBODY)
                path.chmod(0o750 if path.is_dir() else 0o640)


def early(place: Place) -> Machine:
    """A zygote that warms up while others still read the assignment."""
    seed = Path(place.seed) if place.seed else None
    return Machine(Path(place.root), seed, place.limits, name=place.name)


__all__ = ["Machine", "MachineError", "Place", "early", "own_folder"]
