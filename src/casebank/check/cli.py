"""``casebank check NOTEBOOK``: the self-check from the command line.

Exit codes: 0 every task passed, 1 something to look at, 2 no notebook there, 3 no kernel here.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casebank.check import log
from casebank.check.named import NOT_THERE, missing
from casebank.check.outcomes import Spec, judge
from casebank.check.report import Report
from casebank.check.run import CELL_SECONDS, CannotRun, execute
from casebank.check.session import SPEC_NAME, guess_lang
from casebank.check.visible import say, visible

SAY: dict[str, dict[str, str]] = {
    **NOT_THERE,
    "not-notebook": {
        "zh": "{path} 不是有效的笔记本：请在 JupyterLab 里重新保存，或重新下载。",
        "en": "{path} is not a valid notebook: save it again in JupyterLab, or download it again.",
    },
    "no-spec": {
        "zh": "{path} 旁边没有 casebank.json：请把笔记本放回它原来的文件夹。",
        "en": "casebank.json is not beside {path}: put both into one folder again.",
    },
    "bad-spec": {
        "zh": "{path} 旁边的 casebank.json 读不出来：请重新下载这个练习。",
        "en": "the casebank.json beside {path} cannot be read: download the exercise again.",
    },
    "other": {
        "zh": "这个笔记本属于练习 {mine}，而这个文件夹属于 {theirs}：请把它们分开放。",
        "en": "this notebook belongs to {mine} and this folder to {theirs}: keep them apart.",
    },
    "unknown": {
        "zh": "{path} 不是本课程的练习：里面没有准备单元格，也没有练习名。",
        "en": "{path} is not an exercise of this course: it names none and has no setup cell.",
    },
    "version": {
        "zh": "注意：笔记本是版本 {mine}，检查是版本 {theirs}。",
        "en": "note: the notebook is of version {mine}, the checks of version {theirs}.",
    },
    "no-data": {
        "zh": "缺少数据文件 data/{name}.csv：它应当在笔记本旁边的 data 文件夹里。",
        "en": "data/{name}.csv is missing: it belongs into the folder data beside the notebook.",
    },
    "no-kernel": {
        "zh": "这台机器上启动不了 Python 内核：请运行 python -m pip install ipykernel。",
        "en": "no Python kernel can be started here: run python -m pip install ipykernel.",
    },
    "dead-kernel": {
        "zh": "运行到一半，Python 停止了：多半是内存不够，或者代码结束了进程。",
        "en": "Python stopped half way: out of memory, or the code ended the process.",
    },
    "timeout": {
        "zh": "有一个单元格运行了超过 {seconds} 秒，停不下来。",
        "en": "a cell ran for more than {seconds} s and could not be stopped.",
    },
    "running": {"zh": "运行 {done}/{total}", "en": "running {done}/{total}"},
}

#: Containers within one another, as a collection counts them.
MAX_DEPTH = 100


class Refused(Exception):
    """The check cannot begin; carries one sentence and an exit code."""

    def __init__(self, what: str, lang: str, code: int = 1, **params: object) -> None:
        self.code = code
        said = {name: visible(value) for name, value in params.items()}
        super().__init__(SAY[what][lang].format(**said))


def _deep(value: Any) -> bool:
    """Whether containers stand in one another deeper than grading takes, and than Python copies."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, dict | list)
        ]
        depth += 1
    return bool(level)


def _read(path: Path, lang: str) -> dict[str, Any]:
    what = missing(path)
    if what is not None:
        raise Refused(what, lang, 2, path=path)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
        good = isinstance(notebook["cells"], list) and isinstance(notebook["metadata"], dict)
        good = good and all(isinstance(cell["cell_type"], str) for cell in notebook["cells"])
        good = good and not _deep(notebook)
        # Half a character cannot be sent to a kernel, and no grading takes it.
        json.dumps([cell.get("source") for cell in notebook["cells"]], ensure_ascii=False).encode()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        good = False
    if not good:
        raise Refused("not-notebook", lang, path=path)
    return dict(notebook)


def _spec(path: Path, notebook: dict[str, Any], lang: str) -> Spec:
    about = notebook["metadata"].get("casebank")
    about = about if isinstance(about, dict) else {}
    source = json.dumps(notebook["cells"], ensure_ascii=False)
    beside = path.parent / SPEC_NAME
    if "exercise" not in about and "check.begin(" not in source:
        raise Refused("unknown", lang, path=path.name)
    if not beside.is_file():
        raise Refused("no-spec", lang, path=path.name)
    try:
        spec = Spec.load(beside)
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused("bad-spec", lang, path=path.name) from None
    mine = about.get("exercise", spec.exercise)
    if mine != spec.exercise:
        raise Refused("other", lang, mine=mine, theirs=spec.exercise)
    for name in spec.data:
        if not (path.parent / "data" / f"{name}.csv").is_file():
            raise Refused("no-data", lang, name=name)
    return spec


def with_tests(notebook: Any, spec: Spec) -> Any:
    """A copy of a notebook in which every visible test stands as it was released.

    A test that was changed is put right; one that was deleted comes back below its answer.
    """
    import nbformat

    whole = copy.deepcopy(notebook)
    # Older tools lose cell ids; with ids every nbformat 4 notebook is read alike.
    whole = nbformat.v4.upgrade(nbformat.from_dict(whole))
    whole.nbformat_minor = max(5, whole.get("nbformat_minor", 5))
    known: set[str] = set()
    for cell in whole.cells:
        if not isinstance(cell.source, str):
            cell.source = "".join(cell.source)
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") or cell.get("id", "")
        if name in spec.tests:
            cell.source = spec.tests[name]
            known.add(name)
    for task in spec.tasks:
        missing = [name for name in task.tests if name not in known]
        if not missing:
            continue
        own = [task.solution, *task.tests]
        places = [
            index
            for index, cell in enumerate(whole.cells)
            if cell.get("id") in own
            or cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") in own
        ]
        at = places[-1] + 1 if places else len(whole.cells)
        new = [nbformat.v4.new_code_cell(spec.tests[name], id=name) for name in missing]
        whole.cells[at:at] = new
    return whole


def check_report(path: Path, lang: str | None = None) -> Report:
    """Run a notebook's copy with the visible tests and judge it; the file is not touched.

    Raises:
        Refused: with one sentence, when it cannot be checked at all.
    """
    asked = lang if lang in ("zh", "en") else None
    path = Path(path)
    notebook = _read(path, asked or guess_lang())
    about = notebook["metadata"].get("casebank")
    its = about.get("lang") if isinstance(about, dict) else None
    tongue = asked or (its if its in ("zh", "en") else guess_lang())
    spec = _spec(path, notebook, tongue)
    mine = about.get("version") if isinstance(about, dict) else None
    if mine and mine != spec.version:
        note = SAY["version"][tongue].format(mine=visible(mine), theirs=spec.version)
        say(f"casebank check: {note}", sys.stderr)
    whole = with_tests(notebook, spec)
    total = len(whole.cells)
    terminal = sys.stderr.isatty()

    def each(index: int) -> None:
        if terminal:
            text = SAY["running"][tongue].format(done=index + 1, total=total)
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

    try:
        # A check.all() in the copy is this very check: it is noted once, below.
        with log.silence():
            execute(whole, path.resolve().parent, each=each)
    except CannotRun as error:
        what = str(error)
        code = 3 if what == "no-kernel" else 1
        raise Refused(what, tongue, code, seconds=CELL_SECONDS) from None
    finally:
        if terminal:
            print("\r\x1b[K", end="", file=sys.stderr)
    outcomes = judge(whole, spec, tongue)
    log.record(spec, outcomes, path.resolve().parent, by="command")
    return Report(spec, outcomes, tongue)


def check_notebook(path: Path, lang: str | None = None) -> int:
    """Check a notebook and print the report.

    Args:
        path: the learner's notebook; never changed.
        lang: language of the report; the notebook's own by default.

    Returns:
        The exit code.
    """
    try:
        report = check_report(Path(path), lang)
    except Refused as refused:
        say(f"casebank check: {refused}", sys.stderr)
        return refused.code
    say(report)
    return 0 if report.passed else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m casebank.check`` and, in the small wheel, ``casebank check``."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may not know every sign of a report.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["hand-in"]:
        from casebank.check.handin import main as hand_in

        return hand_in(given[1:])
    if given[:2] == ["kit", "update"]:
        from casebank.check.update import main as update

        return update(given[2:])
    parser = argparse.ArgumentParser(
        prog="casebank check",
        description="Check your notebook, task by task. / 逐题检查你的笔记本。",
        epilog="Example / 例: casebank check exercises/rfm-segmentation/rfm-segmentation.ipynb. "
        "Also / 另有: casebank hand-in NOTEBOOK, casebank kit update NEW.zip",
    )
    parser.add_argument("notebook", type=Path, help="your notebook / 你的笔记本")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the report / 报告的语言")
    if given[:1] == ["check"]:
        given = given[1:]
    options = parser.parse_args(given)
    return check_notebook(options.notebook, options.lang)


__all__ = ["Refused", "check_notebook", "check_report", "main", "with_tests"]
