"""What happens to files on their way: formats, kernels, missing and extra things, lateness."""

from __future__ import annotations

import json

import tamper  # noqa: F401  (its mutations come before these)
from draft import Draft, give_ids, new
from mutations import ALL, Mutation, mutation


@mutation("notebook-missing", python=False)
def _(draft: Draft) -> None:
    draft.books.pop(list(draft.books)[draft.slot % len(draft.books)])


@mutation("notebook-missing-second", courses=("ps1", "ledger-1", "own-way", "kernels"))
def _(draft: Draft) -> None:
    draft.books.pop(list(draft.books)[-1])


@mutation("notebook-extra", python=False, courses=("ps1", "objects", "own-way", "kernels"))
def _(draft: Draft) -> None:
    draft.books["my notes"] = json.loads(json.dumps(next(iter(draft.books.values()))))


@mutation("notebook-renamed", courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    name = next(iter(draft.books))
    draft.books = {(f"{n} (1)" if n == name else n): b for n, b in draft.books.items()}


@mutation("cells-added", times=2, python=False)
def _(draft: Draft) -> None:
    for book in draft.books.values():
        cells = book["cells"]
        for _ in range(4):
            kind = draft.random.choice(("code", "markdown", "raw"))
            place = draft.random.randrange(len(cells) + 1)
            cells.insert(place, new(kind, "" if draft.random.random() < 0.2 else "1 + 1"))


@mutation("cells-shuffled", times=2)
def _(draft: Draft) -> None:
    book = draft.home(draft.target().name)
    draft.random.shuffle(book["cells"])


@mutation("tests-first")
def _(draft: Draft) -> None:
    book = draft.home(draft.target().name)
    book["cells"].sort(key=lambda c: not c["metadata"].get("nbgrader", {}).get("grade", False))


@mutation("cells-reversed", courses=("objects", "ps1"))
def _(draft: Draft) -> None:
    draft.home(draft.target().name)["cells"].reverse()


@mutation("kernel-other", times=1, python=False)
def _(draft: Draft) -> None:
    for book in draft.books.values():
        book["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
        book["metadata"]["language_info"] = {"name": "R", "version": "4.4"}


@mutation("kernel-gone", python=False)
def _(draft: Draft) -> None:
    for book in draft.books.values():
        book["metadata"] = {}


@mutation("metadata-junk", courses=("objects", "frames", "ledger-1"))
def _(draft: Draft) -> None:
    for book in draft.books.values():
        book["metadata"] |= {
            "toc": {"base_numbering": 1},
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {
                    "state": {},
                    "version_major": 2,
                    "version_minor": 0,
                }
            },
            "celltoolbar": "Create Assignment",
            "作者": "某某",
        }
        for cell in book["cells"]:
            cell["metadata"] |= {
                "collapsed": True,
                "jupyter": {"source_hidden": True},
                "mine": [1, 2],
            }
            cell["metadata"].setdefault("tags", ["mine"])


def _minor(number: int, ids: bool) -> None:
    def change(draft: Draft) -> None:
        give_ids(draft)
        for book in draft.books.values():
            book["nbformat_minor"] = number
            for cell in book["cells"]:
                if not ids:
                    cell.pop("id", None)

    ALL.append(
        Mutation(
            f"format-4.{number}{'-ids' if ids else ''}",
            change,
            courses=("objects", "ledger-1", "frames", "ps1"),
        )
    )


_minor(0, False)
_minor(4, False)
_minor(5, False)
_minor(2, True)
_minor(9, True)


@mutation("format-3", honest=False)
def _(draft: Draft) -> None:
    import nbformat

    give_ids(draft)
    for name, book in list(draft.books.items()):
        node = nbformat.from_dict(book)
        draft.raw[f"{name}.ipynb"] = nbformat.writes(node, version=3).encode()


@mutation("source-strings", courses=("objects", "ledger-1", "frames"))
def _(draft: Draft) -> None:
    draft.split = False


@mutation("outputs-forged", times=2)
def _(draft: Draft) -> None:
    for book in draft.books.values():
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 7
                cell["outputs"] = [
                    {"output_type": "stream", "name": "stdout", "text": "all passed"},
                    {
                        "output_type": "execute_result",
                        "execution_count": 7,
                        "metadata": {},
                        "data": {"text/plain": "3"},
                    },
                ]


@mutation("outputs-missing", courses=("objects",))
def _(draft: Draft) -> None:
    for book in draft.books.values():
        for cell in book["cells"]:
            cell.pop("outputs", None)


@mutation("outputs-bad", courses=("objects",))
def _(draft: Draft) -> None:
    draft.cell(draft.target().name)["outputs"] = [{"output_type": "nonsense"}]


@mutation("crlf", python=False, times=1)
def _(draft: Draft) -> None:
    give_ids(draft)
    for name, book in draft.books.items():
        draft.raw[f"{name}.ipynb"] = draft.to_bytes(book).replace(b"\n", b"\r\n")


@mutation("crlf-sources")
def _(draft: Draft) -> None:
    for book in draft.books.values():
        for cell in book["cells"]:
            cell["source"] = cell["source"].replace("\n", "\r\n")


@mutation("trailing-space", courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    for book in draft.books.values():
        for cell in book["cells"]:
            cell["source"] = cell["source"] + "  \n\n"


@mutation("bom", courses=("objects", "ps1"))
def _(draft: Draft) -> None:
    give_ids(draft)
    name, book = next(iter(draft.books.items()))
    draft.raw[f"{name}.ipynb"] = b"\xef\xbb\xbf" + json.dumps(book).encode()


@mutation("json-broken", python=False, courses=("ps1", "objects", "ledger-1"))
def _(draft: Draft) -> None:
    name, book = next(iter(draft.books.items()))
    draft.raw[f"{name}.ipynb"] = json.dumps(book).encode()[:-40]


@mutation("conflict", courses=("objects",))
def _(draft: Draft) -> None:
    name, book = next(iter(draft.books.items()))
    text = json.dumps(book, indent=1)
    draft.raw[f"{name}.ipynb"] = ("<<<<<<< HEAD\n" + text + "\n=======\n>>>>>>> x\n").encode()


@mutation("file-empty", courses=("ps1", "objects", "own-way"))
def _(draft: Draft) -> None:
    draft.raw[f"{next(iter(draft.books))}.ipynb"] = b""


@mutation("json-list", courses=("objects",))
def _(draft: Draft) -> None:
    draft.raw[f"{next(iter(draft.books))}.ipynb"] = b"[]"


@mutation("not-utf8", courses=("objects",))
def _(draft: Draft) -> None:
    give_ids(draft)
    name, book = next(iter(draft.books.items()))
    book["cells"].append(new("markdown", "é") | {"id": "latin"})
    draft.raw[f"{name}.ipynb"] = json.dumps(book, ensure_ascii=False).encode("latin-1", "replace")


@mutation("folder-missing", python=False, courses=("ps1", "objects"))
def _(draft: Draft) -> None:
    draft.missing = True


@mutation("folder-empty", courses=("objects", "own-way"))
def _(draft: Draft) -> None:
    draft.books.clear()
    draft.files = {"readme.txt": b"sorry"}


@mutation("attachments", python=False, courses=("objects", "ledger-1", "ps1"))
def _(draft: Draft) -> None:
    for book in draft.books.values():
        cell = new("markdown", "![p](attachment:p.png)")
        cell["attachments"] = {"p.png": {"image/png": "iVBORw0KGgo="}}
        book["cells"].insert(1, cell)


@mutation("raw-cells", courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    for book in draft.books.values():
        book["cells"].insert(1, new("raw", "raw", format="text/html"))


# -- files and dates --------------------------------------------------------------------------------


@mutation("files-extra", python=False)
def _(draft: Draft) -> None:
    draft.files |= {
        "notes.txt": b"mine",
        "deep/er/data.bin": bytes(range(256)),
        "中文 名.txt": "字".encode(),
        ".hidden": b"h",
        "__pycache__/x.pyc": b"c",
        ".ipynb_checkpoints/old.ipynb": b"{}",
    }


@mutation("files-overwritten", python=False)
def _(draft: Draft) -> None:
    draft.files = {name: b"changed by me\n" for name in draft.files}


@mutation("files-missing", python=False)
def _(draft: Draft) -> None:
    draft.files.clear()


@mutation("module-own", courses=("objects", "ledger-1", "own-way"))
def _(draft: Draft) -> None:
    draft.files["mymodule.py"] = b"def seven():\n    return 7\n"
    draft.append(
        draft.target().name, "import mymodule\nassert mymodule.seven() == 7\nmymodule.seven()"
    )


@mutation("module-better", courses=("own-way",))
def _(draft: Draft) -> None:
    draft.files["module.py"] = b"def double(x):\n    return x + x\nprint('my own module')\n"


@mutation("module-wrong", courses=("own-way",))
def _(draft: Draft) -> None:
    draft.files["module.py"] = b"def double(x):\n    return 3 * x\n"


@mutation("file-written", python=True, courses=("objects", "ledger-1", "frames"))
def _(draft: Draft) -> None:
    draft.marks.add("writes")
    draft.append(
        draft.target().name,
        "from pathlib import Path\nPath('mine.txt').write_text('x')\nprint(Path('mine.txt').read_text())",
    )


@mutation("file-between-notebooks", courses=("ledger-1", "own-way", "ps1"))
def _(draft: Draft) -> None:
    draft.marks.add("writes")
    first, second = list(draft.books.values())
    first["cells"].append(new("code", "open('passed-on.txt', 'w').write('from one')"))
    second["cells"].insert(0, new("code", "print(open('passed-on.txt').read())"))


@mutation("data-deleted", courses=("ledger-1", "frames"))
def _(draft: Draft) -> None:
    draft.marks.add("writes")
    home = draft.home(draft.target().name)["cells"]
    home.insert(
        0,
        new(
            "code",
            "import glob, os\nfor p in glob.glob('**/*.csv', recursive=True):\n    os.remove(p)",
        ),
    )


@mutation("folder-left", courses=("ledger-1", "magics"))
def _(draft: Draft) -> None:
    home = draft.home(draft.target().name)["cells"]
    home.insert(1, new("code", "import os\nos.chdir('data')\nsorted(os.listdir())"))


def _stamped(
    name: str, stamp: bytes, *courses: str, prefix: str = "", minutes: int | None = None
) -> None:
    def change(draft: Draft) -> None:
        draft.files["timestamp.txt"] = stamp
        draft.prefix = prefix
        draft.before.extension_minutes = minutes

    ALL.append(Mutation(f"stamp-{name}", change, fill="half", courses=courses, python=False))


_stamped("early", b"2026-02-27 10:00:00 UTC", "own-way", "objects")
_stamped("late", b"2026-03-01 13:30:00 UTC", "own-way")
_stamped("late-a-lot", b"2026-03-09 13:30:00 UTC", "own-way", "ps1")
_stamped("zone", b"2026-03-01 14:30:00 +0800", "own-way")
_stamped("plain", b"2026-03-01 12:00:01", "own-way")
_stamped("spared", b"2026-03-02 12:00:00 UTC", "own-way", prefix="spared-")
_stamped("extended", b"2026-03-01 13:30:00 UTC", "own-way", minutes=60)
_stamped("nonsense", b"yesterday-ish", "own-way", "objects")
_stamped("empty", b"", "own-way", "objects")


@mutation("harmless-stderr", courses=("own-way",))
def _(draft: Draft) -> None:
    draft.put("area", draft.known("area").edge["harmless"])


@mutation("slow-call", courses=("own-way",), slow=True)
def _(draft: Draft) -> None:
    draft.put("area", draft.known("area").edge["slow"])


@mutation("graded-before", python=False, fill="mixed", times=2)
def _(draft: Draft) -> None:
    for name, book in draft.books.items():
        for cell in draft.named("test", "manual", "text", "task", book=name):
            if draft.random.random() < 0.5:
                draft.before.manual[name, cell] = 0.5
            if draft.random.random() < 0.3:
                draft.before.extra[name, cell] = 0.25
        del book
