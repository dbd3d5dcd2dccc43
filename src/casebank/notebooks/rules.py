"""Rules over a whole source: languages in pairs, tasks complete, names that exist."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casebank import check
from casebank.check.messages import BUILTIN
from casebank.errors import ContentError, nearest
from casebank.notebooks.keys import CellKeys
from casebank.notebooks.markers import HIDDEN, SOLUTION, clear
from casebank.notebooks.source import Cell
from casebank.notebooks.stubs import CODE_STUB, TEXT_STUB
from casebank.records import Exercise, Lab

#: Where the message id stands among the positional arguments of an assertion.
MESSAGE_AT = {"equal": 2, "close": 2, "true": 1, "frame_equal": 2, "raises": 2}
LIBRARY = (*check.__all__, "figures")
_DATA = re.compile(r"data/([\w-]+)\.csv")
MIN_PROBES = 2
HINT_LEVELS = (1, 2, 3)
_NO_KEYS = CellKeys()


@dataclass(frozen=True)
class Slot:
    """A place in the notebook: one shared cell, or the two cells of a pair."""

    zh: Cell
    en: Cell

    def get(self, lang: str) -> Cell:
        """The cell of one language."""
        return self.zh if lang == "zh" else self.en


def slots(cells: Sequence[Cell]) -> list[Slot]:
    """Pair the cells of the two languages; shared cells stand for both.

    Raises:
        ContentError: when a cell has no twin, or the twins are of different kinds.
    """
    result: list[Slot] = []
    run: list[Cell] = []
    for cell in cells:
        if cell.keys.lang:
            run.append(cell)
            continue
        result += _pairs(run)
        run = []
        result.append(Slot(cell, cell))
    return result + _pairs(run)


def _pairs(run: list[Cell]) -> list[Slot]:
    zh = [cell for cell in run if cell.keys.lang == "zh"]
    en = [cell for cell in run if cell.keys.lang == "en"]
    for one, two in zip(zh, en, strict=False):
        mine = (one.kind, one.keys.task, one.keys.level, bool(one.keys.alt))
        theirs = (two.kind, two.keys.task, two.keys.level, bool(two.keys.alt))
        if mine != theirs:
            raise ContentError(
                f"this {two.kind} cell is not the twin of the {one.kind} cell {one.number}",
                two.where,
                "the cells of both languages follow one another with the same keys",
            )
    if len(zh) != len(en):
        longer, lang = (zh, "en") if len(zh) > len(en) else (en, "zh")
        alone = longer[min(len(zh), len(en))]
        raise ContentError(
            f"no twin in the other language for this {alone.kind} cell",
            alone.where,
            f'add a cell with lang="{lang}" after it',
        )
    return [Slot(one, two) for one, two in zip(zh, en, strict=True)]


def calls(cell: Cell) -> Iterator[tuple[str, ast.Call]]:
    """The calls of ``check.…`` in a code cell: name and node."""
    for node in ast.walk(ast.parse(cell.source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "check"
        ):
            yield node.func.attr, node


def messages_of(source: str) -> set[str]:
    """Ids of messages that a test's code names."""
    cell = Cell(0, 0, False, _NO_KEYS, source, "")
    return {identifier for _, identifier in _messages(cell)}


def _messages(cell: Cell) -> Iterator[tuple[int, str]]:
    for name, node in calls(cell):
        place = MESSAGE_AT.get(name)
        if place is None:
            continue
        found: ast.expr | None = node.args[place] if len(node.args) > place else None
        for keyword in node.keywords:
            if keyword.arg == "message":
                found = keyword.value
        if isinstance(found, ast.Constant) and isinstance(found.value, str) and found.value:
            yield found.lineno, found.value


def _check_names(cells: Sequence[Cell], tables: Sequence[str], slug: str) -> None:
    """Names of the library and of the tables exist."""
    for cell in cells:
        if cell.markdown:
            continue
        for name, node in calls(cell):
            if name not in LIBRARY:
                raise ContentError(
                    f"check has no '{name}'", cell.at(node.lineno), nearest(name, LIBRARY)
                )
        for offset, line in enumerate(cell.source.splitlines(), start=1):
            for table in _DATA.findall(line):
                if table not in tables:
                    todo = nearest(table, tables) if tables else "add it under data:"
                    raise ContentError(
                        f"table '{table}' is not in the data of {slug}", cell.at(offset), todo
                    )


def check_lab(cells: Sequence[Cell], lab: Lab) -> list[Slot]:
    """Check a lab: prose and code only, in pairs.

    Raises:
        ContentError: at the first cell that breaks a rule.
    """
    for cell in cells:
        if cell.keys.kind:
            raise ContentError(
                f"kind '{cell.kind}' in a lab", cell.where, "a lab has prose and code only"
            )
    _check_names(cells, lab.data, lab.id)
    return slots(cells)


def check_exercise(cells: Sequence[Cell], exercise: Exercise, record: str) -> list[Slot]:
    """Check an exercise against its record.

    Args:
        cells: the cells of ``exercise.py``.
        exercise: ``exercise.yml``.
        record: the record's name in messages.

    Raises:
        ContentError: at the first cell that breaks a rule.
    """
    _check_messages_of_record(exercise, record)
    for cell in cells:
        task = cell.keys.task
        if task is not None and task not in exercise.tasks:
            raise ContentError(
                f"task '{task}' is not in exercise.yml", cell.where, nearest(task, exercise.tasks)
            )
        if cell.keys.alt:
            raise ContentError("'alt' in an exercise", cell.where, "it describes a lab's figure")
    paired = slots(cells)
    _check_names(cells, exercise.data, exercise.id)
    _check_setup(cells, exercise)
    for name in exercise.tasks:
        own = [cell for cell in cells if cell.keys.task == name]
        if not any(cell.kind in ("solution", "essay") for cell in own):
            raise ContentError(
                f"task '{name}' has no cell in exercise.py",
                record,
                f'add a cell with task="{name}" kind="solution" (or kind="essay")',
            )
        if any(cell.kind == "essay" for cell in own):
            _check_essay(name, own, exercise, record)
        else:
            _check_task(name, own, exercise)
    _check_order(cells, exercise)
    return paired


def _check_messages_of_record(exercise: Exercise, record: str) -> None:
    for identifier, text in exercise.messages.items():
        if identifier.startswith("check-"):
            raise ContentError(
                f"message '{identifier}' begins with 'check-'", record, "keep that for the library"
            )
        fields = []
        for lang in ("zh", "en"):
            try:
                fields.append({f for _, f, _, _ in string.Formatter().parse(text[lang]) if f})
            except ValueError as error:
                raise ContentError(
                    f"message '{identifier}' ({lang}): {error}", record, "write {{ for a brace"
                ) from None
        if fields[0] != fields[1]:
            raise ContentError(
                f"message '{identifier}' has other parameters in zh than in en",
                record,
                "use the same {names} in both",
            )


def _check_setup(cells: Sequence[Cell], exercise: Exercise) -> None:
    setups = [cell for cell in cells if cell.kind == "setup"]
    file = cells[0].file
    if not setups:
        raise ContentError("no setup cell", file, 'add a pair of cells with kind="setup"')
    if len(setups) > 2:
        raise ContentError("a second setup", setups[2].where, "an exercise has one pair")
    first_code = next(cell for cell in cells if not cell.markdown)
    if first_code.kind != "setup":
        raise ContentError(
            "code before the setup cell", first_code.where, "the setup is the first code"
        )
    for cell in setups:
        begun = [node for name, node in calls(cell) if name == "begin"]
        if len(begun) != 1:
            raise ContentError(
                "the setup cell calls check.begin once",
                cell.where,
                f'write: check.begin("{exercise.id}", lang="{cell.keys.lang}")',
            )
        values = [a.value for a in begun[0].args if isinstance(a, ast.Constant)]
        lang = [k.value.value for k in begun[0].keywords if isinstance(k.value, ast.Constant)]
        if values != [exercise.id] or lang != [cell.keys.lang]:
            raise ContentError(
                "check.begin names another exercise or language",
                cell.at(begun[0].lineno),
                f'write: check.begin("{exercise.id}", lang="{cell.keys.lang}")',
            )


def _one(name: str, own: list[Cell], kind: str) -> Cell:
    found = [cell for cell in own if cell.kind == kind]
    if len(found) > 1:
        raise ContentError(
            f"a second {kind} cell for task '{name}' (duplicate grade id '{name}-{kind}')",
            found[1].where,
            f"the first is cell {found[0].number}; a task has one",
        )
    return found[0]


def _check_essay(name: str, own: list[Cell], exercise: Exercise, record: str) -> None:
    cell = _one(name, own, "essay")
    wrong = next((c for c in own if c.kind in ("solution", "test", "probe")), None)
    if wrong:
        raise ContentError(
            f"a {wrong.kind} cell for the essay '{name}'", wrong.where, "a person grades an essay"
        )
    if cell.source and cell.source != TEXT_STUB:
        raise ContentError(
            "the text of an essay cell is the same for every essay",
            cell.at(1),
            f"leave it empty or write: # {TEXT_STUB}",
        )
    essay = exercise.essays.get(name)
    if essay is None:
        raise ContentError(
            f"essay '{name}' has no rubric", cell.where, f"add it under essays: in {record}"
        )
    worth = sum(criterion.points for criterion in essay.rubric)
    if abs(worth - (cell.keys.points or 0)) > 1e-9:
        raise ContentError(
            f"the rubric of '{name}' adds up to {worth:g}, the cell says {cell.keys.points:g}",
            cell.where,
            "make both equal",
        )
    if exercise.tasks[name].defines:
        raise ContentError(f"essay '{name}' defines names", record, "an essay has no code")
    _check_hints(name, own, needed=False)


def _check_task(name: str, own: list[Cell], exercise: Exercise) -> None:
    if name in exercise.essays:
        raise ContentError(
            f"'{name}' has a rubric but no essay cell", own[0].where, 'write kind="essay"'
        )
    solution = _one(name, own, "solution")
    tests = [cell for cell in own if cell.kind == "test"]
    if not tests:
        raise ContentError(
            f"task '{name}' has no test", solution.where, f'add task="{name}" kind="test" points=…'
        )
    if tests[0].number < solution.number:
        raise ContentError("a test above its solution", tests[0].where, "put it below")
    seen = [clear(test.source, HIDDEN).strip() for test in tests]
    blank = next((test for test, text in zip(tests, seen, strict=True) if not text), None)
    if blank or not any(ast.parse(text).body for text in seen):
        raise ContentError(
            "nothing of this test is visible",
            (blank or tests[0]).where,
            "show at least one check, so that trainees can check themselves",
        )
    stub = clear(solution.source, SOLUTION, CODE_STUB)
    try:
        ast.parse(stub)
    except SyntaxError as error:
        raise ContentError(
            f"without the solution the cell is not valid Python ({error.msg})",
            solution.where,
            "move the markers",
        ) from None
    known = {*exercise.messages, *BUILTIN}
    for test in tests:
        for line, identifier in _messages(test):
            if identifier not in known:
                raise ContentError(
                    f"message '{identifier}' is not in exercise.yml",
                    test.at(line),
                    nearest(identifier, known),
                )
    _check_probes(name, own, known, solution)
    _check_hints(name, own, needed=True)


def _check_probes(name: str, own: list[Cell], known: set[str], solution: Cell) -> None:
    probes = [cell for cell in own if cell.kind == "probe"]
    for probe in probes:
        message = probe.keys.message
        if probe.keys.expect == "fail":
            if message is None:
                raise ContentError(
                    "a failing probe names its message", probe.where, 'add message="…"'
                )
            if message not in known:
                raise ContentError(
                    f"message '{message}' is not in exercise.yml",
                    probe.where,
                    nearest(message, known),
                )
        elif message is not None:
            raise ContentError(
                f"a probe that expects '{probe.keys.expect}' meets no message",
                probe.where,
                'delete the message or write expect="fail"',
            )
    for expect, what in (("pass", "right"), ("fail", "wrong")):
        count = sum(probe.keys.expect == expect for probe in probes)
        if count < MIN_PROBES:
            raise ContentError(
                f"task '{name}' has {count} probes with expect=\"{expect}\"",
                solution.where,
                f"add {what} answers of other kinds until there are {MIN_PROBES}",
            )


def _check_hints(name: str, own: list[Cell], *, needed: bool) -> None:
    seen: dict[tuple[int | None, str | None], Cell] = {}
    for cell in own:
        if cell.kind == "hint":
            key = (cell.keys.level, cell.keys.lang)
            if key in seen:
                raise ContentError(
                    f"a second hint of level {key[0]} in {key[1]}",
                    cell.where,
                    f"the first is cell {seen[key].number}",
                )
            seen[key] = cell
    if not needed and not seen:
        return
    for level in HINT_LEVELS:
        for lang in ("zh", "en"):
            if (level, lang) not in seen:
                raise ContentError(
                    f"task '{name}' has no hint of level {level} in {lang}",
                    own[0].where,
                    f'add [markdown] task="{name}" kind="hint" level={level} lang="{lang}"',
                )


def _check_order(cells: Sequence[Cell], exercise: Exercise) -> None:
    """Tasks come in the order of the record, so that what is needed comes before."""
    order = list(exercise.tasks)
    last = -1
    for cell in cells:
        if cell.kind in ("solution", "essay"):
            place = order.index(str(cell.keys.task))
            if place < last:
                raise ContentError(
                    f"task '{cell.keys.task}' comes after '{order[last]}'",
                    cell.where,
                    "keep the order of the tasks in exercise.yml",
                )
            last = place
