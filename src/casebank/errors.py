"""Errors that are written for people: what happened, where, and what to do.

One class per kind, each with the exit code of the command line: 1 the content or a submission is at
fault, 2 the command was used wrongly, 3 the machine or the network is at fault.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
from collections.abc import Iterable

from casebank.check.visible import LONGEST_SAID, visible

#: Characters of the place that an error names: a path may be long.
LONGEST_WHERE = 1000


class CasebankError(Exception):
    """Base of every error that a user may see.

    Args:
        what: one clause, what is wrong.
        where: the file, cell, line or record, as the user knows it.
        todo: what the user can do about it.
    """

    exit_code = 1

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        self.what = what.rstrip(".")
        self.where = str(where)
        self.todo = todo.rstrip(".")
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """One line: where, what, remedy; whatever a stranger wrote is text in it."""
        where = visible(self.where, LONGEST_WHERE)
        what, todo = (_lines(said) for said in (self.what, self.todo))
        head = f"{where}: " if where else ""
        if not todo:
            return f"{head}{what}."
        stop = "" if todo.endswith("?") else "."
        return f"{head}{what}. {todo[:1].upper()}{todo[1:]}{stop}"


def _lines(said: str) -> str:
    """A text of which no further line can be taken for another sentence of the command."""
    return re.sub(r"\n(?! )", "\n  ", visible(said, LONGEST_SAID, lines=True))


class ContentError(CasebankError):
    """A source of the course, or a submission, is at fault."""

    exit_code = 1


class UsageError(CasebankError):
    """The command was called with something that cannot be meant."""

    exit_code = 2


class EnvironmentFault(CasebankError):
    """The machine lacks something: a program, a right, a port, the network."""

    exit_code = 3


AGAIN = "then run it again; what was finished is kept"
#: What the system says of itself, and the cure; never a fault of the program's.
_MACHINE = {
    errno.ENOSPC: ("the disk is full", f"make room, {AGAIN}"),
    errno.EDQUOT: ("your share of the disk is used up", f"make room, {AGAIN}"),
    errno.EROFS: (
        "this disk can only be read",
        f"mount it so that it can be written, or work in a copy elsewhere, {AGAIN}",
    ),
    errno.EACCES: (
        "this may not be read or written by you",
        "let its owner run the command, or ask for the right to it",
    ),
    errno.EPERM: (
        "this may not be done by you",
        "let its owner run the command, or ask for the right to it",
    ),
    errno.EIO: ("the disk does not answer as it should", f"have it looked at, {AGAIN}"),
    errno.EMFILE: ("too many files are open", f"allow more (ulimit -n 4096), {AGAIN}"),
    errno.ENFILE: ("too many files are open on this machine", f"close programs, {AGAIN}"),
    errno.ENOMEM: ("the memory is used up", f"close programs or use fewer --workers, {AGAIN}"),
    errno.EAGAIN: (
        "no further process may be started",
        f"close programs or allow more (ulimit -u), {AGAIN}",
    ),
}
#: What to say where /dev/null is no longer what it should be, and the cure.
NULL = (
    "this machine's /dev/null is broken",
    "mend it: sudo rm -f /dev/null && sudo mknod -m 666 /dev/null c 1 3",
)


def machine_fault(error: BaseException) -> EnvironmentFault | None:
    """An error of the system as one sentence with its cure; nothing when it may be our own."""
    if isinstance(error, MemoryError):
        return EnvironmentFault(_MACHINE[errno.ENOMEM][0], "", _MACHINE[errno.ENOMEM][1])
    if not isinstance(error, OSError):
        return None
    where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    if where == os.devnull:
        return EnvironmentFault(NULL[0], "", NULL[1])
    if error.errno in (errno.EACCES, errno.EPERM) and not where:
        return None
    known = _MACHINE.get(error.errno or 0)
    return EnvironmentFault(known[0], where, known[1]) if known else None


def fault_line(error: BaseException) -> str:
    """What a report says of an error while grading: the machine's matter, or ours by its type."""
    machine = machine_fault(error)
    return machine.sentence() if machine else f"{type(error).__name__}: {error}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known spelling, or the list of the known."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{visible(close[0])}'?"
    return "known here: " + ", ".join(map(visible, names))
