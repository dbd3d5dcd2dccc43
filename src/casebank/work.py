"""``casebank lab``: JupyterLab on a folder of one's own copies."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from casebank.check.visible import say
from casebank.errors import EnvironmentFault
from casebank.paths import Repo
from casebank.programs import SAFE_PATH, python
from casebank.progress import bar


def copy_new(source: Path, target: Path) -> int:
    """Copy what is not there yet; a file that exists is somebody's work and stays.

    Data and ``casebank.json`` are ours, so these follow the source.

    Returns:
        The number of notebooks that were new.
    """
    new = 0
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        goal = target / path.relative_to(source)
        ours = path.suffix != ".ipynb"
        if goal.exists() and not ours:
            continue
        goal.parent.mkdir(parents=True, exist_ok=True)
        temporary = goal.with_name(f".{goal.name}.part")
        shutil.copyfile(path, temporary)
        temporary.replace(goal)
        new += not ours
    return new


def prepare(repo: Repo, lang: str) -> Path:
    """Bring ``work/<lang>/`` up to date with the released notebooks and labs."""
    from casebank import notebooks

    with bar("notebooks") as progress:
        notebooks.make(repo, progress=progress, proved=False)
    made = repo.build / "notebooks"
    folder = repo.root / "work" / lang
    for exercise in sorted((made / "exercises").glob(f"*/{lang}/release")):
        copy_new(exercise, folder / "exercises" / exercise.parent.parent.name)
    for lab in sorted((made / "labs").glob(f"*/{lang}")):
        copy_new(lab, folder / "labs" / lab.parent.name)
    return folder


def open_lab(repo: Repo, lang: str, *, browser: bool = True) -> int:
    """Prepare the folder and run JupyterLab in it until it is stopped."""
    folder = prepare(repo, lang)
    say(f"your copies lie in {repo.relative(folder)}; Ctrl-C twice ends JupyterLab")
    command = python("-m", "jupyterlab", f"--ServerApp.root_dir={folder}")
    if not browser:
        command.append("--no-browser")
    try:
        # Terminals in there are the reader's own: a script finds the module beside it.
        own = {name: value for name, value in os.environ.items() if name != SAFE_PATH}
        # Jupyter reads settings, which are programs, where it is started.
        return subprocess.call(command, env=own, cwd=repo.root)
    except OSError as error:
        raise EnvironmentFault(
            f"JupyterLab cannot be started ({error})", "", "run: make install"
        ) from None
