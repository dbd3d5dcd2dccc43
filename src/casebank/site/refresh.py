"""Brings a served site up to date after an edit: only the generator and language concerned."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.progress import Callback
from casebank.records import load_all
from casebank.site import links, search
from casebank.site.book import BookSession
from casebank.site.build import part
from casebank.site.compose import Composer
from casebank.site.portal import build_portal


class Refresher:
    """Holds what a warm site needs. Everything but ``book`` runs in one thread."""

    def __init__(
        self, repo: Repo, audience: str, root: Path, lang_first: str, lite: bool = False
    ) -> None:
        self.repo = repo
        self.audience = audience
        self.root = root
        self.lang_first = lang_first
        self.lite = lite
        self.parts = repo.build / "site" / audience
        self._sessions: dict[str, BookSession] = {}
        self._later: set[str] = set()

    # ---- the book ------------------------------------------------------------------------------

    def _session(self, lang: str) -> BookSession:
        if lang not in self._sessions:
            out = self.parts / lang / "book"
            self._sessions[lang] = BookSession(self.repo, self.audience, lang, out)
        return self._sessions[lang]

    def book(
        self, repo: Repo, audience: str, lang: str, out: Path, progress: Callback | None = None
    ) -> list[str]:
        """What ``build`` calls for the book: the same, but kept warm for the first edit."""
        return self._session(lang).build(progress)

    def warm(self) -> None:
        """Start Sphinx before it is needed, where the first build had nothing to do."""
        for lang in LANGS:
            self._session(lang).warm()

    # ---- an edit -------------------------------------------------------------------------------

    @staticmethod
    def languages(paths: Iterable[Path]) -> list[str]:
        """The languages that an edit concerns, by the files' names."""
        named = [next((x for x in LANGS if f".{x}." in path.name), "") for path in paths]
        return [lang for lang in LANGS if "" in named or lang in named]

    def concerns(self, paths: Iterable[Path]) -> set[str]:
        """What must be made anew at once: ``portal``, ``book``."""
        found: set[str] = set()
        for path in paths:
            name = self.repo.relative(path)
            record = path.suffix in (".yml", ".yaml", ".json")
            in_book = name.startswith("book/")
            theme = name.startswith("src/")
            if in_book or theme:
                found.add("book")
            if not in_book or record:
                found.add("portal")
            if record and not in_book:
                # Titles of cases and exercises stand in the book's navigation too: a moment later.
                self._later.add("book")
            if name.startswith("exercises/") or name.startswith("book/labs/"):
                self._later.add("notebooks")
        return found

    def refresh(self, paths: set[Path]) -> int:
        """Show an edit.

        Returns:
            How many files of the site changed.

        Raises:
            ContentError: what was saved cannot be shown; the site stays as it was.
        """
        langs = self.languages(paths)
        wanted = self.concerns(paths)
        self._later.add("search")
        labs = {path.stem for path in paths if path.parent == self.repo.labs}
        if labs:
            # The book shows a lab's notebook, so that has to be there first.
            part("casebank.notebooks", "make")(self.repo, only=sorted(labs), proved=False)
        return self._make(wanted, langs)

    def _make(self, wanted: set[str], langs: Iterable[str]) -> int:
        for lang in langs:
            if "portal" in wanted:
                build_portal(self.repo, self.audience, lang, self.parts / lang / "portal")
            if "book" in wanted:
                self._session(lang).build()
        # What the browser labs cost does not change while a page is written.
        cost = part("casebank.lite.build", "last_cost")(self.repo) if self.lite else None
        composer = Composer(
            load_all(self.repo), self.audience, self.parts, self.parts / "pages", cost
        )
        return composer.compose(self.root, LANGS, self.lang_first, downloads="downloads" in wanted)

    def after(self) -> list[str]:
        """What may come a moment after the edit is seen: notebooks, search, the links' check.

        Returns:
            Sentences about what is wrong now.
        """
        later, self._later = self._later, set()
        if "notebooks" in later:
            part("casebank.notebooks", "make")(self.repo, proved=False)
            course = load_all(self.repo)
            for lang in LANGS:
                part("casebank.site.downloads", "make")(course, lang)
            self._make({"portal", "downloads"}, LANGS)
        if "book" in later:
            self._make({"book"}, LANGS)
        if "search" in later:
            search.index(self.root)
            return [str(problem) for problem in links.check(self.root)]
        return []
