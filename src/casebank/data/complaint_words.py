"""What customers say: pairs of Chinese and English with the same content.

The sentences are in :mod:`casebank.data.complaint_words_money`, ``complaint_words_access`` (by
cause) and :mod:`casebank.data.complaint_moods` (shared by all).

``%(amount)s`` and its like are filled in by :mod:`casebank.data.complaint_texts`. The words are
chosen so that no single one gives the cause away: an account that nobody can get into may be the
app, the camera or a restriction. All of it is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True)
class Words:
    """The sentences of a cause: how it begins, what happened then, what is asked, in passing."""

    openings: tuple[Pair, ...]
    middles: tuple[Pair, ...]
    endings: tuple[Pair, ...]
    asides: tuple[Pair, ...]
