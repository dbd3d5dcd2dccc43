"""A trainee's notebook that is opened to be read starts no kernel.

JupyterLab starts one as soon as a notebook is opened, in the notebook's folder and with the
instructor's rights, and Python looks for modules there first: an ``ipykernel_launcher.py`` that was
handed in would run before anybody has pressed anything.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from casebank.desk import inert

#: In lines: JupyterLab shows it as it is, and breaks none.
REFUSED = """
No kernel is started for what was handed in: it would run with your rights.
You can read it as it is. casebank grade runs it in the sandbox;
to run it yourself, copy it out of the course.

学员交来的笔记本不启动内核：那会以你的身份运行。
可以照样阅读。批改请用 casebank grade，它在沙箱里运行；
要自己运行，请先复制到班级文件夹之外。
"""


def install(app: Any) -> None:
    """Stand before the server's own way of starting kernels."""
    manager = app.kernel_manager
    manager.start_kernel = functools.partial(_start, manager, manager.start_kernel)


async def _start(
    manager: Any, start: Callable[..., Awaitable[str]], *about: Any, **more: Any
) -> str:
    path = more.get("path")
    folder = manager.cwd_for_path(path) if path is not None else more.get("cwd")
    if folder is not None and _theirs(Path(folder)):
        raise HTTPError(403, REFUSED)
    return await start(*about, **more)


def _theirs(folder: Path) -> bool:
    """Whether a folder holds what trainees handed in, also by a link."""
    try:
        return inert.handed_in_by_any_way(folder / "x") is not None
    except (OSError, ValueError):
        return True


__all__ = ["REFUSED", "install"]
