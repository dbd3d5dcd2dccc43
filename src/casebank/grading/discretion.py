"""What a trainee may be told of an error, so that no hidden test speaks through it.

An exception that is raised in a trainee's own function may carry what a hidden test called it
with: ``KeyError: 'SECRET'``, or a message that a check filled in with values. Also a later cell may
repeat what an earlier hidden test said, for code of the trainee's can keep it. So from a notebook's
first hidden test on nothing is passed on but what could have been known without it: a message's own
words without its values, a Python error in Python's usual words about names of the trainee's own
answer, a text that is written out there. Which of them is said can be chosen: what an answer may
name is so little that a choice tells a few letters at most. Before the first hidden test an error's
text is passed on as it is.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from casebank.check.messages import BUILTIN, DETAIL, builtin
from casebank.check.outcomes import (
    SYNTAX,
    CellRun,
    Outcome,
    TaskOutcome,
    TaskSpec,
    at_line,
    cell_runs,
)
from casebank.check.visible import LONGEST_SAID, uncoloured, visible
from casebank.grading.paper import Paper

LONGEST_TEXT = 600
#: Words of the largest answer that errors may name; whoever writes more has a message to send.
MOST_WORDS = 200
#: Characters of the longest cell that Python's parser is asked about: it takes a kilobyte a word.
LONGEST_PARSED = 100_000
_WORD = re.compile(r"[^\W\d]\w*")
#: Errors that may be named: Python's own, and those that tables and arrays raise.
_ERRORS = {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
} | {
    *("AxisError", "DataError", "EmptyDataError", "IndexingError", "IntCastingNaNError"),
    *("InvalidIndexError", "LinAlgError", "MergeError", "OutOfBoundsDatetime", "ParserError"),
    *(
        "CellTimeoutError",
        "SpecificationError",
        "UFuncTypeError",
        "UndefinedVariableError",
        "UFuncNoLoopError",
    ),
}
#: Types that Python's words may name.
_TYPES = {
    *("NoneType", "bool", "builtin_function_or_method", "bytes", "dict", "float", "function"),
    *("generator", "int", "list", "map", "method", "module", "ndarray", "object", "range", "set"),
    *("str", "tuple", "type", "zip", "DataFrame", "DatetimeIndex", "Index", "Series", "Timedelta"),
    *("Timestamp", "DataFrameGroupBy", "SeriesGroupBy", "float64", "int64", "bool_", "datetime64"),
}
#: Modules within others that an error may name as a whole.
MODULES = {"matplotlib.pyplot", "pandas.core", "numpy.random", "scipy.stats", "os.path"}
_OPERATORS = r"(?:[-+*/%@&|^<>=!]{1,3}|\*\* or pow\(\)|divmod\(\))"
#: Python's usual words, ``~`` for a name. Their number bounds what could be said by choosing one.
_USUAL = [
    re.compile(text.replace("~", r"([^\W\d][\w.]{0,59})") + r"\.?")
    for text in (
        r"name '~' is not defined",
        r"cannot access local variable '~' where it is not associated with a value",
        r"'~' object has no attribute '~'",
        r"(?:module|type object) '~' has no attribute '~'",
        r"object of type '~' has no len\(\)",
        r"No module named '~'",
        r"cannot import name '~' from '~'",
        r"'~' object is not (?:callable|iterable|subscriptable|an iterator|a mapping)",
        r"'~' object does not support item (?:assignment|deletion)",
        r"cannot unpack non-iterable ~ object",
        rf"unsupported operand type\(s\) for {_OPERATORS}: '~' and '~'",
        rf"'{_OPERATORS}' not supported between instances of '~' and '~'",
        r"can only concatenate ~ \(not \"~\"\) to ~",
        r"~ indices must be integers(?: or slices)?, not '?~'?",
        r"~\(\) missing 1 required positional argument: '~'",
        r"~\(\) got an unexpected keyword argument '~'",
        r"~\(\) takes \d positional arguments? but \d (?:was|were) given",
        r"unhashable type: '~'",
        r"'~'",
        r"division by zero|float division by zero|integer division or modulo by zero",
        r"(?:list|string|tuple|pop) index out of range|pop from empty list",
        r"maximum recursion depth exceeded(?: .{0,40}object)?",
        r"The truth value of a (?:Series|DataFrame) is ambiguous\. Use a\.empty, .{0,50}",
        r"All arrays must be of the same length",
    )
]
_SLOT = re.compile(r"\{(\w+)\}")


def discreet(
    outcomes: list[TaskOutcome], paper: Paper, executed: Any, lang: str
) -> list[TaskOutcome]:
    """The outcomes of a notebook, with texts that give no hidden test away."""
    seen = _Seen(paper, executed)
    return [_one(one, paper, seen, lang) for one in outcomes]


class _Seen:
    """A notebook that was run.

    Attributes:
        hidden: test cells that hold more than trainees see.
        late: cells by the end of which a hidden test has had its turn.
        words: the words of the test cells that everybody sees.
    """

    def __init__(self, paper: Paper, executed: Any) -> None:
        tests = {name for task in paper.spec.tasks for name in task.tests} if paper.spec else set()
        self.runs = cell_runs(executed)
        self.hidden = {
            name
            for name in tests & set(paper.judged)
            if name not in paper.released or paper.hides(name)
        }
        self.late: set[str] = set()
        shown = [paper.released[name].source for name in tests & set(paper.released)]
        self.words = set(_WORD.findall("\n".join(shown)))
        begun = False
        for cell in executed.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
            # Two cells may bear one name; it is late if one of them is.
            begun = begun or name in self.hidden
            if begun:
                self.late.add(name)


def _one(one: TaskOutcome, paper: Paper, seen: _Seen, lang: str) -> TaskOutcome:
    text = visible(uncoloured(one.text), LONGEST_TEXT, lines=True)
    task = paper.spec.task(one.task) if paper.spec else None
    if not text or task is None:
        return replace(one, text=text)
    cell, run = _cell(one, task, seen.runs)
    if run is None or run.error is None or cell not in seen.late:
        return replace(one, text=text)
    own = seen.runs[task.solution].source if task.solution in seen.runs else ""
    told = _Told(paper, task, own, seen.words, lang, cell in seen.hidden)
    errors = (Outcome.ERROR, Outcome.PARTLY)
    asserted = run.error[0] in ("CheckFailed", "AssertionError")
    if one.message_id is None and one.outcome in errors and not asserted:
        return replace(one, text=told.error(*run.error))
    name, text = told.message(one.message_id, text)
    return replace(one, message_id=name, text=text)


def _cell(
    one: TaskOutcome, task: TaskSpec, runs: Mapping[str, CellRun]
) -> tuple[str, CellRun | None]:
    """The cell whose error an outcome tells, chosen as ``outcomes.judge`` chooses."""
    for name in (task.solution, *(name for name, good in one.cells.items() if not good)):
        run = runs.get(name)
        if run is not None and run.error is not None:
            return name, run
    return "", None


class _Told:
    """What may be said of one task."""

    def __init__(
        self, paper: Paper, task: TaskSpec, own: str, words: set[str], lang: str, hidden: bool
    ) -> None:
        self.spec, self.task, self.own = paper.spec, task, own
        self.words = words | set(task.defines) | _names(own)
        self.lang, self.hidden = lang, hidden

    # -- messages of checks ------------------------------------------------------------------------

    def message(self, name: str | None, text: str) -> tuple[str, str]:
        """A message in its own words; values stay where they cannot come from a hidden test."""
        template = self._template(name)
        if name is None or template is None:
            # Not one of ours: somebody's code has raised it.
            return "check-difference", builtin("check-difference", self.lang)
        bare = _SLOT.sub("…", template)
        found = _pattern(template).match(text)
        if found is None:
            return name, bare
        if not all(self._plain(key, value) for key, value in found.groupdict().items()):
            return name, bare
        head, rest = found.group(0), text[found.end() :].strip()
        if not rest or self.hidden:
            return name, head
        joint = "" if self.lang == "zh" else " "
        return name, head + joint + rest if self._detail(rest) else head

    def _template(self, name: str | None) -> str | None:
        if name in BUILTIN:
            return BUILTIN[name][self.lang]
        texts = self.spec.messages.get(name or "") if self.spec else None
        return texts[self.lang] if texts else None

    def _detail(self, text: str) -> bool:
        for both in DETAIL.values():
            found = _pattern(both[self.lang]).fullmatch(text)
            if found and all(self._plain(k, v) for k, v in found.groupdict().items()):
                return True
        return False

    def _plain(self, slot: str, value: str) -> bool:
        """Whether what fills a slot could be known without the hidden test."""
        value = value.strip("`'\" ")
        if slot == "name":
            return value in self.task.defines
        if value in _TYPES:
            return True
        if self.hidden:
            return False
        if re.fullmatch(r"-?[\d.,]{1,9}%?", value) or value in ("True", "False", "None"):
            return True
        words = _WORD.findall(value)
        return len(value) <= 60 and len(words) <= 4 and set(words) <= self.words | _TYPES

    # -- other errors ------------------------------------------------------------------------------

    def error(self, kind: str, said: str) -> str:
        """An error by its kind, with what it says where that tells no more than the code does."""
        if kind in SYNTAX:
            return _syntax(kind, self.own, self.lang)
        if kind not in _ERRORS and not re.search(rf"\bclass\s+{re.escape(kind)}\b", self.own):
            kind = "Exception"
        said = visible(uncoloured(said), LONGEST_SAID, lines=True).strip()
        return f"{kind}: {said}" if said and self._usual(said) else kind

    def _usual(self, said: str) -> bool:
        if said in _literals(self.own):
            return True
        known = self.words | _TYPES
        for pattern in _USUAL:
            found = pattern.fullmatch(said)
            if found:
                return all(
                    name in known or name in MODULES for name in filter(None, found.groups())
                )
        return False


def _pattern(template: str) -> re.Pattern[str]:
    """A template as a pattern; a slot that is there twice is read once."""
    parts, seen = [], set()
    last = 0
    for slot in _SLOT.finditer(template):
        parts.append(re.escape(template[last : slot.start()]))
        name = slot.group(1)
        again = name in seen or name.isdigit()
        parts.append(r".*?" if again else rf"(?P<{name}>.*?)")
        seen.add(name)
        last = slot.end()
    tail = re.escape(template[last:])
    return re.compile("".join(parts) + tail + ("" if tail else r"(?=\s|$)"), re.DOTALL)


def _syntax(kind: str, source: str, lang: str) -> str:
    """What Python's own parser says of a cell; whoever raises such an error is not asked."""
    if len(source) > LONGEST_PARSED:
        return kind
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"{type(error).__name__}: {error.msg}{at_line(error.lineno, lang)}"
    except (ValueError, MemoryError, RecursionError):
        pass
    return kind


def _nodes(source: str) -> Iterator[ast.AST]:
    """The parts of a cell's code; none where it is too long, or no Python."""
    if len(source) > LONGEST_PARSED:
        return iter(())
    try:
        return ast.walk(ast.parse(source))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return iter(())


def _names(source: str) -> set[str]:
    """The names and the words of texts in a cell's code; none when there are so many that one of
    them is a message, or when it is no Python."""
    found: set[str] = set()
    for node in _nodes(source):
        for _, value in ast.iter_fields(node):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    found |= set(_WORD.findall(one))
    return found if len(found) <= MOST_WORDS else set()


def _literals(source: str) -> set[str]:
    """The texts that are written out in a cell, unless there are so many that one is a message."""
    found = {
        node.value
        for node in _nodes(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return found if len(found) <= 64 else set()
