"""The workers of this machine: tasks out, decisions back in the order in which they are ready.

A worker that dies is replaced and its task given to another, once; a task whose worker dies twice
is held. Each worker has one task in hand and one in waiting, so it never waits for the writer.
Nothing here waits for a worker: tasks go out and decisions come in through one selector, each as
far as the other side takes part, so size and pace of a submission stop nobody.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from casebank.grading.channel import Channel
from casebank.grading.model import Decision, Kit, Task
from casebank.programs import python

if TYPE_CHECKING:
    from casebank.grading.machine import Place

DEPTH = 2
TRIES = 2
PULSE = 0.2
#: Seconds beyond a submission's own limit after which a worker that says nothing is ended.
GRACE = 180
#: Seconds that a killed worker gets to be gone.
LAST = 10


class Workers(Protocol):
    """Who grades: this machine's workers, or a cluster's."""

    def calibrate(self, kit: Kit) -> None:
        """Tell every worker what the proof has shown."""

    def run(self, tasks: Iterator[Task], stop: Callable[[], bool]) -> Iterator[Decision]:
        """Grade tasks; ends early when ``stop`` says so."""

    def close(self) -> None:
        """End every worker."""


@dataclass
class _Worker:
    """A worker's process and what it has in hand.

    Attributes:
        life: our end of the pipe with which it lives and dies.
    """

    process: subprocess.Popen[bytes]
    channel: Channel
    life: int
    tasks: deque[tuple[Task, int]] = field(default_factory=deque)
    since: float = 0.0

    def send(self, task: Task, tries: int) -> None:
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append((task, tries))
        self.channel.put(("task", task))


class Early:
    """A worker that gets ready while the assignment is still being read.

    Args:
        place: what its zygote needs.

    Attributes:
        file: where its kit is to be written.
    """

    def __init__(self, place: Place) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._workers = [_spawn(self.file, "place", place, place.root)]

    def take(self) -> list[_Worker]:
        """The worker, which is the taker's from now on, told that its kit is there."""
        taken, self._workers = self._workers, []
        for one in taken:
            one.channel.put(("kit", None))
        return taken

    def __enter__(self) -> Early:
        return self

    def __exit__(self, *error: object) -> None:
        if self._workers:
            _end(*self._workers)
            self.file.close()


class Local:
    """Workers as processes of this machine.

    Args:
        kit: the assignment.
        count: how many at most; more are started as tasks come.
        expected: how many tasks there will be, so that nobody waits for another to start.
        early: a worker that is getting ready already.
    """

    def __init__(self, kit: Kit, count: int, expected: int = 1, early: Early | None = None) -> None:
        self.kit, self.count = kit, max(1, count)
        self.workers: list[_Worker] = []
        if early is None:
            self._file = _filed(kit)
        else:
            self._file = early.file
            pickle.dump(kit, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._file.flush()
            self.workers += early.take()
        for _ in range(min(self.count, expected) - len(self.workers)):
            self._start()

    def _start(self) -> _Worker:
        one = _spawn(self._file, "kit", None, self.kit.pack.root)
        self.workers.append(one)
        return one

    def calibrate(self, kit: Kit) -> None:
        """Tell every worker what the proof has shown."""
        self.kit = kit
        for one in self.workers:
            one.channel.put(("proof", (kit.unverifiable, kit.trust)))
        self._file.close()
        self._file = _filed(kit)

    def run(self, tasks: Iterator[Task], stop: Callable[[], bool]) -> Iterator[Decision]:
        """Grade tasks; ends early when ``stop`` says so."""
        again: deque[tuple[Task, int]] = deque()
        more = True
        while not stop():
            more = self._deal(tasks, again, more)
            if not more and not again and not any(one.tasks for one in self.workers):
                return
            yield from self._collect(again)

    def _deal(self, tasks: Iterator[Task], again: deque[tuple[Task, int]], more: bool) -> bool:
        """Give work to whoever has too little; whether there may be more of it."""
        while more or again:
            least = min(self.workers, key=lambda one: len(one.tasks), default=None)
            if least is None or (least.tasks and len(self.workers) < self.count):
                least = self._start()
            elif len(least.tasks) >= DEPTH:
                break
            if again:
                least.send(*again.popleft())
                continue
            task = next(tasks, None)
            if task is None:
                more = False
            else:
                least.send(task, 1)
        return more

    def _collect(self, again: deque[tuple[Task, int]]) -> list[Decision]:
        done: list[Decision] = []
        with selectors.DefaultSelector() as selector:
            for one in self.workers:
                wanted = selectors.EVENT_WRITE if one.channel.waiting else 0
                selector.register(one.channel, selectors.EVENT_READ | wanted, one)
            ready = [(key.data, events) for key, events in selector.select(PULSE)]
        for one, events in ready:
            if events & selectors.EVENT_WRITE:
                one.channel.flush()
            if events & selectors.EVENT_READ:
                try:
                    decisions = one.channel.take()
                except EOFError:
                    done += self._lost(one, again)
                    continue
                for decision in decisions:
                    one.tasks.popleft()
                    one.since = time.monotonic()
                    done.append(decision)
        limit = self.kit.pack.limits.wall_seconds * len(self.kit.pack.sheets) * 3 + GRACE
        for one in list(self.workers):
            if one.tasks and time.monotonic() - one.since > limit:
                done += self._lost(one, again)
        return done

    def _lost(self, one: _Worker, again: deque[tuple[Task, int]]) -> list[Decision]:
        """A worker has died: its tasks go to others, the one in hand at most once."""
        from casebank.grading.steady import fault_of

        _end(one)
        self.workers.remove(one)
        held = []
        for number, (task, tries) in enumerate(one.tasks):
            if number == 0 and tries >= TRIES:
                held.append(fault_of(task, self.kit, "the worker was killed twice"))
            else:
                again.append((task, tries + (number == 0)))
        return held

    def close(self) -> None:
        """End every worker, and with each its sandbox."""
        _end(*self.workers)
        self.workers.clear()
        self._file.close()


def _spawn(kit: IO[bytes], kind: str, what: Any, root: str) -> _Worker:
    """A worker's process, which stands in the course, and the first message to it."""
    ours, theirs = socket.socketpair()
    watched, life = os.pipe()
    descriptors = (theirs.fileno(), kit.fileno(), watched)
    try:
        process = subprocess.Popen(
            python("-m", "casebank.grading.worker", *map(str, descriptors)),
            pass_fds=descriptors,
            # Never where somebody happens to stand; a cluster's machine has no course.
            cwd=root if Path(root).is_dir() else sys.prefix,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except BaseException:
        os.close(life)
        ours.close()
        raise
    finally:
        theirs.close()
        os.close(watched)
    one = _Worker(process, Channel(ours), life)
    one.channel.put((kind, what))
    return one


def _filed(kit: Kit) -> IO[bytes]:
    """A kit for workers to come. A file and not a message: it is larger than a socket's buffer, and
    whoever sent it would wait until the worker has imported all that it needs."""
    found = tempfile.TemporaryFile()  # noqa: SIM115
    pickle.dump(kit, found, protocol=pickle.HIGHEST_PROTOCOL)
    found.flush()
    return found


def _end(*workers: _Worker) -> None:
    """Workers tidy up when their socket closes; one that is busy is killed, and its zygote dies."""
    for one in workers:
        one.channel.close()
    deadline = time.monotonic() + 0.5
    for one in workers:
        try:
            one.process.wait(0.5 if not one.tasks and time.monotonic() < deadline else 0.01)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                # One that the machine's disk holds fast dies when the disk lets it go.
                one.process.wait(LAST)
        os.close(one.life)
