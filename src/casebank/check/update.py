"""``casebank kit update NEW.zip``: bring a learner kit to a new release and eat nobody's work.

Six rules, for cells (:mod:`casebank.check.merge`) and for files: unchanged is replaced; changed by
the trainee stays; a test is always the new one; changed by both stays and the difference is shown;
deleted comes back; a name that is taken is given up by the old one, which is renamed.

The new kit is verified and everything is planned before the first byte is written; ``kit-base.zip``
is written last, so that a run that was cut short is finished by the next one.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from casebank.check.kitfile import BASE_NAME, Kit, Refused, number, open_kit, read_base
from casebank.check.session import guess_lang
from casebank.check.update_plan import Plan, belongs_to, read_notebook
from casebank.check.update_report import Report
from casebank.check.update_words import SAY
from casebank.check.visible import say, visible
from casebank.check.write import sweep, write


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; an equal one is left untouched."""
    if path.is_file() and path.read_bytes() == content:
        return
    write(path, content)


def apply(plan: Plan) -> None:
    """Carry a plan out, ``kit-base.zip`` last.

    Raises:
        Refused: a file cannot be written; what is done is done, and the next run goes on.
    """
    root, path = plan.root, ""
    places = {(root / name).parent for name in plan.new.files}
    places |= {path for path in (root / "backup").rglob("*") if path.is_dir()}
    for folder in places:
        sweep(folder)
    try:
        for step in plan.steps:
            path = step.path
            if step.backup is not None:
                put(root / step.backup[0], step.backup[1])
            if step.move:
                (root / path).rename(root / step.move)
            if step.content is not None:
                put(root / (step.to if step.what == "both-file" else path), step.content)
            if step.what == "removed":
                (root / path).unlink(missing_ok=True)
        path = BASE_NAME
        put(root / path, plan.new.base)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused("locked", 3, path=path, reason=reason) from error


def _is_kit(folder: Path) -> bool:
    if (folder / BASE_NAME).is_file():
        return True
    old = (folder / "START.md", folder / "requirements.txt")
    return all(one.is_file() for one in old) and (folder / "exercises").is_dir()


def find_kit(start: Path, named: bool) -> Path:
    """The kit's folder: the one that was named, or the one around us.

    Raises:
        Refused: there is none.
    """
    start = start.resolve()
    for folder in (start,) if named else (start, *start.parents):
        if _is_kit(folder):
            return folder
    raise Refused("no-kit", 2, path=start)


def _old(root: Path) -> Kit | None:
    """What the kit was when it was released; nothing for a kit from before updates."""
    try:
        return read_base((root / BASE_NAME).read_bytes(), BASE_NAME)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused("locked-before", 3, path=BASE_NAME) from error
    except Refused as refused:
        if refused.what == "newer":
            raise
        # Damaged: then nobody knows any more what was changed.
        return None


def _has(root: Path, new: Kit, old: Kit | None) -> tuple[str, dict[str, str]]:
    """The language of a kit and the version of each of its exercises."""
    if old is not None:
        return old.lang, old.exercises
    lang, versions = "", {}
    for path in new.files:
        file = root / path
        found = None
        if path.endswith(".ipynb"):
            with contextlib.suppress(OSError):
                found = read_notebook(file.read_bytes())
        if found is not None:
            about = found["metadata"].get("casebank")
            lang = str(about.get("lang") or lang) if isinstance(about, dict) else lang
            name, version = belongs_to(found)
            if version:
                versions[name] = version
    return lang or new.lang, versions


def plan_update(root: Path, source: Path, lang: str | None = None) -> tuple[Plan, str]:
    """Verify a new kit against the one in a folder, and plan the update.

    Returns:
        The plan, and the language to tell it in.

    Raises:
        Refused: nothing was changed.
    """
    with contextlib.suppress(OSError):
        if source.resolve() in (root, root / BASE_NAME):
            raise Refused("itself", 2, path=source)
    old = _old(root)
    new = open_kit(source)
    its, versions = _has(root, new, old)
    tongue = lang or its
    if its != new.lang:
        mine, theirs = SAY[its][tongue], SAY[new.lang][tongue]
        raise Refused("lang", mine=mine, theirs=theirs)
    if old is not None and old.name != new.name:
        raise Refused("kind", mine=old.name, theirs=new.name)
    pairs = {"": (old.version, new.version)} if old is not None else {}
    pairs |= {n: (v, new.exercises[n]) for n, v in versions.items() if n in new.exercises}
    for name, (mine, theirs) in pairs.items():
        if number(theirs) < number(mine):
            raise Refused("older", thing=name or new.name, mine=mine, theirs=theirs)
    plan = Plan(root, old, new)
    plan.check_rights()
    return plan, tongue


def main(arguments: Sequence[str] | None = None) -> int:
    """``casebank kit update NEW.zip``, in the small wheel and in the course's own command.

    Returns:
        0 done; 1 the new kit is at fault; 2 wrong use; 3 a file or the machine is.
    """
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may not know every sign.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="casebank kit update",
        description="Bring your kit up to date; what you wrote stays. / 更新学习包，你写的都保留。",
        epilog="Example / 例: casebank kit update casebank-kit-en.zip",
    )
    parser.add_argument("new", type=Path, help="the new kit, a zip or a folder / 新的学习包")
    parser.add_argument("--kit", type=Path, help="your kit's folder; here / 你的学习包，默认在这里")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the report / 报告的语言")
    parser.add_argument("--dry-run", action="store_true", help="only show / 只看不动")
    for word in ("kit", "update"):
        given = given[1:] if given[:1] == [word] else given
    options = parser.parse_args(given)
    lang = options.lang or guess_lang()
    try:
        root = find_kit(options.kit or Path(), options.kit is not None)
        with contextlib.suppress(Refused):
            own = _old(root)
            lang = options.lang or (own.lang if own else lang)
        plan, lang = plan_update(root, options.new, options.lang)
        if not options.dry_run:
            apply(plan)
        say("\n".join(Report(plan, lang, options.dry_run).lines()))
    except Refused as refused:
        still = SAY["still"][lang]
        params = {name: visible(value) for name, value in refused.params.items()}
        sentence = SAY[refused.what][lang].format(still=still, **params)
        say(f"casebank kit update: {sentence}", sys.stderr)
        return refused.code
    except KeyboardInterrupt:
        say(f"casebank kit update: {SAY['stopped'][lang]}", sys.stderr)
        return 130
    return 0


__all__ = ["Plan", "Report", "apply", "find_kit", "main", "plan_update"]
