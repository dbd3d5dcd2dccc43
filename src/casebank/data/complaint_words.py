"""What customers say: pairs of Chinese and English with the same content.

The sentences by cause stand in ``complaint_words.csv``, in the order in which they are drawn; what
all causes share is in :mod:`casebank.data.complaint_moods`.

``%(amount)s`` and its like are filled in by :mod:`casebank.data.complaint_texts`. The words are
chosen so that no single one gives the cause away: an account that nobody can get into may be the
app, the camera or a restriction. All of it is invented.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[str, str]
TABLE = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Words:
    """The sentences of a cause: how it begins, what happened then, what is asked, in passing."""

    openings: tuple[Pair, ...]
    middles: tuple[Pair, ...]
    endings: tuple[Pair, ...]
    asides: tuple[Pair, ...]


def by_cause() -> dict[str, Words]:
    """The sentences of each cause."""
    found: dict[str, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["cause"]][row["part"]].append((row["zh"], row["en"]))
    return {
        cause: Words(**{part: tuple(pairs) for part, pairs in parts.items()})
        for cause, parts in found.items()
    }
