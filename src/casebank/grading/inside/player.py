"""The submission's side of the second judgement: a fork of its kernel that answers questions.

The engine has a kernel run ``player.fork(path)`` before a group of test cells. The fork knows all
that the submission has made so far and has never seen those tests; it answers over one socket:
names, calls of functions, attributes of objects. Whatever the submission did to this process, it
can only answer with data; the judge (:mod:`.judge`) compares them where it cannot reach.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import io
import os
import random
import signal
import socket
import sys
import types
from typing import Any

from casebank.grading.inside import errors, wire
from casebank.grading.inside.acts import act, label, wanted
from casebank.grading.inside.changes import Watch
from casebank.grading.inside.codec import Codec
from casebank.grading.inside.proxies import describe, make, number_of

WAIT = 10
IDLE = 900
PRINTED = 1_000_000
_CHILDREN: list[int] = []


def fork(path: str, names: dict[str, Any] | None = None) -> None:
    """Fork this process; the fork answers whoever listens at a unix socket.

    Args:
        path: of the socket.
        names: the namespace to answer from; by default that of the notebook.
    """
    warm()
    # One fork, not two: a second would cost as much again. The dead are buried by the next call;
    # waiting for them here would take as long as the tests do.
    for old in _CHILDREN:
        # A function that never ends would go on for nobody: that group has been judged.
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(old, os.WNOHANG)[0] == 0:
                os.kill(old, signal.SIGKILL)
                os.waitpid(old, 0)
    _CHILDREN.clear()
    # Python seeds a fork's random numbers anew; here they are to go on.
    state = random.getstate()
    child = os.fork()
    if child:
        _CHILDREN.append(child)
        return
    try:
        random.setstate(state)
        depth = _depth(sys._getframe(1))
        _serve(path, _notebook() if names is None else names, depth)
    finally:
        os._exit(0)


def warm() -> None:
    """Import the codec's parts before a fork, where their libraries are there already."""
    if "numpy" in sys.modules:
        from casebank.grading.inside import arrays  # noqa: F401
    if "pandas" in sys.modules:
        from casebank.grading.inside import frames  # noqa: F401


def _depth(frame: Any) -> int:
    count = 0
    while frame is not None:
        count, frame = count + 1, frame.f_back
    return count


def _notebook() -> dict[str, Any]:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return sys.modules["__main__"].__dict__ if shell is None else shell.user_ns


def _serve(path: str, names: dict[str, Any], depth: int) -> None:
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    out, err = _Printed(), _Printed()
    _part(out, err)
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(WAIT)
    sock.connect(path)
    sock.settimeout(IDLE)
    Player(sock, names, out, err, depth).serve()


class _Printed(io.StringIO):
    """What is printed until somebody asks; never without end."""

    encoding = "utf-8"  # type: ignore[assignment]

    def write(self, text: str) -> int:
        if self.tell() < PRINTED:
            super().write(text)
        return len(text)

    def take(self) -> str:
        """What was printed since the last time."""
        text = self.getvalue()
        if text:
            self.seek(0)
            self.truncate()
        return text


def _part(out: _Printed, err: _Printed) -> None:
    """Let go of all that belongs to the kernel: its streams, its sockets, its displays."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    # Loggers and the like hold the old streams, which would write to the kernel's sockets.
    for old, new in ((sys.stdout, out), (sys.stderr, err)):
        with contextlib.suppress(Exception):
            old.write, old.flush = new.write, new.flush  # type: ignore[method-assign]
    sys.stdout, sys.stderr, sys.stdin = out, err, io.StringIO()
    sys.displayhook = lambda value: None
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        kernel._allow_stdin = False
        for session in (kernel.session, getattr(shell.display_pub, "session", None)):
            if session is not None:
                session.send = lambda *args, **kwargs: None


class _Asked(Exception):
    """The question itself makes no sense."""


class Player:
    """Answers questions, one at a time."""

    def __init__(
        self,
        sock: socket.socket,
        names: dict[str, Any],
        out: _Printed,
        err: _Printed,
        depth: int = 0,
    ) -> None:
        self.sock = sock
        self.names = names
        self.out, self.err = out, err
        self.depth = depth
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.theirs: dict[int, Any] = {}
        #: What the judge was last told of a name: the object, and its node where it is data.
        self.told: dict[str, tuple[Any, Any]] = {}
        self.codec = Codec(self._hand, self._take)

    # --- values ------------------------------------------------------------------------------

    def _hand(self, value: Any) -> list[Any]:
        """A node for an object that stays here."""
        number = number_of(self, value)
        if number is not None:
            return ["y", number]
        if type(value) is types.ModuleType:
            return ["m", str(value.__name__), self._handle(value)]
        return self._handle(value)

    def _number(self, value: Any) -> int:
        number = self.numbers.get(id(value))
        if number is None:
            number = len(self.objects)
            # Kept for good: the id of an object that is gone may come again.
            self.objects[number] = value
            self.numbers[id(value)] = number
        return number

    def _handle(self, value: Any) -> list[Any]:
        desc = describe(value)
        kind = type(value)
        if isinstance(value, type):
            if issubclass(value, BaseException):
                desc["exc"] = errors.lineage(value, self._number)
        elif kind.__module__ == "__main__":
            desc["c"] = self._number(kind)
        return ["h", self._number(value), desc]

    def _take(self, node: list[Any]) -> Any:
        tag = node[0]
        if tag == "bk":
            return self.objects[node[1]]
        if tag == "cb":
            if node[1] not in self.theirs:
                self.theirs[node[1]] = make(self, node[1], node[2])
            return self.theirs[node[1]]
        raise _Asked(f"{tag!r}")

    def node(self, value: Any) -> Any:
        """A value as data, or as a handle where it cannot be sent."""
        try:
            return self.codec.encode(value)
        except Exception:
            return self._hand(value)

    # --- being asked -------------------------------------------------------------------------

    def serve(self) -> None:
        """Until the judge has gone."""
        while True:
            try:
                message, _ = wire.receive(self.sock)
            except (wire.Closed, TimeoutError):
                return
            wire.send(self.sock, self.answer(message))

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """The reply to one question."""
        try:
            for name in message.get("del", ()):
                self.names.pop(name, None)
            for name, node in message.get("set", {}).items():
                self.names[name] = self.codec.decode(node)
            if "rng" in message:
                errors.set_random(self.codec.decode(message["rng"]))
            reply = getattr(self, "_on_" + message["op"])(message)
        except BaseException as error:
            reply = {"raise": errors.describe(error, self._number)}
        out, err = self.out.take(), self.err.take()
        if out:
            reply["out"] = out
        if err:
            reply["err"] = err
        if message["op"] in ("call", "do"):
            reply["stale"] = self._stale()
        return reply

    def _stale(self) -> list[str]:
        """Names that may mean something else than the judge was told."""
        stale = []
        for name, (value, node) in self.told.items():
            # Data can change without becoming another object; handles cannot.
            mutable = type(node) is list and node[0] not in ("h", "m", "y", "ns", "T")
            if mutable or self.names.get(name, self) is not value:
                stale.append(name)
        return stale

    def _on_hello(self, message: dict[str, Any]) -> dict[str, Any]:
        names = self.names
        shadow = [
            name
            for name in names
            if type(name) is str and name in vars(builtins) and name[:1] != "_"
        ]
        for name, what in message["known"].items():
            if name not in names or label(names[name]) != what:
                shadow.append(name)
        # Nobody waits for a call that takes longer than all tests may.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, float(message["seconds"]))
        return {"ok": None, "shadow": shadow, "wanted": sorted(wanted(names))}

    def _on_has(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"ok": message["name"] in self.names}

    def _on_get(self, message: dict[str, Any]) -> dict[str, Any]:
        name = message["name"]
        if name not in self.names:
            self.told.pop(name, None)
            return {"missing": True}
        value = self.names[name]
        node = self.node(value)
        if message.get("have"):
            before = self.told.get(name)
            if before is not None and before[1] == node:
                self.told[name] = (value, node)
                return {"same": True}
        self.told[name] = (value, node)
        return {"ok": node}

    def _on_call(self, message: dict[str, Any]) -> dict[str, Any]:
        function = self.objects[message["id"]]
        args = [self.codec.decode(node) for node in message["args"]]
        kwargs = {name: self.codec.decode(node) for name, node in message["kw"].items()}
        watch = Watch([*args, *kwargs.values()], [*message["args"], *message["kw"].values()])
        if self.depth:
            # Calls in the kernel begin less deep, and recursion counts from there.
            sys.setrecursionlimit(sys.getrecursionlimit() + _depth(sys._getframe(0)) - self.depth)
            self.depth = 0
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            reply = {"raise": errors.describe(error, self._number)}
        else:
            place = next((n for n, arg in enumerate(watch.values) if arg is result), None)
            data = place is not None and watch.mutable(place)
            reply = {"ok": ["arg", place] if data else self.node(result)}
        changed = watch.changed(self.node)
        if changed:
            reply["changed"] = changed
        return reply

    def _on_do(self, message: dict[str, Any]) -> dict[str, Any]:
        value = self.objects[message["id"]]
        args = [self.codec.decode(node) for node in message["args"]]
        return {"ok": self.node(act(value, message["what"], args))}

    # --- asking back -------------------------------------------------------------------------

    def _ask(self, message: dict[str, Any]) -> Any:
        wire.send(self.sock, {"back": message})
        reply, _ = wire.receive(self.sock)
        while "op" in reply:
            wire.send(self.sock, self.answer(reply))
            reply, _ = wire.receive(self.sock)
        if "raise" in reply:
            raise errors.remake(reply["raise"], self.codec.decode, None)
        return self.codec.decode(reply["ok"])

    def call(self, proxy: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the judge's tests."""
        return self._ask(
            {
                "id": number_of(self, proxy),
                "what": "__call__",
                "args": [self.node(arg) for arg in args],
                "kw": {name: self.node(arg) for name, arg in kwargs.items()},
            }
        )

    def do(self, proxy: Any, what: str, *args: Any) -> Any:
        """Do something with an object of the judge's tests."""
        nodes = [self.node(arg) for arg in args]
        return self._ask({"id": proxy._cb_id, "what": what, "args": nodes, "kw": {}})

    def text(self, proxy: Any, what: str, *args: Any) -> str:
        """An object of the judge's as text."""
        return str(self.do(proxy, what, *args))

    def truth(self, proxy: Any) -> bool:
        """Whether an object of the judge's is true."""
        return bool(self.do(proxy, "bool"))

    def equal(self, proxy: Any, other: Any) -> bool:
        """Whether an object of the judge's equals a value."""
        return bool(self.do(proxy, "__eq__", other))

    def kin(self, proxy: Any, what: str, value: Any) -> bool:
        """Whether a value belongs to a class of the judge's."""
        return bool(self.do(proxy, what, value))


with contextlib.suppress(Exception):
    # In the zygote, so that no kernel has to.
    warm()
