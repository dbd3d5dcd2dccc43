"""A bench that outlives its zygote: where the sandbox is killed, it is made anew, once a task."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from casebank.grading.model import HELD, Decision, Kit, Task
from casebank.grading.reasons import Reason
from casebank.grading.unit import Bench, MachineError, grade


class Steady:
    """Grades tasks, one after the other, whatever becomes of the sandbox."""

    def __init__(self, kit: Kit, log: logging.Logger, early: Any = None) -> None:
        self.kit, self.log = kit, log
        self.bench: Bench | None = Bench(kit, log, early)

    def calibrate(self, kit: Kit) -> None:
        """Learn which cells cannot be judged twice."""
        self.kit = kit
        if self.bench is not None:
            self.bench.calibrate(kit)

    def grade(self, task: Task) -> Decision:
        """Grade one submission; a fault of the sandbox that comes twice holds it."""
        fault = ""
        for _ in range(2):
            try:
                if self.bench is None:
                    self.bench = Bench(self.kit, self.log)
                self.bench.machine.wait_ready()
                return grade(self.bench, task)
            except MachineError as error:
                fault = str(error)
                self.log.error("while grading %s: %s", task.student, fault)
                self._drop()
        return fault_of(task, self.kit, fault)

    def _drop(self) -> None:
        bench, self.bench = self.bench, None
        if bench is not None:
            bench.close()

    def close(self) -> None:
        """End the sandbox."""
        self._drop()


def fault_of(task: Task, kit: Kit, fault: str) -> Decision:
    """Our own failure: the submission is held, never given 0 points."""
    decision = Decision(
        task.student, HELD, task.digest, kit.pack.lang, reason=Reason("engine-fault"), fault=fault
    )
    decision.hashes = replace(kit.pack.hashes, answer=task.digest)
    return decision
