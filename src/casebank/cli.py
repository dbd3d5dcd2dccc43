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
from typing import Annotated

import typer
from rich.console import Console

from casebank import __version__
from casebank.errors import CasebankError, EnvironmentFault, UsageError
from casebank.paths import Repo
from casebank.progress import bar

# Casebank's own outer interrupt: the code that shells use for a command ended by Ctrl-C.
INTERRUPTED = 130

app = typer.Typer(
    name="casebank",
    help="Casebank: a bilingual course on customer relationship management in banks.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
data_app = typer.Typer(help="The invented bank's data.", no_args_is_help=True)
notebooks_app = typer.Typer(help="Notebooks from their bilingual sources.", no_args_is_help=True)
course_app = typer.Typer(help="An instructor's course folder.", no_args_is_help=True)
app.add_typer(data_app, name="data")
app.add_typer(notebooks_app, name="notebooks")
app.add_typer(course_app, name="course")
out = Console()
err = Console(stderr=True)


class Edition(StrEnum):
    """For whom a site is built."""

    trainee = "trainee"
    instructor = "instructor"


class Language(StrEnum):
    """The two languages."""

    zh = "zh"
    en = "en"


def _example(*lines: str) -> str:
    return "Example:\n\n" + "\n\n".join(f"[bold]$ {line}[/bold]" for line in lines)


Course = Annotated[
    Path, typer.Option("--course", "-c", help="The course folder.", show_default="here")
]
Only = Annotated[list[str] | None, typer.Option("--only", help="Just this student (repeatable).")]


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


@app.command(epilog=_example("casebank build", "casebank build --edition instructor --lang en"))
def build(
    edition: Annotated[Edition, typer.Option(help="For whom.")] = Edition.trainee,
    lang: Annotated[Language | None, typer.Option(help="One language only.")] = None,
    lang_first: Annotated[
        Language,
        typer.Option(
            help="The language of a visitor whose browser prefers neither.", envvar="LANG_FIRST"
        ),
    ] = Language.zh,
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
        )
    out.print(report.summary(), highlight=False)


@app.command(epilog=_example("casebank serve", "casebank serve --host 0.0.0.0 --port 8080"))
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    edition: Annotated[Edition, typer.Option(help="For whom.")] = Edition.trainee,
    lang_first: Annotated[
        Language, typer.Option(help="Language of '/' by default.", envvar="LANG_FIRST")
    ] = Language.zh,
    watch: Annotated[bool, typer.Option(help="Rebuild when a source changes.")] = True,
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
    )


@data_app.command("make", epilog=_example("casebank data make", "casebank data make --check"))
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


@notebooks_app.command("make", epilog=_example("casebank notebooks make"))
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


@app.command(epilog=_example("casebank check exercises/rfm-segmentation/rfm-segmentation.ipynb"))
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook.")],
    lang: Annotated[Language | None, typer.Option(help="Language of the report.")] = None,
) -> None:
    """Check your own notebook, task by task; the file is not touched."""
    from casebank.check.cli import check_notebook

    raise typer.Exit(check_notebook(notebook, lang=lang.value if lang else None))


@course_app.command("new", epilog=_example("casebank course new ~/crm-2026"))
def course_new(
    directory: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    lang: Annotated[
        Language, typer.Option(help="Language of the stock release.", envvar="LANG_FIRST")
    ] = Language.zh,
) -> None:
    """Make a course folder: where a class's submissions and grades lie, outside the clone."""
    from casebank.grading import course

    made = course.new(directory, lang=lang.value)
    out.print(f"course folder made: {made}", highlight=False)
    out.print(f"next: casebank release rfm-segmentation --course {directory}", highlight=False)


@app.command(epilog=_example("casebank release rfm-segmentation --course ~/crm-2026"))
def release(
    assignment: Annotated[str, typer.Argument(help="The exercise.")],
    course: Course = Path(),
) -> None:
    """Release an exercise to a class, in both languages."""
    from casebank.grading import release as releases

    with bar("release") as progress:
        made = releases.release(Repo.find(), course, assignment, progress=progress)
    for path in made:
        out.print(str(path), highlight=False)


@app.command(
    epilog=_example(
        "casebank grade rfm-segmentation --course ~/crm-2026",
        "casebank grade rfm-segmentation -c ~/crm-2026 --only s001 --force",
    )
)
def grade(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    course: Course = Path(),
    only: Only = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is graded.")] = False,
    sandbox: Annotated[
        bool, typer.Option("--sandbox/--no-sandbox", help="Run submissions isolated.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many at once; one a core by default.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, such as tcp://10.0.0.5:8786.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Judge each test twice, apart.")
    ] = True,
    proof: Annotated[
        bool, typer.Option("--proof/--no-proof", help="First grade solution and template.")
    ] = True,
    stock_scores: Annotated[
        bool, typer.Option("--stock-scores", help="Score as nbgrader also where it is wrong.")
    ] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Also grade again what a change made out of date.")
    ] = False,
) -> None:
    """Grade what a class handed in, in any nbgrader course: many at once, each in the sandbox.

    What is graded and unchanged is left alone; Ctrl-C keeps what is finished. A submission that a
    person has to look at is held: its cells in dispute get no automatic score.
    """
    from casebank.grading import grade as grading

    with bar("grade") as progress:
        report = grading.grade(
            course,
            assignment,
            only=only,
            force=force,
            sandbox=sandbox,
            workers=workers,
            scheduler=scheduler,
            verify=verify,
            proof=proof,
            as_stock=stock_scores,
            stale=stale,
            progress=progress,
        )
    out.print(report.table())
    raise typer.Exit(report.exit_code)


@app.command(
    epilog=_example(
        "casebank feedback rfm-segmentation --course ~/crm-2026",
        "cd ~/course101 && casebank feedback ps1 && nbgrader release_feedback ps1",
    )
)
def feedback(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    course: Course = Path(),
    only: Only = None,
    stock: Annotated[
        bool, typer.Option("--stock", help="nbgrader's own pages; they show hidden tests.")
    ] = False,
    site: Annotated[str, typer.Option(help="Address of the course's site, for links.")] = "",
    lang: Annotated[
        Language | None, typer.Option(help="Language of all pages; else each trainee's own.")
    ] = None,
) -> None:
    """Write each trainee's feedback, in any course that was graded; never a hidden test.

    One page per submission, with points, outcomes, messages, hints and what you wrote in
    formgrader. It lies where nbgrader release_feedback looks for it, under each notebook's name.
    """
    from casebank.grading import feedback as pages

    with bar("feedback") as progress:
        made = pages.feedback(
            course,
            assignment,
            only=only,
            stock=stock,
            site=site,
            lang=lang.value if lang else None,
            progress=progress,
        )
    where = f", for example {made[0]}" if made else ""
    out.print(
        f"{len(made)} pages, {len(made.written)} of them new or changed{where}",
        highlight=False,
        soft_wrap=True,
    )


@app.command(epilog=_example("casebank held rfm-segmentation --course ~/crm-2026"))
def held(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    course: Course = Path(),
) -> None:
    """List what waits for you: held submissions with reasons, and judgements that differ."""
    from casebank.grading import feedback as pages

    for part in pages.held(course, assignment).tables():
        out.print(part)


@app.command(epilog=_example("casebank export grades.csv --course ~/crm-2026"))
def export(
    to: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    course: Course = Path(),
    assignment: Annotated[str | None, typer.Option(help="One assignment only.")] = None,
    excel: Annotated[bool, typer.Option("--excel", help="With a mark that Excel needs.")] = False,
) -> None:
    """Write the grades as CSV for the training department."""
    from casebank.grading import export as exports

    path = exports.export(course, to, slug=assignment, bom=excel)
    out.print(f"written: {path}", highlight=False)


@app.command(epilog=_example("casebank kit --lang en", "casebank kit --self-study"))
def kit(
    lang: Annotated[Language | None, typer.Option(help="One language; both.")] = None,
    self_study: Annotated[
        bool, typer.Option("--self-study", help="With sealed solutions; never for a class.")
    ] = False,
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the zip.")] = Path("dist"),
) -> None:
    """Make the learner kit: notebooks, data and one small wheel, for any operating system."""
    from casebank import notebooks
    from casebank.lang import LANGS
    from casebank.notebooks.kit import build_kit

    repo = Repo.find()
    with bar("kit") as progress:
        notebooks.make(repo, progress=progress)
        for one in (lang.value,) if lang else LANGS:
            path = build_kit(repo, to, one, self_study=self_study, progress=progress)
            out.print(f"{path}  {path.stat().st_size:,} bytes", highlight=False)


@app.command(epilog=_example("casebank lab", "casebank lab --lang en"))
def lab(
    lang: Annotated[
        Language, typer.Option(help="Language of the notebooks.", envvar="LANG_FIRST")
    ] = Language.zh,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on work/: the labs and exercises, copied once, never over your work."""
    from casebank.work import open_lab

    raise typer.Exit(open_lab(Repo.find(), lang.value, browser=browser))


@app.command(epilog=_example("casebank doctor"))
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


def _own_fault(error: BaseException) -> int:
    """An error that nobody foresaw: keep the details in a file, say one sentence."""
    handle, name = tempfile.mkstemp(prefix="casebank-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    kind = type(error).__name__
    print(
        f"casebank: a fault of Casebank's own ({kind}), not yours; send {name} to its authors.",
        file=sys.stderr,
    )
    return 3


def _file_fault(error: PermissionError) -> int:
    """A file that may not be touched is the machine's affair, and no fault of the program's."""
    if not error.filename:
        return _own_fault(error)
    fault = EnvironmentFault(
        "this may not be read or written by you",
        str(error.filename),
        "let its owner run the command, or ask for the right to it",
    )
    print(f"casebank: {fault.sentence()}", file=sys.stderr)
    return fault.exit_code


def main() -> None:
    """Run the command; every error ends as one sentence and an exit code."""
    # nbgrader and Jupyter start programs by their bare names, also where nobody activated.
    own = str(Path(sys.executable).parent)
    if own not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [own, os.environ.get("PATH", "")]))
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except CasebankError as error:
        print(f"casebank: {error.sentence()}", file=sys.stderr)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        print("casebank: stopped; what was finished is kept", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except PermissionError as error:
        sys.exit(_file_fault(error))
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            # Click's own complaints about arguments.
            command = getattr(getattr(error, "ctx", None), "command_path", "casebank")
            print(f"{command}: {error.format_message()} Try {command} --help.", file=sys.stderr)
            sys.exit(2)
        sys.exit(_own_fault(error))


if __name__ == "__main__":
    main()
