"""`make serve` on a bare machine: each fault of the machine is one clear sentence."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from casebank import bootstrap

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "src/casebank/bootstrap.py"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_port_in_use() -> None:
    """Is a port in use said before anything is built, with another one to try?"""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = run("serve", PORT=str(port))
    assert done.returncode == 3
    sentence = one_sentence(done)
    assert str(port) in sentence and f"PORT={port + 1}" in sentence


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "eighty", "not a port number"),
        ("PORT", "0", "not a port"),
        ("LANG_FIRST", "de", "zh"),
    ],
)
def test_wrong_setting(name: str, value: str, said: str) -> None:
    """Is a setting that cannot be meant refused with exit code 2?"""
    done = run("serve", **{name: value})
    assert done.returncode == 2
    assert said in one_sentence(done)


def test_python_too_old(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """Is a Python that is too old named, with the one that is needed?"""
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        bootstrap.check_python()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "3.9" in said and "3.11" in said and len(said.strip().splitlines()) == 1


def test_reads_on_an_old_python() -> None:
    """Can an old Python at least read the file that tells it that it is too old?"""
    import ast

    source = (ROOT / "src/casebank/bootstrap.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))


def test_no_network(tmp_path: Path) -> None:
    """Is an install without network one sentence that says so?"""
    done = run(
        "install",
        CASEBANK_VENV=str(tmp_path / "venv"),
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL="",
        PIP_FIND_LINKS="",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )
    assert done.returncode == 3
    assert "network" in one_sentence(done)


def test_lock_files_name_no_index() -> None:
    """Are both locks hashed, and free of addresses?"""
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text("utf-8")
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert len(pins) > 100
        assert all("==" in pin for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text and "index" not in text


def test_test_lock_is_whole() -> None:
    """Does the lock that the tests run with name all that its packages need, as they need it?

    It is installed without looking for more.
    """
    text = (ROOT / "requirements-test.lock").read_text("utf-8")
    pins = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    queue = [
        Requirement(one)
        for one in [*project["project"]["dependencies"], *groups["build"], *groups["test"]]
    ]
    seen, wrong = set(), []
    while queue:
        wanted = queue.pop()
        name = canonicalize_name(wanted.name)
        if name not in pins or not wanted.specifier.contains(metadata.version(name), True):
            wrong.append(str(wanted))
            continue
        for extra in ["", *wanted.extras]:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for text in metadata.requires(name) or []:
                need = Requirement(text)
                if need.marker is None or need.marker.evaluate({"extra": extra}):
                    queue.append(need)
    assert len(seen) > 150
    assert wrong == []
