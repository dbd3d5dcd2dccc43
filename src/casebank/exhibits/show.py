"""Show an author what a companion computes."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from casebank.exhibits.results import load
from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.terminal import PlainConsole, styled


def show(repo: Repo, companion: Path, console: Console | None = None) -> None:
    """Print all values and tables of a companion, and where its figures lie.

    Raises:
        ContentError: when the companion fails.
    """
    console = console or PlainConsole()
    found = load(repo, companion.resolve())
    console.print(styled(found.where, "bold"))
    for name, value in found.values.items():
        console.print(f"  {{{{value:{name}}}}} = {value!r}")
    for item in found.items.values():
        for lang in LANGS:
            number = f" (exhibit {item.exhibit})" if item.exhibit else ""
            title = f"{item.kind} {item.id}{number} [{lang}] {item.title[lang]}"
            if item.kind == "figure":
                console.print(title, str(repo.relative(item.file(lang))))
                continue
            if item.kind == "tool":
                console.print(title)
                continue
            columns, rows = item.table(lang)
            table = Table(*columns, title=title)
            for row in rows:
                table.add_row(*row)
            console.print(table)
