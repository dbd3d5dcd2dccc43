"""A file where a command is started is never imported, whatever it is called."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import plain_course as small
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
SURFACE = "folder"
SRC = Path(__file__).resolve().parents[2] / "src" / "casebank"
EXERCISE = "rfm-segmentation"
#: Files that programs of Jupyter read where they are started, and run.
SETTINGS = (
    "nbgrader_config",
    "jupyter_config",
    "jupyter_server_config",
    "jupyter_lab_config",
    "jupyter_notebook_config",
    "jupyter_nbconvert_config",
    "ipython_config",
    "ipython_kernel_config",
)
COMMANDS = {
    "doctor": ("doctor",),
    "help": ("--help",),
    "course new": ("course", "new", "{new}"),
    "release": ("release", EXERCISE, "-c", "{ours}"),
    "hand-in": ("hand-in", "{notebook}", "--name", "Zhang", "--id", "s001", "-o", "{here}"),
    "check": ("check", "{notebook}"),
    "collect": ("collect", "{here}", "-c", "{ours}"),
    "grade": ("grade", small.SLUG, "-c", "{theirs}"),
    "grade uncaged": ("grade", small.SLUG, "-c", "{theirs}", "--no-sandbox", "--force"),
    "held": ("held", small.SLUG, "-c", "{theirs}"),
    "feedback": ("feedback", small.SLUG, "-c", "{theirs}"),
    "feedback --stock": ("feedback", small.SLUG, "--stock", "-c", "{theirs}"),
    "export": ("export", "{out}/grades.csv", "-c", "{theirs}"),
    "kit": ("kit", "--lang", "en", "-o", "{out}"),
    "kit update": ("kit", "update", "--help"),
    "data make": ("data", "make", "--customers", "60", "--months", "2", "-o", "{out}/bank"),
    "notebooks make": ("notebooks", "make", EXERCISE),
}


def names() -> list[str]:
    """Every name that Python, its packages or we could import."""
    found = {*sys.stdlib_module_names, *importlib.metadata.packages_distributions()}
    return sorted(
        name
        for name in {*found, *SETTINGS, "casebank", "sitecustomize", "usercustomize"}
        if name.isidentifier()
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    """Exit code, what was said and what was imported, of every command, in a planted folder."""
    top = tmp_path_factory.mktemp("folder")
    here, mark = top / "inbox", top / "imported"
    here.mkdir()
    for name in names():
        (here / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write(__name__ + ' ')\n")
    (here / "matplotlibrc").write_text("backend: module://json\n")
    theirs = small.make(top / "theirs")
    for number in range(2):
        small.submit(theirs, f"s{number}")
    places = {
        "new": top / "new",
        "ours": top / "ours",
        "theirs": theirs,
        "here": here,
        "out": top / "out",
        "notebook": top / "work" / f"{EXERCISE}.ipynb",
    }
    small.run("casebank", "course", "new", str(places["ours"]), "--lang", "en", cwd=top)
    found = {}
    for title, words in COMMANDS.items():
        if title == "hand-in":
            shutil.copytree(places["ours"] / "release" / EXERCISE, top / "work")
        mark.unlink(missing_ok=True)
        filled = [word.format(**{k: str(v) for k, v in places.items()}) for word in words]
        done = small.run("casebank", *filled, cwd=here)
        imported = mark.read_text() if mark.exists() else ""
        found[title] = (done.returncode, done.stdout + done.stderr, imported)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_imported(told: dict[str, tuple[int, str, str]], command: str) -> None:
    """Does a command do its work, and import nothing from where it is called?"""
    code, said, imported = told[command]
    assert not imported
    # The untouched notebook passes no check.
    assert code == (1 if command == "check" else 0), said


def _unsafe(path: Path) -> list[int]:
    """Lines on which this Python is started without leaving the current folder out."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.List):
            continue
        words = [part.value if isinstance(part, ast.Constant) else "" for part in node.elts]
        for index, part in enumerate(node.elts):
            if ast.unparse(part) == "sys.executable" and not {"-P", "-I"} & set(
                words[index + 1 : index + 2]
            ):
                found.append(node.lineno)
    return found


def test_every_python_that_we_start() -> None:
    """Does no line of ours start a Python that would look into the current folder first?"""
    # Before anything is installed, it runs in the clone by the Makefile; a trainee's check tells
    # its own Python's path, and starts none.
    apart = {"bootstrap.py", "check/update_report.py"}
    found = {
        path.relative_to(SRC).as_posix(): lines
        for path in SRC.rglob("*.py")
        if path.relative_to(SRC).as_posix() not in apart and (lines := _unsafe(path))
    }
    assert not found


def test_children_of_children(tmp_path: Path) -> None:
    """Does a Python that ours has started by another program leave the folder out, too?"""
    (tmp_path / "json.py").write_text("raise SystemExit('imported from here')\n")
    program = (
        "import subprocess, sys; from casebank.programs import safe_environment\n"
        "safe_environment()\n"
        "raise SystemExit(subprocess.call([sys.executable, '-m', 'tokenize', '--help'])\n"
        "  or subprocess.call([sys.executable, '-c', 'import json; json.dumps(1)']))\n"
    )
    quiet = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, env=quiet, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_alone_in_the_course(tmp_path: Path) -> None:
    """Are a submission's own files no modules of ours when it is graded, nor its settings read?"""
    root = small.make(tmp_path / "course")
    mark = tmp_path / "imported"
    planted = f"open({str(mark)!r}, 'a').write(__name__)\n".encode()
    files = {f"{name}.py": planted for name in ("json", "typing", "casebank", *SETTINGS)}
    small.submit(root, "s0", **files)
    folder = root / "submitted" / "s0" / small.SLUG
    done = small.run("casebank", "grade", small.SLUG, "--course", str(root), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not mark.exists()


@pytest.fixture(scope="module")
def lookalike(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder that looks like a clone, whose exercise leaves a mark; and a course."""
    top = tmp_path_factory.mktemp("lookalike")
    inbox = top / "inbox"
    (inbox / "src").mkdir(parents=True)
    (inbox / "mkdocs.yml").touch()
    for name in ("book", "exercises", "datasets"):
        shutil.copytree(SRC.parents[1] / name, inbox / name)
    source = inbox / "exercises" / EXERCISE / "exercise.py"
    mark = f"open({str(top / 'RAN')!r}, 'w').close()\n"
    text = source.read_text("utf-8")
    for lang in ("zh", "en"):
        head = f'# %% kind="setup" lang="{lang}"\n'
        assert head in text
        text = text.replace(head, head + mark)
    source.write_text(text, "utf-8")
    (inbox / "s001" / "deeper").mkdir(parents=True)
    small.run("casebank", "course", "new", str(top / "crm"), cwd=top)
    return top, inbox


@pytest.mark.parametrize("where", [".", "s001/deeper"])
@pytest.mark.parametrize(
    "words", [("release", EXERCISE, "-c", "{crm}"), ("notebooks", "make", EXERCISE)]
)
def test_what_looks_like_a_clone_is_none(
    lookalike: tuple[Path, Path], where: str, words: tuple[str, ...]
) -> None:
    """Does a command take exercises from the clone that it belongs to, wherever one stands?"""
    top, inbox = lookalike
    done = small.run("casebank", *(w.format(crm=top / "crm") for w in words), cwd=inbox / where)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (top / "RAN").exists()
    assert not (inbox / "_build").exists()


PROGRAMS = {
    "nbgrader validate": ("nbgrader", "validate", "work.ipynb"),
    "nbgrader autograde": ("nbgrader", "autograde", small.SLUG),
    "nbgrader export": ("nbgrader", "export"),
    "jupyter nbconvert": ("jupyter-nbconvert", "--to", "script", "work.ipynb"),
    "jupyter execute": ("jupyter-execute", "work.ipynb"),
    "jupyter lab": ("jupyter-lab", "--no-browser", "--allow-root"),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("kind", ["py", "json"])
def test_no_program_of_jupyter_stands_in_a_hand_in(tmp_path: Path, program: str, kind: str) -> None:
    """Do settings in a hand-in's folder run, or open the sandbox, for who stands there?"""
    root = small.make(tmp_path / "course")
    ran = tmp_path / "RAN"
    folder = small.submit(root, "eve", f"open({str(ran)!r}, 'w').close()\n{small.RIGHT}")
    stock = (
        '{"ExecutePreprocessor": {"kernel_manager_class": "jupyter_client.manager.KernelManager"}}'
    )
    for name in SETTINGS:
        content = f"open({str(ran)!r}, 'w').close()\n" if kind == "py" else stock
        (folder / f"{name}.{kind}").write_text(content)
    done = small.run(*PROGRAMS[program], cwd=folder)
    assert done.returncode != 0
    assert "was handed in" in done.stdout + done.stderr
    assert not ran.exists()
