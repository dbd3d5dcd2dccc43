"""The portal's pages as Markdown: a text where there is one, and what its record says."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from html import escape
from typing import Any

from casebank.errors import ContentError, nearest
from casebank.records import Case, Exercise, Term, named
from casebank.site.pieces import buttons, fact_list, run_place
from casebank.site.shell import Shell
from casebank.site.strings import text
from casebank.site.tree import Node, data_package, front_matter, said
from casebank.site.words import word
from casebank.text import expand, source_list

_COUNT = re.compile(r"\{\{count:([\w-]+)\}\}")
#: ``{{first:lab}}``: a link to the first of its kind, so that the home page names no record.
_FIRST = re.compile(r"\{\{first:(chapter|card|lab|case|exercise)((?:\|[^{}]*)?)\}\}")


class Writer:
    """Writes every page of one portal."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.course = shell.course
        self.repo = shell.course.repo
        self.lang = shell.lang
        self.counts = Counts(shell)
        self._by_kind: dict[str, Callable[[Node], str]] = {
            "home": self.doc,
            "doc": self.doc,
            "index": self.index,
            "glossary": self.glossary,
            "case": self.case,
            "epilogue": self.part,
            "note": self.part,
            "exercise": self.exercise,
            "dataset": self.dataset,
        }

    def markdown(self, node: Node) -> str:
        """The whole text of a page, with its title."""
        return f"# {node.title}\n\n{self._by_kind[node.kind](node).strip()}\n"

    # ---- texts -------------------------------------------------------------------------------

    def expand(self, source: str, node: Node) -> str:
        """Turn the course's markup into what MkDocs reads."""
        return expand(source, self.shell, node)

    def _body(self, node: Node) -> str:
        assert node.source is not None
        _, body = front_matter(node.source, self.repo)
        where = self.repo.relative(node.source)
        body = _COUNT.sub(lambda m: self.counts.say(m[1], where), body)
        body = body.replace("{{lessons}}", self._lessons())
        body = _FIRST.sub(lambda m: self._first(m[1], m[2], where), body)
        return self.expand(body, node)

    def _first(self, kind: str, shown: str, where: str) -> str:
        shelf = self.course.chapters if kind == "card" else getattr(self.course, f"{kind}s")
        if not shelf:
            raise ContentError(f"there is no {kind} yet", where, f"write a {kind} first")
        return f"{{{{link:{kind}:{next(iter(shelf))}{shown}}}}}"

    def _lessons(self) -> str:
        """A card a lesson: what is read, run, solved and decided in it."""
        colon = word("colon", self.lang)
        items = []
        for number, chapter in enumerate(self.course.chapters.values(), 1):
            lines = [f'<h3>{number}. {{{{link:chapter:{chapter.id}}}}}</h3><ul class="cb-plain">']
            for kind in ("lab", "exercise", "case"):
                lines += [
                    f"<li>{text(kind, self.lang)}{colon}{{{{link:{kind}:{name}}}}}</li>"
                    for name in named(chapter, kind)
                ]
            items.append(f"<li>{''.join(lines)}</ul></li>")
        return f'<ul class="cb-cards">{"".join(items)}</ul>'

    def doc(self, node: Node) -> str:
        """A page of ``docs/``."""
        return self._body(node)

    def index(self, node: Node) -> str:
        """An index page: its text, a card for each page below, for the data also the bank."""
        parts = [self._body(node), self._cards(node)]
        bank = self.repo.datasets / f"bank.{self.lang}.md"
        if node.address == "datasets/" and bank.is_file():
            parts.append(self.expand(bank.read_text(encoding="utf-8"), node))
        return "\n\n".join(parts)

    def _cards(self, node: Node) -> str:
        here = len(node.address)
        items = []
        for child in node.children:
            facts = self._facts(child)
            items.append(
                f'<li><h2><a href="{child.address[here:]}">{escape(child.title)}</a></h2>'
                f"<p>{escape(child.description)}</p>{facts}</li>"
            )
        return f'<ul class="cb-cards">{"".join(items)}</ul>' if items else ""

    def _facts(self, node: Node) -> str:
        record = node.record
        facts: list[str] = []
        if node.kind == "case":
            facts = [
                word(f"kind_{record.kind}", self.lang),
                text(f"level_{record.level}", self.lang),
                word("read_minutes", self.lang, n=record.minutes.read),
                word("class_minutes", self.lang, n=record.minutes.class_),
            ]
        elif node.kind == "exercise":
            facts = [
                text(f"level_{record.level}", self.lang),
                text("minutes", self.lang, n=record.minutes),
                word("tasks_n", self.lang, n=len(record.tasks)),
            ]
            points = sum(self.points(record).values())
            facts += [text("points", self.lang, n=_number(points))] if points else []
        elif node.kind == "dataset":
            facts = [
                word("rows_n", self.lang, n=f"{self.counts.rows(record):,}"),
                word("fields_n", self.lang, n=len(record.get("schema", {}).get("fields", []))),
            ]
        return fact_list(facts)

    # ---- cases -------------------------------------------------------------------------------

    def case(self, node: Node) -> str:
        """A case: what it is, its text, the questions, what is invented."""
        case: Case = node.record
        lang = self.lang
        invented = case.invented.get(lang)
        assert node.source is not None
        source = node.source.read_text(encoding="utf-8")
        parts = [
            f"{case.subtitle.get(lang)}\n{{ .cb-lead }}",
            self._facts(node),
            self.expand(source, node),
            f"## {word('questions', lang)} {{#discussion}}",
            "\n".join(
                f"{number}. {question.get(lang)}"
                for number, question in enumerate(case.questions, 1)
            ),
            self._next_steps(node),
            self.expand(f'::: note "{word("invented", lang)}"\n{invented}\n:::', node),
            source_list(source, self.shell, node),
        ]
        return "\n\n".join(part for part in parts if part)

    def _next_steps(self, node: Node) -> str:
        case: Case = node.record
        lang = self.lang
        colon = word("colon", lang)
        lines = []
        for kind in ("chapter", "lab", "exercise"):
            name = getattr(case, kind)
            if name:
                lines.append(f"- {text(kind, lang)}{colon}{{{{link:{kind}:{name}}}}}")
        for child in node.children:
            if child.kind == "epilogue":
                lines.append(f"- {word('after_discussion', lang)}{colon}[{child.label}](epilogue/)")
            if child.kind == "note":
                lines.append(f"- {word('for_instructors', lang)}{colon}[{child.label}](note/)")
        body = self.expand("\n".join(lines), node)
        return f"## {word('go_on', lang)} {{#go-on}}\n\n{body}"

    def part(self, node: Node) -> str:
        """Epilogue or teaching note."""
        assert node.source is not None
        source = node.source.read_text(encoding="utf-8")
        return f"{self.expand(source, node)}\n\n{source_list(source, self.shell, node)}"

    # ---- exercises ---------------------------------------------------------------------------

    def points(self, exercise: Exercise) -> dict[str, float]:
        """Points of each task, from the released notebook."""
        folder = self.repo.build / "notebooks" / "exercises" / exercise.id / self.lang / "release"
        path = folder / "casebank.json"
        if not path.is_file():
            return {}
        spec = json.loads(path.read_text(encoding="utf-8"))
        return {task["name"]: float(task["points"]) for task in spec["tasks"]}

    def exercise(self, node: Node) -> str:
        """An exercise: what is to be done, how long, how to open it; never how it is solved."""
        exercise: Exercise = node.record
        lang = self.lang
        points = self.points(exercise)
        chained = any(task.needs for task in exercise.tasks.values())
        keys = ["number", "task", *(["needs"] if chained else []), "points_head"]
        rows = [
            f"| {' | '.join(word(key, lang) for key in keys)} |",
            f"|--:|---|{'---|' if chained else ''}--:|",
        ]
        numbers = {name: i for i, name in enumerate(exercise.tasks, 1)}
        for name, task in exercise.tasks.items():
            title = task.title.get(lang)
            if task.section and exercise.chapter:
                title = f"{{{{link:chapter:{exercise.chapter}#{task.section}|{title}}}}}"
            needs = ", ".join(str(numbers[need]) for need in task.needs)
            cells = [str(numbers[name]), title, *([needs] if chained else [])]
            rows.append(f"| {' | '.join(cells)} | {_number(points.get(name, 0))} |")
        colon = word("colon", lang)
        links = [
            f"- {text(kind, lang)}{colon}{{{{link:{kind}:{getattr(exercise, kind)}}}}}"
            for kind in ("chapter", "lab", "case")
            if getattr(exercise, kind)
        ]
        tables = word("comma", lang).join(f"{{{{link:dataset:{name}}}}}" for name in exercise.data)
        if tables:
            links.append(f"- {text('datasets', lang)}{colon}{tables}")
        slug = exercise.id
        parts = [
            f"{exercise.summary.get(lang)}\n{{ .cb-lead }}",
            self._facts(node),
            run_place("exercises", slug),
            buttons(
                [
                    (f"../../downloads/{slug}.zip", f"{slug}.zip", word("get_zip", lang)),
                    (
                        f"../../downloads/exercise-{slug}.ipynb",
                        f"{slug}.ipynb",
                        word("get_notebook", lang),
                    ),
                ]
            ),
            f"## {word('you_will', lang)} {{#objectives}}",
            "\n".join(f"- {objective.get(lang)}" for objective in exercise.objectives),
            f"## {word('tasks', lang)} {{#tasks}}",
            self.expand("\n".join(rows), node),
            f"## {word('how_to_open', lang)} {{#open}}",
            word("how_to_open_text", lang, slug=slug, zip=f"{slug}.zip"),
            f"## {word('belongs_to', lang)} {{#belongs-to}}",
            self.expand("\n".join(links), node),
            word("version_note", lang, v=exercise.version),
        ]
        return "\n\n".join(part for part in parts if part)

    # ---- data, terms -------------------------------------------------------------------------

    def dataset(self, node: Node) -> str:
        """A table's data card, then its fields."""
        assert node.source is not None
        lang = self.lang
        fields = node.record.get("schema", {}).get("fields", [])
        rows = [f"| {word('field', lang)} | {word('type', lang)} | {word('meaning', lang)} |"]
        rows.append("|---|---|---|")
        for one in fields:
            meaning = said(one, "description", lang)
            rows.append(f"| `{one['name']}` | {one.get('type', '')} | {_cell(meaning)} |")
        body = node.source.read_text(encoding="utf-8")
        if body.startswith("---\n"):
            body = body[4:].split("\n---\n", 1)[1]
        parts = [self._facts(node), self.expand(body, node)]
        # A card that lists the fields itself is not given a second list.
        if fields and not any(f"| `{one['name']}`" in body for one in fields):
            parts += [f"## {word('fields', lang)} {{#fields}}", "\n".join(rows)]
        return "\n\n".join(part for part in parts if part)

    def glossary(self, node: Node) -> str:
        """All terms with their definitions, by subject; above them an index by name."""
        twin = "en" if self.lang == "zh" else "zh"
        terms = list(self.course.terms.values())
        # The bytes of GBK order the common characters by their sound, as a Chinese reader expects.
        named = sorted(
            terms,
            key=lambda t: t.zh.encode("gbk", "replace") if self.lang == "zh" else t.en.lower(),
        )
        links = "".join(f'<li><a href="#{t.id}">{escape(t.get(self.lang))}</a></li>' for t in named)
        items = [self._term(term, twin) for term in terms]
        return (
            f'{self._body(node)}\n\n<ul class="cb-index" data-pagefind-ignore>{links}</ul>\n\n'
            f'<div class="cb-terms">\n{"".join(items)}</div>'
        )

    def _term(self, term: Term, twin: str) -> str:
        lang = self.lang
        other_lang = "zh-CN" if twin == "zh" else "en"
        abbr = f" ({escape(term.abbr)})" if term.abbr else ""
        see = word("comma", lang).join(
            f'<a href="#{name}">{escape(self.course.terms[name].get(lang))}</a>'
            for name in term.see
        )
        small = (
            f'<p class="cb-see">{word("see", lang)}{word("colon", lang)}{see}</p>' if see else ""
        )
        note = f'<p class="cb-see">{escape(term.note.get(lang))}</p>' if term.note else ""
        return (
            f'<h2 id="{term.id}">{escape(term.get(lang))}{abbr} '
            f'<span lang="{other_lang}">{escape(term.get(twin))}</span></h2>\n'
            f"<p>{escape(term.definition.get(lang))}</p>{note}{small}\n"
        )


class Counts:
    """Numbers that the home page says, computed from the records and the data."""

    def __init__(self, shell: Shell) -> None:
        self.course = shell.course
        self.package = data_package(shell.course.repo)
        self._rows: dict[str, int] = {}

    def rows(self, resource: dict[str, Any]) -> int:
        """Rows of a table."""
        name = resource["name"]
        if name not in self._rows:
            path = self.course.repo.datasets / str(resource.get("path", f"{name}.csv"))
            with path.open(encoding="utf-8", newline="") as handle:
                self._rows[name] = sum(1 for _ in csv.reader(handle)) - 1
        return self._rows[name]

    def say(self, name: str, where: str) -> str:
        """One count as text.

        Raises:
            ContentError: when there is no such count.
        """
        tables = self.package.get("resources", [])
        known: dict[str, Callable[[], int]] = {
            "chapters": lambda: len(self.course.chapters),
            "labs": lambda: len(self.course.labs),
            "cases": lambda: len(self.course.cases),
            "exercises": lambda: len(self.course.exercises),
            "tasks": lambda: sum(len(e.tasks) for e in self.course.exercises.values()),
            "questions": lambda: len(self.course.questions),
            "terms": lambda: len(self.course.terms),
            "tables": lambda: len(tables),
            "rows": lambda: sum(self.rows(resource) for resource in tables),
            "customers": lambda: next(
                (self.rows(resource) for resource in tables if resource["name"] == "customers"), 0
            ),
        }
        if name not in known:
            raise ContentError(f"there is no count '{name}'", where, nearest(name, known))
        return f"{known[name]():,}"


def _number(points: float) -> str:
    return f"{points:g}"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")
