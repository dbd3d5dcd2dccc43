"""What the checks say by themselves, in both languages.

An exercise names its own messages in ``exercise.yml``; these are the ones that every exercise
shares. They say what was found, never what a hidden test expects.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

LANGS = ("zh", "en")

#: Messages by id. All ids begin with ``check-`` so that no exercise's own id can meet them.
BUILTIN: dict[str, dict[str, str]] = {
    "check-not-defined": {
        "zh": "找不到 `{name}`：请用这个名字，一个字母也不要改。",
        "en": "There is no `{name}`: keep exactly this name.",
    },
    "check-none": {
        "zh": "结果是 None。函数末尾是否漏了 `return`？",
        "en": "The result is None. Is there a `return` at the end of the function?",
    },
    "check-unfinished": {
        "zh": "`raise NotImplementedError` 这一行还在：写好以后把它删掉。",
        "en": "The line `raise NotImplementedError` is still there: delete it when you are done.",
    },
    "check-unwritten": {
        "zh": "还没有写完：写好答案，删掉 `raise NotImplementedError` 这一行，"
        "先运行答案，再运行这一格。",
        "en": "Not written yet: put your answer where `raise NotImplementedError` stands, run it, "
        "then run this cell again.",
    },
    "check-too-long": {
        "zh": "运行时间太长，被停了下来。是不是有不会结束的循环？",
        "en": "It ran too long and was stopped. Is there a loop that never ends?",
    },
    "check-not-table": {
        "zh": "这里要一张表，或者带索引的一列，得到的是 {type}。请对照题目要求的形式。",
        "en": "A table, or a column with an index, is wanted here; this is {type}. Compare it with "
        "the form that the task asks for.",
    },
    "check-not-keyed": {
        "zh": "这里要能看出哪个值属于哪个 `{key}`：要一张表，或者以 `{key}` 为索引的 Series。"
        "得到的是 {type}，里面没有 `{key}`。",
        "en": "Each value must say whose it is: a table, or a Series with `{key}` as its index. "
        "This is {type} and has no `{key}`.",
    },
    "check-odd": {
        "zh": "结果（{type}）的样子检查不了：{problem}。请对照题目要求的形式。",
        "en": "This result ({type}) cannot be checked: {problem}. Compare it with the form "
        "that the task asks for.",
    },
    "check-not-column": {
        "zh": "这里要一列值（列表或 Series），得到的是 {type}。",
        "en": "One column of values (a list or a Series) is wanted here; this is {type}.",
    },
    "check-one-column": {
        "zh": "得到的是一列（Series）；这里要一张表，还要有列 {missing}。",
        "en": "This is one column (a Series); a table is wanted here, with {missing} as well.",
    },
    "check-columns": {
        "zh": "缺少列 {missing}；表里现有的列：{found}。",
        "en": "Missing column: {missing}. The table has: {found}.",
    },
    "check-key": {
        "zh": "找不到 `{key}`：它应当是一列，或者是索引。现有的列：{found}。",
        "en": "`{key}` is neither a column nor the index. The table has: {found}.",
    },
    "check-key-twice": {
        "zh": "`{key}` 的值 {value} 出现了 {times} 次，应当各占一行。",
        "en": "`{key}` {value} has {times} rows; each should have one.",
    },
    "check-key-empty": {
        "zh": "有 {count} 行的 `{key}` 是空的。",
        "en": "`{key}` is empty in {count} rows.",
    },
    "check-no-error": {
        "zh": "这里应当报错（{error}），却没有报错。",
        "en": "This should raise {error}, and it raised nothing.",
    },
    "check-other-error": {
        "zh": "这里应当报 {error}，实际报的是 {got}。",
        "en": "This should raise {error}; it raised {got}.",
    },
    "check-difference": {
        "zh": "结果与要求不符。",
        "en": "The result is not what the task asks for.",
    },
    "check-assert": {
        "zh": "有一项检查没有通过。",
        "en": "One of the tests does not hold.",
    },
}

#: Sentences that are added to a message: where the first difference is.
DETAIL: dict[str, dict[str, str]] = {
    "cell": {
        "zh": "第一处不同：{where}，列 `{column}`，你的值是 {got}（共有 {count} 处）。",
        "en": "First difference: {where}, column `{column}`; you have {got} ({count} in all).",
    },
    "value": {"zh": "你的值是 {got}。", "en": "You have {got}."},
    "item": {
        "zh": "第一处不同：{where}，你的值是 {got}。",
        "en": "First difference: {where}; you have {got}.",
    },
    "type": {"zh": "类型是 {got}。", "en": "Its type is {got}."},
    "rows": {"zh": "你的表有 {got} 行。", "en": "Your table has {got} rows."},
    "length": {"zh": "你的结果有 {got} 项。", "en": "Your result has {got} items."},
    "missing": {
        "zh": "`{key}` {value} 不在你的结果里（共缺 {count} 个）。",
        "en": "`{key}` {value} is not in your result ({count} missing).",
    },
    "extra": {
        "zh": "`{key}` {value} 不该在结果里（共多 {count} 个）。",
        "en": "`{key}` {value} should not be in the result ({count} too many).",
    },
    "dtype": {
        "zh": "列 `{column}` 的类型是 {got}。",
        "en": "Column `{column}` has the type {got}.",
    },
    "row": {"zh": "第 {number} 行", "en": "row {number}"},
    "place": {"zh": "第 {number} 项", "en": "item {number}"},
    "nothing": {"zh": "（没有）", "en": "(nothing)"},
}

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


class Shown(str):
    """A text that is to stand in a message as it is, without quotation marks."""


def show(value: Any) -> str:
    """A value as a message shows it: short, and as a Python reader would write it."""
    if isinstance(value, Shown):
        return str(value)
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "ndim", None) == 0:
        value = item()
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 or abs(value) > 1e15 else f"{value:,.2f}"
    if hasattr(value, "isoformat"):
        return str(value).removesuffix(" 00:00:00")
    try:
        return _short.repr(value)
    except Exception:
        return f"<{type(value).__name__}>"


class _Params(dict[str, str]):
    """Parameters of a template; one that is unknown stays visible instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


#: Parameters that hold a learner's value: shown as Python writes it, texts in quotation marks.
_VALUES = ("got", "value")
LONGEST = 200


def _shown(name: str, value: Any) -> str:
    if isinstance(value, str) and (isinstance(value, Shown) or name not in _VALUES):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    return show(value)


def fill(template: str, params: Mapping[str, Any]) -> str:
    """Put parameters into a message; a broken template is shown as it stands."""
    shown = {name: _shown(name, value) for name, value in params.items()}
    try:
        return template.format_map(_Params(shown))
    except (ValueError, IndexError, AttributeError, KeyError):
        return template


def builtin(identifier: str, lang: str, **params: Any) -> str:
    """One of the shared messages, filled in."""
    return fill(BUILTIN[identifier][lang], params)


def detail(identifier: str, lang: str, **params: Any) -> str:
    """A sentence that says where a difference is."""
    return fill(DETAIL[identifier][lang], params)
