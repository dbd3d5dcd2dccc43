"""The site: a cold build without execution, a build with nothing to do, one edited page.

Works in a copy of the clone, so that neither sources nor the built site are touched.
"""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from casebank.paths import Repo
from casebank.site.build import build
from casebank.site.refresh import Refresher

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
SOURCES = ("book", "cases", "exercises", "datasets", "docs", "src", "grading")
FILES = ("mkdocs.yml", "requirements.lock", "pyproject.toml", "LICENSE", "LICENSE-content")
#: What running cells and companions made: kept, since a cold build is measured without execution.
KEPT = ("executed", "exhibits", "notebooks")
EDITS = {
    "chapter (en)": "book/chapters/01-customer-segmentation.en.md",
    "case (zh)": "cases/woolwich-open-plan/case.zh.md",
    "exercise (both)": "exercises/rfm-segmentation/exercise.yml",
}


def _copy(target: Path) -> Repo:
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in SOURCES:
        shutil.copytree(ROOT / name, target / name, ignore=skip)
    for name in FILES:
        shutil.copy2(ROOT / name, target / name)
    for name in KEPT:
        if (ROOT / "_build" / name).is_dir():
            shutil.copytree(ROOT / "_build" / name, target / "_build" / name)
    return Repo(target)


def _edit(path: Path, number: int) -> None:
    """A change that a reader would see."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        path.write_text(f"{text.rstrip()}\n\n{number}.\n", "utf-8")
    else:
        path.write_text(re.sub(r"minutes: \d+", f"minutes: {100 + number}", text, count=1), "utf-8")


def main() -> None:
    """Print seconds and their ratios to the cold build."""
    with tempfile.TemporaryDirectory() as folder:
        repo = _copy(Path(folder) / "clone")
        began = time.monotonic()
        report = build(repo)
        cold = time.monotonic() - began
        print(f"{report.pages} pages, {report.bytes / 1e6:.1f} MB")
        print(f"{'cold, cells not run':<28} {cold:6.2f} s")
        began = time.monotonic()
        build(repo)
        print(f"{'nothing to do':<28} {time.monotonic() - began:6.2f} s")
        refresher = Refresher(repo, "trainee", report.folder, "zh")
        refresher.warm()
        for label, name in EDITS.items():
            seconds = []
            for number in range(RUNS):
                path = repo.root / name
                kept = path.read_text("utf-8")
                _edit(path, number)
                began = time.monotonic()
                refresher.refresh({path})
                seconds.append(time.monotonic() - began)
                path.write_text(kept, "utf-8")
            median = statistics.median(seconds)
            ratio = f"1/{cold / median:.0f} of cold"
            print(f"{'edit: ' + label:<28} {median:6.2f} s  max {max(seconds):.2f} s  {ratio}")


if __name__ == "__main__":
    main()
