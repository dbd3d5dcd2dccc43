"""What of an assignment can be judged a second time, and what the judge needs for it.

The instructor's notebook is read, not run. Its cells are of three kinds: tests; solutions, whose
names are the submission's; and the rest. A cell of the rest that does not touch the submission's
names belongs to the set-up, which the judge runs itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from casebank.grading.model import Sheet

#: Magics that change how a notebook looks or reloads, and nothing that is computed.
_DROPPED = re.compile(
    r"^%\s*(matplotlib|config|load_ext|reload_ext|autoreload|precision|pylab)\b.*$", re.MULTILINE
)
_HISTORY = frozenset(("In", "Out", "_", "__", "___", "_i", "_ih", "_oh", "_dh"))
_SOURCES = frozenset(("getsource", "getsourcelines", "getsourcefile", "getcomments", "findsource"))
_INNER = frozenset(("__code__", "__globals__", "__closure__", "__wrapped__", "f_globals"))
_PATCHES = frozenset(("patch", "monkeypatch", "MonkeyPatch", "setattr"))
_STREAMS = frozenset(("stdout", "stderr"))


@dataclass(frozen=True)
class Plan:
    """How a notebook's tests are judged a second time.

    Attributes:
        cells: the set-up, (grade id or "", source) each.
        imports: what the solution imports, as Python statements.
        names: the names that are the submission's.
        groups: test cells that follow each other, by grade id, in the notebook's order.
        tests: source of each test cell that can be judged.
        unverifiable: test cells that cannot be, with the reason.
    """

    cells: tuple[tuple[str, str], ...] = ()
    imports: str = ""
    names: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    tests: dict[str, str] = field(default_factory=dict)
    unverifiable: dict[str, str] = field(default_factory=dict)

    def message(self, key: str, folder: str, timeout: float) -> dict[str, Any]:
        """What the judge is told to prepare."""
        return {
            "op": "prepare",
            "key": key,
            "cells": [list(cell) for cell in self.cells],
            "imports": self.imports,
            "names": list(self.names),
            "folder": folder,
            "timeout": timeout,
        }

    def after(self, cell: str) -> tuple[str, ...]:
        """The group that begins with a test cell; empty where none does."""
        return next((group for group in self.groups if group[0] == cell), ())


@dataclass(frozen=True)
class _Uses:
    """Names of a piece of code by what it does to them."""

    stores: frozenset[str]
    loads: frozenset[str]
    changes: frozenset[str]
    imports: tuple[str, ...]
    imported: frozenset[str]


def clean(source: str) -> str:
    """A cell without the magics that compute nothing; others stay and make it no Python."""
    return _DROPPED.sub("pass", source) if "%" in source else source


def plan(sheet: Sheet) -> Plan:
    """Read an assignment's notebook; see :class:`Plan`."""
    kinds = {cell.name: cell for cell in sheet.cells}
    tests = [c for c in sheet.cells if c.grade and not c.solution and c.cell_type == "code"]
    if not sheet.script:
        reason = "the instructor's notebook is not in the course's source folder"
        return Plan(unverifiable={cell.name: reason for cell in tests})
    return _Reader({c.name: c.source for c in tests}, kinds).read(sheet.script)


class _Reader:
    """Goes through a notebook's code cells in order."""

    def __init__(self, tests: dict[str, str], kinds: dict[str, Any]) -> None:
        self.tests = tests
        self.kinds = kinds
        self.students: set[str] = set()
        self.given: set[str] = set()
        self.modules: set[str] = set()
        self.imports: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self.groups: list[list[str]] = []
        self.good: dict[str, str] = {}
        self.bad: dict[str, str] = {}
        self.from_tests: set[str] = set()

    def read(self, script: tuple[tuple[str, str], ...]) -> Plan:
        """All cells; what comes after the last test is of no use."""
        places = [n for n, (name, _) in enumerate(script) if name in self.tests]
        last, adjoining = max(places, default=-1), False
        for name, text in script[: last + 1]:
            source = clean(text)
            cell = self.kinds.get(name)
            if name in self.tests:
                self._test(name, source, adjoining)
                adjoining = True
                continue
            if not source.strip():
                continue
            adjoining = False
            if cell is not None and cell.solution:
                self._solution(source)
            else:
                self._rest(name, source)
        for name in self.tests.keys() - {name for name, _ in script}:
            self.bad[name] = "the test is not in the instructor's notebook"
        return Plan(
            cells=tuple(self.cells),
            imports="\n".join(self.imports),
            names=tuple(sorted(self.students - self.modules)),
            groups=tuple(tuple(group) for group in self.groups),
            tests=self.good,
            unverifiable=self.bad,
        )

    def _test(self, name: str, source: str, adjoining: bool) -> None:
        reason = unverifiable(source, self.modules)
        if reason:
            self.bad[name] = reason
        else:
            self.good[name] = source
            if adjoining and self.groups:
                self.groups[-1].append(name)
            else:
                self.groups.append([name])
        uses = _uses(source)
        if uses is not None:
            self.from_tests |= uses.stores - self.given - self.students

    def _solution(self, source: str) -> None:
        uses = _uses(source)
        if uses is None:
            return
        self.imports += uses.imports
        self.students |= uses.stores | (uses.changes - self.modules)

    def _rest(self, name: str, source: str) -> None:
        uses = _uses(source)
        if uses is None or uses.loads & (self.students | self.from_tests):
            if uses is not None:
                self.students |= uses.stores | (uses.changes - self.modules)
            return
        self.cells.append((name, source))
        touched = uses.stores | (uses.changes - self.modules)
        if self.groups or self.bad:
            # Earlier tests saw the name's earlier value, and the set-up runs once, before all.
            self.students |= touched & (self.given | self.from_tests)
        self.students -= uses.imported
        self.given |= touched
        self.modules |= uses.imported


def _uses(source: str) -> _Uses | None:
    """What a cell does to names; None where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    stores: set[str] = set()
    loads: set[str] = set()
    changes: set[str] = set()
    imported: set[str] = set()
    imports: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loads.add(node.id)
        elif isinstance(node, ast.Global):
            stores.update(node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(ast.unparse(node))
    for node in _outer(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            (stores if isinstance(node.ctx, ast.Store) else changes).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            stores.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {(one.asname or one.name.partition(".")[0]) for one in node.names} - {"*"}
            imported |= names
            stores |= names
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            if not isinstance(node.ctx, ast.Load):
                changes |= _root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            # A call as a statement is there for its effect: on its object or its arguments.
            call = node.value
            changes |= _root(call.func) if isinstance(call.func, ast.Attribute) else set()
            changes |= {arg.id for arg in call.args if isinstance(arg, ast.Name)}
        elif (isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name) or (
            isinstance(node, ast.ExceptHandler) and node.name
        ):
            stores.add(node.name)
    return _Uses(
        frozenset(stores), frozenset(loads), frozenset(changes), tuple(imports), frozenset(imported)
    )


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _outer(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside of functions and classes (these themselves included)."""
    todo = list(ast.iter_child_nodes(tree))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo.extend(ast.iter_child_nodes(node))


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def unverifiable(source: str, modules: set[str] | frozenset[str] = frozenset()) -> str:
    """Why a test cell cannot be judged away from the submission's kernel; empty where it can.

    Args:
        source: the test cell.
        modules: names of modules that the set-up has imported.
    """
    if re.match(r"\s*%%", source):
        return "the test is a cell magic"
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        if re.search(r"^\s*[!%]|=\s*[!%]|\?\s*$", source, re.MULTILINE):
            return "the test uses a magic or the shell"
        return _awaits(source) or "the test is no Python"
    inner = set(modules) | {"builtins", "sys", "__builtins__"}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            inner |= {one.asname or one.name.partition(".")[0] for one in node.names}
    for node in ast.walk(tree):
        reason = _reason(node, inner)
        if reason:
            return reason
    return _awaits(source)


def _reason(node: ast.AST, modules: set[str]) -> str:
    """Why one node cannot run away from the kernel."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        if node.id in _HISTORY:
            return "the test looks at what IPython remembers"
        if node.id in ("get_ipython", "shell"):
            return "the test uses IPython itself" if node.id == "get_ipython" else ""
        if node.id in _SOURCES:
            return "the test reads the answer's source"
    if isinstance(node, ast.Attribute):
        if node.attr in _SOURCES or node.attr in _INNER:
            return "the test looks inside the answer's code"
        changed = isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
        if changed and node.value.id in modules and node.attr not in _STREAMS:  # type: ignore[attr-defined]
            return "the test replaces a part of a module"
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        on_module = node.args and _root(node.args[0]) & modules
        if called in _PATCHES and (called != "setattr" or on_module):
            return "the test replaces a part of a module"
        if _PATCHES & set(ast.unparse(node.func).split(".")[:-1]):
            return "the test replaces a part of a module"
    return ""


def _awaits(source: str) -> str:
    """A reason where a cell waits at its top level."""
    flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
    try:
        tree = compile(source, "<test>", "exec", flag)
    except (SyntaxError, ValueError):
        return ""
    waits = (ast.Await, ast.AsyncFor, ast.AsyncWith)
    outer = any(
        isinstance(node, waits) or getattr(node, "is_async", 0) == 1 for node in _outer(tree)
    )
    return "the test waits with await" if outer else ""
