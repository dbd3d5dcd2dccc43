"""The made Jupyter Book tree of one audience and language: ``_build/book/<audience>/<lang>/``.

It is an ordinary book: ``jupyter-book build`` reads it as it stands. Files that would not change
are left untouched, so that Sphinx reads again only what was edited.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import nbformat
import yaml

from casebank.errors import ContentError
from casebank.files import write_text
from casebank.lang import Lang
from casebank.paths import Repo
from casebank.records import Chapter, Lab
from casebank.site import book_labs, execute
from casebank.site.book_pages import BookWriter
from casebank.site.shell import Shell
from casebank.site.theme import book_options
from casebank.text import place

Progress = Callable[[int, int, str], None]
#: Drawings of labs, copied by Sphinx to the pages that show them.
EXTRA = "_extra"
#: Settings that would say where this clone lies in files that never leave it.
_OURS = {"casebank_root", "templates_path"}


def tree_of(repo: Repo, audience: str, lang: str) -> Path:
    """Where the tree lies."""
    return repo.build / "book" / audience / lang


def read_yaml(repo: Repo, path: Path) -> dict[str, Any]:
    """One of the book's two settings files.

    Raises:
        ContentError: when it is missing or cannot be read.
    """
    where = repo.relative(path)
    if not path.is_file():
        raise ContentError("the file is missing", where, "restore it from the repository")
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place_ = f"{where}, line {mark.line + 1}" if mark else where
        raise ContentError(f"not valid yaml: {error.problem}", place_, "mend it") from None
    if not isinstance(found, dict):
        raise ContentError("a settings file is a list of keys and values", where, "mend it")
    return found


def contents(repo: Repo, lang: str, pages: list[str]) -> dict[str, Any]:
    """``_toc.yml`` in one language, without parts that have no page yet.

    A caption is written ``中文 | English``.
    """
    toc = read_yaml(repo, repo.book / "_toc.yml")
    names = [name.rpartition(".")[0] for name in pages]
    kept = []
    for part in toc.get("parts", []):
        sides = [side.strip() for side in str(part.get("caption", "")).split("|")]
        part["caption"] = sides[0 if lang == "zh" else -1]
        globs = [str(entry["glob"]) for entry in part.get("chapters", []) if "glob" in entry]
        if not globs or any(fnmatch(name, glob) for name in names for glob in globs):
            kept.append(part)
    toc["parts"] = kept
    return toc


def settings(repo: Repo, audience: str, lang: str, *, standalone: bool) -> dict[str, Any]:
    """``_config.yml`` with the look of the site."""
    config = read_yaml(repo, repo.book / "_config.yml")
    look = book_options(repo, audience, lang, standalone=standalone)
    sphinx = config.setdefault("sphinx", {}).setdefault("config", {})
    sphinx["extensions"] = [*sphinx.get("extensions", []), *look.pop("extensions")]
    sphinx["templates_path"] = [*sphinx.get("templates_path", []), *look.pop("templates_path")]
    sphinx["html_extra_path"] = [EXTRA]
    sphinx.update(look)
    config["title"] = look["html_title"]
    return config


class Tree:
    """Makes the tree, page by page."""

    def __init__(self, repo: Repo, shell: Shell, progress: Progress | None = None) -> None:
        self.repo = repo
        self.shell = shell
        self.lang: Lang = shell.lang  # type: ignore[assignment]
        self.folder = tree_of(repo, shell.audience, shell.lang)
        self.writer = BookWriter(shell)
        self.progress = progress
        #: Where a page of the tree comes from, for messages.
        self.sources: dict[str, str] = {}
        self._written: set[Path] = set()

    def _write(self, name: str, content: str, source: Path) -> bool:
        path = self.folder / name
        self._written.add(path)
        self.sources[name] = self.repo.relative(source)
        return write_text(path, content)

    def make(self) -> list[str]:
        """Write all that changed and remove what is no longer there.

        Returns:
            Names of files that changed.

        Raises:
            ContentError: a text, a companion or a lab is at fault.
        """
        course, changed = self.shell.course, []

        def keep(name: str, content: str, source: Path) -> None:
            if self._write(name, content, source):
                changed.append(name)

        book, lang = self.repo.book, self.lang
        config = settings(self.repo, self.shell.audience, lang, standalone=True)
        keep("_config.yml", _dump(config), book / "_config.yml")
        keep("index.md", self.writer.opening(), book / f"index.{lang}.md")
        for chapter in course.chapters.values():
            stem = chapter.stem
            self._tell(f"chapter {chapter.id} ({lang})")
            source = chapter.path.with_suffix(f".{lang}.md")
            keep(f"chapters/{stem}.md", self.writer.chapter(chapter), source)
            if self._has_card(chapter):
                card = source.with_name(f"{stem}.card.{lang}.md")
                keep(f"chapters/{stem}-card.md", self.writer.card(chapter), card)
        changed += self._labs(list(course.labs.values()))
        toc = contents(self.repo, lang, list(self.sources))
        keep("_toc.yml", _dump(toc), book / "_toc.yml")
        # A case that is at fault is no reason not to show an edited chapter.
        own = dataclasses.replace(course, cases={})
        figures = place(own, lang, self.shell.audience, self.folder / "_build" / "figures")
        self._written.update(figures)
        changed += self._sweep()
        return changed

    def _has_card(self, chapter: Chapter) -> bool:
        return self.shell.node(f"book/chapters/{chapter.stem}-card/") is not None

    def _labs(self, labs: list[Lab]) -> list[str]:
        execute.execute_all(self.repo, labs, progress=self.progress)
        changed = []
        for lab in labs:
            self._tell(f"lab {lab.id} ({self.lang})")
            source = lab.path.with_suffix(".py")
            folder = self.folder / EXTRA / "labs" / lab.id
            before = {path: path.stat().st_mtime_ns for path in folder.glob("*")}
            notebook = book_labs.page(
                execute.executed(self.repo, lab, self.lang),
                self.writer.lab_head(lab),
                self.lang,
                folder,
                self.repo.relative(source),
            )
            text = nbformat.writes(notebook) + "\n"
            if self._write(f"labs/{lab.id}.ipynb", text, source):
                changed.append(f"labs/{lab.id}.ipynb")
            for path in folder.glob("*"):
                if path.name in text:
                    self._written.add(path)
                    if before.get(path) != path.stat().st_mtime_ns:
                        changed.append(path.relative_to(self.folder).as_posix())
        (self.folder / EXTRA).mkdir(exist_ok=True)
        return changed

    def _tell(self, label: str) -> None:
        if self.progress:
            self.progress(0, 0, label)

    def _sweep(self) -> list[str]:
        """Remove files of pages that are gone."""
        gone = []
        for path in self.folder.rglob("*"):
            inside = path.relative_to(self.folder)
            built = inside.parts[0] == "_build" and inside.parts[1:2] != ("figures",)
            if path.is_file() and not built and path not in self._written:
                path.unlink()
                gone.append(inside.as_posix())
        return gone

    def drop(self) -> None:
        """Forget the whole tree."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _dump(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=98)
