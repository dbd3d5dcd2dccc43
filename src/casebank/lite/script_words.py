"""What the scripts of the browser labs say, in both languages; the pages bring it as JSON."""

from __future__ import annotations

#: Words of both scripts.
BOTH: dict[str, dict[str, str]] = {
    "cancel": {"zh": "取消", "en": "Cancel"},
    "ok": {"zh": "好", "en": "OK"},
    "close": {"zh": "关闭", "en": "Close"},
    "go_on": {"zh": "继续", "en": "Go on"},
    "version": {"zh": "版本 {v}", "en": "version {v}"},
    "bad_zip": {
        "zh": "这个 zip 文件读不出来，可能没有下载完整。什么都没有改动。",
        "en": "This zip file cannot be read; perhaps it was not downloaded whole. Nothing was "
        "changed.",
    },
    "too_big": {
        "zh": "这个文件太大，不像是笔记本。什么都没有改动。",
        "en": "This file is too large to be a notebook. Nothing was changed.",
    },
    "state_none": {
        "zh": "这个浏览器不让本站存东西：一关这一页，作业就没有了。关之前请先导出。",
        "en": "This browser does not let the site keep anything: when you close this page, your "
        "work is gone. Export it before you close.",
    },
    "state_private": {
        "zh": "看起来是隐私窗口：一关窗口，作业就没有了。请换普通窗口，或者在关之前导出。",
        "en": "This looks like a private window: when you close it, your work is gone. Use a "
        "normal window, or export before you close.",
    },
    "state_persistent": {
        "zh": "浏览器答应一直保留，除非你自己清除。",
        "en": "The browser keeps it until you clear it yourself.",
    },
    "state_maybe": {
        "zh": "普通窗口里会保留，磁盘满了浏览器可能清掉；隐私窗口一关就没有了。做完请导出一份。",
        "en": "In a normal window it stays, but when the disk is full the browser may clear it; a "
        "private window forgets it when it is closed. Export a copy after each session.",
    },
    "http": {
        "zh": "本站用的是 http，不是 https：笔记本照常能用，只是不能请浏览器一直保留作业，"
        "做完请导出一份。",
        "en": "This site is served by http, not https: the notebooks work all the same, but the "
        "browser cannot be asked to keep your work for good, so export a copy after each session.",
    },
    "storage_failed": {
        "zh": "没有存上：浏览器的存储空间满了或者不让写。请马上导出。",
        "en": "Not saved: the browser's storage is full or refuses to write. Export now.",
    },
}

#: What the work page's script says.
WORK: dict[str, dict[str, str]] = {
    "loading_page": {"zh": "正在打开笔记本界面……", "en": "Opening the notebook's page …"},
    "loading_core": {"zh": "正在加载 Python……", "en": "Loading Python …"},
    "loading_package": {
        "zh": "正在加载 {name}，第 {done} 个，共 {total} 个……",
        "en": "Loading {name}, {done} of {total} …",
    },
    "loading_data": {
        "zh": "正在读取数据 {name}，第 {done} 个，共 {total} 个……",
        "en": "Reading the data {name}, {done} of {total} …",
    },
    "loading_kernel": {"zh": "正在启动 Python……", "en": "Starting Python …"},
    "ready": {"zh": "笔记本准备好了。", "en": "The notebook is ready."},
    "open": {"zh": "打开笔记本", "en": "Open the notebook"},
    "slow": {
        "zh": "等了 {seconds} 秒，还在等：{what}网络慢的话是正常的；一直不动，就刷新这一页，"
        "作业不会丢。",
        "en": "{seconds} s without news of this step: {what} On a slow network that is normal. If "
        "nothing moves, reload this page; your work stays.",
    },
    "failed": {
        "zh": "没有加载成功：{message}刷新这一页再试；还不行，就把这句话告诉教师。",
        "en": "Loading failed: {message} Reload this page; if it fails again, show this sentence "
        "to your instructor.",
    },
    "offline": {
        "zh": "没有加载成功：取不到 {name}。看看网络，再刷新这一页。",
        "en": "Loading failed: {name} cannot be fetched. Check the network, then reload this page.",
    },
    "other_tab": {
        "zh": "这个笔记本已经在另一个标签页里打开了。为免两边互相覆盖，这里先不打开。",
        "en": "This notebook is open in another tab. So that the two do not overwrite each other, "
        "it is not opened here.",
    },
    "take_over": {"zh": "在这里继续", "en": "Go on here"},
    "taken": {
        "zh": "这个笔记本已转到另一个标签页，这里写的都已存好。",
        "en": "This notebook went on in another tab; what was written here is saved.",
    },
    "saved": {"zh": "{time} 已存在这个浏览器里", "en": "Saved in this browser {time}"},
    "saving": {"zh": "正在保存……", "en": "Saving …"},
    "unsaved": {"zh": "有改动，马上保存", "en": "Changed, about to be saved"},
    "in_memory": {
        "zh": "没有存：这个浏览器不保存，请导出",
        "en": "Not kept: this browser saves nothing, export it",
    },
    "back": {"zh": "回到笔记本", "en": "Notebook"},
    "text": {"zh": "看原文", "en": "Text"},
    "running_all": {
        "zh": "这次打开以后还没有运行过，先从头运行：第 {done} 格，共 {total} 格……",
        "en": "Nothing was run since the notebook was opened: running it from the top, cell {done} "
        "of {total} …",
    },
    "checking": {"zh": "正在自查……", "en": "Checking …"},
    "check_failed": {
        "zh": "自查没有完成：{message}",
        "en": "The check did not finish: {message}",
    },
    "not_ready": {
        "zh": "Python 还没有准备好，等一下再试。",
        "en": "Python is not ready yet; try again in a moment.",
    },
    "fetching": {"zh": "正在加载 {name}……", "en": "Loading {name} …"},
    "cell_running": {
        "zh": "有一个单元格正在运行，等它结束再自查。",
        "en": "A cell is running; check when it has ended.",
    },
    "cell_long": {
        "zh": "这个单元格已经运行了 20 秒。如果它停不下来，就重新启动 Python："
        "变量会清空，写下的内容都在。",
        "en": "This cell has been running for 20 seconds. If it does not end, restart Python: "
        "variables are lost, what you wrote stays.",
    },
    "cell_interrupt": {
        "zh": "浏览器里不能中断一个单元格，只能重新启动 Python：变量会清空，写下的内容都在。",
        "en": "In the browser a cell cannot be interrupted. Python can be restarted: variables are "
        "lost, what you wrote stays.",
    },
    "restart_python": {"zh": "重新启动 Python", "en": "Restart Python"},
    "restarting": {"zh": "正在重新启动 Python……", "en": "Restarting Python …"},
    "restarted": {
        "zh": "Python 已重新启动，请从准备单元格运行起。",
        "en": "Python has been restarted: run the notebook from its setup cell.",
    },
    "check_cancelled": {
        "zh": "Python 重新启动了，自查没有做完。请再按一次“自查”。",
        "en": "Python was restarted, so the check did not finish. Press Check again.",
    },
    "check_stopped": {
        "zh": "Python 重新启动了，自查停在下面这一格。它没有运行完：先看看是不是有不会结束的循环，"
        "改好以后再按“自查”。",
        "en": "Python was restarted; the check had come to the cell below, which did not end. See "
        "whether it, or what it calls, has a loop without an end, then press Check again.",
    },
    "check_no_setup": {
        "zh": "不能自查：开头的准备单元格没有运行成功。看看它下面的出错信息；"
        "它要是被改过或删掉了，从“更多”里恢复。",
        "en": "No check: the setup cell at the top did not run. Read the error below it; if the "
        "cell was changed or deleted, reset the notebook under More.",
    },
    "busy": {"zh": "正在进行，请等一下。", "en": "Still at work; wait a moment."},
    "hand_in": {"zh": "交作业", "en": "Hand in"},
    "name": {"zh": "姓名", "en": "Name"},
    "id": {"zh": "学号或工号", "en": "Student or staff number"},
    "name_needed": {"zh": "请填写姓名和学号（工号）。", "en": "Give your name and number."},
    "id_rule": {
        "zh": "学号（工号）只能用字母、数字和 . _ - @，请照名单上的写。",
        "en": "Letters, digits and . _ - @ only: write your number as in the class list.",
    },
    "hand_in_what": {
        "zh": "这里会生成一个文件，装着你的笔记本和自查的时间。它不会自己发出去。",
        "en": "This makes one file with your notebook and the times of your checks. It is not sent "
        "by itself.",
    },
    "make": {"zh": "生成文件", "en": "Make the file"},
    "state_all": {
        "zh": "自动检查的 {total} 道题全部通过（{time}）。",
        "en": "All {total} checked tasks passed ({time}).",
    },
    "state_some": {
        "zh": "{time} 自查时，自动检查的 {total} 道题通过了 {passed} 道。还没有做好：{open}。"
        "也可以先交。",
        "en": "At the check of {time}, {passed} of {total} checked tasks passed. To do: {open}. "
        "You may hand in all the same.",
    },
    "state_never": {
        "zh": "还没有自查过。建议先取消，按一下“自查”。也可以直接交。",
        "en": "It was never checked. Better cancel and press Check first; you may hand in all the "
        "same.",
    },
    "state_untouched": {
        "zh": "笔记本和发布时一样，还没有写答案。",
        "en": "The notebook is as it was released: no answer is written yet.",
    },
    "state_changed": {
        "zh": "自查之后笔记本又改过。",
        "en": "The notebook was changed after that check.",
    },
    "made": {"zh": "文件做好了", "en": "The file is made"},
    "made_what": {
        "zh": "已经存到下载文件夹：",
        "en": "It is in your downloads folder: ",
    },
    "made_next": {
        "zh": "按教师说的办法交：用邮件附件发给教师、上传到学习平台，或者复制到共享文件夹。"
        "不要改文件名，不要解压。以后改了答案，再交一次就是，每次交的都会留着。",
        "en": "Hand it in the way your instructor said: attach it to a mail, upload it to the LMS, "
        "or copy it to the shared folder. Do not rename or unpack it. If you change an answer "
        "later, hand in again: each attempt is kept.",
    },
    "download_again": {"zh": "再下载一次", "en": "Download again"},
    "reset": {"zh": "恢复成发布的版本？", "en": "Reset to the released version?"},
    "reset_what": {
        "zh": "笔记本会变回发布时的样子。你现在的内容放到“我的作业”的旧版本里，可以找回。",
        "en": "The notebook becomes what was released. What you have now is put among the older "
        "copies in My work, where you can get it back.",
    },
    "do_reset": {"zh": "恢复", "en": "Reset"},
    "reset_done": {"zh": "已恢复成发布的版本。", "en": "Reset to the released version."},
    "kernel_note": {
        "zh": "之前运行过的变量还在；要从头来，就在“内核”菜单里选“重启内核…”。",
        "en": "Variables from before are still there; to begin afresh choose Restart Kernel… in "
        "the Kernel menu.",
    },
    "import": {
        "zh": "用导入的笔记本代替现在的？",
        "en": "Replace the notebook by the imported one?",
    },
    "import_what": {
        "zh": "从 {file} 导入。你现在的内容放到“我的作业”的旧版本里，可以找回。",
        "en": "From {file}. What you have now is put among the older copies in My work, where you "
        "can get it back.",
    },
    "import_other": {
        "zh": "它属于版本 {theirs}，这里是 {ours}：你的答案会保留，测试用 {ours} 的。",
        "en": "It belongs to version {theirs}, here is {ours}: your answers are kept, the tests "
        "are those of {ours}.",
    },
    "do_import": {"zh": "导入", "en": "Import"},
    "import_failed": {"zh": "没有成功", "en": "That did not work"},
    "import_done": {"zh": "已导入 {file}。", "en": "Imported {file}."},
    "import_broken": {
        "zh": "{file} 不是完整的笔记本文件。什么都没有改动。",
        "en": "{file} is not a whole notebook file. Nothing was changed.",
    },
    "import_foreign": {
        "zh": "{file} 不是本课程的笔记本。什么都没有改动。",
        "en": "{file} is not a notebook of this course. Nothing was changed.",
    },
    "import_wrong": {
        "zh": "{file} 属于“{theirs}”，不是“{ours}”。请到那一页去导入。什么都没有改动。",
        "en": "{file} belongs to “{theirs}”, not to “{ours}”: import it on that page. Nothing was "
        "changed.",
    },
    "import_lang": {
        "zh": "{file} 是英文版的。请打开本页的英文版再导入。什么都没有改动。",
        "en": "{file} is of the Chinese edition: open the Chinese version of this page and import "
        "it there. Nothing was changed.",
    },
    "import_empty": {
        "zh": "{file} 里没有笔记本。什么都没有改动。",
        "en": "There is no notebook in {file}. Nothing was changed.",
    },
    "update": {"zh": "有新版本", "en": "There is a new version"},
    "update_offer": {
        "zh": "你的笔记本是版本 {old}，网站上是 {new}。更新不会动你写的答案。",
        "en": "Your notebook is version {old}, the site has {new}. An update does not touch what "
        "you wrote.",
    },
    "update_same": {
        "zh": "你的笔记本来自早一些的版本 {new}，发布的内容后来有改动。更新不会动你写的答案。",
        "en": "Your notebook comes from an earlier release of {new}; the released text has changed "
        "since. An update does not touch what you wrote.",
    },
    "update_none": {"zh": "已经是最新版本 {v}。", "en": "You have the newest version, {v}."},
    "update_see": {"zh": "看看会改什么", "en": "See what changes"},
    "update_later": {"zh": "先用旧版本", "en": "Go on with the old one"},
    "update_head": {"zh": "更新会改这些", "en": "What the update changes"},
    "update_nothing": {"zh": "只改版本号，内容没有变。", "en": "Only the version number changes."},
    "do_update": {"zh": "更新", "en": "Update"},
    "update_done": {
        "zh": "已更新到版本 {v}。原来的放在“我的作业”的旧版本里。",
        "en": "Updated to version {v}. What you had is among the older copies in My work.",
    },
    "change_replaced": {"zh": "换成新的", "en": "replaced by the new"},
    "change_kept": {"zh": "你写的，保留", "en": "yours, kept"},
    "change_both": {
        "zh": "两边都改过：保留你写的，新版本的不同之处如下",
        "en": "changed on both sides: yours stays, the new version differs like this",
    },
    "change_back": {"zh": "你删掉的，补回来", "en": "you had deleted it, it comes back"},
    "change_added": {"zh": "新增加的", "en": "new"},
    "change_removed": {"zh": "新版本里没有了", "en": "no longer in the new version"},
    "change_renamed": {
        "zh": "新版本用了同样的名字，你的改了名，内容不变",
        "en": "the new version uses the same name; yours was renamed, nothing else",
    },
    "leave": {
        "zh": "作业还没有存好。",
        "en": "Your work is not saved yet.",
    },
}

#: What the script of My work says.
HOME: dict[str, dict[str, str]] = {
    "last": {"zh": "上次保存 {time}", "en": "last saved {time}"},
    "checked": {
        "zh": "最近自查：{total} 道题通过 {passed} 道",
        "en": "last check: {passed} of {total} passed",
    },
    "handed": {"zh": "交过 {n} 次", "en": "handed in {n} times"},
    "handed_one": {"zh": "交过 1 次", "en": "handed in once"},
    "open": {"zh": "打开", "en": "Open"},
    "export": {"zh": "导出", "en": "Export"},
    "restore": {"zh": "换回这一份", "en": "Restore"},
    "delete": {"zh": "删除", "en": "Delete"},
    "restore_ask": {"zh": "换回这一份？", "en": "Restore this copy?"},
    "restore_what": {
        "zh": "笔记本会变成 {time} 放下的这一份，现在的内容也会放到旧版本里。",
        "en": "The notebook becomes this copy of {time}; what is there now is put among the older "
        "copies in turn.",
    },
    "restored": {"zh": "已换回。", "en": "Restored."},
    "clear_ask": {"zh": "清空这个浏览器里的作业？", "en": "Delete all work in this browser?"},
    "clear_what": {
        "zh": "笔记本、旧版本、填过的姓名和学号都会删除，找不回来。合用的电脑，走之前这样做；"
        "要留的先全部导出。",
        "en": "Notebooks, older copies, name and number are deleted for good. Do this before you "
        "leave a shared computer, and export first what you want to keep.",
    },
    "clear": {"zh": "清空", "en": "Delete everything"},
    "cleared": {"zh": "已清空。", "en": "Everything is deleted."},
    "delete_ask": {"zh": "删除这一份旧版本？", "en": "Delete this older copy?"},
    "delete_what": {"zh": "删除以后找不回来。", "en": "It cannot be got back."},
    "deleted": {"zh": "已删除。", "en": "Deleted."},
    "why_reset": {"zh": "恢复之前", "en": "before a reset"},
    "why_import": {"zh": "导入之前", "en": "before an import"},
    "why_restore": {"zh": "换回之前", "en": "before a restore"},
    "why_update": {"zh": "更新之前", "en": "before an update"},
    "room": {
        "zh": "已用 {used}，浏览器最多给 {quota}。",
        "en": "{used} used; the browser allows up to {quota}.",
    },
    "ask_persist": {"zh": "请浏览器一直保留", "en": "Ask the browser to keep it"},
    "refused": {
        "zh": "浏览器没有答应。常来这个网站，或者加入书签以后再试。",
        "en": "The browser did not agree. Try again after some visits, or after bookmarking the "
        "site.",
    },
    "nothing": {"zh": "没有可导出的。", "en": "There is nothing to export."},
    "exported": {"zh": "已导出 {file}。", "en": "Exported {file}."},
    "not_backup": {
        "zh": "{file} 不是“全部导出”的文件。单个笔记本请到它自己的页面导入。什么都没有改动。",
        "en": "{file} is no file of “Export everything”. A single notebook is imported on its own "
        "page. Nothing was changed.",
    },
    "import_ask": {"zh": "从备份导入？", "en": "Import the backup?"},
    "import_what": {
        "zh": "{file} 里有 {n} 份作业。已经有的 {m} 份会换成备份里的，原来的放到旧版本里。",
        "en": "Works in {file}: {n}. Here already: {m}; of those the ones of the backup take the "
        "place, and what is there now is put among the older copies.",
    },
    "do_import": {"zh": "导入", "en": "Import"},
    "imported": {"zh": "已导入 {n} 份作业。", "en": "Works imported: {n}."},
    "is_open": {
        "zh": "“{title}”正在另一个标签页里打开，请先关掉它。什么都没有改动。",
        "en": "“{title}” is open in another tab: close it first. Nothing was changed.",
    },
    "failed_head": {"zh": "没有成功", "en": "That did not work"},
    "gone": {"zh": "网站上已经没有它", "en": "no longer on the site"},
}
