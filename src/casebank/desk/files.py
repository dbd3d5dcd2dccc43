"""Jupyter's own addresses ``/files/`` and ``/nbconvert/``: below a course nothing in them runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jupyter_server.base.handlers import path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler
from jupyter_server.utils import to_os_path, url_path_join

from casebank.desk import inert


class _Below:
    """Mixed into a handler: a stricter policy for what lies in a course."""

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()  # type: ignore[misc]
        if self._in_course():
            self.set_header("Content-Security-Policy", inert.POLICY)  # type: ignore[attr-defined]

    def _in_course(self) -> bool:
        settings: dict[str, Any] = self.settings  # type: ignore[attr-defined]
        root = settings.get("server_root_dir", "")
        path: str = self.request.path  # type: ignore[attr-defined]
        inside = unquote(path.removeprefix(settings.get("base_url", "/"))).partition("/")[2]
        if path.startswith(url_path_join(settings.get("base_url", "/"), "nbconvert")):
            inside = inside.partition("/")[2]
        try:
            real = Path(to_os_path(inside.strip("/"), str(Path(root).expanduser()))).resolve()
            return inert.course_of(real) is not None
        except (OSError, ValueError):
            return True


def install(app: Any) -> None:
    """Stand before the server's own handlers."""
    prefix = app.web_app.settings["base_url"]
    manager = app.contents_manager
    stock = manager.files_handler_class
    files = type(stock.__name__, (_Below, stock), {})
    pages = type("NbconvertFileHandler", (_Below, NbconvertFileHandler), {})
    app.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(prefix, r"/files/(.*)"), files, dict(manager.files_handler_params)),
            (url_path_join(prefix, rf"/nbconvert/(?P<format>\w+){path_regex}"), pages),
        ],
    )
