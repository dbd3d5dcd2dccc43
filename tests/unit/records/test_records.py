"""Records are read strictly, and every complaint names file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebank.errors import ContentError
from casebank.paths import Repo
from casebank.records import Question, load_all, load_exercises, load_glossary, load_questions

EXERCISE = """\
id: abc
version: 1.0.0
title: {zh: 甲, en: A}
summary: {zh: 甲, en: A}
level: core
minutes: 30
topics: [T80]
concepts: [rfm]
objectives:
  - {zh: 甲, en: A}
tasks:
  load: {title: {zh: 甲, en: A}}
  rfm: {title: {zh: 甲, en: A}, needs: [load]}
"""

TERM = """\
- id: rfm
  zh: RFM
  en: RFM
  definition: {zh: 甲, en: A}
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    for folder in ("exercises/abc", "book/questions", "cases"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "exercises/abc/exercise.yml").write_text(EXERCISE, encoding="utf-8")
    (tmp_path / "book/glossary.yml").write_text(TERM, encoding="utf-8")
    return Repo(tmp_path)


def spoil(repo: Repo, old: str, new: str) -> None:
    path = repo.exercises / "abc/exercise.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_good(repo: Repo) -> None:
    """Is a good course read, with its references?"""
    course = load_all(repo)
    assert list(course.exercises["abc"].tasks) == ["load", "rfm"]
    assert course.exercises["abc"].title["en"] == "A"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level: core", "levl: core", ["line 5", "unknown key 'levl'", "Did you mean 'level'?"]),
        ("en: A}\nsummary", "eng: A}\nsummary", ["line 3", "'eng'", "'en'"]),
        ("{zh: 甲, en: A}\nsummary", "{zh: 甲}\nsummary", ["line 3", "title.en", "missing"]),
        ("level: core", "level: easy", ["line 5", "level"]),
        ("minutes: 30", "minutes: 0", ["line 6", "minutes"]),
        ("topics: [T80]", "topics: [T8]", ["line 7", "topics"]),
        ("needs: [load]", "needs: [laod]", ["needs the unknown task 'laod'"]),
        ("needs: [load]", "need: [load]", ["line 13", "Did you mean 'needs'?"]),
        ("version: 1.0.0", "version: 1.0.0\nversion: 1.0.1", ["line 3", "given twice"]),
        ("id: abc", "id: abd", ["id is 'abd'", "'abc'"]),
        ("concepts: [rfm]", "concepts: [rfn]", ["'rfn' is not in the glossary", "'rfm'"]),
        ("level: core", "level: core\nlab: none-such", ["lab 'none-such' does not exist"]),
        ("tasks:\n", "tasks: [\n", ["not valid yaml"]),
    ],
)
def test_malformed(repo: Repo, old: str, new: str, said: list[str]) -> None:
    """Does each kind of mistake get one sentence with file, place and remedy?"""
    spoil(repo, old, new)
    with pytest.raises(ContentError) as caught:
        load_all(repo)
    sentence = str(caught.value)
    assert "exercises/abc/exercise.yml" in sentence
    assert "\n" not in sentence
    for part in said:
        assert part in sentence, sentence


def test_not_utf8(repo: Repo) -> None:
    """Is a file in another encoding named as such?"""
    (repo.exercises / "abc/exercise.yml").write_bytes(EXERCISE.encode("gbk"))
    with pytest.raises(ContentError, match="UTF-8"):
        load_exercises(repo)


def test_glossary_twice(repo: Repo) -> None:
    """Is a term given twice refused?"""
    repo.glossary.write_text(TERM + TERM, encoding="utf-8")
    with pytest.raises(ContentError, match="given twice"):
        load_glossary(repo)


def test_question_without_right_answer(repo: Repo) -> None:
    """Is a single-choice question with two right options refused?"""
    (repo.questions / "q.yml").write_text(
        "- id: q-1\n  kind: single\n  chapter: c\n  topics: [T80]\n"
        "  stem: {zh: 甲, en: A}\n  options:\n"
        "  - {zh: 甲, en: A, right: true, reason: {zh: 甲, en: A}}\n"
        "  - {zh: 乙, en: B, right: true, reason: {zh: 乙, en: B}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError, match="one right option, this has 2"):
        load_questions(repo)


def _ordering(**after: list[str]) -> dict:
    texts = {"zh": "甲", "en": "a"}
    return {
        "id": "q-order",
        "kind": "order",
        "chapter": "c",
        "topics": ["T01"],
        "stem": texts,
        "options": [
            {"id": name, "after": wait, "reason": texts, **texts} for name, wait in after.items()
        ],
    }


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"a": [], "b": ["c"]}, "unknown step 'c'"),
        ({"a": ["b"], "b": ["a"]}, "wait for each other: a, b"),
        ({"a": [], "b": []}, "asks nothing"),
    ],
)
def test_orders_that_cannot_be(after: dict[str, list[str]], said: str) -> None:
    """Is an ordering question refused that has no right order, or no wrong one?"""
    with pytest.raises(ValueError, match=said):
        Question(**_ordering(**after))


def test_an_order_by_what_comes_first() -> None:
    """Does a question know one valid order of its steps?"""
    question = Question(**_ordering(promise=["repeat"], listen=[], repeat=["listen"]))
    assert [step.id for step in question.order()] == ["listen", "repeat", "promise"]
