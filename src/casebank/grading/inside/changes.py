"""What a call did to its arguments: seen on one side, done again on the other."""

from __future__ import annotations

import collections
import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

_FRAMES = ("pS", "pD", "p2")
_MUTABLE = frozenset(
    (
        *("l", "d", "s", "ba", "dq", "dd", "od", "cn", "n", "nn", "no", "np"),
        *("io", "ib", "rn", "ng", "nr", *_FRAMES),
    )
)
_HOLDERS = frozenset(("t", "nt"))


def _holds(node: Any) -> bool:
    """A node is, or holds in a tuple, something that can change."""
    if type(node) is not list:
        return False
    if node[0] in _MUTABLE:
        return True
    return node[0] in _HOLDERS and any(_holds(one) for one in node[-1])


class Watch:
    """Watches arguments during a call."""

    def __init__(self, values: list[Any], nodes: list[Any]) -> None:
        self.values = values
        self.nodes = nodes
        self.places = [n for n, node in enumerate(nodes) if _holds(node)]
        self.shadows = {n: _shadow(values[n]) for n in self.places if nodes[n][0] in _FRAMES}

    def mutable(self, place: int) -> bool:
        """An argument's own identity matters."""
        return place in self.places

    def changed(self, node: Callable[[Any], Any]) -> dict[str, Any]:
        """New nodes of those arguments that are no longer what they were."""
        found = {}
        for place in self.places:
            shadow = self.shadows.get(place)
            if shadow is not None and _untouched(self.values[place], shadow):
                continue
            now = node(self.values[place])
            if now != self.nodes[place]:
                found[str(place)] = now
        return found


def _shadow(table: Any) -> Any:
    """A shallow copy: pandas gives either its own memory as soon as one is written to."""
    with contextlib.suppress(Exception):
        manager = table._mgr
        blocks = [(block, block.values) for block in manager.blocks]
        axes = [(axis, list(axis.names)) for axis in manager.axes]
        return table.copy(deep=False), manager, axes, blocks
    return None


def _untouched(table: Any, shadow: tuple[Any, Any, Any, Any]) -> bool:
    """Whether a table still has all that it had; where that is unclear it is looked at in full."""
    copy, manager, axes, blocks = shadow
    try:
        if table._mgr is not manager or (table.ndim == 1 and table.name is not copy.name):
            return False
        for axis, (before, names) in zip(manager.axes, axes, strict=True):
            if axis is not before or list(axis.names) != names:
                return False
        return len(manager.blocks) == len(blocks) and all(
            now is block and now.values is values
            for now, (block, values) in zip(manager.blocks, blocks, strict=True)
        )
    except Exception:
        return False


def follow(old: Any, new: Any) -> None:
    """Make an object equal to what became of it, in place, as deep as it goes."""
    kind = type(old)
    if kind is not type(new):
        return
    if kind is list:
        _list(old, new)
    elif kind in (dict, collections.OrderedDict, collections.defaultdict, collections.Counter):
        _mapping(old, new)
    elif kind is set:
        old.clear()
        old.update(new)
    elif kind in (bytearray, collections.deque):
        old.clear()
        old.extend(new)
    elif kind is tuple:
        for one, other in zip(old, new, strict=False):
            follow(one, other)
    elif kind in (io.StringIO, io.BytesIO):
        old.seek(0)
        old.truncate()
        old.write(new.getvalue())
        old.seek(new.tell())
    else:
        _scientific(old, new, kind)


def _list(old: list[Any], new: list[Any]) -> None:
    for place, value in enumerate(new):
        if place < len(old) and _deep(old[place], value):
            follow(old[place], value)
            new[place] = old[place]
    old[:] = new


def _mapping(old: dict[Any, Any], new: dict[Any, Any]) -> None:
    for key, value in new.items():
        if key in old and _deep(old[key], value):
            follow(old[key], value)
            new[key] = old[key]
    old.clear()
    for key, value in new.items():
        old[key] = value


def _deep(old: Any, new: Any) -> bool:
    """Both are the same kind of thing, and one that is changed in place."""
    kind = type(old)
    if kind is not type(new):
        return False
    if kind in (list, dict, set, bytearray, collections.deque):
        return True
    if kind.__module__.partition(".")[0] not in ("numpy", "pandas"):
        return False
    if kind.__name__ == "ndarray":
        return old.shape == new.shape and old.dtype == new.dtype
    return kind.__name__ in ("DataFrame", "Series")


def _scientific(old: Any, new: Any, kind: type) -> None:
    if kind.__module__ == "random":
        old.setstate(new.getstate())
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if kind is numpy.ndarray:
            if old.shape == new.shape and old.dtype == new.dtype:
                old[...] = new
            return
        if kind is numpy.random.Generator:
            old.bit_generator.state = new.bit_generator.state
            return
        if kind is numpy.random.RandomState:
            old.set_state(new.get_state())
            return
    pandas = sys.modules.get("pandas")
    if pandas is not None and kind in (pandas.DataFrame, pandas.Series):
        old._update_inplace(new)
        if kind is pandas.Series:
            old.name = new.name
