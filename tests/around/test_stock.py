"""nbgrader's own commands in a course: what they print, take, and leave beside a hand-in."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import plain_course as small
import pytest

from casebank.desk.kernels import brought
from casebank.grading.spreadsheet import neutral

SURFACE = "kernels"
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]

EVIL = "a\x1b]0;OWNED\x07\u202eb"
STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]")


def _touched(path: Path) -> Path:
    path.touch()
    return path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What nbgrader's commands say of a class with names that steer, pipes and links."""
    root = small.make(tmp_path_factory.mktemp("stock") / "course")
    folder = small.submit(root, "steers", f"raise ValueError({EVIL!r})")
    (folder / f"{EVIL}.txt").write_text("x")
    path = folder / "work.ipynb"
    book = json.loads(path.read_text("utf-8"))
    extra = json.loads(json.dumps(book["cells"][0]))
    extra["metadata"]["nbgrader"]["grade_id"] = EVIL
    extra["metadata"]["tags"] = [EVIL]
    path.write_text(json.dumps({**book, "cells": [*book["cells"], extra]}), "utf-8")
    writes = "".join(
        f"open({name!r}, 'w').write('x')\n"
        for name in ("left.csv", "x.jupyterlab-workspace", "nbgrader_config.json", f"{EVIL}.csv")
    )
    small.submit(root, "writes", writes + small.RIGHT)
    folder = small.submit(root, "pipe")
    (folder / "work.ipynb").unlink()
    os.mkfifo(folder / "work.ipynb")
    (small.submit(root, "link") / "x.txt").symlink_to("/etc/hostname")
    (small.submit(root, "folder-link") / "etc").symlink_to("/etc")
    path = small.submit(root, "unfolds") / "work.ipynb"
    empty = b'"deep": [' + b"{}," * 2_000_000 + b"{}]"
    path.write_bytes(
        path.read_bytes().replace(b'"metadata": {', b'"metadata": {' + empty + b", ", 1)
    )
    os.truncate(_touched(small.submit(root, "sparse") / "data.csv"), 3 << 30)
    (small.submit(root, "named") / f"{EVIL}.txt").write_text("x")
    small.submit(root, "honest")
    said: dict[str, Any] = {"root": root}
    for name, words in {
        "autograde": ("autograde", small.SLUG),
        "generate_feedback": ("generate_feedback", small.SLUG),
        "validate": ("validate", f"submitted/steers/{small.SLUG}/work.ipynb"),
        "validate unfolds": ("validate", f"submitted/unfolds/{small.SLUG}/work.ipynb"),
    }.items():
        said[name] = small.run("nbgrader", *words, cwd=root)
    return said


@pytest.mark.parametrize("command", ["autograde", "generate_feedback", "validate"])
def test_what_is_printed(ran: dict[str, Any], command: str) -> None:
    """Does a name or an error of a hand-in steer the terminal of nbgrader's commands?"""
    done: subprocess.CompletedProcess[str] = ran[command]
    assert "OWNED" in done.stdout + done.stderr
    assert not STEERS.search(done.stdout + done.stderr)


@pytest.mark.parametrize("name", ["pipe", "link", "folder-link", "unfolds", "sparse"])
def test_only_plain_files_are_taken(ran: dict[str, Any], name: str) -> None:
    """Is a hand-in with a pipe or a link left alone, in one line, and the class gone on with?"""
    lines = [one for one in ran["autograde"].stderr.splitlines() if f"'{name}' was left" in one]
    assert len(lines) == 1 and re.search("take it out|too complex|take large", lines[0])
    root: Path = ran["root"]
    assert not (root / "autograded" / name).exists()
    assert (root / "autograded" / "honest" / small.SLUG / "work.ipynb").is_file()
    assert ran["autograde"].returncode == 1


def test_what_lies_beside_it_afterwards(ran: dict[str, Any]) -> None:
    """Does a notebook bring out data, and nothing that some program acts upon?"""
    folder = ran["root"] / "autograded" / "writes" / small.SLUG
    assert {one.name for one in folder.iterdir()} == {"work.ipynb", "left.csv"}


def test_the_table_of_nbgraders_export(tmp_path: Path) -> None:
    """Does a name in ``nbgrader export`` compute something, or push the points aside?"""
    root = small.make(tmp_path / "course")
    names = ("=1+1", "@SUM(1)", "-x", "a,b", 'a"b')
    for name in (*names, "honest"):
        small.submit(root, name)
    assert small.run("nbgrader", "autograde", small.SLUG, cwd=root).returncode == 0
    done = small.run("nbgrader", "export", cwd=root)
    assert done.returncode == 0, done.stderr
    with (root / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {one["student_id"]: one for one in csv.DictReader(file)}
    assert set(rows) == {neutral(name) for name in names} | {"honest"}
    assert all(float(one["score"]) == 1 and float(one["max_score"]) == 1 for one in rows.values())
    assert not any(name.startswith(("=", "@", "-")) for name in rows)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("out.csv", True),
        ("图/客户.xlsx", True),
        ("result.json", True),
        ("figure.PNG", True),
        ("report.jupyterlab-workspace", False),
        ("nbgrader_config.json", False),
        ("jupyter_server_config.json", False),
        ("casebank-course.json", False),
        ("overrides.json", False),
        ("gradebook.db", False),
        ("Makefile", False),
        ("conftest", False),
        (".csv/x", False),
        (".hidden.csv", False),
        ("page.html", False),
        ("figure.svg", False),
        ("x.desktop", False),
        (f"{EVIL}.csv", False),
    ],
)
def test_what_is_brought(name: str, good: bool) -> None:
    """Is it known by its name what a notebook may bring out of its sandbox?"""
    assert brought(Path(name)) is good


@pytest.mark.parametrize(
    "words",
    [
        ("held", small.SLUG),
        ("feedback", small.SLUG),
        ("grade", small.SLUG),
        ("collect", "."),
        ("release", small.SLUG),
        ("export", "grades.csv"),
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("way", ["here", "named", "by a link"])
def test_no_hand_in_is_a_course(tmp_path: Path, words: tuple[str, ...], way: str) -> None:
    """Are a trainee's settings read where somebody stands among hand-ins?"""
    root = tmp_path / "course"
    folder = root / "submitted" / "s1" / small.SLUG
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    mark = tmp_path / "RAN"
    (folder / "nbgrader_config.py").write_text(f"open({str(mark)!r}, 'w')\n")
    (tmp_path / "link").symlink_to(folder)
    named = {"here": (), "named": ("--course", str(folder)), "by a link": ("-c", "link")}[way]
    cwd = folder if way == "here" else tmp_path
    done = small.run("casebank", *words, *named, cwd=cwd)
    assert done.returncode == 2 and not mark.exists()
    assert len(done.stderr.strip().splitlines()) == 1 and "handed in" in done.stderr


@pytest.fixture(scope="module")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A class whose files bear the names of folders of the course, and the other way round."""
    root = small.make(tmp_path_factory.mktemp("names") / "course")
    for step in ("source", "release"):
        folder = root / step / small.SLUG
        (folder / "data").mkdir()
        (folder / "data" / "accounts.csv").write_text("a\n1\n")
        (folder / "notes.txt").write_text("x")
    (small.submit(root, "file-for-folder") / "data").write_text("x")
    folder = small.submit(root, "folder-for-file")
    (folder / "notes.txt").mkdir()
    (folder / "notes.txt" / "x").write_text("x")
    folder = small.submit(root, "folder-below")
    (folder / "data" / "accounts.csv").mkdir(parents=True)
    (folder / "data" / "accounts.csv" / "x").write_text("x")
    small.submit(root, "makes-both", "open('a', 'w').close()\n" + small.RIGHT)
    return small.graded(root)


@pytest.mark.parametrize(
    "name", ["file-for-folder", "folder-for-file", "folder-below", "makes-both"]
)
def test_a_name_of_the_courses(crossed: dict[str, dict[str, Any]], name: str) -> None:
    """Is a right answer graded whose files are in the way of the course's own?"""
    assert crossed[name]["status"] == "graded" and crossed[name]["points"] == 1, crossed[name]
    assert crossed[""]["code"] == 0
    assert name == "makes-both" or "was left out" in str(crossed[name]["notes"])


PLAIN_STEP = """
from nbgrader.preprocessors import NbGraderPreprocessor
class Mine(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if "BROKEN" in str(nb):
            raise TypeError("the course's own fault")
        return nb, resources
"""
DAMAGED = {
    "no name": lambda about: about.pop("grade_id"),
    "a list for a name": lambda about: about.update(grade_id=["t"]),
    "a test that nobody released": lambda about: about.update(grade_id="zzz", grade=True),
    "another checksum": lambda about: about.update(grade_id="t", grade=True),
    "a version to come": lambda about: about.update(schema_version=99),
    "points of another kind": lambda about: about.update(points={"a": 1}, grade=True),
}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A class with damaged metadata in a course whose steps are its own."""
    root = small.make_own(tmp_path_factory.mktemp("own") / "course")
    (root / "own_step.py").write_text(PLAIN_STEP.replace("Mine", "Look"))
    for number, harm in enumerate(DAMAGED.values()):
        path = small.submit(root, f"damaged-{number}") / "work.ipynb"
        book = json.loads(path.read_text("utf-8"))
        harm(book["cells"][0]["metadata"]["nbgrader"])
        path.write_text(json.dumps(book), "utf-8")
    small.submit(root, "own-fault", small.RIGHT + "\n# BROKEN")
    small.submit(root, "right")
    return small.graded(root)


@pytest.mark.parametrize("number", range(len(DAMAGED)), ids=list(DAMAGED))
def test_whose_damage_it_is(damaged: dict[str, dict[str, Any]], number: int) -> None:
    """Is a notebook with damaged metadata its owner's to mend, whoever's steps the course has?"""
    one = damaged[f"damaged-{number}"]
    assert one["reason_id"] != "engine-fault", one
    assert one["status"] in ("rejected", "graded", "held") and damaged["right"]["points"] == 1


def test_a_fault_of_the_courses_own_step(damaged: dict[str, dict[str, Any]]) -> None:
    """Is what the course's own step does wrong told to nobody as the trainee's damage?"""
    assert damaged["own-fault"]["status"] == "held" and damaged["own-fault"]["fault"]


def test_validate_unfolds_nothing(ran: dict[str, Any]) -> None:
    """Is a notebook that would become gigabytes refused by ``nbgrader validate`` before it is read?"""
    done: subprocess.CompletedProcess[str] = ran["validate unfolds"]
    assert done.returncode == 1
    assert "too complex" in done.stderr


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``nbgrader collect`` takes of an exchange in which trainees have laid links."""
    top = tmp_path_factory.mktemp("exchange")
    root = small.make(top / "course")
    exchange = top / "exchange"
    inbound = exchange / "crm" / "inbound"
    inbound.mkdir(parents=True)
    (top / "secret").write_text("SECRET")
    with (root / "nbgrader_config.py").open("a") as settings:
        settings.write(
            f"c.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'crm'\n"
        )
    for name in ("honest", "link", "device", "pipe", "folder"):
        made = small.submit(root, name)
        goal = inbound / f"{name}+{small.SLUG}+2026-11-01 10:00:00 UTC+abc"
        made.rename(goal)
        made.parent.rmdir()
        (goal / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC")
    (next(inbound.glob("link+*")) / "data.txt").symlink_to(top / "secret")
    (next(inbound.glob("device+*")) / "data.txt").symlink_to("/dev/zero")
    os.mkfifo(next(inbound.glob("pipe+*")) / "data.txt")
    (next(inbound.glob("folder+*")) / "all").symlink_to(root / "source")
    # What was collected before stays when the next attempt is refused.
    old = root / "submitted" / "link" / small.SLUG
    old.mkdir(parents=True)
    (old / "timestamp.txt").write_text("2026-10-01 10:00:00 UTC")
    done = small.run("nbgrader", "collect", small.SLUG, "--update", cwd=root)
    return {"root": root, "done": done}


@pytest.mark.parametrize("name", ["link", "device", "pipe", "folder"])
def test_collect_follows_no_link(collected: dict[str, Any], name: str) -> None:
    """Does ``nbgrader collect`` leave a folder with links where it is, and say so?"""
    root, done = collected["root"], collected["done"]
    assert re.search(f"'{name}' was not collected", done.stderr)
    folder = root / "submitted" / name / small.SLUG
    kept = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    assert kept == ({"timestamp.txt"} if name == "link" else set())


def test_collect_takes_the_others(collected: dict[str, Any]) -> None:
    """Is everybody else collected, and the exit code no success?"""
    root, done = collected["root"], collected["done"]
    assert (root / "submitted" / "honest" / small.SLUG / "work.ipynb").is_file(), done.stderr
    assert done.returncode == 1
    assert not list(root.glob(".casebank-collect-*"))
