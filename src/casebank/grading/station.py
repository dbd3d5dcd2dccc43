"""A machine of a cluster: what runs inside a Dask worker, for :mod:`casebank.grading.wide`.

A Dask worker grades nothing itself. For each of its threads it keeps one local worker process
(:class:`casebank.grading.pool.Local`) with its sandbox, from one submission to the next: so what
grades is the same as on a single machine, and a submission that kills it kills no Dask worker.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import pickle
import platform
import socket
import stat
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from casebank.files import remove, tree_digest
from casebank.grading import course as courses
from casebank.grading import home, sandbox
from casebank.grading.model import Decision, Kit, Task
from casebank.grading.pack import PACKAGES
from casebank.grading.pool import Local

PLUGIN = "casebank-"
#: Folders with sockets of a worker of another machine's run: not those of a course on this one.
CHANNEL = "cbkw-"

Versions = tuple[tuple[str, str], ...]
#: What this machine has been found fit for; what it lacks may be mended meanwhile.
_FIT: set[tuple[Versions, bool]] = set()


@dataclass(frozen=True)
class Unfit:
    """A worker that cannot grade: no submission is to suffer for it."""

    where: str
    why: str


@dataclass(frozen=True, repr=False)
class Parcel:
    """A submission on its way; Dask logs what a task was given, and this shows nothing.

    Attributes:
        told: what the proof has shown, pickled.
        body: the task, pickled.
    """

    told: bytes
    body: bytes


class Ended(Exception):
    """The run is over; nobody waits for this submission any more."""


@functools.cache
def versions() -> Versions:
    """What has to be the same on every machine of a run, as it was when this process began."""
    found = {"Python": platform.python_version()}
    for name in (*PACKAGES, "distributed"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "none"
    here = Path(__file__).parent
    found["Casebank"] = tree_digest(here) + tree_digest(here.parent / "check")
    return tuple(found.items())


def differs(wanted: Versions) -> str:
    """In which package this machine differs from the one that asks; empty when in none."""
    mine = dict(versions())
    for name, version in wanted:
        if mine.get(name) != version:
            if name == "Casebank":
                return "it has another state of Casebank: install the same one there"
            return (
                f"it has {name} {mine.get(name)}, this machine has {version}: install the same "
                "lock file there"
            )
    return ""


def others_write(folder: Path) -> Path | None:
    """The folder of these in which others on this machine could put something of theirs."""
    for one in (folder, *folder.parents):
        about = one.stat()
        sticky = about.st_mode & stat.S_ISVTX
        if about.st_uid not in (os.geteuid(), 0) or (about.st_mode & stat.S_IWOTH and not sticky):
            return one
    return None


def unfit(wanted: Versions, isolate: bool, dask_worker: Any = None) -> str:
    """Why this machine cannot grade; empty when it can.

    Args:
        wanted: versions on the machine that asks.
        isolate: whether submissions run in the sandbox.
        dask_worker: the worker; Dask gives it to whoever names it so.
    """
    if (wanted, isolate) in _FIT:
        return ""
    if dask_worker is not None:
        # Python looks for modules there.
        opened = others_write(Path(dask_worker.local_directory).resolve())
        if opened is not None:
            return (
                f"others on that machine can write in {opened}, from where its worker takes "
                "programs: start it with --local-directory in a folder of the grader's own"
            )
    other = differs(wanted)
    if other:
        return other
    problems = sandbox.problems() if isolate else []
    if problems:
        return f"submissions cannot be isolated there: {problems[0]}"
    _FIT.add((wanted, isolate))
    return ""


def survey(wanted: Versions, dask_scheduler: Any = None) -> tuple[str, list[str]]:
    """Runs in the scheduler: in what it differs, and kits of runs whose parent has gone."""
    left = [
        name
        for name in dask_scheduler.worker_plugins
        if name.startswith(PLUGIN) and name.removeprefix(PLUGIN) not in dask_scheduler.clients
    ]
    return differs(wanted), left


class Orders(WorkerPlugin):
    """The assignment, on every worker that there is or will be while a run lasts.

    Args:
        token: names the run.
        kit: the assignment, pickled: a worker that cannot read it can say so.
        wanted: versions on the machine that asks.
        isolate: whether submissions run in the sandbox.
    """

    def __init__(self, token: str, kit: bytes, wanted: Versions, isolate: bool) -> None:
        self.token, self.kit, self.wanted, self.isolate = token, kit, wanted, isolate

    def setup(self, worker: Any) -> None:
        """Be ready for tasks; what takes long waits for the first of them."""
        _OPEN[self.token] = Station(self, Path(worker.local_directory))

    def teardown(self, worker: Any) -> None:
        """The run is over, or the worker ends."""
        station = _OPEN.pop(self.token, None)
        if station is not None:
            station.close()


class Station:
    """One run's local workers, as many as there are threads at work."""

    def __init__(self, orders: Orders, folder: Path) -> None:
        self.orders, self.folder = orders, folder
        self.ended = threading.Event()
        self.idle: deque[Local] = deque()
        self.ready: Kit | None = None
        self.lock = threading.Lock()

    def kit(self) -> Kit:
        """The assignment as this machine needs it."""
        with self.lock:
            if self.ready is None:
                kit: Kit = pickle.loads(self.orders.kit)
                tidy()
                # nbgrader calls the program ``alembic``, which has to be found.
                courses.programs_on_path()
                seed = str(home.make(self.folder)) if self.orders.isolate else None
                # No log: nothing that names a trainee stays on this machine.
                self.ready = replace(kit, seed=seed, log="", name=f"{_channel()}{os.getpid()}-")
            return self.ready

    def grade(self, parcel: Parcel) -> Decision:
        """Grade one submission.

        Raises:
            Ended: the run was over first.
        """
        task: Task = pickle.loads(parcel.body)
        unverifiable, trust = pickle.loads(parcel.told)
        kit = replace(self.kit(), unverifiable=unverifiable, trust=trust)
        try:
            local = self.idle.pop()
            if local.kit != kit:
                local.calibrate(kit)
        except IndexError:
            local = Local(kit, 1)
        try:
            for decision in local.run(iter([task]), self.ended.is_set):
                return decision
        finally:
            self.idle.append(local)
            if self.ended.is_set():
                self._end()
        raise Ended

    def close(self) -> None:
        """End every local worker; one that is at work ends within a moment, in its own thread."""
        self.ended.set()
        threading.Thread(target=self._end, daemon=True).start()

    def _end(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self.idle.pop().close()


_OPEN: dict[str, Station] = {}


def grade(token: str, parcel: Parcel) -> bytes:
    """What Dask runs: grade one submission; a decision, pickled, or why this worker cannot."""
    where = f"{get_worker().address} on {socket.gethostname()}"
    station = _OPEN.get(token)
    if station is None:
        return pickle.dumps(Unfit(where, "it did not get the assignment"))
    why = unfit(station.orders.wanted, station.orders.isolate, get_worker())
    if not why:
        try:
            station.kit()
        except (ImportError, AttributeError, pickle.UnpicklingError) as error:
            why = f"it cannot read the course's settings ({type(error).__name__}: {error})"
    try:
        return pickle.dumps(Unfit(where, why) if why else station.grade(parcel))
    except Ended:
        return pickle.dumps(Unfit(where, "the run is over"))


def _channel() -> str:
    """How folders of this machine's workers begin; process numbers count within a namespace."""
    return f"{CHANNEL}{Path('/proc/self/ns/pid').stat().st_ino}-"


def tidy(folders: Iterable[Path] | None = None) -> None:
    """Remove what workers of this machine left that were killed."""
    for folder in folders if folders is not None else courses.CHANNELS.glob(f"{_channel()}*"):
        number = folder.name.removeprefix(_channel()).partition("-")[0]
        with contextlib.suppress(OSError, ValueError):
            if folder.stat().st_uid == os.geteuid() and not Path(f"/proc/{int(number)}").exists():
                remove(folder)
