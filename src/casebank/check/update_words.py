"""What ``casebank kit update`` says, in both languages."""

from __future__ import annotations

SAY: dict[str, dict[str, str]] = {
    # refusals, one sentence each
    "still": {"zh": "；什么都没有动。", "en": "; nothing was changed."},
    "no-file": {
        "zh": "找不到 {path}：请检查名字和所在的文件夹。",
        "en": "there is no {path}: look at its name and folder.",
    },
    "unreadable": {
        "zh": "{path} 读不了：请检查权限，或换一个地方放这个文件{still}",
        "en": "{path} may not be read: look at its rights, or put it elsewhere{still}",
    },
    "not-zip": {
        "zh": "{path} 打不开，它不是完整的 zip 文件：请重新下载{still}",
        "en": "{path} cannot be opened as a whole zip: download it again{still}",
    },
    "not-kit": {
        "zh": "{path} 不是能用来更新的学习包（里面没有完好的 kit-base.zip）："
        "请从课程网站下载新的学习包{still}",
        "en": "{path} is no kit to update from (no sound kit-base.zip in it): download the new kit "
        "from the course's site{still}",
    },
    "newer": {
        "zh": "{path} 比你装的 casebank-check 新得多："
        "请先安装新学习包里的 .whl 文件，再更新{still}",
        "en": "{path} is too new for the casebank-check that you have: install the .whl file of "
        "the new kit first, then update{still}",
    },
    "too-big": {
        "zh": "{path} 解开以后大得不像学习包：请从课程网站重新下载{still}",
        "en": "{path} unpacks to far more than a kit: download it again from the course's "
        "site{still}",
    },
    "hostile": {
        "zh": "{path} 里有一个学习包不会有的文件名（{name}）：请从课程网站重新下载{still}",
        "en": "{path} holds a file name that no kit has ({name}): download it again from the "
        "course's site{still}",
    },
    "damaged": {
        "zh": "{path} 里的 {name} 和清单对不上，文件坏了或被改过：请重新下载{still}",
        "en": "{name} in {path} is not what the manifest says, it was damaged or changed: download "
        "it again{still}",
    },
    "lang": {
        "zh": "新的学习包是{theirs}，你的是{mine}：请下载{mine}的那一份{still}",
        "en": "the new kit is in {theirs}, yours in {mine}: download the one in {mine}{still}",
    },
    "kind": {
        "zh": "新的学习包是 {theirs}，你的是 {mine}：请下载同一种{still}",
        "en": "the new kit is {theirs}, yours is {mine}: download the same kind{still}",
    },
    "older": {
        "zh": "{thing}：新的学习包里是 {theirs}，你的是 {mine}，反而旧了{still}",
        "en": "{thing}: the new kit has {theirs} and yours {mine}, which is later{still}",
    },
    "no-kit": {
        "zh": "{path} 里没有学习包：请先进入有 START.md 的文件夹，或者加上 --kit 文件夹。",
        "en": "there is no kit in {path}: go to the folder with START.md, or add --kit FOLDER.",
    },
    "itself": {
        "zh": "{path} 就是你正在用的学习包：请给出新下载的那一份{still}",
        "en": "{path} is the kit that you work in: name the one that you downloaded{still}",
    },
    "locked-before": {
        "zh": "{path} 写不进去：请关掉正在用它的程序，或检查权限，再运行一次{still}",
        "en": "{path} cannot be written: close the program that has it open, or look at its "
        "rights, and run this again{still}",
    },
    "locked": {
        "zh": "{path} 写不进去（{reason}）：请关掉正在用它的程序，或检查权限，再运行一次；"
        "已经换好的不受影响，你写的都在。",
        "en": "{path} cannot be written ({reason}): close the program that has it open, or look at "
        "its rights, and run this again; what is done is done, and all that you wrote is there.",
    },
    "stopped": {
        "zh": "中途停下了：再运行一次就会接着做完，你写的都在。",
        "en": "stopped half way: run this again and it will be finished; all that you wrote is "
        "there.",
    },
    # the report
    "title": {"zh": "学习包 {mine} → {theirs}", "en": "Kit {mine} → {theirs}"},
    "dry": {
        "zh": "只看不动（--dry-run）：什么都没有改。",
        "en": "A look only (--dry-run): nothing was changed.",
    },
    "no-base": {
        "zh": "注意：这个学习包早于更新功能，看不出哪些是你改的；"
        "凡是和新版不同的单元格都算你写的，留着不动。",
        "en": "Note: this kit is from before updates, so nobody can tell what you changed: every "
        "cell that differs from the new version counts as yours and stays.",
    },
    "nothing": {
        "zh": "已经是最新的，什么都不用换。",
        "en": "Up to date; there is nothing to change.",
    },
    "replaced": {"zh": "换成新的", "en": "replaced by the new one"},
    "replaced-mine": {
        "zh": "换成新的（你改过，原文在备份里）",
        "en": "replaced by the new one (you had changed it; yours is in the backup)",
    },
    "replaced-old": {
        "zh": "换成新的（原来的在备份里）",
        "en": "replaced by the new one (the old one is in the backup)",
    },
    "kept": {"zh": "保留你的", "en": "yours stays"},
    "both": {
        "zh": "你和课程都改了：保留你的；课程改了这些：",
        "en": "changed by you and by the course: yours stays; the course changed this:",
    },
    "both-file": {
        "zh": "你和课程都改了：保留你的；新的放在旁边，叫 {to}",
        "en": "changed by you and by the course: yours stays; the new one lies beside it as {to}",
    },
    "back": {"zh": "你删掉的，放回来了", "en": "you had deleted it; it is back"},
    "added": {"zh": "新增", "en": "added"},
    "removed": {"zh": "新版没有了，去掉", "en": "not in the new version; taken out"},
    "removed-mine": {
        "zh": "新版没有了，去掉（你改过，原文在备份里）",
        "en": "not in the new version; taken out (you had changed it; yours is in the backup)",
    },
    "renamed": {
        "zh": "名字要让给新版，你的改名为 {to}",
        "en": "the new version needs the name; yours is called {to} now",
    },
    "broken": {
        "zh": "读不出来，不是有效的笔记本：改名为 {to}，原处放上新的",
        "en": "cannot be read as a notebook: it is called {to} now, and the new one is in "
        "its place",
    },
    "left": {
        "zh": "新版没有了，留在原处",
        "en": "not in the new version; left where it is",
    },
    "merged": {"zh": "合并", "en": "merged"},
    "backup": {"zh": "改动前的样子存为 {to}", "en": "as it was before: {to}"},
    "more": {"zh": "……还有 {n} 行", "en": "… {n} more lines"},
    "install": {
        "zh": "检查程序也换了，请在这个文件夹里运行：",
        "en": "The checks are new, too; run in this folder:",
    },
    "done": {"zh": "更新好了。", "en": "The kit is up to date."},
    "zh": {"zh": "中文版", "en": "Chinese"},
    "en": {"zh": "英文版", "en": "English"},
    "old": {"zh": "旧版", "en": "an older one"},
}
