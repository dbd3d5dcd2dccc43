"""The warm process from which kernels are forked, inside bubblewrap.

It has imported what kernels and notebooks need and then waits for orders on one socket. It never
learns anything of a submission but the number of its folder, so a kernel that reads its own memory
finds nothing of others. Everything it forks dies with it, and it dies when the socket closes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import select
import shutil
import signal
import socket
import sys
from typing import Any

from casebank.grading.inside import cage, wire

#: What kernel start-up and first cells import late; where one is missing, nothing is lost.
WARM = (
    "ipykernel.kernelapp",
    "ipykernel.datapub",
    "ipykernel.comm.manager",
    "ipykernel.codeutil",
    "IPython.core.magics",
    "IPython.core.completerlib",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "IPython.lib.pretty",
    "matplotlib",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "matplotlib.backends.backend_agg",
    "PIL.PngImagePlugin",
    "numpy",
    "numpy.testing",
    "pandas",
    "pandas.testing",
    "pandas.io.formats.html",
    "pandas.io.formats.format",
    "pandas.io.parsers.readers",
    "pandas.plotting",
    "casebank.check.compare",
    "casebank.check.live",
    "casebank.grading.inside.player",
    "ipykernel.debugger",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "cProfile",
    "pdb",
    "faulthandler",
    "email.parser",
    "encodings.ascii",
    "encodings.idna",
    "encodings.latin_1",
    "tornado.gen",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "ipywidgets",
    "sqlite3",
    "uuid",
    "zmq.eventloop.zmqstream",
)
SEED = "/.casebank/seed"
#: What a cage says of itself, and what is told of it.
EVENTS = {"warden": "started", "sealed": "sealed"}


def main(control: int, extra: list[str]) -> None:
    """Warm up, say so, and serve orders until the worker has gone."""
    cage.undumpable()
    # The worker's own last resort is not meant for what runs in here.
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    # Not the instructor's: folders on the way to the trainee's own have to be passed through.
    os.umask(0o022)
    sock = socket.socket(fileno=control)
    os.set_inheritable(control, False)
    if os.path.isdir(SEED):  # noqa: PTH112
        # Lists that libraries make at their first import and keep in the home.
        shutil.copytree(SEED, os.environ["HOME"], dirs_exist_ok=True)
    # As ipykernel sets it; matplotlib reads it when it is imported.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    _import([*WARM, *extra])
    _quick_tracebacks()
    wire.send(sock, {"event": "ready", "modules": len(sys.modules)})
    Zygote(sock).serve()


def _import(names: list[str]) -> None:
    """Import what kernels are to find ready."""
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    _no_threads()
    gc.collect()
    gc.freeze()


def _quick_tracebacks() -> None:
    """Spare a search through all modules for each frame of a deep recursion.

    For every frame of a traceback, ``inspect`` asks each module whether the cell's file is its own.
    With all that is warm in here, 3,000 frames took 8 seconds; the answer is no, and is remembered.
    """
    import functools
    import inspect

    search = inspect.getmodule
    nobody: dict[str, int] = {}

    @functools.wraps(search)
    def getmodule(object: Any, _filename: str | None = None) -> Any:
        if _filename is not None and nobody.get(_filename) == len(sys.modules):
            return None
        found = search(object, _filename)
        if found is None and _filename is not None:
            nobody[_filename] = len(sys.modules)
        return found

    inspect.getmodule = getmodule


def _no_threads() -> None:
    """A thread in here could hold a lock that a forked kernel then waits for, for ever."""
    import threading

    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(2)


class Zygote:
    """Serves orders: start a kernel, end one, start the judge, import more."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        #: porter's process number -> number of the cage
        self.porters: dict[int, int] = {}
        self.wardens: dict[int, int] = {}
        self.reports: dict[int, int] = {}

    def serve(self) -> None:
        """Until the socket closes; then everything in here ends with us."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        wake, pen = os.pipe()
        os.set_blocking(pen, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(pen, warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self.sock, wake, *self.reports.values()], [], [], 5)
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
            for number in [n for n, fd in self.reports.items() if fd in ready]:
                self._report(number)
            self._bury()
            if self.sock in ready:
                try:
                    order, fds = wire.receive(self.sock)
                except wire.Closed:
                    os._exit(0)
                self._obey(order, fds)

    def _obey(self, order: dict[str, Any], fds: list[int]) -> None:
        if order["op"] == "kernel":
            reading, writing = os.pipe()
            pid = cage.start(order, kernel, writing)
            os.close(writing)
            self.porters[pid] = order["id"]
            self.reports[order["id"]] = reading
        elif order["op"] == "end":
            number = order["id"]
            if number in self.wardens:
                sign = signal.SIGKILL if order.get("now") else signal.SIGTERM
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.wardens[number], sign)
        elif order["op"] == "import":
            _import(order["modules"])
        elif order["op"] == "judge":
            self._judge(fds[0])
        for fd in fds:
            os.close(fd)

    def _report(self, number: int) -> None:
        import json

        data = os.read(self.reports[number], 65536)
        if not data:
            os.close(self.reports.pop(number))
            return
        for line in data.splitlines():
            said = json.loads(line)
            if "warden" in said:
                self.wardens[number] = said["warden"]
            event = next((one for key, one in EVENTS.items() if key in said), "fault")
            wire.send(self.sock, {"event": event, "id": number} | said)

    def _bury(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                number = self.porters.pop(pid, None)
                if number is None:
                    continue
                if number in self.reports:
                    with contextlib.suppress(OSError):
                        os.set_blocking(self.reports[number], False)
                        self._report(number)
                    if number in self.reports:
                        os.close(self.reports.pop(number))
                self.wardens.pop(number, None)
                code = os.waitstatus_to_exitcode(status)
                wire.send(
                    self.sock,
                    {
                        "event": "ended",
                        "id": number,
                        "code": code,
                        "reason": cage.REASONS.get(code),
                        "cpu": usage.ru_utime + usage.ru_stime,
                    },
                )

    def _judge(self, fd: int) -> None:
        """Fork the process that runs tests: it is ours, and no kernel ever descends from it."""
        pid = os.fork()
        if pid:
            return
        try:
            cage.die_with_parent()
            mine = os.dup(fd)
            self.sock.detach()
            for number in range(3, 1024):
                if number != mine:
                    with contextlib.suppress(OSError):
                        os.close(number)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            cage.lower()
            from casebank.grading.inside import judge

            judge.serve(socket.socket(fileno=mine))
        finally:
            os._exit(0)


def kernel(order: dict[str, Any]) -> None:
    """Process 2 of a cage: become a kernel; never returns."""
    from pathlib import Path

    connection = Path(order["home"]) / ".kernel.json"
    import json

    connection.write_text(json.dumps(order["connection"]))
    os.environ.update(order.get("env") or {})
    # The zygote's own pipe is closed here; an interrupt would complain of it.
    signal.set_wakeup_fd(-1)
    if order.get("argv"):
        words = [word.replace("{connection_file}", str(connection)) for word in order["argv"]]
        os.execvp(words[0], words)
    import random

    random.seed()
    with contextlib.suppress(Exception):
        import numpy

        numpy.random.seed(None)
    sys.argv = ["ipykernel_launcher.py", "-f", str(connection)]
    # As in a kernel of its own: what lies beside the notebook can be imported.
    sys.path.insert(0, "")
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.initialize(["-f", str(connection), *order.get("extra", ())])
    # What a kernel does when it imports pyplot itself: figures are shown after their cell.
    with contextlib.suppress(Exception):
        from matplotlib_inline import backend_inline

        backend_inline._enable_matplotlib_integration()
    app.start()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
