"""A bar for whatever takes longer than two seconds; plain lines where there is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from casebank.check.visible import say, visible
from casebank.terminal import PlainConsole

#: ``progress(done, total, label)``; total 0 means that the end is not known.
Callback = Callable[[int, int, str], None]

DELAY = 2.0
EVERY = 10.0
#: Characters of a name beside the bar.
LABEL = 60


@contextmanager
def bar(title: str) -> Iterator[Callback]:
    """Yield a callback that draws a bar on a terminal, or a line each ten seconds elsewhere."""
    console = PlainConsole(sys.stderr)
    began = time.monotonic()
    if not console.is_terminal:
        last = began

        def lines(done: int, total: int, label: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= EVERY:
                last = now
                share = f" {done}/{total}" if total else ""
                say(f"{title}{share} {visible(label, LABEL)}", sys.stderr)

        yield lines
        return
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = progress.add_task(title, total=None)
    started = False

    def draw(done: int, total: int, label: str) -> None:
        nonlocal started
        if not started and time.monotonic() - began > DELAY:
            progress.start()
            started = True
        said = f"{title} {visible(label, LABEL)}".strip()
        progress.update(task, completed=done, total=total or None, description=said)

    try:
        yield draw
    finally:
        if started:
            progress.stop()
