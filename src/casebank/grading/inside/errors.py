"""Exceptions and random numbers across the border between judge and submission."""

from __future__ import annotations

import builtins
import random
import sys
from collections.abc import Callable
from typing import Any

from casebank.grading.inside.codec import Nonsense

#: Exceptions of these packages are met as themselves; of others as their nearest built-in parent.
PACKAGES = ("numpy", "pandas", "scipy", "sklearn", "json", "decimal", "zipfile", "csv", "re")
PACKAGES += ("subprocess", "queue", "asyncio", "statistics", "struct", "sqlite3", "casebank")
#: Not these, which have a meaning for the judge's own process.
_STOP = (SystemExit, KeyboardInterrupt, GeneratorExit)
#: Mirrored classes of the other side, by its number for them.
Mirror = dict[int, type]


def lineage(kind: type, number: Callable[[Any], int] | None) -> list[list[Any]]:
    """The classes of an exception, nearest first: module, name, and a number for those of its own.

    Args:
        kind: the class.
        number: gives a class its number; None: no class is told apart from its built-in parent.
    """
    found: list[list[Any]] = []
    for one in kind.__mro__:
        if one is object:
            continue
        own = one.__module__ == "__main__" and number is not None
        found.append([str(one.__module__), str(one.__name__), number(one) if own else None])
        if one.__module__ == "builtins":
            break
    return found


def describe(error: BaseException, number: Callable[[Any], int] | None) -> dict[str, Any]:
    """An exception as a message."""
    rows = lineage(type(error), number)
    try:
        said = str(error)
    except Exception:
        said = ""
    message: dict[str, Any] = {"mro": rows, "text": said[:2000]}
    args = error.args if type(error.args) is tuple else ()
    if all(type(one) in (str, int, float, bool, type(None)) for one in args):
        message["args"] = list(args)
    number = getattr(error, "_cb_theirs", None)
    if type(number) is int:
        message["yours"] = number
    return message


def remake(
    message: dict[str, Any],
    decode: Callable[[Any], Any],
    mirrors: Mirror | None,
) -> BaseException:
    """The exception of a message, of the nearest class that exists here.

    Args:
        message: what :func:`describe` made.
        decode: reads nodes.
        mirrors: classes that stand for the other side's own; None: built-in ones only.
    """
    rows = message["mro"]
    kind = mirrored(rows, mirrors)
    said = message.get("text", "")
    args = message.get("args")
    if type(args) is not list or any(type(one) is list for one in args):
        args = [said]
    if issubclass(kind, _STOP) and mirrors is not None:
        kind = RuntimeError
    try:
        made = kind(*args) if kind.__module__ == "builtins" else kind.__new__(kind, *args)
    except Exception:
        made = RuntimeError(*args)
    if "mine" in message:
        made._cb_theirs = message["mine"]  # type: ignore[attr-defined]
    return made


def mirrored(rows: Any, mirrors: Mirror | None) -> type:
    """The class that stands for a line of classes of the other side."""
    if type(rows) is not list or not rows or len(rows) > 50:
        raise Nonsense("an exception of no class")
    module, name, number = rows[0]
    if mirrors is not None and type(number) is int:
        if number not in mirrors:
            base = mirrored(rows[1:], mirrors)
            mirrors[number] = type(str(name), (base,), {"__module__": "__main__"})
        return mirrors[number]
    found = _named(str(module), str(name))
    return found if found is not None else mirrored(rows[1:], mirrors)


def _named(module: str, name: str) -> type[BaseException] | None:
    if module == "builtins":
        found = getattr(builtins, name, None)
    elif module.partition(".")[0] in PACKAGES and "grading" not in module:
        found = vars(sys.modules.get(module, builtins)).get(name)
    else:
        return None
    real = isinstance(found, type) and issubclass(found, BaseException)
    return found if real else None


def get_random() -> Any:
    """The state of the random numbers that programs share."""
    numpy = sys.modules.get("numpy")
    return (random.getstate(), None if numpy is None else numpy.random.get_state())


def set_random(states: Any) -> None:
    """Let random numbers go on from a state."""
    random.setstate(states[0])
    numpy = sys.modules.get("numpy")
    if numpy is not None and states[1] is not None:
        numpy.random.set_state(states[1])
