"""What a companion may read: the tables of ``datasets/`` and the files beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from casebank.errors import ContentError, nearest


class Data:
    """Reads each file once; every call gives a copy, so that no exhibit spoils another's data."""

    def __init__(self, companion: Path, datasets: Path) -> None:
        self.companion = companion
        self.datasets = datasets
        self._kept: dict[Path, pd.DataFrame] = {}

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the invented bank, dates parsed."""
        path = self.datasets / f"{name}.csv"
        if path not in self._kept:
            from casebank.data import load

            self._kept[path] = load(name, self.datasets)
        return self._kept[path].copy()

    def csv(self, name: str) -> pd.DataFrame:
        """Return a CSV file that lies beside the companion (``name`` or ``<stem>.name``).

        Raises:
            ContentError: when there is none, with the nearest name.
        """
        folder = self.companion.parent
        for path in (folder / name, folder / f"{self.companion.stem}.{name}"):
            if path.is_file():
                if path not in self._kept:
                    self._kept[path] = pd.read_csv(path)
                return self._kept[path].copy()
        raise ContentError(
            f"there is no file '{name}' beside it",
            self.companion.name,
            nearest(name, [path.name for path in folder.glob("*.csv")]),
        )
