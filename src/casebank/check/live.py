"""The self-check in a running notebook: from ``casebank.json``, without the notebook's file."""

from __future__ import annotations

import ast
import builtins
import contextlib
import difflib
import io
import json
import re
from typing import Any

from casebank.check import log
from casebank.check.outcomes import (
    SETUP,
    SYNTAX,
    CellRun,
    Outcome,
    Spec,
    TaskOutcome,
    TaskSpec,
    cell_runs,
    fingerprint,
    judge_cells,
)
from casebank.check.report import Note, Report
from casebank.check.sealed import SEALED_NAME, unseal
from casebank.check.session import SESSION, namespace

SAY: dict[str, dict[str, str]] = {
    "no-spec": {
        "zh": "不能自查：先运行开头的准备单元格，并把 casebank.json 放在笔记本旁边。",
        "en": "No self-check: run the setup cell first, and keep casebank.json "
        "beside the notebook.",
    },
    "no-task": {
        "zh": "没有叫“{task}”的题。有：{known}。",
        "en": "There is no task '{task}'. There are: {known}.",
    },
    "which": {
        "zh": '写出题名，例如 check.{call}("{first}")。有：{known}。',
        "en": 'Name the task, such as check.{call}("{first}"). There are: {known}.',
    },
    "meant": {
        "zh": "没有叫“{task}”的题。是不是“{near}”？",
        "en": "There is no task '{task}'. Did you mean '{near}'?",
    },
    "no-hint": {"zh": "这道题没有提示。", "en": "This task has no hints."},
    "hint": {"zh": "提示 {level}（共 {most} 条）", "en": "Hint {level} of {most}"},
    "next": {"zh": '还不够？`check.hint("{task}")`', "en": 'Not enough? `check.hint("{task}")`'},
    "no-solutions": {
        "zh": '这里没有答案：答案只随自学版发放。先看看提示：check.hint("{task}")。',
        "en": "No solutions here: they come with the self-study kit only. Try a hint: "
        'check.hint("{task}").',
    },
    "try-first": {
        "zh": "先自己试一次：写下你的答案，运行它，再来看参考答案。",
        "en": "Try it yourself first: write your answer, run it, then look at the solution.",
    },
    "save-first": {
        "zh": "先写下你的答案并保存笔记本，再来看参考答案。",
        "en": "Write your answer and save the notebook first, then look at the solution.",
    },
    "needs-first": {
        "zh": "这道题还判不了，先完成它依赖的一步：{needs}。",
        "en": "This task cannot be judged yet; finish the step it needs first: {needs}.",
    },
    "damaged": {
        "zh": "答案文件读不出来，请重新解压自学版。",
        "en": "The file of solutions cannot be read: unpack the self-study kit again.",
    },
    "solution": {"zh": "参考答案：{title}", "en": "A solution: {title}"},
}
#: How many hints of each task have been shown.
_SHOWN: dict[str, int] = {}


def _say(what: str, **params: object) -> Note:
    return Note(SAY[what][SESSION.lang].format(**params))


def _defines(source: str, names: tuple[str, ...]) -> bool:
    """A cell's code makes one of these names."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        # Half-written code, or a line that only IPython reads: by the look of its lines.
        any_of = "|".join(map(re.escape, names))
        return bool(names) and bool(
            re.search(rf"^\s*(?:(?:async\s+)?def|class)\s+(?:{any_of})\b", source, re.M)
            or re.search(rf"^\s*(?:{any_of})\s*(?::[^=]*)?=(?!=)", source, re.M)
        )
    made: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            made.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
    return bool(made & set(names))


def _solution_run(task: TaskSpec, names: dict[str, Any]) -> CellRun:
    """What this kernel knows of a task's answer."""
    known = SESSION.runs.get(task.solution)
    if known is not None:
        return known
    # A client that does not tell cell ids: look for the code itself, the latest first.
    for run in reversed(SESSION.history):
        if fingerprint(run.source) == task.stub_sha256 or _defines(run.source, task.defines):
            return run
    there = task.defines and builtins.all(name in names for name in task.defines)
    return CellRun("# run before the self-check began" if there else "", ran=bool(there))


def _run_test(source: str, names: dict[str, Any], label: str) -> CellRun:
    try:
        code = compile(source, f"<{label}>", "exec")
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, names)
    except (Exception, SystemExit) as error:
        return CellRun(source, True, (type(error).__name__, str(error)))
    return CellRun(source)


def _essays(spec: Spec) -> dict[str, CellRun]:
    """Essays as the notebook was last saved, where it can be found; nothing otherwise."""
    path = SESSION.folder / f"{spec.exercise}.ipynb"
    try:
        saved = cell_runs(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    ids = {task.solution for task in spec.tasks if task.essay}
    return {name: run for name, run in saved.items() if name in ids}


def _outcomes(spec: Spec) -> list[TaskOutcome]:
    from casebank import check

    mine = namespace()
    # A copy: a test's own names must not change the learner's.
    names = dict(mine if mine is not None else {"__name__": "__main__"})
    names["check"] = check
    runs = {SETUP: SESSION.runs.get(SETUP, CellRun("check.begin()")), **_essays(spec)}
    for task in spec.tasks:
        if task.essay:
            continue
        run = runs[task.solution] = _solution_run(task, names)
        if run.error and run.error[0] in SYNTAX:
            # What the tests would find here is an older answer, which nobody hands in.
            continue
        for name in task.tests:
            runs[name] = _run_test(spec.tests.get(name, ""), names, name)
    return judge_cells(runs, spec, SESSION.lang)


def _find(name: str, call: str) -> TaskSpec | Note:
    spec = SESSION.spec
    if spec is None:
        return _say("no-spec")
    task = spec.task(name)
    if task is None:
        known = [one.name for one in spec.tasks]
        listed = ("、" if SESSION.lang == "zh" else ", ").join(known)
        if not name:
            return _say("which", call=call, first=known[0] if known else "", known=listed)
        near = difflib.get_close_matches(str(name), known, n=1)
        if near:
            return _say("meant", task=name, near=near[0])
        return _say("no-task", task=name, known=listed)
    return task


def all() -> Report | Note:
    """Check every task and show what is passed, what to look at, what was not judged."""
    if SESSION.spec is None:
        return _say("no-spec")
    outcomes = _outcomes(SESSION.spec)
    log.record(SESSION.spec, outcomes, SESSION.folder)
    return Report(SESSION.spec, outcomes, SESSION.lang, live=True)


def task(name: str = "") -> Report | Note:
    """Check one task (and, unseen, what it needs)."""
    found = _find(name, "task")
    if isinstance(found, Note) or SESSION.spec is None:
        return found if isinstance(found, Note) else _say("no-spec")
    mine = [one for one in _outcomes(SESSION.spec) if one.task == name]
    log.record(SESSION.spec, mine, SESSION.folder)
    return Report(SESSION.spec, mine, SESSION.lang, live=True)


def hint(name: str = "", level: int | None = None) -> Note:
    """Show a hint: the first, then with each call the next; or one of a given level."""
    found = _find(name, "hint")
    if isinstance(found, Note) or SESSION.spec is None:
        return found if isinstance(found, Note) else _say("no-spec")
    hints = SESSION.spec.hints.get(name, {})
    if not hints:
        return _say("no-hint")
    most = len(hints)
    wanted = level if level is not None else _SHOWN.get(name, 0) + 1
    wanted = max(1, min(int(wanted), most))
    _SHOWN[name] = wanted
    head = _say("hint", level=wanted, most=most)
    text = f"**{head}**\n\n{hints[str(wanted)][SESSION.lang]}"
    if wanted < most:
        text += f"\n\n{_say('next', task=name)}"
    return Note(text)


def solution(name: str = "") -> Note:
    """Show the solution of a task, in the self-study kit, after an honest attempt."""
    found = _find(name, "solution")
    if isinstance(found, Note) or SESSION.spec is None:
        return found if isinstance(found, Note) else _say("no-spec")
    path = SESSION.folder / SEALED_NAME
    if not path.is_file():
        return _say("no-solutions", task=name)
    if found.essay and not _essays(SESSION.spec):
        return _say("save-first")
    mine = next(one for one in _outcomes(SESSION.spec) if one.task == name)
    if mine.outcome is Outcome.NOT_ATTEMPTED:
        return _say("save-first" if found.essay else "try-first")
    if mine.outcome is Outcome.NOT_JUDGED and not found.essay:
        return _say("needs-first", needs=mine.needs)
    try:
        text = unseal(path, name, SESSION.lang)
    except (OSError, ValueError):
        return _say("damaged")
    if text is None:
        return _say("no-solutions", task=name)
    head = _say("solution", title=found.title[SESSION.lang])
    body = text if found.essay else f"```python\n{text}\n```"
    return Note(f"**{head}**\n\n{body}")
