"""Is a file of the small wheel's never half written, and no one's but by the user's own wish?"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casebank.check.write import sweep, write

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o022, 0o077, 0o002])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_new_and_again(tmp_path: Path) -> None:
    """Is a file written in a folder that is made for it, and then replaced, with nothing beside it?"""
    path = tmp_path / "新 folder" / "a.bin"
    for content in (b"one\r\n\0", b"", b"two"):
        write(path, content)
        assert path.read_bytes() == content
    assert [one.name for one in path.parent.iterdir()] == ["a.bin"]


@POSIX
def test_rights(tmp_path: Path, umask: int) -> None:
    """Has it the rights of any new file, or those that were asked for?"""
    plain, write_to, asked = (tmp_path / name for name in ("plain", "ours", "asked"))
    plain.write_bytes(b"")
    write(write_to, b"")
    write(asked, b"", 0o644)
    assert mode(write_to) == mode(plain) == 0o666 & ~umask
    assert mode(asked) == 0o644


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("fault", [OSError(28, "No space left"), KeyboardInterrupt()])
def test_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException
) -> None:
    """Does what fails leave the old file as it was, and nothing beside it?"""
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_: Any) -> None:
        assert path.read_bytes() == b"old"
        raise fault

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(type(fault)):
        write(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_on_the_disk_before_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is everything on the disk before the file takes the old one's place?"""
    seen: list[str] = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append("disk"), sync(handle)))
    monkeypatch.setattr(Path, "replace", lambda a, b: (seen.append("name"), rename(a, b)))
    write(tmp_path / "a", b"x")
    assert seen == ["disk", "name"]


@POSIX
def test_killed(tmp_path: Path) -> None:
    """Is what a killed run leaves behind taken away, and nothing else?"""
    killed = "import os, signal, sys; from pathlib import Path; from casebank.check import write;"
    killed += "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL);"
    killed += "write.write(Path(sys.argv[1]), b'new')"
    path = tmp_path / "casebank-me.json"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", killed, str(path)], check=False)
    assert done.returncode == -9
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 2
    (tmp_path / ".casebank-mine").write_bytes(b"")
    sweep(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == [".casebank-mine", "casebank-me.json"]
