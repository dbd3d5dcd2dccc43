"""``casebank hand-in NOTEBOOK``: one file that goes by mail, to the LMS or into a shared folder.

Exit codes: 0 written, 1 nothing to hand in, 2 wrong use, 3 the machine's fault.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from casebank.check import log
from casebank.check.named import NOT_THERE, missing
from casebank.check.outcomes import Spec, cell_runs, fingerprint, text_fingerprint
from casebank.check.session import SPEC_NAME, guess_lang
from casebank.check.submission import LONGEST_PART, Student, clean, file_name, make, usable_id
from casebank.check.visible import say, visible
from casebank.check.write import write

#: Where a kit keeps whose it is, at its top.
REMEMBERED = "casebank-me.json"
LONGEST_SAID = 100
MOST_MB = 20
#: Folders of a kit that notebooks lie in, one folder each.
KINDS = ("exercises", "labs")

SAY: dict[str, dict[str, str]] = {
    **NOT_THERE,
    "not-notebook": {
        "zh": "{path} 不是有效的笔记本（可能没有存完）：请在 JupyterLab 里重新保存，再提交。",
        "en": "{path} is not a valid notebook (perhaps only half saved): save it again in "
        "JupyterLab, then hand it in.",
    },
    "too-large": {
        "zh": "{path} 有 {size} MB，最多 {limit} MB：请清除所有输出，保存后再提交。",
        "en": "{path} has {size} MB, at most {limit} MB can go: clear all outputs, save, and hand "
        "it in again.",
    },
    "lab": {
        "zh": "{path} 是实验，不用提交：要提交的是 exercises 文件夹里的练习。",
        "en": "{path} is a lab, and labs are not handed in: hand in an exercise from the folder "
        "exercises.",
    },
    "foreign": {
        "zh": "{path} 不是本课程的练习：笔记本里没有练习名和版本。",
        "en": "{path} is not an exercise of this course: it names neither exercise nor version.",
    },
    "who": {
        "zh": "还不知道是谁提交：请加上 --name 姓名 --id 学号。",
        "en": "whose is it? Add --name NAME --id ID.",
    },
    "bad-name": {
        "zh": "姓名“{text}”不能用：请写不超过 {limit} 个字符的一行字。",
        "en": "the name '{text}' cannot be used: write one line of at most {limit} characters.",
    },
    "bad-id": {
        "zh": "学号“{text}”不能用：只能用字母、数字和 . _ - @，不超过 {limit} 个字符，"
        "请照名单上的写。",
        "en": "the id '{text}' cannot be used: letters, digits and . _ - @ only, at most {limit} "
        "characters, as in the class list.",
    },
    "cannot-write": {
        "zh": "{path} 写不了（{why}）：请用 --out 指定一个能写的文件夹。",
        "en": "{path} cannot be written ({why}): name a folder that can be, with --out.",
    },
    "cannot-read": {
        "zh": "{path} 读不了（{why}）：请关掉占用它的程序再试。",
        "en": "{path} cannot be read ({why}): close the program that holds it and try again.",
    },
    "untouched": {
        "zh": "注意：这个笔记本还和发下来时一样，一道题也没有写。若已写过，请先保存再提交一次。",
        "en": "note: this notebook is as it was released, with no task answered. If you have "
        "answered any, save it and hand it in again.",
    },
    "unsaved": {
        "zh": "注意：{saved} 保存之后，你在 {checked} 又检查过一次。"
        "若之后改过答案，请先保存再提交一次。",
        "en": "note: it was saved at {saved} and checked after that, at {checked}. If you have "
        "changed an answer since, save it and hand it in again.",
    },
    "other-version": {
        "zh": "注意：笔记本是版本 {mine}，旁边的检查是版本 {theirs}。照笔记本的版本提交。",
        "en": "note: the notebook is of version {mine}, the checks beside it of {theirs}; it is "
        "handed in as {mine}.",
    },
    "ask-name": {"zh": "姓名：", "en": "Your name: "},
    "ask-id": {"zh": "学号：", "en": "Your id in the class list: "},
    "remembered": {
        "zh": "姓名和学号记在 {path}；要换人，请加 --name 和 --id。",
        "en": "Name and id are kept in {path}; for another person add --name and --id.",
    },
    "not-remembered": {
        "zh": "注意：姓名和学号没能记下来（{path} 写不了）。",
        "en": "note: name and id could not be kept ({path} cannot be written).",
    },
    "done": {
        "zh": "已生成 {path}（{name}，{id}）：请把这一个文件用邮件、学习平台或共享文件夹交给教师。",
        "en": "Written: {path} ({name}, {id}). Send this one file to your instructor by mail, "
        "through the LMS or in the shared folder.",
    },
}


class Refused(Exception):
    """Nothing can be handed in; carries one sentence and an exit code."""

    def __init__(self, what: str, lang: str, code: int = 1, **params: object) -> None:
        self.what, self.code = what, code
        said = {name: visible(value) for name, value in params.items()}
        super().__init__(SAY[what][lang].format(**said))


@dataclass
class HandIn:
    """What was written.

    Attributes:
        notes: sentences that the trainee should read; nothing in them stops a hand-in.
    """

    path: Path
    student: Student
    lang: str
    notes: list[str] = field(default_factory=list)


def _line(text: Any) -> str:
    """One line of text for a manifest; empty when it cannot be one."""
    if not isinstance(text, str):
        return ""
    text = " ".join(text.split())
    odd = any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in text)
    return "" if odd or len(text) > LONGEST_SAID else text


def load(path: Path, lang: str) -> tuple[bytes, dict[str, Any]]:
    """A notebook's bytes and what is in them.

    Raises:
        Refused: it is no notebook of an exercise.
    """
    what = missing(path)
    if what is not None:
        raise Refused(what, lang, 2, path=path)
    try:
        size = path.stat().st_size
        if size > MOST_MB * 1024 * 1024:
            shown = round(size / 1024 / 1024)
            raise Refused("too-large", lang, path=path.name, size=shown, limit=MOST_MB)
        content = path.read_bytes()
    except OSError as error:
        raise Refused(
            "cannot-read", lang, 3, path=path, why=error.strerror or type(error).__name__
        ) from None
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        good = isinstance(notebook["cells"], list) and isinstance(notebook["metadata"], dict)
        good = good and notebook["nbformat"] == 4
        cell_runs(notebook)
        # Half a character would be refused where it is collected.
        json.dumps([cell.get("source") for cell in notebook["cells"]], ensure_ascii=False).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        good = False
    if not good:
        raise Refused("not-notebook", lang, path=path)
    about = notebook["metadata"].get("casebank")
    about = about if isinstance(about, dict) else {}
    if "lab" in about:
        raise Refused("lab", lang, path=path.name)
    named = [about.get("exercise"), about.get("version")]
    if not all(isinstance(part, str) and part and clean(part) == part for part in named):
        raise Refused("foreign", lang, path=path.name)
    return content, notebook


def untouched(notebook: dict[str, Any], spec: Spec) -> bool:
    """No task's answer differs from what was released."""
    runs = cell_runs(notebook)
    for task in spec.tasks:
        run = runs.get(task.solution)
        if run is None or not run.source.strip():
            continue
        mark = text_fingerprint if task.essay else fingerprint
        if mark(run.source) != task.stub_sha256:
            return False
    return True


def home(path: Path) -> Path:
    """The top of the kit that a notebook lies in; its own folder when it lies in none."""
    folder = path.resolve().parent
    return folder.parent.parent if folder.parent.name in KINDS else folder


def remembered(path: Path) -> Student | None:
    """Who handed in from this kit before."""
    try:
        known = json.loads((home(path) / REMEMBERED).read_text(encoding="utf-8-sig"))
        student = Student(_line(known["name"]), _line(known["id"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return student if student.name and student.id else None


def _who(path: Path, name: str | None, id: str | None, lang: str) -> tuple[Student, bool]:
    """Whose it is, and whether that is news; asked for when nobody has said and somebody can."""
    known = remembered(path)
    given = [name if name is not None else (known.name if known else None)]
    given.append(id if id is not None else (known.id if known else None))
    for index, what in enumerate(("ask-name", "ask-id")):
        if given[index] is None:
            if not (sys.stdin and sys.stdin.isatty()):
                raise Refused("who", lang, 2)
            try:
                given[index] = input(SAY[what][lang])
            except EOFError:
                raise Refused("who", lang, 2) from None
    for text, what in zip(given, ("bad-name", "bad-id"), strict=True):
        if not _line(text) or (what == "bad-id" and usable_id(text or "") is None):
            shown = visible(text or "", LONGEST_PART)
            raise Refused(what, lang, 2, text=shown, limit=LONGEST_SAID)
    student = Student(_line(given[0]), _line(given[1]))
    return student, student != known


def _notes(path: Path, notebook: dict[str, Any], checks: list[dict[str, Any]], lang: str) -> Any:
    about = notebook["metadata"]["casebank"]
    try:
        spec = Spec.load(path.parent / SPEC_NAME)
    except (OSError, ValueError, KeyError, TypeError):
        spec = None
    if spec is not None and spec.exercise == about["exercise"]:
        if untouched(notebook, spec):
            yield SAY["untouched"][lang]
        if spec.version != about["version"]:
            yield SAY["other-version"][lang].format(
                mine=visible(about["version"]), theirs=visible(spec.version)
            )
    live = [one["at"] for one in checks if one.get("by") == "notebook"]
    # A check in a notebook leaves its result in it: older than the last check is not saved since.
    if live:
        saved = path.stat().st_mtime
        last = _seconds(live[-1])
        if last is not None and last > saved + 1:
            yield SAY["unsaved"][lang].format(saved=_clock(saved), checked=_clock(last))


def _seconds(at: str) -> float | None:
    try:
        return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%H:%M")


def hand_in(
    path: Path,
    *,
    name: str | None = None,
    id: str | None = None,
    out: Path | None = None,
    lang: str | None = None,
) -> HandIn:
    """Write the submission file of a notebook.

    Args:
        path: the trainee's notebook; never changed.
        name: the trainee's name; asked for once and remembered.
        id: the trainee's id in the class list; the same.
        out: folder for the file; beside the notebook by default.
        lang: language of what is said; the notebook's own by default.

    Raises:
        Refused: with one sentence, when there is nothing to hand in.
    """
    asked = lang if lang in ("zh", "en") else None
    content, notebook = load(path, asked or guess_lang())
    about = notebook["metadata"]["casebank"]
    its = about.get("lang")
    tongue = asked or (its if its in ("zh", "en") else guess_lang())
    checks = log.read(path.parent)
    notes = list(_notes(path, notebook, checks, tongue))
    student, new = _who(path, name, id, tongue)
    stem, made = make(content, about, student, checks, made_at=log.now())
    target = (Path(out) if out is not None else path.parent) / stem
    try:
        # In a shared folder the instructor has to read it, whatever the trainee's umask.
        write(target, made, 0o644)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Refused("cannot-write", tongue, 3, path=target, why=why) from None
    if new:
        memory = home(path) / REMEMBERED
        try:
            text = json.dumps({"name": student.name, "id": student.id}, ensure_ascii=False)
            write(memory, (text + "\n").encode("utf-8"))
            notes.append(SAY["remembered"][tongue].format(path=visible(memory)))
        except OSError:
            notes.append(SAY["not-remembered"][tongue].format(path=visible(memory)))
    return HandIn(target, student, tongue, notes)


def hand_in_notebook(
    path: Path,
    *,
    name: str | None = None,
    id: str | None = None,
    out: Path | None = None,
    lang: str | None = None,
) -> int:
    """Hand in a notebook, and say what was written and where it goes; returns the exit code."""
    try:
        done = hand_in(Path(path), name=name, id=id, out=out, lang=lang)
    except Refused as refused:
        say(f"casebank hand-in: {refused}", sys.stderr)
        return refused.code
    for note in done.notes:
        say(note, sys.stderr)
    who = done.student
    say(
        SAY["done"][done.lang].format(
            path=visible(done.path), name=visible(who.name), id=visible(who.id)
        )
    )
    return 0


def main(arguments: Sequence[str]) -> int:
    """``casebank hand-in`` of the small wheel."""
    parser = argparse.ArgumentParser(
        prog="casebank hand-in",
        description="Make one file of your notebook, to hand in. / 把笔记本做成一个提交文件。",
        epilog="Example / 例: "
        "casebank hand-in exercises/rfm-segmentation/rfm-segmentation.ipynb --name 张伟 --id s001",
    )
    parser.add_argument("notebook", type=Path, help="your notebook / 你的笔记本")
    parser.add_argument("--name", help="your name; kept for the next time / 姓名，记下来")
    parser.add_argument("--id", help="your id in the class list; kept, too / 学号，也记下来")
    parser.add_argument("--out", type=Path, help="folder for the file / 文件放到哪个文件夹")
    parser.add_argument("--lang", choices=("zh", "en"), help="language / 语言")
    options = parser.parse_args(list(arguments))
    return hand_in_notebook(
        options.notebook, name=options.name, id=options.id, out=options.out, lang=options.lang
    )


__all__ = [
    "HandIn",
    "Refused",
    "Student",
    "clean",
    "file_name",
    "hand_in",
    "hand_in_notebook",
    "main",
    "make",
]
