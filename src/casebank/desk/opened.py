"""A trainee's notebook that is opened to be read starts no kernel.

JupyterLab starts one as soon as a notebook is opened, in the notebook's folder and with the
instructor's rights, and Python looks for modules there first: an ``ipykernel_launcher.py`` that was
handed in would run before anybody has pressed anything. The same holds of a shell, which looks for
settings where it starts, and of a whole server: nbgrader runs the settings of its folder.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from jupyter_server_terminals.api_handlers import TerminalRootHandler
from tornado.web import HTTPError

from casebank.desk import inert, standing

#: In lines: JupyterLab shows it as it is, and breaks none.
REFUSED = """
No kernel is started for what was handed in: it would run with your rights.
You can read it as it is. casebank grade runs it in the sandbox;
to run it yourself, copy it out of the course.

学员交来的笔记本不启动内核：那会以你的身份运行。
可以照样阅读。批改请用 casebank grade，它在沙箱里运行；
要自己运行，请先复制到班级文件夹之外。
"""
#: JupyterLab shows this one in a line.
NO_TERMINAL = (
    "No terminal is opened in what was handed in: a shell may run what lies there. / "
    "学员交来的文件夹里不打开终端：命令行会运行其中的文件。"
)
_TERMINALS = "jupyter_server_terminals"


def begin(app: Any) -> None:
    """End a server of a folder that was handed in, before another extension reads what is there.

    Jupyter loads extensions in the order of their names, and ours comes before nbgrader's.
    """
    standing.begin(Path(app.root_dir).expanduser())


def install(app: Any) -> None:
    """Stand before the server's own way of starting kernels and terminals."""
    manager = app.kernel_manager
    manager.start_kernel = functools.partial(_start, manager, manager.start_kernel)
    if app.terminals_enabled and _TERMINALS in app.extension_manager.extension_apps:
        address = url_path_join(app.web_app.settings["base_url"], "/api/terminals")
        app.web_app.add_handlers(".*$", [(address, _Terminals, {"name": _TERMINALS})])


async def _start(
    manager: Any, start: Callable[..., Awaitable[str]], *about: Any, **more: Any
) -> str:
    path = more.get("path")
    # Without either it starts where the server was started.
    folder = manager.cwd_for_path(path) if path is not None else more.get("cwd") or Path.cwd()
    if inert.holds_hand_ins(Path(folder)) or inert.holds_hand_ins(Path(manager.root_dir)):
        raise HTTPError(403, REFUSED)
    return await start(*about, **more)


class _Terminals(TerminalRootHandler):
    """What opens a terminal, in no folder of a trainee."""

    def get_json_body(self) -> Any:
        """What is asked for; stock's next step would follow the folder's links.

        Raises:
            HTTPError: a folder that was handed in.
        """
        body = super().get_json_body()
        folder = (body or {}).get("cwd", "")
        # Stock takes it as either.
        for place in (Path.cwd(), Path(self.settings["server_root_dir"]).expanduser()):
            if inert.holds_hand_ins(place / folder):
                raise HTTPError(403, NO_TERMINAL)
        return body


__all__ = ["NO_TERMINAL", "REFUSED", "begin", "install"]
