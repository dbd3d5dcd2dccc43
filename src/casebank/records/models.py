"""Typed models of the yml records. Every text that a reader sees is a ``Bi`` (zh and en)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from casebank.lang import Bi

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
TaskName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
TopicId = Annotated[str, Field(pattern=r"^T\d{2}$")]
Level = Literal["intro", "core", "advanced"]


def _listed(value: object) -> object:
    """One name may stand without the brackets of a list."""
    return [value] if isinstance(value, str) else value


Slugs = Annotated[list[Slug], BeforeValidator(_listed)]


def named(record: object, kind: str) -> list[str]:
    """The names under a key that holds one name, several or none."""
    value = getattr(record, kind, None)
    return [value] if isinstance(value, str) else list(value or [])


class Record(BaseModel):
    """Base: unknown keys are errors, records do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FileRecord(Record):
    """A record that is the whole of a file; ``path`` is where it was read."""

    path: Path = Field(default=Path(), exclude=True)


class Reading(Record):
    """An entry of a chapter's further reading, also what ``[@id]`` cites there."""

    id: str
    text: Bi
    url: str | None = None


class Chapter(FileRecord):
    """``book/chapters/NN-slug.yml``; ``stem`` is ``NN-slug``.

    ``lab``, ``exercise`` and ``case`` take one name or a list, in the order of the lesson.
    """

    id: Slug
    title: Bi
    description: Bi
    minutes: int = Field(gt=0, le=240)
    level: Level
    topics: list[TopicId] = Field(min_length=1)
    questions: list[Bi] = Field(min_length=1)
    objectives: list[Bi] = Field(min_length=2)
    keypoints: list[Bi] = Field(min_length=3)
    concepts: list[Slug] = Field(min_length=1)
    lab: Slugs = Field(default_factory=list)
    exercise: Slugs = Field(default_factory=list)
    case: Slugs = Field(default_factory=list)
    reading: list[Reading] = Field(default_factory=list)

    @property
    def stem(self) -> str:
        """The file's name without suffix, as used in addresses: ``01-customer-segmentation``."""
        return self.path.stem


class Lab(FileRecord):
    """``book/labs/slug.yml``."""

    id: Slug
    title: Bi
    description: Bi
    minutes: int = Field(gt=0, le=240)
    level: Level
    topics: list[TopicId] = Field(min_length=1)
    concepts: list[Slug] = Field(min_length=1)
    objectives: list[Bi] = Field(min_length=1)
    chapter: Slug | None = None
    exercise: Slug | None = None
    data: list[str] = Field(default_factory=list)


class Minutes(Record):
    """Reading time and class time of a case."""

    read: int = Field(gt=0, le=120)
    class_: int = Field(alias="class", gt=0, le=240)


class Objective(Record):
    """An objective with an id, so that questions can name it."""

    id: str
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def get(self, lang: str) -> str:
        """Return the text in one language."""
        return self.zh if lang == "zh" else self.en


class CaseQuestion(Objective):
    """An assignment question, tied to exhibits, objectives and sections of the case."""

    exhibits: list[int] = Field(default_factory=list)
    objectives: list[str] = Field(min_length=1)
    sections: list[str] = Field(min_length=1)


class Source(Record):
    """A source of a case. ``checked`` is the day on which one of us last saw it."""

    id: str
    text: Bi | str
    url: str | None = None
    date: str | None = None
    checked: dt.date | None = None

    def get(self, lang: str) -> str:
        """Return the citation in one language."""
        return self.text if isinstance(self.text, str) else self.text.get(lang)


class Case(FileRecord):
    """``cases/<slug>/case.yml``."""

    id: Slug
    title: Bi
    subtitle: Bi
    summary: Bi
    kind: Literal["decision", "diagnosis", "evaluation"]
    level: Level
    minutes: Minutes
    topics: list[TopicId] = Field(min_length=1)
    concepts: list[Slug] = Field(min_length=1)
    chapter: Slug | None = None
    lab: Slug | None = None
    exercise: Slug | None = None
    protagonist: Bi
    invented: Bi
    objectives: list[Objective] = Field(min_length=2, max_length=6)
    questions: list[CaseQuestion] = Field(min_length=3, max_length=6)
    sources: list[Source] = Field(min_length=1)

    @property
    def folder(self) -> Path:
        """The case's own folder."""
        return self.path.parent

    @model_validator(mode="after")
    def _matrix(self) -> Case:
        known = {o.id for o in self.objectives}
        asked = {o for q in self.questions for o in q.objectives}
        if asked - known:
            raise ValueError(
                f"questions name unknown objectives: {', '.join(sorted(asked - known))}"
            )
        if known - asked:
            raise ValueError(f"no question serves objective {', '.join(sorted(known - asked))}")
        return self


class Task(Record):
    """A task: what it needs, what names it defines, where the chapter explains it."""

    title: Bi
    needs: list[TaskName] = Field(default_factory=list)
    defines: list[str] = Field(default_factory=list)
    section: str | None = None


class RubricLevel(Bi):
    """One level of a criterion."""

    points: float = Field(ge=0)


class Criterion(Record):
    """One line of a rubric; its worth is the points of its best level."""

    criterion: Bi
    levels: list[RubricLevel] = Field(min_length=2)

    @property
    def points(self) -> float:
        """The most that the criterion can give."""
        return max(level.points for level in self.levels)


class Essay(Record):
    """How an essay is graded by a person. Neither part reaches a trainee before grading."""

    rubric: list[Criterion] = Field(min_length=1)
    model_answer: Bi


class Exercise(FileRecord):
    """``exercises/<slug>/exercise.yml``."""

    id: Slug
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: Bi
    summary: Bi
    level: Level
    minutes: int = Field(gt=0, le=480)
    topics: list[TopicId] = Field(min_length=1)
    concepts: list[Slug] = Field(min_length=1)
    chapter: Slug | None = None
    lab: Slug | None = None
    case: Slug | None = None
    data: list[str] = Field(default_factory=list)
    objectives: list[Bi] = Field(min_length=1)
    tasks: dict[TaskName, Task] = Field(min_length=1)
    messages: dict[str, Bi] = Field(default_factory=dict)
    essays: dict[TaskName, Essay] = Field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The exercise's own folder."""
        return self.path.parent

    @model_validator(mode="after")
    def _graph(self) -> Exercise:
        order = list(self.tasks)
        for name, task in self.tasks.items():
            for need in task.needs:
                if need not in self.tasks:
                    raise ValueError(f"task '{name}' needs the unknown task '{need}'")
                if order.index(need) >= order.index(name):
                    raise ValueError(f"task '{name}' needs '{need}', which does not come before it")
        for name in self.essays:
            if name not in self.tasks:
                raise ValueError(f"essay '{name}' is not among the tasks")
        return self


class Option(Record):
    """One option of a question, with the reason why it is right or wrong.

    In an ``order`` a step has a ``position`` (steps that share one may stand in any order among
    themselves), or an ``id`` and the ids ``after`` which it may come.
    """

    id: Slug | None = None
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    right: bool = False
    position: int | None = None
    after: list[Slug] = Field(default_factory=list)
    reason: Bi

    def get(self, lang: str) -> str:
        """Return the text in one language."""
        return self.zh if lang == "zh" else self.en


class Question(Record):
    """One question of the bank."""

    id: Slug
    kind: Literal["single", "multiple", "order"]
    chapter: Slug
    topics: list[TopicId] = Field(min_length=1)
    stem: Bi
    options: list[Option] = Field(min_length=2)

    @model_validator(mode="after")
    def _answers(self) -> Question:
        right = sum(option.right for option in self.options)
        if self.kind == "single" and right != 1:
            raise ValueError(f"a single-choice question has one right option, this has {right}")
        if self.kind == "multiple" and right == 0:
            raise ValueError("a multiple-choice question needs a right option")
        if self.kind == "order":
            self.order()
        return self

    def order(self) -> list[Option]:
        """One valid order of an ordering question.

        Raises:
            ValueError: when steps have neither places nor ids, or wait for each other.
        """
        if all(option.position is not None for option in self.options):
            return sorted(self.options, key=lambda option: option.position or 0)
        ids = [option.id for option in self.options]
        if None in ids or len(set(ids)) < len(ids):
            raise ValueError("every option of an ordering question needs a position, or an id")
        for option in self.options:
            for before in option.after:
                if before not in ids:
                    raise ValueError(f"'{option.id}' comes after the unknown step '{before}'")
        if not any(option.after for option in self.options):
            raise ValueError("an ordering question in which any order is right asks nothing")
        found: list[Option] = []
        left = list(self.options)
        while left:
            done = {option.id for option in found}
            ready = [option for option in left if set(option.after) <= done]
            if not ready:
                names = ", ".join(str(option.id) for option in left)
                raise ValueError(f"these steps wait for each other: {names}")
            found.append(ready[0])
            left.remove(ready[0])
        return found


class Aliases(Record):
    """Other words under which people look for a term."""

    zh: list[str] = Field(default_factory=list)
    en: list[str] = Field(default_factory=list)


class Term(Record):
    """One entry of the glossary, for both languages."""

    id: Slug
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    abbr: str | None = None
    aliases: Aliases = Field(default_factory=Aliases)
    definition: Bi
    see: list[Slug] = Field(default_factory=list)
    note: Bi | None = None

    def get(self, lang: str) -> str:
        """Return the term in one language."""
        return self.zh if lang == "zh" else self.en
