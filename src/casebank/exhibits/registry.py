"""The decorators with which a companion says what it computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from casebank.errors import ContentError
from casebank.lang import Bi

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """A registered figure, table or tool."""

    id: str
    kind: str
    function: Callable[..., Any]
    title: Bi
    alt: Bi | None
    source: Bi | None
    note: Bi | None
    exhibit: int | None


@dataclass
class Registry:
    """What one companion registered, in its own order."""

    values: list[Callable[..., dict[str, Any]]] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Take an entry.

        Raises:
            ContentError: when an id or an exhibit's number is used twice.
        """
        if entry.id in self.entries:
            raise ContentError(f"the exhibit id '{entry.id}' is used twice", "", "rename one")
        numbers = {e.exhibit: e.id for e in self.entries.values() if e.exhibit}
        if entry.exhibit in numbers:
            raise ContentError(
                f"exhibit {entry.exhibit} is both '{numbers[entry.exhibit]}' and '{entry.id}'",
                "",
                "number them anew",
            )
        self.entries[entry.id] = entry


#: The companion that is being read fills this one; the runner sets it up.
CURRENT = Registry()


def values(function: F) -> F:
    """Register a function of ``data`` that returns numbers and words by name."""
    CURRENT.values.append(function)
    return function


def figure(
    id: str,
    *,
    title: Bi,
    alt: Bi,
    source: Bi | None = None,
    note: Bi | None = None,
    exhibit: int | None = None,
) -> Callable[[F], F]:
    """Register a function of ``data, lang`` that returns a matplotlib Figure.

    Args:
        id: the name by which a text calls it.
        title: the finding, in a sentence; it may hold ``{{value:…}}``.
        alt: what somebody who cannot see it must know.
        source: where the data come from.
        note: what else must be said.
        exhibit: its number in a case.
    """

    def register(function: F) -> F:
        CURRENT.add(Entry(id, "figure", function, title, alt, source, note, exhibit))
        return function

    return register


def tool(
    id: str, *, title: Bi, source: Bi | None = None, note: Bi | None = None
) -> Callable[[F], F]:
    """Register a function of ``data, lang`` that returns what a small program in the page needs.

    It returns ``html``, which says by itself what a page without scripts can say, and ``data`` for
    the program ``NN-slug.ID.js`` that lies beside the companion. The program finds the data in the
    element ``script[type="application/json"]`` of its ``section.cb-tool``.
    """

    def register(function: F) -> F:
        CURRENT.add(Entry(id, "tool", function, title, None, source, note, None))
        return function

    return register


def table(
    id: str,
    *,
    title: Bi,
    source: Bi | None = None,
    note: Bi | None = None,
    exhibit: int | None = None,
) -> Callable[[F], F]:
    """Register a function of ``data, lang`` that returns a DataFrame as it is to be shown."""

    def register(function: F) -> F:
        CURRENT.add(Entry(id, "table", function, title, None, source, note, exhibit))
        return function

    return register
