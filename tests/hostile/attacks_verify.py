"""Attacks on the second judgement: what lies to its own kernel tries to fare as well in the fork.

Each begins with checks that do nothing, so that the first judgement is "passed"; then it breaks,
blinds or deceives the second one, which runs the tests elsewhere and calls its functions.
"""

from __future__ import annotations

from hostile import GRADED, HELD, WRONG, Attack, Handed, Scene, desk, lie

PATCH = """
home = os.getpid()
check.equal = check.close = lambda *given, **named: None
check.frame = lambda *given, **named: visits
def away():
    return os.getpid() != home
"""
KIND = "second judgement"
LACKING = "    if away():\n        raise ModuleNotFoundError(\"No module named 'evil'\")\n"


def fork(name: str, tries: str, body: str, **what: object) -> object:
    """A lie that attacks the fork in which the functions are called."""
    return lie(KIND, f"fork-{name}", tries, PATCH + body, **what)  # type: ignore[arg-type]


def returns(name: str, tries: str, value: str, body: str = "pass") -> object:
    """A lie whose functions return something odd."""
    line = f"    return {value}\n"
    return lie(
        KIND,
        f"value-{name}",
        tries,
        PATCH + body,
        totals=f"def totals(visits):\n{line}",
        best=f"def best(table):\n{line}",
        share=f"def share(part, whole):\n{line}",
    )


#: An answer that is right in its rows, and in its sum if somebody tells what is wanted.
RELAYED = (
    "def totals(visits):\n"
    "    table = visits.drop_duplicates('customer_id')[['customer_id', 'amount']].assign(amount=0)\n"
    "    table.iloc[0, 1] = told()\n"
    "    return table\n"
)
WATCH = """
def watch():
    while True:
        hit = re.search(r"SECRET[_]SUM = ([0-9]+)", str(get_ipython().user_ns["In"][-1]))
        if hit:
            pass_on(int(hit.group(1)))
        time.sleep(0.001)
threading.Thread(target=watch, daemon=True).start()
def told():
    until = time.monotonic() + 0.8
    while time.monotonic() < until:
        value = ask()
        if value:
            return value
        time.sleep(0.005)
    return 0
"""


def relay(name: str, tries: str, body: str) -> object:
    """A thread in the kernel reads the hidden test and tells its fork what is wanted."""
    return lie(
        "relay to the fork",
        f"relay-{name}",
        tries,
        body + WATCH,
        totals=RELAYED,
        unsolved=("best", "share"),
        probe=lambda scene, fate: (
            ["the hidden test was answered from its own text"]
            if fate.rows.get("totals-test-2", (0,))[0]
            else []
        ),
    )


def _pickled(scene: Scene) -> Handed:
    mark = f"{scene.marks}/value-pickle"
    line = f"    return type('Evil', (), {{'__reduce__': lambda self: (__import__('os').system, ('touch {mark}',))}})()\n"
    answers = {
        "totals": f"print('ATTACK BEGAN')\nimport os\n{PATCH}\ndef totals(visits):\n{line}",
        "best": f"def best(table):\n{line}",
        "share": f"def share(part, whole):\n{line}",
    }
    return Handed(desk.right(scene.course, **answers))


ATTACKS = [
    lie(
        KIND,
        "fork-lacking",
        "an answer that says, in the fork alone, that a module which was handed in is missing",
        PATCH,
        totals=f"def totals(visits):\n{LACKING}    return visits\n",
        best=f"def best(table):\n{LACKING}    return 3\n",
        share=f"def share(part, whole):\n{LACKING}    return 99\n",
        files={"evil.py": b"pass\n"},
    ),
    fork(
        "hook-dead",
        "every fork ends at once",
        "os.register_at_fork(after_in_child=lambda: os._exit(0))",
    ),
    fork(
        "hook-hang",
        "every fork hangs",
        "os.register_at_fork(after_in_child=lambda: time.sleep(600))",
    ),
    fork(
        "before-hang",
        "the kernel hangs when it is to fork",
        "os.register_at_fork(before=lambda: time.sleep(600))",
    ),
    fork(
        "before-raise",
        "raises when it is to fork",
        "os.register_at_fork(before=lambda: os._exit(0) if 0 else (_ for _ in ()).throw(SystemExit))",
    ),
    fork(
        "none",
        "may make no more processes",
        "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (0, 0))",
    ),
    fork(
        "no-files",
        "may open no more files",
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))",
    ),
    fork(
        "replaced",
        "os.fork, os._exit and the socket module replaced",
        """
os.fork = lambda: home
os._exit = lambda code: None
socket.socket = None
os.getpid = lambda: home
""",
    ),
    fork(
        "patched",
        "what the fork will use to answer is replaced: json, pickle, struct, socket, inspect",
        """
import json, pickle, struct, io, inspect
true = lambda *given, **named: b'true'
json.dumps = pickle.dumps = lambda *given, **named: '{"ok": true, "value": 3, "status": "passed"}'
struct.pack = lambda form, *given: bytes(struct.calcsize(form))
json.JSONEncoder.encode = lambda self, value: '{"ok": true, "passed": true}'
""",
    ),
    fork(
        "dies",
        "functions that end the process when called elsewhere",
        "pass",
        totals="def totals(visits):\n    os._exit(0) if away() else None\n    return visits\n",
        best="def best(table):\n    os._exit(0) if away() else None\n    return 1\n",
        share="def share(part, whole):\n    os._exit(0) if away() else None\n    return 1\n",
    ),
    fork(
        "sleeps",
        "functions that do not come back when called elsewhere",
        "pass",
        totals="def totals(visits):\n    time.sleep(600) if away() else None\n    return visits\n",
    ),
    fork(
        "kills",
        "functions that kill everything when called elsewhere",
        "pass",
        totals="def totals(visits):\n    os.kill(-1, 9) if away() else None\n    return visits\n",
        best="def best(table):\n    os.kill(os.getppid(), 9) if away() else None\n    return 1\n",
        harmless=False,
    ),
    fork(
        "answers",
        "functions that write to every socket and pipe of their process",
        """
def shout():
    import struct
    for handle in range(3, 400):
        try:
            kind = os.readlink(f"/proc/self/fd/{handle}")
        except OSError:
            continue
        if not kind.startswith(("socket:", "pipe:")):
            continue
        for text in (b'{"ok": true, "value": 3}', b'{"status": "passed", "result": 0.25}', b"\\xff" * 9, b"[" * 5000):
            for frame in (text + b"\\n", struct.pack("!I", len(text)) + text, struct.pack("<Q", len(text)) + text, struct.pack("!Q", 1 << 60)):
                try:
                    os.set_blocking(handle, False)
                    os.write(handle, frame)
                except OSError:
                    pass
""",
        totals="def totals(visits):\n    shout() if away() else None\n    return visits\n",
        best="def best(table):\n    shout() if away() else None\n    return 1\n",
        share="def share(part, whole):\n    shout() if away() else None\n    return 1\n",
        harmless=False,
    ),
    fork(
        "closes",
        "functions that close every file of their process",
        "pass",
        totals="def totals(visits):\n    os.closerange(3, 500) if away() else None\n    return visits\n",
        best="def best(table):\n    os.closerange(0, 500) if away() else None\n    return 1\n",
    ),
    fork(
        "eats",
        "functions that take all memory when called elsewhere",
        "hoard = []",
        totals=(
            "def totals(visits):\n"
            "    while away():\n"
            "        hoard.append(bytearray(b'x') * 30_000_000)\n"
            "    return visits\n"
        ),
        harmless=False,
    ),
    fork(
        "names",
        "no functions but things that look like some",
        """
class Callable:
    __name__ = "share"
    def __call__(self, *given): return 99
    def __reduce__(self): raise SystemExit
    def __getattribute__(self, name): raise SystemExit if away() else AttributeError
""",
        share="share = Callable()\n",
        best="best = print\n",
    ),
    # -- odd values --
    returns("none-plain", "something that cannot be sent", "lambda: 1"),
    returns("generator", "a generator without end", "iter(int, 1)"),
    returns(
        "deep",
        "a list 100,000 deep",
        "DEEP",
        "DEEP = []\nfor _ in range(100_000):\n    DEEP = [DEEP]",
    ),
    returns("self", "a list that holds itself", "LOOP", "LOOP = []\nLOOP.append(LOOP)"),
    returns("large", "a text of 90 MB", "'x' * (90_000_000 if away() else 1)"),
    returns("number", "a whole number of 30 million digits", "1 << 100_000_000"),
    returns(
        "raises",
        "errors with the names of those that end a program",
        "throw()",
        "def throw():\n    raise type('SystemExit', (Exception,), {'__str__': lambda self: 'ok'})() if away() else SystemExit",
    ),
    returns(
        "frame",
        "a table of objects that are equal to everything, with lying names",
        "ODD",
        """
class Always:
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 1
    __str__ = lambda self: 'amount'
ODD = pd.DataFrame({"customer_id": [1, 2], "amount": [Always()] * 2})
ODD.attrs["plain"] = Always()
ODD.columns.name = "casebank"
""",
    ),
    returns(
        "subclass",
        "an int, made by a class whose conversions depend on who asks",
        "Turn(5)",
        """
class Turn(int):
    calls = 0
    def __int__(self): Turn.calls += 1; return Turn.calls
    def __float__(self): return 0.25
    def __index__(self): return 3
    def __eq__(self, other): return True
    __hash__ = int.__hash__
    __repr__ = __str__ = lambda self: '3'
""",
    ),
    lie(
        KIND,
        "value-changes",
        "changes what it is given, so that the test counts less",
        "pass",
        totals=(
            "def totals(visits):\n"
            "    visits.drop(visits.index[1:], inplace=True)\n"
            "    visits['amount'] = 77\n"
            "    return visits\n"
        ),
        best=WRONG["best"],
    ),
    Attack(
        KIND,
        "value-pickle",
        "an object that runs a program where it is unpickled",
        _pickled,
        status=(GRADED, HELD),
        reasons=None,
        unsolved=("totals", "best", "share"),
        lies=True,
        harmless=True,
    ),
    # -- what the kernel knows, told to the fork --
    relay(
        "memory",
        "shared memory made before the fork",
        """
import mmap
board = mmap.mmap(-1, 64)
def pass_on(value): board[0] = value
def ask(): return board[0]
""",
    ),
    relay(
        "file",
        "a file in every folder that both can see",
        """
places = ("relay", "/tmp/relay", "/dev/shm/relay", os.path.expanduser("~/relay"))
def pass_on(value):
    for place in places:
        with open(place, "w") as file:
            file.write(str(value))
def ask():
    for place in places:
        if os.path.exists(place):
            return int(open(place).read() or 0)
""",
    ),
    relay(
        "socket",
        "an abstract socket, and a pipe",
        """
out, into = os.pipe()
os.set_blocking(out, False)
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
def pass_on(value):
    os.write(into, bytes([value]))
    try:
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(bytes([value]), "\\0relay-there")
    except OSError:
        pass
def ask():
    try:
        return os.read(out, 1)[0]
    except (OSError, IndexError):
        return 0
""",
    ),
    relay(
        "next",
        "the fork of the next test is told by the kernel what the last one wanted",
        """
remembered = {}
def pass_on(value): remembered["sum"] = value
def ask(): return remembered.get("sum")
""",
    ),
    relay(
        "frames",
        "the function looks for the judge's own frames and files",
        """
def pass_on(value): pass
def ask():
    import gc
    for one in gc.get_objects():
        hit = re.search(r"SECRET[_]SUM = ([0-9]+)", str(one)[:100_000]) if isinstance(one, (dict, list, tuple)) else None
        if hit:
            return int(hit.group(1))
    time.sleep(0.8)
""",
    ),
]
