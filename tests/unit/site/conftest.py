"""A small copy of the clone whose texts a test may spoil, with the slow parts of a build left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casebank.paths import Repo
from casebank.site import build as building

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def clone(tmp_path: Path) -> Repo:
    """Texts and records of the real clone; data cut to a few lines; the theme."""
    root = tmp_path / "clone"
    root.mkdir()
    for name in ("docs", "book", "cases", "exercises"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "datasets").mkdir()
    for path in (ROOT / "datasets").iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            text = "".join(text.splitlines(keepends=True)[:6])
        (root / "datasets" / path.name).write_text(text, encoding="utf-8")
    for name in ("mkdocs.yml", "requirements.lock", "LICENSE-content"):
        shutil.copy(ROOT / name, root / name)
    site = Path("src/casebank/site")
    shutil.copytree(ROOT / site, root / site, ignore=shutil.ignore_patterns("__pycache__"))
    return Repo(root)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Builds without notebooks, downloads, book and checks: what was called is noted."""
    calls: dict[str, list[str]] = {}

    def fake(module: str, name: str):
        def run(*args, **kwargs):
            calls.setdefault(f"{module}.{name}", []).append(str(args[1:3]))
            if name == "build_book":
                args[3].mkdir(parents=True, exist_ok=True)
            return []

        return run

    monkeypatch.setattr(building, "part", fake)
    monkeypatch.setattr("casebank.site.compose.place", lambda *args: [])
    # Texts with computed figures are another module's; here they would run for minutes.
    monkeypatch.setattr(
        "casebank.site.pages.expand", lambda source, shell, node, *a, **k: _plain(source)
    )
    return calls


def _plain(source: str) -> str:
    import re

    source = re.sub(r"\{\{(?:link|term):[^|}]*\|([^}]*)\}\}", r"\1", source)
    return re.sub(r"\{\{[^}]*\}\}|\[@[^\]]*\]|^:::.*$", "", source, flags=re.M)
