"""Stand-ins for objects that stay in the other process; both sides use them.

A stand-in has just those abilities that the real object's type has, so that libraries see what it
is: a function can be called and not iterated over. It offers no way to be turned into data: numpy
and pandas find no array in it, and it is no instance of anything but its own class.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Callable
from typing import Any

from casebank.grading.inside.codec import Nonsense

#: Abilities by letter: the methods that a type must have, all of which a stand-in then has.
ABILITIES: dict[str, tuple[str, ...]] = {
    "c": ("__call__",),
    "l": ("__len__",),
    "i": ("__iter__",),
    "n": ("__next__",),
    "g": ("__getitem__",),
    "s": ("__setitem__",),
    "d": ("__delitem__",),
    "k": ("__contains__",),
    "w": ("__enter__", "__exit__"),
}
OPERATORS = tuple(
    f"__{name}__"
    for name in [
        "add",
        "radd",
        "sub",
        "rsub",
        "mul",
        "rmul",
        "truediv",
        "rtruediv",
        "floordiv",
        "rfloordiv",
        "mod",
        "rmod",
        "pow",
        "rpow",
        "matmul",
        "rmatmul",
        "and",
        "rand",
        "or",
        "ror",
        "xor",
        "rxor",
        "lshift",
        "rshift",
        "lt",
        "le",
        "gt",
        "ge",
        "neg",
        "pos",
        "abs",
        "invert",
        "iadd",
        "isub",
        "imul",
    ]
)
#: Attributes by which libraries tell their own classes; a stand-in must not be taken for one.
_TELLTALE = frozenset(
    ("_typ", "_mgr", "_values", "_ndarray", "_data", "_mask", "_metadata", "_constructor", "_attrs")
)
_OWN = ("_cb_link", "_cb_id", "_cb_desc", "_cb_from")


def describe(value: Any) -> dict[str, Any]:
    """What the other side has to know to build a stand-in: the type's name and abilities."""
    kind = type(value)
    has = "".join(
        letter for letter, names in ABILITIES.items() if all(hasattr(kind, name) for name in names)
    )
    named = {"n": str(getattr(kind, "__name__", "?")), "m": str(getattr(kind, "__module__", "?"))}
    operators = [name for name in OPERATORS if hasattr(kind, name)]
    if isinstance(value, type):
        # What a class object can do by its metaclass is to be called, and to know its instances.
        return {**named, "f": "c", "cls": str(value.__name__), "doc": _doc(value)}
    if kind is types.FunctionType and vars(value).keys() <= {"__wrapped__"}:
        return {**named, "f": "c", "fn": value.__name__, "doc": _doc(value)}
    if operators:
        named["o"] = operators
    return {**named, "f": has}


def _doc(value: Any) -> str | None:
    text = getattr(value, "__doc__", None)
    return text if type(text) is str else None


class Proxy:
    """An object of the other process."""

    __slots__ = (*_OWN, "__weakref__")

    _cb_link: Any
    _cb_id: int
    _cb_desc: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name in ("__name__", "__qualname__"):
            return self._cb_link.text(self, name)
        if name in _TELLTALE or (name[:2] == "__" and name[-2:] == "__") or name[:6] == "_repr_":
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return self._cb_link.do(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            self._cb_link.do(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        self._cb_link.do(self, "delattr", name)

    def __eq__(self, other: object) -> bool:
        return self is other or self._cb_link.equal(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((Proxy, self._cb_id))

    def __bool__(self) -> bool:
        return self._cb_link.truth(self)

    def __str__(self) -> str:
        return self._cb_link.text(self, "str")

    def __repr__(self) -> str:
        return self._cb_link.text(self, "repr")

    def __format__(self, spec: str) -> str:
        return self._cb_link.text(self, "format", spec)

    def __dir__(self) -> list[str]:
        return self._cb_link.do(self, "dir")

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("an object of a submission cannot be copied")


class ClassProxy(Proxy):
    """A class of the other process."""

    __slots__ = ()

    @property
    def __name__(self) -> str:
        return self._cb_desc["cls"]

    def __instancecheck__(self, value: Any) -> bool:
        return self._cb_link.kin(self, "isinstance", value)

    def __subclasscheck__(self, value: Any) -> bool:
        return self._cb_link.kin(self, "issubclass", value)


def _method(name: str) -> Callable[..., Any]:
    def method(self: Proxy, *args: Any) -> Any:
        return self._cb_link.do(self, name, *args)

    method.__name__ = name
    return method


def _iter(self: Proxy) -> Any:
    if "n" in self._cb_desc["f"]:
        return self
    return self._cb_link.do(self, "__iter__")


def _exit(self: Proxy, *args: Any) -> bool:
    # It is not told of an error, so it has no say in what becomes of one.
    self._cb_link.do(self, "__exit__", None, None, None)
    return False


def _call(self: Proxy, *args: Any, **kwargs: Any) -> Any:
    return self._cb_link.call(self, args, kwargs)


_SPECIAL = {"__iter__": _iter, "__exit__": _exit, "__call__": _call}
_CLASSES: dict[tuple[Any, ...], type] = {}
#: Functions that stand for one of the other side, and their stand-ins' numbers.
FUNCTIONS: weakref.WeakKeyDictionary[Any, tuple[Any, int]] = weakref.WeakKeyDictionary()


def make(link: Any, number: int, desc: dict[str, Any]) -> Any:
    """A stand-in for an object of the other side."""
    if "fn" in desc:
        return _function(link, number, desc)
    operators = tuple(name for name in desc.get("o", ()) if name in OPERATORS)
    key = (desc["n"], desc["f"], operators, "cls" in desc)
    kind = _CLASSES.get(key)
    if kind is None:
        methods: dict[str, Any] = {"__slots__": ()}
        for letter in desc["f"]:
            for name in ABILITIES[letter]:
                methods[name] = _SPECIAL.get(name) or _method(name)
        for name in operators:
            methods[name] = _method(name)
        base = ClassProxy if "cls" in desc else Proxy
        kind = type(desc["n"], (base,), methods)
        _CLASSES[key] = kind
    made = kind.__new__(kind)
    made._cb_link, made._cb_id, made._cb_desc, made._cb_from = link, number, desc, None
    return made


def _function(link: Any, number: int, desc: dict[str, Any]) -> Any:
    def function(*args: Any, **kwargs: Any) -> Any:
        return link.call(function, args, kwargs)

    function.__name__ = function.__qualname__ = str(desc["fn"])
    function.__doc__ = desc.get("doc")
    function.__module__ = "__main__"
    FUNCTIONS[function] = (link, number)
    return function


def number_of(link: Any, value: Any) -> int | None:
    """The number of the object that a value stands for, if it stands for one of this link."""
    if isinstance(value, Proxy):
        return value._cb_id if value._cb_link is link else None
    if type(value) is types.FunctionType:
        found = FUNCTIONS.get(value)
        return found[1] if found is not None and found[0] is link else None
    return None


def checked(desc: Any) -> dict[str, Any]:
    """A description that has the shape it should have."""
    if type(desc) is not dict or type(desc.get("f")) is not str or type(desc.get("n")) is not str:
        raise Nonsense("a handle without a description")
    made: dict[str, Any] = {
        "n": "".join(c for c in desc["n"] if c.isprintable())[:60] or "?",
        "m": str(desc.get("m"))[:60],
        "f": "".join(letter for letter in ABILITIES if letter in desc["f"]),
    }
    for key, kind in (("c", int), ("cls", str), ("fn", str), ("doc", str), ("exc", list)):
        if type(desc.get(key)) is kind:
            made[key] = desc[key][:2000] if kind is str else desc[key]
    if type(desc.get("o")) is list:
        made["o"] = [one for one in desc["o"] if type(one) is str]
    return made
