"""A chapter, a lab and a question have what their readers need."""

from __future__ import annotations

from collections import Counter

import pytest
from content_helpers import (
    CHAPTERS,
    LANGS,
    REPO,
    chapter_text,
    cited,
    computed,
    course,
    headings,
    length,
    marks,
    named,
    plain,
    rows,
    sections,
    slugs,
)
from content_helpers import chapter as chapter_of

import pieces
from casebank.text.quiz import _options, in_order

#: The least length in words and characters. A chapter that is to be shorter is named with its own.
FLOOR = {"en": 2500, "zh": 4000}
FLOORS: dict[str, dict[str, int]] = {}
#: A printable card is one page.
CARD = {"en": (150, 620), "zh": (250, 900)}
TOPICS = {row["id"] for row in rows("topics.csv")}

each_chapter = pytest.mark.parametrize("slug", pieces.each("chapter"))
each_side = pytest.mark.parametrize("lang", LANGS)
each_lab = pytest.mark.parametrize("slug", pieces.each("lab"))


def reads(slug: str, lang: str) -> str:
    """A chapter as it reads."""
    results = computed(chapter_of(slug).path.with_suffix(".py"))
    return plain(chapter_text(slug, lang), lang, results)


@each_chapter
@each_side
def test_length(slug: str, lang: str) -> None:
    """Is the chapter long enough to teach what it names?"""
    assert length(reads(slug, lang), lang) >= FLOORS.get(slug, FLOOR)[lang]


@each_chapter
@each_side
def test_opening(slug: str, lang: str) -> None:
    """Does it open with a situation: a date, a number, and prose before the first heading?"""
    text = sections(chapter_text(slug, lang))[""]
    assert any(
        c.isdigit() for c in plain(text, lang, computed(chapter_of(slug).path.with_suffix(".py")))
    )
    assert length(plain(text, lang, computed(chapter_of(slug).path.with_suffix(".py"))), lang) >= 80


@each_chapter
def test_record(slug: str) -> None:
    """Are there enough questions, objectives, key points and reading, and work to go on with?"""
    chapter = chapter_of(slug)
    assert 2 <= len(chapter.questions) <= 6
    assert 3 <= len(chapter.objectives) <= 6
    assert 4 <= len(chapter.keypoints) <= 8
    assert len(chapter.concepts) >= 5
    assert len(chapter.reading) >= 3
    assert all(entry.url for entry in chapter.reading), "reading without an address"
    assert chapter.lab and chapter.exercise and chapter.case
    for question in chapter.questions:
        assert question.en.rstrip().endswith("?") or "?" in question.en
        assert "？" in question.zh


@each_chapter
@each_side
def test_concepts_stand_in_the_text(slug: str, lang: str) -> None:
    """Is every concept of the record a term of the text?"""
    assert set(chapter_of(slug).concepts) - set(named(chapter_text(slug, lang), "term")) == set()


@each_chapter
@each_side
def test_figures(slug: str, lang: str) -> None:
    """Are there three figures or more, and is nothing that the companion draws left out?"""
    text = chapter_text(slug, lang)
    assert len(set(named(text, "figure"))) >= 3
    items = computed(chapter_of(slug).path.with_suffix(".py")).items
    assert set(items) == set(named(text, "figure", "table", "tool"))


@each_chapter
def test_items_say_what_one_sees(slug: str) -> None:
    """Has every figure and table a title that is a statement, a source, and every figure a text?"""
    for item in computed(chapter_of(slug).path.with_suffix(".py")).items.values():
        assert len(item.title.en.split()) >= 4, item.id
        assert item.source is not None, f"{item.id} has no source"
        if item.kind == "figure":
            assert item.alt and len(item.alt.en.split()) >= 8, item.id


@each_chapter
@each_side
def test_values_exist(slug: str, lang: str) -> None:
    """Does the companion compute every value that chapter and card show?"""
    results = computed(chapter_of(slug).path.with_suffix(".py"))
    stem = chapter_of(slug).stem
    card = (REPO.chapters / f"{stem}.card.{lang}.md").read_text(encoding="utf-8")
    for text in (chapter_text(slug, lang), card):
        assert set(named(text, "value")) - set(results.values) == set()


@each_chapter
@each_side
def test_end(slug: str, lang: str) -> None:
    """Does it end with the reader's turn, the quiz, and links to lab, exercise, case and card?"""
    text = chapter_text(slug, lang)
    assert list(sections(text))[-1] == "decision"
    last = sections(text)["decision"]
    assert ("quiz", "") in marks(text)
    chapter = chapter_of(slug)
    wanted = {
        f"card:{slug}",
        *(f"lab:{name}" for name in chapter.lab),
        *(f"exercise:{name}" for name in chapter.exercise),
        *(f"case:{name}" for name in chapter.case),
    }
    assert wanted - set(named(last, "link")) == set()


@each_chapter
@each_side
def test_limits_and_ethics(slug: str, lang: str) -> None:
    """Are there sections on what it cannot do and on what is right?"""
    assert {"limits", "ethics"} <= set(sections(chapter_text(slug, lang)))


@each_chapter
@each_side
def test_reading(slug: str, lang: str) -> None:
    """Is everything cited in the reading list, and everything in the list cited?"""
    known = {entry.id for entry in chapter_of(slug).reading}
    assert set(cited(chapter_text(slug, lang))) == known


@each_chapter
@each_side
def test_card(slug: str, lang: str) -> None:
    """Is the card short enough for one page, with headings and something to do?"""
    path = REPO.chapters / f"{chapter_of(slug).stem}.card.{lang}.md"
    text = path.read_text(encoding="utf-8")
    said = plain(text, lang, computed(chapter_of(slug).path.with_suffix(".py")))
    least, most = CARD[lang]
    assert least <= length(said, lang) <= most
    assert len(headings(text)) >= 3


@each_chapter
def test_heading_ids(slug: str) -> None:
    """Is every heading's id used once?"""
    ids = [ident for _, _, ident in headings(chapter_text(slug, "en")) if ident]
    assert [ident for ident, times in Counter(ids).items() if times > 1] == []


# ---- questions ---------------------------------------------------------------------------------


@each_chapter
def test_questions(slug: str) -> None:
    """Has the chapter five questions or more, of more than one kind?"""
    asked = course().of_chapter(slug)
    assert len(asked) >= 5
    assert len({question.kind for question in asked}) >= 2


@pytest.mark.parametrize("question", list(course().questions.values()), ids=lambda q: q.id)
@each_side
def test_options(question, lang: str) -> None:
    """Has each question options that differ, each with a reason that is more than a word?"""
    texts = [option.get(lang) for option in question.options]
    assert len(texts) >= 3 and len(set(texts)) == len(texts)
    reasons = [option.reason[lang] for option in question.options]
    assert len(set(reasons)) == len(reasons), "the same reason twice"
    least = {"en": 5, "zh": 8}[lang]
    assert min(length(reason, lang) for reason in reasons) >= least
    assert not any("以上都" in text or "all of the above" in text.lower() for text in texts)
    if question.kind == "order":
        # Some order must be wrong, and the steps are not shown in a right one.
        assert len(question.order()) == len(texts) >= 4
        assert not in_order([option for _, option in _options(question)])
        places = {o.position for o in question.options}
        assert places == {None} or (places == set(range(1, len(places) + 1)) and len(places) >= 3)


@each_chapter
def test_place_of_the_right_answer(slug: str) -> None:
    """Can one not guess by place: is the right option not always shown at the same one?"""
    asked = [q for q in course().of_chapter(slug) if q.kind == "single"]
    places = Counter(
        next(place for place, (_, option) in enumerate(_options(q)) if option.right) for q in asked
    )
    if len(asked) >= 3:
        assert max(places.values()) <= (2 * len(asked) + 2) // 3, dict(places)


@each_chapter
@each_side
def test_length_of_the_right_answer(slug: str, lang: str) -> None:
    """Can one not guess by length: is the right option not always the longest?"""
    asked = [q for q in course().of_chapter(slug) if q.kind == "single"]
    longest = [
        q.id
        for q in asked
        if len(next(o.get(lang) for o in q.options if o.right))
        > max(len(o.get(lang)) for o in q.options if not o.right)
    ]
    if len(asked) >= 3:
        assert len(longest) <= (2 * len(asked) + 2) // 3, longest


def test_questions_files() -> None:
    """Does each file of questions belong to the chapter whose name it bears?"""
    for name in slugs("book/questions/*.yml"):
        slug = name.rsplit("/", 1)[1].removesuffix(".yml")
        assert slug in CHAPTERS, f"{name} belongs to no chapter"


# ---- topics ------------------------------------------------------------------------------------


def test_topics_exist() -> None:
    """Is every topic that a record names in the list of topics?"""
    records = [
        *course().chapters.values(),
        *course().labs.values(),
        *course().cases.values(),
        *course().exercises.values(),
        *course().questions.values(),
    ]
    lost = {f"{r.id}: {topic}" for r in records for topic in r.topics if topic not in TOPICS}
    assert lost == set()
    assert [r.id for r in records if len(set(r.topics)) != len(r.topics)] == []


@each_chapter
def test_questions_stay_with_their_chapter(slug: str) -> None:
    """Do the questions' topics belong to the chapter?"""
    own = set(chapter_of(slug).topics)
    assert {t for q in course().of_chapter(slug) for t in q.topics} - own == set()


# ---- labs --------------------------------------------------------------------------------------


@each_lab
def test_lab(slug: str) -> None:
    """Does a lab alternate prose and code, draw figures with a text each, and use its data?"""
    from casebank.notebooks.source import read_source

    lab = course().labs[slug]
    file = f"book/labs/{slug}.py"
    cells = read_source(REPO.root / file, file)
    assert len(lab.objectives) >= 3
    assert lab.chapter and lab.exercise
    code = [cell for cell in cells if not cell.markdown]
    assert len(code) >= 10
    for lang in LANGS:
        prose = [c.source for c in cells if c.markdown and c.keys.lang == lang]
        assert len(prose) >= 8
        assert sum(length(plain(text, lang), lang) for text in prose) >= 600
        drawn = [c for c in code if c.keys.alt and c.keys.lang == lang]
        assert len(drawn) >= 3, "three figures with a text for who cannot see them"
        assert all(length(c.keys.alt or "", lang) >= 8 for c in drawn)
    whole = "\n".join(cell.source for cell in code)
    assert [table for table in lab.data if f"data/{table}.csv" not in whole] == []


@each_lab
@each_side
def test_lab_sections(slug: str, lang: str) -> None:
    """Has the lab headings in one order in both languages?"""
    from casebank.notebooks.source import read_source

    file = f"book/labs/{slug}.py"
    cells = read_source(REPO.root / file, file)
    levels = {
        one: [h[0] for c in cells if c.markdown and c.keys.lang == one for h in headings(c.source)]
        for one in LANGS
    }
    assert len(levels[lang]) >= 5
    assert levels["zh"] == levels["en"]
