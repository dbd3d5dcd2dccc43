"""Every reason and note that a person may read about a submission, in both languages.

They are stored by id with their parameters, so that a page can be made again in either language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from casebank.check.visible import visible
from casebank.lang import Bi

#: Characters of what is filled into a reason; some name many cells.
LONGEST = 2000

REASONS: dict[str, Bi] = {
    # rejected: nothing can be read
    "no-notebook": Bi(
        zh="文件夹里没有笔记本，应当有 {expected}。",
        en="There is no notebook in the folder; {expected} is expected.",
    ),
    "wrong-name": Bi(
        zh="笔记本叫 {found}，应当叫 {expected}：请改名后重新提交。",
        en="The notebook is called {found}, not {expected}: rename it and hand it in again.",
    ),
    "too-large": Bi(
        zh="文件太大（{size} MB，最多 {limit} MB）：请清除所有输出后重新提交。",
        en="The files are too large ({size} MB, at most {limit} MB): clear all outputs and hand in "
        "again.",
    ),
    "too-complex": Bi(
        zh="笔记本里的单元格、输出或元数据多得读不了：请清除所有输出，只留下练习要的内容，再提交。",
        en="The notebook holds more cells, outputs or metadata than are read: clear all outputs, "
        "keep what the exercise asks for, and hand it in again.",
    ),
    "too-many": Bi(
        zh="文件太多（最多 {limit} 个）：请只提交笔记本和它用到的文件。",
        en="There are too many files (at most {limit}): hand in the notebook and what it needs.",
    ),
    "empty-file": Bi(
        zh="笔记本是空文件：请重新保存，再提交一次。",
        en="The notebook is an empty file: save it again and hand it in once more.",
    ),
    "not-utf8": Bi(
        zh="笔记本不是 UTF-8 编码的文本，读不出来。",
        en="The notebook is not UTF-8 text, so it cannot be read.",
    ),
    "not-json": Bi(
        zh="笔记本文件已损坏（第 {line} 行起不是有效的 JSON）：请从 JupyterLab 重新保存。",
        en="The notebook file is damaged (not valid JSON from line {line} on): save it again in "
        "JupyterLab.",
    ),
    "not-notebook": Bi(
        zh="这个文件不是 Jupyter 笔记本（第 4 版格式）：请用 JupyterLab 打开并保存。",
        en="This file is not a Jupyter notebook of format 4: open it in JupyterLab and save it.",
    ),
    "wrong-exercise": Bi(
        zh="这份笔记本属于练习 {found}，不是 {expected}。",
        en="This notebook belongs to the exercise {found}, not to {expected}.",
    ),
    "duplicate-cell": Bi(
        zh="单元格 {cell} 出现了不止一次（可能是复制粘贴造成的）：请删掉多余的一份。",
        en="The cell {cell} is there more than once (a copy was pasted): delete the extra one.",
    ),
    "odd-file": Bi(
        zh="{name} 是链接或特殊文件，不能收：请只提交普通文件。",
        en="{name} is a link or a special file and cannot be taken: hand in plain files only.",
    ),
    "file-name": Bi(
        zh="文件 {name} 的名字里有不能用的字符，或者放得太深：请改名后重新提交。",
        en="The name of the file {name} holds signs that cannot be used, or it lies too deep: "
        "rename it and hand it in again.",
    ),
    "student-id": Bi(
        zh="文件夹名 {name} 不能用作学员编号（只能用字母、数字和 . _ - @）。",
        en="The folder name {name} cannot serve as a student's id (letters, digits and . _ - @).",
    ),
    # held: a person has to look
    "not-judged": Bi(
        zh="有题目因为前面的步骤没有成功而无法判分：{tasks}。分数没有扣，由教师来看。",
        en="Some tasks could not be judged because a step before them did not work: {tasks}. No "
        "mark is lost; your instructor will look at them.",
    ),
    "version-unknown": Bi(
        zh="笔记本是 {found} 版，这门课没有保存这一版，由教师来看。",
        en="The notebook is of version {found}, which this course has not kept; your instructor "
        "will look at it.",
    ),
    "version-differs": Bi(
        zh="笔记本是 {found} 版，现在发布的是 {current} 版，题目有增减：{cells} 由教师来看。",
        en="The notebook is of version {found}; {current} is out now and counts other cells: "
        "{cells} wait for your instructor.",
    ),
    "odd-score": Bi(
        zh="{cells} 的检查通过了，但单元格打印了警告，nbgrader 因此没有给满分；由教师来看。",
        en="The tests of {cells} passed, yet nbgrader withheld points since a warning was printed; "
        "your instructor will look at it.",
    ),
    "odd-value": Bi(
        zh="{cells} 的最后一个值不是可用的分数（{values}），由教师来看。",
        en="The last value of {cells} is no usable score ({values}); your instructor will look at "
        "it.",
    ),
    "over-maximum": Bi(
        zh="{cells} 的部分得分高于现在的满分，由教师来看。",
        en="The partial credit of {cells} is more than the cell is worth by now; your instructor "
        "will look at it.",
    ),
    "verify-differs": Bi(
        zh="{cells} 在独立环境里的复核结果与笔记本里的不同，由教师来看。",
        en="A second judgement of {cells}, in a clean process, came out differently; your "
        "instructor will look at it.",
    ),
    "bad-metadata": Bi(
        zh="笔记本的 nbgrader 元数据已损坏：请从发布的笔记本重新开始，把答案抄过去。",
        en="The notebook's nbgrader metadata is damaged: copy your answers into a fresh copy of "
        "the released notebook.",
    ),
    "no-kernel": Bi(
        zh="笔记本要用的内核 {found} 没有装在评分的机器上，由教师来看。",
        en="The kernel {found} is not installed where grading runs; your instructor will look at "
        "it.",
    ),
    "kernel-stopped": Bi(
        zh="代码让 Python 中途退出了，后面的题目没有判分，由教师来看。",
        en="The code ended Python before the notebook was through; what came after was not judged "
        "and waits for your instructor.",
    ),
    "cell-stuck": Bi(
        zh="有单元格运行过久，又中断不了，后面的题目没有判分，由教师来看。",
        en="A cell ran for too long and could not be interrupted; what came after was not judged "
        "and waits for your instructor.",
    ),
    "limit-time": Bi(
        zh="运行超过 {limit} 秒，后面的题目没有判分，由教师来看。",
        en="The run took more than {limit} seconds; what came after was not judged and waits for "
        "your instructor.",
    ),
    "limit-memory": Bi(
        zh="内存超过 {limit} MB，后面的题目没有判分，由教师来看。",
        en="The run used more than {limit} MB of memory; what came after was not judged and waits "
        "for your instructor.",
    ),
    "limit-output": Bi(
        zh="输出超过 {limit} MB，后面的题目没有判分，由教师来看。",
        en="The run printed more than {limit} MB; what came after was not judged and waits for "
        "your instructor.",
    ),
    "engine-fault": Bi(
        zh="评分程序自己出了错，不是你的问题；没有扣分，由教师来看。",
        en="The grading itself failed, which is not your fault; no mark is lost and your "
        "instructor will look at it.",
    ),
    # waiting
    "not-yet": Bi(zh="已收到，还没有评分。", en="Received, not graded yet."),
    # notes: what was mended or seen, no effect on the status
    "test-restored": Bi(
        zh="检查单元格 {cell} 与发布的不同，已换成发布的再判分。",
        en="Test cells that differ from the release were replaced, then judged: {cell}.",
    ),
    "test-added": Bi(
        zh="检查单元格 {cell} 被删掉了，已补回再判分。",
        en="Deleted test cells were put back and judged: {cell}.",
    ),
    "cell-metadata": Bi(
        zh="单元格 {cell} 的评分设置与发布的不同，已换成发布的。",
        en="Grading settings that differ from the release were replaced: {cell}.",
    ),
    "order-differs": Bi(
        zh="单元格的顺序与发布的不同，按现在的顺序判分。",
        en="The cells stand in another order than in the release and were judged as they stand.",
    ),
    "unknown-cell": Bi(
        zh="单元格 {cell} 带有练习里没有的评分设置，已忽略。",
        en="Grading settings that the exercise does not know were ignored: {cell}.",
    ),
    "kernel-name": Bi(
        zh="笔记本写的内核是 {found}，按 Python 判分。",
        en="The notebook names the kernel {found}; it was graded as Python.",
    ),
    "in-the-way": Bi(
        zh="{found} 和课程自己的文件或文件夹重名，没有用它。",
        en="{found} has the name of a file or folder of the course, and was left out.",
    ),
    "other-kernel": Bi(zh="用内核 {found} 判分。", en="Graded with the kernel {found}."),
    "not-verified": Bi(zh="{cells} 没有复核。", en="Not judged a second time: {cells}."),
    "old-version": Bi(
        zh="笔记本是 {found} 版，按这一版的要求判分（现在发布的是 {current} 版）。",
        en="The notebook is of version {found} and was judged by that version ({current} is out "
        "now).",
    ),
    "no-label": Bi(
        zh="笔记本没有写明练习和版本，按现在发布的 {current} 版判分。",
        en="The notebook does not say its exercise and version; it was judged by {current}, the "
        "one that is out now.",
    ),
    "odd-time": Bi(
        zh="timestamp.txt 里没有读得懂的时间，已忽略。",
        en="timestamp.txt holds no time that can be read and was ignored.",
    ),
    "not-in-roster": Bi(zh="学员不在花名册里。", en="The student is not in the roster."),
    "slow-cell": Bi(
        zh="有单元格运行时间过长，已中断。", en="A cell ran for too long and was interrupted."
    ),
    "essay-waits": Bi(zh="文字题由教师评分。", en="Written answers are graded by a person."),
}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


@dataclass(frozen=True)
class Reason:
    """One reason or note: its id and what is filled in."""

    id: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence in one language; what a stranger wrote is text in it."""
        shown = {name: visible(value, LONGEST) for name, value in self.params.items()}
        return REASONS[self.id][lang].format_map(_Known(shown))


class RejectedError(Exception):
    """A submission that cannot be read, with the one sentence why."""

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason)
        self.reason = Reason(reason, params)


def dump(reasons: Iterable[Reason]) -> str:
    """Reasons as JSON, for a column of the gradebook."""
    return json.dumps([{"id": r.id, **r.params} for r in reasons], ensure_ascii=False)


def parse(text: str | None) -> list[Reason]:
    """Reasons from a column of the gradebook; an id that no longer exists is left out."""
    found = json.loads(text) if text else []
    return [
        Reason(item["id"], {k: v for k, v in item.items() if k != "id"})
        for item in found
        if item.get("id") in REASONS
    ]
