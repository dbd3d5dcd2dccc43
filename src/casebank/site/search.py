"""The one search of the site: Pagefind's index, and the glossary's twins that it finds pages by."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
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
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])")


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
            words.update(dict.fromkeys(_names(term, self.twin)))
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


def cut_han(html: str, mark: str) -> str:
    """Put a mark between the Chinese characters of a page's text; tags stay as they are.

    Pagefind cuts Chinese into words by its own dictionary when it indexes, and by the browser's
    when it searches. The two do not agree (one knows 细分, the other cuts 细 and 分), so that words
    in plain sight were not found. Indexed character by character, searched as a phrase, all are.
    """
    out = []
    for piece in re.split(r"(<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>)", html, flags=re.S):
        out.append(piece if piece.startswith("<") else _BETWEEN.sub(mark, piece))
    return "".join(out)


def _copies(site: Path, target: Path) -> None:
    """Copies of the pages for the index alone; readers get the pages without marks."""
    for page in site.glob("*/**/*.html"):
        html = page.read_text(encoding="utf-8")
        # On English pages words are cut at blanks only; on Chinese ones the mark has no width.
        mark = " " if re.search(r"<html[^>]* lang=\"?en", html) else "\u200b"
        copy = target / page.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(cut_han(html, mark), encoding="utf-8")


def index(site: Path) -> None:
    """Make the index of a built site in ``pagefind/``, one per language of pages.

    Raises:
        EnvironmentFault: when Pagefind is missing or fails.
    """
    target = site / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="casebank-search-") as folder:
        _copies(site, Path(folder))
        done = subprocess.run(
            [str(_program()), "--site", folder, "--output-path", str(target), "--quiet"],
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
