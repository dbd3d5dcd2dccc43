"""The command tells users what it can do, and ends with the exit codes that it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    ["build"],
    ["serve"],
    ["data", "make"],
    ["notebooks", "make"],
    ["check"],
    ["hand-in"],
    ["course", "new"],
    ["release"],
    ["collect"],
    ["grade"],
    ["feedback"],
    ["export"],
    ["kit"],
    ["lab"],
    ["doctor"],
]


def casebank(*arguments: str, cwd: Path | None = None, **environment: str):
    command = [sys.executable, "-m", "casebank.cli", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", **environment},
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_an_example(command: list[str]) -> None:
    """Does the help of each command show how it is called?"""
    done = casebank(*command, "--help")
    assert done.returncode == 0
    assert f"$ casebank {' '.join(command)}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "Did you mean 'build'?"),
        (["build", "--edition", "student"], "trainee"),
        (["build", "--lang", "de"], "zh"),
        (["check"], "notebook"),
        (["hand-in"], "notebook"),
        (["collect"], "sources"),
        (["collect", "nothing.zip", "--course", "."], "casebank course new"),
        (["data", "make", "--customers", "10"], "--out"),
        (["serve", "--port", "70000"], "65535"),
    ],
)
def test_wrong_use(arguments: list[str], said: str) -> None:
    """Is wrong use one sentence and exit code 2, without a traceback?"""
    done = casebank(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_missing_notebook(tmp_path: Path) -> None:
    """Is a notebook that is not there a sentence that names it?"""
    done = casebank("check", "nothing.ipynb", cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert "nothing.ipynb" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_not_a_clone(tmp_path: Path) -> None:
    """Is a wrong CASEBANK_ROOT explained?"""
    done = casebank("build", cwd=tmp_path, CASEBANK_ROOT=str(tmp_path))
    assert done.returncode == 2
    assert "not inside a clone" in done.stderr


def test_own_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Does an error that nobody foresaw say whose fault it is, and keep the details in a file?"""
    from casebank import cli

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert "a fault of Casebank's own (ZeroDivisionError)" in said
    assert "Traceback" not in said
    log = Path(said.split("send ")[1].split(" to its")[0])
    assert "ZeroDivisionError" in log.read_text("utf-8")
    log.unlink()


def test_file_that_may_not_be_touched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is a clone that belongs to somebody else one clear sentence, and no fault of ours?"""
    from casebank import cli

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied", "/srv/casebank/_build/notebooks/.lock")

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert said.startswith("casebank: /srv/casebank/_build/notebooks/.lock: this may not be read")
    assert "fault of Casebank's own" not in said
