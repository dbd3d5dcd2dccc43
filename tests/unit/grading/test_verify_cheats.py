"""Submissions that make the tests in their own kernel say yes are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_verify_rig import rig

from casebank.grading.verify import Difference, differ

FUNCTION = [
    ("setup", "", "import numpy as np\nimport pandas as pd\nfrom casebank import check"),
    ("solution", "a", "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]"),
    ("test", "t", "assert squares(3) == [1, 4, 9]\nassert squares(1)[0] == 1"),
]
NUMBER = [
    ("setup", "", "import numpy as np\nfrom casebank import check"),
    ("solution", "a", "def mean(xs):\n    return sum(xs) / len(xs)"),
    (
        "test",
        "t",
        "check.equal(mean([1, 2, 6]), 3)\ncheck.close(mean([1, 2]), 1.5)\n"
        "assert abs(mean([4]) - 4) < 1e-9\nnp.testing.assert_allclose(mean([5, 7]), 6)",
    ),
]
FRAME = [
    ("setup", "", "import pandas as pd\nfrom casebank import check"),
    (
        "solution",
        "a",
        "def total(df):\n    return df.groupby('k', as_index=False)['v'].sum()",
    ),
    (
        "test",
        "t",
        "df = pd.DataFrame({'k': ['a', 'b', 'a'], 'v': [1, 2, 3]})\n"
        "want = pd.DataFrame({'k': ['a', 'b'], 'v': [4, 2]})\n"
        "assert total(df).equals(want)\npd.testing.assert_frame_equal(total(df), want)\n"
        "check.frame_equal(total(df), want, key='k')",
    ),
]
STRING = [
    ("solution", "a", "def greet(name):\n    return 'Hello, ' + name"),
    ("test", "t", "assert greet('Li') == 'Hello, Li'\nassert greet('Li') in ('Hello, Li',)"),
]
FLAG = [
    ("setup", "", "KEY = 'e3'\nimport hashlib"),
    ("solution", "a", "answer = 7"),
    ("test", "t", "assert hashlib.sha1(str(answer).encode()).hexdigest()[:2] == KEY[:2]"),
]
POINTS = [
    ("solution", "a", "def f(x):\n    return x + 1"),
    ("test", "t", "(f(1) == 2) * 0.5 + (f(5) == 6) * 0.5"),
]

METHODS = [
    ("setup", "", "import pandas as pd"),
    ("solution", "a", "def total(df):\n    return df.groupby('k')['v'].sum()"),
    (
        "test",
        "t",
        "df = pd.DataFrame({'k': ['a', 'b', 'a'], 'v': [1, 2, 3]})\n"
        "want = df.groupby('k')['v'].sum()\n"
        "assert total(df).equals(want)\nassert total(df).sub(want).abs().max() < 1e-9",
    ),
]
DRAWN = [
    ("solution", "a", "def square(n):\n    return n * n"),
    (
        "test",
        "t",
        "import random\nfor _ in range(20):\n    n = random.randint(0, 999)\n"
        "    assert square(n) == n * n",
    ),
]
LOOPED = [
    ("solution", "a", "def square(n):\n    return n * n"),
    (
        "test",
        "t",
        "for got, want in zip(map(square, [1, 2]), [1, 4]):\n    assert got == want\n"
        "assert all(map(lambda n: square(n) == n * n, [1, 2]))",
    ),
]
SUMMED = [
    ("setup", "", "import pandas as pd"),
    ("solution", "a", "def total(df):\n    return df['v'].sum()"),
    ("test", "t", "df = pd.DataFrame({'v': [1, 2, 3]})\nassert total(df) == df['v'].sum()"),
]
SETS = [
    ("solution", "a", "def top(n):\n    return set(range(n))"),
    ("test", "t", "assert top(2).issubset({0, 1}) and top(2).issuperset({0, 1})"),
]
CONTEXT = [
    (
        "solution",
        "a",
        "import contextlib\n@contextlib.contextmanager\ndef changed(d, **new):\n"
        "    old = dict(d)\n    d.update(new)\n    yield d\n    d.clear()\n    d.update(old)",
    ),
    ("test", "t", "with changed({'a': 1}, a=2) as now:\n    assert now == {'a': 2}"),
]

ALWAYS = (
    "class Always:\n    def __eq__(self, o):\n        return True\n    __ne__ = lambda s, o: False\n"
    "    def __getattr__(self, n):\n        if n[:2] == '__':\n"
    "            raise AttributeError(n)\n        return self\n    def __call__(self, *a, **k):\n"
    "        return self\n    def __getitem__(self, i):\n        return self\n"
    "    def __len__(self):\n        return 3\n    def __bool__(self):\n        return True\n"
    "    def __sub__(self, o):\n        return 0.0\n    def __abs__(self):\n        return 0.0\n"
    "    def __float__(self):\n        return 3.0\n    def __lt__(self, o):\n        return True\n"
    "    __hash__ = lambda s: 0\n"
)
DROP = (
    "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n"
    "        return ast.Pass()\nget_ipython().ast_transformers.append(Drop())\n"
)
CHEATS: dict[str, tuple[list[tuple[str, str, str]], str]] = {
    "asserts dropped": (FUNCTION, DROP + "def squares(n):\n    return []"),
    "input transformer": (
        FUNCTION,
        "def empty(lines):\n    return ['pass\\n']\n"
        "get_ipython().input_transformers_post.append(empty)\ndef squares(n):\n    return 1",
    ),
    "always equal": (FUNCTION, ALWAYS + "def squares(n):\n    return Always()"),
    "always equal number": (
        NUMBER,
        ALWAYS
        + "np.testing.assert_allclose = print\ncheck.equal = check.close = print\ndef mean(xs):\n    return Always()",
    ),
    "list subclass": (
        FUNCTION,
        "class L(list):\n    def __eq__(self, o):\n        return True\n"
        "def squares(n):\n    return L([1, 1, 1])",
    ),
    "float subclass": (
        NUMBER,
        "class F(float):\n    __eq__ = lambda s, o: True\n    __sub__ = lambda s, o: F(0)\n"
        "    __abs__ = lambda s: F(0)\n    __hash__ = float.__hash__\n"
        "    def __float__(self):\n        import sys\n        return 3.0\n"
        "import math, numpy\nmath.isclose = lambda *a, **k: True\n"
        "numpy.testing.assert_allclose = lambda *a, **k: None\ndef mean(xs):\n    return F(0)",
    ),
    "string subclass": (
        STRING,
        "class S(str):\n    __eq__ = lambda s, o: True\n    __hash__ = str.__hash__\n"
        "def greet(name):\n    return S('x')",
    ),
    "frame subclass": (
        FRAME,
        "import pandas.testing\nclass D(pd.DataFrame):\n    def equals(self, o):\n"
        "        return True\npandas.testing.assert_frame_equal = lambda *a, **k: None\n"
        "from casebank.check import compare\nfrom casebank import check\n"
        "check.frame_equal = lambda *a, **k: None\ndef total(df):\n    return D({'k': [1]})",
    ),
    "check.equal replaced": (
        NUMBER,
        "check.equal = check.close = lambda *a, **k: None\nimport builtins\n"
        "builtins.abs = lambda x: 0\nnp.testing.assert_allclose = lambda *a, **k: None\n"
        "def mean(xs):\n    return 0",
    ),
    "a library's own comparison replaced": (
        FRAME,
        "pd.DataFrame.equals = lambda s, o: True\nyes = lambda *a, **k: None\n"
        "pd.testing.assert_frame_equal = yes\n"
        "import casebank.check.compare as c\nc._differs = lambda *a: pd.Series([False]).to_numpy()\n"
        "check.frame_equal = yes\ndef total(df):\n    return df.head(1)",
    ),
    "builtins": (
        NUMBER,
        "abs = lambda x: 0\ncheck.equal = check.close = print\n"
        "np.testing.assert_allclose = print\ndef mean(xs):\n    return 1",
    ),
    "names given away": (
        FRAME,
        "class Fake:\n    def __getattr__(self, n):\n        return self\n"
        "    def __call__(self, *a, **k):\n        return self\n"
        "class Yes(Fake):\n    def equals(self, o):\n        return True\n"
        "pd = Fake()\ncheck = Fake()\ndef total(df):\n    return Yes()",
    ),
    "trace function": (
        FUNCTION,
        "import sys\ndef squares(n):\n    f = sys._getframe(1)\n    def t(frame, event, arg):\n"
        "        return None\n    import ctypes\n    code = f.f_code\n"
        "    for c in code.co_consts:\n        if isinstance(c, int):\n            pass\n"
        "    return Same()\nclass Same(list):\n    def __eq__(self, o):\n"
        "        self[:] = o\n        return True\n    def __getitem__(self, i):\n        return 1",
    ),
    "constants of the test's code": (
        FUNCTION,
        "import sys\ndef squares(n):\n    code = sys._getframe(1).f_code\n"
        "    found = [c for c in code.co_consts if isinstance(c, tuple) and len(c) == n]\n"
        "    return list(found[0]) if found else [1]",
    ),
    "expected table found by frames": (
        FRAME,
        "import sys\ndef total(df):\n    f = sys._getframe(1)\n    while f is not None:\n"
        "        if 'want' in f.f_locals:\n            return f.f_locals['want']\n"
        "        f = f.f_back\n    return df",
    ),
    "expected table found by gc": (
        FRAME,
        "import gc\ndef total(df):\n    for one in gc.get_objects():\n"
        "        if type(one) is dict and 'want' in one:\n            return one['want']\n"
        "    return globals().get('want', df)",
    ),
    "global of the test": (FRAME, "def total(df):\n    return want.copy()"),
    "key of the set-up replaced": (
        FLAG,
        "import hashlib\nanswer = 1\nKEY = hashlib.sha1(b'1').hexdigest()",
    ),
    "value of its own kind": (
        POINTS,
        "class B(int):\n    __eq__ = lambda s, o: True\n    __hash__ = None\n"
        "def f(x):\n    return B(0)",
    ),
    "mask over everything": (
        NUMBER,
        "def mean(xs):\n    return np.ma.masked_all(1)\n"
        "check.equal = check.close = lambda *a, **k: None\nabs = lambda x: 0",
    ),
    "mock": (
        FUNCTION,
        "from unittest import mock\ndef squares(n):\n    m = mock.MagicMock()\n"
        "    m.__eq__.return_value = True\n    m.__getitem__.return_value = mock.ANY\n    return m",
    ),
    "a named tuple's functions": (
        METHODS,
        "from collections import namedtuple\nimport pandas as pd\ndef total(df):\n"
        "    return namedtuple('R', 'equals sub')(lambda o: True, lambda o: pd.Series([0.0]))",
    ),
    "a named tuple's objects": (
        METHODS,
        "from collections import namedtuple\nimport pandas as pd\nclass Yes:\n"
        "    def __init__(self, said):\n        self.said = said\n"
        "    def __call__(self, other):\n        return self.said\ndef total(df):\n"
        "    return namedtuple('R', 'equals sub')(Yes(True), Yes(pd.Series([0.0])))",
    ),
    "a named tuple's methods of data": (
        SETS,
        "from collections import namedtuple\ndef top(n):\n"
        "    return namedtuple('R', 'issubset issuperset')(list, list)",
    ),
    "noise over a part": (
        POINTS,
        "import sys\nclass Yes:\n    __eq__ = lambda s, o: True\ndef f(x):\n"
        "    if type(sys.stdout).__name__ == '_Printed':\n        sys.stderr.write('x')\n"
        "        return -1\n    return Yes()",
    ),
    "random numbers of its choosing": (
        DRAWN,
        "import os, random\ndef low():\n    random.setstate((3, (0,) * 624 + (624,), None))\n"
        "low()\nos.register_at_fork(after_in_child=low)\ndef square(n):\n    low()\n    return n",
    ),
    "random numbers that a test has set": (
        [*DRAWN[:1], ("test", "t", "import random\nrandom.seed(1)\n" + DRAWN[1][2])],
        "import random\ndef square(n):\n    random.setstate((3, (0,) * 624 + (624,), None))\n"
        "    return n * n if n == 137 else n",
    ),
    "a loop that it ends": (
        LOOPED,
        "def square(n):\n    raise StopIteration",
    ),
    "an argument that it changes": (
        SUMMED,
        "def total(df):\n    df['v'] = 0\n    return 0",
    ),
    "a list that it empties": (
        [
            ("solution", "a", "def ordered(xs):\n    return sorted(xs)"),
            ("test", "t", "xs = [3, 1, 2]\nassert ordered(xs) == sorted(xs)"),
        ],
        "def ordered(xs):\n    xs.clear()\n    return []",
    ),
    "a context that swallows": (
        CONTEXT,
        "class changed:\n    def __init__(self, *a, **k):\n        pass\n"
        "    def __enter__(self):\n        return None\n"
        "    def __exit__(self, *a):\n        return True",
    ),
    "any": (
        FUNCTION,
        "from unittest.mock import ANY\nsquares = lambda n: {0: ANY} and Both()\n"
        "class Both:\n    __eq__ = lambda s, o: True\n"
        "    __getitem__ = lambda s, i: ANY",
    ),
}


def judged(cheat: str, folder: Path, learn: bool) -> Difference | None:
    """The difference on the only test, which the cheat has to pass in its kernel."""
    script, answer = CHEATS[cheat]
    with rig(script, folder) as made:
        assert made.prepared["ok"] and not made.plan.unverifiable
        if learn:
            made.learn()
        if not learn:
            made.trust = {"t": []}
        said, verdict, difference = made.grade({"a": answer})["t"]
        assert said["status"] == "ok", (said, verdict)
        return difference


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_is_told_apart(cheat: str, tmp_path: Path) -> None:
    difference = judged(cheat, tmp_path, learn=False)
    assert difference is not None and difference.gains
    assert len(difference.ours) < 200 and "\n" not in difference.ours


@pytest.mark.long
@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_is_told_apart_with_what_the_solution_taught(cheat: str, tmp_path: Path) -> None:
    assert judged(cheat, tmp_path, learn=True) is not None


LIARS = {
    "no answer": "player.Player.answer = lambda self, m: os._exit(0)\nimport os",
    "another's answer": "player.Player.answer = lambda self, m: {'ok': [1, 4, 9]}",
    "a class that does not exist": (
        "player.Player.answer = lambda self, m: {'ok': ['T', 'unittest.mock._ANY']}"
    ),
    "a module": "player.Player.answer = lambda self, m: {'ok': ['m', 'os', ['h', 1, {}]]}",
    "the judge's own": "player.Player.answer = lambda self, m: {'ok': ['y', 0]}",
    "an argument": "player.Player.answer = lambda self, m: {'ok': ['arg', 0]}",
    "a callback": (
        "player.Player.answer = lambda self, m: {'back': {'id': 0, 'what': '__call__',"
        " 'args': [], 'kw': {}}}"
    ),
    "a deep nest": "player.Player.answer = lambda self, m: {'ok': eval('['*80 + ']'*80)}",
    "an exception of no class": "player.Player.answer = lambda self, m: {'raise': {'mro': []}}",
    "an exit": "player.Player.answer = lambda self, m: "
    "{'raise': {'mro': [['builtins', 'SystemExit', None]], 'text': '0', 'args': [0]}}",
    "changed arguments": "player.Player.answer = lambda self, m: "
    "{'ok': 1, 'changed': {'9': 1, 'x': 2}}",
    "states": "player.Player.answer = lambda self, m: {'ok': 1, 'rng': [1], 'stale': 7, 'out': 3}",
    "a lying equal": "player.act = lambda v, w, a: True",
}


@pytest.mark.parametrize("lie", LIARS)
def test_a_fork_that_lies_is_no_pass(lie: str, tmp_path: Path) -> None:
    answer = (
        "from casebank.grading.inside import player, wire\nimport ast\n"
        + DROP
        + LIARS[lie]
        + "\ndef squares(n):\n    return []\n"
    )
    with rig(FUNCTION, tmp_path) as made:
        found = made.grade({"a": answer}, timeout=5)
        assert found["t"][1]["state"] in ("failed", "lost"), found
        assert found["t"][2] is not None


def test_where_no_solution_was_tried_an_objects_word_is_no_evidence(tmp_path: Path) -> None:
    script = [
        (
            "solution",
            "a",
            "class V:\n    def __init__(self, x):\n        self.x = x\n"
            "    def __eq__(self, o):\n        return self.x == getattr(o, 'x', o)",
        ),
        ("test", "t", "assert V(1) == V(1)"),
        ("test", "u", "assert V(1) == 1"),
    ]
    with rig(script, tmp_path) as made:
        found = made.grade()
        assert [verdict["state"] for _, verdict, _ in found.values()] == ["passed", "unverifiable"]
        assert [difference for _, _, difference in found.values()] == [None, None]


VECTOR = """
class Vector:
    def __init__(self, x):
        self.x = x
    def __eq__(self, other):
        return self.x == other.x
    __hash__ = None
"""


def test_the_word_of_one_class_is_no_others(tmp_path: Path) -> None:
    """Is a class that a test names trusted where the solution's is, and nothing else beside it?"""
    script = [
        ("solution", "a", VECTOR),
        ("test", "t", "assert Vector(4) == Vector(4)\nassert Vector(4).x == 4"),
    ]
    lie = "class Yes:\n    __eq__ = lambda s, o: True\n    __hash__ = None\n" + VECTOR.replace(
        "self.x = x", "self.x = Yes()"
    )
    honest = VECTOR.replace("self.x == other.x", "(self.x,) == (other.x,)")
    with rig(script, tmp_path) as made:
        made.learn()
        assert made.grade()["t"][2] is None
        assert made.grade({"a": honest})["t"][2] is None
        said, _, difference = made.grade({"a": lie})["t"]
        assert said["status"] == "ok"
        assert difference is not None and difference.gains


def test_what_the_solution_changes_may_be_changed(tmp_path: Path) -> None:
    """Is a change of arguments followed where the instructor's own solution changes them?"""
    script = [
        ("solution", "a", "def add(xs, x):\n    xs.append(x)"),
        ("test", "t", "xs = [1]\nadd(xs, 2)\nassert xs == [1, 2]"),
    ]
    with rig(script, tmp_path) as made:
        made.learn()
        assert made.grade()["t"][2] is None
        other = made.grade({"a": "def add(xs, x):\n    xs[:] = [*xs, x]"})["t"]
        assert other[1]["state"] == "passed" and other[2] is None


SHOWN = [{"output_type": "execute_result", "data": {"text/plain": "5"}}]
NP = [{"output_type": "execute_result", "data": {"text/plain": "np.float64(5.0)"}}]
AXES = [{"output_type": "execute_result", "data": {"text/plain": "<Axes at 0x1>"}}]
VALUES = {
    "numpy's zero": (SHOWN, {"state": "value", "value": "np.float64(0.0)"}, True),
    "a negative": (SHOWN, {"state": "value", "value": "-7"}, True),
    "a negative, hidden": ([], {"state": "value", "value": "-7.0"}, True),
    "too much": (SHOWN, {"state": "value", "value": "99"}, True),
    "no number": (SHOWN, {"state": "value", "value": "nan"}, True),
    "a fraction": (SHOWN, {"state": "value", "value": "Fraction(1, 9)"}, True),
    "a decimal": ([], {"state": "value", "value": "Decimal('0.1')"}, True),
    "a table for a number": (SHOWN, {"state": "value", "value": "   a\n0  1"}, True),
    "the same of numpy": (NP, {"state": "value", "value": "np.float64(5.0)"}, False),
    "a drawing": (AXES, {"state": "value", "value": "<Axes at 0x2>"}, False),
    "a drawing, hidden": ([], {"state": "value", "value": "<Axes at 0x2>"}, False),
    "the same": (SHOWN, {"state": "value", "value": "5"}, False),
    "noise alone": (SHOWN, {"state": "stderr", "quiet": "value", "value": "5", "error": "x"}, False),
    "noise over less": (SHOWN, {"state": "stderr", "quiet": "value", "value": "1", "error": "x"}, True),
    "noise where all passed": ([], {"state": "stderr", "quiet": "passed", "error": "x"}, False),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_what_two_values_say(name: str) -> None:
    """Is a value that is no share of the points one more way to full marks?"""
    outputs, verdict, differs = VALUES[name]
    found = differ(outputs, "ok", verdict, 5.0)
    assert (found is not None) == differs
    assert found is None or found.gains


def test_numbers_that_an_answer_has_seeded(tmp_path: Path) -> None:
    """Do random numbers go on as in the kernel until a test sets them, and then from there?"""
    script = [
        ("setup", "", "import random"),
        ("solution", "a", "random.seed(5)\ndef roll():\n    return random.randint(1, 99)"),
        (
            "test",
            "t",
            "first = roll()\nassert first == 80\nrandom.seed(1)\nassert roll() == 18\n"
            "assert roll() == 73\nrandom.seed(1)\nx = random.randint(1, 99)\n"
            "assert (x, roll()) == (18, 73)",
        ),
    ]
    with rig(script, tmp_path) as made:
        said, verdict, difference = made.grade()["t"]
        assert said["status"] == "ok", said
        assert verdict["state"] == "passed", verdict
        assert difference is None
