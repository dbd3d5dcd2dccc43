"""The codec for numpy's and pandas' values (see :mod:`.codec`); imported when one is met.

Whole numbers and moments travel in the smallest width that holds them, columns of few different
texts as a list of these and numbers: tables of a class have tens of thousands of rows.
"""

from __future__ import annotations

import functools
import io
import re
from typing import Any

import numpy as np

from casebank.grading.inside.codec import (
    DECODERS,
    ENCODERS,
    Codec,
    Encoder,
    Nonsense,
    TooMuch,
    _both,
    pack,
    text,
    unpack,
    whole,
)

_SIMPLE = re.compile(r"[<>|=](?:[biufc]\d{1,2}|[SU]\d{1,7}|[mM]8(?:\[\d{0,9}[A-Za-z]{1,2}\])?)\Z")
_NARROW = 256
_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def encoder(kind: type) -> Encoder | None:
    """The encoder of a type of numpy's or pandas', if there is one."""
    if kind is np.ndarray:
        return _put_array
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        return _put_scalar
    if issubclass(kind, np.dtype) and kind.__module__ in ("numpy", "numpy.dtypes"):
        return _put_dtype
    if kind.__module__.startswith("pandas"):
        from casebank.grading.inside import frames

        found = frames.encoder(kind)
        if found is not None:
            return found
    return ENCODERS.get(kind)


def dtype_of(node: Any) -> np.dtype:
    """A simple dtype from its text."""
    name = text(node)
    if not _SIMPLE.match(name):
        raise Nonsense("a dtype of an unknown kind")
    return np.dtype(name)


def _shape(node: Any) -> tuple[int, ...]:
    shape = tuple(whole(n) for n in node)
    if any(n < 0 for n in shape):
        raise Nonsense("a shape that cannot be")
    return shape


def _put_array(codec: Codec, value: Any, depth: int) -> Any:
    dtype = value.dtype
    if dtype.kind == "O":
        return ["no", list(value.shape), codec.items(value.ravel().tolist(), depth)]
    if dtype.names is not None or dtype.kind in "VT":
        if dtype.hasobject or dtype.kind == "T":
            raise TooMuch("an array of a kind that is not sent")
        buffer = io.BytesIO()
        np.save(buffer, value, allow_pickle=False)
        return ["np", pack(buffer.getvalue())]
    if dtype.kind in "iM" and dtype.itemsize == 8 and value.size >= _NARROW:
        node = _narrow(value)
        if node is not None:
            return node
    # A copy in the usual order; the memory of a view may be anything.
    return ["n", dtype.str, list(value.shape), pack(np.ascontiguousarray(value).tobytes())]


def _narrow(value: Any) -> Any:
    """Eight-byte numbers in fewer bytes, when all fit."""
    numbers = value.view("i8") if value.dtype.isnative else value.astype("i8")
    numbers = np.ascontiguousarray(numbers)
    low, high = int(numbers.min()), int(numbers.max())
    unit = 1
    if value.dtype.kind == "M" and low > np.iinfo("i8").min:
        unit = _DAY.get(np.datetime_data(value.dtype)[0], 1)
        if unit > 1 and (numbers % unit).any():
            unit = 1
        low, high = low // unit, high // unit
    for small in ("i1", "i2", "i4"):
        if np.iinfo(small).min <= low and high <= np.iinfo(small).max:
            if unit > 1:
                numbers = numbers // unit
            data = pack(numbers.astype("<" + small).tobytes())
            return ["nn", value.dtype.str, list(value.shape), small, unit, data]
    return None


def _get_narrow(codec: Codec, node: list) -> Any:
    if node[3] not in ("i1", "i2", "i4"):
        raise Nonsense("a width that is not known")
    dtype = dtype_of(node[1])
    if dtype.itemsize != 8 or dtype.kind not in "iM":
        raise Nonsense("a dtype that cannot be")
    numbers = np.frombuffer(unpack(node[5]), "<" + node[3]).astype("i8")
    if whole(node[4]) != 1:
        numbers *= node[4]
    return numbers.view(dtype.newbyteorder("=")).astype(dtype, copy=False).reshape(_shape(node[2]))


def _get_array(codec: Codec, node: list) -> Any:
    # frombuffer's memory cannot be written to; an array of one's own can.
    flat = np.frombuffer(unpack(node[3]), dtype_of(node[1])).copy()
    return flat.reshape(_shape(node[2]))


def _get_objects(codec: Codec, node: list) -> Any:
    values = codec.all(node[2])
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        array[place] = value
    return array.reshape(_shape(node[1]))


DECODERS["n"] = _get_array
DECODERS["nn"] = _get_narrow
DECODERS["no"] = _get_objects
DECODERS["np"] = lambda c, n: np.load(io.BytesIO(unpack(n[1])), allow_pickle=False)


def _put_scalar(codec: Codec, value: Any, depth: int) -> Any:
    if value.dtype.kind in "VO":
        raise TooMuch("a record of its own kind")
    return ["ns", value.dtype.str, pack(np.asarray(value).tobytes())]


def _get_scalar(codec: Codec, node: list) -> Any:
    dtype, data = dtype_of(node[1]), unpack(node[2])
    if dtype.itemsize == 0:
        return np.zeros((), dtype)[()]
    (value,) = np.frombuffer(data, dtype)
    return value


DECODERS["ns"] = _get_scalar


def _put_dtype(codec: Codec, value: Any, depth: int) -> Any:
    if value.names is not None or not (value.kind == "O" or _SIMPLE.match(value.str)):
        raise TooMuch("a dtype of its own kind")
    return ["nd", value.str]


DECODERS["nd"] = lambda c, n: np.dtype("O") if n[1] == "|O" else dtype_of(n[1])


@functools.cache
def types() -> dict[str, type]:
    """Types of numpy's and pandas' that may be named."""
    found: dict[str, type] = {"numpy.ndarray": np.ndarray}
    for name in ("generic", "number", "integer", "floating", "inexact", "character", "bool"):
        found[f"numpy.{name}"] = getattr(np, name)
    for name in {np.dtype(code).type.__name__ for code in "?bhilqBHILQefdgFDGSUMm"}:
        found[f"numpy.{name}"] = getattr(np, name)
    try:
        from casebank.grading.inside import frames
    except ImportError:
        return found
    return found | frames.types()


def _bit_generator(node: Any, codec: Codec) -> Any:
    state = codec.get(node)
    name = state["bit_generator"]
    if name not in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
        raise Nonsense("random numbers of an unknown kind")
    made = getattr(np.random, name)(0)
    made.state = state
    return made


_both(
    "ng",
    np.random.Generator,
    lambda c, v, d: [c.put(v.bit_generator.state, d)],
    lambda c, n: np.random.Generator(_bit_generator(n[1], c)),
)
_both(
    "nr",
    np.random.RandomState,
    lambda c, v, d: [c.put(v._bit_generator.state, d), c.put(v.get_state(legacy=True), d)],
    lambda c, n: _random_state(c, n),
)


def _random_state(codec: Codec, node: list) -> Any:
    made = np.random.RandomState(_bit_generator(node[1], codec))
    made.set_state(codec.get(node[2]))
    return made
