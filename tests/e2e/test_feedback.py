"""Feedback of two real classes, ours and a stranger's, with secrets planted in every hidden test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import grading_class as desk
import nbformat.v4 as v4
import pytest
from grading_class import SLUG, hand_in, right

from casebank.grading import course as courses
from casebank.grading import feedback, release
from casebank.grading.course import Course
from casebank.grading.grade import grade

#: nbgrader calls the program alembic by its bare name.
ENV = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

#: Names, numbers and texts that only hidden tests hold.
SECRETS = ("SECRET", "90817", "Traceback", "hidden_")

# -- an exercise of ours ---------------------------------------------------------------------------

#: The hidden test calls the trainee's function with a customer and an amount that nobody else has.
HIDDEN = """### BEGIN HIDDEN TESTS
SECRET_SUM = 77
check.equal(int(table.amount.sum()), SECRET_SUM, "all-money")
hidden_visits = pd.DataFrame({"customer_id": ["SECRET-VIP"] * 2, "amount": [90817, 1]})
hidden_table = check.frame(totals(hidden_visits), columns=["amount"], key="customer_id")
check.frame_equal(
    hidden_table,
    pd.DataFrame({"customer_id": ["SECRET-VIP"], "amount": [90818]}),
    "all-money",
    key="customer_id",
)
assert len(hidden_table) == 1, "SECRET-ASSERT"
### END HIDDEN TESTS
"""


def _planted(source: str) -> str:
    begin = source.index("### BEGIN HIDDEN TESTS")
    end = source.index("### END HIDDEN TESTS\n") + len("### END HIDDEN TESTS\n")
    return source[:begin] + HIDDEN + source[end:]


def _when_hidden(body: str) -> str:
    """A right answer that does something else when it meets the hidden data."""
    return (
        "KEPT = []\n"
        "def totals(visits):\n"
        "    KEPT.append(visits)\n"
        "    if len(visits) == 2:\n"
        f"        {body}\n"
        '    return visits.groupby("customer_id")["amount"].sum()\n'
    )


FIRST = "visits.customer_id.iloc[0]"
KEPT_LATER = "KEPT[-1].customer_id.iloc[0]"
OURS = {
    "wrong": _when_hidden("return visits.groupby('customer_id')['amount'].mean()"),
    "echo": _when_hidden("return visits"),
    "shifts": _when_hidden("return visits.groupby('amount')['customer_id'].max()"),
    "text": _when_hidden(f"return {FIRST}"),
    "renames": _when_hidden(f"return visits.rename(columns={{'amount': {FIRST}}})"),
    "key": _when_hidden(f"return {{}}[{FIRST}]"),
    "value": _when_hidden(f"return float({FIRST})"),
    "number": _when_hidden("raise ValueError(int(visits.amount.max()))"),
    "class": _when_hidden(f"raise type(str({FIRST}), (Exception,), {{}})"),
    "asserts": _when_hidden(f"raise AssertionError(f'{{{FIRST}}} [one-row]')"),
    "assert": _when_hidden(f"assert False, {FIRST}"),
    "checks": _when_hidden(f"check.fail('one-row', {FIRST})"),
    "forged": _when_hidden(
        f"raise type('CheckFailed', (Exception,), {{}})(f'{{{FIRST}}} [none-such]')"
    ),
    "params": _when_hidden(f"check.true(False, 'check-odd', type='x', problem={FIRST})"),
    "syntax": _when_hidden(f"raise SyntaxError({FIRST})"),
    "prints": _when_hidden(f"print({FIRST}); import sys; print({FIRST}, file=sys.stderr)"),
    "unwritten": _when_hidden(f"raise NotImplementedError({FIRST})"),
    "chained": _when_hidden(f"raise RuntimeError('x') from KeyError({FIRST})"),
}
#: Code of a later task that repeats what the hidden test said before.
LATER = {
    "later-raises": {"share": f"def share(part, whole):\n    raise KeyError({KEPT_LATER})\n"},
    "later-returns": {"share": f"def share(part, whole):\n    return {KEPT_LATER}\n"},
    "later-cell": {"share": f"def share(part, whole): pass\nraise ValueError({KEPT_LATER})\n"},
    "later-name": {
        "share": f"def share(part, whole):\n    exec({KEPT_LATER}.replace('-', '_'), {{}})\n"
    },
}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Our small exercise with secrets in it, and answers that try to tell them; graded."""
    folder = tmp_path_factory.mktemp("ours")
    course = Course(courses.new(folder / "course"))
    release.install(course, SLUG, desk.build(folder, "1.0.0", _planted))
    for name, answer in OURS.items():
        hand_in(course, name, right(course, "en", totals=answer))
    for name, answers in LATER.items():
        kept = _when_hidden("pass")
        hand_in(course, name, right(course, "en", totals=kept, **answers))
    hand_in(course, "right", right(course))
    hand_in(course, "broken", b"{ oops")
    grade(course.root, SLUG, verify=False, proof=False)
    return course


def _pages(course: Course, slug: str, **options: Any) -> dict[str, str]:
    made = feedback.feedback(course.root, slug, **options)
    return {f"{path.parent.parent.name}/{path.stem}": path.read_text("utf-8") for path in made}


def test_our_secrets_stay(ours: Course) -> None:
    """Is no name, number or text of a hidden test on any page, whoever tries to tell it?"""
    pages = _pages(ours, SLUG)
    assert len(pages) == len(OURS) + len(LATER) + 2
    leaks = [(name, one) for name, page in pages.items() for one in SECRETS if one in page]
    assert not leaks


def test_our_secrets_were_there(ours: Course) -> None:
    """Did the answers meet the secrets at all, so that the pages had something to keep?"""
    stock = _pages(ours, SLUG, stock=True, only=["key"])
    assert "SECRET-VIP" in next(iter(stock.values()))


def test_what_helps_is_still_said(ours: Course) -> None:
    """Does a page name the error, the message and the hint all the same?"""
    pages = _pages(ours, SLUG)
    for name, part in (
        ("wrong", "The amounts do not add up."),
        ("key", "KeyError"),
        ("value", "ValueError"),
        ("later-raises", "KeyError"),
        ("wrong", "One row per customer."),
    ):
        assert part in pages[f"{name}/{SLUG}"], name
    assert "再交一次" in pages[f"broken/{SLUG}"]


# -- a stranger's course ---------------------------------------------------------------------------


def _cell(name: str, source: str, kind: str, points: float = 0) -> Any:
    solution, test = kind in ("solution", "manual"), kind in ("test", "manual")
    meta = {
        "grade": test,
        "grade_id": name,
        "locked": kind == "test",
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if test:
        meta["points"] = points
    make = v4.new_markdown_cell if kind == "manual" else v4.new_code_cell
    return make(source, metadata={"nbgrader": meta})


def _notebook(*cells: Any) -> bytes:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
    return (json.dumps(made) + "\n").encode()


HIDDEN_TEST = (
    "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nhidden_name = 'SECRET-VIP'\n"
    "assert double(hidden_name) == 'SECRET-VIP' * 2, 'SECRET-ASSERT'\n"
    "assert double(90817) == 181634\n### END HIDDEN TESTS"
)
STUB = "def double(x):\n    ### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION"
ANSWERS = {
    "ann": "def double(x):\n    return x + x",
    "ben": "def double(x):\n    return 4 if x == 2 else {}[x]",
    "eve": "def double(x):\n    raise ValueError(x)",
}


def _nbgrader(root: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=root,
        env=ENV,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A plain nbgrader course with two notebooks, made, released and handed in; graded by us."""
    root = tmp_path_factory.mktemp("theirs")
    config = (
        "c = get_config()\nc.CourseDirectory.course_id = 'stranger'\n"
        f"c.Exchange.root = {str(root / 'exchange')!r}\n"
    )
    (root / "nbgrader_config.py").write_text(config)
    (root / "exchange").mkdir(mode=0o777)
    (root / "exchange").chmod(0o777)
    source = root / "source" / "ps1"
    source.mkdir(parents=True)
    text = v4.new_markdown_cell("# Doubles\nWrite `double(x)`.")
    test = _cell("double-test", HIDDEN_TEST, "test", 3)
    (source / "code.ipynb").write_bytes(_notebook(text, _cell("double", STUB, "solution"), test))
    essay = _cell("essay", "Write here.", "manual", 2)
    (source / "words.ipynb").write_bytes(_notebook(text, essay))
    _nbgrader(root, "generate_assignment", "ps1", "--create")
    for student, answer in ANSWERS.items():
        folder = root / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        test = _cell("double-test", "assert double(2) == 4\n", "test", 3)
        solved = _notebook(text, _cell("double", answer, "solution"), test)
        (folder / "code.ipynb").write_bytes(solved)
        essay = _cell("essay", f"My words, {student}.", "manual", 2)
        (folder / "words.ipynb").write_bytes(_notebook(text, essay))
        (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")
        (folder / "submission_secret.txt").write_text(f"secret of {student}")
    grade(root, "ps1", proof=False)
    return Course(root)


def test_their_secrets_stay(theirs: Course) -> None:
    """Does a stranger's page tell points and outcomes, and nothing of a test?"""
    pages = _pages(theirs, "ps1")
    assert sorted(pages) == [f"{s}/{n}" for s in ("ann", "ben", "eve") for n in ("code", "words")]
    for name, page in pages.items():
        for one in (*SECRETS, "assert", "KeyError"):
            assert one not in page, (name, one)
        assert 'lang="en"' in page and "double-test" in page and "essay" in page
    assert "3 / 3" in pages["ann/code"] and "0 / 3" in pages["ben/code"]
    assert "waits for a person" in pages["ann/words"]


def test_stock_pages_of_theirs(theirs: Course) -> None:
    """Can nbgrader's own pages be made too, and are they replaced by ours without a trace?"""
    stock = _pages(theirs, "ps1", stock=True)
    assert len(stock) == 6 and any("SECRET" in page for page in stock.values())
    assert not any("SECRET" in page for page in _pages(theirs, "ps1").values())


def test_nbgrader_releases_them(theirs: Course) -> None:
    """Do nbgrader's own commands find each page, and release what we wrote?"""
    pages = _pages(theirs, "ps1")
    _nbgrader(theirs.root, "release_feedback", "ps1")
    out = theirs.root / "exchange" / "stranger" / "feedback"
    released = sorted(path.read_text("utf-8") for path in out.glob("*.html"))
    assert released == sorted(pages.values())


def test_commands(theirs: Course) -> None:
    """Do both commands say in a line what they did, and exit with 0?"""

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "casebank.cli", *words, "--course", str(theirs.root)],
            env=ENV | {"COLUMNS": "120"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("feedback", "ps1").startswith("6 pages, ")
    assert "Nothing of ps1 is held." in run("held", "ps1")
