"""A submission while it is being made: released notebooks as JSON, answers put in, then spoilt."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass, field
from typing import Any

from model import Before, Book, Cell, Course, answer

Notebook = dict[str, Any]


class UnfitError(Exception):
    """A course has no cell for a mutation."""


@dataclass
class Draft:
    """What a trainee is about to hand in.

    Attributes:
        books: the notebooks as JSON, by name.
        files: other files; content None stands for one that is not handed in.
        raw: notebooks whose bytes are no longer made from ``books``.
        slot: number of the draft within its kind, for mutations with several forms.
    """

    course: Course
    random: random.Random
    books: dict[str, Notebook]
    files: dict[str, bytes]
    slot: int = 0
    raw: dict[str, bytes] = field(default_factory=dict)
    before: Before = field(default_factory=Before)
    missing: bool = False
    marks: set[str] = field(default_factory=set)
    prefix: str = ""
    split: bool = True

    # -- finding ---------------------------------------------------------------------------------

    def known(self, name: str) -> Cell:
        """The instructor's cell of that name."""
        return next(c for b in self.course.books for c in b.cells if c.name == name)

    def cell(self, name: str) -> dict[str, Any]:
        """The released cell of that name."""
        for book in self.books.values():
            for cell in book["cells"]:
                if grade_id(cell) == name:
                    return cell
        raise KeyError(name)

    def named(self, *kinds: str, book: str | None = None) -> list[str]:
        """Grade ids of the released cells of these kinds, in order."""
        return [
            name
            for where, content in self.books.items()
            if book in (None, where)
            for cell in content["cells"]
            if (name := grade_id(cell)) and kind_of(cell) in kinds
        ]

    def pick(self, *kinds: str) -> str:
        """One of them, the n-th for the n-th draft of a kind."""
        names = self.named(*kinds)
        if not names:
            raise UnfitError(*kinds)
        return names[self.slot % len(names)]

    def home(self, name: str) -> Notebook:
        """The notebook in which a cell stands."""
        for book in self.books.values():
            if any(grade_id(cell) == name for cell in book["cells"]):
                return book
        raise KeyError(name)

    def position(self, name: str) -> int:
        """Where a cell stands in its notebook."""
        return next(i for i, c in enumerate(self.home(name)["cells"]) if grade_id(c) == name)

    def solutions(self) -> list[Cell]:
        """The instructor's code cells that tests judge."""
        return [c for b in self.course.books for c in b.cells if c.kind == "solution"]

    def python(self) -> list[Cell]:
        """Those of them that are Python, with functions to be wrapped."""
        return [
            c
            for b in self.course.books
            if b.kernel[2] == "python"
            for c in b.cells
            if c.kind == "solution"
        ]

    def target(self) -> Cell:
        """One of them, the n-th for the n-th draft of a kind."""
        cells = self.python()
        return cells[self.slot % len(cells)]

    # -- changing --------------------------------------------------------------------------------

    def put(self, name: str, source: str) -> None:
        """Write into a cell."""
        self.cell(name)["source"] = source.rstrip("\n")

    def fill(self, choose: str = "right") -> None:
        """Answer everything: right, wrong, half, or each by chance (mixed)."""
        for cell in (c for b in self.course.books for c in b.cells):
            if cell.kind in ("solution", "manual", "text"):
                self.put(cell.name, self.variant(cell, choose))
            if cell.kind == "task":
                place = self.position(cell.name) + 1
                self.home(cell.name)["cells"].insert(place, new("code", "print('my task')"))

    def variant(self, cell: Cell, choose: str) -> str:
        """One answer to a cell."""
        if choose == "mixed":
            choose = self.random.choice(("right", "wrong", "half"))
        found = {"wrong": cell.wrong, "half": cell.half or cell.wrong}.get(choose, ())
        if not found:
            return answer(cell.source)
        return found[self.slot % len(found)]

    def append(self, name: str, more: str) -> None:
        """Add code to the end of an answer."""
        self.cell(name)["source"] += "\n" + more

    def wrap(self, body: str) -> None:
        """Make the target's function do something more each time it is called."""
        name = function_of(self.target())
        self.append(self.target().name, WRAP.format(name=name, body=body.replace("\n", "\n    ")))

    def files_of(self) -> dict[str, bytes] | None:
        """The bytes that are handed in."""
        if self.missing:
            return None
        made = dict(self.files)
        for name, content in self.books.items():
            made[f"{name}.ipynb"] = self.to_bytes(content)
        return made | self.raw

    def to_bytes(self, book: Notebook) -> bytes:
        """A notebook as Jupyter writes it."""
        lines = copy.deepcopy(book)
        for cell in lines["cells"] if self.split else ():
            cell["source"] = cell["source"].splitlines(keepends=True)
        return (json.dumps(lines, ensure_ascii=False, indent=1) + "\n").encode()


WRAP = """
def _wrapped(inner):
    import functools
    @functools.wraps(inner)
    def outer(*args, **more):
        _before()
        return inner(*args, **more)
    return outer

def _before():
    {body}

{name} = _wrapped({name})
"""


def function_of(cell: Cell) -> str:
    """The name that an answer defines last."""
    lines = [line for line in answer(cell.source).splitlines() if not line.startswith((" ", "#"))]
    heads = [line for line in lines if line.startswith(("def ", "async def ", "class "))]
    return heads[-1].replace("async ", "").split()[1].split("(")[0].rstrip(":")


def grade_id(cell: dict[str, Any]) -> str | None:
    """The name that nbgrader knows a cell by."""
    about = cell.get("metadata", {}).get("nbgrader")
    return about.get("grade_id") if isinstance(about, dict) else None


def kind_of(cell: dict[str, Any]) -> str:
    """The kind of a released cell, as in :class:`model.Cell`."""
    about = cell["metadata"]["nbgrader"]
    if about.get("task"):
        return "task"
    if about.get("grade") and about.get("solution"):
        return "manual" if cell["cell_type"] == "code" else "text"
    if about.get("grade"):
        return "test"
    return "solution" if about.get("solution") else "locked"


def new(kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell of the trainee's own; ids come when the notebook has them."""
    cell: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def blank(course: Course, release: dict[str, bytes], seed: str, slot: int) -> Draft:
    """The released assignment, as a trainee gets it."""
    names = [name[:-6] for name in release if name.endswith(".ipynb")]
    books = {name: json.loads(release[f"{name}.ipynb"]) for name in names}
    for book in books.values():
        for cell in book["cells"]:
            cell["source"] = "".join(cell["source"])
    files = {name: data for name, data in release.items() if not name.endswith(".ipynb")}
    return Draft(course, random.Random(seed), books, files, slot)


def give_ids(draft: Draft) -> None:
    """Cells that were added get ids, as a notebook program would give them."""
    for name, book in draft.books.items():
        if (book.get("nbformat"), book.get("nbformat_minor")) < (4, 5):
            continue
        for number, cell in enumerate(book["cells"]):
            if isinstance(cell, dict):
                cell.setdefault("id", f"added-{len(name)}-{number}")


__all__ = ["Book", "Draft", "blank", "function_of", "give_ids", "grade_id", "kind_of", "new"]
