"""Kernels other than our Python: how they are started, and which folders they need to see."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

from casebank.grading.model import Pack

_BINARIES = {Path("/bin"), Path("/sbin")}
_SYSTEM = {Path("/"), Path("/usr"), Path("/usr/local")}
_USUAL = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


class NoKernelError(Exception):
    """The notebook asks for a kernel that is not installed."""


def command(specs: KernelSpecManager, name: str) -> tuple[list[str] | None, dict[str, str] | None]:
    """Command line and environment of a kernel that is not ours; nothing for Python's.

    Raises:
        NoKernelError: it is not installed.
    """
    if name in ("", "python3", "python"):
        return None, None
    try:
        spec = specs.get_kernel_spec(name)
    except NoSuchKernel:
        raise NoKernelError(name) from None
    words = [_filled(word, spec) for word in spec.argv]
    program = Path(words[0]).name if words else ""
    if words[1:] == _USUAL and program.startswith("python") and not spec.env:
        return None, None
    if words and words[0] in ("python", "python3"):
        words[0] = sys.executable
    return words, dict(spec.env)


def _filled(word: str, spec: KernelSpec) -> str:
    """As jupyter_client fills in a command line, but for the connection file."""
    word = word.replace("{resource_dir}", spec.resource_dir)
    return word.replace("{prefix}", sys.prefix)


def folders(specs: KernelSpecManager, packs: Iterable[Pack]) -> tuple[Path, ...]:
    """What the kernels of these assignments need to see besides the system and our Python."""
    names = set()
    for pack in packs:
        for sheet in pack.sheets.values():
            with contextlib.suppress(ValueError, AttributeError):
                names.add(str(json.loads(sheet.kernelspec or "{}").get("name") or ""))
    found = [place for name in sorted(names) for place in places(specs, name)]
    return tuple(dict.fromkeys(found))


def places(specs: KernelSpecManager, name: str) -> tuple[Path, ...]:
    """What a kernel needs to see besides the system and our Python."""
    words = None
    with contextlib.suppress(NoKernelError):
        words, _ = command(specs, name)
    if words is None:
        return ()
    found = [Path(specs.get_kernel_spec(name).resource_dir), *_installed(Path(words[0]))]
    return tuple(path for path in found if path.exists())


def _installed(program: Path) -> list[Path]:
    """What was installed with a program, as far as it is no more than that.

    An environment, or a language in a folder of its own, is seen whole; a folder of programs in
    somebody's home, or one with a course in it, is not.
    """
    if not program.is_absolute():
        return []
    prefix = program.parent.parent
    if program.parent.name != "bin" or prefix in _SYSTEM:
        return [] if program.is_relative_to("/usr") or program.parent in _BINARIES else [program]
    if any((prefix / mark).exists() for mark in ("conda-meta", "pyvenv.cfg")):
        return [prefix]
    wide = Path.home().is_relative_to(prefix) or prefix.parent == Path("/home")
    taught = any((prefix / name).exists() for name in ("nbgrader_config.py", "gradebook.db"))
    own = any((prefix / name).is_dir() for name in ("lib", "lib64", "libexec"))
    if wide or taught or not own or prefix.name == ".local":
        return [program]
    return [prefix]
