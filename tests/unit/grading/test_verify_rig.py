"""A kernel, its forks and a judge without a sandbox, for the tests of the second judgement."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import shutil
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What kernels need is imported once, before any is forked.
import IPython.core.interactiveshell
import IPython.lib.pretty
import numpy
import pandas.testing

from casebank.grading.inside import judge, wire
from casebank.grading.model import Sheet, SourceCell
from casebank.grading.second import accepted, listening
from casebank.grading.verify import Difference, Plan, differ, plan

TIMEOUT = 120.0
WARM = (IPython, numpy, pandas)


def sheet(script: Sequence[tuple[str, str, str]]) -> Sheet:
    """A notebook from (kind, grade id, source): kinds are setup, solution, test."""
    cells = tuple(
        SourceCell(
            name=name,
            cell_type="code",
            locked=kind == "test",
            source=source,
            checksum=None,
            grade=kind == "test",
            solution=kind == "solution",
            task=False,
            points=1.0 if kind == "test" else None,
        )
        for kind, name, source in script
        if name
    )
    return Sheet("book", None, cells, tuple((name, source) for _, name, source in script))


def _silence() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)


def _fork(work: Any, sock: socket.socket, other: socket.socket) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            other.close()
            _silence()
            # pytest records warnings; a kernel shows them.
            importlib.reload(warnings)
            work(sock)
        except BaseException:
            import traceback

            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(0)
    sock.close()
    return pid


def _kernel(sock: socket.socket) -> None:
    """A stand-in for a kernel: IPython's own shell in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    import types

    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    module = types.ModuleType("__main__")
    shell = InteractiveShell.instance(config=config, user_module=module)
    sys.modules["__main__"] = shell.user_module
    _serve(sock, shell)


def _serve(sock: socket.socket, shell: Any) -> None:
    while True:
        try:
            message, fds = wire.receive(sock)
        except wire.Closed:
            os._exit(0)
        if message["op"] == "clone":
            if os.fork() == 0:
                sock = socket.socket(fileno=fds[0])
            else:
                os.close(fds[0])
                wire.send(sock, {})
        elif message["op"] == "fork":
            shell.run_cell(
                f"from casebank.grading.inside import player; player.fork({message['path']!r})",
                silent=True,
            )
            wire.send(sock, {})
        else:
            wire.send(sock, _run(shell, message["source"]))


def _run(shell: Any, source: str) -> dict[str, Any]:
    from IPython.lib.pretty import pretty

    outputs: list[dict[str, Any]] = []
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    noise = sys.stderr
    try:
        result = shell.run_cell(source)
    finally:
        sys.stdout, sys.stderr = before
    if noise.getvalue():
        outputs.append({"output_type": "stream", "name": "stderr", "text": noise.getvalue()})
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        said = {"ename": type(error).__name__, "evalue": _said(error)}
        outputs.append({"output_type": "error", **said})
    elif result.result is not None:
        data = {"text/plain": pretty(result.result)}
        outputs.append({"output_type": "execute_result", "data": data})
    return {"outputs": outputs, "status": "ok" if error is None else "error"}


def _said(error: BaseException) -> str:
    with contextlib.suppress(Exception):
        return str(error)
    return ""


class Kernel:
    """One kernel, from outside."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def ask(self, **message: Any) -> dict[str, Any]:
        """One order and its answer."""
        wire.send(self.sock, message)
        return wire.receive(self.sock)[0]

    def run(self, source: str) -> dict[str, Any]:
        """Run a cell."""
        return self.ask(op="run", source=source)

    def clone(self) -> Kernel:
        """A fork of the kernel with all that it knows."""
        ours, theirs = socket.socketpair()
        wire.send(self.sock, {"op": "clone"}, [theirs.fileno()])
        theirs.close()
        wire.receive(self.sock)
        return Kernel(ours)

    def close(self) -> None:
        """End it."""
        self.sock.close()


class Rig:
    """A judge for one notebook, and kernels."""

    def __init__(self, script: Sequence[tuple[str, str, str]], folder: Path) -> None:
        self.script = list(script)
        self.folder = folder
        self.plan: Plan = plan(sheet(script))
        self.sock, other = socket.socketpair()
        self.pids = [_fork(judge.serve, other, self.sock)]
        self.trust: dict[str, list[str]] | None = None
        self.base: Kernel | None = None
        wire.send(self.sock, self.plan.message("k", str(folder), 60))
        self.prepared = wire.receive(self.sock)[0]

    def kernel(self) -> Kernel:
        """A new kernel."""
        if self.base is None:
            ours, theirs = socket.socketpair()
            self.pids.append(_fork(_kernel, theirs, ours))
            self.base = Kernel(ours)
        return self.base.clone()

    def judge(self) -> socket.socket:
        """A new judge."""
        ours, theirs = socket.socketpair()
        wire.send(self.sock, {"op": "open", "key": "k"}, [theirs.fileno()])
        theirs.close()
        assert wire.receive(self.sock)[0]["ok"]
        return ours

    def group(
        self, line: socket.socket, kernel: Kernel, cells: Sequence[str], **more: Any
    ) -> dict[str, dict[str, Any]]:
        """The judge's verdicts on test cells that follow each other."""
        folder = tempfile.mkdtemp(prefix="cbv")
        path = f"{folder}/f"
        with listening(Path(path)) as listener:
            kernel.ask(op="fork", path=path)
            listener.settimeout(1)
            # A kernel that did not fork gives a line to nobody.
            fork = accepted(listener) or socket.socket(socket.AF_UNIX)
        try:
            message = {
                "op": "group",
                "tests": [[cell, self.plan.tests[cell]] for cell in cells],
                "timeout": TIMEOUT,
                "trust": self.trust,
                **more,
            }
            wire.send(line, message, [fork.fileno()])
        finally:
            fork.close()
            shutil.rmtree(folder, ignore_errors=True)
        reply = wire.receive(line)[0]
        return {verdict["cell"]: verdict for verdict in reply["verdicts"]}

    def grade(
        self, answers: dict[str, str] | None = None, extra: str = "", **more: Any
    ) -> dict[str, tuple[dict[str, Any], dict[str, Any], Difference | None]]:
        """Judge a submission: kernel's result, judge's verdict and their difference by cell.

        Args:
            answers: the submission's cells by grade id; else the instructor's own.
            extra: a cell that the submission runs first.
            more: for the judge.
        """
        kernel, line = self.kernel(), self.judge()
        found = {}
        verdicts: dict[str, dict[str, Any]] = {}
        if extra:
            kernel.run(extra)
        try:
            for kind, name, source in self.script:
                if kind == "test":
                    if self.plan.after(name):
                        verdicts |= self.group(line, kernel, self.plan.after(name), **more)
                    said = kernel.run(source)
                    verdict = verdicts.get(name, {"state": "unverifiable"})
                    found[name] = (
                        said,
                        verdict,
                        differ(said["outputs"], said["status"], verdict, 1.0),
                    )
                else:
                    kernel.run((answers or {}).get(name, source))
        finally:
            kernel.close()
            line.close()
        return found

    def learn(self) -> None:
        """Judge the instructor's own solution, and note how its objects are used."""
        found = self.grade(learn=True)
        self.trust = {name: verdict.get("uses", []) for name, (_, verdict, _) in found.items()}

    def close(self) -> None:
        """End all processes."""
        self.sock.close()
        if self.base is not None:
            self.base.close()
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@contextmanager
def rig(script: Sequence[tuple[str, str, str]], folder: Path) -> Iterator[Rig]:
    """A rig for a notebook in a folder."""
    made = Rig(script, folder)
    try:
        yield made
    finally:
        made.close()


def test_a_right_and_a_wrong_answer_are_judged_twice_and_alike(tmp_path: Path) -> None:
    script = [
        ("setup", "", "import math\nLIMIT = 3"),
        ("solution", "a", "def double(x):\n    return 2 * x"),
        ("test", "t1", "assert double(LIMIT) == 6"),
        ("test", "t2", "assert double('a') == 'aa'\n0.5"),
    ]
    with rig(script, tmp_path) as made:
        assert made.prepared["ok"]
        assert made.plan.groups == (("t1", "t2"),)
        right = made.grade()
        assert [verdict["state"] for _, verdict, _ in right.values()] == ["passed", "value"]
        wrong = made.grade({"a": "def double(x):\n    return x + 3"})
        assert [verdict["state"] for _, verdict, _ in wrong.values()] == ["passed", "failed"]
        missing = made.grade({"a": "pass"})
        assert "NameError" in missing["t1"][1]["error"]
        for found in (right, wrong, missing):
            assert [difference for _, _, difference in found.values()] == [None, None]
