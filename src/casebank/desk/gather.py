"""``nbgrader collect`` takes files, and not what a trainee's links lead to.

Its exchange lies on the machine, and trainees lay their folders there themselves. Stock copies what
a link points to, with the instructor's rights: another's file, the solutions, a device without end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casebank.check.visible import visible
from casebank.desk.keep import plain

_PREFIX = ".casebank-collect-"


def install() -> None:
    """Stand before nbgrader's own way of copying, once."""
    from nbgrader.exchange.default.collect import ExchangeCollect

    if getattr(ExchangeCollect, "casebank", False):
        return
    ExchangeCollect.casebank = True
    copy_files, do_copy = ExchangeCollect.copy_files, ExchangeCollect.do_copy
    ExchangeCollect.copy_files = lambda self: _gather(self, copy_files)
    ExchangeCollect.do_copy = lambda self, src, dest, log=None: _copy(self, do_copy, src, dest)


def _gather(exchange: Any, stock: Callable[[Any], None]) -> None:
    """Leave out, before anything is replaced, what is no folder of plain files.

    Raises:
        ExchangeError: somebody was left out; the others are collected.
    """
    from nbgrader.exchange import ExchangeError

    kept, left = [], []
    for record in exchange.src_records:
        try:
            plain(Path(exchange.inbound_path) / record["filename"])
            kept.append(record)
        except (ValueError, OSError) as error:
            left.append(visible(str(record["username"])))
            exchange.log.error("'%s' was not collected (%s)", record["username"], error)
    exchange.src_records = kept
    stock(exchange)
    if left:
        raise ExchangeError(f"not collected: {', '.join(left)}")


def _copy(exchange: Any, stock: Callable[[Any, str, str], None], src: str, dest: str) -> None:
    """Copy by a copy of our own: what lies in the exchange may change while it is looked at.

    Raises:
        ExchangeError: it is not plain after all.
    """
    from nbgrader.exchange import ExchangeError

    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=exchange.coursedir.root) as folder:
        mine = Path(folder) / "submission"
        try:
            plain(Path(src))
            shutil.copytree(src, mine, symlinks=True)
            plain(mine)
        except (ValueError, OSError) as error:
            raise ExchangeError(f"{visible(Path(src).name)} cannot be copied ({error})") from None
        stock(exchange, str(mine), dest)


__all__ = ["install"]
