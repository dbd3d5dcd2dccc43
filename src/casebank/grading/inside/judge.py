"""The judge: runs an assignment's tests where no code of a submission has ever run.

``serve`` is process J0. It is forked from a clean process, runs the instructor's set-up cells once
for each notebook, and forks a judge J for each submission. J runs the test cells group by group,
and has each name that is the submission's answered by a fork of the submission's kernel
(:mod:`.player`), which is a new one for each group.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import gc
import io
import os
import random
import resource
import signal
import socket
import sys
import time
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from casebank.grading.inside import wire
from casebank.grading.inside.acts import label
from casebank.grading.inside.link import Link, Lost
from casebank.grading.inside.player import warm
from casebank.grading.inside.proxies import FUNCTIONS, Proxy
from casebank.grading.inside.shown import shown

_BUILTINS = vars(builtins)
_SETUP_SECONDS = 120.0
_TEXT = 300
#: CPU seconds after which a step that nobody can interrupt ends the judge.
GRACE = 3.0
#: Bytes that judging one submission may take beyond what the judge began with.
MEMORY = 1 << 30


class _Late(BaseException):
    """A cell took too long."""


@contextmanager
def _seeding(link: Link | None) -> Iterator[None]:
    """Note when a test sets the random numbers, also to where they were before."""
    if link is None or not link.random:
        yield
        return
    homes = [random, *([sys.modules["numpy"].random] if "numpy" in sys.modules else [])]
    kept = [
        (home, name, getattr(home, name))
        for home in homes
        for name in ("seed", "setstate", "set_state")
        if hasattr(home, name)
    ]

    def noting(stock: Any) -> Any:
        @functools.wraps(stock)
        def seed(*given: Any, **named: Any) -> Any:
            link.seeded = True
            return stock(*given, **named)

        return seed

    for home, name, stock in kept:
        setattr(home, name, noting(stock))
    try:
        yield
    finally:
        for home, name, stock in kept:
            setattr(home, name, stock)


class Names(dict[str, Any]):
    """The namespace of tests: the instructor's names, then Python's, then the submission's.

    A name that a test gives to something of the submission's is given there as well, before the
    submission is asked the next time.
    """

    __slots__ = ("clean", "gone", "link", "mirror", "students")

    def __init__(
        self, values: dict[str, Any], students: frozenset[str], clean: dict[str, Any]
    ) -> None:
        super().__init__({k: v for k, v in values.items() if k not in students})
        self.students = students
        #: What the instructor's solution imports; a submission has to have imported it as well.
        self.clean = clean
        self.mirror = students | frozenset(k for k in values if k[:1] != "_")
        self.gone: set[str] = set()
        self.link: Link | None = None

    def __missing__(self, name: str) -> Any:
        if name in _BUILTINS:
            return _BUILTINS[name]
        if self.link is None or name in self.gone:
            raise KeyError(name)
        if name in self.clean and self.link.has(name):
            return self.clean[name]
        value = self.link.name(name)
        if self.link.sign and type(value) is types.FunctionType:
            value.__signature__ = self.link.signature(value)  # type: ignore[attr-defined]
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        dict.__setitem__(self, name, value)
        self.gone.discard(name)
        if name in self.mirror and self.link is not None:
            self.link.pending[name] = value
            self.link.removed.discard(name)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            dict.__delitem__(self, name)
        else:
            self[name]
        self.gone.add(name)
        if self.link is not None:
            self.link.pending.pop(name, None)
            if name in self.mirror:
                self.link.removed.add(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        if type(name) is not str or name in _BUILTINS:
            return False
        with contextlib.suppress(KeyError):
            self[name]
            return True
        return False

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or a default."""
        try:
            return self[name]
        except KeyError:
            return default

    def attach(self, link: Link | None) -> None:
        """Begin with a new fork: what belonged to the last one is asked for anew."""
        self.link = link
        self.gone.clear()
        for name in [*self.students & dict.keys(self)]:
            dict.__delitem__(self, name)
        for name, value in list(dict.items(self)):
            if isinstance(value, Proxy) or (
                type(value) is types.FunctionType and value in FUNCTIONS
            ):
                dict.__delitem__(self, name)


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def late(*_: Any) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, seconds))
    # Python hears of an alarm between two of its steps, and one step can be made to take for ever.
    # Of this signal nobody hears: its default is the end.
    signal.setitimer(signal.ITIMER_PROF, max(0.01, seconds) + GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _bound() -> None:
    """Bound the memory that judging one submission may take: its values are made anew here."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        with open("/proc/self/statm") as file:  # noqa: PTH123
            mine = int(file.read().split()[5]) * resource.getpagesize()
        most = mine + MEMORY
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@contextmanager
def _streams() -> Iterator[tuple[io.StringIO, io.StringIO]]:
    before = sys.stdout, sys.stderr
    out, err = io.StringIO(), io.StringIO()
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        sys.stdout, sys.stderr = before


def _fresh() -> dict[str, Any]:
    return {"__name__": "__main__", "__builtins__": builtins, "display": lambda *a, **k: None}


def _line(error: BaseException) -> str:
    try:
        said = " ".join(str(error).split())
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}"[:_TEXT]


def _imports(source: str) -> dict[str, Any]:
    """What import statements bring; those that fail bring nothing."""
    names: dict[str, Any] = {}
    for node in ast.parse(source).body:
        with contextlib.suppress(Exception), _streams():
            exec(compile(ast.Module([node], []), "<imports>", "exec"), names)
    names.pop("__builtins__", None)
    return names


def _taken(before: set[str], folder: str) -> dict[str, types.ModuleType]:
    """Modules of a folder, taken out of what is imported: another version may have others."""
    found = {
        name: module
        for name, module in sys.modules.items()
        if name not in before
        and str(getattr(module, "__file__", None) or "").startswith(f"{folder}/")
    }
    for name in found:
        del sys.modules[name]
    return found


class Desk:
    """J0: a namespace for each notebook, and forks of itself."""

    def __init__(self) -> None:
        self.ready: dict[str, dict[str, Any]] = {}

    def prepare(self, message: dict[str, Any]) -> dict[str, Any]:
        """Run the set-up cells of a notebook."""
        began = time.process_time()
        names = _fresh()
        self.ready.pop(message.get("key", ""), None)
        before, path = set(sys.modules), list(sys.path)
        # As in a kernel: what lies beside the notebook can be imported. Here that is ours alone.
        sys.path.insert(0, message["folder"])
        try:
            os.chdir(message["folder"])
            with _streams(), _limit(message.get("timeout") or _SETUP_SECONDS):
                for cell, source in message["cells"]:
                    exec(compile(source, f"<{cell or 'setup'}>", "exec"), names)
        except (Exception, _Late, SystemExit) as error:
            return {"ok": False, "error": _line(error)}
        finally:
            sys.path[:] = path
            own = _taken(before, message["folder"])
        session = sys.modules.get("casebank.check.session")
        self.ready[message.get("key", "")] = {
            "names": names,
            "students": frozenset(message.get("names", ())),
            "clean": _imports(message.get("imports") or ""),
            "folder": message["folder"],
            "modules": own,
            "session": dict(vars(session.SESSION)) if session is not None else {},
        }
        return {"ok": True, "cpu": time.process_time() - began}

    def open(self, message: dict[str, Any], fd: int) -> dict[str, Any]:
        """Fork a judge for one submission; its line is the open file."""
        found = self.ready.get(message.get("key", ""))
        if found is None:
            return {"ok": False, "error": "the notebook is not prepared"}
        if os.fork():
            return {"ok": True}
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _bound()
            os.chdir(found["folder"])
            sys.path.insert(0, found["folder"])
            sys.modules.update(found["modules"])
            session = sys.modules.get("casebank.check.session")
            if session is not None:
                vars(session.SESSION).update(found["session"])
            Judge(found).serve(socket.socket(fileno=fd))
        finally:
            os._exit(0)


def serve(sock: socket.socket) -> None:
    """Process J0: prepare notebooks and open judges until the socket closes."""
    # Judges are not waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    desk = Desk()
    while True:
        try:
            message, fds = wire.receive(sock)
        except wire.Closed:
            return
        if message.get("op") == "prepare":
            reply = desk.prepare(message)
            warm()
            gc.collect()
            gc.freeze()
        else:
            reply = desk.open(message, fds[0]) if fds else {"ok": False, "error": "no line"}
        for fd in fds:
            os.close(fd)
        wire.send(sock, reply)


class Judge:
    """J: the tests of one submission."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.names = Names(found["names"], found["students"], found["clean"])
        self.modules = {
            name: sys.modules[name]
            for name in _imported(found["names"]) | _imported(found["clean"])
            if name in sys.modules
        }

    def serve(self, sock: socket.socket) -> None:
        """Judge groups of tests until the line closes."""
        while True:
            try:
                message, fds = wire.receive(sock)
            except (wire.Closed, TimeoutError):
                return
            began = time.process_time()
            line = socket.socket(fileno=fds[0]) if fds else None
            verdicts = self.group(message, line)
            if line is not None:
                line.close()
            wire.send(sock, {"verdicts": verdicts, "cpu": time.process_time() - began})

    def group(self, message: dict[str, Any], line: socket.socket | None) -> list[dict[str, Any]]:
        """The verdicts of test cells that follow each other."""
        tests = message["tests"]
        link = Link(line) if line is not None else None
        if link is not None:
            line.settimeout(message["timeout"] + 5)  # type: ignore[union-attr]
            link.learn = bool(message.get("learn"))
            link.modules = self.modules
            self.names.attach(link)
            with contextlib.suppress(Lost, _Late), _streams(), _limit(message["timeout"]):
                known = {k: label(v) for k, v in dict.items(self.names) if k[:1] != "_"}
                known = {k: v for k, v in known.items() if v != "data"}
                link.hello(known, (len(tests) + 1) * message["timeout"] + 5)
        else:
            self.names.attach(None)
        trust = message.get("trust")
        verdicts = []
        for cell, source in tests:
            if link is not None:
                link.trust = None if trust is None else set(trust.get(cell, ()))
            verdicts.append(self._cell(cell, source, link, message["timeout"]))
        return verdicts

    def _cell(self, cell: str, source: str, link: Link | None, timeout: float) -> dict[str, Any]:
        verdict: dict[str, Any] = {"cell": cell, "state": "passed"}
        began = time.monotonic()
        if link is not None:
            link.refused, link.uses = "", set()
            link.random = "seed" in source
            link.sign = "signature" in source
        with _streams() as (_, err), _seeding(link):
            try:
                with _limit(timeout):
                    value = self._run(source, f"<{cell}>")
                    seen = shown(value, source)
            except _Late:
                verdict |= {"state": "lost", "reason": "time"}
            except MemoryError:
                verdict |= {"state": "lost", "reason": "memory"}
            except Lost:
                pass
            except BaseException as error:
                verdict |= {"state": "failed", "error": _line(error)}
            else:
                if seen is not None:
                    verdict |= {"state": "value", **seen}
            finally:
                noise = err.getvalue()
        if noise and verdict["state"] in ("passed", "value"):
            # What it would be without: noise is no reason not to look.
            verdict["quiet"] = verdict["state"]
            verdict |= {"state": "stderr", "error": " ".join(noise.split())[:_TEXT]}
        if link is not None:
            self._look_at(link, verdict, source)
        verdict["seconds"] = time.monotonic() - began
        return verdict

    def _look_at(self, link: Link, verdict: dict[str, Any], source: str) -> None:
        if link.refused and link.trust is None and not link.learn:
            # Nobody has told how the instructor's own answer is used, so this says nothing.
            verdict |= {"state": "unverifiable", "reason": link.refused}
        elif link.refused:
            verdict |= {"state": "failed", "error": f"Opaque: {link.refused}"}
        if link.lost:
            verdict |= {"state": "lost", "reason": verdict.get("reason") or link.lost}
            verdict |= {"detail": link.detail} if link.detail else {}
        if link.uses:
            verdict["uses"] = sorted(link.uses)
        shadowed = link.shadow & _loads(source)
        if shadowed:
            verdict["shadowed"] = sorted(shadowed)

    def _run(self, source: str, label: str) -> Any:
        """Run a cell as IPython does; returns the value of its last expression."""
        tree = ast.parse(source, label)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, label, "exec"), self.names)
        if last is None:
            return None
        return eval(compile(ast.Expression(last.value), label, "eval"), self.names)


def _imported(names: dict[str, Any]) -> set[str]:
    return {value.__name__ for value in names.values() if type(value) is types.ModuleType}


def _loads(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
