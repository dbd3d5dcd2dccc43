"""A pack unfolded where it is used: cells as released, tests as they are judged, points."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from casebank.check.outcomes import Spec
from casebank.grading.model import Pack
from casebank.grading.versions import grade_id


class Paper:
    """One version of an assignment, as intake, repair and outcomes look at it."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.slug, self.name = pack.slug, pack.version

    @cached_property
    def spec(self) -> Spec | None:
        """What is to be judged, with every message; None for a stranger's assignment."""
        return Spec.from_dict(self.pack.spec) if self.pack.spec else None

    @cached_property
    def released(self) -> dict[str, Any]:
        """The cells that nbgrader knows, as released, by grade id and in order."""
        import nbformat

        cells = nbformat.reads(self.pack.released, as_version=4).cells
        return {name: cell for cell in cells if (name := grade_id(cell))}

    @cached_property
    def judged(self) -> dict[str, str]:
        """The sources of these cells with hidden tests."""
        return {cell.name: cell.source for cell in self.pack.sheets[self.slug].cells}

    @cached_property
    def points(self) -> dict[str, float]:
        """Points of each graded cell."""
        return self.pack.sheets[self.slug].points

    def hides(self, cell: str) -> bool:
        """Whether a test cell holds more than trainees see."""
        return self.judged[cell].strip() != self.released[cell].source.strip()
