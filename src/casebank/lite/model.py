"""What the browser labs are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Folders in ``/lite/`` whose name carries a digest of what is in them: cached for good.
HASHED = ("assets", "check", "data", "py")


@dataclass(frozen=True)
class Notebook:
    """One released notebook of one language, as it lies in ``_build/notebooks``.

    Attributes:
        kind: ``labs`` or ``exercises``.
        version: an exercise's own version; a lab has that of the course.
        folder: holds ``<slug>.ipynb``, ``data/`` and, for an exercise, ``casebank.json``.
        record: the record of the lab or exercise.
    """

    kind: str
    slug: str
    lang: str
    title: str
    version: str
    folder: Path
    record: Any

    @property
    def place(self) -> str:
        """Its place below ``/lite/``, and the name of its work in the browser's store."""
        return f"{self.lang}/{self.kind}/{self.slug}"

    @property
    def path(self) -> Path:
        """The notebook itself."""
        return self.folder / f"{self.slug}.ipynb"


@dataclass(frozen=True)
class Cost:
    """What a first start asks of a trainee.

    Attributes:
        download: bytes over the network, as compressed files.
        seconds: measured by the bench from Start to the first pandas result; None if it never ran.
    """

    download: int
    seconds: float | None
