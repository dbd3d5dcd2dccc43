"""A trainee's notebook before a template shows it: known fields only, each of a known kind.

Templates print many fields as they are, and a notebook may hold anything anywhere. What is left
out here cannot be printed by any template, stock's or a course's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from casebank.desk.clean import clean
from casebank.desk.code import LEXERS
from casebank.desk.cost import CUT, LONGEST, LONGEST_HTML, Allowance, current
from casebank.desk.formulas import mathml, unwrapped

_PLAIN = re.compile(r"[A-Za-z0-9_+.-]{1,60}")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Wider than nbgrader's own editor allows, for courses that were made by hand.
_GRADE_ID = re.compile(r"[^\s<>\"'&`=\\]{1,300}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: What an output may be, text by text; all else is left out.
_TEXTS = ("text/html", "text/markdown", "image/svg+xml", "text/latex", "text/plain")
_PICTURES = ("image/png", "image/jpeg")
_ATTACHED = (*_PICTURES, "image/svg+xml", "image/gif", "image/webp", "image/bmp")
_BETTER = ("text/html", "text/markdown", "image/svg+xml")
MOST_PIXELS = 5000
#: Entries of a traceback, attachments of a cell.
_MOST_LINES, _MOST_ATTACHED = 300, 100
_LONGEST_ALT = 1000
_NO_ALT = "No description has been provided for this image"
_LEFT_OUT = "(too large to be shown here / 太大，未在此显示)"


def tidy(notebook: NotebookNode) -> NotebookNode:
    """A copy that holds nothing but what is to be shown."""
    left = current()
    cells = [cell for one in notebook.get("cells", []) for cell in _cell(one, left)]
    for number, cell in enumerate(cells):
        cell.setdefault("id", f"cell-{number}")
    return NotebookNode(
        nbformat=4, nbformat_minor=5, metadata=_metadata(notebook.get("metadata")), cells=cells
    )


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _metadata(given: Any) -> NotebookNode:
    told = _dict(_dict(given).get("language_info"))
    words = {
        key: told[key]
        for key in ("name", "pygments_lexer")
        if isinstance(told.get(key), str) and told[key].lower() in LEXERS
    }
    return NotebookNode(language_info=NotebookNode(words)) if words else NotebookNode()


def _cell(one: Any, left: Allowance) -> Iterator[NotebookNode]:
    kind = _dict(one).get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        return
    left.cells -= 1
    if left.cells < 0:
        return
    metadata = NotebookNode()
    about = _dict(one.get("metadata"))
    if isinstance(about.get("alt"), str):
        metadata["alt"] = about["alt"][:_LONGEST_ALT]
    graded = _graded(_dict(about.get("nbgrader")))
    if graded:
        metadata["nbgrader"] = graded
    cell = NotebookNode(
        cell_type=kind, metadata=metadata, source=left.cut(_text(one.get("source")) or "")
    )
    if isinstance(one.get("id"), str) and _CELL_ID.fullmatch(one["id"]):
        cell["id"] = one["id"]
    if kind == "code":
        count = one.get("execution_count")
        cell["execution_count"] = count if isinstance(count, int) else None
        outputs = one.get("outputs")
        cell["outputs"] = [
            shown
            for each in (outputs if isinstance(outputs, list) else [])
            for shown in _output(_dict(each), left)
        ]
        for output in cell["outputs"]:
            if any(mime in output.get("data", {}) for mime in _PICTURES):
                output["metadata"].setdefault("alt", metadata.get("alt", _NO_ALT))
    else:
        attached = _attachments(_dict(one.get("attachments")), left)
        if attached:
            cell["attachments"] = attached
    yield cell


def _graded(given: dict[str, Any]) -> NotebookNode | None:
    """What nbgrader knows of a cell; a cell without a name of its own has no field for a score."""
    name = given.get("grade_id")
    if not isinstance(name, str) or not _GRADE_ID.fullmatch(name):
        return None
    found = NotebookNode(grade_id=name)
    for key in ("grade", "solution", "locked", "task"):
        found[key] = given.get(key) is True
    points = given.get("points")
    if isinstance(points, (int, float)):
        found["points"] = float(points)
    for key in ("cell_type", "checksum"):
        if isinstance(given.get(key), str) and _PLAIN.fullmatch(given[key]):
            found[key] = given[key]
    found["schema_version"] = 3
    return found


def _attachments(given: dict[str, Any], left: Allowance) -> NotebookNode:
    found = NotebookNode()
    for name, forms in list(given.items())[:_MOST_ATTACHED]:
        good = {
            mime: content
            for mime in _ATTACHED
            if (content := _text(_dict(forms).get(mime)))
            and left.picture(content)
            and _BASE64.fullmatch(content)
        }
        if good:
            found[str(name)] = NotebookNode(good)
    return found


def _output(one: dict[str, Any], left: Allowance) -> Iterator[NotebookNode]:
    kind = one.get("output_type")
    left.outputs -= 1
    if left.outputs < 0:
        return
    if kind == "stream":
        name = one.get("name")
        yield NotebookNode(
            output_type="stream",
            name=name if name in ("stdout", "stderr") else "stdout",
            text=left.cut(_text(one.get("text")) or ""),
        )
    elif kind == "error":
        lines = one.get("traceback")
        lines = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
        if len(lines) > _MOST_LINES or sum(map(len, lines)) > LONGEST:
            # Where it ends it says what went wrong.
            lines = [CUT, *_end(lines[-_MOST_LINES:])]
        yield NotebookNode(
            output_type="error",
            ename=left.cut(_text(one.get("ename")) or "", _LONGEST_ALT),
            evalue=left.cut(_text(one.get("evalue")) or "", _LONGEST_ALT),
            traceback=[left.cut(line) for line in lines],
        )
    elif kind in ("display_data", "execute_result"):
        shown = NotebookNode(
            output_type=kind, data=_data(_dict(one.get("data")), left), metadata=_sizes(one)
        )
        if kind == "execute_result":
            count = one.get("execution_count")
            shown["execution_count"] = count if isinstance(count, int) else None
        yield shown


def _end(lines: list[str]) -> list[str]:
    """The last of a traceback's entries that are bearable together."""
    found: list[str] = []
    size = 0
    for line in reversed(lines):
        part = line[-(LONGEST - size) :]
        found.insert(0, part)
        size += len(part)
        if size >= LONGEST:
            break
    return found


def _data(given: dict[str, Any], left: Allowance) -> NotebookNode:
    found = NotebookNode()
    for mime in _TEXTS:
        text = _text(given.get(mime))
        if text is None:
            continue
        if mime == "image/svg+xml":
            fits = left.picture(text)
            found[mime if fits else "text/plain"] = text if fits else _LEFT_OUT
        else:
            found[mime] = left.cut(text, LONGEST_HTML if mime == "text/html" else LONGEST)
    for mime in _PICTURES:
        text = _text(given.get(mime))
        if text is not None and left.picture(text) and _BASE64.fullmatch(text):
            found[mime] = text
    latex = found.pop("text/latex", None)
    if latex is not None and not any(mime in found for mime in _BETTER):
        found["text/html"] = mathml(*unwrapped(latex))
    html = found.get("text/html", "")
    if "<script" in html and "text/plain" in found and not clean(html).strip():
        # A drawing by a script: what the object says of itself is more than nothing.
        del found["text/html"]
    if not found and given:
        found["text/plain"] = f"({', '.join(sorted(str(one)[:200] for one in given))[:200]})"
    return found


def _sizes(one: dict[str, Any]) -> NotebookNode:
    """Width, height and description of a picture, wherever its metadata have them."""
    about = _dict(one.get("metadata"))
    found = NotebookNode()
    for place in (about, *(_dict(about.get(mime)) for mime in (*_PICTURES, "image/svg+xml"))):
        for key in ("width", "height"):
            size = place.get(key)
            number = isinstance(size, (int, float)) and not isinstance(size, bool)
            if number and 0 < size <= MOST_PIXELS:
                found[key] = int(size)
        if isinstance(place.get("alt"), str):
            found["alt"] = place["alt"][:_LONGEST_ALT]
    return found
