"""Do the version and its day agree wherever they stand?"""

from __future__ import annotations

import re
import tomllib

from casebank import __released__, __version__
from casebank.paths import Repo
from casebank.site.shell import Shell

REPO = Repo.find()


def test_one_version() -> None:
    """Do package, project file and the newest entry of CHANGELOG name one version and day?"""
    project = tomllib.loads((REPO.root / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == __version__
    changes = (REPO.root / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (.+)$", changes, re.M)
    assert newest and newest[1] == f"{__version__} ({__released__})"


def test_footer() -> None:
    """Does every page's frame say version and day in its language?"""
    said = {
        lang: (shell := Shell.load(REPO, "trainee", lang))
        .page("")["t"]["footer_version"]
        .format(v=__version__, day=shell.page("")["released"])
        for lang in ("zh", "en")
    }
    year, month, day = (int(part) for part in __released__.split("-"))
    assert f"{year} 年 {month} 月 {day} 日" in said["zh"] and __version__ in said["zh"]
    assert re.search(rf"\b{day} [A-Z][a-z]+ {year}\b", said["en"]) and __version__ in said["en"]
