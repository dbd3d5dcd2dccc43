"""Python for the browser: where its packages come from, that they are true, how they are handed out."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import importlib
import io
import json
import subprocess
import sys
import threading
import urllib.request
import zipfile
from pathlib import Path

import pytest

from casebank.errors import EnvironmentFault, UsageError
from casebank.lite import jupyter, pins, runtime, wheels
from casebank.lite.model import Notebook
from casebank.paths import Repo
from casebank.site.serve import FOR_GOOD, listen

ROOT = Path(__file__).resolve().parents[3]


def distribution(folder: Path, **packages: dict) -> Path:
    """A folder that looks like a Pyodide distribution."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = {"info": {"abi_version": pins.ABI}, "packages": packages}
    (folder / pins.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return folder


def package(folder: Path, name: str, needs: tuple[str, ...] = ()) -> dict:
    """A wheel in a folder, and what the lock says of it."""
    content = f"wheel {name}".encode()
    (folder / f"{name}.whl").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return {"file_name": f"{name}.whl", "sha256": sha256, "depends": list(needs), "version": "1"}


def test_a_given_folder_is_taken(tmp_path):
    """Is an unpacked distribution found, also where the archive has a folder of its own?"""
    inner = distribution(tmp_path / "pyodide")
    assert wheels.distribution(inner, tmp_path / "cache") == inner
    assert wheels.distribution(tmp_path, tmp_path / "cache") == inner


@pytest.mark.parametrize("text", [None, "{", "[]", '{"info": {}, "packages": {}}'])
def test_a_folder_that_is_no_distribution_is_refused(tmp_path, text):
    """Is it one sentence that says what to name?"""
    if text is not None:
        (tmp_path / pins.LOCK).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        wheels.distribution(tmp_path, tmp_path / "cache")
    assert refused.value.todo


def test_another_binary_interface_is_refused(tmp_path):
    """Is Pyodide of another series told from ours, by its name?"""
    folder = distribution(tmp_path)
    lock = json.loads((folder / pins.LOCK).read_text(encoding="utf-8"))
    lock["info"]["abi_version"] = "2025_0"
    (folder / pins.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    with pytest.raises(UsageError, match="2025_0"):
        wheels.distribution(folder, tmp_path / "cache")


def test_a_wheel_that_is_not_the_locks_is_refused(tmp_path):
    """Does one changed byte, and a missing file, stop the build?"""
    folder = tmp_path / "full"
    folder.mkdir()
    lock = {"packages": {"numpy": package(folder, "numpy")}}
    assert wheels.compiled(folder, lock, "numpy") == b"wheel numpy"
    (folder / "numpy.whl").write_bytes(b"wheel nympy")
    with pytest.raises(EnvironmentFault, match="is not the file"):
        wheels.compiled(folder, lock, "numpy")
    (folder / "numpy.whl").unlink()
    with pytest.raises(EnvironmentFault, match="is not in the Pyodide distribution"):
        wheels.compiled(folder, lock, "numpy")


def test_needs_come_first(tmp_path):
    """Does a package stand after all that it needs, once?"""
    lock = {
        "packages": {
            "pandas": {"depends": ["numpy", "six"]},
            "numpy": {"depends": []},
            "six": {"depends": []},
            "scipy": {"depends": ["numpy"]},
        }
    }
    assert wheels.closure(lock, ["pandas", "scipy"]) == ["numpy", "six", "pandas", "scipy"]


@pytest.mark.parametrize("name", ["wcwidth", "jieba", "holidays", "ipython"])
def test_installed_packages_become_wheels(name):
    """Has the wheel a module, its metadata, nothing compiled for this machine, the same bytes?"""
    version, content = wheels.installed(name)
    assert wheels.installed(name) == (version, content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert not [n for n in names if n.endswith((".so", ".pyd", ".pyc")) or n.startswith("..")]
    assert f"{name}-{version}.dist-info/METADATA" in names
    module = pins.MODULES.get(name, name)
    assert f"{module}/__init__.py" in names


def test_what_no_notebook_needs_stays_out():
    """Does the dictionary stay and the neural model go?"""
    _, content = wheels.installed("jieba")
    with zipfile.ZipFile(io.BytesIO(wheels.trimmed(content))) as archive:
        names = archive.namelist()
    assert "jieba/dict.txt" in names
    assert not [n for n in names if "lac_small" in n]


def test_an_absent_package_is_named():
    """Does the sentence say which package, and what to do?"""
    with pytest.raises(EnvironmentFault, match="no-such-package") as refused:
        wheels.installed("no-such-package")
    assert "make install" in refused.value.sentence()


def test_every_package_that_notebooks_import_is_planned():
    """Would a lab or exercise that imports a new library fail here, before a trainee meets it?"""
    wanted = {
        "chinese_calendar", "holidays", "IPython", "jieba", "matplotlib", "numpy", "pandas",
        "sklearn",
    }  # fmt: skip
    imported = set()
    repo = Repo(ROOT)
    sources = [*repo.labs.glob("*.py"), *repo.exercises.glob("*/exercise.py")]
    assert len(sources) >= 6
    for path in sources:
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("import", "from") and not line.startswith(" "):
                imported.add(words[1].split(".")[0].rstrip(","))
    foreign = imported - set(sys.stdlib_module_names) - {"casebank"}
    assert foreign <= wanted


def test_installing_in_a_cell_says_one_sentence(capsys, monkeypatch):
    """Does `%pip install x` say that nothing can be installed, in both languages, and not fail?"""
    monkeypatch.syspath_prepend(str(ROOT / "src/casebank/lite/piplite"))
    monkeypatch.delitem(sys.modules, "piplite", raising=False)
    piplite = importlib.import_module("piplite")
    cli = importlib.import_module("piplite.cli")
    code = asyncio.run(cli.get_transformed_code(["install", "polars"]))
    assert code.startswith("await ")
    asyncio.run(piplite.install(requirements=["polars"]))
    said = capsys.readouterr().err
    assert "不能安装" in said and "No packages" in said
    for name in ("piplite", "piplite.cli"):
        sys.modules.pop(name, None)


def test_jupyterlite_of_another_shape_is_refused():
    """Does a page that is not the one we know stop the build, not make a broken site?"""
    with pytest.raises(EnvironmentFault, match="not the one that Casebank knows"):
        jupyter._page("<html><head></head></html>", "zh", "assets-0", {})


def test_node_is_found():
    """Is there a Node.js that can run what compiles the packages?"""
    done = subprocess.run([runtime.node(), "--version"], capture_output=True, text=True)
    assert int(done.stdout.lstrip("v").split(".")[0]) >= 20


def test_places():
    """Do a notebook's place and file follow from what it is?"""
    one = Notebook("labs", "x", "zh", "标题", "1.0", Path("made"), None)
    assert (one.place, one.path) == ("zh/labs/x", Path("made/x.ipynb"))


@pytest.fixture
def served(tmp_path):
    """A site with browser labs, as `casebank serve` hands it out."""
    files = {
        "lite/assets-0123456789ab/work.js": b"work" * 100,
        "lite/py-0123456789ab/pyodide.asm.wasm": b"\0asm" * 100,
        "lite/data/customers-0123456789ab.csv.gz": gzip.compress(b"a,b", mtime=0),
        "lite/build/1459.ff35347.js": b"js" * 100,
        "lite/zh/labs/x/manifest.json": b"{}" * 100,
        "lite/zh/labs/x/index.html": b"<p>",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.suffix in (".js", ".wasm"):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, mtime=0))
    server = listen("127.0.0.1", 0, tmp_path, None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", files
    server.shutdown()
    server.server_close()


def ask(address: str, encoding: str = "gzip, deflate"):
    """An answer with its body as it was sent."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


@pytest.mark.parametrize(
    "name,kind",
    [
        ("lite/assets-0123456789ab/work.js", "text/javascript"),
        ("lite/py-0123456789ab/pyodide.asm.wasm", "application/wasm"),
        ("lite/build/1459.ff35347.js", "text/javascript"),
    ],
)
def test_the_compressed_twin_is_handed_out(served, name, kind):
    """Does a browser get fewer bytes, the right type and leave to keep them for good?"""
    base, files = served
    headers, body = ask(base + name)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"] == kind
    assert headers["Cache-Control"] == FOR_GOOD
    assert gzip.decompress(body) == files[name] and len(body) < len(files[name])
    headers, body = ask(base + name, "identity")
    assert headers["Content-Encoding"] is None and body == files[name]


def test_tables_go_out_as_they_are(served):
    """Is a packed table a file of its own, not a packed answer?"""
    base, files = served
    name = "lite/data/customers-0123456789ab.csv.gz"
    headers, body = ask(base + name)
    assert headers["Content-Encoding"] is None and body == files[name]
    assert headers["Cache-Control"] == FOR_GOOD


@pytest.mark.parametrize("name", ["lite/zh/labs/x/manifest.json", "lite/zh/labs/x/"])
def test_what_may_change_is_asked_for_again(served, name):
    """Is a manifest and a page never kept without asking?"""
    assert ask(served[0] + name)[0]["Cache-Control"] == "no-cache"
