"""What the checks know while a notebook runs: exercise, language, messages, what was run.

One notebook is one kernel, so one session per process is enough.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casebank.check.messages import builtin
from casebank.check.outcomes import SETUP, CellRun, Spec
from casebank.check.visible import say

SPEC_NAME = "casebank.json"
#: What a test cell that passed says. On standard output: nbgrader takes marks off for the other.
PASSED = {"zh": "✓ 通过（看得见的检查）", "en": "✓ passed (the visible checks)"}


@dataclass
class Session:
    """The state that :func:`begin` sets up."""

    exercise: str | None = None
    lang: str = "en"
    spec: Spec | None = None
    folder: Path = field(default_factory=Path)
    #: Cells that this kernel has run since the setup cell, by cell id where the client tells it.
    runs: dict[str, CellRun] = field(default_factory=dict)
    #: All cells that this kernel has run since then, the latest last.
    history: list[CellRun] = field(default_factory=list)

    def message(self, identifier: str) -> str | None:
        """The template of one of the exercise's own messages, in the session's language."""
        if self.spec is None:
            return None
        texts = self.spec.messages.get(identifier)
        return texts[self.lang] if texts else None


SESSION = Session()


def guess_lang() -> str:
    """The language of the machine, for a notebook that does not say its own."""
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if name.lower().startswith("zh") else "en"


def namespace() -> dict[str, Any] | None:
    """The names of the notebook, when there is one around us."""
    shell = _shell()
    return None if shell is None else shell.user_ns


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def record(result: Any) -> None:
    """Remember a cell that has just run (called by IPython after each cell)."""
    info = result.info
    source = info.raw_cell or ""
    cell_id = getattr(info, "cell_id", None)
    if "check.begin(" in source:
        cell_id = SETUP
    problem = result.error_before_exec or result.error_in_exec
    error = None if problem is None else (type(problem).__name__, str(problem))
    run = CellRun(source, True, error)
    SESSION.history.append(run)
    if cell_id:
        SESSION.runs[cell_id] = run
    # A changed test, and one with hidden parts, is not the one that learners are told of.
    if result.success and SESSION.spec is not None:
        tests = (text.strip() for text in SESSION.spec.tests.values())
        if source.strip() and source.strip() in tests:
            say(PASSED[SESSION.lang])


def unwritten(shell: Any, etype: Any, value: Any, tb: Any, tb_offset: Any = None) -> None:
    """Show an answer that is not written as one line; called by IPython for its exception.

    The exception stays what it was, so that whoever judges the cell sees no difference.
    """
    last = tb
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    # A library may raise the same for another reason; the line left standing has no text.
    if not str(value) and last is not None and last.tb_frame.f_globals is shell.user_global_ns:
        line = builtin("check-unwritten", SESSION.lang)
        value._render_traceback_ = lambda: [line]
    shell.showtraceback((etype, value, tb), tb_offset=tb_offset)


def begin(exercise: str, lang: str | None = None) -> None:
    """Start an exercise: find its messages and tests, and say so when they are not there.

    It never fails: an exercise can be done and graded without the self-check.
    """
    SESSION.exercise = exercise
    SESSION.lang = lang if lang in ("zh", "en") else guess_lang()
    SESSION.folder = Path.cwd()
    SESSION.spec = None
    SESSION.runs.clear()
    SESSION.history.clear()
    path = SESSION.folder / SPEC_NAME
    zh = SESSION.lang == "zh"
    if not path.is_file():
        say(
            f"笔记本旁边没有 {SPEC_NAME}，所以不能自查；其他一切照常。"
            if zh
            else f"{SPEC_NAME} is not beside this notebook: no self-check; all else works."
        )
    else:
        try:
            spec = Spec.load(path)
        except (OSError, ValueError, KeyError, TypeError):
            say(
                f"{SPEC_NAME} 读不出来，请从课程网站重新下载。"
                if zh
                else f"{SPEC_NAME} cannot be read: download it again from the course."
            )
            return
        if spec.exercise != exercise:
            say(
                f"{SPEC_NAME} 属于练习 {spec.exercise}，不是 {exercise}："
                "请把每个练习放在自己的文件夹里。"
                if zh
                else f"{SPEC_NAME} belongs to {spec.exercise}, not to {exercise}: "
                "keep each exercise in its own folder."
            )
            return
        SESSION.spec = spec
    shell = _shell()
    if shell is not None:
        callbacks = shell.events.callbacks["post_run_cell"]
        if not any(getattr(c, "__name__", "") == record.__name__ for c in callbacks):
            shell.events.register("post_run_cell", record)
        if not shell.custom_exceptions:
            shell.set_custom_exc((NotImplementedError,), unwritten)
