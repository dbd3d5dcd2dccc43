"""The one search of the site: Pagefind's index, and the glossary's twins that it finds pages by."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path

from casebank.errors import EnvironmentFault
from casebank.records import Term
from casebank.site.strings import text

FOLDER = "pagefind"
#: What Pagefind writes for user interfaces that we do not use.
UNUSED = (
    "pagefind-ui.*",
    "pagefind-modular-ui.*",
    "pagefind-component-ui.*",
    "pagefind-highlight.js",
    "playground",
)
#: The place where the twins stand; the search dialog knows it too.
PLACE = "cb-twins"
_TAG = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.S)
_HAN = re.compile(r"[\u3400-\u9fff]")


def _names(term: Term, lang: str) -> list[str]:
    own = [term.zh, *term.aliases.zh] if lang == "zh" else [term.en, *term.aliases.en]
    return [*own, term.abbr] if term.abbr else own


def _finder(term: Term, lang: str) -> re.Pattern[str]:
    parts = []
    for name in _names(term, lang):
        if _HAN.search(name):
            parts.append(re.escape(name))
        else:
            # English inflects: "customer segments" is a use of "customer segment".
            plain = re.escape(name).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]+")
            parts.append(rf"(?<![\w-]){plain}(?:s|es)?(?![\w-])")
    return re.compile("|".join(parts), re.I)


def _tails(word: str) -> Iterable[str]:
    """A Chinese term and its tails: an English index cuts no words, but matches beginnings."""
    if not _HAN.search(word):
        return [word]
    return [word[i:] for i in range(max(1, len(word) - 1))]


class Twins:
    """Finds the glossary's terms in a page of one language and says their twins."""

    def __init__(self, terms: Iterable[Term], lang: str) -> None:
        self.lang = lang
        self.twin = "en" if lang == "zh" else "zh"
        self._terms = [(term, _finder(term, lang)) for term in terms]

    def used(self, page: str) -> list[Term]:
        """The terms that occur in a piece of HTML."""
        words = unescape(_TAG.sub(" ", page))
        if self.lang == "zh":
            # A tag inside a word, as a glossary link, must not cut it.
            words += unescape(_TAG.sub("", page))
        return [term for term, finder in self._terms if finder.search(words)]

    def hidden(self, page: str) -> str:
        """The hidden field with the other language's words, indexed and never shown."""
        words: dict[str, None] = {}
        for term in self.used(page):
            for name in _names(term, self.twin):
                for tail in _tails(name):
                    words[tail] = None
        if not words:
            return ""
        return (
            f'<div hidden><h2 id="{PLACE}">{text("glossary", self.lang)}</h2>'
            f"<p>{escape('; '.join(words))}</p></div>"
        )


def _program() -> Path:
    try:
        from pagefind_bin_extended import get_executable
    except ImportError:
        raise EnvironmentFault(
            "the search index cannot be made: pagefind[extended] is not installed",
            "",
            "make install",
        ) from None
    try:
        return Path(get_executable())
    except FileNotFoundError as error:
        raise EnvironmentFault(f"Pagefind has no program ({error})", "", "make install") from None


def index(site: Path) -> None:
    """Make the index of a built site in ``pagefind/``, one per language of pages.

    Raises:
        EnvironmentFault: when Pagefind is missing or fails.
    """
    target = site / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run(
        [str(_program()), "--site", str(site), "--output-subdir", FOLDER, "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not (target / "pagefind.js").is_file():
        reason = (done.stderr or done.stdout).strip().splitlines()
        raise EnvironmentFault(
            f"Pagefind could not index the site: {reason[-1] if reason else 'no reason given'}"
        )
    for pattern in UNUSED:
        for path in target.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
