"""Every word that the frame of a page says, in both languages."""

from __future__ import annotations

TEXT: dict[str, dict[str, str]] = {
    "site_name": {"zh": "案例银行", "en": "Casebank"},
    "tagline": {
        "zh": "银行客户关系管理：课本、案例与练习",
        "en": "Customer relationship management in banks: book, cases, exercises",
    },
    "home": {"zh": "首页", "en": "Home"},
    "book": {"zh": "课本", "en": "Book"},
    "cases": {"zh": "案例", "en": "Cases"},
    "exercises": {"zh": "练习", "en": "Exercises"},
    "datasets": {"zh": "数据", "en": "Datasets"},
    "guides": {"zh": "指南", "en": "Guides"},
    "glossary": {"zh": "术语", "en": "Glossary"},
    "book_description": {
        "zh": "银行客户关系管理课本：每章有问题、算例、图表、自测和一页卡片，每章配一次实验。",
        "en": "The textbook: each chapter with questions, worked numbers, figures, a self-check, a "
        "one-page card and a lab.",
    },
    "chapter": {"zh": "章", "en": "Chapter"},
    "card": {"zh": "星期一卡片", "en": "On-Monday card"},
    "card_of": {"zh": "星期一卡片：{title}", "en": "On Monday: {title}"},
    "card_description": {
        "zh": "《{title}》一章的行动卡片，一页 A4，可打印。",
        "en": "What to do on Monday after the chapter “{title}”: one A4 page to print.",
    },
    "lab": {"zh": "实验", "en": "Lab"},
    "labs": {"zh": "实验", "en": "Labs"},
    "case": {"zh": "案例", "en": "Case"},
    "exercise": {"zh": "练习", "en": "Exercise"},
    "epilogue": {"zh": "后来怎样", "en": "Epilogue"},
    "epilogue_of": {"zh": "后来怎样：{title}", "en": "What happened next: {title}"},
    "epilogue_description": {
        "zh": "案例《{title}》的结局，讨论之后再读。",
        "en": "How the case “{title}” went on. Read it after the discussion.",
    },
    "note": {"zh": "教学笔记", "en": "Teaching note"},
    "note_of": {"zh": "教学笔记：{title}", "en": "Teaching note: {title}"},
    "note_description": {
        "zh": "案例《{title}》的教学笔记，只在教师版里。",
        "en": "Teaching note of the case “{title}”, instructor edition only.",
    },
    "dataset_description": {
        "zh": "澜川银行（虚构）的数据表 {title}：字段、取值、来历与用法。",
        "en": "The table {title} of Lanchuan Bank, an invented bank: fields, values, origin, use.",
    },
    "skip": {"zh": "跳到正文", "en": "Skip to content"},
    "menu": {"zh": "目录", "en": "Menu"},
    "close": {"zh": "关闭", "en": "Close"},
    "nav_site": {"zh": "全站导航", "en": "Site"},
    "nav_section": {"zh": "本栏目", "en": "In this section"},
    "nav_crumbs": {"zh": "当前位置", "en": "You are here"},
    "toc": {"zh": "本页内容", "en": "On this page"},
    "search": {"zh": "搜索", "en": "Search"},
    "search_hint": {"zh": "输入中文或英文", "en": "Type English or Chinese"},
    "search_label": {"zh": "搜索全站", "en": "Search the site"},
    "search_none": {"zh": "没有找到“{q}”", "en": "Nothing found for “{q}”"},
    "search_count": {"zh": "找到 {n} 页", "en": "{n} pages found"},
    "search_one": {"zh": "找到 1 页", "en": "1 page found"},
    "search_start": {
        "zh": "↑ ↓ 选择，Enter 打开，Esc 关闭",
        "en": "↑ ↓ to choose, Enter to open, Esc to close",
    },
    "search_fault": {
        "zh": "搜索没能载入，请刷新页面再试",
        "en": "Search could not be loaded; reload the page and try again",
    },
    "to_dark": {"zh": "换成深色", "en": "Dark colours"},
    "to_light": {"zh": "换成浅色", "en": "Light colours"},
    "twin": {"zh": "English", "en": "中文"},
    "twin_label": {"zh": "Read this page in English", "en": "阅读本页中文版"},
    "copy_code": {"zh": "复制", "en": "Copy"},
    "copied": {"zh": "已复制", "en": "Copied"},
    "scroll_table": {"zh": "表格，可左右滚动", "en": "Table, scrolls sideways"},
    "scroll_code": {"zh": "代码，可左右滚动", "en": "Code, scrolls sideways"},
    "scroll_formula": {"zh": "公式，可左右滚动", "en": "Formula, scrolls sideways"},
    "permalink": {"zh": "本节链接", "en": "Link to this section"},
    "previous": {"zh": "上一页", "en": "Previous"},
    "next": {"zh": "下一页", "en": "Next"},
    "pages": {"zh": "前后页", "en": "Previous and next"},
    "footer_invented": {
        "zh": "澜川银行及其客户、员工和数据都是虚构的。",
        "en": "Lanchuan Bank, its customers, its staff and its data are invented.",
    },
    "footer_licence": {
        "zh": "正文与虚构数据采用 CC BY 4.0，代码采用 MIT 许可证。",
        "en": "Text and invented data: CC BY 4.0. Code: MIT.",
    },
    "footer_about": {"zh": "关于与许可", "en": "About and licences"},
    "footer_version": {"zh": "版本 {v}，{day}", "en": "Version {v}, {day}"},
    "instructor": {"zh": "教师版", "en": "Instructor edition"},
    "minutes": {"zh": "{n} 分钟", "en": "{n} minutes"},
    "points": {"zh": "{n} 分", "en": "{n} points"},
    "level_intro": {"zh": "入门", "en": "Introductory"},
    "level_core": {"zh": "核心", "en": "Core"},
    "level_advanced": {"zh": "进阶", "en": "Advanced"},
    "not_found": {"zh": "没有这一页", "en": "No such page"},
}


def text(key: str, lang: str, **values: object) -> str:
    """One of the frame's texts, with its values filled in."""
    return TEXT[key][lang].format(**values) if values else TEXT[key][lang]


def texts(lang: str) -> dict[str, str]:
    """All texts of one language."""
    return {key: pair[lang] for key, pair in TEXT.items()}
