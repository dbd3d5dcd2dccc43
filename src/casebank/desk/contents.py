"""What JupyterLab gets to see of a hand-in, and that it changes nothing in it.

Parts of a notebook that Jupyter's own parts act upon as soon as it is opened, whoever wrote them,
are left out: which exporter to import, where else to write it, drawings that load data. What is
handed in is evidence: it opens to be read only, and nothing is saved over it.
"""

from __future__ import annotations

import functools
import html
import inspect
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.utils import to_os_path
from tornado.web import HTTPError

from casebank.desk import inert
from casebank.grading import plainfile, strangers
from casebank.grading.sandbox import MB

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
TOO_LARGE = (
    "This file is too large, or would become too much, to be opened here. / "
    "这个文件太大，或展开后太大，不在这里打开。"
)
#: Bytes of the largest file of a hand-in that is read as a whole.
MOST_BYTES = 64 * MB
#: To a browser's scripts these keys are the object's own kind: what stands there is believed.
_UNSAFE = frozenset({"__proto__", "constructor", "prototype"})
_CELLS = ("code", "markdown", "raw")
#: Cell metadata that only say how it looks.
_LOOKS = ("collapsed", "scrolled", "editable", "deletable")
#: And that say what it is, or is hidden.
_ABOUT = {
    "nbgrader": (
        *("grade_id", "grade", "solution", "locked", "task", "points", "schema_version"),
        *("cell_type", "checksum"),
    ),
    "casebank": ("task", "kind", "level", "name"),
    "jupyter": ("source_hidden", "outputs_hidden"),
}
#: Metadata of a picture.
_SIZES = ("width", "height", "needs_background")
#: Notebook metadata that a reader of the notebook needs.
_METADATA = ("kernelspec", "language_info", "nbgrader", "casebank", "title", "authors")
_LANGUAGE = ("name", "version", "mimetype", "file_extension", "codemirror_mode", "pygments_lexer")
#: Outputs that only show something; of others JupyterLab shows the text.
_SHOWN = ("text/", "image/", "application/json", "application/vnd.jupyter.")
_OUTPUT = ("output_type", "name", "text", "ename", "evalue", "traceback", "execution_count")
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
    if not _is_theirs(manager, path):
        return get(path, *about, **more)
    if about[0] if about else more.get("content", True):
        kind = about[1] if len(about) > 1 else more.get("type")
        _bounded(_place(manager, path), notebook=kind == "notebook" or path.endswith(".ipynb"))
    found = get(path, *about, **more)
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


def _bounded(place: Path, *, notebook: bool) -> None:
    """See that a file may be read as a whole; a notebook also, what it would become.

    Raises:
        HTTPError: it is too large, or its text would become too many objects.
    """
    try:
        about = place.stat()
        if not stat.S_ISREG(about.st_mode):
            return
        if about.st_size > MOST_BYTES:
            raise HTTPError(413, TOO_LARGE)
        if notebook:
            strangers.measure(plainfile.read(place.resolve(), MOST_BYTES))
    except strangers.TooComplexError:
        raise HTTPError(413, TOO_LARGE) from None
    except OSError:
        return


def pure(value: Any) -> Any:
    """A value of JSON without keys that a script would take for the object's own kind."""
    if isinstance(value, dict):
        return {key: pure(one) for key, one in value.items() if key not in _UNSAFE}
    return [pure(one) for one in value] if isinstance(value, list) else value


def _plain(notebook: dict[str, Any]) -> None:
    """Leave of a notebook what is to be read; what Jupyter would act upon is not among it."""
    metadata = {k: v for k, v in _dict(notebook.get("metadata")).items() if k in _METADATA}
    if "language_info" in metadata:
        language = _dict(metadata["language_info"])
        metadata["language_info"] = {k: v for k, v in language.items() if k in _LANGUAGE}
    cells = notebook.get("cells")
    kept = [_cell(one) for one in cells if _dict(one).get("cell_type") in _CELLS] if cells else []
    whole = {"metadata": pure(metadata), "cells": kept}
    whole |= {key: notebook[key] for key in ("nbformat", "nbformat_minor") if key in notebook}
    notebook.clear()
    notebook.update(whole)


def _cell(one: dict[str, Any]) -> dict[str, Any]:
    about = _dict(one.get("metadata"))
    metadata = {key: about[key] for key in _LOOKS if isinstance(about.get(key), bool)}
    for key, known in _ABOUT.items():
        if isinstance(about.get(key), dict):
            metadata[key] = {name: about[key][name] for name in known if name in about[key]}
    metadata = pure(metadata)
    if isinstance(about.get("tags"), list):
        metadata["tags"] = [tag for tag in about["tags"] if isinstance(tag, str)]
    cell = {"cell_type": one["cell_type"], "metadata": metadata, "source": one.get("source", "")}
    if isinstance(one.get("id"), str):
        cell["id"] = one["id"]
    if one["cell_type"] == "code":
        cell["execution_count"] = one.get("execution_count")
        outputs = one.get("outputs")
        cell["outputs"] = [_output(_dict(each)) for each in outputs] if outputs else []
    elif isinstance(one.get("attachments"), dict):
        cell["attachments"] = pure(one["attachments"])
    return cell


def _output(one: dict[str, Any]) -> dict[str, Any]:
    """An output that shows itself and does nothing."""
    found = {key: pure(one[key]) for key in _OUTPUT if key in one}
    if isinstance(one.get("data"), dict):
        data = {k: v for k, v in one["data"].items() if str(k).startswith(_SHOWN)}
        found["data"] = {"text/plain": "", **pure(data)}
    if "data" in found or isinstance(one.get("metadata"), dict):
        given = _dict(one.get("metadata"))
        found["metadata"] = {
            kind: {key: _dict(size)[key] for key in _SIZES if key in _dict(size)}
            for kind, size in given.items()
            if str(kind).startswith("image/")
        }
    return found


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


__all__ = ["KEPT", "NO_WORKSPACE", "install"]
