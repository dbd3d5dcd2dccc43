"""Courses with rich output: frames, plots, widgets, magics, threads, subprocesses, input."""

from __future__ import annotations

import importlib.util

from model import Book, Cell, Course, code, manual, note, solution, test

PLAIN = """c = get_config()
c.CourseDirectory.course_id = "{slug}"
c.ExecutePreprocessor.timeout = 60
"""


def frames() -> Course:
    """pandas, numpy, plots (a Chinese title too), displays that are updated, widgets."""
    totals = solution(
        "totals",
        "def totals(visits):\n    ### BEGIN SOLUTION\n"
        "    return visits.groupby('customer', as_index=False)['amount'].sum()\n"
        "    ### END SOLUTION\n",
        "def totals(visits):\n    return visits\n",
        "def totals(visits):\n    return visits.groupby('customer').nothing.sum()\n",
        half=("def totals(visits):\n    return visits.groupby('customer')[['amount']].sum()\n",),
    )
    scale = solution(
        "scale",
        "def scale(x):\n    ### BEGIN SOLUTION\n    x = np.asarray(x, dtype=float)\n"
        "    return (x - x.mean()) / x.std()\n    ### END SOLUTION\n",
        "def scale(x):\n    return np.asarray(x)\n",
        "def scale(x):\n    x = np.asarray(x, dtype=float)\n    return x / 0\n",
        half=("def scale(x):\n    x = np.asarray(x, dtype=float)\n    return x - x.mean()\n",),
        numpy="def scale(x):\n    return np.float64('nan')\n",
    )
    chart = solution(
        "chart",
        "def chart(table):\n    ### BEGIN SOLUTION\n    figure, axes = plt.subplots(figsize=(3, 2))\n"
        "    axes.bar(table['customer'], table['amount'])\n    axes.set_title('Amount')\n"
        "    return axes\n    ### END SOLUTION\n",
        "def chart(table):\n    return None\n",
        half=(
            "def chart(table):\n    axes = plt.figure(figsize=(3, 2)).add_subplot()\n"
            "    axes.bar(table['customer'], table['amount'])\n    return axes\n",
        ),
        chinese="def chart(table):\n    figure, axes = plt.subplots(figsize=(3, 2))\n"
        "    axes.bar(table['customer'], table['amount'])\n    axes.set_title('客户金额 Amount')\n"
        "    return axes\n",
    )
    cells = [
        note("# Frames"),
        code(
            "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
            "from IPython.display import HTML, Markdown, display\n"
            "visits = pd.read_csv('visits.csv')"
        ),
        code("visits.head()"),
        totals,
        test(
            "totals-shape",
            1,
            "t = totals(visits)\nassert t.shape == (3, 2)\nassert list(t) == ['customer', 'amount']\n",
        ),
        test(
            "totals-values",
            2,
            "pd.testing.assert_frame_equal(totals(visits), pd.DataFrame({'customer': [1, 2, 3], "
            "'amount': [30, 5, 42]}))\n",
        ),
        scale,
        test("scale-mean", 1, "assert abs(scale([1, 2, 3]).mean()) < 1e-12\n"),
        test("scale-values", 2, "np.testing.assert_allclose(scale([0, 2]), [-1, 1])\n"),
        test(
            "scale-partial",
            2,
            "ok = [np.allclose(scale(v).std(), 1) for v in ([1, 2], [5, 9, 1])]\nfloat(sum(ok))\n",
        ),
        chart,
        code("axes = chart(totals(visits))\nplt.show()"),
        test(
            "chart-title",
            1,
            "axes = chart(totals(visits).reset_index())\n"
            "assert 'Amount' in axes.get_title()\nplt.close('all')\n",
        ),
        test("chart-bars", 1, "assert len(chart(totals(visits).reset_index()).patches) == 3\n"),
        manual(
            "look",
            2,
            "display(HTML('<b>bold</b>'), Markdown('*thin*'))\nvisits.describe()\n",
            "visits.explode\n",
            "visits.plot(figsize=(2, 2))\n",
        ),
        code(
            "handle = display('one', display_id='row')\nhandle.update('two')\n"
            "display(visits.dtypes.to_frame('t').style.set_uuid('fixed'))\nhandle.update('three')"
        ),
        *_widgets(),
    ]
    return Course(
        slug="frames",
        books=[Book("frames", cells)],
        files={"visits.csv": b"customer,amount\n1,10\n1,20\n2,5\n3,40\n3,1\n3,1\n"},
        top={"nbgrader_config.py": PLAIN.format(slug="frames")},
        timeout=None,
    )


def _widgets() -> list[Cell]:
    if importlib.util.find_spec("ipywidgets") is None:
        return []
    return [
        code(
            "import ipywidgets as w\nslider = w.IntSlider(value=3, max=9, description='how many')\n"
            "label = w.Label('start')\nslider.observe(lambda c: setattr(label, 'value', "
            "str(c['new'])), 'value')\ndisplay(w.VBox([slider, label]))\nslider.value = 7"
        ),
        code("out = w.Output()\nwith out:\n    print('inside the widget')\nout"),
        test("widget", 1, "assert label.value == '7'\n"),
    ]


def magics() -> Course:
    """What a real kernel can do: magics, shells, await, threads, input, output of every kind."""
    fetch = solution(
        "fetch",
        "async def fetch(n):\n    ### BEGIN SOLUTION\n    await asyncio.sleep(0.01)\n"
        "    return n * 2\n    ### END SOLUTION\n",
        "async def fetch(n):\n    return n\n",
        "def fetch(n):\n    return n * 2\n",
        half=("async def fetch(n):\n    return 8\n",),
    )
    spread = solution(
        "spread",
        "def spread(work, items):\n    ### BEGIN SOLUTION\n    found = {}\n"
        "    def one(item):\n        found[item] = work(item)\n"
        "    threads = [threading.Thread(target=one, args=(i,)) for i in items]\n"
        "    for t in threads:\n        t.start()\n    for t in threads:\n        t.join()\n"
        "    return [found[i] for i in items]\n    ### END SOLUTION\n",
        "def spread(work, items):\n    return []\n",
        half=("def spread(work, items):\n    return [work(i) for i in items]\n",),
    )
    run = solution(
        "run",
        "def run(*words):\n    ### BEGIN SOLUTION\n"
        "    return subprocess.run(words, capture_output=True, text=True).stdout.strip()\n"
        "    ### END SOLUTION\n",
        "def run(*words):\n    return ' '.join(words)\n",
        "def run(*words):\n    return subprocess.check_output('false')\n",
    )
    cells = [
        note("# What a kernel can do"),
        code("import asyncio, subprocess, sys, threading, time\nfrom IPython.display import *"),
        code("%matplotlib inline\n%precision 3\n1/3"),
        code("%%bash\nexport NAME=world\necho hello $NAME\necho 中文 | wc -c"),
        code("!echo from the shell\nnames = !ls data\nnames"),
        code("!cat data/words.txt | tr a-z A-Z"),
        code("%%bash\necho to-stderr >&2"),
        code("!python -c 'import sys; print(\"exit next\"); sys.exit(3)'\n_exit_code"),
        code("%%capture caught\nprint('swallowed')\n7"),
        code("print(caught.stdout.upper())"),
        code("%%writefile made.py\nVALUE = 11\n"),
        code("import made\nmade.VALUE"),
        code("%%html\n<i>html</i>"),
        code("%%latex\n$x^2$"),
        code("%who_ls str"),
        code("%env NBGRADER_EXECUTION"),
        code("%cd -q data\n!ls\n%cd -q .."),
        code("await asyncio.sleep(0.01)\nprint('awaited')"),
        code("async def two():\n    return 2\nawait two()"),
        fetch,
        test("fetch-value", 2, "assert await fetch(4) == 8\n"),
        test(
            "fetch-many",
            1,
            "assert await asyncio.gather(*[fetch(i) for i in range(3)]) == [0, 2, 4]\n",
        ),
        spread,
        test("spread-value", 1, "assert spread(lambda x: x * x, [3, 1, 2]) == [9, 1, 4]\n"),
        test(
            "spread-threads",
            1,
            "seen = set()\nspread(lambda x: (time.sleep(0.05), seen.add(threading.get_ident())), "
            "[1, 2])\nassert len(seen) == 2\n",
        ),
        run,
        test("run-echo", 1, "assert run('echo', 'hi') == 'hi'\n"),
        test("run-python", 1, "assert run(sys.executable, '-c', 'print(6*7)') == '42'\n"),
        test("shell", 1, "words = !cat data/words.txt\nassert words == ['alpha', 'beta'], words\n"),
        test("bash-test", 0.5, "%%bash\ntest -f data/words.txt\n"),
        test("bash-fail", 0.5, "%%bash\nexit 4\n"),
        code("name = input('your name? ')\nprint('hello', name)"),
        code(
            "for i in range(3):\n    print(f'\\rstep {i}', end='')\n    sys.stdout.flush()\n"
            "print()\nprint('one\\rtwo')"
        ),
        code("print('gone')\nclear_output()\nprint('stays')"),
        code("print('gone too')\nclear_output(wait=True)\ndisplay('late')"),
        code(
            "h = display(HTML('<p>0</p>'), display_id='bar')\nfor i in range(3):\n    h.update(HTML(f'<p>{i}</p>'))"
        ),
        code("display(HTML('<p>again</p>'), display_id='bar')"),
        code("update_display(HTML('<p>last</p>'), display_id='bar')"),
        code("display({'text/plain': 'p', 'application/json': {'a': [1, None]}}, raw=True)"),
        code("Latex('$a$')"),
        code('SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>\')'),
        code("for i in range(1200):\n    print('line', i)"),
        code("print('x' * 50_000)"),
        code("sys.stdout.write('no newline')\nsys.stdout.flush()"),
        code("t = threading.Thread(target=lambda: print('from a thread'))\nt.start()\nt.join()"),
        code("print('before')\n1 / 0"),
        code("def deep(n):\n    return deep(n - 1) if n else {}['key']\ndeep(3)"),
        code("raise SystemExit(2)"),
        code("%no_such_magic"),
        code("int?"),
        code("1;"),
        code("_, __, In[1][:6]"),
        code("get_ipython().set_next_input('print(1)')"),
        code("from IPython import get_ipython\nget_ipython().run_cell('print(\"inner\")')"),
        code(
            "class Rich:\n    def _repr_html_(self):\n        return '<b>rich</b>'\n"
            "    def __repr__(self):\n        return 'rich'\nRich()"
        ),
        code("%%script bash --bg --out proc\nsleep 0.1; echo background"),
        code("%load_ext autoreload\n%autoreload 2"),
        code("%%javascript\nvar a = 1;"),
        code("%xmode Minimal\n{}['k']"),
        manual("free", 1, "!echo $((6 * 7))\n", "%%bash\nexit 1\n"),
    ]
    return Course(
        slug="magics",
        books=[Book("magics", cells)],
        files={"data/words.txt": b"alpha\nbeta\n"},
        top={"nbgrader_config.py": PLAIN.format(slug="magics")},
        timeout=None,
    )
