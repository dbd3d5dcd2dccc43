"""What trainees do to graded cells and their metadata: deleted, changed, doubled, tagged."""

from __future__ import annotations

import copy
from typing import Any

from draft import Draft, new
from mutations import ALL, Change, Mutation, mutation


@mutation("test-deleted", honest=False, times=3, python=False)
def _(draft: Draft) -> None:
    draft.marks.add("cells")
    name = draft.pick("test")
    del draft.home(name)["cells"][draft.position(name)]


@mutation("answer-deleted", times=2, python=False)
def _(draft: Draft) -> None:
    draft.marks.add("cells")
    name = draft.pick("solution", "manual", "text")
    del draft.home(name)["cells"][draft.position(name)]


@mutation("all-deleted", honest=False, courses=("objects", "own-way"))
def _(draft: Draft) -> None:
    draft.marks.add("cells")
    next(iter(draft.books.values()))["cells"].clear()


@mutation("task-deleted", courses=("ledger-1", "own-way", "ps1"))
def _(draft: Draft) -> None:
    name = draft.pick("task")
    del draft.home(name)["cells"][draft.position(name)]


@mutation("test-changed", honest=False, times=2)
def _(draft: Draft) -> None:
    draft.put(draft.pick("test"), "assert True  # easier")


@mutation("given-changed", courses=("ledger-1", "own-way"), honest=False)
def _(draft: Draft) -> None:
    draft.put(draft.pick("locked"), "RATE = LIMIT = 1")


def _meta(key: str, value: Any, *kinds: str, mark: str = "") -> Change:
    def change(draft: Draft) -> None:
        draft.marks.add(mark or "cells")
        about = draft.cell(draft.pick(*kinds))["metadata"]["nbgrader"]
        if value is None:
            about.pop(key, None)
        else:
            about[key] = value

    return change


for name, key, value, kinds in (
    ("points-raised", "points", 50, ("test",)),
    ("points-zero", "points", 0, ("test",)),
    ("points-word", "points", "ten", ("test",)),
    ("points-gone", "points", None, ("test",)),
    ("manual-points", "points", 60, ("manual", "text")),
    ("unlocked", "locked", False, ("test",)),
    ("grade-false", "grade", False, ("test",)),
    ("grade-true", "grade", True, ("solution",)),
    ("solution-true", "solution", True, ("test",)),
    ("solution-false", "solution", False, ("manual", "text")),
    ("task-true", "task", True, ("test",)),
    ("id-changed", "grade_id", "somebody-else", ("test",)),
    ("id-gone", "grade_id", None, ("test",)),
    ("id-odd", "grade_id", "a b/c", ("test",)),
    ("checksum-forged", "checksum", "0" * 32, ("test", "manual", "text")),
    ("schema-1", "schema_version", 1, ("test",)),
    ("schema-2", "schema_version", 2, ("test",)),
    ("schema-9", "schema_version", 9, ("test",)),
    ("schema-gone", "schema_version", None, ("test",)),
    ("cell-type-word", "cell_type", "markdown", ("test",)),
):
    ALL.append(
        Mutation(
            f"meta-{name}",
            _meta(key, value, *kinds),
            honest=False,
            courses=("ledger-1", "objects", "own-way")
            if name != "manual-points"
            else ("ledger-1", "ps1"),
        )
    )


@mutation("meta-deleted", honest=False, times=2)
def _(draft: Draft) -> None:
    draft.marks.add("cells")
    del draft.cell(draft.pick("test", "solution"))["metadata"]["nbgrader"]


@mutation("meta-empty", honest=False, courses=("objects",))
def _(draft: Draft) -> None:
    draft.marks.add("cells")
    draft.cell(draft.pick("test"))["metadata"]["nbgrader"] = {}


def _turned(kind: str) -> Change:
    def change(draft: Draft) -> None:
        draft.marks.add("cells")
        cell = draft.cell(draft.pick("test"))
        cell["cell_type"] = kind
        cell.pop("outputs", None)
        cell.pop("execution_count", None)

    return change


for kind in ("markdown", "raw"):
    ALL.append(
        Mutation(
            f"test-to-{kind}",
            _turned(kind),
            honest=False,
            courses=("ledger-1", "objects", "ps1", "own-way"),
        )
    )


@mutation("text-to-code", courses=("ledger-1", "own-way", "ps1"), honest=False)
def _(draft: Draft) -> None:
    cell = draft.cell(draft.pick("text"))
    cell.update(new("code", "print('an answer')", **cell["metadata"]))


@mutation("answer-to-markdown", courses=("ledger-1", "objects"))
def _(draft: Draft) -> None:
    cell = draft.cell(draft.target().name)
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@mutation("duplicate-test", honest=False, times=1)
def _(draft: Draft) -> None:
    draft.marks.add("duplicate")
    name = draft.pick("test")
    twin = copy.deepcopy(draft.cell(name)) | {"id": "twin"}
    draft.home(name)["cells"].append(twin)


@mutation("duplicate-answer", honest=False, courses=("ledger-1", "objects", "own-way"))
def _(draft: Draft) -> None:
    draft.marks.add("duplicate")
    name = draft.target().name
    twin = copy.deepcopy(draft.cell(name)) | {"id": "twin"}
    draft.home(name)["cells"].insert(0, twin)


@mutation("duplicate-cell-id", courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    cells = draft.home(draft.target().name)["cells"]
    cells.insert(0, new("code", "print('same id')") | {"id": cells[0]["id"]})


def _tagged(tag: str, *kinds: str) -> Change:
    def change(draft: Draft) -> None:
        draft.marks.add("tag")
        cell = draft.cell(draft.pick(*kinds))
        cell["metadata"].setdefault("tags", []).append(tag)

    return change


for tag in ("skip-execution", "raises-exception", "remove-cell"):
    ALL.append(
        Mutation(
            f"tag-{tag}",
            _tagged(tag, "test"),
            fill="wrong",
            honest=False,
            courses=("ledger-1", "objects", "ps1"),
        )
    )
ALL.append(
    Mutation(
        "tag-skip-right",
        _tagged("skip-execution", "test"),
        honest=False,
        courses=("ledger-1", "objects"),
    )
)
ALL.append(
    Mutation(
        "tag-skip-answer",
        _tagged("skip-execution", "solution"),
        courses=("ledger-1",),
        honest=False,
    )
)


@mutation("scratch-cells", courses=("own-way",))
def _(draft: Draft) -> None:
    for book in draft.books.values():
        book["cells"].insert(0, new("code", "while True: pass", tags=["scratch"]))
