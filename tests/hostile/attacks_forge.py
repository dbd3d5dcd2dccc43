"""Attacks by what is handed in: the notebook's metadata and form, files beside it."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import grading_class as desk
import nbformat
from grading_class import SLUG, cell

from hostile import GRADED, HELD, REJECTED, TASKS, WRONG, Handed, Scene, form

#: Nothing is solved; what stands on a step that does not work is not judged.
NONE = {"unsolved": TASKS, "status": (GRADED, HELD), "reasons": ("not-judged",)}
BAD = {"status": (REJECTED,), "unsolved": TASKS}
UNREADABLE = {
    **BAD,
    "reasons": ("not-notebook", "not-json", "not-utf8", "too-large", "too-complex", "empty-file"),
}
ROWS = {"totals-test", "totals-test-2", "best-test", "share-test", "advice-essay"}


def _wrong(scene: Scene) -> Any:
    return desk.right(scene.course, **WRONG)


def _tests(notebook: Any) -> list[Any]:
    return [one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade")]


def edited(*edits: Any, right: bool = False) -> Any:
    """Builds a wrong (or right) notebook, changed by functions that get its test cells or itself."""

    def build(scene: Scene) -> Any:
        notebook = desk.right(scene.course) if right else _wrong(scene)
        for edit in edits:
            edit(notebook)
        return notebook

    return build


def each(change: Any) -> Any:
    """An edit of every graded cell."""
    return lambda notebook: [change(one) for one in _tests(notebook)]


def _meta(**values: Any) -> Any:
    return each(lambda one: one.metadata.nbgrader.update(values))


def _tag(*tags: str) -> Any:
    return lambda notebook: [one.metadata.update(tags=list(tags)) for one in notebook.cells]


def _extra(notebook: Any) -> None:
    more = copy.deepcopy(cell(notebook, "share-test"))
    more.id, more.source = "gift", "pass"
    more.metadata.nbgrader.update(grade_id="gift", points=50)
    notebook.cells.append(more)


def _swap(notebook: Any) -> None:
    tests = _tests(notebook)
    names = [one.metadata.nbgrader.grade_id for one in tests]
    for one, name in zip(tests, reversed(names), strict=True):
        one.metadata.nbgrader.grade_id = name
        one.source = "pass" if one.cell_type == "code" else one.source


def _twice(notebook: Any) -> None:
    more = copy.deepcopy(cell(notebook, "share-test"))
    more.id, more.source = "again", "pass"
    notebook.cells.append(more)


def _ids(notebook: Any) -> None:
    for one in notebook.cells:
        one.id = "same"


def _forge(notebook: Any) -> None:
    for number, one in enumerate(notebook.cells):
        if one.cell_type == "code":
            one.execution_count = number + 1
            one.outputs = [
                nbformat.v4.new_output("execute_result", {"text/plain": "99"}, execution_count=1)
            ]


def _solution_graded(notebook: Any) -> None:
    for task in TASKS:
        meta = cell(notebook, f"{task}-solution").metadata.nbgrader
        meta.update(grade=True, points=50, locked=False)


def _delete(notebook: Any) -> None:
    notebook.cells = [one for one in notebook.cells if one not in _tests(notebook)]


def _first(notebook: Any) -> None:
    tests = _tests(notebook)
    notebook.cells = [*tests, *(one for one in notebook.cells if one not in tests)]


def _label(**values: Any) -> Any:
    return lambda notebook: notebook.metadata.setdefault("casebank", {}).update(values)


def _kernel(notebook: Any) -> None:
    notebook.metadata.kernelspec = {
        "name": "../../../../bin/sh",
        "display_name": "x",
        "language": "bash",
        "argv": ["touch", "/tmp/x"],
    }


def _deep(levels: int) -> Any:
    """Builds a notebook with so many levels in the metadata of its first cell."""

    def build(scene: Scene) -> bytes:
        deep = '{"x":' * levels + "1" + "}" * levels
        text = nbformat.writes(_wrong(scene))
        return text.replace('"nbgrader": {', f'"deep": {deep}, "nbgrader": {{', 1).encode()

    return build


def _raw(change: Any) -> Any:
    """Builds bytes from the text of a right notebook."""
    return lambda scene: change(nbformat.writes(desk.right(scene.course)))


def _fields(**fields: Any) -> Any:
    return _raw(lambda text: json.dumps({**json.loads(text), **fields}).encode())


def _old(scene: Scene) -> bytes:
    notebook = nbformat.convert(desk.right(scene.course), 3)
    return nbformat.writes(notebook, version=3).encode()


def _beside(right: bool = True, finish: Any = None, **files: bytes) -> Any:
    """Builds a notebook with files beside it (``__`` stands for a dot)."""

    def build(scene: Scene) -> Handed:
        notebook = desk.right(scene.course) if right else _wrong(scene)
        names = {name.replace("__", "."): content for name, content in files.items()}
        return Handed(notebook, names, finish)

    return build


def _evil(scene: Scene, name: str) -> bytes:
    """A pickle that leaves a mark where it is loaded outside the sandbox."""
    mark = f"{scene.marks}/{name}"
    return b"cposix\nsystem\n(S'touch " + mark.encode() + b"'\ntR."


def _pickles(scene: Scene) -> Handed:
    pickle = _evil(scene, "file-pickle")
    header = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    array = header.ljust(127, b" ") + b"\n" + pickle
    names = ("data.pkl", "answer.pickle", "model.joblib", "share.npy", "__casebank__.pkl", "x.pt")
    return Handed(
        desk.right(scene.course), {n: array if n == "share.npy" else pickle for n in names}
    )


def _settings(scene: Scene) -> Handed:
    line = f"open({str(scene.marks / 'file-settings')!r}, 'w')\n".encode()
    names = (
        "nbgrader_config.py",
        "conftest.py",
        "jupyter_nbconvert_config.py",
        "setup.py",
        "k.pth",
    )
    database = (scene.course.root / "gradebook.db").read_bytes()
    files = {**dict.fromkeys(names, line), "gradebook.db": database, ".env": b"X=1"}
    return Handed(_wrong(scene), files)


def _many(count: int) -> Any:
    def finish(folder: Path) -> None:
        for number in range(count):
            (folder / f"{number}.txt").touch()

    return finish


def _devices(folder: Path) -> None:
    os.mkfifo(folder / "queue.csv")


def _fifo_notebook(folder: Path) -> None:
    (folder / f"{SLUG}.ipynb").unlink()
    os.mkfifo(folder / f"{SLUG}.ipynb")


def _folder_notebook(folder: Path) -> None:
    (folder / f"{SLUG}.ipynb").unlink()
    (folder / f"{SLUG}.ipynb" / "inner").mkdir(parents=True)


def _names(folder: Path) -> None:
    for name in (
        b"\xff\xfe",
        b"a\nb",
        b"$(touch x)",
        b"-rf",
        b"; touch x",
        "名" * 80,
        b"\x1b[2J",
        b"~",
    ):
        Path(os.fsdecode(name)) and (folder / os.fsdecode(name)).write_bytes(b"x")


def _depth(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)


def _paths(scene: Scene) -> Handed:
    notebook = _wrong(scene)
    notebook.metadata["name"] = "../../../x"
    files = {"..data/..x": b"x", "~root": b"x", "timestamp.txt": b"9999-99-99 \xff\x00" * 10_000}
    return Handed(notebook, files)


META = "notebook's metadata"
FORM = "notebook's form"
FILES = "files in the folder"
HOLD = {"status": (GRADED, HELD), "reasons": None}

ATTACKS = [
    form(META, "meta-points", "a million points each", edited(_meta(points=1e6)), **NONE),
    form(
        META,
        "meta-negative",
        "points that are NaN, negative, text",
        edited(each(lambda one: one.metadata.nbgrader.update(points="1e999"))),
        **{**NONE, **HOLD},
    ),
    form(META, "meta-ids", "grade ids swapped, tests emptied", edited(_swap), **NONE),
    form(
        META,
        "meta-type",
        "tests turned into text",
        edited(
            each(
                lambda one: (
                    one.update(cell_type="markdown"),
                    one.pop("outputs", 0),
                    one.pop("execution_count", 0),
                )
            )
        ),
        **NONE,
    ),
    form(
        META,
        "meta-unlocked",
        "tests unlocked and emptied",
        edited(_meta(locked=False, solution=True), each(lambda one: one.update(source="pass"))),
        **NONE,
    ),
    form(
        META,
        "meta-skip",
        "a tag by which runners skip a cell",
        edited(_tag("skip-execution")),
        **NONE,
    ),
    form(
        META,
        "meta-raises",
        "a tag by which errors are expected",
        edited(_tag("raises-exception", "nbgrader-skip")),
        **NONE,
    ),
    form(
        META,
        "meta-ungraded",
        "tests that say they are no tests",
        edited(_meta(grade=False, solution=False, points=None)),
        **NONE,
    ),
    form(
        META,
        "meta-answer",
        "answers that say they are graded, with 50 points",
        edited(_solution_graded),
        **NONE,
    ),
    form(
        META,
        "meta-gift",
        "one more graded cell with 50 points",
        edited(_extra),
        **NONE,
        probe=(lambda scene, fate: [f"rows {set(fate.rows) - ROWS}"] * bool(set(fate.rows) - ROWS)),
    ),
    form(META, "meta-delete", "no tests at all", edited(_delete), **NONE),
    form(
        META,
        "meta-first",
        "the tests first, where nothing is wrong yet",
        edited(_first),
        **{**NONE, **HOLD},
    ),
    form(
        META,
        "meta-schema",
        "nbgrader's metadata of another version",
        edited(_meta(schema_version=99)),
        **{**NONE, **HOLD},
    ),
    form(
        META,
        "meta-schema-0",
        "nbgrader's metadata of the first version",
        edited(_meta(schema_version=0), _meta(checksum="0" * 32)),
        **{**NONE, **HOLD},
    ),
    form(META, "meta-kernel", "a kernel that is a program", edited(_kernel), **NONE),
    form(
        META,
        "meta-version",
        "a version that is a path",
        edited(_label(version="../../../../etc")),
        **{**NONE, "reasons": ("version-unknown",)},
    ),
    form(
        META,
        "meta-exercise",
        "another exercise's label",
        edited(_label(exercise="other")),
        **{**BAD, "reasons": ("wrong-exercise",)},
    ),
    form(
        META,
        "meta-lang",
        "a language that is a program",
        edited(_label(lang="<script>alert(1)</script>")),
        **NONE,
    ),
    form(
        META,
        "meta-limits",
        "its own time limits and kernel options",
        edited(
            lambda nb: nb.metadata.update(
                execution={"timeout": 9999, "allow_errors": True}, nbclient={"timeout": 1}
            )
        ),
        **NONE,
    ),
    form(
        META,
        "meta-twice",
        "a graded cell twice, the second one empty",
        edited(_twice),
        **{**BAD, "reasons": ("duplicate-cell",)},
    ),
    form(META, "meta-same", "every cell has one id", edited(_ids), **{**NONE, **HOLD}),
    form(META, "meta-outputs", "outputs and counters that tell of success", edited(_forge), **NONE),
    form(
        META,
        "meta-deep",
        "metadata 400 levels deep",
        _deep(400),
        status=(GRADED, HELD, REJECTED),
        reasons=("not-notebook", "too-complex", "not-judged"),
        unsolved=TASKS,
    ),
    form(
        META,
        "meta-deeper",
        "metadata 990 levels deep",
        _deep(990),
        status=(GRADED, HELD, REJECTED),
        reasons=("not-notebook", "too-complex", "not-judged"),
        unsolved=TASKS,
    ),
    # -- form --
    form(FORM, "form-v3", "a notebook of format 3", _old, **UNREADABLE),
    form(FORM, "form-v5", "a notebook of format 5", _fields(nbformat=5), **UNREADABLE),
    form(
        FORM,
        "form-large",
        "50 MB",
        _raw(lambda t: t.replace("# Visits", "x" * 50_000_000).encode() + b" " * 50_000_000),
        **UNREADABLE,
    ),
    form(FORM, "form-brackets", "100,000 brackets", lambda scene: b"[" * 100_000, **UNREADABLE),
    form(
        FORM,
        "form-braces",
        "100,000 objects in a cell's metadata",
        _raw(
            lambda t: t.replace(
                '"metadata": {',
                '"metadata": {"d": ' + '{"x":' * 100_000 + "1" + "}" * 100_000 + ",",
                1,
            ).encode()
        ),
        **UNREADABLE,
    ),
    form(FORM, "form-bytes", "not UTF-8", _raw(lambda t: t.encode("utf-16")), **UNREADABLE),
    form(
        FORM,
        "form-half",
        "half of a surrogate pair",
        _raw(lambda t: t.replace("return 3", "x").replace("part / whole", "\\ud800").encode()),
        **UNREADABLE,
    ),
    form(
        FORM,
        "form-nan",
        "NaN, Infinity and numbers of 4,000 digits",
        _raw(
            lambda t: t.replace(
                '"nbformat_minor"', f'"a": NaN, "b": -Infinity, "c": {"9" * 4000}, "nbformat_minor"'
            ).encode()
        ),
        status=(GRADED, REJECTED),
        reasons=("not-notebook", "not-json", "too-complex"),
        unsolved=(),
    ),
    form(
        FORM,
        "form-keys",
        "every key twice: the first cells are right, the last count",
        lambda scene: (
            nbformat.writes(desk.right(scene.course)).rstrip()[:-1]
            + ',"cells":'
            + json.dumps(json.loads(nbformat.writes(_wrong(scene)))["cells"])
            + "}"
        ).encode(),
        **NONE,
    ),
    form(
        FORM,
        "form-null",
        "cells that are no cells",
        _fields(cells=[None, 5, {"cell_type": "code"}]),
        **UNREADABLE,
    ),
    form(FORM, "form-list", "a list", lambda scene: b"[1, 2, 3]", **UNREADABLE),
    form(FORM, "form-meta", "metadata that is a list", _fields(metadata=[1]), **UNREADABLE),
    form(
        FORM,
        "form-cells",
        "10,000 cells",
        edited(
            lambda nb: nb.cells.extend(nbformat.v4.new_markdown_cell("x") for _ in range(10_000))
        ),
        **UNREADABLE,
    ),
    form(
        FORM,
        "form-lines",
        "a cell of 60,000 lines",
        edited(lambda nb: cell(nb, "share-solution").update(source="x = 1\n" * 60_000)),
        status=(GRADED, HELD, REJECTED),
        reasons=None,
        unsolved=TASKS,
    ),
    form(
        FORM,
        "form-nest",
        "an expression 5,000 brackets deep",
        edited(
            lambda nb: cell(nb, "share-solution").update(source="x = " + "(" * 5000 + ")" * 5000)
        ),
        unsolved=TASKS,
        **HOLD,
    ),
    form(
        FORM,
        "form-script",
        "script and terminal codes in every text",
        edited(
            lambda nb: [
                one.update(source=f"{one.source}\n# <script>alert(1)</script> \x1b[2J")
                for one in nb.cells
            ]
        ),
        status=(GRADED, HELD, REJECTED),
        reasons=("not-notebook", "too-complex", "not-judged"),
        unsolved=TASKS,
    ),
    # -- files --
    form(
        "pickles",
        "file-pickle",
        "pickles that run a program where they are loaded",
        _pickles,
        unsolved=(),
    ),
    form(
        "pickles",
        "file-settings",
        "settings of nbgrader, a gradebook, a package",
        _settings,
        **NONE,
    ),
    form(
        FILES,
        "file-many",
        "10,000 small files",
        _beside(finish=_many(10_000)),
        **{**BAD, "reasons": ("too-many",)},
    ),
    form(
        FILES,
        "file-queue",
        "a queue (fifo) beside the notebook",
        _beside(finish=_devices),
        **{**BAD, "reasons": ("odd-file",)},
    ),
    form(
        FILES,
        "file-fifo",
        "the notebook is a queue",
        _beside(finish=_fifo_notebook),
        **{**BAD, "reasons": ("odd-file",)},
    ),
    form(
        FILES,
        "file-folder",
        "the notebook is a folder",
        _beside(finish=_folder_notebook),
        **{**BAD, "reasons": ("no-notebook", "wrong-name", "odd-file")},
    ),
    form(
        FILES,
        "file-names",
        "names of bytes, commands, line ends and 240 bytes",
        _beside(finish=_names),
        **{"status": (GRADED, REJECTED), "reasons": ("odd-file", "file-name"), "unsolved": ()},
    ),
    form(
        FILES,
        "file-depth",
        "1,500 folders in each other",
        _beside(finish=_depth),
        **{
            "status": (GRADED, REJECTED),
            "reasons": ("odd-file", "too-many", "file-name"),
            "unsolved": (),
        },
    ),
    form(
        FILES,
        "file-large",
        "a table of 60 MB",
        _beside(table__csv=b"1,2\n" * 15_000_000),
        **{**BAD, "reasons": ("too-large",)},
    ),
    form(FILES, "file-paths", "names with .. and a broken timestamp", _paths, **{**NONE, **HOLD}),
]
