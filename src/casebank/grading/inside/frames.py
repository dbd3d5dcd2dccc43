"""The codec for pandas' values (see :mod:`.codec`): columns, indexes, tables, moments, dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from casebank.grading.inside.codec import (
    DECODERS,
    ENCODERS,
    Codec,
    Encoder,
    Nonsense,
    TooMuch,
    _both,
    text,
    whole,
)
from casebank.grading.inside.moments import unzone, zone

_FEW = 64
_UNITS = ("s", "ms", "us", "ns")
_ARRAYS: dict[type, Encoder] = {}


def encoder(kind: type) -> Encoder | None:
    """The encoder of a type of pandas', if there is one."""
    return ENCODERS.get(kind) or _ARRAYS.get(kind)


def types() -> dict[str, type]:
    """Types of pandas' that may be named."""
    names = (
        "DataFrame Series Index MultiIndex RangeIndex DatetimeIndex CategoricalIndex Timestamp "
        "Timedelta Period Interval Categorical DateOffset CategoricalDtype StringDtype"
    )
    return {f"pandas.{name}": getattr(pd, name) for name in names.split()}


def _unit(node: Any) -> str:
    if node not in _UNITS:
        raise Nonsense("a unit of time that is not known")
    return node


# --- columns -------------------------------------------------------------------------------------


def _strings(codec: Codec, value: Any, depth: int) -> Any:
    """A column of texts; its dtype has a storage and a sign for what is missing."""
    dtype = value.dtype
    kind = [dtype.storage, dtype.na_value is pd.NA]
    if len(value) >= _FEW:
        codes, uniques = pd.factorize(value)
        if len(uniques) <= len(value) // 2:
            width = "i2" if len(uniques) < 1 << 15 else "i4"
            node = codec.put(codes.astype(width), depth)
            return ["ps", *kind, uniques.tolist(), node]
    missing = value.isna()
    if not missing.any():
        return ["ps", *kind, value.tolist(), None]
    texts = [None if gone else one for one, gone in zip(value.tolist(), missing, strict=True)]
    return ["ps", *kind, texts, None]


def _get_strings(codec: Codec, node: list) -> Any:
    storage, na, texts, codes = node[1:5]
    if any(type(one) is not str and one is not None for one in texts):
        raise Nonsense("a text is missing")
    dtype = pd.StringDtype(text(storage), na_value=pd.NA if na else np.nan)
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    made = dtype.construct_array_type()._from_sequence(values, dtype=dtype)
    return made if codes is None else made.take(codec.get(codes), allow_fill=True)


def _put_masked(codec: Codec, value: Any, depth: int) -> Any:
    return ["pm", codec.put(value._data, depth), codec.put(value._mask, depth)]


def _get_masked(codec: Codec, node: list) -> Any:
    data, mask = codec.get(node[1]), codec.get(node[2])
    kinds: dict[str, Any] = {
        "b": pd.arrays.BooleanArray,
        "i": pd.arrays.IntegerArray,
        "u": pd.arrays.IntegerArray,
        "f": pd.arrays.FloatingArray,
    }
    return kinds[data.dtype.kind](data, mask)


def _put_moments(codec: Codec, value: Any, depth: int) -> Any:
    if value.dtype.kind == "M" and getattr(value.dtype, "tz", None) is not None:
        return ["pz", _unit(value.unit), zone(value.tz), codec.put(value.asi8, depth)]
    return codec.put(np.asarray(value), depth)


def _get_zoned(codec: Codec, node: list) -> Any:
    numbers = codec.get(node[3]).view(f"M8[{_unit(node[1])}]")
    return pd.DatetimeIndex(numbers).tz_localize("UTC").tz_convert(unzone(node[2])).array


_both(
    "pp",
    pd.arrays.PeriodArray,
    lambda c, v, d: [v.dtype.name[7:-1], c.put(v.asi8, d)],
    lambda c, n: pd.arrays.PeriodArray(c.get(n[2]), dtype=pd.PeriodDtype(text(n[1]))),
)
_both(
    "pi",
    pd.arrays.IntervalArray,
    lambda c, v, d: [c.put(v.left, d), c.put(v.right, d), v.closed],
    lambda c, n: pd.arrays.IntervalArray.from_arrays(c.get(n[1]), c.get(n[2]), closed=text(n[3])),
)
_both(
    "pc",
    pd.Categorical,
    lambda c, v, d: [c.put(np.asarray(v.codes), d), c.put(v.categories, d), bool(v.ordered)],
    lambda c, n: pd.Categorical.from_codes(
        c.get(n[1]), dtype=pd.CategoricalDtype(c.get(n[2]), ordered=bool(n[3]))
    ),
)
_both(
    "px",
    pd.arrays.SparseArray,
    lambda c, v, d: [c.put(np.asarray(v), d), c.put(v.fill_value, d), v.kind],
    lambda c, n: pd.arrays.SparseArray(c.get(n[1]), fill_value=c.get(n[2]), kind=text(n[3])),
)
DECODERS["ps"] = _get_strings
DECODERS["pm"] = _get_masked
DECODERS["pz"] = _get_zoned
for _kind in (pd.arrays.BooleanArray, pd.arrays.IntegerArray, pd.arrays.FloatingArray):
    ENCODERS[_kind] = _put_masked
for _kind in (pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray):
    ENCODERS[_kind] = _put_moments
for _name in ("StringArray", "ArrowStringArray"):
    if hasattr(pd.arrays, _name):
        ENCODERS[getattr(pd.arrays, _name)] = _strings
ENCODERS[type(pd.array(["a"], dtype="str"))] = _strings
ENCODERS[type(pd.array(["a"], dtype="string"))] = _strings
ENCODERS[pd.arrays.NumpyExtensionArray] = lambda c, v, d: c.put(np.asarray(v), d)


def _column(codec: Codec, value: Any, depth: int) -> Any:
    """The values of a series or an index."""
    return codec.put(value.array, depth)


# --- indexes -------------------------------------------------------------------------------------


def _put_index(codec: Codec, value: Any, depth: int) -> Any:
    freq = (
        getattr(value, "freq", None)
        if type(value) in (pd.DatetimeIndex, pd.TimedeltaIndex)
        else None
    )
    return [
        "px1",
        _column(codec, value, depth),
        codec.put(value.name, depth),
        None if freq is None else freq.freqstr,
    ]


def _get_index(codec: Codec, node: list) -> Any:
    values, name = codec.get(node[1]), codec.get(node[2])
    index = pd.Index(values, dtype=values.dtype, name=name)
    if node[3] is not None:
        index.freq = pd.tseries.frequencies.to_offset(text(node[3]))
    return index


for _kind in (
    pd.Index,
    pd.DatetimeIndex,
    pd.TimedeltaIndex,
    pd.PeriodIndex,
    pd.CategoricalIndex,
    pd.IntervalIndex,
):
    ENCODERS[_kind] = _put_index
DECODERS["px1"] = _get_index
_both(
    "pr",
    pd.RangeIndex,
    lambda c, v, d: [v.start, v.stop, v.step, c.put(v.name, d)],
    lambda c, n: pd.RangeIndex(whole(n[1]), whole(n[2]), whole(n[3]), name=c.get(n[4])),
)
_both(
    "pl",
    pd.MultiIndex,
    lambda c, v, d: [
        c.items(list(v.levels), d),
        [c.put(np.asarray(codes), d) for codes in v.codes],
        c.items(list(v.names), d),
    ],
    lambda c, n: pd.MultiIndex(levels=c.all(n[1]), codes=c.all(n[2]), names=c.all(n[3])),
)

# --- tables --------------------------------------------------------------------------------------


def _put_series(codec: Codec, value: Any, depth: int) -> Any:
    return [
        "pS",
        _column(codec, value, depth),
        codec.put(value.index, depth),
        codec.put(value.name, depth),
    ]


def _get_series(codec: Codec, node: list) -> Any:
    values = codec.get(node[1])
    return pd.Series(
        values, dtype=values.dtype, index=codec.get(node[2]), name=codec.get(node[3]), copy=False
    )


def _put_frame(codec: Codec, value: Any, depth: int) -> Any:
    index, columns = codec.put(value.index, depth), codec.put(value.columns, depth)
    arrays = _arrays(value)
    kinds = {array.dtype for array in arrays}
    if len(kinds) == 1 and len(arrays) > 1 and isinstance(next(iter(kinds)), np.dtype):
        return ["p2", codec.put(value.to_numpy(), depth), index, columns]
    return ["pD", [codec.put(array, depth) for array in arrays], index, columns]


def _arrays(value: pd.DataFrame) -> list[Any]:
    """The columns as they are kept; by pandas' quick way where it is still there."""
    try:
        return [value._get_column_array(n) for n in range(value.shape[1])]
    except AttributeError:
        return [value.iloc[:, n].array for n in range(value.shape[1])]


def _get_frame(codec: Codec, node: list) -> Any:
    parts, index, columns = codec.all(node[1]), codec.get(node[2]), codec.get(node[3])
    if len(parts) != len(columns) or any(len(part) != len(index) for part in parts):
        raise Nonsense("a table whose parts do not fit")
    if parts and hasattr(pd.DataFrame, "_from_arrays"):
        # The quick way, without a dictionary of the columns in between.
        return pd.DataFrame._from_arrays(parts, columns, index)
    made = pd.DataFrame(dict(enumerate(parts)), index=index, copy=False)
    made.columns = columns
    return made


def _get_square(codec: Codec, node: list) -> Any:
    values = codec.get(node[1])
    return pd.DataFrame(
        values, dtype=values.dtype, index=codec.get(node[2]), columns=codec.get(node[3])
    )


ENCODERS[pd.Series] = _put_series
DECODERS["pS"] = _get_series
ENCODERS[pd.DataFrame] = _put_frame
DECODERS["pD"] = _get_frame
DECODERS["p2"] = _get_square

# --- single values -------------------------------------------------------------------------------


def _put_moment(codec: Codec, value: Any, depth: int) -> Any:
    return ["pt", _unit(value.unit), zone(value.tz), codec.put(int(value.asm8.view("i8")), depth)]


def _get_moment(codec: Codec, node: list) -> Any:
    made = pd.Timestamp(np.datetime64(whole(node[3]), _unit(node[1])))
    return made if node[2] is None else made.tz_localize("UTC").tz_convert(unzone(node[2]))


ENCODERS[pd.Timestamp] = _put_moment
DECODERS["pt"] = _get_moment
_both(
    "pd",
    pd.Timedelta,
    lambda c, v, d: [_unit(v.unit), c.put(int(v.asm8.view("i8")), d)],
    lambda c, n: pd.Timedelta(np.timedelta64(whole(n[2]), _unit(n[1]))),
)
_both("pNT", type(pd.NaT), lambda c, v, d: [], lambda c, n: pd.NaT)
_both("pNA", type(pd.NA), lambda c, v, d: [], lambda c, n: pd.NA)
_both(
    "pP",
    pd.Period,
    lambda c, v, d: [v.ordinal, v.freqstr],
    lambda c, n: pd.Period(ordinal=whole(n[1]), freq=text(n[2])),
)
_both(
    "pI",
    pd.Interval,
    lambda c, v, d: [c.put(v.left, d), c.put(v.right, d), v.closed],
    lambda c, n: pd.Interval(c.get(n[1]), c.get(n[2]), closed=text(n[3])),
)


def _put_offset(codec: Codec, value: Any, depth: int) -> Any:
    if type(value) is pd.DateOffset:
        return ["po", None, value.n, bool(value.normalize), codec.put(dict(value.kwds), depth)]
    if value.normalize:
        raise TooMuch("an offset of its own kind")
    return ["po", value.freqstr, value.n, False, None]


def _get_offset(codec: Codec, node: list) -> Any:
    if node[1] is None:
        return pd.DateOffset(n=whole(node[2]), normalize=bool(node[3]), **codec.get(node[4]))
    return pd.tseries.frequencies.to_offset(text(node[1]))


for _name in ("Day", "Hour", "Minute", "Second", "Week", "MonthEnd", "MonthBegin", "YearEnd"):
    ENCODERS[getattr(pd.offsets, _name)] = _put_offset
for _name in ("QuarterEnd", "QuarterBegin", "YearBegin", "BusinessDay", "BDay"):
    ENCODERS[getattr(pd.offsets, _name)] = _put_offset
ENCODERS[pd.DateOffset] = _put_offset
DECODERS["po"] = _get_offset

# --- dtypes --------------------------------------------------------------------------------------


def _put_dtype(codec: Codec, value: Any, depth: int) -> Any:
    if type(value) is pd.CategoricalDtype:
        return ["py", "category", codec.put(value.categories, depth), bool(value.ordered)]
    if type(value) is pd.StringDtype:
        return ["py", "string", value.storage, value.na_value is pd.NA]
    return ["py", str(value), None, None]


def _get_dtype(codec: Codec, node: list) -> Any:
    if node[1] == "category":
        return pd.CategoricalDtype(codec.get(node[2]), ordered=bool(node[3]))
    if node[1] == "string":
        return pd.StringDtype(node[2], na_value=pd.NA if node[3] else np.nan)
    return pd.api.types.pandas_dtype(text(node[1]))


_DTYPES = (
    "Categorical DatetimeTZ Interval Period String Int64 Int32 Int16 Int8 UInt8 UInt16 UInt32 "
)
for _name in (_DTYPES + "UInt64 Float64 Float32 Boolean").split():
    ENCODERS[getattr(pd, f"{_name}Dtype")] = _put_dtype
DECODERS["py"] = _get_dtype
