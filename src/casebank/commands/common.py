"""What every group of commands shares: the command itself, its printers, common options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from casebank.terminal import PlainConsole

#: The code that shells use for a command ended by Ctrl-C.
INTERRUPTED = 130

app = typer.Typer(
    name="casebank",
    help="Casebank: a bilingual course on customer relationship management in banks.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
out = PlainConsole()


class Language(StrEnum):
    """The two languages."""

    zh = "zh"
    en = "en"


def example(*lines: str) -> str:
    """The end of a command's help: how it is called."""
    return "Example:\n\n" + "\n\n".join(f"[bold]$ {line}[/bold]" for line in lines)


Course = Annotated[
    Path, typer.Option("--course", "-c", help="The course folder.", show_default="here")
]
Only = Annotated[list[str] | None, typer.Option("--only", help="Just this student (repeatable).")]
