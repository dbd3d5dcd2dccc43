"""Read what a trainee handed in, as bytes that nobody may trust.

Nothing of it is executed or unpickled, and no link in it is followed: the parent only parses JSON.
What comes out is a clean notebook whose graded cells are those of the version that it belongs to.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from casebank.check.visible import steers, visible
from casebank.files import digest
from casebank.grading import plainfile, repair, strangers
from casebank.grading.handedtime import TIMESTAMP as TIMESTAMP
from casebank.grading.model import Pack, Task
from casebank.grading.paper import Paper
from casebank.grading.reasons import Reason, RejectedError
from casebank.grading.sandbox import MB, Limits
from casebank.grading.shape import shape
from casebank.grading.slim import slim, unsigned

#: Folders that tools leave behind and that are no part of an answer.
LITTER = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git", ".virtual_documents"}
MAX_FILES = 500
MAX_DEPTH = 20


@dataclass
class Intake:
    """A submission that can be read.

    Attributes:
        notebooks: the notebooks that were handed in, by name.
        paper: the version by which it is judged; None when the course has not kept it.
        extra: other files that came with it, by relative path.
    """

    notebooks: dict[str, Any]
    paper: Paper | None
    claimed: str
    lang: str
    notes: list[Reason] = field(default_factory=list)
    extra: dict[str, bytes] = field(default_factory=dict)


def files_of(folder: Path, limits: Limits) -> dict[str, Path]:
    """The plain files of a submission by relative path.

    Raises:
        RejectedError: links, special files, too much of anything.
    """
    return {name: path for name, (path, _) in _seen(folder, limits).items()}


def _seen(folder: Path, limits: Limits) -> dict[str, tuple[Path, os.stat_result]]:
    """The files of a submission, with what each was when it was looked at."""
    found: dict[str, tuple[Path, os.stat_result]] = {}
    size = folders = 0
    if folder.is_symlink() or folder.parent.is_symlink():
        raise RejectedError("odd-file", name=folder.name)
    pending = [folder]
    while pending:
        for path in _inside(pending.pop()):
            name = path.relative_to(folder).as_posix()
            if path.name in LITTER or path.name == ".DS_Store":
                continue
            if steers(name) or name.count("/") >= MAX_DEPTH:
                raise RejectedError("file-name", name=visible(name, 80))
            info = path.lstat()
            if stat.S_ISDIR(info.st_mode):
                pending.append(path)
                folders += 1
                if folders > MAX_FILES:
                    raise RejectedError("too-many", limit=MAX_FILES)
                continue
            # A hard link may be a way to another trainee's file or to the gradebook.
            if not stat.S_ISREG(info.st_mode) or info.st_nlink > 1:
                raise RejectedError("odd-file", name=name)
            size += info.st_size
            found[name] = path, info
            if len(found) > MAX_FILES:
                raise RejectedError("too-many", limit=MAX_FILES)
            if size > limits.submission_mb * MB:
                raise _large(size, limits)
    return dict(sorted(found.items()))


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder, sorted; of a folder with a million files no more than is needed."""
    most = MAX_FILES + len(LITTER) + 1
    with os.scandir(folder) as entries:
        found = list(islice(entries, most + 1))
    if len(found) > most:
        raise RejectedError("too-many", limit=MAX_FILES)
    return sorted(folder / one.name for one in found)


def _large(size: int, limits: Limits) -> RejectedError:
    limit = limits.submission_mb
    return RejectedError("too-large", size=max(1, round(size / MB)), limit=limit)


def _contents(folder: Path, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The files of a submission, one after the other; each may have changed since it was seen."""
    left = limits.submission_mb * MB
    for name, (path, seen) in _seen(folder, limits).items():
        try:
            content = plainfile.read(path, left, seen)
        except plainfile.NotPlainError:
            raise RejectedError("odd-file", name=name) from None
        except plainfile.TooLongError as error:
            raise _large(limits.submission_mb * MB - left + error.size, limits) from None
        left -= len(content)
        yield name, content


def fingerprint(folder: Path, limits: Limits) -> str:
    """Digest of what was handed in; of its names alone where it may not be read."""
    try:
        return digest(part for one in _contents(folder, limits) for part in one)
    except RejectedError as error:
        return digest(["rejected", error.reason.id, *map(str, error.reason.params.values())])
    except OSError as error:
        return digest(["unreadable", str(error.errno)])


def load(folder: Path, limits: Limits) -> tuple[dict[str, bytes], str]:
    """The files of a submission as bytes, and their digest.

    Raises:
        RejectedError: links, special files, too much of anything.
        OSError: it cannot be read.
    """
    files = dict(_contents(folder, limits))
    return files, digest(part for name, content in files.items() for part in (name, content))


def read(task: Task, papers: dict[str, Paper], current: Paper, lang: str) -> Intake:
    """Read a submission for an exercise of ours.

    Args:
        task: what was handed in.
        papers: the kept versions, by number.
        current: the version that is out now.
        lang: the language when the notebook does not say its own.

    Raises:
        RejectedError: it cannot be read, or is something else.
    """
    slug, found = current.slug, task.files
    expected = f"{slug}.ipynb"
    if expected not in found:
        others = [name for name in found if name.endswith(".ipynb")]
        if others:
            raise RejectedError("wrong-name", found=others[0], expected=expected)
        raise RejectedError("no-notebook", expected=expected)
    notebook = parse(found[expected])
    about = notebook.metadata.get("casebank")
    about = about if isinstance(about, dict) else {}
    exercise, claimed = about.get("exercise"), about.get("version")
    notes: list[Reason] = []
    if exercise is not None and exercise != slug:
        raise RejectedError("wrong-exercise", found=str(exercise)[:60], expected=slug)
    if not isinstance(claimed, str) or exercise is None:
        if not repair.belongs(notebook, current):
            raise RejectedError("wrong-exercise", found="?", expected=slug)
        claimed = current.name
        notes.append(Reason("no-label", {"current": current.name}))
    paper = papers.get(claimed)
    if paper is not None and paper.name != current.name:
        notes.append(Reason("old-version", {"found": claimed, "current": current.name}))
    repair.check_ids(notebook)
    mended = repair.restore(notebook, paper or current)
    notes += mended if paper is not None else []
    said = about.get("lang")
    return Intake(
        notebooks={slug: notebook},
        paper=paper,
        claimed=claimed[:40],
        lang=said if said in ("zh", "en") else lang,
        notes=notes,
        extra={name: content for name, content in found.items() if not name.endswith(".ipynb")},
    )


def read_any(task: Task, paper: Paper, lang: str) -> Intake:
    """Read a submission for an assignment of any nbgrader course, as nbgrader's converter does.

    Raises:
        RejectedError: none of its notebooks can be read, or one of them is broken.
    """
    notebooks: dict[str, Any] = {}
    notes: list[Reason] = []
    others = []
    for name, content in task.files.items():
        stem = name.removesuffix(".ipynb")
        if name == stem or "/" in name:
            continue
        if stem not in paper.pack.sheets:
            others.append(name)
            continue
        notebooks[stem] = parse_any(content, outputs=not _clears(paper.pack))
        repair.check_duplicates(notebooks[stem])
        notes += repair.strip_tags(notebooks[stem], paper.pack)
    if not notebooks:
        expected = ", ".join(f"{name}.ipynb" for name in paper.pack.sheets)
        if others:
            raise RejectedError("wrong-name", found=others[0], expected=expected)
        raise RejectedError("no-notebook", expected=expected)
    extra = {name: one for name, one in task.files.items() if not name.endswith(".ipynb")}
    return Intake(notebooks, paper, "", lang, notes, extra)


def parse_any(content: bytes, *, outputs: bool = False) -> Any:
    """A notebook of any format that nbformat reads, as format 4.

    Args:
        content: the notebook.
        outputs: they stay, for code of the course's own that wants to see them.

    Raises:
        RejectedError: it cannot be read.
    """
    import nbformat

    raw = _json(content)
    _slim(raw, outputs=outputs)
    try:
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
        for cell in notebook.cells:
            cell.source.encode("utf-8")
    except Exception:
        raise RejectedError("not-notebook") from None
    # Formats 2 and 3 keep some things elsewhere.
    unsigned(notebook)
    shape(notebook, ours=False, outputs=outputs)
    return notebook


def _clears(pack: Pack) -> bool:
    """Whether a course's first step is to take outputs out, as it is in stock."""
    steps = pack.config.get("Autograde", {}).get("sanitize_preprocessors")
    return not steps or str(getattr(steps[0], "__name__", steps[0])).endswith("ClearOutput")


def _json(content: bytes) -> Any:
    if not content.strip():
        raise RejectedError("empty-file")
    try:
        return strangers.loads(content, parse_constant=lambda name: None)
    except UnicodeDecodeError:
        raise RejectedError("not-utf8") from None
    except json.JSONDecodeError as error:
        raise RejectedError("not-json", line=error.lineno) from None
    except strangers.TooComplexError:
        raise RejectedError("too-complex") from None
    except ValueError:
        raise RejectedError("not-notebook") from None


def _slim(raw: Any, *, outputs: bool = False) -> None:
    try:
        slim(raw, outputs=outputs)
    except strangers.TooComplexError:
        raise RejectedError("too-complex") from None


def parse(content: bytes) -> Any:
    """A notebook of format 4 from bytes.

    Raises:
        RejectedError: with the line where the JSON breaks off, or what else is wrong.
    """
    import nbformat

    raw = _json(content)
    if not isinstance(raw, dict) or raw.get("nbformat") != 4:
        raise RejectedError("not-notebook")
    # Outputs are made anew; forged or broken ones are nobody's business.
    _slim(raw)
    try:
        notebook = nbformat.from_dict(raw)
        for cell in notebook.cells:
            # A lone half of a surrogate pair cannot be written to a file or a database.
            cell.source.encode("utf-8")
        repair.give_ids(notebook)
    except Exception:
        raise RejectedError("not-notebook") from None
    shape(notebook, ours=True)
    return notebook


def untrusting(content: bytes) -> bytes:
    """A notebook's bytes without a word of its own that it may be trusted; else unchanged.

    It is no notebook's place to say so: a viewer that believes it would run what it shows.
    """
    if b"trusted" not in content and b"signature" not in content and b"\\u" not in content:
        return content
    raw = _json(content)
    if not unsigned(raw):
        return content
    return (json.dumps(raw, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
