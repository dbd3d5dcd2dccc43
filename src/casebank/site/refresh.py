"""What an edit changes on the site, made anew in a second: the warm half of ``casebank serve``.

The folder that is served is a copy of the built site. An edit touches only the generator that it
concerns and only its language; search index, downloads and checks wait for the next build.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from casebank.files import digest, write_bytes, write_text
from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.site import styles
from casebank.site.book import BookSession
from casebank.site.compose import _ASSET, Composer, raw_files
from casebank.site.portal import build_portal
from casebank.site.shell import Shell
from casebank.text import place

PORTAL_FOLDERS = ("cases", "exercises", "docs", "datasets")
IGNORED = {"__pycache__", ".ipynb_checkpoints", ".git"}


@dataclass(frozen=True)
class Effect:
    """Which parts of the site a change concerns."""

    parts: frozenset[str]
    langs: tuple[str, ...]
    exercises: tuple[str, ...] = ()
    code: bool = False


def relevant(repo: Repo, path: Path) -> bool:
    """Whether a changed file can change the site (editors leave all sorts of files about)."""
    name = path.name
    if name.startswith(".") or name.endswith(("~", ".swp", ".tmp", ".part", ".pyc")):
        return False
    return IGNORED.isdisjoint(path.parts) and repo.root in path.parents


def effect(repo: Repo, paths: Iterable[Path]) -> Effect:
    """What a set of changed files concerns."""
    parts: set[str] = set()
    langs: set[str] = set()
    exercises: set[str] = set()
    code = False
    for path in paths:
        relative = path.relative_to(repo.root)
        top = relative.parts[0]
        if top == "src" or path in (repo.lock, repo.root / "pyproject.toml"):
            code = True
            continue
        own = next((lang for lang in LANGS if f".{lang}." in path.name), None)
        langs |= {own} if own else set(LANGS)
        if top == "book":
            parts.add("book")
        elif top in PORTAL_FOLDERS or path.name == "mkdocs.yml":
            parts.add("portal")
        # Titles stand in both generators' navigation, data in both generators' figures.
        if path.suffix in (".yml", ".csv", ".json"):
            parts |= {"book", "portal"}
        if top == "exercises" and path.suffix in (".py", ".yml") and len(relative.parts) > 1:
            exercises.add(relative.parts[1])
    order = tuple(lang for lang in LANGS if lang in langs)
    return Effect(frozenset(parts), order, tuple(sorted(exercises)), code)


class Refresher:
    """Keeps both generators warm and the served folder up to date."""

    def __init__(self, repo: Repo, audience: str, site: Path) -> None:
        self.repo = repo
        self.audience = audience
        self.parts = repo.build / "site" / audience
        self.folder = repo.build / "serve" / audience
        self._books = {
            lang: BookSession(repo, audience, lang, self.parts / lang / "book") for lang in LANGS
        }
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(site, self.folder)
        # While one edits, a page may come to need a rule that the built site did without.
        write_text(self.folder / "assets" / styles.SHEET, styles.whole())
        self._stamp = digest([styles.whole()])[:8]

    def warm_up(self) -> None:
        """Start both Sphinx applications, so that the first edit is as quick as the second."""
        for book in self._books.values():
            book.build()

    def refresh(self, what: Effect) -> tuple[list[str], float]:
        """Make anew what a change concerns.

        Returns:
            Addresses of the pages that changed, and the seconds that it took.

        Raises:
            ContentError: a source is at fault; what is served stays as it was.
        """
        began = time.monotonic()
        changed: list[str] = []
        for lang in what.langs:
            if "portal" in what.parts:
                build_portal(self.repo, self.audience, lang, self.parts / lang / "portal")
            shell = Shell.load(self.repo, self.audience, lang)
            if "book" in what.parts:
                self._books[lang].build(shell=shell)
            changed += self._publish(shell, lang, what.parts)
        return changed, time.monotonic() - began

    def _publish(self, shell: Shell, lang: str, parts: Iterable[str]) -> list[str]:
        composer = Composer(shell.course, self.audience, self.parts, self.parts / "pages")
        changed = []
        for name, html in composer.pages((lang,)).items():
            if write_text(self.folder / name, _ASSET.sub(rf"\1?{self._stamp}", html)):
                changed.append("/" + name.removesuffix("index.html"))
        for part in parts:
            below = "book/" if part == "book" else ""
            source = self.parts / lang / part
            for path in raw_files(source):
                if path.suffix != ".html":
                    goal = self.folder / lang / below / path.relative_to(source)
                    write_bytes(goal, path.read_bytes())
        place(shell.course, lang, self.audience, self.folder / lang / "figures")
        return changed
