"""What a result depends on in our own code: the one place that says so.

Nobody keeps a list. From the modules that decide, everything follows that they can import, one from
another, wherever in a file the import stands, also by a name in quotation marks; and the files that
lie beside these modules and are no Python, such as fonts, templates and schemas.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

from casebank.files import digest

PACKAGE = Path(__file__).resolve().parent
_NAME = PACKAGE.name
_IMPORT = re.compile(
    rf"^[ \t]*(?:from[ \t]+({_NAME}(?:\.\w+)*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    rf"|import[ \t]+({_NAME}(?:\.\w+)*))",
    re.M,
)
_QUOTED = re.compile(rf"[\"']({_NAME}(?:\.\w+)+)[\"']")
_WORD = re.compile(r"\w+")
_LEFT_OUT = {".py", ".pyc"}


def _file(package: Path, module: str) -> Path | None:
    """The file of a module, or of a package."""
    place = package.joinpath(*module.split(".")[1:])
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


@functools.lru_cache(maxsize=2048)
def _imports(path: Path, modified: int, size: int) -> tuple[str, ...]:
    """What a source may import of ours, read once for each state of it: a server asks often."""
    return tuple(_imported(path.read_text("utf-8")))


def _imported(text: str) -> Iterable[str]:
    """What a text may import of ours: a name that is imported may be a module."""
    for found in _IMPORT.finditer(text):
        module = found[1] or found[3]
        yield module
        for name in _WORD.findall(re.sub(r"#[^\n]*", "", found[2] or "")):
            yield f"{module}.{name}"
    yield from _QUOTED.findall(text)


def sources(
    modules: Iterable[str], apart: Iterable[str] = (), package: Path | None = None
) -> list[Path]:
    """All files of ours on which these modules depend, sorted.

    Args:
        modules: names such as ``casebank.check``; of a package all its modules count.
        apart: packages that are imported and have no say in the result.
        package: the folder of ``casebank``; this very one when not given.
    """
    package = package or PACKAGE
    left = set(apart)
    found: set[Path] = set()
    todo = list(modules)
    for name in list(todo):
        path = _file(package, name)
        if path is not None and path.name == "__init__.py":
            inside = (one.relative_to(package) for one in path.parent.rglob("*.py"))
            todo += [".".join((_NAME, *one.with_suffix("").parts)) for one in inside]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        parts = name.split(".")
        # To import a module is to import the packages that it lies in.
        for module in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            if module in left:
                break
            if module in seen:
                continue
            seen.add(module)
            path = _file(package, module)
            if path is not None and path not in found:
                found.add(path)
                stat = path.stat()
                todo += _imports(path, stat.st_mtime_ns, stat.st_size)
    beside = {
        path
        for folder in {path.parent for path in found} - {package}
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in _LEFT_OUT and not path.name.startswith(".")
    }
    return sorted(found | beside)


@functools.lru_cache(maxsize=64)
def _of(package: Path, state: tuple[tuple[str, int, int], ...]) -> str:
    parts: list[str | bytes | Path] = []
    for name, _, _ in state:
        parts += [Path(name).relative_to(package).as_posix(), Path(name)]
    return digest(parts)


def code_digest(*modules: str, apart: Iterable[str] = (), package: Path | None = None) -> str:
    """One digest of all files of ours on which these modules depend; see :func:`sources`."""
    package = package or PACKAGE
    stats = [(path, path.stat()) for path in sources(modules, apart, package)]
    state = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
    return _of(package, state)


__all__ = ["code_digest", "sources"]
