"""The fast paths of the comparisons say exactly what the slow ones said before them."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

import frozen_compare
import frozen_tables
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebank.check import compare, tables
from casebank.check.failures import CheckFailed

#: Odd values make pandas warn, the old way as the new one.
pytestmark = pytest.mark.filterwarnings("ignore")
SLOW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Loud:
    """Raises wherever it is compared."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = None  # type: ignore[assignment]


class Many:
    """Compares to an array."""

    def __eq__(self, other: object) -> Any:
        return np.array([True, False])

    __hash__ = None  # type: ignore[assignment]


class Yes(str):
    """A text that equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


class Whole(int):
    """A number that equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Table(pd.DataFrame):
    """A frame of a class of its own."""

    @property
    def _constructor(self) -> Any:
        return Table


LOUD, MANY = Loud(), Many()
VALUES: list[Any] = [
    *(0, 1, -1, 2, 10**400, 2**53 + 1, 0.0, -0.0, 1.0, 1.5, 1e-9, 1 + 1e-7, float("inf")),
    *(float("nan"), True, False, None, pd.NA, pd.NaT, np.float64(1), np.float64("nan")),
    *(np.int64(1), np.int8(1), np.bool_(True), np.float32(1.1), 1.1, "", "1", "a", "a ", "中"),
    *("1.0", "nan", "inf", "\ud800", b"a", np.str_("a"), Yes("x"), Whole(7), LOUD, MANY),
    *(pd.Timestamp("2026-03-31"), np.datetime64("2026-03-31"), "2026-03-31"),
    *(pd.Timestamp("2026-03-31", tz="UTC"), pd.Timedelta(1, "D"), pd.Interval(0, 1), "(0, 1]"),
    *([1], (1, 2), np.array([1, 2]), np.array(1.0), {"a": 1}, {1}, frozenset({1}), 1j),
]
#: Beside a complex number pandas reads what is no number from memory that nobody wrote, so no two
#: runs are alike, the old way neither.
IN_COLUMNS = [value for value in VALUES if type(value) is not complex]


def told(value: Any) -> Any:
    """A value as something that can be compared, with the types that it is made of."""
    if isinstance(value, pd.DataFrame):
        columns = [told(value.iloc[:, n]) for n in range(value.shape[1])]
        names = (value.columns.dtype, list(map(told, value.columns)), value.columns.names)
        return (type(value), names, told(value.index), columns, value.attrs)
    if isinstance(value, (pd.Series, pd.Index)):
        return (type(value), str(value.dtype), str(value.name), list(map(told, value)))
    try:
        return (type(value), repr(value))
    except Exception:
        return type(value)


def outcome(work: Callable[..., Any], *args: Any, **params: Any) -> Any:
    """What a check returns or says."""
    try:
        return told(work(*args, **params))
    except CheckFailed as failed:
        return (failed.message_id, failed.text, {k: told(v) for k, v in failed.params.items()})
    except Exception as error:
        return (type(error), str(error))


def alike(name: str, *args: Any, **params: Any) -> Any:
    """Both ways of a check say the same, and leave what they are given alone."""
    old = frozen_tables if name in ("frame", "series") else frozen_compare
    new = tables if name in ("frame", "series") else compare
    given = [told(value) for value in args]
    before = outcome(getattr(old, name), *args, **params)
    after = outcome(getattr(new, name), *args, **params)
    assert after == before
    assert [told(value) for value in args] == given
    return after


NAMES = ["id", "a", "b", " a", "seg", "a "]
KINDS: dict[str, Callable[[random.Random, int], Any]] = {
    "count": lambda r, n: np.arange(n),
    "ids": lambda r, n: np.array(r.sample(range(4 * n + 1), n), dtype="int64"),
    "ints": lambda r, n: np.array([r.randint(-2, 3) for _ in range(n)], dtype="int64"),
    "small": lambda r, n: np.array([r.randint(0, 3) for _ in range(n)], dtype="int8"),
    "unsigned": lambda r, n: np.array([r.randint(0, 2**64 - 1) for _ in range(n)], dtype="uint64"),
    "int32": lambda r, n: np.array(r.sample(range(2 * n + 1), n), dtype="int32"),
    "floats": lambda r, n: [
        r.choice([0.0, -0.0, 1.0, 1 + 1e-7, np.nan, np.inf, 2.5]) for _ in range(n)
    ],
    "whole": lambda r, n: np.array(r.sample(range(2 * n + 1), n), dtype="float64"),
    "huge": lambda r, n: [r.choice([2.0**53, 2.0**60, -(2.0**70), 1.0]) for _ in range(n)],
    "float32": lambda r, n: np.array([r.choice([0.1, 1, np.nan]) for _ in range(n)], "float32"),
    "float16": lambda r, n: np.array([r.choice([0.1, 1, np.nan]) for _ in range(n)], "float16"),
    "bools": lambda r, n: np.array([r.random() < 0.5 for _ in range(n)], dtype=bool),
    "nullable": lambda r, n: pd.array([r.choice([1, 2, None]) for _ in range(n)], "Int64"),
    "texts": lambda r, n: pd.Series([r.choice(["x", "y", "中"]) for _ in range(n)], dtype="str"),
    "unique": lambda r, n: r.sample([f"{c}{k}" for c in "abc中é" for k in range(n)], n),
    "gaps": lambda r, n: pd.Series([r.choice(["x", None]) for _ in range(n)], dtype="str"),
    "digits": lambda r, n: [str(k) for k in r.sample(range(3 * n + 1), n)],
    "zeros": lambda r, n: [f"{k:03d}" for k in r.sample(range(3 * n + 1), n)],
    "odd texts": lambda r, n: pd.Series(
        [r.choice(["nan", "inf", "1", "1e400", str(2**64 - 1), "-1", "z"]) for _ in range(n)],
        dtype=r.choice(["str", object]),
    ),
    "text objects": lambda r, n: pd.Series(r.sample("abcdefghijkl", n), dtype=object),
    "python texts": lambda r, n: pd.Series(
        [r.choice("ab") for _ in range(n)], dtype=pd.StringDtype("python", na_value=np.nan)
    ),
    "na texts": lambda r, n: pd.Series([r.choice(["a", None]) for _ in range(n)], dtype="string"),
    "dates": lambda r, n: pd.to_datetime(
        pd.Series([r.choice(["2026-01-01", "2026-01-02", None]) for _ in range(n)])
    ),
    "seconds": lambda r, n: pd.to_datetime(
        pd.Series([r.choice(["2026-01-01", "2026-01-02"]) for _ in range(n)])
    ).astype("datetime64[s]"),
    "zones": lambda r, n: pd.to_datetime(pd.Series(["2026-01-01"] * n), utc=True),
    "spans": lambda r, n: pd.to_timedelta([r.randint(0, 2) for _ in range(n)], unit="D"),
    "category": lambda r, n: pd.Categorical([r.choice(["x", "y", "中"]) for _ in range(n)]),
    "category gaps": lambda r, n: pd.Categorical([r.choice(["x", None]) for _ in range(n)]),
    "category ints": lambda r, n: pd.Categorical([r.choice([1, 2]) for _ in range(n)]),
    "intervals": lambda r, n: pd.cut(pd.Series([r.random() for _ in range(n)]), [0, 0.5, 1]),
    "complex": lambda r, n: np.array([1j] * n),
    "objects": lambda r, n: boxed([r.choice(IN_COLUMNS) for _ in range(n)]),
    "mild objects": lambda r, n: boxed([r.choice([1, "a", 1.0, None, True]) for _ in range(n)]),
}
#: Columns of which one is much like another, so that comparisons often come to their end.
COMMON = ["count", "ids", "ints", "whole", "texts", "unique", "text objects", "floats", "dates"]


def boxed(values: list[Any]) -> pd.Series:
    """A column of objects as they are."""
    box = np.empty(len(values), dtype=object)
    for number, value in enumerate(values):
        box[number] = value
    return pd.Series(box, dtype=object)


def column(r: random.Random, n: int) -> pd.Series:
    kind = r.choice(COMMON if r.random() < 0.6 else list(KINDS))
    made = KINDS[kind](r, n)
    return made if isinstance(made, pd.Series) else pd.Series(made)


def table(r: random.Random) -> pd.DataFrame:
    """A table of any columns, mostly with a key that can be one."""
    n = r.choice([0, 1, 2, 3, 5, 8])
    names = ["id", *r.sample(NAMES[1:], r.randint(0, 4))]
    made = pd.concat([column(r, n).reset_index(drop=True) for _ in names], axis=1)
    made.columns = pd.Index(names)
    keys = ["count", "ids", "unique", "whole", "text objects", "digits", "zeros", "int32"]
    if r.random() < 0.7:
        made["id"] = pd.Series(KINDS[r.choice(keys)](r, n))
    return arranged(r, made)


def arranged(r: random.Random, made: pd.DataFrame) -> pd.DataFrame:
    """The same table in one of the forms that a learner may leave it in."""
    if r.random() < 0.2:
        made = made.sample(frac=1, random_state=r.randint(0, 99))
    for chance, change in (
        (0.2, lambda t: t.set_index("id") if "id" in t.columns else t),
        (0.1, lambda t: t.rename_axis(None)),
        (0.05, lambda t: t.set_index("id", drop=False) if "id" in t.columns else t),
        (0.05, lambda t: t.rename_axis("a")),
        (0.05, lambda t: t.rename_axis(columns="names")),
        (0.05, lambda t: t.set_axis(t.columns.astype(object), axis=1)),
        (0.05, lambda t: Table(t)),
        (0.05, lambda t: t.set_axis(pd.RangeIndex(1, len(t) + 1))),
        (0.05, lambda t: pd.concat([t, t.iloc[:, -1:]], axis=1)),
        (0.05, lambda t: t.rename(columns={"a": 1})),
        (0.03, lambda t: pd.concat([t, t])),
        (0.03, lambda t: t.assign(more=None).pipe(lambda u: u.set_index("more", append=True))),
    ):
        # Some kinds of values cannot be an index; then the table stays as it was.
        if r.random() < chance:
            with contextlib.suppress(NotImplementedError, TypeError, ValueError):
                made = change(made)
    if r.random() < 0.03:
        made.attrs["note"] = 1
    return made


def near(r: random.Random, made: pd.DataFrame) -> Any:
    """A table that differs in little or nothing."""
    other = made.copy()
    if r.random() < 0.5 and len(other) and other.shape[1]:
        row, place = r.randrange(len(other)), r.randrange(other.shape[1])
        values = [other.iloc[r.randrange(len(other)), place], r.choice(IN_COLUMNS)]
        box = [other.iloc[k, place] for k in range(len(other))]
        box[row] = r.choice(values)
        try:
            changed = boxed(box).set_axis(other.index)
            if r.random() < 0.7:
                changed = changed.astype(other.dtypes.iloc[place])
            other.isetitem(place, changed)
        except Exception:
            return other
    if r.random() < 0.2:
        other = other.iloc[r.sample(range(len(other)), max(0, len(other) - 1))]
    if r.random() < 0.1:
        return other.iloc[:, -1] if other.shape[1] else other
    if r.random() < 0.1:
        return other.to_dict(r.choice(["list", "records"]))
    return arranged(r, other) if other.columns.is_unique else other


@SLOW
@given(st.integers(0, 2**32))
def test_tables_are_brought_into_the_same_form(seed: int) -> None:
    """Is a normalised table the same, and a refusal worded the same?"""
    r = random.Random(seed)
    for _ in range(4):
        obj: Any = table(r)
        if r.random() < 0.2 and obj.shape[1]:
            obj = obj.iloc[:, r.randrange(obj.shape[1])]
        columns = r.choice([None, ["a"], ["a", "b"], ["id"], [], ["b", "b"], list(NAMES[1:2])])
        key = r.choice(["id", "id", "id", None, "seg", ["id"], ["id", "a"]])
        alike("frame", obj, columns, key)
        alike("series", obj, r.choice([None, "a"]), key)


@SLOW
@given(st.integers(0, 2**32))
def test_tables_are_compared_the_same(seed: int) -> None:
    """Do two tables get the same verdict, message, row, column and parameters?"""
    r = random.Random(seed)
    for _ in range(3):
        want = table(r)
        got = near(r, want)
        options: dict[str, Any] = {
            "key": r.choice(["id", "id", "id", None, ["id"], ["id", "a"]]),
            "order": r.random() < 0.2,
            "dtype": r.random() < 0.2,
        }
        if r.random() < 0.3:
            options |= {"rtol": r.choice([0.0, 0.1, -1.0]), "atol": r.choice([0.0, 1, 0.5])}
        alike("frame_equal", got, want, "wrong", **options)
        alike("frame_equal", table(r), want, "who", who=3, **options)


@SLOW
@given(st.integers(0, 2**32))
def test_columns_are_compared_the_same(seed: int) -> None:
    """Do columns of any two kinds differ in the same rows?"""
    r = random.Random(seed)
    for _ in range(6):
        n = r.choice([0, 1, 3, 8])
        one, other = column(r, n), column(r, n)
        pair = (one, one) if r.random() < 0.3 else (one, other)
        tolerances = (r.choice([0.0, 1e-6, 0.1]), r.choice([0.0, 0.5]))
        results = [outcome(m._differs, *pair, *tolerances) for m in (frozen_compare, compare)]
        assert results[0] == results[1]


@pytest.mark.parametrize("number", range(len(VALUES)))
def test_single_values_are_compared_the_same(number: int) -> None:
    """Is each value told from each other as before, alone, in lists and with tolerances?"""
    actual = VALUES[number]
    for expected in VALUES:
        alike("equal", actual, expected, "wrong")
        alike("close", actual, expected, "who", who=1)
        alike("equal", [actual], [expected])
        alike("equal", {"k": actual}, {"k": expected})
        alike("close", actual, expected, rtol=-1.0)
        alike("close", actual, expected, rtol="x")
        alike("close", actual, expected, atol=0.5)


def test_the_fast_path_is_taken() -> None:
    """Is a plain table met by the fast path, so that these tests compare two things?"""
    plain = pd.DataFrame({"id": [2, 1], "a": [1.0, 2.0], "s": ["x", "y"]})
    for obj in (plain, plain.set_index("id"), plain.astype({"id": float})):
        quick = tables._quick(obj, ["a"], ["id"], every=False)
        assert quick is not None
        assert quick["id"].tolist() == [1, 2]
    assert tables._quick(plain.set_index("id")["a"], ["a"], ["id"], every=False) is not None
    assert tables._quick(plain, ["a"], ["s"], every=False) is not None
    assert tables._quick(Table(plain), ["a"], ["id"], every=False) is None
    assert compare._differs_plain(plain["s"], plain["s"], 0.0, 0.0) is not None


def test_a_result_does_not_change_what_it_was_made_of() -> None:
    """Can a normalised table be changed without the learner's own table following?"""
    for obj in (pd.DataFrame({"id": [1, 2], "a": [1.0, 2.0]}), pd.DataFrame({"id": ["x", "y"]})):
        before = obj.copy()
        made = tables.frame(obj, key="id")
        made.iloc[0, -1] = made.iloc[1, -1]
        made["new"] = 1
        pd.testing.assert_frame_equal(obj, before)
