"""The form of a stranger's notebook, put right or refused in one place, before anybody works on it.

JSON lets anything stand anywhere: a list where all code expects an object, a number that no
computer adds up. What stock nbgrader grades is never refused; what it breaks off at is put right
where nothing hangs on it, and else is the hand-in's fault, not the engine's.
"""

from __future__ import annotations

from typing import Any

from casebank.grading.reasons import RejectedError

#: Larger whole numbers cannot be counted with.
MOST = 1e300
KINDS = ("code", "markdown", "raw")


def shape(notebook: Any, *, ours: bool, outputs: bool = False) -> None:
    """Put a notebook of format 4 into a form that everybody can work on, in place.

    Args:
        notebook: it, as nbformat's objects.
        ours: it is for an exercise whose cells are restored from the kept version; else a cell
            whose settings are none makes nbgrader break off.
        outputs: they stay, as far as a notebook may hold them; else they have been taken out.

    Raises:
        RejectedError: it is no notebook, or nbgrader could not work on it.
    """
    import nbformat

    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise RejectedError("not-notebook")
    if not isinstance(notebook.get("metadata"), dict):
        raise RejectedError("not-notebook")
    _about(notebook["metadata"])
    for cell in notebook["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") not in KINDS:
            raise RejectedError("not-notebook")
        if not isinstance(cell.get("metadata"), dict) or not isinstance(cell.get("source"), str):
            raise RejectedError("not-notebook")
        _cell(cell["metadata"], ours=ours)
        if cell["cell_type"] == "code":
            _ran(cell, outputs=outputs)
    try:
        # As nbconvert validates after nbgrader's first step.
        nbformat.validate(notebook, relax_add_props=not ours)
    except Exception:
        if not outputs or not _fewer(notebook):
            raise RejectedError("not-notebook") from None
        shape(notebook, ours=ours, outputs=True)


def _about(about: dict[str, Any]) -> None:
    """A notebook's metadata: nbgrader puts the instructor's kernel there, whatever it says."""
    kernel = about.get("kernelspec")
    if "kernelspec" in about and not (
        isinstance(kernel, dict) and isinstance(kernel.get("name"), str)
    ):
        del about["kernelspec"]
    elif kernel and not isinstance(kernel.get("display_name"), str):
        kernel["display_name"] = kernel["name"]
    language = about.get("language_info")
    if "language_info" in about and not (
        isinstance(language, dict) and isinstance(language.get("name"), str)
    ):
        del about["language_info"]


def _ran(cell: dict[str, Any], *, outputs: bool) -> None:
    """What a code cell has from being run: nothing, as after nbgrader's own first step."""
    if not outputs:
        cell["outputs"], cell["execution_count"] = [], None
        for name in ("collapsed", "scrolled"):
            cell["metadata"].pop(name, None)
        return
    found, count = cell.get("outputs"), cell.get("execution_count")
    found = found if isinstance(found, list) else []
    cell["outputs"] = [one for one in found if isinstance(one, dict)]
    cell["execution_count"] = count if isinstance(count, int) and 0 <= count < MOST else None


def _fewer(notebook: Any) -> bool:
    """Take out outputs that no notebook may hold; whether there were any."""
    from nbformat import validator

    found = False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            good = [one for one in cell["outputs"] if validator.isvalid(one, "output", version=4)]
            found = found or len(good) < len(cell["outputs"])
            cell["outputs"] = good
    return found


def _cell(about: dict[str, Any], *, ours: bool) -> None:
    tags = about.get("tags")
    if isinstance(tags, list):
        about["tags"] = list(dict.fromkeys(tag for tag in tags if isinstance(tag, str)))
    elif "tags" in about:
        del about["tags"]
    meta = about.get("nbgrader")
    if "nbgrader" in about and not isinstance(meta, dict):
        if not ours:
            raise RejectedError("bad-metadata")
        del about["nbgrader"]
    elif isinstance(meta, dict):
        for name in ("points", "schema_version"):
            value = meta.get(name)
            if isinstance(value, int) and abs(value) > MOST:
                # The released points take its place, and a version as high is refused all the same.
                meta[name] = int(MOST) if name == "schema_version" else 0


__all__ = ["shape"]
