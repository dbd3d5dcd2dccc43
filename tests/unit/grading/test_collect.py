"""Does ``collect`` take what trainees made, and nothing that was made to harm?"""

from __future__ import annotations

import io
import json
import os
import random
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import collect_parcels as made
import pytest
from collect_parcels import AT, SLUG

from casebank.errors import EnvironmentFault, UsageError
from casebank.grading.collect import collect
from casebank.grading.collecting import parcel as parcels
from casebank.grading.collecting import shelf as shelves
from casebank.grading.collecting import sources as searching
from casebank.grading.collecting import words
from casebank.grading.collecting.refusals import WORDS, Refusal
from casebank.grading.course import Course
from casebank.lang import Bi


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with a class list."""
    return made.course(tmp_path / "course", "s001", "s002", "S003", "张三")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder for what comes in."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(folder: Path, data: bytes | None = None, name: str = "", **more: object) -> Path:
    """A file in a folder: these bytes, or an honest one."""
    if data is None:
        honest, data = made.parcel(**more)  # type: ignore[arg-type]
        name = name or honest
    path = folder / (name or "x.casebank.zip")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def submitted(course: Course, student: str = "s001") -> Path:
    """Where the notebook lies that is graded."""
    return course.root / "submitted" / student / SLUG / f"{SLUG}.ipynb"


# -- what is taken ---------------------------------------------------------------------------------


def test_taken(course: Course, inbox: Path) -> None:
    """Does an honest file lie where nbgrader looks, with its time, and whole among the attempts?"""
    content = made.notebook("answer = 1")
    path = put(inbox, content=content, checks=[made.check(), made.check(passed=2)])
    report = collect(course.root, [path])
    assert report.exit_code == 0
    assert submitted(course).read_bytes() == content
    from nbgrader.utils import parse_utc

    said = submitted(course).with_name("timestamp.txt").read_text("utf-8")
    assert parse_utc(said).isoformat() == "2026-03-01T08:00:00"
    kept = list((course.root / "attempts/s001" / SLUG).glob("*.casebank.zip"))
    assert [one.read_bytes() for one in kept] == [path.read_bytes()]
    line = report.lines[0]
    assert (line.student, line.attempt, line.checks, line.passed, line.total) == (
        "s001",
        1,
        2,
        2,
        2,
    )
    assert {one.name for one in submitted(course).parent.iterdir()} == {
        f"{SLUG}.ipynb",
        "timestamp.txt",
    }


def test_twice_changes_nothing(course: Course, inbox: Path) -> None:
    """Does a second run over the same files change no byte?"""
    put(inbox)
    put(inbox, made.notebook("2"), "a.casebank.zip")
    put(inbox, content=made.notebook("b"), student="s002")
    collect(course.root, [inbox])
    before = made.tree(course.root)
    report = collect(course.root, [inbox])
    assert made.tree(course.root) == before
    assert not any(line.new for line in report.lines)


def test_every_attempt_is_kept(course: Course, inbox: Path) -> None:
    """Is each attempt kept, and does the newest count, in whatever order they come?"""
    times = ["2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z", "2026-03-03T08:00:00Z"]
    for number, at in enumerate(times):
        one = put(inbox, content=made.notebook(f"try {number}"), made_at=at, name=f"{number}.zip")
        collect(course.root, [one])
    assert b"try 1" in submitted(course).read_bytes()
    assert len(list((course.root / "attempts/s001" / SLUG).glob("*.casebank.zip"))) == 3
    report = collect(course.root, [inbox])
    assert [line.attempt for line in report.lines] == [1, 2, 3]
    assert [line.current for line in report.lines] == [False, False, True]


@pytest.mark.parametrize("first", [0, 1])
def test_equal_times(course: Course, inbox: Path, first: int) -> None:
    """Of two files of one second, does the one win that arrived later, and stay so?"""
    ways = [put(inbox, content=made.notebook(f"try {n}"), name=f"{n}.zip") for n in (0, 1)]
    collect(course.root, [ways[first]])
    collect(course.root, [ways[1 - first]])
    collect(course.root, [ways[first]])
    assert f"try {1 - first}".encode() in submitted(course).read_bytes()


def test_older_version(course: Course, inbox: Path) -> None:
    """Is a version taken that the course has kept, though it is not the newest?"""
    report = collect(course.root, [put(inbox)])
    assert (report.exit_code, report.lines[0].version) == (0, "1.0.0")


def test_changed_notebook(course: Course, inbox: Path) -> None:
    """Is a notebook legitimate that was changed by hand, with a manifest that fits?"""
    book = made.notebook("print('by hand')")
    assert collect(course.root, [put(inbox, made.forge(book=book))]).exit_code == 0
    assert submitted(course).read_bytes() == book


def test_notebook_without_label(course: Course, inbox: Path) -> None:
    """Is a notebook whose label a tool has lost known by its cells, and a foreign one not?"""
    bare = made.notebook(exercise=None, version=None, lang=None)
    assert collect(course.root, [put(inbox, made.forge(book=bare))]).exit_code == 0
    foreign = bare.replace(b"one-test", b"two-test")
    report = collect(course.root, [put(inbox, made.forge(book=foreign))])
    assert [one.reason for one in report.aside] == ["wrong-exercise"]


def test_download_of_an_lms(course: Course, inbox: Path) -> None:
    """Are files found in a download, with a folder for each person and other files between?"""
    one, two = made.parcel()[1], made.parcel(student="s002", name="王芳")[1]
    download = made.pack(
        {
            "Li Wei_123_assignsubmission_file_/李_s001_demo_1.0.0.casebank.zip": one,
            "Wang Fang_124_assignsubmission_file_/demo (1).zip": two,
            "Wang Fang_124_assignsubmission_file_/question.pdf": b"%PDF",
            "__MACOSX/._x.casebank.zip": b"junk",
        }
    )
    report = collect(course.root, [put(inbox, download, "all.zip")])
    assert report.exit_code == 0
    assert [line.student for line in report.lines] == ["s001", "s002"]
    assert [name.rsplit("/", 1)[-1] for name in report.other] == ["question.pdf"]


def test_folders_and_other_files(course: Course, inbox: Path) -> None:
    """Is a shared folder searched in depth, and what is no submission left alone and named?"""
    put(inbox / "a" / "b", name="DEMO.CASEBANK.ZIP")
    put(inbox / "a", made.pack({"readme.txt": b"x"}), "holiday.zip")
    put(inbox, b"x", "notes.txt")
    put(inbox, b"x", "._demo.casebank.zip")
    report = collect(course.root, [inbox])
    assert report.exit_code == 0 and len(report.lines) == 1
    assert {Path(name).name for name in report.other} == {"holiday.zip", "notes.txt"}


def test_nothing_there(course: Course, inbox: Path) -> None:
    """Does an empty folder say so, and end with 1?"""
    report = collect(course.root, [inbox])
    assert report.exit_code == 1 and "no submission file" in report._end()[0]


def test_graded_before(course: Course, inbox: Path) -> None:
    """Is somebody named who has a grade and hands in anew?"""
    collect(course.root, [put(inbox)])
    (course.root / "autograded/s001" / SLUG).mkdir(parents=True)
    assert collect(course.root, [inbox]).again == []
    later = put(inbox, content=made.notebook("2"), made_at="2026-03-02T00:00:00Z", name="2.zip")
    report = collect(course.root, [later])
    assert report.again == [("s001", SLUG)]
    assert any("grade again: s001" in line for line in report._end())


def test_what_a_person_put_there(course: Course, inbox: Path) -> None:
    """Does what an instructor put into submitted/ move beside the attempts, with all its files?"""
    submitted(course).parent.mkdir(parents=True)
    submitted(course).write_text("by hand", encoding="utf-8")
    submitted(course).with_name("plot.png").write_bytes(b"png")
    report = collect(course.root, [put(inbox)])
    kept = list((course.root / "attempts/s001" / SLUG).glob("by-hand-*/*"))
    assert sorted(one.name for one in kept) == [f"{SLUG}.ipynb", "plot.png"]
    assert "by-hand-" in report.lines[0].notes[0]
    # What is changed there afterwards stays until a newer attempt comes.
    submitted(course).write_text("mended by hand", encoding="utf-8")
    collect(course.root, [inbox])
    assert submitted(course).read_text("utf-8") == "mended by hand"


# -- whose it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "student"),
    [
        ("s001", "s001"),
        (" s001 ", "s001"),
        ("S001", "s001"),
        ("ｓ００２", "s002"),
        ("s003", "S003"),
    ],
    ids=["exact", "blanks", "capital", "full-width", "small"],
)
def test_spelling_of_an_id(course: Course, inbox: Path, said: str, student: str) -> None:
    """Is an id known in the ways in which an input method may write it?"""
    report = collect(course.root, [put(inbox, student=said, name="x.zip")])
    assert [line.student for line in report.lines] == [student]


def test_unknown_id(course: Course, inbox: Path) -> None:
    """Is an unknown id put aside with the nearest known one, and taken when the instructor says?"""
    path = put(inbox, student="s0O1", name="a.casebank.zip")
    report = collect(course.root, [inbox])
    assert report.exit_code == 1 and "perhaps s001" in report.aside[0].sentence
    copy = report.aside[0].copy
    assert copy is not None and copy.read_bytes() == path.read_bytes()
    assert "perhaps s001" in copy.with_name(f"{copy.name}.why.txt").read_text("utf-8")
    assert collect(course.root, [path], student="s001").exit_code == 0
    assert submitted(course).is_file()
    assert list((course.root / "collected-aside").iterdir()) == []


def test_add_students(course: Course, inbox: Path) -> None:
    """Does --add-students take somebody new, and enter them in the roster as text?"""
    put(inbox, student="s009", name="x.zip")
    put(inbox, made.parcel(student="s010", name='=cmd|"calc",x')[1], "y.zip")
    collect(course.root, [inbox])
    report = collect(course.root, [course.root / "collected-aside"], add_students=True)
    assert report.exit_code == 0 and len(report.lines) == 2
    lines = (course.root / "roster.csv").read_text("utf-8").splitlines()
    assert sorted(lines[-2:]) == ["s009,Li Wei,,", 's010,"\'=cmd|""calc"",x",,']
    again = collect(course.root, [inbox])
    assert again.exit_code == 0


def test_no_class_list(tmp_path: Path, inbox: Path) -> None:
    """Does a course without a class list take everybody, but one person under one id only?"""
    course = made.course(tmp_path / "open")
    collect(course.root, [put(inbox, student="a1")])
    later = put(inbox, student="A1", made_at="2026-04-01T00:00:00Z", name="2.zip")
    report = collect(course.root, [later])
    assert [line.student for line in report.lines] == ["a1"]
    assert (course.root / "roster.csv").read_text("utf-8").strip() == (
        "id,first_name,last_name,email"
    )


def test_another_name(tmp_path: Path, inbox: Path) -> None:
    """Is it said when a file comes by another name than the list's or the attempt's before?"""
    course = made.course(tmp_path / "course", "s001", "s002")
    roster = (course.root / "roster.csv").read_text("utf-8")
    roster = roster.replace("s001,,,", "s001,Wei,Li,")
    (course.root / "roster.csv").write_text(roster, encoding="utf-8")
    one = put(inbox, name="LI  Wei.zip")
    other = made.forge(student__name="Wang Fang", made_at="2026-03-02T00:00:00Z")
    report = collect(course.root, [one, put(inbox, other, "2.zip")])
    notes = [line.notes for line in report.lines]
    assert notes == [
        [],
        ["another name in the class list: Wei Li", "another name in the attempt before: Li Wei"],
    ]
    assert all(len(line.notes) == 2 for line in collect(course.root, [inbox / "2.zip"]).lines)


def test_gradebook_as_class_list(tmp_path: Path, inbox: Path) -> None:
    """Is a class that was entered into the gradebook a list, and whom grading entered none?"""
    from nbgrader.api import Student

    course = made.course(tmp_path / "course")
    collect(course.root, [put(inbox, student="a1")])
    with course.gradebook() as gradebook:
        gradebook.db.add(Student(id="a1"))
        gradebook.db.commit()
    assert collect(course.root, [put(inbox, student="a2")]).exit_code == 0
    with course.gradebook() as gradebook:
        gradebook.db.add(Student(id="a3"))
        gradebook.db.commit()
    third = put(inbox, student="b9")
    assert [one.reason for one in collect(course.root, [third]).aside] == ["unknown-id"]
    assert collect(course.root, [third], add_students=True).exit_code == 0
    assert collect(course.root, [inbox]).exit_code == 1
    with course.gradebook() as gradebook:
        assert "b9" in {student.id for student in gradebook.students}


BAD_IDS = {
    "up": "../x",
    "dot": ".",
    "dots": "..",
    "device": "CON",
    "device-ending": "nul.txt",
    "empty": "",
    "blank": "   ",
    "long": "x" * 500,
    "long-hanzi": "张" * 120,
    "slash": "a/b",
    "backslash": "a\\b",
    "nul": "a\0b",
    "newline": "a\nb",
    "hidden": ".ssh",
    "end-dot": "s001.",
    "surrogate": "\ud800",
    "turned": "s\u202e100",
    "format": "{0.__class__}",
    "markup": "[red]x[/red]",
}


@pytest.mark.parametrize("name", BAD_IDS)
def test_bad_ids(tmp_path: Path, inbox: Path, name: str) -> None:
    """Does an id that is a path, a device or nothing write nowhere, with and without a list?"""
    for where, students in (("open", ()), ("listed", ("s001",))):
        course = made.course(tmp_path / where, *students)
        before = {path for path in tmp_path.rglob("*") if course.root not in path.parents}
        path = put(inbox, made.forge(student__id=BAD_IDS[name]))
        report = collect(course.root, [path], add_students=True)
        assert [one.reason for one in report.aside] == ["bad-id"], where
        assert not (course.root / "attempts").exists()
        assert list((course.root / "submitted").iterdir()) == []
        after = {path for path in tmp_path.rglob("*") if course.root not in path.parents}
        assert after - before <= {path}


# -- what is put aside -----------------------------------------------------------------------------


def bomb() -> bytes:
    """A notebook of 12 MB in 12 KB."""
    return made.forge(book=b" " * (12 * 2**20))


def deep() -> str:
    return '{"format":1,"x":' + "[" * 100_000 + "]" * 100_000 + "}"


def truncated() -> bytes:
    data = made.parcel()[1]
    return data[: len(data) // 2]


def wrong_crc() -> bytes:
    """Stored bytes that do not fit their checksum."""
    data = made.pack({"demo.ipynb": made.notebook(), "manifest.json": b'{"a": 1}'}, 0)
    return made.edit(data, b'{"a": 1}', b'{"b": 1}')


def two_notebooks() -> bytes:
    out = io.BytesIO(made.parcel()[1])
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("demo.ipynb", made.notebook("another"))
    return out.getvalue()


def real_size_hidden() -> bytes:
    """An entry that claims to be small and unpacks to much."""
    data = made.forge(book=b" " * (2 * 2**20))
    return made.sizes(data, "demo.ipynb", 10)


def long_directory() -> bytes:
    return made.pack({f"{number:0>200}": b"" for number in range(1000)})


def huge_size() -> bytes:
    """A list of contents that claims a file of 4 GB."""
    return made.sizes(made.parcel()[1], "demo.ipynb", 2**32 - 2)


def wrong_offset() -> bytes:
    """An end record that points far behind the file."""
    data = bytearray(made.parcel()[1])
    struct.pack_into("<I", data, len(data) - 6, 2**31)
    return bytes(data)


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "not-zip"),
    "no zip": (lambda: b"GIF89a" * 100, "not-zip"),
    "end record only": (lambda: b"PK\x05\x06" + b"\0" * 18, "no-entry"),
    "cut off": (truncated, "not-zip"),
    "damaged": (wrong_crc, "damaged"),
    "wrong offset": (wrong_offset, "damaged"),
    "traversal": (lambda: made.add(made.parcel()[1], "../../evil.py"), "bad-entry"),
    "traversal of Windows": (lambda: made.add(made.parcel()[1], "..\\evil.py"), "bad-entry"),
    "absolute": (lambda: made.add(made.parcel()[1], "/etc/cron.d/evil"), "bad-entry"),
    "drive": (lambda: made.add(made.parcel()[1], "C:\\evil.py"), "bad-entry"),
    "link": (lambda: made.add(made.parcel()[1], "x", b"/etc/passwd", mode=0o120777), "entry-link"),
    "pipe": (lambda: made.add(made.parcel()[1], "x", b"", mode=0o010666), "entry-link"),
    "control signs": (lambda: made.add(made.parcel()[1], "a\x1b[2Jb"), "control"),
    "one file more": (lambda: made.add(made.parcel()[1], "sitecustomize.py"), "extra"),
    "a folder more": (lambda: made.add(made.parcel()[1], "data/"), "extra"),
    "twice the notebook": (two_notebooks, "twice"),
    "many files": (lambda: made.pack({str(n): b"" for n in range(500)}), "too-many"),
    "long list": (long_directory, "not-zip"),
    "password": (lambda: made.flag(made.parcel()[1], 1), "encrypted"),
    "odd compression": (lambda: made.flag(made.parcel()[1], 0, 14), "compression"),
    "bomb": (bomb, "bomb"),
    "bomb that lies": (real_size_hidden, "damaged"),
    "four gigabytes": (huge_size, "bomb"),
    "large notebook": (
        lambda: made.pack({"demo.ipynb": os.urandom(21 * 2**20), **_manifest()}, 0),
        "too-large",
    ),
    "zip in it": (lambda: made.add(made.parcel()[1], "a.zip", made.parcel()[1]), "extra"),
    "no manifest": (lambda: made.pack({"demo.ipynb": made.notebook()}), "no-entry"),
    "no notebook": (lambda: made.pack(_manifest()), "no-entry"),
    "notebook elsewhere": (
        lambda: made.pack({"a/demo.ipynb": made.notebook(), **_manifest()}),
        "no-entry",
    ),
    "giant manifest": (lambda: made.forge(raw="{" + " " * 300_000 + "}"), "manifest-large"),
    "manifest of 8 MB": (lambda: made.forge(raw=" " * (8 * 2**20)), "bomb"),
    "bad JSON": (lambda: made.forge(raw="{'format': 1}"), "manifest"),
    "deep JSON": (lambda: made.forge(raw=deep()), "manifest"),
    "NaN": (lambda: made.forge(raw='{"format": 1, "checks": [NaN]}'), "manifest"),
    "long number": (lambda: made.forge(raw='{"format": ' + "9" * 10_000 + "}"), "manifest"),
    "key twice": (lambda: made.forge(raw='{"format": 1, "format": 1}'), "manifest"),
    "a list": (lambda: made.forge(raw="[]"), "manifest"),
    "no student": (lambda: made.forge(student=None), "manifest"),
    "id is a number": (lambda: made.forge(student__id=7), "manifest"),
    "bytes is true": (lambda: made.forge(notebook__bytes=True), "manifest"),
    "time of another form": (lambda: made.forge(made_at="2026-03-01 08:00"), "manifest"),
    "no such day": (lambda: made.forge(made_at="2026-02-30T08:00:00Z"), "manifest"),
    "no such year": (lambda: made.forge(made_at="0001-01-01T08:00:00Z"), "manifest"),
    "time to come": (lambda: made.forge(made_at="9999-01-01T00:00:00Z"), "future"),
    "format to come": (lambda: made.forge(format=2), "format"),
    "format is true": (lambda: made.forge(format=True), "format"),
    "hash": (lambda: made.forge(notebook__sha256="0" * 64), "hash"),
    "size": (lambda: made.forge(notebook__bytes=1), "hash"),
    "other name of the notebook": (lambda: made.forge(notebook__name="x.ipynb"), "manifest"),
    "no notebook format": (lambda: made.forge(book=b"{}"), "notebook"),
    "notebook cut off": (lambda: made.forge(book=made.notebook()[:50]), "notebook"),
    "deep notebook": (lambda: made.forge(book=deep().encode()), "notebook"),
    "notebook of another exercise": (
        lambda: made.forge(book=made.notebook(exercise="other")),
        "wrong-exercise",
    ),
    "a lab": (
        lambda: made.forge(book=made.notebook(exercise=None, version=None, lab="demo")),
        "wrong-exercise",
    ),
    "notebook of another version": (
        lambda: made.forge(book=made.notebook(version="1.1.0")),
        "wrong-version",
    ),
    "no such exercise": (
        lambda: made.parcel(made.notebook(exercise="other"))[1],
        "no-exercise",
    ),
    "exercise is a path": (
        lambda: made.pack({"../../x.ipynb": made.notebook(), **_manifest(exercise="../../x")}),
        "bad-entry",
    ),
    "no such version": (lambda: made.parcel(made.notebook(version="9.9.9"))[1], "no-version"),
}


def _manifest(**changes: object) -> dict[str, bytes]:
    return {"manifest.json": json.dumps({**made.manifest_of(made.parcel()[1]), **changes}).encode()}


@pytest.mark.parametrize("name", CASES)
def test_hostile(course: Course, inbox: Path, name: str) -> None:
    """Is it put aside unchanged with one sentence, and the honest one beside it taken?"""
    build, reason = CASES[name]
    data = build()
    put(inbox, data, "a.casebank.zip")
    put(inbox, student="s002", name="b.casebank.zip")
    report = collect(course.root, [inbox])
    assert [(one.reason) for one in report.aside] == [reason]
    assert report.exit_code == 1
    assert [line.student for line in report.lines] == ["s002"]
    sentence = report.aside[0].sentence
    assert "\n" not in sentence and sentence.isprintable() and len(sentence) < 400
    copy = report.aside[0].copy
    assert copy is not None and copy.read_bytes() == data
    assert not (course.root / "attempts/s001").exists()
    assert {path.name for path in inbox.parent.iterdir()} == {"course", "inbox"}
    before = made.tree(course.root)
    collect(course.root, [inbox])
    assert made.tree(course.root) == before


def test_sentences_in_both_languages() -> None:
    """Do both languages of a sentence speak of the same things?"""
    summary = {name: text for name, text in vars(words).items() if isinstance(text, Bi)}
    for name, text in {**WORDS, **summary}.items():
        parts = [set(re.findall(r"{(\w+)}", text[lang])) for lang in ("zh", "en")]
        assert parts[0] == parts[1], name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_language(tmp_path: Path, inbox: Path, lang: str) -> None:
    """Is all that a collection tells in the course's language, and nothing of it in the other?"""
    from rich.console import Console

    course = made.course(tmp_path / "course", "s001", "s002", lang=lang)
    later = "2026-03-02T00:00:00Z"
    put(inbox, name="1.casebank.zip")
    put(inbox, made.parcel(student="S001", name="Zoe", made_at=later, checks=[made.check()])[1])
    put(inbox, made.parcel(student="s003")[1], "3.casebank.zip")
    put(inbox, b"PK", "4.casebank.zip")
    put(inbox, b"{}", "bare.ipynb")
    for number in range(3):
        put(inbox, b"", f"{number}.txt")
    collect(course.root, [inbox])
    (course.root / "autograded/s001" / SLUG).mkdir(parents=True)
    put(inbox, made.parcel(student="s001", name="Zoe", made_at="2026-03-03T00:00:00Z")[1], "5.zip")
    report = collect(course.root, [inbox])
    report.completed.append(("s002", SLUG))
    out = io.StringIO()
    Console(file=out, width=400, force_terminal=False).print(report.table())
    said = out.getvalue()
    assert report.again and len(report.aside) == 2 and len(report.lines) == 3
    hanzi = re.findall("[\u3000-\u9fff\uff00-\uffef]+", said)
    if lang == "en":
        assert hanzi == []
        return
    # What is no language: paths, commands, names, ids, versions.
    for known in (str(course.root), str(inbox), "casebank grade demo --course", SLUG, "UTC"):
        said = said.replace(known, "")
    latin = set(re.findall(r"[A-Za-z][\w.-]*", said))
    assert latin <= {
        *("Li", "Wei", "Zoe", "S001", "s001", "s002", "s003", "zip", "bare.ipynb", "txt"),
        *("casebank.zip", "collected-aside", "--student", "student", "add-students"),
    }, latin


def test_links(course: Course, inbox: Path, tmp_path: Path) -> None:
    """Is a link never followed, whether it is named, found, or leads to a folder?"""
    real = put(tmp_path / "elsewhere")
    (inbox / "x.casebank.zip").symlink_to(real)
    (inbox / "folder").symlink_to(real.parent)
    os.mkfifo(inbox / "pipe.zip")
    (tmp_path / "named").symlink_to(real.parent)
    report = collect(course.root, [inbox, tmp_path / "named"])
    assert sorted(one.reason for one in report.aside) == ["link", "link", "special"]
    assert report.lines == [] and all(one.copy is None for one in report.aside)


@pytest.mark.parametrize("part", ["submitted", "attempts", "collected-aside"])
def test_link_in_place_of_a_folder(course: Course, inbox: Path, tmp_path: Path, part: str) -> None:
    """Is nothing written through a link that stands for a whole folder of the course?"""
    outside = tmp_path / "outside"
    outside.mkdir()
    if (course.root / part).is_dir():
        (course.root / part).rmdir()
    (course.root / part).symlink_to(outside)
    with pytest.raises(UsageError, match="link"):
        collect(course.root, [put(inbox)])
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("part", ["submitted/s001", f"submitted/s001/{SLUG}", "attempts/s001"])
def test_link_in_place_of_a_person(course: Course, inbox: Path, tmp_path: Path, part: str) -> None:
    """Is one person put aside whose folder is a link, and the next one taken?"""
    outside = tmp_path / "outside"
    outside.mkdir()
    (course.root / part).parent.mkdir(parents=True, exist_ok=True)
    (course.root / part).symlink_to(outside)
    put(inbox)
    put(inbox, student="s002")
    report = collect(course.root, [inbox])
    assert [one.reason for one in report.aside] == ["course-link"]
    assert [line.student for line in report.lines] == ["s002"]
    assert list(outside.iterdir()) == []


def test_zip_in_a_zip_in_a_zip(course: Course, inbox: Path) -> None:
    """Is a download opened one level deep and no deeper?"""
    inner = made.pack({"x.casebank.zip": made.parcel()[1]})
    report = collect(course.root, [put(inbox, made.pack({"inner.zip": inner}), "all.zip")])
    assert [one.reason for one in report.aside] == ["nested"]
    assert report.lines == []


def test_bomb_in_a_download(course: Course, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are a bomb, a traversal and too much in all caught in a download, and the rest taken?"""
    download = made.pack(
        {
            "bomb.zip": b"\0" * (8 * 2**20),
            "../../up.casebank.zip": made.parcel()[1],
            "good.casebank.zip": made.parcel()[1],
        }
    )
    report = collect(course.root, [put(inbox, download, "all.zip")])
    assert sorted(one.reason for one in report.aside) == ["bad-entry", "bomb"]
    assert len(report.lines) == 1
    many = made.pack({f"{n}.casebank.zip": os.urandom(600_000) for n in range(4)}, 0)
    monkeypatch.setattr(searching, "ARCHIVE_MB", 2)
    monkeypatch.setattr(searching, "LARGEST_MB", 1)
    report = collect(course.root, [put(inbox / "2", many, "many.zip")])
    assert [one.reason for one in report.aside] == ["too-large"]


def test_large_file(course: Course, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a file that is too large never opened, and left where it lies?"""
    monkeypatch.setattr(searching, "LARGEST_MB", 1)
    path = put(inbox, made.parcel()[1] + b"\0" * (2 * 2**20), "a.casebank.zip")
    report = collect(course.root, [path])
    assert [(one.reason, one.copy) for one in report.aside] == [("too-large", None)]
    assert path.is_file()


def test_unreadable(course: Course, inbox: Path) -> None:
    """Does a file that may not be read stop no other?"""
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    put(inbox, name="a.casebank.zip").chmod(0)
    put(inbox, student="s002")
    report = collect(course.root, [inbox])
    assert [one.reason for one in report.aside] == ["unreadable"]
    assert len(report.lines) == 1


def test_no_such_source(course: Course, inbox: Path) -> None:
    """Is a name that is mistyped said before anything is taken?"""
    with pytest.raises(UsageError, match="no such file"):
        collect(course.root, [put(inbox), inbox / "nothing"])
    assert not (course.root / "attempts").exists()
    with pytest.raises(UsageError, match="one file"):
        collect(course.root, [inbox], student="s001")


def test_names_are_no_markup(course: Course, inbox: Path) -> None:
    """Can a name of a stranger neither colour the table nor turn the terminal's text around?"""
    from rich.console import Console

    put(inbox, made.forge(student__name="[red]x[/red]\x1b[2J\u202e\n[/"))
    out = io.StringIO()
    Console(file=out, width=200, force_terminal=False).print(collect(course.root, [inbox]).table())
    assert "[red]x[/red]␛[2J\\u202e␊[/" in out.getvalue()


# -- crashes ---------------------------------------------------------------------------------------

STEPS = ["attempt", "index", "old away", "new in", "note"]


@pytest.mark.parametrize("step", STEPS)
def test_crash_between_two_writes(
    course: Course, inbox: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """After a crash at any step, does the next run, of whatever, complete what was begun?"""
    collect(course.root, [put(inbox, content=made.notebook("first"), name="1.zip")])
    later = put(
        inbox, content=made.notebook("second"), made_at="2026-03-05T00:00:00Z", name="2.zip"
    )

    class Crash(BaseException):
        """Nobody catches it."""

    real_bytes, real_save, real_rename = (
        shelves.write_bytes,
        shelves.Attempts.save,
        Path.rename,
    )
    seen: list[str] = []

    def at(name: str) -> None:
        seen.append(name)
        if name == step and seen.count(name) == 1:
            raise Crash

    def write_bytes(path: Path, content: bytes) -> bool:
        done = real_bytes(path, content)
        at("attempt")
        return done

    def save(self: shelves.Attempts) -> None:
        at("note" if self.current == self.newest else "index")
        real_save(self)

    def rename(self: Path, target: Path) -> Path:
        done = real_rename(self, target)
        at("new in" if self.name == "new" else "old away")
        return done

    with monkeypatch.context() as patch:
        patch.setattr(shelves, "write_bytes", write_bytes)
        patch.setattr(shelves.Attempts, "save", save)
        patch.setattr(Path, "rename", rename)
        with pytest.raises(Crash):
            collect(course.root, [later])
    # What a kill leaves of a file that is being written.
    part = course.root / "attempts/s001" / SLUG / ".20260305T000000Z-0.casebank.zip.a_b1c2d3"
    part.write_bytes(b"half")
    other = put(inbox / "other", student="s002")
    report = collect(course.root, [other])
    assert b"second" in submitted(course).read_bytes()
    assert report.exit_code == 0
    assert len(list((course.root / "attempts/s001" / SLUG).iterdir())) == 3
    before = made.tree(course.root)
    collect(course.root, [inbox])
    assert made.tree(course.root) == before
    assert not list((course.root / ".casebank").glob("run-*"))


def test_forged_digest(course: Course, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do two files of one time and one short digest both stay?"""
    real = parcels.Parcel.sha256.fget  # type: ignore[attr-defined]
    short = property(lambda self: "0" * 12 + real(self)[12:])
    monkeypatch.setattr(parcels.Parcel, "sha256", short)
    put(inbox, content=made.notebook("a"), name="1.zip")
    put(inbox, content=made.notebook("b"), name="2.zip")
    collect(course.root, [inbox])
    assert len(list((course.root / "attempts/s001" / SLUG).glob("*.zip"))) == 2
    assert b"b" in submitted(course).read_bytes()


def test_one_writer(course: Course, inbox: Path) -> None:
    """Does it wait for nobody: is a course where another command works one sentence?"""
    with course.locked(), pytest.raises(EnvironmentFault, match="another casebank command"):
        collect(course.root, [put(inbox)])


def test_full_disk(course: Course, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a full disk one sentence, and what was taken before kept?"""

    def full(path: Path, content: bytes) -> bool:
        raise OSError(28, "No space left on device", str(path))

    put(inbox)
    with monkeypatch.context() as patch:
        patch.setattr(shelves, "write_bytes", full)
        with pytest.raises(EnvironmentFault, match="No space left"):
            collect(course.root, [inbox])
    assert collect(course.root, [inbox]).exit_code == 0


def test_json(course: Course, inbox: Path, tmp_path: Path) -> None:
    """Does the JSON hold what was taken, what not and why, and what is only claimed?"""
    put(inbox)
    put(inbox, b"x", "bad.casebank.zip")
    collect(course.root, [inbox]).write_json(tmp_path / "out.json")
    about = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [one["student"] for one in about["taken"]] == ["s001"]
    assert about["taken"][0]["made_at"] == AT
    assert [one["reason"] for one in about["aside"]] == ["not-zip"]
    assert {"name", "made_at", "checks"} <= set(about["self_reported"])


# -- whatever comes --------------------------------------------------------------------------------


def opened(data: bytes) -> str:
    """What becomes of a file: ``taken``, or the reason's id; its sentence can always be said."""
    try:
        parcels.open_parcel(data, "en", datetime.now(UTC))
    except Refusal as refusal:
        assert refusal.text("zh").isprintable() and refusal.text("en").isprintable()
        return refusal.id
    return "taken"


def test_damaged_anywhere() -> None:
    """Is a file that is damaged anywhere either whole or refused, and never a fault of ours?"""
    honest = made.parcel(checks=[made.check()])[1]
    found = set()
    for seed in range(600):
        dice = random.Random(seed)
        data = bytearray(honest)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data))
            if dice.random() < 0.6:
                data[at] = dice.randrange(256)
            elif dice.random() < 0.5:
                del data[at : at + dice.randint(1, 40)]
            else:
                data[at:at] = dice.randbytes(dice.randint(1, 40))
        found.add(opened(bytes(data)))
    assert {"damaged", "not-zip"} <= found


ODD = [None, 0, -1, 1.5, True, "", "x", "x" * 5000, "\ud800", "\x1b[2J", [], {}, [[]], 10**30]
PARTS = ["exercise", "version", "lang", "student", "student__name", "student__id", "notebook"]
PARTS += ["notebook__name", "notebook__sha256", "notebook__bytes", "made_at", "made_with", "checks"]


@pytest.mark.parametrize("part", PARTS)
def test_odd_values(part: str) -> None:
    """Does no value in any place of a manifest bring more than a refusal?"""
    for value in ODD:
        if part == "exercise" and not isinstance(value, str):
            data = made.forge()
            about = {**made.manifest_of(data), "exercise": value}
            data = made.forge(raw=json.dumps(about))
        elif part == "exercise" and value and "\ud800" in value:
            continue  # no zip can hold that name
        else:
            data = made.forge(**{part: value})
        opened(data)


def test_odd_checks(course: Course, inbox: Path) -> None:
    """Are entries that are no checks left out, and the file taken?"""
    good = made.check()
    odd = [*ODD, {}, {**good, "passed": True}, {**good, "total": 10**9}, {**good, "at": "x" * 99}]
    report = collect(course.root, [put(inbox, made.forge(checks=[good, *odd]))])
    assert report.aside == [] and report.lines[0].checks == 1
