"""What every group of commands shares: the command itself, its printers, common options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from casebank.errors import UsageError
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


def _is_text(name: str | None) -> str | None:
    """A name as gradebooks and records have it.

    Raises:
        UsageError: the terminal has sent bytes that are no text, which no assignment is called.
    """
    if name is not None and not name.isascii() and any("\ud800" <= c <= "\udfff" for c in name):
        raise UsageError(f"the name '{name}' is not UTF-8 text", "", "look at its spelling")
    return name


Assignment = Annotated[str, typer.Argument(help="The assignment.", callback=_is_text)]
Exercise = Annotated[str, typer.Argument(help="The exercise.", callback=_is_text)]
OneAssignment = Annotated[
    str | None, typer.Option("--assignment", help="One assignment only.", callback=_is_text)
]
Course = Annotated[
    Path, typer.Option("--course", "-c", help="The course folder.", show_default="here")
]
Only = Annotated[list[str] | None, typer.Option("--only", help="Just this student (repeatable).")]
