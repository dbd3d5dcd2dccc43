"""Read the records and check that what they name exists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from casebank.errors import ContentError, nearest
from casebank.paths import Repo
from casebank.records.models import (
    Case,
    Chapter,
    Exercise,
    Lab,
    Question,
    Term,
    named,
)

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", Lab, Exercise, Case)
REMEDY = "mend the record and run the command again"


class _Loader(yaml.SafeLoader):
    """Safe yaml that refuses a key given twice, and keeps ``1.0.0`` and dates as they are."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None,
                None,
                f"the key '{key}' is given twice (lines {seen[key]} and {line})",
                key_node.start_mark,
            )
        seen[key] = line
    return {
        loader.construct_object(k, deep=True): loader.construct_object(v, deep=True)
        for k, v in node.value
    }


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _line_of(node: yaml.Node | None, location: tuple[Any, ...]) -> int:
    """The line of the yaml node that a validation error's location names."""
    line = 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            for key_node, value in node.value:
                if key_node.value == str(step):
                    line, node = key_node.start_mark.line + 1, value
                    break
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value)
        ):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _fields(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """Names that would be right at a location: the fields of the model that stands there."""
    current: Any = model
    for step in location:
        if isinstance(step, int) or not hasattr(current, "model_fields"):
            continue
        field = current.model_fields.get(step)
        if field is None:
            continue
        for candidate in _models_in(field.annotation):
            current = candidate
            break
    fields = getattr(current, "model_fields", {})
    return [f.alias or n for n, f in fields.items() if n != "path"]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for inner in getattr(annotation, "__args__", ()):
        found += _models_in(inner)
    return found


#: What was read, by path, time and size: a server that builds after each edit reads one file anew.
_KEPT: dict[Path, tuple[tuple[int, int], Any, yaml.Node | None]] = {}


def _parse(text: str) -> tuple[Any, yaml.Node | None]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()


def _read_yaml(path: Path, where: str) -> tuple[Any, yaml.Node | None]:
    try:
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        kept = _KEPT.get(path)
        if kept and kept[0] == stamp:
            return kept[1:]
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError("the file is missing", where, "create it, see CONTRIBUTING") from None
    except UnicodeDecodeError as error:
        raise ContentError(f"not valid UTF-8 ({error.reason})", where, "save it as UTF-8") from None
    try:
        # The loader subclasses yaml.SafeLoader: no object of another type can be made.
        content, node = _parse(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ContentError(f"not valid yaml: {error.problem}", f"{where}{line}", REMEDY) from None
    _KEPT[path] = (stamp, content, node)
    return content, node


def _complain(
    model: type[BaseModel], error: ValidationError, node: Any, where: str
) -> ContentError:
    # A misspelt key shows as one unknown and one missing: the unknown one tells more.
    problems = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    first = problems[0]
    location = tuple(first["loc"])
    line = _line_of(node, location)
    name = ".".join(str(step) for step in location) or "the record"
    if first["type"] == "extra_forbidden":
        hint = nearest(str(location[-1]), _fields(model, location[:-1]))
        return ContentError(f"unknown key '{location[-1]}'", f"{where}, line {line}", hint)
    if first["type"] == "missing":
        return ContentError(
            f"'{name}' is missing", f"{where}, line {line}", f"add '{location[-1]}'"
        )
    text = first["msg"].removeprefix("Value error, ")
    more = len(problems) - 1
    tail = f" (and {more} more)" if more else ""
    return ContentError(f"{name}: {text}{tail}", f"{where}, line {line}", REMEDY)


def read_record(model: type[M], path: Path, repo: Repo) -> M:
    """Read one yml file into its model.

    Raises:
        ContentError: with file, line and remedy.
    """
    where = repo.relative(path)
    content, node = _read_yaml(path, where)
    if not isinstance(content, dict):
        raise ContentError("a record is a list of keys and values", where, REMEDY)
    try:
        return model.model_validate({**content, "path": path})
    except ValidationError as error:
        raise _complain(model, error, node, where) from None


def _read_list(model: type[M], path: Path, repo: Repo) -> list[M]:
    where = repo.relative(path)
    content, node = _read_yaml(path, where)
    if not isinstance(content, list):
        raise ContentError("this file holds a list of records", where, REMEDY)
    result = []
    for number, item in enumerate(content):
        try:
            result.append(model.model_validate(item))
        except ValidationError as error:
            inner = node.value[number] if isinstance(node, yaml.SequenceNode) else None
            raise _complain(model, error, inner, f"{where}, item {number + 1}") from None
    return result


def _same_id(record: Any, expected: str, repo: Repo) -> None:
    if record.id != expected:
        raise ContentError(
            f"id is '{record.id}', but the file's place says '{expected}'",
            repo.relative(record.path),
            "make both equal",
        )


def load_chapters(repo: Repo) -> list[Chapter]:
    """All chapters, in the order of their numbers."""
    chapters = []
    for path in sorted(repo.chapters.glob("[0-9][0-9]-*.yml")):
        chapter = read_record(Chapter, path, repo)
        _same_id(chapter, path.stem[3:], repo)
        chapters.append(chapter)
    return chapters


def load_labs(repo: Repo) -> list[Lab]:
    """All labs, by name."""
    labs = []
    for path in sorted(repo.labs.glob("*.yml")):
        lab = read_record(Lab, path, repo)
        _same_id(lab, path.stem, repo)
        labs.append(lab)
    return labs


def load_cases(repo: Repo) -> list[Case]:
    """All cases, by name."""
    cases = []
    for path in sorted(repo.cases.glob("*/case.yml")):
        case = read_record(Case, path, repo)
        _same_id(case, path.parent.name, repo)
        cases.append(case)
    return cases


def load_exercises(repo: Repo) -> list[Exercise]:
    """All exercises, by name."""
    exercises = []
    for path in sorted(repo.exercises.glob("*/exercise.yml")):
        exercise = read_record(Exercise, path, repo)
        _same_id(exercise, path.parent.name, repo)
        exercises.append(exercise)
    return exercises


def load_questions(repo: Repo) -> list[Question]:
    """The bank of questions, in the order of the files."""
    found: dict[str, Path] = {}
    questions = []
    for path in sorted(repo.questions.glob("*.yml")):
        for question in _read_list(Question, path, repo):
            if question.id in found:
                raise ContentError(
                    f"the question id '{question.id}' is used twice",
                    f"{repo.relative(path)} and {repo.relative(found[question.id])}",
                    "give one of them another id",
                )
            found[question.id] = path
            questions.append(question)
    return questions


def load_glossary(repo: Repo) -> list[Term]:
    """The glossary, in the order of the file."""
    if not repo.glossary.is_file():
        return []
    terms = _read_list(Term, repo.glossary, repo)
    ids = [term.id for term in terms]
    for term in terms:
        if ids.count(term.id) > 1:
            raise ContentError(
                f"the term '{term.id}' is given twice", repo.relative(repo.glossary), REMEDY
            )
        for other in term.see:
            if other not in ids:
                raise ContentError(
                    f"term '{term.id}' points to the unknown term '{other}'",
                    repo.relative(repo.glossary),
                    nearest(other, ids),
                )
    return terms


@dataclass(frozen=True)
class Course:
    """Everything that the records say, with look-ups by id."""

    repo: Repo
    chapters: dict[str, Chapter]
    labs: dict[str, Lab]
    cases: dict[str, Case]
    exercises: dict[str, Exercise]
    questions: dict[str, Question]
    terms: dict[str, Term]

    def of_chapter(self, chapter_id: str) -> list[Question]:
        """The questions of one chapter, in order."""
        return [q for q in self.questions.values() if q.chapter == chapter_id]


def load_all(repo: Repo) -> Course:
    """Read every record and check every reference between them.

    Raises:
        ContentError: for the first reference that leads nowhere, with the nearest right spelling.
    """
    chapters = load_chapters(repo)
    course = Course(
        repo,
        {c.id: c for c in chapters},
        {lab.id: lab for lab in lesson_order(chapters, "lab", load_labs(repo))},
        {c.id: c for c in lesson_order(chapters, "case", load_cases(repo))},
        {e.id: e for e in lesson_order(chapters, "exercise", load_exercises(repo))},
        {q.id: q for q in load_questions(repo)},
        {t.id: t for t in load_glossary(repo)},
    )
    shelves: dict[str, dict[str, Any]] = {
        "chapter": course.chapters,
        "lab": course.labs,
        "case": course.cases,
        "exercise": course.exercises,
    }
    for shelf in shelves.values():
        for record in shelf.values():
            for field, target in shelves.items():
                for name in named(record, field):
                    if name in target:
                        continue
                    raise ContentError(
                        f"{field} '{name}' does not exist",
                        repo.relative(record.path),
                        nearest(name, target) if target else f"there is no {field} yet",
                    )
            for concept in record.concepts:
                if concept not in course.terms:
                    raise ContentError(
                        f"concept '{concept}' is not in the glossary",
                        repo.relative(record.path),
                        nearest(concept, course.terms),
                    )
    for question in course.questions.values():
        if question.chapter not in course.chapters:
            raise ContentError(
                f"question '{question.id}' belongs to the unknown chapter '{question.chapter}'",
                repo.relative(repo.questions),
                nearest(question.chapter, course.chapters),
            )
    return course


def lesson_order(chapters: Iterable[Chapter], kind: str, records: Iterable[R]) -> list[R]:
    """Labs, exercises or cases as the chapters name them; what no chapter names comes last."""
    shelf = {record.id: record for record in records}
    chapters = list(chapters)
    first = [name for chapter in chapters for name in named(chapter, kind)]
    own = [name for chapter in chapters for name, one in shelf.items() if one.chapter == chapter.id]
    return [shelf[name] for name in dict.fromkeys([*first, *own, *shelf]) if name in shelf]
