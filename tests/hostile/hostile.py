"""Attacks as data, the class that they are handed in to, and what became of each.

An attack is a submission that tries something, with what must happen to it. All of them are graded
in one run, among honest neighbours; :func:`judge` then says what an attack achieved. An attack
tells what it found by lines ``FOUND: ...`` in the outputs of its notebook, by a file in the folder
of marks (which no submission can see), or by a connection to one of our listeners.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
sys.path[:0] = [str(path) for path in (HERE, HERE.parent / "e2e") if str(path) not in sys.path]

import grading_class as desk  # noqa: E402
from grading_class import SLUG  # noqa: E402

from casebank.grading import course as courses  # noqa: E402
from casebank.grading.course import Course  # noqa: E402
from casebank.grading.sandbox import Limits  # noqa: E402

#: What one submission may use up here; the rest is as for a class.
LIMITS = Limits(wall_seconds=15, cpu_seconds=15, memory_mb=400, output_mb=4)
#: More than there are cores: many attacks only wait to be ended.
WORKERS = 4
#: Seconds after which a cell is interrupted.
CELL_SECONDS = 3
PARTS = ("use", "reach", "spy", "break", "lie", "hook", "forge", "verify")
#: A token stands where no submission may read; its form, but not its text, is known to attacks.
TOKEN = "NB{}BN"
HONEST = {
    "aa-right": desk.RIGHT,
    "mm-partly": {**desk.RIGHT, "best": "def best(table):\n    return 1\n"},
    "zz-right": {**desk.RIGHT, "totals": desk.PIVOT},
}
#: Answers that solve nothing.
WRONG = {
    "totals": "def totals(visits):\n    return visits.head(1)\n",
    "best": "def best(table):\n    return -5\n",
    "share": "def share(part, whole):\n    return 99\n",
}
TASKS = tuple(WRONG)
HELD, GRADED, REJECTED = "held", "graded", "rejected"
SUBREAPER = 36


@dataclass(frozen=True)
class Scene:
    """Where the attacks take place: what they are told, and what is watched."""

    course: Course
    marks: Path
    port: int
    abstract: str
    path: str

    def facts(self, name: str) -> dict[str, Any]:
        """What an attack is told: more than a trainee could know."""
        return {
            "ROOT": str(self.course.root),
            "SUBMITTED": str(self.course.path("submitted", ".", SLUG).parent),
            "MARKS": str(self.marks),
            "REPO": str(REPO),
            "PORT": self.port,
            "ABSTRACT": self.abstract,
            "SOCKET": self.path,
            "NAME": name,
            "SLUG": SLUG,
        }


@dataclass
class Handed:
    """A submission: its notebook (a notebook, or bytes), other files, and links to be made."""

    notebook: Any
    files: dict[str, bytes] = field(default_factory=dict)
    finish: Callable[[Path], None] | None = None


@dataclass(frozen=True)
class Attack:
    """A submission that attacks, and what must happen.

    Attributes:
        kind: the kind of attack, a line of the table.
        tries: what it tries, in a few words.
        build: makes the submission.
        status: what may become of it.
        reasons: ids of the reasons that may stand with ``held`` and ``rejected``; None is any.
        unsolved: tasks that it does not solve, so that they must get no automatic points.
        keeps: tasks that are solved before the attack begins and must be passed all the same.
        began: its code must be seen to have run.
        lies: it lies to the tests inside its own process.
        harmless: it may be tried without a sandbox.
        probe: what else must be true; returns what is not.
    """

    kind: str
    name: str
    tries: str
    build: Callable[[Scene], Handed]
    status: tuple[str, ...] = (GRADED,)
    reasons: tuple[str, ...] | None = ()
    unsolved: tuple[str, ...] = ("share",)
    keeps: tuple[str, ...] = ()
    began: bool = True
    lies: bool = False
    harmless: bool = False
    probe: Callable[[Scene, Fate], list[str]] | None = None


@dataclass
class Fate:
    """What became of a submission."""

    line: dict[str, Any]
    rows: dict[str, tuple[float | None, bool]]
    text: str

    @property
    def status(self) -> str:
        return str(self.line.get("status", "missing"))


@dataclass
class Verdict:
    """What an attack achieved."""

    escapes: list[str]
    false_points: float
    wrong: list[str]

    @property
    def problems(self) -> list[str]:
        """All that must not be."""
        points = [f"{self.false_points:g} false points"] * bool(self.false_points)
        return [*self.escapes, *points, *self.wrong]


# -- how attacks are written ----------------------------------------------------------------------

BEGIN = """
import glob, os, re, socket, subprocess, sys, threading, time
globals().update({facts})
found = []
def tell(what):
    found.append(str(what)[:200])
def can(act, *args):
    try:
        act(*args)
        return True
    except (OSError, ValueError, TypeError, AttributeError):
        return False
print("ATTACK BEGAN"); sys.stdout.flush(); time.sleep(0.02)
"""
END = """
for one in found:
    print("FOUND:", one)
print("ATTACK ENDED")
"""


def code(
    kind: str,
    name: str,
    tries: str,
    body: str,
    *,
    task: str = "share",
    after: str | None = None,
    files: dict[str, bytes] | None = None,
    **what: Any,
) -> Attack:
    """An attack by code in the answer of one task; the tasks before it are solved.

    Args:
        kind: the kind of attack.
        name: the student's name.
        tries: what it tries.
        body: the code; it calls ``tell`` for what it must not have found.
        task: in whose answer it stands.
        after: the answer itself, after the attack; by default one that solves nothing.
        files: other files that are handed in.
        what: more fields of the attack.
    """

    def build(scene: Scene) -> Handed:
        begin = BEGIN.replace("{facts}", repr(scene.facts(name)))
        answer = WRONG[task] if after is None else after
        answers = {task: f"{begin}{body.strip()}{END}\n{answer}"}
        return Handed(desk.right(scene.course, **answers), dict(files or {}))

    return Attack(kind, name, tries, build, **{"unsolved": (task,), **what})


def ended(kind: str, name: str, tries: str, body: str, *reasons: str, **what: Any) -> Attack:
    """An attack by code at which the run must be ended, with what was judged before kept."""
    if reasons:
        # On a busy machine the cell's own time may be up before the limit is reached.
        reasons = (*reasons, "cell-stuck")
    what = {"status": (HELD,), "keeps": ("totals",), "reasons": reasons, **what}
    return code(kind, name, tries, body, **what)


def lie(kind: str, name: str, tries: str, body: str, **answers: Any) -> Attack:
    """An attack that lies to its own tests: none of the tasks is solved.

    It may be held or get no points; ``answers`` take the place of the wrong ones.
    """
    what = {key: answers.pop(key) for key in list(answers) if key not in TASKS}
    files = what.pop("files", {})

    def build(scene: Scene) -> Handed:
        begin = BEGIN.replace("{facts}", repr(scene.facts(name)))
        mine = {**WRONG, **answers}
        mine["totals"] = f"{begin}{body.strip()}\n{mine['totals']}"
        return Handed(desk.right(scene.course, **mine), dict(files))

    what = {"status": (GRADED, HELD), "reasons": None, "lies": True, "harmless": True, **what}
    return Attack(kind, name, tries, build, **{"unsolved": TASKS, **what})


def form(kind: str, name: str, tries: str, build: Callable[[Scene], Any], **what: Any) -> Attack:
    """An attack by the form of what is handed in; ``build`` gives a notebook, bytes or Handed."""

    def made(scene: Scene) -> Handed:
        given = build(scene)
        return given if isinstance(given, Handed) else Handed(given)

    return Attack(kind, name, tries, made, **{"began": False, "harmless": True, **what})


def attacks() -> list[Attack]:
    """All attacks, in the order of their kinds."""
    found = [one for part in PARTS for one in importlib.import_module(f"attacks_{part}").ATTACKS]
    names = [one.name for one in found]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    return found


# -- the class --------------------------------------------------------------------------------------


class Listeners:
    """Sockets of this machine to which no submission may get through."""

    def __init__(self, folder: Path) -> None:
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        self.abstract = f"hostile-{secrets.token_hex(6)}"
        self.path = str(folder / "s")
        self.all = {"tcp": tcp, "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM)}
        self.all["udp"].bind(("127.0.0.1", self.port))
        for name, address in (("abstract", f"\0{self.abstract}"), ("path", self.path)):
            self.all[name] = socket.socket(socket.AF_UNIX)
            self.all[name].bind(address)
            self.all[name].listen()
        Path(self.path).chmod(0o777)

    def arrived(self) -> list[str]:
        """The names of those to which somebody has got through."""
        found = []
        for name, one in self.all.items():
            one.setblocking(False)
            with suppress(OSError):
                one.recvfrom(10) if name == "udp" else one.accept()
                found.append(name)
        return found

    def close(self) -> None:
        for one in self.all.values():
            one.close()


@dataclass
class Outcome:
    """What the run of the whole class left behind."""

    scene: Scene
    attacks: list[Attack]
    fates: dict[str, Fate]
    alone: dict[str, Fate]
    arrived: list[str]
    processes: list[str]
    leftovers: list[str]
    stranger: tuple[Any, Any]
    seconds: float
    said: str
    files: int

    def verdict(self, attack: Attack) -> Verdict:
        """What an attack achieved."""
        return judge(self.scene, attack, self.fates[attack.name])

    def neighbour(self, name: str) -> list[str]:
        """In what an honest neighbour fares otherwise than alone."""
        mine, alone = self.fates[name], self.alone[name]
        keys = ("status", "points", "tasks", "reason_id", "notes")
        pairs = {key: (mine.line.get(key), alone.line.get(key)) for key in keys}
        pairs |= {"rows": (mine.rows, alone.rows)}
        gone = ["it was not graded"] * (mine.status != GRADED)
        return gone + [f"{key}: {a} != {b}" for key, (a, b) in pairs.items() if a != b]


def judge(scene: Scene, attack: Attack, fate: Fate) -> Verdict:
    """What an attack achieved, and what did not become of it as it must."""
    escapes = [line for line in fate.text.splitlines() if line.startswith("FOUND:")]
    escapes += [f"left a mark: {path.name}" for path in scene.marks.glob(f"{attack.name}*")]
    autograded = scene.course.path("autograded", attack.name, SLUG)
    handed_in = scene.course.path("submitted", attack.name, SLUG)
    odd = [p for p in autograded.rglob("*") if p.is_symlink() or not (p.is_file() or p.is_dir())]
    escapes += [f"odd file in autograded: {path.name}" for path in odd]
    given = {path.relative_to(handed_in) for path in handed_in.rglob("*")}
    given |= {Path("data"), Path("data/visits.csv"), Path("casebank.json")}
    new = {path.relative_to(autograded) for path in autograded.rglob("*")} - given
    escapes += [f"left in autograded: {path}" for path in sorted(new)]
    unsolved = [fate.rows[n][0] or 0 for task in attack.unsolved for n in tests_of(task, fate.rows)]
    wrong = []
    reason = str(fate.line.get("reason_id"))
    if fate.status not in attack.status:
        wrong.append(f"{fate.status} ({reason or fate.line.get('notes')}), not {attack.status}")
    elif fate.status != GRADED and attack.reasons is not None and reason not in attack.reasons:
        wrong.append(f"{fate.status} for {reason}, not {attack.reasons}")
    if fate.status in (GRADED, HELD) and attack.began and "ATTACK BEGAN" not in fate.text:
        wrong.append("the attack did not run")
    for task in attack.keeps:
        got = [fate.rows[name][0] for name in tests_of(task, fate.rows)]
        if not got or not all(got):
            wrong.append(f"{task} is solved but has {got}")
    if fate.line.get("fault"):
        wrong.append(f"our own failure: {fate.line['fault']}")
    if attack.probe is not None:
        escapes += attack.probe(scene, fate)
    return Verdict(escapes, sum(unsolved), wrong)


def tests_of(task: str, rows: dict[str, Any]) -> list[str]:
    """The test cells of a task."""
    return [name for name in rows if name.startswith(f"{task}-test")]


def _hand_in(scene: Scene, name: str, handed: Handed) -> None:
    folder = desk.hand_in(scene.course, name, handed.notebook)
    for path, content in handed.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    if handed.finish is not None:
        handed.finish(folder)


def _honest(course: Course, token: str) -> None:
    for name, answers in HONEST.items():
        mine = {task: f"# {token}\n{answer}" for task, answer in answers.items()}
        desk.hand_in(course, name, desk.right(course, **mine))


def _make(folder: Path) -> Course:
    course = desk.make_course(folder)
    config = course.root / courses.CONFIG
    timeout = f"\nc.ExecutePreprocessor.timeout = {CELL_SECONDS}\n"
    timeout += "c.ExecutePreprocessor.iopub_timeout = 1\n"
    config.write_text(config.read_text("utf-8") + timeout, "utf-8")
    return course


def _fates(course: Course, names: list[str]) -> dict[str, Fate]:
    logs = sorted(course.logs.glob(f"grade-{SLUG}-*.jsonl"))
    lines = {
        line["student"]: line
        for log in logs
        for line in desk.journal(log)
        if line["event"] == "submission"
    }
    return {
        name: Fate(lines.get(name, {}), _rows(course, name), _text(course, name)) for name in names
    }


def _rows(course: Course, name: str) -> dict[str, tuple[float | None, bool]]:
    from nbgrader.api import MissingEntry

    try:
        return desk.rows(course, name)
    except MissingEntry:
        return {}


def _text(course: Course, name: str) -> str:
    """All that the outputs of a graded notebook say."""
    path = course.path("autograded", name, SLUG) / f"{SLUG}.ipynb"
    if not path.is_file():
        return ""
    outputs = [o for cell in nbformat.read(path, 4).cells for o in cell.get("outputs", ())]
    parts = [o.get("text", "") + "\n" + o.get("evalue", "") for o in outputs]
    return "\n".join(part.replace("FOUND:", "\nFOUND:") for part in parts)


@contextmanager
def adopting() -> Iterator[list[str]]:
    """Become the parent of orphans; the list then names those that are still there."""
    prctl = ctypes.CDLL(None).prctl
    left: list[str] = []
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    prctl(SUBREAPER, 1, 0, 0, 0)
    try:
        yield left
        time.sleep(0.5)
        for child in psutil.Process().children(recursive=True):
            if child.pid in before:
                continue
            with suppress(psutil.Error):
                if child.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(child.pid, os.WNOHANG)
                else:
                    left.append(f"{child.pid} {' '.join(child.cmdline())[:200]}")
    except ChildProcessError:
        pass
    finally:
        prctl(SUBREAPER, 0, 0, 0, 0)


def _grade(course: Course, token: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, __file__, str(course.root), *arguments],
        env={**os.environ, "HOSTILE_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def run(folder: Path, chosen: list[Attack] | None = None, *arguments: str) -> Outcome:
    """Grade all attacks and the honest neighbours in one run, and the neighbours alone."""
    chosen = attacks() if chosen is None else chosen
    token = TOKEN.format(secrets.token_hex(8))
    marks = folder / "marks"
    marks.mkdir(mode=0o777)
    marks.chmod(0o777)
    listeners = Listeners(folder)
    alone, course = _make(folder / "alone"), _make(folder / "class")
    scene = Scene(course, marks, listeners.port, listeners.abstract, listeners.path)
    (course.root / "notes.txt").write_text(token, encoding="utf-8")
    for one in (alone, course):
        _honest(one, token)
    for attack in chosen:
        _hand_in(scene, attack.name, attack.build(scene))
    stranger = _stranger(course)
    before = set(course.root.iterdir())
    _grade(alone, token, *arguments)
    began = time.monotonic()
    with adopting() as processes:
        said = _grade(course, token, *arguments)
    seconds = time.monotonic() - began
    made = {
        "autograded",
        "feedback",
        "logs",
        "gradebook.db",
        "gradebook.db-wal",
        "gradebook.db-shm",
    }
    new = [p.name for p in set(course.root.iterdir()) - before if p.name not in made]
    new += [p.name for p in course.private.glob("run-*")]
    new += [str(p) for p in courses.CHANNELS.glob(f"{course.channel}*")]
    names = [*HONEST, *(attack.name for attack in chosen)]
    outcome = Outcome(
        scene=scene,
        attacks=chosen,
        fates=_fates(course, names),
        alone=_fates(alone, list(HONEST)),
        arrived=listeners.arrived(),
        processes=processes,
        leftovers=new,
        stranger=(stranger, _stranger(course)),
        seconds=seconds,
        said=said,
        files=_opened(said),
    )
    listeners.close()
    # Python's own ways to remove a folder give up at folders so deep.
    subprocess.run(["rm", "-rf", str(course.path("submitted", "file-depth", SLUG))], check=False)
    return outcome


def _opened(said: str) -> int:
    """How many more files the run had open at its end than at its beginning."""
    last = said.strip().splitlines()[-1] if said.strip() else ""
    return int(json.loads(last)["files"]) if last.startswith("{") else 10**6


def _stranger(course: Course) -> Any:
    """The rows of somebody who was graded by a person long ago."""
    from nbgrader.api import MissingEntry

    with course.gradebook() as gradebook:
        try:
            submission = gradebook.find_submission(SLUG, "old-timer")
        except MissingEntry:
            gradebook.add_student("old-timer")
            submission = gradebook.add_submission(SLUG, "old-timer")
            for grade in submission.notebooks[0].grades:
                grade.manual_score = 0.5
            gradebook.db.commit()
        grades = submission.notebooks[0].grades
        return sorted((g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in grades)


def main(root: str, *arguments: str) -> None:
    """What ``casebank grade`` does, with the limits of this suite."""
    from casebank.grading.grade import grade

    before = psutil.Process().num_fds()
    report = grade(
        Path(root),
        SLUG,
        limits=LIMITS,
        sandbox="--no-sandbox" not in arguments,
        verify="--no-verify" not in arguments,
        proof="--no-proof" not in arguments,
        workers=WORKERS,
    )
    gc.collect()
    print(json.dumps({**report.counts(), "files": psutil.Process().num_fds() - before}))


if __name__ == "__main__":
    main(*sys.argv[1:])
