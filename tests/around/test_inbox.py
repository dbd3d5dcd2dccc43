"""What is handed in is small, odd or in motion: does taking and grading it cost what it is worth?"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import inbox_shapes as shapes
import plain_course as plain
import pytest
from inbox_shapes import CELLS, HONEST, MB, PARTS, Ran

import collect_parcels as made  # isort: skip
import grading_class as desk  # isort: skip
import nbformat
from rich.console import Console

from casebank.check.outcomes import cell_runs, split_message
from casebank.grading import discretion, intake, plainfile, repair, strangers
from casebank.grading.collect import collect
from casebank.grading.collecting import classlist, pile, shelf, sources
from casebank.grading.course import Course
from casebank.grading.handedtime import handed_time, harmless
from casebank.grading.reasons import Reason, RejectedError
from casebank.grading.sandbox import Limits

SURFACE = "inbox"
#: Megabytes of the largest process of a command. An honest hand-in takes 80 in ``collect`` and 120
#: in ``grade``; before there were bounds these took 3300 and 13 000.
MOST_MEMORY = 600
FAR = "2026-01-01T00:00:00Z"


# -- one inbox, one run ----------------------------------------------------------------------------


def stored(book: bytes, **more: Any) -> bytes:
    """A submission file that is not packed, as some browsers make them."""
    return repacked(made.forge(book=book, **more), zipfile.ZIP_STORED)


def repacked(data: bytes, method: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return made.pack({name: archive.read(name) for name in archive.namelist()}, method)


def twice_packed() -> bytes:
    """A download of submissions that each unfold 350 to 1, and are packed again."""
    inner = made.forge(book=b'{"x": "' + os.urandom(30_000).hex().encode() + bytes(18 * MB) + b'"}')
    return made.pack({f"{n}.casebank.zip": inner for n in range(30)})


def padded() -> bytes:
    """A download of files of noughts, each below what is absurd."""
    return made.pack({f"{n}.casebank.zip": bytes(MB) for n in range(300)})


def refused_inside() -> bytes:
    """A small download whose entries are all refused, and large when they are unpacked."""
    return made.pack({f"{n}.casebank.zip": os.urandom(10) + bytes(190_000) for n in range(40)})


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    **{name: (lambda p=part: stored(shapes.with_part(made.notebook(), p())), "notebook") for name, part in PARTS.items()},
    **{name: (lambda c=cells: stored(shapes.with_cells(made.notebook(), c())), "notebook") for name, cells in CELLS.items()},
    **{name: (lambda c=cells: made.forge(book=shapes.with_cells(made.notebook(), c())), "") for name, cells in HONEST.items()},
    "manifest of objects": (
        lambda: made.forge(raw='{"format": 1, "x": [' + ",".join(["{}"] * 80_000) + "]}"),
        "manifest",
    ),
    "shared bytes": (lambda: shapes.overlapping("{}.casebank.zip", made.parcel()[1], 500), "overlap-entry"),
    "shared bytes in one": (lambda: shapes.overlapping("{}.ipynb", made.notebook(), 9), "overlap"),
    "packed twice": (twice_packed, "bomb-rest"),
    "noughts": (padded, "bomb-all"),
    "refused inside": (refused_inside, "not-zip"),
}  # fmt: skip

DOWNLOADS = ("shared bytes", "packed twice", "noughts", "refused inside")


@dataclass
class Inbox:
    """A run of ``casebank collect`` over all of them."""

    ran: Ran
    course: Course
    folder: Path
    about: dict[str, Any]

    def why(self, name: str) -> list[dict[str, Any]]:
        """What was not taken of a file."""
        names = (f"/{name}.casebank.zip", f"/{name}.zip")
        return [one for one in self.about["aside"] if any(part in one["source"] for part in names)]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    """All files in one folder, collected by the public command."""
    top = tmp_path_factory.mktemp("inbox")
    course = made.course(top / "course", "s001")
    (top / "in").mkdir()
    for name, (build, _) in FILES.items():
        ending = ".zip" if name in DOWNLOADS else ".casebank.zip"
        (top / "in" / f"{name}{ending}").write_bytes(build())
    ran = shapes.run(
        course.root, "collect", top / "in", "--json", top / "out.json", log=top / "log"
    )
    yield Inbox(ran, course, top / "in", json.loads((top / "out.json").read_text("utf-8")))
    shutil.rmtree(top)


@pytest.mark.parametrize("name", [name for name, (_, reason) in FILES.items() if reason])
def test_refused_with_a_sentence(inbox: Inbox, name: str) -> None:
    """Is what would unfold into far more than it is refused, for just that?"""
    found = inbox.why(name)
    assert FILES[name][1] in {one["reason"] for one in found}, inbox.ran.said
    assert name in DOWNLOADS or len(found) == 1
    if FILES[name][1] == "notebook":
        assert "more cells, outputs or metadata" in found[0]["sentence"]


@pytest.mark.parametrize("name", HONEST)
def test_honest_and_large(inbox: Inbox, name: str) -> None:
    """Is a notebook taken that is large for honest reasons?"""
    assert inbox.why(name) == []
    taken = [one["source"] for one in inbox.about["taken"]]
    assert any(f"/{name}.casebank.zip" in one for one in taken)


def test_memory_of_a_collection(inbox: Inbox) -> None:
    """Does a collection of all of them stay within a few hundred megabytes?"""
    assert inbox.ran.memory < MOST_MEMORY
    assert inbox.ran.cpu < 60


def test_disk_of_a_collection(inbox: Inbox) -> None:
    """Is what is put aside no larger than what came, the entries of a download included?"""
    copies = {Path(one["copy"]) for one in inbox.why("refused inside")}
    # The download once, for forty entries of it that unpack to eight megabytes.
    assert sum(path.stat().st_size for path in copies) < 2 * MB
    whole = [path for path in copies if "refused-inside" in path.name]
    assert len(whole) == 1
    listed = whole[0].with_name(f"{whole[0].name}.why.txt").read_text("utf-8").splitlines()
    kept = len(copies) - 1
    assert len(listed) + kept == 40


def test_nothing_is_lost(inbox: Inbox) -> None:
    """Does it end with 1, and lies each refused file unchanged among the copies?"""
    assert inbox.ran.code == 1
    copies = {path.read_bytes() for path in (inbox.course.root / "collected-aside").glob("*.zip")}
    for name, (_, reason) in FILES.items():
        ending = ".zip" if name in DOWNLOADS else ".casebank.zip"
        if reason:
            assert (inbox.folder / f"{name}{ending}").read_bytes() in copies, name


# -- one of a class --------------------------------------------------------------------------------


def _claims() -> bytes:
    """A submission file whose manifest claims four gigabytes."""
    return made.sizes(made.parcel()[1], "manifest.json", 4_000_000_000)


def _claims_less() -> bytes:
    """One whose notebook claims what is just not absurd, and holds nothing of it."""
    data = made.forge(book=b'{"x": "' + os.urandom(30_000).hex().encode() + b'"}')
    return made.sizes(data, f"{made.SLUG}.ipynb", 10_000_000)


def _unfolds() -> bytes:
    """One whose notebook unfolds three hundred to one."""
    return made.forge(book=b'{"x": "' + os.urandom(30_000).hex().encode() + bytes(12 * MB) + b'"}')


#: What one of a class hands in, how often, and whether all of it is refused for that alone.
WORST: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "claims four gigabytes": (_claims, 1, ""),
    "claims ten megabytes": (_claims_less, 20, ""),
    "unfolds": (_unfolds, 20, "bomb-rest"),
    "38 MB of noughts": (lambda: bytes(38_000_000) + os.urandom(70_000), 1, "too-large"),
    "20 MB of noughts": (lambda: bytes(20_000_000) + os.urandom(70_000), 3, "bomb-all"),
    "a zip of zips": (lambda: made.pack({"x.zip": b"x"}), 20, "nested"),
    "nothing": (lambda: b"", 20, ""),
}


@pytest.mark.parametrize("name", WORST)
def test_one_of_a_class(tmp_path: Path, name: str) -> None:
    """Is a hand-in that is out of proportion put aside by itself, and all others taken?"""
    names = [f"s{n:03}" for n in range(10)]
    course = made.course(tmp_path / "course", *names)
    build, times, reason = WORST[name]
    bad = build()
    good = {f"P{n} {one}.casebank.zip": made.parcel(student=one)[1] for n, one in enumerate(names)}
    # The first name of the list comes first, and one more comes last.
    entries = {f"A{n}/work.zip": bad for n in range(times)} | good | {"Z/work.zip": bad}
    report = collect(course.root, [put(tmp_path / "in", made.pack(entries), "class.zip")])
    assert [line.student for line in report.lines] == names
    assert len(report.aside) == times + 1
    assert not reason or reason in {one.reason for one in report.aside}
    assert all("in" not in one.source or " > " in one.source for one in report.aside)


def test_entries_that_share_bytes(course: Course, tmp_path: Path) -> None:
    """Are only those entries refused that lie in the same bytes, and the others taken?"""
    shared = shapes.overlapping("x{}.casebank.zip", made.parcel()[1], 3)
    good = made.parcel(student="s002")[1]
    out = io.BytesIO(shared)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("good.casebank.zip", good)
    report = collect(course.root, [put(tmp_path / "in", out.getvalue(), "class.zip")])
    assert [line.student for line in report.lines] == ["s002"]
    assert [one.reason for one in report.aside] == ["overlap-entry"] * 3


# -- many files ------------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with a class list."""
    return made.course(tmp_path / "course", "s001", "s002")


def put(folder: Path, data: bytes, name: str) -> Path:
    """A file in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def test_many_empty_archives(course: Course, tmp_path: Path) -> None:
    """Do a thousand empty archives cost a list, not four blocks of disk each?"""
    for number in range(1000):
        put(tmp_path / "in", b"", f"{number}.casebank.zip")
    put(tmp_path / "in", made.parcel()[1], "zz.casebank.zip")
    report = collect(course.root, [tmp_path / "in"])
    assert len(report.lines) == 1 and report.exit_code == 1
    assert len(report.aside) == pile.MOST_COPIES and report.left == 1000 - pile.MOST_COPIES
    assert report.left_list is not None
    assert len(report.left_list.read_text("utf-8").splitlines()) == report.left
    assert shapes.disk(course.root / "collected-aside") < 2 * MB
    out = io.StringIO()
    Console(file=out, width=200).print(report.table())
    assert len(out.getvalue().splitlines()) < 300 and "800 more" in out.getvalue()
    before = made.tree(course.root)
    collect(course.root, [tmp_path / "in"])
    assert made.tree(course.root) == before


def test_many_unknown_ids(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is an id compared with a whole class only for as many files as anybody reads about?"""
    asked = []

    def near(*words: Any) -> list[str]:
        asked.append(words)
        return []

    monkeypatch.setattr(classlist.difflib, "get_close_matches", near)
    names = [*(f"x{n}" for n in range(300)), "y" * 190]
    for name in names:
        put(tmp_path / "in", made.parcel(student=name)[1], f"{name}.casebank.zip")
    report = collect(course.root, [tmp_path / "in"])
    assert len(report.aside) + report.left == len(names)
    assert len(asked) <= classlist.MOST_NEAR
    assert all(len(words[0]) <= classlist.LONGEST_NEAR for words in asked)


def test_many_attempts(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is there an end to the attempts by one id, each kept whole, without a loss?"""
    monkeypatch.setattr(shelf, "MOST_ATTEMPTS", 3)
    for number in range(5):
        data = made.parcel(made.notebook(str(number)))[1]
        put(tmp_path / "in", data, f"{number}.casebank.zip")
    report = collect(course.root, [tmp_path / "in"])
    assert [one.reason for one in report.aside] == ["many-attempts"] * 2
    assert len(report.lines) == 3 and all(one.copy for one in report.aside)
    again = collect(course.root, [tmp_path / "in"])
    assert [line.new for line in again.lines] == [False] * 3


# -- files in motion -------------------------------------------------------------------------------


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(30 * MB)


def _other(path: Path) -> None:
    path.rename(path.with_name("gone"))
    path.write_bytes(b"another")


MOVES: dict[str, Callable[[Path], None]] = {
    "pipe": _fifo,
    "folder": _folder,
    "link": _link,
    "vanishes": Path.unlink,
    "grows": _grow,
}


@pytest.mark.parametrize("move", MOVES)
def test_a_file_changes_before_it_is_opened(course: Course, tmp_path: Path, move: str) -> None:
    """Does a file that becomes something else after it was found stop no other?"""
    first = put(tmp_path / "in", made.parcel()[1], "a.casebank.zip")
    put(tmp_path / "in", made.parcel(student="s002")[1], "b.casebank.zip")

    def tell(done: int, total: int, name: str) -> None:
        if name == first.name:
            MOVES[move](first)

    report = collect(course.root, [tmp_path / "in"], progress=tell)
    assert [line.student for line in report.lines] == ["s002"]
    assert len(report.aside) == 1 and report.exit_code == 1
    assert report.aside[0].reason in ("special", "unreadable", "too-large")


@pytest.mark.parametrize("move", [*MOVES, "another"])
def test_a_hand_in_changes_before_it_is_read(
    tmp_path: Path, move: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is a file of submitted/ that changes after it was looked at refused, and never waited for?"""
    path = put(tmp_path / "s1", made.notebook(), "a.ipynb")
    real = plainfile.read

    def read(path: Path, *more: Any) -> bytes:
        (MOVES | {"another": _other})[move](path)
        return real(path, *more)

    monkeypatch.setattr(plainfile, "read", read)
    with pytest.raises((RejectedError, OSError)) as caught:
        intake.load(path.parent, Limits())
    if move != "vanishes":
        assert caught.value.reason.id == ("too-large" if move == "grows" else "odd-file")  # type: ignore[union-attr]


def test_a_folder_of_very_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a folder with too many files left as soon as that is seen?"""
    for number in range(600):
        (tmp_path / f"{number}.txt").touch()
    looked = []
    real = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: looked.append(path) or real(path))
    with pytest.raises(RejectedError, match="too-many"):
        intake.load(tmp_path, Limits())
    assert len(looked) < 10


# -- clocks ----------------------------------------------------------------------------------------


def at(hours: float) -> str:
    """A time from now, as files write it."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def submitted(course: Course) -> Path:
    """What is graded."""
    return course.root / "submitted/s001" / made.SLUG / f"{made.SLUG}.ipynb"


def attempt(folder: Path, text: str, hours: float, name: str) -> Path:
    """An attempt that claims to be made so many hours from now."""
    return put(
        folder, made.parcel(made.notebook(text), made_at=at(hours))[1], f"{name}.casebank.zip"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_clock_ahead(tmp_path: Path, lang: str) -> None:
    """Is an attempt made no later than it was received, and is that said in the course's language?"""
    course = made.course(tmp_path / "course", "s001", lang=lang)
    path = attempt(tmp_path / "in", "ahead", 5, "a")
    report = collect(course.root, [path])
    assert report.exit_code == 0
    assert report.lines[0].made_at <= at(0)
    said = submitted(course).with_name("timestamp.txt").read_text("utf-8")
    assert handed_time(said.encode()) <= datetime.now(UTC).replace(tzinfo=None)
    assert ("received" if lang == "en" else "收件时间") in report.lines[0].notes[0]


def test_a_clock_ahead_does_not_win(course: Course, tmp_path: Path) -> None:
    """Does a later attempt count, though an earlier one claims to come from tomorrow?"""
    collect(course.root, [attempt(tmp_path / "in", "ahead", 20, "a")])
    # Whoever collects an hour later.
    stamp = course.root / "attempts/s001" / made.SLUG
    index = json.loads((stamp / "attempts.json").read_text("utf-8"))
    [name] = index["order"]
    earlier = datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ") - timedelta(hours=1)
    old = earlier.strftime("%Y%m%dT%H%M%SZ") + name[16:]
    (stamp / name).rename(stamp / old)
    index |= {"order": [old], "current": old, "names": {old: "Li Wei"}}
    (stamp / "attempts.json").write_text(json.dumps(index), "utf-8")
    report = collect(course.root, [attempt(tmp_path / "in", "later", -0.1, "b")])
    assert b"later" in submitted(course).read_bytes() and report.lines[0].current


def test_two_clocks_ahead(course: Course, tmp_path: Path) -> None:
    """Of two that claim to come from the future in one run, does the one count that arrived last?"""
    attempt(tmp_path / "in", "first to arrive", 20, "a")
    attempt(tmp_path / "in", "last to arrive", 2, "b")
    report = collect(course.root, [tmp_path / "in"])
    assert b"last to arrive" in submitted(course).read_bytes()
    assert [line.current for line in report.lines] == [False, True]


def test_a_clock_ahead_collected_again(course: Course, tmp_path: Path) -> None:
    """Is a file whose time has come meanwhile the same attempt, and no byte changed?"""
    attempt(tmp_path / "in", "ahead", 0.0006, "a")
    collect(course.root, [tmp_path / "in"])
    before = made.tree(course.root)
    time.sleep(2.5)
    report = collect(course.root, [tmp_path / "in"])
    assert made.tree(course.root) == before
    assert [(line.new, line.attempt) for line in report.lines] == [(False, 1)]


def test_a_clock_of_next_week(course: Course, tmp_path: Path) -> None:
    """Is a clock that is ahead by more than a day still refused?"""
    report = collect(course.root, [attempt(tmp_path / "in", "far", 30, "a")])
    assert [one.reason for one in report.aside] == ["future"]


TIMES = {
    "digits": b"9" * MB,
    "blanks": b" " * MB + b"2026-03-01 10:00:00 UTC",
    "a path": b"2026-03-01 10:00:00 /etc/passwd",
    "a way up": b"2026-03-01 10:00:00 ../../etc/passwd",
    "an exponent": b"1e999999999",
    "signs": b"2026-03-01 10:00:00 \x1b[2J",
}


@pytest.mark.parametrize("name", TIMES)
def test_a_time_that_does_harm(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a time file that is long, or leads to a file, never reach whoever guesses at times?"""
    from nbgrader import utils

    seen: list[str] = []
    real = utils.parse_utc
    monkeypatch.setattr(utils, "parse_utc", lambda text: seen.append(text) or real(text))
    assert handed_time(TIMES[name]) is None
    assert all(len(text) <= 100 and "passwd" not in text for text in seen)


@pytest.mark.parametrize(
    "text",
    ["2026-03-01 10:00:00.000123 UTC", "2026-03-01T10:00:00Z", "2026-03-01 10:00", "2026-03-01 11:00:00 Europe/Berlin"],
)  # fmt: skip
def test_an_honest_time(text: str) -> None:
    """Is every way in which nbgrader itself writes a time still read?"""
    when = handed_time(text.encode())
    assert when is not None and when.strftime("%Y-%m-%d %H:%M") == "2026-03-01 10:00"


# -- one run of grading ----------------------------------------------------------------------------

RAISES = 'def totals(visits):\n    raise AssertionError(" " * 2_000_000)\n'
WORDS = "\n".join(
    "# " + " ".join(f"{n:05x}" for n in range(k, k + 10)) for k in range(0, 700_000, 10)
)


def _unknown(number: int) -> dict[str, Any]:
    about = {"grade_id": f"{number:0>75}", "grade": True, "points": 1, "solution": False, "locked": True, "task": False, "schema_version": 3}  # fmt: skip
    return shapes.code(name=f"u{number}", metadata={"nbgrader": about})


def _trusting(book: bytes) -> bytes:
    raw = json.loads(book)
    raw["metadata"] |= {"trusted": True, "signature": "sha256:0"}
    for cell in raw["cells"]:
        cell["metadata"]["trusted"] = True
    return json.dumps(raw).encode()


def _showing(text: str) -> Callable[[bytes], bytes]:
    """A notebook whose first cell shows a value of JSON."""
    show = (
        f"from IPython.display import display\n{text}\ndisplay({{'application/json': x}}, raw=True)"
    )
    return lambda book: shapes.with_cells(book, [shapes.code(show, name="w")])


Change = Callable[[bytes], bytes]


def _changed(change: Callable[[dict[str, Any]], Any]) -> Change:
    """A notebook in which something is changed."""

    def edit(book: bytes) -> bytes:
        raw = json.loads(book)
        change(raw)
        return json.dumps(raw).encode()

    return edit


def _about(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The settings of all graded tests."""
    found = [cell["metadata"].get("nbgrader") or {} for cell in raw["cells"]]
    return [one for one in found if one.get("grade") and not one.get("solution")]


def _meta(**settings: Any) -> Change:
    """Settings of nbgrader's in each test."""
    return _changed(lambda raw: [one.update(settings) for one in _about(raw)])


def _settings_of(value: Any) -> Change:
    """What stands where a cell's settings of nbgrader's belong, in a cell before the others."""
    cell = shapes.code(name="w", metadata={"nbgrader": value})
    return lambda book: shapes.with_cells(book, [cell])


def _tags(value: Any) -> Change:
    """What stands where the tags of each cell belong."""
    return _changed(lambda raw: [cell["metadata"].update(tags=value) for cell in raw["cells"]])


#: In courses of nbgrader's own: what is changed, whether it is graded, and why not.
STRANGERS: dict[str, tuple[Change, str, str]] = {
    "points": (_meta(points=10**400), "graded", ""),
    "version": (_meta(schema_version=10**400), "rejected", "bad-metadata"),
    **{f"settings-{n}": (_settings_of(value), "rejected", "bad-metadata") for n, value in enumerate(([1], "x", 5, None))},
    **{f"tags-{n}": (_tags(value), "graded", "") for n, value in enumerate((5, None, "skip-execution", [[1], {}]))},
    "kernel": (_changed(lambda raw: raw["metadata"].update(kernelspec=[1])), "graded", ""),
    "kernel-name": (_changed(lambda raw: raw["metadata"].update(kernelspec={"name": [1]})), "graded", ""),
    "metadata": (_changed(lambda raw: raw.update(metadata=[1])), "rejected", "not-notebook"),
    "cell": (_changed(lambda raw: raw["cells"].append(5)), "rejected", "not-notebook"),
    "kind": (_changed(lambda raw: raw["cells"][0].update(cell_type="x")), "rejected", "not-notebook"),
    "attachments": (_changed(lambda raw: raw["cells"].append({"cell_type": "raw", "metadata": {}, "source": "", "attachments": 5})), "rejected", "not-notebook"),
    "authors": (_changed(lambda raw: raw["metadata"].update(authors="x")), "rejected", "not-notebook"),
    "honest": (lambda book: book, "graded", ""),
}  # fmt: skip


#: Those of them for nbgrader's own converter, which takes its time.
CONVERTED = ("points", "version", "settings-0", "tags-0", "kernel", "attachments", "authors")


def _elsewhere(root: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    for student in names:
        path = plain.submit(root, student) / "work.ipynb"
        path.write_bytes(STRANGERS[student][0](path.read_bytes()))
    return plain.graded(root)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All of them in a course of nbgrader's own."""
    return _elsewhere(plain.make(tmp_path_factory.mktemp("plain") / "course"), STRANGERS)


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Some of them in a course with a step of its own."""
    return _elsewhere(plain.make_own(tmp_path_factory.mktemp("own") / "course"), CONVERTED)


@pytest.mark.sandbox
@pytest.mark.parametrize("student", STRANGERS)
def test_settings_of_a_stranger(elsewhere: dict[str, dict[str, Any]], student: str) -> None:
    """Is a notebook with settings of any form graded or refused, and never a fault of ours?"""
    _, status, reason = STRANGERS[student]
    line = elsewhere[student]
    assert (line["status"], line["reason_id"]) == (status, reason), elsewhere[""]["said"]
    if status == "graded":
        assert line["points"] == elsewhere["honest"]["points"]


@pytest.mark.sandbox
@pytest.mark.parametrize("student", CONVERTED)
def test_settings_for_the_converter(converted: dict[str, dict[str, Any]], student: str) -> None:
    """Is it the same where nbgrader's own converter runs a course's own step?"""
    _, status, reason = STRANGERS[student]
    line = converted[student]
    assert (line["status"], line["reason_id"]) == (status, reason), converted[""]["said"]


def test_outputs_that_no_notebook_holds() -> None:
    """Are they left out where a course's own code wants to see outputs, and the others kept?"""
    good = {"output_type": "stream", "name": "stdout", "text": "x"}
    odd = [{"output_type": "stream", "text": 5}, {"output_type": "error"}, good]
    book = shapes.with_cells(made.notebook(), [shapes.code(outputs=odd, execution_count="x")])
    cell = intake.parse_any(book, outputs=True).cells[0]
    assert [dict(one) for one in cell.outputs] == [good] and cell.execution_count is None


HANDED: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "objects": (lambda book: shapes.with_part(book, PARTS["objects"]()), "rejected", "too-complex"),
    "tags": (lambda book: shapes.with_cells(book, CELLS["tags"]()), "rejected", "too-complex"),
    "source": (lambda book: shapes.with_cells(book, CELLS["source"]()), "rejected", "too-complex"),
    "lines": (lambda book: shapes.with_cells(book, HONEST["200 000 lines"]()), "graded", ""),
    "pictures": (lambda book: shapes.with_cells(book, HONEST["pictures"]()), "graded", ""),
    "words": (lambda book: shapes.with_cells(book, [shapes.code(WORDS, name="w")]), "graded", ""),
    "unknown": (lambda book: shapes.with_cells(book, [_unknown(n) for n in range(1900)]), "graded", ""),
    "trusted": (_trusting, "graded", ""),
    "shown": (_showing("x = [{} for _ in range(4_000_000)]"), "held", "limit-output"),
    "shown-deep": (_showing("x = []\nfor _ in range(900): x = [x]"), "graded", ""),
    "shown-chart": (_showing("x = [[n / 7 for n in range(100_000)]] * 2"), "graded", ""),
    "time": (lambda book: book, "graded", ""),
    "path": (lambda book: book, "graded", ""),
    "secret": (lambda book: book, "graded", ""),
    "pipe": (lambda book: book, "rejected", "odd-file"),
    "points-large": (_meta(points=10**400), "graded", ""),
    "version-large": (_meta(schema_version=10**400), "graded", ""),
    "no-settings": (_settings_of([1]), "graded", ""),
    "no-tags": (_tags(5), "graded", ""),
    "honest": (lambda book: book, "graded", ""),
}  # fmt: skip


@dataclass
class Desk:
    """A run of ``casebank grade`` over all of them, and one of ``casebank feedback``."""

    ran: Ran
    told: Ran
    course: Course
    lines: dict[str, dict[str, Any]]

    def folder(self, step: str, student: str) -> Path:
        """Where something of a student lies."""
        return self.course.path(step, student, desk.SLUG)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """All of them handed in and graded by the public command."""
    top = tmp_path_factory.mktemp("desk")
    course = desk.make_course(top)
    right = nbformat.writes(desk.right(course, "en")).encode()
    for student, (edit, _, _) in HANDED.items():
        desk.hand_in(course, student, edit(right))
    desk.hand_in(
        course, "raises", nbformat.writes(desk.right(course, "en", totals=RAISES)).encode()
    )
    extra = {
        "time": ("timestamp.txt", TIMES["digits"]),
        "path": ("timestamp.txt", TIMES["a path"]),
        "secret": ("submission_secret.txt", b"x" * (5 * MB)),
    }
    for student, (name, content) in extra.items():
        (course.path("submitted", student, desk.SLUG) / name).write_bytes(content)
    os.mkfifo(course.path("submitted", "pipe", desk.SLUG) / "data.txt")
    ran = shapes.run(course.root, "grade", desk.SLUG, "--no-proof", "--workers", 2, log=top / "log")
    told = shapes.run(course.root, "feedback", desk.SLUG, log=top / "told")
    [log] = (course.root / "logs").glob("grade-*.jsonl")
    lines = {one["student"]: one for one in desk.journal(log) if one["event"] == "submission"}
    yield Desk(ran, told, course, lines)
    shutil.rmtree(top)


@pytest.mark.sandbox
@pytest.mark.parametrize("student", HANDED)
def test_graded_or_refused(graded: Desk, student: str) -> None:
    """Is the one that would cost too much refused with its reason, and the honest one graded?"""
    _, status, reason = HANDED[student]
    line = graded.lines[student]
    assert (line["status"], line["reason_id"]) == (status, reason), graded.ran.said
    if status == "graded":
        assert line["points"] == graded.lines["honest"]["points"]


@pytest.mark.sandbox
def test_memory_of_grading(graded: Desk) -> None:
    """Do grading and feedback of all of them stay within a few hundred megabytes?"""
    assert graded.ran.memory < MOST_MEMORY and graded.told.memory < MOST_MEMORY
    assert "Traceback" not in graded.ran.said + graded.told.said


@pytest.mark.sandbox
def test_a_text_of_blanks(graded: Desk) -> None:
    """Is an error that says two million blanks judged like any other?"""
    assert graded.lines["raises"]["status"] in ("graded", "held")
    assert graded.lines["raises"]["reason_id"] != "engine-fault"


@pytest.mark.sandbox
@pytest.mark.parametrize("student", ["time", "path"])
def test_a_harmful_time_goes_no_further(graded: Desk, student: str) -> None:
    """Is it said that a time was not read, and does nbgrader never find it beside a notebook?"""
    said = Reason("odd-time").text(graded.course.lang)
    assert said in graded.lines[student]["notes"]
    for step in ("autograded", "feedback"):
        assert not (graded.folder(step, student) / "timestamp.txt").exists()


@pytest.mark.sandbox
def test_a_long_secret_goes_no_further(graded: Desk) -> None:
    """Is a secret of five megabytes not carried to the pages?"""
    assert not (graded.folder("feedback", "secret") / "submission_secret.txt").exists()
    assert list(graded.folder("feedback", "secret").glob("*.html"))


@pytest.mark.sandbox
def test_nothing_graded_trusts_itself(graded: Desk) -> None:
    """Is the word of a notebook that it is trusted gone from what is graded?"""
    text = (graded.folder("autograded", "trusted") / f"{desk.SLUG}.ipynb").read_text("utf-8")
    assert not re.search(r'"(trusted|signature)"', text)


@pytest.mark.sandbox
def test_a_note_of_two_thousand_cells(graded: Desk) -> None:
    """Is a note about very many cells a sentence, not a book?"""
    assert all(len(note) < 5000 for note in graded.lines["unknown"]["notes"])


# -- one thing at a time ---------------------------------------------------------------------------


def test_nothing_collected_trusts_itself(course: Course, tmp_path: Path) -> None:
    """Is the word of a notebook that it is trusted gone from submitted/, and the attempt whole?"""
    data = made.forge(book=_trusting(made.notebook()))
    report = collect(course.root, [put(tmp_path / "in", data, "a.casebank.zip")])
    assert report.exit_code == 0
    assert b"trusted" not in submitted(course).read_bytes()
    [kept] = (course.root / "attempts/s001" / made.SLUG).glob("*.zip")
    assert kept.read_bytes() == data
    before = made.tree(course.root)
    collect(course.root, [tmp_path / "in"])
    assert made.tree(course.root) == before


@pytest.mark.parametrize("escape", ["trusted", "\\u0074rusted", "signature"])
def test_trust_in_other_letters(escape: str) -> None:
    """Is such a word found however it is written?"""
    book = made.notebook().replace(
        b'"metadata": {}', b'"metadata": {"' + escape.encode() + b'": true}'
    )
    clean = json.loads(intake.untrusting(book))
    assert all(cell["metadata"].keys() <= {"nbgrader"} for cell in clean["cells"])


def test_an_old_format() -> None:
    """Is a notebook of format 3 bounded and stripped by the same rules?"""
    cell = {"cell_type": "code", "language": "python", "input": ["x = 1\n"], "outputs": [], "metadata": {"trusted": True}}  # fmt: skip
    raw = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x", "signature": "s"}}
    book = json.dumps(raw | {"worksheets": [{"metadata": {}, "cells": [cell] * 3}]}).encode()
    found = intake.parse_any(book)
    assert "trusted" not in json.dumps(found) and "signature" not in json.dumps(found)
    many = json.dumps(raw | {"worksheets": [{"metadata": {}, "cells": [cell] * 2500}]}).encode()
    with pytest.raises(RejectedError, match="too-complex"):
        intake.parse_any(many)


@pytest.mark.parametrize("text", ['{"a": "\\\\"}', '["\\"{[,:"]', '{"a": [1, {"b": "x\\\\\\"y"}]}', '"[[["'])  # fmt: skip
def test_what_stands_in_texts_does_not_count(text: str) -> None:
    """Are brackets and commas within texts no objects, whatever backslashes stand before?"""
    found = strangers.loads(text.encode(), strangers.Bounds(containers=3, values=8, depth=3))
    assert found == json.loads(text)


def test_an_error_text_is_cut() -> None:
    """Does a giant error keep its head and the id at its end, and cost no quadratic time?"""
    output = {"output_type": "error", "ename": "E" * MB, "evalue": " " * MB + "text [one-row]"}
    cell = {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": [output]}
    error = cell_runs({"cells": [cell]})["a"].error
    assert error is not None and max(map(len, error)) < 10_000
    assert split_message(error[1])[0] == "one-row"


NESTED = {"brackets": "[" * 90_000, "minus": "-" * 90_000 + "1", "calls": "f" + "()" * 40_000, "sum": "1+" * 40_000 + "1", "long": "x = 1\n" * 800_000}  # fmt: skip


@pytest.mark.parametrize("name", NESTED)
def test_code_that_breaks_a_parser(name: str) -> None:
    """Does code that is deep or long neither break nor busy the parser outside the sandbox?"""
    assert discretion._syntax("SyntaxError", NESTED[name], "en").startswith("SyntaxError")
    assert discretion._literals(NESTED[name]) == set()


def test_few_names_in_a_note() -> None:
    """Does a note name some cells and count the others?"""
    [note] = repair.together([Reason("unknown-cell", {"cell": f"c{n}"}) for n in range(2000)])
    assert len(note.text("en")) < 500 and "+1960" in note.text("zh")


def test_a_time_is_passed_on_or_not() -> None:
    """Is a short text that is no time passed on as in nbgrader, and a harmful one not?"""
    assert harmless(b"yesterday-ish") and not harmless(b"9" * 200)


def test_a_download_of_very_many_entries(course: Course, tmp_path: Path) -> None:
    """Is a download with more entries than a class has refused before one is opened?"""
    data = made.pack({f"{n}.zip": b"" for n in range(sources.MOST_ENTRIES + 1)}, 0)
    report = collect(course.root, [put(tmp_path / "in", data, "all.zip")])
    assert [one.reason for one in report.aside] == ["too-many"]
