"""The exercise on RFM segmentation: what the course promises of it, on this data and on others."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casebank import data
from casebank.check.outcomes import Spec
from casebank.files import write_text
from casebank.notebooks import describe, prove
from casebank.notebooks.make import load_exercise
from casebank.notebooks.markers import HIDDEN, clear, inside
from casebank.notebooks.rules import messages_of
from casebank.notebooks.source import Cell
from casebank.paths import Repo
from casebank.records import load_chapters, load_exercises

ROOT = Path(__file__).parents[2]
SLUG = "rfm-segmentation"
pytestmark = [pytest.mark.e2e, pytest.mark.piece("exercise", SLUG)]
REPO = Repo(ROOT)


@pytest.fixture(scope="module")
def exercise():
    """The record."""
    return next(one for one in load_exercises(REPO) if one.id == SLUG)


@pytest.fixture(scope="module")
def source(exercise):
    """The cells and their pairs."""
    return load_exercise(REPO, exercise)


def test_it_holds_what_was_promised(exercise, source) -> None:
    """Are there enough tasks, tests of both kinds, probes, hints and an essay with a rubric?"""
    cells, _ = source
    judged = [name for name in exercise.tasks if name not in exercise.essays]
    assert len(judged) >= 6
    assert len(exercise.essays) == 1
    for name in judged:
        own = [cell for cell in cells if cell.keys.task == name]
        tests = [cell.source for cell in own if cell.kind == "test"]
        assert any(inside(test, HIDDEN) for test in tests), name
        wrong = [cell for cell in own if cell.keys.expect == "fail"]
        assert len({cell.keys.message for cell in wrong}) >= 2, name
        assert sum(cell.keys.expect == "pass" for cell in own) >= 2, name
        assert {cell.keys.level for cell in own if cell.kind == "hint"} == {1, 2, 3}, name
        assert exercise.tasks[name].section, name
    essay = next(iter(exercise.essays.values()))
    assert len(essay.rubric) >= 3


def test_no_message_is_left_over(exercise, source) -> None:
    """Is every message said by a test, and does each mistake have a message of its own text?"""
    cells, _ = source
    said = set().union(*(messages_of(cell.source) for cell in cells if cell.kind == "test"))
    assert set(exercise.messages) <= said
    for lang in ("zh", "en"):
        texts = [text[lang] for text in exercise.messages.values()]
        assert len(set(texts)) == len(texts)
        assert not [text for text in texts if "!" in text or "！" in text]


@pytest.mark.dear
def test_the_self_check_sees_each_mistake(exercise, source, tmp_path: Path) -> None:
    """Do the visible checks alone meet every wrong answer that is tried, with its own message?"""

    def seen(cell: Cell) -> Cell:
        return replace(cell, source=clear(cell.source, HIDDEN)) if cell.kind == "test" else cell

    _, slots = source
    bare = [replace(slot, zh=seen(slot.zh), en=seen(slot.en)) for slot in slots]
    (tmp_path / "data").mkdir()
    for name in exercise.data:
        shutil.copy(REPO.datasets / f"{name}.csv", tmp_path / "data")
    chapter = {one.id: one for one in load_chapters(REPO)}[exercise.chapter]
    content = describe.describe(REPO, exercise, bare, chapter)
    write_text(tmp_path / "casebank.json", describe.to_text(content))
    assert prove.check_probes(bare, Spec.from_dict(content), tmp_path, SLUG) > 80


@pytest.fixture(scope="module")
def bank() -> pd.DataFrame:
    """What the essay is about, computed once more by other means than the solution's."""
    today = pd.Timestamp("2026-06-30")
    tables = {name: data.load(name, REPO.datasets) for name in data.TABLES}
    bank = tables["customers"].set_index("customer_id")
    accounts, contacts = tables["accounts"], tables["interactions"]
    assets = accounts[accounts["product"].isin(["current", "savings", "term_deposit", "fund"])]
    sums = assets.groupby("customer_id")[["avg_balance_cents", "balance_cents"]].sum() / 100
    bank = bank.join(sums.set_axis(["average", "now"], axis=1)).fillna({"average": 0, "now": 0})
    bank["gone"] = bank["average"] - bank["now"]
    bank["fits"] = (bank["average"] >= 50_000) & (bank["gone"] >= 0.3 * bank["average"])
    begin = today - pd.DateOffset(years=1)
    own = contacts[(contacts["date"] > begin) & (contacts["initiated_by"] == "customer")]
    bank["came"] = bank.index.isin(own["customer_id"])
    bank["open"] = bank.index.isin(accounts.loc[accounts["closed"].isna(), "customer_id"])
    moved = tables["transactions"]
    happens = ["salary_in", "transfer_in", "loan_repayment", "fee", "interest"]
    moved = moved[(moved["date"] > begin) & ~moved["kind"].isin(happens)]
    three = moved.groupby("customer_id").agg(
        r=("date", "max"), f=("date", "size"), m=("amount_cents", "sum")
    )
    bank = bank.join(np.ceil(three.rank() * 5 / len(three)))
    bank["core"] = (bank[["r", "f", "m"]] >= 4).all(axis=1)
    bank["quiet_big"] = (bank["m"] >= 4) & (bank["r"] <= 2)
    return bank.reset_index()


def test_model_answer_tells_the_truth(exercise, bank: pd.DataFrame) -> None:
    """Is every number of the essay's model answer what the data say?"""
    fits = bank[bank["fits"] & bank["marketing_consent"]]
    fits = fits.sort_values(["gone", "customer_id"], ascending=[False, True])
    twelve = fits.head(12)
    gone = list(twelve.loc[~twelve["open"], "customer_id"])
    left = len(fits) - len(gone)
    average, now = twelve["average"].sum(), twelve["now"].sum()
    silent = int((~twelve["came"]).sum())
    refused = int((bank["fits"] & ~bank["marketing_consent"]).sum())
    quiet, core = int(twelve["quiet_big"].sum()), int(twelve["core"].sum())
    answer = exercise.essays["advice"].model_answer
    zh = [
        f"有 {len(fits)} 位",
        f"存着 {average / 1e4:.0f} 万元",
        f"剩 {now / 1e4:.0f} 万元",
        f"{quiet} 位在 quiet_big，{core} 位在 core",
        f"{silent} 位这一年没有主动找过银行",
        f"{gone[0]} 和 {gone[1]} 的账户",
        f"还有 {left} 位",
        f"还有 {refused} 位的余额",
        f"其余 {left - 7} 位抽签，5 位谈，{left - 12} 位不谈",
    ]
    words = {2: "two", 3: "three", 7: "seven", 8: "eight"}
    en = [
        f"It fits {len(fits)}",
        f"kept {average / 1e6:.2f} million",
        f"{now / 1e6:.2f} million left",
        f"{words[quiet].capitalize()} are in quiet_big, {words[core]} in core",
        f"{words[silent].capitalize()} did not contact us",
        f"Customers {gone[0]} and {gone[1]} have closed",
        f"{left} names are left",
        f"another {refused} have",
        f"other {words[left - 7]} draw five by lot and leave {words[left - 12]} alone",
    ]
    assert len(gone) == 2
    assert [part for part in zh if part not in answer["zh"]] == []
    assert [part for part in en if part not in answer["en"]] == []
    assert (bank["average"] < 50_000).mean() > 0.5
    # the limits that the task sets
    assert len(answer["en"].split()) <= 200
    assert len(re.findall(r"[\u4e00-\u9fff]", answer["zh"])) <= 300
