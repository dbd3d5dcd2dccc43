"""Values travel between the judge and a submission with exact types, and only plain data do."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import json
import math
import pathlib
import uuid
import zoneinfo
from typing import Any

import numpy as np
import pandas as pd
import pytest

from casebank.grading.inside.codec import Codec, Nonsense, TooMuch

Point = collections.namedtuple("Point", "x y")


class Handle:
    """Stands for what is no plain data."""


def _codec() -> Codec:
    return Codec(lambda value: ["h", type(value).__name__], lambda node: Handle())


def trip(value: Any) -> Any:
    codec = _codec()
    return codec.decode(json.loads(json.dumps(codec.encode(value))))


PLAIN = [
    None,
    True,
    0,
    -1,
    2**53,
    -(2**70),
    1.5,
    -0.0,
    1e300,
    math.inf,
    2 + 3j,
    "",
    "a\ud800b",
    "年费",
    b"\x00\xff",
    bytearray(b"ab"),
    [1, [2, [3]]],
    (1, "a", None),
    {"a": 1, 2: [3], (4, 5): {"b": None}},
    {1, 2, 3},
    frozenset("ab"),
    range(3, 10, 2),
    slice(1, None, 2),
    ...,
    decimal.Decimal("1.10"),
    fractions.Fraction(1, 3),
    datetime.date(2026, 6, 30),
    datetime.datetime(2026, 6, 30, 12, 1, 2, 3),
    datetime.datetime(2026, 6, 30, 12, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai")),
    datetime.datetime(2026, 6, 30, 12, tzinfo=datetime.UTC),
    datetime.time(1, 2, 3),
    datetime.timedelta(-1, 5, 7),
    collections.Counter("abca"),
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.defaultdict(list, {"a": [1]}),
    collections.deque([1, 2], maxlen=3),
    uuid.UUID(int=7),
    pathlib.PurePosixPath("a/b"),
    int,
    str,
    ValueError,
    np.float64,
    pd.DataFrame,
    datetime.date,
    {}.keys(),
    {1: 2}.keys(),
    {1: 2}.items(),
    np.float64(0.1),
    np.int32(7),
    np.bool_(True),
    np.str_("é"),
    np.str_(""),
    np.datetime64("2026-01-01"),
    np.timedelta64(3, "h"),
    np.dtype("f4"),
    np.dtype("O"),
    pd.Timestamp("2026-06-30 12:00"),
    pd.Timestamp("2026-06-30 12:00", tz="Asia/Shanghai"),
    pd.Timedelta("1D 00:00:01"),
    pd.Period("2026-03", freq="M"),
    pd.Interval(0, 5, closed="left"),
    pd.NA,
    pd.DateOffset(months=3),
    pd.offsets.MonthEnd(2),
    pd.CategoricalDtype(["b", "a"], ordered=True),
    pd.Int64Dtype(),
    pd.StringDtype(),
    pd.DatetimeTZDtype("us", "UTC"),
]


def _name(value: object) -> str:
    """The same in each process: the order in a set hangs on the process."""
    shown = sorted(value) if isinstance(value, set | frozenset) else value
    return f"{type(value).__name__}-{shown!r}"[:40]


@pytest.mark.parametrize("value", PLAIN, ids=_name)
def test_plain_values_come_back_equal_and_of_the_same_type(value: Any) -> None:
    again = trip(value)
    assert type(again) is type(value)
    if value is pd.NA:
        assert again is pd.NA
    elif isinstance(value, collections.deque):
        assert again == value and again.maxlen == value.maxlen
    else:
        assert again == value
    if isinstance(value, (dict, collections.OrderedDict)):
        assert list(again) == list(value)


def test_odd_floats_moments_and_named_tuples() -> None:
    assert math.isnan(trip(math.nan)) and trip(pd.NaT) is pd.NaT
    assert math.copysign(1, trip(-0.0)) == -1
    point = trip(Point(1, [2]))
    assert point == (1, [2]) and point.y == [2] and type(point).__name__ == "Point"
    stamp = trip(pd.Timestamp("2026-01-01").as_unit("s"))
    assert stamp.unit == "s"


ARRAYS = [
    np.arange(6).reshape(2, 3),
    np.arange(6).reshape(2, 3).T,
    np.arange(1000) * 10**6,
    np.arange(1000, dtype=">i8"),
    np.array(3.5),
    np.array([]),
    np.zeros((0, 3), dtype="i4"),
    np.array(["a", "bcd"]),
    np.array([1, None, "x", [2]], dtype=object),
    np.array([1 + 2j]),
    np.array(["2026-01-01", "NaT"], dtype="M8[D]"),
    np.array(["2026-01-01", "NaT"] * 300, dtype="M8[ns]"),
    np.array(["2026-01-01", "2026-05-05"] * 300, dtype="M8[us]"),
    np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
    np.array([True, False])[::-1],
]


@pytest.mark.parametrize("value", ARRAYS, ids=lambda v: f"{v.dtype}-{v.shape}")
def test_arrays_come_back(value: np.ndarray) -> None:
    again = trip(value)
    assert again.dtype == value.dtype and again.shape == value.shape
    assert again.flags.writeable
    np.testing.assert_array_equal(again, value)


FRAMES = [
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, np.nan]}),
    pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["x", "y"]),
    pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
    pd.DataFrame(),
    pd.DataFrame({"a": []}),
    pd.DataFrame(index=[1, 2]),
    pd.DataFrame(np.eye(3)),
    pd.DataFrame({"a": ["x", 1]}, dtype=object),
    pd.DataFrame({"k": pd.Categorical(["b", "a", "b"], categories=["b", "a"], ordered=True)}),
    pd.DataFrame({"t": pd.date_range("2026-01-01", periods=3, tz="Europe/London")}),
    pd.DataFrame({"t": pd.date_range("2026-01-01", periods=300)}),
    pd.DataFrame({"t": pd.to_timedelta([1, 2], unit="D")}),
    pd.DataFrame({"p": pd.period_range("2026-01", periods=3, freq="M")}),
    pd.DataFrame({"i": pd.cut([1, 5], [0, 2, 6])}),
    pd.DataFrame({"i": pd.arrays.IntervalArray.from_breaks([0, 1, 2])}),
    pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "f": pd.array([1, None], "Float64")}),
    pd.DataFrame({"b": pd.array([True, None], dtype="boolean")}),
    pd.DataFrame({"s": pd.array(["a", None], dtype="string")}),
    pd.DataFrame({"s": ["a", "b", None] * 50, "t": [str(i) for i in range(150)]}),
    pd.DataFrame({"z": pd.arrays.SparseArray([0, 0, 1])}),
    pd.DataFrame({"a": [1, 2, 3]}).set_index([["x", "x", "y"], [1, 2, 1]]).rename_axis(["u", "v"]),
    pd.DataFrame({("a", 1): [1], ("b", 2): ["x"]}),
    pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2026-01-01", periods=2, freq="MS")),
    pd.DataFrame({"a": [1, 2]}, index=pd.CategoricalIndex(["u", "v"], name="c")),
    pd.DataFrame({"a": [1, 2]}, index=pd.IntervalIndex.from_breaks([0, 1, 2])),
    pd.DataFrame({"a": [1, 2]}, index=pd.Index([1.5, None], name=("n", 1))),
    pd.DataFrame({0: [1], "b": [2], None: [3]}),
]


@pytest.mark.parametrize("number", range(len(FRAMES)))
def test_tables_come_back(number: int) -> None:
    value = FRAMES[number]
    again = trip(value)
    pd.testing.assert_frame_equal(again, value, check_freq=True)
    assert type(again.index) is type(value.index) and type(again.columns) is type(value.columns)
    for place in range(len(value.columns)):
        column = value.iloc[:, place]
        back = trip(column)
        pd.testing.assert_series_equal(back, column)
        assert type(back.array) is type(column.array)
    pd.testing.assert_index_equal(trip(value.index), value.index, exact=True)


class Sly(float):
    """A number that is equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class SlyFrame(pd.DataFrame):
    """A table that says it is equal."""

    def equals(self, other: object) -> bool:
        return True


class Colour(enum.Enum):
    """Members are objects with an identity."""

    RED = 1


class SlyTuple(collections.namedtuple("Two", "a b")):
    """A named tuple with a mind of its own."""

    def __eq__(self, other: object) -> bool:
        return True


@pytest.mark.parametrize(
    "value",
    [
        Sly(1),
        SlyFrame({"a": [1]}),
        Colour.RED,
        SlyTuple(1, 2),
        object(),
        lambda: 1,
        np.ma.masked_all(3),
        np.matrix([[1]]),
        type("T", (str,), {})("a"),
        Handle,
        collections.UserDict(),
        (n for n in []),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_plain_data_is_a_handle(value: Any) -> None:
    assert type(trip(value)) is Handle
    assert [type(one) for one in trip([1, value])] == [int, Handle]
    array = np.empty(1, dtype=object)
    array[0] = value
    assert type(trip(array)[0]) is Handle
    assert type(trip(pd.Series(array, dtype=object)).iloc[0]) is Handle


def test_values_that_hold_themselves_are_too_much() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(TooMuch):
        _codec().encode(loop)
    with pytest.raises(TooMuch):
        _codec().encode(1 << 3_000_000)


@pytest.mark.parametrize(
    "node",
    [
        {"a": 1},
        ["n", "|O", [1], "AAAAAAAAAAA="],
        ["n", "<f8", [1000000], "AAAAAAAAAAA="],
        ["n", "<f8", [-1], "AAAAAAAAAAA="],
        ["n", "<f8", [1], 5],
        ["nn", "<f8", [1], "i1", 1, "AA=="],
        ["np", "gANj"],
        ["d", [["l", []]], [1]],
        ["d", [1, 2], [1]],
        ["T", "os.system"],
        ["T", "eval"],
        ["I", "f" * 300_000],
        ["nt", "import os", ["a"], [1]],
        ["nt", "P", ["__class__"], [1]],
        ["pD", [], ["pr", 0, 3, 1, None], ["l", [1, 2]]],
        ["ps", "python", False, [1, 2], None],
        ["ps", "os", False, [], None],
        ["pt", "weeks", None, 3],
        ["D", "x"],
        ["dt", "x", 0, None],
        ["dt", "2026-01-01T00:00:00", 0, "../../etc/passwd"],
        ["l", 7],
        ["l"],
        ["rn", [1]],
        ["ng", ["d", ["bit_generator"], ["system"]]],
        ["s", [["l", []]]],
    ],
    ids=lambda n: str(n)[:30],
)
def test_nonsense_is_refused(node: Any) -> None:
    with pytest.raises(Nonsense):
        _codec().decode(node)


def test_random_numbers_go_on_where_they_were() -> None:
    for made in (np.random.default_rng(3), np.random.RandomState(3)):
        made.normal()
        again = trip(made)
        assert again.normal() == made.normal() and again.normal() == made.normal()
