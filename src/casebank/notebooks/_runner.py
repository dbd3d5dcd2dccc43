"""Run an exercise's solution and all its probes in one process (started by ``prove``).

The solution runs once, cell by cell. Where a task's answer would come, the process forks for each
probe: the child runs the probe instead and the task's tests, and tells its parent what happened.
So forty probes cost forty times a fork and a few tests, not forty kernels; as many run at a time as
there are cores for them.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import string
import sys
import traceback
from typing import Any

SECONDS = 60


class _TooLong(Exception):
    """A cell of the exercise's own took too long."""


def _alarm(*_: object) -> None:
    raise _TooLong(f"longer than {SECONDS} s")


def _fields_missing(error: BaseException) -> list[str]:
    """Parameters that the message's template names and the assertion did not pass."""
    from casebank.check.session import SESSION

    identifier = getattr(error, "message_id", "")
    params = getattr(error, "params", {})
    template = SESSION.message(identifier) or ""
    return sorted({f for _, f, _, _ in string.Formatter().parse(template) if f} - set(params))


def run_cell(source: str, names: dict[str, Any], label: str) -> dict[str, Any]:
    """Run one cell; its error, if any, as the notebook would show it."""
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, label, "exec"), names)
    except BaseException as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename == label:
                line = frame.lineno
        return {
            "source": source,
            "error": [type(error).__name__, str(error)],
            "line": line or 0,
            "missing": _fields_missing(error),
        }
    finally:
        signal.alarm(0)
    return {"source": source, "error": None}


def _tests(steps: list[dict], start: int, task: str) -> list[dict]:
    """The steps from a place to the last test of a task."""
    last = max(i for i, s in enumerate(steps) if s["kind"] == "test" and s["task"] == task)
    return [s for s in steps[start : last + 1] if s["kind"] != "solution" or s["task"] == task]


class Forks:
    """Functions in forked children, some at the same time; what they return comes in order."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.results: list[Any] = []
        #: Number, process and pipe of each child that is still at work.
        self.running: list[tuple[int, int, int]] = []

    def start(self, work: Any) -> None:
        """Run a function in a child; it returns something that JSON can tell."""
        if len(self.running) == self.at_once:
            self._finish()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.close(reader)
                with os.fdopen(writer, "w", encoding="utf-8") as out:
                    json.dump(work(), out)
                code = 0
            finally:
                os._exit(code)
        os.close(writer)
        self.running.append((len(self.results), pid, reader))
        self.results.append(None)

    def _finish(self) -> None:
        """Take what the next child to tell something tells; nothing, when its process ended."""
        ready, _, _ = select.select([reader for _, _, reader in self.running], [], [])
        place = next(i for i, one in enumerate(self.running) if one[2] == ready[0])
        number, pid, reader = self.running.pop(place)
        with os.fdopen(reader, encoding="utf-8") as out:
            text = out.read()
        _, status = os.waitpid(pid, 0)
        if text and not status:
            self.results[number] = json.loads(text)

    def all(self) -> list[Any]:
        """Wait for all of them."""
        while self.running:
            self._finish()
        return self.results


def main() -> None:
    """Read the job from standard input, write the runs to standard output."""
    job = json.load(sys.stdin)
    out = sys.stdout
    os.chdir(job["folder"])
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *a, **k: None}
    steps: list[dict] = job["steps"]
    result: dict[str, Any] = {"solution": {}, "probes": [], "undefined": {}, "template": {}}

    def probe_runs(start: int, probe: dict, which: str) -> dict[str, Any]:
        # Tests of other tasks are not run: only what the probe's own task says counts.
        own = [
            s
            for s in _tests(steps, start, probe["task"])
            if s["kind"] != "test" or s["task"] == probe["task"]
        ]
        runs = {}
        for step in own:
            source = probe["source"] if step["kind"] == "solution" else step[which]
            runs[step["id"]] = run_cell(source, names, f"<{step['id']}>")
        return runs

    def template_runs() -> dict[str, Any]:
        return {s["id"]: run_cell(s["template"], names, f"<{s['id']}>") for s in steps}

    forks = Forks(job["at_once"])
    forks.start(template_runs)
    for place, step in enumerate(steps):
        if step["kind"] == "solution":
            for probe in job["probes"]:
                if probe["task"] != step["task"]:
                    continue
                own = _tests(steps, place, probe["task"])
                differ = any(s["full"] != s["visible"] for s in own)
                for which in ("full", "visible") if differ else ("full",):
                    forks.start(lambda p=probe, w=which, at=place: probe_runs(at, p, w))
                    result["probes"].append({"number": probe["number"], "which": which})
        run = run_cell(step["full"], names, f"<{step['id']}>")
        result["solution"][step["id"]] = run
        if run["error"]:
            break
        gone = [name for name in step.get("defines", ()) if name not in names]
        if gone:
            result["undefined"][step["id"]] = gone
    result["template"], *runs = forks.all()
    for probe, run in zip(result["probes"], runs, strict=True):
        probe["runs"] = run
    json.dump(result, out)


if __name__ == "__main__":
    main()
