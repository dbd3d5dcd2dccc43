"""Commands of a trainee: check, hand in, the learner kit, JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casebank.commands.common import Language, app, example, out
from casebank.paths import Repo
from casebank.progress import bar

kit_app = typer.Typer(help="Make the learner kit; bring one up to date.")
app.add_typer(kit_app, name="kit")


@app.command(epilog=example("casebank check exercises/rfm-segmentation/rfm-segmentation.ipynb"))
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook.")],
    lang: Annotated[Language | None, typer.Option(help="Language of the report.")] = None,
) -> None:
    """Check your own notebook, task by task; the file is not touched."""
    from casebank.check.cli import check_notebook

    raise typer.Exit(check_notebook(notebook, lang=lang.value if lang else None))


@app.command(
    "hand-in",
    epilog=example(
        "casebank hand-in exercises/rfm-segmentation/rfm-segmentation.ipynb",
        "casebank hand-in rfm-segmentation.ipynb --name 张伟 --id s001 --out ~/Desktop",
    ),
)
def hand_in(
    notebook: Annotated[Path, typer.Argument(help="Your notebook, saved.")],
    name: Annotated[
        str | None, typer.Option(help="Your name; asked for once and kept with your notebooks.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option("--id", help="Your id in the class list; kept, too.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the file; beside the notebook.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="Language of what is said.")] = None,
) -> None:
    """Make one file of your notebook that goes by mail, to the LMS or into a shared folder."""
    from casebank.check.handin import hand_in_notebook

    said = lang.value if lang else None
    raise typer.Exit(hand_in_notebook(notebook, name=name, id=identity, out=to, lang=said))


@kit_app.callback(
    invoke_without_command=True,
    epilog=example(
        "casebank kit --lang en", "casebank kit --self-study", "casebank kit update NEW.zip"
    ),
)
def kit(
    context: typer.Context,
    lang: Annotated[Language | None, typer.Option(help="One language; both.")] = None,
    self_study: Annotated[
        bool, typer.Option("--self-study", help="With sealed solutions; never for a class.")
    ] = False,
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the zip.")] = Path("dist"),
) -> None:
    """Make the learner kit: notebooks, data and one small wheel, for any operating system."""
    if context.invoked_subcommand is not None:
        return
    from casebank import notebooks
    from casebank.lang import LANGS
    from casebank.notebooks.kit import build_kit

    repo = Repo.find()
    with bar("kit") as progress:
        notebooks.make(repo, progress=progress, proved=False)
        for one in (lang.value,) if lang else LANGS:
            path = build_kit(repo, to, one, self_study=self_study, progress=progress)
            out.print(f"{path}  {path.stat().st_size:,} bytes")


@kit_app.command(
    "update",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def kit_update(context: typer.Context) -> None:
    """Bring a kit up to date from a newer one; never over your work (see: kit update --help)."""
    # The small wheel has the same command, so its options are told once, there.
    from casebank.check.update import main as update

    raise typer.Exit(update(list(context.args)))


@app.command(epilog=example("casebank lab", "casebank lab --lang en"))
def lab(
    lang: Annotated[
        Language, typer.Option(help="Language of the notebooks.", envvar="LANG_FIRST")
    ] = Language.zh,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on work/: the labs and exercises, copied once, never over your work."""
    from casebank.work import open_lab

    raise typer.Exit(open_lab(Repo.find(), lang.value, browser=browser))
