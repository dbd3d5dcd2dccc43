"""What trainees do to notebooks: answers of every quality, and the accidents and tricks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from draft import Draft, new

Change = Callable[[Draft], None]


@dataclass(frozen=True)
class Mutation:
    """A kind of submission.

    Attributes:
        change: spoils a draft in which everything is answered by ``fill``.
        fill: how it is answered before: right, wrong, half, mixed, or untouched.
        honest: nothing in it is against the rules.
        courses: only for these assignments; all when empty.
        times: how many per course, each with another slot.
        loose: outputs differ from run to run.
        slow: runs into the timeout; only for courses with a short one.
    """

    name: str
    change: Change
    fill: str = "right"
    honest: bool = True
    courses: tuple[str, ...] = ()
    times: int = 1
    loose: bool = False
    slow: bool = False
    python: bool = True


ALL: list[Mutation] = []


def mutation(name: str, **more: Any) -> Callable[[Change], Change]:
    """Enter a function in the list."""

    def enter(change: Change) -> Change:
        ALL.append(Mutation(name, change, **more))
        return change

    return enter


def nothing(draft: Draft) -> None:
    """As it is answered."""


for kind, how, times in (
    ("right", "right", 1),
    ("untouched", "untouched", 1),
    ("wrong", "wrong", 2),
    ("half", "half", 2),
    ("mixed", "mixed", 3),
):
    ALL.append(Mutation(kind, nothing, fill=how, times=times, python=False))


# -- answers that go wrong ------------------------------------------------------------------------


@mutation("raising", times=2)
def _(draft: Draft) -> None:
    draft.put(draft.target().name, "raise RuntimeError('我不会 🙃')")


@mutation("syntax-error")
def _(draft: Draft) -> None:
    draft.put(draft.target().name, "def broken(:\n    return 1\n")


@mutation("indentation")
def _(draft: Draft) -> None:
    draft.put(draft.target().name, "def f():\nreturn 1\n")


@mutation("name-error")
def _(draft: Draft) -> None:
    draft.put(draft.target().name, "print('so far')\nnot_defined_anywhere()\n")


@mutation("sys-exit")
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import sys\nsys.exit('enough')")


@mutation("keyboard-interrupt", courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "raise KeyboardInterrupt")


@mutation("recursion", courses=("objects", "frames", "ps1"))
def _(draft: Draft) -> None:
    draft.put(draft.target().name, "def f(n):\n    return f(n + 1)\nf(0)")


@mutation("loop", slow=True)
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "while True:\n    pass")


@mutation("loop-in-call", slow=True, courses=("ledger-1", "objects"))
def _(draft: Draft) -> None:
    draft.wrap("while True: pass")


@mutation("sleep", slow=True, courses=("objects", "own-way"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import time\nprint('zzz')\ntime.sleep(60)")


@mutation("slow-but-good", courses=("objects", "magics"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import time\ntime.sleep(1.2)")


@mutation("kernel-dies", honest=False)
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import os\nos._exit(3)")


@mutation("kernel-killed", honest=False, courses=("ledger-1",))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import os\nos.kill(os.getpid(), 9)")


# -- output ---------------------------------------------------------------------------------------


@mutation("stderr-in-answer")
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import sys\nprint('note', file=sys.stderr)\nprint('out')")


@mutation("stderr-in-call", times=2)
def _(draft: Draft) -> None:
    draft.marks.add("stderr")
    draft.wrap("import sys; print('debug', file=sys.stderr)")


@mutation("print-in-call")
def _(draft: Draft) -> None:
    draft.wrap("print('调试 debug', flush=True)")


@mutation("warning-in-call", courses=("objects", "frames", "ledger-1"))
def _(draft: Draft) -> None:
    draft.marks.add("stderr")
    draft.wrap("import warnings; warnings.warn('old style', FutureWarning)")


@mutation("logging", courses=("objects", "own-way"))
def _(draft: Draft) -> None:
    draft.marks.add("stderr")
    draft.wrap("import logging; logging.getLogger('mine').warning('careful')")


@mutation("late-thread", honest=False, courses=("ledger-1", "objects"))
def _(draft: Draft) -> None:
    draft.marks.add("stderr")
    late = (
        "import sys, threading, time\n"
        "def _late():\n    time.sleep(0.4)\n    print('late', file=sys.stderr, flush=True)\n"
        "threading.Thread(target=_late).start()"
    )
    name = draft.target().name
    draft.append(name, late)
    place = draft.position(name) + 1
    draft.home(name)["cells"].insert(place, new("code", "import time\ntime.sleep(1)"))


@mutation("big-lines", courses=("objects", "frames", "own-way", "ps1"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "for i in range(4000):\n    print('line', i)")


@mutation("big-line", courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "print('数' * 100_000)\n'x' * 100_000")


@mutation("big-error", courses=("objects", "own-way"))
def _(draft: Draft) -> None:
    draft.append(
        draft.target().name,
        "def d(n):\n    if n:\n        return d(n - 1)\n    raise KeyError\nd(60)",
    )


@mutation("unicode", times=2)
def _(draft: Draft) -> None:
    home = draft.home(draft.target().name)["cells"]
    home.insert(0, new("markdown", "# 我的作业 🐼\n\u200b零宽 ‮right-to-left"))
    draft.append(draft.target().name, "变量 = '中文 🎉 \\u2028 é'\nprint(变量)\n变量")


@mutation("display", courses=("frames", "objects", "ledger-1"))
def _(draft: Draft) -> None:
    draft.append(
        draft.target().name,
        "from IPython.display import HTML, Image, display\n"
        "display(HTML('<h1>x</h1>'), metadata={'mine': True})\n"
        "display({'application/x-own+json': {'a': 1}, 'text/plain': 'own'}, raw=True)",
    )


@mutation("input", courses=("objects", "ledger-1", "ps1"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "name = input('who? ')")


@mutation("getpass", courses=("objects",))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import getpass\ngetpass.getpass('key ')")


@mutation("magics-added", courses=("objects", "frames", "own-way"))
def _(draft: Draft) -> None:
    cells = draft.home(draft.target().name)["cells"]
    place = draft.position(draft.target().name) + 1
    for source in (
        "!echo shell",
        "%%bash\necho bash",
        "%pwd\n%who_ls",
        "%%writefile notes.txt\nhi",
    ):
        cells.insert(place, new("code", source))


@mutation("await-added", courses=("objects", "frames"))
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import asyncio\nawait asyncio.sleep(0.01)\nprint('ok')")


@mutation("plot-added", courses=("objects", "frames"))
def _(draft: Draft) -> None:
    draft.append(
        draft.target().name,
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.plot([1, 2])\nplt.show()",
    )


@mutation("chinese-title", courses=("frames",))
def _(draft: Draft) -> None:
    draft.marks.add("stderr")
    draft.put("chart", draft.known("chart").edge["chinese"])


@mutation("random", courses=("objects",), loose=True)
def _(draft: Draft) -> None:
    draft.append(draft.target().name, "import random, time\nprint(random.random(), time.time())")


@mutation("random-seeded", courses=("objects", "frames"))
def _(draft: Draft) -> None:
    draft.append(
        draft.target().name,
        "import random\nrandom.seed(5)\nimport numpy\nprint(random.random())\n"
        "numpy.random.default_rng(5).normal(size=3)",
    )


# -- values ---------------------------------------------------------------------------------------

EDGES = {
    "negative": ("ledger-1", False),
    "nan": ("ledger-1", False),
    "numpy": ("ledger-1", True),
    "over": ("ledger-1", False),
    "word": ("ledger-1", False),
    "infinite": ("ledger-1", False),
    "none": ("ledger-1", True),
}


def _edge(name: str) -> Change:
    def change(draft: Draft) -> None:
        draft.marks.add("value")
        draft.put("score", draft.known("score").edge[name])

    return change


for edge in EDGES:
    ALL.append(Mutation(f"value-{edge}", _edge(edge), honest=False, courses=("ledger-1",)))


@mutation("value-scale-nan", honest=False, courses=("frames",))
def _(draft: Draft) -> None:
    draft.put("scale", draft.known("scale").edge["numpy"])


@mutation("always-equal", honest=False, courses=("objects", "ps1", "ledger-1"))
def _(draft: Draft) -> None:
    draft.marks.add("cheat")
    name = "share" if draft.course.slug == "ledger-1" else draft.solutions()[-1].name
    source = (
        "class Yes:\n    def __eq__(self, o): return True\n    def __gt__(self, o): return True\n"
    )
    source += (
        "    def __getattr__(self, n): return Yes()\n    def __call__(self, *a): return Yes()\n"
    )
    draft.put(name, source + f"def {name}(*a, **k):\n    return Yes()\n")


@mutation("builtins-changed", honest=False, courses=("objects", "ledger-1"))
def _(draft: Draft) -> None:
    draft.marks.add("cheat")
    draft.append(draft.target().name, "import builtins\nbuiltins.all = lambda x: True\nlen = max")


__all__ = ["ALL", "Mutation", "mutation"]
