"""Why a file that was handed in is put aside: one sentence each, in both languages."""

from __future__ import annotations

from casebank.check.visible import visible
from casebank.lang import Bi

WORDS: dict[str, Bi] = {
    # the file
    "link": Bi(
        zh="是链接，不跟着走：请给出文件本身。",
        en="It is a link, and links are not followed: name the file itself.",
    ),
    "special": Bi(
        zh="不是普通文件，不能收。",
        en="It is not an ordinary file and cannot be taken.",
    ),
    "unreadable": Bi(
        zh="读不了（{why}）：请检查权限再收一次。",
        en="It cannot be read ({why}): look at its permissions and collect it again.",
    ),
    "too-large": Bi(
        zh="太大（{size} MB，最多 {limit} MB），没有打开，留在原处：请学员清除所有输出后重新提交。",
        en="It is too large ({size} MB, at most {limit} MB), was not opened and stays where it "
        "is: ask for it again with all outputs cleared.",
    ),
    "not-zip": Bi(
        zh="不是 zip 文件，或者没有传完整：请学员重新提交。",
        en="It is not a zip file, or was cut off on its way: ask for it again.",
    ),
    "damaged": Bi(
        zh="zip 文件已损坏，读不出里面的 {name}：请学员重新提交。",
        en="The zip file is damaged, {name} in it cannot be read: ask for it again.",
    ),
    "encrypted": Bi(
        zh="加了密码（{name}），打不开：请学员用“提交”按钮重做一份，不要另外压缩。",
        en="It is locked with a password ({name}): ask for the file as the hand-in made it.",
    ),
    "compression": Bi(
        zh="{name} 用了不支持的压缩方法：请学员用“提交”按钮重做一份，不要另外压缩。",
        en="{name} is packed by a method that is not taken: ask for the file as the hand-in "
        "made it.",
    ),
    "bomb": Bi(
        zh="{name} 展开后会大得离谱（压缩炸弹），没有展开。",
        en="{name} would unpack to an absurd size (a zip bomb) and was not unpacked.",
    ),
    "bomb-all": Bi(
        zh="{name} 会展开成 {size} MB，对总共 {packed} MB 的压缩包来说大得离谱，没有展开；"
        "其他文件照收。",
        en="{name} would unpack to {size} MB, an absurd size in an archive of {packed} MB, and was "
        "not unpacked; the others are taken all the same.",
    ),
    "bomb-rest": Bi(
        zh="{name} 里的文件会展开得大得离谱（它所在的压缩包总共才 {packed} MB），没有打开；"
        "其他文件照收。",
        en="What {name} holds would unpack to an absurd size, more than an archive of {packed} MB "
        "may, and was not opened; the others are taken all the same.",
    ),
    "overlap": Bi(
        zh="里面有几个文件共用同一段字节（压缩炸弹），没有展开。",
        en="Files in it share the same bytes (a zip bomb); nothing was unpacked.",
    ),
    "overlap-entry": Bi(
        zh="{name} 和压缩包里另一个文件共用同一段字节（压缩炸弹），没有展开；其他文件照收。",
        en="{name} shares bytes with another file in the archive (a zip bomb) and was not "
        "unpacked; the others are taken all the same.",
    ),
    "bad-entry": Bi(
        zh="里面有一个文件名指向别处：{name}；什么都没有展开。",
        en="A name in it points out of the file: {name}; nothing was unpacked.",
    ),
    "control": Bi(
        zh="里面有一个文件名含有控制字符：{name}。",
        en="A name in it holds control signs: {name}.",
    ),
    "entry-link": Bi(
        zh="里面的 {name} 是链接或特殊文件。",
        en="{name} in it is a link or a special file.",
    ),
    "twice": Bi(
        zh="里面有两个都叫 {name} 的文件，不知道哪个算数。",
        en="{name} is in it twice, and nobody can say which counts.",
    ),
    "no-entry": Bi(
        zh="里面没有 {name}，不是提交文件。",
        en="There is no {name} in it, so it is no submission file.",
    ),
    "extra": Bi(
        zh="里面多了 {name}：提交文件只装笔记本和 manifest.json，请不要改动它。",
        en="{name} does not belong in it: a submission file holds the notebook and manifest.json "
        "only, and is to stay as the hand-in made it.",
    ),
    "too-many": Bi(
        zh="里面的文件太多（最多 {limit} 个）。",
        en="There are too many files in it (at most {limit}).",
    ),
    "nested": Bi(
        zh="zip 里面的 zip 里面还有 zip：请先解开 {name} 再收。",
        en="There is a zip in a zip in a zip: unpack {name} first and collect that.",
    ),
    "no-submission": Bi(
        zh="里面没有提交文件（.casebank.zip）。",
        en="There is no submission file (.casebank.zip) in it.",
    ),
    # the manifest
    "manifest": Bi(
        zh="manifest.json 读不懂（{part}）：请学员重做一份。",
        en="manifest.json cannot be understood ({part}): ask for the file to be made again.",
    ),
    "manifest-large": Bi(
        zh="manifest.json 太大（最多 {limit} KB）。",
        en="manifest.json is too large (at most {limit} KB).",
    ),
    "format": Bi(
        zh="提交文件的格式是 {found}，这里只懂 {known}：请更新 Casebank。",
        en="The submission file is of format {found}, known here is {known}: update Casebank.",
    ),
    "hash": Bi(
        zh="笔记本和 manifest.json 里的校验值对不上：文件被改过或传坏了，请学员重新提交。",
        en="The notebook does not have the digest that manifest.json tells: it was changed or "
        "damaged on its way, so ask for it again.",
    ),
    "future": Bi(
        zh="自称是 {found} 做的，还没到那个时候：请学员校准电脑时钟后重新提交。",
        en="It claims to be made at {found}, which is yet to come: the computer's clock is wrong; "
        "ask for it again with the clock set.",
    ),
    # what is handed in
    "notebook": Bi(zh="{why}", en="{why}"),
    "wrong-exercise": Bi(
        zh="manifest.json 说是练习 {claimed}，笔记本却属于 {found}。",
        en="manifest.json says the exercise {claimed}, but the notebook belongs to {found}.",
    ),
    "wrong-version": Bi(
        zh="manifest.json 说是 {claimed} 版，笔记本却是 {found} 版。",
        en="manifest.json says version {claimed}, but the notebook is of version {found}.",
    ),
    "no-exercise": Bi(
        zh="这门课没有发布过练习 {found}；发布过的有：{known}。",
        en="The exercise {found} has not been released in this course; released are: {known}.",
    ),
    "no-version": Bi(
        zh="笔记本是 {exercise} 的 {found} 版，这门课没有保存这一版；有：{known}。",
        en="It is of version {found} of {exercise}, which this course has not kept; it has: "
        "{known}.",
    ),
    # whose it is
    "bad-id": Bi(
        zh="学号 {found} 不能用（只能用字母、数字和 . _ - @，不能是系统保留名）："
        "请学员改正后重新提交，或者用 --student 说明是谁的。",
        en="The id {found} cannot be used (letters, digits and . _ - @, no reserved name): ask for "
        "it again, or say whose it is with --student.",
    ),
    "unknown-id": Bi(
        zh="名单里没有学号 {found}（自称 {name}）{near}：核对后用 --student 说明是谁的，"
        "或者用 --add-students 收下。",
        en="The id {found} (by the name of {name}) is not in the class list{near}: say whose it is "
        "with --student, or take it with --add-students.",
    ),
    "many-attempts": Bi(
        zh="学号 {student} 的 {exercise} 已经收了 {limit} 份，不再收：核对这些是不是本人交的。",
        en="There are {limit} attempts of {student} at {exercise} already, and no more are taken: "
        "see whether they are that person's own.",
    ),
    "course-link": Bi(
        zh="课程里的 {name} 是链接或文件，不往里写：请换成普通文件夹。",
        en="{name} in the course is a link or a file and is not written into: make it a plain "
        "folder.",
    ),
}
NEAR = Bi(zh="，是不是 {id}", en="; perhaps {id}")


def shown(text: object, most: int = 60) -> str:
    """A stranger's text for people's eyes: no sign that steers a terminal, and short."""
    return visible(text, most)


class Refusal(Exception):
    """A file is put aside; carries the reason's id and what is to be said."""

    def __init__(self, what: str, **params: object) -> None:
        self.id = what
        self.params = {
            name: value if isinstance(value, Bi) else shown(value, 300 if name == "why" else 60)
            for name, value in params.items()
        }
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """The sentence."""
        said = {
            name: value[lang] if isinstance(value, Bi) else value
            for name, value in self.params.items()
        }
        return WORDS[self.id][lang].format(**said)
