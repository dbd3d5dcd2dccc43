"""A case has what a first-class case has: opening, exhibits, questions, sources."""

from __future__ import annotations

import csv
import re

import pytest
from content_helpers import (
    LANGS,
    REPO,
    case_text,
    cited,
    computed,
    length,
    named,
    plain,
    sections,
)
from content_helpers import case as case_of

import pieces

#: Length of a case in words or characters: two printed pages to eight.
LENGTH = {"en": (1000, 4500), "zh": (1500, 7000)}
#: Words or characters a minute, exhibits studied on the way, second language or not.
PACE = {"en": (50, 220), "zh": (80, 400)}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
#: Words by which a source without address or day of checking says why.
EXCUSES = ("fact base", "not seen", "no address", "print only", "转引", "未见")
each_case = pytest.mark.parametrize("slug", pieces.each("case"))
each_side = pytest.mark.parametrize("lang", LANGS)


def results(slug: str):
    """What the exhibits of a case compute."""
    return computed(case_of(slug).folder / "exhibits" / "exhibits.py")


def numbered(slug: str) -> dict[str, int]:
    """The numbered exhibits: id and number."""
    return {i.id: i.exhibit for i in results(slug).items.values() if i.exhibit}


def opening(slug: str, lang: str) -> str:
    """The first paragraph as it reads."""
    return plain(case_text(slug, "case", lang), lang, results(slug)).strip().split("\n\n")[0]


@each_case
@each_side
def test_opening(slug: str, lang: str) -> None:
    """Do person, title, place and date stand in the first paragraph?"""
    text = opening(slug, lang)
    bare = re.sub(r"（[^）]*）", "", case_of(slug).protagonist.get(lang))
    person, _, title = bare.partition("，" if lang == "zh" else ", ")
    assert person in text, "the protagonist of case.yml is not in the first paragraph"
    office = re.findall(r"[\u4e00-\u9fff]{3,}", title) if lang == "zh" else [title.split(" of ")[0]]
    assert office and office[-1] in text, "the protagonist's title is not in the first paragraph"
    if lang == "en":
        assert re.search(rf"\d{{1,2}} ({'|'.join(MONTHS)})", text), "no date"
        place = rf"\b(?:in|at|near|outside) (?!{'|'.join(MONTHS)})[A-Z]\w+"
        assert re.search(place, text), "no place"
    else:
        assert re.search(r"\d{4} 年", text) and re.search(r"\d 月 \d+ 日", text), "no date"
        assert re.search(r"在|位于|来到|总部", text), "no place"
    assert 60 <= length(text, lang) <= 450


@each_case
@each_side
def test_length(slug: str, lang: str) -> None:
    """Is the case neither too short nor too long, and the reading time stated believable?"""
    count = length(plain(case_text(slug, "case", lang), lang, results(slug)), lang)
    least, most = LENGTH[lang]
    assert least <= count <= most
    slow, fast = PACE[lang]
    assert slow <= count / case_of(slug).minutes.read <= fast, f"{count} in the minutes of case.yml"


@each_case
@each_side
def test_closing(slug: str, lang: str) -> None:
    """Does the case end at the decision, on a section of its own, with epilogue kept apart?"""
    found = list(sections(case_text(slug, "case", lang)))
    assert found[-1] == "decision"
    assert "{{link:epilogue" not in case_text(slug, "case", lang)


@each_case
def test_exhibit_numbers(slug: str) -> None:
    """Do the exhibits' numbers run from 1 without a gap?"""
    numbers = sorted(numbered(slug).values())
    assert len(numbers) >= 4
    assert numbers == list(range(1, len(numbers) + 1))


@each_case
@each_side
def test_exhibits_shown(slug: str, lang: str) -> None:
    """Does each numbered exhibit stand in the case once, in the order of the numbers?"""
    shown = named(case_text(slug, "case", lang), "figure", "table")
    numbers = numbered(slug)
    assert set(shown) <= set(numbers), "an exhibit without a number"
    assert [numbers[name] for name in shown] == list(range(1, len(numbers) + 1))


@each_case
@each_side
def test_exhibits_called(slug: str, lang: str) -> None:
    """Is each exhibit called in the text of the case, first calls in the order of the numbers?"""
    numbers = numbered(slug)
    calls = list(dict.fromkeys(named(case_text(slug, "case", lang), "exhibit")))
    assert [numbers[name] for name in calls] == sorted(numbers.values())


@each_case
@each_side
def test_other_items_shown(slug: str, lang: str) -> None:
    """Is what has no number shown in the epilogue or the note, each once, and nothing idle?"""
    epilogue = named(case_text(slug, "epilogue", lang), "figure", "table")
    note = named(case_text(slug, "note", lang), "figure", "table")
    loose = {name for name, item in results(slug).items.items() if not item.exhibit}
    assert sorted(epilogue + note) == sorted(loose)
    assert all(name.startswith("note") for name in note), "a note's own exhibit is named note_…"


@each_case
def test_exhibits_titled_and_sourced(slug: str) -> None:
    """Has each exhibit a title that is a statement, and a source in both languages?"""
    bare = []
    for item in results(slug).items.values():
        if item.source is None and not item.id.startswith("note"):
            note = item.note
            if note is None or "invented" not in note.en or "虚构" not in note.zh:
                bare.append(f"{item.id} has neither source nor a note that it is invented")
        if len(item.title.en.split()) < 4:
            bare.append(f"{item.id}: the title does not say what one sees")
    assert bare == []


@each_case
def test_rows_have_sources(slug: str) -> None:
    """Does each row of each data file name its source?"""
    files = sorted((case_of(slug).folder / "exhibits").glob("*.csv"))
    assert files
    bare = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as handle:
            for number, row in enumerate(csv.DictReader(handle), 2):
                keys = [key for key in row if key.startswith("source")]
                if not keys or not all((row[key] or "").strip() for key in keys):
                    bare.append(f"{REPO.relative(path)}:{number}")
    assert bare == []


@each_case
def test_rows_name_known_sources(slug: str) -> None:
    """Is each fact that a data file names among the sources of the case?"""
    known = {source.id for source in case_of(slug).sources}
    lost = []
    for path in sorted((case_of(slug).folder / "exhibits").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for number, row in enumerate(csv.DictReader(handle), 2):
                facts = re.split(r"[;,\s]+", row.get("fact") or "")
                facts += re.findall(r"\b[A-Z]\d\d[a-z]?\b", row.get("source") or "")
                lost += [
                    f"{REPO.relative(path)}:{number}: {fact}"
                    for fact in facts
                    if fact and fact not in known
                ]
    assert lost == []


@each_case
def test_questions_name_what_exists(slug: str) -> None:
    """Do the questions name exhibits, objectives and sections that exist?"""
    case = case_of(slug)
    sides = {lang: set(sections(case_text(slug, "case", lang))) - {""} for lang in LANGS}
    assert sides["zh"] == sides["en"]
    for question in case.questions:
        assert set(question.sections) <= sides["en"], question.id
        assert set(question.exhibits) <= set(numbered(slug).values()), question.id
        assert set(question.objectives) <= {o.id for o in case.objectives}, question.id
        assert question.exhibits and question.objectives and question.sections, question.id


@each_case
def test_matrix(slug: str) -> None:
    """Is every section, every objective and every exhibit used by a question?"""
    case = case_of(slug)
    asked = case.questions
    idle = set(sections(case_text(slug, "case", "en"))) - {""}
    assert idle - {s for q in asked for s in q.sections} == set()
    assert {o.id for o in case.objectives} - {o for q in asked for o in q.objectives} == set()
    assert set(numbered(slug).values()) - {e for q in asked for e in q.exhibits} == set()


@each_case
def test_questions_follow_the_story(slug: str) -> None:
    """Do the questions come in the order of the sections that they begin with?"""
    order = list(sections(case_text(slug, "case", "en")))
    first = [min(order.index(s) for s in q.sections) for q in case_of(slug).questions[:-1]]
    assert first == sorted(first), "the last question alone may look back"


@each_case
def test_record(slug: str) -> None:
    """Has the record 3 to 6 questions, 2 to 5 objectives, work to go on with, and candour?"""
    case = case_of(slug)
    assert 3 <= len(case.questions) <= 6
    assert 2 <= len(case.objectives) <= 5
    assert case.lab or case.exercise
    assert case.minutes.class_ in range(75, 121)
    for lang in LANGS:
        assert length(case.invented.get(lang), lang) >= 5
    used = set(named(case_text(slug, "case", "en"), "term"))
    assert set(case.concepts) & used


@each_case
@pytest.mark.parametrize(
    ("part", "kept"), [("case", ("note_", "note-", "later_", "later-")), ("epilogue", ("note_",))]
)
@each_side
def test_nothing_from_later(slug: str, part: str, kept: tuple[str, ...], lang: str) -> None:
    """Is nothing of the note in case and epilogue, nothing of the epilogue in the case?"""
    text = case_text(slug, part, lang)
    kinds = ("value", "figure", "table", "exhibit")
    assert [name for name in named(text, *kinds) if name.startswith(kept)] == []


@each_case
@pytest.mark.parametrize("part", ["case", "epilogue", "note"])
@each_side
def test_citations_exist(slug: str, part: str, lang: str) -> None:
    """Is every source that the text or a shown exhibit cites in case.yml, and in the prose?"""
    known = {source.id for source in case_of(slug).sources}
    text = case_text(slug, part, lang)
    prose = set(cited(text))
    assert prose - known == set()
    items = [results(slug).items[name] for name in named(text, "figure", "table")]
    texts = [t[lang] for i in items for t in (i.title, i.note, i.source) if t]
    # The page's list of sources is made from its prose.
    assert {name for t in texts for name in cited(t)} - prose == set()


@each_case
def test_sources(slug: str) -> None:
    """Is each source used, dated, and with an address and a day of checking or the reason?"""
    case = case_of(slug)
    used = {
        name for part in ("case", "epilogue", "note") for name in cited(case_text(slug, part, "en"))
    }
    assert {source.id for source in case.sources} - used == set(), "never cited"
    bare = []
    for source in case.sources:
        excused = all(any(word in source.get(lang) for word in EXCUSES) for lang in LANGS)
        if not source.date:
            bare.append(f"{source.id}: no date")
        if not source.url and not excused:
            bare.append(f"{source.id}: no address, and no word why")
        if not source.checked and not excused:
            bare.append(f"{source.id}: no day of checking, and no word why")
    assert bare == []


@each_case
def test_claims_have_sources(slug: str) -> None:
    """Does each section of case and epilogue that states facts cite a source?"""
    bare = []
    for part in ("case", "epilogue"):
        for name, text in sections(case_text(slug, part, "en")).items():
            values = named(text, "value")
            if len(values) >= 2 and not cited(text):
                bare.append(f"{part}, {name}")
    assert bare == []
