"""A small exercise, a course made from it, and submissions of every kind, for the grading tests."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil

from casebank.grading import course as courses
from casebank.grading import release
from casebank.grading.course import Course
from casebank.notebooks import editions, rules
from casebank.notebooks.describe import describe, to_text
from casebank.notebooks.source import read_source
from casebank.paths import Repo
from casebank.records import Exercise

SLUG = "tiny-visits"
DATA = "customer_id,amount\n1,10\n1,20\n2,5\n3,40\n3,1\n3,1\n"

SOURCE = """
# %% [markdown] lang="zh"
# # 来访
# 先运行第一格。
# %% [markdown] lang="en"
# # Visits
# Run the first cell.
# %% kind="setup" lang="zh"
import pandas as pd
from casebank import check

check.begin("tiny-visits", lang="zh")
visits = pd.read_csv("data/visits.csv")
# %% kind="setup" lang="en"
import pandas as pd
from casebank import check

check.begin("tiny-visits", lang="en")
visits = pd.read_csv("data/visits.csv")
# %% [markdown] lang="zh"
# ## 1 每位客户一行
# %% [markdown] lang="en"
# ## 1 One row per customer
# %% task="totals" kind="solution"
def totals(visits):
    ### BEGIN SOLUTION
    return visits.groupby("customer_id", as_index=False)["amount"].sum()
    ### END SOLUTION
# %% task="totals" kind="test" points=2
table = check.frame(totals(visits), columns=["amount"], key="customer_id")
check.equal(len(table), visits.customer_id.nunique(), "one-row")
# %% task="totals" kind="test" points=1
table = check.frame(totals(visits), columns=["amount"], key="customer_id")
### BEGIN HIDDEN TESTS
SECRET_SUM = 77
check.equal(int(table.amount.sum()), SECRET_SUM, "all-money")
### END HIDDEN TESTS
# %% task="totals" kind="probe" expect="pass" name="pivot"
def totals(visits):
    return visits.pivot_table(index="customer_id", values="amount", aggfunc="sum")
# %% task="totals" kind="probe" expect="pass" name="loop"
def totals(visits):
    sums = {}
    for row in visits.itertuples():
        sums[row.customer_id] = sums.get(row.customer_id, 0) + row.amount
    return pd.Series(sums, name="amount").rename_axis("customer_id")
# %% task="totals" kind="probe" expect="fail" message="one-row" name="one-customer"
def totals(visits):
    return visits.groupby("customer_id", as_index=False)["amount"].sum().head(1)
# %% task="totals" kind="probe" expect="fail" message="all-money" name="mean"
def totals(visits):
    return visits.groupby("customer_id", as_index=False)["amount"].mean()
# %% [markdown] task="totals" kind="hint" level=1 lang="zh"
# 一位客户一行。
# %% [markdown] task="totals" kind="hint" level=1 lang="en"
# One row per customer.
# %% [markdown] task="totals" kind="hint" level=2 lang="zh"
# 用 groupby。
# %% [markdown] task="totals" kind="hint" level=2 lang="en"
# Use groupby.
# %% [markdown] task="totals" kind="hint" level=3 lang="zh"
# 对 amount 求和。
# %% [markdown] task="totals" kind="hint" level=3 lang="en"
# Sum the amounts.
# %% [markdown] lang="zh"
# ## 2 最好的客户
# %% [markdown] lang="en"
# ## 2 The best customer
# %% task="best" kind="solution"
def best(table):
    ### BEGIN SOLUTION
    table = check.frame(table, columns=["amount"], key="customer_id")
    return int(table.loc[table["amount"].idxmax(), "customer_id"])
    ### END SOLUTION
# %% task="best" kind="test" points=2
check.equal(best(totals(visits)), 3, "best-customer")
# %% task="best" kind="probe" expect="pass" name="sort"
def best(table):
    table = check.frame(table, columns=["amount"], key="customer_id")
    return table.sort_values("amount")["customer_id"].iloc[-1]
# %% task="best" kind="probe" expect="pass" name="max"
def best(table):
    table = check.frame(table, columns=["amount"], key="customer_id")
    return max(zip(table["amount"], table["customer_id"]))[1]
# %% task="best" kind="probe" expect="fail" message="best-customer" name="worst"
def best(table):
    table = check.frame(table, columns=["amount"], key="customer_id")
    return int(table.loc[table["amount"].idxmin(), "customer_id"])
# %% task="best" kind="probe" expect="fail" message="best-customer" name="first"
def best(table):
    return 1
# %% [markdown] task="best" kind="hint" level=1 lang="zh"
# 找最大值。
# %% [markdown] task="best" kind="hint" level=1 lang="en"
# Find the largest.
# %% [markdown] task="best" kind="hint" level=2 lang="zh"
# idxmax。
# %% [markdown] task="best" kind="hint" level=2 lang="en"
# idxmax.
# %% [markdown] task="best" kind="hint" level=3 lang="zh"
# 返回编号。
# %% [markdown] task="best" kind="hint" level=3 lang="en"
# Return the id.
# %% [markdown] lang="zh"
# ## 3 占比
# %% [markdown] lang="en"
# ## 3 A share
# %% task="share" kind="solution"
def share(part, whole):
    ### BEGIN SOLUTION
    return part / whole
    ### END SOLUTION
# %% task="share" kind="test" points=1
check.close(share(1, 4), 0.25, "share-value")
# %% task="share" kind="probe" expect="pass" name="float"
def share(part, whole):
    return float(part) / float(whole)
# %% task="share" kind="probe" expect="pass" name="product"
def share(part, whole):
    return part * (1 / whole)
# %% task="share" kind="probe" expect="fail" message="share-value" name="upside-down"
def share(part, whole):
    return whole / part
# %% task="share" kind="probe" expect="fail" message="share-value" name="percent"
def share(part, whole):
    return 100 * part / whole
# %% [markdown] task="share" kind="hint" level=1 lang="zh"
# 除法。
# %% [markdown] task="share" kind="hint" level=1 lang="en"
# Divide.
# %% [markdown] task="share" kind="hint" level=2 lang="zh"
# 部分除以整体。
# %% [markdown] task="share" kind="hint" level=2 lang="en"
# Part by whole.
# %% [markdown] task="share" kind="hint" level=3 lang="zh"
# 返回小数。
# %% [markdown] task="share" kind="hint" level=3 lang="en"
# Return a fraction.
# %% [markdown] lang="zh"
# ## 4 建议
# %% [markdown] lang="en"
# ## 4 Advice
# %% [markdown] task="advice" kind="essay" points=3
# 在这里写你的答案。 / Write your answer here.
""".lstrip()


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def record(folder: Path, version: str) -> Exercise:
    """The exercise's record, as exercise.yml would give it."""
    return Exercise.model_validate(
        {
            "id": SLUG,
            "version": version,
            "title": both("来访", "Visits"),
            "summary": both("小练习。", "A small exercise."),
            "level": "intro",
            "minutes": 10,
            "topics": ["T30"],
            "concepts": ["rfm"],
            "data": ["visits"],
            "objectives": [both("会分组。", "Group rows.")],
            "tasks": {
                "totals": {
                    "title": both("每位客户一行", "One row per customer"),
                    "defines": ["totals"],
                    "section": "rfm",
                },
                "best": {
                    "title": both("最好的客户", "The best customer"),
                    "needs": ["totals"],
                    "defines": ["best"],
                },
                "share": {"title": both("占比", "A share"), "defines": ["share"]},
                "advice": {"title": both("建议", "Advice")},
            },
            "messages": {
                "one-row": both("应当每位客户一行。", "There should be one row per customer."),
                "all-money": both("金额合计不对。", "The amounts do not add up."),
                "best-customer": both("这不是金额最高的客户。", "This is not the best customer."),
                "share-value": both("占比不对。", "The share is not right."),
            },
            "essays": {
                "advice": {
                    "rubric": [
                        {
                            "criterion": both("有依据", "Uses the figures"),
                            "levels": [
                                {"points": 0, **both("没有", "no")},
                                {"points": 3, **both("有", "yes")},
                            ],
                        }
                    ],
                    "model_answer": both("范文：先看三号客户。", "Model: look at customer three."),
                }
            },
            "path": folder / "exercise.yml",
        }
    )


def build(folder: Path, version: str = "1.0.0", edit: Callable[[str], str] | None = None) -> Path:
    """Make the notebooks of both languages, as the build lays them out (without the proofs)."""
    home = folder / "exercises" / SLUG
    home.mkdir(parents=True, exist_ok=True)
    source = home / "exercise.py"
    source.write_text((edit or (lambda text: text))(SOURCE), encoding="utf-8")
    exercise = record(home, version)
    slots = rules.check_exercise(read_source(source, "exercise.py"), exercise, "exercise.yml")
    built = folder / "built" / SLUG
    for lang in ("zh", "en"):
        for role in ("source", "release"):
            place = built / lang / role
            (place / "data").mkdir(parents=True, exist_ok=True)
            (place / "data" / "visits.csv").write_text(DATA, encoding="utf-8")
            spec = describe(Repo(folder), exercise, slots, None, hidden=role == "source")
            (place / "casebank.json").write_text(to_text(spec), encoding="utf-8")
        notebook = editions.source_notebook(slots, exercise, lang)
        (built / lang / "source" / f"{SLUG}.ipynb").write_bytes(editions.to_bytes(notebook))
    return built


def make_course(folder: Path, version: str = "1.0.0") -> Course:
    """A course in which the small exercise is released."""
    course = Course(courses.new(folder / "course"))
    release.install(course, SLUG, build(folder, version))
    return course


# -- submissions ----------------------------------------------------------------------------------

RIGHT = {
    "totals": 'def totals(visits):\n    return visits.groupby("customer_id")["amount"].sum()\n',
    "best": (
        "def best(table):\n"
        '    table = check.frame(table, columns=["amount"], key="customer_id")\n'
        '    return table.sort_values("amount")["customer_id"].iloc[-1]\n'
    ),
    "share": "def share(part, whole):\n    return part / whole\n",
}
PIVOT = (
    "def totals(visits):\n"
    '    return visits.pivot_table(index="customer_id", values="amount", aggfunc="sum")\n'
)
LOOP = (
    "def totals(visits):\n"
    "    sums = {}\n"
    "    for row in visits.itertuples():\n"
    "        sums[row.customer_id] = sums.get(row.customer_id, 0) + row.amount\n"
    '    return pd.DataFrame({"amount": sums.values(), "customer_id": list(sums)[::1]})\n'
)


def released(course: Course, lang: str = "zh", version: str = "1.0.0") -> Any:
    """What a trainee of that language got."""
    path = course.versions / SLUG / version / "release" / lang / f"{SLUG}.ipynb"
    return nbformat.read(path, as_version=4)


def cell(notebook: Any, name: str) -> Any:
    """A cell by its id."""
    return next(c for c in notebook.cells if c.id == name)


def answer(notebook: Any, **answers: str) -> Any:
    """A copy of a notebook with these answers in it."""
    mine = copy.deepcopy(notebook)
    for task, code in answers.items():
        cell(mine, f"{task}-solution").source = code
    return mine


def right(course: Course, lang: str = "zh", **other: str) -> Any:
    """The right answers, but for those that are given."""
    return answer(released(course, lang), **(RIGHT | other))


def hand_in(course: Course, student: str, content: Any, name: str = f"{SLUG}.ipynb") -> Path:
    """Put a submission where a trainee's comes to lie."""
    folder = course.path("submitted", student, SLUG)
    folder.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else nbformat.writes(content).encode("utf-8")
    (folder / name).write_bytes(data)
    return folder


def rows(course: Course, student: str) -> dict[str, tuple[float | None, bool]]:
    """nbgrader's rows of a submission: automatic score and manual flag by cell."""
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(SLUG, student)
        return {
            grade.name: (grade.auto_score, grade.needs_manual_grade)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def journal(path: Path) -> list[dict[str, Any]]:
    """The lines of a run log."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def alive(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended in time; the dead whom nobody buries have ended.

    In a container without an init, orphans stay listed as zombies.
    """

    def lives(one: psutil.Process) -> bool:
        try:
            return bool(one.is_running() and one.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    deadline = time.monotonic() + seconds
    while left := [one for one in processes if lives(one)]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.05)
    return []
