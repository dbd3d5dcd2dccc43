"""What JupyterLab gets to see of a hand-in, and that it changes nothing in it.

Parts of a notebook that Jupyter's own parts act upon as soon as it is opened, whoever wrote them,
are left out: which exporter to import, where else to write it, drawings that load data. What is
handed in is evidence: it opens to be read only, and nothing is saved over it.
"""

from __future__ import annotations

import functools
import html
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.utils import to_os_path
from tornado.web import HTTPError

from casebank.desk import inert

KEPT = (
    "What was handed in is not changed here; copy it first. / "
    "学员交来的东西在这里不能改，请先复制。"
)
#: JupyterLab takes over as its own the state that such a file describes: open tabs, each with the
#: terminal or kernel that it starts. It reads the name's end in any case.
_WORKSPACE = ".jupyterlab-workspace"
NO_WORKSPACE = (
    "A workspace file that was handed in is not opened: JupyterLab would act upon it. / "
    "学员交来的工作区文件不打开：JupyterLab 会照它行事。"
)
_PAGES = (".html", ".htm", ".xhtml")
#: Such a file as a page that shows its text: in one that was handed in, JupyterLab's viewer finds
#: nothing to load, and nothing to run for who trusts it.
_AS_TEXT = '<meta charset="utf-8"><pre style="white-space: pre-wrap">{}</pre>'
#: Notebook metadata that a reader of the notebook needs.
_METADATA = ("kernelspec", "language_info", "nbgrader", "casebank", "title", "authors")
_LANGUAGE = ("name", "version", "mimetype", "file_extension", "codemirror_mode", "pygments_lexer")
#: Outputs that only show something; of others JupyterLab shows the text.
_SHOWN = ("text/", "image/", "application/json", "application/vnd.jupyter.")
#: What changes a file, and which of its arguments are paths.
_CHANGES = {
    "save": (1,), "rename_file": (0, 1), "rename": (0, 1),
    "create_checkpoint": (0,), "restore_checkpoint": (1,), "delete_checkpoint": (1,),
}  # fmt: skip


def install(app: Any) -> None:
    """Stand before the server's own way of reading and writing files."""
    manager = app.contents_manager
    manager.get = functools.partial(_get, manager, manager.get)
    for name, places in _CHANGES.items():
        change = getattr(manager, name)
        setattr(manager, name, functools.partial(_change, manager, change, places))


def _place(manager: Any, path: str) -> Path:
    return Path(to_os_path(path.strip("/"), str(Path(manager.root_dir).expanduser())))


def _is_theirs(manager: Any, path: Any) -> bool:
    if not getattr(manager, "root_dir", None) or not isinstance(path, str):
        return False
    try:
        return inert.handed_in_by_any_way(_place(manager, path)) is not None
    except (OSError, ValueError, HTTPError):
        return True


def _get(manager: Any, get: Callable[..., Any], path: str, *about: Any, **more: Any) -> Any:
    found = get(path, *about, **more)
    if not _is_theirs(manager, path):
        return found
    foreign = not inert.feedback(_place(manager, path))
    if inspect.isawaitable(found):

        async def later() -> Any:
            return _to_read(await found, foreign)

        return later()
    return _to_read(found, foreign)


def _change(
    manager: Any, change: Callable[..., Any], places: tuple[int, ...], *about: Any, **more: Any
) -> Any:
    given = [about[place] for place in places if place < len(about)]
    if any(_is_theirs(manager, path) for path in (*given, *more.values())):
        raise HTTPError(403, KEPT)
    return change(*about, **more)


def _to_read(model: dict[str, Any], foreign: bool) -> dict[str, Any]:
    """A model of a file of a trainee; ``foreign``: of a page that is no feedback."""
    if model.get("type") != "directory":
        model["writable"] = False
    content = model.get("content")
    name = str(model.get("name", "")).lower()
    if model.get("type") != "directory" and content is not None and name.endswith(_WORKSPACE):
        raise HTTPError(403, NO_WORKSPACE)
    if foreign and model.get("format") == "text" and name.endswith(_PAGES):
        model["content"] = _AS_TEXT.format(html.escape(str(content)))
    if model.get("type") == "notebook" and isinstance(content, dict):
        _plain(content)
    return model


def _plain(notebook: dict[str, Any]) -> None:
    """Leave out of a notebook what Jupyter would act upon."""
    metadata = {k: v for k, v in _dict(notebook.get("metadata")).items() if k in _METADATA}
    if "language_info" in metadata:
        language = _dict(metadata["language_info"])
        metadata["language_info"] = {k: v for k, v in language.items() if k in _LANGUAGE}
    notebook["metadata"] = metadata
    for cell in notebook.get("cells") or ():
        _dict(cell.get("metadata")).pop("trusted", None)
        for output in cell.get("outputs") or ():
            data = output.get("data")
            if isinstance(data, dict):
                for kind in [kind for kind in data if not str(kind).startswith(_SHOWN)]:
                    del data[kind]
                data.setdefault("text/plain", "")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


__all__ = ["KEPT", "NO_WORKSPACE", "install"]
