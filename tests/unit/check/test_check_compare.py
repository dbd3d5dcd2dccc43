"""Comparisons: right answers of every kind pass, wrong ones are met with the first difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from casebank import check
from casebank.check import CheckFailed
from casebank.check.session import SESSION

WANT = pd.DataFrame({"customer_id": [1, 2, 3], "n": [4, 5, 6], "yuan": [0.1, 2.5, 1e9]})

RIGHT: dict[str, Any] = {
    "same": WANT,
    "key as index": WANT.set_index("customer_id"),
    "index without a name": WANT.set_index("customer_id").rename_axis(None),
    "other order of rows": WANT.iloc[::-1],
    "other order of columns": WANT[["yuan", "n", "customer_id"]],
    "more columns": WANT.assign(more="x"),
    "floats": WANT.astype({"n": float, "customer_id": float}),
    "small integers": WANT.astype({"n": "int8", "customer_id": "int32"}),
    "nullable integers": WANT.astype({"n": "Int64"}),
    "arrow": WANT.convert_dtypes(dtype_backend="pyarrow"),
    "objects": WANT.astype(object),
    "key as text": WANT.assign(customer_id=WANT.customer_id.astype(str)),
    "category": WANT.assign(customer_id=WANT.customer_id.astype("category")),
    "rounding": WANT.assign(yuan=WANT.yuan * (1 + 1e-9)),
    "key twice, as column and index": WANT.set_index("customer_id", drop=False),
    "list of rows": WANT.to_dict("records"),
    "mapping of rows": WANT.set_index("customer_id").to_dict("index"),
    "mapping of tuples": {1: (4, 0.1), 2: (5, 2.5), 3: (6, 1e9)},
    "mapping of columns": WANT.to_dict("list"),
    "spaces in names": WANT.rename(columns={"n": " n "}),
    "two levels": WANT.set_index("customer_id").set_axis(
        pd.MultiIndex.from_tuples([("visits", "n"), ("money", "yuan")]), axis=1
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_of_every_kind(name: str) -> None:
    """Does a right answer of this kind pass?"""
    check.frame_equal(RIGHT[name], WANT, "wrong", key="customer_id")
    table = check.frame(RIGHT[name], columns=["n", "yuan"], key="customer_id")
    assert list(table.columns) == ["customer_id", "n", "yuan"]
    assert list(table.customer_id) == [1, 2, 3]


def fails(work: Callable[[], Any]) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        work()
    return caught.value


WRONG: dict[str, tuple[Any, str, str]] = {
    "None": (None, "check-none", "return"),
    "number": (5, "check-not-table", "`int`"),
    "string": ("abc", "check-not-table", "`str`"),
    "column missing": (WANT.drop(columns="n"), "check-columns", "Missing column: `n`"),
    "key missing": (WANT.drop(columns="customer_id"), "check-key", "`customer_id`"),
    "key twice": (pd.concat([WANT, WANT.head(1)]), "check-key-twice", "`customer_id` 1 has 2 rows"),
    "key empty": (WANT.assign(customer_id=[1, None, 3]), "check-key-empty", "1 rows"),
    "row missing": (WANT.tail(2), "wrong", "`customer_id` 1 is not in your result (1 missing)"),
    "row too many": (
        pd.concat([WANT, pd.DataFrame({"customer_id": [9], "n": [0], "yuan": [0.0]})]),
        "wrong",
        "`customer_id` 9 should not be in the result",
    ),
    "value": (
        WANT.assign(n=[4, 50, 60]),
        "wrong",
        "First difference: customer_id 2, column `n`; you have 50 (2 in all).",
    ),
    "text for a number": (WANT.assign(n=["4", "5", "x"]), "wrong", "column `n`"),
    "missing value": (WANT.assign(n=[4, None, 6]), "wrong", "column `n`; you have nan"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name: str) -> None:
    """Is a wrong answer met by the message, with what was found?"""
    actual, identifier, said = WRONG[name]
    error = fails(lambda: check.frame_equal(actual, WANT, "wrong", key="customer_id"))
    assert error.message_id == identifier
    assert said in str(error)
    assert str(error).endswith(f"[{identifier}]")
    assert isinstance(error, AssertionError)


def test_never_the_expected_value() -> None:
    """Does no message say what a hidden test expects?"""
    secret = 987654
    want = pd.DataFrame({"k": [1, 2], "v": [secret, secret + 1]})
    works: list[Callable[[], Any]] = [
        lambda: check.equal(3, secret, "wrong"),
        lambda: check.equal([1, 2], [1, secret], "wrong"),
        lambda: check.equal([1], [1, secret], "wrong"),
        lambda: check.close(3.0, float(secret), "wrong"),
        lambda: check.equal({"a": 1}, {"a": secret}, "wrong"),
        lambda: check.equal({1, 2}, {secret}, "wrong"),
        lambda: check.equal("x", str(secret), "wrong"),
        lambda: check.frame_equal(want.assign(v=0), want, "wrong", key="k"),
        lambda: check.frame_equal(want.assign(v=0), want, "wrong"),
        lambda: check.equal(want.assign(v=0), want, "wrong"),
        lambda: check.equal(np.zeros((2, 2)), np.full((2, 2), secret), "wrong"),
    ]
    for work in works:
        error = fails(work)
        assert str(secret) not in str(error)
        assert str(secret) not in "".join(error._render_traceback_())


EQUAL: list[tuple[Any, Any]] = [
    (5, 5.0),
    (np.int64(5), 5),
    (np.float32(0.5), 0.5),
    (np.array(5), 5),
    (True, np.True_),
    (float("nan"), None),
    (pd.NA, float("nan")),
    ([1, 2], (1, 2)),
    (np.array([1, 2]), [1, 2]),
    (pd.Series([1, 2]), [1.0, 2.0]),
    (pd.Index(["a"]), ["a"]),
    ({"a": 1}, {"a": 1.0}),
    (pd.Series({"a": 1}), {"a": 1}),
    ([1, 2, 2], {1, 2}),
    (pd.Timestamp("2026-06-30"), np.datetime64("2026-06-30")),
    ("2026-06-30", pd.Timestamp("2026-06-30")),
    ([("a", 1)], [["a", 1]]),
    (np.eye(2), np.eye(2)),
]


@pytest.mark.parametrize("pair", EQUAL)
def test_equal(pair: tuple[Any, Any]) -> None:
    """Are values that mean the same equal?"""
    check.equal(*pair, "wrong")


DIFFERENT: list[tuple[Any, Any]] = [
    (5, 6),
    ("5", 5),
    (1, "1"),
    (None, 5),
    (object(), 5),
    ([2, 1], [1, 2]),
    ("ab", ["a", "b"]),
    ({"a": 1, "b": 2}, {"a": 1}),
    (5, [5]),
    (2, True),
    (1e-9, 0),
    (pd.DataFrame({"a": [1]}), 1),
]


@pytest.mark.parametrize("pair", DIFFERENT)
def test_different(pair: tuple[Any, Any]) -> None:
    """Are values that do not mean the same a failed check, never another error?"""
    fails(lambda: check.equal(*pair, "wrong"))


def test_close() -> None:
    """Is a tolerance kept to, for numbers, sequences and mappings?"""
    check.close(1.0000001, 1.0, "wrong")
    check.close([1, 2.0000001], [1, 2], "wrong")
    check.close({"a": 0.30000001}, {"a": 0.3}, "wrong", rtol=1e-6)
    check.close(1e-9, 0, "wrong", atol=1e-6)
    fails(lambda: check.close(1.1, 1.0, "wrong"))


def test_order_and_dtype() -> None:
    """Can a task ask for the order of rows, and for kinds of columns?"""
    check.frame_equal(WANT, WANT, "wrong", key="customer_id", order=True)
    error = fails(
        lambda: check.frame_equal(
            WANT.iloc[::-1].reset_index(drop=True), WANT, "wrong", key="customer_id", order=True
        )
    )
    assert "row 1" in str(error)
    assert "customer_id 3" in str(error)
    check.frame_equal(WANT.iloc[::-1].reset_index(drop=True), WANT, "wrong")
    error = fails(
        lambda: check.frame_equal(WANT.assign(n=["4", "5", "6"]), WANT, "wrong", dtype=True)
    )
    assert "Column `n` has the type" in str(error)
    check.frame_equal(WANT.astype({"n": float}), WANT, "wrong", dtype=True)


def test_other_kinds_of_columns() -> None:
    """Do categories, intervals, dates and booleans compare by what they mean?"""
    day = pd.to_datetime(pd.Series(["2026-06-30", "2026-06-29"]))
    cut = pd.cut(pd.Series([1, 5]), [0, 2, 6])
    want = pd.DataFrame({"day": day, "cut": cut, "good": [True, False], "tier": ["A", "B"]})
    mine = pd.DataFrame(
        {
            "day": ["2026-06-30", "2026-06-29"],
            "cut": cut.astype(str),
            "good": [1, 0],
            "tier": pd.Categorical(["A", "B"]),
        }
    )
    check.frame_equal(mine, want, "wrong", order=True)


def test_series() -> None:
    """Is one column of values taken from a series, table, mapping or list?"""
    want = [4, 5, 6]
    table = WANT.set_index("customer_id")
    for obj in (table["n"], WANT, table, {1: 4, 2: 5, 3: 6}, table["n"].rename("other")):
        got = check.series(obj, "n", key="customer_id")
        assert got.index.name == "customer_id"
        assert list(got) == want
    assert list(check.series([4, 5, 6], "n")) == want
    assert fails(lambda: check.series(5, "n")).message_id == "check-not-column"
    assert fails(lambda: check.series(None, "n")).message_id == "check-none"


def test_values_without_a_key() -> None:
    """Is a bare array told what it lacks, and a column told that a table is wanted?"""
    for bare in (np.array([4, 5, 6]), [4, 5, 6], (4, 5, 6)):
        error = fails(lambda bare=bare: check.series(bare, "n", key="customer_id"))
        assert error.message_id == "check-not-keyed"
        assert "Series with `customer_id` as its index" in str(error)
    column = WANT.set_index("customer_id")["n"]
    error = fails(lambda: check.frame(column, ["n", "yuan"], key="customer_id"))
    assert error.message_id == "check-one-column"
    assert "with `yuan` as well" in str(error)
    SESSION.lang = "zh"
    error = fails(lambda: check.frame(WANT, ["n", "a", "b"], key="customer_id"))
    assert "缺少列 `a`、`b`" in str(error)


def test_absolute_tolerance_of_tables() -> None:
    """Can a table of amounts be compared to the half fen, near nought as well?"""
    mine = WANT.assign(yuan=[0.104, 2.5, 1e9])
    check.frame_equal(mine, WANT, "wrong", key="customer_id", atol=0.005)
    check.equal(1, 1.0)
    fails(lambda: check.frame_equal(mine, WANT, "wrong", key="customer_id"))
    fails(lambda: check.frame_equal(mine, WANT, "wrong", key="customer_id", atol=0.003))


def test_true_raises_defined() -> None:
    """Do the plain assertions say what they should?"""
    check.true(1 < 2, "wrong")
    check.true(pd.Series([True, True]), "wrong")
    fails(lambda: check.true(pd.Series([True, False]), "wrong"))
    fails(lambda: check.true(pd.Series([], dtype=bool), "wrong"))
    assert "You chose 7." in str(fails(lambda: check.true(False, "who", who=7)))
    check.raises(ZeroDivisionError, lambda: 1 / 0)
    assert fails(lambda: check.raises(KeyError, lambda: 1)).message_id == "check-no-error"
    assert "ZeroDivisionError" in str(fails(lambda: check.raises(KeyError, lambda: 1 / 0)))
    check.defined("WANT", "RIGHT")
    assert fails(lambda: check.defined("nowhere")).message_id == "check-not-defined"


def test_language() -> None:
    """Do messages come in the session's language, own and shared?"""
    SESSION.lang = "zh"
    error = fails(
        lambda: check.frame_equal(WANT.assign(n=[4, 5, 7]), WANT, "wrong", key="customer_id")
    )
    assert str(error) == (
        "结果不对。第一处不同：customer_id 3，列 `n`，你的值是 7（共有 1 处）。 [wrong]"
    )
    assert "函数末尾是否漏了" in str(fails(lambda: check.frame(None)))
    assert error._render_traceback_()[0].startswith("请再看看：结果不对")


def test_message_that_nobody_wrote() -> None:
    """Does a message that is not in the file beside the notebook still end in its id?"""
    error = fails(lambda: check.equal(1, 2, "only-in-hidden"))
    assert str(error).endswith("[only-in-hidden]")
    SESSION.spec = None
    assert str(fails(lambda: check.equal(1, 2, "only-in-hidden"))).endswith("[only-in-hidden]")


def test_hostile_values() -> None:
    """Does a value whose repr or comparison raises still give a failed check?"""

    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError("no repr")

        def __eq__(self, other: object) -> bool:
            raise ValueError("no comparison")

        __hash__ = None  # type: ignore[assignment]

    error = fails(lambda: check.equal(Odd(), "text", "wrong"))
    assert "Odd" in str(error)


ODD: list[Any] = [
    *(None, 5, "x", b"x", [], {}, [1, 2], [[1, 2]], [{}], {1: None}, {1: {}}, {1: [1, 2], 2: [1]}),
    *(set(), np.array(5), np.zeros((2, 2)), pd.DataFrame(), pd.Series(dtype=float), WANT.T),
    *(WANT.groupby("n"), object(), pd.NA, float("nan"), iter([1]), 10**400, "1" * 10**5),
    WANT.assign(customer_id=[[1], [2], [3]]),
    WANT.assign(customer_id=["a", "b", 5]),
    WANT.assign(n=[[1], {}, None]),
    WANT.assign(n=[4 + 1j, 5, 6]),
    WANT.astype({"n": pd.SparseDtype(int)}),
    WANT.assign(n=pd.to_timedelta([1, 2, 3], unit="D")),
    WANT.set_axis(list("aab"), axis=1),
    WANT.rename(columns={"n": 5}),
    pd.concat([WANT, WANT], axis=1),
]
CHECKS: list[Callable[[Any], Any]] = [
    lambda odd: check.frame(odd, ["n"], key="customer_id"),
    lambda odd: check.frame(odd),
    lambda odd: check.frame_equal(odd, WANT, key="customer_id", order=True, dtype=True),
    lambda odd: check.frame_equal(odd, WANT),
    lambda odd: check.series(odd, "n", key="customer_id"),
    lambda odd: check.series(odd),
    lambda odd: check.true(odd),
    lambda odd: check.equal(odd, 5),
    lambda odd: check.equal(odd, {1, 2}),
    lambda odd: check.equal(odd, {"a": 1}),
    lambda odd: check.close(odd, [1.0, 2.0, 3.0]),
    lambda odd: check.close(odd, np.eye(2)),
]


@pytest.mark.parametrize("number", range(len(ODD)))
@pytest.mark.filterwarnings("error")
def test_any_value_may_come(number: int) -> None:
    """Does a check meet any value with a pass or a failed check, short, and no other error?"""
    for work in CHECKS:
        try:
            work(ODD[number])
        except CheckFailed as error:
            assert len(str(error)) < 500
