"""Plain courses' tests of every usual kind are judged alike in a kernel and away from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_verify_rig import Rig, rig

SQUARES = """
def squares(n):
    if n < 1:
        raise ValueError("n must be greater than or equal to 1")
    return [i ** 2 for i in range(1, n + 1)]
"""
QUICKSTART = [
    ("solution", "squares", SQUARES),
    ("setup", "", "squares(10)"),
    (
        "test",
        "correct_squares",
        "assert squares(1) == [1]\nassert squares(2) == [1, 4]\n"
        "assert squares(10) == [1, 4, 9, 16, 25, 36, 49, 64, 81, 100]",
    ),
    (
        "test",
        "squares_invalid_input",
        "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n"
        "    raise AssertionError('did not raise')",
    ),
    ("solution", "sum_of_squares", "def sum_of_squares(n):\n    return sum(squares(n))"),
    ("test", "correct_sum", "assert sum_of_squares(1) == 1\nassert sum_of_squares(10) == 385"),
    (
        "test",
        "uses_squares",
        "orig_squares = squares\ndel squares\ntry:\n    sum_of_squares(1)\nexcept NameError:\n"
        "    pass\nelse:\n    raise AssertionError('does not use squares')\nfinally:\n"
        "    squares = orig_squares",
    ),
    ("setup", "", "1 + 1"),
    ("test", "again", "assert squares(3) == [1, 4, 9]\nassert orig_squares(2) == [1, 4]"),
]


def agree(found: dict[str, tuple[dict[str, Any], dict[str, Any], Any]]) -> dict[str, str]:
    """States by cell; both judgements must agree."""
    for cell, (said, verdict, difference) in found.items():
        assert difference is None, (cell, said, verdict, difference)
    return {cell: verdict["state"] for cell, (_, verdict, _) in found.items()}


def test_the_quickstart_course(tmp_path: Path) -> None:
    with rig(QUICKSTART, tmp_path) as made:
        assert set(agree(made.grade()).values()) == {"passed"}
        answers = {
            "squares": "def squares(n):\n    return [i * i for i in range(n)]",
            "sum_of_squares": "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6",
        }
        assert agree(made.grade(answers)) == {
            "correct_squares": "failed",
            "squares_invalid_input": "failed",
            "correct_sum": "passed",
            "uses_squares": "failed",
            "again": "failed",
        }
        empty = dict.fromkeys(answers, "raise NotImplementedError()")
        assert set(agree(made.grade(empty)).values()) == {"failed"}


#: name -> set-up, right answer, test, wrong answers
KINDS: dict[str, tuple[str, str, str, list[str]]] = {
    "string": (
        "",
        "def greet(name):\n    return f'Hello, {name}!'",
        "assert greet('Li') == 'Hello, Li!'\nassert greet('王').endswith('王!')",
        ["def greet(name):\n    print('Hello, Li!')", "greet = 'Hello, Li!'"],
    ),
    "float": (
        "import math",
        "def area(r):\n    return math.pi * r ** 2",
        "assert abs(area(2) - 12.566370614359172) < 1e-9\nassert math.isclose(area(1), math.pi)",
        ["def area(r):\n    return 3.14 * r ** 2", "def area(r):\n    return '12.566'"],
    ),
    "array": (
        "import numpy as np",
        "def norm(x):\n    return x / np.linalg.norm(x)",
        "x = np.array([3.0, 4.0])\nnp.testing.assert_allclose(norm(x), [0.6, 0.8])\n"
        "assert isinstance(norm(x), np.ndarray)\nassert (x == [3, 4]).all()",
        [
            "def norm(x):\n    return list(x)",
            "def norm(x):\n    x /= np.linalg.norm(x)\n    return x",
        ],
    ),
    "frame": (
        "import pandas as pd\ndata = pd.DataFrame({'k': ['a', 'b', 'a'], 'v': [1, 2, 3]})",
        "def total(df):\n    return df.groupby('k', as_index=False)['v'].sum()",
        "want = pd.DataFrame({'k': ['a', 'b'], 'v': [4, 2]})\n"
        "pd.testing.assert_frame_equal(total(data), want)\nassert total(data).equals(want)\n"
        "assert data.shape == (3, 2)",
        [
            "def total(df):\n    return df.groupby('k')['v'].sum()",
            "def total(df):\n    df['v'] = df['v'] * 2\n    return df",
        ],
    ),
    "changed set-up": (
        "import pandas as pd\ndf = pd.DataFrame({'born': [1990, 2000]})",
        "df['age'] = 2026 - df['born']",
        "assert 'age' in df\nassert list(df['age']) == [36, 26]\nassert df['age'].mean() == 31",
        ["df['age'] = df['born']", "pass"],
    ),
    "values": (
        "",
        "x = 3\ny = [1, 2]\nz = {'a': (1, 2)}",
        "assert x == 3\nassert y == [1, 2] and len(y) == 2\nassert z['a'] == (1, 2)\n"
        "assert isinstance(x, int) and type(z) is dict",
        ["x = '3'\ny = (1, 2)\nz = {}", "x = 3"],
    ),
    "generator": (
        "",
        "def evens(n):\n    for i in range(0, n, 2):\n        yield i",
        "assert list(evens(7)) == [0, 2, 4, 6]\ng = evens(5)\nassert next(g) == 0\n"
        "assert sum(g) == 6\nassert list(g) == []\nassert [x for x in evens(3)] == [0, 2]",
        ["def evens(n):\n    yield from range(n)", "def evens(n):\n    return None"],
    ),
    "class": (
        "",
        "class Stack:\n    def __init__(self):\n        self.items = []\n"
        "    def push(self, x):\n        self.items.append(x)\n"
        "    def pop(self):\n        return self.items.pop()\n"
        "    def __len__(self):\n        return len(self.items)\n"
        "    def __repr__(self):\n        return f'Stack({self.items})'",
        "s = Stack()\nassert len(s) == 0 and not s\ns.push(1)\ns.push('b')\nassert len(s) == 2\n"
        "assert s.pop() == 'b'\nassert s.items == [1]\nassert isinstance(s, Stack)\n"
        "assert str(s) == 'Stack([1])' and f'{s!r}' == 'Stack([1])'\ns.pop()\n"
        "try:\n    s.pop()\nexcept IndexError:\n    pass\nelse:\n    raise AssertionError\n"
        "assert type(s).__name__ == 'Stack' and hasattr(s, 'push') and not hasattr(s, 'peek')",
        ["class Stack:\n    pass", "class Stack(list):\n    push = list.append"],
    ),
    "operators": (
        "",
        "class V:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n"
        "    def __add__(self, o):\n        return V(self.x + o.x, self.y + o.y)\n"
        "    def __mul__(self, k):\n        return V(self.x * k, self.y * k)\n"
        "    def __eq__(self, o):\n        return (self.x, self.y) == (o.x, o.y)\n"
        "    def __lt__(self, o):\n        return self.x < o.x\n"
        "    def __getitem__(self, i):\n        return (self.x, self.y)[i]",
        "assert V(1, 2) + V(3, 4) == V(4, 6)\nassert V(1, 2) * 3 == V(3, 6)\n"
        "assert V(1, 2) != V(2, 1)\nassert V(1, 2) < V(2, 0)\nassert V(1, 2)[1] == 2\n"
        "assert [v.x for v in sorted([V(3, 0), V(1, 0)])] == [1, 3]",
        ["class V:\n    def __init__(self, x, y):\n        self.x, self.y = x, y"],
    ),
    "own exception": (
        "",
        "class Empty(LookupError):\n    pass\n\nclass Very(Empty):\n    pass\n\n"
        "def take(box):\n    if not box:\n        raise Very('nothing in it')\n    return box[0]",
        "try:\n    take([])\nexcept Empty as error:\n    assert 'nothing' in str(error)\n"
        "    assert error.args == ('nothing in it',)\nelse:\n    raise AssertionError\n"
        "try:\n    take([])\nexcept KeyError:\n    raise AssertionError\n"
        "except LookupError as e:\n    assert type(e).__name__ == 'Very'\nassert take([2]) == 2\n"
        "assert issubclass(Empty, LookupError) and issubclass(Very, Empty)",
        [
            "def take(box):\n    return box[0]",
            "class Empty(Exception):\n    pass\ndef take(box):\n    raise Empty",
        ],
    ),
    "callback": (
        "",
        "def apply_twice(f, x):\n    return f(f(x))\n\ndef find(p, xs):\n"
        "    return [x for x in xs if p(x)]",
        "assert apply_twice(lambda x: x + 3, 1) == 7\nassert apply_twice(str.upper, 'a') == 'A'\n"
        "seen = []\nassert find(lambda v: seen.append(v) or v > 1, [1, 2]) == [2]\n"
        "assert seen == [1, 2]\nassert apply_twice(abs, -2) == 2\n"
        "def bad(x):\n    raise KeyError(x)\ntry:\n    apply_twice(bad, 'q')\n"
        "except KeyError as e:\n    assert e.args == ('q',)\nelse:\n    raise AssertionError",
        ["def apply_twice(f, x):\n    return f(x)\n\nfind = None"],
    ),
    "closure": (
        "",
        "def counter(start):\n    n = start\n    def up(by=1):\n        nonlocal n\n"
        "        n += by\n        return n\n    return up",
        "c = counter(5)\nassert callable(c)\nassert c() == 6 and c(4) == 10\nd = counter(0)\n"
        "assert d(by=2) == 2 and c() == 11",
        [
            "def counter(start):\n    return lambda by=1: start + by",
            "def counter(s):\n    return s",
        ],
    ),
    "decorator": (
        "",
        "import functools\ndef logged(f):\n    @functools.wraps(f)\n    def inner(*a):\n"
        "        print('calling', f.__name__)\n        return f(*a)\n    return inner",
        "import contextlib, io\n@logged\ndef add(a, b):\n    return a + b\n"
        "out = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    assert add(1, 2) == 3\n"
        "assert out.getvalue() == 'calling add\\n'\nassert add.__name__ == 'add'",
        ["def logged(f):\n    return f"],
    ),
    "printing": (
        "import io, sys",
        "def table(n):\n    for i in range(1, n + 1):\n        print(i, i * i)",
        "old, sys.stdout = sys.stdout, io.StringIO()\ntry:\n    table(2)\n"
        "    text = sys.stdout.getvalue()\nfinally:\n    sys.stdout = old\n"
        "assert text == '1 1\\n2 4\\n', text",
        ["def table(n):\n    print(n)"],
    ),
    "mutation": (
        "import numpy as np",
        "def tidy(xs):\n    xs.sort()\n    xs.append(0)\n\ndef fresh(xs):\n    return xs + [1]\n\n"
        "def deep(grid):\n    grid[0][0] = 9\n\ndef fill(d):\n    d.setdefault('a', []).append(1)\n\n"
        "def zero(a):\n    a[a < 0] = 0",
        "xs = [3, 1]\ntidy(xs)\nassert xs == [1, 3, 0]\nys = [1]\nzs = fresh(ys)\n"
        "assert ys == [1] and zs == [1, 1] and zs is not ys\n"
        "row = [1, 2]\ngrid = [row, [3]]\ndeep(grid)\nassert row == [9, 2] and grid[0] is row\n"
        "d = {}\nfill(d)\nfill(d)\nassert d == {'a': [1, 1]}\n"
        "a = np.array([1, -1])\nzero(a)\nassert a.tolist() == [1, 0]",
        [
            "def tidy(xs):\n    xs = sorted(xs)\ndef fresh(xs):\n    xs.append(1)\n    return xs\n"
            "deep = fill = zero = print"
        ],
    ),
    "mutated frame": (
        "import pandas as pd",
        "def add(df):\n    df['b'] = df['a'] * 2\n    df.loc[0, 'a'] = 7\n    return df\n\n"
        "def same(df):\n    return df.assign(b=1)",
        "df = pd.DataFrame({'a': [1, 2]})\nout = add(df)\nassert list(df.columns) == ['a', 'b']\n"
        "assert df.loc[0, 'a'] == 7 and out is df\ndf = pd.DataFrame({'a': [1, 2]})\nsame(df)\n"
        "assert list(df.columns) == ['a']",
        ["def add(df):\n    return df.assign(b=2)\ndef same(df):\n    df['b'] = 1"],
    ),
    "global state": (
        "",
        "bag = []\ntotal = 0\ndef put(x):\n    global total\n    bag.append(x)\n    total += x",
        "assert bag == []\nput(3)\nassert bag == [3] and total == 3\nput(4)\n"
        "assert bag == [3, 4]\nassert total == 7\nbag.clear()\nput(1)\nassert total == 8",
        ["bag = []\ntotal = 0\ndef put(x):\n    pass"],
    ),
    "given constant": (
        "RATE = 2",
        "def price(x):\n    return x * RATE",
        "assert price(3) == 6\nRATE = 10\nassert price(3) == 30\nRATE = 2\nassert price(1) == 2",
        ["def price(x):\n    return x * 2"],
    ),
    "dataclass": (
        "",
        "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass P:\n    x: int\n"
        "    tags: list = field(default_factory=list)",
        "assert P(1) == P(1, [])\nassert P(1) != P(2) and P(1) < P(2)\nassert P(3).tags == []\n"
        "assert repr(P(1)) == 'P(x=1, tags=[])'\np = P(1)\np.x = 5\nassert p.x == 5\n"
        "assert max([P(1), P(4)]).x == 4",
        ["class P:\n    def __init__(self, x):\n        self.x = x"],
    ),
    "enum": (
        "",
        "from enum import Enum\nclass C(Enum):\n    RED = 1\n    BLUE = 2\n\n"
        "def pick(n):\n    return C.RED if n else C.BLUE",
        "assert pick(1) is C.RED and pick(0) == C.BLUE\nassert C.RED.value == 1\n"
        "assert C.RED.name == 'RED' and C(2) is C.BLUE\nassert pick(1) != pick(0)",
        ["def pick(n):\n    return n"],
    ),
    "named tuple": (
        "",
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\n"
        "def origin():\n    return P(0, 0)",
        "assert origin() == (0, 0)\nassert origin().x == 0\nassert P(1, 2).y == 2",
        ["def origin():\n    return [0, 0]"],
    ),
    "random": (
        "import random\nimport numpy as np",
        "def roll(n):\n    return [random.randint(1, 6) for _ in range(n)]\n\n"
        "def noise(n):\n    return np.random.normal(size=n)\n\n"
        "def draw(rng):\n    return rng.integers(0, 10, 3)",
        "random.seed(3)\na = roll(5)\nrandom.seed(3)\nassert roll(5) == a\n"
        "random.seed(1)\nassert roll(3) == [2, 5, 1]\nnp.random.seed(0)\nx = noise(3)\n"
        "np.random.seed(0)\nassert np.allclose(x, np.random.normal(size=3))\n"
        "rng = np.random.default_rng(5)\nassert list(draw(rng)) == [6, 8, 0]\n"
        "assert rng.integers(0, 10) == np.random.default_rng(5).integers(0, 10, 4)[3]",
        ["def roll(n):\n    return [1] * n\nnoise = draw = roll"],
    ),
    "partial credit": (
        "",
        "def f(x):\n    return x + 1",
        "points = 0\nif f(1) == 2:\n    points += 0.5\nif f(2) == 3:\n    points += 0.25\npoints",
        ["def f(x):\n    return 2", "def f(x):\n    return 0"],
    ),
    "imports of the answer": (
        "",
        "import numpy as np\nfrom math import sqrt\ndef f(x):\n    return np.array([sqrt(x)])",
        "assert np.allclose(f(4), [2])\nassert isinstance(f(9), np.ndarray)\nassert sqrt(4) == 2",
        ["def f(x):\n    return [2]", "import numpy\nnp = numpy\ndef f(x):\n    return np.ones(1)"],
    ),
    "context and iterator": (
        "",
        "class Box:\n    def __enter__(self):\n        self.open = True\n        return self\n"
        "    def __exit__(self, *a):\n        self.open = False\n"
        "    def __iter__(self):\n        return iter([1, 2])\n"
        "    def __contains__(self, x):\n        return x == 1\n"
        "    def __call__(self, x):\n        return x * 2",
        "with Box() as b:\n    assert b.open\nassert not b.open\nassert list(b) == [1, 2]\n"
        "assert 1 in b and 3 not in b\nassert b(4) == 8\nfor x in b:\n    assert x in (1, 2)",
        ["class Box:\n    pass"],
    ),
    "model": (
        "import numpy as np",
        "from sklearn.linear_model import LinearRegression\n"
        "def fit(x, y):\n    return LinearRegression().fit(x, y)\n"
        "model = fit(np.arange(4).reshape(-1, 1), np.arange(4) * 2)",
        "assert hasattr(model, 'predict')\nassert abs(model.coef_[0] - 2) < 1e-9\n"
        "assert np.allclose(model.predict(np.array([[10]])), [20])\n"
        "m = fit(np.arange(3).reshape(-1, 1), np.array([1, 2, 3]))\nassert abs(m.intercept_ - 1) < 1e-9",
        ["def fit(x, y):\n    return None\nmodel = None"],
    ),
    "recursion": (
        "",
        "def depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)",
        "assert depth(800) == 800\ntry:\n    depth(10000)\nexcept RecursionError:\n    pass\n"
        "else:\n    raise AssertionError",
        ["def depth(n):\n    return n"],
    ),
    "signature": (
        "import inspect",
        "def f(a, b=2, *, c):\n    'Add.'\n    return a + b + c",
        "assert list(inspect.signature(f).parameters) == ['a', 'b', 'c']\n"
        "assert inspect.signature(f).parameters['b'].default == 2\nassert f.__doc__ == 'Add.'\n"
        "assert f.__name__ == 'f' and callable(f)",
        ["def f(a, b):\n    return 1"],
    ),
    "names": (
        "",
        "answer = 42",
        "assert 'answer' in globals()\nassert globals()['answer'] == 42\n"
        "assert globals().get('answer') == 42\ndef look():\n    return answer + 1\n"
        "assert look() == 43\nassert 'nothing' not in globals()\n"
        "assert [answer for _ in range(2)] == [42, 42]\nassert eval('answer') == 42",
        ["answer = 41", "reply = 42"],
    ),
    "iterators as arguments": (
        "import io",
        "def total(xs):\n    return sum(xs)\n\ndef lines(f):\n    return len(f.readlines())",
        "assert total(x for x in [1, 2]) == 3\nassert total(iter([3])) == 3\n"
        "assert total(map(int, '12')) == 3\nassert total({1: 2}.values()) == 2\n"
        "assert lines(io.StringIO('a\\nb\\n')) == 2",
        ["def total(xs):\n    return len(xs)\ndef lines(f):\n    return 0"],
    ),
    "objects as arguments": (
        "",
        "def tallest(people):\n    return max(people, key=lambda p: p.height).name\n\n"
        "def wash(car):\n    car.clean = True\n    return car",
        "class Person:\n    def __init__(self, name, height):\n"
        "        self.name, self.height = name, height\n"
        "assert tallest([Person('a', 1), Person('b', 2)]) == 'b'\n"
        "class Car:\n    clean = False\ncar = Car()\nassert wash(car) is car and car.clean",
        ["def tallest(people):\n    return people[0].name\ndef wash(car):\n    return None"],
    ),
}


#: The usual ones, in each run of the tests.
CORE = ("string", "array", "frame", "changed set-up", "class", "callback", "mutation")


@pytest.mark.parametrize(
    "kind", [kind if kind in CORE else pytest.param(kind, marks=pytest.mark.long) for kind in KINDS]
)
def test_a_kind_of_test_is_judged_alike(kind: str, tmp_path: Path) -> None:
    setup, right, test, wrongs = KINDS[kind]
    script = [("setup", "", setup)] if setup else []
    script += [("solution", "a", right), ("test", "t", test)]
    with rig(script, tmp_path) as made:
        assert made.prepared["ok"] and not made.plan.unverifiable
        found = made.grade(learn=True)
        assert agree(found)["t"] in ("passed", "value"), found
        made.learn()
        assert agree(made.grade())["t"] in ("passed", "value")
        for wrong in [*wrongs, "pass", "raise NotImplementedError()"]:
            agree(made.grade({"a": wrong}))


def states(made: Rig, answer: str) -> str:
    """The state of the only test for an answer."""
    (_, verdict, difference) = made.grade({"a": answer})["t"]
    assert difference is None, (verdict, difference)
    return verdict["state"]


def test_noise_on_stderr_is_told_apart(tmp_path: Path) -> None:
    script = [
        ("solution", "a", "def f():\n    return 1"),
        ("test", "t", "assert f() == 1"),
    ]
    with rig(script, tmp_path) as made:
        noisy = "import sys\ndef f():\n    print('oh', file=sys.stderr)\n    return 1"
        assert states(made, noisy) == "stderr"
        warning = "import warnings\ndef f():\n    warnings.warn('careful')\n    return 1"
        assert states(made, warning) == "stderr"
        loud = "def f():\n    print('x' * 10)\n    return 1"
        assert states(made, loud) == "passed"


def test_a_name_of_pythons_own_given_away_breaks_the_test_there_only(tmp_path: Path) -> None:
    script = [
        ("setup", "", "import math"),
        ("solution", "a", "def f(xs):\n    return sum(xs)"),
        ("test", "t", "assert f([1, 2]) == sum([1, 2]) == math.floor(3.5)"),
    ]
    with rig(script, tmp_path) as made:
        assert states(made, "sum = 0\ndef f(xs):\n    return 3") == "passed"
        assert states(made, "math = 0\ndef f(xs):\n    return 3") == "passed"


def test_a_submission_that_ends_its_process_is_lost_there_and_here(tmp_path: Path) -> None:
    script = [("solution", "a", "def f():\n    return 1"), ("test", "t", "assert f() == 1")]
    with rig(script, tmp_path) as made:
        kernel, line = made.kernel(), made.judge()
        kernel.run("import os\ndef f():\n    os._exit(3)")
        verdict = made.group(line, kernel, ["t"])["t"]
        assert (verdict["state"], verdict["reason"]) == ("lost", "gone")
        kernel.run("def f():\n    while True:\n        pass")
        verdict = made.group(line, kernel, ["t"], timeout=0.5)["t"]
        assert (verdict["state"], verdict["reason"]) == ("lost", "time")
        kernel.run("def f():\n    return 1")
        assert made.group(line, kernel, ["t"])["t"]["state"] == "passed"
