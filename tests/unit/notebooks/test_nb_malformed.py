"""Sources that are not as they should be: each is refused with file, cell, line and a remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casebank.errors import ContentError
from casebank.notebooks import load_exercise
from casebank.paths import Repo
from casebank.records import load_exercises

SOURCE = (Path(__file__).parent / "fixtures/mini/exercises/mini-visits/exercise.py").read_text(
    encoding="utf-8"
)

# name: (text in the source, what stands there instead, what the error must say)
MALFORMED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "unknown key": (
        'task="best" kind="solution"',
        'taks="best" kind="solution"',
        ("unknown key 'taks'", "did you mean 'task'?"),
    ),
    "unknown kind": (
        'task="best" kind="solution"',
        'task="best" kind="soluton"',
        ("kind is 'soluton'", "did you mean 'solution'?"),
    ),
    "unknown language": ('kind="setup" lang="en"', 'kind="setup" lang="eng"', ("lang is 'eng'",)),
    "unknown expectation": (
        'expect="pass" name="agg"',
        'expect="passed" name="agg"',
        ("expect is 'passed'", "did you mean 'pass'?"),
    ),
    "key given twice": (
        'task="best" kind="solution"',
        'task="best" task="best" kind="solution"',
        ("key 'task' is given twice",),
    ),
    "header without quotation marks": (
        'task="best" kind="solution"',
        'task=best kind="solution"',
        ("cannot be read at 'task=best", 'key="text"'),
    ),
    "words in a header": (
        '# %% task="best" kind="solution"',
        '# %% the best task="best" kind="solution"',
        ("cannot be read",),
    ),
    "header without space": (
        '# %% task="best" kind="solution"',
        '#%% task="best" kind="solution"',
        ("misspelt cell header", "'# %%'"),
    ),
    "header glued to its key": (
        '# %% task="best" kind="solution"',
        '# %%task="best" kind="solution"',
        ("misspelt cell header",),
    ),
    "unknown cell type": (
        '# %% [markdown] task="advice"',
        '# %% [markdwn] task="advice"',
        ("cell type '[markdwn]'", "did you mean '[markdown]'?"),
    ),
    "misspelt hidden tests": (
        "### BEGIN HIDDEN TESTS\nsecret_expected",
        "### BEGIN HIDEN TESTS\nsecret_expected",
        ("misspelt marker '### BEGIN HIDEN TESTS'", "did you mean '### BEGIN HIDDEN TESTS'?"),
    ),
    "hidden test in the singular": (
        '### END HIDDEN TESTS\n# %% [markdown] task="counts"',
        '### END HIDDEN TEST\n# %% [markdown] task="counts"',
        ("misspelt marker", "did you mean '### END HIDDEN TESTS'?"),
    ),
    "marker with two signs": (
        "### BEGIN HIDDEN TESTS\nsecret_expected",
        "## BEGIN HIDDEN TESTS\nsecret_expected",
        ("misspelt marker", "'### BEGIN HIDDEN TESTS'"),
    ),
    "marker in small letters": (
        '### END SOLUTION\n# %% task="best" kind="test"',
        '### end solution\n# %% task="best" kind="test"',
        ("misspelt marker '### end solution'",),
    ),
    "misspelt solution": (
        "### BEGIN SOLUTION\nbest",
        "### BEGIN SOLUTOIN\nbest",
        ("did you mean '### BEGIN SOLUTION'?",),
    ),
    "marker with words behind it": (
        "### BEGIN SOLUTION\nbest",
        "### BEGIN SOLUTION of the task\nbest",
        ("misspelt marker", "did you mean '### BEGIN SOLUTION'?"),
    ),
    "marker in a text": (
        "# ## 3 建议",
        "# BEGIN SOLUTION",
        ("misspelt marker",),
    ),
    "solution not closed": (
        'best = visits.groupby("customer_id")["amount_cents"].sum().idxmax()\n### END SOLUTION',
        'best = visits.groupby("customer_id")["amount_cents"].sum().idxmax()',
        ("'### BEGIN SOLUTION' is never closed",),
    ),
    "hidden tests not begun": (
        "### BEGIN HIDDEN TESTS\nsecret_expected",
        "secret_expected",
        ("'### END HIDDEN TESTS' without a beginning",),
    ),
    "marker given twice": (
        "### BEGIN SOLUTION\nbest",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\nbest",
        ("'### BEGIN SOLUTION' inside another",),
    ),
    "nothing between markers": (
        '### BEGIN SOLUTION\nbest = visits.groupby("customer_id")["amount_cents"].sum().idxmax()',
        "### BEGIN SOLUTION",
        ("nothing between the markers",),
    ),
    "solution markers in a test": (
        "### BEGIN HIDDEN TESTS\nsecret_expected",
        "### BEGIN SOLUTION\n1\n### END SOLUTION\n### BEGIN HIDDEN TESTS\nsecret_expected",
        ("'### BEGIN SOLUTION' in a test cell", "solution cell"),
    ),
    "solution markers in shared code": (
        '# %% task="best" kind="test" points=1',
        '# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n# %% task="best" kind="test" points=1',
        ("in a code cell",),
    ),
    "hidden tests in a solution": (
        "### BEGIN SOLUTION\nbest",
        "### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS\n### BEGIN SOLUTION\nbest",
        ("in a solution cell", "test cell"),
    ),
    "solution without markers": (
        '### BEGIN SOLUTION\nbest = visits.groupby("customer_id")["amount_cents"].sum().idxmax()'
        "\n### END SOLUTION",
        "best = 1",
        ("a solution cell without markers",),
    ),
    "nbgrader's other markers": (
        "# ## 3 Advice",
        "# ### BEGIN MARK SCHEME",
        ("is not used here",),
    ),
    "no twin": (
        '# %% [markdown] lang="en"\n# ## 3 Advice\n',
        "",
        ("no twin in the other language", 'lang="en"'),
    ),
    "twins of two kinds": (
        '# %% [markdown] task="best" kind="hint" level=2 lang="en"\n# two',
        '# %% [markdown] lang="en"\n# two',
        ("is not the twin of",),
    ),
    "prose without language": (
        '# %% [markdown] lang="zh"\n# ## 1 次数',
        "# %% [markdown]\n# ## 1 次数",
        ("prose cell without 'lang'",),
    ),
    "two solutions": (
        '# %% task="best" kind="test" points=1',
        '# %% task="best" kind="solution"\n### BEGIN SOLUTION\nbest = 1\n### END SOLUTION\n'
        '# %% task="best" kind="test" points=1',
        ("a second solution cell", "duplicate grade id 'best-solution'"),
    ),
    "points missing": (
        'kind="test" points=3',
        'kind="test"',
        ("test cell without 'points'",),
    ),
    "points not positive": ('kind="test" points=3', 'kind="test" points=0', ("points is 0",)),
    "points in quotation marks": (
        'kind="test" points=3',
        'kind="test" points="3"',
        ("points is '3'", "without quotes"),
    ),
    "points for a solution": (
        'task="best" kind="solution"',
        'task="best" kind="solution" points=2',
        ("key 'points' has no place in a solution cell",),
    ),
    "unknown task": (
        'task="best" kind="solution"',
        'task="bets" kind="solution"',
        ("task 'bets' is not in exercise.yml", "did you mean 'best'?"),
    ),
    "task without kind": (
        'task="best" kind="solution"',
        'task="best"',
        ("key 'task' has no place in a code cell", "name its kind"),
    ),
    "unknown message in a test": (
        'visits.customer_id.nunique(), "one-each")',
        'visits.customer_id.nunique(), "one-eech")',
        ("message 'one-eech' is not in exercise.yml", "did you mean 'one-each'?"),
    ),
    "unknown message in a hidden test": (
        '"spend-wrong", key="customer_id")',
        '"spend-wong", key="customer_id")',
        ("message 'spend-wong'",),
    ),
    "unknown message of a probe": (
        'message="spend-yuan"',
        'message="spend-cents"',
        ("message 'spend-cents' is not in exercise.yml",),
    ),
    "failing probe without message": (
        'expect="fail" message="spend-yuan"',
        'expect="fail"',
        ("a failing probe names its message",),
    ),
    "passing probe with message": (
        'expect="pass" name="agg"',
        'expect="pass" message="spend-yuan"',
        ("meets no message",),
    ),
    "probe without expectation": (
        'kind="probe" expect="pass" name="agg"',
        'kind="probe" name="agg"',
        ("probe cell without 'expect'",),
    ),
    "too few right answers": (
        'expect="pass" name="agg"',
        'expect="error" name="agg"',
        ('has 1 probes with expect="pass"',),
    ),
    "hint of level 4": (
        'kind="hint" level=3 lang="zh"',
        'kind="hint" level=4 lang="zh"',
        ("level is 4",),
    ),
    "hint missing": (
        '# %% [markdown] task="best" kind="hint" level=3 lang="zh"\n# 三\n'
        '# %% [markdown] task="best" kind="hint" level=3 lang="en"\n# three\n',
        "",
        ("task 'best' has no hint of level 3",),
    ),
    "hint given twice": (
        'task="best" kind="hint" level=3 lang="zh"\n# 三\n'
        '# %% [markdown] task="best" kind="hint" level=3',
        'task="best" kind="hint" level=2 lang="zh"\n# 三\n'
        '# %% [markdown] task="best" kind="hint" level=2',
        ("a second hint of level 2",),
    ),
    "essay as code": (
        '# %% [markdown] task="advice" kind="essay" points=3\n# 在这里写你的答案。 / Write your answer here.',
        '# %% task="advice" kind="essay" points=3\n1',
        ("a cell of kind 'essay' is [markdown]",),
    ),
    "essay with another text": (
        "# 在这里写你的答案。 / Write your answer here.",
        "# Write here.",
        ("the same for every essay",),
    ),
    "essay with other points": (
        'kind="essay" points=3',
        'kind="essay" points=4',
        ("adds up to 3",),
    ),
    "test before its solution": (
        '# %% task="best" kind="solution"',
        '# %% task="best" kind="test" points=1\nassert best\n# %% task="best" kind="solution"',
        ("a test above its solution",),
    ),
    "tasks in another order": (
        '# %% task="spend" kind="solution"',
        '# %% task="best" kind="solution"\n### BEGIN SOLUTION\nbest = 1\n### END SOLUTION\n'
        '# %% task="spend" kind="solution"',
        ("a second solution cell",),
    ),
    "nothing of the test visible": (
        'check.true(best in set(visits["customer_id"]), "best-who", who=best)\n',
        "",
        ("nothing of this test is visible",),
    ),
    "not Python": ("    return table\n", "    return table table\n", ("not valid Python",)),
    "magic": (
        '# %% task="best" kind="test" points=1',
        '# %%\n%matplotlib inline\n# %% task="best" kind="test" points=1',
        ("a magic or a shell command",),
    ),
    "not Python without the solution": (
        "    ### BEGIN SOLUTION\n    table = counts",
        "    if True:\n    ### BEGIN SOLUTION\n        pass\n    table = counts",
        ("without the solution the cell is not valid Python",),
    ),
    "unknown assertion": (
        "check.series(counts(visits)",
        "check.seris(counts(visits)",
        ("check has no 'seris'", "did you mean 'series'?"),
    ),
    "unknown table": (
        'pd.read_csv("data/visits.csv", parse_dates=["date"])\n# %% [markdown]',
        'pd.read_csv("data/visit.csv", parse_dates=["date"])\n# %% [markdown]',
        ("table 'visit' is not in the data", "did you mean 'visits'?"),
    ),
    "setup in the other language": (
        'check.begin("mini-visits", lang="en")',
        'check.begin("mini-visits", lang="zh")',
        ("another exercise or language", 'lang="en"'),
    ),
    "setup without begin": (
        'check.begin("mini-visits", lang="en")\n',
        "",
        ("calls check.begin once",),
    ),
    "code before the setup": (
        '# %% kind="setup" lang="zh"',
        '# %%\nx = 1\n# %% kind="setup" lang="zh"',
        ("code before the setup cell",),
    ),
    "a line that is no prose": (
        "# Count how often",
        "Count how often",
        ("does not begin with '# '",),
    ),
    "alt in an exercise": (
        '# %% kind="setup" lang="zh"',
        '# %% lang="zh" alt="x"\nx = 1\n# %% lang="en" alt="x"\nx = 1\n# %% kind="setup" lang="zh"',
        ("'alt' in an exercise",),
    ),
    "an empty cell": ("# ## 3 建议\n", "", ("an empty cell",)),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str, mini: Repo) -> None:
    """Is this mistake refused, with its place and what would be right?"""
    old, new, said = MALFORMED[name]
    assert old in SOURCE, "the fixture changed: mend the test"
    path = mini.exercises / "mini-visits" / "exercise.py"
    path.write_text(SOURCE.replace(old, new, 1), encoding="utf-8")
    exercise = load_exercises(mini)[0]
    with pytest.raises(ContentError) as caught:
        load_exercise(mini, exercise)
    sentence = caught.value.sentence()
    for part in said:
        assert part.lower() in sentence.lower()
    assert re.search(r"exercises/mini-visits/exercise\.(py, cell \d+, line \d+|yml)", sentence)


def test_line_is_the_right_one(mini: Repo) -> None:
    """Does the error point at the very line of the misspelt marker?"""
    text = SOURCE.replace("### BEGIN HIDDEN TESTS\nsecret", "### BEGIN HIDEN TESTS\nsecret", 1)
    path = mini.exercises / "mini-visits" / "exercise.py"
    path.write_text(text, encoding="utf-8")
    line = text.split("\n").index("### BEGIN HIDEN TESTS") + 1
    with pytest.raises(ContentError, match=f"line {line}:"):
        load_exercise(mini, load_exercises(mini)[0])
