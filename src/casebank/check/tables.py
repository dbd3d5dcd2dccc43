"""Bring whatever a learner returns into one plain form: a table sorted by its key."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from operator import lt
from typing import Any

import numpy as np
import pandas as pd

from casebank.check.failures import fail, guarded
from casebank.check.messages import Shown, detail
from casebank.check.session import SESSION

Key = str | Sequence[str] | None
#: What pandas makes of a list of texts: the type of a column's names, and of most text columns.
TEXT = pd.Index(["a"]).dtype
#: Whole numbers up to this are the same as floats.
_EXACT = 2.0**53


def keys_of(key: Key) -> list[str]:
    """A key as a list of column names."""
    if key is None:
        return []
    return [key] if isinstance(key, str) else list(key)


def names(items: Any) -> Shown:
    """Column names as a message lists them."""
    listed = ("、" if SESSION.lang == "zh" else ", ").join(f"`{item}`" for item in items)
    return Shown(listed or detail("nothing", SESSION.lang))


def kind_of(value: Any) -> Shown:
    """The type of a value as a message names it."""
    return Shown(f"`{type(value).__name__}`")


def _from_mapping(obj: Mapping[Hashable, Any], columns: list[str], keys: list[str]) -> pd.DataFrame:
    whole = set(columns) | set(keys)
    values = list(obj.values())
    if whole <= set(obj) and all(
        isinstance(v, (list, tuple, np.ndarray, pd.Series, pd.Index)) for v in values
    ):
        return pd.DataFrame({k: list(v) for k, v in obj.items()})
    index = pd.Index(list(obj)) if obj else pd.Index([], dtype=object)
    if values and all(isinstance(v, Mapping) for v in values):
        table = pd.DataFrame(values, index=index)
    elif values and all(isinstance(v, (list, tuple)) for v in values):
        table = pd.DataFrame(values, index=index)
        if len(table.columns) == len(columns):
            table.columns = pd.Index(columns)
    else:
        table = pd.DataFrame({(columns or ["value"])[0]: values}, index=index)
    return _name_index(table, keys)


def _name_index(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give an unnamed index the key's name, where it can only be the key."""
    missing = [k for k in keys if k not in table.columns and k not in table.index.names]
    if missing == keys and keys and table.index.nlevels == len(keys):
        unnamed = all(name is None for name in table.index.names)
        # A plain count from 0 is what pandas gives when nobody set an index.
        counted = isinstance(table.index, pd.RangeIndex) and table.index.start == 0
        if unnamed and not counted:
            table = table.copy()
            table.index = table.index.set_names(keys)
    return table


def to_table(obj: Any, columns: list[str], keys: list[str]) -> pd.DataFrame:
    """A DataFrame from a frame, a series, a mapping or a list of rows; else a clear failure."""
    if obj is None:
        fail("check-none")
    if isinstance(obj, pd.DataFrame):
        table = obj
        if isinstance(table.columns, pd.MultiIndex):
            # Left by pivot and agg; a flat name is meant where only one level says something.
            flat = ["_".join(str(p) for p in col if str(p)) for col in table.columns]
            last = [str(col[-1]) for col in table.columns]
            plain = last if set(columns) <= set(last) else flat
            table = table.set_axis(plain, axis=1)
        return _name_index(table, keys)
    if isinstance(obj, pd.Series):
        name = columns[0] if len(columns) == 1 else obj.name
        return _name_index(obj.to_frame(name if name is not None else "value"), keys)
    if isinstance(obj, Mapping):
        return _from_mapping(obj, columns, keys)
    if isinstance(obj, np.ndarray) and obj.dtype.names:
        return pd.DataFrame(obj)
    if isinstance(obj, (list, tuple)) and obj and all(isinstance(row, Mapping) for row in obj):
        return pd.DataFrame(list(obj))
    if len(keys) == 1 and len(columns) == 1 and isinstance(obj, (list, tuple, np.ndarray)):
        fail("check-not-keyed", key=keys[0], type=kind_of(obj))
    fail("check-not-table", type=kind_of(obj))


def plain(values: pd.Series) -> pd.Series:
    """One column without its accidents: categories, strings of several dtypes, nullable types."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if isinstance(values.dtype, pd.IntervalDtype):
        return values.astype(str).astype(object)
    if pd.api.types.is_datetime64_any_dtype(values) or pd.api.types.is_timedelta64_dtype(values):
        return values
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        if values.isna().any():
            numbers = values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            return pd.Series(numbers, index=values.index, name=values.name)
        if pd.api.types.is_extension_array_dtype(values):
            return pd.Series(
                values.to_numpy(dtype=values.dtype.numpy_dtype),
                index=values.index,
                name=values.name,
            )
        return values
    return values.astype(object)


@guarded
def frame(obj: Any, columns: Sequence[str] | None = None, key: Key = None) -> pd.DataFrame:
    """Normalise a result: the key first, then the columns asked for, sorted by the key.

    A table, a series, a mapping or a list of rows will do; the key may be a column or the index;
    columns that nobody asked for are dropped.

    Raises:
        CheckFailed: when it is no table, lacks a column or the key, or has a key twice.
    """
    keys = keys_of(key)
    wanted = [c for c in (columns or []) if c not in keys]
    done = _quick(obj, wanted, keys, every=columns is None)
    if done is not None:
        return done
    table = to_table(obj, wanted, keys)
    outside = [k for k in keys if k not in table.columns and k in table.index.names]
    twice = [k for k in keys if k in table.columns and k in table.index.names]
    if twice:
        table = table.reset_index(level=twice, drop=True)
    if outside or any(
        name in wanted and name not in table.columns for name in table.index.names if name
    ):
        table = table.reset_index()
    else:
        table = table.reset_index(drop=True)
    table = table.rename(columns=lambda c: c.strip() if isinstance(c, str) else c)
    for k in keys:
        if k not in table.columns:
            fail("check-key", key=k, found=names(table.columns))
    missing = [c for c in wanted if c not in table.columns]
    if missing and isinstance(obj, pd.Series):
        fail("check-one-column", missing=names(missing))
    if missing:
        fail("check-columns", missing=names(missing), found=names(table.columns))
    rest = wanted if columns is not None else [c for c in table.columns if c not in keys]
    table = table.loc[:, ~table.columns.duplicated()][[*keys, *rest]]
    for k in keys:
        empty = int(table[k].isna().sum())
        if empty:
            fail("check-key-empty", key=k, count=empty)
    if keys:
        table = table.assign(**{k: _plain_key(table[k]) for k in keys})
        counts = table.groupby(keys, sort=False).size()
        if (counts > 1).any():
            worst = counts[counts > 1]
            fail(
                "check-key-twice",
                key=", ".join(keys),
                value=worst.index[0],
                times=int(worst.iloc[0]),
            )
        table = table.sort_values(keys, kind="stable", key=_sortable)
    return table.reset_index(drop=True)


def is_text(dtype: Any) -> bool:
    """A column's dtype is pandas' own for texts, kept by Arrow: each is a plain text or missing."""
    return type(dtype) is pd.StringDtype and dtype.storage == "pyarrow" and bool(dtype == TEXT)


def _quick(obj: Any, wanted: list[str], keys: list[str], every: bool) -> pd.DataFrame | None:
    """What :func:`frame` returns for a plain table in which nothing is wrong, else None.

    Most tables are like that, and the general way costs some thirty copies of each. Only exact
    types of pandas come here: a subclass may answer with methods of its own.
    """
    if len(keys) > 1 or not all(type(name) is str for name in (*keys, *wanted)):
        return None
    if type(obj) is pd.Series:
        name = wanted[0] if len(wanted) == 1 else obj.name
        obj = obj.to_frame(name) if type(name) is str else None
    if type(obj) is not pd.DataFrame or obj.attrs or not obj.flags.allows_duplicate_labels:
        return None
    index, labels = obj.index, obj.columns
    if type(index) not in (pd.Index, pd.RangeIndex) or type(labels) is not pd.Index:
        return None
    if type(index.name) not in (str, type(None)) or labels.name is not None:
        return None
    if not is_text(labels.dtype):
        return None
    places = {name: place for place, name in enumerate(labels.tolist())}
    if len(places) != len(labels) or any(type(c) is not str or c != c.strip() for c in places):
        return None
    rest = [c for c in places if c not in keys] if every else wanted
    if len(set(rest)) != len(rest) or not places.keys() >= set(rest) or not (keys or rest):
        return None
    if not keys:
        return _part(obj, [places[c] for c in rest])
    return _quick_keyed(obj, places, keys[0], rest)


def _quick_keyed(
    obj: pd.DataFrame, places: dict[str, int], key: str, rest: list[str]
) -> pd.DataFrame | None:
    """The columns asked for, behind a key that is there, not empty, and never twice; else None."""
    index = obj.index
    inside = key in places
    counted = type(index) is pd.RangeIndex and index.start == 0
    if not inside and index.name != key and (index.name is not None or counted):
        return None
    source = obj[key] if inside else index
    found = _quick_key(source)
    if found is None:
        return None
    values, order = found
    columns = [places[c] for c in ([key, *rest] if inside else rest)]
    if order is not None and not all(_ours(dtype) for dtype in obj.dtypes):
        return None
    table = _part(obj, columns, order)
    if inside and source.dtype == values.dtype:
        return table
    column = pd.Series(values if order is None else values[order], dtype=values.dtype)
    if inside:
        table[key] = column
    else:
        table.insert(0, key, column)
    return table


def _part(obj: pd.DataFrame, columns: list[int], order: np.ndarray | None = None) -> pd.DataFrame:
    """Some columns of a table, perhaps in another order of rows, counted from 0."""
    whole = columns == list(range(obj.shape[1]))
    table = obj.copy(deep=False) if whole else obj.take(np.array(columns, dtype=np.intp), axis=1)
    if order is not None:
        table = table.take(order)
    table.index = pd.RangeIndex(len(table))
    return table


def _ours(dtype: Any) -> bool:
    """A dtype of numpy's or pandas' own: moving its rows runs nobody else's code."""
    return isinstance(dtype, np.dtype) or type(dtype) in (
        pd.StringDtype,
        pd.CategoricalDtype,
        pd.DatetimeTZDtype,
    )


def _quick_key(source: pd.Series | pd.Index) -> tuple[np.ndarray, np.ndarray | None] | None:
    """The values of a key as :func:`_plain_key` has them, and the order that sorts them.

    No order where they are sorted already; None for a key that needs another look: one with gaps,
    with values twice, or of another kind than whole numbers and texts.
    """
    dtype = source.dtype
    if is_text(dtype) or (isinstance(dtype, np.dtype) and dtype.kind == "O"):
        return _quick_texts(np.asarray(source, dtype=object))
    if not isinstance(dtype, np.dtype) or dtype not in ("int64", "int32", "float64"):
        return None
    values = source.to_numpy()
    if dtype.kind == "f":
        if not bool(((np.abs(values) < _EXACT) & (values == np.rint(values))).all()):
            return None
        values = values.astype("int64")
    if bool((values[1:] > values[:-1]).all()):
        return values, None
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    return None if bool((ranked[1:] == ranked[:-1]).any()) else (values, order)


def _quick_texts(values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None] | None:
    texts = values.tolist()
    if not all(type(text) is str for text in texts):
        return None
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        # Half a character: pandas cannot sort it, and says so in the general way.
        return None
    if texts:
        numbers = pd.to_numeric(values, errors="coerce")
        # Texts that are numbers one and all are taken for numbers.
        if numbers.dtype.kind != "f" or not bool(np.isnan(numbers).any()):
            return None
    if all(map(lt, texts, texts[1:])):
        return values, None
    if len(set(texts)) != len(texts):
        return None
    return values, np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.intp)


def _plain_key(values: pd.Series) -> pd.Series:
    """A key whose numbers are whole is one of integers, whatever it was read as."""
    values = plain(values)
    if pd.api.types.is_float_dtype(values) and (values == values.round()).all():
        return values.astype("int64")
    if values.dtype == object and len(values):
        numbers = pd.to_numeric(values, errors="coerce")
        whole = numbers.notna().all() and (numbers == numbers.round()).all()
        if whole and not any(str(v).startswith("0") and len(str(v)) > 1 for v in values):
            return numbers.astype("int64")
    return values


def _sortable(values: pd.Series) -> pd.Series:
    return values.astype(str) if values.dtype == object else values


@guarded
def series(obj: Any, name: str | None = None, key: Key = None) -> pd.Series:
    """Normalise one column of values: by its key where it has one, else in the order given.

    Raises:
        CheckFailed: when it is no column of values.
    """
    if obj is None:
        fail("check-none")
    column = name or "value"
    if isinstance(obj, pd.DataFrame) or key is not None:
        if isinstance(obj, pd.DataFrame) and name is None:
            others = [c for c in obj.columns if c not in keys_of(key)]
            column = str(others[0]) if len(others) == 1 else column
        table = frame(obj, [column], key)
        keys = keys_of(key)
        return table.set_index(keys)[column] if keys else table[column]
    if isinstance(obj, pd.Series):
        return plain(obj).rename(column)
    if isinstance(obj, Mapping):
        return plain(pd.Series(obj)).rename(column)
    if isinstance(obj, (list, tuple, np.ndarray, pd.Index)):
        return plain(pd.Series(list(obj), name=column))
    fail("check-not-column", type=kind_of(obj))
