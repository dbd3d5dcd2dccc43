"""What an update of a learner kit tells its trainee."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from pathlib import Path

from casebank.check.update_plan import Plan
from casebank.check.update_words import SAY

SHOWN_LINES = 30


class Report:
    """The lines that an update prints."""

    def __init__(self, plan: Plan, lang: str, dry: bool) -> None:
        self.plan, self.lang, self.dry = plan, lang, dry

    def say(self, what: str, **params: object) -> str:
        """A sentence in the report's language."""
        return SAY[what][self.lang].format(**params)

    def lines(self) -> list[str]:
        """The whole report."""
        plan, stop = self.plan, "：" if self.lang == "zh" else ": "
        mine = plan.old.version if plan.old else self.say("old")
        lines = [self.say("title", mine=mine, theirs=plan.new.version)]
        if plan.old is None:
            lines.append(self.say("no-base"))
        for step in plan.steps:
            lines.append(f"{step.path}{stop}{self.say(step.what, to=step.to)}")
            for change in step.changes:
                lines += [f"  {line}" for line in self._cell(change, stop)]
            lines += self._short(step.diff)
            if step.backup is not None:
                lines.append(f"  {self.say('backup', to=step.backup[0])}")
        if not plan:
            lines.append(self.say("nothing"))
        if self.dry:
            lines.append(self.say("dry"))
        elif plan:
            lines += [self.say("done"), *self._install()]
        return lines

    def _cell(self, change: dict[str, str], stop: str) -> list[str]:
        what = change["what"]
        if "mine" in change and what in ("replaced", "removed"):
            what = f"{what}-mine"
        lines = [f"{change['cell']}{stop}{self.say(what, to=change.get('new', ''))}"]
        return lines + self._short(change.get("diff", ""))

    def _short(self, text: str) -> list[str]:
        lines = text.split("\n") if text else []
        more = len(lines) - SHOWN_LINES
        shown = [f"    {line[:200]}" for line in lines[:SHOWN_LINES]]
        return shown + ([f"    {self.say('more', n=more)}"] if more > 0 else [])

    def _install(self) -> list[str]:
        changed = {step.path for step in self.plan.steps if step.content is not None}
        wheels = [path for path in changed if path.endswith(".whl")]
        if not wheels and "requirements.txt" not in changed:
            return []
        python = _python(self.plan.root)
        lines = [self.say("install")]
        # pip takes an equal version for the same wheel.
        if self.plan.old is None or any(path in self.plan.old.files for path in wheels):
            lines += [
                f"  {python} -m pip install --force-reinstall --no-deps ./{wheels[0]}"
            ] * bool(wheels)
        return [*lines, f"  {python} -m pip install -r requirements.txt"]


def _python(root: Path) -> str:
    """How this Python is called from the kit's folder."""
    if sys.prefix == sys.base_prefix:
        return "py" if os.name == "nt" else "python3"
    with contextlib.suppress(ValueError):
        return str(Path(os.path.abspath(sys.executable)).relative_to(root))  # noqa: PTH100
    if os.name != "nt":
        return shlex.quote(sys.executable)
    return f'& "{sys.executable}"' if " " in sys.executable else sys.executable
