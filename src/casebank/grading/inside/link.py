"""The judge's end of the line to a submission (:mod:`.player`), and the names that tests use.

Nothing that comes over this line is believed but as data. An object that stays over there can be
asked for what it has; but a test that hands it something of ours *and takes its word* (a
comparison, a method with arguments) is answered only where the instructor's own solution is used
in the same way, or where the object's class is one that the test itself has named.
"""

from __future__ import annotations

import inspect
import socket
import sys
import types
from typing import Any

from casebank.grading.inside import errors, wire
from casebank.grading.inside.acts import serve
from casebank.grading.inside.changes import follow
from casebank.grading.inside.codec import Codec, Nonsense
from casebank.grading.inside.proxies import (
    ClassProxy,
    Proxy,
    checked,
    describe,
    make,
    number_of,
)


class Lost(BaseException):
    """The submission no longer answers, or answers with nonsense."""


class Opaque(BaseException):
    """A test trusts the word of an object that is no plain data."""


class Link:
    """One connection to a fork of a submission's kernel.

    Attributes:
        lost, detail: why there are no more answers, and what was nonsense, for our own log.
        refused: what a test wanted an object's word for.
        uses: what was asked of objects, for the instructor's solution.
        trust: what may be asked of objects; None: of classes that the tests name.
        learn: everything may be asked, and is noted.
        random: random numbers begin on the other side where they are here. What becomes of them
            there is not taken over: a state can be made from which whatever is wanted follows.
        seeded: the test has set the random numbers since the other side was told of them.
        sign: functions show their parameters.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lost = ""
        self.detail = ""
        self.refused = ""
        self.uses: set[str] = set()
        self.trust: set[str] | None = None
        self.learn = False
        self.random = False
        self.seeded = False
        self._told_random: Any = None
        self.sign = False
        self.shadow: frozenset[str] = frozenset()
        self.wanted: frozenset[str] = frozenset()
        self.pending: dict[str, Any] = {}
        self.removed: set[str] = set()
        self._codec = Codec(self._hand, self._take, self._named_part)
        self._objects: dict[int, Any] = {}
        self._mirrors: errors.Mirror = {}
        self._exceptions: dict[int, Any] = {}
        self._ours: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._cache: dict[str, Any] = {}
        self._stale: set[str] = set()
        self._named: set[int] = set()
        self.modules: dict[str, types.ModuleType] = {}

    # --- values ------------------------------------------------------------------------------

    def _hand(self, value: Any) -> list[Any]:
        """A node for an object of ours: theirs again, or something to be called back."""
        number = number_of(self, value)
        if number is not None:
            return ["bk", number]
        if isinstance(value, type) and value in self._mirrors.values():
            return ["bk", next(n for n, kind in self._mirrors.items() if kind is value)]
        number = self._numbers.get(id(value))
        if number is None:
            number = len(self._ours)
            self._ours[number] = value
            self._numbers[id(value)] = number
        return ["cb", number, describe(value)]

    def _take(self, node: list[Any]) -> Any:
        tag = node[0]
        if tag == "h":
            return self._object(node)
        if tag == "y" and type(node[1]) is int:
            return self._ours[node[1]]
        if tag == "m" and type(node[1]) is str:
            # Only modules that the instructor's own notebook has imported.
            module = self.modules.get(node[1])
            return self._object(node[2]) if module is None else module
        raise Nonsense(f"a tag that is not known: {str(tag)[:20]}")

    def _object(self, node: list[Any]) -> Any:
        number = node[1]
        if type(number) is not int:
            raise Nonsense("a handle without a number")
        if number in self._objects:
            return self._objects[number]
        desc = checked(node[2])
        if "exc" in desc:
            rows = desc["exc"]
            if not rows or type(rows[0]) is not list:
                raise Nonsense("an exception of no class")
            rows[0] = [*rows[0][:2], number]
            made: Any = errors.mirrored(rows, self._mirrors)
        else:
            made = make(self, number, desc)
        self._objects[number] = made
        return made

    def _node(self, value: Any) -> Any:
        try:
            return self._codec.encode(value)
        except Exception:
            return self._hand(value)

    # --- asking ------------------------------------------------------------------------------

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a question and return the reply; callbacks are served meanwhile."""
        if self.lost:
            raise Lost(self.lost)
        try:
            self._flush(message)
            wire.send(self.sock, message)
            reply, fds = wire.receive(self.sock)
            while "back" in reply and not fds:
                wire.send(self.sock, self._back(reply["back"]))
                reply, fds = wire.receive(self.sock)
            if fds:
                raise Nonsense("open files")
            return self._heard(reply)
        except (wire.Closed, TimeoutError):
            self.lost = "gone"
        except Nonsense as error:
            self._nonsense(error)
        except BaseException as error:
            # Whatever broke off in the middle leaves an answer that nobody waits for.
            if not isinstance(error, Lost):
                self.lost = self.lost or "time"
            raise
        raise Lost(self.lost)

    def _flush(self, message: dict[str, Any]) -> None:
        if self.pending:
            wanted = {k: v for k, v in self.pending.items() if k in self.wanted}
            if wanted:
                message["set"] = {name: self._node(value) for name, value in wanted.items()}
            self.pending.clear()
        if self.removed:
            message["del"] = sorted(self.removed)
            self.removed.clear()
        # Before a test has set them, the submission's go on as they did in its kernel.
        if self.random and (self.seeded or self._told_random is not None):
            state = self._codec.encode(errors.get_random())
            if self.seeded or state != self._told_random:
                message["rng"] = self._told_random = state
                self.seeded = False

    def _heard(self, reply: dict[str, Any]) -> dict[str, Any]:
        for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
            if type(reply.get(name)) is str:
                stream.write(reply[name])
        if type(reply.get("stale")) is list:
            self._stale.update(one for one in reply["stale"] if type(one) is str)
        return reply

    def _result(self, reply: dict[str, Any], called: bool = False) -> Any:
        """The value of a reply, or the exception that it is."""
        try:
            if "raise" in reply:
                error = self._error(reply["raise"])
                if called and isinstance(error, (StopIteration, StopAsyncIteration)):
                    # From a function it would end the test's own loop over calls of it.
                    error = RuntimeError(f"{type(error).__name__}: {error}")
                raise error
            return self._codec.decode(reply.get("ok"))
        except Nonsense as error:
            self._nonsense(error)
            raise Lost(self.lost) from None

    def _error(self, message: Any) -> BaseException:
        if type(message) is not dict:
            raise Nonsense("an exception of no class")
        own = self._exceptions.get(message.get("yours"))  # type: ignore[arg-type]
        if own is not None:
            return own
        message = {key: message[key] for key in ("mro", "text", "args") if key in message}
        return errors.remake(message, self._codec.decode, self._mirrors)

    def hello(self, known: dict[str, str], seconds: float = 600.0) -> None:
        """Learn which names the submission uses, and which usual ones it has given away."""
        reply = self.ask({"op": "hello", "known": known, "seconds": seconds})
        for name in ("shadow", "wanted"):
            listed = reply.get(name)
            if type(listed) is list:
                setattr(self, name, frozenset(one for one in listed if type(one) is str))

    def name(self, name: str) -> Any:
        """The value of one of the submission's names.

        Raises:
            KeyError: it has no such name.
        """
        if name in self._cache and name not in self._stale:
            return self._cache[name]
        have = name in self._cache
        reply = self.ask({"op": "get", "name": name, "have": have})
        self._stale.discard(name)
        if reply.get("missing"):
            self._cache.pop(name, None)
            raise KeyError(name)
        if not (have and reply.get("same")):
            value = self._result(reply)
            self._cache[name] = value
            number = number_of(self, value)
            if number is not None:
                self._named.add(number)
        return self._cache[name]

    def has(self, name: str) -> bool:
        """Whether the submission has a name, whatever it means there."""
        return self.ask({"op": "has", "name": name}).get("ok") is True

    def call(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the submission.

        What it did to its arguments is done here too, if that of the instructor's solution does
        something to them; else a test's own expectation would be the submission's to choose.
        """
        number = number_of(self, function)
        source = getattr(function, "_cb_from", None)
        if source is not None and (args or kwargs):
            self._trusted(*source)
        given = [*args, *kwargs.values()]
        reply = self.ask(
            {
                "op": "call",
                "id": number,
                "args": [self._node(arg) for arg in args],
                "kw": {name: self._node(arg) for name, arg in kwargs.items()},
            }
        )
        changed = reply.get("changed")
        if type(changed) is dict and changed:
            if self.learn:
                self.uses.add(CHANGES)
            elif self.trust is not None and CHANGES not in self.trust:
                changed = {}
            for place, node in changed.items():
                self._follow(given, place, node)
        node = reply.get("ok")
        if type(node) is list and node[:1] == ["arg"]:
            place = node[1] if len(node) == 2 else None
            if type(place) is int and 0 <= place < len(given):
                return given[place]
            self._nonsense("no such argument")
            raise Lost(self.lost)
        return self._result(reply, called=True)

    def _nonsense(self, what: object) -> None:
        self.lost, self.detail = "nonsense", str(what)

    def _follow(self, given: list[Any], place: str, node: Any) -> None:
        try:
            follow(given[int(place)], self._codec.decode(node))
        except Exception as error:
            self._nonsense(error)
            raise Lost(self.lost) from None

    def do(self, proxy: Any, what: str, *args: Any) -> Any:
        """Do something with an object of the submission."""
        if what.startswith("__") and what.strip("_") not in _HARMLESS and args:
            self._trusted(proxy, what)
        nodes = [self._node(arg) for arg in args]
        reply = self.ask({"op": "do", "id": proxy._cb_id, "what": what, "args": nodes})
        value = self._result(reply)
        if what in ("getattr", "__getitem__", "__iter__"):
            if type(value) is types.FunctionType and number_of(self, value) is not None:
                value = self._method(value)
            if isinstance(value, Proxy) and value._cb_from is None:
                value._cb_from = (proxy, str(args[0]) if what == "getattr" else what)
        return value

    def _method(self, function: Any) -> Any:
        """A function that was an attribute: its word counts no more than its owner's."""
        number = number_of(self, function)
        return make(self, number, {"n": "function", "m": "", "f": "c"})  # type: ignore[arg-type]

    def _named_part(self, name: str, value: Any) -> Any:
        """What a named tuple has by a name: if it can be called, its word is that of an attribute.

        Else a tuple with a name ``equals`` would judge itself, as no object may.
        """
        if type(value) is types.FunctionType and number_of(self, value) is not None:
            value = self._method(value)
        if isinstance(value, Proxy):
            value._cb_from = value._cb_from or (value, name)
        elif callable(value):
            # A type of Python's: what it makes of anything counts as true.
            self._trusted(value, name)
        return value

    def _trusted(self, proxy: Any, what: str) -> None:
        use = self._use(proxy, what)
        self.uses.add(use)
        if self.learn:
            return
        if self.trust is not None:
            if use in self.trust:
                return
        elif what[:2] != "__" and self._by_name(proxy):
            return
        self.refused = self.refused or _judges_itself(proxy, what)
        raise Opaque(self.refused)

    def _use(self, proxy: Any, what: str) -> str:
        """What is asked of whom: the word of a class that the test names is no other object's."""
        return f"named {what}" if self._by_name(proxy) else what

    def _by_name(self, proxy: Any) -> bool:
        """A class that a test has named, or an instance of one."""
        if isinstance(proxy, ClassProxy):
            return proxy._cb_id in self._named
        return isinstance(proxy, Proxy) and proxy._cb_desc.get("c") in self._named

    def text(self, proxy: Any, what: str, *args: Any) -> str:
        """An object as text."""
        value = self.do(proxy, what, *args)
        return value if type(value) is str else f"<{type(proxy).__name__}>"

    def truth(self, proxy: Any) -> bool:
        """Objects are true, as in Python, unless they say how many they are."""
        if "l" not in proxy._cb_desc["f"]:
            return True
        return self.do(proxy, "bool") is not False

    def equal(self, proxy: Any, other: Any) -> bool:
        """An object equals itself; another of the submission's where its class is under test."""
        number = number_of(self, other)
        if number == proxy._cb_id:
            return True
        use = self._use(proxy, "__eq__")
        trusted = use in self.trust if self.trust is not None else self._by_name(proxy)
        if not (self.learn or trusted):
            return False
        if number is None and self.trust is None and not self.learn:
            self.refused = self.refused or _judges_itself(proxy, "__eq__")
            return False
        self.uses.add(use)
        reply = self.ask(
            {"op": "do", "id": proxy._cb_id, "what": "__eq__", "args": [self._node(other)]}
        )
        return self._result(reply) is True

    def kin(self, proxy: Any, what: str, value: Any) -> bool:
        """Whether an object of the submission's is an instance of a class of the submission's."""
        if number_of(self, value) is None:
            return False
        return self.do(proxy, what, value) is True

    def signature(self, function: Any) -> inspect.Signature | None:
        """The parameters of a function of the submission."""
        reply = self.ask(
            {"op": "do", "id": number_of(self, function), "what": "signature", "args": []}
        )
        try:
            return inspect.Signature(
                [
                    inspect.Parameter(
                        name,
                        list(inspect._ParameterKind)[kind],
                        default=default if has else inspect.Parameter.empty,
                    )
                    for name, kind, has, default in self._result(reply)
                ]
            )
        except (ValueError, TypeError, IndexError):
            return None

    # --- being asked back --------------------------------------------------------------------

    def _back(self, message: Any) -> dict[str, Any]:
        """Serve a call of something of ours; only what tests hand out can be reached."""
        try:
            value = self._ours[message["id"]]
            what = message["what"]
            args = [self._codec.decode(node) for node in message["args"]]
            kwargs = {str(k): self._codec.decode(node) for k, node in message["kw"].items()}
        except Nonsense:
            raise
        except Exception:
            raise Nonsense("a call of nothing") from None
        try:
            return {"ok": self._node(serve(value, what, args, kwargs))}
        except (Lost, Opaque):
            raise
        except Exception as error:
            number = len(self._exceptions)
            self._exceptions[number] = error
            described = errors.describe(error, None)
            return {"raise": {**described, "mine": number}}


#: Noted of a test whose solution changes what it is given.
CHANGES = "changed arguments"
_HARMLESS = frozenset(
    ("getitem", "setitem", "delitem", "len", "iter", "next", "enter", "exit", "call")
)


def _judges_itself(proxy: Any, what: str) -> str:
    return f"{type(proxy).__name__}.{what}: an object of the submission judges itself"
