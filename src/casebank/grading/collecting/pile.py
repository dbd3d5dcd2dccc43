"""What one run does not take: copies with the reason beside each while they are few, then a list.

What is copied is in proportion to what came: the files of a download by themselves only while they
are no larger together than the download, else the download once.
"""

from __future__ import annotations

from collections import Counter

from casebank.grading.collecting import words
from casebank.grading.collecting.refusals import Refusal
from casebank.grading.collecting.report import Aside, Report
from casebank.grading.collecting.shelf import Shelf
from casebank.grading.collecting.sources import Found, Outer
from casebank.grading.sandbox import MB

#: Of one run. A class has no more accidents; whoever sends more costs no disk by it.
MOST_COPIES = 200
#: Lines of a list; a screenful is read, and nobody reads the rest.
MOST_LINES = 20_000
#: What is refused for all of a download together, and how many entries of one are named for it.
#: More stand in the list beside its copy: they take no place of others.
TOGETHER = ("bomb-all", "bomb-rest", "overlap-entry")
MOST_TOGETHER = 20
#: Entries of a small download may be kept by themselves, whatever its size.
SMALL_OUTER = MB


class Pile:
    """The files that are put aside in one run."""

    def __init__(self, shelf: Shelf, report: Report) -> None:
        self.shelf, self.report = shelf, report
        self._left: list[tuple[str, str]] = []
        self._outer: dict[int, list[Aside]] = {}
        self._together: Counter[int] = Counter()

    def add(self, found: Found) -> None:
        """Put a file aside, or note that it stays where it is."""
        refusal = found.refusal or Refusal("special")
        sentence = refusal.text(self.report.lang)
        if len(self.report.aside) >= MOST_COPIES:
            self._leave(found, sentence)
            return
        outer, copy = found.outer, None
        if outer is not None and refusal.id in TOGETHER:
            self._together[id(outer)] += 1
            if self._together[id(outer)] > MOST_TOGETHER:
                outer.lacking.append((found.where, sentence))
                self._leave(found, sentence)
                return
        if outer is not None and not self._small(found, outer):
            outer.lacking.append((found.where, sentence))
        else:
            copy = self.shelf.put_aside(found, sentence)
        one = Aside(found.where, refusal.id, sentence, copy)
        self.report.aside.append(one)
        if outer is not None and copy is None:
            self._outer.setdefault(id(outer), []).append(one)

    def _small(self, found: Found, outer: Outer) -> bool:
        if found.content is None:
            return False
        outer.kept += len(found.content)
        return outer.kept <= max(outer.size, SMALL_OUTER)

    def _leave(self, found: Found, sentence: str) -> None:
        self.report.left += 1
        if len(self._left) < MOST_LINES:
            self._left.append((found.where, sentence))

    def finish(self, outer: Outer) -> None:
        """Keep a download whole that held what was not taken and not kept by itself."""
        mine = self._outer.pop(id(outer), [])
        del self._together[id(outer)]
        if not outer.lacking:
            return
        # Its copy stands for many files, and it is one.
        copy = self.shelf.put_download_aside(outer, _lines(outer.lacking))
        for one in mine:
            one.copy = copy

    def end(self) -> None:
        """Write the list of what was left where it is."""
        if not self._left:
            return
        more = self.report.left - len(self._left)
        tail = words.MORE_LINES[self.report.lang].format(n=more) if more else ""
        self.report.left_list = self.shelf.list_aside(_lines(self._left, tail))


def _lines(pairs: list[tuple[str, str]], tail: str = "") -> str:
    text = "".join(f"{where}\t{sentence}\n" for where, sentence in pairs)
    return text + (f"{tail}\n" if tail else "")


__all__ = ["MOST_COPIES", "Pile"]
