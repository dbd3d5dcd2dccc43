"""The exercise on the complaint clock: other data, and whether its model answer is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

from casebank import data
from casebank.paths import Repo
from casebank.records import load_exercises

SLUG = "complaint-clock"
pytestmark = [pytest.mark.e2e, pytest.mark.piece("exercise", SLUG)]
REPO = Repo(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def exercise():
    """The record."""
    return next(one for one in load_exercises(REPO) if one.id == SLUG)


def function(file: Path, name: str, **around):
    """The first function of this name in a notebook or companion, alone with what it needs."""
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    node = next(n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == name)
    space = {"pd": pd, **around}
    exec(compile(ast.Module([node], []), str(file), "exec"), space)
    return space[name]


def test_exercise_lab_and_chapter_read_the_clock_alike() -> None:
    """Does the exercise's solution end each complaint's clock where lab and chapter do?"""
    today = pd.Timestamp("2026-06-30")
    clock = function(REPO.root / "exercises" / SLUG / "exercise.py", "running_clock")
    lab = REPO.root / "book/labs/complaint-clock.py"
    walk = function(lab, "walk", DAY=pd.Timedelta(days=1))
    companion = REPO.root / "book/chapters/02-complaint-handling.py"
    chapter = function(companion, "_clock_of", TODAY=today)
    rows = data.load("complaints", REPO.datasets).set_index("complaint_id")
    rows["day"] = rows["received_at"].dt.normalize()
    events = data.load("complaint_events", REPO.datasets)
    halted = 0
    for number, steps in events.groupby("complaint_id"):
        row = rows.loc[number]
        table = walk(steps, row["extension"], strict=False)
        assert clock(steps, row["extension"]) == table["last"].iloc[-1], number
        last = walk(steps, row["extension"])["last"].iloc[-1]
        end = today if pd.isna(row["told_at"]) else row["told_at"].normalize()
        assert chapter(row, steps)["late"] == (end > last), number
        stops = table["event"].map({"clock_stopped": 1, "clock_resumed": -1}).fillna(0).cumsum()
        halted += bool((stops.astype(bool) & (table["event"] == "new_facts")).any())
    assert halted, "no complaint has new facts during a stop: the rule is not tried"


def test_model_answer_tells_the_truth(exercise) -> None:
    """Is every number of the essay's model answer what the data say?"""
    table = data.load("complaints", REPO.datasets)
    table = table[table["main_bank_before"] & table["main_bank_after"].notna()]
    table = table.assign(stay=table["main_bank_after"].astype(float))
    fault = table[table["result"].isin(["upheld", "partly"])]
    paid = fault["redress_cents"] > 0
    naive = 100 * (fault.loc[paid, "stay"].mean() - fault.loc[~paid, "stay"].mean())
    equal = weight = 0.0
    for level in (1, 2, 3):
        inside = fault["severity"] == level
        gap = fault.loc[inside & paid, "stay"].mean() - fault.loc[inside & ~paid, "stay"].mean()
        equal, weight = equal + 100 * gap * inside.sum(), weight + inside.sum()
    equal /= weight
    lot = table[(table["severity"] < 3) & table["received_at"].between("2025-10-01", "2026-03-01")]
    quick, usual = (lot.loc[lot["lane"] == lane, "stay"] for lane in ("quick", "usual"))
    effect = 100 * (quick.mean() - usual.mean())
    error = 100 * (quick.var(ddof=0) / len(quick) + usual.var(ddof=0) / len(usual)) ** 0.5
    low, high = effect - 1.96 * error, effect + 1.96 * error
    share = lot["stay"].mean()
    needed = 2 * share * (1 - share) * ((1.96 + 0.84) / 0.08) ** 2
    answer = exercise.essays["answer"].model_answer
    zh = [
        f"有 {len(fault)} 件",
        f"少留 {-naive:.1f} 个百分点",
        f"多留 {equal:.1f} 个百分点",
        f"快通道 {len(quick)} 件，照常 {len(usual)} 件，多留 {effect:.1f} 个百分点",
        f"标准误 {error:.1f}，区间大致从 −{-low:.1f} 到 {high:.1f}",
        f"各满 {round(needed, -1):.0f} 件",
    ]
    en = [
        f"Of {len(fault)} complaints",
        f"{-naive:.1f} points fewer",
        f"{equal:.1f} points more",
        f"{len(quick)} quick, {len(usual)} usual, {effect:.1f} points more",
        f"standard error {error:.1f}, so roughly from −{-low:.1f} to {high:.1f}",
        f"With {round(needed, -1):.0f} in each",
    ]
    assert [part for part in zh if part not in answer["zh"]] == []
    assert [part for part in en if part not in answer["en"]] == []
    assert len(answer["en"].split()) <= 200
    assert len(re.findall(r"[\u4e00-\u9fff]", answer["zh"])) <= 300
    assert pd.notna(equal)
