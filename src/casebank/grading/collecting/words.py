"""What the summary of a collection says, in both languages: the course's is the instructor's."""

from __future__ import annotations

from casebank.lang import Bi

#: The table's columns, and whether a long text in one may take several lines.
COLUMNS: tuple[tuple[Bi | None, bool], ...] = (
    (Bi(zh="学号", en="student"), True),
    (Bi(zh="姓名", en="name"), True),
    (Bi(zh="练习", en="exercise"), True),
    (Bi(zh="第几次", en="attempt"), False),
    (Bi(zh="生成时间（UTC）", en="made (UTC)"), False),
    (Bi(zh="最近自查", en="last check"), False),
    (None, True),
)
#: Between two remarks, and between two names.
JOINT = Bi(zh="；", en="; ")
COMMA = Bi(zh="、", en=", ")
PERSON = Bi(zh="{student}（{exercise}）", en="{student} ({exercise})")
CHECKS = Bi(zh="{passed}/{total}（{n} 次）", en="{passed}/{total} ({n})")
NO_CHECK = Bi(zh="没有", en="none")
OLD = Bi(zh="以前收过", en="was here")
NOT_NEWEST = Bi(zh="另有更新的一份", en="a newer one counts")

ASIDE = Bi(zh="收不了 ", en="put aside ")
ASIDE_WHY = Bi(zh="{source}：{sentence}", en="{source}: {sentence}")
COUNTS = Bi(
    zh="收下 {new} 份，以前收过 {old} 份，收不了 {aside} 份",
    en="{new} taken, {old} here already, {aside} put aside",
)
COPIES = Bi(
    zh="（原件和原因在 {folder}）",
    en=" (copies with the reasons: {folder})",
)
LEFT = Bi(
    zh="另有 {n} 份收不了，太多了没有复制，都留在原处；名单和原因在 {path}",
    en="{n} more could not be taken; being so many they were not copied and stay where they are, "
    "listed with the reasons in {path}",
)
MORE_LINES = Bi(zh="……还有 {n} 份，没有列出", en="… and {n} more, not listed")
AHEAD = Bi(
    zh="自称 {claimed} 生成，晚于收件时间，按收件时间算",
    en="claims to be made at {claimed}, after it was received: that time counts",
)
NOTHING = Bi(
    zh="没有找到提交文件（.casebank.zip）",
    en="no submission file (.casebank.zip) was found",
)
OTHER = Bi(
    zh="不是提交文件，没有动：{names}",
    en="left alone, being no submission file: {names}",
)
MORE = Bi(zh="，还有 {n} 个", en=" and {n} more")
COMPLETED = Bi(
    zh="上次中途停下，这次补完：{people}",
    en="completed from a run that was cut off: {people}",
)
AGAIN = Bi(
    zh="批改过又重交的，请再批改：{people}",
    en="graded before and handed in anew, so grade again: {people}",
)
CLAIMED = Bi(
    zh="姓名、时间和自查都是文件自己说的，没有人核实过。",
    en="Names, times and checks are what each file says of itself; nobody has verified them.",
)
NEXT = Bi(zh="下一步：{command}", en="next: {command}")
