"""Words that pages made from records say: headings, facts, labels of downloads."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "kind_decision": {"zh": "决策案例", "en": "Decision case"},
    "kind_diagnosis": {"zh": "诊断案例", "en": "Diagnosis case"},
    "kind_evaluation": {"zh": "评价案例", "en": "Evaluation case"},
    "read_minutes": {"zh": "阅读 {n} 分钟", "en": "{n} minutes to read"},
    "class_minutes": {"zh": "课堂 {n} 分钟", "en": "{n} minutes in class"},
    "tasks_n": {"zh": "{n} 道任务", "en": "{n} tasks"},
    "rows_n": {"zh": "{n} 行", "en": "{n} rows"},
    "fields_n": {"zh": "{n} 个字段", "en": "{n} fields"},
    "questions": {"zh": "讨论题", "en": "Questions for discussion"},
    "go_on": {"zh": "接着做什么", "en": "Where to go on"},
    "after_discussion": {"zh": "讨论之后再打开", "en": "After the discussion"},
    "for_instructors": {"zh": "给教师", "en": "For instructors"},
    "invented": {"zh": "哪些是虚构的", "en": "What is invented"},
    "number": {"zh": "序号", "en": "No."},
    "task": {"zh": "任务", "en": "Task"},
    "tasks": {"zh": "任务", "en": "Tasks"},
    "needs": {"zh": "先要做完", "en": "Needs"},
    "points_head": {"zh": "分值", "en": "Points"},
    "you_will": {"zh": "做完以后，你能", "en": "After it you can"},
    "get_zip": {"zh": "下载练习（笔记本和数据）", "en": "Download notebook and data"},
    "get_notebook": {"zh": "只下载笔记本", "en": "Notebook only"},
    "how_to_open": {"zh": "怎样打开", "en": "How to open it"},
    "how_to_open_text": {
        "zh": "在仓库里运行 `make lab`，打开 `exercises/{slug}`；没有仓库的，用"
        "[学习包](../../guides/self-learners/)，里面装好了笔记本、数据和检查程序。已经有 Jupyter "
        '环境的，解开 {zip}，打开里面的笔记本。做完一道任务，运行 `check.task("任务名")`；'
        "全部做完，运行 `check.all()`。",
        "en": "In a clone of the repository run `make lab` and open `exercises/{slug}`. Without a "
        "clone take the [learner kit](../../guides/self-learners/), which brings the notebooks, "
        "the data and the checks. If you have a Jupyter environment of your own, unpack {zip} and "
        'open the notebook in it. After a task run `check.task("name")`, at the end '
        "`check.all()`.",
    },
    "belongs_to": {"zh": "相关内容", "en": "Goes with"},
    "version_note": {"zh": "练习版本 {v}。", "en": "Version {v} of the exercise."},
    "field": {"zh": "字段", "en": "Field"},
    "fields": {"zh": "字段", "en": "Fields"},
    "type": {"zh": "类型", "en": "Type"},
    "meaning": {"zh": "含义", "en": "Meaning"},
    "see": {"zh": "参见", "en": "See also"},
    "colon": {"zh": "：", "en": ": "},
    "comma": {"zh": "、", "en": ", "},
}


def word(key: str, lang: str, **values: object) -> str:
    """One of the words, with its values filled in."""
    return WORDS[key][lang].format(**values) if values else WORDS[key][lang]
