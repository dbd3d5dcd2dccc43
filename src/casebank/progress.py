"""A bar for whatever takes longer than two seconds; plain lines where there is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

#: ``progress(done, total, label)``; total 0 means that the end is not known.
Callback = Callable[[int, int, str], None]

DELAY = 2.0
EVERY = 10.0


@contextmanager
def bar(title: str) -> Iterator[Callback]:
    """Yield a callback that draws a bar on a terminal, or a line each ten seconds elsewhere."""
    console = Console(file=sys.stderr)
    began = time.monotonic()
    if not console.is_terminal:
        last = began

        def lines(done: int, total: int, label: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= EVERY:
                last = now
                share = f" {done}/{total}" if total else ""
                print(f"{title}{share} {label}", file=sys.stderr, flush=True)

        yield lines
        return
    progress = Progress(
        TextColumn("{task.description}"),
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
        progress.update(
            task, completed=done, total=total or None, description=f"{title} {label}".strip()
        )

    try:
        yield draw
    finally:
        if started:
            progress.stop()
