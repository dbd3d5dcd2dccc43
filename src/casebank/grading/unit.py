"""Grade one submission: a task in, a decision out. Nothing is written, so it may run anywhere.

One bench serves one worker: it keeps the assignment's packs, nbgrader's preprocessors, the zygote
and the judge between submissions.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbclient.exceptions import CellExecutionError
from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError

from casebank.check.visible import Formatter
from casebank.errors import CasebankError, fault_line
from casebank.files import beside, digest
from casebank.grading import chain, exact, intake, messages
from casebank.grading.decide import Findings, decide
from casebank.grading.execute import STOPPED, TIMED_OUT, CagedExecute
from casebank.grading.handedtime import handed_time, harmless
from casebank.grading.kernel import Kernel, KernelGone, MachineError
from casebank.grading.machine import Machine
from casebank.grading.model import HELD, REJECTED, Decision, Graded, Hashes, Kit, Pack, Row, Task
from casebank.grading.paper import Paper
from casebank.grading.plain import PlainMachine
from casebank.grading.reasons import Reason, RejectedError
from casebank.grading.second import Second, own_modules
from casebank.grading.specs import NoKernelError, command
from casebank.grading.versions import grade_id
from casebank.grading.warm import config_of, machine

LOGGED = "%(asctime)s %(levelname)s %(message)s"
_BAD_METADATA = (SchemaTooOldError, SchemaTooNewError, ValidationError, KeyError)


class Bench:
    """What one worker needs for an assignment."""

    def __init__(
        self, kit: Kit, log: logging.Logger, early: Machine | PlainMachine | None = None
    ) -> None:
        self.kit, self.log = kit, log
        for handler in log.handlers:
            # A stranger's words in a log forge no other entry.
            handler.setFormatter(Formatter(LOGGED))
        self.papers = {name: Paper(pack) for name, pack in kit.packs.items()}
        self.current = self.papers[kit.current]
        self.machine = early or machine(kit)
        self.second = Second(self.machine, kit) if kit.verify and kit.sandbox else None
        self._chains: dict[str, _Chain] = {}

    def chain(self, pack: Pack) -> _Chain:
        """nbgrader's preprocessors for a pack, made once."""
        if pack.version not in self._chains:
            self._chains[pack.version] = _Chain(self, pack)
        return self._chains[pack.version]

    def calibrate(self, kit: Kit) -> None:
        """Learn what the proof has shown."""
        self.kit = kit
        if self.second is not None:
            self.second.kit = kit

    def close(self) -> None:
        """End the zygote."""
        if self.second is not None:
            self.second.close()
        self.machine.close()


class _Chain:
    """Both halves of stock's autograde, with our Execute."""

    def __init__(self, bench: Bench, pack: Pack) -> None:
        from nbgrader.converters import Autograde

        self.pack = pack
        self.config = config_of(pack)
        settings = self.config.get("Autograde", {})
        halves = []
        for name in ("sanitize_preprocessors", "autograde_preprocessors"):
            steps = settings.get(name) or getattr(Autograde, name).default()
            halves.append(chain.build(list(steps), self.config, CagedExecute, bench.log))
        self.sanitize, self.autograde = halves
        self.execute = next((one for one in self.autograde if isinstance(one, CagedExecute)), None)
        self.specs = KernelSpecManager(config=self.config)


def grade(bench: Bench, task: Task) -> Decision:
    """Grade one submission. Whatever goes wrong, there is a decision."""
    began, cpu = time.monotonic(), time.process_time()
    kit = bench.kit
    lang = kit.pack.lang
    found = Findings()
    times: dict[str, float] = {"cells": 0.0, "verification": 0.0}
    try:
        decision = _grade(bench, task, found, times)
    except RejectedError as error:
        decision = Decision(task.student, REJECTED, task.digest, lang, reason=error.reason)
    except NoKernelError as error:
        reason = Reason("no-kernel", {"found": str(error)[:60]})
        decision = Decision(task.student, HELD, task.digest, lang, reason=reason)
    except MachineError:
        raise
    except (CasebankError, Exception) as error:
        bench.log.exception("while grading %s", task.student)
        decision = Decision(task.student, HELD, task.digest, lang, reason=Reason("engine-fault"))
        decision.fault = fault_line(error)
    pack = bench.papers.get(decision.version, bench.current).pack
    decision.hashes = Hashes(
        task.digest, pack.hashes.checks, pack.hashes.weights, pack.hashes.data, pack.hashes.engine
    )
    decision.seconds = time.monotonic() - began
    times["bookkeeping"] = time.process_time() - cpu
    decision.cpu = times
    return decision


def _grade(bench: Bench, task: Task, found: Findings, times: dict[str, float]) -> Decision:
    kit = bench.kit
    task, notes = stamped(task)
    if bench.current.spec is not None:
        taken = intake.read(task, bench.papers, bench.current, kit.pack.lang)
    else:
        taken = intake.read_any(task, bench.current, kit.pack.lang)
    taken.notes += notes
    paper = taken.paper
    if paper is None:
        held = Decision(task.student, HELD, task.digest, taken.lang, taken.claimed)
        held.notes = taken.notes
        held.reason = Reason("version-unknown", {"found": taken.claimed})
        return held
    kept = beside(taken.extra, paper.pack.files)
    if len(kept) < len(taken.extra):
        names = ", ".join(sorted(taken.extra.keys() - kept.keys())[:3])
        taken.notes.append(Reason("in-the-way", {"found": names[:80]}))
        taken.extra = kept
    if paper.pack.exact:
        exact.run(bench, task, taken, paper, found, times)
    else:
        for name in sorted(paper.pack.sheets):
            if name in taken.notebooks:
                _notebook(bench, task, taken, paper, name, found, times)
            else:
                found.graded.append(missing(paper.pack, name))
    return decide(task, taken, paper, bench.current, found)


def stamped(task: Task) -> tuple[Task, list[Reason]]:
    """A task whose time of handing in is that of its timestamp.txt, if there is a good one.

    One that could do harm goes no further: nbgrader reads what lies beside a graded notebook.
    """
    if intake.TIMESTAMP not in task.files:
        return task, []
    content = task.files[intake.TIMESTAMP]
    when = handed_time(content)
    if when is not None:
        return replace(task, before=replace(task.before, timestamp=when)), []
    if not harmless(content):
        rest = {name: one for name, one in task.files.items() if name != intake.TIMESTAMP}
        task = replace(task, files=rest)
    return task, [Reason("odd-time")] if content.strip() else []


def missing(pack: Pack, name: str) -> Graded:
    """A notebook that was not handed in: stock gives it nothing."""
    rows = {
        cell: Row(0.0, False, worth, "zero") for cell, worth in pack.sheets[name].points.items()
    }
    return Graded(name, None, rows)


def _notebook(
    bench: Bench,
    task: Task,
    taken: intake.Intake,
    paper: Paper,
    name: str,
    found: Findings,
    times: dict[str, float],
) -> None:
    pack = paper.pack
    steps = bench.chain(pack)
    book = chain.Book(pack.sheets[name], task.before, pack.as_stock)
    resources = _resources(pack, task.student, name)
    notebook = taken.notebooks[name]
    try:
        notebook, resources = _through(steps.sanitize, notebook, resources, book)
    except (*_BAD_METADATA, MissingEntry, ValueError, TypeError, RuntimeError):
        # Stock loses such a submission as well; only its owner can mend it.
        raise RejectedError("bad-metadata") from None
    if steps.execute is not None:
        prepare(bench, steps.execute, task, taken, paper, name, notebook, found)
    try:
        notebook, resources = _through(steps.autograde, notebook, resources, book)
    except CellExecutionError as error:
        raise RejectedError("bad-metadata") from error
    content = _written(notebook)
    rows = book.rows()
    one = Graded(
        name,
        # Half a character, as metadata may hold one, cannot be written.
        (content if content.endswith("\n") else content + "\n").encode("utf-8", "replace"),
        rows,
        {cell: row.auto_comment for cell, row in book.comments.items()},
        book.penalty,
    )
    found.executed[name] = notebook
    found.odd |= {(name, cell): value for cell, value in book.odd.items()}
    found.silent |= {(name, cell) for cell in book.silent}
    found.notes += book.notes
    collect(bench, steps.execute, notebook, one, found, times)


def _written(notebook: Any) -> str:
    """The notebook's text; an output that no notebook may hold is left out."""
    from nbformat import validator

    for cell in notebook.cells:
        if cell.cell_type == "code" and not messages.count(cell.get("execution_count")):
            cell.execution_count = None
    try:
        return nbformat.writes(notebook, version=4)
    except validator.NotebookValidationError:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [
                    one for one in cell.outputs if validator.isvalid(one, ref="output", version=4)
                ]
        return nbformat.writes(notebook, version=4)


def prepare(
    bench: Bench,
    execute: CagedExecute,
    task: Task,
    taken: intake.Intake,
    paper: Paper,
    name: str,
    notebook: Any,
    found: Findings,
) -> None:
    """Tell our Execute where its kernel comes from, and who judges a second time."""
    pack = paper.pack
    files = taken.extra | pack.files
    for other, content in task.files.items():
        # Its name can be seen beside the running notebook, as in stock; hidden tests cannot.
        if other.endswith(".ipynb") and other.removesuffix(".ipynb") in taken.notebooks:
            files[other] = content
    # As in stock, a notebook finds what the one before it has written.
    files = beside(files, found.left) | found.left
    seen_as = Path(pack.autograded.replace("{student_id}", task.student))

    wanted = execute.kernel_name or notebook.metadata.get("kernelspec", {}).get("name") or ""
    argv, env = command(bench.chain(pack).specs, str(wanted))

    @contextmanager
    def opened(step: CagedExecute) -> Iterator[Kernel]:
        with bench.machine.kernel(
            files,
            seen_as,
            argv=argv,
            env=env,
            extra=list(step.extra_arguments),
            keep=len(taken.notebooks) > 1,
        ) as kernel:
            yield kernel
        found.left = beside(found.left, kernel.left) | kernel.left

    execute.opened = opened
    execute.before = None
    if argv is not None:
        found.notes.append(Reason("other-kernel", {"found": str(wanted)[:40]}))
    if bench.second is not None and argv is not None:
        bench.second.decline(paper, name, "it is run by another kernel")
    elif bench.second is not None:
        own = own_modules(set(files), set(pack.files))
        execute.before = bench.second.begin(
            paper, name, notebook, task.student, execute.timeout, own
        )


def collect(
    bench: Bench,
    execute: CagedExecute | None,
    notebook: Any,
    one: Graded,
    found: Findings,
    times: dict[str, float],
) -> None:
    """Add what a run of one notebook brought to light."""
    for cell in notebook.cells:
        names = {output.get("ename") for output in cell.get("outputs", ())}
        found.slow = found.slow or TIMED_OUT in names
        name = grade_id(cell)
        if STOPPED in names and name:
            one.unrun.add(name)
    found.graded.append(one)
    if execute is None:
        return
    found.stopped = found.stopped or execute.stopped
    if bench.second is None:
        found.unverified |= {(one.name, cell): "not asked for" for cell in one.rows}
    else:
        bench.second.end(one.name, notebook, one, found)
        times["verification"] += bench.second.cpu
    times["cells"] += execute.cpu


def _resources(pack: Pack, student: str, name: str) -> Any:
    from nbconvert.exporters.exporter import ResourcesDict

    resources = ResourcesDict()
    resources["metadata"] = ResourcesDict()
    resources["metadata"]["name"] = name
    resources["metadata"]["path"] = pack.autograded.replace("{student_id}", student)
    resources["unique_key"] = name
    resources["output_files_dir"] = f"{name}_files"
    resources["nbgrader"] = {
        "student": student,
        "assignment": pack.slug,
        "notebook": name,
        "db_url": "",
    }
    return resources


def _through(steps: list[Any], notebook: Any, resources: Any, book: chain.Book) -> Any:
    """As nbconvert's exporter runs preprocessors, but for validating after each of them."""
    from nbformat import validator

    _, notebook = validator.normalize(notebook)
    for step in steps:
        step.book = book
        notebook, resources = step(notebook, resources)
    return notebook, resources


def fingerprint(kit: Kit) -> str:
    """Digest of a kit: a worker that has it needs no other copy."""
    return digest(
        [kit.slug, kit.current, str(kit.verify), str(sorted(kit.unverifiable.items()))]
        + [pack.digest for pack in kit.packs.values()]
    )


__all__ = ["Bench", "KernelGone", "MachineError", "fingerprint", "grade"]
