"""Errors that are written for people: what happened, where, and what to do.

One class per kind, each with the exit code of the command line: 1 the content or a submission is at
fault, 2 the command was used wrongly, 3 the machine or the network is at fault.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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
        """One line: where, what, remedy."""
        head = f"{self.where}: " if self.where else ""
        if not self.todo:
            return f"{head}{self.what}."
        stop = "" if self.todo.endswith("?") else "."
        return f"{head}{self.what}. {self.todo[:1].upper()}{self.todo[1:]}{stop}"


class ContentError(CasebankError):
    """A source of the course, or a submission, is at fault."""

    exit_code = 1


class UsageError(CasebankError):
    """The command was called with something that cannot be meant."""

    exit_code = 2


class EnvironmentFault(CasebankError):
    """The machine lacks something: a program, a right, a port, the network."""

    exit_code = 3


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known spelling, or the list of the known."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return "known here: " + ", ".join(names)
