"""Builds the textbook with Jupyter Book's settings and Sphinx, inside this process.

A build does not lie. Sphinx remembers what it read, warnings not, so a second run of a failed build
would succeed; therefore a failed build loses its memory and its output, and the next one starts
anew. Nothing but a success is remembered.
"""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casebank.depends import code_digest
from casebank.errors import ContentError
from casebank.files import digest, write_text
from casebank.paths import Repo
from casebank.site.book_tree import EXTRA, Tree, settings, tree_of
from casebank.site.shell import Shell

Progress = Callable[[int, int, str], None]

BUILDER = "dirhtml"
MOST_SHOWN = 5
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PLACED = re.compile(r"^(?P<path>/[^:]*?)(?::(?P<line>\d+))?: (?:WARNING|ERROR|CRITICAL): ")
_LEVEL = re.compile(r"^(?:WARNING|ERROR|CRITICAL): ")
#: Written by Sphinx beside the pages; no page of ours asks for them.
LEFTOVERS = ("_sources", "_static", "_sphinx_design_static", "search", "genindex", "reports")
LEFTOVER_FILES = (".buildinfo", ".buildinfo.bak", "objects.inv", "searchindex.js")


def memory_of(repo: Repo, audience: str, lang: str) -> Path:
    """Where Sphinx keeps what it read."""
    return repo.build / "book" / ".doctrees" / f"{audience}.{lang}"


def _sphinx_settings(repo: Repo, audience: str, lang: str) -> dict[str, Any]:
    from jupyter_book.config import get_final_config

    config, _ = get_final_config(
        user_yaml=settings(repo, audience, lang, standalone=False),
        cli_config={"latex_individualpages": False},
        validate=True,
        raise_on_invalid=True,
    )
    return config


def fingerprint(repo: Repo, shell: Shell) -> str:
    """Changes when every page has to be written anew: frame, settings, code, lock."""
    parts: list[str | bytes | Path] = [shell.digest(), code_digest("casebank.site.book")]
    parts += [
        p for p in (repo.book / "_config.yml", repo.book / "_toc.yml", repo.lock) if p.exists()
    ]
    return digest([*parts, str(repo.root)])


class _Handler(logging.Handler):
    """Keeps warnings that are not said by way of Sphinx."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.levelname}: {record.getMessage()}")


class _World:
    """What Sphinx changes for the whole process: docutils' nodes, directives and roles.

    Each session has its own, so that a Chinese and an English book may be warm side by side.
    """

    def __init__(self) -> None:
        self.nodes: set[Any] = set()
        self.directives: dict[str, Any] = {}
        self.roles: dict[str, Any] = {}

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make it the process's for a while."""
        from docutils.parsers.rst import directives, roles
        from sphinx.util import docutils
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        before = os.getcwd()  # noqa: PTH109
        with patch_docutils(None), docutils_namespace(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for node in self.nodes:
                docutils.register_node(node)
            directives._directives.update(self.directives)  # type: ignore[attr-defined]
            roles._roles.update(self.roles)  # type: ignore[attr-defined]
            try:
                yield
            finally:
                os.chdir(before)
                self.nodes = set(docutils.additional_nodes)
                self.directives = dict(directives._directives)  # type: ignore[attr-defined]
                self.roles = dict(roles._roles)  # type: ignore[attr-defined]


class BookSession:
    """One language's book with a warm Sphinx: an edited page is built in less than a second.

    Use one session for each audience and language, from one thread.
    """

    def __init__(self, repo: Repo, audience: str, lang: str, out: Path) -> None:
        self.repo = repo
        self.audience = audience
        self.lang = lang
        self.out = Path(out).resolve()
        self.memory = memory_of(repo, audience, lang)
        self._app: Any = None
        self._world = _World()
        self._key = ""
        self._fresh = False
        self._said = io.StringIO()

    # ---- what others call ----------------------------------------------------------------------

    def build(self, progress: Progress | None = None, shell: Shell | None = None) -> list[str]:
        """Bring the output up to date.

        Args:
            progress: told of each step.
            shell: the site's pages, if they have just been read.

        Returns:
            Names of the tree's files that changed.

        Raises:
            ContentError: a source is at fault, or Sphinx warns of something.
        """
        mark = self.memory.with_suffix(f".{self.lang}.done")
        # As long as this mark is missing, whatever lies there is not to be trusted.
        trusted = mark.read_text(encoding="utf-8") if mark.is_file() else ""
        mark.unlink(missing_ok=True)
        try:
            shell = shell or Shell.load(self.repo, self.audience, self.lang)
            tree = Tree(self.repo, shell, progress)
            changed = tree.make()
            key = digest([fingerprint(self.repo, shell), str(self.out)])
            if trusted != key or not (self.out / "index.html").is_file():
                self.forget()
                changed = changed or ["index.md"]
            fresh, self._fresh = self._fresh, False
            if changed or fresh:
                if progress:
                    progress(0, 0, f"book ({self.lang})")
                self._sphinx(key, tree)
        except BaseException:
            self.forget()
            raise
        write_text(mark, key)
        return changed

    def warm(self) -> None:
        """Start Sphinx before it is needed, where the last build had nothing to do.

        Raises:
            ContentError: a source is at fault.
        """
        if self._app is None:
            self._fresh = True
            self.build()

    def forget(self) -> None:
        """Lose the warm application, Sphinx's memory and the output."""
        self.close()
        shutil.rmtree(self.memory, ignore_errors=True)
        shutil.rmtree(self.out, ignore_errors=True)

    def close(self) -> None:
        """End the warm application."""
        self._app = None

    # ---- Sphinx --------------------------------------------------------------------------------

    def _start(self) -> Any:
        from sphinx.application import Sphinx

        source = tree_of(self.repo, self.audience, self.lang)
        self.memory.mkdir(parents=True, exist_ok=True)
        app = Sphinx(
            srcdir=source,
            confdir=None,
            outdir=self.out,
            doctreedir=self.memory,
            buildername=BUILDER,
            confoverrides=_sphinx_settings(self.repo, self.audience, self.lang),
            status=None,
            warning=self._said,
        )
        # The site has a search of its own; Sphinx's index would only cost time.
        app.builder.search = False
        return app

    def _sphinx(self, key: str, tree: Tree) -> None:
        from sphinx.errors import SphinxError

        self._said.seek(0)
        self._said.truncate()
        heard: list[str] = []
        handler = _Handler(heard)
        logger = logging.getLogger("myst_nb")
        logger.addHandler(handler)
        try:
            if self._app is None or self._key != key:
                self._app, self._world = None, _World()
            with self._world.entered():
                if self._app is None:
                    self._app = self._start()
                    self._key = key
                else:
                    self._again()
                # MyST-NB copies a stylesheet there even when no page is written.
                (self.out / "_static").mkdir(parents=True, exist_ok=True)
                # The frame of a page asks for the records; they have just been read.
                self._app._casebank_shell = tree.shell
                self._app.build(False, [])
        except SphinxError as error:
            raise ContentError(
                str(error), f"book ({self.lang})", "mend it and build again"
            ) from None
        finally:
            logger.removeHandler(handler)
        said = [line for line in _ANSI.sub("", self._said.getvalue()).splitlines() if line.strip()]
        if said or heard or self._app.statuscode:
            raise self._fault(said or heard or ["Sphinx failed and did not say why"], tree)
        self._prune()

    def _again(self) -> None:
        """Make a warm application ready for one more run."""
        from sphinx.environment import CONFIG_OK

        app = self._app
        app._warncount = 0
        app.statuscode = 0
        app._init_i18n()
        app.env.config_status = CONFIG_OK
        app.project.discover(app.config.exclude_patterns, app.config.include_patterns)
        app.builder.env = app.env

    def _fault(self, said: list[str], tree: Tree) -> ContentError:
        shown = []
        for line in said:
            match = _PLACED.match(line)
            if match:
                shown.append(self._placed(match, line[match.end() :], tree))
            elif _LEVEL.match(line):
                shown.append(_LEVEL.sub("", line))
        shown = list(dict.fromkeys(shown)) or said[:1]
        more = f"\n  and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        return ContentError(
            "\n  ".join(shown[:MOST_SHOWN]) + more,
            f"book ({self.lang})",
            "mend it and build again",
        )

    def _placed(self, match: re.Match[str], text: str, tree: Tree) -> str:
        path = Path(match["path"])
        try:
            name = path.resolve().relative_to(tree.folder.resolve()).as_posix()
        except ValueError:
            name = path.name
        return f"{tree.sources.get(name, name)}: {text}"

    def _prune(self) -> None:
        for name in LEFTOVERS:
            shutil.rmtree(self.out / name, ignore_errors=True)
        for name in LEFTOVER_FILES:
            (self.out / name).unlink(missing_ok=True)
        # A drawing that no page shows any more.
        extra = tree_of(self.repo, self.audience, self.lang) / EXTRA
        for path in (self.out / "labs").rglob("*"):
            if (
                path.suffix in (".svg", ".png")
                and not (extra / path.relative_to(self.out)).is_file()
            ):
                path.unlink()
        # A page that is gone from the book.
        for path in self.out.rglob("index.html"):
            name = path.parent.relative_to(self.out).as_posix()
            if name != "." and name not in self._app.env.found_docs:
                shutil.rmtree(path.parent)


def build_book(
    repo: Repo, audience: str, lang: str, out: Path, progress: Progress | None = None
) -> list[str]:
    """Build the textbook of one audience and language into a folder.

    Returns:
        Names of the tree's files that changed since the last build that succeeded.

    Raises:
        ContentError: a source is at fault, or Sphinx warns of something.
    """
    session = BookSession(repo, audience, lang, out)
    try:
        return session.build(progress)
    finally:
        session.close()
