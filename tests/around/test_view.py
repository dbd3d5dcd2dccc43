"""What a submission sees of the machine: the system, and no folder that lies beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import plain_course as small
import pytest

from casebank.grading import specs

SURFACE = "channel"
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
#: Whoever may, lays a file where nbgrader's exchange and other people's clones lie.
PLACES = ("/usr/local/share", "/usr/local/src", "/usr/src", "/opt", "/srv", "/var/tmp", "/home")
LOOK = """
import json, os
found = [place for place in PLACES if os.path.lexists(place)]
system = [os.path.exists(one) for one in ("/usr/bin/env", "/usr/share/zoneinfo", "/usr/lib")]
print("TOLD" + json.dumps([found, system]))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What a submission finds of files that were laid all over the machine."""
    if os.geteuid() != 0:
        pytest.skip("only root can lay files there")
    name = f"casebank-test-{os.getpid()}"
    laid = [Path(place) / name for place in PLACES if Path(place).is_dir()]
    for path in laid:
        path.mkdir()
        (path / "secret").write_text("x")
    try:
        root = small.make(tmp_path_factory.mktemp("view") / "course")
        look = LOOK.replace("PLACES", repr([str(path / "secret") for path in laid]))
        small.submit(root, "looks", look + small.RIGHT)
        assert small.graded(root)["looks"]["points"] == 1
    finally:
        for path in laid:
            (path / "secret").unlink()
            path.rmdir()
    text = (root / "autograded" / "looks" / small.SLUG / "work.ipynb").read_text("utf-8")
    said = next(
        "".join(output["text"])
        for cell in json.loads(text)["cells"]
        for output in cell.get("outputs", ())
        if "TOLD" in "".join(output.get("text", ""))
    )
    return json.loads(said.partition("TOLD")[2])


def test_only_the_system_is_seen(told: list[Any]) -> None:
    """Is what lies below /usr/local, as nbgrader's exchange does, out of sight in the sandbox?"""
    assert told == [[], [True, True, True]]


PROGRAMS = {
    "the system's": ("/usr/bin/python3", None),
    "a shell": ("/bin/sh", None),
    "an environment": ("{top}/env/bin/python", "{top}/env"),
    "a language of its own": ("{top}/R-4/bin/R", "{top}/R-4"),
    "of a home": ("{home}/bin/crm-python", "{home}/bin/crm-python"),
    "of a home's .local": ("{home}/.local/bin/crm-python", "{home}/.local/bin/crm-python"),
    "beside a course": ("{top}/crm/bin/tool", "{top}/crm/bin/tool"),
    "in no bin": ("{top}/tools/kernel", "{top}/tools/kernel"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_kernels_program_opens_no_home(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does a kernel of another language see what was installed with it, and nothing besides?"""
    home = tmp_path / "home" / "teacher"
    monkeypatch.setenv("HOME", str(home))
    folders = ("home/teacher/lib", "home/teacher/.local/lib", "R-4/lib", "crm/lib", "env", "tools")
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "crm" / "gradebook.db").touch()
    program, seen = PROGRAMS[name]
    filled = {"top": tmp_path, "home": home}
    found = [str(path) for path in specs._installed(Path(program.format(**filled)))]
    assert found == ([seen.format(**filled)] if seen else [])
