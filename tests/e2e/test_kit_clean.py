"""The real kit on a clean Python of 3.11 and of 3.14, by the words of its own START.md.

Nothing of the test's environment is lent: pip fetches what the kit pins. For another Python than
those on PATH: set CASEBANK_PYTHON_3_14, or run ``python tests/e2e/debian_python.py 3.14`` once.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from debian_python import place

from casebank.check.kitfile import BASE_NAME, base_bytes
from casebank.files import zip_bytes
from casebank.notebooks import kit
from casebank.notebooks.markers import MARKERS
from casebank.paths import Repo
from casebank.records import load_exercises, load_labs

pytestmark = [pytest.mark.e2e, pytest.mark.long]
REPO = Repo(Path(__file__).parents[2])
VERSIONS = ("3.11", "3.14")
#: Minutes for the slowest command: pip fetches some 90 packages.
PATIENCE = 900


def interpreter(version: str) -> str:
    """A Python of this version, or a skip that says how to get one."""
    named = os.environ.get(f"CASEBANK_PYTHON_{version.replace('.', '_')}")
    own = sys.version_info[:2] == tuple(map(int, version.split(".")))
    for found in (
        named,
        str(place(version)) if place(version).is_file() else None,
        getattr(sys, "_base_executable", None) if own else None,
        shutil.which(f"python{version}"),
    ):
        if found:
            return found
    pytest.skip(f"no Python {version} here. Run: python tests/e2e/debian_python.py {version}")


class Machine:
    """A learner's machine: the kit in a folder with a blank and hanzi, and an environment."""

    def __init__(self, folder: Path, version: str, archive: Path, lang: str) -> None:
        self.home = folder / "下载 Downloads"
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(self.home)
        self.root = self.home / f"casebank-kit-{lang}"
        self.start = (self.root / "START.md").read_text(encoding="utf-8")
        # The way for systems that refuse: an environment first, then its Python in both commands.
        assert "`python3 -m venv env`" in self.start
        self.run(interpreter(version), "-m", "venv", "env")
        self.python = self.root / "env/bin/python"

    def run(self, *command: str | Path, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """A command in the kit's folder, with nothing of this environment."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV", "CASEBANK", "JUPYTER"))
        }
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.root,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env={**environment, "PYTHONIOENCODING": "utf-8"},
            timeout=PATIENCE,
        )
        assert not ok or done.returncode == 0, (
            f"{command}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
        )
        return done

    def typed(self, pattern: str) -> None:
        """One of START.md's own commands, typed with the environment's Python."""
        found = re.search(rf"`python3 ({pattern})`", self.start)
        assert found, f"START.md has no command {pattern}"
        self.run(self.python, *found[1].split())


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The real kits."""
    out = tmp_path_factory.mktemp("kits")
    return {lang: kit.build_kit(REPO, out, lang) for lang in ("zh", "en")}


def newer(archive: Path, lang: str) -> bytes:
    """The next release of a kit: one test mended, one word of prose changed, a later version."""
    top = f"casebank-kit-{lang}/"
    with zipfile.ZipFile(archive) as zipped:
        files = {name.removeprefix(top): zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(io.BytesIO(files.pop(BASE_NAME))) as zipped:
        manifest = json.loads(zipped.read("manifest.json"))
    path = "exercises/rfm-segmentation/rfm-segmentation.ipynb"
    book = json.loads(files[path])
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["source"] = ["# mended\n", *cell["source"]]
    book["metadata"]["casebank"]["version"] = "99.0.0"
    files[path] = json.dumps(book, ensure_ascii=False).encode()
    versions = {**manifest["exercises"], "rfm-segmentation": "99.0.0"}
    base = zip_bytes(base_bytes(manifest["name"], lang, "99.0.0", versions, files))
    return zip_bytes({top + name: text for name, text in {**files, BASE_NAME: base}.items()})


def answer(machine: Machine, slug: str, lang: str) -> Path:
    """Write the model solutions into the learner's notebook."""
    path = machine.root / "exercises" / slug / f"{slug}.ipynb"
    source = REPO.build / "notebooks/exercises" / slug / lang / "source" / f"{slug}.ipynb"
    right = {cell.id: cell.source for cell in nbformat.read(source, as_version=4).cells}
    book: Any = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = right[cell.id].split("\n")
            cell.source = "\n".join(line for line in lines if line.strip() not in MARKERS)
    nbformat.write(book, path)
    return path


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_way(version: str, lang: str, archives: dict[str, Path], tmp_path: Path) -> None:
    """Install, run every lab, solve and check every exercise, hand one in, update: does it go?"""
    machine = Machine(tmp_path, version, archives[lang], lang)
    machine.typed(r"-m pip install -r requirements\.txt")
    shown = machine.run(machine.python, "-c", "import sys; print(*sys.version_info[:2], sep='.')")
    assert shown.stdout.strip() == version
    machine.run(machine.python, "-m", "pip", "check")
    # The second command, without staying in it.
    assert "-m jupyter lab`" in machine.start
    assert machine.run(machine.python, "-m", "jupyter", "lab", "--version").stdout.startswith("4.")
    for lab in load_labs(REPO):
        path = machine.root / "labs" / lab.id / f"{lab.id}.ipynb"
        machine.run(machine.python, "-m", "jupyter", "execute", "--inplace", path)
        outputs = [
            cell.outputs for cell in nbformat.read(path, as_version=4).cells if "outputs" in cell
        ]
        assert any("image/png" in o.get("data", {}) for out in outputs for o in out), lab.id
    for exercise in load_exercises(REPO):
        before = machine.run(
            machine.python,
            *("-m", "casebank.check", f"exercises/{exercise.id}/{exercise.id}.ipynb"),
            ok=False,
        )
        assert before.returncode == 1, before.stdout + before.stderr
        path = answer(machine, exercise.id, lang)
        said = machine.run(machine.python, "-m", "casebank.check", path, ok=False)
        assert "✗" not in said.stdout, said.stdout
        assert said.returncode == 0, said.stdout + said.stderr
    who = ("--name", "张伟", "--id", "s001")
    path = machine.root / "exercises/rfm-segmentation/rfm-segmentation.ipynb"
    machine.run(machine.python, "-m", "casebank.check", "hand-in", path, *who)
    made = list(path.parent.glob("*.casebank.zip"))
    assert len(made) == 1
    assert made[0].name.startswith("张伟_s001_rfm-segmentation_")
    download = machine.home / "new kit.zip"
    download.write_bytes(newer(archives[lang], lang))
    mine = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    machine.run(machine.python, "-m", "casebank.check", "kit", "update", download)
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            assert cell.source == mine[cell.id]
        if cell.metadata.get("nbgrader", {}).get("locked"):
            assert cell.source.startswith("# mended\n")
    again = machine.run(machine.python, "-m", "casebank.check", "kit", "update", download)
    words = {"zh": "已经是最新的", "en": "Up to date"}
    assert words[lang] in again.stdout
    assert machine.run(machine.python, "-m", "casebank.check", path).returncode == 0
