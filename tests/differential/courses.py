"""The courses: what nbgrader itself makes, several notebooks, classes and generators."""

from __future__ import annotations

import courses_own
import courses_rich
from model import Book, Builder, Course, code, locked, manual, note, raw, solution, task, test, text

#: Settings of a course that has nothing of its own but a short timeout.
PLAIN = """c = get_config()
c.CourseDirectory.course_id = "{slug}"
c.ExecutePreprocessor.timeout = 4
"""


def quickstart() -> Course:
    """Exactly what ``nbgrader quickstart`` makes; only answers are written down here."""
    squares = solution(
        "squares",
        'def squares(n):\n    if n < 1:\n        raise ValueError("n must be at least 1")\n'
        "    return [i ** 2 for i in range(1, n + 1)]\n",
        "def squares(n):\n    return [i * 2 for i in range(1, n + 1)]\n",
        "def squares(n):\n    return None\n",
        half=("def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]\n",),
    )
    total = solution(
        "sum_of_squares",
        "def sum_of_squares(n):\n    return sum(squares(n))\n",
        "def sum_of_squares(n):\n    return len(squares(n))\n",
        half=("def sum_of_squares(n):\n    return sum(i * i for i in range(n + 1))\n",),
    )
    return Course(
        slug="ps1",
        quickstart=True,
        timeout=None,
        books=[
            Book(
                "problem1",
                [
                    squares,
                    total,
                    text("sum_of_squares_equation", 1, r"$\sum_{i=1}^n i^2$", "no idea"),
                    manual(
                        "sum_of_squares_application",
                        2,
                        "def pyramid(n):\n    return sum_of_squares(n)\npyramid(3)\n",
                        "1 / 0\n",
                    ),
                ],
            ),
            Book(
                "problem2",
                [
                    text("part-a", 1, "Fibonacci numbers.", "?"),
                    text("part-b", 2, "Below zero.", ""),
                ],
            ),
        ],
    )


def several() -> Course:
    """Two notebooks with data, partial credit, cells for a person, task cells."""
    load = solution(
        "load",
        "import csv\n\ndef load(path):\n    ### BEGIN SOLUTION\n"
        "    with open(path, encoding='utf-8') as handle:\n"
        "        return [(r['客户'], int(r['amount'])) for r in csv.DictReader(handle)]\n"
        "    ### END SOLUTION\n",
        "import csv\n\ndef load(path):\n    return []\n",
        "import csv\n\ndef load(path):\n    return open('data/missing.csv').read()\n",
        half=(
            "import csv\n\ndef load(path):\n    with open(path, encoding='utf-8') as handle:\n"
            "        return [(r['客户'], r['amount']) for r in csv.DictReader(handle)]\n",
        ),
    )
    share = solution(
        "share",
        "def share(rows, name):\n    ### BEGIN SOLUTION\n"
        "    total = sum(amount for _, amount in rows)\n"
        "    return sum(amount for who, amount in rows if who == name) / total\n"
        "    ### END SOLUTION\n",
        "def share(rows, name):\n    return 0\n",
        "def share(rows, name):\n    return 'a lot'\n",
        half=("def share(rows, name):\n    return 0.5\n",),
    )
    score = solution(
        "score",
        "def score(answers):\n    ### BEGIN SOLUTION\n"
        "    return sum(1 for a in answers if a == 'yes')\n    ### END SOLUTION\n",
        "def score(answers):\n    return 0\n",
        half=("def score(answers):\n    return 1.5\n", "def score(answers):\n    return True\n"),
        negative="def score(answers):\n    return -2\n",
        nan="def score(answers):\n    return float('nan')\n",
        numpy="import numpy as np\ndef score(answers):\n    return np.float64(0.5)\n",
        over="def score(answers):\n    return 99\n",
        word="def score(answers):\n    return 'full marks please'\n",
        infinite="def score(answers):\n    return float('inf')\n",
        none="def score(answers):\n    pass\n",
    )
    first = Book(
        "ledger",
        [
            note("# Ledger 台账\nRead the file, then compute."),
            load,
            code("rows = load('data/ledger.csv')\nlen(rows)"),
            test("load-rows", 2, "assert len(load('data/ledger.csv')) == 4\n"),
            test(
                "load-types",
                1.5,
                "rows = load('data/ledger.csv')\nassert all(isinstance(a, int) for _, a in rows)\n",
            ),
            share,
            locked("given", "RATE = 0.25\nprint('rate', RATE)"),
            test(
                "share-value",
                2,
                "rows = [('a', 1), ('b', 3)]\nassert share(rows, 'a') == RATE, '份额不对'\n"
                "assert share(rows, 'c') == 0\n",
            ),
            test("share-file", 1, "assert share(load('data/ledger.csv'), '王') > 0.5\n"),
            manual("report", 3, "print('Wang has', share(rows, '王'))\n", "raise OSError('no')\n"),
            task("explore", 4, "Explore the ledger on your own."),
        ],
    )
    second = Book(
        "survey",
        [
            note("# Survey"),
            score,
            test("score-partial", 3, "answers = ['yes', 'no', 'yes', 'yes']\nscore(answers)\n"),
            test("score-again", 2, "print('two')\nmin(2, score(['yes', 'yes', 'no']))\n"),
            test("score-display", 1, "from IPython.display import display\ndisplay(0.25)\n1\n"),
            text("why", 2, "Since trust is earned. 因为信任。", "", "no"),
            raw("raw text stays"),
        ],
    )
    return Course(
        slug="ledger-1",
        books=[first, second],
        files={
            "data/ledger.csv": "客户,amount\n王,70\n李,10\n王,15\n赵,5\n".encode(),
            "helper.py": b"GREETING = 'hello'\n",
        },
        top={"nbgrader_config.py": PLAIN.format(slug="several")},
    )


def objects() -> Course:
    """Plain asserts and checks with messages on classes, generators, exceptions, closures."""
    account = solution(
        "account",
        "class Overdrawn(Exception):\n    pass\n\n\nclass Account:\n    ### BEGIN SOLUTION\n"
        "    def __init__(self, owner, balance=0):\n"
        "        self.owner, self.balance = owner, balance\n\n"
        "    def withdraw(self, amount):\n        if amount > self.balance:\n"
        "            raise Overdrawn(self.owner)\n        self.balance -= amount\n"
        "        return self.balance\n\n    def __repr__(self):\n"
        "        return f'Account({self.owner!r}, {self.balance})'\n    ### END SOLUTION\n",
        "class Overdrawn(Exception):\n    pass\n\n\nclass Account:\n    pass\n",
        "Overdrawn = Account = None\n",
        half=(
            "class Overdrawn(Exception):\n    pass\n\n\nclass Account:\n"
            "    def __init__(self, owner, balance=0):\n"
            "        self.owner, self.balance = owner, balance\n\n"
            "    def withdraw(self, amount):\n        self.balance -= amount\n"
            "        return self.balance\n",
        ),
    )
    running = solution(
        "running",
        "def running(numbers):\n    ### BEGIN SOLUTION\n    total = 0\n    for n in numbers:\n"
        "        total += n\n        yield total\n    ### END SOLUTION\n",
        "def running(numbers):\n    return numbers\n",
        "def running(numbers):\n    while True:\n        yield 0\n        break\n",
        half=(
            "def running(numbers):\n    return [sum(numbers[:i+1]) for i in range(len(numbers))]\n",
        ),
    )
    safe = solution(
        "safe",
        "def safe(function, default=None):\n    ### BEGIN SOLUTION\n    def inner(*a, **k):\n"
        "        try:\n            return function(*a, **k)\n        except ValueError:\n"
        "            return default\n    return inner\n    ### END SOLUTION\n",
        "def safe(function, default=None):\n    return default\n",
        half=("def safe(function, default=None):\n    return function\n",),
    )
    return Course(
        slug="objects",
        books=[
            Book(
                "objects",
                [
                    note("# Classes, generators, exceptions"),
                    code("import itertools, os\nfrom fractions import Fraction"),
                    account,
                    code("a = Account('Li', 10)\na"),
                    test(
                        "account-balance",
                        1,
                        "a = Account('Li', 10)\nassert a.withdraw(3) == 7\nassert a.balance == 7\n",
                    ),
                    test(
                        "account-overdrawn",
                        2,
                        "try:\n    Account('Li').withdraw(1)\nexcept Overdrawn as error:\n"
                        "    assert error.args == ('Li',)\nelse:\n"
                        "    raise AssertionError('no Overdrawn was raised')\n",
                    ),
                    test(
                        "account-repr", 1, "assert repr(Account('Li', 3)) == \"Account('Li', 3)\"\n"
                    ),
                    running,
                    test(
                        "running-lazy",
                        2,
                        "numbers = running(itertools.count(1))\n"
                        "assert list(itertools.islice(numbers, 3)) == [1, 3, 6]\n",
                    ),
                    test(
                        "running-values",
                        1,
                        "assert list(running([Fraction(1, 2)] * 2)) == [Fraction(1, 2), 1]\n",
                    ),
                    safe,
                    test(
                        "safe-value",
                        1,
                        "assert safe(int, -1)('x') == -1\nassert safe(int)('7') == 7\n",
                    ),
                    test(
                        "safe-other",
                        1,
                        "try:\n    safe(int)(None)\nexcept TypeError:\n    pass\n"
                        "else:\n    raise AssertionError('TypeError was swallowed')\n",
                    ),
                    test("mode", 0.5, "assert os.environ['NBGRADER_EXECUTION'] == 'autograde'\n"),
                    test(
                        "share-of-points",
                        3,
                        "points = 0\nfor made, wanted in [(safe(int, 0)('4'), 4), "
                        "(list(running([1, 2])), [1, 3])]:\n    points += 1.5 * (made == wanted)\n"
                        "points\n",
                    ),
                ],
            )
        ],
        top={"nbgrader_config.py": PLAIN.format(slug="objects")},
    )


BUILDERS: dict[str, Builder] = {
    "ps1": quickstart,
    "ledger-1": several,
    "frames": courses_rich.frames,
    "magics": courses_rich.magics,
    "own-way": courses_own.own_way,
    "objects": objects,
    "kernels": courses_own.kernels,
}


def course(slug: str) -> Course:
    """A course by its assignment's name."""
    return BUILDERS[slug]()
