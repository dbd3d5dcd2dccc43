"""Attacks on the way from the kernel to the notebook: hooks, replies, threads, frames, shadows."""

from __future__ import annotations

from hostile import GRADED, HELD, code, lie

SILENT = """
shell = get_ipython()
kind = type(shell)
"""
SHADOW = b"""
import builtins, os
builtins.SHADOW = True
os.environ["SHADOW"] = "1"
def __getattr__(name):
    return lambda *given, **named: None
"""
SHADOWS = (
    "pandas.py",
    "numpy/__init__.py",
    "casebank/__init__.py",
    "casebank/check/__init__.py",
    "sitecustomize.py",
    "usercustomize.py",
    "ipython_config.py",
    "ipython_kernel_config.py",
    "jupyter_config.py",
    "nbgrader_config.py",
    "json.py",
    "socket.py",
    "ast.py",
    "ipykernel.py",
    "matplotlib/__init__.py",
    ".ipython/profile_default/startup/00.py",
    "conftest.py",
)
SEEK = """
import builtins
if hasattr(builtins, "SHADOW") or "SHADOW" in os.environ:
    tell("a module of the folder was run in the place of a library")
for name in ("pandas", "numpy", "casebank", "json", "socket", "ast", "ipykernel", "matplotlib"):
    if (getattr(sys.modules.get(name), "__file__", None) or "/usr").startswith(os.getcwd()):
        tell(name)
"""

ATTACKS = [
    # -- hooks --
    lie(
        "IPython hooks",
        "hook-traceback",
        "errors are not shown",
        SILENT
        + "kind.showtraceback = kind._showtraceback = kind.showsyntaxerror = lambda *g, **k: None",
    ),
    lie(
        "IPython hooks",
        "hook-custom",
        "an exception handler that says nothing",
        SILENT + "shell.set_custom_exc((BaseException,), lambda *given, **named: None)",
    ),
    lie(
        "IPython hooks",
        "hook-publisher",
        "the socket of outputs drops errors",
        """
kernel = get_ipython().kernel
real = kernel.session.send
def send(stream, message, *given, **named):
    name = message if isinstance(message, str) else message.get("msg_type")
    if name == "error":
        return None
    if name == "execute_reply":
        given = ({"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}, *given[1:])
    return real(stream, message, *given, **named)
kernel.session.send = send
""",
    ),
    lie(
        "IPython hooks",
        "hook-execute",
        "the kernel's do_execute runs nothing and says ok",
        """
kernel = get_ipython().kernel
real = kernel.do_execute
async def do_execute(code, *given, **named):
    if "check." in code and "def " not in code:
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    return await real(code, *given, **named)
kernel.do_execute = do_execute
""",
    ),
    lie(
        "IPython hooks",
        "hook-request",
        "the handler of requests answers itself: idle and ok",
        """
kernel = get_ipython().kernel
real = kernel.shell_handlers["execute_request"]
async def execute_request(stream, ident, parent):
    if "check." not in parent["content"]["code"] or "def " in parent["content"]["code"]:
        return await real(stream, ident, parent)
    ok = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    kernel.session.send(stream, "execute_reply", ok, parent, ident=ident)
kernel.shell_handlers["execute_request"] = execute_request
""",
    ),
    lie(
        "IPython hooks",
        "hook-events",
        "pre_run_cell puts back, before each test, what makes it pass",
        """
def before(info):
    import casebank.check.compare as compare
    compare._compare = lambda *given, **named: None
    globals()["totals"] = lambda visits: visits.head(2).assign(amount=1)
get_ipython().events.register("pre_run_cell", before)
get_ipython().events.register("pre_execute", lambda: before(None))
""",
    ),
    lie(
        "IPython hooks",
        "hook-partial",
        "shows a number as the last value of a test: nbgrader's partial credit",
        """
def after(result):
    from IPython.display import publish_display_data
    kernel = get_ipython().kernel
    content = {"data": {"text/plain": "99"}, "metadata": {}, "execution_count": 1}
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent())
get_ipython().events.register("post_run_cell", after)
shell = type(get_ipython())
shell.showtraceback = shell._showtraceback = lambda *given, **named: None
""",
        status=(GRADED, HELD),
    ),
    lie(
        "IPython hooks",
        "hook-names",
        "the names of the tests, in a namespace that answers as it likes",
        """
class Names(dict):
    def __getitem__(self, key):
        if key == "check":
            return self["_fake"]
        return dict.__getitem__(self, key)
class Fake:
    def __getattr__(self, name):
        return lambda *given, **named: visits
shell = get_ipython()
shell.user_ns["check"] = Fake()
shell.user_module.__dict__["check"] = Fake()
shell.events.register("pre_run_cell", lambda info: shell.user_ns.update(check=Fake()))
""",
    ),
    # -- threads --
    lie(
        "threads",
        "thread-swap",
        "a thread that changes the checks while the tests run",
        """
class Fake:
    def __getattr__(self, name):
        return lambda *given, **named: visits
def swap():
    names = get_ipython().user_ns
    while True:
        names["check"] = Fake()
        time.sleep(0.0001)
threading.Thread(target=swap, daemon=True).start()
""",
    ),
    code(
        "threads",
        "thread-print",
        "a thread that prints into the tests of others",
        """
def talk():
    while True:
        print("noise")
        sys.stderr.write("noise")
        time.sleep(0.01)
threading.Thread(target=talk, daemon=True).start()
""",
        status=(GRADED, HELD),
        reasons=None,
    ),
    code(
        "threads",
        "thread-raise",
        "a thread that raises exceptions in the main one, between the cells",
        """
import ctypes
main = threading.main_thread().ident
def throw():
    while True:
        time.sleep(0.05)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), ctypes.py_object(SystemExit))
threading.Thread(target=throw, daemon=True).start()
""",
        status=(GRADED, HELD),
        reasons=None,
    ),
    lie(
        "threads",
        "thread-task",
        "a task of the kernel's own loop that undoes the tests",
        """
import asyncio
async def undo():
    while True:
        check.equal = check.close = lambda *given, **named: None
        check.frame = lambda *given, **named: visits
        await asyncio.sleep(0)
keep = asyncio.get_event_loop().create_task(undo())
await asyncio.sleep(0.01)
""",
    ),
    # -- frames --
    lie(
        "frame inspection",
        "frame-caller",
        "a function that reads, in the test that calls it, what is expected",
        """
def wanted(name):
    frame = sys._getframe(2)
    while frame is not None:
        text = str(get_ipython().user_ns.get("In", [""])[-1])
        hit = re.search(r"SECRET[_]SUM = ([0-9]+)", text)
        if hit:
            return int(hit.group(1))
        frame = frame.f_back
    return 0
""",
        totals=(
            "def totals(visits):\n"
            "    table = visits.drop_duplicates('customer_id')[['customer_id', 'amount']].assign(amount=0)\n"
            "    table.iloc[0, 1] = wanted('sum')\n"
            "    return table\n"
        ),
        best=(
            "def best(table):\n"
            "    hit = re.search(r'visits[)][)], ([0-9]+)', str(In[-1]))\n"
            "    return int(hit.group(1)) if hit else 0\n"
        ),
        share=(
            "def share(part, whole):\n"
            "    hit = re.search(r'4[)], ([0-9.]+)', str(In[-1]))\n"
            "    return float(hit.group(1)) if hit else 0\n"
        ),
        # The first test compares with the data alone, which this answer gets right.
        probe=lambda scene, fate: (
            ["the hidden test was answered from its own text"]
            if fate.rows.get("totals-test-2", (0,))[0]
            else []
        ),
        unsolved=("best", "share"),
    ),
    lie(
        "frame inspection",
        "frame-change",
        "a function that changes, in the frames above it, what is expected",
        """
import ctypes, gc
def bend():
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            for holder in gc.get_referents(frame.f_code):
                if isinstance(holder, tuple):
                    for index, value in enumerate(holder):
                        if type(value) in (int, float) and value not in (0, 1, 4):
                            wrong = ctypes.py_object(99)
                            ctypes.c_ssize_t.from_address(id(99)).value += 1000
                            ctypes.c_void_p.from_address(id(holder) + 24 + 8 * index).value = id(99)
        frame = frame.f_back
""",
        best="def best(table):\n    bend()\n    return 99\n",
        share="def share(part, whole):\n    bend()\n    return 99\n",
    ),
    # -- shadowing --
    code(
        "shadowing",
        "shadow-folder",
        "modules and settings with the names of libraries in the folder",
        SEEK,
        files=dict.fromkeys(SHADOWS, SHADOW),
    ),
    code(
        "shadowing",
        "shadow-exit",
        "the same, each of them ending Python at its import",
        SEEK,
        files=dict.fromkeys(SHADOWS, b"import os\nos._exit(9)\n"),
    ),
    lie(
        "shadowing",
        "shadow-data",
        "the exercise's own data and description, handed in changed",
        "pass",
        totals="def totals(visits):\n    return visits\n",
        best="def best(table):\n    return 3\n",
        unsolved=("share",),
        status=(GRADED, HELD),
        lies=False,
        files={
            "data/visits.csv": b"customer_id,amount\n3,77\n",
            "casebank.json": b'{"tasks": [], "points": 0}',
        },
        probe=lambda scene, fate: (
            ["its own data were used"] if fate.rows.get("totals-test", (0,))[0] else []
        ),
    ),
]
