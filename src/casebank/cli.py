"""The command ``casebank``: every way through the course, each with an example in its help.

Exit codes: 0 done, 1 the content or a submission is at fault, 2 wrong use, 3 the machine's fault.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from casebank import __version__
from casebank.commands import learning, teaching
from casebank.commands.common import INTERRUPTED, Language, app, example, out
from casebank.errors import CasebankError, UsageError, machine_fault
from casebank.paths import Repo
from casebank.programs import safe_environment
from casebank.progress import bar

#: Importing a group enters its commands.
GROUPS = (learning, teaching)

data_app = typer.Typer(help="The invented bank's data.", no_args_is_help=True)
notebooks_app = typer.Typer(help="Notebooks from their bilingual sources.", no_args_is_help=True)
app.add_typer(data_app, name="data")
app.add_typer(notebooks_app, name="notebooks")


class Edition(StrEnum):
    """For whom a site is built."""

    trainee = "trainee"
    instructor = "instructor"


def _version(show: bool) -> None:
    if show:
        print(f"casebank {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Casebank: a bilingual course on customer relationship management in banks."""


WithBrowserLabs = Annotated[
    bool,
    typer.Option(
        "--with-browser-labs", help="Labs and exercises also run in the browser (/lite/)."
    ),
]
Pyodide = Annotated[
    Path | None,
    typer.Option(
        help="An unpacked Pyodide distribution; without it, from the package index (106 MB)."
    ),
]


def _browser_labs(wanted: bool, pyodide: Path | None) -> Any:
    """The wish for browser labs, as the two options say it.

    Raises:
        UsageError: a distribution is named but no browser labs are asked for, or it is none.
    """
    from casebank.site.build import BrowserLabs

    if pyodide is not None and not wanted:
        raise UsageError("--pyodide says nothing alone", "", "add --with-browser-labs")
    if pyodide is not None:
        from casebank.lite.wheels import distribution

        # Now, not after minutes of building.
        pyodide = distribution(pyodide.resolve(), pyodide)
    return BrowserLabs(pyodide) if wanted else None


@app.command(epilog=example("casebank build", "casebank build --with-browser-labs"))
def build(
    edition: Annotated[Edition, typer.Option(help="For whom.")] = Edition.trainee,
    lang: Annotated[Language | None, typer.Option(help="One language only.")] = None,
    lang_first: Annotated[
        Language,
        typer.Option(
            help="The language of a visitor whose browser prefers neither.", envvar="LANG_FIRST"
        ),
    ] = Language.zh,
    with_browser_labs: WithBrowserLabs = False,
    pyodide: Pyodide = None,
) -> None:
    """Build the site into site/ (instructor: site-instructor/); only what changed is made anew."""
    from casebank.lang import LANGS
    from casebank.site.build import build as run

    repo = Repo.find()
    langs = (lang.value,) if lang else LANGS
    with bar("build") as progress:
        report = run(
            repo,
            audience=edition.value,
            langs=langs,
            lang_first=lang_first.value,
            progress=progress,
            browser_labs=_browser_labs(with_browser_labs, pyodide),
        )
    out.print(report.summary(), highlight=False)


@app.command(epilog=example("casebank serve", "casebank serve --host 0.0.0.0 --port 8080"))
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    edition: Annotated[Edition, typer.Option(help="For whom.")] = Edition.trainee,
    lang_first: Annotated[
        Language, typer.Option(help="Language of '/' by default.", envvar="LANG_FIRST")
    ] = Language.zh,
    watch: Annotated[bool, typer.Option(help="Rebuild when a source changes.")] = True,
    with_browser_labs: WithBrowserLabs = False,
    pyodide: Pyodide = None,
) -> None:
    """Build the site, serve it, and show edits as they are saved. Ctrl-C ends it."""
    from casebank.site.serve import serve as run

    run(
        Repo.find(),
        host=host,
        port=port,
        audience=edition.value,
        lang_first=lang_first.value,
        watch=watch,
        browser_labs=_browser_labs(with_browser_labs, pyodide),
    )


@data_app.command("make", epilog=example("casebank data make", "casebank data make --check"))
def data_make(
    customers: Annotated[
        int | None, typer.Option(min=1, help="Make a bank of this size elsewhere (--out).")
    ] = None,
    months: Annotated[int, typer.Option(min=1, max=99, help="Months to simulate.")] = 24,
    seed: Annotated[int | None, typer.Option(help="Another seed.")] = None,
    fmt: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "parquet",
    to: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the tables.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether datasets/ is what the code makes.")
    ] = False,
) -> None:
    """Make the committed sample in datasets/ again, or with --customers a bank of any size."""
    from casebank import data

    if customers is None:
        with bar("data") as progress:
            made = data.make_sample(Repo.find().datasets, check=check, progress=progress)
        what = "checked" if check else ("written" if made else "unchanged")
        out.print(f"datasets/: {what}" + (f" ({len(made)} files)" if made else ""))
        return
    if fmt not in ("csv", "parquet"):
        raise UsageError(f"the format '{fmt}' is unknown", "--format", "use csv or parquet")
    if to is None:
        raise UsageError("no folder is named for the tables", "--customers", "add --out FOLDER")
    options = {} if seed is None else {"seed": seed}
    with bar("data") as progress:
        made = data.make(
            to, customers=customers, months=months, fmt=fmt, progress=progress, **options
        )
    for path in made:
        out.print(f"{path}  {path.stat().st_size:,} bytes", highlight=False)


@notebooks_app.command("make", epilog=example("casebank notebooks make"))
def notebooks_make(
    only: Annotated[
        list[str] | None, typer.Argument(help="Exercises or labs; all of them.")
    ] = None,
) -> None:
    """Make the notebooks of both languages, and prove each exercise by its solution and probes."""
    from casebank import notebooks

    repo = Repo.find()
    with bar("notebooks") as progress:
        made = notebooks.make(repo, progress=progress, only=only or None)
    for item in made:
        out.print(item.summary() if hasattr(item, "summary") else str(item), highlight=False)


@app.command(epilog=example("casebank doctor"))
def doctor() -> None:
    """Say what is missing on this machine and how to get it."""
    from casebank.doctor import examine

    findings = examine(Repo.find())
    for finding in findings:
        mark = "[green]ok     [/green]" if finding.ok else "[red]missing[/red]"
        out.print(f"{mark} {finding.what}", highlight=False)
        if not finding.ok:
            out.print(f"        {finding.todo}", highlight=False)
    raise typer.Exit(0 if all(f.ok or f.optional for f in findings) else 3)


def _fault(error: BaseException) -> int:
    """An error that nobody foresaw: the machine's matter with its cure, or our own fault."""
    fault = machine_fault(error)
    if fault is not None:
        print(f"casebank: {fault.sentence()}", file=sys.stderr)
        return fault.exit_code
    return _own_fault(error)


def _own_fault(error: BaseException) -> int:
    """Keep the details in a file, say one sentence."""
    try:
        handle, name = tempfile.mkstemp(prefix="casebank-fault-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        what = f"send {name} to its authors"
    except OSError as second:
        what = f"its details could not be kept ({second.strerror})"
    kind = type(error).__name__
    print(f"casebank: a fault of Casebank's own ({kind}), not yours; {what}.", file=sys.stderr)
    return 3


def main() -> None:
    """Run the command; every error ends as one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a sign of somebody's name shows a question mark.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    safe_environment()
    # nbgrader and Jupyter start programs by their bare names, also where nobody activated.
    own = str(Path(sys.executable).parent)
    if own not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [own, os.environ.get("PATH", "")]))
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except CasebankError as error:
        print(f"casebank: {error.sentence()}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        print("casebank: stopped; what was finished is kept", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            # Click's own complaints about arguments.
            command = getattr(getattr(error, "ctx", None), "command_path", "casebank")
            print(f"{command}: {error.format_message()} Try {command} --help.", file=sys.stderr)
            sys.exit(2)
        sys.exit(_fault(error))


if __name__ == "__main__":
    main()
