"""The learner kit: unpack, install with no network, check right, wrong and untouched notebooks."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import nbformat
import pytest
from debian_python import place

from casebank.check.kitfile import BASE_NAME, base_bytes
from casebank.files import zip_bytes
from casebank.notebooks import kit
from casebank.notebooks.markers import MARKERS
from casebank.paths import Repo

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests/unit/notebooks/fixtures/mini"
SLUG = "mini-visits"
SECRETS = ("SECRET-SOLUTION-LINE", "secret_expected", "BEGIN SOLUTION", "Model answer", "样板答案")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The small course."""
    root = tmp_path_factory.mktemp("kit") / "mini"
    shutil.copytree(MINI, root)
    return Repo(root)


@pytest.fixture(scope="module")
def kits(course: Repo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All four kits."""
    out = tmp_path_factory.mktemp("kits")
    return {
        f"{lang}{'-self' if own else ''}": kit.build_kit(course, out, lang, self_study=own)
        for lang in ("zh", "en")
        for own in (False, True)
    }


@pytest.fixture(scope="module")
def learner(kits: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A learner's machine: the kits unpacked, the wheel in an environment of its own.

    The environment sees the packages of the test's own one, but not the course's code.
    """
    home = tmp_path_factory.mktemp("learner")
    for path in kits.values():
        with zipfile.ZipFile(path) as archive:
            archive.extractall(home)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "env")], check=True)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = home / "env" / scripts / Path(sys.executable).name
    shown = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    packages = Path(shown.stdout.strip())
    # The packages of this environment, without its .pth files: those lead to the course's code.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    wheel = next((home / "casebank-kit-zh").glob("*.whl"))
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"),
            *("--no-index", "--quiet", "--disable-pip-version-check", str(wheel)),
        ],
        check=True,
    )
    program = home / "env" / scripts / "casebank"
    return {"home": home, "python": python, "casebank": program}


def check(learner: dict[str, Path], notebook: Path, *more: str) -> tuple[int, str, str]:
    """``casebank check`` as the learner runs it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(learner["casebank"]), "check", str(notebook), *more],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**environment, "PYTHONUTF8": "1"},
    )
    return done.returncode, done.stdout, done.stderr


def answered(learner: dict[str, Path], course: Repo, lang: str, change: str = "") -> Path:
    """The kit's notebook with the right answers, or with one replaced by ``change``."""
    path = learner["home"] / f"casebank-kit-{lang}" / "exercises" / SLUG / f"{SLUG}.ipynb"
    mine = path.with_name("mine.ipynb")
    source = course.build / "notebooks/exercises" / SLUG / lang / "source" / f"{SLUG}.ipynb"
    right = {cell.id: cell.source for cell in nbformat.read(source, as_version=4).cells}
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = right[cell.id].split("\n")
            cell.source = "\n".join(line for line in lines if line.strip() not in MARKERS)
        if cell.id == "spend-solution" and change:
            cell.source = change
    nbformat.write(notebook, mine)
    return mine


def test_only_the_wheel(learner: dict[str, Path]) -> None:
    """Does the learner's environment hold the small library, and nothing else of Casebank?"""
    code = (
        "import casebank.check, importlib.util as u; print(casebank.check.__file__);"
        "print([u.find_spec('casebank.' + n) for n in ('notebooks', 'grading', 'cli', 'site')])"
    )
    done = subprocess.run([learner["python"], "-c", code], capture_output=True, text=True)
    assert str(learner["home"]) in done.stdout, done.stderr
    assert "[None, None, None, None]" in done.stdout


def test_untouched(learner: dict[str, Path]) -> None:
    """Is an untouched notebook reported as not attempted, in its language?"""
    path = learner["home"] / "casebank-kit-zh" / "exercises" / SLUG / f"{SLUG}.ipynb"
    before = path.read_bytes()
    code, out, err = check(learner, path)
    assert code == 1, err
    assert out.count("还没做") == 4
    assert path.read_bytes() == before


def test_right(learner: dict[str, Path], course: Repo) -> None:
    """Does a right notebook pass?"""
    code, out, err = check(learner, answered(learner, course, "en"))
    assert code == 0, out + err
    assert out.count("✓ passed") == 3


def test_wrong(learner: dict[str, Path], course: Repo) -> None:
    """Does a wrong answer get its message, and the others their pass?"""
    wrong = (
        "def spend(visits):\n    return visits.groupby('customer_id')"
        ".agg(visits=('visit_id', 'size'), yuan=('amount_cents', 'sum'))"
    )
    for lang, said in (("zh", "金额应当以元为单位，不是分。"), ("en", "in yuan, not in cents")):
        code, out, err = check(learner, answered(learner, course, lang, wrong))
        assert code == 1, err
        assert said in out
        assert "[spend-yuan]" in out


def test_figures_from_the_wheel(learner: dict[str, Path], tmp_path: Path) -> None:
    """Has the wheel the font, so that figures are the same on the learner's machine?"""
    code = (
        "import warnings; warnings.simplefilter('error'); import matplotlib; "
        "matplotlib.use('Agg'); import matplotlib.pyplot as plt; "
        "from casebank.check import figures; figures.use_style('zh'); f, a = plt.subplots(); "
        f"a.set_title('客户细分'); f.savefig({str(tmp_path / 'f.png')!r})"
    )
    done = subprocess.run([learner["python"], "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_class_kit_has_no_solutions(kits: dict[str, Path]) -> None:
    """Has no kit a solution or hidden test in plain sight, and a class's kit none in any form?"""
    for name, path in kits.items():
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            assert any(n.endswith("solutions.casebank") for n in names) == name.endswith("-self")
            contents = {one: archive.read(one) for one in names}
            base = next(one for one in names if one.endswith(f"/{BASE_NAME}"))
            with zipfile.ZipFile(io.BytesIO(contents[base])) as inner:
                contents |= {f"{base}!{one}": inner.read(one) for one in inner.namelist()}
            assert any(".ipynb" in one and "!" in one for one in contents)
            for one, content in contents.items():
                text = content.decode("utf-8", errors="replace")
                for secret in SECRETS:
                    if not one.endswith(".whl"):
                        assert secret not in text, f"{name}: {one}"


def test_contents(kits: dict[str, Path]) -> None:
    """Has a kit what the page says: start page, pins without addresses, notebooks, data, wheel?"""
    with zipfile.ZipFile(kits["en"]) as archive:
        names = {n.split("/", 1)[1] for n in archive.namelist()}
        assert {
            "START.md",
            "requirements.txt",
            "kit-base.zip",
            f"exercises/{SLUG}/{SLUG}.ipynb",
            f"exercises/{SLUG}/casebank.json",
            f"exercises/{SLUG}/data/visits.csv",
            "labs/mini-lab/mini-lab.ipynb",
            "labs/mini-lab/data/visits.csv",
        } <= names
        start = archive.read("casebank-kit-en/START.md").decode()
        assert "@" not in start
        assert "py -m pip install -r requirements.txt" in start
        assert "python3 -m jupyter lab" in start
        notebook = f"exercises/{SLUG}/{SLUG}.ipynb"
        assert f"`python -m casebank.check hand-in {notebook}`" in start
        assert "`python -m casebank.check kit update PATH-OF-THE-NEW-ZIP`" in start
        pins = archive.read("casebank-kit-en/requirements.txt").decode()
    assert "://" not in pins and "--" not in pins
    lines = pins.splitlines()
    assert all(re.match(r"[a-z0-9.-]+==\S+( ; .+)?$", line) for line in lines[:-1])
    assert re.fullmatch(r"\./casebank_check-[\d.]+-py3-none-any\.whl", lines[-1])
    have = {line.split("==")[0] for line in lines}
    assert {"jupyterlab", "pandas", "numpy", "matplotlib", "scikit-learn", "ipykernel"} <= have
    assert not have & {"mkdocs", "nbgrader", "sphinx", "typer"}


def test_update_from_the_wheel(
    kits: dict[str, Path], learner: dict[str, Path], course: Repo, tmp_path: Path
) -> None:
    """Does the learner's own command bring a kit to the next release, and leave an answer alone?"""
    top = "casebank-kit-en"
    with zipfile.ZipFile(kits["en"]) as archive:
        archive.extractall(tmp_path)
        files = {n.split("/", 1)[1]: archive.read(n) for n in archive.namelist()}
    root = tmp_path / top
    name = f"exercises/{SLUG}/{SLUG}.ipynb"
    path = shutil.copyfile(answered(learner, course, "en"), root / name)
    mine = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    book = nbformat.reads(files[name].decode(), as_version=4)
    book.cells[0].source = "# The next release"
    tests = [cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("locked")]
    tests[0].source += "\n# mended"
    files[name] = nbformat.writes(book).encode()
    del files[BASE_NAME]
    base = base_bytes(top, "en", "99", {SLUG: "99"}, files)
    new = {f"{top}/{n}": content for n, content in {**files, BASE_NAME: zip_bytes(base)}.items()}
    (tmp_path / "new.zip").write_bytes(zip_bytes(new))
    for said in ("The kit is up to date.", "Up to date; there is nothing to change."):
        done = subprocess.run(
            [str(learner["casebank"]), "kit", "update", str(tmp_path / "new.zip")],
            cwd=root / "exercises",
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
    after = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    assert after[book.cells[0].id].source == "# The next release"
    assert after[tests[0].id].source.endswith("# mended")
    for cell in after.values():
        if cell.metadata.get("nbgrader", {}).get("solution"):
            assert cell.source == mine[cell.id]
    code, out, err = check(learner, path)
    assert code == 0, out + err


@pytest.mark.parametrize("version", ["own", "3.14"])
def test_update_needs_no_packages(version: str, kits: dict[str, Path], tmp_path: Path) -> None:
    """Does an update run on a bare Python, straight from the wheel, with nothing installed?"""
    python = Path(sys.executable) if version == "own" else place(version)
    if not python.is_file():
        pytest.skip(f"no Python {version} here. Run: python tests/e2e/debian_python.py {version}")
    with zipfile.ZipFile(kits["zh"]) as archive:
        archive.extractall(tmp_path)
    root = tmp_path / "casebank-kit-zh"
    (root / "START.md").unlink()
    wheel = next(root.glob("*.whl"))
    done = subprocess.run(
        # -S: without any site-packages.
        [python, "-S", "-m", "casebank.check", "kit", "update", kits["zh"], "--kit", root],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheel), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    assert "START.md：你删掉的，放回来了" in done.stdout
    assert (root / "START.md").is_file()


def test_same_bytes(course: Repo, kits: dict[str, Path], tmp_path: Path) -> None:
    """Do the same sources give the same wheel and the same zip, byte for byte?"""
    kit._wheel.cache_clear()
    again = kit.build_kit(course, tmp_path, "zh")
    assert again.read_bytes() == kits["zh"].read_bytes()


def test_wheel_is_small(course: Repo, tmp_path: Path) -> None:
    """Does the wheel hold the check library, the font and its licence, and no more?"""
    wheel = kit.build_wheel(course, tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        meta = next(n for n in names if n.endswith("METADATA"))
        needs = re.findall(r"^Requires-Dist: ([\w-]+)", archive.read(meta).decode(), re.M)
    code = [n for n in names if ".dist-info/" not in n]
    assert "casebank/__init__.py" in code
    assert all(n == "casebank/__init__.py" or n.startswith("casebank/check/") for n in code)
    assert "casebank/check/fonts/CasebankSansSC-Regular.otf" in code
    assert "casebank/check/fonts/OFL.txt" in code
    assert sorted(needs) == ["ipykernel", "matplotlib", "nbclient", "nbformat", "numpy", "pandas"]
    assert wheel.stat().st_size < 2_500_000
