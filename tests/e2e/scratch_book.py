"""A repository with one chapter, one card and one lab, small enough to be built in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from casebank.paths import Repo

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "index": ("首页", "Home"),
    "cases/index": ("案例", "Cases"),
    "exercises/index": ("练习", "Exercises"),
    "datasets/index": ("数据", "Datasets"),
    "guides/index": ("指南", "Guides"),
    "glossary": ("术语", "Glossary"),
}
CHAPTER = {
    "zh": """2026 年 6 月 30 日，澜川银行有 {{value:n}} 位客户，平均在行 {{value:mean|.1f}} 次。

## 数数 {#count}

{{figure:bars}}

{{table:rows}}

均值 $m = \\frac{1}{n}\\sum_i x_i$，见{{term:rfm}}[@a]。

::: note "小心"
只有 {{value:n}} 位。
:::

## 自测 {#check}

{{quiz}}
""",
    "en": """On 30 June 2026 the bank had {{value:n}} customers with {{value:mean|.1f}} visits.

## Counting {#count}

{{figure:bars}}

{{table:rows}}

The mean is $m = \\frac{1}{n}\\sum_i x_i$; see {{term:rfm}} [@a].

::: note "Take care"
There are only {{value:n}}.
:::

## Check {#check}

{{quiz}}
""",
}
COMPANION = """from casebank.exhibits import Bi, figure, table, values


@values
def numbers(data):
    visits = data.csv("visits.csv")
    return {"n": len(visits), "mean": float(visits["visits"].mean())}


@figure("bars", title=Bi(zh="三人里一人不来", en="One of three stays away"), alt=Bi(zh="三根柱", en="Three bars"))
def bars(data, lang):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4, 2))
    visits = data.csv("visits.csv")
    ax.bar(visits["customer_id"].astype(str), visits["visits"])
    return fig


@table("rows", title=Bi(zh="各人次数", en="Visits of each"))
def rows(data, lang):
    names = ["客户", "次数"] if lang == "zh" else ["Customer", "Visits"]
    return data.csv("visits.csv").set_axis(names, axis=1)
"""
LAB = """# %% [markdown] lang="zh"
# # 数一数
#
# 读入流水。
# %% [markdown] lang="en"
# # Count
#
# Read the visits.
# %%
import pandas as pd

from casebank import check

visits = pd.read_csv("data/visits.csv")
visits
# %% [markdown] lang="zh"
# ## 总数
# 一共 $n$ 次。
# %% [markdown] lang="en"
# ## In all
# There were $n$ visits.
# %%
print("total", visits["visits"].sum())
# %% lang="zh" alt="三根柱"
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4, 2))
bars = ax.bar(visits["customer_id"].astype(str), visits["visits"])
# %% lang="en" alt="Three bars"
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4, 2))
bars = ax.bar(visits["customer_id"].astype(str), visits["visits"])
"""


def bi(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, str):
        content = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(content, encoding="utf-8")


def make(root: Path) -> Repo:
    """Write the repository and return it."""
    write(root / "mkdocs.yml", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    write(root / "requirements.lock", "pandas==3.0.0\n")
    for name, titles in PAGES.items():
        for lang, title in zip(("zh", "en"), titles, strict=True):
            head = f"---\ntitle: {title}\ndescription: {title}\n---\n\n"
            write(root / f"docs/{name}.{lang}.md", head + f"{title}\n")
    for name in ("_config.yml", "_toc.yml"):
        write(root / "book" / name, (ROOT / "book" / name).read_text(encoding="utf-8"))
    write(root / "book/index.zh.md", "课本。\n")
    write(root / "book/index.en.md", "The book.\n")
    write(
        root / "book/glossary.yml",
        [{"id": "rfm", "zh": "RFM", "en": "RFM", "definition": bi("三个数。", "Three numbers.")}],
    )
    write(root / "datasets/visits.csv", "customer_id,visits\n1,5\n2,0\n3,7\n")
    about = {"level": "core", "topics": ["T30"], "concepts": ["rfm"], "minutes": 5}
    write(
        root / "book/chapters/01-counting.yml",
        {
            "id": "counting",
            "title": bi("数客户", "Counting customers"),
            "description": bi("数一数。", "Count them."),
            **about,
            "questions": [bi("几位？", "How many?")],
            "objectives": [bi("会数", "Count"), bi("会看", "Read")],
            "keypoints": [bi("一", "One"), bi("二", "Two"), bi("三", "Three")],
            "lab": "count",
            "reading": [{"id": "a", "text": bi("一本书", "A book")}],
        },
    )
    for lang, text in CHAPTER.items():
        write(root / f"book/chapters/01-counting.{lang}.md", text)
        write(root / f"book/chapters/01-counting.card.{lang}.md", "{{value:n}}\n")
    write(root / "book/chapters/01-counting.py", COMPANION)
    write(root / "book/chapters/01-counting.visits.csv", "customer_id,visits\n1,5\n2,0\n3,7\n")
    write(
        root / "book/labs/count.yml",
        {
            "id": "count",
            "title": bi("数一数", "Count"),
            "description": bi("读入流水，数一数。", "Read the visits and count."),
            **about,
            "objectives": [bi("会数", "Count")],
            "chapter": "counting",
            "data": ["visits"],
        },
    )
    write(root / "book/labs/count.py", LAB)
    option = {"right": True, "reason": bi("对。", "So it is.")}
    wrong = {"right": False, "reason": bi("不对。", "It is not.")}
    write(
        root / "book/questions/counting.yml",
        [
            {
                "id": "how-many",
                "kind": "single",
                "chapter": "counting",
                "topics": ["T30"],
                "stem": bi("几位？", "How many?"),
                "options": [{**bi("三", "Three"), **option}, {**bi("四", "Four"), **wrong}],
            }
        ],
    )
    return Repo(root)
