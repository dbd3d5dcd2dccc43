"""Joins what both generators wrote into one folder that can be served."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from casebank.files import write_bytes, write_text
from casebank.lang import LANGS
from casebank.records import Course
from casebank.site import root, styles
from casebank.site.finish import finish
from casebank.site.search import Twins
from casebank.text import place, quotes

if TYPE_CHECKING:
    from casebank.lite.model import Cost

#: What a generator writes beside its pages and no page of ours asks for.
PRUNED_FOLDERS = {"_static", "_sources", "_sphinx_design_static", "reports", ".doctrees", "search"}
PRUNED_FILES = {
    ".buildinfo",
    ".nojekyll",
    "404.html",
    "genindex.html",
    "jupyter_execute",
    "objects.inv",
    "search.html",
    "searchindex.js",
    "sitemap.xml",
    "sitemap.xml.gz",
}
_ASSET = re.compile(r'((?:href|src)="?(?:\.\./)*assets/[\w.-]+\.(?:css|js|svg))')
#: Where a lab's or exercise's page may get its button to the browser labs.
_RUN = re.compile(r"<p\b(?=[^>]*\bdata-run=\"?([\w/-]+))[^>]*>\s*</p>")


def stamp(assets: Path) -> str:
    """Changes when any of the site's own styles and scripts does."""
    return hashlib.sha256(
        b"".join(path.read_bytes() for path in sorted(assets.iterdir()))
    ).hexdigest()[:8]


def stamped(html: str, mark: str) -> str:
    """A new stylesheet gets a new address, so that no browser shows an old one."""
    return _ASSET.sub(rf"\1?{mark}", html)


def raw_files(folder: Path) -> Iterator[Path]:
    """What a generator wrote and the site keeps."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".map" or path.name in PRUNED_FILES:
            continue
        if PRUNED_FOLDERS.isdisjoint(path.relative_to(folder).parts[:-1]):
            yield path


class Composer:
    """Puts the parts of a site together; pages that did not change are finished once."""

    def __init__(
        self, course: Course, audience: str, parts: Path, cache: Path, lite: Cost | None = None
    ) -> None:
        self.course = course
        self.audience = audience
        self.parts = parts
        self.cache = cache
        self.lite = lite
        self.twins = {lang: Twins(course.terms.values(), lang) for lang in LANGS}
        own = [Path(__file__).parent / name for name in ("finish.py", "search.py", "strings.py")]
        own.append(Path(quotes.__file__))
        terms = "".join(term.model_dump_json() for term in course.terms.values())
        self._salt = hashlib.sha256(
            terms.encode() + b"".join(path.read_bytes() for path in own)
        ).digest()

    def _finished(self, page: Path, lang: str) -> str:
        raw = page.read_bytes()
        sizes = "".join(
            f"{p.name}{p.stat().st_size}" for p in sorted(page.parent.glob("*.png"))
        ).encode()
        key = hashlib.sha256(self._salt + lang.encode() + raw + sizes).hexdigest()
        kept = self.cache / key[:2] / f"{key}.html"
        if not kept.is_file():
            write_text(kept, finish(raw.decode("utf-8"), page, self.twins[lang]))
        kept.touch()
        return kept.read_text(encoding="utf-8")

    def _run_here(self, html: str, name: str, lang: str) -> str:
        """Turn the place of the button into the button, or into nothing."""
        if self.lite is None or "data-run" not in html:
            return _RUN.sub("", html)
        from casebank.lite.pages import run_button

        up, lite = "../" * name.count("/"), self.lite
        return _RUN.sub(lambda m: run_button(m[1], lang, up, lite), html)

    def pages(self, langs: Iterable[str]) -> dict[str, str]:
        """Every page of the generators, finished, by its place in the site."""
        found: dict[str, str] = {}
        for lang in langs:
            for part, below in (("portal", ""), ("book", "book/")):
                folder = self.parts / lang / part
                for path in raw_files(folder):
                    if path.suffix == ".html":
                        name = f"{lang}/{below}{path.relative_to(folder).as_posix()}"
                        found[name] = self._run_here(self._finished(path, lang), name, lang)
        return found

    def compose(
        self, out: Path, langs: Iterable[str], first: str, *, downloads: bool = True
    ) -> int:
        """Write the whole site but for the search index; equal files are left untouched.

        Args:
            out: the site's folder.
            langs: the languages to write.
            first: the language of a visitor whose browser prefers neither.
            downloads: also write notebooks, data and kit.

        Returns:
            How many files changed.
        """
        langs = list(langs)
        pages = self.pages(langs)
        pages["index.html"] = root.door(first)
        pages["404.html"] = root.missing(first)
        styles.write_assets(out / "assets", pages.values())
        mark = stamp(out / "assets")
        written = set(pages)
        changed = 0
        for name, html in pages.items():
            changed += write_text(out / name, stamped(html, mark))
        for name, path in self._files(langs, downloads):
            written.add(name)
            changed += write_bytes(out / name, path.read_bytes())
        for lang in langs:
            figures = place(self.course, lang, self.audience, out / lang / "figures")
            written.update(path.relative_to(out).as_posix() for path in figures)
        self._sweep(out, langs, written, downloads)
        self._forget_old()
        return changed

    def _files(self, langs: list[str], downloads: bool) -> Iterator[tuple[str, Path]]:
        """Everything but pages: its name in the site and where it lies."""
        for lang in langs:
            for part, below in (("portal", ""), ("book", "book/")):
                folder = self.parts / lang / part
                for path in raw_files(folder):
                    if path.suffix != ".html":
                        yield f"{lang}/{below}{path.relative_to(folder).as_posix()}", path
            if downloads:
                made = self.course.repo.build / "downloads" / lang
                for path in sorted(made.glob("*")):
                    yield f"{lang}/downloads/{path.name}", path

    @staticmethod
    def _sweep(out: Path, langs: list[str], written: set[str], downloads: bool) -> None:
        """Remove what an earlier state of the sources had and this one has not."""
        for lang in langs:
            for path in sorted((out / lang).rglob("*"), reverse=True):
                name = path.relative_to(out).as_posix()
                kept = not downloads and name.startswith(f"{lang}/downloads/")
                if path.is_file() and name not in written and not kept:
                    path.unlink()
                elif path.is_dir() and not any(path.iterdir()):
                    path.rmdir()

    def _forget_old(self, most: int = 2000) -> None:
        kept = sorted(self.cache.rglob("*.html"), key=lambda p: p.stat().st_mtime)
        for path in kept[:-most]:
            path.unlink()
