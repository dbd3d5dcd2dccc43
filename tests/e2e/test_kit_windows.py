"""What of Windows can be proved elsewhere: names, lengths, encodings, modules, pins.

Not proved here: a real Windows with its py launcher, its consoles and its file locks.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest
from packaging.requirements import Requirement

from casebank.check.kitfile import BASE_NAME, safe
from casebank.notebooks import kit
from casebank.paths import Repo
from casebank.records import load_exercises, load_labs

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests/unit/notebooks/fixtures/mini"
#: As long as a bank's user names get; Explorer unpacks into a folder of the zip's name.
DOWNLOADS = r"C:\Users\zhangweiguo.branch0731\Downloads"
LONGEST = 200
#: Windows' own limit, for what is made later.
MAX_PATH = 260
#: Modules and names that Windows lacks.
ONLY_POSIX = {"fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "posix", "readline"}
ONLY_POSIX_NAMES = {"geteuid", "getuid", "fork", "chown", "SIGKILL", "SIGALRM", "killpg", "mkfifo"}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The small course."""
    root = tmp_path_factory.mktemp("kit") / "mini"
    shutil.copytree(MINI, root)
    return Repo(root)


@pytest.fixture(scope="module")
def archive(course: Repo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The longest kit."""
    return kit.build_kit(course, tmp_path_factory.mktemp("kits"), "zh", self_study=True)


@pytest.fixture(scope="module")
def modules(course: Repo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ast.Module]:
    """Every module of the small wheel."""
    wheel = kit.build_wheel(course, tmp_path_factory.mktemp("wheel"))
    with zipfile.ZipFile(wheel) as zipped:
        return {
            name: ast.parse(zipped.read(name).decode("utf-8"))
            for name in zipped.namelist()
            if name.endswith(".py")
        }


def real_names() -> Iterator[str]:
    """The names that the real course's kit has, without making it."""
    repo = Repo(ROOT)
    for shelf, records in (("exercises", load_exercises(repo)), ("labs", load_labs(repo))):
        for record in records:
            folder = f"{shelf}/{record.id}"
            yield f"{folder}/{record.id}.ipynb"
            yield f"backup/{folder}/{record.id}-10.10.10-0123abcd.ipynb"
            yield from (f"{folder}/data/{table}.csv" for table in record.data)
            yield f"{folder}/{'x' * 40}_{'x' * 40}_{record.id}_10.10.10.casebank.zip"


def test_names_and_lengths(archive: Path) -> None:
    """Can every name be unpacked below a Windows user's Downloads, in a folder of its own?"""
    top = archive.stem
    with zipfile.ZipFile(archive) as zipped:
        names = zipped.namelist()
    assert f"{top}/{BASE_NAME}" in names
    folded = [name.casefold() for name in names]
    assert len(set(folded)) == len(folded)
    for name in (*names, *(f"{top}/{name}" for name in real_names())):
        assert safe(name), name
        assert name.isascii(), f"old unpackers know no other names: {name}"
        unpacked = str(PureWindowsPath(DOWNLOADS, top, *name.split("/")))
        made_later = name.endswith(".casebank.zip")
        assert len(unpacked) < (MAX_PATH if made_later else LONGEST), f"{len(unpacked)}: {unpacked}"


def test_text_is_utf8_with_line_feeds(archive: Path) -> None:
    """Are the kit's texts UTF-8 without a mark, and with line feeds only?"""
    with zipfile.ZipFile(archive) as zipped:
        for name in zipped.namelist():
            if name.endswith((".md", ".txt", ".json", ".ipynb", ".csv")):
                content = zipped.read(name)
                content.decode("utf-8")
                assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf"), name


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = node.func
            yield node, getattr(named, "attr", getattr(named, "id", ""))


def mode_of(call: ast.Call, at: int) -> str:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    given += call.args[at : at + 1]
    return str(given[0].value) if given and isinstance(given[0], ast.Constant) else "r"


def test_every_text_file_is_opened_with_its_encoding(modules: dict[str, ast.Module]) -> None:
    """Is nothing read or written in the code page of the machine?"""
    seen = 0
    for name, tree in modules.items():
        for call, what in calls(tree):
            named = {keyword.arg for keyword in call.keywords}
            text = what in ("read_text", "write_text")
            if what in ("open", "fdopen"):
                plain = isinstance(call.func, ast.Name) or what == "fdopen"
                owner = getattr(getattr(call.func, "value", None), "id", "")
                # A zip's members are bytes.
                text = "b" not in mode_of(call, 1 if plain else 0) and "zip" not in owner
            if what in ("run", "Popen", "check_output"):
                text = bool(named & {"text", "universal_newlines"})
            if text:
                seen += 1
                positional = what == "read_text" and call.args
                assert "encoding" in named or positional, f"{name}:{call.lineno} {what}"
    assert seen > 3, "the test sees no call any more"


def test_no_module_that_windows_lacks(modules: dict[str, ast.Module]) -> None:
    """Does the wheel import and name nothing that only POSIX has?"""
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & ONLY_POSIX, name
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ONLY_POSIX, name
            if isinstance(node, ast.Attribute):
                assert node.attr not in ONLY_POSIX_NAMES, f"{name}:{node.lineno}"


def test_commands_of_each_system(archive: Path) -> None:
    """Does START.md name the launcher that each system has, in both commands?"""
    with zipfile.ZipFile(archive) as zipped:
        start = zipped.read(f"{archive.stem}/START.md").decode("utf-8")
    rows = re.findall(r"^\| (Windows|macOS|Linux)[^|]*\| `([^`]+)` \| `([^`]+)` \|$", start, re.M)
    assert [row[0] for row in rows] == ["Windows", "macOS", "Linux"]
    for system, install, go in rows:
        launcher = "py" if system == "Windows" else "python3"
        assert install == f"{launcher} -m pip install -r requirements.txt"
        assert go == f"{launcher} -m jupyter lab"
    for command in ("hand-in", "kit update"):
        assert f"`python -m casebank.check {command} " in start


SYSTEMS = {
    "windows": (
        ["win_amd64"],
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
    ),
    "macos": (
        ["macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64"],
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    ),
    "macos-intel": (
        ["macosx_14_0_x86_64", "macosx_10_13_x86_64"],
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    ),
}
MACHINES = {"windows": "AMD64", "macos": "arm64", "macos-intel": "x86_64"}


@pytest.mark.long
@pytest.mark.parametrize("system", sorted(SYSTEMS))
@pytest.mark.parametrize("version", ["3.11", "3.14"])
def test_a_wheel_for_every_pin(system: str, version: str, archive: Path, tmp_path: Path) -> None:
    """Has every pin a wheel for that system and Python (jieba apart: pure Python, built there)?"""
    tags, environment = SYSTEMS[system]
    environment |= {
        "platform_machine": MACHINES[system],
        "python_version": version,
        "python_full_version": f"{version}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    with zipfile.ZipFile(archive) as zipped:
        lines = zipped.read(f"{archive.stem}/requirements.txt").decode("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("./")]
    wanted = [
        f"{pin.name}{pin.specifier}"
        for pin in pins
        if pin.name != "jieba" and (pin.marker is None or pin.marker.evaluate(environment))
    ]
    assert len(wanted) > 80
    platforms = [word for tag in tags for word in ("--platform", tag)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"),
            *("--ignore-installed", "--ignore-requires-python", "--only-binary", ":all:"),
            *("--target", str(tmp_path), "--python-version", f"{version}.9"),
            *platforms,
            *wanted,
        ],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    assert done.returncode == 0, done.stderr[-3000:]
