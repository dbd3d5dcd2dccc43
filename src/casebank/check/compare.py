"""Assertions for tests: each raises :class:`CheckFailed` with a message and the first difference.

They say what was found and where, never what was expected: the same assertion may stand in a
hidden test.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import numpy as np
import pandas as pd

from casebank.check.failures import fail, guarded
from casebank.check.messages import Shown, detail, show
from casebank.check.session import SESSION, namespace
from casebank.check.tables import Key, frame, is_text, keys_of, kind_of, plain

MESSAGE = "check-difference"
#: Values that are compared as they are: exactly these types, no subclass of them.
_SINGLE = frozenset({bool, int, float, str, np.float64, np.int64, np.bool_})
_SEQUENCES = (list, tuple, np.ndarray, pd.Series, pd.Index, range)


def defined(*names: str) -> None:
    """Fail unless the notebook has these names."""
    around = sys._getframe(1).f_globals
    notebook = namespace() or {}
    for name in names:
        if name not in around and name not in notebook:
            fail("check-not-defined", name=name)


@guarded
def true(condition: Any, message: str = MESSAGE, **params: Any) -> None:
    """Fail unless a condition holds (of a column: for each of its values)."""
    if isinstance(condition, (pd.Series, pd.DataFrame, np.ndarray, pd.Index)):
        values = np.asarray(condition)
        good = bool(values.size) and bool(values.astype(bool).all())
    else:
        good = bool(condition)
    if not good:
        fail(message, **params)


def raises(error: type[BaseException], function: Callable[[], Any], message: str = "") -> None:
    """Fail unless calling a function raises this kind of error."""
    try:
        function()
    except error:
        return
    except Exception as other:
        got = Shown(type(other).__name__)
        fail(message or "check-other-error", error=Shown(error.__name__), got=got)
    fail(message or "check-no-error", error=Shown(error.__name__))


@guarded
def equal(actual: Any, expected: Any, message: str = MESSAGE, **params: Any) -> None:
    """Fail unless two values are equal: numbers by value, sequences item by item."""
    _compare(actual, expected, message, params, rtol=0.0, atol=0.0)


@guarded
def close(
    actual: Any,
    expected: Any,
    message: str = MESSAGE,
    rtol: float = 1e-6,
    atol: float = 0.0,
    **params: Any,
) -> None:
    """Fail unless two numbers (or sequences, mappings of them) are equal within a tolerance."""
    _compare(actual, expected, message, params, rtol=rtol, atol=atol)


def _scalar(value: Any) -> Any:
    """A plain Python value from numpy's and pandas' scalars."""
    if isinstance(value, (np.generic, np.ndarray)) and getattr(value, "ndim", 1) == 0:
        return value.item() if not isinstance(value, (np.datetime64, np.timedelta64)) else value
    return value


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _same(actual: Any, expected: Any, rtol: float, atol: float) -> bool:
    """Two single values are the same."""
    if type(actual) is str and type(expected) is str:
        return actual == expected
    actual, expected = _scalar(actual), _scalar(expected)
    try:
        if _missing(expected) or _missing(actual):
            return bool(_missing(expected) and _missing(actual))
        if isinstance(expected, bool) or isinstance(actual, bool):
            return actual in (True, False) and bool(actual) == bool(expected)
        if isinstance(expected, (int, float)):
            if isinstance(actual, (str, bytes)):
                return False
            return math.isclose(float(actual), float(expected), rel_tol=rtol, abs_tol=atol) or (
                actual == expected
            )
        if isinstance(expected, (pd.Timestamp, np.datetime64)):
            return bool(pd.Timestamp(actual) == pd.Timestamp(expected))
        if isinstance(expected, str):
            return str(actual) == expected if isinstance(actual, (str, pd.Interval)) else False
        return bool(actual == expected)
    except (TypeError, ValueError, OverflowError):
        return False


def _compare(
    actual: Any, expected: Any, message: str, params: dict[str, Any], rtol: float, atol: float
) -> None:
    lang = SESSION.lang
    if type(actual) in _SINGLE and type(expected) in _SINGLE:
        if not _same(actual, expected, rtol, atol):
            fail(message, detail("value", lang, got=actual), **{"got": actual, **params})
        return
    if actual is None and expected is not None:
        fail("check-none")
    if isinstance(expected, pd.DataFrame):
        frame_equal(actual, expected, message, rtol=rtol, atol=atol, order=True, **params)
        return
    if isinstance(expected, Mapping):
        _mappings(actual, expected, message, params, rtol, atol)
        return
    if isinstance(expected, Set):
        try:
            items = set(actual) if isinstance(actual, (*_SEQUENCES, Set)) else None
        except TypeError:
            items = None
        if items != set(expected):
            fail(message, **{"got": actual, **params})
        return
    table = isinstance(expected, np.ndarray) and expected.ndim != 1
    if isinstance(expected, _SEQUENCES) and not table:
        if isinstance(actual, (str, bytes)) or not hasattr(actual, "__len__"):
            fail(message, detail("type", lang, got=kind_of(actual)), **params)
        got, want = list(actual), list(expected)
        if len(got) != len(want):
            fail(message, detail("length", lang, got=len(got)), **{"got": len(got), **params})
        for number, (one, other) in enumerate(zip(got, want, strict=True), start=1):
            if not _nested(one, other, rtol, atol):
                where = Shown(detail("place", lang, number=number))
                text = detail("item", lang, where=where, got=one)
                fail(message, text, **{"got": one, "row": number, **params})
        return
    if isinstance(expected, np.ndarray) and expected.ndim > 1:
        if np.shape(actual) != expected.shape:
            fail(message, detail("type", lang, got=Shown(str(np.shape(actual)))), **params)
        _compare(np.ravel(actual), np.ravel(expected), message, params, rtol, atol)
        return
    if not _same(actual, expected, rtol, atol):
        fail(message, detail("value", lang, got=actual), **{"got": actual, **params})


def _nested(actual: Any, expected: Any, rtol: float, atol: float) -> bool:
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(actual, _SEQUENCES)
            and len(actual) == len(expected)
            and all(_nested(a, e, rtol, atol) for a, e in zip(actual, expected, strict=True))
        )
    return _same(actual, expected, rtol, atol)


def _mappings(
    actual: Any,
    expected: Mapping[Any, Any],
    message: str,
    params: dict[str, Any],
    rtol: float,
    atol: float,
) -> None:
    lang = SESSION.lang
    if isinstance(actual, pd.Series):
        actual = actual.to_dict()
    if not isinstance(actual, Mapping):
        fail(message, detail("type", lang, got=kind_of(actual)), **params)
    gone = [k for k in expected if k not in actual]
    if gone:
        text = detail("missing", lang, key="key", value=gone[0], count=len(gone))
        fail(message, text, **params)
    more = [k for k in actual if k not in expected]
    if more:
        text = detail("extra", lang, key="key", value=more[0], count=len(more))
        fail(message, text, **params)
    for k, want in expected.items():
        if not _nested(actual[k], want, rtol, atol):
            text = detail("item", lang, where=Shown(f"`{show(k)}`"), got=actual[k])
            fail(message, text, **{"got": actual[k], "row": k, **params})


def _numbers(dtype: Any) -> bool:
    """A plain dtype of numbers, each of which a float can stand for as pandas would have it."""
    if not isinstance(dtype, np.dtype) or dtype.itemsize > 8:
        return False
    return dtype.kind in "biu" or (dtype.kind == "f" and dtype.itemsize > 2)


def _unlisted(values: pd.Series) -> pd.Series:
    """A column of categories as one of their values."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype(values.cat.categories.dtype)
    return values


def _differs_plain(
    actual: pd.Series, expected: pd.Series, rtol: float, atol: float
) -> np.ndarray | None:
    """What :func:`_differs` says of two columns of the same plain kind, without looking at each
    value in Python; None for other columns.
    """
    one, other = actual.dtype, expected.dtype
    if _numbers(one) and _numbers(other):
        a, e = actual.to_numpy(dtype=float), expected.to_numpy(dtype=float)
        return ~np.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)
    if is_text(one) and is_text(other):
        a, e = actual.array, expected.array
        same = np.asarray(a == e, dtype=bool) | (np.asarray(a.isna()) & np.asarray(e.isna()))
        return ~same
    if isinstance(one, np.dtype) and isinstance(other, np.dtype) and one == other:
        if one.kind != "M":
            return None
        a, e = actual.to_numpy(), expected.to_numpy()
        return ~((a == e) | (np.isnat(a) & np.isnat(e)))
    return None


def _differs(actual: pd.Series, expected: pd.Series, rtol: float, atol: float) -> np.ndarray:
    """Where two columns of one length differ."""
    actual, expected = _unlisted(actual), _unlisted(expected)
    if type(actual) is pd.Series and type(expected) is pd.Series:
        quick = _differs_plain(actual, expected, rtol, atol)
        if quick is not None:
            return quick
    actual, expected = plain(actual), plain(expected)
    numeric = pd.api.types.is_numeric_dtype
    if numeric(expected) and numeric(actual):
        a, e = actual.to_numpy(dtype=float), expected.to_numpy(dtype=float)
        return ~np.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)
    if pd.api.types.is_datetime64_any_dtype(expected):
        try:
            actual = pd.to_datetime(actual)
            same = (actual == expected) | (actual.isna() & expected.isna())
            return ~same.to_numpy(dtype=bool)
        except (TypeError, ValueError):
            pass
    pairs = zip(actual, expected, strict=True)
    return np.array([not _same(a, e, rtol, atol) for a, e in pairs], dtype=bool)


def _same_keys(got: pd.DataFrame, want: pd.DataFrame, keys: list[str]) -> bool:
    """Two sorted tables have plainly the same keys; if not, the general comparison decides."""
    if len(keys) != 1 or len(got) != len(want):
        return False
    if type(got) is not pd.DataFrame or type(want) is not pd.DataFrame:
        return False
    mine, theirs = got[keys[0]].to_numpy(), want[keys[0]].to_numpy()
    if mine.dtype.kind == theirs.dtype.kind == "i":
        return bool((mine == theirs).all())
    if mine.dtype.kind == theirs.dtype.kind == "O":
        names, others = mine.tolist(), theirs.tolist()
        texts = all(type(name) is str for name in (*names, *others))
        return texts and names == others
    return False


@guarded
def frame_equal(
    actual: Any,
    expected: Any,
    message: str = MESSAGE,
    key: Key = None,
    rtol: float = 1e-6,
    atol: float = 0.0,
    order: bool = False,
    dtype: bool = False,
    **params: Any,
) -> None:
    """Fail unless two tables hold the same rows.

    Args:
        actual: the learner's table, series, mapping or list of rows.
        expected: the right one; its columns are the ones compared.
        message: id of the message.
        key: column(s) that name a row; without it rows are compared in sorted order.
        rtol: relative tolerance of numbers.
        atol: absolute tolerance of numbers.
        order: the order of the rows matters too (with a key: as the learner has them).
        dtype: the kind of each column (number, text, date) matters too.
        params: more parameters for the message.
    """
    lang = SESSION.lang
    keys = keys_of(key)
    want = frame(expected, key=key)
    columns = [c for c in want.columns if c not in keys]
    got = frame(actual, columns, key=key)
    first_order = frame(actual, [*keys, *columns]) if order and keys else None
    if keys and not _same_keys(got, want, keys):
        mine, theirs = got.set_index(keys).index, want.set_index(keys).index
        gone, more = theirs.difference(mine), mine.difference(theirs)
        for index, kind in ((gone, "missing"), (more, "extra")):
            if len(index):
                name = ", ".join(keys)
                text = detail(kind, lang, key=name, value=index[0], count=len(index))
                fail(message, text, **{"got": len(got), "row": index[0], **params})
    if len(got) != len(want):
        fail(message, detail("rows", lang, got=len(got)), **{"got": len(got), **params})
    if not keys and not order:
        by = list(want.columns)
        got = _sorted(got, by)
        want = _sorted(want, by)
    if dtype:
        for column in columns:
            if _kind(got[column]) != _kind(want[column]):
                seen = str(got[column].dtype)
                text = detail("dtype", lang, column=column, got=Shown(seen))
                fail(message, text, **{"column": column, "got": seen, **params})
    wrong = {c: _differs(got[c], want[c], rtol, atol) for c in columns}
    count = int(sum(w.sum() for w in wrong.values()))
    if count:
        row = min(int(np.argmax(w)) for w in wrong.values() if w.any())
        column = next(c for c in columns if wrong[c][row])
        names = [f"{k} {show(got[k].iloc[row])}" for k in keys]
        where = ", ".join(names) or detail("row", lang, number=row + 1)
        value = got[column].iloc[row]
        text = detail(
            "cell", lang, where=Shown(where), column=Shown(column), got=value, count=count
        )
        found = {"row": Shown(where), "column": Shown(str(column)), "got": value}
        fail(message, text, **{**found, "n_different": count, "rows": len(got), **params})
    if first_order is not None:
        shown = frame(expected, [*keys, *columns])
        for number, pair in enumerate(
            zip(
                first_order[keys].itertuples(index=False),
                shown[keys].itertuples(index=False),
                strict=True,
            ),
            start=1,
        ):
            if tuple(map(str, pair[0])) != tuple(map(str, pair[1])):
                where = Shown(detail("row", lang, number=number))
                mine = Shown(", ".join(f"{k} {v}" for k, v in zip(keys, pair[0], strict=True)))
                text = detail("item", lang, where=where, got=mine)
                fail(message, text, **{"row": where, "got": mine, **params})


def _kind(values: pd.Series) -> str:
    values = plain(values)
    if pd.api.types.is_bool_dtype(values):
        return "bool"
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    return "text"


def _sorted(table: pd.DataFrame, by: Sequence[Any]) -> pd.DataFrame:
    """Rows in an order that rounding in the last digits does not change."""

    def rounded(values: pd.Series) -> pd.Series:
        values = plain(values)
        if pd.api.types.is_float_dtype(values):
            return values.map(lambda v: float(f"{v:.9g}"))
        return values.astype(str) if values.dtype == object else values

    return table.sort_values(list(by), kind="stable", key=rounded).reset_index(drop=True)
