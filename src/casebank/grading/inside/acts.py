"""What can be done to an object for the other side, and what a namespace says of itself."""

from __future__ import annotations

import contextlib
import operator
import types
from typing import Any

from casebank.grading.inside.proxies import ABILITIES

#: Attributes by which an object of ours would give away the code of a test.
_PRIVATE = ("gi_", "cr_", "ag_", "f_", "tb_", "co_", "func_", "_")
_ASKED = frozenset(
    ("getattr", "setattr", "str", "repr", "format", "bool", "isinstance", "issubclass", "__eq__")
)


def label(value: Any) -> str:
    """What tells a module, a class or a function from another, as text."""
    if type(value) is types.ModuleType:
        return f"module {value.__name__}"
    name = getattr(value, "__qualname__", None)
    return f"{getattr(value, '__module__', '')}.{name}" if type(name) is str else "data"


def wanted(names: dict[str, Any]) -> set[str]:
    """Names that functions of the notebook look up when they are called."""
    found: set[str] = set()
    todo: list[Any] = []
    for value in list(names.values()):
        if isinstance(value, type) and getattr(value, "__module__", "") == "__main__":
            todo.extend(vars(value).values())
        else:
            todo.append(value)
    codes = []
    for value in todo:
        value = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
        with contextlib.suppress(Exception):
            value = getattr(value, "__wrapped__", value)
        code = getattr(value, "__code__", None)
        if type(code) is types.CodeType and getattr(value, "__globals__", None) is names:
            codes.append(code)
    while codes:
        code = codes.pop()
        found.update(code.co_names)
        codes.extend(one for one in code.co_consts if type(one) is types.CodeType)
    return found


def act(value: Any, what: str, args: list[Any]) -> Any:
    """Do to an object what a stand-in is asked to do."""
    if what in _ACTS:
        return _ACTS[what](value, *args)
    method = getattr(type(value), what, None)
    return NotImplemented if method is None else method(value, *args)


def _signature(value: Any) -> list[Any]:
    import inspect

    empty = inspect.Parameter.empty
    return [
        (
            one.name,
            int(one.kind),
            one.default is not empty,
            None if one.default is empty else one.default,
        )
        for one in inspect.signature(value).parameters.values()
    ]


_ACTS = {
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "str": str,
    "repr": repr,
    "format": format,
    "bool": bool,
    "dir": dir,
    "__name__": lambda value: value.__name__,
    "__qualname__": lambda value: value.__qualname__,
    "isinstance": lambda kind, value: isinstance(value, kind),
    "issubclass": lambda kind, value: issubclass(value, kind),
    "signature": _signature,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__delitem__": operator.delitem,
    "__len__": len,
    "__iter__": iter,
    "__next__": next,
    "__contains__": operator.contains,
}

_METHODS = frozenset(name for names in ABILITIES.values() for name in names)


def serve(value: Any, what: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Do to an object of a test what the submission asks for; its inside stays shut."""
    if what == "__call__":
        return value(*args, **kwargs)
    if what in ("getattr", "setattr"):
        name = args[0]
        inner = type(value).__module__ != "__main__" and type(value) is not types.SimpleNamespace
        if type(name) is not str or name.startswith(_PRIVATE) or inner:
            raise AttributeError(f"no attribute {name!r}")
    elif (
        what not in _METHODS
        and what not in _ASKED
        and not (what.startswith("__") and what[2:-2] in _PLAIN_OPERATORS)
    ):
        raise AttributeError(what)
    return act(value, what, args)


_PLAIN_OPERATORS = frozenset(
    [
        "eq",
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
        "lt",
        "le",
        "gt",
        "ge",
        "neg",
        "pos",
        "abs",
        "invert",
    ]
)
