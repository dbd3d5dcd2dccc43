"""Runs the labs, once for each state of all that they depend on.

The key of a result is made of the code cells, the data files, the code and the lock file; prose may
change without a run. A run that fails leaves nothing behind, so the next build runs it again and
fails again until the lab is mended. Both languages run side by side, each as a whole: a first cell
that sets the language of the plots changes what every later cell draws, so sharing the outputs of
cells that look alike would show Chinese labels to English readers.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from casebank.depends import code_digest
from casebank.errors import ContentError, EnvironmentFault
from casebank.files import digest, sha256, write_text
from casebank.lang import LANGS
from casebank.paths import Repo
from casebank.programs import python
from casebank.records import Lab
from casebank.spent import asked, note

Progress = Callable[[int, int, str], None]

#: The library that labs import: this very package.
LIBRARY = Path(__file__).resolve().parents[1]
#: What a lab may import.
CODE = ("casebank.check", "casebank.data", "casebank.clock")
CELL_SECONDS = 300
KEPT = 400
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

#: Drawings as outlines where they are small, as pixels of double density where they are many.
_PRELUDE = """\
import random as _random, warnings as _warnings
import numpy as _numpy
_random.seed(0); _numpy.random.seed(0)
get_ipython().run_line_magic("config", "InlineBackend.figure_formats = {'svg', 'retina'}")
get_ipython().run_line_magic("config", "InlineBackend.print_figure_kwargs = {'bbox_inches': 'tight'}")
import matplotlib as _matplotlib
_matplotlib.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "casebank"})
del _random, _numpy, _warnings, _matplotlib
"""  # noqa: E501

def folder_of(repo: Repo, slug: str, lang: str) -> Path:
    """Where the lab's notebook of one language lies with its data."""
    return repo.build / "notebooks" / "labs" / slug / lang


def read(repo: Repo, slug: str, lang: str) -> NotebookNode:
    """The notebook of a lab, not run.

    Raises:
        EnvironmentFault: when the notebooks were not made yet.
    """
    path = folder_of(repo, slug, lang) / f"{slug}.ipynb"
    if not path.is_file():
        raise EnvironmentFault(
            "the notebook is not there", repo.relative(path), "run: casebank notebooks make"
        )
    return nbformat.read(path, as_version=4)


def key(repo: Repo, notebook: NotebookNode, data: Path) -> str:
    """Changes with anything that could change an output."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    tables = [f"{p.name}\0{sha256(p)}" for p in sorted(data.glob("**/*")) if p.is_file()]
    lock = sha256(repo.lock) if repo.lock.is_file() else "no lock"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    parts = [_PRELUDE, python, lock, code_digest(*CODE), str(len(code)), *code, *tables]
    return digest(parts)[:40]


def _specs() -> Any:
    """Always the interpreter that runs this, whatever kernels the machine has."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class Specs(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = python("-Xfrozen_modules=off", "-m", "ipykernel_launcher")
            return KernelSpec(
                argv=[*argv, "-f", "{connection_file}"],
                display_name=kernel_name,
                language="python",
            )

    return Specs()


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(LIBRARY.parent), os.environ.get("PYTHONPATH", "")])
        ),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "OMP_NUM_THREADS": "1",
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "CASEBANK_BUILD": "1",
    }


def _spent_by(pid: int) -> float:
    """CPU seconds of a process that is still there; what the kernel of Linux says of it."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, said[11:15])) / os.sysconf("SC_CLK_TCK")


async def _execute(client: Any, manager: Any, environment: dict[str, str], slug: str) -> None:
    """Run, and end the kernel whatever happens: nbclient leaves one that it did not make."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        await client.async_execute(env=environment, **quiet)
    finally:
        if asked() and manager.has_kernel:
            note("lab", slug, "run", _spent_by(manager.provisioner.pid))
        await manager.shutdown_kernel(now=True)


def _run(
    notebook: NotebookNode, data: Path, environment: dict[str, str], slug: str
) -> NotebookNode:
    """Run all cells in a fresh kernel, in a folder with the data and nothing else."""
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    first = nbformat.v4.new_code_cell(_PRELUDE)
    running = nbformat.from_dict(notebook)
    running.cells = [first, *notebook.cells]
    with (
        tempfile.TemporaryDirectory(prefix="casebank-lab-") as folder,
        tempfile.TemporaryDirectory(prefix="cb-") as sockets,
    ):
        if data.is_dir():
            shutil.copytree(data, Path(folder) / "data")
        # Sockets in the file system: nobody else on the machine can reach the kernel.
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=_specs(),
            transport="ipc",
            ip=str(Path(sockets) / "k"),
        )
        client = NotebookClient(
            running,
            km=manager,
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": folder}},
            allow_errors=True,
            record_timing=False,
        )
        asyncio.run(_execute(client, manager, environment, slug))
    running.cells = running.cells[1:]
    return running


def _place(repo: Repo, lab: Lab, cells: Iterable[NotebookNode], wanted: NotebookNode) -> str:
    number = next(i for i, cell in enumerate(cells, 1) if cell is wanted)
    return f"{repo.relative(lab.path.with_suffix('.py'))}, cell {number} ({wanted.id})"


def _complain(repo: Repo, lab: Lab, lang: str, notebook: NotebookNode) -> None:
    """Errors and warnings of a run are the lab's fault; nothing of them reaches a page."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            where = _place(repo, lab, notebook.cells, cell) + f", {lang}"
            if output.output_type == "error":
                said = _ANSI.sub("", f"{output.ename}: {output.evalue}")
                raise ContentError(said, where, "mend the cell and build again")
            if output.output_type == "stream" and output.name == "stderr":
                lines = [line for line in _ANSI.sub("", output.text).splitlines() if line.strip()]
                said = lines[0].strip() if lines else "something on standard error"
                said = re.sub(r"^.*/(ipykernel_\d+/\d+\.py:\d+: )", "", said)
                raise ContentError(
                    f"the cell warns: {said}", where, "a warning is an error here: mend its cause"
                )


def _make(repo: Repo, lab: Lab, lang: str) -> Path:
    """The file of a lab's executed notebook; runs the lab if there is none for today's state."""
    notebook = read(repo, lab.id, lang)
    data = folder_of(repo, lab.id, lang) / "data"
    goal = repo.build / "executed" / f"{lab.id}.{lang}.{key(repo, notebook, data)}.ipynb"
    if not goal.is_file():
        try:
            done = _run(notebook, data, _environment(), lab.id)
        except TimeoutError:
            raise ContentError(
                f"a cell runs longer than {CELL_SECONDS} seconds",
                f"{repo.relative(lab.path.with_suffix('.py'))}, {lang}",
                "make it cheaper",
            ) from None
        except RuntimeError as error:
            raise ContentError(
                f"the lab's kernel died ({error})", repo.relative(lab.path.with_suffix(".py"))
            ) from None
        _complain(repo, lab, lang, done)
        write_text(goal, nbformat.writes(done) + "\n")
    else:
        goal.touch()
    return goal


def _forget(repo: Repo) -> None:
    kept = sorted((repo.build / "executed").glob("*.ipynb"), key=lambda p: p.stat().st_mtime)
    for path in kept[:-KEPT]:
        path.unlink()


def execute_all(
    repo: Repo, labs: Iterable[Lab], langs: Iterable[str] = LANGS, progress: Progress | None = None
) -> dict[tuple[str, str], Path]:
    """Run what has no result yet, two labs at a time.

    Raises:
        ContentError: a cell fails or warns; names lab, cell and language.
    """
    wanted = [(lab, lang) for lab in labs for lang in langs]
    found: dict[tuple[str, str], Path] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        tasks = [pool.submit(_make, repo, lab, lang) for lab, lang in wanted]
        try:
            for number, (task, (lab, lang)) in enumerate(zip(tasks, wanted, strict=True)):
                if progress:
                    progress(number, len(wanted), f"lab {lab.id} ({lang})")
                found[lab.id, lang] = task.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    _forget(repo)
    return found


def executed(repo: Repo, lab: Lab, lang: str) -> NotebookNode:
    """A lab with its outputs; both languages run at once when one has to.

    The outputs are of the run, the prose is of today: it may change without a run.

    Raises:
        ContentError: a cell fails or warns.
    """
    path = execute_all(repo, [lab])[lab.id, lang]
    done = nbformat.read(path, as_version=4)
    today = read(repo, lab.id, lang)
    outputs = iter([cell.outputs for cell in done.cells if cell.cell_type == "code"])
    for cell in today.cells:
        if cell.cell_type == "code":
            cell.outputs = next(outputs)
    return today


def images(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, dict[str, Any], dict[str, Any]]]:
    """Every output that holds a drawing, with its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/svg+xml" in data or "image/png" in data:
                yield cell, output, data
