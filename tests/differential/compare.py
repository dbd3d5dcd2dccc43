"""Compare two graders' outcomes of one submission, row by row and cell by cell."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from model import Outcome, Submission

#: What differs between any two runs: text -> what stands for it.
_VOLATILE = (
    (re.compile(r"/tmp/ipykernel_\d+/\d+\.py"), "<cell file>"),
    (re.compile(r"\bipykernel_\d+"), "<ipykernel>"),
    (re.compile(r"/tmp/tmp[\w]{8}"), "<temporary>"),
    (re.compile(r"\b0x[0-9a-f]{6,}\b|(?<= at )[0-9a-f]{10,16}\b"), "<address>"),
    (re.compile(r"(Cell )?(\x1b\[[0-9;]*m)*(In|Out)\s?\[\d+\]"), "<counter>"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"), "<hex>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
)
TRUNCATED = "... Output truncated ..."


@dataclass(frozen=True)
class Difference:
    """One thing that is not equal.

    Attributes:
        what: status, row, comment, penalty, stamp, notebook, cell, output, metadata, file, mode,
            left (a file that the run itself has written), false-alarm (an honest one was held).
        where: notebook, notebook/cell or file.
    """

    what: str
    where: str
    stock: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.what} {self.where}: stock {_short(self.stock)} | ours {_short(self.ours)}"


def _short(value: Any, limit: int = 300) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)})"


def compare(one: Submission, stock: Outcome, ours: Outcome) -> list[Difference]:
    """All that differs where stock could grade; nothing is claimed where it could not."""
    if not stock.graded:
        return []
    if not ours.graded:
        return [Difference("status", "", "graded", f"{ours.status} {ours.reason}")]
    held = ours.status == "held"
    found = []
    if held and one.honest:
        found.append(Difference("false-alarm", "", "graded", ours.reason))
    found += _rows(stock, ours, held)
    if one.loose:
        return found
    for name in sorted(stock.notebooks.keys() | ours.notebooks.keys()):
        if name not in stock.notebooks or name not in ours.notebooks:
            there = name in stock.notebooks, name in ours.notebooks
            found.append(Difference("notebook", name, *there))
            continue
        kept = _own_ids(one, name)
        found += _notebooks(name, _read(stock, name, kept), _read(ours, name, kept))
        found += _pair("mode", name, stock.modes[name], ours.modes[name])
    return found + _files(one, stock, ours)


def disputed(stock: Outcome, ours: Outcome) -> list[str]:
    """Cells that a held submission leaves to a person, though stock gave them points."""
    return [
        name
        for name, row in ours.rows.items()
        if row[0] is None and row[1] and row != stock.rows.get(name)
    ]


def _pair(what: str, where: str, stock: Any, ours: Any) -> list[Difference]:
    # NaN is a value that nobody may hide behind.
    return [] if repr(stock) == repr(ours) else [Difference(what, where, stock, ours)]


def _rows(stock: Outcome, ours: Outcome, held: bool) -> list[Difference]:
    found = []
    left = set(disputed(stock, ours)) if held else set()
    for name in sorted(stock.rows.keys() | ours.rows.keys()):
        mine, theirs = ours.rows.get(name), stock.rows.get(name)
        if name in left and theirs is not None and mine is not None:
            found += _pair("row", name, theirs[2:], mine[2:])
        else:
            found += _pair("row", name, _numbers(theirs), _numbers(mine))
    for name in sorted(stock.comments.keys() | ours.comments.keys()):
        found += _pair("comment", name, stock.comments.get(name), ours.comments.get(name))
    books = {name.split("/")[0] for name in left}
    for name in sorted((stock.penalties.keys() | ours.penalties.keys()) - books):
        found += _pair("penalty", name, stock.penalties.get(name), ours.penalties.get(name))
    return found + _pair("stamp", "", stock.stamp, ours.stamp)


def _numbers(row: list[Any] | None) -> list[Any] | None:
    """0 and 0.0 are the same number of points."""
    return row and [float(v) if type(v) in (int, float) else v for v in row]


def _files(one: Submission, stock: Outcome, ours: Outcome) -> list[Difference]:
    found = []
    for name in sorted(stock.files.keys() | ours.files.keys()):
        mine, theirs = ours.files.get(name), stock.files.get(name)
        if mine is None and name not in (one.files or {}):
            found.append(Difference("left", name, "written by the run", None))
        elif theirs is None and name in (one.files or {}):
            found.append(Difference("left", name, "deleted by the run", mine))
        elif mine is None or theirs is None or mine[0] != theirs[0]:
            found.append(Difference("file", name, theirs, mine))
        else:
            found += _pair("mode", name, oct(theirs[1]), oct(mine[1]))
    return found


# -- notebooks ---------------------------------------------------------------------------------


def _own_ids(one: Submission, name: str) -> set[str] | None:
    """Ids that the trainee's notebook has; all others are made by whoever reads it."""
    try:
        cells = json.loads((one.files or {})[f"{name}.ipynb"])["cells"]
        ids = [cell.get("id") for cell in cells]
    except (KeyError, ValueError, TypeError, AttributeError):
        return set()
    return {i for i in ids if isinstance(i, str) and ids.count(i) == 1}


def _read(found: Outcome, name: str, kept: set[str] | None) -> dict[str, Any]:
    """A notebook without what differs between any two runs."""
    book = json.loads(found.notebooks[name])
    for cell in book["cells"]:
        if "id" in cell and cell["id"] not in (kept or ()):
            cell["id"] = "<made>"
        cell.pop("execution_count", None)
        cell["metadata"].pop("execution", None)
        cell["source"] = "".join(cell["source"])
        if "outputs" in cell:
            cell["outputs"] = _outputs(cell["outputs"], found.root)
    widgets = book["metadata"].get("widgets")
    if widgets:
        book["metadata"]["widgets"] = _widgets(widgets, found.root)
    return book


def _widgets(widgets: Any, root: str) -> Any:
    """Widgets' state without the random names of the models."""
    text = _steady(json.dumps(widgets), root)
    state = [
        model
        for kind in widgets.values()
        if isinstance(kind, dict)
        for model in kind.get("state", {}).values()
    ]
    return sorted(_steady(json.dumps(m, sort_keys=True), root) for m in state) or text


def _outputs(outputs: list[Any], root: str) -> list[Any]:
    """Outputs with stream pieces joined, as the moment of a flush divides them."""
    found: list[Any] = []
    for output in outputs:
        output = json.loads(_steady(json.dumps(_joined(output), ensure_ascii=False), root))
        output.pop("execution_count", None)
        last = found[-1] if found else {}
        if output["output_type"] == "stream" == last.get("output_type") and (
            output["name"] == last["name"]
        ):
            last["text"] += output["text"]
        else:
            found.append(output)
    return found


def _joined(output: dict[str, Any]) -> dict[str, Any]:
    """A list of lines and one text are the same in a notebook."""
    output = dict(output)
    if isinstance(output.get("text"), list):
        output["text"] = "".join(output["text"])
    if "data" in output:
        output["data"] = {
            kind: "".join(value) if _lines(value) and not kind.endswith("json") else value
            for kind, value in output["data"].items()
        }
    return output


def _lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _steady(text: str, root: str) -> str:
    if root:
        text = text.replace(root, "<course>")
    # Escaped colours would hide a counter from the patterns.
    text = text.replace("\\u001b", "\x1b")
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text.replace("\x1b", "\\u001b")


def _notebooks(name: str, stock: dict[str, Any], ours: dict[str, Any]) -> list[Difference]:
    found = []
    for part in ("nbformat", "nbformat_minor", "metadata"):
        found += _pair("metadata", f"{name} {part}", stock.get(part), ours.get(part))
    if len(stock["cells"]) != len(ours["cells"]):
        labels = [[_label(cell) for cell in book["cells"]] for book in (stock, ours)]
        return [*found, Difference("cells", name, *labels)]
    for number, (theirs, mine) in enumerate(zip(stock["cells"], ours["cells"], strict=True)):
        where = f"{name} cell {number} {_label(theirs)}"
        for part in sorted(theirs.keys() | mine.keys()):
            if part == "outputs":
                found += _compare_outputs(where, theirs.get(part), mine.get(part))
            else:
                found += _pair("cell", f"{where} {part}", theirs.get(part), mine.get(part))
    return found


def _compare_outputs(where: str, theirs: Any, mine: Any) -> list[Difference]:
    if theirs == mine:
        return []
    if theirs and mine and len(theirs) == len(mine):
        found = []
        for number, (one, other) in enumerate(zip(theirs, mine, strict=True)):
            if one != other and not _cut_alike(one, other):
                found.append(Difference("output", f"{where} output {number}", one, other))
        return found
    return [Difference("output", where, theirs, mine)]


def _cut_alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """nbgrader counts a piece more per flush, so where it cuts long output is a matter of time."""
    texts = [output.get("text", "") for output in (one, other)]
    if not all(text.rstrip().endswith(TRUNCATED) for text in texts):
        return False
    heads = [text.rstrip().removesuffix(TRUNCATED).rstrip("\n") for text in texts]
    shorter, longer = sorted(heads, key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) < 2000


def _label(cell: dict[str, Any]) -> str:
    about = cell["metadata"].get("nbgrader") or {}
    return about.get("grade_id") or f"{cell['cell_type']}:{cell['source'][:20]!r}"
