"""Everything that the pages of the browser labs say, in both languages.

``PAGE`` stands in the HTML; ``WORK`` and ``HOME`` go to the scripts of the two sorts of page.
"""

from __future__ import annotations

from casebank.lite.script_words import BOTH, HOME, WORK

__all__ = ["BOTH", "HOME", "PAGE", "WORK", "script_words", "size", "time_said", "word"]

#: Words of static pages and of the button on lab and exercise pages.
PAGE: dict[str, dict[str, str]] = {
    "run_here": {"zh": "在浏览器里做", "en": "Run here"},
    "run_note": {
        "zh": "不用安装。第一次打开要下载 {size}{time}，以后从缓存读取。",
        "en": "Nothing to install. The first start loads {size}{time}; later ones come from the "
        "cache.",
    },
    "run_time": {
        "zh": "，在我们测速的电脑上约 {seconds} 秒",
        "en": " and took about {seconds} s on our measuring machine",
    },
    "my_work": {"zh": "我的作业", "en": "My work"},
    "my_work_title": {"zh": "我的作业", "en": "My work"},
    "my_work_description": {
        "zh": "在浏览器里做的实验和练习存在哪里，怎样导出、导入和找回。",
        "en": "Where labs and exercises done in the browser are kept; how to export, import "
        "and restore them.",
    },
    "work_title": {"zh": "在浏览器里做：{title}", "en": "Run here: {title}"},
    "work_description": {
        "zh": "在浏览器里做《{title}》，不用安装任何东西。",
        "en": "“{title}” in the browser: nothing to install.",
    },
    "about": {"zh": "关于《{title}》", "en": "About “{title}”"},
    "start": {"zh": "开始", "en": "Start"},
    "start_head": {"zh": "先看一眼", "en": "Before you start"},
    "start_what": {
        "zh": "Python 和数据下载到这个浏览器里运行，不装任何程序，也不向别的网站发送任何东西。",
        "en": "Python and the data are loaded into this browser and run there. Nothing is "
        "installed, and nothing is sent to another site.",
    },
    "start_cost": {
        "zh": "第一次要下载 {size}{time}。以后从浏览器的缓存读取，快得多。",
        "en": "The first start loads {size}{time}. Later starts come from the browser's cache and "
        "are much faster.",
    },
    "start_where": {
        "zh": "你写的东西存在这个浏览器里，改动后自动保存；换一台电脑看不到，隐私窗口一关就没有了"
        "（{link}）。",
        "en": "What you write is saved in this browser after every change. Another computer does "
        "not see it, and a private window forgets it when it is closed ({link}).",
    },
    "start_where_link": {"zh": "作业存在哪里", "en": "where your work lies"},
    "no_script": {
        "zh": "这一页要用 JavaScript。请在浏览器里打开它，或者下载笔记本在自己的电脑上做。",
        "en": "This page needs JavaScript. Switch it on in your browser, or download the notebook "
        "and work on your own computer.",
    },
    "reading": {"zh": "笔记本原文", "en": "The notebook to read"},
    "reading_note": {
        "zh": "这是发布时的原文，加载时可以先读。你写的答案在笔记本里。",
        "en": "This is the text as released, to read while the notebook loads. Your answers are in "
        "the notebook.",
    },
    "work_area": {"zh": "笔记本", "en": "Notebook"},
    "tools": {"zh": "笔记本的按钮", "en": "Buttons of the notebook"},
    "check": {"zh": "自查", "en": "Check"},
    "hand_in": {"zh": "交作业", "en": "Hand in"},
    "more": {"zh": "更多", "en": "More"},
    "export": {"zh": "导出笔记本", "en": "Export the notebook"},
    "import": {"zh": "导入笔记本", "en": "Import a notebook"},
    "reset": {"zh": "恢复成发布的版本", "en": "Reset to the released version"},
    "update": {"zh": "更新到新版本", "en": "Update to the new version"},
    "text": {"zh": "看原文", "en": "Text"},
    "report": {"zh": "自查结果", "en": "Result of the check"},
    "close": {"zh": "关闭", "en": "Close"},
    "frame": {"zh": "笔记本：{title}", "en": "Notebook: {title}"},
    "works": {"zh": "这个浏览器里的作业", "en": "Work in this browser"},
    "none_yet": {
        "zh": "还没有。打开一个实验或练习，按“在浏览器里做”，它就会出现在这里。",
        "en": "None yet. Open a lab or an exercise and press Run here: it then appears here.",
    },
    "all_of_them": {"zh": "可以在浏览器里做的", "en": "What can be run here"},
    "where_head": {"zh": "存在哪里", "en": "Where it lies"},
    "where_1": {
        "zh": "存在这台电脑上、这个浏览器里，只对这个网址有效。换电脑、换浏览器、换网址都看不到。",
        "en": "On this computer, in this browser, for this address alone. Another computer, "
        "another browser or another address does not see it.",
    },
    "where_2": {
        "zh": "网站的服务器上没有你的作业，教师也看不到；用同一个 Windows 账号和同一个浏览器的人"
        "看得到。",
        "en": "The site's server has nothing of it, and your instructor does not see it. Whoever "
        "uses the same Windows account and the same browser does.",
    },
    "where_3": {
        "zh": "清除浏览数据（“Cookie 和网站数据”）会把它删掉；隐私窗口一关就没有了；"
        "有的单位会在注销时清空浏览器。",
        "en": "Clearing the browsing data (“cookies and site data”) deletes it; a private window "
        "deletes it when it is closed; some banks empty the browser when you log off.",
    },
    "where_4": {
        "zh": "所以：每次做完导出一份，放到你自己的文件夹里。",
        "en": "So export a copy after each session and put it into a folder of your own.",
    },
    "state_head": {"zh": "现在的情况", "en": "How safe it is now"},
    "copies": {"zh": "放在一边的旧版本", "en": "Older copies put aside"},
    "copies_note": {
        "zh": "恢复、导入或更新之前，原来的内容先放到这里，每份作业留最近 20 个。",
        "en": "Before a reset, an import or an update, what was there is put here; the last 20 of "
        "each work stay.",
    },
    "no_copies": {"zh": "没有。", "en": "None."},
    "backup": {"zh": "备份", "en": "Backup"},
    "backup_note": {
        "zh": "一个 zip 文件装下所有作业和旧版本；在另一个浏览器里可以从它导入。",
        "en": "One zip file holds all works and older copies; another browser can import it.",
    },
    "export_all": {"zh": "全部导出", "en": "Export everything"},
    "import_all": {"zh": "从备份导入", "en": "Import a backup"},
    "clear_all": {"zh": "清空这个浏览器", "en": "Delete everything here"},
    "labs": {"zh": "实验", "en": "Labs"},
    "exercises": {"zh": "练习", "en": "Exercises"},
}


def word(key: str, lang: str, **values: object) -> str:
    """One of the words of static pages, with its values filled in."""
    return PAGE[key][lang].format(**values) if values else PAGE[key][lang]


def script_words(which: dict[str, dict[str, str]], lang: str) -> dict[str, str]:
    """The words of one script and those that both need."""
    return {key: pair[lang] for key, pair in (BOTH | which).items()}


def size(number: int, lang: str) -> str:
    """Bytes as people say them."""
    if number < 950_000:
        return f"{max(1, round(number / 1000))} KB"
    return f"{number / 1e6:.0f} MB" if number > 9_500_000 else f"{number / 1e6:.1f} MB"


def time_said(seconds: float | None, lang: str) -> str:
    """What a first start took when it was measured; nothing when it was not."""
    return word("run_time", lang, seconds=round(seconds)) if seconds else ""
