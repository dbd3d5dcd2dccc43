"""Read a bilingual notebook: jupytext's percent format, strictly, with lines to point at."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebank.errors import ContentError
from casebank.notebooks.keys import MARKDOWN_KINDS, PLACES, CellKeys, read_keys
from casebank.notebooks.markers import check_markers

_HEADER = re.compile(r"^# %%(?P<rest>.*)$")
_ALMOST = re.compile(r"^\s*#+ ?%{2,}|^\s*# ?% ?%|^\s+# %%")
_TYPE = re.compile(r"^\s*\[(?P<type>[^\]]*)\](?P<rest>.*)$")
_KEY = re.compile(
    r"\s+(?P<key>[A-Za-z_][\w-]*)\s*=\s*"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|-?\d+(?:\.\d+)?)(?=\s|$)"
)


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    Attributes:
        number: its place in the file, from 1.
        line: the line of its header.
        markdown: text, not code.
        keys: its header's keys.
        source: its text, without the ``# `` of prose.
        where: file, cell and line, for messages.
    """

    number: int
    line: int
    markdown: bool
    keys: CellKeys
    source: str
    file: str

    @property
    def kind(self) -> str:
        """Its kind; ``prose`` or ``code`` when the header names none."""
        return self.keys.kind or ("prose" if self.markdown else "code")

    @property
    def where(self) -> str:
        """File, cell and line of the header."""
        return self.at(0)

    def at(self, offset: int) -> str:
        """File, cell and the line ``offset`` below the header."""
        return f"{self.file}, cell {self.number}, line {self.line + offset}"


def _where(file: str, number: int, line: int) -> str:
    return f"{file}, cell {number}, line {line}"


def _header(rest: str, where: str) -> tuple[bool, dict[str, Any]]:
    """The type and the raw keys of a header."""
    markdown = False
    typed = _TYPE.match(rest)
    if typed:
        if typed["type"] != "markdown":
            raise ContentError(
                f"cell type '[{typed['type']}]' is unknown", where, "did you mean '[markdown]'?"
            )
        markdown, rest = True, typed["rest"]
    raw: dict[str, Any] = {}
    position = 0
    while rest[position:].strip():
        found = _KEY.match(rest, position)
        if not found:
            raise ContentError(
                f"the header cannot be read at '{rest[position:].strip()}'",
                where,
                'write keys as key="text" or key=1, with a space between them',
            )
        key, value = found["key"], found["value"]
        if key in raw:
            raise ContentError(f"key '{key}' is given twice", where, "keep one of them")
        if value.startswith('"'):
            raw[key] = ast.literal_eval(value)
        else:
            raw[key] = float(value) if "." in value else int(value)
        position = found.end()
    return markdown, raw


def _prose(lines: list[str], file: str, number: int, line: int) -> str:
    """Take the ``# `` off the lines of a markdown cell."""
    out = []
    for offset, text in enumerate(lines, start=1):
        if text == "#":
            out.append("")
        elif text.startswith("# "):
            out.append(text[2:])
        elif not text.strip():
            if any(rest.strip() for rest in lines[offset:]):
                raise ContentError(
                    "an empty line inside a markdown cell",
                    _where(file, number, line + offset),
                    "write '#' for an empty line of text",
                )
        else:
            raise ContentError(
                "a line of a markdown cell does not begin with '# '",
                _where(file, number, line + offset),
                "is this code that should have its own '# %%'?",
            )
    return "\n".join(out).strip("\n")


def _check_place(cell: Cell) -> None:
    """Each key has a place: by kind, and by prose or code."""
    kind = cell.kind
    if cell.markdown != (kind in MARKDOWN_KINDS):
        what = "[markdown]" if kind in MARKDOWN_KINDS else "code, without [markdown]"
        raise ContentError(f"a cell of kind '{kind}' is {what}", cell.where, "mend its header")
    must, may = PLACES[kind]
    given = set(cell.keys.given()) - {"kind"}
    missing = sorted(must - given)
    if missing:
        raise ContentError(
            f"{kind} cell without '{missing[0]}'", cell.where, f"add {missing[0]}=… to its header"
        )
    extra = sorted(given - must - may)
    if extra:
        todo = f"a {kind} cell has: {', '.join(sorted(must | may)) or 'no key'}"
        if kind == "code" and extra[0] in ("task", "points"):
            todo = "name its kind: solution, test or probe"
        raise ContentError(f"key '{extra[0]}' has no place in a {kind} cell", cell.where, todo)
    if "alt" in given and "lang" not in given:
        raise ContentError("'alt' without 'lang'", cell.where, "give each language its own text")


def _check_code(cell: Cell) -> None:
    if cell.markdown:
        return
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        lines = cell.source.splitlines()
        if lines[(error.lineno or 1) - 1 :][:1] and lines[(error.lineno or 1) - 1].lstrip()[:1] in (
            "%",
            "!",
        ):
            raise ContentError(
                "a magic or a shell command",
                cell.at(error.lineno or 0),
                "write plain Python: it runs anywhere",
            ) from None
        raise ContentError(
            f"not valid Python ({error.msg})", cell.at(error.lineno or 0), "mend the code"
        ) from None


def parse(text: str, file: str) -> list[Cell]:
    """Cut a source into cells, each checked by itself.

    Args:
        text: the source.
        file: its name in messages.

    Raises:
        ContentError: with file, cell, line and what would be right.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    starts: list[int] = []
    for index, line in enumerate(lines):
        if _HEADER.match(line) and not line.startswith("# %%%"):
            starts.append(index)
        elif _ALMOST.match(line):
            where = _where(file, max(len(starts), 1), index + 1)
            raise ContentError("misspelt cell header", where, "a cell begins with '# %%'")
    head = lines[: starts[0]] if starts else lines
    for index, line in enumerate(head):
        if line.strip() and not line.startswith("#"):
            raise ContentError(
                "text before the first cell", f"{file}, line {index + 1}", "begin it with '# %%'"
            )
    if not starts:
        raise ContentError("no cell in the file", file, "a cell begins with '# %%'")
    cells = []
    for number, (start, end) in enumerate(
        zip(starts, [*starts[1:], len(lines)], strict=True), start=1
    ):
        where = _where(file, number, start + 1)
        found = _HEADER.match(lines[start])
        rest = found["rest"] if found else ""
        if rest and not rest[0].isspace():
            raise ContentError("misspelt cell header", where, "write a space after '# %%'")
        markdown, raw = _header(rest, where)
        keys, wrong, todo = read_keys(raw)
        if keys is None:
            raise ContentError(wrong, where, todo)
        body = lines[start + 1 : end]
        source = _prose(body, file, number, start + 1) if markdown else "\n".join(body).rstrip()
        # Leading empty lines stay out of the cell but count for messages.
        if not markdown and source.startswith("\n"):
            raise ContentError("an empty line under a header", where, "begin the code right below")
        cell = Cell(number, start + 1, markdown, keys, source, file)
        _check_place(cell)
        check_markers(cell.source, cell.kind, cell.at)
        _check_code(cell)
        if not source and cell.kind != "essay":
            raise ContentError("an empty cell", where, "fill it or delete it")
        cells.append(cell)
    return cells


def read_source(path: Path, file: str) -> list[Cell]:
    """Read and cut a source file; see :func:`parse`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError("the file is missing", file, "create it, see CONTRIBUTING") from None
    except UnicodeDecodeError:
        raise ContentError("not valid UTF-8", file, "save it as UTF-8") from None
    return parse(text, file)
