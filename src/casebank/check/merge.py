"""Bring a trainee's notebook to a new version of the exercise and lose nothing of the trainee's.

The same rules stand in JavaScript for the page in the browser (``lite/assets/merge.js``); both
must give the results of ``tests/unit/check/merge_cases.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Cell = dict[str, Any]
Change = dict[str, str]

#: The longest cell id that the notebook format allows.
ID_LENGTH = 64
#: Lines around a difference, and the largest table that is filled to find one.
CONTEXT = 3
LARGEST = 4_000_000
BLANK = " \t\r\n"


def text_of(value: Any) -> str:
    """A cell's source as one string, whichever way the notebook keeps it."""
    whole = "".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return whole.replace("\r\n", "\n")


def _nbgrader(cell: Cell) -> dict[str, Any]:
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def _locked(cell: Cell) -> bool:
    return _nbgrader(cell).get("locked") is True


def _name(cell: Cell) -> str:
    """A cell's id; tools that lose ids leave the grader's name of the cell."""
    return str(cell.get("id") or _nbgrader(cell).get("grade_id") or "")


def _same(one: Cell, other: Cell) -> bool:
    return one.get("cell_type") == other.get("cell_type") and (
        text_of(one.get("source")).rstrip("\n") == text_of(other.get("source")).rstrip("\n")
    )


def _first(cells: Sequence[Cell], key: Any) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for at, cell in enumerate(cells):
        found.setdefault(key(cell), at)
    return found


def _content(cell: Cell) -> str:
    return f"{cell.get('cell_type')}\n" + text_of(cell.get("source")).rstrip("\n")


def _align(left: Sequence[Cell], right: Sequence[Cell], shifted: bool) -> dict[int, int]:
    """Which cell on the right each cell on the left is: by id, then by content or task.

    Ids of prose are numbers in order, so from one release to the next a paragraph that is put in
    above shifts all that follow (``shifted``): there the same content goes before the same id.
    """
    names = _first(right, _name)
    grades = _first(right, lambda cell: _nbgrader(cell).get("grade_id") or "")
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def pair(at: int, goal: int | None) -> bool:
        if goal is None or goal in taken or at in pairs:
            return False
        pairs[at] = goal
        taken.add(goal)
        return True

    for at, cell in enumerate(left):
        goal = names.get(_name(cell)) if _name(cell) else None
        sure = not shifted or (goal is not None and bool(_nbgrader(right[goal])))
        if goal is not None and (sure or _same(cell, right[goal])):
            pair(at, goal)
    contents: dict[str, list[int]] = {}
    for at, cell in enumerate(right):
        if at not in taken and not _nbgrader(cell) and text_of(cell.get("source")).strip(BLANK):
            contents.setdefault(_content(cell), []).append(at)
    for at, cell in enumerate(left):
        if at not in pairs and not _nbgrader(cell) and contents.get(_content(cell)):
            pair(at, contents[_content(cell)].pop(0))
    for at, cell in enumerate(left):
        if at not in pairs:
            pair(at, names.get(_name(cell)) if _name(cell) else None)
    for at, cell in enumerate(left):
        grade = _nbgrader(cell).get("grade_id")
        if at not in pairs and grade:
            pair(at, grades.get(grade))
    return pairs


def _about(notebook: Mapping[str, Any]) -> dict[str, Any]:
    metadata = notebook.get("metadata")
    about = metadata.get("casebank") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def _merged_before(
    base: Mapping[str, Any], mine: Mapping[str, Any], new: Mapping[str, Any]
) -> bool:
    """Has this notebook come to the new version already, while the base is still the old one?

    So it is when an update was cut short after the notebook and before the base was written.
    """
    now, old, to = (_about(one).get("version") for one in (mine, base, new))
    if old != to and now in (old, to):
        return bool(now == to)
    like = [0, 0]
    olds = {_name(cell): cell for cell in base["cells"]}
    news = {_name(cell): cell for cell in new["cells"]}
    for cell in mine["cells"]:
        one, other = olds.get(_name(cell)), news.get(_name(cell))
        as_old, as_new = (bool(this) and _same(cell, this) for this in (one, other))
        like[0] += as_old and not as_new
        like[1] += as_new and not as_old
    return like[1] > like[0]


def diff(old: str, new: str) -> str:
    """A unified diff of two sources, line by line."""
    a, b = old.split("\n"), new.split("\n")
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    left, right = a[start : len(a) - end], b[start : len(b) - end]
    rows: list[tuple[str, str]] = [(" ", line) for line in a[:start]]
    rows += _middle(left, right)
    rows += [(" ", line) for line in a[len(a) - end :]]
    return "\n".join(_hunks(rows))


def _middle(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    if len(left) * len(right) > LARGEST:
        return [("-", line) for line in left] + [("+", line) for line in right]
    # longest[i][j]: length of the longest common part of left[i:] and right[j:]
    longest = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            longest[i][j] = (
                longest[i + 1][j + 1] + 1
                if left[i] == right[j]
                else max(longest[i + 1][j], longest[i][j + 1])
            )
    rows: list[tuple[str, str]] = []
    i = j = 0
    while i < len(left) or j < len(right):
        if i < len(left) and j < len(right) and left[i] == right[j]:
            rows.append((" ", left[i]))
            i, j = i + 1, j + 1
        elif j >= len(right) or (i < len(left) and longest[i + 1][j] >= longest[i][j + 1]):
            rows.append(("-", left[i]))
            i += 1
        else:
            rows.append(("+", right[j]))
            j += 1
    return rows


def _hunks(rows: list[tuple[str, str]]) -> list[str]:
    near = [False] * len(rows)
    for at, (sign, _) in enumerate(rows):
        if sign != " ":
            for beside in range(max(0, at - CONTEXT), min(len(rows), at + CONTEXT + 1)):
                near[beside] = True
    lines: list[str] = []
    old = new = 1
    at = 0
    while at < len(rows):
        if not near[at]:
            old, new, at = old + 1, new + 1, at + 1
            continue
        until = at
        while until < len(rows) and near[until]:
            until += 1
        part = rows[at:until]
        olds = sum(sign != "+" for sign, _ in part)
        news = sum(sign != "-" for sign, _ in part)
        lines.append(f"@@ -{old},{olds} +{new},{news} @@")
        lines += [sign + line for sign, line in part]
        old, new, at = old + olds, new + news, until
    return lines


def _metadata(mine: Cell, base: Cell | None, new: Cell) -> dict[str, Any]:
    """The new version's, with what the trainee's tools put in."""
    old = (base or {}).get("metadata") or {}
    # What the grader reads is never the trainee's, not even on a pasted copy of a task.
    known = {*old, "nbgrader"}
    own = {key: value for key, value in (mine.get("metadata") or {}).items() if key not in known}
    return {**own, **(new.get("metadata") or {})}


def _cell(source: Cell, name: str, metadata: dict[str, Any]) -> Cell:
    return {**source, "id": name, "metadata": metadata, "source": text_of(source.get("source"))}


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while True:
        end = f"-mine-{number}"
        found = name[: ID_LENGTH - len(end)] + end if name else end[1:]
        if found not in taken:
            return found
        number += 1


def _released(mine: Cell | None, base: Cell | None, new: Cell) -> tuple[Cell, Change | None]:
    """One cell of the new version, as it stands afterwards, and what there is to tell."""
    name = _name(new)
    fresh = _cell(new, name, dict(new.get("metadata") or {}))
    if mine is None:
        return fresh, {"cell": name, "what": "back" if base is not None else "added"}
    metadata = _metadata(mine, base, new)
    if _same(mine, new):
        # Outputs stay, since the source did.
        return _cell(mine, name, metadata), None
    words = text_of(mine.get("source"))
    if _locked(new):
        told = {"cell": name, "what": "replaced"}
        if base is None or not _same(mine, base):
            told["mine"] = words
        return _cell(new, name, metadata), told
    if base is not None and _same(mine, base):
        return _cell(new, name, metadata), {"cell": name, "what": "replaced"}
    if base is not None and _same(base, new):
        return _cell(mine, name, metadata), {"cell": name, "what": "kept"}
    to, old = text_of(new.get("source")), text_of((base or {}).get("source"))
    told = {"cell": name, "what": "both", "mine": words, "new": to, "diff": diff(old, to)}
    return _cell(mine, name, metadata), told


class _Merge:
    """One merge: which cells belong together, and what becomes of the others."""

    def __init__(
        self, base: list[Cell], mine: list[Cell], new: list[Cell], shifted: bool = False
    ) -> None:
        self.base, self.mine, self.new = base, mine, new
        self.goal = _align(base, new, shifted=True)
        back = {goal: at for at, goal in self.goal.items()}
        to_base = _align(mine, base, shifted)
        self.of: dict[int, int] = {}
        self.base_of = back
        self.gone: dict[int, int] = {}
        for at, old in to_base.items():
            if old in self.goal:
                self.of[self.goal[old]] = at
            else:
                self.gone[at] = old
        used = set(to_base)
        names = _first(new, _name)
        for at, cell in enumerate(mine):
            to = names.get(_name(cell)) if _name(cell) else None
            if at in used or to is None or to in self.of or to in back:
                continue
            grade = _nbgrader(new[to]).get("grade_id")
            # An update that was cut short put it there.
            if _same(cell, new[to]) or (grade and grade == _nbgrader(cell).get("grade_id")):
                self.of[to] = at
        self.taken = {_name(cell) for cell in new}
        self.ids = self.taken | {_name(cell) for cell in mine}
        self.removed: list[Change] = []
        self.told: dict[int, list[Change]] = {}

    def own(self, at: int) -> Cell | None:
        """A cell that the new version does not have: the trainee's own, or one it gave up."""
        cell, old = self.mine[at], self.gone.get(at)
        metadata = dict(cell.get("metadata") or {})
        # No task, or a pasted copy of one: nothing that a grader may look for.
        metadata.pop("nbgrader", None)
        changes = self.told.setdefault(at, [])
        if old is not None:
            before = self.base[old]
            if _same(cell, before) or _locked(before):
                told = {"cell": _name(before), "what": "removed"}
                if not _same(cell, before):
                    told["mine"] = text_of(cell.get("source"))
                self.removed.append(told)
                return None
            changes.append({"cell": _name(cell), "what": "kept"})
        name = str(cell.get("id") or "")
        if not name or name in self.taken:
            free = _free(name, self.ids | self.taken)
            if name:
                changes.append({"cell": name, "what": "renamed", "new": free})
            name = free
        self.taken.add(name)
        return _cell(cell, name, metadata)

    def run(self) -> tuple[list[Cell], list[Change]]:
        """The cells in the new version's order, the trainee's own after their neighbours."""
        place = {at: to for to, at in self.of.items()}
        after: dict[int, list[tuple[int, Cell]]] = {}
        neighbour = -1
        for at in range(len(self.mine)):
            if at in place:
                neighbour = place[at]
            else:
                cell = self.own(at)
                if cell is not None:
                    after.setdefault(neighbour, []).append((at, cell))
        cells: list[Cell] = []
        changes: list[Change] = []

        def put_own(spot: int) -> None:
            for at, cell in after.get(spot, []):
                cells.append(cell)
                changes.extend(self.told.get(at, []))

        put_own(-1)
        for to, fresh in enumerate(self.new):
            mine = self.mine[self.of[to]] if to in self.of else None
            base = self.base[self.base_of[to]] if to in self.base_of else None
            cell, told = _released(mine, base, fresh)
            cells.append(cell)
            if told:
                changes.append(told)
            put_own(to)
        return cells, changes + self.removed


def merge(
    base: Mapping[str, Any] | None, mine: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Change]]:
    """Bring a trainee's notebook to a new version, by six rules; cells are matched by id.

    1 what the trainee did not change is replaced; 2 what only the trainee changed is kept; 3 a
    test cell is always the new one; 4 where both changed, the trainee's stays and the difference
    is told; 5 what the trainee deleted comes back; 6 where a name is taken, the trainee's cell is
    renamed. The trainee's own cells stay after the same neighbour. Twice changes nothing.

    Args:
        base: the released notebook that the trainee's began from; when nobody knows it any more,
            ``None``: then whatever differs from the new version counts as the trainee's.
        mine: the trainee's notebook.
        new: the new release.

    Returns:
        The notebook, and what happened: one entry per cell, with ``cell`` (its id) and ``what``
        (replaced, kept, both, back, added, removed, renamed). ``both`` has ``mine``, ``new`` and
        ``diff`` (from the old release to the new one); ``renamed`` has the new id in ``new``;
        ``replaced`` and ``removed`` have ``mine`` where a test that the trainee changed went.
    """
    # Without a base the trainee's ids may be those of another release.
    shifted = base is None and _about(mine).get("version") != (_about(new).get("version") or "?")
    if base is None or _merged_before(base, mine, new):
        base = new
    parts = (list(one["cells"]) for one in (base, mine, new))
    cells, changes = _Merge(*parts, shifted=shifted).run()
    fresh, own = dict(new.get("metadata") or {}), dict(mine.get("metadata") or {})
    metadata = {**fresh, **own}
    if "casebank" in fresh:
        metadata["casebank"] = {**_about(mine), **_about(new)}
    minor = max(int(mine.get("nbformat_minor") or 0), int(new.get("nbformat_minor") or 0), 5)
    rest = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
    return {**mine, **rest}, changes
