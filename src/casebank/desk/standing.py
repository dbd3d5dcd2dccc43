"""Where a Jupyter program is started. It runs the settings that lie there: not in a hand-in."""

from __future__ import annotations

import sys
from pathlib import Path

from casebank.check.visible import visible
from casebank.desk import inert

NOT_HERE = (
    "casebank: {folder} was handed in, and Jupyter would run the settings in it with your rights; "
    "start it in the course's own folder or above\n"
    "casebank：{folder} 是学员交来的，Jupyter 会以你的身份运行其中的设置；"
    "请在班级文件夹或它的上级文件夹里启动"
)


def begin(*more: Path) -> None:
    """End a program that stands in a folder that was handed in, or is about to serve one.

    Raises:
        SystemExit: it does.
    """
    try:
        places = (Path.cwd(), *more)
    except OSError:
        # The folder is gone; there is nothing in it to be run.
        places = more
    for folder in places:
        if inert.holds_hand_ins(folder):
            sys.exit(NOT_HERE.format(folder=visible(folder)))


__all__ = ["NOT_HERE", "begin"]
