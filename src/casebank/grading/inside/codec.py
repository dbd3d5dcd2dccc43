"""Values as plain JSON and back, with exact types, safe to read from a side nobody may trust.

A value is sent by what its type *is*, never by what it claims: a subclass of ``float`` or of
``DataFrame`` is no plain data and travels as a handle, a number that stands for an object which
stays where it is. Nothing is pickled, no class is looked up by a name that the other side gives
unless it stands in a short list here. numpy's and pandas' values are in :mod:`.arrays`.

A JSON scalar is itself; everything else is a list that begins with a tag.
"""

from __future__ import annotations

import base64
import builtins
import collections
import datetime
import decimal
import fractions
import math
import pathlib
import types
import uuid
from collections.abc import Callable
from typing import Any

DEPTH = 80
NODES = 3_000_000
#: Longest whole number, in hexadecimal digits: work on longer ones is a bomb.
DIGITS = 200_000
#: Tags of what is no data.
HANDLES = frozenset(("h", "y", "m", "bk", "cb"))
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_SAFE = 1 << 53

#: Built-in types and exceptions that may be named.
TYPES: dict[str, type] = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and name not in ("type", "super")
}


class Nonsense(Exception):
    """What the other side sent cannot be read."""


class TooMuch(Exception):
    """A value is too deep (perhaps it holds itself) or too large to be sent."""


Encoder = Callable[["Codec", Any, int], Any]
Decoder = Callable[["Codec", list], Any]
ENCODERS: dict[type, Encoder] = {}
DECODERS: dict[str, Decoder] = {}


class Codec:
    """Encodes and decodes; what is no plain data is left to the two functions given.

    Args:
        out: makes a node of an object that is no plain data.
        back: makes a value of a node that this module does not know.
        named: told what a named tuple has by a name; gives what it is to have.
    """

    def __init__(
        self,
        out: Callable[[Any], Any],
        back: Callable[[list], Any],
        named: Callable[[str, Any], Any] = lambda name, value: value,
    ) -> None:
        self.out = out
        self.back = back
        self.named = named
        self._nodes = 0

    def encode(self, value: Any) -> Any:
        """A JSON-able node for a value.

        Raises:
            TooMuch: it is too deep or too large.
        """
        self._nodes = 0
        return self.put(value, 0)

    def put(self, value: Any, depth: int) -> Any:
        """Encode a part of a value."""
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            if -_SAFE < value < _SAFE:
                return value
            if value.bit_length() > 4 * DIGITS:
                raise TooMuch("a number of too many digits")
            return ["I", format(value, "x")]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        if depth > DEPTH:
            raise TooMuch("too deep")
        encoder = ENCODERS.get(kind) or _late(kind)
        return self.out(value) if encoder is None else encoder(self, value, depth + 1)

    def items(self, values: Any, depth: int) -> list[Any]:
        """Encode each of several values."""
        self._nodes += len(values)
        if self._nodes > NODES:
            raise TooMuch("too large")
        put = self.put
        return [v if type(v) is str or v is None else put(v, depth) for v in values]

    def decode(self, node: Any) -> Any:
        """The value of a node.

        Raises:
            Nonsense: there is no such value.
        """
        try:
            return self.get(node)
        except Nonsense:
            raise
        except Exception as error:
            raise Nonsense(f"{type(error).__name__}: {error}"[:200]) from None

    def get(self, node: Any) -> Any:
        """Decode a part."""
        if type(node) is not list:
            if type(node) is dict:
                raise Nonsense("an object without a tag")
            return node
        tag = node[0]
        if type(tag) is not str:
            raise Nonsense("a list without a tag")
        decoder = DECODERS.get(tag) or (_scientific(tag) if tag not in HANDLES else None)
        return self.back(node) if decoder is None else decoder(self, node)

    def all(self, nodes: Any) -> list[Any]:
        """Decode each of several nodes."""
        if type(nodes) is not list:
            raise Nonsense("a list is missing")
        get = self.get
        return [get(n) if type(n) is list else n for n in nodes]


def _scientific(tag: str) -> Decoder | None:
    """The decoder of a tag that needs numpy or pandas."""
    from casebank.grading.inside import arrays

    arrays.types()
    return DECODERS.get(tag)


def _late(kind: type) -> Encoder | None:
    """The encoder of a type that needs numpy or pandas, or of a named tuple."""
    module = getattr(kind, "__module__", "")
    if type(module) is str and module.partition(".")[0] in ("numpy", "pandas"):
        from casebank.grading.inside import arrays

        return arrays.encoder(kind)
    if _plain_namedtuple(kind):
        return _put_named
    return None


def text(node: Any) -> str:
    """A node that has to be a string."""
    if type(node) is not str:
        raise Nonsense("a text is missing")
    return node


def whole(node: Any) -> int:
    """A node that has to be a whole number."""
    if type(node) is list and node[:1] == ["I"]:
        return _whole(None, node)  # type: ignore[arg-type]
    if type(node) is not int:
        raise Nonsense("a whole number is missing")
    return node


def _whole(_: Codec, node: list) -> int:
    digits = text(node[1])
    if len(digits) > DIGITS + 1:
        raise Nonsense("a number of too many digits")
    return int(digits, 16)


def pack(data: Any) -> str:
    """Bytes as text."""
    return base64.b64encode(data).decode("ascii")


def unpack(node: Any) -> bytes:
    """Bytes from text."""
    return base64.b64decode(text(node), validate=False)


def _both(
    tag: str,
    kind: type,
    put: Callable[[Codec, Any, int], list[Any]],
    get: Callable[[Codec, list], Any],
) -> None:
    """Register a type: ``put`` gives what follows the tag."""
    ENCODERS[kind] = lambda codec, value, depth: [tag, *put(codec, value, depth)]
    DECODERS[tag] = get


DECODERS["I"] = _whole
DECODERS["f"] = lambda c, n: _FLOATS[n[1]]
_both(
    "j",
    complex,
    lambda c, v, d: [c.put(v.real, d), c.put(v.imag, d)],
    lambda c, n: complex(c.get(n[1]), c.get(n[2])),
)
_both("b", bytes, lambda c, v, d: [pack(v)], lambda c, n: unpack(n[1]))
_both("ba", bytearray, lambda c, v, d: [pack(v)], lambda c, n: bytearray(unpack(n[1])))
_both("l", list, lambda c, v, d: [c.items(v, d)], lambda c, n: c.all(n[1]))
_both("t", tuple, lambda c, v, d: [c.items(v, d)], lambda c, n: tuple(c.all(n[1])))
_both("s", set, lambda c, v, d: [c.items(v, d)], lambda c, n: set(c.all(n[1])))
_both("fs", frozenset, lambda c, v, d: [c.items(v, d)], lambda c, n: frozenset(c.all(n[1])))
_both("e", type(...), lambda c, v, d: [], lambda c, n: ...)
_both("ni", type(NotImplemented), lambda c, v, d: [], lambda c, n: NotImplemented)
_both(
    "r",
    range,
    lambda c, v, d: [c.put(v.start, d), c.put(v.stop, d), c.put(v.step, d)],
    lambda c, n: range(whole(n[1]), whole(n[2]), whole(n[3])),
)
_both(
    "sl",
    slice,
    lambda c, v, d: [c.put(v.start, d), c.put(v.stop, d), c.put(v.step, d)],
    lambda c, n: slice(c.get(n[1]), c.get(n[2]), c.get(n[3])),
)


def _pairs(codec: Codec, value: Any, depth: int) -> list[Any]:
    return [codec.items(list(value.keys()), depth), codec.items(list(value.values()), depth)]


def _mapping(codec: Codec, node: list) -> dict[Any, Any]:
    return dict(zip(codec.all(node[1]), codec.all(node[2]), strict=True))


_both("d", dict, _pairs, _mapping)
_both("cn", collections.Counter, _pairs, lambda c, n: collections.Counter(_mapping(c, n)))
_both("od", collections.OrderedDict, _pairs, lambda c, n: collections.OrderedDict(_mapping(c, n)))
_both("mp", types.MappingProxyType, _pairs, lambda c, n: types.MappingProxyType(_mapping(c, n)))


def _factory(value: Any) -> str | None:
    return value.__name__ if type(value) is type and TYPES.get(value.__name__) is value else None


_both(
    "dd",
    collections.defaultdict,
    lambda c, v, d: [*_pairs(c, v, d), _factory(v.default_factory)],
    lambda c, n: collections.defaultdict(TYPES[n[3]] if n[3] is not None else None, _mapping(c, n)),
)
_both(
    "dq",
    collections.deque,
    lambda c, v, d: [c.items(list(v), d), v.maxlen],
    lambda c, n: collections.deque(c.all(n[1]), n[2]),
)
_both("dk", type({}.keys()), lambda c, v, d: [c.items(list(v), d)], lambda c, n: _keys(c, n).keys())
_both(
    "dv",
    type({}.values()),
    lambda c, v, d: [c.items(list(v), d)],
    lambda c, n: dict(enumerate(c.all(n[1]))).values(),
)
_both(
    "di",
    type({}.items()),
    lambda c, v, d: [c.items([k for k, _ in v], d), c.items([x for _, x in v], d)],
    lambda c, n: _mapping(c, n).items(),
)
_both("D", decimal.Decimal, lambda c, v, d: [str(v)], lambda c, n: decimal.Decimal(text(n[1])))
_both(
    "F",
    fractions.Fraction,
    lambda c, v, d: [c.put(v.numerator, d), c.put(v.denominator, d)],
    lambda c, n: fractions.Fraction(whole(n[1]), whole(n[2])),
)
_both("u", uuid.UUID, lambda c, v, d: [v.hex], lambda c, n: uuid.UUID(text(n[1])))


def _keys(codec: Codec, node: list) -> dict[Any, None]:
    return dict.fromkeys(codec.all(node[1]))


def _path(kind: type) -> None:
    _both("p" + kind.__name__, kind, lambda c, v, d: [str(v)], lambda c, n: kind(text(n[1])))


for _kind in (pathlib.PurePosixPath, pathlib.PureWindowsPath, pathlib.PosixPath):
    _path(_kind)


# Named tuples are made anew: the class of the other side may have methods of its own.
_NAMED: dict[tuple[str, tuple[str, ...]], type] = {}
_PLAIN_TUPLE = frozenset(
    (
        *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__getitem__"),
        *("__iter__", "__len__", "__contains__", "__getattribute__", "__getattr__"),
    )
)


def _plain_namedtuple(kind: type) -> bool:
    return (
        type(kind) is type
        and kind.__bases__ == (tuple,)
        and type(vars(kind).get("_fields")) is tuple
        and not _PLAIN_TUPLE & vars(kind).keys()
    )


def _put_named(codec: Codec, value: Any, depth: int) -> Any:
    kind = type(value)
    return ["nt", kind.__name__, list(kind._fields), codec.items(tuple(value), depth)]


def _get_named(codec: Codec, node: list) -> Any:
    name, fields = text(node[1]), tuple(text(f) for f in node[2])
    kind = _NAMED.get((name, fields))
    if kind is None:
        kind = collections.namedtuple(name, fields)  # type: ignore[misc]
        _NAMED[name, fields] = kind
    return kind(*map(codec.named, fields, codec.all(node[3])))


DECODERS["nt"] = _get_named


# Types by name, from a list.
def _put_type(codec: Codec, value: Any, depth: int) -> Any:
    if TYPES.get(value.__name__) is value:
        return ["T", value.__name__]
    for tag, known in _KNOWN.items():
        if known is value:
            return ["T", tag]
    module = value.__module__
    if type(module) is str and module.partition(".")[0] in ("numpy", "pandas"):
        from casebank.grading.inside import arrays

        for tag, known in arrays.types().items():
            if known is value:
                return ["T", tag]
    return codec.out(value)


_KNOWN: dict[str, type] = {
    f"{kind.__module__}.{kind.__name__}": kind
    for kind in (
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        decimal.Decimal,
        fractions.Fraction,
        collections.Counter,
        collections.OrderedDict,
        collections.defaultdict,
        collections.deque,
    )
}


def _get_type(codec: Codec, node: list) -> Any:
    name = text(node[1])
    known = TYPES.get(name) or _KNOWN.get(name)
    if known is None:
        from casebank.grading.inside import arrays

        known = arrays.types()[name]
    return known


ENCODERS[type] = _put_type
DECODERS["T"] = _get_type


# The rest of the plain types registers itself.
from casebank.grading.inside import moments  # noqa: E402, F401
