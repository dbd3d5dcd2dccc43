"""What a notebook in the browser cannot do, said in one sentence."""

import builtins
import sys
import time

#: Characters that one cell may print: a page that shows more stops answering.
MOST = 100_000
#: Seconds between two pieces of what is printed.
PAUSE = 0.1
SAY = {
    "input": "浏览器里不能用 input()：把值直接写进变量。"
    "input() does not work in the browser: write the value into a variable.",
    "system": "浏览器里没有命令行，不能用 ! 开头的命令。"
    "There is no command line in the browser: commands with ! do not work.",
    "long": "\n……输出太长，其余的不显示。… The output is too long; the rest is not shown.\n",
}


def _no_input(*_arguments):
    raise RuntimeError(SAY["input"])


def _no_system(_command):
    print(SAY["system"], file=sys.stderr)


class _Printed:
    """What a cell prints: gathered into fewer pieces, and cut where a page would stop answering.

    Each piece makes the page draw the cell's output anew, so ten thousand lines in as many pieces
    would keep it busy for minutes.
    """

    def __init__(self):
        self.left = MOST
        self.waiting = None
        self.text = []
        self.sent = 0.0
        #: Between cells nobody comes to send what waits.
        self.direct = True

    def begin(self, *_arguments):
        """A cell begins."""
        self.left, self.direct = MOST, False

    def end(self, *_arguments):
        """A cell has ended; what is printed from here on goes out at once."""
        self.flush()
        self.direct = True

    def flush(self, *_arguments):
        """Send what waits."""
        if self.text:
            text, self.text = "".join(self.text), []
            self.sent = time.monotonic()
            self.waiting(text)

    def through(self, write):
        """A stream's ``write`` that gathers and cuts."""

        def gather(text):
            if self.left <= 0:
                return
            text = str(text)
            self.left -= len(text)
            if self.left <= 0:
                text = text[: len(text) + self.left] + SAY["long"]
            if self.waiting is not write:
                self.flush()
                self.waiting = write
            self.text.append(text)
            if self.direct or self.left <= 0 or time.monotonic() - self.sent > PAUSE:
                self.flush()

        return gather


def _before(one, name, act):
    """Do something before each call of a method of one object."""
    call = getattr(one, name)

    def both(*arguments, **options):
        act()
        return call(*arguments, **options)

    object.__setattr__(one, name, both)


def settle(shell):
    """Set up the notebook's shell.

    Args:
        shell: IPython's shell, in which cells run.
    """
    # The kernel sets its own at each cell: through this property.
    type(shell).input = property(
        lambda _: None, lambda _, __: setattr(builtins, "input", _no_input)
    )
    shell.system = _no_system
    printed = _Printed()
    shell.events.register("pre_run_cell", printed.begin)
    shell.events.register("post_run_cell", printed.end)
    _before(shell.display_pub, "publish", printed.flush)
    _before(shell.displayhook, "start_displayhook", printed.flush)
    for stream in (sys.stdout, sys.stderr):
        stream.write = printed.through(stream.write)
        stream.flush = printed.flush
