"""Jupyter's own addresses ``/files/`` and ``/nbconvert/``: below a course nothing in them runs.

And nothing that was handed in is a page there: a browser would greet the hosts that it names.
"""

from __future__ import annotations

import functools
import inspect
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jupyter_server.base.handlers import path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler
from jupyter_server.utils import to_os_path, url_path_join
from nbconvert.exporters.script import ScriptExporter
from tornado.web import HTTPError

from casebank.desk import inert


class _Below:
    """Mixed into a handler: a stricter policy for what lies in a course."""

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()  # type: ignore[misc]
        if self._theirs or any(map(inert.course_of, (self._place, self._place.resolve()))):
            self.set_header("Content-Security-Policy", inert.POLICY)  # type: ignore[attr-defined]

    @functools.cached_property
    def _theirs(self) -> bool:
        try:
            return inert.handed_in_by_any_way(self._place) is not None
        except (OSError, ValueError, RuntimeError):
            return True

    @functools.cached_property
    def _place(self) -> Path:
        """The file that is asked for, as it is written: its folder may be a link."""
        settings: dict[str, Any] = self.settings  # type: ignore[attr-defined]
        root = settings.get("server_root_dir", "")
        path: str = self.request.path  # type: ignore[attr-defined]
        inside = unquote(path.removeprefix(settings.get("base_url", "/"))).partition("/")[2]
        if path.startswith(url_path_join(settings.get("base_url", "/"), "nbconvert")):
            inside = inside.partition("/")[2]
        return Path(to_os_path(inside.strip("/"), str(Path(root).expanduser())))


class _Kept(_Below):
    """A file; of a hand-in the browser keeps what it would show as a page."""

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()
        if self._theirs and not inert.feedback(self._place):
            self.set_header("X-Content-Type-Options", "nosniff")  # type: ignore[attr-defined]
            if mimetypes.guess_type(self._place.name)[0] not in inert.SHOWN:
                self.set_header("Content-Disposition", "attachment")  # type: ignore[attr-defined]


class _Converted(_Below):
    """A notebook as nbconvert shows it."""

    async def get(self, *about: Any, **more: Any) -> None:
        """Convert nothing of a trainee's: a notebook may name the program that converts it."""
        if self._theirs:
            raise HTTPError(403, "What was handed in is not converted; look at it in formgrader.")
        found = super().get(*about, **more)  # type: ignore[misc]
        if inspect.isawaitable(found):
            await found


def _own_exporters_only() -> None:
    """Have nbconvert take no name for a module to import from a notebook, wherever it lies."""
    stock = ScriptExporter.from_notebook_node

    def from_notebook_node(self: Any, nb: Any, resources: Any = None, **more: Any) -> Any:
        language = nb.metadata.get("language_info", {})
        if isinstance(language, dict) and "." in str(language.get("nbconvert_exporter", "")):
            language.pop("nbconvert_exporter")
        return stock(self, nb, resources=resources, **more)

    ScriptExporter.from_notebook_node = from_notebook_node


def install(app: Any) -> None:
    """Stand before the server's own handlers."""
    _own_exporters_only()
    prefix = app.web_app.settings["base_url"]
    manager = app.contents_manager
    stock = manager.files_handler_class
    files = type(stock.__name__, (_Kept, stock), {})
    pages = type("NbconvertFileHandler", (_Converted, NbconvertFileHandler), {})
    app.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(prefix, r"/files/(.*)"), files, dict(manager.files_handler_params)),
            (url_path_join(prefix, rf"/nbconvert/(?P<format>\w+){path_regex}"), pages),
        ],
    )
