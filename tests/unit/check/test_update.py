"""``casebank kit update``: a newer kit comes in, and nobody's work goes."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from casebank.check import update
from casebank.check.kitfile import BASE_NAME, base_bytes, safe
from casebank.check.update_words import SAY
from casebank.files import zip_bytes

SLUG = "rfm"
BOOK = f"exercises/{SLUG}/{SLUG}.ipynb"
LAB = "labs/tour/tour.ipynb"
DATA = f"exercises/{SLUG}/data/customers.csv"
SPEC = f"exercises/{SLUG}/casebank.json"
STUB = "def rfm(t):\n    raise NotImplementedError  # 在这里写 / write here"
ANSWER = "def rfm(t):\n    return t.groupby('id').size()"
OLD_TEST, NEW_TEST = "assert rfm(t)[1] == 3", "assert rfm(t)[1] == 4"
Files = dict[str, bytes]


def cell(name: str, source: str, kind: str = "code", task: bool | None = None) -> dict[str, Any]:
    about = {} if task is None else {"nbgrader": {"grade_id": name, "grade": task, "locked": task}}
    made: dict[str, Any] = {"id": name, "cell_type": kind, "metadata": about, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells: dict[str, Any], **about: str) -> bytes:
    whole = {"cells": list(cells), "metadata": {"casebank": about}, "nbformat": 4}
    return (json.dumps({**whole, "nbformat_minor": 5}, indent=1) + "\n").encode()


def exercise(lang: str, version: str, *cells: dict[str, Any]) -> bytes:
    return notebook(*cells, exercise=SLUG, lang=lang, version=version)


def first(lang: str = "zh") -> Files:
    """The kit that the trainee has."""
    return {
        "START.md": "从这里开始\n第二行\n".encode(),
        "requirements.txt": b"pandas==3.1.1\n./casebank_check-0.1.0-py3-none-any.whl\n",
        "casebank_check-0.1.0-py3-none-any.whl": b"wheel one",
        BOOK: exercise(
            lang,
            "1.0.0",
            cell("prose-1", "一", "markdown"),
            cell("rfm-solution", STUB, task=False),
            cell("rfm-test", OLD_TEST, task=True),
            cell("prose-2", "二", "markdown"),
        ),
        SPEC: b'{"exercise": "rfm", "version": "1.0.0"}\n',
        DATA: b"id,city\n1,Hexi\n",
        LAB: notebook(cell("code-1", "x = 1"), lab="tour", lang=lang),
        "labs/tour/data/visits.csv": b"id\n1\n",
    }


def second(lang: str = "zh") -> Files:
    """The next one: new prose, a mended test, new data, a new exercise."""
    return {
        **without(first(lang), "casebank_check-0.1.0-py3-none-any.whl"),
        "requirements.txt": b"pandas==3.1.2\n./casebank_check-0.2.0-py3-none-any.whl\n",
        "casebank_check-0.2.0-py3-none-any.whl": b"wheel two",
        BOOK: exercise(
            lang,
            "1.1.0",
            cell("prose-1", "一，改过", "markdown"),
            cell("rfm-solution", STUB, task=False),
            cell("rfm-test", NEW_TEST, task=True),
            cell("prose-2", "二", "markdown"),
            cell("advice-essay", "在这里写", "markdown", task=False),
        ),
        SPEC: b'{"exercise": "rfm", "version": "1.1.0"}\n',
        DATA: b"id,city\n1,Hexi\n2,Hedong\n",
        "exercises/clock/clock.ipynb": notebook(cell("c", "1"), exercise="clock", version="1.0.0"),
        "exercises/clock/data/days.csv": b"day\n1\n",
    }


def without(files: Files, *names: str) -> Files:
    return {name: content for name, content in files.items() if name not in names}


def packed(
    files: Files, version: str, lang: str = "zh", name: str = "", exercises: str = ""
) -> Files:
    """All entries of a kit's zip."""
    top = name or f"casebank-kit-{lang}"
    base = zip_bytes(base_bytes(top, lang, version, {SLUG: exercises or version}, files))
    return {f"{top}/{path}": content for path, content in {**files, BASE_NAME: base}.items()}


class Learner:
    """A trainee's folder, with the first kit unpacked, and the second one downloaded."""

    def __init__(self, folder: Path, lang: str = "zh") -> None:
        # As Windows users have it: a blank and hanzi in the path.
        self.home = folder / "我的 文件"
        self.lang = lang
        self.root = self.home / f"casebank-kit-{lang}"
        self.unpack(packed(first(lang), "0.1.0", lang, exercises="1.0.0"))
        self.new = self.download(packed(second(lang), "0.2.0", lang, exercises="1.1.0"))

    def unpack(self, entries: Files) -> None:
        for name, content in entries.items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def download(self, entries: Files, name: str = "new kit.zip") -> Path:
        path = self.home / name
        path.write_bytes(zip_bytes(entries))
        return path

    def cells(self, path: str = BOOK) -> list[tuple[str, str]]:
        whole = json.loads((self.root / path).read_text(encoding="utf-8"))
        return [(one["id"], "".join(one["source"])) for one in whole["cells"]]

    def edit(self, change: Callable[[list[dict[str, Any]]], None], path: str = BOOK) -> None:
        whole = json.loads((self.root / path).read_text(encoding="utf-8"))
        change(whole["cells"])
        (self.root / path).write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")

    def answer(self) -> None:
        self.edit(lambda cells: cells[1].update(source=ANSWER))

    def state(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }

    def update(self, *more: str, new: Path | None = None) -> int:
        return update.main([str(new or self.new), "--kit", str(self.root), *more])


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


# -- the six rules, for cells and for files ---------------------------------------------------


def test_rule_1_unchanged_is_replaced(learner: Learner, capsys: Any) -> None:
    """Is an untouched kit afterwards the new kit, byte for byte, with no backup?"""
    assert learner.update() == 0
    wanted = {
        k.split("/", 1)[1]: v for k, v in packed(second(), "0.2.0", exercises="1.1.0").items()
    }
    assert learner.state() == wanted
    out = capsys.readouterr().out
    assert "0.1.0 → 0.2.0" in out
    assert f"{BOOK}：换成新的" in out
    assert "casebank_check-0.1.0-py3-none-any.whl：新版没有了，去掉" in out
    assert "-m pip install -r requirements.txt" in out


def test_rule_2_what_the_trainee_changed_is_kept(learner: Learner, capsys: Any) -> None:
    """Do an answer, a note and a changed table stay, when the course did not change them?"""
    learner.answer()
    learner.edit(lambda cells: cells[3].update(source="二\n我的笔记"))
    (learner.root / "labs/tour/data/visits.csv").write_bytes(b"id\n1\n99\n")
    assert learner.update() == 0
    cells = dict(learner.cells())
    assert cells["rfm-solution"] == ANSWER
    assert cells["prose-2"] == "二\n我的笔记"
    assert (learner.root / "labs/tour/data/visits.csv").read_bytes() == b"id\n1\n99\n"
    out = capsys.readouterr().out
    assert "rfm-solution：保留你的" in out
    assert "labs/tour/data/visits.csv：保留你的" in out
    about = json.loads((learner.root / BOOK).read_text(encoding="utf-8"))["metadata"]["casebank"]
    assert about["version"] == "1.1.0"


def test_rule_3_a_mended_test_cell_is_replaced(learner: Learner, capsys: Any) -> None:
    """Is a test always the new one, also where the trainee changed it, and its checks, too?"""
    learner.answer()
    learner.edit(lambda cells: cells[2].update(source="pass  # 先跳过"))
    (learner.root / SPEC).write_bytes(b"{}")
    before = (learner.root / BOOK).read_bytes()
    assert learner.update() == 0
    assert dict(learner.cells())["rfm-test"] == NEW_TEST
    assert (learner.root / SPEC).read_bytes() == second()[SPEC]
    assert "原文在备份里" in capsys.readouterr().out
    kept = [path.read_bytes() for path in (learner.root / "backup").rglob("*") if path.is_file()]
    assert before in kept
    assert b"{}" in kept


def test_rule_4_both_changed_stays_and_the_difference_is_shown(
    learner: Learner, capsys: Any
) -> None:
    """Does the trainee's stay in a cell and in a file, and is what the course changed shown?"""
    learner.edit(lambda cells: cells[0].update(source="一\n我的笔记"))
    (learner.root / DATA).write_bytes(b"id,city\n1,Nankai\n")
    assert learner.update() == 0
    assert dict(learner.cells())["prose-1"] == "一\n我的笔记"
    assert (learner.root / DATA).read_bytes() == b"id,city\n1,Nankai\n"
    beside = learner.root / f"exercises/{SLUG}/data/customers.new.csv"
    assert beside.read_bytes() == second()[DATA]
    out = capsys.readouterr().out
    assert "prose-1：你和课程都改了：保留你的" in out
    assert "      -一\n      +一，改过" in out
    assert "customers.new.csv" in out
    assert "    +2,Hedong" in out


def test_rule_5_what_was_deleted_comes_back(learner: Learner, capsys: Any) -> None:
    """Do a cell, a data file and a whole notebook come back?"""
    learner.edit(lambda cells: cells.pop(3))
    (learner.root / DATA).unlink()
    shutil.rmtree(learner.root / "labs")
    assert learner.update() == 0
    # Nothing of the trainee's in it: byte for byte the released one again.
    assert (learner.root / BOOK).read_bytes() == second()[BOOK]
    assert (learner.root / DATA).read_bytes() == second()[DATA]
    assert (learner.root / LAB).read_bytes() == second()[LAB]
    assert "prose-2：你删掉的，放回来了" in capsys.readouterr().out


def test_rule_6_a_name_taken_the_old_one_is_renamed(learner: Learner, capsys: Any) -> None:
    """Give way a cell, a notebook, a file where a folder comes, and a folder where a file comes?"""
    learner.edit(lambda cells: cells.append(cell("advice-essay", "mine = 1")))
    own = learner.root / "exercises/clock/clock.ipynb"
    own.parent.mkdir()
    own.write_bytes(notebook(cell("a", "我自己的")))
    (learner.root / "exercises/clock/data").write_bytes(b"my notes")
    assert learner.update() == 0
    cells = dict(learner.cells())
    assert cells["advice-essay"] == "在这里写"
    assert cells["advice-essay-mine-1"] == "mine = 1"
    state = learner.state()
    assert state["exercises/clock/clock.mine-1.ipynb"] == notebook(cell("a", "我自己的"))
    assert state["exercises/clock/clock.ipynb"] == second()["exercises/clock/clock.ipynb"]
    assert state["exercises/clock/data.mine-1"] == b"my notes"
    assert state["exercises/clock/data/days.csv"] == b"day\n1\n"
    assert "advice-essay-mine-1" in capsys.readouterr().out


def test_rule_6_a_folder_in_the_place_of_a_file(learner: Learner) -> None:
    """Is a folder of the trainee's renamed whole?"""
    own = learner.root / "exercises/clock/clock.ipynb"
    own.mkdir(parents=True)
    (own / "notes.txt").write_bytes(b"mine")
    assert learner.update() == 0
    assert learner.state()["exercises/clock/clock.mine-1.ipynb/notes.txt"] == b"mine"


def all_at_once(learner: Learner) -> None:
    """Everything that a trainee can do, in one kit."""
    learner.answer()
    learner.edit(lambda cells: cells[0].update(source="一\n我的笔记"))
    learner.edit(lambda cells: cells.insert(2, cell("own", "print(1)")))
    learner.edit(lambda cells: cells.append(cell("advice-essay", "mine = 1")))
    learner.edit(lambda cells: cells.append(cell("code-1", "x = 1")), LAB)
    (learner.root / DATA).write_bytes(b"id,city\n1,Nankai\n")
    (learner.root / "START.md").unlink()
    own = learner.root / "exercises/clock/data/days.csv"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"my days")
    (learner.root / "casebank-me.json").write_bytes(b"{}")
    (learner.root / f"exercises/{SLUG}/casebank-checks.jsonl").write_bytes(b"{}\n")


def test_twice_changes_nothing(learner: Learner, capsys: Any) -> None:
    """Is a second run without any effect, and does it say so?"""
    all_at_once(learner)
    assert learner.update() == 0
    state = learner.state()
    times = {path: path.stat().st_mtime_ns for path in learner.root.rglob("*")}
    capsys.readouterr()
    assert learner.update() == 0
    assert learner.state() == state
    assert {path: path.stat().st_mtime_ns for path in learner.root.rglob("*")} == times
    assert "已经是最新的" in capsys.readouterr().out


def test_the_merged_notebook_is_valid(learner: Learner) -> None:
    """Is what an update writes a notebook by nbformat's own schema, in the form Jupyter saves?"""
    all_at_once(learner)
    assert learner.update() == 0
    for path in (BOOK, LAB):
        text = (learner.root / path).read_text(encoding="utf-8")
        book = nbformat.reads(text, as_version=4)
        nbformat.validate(book)
        assert text == nbformat.writes(book) + "\n"


def test_what_is_not_the_kits_stays(learner: Learner) -> None:
    """Are the trainee's own files, the log of checks and the name left alone?"""
    all_at_once(learner)
    (learner.root / "mine.ipynb").write_bytes(b"not even a notebook")
    assert learner.update() == 0
    state = learner.state()
    assert state["mine.ipynb"] == b"not even a notebook"
    assert state["casebank-me.json"] == b"{}"
    assert state[f"exercises/{SLUG}/casebank-checks.jsonl"] == b"{}\n"


def test_an_exercise_that_the_course_gave_up_stays(learner: Learner) -> None:
    """Is a notebook that the new kit lacks left where it is, worked on or not?"""
    new = without(second(), BOOK, SPEC, DATA)
    before = learner.state()
    assert learner.update(new=learner.download(packed(new, "0.2.0", exercises="1.1.0"))) == 0
    for name in (BOOK, SPEC, DATA):
        assert learner.state()[name] == before[name]


def test_outputs_stay(learner: Learner) -> None:
    """Are the results that the trainee saw still in the notebook?"""
    seen = [{"output_type": "stream", "name": "stdout", "text": ["7\n"]}]
    learner.edit(lambda cells: cells[1].update(source=ANSWER, outputs=seen, execution_count=4))
    assert learner.update() == 0
    whole = json.loads((learner.root / BOOK).read_text(encoding="utf-8"))
    assert whole["cells"][1]["outputs"] == seen
    assert whole["cells"][1]["execution_count"] == 4


def test_a_broken_notebook_is_put_aside(learner: Learner, capsys: Any) -> None:
    """Is a notebook that cannot be read renamed, with all that is in it?"""
    (learner.root / BOOK).write_bytes(b'{"cells": [<<<<<<< mine')
    assert learner.update() == 0
    assert learner.state()[f"exercises/{SLUG}/{SLUG}.mine-1.ipynb"] == b'{"cells": [<<<<<<< mine'
    assert learner.state()[BOOK] == second()[BOOK]
    assert "不是有效的笔记本" in capsys.readouterr().out


def test_crlf_and_bom(learner: Learner) -> None:
    """Is a notebook that another tool saved with CR LF and a BOM merged, not taken for changed?"""
    learner.answer()
    whole = json.loads((learner.root / BOOK).read_text(encoding="utf-8"))
    whole["cells"][1]["source"] = ANSWER.replace("\n", "\r\n")
    text = json.dumps(whole, indent=1).replace("\n", "\r\n")
    (learner.root / BOOK).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert learner.update() == 0
    cells = dict(learner.cells())
    assert cells["rfm-solution"] == ANSWER
    assert cells["prose-1"] == "一，改过"


# -- interrupted, refused --------------------------------------------------------------------


def test_interrupted_anywhere_then_completed(
    learner: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever write is the last before a kill, does the next run come to the same end?"""
    all_at_once(learner)
    whole = Learner(tmp_path / "whole")
    all_at_once(whole)
    count = 0
    real = Path.replace

    def counted(self: Path, target: Any) -> Path:
        nonlocal count
        count += 1
        return real(self, target)

    monkeypatch.setattr(Path, "replace", counted)
    assert whole.update() == 0
    writes, wanted = count, whole.state()
    assert writes > 8
    for last in range(writes):
        other = Learner(tmp_path / f"cut-{last}")
        all_at_once(other)
        left = last

        def cut(self: Path, target: Any) -> Path:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return real(self, target)

        monkeypatch.setattr(Path, "replace", cut)
        assert other.update() == 130
        monkeypatch.setattr(Path, "replace", real)
        assert other.update() == 0
        assert other.state() == wanted, f"cut after {last} of {writes} writes"


KILLED = """
import os, signal, sys
from pathlib import Path
from casebank.check import update
real, left = Path.replace, int(sys.argv[1])
def cut(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return real(self, target)
Path.replace = cut
update.main(sys.argv[2:])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_for_real(learner: Learner, tmp_path: Path) -> None:
    """Killed after every single write, does it come to the same end, with no leftovers?"""
    all_at_once(learner)
    whole = Learner(tmp_path / "whole")
    all_at_once(whole)
    assert whole.update() == 0
    kills = 0
    for _ in range(40):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, "1", str(learner.new), "--kit", str(learner.root)],
            capture_output=True,
        )
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        assert any(".casebank-" in name for name in learner.state())
        kills += 1
    assert 5 < kills < 40
    assert learner.update() == 0
    assert learner.state() == whole.state()


def refusal(learner: Learner, capsys: Any, new: Path, code: int = 1) -> str:
    """The one sentence of a refusal; nothing was changed."""
    learner.answer()
    before = learner.state()
    assert learner.update(new=new) == code
    assert learner.state() == before
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("casebank kit update: ")
    assert said.err.count("\n") == 1
    return str(said.err)


def raw(path: Path, *entries: tuple[str, bytes], mode: int = 0o100644, flag: int = 0) -> Path:
    """A zip with whatever names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


GOOD = tuple(packed(second(), "0.2.0", exercises="1.1.0").items())


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/evil.txt",
        "casebank-kit-zh/../../evil.txt",
        "casebank-kit-zh\\evil.txt",
        "C:evil.txt",
        "casebank-kit-zh/con.txt",
        "casebank-kit-zh/a\x07b",
        "casebank-kit-zh/end.",
        "casebank-kit-zh/" + "x" * 200,
        "casebank-kit-zh/start.MD",
    ],
)
def test_hostile_names(name: str, learner: Learner, capsys: Any) -> None:
    """Is a zip with a name that no kit has refused, even when all else is right?"""
    new = raw(learner.home / "hostile.zip", *GOOD, (name, b"evil"))
    assert "学习包不会有的文件名" in refusal(learner, capsys, new)
    assert not list(learner.home.parent.rglob("evil*"))


def test_link_in_the_zip(learner: Learner, capsys: Any) -> None:
    """Is a symbolic link refused?"""
    new = raw(learner.home / "link.zip", ("casebank-kit-zh/a", b"/etc/passwd"), mode=0o120777)
    assert "学习包不会有的文件名" in refusal(learner, capsys, new)


def test_bomb(learner: Learner, capsys: Any) -> None:
    """Is a bomb refused, before it is unpacked, outside and inside kit-base.zip?"""
    zeros = bytes(30_000_000)
    outside = raw(learner.home / "bomb.zip", *GOOD, ("casebank-kit-zh/zeros", zeros))
    assert "大得不像学习包" in refusal(learner, capsys, outside)
    inner = raw(learner.home / "inner.zip", ("zeros", zeros)).read_bytes()
    inside = raw(learner.home / "inside.zip", (f"casebank-kit-zh/{BASE_NAME}", inner))
    assert "大得不像学习包" in refusal(learner, capsys, inside)


def test_size_that_lies(learner: Learner, capsys: Any) -> None:
    """Is a zip refused that says an entry is small when it is not?"""
    path = raw(learner.home / "lie.zip", *GOOD, ("casebank-kit-zh/big", bytes(5_000_000)))
    content = path.read_bytes()
    lie = content.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != content
    path.write_bytes(lie)
    assert "打不开" in refusal(learner, capsys, path)


def test_cut_off_and_other_files(learner: Learner, capsys: Any) -> None:
    """Does a download that was cut off, or is no kit, get one sentence each?"""
    whole = learner.new.read_bytes()
    cut = learner.home / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "打不开" in refusal(learner, capsys, cut)
    page = learner.home / "page.zip"
    page.write_bytes(b"<html>404</html>")
    assert "打不开" in refusal(learner, capsys, page)
    other = raw(learner.home / "other.zip", ("holiday.txt", b"sun"))
    assert "不是能用来更新的学习包" in refusal(learner, capsys, other)
    assert "找不到" in refusal(learner, capsys, learner.home / "nowhere.zip", code=2)


def test_content_that_is_not_the_manifests(learner: Learner, capsys: Any) -> None:
    """Is a kit refused when one of its files is not the one that was released, or is missing?"""
    entries = dict(GOOD)
    entries[f"casebank-kit-zh/{BOOK}"] += b" "
    assert "和清单对不上" in refusal(learner, capsys, learner.download(entries))
    del entries[f"casebank-kit-zh/{BOOK}"]
    assert "和清单对不上" in refusal(learner, capsys, learner.download(entries))


def changed_manifest(change: Callable[[dict[str, Any]], None]) -> Files:
    entries = dict(GOOD)
    name = f"casebank-kit-zh/{BASE_NAME}"
    with zipfile.ZipFile(io.BytesIO(entries[name])) as archive:
        inner = {one: archive.read(one) for one in archive.namelist()}
    manifest = json.loads(inner["manifest.json"])
    change(manifest)
    inner["manifest.json"] = json.dumps(manifest).encode()
    return {**entries, name: zip_bytes(inner)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(format=2), "新得多"),
        (lambda m: m.update(format="1"), "不是能用来更新的学习包"),
        (lambda m: m.update(files=[]), "不是能用来更新的学习包"),
        (lambda m: m.pop("lang"), "不是能用来更新的学习包"),
        (lambda m: m.update(lang="fr"), "不是能用来更新的学习包"),
        (lambda m: m["files"].update({"../evil.txt": "0"}), "学习包不会有的文件名"),
        (lambda m: m["files"].update({"evil.txt": "0"}), "和清单对不上"),
        (lambda m: m["files"].update({BOOK: "0"}), "和清单对不上"),
    ],
)
def test_manifests(
    change: Callable[[dict[str, Any]], None], said: str, learner: Learner, capsys: Any
) -> None:
    """Is a manifest that is odd, or too new for this program, refused in one sentence?"""
    assert said in refusal(learner, capsys, learner.download(changed_manifest(change)))


def test_other_language_other_kind_older(learner: Learner, capsys: Any) -> None:
    """Is the wrong kit refused, and is the right one named?"""
    english = learner.download(packed(second("en"), "0.2.0", "en", exercises="1.1.0"))
    assert "请下载中文版的那一份" in refusal(learner, capsys, english)
    name = "casebank-kit-zh-selfstudy"
    own = learner.download(packed(second(), "0.2.0", name=name, exercises="1.1.0"))
    assert name in refusal(learner, capsys, own)
    older = learner.download(packed(second(), "0.0.9", exercises="1.1.0"))
    assert "反而旧了" in refusal(learner, capsys, older)
    older = learner.download(packed(second(), "0.2.0", exercises="0.9.0"))
    assert "rfm：新的学习包里是 0.9.0" in refusal(learner, capsys, older)


def test_not_in_a_kit(learner: Learner, tmp_path: Path, capsys: Any) -> None:
    """Outside a kit, is it said where to go; and is the kit itself no update of itself?"""
    assert update.main([str(learner.new), "--kit", str(tmp_path), "--lang", "zh"]) == 2
    assert "START.md" in capsys.readouterr().err
    assert learner.update(new=learner.root) == 2
    assert "就是你正在用的学习包" in capsys.readouterr().err


def test_found_from_below(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the kit found from inside one of its folders?"""
    monkeypatch.chdir(learner.root / "exercises" / SLUG)
    assert update.main([str(learner.new)]) == 0
    assert learner.state()[DATA] == second()[DATA]


def test_from_a_folder(learner: Learner) -> None:
    """Does a kit that the browser or Windows unpacked by itself do as well?"""
    where = learner.home / "Downloads/casebank-kit-zh"
    for name, content in GOOD:
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert learner.update(new=where) == 0
    assert learner.state()[BOOK] == second()[BOOK]


def test_dry_run(learner: Learner, capsys: Any) -> None:
    """Does --dry-run tell the same and change nothing?"""
    all_at_once(learner)
    before = learner.state()
    assert learner.update("--dry-run") == 0
    told = capsys.readouterr().out
    assert learner.state() == before
    assert learner.update() == 0
    real = capsys.readouterr().out
    assert told.splitlines()[:-1] == real[: real.index("更新好了。")].splitlines()


def test_kit_from_before_updates(learner: Learner, capsys: Any) -> None:
    """Without kit-base.zip, is that said, is nothing of the trainee's lost, and is it done once?"""
    (learner.root / BASE_NAME).unlink()
    learner.answer()
    before = learner.state()
    assert learner.update() == 0
    out = capsys.readouterr().out
    assert out.count("这个学习包早于更新功能") == 1
    cells = dict(learner.cells())
    assert cells["rfm-solution"] == ANSWER
    assert cells["rfm-test"] == NEW_TEST
    kept = [path.read_bytes() for path in (learner.root / "backup").rglob("*") if path.is_file()]
    assert before[BOOK] in kept
    assert before[DATA] in kept
    state = learner.state()
    assert state[DATA] == second()[DATA]
    assert learner.update() == 0
    assert learner.state() == state
    assert "早于更新功能" not in capsys.readouterr().out


def test_kit_from_before_updates_in_the_other_language(learner: Learner, capsys: Any) -> None:
    """Is the language of a kit without a manifest known by its notebooks?"""
    (learner.root / BASE_NAME).unlink()
    english = learner.download(packed(second("en"), "0.2.0", "en", exercises="1.1.0"))
    assert learner.update("--lang", "en", new=english) == 1
    assert "download the one in Chinese" in capsys.readouterr().err


def test_damaged_base(learner: Learner, capsys: Any) -> None:
    """Is a kit whose kit-base.zip is broken updated as one that has none?"""
    (learner.root / BASE_NAME).write_bytes(b"junk")
    learner.answer()
    assert learner.update() == 0
    assert dict(learner.cells())["rfm-solution"] == ANSWER
    assert learner.state()[BASE_NAME] == dict(GOOD)[f"casebank-kit-zh/{BASE_NAME}"]


def test_a_file_that_cannot_be_written(
    learner: Learner, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is a table that Excel has open named in one sentence, and is the update finished later?"""
    learner.answer()
    real = Path.replace

    def busy(self: Path, target: Any) -> Path:
        if Path(target).name == "customers.csv":
            raise PermissionError(13, "Permission denied", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    assert learner.update() == 3
    said = capsys.readouterr().err
    assert DATA in said and "请关掉正在用它的程序" in said and said.count("\n") == 1
    assert not [name for name in learner.state() if ".casebank-" in name]
    monkeypatch.setattr(Path, "replace", real)
    assert learner.update() == 0
    assert learner.state()[DATA] == second()[DATA]
    assert dict(learner.cells())["rfm-solution"] == ANSWER


@pytest.mark.skipif(os.name == "nt", reason="rights are kept otherwise on Windows")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_read_only(what: str) -> None:
    """Is a file or folder without the right to write named before anything is changed?"""
    with tempfile.TemporaryDirectory() as folder:
        # pytest's own folder is closed to other users.
        Path(folder).chmod(0o755)
        read_only(what, Learner(Path(folder)))


def read_only(what: str, learner: Learner) -> None:
    target = learner.root / (BOOK if what == "file" else f"exercises/{SLUG}/data")
    target.chmod(stat.S_IMODE(target.stat().st_mode) & ~0o222)
    command = [sys.executable, "-m", "casebank.check", "kit", "update", str(learner.new)]
    if os.geteuid() == 0:
        drop = shutil.which("setpriv")
        if drop is None:
            pytest.skip("root may write everywhere, and there is no setpriv")
        for path in (Path(sys.executable), Path(update.__file__)):
            if not all(one.stat().st_mode & 0o005 for one in (path, *path.resolve().parents)):
                pytest.skip("another user cannot run this Python")
        for path in (learner.home, *learner.home.rglob("*")):
            os.chown(path, 65534, 65534)
        command = [drop, "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    before = learner.state()
    done = subprocess.run(
        [*command, "--kit", str(learner.root)], capture_output=True, encoding="utf-8"
    )
    if what == "folder":
        target.chmod(0o755)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "什么都没有动" in done.stderr
    assert f"exercises/{SLUG}" in done.stderr
    assert learner.state() == before


@pytest.mark.parametrize("encoding", ["cp936:strict", "cp1252:strict", "ascii:strict", "utf-8"])
def test_consoles(encoding: str, learner: Learner) -> None:
    """Is the report printed on any Windows console without a crash?"""
    all_at_once(learner)
    done = subprocess.run(
        [sys.executable, "-m", "casebank.check", "kit", "update", str(learner.new)],
        cwd=learner.root,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0, done.stderr
    assert b"0.2.0" in done.stdout
    if encoding.startswith(("cp936", "utf")):
        assert "保留你的" in done.stdout.decode(encoding.split(":")[0])


def test_both_languages(tmp_path: Path, capsys: Any) -> None:
    """Has a Chinese kit a Chinese report, an English one an English, of the same lines?"""
    counts = {}
    for lang, word in (("zh", "保留你的"), ("en", "yours stays")):
        learner = Learner(tmp_path / lang, lang)
        all_at_once(learner)
        assert learner.update() == 0
        out = capsys.readouterr().out
        assert word in out
        counts[lang] = len(out.splitlines())
    assert counts["zh"] == counts["en"]
    for entry in SAY.values():
        assert set(entry) == {"zh", "en"} and all(entry.values())


def test_wheel_of_the_same_version(learner: Learner, capsys: Any) -> None:
    """When a wheel changed under its old name, is pip told to take it all the same?"""
    wheel = "casebank_check-0.1.0-py3-none-any.whl"
    new = learner.download(packed({**first(), wheel: b"mended"}, "0.1.0", exercises="1.0.0"))
    assert learner.update(new=new) == 0
    assert f"--force-reinstall --no-deps ./{wheel}" in capsys.readouterr().out


def test_safe_names() -> None:
    """Which names may a kit have?"""
    assert all(map(safe, ("START.md", "exercises/a/data/b.csv", "labs/控/控.ipynb", ".x")))
    bad = ("", "/", "a//b", "a/", "./a", "a/..", "nul", "a/COM1.csv", "a?", "a*b", "a ", "x\n")
    assert not any(map(safe, bad))
