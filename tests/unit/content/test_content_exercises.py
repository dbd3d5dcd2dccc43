"""An exercise asks enough, helps in steps, and says what is wrong without praise or blame."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from content_helpers import (
    EXERCISES,
    LANGS,
    REPO,
    chapter_text,
    course,
    hanzi,
    headings,
    length,
    record_texts,
)
from content_helpers import exercise as exercise_of

import pieces
from casebank.notebooks.markers import HIDDEN, SOLUTION, clear, inside
from casebank.notebooks.rules import messages_of
from casebank.notebooks.source import Cell, read_source

each_exercise = pytest.mark.parametrize("slug", pieces.each("exercise"))
each_side = pytest.mark.parametrize("lang", LANGS)
#: A line of code as short as this is an idiom that a hint may well show.
SHORT = 32
#: Words of praise and blame; a message says what is not right and where to look.
TONE = {
    "en": r"!|\b(?:great|excellent|well done|good job|congratulations|nice|sorry|unfortunately|oops|"
    r"careless|silly|stupid|obvious(?:ly)?|clearly|simply|of course|you (?:forgot|failed)|"
    r"you should have|try harder|bad)\b",
    "zh": r"！|很好|真棒|太棒|干得|恭喜|可惜|遗憾|抱歉|粗心|马虎|笨|显然|明显|当然|你(?:忘了|没有认真)|再努力|不应该连",
}


def without_code(text: str) -> str:
    """A text without what stands in backticks or fences: an operator is no exclamation."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)


@cache
def cells_of(slug: str) -> tuple[Cell, ...]:
    """The cells of an exercise's source."""
    file = f"exercises/{slug}/exercise.py"
    return tuple(read_source(REPO.root / file, file))


def own(slug: str, task: str, kind: str) -> list[Cell]:
    """The cells of one kind that belong to a task."""
    return [c for c in cells_of(slug) if c.keys.task == task and c.kind == kind]


def automatic(slug: str) -> list[str]:
    """Tasks that a test judges."""
    return [name for name in exercise_of(slug).tasks if name not in exercise_of(slug).essays]


def points(slug: str, task: str) -> float:
    """What a task is worth."""
    return sum(c.keys.points or 0 for kind in ("test", "essay") for c in own(slug, task, kind))


@each_exercise
def test_counts(slug: str) -> None:
    """Are there six tasks or more, 20 to 40 points, and an essay?"""
    exercise = exercise_of(slug)
    assert len(exercise.tasks) >= 6
    assert 20 <= sum(points(slug, task) for task in exercise.tasks) <= 40
    assert exercise.essays
    assert 3 <= len(exercise.objectives) <= 6
    assert exercise.chapter and exercise.lab


@each_exercise
def test_each_task_is_worth_something(slug: str) -> None:
    """Has each task points, none more than a third of all?"""
    worth = {task: points(slug, task) for task in exercise_of(slug).tasks}
    assert all(worth.values())
    assert max(worth.values()) <= sum(worth.values()) / 3


@each_exercise
@each_side
def test_points_are_told(slug: str, lang: str) -> None:
    """Do the headings of the tasks, and the sum at the top, tell the points that tests give?"""
    prose = [c.source for c in cells_of(slug) if c.kind == "prose" and c.keys.lang == lang]
    pattern = r"(\d+) points?\b" if lang == "en" else r"(\d+) 分[）)，]"
    told = [
        float(found[1])
        for text in prose
        for _, words, _ in headings(text)
        if (found := re.search(pattern, words))
    ]
    worth = [points(slug, task) for task in exercise_of(slug).tasks]
    assert told == worth
    total = f"{sum(worth):g} points" if lang == "en" else f"{sum(worth):g} 分"
    assert total in prose[0], f"the first cell does not say '{total}'"


@each_exercise
def test_essays(slug: str) -> None:
    """Do the rubric's points make the essay's, in levels that rise, with a real model answer?"""
    for task, essay in exercise_of(slug).essays.items():
        (cell,) = own(slug, task, "essay")
        assert sum(criterion.points for criterion in essay.rubric) == cell.keys.points
        assert len(essay.rubric) >= 3
        for criterion in essay.rubric:
            steps = [level.points for level in criterion.levels]
            assert steps == sorted(set(steps)) and steps[0] == 0
        for lang, least in (("en", 100), ("zh", 150)):
            assert length(essay.model_answer[lang], lang) >= least
        assert 1.1 <= hanzi(essay.model_answer.zh) / len(essay.model_answer.en.split()) <= 2.6


@each_exercise
@each_side
def test_hints(slug: str, lang: str) -> None:
    """Has every task three hints in each language, each telling something else?"""
    for task in automatic(slug):
        found = [c for c in own(slug, task, "hint") if c.keys.lang == lang]
        assert [c.keys.level for c in found] == [1, 2, 3], task
        texts = [c.source for c in found]
        assert len(set(texts)) == 3
        for text in texts:
            assert len(text) >= 15, f"{task}: {text}"
            assert re.findall(TONE[lang], without_code(text), re.I) == []
        # The first asks or points; code comes later.

        assert not re.search(r"`[^`]*[^=]=[^=][^`]*`", texts[0]), f"{task}: code in the first hint"


def solution_lines(slug: str, task: str) -> list[str]:
    """Lines of a solution that are more than an idiom, without blanks."""
    (cell,) = own(slug, task, "solution")
    lines = [re.sub(r"\s+", "", line) for line in inside(cell.source, SOLUTION).splitlines()]
    return [line for line in lines if len(line) >= SHORT]


def given_away(slug: str, task: str) -> list[str]:
    """Whole lines of a solution that a hint shows."""
    hints = [(c, re.sub(r"\s+", "", c.source)) for c in own(slug, task, "hint")]
    return [
        f"{c.file}:{c.line}: hint {c.keys.level} of '{task}' shows {line}"
        for c, text in hints
        for line in solution_lines(slug, task)
        if line in text
    ]


@each_exercise
def test_hints_do_not_tell_all(slug: str) -> None:
    """Is no whole line of a solution in a hint?"""
    assert [slip for task in automatic(slug) for slip in given_away(slug, task)] == []


@each_exercise
def test_probes(slug: str) -> None:
    """Are there two wrong and two right answers to try for every task, named and different?"""
    for task in automatic(slug):
        probes = own(slug, task, "probe")
        count = Counter(probe.keys.expect for probe in probes)
        assert count["fail"] >= 2 and count["pass"] >= 2, f"{task}: {dict(count)}"
        names = [probe.keys.name for probe in probes]
        assert all(names) and len(set(names)) == len(names), task
        assert len({probe.source for probe in probes}) == len(probes), task
        (solution,) = own(slug, task, "solution")
        right = clear(solution.source, ("", "")).replace(SOLUTION[0], "").replace(SOLUTION[1], "")
        assert right.split() not in [probe.source.split() for probe in probes], task


@each_exercise
def test_messages_are_used(slug: str) -> None:
    """Is each message said by a test, and each test's message met by a wrong answer or spare?"""
    exercise = exercise_of(slug)
    said = {m for c in cells_of(slug) if c.kind == "test" for m in messages_of(c.source)}
    assert set(exercise.messages) - said == set(), "never said"
    for name in exercise.messages:
        tasks = {
            c.keys.task
            for c in cells_of(slug)
            if c.kind == "test" and name in messages_of(c.source)
        }
        assert len(tasks) == 1, f"{name} is said by more than one task"


@each_exercise
def test_most_messages_are_met(slug: str) -> None:
    """Are most messages met by a wrong answer that is tried?"""
    met = {c.keys.message for c in cells_of(slug) if c.kind == "probe" and c.keys.message}
    assert len(met) / len(exercise_of(slug).messages) >= 0.5


@each_exercise
@each_side
def test_tone(slug: str, lang: str) -> None:
    """Are messages sentences without praise, blame or exclamation, that say where to look?"""
    for name, message in exercise_of(slug).messages.items():
        text = message[lang]
        assert re.findall(TONE[lang], without_code(text), re.I) == [], name
        assert text.rstrip()[-1] in ".?)。？）", f"{name} does not end as a sentence"
        assert {"en": 5, "zh": 5}[lang] <= length(text, lang) <= {"en": 60, "zh": 110}[lang], name


@each_exercise
def test_hidden_tests(slug: str) -> None:
    """Does every task have something hidden, and show something too?"""
    for task in automatic(slug):
        tests = own(slug, task, "test")
        assert any(inside(test.source, HIDDEN).strip() for test in tests), f"{task}: nothing hidden"
        assert any(messages_of(clear(test.source, HIDDEN)) for test in tests), f"{task}: none shown"


@each_exercise
@each_side
def test_sections_exist(slug: str, lang: str) -> None:
    """Does each task point to a section of the chapter that exists?"""
    exercise = exercise_of(slug)
    known = {ident for _, _, ident in headings(chapter_text(exercise.chapter, lang))}
    for name, task in exercise.tasks.items():
        assert task.section in known, name


@each_exercise
def test_words_limit_is_kept(slug: str) -> None:
    """Does the model answer keep to the length that the task allows?"""
    for task, essay in exercise_of(slug).essays.items():
        (place,) = own(slug, task, "essay")
        before = [c for c in cells_of(slug) if c.kind == "prose" and c.number < place.number]
        for lang, pattern in (("en", r"[Aa]t most (\d+) words"), ("zh", r"不超过 (\d+) 字")):
            asked = [c.source for c in before if c.keys.lang == lang][-1]
            limit = re.search(pattern, asked)
            assert limit, f"{task}: no limit of length in {lang}"
            answer = essay.model_answer[lang]
            count = len(answer.split()) if lang == "en" else hanzi(answer)
            assert count <= int(limit[1]) * 1.05, f"{task}, {lang}: {count}"


@each_exercise
def test_detector_of_given_lines(slug: str) -> None:
    """Would a hint that shows a solution's line be found?"""
    task = next(t for t in automatic(slug) if solution_lines(slug, t))
    line = solution_lines(slug, task)[0]
    assert line in re.sub(r"\s+", "", f"Write `{line[:5]} {line[5:]}` here.")


def test_tone_is_found() -> None:
    """Is planted praise or blame found?"""
    assert re.findall(TONE["en"], "Well done! You forgot the sum.", re.I) != []
    assert re.findall(TONE["zh"], "真棒！") != []
    assert course().exercises.keys() == set(EXERCISES)
    assert record_texts(f"exercises/{EXERCISES[0]}/exercise.yml")
