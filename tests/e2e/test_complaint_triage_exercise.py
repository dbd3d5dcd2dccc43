"""The exercise on complaint triage: what its model answer says, in both languages; other banks."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from casebank.notebooks.make import load_exercise
from casebank.paths import Repo
from casebank.records import load_exercises

REPO = Repo(Path(__file__).parents[2])
SLUG = "complaint-triage"
pytestmark = [pytest.mark.e2e, pytest.mark.piece("exercise", SLUG)]
#: A right answer to task 7 that knows no missing value but None.
ONLY_NONE = """
def price(truth, answers, yuan, reading):
    cost = [reading if a is None else yuan.loc[truth[who], a] for who, a in answers.items()]
    return sum(cost) / len(cost)
"""


@pytest.fixture(scope="module")
def exercise():
    """The record."""
    return next(one for one in load_exercises(REPO) if one.id == SLUG)


@pytest.fixture(scope="module")
def source(exercise):
    """The cells and their pairs."""
    return load_exercise(REPO, exercise)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_model_answer_tells_the_truth(exercise, source, lang, monkeypatch, tmp_path) -> None:
    """Is every number of the model answer what the solution finds in that language's text?

    And does the cell that finds them give None, as task 7 says, where nothing was sent?
    """
    _, slots = source
    (tmp_path / "data").symlink_to(REPO.datasets)
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(said):
        for slot in slots:
            cell = slot.get(lang)
            if not cell.markdown and cell.kind in ("setup", "solution", "prose", "code"):
                exec(cell.source, names)  # our own source
            if cell.kind == "solution" and cell.keys.task == "price":
                exec(ONLY_NONE, names)
    text, answer = said.getvalue(), exercise.essays["defend"].model_answer[lang]
    labels = {
        "zh": {"自动": "automatic", "建议": "suggested", "人读": "person"},
        "en": {name: name for name in ("automatic", "suggested", "person")},
    }[lang]
    ways, face = {}, {}
    for name, size, mean, slipped in re.findall(
        rf"^({'|'.join(labels)}) +(\d+) +([\d.]+) +(\d+)$", text, re.M
    ):
        ways[labels[name]] = int(size), 100 * float(mean)
        face[labels[name]] = int(slipped)
    limits = {
        limit: [int(n) for n in rest.split()]
        for limit, rest in re.findall(r"^ *(0\.\d\d)((?: +\d+){4})$", text, re.M)
    }
    high, lower, low = limits["0.90"], limits["0.80"], limits["0.60"]
    machine, rule, people = re.findall(r"([\d.]+) (?:yuan each|元$)", text, re.M)
    saved = f"{float(people) - float(rule):.1f}"
    found, of = re.search(
        {"zh": r"刷脸登录 (\d+) 件，共 (\d+) 件", "en": r"find (\d+) of (\d+)"}[lang], text
    ).groups()
    english = re.search({"zh": r"用英文写的：(\d+)", "en": r"in English: (\d+)"}[lang], text)[1]
    quarter = re.search(r"^(?:彩排|Rehearsal).*?(\d+) (?:件|complaints)$", text, re.M)[1]
    total = sum(size for size, _ in ways.values())
    assert ways["automatic"][1] == 100
    assert lower[3] - high[3] == 1
    wanted = {
        "zh": [
            f"第四季度的 {quarter} 件：p 到 0.9 的自动 {high[2]} 件，送错 {high[3]} 件",
            f"降到 0.8 多送 {lower[2] - high[2]} 件，错的多 1 件",
            f"到 0.6 的 {low[0]} 件送错 {low[1]} 件",
            f"2026 年的 {total} 件里，{ways['automatic'][0]} 件自动送",
            f"{ways['suggested'][0]} 件只给建议，机器对 {ways['suggested'][1]:.0f}%",
            f"{ways['person'][0]} 件给人，那里机器只对 {ways['person'][1] + 1e-6:.0f}%",
            f"每件多花 {machine} 元；照这条规则 {rule} 元；全由人读 {people} 元",
            f"省下的不过 {saved} 元",
            f"有 {face['suggested']} 件在建议里",
            f"{of} 件里能读到 {found} 件",
            f"英文写的只有 {english} 件",
        ],
        "en": [
            f"is {quarter} complaints of the last quarter of 2025: at 0.9, {high[2]} go by "
            f"themselves and {high[3]} goes wrong",
            f"at 0.8 another {lower[2] - high[2]} go and one more is wrong",
            f"Of the {low[0]} at 0.6 the machine gets {low[1]} wrong",
            f"Of {total} complaints of 2026, {ways['automatic'][0]} go by themselves",
            f"{ways['suggested'][0]} get a suggestion, right in {ways['suggested'][1]:.0f}%",
            f"{ways['person'][0]} go to a person, where the machine is right in "
            f"{ways['person'][1]:.0f}%",
            f"costs {machine} yuan each; by this rule {rule}; all read, {people}",
            f"saves {saved} yuan",
            f"finds {found} of {of}",
            f"Only {english} complaints were written in English",
        ],
    }[lang]
    flat = " ".join(answer.split()) if lang == "en" else answer
    assert [part for part in wanted if part not in flat] == []
    assert face["automatic"] == {"zh": 0, "en": 1}[lang]
    assert face["suggested"] == {"zh": 8, "en": 3}[lang]
