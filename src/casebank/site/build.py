"""Builds the whole site: notebooks, downloads, portal, book, search; checks it; swaps it in.

A build does not lie: a warning is an error, a failed build leaves the old site where it was and
fails again until the fault is mended, because success alone is remembered.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from casebank.errors import ContentError, EnvironmentFault
from casebank.files import digest, sha256, take_place, write_text
from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.progress import Callback
from casebank.records import load_all
from casebank.site import search
from casebank.site.compose import Composer
from casebank.site.portal import build_portal

SOURCES = ("book", "cases", "exercises", "datasets", "docs", "src/casebank")
IGNORED = {"__pycache__", ".ipynb_checkpoints"}
MOST_SHOWN = 12


@dataclass(frozen=True)
class Report:
    """What a build made."""

    pages: int
    bytes: int
    seconds: float
    folder: Path
    changed: bool = True

    def summary(self) -> str:
        """One line for people."""
        size = f"{self.pages} pages, {self.bytes / 1e6:.1f} MB"
        if not self.changed:
            return f"{self.folder.name}/: nothing changed ({size})"
        return f"{self.folder.name}/: {size}, built in {self.seconds:.1f} s"


def part(module: str, name: str) -> Callable[..., Any]:
    """A function of another part of Casebank, imported only when it is needed.

    Raises:
        EnvironmentFault: when this installation lacks it.
    """
    try:
        return getattr(import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("casebank"):
            raise EnvironmentFault(
                f"the package '{error.name}' is missing", module, "run: make install"
            ) from None
        raise EnvironmentFault(
            f"this installation of Casebank has no {module}.{name}",
            "",
            "take the whole repository again and run: make install",
        ) from None


def source_digest(repo: Repo, *more: str) -> str:
    """One digest over everything that the site is made from."""
    lines = list(more)
    for name in SOURCES:
        folder = repo.root / name
        for path in sorted(folder.rglob("*")):
            if path.is_file() and IGNORED.isdisjoint(path.parts) and path.suffix != ".pyc":
                lines.append(f"{path.relative_to(repo.root).as_posix()}\0{sha256(path)}")
    for path in (repo.root / "mkdocs.yml", repo.lock, repo.root / "LICENSE-content"):
        if path.is_file():
            lines.append(f"{path.name}\0{sha256(path)}")
    return digest(lines)


def _measure(folder: Path) -> tuple[int, int, str]:
    """Pages, bytes, and a digest of names, sizes and times: was anything touched since?"""
    pages = size = 0
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            stat = path.stat()
            pages += path.suffix == ".html"
            size += stat.st_size
            lines.append(f"{path.relative_to(folder).as_posix()}\0{stat.st_size}")
    return pages, size, digest(lines)


def _checks(repo: Repo, site: Path, audience: str, langs: Sequence[str]) -> list[str]:
    """Links, leaks, parity: what the site as a whole must keep."""
    problems = [str(p) for p in part("casebank.site.links", "check")(site)]
    absent = [lang for lang in LANGS if not (site / lang).is_dir()]
    for lang in absent:
        # Built for one language only: the twins are known to be missing.
        problems = [p for p in problems if f"/{lang}/" not in f"/{p.rsplit(': ', 1)[-1]}"]
    if audience == "trainee":
        memory = repo.build / "site" / audience / "scanned.json"
        found = part("casebank.site.leaks", "scan")(repo, site, memory=memory)
        problems += [str(leak) for leak in found]
    if not absent and set(langs) == set(LANGS):
        problems += part("casebank.site.parity", "check")(repo, site)
    return problems


def fail(problems: Sequence[str], where: str) -> None:
    """Raise one error that names the first problems of many.

    Raises:
        ContentError: when there is any.
    """
    if not problems:
        return
    shown = "\n  ".join(problems[:MOST_SHOWN])
    more = len(problems) - MOST_SHOWN
    tail = f"\n  and {more} more" if more > 0 else ""
    count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
    raise ContentError(f"the site has {count}:\n  {shown}{tail}", where)


class _Steps:
    """Tells a person how far the build is."""

    def __init__(self, progress: Callback | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, label: str) -> None:
        if self._progress:
            self._progress(self._done, self._total, label)
        self._done += 1

    def inner(self, done: int, total: int, label: str) -> None:
        """A step's own progress: its label, on the build's scale."""
        if self._progress:
            self._progress(max(0, self._done - 1), self._total, label)


def make_parts(
    repo: Repo,
    audience: str,
    langs: Iterable[str],
    parts: Path,
    step: _Steps,
    course: Any,
    book: Callable[..., Any] | None = None,
) -> None:
    """Everything that the generators make, into ``_build/site/<audience>/<lang>/``."""
    step("notebooks")
    part("casebank.notebooks", "make")(repo, progress=step.inner, proved=False)
    downloads = part("casebank.site.downloads", "make")
    book = book or part("casebank.site.book", "build_book")
    for lang in langs:
        step(f"downloads ({lang})")
        downloads(course, lang, progress=step.inner)
        step(f"portal ({lang})")
        build_portal(repo, audience, lang, parts / lang / "portal")
        step(f"book ({lang})")
        book(repo, audience, lang, parts / lang / "book", progress=step.inner)


@dataclass(frozen=True)
class BrowserLabs:
    """The wish for ``/lite/``.

    Attributes:
        pyodide: an unpacked official Pyodide distribution; None takes it from the package index.
    """

    pyodide: Path | None = None

    def key(self) -> str:
        """What of the wish changes the site: the machine's path does not, the distribution does."""
        lock = self.pyodide / "pyodide-lock.json" if self.pyodide else None
        return f"lite {sha256(lock) if lock and lock.is_file() else 'index'}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other build of this clone and audience is at work."""
    try:
        import fcntl
    except ImportError:
        # Windows has no such lock; there nobody builds twice at once.
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build(
    repo: Repo,
    *,
    audience: str = "trainee",
    langs: Sequence[str] = LANGS,
    out: Path | None = None,
    progress: Callback | None = None,
    lang_first: str = "zh",
    book: Callable[..., Any] | None = None,
    browser_labs: BrowserLabs | None = None,
) -> Report:
    """Build the site of one audience.

    Args:
        repo: the clone.
        audience: ``trainee`` (into ``site/``) or ``instructor`` (into ``site-instructor/``).
        langs: the languages to build; another one stays as it was.
        out: another folder for the site.
        progress: told of each step.
        lang_first: the language of a visitor whose browser prefers neither.
        book: called instead of ``build_book``, by a server that keeps Sphinx warm.
        browser_labs: also make ``/lite/``, where the notebooks run in the browser.

    Returns:
        Pages, bytes and seconds.

    Raises:
        ContentError: a source is at fault; the old site stays.
        EnvironmentFault: something is not installed.
    """
    target = Path(out or (repo.site if audience == "trainee" else repo.site_instructor)).resolve()
    with alone(repo.build / "site" / audience):
        return _build(repo, audience, langs, target, progress, lang_first, book, browser_labs)


def _build(
    repo: Repo,
    audience: str,
    langs: Sequence[str],
    target: Path,
    progress: Callback | None,
    lang_first: str,
    book: Callable[..., Any] | None,
    browser_labs: BrowserLabs | None,
) -> Report:
    began = time.monotonic()
    work = repo.build / "site" / audience
    mark = work / f"done-{digest([str(target)])[:12]}.json"
    parameters = [
        audience,
        ",".join(langs),
        lang_first,
        *([browser_labs.key()] if browser_labs else []),
    ]
    key = source_digest(repo, *parameters)
    if mark.is_file() and target.is_dir():
        done = json.loads(mark.read_text(encoding="utf-8"))
        pages, size, content = _measure(target)
        if done == {"key": key, "content": content}:
            return Report(pages, size, time.monotonic() - began, target, changed=False)
    mark.unlink(missing_ok=True)

    step = _Steps(progress, 5 + 3 * len(langs) + (1 if browser_labs else 0))
    step("records")
    course = load_all(repo)
    make_parts(repo, audience, langs, work, step, course, book)
    lite = None
    if browser_labs:
        step("browser labs")
        lite = part("casebank.lite.build", "make")(
            course, langs, pyodide=browser_labs.pyodide, progress=step.inner
        )
    step("pages")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        new.chmod(0o755)
        # A language that is not built now stays as the generators left it.
        shown = [one for one in LANGS if one in langs or (work / one / "book").is_dir()]
        composer = Composer(course, audience, work, work / "pages", lite.cost if lite else None)
        composer.compose(new, shown, lang_first)
        if lite:
            part("casebank.lite.build", "place")(lite, course, new, lang_first)
        step("search")
        search.index(new)
        step("checks")
        fail(_checks(repo, new, audience, langs), target.name)
        take_place(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    pages, size, content = _measure(target)
    # A source edited while the build ran must be built again.
    if source_digest(repo, *parameters) == key:
        write_text(mark, json.dumps({"key": key, "content": content}))
    return Report(pages, size, time.monotonic() - began, target)
