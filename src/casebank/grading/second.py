"""The second judgement: each group of tests, once more, on plain data in a clean process.

Just before the submission's kernel runs a group of test cells, it is forked, and a process of ours
that never saw the submission runs the same tests, asking the fork for values and calling its
functions. Whoever lies to the tests in their own process lies in vain here.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import itertools
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from casebank.files import digest
from casebank.grading.decide import Findings
from casebank.grading.inside import wire
from casebank.grading.inside.cage import NOBODY
from casebank.grading.kernel import Kernel, MachineError
from casebank.grading.machine import Machine, own_folder
from casebank.grading.model import Evidence, Graded, Kit
from casebank.grading.paper import Paper
from casebank.grading.proof import SOLUTION
from casebank.grading.reasons import Reason
from casebank.grading.verify import Plan, differ, plan
from casebank.grading.versions import grade_id

#: Seconds that the judge has for an assignment's set-up cells, the kernel for its fork, and the
#: fork to call.
SETUP_SECONDS, FORK_SECONDS, CALL_SECONDS = 120, 20, 5
Hook = Callable[[int, Any, Kernel], None]


class Second:
    """The judge's side in one worker."""

    def __init__(self, machine: Machine, kit: Kit) -> None:
        self.machine, self.kit = machine, kit
        self.sock: socket.socket | None = None
        self.cpu = 0.0
        self._plans: dict[str, Plan] = {}
        self._ready: dict[str, str] = {}
        self._run: _Run | None = None

    def begin(
        self, paper: Paper, name: str, notebook: Any, student: str, timeout: int, own: set[str]
    ) -> Hook:
        """Get ready for one notebook; returns what is to be called before each cell.

        ``own`` names the modules that are the submission's own files; the judge has none of them.
        """
        self.cpu = 0.0
        key = f"{paper.name}/{name}"
        if key not in self._plans:
            self._plans[key] = plan(paper.pack.sheets[name])
        found = self._plans[key]
        self._run = run = _Run(self, found, notebook, student == SOLUTION, timeout)
        run.own = own
        run.order = [cell.name for cell in paper.pack.sheets[name].cells]
        if self.kit.trust is not None:
            run.trust = {
                cell: list(uses) for (book, cell), uses in self.kit.trust.items() if book == name
            }
        if not found.tests:
            return lambda index, cell, kernel: None
        problem = self._prepare(key, found, paper)
        if problem:
            run.unverified = {cell: problem for cell in found.tests}
            return lambda index, cell, kernel: None
        run.open(self.sock, key)
        return run.before

    def decline(self, paper: Paper, name: str, why: str) -> None:
        """Say why a notebook is not judged a second time."""
        self.cpu = 0.0
        self._run = run = _Run(self, Plan(), None, False, 0)
        run.unverified = {
            cell.name: why
            for cell in paper.pack.sheets[name].cells
            if cell.grade and not cell.solution
        }

    def _prepare(self, key: str, found: Plan, paper: Paper) -> str:
        """Let the judge run the set-up of a notebook once; returns why it cannot."""
        if self.sock is None:
            self.sock = self.machine.judge()
        if key in self._ready:
            return self._ready[key]
        folder = self.machine.exchange / f"judge-{digest([key])[:12]}"
        own_folder(folder, paper.pack.files, writable=False)
        self.sock.settimeout(SETUP_SECONDS + 10)
        try:
            wire.send(self.sock, found.message(key, str(folder), SETUP_SECONDS))
            reply, _ = wire.receive(self.sock)
        except (wire.Closed, TimeoutError):
            raise MachineError("the judge was killed") from None
        self._ready[key] = (
            "" if reply.get("ok") else f"the set-up does not run apart ({reply.get('error')})"
        )
        return self._ready[key]

    def end(self, name: str, notebook: Any, one: Graded, found: Findings) -> None:
        """Compare both judgements of a notebook that has been run."""
        run, self._run = self._run, None
        if run is None:
            return
        run.close()
        self.cpu += run.cpu
        skip = {cell for book, cell in self.kit.unverifiable if book == name}
        for cell, why in (run.plan.unverifiable | run.unverified).items():
            found.unverified[name, cell] = why
        for cell in notebook.cells:
            grade = grade_id(cell)
            verdict = run.verdicts.get(grade or "")
            if grade is None or verdict is None or grade in one.unrun or grade in skip:
                continue
            if verdict.get("uses"):
                found.uses[name, grade] = tuple(verdict["uses"])
            outputs = cell.get("outputs", ())
            failed = any(output.get("output_type") == "error" for output in outputs)
            row = one.rows.get(grade)
            if row is None:
                continue
            lacking = only_theirs(run.plan.tests[grade], run.own) if run.own else ""
            if lacking:
                verdict = {"state": "unverifiable", "reason": f"it imports {lacking}, handed in"}
            if verdict.get("state") == "unverifiable":
                found.unverified[name, grade] = str(verdict.get("reason", ""))
                continue
            gap = differ(outputs, "error" if failed else "ok", verdict, row.max_score)
            if gap is not None and not gap.gains and run.moved():
                # A test that stands before what it needs fails where it stands, as in nbgrader; the
                # judge has run the instructor's cells first. Nobody has cheated.
                found.notes.append(Reason("order-differs"))
                continue
            if gap is not None and (name, grade) not in found.odd:
                found.evidence.append(Evidence(name, grade, gap.ours, gap.theirs))

    def close(self) -> None:
        """End the judge."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None


class _Run:
    """The second judgement of one notebook."""

    def __init__(
        self, second: Second, found: Plan, notebook: Any, learn: bool, timeout: int
    ) -> None:
        self.plan, self.notebook, self.learn = found, notebook, learn
        # More than the kernel has: an answer that needs nearly all its time there is no cheat.
        self._patience = 1.5 * timeout + 5 if timeout and timeout > 0 else 600
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.unverified: dict[str, str] = {}
        #: None: nobody knows how the solution's objects are used, so nothing is held for them.
        self.trust: dict[str, list[str]] | None = None
        #: Modules that are the submission's own files.
        self.own: set[str] = set()
        #: Names of the released notebook's cells, in order.
        self.order: list[str] = []
        self.cpu = 0.0
        self._line: socket.socket | None = None
        self._number = 0
        self._second = second

    def moved(self) -> bool:
        """Whether the cells stand in another order than in the release."""
        here = [name for cell in self.notebook.cells if (name := grade_id(cell)) in self.order]
        return here != [name for name in self.order if name in here]

    def open(self, sock: socket.socket | None, key: str) -> None:
        """Have a judge forked for this submission."""
        assert sock is not None
        ours, theirs = socket.socketpair()
        try:
            wire.send(sock, {"op": "open", "key": key}, (theirs.fileno(),))
            reply, _ = wire.receive(sock)
        except (wire.Closed, TimeoutError):
            ours.close()
            raise MachineError("the judge was killed") from None
        finally:
            theirs.close()
        if not reply.get("ok"):
            ours.close()
            raise MachineError(f"the judge does not open ({reply.get('error')})")
        self._line = ours

    def before(self, index: int, cell: Any, kernel: Kernel) -> None:
        """Judge the group of tests that begins with a cell, before the kernel sees any of it."""
        name = grade_id(cell) or ""
        if name not in self.plan.tests or name in self.verdicts:
            return
        group = self._group(index)
        for one in group:
            self.verdicts[one] = {"cell": one, "state": "lost", "reason": "gone"}
        line = self._ask(kernel)
        if line is None or self._line is None:
            return
        message: dict[str, Any] = {
            "op": "group",
            "tests": [[one, self.plan.tests[one]] for one in group],
            # An honest cell near its limit may be slower here: it is asked for over a socket.
            "timeout": self._patience,
        }
        if self.learn:
            message["learn"] = True
        elif self.trust is not None:
            message["trust"] = {one: self.trust.get(one, []) for one in group}
        try:
            self._line.settimeout(self._patience * len(group) + 20)
            wire.send(self._line, message, (line.fileno(),))
            reply, _ = wire.receive(self._line)
        except (wire.Closed, TimeoutError):
            self.close()
            return
        finally:
            line.close()
        self.cpu += float(reply.get("cpu", 0.0))
        for verdict in reply.get("verdicts", ()):
            self.verdicts[verdict["cell"]] = verdict

    def _group(self, index: int) -> list[str]:
        """The test cells from here on, up to the next cell that is none."""
        found = []
        for cell in self.notebook.cells[index:]:
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            name = grade_id(cell) or ""
            if name in self.plan.unverifiable:
                continue
            if name not in self.plan.tests:
                break
            found.append(name)
        return found

    def _ask(self, kernel: Kernel) -> socket.socket | None:
        """Have the kernel forked; returns a line to the fork."""
        self._number += 1
        path = kernel.folder / f"v{self._number}"
        code = (
            f"__import__('casebank.grading.inside.player', fromlist=['fork']).fork({str(path)!r})"
        )
        with listening(path) as listener:
            if not kernel.silent(code, FORK_SECONDS):
                return None
            return accepted(listener)

    def close(self) -> None:
        """End the judge of this submission."""
        if self._line is not None:
            self._line.close()
            self._line = None


def _module(file: str) -> str:
    """The module that a file is, if it is one."""
    path = PurePosixPath(file)
    if path.suffix != ".py":
        return ""
    return ".".join(path.parent.parts if path.stem == "__init__" else path.with_suffix("").parts)


def _upward(module: str) -> set[str]:
    """A module and the packages that it lies in."""
    return set(itertools.accumulate(module.split("."), "{}.{}".format))


def own_modules(files: set[str], given: set[str]) -> set[str]:
    """Modules that lie beside the notebook and that the course has not given.

    A file that stands in the way of the course's own module is none: the judge has that module, and
    what the submission's says instead comes to light.

    Args:
        files: all files beside the notebook.
        given: those of the course.
    """
    # A package without a file of its own is the course's, too.
    ours = {name for one in given for name in _upward(_module(one))}
    return {_module(one) for one in files - given} - ours - {""}


def only_theirs(source: str, own: set[str]) -> str:
    """A module that a test imports and that the submission alone has: the judge cannot follow.

    What the judge says of such a test is not asked: an error's text may be the submission's own.
    """
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            top = name.partition(".")[0]
            if top in sys.modules or importlib.util.find_spec(top) is not None:
                continue
            found = own & _upward(name)
            if found:
                return min(found)
    return ""


@contextlib.contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """A socket of ours in a kernel's folder, in which nobody inside can make anything."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        try:
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
            listener.listen(1)
            listener.settimeout(CALL_SECONDS)
            yield listener
        finally:
            path.unlink(missing_ok=True)


def accepted(listener: socket.socket) -> socket.socket | None:
    """The line of whoever calls first; None where nobody does in time."""
    try:
        return listener.accept()[0]
    except TimeoutError:
        return None
