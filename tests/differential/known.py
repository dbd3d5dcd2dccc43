"""Where Casebank's engine is meant to differ from stock nbgrader, each with its reason.

The list is quoted by the page *Grading engine*. A difference that no entry explains fails the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from compare import Difference
from model import Outcome, Submission


@dataclass(frozen=True)
class Case:
    """A submission with both outcomes."""

    one: Submission
    stock: Outcome
    ours: Outcome


@dataclass(frozen=True)
class Known:
    """A known difference.

    Attributes:
        id: its name in the table.
        en: the reason, one sentence.
        zh: the same in Chinese.
        explains: whether it explains a difference of a case.
        restored: ``--stock-scores`` gives stock's result.
    """

    id: str
    en: str
    zh: str
    explains: Callable[[Case, Difference], bool]
    restored: bool


def _held_row(case: Case, difference: Difference) -> bool:
    return case.ours.status == "held" and difference.what in ("row", "penalty")


KNOWN = [
    Known(
        "duplicate-id",
        "Two cells with the same grade id make stock nbgrader stop the whole run, so later "
        "submissions stay ungraded; here that submission is rejected and the others are graded.",
        "两个单元格的 grade id 相同时，原版 nbgrader 会中止整次批改，后面的提交都得不到评分；"
        "案例银行只退回这一份，其余照常批改。",
        lambda case, d: "duplicate" in case.one.marks and d.what == "status",
        False,
    ),
    Known(
        "over-maximum",
        "A partial score above the maximum makes stock nbgrader drop the submission; here it is "
        "held for a person.",
        "部分得分高于满分时，原版 nbgrader 会丢弃整份提交；案例银行将其留待教师查看。",
        lambda case, d: case.one.kind in ("value-over", "value-infinite") and d.what == "status",
        False,
    ),
    Known(
        "odd-value",
        "A last value that is negative, NaN or no plain number gives full points in stock nbgrader; "
        "here the cell is held for a person.",
        "最后一个值为负数、NaN 或不是普通数字时，原版 nbgrader 给满分；案例银行将该单元格留待教师查看。",
        lambda case, d: (
            (case.one.kind.startswith("value-") and _held_row(case, d))
            or (d.what == "false-alarm" and '"odd-value"' in case.ours.reason)
        ),
        True,
    ),
    Known(
        "numpy-value",
        "A last value such as np.float64(0.5) gives full points in stock nbgrader, which cannot read "
        "it; here it is read as the number that it is.",
        "最后一个值为 np.float64(0.5) 这类写法时，原版 nbgrader 读不懂而给满分；案例银行按其数值计分。",
        lambda case, d: case.one.kind == "value-numpy" and d.what in ("row", "penalty"),
        True,
    ),
    Known(
        "skip-tag",
        "A tag that makes the runner skip a test cell gives full points in stock nbgrader; here the "
        "tag is removed and the test is run.",
        "测试单元格带有跳过执行的标签时，原版 nbgrader 给满分；案例银行去掉标签并运行测试。",
        lambda case, d: (
            "tag" in case.one.marks and d.what in ("row", "cell", "output", "cells", "penalty")
        ),
        True,
    ),
    Known(
        "stderr-only",
        "A test that has passed but wrote to stderr, such as a warning or a missing glyph, gets 0 "
        "points in stock nbgrader; here the cell is held for a person.",
        "测试已通过、只是向 stderr 写了内容（如警告或缺字提示）时，原版 nbgrader 判 0 分；"
        "案例银行将该单元格留待教师查看。",
        lambda case, d: (
            "stderr" in case.one.marks
            and (_held_row(case, d) or (d.what == "false-alarm" and _only_stderr(case)))
        ),
        True,
    ),
    Known(
        "second-judgement",
        "A value that claims to equal everything, or a changed builtin, gives full points in stock "
        "nbgrader; here the second judgement differs and the cell is held.",
        "自称与任何值相等的对象或被改写的内置函数，在原版 nbgrader 中可得满分；"
        "案例银行的第二次判定结果不同，该单元格留待教师查看。",
        lambda case, d: "cheat" in case.one.marks and _held_row(case, d),
        True,
    ),
    Known(
        "left-files",
        "Files that a notebook writes or deletes while it is graded are there or gone in autograded/ "
        "with stock nbgrader; here that ends with the sandbox, so what was handed in or given lies "
        "there.",
        "批改时笔记本写出或删除的文件，在原版 nbgrader 的 autograded/ 中会留下或消失；"
        "案例银行里这些变化随沙箱一并结束，那里是提交的和下发的文件。",
        lambda case, d: d.what == "left",
        False,
    ),
]


def _only_stderr(case: Case) -> bool:
    """Each disputed cell has 0 points in stock, so nobody loses by the hold."""
    return all(
        case.stock.rows[name][0] == 0
        for name, row in case.ours.rows.items()
        if row[0] is None and row[1] and row != case.stock.rows.get(name)
    )


def explain(case: Case, difference: Difference) -> Known | None:
    """The entry that explains a difference."""
    return next((known for known in KNOWN if known.explains(case, difference)), None)
