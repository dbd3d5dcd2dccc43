"""Commands of an instructor: a course, its releases, what was handed in, grades and feedback."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from casebank.commands.common import INTERRUPTED, Course, Language, Only, app, example, out
from casebank.paths import Repo
from casebank.progress import bar

course_app = typer.Typer(help="An instructor's course folder.", no_args_is_help=True)
app.add_typer(course_app, name="course")


@course_app.command("new", epilog=example("casebank course new ~/crm-2026"))
def course_new(
    directory: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    lang: Annotated[
        Language, typer.Option(help="Language of the stock release.", envvar="LANG_FIRST")
    ] = Language.zh,
    shared: Annotated[
        bool, typer.Option("--shared", help="Open to the folder's group: several people teach.")
    ] = False,
) -> None:
    """Make a course folder: where a class's submissions and grades lie, outside the clone.

    Nobody else on this machine can look into it, unless it is shared with a group.
    """
    from casebank.grading import course

    made = course.new(directory, lang=lang.value, shared=shared)
    out.print(f"course folder made: {made}", highlight=False)
    out.print(f"next: casebank release rfm-segmentation --course {directory}", highlight=False)


@app.command(epilog=example("casebank release rfm-segmentation --course ~/crm-2026"))
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
    epilog=example(
        "casebank collect ~/Downloads/rfm-submissions.zip --course ~/crm-2026",
        "casebank collect /mnt/handin mail/*.casebank.zip -c ~/crm-2026 --json taken.json",
    )
)
def collect(
    sources: Annotated[
        list[Path], typer.Argument(help="Submission files, folders of them, an LMS's download.")
    ],
    course: Course = Path(),
    add_students: Annotated[
        bool, typer.Option("--add-students", help="Take also who is not in the class list.")
    ] = False,
    student: Annotated[
        str | None, typer.Option(help="Whose the one file is, whatever it says of itself.")
    ] = None,
    to_json: Annotated[
        Path | None, typer.Option("--json", help="Write the summary as JSON, too.")
    ] = None,
) -> None:
    """Take in what trainees handed in: each attempt is kept, the newest goes to submitted/.

    What cannot be taken is put aside unchanged, with one sentence, and stops no other.
    """
    from casebank.grading.collect import collect as take

    try:
        with bar("collect") as progress:
            report = take(
                course, sources, add_students=add_students, student=student, progress=progress
            )
    except KeyboardInterrupt:
        # Typer ends without a word.
        print("casebank: stopped; what was taken is kept, collect again", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    out.print(report.table(), soft_wrap=False)
    if to_json is not None:
        report.write_json(to_json)
    raise typer.Exit(report.exit_code)


@app.command(
    epilog=example(
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
        str | None, typer.Option(help="Address of a Dask scheduler, such as tls://10.0.0.5:8786.")
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
    epilog=example(
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


@app.command(epilog=example("casebank held rfm-segmentation --course ~/crm-2026"))
def held(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    course: Course = Path(),
) -> None:
    """List what waits for you: held submissions with reasons, and judgements that differ."""
    from casebank.grading import feedback as pages

    for part in pages.held(course, assignment).tables():
        out.print(part)


@app.command(epilog=example("casebank export grades.csv --course ~/crm-2026"))
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
