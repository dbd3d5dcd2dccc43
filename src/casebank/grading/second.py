"""The second judgement: each group of tests, once more, on plain data in a clean process.

Just before the submission's kernel runs a group of test cells, it is forked, and a process of ours
that never saw the submission runs the same tests, asking the fork for values and calling its
functions. Whoever lies to the tests in their own process lies in vain here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casebank.grading.decide import Findings
from casebank.grading.kernel import Kernel, Machine
from casebank.grading.model import Graded, Kit
from casebank.grading.paper import Paper


class Second:
    """The judge's side in one worker."""

    def __init__(self, machine: Machine, kit: Kit) -> None:
        self.machine, self.kit = machine, kit
        self.cpu = 0.0

    def begin(
        self, paper: Paper, name: str, notebook: Any
    ) -> Callable[[int, Any, Kernel], None] | None:
        """Get ready for one notebook; returns what is to be called before each cell."""
        return None

    def end(self, notebook: Any, one: Graded, found: Findings) -> None:
        """Compare both judgements."""

    def close(self) -> None:
        """End the judge."""
